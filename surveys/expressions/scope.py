"""What travels through one evaluation, and how a function sees its arguments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from surveys.expressions.context import EvaluationContext
from surveys.expressions.errors import ExpressionError
from surveys.expressions.limits import MAX_TEXT, MAX_VISITS
from surveys.expressions.nodes import Node
from surveys.expressions.values import Value

ValueType = Literal["string", "number", "boolean", "nodes", "any"]


class Scope:
    """The context node with its place among its equals, and what was spent so far."""

    __slots__ = ("context", "draws", "node", "position", "size", "visits", "zone")

    def __init__(self, context: EvaluationContext) -> None:
        self.context = context
        self.node: Node = context.node
        self.position = 1
        self.size = 1
        self.zone = context.time_zone
        self.visits = 0
        self.draws = 0

    def visit(self, count: int) -> None:
        """Note that `count` nodes were looked at.

        Raises: ExpressionError: expression.too_costly.
        """
        self.visits += count
        if self.visits > MAX_VISITS:
            raise ExpressionError("expression.too_costly", limit=MAX_VISITS)


Program = Callable[[Scope], Any]


class Arguments(Protocol):
    """The arguments of one call, each compiled to what the function wants of it."""

    count: int

    def string(self, index: int) -> Callable[[Scope], str]:
        """Return the program of an argument's text."""

    def number(self, index: int) -> Callable[[Scope], float]:
        """Return the program of an argument's number."""

    def boolean(self, index: int) -> Callable[[Scope], bool]:
        """Return the program of an argument's truth."""

    def value(self, index: int) -> Callable[[Scope], Value]:
        """Return the program of an argument as it is."""

    def nodes(self, index: int, *, everywhere: bool = False) -> Callable[[Scope], list[Node]]:
        """Return the program of an argument that must be nodes; `everywhere` ignores the enclosing repeats."""

    def type(self, index: int) -> ValueType:
        """Return what the argument is known to give before it is computed."""


@dataclass(frozen=True, slots=True)
class Function:
    """What a function gives, and how a call of it is compiled."""

    returns: ValueType
    build: Callable[[Arguments], Program]


def pure(returns: ValueType, operation: Callable[..., Any], *types: ValueType) -> Function:
    """Make a function whose answer depends on the converted arguments alone; missing ones are left to its defaults."""

    def build(arguments: Arguments) -> Program:
        programs = [_argument(arguments, index, types[index]) for index in range(arguments.count)]
        if len(programs) == 1:
            (only,) = programs
            return lambda scope: operation(only(scope))
        if len(programs) == 2:  # noqa: PLR2004  the common case, spelled out for speed
            first, second = programs
            return lambda scope: operation(first(scope), second(scope))
        return lambda scope: operation(*[program(scope) for program in programs])

    return Function(returns, build)


def _argument(arguments: Arguments, index: int, wanted: ValueType) -> Program:
    if wanted == "string":
        return arguments.string(index)
    if wanted == "number":
        return arguments.number(index)
    if wanted == "boolean":
        return arguments.boolean(index)
    if wanted == "nodes":
        return arguments.nodes(index)
    return arguments.value(index)


def all_values(arguments: Arguments, start: int = 0) -> Callable[[Scope], Sequence[Value]]:
    """Return the program of the arguments from `start` on."""
    programs = [arguments.value(index) for index in range(start, arguments.count)]
    return lambda scope: [program(scope) for program in programs]


def bounded(text: str) -> str:
    """Return `text`, unless it grew too long.

    Raises: ExpressionError: expression.text_too_long.
    """
    if len(text) > MAX_TEXT:
        raise ExpressionError("expression.text_too_long", length=len(text), limit=MAX_TEXT)
    return text
