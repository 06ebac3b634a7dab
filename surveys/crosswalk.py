"""Read under one version of a questionnaire the answers collected under an earlier one; nothing is lost on the way.

    walk = crosswalk(earlier, later)              # or crosswalk(first, second, third): through every version between
    reading = walk.read(answers, missing)         # keys of the earlier version in, keys of the later one out
    reading.answers, reading.missing              # what the later version has a place for
    reading.left                                  # what it has none for, under the key it was collected under

An item is the same where its key is; else where its path is; else where the later version says under which name it
was asked before, in its column `tresse::was` (several names between spaces, the last one first). The column
`tresse_was` of the choices does the same for codes (pyxform stops on a column of choices with `::`). A code that the
later list no longer has is kept as it is: `Link.lost_codes` names it. A value whose type has no place in the later one
is left, and its link is broken, with the reason.

A response that was begun under the earlier version is finished under it: its pages, rules and words are those the
person saw. The crosswalk only reads it, for exports over several versions and for what follows a person over time.
"""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise
from typing import Any, Generic, TypeVar

from surveys.definition import Choice, Definition, Group, Item, ItemType, Node, Repeat

_WAS = "was"
CHOICE_WAS = "tresse_was"

M = TypeVar("M")


class Fate(enum.StrEnum):
    """What becomes of an item from one version to the next."""

    SAME = "same"
    RENAMED = "renamed"
    DROPPED = "dropped"
    NEW = "new"


class Break(enum.StrEnum):
    """Why the answers before and after are no series."""

    TYPE = "type"
    """Values of the earlier type mean nothing in the later one."""
    REPEAT = "repeat"
    """It is asked inside other repeats than before: its occurrences have no counterpart."""


@dataclass(frozen=True, slots=True)
class Link:
    """One item, or one repeat for the number of its occurrences, in both versions.

    `earlier` and `later` are keys, "" where that version does not have it. `codes` leads from each code of the earlier
    list to its code in the later one; `lost_codes` are those the later list lacks, `new_codes` those that it adds.
    """

    fate: Fate
    earlier: str
    later: str
    earlier_type: ItemType | None = None
    later_type: ItemType | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    lost_codes: tuple[str, ...] = ()
    new_codes: tuple[str, ...] = ()
    breaks: Break | None = None

    @property
    def is_read(self) -> bool:
        """Whether answers of the earlier version have a place in the later one."""
        return bool(self.earlier and self.later) and self.breaks is None

    def value(self, value: Any) -> Any:
        """Return an answer as the later version keeps it."""
        if value is None:
            return None
        if isinstance(value, list):
            names = list(dict.fromkeys(self.codes.get(name, name) for name in value))
            return " ".join(map(str, names)) if self.later_type is ItemType.TEXT else names
        if self.codes:
            value = self.codes.get(value, value)
        if self.later_type is ItemType.SELECT_MULTIPLE:
            return [value]
        if self.later_type is ItemType.TEXT and not isinstance(value, str):
            return format(value, ".15g") if isinstance(value, float) else str(value)
        return value


