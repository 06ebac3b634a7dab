"""What the page of a list shows: its cards by their names, what may be added, what would be lost."""

from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup

from app.components.answer_words import answer_text
from app.components.rich_text import plain, rich
from app.respond.progress import count_parts, pages_to_answer
from surveys import cards
from surveys.answering import Draft, remaining
from surveys.carrying import typed_in
from surveys.definition import ItemType
from surveys.occurrences import key_at, split_key
from surveys.routing import Page, shown_items, shown_pages


@dataclass(frozen=True, slots=True)
class CardLine:
    """One card of a list: `page` is where it is changed, `when` its date in words."""

    key: str
    title: str
    when: str
    said: tuple[str, ...]
    page: str
    is_unfinished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPage:
    """The page of a list. `new` is the key of the first page of the card that would be added, "" where none may be."""

    key: str
    title: str
    heading: Markup
    around: str
    form_title: str
    part: int
    parts: int
    cards: tuple[CardLine, ...]
    is_timeline: bool
    new: str
    is_full: bool


def roster_page(draft: Draft, page: Page) -> RosterPage:
    """Prepare the page of a list."""
    state, locale = draft.state, draft.version.definition.locale(draft.locale)
    title = _list_title(draft, page.roster)
    part, parts, _step, _steps = count_parts(pages_to_answer(draft.version.pages, state), page)
    new = cards.new_card(draft, page.roster)
    return RosterPage(
        key=page.key,
        title=title,
        heading=rich(cards.list_title(state, page.roster, locale.tag)),
        around=card_around(draft, page),
        form_title=plain(draft.version.definition.title) or str(_("Questionnaire")),
        part=part,
        parts=parts,
        cards=card_lines(draft, page.roster),
        is_timeline=cards.is_timeline(state, page.roster),
        new=new.key if new else "",
        is_full=state.count(page.roster) >= cards.MAX_CARDS,
    )


def card_lines(draft: Draft, key: str) -> tuple[CardLine, ...]:
    """Word the cards of a list."""
    locale = draft.version.definition.locale(draft.locale)
    wrong = frozenset(violation.key for violation in remaining(draft)) | set(typed_in(draft))
    return tuple(
        CardLine(
            key=card.key,
            title=plain(card.name) or numbered(draft, card.key),
            when=spoken(draft, card.date_key, card.date),
            said=tuple(answer_text(draft.state, each, draft.answers.get(each), None, locale) for each in card.said),
            page=card.page,
            is_unfinished=bool(card.problems),
        )
        for card in cards.cards(draft, key, wrong)
    )


def list_answer(draft: Draft, key: str) -> tuple[str, str]:
    """Return the title of a list and its cards in words: « 2: Léa, Tom »; "" when it was left empty."""
    title = _list_title(draft, key)
    # « Your children: Léa » is « Léa » beside « Your children ».
    titles = [line.title for line in card_lines(draft, key)]
    names = [each.removeprefix(title).lstrip(" \u00a0\u202f:,،–—-") or each for each in titles]
    if names and all(each.isdecimal() for each in names):
        return title, str(len(names))
    if not names:
        return title, str(_("None")) if draft.answers.get(key) == 0 else ""
    return title, str(_("%(count)s: %(names)s", count=len(names), names=", ".join(names)))


def numbered(draft: Draft, key: str) -> str:
    """Return what a card is called that nothing names yet: by its list, « Your children, 1 »."""
    roster, number = cards.list_of(key)
    return str(_("%(list)s, %(number)s", list=_list_title(draft, roster), number=number))


def _list_title(draft: Draft, key: str) -> str:
    locale = draft.version.definition.locale(draft.locale)
    return plain(cards.list_title(draft.state, key, locale.tag)) or str(_("List"))


def spoken(draft: Draft, key: str, iso: str) -> str:
    """Return a date in words, as precise as it was asked: « mars 2024 »."""
    try:
        day = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    item = draft.state.structure.item(key)
    if item.has_appearance("year"):
        return str(day.year)
    return str(format_date(day, "MMMM y" if item.has_appearance("month-year") else "long"))


def card_around(draft: Draft, page: Page) -> str:
    """Return the names of the cards a page stands in, outermost first: « Léa (2 of 3) »; "" outside lists."""
    state, locale = draft.state, draft.version.definition.locale(draft.locale)
    names = []
    for depth, repeat in enumerate(page.repeats):
        key = key_at(repeat, page.numbers[: depth + 1])
        number, count = page.numbers[depth], state.count(key_at(repeat, page.numbers[:depth]))
        name = plain(cards.card_name(state, state.occurrence(key), locale.tag)[0])
        told = name and str(_("%(name)s (%(number)s of %(count)s)", name=name, number=number, count=count))
        names.append(told or numbered(draft, key))
    return " › ".join(names)


@dataclass(frozen=True, slots=True)
class Removal:
    """What goes with a card: its name, the list it leaves, and the answers that are lost, each with its question."""

    key: str
    title: str
    roster: str
    lost: tuple[tuple[str, str], ...]


def removal(draft: Draft, key: str) -> Removal:
    """Say what would be lost."""
    state, locale = draft.state, draft.version.definition.locale(draft.locale)
    base, numbers = split_key(key)
    place = state.structure.place(base)
    around = tuple(state.structure.places[index].node.key for index in place.repeats)
    lost = [
        (
            plain(state.label(item, locale.tag)),
            answer_text(state, item, draft.answers.get(item), draft.missing.get(item), locale),
        )
        for page in shown_pages(draft.version.pages, state)
        if page.stands_in(around, numbers) and not page.roster
        for item in shown_items(page, state)
        if state.structure.item(item).type is not ItemType.NOTE
    ]
    name = plain(cards.card_name(state, state.occurrence(key), locale.tag)[0]) or numbered(draft, key)
    return Removal(key, name, key_at(base, numbers[:-1]), tuple(each for each in lost if each[1]))
