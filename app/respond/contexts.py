"""What respondents' pages show, computed before the templates."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from app.components.answer_words import answer_text
from app.components.form_media import FormMedia
from app.components.question import QuestionView, place_of, question_view
from app.components.rich_text import one_line, quoting, rich
from app.respond.live import Live, live_of, with_defaults
from app.respond.progress import count_parts, pages_to_answer
from app.respond.rosters import card_around, list_answer
from surveys.answering import Draft, PageReading, hidden_answers, remaining
from surveys.cards import open_card
from surveys.carrying import AT, is_in_words, typed_in
from surveys.definition import Definition, ItemType, Locale
from surveys.engine import Fault, FormState, Violation
from surveys.helping import private_items
from surveys.page_rules import page_rules
from surveys.presentation import can_be_in_words
from surveys.routing import Page, closing_pages, page_by_key, page_of_item, shown_items

_TABLE_LABEL = "generated_table_list_label"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage:
    """One page to answer. `part` and `parts` count what the person is told; `error_links` lead to the fields."""

    key: str
    title: str
    heading: Markup
    form_title: str
    questions: tuple[QuestionView, ...]
    heads_itself: bool
    """Whether its only question is the heading of the page."""
    part: int
    parts: int
    step: int
    steps: int
    is_first: bool
    is_last: bool
    has_errors: bool
    has_doubts: bool
    other_look: str
    """Another way to show its choices: `words`, `pictures`, "" where there is none."""
    around: str
    """The cards of lists that it stands in, by their names."""
    sends_files: bool
    captures: bool
    """Whether a script may record, draw or find the place."""
    blocks: tuple[QuestionView, ...]
    """Its questions, and those that wait to appear by what is answered here, in the order of the form."""
    live: Live | None


def question_page(
    draft: Draft,
    page: Page,
    *,
    reading: PageReading | None = None,
    check: bool = False,
    media: FormMedia | None = None,
    searched: Mapping[str, str] | None = None,
    code: str = "",
) -> QuestionPage:
    """Prepare a page: as kept, or as just sent (`reading`), with what is wrong when `check`.

    `searched` is what was typed to find a choice in long lists, by question; `code` that of the collection, where
    scripts may keep the page up to date while it is answered.
    """
    state = reading.state if reading else draft.state
    locale = draft.version.definition.locale(draft.locale)
    violations: Sequence[Violation] = reading.violations if reading else ()
    heading, own_note = _heading(state, page, locale)
    keys = tuple(key for key in shown_items(page, state) if key != own_note)
    in_words = is_in_words(draft)
    if check and reading is None:
        violations = [each for each in state.violations(keys) if each.fault is not Fault.DOUBT]
    typed_before = typed_in(draft)
    answers: Mapping[str, Any] = {**draft.answers, **reading.answers} if reading else draft.answers
    rules = page_rules(state.structure, page)
    live = live_of(code, draft, page, rules, answers) if code else None
    waiting = [key for key in page.items if live and key in rules.appearing and not state.is_relevant(key)]
    answers = with_defaults(state, waiting, answers)
    blocks = tuple(
        replace(
            question_view(
                state,
                key,
                locale=locale,
                answers=answers,
                missing=_marks(draft, reading),
                typed=reading.parsed.get(key) if reading else None,
                raw=typed_before.get(key),
                violations=violations,
                in_words=in_words,
                media=media or FormMedia(),
                searched=(searched or {}).get(key),
            ),
            is_waiting=key in waiting,
            quoting=rules.quoting.get(key, ()) if live else (),
        )
        for key in page.items
        if key in keys or key in waiting
    )
    questions = tuple(block for block in blocks if not block.is_waiting)
    shown = pages_to_answer(draft.version.pages, state)
    part, parts, step, steps = count_parts(shown, page)
    asked = [question for question in questions if question.control != "note"]
    alone = len(asked) <= 1 and not heading
    main = (asked or list(questions))[0] if questions else None
    return QuestionPage(
        key=page.key,
        title=one_line(rich(heading)) if heading else main.title if main else "",
        heading=rich(heading),
        form_title=one_line(rich(draft.version.definition.title)) or _("Questionnaire"),
        questions=questions,
        heads_itself=alone,
        part=part,
        parts=parts,
        step=step,
        steps=steps,
        is_first=bool(shown) and shown[0].order >= page.order,
        is_last=bool(shown) and shown[-1].order <= page.order,
        has_errors=any(question.errors for question in questions),
        has_doubts=any(question.doubt for question in questions),
        other_look=_other_look(state, keys, in_words=in_words),
        sends_files=any(block.sent for block in blocks),
        captures=any(block.sent or block.control == "place" for block in blocks),
        around=card_around(replace(draft, state=state), page),
        blocks=blocks,
        live=live,
    )


def _other_look(state: FormState, keys: Sequence[str], *, in_words: bool) -> str:
    """Return how the choices of these items may be shown instead: `words`, `pictures`, or "" where there is one way."""
    items = [state.structure.item(key) for key in keys]
    if not any(can_be_in_words(item, state.listed(item.key)) for item in items):
        return ""
    return "pictures" if in_words else "words"


def _marks(draft: Draft, reading: PageReading | None) -> Mapping[str, Any]:
    if reading is None:
        return draft.missing
    kept = {key: mark for key, mark in draft.missing.items() if key not in reading.answers}
    return {**kept, **reading.missing}


def _heading(state: FormState, page: Page, locale: Locale) -> tuple[str, str]:
    """Return what heads a page of several questions, and the note it was taken from; "" for each there is not.

    A group that is a page is headed by its label; a page of one question by the question. pyxform moves the label of a
    `table-list` to a note of its own.
    """
    if page.headings and page.headings[-1] == page.key:
        label = state.label(page.key, locale.tag)
        first = page.items[0]
        if not label and first.rpartition("/")[2].startswith(_TABLE_LABEL):
            return state.label(first, locale.tag), first
        if label:
            return label, ""
        for key in reversed(page.headings):
            if state.label(key, locale.tag):
                return state.label(key, locale.tag), ""
    return "", ""


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One question as answered; `problem` says what must still be put right, `card` which card of a list it is on."""

    page: str
    id: str
    label: str
    answer: str
    problem: bool
    card: str = ""
    is_list: bool = False

    @property
    def block(self) -> str:
        """Where the whole question stands on its page, its words with its fields."""
        return f"b{self.id[1:]}"


@dataclass(frozen=True, slots=True)
class ReviewSection:
    """The answers of one part."""

    title: str
    lines: tuple[ReviewLine, ...]

    @property
    def by_card(self) -> list[tuple[str, list[ReviewLine]]]:
        """The lines one card of a list after the other, each with its name; "" for those outside lists."""
        return [(card, list(lines)) for card, lines in groupby(self.lines, key=lambda line: line.card)]


@dataclass(frozen=True, slots=True)
class Review:
    """Everything answered, before it is sent or after."""

    sections: tuple[ReviewSection, ...]
    notes: tuple[QuestionView, ...]
    hidden: int
    problems: int
    last_page: str


def review(draft: Draft) -> Review:
    """List the answers of the pages shown; what is hidden now will not be sent and is counted."""
    state = draft.state
    locale = draft.version.definition.locale(draft.locale)
    wrong = {violation.key for violation in remaining(draft)} | set(typed_in(draft))
    shown = pages_to_answer(draft.version.pages, state)
    # In the order of the form: a page outside every part stands where it is asked.
    parts = groupby(shown, key=lambda page: page.headings[0] if page.headings and not page.depths[0] else "")
    sections = [
        ReviewSection(
            one_line(rich(state.label(heading, locale.tag))) if heading else "",
            tuple(line for page in pages for line in _lines(draft, page, wrong)),
        )
        for heading, pages in parts
    ]
    lines = [line for section in sections for line in section.lines]
    return Review(
        sections=tuple(section for section in sections if section.lines),
        notes=tuple(
            question_view(state, key, locale=locale, answers={}, missing={})
            for page in closing_pages(draft.version.pages, state)
            for key in shown_items(page, state)
        ),
        hidden=len(hidden_answers(draft)),
        problems=sum(line.problem for line in lines),
        last_page=shown[-1].key if shown else "",
    )


def _lines(draft: Draft, page: Page, wrong: AbstractSet[str]) -> list[ReviewLine]:
    """Return the lines of a page; a statement of a table says what is asked of it."""
    if page.roster:
        return [_list_line(draft, page)]
    state, locale = draft.state, draft.version.definition.locale(draft.locale)
    around = card_around(draft, page)
    asked = one_line(rich(_heading(state, page, locale)[0]))
    secrets, lines = private_items(draft, page), []
    for key in shown_items(page, state):
        item = state.structure.item(key)
        if item.type.is_answered:
            label = one_line(quoting(partial(state.html, key, "labels", locale.tag)))
            if asked and item.has_appearance("list-nolabel"):
                label = f"{asked} – {label}"
            said = answer_text(state, key, draft.answers.get(key), draft.missing.get(key), locale)
            # Somebody who helps reads this page, too.
            answer = _("Hidden while somebody helps") if key in secrets else said
            lines.append(ReviewLine(page.key, f"q{place_of(state, key)}", label, answer, key in wrong, around))
    return lines


def _list_line(draft: Draft, page: Page) -> ReviewLine:
    """Return the line of a list, which leads to its cards."""
    place = place_of(draft.state, page.roster)
    title, names = list_answer(draft, page.roster)
    return ReviewLine(page.key, f"q{place}", title, names, problem=False, card=card_around(draft, page), is_list=True)


_SECONDS = {ItemType.RANK: 30, ItemType.TEXT: 40}
_SECONDS_OTHERWISE = 12


def about_minutes(definition: Definition) -> int:
    """Return about how long a form takes when every question is asked, in minutes, at least 1."""
    asked = (item for item in definition.items() if item.type.is_answered)
    return max(1, round(sum(_SECONDS.get(item.type, _SECONDS_OTHERWISE) for item in asked) / 60))


def resume_page(draft: Draft) -> str | None:
    """Return the page where the person stopped; None when only the review is left."""
    pages = draft.version.pages
    shown = pages_to_answer(pages, draft.state)
    seen = page_by_key(pages, draft.carried.get(AT) or "")
    if seen is not None and (card := open_card(draft, seen)) is not None and seen in pages_to_answer(pages, card.state):
        return seen.key
    after = [page for page in shown if draft.revision == 0 or page.number > draft.last_page]
    waiting = remaining(draft)
    first = page_of_item(pages, waiting[0].key) if waiting else None
    if first is not None and first.number <= draft.last_page:
        return first.key
    return after[0].key if after else None
