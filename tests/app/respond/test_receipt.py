"""The code and the link: come back, read again, withdraw."""

import re

import pytest
from sqlalchemy import select

from app.account.throttle import address_of_request
from surveys.models import Answer, Response, ResponseState
from tests.app.respond.test_pages import text


def code_of(session):
    session.expire_all()
    return session.scalars(select(Response)).one().receipt


def open_with(client, code):
    token = re.search(r'csrf" value="([^"]+)', text(client.get("/recu")))[1]
    return client.post("/recu", data={"csrf": token, "code": code})


def test_link_is_exchanged_for_the_cookie_and_leaves_the_address(phone, app):
    phone.start()
    link = re.search(r'href="http://localhost(/reprendre/[^"]+)"', text(phone.get(f"/r/{phone.code}/pause")))[1]
    other = app.test_client()

    answer = other.get(link)

    assert answer.location == f"/r/{phone.code}"
    assert "Reprendre mes réponses" in text(other.get(answer.location))


def test_code_of_a_pause_resumes_on_another_phone(phone, app, session):
    phone.start()
    phone.send(emploi="non")
    phone.send(f"/r/{phone.code}/pause")
    other = app.test_client()

    answer = open_with(other, code_of(session).lower())

    assert answer.location == f"/r/{phone.code}"
    assert f"/r/{phone.code}/p/depuis" in text(other.get(answer.location))


def test_receipt_shows_what_was_said_then_withdraws_it(phone, app, session):
    phone.answer_everything()
    phone.send(f"/r/{phone.code}/verifier")
    other = app.test_client()

    said = text(other.get(open_with(other, code_of(session)).location))
    token = re.search(r'csrf" value="([^"]+)', text(other.get("/recu/reponses?confirm=1")))[1]
    gone = other.post("/recu/retirer", data={"csrf": token})

    assert "Merci" in said
    assert "Vos réponses sont effacées" in text(gone)
    assert gone.headers["Clear-Site-Data"] == '"cache"'
    session.expire_all()
    assert session.scalars(select(Answer)).all() == []
    assert session.scalars(select(Response)).one().state is ResponseState.WITHDRAWN


def test_withdrawal_without_the_token_of_the_form_changes_nothing(phone, app, session):
    phone.answer_everything()
    phone.send(f"/r/{phone.code}/verifier")
    other = app.test_client()
    open_with(other, code_of(session))

    other.post("/recu/retirer", data={"csrf": "x"})

    assert session.scalars(select(Response)).one().state is ResponseState.SUBMITTED


def test_wrong_code_says_so_and_keeps_what_was_typed(phone, client):
    answer = open_with(client, "AAAA-2222")

    assert answer.status_code == 422
    assert 'value="AAAA-2222"' in text(answer)


def test_codes_are_not_guessed_for_ever(phone, client, monkeypatch):
    monkeypatch.setattr("app.respond.receipt.TRIES_BY_ADDRESS", 2)

    statuses = [open_with(client, "AAAA-2222").status_code for _ in range(3)]

    assert statuses == [422, 422, 429]


def test_code_of_a_questionnaire_leads_to_it_wherever_it_is_typed(phone, client):
    typed = f"{phone.code[:4].lower()}-{phone.code[4:]}"

    assert open_with(client, typed).location == f"/r/{phone.code}"
    assert client.post("/code", data={"code": typed}).location == f"/r/{phone.code}"


def test_own_code_typed_on_the_first_page_opens_what_one_said(phone, app, session):
    phone.answer_everything()
    phone.send(f"/r/{phone.code}/verifier")
    other = app.test_client()

    answer = other.post("/code", data={"code": code_of(session)})

    assert 'action="/code" method="post"' in text(other.get("/"))
    assert "Merci" in text(other.get(answer.location))


