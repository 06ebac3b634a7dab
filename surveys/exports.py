"""Answers taken away: CSV and workbooks, one row a response, with labels and a codebook.

Absences keep their kind: an empty cell was left empty, three codes say refused, unknown and not asked. A text that a
spreadsheet would run as a formula gets an apostrophe before it; so does one that begins with an apostrophe, so that
taking one apostrophe off gives every text back.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.tables import SPREADSHEET, CsvStyle, guarded
from surveys.answers import ResponseRow
from surveys.definition import Definition, Item, ItemType
from surveys.items import display_value
from surveys.models import Missing

NOT_ASKED = "NA"
REFUSED = "-98"
UNKNOWN = "-99"
MISSING_CODES = {Missing.REFUSED: REFUSED, Missing.UNKNOWN: UNKNOWN}
CONTEXT = (
    "response_id",
    "participant",
    "site",
    "arm",
    "wave",
    "state",
    "mode",
    "locale",
    "started_at",
    "submitted_at",
)
_MAX_CELL = 32_767


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: an item, or one choice of an item of several (1 chosen, 0 not)."""

    header: str
    item: Item
    choice: str = ""


def export_columns(definition: Definition) -> tuple[ExportColumn, ...]:
    """Return the columns of a form's answers: each item, and after one of several choices each of its choices."""
    columns: list[ExportColumn] = []
    for item in definition.items():
        if item.type is ItemType.NOTE:
            continue
        columns.append(ExportColumn(item.key, item))
        if item.type is ItemType.SELECT_MULTIPLE:
            names = dict.fromkeys(choice.name for choice in definition.choice_lists.get(item.list_name, ()))
            columns.extend(ExportColumn(f"{item.key}/{name}", item, name) for name in names)
    return tuple(columns)


def cell(column: ExportColumn, row: ResponseRow) -> Any:
    """Return what a cell holds: a number, a text, or the code of an absence; None when left empty."""
    key = column.item.key
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
        row.locale,
        row.started_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        row.submitted_at.strftime("%Y-%m-%dT%H:%M:%SZ") if row.submitted_at else None,
    ]


def write_csv(definition: Definition, rows: Iterable[ResponseRow], *, style: CsvStyle = SPREADSHEET) -> Iterator[str]:
    """Yield a CSV line by line: names of columns, then one line a response."""
    columns = export_columns(definition)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=style.delimiter, lineterminator="\r\n")

    def taken() -> str:
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    writer.writerow([*CONTEXT, *(column.header for column in columns)])
    yield style.mark + taken()
    for row in rows:
        values = [*context_cells(row), *(cell(column, row) for column in columns)]
        writer.writerow([style.number(guarded(value)) for value in values])
        yield taken()


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
    context: Mapping[str, str] | None = None


def write_workbook(
    definition: Definition, rows: Iterable[ResponseRow], *, locale: str = "", names: SheetNames | None = None
) -> bytes:
    """Return an .xlsx with the answers as codes, the answers as labels, and the codebook.

    Texts are written as strings, never as formulas, links or numbers. Rows go to disk as they come.
    """
    import xlsxwriter

    words = names or SheetNames()
    tag = definition.locale(locale).tag
    columns = export_columns(definition)
    output = io.BytesIO()
    book = xlsxwriter.Workbook(
        output, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    codes, labels, codebook = (book.add_worksheet(name[:31]) for name in (words.answers, words.labels, words.codebook))
    questions = {item.key: definition.text(item.labels, tag)[0] for item in definition.items()}
    plain = [column for column in columns if not column.choice]
    choice_labels = {item.key: _choice_labels(definition, item, tag) for item in definition.items()}
    context = [(words.context or {}).get(name, name) for name in CONTEXT]
    for sheet, headers in (
        (codes, [*CONTEXT, *(column.header for column in columns)]),
        (labels, [*context, *(questions[column.item.key] or column.header for column in plain)]),
    ):
        _write_row(sheet, 0, headers, head)
        sheet.freeze_panes(1, 1)
    absent = {Missing.REFUSED: words.refused, Missing.UNKNOWN: words.unknown}
    for number, row in enumerate(rows, 1):
        known = context_cells(row)
        _write_row(codes, number, [*known, *(cell(column, row) for column in columns)])
        shown = [_label_cell(column.item, row, choice_labels[column.item.key], words, absent) for column in plain]
        _write_row(labels, number, [*known, *shown])
    _write_codebook(codebook, definition, tag, words, head)
    book.close()
    return output.getvalue()


def _choice_labels(definition: Definition, item: Item, tag: str) -> dict[str, str]:
    return {
        choice.name: definition.text(choice.labels, tag)[0] or choice.name
        for choice in definition.choice_lists.get(item.list_name, ())
    }


def _label_cell(
    item: Item, row: ResponseRow, labels: Mapping[str, str], words: SheetNames, absent: Mapping[Missing, str]
) -> Any:
    if item.key in row.missing:
        return absent[row.missing[item.key]]
    if item.key not in row.answers:
        return words.not_asked
    value = row.answers[item.key]
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
    for item in definition.items():
        if item.type is ItemType.NOTE:
            continue
        yield item.key, item.type.value, definition.text(item.labels, tag)[0], "", ""
        for name, label in _choice_labels(definition, item, tag).items():
            yield item.key, "", "", name, label
    for code, meaning in ((NOT_ASKED, words.not_asked), (REFUSED, words.refused), (UNKNOWN, words.unknown)):
        yield "*", "", "", code, meaning


def _write_codebook(sheet: Any, definition: Definition, tag: str, words: SheetNames, head: Any) -> None:
    _write_row(sheet, 0, words.headings, head)
    for number, row in enumerate(codebook_rows(definition, tag, words), 1):
        _write_row(sheet, number, row)
    sheet.freeze_panes(1, 0)
