"""Somebody takes back what they wrote: it goes from the transcripts made of it, with all that was made of those.

Blanks of the same length stand in their place, so that nobody else's words move.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from coding.models import (
    ClusterGroup,
    ClusterMember,
    Coding,
    Segment,
    Speaker,
    TextChunk,
    Transcript,
    TranscriptVersion,
    Turn,
)
from coding.object_models import ObjectKind
from coding.services.references import forget_memos_about, forget_references
from coding.spans import CHUNK_LENGTH, CONTEXT_LENGTH, Span, context, overlaps
from core.audit import record

FILLER = " "
_WORD = re.compile(r"\w+")
# A term of a group is a lemma, its words are inflected: « accompagner » is still said where « accompagnée » is.
_ENDING = 3
_STEM = 4


@dataclass(frozen=True, slots=True)
class ErasedWords:
    """What a withdrawal took away, in numbers: answers in transcripts, segments, codings."""

    answers: int = 0
    segments: int = 0
    codings: int = 0


def erase_source(session: Session, study_id: UUID, source_id: UUID) -> ErasedWords:
    """Erase the words that came from a response (`Turn.source_id`), in every version of every transcript of the study.

    Turns, segments that share a character with them, their codings, memos and links, and stretches of proposed groups
    go; the trail keeps places and codes, no word. A second time finds nothing.
    """
    rows = session.execute(
        select(Turn.version_id, Turn.start, Turn.end, TranscriptVersion.transcript_id)
        .join(TranscriptVersion, TranscriptVersion.id == Turn.version_id)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .where(Turn.source_id == source_id, Transcript.study_id == study_id)
        .order_by(TranscriptVersion.transcript_id, Turn.version_id, Turn.start)
    ).all()
    spans: dict[UUID, list[Span]] = {}
    for row in rows:
        spans.setdefault(row.version_id, []).append(Span(row.start, row.end))
    gone = ErasedWords(len(rows))
    for transcript_id, version_id in dict.fromkeys((row.transcript_id, row.version_id) for row in rows):
        segments, codings = _erase_version(session, study_id, transcript_id, version_id, spans[version_id])
        gone = ErasedWords(gone.answers, gone.segments + segments, gone.codings + codings)
    for transcript_id in {row.transcript_id for row in rows}:
        _forget_silent_speakers(session, transcript_id)
    session.flush()
    return gone


def _erase_version(
    session: Session, study_id: UUID, transcript_id: UUID, version_id: UUID, spans: Sequence[Span]
) -> tuple[int, int]:
    """Erase spans of one version; return how many segments and codings went."""
    # Chunks first: whoever is coding these words holds one, and what they do is then seen and erased below.
    text = _erase_text(session, version_id, spans)
    session.execute(delete(Turn).where(Turn.version_id == version_id, Turn.start.in_([span.start for span in spans])))
    segments = _touched_segments(session, version_id, spans)
    codings = session.execute(
        select(Coding.id, Coding.segment_id, Coding.code_id, Coding.coder_id, Coding.status).where(
            Coding.segment_id.in_(list(segments))
        )
    ).all()
    record(
        session,
        verb="transcript.withdraw",
        object_kind="transcript",
        object_id=transcript_id,
        study_id=study_id,
        before={
            "version": str(version_id),
            "places": [[span.start, span.end] for span in spans],
            "codings": [
                {
                    "id": str(row.id),
                    "start": segments[row.segment_id].start,
                    "end": segments[row.segment_id].end,
                    "code": str(row.code_id),
                    "coder": str(row.coder_id),
                    "status": row.status.value,
                }
                for row in codings
            ],
        },
    )
    for kind, ids in ((ObjectKind.CODING, [row.id for row in codings]), (ObjectKind.SEGMENT, list(segments))):
        forget_memos_about(session, study_id, kind, ids)
        forget_references(session, study_id, kind, ids)
    for statement in (
        delete(Coding).where(Coding.segment_id.in_(list(segments))),
        delete(Segment).where(Segment.id.in_(list(segments))),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    _renew_contexts(session, version_id, text, spans)
    _leave_groups(session, version_id, spans)
    session.expire_all()
    return len(segments), len(codings)


def _erase_text(session: Session, version_id: UUID, spans: Sequence[Span]) -> str:
    """Put blanks in the place of `spans`, in the chunks and in the whole text; return it as it is now."""
    numbers = {
        number for span in spans for number in range(span.start // CHUNK_LENGTH, (span.end - 1) // CHUNK_LENGTH + 1)
    }
    for chunk in session.scalars(
        select(TextChunk)
        .where(TextChunk.version_id == version_id, TextChunk.number.in_(sorted(numbers)))
        .order_by(TextChunk.number)
        .with_for_update()
    ):
        chunk.text = _blanked(chunk.text, spans, offset=chunk.number * CHUNK_LENGTH)
    version = session.scalars(
        select(TranscriptVersion).where(TranscriptVersion.id == version_id).with_for_update()
    ).one()
    version.text = _blanked(version.text, spans)
    version.sha256 = hashlib.sha256(version.text.encode()).hexdigest()
    version.word_count = len(version.text.split())
    session.flush()
    return version.text


def _blanked(text: str, spans: Iterable[Span], *, offset: int = 0) -> str:
    for span in spans:
        start, end = max(0, span.start - offset), min(len(text), span.end - offset)
        if start < end:
            text = text[:start] + FILLER * (end - start) + text[end:]
    return text


def _touched_segments(session: Session, version_id: UUID, spans: Sequence[Span]) -> dict[UUID, Span]:
    rows = session.execute(
        select(Segment.id, Segment.start, Segment.end).where(
            Segment.version_id == version_id,
            Segment.start < max(span.end for span in spans),
            Segment.end > min(span.start for span in spans),
        )
    )
    found = {row.id: Span(row.start, row.end) for row in rows}
    return {id_: place for id_, place in found.items() if any(overlaps(place, span) for span in spans)}


def _renew_contexts(session: Session, version_id: UUID, text: str, spans: Sequence[Span]) -> None:
    """Segments beside the erased words hold 32 characters of them as their context."""
    beside = [
        (Segment.start <= span.end + CONTEXT_LENGTH) & (Segment.end >= span.start - CONTEXT_LENGTH) for span in spans
    ]
    for segment in session.scalars(select(Segment).where(Segment.version_id == version_id, or_(*beside))):
        segment.context_before, segment.context_after = context(text, Span(segment.start, segment.end))
    session.flush()


def _leave_groups(session: Session, version_id: UUID, spans: Sequence[Span]) -> None:
    """Take the erased stretches out of the proposed groups, and the terms that only they carried."""
    rows = session.execute(
        select(ClusterMember.id, ClusterMember.group_id, ClusterMember.start, ClusterMember.end).where(
            ClusterMember.version_id == version_id
        )
    ).all()
    gone = [row for row in rows if any(overlaps(Span(row.start, row.end), span) for span in spans)]
    session.execute(delete(ClusterMember).where(ClusterMember.id.in_([row.id for row in gone])))
    groups = {row.group_id for row in gone}
    for group in session.scalars(select(ClusterGroup).where(ClusterGroup.id.in_(groups))):
        words = _words_of(_texts_of(session, group.id))
        group.terms = [each for each in group.terms if _is_said(each["term"], words)]
        group.size = (
            session.scalar(select(func.count()).select_from(ClusterMember).where(ClusterMember.group_id == group.id))
            or 0
        )
    session.flush()


def _texts_of(session: Session, group_id: UUID) -> list[str]:
    places: dict[UUID, list[Any]] = {}
    for row in session.execute(
        select(ClusterMember.version_id, ClusterMember.start, ClusterMember.end).where(
            ClusterMember.group_id == group_id
        )
    ):
        places.setdefault(row.version_id, []).append(row)
    texts = session.execute(
        select(TranscriptVersion.id, TranscriptVersion.text).where(TranscriptVersion.id.in_(list(places)))
    )
    return [text[row.start : row.end] for version_id, text in texts for row in places[version_id]]


def _words_of(texts: Iterable[str]) -> set[str]:
    folded = "".join(
        letter
        for letter in unicodedata.normalize("NFD", " ".join(texts).casefold())
        if not unicodedata.combining(letter)
    )
    return set(_WORD.findall(folded))


def _is_said(term: str, words: Iterable[str]) -> bool:
    stems = [word[: max(_STEM, len(word) - _ENDING)] for word in _words_of([term])]
    return all(any(word.startswith(stem) for word in words) for stem in stems)


def _forget_silent_speakers(session: Session, transcript_id: UUID) -> None:
    """Delete the speakers who say nothing any more: having spoken is part of what is taken back."""
    heard = select(Turn.id).where(Turn.speaker_id == Speaker.id).exists()
    session.execute(
        delete(Speaker).where(Speaker.transcript_id == transcript_id, ~heard),
        execution_options={"synchronize_session": False},
    )
