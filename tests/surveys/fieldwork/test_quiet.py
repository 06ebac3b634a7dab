"""Quiet hours of text messages: days and hours of Paris, public holidays computed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.windows import PARIS
from surveys.fieldwork.quiet import easter, is_quiet, next_allowed, public_holidays

# Published dates (ministry of labour and Bureau des longitudes for the far ones).
EASTERS = {
    1943: date(1943, 4, 25),
    2000: date(2000, 4, 23),
    2008: date(2008, 3, 23),
    2024: date(2024, 3, 31),
    2025: date(2025, 4, 20),
    2026: date(2026, 4, 5),
    2027: date(2027, 3, 28),
    2038: date(2038, 4, 25),
    2285: date(2285, 3, 22),
}


@pytest.mark.parametrize(("year", "day"), EASTERS.items())
def test_easter_is_the_published_one(year, day):
    assert easter(year) == day


@given(st.integers(1900, 2400))
def test_easter_is_a_sunday_of_spring(year):
    assert easter(year).weekday() == 6
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


def test_holidays_of_2026():
    assert sorted(public_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]
    assert public_holidays(2026, alsace_moselle=True) - public_holidays(2026) == {date(2026, 4, 3), date(2026, 12, 26)}


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (datetime(2026, 3, 3, 8, 59, tzinfo=PARIS), True),
        (datetime(2026, 3, 3, 9, 0, tzinfo=PARIS), False),
        (datetime(2026, 3, 3, 18, 59, tzinfo=PARIS), False),
        (datetime(2026, 3, 3, 19, 0, tzinfo=PARIS), True),
        (datetime(2026, 3, 1, 12, 0, tzinfo=PARIS), True),
        (datetime(2026, 7, 14, 12, 0, tzinfo=PARIS), True),
        # Summer time: seven in London is nine in Paris.
        (datetime(2026, 7, 15, 7, 0, tzinfo=UTC), False),
        (datetime(2026, 7, 15, 6, 59, tzinfo=UTC), True),
    ],
)
def test_quiet_by_hour_and_by_day(moment, quiet):
    assert is_quiet(moment) is quiet


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 3, 11, 30, tzinfo=PARIS), datetime(2026, 3, 3, 11, 30, tzinfo=PARIS)),
        (datetime(2026, 3, 3, 6, 0, tzinfo=PARIS), datetime(2026, 3, 3, 9, 0, tzinfo=PARIS)),
        (datetime(2026, 3, 3, 19, 0, tzinfo=PARIS), datetime(2026, 3, 4, 9, 0, tzinfo=PARIS)),
        # A Saturday evening before Easter Monday.
        (datetime(2026, 4, 4, 20, 0, tzinfo=PARIS), datetime(2026, 4, 7, 9, 0, tzinfo=PARIS)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=PARIS), datetime(2027, 1, 2, 9, 0, tzinfo=PARIS)),
    ],
)
def test_next_allowed_is_the_first_hour_of_a_working_day(moment, expected):
    assert next_allowed(moment) == expected


def test_saint_stephen_is_quiet_in_alsace_only():
    moment = datetime(2026, 12, 26, 10, 0, tzinfo=PARIS)

    assert (next_allowed(moment), next_allowed(moment, alsace_moselle=True)) == (
        moment,
        datetime(2026, 12, 28, 9, 0, tzinfo=PARIS),
    )


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), st.booleans())  # noqa: DTZ001  strategy
def test_next_allowed_is_never_quiet_and_never_before(moment, alsace):
    allowed = next_allowed(moment, alsace_moselle=alsace)

    assert not is_quiet(allowed, alsace_moselle=alsace)
    assert moment <= allowed <= moment + timedelta(days=5)
