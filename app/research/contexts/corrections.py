"""What the pages of corrections show: the turns of one page in fields, and the passages that changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import format_datetime

from app.research.contexts.reading import turn_name
from coding.queries import CodingView, Document
from coding.queries.versions import VersionRow
from coding.spans import Span

TURNS_A_PAGE = 25
_LETTERS_A_LINE = 90
_MOST_LINES = 14


@dataclass(frozen=True, slots=True)
class TurnField:
    """One turn to correct; `rows` is the height of its field."""

    name: str
    title: str
    words: str
    rows: int


@dataclass(frozen=True, slots=True)
class WordsPage:
    """The turns of one page; `error` is what is wrong with what was sent, whose words the fields then keep."""

    transcript_id: UUID
    version_id: UUID
    title: str
    page: int
    pages: int
    turns: tuple[TurnField, ...]
    error: str


def build_words_page(document: Document, page: int, sent: Mapping[str, str], error: str) -> WordsPage:
    """Compute a page; one beyond the last is the last."""
    pages = max(1, -(-len(document.turns) // TURNS_A_PAGE))
    page = max(1, min(page, pages))
    fields = []
    for turn in document.turns[(page - 1) * TURNS_A_PAGE : page * TURNS_A_PAGE]:
        name = _field_name(turn.start, turn.end)
        words = sent.get(name, document.text[turn.start : turn.end])
        lines = sum(1 + len(line) // _LETTERS_A_LINE for line in words.split("\n"))
        title = turn_name(turn.position + 1, turn.label, turn.role)
        fields.append(TurnField(name, title, words, min(lines, _MOST_LINES)))
    return WordsPage(document.transcript_id, document.version_id, document.title, page, pages, tuple(fields), error)


def read_words(document: Document, sent: Mapping[str, str]) -> dict[Span, str]:
    """Return the words sent for each stretch; white space around them is not a correction."""
    spans = (Span(turn.start, turn.end) for turn in document.turns)
    return {
        span: sent[_field_name(span.start, span.end)].strip()
        for span in spans
        if _field_name(span.start, span.end) in sent
    }


def _field_name(start: int, end: int) -> str:
    return f"words-{start}-{end}"


@dataclass(frozen=True, slots=True)
class TouchedPassage:
    """A passage whose words changed, with all codings on it."""

    segment_id: UUID
    start: int
    end: int
    before: str
    now: str
    turn: int
    codings: tuple[CodingView, ...]


def build_touched(document: Document) -> tuple[TouchedPassage, ...]:
    """Return the passages to look at, in the order of the text."""
    by_segment: dict[UUID, list[CodingView]] = {}
    for coding in document.codings:
        if coding.is_touched:
            by_segment.setdefault(coding.segment_id, []).append(coding)
    return tuple(
        TouchedPassage(
            segment_id,
            codings[0].start,
            codings[0].end,
            codings[0].earlier_quote,
            codings[0].quote,
            1 + max((turn.position for turn in document.turns if turn.start <= codings[0].start), default=0),
            tuple(codings),
        )
        for segment_id, codings in by_segment.items()
    )


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version with its moment in words."""

    moment: str
    row: VersionRow


def build_versions(rows: tuple[VersionRow, ...]) -> tuple[VersionCard, ...]:
    """Return the versions as they are listed."""
    return tuple(VersionCard(format_datetime(row.created_at, "short"), row) for row in rows)
