"""Functions on dates and times."""

import re
from datetime import datetime, time, tzinfo
from math import isnan, nan
from typing import Final

from surveys.expressions.moments import (
    Moment,
    invalid_moment,
    moment_at,
    moment_of_days,
    read_datetime,
    read_unpadded_moment,
    time_of_day,
)
from surveys.expressions.scope import Arguments, Function, Program, Scope
from surveys.expressions.values import Value, as_string

_MONTHS: Final = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}
_DAYS: Final = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
}
_DATE_FIELD: Final = re.compile("%[YymnbdeaHhMS3]")
_TIME_FIELDS: Final = frozenset({"%H", "%h", "%M", "%S", "%3"})


def to_moment(value: Value, zone: tzinfo) -> Moment | str:
    """Return the moment that a text or a number of days means; nothing gives the empty text, as a boolean does."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return invalid_moment() if isnan(value) else moment_of_days(value, zone)
    text = as_string(value)
    if text == "":
        return ""
    moment = read_unpadded_moment(text, zone)
    return invalid_moment() if moment is None else moment


def write(when: datetime, pattern: str, locale: str, *, with_time: bool) -> str:
    """Return `when` in the fields of `pattern` (%Y %y %m %n %b %d %e %a, and with time %H %h %M %S %3)."""
    language = "fr" if locale.partition("-")[0].lower() == "fr" else "en"

    def field(found: re.Match[str]) -> str:
        if found[0] in _TIME_FIELDS and not with_time:
            return found[0]
        return _field(when, found[0], language)

    return _DATE_FIELD.sub(field, pattern)


def _field(when: datetime, name: str, language: str) -> str:
    fields = {
        "%Y": f"{when.year:04d}",
        "%y": f"{when.year:04d}"[2:],
        "%m": f"{when.month:02d}",
        "%n": str(when.month),
        "%b": _MONTHS[language][when.month - 1],
        "%d": f"{when.day:02d}",
        "%e": str(when.day),
        "%a": _DAYS[language][when.weekday()],
        "%H": f"{when.hour:02d}",
        "%h": str(when.hour),
        "%M": f"{when.minute:02d}",
        "%S": f"{when.second:02d}",
        "%3": f"{when.microsecond // 1000:03d}",
    }
    return fields[name]


def _date(arguments: Arguments) -> Program:
    value = arguments.value(0)
    return lambda scope: to_moment(value(scope), scope.zone)


def _decimal_date_time(arguments: Arguments) -> Program:
    value = arguments.value(0)

    def decimal_date_time(scope: Scope) -> float:
        moment = to_moment(value(scope), scope.zone)
        return nan if isinstance(moment, str) else float(moment)

    return decimal_date_time


def _decimal_time(arguments: Arguments) -> Program:
    text = arguments.string(0)
    return lambda scope: time_of_day(text(scope), scope.zone)


def _format(*, with_time: bool) -> Function:
    def build(arguments: Arguments) -> Program:
        value, pattern = arguments.value(0), arguments.string(1)

        def format_moment(scope: Scope) -> str:
            moment = to_moment(value(scope), scope.zone)
            when = read_datetime(moment if isinstance(moment, str) else moment.text, scope.zone)
            if when is None:
                return ""
            return write(when, pattern(scope), scope.context.locale, with_time=with_time)

        return format_moment

    return Function("string", build)


def _now(_arguments: Arguments) -> Program:
    return lambda scope: moment_at(scope.context.moment, scope.zone)


def _today(_arguments: Arguments) -> Program:
    def today(scope: Scope) -> Moment:
        here = scope.context.moment.astimezone(scope.zone)
        return moment_at(datetime.combine(here.date(), time(), tzinfo=scope.zone), scope.zone)

    return today


FUNCTIONS: Final = {
    "date": Function("any", _date),
    "date-time": Function("any", _date),
    "decimal-date-time": Function("number", _decimal_date_time),
    "decimal-time": Function("number", _decimal_time),
    "format-date": _format(with_time=False),
    "format-date-time": _format(with_time=True),
    "now": Function("number", _now),
    "today": Function("number", _today),
}
