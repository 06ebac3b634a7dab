"""From tree to Python closures: read once, run at every page."""

import math
import operator
from collections.abc import Callable
from typing import Any, Final

from surveys.expressions.catalogue import arity
from surveys.expressions.errors import ExpressionError
from surveys.expressions.functions import FUNCTIONS
from surveys.expressions.nodes import Node, in_document_order
from surveys.expressions.paths import compile_path, filtered
from surveys.expressions.scope import Program, Scope, ValueType
from surveys.expressions.tree import Tree
from surveys.expressions.values import (
    Value,
    as_boolean,
    as_number,
    as_string,
    differ,
    equal,
    numbers,
    text_to_number,
)

_RELATIONS: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_COMPARISONS: Final = frozenset({"=", "!=", *_RELATIONS, "and", "or"})
_ARITHMETIC: Final = frozenset({"+", "-", "*", "div", "mod", "neg", "number"})
_NODES: Final = frozenset({"ref", "path", "filter", "|"})


def type_of(tree: Tree) -> ValueType:
    """Return what `tree` is known to give before it is computed."""
    kind = tree[0]
    if kind in _COMPARISONS:
        return "boolean"
    if kind in _ARITHMETIC:
        return "number"
    if kind in _NODES:
        return "nodes"
    if kind in ("string", "last_saved"):
        return "string"
    known = FUNCTIONS.get(tree[1])
    return "any" if known is None else known.returns


def compile_value(tree: Tree) -> Program:
    """Return the program of the value of `tree`."""
    kind = tree[0]
    if kind in ("number", "string"):
        constant = float(tree[1]) if kind == "number" else tree[1]
        return lambda _scope: constant
    if kind == "ref":
        name = tree[1]
        return lambda scope: list(scope.context.resolve(name))
    if kind == "last_saved":
        name = tree[1]
        return lambda scope: scope.context.last_saved(name)
    if kind == "call":
        return _compile_call(tree[1], tree[2])
    if kind == "path":
        return _compile_location(tree)
    if kind == "filter":
        return filtered(compile_nodes(tree[1]), [_predicate(predicate) for predicate in tree[2]])
    return _compile_operator(tree)


def compile_boolean(tree: Tree) -> Callable[[Scope], bool]:
    """Return the program of the truth of `tree`."""
    program = compile_value(tree)
    if type_of(tree) == "boolean":
        return program
    return lambda scope: as_boolean(program(scope))


def compile_number(tree: Tree) -> Callable[[Scope], float]:
    """Return the program of the number of `tree`."""
    if tree[0] == "ref":
        name = tree[1]

        def number_of_reference(scope: Scope) -> float:
            found = scope.context.resolve(name)
            return text_to_number(found[0].value, scope.zone) if found else math.nan

        return number_of_reference
    program = compile_value(tree)
    if type_of(tree) == "number":
        return program
    return lambda scope: as_number(program(scope), scope.zone)


def compile_string(tree: Tree) -> Callable[[Scope], str]:
    """Return the program of the text of `tree`."""
    if tree[0] == "ref":
        name = tree[1]

        def text_of_reference(scope: Scope) -> str:
            found = scope.context.resolve(name)
            return found[0].value if found else ""

        return text_of_reference
    program = compile_value(tree)
    if type_of(tree) == "string":
        return program
    return lambda scope: as_string(program(scope))


def compile_nodes(tree: Tree, *, everywhere: bool = False) -> Callable[[Scope], list[Node]]:
    """Return the program of the nodes of `tree`, which raises expression.nodes_expected when it gives none such."""
    if tree[0] == "ref" and everywhere:
        name = tree[1]
        return lambda scope: list(scope.context.resolve(name, everywhere=True))
    program = compile_value(tree)
    if type_of(tree) == "nodes":
        return program

    def nodes(scope: Scope) -> list[Node]:
        value: Value = program(scope)
        if not isinstance(value, list):
            raise ExpressionError("expression.nodes_expected", detail=as_string(value)[:60])
        return value

    return nodes


class _Call:
    """The arguments of one call (see `scope.Arguments`)."""

    def __init__(self, trees: list[Tree]) -> None:
        self._trees = trees
        self.count = len(trees)

    def string(self, index: int) -> Callable[[Scope], str]:
        return compile_string(self._trees[index])

    def number(self, index: int) -> Callable[[Scope], float]:
        return compile_number(self._trees[index])

    def boolean(self, index: int) -> Callable[[Scope], bool]:
        return compile_boolean(self._trees[index])

    def value(self, index: int) -> Callable[[Scope], Value]:
        return compile_value(self._trees[index])

    def nodes(self, index: int, *, everywhere: bool = False) -> Callable[[Scope], list[Node]]:
        return compile_nodes(self._trees[index], everywhere=everywhere)

    def type(self, index: int) -> ValueType:
        return type_of(self._trees[index])


