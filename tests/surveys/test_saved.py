"""`${last-saved#name}`: what the same person answered last to the same questionnaire, read where it was given."""

import pytest
from sqlalchemy import select

from surveys.answering import submit, withdraw
from surveys.corrections import start_correction
from surveys.drafts import load_draft
from surveys.engine import SAVED
from surveys.fieldwork.quotas import go_on_over
from surveys.keeping import keep_page
from surveys.models import Response
from surveys.reading import read_page
from surveys.saved import SAVED_FROM, as_sent, saved_names
from surveys.services import open_collection
from tests.factories.studies import ParticipantFactory, StudyFactory
from tests.factories.surveys import MadeCollection, draft, make_collection, start, structure_of, survey

FORM = survey(
    "integer | age | Âge (${last-saved#age} la dernière fois) | ${last-saved#age} |",
    "text | job | Métier | |",
    "calculate | older | | | ${age} > ${last-saved#age}",
    "begin_repeat | kids | Enfants | |",
    "text | first | Prénom, ${last-saved#first} | |",
    "end_repeat | | | |",
    columns="type | name | label | default | calculation",
)


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def person(study):
    return ParticipantFactory(study=study)


@pytest.fixture
def first(session, study):
    return make_collection(session, study, FORM)


@pytest.fixture
def second(session, study, first):
    made = open_collection(session, study.id, version_id=first.version_id, title="Vague 2", wave_id=None)
    session.commit()
    return MadeCollection(made.id, made.token, first.version_id, first.questionnaire_id)


def say(session, token, page, **posted):
    response = draft(session, token)
    keep_page(
        session, response, read_page(response, response.page(page), {name: [text] for name, text in posted.items()})
    )
    session.commit()


def answer(session, collection, person, age):
    """Answer a collection whole; return the receipt."""
    token = start(session, collection, person)
    say(session, token, "age", age=age)
    say(session, token, "job", job="Cuisinière")
    receipt = submit(session, draft(session, token))
    session.commit()
    return receipt


def labels(response):
    return response.state.label("age", response.locale)


def test_names_are_found_in_rules_texts_and_choices():
    form = survey(
        *(f"text | {name} | {name} |" for name in "abcdef"),
        "select_one yn | works | Travail ? | ${last-saved#a} = 1",
        "note | n | ${last-saved#b} et ${last-saved#c} | ",
        choices=("yn | yes | Oui, comme ${last-saved#d} |",),
        columns="type | name | label | relevant",
    )

    assert saved_names(structure_of(form)) == {"a", "b", "c", "d"}


def test_next_response_reads_what_the_person_sent_last(session, first, second, person):
    answer(session, first, person, "30")

    response = draft(session, start(session, second, person))

    assert response.carried[SAVED] == {"age": 30}
    assert (response.state.occurrence("age").stored, labels(response)) == ("30", "Âge (30 la dernière fois)")


def test_what_was_saved_is_copied_nowhere(session, first, second, person):
    answer(session, first, person, "30")
    token = start(session, second, person)
    say(session, token, "age", age="31")

    kept = session.scalar(select(Response.calculated).where(Response.id == draft(session, token).id))

    assert (set(kept) - {"older"}, kept["older"]) == ({SAVED_FROM}, "true")


def test_going_on_past_a_quota_copies_nothing(session, first, second, person):
    answer(session, first, person, "30")
    token = start(session, second, person)

    go_on_over(session, draft(session, token))
    session.commit()

    kept = session.scalar(select(Response.calculated).where(Response.id == draft(session, token).id))
    assert SAVED not in kept
    assert draft(session, token).goes_on_over


@pytest.mark.parametrize("who", ["nobody", "other"])
def test_nobody_reads_the_answers_of_somebody_else(session, study, first, second, person, who):
    answer(session, first, person, "30")
    answer(session, first, None, "40")

    other = ParticipantFactory(study=study) if who == "other" else None
    response = draft(session, start(session, second, other))

    assert (SAVED in response.carried, labels(response)) == (False, "Âge ( la dernière fois)")


def test_answers_under_way_are_not_quoted(session, first, second, person):
    say(session, start(session, first, person), "age", age="30")

    assert SAVED not in draft(session, start(session, second, person)).carried


def test_withdrawn_answers_are_gone_from_what_is_under_way(session, first, second, person):
    receipt = answer(session, first, person, "30")
    token = start(session, second, person)
    withdraw(session, receipt)
    session.commit()

    response = draft(session, token)

    assert (response.carried[SAVED], labels(response)) == ({}, "Âge ( la dernière fois)")


def test_correction_quotes_what_its_response_quoted(session, first, second, person):
    answer(session, first, person, "30")
    answer(session, second, person, "31")
    sent = session.scalars(select(Response.id).where(Response.collection_id == second.id)).one()

    correction = load_draft(session, start_correction(session, load_draft(session, sent)))

    assert correction.carried[SAVED] == {"age": 30}


def test_calculation_that_quotes_is_kept_when_sent(session, first, second, person):
    answer(session, first, person, "30")
    answer(session, second, person, "31")

    kept = session.scalar(select(Response.calculated).where(Response.collection_id == second.id))

    assert kept["older"] == "true"


def test_phones_are_not_told_which_response_is_quoted():
    assert as_sent({"site": "Nord", SAVED_FROM: "x", SAVED: {"age": 30}}) == {"site": "Nord", SAVED: {"age": 30}}


def test_form_that_quotes_nothing_looks_nothing_up(session, study, person):
    plain = make_collection(session, study, survey("integer | age | Âge"))
    answer_again = draft(session, start(session, plain, person))

    assert SAVED_FROM not in answer_again.carried
