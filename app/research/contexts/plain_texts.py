"""What the screen of plain language shows: texts cut at what is hard to read in them, each place with its advice."""

from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.components.rich_text import plain
from surveys.definition import Definition, Locale
from surveys.easy_texts import bare, check_texts, list_reviews
from surveys.plain_language import Remark, Rule, check_text


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words of a text, marked when a remark is about them."""

    words: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class PlainText:
    """One text with its advice."""

    key: str
    kind: str
    stretches: tuple[Stretch, ...]
    advice: tuple[tuple[str, str], ...]
    """The words concerned, and what to do."""


def plain_texts(definition: Definition, tag: str) -> tuple[PlainText, ...]:
    """Return the texts of a language that have remarks."""
    return tuple(
        PlainText(
            each.key,
            kind_name(each.kind),
            _cut(each.text, each.remarks),
            tuple((remark.words, advice(remark)) for remark in each.remarks),
        )
        for each in check_texts(definition, tag, plain)
    )


def advise(text: str, locale: Locale) -> tuple[tuple[str, str], ...]:
    """Return the words that are hard to read in a text as its author writes it, and what to do about each."""
    remarks = check_text(bare(text, plain), locale.tag.lower().split("-")[0], is_easy=locale.is_easy)
    return tuple((remark.words, advice(remark)) for remark in remarks)


def review_words(session: Session, questionnaire_id: UUID, definition: Definition, locale: Locale) -> str:
    """Say whether a group approved these easy texts; "" for a language that is not meant to be easy."""
    if not locale.is_easy:
        return ""
    reviews = list_reviews(session, questionnaire_id, definition, locale.tag)
    if not reviews:
        return str(_("No group of readers approved these texts yet: people see “not read yet” beside the language."))
    last = next((each for each in reviews if each.is_current), reviews[0])
    day = format_date(last.reviewed_on, "long")
    if last.is_current:
        return str(_("Read and approved by %(group)s on %(day)s.", group=last.reviewers, day=day))
    return str(
        _("Changed since %(group)s read them on %(day)s: ask for another reading.", group=last.reviewers, day=day)
    )


def _cut(text: str, remarks: tuple[Remark, ...]) -> tuple[Stretch, ...]:
    """Cut a text where remarks begin and end; a long sentence marks nothing, its words have their own remarks."""
    marked = [False] * len(text)
    for each in remarks:
        if each.rule is not Rule.LONG_SENTENCE:
            marked[each.start : each.end] = [True] * (each.end - each.start)
    places = [0, *(place for place in range(1, len(text)) if marked[place] != marked[place - 1]), len(text)]
    return tuple(Stretch(text[start:end], marked[start]) for start, end in pairwise(places) if start < end)


def kind_name(kind: str) -> str:
    """Return what a text is for."""
    names = {
        "labels": _("words"),
        "hints": _("hint"),
        "guidance": _("help for who asks"),
        "constraint_messages": _("message of the check"),
        "required_messages": _("message when it is missing"),
    }
    return str(names[kind])


def advice(remark: Remark) -> str:
    """Return what to do about a remark."""
    if remark.rule is Rule.LONG_SENTENCE:
        return str(
            ngettext(
                "%(num)s word in one sentence. Make two of it.",
                "%(num)s words in one sentence. Make two of it.",
                remark.count,
            )
        )
    if remark.instead:
        return str(_("Not everybody knows this word. Perhaps: %(words)s.", words=remark.instead))
    sentences = {
        Rule.NEGATION: _("A negation. Say what is, rather than what is not."),
        Rule.DOUBLE_NEGATION: _("Two negations in one sentence: people read the contrary. Say it the other way round."),
        Rule.PASSIVE: _("Say who does it: “somebody helps you”, not “you are helped by somebody”."),
        Rule.HARD_WORD: _("Not everybody knows this word."),
        Rule.LONG_WORD: _("A long word. Is there a shorter one? If not, explain it in the hint."),
        Rule.ABBREVIATION: _("Write it in full, or explain it in the hint."),
        Rule.PERCENTAGE: _("Percentages and fractions are hard. Say “1 person out of 10”, or “few”, “half”, “many”."),
        Rule.NUMBER_IN_WORDS: _("Write numbers with digits."),
        Rule.AND_OR: _("Choose “and” or “or”; or ask two questions."),
        Rule.ASIDE: _("An aside cuts the thread. Make a sentence of it, or put it in the hint."),
    }
    return str(sentences[remark.rule])
