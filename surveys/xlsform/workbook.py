"""Read the sheets of a form: xlsx, xls, csv or Markdown table, told apart by content and never by name."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from core.archives import open_archive
from core.errors import Invalid
from core.text import decode
from core.workbooks import FarCell, measured_copy
from surveys.xlsform.columns import TRANSLATABLE, read_column
from surveys.xlsform.problems import FormRefused, error

MAX_BYTES = 10 * 1024 * 1024
MAX_OLD_BYTES = 2 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 400
MAX_BLANK_ROWS = 60
MAX_CELL_CHARACTERS = 32_767
# A form is read while a person waits for a page, and holds a thread of the server: these keep the worst one under five
# seconds of processor (measured: 0.1 ms a cell of the survey sheet, 0.07 ms a reference to a question).
MAX_QUESTIONS = 5_000
MAX_SURVEY_CELLS = 30_000
MAX_OTHER_CELLS = 60_000
MAX_REFERENCES = 20_000
MAX_CHARACTERS = 4_000_000
MAX_UNPACKED_BYTES = 25_000_000

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")

_CSV_SAMPLE = 4_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*/>")
_SPACES = re.compile(r" +")
_NO_BREAK = "\xa0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: header cells, and rows as header → text without the empty cells; `rows[0]` is line 2 of the file."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    cut_at: int = 0
    """The line of the file from which the rest was left out, 0 where nothing was."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets an XLSForm may have, by lower-case name, and the names of all as written."""

    sheets: dict[str, Sheet]
    sheet_names: tuple[str, ...]

    def rows(self, name: str) -> tuple[dict[str, str], ...]:
        """Return the rows of a sheet; none where it is absent."""
        sheet = self.sheets.get(name)
        return sheet.rows if sheet else ()


