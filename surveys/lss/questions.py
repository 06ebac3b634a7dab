"""Each question of LimeSurvey as nodes of ours; types are made in `fields`, `choices` and `tables`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from surveys.definition import Item, ItemType, Node
from surveys.expressions.tree import Tree
from surveys.lss.attributes import STANDARD_THEMES, left_aside
from surveys.lss.choices import CHOICES
from surveys.lss.document import Question
from surveys.lss.fields import FIELDS
from surveys.lss.maker import Draft, Maker, is_shuffled
from surveys.lss.reading import Pipes, place_of
from surveys.lss.tables import TABLES
from surveys.lss.terms import TRUE, Untranslatable, chain
from surveys.lss.translation import as_expression

_MAKERS: Final[dict[str, Callable[[Maker, Draft], None]]] = {**FIELDS, **CHOICES, **TABLES}


def read_question(maker: Maker, question: Question) -> tuple[Node, ...]:
    """Return the nodes of a question: calculations of its texts first, its condition on each of the others."""
    base = maker.reading.names.of(question.qid)
    draft = Draft(question, base, place_of(question), Pipes(base))
    make = _MAKERS.get(question.type)
    if make is None:
        maker.reading.warn("lss_type", draft.place, type=question.type)
        return ()
    _remark_options(maker, draft)
    try:
        make(maker, draft)
        condition = maker.rules.of_question(question)
        nodes = [_under(condition, node) for node in draft.nodes]
    except Untranslatable:  # rules that are right each, and together more than an expression may hold
        maker.reading.warn("lss_too_complex", draft.place)
        return ()
    if question.is_on("hidden"):
        nodes = [_hidden(node) for node in _items(nodes)]
    return (*draft.pipes.items, *nodes)


def _remark_options(maker: Maker, draft: Draft) -> None:
    question = draft.question
    for name, value, is_look in left_aside(question):
        if not is_look:
            maker.reading.warn("lss_option", draft.place, name=name, value=value[:100])
    if question.type in TABLES and is_shuffled(question):
        maker.reading.warn("lss_lines_shuffled", draft.place)
    if question.theme not in STANDARD_THEMES:
        maker.reading.warn("lss_theme", draft.place, name=question.theme)
    if question.is_encrypted:
        maker.reading.warn("lss_option", draft.place, name="encrypted", value="Y")
    scripts = {language for language, source in question.scripts.items() if source.strip()}
    for language in maker.reading.survey.languages:
        if language in scripts:
            maker.reading.warn("lss_script", draft.place.within(language), name="script", role="script")
    if question.attribute("javascript"):
        maker.reading.warn("lss_script", draft.place, name="javascript", role="option")


def _under(condition: Tree, node: Node) -> Node:
    """Return a node under one more condition."""
    if condition == TRUE:
        return node
    own = [] if node.relevant is None else [node.relevant.tree]
    return replace(node, relevant=as_expression(chain("and", [condition, *own])))


def _items(nodes: list[Node]) -> list[Item]:
    """Return the items that hold answers, wherever they stand."""
    found: list[Item] = []
    for node in nodes:
        if isinstance(node, Item):
            found += [node] if node.type is not ItemType.NOTE and not node.has_appearance("label") else []
        else:
            found += _items(list(node.children))
    return found


def _hidden(item: Item) -> Item:
    """Return a question that nobody sees: what it holds is its default, or what a link brings."""
    if item.type is ItemType.CALCULATE:
        return item
    return Item(
        name=item.name, key=item.key, path="", type=ItemType.HIDDEN, default=item.default, relevant=item.relevant
    )
