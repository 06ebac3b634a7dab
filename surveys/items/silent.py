"""What nobody answers: notes, calculations, hidden values, moments kept by the server."""

from typing import Any

from surveys.definition import Item
from surveys.items.base import Kind, Parsed, Posted, always_fits, as_is, display_text


def parse(item: Item, posted: Posted) -> Parsed:  # noqa: ARG001  nothing sent is believed
    """Take nothing from the page."""
    return Parsed()


def value(item: Item, text: str) -> Any:
    """Keep the text; numbers computed are told apart by the engine."""
    return as_is(item, text)


KIND = Kind(parse, value, always_fits, display_text)
