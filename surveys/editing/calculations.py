"""Calculations that menus can say: the sum or the mean of answers, an age; to and from the trees of expressions."""

import enum
from dataclasses import dataclass

from surveys.expressions import Expression
from surveys.expressions.tree import Tree


class Operation(enum.StrEnum):
    """What is computed of the answers."""

    SUM = "sum"
    MEAN = "mean"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Calculation:
    """An operation on questions by their names.

    `empty_is_zero`: an answer left empty counts as zero; otherwise nothing is computed until all are given.
    """

    operation: Operation
    names: tuple[str, ...]
    empty_is_zero: bool = False


_DAYS_A_YEAR = 365.25
_ZERO: Tree = ["number", 0.0]


def read_calculation(expression: Expression) -> Calculation | None:
    """Return what a formula computes, None where menus cannot say it."""
    tree = expression.tree
    if tree[0] == "call" and tree[1] == "int" and (name := _born(tree[2][0])):
        return Calculation(Operation.AGE, (name,))
    if tree[0] == "div" and len(tree) == 3 and tree[2][0] == "number":  # noqa: PLR2004  two operands
        found = _sum(tree[1])
        if found is not None and len(found.names) == tree[2][1]:
            return Calculation(Operation.MEAN, found.names, found.empty_is_zero)
        return None
    return _sum(tree)


def _sum(tree: Tree) -> Calculation | None:
    if tree[0] != "+":
        return None
    names: list[str] = []
    lenient: set[bool] = set()
    for part in tree[1:]:
        is_lenient = part[0] == "call" and part[1] == "coalesce" and len(part[2]) == 2 and part[2][1] == _ZERO  # noqa: PLR2004
        inner = part[2][0] if is_lenient else part
        if inner[0] != "ref":
            return None
        names.append(inner[1])
        lenient.add(is_lenient)
    return Calculation(Operation.SUM, tuple(names), lenient.pop()) if len(lenient) == 1 else None


def _born(tree: Tree) -> str:
    days = tree[1] if tree[0] == "div" and len(tree) == 3 and tree[2] == ["number", _DAYS_A_YEAR] else None  # noqa: PLR2004
    if days and days[0] == "-" and len(days) == 3 and days[1] == ["call", "today", []] and days[2][0] == "ref":  # noqa: PLR2004
        return str(days[2][1])
    return ""


def write_calculation(calculation: Calculation) -> Expression | None:
    """Return the formula, None where there is nothing to compute: a sum or a mean is of two answers at least."""
    if len(calculation.names) < (1 if calculation.operation is Operation.AGE else 2):
        return None
    if calculation.operation is Operation.AGE:
        days: Tree = ["-", ["call", "today", []], ["ref", calculation.names[0]]]
        return Expression.from_tree(["call", "int", [["div", days, ["number", _DAYS_A_YEAR]]]])
    parts: list[Tree] = [["ref", name] for name in calculation.names]
    if calculation.empty_is_zero:
        parts = [["call", "coalesce", [part, _ZERO]] for part in parts]
    total: Tree = ["+", *parts]
    if calculation.operation is Operation.MEAN:
        total = ["div", total, ["number", float(len(parts))]]
    return Expression.from_tree(total)
