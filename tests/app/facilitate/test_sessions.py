"""The code on the wall."""

from datetime import timedelta

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
    assert count.json == {"submitted": 1, "started": 1}


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
