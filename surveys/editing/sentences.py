"""Sentences about answers, as menus say them: a question, what is asked of its answer, and with what.

A sentence is checked against the form it stands in, and is neither text nor formula: `conditions` reads and writes it.
"""

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from surveys.definition import Definition, Group, Item, ItemType, Node, Repeat

SELF = "."
"""The answer that a control looks at."""
TODAY = "today"
NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,10})?")
REFERENCE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
_COUNTED = re.compile(r"\d{1,4}")


class Join(enum.StrEnum):
    """How the blocks of a sentence hold together; inside a block the terms hold the other way."""

    ALL = "all"
    ANY = "any"


class Operator(enum.StrEnum):
    """What is asked of an answer."""

    IS = "is"
    IS_NOT = "is_not"
    INCLUDES = "includes"
    EXCLUDES = "excludes"
    MORE = "more"
    AT_LEAST = "at_least"
    LESS = "less"
    AT_MOST = "at_most"
    CONTAINS = "contains"
    CHOSE_AT_LEAST = "chose_at_least"
    CHOSE_AT_MOST = "chose_at_most"
    FIRST = "first"
    ALONE = "alone"
    LONGER = "longer"
    SHORTER = "shorter"
    FILLED = "filled"
    EMPTY = "empty"

    @property
    def takes_value(self) -> bool:
        """Whether something follows it."""
        return self not in (Operator.FILLED, Operator.EMPTY)

    @property
    def takes_count(self) -> bool:
        """Whether what follows is a number of choices or of characters."""
        return self in _COUNTS