def test_own_codes_typed_on_the_first_page_are_not_guessed_for_ever(client, monkeypatch):
    monkeypatch.setattr("app.respond.receipt.TRIES_BY_ADDRESS", 1)

    answers = [client.post("/code", data={"code": "AAAA-2222"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [422, 429]
    assert 'value="AAAA-2222"' in text(answers[0])


def test_own_code_sent_from_another_site_opens_nothing(phone, app, session, monkeypatch):
    phone.answer_everything()
    phone.send(f"/r/{phone.code}/verifier")
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    answer = app.test_client().post("/code", data={"code": code_of(session)})

    assert answer.status_code == 400


def test_page_of_the_code_speaks_the_language_of_the_last_questionnaire(phone, client):
    phone.get(f"/r/{phone.code}?lang=ar")

    kept = text(client.get("/recu"))
    asked = text(client.get("/recu?lang=en"))

    assert '<html lang="ar" dir="rtl"' in kept
    assert 'href="?lang=en"' in kept
    assert '<html lang="en" dir="ltr"' in asked
    assert 'href="?lang=ar"' in text(client.get("/r/ZZZZZZZZ"))


def sent_and_opened(phone, app, session):
    """Send everything, then open it by its code on another phone; return that phone and the token of its forms."""
    phone.answer_everything()
    phone.send(f"/r/{phone.code}/verifier")
    other = app.test_client()
    page = text(other.get(open_with(other, code_of(session)).location))
    return other, re.search(r'csrf" value="([^"]+)', page)[1]


def test_answers_are_corrected_with_the_code_and_the_receipt_stays(phone, app, session):
    other, token = sent_and_opened(phone, app, session)
    receipt = code_of(session)

    review = other.post("/recu/corriger", data={"csrf": token}).location
    page = text(other.get(review))
    token = re.search(r'csrf" value="([^"]+)', page)[1]
    other.post(f"/r/{phone.code}/p/emploi", data={"csrf": token, "emploi": "non"})
    done = other.post(review, data={"csrf": token})

    assert "Vous corrigez des réponses déjà envoyées" in page
    assert receipt[:4] in text(other.get(done.location))
    session.expire_all()
    assert session.scalars(select(Response)).one().receipt == receipt
    assert session.scalar(select(Answer.value).where(Answer.item_name == "emploi")) == "non"


def test_a_correction_can_be_given_up(phone, app, session):
    other, token = sent_and_opened(phone, app, session)
    other.post("/recu/corriger", data={"csrf": token})

    other.post("/recu/correction/abandonner", data={"csrf": token})

    session.expire_all()
    assert session.scalars(select(Response)).one().state is ResponseState.SUBMITTED
    assert "Continuer ma correction" not in text(other.get("/recu/reponses"))


def test_answers_are_taken_away_as_text_and_as_data(phone, app, session):
    other, _token = sent_and_opened(phone, app, session)

    words = other.get("/recu/mes-reponses.txt")
    data = other.get("/recu/mes-reponses.json")

    assert "Merci" in text(words)
    assert words.headers["Content-Disposition"] == 'attachment; filename="mes-reponses.txt"'
    assert data.json["receipt"].replace("-", "") == code_of(session)
    assert "Merci" in [line["answer"] for line in data.json["answers"]]


def test_nobody_takes_answers_without_their_code(client):
    assert client.get("/recu/mes-reponses.json").location == "/recu"


@pytest.mark.parametrize(
    ("address", "door"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_tries_of_one_connection_are_counted_together(app, address, door):
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert address_of_request() == door


def erase_from_pause(phone):
    """Ask to erase on the page of the pause, and say yes."""
    pause = text(phone.get(f"/r/{phone.code}/pause"))
    action = re.search(r'action="([^"]+/retirer)"', pause)[1]
    asked = phone.client.post(action, data={"csrf": re.search(r'csrf" value="([^"]+)', pause)[1]})
    sure = text(phone.client.get(asked.location))
    return phone.client.post("/recu/retirer", data={"csrf": re.search(r'csrf" value="([^"]+)', sure)[1]})


def test_answers_that_were_never_sent_are_withdrawn_from_the_page_of_the_pause(phone, session):
    phone.start()
    phone.send(emploi="non")

    gone = erase_from_pause(phone)

    assert "Vos réponses sont effacées" in text(gone)
    session.expire_all()
    assert session.scalars(select(Answer)).all() == []
    assert session.scalars(select(Response)).one().state is ResponseState.WITHDRAWN


def test_withdrawal_from_a_correction_takes_what_was_sent_as_well(phone, session):
    phone.answer_everything()
    phone.send(f"/r/{phone.code}/verifier")
    answers = text(phone.client.get(open_with(phone.client, code_of(session)).location))
    phone.client.post("/recu/corriger", data={"csrf": re.search(r'csrf" value="([^"]+)', answers)[1]})

    erase_from_pause(phone)

    session.expire_all()
    assert session.scalars(select(Answer)).all() == []
    assert [row.state for row in session.scalars(select(Response))] == [ResponseState.WITHDRAWN]


def test_answers_that_were_not_sent_can_be_taken_away_too(phone, session):
    phone.start()
    phone.send(emploi="non")
    pause = text(phone.get(f"/r/{phone.code}/pause"))
    phone.client.post(f"/r/{phone.code}/retirer", data={"csrf": re.search(r'csrf" value="([^"]+)', pause)[1]})

    assert phone.client.get("/recu/mes-reponses.json").json["values"] == {"emploi": "non"}
