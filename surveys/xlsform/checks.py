"""What we look for in a form before anything is converted: each remark with sheet, row and column."""

import difflib
import itertools
import re
from collections.abc import Iterator, Mapping

from surveys.lists import is_file
from surveys.xlsform.columns import (
    DEVICE_TYPES,
    EXPRESSIONS,
    EXTERNAL_TYPES,
    HONOURED_APPEARANCES,
    KNOWN,
    SELECT_EXTERNAL,
    SELECTS,
    SHOWN_TEXTS,
    TYPES,
    Column,
    read_column,
)
from surveys.xlsform.formulas import check_formulas
from surveys.xlsform.outline import Line, Outline
from surveys.xlsform.problems import Problem, error, warning
from surveys.xlsform.workbook import MAX_BLANK_ROWS, Workbook

_NAME = re.compile(r"[^\W\d][\w.-]*")
_LABELS = re.compile(r"tick_labelset\s*=\s*([^\s,;]+)")
_SHEET_TYPES = [*TYPES, *DEVICE_TYPES, "select_one", "select_multiple", "begin_group", "end_group"]
_CHOICE_COLUMNS = frozenset({"list_name", "name", "label", "image", "audio", "video", "big-image", "media"})
_SEARCH = re.compile(r"search\(.*\)", re.DOTALL)
MAX_TRANSLATION_REMARKS = 200


def check_survey(workbook: Workbook, outline: Outline) -> list[Problem]:
    """Look at every line."""
    problems = list(outline.problems)
    lists = {name: {_list_name(row) for row in workbook.rows(name)} for name in ("choices", "external_choices")}
    for line in outline.lines:
        if line.type.edge != "end":
            problems.extend(_check_line(line, outline, lists))
    problems.extend(_check_choices(workbook, outline))
    problems.extend(check_formulas(outline))
    problems.extend(_check_translations("survey", outline.columns, [(line.row, line.texts) for line in outline.lines]))
    problems.extend(
        warning("column_unknown", "survey", 1, column.header, name=column.header)
        for column in outline.columns
        if column.name not in KNOWN and "::" not in column.header
    )
    problems.extend(
        warning("rows_left_out", name, sheet.cut_at, "", limit=MAX_BLANK_ROWS)
        for name, sheet in workbook.sheets.items()
        if sheet.cut_at
    )
    problems.extend(warning("sheet_ignored", name, 0, name=name) for name in ("entities", "osm") if workbook.rows(name))
    return problems


def _check_line(line: Line, outline: Outline, lists: Mapping[str, set[str]]) -> Iterator[Problem]:
    yield from _check_type(line, outline, lists)
    yield from _check_name(line, outline)
    appearance = _SEARCH.sub("", line.cells.get("appearance", ""))
    unknown = [word for word in appearance.split() if word not in HONOURED_APPEARANCES]
    if unknown:
        yield warning("appearance_ignored", "survey", line.row, "appearance", name=" ".join(unknown))


def _check_type(line: Line, outline: Outline, lists: Mapping[str, set[str]]) -> Iterator[Problem]:
    kind = line.type
    if kind.name in DEVICE_TYPES:
        yield warning("device_type", "survey", line.row, "type", type=kind.name, name=line.name)
    elif kind.name == "audit":
        yield warning("audit_kept", "survey", line.row, "type")
    elif not kind.edge and kind.name not in TYPES and kind.name not in EXTERNAL_TYPES:
        yield _unknown_type(line)
    elif kind.list_name.startswith("${"):
        yield from _check_quoted(line, outline)
    elif kind.list_name and not is_file(kind.list_name):
        sheet = "external_choices" if kind.name == SELECT_EXTERNAL else "choices"
        if kind.list_name not in lists[sheet]:
            close = difflib.get_close_matches(kind.list_name, [name for name in lists[sheet] if name], 1)
            found = {"name": kind.list_name, "close": close[0] if close else "", "other": sheet}
            yield error("list_unknown", "survey", line.row, "type", **found)


def _check_quoted(line: Line, outline: Outline) -> Iterator[Problem]:
    """Look at `select_one ${name}`: its choices are the answers given in a repeat."""
    name = line.type.list_name.removeprefix("${").removesuffix("}").strip()
    quoted = next((each for each in outline.lines if each.name == name and not each.type.edge), None)
    if quoted is None:
        yield error("reference_unknown", "survey", line.row, "type", name=name, close="")
    elif line.type.name == "select all that apply":
        yield error("choices_quoted_by_several", "survey", line.row, "type", name=name)
    elif not outline.is_repeated(quoted):
        yield error("choices_not_repeated", "survey", line.row, "type", name=name)


def _check_name(line: Line, outline: Outline) -> Iterator[Problem]:
    if line.name and not _NAME.fullmatch(line.name):
        yield error("name_malformed", "survey", line.row, outline.header("name"), name=line.name)
    elif not line.name and line.type.name not in ("note", "group", "loop"):
        yield error("name_missing", "survey", line.row, outline.header("name"), type=line.cells["type"])


def _unknown_type(line: Line) -> Problem:
    written = line.cells["type"]
    if written.lower().strip() in SELECTS:
        return error("select_without_list", "survey", line.row, "type", type=written)
    close = difflib.get_close_matches(written.lower(), _SHEET_TYPES, 1)
    return error("type_unknown", "survey", line.row, "type", name=written, close=close[0] if close else "")


