"""The table of a transcript's codings, and the form that codes without script."""

from bisect import bisect_right
from dataclasses import dataclass
from uuid import UUID

from app.research.contexts.acts import TableAct
from app.research.contexts.reading import TurnLine, turn_lines
from coding.queries import CodeRow, Document
from coding.spans import words_of


@dataclass(frozen=True, slots=True)
class PassageRow:
    """One coding as a row."""

    coding_id: UUID
    turn: int
    speaker: str
    start: int
    end: int
    quote: str
    code: str
    colour: str
    coder: str
    comment: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class TablePage:
    """The page; `words` are those of the turn asked for, numbered from 1."""

    id: UUID
    title: str
    rows: tuple[PassageRow, ...]
    codes: tuple[CodeRow, ...]
    act: TableAct
    error: str | None
    only_mine: bool
    last_turn: int
    turn: TurnLine | None
    words: tuple[tuple[int, str], ...]


def build_table_page(
    document: Document,
    codes: tuple[CodeRow, ...],
    act: TableAct,
    *,
    account_id: UUID,
    only_mine: bool,
    turn: str,
    error: str | None,
) -> TablePage:
    """Compute the page; `turn` is the number asked for in the address, `act` what was typed and refused."""
    wanted = (act.turn or turn).strip()
    lines = turn_lines(document) if wanted else ()
    number = int(wanted) if wanted.isascii() and wanted.isdigit() else 0
    shown = lines[number - 1] if 1 <= number <= len(lines) else None
    starts = [each.start for each in document.turns]
    rows = []
    for coding in document.codings:
        if only_mine and coding.coder_id != account_id:
            continue
        place = max(0, bisect_right(starts, coding.start) - 1)
        rows.append(
            PassageRow(
                coding_id=coding.coding_id,
                turn=place + 1,
                speaker=document.turns[place].label if document.turns else "",
                start=coding.start,
                end=coding.end,
                quote=coding.quote,
                code=coding.code,
                colour=coding.colour,
                coder=coding.coder,
                comment=coding.comment,
                is_mine=coding.coder_id == account_id,
            )
        )
    words = words_of(shown.text) if shown else []
    return TablePage(
        id=document.transcript_id,
        title=document.title,
        rows=tuple(rows),
        codes=tuple(code for code in codes if code.is_codable),
        act=act if act.turn or not shown else TableAct(turn=str(shown.number)),
        error=error,
        only_mine=only_mine,
        last_turn=len(document.turns),
        turn=shown,
        words=tuple((place, shown.text[word.start : word.end]) for place, word in enumerate(words, start=1) if shown),
    )
