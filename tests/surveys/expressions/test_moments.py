import copy
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.expressions.moments import moment_at, moment_of_days, read_datetime, read_moment, read_unpadded_moment

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-23", "2026-11-23"),
        ("2026-11-23T08", "2026-11-23T08:00:00.000+01:00"),
        ("2026-11-23T08:30", "2026-11-23T08:30:00.000+01:00"),
        ("2026-07-01T08:30:15.5Z", "2026-07-01T10:30:15.500+02:00"),
        ("2026-07-01T00:00:00+02:00", "2026-07-01"),
        ("2026-03-29T02:30:00", "2026-03-29T03:30:00.000+02:00"),
    ],
)
def test_read_moment(text, shown):
    assert read_moment(text, PARIS).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13-01",
        "2026-02-29",
        "2026-1-2",
        "2026-01-02T25",
        "2026-01-02T10:00+15:00",
        "2026-01-02T10:00+01:60",
        "2026-01-02 10:00",
        "x2026-01-02",
        "0000-01-01",
        "0001-01-01T00:00:00+14:00",
        "٢٠٢٦-٠١-٠٢",
    ],
)
def test_read_moment_refuses(text):
    assert read_moment(text, PARIS) is None


def test_read_unpadded_moment():
    assert read_unpadded_moment("2026-1-2", PARIS).text == "2026-01-02"


def test_moment_of_days_out_of_the_calendar_is_no_date():
    assert [moment_of_days(days, PARIS).text for days in (1e9, float("inf"))] == ["Invalid Date"] * 2


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_is_read_as_it_is_shown(when):
    when = when.replace(microsecond=when.microsecond // 1000 * 1000)
    moment = moment_at(when, PARIS)

    if "T" in moment.text and when.year > 1911:  # before, the offset of Paris had seconds
        # compared in UTC: aware datetimes of two zones are never equal while a clock goes back
        assert read_datetime(moment.text, PARIS).astimezone(UTC) == when
        assert moment_of_days(float(moment), PARIS) == moment


def test_a_moment_is_copied_whole():
    moment = read_moment("2026-11-23", PARIS)

    assert copy.copy(moment).text == "2026-11-23"
