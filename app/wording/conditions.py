"""Conditions in sentences: for authors (« affichée si… ») and for those who read the questionnaire on paper."""

import enum
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from babel.lists import format_list
from flask_babel import format_date, format_decimal, get_locale
from flask_babel import gettext as _

from app.components.rich_text import plain
from surveys.conditions import (
    AllOf,
    Answered,
    AnyOf,
    Chosen,
    Compared,
    Condition,
    Constant,
    Counted,
    Formula,
    Operand,
    OtherAnswer,
    Relation,
    Today,
)
from surveys.definition import ItemType
from surveys.structure import Structure

_REFERENCE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
_ISO_DATE_LENGTH = len("2024-01-31")


class Voice(enum.Enum):
    """Who is spoken to: the author hears of the question, the reader of what they answered."""

    AUTHOR = "author"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Names:
    """How questions and choices are called in a sentence; keys are those of items."""

    question: Callable[[str], str]
    choice: Callable[[str, str], str]


def quoted_names(structure: Structure, tag: str) -> Names:
    """Call questions and choices by their labels in one language, between quotation marks."""
    definition = structure.definition

    def question(key: str) -> str:
        label = plain(definition.text(structure.item(key).labels, tag)[0])
        return str(_("“%(text)s”", text=label or key))

    def choice(key: str, name: str) -> str:
        found = next((each for each in structure.choices(structure.item(key)) if each.name == name), None)
        label = plain(definition.text(found.labels, tag)[0]) if found else ""
        return str(_("“%(text)s”", text=label or name))

    return Names(question, choice)


def word_condition(
    condition: Condition, structure: Structure, names: Names, *, voice: Voice = Voice.AUTHOR, is_inner: bool = False
) -> str:
    """Return a condition as the end of a sentence: « … si » comes before it. The language is that of the request."""
    if isinstance(condition, AllOf | AnyOf):
        joint = _(" and ") if isinstance(condition, AllOf) else _(" or ")
        parts = [word_condition(part, structure, names, voice=voice, is_inner=True) for part in condition.parts]
        sentence = joint.join(parts)
        return f"({sentence})" if is_inner else sentence
    return _Clause(structure, names, voice).word(condition)


