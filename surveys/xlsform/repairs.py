"""Small mistakes of spreadsheets and authors that have one meaning only: put right before reading, and said."""

import re
from collections.abc import Callable, Iterator, Mapping

from surveys.xlsform.columns import EXPRESSIONS, read_column
from surveys.xlsform.problems import Problem, warning
from surveys.xlsform.workbook import Sheet, Workbook

_RESERVED_GROUP = "meta"
_FORMULAS = frozenset({*EXPRESSIONS, "trigger", "parameters", "appearance"})
# Word processors write these instead of the quotation marks of formulas; pyxform changes them everywhere.
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_ROUND_REFERENCE = re.compile(r"\$\(\s*([^\W\d][\w.-]*)\s*\)")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?|\d{1,2}:\d{2}(?::\d{2})?", re.ASCII)


def repaired(workbook: Workbook) -> tuple[Workbook, list[Problem]]:
    """Return the workbook put right, with a remark for each change that an author should know."""
    problems: list[Problem] = []
    sheet = workbook.sheets.get("survey")
    if sheet is None:
        return workbook, problems
    translated = _translated_columns(workbook)
    kinds = {header: read_column(header).name for header in sheet.headers}
    rows = list(_without_reserved_group(sheet, problems))
    for number, row in enumerate(rows, 2):
        for header, cell in list(row.items()):
            if kinds.get(header) in _FORMULAS:
                row[header] = _formula(cell, number, header, kinds[header], translated, problems.append)
    sheets = {**workbook.sheets, "survey": Sheet(sheet.name, sheet.headers, tuple(rows), sheet.cut_at)}
    return Workbook(sheets, workbook.sheet_names), problems


def _translated_columns(workbook: Workbook) -> dict[str, str]:
    """Return the headers of choices with a language, which no formula can name, and what they are called without."""
    choices = workbook.sheets.get("choices")
    return {header: header.partition("::")[0] for header in (choices.headers if choices else ()) if "::" in header}


def _formula(
    cell: str,
    row: int,
    header: str,
    kind: str,
    translated: Mapping[str, str],
    remark: Callable[[Problem], None],
) -> str:
    written = cell.translate(_STRAIGHT)
    text = _ROUND_REFERENCE.sub(r"${\1}", written)
    if text != written:
        name = _ROUND_REFERENCE.findall(written)[0]
        remark(warning("reference_repaired", "survey", row, header, name=name))
    if kind == "calculation" and _MOMENT.fullmatch(text):
        remark(warning("moment_quoted", "survey", row, header, text=text))
        text = f"'{text}'"
    if kind == "choice_filter":
        for column, plain in translated.items():
            if column in text:
                remark(warning("filter_without_language", "survey", row, header, name=column, other=plain))
                text = text.replace(column, plain)
    return text


def _without_reserved_group(sheet: Sheet, problems: list[Problem]) -> Iterator[dict[str, str]]:
    """Rename a group called `meta`, which XForms keeps for itself; five real forms of our collection have one."""
    taken = {row.get("name", "") for row in sheet.rows}
    new = _RESERVED_GROUP + "_"
    while new in taken:
        new += "_"
    for number, row in enumerate(sheet.rows, 2):
        kind = row.get("type", "").lower().replace("_", " ")
        if kind not in ("begin group", "end group") or row.get("name", "").lower() != _RESERVED_GROUP:
            yield dict(row)
            continue
        if kind.startswith("begin"):
            problems.append(warning("group_renamed", "survey", number, "name", name=row["name"], other=new))
        yield {**row, "name": new}
