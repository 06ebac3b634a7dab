"""What a person answered last time, shown when they ask; and what of it reaches the page without being asked."""

import html
import json
import re

import pytest
from sqlalchemy import update

from surveys.answering import submit
from surveys.invitations import make_invitations, personal_code
from surveys.keeping import keep_page
from surveys.models import Collection
from surveys.reading import read_page
from surveys.services import open_collection
from tests.app.respond.conftest import Phone
from tests.factories.invitations import SECRET
from tests.factories.studies import ParticipantFactory, StudyFactory
from tests.factories.surveys import MadeCollection, draft, make_collection, start, survey

FORM = survey(
    "begin_group | home | Chez vous | | field-list | | |",
    "select_one yn | alone | Vivez-vous seul·e ? | | | | |",
    "text | town | Ville (avant : ${last-saved#town}) | ${alone} = 'yes' | | | |",
    "text | debts | Dettes | | | yes | |",
    "text | fear | Peur | | | | yes |",
    "end_group | | | | | | |",
    "text | other | Autre (avant : ${last-saved#other}) | | | | |",
    choices=("yn | yes | Oui |", "yn | no | Non |"),
    columns="type | name | label | relevant | appearance | tresse::sensitive | tresse::private | x",
)
SAID = {"alone": ["yes"], "town": ["Villefictive"], "debts": ["Beaucoup"], "fear": ["Oui"]}


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def person(study):
    return ParticipantFactory(study=study)


@pytest.fixture
def second(session, study, person):
    """The second wave, where people may look back, after the person answered the first."""
    first = make_collection(session, study, FORM)
    token = start(session, first, person)
    for page, said in (("home", SAID), ("other", {"other": ["Rien"]})):
        response = draft(session, token)
        keep_page(session, response, read_page(response, response.page(page), said))
    submit(session, draft(session, token))
    made = open_collection(session, study.id, version_id=first.version_id, title="Vague 2", wave_id=None)
    made.shows_previous = True
    make_invitations(session, study.id, made.id, [person.id], secret=SECRET)
    session.commit()
    return MadeCollection(made.id, made.token, first.version_id, first.questionnaire_id)


@pytest.fixture
def phone(app, second, person):
    found = Phone(app.test_client(), second.code)
    found.get(f"/i/{personal_code(SECRET, second.id, person.id)}")
    found.start()
    return found


def earlier(phone, second, page="home"):
    return phone.get(f"/r/{second.code}/avant/{page}")


def said(answer):
    return re.findall(r'<span class="said">(.*?)</span>', answer.text)


def test_person_sees_their_last_answers_but_sensitive_and_private_ones(phone, second):
    page = phone.get(f"/r/{second.code}/p/home")

    shown = earlier(phone, second)

    assert f"/r/{second.code}/avant/home" in page.text
    # « town » waits for an answer of now.
    assert said(shown) == ["Oui"]
    assert [word in shown.text for word in ("Vous avez répondu le", "Beaucoup", "Peur")] == [True, False, False]


def test_page_whose_collection_does_not_allow_it_has_no_link_and_shows_nothing(session, phone, second):
    session.execute(update(Collection).where(Collection.id == second.id).values(shows_previous=False))
    session.commit()

    page, shown = phone.get(f"/r/{second.code}/p/home"), earlier(phone, second)

    assert ("/avant/" in page.text, shown.status_code, "Oui" in shown.text) == (False, 303, False)


def test_nobody_looks_back_while_somebody_helps(phone, second):
    phone.send(f"/r/{second.code}/aide", way="helper", helper="relative")

    assert earlier(phone, second).status_code == 303


def test_who_came_without_a_link_has_nothing_to_look_back_at(app, second):
    stranger = Phone(app.test_client(), second.code)
    stranger.start()

    page, shown = stranger.get(f"/r/{second.code}/p/home"), earlier(stranger, second)

    assert ("/avant/" in page.text, shown.status_code) == (False, 303)


def test_first_time_there_is_nothing_and_the_page_says_so(session, app, study, second):
    somebody = ParticipantFactory(study=study)
    make_invitations(session, study.id, second.id, [somebody.id], secret=SECRET)
    session.commit()
    fresh = Phone(app.test_client(), second.code)
    fresh.get(f"/i/{personal_code(SECRET, second.id, somebody.id)}")
    fresh.start()

    assert "pas de réponse de vous" in earlier(fresh, second).text


def test_page_holds_only_the_earlier_answers_that_it_quotes(phone, second):
    page = phone.get(f"/r/{second.code}/p/home").text

    kept = json.loads(html.unescape(re.search(r'data-draft="([^"]+)"', page)[1]))

    assert (kept["carried"][":saved"], "Rien" in page) == ({"town": "Villefictive"}, False)
