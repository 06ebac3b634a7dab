"""Read a form: check the sheets, convert them, build the definition, check what it computes."""

from dataclasses import dataclass, replace
from pathlib import PurePath

from surveys.definition import Definition
from surveys.expressions import ExpressionError
from surveys.structure import Cycle, build_structure
from surveys.xlsform.adapter import convert_workbook, remarks_as_problems
from surveys.xlsform.builder import build_definition
from surveys.xlsform.checks import check_survey, expression_problem
from surveys.xlsform.looks import check_looks
from surveys.xlsform.outline import Outline, read_outline
from surveys.xlsform.problems import FormRefused, Problem, Severity, error, warning
from surveys.xlsform.workbook import Sheet, Workbook, read_workbook

_RESERVED_GROUP = "meta"


@dataclass(frozen=True, slots=True)
class ReadForm:
    """A form that can be used, and what its author should know."""

    definition: Definition
    problems: tuple[Problem, ...]


def read_form(content: bytes, *, file_name: str = "form", locale: str = "fr", tolerant: bool = False) -> ReadForm:
    """Read an XLSForm from the bytes of a workbook, a csv or a Markdown table.

    Args:
        content: the file.
        file_name: gives the form its id when the settings do not; never its type.
        locale: the language tag of texts whose column names none.
        tolerant: let through, with a warning, what only the pages do not carry yet (repeats, pictures…): simulation.

    Raises: FormRefused: with every problem found, errors first.
    """
    workbook, renamed = _rename_reserved(read_workbook(content))
    outline = read_outline(workbook)
    problems = [*renamed, *check_survey(workbook, outline, tolerant=tolerant)]
    if tolerant is False and workbook.rows("entities"):
        problems.append(error("sheet_not_carried", "entities", 0, name="entities"))
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise FormRefused(problems)
    try:
        converted = convert_workbook(workbook, PurePath(file_name).stem or "form")
    except FormRefused as refusal:
        raise FormRefused([*problems, *(_placed(problem, outline) for problem in refusal.problems)]) from refusal
    problems.extend(remarks_as_problems(converted.remarks))
    languages = tuple(dict.fromkeys(column.language for column in outline.columns if column.language))
    try:
        definition = build_definition(converted.form, outline.row_of, locale=locale, declared_languages=languages)
        build_structure(definition)
    except ExpressionError as failure:
        raise FormRefused([*problems, expression_problem(failure, 0, "", "")]) from failure
    except Cycle as cycle:
        raise FormRefused([*problems, _cycle_problem(cycle, outline)]) from cycle
    problems.extend(check_looks(definition))
    if not any(item.type.is_answered for item in definition.items()):
        problems.append(warning("nothing_to_answer", "survey"))
    return ReadForm(definition, tuple(problems))


def _placed(problem: Problem, outline: Outline) -> Problem:
    """Give a remark of the converter, which often knows a name only, the line of that name."""
    name = problem.details.get("name")
    line = next((line for line in outline.lines if line.name == name and line.type.edge != "end"), None)
    if problem.row or line is None:
        return problem
    column = "label" if problem.code == "surveys.label_missing" else "name"
    return replace(problem, sheet="survey", row=line.row, column=problem.column or outline.header(column))


def _cycle_problem(cycle: Cycle, outline: Outline) -> Problem:
    row = next((line.row for line in outline.lines if line.name == cycle.path[0]), 0)
    return error("cycle", "survey", row, path=" → ".join(cycle.path))


def _rename_reserved(workbook: Workbook) -> tuple[Workbook, list[Problem]]:
    """Rename a group called `meta`, which XForms keeps for itself; five real forms of our collection have one."""
    sheet = workbook.sheets.get("survey")
    if sheet is None:
        return workbook, []
    rows, problems = [], []
    taken = {row.get("name", "") for row in sheet.rows}
    new = _RESERVED_GROUP + "_"
    while new in taken:
        new += "_"
    for number, row in enumerate(sheet.rows, 2):
        is_group = row.get("type", "").lower().replace("_", " ") in ("begin group", "end group")
        if not is_group or row.get("name", "").lower() != _RESERVED_GROUP:
            rows.append(row)
            continue
        if row["type"].lower().startswith("begin"):
            problems.append(warning("group_renamed", "survey", number, "name", name=row["name"], other=new))
        rows.append({**row, "name": new})
    if not problems:
        return workbook, []
    sheets = {**workbook.sheets, "survey": Sheet(sheet.name, sheet.headers, tuple(rows))}
    return Workbook(sheets, workbook.sheet_names), problems
