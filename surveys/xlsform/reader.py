"""Read a form: check the sheets, convert them, build the definition, check what it computes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from surveys.definition import Definition
from surveys.expressions import ExpressionError
from surveys.lists import ListFile
from surveys.structure import Cycle, build_structure
from surveys.xlsform.adapter import convert_workbook, remarks_as_problems
from surveys.xlsform.builder import build_definition
from surveys.xlsform.checks import check_survey, rows_of_choices
from surveys.xlsform.columns import tag_of
from surveys.xlsform.files import check_files
from surveys.xlsform.formulas import expression_problem
from surveys.xlsform.generated import untranslated
from surveys.xlsform.looks import check_looks
from surveys.xlsform.meaning import check_definition
from surveys.xlsform.outline import Outline, read_outline
from surveys.xlsform.problems import FormRefused, Problem, Severity, error, warning
from surveys.xlsform.repairs import repaired
from surveys.xlsform.workbook import read_workbook


@dataclass(frozen=True, slots=True)
class ReadForm:
    """A form that can be used, and what its author should know."""

    definition: Definition
    problems: tuple[Problem, ...]


def read_form(
    content: bytes, *, file_name: str = "form", locale: str = "fr", files: Mapping[str, ListFile] | None = None
) -> ReadForm:
    """Read an XLSForm from the bytes of a workbook, a csv or a Markdown table.

    Args:
        content: the file.
        file_name: gives the form its id when the settings do not; never its type.
        locale: the language tag of texts whose column names none.
        files: the lists sent beside it, by what formulas call them; what they lack is remarked.

    Raises: FormRefused: with every problem found, errors first.
    """
    workbook, repairs = repaired(read_workbook(content))
    outline = read_outline(workbook)
    problems = [*repairs, *check_survey(workbook, outline), *check_files(outline, files or {})]
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise FormRefused(problems)
    try:
        converted = convert_workbook(workbook, PurePath(file_name).stem or "form")
    except FormRefused as refusal:
        raise FormRefused([*problems, *(_placed(problem, outline) for problem in refusal.problems)]) from refusal
    languages = tuple(dict.fromkeys(column.language for column in outline.columns if column.language))
    problems.extend(remarks_as_problems(converted.remarks, untranslated({each: tag_of(each) for each in languages})))
    try:
        definition = build_definition(
            converted.form,
            outline.row_of,
            locale=locale,
            declared_languages=languages,
            external=workbook.rows("external_choices"),
        )
        build_structure(definition, files)
    except ExpressionError as failure:
        raise FormRefused([*problems, expression_problem(failure, 0, "", "")]) from failure
    except Cycle as cycle:
        raise FormRefused([*problems, _cycle_problem(cycle, outline)]) from cycle
    problems.extend(check_looks(definition))
    problems.extend(check_definition(definition, rows_of_choices(workbook)))
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
