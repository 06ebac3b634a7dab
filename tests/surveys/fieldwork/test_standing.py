"""Who of a collection's people is due, late, done or out of their window."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from core.errors import Conflict, NotFound
from studies.models import FlowState, WaveAnchor
from studies.windows import Standing, Window
from surveys.answering import find_collection, open_draft, save_page, submit
from surveys.fieldwork.standing import count_standings, people_standing
from surveys.invitations import find_invitation, make_invitations, personal_code, start_invited
from surveys.models import Collection, Response
from surveys.tokens import new_token
from tests.factories.invitations import SECRET
from tests.factories.studies import ParticipantFactory, PopulationFactory, StudyFactory, WaveFactory
from tests.factories.surveys import make_collection, start, survey

FORM = survey("text | story | Racontez.")
TODAY = date(2026, 3, 10)


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def population(study):
    return PopulationFactory(study=study)


@pytest.fixture
def wave(study):
    """Three months after the entry, ten days before, five after."""
    return WaveFactory(
        study=study, months_after_start=3, anchor=WaveAnchor.ENTRY, days_before=10, days_after=5, name="T1"
    )


@pytest.fixture
def collection(session, study, population, wave):
    made = make_collection(session, study, FORM, wave=wave)
    session.execute(update(Collection).where(Collection.id == made.id).values(population_id=population.id))
    session.commit()
    return made


def person(study, population, entered_on, **more):
    return ParticipantFactory(study=study, population=population, entered_on=entered_on, **more)


def send(session, collection, who, at):
    token = start(session, collection, who)
    save_page(session, open_draft(session, token), "story", {"story": ["Un mot"]})
    submit(session, open_draft(session, token))
    session.execute(update(Response).where(Response.participant_id == who.id).values(submitted_at=at))
    session.commit()


def standings(session, study, collection, today=TODAY):
    return {each.pseudonym: each.standing for each in people_standing(session, study.id, collection.id, today=today)}


def test_everybody_stands_where_their_own_date_puts_them(session, study, population, collection):
    person(study, population, None, pseudonym="nobody knows")
    person(study, population, date(2026, 1, 1), pseudonym="ahead")
    person(study, population, date(2025, 12, 15), pseudonym="due")
    person(study, population, date(2025, 12, 8), pseudonym="late")
    person(study, population, date(2025, 12, 1), pseudonym="out")
    person(study, population, date(2025, 12, 15), pseudonym="gone", state=FlowState.WITHDRAWN)
    ParticipantFactory(study=study, entered_on=date(2025, 12, 15), pseudonym="of another population")

    assert standings(session, study, collection) == {
        "nobody knows": Standing.NO_DATE,
        "ahead": Standing.AHEAD,
        "due": Standing.DUE,
        "late": Standing.LATE,
        "out": Standing.OUT,
    }


def test_who_sent_is_done_inside_or_outside_of_the_window(session, study, population, collection):
    inside = person(study, population, date(2025, 12, 15), pseudonym="inside")
    outside = person(study, population, date(2025, 12, 15), pseudonym="outside")
    send(session, collection, inside, datetime(2026, 3, 5, 0, 30, tzinfo=UTC))
    # Half past eleven in the evening of the 20th in London is the 21st in Paris: one day too late.
    send(session, collection, outside, datetime(2026, 3, 20, 23, 30, tzinfo=UTC))

    found = people_standing(session, study.id, collection.id, today=TODAY)

    assert [each.standing for each in found] == [Standing.DONE, Standing.DONE_OUT]
    assert count_standings(found) == {
        **dict.fromkeys(Standing, 0),
        Standing.DONE: 1,
        Standing.DONE_OUT: 1,
    }


def test_a_date_may_be_an_attribute_of_the_person(session, study, population, collection, wave):
    wave.anchor, wave.anchor_attribute = WaveAnchor.ATTRIBUTE, "entretien"
    session.commit()
    person(study, population, None, pseudonym="P1", attributes={"entretien": "15/12/2025"})
    person(study, population, None, pseudonym="P2", attributes={"entretien": "bientôt"})

    found = people_standing(session, study.id, collection.id, today=TODAY)

    assert [each.window for each in found] == [Window(date(2026, 3, 5), date(2026, 3, 15), date(2026, 3, 20)), None]


def test_without_personal_dates_the_days_of_the_collection_hold(session, study, population, collection, wave):
    wave.anchor = WaveAnchor.START
    session.execute(
        update(Collection)
        .where(Collection.id == collection.id)
        .values(opens_at=datetime(2026, 3, 1, tzinfo=UTC), closes_at=datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    )
    session.commit()
    person(study, population, None, pseudonym="P1")

    assert people_standing(session, study.id, collection.id, today=TODAY)[0].window == Window(
        date(2026, 3, 1), None, date(2026, 3, 31)
    )
    assert standings(session, study, collection, date(2026, 4, 1)) == {"P1": Standing.OUT}


def test_collection_of_another_study_is_not_found(session, collection):
    with pytest.raises(NotFound, match=r"surveys\.collection_not_found"):
        people_standing(session, StudyFactory().id, collection.id, today=TODAY)


@pytest.fixture
def early(session, study, population, collection):
    """Somebody whose window opens in some years, in a collection that opens to each at theirs."""
    who = person(study, population, date(2090, 1, 15), pseudonym="early")
    make_invitations(session, study.id, collection.id, [who.id], secret=SECRET)
    session.execute(update(Collection).where(Collection.id == collection.id).values(opens_by_person=True))
    session.commit()
    return personal_code(SECRET, collection.id, who.id)


def test_personal_link_is_early_before_the_window(session, collection, early):
    found = find_invitation(session, early)

    assert (found.opens_on, found.is_early) == (date(2090, 4, 5), True)
    with pytest.raises(Conflict, match=r"surveys\.invitation_early"):
        start_invited(session, find_collection(session, collection.code), early, token=new_token(), locale="fr")


def test_personal_link_is_not_early_where_all_come_in_at_once(session, collection, early):
    session.execute(update(Collection).where(Collection.id == collection.id).values(opens_by_person=False))
    session.commit()

    assert find_invitation(session, early).opens_on is None


def test_personal_link_opens_where_the_date_is_not_known(session, study, population, collection, early):
    who = person(study, population, None)
    make_invitations(session, study.id, collection.id, [who.id], secret=SECRET)
    session.commit()

    found = find_invitation(session, personal_code(SECRET, collection.id, who.id))

    assert (found.opens_on, found.is_early) == (None, False)
