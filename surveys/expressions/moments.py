"""Dates and times: a number of days that shows as a date."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from math import floor, nan
from typing import Final, Self

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
DAY_MILLISECONDS: Final = 86_400_000
NOT_A_DATE: Final = "Invalid Date"

_MOMENT: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?(Z|[+-]\d{2}:\d{2})?)?",
    re.ASCII,
)
_UNPADDED: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(T.*)?", re.ASCII | re.DOTALL)
_TIME: Final = re.compile(r"\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_MAX_OFFSET_HOURS: Final = 14


class Moment(float):
    """Days since 1970-01-01T00:00Z, with the text and the truth that ODK gives to a date."""

    __slots__ = ("text", "truth")

    text: str
    truth: bool

    def __new__(cls, days: float, text: str, truth: bool) -> Self:
        """Make the number; a float cannot be changed later."""
        moment = super().__new__(cls, days)
        moment.text = text
        moment.truth = truth
        return moment

    def __getnewargs__(self) -> tuple[float, str, bool]:  # type: ignore[override]  # float's takes one
        return float(self), self.text, self.truth


def invalid_moment() -> Moment:
    """Return the date that is none: NaN, false."""
    return Moment(nan, NOT_A_DATE, False)


def moment_at(when: datetime, zone: tzinfo) -> Moment:
    """Return the moment of an aware datetime, shown in `zone`."""
    days = milliseconds(when) / DAY_MILLISECONDS
    return Moment(days, show(when.astimezone(zone)), days != 0)


def moment_of_days(days: float, zone: tzinfo) -> Moment:
    """Return the moment `days` after the epoch; none when out of the calendar."""
    try:
        return moment_at(EPOCH + timedelta(milliseconds=floor(days * DAY_MILLISECONDS + 0.5)), zone)
    except (OverflowError, ValueError):
        return invalid_moment()


def read_moment(text: str, zone: tzinfo) -> Moment | None:
    """Return the moment that an ISO 8601 date or date-time writes; None when it writes none."""
    when = read_datetime(text, zone)
    return None if when is None else moment_at(when, zone)


def read_unpadded_moment(text: str, zone: tzinfo) -> Moment | None:
    """Read as `read_moment`, and also 2018-1-9."""
    if _MOMENT.fullmatch(text) is None and (found := _UNPADDED.fullmatch(text)):
        text = f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}{found[4] or ''}"
    return read_moment(text, zone)


def read_datetime(text: str, zone: tzinfo) -> datetime | None:
    """Return the aware datetime, in `zone` when the text names no other; None when there is no such day or hour."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    home = _offset(offset) if offset else zone
    if home is None:
        return None
    try:
        when = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int(f"{fraction or '':0<6}"[:6]),
            tzinfo=home,
        )
        return when.astimezone(UTC).astimezone(zone)  # by UTC, so that an hour skipped in spring is moved on
    except (OverflowError, ValueError):
        return None


def time_of_day(text: str, zone: tzinfo) -> float:
    """Return the part of the day in [0, 1) that a time writes, as the clock of `zone` shows it; NaN if none."""
    if _TIME.fullmatch(text) is None:
        return nan
    when = read_datetime(f"1970-01-01T{text}", zone)
    if when is None:
        return nan
    since = timedelta(hours=when.hour, minutes=when.minute, seconds=when.second, microseconds=when.microsecond)
    return (since // timedelta(milliseconds=1)) / DAY_MILLISECONDS


def milliseconds(when: datetime) -> int:
    """Return the whole milliseconds since the epoch."""
    return (when - EPOCH) // timedelta(milliseconds=1)


def show(when: datetime) -> str:
    """Return ISO 8601 with milliseconds and offset, or the date alone at midnight."""
    if not (when.hour or when.minute or when.second or when.microsecond):
        return f"{when.year:04d}-{when.month:02d}-{when.day:02d}"
    offset = when.strftime("%z")
    return f"{when.year:04d}-{when.strftime('%m-%dT%H:%M:%S')}.{when.microsecond // 1000:03d}{offset[:3]}:{offset[3:5]}"


def _offset(text: str) -> tzinfo | None:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > _MAX_OFFSET_HOURS or minutes > 59:  # noqa: PLR2004  minutes of an hour
        return None
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if text[0] == "-" else size)
