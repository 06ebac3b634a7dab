"""Questionnaires written as Markdown tables, published and opened in the session of the test."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from studies.models import Participant, Study, Wave
from surveys.answering import Draft, find_collection, open_draft, start_response
from surveys.engine import FormState, evaluate_form
from surveys.models import Collection
from surveys.services import import_questionnaire, open_collection, publish
from surveys.structure import Structure, build_structure
from surveys.tokens import new_token
from surveys.xlsform import read_form

FORM = """
| survey |
| | type | name | label | relevant | required | constraint | calculation | appearance | constraint_message |
| | begin_group | work | Travail | | | | | field-list | |
| | select_one yn | works | Travaillez-vous ? | | yes | | | | |
| | decimal | hours | Combien d'heures ? | ${works} = 'yes' | | . > 0 and . <= 60 | | | Entre 1 et 60. |
| | end_group | | | | | | | | |
| | calculate | half | | | | | ${hours} div 2 | | |
| | select_multiple help | helped | Qui vous aide ? | | | | | | |
| | text | story | Racontez. | | | | | multiline | |
| choices |
| | list_name | name | label |
| | yn | yes | Oui |
| | yn | no | Non |
| | help | peer | Un pair |
| | help | pro | Une professionnelle |
| settings |
| | form_title | form_id |
| | Petit questionnaire | small |
"""


@dataclass(frozen=True)
class MadeCollection:
    """A collection that is open, with what tests need of it."""

    id: UUID
    code: str
    version_id: UUID
    questionnaire_id: UUID


def survey(*lines: str, choices: tuple[str, ...] = (), columns: str = "type | name | label") -> str:
    """Write a form from its lines, cells separated by bars."""
    rows = ["| survey |", f"| | {columns} |", *(f"| | {line} |" for line in lines)]
    if choices:
        rows += ["| choices |", "| | list_name | name | label | area |", *(f"| | {line} |" for line in choices)]
    return "\n".join(rows)


def structure_of(form: str) -> Structure:
    """Read a form and make it ready, without a database."""
    return build_structure(read_form(form.encode()).definition)


def state_of(form: str, answers: dict[str, Any] | None = None, **options: Any) -> FormState:
    """Evaluate a form."""
    return evaluate_form(structure_of(form), answers or {}, **options)


def make_collection(session: Session, study: Study, form: str = FORM, *, wave: Wave | None = None) -> MadeCollection:
    """Import, publish and open a form."""
    version = import_questionnaire(session, study.id, file_name="form.md", content=form.encode())
    publish(session, study.id, version.id)
    collection: Collection = open_collection(
        session, study.id, version_id=version.id, title="Collecte", wave_id=None if wave is None else wave.id
    )
    session.commit()
    return MadeCollection(collection.id, collection.token, version.id, version.questionnaire_id)


def start(session: Session, collection: MadeCollection, participant: Participant | None = None) -> str:
    """Start a response and return its token."""
    token = new_token()
    start_response(
        session,
        find_collection(session, collection.code),
        token=token,
        locale="fr",
        participant_id=None if participant is None else participant.id,
    )
    session.commit()
    return token


def draft(session: Session, token: str) -> Draft:
    """Read a response afresh."""
    return open_draft(session, token)
