"""A transcript's words are corrected: a new version of the text, to which turns, segments and groups move.

Segments keep their identity, so codings and memos hold; those whose words changed are flagged for a person to look at,
none is dropped. The earlier version keeps its text and turns: what was read then can be read again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from coding.models import ClusterMember, Coding, Segment, TextChunk, Transcript, TranscriptVersion, Turn
from coding.object_models import ImportedSelection, ObjectKind
from coding.services.references import move_references
from coding.spans import Edit, Span, context, find_edits, remap, trim
from coding.transcripts import MAX_CHARACTERS, count_words, keep_chunks, sha256_of
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.text import normalise


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction did: places changed, segments to look at. `version_id` is the version that holds now."""

    version_id: UUID
    change_count: int
    touched_count: int


def correct_words(
    session: Session,
    study_id: UUID,
    transcript_id: UUID,
    words: Mapping[Span, str],
    *,
    version_id: UUID,
    account_id: UUID | None = None,
) -> Corrected:
    """Put words in the place of stretches of a version's text, which share no character; the same change nothing.

    Raises: NotFound: `coding.transcript_unknown`.  Conflict: `coding.version_superseded` when somebody corrected the
    transcript meanwhile.  Invalid: `coding.nothing_left`, `coding.corrected_too_long`.
    """
    version = lock_version(session, study_id, transcript_id)
    if version.id != version_id:
        raise Conflict("coding.version_superseded")
    changes = [
        (Edit(edit.position + span.start, edit.deleted, edit.inserted), inserted)
        for span in sorted(words)
        for edit, inserted in _with_words(version.text[span.start : span.end], normalise(words[span]))
    ]
    return apply_changes(session, study_id, version, changes, account_id=account_id)


def restore_text(
    session: Session,
    study_id: UUID,
    transcript_id: UUID,
    number: int,
    *,
    version_id: UUID,
    account_id: UUID | None = None,
) -> Corrected:
    """Bring back the text of an earlier version, as a new one.

    Raises: as `correct_words`, and NotFound: `coding.version_unknown`.
    """
    version = lock_version(session, study_id, transcript_id)
    if version.id != version_id:
        raise Conflict("coding.version_superseded")
    text = session.scalar(
        select(TranscriptVersion.text).where(
            TranscriptVersion.transcript_id == transcript_id, TranscriptVersion.number == number
        )
    )
    if text is None:
        raise NotFound("coding.version_unknown")
    return apply_changes(session, study_id, version, _with_words(version.text, text), account_id=account_id)


def settle_segment(session: Session, study_id: UUID, segment_id: UUID, *, account_id: UUID | None = None) -> None:
    """Say that a flagged segment was looked at and stands.  Raises: NotFound: `coding.coding_unknown`."""
    segment = session.scalars(
        select(Segment)
        .join(TranscriptVersion, TranscriptVersion.id == Segment.version_id)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .where(Segment.id == segment_id, Transcript.study_id == study_id)
    ).one_or_none()
    if segment is None:
        raise NotFound("coding.coding_unknown")
    if segment.is_touched:
        segment.is_touched, segment.earlier_quote = False, ""
        record(
            session, verb="segment.settle", object_kind="segment", object_id=segment_id, study_id=study_id,
            account_id=account_id,
        )  # fmt: skip
    session.flush()


def lock_version(session: Session, study_id: UUID, transcript_id: UUID) -> TranscriptVersion:
    """Return the current version, locked with its chunks: whoever is coding its words is waited for.

    Raises: NotFound: `coding.transcript_unknown`.
    """
    version = session.scalars(
        select(TranscriptVersion)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .where(Transcript.id == transcript_id, Transcript.study_id == study_id, TranscriptVersion.is_current)
        .with_for_update(of=TranscriptVersion)
    ).one_or_none()
    if version is None:
        raise NotFound("coding.transcript_unknown")
    chunks = select(TextChunk.number).where(TextChunk.version_id == version.id)
    session.execute(chunks.order_by(TextChunk.number).with_for_update())
    return version


