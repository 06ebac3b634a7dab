"""Which nodes of two versions of a questionnaire are the same, and which of them stand elsewhere."""

from bisect import bisect_left
from collections.abc import Sequence

from surveys.crosswalk import Crosswalk, has_answers, was
from surveys.definition import Definition, Group, Node

Pair = tuple[Node, Node]
"""The earlier node and the later one."""


def pair_nodes(earlier: Definition, later: Definition, walk: Crosswalk) -> list[Pair]:
    """Pair the nodes of both: what has answers as the crosswalk does, notes and groups by former name, key or name."""
    before = {node.key: node for node in earlier.nodes()}
    pairs: list[Pair] = []
    taken: set[str] = set()
    for node in later.nodes():
        old: Node | None
        if has_answers(node):
            link = walk.link_to(node.key)
            old = before.get(link.earlier) if link else None
        else:
            names = (*was(node), node.key, node.name)
            alike = (before[name] for name in names if name in before and name not in taken)
            old = next((each for each in alike if _same_sort(each, node)), None)
        if old is not None and old.key not in taken:
            taken.add(old.key)
            pairs.append((old, node))
    return pairs


def _same_sort(old: Node, new: Node) -> bool:
    return type(old) is type(new) and not has_answers(old)


def moved_nodes(pairs: Sequence[Pair], earlier: Definition, later: Definition) -> set[str]:
    """Return the paths of nodes that stand in another group, or elsewhere among those that stayed in theirs.

    Those of the longest run still in order did not move: taking one question from the top to the bottom moves one.
    """
    parent_before, parent_after = _parents(earlier), _parents(later)
    renamed = {old.path: new.path for old, new in pairs}
    rank = {node.path: number for number, node in enumerate(earlier.nodes())}
    moved: set[str] = set()
    siblings: dict[str, list[Pair]] = {}
    for old, new in pairs:
        above = parent_before[old.path]
        if renamed.get(above, above if above == "" else None) != parent_after[new.path]:
            moved.add(new.path)
        else:
            siblings.setdefault(parent_after[new.path], []).append((old, new))
    for row in siblings.values():
        stayed = _longest_rise([rank[old.path] for old, _ in row])
        moved.update(new.path for place, (_, new) in enumerate(row) if place not in stayed)
    return moved


def _parents(definition: Definition) -> dict[str, str]:
    """Return the path of the group around each node, "" at the top."""
    found: dict[str, str] = {}

    def below(nodes: Sequence[Node], parent: str) -> None:
        for node in nodes:
            found[node.path] = parent
            if isinstance(node, Group):
                below(node.children, node.path)

    below(definition.children, "")
    return found


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """Return the places of a longest increasing run of `numbers` (patience sorting)."""
    tails: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(tails, number)
        before.append(places[at - 1] if at else -1)
        if at == len(tails):
            tails.append(number)
            places.append(place)
        else:
            tails[at], places[at] = number, place
    kept: set[int] = set()
    place = places[-1] if places else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept
