"""The choices of a question as pages show them: all of them, or of a long list those that fit what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from app.components.answer_words import grouped_text, number_text
from app.components.form_media import FormMedia, ShownMedia
from app.components.rich_text import plain, rich
from surveys.definition import Choice, Item, ItemType, Locale
from surveys.engine import FormState, ShownChoice
from surveys.items.ranges import marks
from surveys.presentation import MAX_ROWS, Look, faces_of, is_typed_range, look_of

NOTHING = ShownMedia()
MAX_FOUND = 12
"""Choices of a long list shown for what was typed: a screen of a phone."""
_COUNTED = (ItemType.INTEGER, ItemType.DECIMAL)


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One possible answer: `place` is its rank when it has one; `lang` is set when its text is in another language.

    `face` is 1 (sad) to 5 (happy), 0 for none.
    """

    name: str
    label: Markup
    chosen: bool
    lang: str
    direction: str
    place: str = ""
    media: ShownMedia = NOTHING
    face: int = 0


def chosen_look(state: FormState, item: Item, listed: Sequence[Choice], *, in_words: bool, is_preview: bool) -> Look:
    """Return the layout; of a long list whose filter leaves few choices, these are shown like others."""
    look = look_of(item, listed, in_words=in_words)
    if look is Look.SEARCH and not is_preview and state.count_choices(item.key) <= MAX_ROWS:
        return Look.ROWS
    return look


@dataclass(frozen=True, slots=True)
class Shown:
    """What the field shows: a value, or why there is none, and what was typed to find a choice (None: nothing yet)."""

    value: Any
    mark: str = ""
    searched: str | None = None


def choice_views(
    state: FormState,
    item: Item,
    locale: Locale,
    answer: Shown,
    *,
    listed: Sequence[Choice],
    look: Look,
    media: FormMedia,
    is_preview: bool,
) -> tuple[ChoiceView, ...]:
    """Word the choices of a question, or the marks of its scale.

    Args: listed: those of its list before any filter; of a long list, what is chosen and what was found are shown.
    """
    shown, mark = answer.value, answer.mark
    if item.type is ItemType.RANGE:
        return () if is_typed_range(item) else _marks(item, shown, look)
    if not item.type.has_choices:
        return ()
    places = _places(shown)
    chosen_names = set() if mark else set(places)
    if look is Look.SEARCH:
        offered = _found(state, item.key, locale, [] if mark else list(places), answer.searched)
    else:
        offered = (state.every_choice if is_preview else state.choices)(item.key, locale.tag)
    names = {choice.name for choice in offered}
    media_of = {choice.name: choice.media for choice in listed if choice.name in names}
    faces = dict(zip((choice.name for choice in listed), faces_of(item, listed), strict=False))
    views = []
    for choice in offered:
        found = _without_picture(media.of(media_of[choice.name], locale.tag, choice.locale), look)
        views.append(
            ChoiceView(
                choice.name,
                # Its picture was not sent with the form, or is not shown: its code is all that names it.
                rich(choice.label) if choice.label or found.picture else escape(choice.name),
                choice.name in chosen_names,
                *other_language(locale, choice.locale),
                places.get(choice.name, "") if not mark else "",
                found,
                faces.get(choice.name, 0) if look is Look.FACES else 0,
            )
        )
    return tuple(views)


def _found(
    state: FormState, key: str, locale: Locale, chosen: list[str], searched: str | None
) -> tuple[ShownChoice, ...]:
    """Return what is chosen in a long list, then what fits what was typed."""
    kept = state.name_choices(key, chosen, locale.tag)
    found = state.find_choices(key, searched, locale.tag, limit=MAX_FOUND) if searched else ()
    return (*kept, *(choice for choice in found if choice.name not in chosen))


def _without_picture(media: ShownMedia, look: Look) -> ShownMedia:
    return media if look is Look.PICTURES else replace(media, picture="", larger="")


def _marks(item: Item, shown: Any, look: Look) -> tuple[ChoiceView, ...]:
    """Return the marks of a scale as choices, the highest first where they stand one above the other."""
    chosen = value_text(item, shown)
    views = tuple(
        ChoiceView(format(number, "g"), rich(number_text(number)), format(number, "g") == chosen, "", "")
        for number in marks(item)
    )
    return tuple(reversed(views)) if look is Look.LADDER else views


def scale_ends(state: FormState, item: Item, locale: Locale) -> tuple[tuple[str, str], ...]:
    """Return the words that the author gave to marks of a scale (`tick_labelset`), each with its mark."""
    if item.type is not ItemType.RANGE:
        return ()
    definition = state.structure.definition
    named = (
        (choice.name, plain(definition.text(choice.labels, locale.tag)[0])) for choice in state.structure.choices(item)
    )
    return tuple((name, words) for name, words in named if words and words != name)


def _places(shown: Any) -> dict[str, str]:
    """Return the place of each choice picked: as typed in a rank, by order otherwise."""
    if isinstance(shown, dict):
        return {name: str(place) for name, place in shown.items()}
    names = shown if isinstance(shown, list) else [shown] if shown else []
    return {name: str(place) for place, name in enumerate(names, 1)}


def value_text(item: Item, shown: Any) -> str:
    """Write a value as its field shows it."""
    if shown is None:
        return ""
    if item.type in _COUNTED and item.has_appearance("thousands-sep") and isinstance(shown, int | float):
        return grouped_text(shown)
    if isinstance(shown, int | float) and item.type is ItemType.DECIMAL:
        return number_text(shown)
    return shown if isinstance(shown, str) else format(shown, ".15g") if isinstance(shown, float) else str(shown)


def other_language(locale: Locale, tag: str) -> tuple[str, str]:
    """Return the language and direction to mark on a text that is not in the language of the page."""
    if not tag or tag == locale.tag:
        return "", ""
    return tag, Locale(tag, "").direction
