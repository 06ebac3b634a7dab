"""Putting codes on stretches of text, and changing one's mind.

The cost does not grow with the document: the words are cut out by the database, never loaded whole.
Segments outlive their last coding: a row is a stretch, not an opinion, and another coder may be about to reuse it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from coding.layers import CodingDecision
from coding.models import (
    Code,
    Coding,
    CodingStatus,
    Segment,
    Speaker,
    SpeakerRole,
    TextChunk,
    Transcript,
    TranscriptVersion,
    Turn,
)
from coding.object_models import ObjectKind
from coding.queries.places import follow
from coding.services.references import move_references
from coding.spans import CHUNK_LENGTH, CONTEXT_LENGTH, Span, trim
from coding.upserts import insert_missing
from core.audit import record
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound

MAX_SEGMENT = 20_000


@dataclass(frozen=True, slots=True)
class CodingResult:
    """A coding as stored; `created` is False when it was there already. Span in code points of the version."""

    coding_id: UUID
    segment_id: UUID
    version_id: UUID
    code_id: UUID
    coder_id: UUID
    start: int
    end: int
    quote: str
    created: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """A segment found or made, with the study it belongs to."""

    segment_id: UUID
    version_id: UUID
    study_id: UUID
    span: Span
    quote: str


def add_coding(
    session: Session,
    version_id: UUID,
    start: int,
    end: int,
    code_id: UUID,
    coder_id: UUID,
    *,
    status: CodingStatus = CodingStatus.HUMAN,
    source: str = "",
    comment: str = "",
) -> CodingResult:
    """Put one code on [start, end) for one coder; pressing twice changes nothing.

    White space at both ends is left out of the segment. A proposal the coder had refused becomes theirs again.
    A place in an earlier version is followed to where its words stand now.
    Raises: NotFound: `coding.version_unknown`, `coding.code_unknown`.
    Invalid: `coding.empty_selection`, `coding.selection_too_long`, `coding.folder_not_codable`.
    """
    stretch = keep_segment(session, version_id, start, end)
    _check_code(session, code_id, stretch.study_id)
    coding_id = uuid4()
    created = insert_missing(
        session,
        Coding,
        {
            "id": coding_id,
            "segment_id": stretch.segment_id,
            "code_id": code_id,
            "coder_id": coder_id,
            "status": status,
            "source": source,
            "comment": comment,
            "created_at": now(),
        },
        unique=("segment_id", "code_id", "coder_id"),
    )
    before: dict[str, Any] | None = None
    if not created:
        coding = session.scalars(
            select(Coding).where(
                Coding.segment_id == stretch.segment_id, Coding.code_id == code_id, Coding.coder_id == coder_id
            )
        ).one()
        coding_id = coding.id
        if status is CodingStatus.HUMAN and coding.status in {CodingStatus.REJECTED, CodingStatus.SUGGESTED}:
            before = {"status": coding.status.value}
            coding.status = status
            source, comment = coding.source, coding.comment
    if created or before is not None:
        record(
            session,
            verb="coding.add",
            object_kind="coding",
            object_id=coding_id,
            study_id=stretch.study_id,
            account_id=coder_id,
            before=before,
            after={
                "version": str(stretch.version_id),
                "start": stretch.span.start,
                "end": stretch.span.end,
                "code": str(code_id),
                "coder": str(coder_id),
                "status": status.value,
                "source": source,
                "comment": comment,
            },
        )
    session.flush()
    return CodingResult(
        coding_id, stretch.segment_id, stretch.version_id, code_id, coder_id, stretch.span.start, stretch.span.end,
        stretch.quote, created,
    )  # fmt: skip


def keep_segment(session: Session, version_id: UUID, start: int, end: int) -> Stretch:
    """Find or make the segment [start, end) of a version, white space at its ends left out.

    A place in an earlier version is followed to where its words stand now.
    """
    if start < 0 or end <= start:
        raise Invalid("coding.empty_selection")
    if end - start > MAX_SEGMENT:
        raise Invalid("coding.selection_too_long", limit=MAX_SEGMENT)
    place = _look(session, version_id, start, end)
    if place is None:
        current_id, stands = follow(session, version_id, Span(start, end))
        if current_id == version_id:
            raise Conflict("coding.version_superseded")
        return keep_segment(session, current_id, stands.start, stands.end)
    window, window_start = place.window, place.window_start
    inside = trim(window, Span(start - window_start, min(end - window_start, len(window))))
    if inside.start >= inside.end:
        raise Invalid("coding.empty_selection")
    span = Span(inside.start + window_start, inside.end + window_start)
    quote = window[inside.start : inside.end]
    segment_id = uuid4()
    values = {
        "id": segment_id,
        "version_id": version_id,
        "start": span.start,
        "end": span.end,
        "quote": quote,
        "context_before": window[max(0, inside.start - CONTEXT_LENGTH) : inside.start],
        "context_after": window[inside.end : inside.end + CONTEXT_LENGTH],
        "turn_id": find_turn(session, version_id, span),
        "created_at": now(),
    }
    if not insert_missing(session, Segment, values, unique=("version_id", "start", "end")):
        segment_id = session.scalars(
            select(Segment.id).where(
                Segment.version_id == version_id, Segment.start == span.start, Segment.end == span.end
            )
        ).one()
    return Stretch(segment_id, version_id, place.study_id, span, quote)


@dataclass(frozen=True, slots=True)
class _Place:
    """What surrounds a selection: `window` begins at `window_start`, at most 32 code points before it."""

    study_id: UUID
    window: str
    window_start: int


def _look(session: Session, version_id: UUID, start: int, end: int) -> _Place | None:
    """Read a selection of a version and its surroundings, by chunks; None when a correction took its place."""
    window_start, window_end = max(0, start - CONTEXT_LENGTH), end + CONTEXT_LENGTH
    first = window_start // CHUNK_LENGTH
    rows = session.execute(
        select(Transcript.study_id, TranscriptVersion.is_current, TextChunk.text)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .join(
            TextChunk,
            and_(
                TextChunk.version_id == TranscriptVersion.id,
                TextChunk.number.between(first, (window_end - 1) // CHUNK_LENGTH),
            ),
        )
        .where(TranscriptVersion.id == version_id)
        .order_by(TextChunk.number)
        # A withdrawal or a correction under way is waited for: the words of the one must not come back as a segment,
        # the other takes all segments with it (PostgreSQL; SQLite has one writer at a time).
        .with_for_update(read=True, of=(TextChunk, TranscriptVersion))
    ).all()
    if not rows and session.scalar(select(TranscriptVersion.id).where(TranscriptVersion.id == version_id)) is not None:
        raise Invalid("coding.empty_selection")
    if not rows:
        raise NotFound("coding.version_unknown")
    if not rows[0].is_current:
        return None
    chunks = "".join(row.text for row in rows)
    skipped = window_start - first * CHUNK_LENGTH
    return _Place(rows[0].study_id, chunks[skipped : window_end - first * CHUNK_LENGTH], window_start)


def find_turn(session: Session, version_id: UUID, span: Span) -> UUID | None:
    """Return the turn a span counts for: the first it shares words with that is not an interviewer's, or the first."""
    # Turns are disjoint and in order: the one before `start` is read by the index, then those until `end`.
    first = (
        select(func.coalesce(func.max(Turn.start), 0))
        .where(Turn.version_id == version_id, Turn.start <= span.start)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Turn.id, Speaker.role)
        .outerjoin(Speaker, Speaker.id == Turn.speaker_id)
        .where(Turn.version_id == version_id, Turn.start >= first, Turn.start < span.end, Turn.end > span.start)
        .order_by(Turn.start)
    ).all()
    for row in rows:
        if row.role is not SpeakerRole.INTERVIEWER:
            return UUID(str(row.id))
    return rows[0].id if rows else None


