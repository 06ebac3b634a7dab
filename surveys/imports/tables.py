"""Files of data as tables of text: CSV, workbooks, SPSS; what was detected is said, and can be corrected.

A cell is a text; a value of SPSS that has a label carries it beside. Nothing is turned into a number or a date here:
what a cell means depends on what its column is.
"""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from core.errors import Invalid
from core.text import decode, normalise, sniff_delimiter
from core.workbooks import measured_copy

MAX_ROWS = 50_000
MAX_COLUMNS = 300
MAX_CELLS = 1_000_000
MAX_CELL = 10_000
SAV_SECONDS = 60
SAV_MARKS = (b"$FL2", b"$FL3")
ZIP_MARK = b"PK\x03\x04"
ENCODINGS = ("utf-8", "cp1252", "iso-8859-15", "mac_roman", "cp850", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
"""Every one that `core.text.decode` may detect, and those that only a person can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is read: `kind` is csv, xlsx or sav; what does not concern its kind is empty."""

    kind: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "kind": self.kind,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "sheet": self.sheet,
            "sheets": list(self.sheets),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Reading":
        """Read what `to_json` wrote."""
        return cls(**{**kept, "sheets": tuple(kept["sheets"])})


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table of text; `numbers` are those of its rows as who opens the file sees them, empty rows counted.

    `labels` are those of coded values, by column and value; `captions` say what columns are.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    captions: Mapping[str, str] = field(default_factory=dict)


def detect(content: bytes, *, file: str) -> Reading:
    """Say how a file looks like being written.

    Raises: Invalid: empty, or neither text, workbook nor SPSS.
    """
    if not content.strip():
        raise Invalid("imports.empty", file=file)
    if content.startswith(SAV_MARKS):
        return Reading(kind="sav")
    if content.startswith(ZIP_MARK):
        sheets = tuple(_workbook(content, file).sheet_names)
        return Reading(kind="xlsx", sheet=sheets[0] if sheets else "", sheets=sheets)
    read = decode(content, file=file)
    return Reading(kind="csv", encoding=read.encoding, delimiter=sniff_delimiter(read.text))


def read_source(content: bytes, reading: Reading, *, file: str) -> SourceTable:
    """Read a file as it is said to be written; empty rows are dropped, headings must be there and all different.

    Raises: Invalid: it cannot be read so, or is too large; with the row or column where that makes sense.
    """
    if reading.kind == "sav":
        table = _read_sav(content, file)
    else:
        grid = _read_sheet(content, reading, file) if reading.kind == "xlsx" else _read_text(content, reading, file)
        table = _from_grid(grid, file)
    if len(table.headings) > MAX_COLUMNS:
        raise Invalid("imports.too_wide", file=file, limit=MAX_COLUMNS)
    if len(table.rows) > MAX_ROWS or len(table.rows) * len(table.headings) > MAX_CELLS:
        raise Invalid("imports.too_long", file=file, rows=MAX_ROWS, cells=MAX_CELLS)
    _check_headings(table.headings, file)
    return table


def _from_grid(grid: Sequence[tuple[int, Sequence[str]]], file: str) -> SourceTable:
    if not grid:
        raise Invalid("imports.empty", file=file)
    headings = tuple(heading.strip() for heading in grid[0][1])
    width = len(headings)
    while width and not headings[width - 1]:
        width -= 1
    rows = tuple(tuple(cell.strip() for cell in (*row, *[""] * width)[:width]) for _number, row in grid[1:])
    return SourceTable(headings[:width], rows, tuple(number for number, _row in grid[1:]))


def _check_headings(headings: tuple[str, ...], file: str) -> None:
    seen: dict[str, int] = {}
    for number, heading in enumerate(headings, 1):
        if not heading:
            raise Invalid("imports.heading_missing", file=file, number=number)
        if heading in seen:
            raise Invalid("imports.heading_twice", file=file, column=heading, number=number, other=seen[heading])
        seen[heading] = number


def _read_text(content: bytes, reading: Reading, file: str) -> list[tuple[int, list[str]]]:
    if reading.encoding not in ENCODINGS or len(reading.delimiter) != 1:
        raise Invalid("imports.reading_wrong", file=file)
    try:
        text = normalise(content.decode(reading.encoding))
    except UnicodeDecodeError as error:
        raise Invalid("uploads.broken_encoding", file=file, encoding=reading.encoding) from error
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=reading.delimiter), 1):
            if any(cell.strip() for cell in row):
                rows.append((number, [cell[:MAX_CELL] for cell in row]))
            if len(rows) > MAX_ROWS + 1:
                raise Invalid("imports.too_long", file=file, rows=MAX_ROWS, cells=MAX_CELLS)
    except csv.Error as error:
        raise Invalid("uploads.broken_csv", file=file, row=number + 1) from error
    return rows


def _workbook(content: bytes, file: str) -> Any:
    import python_calamine

    measured = measured_copy(content, file=file)
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(measured))
    except python_calamine.CalamineError as error:
        raise Invalid("imports.unreadable", file=file) from error


def _read_sheet(content: bytes, reading: Reading, file: str) -> list[tuple[int, list[str]]]:
    import python_calamine

    try:
        sheet = _workbook(content, file).get_sheet_by_name(reading.sheet)
    except python_calamine.CalamineError as error:
        raise Invalid("imports.reading_wrong", file=file) from error
    if sheet.total_width > MAX_COLUMNS:
        raise Invalid("imports.too_wide", file=file, limit=MAX_COLUMNS)
    if sheet.total_height > MAX_ROWS + 1:
        raise Invalid("imports.too_long", file=file, rows=MAX_ROWS, cells=MAX_CELLS)
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    return [(number, row) for number, row in enumerate(rows, 1) if any(row)]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # spreadsheets keep 12 as 12.0
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value)[:MAX_CELL]


def _read_sav(content: bytes, file: str) -> SourceTable:
    """Read an SPSS file in a process of its own: the reader is written in C, and the file comes from a stranger."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "surveys.imports.sav"],
            input=content,
            capture_output=True,
            timeout=SAV_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid("imports.unreadable", file=file) from error
    if done.returncode:
        raise Invalid("imports.unreadable", file=file)
    read = json.loads(done.stdout)
    if "too_large" in read:
        raise Invalid("imports.too_long", file=file, rows=MAX_ROWS, cells=MAX_CELLS)
    rows = tuple(tuple(row) for row in read["rows"])
    numbers = tuple(range(1, len(rows) + 1))
    return SourceTable(tuple(read["headings"]), rows, numbers, read["labels"], read["captions"])


def with_choice(reading: Reading, *, encoding: str, delimiter: str, sheet: str) -> Reading:
    """Return how a file is read after somebody corrected what was detected; empty keeps it."""
    if reading.kind == "csv":
        return replace(reading, encoding=encoding or reading.encoding, delimiter=delimiter or reading.delimiter)
    if reading.kind == "xlsx" and sheet in reading.sheets:
        return replace(reading, sheet=sheet)
    return reading
