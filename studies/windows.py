"""When a person is due: a number of months after a date of theirs, with some days of tolerance on both sides.

Days are days in Paris, whatever the hour elsewhere. A month later is the same day of that month, or its last day when
it has no such day: one month after 31 January is 28 or 29 February.
"""

import calendar
import enum
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_MONTHS = 12
# ISO, with or without the hour that spreadsheets add; or as French people write it.
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_FRENCH = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


class Standing(enum.StrEnum):
    """Where a person stands towards their window, in the order of time."""

    NO_DATE = "no_date"
    AHEAD = "ahead"
    DUE = "due"
    LATE = "late"
    OUT = "out"
    DONE = "done"
    DONE_OUT = "done_out"


@dataclass(frozen=True, slots=True)
class Window:
    """The first day, the day aimed at and the last day, all included; None where there is no such limit."""

    opens_on: date | None
    due_on: date | None
    ends_on: date | None

    def standing(self, today: date) -> Standing:
        """Return where somebody who has not answered stands today."""
        if self.opens_on is not None and today < self.opens_on:
            return Standing.AHEAD
        if self.ends_on is not None and today > self.ends_on:
            return Standing.OUT
        if self.due_on is not None and today > self.due_on:
            return Standing.LATE
        return Standing.DUE

    def holds(self, day: date) -> bool:
        """Whether a day is inside."""
        return (self.opens_on is None or self.opens_on <= day) and (self.ends_on is None or day <= self.ends_on)


def due_window(anchor: date, *, months: int, days_before: int, days_after: int) -> Window | None:
    """Return the window of a person whose date is `anchor`; None when it would leave the calendar."""
    try:
        due = add_months(anchor, months)
        return Window(due - timedelta(days=days_before), due, due + timedelta(days=days_after))
    except (ValueError, OverflowError):
        return None


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def today_in_paris(moment: datetime) -> date:
    """Return the day it is in Paris."""
    return moment.astimezone(PARIS).date()


def read_day(text: str) -> date | None:
    """Return the day somebody wrote (2026-03-01, 01/03/2026, 1.3.2026), None when it is none."""
    bare = text.strip()
    if match := _ISO.fullmatch(bare):
        year, month, day = match.groups()
    elif match := _FRENCH.fullmatch(bare):
        day, month, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
