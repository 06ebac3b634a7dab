"""One phone, several people, several tabs: what each sees of the others."""

import re

from sqlalchemy import select

from surveys.models import Quarantine, Response, ResponseState
from surveys.tokens import spell
from tests.app.respond.test_pages import text
from tests.app.respond.test_receipt import code_of


def sent(phone):
    phone.answer_everything()
    phone.send(f"/r/{phone.code}/verifier")


def token_of(page):
    return re.search(r'csrf" value="([^"]+)', page)[1]


def test_receipt_is_shown_to_who_has_just_sent_and_not_to_who_comes_in_later(phone, session):
    sent(phone)
    receipt = spell(code_of(session))

    just_sent = text(phone.get(f"/r/{phone.code}/merci"))
    door = text(phone.get(f"/r/{phone.code}"))
    later = text(phone.get(f"/r/{phone.code}/merci"))

    assert receipt in just_sent
    assert "Rien ne reste sur ce téléphone." in just_sent
    assert receipt not in door + later
    assert 'href="/recu"' in later


def test_somebody_else_starts_after_answers_that_were_sent(phone, session):
    sent(phone)
    door = text(phone.get(f"/r/{phone.code}"))

    phone.client.post(f"/r/{phone.code}/leave", data={"csrf": token_of(door), "again": "1"})
    phone.start()

    assert len(session.scalars(select(Response)).all()) == 2


def test_somebody_else_is_given_the_code_of_unfinished_answers_first(phone, session):
    phone.start()
    door = text(phone.get(f"/r/{phone.code}"))

    warned = text(phone.client.post(f"/r/{phone.code}/leave", data={"csrf": token_of(door), "again": "1"}))
    still = text(phone.get(f"/r/{phone.code}"))
    phone.client.post(f"/r/{phone.code}/leave", data={"csrf": token_of(warned), "again": "1", "sure": "1"})

    assert spell(code_of(session)) in warned
    assert "Reprendre mes réponses" in still
    assert "Reprendre mes réponses" not in text(phone.get(f"/r/{phone.code}"))


def test_page_sent_after_the_end_may_be_erased(phone, session):
    sent(phone)
    token = token_of(text(phone.get(f"/r/{phone.code}/merci")))

    page = text(phone.client.post(f"/r/{phone.code}/p/mot", data={"csrf": token, "mot": "encore"}))
    kept = [row.reason for row in session.scalars(select(Quarantine))]
    phone.client.post(f"/r/{phone.code}/ajout", data={"csrf": "x" * 43})
    still = len(session.scalars(select(Quarantine)).all())
    erased = text(phone.client.post(f"/r/{phone.code}/ajout", data={"csrf": token_of(page)}))

    assert "Cet ajout n’en fait pas partie." in page
    assert (kept, still) == (["submitted"], 1)
    assert "Cet ajout est effacé" in erased
    assert session.scalars(select(Quarantine)).all() == []
    assert session.scalars(select(Response)).one().state is ResponseState.SUBMITTED


def test_resuming_comes_back_to_the_page_of_the_pause(phone):
    phone.start()
    phone.send(emploi="non")
    page = phone.url

    phone.send(move="pause")

    assert f'href="{page}"' in text(phone.get(f"/r/{phone.code}"))


def test_resuming_after_back_skips_no_page(phone):
    phone.start()
    phone.send(emploi="non")
    page = phone.url
    phone.send(move="back")
    phone.send(emploi="non")

    assert phone.url == page
    assert f'href="{page}"' in text(phone.get(f"/r/{phone.code}"))


def test_closed_questionnaire_leads_to_the_code(phone, session, collection):
    collection.closes_at = collection.opens_at
    session.commit()

    assert 'href="/recu"' in text(phone.get(f"/r/{phone.code}"))
