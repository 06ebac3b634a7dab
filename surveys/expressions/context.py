"""What an expression is computed against."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from surveys.expressions.nodes import Node

PARIS = ZoneInfo("Europe/Paris")


Lookup = Callable[[str, str, str], str]
"""Finds, in the first line of a list whose column (first) holds a key (second), the cell of another column (third)."""


class EvaluationContext(Protocol):
    """The node asked about and the world around it. Nothing here changes during one evaluation."""

    @property
    def node(self) -> Node:
        """The context node: what `.` is."""

    @property
    def current(self) -> Node:
        """What `current()` is and where `${name}` is looked up; differs from `node` only in a choice filter."""

    @property
    def root(self) -> Node:
        """What `/` is."""

    @property
    def moment(self) -> datetime:
        """The frozen, aware present of now() and today()."""

    @property
    def time_zone(self) -> tzinfo:
        """Where dates without zone begin."""

    @property
    def seed(self) -> str:
        """What chance is drawn from, kept with the response so that a replay draws the same."""

    @property
    def locale(self) -> str:
        """The BCP 47 tag of the language shown."""

    def resolve(self, name: str, *, everywhere: bool = False) -> Sequence[Node]:
        """Return the nodes of `${name}`: those of the nearest enclosing repeat, or all of the form if `everywhere`."""

    def last_saved(self, name: str) -> str:
        """Return the answer `${last-saved#name}` of the previous response, empty if none."""

    def instance(self, name: str) -> Node | None:
        """Return the root of a secondary instance (a choice list), None if there is none."""

    def lookup(self, name: str) -> Lookup | None:
        """Return what finds a cell of a list, None if there is no such list."""

    def choice_label(self, question: Node, value: str) -> str:
        """Return the label of a choice of `question` in the language shown, empty if none."""

    def translation(self, identifier: str) -> str:
        """Return the text of jr:itext(identifier) in the language shown, empty if none."""

    def setting(self, name: str) -> str:
        """Return property(name), and version() under `version`; empty if none."""


def find_enclosing(node: Node, name: str) -> list[Node]:
    """Return the nodes called `name` below the nearest ancestor of `node` that has some, in document order."""
    above: Node | None = node.parent or node
    while above is not None:
        if found := find_below(above, name):
            return found
        above = above.parent
    return []


def find_below(node: Node, name: str) -> list[Node]:
    """Return the elements called `name` below `node`, in document order."""
    found: list[Node] = []
    stack = list(reversed(node.children))
    while stack:
        below = stack.pop()
        if below.name == name and below.kind == "element":
            found.append(below)
        stack.extend(reversed(below.children))
    return found


def _look_up(root: Node, column: str, key: str, wanted: str) -> str:
    for item in (item for top in root.children for item in top.children if item.kind == "element"):
        if any(cell.name == column and cell.value == key for cell in item.children):
            return next((cell.value for cell in item.children if cell.name == wanted), "")
    return ""


def _no_label(_question: Node, _value: str) -> str:
    return ""


@dataclass(frozen=True)
class Context:
    """The context in its plain form; `${name}` is searched in the tree: a big form had better give its `resolver`."""

    node: Node
    root: Node
    moment: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    origin: Node | None = None
    """What `current` is, when it is not `node`."""
    time_zone: tzinfo = PARIS
    seed: str = ""
    locale: str = "fr"
    resolver: Callable[[Node, str, bool], Sequence[Node]] | None = None
    instances: Mapping[str, Node] = field(default_factory=dict)
    labels: Callable[[Node, str], str] = _no_label
    translations: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    saved: Mapping[str, str] = field(default_factory=dict)

    @property
    def current(self) -> Node:
        """Where `${name}` is looked up."""
        return self.node if self.origin is None else self.origin

    def resolve(self, name: str, *, everywhere: bool = False) -> Sequence[Node]:
        """Return the nodes of `${name}`."""
        if self.resolver is not None:
            return self.resolver(self.current, name, everywhere)
        return find_below(self.root, name) if everywhere else find_enclosing(self.current, name)

    def last_saved(self, name: str) -> str:
        """Return the answer of the previous response."""
        return self.saved.get(name, "")

    def instance(self, name: str) -> Node | None:
        """Return the root of a secondary instance."""
        return self.instances.get(name)

    def lookup(self, name: str) -> Lookup | None:
        """Return what looks at each line of a secondary instance."""
        root = self.instances.get(name)
        return None if root is None else partial(_look_up, root)

    def choice_label(self, question: Node, value: str) -> str:
        """Return the label of a choice."""
        return self.labels(question, value)

    def translation(self, identifier: str) -> str:
        """Return a text in the language shown."""
        return self.translations.get(identifier, "")

    def setting(self, name: str) -> str:
        """Return a property of the form or the device."""
        return self.settings.get(name, "")
