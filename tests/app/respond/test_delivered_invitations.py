"""A response started without network by a personal link: linked when it comes, taken over by another phone."""

import pytest
from sqlalchemy import select

from surveys.invitations import make_invitations, personal_code
from surveys.models import Answer, Quarantine, Response, ResponseState
from tests.factories.deliveries import Sender
from tests.factories.invitations import SECRET, make_invited_world


@pytest.fixture
def world(session):
    made = make_invited_world(session)
    make_invitations(session, made.study.id, made.collection.id, [made.first.id, made.second.id], secret=SECRET)
    session.commit()
    return made


@pytest.fixture
def invitation(world):
    return personal_code(SECRET, world.collection.id, world.first.id)


def new_sender(app, world, phone="a"):
    return Sender(app.test_client(), world.collection.code, phone=phone)


def responses(session):
    session.expire_all()
    return session.scalars(select(Response)).all()


def story(session):
    session.expire_all()
    return session.scalars(select(Answer.value).where(Answer.item_name == "story")).all()


def test_start_is_linked_to_the_person_of_the_personal_code(app, world, invitation, session):
    sender = new_sender(app, world)

    assert sender.start(invitation=invitation).json["status"] == "started"
    assert sender.start(invitation=invitation).json["status"] == "started"

    (response,) = responses(session)
    assert response.participant_id == world.first.id
    assert response.seed == 7
    assert response.calculated["site"] == "Nord"


def test_another_phone_takes_the_response_over_and_the_first_one_loses_nothing(app, world, invitation, session):
    first, second = new_sender(app, world), new_sender(app, world, "b")
    first.start(invitation=invitation)
    second.start(invitation=invitation)

    late = first.page("story", {"story": ["Du premier téléphone"]})

    assert late.json["status"] == "saved"
    assert story(session) == ["Du premier téléphone"]
    assert len(responses(session)) == 1


def test_phone_that_lost_its_response_is_shown_nothing_of_it(app, world, invitation):
    first, second = new_sender(app, world), new_sender(app, world, "b")
    first.start(invitation=invitation)
    second.start(invitation=invitation)
    second.page("story", {"story": ["Secret"]}, revision=2)

    late = first.page("story", {"story": ["Avant"]}, at=-60, code=True)

    assert late.json["status"] == "newer"
    assert set(late.json) == {"status", "revision", "now", "hash"}
    assert (
        first.client.get(f"/r/{first.code}/envoi", headers={"Authorization": f"Bearer {first.token}"}).json["status"]
        == "unknown"
    )


def test_end_of_a_phone_that_lost_its_response_is_for_the_team(app, world, invitation, session):
    first, second = new_sender(app, world), new_sender(app, world, "b")
    first.start(invitation=invitation)
    second.start(invitation=invitation)

    answer = first.end({})

    assert (answer.status_code, answer.json["reason"]) == (202, "handed_over")
    assert responses(session)[0].state is ResponseState.STARTED


def test_first_phone_takes_the_response_back_with_its_personal_code(app, world, invitation, session):
    first, second = new_sender(app, world), new_sender(app, world, "b")
    first.start(invitation=invitation)
    second.start(invitation=invitation)

    first.start(invitation=invitation)

    assert first.end({}).json["status"] == "sent"


@pytest.mark.parametrize("code", ["ZZZZZZZZZZZZ", "trop court"])
def test_personal_code_that_opens_nothing_is_kept_for_the_team(app, world, session, code):
    sender = new_sender(app, world)

    answer = sender.start(invitation=code)

    assert (answer.status_code, answer.json["reason"]) == (202, "unknown_invitation")
    assert sender.page("story", {"story": ["Oui"]}, apart=True).status_code == 202
    assert responses(session) == []
    assert len(session.scalars(select(Quarantine)).all()) == 2


def test_personal_link_whose_answers_were_sent_keeps_others_for_the_team(app, world, invitation, session):
    first = new_sender(app, world)
    first.start(invitation=invitation)
    first.page("story", {"story": ["Une"]})
    first.end({"story": 1})

    answer = new_sender(app, world, "b").start(invitation=invitation)

    assert (answer.status_code, answer.json["reason"]) == (202, "invitation_sent")
