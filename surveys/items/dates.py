"""Dates, times, and both together."""

import re
from datetime import UTC, date, time
from math import isnan

from surveys.definition import Item, ItemType
from surveys.digits import plain_digits
from surveys.expressions.moments import read_datetime, time_of_day
from surveys.items.base import Kind, Parsed, Posted, as_is, display_text, first

_FRENCH = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)?(?::(\d{2})(?:\.\d+)?)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,4}", re.ASCII)
_DATE_LENGTH = len("2025-12-31")
_PARTS = ("day", "month", "year")
_FIRST_YEAR, _LAST_YEAR = 1850, 2200


def parse(item: Item, posted: Posted) -> Parsed:
    """Read an ISO date, `31/12/2025`, or three fields `key:day`, `key:month`, `key:year`; a time: `14:30`, `14h30`."""
    if item.type is ItemType.TIME:
        return _parse_time(first(posted, item.key))
    if item.type is ItemType.DATETIME:
        return _parse_moment(item, posted)
    return _parse_date(item, posted)


def _parse_date(item: Item, posted: Posted) -> Parsed:
    parts = {part: first(posted, f"{item.key}:{part}") for part in _PARTS}
    typed = first(posted, item.key)
    if not any(parts.values()):
        return _read_date(typed)
    if item.has_appearance("year"):
        parts = {"day": "1", "month": "1", **{part: text for part, text in parts.items() if text}}
    elif item.has_appearance("month-year"):
        parts = {**parts, "day": parts["day"] or "1"}
    absent = [part for part in _PARTS if not parts.get(part)]
    if absent:
        return Parsed(None, "surveys.date_unfinished", {"part": "-".join(absent)}, parts)
    read = _build_date(parts["year"], parts["month"], parts["day"])
    return read if read.value else Parsed(None, read.code, {}, parts)


def _read_date(typed: str) -> Parsed:
    if not typed:
        return Parsed()
    text = plain_digits(typed)
    if found := _FRENCH.fullmatch(text):
        day, month, year = found.groups()
        read = _build_date(year, month, day)
    else:
        year, _, rest = text.partition("-")
        month, _, day = rest.partition("-")
        read = _build_date(year, month, day)
    return Parsed(read.value, read.code, raw=typed)


def _build_date(*parts: str) -> Parsed:
    numbers = [plain_digits(part).strip() for part in parts]
    if not all(_WHOLE.fullmatch(number) for number in numbers):
        return Parsed(None, "surveys.not_a_date")
    year, month, day = map(int, numbers)
    try:
        read = date(year, month, day)
    except (ValueError, OverflowError):
        return Parsed(None, "surveys.not_a_date")
    if not _FIRST_YEAR <= read.year <= _LAST_YEAR:
        return Parsed(None, "surveys.not_a_date")
    return Parsed(read.isoformat())


def _parse_time(typed: str) -> Parsed:
    if not typed:
        return Parsed()
    found = _CLOCK.fullmatch(plain_digits(typed))
    try:
        hour, minute, second = (int(part or 0) for part in (found.groups() if found else ("x", "", "")))
        return Parsed(time(hour, minute, second).isoformat("minutes"), raw=typed)
    except ValueError:
        return Parsed(None, "surveys.not_a_time", raw=typed)


def _parse_moment(item: Item, posted: Posted) -> Parsed:
    typed = first(posted, item.key)
    day, _, clock = typed.partition("T") if "T" in typed else typed.partition(" ")
    on = _parse_date(item, {**posted, item.key: [day]})
    at = _parse_time(clock or first(posted, f"{item.key}:time"))
    raw = typed or {part: first(posted, f"{item.key}:{part}") for part in (*_PARTS, "time")}
    if on.code or at.code:
        return Parsed(None, on.code or at.code, on.details, raw)
    if on.value is None and at.value is None:
        return Parsed()
    if on.value is None or at.value is None:
        return Parsed(None, "surveys.date_unfinished", {"part": "day" if on.value is None else "time"}, raw)
    return Parsed(f"{on.value}T{at.value}", raw=raw)


def check(item: Item, text: str) -> str:
    """Say what is wrong with an ISO text."""
    if item.type is ItemType.TIME:
        return "surveys.not_a_time" if isnan(time_of_day(text, UTC)) else ""
    written = text if item.type is ItemType.DATETIME else text[:_DATE_LENGTH]
    return "surveys.not_a_date" if read_datetime(written, UTC) is None else ""


KIND = Kind(parse, as_is, check, display_text)
