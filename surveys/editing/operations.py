"""Questions and groups added, moved, copied, deleted, changed of kind: each operation makes another definition."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace

from core.errors import Invalid
from surveys.definition import Choice, Definition, Group, Item, Node, Repeat, Texts
from surveys.editing.kinds import GROUPS, LOOKS, SHAPES, Kind
from surveys.editing.naming import free, slug, taken_names
from surveys.editing.references import renamed_part
from surveys.editing.tree import (
    ancestors_of,
    children_of,
    following,
    keyed,
    map_nodes,
    node_of,
    own_of,
    parent_of,
    subtree,
    with_node,
    with_nodes_at,
    with_own,
    without_node,
)

_PAGE_LOOKS = ("field-list", "table-list")
_RANGE_PARAMETERS = frozenset({"start", "end", "step"})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something goes: in a group ("" is the top of the form), before one of its nodes or at its end."""

    parent: str = ""
    before: str | None = None


def spot_after(definition: Definition, key: str) -> Spot:
    """Return the place right after a node.

    Raises: NotFound("surveys.item_not_found").
    """
    return Spot(parent_of(definition, key), following(definition, key))


def add(
    definition: Definition,
    kind: Kind,
    spot: Spot,
    *,
    words: str = "",
    locale: str = "",
    choices: Mapping[str, Texts] | None = None,
    published: Collection[str] = (),
) -> tuple[Definition, str]:
    """Add a question or group; return the form and the key of what was added.

    Its name is made from its `words`, in `locale` (the form's own when ""); `choices` is the list it starts with, for
    kinds that have one ready; it takes no name that a `published` version has.

    Raises: NotFound("surveys.group_not_found").
    """
    tag = locale or definition.default_locale
    fallback = "partie" if kind in GROUPS else "question"
    name = free(slug(words, fallback), taken_names(definition, published))
    labels = {tag: words} if words else {}
    node: Node
    if kind in GROUPS:
        look = "field-list" if kind is Kind.PAGE else ""
        make = Repeat if kind is Kind.REPEAT else Group
        node = make(name=name, key="", path="", children=(), labels=labels, appearance=look)
    else:
        shape = SHAPES[kind]
        node = Item(
            name=name,
            key="",
            path="",
            type=shape.type,
            labels=labels,
            appearance=shape.look,
            parameters=dict(shape.parameters),
        )
        if shape.type.has_choices:
            definition, node = _with_list(definition, node, choices)
    return keyed(with_nodes_at(definition, (node,), parent=spot.parent, before=spot.before)), name


def _with_list(definition: Definition, item: Item, choices: Mapping[str, Texts] | None) -> tuple[Definition, Item]:
    """Give an item a list: one of the form with the same codes when there is one, else a new one."""
    wanted = tuple(Choice(name, texts) for name, texts in (choices or {}).items())
    for list_name, existing in definition.choice_lists.items():
        if wanted and [choice.name for choice in existing] == list(choices or ()):
            return definition, replace(item, list_name=list_name)
    list_name = free("_".join(choices) if choices else item.name, definition.choice_lists)
    lists = {**definition.choice_lists, list_name: wanted}
    return replace(definition, choice_lists=lists), replace(item, list_name=list_name)


def move_up(definition: Definition, key: str) -> Definition:
    """Move a node one line up: past its neighbour, into the group that ends just above, or out of its own.

    Groups do not go into others by this, and nothing goes into a repeat: there its answers would be others.
    """
    node, parent = node_of(definition, key), parent_of(definition, key)
    siblings = children_of(definition, parent)
    place = _place(siblings, key)
    if place:
        above = siblings[place - 1]
        if isinstance(node, Item) and isinstance(above, Group) and not isinstance(above, Repeat):
            return move(definition, key, Spot(above.key))
        return move(definition, key, Spot(parent, above.key))
    if parent and not isinstance(node_of(definition, parent), Repeat):
        return move(definition, key, Spot(parent_of(definition, parent), parent))
    return definition


def move_down(definition: Definition, key: str) -> Definition:
    """Move a node one line down: past its neighbour, into the group that begins just below, or out of its own."""
    node, parent = node_of(definition, key), parent_of(definition, key)
    siblings = children_of(definition, parent)
    place = _place(siblings, key)
    if place + 1 < len(siblings):
        below = siblings[place + 1]
        if isinstance(node, Item) and isinstance(below, Group) and not isinstance(below, Repeat):
            first = below.children[0].key if below.children else None
            return move(definition, key, Spot(below.key, first))
        return move(definition, key, Spot(parent, following(definition, below.key)))
    if parent and not isinstance(node_of(definition, parent), Repeat):
        return move(definition, key, spot_after(definition, parent))
    return definition


def _place(siblings: tuple[Node, ...], key: str) -> int:
    return [node.key for node in siblings].index(key)


