"""The code on the wall."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from core.clock import now
from studies.models import Role
from surveys.models import Collection, Questionnaire, QuestionnaireVersion, Response, ResponseState
from tests.factories.studies import AccountFactory, StudyFactory, member_client, sign_in


def make_collection(session, study, *, token="K7M2QX4P", closes_at=None):
    """Return an open collection of the study with one response submitted and one started."""
    questionnaire = Questionnaire(study_id=study.id, key=token.lower(), title="Q")
    session.add(questionnaire)
    session.flush()
    version = QuestionnaireVersion(questionnaire_id=questionnaire.id, number=1, definition={}, published_at=now())
    session.add(version)
    session.flush()
    collection = Collection(
        version_id=version.id, study_id=study.id, title=f"Atelier {token}", token=token, closes_at=closes_at
    )
    session.add(collection)
    session.flush()
    for state in (ResponseState.SUBMITTED, ResponseState.STARTED):
        session.add(
            Response(
                collection_id=collection.id,
                version_id=version.id,
                resume_hash=f"{token}{state}",
                locale="fr",
                state=state,
                submitted_at=now() if state is ResponseState.SUBMITTED else None,
            )
        )
    session.commit()
    return collection


def test_wall_shows_code_address_and_count(app, session):
    study = StudyFactory()
    collection = make_collection(session, study)
    browser = member_client(app, study, Role.FACILITATOR)
    place = f"/studies/{study.key}/sessions/{collection.id}"

    page = browser.get(place).text
    picture = browser.get(f"{place}/code.svg")
    count = browser.get(f"{place}/count")

    assert "K7M2-QX4P" in page
    assert "localhost/r/K7M2QX4P" in page
    assert (picture.mimetype, picture.data[:4]) == ("image/svg+xml", b"<svg")
    assert count.json == {"submitted": 1, "started": 1, "arrived": 0}


def test_closed_collection_leaves_the_wall(app, session):
    study = StudyFactory()
    collection = make_collection(session, study, closes_at=now() - timedelta(minutes=1))
    browser = member_client(app, study)

    assert browser.get(f"/studies/{study.key}/sessions/{collection.id}").status_code == 404
    assert collection.title not in browser.get(f"/studies/{study.key}/sessions/").text


def test_collection_of_another_study_is_not_shown(app, session):
    collection = make_collection(session, StudyFactory())
    own = StudyFactory()
    browser = member_client(app, own)

    for part in ("", "/code.svg", "/count"):
        assert browser.get(f"/studies/{own.key}/sessions/{collection.id}{part}").status_code == 404


def test_door_shows_collections_of_the_studies_one_facilitates(app, client, session):
    study = StudyFactory()
    collection = make_collection(session, study)
    sign_in(client, AccountFactory())

    assert collection.title not in client.get("/facilitate").text
    assert collection.title in member_client(app, study, Role.FACILITATOR).get("/facilitate").text
    assert collection.title not in member_client(app, study, Role.READER).get("/facilitate").text


def test_wall_counts_what_came_since_the_session_began(app, session):
    study = StudyFactory()
    collection = make_collection(session, study)
    browser = member_client(app, study, Role.FACILITATOR)
    place = f"/studies/{study.key}/sessions/{collection.id}"
    began = (now() - timedelta(hours=1)).isoformat()

    page = browser.get(place, query_string={"since": began}).text
    counts = [
        browser.get(f"{place}/count", query_string={"since": since}).json["arrived"]
        for since in (began, (now() + timedelta(hours=1)).isoformat(), "yesterday", "2026-01-01T10:00:00")
    ]

    assert "+ <strong>1</strong> depuis le début de la séance" in page
    assert quote(began, safe=":") in page
    assert counts == [1, 0, 0, 0]


def test_door_tells_who_may_run_no_session(app, session):
    study = StudyFactory()

    reader, facilitator = (
        member_client(app, study, role).get("/facilitate").text for role in (Role.READER, Role.FACILITATOR)
    )

    assert "Votre rôle ne permet pas d’animer une séance" in reader
    assert "Ce que vous pouvez montrer à la salle" not in reader
    assert "Votre rôle ne permet pas" not in facilitator
    assert "Ce que vous pouvez montrer à la salle" in facilitator


@pytest.mark.parametrize(
    ("public_url", "is_told"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("http://192.168.1.20:8000", False),
        ("https://tresse.example.org", False),
    ],
)
def test_facilitator_is_told_that_phones_cannot_open_this_computer(app, session, monkeypatch, public_url, is_told):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], public_url=public_url))
    browser = member_client(app, StudyFactory(), Role.FACILITATOR)

    assert ("PUBLIC_URL" in browser.get("/facilitate").text) is is_told
