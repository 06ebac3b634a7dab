"""A collection goes on with a newer version while people answer."""

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.errors import Conflict, NotFound
from surveys.answering import find_collection, open_draft, save_page, submit
from surveys.fieldwork.versions import move_to_version, newer_versions
from surveys.models import ResponseState
from surveys.queries import collection_progress, collection_versions, item_values
from surveys.services import import_questionnaire, publish
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection, start, survey

FIRST = survey("text | story | Racontez.", "text | old | Autrefois ?")
SECOND = survey("text | story | Racontez-nous.", "text | new | Et maintenant ?")


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def collection(session, study):
    return make_collection(session, study, FIRST)


def next_version(session, study, collection, form=SECOND, *, published=True):
    version = import_questionnaire(
        session, study.id, file_name="f.md", content=form.encode(), questionnaire_id=collection.questionnaire_id
    )
    if published:
        publish(session, study.id, version.id)
    session.commit()
    return version


def test_draft_is_finished_on_the_version_it_was_started_on(session, study, collection):
    token = start(session, collection)
    later = next_version(session, study, collection)

    move_to_version(session, study.id, collection.id, later.id)
    for page in ("story", "old"):
        save_page(session, open_draft(session, token), page, {page: ["Un mot"]})
    submit(session, open_draft(session, token))

    draft = open_draft(session, token)
    assert (draft.version.number, draft.response_state) == (1, ResponseState.SUBMITTED)
    assert draft.answers == {"story": "Un mot", "old": "Un mot"}


def test_who_starts_after_the_move_answers_the_new_version(session, study, collection):
    first = start(session, collection)
    later = next_version(session, study, collection)

    move_to_version(session, study.id, collection.id, later.id)
    second = start(session, collection)

    assert find_collection(session, collection.code).version.number == 2
    assert [open_draft(session, token).version.number for token in (first, second)] == [1, 2]
    assert [version.number for version in collection_versions(session, study.id, collection.id)] == [2, 1]


def test_progress_and_values_hold_both_versions(session, study, collection):
    tokens = [start(session, collection)]
    later = next_version(session, study, collection)
    move_to_version(session, study.id, collection.id, later.id)
    tokens.append(start(session, collection))
    for token in tokens:
        save_page(session, open_draft(session, token), "story", {"story": ["Un mot"]})
        submit(session, open_draft(session, token))
    start(session, collection)

    progress = collection_progress(session, study.id, collection.id)
    values = item_values(session, study.id, collection.questionnaire_id, "story")

    assert progress.by_version == {1: 1, 2: 2}
    assert progress.by_page == {(2, 0): 1}
    assert [each.value for each in values] == ["Un mot", "Un mot"]


@pytest.mark.parametrize("kind", ["draft", "earlier", "same", "other"])
def test_a_collection_moves_to_newer_published_versions_only(session, study, collection, kind):
    if kind == "other":
        wanted = make_collection(session, study).version_id
    elif kind == "draft":
        wanted = next_version(session, study, collection, published=False).id
    elif kind == "earlier":
        wanted = collection.version_id
        move_to_version(session, study.id, collection.id, next_version(session, study, collection).id)
    else:
        wanted = collection.version_id

    with pytest.raises(Conflict, match=r"fieldwork\.not_a_newer_version"):
        move_to_version(session, study.id, collection.id, wanted)


def test_move_is_in_the_trail(session, study, collection):
    later = next_version(session, study, collection)

    move_to_version(session, study.id, collection.id, later.id)

    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "move")).one()
    assert (entry.before, entry.after) == ({"version": 1}, {"version": 2})
    assert newer_versions(session, study.id, collection.id) == []


def test_collection_of_another_study_is_not_found(session, study, collection):
    later = next_version(session, study, collection)

    with pytest.raises(NotFound, match=r"surveys\.collection_not_found"):
        move_to_version(session, StudyFactory().id, collection.id, later.id)
