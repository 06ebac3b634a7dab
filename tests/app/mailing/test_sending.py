"""Messages from the queue to their end: each once, in the person's language, whatever the carrier says."""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from sqlalchemy import select, update

from app.mailing.carriers import Fate, Handed
from app.mailing.outbox import FileOutbox
from app.mailing.sending import Run, send_queued
from app.unit_of_work import unit_of_work
from core.clock import now
from core.errors import Conflict
from studies.identity import Person
from studies.models import FlowState, Participant
from studies.windows import PARIS
from surveys.answering import open_draft, save_page, submit
from surveys.fieldwork import message_desk, messages
from surveys.fieldwork.mailing import Setup, StepDraft, Words, add_step, save_setup, save_words
from surveys.fieldwork.mailing_models import Channel, Message, MessageState, StepKind
from surveys.fieldwork.planning import plan_messages
from surveys.invitations import personal_code
from tests.factories.invitations import SECRET
from tests.factories.mailing import FORM, SITE, add_person, make_mailing_world, make_step
from tests.factories.surveys import make_collection, start

NOON = datetime(2090, 3, 1, 12, tzinfo=PARIS)
"""A Wednesday, later than any test."""


class Carrier:
    """Does as it is told, and remembers."""

    def __init__(self, *fates, sent=None):
        self.fates = list(fates)
        self.sent = sent
        self.messages = []

    def send(self, message):
        self.messages.append(message)
        fate = self.fates.pop(0) if self.fates else Fate.SENT
        if isinstance(fate, Exception):
            raise fate
        return Handed(fate, reference="R", reason="550" if fate is not Fate.SENT else "")

    def was_sent(self, _message_id):
        return self.sent

    def close(self):
        pass


@pytest.fixture
def world(session, tmp_path):
    return make_mailing_world(session, tmp_path)


def planned(session, world, step):
    return plan_messages(
        session,
        world.study.id,
        world.collection.id,
        moment=now(),
        reach=lambda people: dict.fromkeys(people, frozenset(Channel)),
        steps=[step],
    )


def queue(session, world, **more):
    step = make_step(session, world, **more)
    messages.queue_messages(session, planned(session, world, step))
    session.execute(update(Message).values(not_before=now() - timedelta(minutes=1)))
    session.commit()
    return step


def run(world, name="run"):
    return Run(
        name=name,
        study_id=world.study.id,
        collection_id=world.collection.id,
        data_dir=world.data_dir,
        site=SITE,
        seconds=60,
    )


def send(world, carrier, *, name="run", clock=now):
    return send_queued(
        run(world, name), dict.fromkeys((Channel.EMAIL, Channel.SMS), carrier), unit_of_work, clock=clock
    )


def states(session):
    session.expire_all()
    rows = session.execute(
        select(Participant.pseudonym, Message.state, Message.reason).join(
            Participant, Participant.id == Message.participant_id
        )
    )
    return {pseudonym: (state.value, reason) for pseudonym, state, reason in rows}


def test_each_gets_their_own_message_with_their_own_way_in(session, world):
    queue(session, world)
    carrier = Carrier()

    tally = send(world, carrier)

    codes = {person: personal_code(SECRET, world.collection.id, each.id) for person, each in world.people.items()}
    assert {
        each.to: f"https://tresse.example/i/{codes[each.to[:2].upper()]}" in each.body for each in carrier.messages
    } == {
        "p0@example.org": True,
        "p1@example.org": True,
        "p2@example.org": True,
    }
    first = next(each for each in carrier.messages if each.to == "p0@example.org")
    assert "Bonjour Fictif0," in first.body
    assert "Une question\N{NO-BREAK SPACE}? Ana, 03 83 00 00 00" in first.body
    assert (first.sender_name, first.reply_to) == ("Cité des métiers", "equipe@example.org")
    assert first.stop_address == f"https://tresse.example/stop/{codes['P0']}"
    assert (tally.fates, tally.left) == ({"sent": 3}, 0)
    assert states(session) == dict.fromkeys(world.people, ("sent", ""))


def test_words_of_the_step_in_the_language_of_each(session, world):
    add_person(session, world, "AR", attributes={"langue": "ar"})
    add_person(session, world, "FALC", attributes={"langue": "fr-x-falc"})
    add_person(session, world, "PT", attributes={"langue": "pt"})
    world.invite(session)
    step = queue(session, world)
    words = Words(subject="Vague ${vague}", body="${prénom}[[ avant le ${date limite}]] : ${code}")
    save_words(session, world.study.id, world.collection.id, step, "fr", words)
    session.commit()
    carrier = Carrier()

    send(world, carrier)

    bodies = {each.to.partition("@")[0]: each.body for each in carrier.messages}
    code = personal_code(SECRET, world.collection.id, world.people["P0"].id)
    assert bodies["p0"] == f"Fictif0 : {code[:4]}-{code[4:8]}-{code[8:]}"
    assert "مرحبًا" in bodies["ar"]
    assert "Nous voulons votre avis." in bodies["falc"]
    assert bodies["pt"].startswith("Fictif5 : ")


