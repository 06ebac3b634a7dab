"""What a page sent, read and checked against the form; nothing is kept here, no statement is run."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from surveys.choosing import folded
from surveys.definition import Item, ItemType, Repeat
from surveys.drafts import Draft
from surveys.engine import Fault, FormState, Violation, evaluate_form
from surveys.instance import MAX_OCCURRENCES
from surveys.items import Parsed, Posted, parse_posted
from surveys.items.choices import SEARCH_PART, searched
from surveys.models import Missing
from surveys.occurrences import key_at, split_key
from surveys.presentation import can_be_in_words, look_of
from surveys.routing import Page, next_page
from surveys.structure import ROOT, Structure

SURE_PART = "sure"
"""`key:sure` holds the answer that the page asked about: left as it is, it is confirmed."""

WORDS = ":words"
"""Where a draft keeps that the person asked for words alone: no pictures of choices, no faces."""

MISSING_PART = "missing"
"""`key:missing` is the field of « I don't know » (unknown) and « I prefer not to say » (refused)."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a page sent, read and checked, not yet kept.

    `parsed` is by item, with what was typed; `violations` are those of this page; `revealed` are items of this page
    that these answers just made appear: the page is then shown again; `next_page` is None after the last one.
    `confirmed` are answers about which the person was asked whether they are right, and said yes; `shown` says how the
    choices stood, of items that may be shown in two ways.
    """

    page: Page
    parsed: Mapping[str, Parsed]
    answers: Mapping[str, Any]
    missing: Mapping[str, Missing]
    violations: tuple[Violation, ...]
    revealed: tuple[str, ...]
    next_page: Page | None
    state: FormState
    carried: Mapping[str, Any]
    quarantined: Mapping[str, Any] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    shown: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether nothing on the page needs to be corrected."""
        return not self.violations

    @property
    def is_blank(self) -> bool:
        """Whether nothing was given on the page, not even « I don't know »."""
        return not self.missing and all(each.value is None and not each.code for each in self.parsed.values())


def read_page(draft: Draft, page: Page, posted: Posted, *, only: AbstractSet[str] | None = None) -> PageReading:
    """Read and check what a page sent; computes only, no statement.

    An item that was not on the page when it was sent and that nothing was sent for is left as it was. Of a value and
    a missing mark sent together, the one that changed since the draft holds; the value when both did. Inside repeats
    the occurrence of the page must exist in the draft (`cards.open_card`); rows that count occurrences are among the
    answers.

    Args: only: the items to read, where others of the page must stay as they are.
    """
    parsed: dict[str, Parsed] = {}
    answers: dict[str, Any] = {}
    missing: dict[str, Missing] = {}
    quarantined: dict[str, Any] = {}
    faults: list[Violation] = []
    structure = draft.version.structure
    for key in page.items:
        if only is not None and key not in only:
            continue
        item = structure.item(key)
        was_shown = draft.state.is_relevant(key)
        if not item.type.is_answered or not (was_shown or _is_sent(item, posted)) or draft.state.is_read_only(key):
            continue
        reading = _found(draft.state, item, parse_posted(item, posted), posted)
        parsed[key] = reading
        mark = _mark(posted, key)
        if mark is not None and (reading.value is None or _mark_holds(draft, key, reading.value, mark)):
            answers[key], missing[key] = None, mark
        elif reading.code:
            faults.append(Violation(key, key, Fault.TYPE, reading.code))
            if reading.code == "surveys.text_too_long":
                quarantined[key] = reading.raw
        else:
            answers[key] = reading.value
    merged = {**draft.answers, **_counts_sent(draft, page, posted), **answers}
    marks = {key: mark for key, mark in draft.missing.items() if key not in answers} | missing
    state = evaluate_form(
        structure,
        merged,
        moment=draft.moment,
        seed=draft.seed,
        locale=draft.locale,
        missing=frozenset(marks),
        changed=frozenset(key for key, value in answers.items() if draft.answers.get(key) != value),
        started=draft.carried,
        begins_with=0,
    )
    # Hidden by what was just answered, its field went unsent: the draft keeps what it held, should it be shown again.
    for key in [each for each, value in answers.items() if value is None and each not in missing]:
        if not state.is_relevant(key) and not _is_sent(structure.item(key), posted):
            del answers[key]
    revealed = tuple(
        key
        for key in page.items
        if key not in parsed
        and not _is_sent(structure.item(key), posted)  # a script showed it: it was seen
        and structure.item(key).type.is_answered
        and state.is_relevant(key)
        and not draft.state.is_relevant(key)
    )
    notes = [key for key in page.items if structure.item(key).type is ItemType.NOTE]
    asked = [key for key in page.items if (key in answers or key in notes) and state.is_relevant(key)]
    faults = [fault for fault in faults if state.is_relevant(fault.key)]
    found = (*faults, *state.violations(asked))
    confirmed = frozenset(
        each.key for each in found if each.fault is Fault.DOUBT and _is_sure(draft, state, each, posted)
    )
    violations = tuple(each for each in found if each.key not in confirmed)
    stays = bool(revealed) or bool(violations)
    return PageReading(
        page=page,
        parsed=parsed,
        answers=answers | _counts(draft, page, state),
        missing=missing,
        violations=violations,
        revealed=revealed,
        next_page=page if stays else next_page(draft.version.pages, state, page),
        state=state,
        carried=_carried(draft, state),
        quarantined=quarantined,
        confirmed=confirmed,
        shown=_looks(draft, structure, answers),
    )


