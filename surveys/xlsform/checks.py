"""What we look for in a form before anything is converted: each remark with sheet, row and column."""

import difflib
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from surveys.expressions import Expression, ExpressionError, functions, parse
from surveys.expressions.tree import walk
from surveys.xlsform.columns import (
    DEVICE_TYPES,
    EXPRESSIONS,
    HONOURED_APPEARANCES,
    KNOWN,
    LATER_TYPES,
    SELECTS,
    SHOWN_TEXTS,
    TYPES,
    Column,
    read_column,
)
from surveys.xlsform.outline import Line, Outline
from surveys.xlsform.problems import Problem, Severity, error, warning
from surveys.xlsform.workbook import Workbook

_NAME = re.compile(r"[^\W\d][\w.-]*")
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_LABELS = re.compile(r"tick_labelset\s*=\s*([^\s,;]+)")
_YES_NO = frozenset({"yes", "no", "true", "false", "true()", "false()"})
_SHEET_TYPES = [*TYPES, *DEVICE_TYPES, "select_one", "select_multiple", "begin_group", "end_group"]
_CHOICE_COLUMNS = frozenset({"list_name", "name", "label", "image", "audio", "video", "big-image", "media"})
_NUMERIC = frozenset({"integer", "int", "decimal", "range"})
_ARITHMETIC = frozenset({"+", "-", "*", "div", "mod", "neg"})
MAX_TRANSLATION_REMARKS = 200


def check_survey(workbook: Workbook, outline: Outline, *, tolerant: bool) -> list[Problem]:
    """Look at every line; `tolerant` lets through what only pages do not carry yet (simulation)."""
    problems = list(outline.problems)
    if not outline.lines and not problems:
        problems.append(error("survey_empty", "survey"))
    lists = {_list_name(row) for row in workbook.rows("choices")}
    for line in outline.lines:
        if line.type.edge != "end":
            problems.extend(_check_line(line, outline, lists, tolerant=tolerant))
    problems.extend(_check_choices(workbook, outline))
    problems.extend(_check_expressions(outline, tolerant=tolerant))
    problems.extend(_check_translations("survey", outline.columns, [(line.row, line.texts) for line in outline.lines]))
    problems.extend(
        warning("column_unknown", "survey", 1, column.header, name=column.header)
        for column in outline.columns
        if column.name not in KNOWN and "::" not in column.header
    )
    return problems


def _later(code: str, line: Line, column: str, *, tolerant: bool, **details: object) -> Problem:
    make = warning if tolerant else error
    return make(code, "survey", line.row, column, **details)


def _check_line(line: Line, outline: Outline, lists: set[str], *, tolerant: bool) -> Iterator[Problem]:
    yield from _check_type(line, lists, tolerant=tolerant)
    yield from _check_name(line, outline)
    appearance = line.cells.get("appearance", "")
    unknown = [word for word in appearance.split() if word not in HONOURED_APPEARANCES]
    if "search(" in appearance:
        yield _later("appearance_not_carried", line, "appearance", tolerant=tolerant, name=appearance.split("(")[0])
    elif unknown:
        yield warning("appearance_ignored", "survey", line.row, "appearance", name=" ".join(unknown))


def _check_type(line: Line, lists: set[str], *, tolerant: bool) -> Iterator[Problem]:
    kind = line.type
    if kind.name in LATER_TYPES or kind.name == "select_from_file" or kind.list_name.startswith("${"):
        yield _later("type_not_carried", line, "type", tolerant=tolerant, type=line.cells["type"], name=line.name)
    elif kind.name in DEVICE_TYPES:
        yield warning("device_type", "survey", line.row, "type", type=kind.name, name=line.name)
    elif not kind.edge and kind.name not in TYPES:
        yield _unknown_type(line)
    elif kind.list_name and kind.list_name not in lists:
        close = difflib.get_close_matches(kind.list_name, [name for name in lists if name], 1)
        yield error("list_unknown", "survey", line.row, "type", name=kind.list_name, close=close[0] if close else "")


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
    return row.get("list_name") or row.get("list name") or ""


