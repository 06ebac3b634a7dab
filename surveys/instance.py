"""The answers of one response as the tree that expressions walk: items, groups, and repeats as often as they occur."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from surveys.definition import Group, Item, Repeat
from surveys.expressions import Node
from surveys.structure import ROOT, Structure

MAX_OCCURRENCES = 1000


class Occurrence:
    """One node of a response: `stored` is what was given, `value` what others read (empty while not relevant)."""

    __slots__ = ("children", "index", "name", "parent", "relevant", "stored", "value")

    kind: Literal["element"] = "element"
    attributes: Sequence[Node] = ()

    def __init__(self, index: int, name: str, parent: "Node | None") -> None:
        self.index = index
        self.name = name
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
    """The tree of one response; `at[i]` lists the occurrences of place `i` in document order."""

    def __init__(self, structure: Structure, answers: Mapping[str, Any] | None = None) -> None:
        self.structure = structure
        self.top = Top()
        self.root = Occurrence(ROOT, structure.definition.root, self.top)
        self.top.children.append(self.root)
        self.at: list[list[Occurrence]] = [[] for _ in structure.places]
        self.has_repeats = any(place.repeats for place in structure.places)
        answers = answers or {}
        for index in structure.top:
            self._grow(index, self.root, answers, answers)

    def _grow(self, index: int, parent: Occurrence, here: Mapping[str, Any], everywhere: Mapping[str, Any]) -> None:
        node = self.structure.places[index].node
        if isinstance(node, Item):
            occurrence = self._add(index, node.name, parent)
            if here or everywhere:
                given = _given(node, here, everywhere)
                if given is not None:
                    occurrence.stored = text_of(given)
        elif isinstance(node, Repeat):
            rows = _given(node, here, everywhere)
            many = rows if isinstance(rows, list) else [{}] if node.count is None else []
            for row in many[:MAX_OCCURRENCES]:
                self.add(index, parent, row if isinstance(row, Mapping) else {})
        else:
            occurrence = self._add(index, node.name, parent)
            inner = here.get(node.name) if isinstance(here.get(node.name), Mapping) else here
            for child in self.structure.places[index].children:
                self._grow(child, occurrence, inner or {}, everywhere)

    def _add(self, index: int, name: str, parent: Occurrence) -> Occurrence:
        occurrence = Occurrence(index, name, parent)
        parent.children.append(occurrence)
        self.at[index].append(occurrence)
        return occurrence

    def add(self, index: int, parent: Occurrence, row: Mapping[str, Any]) -> Occurrence:
        """Put one more occurrence of a repeat after its last one in `parent`."""
        place = self.structure.places[index]
        occurrence = self._add(index, place.node.name, parent)
        for child in place.children:
            self._grow(child, occurrence, row, {})
        self._restore_order(parent)
        return occurrence

    def cut(self, index: int, parent: Occurrence, keep: int) -> None:
        """Drop the occurrences of a repeat in `parent` beyond the first `keep`."""
        for occurrence in [each for each in parent.children if each.index == index][keep:]:
            parent.children.remove(occurrence)
            self._forget(occurrence)

    def _forget(self, occurrence: Occurrence) -> None:
        self.at[occurrence.index].remove(occurrence)
        for child in occurrence.children:
            self._forget(child)

    def _restore_order(self, parent: Occurrence) -> None:
        # Places are numbered in the order of the form and the sort is stable: siblings of one repeat stay in theirs.
        parent.children.sort(key=lambda occurrence: occurrence.index)
        if len(self.structure.places[parent.index].repeats if parent.index != ROOT else ()):
            for occurrences in self.at:
                if len(occurrences) > 1:
                    occurrences.sort(key=self.position)

    def position(self, occurrence: Occurrence) -> tuple[int, ...]:
        """Return a key that sorts occurrences of one place in document order."""
        path: list[int] = []
        node: Occurrence = occurrence
        while isinstance(node.parent, Occurrence):
            path.append(node.parent.children.index(node))
            node = node.parent
        return tuple(reversed(path))

    def path(self, occurrence: Occurrence) -> str:
        """Return `/data/members[2]/age`: the number of the occurrence follows each repeat."""
        parts: list[str] = []
        node: Any = occurrence
        while isinstance(node, Occurrence):
            part = node.name
            if node.index != ROOT and isinstance(self.structure.places[node.index].node, Repeat):
                alike = [each for each in node.parent.children if each.index == node.index]  # type: ignore[union-attr]
                part += f"[{alike.index(node) + 1}]"
            parts.append(part)
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
        found = self.at[indexes[0]]
        if everywhere or len(found) < 2 or not isinstance(start, Occurrence) or start.index == ROOT:  # noqa: PLR2004
            return found
        repeats = self.structure.places[indexes[0]].repeats
        if isinstance(self.structure.places[indexes[0]].node, Repeat):
            repeats = repeats[:-1]
        shared = [repeat for repeat in self.structure.places[start.index].repeats if repeat in repeats]
        if not shared:
            return found
        above = _above(start, shared[-1])
        return [each for each in found if _above(each, shared[-1]) is above]


def _above(occurrence: Occurrence, index: int) -> Node | None:
    node: Any = occurrence
    while isinstance(node, Occurrence) and node.index != index:
        node = node.parent
    return node  # type: ignore[no-any-return]


def _given(node: Item | Group, here: Mapping[str, Any], everywhere: Mapping[str, Any]) -> Any:
    """Find what was given for a node by key, path, or name where it stands."""
    if node.key in everywhere:
        return everywhere[node.key]
    if node.path in everywhere:
        return everywhere[node.path]
    return here.get(node.name) if here is not everywhere else None


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
        return str(int(value)) if value.is_integer() else format(value, ".15g")
    return str(value)
