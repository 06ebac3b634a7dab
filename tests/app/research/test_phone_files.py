"""The page where the team takes in the file of a phone."""

import io
import json

import pytest

from studies.models import Role
from tests.factories.studies import AccountFactory, MembershipFactory, StudyFactory, sign_in
from tests.factories.surveys import make_collection, survey
from tests.surveys.test_phone_files import file_of


@pytest.fixture
def world(client, session):
    study = StudyFactory()
    collection = make_collection(session, study, survey("text | word | Un mot ?", "integer | age | Votre âge ?"))
    return study, collection, f"/studies/{study.key}/collections/{collection.id}/quarantine"


def enter(client, session, study, role):
    account = AccountFactory()
    MembershipFactory(study=study, account=account, role=role)
    session.flush()
    sign_in(client, account)


def send(client, address, content):
    file = (io.BytesIO(content), "K7M2-QX4P.json")
    return client.post(f"{address}/phone-file", data={"file": file}, follow_redirects=True).get_data(as_text=True)


def test_lead_takes_a_file_in_and_is_told_what_it_brought(client, session, world):
    study, collection, address = world
    enter(client, session, study, Role.LEAD)

    page = send(client, address, json.dumps(file_of(collection)).encode())

    assert "2 pages prises." in page
    assert "La réponse est envoyée" in page


def test_file_of_something_else_is_refused_in_words(client, session, world):
    study, _collection, address = world
    enter(client, session, study, Role.LEAD)

    assert "n’est pas un fichier de réponses donné par un téléphone" in send(client, address, b"autre chose")
    assert "Choisissez d’abord le fichier." in client.post(f"{address}/phone-file", follow_redirects=True).get_data(
        as_text=True
    )


def test_coder_sees_quarantine_and_takes_nothing_in(client, session, world):
    study, collection, address = world
    enter(client, session, study, Role.CODER)

    assert "Fichier du téléphone" not in client.get(address).get_data(as_text=True)
    file = (io.BytesIO(json.dumps(file_of(collection)).encode()), "f.json")
    assert client.post(f"{address}/phone-file", data={"file": file}).status_code == 403
