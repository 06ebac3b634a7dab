"""Where a form names one of its questions: in rules, in texts, in triggers; found, and renamed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from surveys.definition import Choice, Definition, Node
from surveys.editing.tree import map_nodes, node_of, subtree
from surveys.expressions import Expression, parse
from surveys.expressions.errors import ExpressionError
from surveys.expressions.tree import Tree

_QUOTED = re.compile(r"\$\{\s*(?P<earlier>last-saved#)?(?P<name>[^}\s]+)\s*\}")
# What names a node rather than speaks of others, and what is kept as it came.
_NOT_READ = frozenset({"name", "key", "path", "children", "extras", "type", "row"})
_CURRENT: Tree = ["call", "current", []]

Part = TypeVar("Part", Node, Choice)


@dataclass(frozen=True, slots=True)
class Use:
    """A place that names a question: a field (`relevant`, `labels`…) of a node, or the labels of a list's choice."""

    key: str
    field: str
    list_name: str = ""


def uses_of(definition: Definition, key: str) -> tuple[Use, ...]:
    """Return every place that names this node or one it holds, in the order of the form; what it holds left out.

    Raises: NotFound("surveys.item_not_found").
    """
    inside = list(subtree(node_of(definition, key)))
    names, keys = {node.name for node in inside}, {node.key for node in inside}
    return tuple(use for use, read in all_uses(definition) if read & names and use.key not in keys)


def all_uses(definition: Definition) -> Iterator[tuple[Use, frozenset[str]]]:
    """Yield each place that names questions, with their names; the « . » of a question is not one."""
    for node in definition.nodes():
        for each in fields(node):
            if each.name not in _NOT_READ:
                names = _names(getattr(node, each.name), in_list=each.name == "choice_filter")
                if each.name == "trigger":
                    names = set(getattr(node, each.name))
                if names:
                    yield Use(node.key, each.name), frozenset(names)
    for list_name, choices in definition.choice_lists.items():
        for choice in choices:
            if names := _names(choice.labels, in_list=False):
                yield Use("", "labels", list_name), frozenset(names)


def names_in(expression: Expression, *, in_list: bool = False) -> frozenset[str]:
    """Return the names of questions that an expression reads, by reference or by path."""
    return frozenset(_tree_names(expression.tree, in_list=in_list))


def with_names(definition: Definition, names: Mapping[str, str]) -> Definition:
    """Speak of questions under new names (old → new) wherever the form names them; they themselves are not touched."""
    renamed = map_nodes(definition, lambda node: (renamed_part(node, names),))
    lists = {
        name: tuple(renamed_part(choice, names) for choice in choices)
        for name, choices in definition.choice_lists.items()
    }
    return replace(renamed, choice_lists=lists)


def renamed_expression(expression: Expression, names: Mapping[str, str], *, in_list: bool = False) -> Expression:
    """Return an expression that speaks of questions under new names; the author's spelling is kept where it can be."""
    tree = _renamed_tree(expression.tree, names, in_list=in_list)
    if tree == expression.tree:
        return expression
    try:
        again = parse(_renamed_text(expression.source, names), strict=False)
    except ExpressionError:
        return Expression.from_tree(tree)
    return again if again.tree == tree else Expression.from_tree(tree)


def _names(value: Any, *, in_list: bool) -> set[str]:
    if isinstance(value, Expression):
        return _tree_names(value.tree, in_list=in_list)
    if isinstance(value, str):
        return {found["name"] for found in _QUOTED.finditer(value)}
    if isinstance(value, Mapping):
        return {name for part in value.values() for name in _names(part, in_list=in_list)}
    return set()


def _tree_names(tree: Tree, *, in_list: bool) -> set[str]:
    kind = tree[0]
    if kind == "ref":
        return {tree[1]}
    if kind == "path":
        return _path_names(tree, in_list=in_list)
    if kind == "filter":
        inside = (_tree_names(predicate, in_list=True) for predicate in tree[2])
        return _tree_names(tree[1], in_list=in_list).union(*inside)
    parts = tree[2] if kind == "call" else tree[1:]
    return set().union(*(_tree_names(part, in_list=in_list) for part in parts if isinstance(part, list)))


def _path_names(tree: Tree, *, in_list: bool) -> set[str]:
    about_form = _is_about_form(tree[1], in_list=in_list)
    found = _tree_names(tree[1], in_list=in_list) if isinstance(tree[1], list) else set()
    for _step, axis, test, predicates in tree[2]:
        if about_form and axis not in ("self", "parent", "attribute") and not test.endswith((")", "*")):
            found.add(test)
        for predicate in predicates:
            found |= _tree_names(predicate, in_list=not about_form)
    return found


def _is_about_form(start: Any, *, in_list: bool) -> bool:
    """Whether the steps after `start` walk over the answers rather than over a list of choices."""
    return start in ("/", _CURRENT) or (start is None and not in_list)


def renamed_part(part: Part, names: Mapping[str, str]) -> Part:
    """Return a node or choice that speaks of others under their new names; what a group holds is left as it is."""
    changed = {}
    for each in fields(part):
        if each.name in _NOT_READ:
            continue
        value = getattr(part, each.name)
        if each.name == "trigger":
            renamed: Any = tuple(names.get(name, name) for name in value)
        else:
            renamed = _renamed_value(value, names, in_list=each.name == "choice_filter")
        if renamed != value:
            changed[each.name] = renamed
    return replace(part, **changed) if changed else part


def _renamed_value(value: Any, names: Mapping[str, str], *, in_list: bool) -> Any:
    if isinstance(value, Expression):
        return renamed_expression(value, names, in_list=in_list)
    if isinstance(value, str):
        return _renamed_text(value, names)
    if isinstance(value, Mapping):
        return {name: _renamed_value(part, names, in_list=in_list) for name, part in value.items()}
    return value


def _renamed_text(text: str, names: Mapping[str, str]) -> str:
    def name(found: re.Match[str]) -> str:
        new = names.get(found["name"])
        return f"${{{found['earlier'] or ''}{new}}}" if new else found[0]

    return _QUOTED.sub(name, text)


def _renamed_tree(tree: Tree, names: Mapping[str, str], *, in_list: bool) -> Tree:
    kind = tree[0]
    if kind in ("ref", "last_saved"):
        return [kind, names.get(tree[1], tree[1])]
    if kind in ("number", "string"):
        return tree
    if kind == "path":
        about_form = _is_about_form(tree[1], in_list=in_list)
        start = _renamed_tree(tree[1], names, in_list=in_list) if isinstance(tree[1], list) else tree[1]
        steps = [
            [
                step,
                axis,
                names.get(test, test) if about_form and axis != "attribute" else test,
                [_renamed_tree(each, names, in_list=not about_form) for each in predicates],
            ]
            for step, axis, test, predicates in tree[2]
        ]
        return ["path", start, steps]
    if kind == "filter":
        predicates = [_renamed_tree(each, names, in_list=True) for each in tree[2]]
        return ["filter", _renamed_tree(tree[1], names, in_list=in_list), predicates]
    if kind == "call":
        return ["call", tree[1], [_renamed_tree(each, names, in_list=in_list) for each in tree[2]]]
    return [kind, *(_renamed_tree(each, names, in_list=in_list) for each in tree[1:])]
