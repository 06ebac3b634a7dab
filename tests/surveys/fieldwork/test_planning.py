"""Who would be written to now, and why not the others."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update

from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from studies.models import Consent, ConsentPurpose, FlowState, WaveAnchor
from studies.windows import PARIS, today_in_paris
from surveys.answering import open_draft, save_page, submit
from surveys.fieldwork import mailing, messages
from surveys.fieldwork.mailing import Setup, StepDraft, Words, save_setup, save_words, steps_of
from surveys.fieldwork.mailing_models import (
    CallOutcome,
    Channel,
    ContactAttempt,
    Message,
    MessageState,
    StepAnchor,
    StepKind,
)
from surveys.fieldwork.planning import Why, plan_messages
from surveys.models import Collection
from tests.factories.mailing import add_person, make_mailing_world, make_step
from tests.factories.studies import WaveFactory
from tests.factories.surveys import start

EVERY = frozenset(Channel)


@pytest.fixture
def world(session, tmp_path):
    return make_mailing_world(session, tmp_path)


def plan(session, world, *, moment=None, reach=EVERY, **more):
    return plan_messages(
        session,
        world.study.id,
        world.collection.id,
        moment=moment or now(),
        reach=lambda people: dict.fromkeys(people, reach),
        **more,
    )


def whys(session, world, **more):
    return {each.person.pseudonym: each.why for each in plan(session, world, **more).verdicts}


def send_response(session, world, pseudonym):
    token = start(session, world.collection, world.people[pseudonym])
    save_page(session, open_draft(session, token), "story", {"story": ["Un mot"]})
    submit(session, open_draft(session, token))
    session.commit()


def put(session, world, step, pseudonym, state, *, reason="", days=5, channel=Channel.EMAIL):
    at = now() - timedelta(days=days)
    session.add(
        Message(
            collection_id=world.collection.id,
            participant_id=world.people[pseudonym].id,
            step_id=step,
            channel=channel,
            state=state,
            reason=reason,
            claimed_at=at,
            finished_at=at,
        )
    )
    session.commit()


def test_everybody_willing_is_written_to_once_the_collection_is_open(session, world):
    make_step(session, world)

    assert whys(session, world) == {"P0": None, "P1": None, "P2": None}
    assert plan(session, world).reasons() == {}


def test_each_has_a_reason_of_their_own(session, world):
    step = make_step(session, world)
    add_person(session, world, "no consent", willing=False)
    add_person(session, world, "gone", state=FlowState.WITHDRAWN)
    refused = add_person(session, world, "refused")
    session.add(
        ContactAttempt(collection_id=world.collection.id, participant_id=refused.id, outcome=CallOutcome.REFUSED)
    )
    back = add_person(session, world, "took it back")
    session.add(Consent(participant_id=back.id, purpose=ConsentPurpose.CONTACT_AGAIN, is_given=False))
    session.commit()
    send_response(session, world, "P0")
    put(session, world, step, "P1", MessageState.SENT)

    assert whys(session, world) == {
        "P0": Why.ANSWERED,
        "P1": Why.ALREADY,
        "P2": None,
        "no consent": Why.NO_CONSENT,
        "refused": Why.REFUSED,
        "took it back": Why.NO_CONSENT,
    }


def test_who_cannot_be_reached_by_this_channel_is_said(session, world):
    make_step(session, world, channel=Channel.SMS)

    assert whys(session, world, reach=frozenset({Channel.EMAIL})) == dict.fromkeys(world.people, Why.NO_CONTACT)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"offset_days": 10}, None),
        ({"offset_days": 11}, Why.NOT_YET),
        ({"anchor": StepAnchor.END}, Why.NO_DATE),
    ],
)
def test_step_waits_for_its_day(session, world, more, why):
    make_step(session, world, **more)

    assert whys(session, world)["P0"] == why


def test_hour_holds_for_what_the_worker_sends_only(session, world):
    tomorrow = today_in_paris(now()) + timedelta(days=1)
    morning = datetime.combine(tomorrow, datetime.min.time(), PARIS).replace(hour=8)
    make_step(session, world, offset_days=11, hour=10)
    make_step(session, world, offset_days=11, hour=10, is_automatic=True, kind=StepKind.REMINDER)

    found = {(each.step.is_automatic, each.why) for each in plan(session, world, moment=morning).verdicts}
    automatic = plan(session, world, moment=morning + timedelta(hours=2), automatic_only=True)

    assert found == {(False, None), (True, Why.NOT_YET)}
    assert [each.why for each in automatic.verdicts] == [None, None, None]


@pytest.fixture
def personal(session, world):
    """Counted from each person's entry: one month later, five days before, ten after."""
    wave = WaveFactory(study=world.study, months_after_start=1, anchor=WaveAnchor.ENTRY, days_before=5, days_after=10)
    session.execute(
        update(Collection)
        .where(Collection.id == world.collection.id)
        .values(wave_id=wave.id, opens_by_person=True, opens_at=datetime(2026, 1, 1, tzinfo=PARIS))
    )
    days = {"P0": datetime(2026, 2, 10), "P1": datetime(2026, 1, 20), "P2": None}  # noqa: DTZ001  days
    for pseudonym, day in days.items():
        world.people[pseudonym].entered_on = day.date() if day else None
    session.commit()
    return world