_COUNTS = frozenset({Operator.CHOSE_AT_LEAST, Operator.CHOSE_AT_MOST, Operator.LONGER, Operator.SHORTER})
COMPARISONS: Mapping[Operator, str] = MappingProxyType(
    {
        Operator.IS: "=",
        Operator.IS_NOT: "!=",
        Operator.MORE: ">",
        Operator.AT_LEAST: ">=",
        Operator.LESS: "<",
        Operator.AT_MOST: "<=",
    }
)
ORDERED = (Operator.MORE, Operator.AT_LEAST, Operator.LESS, Operator.AT_MOST)
ANY_ANSWER = (Operator.FILLED, Operator.EMPTY)
NUMERIC = frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.RANGE})
COMPUTED = frozenset({ItemType.CALCULATE, ItemType.HIDDEN})
DATED = frozenset({ItemType.DATE, ItemType.DATETIME, ItemType.TODAY, ItemType.START, ItemType.END})


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison: a question by its name (or `.`), what is asked of it, and with what.

    `value` is a choice's name, a number, an ISO day or `today`, a text, or `${name}`: the answer to another question.
    """

    subject: str
    operator: Operator
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Blocks of terms; joined by ALL, each block needs one of its terms, and the other way round."""

    join: Join
    blocks: tuple[tuple[Term, ...], ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term, in order."""
        return tuple(term for block in self.blocks for term in block)


def sentence_of(join: Join, blocks: Sequence[Sequence[Term]]) -> Sentence | None:
    """Return a sentence in its plainest form, None when it says nothing."""
    kept = tuple(tuple(block) for block in blocks if block)
    if not kept:
        return None
    if len(kept) == 1 and len(kept[0]) > 1:
        other = Join.ANY if join is Join.ALL else Join.ALL
        return Sentence(other, tuple((term,) for term in kept[0]))
    return Sentence(Join.ALL if len(kept) == 1 else join, kept)


def subjects(definition: Definition, at: str = "") -> tuple[Item, ...]:
    """Return the questions that a condition may look at, in the order of the form: those whose name stands once.

    Notes have no answer; the question of the condition itself is left out.
    """
    counts: dict[str, int] = {}
    for node in definition.nodes():
        counts[node.name] = counts.get(node.name, 0) + 1
    return tuple(
        item
        for item in definition.items()
        if counts[item.name] == 1 and item.key != at and item.type is not ItemType.NOTE
    )


def operators_for(definition: Definition, item: Item, *, is_control: bool = False) -> tuple[Operator, ...]:
    """Return what can be asked of the answers to a question, the most usual first.

    Args: is_control: the answer looked at is the one just given.
    """
    if item.type is ItemType.SELECT_ONE:
        order = ORDERED if _has_numeric_codes(definition, item) else ()
        return (Operator.IS, Operator.IS_NOT, *order, *ANY_ANSWER)
    if item.type is ItemType.SELECT_MULTIPLE:
        counted = (Operator.CHOSE_AT_LEAST, Operator.CHOSE_AT_MOST)
        alone = (Operator.ALONE,) if is_control else ()
        return (*alone, Operator.INCLUDES, Operator.EXCLUDES, *counted, *ANY_ANSWER)
    if item.type is ItemType.RANK:
        return (Operator.FIRST, *ANY_ANSWER)
    if item.type in NUMERIC or item.type in DATED:
        return (Operator.IS, Operator.IS_NOT, *ORDERED, *ANY_ANSWER)
    if item.type is ItemType.TEXT:
        length = (Operator.SHORTER, Operator.LONGER) if is_control else ()
        return (*length, Operator.IS, Operator.IS_NOT, Operator.CONTAINS, *ANY_ANSWER)
    if item.type in COMPUTED:
        return (Operator.IS, Operator.IS_NOT, *ORDERED, *ANY_ANSWER)
    return ANY_ANSWER


def _has_numeric_codes(definition: Definition, item: Item) -> bool:
    choices = definition.choice_lists.get(item.list_name, ())
    return bool(choices) and all(NUMBER.fullmatch(choice.name) for choice in choices)


class Form:
    """A form as conditions see it from one question, the one of the key `at` ("" for none)."""

    def __init__(self, definition: Definition, at: str = "") -> None:
        self.definition = definition
        self.items = {item.name: item for item in subjects(definition)}
        self.repeated = _inside_repeats(definition.children, is_inside=False)
        self.own = next((item for item in definition.items() if item.key == at), None)

    def subject(self, name: str) -> Item | None:
        """Return the question that a term is about, None where there is none of this name."""
        return self.own if name == SELF else self.items.get(name)


def _inside_repeats(nodes: Sequence[Node], *, is_inside: bool) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if is_inside:
            found.add(node.name)
        if isinstance(node, Group):
            found |= _inside_repeats(node.children, is_inside=is_inside or isinstance(node, Repeat))
    return found


def problem_of(form: Form, term: Term) -> str:
    """Return the code of what is wrong with a term, "" for nothing."""
    item = form.subject(term.subject)
    if item is None:
        return "surveys.condition_question"
    if term.operator not in operators_for(form.definition, item, is_control=term.subject == SELF):
        return "surveys.condition_operator"
    if not term.operator.takes_value:
        return ""
    if not term.value:
        return "surveys.condition_value"
    if "'" in term.value and '"' in term.value:
        return "surveys.condition_quotes"
    return _value_problem(form, item, term)


def _value_problem(form: Form, item: Item, term: Term) -> str:
    if term.operator.takes_count:
        return "" if _COUNTED.fullmatch(term.value) else "surveys.condition_number"
    if found := REFERENCE.fullmatch(term.value):
        return "" if found[1] in form.items and term.operator in COMPARISONS else "surveys.condition_question"
    if item.type.has_choices and term.operator not in ORDERED:
        choices = form.definition.choice_lists.get(item.list_name)
        is_offered = choices is None or term.value in {choice.name for choice in choices}
        return "" if is_offered else "surveys.condition_choice"
    if item.type in NUMERIC or item.type.has_choices:
        return "" if NUMBER.fullmatch(term.value) else "surveys.condition_number"
    if item.type in DATED:
        return "" if term.value == TODAY or _is_day(term.value) else "surveys.condition_date"
    if item.type in COMPUTED and term.operator in ORDERED:
        return "" if NUMBER.fullmatch(term.value) else "surveys.condition_number"
    return ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text[:10]).isoformat() == text[:10]
    except ValueError:
        return False
