"""What is asked before the start, and the copy a person keeps."""

import re

import pytest
from sqlalchemy import select

from studies.models import ConsentPurpose, Study
from studies.services import publish_consent_text
from surveys.consents import agreements_of
from surveys.models import Response
from tests.app.respond.test_pages import text
from tests.app.respond.test_receipt import code_of, open_with

SENTENCES = {ConsentPurpose.ANSWER: "J’accepte de répondre.", ConsentPurpose.QUOTATION: "J’accepte d’être cité·e."}
YES = {"consent:answer": "yes", "consent:quotation": "yes"}


@pytest.fixture
def consent(session, phone):
    study_id = session.scalar(select(Study.id))
    asked = publish_consent_text(
        session, study_id, locale="fr", body="Première phrase.\n\n**Gras**", purposes=SENTENCES, by=None
    )
    session.commit()
    return asked


def press_start(phone, **said):
    page = text(phone.get(f"/r/{phone.code}"))
    token = re.search(r'csrf" value="([^"]+)', page)[1]
    sent = {"csrf": token, "locale": "fr", **said}
    if found := re.search(r'consent_text" value="([^"]+)', page):
        sent["consent_text"] = found[1]
    answer = phone.client.post(f"/r/{phone.code}", data=sent)
    phone.url = answer.location
    return answer


def said_of(session):
    session.expire_all()
    response_id = session.scalar(select(Response.id))
    return {each.purpose.value: each.is_given for each in agreements_of(session, response_id)}


def test_way_in_asks_each_sentence_in_the_words_of_the_study(phone, consent):
    page = text(phone.get(f"/r/{phone.code}"))

    assert page.count("Oui, je suis d’accord") == 2
    assert "<strong>Gras</strong>" in page


def test_start_keeps_what_was_agreed(phone, consent, session):
    answer = press_start(phone, **YES | {"consent:quotation": "no"})

    assert answer.status_code == 303
    assert said_of(session) == {"answer": True, "quotation": False}


def test_start_without_every_yes_or_no_starts_nothing_and_keeps_what_was_chosen(phone, consent, session):
    answer = press_start(phone, **{"consent:quotation": "yes"})

    assert answer.status_code == 422
    assert "Choisissez oui ou non." in text(answer)
    assert re.search(r'name="consent:quotation" value="yes" checked', text(answer))
    assert session.scalars(select(Response)).all() == []


def test_no_means_that_nothing_is_asked_and_nothing_kept(phone, consent, session):
    answer = press_start(phone, **YES | {"consent:answer": "no"})

    assert "Rien ne vous sera demandé" in text(answer)
    assert session.scalars(select(Response)).all() == []


def test_start_ignores_a_text_that_is_not_of_the_study(phone, consent, session):
    token = re.search(r'csrf" value="([^"]+)', text(phone.get(f"/r/{phone.code}")))[1]

    answer = phone.client.post(f"/r/{phone.code}", data={"csrf": token, "locale": "fr", "consent_text": "x"})

    assert (answer.status_code, said_of(session)) == (303, {})


def test_receipt_opens_the_copy_and_a_yes_may_become_a_no(phone, app, consent, session):
    press_start(phone, **YES)
    phone.answer_pages()
    phone.send(f"/r/{phone.code}/verifier")
    other = app.test_client()
    open_with(other, code_of(session))

    copy = text(other.get("/recu/accord"))
    token = re.search(r'csrf" value="([^"]+)', copy)[1]
    other.post("/recu/accord", data={"csrf": token, "consent:quotation": "no", "consent:answer": "no"})

    assert "version 1" in copy
    assert said_of(session) == {"answer": True, "quotation": False}
