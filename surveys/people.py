"""What one person sent: where, how far and when; never what they answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Collection, Response, ResponseState


@dataclass(frozen=True, slots=True)
class PersonResponse:
    """One response of a person; `saved_at` is the last thing that happened to it."""

    collection_id: UUID
    collection: str
    state: ResponseState
    saved_at: datetime


def responses_of(session: Session, study_id: UUID, participant_id: UUID) -> tuple[PersonResponse, ...]:
    """Return the responses of a person, latest first, in one query."""
    rows = session.execute(
        select(Collection.id, Collection.title, Response.state, Response.saved_at)
        .join(Collection, Collection.id == Response.collection_id)
        .where(Collection.study_id == study_id, Response.participant_id == participant_id)
        .order_by(Response.saved_at.desc(), Response.id)
    )
    return tuple(PersonResponse(*row) for row in rows)