def _with_words(before: str, after: str) -> list[tuple[Edit, str]]:
    """Return the edits that lead from one text to the other, each with the words that come in."""
    edits: list[tuple[Edit, str]] = []
    shift = 0
    for edit in find_edits(before, after):
        place = edit.position + shift
        edits.append((edit, after[place : place + edit.inserted]))
        shift += edit.inserted - edit.deleted
    return edits


def apply_changes(
    session: Session,
    study_id: UUID,
    version: TranscriptVersion,
    changes: Sequence[tuple[Edit, str]],
    *,
    account_id: UUID | None = None,
    verb: str = "transcript.correct_words",
    flags: bool = True,
) -> Corrected:
    """Make the next version of a locked one: each edit, in order and without overlap, with the words that come in.

    Args:   flags: whether segments whose words change are to be looked at.

    Raises: Invalid: `coding.nothing_left`, `coding.corrected_too_long`.
    """
    if not changes:
        return Corrected(version.id, 0, 0)
    text = _edited(version.text, changes)
    if not text.strip():
        raise Invalid("coding.nothing_left")
    if len(text) > MAX_CHARACTERS:
        raise Invalid("coding.corrected_too_long", limit=MAX_CHARACTERS)
    edits = [edit for edit, _words in changes]
    version.is_current = False
    session.flush()
    new = TranscriptVersion(
        id=uuid4(),
        transcript_id=version.transcript_id,
        number=version.number + 1,
        text=text,
        sha256=sha256_of(text),
        word_count=0,
        edits=[[edit.position, edit.deleted, edit.inserted] for edit in edits],
        corrected_by=account_id,
    )
    session.add(new)
    session.flush()
    keep_chunks(session, new.id, text)
    turns = _copy_turns(session, version.id, new.id, edits)
    new.word_count = count_words(text, list(turns.spans))
    touched = _move_segments(session, study_id, (version.id, new.id), text, edits, turns.ids, flags=flags)
    _move_groups(session, version.id, new.id, edits, flags=flags)
    record(
        session,
        verb=verb,
        object_kind="transcript",
        object_id=version.transcript_id,
        study_id=study_id,
        account_id=account_id,
        before={"version": version.number},
        after={"version": new.number, "changes": len(edits), "touched": touched},
    )
    session.flush()
    session.expire_all()
    return Corrected(new.id, len(edits), touched)


def _edited(text: str, changes: Iterable[tuple[Edit, str]]) -> str:
    pieces: list[str] = []
    place = 0
    for edit, words in changes:
        pieces += (text[place : edit.position], words)
        place = edit.position + edit.deleted
    return "".join((*pieces, text[place:]))


@dataclass(frozen=True, slots=True)
class _Turns:
    """The turns of the new version: by the id of the turn each continues, and their spans in order."""

    ids: dict[UUID, UUID]
    spans: tuple[Span, ...]


def _copy_turns(session: Session, version_id: UUID, new_id: UUID, edits: Sequence[Edit]) -> _Turns:
    """Write the turns of the new version; one whose every word went is left out."""
    rows = session.execute(
        select(Turn.id, Turn.speaker_id, Turn.start, Turn.end, Turn.start_ms, Turn.end_ms, Turn.source_id)
        .where(Turn.version_id == version_id)
        .order_by(Turn.position)
    ).all()
    ids: dict[UUID, UUID] = {}
    values: list[dict[str, Any]] = []
    for row in rows:
        span = _grown(Span(row.start, row.end), edits)
        if span.start == span.end:
            continue
        ids[row.id] = uuid4()
        values.append(
            row._asdict() | {"id": ids[row.id], "version_id": new_id, "position": len(values)}
            | {"start": span.start, "end": span.end}
        )  # fmt: skip
    if values:
        session.execute(insert(Turn), values)
    return _Turns(ids, tuple(Span(value["start"], value["end"]) for value in values))


