"""Repeats as pages show them: cards that a person adds, changes and takes out, each with the name it is known by.

A card that is being added exists on its page only: it is counted when its first page is kept.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from surveys.definition import Item, ItemType, Repeat
from surveys.drafts import Draft
from surveys.engine import FormState, evaluate_form
from surveys.instance import Occurrence
from surveys.occurrences import Numbers, key_at, renumbered, split_key
from surveys.routing import Page, first_page_in, shown_items, shown_pages
from surveys.structure import Structure

MAX_CARDS = 200
"""Cards that a person may add to one list: more is no roster of people or steps, or somebody's program."""

DATES = (ItemType.DATE, ItemType.DATETIME)
TIMELINE = "timeline"
"""The appearance of a repeat whose cards are put in the order of their dates."""

_REFERENCE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
_SUMMARY = 2


@dataclass(frozen=True, slots=True)
class Card:
    """One occurrence of a repeat: its number, its name ("" where nothing names it yet), the first answers on it.

    `date` is the first date of it (ISO) and `date_key` its key, "" without; `problems` counts what must still be put
    right.
    """

    key: str
    number: int
    name: str
    date: str
    date_key: str
    said: tuple[str, ...]
    """Keys of its first answers, those of the name and the date left out."""
    page: str
    problems: int


def open_card(draft: Draft, page: Page) -> Draft | None:
    """Return the draft in which the occurrence of a page exists, the next one that may be added included, or None."""
    return _opened(draft, page.repeats, page.numbers, may_skip=False)


def open_cards(draft: Draft, keys: Iterable[str]) -> Draft:
    """Return the draft in which the cards of these answers exist, as far as their lists may grow.

    For what comes from a phone by itself, in any order: the third card perhaps before the second.
    """
    structure = draft.state.structure
    for key in keys:
        repeats = tuple(structure.places[index].node.key for index in structure.place(key).repeats)
        draft = _opened(draft, repeats, split_key(key)[1], may_skip=True) or draft
    return draft


def _opened(draft: Draft, repeats: Sequence[str], numbers: Numbers, *, may_skip: bool) -> Draft | None:
    for depth, number in enumerate(numbers):
        key = key_at(repeats[depth], numbers[:depth])
        have = draft.state.count(key)
        if number <= have:
            continue
        if not may_add(draft.state, key) or number > (MAX_CARDS if may_skip else have + 1):
            return None
        draft = _with_count(draft, key, number)
        if draft.state.count(key) < number:
            return None
    return draft


def is_list(state: FormState, key: str) -> bool:
    """Whether a person adds to this repeat and takes out of it; the number of others is counted."""
    node = state.structure.place(key).node
    return isinstance(node, Repeat) and node.count is None


def may_add(state: FormState, key: str) -> bool:
    """Whether a person may add a card to this list now."""
    return is_list(state, key) and state.count(key) < MAX_CARDS and state.is_offered(key)


def new_card(draft: Draft, key: str) -> Page | None:
    """Return the first page of the card that would be added to a list; None where none may be, or nothing is asked."""
    if not may_add(draft.state, key):
        return None
    number = draft.state.count(key) + 1
    return first_page_in(draft.version.pages, _with_count(draft, key, number).state, key, number)


def _with_count(draft: Draft, key: str, count: int) -> Draft:
    answers = {**draft.answers, **_counts_kept(draft, key), key: count}
    state = evaluate_form(
        draft.version.structure,
        answers,
        moment=draft.moment,
        seed=draft.seed,
        locale=draft.locale,
        missing=frozenset(draft.missing),
        started=draft.carried,
        begins_with=0,
    )
    return replace(draft, state=state)


def _counts_kept(draft: Draft, key: str) -> dict[str, int]:
    """Return the counts of the lists around this one, one of which may just have been added to."""
    _base, numbers = split_key(key)
    repeats = draft.state.structure.place(key).repeats[:-1]
    places = draft.state.structure.places
    keys = [key_at(places[index].node.key, numbers[:depth]) for depth, index in enumerate(repeats)]
    return {each: draft.state.count(each) for each in keys}


def list_of(card: str) -> tuple[str, int]:
    """Return the key of the list that a card is on, and its number; 0 where the key names no card."""
    base, numbers = split_key(card)
    return key_at(base, numbers[:-1]), numbers[-1] if numbers else 0