def _list_name(row: dict[str, str]) -> str:
    named = {header.lower().replace(" ", "_"): cell for header, cell in row.items()}
    return named.get("list_name", "")


def rows_of_choices(workbook: Workbook) -> dict[tuple[str, str], int]:
    """Return the line of each choice in its sheet, by its list and name."""
    rows = reversed(list(enumerate(workbook.rows("choices"), 2)))
    return {(_list_name(cells), cells.get("name", "")): row for row, cells in rows}


def _check_choices(workbook: Workbook, outline: Outline) -> Iterator[Problem]:
    used = {
        line.type.list_name
        for line in outline.lines
        if line.type.list_name and line.type.name != SELECT_EXTERNAL and not line.type.list_name.startswith("${")
    }
    used = {name for name in used if not is_file(name)}
    used |= {found[1] for line in outline.lines if (found := _LABELS.search(line.cells.get("parameters", "")))}
    sheet = workbook.sheets.get("choices")
    if sheet is None or not sheet.headers:
        if used:
            yield error("sheet_missing", "choices", 0, name="choices")
        return
    columns = tuple(read_column(header) for header in sheet.headers)
    for name in ("list_name", "name"):
        if not any(column.name == name for column in columns) and sheet.rows:
            yield error("column_missing", "choices", 1, name=name)
            return
    by_header = {column.header: column for column in columns}
    rows = [
        (row, {(by_header[header].name, by_header[header].language): text for header, text in cells.items()})
        for row, cells in enumerate(sheet.rows, 2)
        if _list_name(cells)
    ]
    yield from _check_choice_rows(rows, used, outline, workbook)
    listed = {_list_name(cells): row for row, cells in reversed(list(enumerate(sheet.rows, 2)))}
    for list_name in sorted(set(listed) - used - {""}):
        yield warning("list_unused", "choices", listed[list_name], "list_name", name=list_name)
    yield from _check_translations("choices", columns, rows)
    yield from _unused_choice_columns(columns, outline)


def _check_choice_rows(
    rows: list[tuple[int, dict[tuple[str, str], str]]], used: set[str], outline: Outline, workbook: Workbook
) -> Iterator[Problem]:
    spaceless = {line.type.list_name for line in outline.lines if line.type.name in ("select all that apply", "rank")}
    settings = next(iter(workbook.rows("settings")), {})
    may_repeat = settings.get("allow_choice_duplicates", "").lower() in ("yes", "true", "true()")
    seen: set[tuple[str, str]] = set()
    for row, texts in rows:
        list_name, name = texts.get(("list_name", ""), ""), texts.get(("name", ""), "")
        if list_name not in used:
            continue
        if not name:
            yield error("choice_without_name", "choices", row, "name", list=list_name)
            continue
        if " " in name:
            make = error if list_name in spaceless else warning
            yield make("choice_name_spaced", "choices", row, "name", name=name, list=list_name)
        if (list_name, name) in seen and not may_repeat:
            yield error("choice_repeated", "choices", row, "name", name=name, list=list_name)
        seen.add((list_name, name))
        if not any(column in ("label", "image", "audio") for column, _language in texts):
            yield warning("choice_without_label", "choices", row, "label", name=name, list=list_name)


def _unused_choice_columns(columns: tuple[Column, ...], outline: Outline) -> Iterator[Problem]:
    formulas = " ".join(
        line.cells.get(name, "") for line in outline.lines for name in (*EXPRESSIONS, "appearance", "default")
    )
    words = set(re.findall(r"[\w.-]+", formulas))
    for column in columns:
        is_ours = "::" in column.header or column.header.startswith("tresse_")
        if column.name not in _CHOICE_COLUMNS and column.header not in words and not is_ours:
            yield warning("choice_column_unused", "choices", 1, column.header, name=column.header)


def _check_translations(
    sheet: str, columns: tuple[Column, ...], rows: list[tuple[int, dict[tuple[str, str], str]]]
) -> Iterator[Problem]:
    """Name each text that is written in one language of the form and not in another."""
    languages = list(dict.fromkeys(column.language for column in columns if column.language))
    if len(languages) < 2:  # noqa: PLR2004  nothing to compare
        return
    for name in SHOWN_TEXTS:
        written_in = [column for column in columns if column.name == name]
        have = {column.language for column in written_in}
        if have == {""}:
            yield warning("text_without_language", sheet, 1, name, name=name)
        elif have:
            for language in languages:
                if language not in have and any((name, other) in texts for _, texts in rows for other in have):
                    yield warning("translation_column_missing", sheet, 1, name, name=name, language=language)
            yield from itertools.islice(_empty_cells(sheet, written_in, rows), MAX_TRANSLATION_REMARKS)


def _empty_cells(
    sheet: str, written_in: list[Column], rows: list[tuple[int, dict[tuple[str, str], str]]]
) -> Iterator[Problem]:
    for row, texts in rows:
        written = [column for column in written_in if (column.name, column.language) in texts]
        if written:
            for column in written_in:
                if column.language and column not in written:
                    yield warning("translation_missing", sheet, row, column.header, language=column.language)
