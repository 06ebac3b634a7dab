from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from surveys.answering import submit
from surveys.keeping import keep_page
from surveys.models import Answer, Response
from surveys.pace import find_doubles, pages_of_collection
from surveys.reading import read_page
from tests.factories.studies import StudyFactory
from tests.factories.surveys import draft, make_collection, start

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def collection(session, study):
    return make_collection(session, study)


def answer(session, collection, *, story="Un récit", pages=("work", "helped", "story"), is_sent=True):
    """Answer these pages one minute apart from noon on; return the id of the response."""
    token = start(session, collection)
    said = {"work": {"works": ["yes"], "hours": ["20"]}, "helped": {"helped": ["peer"]}, "story": {"story": [story]}}
    for page in pages:
        response = draft(session, token)
        keep_page(session, response, read_page(response, response.page(page), said[page]))
    response = draft(session, token)
    if is_sent:
        submit(session, response)
    session.execute(update(Response).where(Response.id == response.id).values(started_at=NOON))
    for minute, page in enumerate(pages, 1):
        items = list(said[page])
        session.execute(
            update(Answer)
            .where(Answer.response_id == response.id, Answer.item_name.in_(items))
            .values(saved_at=NOON + timedelta(minutes=minute))
        )
    session.commit()
    return response.id


def test_pages_count_who_reached_them_and_where_people_stop(session, study, collection):
    answer(session, collection)
    answer(session, collection, pages=("work", "helped"), is_sent=False)

    pages, timed = pages_of_collection(session, study.id, collection.id)

    assert [(each.page.key, each.reached, each.stopped) for each in pages] == [
        ("work", 2, 0),
        ("helped", 2, 1),
        ("story", 1, 0),
    ]
    assert timed == 2


def test_pages_take_the_median_time_between_saves(session, study, collection):
    for _ in range(3):
        answer(session, collection)

    pages, _timed = pages_of_collection(session, study.id, collection.id)

    assert [(each.seconds, each.timed) for each in pages] == [(60.0, 3)] * 3


def test_a_pause_is_no_reading_time(session, study, collection):
    response_id = answer(session, collection)
    late = Answer.response_id == response_id, Answer.item_name == "story"
    session.execute(update(Answer).where(*late).values(saved_at=NOON + timedelta(hours=3)))
    session.commit()

    pages, _timed = pages_of_collection(session, study.id, collection.id)

    assert [each.timed for each in pages] == [1, 1, 0]


def test_doubles_are_responses_that_say_exactly_the_same(session, study, collection):
    alike = [answer(session, collection) for _ in range(2)]
    answer(session, collection, story="Un autre")

    groups = find_doubles(session, study.id, collection.id)

    assert [set(group.response_ids) for group in groups] == [set(alike)]


def test_withdrawn_responses_are_counted_nowhere(session, study, collection):
    from surveys.answering import withdraw

    response_id = answer(session, collection)
    withdraw(session, session.scalar(select(Response.receipt).where(Response.id == response_id)))
    session.commit()

    pages, timed = pages_of_collection(session, study.id, collection.id)

    assert ([each.reached for each in pages], timed) == ([0, 0, 0], 0)
