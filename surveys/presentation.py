"""How the answers of a question are laid out: decided from the form alone, the same on pages, on paper and in exports.

One thing at a time on a small screen: there is no grid. What an author asked for with an appearance is honoured where
it helps somebody who answers with a thumb (docs/method/appearances.md has the list, and why the others are not).
"""

import enum
from collections.abc import Sequence

from surveys.definition import Choice, Item, ItemType
from surveys.items.ranges import marks


class Look(enum.StrEnum):
    """How the choices of a question, or the marks of a scale, stand on the page."""

    ROWS = "rows"
    """One below the other."""
    COLUMNS = "columns"
    """As many columns as the words allow, two on a phone."""
    PACK = "pack"
    """Side by side, each as wide as its words."""
    LINE = "line"
    """On one line where the screen is wide, one below the other on a phone."""
    SCALE = "scale"
    """Short marks in a grid: numbers, mostly."""
    LADDER = "ladder"
    """Marks one above the other, the highest on top."""
    PICTURES = "pictures"
    """Each a picture above its words."""
    FACES = "faces"
    """Each a face above its words, from sad to happy or the other way."""
    MENU = "menu"
    """In a list that opens."""
    SEARCH = "search"
    """By typing the first letters, then choosing among a few."""


class FaceOrder(enum.StrEnum):
    """What `tresse::faces` says of the first choice."""

    SAD_FIRST = "sad-first"
    HAPPY_FIRST = "happy-first"


MAX_SCALE_MARKS = 11
# Beyond this many choices a list that opens is shorter to cross on a small screen than a column of buttons.
MAX_ROWS = 25
# Beyond this many, even a list that opens weighs on the page and takes a hundred turns of the thumb.
MAX_MENU = 100
SHORT_LABEL, MIN_SCALE = 3, 4
FACES = 5
_FACES_OF = {2: (1, 5), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}
_NO = frozenset({"no", "non", "false", "0", "false()"})
_PACKED = ("columns-pack", "compact", "quickcompact", "compact-2", "compact-3", "compact-4", "horizontal-compact")
_COLUMNS = ("columns", "columns-2", "columns-3", "columns-4", "columns-5")
_LINE = ("likert", "horizontal", "list-nolabel", "list")


def look_of(item: Item, choices: Sequence[Choice], *, in_words: bool = False) -> Look:
    """Return the layout of a question's choices or marks.

    `choices` are all those of its list, filtered ones included, so that the layout does not move; `in_words` says that
    the person asked for words alone: no picture, no face.
    """
    if item.type is ItemType.RANGE:
        return _look_of_range(item)
    return Look.SEARCH if _is_typed(item, len(choices)) else _look_of_choices(item, choices, in_words=in_words)


def _look_of_choices(item: Item, choices: Sequence[Choice], *, in_words: bool) -> Look:
    if not in_words and item.type in (ItemType.SELECT_ONE, ItemType.SELECT_MULTIPLE):
        if any(choice.media.get("image") for choice in choices):
            return Look.PICTURES
        if faces_of(item, choices):
            return Look.FACES
    if item.type is ItemType.SELECT_ONE and (_asks(item, "minimal") or len(choices) > MAX_ROWS):
        return Look.MENU
    if _asks(item, *_PACKED):
        return Look.PACK
    if _asks(item, *_COLUMNS):
        return Look.COLUMNS
    if item.type is ItemType.SELECT_ONE and _are_short(choices):
        return Look.SCALE
    return Look.LINE if _asks(item, *_LINE) else Look.ROWS


def _is_typed(item: Item, count: int) -> bool:
    asked = count > MAX_ROWS and _asks(item, "search", "autocomplete")
    return item.type in (ItemType.SELECT_ONE, ItemType.SELECT_MULTIPLE) and (count > MAX_MENU or asked)


def _look_of_range(item: Item) -> Look:
    if _asks(item, "picker"):
        return Look.MENU
    return Look.LADDER if _asks(item, "vertical", "distress") else Look.SCALE


def is_typed_range(item: Item) -> bool:
    """Whether a scale has too many marks to show: its number is typed."""
    return len(marks(item)) > MAX_SCALE_MARKS and not _asks(item, "picker")


def faces_of(item: Item, choices: Sequence[Choice]) -> tuple[int, ...]:
    """Return the face of each choice, 1 (sad) to 5 (happy); none where no faces are asked for or the list is no scale.

    Two to five choices: with more, faces are no longer told apart.
    """
    order = item.own("faces")
    faces = _FACES_OF.get(len(choices), ())
    if item.type is not ItemType.SELECT_ONE or order not in set(FaceOrder):
        return ()
    return faces if order == FaceOrder.SAD_FIRST else tuple(reversed(faces))


def can_be_in_words(item: Item, choices: Sequence[Choice]) -> bool:
    """Whether it is shown in two ways: which one was, is then kept with the answer."""
    return look_of(item, choices) in (Look.PICTURES, Look.FACES)


def offers(item: Item, mark: str) -> bool:
    """Whether « I don't know » (`dk`) or « I would rather not answer » (`refuse`) stands under a question."""
    return item.own(mark) not in _NO


def is_repeated_heading(item: Item) -> bool:
    """Whether it only writes the choices above a table: each of our cards has its own."""
    return item.type.has_choices and item.has_appearance("label")


def _asks(item: Item, *words: str) -> bool:
    return any(item.has_appearance(word) for word in words)


def _are_short(choices: Sequence[Choice]) -> bool:
    labels = [text for choice in choices for text in choice.labels.values() if text]
    return len(choices) >= MIN_SCALE and bool(labels) and all(len(text) <= SHORT_LABEL for text in labels)
