"""A form with every kind of answer, and responses put straight into their tables."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.clock import now
from studies.models import Participant, Study, Wave
from surveys.answering import find_collection, start_response
from surveys.models import Answer, Missing, Response, ResponseState
from surveys.services import open_collection, store_definition
from surveys.tokens import new_token
from surveys.xlsform import read_form
from tests.factories.surveys import MadeCollection, survey


def settings(title: str, form_id: str) -> str:
    """Write the sheet that gives a form its title and its name."""
    return f"\n| settings |\n| | form_title | form_id |\n| | {title} | {form_id} |"


EVERY_KIND = survey(
    "select_one yn | works | **Travaillez-vous** ? | |",
    "select_one scale | trust | Confiance | |",
    "select_multiple help | helped | Qui vous aide ? | |",
    "rank help | order | Dans quel ordre ? | |",
    "integer | age | Votre âge | |",
    "decimal | hours | Combien d'heures ? | |",
    "range | mood | Votre humeur | |",
    "date | since | Depuis quand ? | |",
    "time | wakes | À quelle heure ? | |",
    "datetime | met | Rendez-vous | |",
    "acknowledge | agree | D'accord | |",
    "text | story | Racontez. | |",
    "calculate | half | | | ${hours} div 2",
    "calculate | said | | | concat('a', ${age})",
    "hidden | with | | |",
    "begin_repeat | children | Vos enfants | |",
    "text | name | Prénom | |",
    "integer | years | Âge | |",
    "begin_repeat | toys | Ses jouets | |",
    "text | toy | Jouet | |",
    "end_repeat | | | |",
    "end_repeat | | | |",
    columns="type | name | label | relevant | calculation",
    choices=(
        "yn | yes | Oui |", "yn | no | Non |",
        "scale | 1 | Aucune |", "scale | 2 | Un peu |", "scale | 3 | Beaucoup |",
        "help | peer | Un pair |", "help | pro | Une professionnelle |", "help | kin | La famille |",
    ),
) + settings("Tout", "data")  # fmt: skip


def open_form(
    session: Session, study: Study, form: str, *, wave: Wave | None = None, title: str = "Collecte"
) -> MadeCollection:
    """Keep a form, whatever pages can show of it yet, as a published version of its questionnaire and open it."""
    version = store_definition(session, study.id, read_form(form.encode()).definition)
    version.published_at = now()
    session.flush()
    collection = open_collection(
        session, study.id, version_id=version.id, title=title, wave_id=None if wave is None else wave.id
    )
    session.commit()
    return MadeCollection(collection.id, collection.token, version.id, version.questionnaire_id)


def keep_response(
    session: Session,
    collection: MadeCollection,
    answers: dict[str, Any],
    *,
    missing: dict[str, Missing] | None = None,
    carried: dict[str, Any] | None = None,
    participant: Participant | None = None,
    is_sent: bool = True,
) -> UUID:
    """Keep a response with these rows; an item in neither has none."""
    token = new_token()
    response_id = start_response(
        session,
        find_collection(session, collection.code),
        token=token,
        locale="fr",
        participant_id=None if participant is None else participant.id,
    )
    marks = missing or {}
    for name, value in {**answers, **dict.fromkeys(marks)}.items():
        session.add(Answer(response_id=response_id, item_name=name, value=value, missing=marks.get(name)))
    response = session.get_one(Response, response_id)
    response.calculated = {**response.calculated, **(carried or {})}
    if is_sent:
        response.state, response.submitted_at = ResponseState.SUBMITTED, now()
    session.commit()
    return response_id
