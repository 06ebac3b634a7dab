"""A definition made ready to evaluate: nodes numbered, references resolved, order of computation found once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from core.errors import Invalid
from surveys.choosing import NO_CHOICES, ChoiceList, Source, source_of
from surveys.definition import Choice, Definition, Group, Item, Node, Repeat
from surveys.expressions import Expression, TreeNode
from surveys.expressions.tree import Tree, walk
from surveys.lists import ListFile
from surveys.occurrences import split_key

ROOT = -1
_NOWHERE = Source(NO_CHOICES)
_CURRENT: Tree = ["call", "current", []]


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the definition and where it stands; places are numbered in the order of the form."""

    index: int
    node: Node
    parent: int
    children: tuple[int, ...]
    repeats: tuple[int, ...]
    """The repeats around it, outermost first, itself included when it is one."""


@dataclass(frozen=True, slots=True)
class Structure:
    """What every evaluation of one version shares; built once, never changed."""

    definition: Definition
    places: tuple[Place, ...]
    top: tuple[int, ...]
    order: tuple[int, ...]
    by_key: dict[str, int]
    by_name: dict[str, tuple[int, ...]]
    by_path: dict[str, int]
    computed: tuple[int, ...] = ()
    """The items that are calculated or carried silently."""
    needs: tuple[frozenset[int], ...] = ()
    """For each place, those that its value or relevance is computed from."""
    files: Mapping[str, ListFile] = field(default_factory=dict)
    """The lists read from files, by what formulas call them."""
    sources: Mapping[int, Source] = field(default_factory=dict)
    """Where the choices of each select come from, by its place."""
    choice_trees: dict[str, TreeNode] = field(default_factory=dict)

    def item(self, key: str) -> Item:
        """Return the item of this key; of a key inside repeats (`age[2]`), the item with that key as its own.

        Raises: KeyError: there is no such item.
        """
        node = self.place(key).node
        if not isinstance(node, Item):
            raise KeyError(key)
        return node if node.key == key else replace(node, key=key)

    def place(self, key: str) -> Place:
        """Return where the node of this key stands in the form, whatever the occurrence.

        Raises: KeyError: there is no such node.
        """
        return self.places[self.by_key[key] if key in self.by_key else self.by_key[split_key(key)[0]]]

    def choices(self, item: Item) -> tuple[Choice, ...]:
        """Return every choice of an item, before any filter; none where they are answers given in a repeat."""
        return self.source(item).listed.choices

    def source(self, item: Item) -> Source:
        """Return where the choices of an item come from."""
        return self.sources.get(self.place(item.key).index, _NOWHERE)

    def choice_tree(self, list_name: str) -> TreeNode | None:
        """Return the list as `instance('list')` reads it: root/item/(name, label or itextId, attributes); or a file."""
        if list_name not in self.definition.choice_lists:
            file = self.files.get(list_name.casefold())
            return file.root if file else None
        tree = self.choice_trees.get(list_name)
        if tree is None:
            tree = _choice_tree(list_name, self.definition.choice_lists[list_name])
            self.choice_trees[list_name] = tree
        return tree


