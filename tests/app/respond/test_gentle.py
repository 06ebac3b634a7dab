"""An unusual answer is asked about once, then let through; how choices stood is kept with the answer."""

import re

import pytest
from sqlalchemy import select

from surveys.answering import open_draft, remaining
from surveys.models import Answer
from tests.app.respond.conftest import Phone
from tests.factories.questions import ask_everything
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection, start, survey

FORM = survey(
    "integer | enfants | Combien d'enfants ? | . <= 9 | C'est beaucoup. | yes",
    "integer | age | Quel âge ? | . < 120 | 120 au plus. |",
    "text | fin | La fin ? | | |",
    columns="type | name | label | constraint | constraint_message | tresse::gentle",
)


@pytest.fixture
def phone(client, session):
    one = Phone(client, make_collection(session, StudyFactory(), FORM).code)
    one.start()
    return one


def kept(session, key="enfants"):
    session.expire_all()
    row = session.scalars(select(Answer).where(Answer.item_name == key)).one()
    return row.value, row.is_confirmed


def sure_of(page):
    return re.search(r'name="enfants:sure" value="([^"]*)"', page.get_data(as_text=True))[1]


def test_unusual_answer_is_asked_about_and_kept_meanwhile(phone, session):
    asked = phone.send(enfants="12")

    text = asked.get_data(as_text=True)
    assert asked.status_code == 422
    assert ("Est-ce bien cela" in text, "C&#39;est beaucoup." in text, "Erreur" in text) == (True, True, False)
    assert kept(session) == (12, False)
    assert sure_of(asked) == "12"


def test_same_answer_sent_again_goes_on_and_is_confirmed(phone, session):
    asked = phone.send(enfants="12")

    answer = phone.send(enfants="12", **{"enfants:sure": sure_of(asked)})

    assert answer.location.endswith("/p/age")
    assert kept(session) == (12, True)


def test_another_unusual_answer_is_asked_about_too(phone, session):
    asked = phone.send(enfants="12")

    answer = phone.send(enfants="14", **{"enfants:sure": sure_of(asked)})

    assert answer.status_code == 422
    assert kept(session) == (14, False)


def test_usual_answer_is_not_asked_about(phone, session):
    assert phone.send(enfants="2").status_code == 303
    assert kept(session) == (2, False)


def test_confirmed_answer_is_not_asked_about_on_a_later_visit(phone, session):
    page = phone.url
    phone.send(enfants="12", **{"enfants:sure": "12"})

    answer = phone.send(page, enfants="12")

    assert answer.status_code == 303
    assert kept(session) == (12, True)


def test_answer_left_unconfirmed_stands_in_nobodys_way(phone, session):
    phone.send(enfants="12", move="pause")
    phone.send(f"/r/{phone.code}/p/age", age="40")
    phone.send(f"/r/{phone.code}/p/fin", fin="Oui")

    review = phone.client.get(f"/r/{phone.code}/verifier").get_data(as_text=True)

    assert 'class="errors"' not in review
    assert phone.send(f"/r/{phone.code}/verifier").location.endswith("/merci")
    assert kept(session) == (12, False)


def test_hard_constraint_still_stops(phone, session):
    phone.send(enfants="2")

    for _time in range(2):
        answer = phone.send(f"/r/{phone.code}/p/age", age="130", **{"age:sure": "130"})

        assert answer.status_code == 422
        assert "120 au plus." in answer.get_data(as_text=True)


def test_doubt_is_no_reason_to_keep_a_response_from_being_sent(session):
    token = start(session, make_collection(session, StudyFactory(), FORM))
    session.add(Answer(response_id=open_draft(session, token).id, item_name="enfants", value=12))
    session.commit()

    assert remaining(open_draft(session, token)) == ()


def test_way_that_choices_stood_is_kept_with_the_answer(client, session):
    asked = ask_everything(session, StudyFactory())
    phone = Phone(client, asked.code)
    phone.start()

    phone.send(f"/r/{asked.code}/p/visages", visages="a5")
    phone.send(f"/r/{asked.code}/p/ligne", ligne="a5")
    phone.send(f"/r/{asked.code}/p/images", move="words", images="bus")
    phone.send(f"/r/{asked.code}/p/images", images="pied")

    session.expire_all()
    assert dict(session.execute(select(Answer.item_name, Answer.shown)).all()) == {
        "visages": "faces",
        "ligne": None,
        "images": "rows",
    }
