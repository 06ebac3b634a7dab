"""The texts in which one person speaks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coding.models import Speaker, Transcript, TranscriptKind


@dataclass(frozen=True, slots=True)
class PersonInterview:
    """An interview or workshop; `imported_at` is when its text came in."""

    id: UUID
    title: str
    imported_at: datetime


def interviews_of(session: Session, study_id: UUID, participant_id: UUID) -> tuple[PersonInterview, ...]:
    """Return the interviews and workshops of a person by title, in one query."""
    speaking = select(Speaker.transcript_id).where(Speaker.participant_id == participant_id)
    rows = session.execute(
        select(Transcript.id, Transcript.title, Transcript.created_at)
        .where(
            Transcript.study_id == study_id,
            Transcript.kind != TranscriptKind.OPEN_ANSWERS,
            or_(Transcript.participant_id == participant_id, Transcript.id.in_(speaking)),
        )
        .order_by(Transcript.title)
    )
    return tuple(PersonInterview(*row) for row in rows)
