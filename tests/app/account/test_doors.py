"""Signing in, signing out, and what a stolen cookie is worth."""

import hashlib
import re
from datetime import timedelta

import time_machine
from sqlalchemy import func, select

from app.account.doors import DEVICE_COOKIE
from app.account.links import password_link, setup_link
from app.account.models import AccountSession, RateWindow
from app.account.throttle import TRIES
from core.clock import now
from studies.models import Account
from tests.factories.studies import PASSWORD, AccountFactory, sign_in

COOKIE = "tresse-session"


def enter(client, email, password=PASSWORD):
    return client.post("/account/sign-in", data={"email": email, "password": password})


def without_tokens(page):
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def test_sign_in_opens_a_session_of_which_only_the_hash_is_kept(client, session):
    account = AccountFactory(email="lea@example.org")

    response = enter(client, " Lea@Example.org ")

    token = client.get_cookie(COOKIE).value
    assert (response.status_code, response.location) == (303, "/")
    rows = session.scalars(select(AccountSession)).all()
    assert [row.account_id for row in rows] == [account.id]
    assert rows[0].token_hash == hashlib.sha256(token.encode()).hexdigest()


def test_sign_in_cookie_is_out_of_reach_of_scripts_and_other_sites(client, session):
    AccountFactory(email="lea@example.org")

    header = next(value for value in enter(client, "lea@example.org").headers.getlist("Set-Cookie") if COOKIE in value)

    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header


def test_sign_in_says_the_same_for_a_wrong_password_and_an_unknown_address(client, session):
    AccountFactory(email="lea@example.org")

    wrong = enter(client, "lea@example.org", "not the password")
    unknown = enter(client, "nobody@example.org", "not the password")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert without_tokens(wrong.text).replace("lea@", "nobody@") == without_tokens(unknown.text)


def test_sign_in_refuses_a_closed_account(client, session):
    AccountFactory(email="lea@example.org", is_active=False)

    assert enter(client, "lea@example.org").status_code == 422


def test_sign_in_goes_on_to_the_page_asked_for_but_never_to_another_site(client, session):
    AccountFactory(email="lea@example.org")
    targets = {
        "/account/": "/account/",
        "https://evil.example/": "/",
        "//evil.example": "/",
        "/\\evil.example": "/",
        "/\t/evil.example": "/",
        "javascript:alert(1)": "/",
    }

    locations = {
        target: client.post(
            "/account/sign-in", data={"email": "lea@example.org", "password": PASSWORD, "next": target}
        ).location
        for target in targets
    }

    assert locations == targets


def test_replayed_cookie_answers_401_after_sign_out(app, client, session):
    AccountFactory(email="lea@example.org")
    enter(client, "lea@example.org")
    token = client.get_cookie(COOKIE).value
    assert client.get("/account/").status_code == 200

    signed_out = client.post("/account/sign-out")

    thief = app.test_client()
    thief.set_cookie(COOKIE, token)
    assert signed_out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get_cookie(COOKIE) is None
    assert thief.get("/account/").status_code == 401


def test_signing_out_leaves_the_answers_that_respondents_keep_on_a_shared_tablet(client, session):
    AccountFactory(email="lea@example.org")
    enter(client, "lea@example.org")
    client.set_cookie("tresse-offline", "1")

    assert client.post("/account/sign-out").headers["Clear-Site-Data"] == '"cache"'


def test_session_ends_after_twelve_idle_hours_and_seven_days(client, session):
    account = AccountFactory()
    start = now()
    with time_machine.travel(start, tick=False):
        sign_in(client, account)
    with time_machine.travel(start + timedelta(hours=11), tick=False):
        assert client.get("/account/").status_code == 200
    with time_machine.travel(start + timedelta(hours=12, minutes=1), tick=False):
        assert client.get("/account/").status_code == 401

    with time_machine.travel(start, tick=False):
        token = sign_in(client, account)
        row = session.scalars(select(AccountSession).where(AccountSession.account_id == account.id)).all()[-1]
    row.last_seen_at = start + timedelta(days=7)
    session.commit()
    with time_machine.travel(start + timedelta(days=7, seconds=1), tick=False):
        assert token
        assert client.get("/account/").status_code == 401