def read_workbook(content: bytes) -> Workbook:
    """Read the sheets of a form.

    Raises: FormRefused: too big, damaged, or no kind of table that is known.
    """
    if len(content) > MAX_BYTES:
        raise FormRefused([error("file_too_big", limit=MAX_BYTES // 1024 // 1024)])
    if content.startswith(b"PK"):
        return _from_grids(_spreadsheet_grids(_measured(content)))
    if content.startswith(_OLE):
        return _from_grids(_old_grids(content))
    try:
        text = decode(content).text
    except Invalid as refusal:
        raise FormRefused([error("file_not_a_form")]) from refusal
    if text.lstrip().startswith("|"):
        return _from_grids(_markdown_grids(text))
    return _from_grids(_csv_grids(text))


def _measured(content: bytes) -> bytes:
    """Return a workbook to read; refuse what would unpack into too much, or is no workbook.

    Raises: FormRefused: a cell is so far that the grid to it cannot be held.  Invalid: the archive fails the gate.
    """
    with open_archive(content, file="") as archive:
        if not any(name.startswith("xl/") for name in archive.names):
            raise FormRefused([error("file_not_a_form")])
    try:
        return measured_copy(content, file="", max_bytes=MAX_UNPACKED_BYTES)
    except FarCell as far:
        raise FormRefused([error("sheet_too_big", rows=MAX_ROWS, columns=MAX_COLUMNS)]) from far


def _old_grids(content: bytes) -> dict[str, list[list[str]]]:
    """Read a workbook of the old kind, which cannot be measured first; see `old_workbook`.

    Raises: FormRefused: too large to be read that way, or damaged.
    """
    if len(content) > MAX_OLD_BYTES:
        raise FormRefused([error("old_workbook_too_big", limit=MAX_OLD_BYTES // 1024 // 1024)])
    script = Path(__file__).with_name("old_workbook.py")
    read = subprocess.run(  # noqa: S603  our own script
        [sys.executable, "-I", str(script), *SHEETS], input=content, capture_output=True, check=False
    )
    if read.returncode < 0 or b"MemoryError" in read.stderr:  # the system or the reader gave up on its size
        raise FormRefused([error("old_workbook_too_big", limit=MAX_OLD_BYTES // 1024 // 1024)])
    if read.returncode:
        raise FormRefused([error("file_damaged")])
    return {
        name: [[_cell_text(cell) for cell in row] for row in rows] for name, rows in json.loads(read.stdout).items()
    }


def _spreadsheet_grids(content: bytes) -> dict[str, list[list[str]]]:
    import python_calamine

    try:
        return _calamine_grids(content)
    except python_calamine.CalamineError:
        pass  # its declared size, perhaps
    try:
        return _calamine_grids(_without_dimensions(content))
    except (python_calamine.CalamineError, OSError, ValueError) as damage:
        raise FormRefused([error("file_damaged")]) from damage


def _calamine_grids(content: bytes) -> dict[str, list[list[str]]]:
    import python_calamine

    grids: dict[str, list[list[str]]] = {}
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        if len(book.sheet_names) > 1 and name.strip().lower() not in SHEETS:
            grids[name] = []
            continue
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        grids[name] = [[_cell_text(cell) for cell in row] for row in rows]
    return grids


def _without_dimensions(content: bytes) -> bytes:
    """Drop the declared size of each sheet: some programs write « 1:63 », a whole row, which the reader refuses."""
    written = io.BytesIO()
    with open_archive(content, file="") as archive, zipfile.ZipFile(written, "w") as copy:
        for name in sorted(archive.names):
            member = archive.read(name)
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                member = _DIMENSION.sub(b"", member, count=1)
            copy.writestr(name, member)
    return written.getvalue()


def _cell_text(value: Any) -> str:
    """Write a cell as XLSForm tools read it: whole numbers without a point, TRUE and FALSE."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value).strip() if value is not None else ""


def _markdown_grids(text: str) -> dict[str, list[list[str]]]:
    """Read `| sheet |` lines followed by `| | cell | cell |` lines."""
    grids: dict[str, list[list[str]]] = {}
    current: list[list[str]] = []
    for line in text.splitlines():
        if not line.strip().startswith("|"):
            continue
        first, *cells = [_markdown_cell(cell) for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if first:
            current = grids.setdefault(first, [])
        if any(cells) and not set("".join(cells)) <= set("-: "):
            current.append(cells)
    return grids


def _markdown_cell(cell: str) -> str:
    return cell.strip().replace("\\|", "|").replace("\\n", "\n")


def _csv_grids(text: str) -> dict[str, list[list[str]]]:
    """Read a file whose first column names the sheet, as XLSForm has it."""
    head = text[:_CSV_SAMPLE]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    grids: dict[str, list[list[str]]] = {}
    current: list[list[str]] | None = None
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            first, *cells = [cell.strip() for cell in row] or [""]
            if first:
                current = grids.setdefault(first, [])
            if any(cells):
                if current is None:
                    raise FormRefused([error("file_not_a_form")])
                current.append(cells)
    except csv.Error as damage:
        raise FormRefused([error("file_damaged")]) from damage
    if not {name.lower() for name in grids} & set(SHEETS):
        raise FormRefused([error("file_not_a_form")])
    return grids


def _from_grids(grids: dict[str, list[list[str]]]) -> Workbook:
    sheets: dict[str, Sheet] = {}
    only_one = len(grids) == 1
    for name, grid in grids.items():
        known = name.strip().lower()
        if known not in SHEETS:
            if not only_one:
                continue
            known = "survey"
        sheets[known] = _sheet(known, grid)
    _check_amount(sheets)
    return Workbook(sheets, tuple(grids))


def _check_amount(sheets: dict[str, Sheet]) -> None:
    """Refuse what would keep the person, and the thread that serves them, waiting.

    Raises: FormRefused: `form_too_long`, with the sheet.
    """
    characters = references = 0
    for name, sheet in sheets.items():
        cells = 0
        for row in sheet.rows:
            cells += len(row)
            characters += sum(map(len, row.values()))
            references += sum(cell.count("${") for cell in row.values())
        is_survey = name == "survey"
        if (is_survey and sum(map(bool, sheet.rows)) > MAX_QUESTIONS) or cells > (
            MAX_SURVEY_CELLS if is_survey else MAX_OTHER_CELLS
        ):
            raise FormRefused([error("form_too_long", name, questions=MAX_QUESTIONS, cells=MAX_SURVEY_CELLS)])
        if references > MAX_REFERENCES or characters > MAX_CHARACTERS:
            raise FormRefused([error("form_too_long", name, questions=MAX_QUESTIONS, cells=MAX_SURVEY_CELLS)])


def _sheet(name: str, grid: list[list[str]]) -> Sheet:
    if len(grid) > MAX_ROWS or max(map(len, grid), default=0) > MAX_COLUMNS:
        grid = _trimmed(grid)
    if len(grid) > MAX_ROWS or max(map(len, grid), default=0) > MAX_COLUMNS:
        raise FormRefused([error("sheet_too_big", name, rows=MAX_ROWS, columns=MAX_COLUMNS)])
    headers = [_SPACES.sub(" ", header.replace(_NO_BREAK, " ").strip()) for header in (grid[0] if grid else [])]
    repeated = next((header for header in headers if header and headers.count(header) > 1), None)
    if repeated:
        raise FormRefused([error("column_repeated", name, 1, repeated)])
    sentences = {header for header in headers if read_column(header).name in TRANSLATABLE}
    rows: list[dict[str, str]] = []
    blank = cut_at = 0
    for number, cells in enumerate(grid[1:], 2):
        # No-break spaces belong to French sentences, and stop formulas, names and types.
        row = {
            header: cell if header in sentences else cell.replace(_NO_BREAK, " ")
            for header, cell in zip(headers, cells, strict=False)
            if header and cell
        }
        too_long = next((header for header, cell in row.items() if len(cell) > MAX_CELL_CHARACTERS), None)
        if too_long:
            raise FormRefused([error("cell_too_long", name, number, too_long, limit=MAX_CELL_CHARACTERS)])
        if row and blank > MAX_BLANK_ROWS:
            # As pyxform reads it: what stands so far below the table is no part of it.
            cut_at = number
            break
        blank = 0 if row else blank + 1
        rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    return Sheet(name, tuple(header for header in headers if header), tuple(rows), cut_at)


def _trimmed(grid: Iterable[list[str]]) -> list[list[str]]:
    """Cut the empty cells at the right and the empty rows at the bottom."""
    rows = []
    for row in grid:
        end = len(row)
        while end and not row[end - 1]:
            end -= 1
        rows.append(row[:end])
    while rows and not rows[-1]:
        rows.pop()
    return rows
