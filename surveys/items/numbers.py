"""Whole and decimal numbers, typed the French way or the English one."""

import re
from collections.abc import Mapping
from typing import Any

from surveys.definition import Item, ItemType
from surveys.digits import plain_digits
from surveys.items.base import Kind, Parsed, Posted, first

# Spaces people put between thousands: plain, no-break, narrow no-break, thin, figure.
_GAPS = re.compile("[ \u00a0\u202f\u2009\u2007']+")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
# ODK's integer is 32 bits and is shown as nine digits; we keep what a double holds exactly.
MAX_DIGITS = 15
# What people write after a number: it says the same with it and without.
_UNIT = re.compile(r"(?<=[\d.,])(€|eur|euros?|%|h|heures?|hours?)$", re.IGNORECASE)


def parse(item: Item, posted: Posted) -> Parsed:
    """Read `1 234,5`, `1234.5` or `1.234,5`; a whole number is asked of an integer."""
    typed = first(posted, item.key)
    if not typed:
        return Parsed()
    text = _GAPS.sub("", plain_digits(typed)).replace("\u2212", "-")
    text = _UNIT.sub("", text)
    if text.count(",") + text.count(".") > 1:
        text = _without_thousands(text)
    if not _NUMBER.fullmatch(text):
        return Parsed(None, "surveys.not_a_number", {}, typed)
    if len(re.sub(r"\D", "", text)) > MAX_DIGITS:
        return Parsed(None, "surveys.number_too_long", {"limit": MAX_DIGITS}, typed)
    number = float(text.replace(",", "."))
    if item.type is ItemType.INTEGER:
        if not number.is_integer():
            return Parsed(None, "surveys.not_a_whole_number", {}, typed)
        return Parsed(int(number), raw=typed)
    return Parsed(int(number) if number.is_integer() else number, raw=typed)


def _without_thousands(text: str) -> str:
    """Keep the last sign as the decimal one where two kinds are mixed (1.234,5); drop all of one that repeats."""
    if "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        head = text[:decimal].replace(",", "").replace(".", "")
        return head + "." + text[decimal + 1 :]
    return text.replace(",", "").replace(".", "")


def value(item: Item, text: str) -> Any:  # noqa: ARG001  the signature of every value
    """Return the number a text of the tree holds; the text itself where it holds none."""
    if not _NUMBER.fullmatch(text):
        return text
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def check(item: Item, text: str) -> str:
    """Say what is wrong with the text of a number."""
    if item.type is ItemType.INTEGER:
        return "" if _WHOLE.fullmatch(text) else "surveys.not_a_whole_number"
    return "" if _NUMBER.fullmatch(text) else "surveys.not_a_number"


def display(item: Item, number: Any, labels: Mapping[str, str]) -> str:  # noqa: ARG001  the signature of every display
    """Write a number without rounding it; the page puts the decimal sign of its language."""
    return "" if number is None else format(number, ".15g") if isinstance(number, float) else str(number)


KIND = Kind(parse, value, check, display)
