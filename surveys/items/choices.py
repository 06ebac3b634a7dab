"""One choice, several, or all of them put in order."""

from collections.abc import Mapping
from typing import Any

from surveys.definition import Item, ItemType
from surveys.items.base import Kind, Parsed, Posted, always_fits, first

SEARCH_PART = "search"
"""`key:search` is what was typed to find a choice in a long list."""


def searched(item: Item, posted: Posted) -> str | None:
    """Return what was typed to find a choice, None where the field was not on the page."""
    name = f"{item.key}:{SEARCH_PART}"
    return first(posted, name)[:200] if name in posted else None


def searched_in(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed to find choices, by the key of the question."""
    end = f":{SEARCH_PART}"
    return {name.removesuffix(end): typed.strip()[:200] for name, typed in fields.items() if name.endswith(end)}


def parse_one(item: Item, posted: Posted) -> Parsed:
    """Read the name of one choice; whether it is still offered is the engine's to say."""
    name = first(posted, item.key)
    return Parsed(name or None, raw=name)


def parse_several(item: Item, posted: Posted) -> Parsed:
    """Read the boxes ticked, each once, in the order sent."""
    names = list(dict.fromkeys(name for sent in posted.get(item.key, ()) for name in sent.split()))
    return Parsed(names or None, raw=names)


def parse_rank(item: Item, posted: Posted) -> Parsed:
    """Read an order: names in order in one field, or a place for each choice in fields `key:choice`."""
    names = list(dict.fromkeys(name for sent in posted.get(item.key, ()) for name in sent.split()))
    if names:
        return Parsed(names, raw=names)
    prefix = f"{item.key}:"
    others = (f"{prefix}missing", f"{prefix}{SEARCH_PART}")
    places = {
        field.removeprefix(prefix): values[0].strip()
        for field, values in posted.items()
        if field.startswith(prefix) and field not in others and values and values[0].strip()
    }
    if not places:
        return Parsed()
    if not all(place.isascii() and place.isdigit() for place in places.values()):
        return Parsed(None, "surveys.rank_not_a_place", {}, places)
    order = sorted(places, key=lambda name: int(places[name]))
    if len({int(place) for place in places.values()}) < len(places):
        return Parsed(None, "surveys.rank_repeated", {}, places)
    return Parsed(order, raw=places)


def value(item: Item, text: str) -> Any:
    """Return a name, or a list of names."""
    return text if item.type is ItemType.SELECT_ONE else text.split()


def display(item: Item, chosen: Any, labels: Mapping[str, str]) -> str:
    """Show the labels; an order is numbered."""
    if chosen is None:
        return ""
    if isinstance(chosen, str):
        return labels.get(chosen, chosen)
    words = [labels.get(name, name) for name in chosen]
    if item.type is ItemType.RANK:
        return "\n".join(f"{place}. {word}" for place, word in enumerate(words, 1))
    return ", ".join(words)


ONE = Kind(parse_one, value, always_fits, display)
SEVERAL = Kind(parse_several, value, always_fits, display)
RANK = Kind(parse_rank, value, always_fits, display)