def word_clauses(
    condition: Condition, structure: Structure, names: Names, *, voice: Voice = Voice.AUTHOR
) -> tuple[str, ...]:
    """Return what must hold all together, one clause each: a list reads better than a long sentence."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    return tuple(word_condition(part, structure, names, voice=voice) for part in parts)


class _Clause:
    """Words one part of a condition."""

    def __init__(self, structure: Structure, names: Names, voice: Voice) -> None:
        self._structure = structure
        self._names = names
        self._to_reader = voice is Voice.READER

    def word(self, part: Condition) -> str:
        match part:
            case Constant(holds):
                return str(_("always") if holds else _("never"))
            case Chosen():
                return self._chosen(part)
            case Answered():
                return self._answered(part)
            case Counted(key, relation, number):
                subject = _("the number of answers ticked in %(question)s", question=self._names.question(key))
                return _compared(str(subject), relation, _number(number))
            case Compared():
                return self._compared(part)
            case Formula():
                return str(_("the formula %(formula)s holds", formula=self._formula(part)))
        raise TypeError(part)

    def _chosen(self, part: Chosen) -> str:
        choices = [self._names.choice(part.key, name) for name in part.choices]
        words = {"question": self._names.question(part.key), "choices": _either(choices)}
        several = self._structure.item(part.key).type is not ItemType.SELECT_ONE
        if self._to_reader:
            sentence = {
                (False, False): _("you answered %(choices)s to %(question)s"),
                (False, True): _("you did not answer %(choices)s to %(question)s"),
                (True, False): _("you ticked %(choices)s in %(question)s"),
                (True, True): _("you did not tick %(choices)s in %(question)s"),
            }
        else:
            sentence = {
                (False, False): _("%(question)s is %(choices)s"),
                (False, True): _("%(question)s is not %(choices)s"),
                (True, False): _("%(question)s includes %(choices)s"),
                (True, True): _("%(question)s does not include %(choices)s"),
            }
        return str(sentence[several, part.is_negated]) % words

    def _answered(self, part: Answered) -> str:
        words = {"question": self._names.question(part.key)}
        if self._structure.item(part.key).type is ItemType.ACKNOWLEDGE:
            ticked = _("%(question)s is not ticked") if part.is_negated else _("%(question)s is ticked")
            return str(ticked) % words
        if self._to_reader:
            sentence = _("you did not answer %(question)s") if part.is_negated else _("you answered %(question)s")
        else:
            sentence = _("%(question)s has no answer") if part.is_negated else _("%(question)s has an answer")
        return str(sentence) % words

    def _compared(self, part: Compared) -> str:
        question = self._names.question(part.key)
        subject = str(_("your answer to %(question)s", question=question)) if self._to_reader else question
        is_date = self._structure.item(part.key).type in (ItemType.DATE, ItemType.DATETIME)
        value = self._operand(part.operand, is_date=is_date)
        if isinstance(part.operand, OtherAnswer) and part.relation is Relation.EQUAL:
            return str(_("%(subject)s is the same as %(value)s", subject=subject, value=value))
        return _compared_dates(subject, part.relation, value) if is_date else _compared(subject, part.relation, value)

    def _operand(self, operand: Operand, *, is_date: bool) -> str:
        if isinstance(operand, OtherAnswer):
            return str(_("the answer to %(question)s", question=self._names.question(operand.key)))
        if isinstance(operand, Today):
            return str(_("today"))
        if isinstance(operand, float):
            return _number(operand)
        return _date(operand) if is_date else str(_("“%(text)s”", text=operand))

    def _formula(self, part: Formula) -> str:
        """Return a formula with its questions called as elsewhere."""

        def called(match: re.Match[str]) -> str:
            found = self._structure.by_name.get(match[1], ())
            key = self._structure.places[found[0]].node.key if len(found) == 1 else ""
            try:
                return self._names.question(key)
            except KeyError:  # a group, or a name that several share
                return match[1]

        return _REFERENCE.sub(called, part.source)


def _compared(subject: str, relation: Relation, value: str) -> str:
    sentence = {
        Relation.EQUAL: _("%(subject)s is %(value)s"),
        Relation.DIFFERENT: _("%(subject)s is not %(value)s"),
        Relation.LESS: _("%(subject)s is less than %(value)s"),
        Relation.AT_MOST: _("%(subject)s is at most %(value)s"),
        Relation.MORE: _("%(subject)s is more than %(value)s"),
        Relation.AT_LEAST: _("%(subject)s is at least %(value)s"),
    }[relation]
    return str(sentence) % {"subject": subject, "value": value}


def _compared_dates(subject: str, relation: Relation, value: str) -> str:
    sentence = {
        Relation.EQUAL: _("%(subject)s is %(value)s"),
        Relation.DIFFERENT: _("%(subject)s is not %(value)s"),
        Relation.LESS: _("%(subject)s is before %(value)s"),
        Relation.AT_MOST: _("%(subject)s is not after %(value)s"),
        Relation.MORE: _("%(subject)s is after %(value)s"),
        Relation.AT_LEAST: _("%(subject)s is not before %(value)s"),
    }[relation]
    return str(sentence) % {"subject": subject, "value": value}


def _either(words: Sequence[str]) -> str:
    return str(format_list(list(words), style="or", locale=get_locale() or "en"))


def _number(number: float) -> str:
    return str(format_decimal(int(number) if number.is_integer() else number))


def _date(text: str) -> str:
    try:
        day = date.fromisoformat(text[:_ISO_DATE_LENGTH])
    except ValueError:
        return text
    return str(_("%(date)s", date=format_date(day, "long", rebase=False)))