def remove_coding(session: Session, coding_id: UUID, *, account_id: UUID, may_touch_others: bool = False) -> None:
    """Take one code off a segment.

    Raises: NotFound: `coding.coding_unknown`.  Forbidden: `coding.not_yours`.
    """
    coding, before, study_id = _load(session, coding_id, account_id, may_touch_others=may_touch_others)
    session.delete(coding)
    _record(session, "coding.remove", coding_id, study_id, account_id, before=before)
    session.flush()


def change_span(
    session: Session, coding_id: UUID, start: int, end: int, *, account_id: UUID, may_touch_others: bool = False
) -> CodingResult:
    """Move or resize a coding; where the coder already has the code there, the two become one.

    What was decided together was decided of other words: it is to be settled again.

    Raises: as `add_coding`, and NotFound: `coding.coding_unknown`.  Forbidden: `coding.not_yours`.
    """
    coding, before, study_id = _load(session, coding_id, account_id, may_touch_others=may_touch_others)
    version_id = session.scalars(select(Segment.version_id).where(Segment.id == coding.segment_id)).one()
    stretch = keep_segment(session, version_id, start, end)
    other = session.scalars(
        select(Coding).where(
            Coding.segment_id == stretch.segment_id,
            Coding.code_id == coding.code_id,
            Coding.coder_id == coding.coder_id,
            Coding.id != coding.id,
        )
    ).one_or_none()
    kept = coding
    if other is not None:
        move_references(session, study_id, ObjectKind.CODING, coding.id, other.id)
        session.delete(coding)
        kept = other
    else:
        coding.segment_id = stretch.segment_id
    if (stretch.span.start, stretch.span.end) != (before["start"], before["end"]):
        session.execute(delete(CodingDecision).where(CodingDecision.coding_id.in_([coding_id, kept.id])))
    after = {**before, "start": stretch.span.start, "end": stretch.span.end, "coding": str(kept.id)}
    _record(session, "coding.change_span", coding_id, study_id, account_id, before=before, after=after)
    session.flush()
    return CodingResult(
        kept.id, stretch.segment_id, stretch.version_id, kept.code_id, kept.coder_id, stretch.span.start,
        stretch.span.end, stretch.quote, created=False,
    )  # fmt: skip


