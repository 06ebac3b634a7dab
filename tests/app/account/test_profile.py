"""One's own account, and the accounts of the server."""

import unicodedata

import pytest
from sqlalchemy import select

from app import database
from app.account import passwords
from app.account.links import password_link, setup_link
from app.account.passwords import check_strength
from app.account.throttle import TRIES
from core.errors import Invalid
from studies.models import Account
from tests.factories.studies import PASSWORD, AccountFactory, sign_in


def test_change_password_ends_the_other_sessions(app, client, session):
    account = AccountFactory()
    sign_in(client, account)
    other = app.test_client()
    sign_in(other, account)

    response = client.post(
        "/account/password", data={"current": PASSWORD, "password": "encore une autre longue phrase"}
    )

    assert response.status_code == 303
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 401


def test_change_password_asks_for_the_current_one(client, session):
    account = AccountFactory()
    sign_in(client, account)

    response = client.post("/account/password", data={"current": "wrong", "password": "encore une longue phrase"})

    assert response.status_code == 422
    assert client.get("/account/").status_code == 200


def test_change_password_counts_the_tries(client, session):
    sign_in(client, AccountFactory())
    data = {"current": "wrong", "password": "encore une longue phrase"}
    statuses = [client.post("/account/password", data=data).status_code for _ in range(TRIES + 1)]

    assert statuses == [422] * TRIES + [429]
    assert client.post("/account/password", data=data | {"current": PASSWORD}).status_code == 429


def test_passwords_are_hashed_before_writing_begins(client, session, monkeypatch):
    seen = []
    for name in ("hash_password", "matches"):
        monkeypatch.setattr(passwords, name, noting(getattr(passwords, name), seen))
    data = {"name": "Léa Martin", "email": "lea@example.org", "password": "une longue phrase pour entrer"}
    client.get(setup_link(session).removeprefix("http://localhost"))
    client.post("/account/setup", data=data)
    client.post("/account/password", data={"current": data["password"], "password": "encore une longue phrase"})
    client.get(password_link(session.scalar(select(Account))).removeprefix("http://localhost"))
    client.post("/account/password/new", data={"password": "et toujours une longue phrase"})
    response = client.post(
        "/account/sign-in", data={"email": "lea@example.org", "password": "et toujours une longue phrase"}
    )

    assert response.status_code == 303
    # setup; current and new password; link; sign-in
    assert seen == [("hash_password", False), ("matches", False), *[("hash_password", False)] * 2, ("matches", False)]


def noting(function, seen):
    def noted(*arguments):
        seen.append((function.__name__, database._writing.get()))
        return function(*arguments)

    return noted


def test_password_is_the_same_from_every_keyboard():
    composed, decomposed = "une école très fermée", unicodedata.normalize("NFD", "une école très fermée")

    assert passwords.matches(passwords.hash_password(decomposed), composed)
    assert passwords.matches(passwords.hash_password(composed), decomposed)


def test_check_strength_counts_letters_as_they_are_read():
    with pytest.raises(Invalid, match=r"account\.password_short"):
        check_strength(unicodedata.normalize("NFD", "éàèùâêî"), email="lea@example.org")


def test_end_one_session_ends_that_one_only(app, client, session):
    account = AccountFactory()
    sign_in(client, account)
    other = app.test_client()
    sign_in(other, account)
    page = client.get("/account/").text
    key = page.partition("/account/sessions/")[2].partition("/end")[0]

    response = client.post(f"/account/sessions/{key}/end")

    assert response.status_code == 303
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 401


def test_nobody_ends_the_session_of_somebody_else(app, client, session):
    sign_in(client, AccountFactory())
    other = app.test_client()
    victim = AccountFactory()
    sign_in(other, victim)
    sign_in(app.test_client(), victim)
    key = other.get("/account/").text.partition("/account/sessions/")[2].partition("/end")[0]

    client.post(f"/account/sessions/{key}/end")

    assert other.get("/account/").text.count('/end"') == 1


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("trop court", "account.password_short"),
        ("x" * 129, "account.password_long"),
        ("motdepasse2026!", "account.password_common"),
        ("M0tDeP@sse-2026", "account.password_common"),
        ("soleilsoleil1", "account.password_common"),
        ("123456789012", "account.password_common"),
        ("aaaaaaaaaaaaaa", "account.password_common"),
        ("azertyuiopqsdf", "account.password_common"),
        ("lea.martin@example.org", "account.password_own"),
        ("LeaMartin2026", "account.password_own"),
    ],
)
def test_check_strength_refuses_what_is_tried_first(password, code):
    with pytest.raises(Invalid) as refused:
        check_strength(password, email="lea.martin@example.org", name="Lea Martin")

    assert refused.value.code == code


def test_check_strength_takes_a_plain_sentence():
    check_strength("quatre chats dorment au soleil", email="lea@example.org", name="Léa")


def test_team_is_closed_to_who_is_no_administrator(client, session):
    sign_in(client, AccountFactory())

    assert client.get("/account/team").status_code == 403
    assert client.post("/account/team", data={"name": "A", "email": "a@example.org"}).status_code == 403


def test_invite_shows_the_link_once(client, session):
    sign_in(client, AccountFactory(is_admin=True))

    client.post("/account/team", data={"name": "Ali", "email": "ali@example.org"})
    first, second = client.get("/account/team").text, client.get("/account/team").text

    assert (first.count("/account/link/"), second.count("/account/link/")) == (1, 0)
    assert session.scalar(select(Account.password_hash).where(Account.email == "ali@example.org")) == ""


def test_close_account_ends_its_sessions_but_not_the_last_administrator(app, client, session):
    admin = AccountFactory(is_admin=True)
    sign_in(client, admin)
    colleague = AccountFactory()
    browser = app.test_client()
    sign_in(browser, colleague)

    closed = client.post(f"/account/team/{colleague.id}/close")
    last = client.post(f"/account/team/{admin.id}/close")

    assert (closed.status_code, last.status_code) == (303, 409)
    assert browser.get("/account/").status_code == 401
    assert client.get("/account/").status_code == 200


def test_account_commands_make_accounts_and_links(app, session):
    run = app.test_cli_runner().invoke
    setup = run(args=["account", "setup-link"])
    made = run(args=["account", "create-admin", "--email", "lea@example.org", "--name", "Léa"])
    twice = run(args=["account", "create", "--email", "lea@example.org", "--name", "Léa"])
    link = run(args=["account", "link", "--email", "lea@example.org"])
    unknown = run(args=["account", "link", "--email", "no@example.org"])

    assert [result.exit_code for result in (setup, made, twice, link, unknown)] == [0, 0, 2, 0, 2]
    assert setup.output.startswith("http://localhost/account/setup/")
    assert made.output.startswith("http://localhost/account/link/")
    assert "lea@example.org" in twice.output
