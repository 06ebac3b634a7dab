"""Whatever is killed in the middle of a mailing, nobody is written to twice, and nobody is forgotten."""

import random
import time
from collections import Counter

import pytest
from sqlalchemy import select

from app.extensions import db
from app.mailing.job import ask_to_send
from app.unit_of_work import unit_of_work
from core.clock import now
from surveys.fieldwork import messages
from surveys.fieldwork.mailing_models import Channel, Message, MessageState
from surveys.fieldwork.planning import plan_messages
from tests.app.jobs.processes import kill_tree, start_worker, wait_until
from tests.app.mailing.servers import mail_server
from tests.factories.mailing import make_mailing_world, make_step

pytestmark = pytest.mark.slow
PEOPLE = 30
KILLS = 3


def prepare(folder):
    """Queue a message to everybody, and ask for the run that sends them."""
    with unit_of_work() as session:
        world = make_mailing_world(session, folder, people=PEOPLE)
    with unit_of_work() as session:
        step = make_step(session, world)
    with unit_of_work() as session:
        plan = plan_messages(
            session,
            world.study.id,
            world.collection.id,
            moment=now(),
            reach=lambda people: dict.fromkeys(people, frozenset(Channel)),
            steps=[step],
        )
        assert messages.queue_messages(session, plan) == PEOPLE
        ask_to_send(session, world.study.id, world.collection.id)


def states():
    found = Counter(db.session().scalars(select(Message.state)))
    db.session.rollback()
    return found


def ended():
    return PEOPLE - sum(states()[state] for state in (MessageState.QUEUED, MessageState.SENDING))


def send_under_fire(url, folder, *, seed):
    """Kill the whole tree of the worker again and again, then let one live until everything is ended."""
    chance = random.Random(seed)
    for _ in range(KILLS):
        before = ended()
        process = start_worker(url, folder)
        wait_until(lambda before=before: ended() > before, 30)
        time.sleep(chance.uniform(0.0, 0.4))
        kill_tree(process)
    process = start_worker(url, folder)
    try:
        assert wait_until(lambda: ended() == PEOPLE, 60)
    finally:
        kill_tree(process)


def test_mail_server_is_given_nobody_twice(own_app, own_url, tmp_path, monkeypatch):
    prepare(tmp_path)
    with mail_server(pause=0.05) as received:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{received.port}")
        monkeypatch.setenv("MAIL_FROM", "tresse@example.org")
        send_under_fire(own_url, tmp_path, seed=3)
        given = Counter(str(email["Message-ID"]) for _to, email in received.messages)

    found = states()
    sent = set(db.session().scalars(select(Message.id).where(Message.state == MessageState.SENT)))
    assert max(given.values()) == 1
    assert {f"<{id_}@example.org>" for id_ in sent} <= set(given)
    assert found[MessageState.SENT] + found[MessageState.MAYBE] == PEOPLE
    assert found[MessageState.MAYBE] <= KILLS
    assert len(given) >= found[MessageState.SENT]


@pytest.mark.one_database
def test_outbox_holds_everybody_once_and_leaves_no_doubt(own_app, own_url, tmp_path):
    prepare(tmp_path)

    send_under_fire(own_url, tmp_path, seed=5)

    files = [path.name for path in (tmp_path / "outbox").iterdir() if not path.name.startswith(".")]
    assert states() == {MessageState.SENT: PEOPLE}
    assert sorted(files) == sorted(f"{id_}.eml" for id_ in db.session().scalars(select(Message.id)))
