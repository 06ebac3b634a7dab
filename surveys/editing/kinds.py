"""What an author may ask for: kinds of questions as screens offer them, each made of a type and what goes with it."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from surveys.definition import Item, ItemType


class Kind(enum.StrEnum):
    """A line of the menu « what do you want to ask »."""

    YES_NO = "yes_no"
    ONE = "one"
    SEVERAL = "several"
    SCALE = "scale"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    RANK = "rank"
    PHOTO = "photo"
    SOUND = "sound"
    FILM = "film"
    FILE = "file"
    SIGNATURE = "signature"
    PLACE = "place"
    PATH = "path"
    AREA = "area"
    CODE = "code"
    TICK = "tick"
    NOTE = "note"
    CALCULATE = "calculate"
    HIDDEN = "hidden"
    STARTED = "started"
    ENDED = "ended"
    DAY = "day"
    PAGE = "page"
    PART = "part"
    REPEAT = "repeat"


GROUPS = frozenset({Kind.PAGE, Kind.PART, Kind.REPEAT})
"""Kinds that hold questions."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What an item of a kind starts with; `look` is a word of its appearance that makes the kind what it is."""

    type: ItemType
    look: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


_SCALE = MappingProxyType({"start": "0", "end": "10", "step": "1"})
SHAPES: Mapping[Kind, Shape] = MappingProxyType(
    {
        Kind.YES_NO: Shape(ItemType.SELECT_ONE),
        Kind.ONE: Shape(ItemType.SELECT_ONE),
        Kind.SEVERAL: Shape(ItemType.SELECT_MULTIPLE),
        Kind.SCALE: Shape(ItemType.RANGE, parameters=_SCALE),
        Kind.SHORT_TEXT: Shape(ItemType.TEXT),
        Kind.LONG_TEXT: Shape(ItemType.TEXT, "multiline"),
        Kind.INTEGER: Shape(ItemType.INTEGER),
        Kind.DECIMAL: Shape(ItemType.DECIMAL),
        Kind.DATE: Shape(ItemType.DATE),
        Kind.TIME: Shape(ItemType.TIME),
        Kind.DATETIME: Shape(ItemType.DATETIME),
        Kind.RANK: Shape(ItemType.RANK),
        Kind.PHOTO: Shape(ItemType.IMAGE),
        Kind.SOUND: Shape(ItemType.AUDIO),
        Kind.FILM: Shape(ItemType.VIDEO),
        Kind.FILE: Shape(ItemType.FILE),
        Kind.SIGNATURE: Shape(ItemType.IMAGE, "signature"),
        Kind.PLACE: Shape(ItemType.GEOPOINT),
        Kind.PATH: Shape(ItemType.GEOTRACE),
        Kind.AREA: Shape(ItemType.GEOSHAPE),
        Kind.CODE: Shape(ItemType.BARCODE),
        Kind.TICK: Shape(ItemType.ACKNOWLEDGE),
        Kind.NOTE: Shape(ItemType.NOTE),
        Kind.CALCULATE: Shape(ItemType.CALCULATE),
        Kind.HIDDEN: Shape(ItemType.HIDDEN),
        Kind.STARTED: Shape(ItemType.START),
        Kind.ENDED: Shape(ItemType.END),
        Kind.DAY: Shape(ItemType.TODAY),
    }
)

LOOKS: Mapping[ItemType, tuple[str, ...]] = MappingProxyType(
    {
        ItemType.SELECT_ONE: (
            "",
            "list-nolabel",
            "faces:sad-first",
            "faces:happy-first",
            "columns",
            "columns-pack",
            "likert",
            "minimal",
            "search",
            "no-buttons",
        ),
        ItemType.SELECT_MULTIPLE: ("", "columns", "columns-pack", "search", "no-buttons"),
        ItemType.TEXT: ("", "numbers", "url"),
        ItemType.INTEGER: ("", "thousands-sep"),
        ItemType.DECIMAL: ("", "thousands-sep"),
        ItemType.IMAGE: ("", "new"),
        ItemType.RANGE: ("", "vertical", "picker"),
        ItemType.DATE: ("", "month-year", "year"),
    }
)
"""Ways to show a question that an author chooses among by their words, by type; "" is the plain one.

Each is a word of the appearance, or `faces:` with what the column `tresse::faces` says.
"""


def kind_of(item: Item) -> Kind | None:
    """Return the kind an item is of, the first of its type that fits; None for what the menu does not offer."""
    found = None
    for kind, shape in SHAPES.items():
        if kind is Kind.YES_NO or shape.type is not item.type:
            continue
        if shape.look and item.has_appearance(shape.look):
            return kind
        if not shape.look:
            found = found or kind
    return found
