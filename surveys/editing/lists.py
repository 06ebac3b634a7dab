"""Choices of a question: added, reordered, renamed, pasted, shared between questions or made its own."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, replace

from core.errors import Conflict, Invalid, NotFound
from surveys.definition import Choice, Definition, Item, Node, Texts
from surveys.editing.naming import free, slug
from surveys.editing.tree import map_nodes, node_of, with_node
from surveys.expressions import Expression
from surveys.expressions.tree import Tree

CHOICE_WAS = "tresse_was"
"""The column of choices that keeps the codes one had before, the last one first."""
_CODE = re.compile(r"[^\s'\"]{1,64}")
_WITH_CODE = re.compile(r"(?P<code>[\w.-]+)(?:\t+| = )(?P<label>.+)")
_BULLET = re.compile(r"^(?:[-–•*]|\(?\d{1,3}[.)]|☐|□)\s+")
_SELF: Tree = ["path", None, [["step", "self", "node()", []]]]

Change = Callable[[Choice], Choice]


def list_of(definition: Definition, key: str) -> tuple[str, tuple[Choice, ...]]:
    """Return the name of the list of a question and its choices.

    Raises: NotFound("surveys.item_not_found"), NotFound("surveys.list_not_found").
    """
    item = node_of(definition, key)
    if not isinstance(item, Item) or item.list_name not in definition.choice_lists:
        raise NotFound("surveys.list_not_found", key=key)
    return item.list_name, definition.choice_lists[item.list_name]


def users_of(definition: Definition, list_name: str) -> tuple[str, ...]:
    """Return the keys of the questions answered by picking from a list."""
    return tuple(item.key for item in definition.items() if item.list_name == list_name)


def unused_lists(definition: Definition) -> tuple[str, ...]:
    """Return the lists that no question uses."""
    used = {item.list_name for item in definition.items()}
    return tuple(name for name in definition.choice_lists if name not in used)


def drop_unused_lists(definition: Definition) -> Definition:
    """Take away the lists that no question uses."""
    gone = set(unused_lists(definition))
    return replace(definition, choice_lists=_without(definition.choice_lists, gone))


def _without(lists: Mapping[str, tuple[Choice, ...]], gone: Iterable[str]) -> dict[str, tuple[Choice, ...]]:
    return {name: choices for name, choices in lists.items() if name not in set(gone)}


def with_choices(definition: Definition, list_name: str, choices: Iterable[Choice]) -> Definition:
    """Put other choices into a list."""
    return replace(definition, choice_lists={**definition.choice_lists, list_name: tuple(choices)})


def read_lines(text: str) -> Iterator[tuple[str, str]]:
    """Read pasted lines as (code or "", label): « code = label », a code and a tabulation, or the label alone.

    Bullets and numbers that word processors put before lines are left out.
    """
    for line in text.splitlines():
        bare = _BULLET.sub("", line.strip()).strip()
        if found := _WITH_CODE.fullmatch(bare):
            yield found["code"], found["label"].strip()
        elif bare:
            yield "", bare


def add_choices(
    definition: Definition, list_name: str, lines: Iterable[tuple[str, str]], *, locale: str = ""
) -> Definition:
    """Add choices at the end of a list, each a code ("" for one made from the label) and a label.

    A label that the list has already is not added again, so that the same form sent twice adds once.
    """
    tag = locale or definition.default_locale
    choices = list(definition.choice_lists.get(list_name, ()))
    for code, label in lines:
        if any(choice.labels.get(tag) == label for choice in choices):
            continue
        taken = {choice.name for choice in choices}
        name = (
            code if code and _CODE.fullmatch(code) and code not in taken else free(slug(code or label, "choix"), taken)
        )
        choices.append(Choice(name, {tag: label}))
    return with_choices(definition, list_name, choices)


def set_choice_text(definition: Definition, list_name: str, name: str, tag: str, text: str) -> Definition:
    """Write a choice in one language; its code stays."""
    return _changed(
        definition, list_name, name, lambda choice: replace(choice, labels=_with_text(choice.labels, tag, text))
    )


def set_choice_attribute(definition: Definition, list_name: str, name: str, attribute: str, value: str) -> Definition:
    """Write another column of a choice, read by filters; an empty value takes it out."""

    def change(choice: Choice) -> Choice:
        attributes = {column: text for column, text in choice.attributes.items() if column != attribute}
        return replace(choice, attributes={**attributes, attribute: value} if value else attributes)

    return _changed(definition, list_name, name, change)


def set_choice_medium(definition: Definition, list_name: str, name: str, kind: str, tag: str, file: str) -> Definition:
    """Name the picture or sound of a choice in one language."""

    def change(choice: Choice) -> Choice:
        names = _with_text(choice.media.get(kind, {}), tag, file)
        media = {each: texts for each, texts in choice.media.items() if each != kind}
        return replace(choice, media={**media, kind: names} if names else media)

    return _changed(definition, list_name, name, change)


def _changed(definition: Definition, list_name: str, name: str, change: Change) -> Definition:
    choices = definition.choice_lists.get(list_name, ())
    if all(choice.name != name for choice in choices):
        raise NotFound("surveys.choice_not_found", name=name, list=list_name)
    return with_choices(
        definition, list_name, (change(choice) if choice.name == name else choice for choice in choices)
    )


def _with_text(texts: Texts, tag: str, text: str) -> Texts:
    if text:
        return {**texts, tag: text}
    return {other: words for other, words in texts.items() if other != tag}


def move_choice(definition: Definition, list_name: str, name: str, to: int) -> Definition:
    """Put a choice at a place of its list, from 0; before the first is the first, past the last the last.

    Raises: NotFound("surveys.choice_not_found").
    """
    choices = list(definition.choice_lists.get(list_name, ()))
    place = place_of_choice(definition, list_name, name)
    moved = choices.pop(place)
    choices.insert(max(0, to), moved)
    return with_choices(definition, list_name, choices)


def place_of_choice(definition: Definition, list_name: str, name: str) -> int:
    """Return the place of a choice in its list, from 0.

    Raises: NotFound("surveys.choice_not_found").
    """
    for place, choice in enumerate(definition.choice_lists.get(list_name, ())):
        if choice.name == name:
            return place
    raise NotFound("surveys.choice_not_found", name=name, list=list_name)


def delete_choice(definition: Definition, list_name: str, name: str) -> Definition:
    """Take a choice out of its list.

    Raises: NotFound("surveys.choice_not_found").
    """
    place = place_of_choice(definition, list_name, name)
    choices = definition.choice_lists[list_name]
    return with_choices(definition, list_name, (*choices[:place], *choices[place + 1 :]))


def use_list(definition: Definition, key: str, list_name: str) -> Definition:
    """Answer a question from a list that the form has already; its former list goes if nothing else uses it.

    Raises: NotFound("surveys.list_not_found").
    """
    item = node_of(definition, key)
    if not isinstance(item, Item) or list_name not in definition.choice_lists:
        raise NotFound("surveys.list_not_found", key=key)
    shared = with_node(definition, key, replace(item, list_name=list_name))
    if item.list_name in unused_lists(shared):
        return replace(shared, choice_lists=_without(shared.choice_lists, [item.list_name]))
    return shared


def own_list(definition: Definition, key: str) -> Definition:
    """Give a question a copy of its list for itself, so that changing it changes no other question."""
    _list_name, choices = list_of(definition, key)
    item = node_of(definition, key)
    assert isinstance(item, Item)  # list_of has looked
    name = free(item.name, definition.choice_lists)
    return with_node(with_choices(definition, name, choices), key, replace(item, list_name=name))


def rename_choice(definition: Definition, list_name: str, old: str, new: str) -> Definition:
    """Give a choice another code; rules that name it follow, and its former code is kept for the answers before.

    Raises: Invalid("surveys.choice_name_malformed"); Conflict("surveys.choice_taken"); NotFound.
    """
    place_of_choice(definition, list_name, old)
    if old == new:
        return definition
    if not _CODE.fullmatch(new):
        raise Invalid("surveys.choice_name_malformed", name=new)
    if any(choice.name == new for choice in definition.choice_lists[list_name]):
        raise Conflict("surveys.choice_taken", name=new)

    def change(choice: Choice) -> Choice:
        former = [name for name in dict.fromkeys((old, *choice.attributes.get(CHOICE_WAS, "").split())) if name != new]
        attributes = {name: text for name, text in choice.attributes.items() if name != CHOICE_WAS}
        return replace(choice, name=new, attributes={**attributes, CHOICE_WAS: " ".join(former)})

    users = {item.name for item in definition.items() if item.list_name == list_name}
    renamed = _changed(definition, list_name, old, change)
    return map_nodes(renamed, lambda node: (_recoded(node, users, list_name, old, new),))


def _recoded(node: Node, users: set[str], list_name: str, old: str, new: str) -> Node:
    changes: dict[str, object] = {}
    is_user = isinstance(node, Item) and node.list_name == list_name
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, Expression):
            tree = _recoded_tree(value.tree, users, old, new, is_user=is_user)
            if tree != value.tree:
                changes[each.name] = Expression.from_tree(tree)
    if isinstance(node, Item) and is_user and node.default == old:
        changes["default"] = new
    return replace(node, **changes) if changes else node  # type: ignore[arg-type]


def _recoded_tree(tree: Tree, users: set[str], old: str, new: str, *, is_user: bool) -> Tree:
    kind = tree[0]

    def is_answer(part: Tree) -> bool:
        return (part[0] == "ref" and part[1] in users) or (is_user and part == _SELF)

    def below(part: Tree) -> Tree:
        return _recoded_tree(part, users, old, new, is_user=is_user)

    if kind in ("=", "!="):
        if any(is_answer(part) for part in tree[1:]):
            return [kind, *([part[0], new] if part == ["string", old] else below(part) for part in tree[1:])]
        return [kind, *map(below, tree[1:])]
    if kind == "call":
        arguments = list(map(below, tree[2]))
        if tree[1] == "selected" and is_answer(tree[2][0]) and tree[2][1] == ["string", old]:
            arguments[1] = ["string", new]
        return ["call", tree[1], arguments]
    if kind in ("and", "or", "neg", "+", "-", "*", "div", "mod", "<", "<=", ">", ">="):
        return [kind, *map(below, tree[1:])]
    return tree
