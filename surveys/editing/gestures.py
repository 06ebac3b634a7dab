"""What an author asks as one thing and takes several operations: « other, which? », a question that leaves cleanly."""

from collections.abc import Collection
from dataclasses import replace

from core.errors import Invalid
from surveys.definition import Definition, Item, Node
from surveys.editing import lists, operations
from surveys.editing.conditions import without_question
from surveys.editing.kinds import Kind
from surveys.editing.references import uses_of
from surveys.editing.tree import map_nodes, node_of, subtree, with_node
from surveys.expressions import Expression

_RULES = ("relevant", "constraint", "required")


def add_other(
    definition: Definition, key: str, *, label: str, question: str, locale: str = "", published: Collection[str] = ()
) -> tuple[Definition, str]:
    """Add « other » to the answers of a question, and after it a text that asks which one; return the text's key.

    Raises: NotFound("surveys.list_not_found").
    """
    tag = locale or definition.default_locale
    list_name, _choices = lists.list_of(definition, key)
    form = lists.add_choices(definition, list_name, [("autre", label)], locale=tag)
    choice = next(each.name for each in form.choice_lists[list_name] if each.labels.get(tag) == label)
    spot = operations.spot_after(form, key)
    form, new = operations.add(form, Kind.SHORT_TEXT, spot, words=question, locale=tag, published=published)
    rule = Expression.from_tree(["call", "selected", [["ref", node_of(form, key).name], ["string", choice]]])
    return with_node(form, new, replace(node_of(form, new), relevant=rule)), new


def can_leave(definition: Definition, key: str) -> bool:
    """Whether every rule that names a question can do without it by itself: conditions that menus can say."""
    if any(use.field not in _RULES for use in uses_of(definition, key)):
        return False
    try:
        without_uses(definition, key)
    except Invalid:
        return False
    return True


def without_uses(definition: Definition, key: str) -> Definition:
    """Take the terms about a question, or about those a group holds, out of the conditions that name them.

    Raises: Invalid("surveys.condition_formula"): one of these conditions is a formula.
    """
    uses = {(use.key, use.field) for use in uses_of(definition, key)}
    names = [node.name for node in subtree(node_of(definition, key)) if isinstance(node, Item)]
    return map_nodes(definition, lambda node: (_freed(definition, node, uses, names),))


def _freed(definition: Definition, node: Node, uses: set[tuple[str, str]], names: list[str]) -> Node:
    for field in _RULES:
        rule = getattr(node, field, None)
        if (node.key, field) not in uses or not isinstance(rule, Expression):
            continue
        left: Expression | None = rule
        for name in names:
            left = without_question(definition, left, name, at=node.key) if left is not None else None
        node = _with_rule(node, field, left)
    return node


def _with_rule(node: Node, field: str, rule: Expression | None) -> Node:
    if field == "required" and isinstance(node, Item):
        return replace(node, required=rule if rule is not None else False)
    if field == "constraint" and isinstance(node, Item):
        return replace(node, constraint=rule)
    return replace(node, relevant=rule)
