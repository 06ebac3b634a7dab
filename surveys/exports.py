"""Answers taken away: CSV and workbooks, one row a response, with labels and a codebook; repeats apart.

Absences keep their kind: an empty cell was left empty, four codes say illegible, refused, unknown and not asked. A
text that a spreadsheet would run as a formula gets an apostrophe before it; so does one that begins with an apostrophe,
so that taking one apostrophe off gives every text back.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.tables import SPREADSHEET, CsvStyle, guarded
from surveys.answers import ResponseRow
from surveys.definition import Definition, Item, ItemType
from surveys.items import display_value
from surveys.models import Missing
from surveys.occurrences import Numbers, key_at
from surveys.repeated import RepeatTable, items_outside, repeat_tables

NOT_ASKED = "NA"
ILLEGIBLE = "-97"
REFUSED = "-98"
UNKNOWN = "-99"
MISSING_CODES = {Missing.ILLEGIBLE: ILLEGIBLE, Missing.REFUSED: REFUSED, Missing.UNKNOWN: UNKNOWN}
CONTEXT = (
    "response_id",
    "participant",
    "site",
    "arm",
    "wave",
    "state",
    "mode",
    "helper",
    "holder",
    "locale",
    "started_at",
    "submitted_at",
)
_MAX_CELL = 32_767
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_MAX_SHEET_NAME = 31


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: an item, or one choice of an item of several (1 chosen, 0 not)."""

    header: str
    item: Item
    choice: str = ""


def export_columns(definition: Definition, table: RepeatTable | None = None) -> tuple[ExportColumn, ...]:
    """Return the columns of a form's answers: each item, and after one of several choices each of its choices.

    Items inside repeats are not among them, the number of occurrences of each repeat is; with `table`, the columns of
    one repeat.
    """
    columns: list[ExportColumn] = []
    for item in table.items if table else items_outside(definition):
        if item.type is ItemType.NOTE:
            continue
        columns.append(ExportColumn(item.key, item))
        if item.type is ItemType.SELECT_MULTIPLE:
            names = dict.fromkeys(choice.name for choice in definition.choice_lists.get(item.list_name, ()))
            columns.extend(ExportColumn(f"{item.key}/{name}", item, name) for name in names)
    return tuple(columns)


def cell(column: ExportColumn, row: ResponseRow, numbers: Numbers = ()) -> Any:
    """Return what a cell holds: a number, a text, or the code of an absence; None when left empty.

    Args: numbers: those of an occurrence, for a column of a repeat.
    """
    key = key_at(column.item.key, numbers)
    if key in row.missing:
        return MISSING_CODES[row.missing[key]]
    if key not in row.answers:
        return NOT_ASKED
    value = row.answers[key]
    if column.choice:
        return None if value is None else int(column.choice in value)
    return " ".join(map(str, value)) if isinstance(value, list) else value


def context_cells(row: ResponseRow) -> list[Any]:
    """Return what is known of a response besides its answers; moments to the second, in UTC."""
    return [
        str(row.response_id),
        row.pseudonym,
        row.site,
        row.arm,
        row.wave,
        row.state.value,
        row.mode.value,
        row.helper,
        row.holder,
        row.locale,
        row.started_at.strftime(_MOMENT),
        row.submitted_at.strftime(_MOMENT) if row.submitted_at else None,
    ]


def write_csv(
    definition: Definition,
    rows: Iterable[ResponseRow],
    *,
    table: RepeatTable | None = None,
    style: CsvStyle = SPREADSHEET,
) -> Iterator[str]:
    """Yield a CSV line by line: names of columns, then one line a response, or one an occurrence of a repeat.

    Args:
        definition: the form.
        rows: the responses.
        table: the repeat; its lines are linked to the response by `response_id`, and numbered.
        style: how programs or spreadsheets want it.
    """
    columns = export_columns(definition, table)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=style.delimiter, lineterminator="\r\n")

    def taken() -> str:
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    writer.writerow([*(line_headers(table) if table else CONTEXT), *(column.header for column in columns)])
    yield style.mark + taken()
    for row in rows:
        for numbers in table.lines(row.answers) if table else ((),):
            known = line_cells(row, numbers) if table else context_cells(row)
            values = [*known, *(cell(column, row, numbers) for column in columns)]
            writer.writerow([style.number(guarded(value)) for value in values])
        yield taken()


