"""The expressions of a form, and the answers that its texts quote: what cannot be read, what may surprise."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator

from surveys.expressions import Expression, ExpressionError, parse
from surveys.expressions.tree import walk
from surveys.xlsform.columns import EXPRESSIONS, SHOWN_TEXTS
from surveys.xlsform.outline import Line, Outline
from surveys.xlsform.problems import Problem, Severity, error, warning

YES_NO = frozenset({"yes", "no", "true", "false", "true()", "false()"})
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_NUMERIC = frozenset({"integer", "int", "decimal", "range"})
_ARITHMETIC = frozenset({"+", "-", "*", "div", "mod", "neg"})


def check_formulas(outline: Outline) -> Iterator[Problem]:
    """Look at every expression and every text that quotes an answer."""
    names = Counter(line.name for line in outline.lines if line.name and line.type.edge != "end")
    by_name = {line.name: line for line in outline.lines if line.type.edge != "end"}
    for line in outline.lines:
        if line.type.edge == "end":
            continue
        for column in EXPRESSIONS:
            text = line.cells.get(column, "")
            if text and text.lower() not in YES_NO:
                yield from _check_expression(line, outline.header(column), text, names, by_name)
        for (column, _language), text in line.texts.items():
            if column in (*SHOWN_TEXTS, "guidance_hint"):
                yield from _check_references(line, outline.header(column), text, names)
        if line.type.name == "calculate" and not any(
            line.cells.get(name) for name in ("calculation", "default", "trigger")
        ):
            yield error("calculation_missing", "survey", line.row, "calculation", name=line.name)


def _check_references(line: Line, column: str, text: str, names: Counter[str]) -> Iterator[Problem]:
    for written in dict.fromkeys(_REFERENCE.findall(text)):
        name = written.removeprefix("last-saved#")
        if names[name] == 0:
            close = difflib.get_close_matches(name, list(names), 1)
            yield error("reference_unknown", "survey", line.row, column, name=name, close=close[0] if close else "")
        elif names[name] > 1:
            yield error("reference_ambiguous", "survey", line.row, column, name=name)


def _check_expression(
    line: Line, column: str, text: str, names: Counter[str], by_name: dict[str, Line]
) -> Iterator[Problem]:
    unknown = list(_check_references(line, column, text, names))
    yield from unknown
    try:
        expression = parse(text)
    except ExpressionError as failure:
        if failure.code == "expression.unknown_function":
            # Other tools have functions of their own: the rule says nothing here, and its author is told.
            yield warning("function_unknown", "survey", line.row, column, name=failure.details.get("detail", ""))
        elif not any(problem.severity is Severity.ERROR for problem in unknown):
            yield expression_problem(failure, line.row, column, text)
        return
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
