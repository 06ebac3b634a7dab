"""Windows of people: months after a date, days of tolerance, days in Paris."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.windows import Standing, Window, add_months, due_window, read_day, today_in_paris

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 3), 0, date(2026, 3, 3)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 15, date(2028, 2, 29)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_its_month(day, months, expected):
    assert add_months(day, months) == expected


@given(DAYS, st.integers(0, 600))
def test_months_are_counted_exactly(day, months):
    later = add_months(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day


def test_window_holds_both_its_ends():
    window = due_window(date(2026, 1, 31), months=1, days_before=10, days_after=20)

    assert window == Window(date(2026, 2, 18), date(2026, 2, 28), date(2026, 3, 20))
    assert [
        window.holds(day) for day in (date(2026, 2, 17), date(2026, 2, 18), date(2026, 3, 20), date(2026, 3, 21))
    ] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (date(2026, 2, 17), Standing.AHEAD),
        (date(2026, 2, 18), Standing.DUE),
        (date(2026, 2, 28), Standing.DUE),
        (date(2026, 3, 1), Standing.LATE),
        (date(2026, 3, 20), Standing.LATE),
        (date(2026, 3, 21), Standing.OUT),
    ],
)
def test_standing_follows_the_days(today, standing):
    assert Window(date(2026, 2, 18), date(2026, 2, 28), date(2026, 3, 20)).standing(today) is standing


def test_window_without_limits_is_due():
    assert Window(None, None, None).standing(date(2026, 1, 1)) is Standing.DUE


def test_window_out_of_the_calendar_is_none():
    assert due_window(date(9999, 12, 1), months=12, days_before=0, days_after=0) is None
    assert due_window(date(1, 1, 1), months=0, days_before=1, days_after=0) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03-01 00:00:00", date(2026, 3, 1)),
        (" 1/3/2026 ", date(2026, 3, 1)),
        ("01.03.2026", date(2026, 3, 1)),
        ("31/02/2026", None),
        ("03/2026", None),
        ("2026-03-01 08:30:00", None),
        ("hier", None),
        ("", None),
    ],
)
def test_read_day_knows_what_people_and_spreadsheets_write(text, expected):
    assert read_day(text) == expected


def test_day_is_the_one_of_paris():
    assert today_in_paris(datetime(2026, 7, 14, 22, 30, tzinfo=UTC)) == date(2026, 7, 15)
    assert today_in_paris(datetime(2026, 1, 14, 22, 30, tzinfo=UTC)) == date(2026, 1, 14)
