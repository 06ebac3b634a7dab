"""Answers read as observations: each absence apart, and over the versions of a questionnaire."""

import pytest

from evaluation.indicators import Absence
from evaluation.queries.answers import load_items, load_observations
from surveys.definition import Definition
from surveys.editing import drafting, history
from surveys.fieldwork.versions import move_to_version
from surveys.models import Missing, QuestionnaireVersion
from surveys.services import publish
from tests.factories.datafiles import keep_response
from tests.factories.studies import AccountFactory, StudyFactory
from tests.factories.surveys import make_collection, survey

FORM = survey("integer | hours | Heures", "text | story | Récit")


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def collection(session, study):
    return make_collection(session, study, FORM)


def seen(session, collection, name):
    return [each.absence or each.value for each in load_observations(session, collection.questionnaire_id, name)]


def test_each_absence_is_told_apart(session, collection):
    keep_response(session, collection, {"hours": 20})
    keep_response(session, collection, {"hours": None})
    for mark in Missing:
        keep_response(session, collection, {}, missing={"hours": mark})
    keep_response(session, collection, {"story": "Rien"})

    assert sorted(map(str, seen(session, collection, "hours"))) == sorted(
        ["20", Absence.EMPTY, Absence.ILLEGIBLE, Absence.REFUSED, Absence.UNKNOWN, Absence.NOT_ASKED]
    )


def new_version(session, study, collection, *, name):
    """Publish a version where the hours are called otherwise, and move the collection to it."""
    account = AccountFactory()
    draft = drafting.draft_from(session, study.id, collection.version_id, account_id=account.id)
    history.rename_question(session, study.id, draft.id, "hours", name, account_id=account.id)
    publish(session, study.id, draft.id)
    move_to_version(session, study.id, collection.id, draft.id)
    session.commit()
    return draft.id


@pytest.mark.parametrize("asked", ["hours", "heures"])
def test_collection_that_changes_version_loses_no_answer_even_of_an_item_renamed(session, study, collection, asked):
    keep_response(session, collection, {"hours": 20})
    version_id = new_version(session, study, collection, name="heures")
    keep_response(session, collection, {"heures": 30})
    form = Definition.from_json(session.get_one(QuestionnaireVersion, version_id).definition)

    assert [item.key for item in form.items()] == ["heures", "story"]
    assert seen(session, collection, asked) == [20, 30]


def test_answers_given_before_a_version_are_read_before_any_is_given_on_it(session, study, collection):
    keep_response(session, collection, {"hours": 20, "story": "Oui"})
    new_version(session, study, collection, name="heures")

    found = load_items(session, collection.questionnaire_id, {"heures", "story"})

    assert [each.value for observations in found.values() for each in observations if observations] in (
        [20, "Oui"],
        ["Oui", 20],
    )