def test_days_are_counted_in_the_window_of_each(session, personal):
    # P0: 5 to 20 March, aimed at the 10th; P1: 15 February to 2 March, aimed at the 20th.
    make_step(session, personal, offset_days=3, is_automatic=True)
    make_step(session, personal, kind=StepKind.REMINDER, anchor=StepAnchor.END, offset_days=-2, is_automatic=True)

    def at(day, hour=12):
        moment = datetime(2026, *day, hour, tzinfo=PARIS)
        with time_machine.travel(moment, tick=False):
            return {
                (each.person.pseudonym, each.step.anchor.value, each.why.value if each.why else "")
                for each in plan(session, personal, moment=moment).verdicts
            }

    assert at((2, 18)) == {
        ("P0", "opening", "not_yet"),
        ("P1", "opening", ""),
        ("P2", "opening", "no_date"),
        ("P0", "end", "not_yet"),
        ("P1", "end", "not_yet"),
        ("P2", "end", "no_date"),
    }
    # The reminder of the last days takes the place of the one that was never sent.
    assert {each for each in at((2, 28)) if each[0] == "P1"} == {("P1", "opening", "later_step"), ("P1", "end", "")}
    assert {each for each in at((3, 3)) if each[0] == "P1"} == {
        ("P1", "opening", "window_over"),
        ("P1", "end", "window_over"),
    }
    assert {each for each in at((3, 8)) if each[0] == "P0"} == {("P0", "opening", ""), ("P0", "end", "not_yet")}


def test_nobody_is_written_to_before_the_collection_opens_to_them(session, personal):
    make_step(session, personal, offset_days=-20)
    moment = datetime(2026, 3, 1, 12, tzinfo=PARIS)

    with time_machine.travel(moment, tick=False):
        assert whys(session, personal, moment=moment)["P0"] is Why.NOT_YET


def test_closed_collection_writes_to_nobody(session, world):
    make_step(session, world)
    session.execute(
        update(Collection).where(Collection.id == world.collection.id).values(closes_at=now() - timedelta(hours=1))
    )
    session.commit()

    assert set(whys(session, world).values()) == {Why.WINDOW_OVER}


def test_earlier_step_never_comes_after_a_later_one(session, world):
    make_step(session, world, offset_days=1)
    later = make_step(session, world, kind=StepKind.REMINDER, offset_days=3)
    put(session, world, later, "P0", MessageState.SENT)

    verdicts = [each.why for each in plan(session, world).verdicts if each.person.pseudonym == "P0"]

    assert verdicts == [Why.LATER_STEP, Why.ALREADY]


def test_two_steps_due_at_once_make_one_message_the_later(session, world):
    make_step(session, world, offset_days=1)
    reminder = make_step(session, world, kind=StepKind.REMINDER, offset_days=3, channel=Channel.SMS)

    assert {each.step.id for each in plan(session, world).due} == {reminder}


def test_no_second_message_within_two_days_and_not_more_than_the_most(session, world):
    first = make_step(session, world)
    second = make_step(session, world, kind=StepKind.REMINDER, offset_days=3)
    make_step(session, world, kind=StepKind.REMINDER, offset_days=5)
    save_setup(session, world.study.id, world.collection.id, Setup(max_messages=2))
    put(session, world, first, "P0", MessageState.SENT, days=1)
    put(session, world, first, "P1", MessageState.SENT, days=6)
    put(session, world, second, "P1", MessageState.MAYBE, days=3)
    put(session, world, first, "P2", MessageState.FAILED, days=1)

    last = {each.person.pseudonym: each.why for each in plan(session, world).verdicts if each.step.offset_days == 5}

    assert last == {"P0": Why.TOO_SOON, "P1": Why.TOO_MANY, "P2": None}


def test_channel_that_bounced_is_left_alone(session, world):
    first = make_step(session, world)
    make_step(session, world, kind=StepKind.REMINDER, offset_days=3)
    put(session, world, first, "P0", MessageState.FAILED, reason="bounced")

    last = {each.person.pseudonym: each.why for each in plan(session, world).verdicts if each.step.offset_days == 3}

    assert last["P0"] is Why.BOUNCED


