"""Write the invented responses as if they had come in over two years.

Each goes through the engine that real ones go through: what its form hides is dropped, what it refuses stops here.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.demo.answers import Answers
from surveys.engine import FormState, evaluate_form
from surveys.models import Answer, Missing, Response, ResponseMode, ResponseState
from surveys.tokens import new_code, new_token, token_hash
from surveys.versions import LoadedVersion

REFUSED_SHARE = 0.012
UNKNOWN_SHARE = 0.010
UNFINISHED_SHARE = 0.03
MODES = (ResponseMode.ALONE, ResponseMode.HELPED, ResponseMode.PAPER)


@dataclass(frozen=True, slots=True)
class Invented:
    """One person's answers, by item name."""

    participant_id: UUID
    answers: Answers


def write_responses(
    session: Session,
    *,
    collection_id: UUID,
    version: LoadedVersion,
    opens_on: date,
    invented: Iterable[Invented],
    rng: random.Random,
) -> int:
    """Store the responses of one collection; return how many.

    Raises: ValueError: an invented answer is refused by its own form.
    """
    responses: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    hidden = {item.key for item in version.definition.items() if item.type.value == "hidden"}
    for one in invented:
        started = _moment(opens_on, rng)
        finished = started + timedelta(minutes=rng.randrange(6, 35))
        state = evaluate_form(
            version.structure,
            {key: value for key, value in one.answers.items() if key not in hidden},
            moment=started,
            started={key: value for key, value in one.answers.items() if key in hidden},
        )
        if state.violations():
            message = f"the form refuses an invented answer: {state.violations()}"
            raise ValueError(message)
        response = _response(one, collection_id, version.id, started, finished, state, rng)
        if response["state"] is ResponseState.STARTED:
            response["calculated"] = {}
        responses.append(response)
        answers.extend(_answers(response["id"], one.answers, state, hidden, finished, rng))
    if responses:
        session.execute(insert(Response), responses)
        session.execute(insert(Answer), answers)
    return len(responses)


def _moment(opens_on: date, rng: random.Random) -> datetime:
    """Return a moment in the five weeks after the opening, most in the first days, by day."""
    day = opens_on + timedelta(days=min(35, int(rng.expovariate(1 / 9))))
    return datetime.combine(day, time(rng.randrange(7, 20), rng.randrange(60)), tzinfo=UTC)


def _response(
    one: Invented,
    collection_id: UUID,
    version_id: UUID,
    started: datetime,
    finished: datetime,
    state: FormState,
    rng: random.Random,
) -> dict[str, Any]:
    is_finished = rng.random() >= UNFINISHED_SHARE
    return {
        "id": uuid4(),
        "collection_id": collection_id,
        "version_id": version_id,
        "participant_id": one.participant_id,
        "resume_hash": token_hash(new_token()),
        "receipt": new_code() if is_finished else None,
        "locale": "fr",
        "mode": rng.choices(MODES, (78, 16, 6))[0],
        "state": ResponseState.SUBMITTED if is_finished else ResponseState.STARTED,
        "revision": 7 if is_finished else 3,
        "last_page": 6 if is_finished else 3,
        "moment": started,
        "seed": rng.randrange(2**31 - 1),
        "calculated": {key: value for key, value in state.calculated.items() if value is not None},
        "started_at": started,
        "saved_at": finished,
        "submitted_at": finished if is_finished else None,
    }


def _answers(
    response_id: UUID,
    answers: Answers,
    state: FormState,
    hidden: set[str],
    moment: datetime,
    rng: random.Random,
) -> Iterable[dict[str, Any]]:
    for key, value in answers.items():
        if key in hidden or not state.is_relevant(key):
            continue
        absence: Missing | None = None
        chance = rng.random()
        # What others depend on stays answered: an absence there would hide questions already answered.
        if not state.is_required(key) and not key.startswith(("moral_", "enfants_", "participation", "entretien_")):
            if chance < REFUSED_SHARE:
                absence = Missing.REFUSED
            elif chance < REFUSED_SHARE + UNKNOWN_SHARE:
                absence = Missing.UNKNOWN
        yield {
            "response_id": response_id,
            "item_name": key,
            "value": None if absence else value,
            "missing": absence,
            "saved_at": moment,
        }