def test_reading_does_not_write_when_the_session_was_last_used(client, session):
    account = AccountFactory()
    sign_in(client, account)
    row = session.scalar(select(AccountSession))
    row.last_seen_at = long_ago = now() - timedelta(hours=1)
    session.commit()

    client.get("/account/")
    session.expire_all()
    unchanged = session.scalar(select(AccountSession.last_seen_at))
    client.post("/account/profile", data={"name": "Léa", "locale": "fr"})
    session.expire_all()

    assert unchanged == long_ago
    assert session.scalar(select(AccountSession.last_seen_at)) > long_ago


def test_throttle_shuts_strangers_out_of_one_account_only(app, client, session):
    AccountFactory(email="lea@example.org")
    AccountFactory(email="ali@example.org")
    statuses = [enter(app.test_client(), "lea@example.org", "guess").status_code for _ in range(TRIES + 1)]

    assert statuses == [422] * TRIES + [429]
    assert enter(app.test_client(), "lea@example.org").status_code == 429
    assert enter(app.test_client(), "ali@example.org").status_code == 303


def test_throttle_lets_the_owner_in_from_a_known_device(app, session):
    AccountFactory(email="lea@example.org")
    own = app.test_client()
    enter(own, "lea@example.org")
    own.post("/account/sign-out")
    for _ in range(TRIES + 1):
        enter(app.test_client(), "lea@example.org", "guess")

    assert own.get_cookie(DEVICE_COOKIE) is not None
    assert enter(own, "lea@example.org").status_code == 303


def test_throttle_counts_again_after_a_quarter_of_an_hour(app, session):
    AccountFactory(email="lea@example.org")
    start = now()
    with time_machine.travel(start, tick=False):
        for _ in range(TRIES + 1):
            enter(app.test_client(), "lea@example.org", "guess")
    with time_machine.travel(start + timedelta(minutes=16), tick=False):
        assert enter(app.test_client(), "lea@example.org").status_code == 303
    assert session.scalar(select(func.count()).select_from(RateWindow)) > 0


def test_setup_makes_the_first_administrator_once(app, client, session):
    link = setup_link(session).removeprefix("http://localhost")
    assert client.get(link).location == "/account/setup"
    data = {"name": "Léa Martin", "email": "lea@example.org", "password": "une longue phrase pour entrer"}

    first = client.post("/account/setup", data=data)
    again = app.test_client().get(link)

    assert first.status_code == 303
    assert session.scalars(select(Account.is_admin)).all() == [True]
    assert again.status_code == 422
    assert setup_link(session) is None


def test_setup_is_closed_to_who_has_no_link(client, session):
    data = {"name": "Eve", "email": "eve@example.org", "password": "une longue phrase pour entrer"}

    assert client.get("/account/setup").status_code == 422
    assert client.post("/account/setup", data=data).status_code == 422
    assert client.get("/account/setup/forged").status_code == 422
    assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_password_link_leaves_the_address_at_once_and_works_once(app, client, session):
    account = AccountFactory(password_hash="")
    link = password_link(account).removeprefix("http://localhost")

    assert client.get(link).location == "/account/password/new"
    short = client.post("/account/password/new", data={"password": "trop court"})
    kept = client.post("/account/password/new", data={"password": "une longue phrase pour moi"})

    assert (short.status_code, kept.status_code) == (422, 303)
    assert app.test_client().get(link).status_code == 422
    assert client.get("/account/").status_code == 200


def test_password_link_expires_after_a_week(client, session):
    account = AccountFactory(password_hash="")
    start = now()
    with time_machine.travel(start, tick=False):
        link = password_link(account).removeprefix("http://localhost")
    with time_machine.travel(start + timedelta(days=8), tick=False):
        assert client.get(link).status_code == 422


def test_sign_in_forgets_what_the_browser_held_for_somebody_else(client, session):
    AccountFactory(email="lea@example.org")
    with client.session_transaction() as held:
        held["link_to_show"] = {"name": "Ana", "href": "http://localhost/account/link/secret"}

    enter(client, "lea@example.org")

    with client.session_transaction() as held:
        assert "link_to_show" not in held