def write_lines(
    headers: Sequence[str], lines: Iterable[Sequence[Any]], *, style: CsvStyle = SPREADSHEET
) -> Iterator[str]:
    """Yield a CSV of lines that are no answers, such as how answers were given."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=style.delimiter, lineterminator="\r\n")
    writer.writerow(headers)
    for line in lines:
        writer.writerow([style.number(guarded(_plain(value))) for value in line])
    yield style.mark + buffer.getvalue()


def _plain(value: Any) -> Any:
    return value.strftime(_MOMENT) if isinstance(value, datetime) else value


def line_headers(table: RepeatTable) -> list[str]:
    """Return the first columns of a repeat: the response, the person, a number for each repeat around a line."""
    return ["response_id", "participant", *(f"{key}/number" for key in table.around)]


def line_cells(row: ResponseRow, numbers: Numbers) -> list[Any]:
    """Return what tells a line of a repeat."""
    return [str(row.response_id), row.pseudonym, *numbers]


@dataclass(slots=True)
class LineTable:
    """A table of lines that are no answers, filled while answers are read."""

    headers: tuple[str, ...]
    lines: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class SheetNames:
    """The words of a workbook, given by the caller in the language of its reader."""

    answers: str = "answers"
    labels: str = "labels"
    codebook: str = "codebook"
    headings: tuple[str, ...] = ("column", "type", "question", "code", "label")
    not_asked: str = "not asked"
    refused: str = "refused"
    unknown: str = "does not know"
    illegible: str = "cannot be read"
    context: Mapping[str, str] | None = None
    values: Mapping[str, Mapping[str, str]] | None = None


def write_workbook(
    definition: Definition,
    rows: Iterable[ResponseRow],
    *,
    locale: str = "",
    names: SheetNames | None = None,
    more: Mapping[str, LineTable] | None = None,
) -> bytes:
    """Return an .xlsx with the answers as codes, the answers as labels, and the codebook; two sheets more a repeat.

    Texts are written as strings, never as formulas, links or numbers. Rows go to disk as they come.

    Args: more: other sheets by their names, read once the rows are; those without lines are left out.
    """
    import xlsxwriter

    words = names or SheetNames()
    tag = definition.locale(locale).tag
    output = io.BytesIO()
    book = xlsxwriter.Workbook(
        output, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    pair = _Pair(book, head, definition, tag, words, (words.answers, words.labels))
    codebook = book.add_worksheet(words.codebook[:_MAX_SHEET_NAME])
    taken = {name.casefold() for name in (words.answers, words.labels, words.codebook)}
    pairs = [
        _Pair(book, head, definition, tag, words, _sheet_names(table, words, taken), table)
        for table in repeat_tables(definition)
    ]
    for row in rows:
        for each in (pair, *pairs):
            each.write(row)
    for name, table in (more or {}).items():
        if table.lines:
            sheet = book.add_worksheet(_sheet_name(name, taken))
            _write_row(sheet, 0, table.headers, head)
            for number, line in enumerate(table.lines, 1):
                _write_row(sheet, number, [_plain(value) for value in line])
    _write_codebook(codebook, definition, tag, words, head)
    book.close()
    return output.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} {number}"
    taken.add(free.casefold())
    return free


def _sheet_names(table: RepeatTable, words: SheetNames, taken: set[str]) -> tuple[str, str]:
    """Return names of sheets that are short, allowed and not taken yet."""
    plain = re.sub(r"[\[\]:*?/\\']", "_", table.repeat.name)
    number, suffix = 1, ""
    while True:
        names = tuple(f"{plain[: _MAX_SHEET_NAME - len(end)]}{end}" for end in (suffix, f"{suffix} – {words.labels}"))
        if not {name.casefold() for name in names} & taken:
            taken.update(name.casefold() for name in names)
            return names[0], names[1]
        number += 1
        suffix = f" {number}"


class _Pair:
    """Two sheets of the same lines: answers as codes, and as labels."""

    def __init__(
        self,
        book: Any,
        head: Any,
        definition: Definition,
        tag: str,
        words: SheetNames,
        names: tuple[str, str],
        table: RepeatTable | None = None,
    ) -> None:
        self._table = table
        self._words = words
        self._columns = export_columns(definition, table)
        self._plain = [column for column in self._columns if not column.choice]
        self._labels = {column.item.key: choice_labels(definition, column.item, tag) for column in self._plain}
        self._absent = {
            Missing.ILLEGIBLE: words.illegible, Missing.REFUSED: words.refused, Missing.UNKNOWN: words.unknown,
        }  # fmt: skip
        self._line = 0
        self._sheets = [book.add_worksheet(name[:_MAX_SHEET_NAME]) for name in names]
        first = line_headers(table) if table else list(CONTEXT)
        questions = [definition.text(column.item.labels, tag)[0] or column.header for column in self._plain]
        in_words = [(words.context or {}).get(name, name) for name in first]
        _write_row(self._sheets[0], 0, [*first, *(column.header for column in self._columns)], head)
        _write_row(self._sheets[1], 0, [*in_words, *questions], head)
        for sheet in self._sheets:
            sheet.freeze_panes(1, 1)

    def write(self, row: ResponseRow) -> None:
        """Write the lines of a response."""
        for numbers in self._table.lines(row.answers) if self._table else ((),):
            self._line += 1
            known = line_cells(row, numbers) if self._table else context_cells(row)
            codes = [cell(column, row, numbers) for column in self._columns]
            shown = [
                _label_cell(column.item, row, numbers, self._labels[column.item.key], self._words, self._absent)
                for column in self._plain
            ]
            _write_row(self._sheets[0], self._line, [*known, *codes])
            _write_row(self._sheets[1], self._line, [*known, *shown])


def choice_labels(definition: Definition, item: Item, tag: str) -> dict[str, str]:
    """Return the labels of the choices of an item by name."""
    return {
        choice.name: definition.text(choice.labels, tag)[0] or choice.name
        for choice in definition.choice_lists.get(item.list_name, ())
    }


def _label_cell(
    item: Item,
    row: ResponseRow,
    numbers: Numbers,
    labels: Mapping[str, str],
    words: SheetNames,
    absent: Mapping[Missing, str],
) -> Any:
    key = key_at(item.key, numbers)
    if key in row.missing:
        return absent[row.missing[key]]
    if key not in row.answers:
        return words.not_asked
    value = row.answers[key]
    return value if isinstance(value, int | float) or value is None else display_value(item, value, labels)


def _write_row(sheet: Any, number: int, values: Sequence[Any], cell_format: Any = None) -> None:
    for position, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(number, position, value, cell_format)
        else:
            sheet.write_string(number, position, str(value)[:_MAX_CELL], cell_format)


def codebook_rows(
    definition: Definition, locale: str = "", words: SheetNames | None = None
) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the codebook: column, type, question, then a line for each code and its label."""
    words = words or SheetNames()
    tag = definition.locale(locale).tag
    tables = repeat_tables(definition)
    for name, label in (words.context or {}).items():
        yield name, "", label, "", ""
        for value, meaning in (words.values or {}).get(name, {}).items():
            yield name, "", "", value, meaning
    for item in (*items_outside(definition), *(item for table in tables for item in table.items)):
        if item.type is ItemType.NOTE:
            continue
        yield item.key, item.type.value, definition.text(item.labels, tag)[0], "", ""
        for name, label in choice_labels(definition, item, tag).items():
            yield item.key, "", "", name, label
    for code, meaning in (
        (NOT_ASKED, words.not_asked), (ILLEGIBLE, words.illegible), (REFUSED, words.refused), (UNKNOWN, words.unknown),
    ):  # fmt: skip
        yield "*", "", "", code, meaning


def _write_codebook(sheet: Any, definition: Definition, tag: str, words: SheetNames, head: Any) -> None:
    _write_row(sheet, 0, words.headings, head)
    for number, row in enumerate(codebook_rows(definition, tag, words), 1):
        _write_row(sheet, number, row)
    sheet.freeze_panes(1, 0)
