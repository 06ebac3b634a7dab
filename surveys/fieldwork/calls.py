"""Calls made from a list: what came of each, and who is to be called next.

A refusal ends every message, a wrong number every call and text message until another number was reached.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.errors import Invalid, NotFound
from studies.models import Account, FlowState, Participant
from studies.windows import today_in_paris
from surveys.fieldwork.mailing import check_collection
from surveys.fieldwork.mailing_models import CallOutcome, Channel, ContactAttempt, Message
from surveys.fieldwork.planning import may_be_written_to
from surveys.fieldwork.standing import PersonStanding
from surveys.models import Collection

LATEST = 100
OPEN_OUTCOMES = frozenset({CallOutcome.NO_ANSWER, CallOutcome.CALL_BACK})


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call in the list of a collection."""

    id: UUID
    pseudonym: str
    participant_id: UUID
    at: datetime
    outcome: CallOutcome
    call_back_on: date | None
    call_back_at: time | None
    by: str


@dataclass(frozen=True, slots=True)
class Tries:
    """How often somebody was called, and what came of the last time; hours are those of Paris."""

    count: int
    at: datetime
    outcome: CallOutcome
    call_back_on: date | None
    call_back_at: time | None


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """Somebody to be called, `tries` None when nobody tried yet."""

    person: PersonStanding
    tries: Tries | None

    @property
    def call_back_on(self) -> date | None:
        """Return the day that was agreed on, or None."""
        return self.tries.call_back_on if self.tries else None


def note_call(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    pseudonym: str,
    outcome: CallOutcome,
    *,
    moment: datetime,
    call_back_on: date | None = None,
    call_back_at: time | None = None,
    account_id: UUID | None = None,
) -> UUID:
    """Keep what came of a call; a day and an hour to call back are kept for a call back only, an hour with its day.

    Raises:
        NotFound("surveys.collection_not_found"), NotFound("studies.participant_unknown");
        Invalid("fieldwork.call_back_past").
    """
    check_collection(session, study_id, collection_id)
    participant_id = session.scalar(
        select(Participant.id)
        .join(Collection, Collection.study_id == Participant.study_id)
        .where(
            Collection.id == collection_id,
            (Collection.population_id.is_(None)) | (Collection.population_id == Participant.population_id),
            Participant.pseudonym == pseudonym,
            Participant.state != FlowState.WITHDRAWN,
        )
    )
    if participant_id is None:
        raise NotFound("studies.participant_unknown")
    day = call_back_on if outcome is CallOutcome.CALL_BACK else None
    if day is not None and day < today_in_paris(moment):
        raise Invalid("fieldwork.call_back_past")
    attempt = ContactAttempt(
        collection_id=collection_id,
        participant_id=participant_id,
        account_id=account_id,
        at=moment,
        outcome=outcome,
        call_back_on=day,
        call_back_at=call_back_at if day else None,
    )
    session.add(attempt)
    session.flush()
    _record(session, "add", study_id, participant_id, account_id, outcome)
    return attempt.id


def take_back_call(
    session: Session, study_id: UUID, collection_id: UUID, call_id: UUID, *, account_id: UUID | None = None
) -> None:
    """Take away a call noted by mistake: a refusal of somebody else would end their messages.

    Raises: NotFound("surveys.collection_not_found"), NotFound("fieldwork.call_not_found").
    """
    check_collection(session, study_id, collection_id)
    attempt = session.scalar(
        select(ContactAttempt).where(ContactAttempt.id == call_id, ContactAttempt.collection_id == collection_id)
    )
    if attempt is None:
        raise NotFound("fieldwork.call_not_found")
    session.delete(attempt)
    session.flush()
    _record(session, "delete", study_id, attempt.participant_id, account_id, attempt.outcome)


def _record(
    session: Session,
    verb: str,
    study_id: UUID,
    participant_id: UUID,
    account_id: UUID | None,
    outcome: CallOutcome,
) -> None:
    audit.record(
        session,
        verb=verb,
        object_kind="call",
        object_id=participant_id,
        study_id=study_id,
        account_id=account_id,
        after={"outcome": outcome.value},
    )


def list_calls(session: Session, study_id: UUID, collection_id: UUID) -> list[CallRow]:
    """Return the last calls of a collection, the latest first; one statement."""
    rows = session.execute(
        select(
            ContactAttempt.id,
            Participant.pseudonym,
            ContactAttempt.participant_id,
            ContactAttempt.at,
            ContactAttempt.outcome,
            ContactAttempt.call_back_on,
            ContactAttempt.call_back_at,
            Account.name,
        )
        .join(Participant, Participant.id == ContactAttempt.participant_id)
        .join(Account, Account.id == ContactAttempt.account_id, isouter=True)
        .where(ContactAttempt.collection_id == collection_id, Participant.study_id == study_id)
        .order_by(ContactAttempt.at.desc(), ContactAttempt.id)
        .limit(LATEST)
    )
    return [CallRow(*row[:-1], by=row.name or "") for row in rows]


def tries_of(session: Session, collection_id: UUID) -> Mapping[UUID, Tries]:
    """Return how often each person of a collection was called, those never called left out; one statement."""
    found: dict[UUID, Tries] = {}
    rows = session.execute(
        select(
            ContactAttempt.participant_id,
            ContactAttempt.at,
            ContactAttempt.outcome,
            ContactAttempt.call_back_on,
            ContactAttempt.call_back_at,
        )
        .where(ContactAttempt.collection_id == collection_id)
        .order_by(ContactAttempt.at, ContactAttempt.id)
    )
    for participant_id, at, outcome, day, hour in rows:
        before = found.get(participant_id)
        found[participant_id] = Tries(before.count + 1 if before else 1, at, outcome, day, hour)
    return found


def waiting_calls(session: Session, study_id: UUID, collection_id: UUID, *, moment: datetime) -> list[WaitingCall]:
    """Return who is to be called: those on a list of calls, those called without having been reached.

    First who agreed on a day, by day and hour; then who was never tried; then the others, the longest ago first.

    Raises: NotFound("surveys.collection_not_found").
    """
    tries = tries_of(session, collection_id)
    listed = set(
        session.scalars(
            select(Message.participant_id).where(
                Message.collection_id == collection_id, Message.channel == Channel.CALL
            )
        )
    )
    wanted = {person for person in listed if person not in tries}
    wanted |= {person for person, each in tries.items() if each.outcome in OPEN_OUTCOMES}
    people = may_be_written_to(session, study_id, collection_id, moment=moment)
    waiting = [WaitingCall(people[person], tries.get(person)) for person in wanted if person in people]
    return sorted(waiting, key=_turn)


def _turn(call: WaitingCall) -> tuple[int, str, str]:
    tries = call.tries
    if tries is None:
        return 1, "", call.person.pseudonym
    if tries.call_back_on is None:
        return 2, tries.at.isoformat(), call.person.pseudonym
    hour = tries.call_back_at.isoformat() if tries.call_back_at else "24"
    return 0, f"{tries.call_back_on.isoformat()} {hour}", call.person.pseudonym
