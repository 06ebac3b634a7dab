"""Lists of cards that a phone sends by itself, in any order."""

import pytest
from sqlalchemy import select

from surveys.models import Answer, Quarantine, Response
from tests.factories.deliveries import Sender
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection, survey

FAMILY = survey(
    "begin_repeat | child | Enfant",
    "text | name | Prénom ?",
    "begin_repeat | toy | Jouet",
    "text | thing | Quoi ?",
    "end_repeat | | ",
    "end_repeat | | ",
)


@pytest.fixture
def phone(client, session):
    sender = Sender(client, make_collection(session, StudyFactory(), FAMILY).code)
    sender.start()
    return sender


def answers(session):
    session.expire_all()
    return {each.item_name: each.value for each in session.scalars(select(Answer))}


def test_cards_may_come_in_any_order(phone, session):
    phone.page("name[2]", {"name[2]": ["Tom"]})
    phone.page("thing[2.1]", {"thing[2.1]": ["Ours"]})
    phone.page("name[1]", {"name[1]": ["Léa"]})

    reply = phone.end({"name[1]": 1, "name[2]": 1, "thing[2.1]": 1})

    assert reply.json["status"] == "sent"
    assert answers(session) == {
        "child": 2,
        "name[1]": "Léa",
        "name[2]": "Tom",
        "toy[2]": 1,
        "thing[2.1]": "Ours",
    }


def test_a_list_says_how_many_cards_are_left(phone, session):
    phone.page("name[1]", {"name[1]": ["Léa"]})
    phone.page("name[2]", {"name[2]": ["Tom"]})
    phone.page("name[1]", {"name[1]": ["Tom"]}, revision=2)
    phone.page("child", {"child": ["1"]}, revision=2)
    phone.end({"child": 2})

    assert answers(session) == {"child": 1, "name[1]": "Tom"}


def test_numbers_that_no_list_can_have_are_kept_apart(phone, session):
    reply = phone.page("name[9000]", {"name[9000]": ["Tom"]})

    assert reply.json["status"] == "kept"
    assert [each.payload["fields"] for each in session.scalars(select(Quarantine))] == [{"name[9000]": ["Tom"]}]
    assert session.scalar(select(Response)).state.value == "started"
