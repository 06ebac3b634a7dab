"""How answers were given, in data files: helped by whom, confirmed, shown as pictures or words, the times of pages."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from core.clock import now
from studies.models import FlowState
from surveys.datafiles.fact_tables import FactCollector, fact_lines
from surveys.datafiles.facts import Detail, Visit
from surveys.datafiles.sources import collection_source, read_rows
from surveys.datafiles.variables import Words
from surveys.models import Answer, Response, ResponseMode
from surveys.queries import stream_responses
from tests.factories.datafiles import keep_response, open_form, settings
from tests.factories.studies import ParticipantFactory, StudyFactory
from tests.factories.surveys import survey

MOMENT = now().replace(microsecond=0)
QUESTIONS = (
    "select_one yn | works | Travail ? | |",
    "integer | age | Âge | |",
    "begin_repeat | kids | Enfants | |",
    "text | first | Prénom | |",
    "end_repeat | | | |",
)
CHOICES = ("yn | yes | Oui |", "yn | no | Non |")


def form(*more):
    return survey(
        *more, *QUESTIONS, choices=CHOICES, columns="type | name | label | relevant | calculation"
    ) + settings("Tout", "data")


@pytest.fixture
def study(session):
    return StudyFactory()


def keep(session, collection, **more):
    """A response started at MOMENT whose answers came 10, 25 and 4,000 seconds later."""
    answers = {"works": "yes", "age": 130, "kids": 1, "first[1]": "Léa"}
    response_id = keep_response(session, collection, answers, **more)
    session.execute(update(Response).where(Response.id == response_id).values(started_at=MOMENT))
    for key, seconds in (("works", 10), ("age", 25), ("kids", 25), ("first[1]", 4_000)):
        session.execute(
            update(Answer)
            .where(Answer.response_id == response_id, Answer.item_name == key)
            .values(saved_at=MOMENT + timedelta(seconds=seconds))
        )
    session.commit()
    return response_id


def rows(session, study, collection):
    return list(read_rows(session, collection_source(session, study.id, collection.id)))


def test_response_says_who_helped_and_who_held_the_phone(session, study):
    collection = open_form(session, study, form())
    keep(session, collection)
    helped = keep(session, collection, carried={":help": {"helper": "relative", "holder": "person"}})
    session.execute(update(Response).where(Response.id == helped).values(mode=ResponseMode.HELPED))
    session.commit()

    contexts = {row.response_id: row.context for row in rows(session, study, collection)}
    streamed = {row.response_id: row for row in stream_responses(session, study.id, collection.id)}

    assert [(each["mode"], each["helper"], each["holder"]) for each in contexts.values() if each["helper"] is None] == [
        ("alone", None, None)
    ]
    assert (contexts[helped]["mode"], contexts[helped]["helper"], contexts[helped]["holder"]) == (
        "helped", "relative", "person",
    )  # fmt: skip
    assert (streamed[helped].helper, streamed[helped].holder) == ("relative", "person")


def test_details_tell_confirmed_answers_and_how_choices_stood(session, study):
    collection = open_form(session, study, form())
    response_id = keep(session, collection)
    of = Answer.response_id == response_id
    session.execute(update(Answer).where(of, Answer.item_name == "age").values(is_confirmed=True))
    session.execute(update(Answer).where(of, Answer.item_name == "works").values(shown="pictures"))
    session.commit()

    row = rows(session, study, collection)[0]

    assert row.facts.details == (
        Detail("age", None, is_confirmed=True),
        Detail("works", "pictures", is_confirmed=False),
    )
    assert list(fact_lines("details", row)) == [
        (str(response_id), "age", None, 1),
        (str(response_id), "works", "pictures", 0),
    ]


def test_times_of_pages_are_given_where_the_author_asked_for_them(session, study):
    collection = open_form(session, study, form("audit | audit | | |"))
    keep(session, collection)

    visits = rows(session, study, collection)[0].facts.visits

    # The last came over half an hour after the one before: a pause.
    assert [(each.page, each.seconds) for each in visits] == [("works", 10), ("age", 15), ("kids", 0), ("first", None)]
    assert visits[0] == Visit(1, "works", MOMENT + timedelta(seconds=10), 10, is_read_aloud=False)


def test_without_audit_no_time_is_given_and_pages_read_aloud_are(session, study):
    collection = open_form(session, study, form())
    keep(session, collection, carried={":read": ["age", "first[1]"]})

    visits = rows(session, study, collection)[0].facts.visits

    assert visits == (
        Visit(1, "age", None, None, is_read_aloud=True),
        Visit(1, "first", None, None, is_read_aloud=True),
    )


def test_tables_without_lines_are_left_out(session, study):
    collection = open_form(session, study, form())
    keep(session, collection)
    collector = FactCollector(Words())
    for row in rows(session, study, collection):
        collector.add(row)

    assert collector.tables == []


def test_nothing_of_who_withdrew_from_the_study_is_streamed(session, study):
    collection = open_form(session, study, form())
    gone, stays = ParticipantFactory(study=study), ParticipantFactory(study=study)
    keep(session, collection, participant=gone)
    kept = keep(session, collection, participant=stays)
    nobody = keep(session, collection)
    gone.state = FlowState.WITHDRAWN
    session.commit()

    assert {row.response_id for row in stream_responses(session, study.id, collection.id)} == {kept, nobody}
    assert {row.response_id for row in rows(session, study, collection)} == {kept, nobody}
