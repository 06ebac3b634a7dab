from datetime import timedelta

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from surveys.models import QuestionnaireVersion
from surveys.services import close_collection, import_questionnaire, open_collection, publish, reopen_collection
from tests.factories.studies import StudyFactory, WaveFactory
from tests.factories.surveys import FORM, make_collection


def load(session, study, form=FORM):
    return import_questionnaire(session, study.id, file_name="f.md", content=form.encode())


def test_import_again_replaces_the_draft(session):
    study = StudyFactory()
    first = load(session, study)

    second = load(session, study, FORM.replace("Racontez.", "Racontez-nous."))

    assert (first.id, second.number) == (second.id, 1)


def test_import_after_publishing_makes_the_next_version_and_leaves_the_first(session):
    study = StudyFactory()
    first = load(session, study)
    publish(session, study.id, first.id)
    before = first.definition

    second = load(session, study, FORM.replace("Racontez.", "Racontez-nous."))

    assert (first.number, second.number, first.definition) == (1, 2, before)
    assert second.questionnaire_id == first.questionnaire_id


def test_publish_twice_is_harmless(session):
    study = StudyFactory()
    version = load(session, study)
    publish(session, study.id, version.id)
    at = version.published_at

    publish(session, study.id, version.id)

    assert version.published_at == at


def test_a_version_of_another_study_is_not_found(session):
    version = load(session, StudyFactory())

    with pytest.raises(NotFound, match=r"surveys\.version_not_found"):
        publish(session, StudyFactory().id, version.id)


def test_a_draft_is_not_opened(session):
    study = StudyFactory()
    version = load(session, study)

    with pytest.raises(Conflict, match=r"surveys\.not_published"):
        open_collection(session, study.id, version_id=version.id, title="T")


def test_a_wave_of_another_study_is_not_found(session):
    study = StudyFactory()
    version = load(session, study)
    publish(session, study.id, version.id)

    with pytest.raises(NotFound, match=r"surveys\.wave_not_found"):
        open_collection(session, study.id, version_id=version.id, title="T", wave_id=WaveFactory().id)


def test_a_collection_does_not_close_before_it_opens(session):
    study = StudyFactory()
    version = load(session, study)
    publish(session, study.id, version.id)

    with pytest.raises(Invalid, match=r"surveys\.closes_before_it_opens"):
        open_collection(session, study.id, version_id=version.id, title="T", closes_at=now() - timedelta(days=1))


def test_a_collection_is_closed_and_opened_again(session):
    study = StudyFactory()
    made = make_collection(session, study)

    assert close_collection(session, study.id, made.id).closes_at is not None
    assert reopen_collection(session, study.id, made.id).closes_at is None
    verbs = set(session.scalars(select(AuditEntry.verb).where(AuditEntry.study_id == study.id)))
    assert verbs == {"import", "publish", "open", "close", "reopen"}


def test_import_keeps_what_the_author_should_know(session):
    version = load(session, StudyFactory(), FORM + "| | extra | e |\n")

    assert session.get(QuestionnaireVersion, version.id).warnings == version.warnings