def move(definition: Definition, key: str, spot: Spot) -> Definition:
    """Put a node, with all it holds, elsewhere.

    Raises: NotFound; Invalid("surveys.group_into_itself").
    """
    node = node_of(definition, key)
    if spot.parent == key or (spot.parent and key in ancestors_of(definition, spot.parent)):
        raise Invalid("surveys.group_into_itself", key=key)
    if spot.before == key:
        spot = spot_after(definition, key)
    children_of(definition, spot.parent)
    return keyed(with_nodes_at(without_node(definition, key), (node,), parent=spot.parent, before=spot.before))


def copy(definition: Definition, key: str, *, published: Collection[str] = ()) -> tuple[Definition, str]:
    """Put a copy of a node right after it; return the form and the key of the copy.

    What the node holds is copied too, under names of its own; rules between copied questions speak of the copies.
    A copy is another question: it has no former names, and is no longer the one of the bank.

    Raises: NotFound("surveys.item_not_found").
    """
    node = node_of(definition, key)
    taken = set(taken_names(definition, published))
    names: dict[str, str] = {}
    for each in subtree(node):
        names[each.name] = free(each.name, taken)
        taken.add(names[each.name])
    copied = _copied(node, names)
    spot = spot_after(definition, key)
    return keyed(with_nodes_at(definition, (copied,), parent=spot.parent, before=spot.before)), copied.name


def _copied(node: Node, names: Mapping[str, str]) -> Node:
    new = replace(renamed_part(node, names), name=names[node.name], key="", path="", row=0)
    new = with_own(new, was="", bank="", bank_version="", mirror="")
    if isinstance(new, Group):
        return replace(new, children=tuple(_copied(child, names) for child in new.children))
    return new


def delete(definition: Definition, key: str) -> Definition:
    """Take a node out with what it holds, and the lists that nothing else uses.

    Raises: NotFound("surveys.item_not_found").
    """
    gone = {node.list_name for node in subtree(node_of(definition, key)) if isinstance(node, Item) and node.list_name}
    left = keyed(without_node(definition, key))
    used = {item.list_name for item in left.items()}
    lists = {name: choices for name, choices in left.choice_lists.items() if name in used or name not in gone}
    return replace(left, choice_lists=lists)


def ungroup(definition: Definition, key: str) -> Definition:
    """Take a group away and leave what it holds in its place.

    Raises: NotFound("surveys.item_not_found"); Invalid("surveys.group_with_rule"): its condition would be lost.
    """
    group = node_of(definition, key)
    if not isinstance(group, Group):
        return definition
    if group.relevant is not None or isinstance(group, Repeat):
        raise Invalid("surveys.group_with_rule", key=key)
    return keyed(map_nodes(definition, lambda node: group.children if node.key == key else (node,)))


def change_kind(
    definition: Definition, key: str, kind: Kind, *, choices: Mapping[str, Texts] | None = None
) -> Definition:
    """Make a question one of another kind; its words, rules and name stay, its list too where it can be used.

    Raises: NotFound("surveys.item_not_found").
    """
    item = node_of(definition, key)
    if not isinstance(item, Item):
        return definition
    shape = SHAPES[kind]
    special = {each.look for each in SHAPES.values()}.union(*LOOKS.values())
    words = [word for word in item.appearance.split() if word not in special]
    kept = {name: value for name, value in item.parameters.items() if name not in _RANGE_PARAMETERS}
    new = replace(
        item,
        type=shape.type,
        appearance=" ".join(filter(None, [shape.look, *words])),
        parameters={**shape.parameters, **kept} if shape.parameters else kept,
    )
    if not shape.type.has_choices:
        new = replace(new, list_name="", choice_filter=None)
    elif not item.type.has_choices or kind is Kind.YES_NO:
        definition, new = _with_list(definition, new, choices)
    return with_node(definition, key, new)


def set_page(definition: Definition, key: str, *, on_one_page: bool) -> Definition:
    """Show all questions of a group on one page, or one after the other.

    Raises: NotFound("surveys.item_not_found").
    """
    group = node_of(definition, key)
    words = [word for word in group.appearance.split() if word not in _PAGE_LOOKS]
    look = " ".join([*(["field-list"] if on_one_page else []), *words])
    return with_node(definition, key, replace(group, appearance=look))


def set_repeated(definition: Definition, key: str, *, is_repeated: bool) -> Definition:
    """Ask a group several times, or once.

    Raises: NotFound("surveys.item_not_found").
    """
    group = node_of(definition, key)
    if not isinstance(group, Group) or isinstance(group, Repeat) is is_repeated:
        return definition
    kept = {each.name: getattr(group, each.name) for each in fields(Group)}
    return with_node(definition, key, Repeat(**kept) if is_repeated else Group(**kept))


def bank_link(node: Node) -> tuple[str, int]:
    """Return the bank item a question comes from and the version of it, ("", 0) for none."""
    own = own_of(node)
    version = str(own.get("bank_version", ""))
    return str(own.get("bank", "")), int(version) if version.isdigit() else 0
