"""How answers were given, as tables joined to the others by `response_id`: `details` of answers, `pages`."""

from collections.abc import Iterator, Mapping
from typing import Any

from surveys.datafiles.collecting import Answers, Column, DataTable
from surveys.datafiles.variables import Absence, Kind, Measure, Role, Variable, Words
from surveys.presentation import Look

DETAILS, PAGES = "details", "pages"
HEADERS: Mapping[str, tuple[str, ...]] = {
    DETAILS: ("response_id", "item", "shown", "confirmed"),
    PAGES: ("response_id", "version", "page", "saved_at", "seconds", "read_aloud"),
}
_CODES = {look.value: number for number, look in enumerate(Look, 1)}
_KINDS = {
    "version": Kind.NUMBER,
    "seconds": Kind.NUMBER,
    "saved_at": Kind.MOMENT,
    **dict.fromkeys(("shown", "confirmed", "read_aloud"), Kind.CODED),
}


def fact_lines(table: str, row: Answers) -> Iterator[tuple[Any, ...]]:
    """Yield the lines of a response in one of these tables, under its headers; None where nothing is known."""
    if table == DETAILS:
        for detail in row.facts.details:
            yield str(row.response_id), detail.item, detail.shown, int(detail.is_confirmed)
        return
    for visit in row.facts.visits:
        yield (
            str(row.response_id),
            visit.version,
            visit.page,
            visit.saved_at,
            visit.seconds,
            int(visit.is_read_aloud),
        )


class FactCollector:
    """These tables as columns, filled response by response."""

    def __init__(self, words: Words) -> None:
        self._tables = {
            name: DataTable(
                name,
                words.tables.get(name, name),
                [],
                [Column(_variable(header, words)) for header in headers],
            )
            for name, headers in HEADERS.items()
        }

    def add(self, row: Answers) -> None:
        """Add a response."""
        for name, table in self._tables.items():
            for line in fact_lines(name, row):
                for column, value in zip(table.links, line, strict=True):
                    cell = _CODES.get(value) if column.variable.header == "shown" else value
                    if cell is None:
                        column.skip(Absence.NOT_ASKED)
                    else:
                        column.add(cell)

    @property
    def tables(self) -> list[DataTable]:
        """Those that have lines."""
        return [table for table in self._tables.values() if len(table)]


def _variable(header: str, words: Words) -> Variable:
    kind = _KINDS.get(header, Kind.TEXT)
    worded = words.values.get(header, {})
    codes = _CODES if header == "shown" else {}
    labels = {number: worded.get(name, name) for name, number in codes.items()}
    if header in ("confirmed", "read_aloud"):
        labels = {0: words.no, 1: words.yes}
    return Variable(
        header=header,
        label=words.context.get(header, header),
        kind=kind,
        measure=Measure.SCALE if header in ("seconds", "saved_at") else Measure.NOMINAL,
        role=Role.CONTEXT,
        codes=codes,
        value_labels=labels,
    )