@dataclass(frozen=True, slots=True)
class Reading(Generic[M]):
    """Answers under the keys of the later version; `left`, under the keys of the earlier one, is what has no place."""

    answers: Mapping[str, Any]
    missing: Mapping[str, M]
    left: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Every item of both versions, in the order of the later one, then those that it no longer has."""

    links: tuple[Link, ...]

    def link_from(self, earlier_key: str) -> Link | None:
        """Return the link of an item of the earlier version."""
        return next((link for link in self.links if earlier_key and link.earlier == earlier_key), None)

    def link_to(self, later_key: str) -> Link | None:
        """Return the link of an item of the later version."""
        return next((link for link in self.links if later_key and link.later == later_key), None)

    def read(self, answers: Mapping[str, Any], missing: Mapping[str, M] | None = None) -> Reading[M]:
        """Return answers collected under the earlier version under the keys and codes of the later one.

        Keys inside repeats (`age[2]`, `toy[2.1]`) keep their numbers.
        """
        links = {link.earlier: link for link in self.links if link.earlier}
        absences = missing or {}
        found: dict[str, Any] = {}
        marked: dict[str, M] = {}
        left: dict[str, Any] = {}
        for key, value in answers.items():
            name, bracket, numbers = key.partition("[")
            link = links.get(name)
            if link is None or not link.is_read:
                left[key] = value
                continue
            later = link.later + bracket + numbers
            found[later] = link.value(value)
            if key in absences:
                marked[later] = absences[key]
        return Reading(found, marked, left)

    def then(self, following: "Crosswalk") -> "Crosswalk":
        """Return the crosswalk from the version before this one to the version after `following`."""
        before = {link.later: link for link in self.links if link.later}
        links = [_joined(before.get(link.earlier), link) for link in following.links if link.later]
        reached = {link.earlier for link in links if link.earlier}
        gone = (link for link in self.links if link.earlier and link.earlier not in reached)
        return Crosswalk((*links, *(_dropped(link) for link in gone)))


def crosswalk(*versions: Definition) -> Crosswalk:
    """Return the way from the first of these versions to the last one, through those between.

    Raises: ValueError: fewer than two versions.
    """
    ways = [_between(earlier, later) for earlier, later in pairwise(versions)]
    if not ways:
        raise ValueError("two versions are needed")
    return reduce(Crosswalk.then, ways)


def was(node: Node | Choice) -> tuple[str, ...]:
    """Return the names an item, group or choice had before, as its author says."""
    if isinstance(node, Choice):
        return tuple(node.attributes.get(CHOICE_WAS, "").split())
    own = node.extras.get("tresse")
    return tuple(str(own.get(_WAS, "")).split()) if isinstance(own, Mapping) else ()


def has_answers(node: Node) -> bool:
    """Whether responses keep something under its key: an item that is no note, or a repeat (how many there are)."""
    return isinstance(node, Repeat) or (isinstance(node, Item) and node.type is not ItemType.NOTE)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A node whose answers are rows: an item that is no note, or a repeat; `around` are the keys of its repeats."""

    node: Node
    around: tuple[str, ...]

    @property
    def type(self) -> ItemType | None:
        return self.node.type if isinstance(self.node, Item) else None


def _kept(definition: Definition) -> list[_Kept]:
    def below(nodes: Sequence[Node], around: tuple[str, ...]) -> Iterator[_Kept]:
        for node in nodes:
            if has_answers(node):
                yield _Kept(node, around)
            if isinstance(node, Group):
                yield from below(node.children, (*around, node.key) if isinstance(node, Repeat) else around)

    return list(below(definition.children, ()))


def _between(earlier: Definition, later: Definition) -> Crosswalk:
    before, after = _kept(earlier), _kept(later)
    pairs = _pair(before, after)
    renamed = {old.node.key: new.node.key for new, old in pairs if isinstance(new.node, Repeat)}
    links = []
    paired = {id(new): old for new, old in pairs}
    for new in after:
        old = paired.get(id(new))
        if old is None:
            links.append(Link(Fate.NEW, "", new.node.key, None, new.type))
        else:
            links.append(_link(old, new, earlier, later, renamed))
    used = {id(old) for _, old in pairs}
    links += [Link(Fate.DROPPED, old.node.key, "", old.type) for old in before if id(old) not in used]
    return Crosswalk(tuple(links))


def _pair(before: list[_Kept], after: list[_Kept]) -> list[tuple[_Kept, _Kept]]:
    """Pair what is the same, each once: what the author says first, then keys, then paths."""
    by_key = {each.node.key: each for each in before}
    by_path = {_below_root(each.node): each for each in before}
    by_name: dict[str, list[_Kept]] = {}
    for each in before:
        by_name.setdefault(each.node.name, []).append(each)
    pairs: list[tuple[_Kept, _Kept]] = []
    free_before, free_after = {id(each) for each in before}, {id(each) for each in after}

    def take(new: _Kept, old: _Kept | None) -> None:
        alike = old is not None and isinstance(new.node, Item) == isinstance(old.node, Item)
        if old is not None and alike and id(old) in free_before and id(new) in free_after:
            pairs.append((new, old))
            free_before.discard(id(old))
            free_after.discard(id(new))

    for new in after:
        for name in was(new.node):
            alike = by_name.get(name, [])
            take(new, by_key.get(name) or (alike[0] if len(alike) == 1 else None))
    for new in after:
        take(new, by_key.get(new.node.key))
    for new in after:
        take(new, by_path.get(_below_root(new.node)))
        # A name that stood once and now stands twice became a path; the one that stands alone is still it.
        alike = by_name.get(new.node.name, [])
        if len(alike) == 1 and sum(each.node.name == new.node.name for each in after) == 1:
            take(new, alike[0])
    return pairs