def _check_choices(workbook: Workbook, outline: Outline) -> Iterator[Problem]:
    used = {line.type.list_name for line in outline.lines if line.type.list_name}
    used |= {found[1] for line in outline.lines if (found := _LABELS.search(line.cells.get("parameters", "")))}
    sheet = workbook.sheets.get("choices")
    if sheet is None or not sheet.headers:
        if used:
            yield error("sheet_missing", name="choices")
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


def _check_expressions(outline: Outline, *, tolerant: bool) -> Iterator[Problem]:
    names = Counter(line.name for line in outline.lines if line.name and line.type.edge != "end")
    by_name = {line.name: line for line in outline.lines if line.type.edge != "end"}
    for line in outline.lines:
        if line.type.edge == "end":
            continue
        for column in EXPRESSIONS:
            text = line.cells.get(column, "")
            if text and text.lower() not in _YES_NO:
                yield from _check_expression(line, outline.header(column), text, names, by_name, tolerant=tolerant)
        for (column, _language), text in line.texts.items():
            if column in (*SHOWN_TEXTS, "guidance_hint"):
                yield from _check_references(line, outline.header(column), text, names, tolerant=tolerant)
        if line.type.name == "calculate" and not any(
            line.cells.get(name) for name in ("calculation", "default", "trigger")
        ):
            yield error("calculation_missing", "survey", line.row, "calculation", name=line.name)


def _check_references(line: Line, column: str, text: str, names: Counter[str], *, tolerant: bool) -> Iterator[Problem]:
    for name in dict.fromkeys(_REFERENCE.findall(text)):
        if name.startswith("last-saved#"):
            yield _later("last_saved_not_carried", line, column, tolerant=tolerant, name=name)
        elif names[name] == 0:
            close = difflib.get_close_matches(name, list(names), 1)
            yield error("reference_unknown", "survey", line.row, column, name=name, close=close[0] if close else "")
        elif names[name] > 1:
            yield error("reference_ambiguous", "survey", line.row, column, name=name)


def _check_expression(
    line: Line, column: str, text: str, names: Counter[str], by_name: dict[str, Line], *, tolerant: bool
) -> Iterator[Problem]:
    unknown = list(_check_references(line, column, text, names, tolerant=tolerant))
    yield from unknown
    try:
        expression = parse(text)
    except ExpressionError as failure:
        if not any(problem.severity is Severity.ERROR for problem in unknown):
            yield expression_problem(failure, line.row, column, text)
        return
    if "pulldata" in functions(expression):
        yield _later("function_not_carried", line, column, tolerant=tolerant, name="pulldata")
    for name in sorted(_possibly_empty(expression, by_name)):
        yield warning("arithmetic_on_empty", "survey", line.row, column, name=name)


def expression_problem(failure: ExpressionError, row: int, column: str, text: str) -> Problem:
    """Place an error of the expression language in its sheet."""
    details = {**failure.details, "source": text[:200]}
    details["place"] = (failure.position or 0) + 1
    return Problem(Severity.ERROR, failure.code, "survey", row, column, details)


def _possibly_empty(expression: Expression, by_name: dict[str, Line]) -> set[str]:
    """Return the numbers that enter an arithmetic though they may be empty, and that the expression never looks at."""
    operands: set[str] = set()
    looked_at: set[str] = set()
    for tree in walk(expression.tree):
        if tree[0] in _ARITHMETIC:
            operands.update(part[1] for part in tree[1:] if isinstance(part, list) and part[0] == "ref")
        elif tree[0] in ("=", "!="):
            looked_at.update(part[1] for part in tree[1:] if part[0] == "ref")
        elif tree[0] == "call" and tree[1] in ("coalesce", "once", "string-length"):
            looked_at.update(part[1] for part in tree[2] if part[0] == "ref")
    return {
        name
        for name in operands - looked_at
        if (line := by_name.get(name)) is not None
        and line.type.name in _NUMERIC
        and not line.cells.get("default")
        and (line.cells.get("required", "").lower() not in ("yes", "true", "true()") or line.cells.get("relevant"))
    }


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
