"""Erase a response for good, sent or not, by the code its person has; a tombstone stays."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core import audit
from core.clock import now
from core.errors import NotFound
from surveys.fieldwork.quotas import free_places
from surveys.models import Answer, Attachment, Collection, DeliveredPage, Quarantine, Response, ResponseState
from surveys.paper.models import PaperEntry
from surveys.tokens import read_code


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A response that was erased; what else was made of it is for others to erase."""

    response_id: UUID
    collection_id: UUID
    study_id: UUID
    participant_id: UUID | None


def withdraw(session: Session, receipt: str) -> Withdrawn:
    """Erase the answers of the response that a receipt names, for good; a tombstone says that it existed.

    Raises: NotFound("surveys.receipt_not_found").
    """
    row = session.execute(
        select(Response.id, Response.collection_id, Response.participant_id, Response.state, Collection.study_id)
        .join(Collection, Collection.id == Response.collection_id)
        .where(Response.receipt == read_code(receipt))
    ).one_or_none()
    if row is None:
        raise NotFound("surveys.receipt_not_found", receipt=receipt)
    if row.state is not ResponseState.WITHDRAWN:
        _erase(session, row.id)
        audit.record(
            session, verb="withdraw", object_kind="response", object_id=row.id, study_id=row.study_id, after="erased"
        )
    return Withdrawn(row.id, row.collection_id, row.study_id, row.participant_id)


def _erase(session: Session, response_id: UUID) -> None:
    options = {"synchronize_session": False}
    # Held first, in the order in which corrections hold them: a page that is being saved is waited for, and goes too.
    correcting = session.scalars(select(Response.id).where(Response.corrects_id == response_id).with_for_update()).all()
    session.execute(select(Response.id).where(Response.id == response_id).with_for_update())
    for table in (Answer, Attachment, Quarantine, DeliveredPage):
        theirs = table.response_id.in_([response_id, *correcting])
        session.execute(delete(table).where(theirs), execution_options=options)
    session.execute(delete(Response).where(Response.id.in_(correcting)), execution_options=options)
    # What was keyed from paper goes too, by whoever it was keyed: the sheet is known by its code only.
    keyed = select(PaperEntry.sheet_id).where(PaperEntry.response_id == response_id)
    session.execute(delete(PaperEntry).where(PaperEntry.sheet_id.in_(keyed)), execution_options=options)
    session.execute(
        update(Response)
        .where(Response.id == response_id)
        .values(state=ResponseState.WITHDRAWN, calculated={}, saved_at=now(), last_page=0),
        execution_options=options,
    )
    # After its response, as when it was sent: two that wait for each other would wait for ever.
    free_places(session, response_id)
