"""A personal link on phones without scripts: exchanged at once, linked at the start, resumed elsewhere."""

import re
from datetime import date

import pytest
from sqlalchemy import event, select, update

from app.account.models import RateWindow
from app.extensions import db
from studies.models import Wave, WaveAnchor
from surveys.invitations import make_invitations, personal_code, spell_personal
from surveys.models import Collection, Quarantine, Response, ResponseState
from tests.app.respond.conftest import Phone, csrf
from tests.factories.invitations import SECRET, make_invited_world


@pytest.fixture
def world(session):
    made = make_invited_world(session)
    people = [made.first.id, made.second.id]
    make_invitations(session, made.study.id, made.collection.id, people, secret=SECRET)
    session.commit()
    return made


@pytest.fixture
def code(world):
    return personal_code(SECRET, world.collection.id, world.first.id)


def new_phone(app, world):
    return Phone(app.test_client(), world.collection.code)


def arrive(app, world, code):
    """Open the link on a new phone and press the button of the welcome page."""
    phone = new_phone(app, world)
    assert phone.get(f"/i/{code}").location == f"/r/{world.collection.code}"
    phone.start()
    return phone


def text(answer):
    return answer.get_data(as_text=True)


def response(session):
    session.expire_all()
    return session.scalars(select(Response)).one()


def test_link_is_exchanged_at_once_for_a_cookie_and_writes_nothing(app, world, code, session):
    phone = new_phone(app, world)
    written = []

    def note(_connection, _cursor, statement, *_rest):
        if re.match(r"INSERT|UPDATE|DELETE", statement):
            written.append(statement)

    event.listen(db.session.connection(), "before_cursor_execute", note)

    answer = phone.get(f"/i/{spell_personal(code).lower()}")
    welcome = phone.get(answer.location)

    cookies = [line for line in answer.headers.getlist("Set-Cookie") if "-invitation=" in line]
    assert answer.status_code == 303
    assert answer.location == f"/r/{world.collection.code}"
    assert len(cookies) == 1
    assert re.search(rf"{code}.*HttpOnly.*Path=/r/{world.collection.code}.*SameSite=Lax", cookies[0])
    assert welcome.status_code == 200
    assert "sans votre nom" in text(welcome)
    assert written == []
    assert session.scalars(select(Response)).all() == []


def test_start_links_the_response_and_takes_the_personal_code_back(app, world, code, session):
    phone = arrive(app, world, code)

    kept = response(session)
    assert kept.participant_id == world.first.id
    assert kept.calculated == {"pseudonym": "NUM-É-1", "vague": "T0", "site": "Nord"}
    assert phone.client.get_cookie("tresse-answers-invitation", path=f"/r/{phone.code}") is None


def test_personal_code_and_pseudonym_stand_on_no_page_and_in_no_address(app, world, code):
    phone = new_phone(app, world)
    pages = [phone.get(f"/i/{code}")]
    pages.append(phone.get(pages[0].location))
    phone.start()
    addresses = [pages[0].location, phone.url]
    pages.append(phone.get(phone.url))
    phone.send(story="Voilà")
    addresses.append(phone.url)
    pages.append(phone.get(phone.url))
    pages.append(phone.get(f"/r/{phone.code}/pause"))

    shown = "".join([text(page) for page in pages[1:]] + addresses)
    assert [word for word in (code, spell_personal(code), "NUM-É-1", "Nord") if word in shown] == []


def test_second_phone_goes_on_and_the_first_is_refused_politely(app, world, code, session):
    first = arrive(app, world, code)
    first.send(move="pause", story="Déjà dit")
    second = new_phone(app, world)
    second.get(f"/i/{code}")

    welcome = text(second.get(f"/r/{second.code}"))
    second.start()
    page = text(second.get(second.url))
    refused = first.get(f"/r/{first.code}/p/story")
    form = first.get(refused.location)
    pressed = first.client.post(f"/r/{first.code}", data={"csrf": csrf(form), "locale": "fr"})

    assert "Reprendre mes réponses" in welcome
    assert "Déjà dit" not in welcome
    assert "Déjà dit" in page or "Déjà dit" in text(second.get(f"/r/{second.code}/p/story"))
    assert refused.location == f"/r/{first.code}"
    assert "Déjà dit" not in text(form)
    assert pressed.status_code == 404
    assert response(session).participant_id == world.first.id


def test_link_after_sending_shows_nothing_of_the_answers(app, world, code, session):
    phone = arrive(app, world, code)
    phone.send(story="Secret dit")
    phone.send(f"/r/{phone.code}/verifier")
    assert response(session).state is ResponseState.SUBMITTED

    other = new_phone(app, world)
    page = other.get(other.get(f"/i/{code}").location)

    assert page.status_code == 200
    assert "Secret dit" not in text(page)
    assert 'name="csrf"' not in text(page)


def test_link_on_a_phone_used_by_somebody_else_opens_its_own_response(app, world, code, session):
    phone = arrive(app, world, code)
    phone.get(f"/i/{personal_code(SECRET, world.collection.id, world.second.id)}")
    phone.start()

    session.expire_all()
    linked = set(session.scalars(select(Response.participant_id)))
    assert linked == {world.first.id, world.second.id}


def test_somebody_else_on_this_phone_starts_without_the_link(app, world, code, session):
    phone = arrive(app, world, code)
    token = csrf(phone.get(f"/r/{phone.code}"))
    phone.client.post(f"/r/{phone.code}/leave", data={"csrf": token, "again": "1", "sure": "1"})
    phone.start()

    session.expire_all()
    assert set(session.scalars(select(Response.participant_id))) == {world.first.id, None}


def test_unknown_code_is_told_politely_and_writes_nothing(app, world, session):
    answer = new_phone(app, world).get("/i/K7M2-QX4P-9TRB")

    assert answer.status_code == 404
    assert "lien personnel" in text(answer)
    assert session.scalars(select(RateWindow)).all() == []
    assert session.scalars(select(Quarantine)).all() == []


def test_address_that_tried_too_many_codes_waits(app, world, code, session, monkeypatch):
    monkeypatch.setattr("app.respond.invitation.TRIES_BY_ADDRESS", -1)

    assert new_phone(app, world).get(f"/i/{code}").status_code == 429


def test_code_taken_back_before_the_start_starts_nothing(app, world, code, session):
    phone = new_phone(app, world)
    phone.get(f"/i/{code}")
    token = csrf(phone.get(f"/r/{phone.code}"))
    world.first.state = "withdrawn"
    session.commit()

    answer = phone.client.post(f"/r/{phone.code}", data={"csrf": token, "locale": "fr"})

    assert answer.status_code == 404
    assert session.scalars(select(Response)).all() == []


def test_personal_link_before_the_window_says_when_it_opens(app, session, world, code):
    wave = session.scalars(select(Wave).where(Wave.study_id == world.study.id)).one()
    wave.anchor, wave.months_after_start, wave.days_before = WaveAnchor.ENTRY, 1, 12
    world.first.entered_on = date(2090, 2, 15)
    session.execute(update(Collection).where(Collection.id == world.collection.id).values(opens_by_person=True))
    session.commit()
    phone = app.test_client()

    welcome = phone.get(phone.get(f"/i/{code}").location)

    assert "Votre questionnaire ouvre le 3 mars 2090" in welcome.text
    assert 'name="csrf"' not in welcome.text
