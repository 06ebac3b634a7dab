"""Functions on points: "latitude longitude [altitude [accuracy]]", traces and shapes separated by ";".

Source: ODK XForms specification (area, distance, geofence); sphere of radius 6,378,100 m; Franklin's point in polygon.
"""

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from surveys.expressions.scope import Arguments, Function, Program, Scope, all_values
from surveys.expressions.values import texts

RADIUS: Final = 6_378_100.0
"""Metres."""

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_MAX_LATITUDE: Final = 90.0
_MAX_LONGITUDE: Final = 180.0
Point = tuple[float, float]


def read_point(text: str) -> Point | None:
    """Return latitude and longitude in degrees, None if `text` writes no place on Earth."""
    parts = text.split()
    if not 2 <= len(parts) <= 4 or not all(_NUMBER.fullmatch(part) for part in parts[:2]):  # noqa: PLR2004
        return None
    latitude, longitude = float(parts[0]), float(parts[1])
    if abs(latitude) > _MAX_LATITUDE or abs(longitude) > _MAX_LONGITUDE:
        return None
    return latitude, longitude


def read_trace(parts: Sequence[str]) -> list[Point]:
    """Return the points of one text, or of one text a point; none if one is wrong or there are fewer than two."""
    if len(parts) == 1:
        parts = re.sub(r"(\s*;)+$", "", parts[0].strip()).split(";")
    points = [read_point(part) for part in parts]
    known = [point for point in points if point is not None]
    return known if len(known) == len(points) and len(known) > 1 else []


def area(points: Sequence[Point]) -> float:
    """Return the square metres inside `points`, closed when it is open."""
    if len(points) < 3:  # noqa: PLR2004  a line encloses nothing
        return 0.0
    closed = [*points, points[0]] if points[0] != points[-1] else points
    total = 0.0
    for (from_latitude, from_longitude), (to_latitude, to_longitude) in pairwise(closed):
        width = math.radians(to_longitude - from_longitude)
        total += width * (2 + math.sin(math.radians(to_latitude)) + math.sin(math.radians(from_latitude)))
    return _centimetres(abs(total) * RADIUS * RADIUS / 2)


def distance(points: Sequence[Point]) -> float:
    """Return the metres along `points`, NaN when there are none to follow."""
    if not points:
        return math.nan
    return _centimetres(sum(_arc(start, end) for start, end in pairwise(points)) * RADIUS)


def inside(point: Point, shape: Sequence[Point]) -> bool:
    """Say whether `point` is inside the closed `shape`."""
    latitude, longitude = point
    within = False
    for (from_latitude, from_longitude), (to_latitude, to_longitude) in pairwise(shape):
        if (to_latitude > latitude) != (from_latitude > latitude):
            slope = (from_longitude - to_longitude) / (from_latitude - to_latitude)
            if longitude < slope * (latitude - to_latitude) + to_longitude:
                within = not within
    return within


def _arc(start: Point, end: Point) -> float:
    across = math.radians(start[1] - end[1])
    one, other = math.radians(start[0]), math.radians(end[0])
    cosine = math.sin(one) * math.sin(other) + math.cos(one) * math.cos(other) * math.cos(across)
    return math.acos(min(1.0, max(-1.0, cosine)))


def _centimetres(metres: float) -> float:
    return math.floor(metres * 100 + 0.5) / 100


def _area(arguments: Arguments) -> Program:
    value = arguments.value(0)
    return lambda scope: area(read_trace(texts(value(scope))))


def _distance(arguments: Arguments) -> Program:
    values = all_values(arguments)
    return lambda scope: distance(read_trace([text for value in values(scope) for text in texts(value)]))


def _geofence(arguments: Arguments) -> Program:
    place, fence = arguments.string(0), arguments.string(1)

    def geofence(scope: Scope) -> bool:
        point, shape = read_point(place(scope)), read_trace([fence(scope)])
        if point is None or not shape or shape[0] != shape[-1]:
            return False
        return inside(point, shape)

    return geofence


FUNCTIONS: Final = {
    "area": Function("number", _area),
    "distance": Function("number", _distance),
    "geofence": Function("boolean", _geofence),
}