class Cycle(Invalid):
    """Items that wait for each other; `path` names them, the first one repeated at the end."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__("surveys.cycle", path=" → ".join(path))
        self.path = path


def build_structure(definition: Definition, files: Mapping[str, ListFile] | None = None) -> Structure:
    """Number the nodes and order them so that each comes after those it is computed from.

    Args: files: the lists that the form reads from files, by what formulas call them.
    Raises: Cycle: a condition or calculation depends on itself.
    """
    places: list[Place] = []
    top = _number(definition.children, ROOT, (), places)
    by_name: dict[str, tuple[int, ...]] = {}
    for place in places:
        by_name[place.node.name] = (*by_name.get(place.node.name, ()), place.index)
    structure = Structure(
        definition=definition,
        places=tuple(places),
        top=top,
        order=(),
        by_key={place.node.key: place.index for place in places},
        by_name=by_name,
        by_path={place.node.path: place.index for place in places},
        files=files or {},
        sources=_sources(definition, places, files or {}),
    )
    needs = [_needs(structure, place) for place in places]
    return replace(
        structure,
        order=_order(structure, needs),
        needs=tuple(map(frozenset, needs)),
        computed=tuple(place.index for place in places if isinstance(place.node, Item) and _is_computed(place.node)),
    )


def _sources(definition: Definition, places: list[Place], files: Mapping[str, ListFile]) -> dict[int, Source]:
    kept: dict[str, ChoiceList] = {}
    return {
        place.index: source_of(place.node, definition, files, kept)
        for place in places
        if isinstance(place.node, Item) and (place.node.type.has_choices or place.node.list_name)
    }


def _is_computed(item: Item) -> bool:
    return item.calculation is not None or item.type.is_silent


def _number(nodes: Iterable[Node], parent: int, repeats: tuple[int, ...], places: list[Place]) -> tuple[int, ...]:
    numbers = []
    for node in nodes:
        index = len(places)
        numbers.append(index)
        around = (*repeats, index) if isinstance(node, Repeat) else repeats
        places.append(Place(index, node, parent, (), around))
        if isinstance(node, Group):
            children = _number(node.children, index, around, places)
            places[index] = Place(index, node, parent, children, around)
    return tuple(numbers)


def _needs(structure: Structure, place: Place) -> set[int]:
    """Return the places whose value or relevance this one is computed from; its own value does not count."""
    node = place.node
    found: set[int] = set()
    if place.parent != ROOT:
        found.add(place.parent)
    if node.relevant is not None:
        found.update(referenced(structure, place, node.relevant))
        if place.index in found:
            raise Cycle((node.name, node.name))
    if isinstance(node, Item):
        source = structure.sources.get(place.index, _NOWHERE)
        for expression in (node.calculation, node.choice_filter, source.filter):
            if expression is not None:
                found.update(referenced(structure, place, expression))
        found.update(structure.by_name.get(source.quoted, ()))
    elif isinstance(node, Repeat) and node.count is not None:
        found.update(referenced(structure, place, node.count))
    found.discard(place.index)
    return found


def referenced(structure: Structure, place: Place, expression: Expression) -> set[int]:
    """Return the places that `expression`, written at `place`, reads."""
    found: set[int] = set()
    for tree in walk(expression.tree):
        if tree[0] == "ref":
            found.update(structure.by_name.get(tree[1], ()))
        elif tree[0] == "path" and tree[1] in (None, "/", _CURRENT):
            absolute = tree[1] == "/"
            found.update(_follow(structure, ROOT if absolute else place.index, tree[2], absolute))
    return found


def _follow(structure: Structure, start: int, steps: list[Tree], absolute: bool) -> set[int]:
    """Walk a path over the definition; an axis that cannot be followed here stops the search at what it names."""
    here: set[int] = {start}
    if absolute and steps and steps[0][1] == "child":
        steps = steps[1:]
    for _step, axis, test, _predicates in steps:
        if axis == "self":
            continue
        if axis == "parent":
            here = {structure.places[index].parent for index in here if index != ROOT}
        elif axis in ("child", "descendant", "descendant-or-self"):
            below: set[int] = set()
            for index in here:
                below.update(_below(structure, index, deep=axis != "child"))
            if axis == "descendant-or-self":
                below |= here
            here = {index for index in below if _named(structure, index, test)}
        else:
            here = set(structure.by_name.get(test, ()))
    return here - {ROOT}


def _below(structure: Structure, index: int, *, deep: bool) -> Iterator[int]:
    for child in structure.top if index == ROOT else structure.places[index].children:
        yield child
        if deep:
            yield from _below(structure, child, deep=True)


def _named(structure: Structure, index: int, test: str) -> bool:
    return test in ("*", "node()") or (index != ROOT and structure.places[index].node.name == test)


def _order(structure: Structure, needs: list[set[int]]) -> tuple[int, ...]:
    """Sort so that needs come first, otherwise in the order of the form."""
    done: dict[int, bool] = {}
    order: list[int] = []
    for first in range(len(needs)):
        if first in done:
            continue
        done[first] = False
        stack = [(first, iter(sorted(needs[first])))]
        while stack:
            index, rest = stack[-1]
            for need in rest:
                if need not in done:
                    done[need] = False
                    stack.append((need, iter(sorted(needs[need]))))
                    break
                if not done[need]:
                    waiting = [waiter for waiter, _ in stack]
                    loop = [*waiting[waiting.index(need) :], need]
                    raise Cycle(tuple(structure.places[each].node.name for each in loop))
            else:
                stack.pop()
                done[index] = True
                order.append(index)
    return tuple(order)


def _choice_tree(list_name: str, choices: tuple[Choice, ...]) -> TreeNode:
    top = TreeNode(kind="root")
    root = top.add("root")
    for position, choice in enumerate(choices):
        item = root.add("item")
        item.add("name", choice.name)
        if set(choice.labels) - {""}:
            item.add("itextId", f"{list_name}-{position}")
        item.add("label", next(iter(choice.labels.values()), ""))
        for name, text in choice.attributes.items():
            item.add(name, text)
    return top
