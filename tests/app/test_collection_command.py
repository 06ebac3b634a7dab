"""`collection remind` and `collection due`."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from core.clock import now
from surveys.fieldwork.mailing_models import Message, MessageState
from surveys.models import Collection
from tests.factories.mailing import add_person, make_mailing_world, make_step


@pytest.fixture(autouse=True)
def tables_are_ready(monkeypatch):
    """The tables of the tests are made without migrations."""
    monkeypatch.setattr("app.cli.collection.prepare", lambda _app: None)


@pytest.fixture
def world(app, session):
    return make_mailing_world(session, Path(app.config["SETTINGS"].data_dir))


def run(app, *words):
    return app.test_cli_runner().invoke(args=["collection", *words])


def test_dry_run_prints_everybody_and_sends_nothing(app, session, world):
    make_step(session, world, is_automatic=True, hour=0)
    add_person(session, world, "sans accord", willing=False)

    done = run(app, "remind", "--study", world.study.key, "--dry-run")

    assert done.exit_code == 0, done.output
    assert "  P0\tInvitation\N{NO-BREAK SPACE}: E-mail\treçoit un message" in done.output
    assert "  sans accord\tInvitation\N{NO-BREAK SPACE}: E-mail\tn’a pas accepté d’être recontacté·e" in done.output
    assert "3 messages à envoyer." in done.output
    assert session.scalars(select(Message)).all() == []


def test_remind_sends_once_and_a_second_time_sends_nothing(app, session, world):
    make_step(session, world, is_automatic=True, hour=0)

    first = run(app, "remind", "--study", world.study.key)
    second = run(app, "remind", "--study", world.study.key)

    session.expire_all()
    assert "messages envoyés\N{NO-BREAK SPACE}: 3" in first.output
    assert "messages envoyés" not in second.output
    assert [each.state for each in session.scalars(select(Message))] == [MessageState.SENT] * 3


def test_messages_sent_by_hand_leave_only_when_asked(app, session, world):
    make_step(session, world)

    alone = run(app, "remind", "--study", world.study.key)
    asked = run(app, "remind", "--study", world.study.key, "--by-hand", "--collection", world.collection.code)

    assert ("messages envoyés" in alone.output, "messages envoyés\N{NO-BREAK SPACE}: 3" in asked.output) == (
        False,
        True,
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("remind", "--study", "rien"), "rien"),
        (("remind", "--study", "{key}", "--collection", "ABCD2345"), "ABCD2345"),
    ],
)
def test_what_is_not_there_is_said_with_exit_code_2(app, world, words, sentence):
    done = run(app, *(word.format(key=world.study.key) for word in words))

    assert (done.exit_code, sentence in done.output) == (2, True)


def test_due_prints_a_table(app, session, world):
    session.execute(update(Collection).values(opens_at=now() - timedelta(days=1)))
    session.commit()

    done = run(app, "due", "--study", world.study.key, "--collection", world.collection.code)

    assert done.exit_code == 0, done.output
    assert done.output.count("à faire maintenant") == 3