def moves_without(structure: Structure, keys: Iterable[str], card: str) -> dict[str, str | None]:
    """Say what becomes of the keys of answers when a card is taken out of its list: see `occurrences.renumbered`."""
    base, (*outer, number) = split_key(card)
    index = structure.by_key[base]

    def depth_of(key: str) -> int | None:
        place = structure.by_key.get(key)
        around = structure.places[place].repeats if place is not None else ()
        return around.index(index) if index in around else None

    return renumbered(keys, depth_of, tuple(outer), number)


def renamed(kept: Mapping[str, Any], moves: Mapping[str, str | None]) -> dict[str, Any]:
    """Return what is kept under its new keys, without what goes."""
    news = {old: moves.get(old, old) for old in kept}
    return {new: kept[old] for old, new in news.items() if new is not None}


def is_timeline(state: FormState, key: str) -> bool:
    """Whether a list is shown in the order of its dates: its author asks it, and its cards have a date."""
    place = state.structure.place(key)
    inside = (each.node for each in state.structure.places if place.index in each.repeats)
    has_date = any(isinstance(node, Item) and node.type in DATES for node in inside)
    return isinstance(place.node, Repeat) and TIMELINE in place.node.appearance.split() and has_date


def cards(draft: Draft, key: str, problems: frozenset[str] = frozenset()) -> tuple[Card, ...]:
    """Return the cards of a list, in the order of their dates where its author asks it (undated ones last).

    Args: problems: keys of the answers that must still be put right.
    """
    state = draft.state
    base, outer = split_key(key)
    place = state.structure.place(key)
    repeats = tuple(state.structure.places[index].node.key for index in place.repeats)
    pages: dict[Numbers, list[Page]] = {}
    for page in shown_pages(draft.version.pages, state):
        if page.stands_in(repeats, outer):
            pages.setdefault(page.numbers[: len(repeats)], []).append(page)
    found = []
    for number in range(1, state.count(key) + 1):
        mine = pages.get((*outer, number), [])
        occurrence = state.occurrence(key_at(base, (*outer, number)))
        name, named_by = card_name(state, occurrence, draft.locale)
        date, dated_by = _first(state, occurrence, DATES)
        said = [item for page in mine for item in (() if page.roster else shown_items(page, state))]
        answered = [
            item for item in said if item not in (*named_by, dated_by) and draft.answers.get(item) not in (None, [], "")
        ]
        wrong = sum(item in problems for item in said)
        first = next((page for page in mine if set(page.items) & problems), mine[0] if mine else None)
        address = first.key if first else ""
        found.append(
            Card(state.name(occurrence), number, name, date, dated_by, tuple(answered[:_SUMMARY]), address, wrong)
        )
    if is_timeline(state, key):
        found.sort(key=lambda card: (card.date == "", card.date))
    return tuple(found)


def card_name(state: FormState, occurrence: Occurrence, locale: str) -> tuple[str, tuple[str, ...]]:
    """Return what an occurrence of a repeat is called, and the keys of the answers that say it.

    The label of the group where it quotes an answer that is given; else the first text written in it; else nothing.
    """
    node = state.structure.places[occurrence.index].node
    template, _tag = state.structure.definition.text(node.labels, locale)
    quoted = [each for name in _REFERENCE.findall(template) for each in state.instance.find(occurrence, name, False)]
    if any(each.value for each in quoted):
        return state.text_at(occurrence, "labels", locale)[0], tuple(state.name(each) for each in quoted)
    text, key = _first(state, occurrence, (ItemType.TEXT,))
    return text.split("\n")[0], (key,) if key else ()


def list_title(state: FormState, key: str, locale: str) -> str:
    """Return the label of a repeat for all its cards together: what it quotes of each is left out."""
    template, _tag = state.structure.definition.text(state.structure.place(key).node.labels, locale)
    return re.sub(r"\s+", " ", _REFERENCE.sub("", template)).strip(" \u00a0\u202f:;,–—-(){}[]«»“”\"'/|")


def _first(state: FormState, occurrence: Occurrence, kinds: tuple[ItemType, ...]) -> tuple[str, str]:
    """Return the first answer of these types inside an occurrence, lists inside it left out, and its key."""
    stack = list(reversed(occurrence.children))
    while stack:
        below = stack.pop()
        node = state.structure.places[below.index].node
        if isinstance(node, Repeat):
            continue
        if isinstance(node, Item) and node.type in kinds and below.value:
            return below.value, state.name(below)
        stack.extend(reversed(below.children))
    return "", ""
