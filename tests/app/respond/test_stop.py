"""The link of every e-mail that ends them all: one button, no account, no reason asked."""

import pytest

from studies.models import ConsentPurpose
from studies.queries.consent import consents_of
from surveys.invitations import make_invitations, personal_code
from tests.app.respond.conftest import csrf
from tests.factories.invitations import SECRET, make_invited_world


@pytest.fixture
def world(session):
    made = make_invited_world(session)
    make_invitations(session, made.study.id, made.collection.id, [made.first.id], secret=SECRET)
    session.commit()
    return made


@pytest.fixture
def address(world):
    return f"/stop/{personal_code(SECRET, world.collection.id, world.first.id)}"


def agreed(session, world):
    session.expire_all()
    latest = consents_of(session, [world.first.id])[world.first.id].latest(ConsentPurpose.CONTACT_AGAIN)
    return None if latest is None else (latest.is_given, latest.channel)


def test_link_alone_ends_nothing_and_the_button_ends_all(client, session, world, address):
    page = client.get(address)
    before = agreed(session, world)

    said = client.post(address, data={"csrf": csrf(page)})

    assert (before, agreed(session, world)) == (None, (False, "screen"))
    assert "Vous ne recevrez plus de message" in said.text


def test_form_of_another_site_ends_nothing(client, session, world, address):
    client.post(address, data={"csrf": "forged"})

    assert agreed(session, world) is None


def test_unknown_code_is_said_kindly(client, world):
    assert client.get("/stop/K7M2QX4P9TRB").status_code == 404
