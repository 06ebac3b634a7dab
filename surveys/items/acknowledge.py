"""A box to tick to say « I have read »."""

from surveys.definition import Item
from surveys.items.base import Kind, Parsed, Posted, always_fits, as_is, display_text, first

TICKED = "OK"


def parse(item: Item, posted: Posted) -> Parsed:
    """Read whether the box was ticked."""
    return Parsed(TICKED if first(posted, item.key) else None)


KIND = Kind(parse, as_is, always_fits, display_text)
