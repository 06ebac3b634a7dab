"""Forms sent from another site, with the cookie of somebody who is answering: nothing is written."""

import re

import pytest
from sqlalchemy import select

from surveys.models import Answer, Response
from tests.app.respond.test_pages import text
from tests.app.respond.test_receipt import code_of, open_with

FORGED = [{}, {"csrf": ""}, {"csrf": "x" * 43}, {"csrf": "é"}]


def kept(session):
    session.expire_all()
    responses = session.execute(select(Response.__table__).order_by(Response.id)).all()
    return responses, session.execute(select(Answer.__table__).order_by(Answer.response_id, Answer.item_name)).all()


@pytest.mark.parametrize("data", FORGED)
@pytest.mark.parametrize("tail", ["", "/pause", "/leave", "/verifier", "/p/travail"])
def test_forged_form_writes_nothing_in_a_draft(phone, session, tail, data):
    phone.start()
    phone.send(emploi="non")
    before = kept(session)

    answered = phone.client.post(f"/r/{phone.code}{tail}", data=data | {"emploi": "oui", "move": "next"})

    assert answered.status_code < 500
    assert "Clear-Site-Data" not in answered.headers
    assert kept(session) == before
    assert phone.client.get(phone.url.split("#")[0]).status_code == 200  # still held


@pytest.mark.parametrize("data", FORGED)
def test_forged_form_erases_no_response(phone, app, session, data):
    phone.answer_everything()
    phone.send(f"/r/{phone.code}/verifier")
    other = app.test_client()
    open_with(other, code_of(session))
    before = kept(session)

    answered = other.post("/recu/retirer", data=data)

    assert answered.status_code == 303
    assert kept(session) == before
    assert re.search("Merci", text(other.get("/recu/reponses")))
