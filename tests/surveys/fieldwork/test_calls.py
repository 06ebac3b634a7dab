"""Calls: what came of each, and who is to be called next."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.clock import now
from core.errors import Invalid, NotFound
from studies.models import ConsentPurpose
from studies.services import withdraw_consent, withdraw_participant
from surveys.fieldwork.calls import list_calls, note_call, take_back_call, tries_of, waiting_calls
from surveys.fieldwork.mailing import get_step
from surveys.fieldwork.mailing_models import CallOutcome, Channel, ContactAttempt
from surveys.fieldwork.message_desk import note_handed_over
from surveys.fieldwork.planning import Why, plan_messages
from tests.factories.mailing import make_mailing_world, make_step
from tests.factories.studies import ParticipantFactory

TODAY = now()
LATER = (TODAY + timedelta(days=3)).date()


@pytest.fixture
def world(session, tmp_path):
    return make_mailing_world(session, tmp_path, people=5)


def note(session, world, pseudonym, outcome, *, at=TODAY, **more):
    return note_call(session, world.study.id, world.collection.id, pseudonym, outcome, moment=at, **more)


def listed(session, world, step_id=None):
    step = get_step(
        session, world.study.id, world.collection.id, step_id or make_step(session, world, channel=Channel.CALL)
    )
    people = [person.id for person in world.people.values()]
    note_handed_over(session, step.step, world.collection.id, people, moment=TODAY)


def waiting(session, world):
    found = waiting_calls(session, world.study.id, world.collection.id, moment=now())
    return [(call.person.pseudonym, call.tries.count if call.tries else 0) for call in found]


def whys(session, world, step_id):
    plan = plan_messages(
        session,
        world.study.id,
        world.collection.id,
        moment=TODAY,
        reach=lambda people: {person: frozenset(Channel) for person in people},
        steps=[step_id],
    )
    return {verdict.person.pseudonym: verdict.why for verdict in plan.verdicts}


def test_nobody_waits_before_a_list_or_a_call(session, world):
    assert waiting(session, world) == []


def test_who_agreed_on_a_day_comes_first_then_who_was_never_tried_then_the_longest_ago(session, world):
    listed(session, world)
    note(session, world, "P0", CallOutcome.NO_ANSWER)
    note(session, world, "P1", CallOutcome.NO_ANSWER, at=TODAY - timedelta(days=2))
    note(session, world, "P2", CallOutcome.CALL_BACK, call_back_on=LATER, call_back_at=time(15))
    note(session, world, "P3", CallOutcome.NO_ANSWER, at=TODAY - timedelta(days=1))
    note(session, world, "P3", CallOutcome.CALL_BACK, call_back_on=LATER, call_back_at=time(9, 30))

    assert waiting(session, world) == [("P3", 2), ("P2", 1), ("P4", 0), ("P1", 1), ("P0", 1)]


def test_who_was_reached_said_no_or_left_is_called_no_more(session, world):
    listed(session, world)
    note(session, world, "P0", CallOutcome.REACHED)
    note(session, world, "P1", CallOutcome.REFUSED)
    note(session, world, "P2", CallOutcome.WRONG_NUMBER)
    withdraw_participant(session, world.study.id, world.people["P3"].id, "screen", by=None)
    withdraw_consent(session, world.study.id, world.people["P4"].id, ConsentPurpose.CONTACT_AGAIN, "screen", by=None)

    assert waiting(session, world) == []


def test_tries_are_counted_with_what_came_of_the_last(session, world):
    note(session, world, "P0", CallOutcome.NO_ANSWER, at=TODAY - timedelta(days=1))
    note(session, world, "P0", CallOutcome.CALL_BACK, call_back_on=LATER, call_back_at=time(14, 5))

    tries = tries_of(session, world.collection.id)

    found = tries[world.people["P0"].id]
    assert (list(tries), found.count, found.outcome) == ([world.people["P0"].id], 2, CallOutcome.CALL_BACK)
    assert (found.call_back_on, found.call_back_at) == (LATER, time(14, 5))


@pytest.mark.parametrize(
    ("outcome", "day", "hour", "kept"),
    [
        (CallOutcome.CALL_BACK, LATER, time(9), (LATER, time(9))),
        (CallOutcome.CALL_BACK, None, time(9), (None, None)),
        (CallOutcome.REACHED, LATER, time(9), (None, None)),
    ],
)
def test_day_and_hour_are_kept_for_a_call_back_only(session, world, outcome, day, hour, kept):
    note(session, world, "P0", outcome, call_back_on=day, call_back_at=hour)

    row = list_calls(session, world.study.id, world.collection.id)[0]
    assert (row.call_back_on, row.call_back_at) == kept


@pytest.mark.parametrize(
    ("pseudonym", "more", "error", "code"),
    [
        ("P0", {"call_back_on": date(2020, 1, 1)}, Invalid, "call_back_past"),
        ("nobody", {}, NotFound, "participant_unknown"),
        ("professional", {}, NotFound, "participant_unknown"),
    ],
)
def test_call_that_makes_no_sense_is_refused(session, world, pseudonym, more, error, code):
    ParticipantFactory(study=world.study, pseudonym="professional")
    with pytest.raises(error, match=code):
        note(session, world, pseudonym, CallOutcome.CALL_BACK, **more)

    assert session.scalars(select(ContactAttempt)).all() == []


def test_wrong_number_stops_calls_and_texts_until_another_number_is_reached(session, world):
    text = make_step(session, world, channel=Channel.SMS)
    letter = make_step(session, world, channel=Channel.LETTER)
    note(session, world, "P0", CallOutcome.WRONG_NUMBER)
    wrong = whys(session, world, text)["P0"], whys(session, world, letter)["P0"]
    note(session, world, "P0", CallOutcome.NO_ANSWER, at=TODAY + timedelta(hours=1))

    assert (wrong, whys(session, world, text)["P0"]) == ((Why.WRONG_NUMBER, None), None)


def test_refusal_noted_by_mistake_is_taken_back_and_the_trail_keeps_both(session, world):
    step = make_step(session, world, channel=Channel.CALL)
    call = note(session, world, "P0", CallOutcome.REFUSED)
    refused = whys(session, world, step)["P0"]

    take_back_call(session, world.study.id, world.collection.id, call)

    trail = session.scalars(
        select(AuditEntry).where(AuditEntry.object_kind == "call").order_by(AuditEntry.created_at)
    ).all()
    assert (refused, whys(session, world, step)["P0"]) == (Why.REFUSED, None)
    assert [entry.verb for entry in trail] == ["add", "delete"]


def test_call_of_another_study_is_not_found(session, world, tmp_path):
    other = make_mailing_world(session, tmp_path)
    call = note(session, world, "P0", CallOutcome.NO_ANSWER)

    with pytest.raises(NotFound):
        take_back_call(session, other.study.id, other.collection.id, call)
    with pytest.raises(NotFound):
        note_call(session, other.study.id, world.collection.id, "P0", CallOutcome.REACHED, moment=TODAY)
