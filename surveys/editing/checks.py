"""What a draft still needs before it can be asked: each remark with the question it is about.

Errors stop publication: somebody would be asked something that cannot work. Warnings are for the author to weigh.
"""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.definition import Definition, Group, Item, ItemType, Node
from surveys.editing.conditions import read_cascade, read_sentence
from surveys.editing.lists import unused_lists
from surveys.editing.references import all_uses
from surveys.editing.sentences import Join, Operator
from surveys.expressions import Expression
from surveys.expressions.tree import Tree, walk

_SELF: Tree = ["path", None, [["step", "self", "node()", []]]]
LOST_CHOICE = "surveys.condition_on_lost_choice"
_RULES = ("relevant", "constraint", "required", "calculation")


class Weight(enum.StrEnum):
    """Whether a remark stops publication."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at; `key` is the question, "" for the form; `name` the field it is about."""

    weight: Weight
    code: str
    key: str = ""
    name: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def check(definition: Definition) -> tuple[Remark, ...]:
    """Return what is to be looked at, in the order of the form, the form's own remarks last."""
    places = {node.key: place for place, node in enumerate(definition.nodes())}
    found = [*_broken_references(definition), *_later_references(definition)]
    for node in definition.nodes():
        found += _of_node(definition, node)
    found += _of_form(definition)
    return tuple(sorted(found, key=lambda remark: places.get(remark.key, len(places))))


def errors(definition: Definition) -> tuple[Remark, ...]:
    """Return what stops publication."""
    return tuple(remark for remark in check(definition) if remark.weight is Weight.ERROR)


def _error(code: str, key: str = "", name: str = "", **details: Any) -> Remark:
    return Remark(Weight.ERROR, f"surveys.{code}", key, name, details)


def _warning(code: str, key: str = "", name: str = "", **details: Any) -> Remark:
    return Remark(Weight.WARNING, f"surveys.{code}", key, name, details)


def _broken_references(definition: Definition) -> Iterator[Remark]:
    known = {node.name for node in definition.nodes()} | {definition.root}
    for use, names in all_uses(definition):
        for name in sorted(names - known):
            if use.list_name:
                yield _error("choice_speaks_of_unknown", name=use.field, list=use.list_name, of=name)
            else:
                yield _error("speaks_of_unknown", use.key, use.field, of=name)


def _later_references(definition: Definition) -> Iterator[Remark]:
    """Name conditions that look at a question asked after: they hold only once the person comes back."""
    nodes = tuple(definition.nodes())
    places = {node.key: place for place, node in enumerate(nodes)}
    by_name = {node.name: place for place, node in enumerate(nodes)}
    asked = {item.name for item in definition.items() if item.type.is_answered}
    for use, names in all_uses(definition):
        if use.key and use.field in ("relevant", "choice_filter"):
            for name in sorted(names & asked):
                if by_name[name] > places[use.key]:
                    yield _warning("condition_on_later", use.key, use.field, of=name)


def _of_node(definition: Definition, node: Node) -> Iterator[Remark]:
    yield from _lost_choices(definition, node)
    if _is_never_shown(definition, node):
        yield _warning("never_shown", node.key, "relevant")
    if isinstance(node, Group):
        if not node.children:
            yield _warning("group_empty", node.key)
        return
    has_words = any(node.labels.values()) or any(node.hints.values()) or bool(node.media)
    # « label » and « list-nolabel » are the heads and rows of a table: the words stand in the other.
    is_table = node.has_appearance("label") or node.has_appearance("list-nolabel")
    if not node.type.is_silent and not has_words and not is_table:
        yield _error("question_without_words", node.key, "label")
    if node.type is ItemType.CALCULATE and node.calculation is None and node.default is None and not node.trigger:
        yield _error("calculation_without_formula", node.key, "calculation")
    if node.type.has_choices:
        yield from _of_choices(definition, node)


def _of_choices(definition: Definition, item: Item) -> Iterator[Remark]:
    choices = definition.choice_lists.get(item.list_name)
    if choices is None:
        # A list may come from a file or from answers; only one that the form should hold is lacking.
        if not item.list_name:
            yield _error("question_without_choices", item.key, "choices")
        return
    if not choices:
        yield _error("question_without_choices", item.key, "choices")
    elif len(choices) == 1 and item.type is not ItemType.SELECT_MULTIPLE:
        yield _warning("one_choice_only", item.key, "choices")
    for choice in choices:
        if not any(choice.labels.values()) and not choice.media:
            yield _error("choice_without_words", item.key, "choices", of=choice.name)
    if item.choice_filter is not None and (cascade := read_cascade(item.choice_filter)):
        unfilled = [choice for choice in choices if not choice.attributes.get(cascade[0])]
        if unfilled:
            yield _warning("cascade_unfilled", item.key, "choice_filter", of=unfilled[0].name, count=len(unfilled))


def _lost_choices(definition: Definition, node: Node) -> Iterator[Remark]:
    """Name conditions that wait for a choice which is no more: they never hold."""
    for name in _RULES:
        rule = getattr(node, name, None)
        if isinstance(rule, Expression):
            for question, choice in _choices_named(definition, rule, node):
                yield _warning(LOST_CHOICE.removeprefix("surveys."), node.key, name, of=question, choice=choice)


def _choices_named(definition: Definition, rule: Expression, at: Node) -> Iterator[tuple[str, str]]:
    items = {item.name: item for item in definition.items()}
    for tree in walk(rule.tree):
        sides: list[list[Tree]] = []
        if tree[0] in ("=", "!=") and len(tree) == 3:  # noqa: PLR2004  two operands
            sides = [tree[1:], tree[:0:-1]]
        elif tree[0] == "call" and tree[1] == "selected":
            sides = [tree[2]]
        for subject, value in sides:
            item = at if subject == _SELF else items.get(subject[1]) if subject[0] == "ref" else None
            is_chosen = isinstance(item, Item) and item.type.has_choices
            if not isinstance(item, Item) or not is_chosen or value[0] != "string" or not value[1]:
                continue
            choices = definition.choice_lists.get(item.list_name)
            if choices is not None and all(choice.name not in value[1].split() for choice in choices):
                yield item.name, value[1]


def _of_form(definition: Definition) -> Iterator[Remark]:
    if not any(item.type.is_answered for item in definition.items()):
        yield _error("nothing_to_answer_here")
    if not definition.title.strip():
        yield _error("form_without_title")
    for list_name in unused_lists(definition):
        yield _warning("list_without_question", of=list_name)


def _is_never_shown(definition: Definition, node: Node) -> bool:
    """Whether a condition asks for two answers at once of a question that takes one."""
    sentence = read_sentence(definition, node.relevant) if node.relevant else None
    if sentence is None or any(len(block) > 1 for block in sentence.blocks) or sentence.join is not Join.ALL:
        return False
    wanted: dict[str, set[str]] = {}
    for term in sentence.terms:
        if term.operator is Operator.IS:
            wanted.setdefault(term.subject, set()).add(term.value)
    return any(len(values) > 1 for values in wanted.values())
