"""The worker queues what is due in every study and asks for it to be sent, once."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.jobs.models import Job
from app.mailing.reminding import collections_to_look_at, plan_now, queue_plan, remind_everywhere
from core.clock import now
from studies.identity import Sealer
from surveys.fieldwork.mailing import Setup, save_setup
from surveys.fieldwork.mailing_models import Channel, Message, MessageState, StepKind
from surveys.models import Collection, Invitation
from tests.factories.mailing import add_person, make_mailing_world, make_step


@pytest.fixture
def world(app, session):
    return make_mailing_world(session, Path(app.config["SETTINGS"].data_dir))


def jobs(session):
    session.expire_all()
    return session.scalars(select(Job).where(Job.kind == "mailing.send")).all()


def test_what_is_due_is_queued_with_its_links_and_asked_for_once(session, world):
    late = add_person(session, world, "late")
    make_step(session, world, is_automatic=True, hour=0)

    remind_everywhere()
    remind_everywhere()

    session.expire_all()
    assert len(session.scalars(select(Message)).all()) == 4
    assert session.scalar(select(Invitation.id).where(Invitation.participant_id == late.id)) is not None
    # The second look found the messages waiting, and asked again: two runs at once do no harm.
    assert [job.arguments["collection_id"] for job in jobs(session)] == [str(world.collection.id)] * 2


def test_steps_sent_by_hand_are_left_to_people(session, world):
    make_step(session, world)

    remind_everywhere()

    assert (jobs(session), session.scalars(select(Message)).all()) == ([], [])


def test_closed_collections_are_not_looked_at(session, world):
    make_step(session, world, is_automatic=True)
    looked = [each.collection_id for each in collections_to_look_at(session, moment=now())]
    session.execute(update(Collection).values(closes_at=now() - timedelta(hours=1)))

    assert (looked, collections_to_look_at(session, moment=now())) == ([world.collection.id], [])


def test_messages_that_waited_for_the_day_are_asked_for_again(session, world):
    step = make_step(session, world, channel=Channel.SMS, kind=StepKind.REMINDER)
    queue_plan(session, world.study.id, plan_now(session, world.study.id, world.collection.id, steps=[step]))
    session.execute(update(Message).values(not_before=now() - timedelta(minutes=1)))
    session.commit()

    remind_everywhere()

    assert len(jobs(session)) == 1


def test_pause_asks_for_nothing(session, world):
    make_step(session, world, is_automatic=True, hour=0)
    save_setup(session, world.study.id, world.collection.id, Setup(is_paused=True))
    session.commit()

    remind_everywhere()

    assert jobs(session) == []


def test_trouble_in_one_study_stops_no_other(app, session, world, caplog):
    make_step(session, world, is_automatic=True, hour=0)
    other = make_mailing_world(session, Path(app.config["SETTINGS"].data_dir))
    make_step(session, other, is_automatic=True, hour=0)
    from cryptography.fernet import Fernet

    from studies.identity import Person, keep_identity

    wrong = Sealer([Fernet.generate_key().decode()])
    keep_identity(session, wrong, world.people["P0"].id, Person(name="Illisible"))
    session.commit()

    remind_everywhere()

    session.expire_all()
    assert set(session.scalars(select(Message.collection_id))) == {other.collection.id}
    assert "studies.identity_key" in caplog.text


def test_plan_says_who_cannot_be_reached(session, world):
    from studies.identity import Person

    add_person(session, world, "no mobile", person=Person(name="X", phone="03 83 00 00 00"))
    step = make_step(session, world, channel=Channel.SMS)

    plan = plan_now(session, world.study.id, world.collection.id, steps=[step])

    assert {each.person.pseudonym: each.why.value if each.why else "" for each in plan.verdicts} == {
        "P0": "",
        "P1": "",
        "P2": "",
        "no mobile": "no_contact",
    }
    assert queue_plan(session, world.study.id, plan) == 3
    assert {each.state for each in session.scalars(select(Message))} == {MessageState.QUEUED}
