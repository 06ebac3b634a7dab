"""Languages of a draft, and texts side by side, without scripts."""

import re
from datetime import date
from html import unescape

import pytest

from surveys.definition import Definition
from surveys.easy_texts import record_review
from surveys.editing.tree import node_of
from surveys.models import QuestionnaireVersion
from surveys.services import store_definition
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
def version(session, study):
    kept = store_definition(session, study.id, edited_form())
    session.commit()
    return kept


@pytest.fixture
def address(study, version):
    return f"/studies/{study.key}/questionnaires/versions/{version.id}/edit"


def form_of(session, version):
    session.expire_all()
    return Definition.from_json(session.get_one(QuestionnaireVersion, version.id).definition)


def test_languages_show_how_far_they_are(lead, address):
    page = lead.get(f"{address}/languages").get_data(as_text=True).replace("\u202f", " ")

    assert "17 textes sur 17" in page
    assert "3 textes sur 17" in page


def test_language_is_added_named_made_the_main_one_and_taken_away(lead, address, session, version):
    lead.post(f"{address}/languages/add", data={"tag": "fr-x-falc"})
    lead.post(f"{address}/languages/add", data={"tag": "ar", "other_tag": "sw", "name": "Kiswahili"})
    lead.post(f"{address}/languages/change", data={"tag": "en", "act": "rename", "name": "Anglais"})
    lead.post(f"{address}/languages/change", data={"tag": "sw", "act": "default"})
    lead.post(f"{address}/languages/change", data={"tag": "fr", "act": "remove"})

    form = form_of(session, version)
    assert [(each.tag, each.name) for each in form.locales] == [
        ("en", "Anglais"), ("fr-x-falc", "Français facile"), ("sw", "Kiswahili")
    ]  # fmt: skip
    assert form.default_locale == "sw"
    assert node_of(form, "travail").labels == {"en": "Do you have a job?"}


def test_language_that_cannot_be_added_is_told(lead, address, session, version):
    answer = lead.post(f"{address}/languages/add", data={"other_tag": "la langue"})

    assert "Le code de la langue" in lead.get(answer.location).get_data(as_text=True)
    assert [each.tag for each in form_of(session, version).locales] == ["fr", "en"]


def test_texts_that_lack_come_first(lead, address):
    page = lead.get(f"{address}/translate?to=en").get_data(as_text=True)

    assert page.index("Votre travail") < page.index("Do you have a job?")
    assert page.count('class="text-row text-missing"') == 14


def test_translations_are_saved_together(lead, address, session, version):
    answer = lead.post(
        f"{address}/translate",
        data={
            "from": "fr",
            "to": "en",
            "revision": "0",
            "t:detail|label": "Your job",
            "t:@ville|nord": "North",
            "x": "y",
        },
    )

    form = form_of(session, version)
    assert (node_of(form, "detail").labels["en"], form.choice_lists["ville"][0].labels["en"]) == ("Your job", "North")
    assert "from=fr&to=en" in answer.location


def test_translation_written_meanwhile_is_not_overwritten(lead, address, session, version):
    sent = {"from": "fr", "to": "en", "revision": "0"}
    lead.post(f"{address}/translate", data={**sent, "t:detail|label": "Your job"})

    answer = lead.post(f"{address}/translate", data={**sent, "t:detail|label": "Your work", "t:@ville|nord": "North"})

    page = answer.get_data(as_text=True).replace("\u202f", " ")
    assert "« Your job »" in page
    assert ">\nYour work</textarea>" in page
    form = form_of(session, version)
    assert (node_of(form, "detail").labels["en"], form.choice_lists["ville"][0].labels["en"]) == ("Your job", "North")


def test_long_forms_are_translated_page_by_page(lead, address):
    for number in range(45):
        lead.post(f"{address}/add", data={"add_words": f"Question {number}", "add_kind": "note"})

    first = lead.get(f"{address}/translate?to=en").get_data(as_text=True)
    second = lead.get(f"{address}/translate?to=en&page=2").get_data(as_text=True)

    assert (first.count("<textarea"), second.count("<textarea")) == (40, 22)


@pytest.mark.parametrize("screen", ["languages", "translate", "translate?to=en&from=fr"])
def test_screens_are_well_formed(lead, address, screen):
    answer = lead.get(f"{address}/{screen}")

    assert answer.status_code == 200
    assert faults(answer.text) == []


def test_form_of_one_language_says_what_to_do(lead, study):
    begun = lead.post(f"/studies/{study.key}/questionnaires/new", data={"title": "Avis"}).location

    page = lead.get(f"{begun}translate")

    assert "Il n’y a qu’une langue" in page.text
    assert faults(page.text) == []


def test_what_is_hard_to_read_is_said_beside_each_translation_with_who_approved_the_texts(
    lead, address, session, version, study
):
    lead.post(f"{address}/languages/add", data={"tag": "fr-x-falc"})
    lead.post(
        f"{address}/translate",
        data={"from": "fr", "to": "fr-x-falc", "t:travail|label": "Êtes-vous bénéficiaire d'une allocation ?"},
    )

    page = lead.get(f"{address}/translate?from=fr&to=fr-x-falc").get_data(as_text=True)

    assert re.findall(r"<li>«\u202f(.*?)\u202f»", unescape(page)) == ["bénéficiaire", "allocation"]
    assert "Aucun groupe n’a encore relu ces textes" in page
    record_review(session, study.id, version.id, locale="fr-x-falc", reviewers="Groupe A", reviewed_on=date(2026, 1, 5))
    session.commit()
    page = lead.get(f"{address}/translate?from=fr&to=fr-x-falc").get_data(as_text=True)
    assert "Textes relus et approuvés par Groupe A le 5 janvier 2026." in page
    check = unescape(lead.get(f"{address}/check").get_data(as_text=True))
    assert "1 texte est difficile à lire par endroits. Textes relus et approuvés par Groupe A" in check
