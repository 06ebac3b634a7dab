"""Answering with somebody's help, and the questions that are not for them."""

import re

import pytest
from sqlalchemy import select

from studies.models import Role, Study
from surveys.definition import ItemType
from surveys.helping import HELP, READ
from surveys.models import Answer, Collection, Missing, Response, ResponseMode
from surveys.services import open_collection, publish, store_definition
from tests.app.respond.conftest import Phone, item, small_form
from tests.app.respond.test_pages import text
from tests.factories.studies import ParticipantFactory, member_client


@pytest.fixture
def private_phone(client, session, collection):
    """The small form with a question of its own kind: out of the helper's sight."""
    from dataclasses import replace

    form = small_form()
    hidden_from_helper = item("peur", ItemType.TEXT, "Avez-vous peur de votre référente ?")
    hidden_from_helper = replace(hidden_from_helper, extras={"tresse": {"private": "yes"}})
    version = store_definition(
        session, collection.study_id, replace(form, children=(*form.children, hidden_from_helper))
    )
    publish(session, collection.study_id, version.id)
    opened = open_collection(session, collection.study_id, version_id=version.id, title="Privée")
    session.commit()
    return Phone(client, opened.token)


def help_with(phone, way="person", helper="relative"):
    return phone.send(f"/r/{phone.code}/aide", way=way, helper=helper)


def response_of(session):
    session.expire_all()
    return session.scalars(select(Response)).one()


def test_help_is_kept_with_who_holds_the_phone(phone, session):
    phone.start()

    help_with(phone)

    response = response_of(session)
    assert response.mode is ResponseMode.HELPED
    assert response.calculated[HELP] == {"helper": "relative", "holder": "person"}


def test_help_without_saying_who_is_asked_again(phone, session):
    phone.start()

    answer = help_with(phone, helper="")

    assert (answer.status_code, "Dites qui aide." in text(answer)) == (422, True)
    assert response_of(session).mode is ResponseMode.ALONE


def test_pages_read_aloud_are_kept_until_the_end(phone, session):
    phone.start()
    help_with(phone)
    phone.url = f"/r/{phone.code}/p/travail"

    phone.send(emploi="non", **{":read": "1"})
    phone.send(**{"depuis:day": "3", "depuis:month": "2", "depuis:year": "2024"})
    phone.send(**{"rang:bus": "2", "rang:velo": "1", "rang:pied": "3"})
    phone.send(confiance="7")
    phone.send(mot="Merci")
    phone.send(f"/r/{phone.code}/verifier")

    response = response_of(session)
    assert (response.mode, response.calculated[READ]) == (ResponseMode.HELPED, ["travail"])
    assert response.calculated[HELP]["helper"] == "relative"


def test_private_question_waits_until_the_person_has_the_phone(private_phone):
    private_phone.start()
    help_with(private_phone, way="helper")
    address = f"/r/{private_phone.code}/p/peur"

    asked, shown = text(private_phone.get(address)), text(private_phone.get(address + "?alone=1"))

    assert ("pour vous seul·e" in asked, "référente" in asked) == (True, False)
    assert "référente" in shown


def test_private_question_can_be_left_without_answering(private_phone, session):
    private_phone.start()
    help_with(private_phone, way="filled_for")
    page = text(private_phone.get(f"/r/{private_phone.code}/p/peur"))

    private_phone.client.post(
        f"/r/{private_phone.code}/p/peur",
        data={"csrf": re.search(r'csrf" value="([^"]+)', page)[1], "peur:missing": "refused", "move": "next"},
    )

    assert session.scalar(select(Answer.missing).where(Answer.item_name == "peur")) is Missing.REFUSED


def test_private_question_is_a_question_like_others_for_somebody_alone(private_phone):
    private_phone.start()

    assert "référente" in text(private_phone.get(f"/r/{private_phone.code}/p/peur"))


def test_passing_the_phone_ends_the_session_and_opens_the_personal_link(app, session, collection):
    study = session.get(Study, session.scalar(select(Collection.study_id)))
    person = ParticipantFactory(study=study)
    session.commit()
    staff = member_client(app, study, Role.FACILITATOR)

    passed = staff.post(f"/studies/{study.key}/collections/{collection.id}/pass", data={"participant": person.id})
    opened = staff.get(staff.get(passed.location).location)

    assert staff.get(f"/studies/{study.key}/").status_code in {303, 401}
    token = re.search(r'csrf" value="([^"]+)', text(opened))[1]
    assert 'name="helper" value="professional"' in text(opened)
    staff.post(
        f"/r/{collection.token}", data={"csrf": token, "locale": "fr", "way": "person", "helper": "professional"}
    )
    response = response_of(session)
    assert (response.participant_id, response.mode) == (person.id, ResponseMode.HELPED)


def test_last_reading_hides_what_was_answered_to_a_private_question_while_somebody_helps(private_phone, session):
    private_phone.start()
    help_with(private_phone)
    private_phone.url = f"/r/{private_phone.code}/p/peur?alone=1"
    private_phone.send(peur="De tout")

    helped = text(private_phone.get(f"/r/{private_phone.code}/verifier"))
    help_with(private_phone, way="alone")
    alone = text(private_phone.get(f"/r/{private_phone.code}/verifier"))

    assert ("De tout" in helped, "Cachée tant que quelqu’un vous aide" in helped) == (False, True)
    assert ("De tout" in alone, "Cachée tant que quelqu’un vous aide" in alone) == (True, False)
