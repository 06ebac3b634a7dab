"""Conditions as menus: rows of question, comparison and value, made from a rule or from what was just typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _

from app.components.rich_text import plain
from app.wording.conditions import quoted_names, word_condition
from app.wording.forms import operator_name
from surveys.conditions import describe
from surveys.definition import Definition, Item, ItemType
from surveys.editing.conditions import read_sentence
from surveys.editing.sentences import (
    REFERENCE,
    SELF,
    TODAY,
    Join,
    Operator,
    Term,
    operators_for,
    sentence_of,
    subjects,
)
from surveys.expressions import Expression, ExpressionError, parse
from surveys.structure import Structure

MAX_LABEL = 70
Options = tuple[tuple[str, str], ...]
_FIELD = re.compile(r"s\.(?P<rule>\w+)\.(?P<block>\d{1,3})\.(?P<term>\d{1,3})\.(?P<part>subject|was|operator|value)")
_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_TODAY = ("today", "aujourd'hui", "aujourd’hui")


@dataclass(frozen=True, slots=True)
class Row:
    """One term to choose; `joint` is the word before it, `control` what its value is typed in (`none` for none)."""

    prefix: str
    joint: str
    subject: str
    operators: Options
    operator: str
    control: str
    value: str
    values: Options
    closes_block: bool


@dataclass(frozen=True, slots=True)
class SentenceForm:
    """A rule as rows, or as a formula where rows cannot say it; `original` is the rule the page was made from."""

    name: str
    original: str
    join: str
    rows: tuple[Row, ...]
    is_formula: bool
    formula: str
    words: str
    error: str

    @property
    def has_blocks(self) -> bool:
        """Whether there are several terms to hold together."""
        return sum(bool(row.subject) for row in self.rows) > 1


@dataclass(frozen=True, slots=True)
class Typed:
    """What a page sent of a rule: how its blocks hold together, and their terms as completed."""

    join: Join
    blocks: tuple[tuple[Term, ...], ...]


def subject_menu(definition: Definition, numbers: Mapping[str, str], at: str) -> tuple[tuple[str, Options], ...]:
    """Return the questions a rule may look at: those before the one it stands at first, then the others."""
    before: list[tuple[str, str]] = []
    after: list[tuple[str, str]] = []
    carried: list[tuple[str, str]] = []
    is_past = False
    known = {item.key for item in subjects(definition, at)}
    for node in definition.nodes():
        is_past = is_past or node.key == at
        if isinstance(node, Item) and node.key in known:
            option = (node.name, question_label(definition, node, numbers))
            (carried if node.type.is_silent else after if is_past else before).append(option)
    groups = ((_("Asked before"), before), (_("Asked after"), after), (_("Not shown"), carried))
    return tuple((str(title), tuple(options)) for title, options in groups if options)


def question_label(definition: Definition, item: Item, numbers: Mapping[str, str]) -> str:
    """Return a question by its number and words, for a list."""
    words = plain(definition.text(item.labels, definition.default_locale)[0]) or item.name
    number = numbers.get(item.key, "")
    text = f"{number}. {words}" if number else words
    return text if len(text) <= MAX_LABEL else f"{text[: MAX_LABEL - 1].rstrip()}…"


def sentence_form(
    structure: Structure,
    name: str,
    rule: Expression | None,
    *,
    at: str,
    typed: Typed | None = None,
    formula: str | None = None,
    error: str = "",
    more: str = "",
) -> SentenceForm:
    """Show a rule that stands at the question of the key `at`.

    `typed` rows or a typed `formula` stand instead of what is kept, with what is wrong; `more` names the block that
    asks for one more row.
    """
    definition = structure.definition
    sentence = read_sentence(definition, rule, at=at) if rule else None
    shown = typed or (Typed(sentence.join, sentence.blocks) if sentence else Typed(Join.ALL, ()))
    return SentenceForm(
        name=name,
        original=rule.source if rule else "",
        join=shown.join.value,
        rows=_rows(definition, name, shown, at, more),
        is_formula=formula is not None or (rule is not None and sentence is None and typed is None),
        formula=formula if formula is not None else rule.source if rule else "",
        words=words_of(structure, rule, at) if rule else "",
        error=error,
    )


def words_of(structure: Structure, rule: Expression, at: str) -> str:
    """Return a rule in words, its questions and answers by their labels."""
    condition = describe(structure, rule, at=structure.by_key[at])
    return word_condition(condition, structure, quoted_names(structure, structure.definition.default_locale))


def _rows(definition: Definition, name: str, typed: Typed, at: str, more: str) -> tuple[Row, ...]:
    outer, inner = (_("and"), _("or")) if typed.join is Join.ALL else (_("or"), _("and"))
    rows: list[Row] = []
    blocks = [block for block in typed.blocks if block]
    for number, block in enumerate(blocks):
        terms: list[Term | None] = [*block, *([None] if more == f"{name}.{number}" else [])]
        for place, term in enumerate(terms):
            joint = "" if not rows else outer if place == 0 else inner
            is_last = place == len(terms) - 1
            rows.append(_row(definition, f"s.{name}.{number}.{place}", term, at, joint, closes_block=is_last))
    joint = outer if rows else ""
    rows.append(_row(definition, f"s.{name}.{len(blocks)}.0", None, at, joint, closes_block=False))
    return tuple(rows)


def _row(definition: Definition, prefix: str, term: Term | None, at: str, joint: str, *, closes_block: bool) -> Row:
    item = subject_of(definition, term.subject, at) if term else None
    if term is None or item is None:
        return Row(prefix, joint, term.subject if term else "", (), "", "none", "", (), closes_block)
    operators = operators_for(definition, item, is_control=term.subject == SELF)
    choices = definition.choice_lists.get(item.list_name, ()) if item.type.has_choices else ()
    labels = tuple(
        (choice.name, plain(definition.text(choice.labels, definition.default_locale)[0]) or choice.name)
        for choice in choices
    )
    return Row(
        prefix,
        joint,
        term.subject,
        tuple((operator.value, operator_name(operator, item)) for operator in operators),
        term.operator.value,
        _control(item, term),
        _day_shown(term.value) if item.type in _DATED else term.value,
        labels,
        closes_block,
    )


_DATED = frozenset({ItemType.DATE, ItemType.DATETIME, ItemType.TODAY, ItemType.START, ItemType.END})
_NUMERIC = frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.RANGE})


def _control(item: Item, term: Term) -> str:
    if not term.operator.takes_value:
        return "none"
    if term.operator.takes_count:
        return "number"
    if item.type.has_choices and not REFERENCE.fullmatch(term.value):
        return "choice"
    return "date" if item.type in _DATED else "number" if item.type in _NUMERIC else "text"


def subject_of(definition: Definition, name: str, at: str) -> Item | None:
    """Return the question that a row is about."""
    if name == SELF:
        return next((item for item in definition.items() if item.key == at), None)
    return next((item for item in subjects(definition) if item.name == name), None)


# --- what a page sends ---


def read_typed(definition: Definition, name: str, posted: Mapping[str, str], *, at: str, drop: str = "") -> Typed:
    """Return the rows of a rule that a page sent; those without a question are left out, and the one to `drop`.

    A row whose question was just chosen is completed by the most usual comparison.
    """
    rows: dict[tuple[int, int], dict[str, str]] = {}
    for field, value in posted.items():
        found = _FIELD.fullmatch(field)
        if found and found["rule"] == name and field.rpartition(".")[0] != drop:
            rows.setdefault((int(found["block"]), int(found["term"])), {})[found["part"]] = value.strip()
    blocks: dict[int, list[Term]] = {}
    for (block, _term), parts in sorted(rows.items()):
        if parts.get("subject"):
            blocks.setdefault(block, []).append(_completed(definition, parts, at))
    join = Join.ANY if posted.get(f"s.{name}.join") == Join.ANY.value else Join.ALL
    return Typed(join, tuple(tuple(terms) for terms in blocks.values()))


def _completed(definition: Definition, parts: Mapping[str, str], at: str) -> Term:
    subject = parts["subject"]
    item = subject_of(definition, subject, at)
    is_new = parts.get("was", "") != subject
    value = "" if is_new else parts.get("value", "")
    if item is None:
        return Term(subject, Operator.FILLED)
    operators = operators_for(definition, item, is_control=subject == SELF)
    choices = definition.choice_lists.get(item.list_name, ()) if item.type.has_choices else ()
    chosen = next((each for each in operators if each.value == parts.get("operator") and not is_new), None)
    operator = chosen or (operators[0] if choices or subject == SELF else Operator.FILLED)
    term = Term(subject, operator)
    if not operator.takes_value:
        return term
    if choices and _control(item, replace(term, value=value)) == "choice":
        return replace(term, value=value or choices[0].name)
    if item.type in _DATED:
        return replace(term, value=read_day(value))
    is_number = item.type in _NUMERIC or operator.takes_count
    return replace(term, value=value.replace(",", ".") if is_number else value)


def read_day(text: str) -> str:
    """Return a day as rules keep it, `today`, or what was typed when it is no day."""
    if text.lower() in _TODAY or text.lower() == str(_("today")).lower():
        return TODAY
    if found := _DAY.fullmatch(text):
        try:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        except ValueError:
            return text
    return text


def _day_shown(value: str) -> str:
    if value == TODAY:
        return str(_("today"))
    try:
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    except ValueError:
        return value


def is_unchanged(definition: Definition, typed: Typed, original: str, *, at: str) -> bool:
    """Whether rows say what the rule said that the page was made from."""
    said = sentence_of(typed.join, typed.blocks)
    if not original:
        return said is None
    try:
        return read_sentence(definition, parse(original), at=at) == said
    except ExpressionError:
        return False