def offered_anew(draft: Draft, reading: PageReading) -> tuple[str, ...]:
    """Return the questions of a page left without answer whose choices its own answers have just changed.

    Without scripts they could not be chosen: the town, on the page that asks for the region.
    """
    before, after = draft.state, reading.state
    return tuple(
        key
        for key in reading.parsed
        if key not in reading.missing
        and _is_filtered(after, key)
        and before.is_relevant(key)
        and after.is_relevant(key)
        and not after.value(key)
        and (choices := _names_of_choices(after, key))
        and choices != _names_of_choices(before, key)
    )


def _is_filtered(state: FormState, key: str) -> bool:
    item = state.structure.item(key)
    if not item.type.has_choices:
        return False
    source = state.structure.source(item)
    return source.filter is not None or bool(source.quoted)


def _names_of_choices(state: FormState, key: str) -> list[str]:
    return [choice.name for choice in state.choices(key)]


def _found(state: FormState, item: Item, reading: Parsed, posted: Posted) -> Parsed:
    """Take the choice of a long list whose words were typed whole; ask to choose otherwise."""
    typed = searched(item, posted) if item.type is ItemType.SELECT_ONE else None
    if not typed or reading.value is not None or reading.code:
        return reading
    found = state.find_choices(item.key, typed, limit=1)
    if found and folded(found[0].label) == folded(typed):
        return Parsed(found[0].name, raw=found[0].name)
    return Parsed(None, "surveys.choice_to_make" if found else "surveys.nothing_found", {}, {SEARCH_PART: typed})


def _is_sure(draft: Draft, state: FormState, doubt: Violation, posted: Posted) -> bool:
    """Whether the person was asked about this very answer and leaves it: on this page, or on an earlier visit."""
    text = state.occurrence(doubt.key).value
    if text in posted.get(f"{doubt.key}:{SURE_PART}", ()):
        return True
    return doubt.key in draft.confirmed and draft.state.occurrence(doubt.key).value == text


def _looks(draft: Draft, structure: Structure, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return how the choices of these items stood on the page, of those that may be shown in two ways."""
    in_words = bool(draft.carried.get(WORDS))
    looks = {}
    for key in answers:
        place = structure.place(key).node
        if isinstance(place, Item) and can_be_in_words(place, structure.choices(place)):
            looks[key] = look_of(place, structure.choices(place), in_words=in_words).value
    return looks


def _lists_around(page: Page, structure: Structure) -> list[str]:
    """Return the keys of the rows that count the occurrences a page stands in, and those it lists."""
    keys: dict[str, None] = {}
    for item in (*page.items, *([page.roster] if page.roster else [])):
        numbers = split_key(item)[1]
        for depth, index in enumerate(structure.place(item).repeats[: len(numbers)]):
            keys[key_at(structure.places[index].node.key, numbers[:depth])] = None
    return [*keys, page.roster] if page.roster else list(keys)


def _counts_sent(draft: Draft, page: Page, posted: Posted) -> dict[str, int]:
    """Return how many occurrences there are around a page; a list may say its own count, as phones do by themselves."""
    counts = {key: draft.state.count(key) for key in _lists_around(page, draft.state.structure)}
    said = (posted.get(page.roster) or [""])[0] if page.roster else ""
    if said.isascii() and said.isdigit():
        counts[page.roster] = min(int(said[:4]), MAX_OCCURRENCES)
    return counts


def _counts(draft: Draft, page: Page, state: FormState) -> dict[str, int]:
    """Return the rows that count occurrences and are no longer right, or never were written."""
    keys = _lists_around(page, state.structure)
    for place in state.structure.places:
        if isinstance(place.node, Repeat) and place.node.count is not None:
            parents = [state.instance.root] if place.parent == ROOT else state.instance.at[place.parent]
            keys += [key_at(place.node.key, state.instance.numbers(each)) for each in parents if each.relevant]
    counts = {key: state.count(key) for key in keys}
    return {key: count for key, count in counts.items() if draft.answers.get(key) != count}


def _carried(draft: Draft, state: FormState) -> dict[str, Any]:
    """Return what the response carries silently after a page: hidden values stay even while they are not relevant."""
    carried = dict(draft.carried)
    for index in state.structure.computed:
        item = state.structure.places[index].node
        assert isinstance(item, Item)
        for occurrence in state.instance.at[index]:
            key = state.name(occurrence)
            if item.calculation is None or item.trigger:
                stored = occurrence.stored if item.type.is_silent else ""
                if stored and (item.trigger or key not in carried):
                    carried[key] = stored
            elif (value := state.typed(occurrence)) is not None:
                carried[key] = value
            else:
                carried.pop(key, None)
    return carried


def _is_sent(item: Item, posted: Posted) -> bool:
    return any(name == item.key or name.startswith(f"{item.key}:") for name in posted)


def _mark(posted: Posted, key: str) -> Missing | None:
    sent = posted.get(f"{key}:{MISSING_PART}")
    try:
        mark = Missing(sent[0]) if sent and sent[0] else None
    except ValueError:
        return None
    # What cannot be read is for who keys a sheet of paper to say.
    return None if mark is Missing.ILLEGIBLE else mark


def _mark_holds(draft: Draft, key: str, value: Any, mark: Missing) -> bool:
    # Before it was ever asked, the field held what the form proposes.
    shown = draft.answers[key] if key in draft.answers else draft.state.value(key)
    return draft.missing.get(key) is not mark and shown == value
