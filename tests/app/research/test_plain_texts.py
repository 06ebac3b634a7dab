"""The screen of plain language, and what respondents read of a review."""

import re

import pytest
from sqlalchemy import select

from studies.models import Role
from surveys.models import QuestionnaireVersion, TextReview
from surveys.services import import_questionnaire
from tests.factories.questions import ask_everything
from tests.factories.studies import StudyFactory, member_client
from tests.factories.surveys import survey

EASY = "fr-x-falc"


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def asked(session, study):
    return ask_everything(session, study)


@pytest.fixture
def address(session, study, asked):
    version_id = session.scalars(select(QuestionnaireVersion.id)).one()
    return f"/studies/{study.key}/questionnaires/versions/{version_id}/plain/"


@pytest.fixture
def lead(app, study):
    return member_client(app, study)


def record(browser, address, **changed):
    data = {"lang": EASY, "reviewers": "Groupe <b>Nord</b>", "reviewed_on": "2026-03-02", **changed}
    return browser.post(f"{address}reviews", data=data)


def test_hard_words_are_marked_with_advice(lead, study, session):
    form = survey(
        "integer | a | Combien sur cent ?", "text | b | Venez-vous <b>régulièrement</b> ?", "text | c | Votre âge ?"
    )
    version = import_questionnaire(session, study.id, file_name="f.md", content=form.encode())
    session.commit()

    page = lead.get(f"/studies/{study.key}/questionnaires/versions/{version.id}/plain/").get_data(as_text=True)

    assert re.findall(r"<mark>(.*?)</mark>", page) == ["cent", "régulièrement"]
    assert "Écrivez les nombres en chiffres." in page
    assert "Un mot long." in page


def test_language_that_is_not_checked_says_so(lead, address):
    assert "Seuls le français et l’anglais" in lead.get(f"{address}?lang=ar").get_data(as_text=True)


def test_easy_french_says_that_nobody_read_it_until_somebody_did(client, lead, address, asked):
    welcome = f"/r/{asked.code}?lang={EASY}"
    before = client.get(welcome).get_data(as_text=True)

    answer = record(lead, address)

    after = client.get(welcome).get_data(as_text=True)
    assert answer.status_code == 303
    assert "Français facile, pas encore relu" in before
    assert "Français facile, pas encore relu" not in after
    assert "Facile à lire" in after
    assert "Groupe &lt;b&gt;Nord&lt;/b&gt;" in after
    assert "pas encore relu" not in client.get(f"/r/{asked.code}?lang=fr").get_data(as_text=True)


def test_review_is_listed_and_taken_back(lead, address, session):
    record(lead, address)
    identifier = session.scalars(select(TextReview.id)).one()
    page = lead.get(address).get_data(as_text=True)

    lead.post(f"{address}reviews/{identifier}/remove", data={"lang": EASY})

    assert "les textes sont ceux qui ont été relus" in page
    assert session.scalars(select(TextReview)).all() == []


@pytest.mark.parametrize(
    "changed", [{"reviewers": ""}, {"reviewed_on": ""}, {"reviewed_on": "2999-01-01"}, {"lang": "tlh"}]
)
def test_review_that_lacks_something_is_asked_again(lead, address, session, changed):
    answer = record(lead, address, **changed)

    assert answer.status_code == 422
    assert session.scalars(select(TextReview)).all() == []


def test_coder_reads_and_does_not_record(app, study, address):
    coder = member_client(app, study, Role.CODER)

    assert (coder.get(address).status_code, record(coder, address).status_code) == (200, 403)
