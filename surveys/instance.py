"""The answers of one response as the tree that expressions walk: items, groups, and repeats as often as they occur."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from surveys.definition import Group, Item, Repeat
from surveys.expressions import Node
from surveys.occurrences import Numbers, key_at
from surveys.structure import ROOT, Structure

MAX_OCCURRENCES = 1000
MAX_IN_ALL = 5000
"""Occurrences of all repeats together: repeats inside repeats multiply."""


class Occurrence:
    """One node of a response: `stored` is what was given, `value` what others read (empty while not relevant).

    `number` is its place among the occurrences of a repeat, 0 for what is none.
    """

    __slots__ = ("children", "index", "name", "number", "parent", "relevant", "stored", "value")

    kind: Literal["element"] = "element"
    attributes: Sequence[Node] = ()

    def __init__(self, index: int, name: str, parent: "Node | None", number: int = 0) -> None:
        self.index = index
        self.name = name
        self.number = number
        self.parent = parent
        self.children: list[Occurrence] = []
        self.relevant = True
        self.stored = ""
        self.value = ""


class Top:
    """What `/` is: it stands above the first element."""

    __slots__ = ("children",)

    kind: Literal["root"] = "root"
    name = ""
    value = ""
    parent: Node | None = None
    attributes: Sequence[Node] = ()

    def __init__(self) -> None:
        self.children: list[Occurrence] = []


class Instance:
    """The tree of one response; `at[i]` lists the occurrences of place `i` in document order.

    Answers are by key, those inside repeats by the keys of `surveys.occurrences`; or a repeat is a list of mappings.
    A repeat of which nothing is known has `begins_with` occurrences; one with a count has none until it is counted,
    unless `is_counted` is False.
    """

    def __init__(
        self,
        structure: Structure,
        answers: Mapping[str, Any] | None = None,
        *,
        begins_with: int = 1,
        is_counted: bool = True,
    ) -> None:
        self.structure = structure
        self.is_counted = is_counted
        self._begins_with = begins_with
        self._answers = answers or {}
        self._room = MAX_IN_ALL
        self.top = Top()
        self.root = Occurrence(ROOT, structure.definition.root, self.top)
        self.top.children.append(self.root)
        self.at: list[list[Occurrence]] = [[] for _ in structure.places]
        self.has_repeats = any(place.repeats for place in structure.places)
        for index in structure.top:
            self._grow(index, self.root, self._answers, ())

    def _grow(self, index: int, parent: Occurrence, here: Mapping[str, Any], numbers: Numbers) -> None:
        node = self.structure.places[index].node
        if isinstance(node, Item):
            occurrence = self._add(index, node.name, parent)
            if here or self._answers:
                given = self._given(node, here, numbers)
                if given is not None:
                    occurrence.stored = text_of(given)
        elif isinstance(node, Repeat):
            for row in self._rows(node, here, numbers):
                self._one_more(index, parent, row, numbers)
        else:
            occurrence = self._add(index, node.name, parent)
            inner = here.get(node.name) if isinstance(here.get(node.name), Mapping) else here
            for child in self.structure.places[index].children:
                self._grow(child, occurrence, inner or {}, numbers)

    def _rows(self, node: Repeat, here: Mapping[str, Any], numbers: Numbers) -> list[Any]:
        given = self._given(node, here, numbers)
        if isinstance(given, int) and not isinstance(given, bool):
            return [{}] * min(max(given, 0), MAX_OCCURRENCES)
        if isinstance(given, list):
            return given[:MAX_OCCURRENCES]
        return [{}] * self._begins_with if node.count is None or not self.is_counted else []

    def _given(self, node: Item | Group, here: Mapping[str, Any], numbers: Numbers) -> Any:
        """Find what was given for a node by key, path, or name where it stands."""
        if numbers:
            key = key_at(node.key, numbers)
            return self._answers[key] if key in self._answers else here.get(node.name)
        if node.key in self._answers:
            return self._answers[node.key]
        if node.path in self._answers:
            return self._answers[node.path]
        return here.get(node.name) if here is not self._answers else None

    def _add(self, index: int, name: str, parent: Occurrence, number: int = 0) -> Occurrence:
        occurrence = Occurrence(index, name, parent, number)
        parent.children.append(occurrence)
        self.at[index].append(occurrence)
        return occurrence

    def _one_more(self, index: int, parent: Occurrence, row: Any, numbers: Numbers) -> Occurrence | None:
        if self._room <= 0:
            return None
        self._room -= 1
        place = self.structure.places[index]
        number = sum(each.index == index for each in parent.children) + 1
        occurrence = self._add(index, place.node.name, parent, number)
        for child in place.children:
            self._grow(child, occurrence, row if isinstance(row, Mapping) else {}, (*numbers, number))
        return occurrence

    def add(self, index: int, parent: Occurrence, row: Mapping[str, Any]) -> Occurrence:
        """Put one more occurrence of a repeat after its last one in `parent`."""
        occurrence = self._one_more(index, parent, row, self.numbers(parent))
        if occurrence is None:
            raise ValueError(MAX_IN_ALL)
        self._restore_order([parent])
        return occurrence

    def fit(self, index: int, wanted: Mapping[Occurrence, int]) -> list[Occurrence]:
        """Give a repeat as many occurrences as wanted in each parent; return the new ones.

        What was answered once in an occurrence that comes back is there again.
        """
        new: list[Occurrence] = []
        for parent, number in wanted.items():
            have = [each for each in parent.children if each.index == index]
            for occurrence in have[number:]:
                parent.children.remove(occurrence)
                self._forget(occurrence)
            numbers = self.numbers(parent)
            more = (self._one_more(index, parent, {}, numbers) for _ in range(len(have), number))
            new.extend(occurrence for occurrence in more if occurrence is not None)
        if new:
            self._restore_order(wanted)
        return new

    def _forget(self, occurrence: Occurrence) -> None:
        self._room += occurrence.number > 0
        self.at[occurrence.index].remove(occurrence)
        for child in occurrence.children:
            self._forget(child)

    def _restore_order(self, parents: Iterable[Occurrence]) -> None:
        # Places are numbered in the order of the form and the sort is stable: siblings of one repeat stay in theirs.
        for parent in parents:
            parent.children.sort(key=lambda occurrence: occurrence.index)
        for occurrences in self.at:
            occurrences.clear()
        for occurrence in self.walk():
            self.at[occurrence.index].append(occurrence)

    def stand_in(self, index: int, parent: Occurrence) -> Occurrence:
        """Return an occurrence that is in no list: where the rules of a repeat that has none yet are asked."""
        return Occurrence(index, self.structure.places[index].node.name, parent)

    def numbers(self, occurrence: Occurrence) -> Numbers:
        """Return the numbers of the occurrences of repeats it stands in, its own included, outermost first."""
        found: list[int] = []
        node: Any = occurrence
        while isinstance(node, Occurrence):
            if node.number:
                found.append(node.number)
            node = node.parent
        return tuple(reversed(found))

    def path(self, occurrence: Occurrence) -> str:
        """Return `/data/members[2]/age`: the number of the occurrence follows each repeat."""
        parts: list[str] = []
        node: Any = occurrence
        while isinstance(node, Occurrence):
            parts.append(f"{node.name}[{node.number}]" if node.number else node.name)
            node = node.parent
        return "/" + "/".join(reversed(parts))

    def walk(self) -> Iterator[Occurrence]:
        """Yield every occurrence in document order."""
        stack = list(reversed(self.root.children))
        while stack:
            occurrence = stack.pop()
            yield occurrence
            stack.extend(reversed(occurrence.children))

    def find(self, start: Node, name: str, everywhere: bool) -> Sequence[Occurrence]:
        """Return the nodes of `${name}` seen from `start`: those inside the nearest repeat that holds both."""
        indexes = self.structure.by_name.get(name, ())
        if not indexes:
            return ()
        target = indexes[0]
        found = self.at[target]
        if everywhere or not isinstance(start, Occurrence) or start.index == ROOT:
            return found
        repeats = self.structure.places[target].repeats
        if isinstance(self.structure.places[target].node, Repeat):
            repeats = repeats[:-1]
        shared = [repeat for repeat in self.structure.places[start.index].repeats if repeat in repeats]
        if not shared:
            return found
        above = start
        while above.index != shared[-1]:
            above = above.parent  # type: ignore[assignment]  # the shared repeat stands above, by what `repeats` says
        return self.below(above, target)

    def below(self, above: Occurrence, target: int) -> list[Occurrence]:
        """Return the occurrences of a place below one of a place that holds it."""
        steps: list[int] = []
        index = target
        while index not in (above.index, ROOT):
            steps.append(index)
            index = self.structure.places[index].parent
        if index != above.index:
            return []  # another repeat of the same name
        found = [above]
        for step in reversed(steps):
            found = [child for each in found for child in each.children if child.index == step]
        return found


def text_of(value: Any) -> str:
    """Write an answer as expressions read it: lists by spaces, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    if isinstance(value, float):
        # without exponent: a number kept is a number typed, and reads as one
        return str(int(value)) if value.is_integer() else format(Decimal(format(value, ".15g")), "f")
    return str(value)
