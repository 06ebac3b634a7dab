"""What may change on a page while it is being answered, because of what is answered on that page.

A phone with scripts shows it at once; without scripts the page comes again, or the next one tells. Most pages hold one
question and change nothing: they carry nothing for this.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.definition import Item
from surveys.expressions import Expression
from surveys.occurrences import split_key
from surveys.routing import Page
from surveys.structure import ROOT, Place, Structure, referenced

QUOTING = ("labels", "hints")
_REFERENCE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")


@dataclass(frozen=True, slots=True)
class PageRules:
    """What depends on the answers of one page, by the keys of its items.

    `appearing` may come and go; `quoting` holds, for each item, the texts that quote a moving value; `needs` are the
    places that all this is computed from.
    """

    appearing: frozenset[str]
    quoting: Mapping[str, tuple[str, ...]]
    needs: frozenset[int]
    is_live: bool
    """Whether anything at all may change: what appears, quotes, is left to choose, or is calculated."""


def page_rules(structure: Structure, page: Page) -> PageRules:
    """Say what may change on a page by what is answered on it."""
    places = {key: structure.place(key) for key in page.items}
    moving = _moving(structure, [place.index for place in places.values() if _is_answered(place)])
    appearing = frozenset(key for key, place in places.items() if _may_appear(structure, place, moving))
    quoting = {key: texts for key, place in places.items() if (texts := _quoting(structure, place, moving))}
    changing = any(_is_recomputed(structure, place, moving) for place in places.values())
    quoted = {index for place in places.values() for kind in QUOTING for index in _quoted(structure, place, kind)}
    return PageRules(
        appearing=appearing,
        quoting=quoting,
        needs=_all_needs(structure, [*(place.index for place in places.values()), *quoted]),
        is_live=bool(appearing or quoting or changing),
    )


def kept_of(structure: Structure, kept: Mapping[str, Any], needs: frozenset[int]) -> dict[str, Any]:
    """Return, among rows by key, those of these places."""
    wanted = {structure.places[index].node.key for index in needs}
    return {key: value for key, value in kept.items() if split_key(key)[0] in wanted}


def _is_answered(place: Place) -> bool:
    return isinstance(place.node, Item) and place.node.type.is_answered


def _moving(structure: Structure, answered: Sequence[int]) -> frozenset[int]:
    """Return these places and all that is computed from them, near or far."""
    moving = set(answered)
    # each place comes after what it needs
    for index in structure.order:
        if structure.needs[index] & moving:
            moving.add(index)
    return frozenset(moving)


def _all_needs(structure: Structure, start: Iterable[int]) -> frozenset[int]:
    """Return these places and all they are computed from."""
    found: set[int] = set()
    pending = list(start)
    while pending:
        index = pending.pop()
        if index not in found:
            found.add(index)
            pending.extend(structure.needs[index])
    return frozenset(found)


def _reads(structure: Structure, place: Place, rules: Iterable[Expression | None], moving: frozenset[int]) -> bool:
    return any(rule is not None and bool(referenced(structure, place, rule) & moving) for rule in rules)


def _may_appear(structure: Structure, place: Place, moving: frozenset[int]) -> bool:
    """Whether its own condition, or that of a group around it, reads something that moves."""
    while True:
        if _reads(structure, place, [place.node.relevant], moving):
            return True
        if place.parent == ROOT:
            return False
        place = structure.places[place.parent]


def _is_recomputed(structure: Structure, place: Place, moving: frozenset[int]) -> bool:
    """Whether its choices or its calculated value read something that moves."""
    if not isinstance(place.node, Item):
        return False
    source = structure.sources.get(place.index)
    quoted = set(structure.by_name.get(source.quoted, ())) if source else set[int]()
    rules = [place.node.calculation, source.filter if source else None]
    return bool(quoted & moving) or _reads(structure, place, rules, moving)


def _quoted(structure: Structure, place: Place, kind: str) -> set[int]:
    """Return the places whose values a text of an item, or of its choices, quotes."""
    texts: list[Mapping[str, str]] = [getattr(place.node, kind)]
    if kind == "labels" and place.index in structure.sources:
        texts += [
            choice.labels for choice in structure.sources[place.index].listed.choices if "$" in str(choice.labels)
        ]
    names = {name for each in texts for text in each.values() if "${" in text for name in _REFERENCE.findall(text)}
    return {index for name in names for index in structure.by_name.get(name, ())}


def _quoting(structure: Structure, place: Place, moving: frozenset[int]) -> tuple[str, ...]:
    return tuple(kind for kind in QUOTING if _quoted(structure, place, kind) & moving)
