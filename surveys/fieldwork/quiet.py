"""When people may be written to by text message: in the day, not on Sundays, not on French public holidays.

Hours and days are those of Paris. Easter by the algorithm of Meeus, Jones and Butcher, valid in the Gregorian calendar.
"""

from datetime import date, datetime, time, timedelta

from studies.windows import PARIS

FIRST_HOUR = 9
LAST_HOUR = 19
"""Text messages leave from 9 h 00 to 18 h 59."""
SUNDAY = 6


def easter(year: int) -> date:
    """Return the Sunday of Easter."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - shift + 15) % 30
    in_leaps, in_rest = divmod(in_century, 4)
    weekday = (32 + 2 * rest + 2 * in_leaps - epact - in_rest) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int, *, alsace_moselle: bool = False) -> frozenset[date]:
    """Return the public holidays of France in a year (article L3133-1 of the labour code).

    Args: alsace_moselle: with Good Friday and 26 December, as in Bas-Rhin, Haut-Rhin and Moselle.
    """
    sunday = easter(year)
    days = {
        date(year, 1, 1),
        sunday + timedelta(days=1),
        date(year, 5, 1),
        date(year, 5, 8),
        sunday + timedelta(days=39),
        sunday + timedelta(days=50),
        date(year, 7, 14),
        date(year, 8, 15),
        date(year, 11, 1),
        date(year, 11, 11),
        date(year, 12, 25),
    }
    if alsace_moselle:
        days |= {sunday - timedelta(days=2), date(year, 12, 26)}
    return frozenset(days)


def is_rest_day(day: date, *, alsace_moselle: bool = False) -> bool:
    """Whether a day is a Sunday or a public holiday."""
    return day.weekday() == SUNDAY or day in public_holidays(day.year, alsace_moselle=alsace_moselle)


def is_quiet(moment: datetime, *, alsace_moselle: bool = False) -> bool:
    """Whether no text message may leave at a moment."""
    here = moment.astimezone(PARIS)
    return not FIRST_HOUR <= here.hour < LAST_HOUR or is_rest_day(here.date(), alsace_moselle=alsace_moselle)


def next_allowed(moment: datetime, *, alsace_moselle: bool = False) -> datetime:
    """Return the first moment, from this one on, at which a text message may leave."""
    if not is_quiet(moment, alsace_moselle=alsace_moselle):
        return moment
    here = moment.astimezone(PARIS)
    day = here.date() if here.hour < FIRST_HOUR else here.date() + timedelta(days=1)
    while is_rest_day(day, alsace_moselle=alsace_moselle):
        day += timedelta(days=1)
    return datetime.combine(day, time(FIRST_HOUR), PARIS)