def _below_root(node: Node) -> str:
    return node.path.split("/", 2)[-1]


def _link(old: _Kept, new: _Kept, earlier: Definition, later: Definition, renamed: Mapping[str, str]) -> Link:
    fate = Fate.SAME if old.node.key == new.node.key else Fate.RENAMED
    link = Link(fate, old.node.key, new.node.key, old.type, new.type)
    if tuple(renamed.get(key, key) for key in old.around) != new.around:
        link = replace(link, breaks=Break.REPEAT)
    if isinstance(old.node, Item) and isinstance(new.node, Item):
        if not _is_readable(old.node.type, new.node.type):
            return replace(link, breaks=link.breaks or Break.TYPE)
        if new.node.type.has_choices and old.node.type.has_choices:
            return _with_codes(
                link,
                earlier.choice_lists.get(old.node.list_name, ()),
                later.choice_lists.get(new.node.list_name, ()),
            )
    return link


_WIDER = {
    ItemType.INTEGER: {ItemType.DECIMAL, ItemType.RANGE, ItemType.TEXT},
    ItemType.DECIMAL: {ItemType.RANGE, ItemType.TEXT},
    ItemType.RANGE: {ItemType.DECIMAL, ItemType.TEXT},
    ItemType.SELECT_ONE: {ItemType.SELECT_MULTIPLE, ItemType.TEXT},
    ItemType.SELECT_MULTIPLE: {ItemType.TEXT},
    ItemType.RANK: {ItemType.TEXT},
    ItemType.DATE: {ItemType.TEXT},
    ItemType.TIME: {ItemType.TEXT},
    ItemType.DATETIME: {ItemType.TEXT},
    ItemType.BARCODE: {ItemType.TEXT},
    ItemType.GEOPOINT: {ItemType.TEXT},
    ItemType.GEOTRACE: {ItemType.TEXT},
    ItemType.GEOSHAPE: {ItemType.TEXT},
}
"""Types whose values the types at the right can hold; a calculation or hidden value holds anything."""
_ANYTHING = frozenset({ItemType.CALCULATE, ItemType.HIDDEN})


def _is_readable(old: ItemType, new: ItemType) -> bool:
    return old is new or new in _ANYTHING or new in _WIDER.get(old, ())


def _with_codes(link: Link, old: Sequence[Choice], new: Sequence[Choice]) -> Link:
    before = dict.fromkeys(choice.name for choice in old)
    names = {choice.name for choice in new}
    codes = {former: choice.name for choice in new for former in was(choice) if former in before}
    for name in before:
        # A code that another choice took over by name alone is that choice; the author's word goes first.
        if name in names:
            codes.setdefault(name, name)
    reached = set(codes.values())
    return replace(
        link,
        codes=codes,
        lost_codes=tuple(name for name in before if name not in codes),
        new_codes=tuple(dict.fromkeys(choice.name for choice in new if choice.name not in reached)),
    )


def _joined(first: Link | None, second: Link) -> Link:
    """Return the link over both, `second` being one that ends in the last version."""
    if first is None or not first.earlier:
        return Link(Fate.NEW, "", second.later, None, second.later_type)
    codes = {}
    lost = list(first.lost_codes)
    for old, between in first.codes.items():
        if between in second.lost_codes:
            lost.append(old)
        else:
            codes[old] = second.codes.get(between, between)
    # A code lost on the first part of the way may be back at its end.
    back = {code for code in lost if code in second.new_codes}
    codes.update({code: code for code in back})
    reached = set(codes.values())
    last = (*second.codes.values(), *second.new_codes)
    return replace(
        second,
        fate=Fate.SAME if first.earlier == second.later else Fate.RENAMED,
        earlier=first.earlier,
        earlier_type=first.earlier_type,
        codes=codes,
        lost_codes=tuple(code for code in lost if code not in back),
        new_codes=tuple(dict.fromkeys(code for code in last if code not in reached)) if codes else second.new_codes,
        breaks=first.breaks or second.breaks,
    )


def _dropped(link: Link) -> Link:
    return Link(Fate.DROPPED, link.earlier, "", link.earlier_type)