def _compile_call(name: str, trees: list[Tree]) -> Program:
    bounds = arity(name)
    if bounds is None:
        return _refusal(ExpressionError("expression.unknown_function", detail=name))
    least, most = bounds
    if len(trees) < least or (most is not None and len(trees) > most):
        details = {"least": least, "most": most, "count": len(trees)}
        return _refusal(ExpressionError("expression.arity", detail=name, **details))
    try:
        return FUNCTIONS[name].build(_Call(trees))
    except ExpressionError as error:
        return _refusal(error)


def _refusal(error: ExpressionError) -> Program:
    """Raise only when reached: a fault in a branch that is not taken does no harm (and ODK's tests rely on it)."""

    def refuse(_scope: Scope) -> Any:
        raise ExpressionError(error.code, **error.details)

    return refuse


def _compile_location(tree: Tree) -> Program:
    start = tree[1]
    begin = compile_nodes(start) if isinstance(start, list) else start
    steps = [(axis, test, [_predicate(predicate) for predicate in predicates]) for _, axis, test, predicates in tree[2]]
    return compile_path(begin, steps)


def _predicate(tree: Tree) -> Callable[[Scope], bool]:
    """Return the program of a predicate: a number is the place wanted."""
    program = compile_value(tree)
    kind = type_of(tree)
    if kind == "boolean":
        return program
    if kind == "number":
        return lambda scope: bool(program(scope) == scope.position)

    def keeps(scope: Scope) -> bool:
        value = program(scope)
        return value == scope.position if isinstance(value, float) else as_boolean(value)

    return keeps


def _compile_union(tree: Tree) -> Program:
    programs = [compile_nodes(operand) for operand in tree[1:]]
    return lambda scope: in_document_order([node for program in programs for node in program(scope)])


def _compile_operator(tree: Tree) -> Program:
    kind, operands = tree[0], tree[1:]
    if kind == "|":
        return _compile_union(tree)
    if kind == "neg":
        number = compile_number(tree[1])
        return lambda scope: -number(scope)
    if kind in ("and", "or"):
        return _compile_junction([compile_boolean(operand) for operand in operands], stop=kind == "or")
    if kind in _RELATIONS:
        return _chain([compile_value(operand) for operand in operands], _relation(kind))
    if kind in ("=", "!="):
        compare = equal if kind == "=" else differ
        return _chain([compile_value(operand) for operand in operands], compare)
    return _compile_arithmetic(kind, [compile_number(operand) for operand in operands])


def _compile_junction(programs: list[Callable[[Scope], bool]], *, stop: bool) -> Program:
    """Compile and/or: what follows the operand that decides is not computed."""
    if len(programs) == 2:  # noqa: PLR2004  the common case, spelled out for speed
        left, right = programs
        if stop:
            return lambda scope: left(scope) or right(scope)
        return lambda scope: left(scope) and right(scope)

    def junction(scope: Scope) -> bool:
        for program in programs:
            if program(scope) is stop:
                return stop
        return not stop

    return junction


def _relation(kind: str) -> Callable[[Value, Value, Any], bool]:
    """Return the comparison by number of any pair of nodes or values."""
    compare = _RELATIONS[kind]

    def related(left: Value, right: Value, zone: Any) -> bool:
        if isinstance(left, list) or isinstance(right, list):
            others = numbers(right, zone)
            return any(compare(one, other) for one in numbers(left, zone) for other in others)
        return bool(compare(as_number(left, zone), as_number(right, zone)))

    return related


def _chain(programs: list[Program], compare: Callable[[Value, Value, Any], bool]) -> Program:
    """Compile a comparison; a = b = c is (a = b) = c."""
    if len(programs) == 2:  # noqa: PLR2004  the common case, spelled out for speed
        left, right = programs
        return lambda scope: compare(left(scope), right(scope), scope.zone)
    first, *rest = programs

    def chain(scope: Scope) -> bool:
        value = first(scope)
        for program in rest:
            value = compare(value, program(scope), scope.zone)
        return bool(value)

    return chain


def _divide(left: float, right: float) -> float:
    if right == 0:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def _remainder(left: float, right: float) -> float:
    if right == 0 or math.isinf(left):
        return math.nan
    return math.fmod(left, right)


_OPERATIONS: Final[dict[str, Callable[[float, float], float]]] = {
    "+": lambda left, right: float(left) + float(right),
    "-": lambda left, right: float(left) - float(right),
    "*": lambda left, right: float(left) * float(right),
    "div": _divide,
    "mod": _remainder,
}


def _compile_arithmetic(kind: str, programs: list[Callable[[Scope], float]]) -> Program:
    operation = _OPERATIONS[kind]
    if len(programs) == 2:  # noqa: PLR2004  the common case, spelled out for speed
        left, right = programs
        return lambda scope: operation(left(scope), right(scope))
    first, *rest = programs

    def compute(scope: Scope) -> float:
        number = first(scope)
        for program in rest:
            number = operation(number, program(scope))
        return number

    return compute
