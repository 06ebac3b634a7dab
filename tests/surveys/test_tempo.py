"""When responses are sent, how waves stand, how long answering takes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from surveys.models import Response, ResponseMode, ResponseState
from surveys.tempo import Standing, sent_by_day, standing_by_wave, times, times_of
from tests.factories.datafiles import keep_response
from tests.factories.studies import StudyFactory, WaveFactory
from tests.factories.surveys import make_collection

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def study(session):
    return StudyFactory()


def sent(session, collection, at, *, seconds=600, **values):
    response = keep_response(session, collection, {"works": "yes"})
    begun = at - timedelta(seconds=seconds)
    session.execute(update(Response).where(Response.id == response).values(submitted_at=at, started_at=begun, **values))
    session.commit()


def test_responses_are_counted_by_day_where_the_study_is(session, study):
    collection = make_collection(session, study)
    for moment in ((2026, 3, 28, 22, 59), (2026, 3, 28, 23, 30), (2026, 6, 1, 21, 59), (2026, 6, 1, 22, 1)):
        sent(session, collection, datetime(*moment, tzinfo=UTC))
    sent(session, collection, datetime(2026, 6, 1, tzinfo=UTC), state=ResponseState.WITHDRAWN)

    assert sent_by_day(session, collection.id, PARIS) == {
        date(2026, 3, 28): 1,
        date(2026, 3, 29): 1,
        date(2026, 6, 1): 1,
        date(2026, 6, 2): 1,
    }


def test_day_without_responses_is_absent(session, study):
    assert sent_by_day(session, make_collection(session, study).id, PARIS) == {}


def test_waves_of_a_questionnaire_stand_side_by_side(session, study):
    later = WaveFactory(study_id=study.id, name="T1", months_after_start=6)
    first = WaveFactory(study_id=study.id, name="T0", months_after_start=0)
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    after, before = (make_collection(session, study, wave=wave) for wave in (later, first))
    sent(session, before, noon)
    sent(session, before, noon)
    sent(session, after, noon)
    keep_response(session, after, {"works": "no"}, is_sent=False)

    assert standing_by_wave(session, study.id, after.id) == (Standing("T0", 2, 2), Standing("T1", 2, 1))


def test_times_are_those_of_people_who_answered_here(session, study):
    collection, noon = make_collection(session, study), datetime(2026, 6, 1, 12, tzinfo=UTC)
    for seconds in (60, 600, 900):
        sent(session, collection, noon, seconds=seconds)
    sent(session, collection, noon, seconds=5, mode=ResponseMode.PAPER)

    found = times_of(session, collection.id)

    assert (found.n, found.median, found.limit, found.quick) == (3, 600, 200, 1)


@pytest.mark.parametrize("seconds", [[], [0.0, -3.0]])
def test_times_without_any_are_none(seconds):
    assert times(seconds) is None