def test_lists_of_calls_count_as_no_message(session, world):
    calls = make_step(session, world, channel=Channel.CALL)
    make_step(session, world, kind=StepKind.REMINDER, offset_days=1)
    put(session, world, calls, "P0", MessageState.SENT, days=0, channel=Channel.CALL)

    verdicts = [each.why for each in plan(session, world).verdicts if each.person.pseudonym == "P0"]

    assert verdicts == [Why.ALREADY, None]


def test_planned_twice_each_is_queued_once(session, world):
    make_step(session, world)
    here, there = plan(session, world), plan(session, world)

    assert [messages.queue_messages(session, each) for each in (here, there)] == [3, 0]


def test_pause_queues_nothing(session, world):
    make_step(session, world)
    save_setup(session, world.study.id, world.collection.id, Setup(is_paused=True))

    assert messages.queue_messages(session, plan(session, world)) == 0


def test_letters_and_calls_are_not_queued(session, world):
    make_step(session, world, channel=Channel.LETTER)

    assert (len(plan(session, world).due), messages.queue_messages(session, plan(session, world))) == (3, 0)


def test_steps_stand_in_the_order_in_which_they_come(session, world):
    make_step(session, world, anchor=StepAnchor.END, offset_days=-2)
    make_step(session, world, offset_days=10)
    make_step(session, world, offset_days=3)

    found = [(step.anchor, step.offset_days) for step in steps_of(session, world.collection.id)]

    assert found == [(StepAnchor.OPENING, 3), (StepAnchor.OPENING, 10), (StepAnchor.END, -2)]


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (StepDraft(kind=StepKind.REMINDER, channel=Channel.SMS, hour=24), "fieldwork.step_out_of_range"),
        (StepDraft(kind=StepKind.REMINDER, channel=Channel.SMS, offset_days=367), "fieldwork.step_out_of_range"),
        (StepDraft(kind=StepKind.REMINDER, channel=Channel.LETTER, is_automatic=True), "fieldwork.not_automatic"),
    ],
)
def test_step_that_makes_no_sense_is_refused(session, world, draft, code):
    with pytest.raises(Invalid) as refusal:
        mailing.add_step(session, world.study.id, world.collection.id, draft)

    assert refusal.value.code == code


def test_step_with_messages_stays_and_keeps_its_channel(session, world):
    step = make_step(session, world)
    put(session, world, step, "P0", MessageState.SENT)
    ids = (world.study.id, world.collection.id, step)

    with pytest.raises(Conflict, match=r"fieldwork\.step_in_use"):
        mailing.delete_step(session, *ids)
    with pytest.raises(Conflict, match=r"fieldwork\.step_in_use"):
        mailing.edit_step(session, *ids, StepDraft(kind=StepKind.INVITATION, channel=Channel.SMS))
    mailing.edit_step(session, *ids, StepDraft(kind=StepKind.INVITATION, channel=Channel.EMAIL, offset_days=2))

    assert mailing.get_step(session, *ids).step.offset_days == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (Words(body="Bonjour ${nom} !"), "fieldwork.no_way_in"),
        (Words(body="${lien} ${adresse}"), "fieldwork.unknown_place"),
        (Words(subject="${x}", body="${lien}"), "fieldwork.unknown_place"),
        (Words(body="${lien}" + "a" * 4_000), "fieldwork.words_too_long"),
    ],
)
def test_words_that_cannot_serve_are_refused(session, world, words, code):
    step = make_step(session, world)

    with pytest.raises(Invalid) as refusal:
        save_words(session, world.study.id, world.collection.id, step, "fr", words)

    assert refusal.value.code == code


def test_words_are_kept_by_language_and_empty_ones_go_back_to_the_first(session, world):
    step = make_step(session, world)
    ids = (session, world.study.id, world.collection.id, step)
    save_words(*ids, "fr", Words(subject="A  b", body=" ${lien} "))
    save_words(*ids, "ar", Words(subject="ع", body="${code}"))
    kept = mailing.get_step(*ids).words

    save_words(*ids, "ar", Words(body="  "))

    assert kept == {"fr": Words(subject="A b", body="${lien}"), "ar": Words(subject="ع", body="${code}")}
    assert set(mailing.get_step(*ids).words) == {"fr"}


def test_step_of_another_collection_is_not_found(session, world, tmp_path):
    other = make_mailing_world(session, tmp_path)
    step = make_step(session, other)

    with pytest.raises(NotFound, match=r"fieldwork\.step_not_found"):
        mailing.get_step(session, world.study.id, world.collection.id, step)
