"""The four types of XPath 1.0 and their conversions, with ODK's rules: dates count as days, an empty number is NaN."""

import re
from datetime import tzinfo
from decimal import Decimal
from math import inf, isinf, nan
from typing import Final

from surveys.expressions.moments import Moment, read_moment
from surveys.expressions.nodes import Node

Value = str | float | bool | list[Node]
"""Text, number (a `Moment` is a number that shows as a date), truth, or nodes."""

_NUMBER: Final = re.compile(r"[ \t\r\n]*([+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity))[ \t\r\n]*", re.ASCII)
_DATE_LENGTH: Final = len("2000-01-01")
_PLAIN_FROM: Final = 1e-6
_PLAIN_TO: Final = 1e21
_WHOLE_TO: Final = 2.0**53
"""Below it, the digits of a whole number are those of the shortest text that reads back as it."""


def as_boolean(value: Value) -> bool:
    """Return the truth of `value`: a text that is not empty, a number neither 0 nor NaN, at least one node."""
    if value is True or value is False:
        return value
    if isinstance(value, Moment):
        return value.truth
    if isinstance(value, float):
        return value != 0 and value == value  # noqa: PLR0124  NaN differs from itself
    return len(value) > 0


def as_number(value: Value, zone: tzinfo) -> float:
    """Return `value` as a number; a date as days since 1970-01-01T00:00Z; NaN when it is not one.

    Args: zone: where a date without zone begins.
    """
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return text_to_number(value, zone)
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    return text_to_number(value[0].value, zone) if value else nan


def text_to_number(text: str, zone: tzinfo) -> float:
    """Return the number or the days that `text` writes, NaN when it writes neither."""
    if found := _NUMBER.fullmatch(text):
        return float(found[1])
    if len(text) >= _DATE_LENGTH and text[4] == "-":
        moment = read_moment(text, zone)
        return nan if moment is None else float(moment)
    return nan


def as_string(value: Value) -> str:
    """Return the text of `value`; of nodes, the first one's; of NaN, the empty text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Moment):
        return value.text
    if isinstance(value, float):
        return number_to_text(value)
    return value[0].value if value else ""


def number_to_text(number: float) -> str:
    """Return the shortest text that reads back as `number`, written as ECMAScript does (ECMA-262 §6.1.6.1.20)."""
    if number != number:  # noqa: PLR0124  NaN differs from itself
        return ""
    if isinf(number):
        return "Infinity" if number == inf else "-Infinity"
    if number == 0:
        return "0"
    if _PLAIN_FROM <= abs(number) < _PLAIN_TO:
        if number.is_integer() and abs(number) < _WHOLE_TO:
            return str(int(number))
        return format(Decimal(repr(number).removesuffix(".0")), "f")
    mantissa, _, exponent = repr(number).partition("e")
    if not exponent:  # Python writes 1e21 and more with an exponent, but is free to change its mind
        mantissa, _, exponent = format(Decimal(repr(number)), "e").partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent):+d}"


def equal(left: Value, right: Value, zone: tzinfo) -> bool:
    """Compare as XPath 1.0 §3.4: any pair of nodes will do; a boolean, then a number, makes the other one alike."""
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return as_boolean(left) == as_boolean(right)
    if isinstance(left, list):
        return any(_node_equals(node.value, right, zone) for node in left)
    if isinstance(right, list):
        return any(_node_equals(node.value, left, zone) for node in right)
    return as_number(left, zone) == as_number(right, zone)


def differ(left: Value, right: Value, zone: tzinfo) -> bool:
    """Say whether some pair differs, which `equal` does not exclude when there are several nodes."""
    if isinstance(left, bool) or isinstance(right, bool):
        return as_boolean(left) != as_boolean(right)
    if isinstance(left, list):
        return any(_node_differs(node.value, right, zone) for node in left)
    if isinstance(right, list):
        return any(_node_differs(node.value, left, zone) for node in right)
    return not equal(left, right, zone)


def _node_equals(text: str, other: Value, zone: tzinfo) -> bool:
    if isinstance(other, str):
        return text == other
    if isinstance(other, list):
        return any(text == node.value for node in other)
    return text_to_number(text, zone) == other


def _node_differs(text: str, other: Value, zone: tzinfo) -> bool:
    if isinstance(other, str):
        return text != other
    if isinstance(other, list):
        return any(text != node.value for node in other)
    return text_to_number(text, zone) != other


def numbers(value: Value, zone: tzinfo) -> list[float]:
    """Return one number a node, or the number of a value that is no node."""
    if isinstance(value, list):
        return [text_to_number(node.value, zone) for node in value]
    return [as_number(value, zone)]


def texts(value: Value) -> list[str]:
    """Return one text a node, or the text of a value that is no node."""
    if isinstance(value, list):
        return [node.value for node in value]
    return [as_string(value)]
