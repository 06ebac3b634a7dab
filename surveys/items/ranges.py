"""A number on a scale with a start, an end and a step."""

import re
from decimal import Decimal

from surveys.definition import Item
from surveys.items import numbers
from surveys.items.base import Kind, Parsed, Posted

MAX_MARKS = 101

_DECIMAL = re.compile(r"[+-]?(\d{1,9}\.?\d{0,6}|\.\d{1,6})", re.ASCII)


def bounds(item: Item) -> tuple[Decimal, Decimal, Decimal]:
    """Return start, end and step; those of ODK (1, 10, 1) where the form says nothing."""

    def number(name: str, default: str) -> Decimal:
        written = item.parameters.get(name, default)
        return Decimal(written if _DECIMAL.fullmatch(written) else default)

    return number("start", "1"), number("end", "10"), abs(number("step", "1")) or Decimal(1)


def marks(item: Item) -> list[int | float]:
    """Return the values one may choose, in order; at most 101."""
    start, end, step = bounds(item)
    count = min(int(abs(end - start) / step), MAX_MARKS - 1)
    sign = 1 if end >= start else -1
    values = (start + sign * step * number for number in range(count + 1))
    return [int(value) if value == value.to_integral_value() else float(value) for value in values]


def parse(item: Item, posted: Posted) -> Parsed:
    """Read a number and see that it is a mark of the scale."""
    parsed = numbers.parse(item, posted)
    if parsed.value is None or parsed.code:
        return parsed
    if check(item, str(parsed.value)):
        start, end, step = bounds(item)
        details = {"start": str(start), "end": str(end), "step": str(step)}
        return Parsed(None, "surveys.off_the_scale", details, parsed.raw)
    return parsed


def check(item: Item, text: str) -> str:
    """Say what is wrong with the text of a number on this scale."""
    if not _DECIMAL.fullmatch(text):
        return "surveys.not_a_number"
    number = Decimal(text)
    start, end, step = bounds(item)
    low, high = min(start, end), max(start, end)
    fits = low <= number <= high and (number - start) % step == 0
    return "" if fits else "surveys.off_the_scale"


KIND = Kind(parse, numbers.value, check, numbers.display)
