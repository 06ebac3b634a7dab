"""Nodes of a form found and put elsewhere; a definition never changes, each function returns another.

A node is known by its key. `keyed` gives every node its key and path again by the rule of the import (the name where
the form has it once, the path below the root otherwise) and notes under `tresse::was` the key that a node had before.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from core.errors import NotFound
from surveys.definition import Definition, Group, Node

OWN = "tresse"
"""The column prefix of what XLSForm has no word for: `tresse::bank` is `extras["tresse"]["bank"]`."""
_WAS = "was"


def node_of(definition: Definition, key: str) -> Node:
    """Return the item or group of this key.

    Raises: NotFound("surveys.item_not_found").
    """
    for node in definition.nodes():
        if node.key == key:
            return node
    raise NotFound("surveys.item_not_found", key=key)


def children_of(definition: Definition, parent: str) -> tuple[Node, ...]:
    """Return what stands directly in a group, or at the top of the form (`parent` "").

    Raises: NotFound("surveys.group_not_found").
    """
    if not parent:
        return definition.children
    for node in definition.nodes():
        if node.key == parent and isinstance(node, Group):
            return node.children
    raise NotFound("surveys.group_not_found", key=parent)


def parent_of(definition: Definition, key: str) -> str:
    """Return the key of the group around a node, "" at the top.

    Raises: NotFound("surveys.item_not_found").
    """
    around = ancestors_of(definition, key)
    return around[-1] if around else ""


def subtree(node: Node) -> Iterator[Node]:
    """Yield a node and all it holds, in the order of the form."""
    yield node
    if isinstance(node, Group):
        for child in node.children:
            yield from subtree(child)


def ancestors_of(definition: Definition, key: str) -> tuple[str, ...]:
    """Return the keys of the groups around a node, outermost first.

    Raises: NotFound("surveys.item_not_found").
    """

    def below(nodes: Iterable[Node], around: tuple[str, ...]) -> tuple[str, ...] | None:
        for node in nodes:
            if node.key == key:
                return around
            if isinstance(node, Group) and (found := below(node.children, (*around, node.key))) is not None:
                return found
        return None

    found = below(definition.children, ())
    if found is None:
        raise NotFound("surveys.item_not_found", key=key)
    return found


def following(definition: Definition, key: str) -> str | None:
    """Return the key of the sibling after a node, None after the last."""
    siblings = [node.key for node in children_of(definition, parent_of(definition, key))]
    place = siblings.index(key) + 1
    return siblings[place] if place < len(siblings) else None


def map_nodes(definition: Definition, change: Callable[[Node], Iterable[Node]]) -> Definition:
    """Give each node, children first, the nodes that stand in its stead; none takes it out."""

    def below(nodes: Iterable[Node]) -> tuple[Node, ...]:
        found: list[Node] = []
        for node in nodes:
            inner = replace(node, children=below(node.children)) if isinstance(node, Group) else node
            found.extend(change(inner))
        return tuple(found)

    return replace(definition, children=below(definition.children))


def with_node(definition: Definition, key: str, node: Node) -> Definition:
    """Put a node in the stead of another; keys are left as they are."""
    return map_nodes(definition, lambda each: (node,) if each.key == key else (each,))


def without_node(definition: Definition, key: str) -> Definition:
    """Take a node out, with what it holds."""
    return map_nodes(definition, lambda each: () if each.key == key else (each,))


def with_nodes_at(definition: Definition, nodes: Iterable[Node], *, parent: str, before: str | None) -> Definition:
    """Put nodes into a group (or at the top) before a node of it, at its end when `before` is None or elsewhere.

    Raises: NotFound("surveys.group_not_found").
    """
    siblings = list(children_of(definition, parent))
    place = next((at for at, node in enumerate(siblings) if node.key == before), len(siblings))
    children = (*siblings[:place], *nodes, *siblings[place:])
    if not parent:
        return replace(definition, children=children)
    group = node_of(definition, parent)
    assert isinstance(group, Group)  # children_of has looked
    return with_node(definition, parent, replace(group, children=children))


def keyed(definition: Definition) -> Definition:
    """Give every node its key and path; one whose key changes notes the former one in `tresse::was`."""
    counts = Counter(node.name for node in definition.nodes())

    def below(nodes: Iterable[Node], around: str) -> tuple[Node, ...]:
        found: list[Node] = []
        for node in nodes:
            relative = f"{around}{node.name}"
            key = relative if counts[node.name] > 1 else node.name
            new = replace(node, key=key, path=f"/{definition.root}/{relative}")
            if node.key and node.key != key:
                new = _with_former(new, node.key)
            if isinstance(new, Group):
                new = replace(new, children=below(new.children, f"{relative}/"))
            found.append(new)
        return tuple(found)

    return replace(definition, children=below(definition.children, ""))


def own_of(node: Node) -> Mapping[str, Any]:
    """Return our own columns of a node."""
    own = node.extras.get(OWN)
    return own if isinstance(own, Mapping) else {}


def with_own(node: Node, **values: str) -> Node:
    """Set columns of our own; an empty value takes the column out."""
    own = {name: value for name, value in {**own_of(node), **values}.items() if value != ""}
    extras = {name: value for name, value in node.extras.items() if name != OWN}
    return replace(node, extras={**extras, OWN: own} if own else extras)


def former_keys(node: Node) -> tuple[str, ...]:
    """Return the keys a node had before, the last one first."""
    return tuple(str(own_of(node).get(_WAS, "")).split())


def _with_former(node: Node, key: str) -> Node:
    return with_own(node, was=" ".join(name for name in dict.fromkeys((key, *former_keys(node))) if name != node.key))


def with_former_among(definition: Definition, published: Collection[str]) -> Definition:
    """Drop former keys that no published version has: nobody answered under them."""

    def settle(node: Node) -> tuple[Node]:
        former = former_keys(node)
        kept = [name for name in former if name in published and name != node.key]
        return (node if len(kept) == len(former) else with_own(node, was=" ".join(kept)),)

    return map_nodes(definition, settle)
