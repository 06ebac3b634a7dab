"""What paths walk over: the answers of a response, a list of choices, or an XML document."""

from collections.abc import Sequence
from typing import Literal, Protocol

NodeKind = Literal["root", "element", "attribute", "text", "comment", "processing-instruction"]


class Node(Protocol):
    """One node; identity (`is`) says which, so the same node is always the same object."""

    @property
    def kind(self) -> NodeKind:
        """What it is; `root` stands above the first element."""

    @property
    def name(self) -> str:
        """The name with its prefix; empty for a root, a text and a comment."""

    @property
    def value(self) -> str:
        """The text: of an answer, or of everything below."""

    @property
    def parent(self) -> "Node | None":
        """The node above; None for a root."""

    @property
    def children(self) -> "Sequence[Node]":
        """The nodes below in document order, attributes apart."""

    @property
    def attributes(self) -> "Sequence[Node]":
        """The attributes in document order."""


class TreeNode:
    """A node kept in memory. A text given to an element is its value when it has no children."""

    __slots__ = ("_text", "attributes", "children", "kind", "name", "namespace", "parent")

    def __init__(self, name: str = "", text: str = "", *, kind: NodeKind = "element", namespace: str = "") -> None:
        self.kind: NodeKind = kind
        self.name = name
        self.namespace = namespace
        self.parent: TreeNode | None = None
        self.children: list[TreeNode] = []
        self.attributes: list[TreeNode] = []
        self._text = text

    @property
    def value(self) -> str:
        """The text of a leaf; of others the texts below, joined (comments apart)."""
        if not self.children:
            return self._text
        return "".join(child.value for child in self.children if child.kind in ("element", "text"))

    @value.setter
    def value(self, text: str) -> None:
        self._text = text

    def append(self, child: "TreeNode") -> "TreeNode":
        """Put `child` last and return it."""
        child.parent = self
        self.children.append(child)
        return child

    def add(self, name: str, text: str = "") -> "TreeNode":
        """Make an element, put it last and return it."""
        return self.append(TreeNode(name, text))

    def set(self, name: str, text: str) -> "TreeNode":
        """Give an attribute and return it."""
        attribute = TreeNode(name, text, kind="attribute")
        attribute.parent = self
        self.attributes.append(attribute)
        return attribute

    def __repr__(self) -> str:
        return f"<TreeNode {self.kind} {self.name!r} {self._text!r}>"


def tree_root(name: str = "data") -> tuple[TreeNode, TreeNode]:
    """Return a root and its first element, ready for answers."""
    root = TreeNode(kind="root")
    return root, root.add(name)


def document_position(node: Node) -> tuple[tuple[int, int], ...]:
    """Return a key that sorts the nodes of one document in document order."""
    path: list[tuple[int, int]] = []
    while (parent := node.parent) is not None:
        if node.kind == "attribute":
            path.append((0, place_among(parent.attributes, node)))
        else:
            path.append((1, place_among(parent.children, node)))
        node = parent
    path.append((0, id(node)))  # documents have no order between them: any stable one will do
    path.reverse()
    return tuple(path)


def in_document_order(nodes: Sequence[Node]) -> list[Node]:
    """Return `nodes` without doubles, in document order."""
    distinct = {id(node): node for node in nodes}
    if len(distinct) < 2:  # noqa: PLR2004  one node is in order
        return list(distinct.values())
    return sorted(distinct.values(), key=document_position)


def path_of(node: Node) -> str:
    """Return the path of `node` with the place of each step among its siblings: what tells it from every other."""
    parts: list[str] = []
    while (parent := node.parent) is not None:
        siblings = parent.attributes if node.kind == "attribute" else parent.children
        parts.append(f"{node.name}[{place_among(siblings, node)}]")
        node = parent
    return "/" + "/".join(reversed(parts))


def place_among(nodes: Sequence[Node], node: Node) -> int:
    """Return the place of `node` among `nodes`; after all of them where it stands for one that is not there yet."""
    return next((index for index, other in enumerate(nodes) if other is node), len(nodes))
