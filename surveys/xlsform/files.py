"""The lists that a form reads from files: those that were not sent, and columns that they lack."""

import difflib
from collections.abc import Iterator, Mapping

from surveys.expressions import ExpressionError, parse
from surveys.expressions.tree import Tree, walk
from surveys.lists import ListFile, is_file, list_id
from surveys.xlsform.columns import EXPRESSIONS, EXTERNAL_TYPES
from surveys.xlsform.outline import Line, Outline
from surveys.xlsform.problems import Problem, error, warning

_FORMULAS = (*EXPRESSIONS, "default", "appearance")
_FILE_FUNCTIONS = ("pulldata", "search", "instance")


def check_files(outline: Outline, files: Mapping[str, ListFile]) -> Iterator[Problem]:
    """Look at each line that names a file."""
    declared = {line.name.casefold() for line in outline.lines if line.type.name in EXTERNAL_TYPES}
    lists = {line.type.list_name.casefold() for line in outline.lines if line.type.list_name}
    for line in outline.lines:
        if line.type.edge == "end":
            continue
        if line.type.name in EXTERNAL_TYPES:
            yield from _check_sent(line, "type", f"{line.name}{EXTERNAL_TYPES[line.type.name]}", files)
        elif is_file(line.type.list_name):
            yield from _check_select(line, files)
        for column in _FORMULAS:
            for call in _calls(line.cells.get(column, "")):
                yield from _check_call(line, outline.header(column), call, declared | lists, files)


def _check_sent(line: Line, column: str, name: str, files: Mapping[str, ListFile]) -> Iterator[Problem]:
    if list_id(name) not in files:
        yield warning("list_file_missing", "survey", line.row, column, name=name)


def _check_select(line: Line, files: Mapping[str, ListFile]) -> Iterator[Problem]:
    name = line.type.list_name
    yield from _check_sent(line, "type", name, files)
    file = files.get(list_id(name))
    if file is None:
        return
    asked = dict(
        part.split("=", 1) for part in line.cells.get("parameters", "").replace(",", " ").split() if "=" in part
    )
    is_geo = name.lower().endswith(".geojson")
    for parameter, usual in (("value", "id" if is_geo else "name"), ("label", "title" if is_geo else "label")):
        column = asked.get(parameter, usual)
        translated = any(each.startswith(f"{column}::") for each in file.columns)
        if column not in file.columns and not (parameter == "label" and translated):
            yield error("list_column_missing", "survey", line.row, "type", **_lacking(file, column))


def _lacking(file: ListFile, column: str) -> dict[str, str]:
    close = difflib.get_close_matches(column, file.columns, 1)
    return {"name": column, "other": file.name, "close": close[0] if close else ""}


def _calls(text: str) -> Iterator[Tree]:
    if not any(f"{name}(" in text for name in _FILE_FUNCTIONS):
        return
    start = text.find("search(") if "search(" in text else 0
    try:
        tree = parse(text[start : text.rfind(")") + 1] if start else text, strict=False).tree
    except ExpressionError:
        return
    for part in walk(tree):
        if part[0] == "call" and part[1] in _FILE_FUNCTIONS and part[2] and part[2][0][0] == "string":
            yield part


def _check_call(
    line: Line, column: str, call: Tree, known: set[str], files: Mapping[str, ListFile]
) -> Iterator[Problem]:
    name = str(call[2][0][1])
    if call[1] == "instance" and (name.casefold() in known or name.startswith("__")):
        return
    file = files.get(list_id(name))
    if file is None:
        yield warning("list_file_missing", "survey", line.row, column, name=name if is_file(name) else f"{name}.csv")
    elif call[1] == "pulldata":
        for argument in call[2][1:3]:
            if argument[0] == "string" and argument[1] not in file.columns:
                yield warning("list_column_missing", "survey", line.row, column, **_lacking(file, argument[1]))
