"""Functions on truth."""

import math
from typing import Final

from surveys.expressions.errors import ExpressionError
from surveys.expressions.scope import Arguments, Function, Program, Scope, all_values, pure
from surveys.expressions.values import Value, as_boolean, as_number, text_to_number


def _choose(arguments: Arguments) -> Program:
    condition, yes, no = arguments.boolean(0), arguments.value(1), arguments.value(2)
    return lambda scope: yes(scope) if condition(scope) else no(scope)


def _truths(value: Value) -> list[bool]:
    if isinstance(value, list):
        return [node.value.strip(" \t\r\n") != "" for node in value]
    return [as_boolean(value)]


def _bounds(arguments: Arguments) -> Program:
    """Build the least and the most; -1 as the most is no limit."""
    least, most = arguments.number(0), arguments.number(1)

    def bounds(scope: Scope) -> tuple[float, float]:
        top = most(scope)
        return least(scope), math.inf if top == -1 else top

    return bounds


def _checklist(arguments: Arguments) -> Program:
    bounds, values = _bounds(arguments), all_values(arguments, 2)

    def checklist(scope: Scope) -> bool:
        least, most = bounds(scope)
        return bool(least <= sum(truth for value in values(scope) for truth in _truths(value)) <= most)

    return checklist


def _weighted_checklist(arguments: Arguments) -> Program:
    if arguments.count % 2:
        raise ExpressionError("expression.pairs", detail="weighted-checklist")
    bounds, values = _bounds(arguments), all_values(arguments, 2)

    def weighted_checklist(scope: Scope) -> bool:
        least, most = bounds(scope)
        given = values(scope)
        total = 0.0
        for value, weight in zip(given[::2], given[1::2], strict=True):
            truths = _truths(value)
            weights = (
                [text_to_number(node.value, scope.zone) for node in weight]
                if isinstance(weight, list)
                else [as_number(weight, scope.zone)]
            )
            if len(truths) < len(weights):
                return False
            for truth, number in zip(truths, weights, strict=False):
                # added one by one: the other interpreter of these trees must give the same last digit
                total += number if truth else 0.0
        return bool(least <= total <= most)

    return weighted_checklist


FUNCTIONS: Final = {
    "boolean": pure("boolean", bool, "boolean"),
    "boolean-from-string": pure("boolean", lambda text: text in ("1", "true"), "string"),
    "checklist": Function("boolean", _checklist),
    "false": Function("boolean", lambda _arguments: lambda _scope: False),
    "if": Function("any", _choose),
    "not": pure("boolean", lambda truth: not truth, "boolean"),
    "true": Function("boolean", lambda _arguments: lambda _scope: True),
    "weighted-checklist": Function("boolean", _weighted_checklist),
}
