"""SPSS (.sav) and Stata (.dta) files, with labels, missing values told apart, and measures.

Absences: « not asked » is the empty cell of the format. The others are values declared missing: −96 to −99 in SPSS, or
−996 to −999, −9996… for a variable whose answers may hold such a number; `.e .i .r .u` in Stata.
"""

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveys.datafiles.collecting import Column, DataTable
from surveys.datafiles.names import SPSS_NAMES, STATA_NAMES, valid_names
from surveys.datafiles.variables import CODED_ABSENCES, Absence, Kind, Role, Variable

SPSS_LABEL_BYTES = 255
SPSS_VALUE_LABEL_BYTES = 120
SPSS_TEXT_BYTES = 32_767
STATA_LABEL_LENGTH = 80
STATA_VALUE_LABEL_LENGTH = 32_000
FILE_LABEL_BYTES = 64
NOTE_BYTES = 80
MAX_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Written:
    """One variable as a format holds it: its name there, the number of each absence, how many texts were cut."""

    variable: Variable
    name: str
    absence_codes: Mapping[Absence, int | str]
    cut: int = 0


def write_sav(
    table: DataTable, path: Path, *, absences: Mapping[Absence, str], notes: Sequence[str] = ()
) -> list[Written]:
    """Write a table as an SPSS file; `absences` words the missing values."""
    import pyreadstat

    columns = table.columns
    names = valid_names((column.variable.header for column in columns), SPSS_NAMES)
    frame: dict[str, Any] = {}
    written = []
    labels: dict[str, dict[int | float, str]] = {}
    formats: dict[str, str] = {}
    ranges: dict[str, list[Any]] = {}
    for column, name in zip(columns, names, strict=True):
        variable = column.variable
        codes: dict[Absence, int] = {}
        cut = 0
        if variable.kind.is_numeric:
            codes = absence_codes(column)
            frame[name] = _with_codes(column, codes)
            labels[name] = _spss_labels(variable, codes, absences)
            formats[name] = f"F{max(8, _width(column))}.{_decimals(column)}"
            if codes:
                ranges[name] = [{"lo": min(codes.values()), "hi": max(codes.values())}]
        elif variable.kind is Kind.TEXT:
            frame[name], cut = _spss_texts(column.cells)
        else:
            frame[name] = column.cells
        written.append(Written(variable, name, codes, cut))
    pyreadstat.write_sav(
        _frame(frame),
        path,
        file_label=_cut_bytes(table.label, FILE_LABEL_BYTES),
        column_labels={each.name: _cut_bytes(each.variable.label, SPSS_LABEL_BYTES) for each in written},
        variable_value_labels={name: words for name, words in labels.items() if words},
        missing_ranges=ranges,
        variable_measure={each.name: each.variable.measure.value for each in written},
        variable_format=formats,
        note=[_cut_bytes(note, NOTE_BYTES) for note in notes] or None,
        row_compress=True,
    )
    return written


def write_dta(table: DataTable, path: Path, *, absences: Mapping[Absence, str]) -> list[Written]:
    """Write a table as a Stata file (versions 14 and later read it); `absences` words the missing values.

    Rows may come in another order than in other files: see `_order`.
    """
    import pyreadstat

    columns = table.columns
    names = valid_names((column.variable.header for column in columns), STATA_NAMES)
    lettered = [column for column in columns if _letters_found(column)]
    order, kept = _order(lettered, len(table))
    frame: dict[str, Any] = {}
    written = []
    labels: dict[str, dict[Any, str]] = {}
    letters: dict[str, list[str]] = {}
    for column, name in zip(columns, names, strict=True):
        variable = column.variable
        codes: dict[Absence, int | str] = {}
        if column in kept:
            codes = {absence: absence.letter for absence in _letters_found(column)}
            letters[name] = [absence.letter for absence in codes]
        elif variable.kind.is_numeric:
            codes = dict(absence_codes(column))
        if variable.kind.is_numeric:
            words: dict[Any, str] = {
                **_all_labels(variable, absences),
                **{code: absences[a] for a, code in codes.items()},
            }
            labels[name] = {code: _cut(text, STATA_VALUE_LABEL_LENGTH) for code, text in words.items()}
        cells = _stata_cells(column, codes)
        frame[name] = cells if order is None else [cells[place] for place in order]
        written.append(Written(variable, name, codes))
    pyreadstat.write_dta(
        _frame(frame),
        path,
        file_label=_cut(table.label, STATA_LABEL_LENGTH),
        column_labels={each.name: _cut(each.variable.label, STATA_LABEL_LENGTH) for each in written},
        variable_value_labels={name: words for name, words in labels.items() if words},
        missing_user_values=letters,
        version=15,
    )
    return written


def _letters_found(column: Column) -> list[Absence]:
    """Return the absences that letters stand for; the state of a text or a date holds them as its own values."""
    numeric = column.variable.kind.is_numeric and column.variable.role is not Role.STATUS
    return _absences_found(column) if numeric else []


