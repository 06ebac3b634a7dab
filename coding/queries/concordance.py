"""Words in their context: each occurrence of what was asked, with what stands before and after."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coding.models import Speaker, SpeakerRole, Transcript, TranscriptKind, TranscriptVersion, Turn
from coding.search.matching import Asking, find_in
from coding.spans import Span

MAX_FOUND = 20_000
_AROUND = 80
SORTS = ("text", "before", "words", "after")


@dataclass(frozen=True, slots=True)
class ConcordanceFilter:
    """Where to look; an empty field asks for nothing. Interviewers are left out unless asked for."""

    transcript_ids: tuple[UUID, ...] = ()
    kinds: tuple[TranscriptKind, ...] = ()
    site_ids: tuple[UUID, ...] = ()
    wave_ids: tuple[UUID, ...] = ()
    with_interviewers: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One occurrence; [start, end) in code points of the version."""

    transcript_id: UUID
    version_id: UUID
    title: str
    turn: int
    speaker: str
    start: int
    end: int
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Concordance:
    """The lines of one page, and how many there are in all; `is_cut` when the search stopped at MAX_FOUND."""

    lines: tuple[Line, ...]
    total: int
    transcript_count: int
    is_cut: bool


def find_lines(
    session: Session,
    study_id: UUID,
    asking: Asking,
    wanted: ConcordanceFilter,
    *,
    sort: str = "text",
    page: int = 1,
    page_size: int = 50,
) -> Concordance:
    """Return the occurrences of what is asked, sorted by the text or by the words around. Two statements."""
    turns = _turns(session, study_id, wanted)
    lines: list[Line] = []
    transcripts: set[UUID] = set()
    is_cut = False
    texts = session.execute(
        select(TranscriptVersion.id, Transcript.id, Transcript.title, TranscriptVersion.text)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .where(TranscriptVersion.is_current, *_conditions(study_id, wanted))
        .order_by(Transcript.title)
    )
    for version_id, transcript_id, title, text in texts:
        if is_cut:
            break
        rows = turns.get(version_id, [])
        for place, span in find_in(text, [Span(row.start, row.end) for row in rows], asking):
            if len(lines) == MAX_FOUND:
                is_cut = True
                break
            turn = Span(rows[place].start, rows[place].end)
            transcripts.add(transcript_id)
            lines.append(
                Line(
                    transcript_id, version_id, title, rows[place].position + 1, rows[place].label or "",
                    span.start, span.end, text[max(turn.start, span.start - _AROUND) : span.start],
                    text[span.start : span.end], text[span.end : min(turn.end, span.end + _AROUND)],
                )
            )  # fmt: skip
    lines.sort(key=_KEYS[sort])
    shown = lines[(page - 1) * page_size : page * page_size]
    return Concordance(tuple(shown), len(lines), len(transcripts), is_cut)


def _turns(session: Session, study_id: UUID, wanted: ConcordanceFilter) -> dict[UUID, list[Any]]:
    query = (
        select(Turn.version_id, Turn.start, Turn.end, Turn.position, Speaker.label)
        .join(TranscriptVersion, TranscriptVersion.id == Turn.version_id)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .outerjoin(Speaker, Speaker.id == Turn.speaker_id)
        .where(TranscriptVersion.is_current, *_conditions(study_id, wanted))
        .order_by(Turn.version_id, Turn.start)
    )
    if not wanted.with_interviewers:
        query = query.where(func.coalesce(Speaker.role, SpeakerRole.OTHER) != SpeakerRole.INTERVIEWER)
    found: dict[UUID, list[Any]] = {}
    for row in session.execute(query):
        found.setdefault(row.version_id, []).append(row)
    return found


def _conditions(study_id: UUID, wanted: ConcordanceFilter) -> list[Any]:
    conditions: list[Any] = [Transcript.study_id == study_id]
    for column, values in (
        (Transcript.id, wanted.transcript_ids),
        (Transcript.kind, wanted.kinds),
        (Transcript.site_id, wanted.site_ids),
        (Transcript.wave_id, wanted.wave_ids),
    ):
        if values:
            conditions.append(column.in_(values))
    return conditions


def _first_words(text: str) -> str:
    return " ".join(text.casefold().split())


def _last_words(text: str) -> list[str]:
    return text.casefold().split()[::-1]


_KEYS = {
    "text": lambda line: (line.title, line.start),
    "before": lambda line: (_last_words(line.before), line.title, line.start),
    "words": lambda line: (_first_words(line.words), _first_words(line.after), line.title, line.start),
    "after": lambda line: (_first_words(line.after), line.title, line.start),
}
