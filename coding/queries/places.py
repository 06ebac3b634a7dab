"""From an address to what it names: the current version of a transcript, a coder's coding at a place."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from coding.models import Code, Coding, Segment, Transcript, TranscriptVersion
from coding.spans import Edit, Span, remap
from core.errors import NotFound


def current_version(session: Session, study_id: UUID, transcript_id: UUID) -> UUID:
    """Return the version that is read and coded now.  Raises: NotFound: `coding.transcript_unknown`."""
    version_id = session.scalar(
        select(TranscriptVersion.id)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .where(Transcript.id == transcript_id, Transcript.study_id == study_id, TranscriptVersion.is_current)
    )
    if version_id is None:
        raise NotFound("coding.transcript_unknown")
    return version_id


def follow(session: Session, version_id: UUID, span: Span) -> tuple[UUID, Span]:
    """Return the current version of a transcript, and where a stretch of the given version stands in it.

    Raises: NotFound: `coding.version_unknown`.
    """
    given = aliased(TranscriptVersion)
    rows = session.execute(
        select(TranscriptVersion.id, TranscriptVersion.edits)
        .join(given, given.transcript_id == TranscriptVersion.transcript_id)
        .where(given.id == version_id, TranscriptVersion.number >= given.number)
        .order_by(TranscriptVersion.number)
    ).all()
    if not rows:
        raise NotFound("coding.version_unknown")
    for row in rows[1:]:
        span = remap(span, [Edit(*edit) for edit in row.edits]).span
    return rows[-1].id, span


def coding_at(
    session: Session, version_id: UUID, start: int, end: int, *, code_id: UUID, coder_id: UUID
) -> UUID | None:
    """Return the coding of one code by one coder on exactly [start, end), if there is one."""
    return session.scalar(
        select(Coding.id)
        .join(Segment, Segment.id == Coding.segment_id)
        .where(
            Segment.version_id == version_id,
            Segment.start == start,
            Segment.end == end,
            Coding.code_id == code_id,
            Coding.coder_id == coder_id,
        )
    )


def code_named(session: Session, study_id: UUID, name: str) -> UUID | None:
    """Return the codable code of that name at the top of the codebook, if there is one."""
    return session.scalars(
        select(Code.id).where(Code.study_id == study_id, Code.parent_id.is_(None), Code.name == name, Code.is_codable)
    ).first()
