"""One module for each family of items; `KINDS` says which."""

from collections.abc import Mapping
from typing import Any

from surveys.definition import Item, ItemType
from surveys.items import acknowledge, attachments, choices, dates, numbers, places, ranges, silent, texts
from surveys.items.base import Kind, Parsed, Posted

KINDS: dict[ItemType, Kind] = {
    ItemType.NOTE: silent.KIND,
    ItemType.TEXT: texts.KIND,
    ItemType.INTEGER: numbers.KIND,
    ItemType.DECIMAL: numbers.KIND,
    ItemType.RANGE: ranges.KIND,
    ItemType.DATE: dates.KIND,
    ItemType.TIME: dates.KIND,
    ItemType.DATETIME: dates.KIND,
    ItemType.SELECT_ONE: choices.ONE,
    ItemType.SELECT_MULTIPLE: choices.SEVERAL,
    ItemType.RANK: choices.RANK,
    ItemType.ACKNOWLEDGE: acknowledge.KIND,
    ItemType.BARCODE: texts.KIND,
    ItemType.GEOPOINT: places.KIND,
    ItemType.GEOTRACE: places.KIND,
    ItemType.GEOSHAPE: places.KIND,
    ItemType.IMAGE: attachments.KIND,
    ItemType.AUDIO: attachments.KIND,
    ItemType.VIDEO: attachments.KIND,
    ItemType.FILE: attachments.KIND,
    ItemType.CALCULATE: silent.KIND,
    ItemType.HIDDEN: silent.KIND,
    ItemType.START: silent.KIND,
    ItemType.END: silent.KIND,
    ItemType.TODAY: silent.KIND,
}

__all__ = ["KINDS", "Kind", "Parsed", "Posted", "check_value", "display_value", "parse_posted", "value_of"]


def parse_posted(item: Item, posted: Posted) -> Parsed:
    """Read the answer to `item` from the fields of a page."""
    return KINDS[item.type].parse(item, posted)


def value_of(item: Item, text: str) -> Any:
    """Return the typed value of a text of the tree of answers."""
    return KINDS[item.type].value(item, text)


def check_value(item: Item, text: str) -> str:
    """Return the code of what is wrong with a text that is not empty, or ""."""
    return KINDS[item.type].check(item, text)


def display_value(item: Item, value: Any, labels: Mapping[str, str]) -> str:
    """Word a value for a reader; `labels` are those of its choices, by name."""
    return KINDS[item.type].display(item, value, labels)
