"""Versions compared in words, and the list before publishing."""

from dataclasses import replace

import pytest

from surveys.definition import Definition
from surveys.editing import lists, naming, operations
from surveys.editing.fields import write_fields
from surveys.editing.kinds import Kind
from surveys.editing.operations import Spot
from surveys.models import QuestionnaireVersion
from surveys.services import publish, store_definition
from tests.app.test_pages import faults
from tests.factories.forms import edited_form
from tests.factories.studies import StudyFactory, member_client


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def lead(app, study):
    return member_client(app, study)


@pytest.fixture
def first(session, study):
    version = store_definition(session, study.id, edited_form())
    publish(session, study.id, version.id)
    session.commit()
    return version


def second(session, study, form):
    version = store_definition(session, study.id, form)
    session.commit()
    return version


def changed():
    form = edited_form()
    form, _faults = write_fields(form, "travail", {"label": "Avez-vous un emploi ?"}, "fr")
    form, _faults = write_fields(form, "ville", {"relevant": "${travail} = 'non'"}, "fr")
    form = operations.change_kind(form, "metier", Kind.DATE)
    form = lists.delete_choice(form, "lieu", "port")
    form = operations.delete(form, "temps")
    form, _key = operations.add(form, Kind.NOTE, Spot(), words="Merci")
    form = naming.rename(form, "heures", "temps_hebdo")
    return replace(form, title="Travail, aides")


def page_of(lead, study, version, **query):
    answer = lead.get(f"/studies/{study.key}/questionnaires/versions/{version.id}/compare/", query_string=query)
    assert answer.status_code == 200
    assert faults(answer.text) == []
    return answer.text.replace("\u202f", " ").replace("\u00a0", " ")


def test_changes_are_said_in_words_with_what_they_mean(lead, study, session, first):
    page = page_of(lead, study, second(session, study, changed()))

    assert "Avez-vous un <del>travail</del><ins>emploi</ins> ?" in page
    assert "<ins>« Avez-vous un emploi ? » est « Non »</ins>" in page
    assert "Combien d’heures ? » vaut plus" not in page
    assert "<del>Texte</del> → <ins>Date</ins>" in page
    assert "<del>heures</del> → <ins>temps_hebdo</ins>" in page
    assert "pas comparable avant et après" in page
    assert "la série s’arrête ici" in page


def test_versions_that_are_alike_say_so(lead, study, session, first):
    assert "Rien n’a changé" in page_of(lead, study, second(session, study, edited_form()))


def test_one_version_has_nothing_to_be_compared_with(lead, study, first):
    assert "Il n’y a qu’une version" in page_of(lead, study, first)


def test_any_earlier_version_can_be_chosen(lead, study, session, first):
    version = second(session, study, changed())
    publish(session, study.id, version.id)
    third = second(session, study, edited_form())

    assert "Avez-vous un" in page_of(lead, study, third)
    assert "Rien n’a changé" in page_of(lead, study, third, **{"with": str(first.id)})


def test_list_before_publishing_names_what_to_look_at(lead, study, session, first):
    form = operations.delete(changed(), "temps_hebdo")
    version = second(session, study, lists.with_choices(form, "vieille", []))
    address = f"/studies/{study.key}/questionnaires/versions/{version.id}/edit"
    lead.post(f"{address.removesuffix('/edit')}/comments/", data={"item": "travail", "body": "Vague"})

    page = lead.get(f"{address}/check")
    text = page.text.replace("\u202f", " ")
    assert faults(page.text) == []
    assert "La liste de réponses « vieille » ne sert à aucune question." in text
    assert "English : 12 textes à traduire" in text.replace("\u00a0", " ")
    assert "1 commentaire n’est pas réglé" in text
    assert "Publier la version" not in text
    lead.post(f"{address}/clear-lists")

    session.expire_all()
    assert (
        "vieille" not in Definition.from_json(session.get_one(QuestionnaireVersion, version.id).definition).choice_lists
    )


def test_draft_in_order_can_be_published_from_its_list(lead, study, session, first):
    version = second(session, study, changed())
    address = f"/studies/{study.key}/questionnaires/versions/{version.id}"

    page = lead.get(f"{address}/edit/check").text
    assert f"{address}/publish" in page
    answer = lead.post(f"{address}/publish")

    assert answer.status_code == 303
    session.expire_all()
    assert session.get_one(QuestionnaireVersion, version.id).published_at is not None