def _grown(span: Span, edits: Sequence[Edit]) -> Span:
    """Follow a turn: words added at its very end, or put in the place of its first ones, belong to it."""
    moved = remap(span, edits).span
    start, end = moved.start, moved.end
    shift = 0
    for edit in edits:
        if edit.position == span.end and not edit.deleted:
            end = edit.position + shift + edit.inserted
        if edit.position == span.start and not edit.deleted:
            start = edit.position + shift
        shift += edit.inserted - edit.deleted
    return Span(start, max(start, end))


def _move_segments(
    session: Session,
    study_id: UUID,
    versions: tuple[UUID, UUID],
    text: str,
    edits: Sequence[Edit],
    turns: dict[UUID, UUID],
    *,
    flags: bool,
) -> int:
    """Move the segments from the first version to the second; return how many have other words."""
    version_id, new_id = versions
    rows = session.execute(
        select(Segment.id, Segment.start, Segment.end, Segment.quote, Segment.turn_id, Segment.is_touched,
               Segment.earlier_quote)
        .where(Segment.version_id == version_id)
        .order_by(Segment.start, Segment.end)
    ).all()  # fmt: skip
    kept: dict[Span, UUID] = {}
    values: list[dict[str, Any]] = []
    touched = 0
    for row in rows:
        followed = remap(Span(row.start, row.end), edits)
        span = _not_empty(trim(text, followed.span), len(text))
        if span in kept:
            _join_segments(session, study_id, row.id, kept[span])
            touched += followed.touched
            continue
        kept[span] = row.id
        touched += followed.touched
        before, after = context(text, span)
        values.append({
            "id": row.id, "version_id": new_id, "start": span.start, "end": span.end,
            "quote": text[span.start : span.end], "context_before": before, "context_after": after,
            "turn_id": turns.get(row.turn_id), "is_touched": (flags and followed.touched) or row.is_touched,
            "earlier_quote": row.earlier_quote or row.quote if flags and followed.touched else row.earlier_quote,
        })  # fmt: skip
    if values:
        session.execute(
            update(Segment),
            values,
            execution_options={"synchronize_session": False},
        )
    return touched


def _not_empty(span: Span, length: int) -> Span:
    """A stretch whose every word went keeps one character of where it was: its codings wait there for a person."""
    if span.start < span.end:
        return span
    start = max(0, min(span.start, length - 1))
    return Span(start, start + 1)


def _join_segments(session: Session, study_id: UUID, segment_id: UUID, kept_id: UUID) -> None:
    """Two stretches have become the same one: what was put on the first goes to the second."""
    rows = session.execute(select(Coding.code_id, Coding.coder_id).where(Coding.segment_id == kept_id))
    there = {(row.code_id, row.coder_id) for row in rows}
    for coding in session.scalars(select(Coding).where(Coding.segment_id == segment_id)).all():
        if (coding.code_id, coding.coder_id) in there:
            session.delete(coding)
        else:
            coding.segment_id = kept_id
    session.execute(
        update(ImportedSelection).where(ImportedSelection.segment_id == segment_id).values(segment_id=kept_id)
    )
    move_references(session, study_id, ObjectKind.SEGMENT, segment_id, kept_id)
    session.execute(update(Segment).where(Segment.id == kept_id).values(is_touched=True))
    session.flush()
    session.execute(delete(Segment).where(Segment.id == segment_id))


def _move_groups(session: Session, version_id: UUID, new_id: UUID, edits: Sequence[Edit], *, flags: bool) -> None:
    """Proposed groups follow too; a stretch that changed is no longer what was grouped, and leaves."""
    for member in session.scalars(select(ClusterMember).where(ClusterMember.version_id == version_id)).all():
        followed = remap(Span(member.start, member.end), edits)
        if flags and followed.touched:
            session.delete(member)
        else:
            member.version_id, member.start, member.end = new_id, followed.span.start, followed.span.end
    session.flush()
