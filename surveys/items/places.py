"""A place, a way or an area: coordinates typed or measured, or words where nobody knows coordinates.

Coordinates are kept as ODK writes them: `latitude longitude altitude accuracy`, points parted by `; `; degrees (WGS 84)
and metres, 0 where not known. Words are kept as they are: a team reads « behind the station » better than nothing.
"""

import re

from surveys.definition import Item, ItemType
from surveys.digits import plain_digits
from surveys.items import texts
from surveys.items.base import Kind, Parsed, Posted, as_is, display_text

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{0,15})?", re.ASCII)
_COORDINATES = re.compile(r"[\d\s.,;+°\u2212-]+")
_MIN_POINTS = {ItemType.GEOPOINT: 1, ItemType.GEOTRACE: 2, ItemType.GEOSHAPE: 3}
_MAX_POINTS = 1_000
_PAIR, _FULL = 2, 4
_MAX_LATITUDE, _MAX_LONGITUDE = 90.0, 180.0


def parse(item: Item, posted: Posted) -> Parsed:
    """Read points, one a line or parted by semicolons: `48.69 6.18`, `48,69; 6,18`, `48.69, 6.18`; or words."""
    typed = texts.parse(item, posted)
    if typed.value is None:
        return typed
    text = plain_digits(typed.value)
    if not _COORDINATES.fullmatch(text):
        return typed
    points = _points(item, text.replace("\u2212", "-").replace("°", " "))
    if points is None:
        return Parsed(None, "surveys.not_a_place", {}, typed.raw)
    return Parsed("; ".join(points), raw=typed.raw)


def _points(item: Item, text: str) -> list[str] | None:
    """Return the points as they are kept, None where they are no coordinates."""
    lines = [line.strip() for line in re.split(r"\n|;", text) if line.strip()]
    if item.type is ItemType.GEOPOINT:
        # Of one place only two numbers stand in the text, whatever parts them.
        lines = [" ".join(lines)]
    points = [_point(line) for line in lines]
    known = [point for point in points if point is not None]
    if len(known) < len(points) or not _MIN_POINTS[item.type] <= len(known) <= _MAX_POINTS:
        return None
    if item.type is ItemType.GEOSHAPE and known[0] != known[-1]:
        known.append(known[0])
    return known


def _point(line: str) -> str | None:
    # « 48,69 6,18 » is French, « 48.69, 6.18 » English: with a point somewhere, commas part.
    parts = re.split(r"[\s,]+" if "." in line else r",\s+|\s+", line.strip(" ,"))
    numbers = [part.replace(",", ".") for part in parts]
    if not _PAIR <= len(numbers) <= _FULL or not all(_NUMBER.fullmatch(number) for number in numbers):
        return None
    if abs(float(numbers[0])) > _MAX_LATITUDE or abs(float(numbers[1])) > _MAX_LONGITUDE:
        return None
    return " ".join(format(float(number), ".15g") for number in [*numbers, "0", "0"][:_FULL])


def check(item: Item, text: str) -> str:
    """Say what is wrong with coordinates; words always fit."""
    if not _COORDINATES.fullmatch(text):
        return ""
    return "" if _points(item, text) else "surveys.not_a_place"


KIND = Kind(parse, as_is, check, display_text)