def _stata_cells(column: Column, codes: Mapping[Absence, int | str]) -> Any:
    if column.variable.kind is Kind.TEXT:
        return ["" if value is None else value for value in column.cells]
    if not column.variable.kind.is_numeric:
        return column.cells
    if not any(isinstance(code, str) for code in codes.values()):
        return _with_codes(column, {absence: code for absence, code in codes.items() if isinstance(code, int)})
    whole = _is_whole(column)
    return [
        (int(value) if whole else value) if not absence else codes.get(Absence(absence))
        for value, absence in zip(column.cells, column.absences, strict=True)
    ]


SEEN_ROWS = 100
"""The library looks at so many rows to tell a column of numbers and letters from one of texts."""


def _order(lettered: Sequence[Column], count: int) -> tuple[list[int] | None, list[Column]]:
    """Return an order of rows where each column with letters shows a number early, and the columns that then do.

    None: the order they are in. Past a hundred columns that no rows have in common the last ones keep numbers as codes.
    """
    firsts = {
        id(column): next((place for place, each in enumerate(column.absences) if not each), None) for column in lettered
    }
    front: list[int] = []
    for column in lettered:
        first = firsts[id(column)]
        shown = first is None or first < SEEN_ROWS - len(lettered) or any(not column.absences[place] for place in front)
        if not shown and first is not None and len(front) < SEEN_ROWS:
            front.append(first)
    if not front:
        return None, [column for column in lettered if (firsts[id(column)] or 0) < SEEN_ROWS]
    moved = set(front)
    order = [*front, *(place for place in range(count) if place not in moved)]
    early = order[:SEEN_ROWS]
    kept = [
        column
        for column in lettered
        if firsts[id(column)] is None or any(not column.absences[place] for place in early)
    ]
    return order, kept


def _frame(columns: dict[str, Any]) -> Any:
    import numpy as np
    import pandas as pd

    return pd.DataFrame(
        {
            name: np.frombuffer(cells, dtype=np.float64) if isinstance(cells, array) and cells else cells
            for name, cells in columns.items()
        }
    )


def _absences_found(column: Column) -> list[Absence]:
    return [absence for absence in CODED_ABSENCES if absence in column.absences]


def absence_codes(column: Column) -> dict[Absence, int]:
    """Return the number of each absence: all four where one of them is met, so that the range declared is always one.

    The numbers are made longer where an answer or a choice is one of them.
    """
    if column.variable.role is Role.STATUS or not _absences_found(column):
        return {}
    held = {*column.cells, *map(float, column.variable.value_labels)}
    offset = 0
    while any(float(absence.code - offset) in held for absence in CODED_ABSENCES):
        offset = offset * 10 + 900
    return {absence: absence.code - offset for absence in CODED_ABSENCES}


def _with_codes(column: Column, codes: Mapping[Absence, int]) -> "array[float]":
    cells: array[float] = array("d", column.cells)
    if codes:
        for place, absence in enumerate(column.absences):
            if absence > Absence.NOT_ASKED:
                cells[place] = codes[Absence(absence)]
    return cells


def _is_whole(column: Column) -> bool:
    return all(value.is_integer() for value, absence in zip(column.cells, column.absences, strict=True) if not absence)


def _decimals(column: Column) -> int:
    """Return how many decimals show every answer, 6 at most; the values themselves are kept whole."""
    if column.variable.kind is Kind.CODED or _is_whole(column):
        return 0
    written = (f"{value:.{MAX_DECIMALS}f}".rstrip("0") for value in set(column.cells) if not math.isnan(value))
    return max((len(text.partition(".")[2]) for text in written), default=0)


def _width(column: Column) -> int:
    largest = max((abs(value) for value in set(column.cells) if not math.isnan(value)), default=0.0)
    return min(40, len(f"{largest:.0f}") + 2 + _decimals(column))


def _spss_labels(
    variable: Variable, codes: Mapping[Absence, int], absences: Mapping[Absence, str]
) -> dict[int | float, str]:
    words: dict[int, str] = {
        **_all_labels(variable, absences),
        **{code: absences[absence] for absence, code in codes.items()},
    }
    return {code: _cut_bytes(text, SPSS_VALUE_LABEL_BYTES) for code, text in words.items()}


def _all_labels(variable: Variable, absences: Mapping[Absence, str]) -> dict[int, str]:
    labels = dict(variable.value_labels)
    if variable.role is Role.STATUS:
        labels |= {absence.code: absences[absence] for absence in CODED_ABSENCES}
    return labels


def _spss_texts(values: Sequence[str | None]) -> tuple[list[str], int]:
    """Return texts that SPSS holds, and how many were too long for it."""
    texts = [_cut_bytes(value or "", SPSS_TEXT_BYTES) for value in values]
    return texts, sum(len(text) < len(value or "") for text, value in zip(texts, values, strict=True))


def _cut_bytes(text: str, limit: int) -> str:
    """Return the beginning of a text that fits, ended by an ellipsis when something was cut."""
    encoded = text.encode()
    if len(encoded) <= limit:
        return text
    return encoded[: limit - len("…".encode())].decode(errors="ignore") + "…"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
