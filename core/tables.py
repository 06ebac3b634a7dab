"""Tables that leave as files: no cell can become a formula, no string is changed silently.

CSV: a text cell whose first visible character a spreadsheet would take for a formula gets an apostrophe before it,
plain numbers excepted; taking one leading apostrophe off such cells gives the table back. XLSX: cells are written
with the type of text, which needs no mark.

Every CSV is made for a spreadsheet set to French, where these studies are read: semicolons, decimal commas, UTF-8 with
its mark. Where programs read it too, a plain one (commas, points, no mark) is offered beside.
"""

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

_FORMULA = re.compile(r"^[\s\ufeff\u200b\u00a0']*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"^[+-]?\d+(?:[.,]\d+)?$")
_MAX_CELL = 32_767  # of a spreadsheet
_MAX_SHEET = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """How a CSV is written: sign between cells, decimal sign, and whether the mark by which spreadsheets know UTF-8."""

    delimiter: str
    decimal: str
    has_mark: bool

    @property
    def mark(self) -> str:
        """What the file begins with."""
        return "\ufeff" if self.has_mark else ""

    def number(self, cell: Any) -> Any:
        """Return a decimal number as text with the sign of this style; anything else as it is."""
        return repr(cell).replace(".", self.decimal) if isinstance(cell, float) else cell


SPREADSHEET = CsvStyle(";", ",", has_mark=True)
"""What a spreadsheet set to French opens with a double click (`read.csv2` in R)."""
PLAIN = CsvStyle(",", ".", has_mark=False)
"""What programs read without being told anything."""


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and rows of text, numbers, dates or None (an empty cell)."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def to_csv(table: Table, *, style: CsvStyle = SPREADSHEET) -> bytes:
    """Return the table in UTF-8, lines ended by CRLF."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=style.delimiter)
    writer.writerow([guarded(name) for name in table.columns])  # headings are typed by people too
    writer.writerows([style.number(guarded(cell)) for cell in row] for row in table.rows)
    return (style.mark + buffer.getvalue()).encode()


def to_xlsx(tables: Sequence[Table]) -> bytes:
    """Return a workbook with one sheet a table, its first row frozen."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        bold = workbook.add_format({"bold": True})
        for table, title in zip(tables, _sheet_names([table.name for table in tables]), strict=True):
            sheet = workbook.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(table.columns):
                sheet.write_string(0, column, name, bold)
            for number, row in enumerate(table.rows, start=1):
                for column, cell in enumerate(row):
                    _write(sheet, number, column, cell)
    return buffer.getvalue()


def _sheet_names(names: Sequence[str]) -> list[str]:
    """Return names a spreadsheet takes: short, without its marks, not "History", none twice whatever the case."""
    taken: set[str] = {"", "history"}
    made = []
    for name in names:
        bare = _NOT_IN_SHEET_NAMES.sub(" ", name).strip("' ")[:_MAX_SHEET].rstrip("' ") or "1"
        free, number = bare, 1
        while free.casefold() in taken:
            number += 1
            mark = f" {number}"
            free = bare[: _MAX_SHEET - len(mark)] + mark
        taken.add(free.casefold())
        made.append(free)
    return made


def _write(sheet: Any, row: int, column: int, cell: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float) and math.isfinite(cell):  # a sheet has no other numbers
        sheet.write_number(row, column, cell)
    else:
        sheet.write_string(row, column, _as_text(cell)[:_MAX_CELL])


def guarded(cell: Any) -> Any:
    """Return a cell as a CSV may hold it: "" for None, an apostrophe before what a spreadsheet would compute."""
    if cell is None:
        return ""
    if isinstance(cell, bool | int | float):
        return cell
    text = _as_text(cell)
    return "'" + text if _FORMULA.match(text) and not _NUMBER.match(text) else text


def restored(text: str) -> str:
    """Return the text that `guarded` was given."""
    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text


def _as_text(cell: Any) -> str:
    return cell.isoformat() if isinstance(cell, datetime | date) else str(cell)