def comment_coding(
    session: Session, coding_id: UUID, comment: str, *, account_id: UUID, may_touch_others: bool = False
) -> None:
    """Set the remark of a coding; blank takes it away.

    Raises: NotFound: `coding.coding_unknown`.  Forbidden: `coding.not_yours`.
    """
    coding, before, study_id = _load(session, coding_id, account_id, may_touch_others=may_touch_others)
    coding.comment = comment.strip()
    after = {**before, "comment": coding.comment}
    _record(session, "coding.comment", coding_id, study_id, account_id, before=before, after=after)
    session.flush()


def set_coding_status(
    session: Session, coding_id: UUID, status: CodingStatus, *, account_id: UUID, may_touch_others: bool = False
) -> None:
    """Accept or refuse a machine's proposal.

    Raises: NotFound: `coding.coding_unknown`.  Forbidden: `coding.not_yours`.
    """
    coding, before, study_id = _load(session, coding_id, account_id, may_touch_others=may_touch_others)
    coding.status = status
    after = {**before, "status": status.value}
    _record(session, "coding.status", coding_id, study_id, account_id, before=before, after=after)
    session.flush()


def _check_code(session: Session, code_id: UUID, study_id: UUID) -> None:
    code = session.execute(select(Code.study_id, Code.is_codable, Code.name).where(Code.id == code_id)).one_or_none()
    if code is None or code.study_id != study_id:
        raise NotFound("coding.code_unknown")
    if not code.is_codable:
        raise Invalid("coding.folder_not_codable", name=code.name)


def _load(
    session: Session, coding_id: UUID, account_id: UUID, *, may_touch_others: bool
) -> tuple[Coding, dict[str, Any], UUID]:
    """Return the coding, its state for the trail, and its study."""
    row = session.execute(
        select(Coding, Segment.version_id, Segment.start, Segment.end, Code.study_id)
        .join(Segment, Segment.id == Coding.segment_id)
        .join(Code, Code.id == Coding.code_id)
        .where(Coding.id == coding_id)
    ).one_or_none()
    if row is None:
        raise NotFound("coding.coding_unknown")
    coding, version_id, start, end, study_id = row
    if coding.coder_id != account_id and not may_touch_others:
        raise Forbidden("coding.not_yours")
    before = {
        "version": str(version_id),
        "start": start,
        "end": end,
        "code": str(coding.code_id),
        "coder": str(coding.coder_id),
        "status": coding.status.value,
        "source": coding.source,
        "comment": coding.comment,
    }
    return coding, before, study_id


def _record(
    session: Session, verb: str, coding_id: UUID, study_id: UUID, account_id: UUID, *, before: Any, after: Any = None
) -> None:
    record(
        session,
        verb=verb,
        object_kind="coding",
        object_id=coding_id,
        study_id=study_id,
        account_id=account_id,
        before=before,
        after=after,
    )
