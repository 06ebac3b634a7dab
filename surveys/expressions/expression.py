"""An expression as the rest of surveys knows it: read, kept, computed, asked what it needs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Self

from surveys.expressions.compiler import compile_boolean, compile_number, compile_string, compile_value
from surveys.expressions.context import EvaluationContext
from surveys.expressions.errors import ExpressionError
from surveys.expressions.nodes import Node
from surveys.expressions.parser import parse_tree
from surveys.expressions.printing import to_source
from surveys.expressions.scope import Program, Scope
from surveys.expressions.tree import Tree
from surveys.expressions.validation import check_tree
from surveys.expressions.values import Value


@dataclass(frozen=True)
class Expression:
    """A source and its tree. The tree is shared: never change it."""

    source: str
    tree: Tree = field(hash=False)

    def to_json(self) -> dict[str, Any]:
        """Return what is stored with a version."""
        return {"source": self.source, "tree": self.tree}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the expression stored.

        Raises: ExpressionError: expression.tree: what is stored is no expression.
        """
        source, tree = stored.get("source"), stored.get("tree")
        if not isinstance(source, str):
            raise ExpressionError("expression.tree", detail="source")
        check_tree(tree)
        return cls(source, tree)  # type: ignore[arg-type]  # check_tree refuses what is no list

    @classmethod
    def from_tree(cls, tree: Tree) -> Self:
        """Return the expression of a tree made by a program, with a source written for it."""
        check_tree(tree)
        return cls(to_source(tree), tree)

    @cached_property
    def value_program(self) -> Program:
        """The compiled value."""
        return compile_value(self.tree)

    @cached_property
    def boolean_program(self) -> Callable[[Scope], bool]:
        """The compiled truth."""
        return compile_boolean(self.tree)

    @cached_property
    def number_program(self) -> Callable[[Scope], float]:
        """The compiled number."""
        return compile_number(self.tree)

    @cached_property
    def string_program(self) -> Callable[[Scope], str]:
        """The compiled text."""
        return compile_string(self.tree)


@lru_cache(maxsize=4096)
def parse(source: str, *, strict: bool = True) -> Expression:
    """Read an expression.

    Args:   strict: False lets unknown functions and wrong numbers of arguments through until one is evaluated.
    Raises: ExpressionError: with the position of the trouble.
    """
    return Expression(source, parse_tree(source, strict=strict))


def evaluate(expression: Expression, context: EvaluationContext) -> Value:
    """Return the value of `expression`: text, number, truth or nodes.

    Raises: ExpressionError: nothing else, whatever the answers are.
    """
    value: Value = expression.value_program(Scope(context))
    return value


def evaluate_boolean(expression: Expression, context: EvaluationContext) -> bool:
    """Return the truth of `expression`: relevance, constraint, required, a choice filter."""
    return expression.boolean_program(Scope(context))


def evaluate_number(expression: Expression, context: EvaluationContext) -> float:
    """Return the number of `expression`, NaN if it is none: the count of a repeat."""
    return float(expression.number_program(Scope(context)))


def evaluate_string(expression: Expression, context: EvaluationContext) -> str:
    """Return the text of `expression`: what a calculation or a default stores."""
    return expression.string_program(Scope(context))


def select(expression: Expression, nodes: Iterable[Node], context: EvaluationContext) -> list[Node]:
    """Return the nodes for which `expression` holds: a choice filter over the choices, all with one scope.

    The question, where `${name}` is looked up, is `context.current`; `.` and `name` are about each node in turn.
    """
    candidates = list(nodes)
    program = expression.boolean_program
    scope = Scope(context)
    scope.size = len(candidates)
    kept: list[Node] = []
    for position, node in enumerate(candidates, 1):
        scope.node = node
        scope.position = position
        if program(scope):
            kept.append(node)
    return kept
