"""What every type of item knows: read what was posted, check a value, show it, export it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveys.definition import Item

Posted = Mapping[str, Sequence[str]]
"""Fields of a page, each with the values sent; parts of an answer are named `key:part` (`:` is in no item's name)."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read of an answer: a value, or a `code` that says what was not understood; `raw` is what was typed."""

    value: Any = None
    code: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    raw: Any = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one type of item behaves.

    `parse` reads posted fields; `check` returns the code of what is wrong with a text of the tree of answers, or "";
    `value` turns that text into what is stored; `display` words a value for a reader, given labels of choices by name.
    """

    parse: Callable[[Item, Posted], Parsed]
    value: Callable[[Item, str], Any]
    check: Callable[[Item, str], str]
    display: Callable[[Item, Any, Mapping[str, str]], str]


def first(posted: Posted, name: str) -> str:
    """Return the first value of a field, without the spaces around it; "" when it was not sent."""
    values = posted.get(name)
    return values[0].strip() if values else ""


def always_fits(item: Item, text: str) -> str:  # noqa: ARG001  the signature of every check
    """Accept anything."""
    return ""


def as_is(item: Item, text: str) -> Any:  # noqa: ARG001  the signature of every value
    """Keep a text."""
    return text


def display_text(item: Item, value: Any, labels: Mapping[str, str]) -> str:  # noqa: ARG001  the signature of every display
    """Show a value as it is."""
    return "" if value is None else str(value)
