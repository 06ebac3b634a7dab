"""Let a collection go on with a newer version of its questionnaire while people answer.

A response is finished on the version it was started on: its pages, rules and words are those the person saw. New ones
start on the version the collection is moved to; exports and indicators read both (surveys.crosswalk, evaluation).
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.errors import Conflict, NotFound
from surveys.models import Collection, QuestionnaireVersion


def newer_versions(session: Session, study_id: UUID, collection_id: UUID) -> list[tuple[UUID, int]]:
    """Return the published versions a collection may be moved to, as id and number, the latest first."""
    current = _current(session, study_id, collection_id)
    rows = session.execute(
        select(QuestionnaireVersion.id, QuestionnaireVersion.number)
        .where(
            QuestionnaireVersion.questionnaire_id == current.questionnaire_id,
            QuestionnaireVersion.published_at.is_not(None),
            QuestionnaireVersion.number > current.number,
        )
        .order_by(QuestionnaireVersion.number.desc())
    )
    return [(id_, number) for id_, number in rows]


def move_to_version(
    session: Session, study_id: UUID, collection_id: UUID, version_id: UUID, *, account_id: UUID | None = None
) -> None:
    """Start new responses on a newer published version; those under way keep theirs.

    Raises: NotFound("surveys.collection_not_found"); Conflict("fieldwork.not_a_newer_version").
    """
    current = _current(session, study_id, collection_id)
    numbers = dict(newer_versions(session, study_id, collection_id))
    if version_id not in numbers:
        raise Conflict("fieldwork.not_a_newer_version")
    collection = session.get_one(Collection, collection_id)
    collection.version_id = version_id
    audit.record(
        session,
        verb="move",
        object_kind="collection",
        object_id=collection_id,
        study_id=study_id,
        account_id=account_id,
        before={"version": current.number},
        after={"version": numbers[version_id]},
    )
    session.flush()


def _current(session: Session, study_id: UUID, collection_id: UUID) -> QuestionnaireVersion:
    version = session.scalar(
        select(QuestionnaireVersion)
        .join(Collection, Collection.version_id == QuestionnaireVersion.id)
        .where(Collection.id == collection_id, Collection.study_id == study_id)
    )
    if version is None:
        raise NotFound("surveys.collection_not_found", token=str(collection_id))
    return version
