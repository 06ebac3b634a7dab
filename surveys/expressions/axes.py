"""The thirteen directions of XPath 1.0 and the tests on what they meet. Backward ones give the nearest first."""

from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType
from typing import Final

from surveys.expressions.nodes import Node, place_among

NodeTest = Callable[[Node], bool]


def _child(node: Node) -> Sequence[Node]:
    return node.children


def _attribute(node: Node) -> Sequence[Node]:
    return node.attributes


def _self(node: Node) -> Sequence[Node]:
    return (node,)


def _parent(node: Node) -> Sequence[Node]:
    return () if node.parent is None else (node.parent,)


def _descendant(node: Node) -> Iterator[Node]:
    stack = list(reversed(node.children))
    while stack:
        below = stack.pop()
        yield below
        stack.extend(reversed(below.children))


def _descendant_or_self(node: Node) -> Iterator[Node]:
    yield node
    yield from _descendant(node)


def _ancestor(node: Node) -> Iterator[Node]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _ancestor_or_self(node: Node) -> Iterator[Node]:
    yield node
    yield from _ancestor(node)


def _following_sibling(node: Node) -> Sequence[Node]:
    if node.parent is None or node.kind == "attribute":
        return ()
    siblings = node.parent.children
    return siblings[place_among(siblings, node) + 1 :]


def _preceding_sibling(node: Node) -> Sequence[Node]:
    if node.parent is None or node.kind == "attribute":
        return ()
    siblings = node.parent.children
    return siblings[: place_among(siblings, node)][::-1]


def _following(node: Node) -> Iterator[Node]:
    if node.kind == "attribute" and node.parent is not None:
        node = node.parent
        yield from _descendant(node)
    for above in _ancestor_or_self(node):
        for sibling in _following_sibling(above):
            yield from _descendant_or_self(sibling)


def _preceding(node: Node) -> Iterator[Node]:
    if node.kind == "attribute" and node.parent is not None:
        node = node.parent
    for above in _ancestor_or_self(node):
        for sibling in _preceding_sibling(above):
            yield from reversed(list(_descendant_or_self(sibling)))


def _namespace(_node: Node) -> Sequence[Node]:
    return ()  # answers and choice lists have none


AXES: Final = MappingProxyType(
    {
        "ancestor": _ancestor,
        "ancestor-or-self": _ancestor_or_self,
        "attribute": _attribute,
        "child": _child,
        "descendant": _descendant,
        "descendant-or-self": _descendant_or_self,
        "following": _following,
        "following-sibling": _following_sibling,
        "namespace": _namespace,
        "parent": _parent,
        "preceding": _preceding,
        "preceding-sibling": _preceding_sibling,
        "self": _self,
    }
)

BACKWARD: Final = frozenset({"ancestor", "ancestor-or-self", "preceding", "preceding-sibling"})

IN_ORDER: Final = frozenset({"attribute", "child", "self"})
"""From nodes of which none is below another, these keep document order and never meet a node twice."""


def node_test(axis: str, test: str) -> NodeTest:
    """Return the test that `test` writes, on the nodes of `axis`."""
    if test == "node()":
        return lambda _node: True
    if test.endswith(")"):
        kind, _, target = test[:-1].partition("(")
        target = target.strip("\"'")
        return lambda node: node.kind == kind and (not target or node.name == target)
    principal = "attribute" if axis == "attribute" else "element"
    if test == "*":
        return lambda node: node.kind == principal
    if test.endswith(":*"):
        prefix = test[:-1]
        return lambda node: node.kind == principal and node.name.startswith(prefix)
    return lambda node: node.name == test and node.kind == principal
