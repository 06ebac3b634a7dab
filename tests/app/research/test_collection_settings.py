"""The lead moves a collection to a newer version; progress and answers show both."""

import pytest

from studies.models import Role
from surveys.answering import open_draft, save_page, submit
from surveys.queries import get_collection
from surveys.services import import_questionnaire, publish
from tests.factories.studies import StudyFactory, member_client
from tests.factories.surveys import make_collection, start, survey

FIRST = survey("text | story | Racontez.", "select_one yn | old | Autrefois ?", choices=("yn | yes | Oui |",))
SECOND = survey("text | story | Racontez-nous.")


@pytest.fixture
def study(session):
    return StudyFactory(disclosure_threshold=1)


@pytest.fixture
def collection(session, study):
    return make_collection(session, study, FIRST)


@pytest.fixture
def later(session, study, collection):
    version = import_questionnaire(
        session, study.id, file_name="f.md", content=SECOND.encode(), questionnaire_id=collection.questionnaire_id
    )
    publish(session, study.id, version.id)
    session.commit()
    return version


def base(study, collection):
    return f"/studies/{study.key}/collections/{collection.id}"


def test_lead_moves_a_collection_to_the_newer_version(app, session, study, collection, later):
    lead = member_client(app, study)

    shown = lead.get(f"{base(study, collection)}/settings/").text
    answer = lead.post(
        f"{base(study, collection)}/settings/version", data={"version": str(later.id)}, follow_redirects=True
    )

    assert "Changer de version" in shown
    assert "Les personnes qui commencent maintenant répondent à la version 2." in answer.text
    assert get_collection(session, study.id, collection.id).version_number == 2


@pytest.mark.parametrize("wanted", ["", "not-an-id", "00000000-0000-4000-8000-000000000000"])
def test_version_that_is_none_is_refused_in_words(app, study, collection, later, wanted):
    answer = member_client(app, study).post(f"{base(study, collection)}/settings/version", data={"version": wanted})

    assert answer.status_code in {409, 422}
    assert "Choisissez une version publiée plus récente" in answer.text


def test_coder_may_not_move(app, study, collection, later):
    answer = member_client(app, study, Role.CODER).post(
        f"{base(study, collection)}/settings/version", data={"version": str(later.id)}
    )

    assert answer.status_code == 403


def test_progress_and_answers_show_both_versions(app, session, study, collection, later):
    lead = member_client(app, study)
    first = start(session, collection)
    for page, value in (("story", "Avant"), ("old", "yes")):
        save_page(session, open_draft(session, first), page, {page: [value]})
    submit(session, open_draft(session, first))
    session.commit()
    lead.post(f"{base(study, collection)}/settings/version", data={"version": str(later.id)})
    start(session, collection)

    progress = lead.get(base(study, collection)).text
    answers = lead.get(f"{base(study, collection)}/answers").text

    assert "Par version" in progress
    assert "Version 2, page 1\N{NO-BREAK SPACE}: Racontez-nous." in progress
    assert "Racontez-nous." in answers
    assert "Autrefois ?" in answers