def test_text_message_is_plain_short_and_says_how_to_stop(session, world):
    queue(session, world, channel=Channel.SMS)
    carrier = Carrier()

    send(world, carrier, clock=lambda: NOON)

    code = personal_code(SECRET, world.collection.id, world.people["P0"].id)
    first = next(each for each in carrier.messages if each.to == "+33600000000")
    assert first.body == (
        f"Cité des métiers : votre avis compte. Questionnaire : https://tresse.example/i/{code} "
        "Aucun effet sur vos aides. Stop : répondez STOP"
    )
    assert first.stop_address == ""


def test_text_messages_wait_for_the_day(session, world):
    queue(session, world, channel=Channel.SMS)
    carrier = Carrier()

    night = send(world, carrier, clock=lambda: NOON.replace(hour=20))
    session.expire_all()
    waits = set(session.scalars(select(Message.not_before)))
    sunday = send(world, carrier, clock=lambda: datetime(2090, 3, 5, 12, tzinfo=PARIS))

    assert (night.fates, carrier.messages, sunday.fates) == ({"skipped": 3}, [], {"skipped": 3})
    assert waits == {NOON.replace(day=2, hour=9)}
    assert states(session) == dict.fromkeys(world.people, ("queued", ""))


@pytest.mark.parametrize(
    ("fate", "state"),
    [
        (Fate.REFUSED, ("failed", "550")),
        (Fate.BOUNCED, ("failed", "bounced")),
        (Fate.MAYBE, ("maybe", "550")),
        (Fate.RETRY, ("queued", "550")),
        (RuntimeError("boom"), ("maybe", "broke")),
    ],
)
def test_fate_of_one_is_noted_and_the_others_go_on(session, world, fate, state):
    queue(session, world)
    carrier = Carrier(fate)

    send(world, carrier)

    assert sorted(states(session).values()) == sorted([state, ("sent", ""), ("sent", "")])


def test_message_that_did_not_leave_is_tried_six_times_later_each_time(session, world):
    queue(session, world)
    carrier, waits = Carrier(*[Fate.RETRY] * 100), []
    moment = now()

    for _ in range(8):
        send(world, carrier, clock=lambda moment=moment: moment)
        session.expire_all()
        waits.append(max(session.scalars(select(Message.not_before))))
        moment = max(moment, waits[-1]) + timedelta(seconds=1)

    assert len(carrier.messages) == 18
    assert states(session) == dict.fromkeys(world.people, ("failed", "550"))
    assert waits == sorted(waits)


def test_what_changed_since_is_asked_again_before_each_message(session, world):
    queue(session, world)
    token = start(session, world.collection, world.people["P0"])
    save_page(session, open_draft(session, token), "story", {"story": ["Un mot"]})
    submit(session, open_draft(session, token))
    world.people["P1"].state = FlowState.WITHDRAWN
    session.commit()
    carrier = Carrier()

    send(world, carrier)

    assert [each.to for each in carrier.messages] == ["p2@example.org"]
    assert states(session) == {"P0": ("skipped", "answered"), "P1": ("skipped", "withdrawn"), "P2": ("sent", "")}


def test_pause_in_the_middle_keeps_the_rest_in_the_queue(session, world):
    queue(session, world)
    save_setup(session, world.study.id, world.collection.id, Setup(is_paused=True))
    session.commit()
    carrier = Carrier()

    send(world, carrier)

    assert carrier.messages == []
    assert states(session) == dict.fromkeys(world.people, ("queued", ""))


def test_person_without_address_or_link_is_said(session, world):
    queue(session, world)
    from studies.identity import Sealer, keep_identity, local_key
    from surveys.models import Invitation

    keep_identity(session, Sealer([local_key(world.data_dir)]), world.people["P0"].id, Person(name="X"))
    session.execute(
        update(Invitation).where(Invitation.participant_id == world.people["P1"].id).values(code_hash="another secret")
    )
    session.commit()

    send(world, Carrier())

    assert states(session) == {"P0": ("failed", "no_contact"), "P1": ("failed", "no_link"), "P2": ("sent", "")}


