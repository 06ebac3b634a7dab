"""Functions on numbers: IEEE 754 doubles, NaN for what has no answer."""

import math
from collections.abc import Callable, Sequence
from typing import Final

from surveys.expressions.moments import DAY_MILLISECONDS, Moment, read_moment
from surveys.expressions.scope import Arguments, Function, Program, Scope, ValueType, all_values, pure
from surveys.expressions.values import Value, as_number, as_string, numbers

_MAX_DECIMALS: Final = 308


def defined(operation: Callable[..., float]) -> Callable[..., float]:
    """Give `operation` IEEE answers where Python raises: NaN outside its domain, infinity when too large."""

    def guarded(*arguments: float) -> float:
        if any(math.isnan(argument) for argument in arguments):
            return math.nan
        try:
            return float(operation(*arguments))
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan

    return guarded


def round_half_away(number: float, decimals: float = 0.0) -> float:
    """Round to `decimals` places (below zero: tens, hundreds), halves away from zero."""
    if math.isnan(number) or math.isnan(decimals):
        return math.nan
    if math.isinf(number) or decimals > _MAX_DECIMALS:
        return number
    if decimals < -_MAX_DECIMALS:
        return 0.0
    # from its text, a power of ten is the nearest double everywhere; computed, it depends on who computes
    scale = float(f"1e{decimals:.0f}") if decimals.is_integer() else 10.0**decimals
    scaled = abs(number) * scale
    if math.isinf(scaled):
        return number
    return math.copysign(math.floor(scaled + 0.5) / scale, number)


def whole(operation: Callable[[float], int]) -> Callable[[float], float]:
    """Make floor, ceil or trunc leave infinities and NaN alone."""
    return lambda number: float(operation(number)) if math.isfinite(number) else number


def power(base: float, exponent: float) -> float:
    """Return base ** exponent, infinity for a power below zero of zero."""
    if base == 0 and exponent < 0:
        return math.inf
    return math.pow(base, exponent)


def _logarithm(operation: Callable[[float], float]) -> Callable[..., float]:
    return defined(lambda number: -math.inf if number == 0 else operation(number))


def _exp10(number: float) -> float:
    return math.pow(10.0, number)


def _least(found: Sequence[float]) -> float:
    return math.nan if not found or any(math.isnan(number) for number in found) else min(found)


def _greatest(found: Sequence[float]) -> float:
    return math.nan if not found or any(math.isnan(number) for number in found) else max(found)


def _over_all(operation: Callable[[Sequence[float]], float]) -> Function:
    """Make a function over every node of every argument."""

    def build(arguments: Arguments) -> Program:
        values = all_values(arguments)

        def compute(scope: Scope) -> float:
            zone = scope.zone
            return operation([number for value in values(scope) for number in numbers(value, zone)])

        return compute

    return Function("number", build)


def _total(found: Sequence[float]) -> float:
    # added one by one, not by fsum: the other interpreter of these trees must give the same last digit
    total = 0.0
    for number in found:
        total += number
    return total if found else math.nan


def _number(arguments: Arguments) -> Program:
    """Build number(): a text that writes a date gives its days, shown as whole days."""
    value: Callable[[Scope], Value] = arguments.value(0) if arguments.count else lambda scope: [scope.node]

    def number(scope: Scope) -> float:
        given = value(scope)
        if isinstance(given, (str, list)):
            moment = read_moment(as_string(given), scope.zone)
            if moment is not None:
                days = round(float(moment) * DAY_MILLISECONDS) // DAY_MILLISECONDS
                return Moment(float(moment), str(days), truth=float(moment) != 0)
        return as_number(given, scope.zone)

    return number


def _mathematics(operation: Callable[..., float], arity: int = 1) -> Function:
    types: list[ValueType] = ["number"] * arity
    return pure("number", defined(operation), *types)


FUNCTIONS: Final = {
    "abs": pure("number", abs, "number"),
    "acos": _mathematics(math.acos),
    "asin": _mathematics(math.asin),
    "atan": _mathematics(math.atan),
    "atan2": _mathematics(math.atan2, 2),
    "ceiling": pure("number", whole(math.ceil), "number"),
    "cos": _mathematics(math.cos),
    "exp": _mathematics(math.exp),
    "exp10": _mathematics(_exp10),
    "floor": pure("number", whole(math.floor), "number"),
    "int": pure("number", whole(math.trunc), "number"),
    "log": pure("number", _logarithm(math.log), "number"),
    "log10": pure("number", _logarithm(math.log10), "number"),
    "max": _over_all(_greatest),
    "min": _over_all(_least),
    "number": Function("number", _number),
    "pi": Function("number", lambda _arguments: lambda _scope: math.pi),
    "pow": _mathematics(power, 2),
    "round": pure("number", round_half_away, "number", "number"),
    "sin": _mathematics(math.sin),
    "sqrt": _mathematics(math.sqrt),
    "sum": _over_all(_total),
    "tan": _mathematics(math.tan),
}
