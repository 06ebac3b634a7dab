"""Answers in words: what is wrong with one, and what one says, for the person who gave it."""

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from app.components.rich_text import plain
from surveys.definition import Item, ItemType, Locale
from surveys.engine import Fault, FormState, Violation
from surveys.items import Parsed, display_value
from surveys.items.ranges import bounds
from surveys.models import Missing

_AUTHORS = {
    Fault.REQUIRED: "required_messages",
    Fault.CONSTRAINT: "constraint_messages",
    Fault.DOUBT: "constraint_messages",
}


DECIMAL_SIGNS = {"fr": ",", "ar": "٫"}
"""The sign between units and tenths, where it is not a point."""


def number_text(number: float) -> str:
    """Write a number with the decimal sign of the language of the page."""
    text = format(number, ".15g")
    return text.replace(".", DECIMAL_SIGNS.get(get_locale().language, "."))


def grouped_text(number: float) -> str:
    """Write a number with a narrow space between thousands, and the decimal sign of the language of the page."""
    whole, _point, decimals = format(number, ".15g").partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u202f") if whole.lstrip("-").isdigit() else whole
    return grouped if not decimals else grouped + number_text(float(f"0.{decimals}"))[1:]


def error_text(state: FormState, violation: Violation, locale: Locale, typed: Parsed | None = None) -> str:
    """Word what is wrong with an answer: the author's sentence where there is one.

    Args: typed: what was read of it, which says what a date lacks.
    """
    kind = _AUTHORS.get(violation.fault)
    if kind:
        written, _tag = state.text(violation.key, kind, locale.tag)
        if written:
            return plain(written)
    item = state.structure.item(violation.key)
    if violation.fault is Fault.REQUIRED:
        sentences = rule_sentences()
        return sentences.get(f"required:{item.type.value}") or sentences["required"]
    if violation.fault in (Fault.CONSTRAINT, Fault.DOUBT):
        return rule_sentences()[violation.fault.value]
    return _type_sentence(state, violation, typed)


def rule_sentences() -> dict[str, str]:
    """Return what is said of an answer against the rules of an author who says nothing, by fault or `fault:type`."""
    return {
        "required": _("Give an answer, or choose “I don't know” or “I would rather not answer”."),
        "required:acknowledge": _("Tick the box to go on."),
        "required:note": _("You can go on once this is no longer shown. Change an answer, on this page or before."),
        "constraint": _("This answer does not fit. Please check it."),
        "doubt": _("This answer is unusual."),
    }


def _type_sentence(state: FormState, violation: Violation, typed: Parsed | None) -> str:
    item = state.structure.item(violation.key)
    if violation.code == "surveys.attachment_too_large":
        limit = typed.details.get("limit", "") if typed else ""
        return str(_("This file is too heavy (%(limit)s MB at most). Choose another one.", limit=limit))
    if violation.code == "surveys.off_the_scale":
        low, high, _step = bounds(item)
        return str(_("Write a number between %(low)s and %(high)s.", low=min(low, high), high=max(low, high)))
    sentences = type_sentences()
    part = str(typed.details.get("part", "")) if typed else ""
    for name in (f"{violation.code}:{part}", f"{violation.code}:{item.type.value}", violation.code):
        if name in sentences:
            return sentences[name]
    return rule_sentences()["constraint"]


def type_sentences() -> dict[str, str]:
    """Return what is said of a value that cannot be read, by code; by `code:part` or `code:type` where it differs."""
    return {
        "surveys.not_a_number": _("Write only the number, for example 17.5."),
        "surveys.not_a_number:integer": _("Write only the number, for example 12."),
        "surveys.not_a_whole_number": _("Write a whole number, for example 12."),
        "surveys.number_too_long": _("This number is too long."),
        "surveys.not_a_date": _("This date does not exist. Check each number."),
        "surveys.date_unfinished": _("The date is not complete. Write the day, the month and the year."),
        "surveys.date_unfinished:day": _("The day is missing. Write it, or choose “I don't know”."),
        "surveys.date_unfinished:month": _("The month is missing. Write it, or choose “I don't know”."),
        "surveys.date_unfinished:year": _("The year is missing. Write it, or choose “I don't know”."),
        "surveys.date_unfinished:day-month": _(
            "The day and the month are missing. Write them, or choose “I don't know”."
        ),
        "surveys.date_unfinished:day-year": _(
            "The day and the year are missing. Write them, or choose “I don't know”."
        ),
        "surveys.date_unfinished:month-year": _(
            "The month and the year are missing. Write them, or choose “I don't know”."
        ),
        "surveys.date_unfinished:time": _("The time is missing. Write it, or choose “I don't know”."),
        "surveys.not_a_time": _("Write the time like this: 14:30."),
        "surveys.rank_repeated": _("Two answers have the same place. Give each one a different place."),
        "surveys.rank_not_a_place": _("Choose a place for each answer."),
        "surveys.rank_incomplete": _("Choose a place for each answer."),
        "surveys.choice_to_make": _("Choose your answer in the list."),
        "surveys.nothing_found": _("Nothing in the list begins like this. Try with fewer letters."),
        "surveys.not_a_place": _(
            "These are no coordinates. Write two numbers, for example 48.6921 6.1844, or say the place in words."
        ),
        "surveys.attachment_empty": _("This file is empty. Choose another one."),
        "surveys.attachment_unreadable": _(
            "We cannot open this file here. It is kept apart for the team. You can send another one."
        ),
        "surveys.attachment_too_many": _("There is no room left for this file. Those you sent before are kept."),
        "surveys.text_too_long": _("This text is too long for this field. What you wrote was kept; please shorten it."),
    }


def _moment_text(item: Item, value: str) -> str:
    """Write a date day first, no more precisely than it was asked, with its time."""
    day, _sign, clock = value.partition("T")
    parts = day.split("-")
    asked = parts[:1] if item.has_appearance("year") else parts[:2] if item.has_appearance("month-year") else parts
    return " ".join(filter(None, ("/".join(reversed(asked)), clock)))


def answer_text(state: FormState, key: str, value: Any, missing: Missing | None, locale: Locale) -> str:
    """Word an answer for the person who gave it."""
    if missing is not None:
        marks = {
            Missing.UNKNOWN: _("I don't know"),
            Missing.REFUSED: _("I would rather not answer"),
            Missing.ILLEGIBLE: _("An answer that we could not read"),
        }
        return str(marks[missing])
    if value is None or value == []:
        return ""
    item = state.structure.item(key)
    if item.type is ItemType.ACKNOWLEDGE:
        return str(_("Read and agreed"))
    if item.type.is_attachment:
        return str(_("A file was sent"))
    if item.type in (ItemType.DATE, ItemType.DATETIME) and isinstance(value, str):
        return _moment_text(item, value)
    if isinstance(value, int | float):
        return number_text(value)
    names = value if isinstance(value, list) else [value]
    chosen = state.name_choices(key, names, locale.tag) if item.type.has_choices else ()
    return display_value(item, value, {choice.name: plain(choice.label) or choice.name for choice in chosen})