def test_second_list_open_at_once_writes_to_nobody_twice(session, world):
    """Two people press « send » on two different messages: each person gets one."""
    steps = [make_step(session, world), make_step(session, world, kind=StepKind.REMINDER, offset_days=1)]
    plans = [planned(session, world, step) for step in steps]
    for plan in plans:
        messages.queue_messages(session, plan)
    session.commit()
    carrier = Carrier()

    send(world, carrier)

    reasons = session.execute(select(Message.state, Message.reason)).all()
    assert sorted(each.to for each in carrier.messages) == ["p0@example.org", "p1@example.org", "p2@example.org"]
    assert (
        sorted((state.value, reason) for state, reason in reasons) == [("sent", "")] * 3 + [("skipped", "too_soon")] * 3
    )


def test_message_of_another_collection_on_the_same_day_makes_this_one_wait(session, world):
    queue(session, world)
    other = make_collection(session, world.study, FORM)
    step_id = add_step(session, world.study.id, other.id, StepDraft(kind=StepKind.INVITATION, channel=Channel.EMAIL))
    told_at = now() - timedelta(hours=1)
    session.add(
        Message(
            collection_id=other.id,
            participant_id=world.people["P0"].id,
            step_id=step_id,
            channel=Channel.EMAIL,
            state=MessageState.SENT,
            claimed_at=told_at,
        )
    )
    session.commit()

    send(world, Carrier())

    mine = select(Message).where(Message.collection_id == world.collection.id)
    waiting = session.scalars(mine.where(Message.participant_id == world.people["P0"].id)).one()
    assert (waiting.state, waiting.not_before) == (MessageState.QUEUED, told_at + messages.SAME_DAY)


def taken(session, world, *, claim="run", minutes=1):
    """Leave one message taken and never ended."""
    message_id = session.scalars(select(Message.id).limit(1)).one()
    session.execute(
        update(Message)
        .where(Message.id == message_id)
        .values(state=MessageState.SENDING, claim=claim, claimed_at=now() - timedelta(minutes=minutes), attempts=1)
    )
    session.commit()
    return message_id


@pytest.mark.parametrize(("was_sent", "state", "count"), [(None, "maybe", 2), (True, "sent", 2), (False, "sent", 3)])
def test_run_that_died_leaves_one_message_and_the_carrier_is_asked(session, world, was_sent, state, count):
    queue(session, world)
    message_id = taken(session, world)
    carrier = Carrier(sent=was_sent)

    send(world, carrier)

    session.expire_all()
    assert (session.get(Message, message_id).state.value, len(carrier.messages)) == (state, count)


def test_message_of_another_run_is_left_alone_until_it_is_stale(session, world):
    queue(session, world)
    message_id = taken(session, world, claim="another", minutes=10)

    send(world, Carrier())
    session.expire_all()
    before = session.get(Message, message_id).state
    session.execute(update(Message).where(Message.id == message_id).values(claimed_at=now() - timedelta(hours=1)))
    session.commit()
    send(world, Carrier(), name="third")

    session.expire_all()
    assert (before.value, session.get(Message, message_id).state.value) == ("sending", "maybe")


def test_run_thought_dead_that_wakes_says_the_truth(session, world):
    queue(session, world)
    message_id = taken(session, world)
    claimed = messages.left_behind(session, world.collection.id, run="run", moment=now())[0]
    messages.settle(session, message_id, was_sent=None)

    messages.end_sent(session, claimed, run="run", reference="R")

    session.expire_all()
    assert session.get(Message, message_id).state is MessageState.SENT


@pytest.mark.parametrize(("again", "state"), [(True, "queued"), (False, "sent")])
def test_person_decides_on_what_perhaps_left(session, world, again, state):
    queue(session, world)
    message_id = taken(session, world)
    messages.settle(session, message_id, was_sent=None)
    ids = (world.study.id, world.collection.id, message_id)

    message_desk.decide(session, *ids, send_again=again)

    session.expire_all()
    assert session.get(Message, message_id).state.value == state
    with pytest.raises(Conflict, match=r"fieldwork\.message_not_doubtful"):
        message_desk.decide(session, *ids, send_again=False)


def test_outbox_holds_what_was_sent_and_a_second_run_adds_nothing(session, world):
    queue(session, world)
    outbox = FileOutbox(world.data_dir)

    send(world, outbox)
    send(world, outbox, name="again")

    files = list((world.data_dir / "outbox").iterdir())
    email = message_from_bytes(files[0].read_bytes(), policy=SMTP)
    assert len(files) == 3
    assert email["Reply-To"] == "equipe@example.org"
    assert set(session.scalars(select(Message.reference))) == {path.name for path in files}
