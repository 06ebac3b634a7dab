"""Who would be written to now, by which message, and why not the others: one answer for screen, worker and command.

Nothing is written here. The rules, in the order in which they are asked, are in docs/method/mailings.md.
"""

import enum
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from studies.models import ConsentPurpose, FlowState, Participant
from studies.queries.consent import consents_of
from studies.windows import PARIS, Standing, Window, today_in_paris
from surveys.fieldwork.mailing import Setup, Step, setup_of, steps_of
from surveys.fieldwork.mailing_models import (
    CallOutcome,
    Channel,
    ContactAttempt,
    Message,
    MessageState,
    StepAnchor,
)
from surveys.fieldwork.quiet import next_allowed
from surveys.fieldwork.standing import PersonStanding, Timing, people_standing, timing_of
from surveys.models import ResponseState

GAP_DAYS = 2
"""Days between two messages to the same person, by whatever channels; a list of calls to make is no message."""
BOUNCED = "bounced"
SENT_CHANNELS = frozenset({Channel.EMAIL, Channel.SMS})
TELEPHONED = frozenset({Channel.SMS, Channel.CALL})


class Why(enum.StrEnum):
    """Why somebody gets no message now."""

    ANSWERED = "answered"
    REFUSED = "refused"
    NO_CONSENT = "no_consent"
    NO_DATE = "no_date"
    NOT_YET = "not_yet"
    WINDOW_OVER = "window_over"
    ALREADY = "already"
    LATER_STEP = "later_step"
    TOO_MANY = "too_many"
    TOO_SOON = "too_soon"
    BOUNCED = "bounced"
    WRONG_NUMBER = "wrong_number"
    NO_CONTACT = "no_contact"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one step means for one person now: `why` is None when they are to be written to, from `at` on."""

    person: PersonStanding
    step: Step
    why: Why | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Every person by every step of a collection, at one moment."""

    collection_id: UUID
    moment: datetime
    setup: Setup
    verdicts: tuple[Verdict, ...]

    @property
    def due(self) -> tuple[Verdict, ...]:
        """Return those to be written to."""
        return tuple(verdict for verdict in self.verdicts if verdict.why is None)

    @property
    def sendable(self) -> tuple[Verdict, ...]:
        """Return those to be written to by e-mail or text message; letters are printed, calls are made."""
        return tuple(verdict for verdict in self.due if verdict.step.channel in SENT_CHANNELS)

    def reasons(self) -> dict[Why, int]:
        """Return how many verdicts there are of each kind that sends nothing."""
        counts = Counter(verdict.why for verdict in self.verdicts if verdict.why is not None)
        return {why: counts[why] for why in Why if counts[why]}


Reach = Callable[[Iterable[UUID]], Mapping[UUID, frozenset[Channel]]]
"""Given people, the channels by which each can be reached: contacts are sealed, and opened elsewhere."""


@dataclass(slots=True)
class _Known:
    """What is known of the people of a collection before anything is decided."""

    refused: set[UUID]
    wrong_number: set[UUID]
    willing: set[UUID]
    sent: Mapping[UUID, list[tuple[UUID, Channel, MessageState, str, datetime]]]
    reach: Mapping[UUID, frozenset[Channel]] = field(default_factory=dict)


def plan_messages(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    *,
    moment: datetime,
    reach: Reach,
    steps: Iterable[UUID] | None = None,
    automatic_only: bool = False,
) -> Plan:
    """Return who would be written to at a moment; seven statements, and one look at the contacts of those left.

    `reach` says by which channels people can be reached, and is asked only of those whom nothing else stops; `steps`
    keeps to these steps, `automatic_only` to those that the worker sends.

    Raises: NotFound("surveys.collection_not_found").
    """
    timing = timing_of(session, study_id, collection_id)
    setup = setup_of(session, collection_id)
    every = steps_of(session, collection_id)
    wanted = [
        step for step in every if (steps is None or step.id in set(steps)) and (step.is_automatic or not automatic_only)
    ]
    people = people_standing(session, study_id, collection_id, today=today_in_paris(moment)) if wanted else []
    known = _known(session, collection_id, [person.participant_id for person in people])
    judged = [
        Verdict(person, step, *_judge(person, step, every, timing, setup, known, moment))
        for step in wanted
        for person in people
    ]
    left = {verdict.person.participant_id for verdict in judged if verdict.why is None}
    reachable = reach(left) if left else {}
    verdicts = tuple(
        verdict
        if verdict.why is not None or verdict.step.channel in reachable.get(verdict.person.participant_id, frozenset())
        else Verdict(verdict.person, verdict.step, Why.NO_CONTACT)
        for verdict in judged
    )
    return Plan(collection_id, moment, setup, _one_each(verdicts))


def _one_each(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Leave each person one message at a time that is sent, one letter, one call: the step that comes last."""
    chosen: dict[tuple[UUID, Channel], Verdict] = {}
    for verdict in verdicts:
        if verdict.why is None:
            before = chosen.get(_place(verdict))
            if before is None or _day_of(verdict) >= _day_of(before):
                chosen[_place(verdict)] = verdict
    return tuple(
        verdict
        if verdict.why is not None or chosen[_place(verdict)] is verdict
        else Verdict(verdict.person, verdict.step, Why.LATER_STEP)
        for verdict in verdicts
    )


def _place(verdict: Verdict) -> tuple[UUID, Channel]:
    channel = verdict.step.channel
    return verdict.person.participant_id, Channel.EMAIL if channel in SENT_CHANNELS else channel


def _day_of(verdict: Verdict) -> datetime:
    assert verdict.at is not None
    return verdict.at


def _known(session: Session, collection_id: UUID, people: list[UUID]) -> _Known:
    sent: dict[UUID, list[tuple[UUID, Channel, MessageState, str, datetime]]] = defaultdict(list)
    for row in session.execute(
        select(
            Message.participant_id,
            Message.step_id,
            Message.channel,
            Message.state,
            Message.reason,
            Message.finished_at,
            Message.created_at,
        ).where(Message.collection_id == collection_id)
    ):
        at = row.finished_at or row.created_at
        sent[row.participant_id].append((row.step_id, row.channel, row.state, row.reason, at))
    refused, last = _calls(session, collection_id)
    wrong_number = {person for person, outcome in last.items() if outcome is CallOutcome.WRONG_NUMBER}
    return _Known(refused, wrong_number, _willing(session, people), sent)


def _calls(session: Session, collection_id: UUID) -> tuple[set[UUID], dict[UUID, CallOutcome]]:
    """Return who refused in a call, ever, and what came of the last call of each."""
    calls = session.execute(
        select(ContactAttempt.participant_id, ContactAttempt.outcome)
        .where(ContactAttempt.collection_id == collection_id)
        .order_by(ContactAttempt.at, ContactAttempt.id)
    ).all()
    refused = {participant_id for participant_id, outcome in calls if outcome is CallOutcome.REFUSED}
    return refused, {participant_id: outcome for participant_id, outcome in calls}  # noqa: C416  rows are not pairs


def _willing(session: Session, people: list[UUID]) -> set[UUID]:
    consents = consents_of(session, people)
    return {person for person, each in consents.items() if each.has_given(ConsentPurpose.CONTACT_AGAIN)}


def may_be_written_to(
    session: Session, study_id: UUID, collection_id: UUID, *, moment: datetime
) -> dict[UUID, PersonStanding]:
    """Return those whom nothing forbids to write to or to call, whatever they had before; six statements.

    Left out: who answered, withdrew, refused, or does not want to be contacted again.

    Raises: NotFound("surveys.collection_not_found").
    """
    people = people_standing(session, study_id, collection_id, today=today_in_paris(moment))
    waiting = [person for person in people if person.state is not ResponseState.SUBMITTED]
    unwilling = _unwilling(session, collection_id, {person.participant_id for person in waiting})
    return {person.participant_id: person for person in waiting if person.participant_id not in unwilling}


def unwilling_among(session: Session, collection_id: UUID, people: set[UUID]) -> set[UUID]:
    """Return those of these people who withdrew, refused in a call, or do not want to be contacted again."""
    withdrawn = select(Participant.id).where(Participant.state == FlowState.WITHDRAWN, Participant.id.in_(people))
    return _unwilling(session, collection_id, people) | set(session.scalars(withdrawn))


def _unwilling(session: Session, collection_id: UUID, people: set[UUID]) -> set[UUID]:
    refused, _last = _calls(session, collection_id)
    return (people - _willing(session, list(people))) | (people & refused)


_COUNTED = frozenset({MessageState.QUEUED, MessageState.SENDING, MessageState.SENT, MessageState.MAYBE})


def _judge(
    person: PersonStanding,
    step: Step,
    every: list[Step],
    timing: Timing,
    setup: Setup,
    known: _Known,
    moment: datetime,
) -> tuple[Why | None, datetime | None]:
    """Return why a person gets no message of a step, or the moment from which they do."""
    if person.state is ResponseState.SUBMITTED:
        return Why.ANSWERED, None
    if person.participant_id in known.refused:
        return Why.REFUSED, None
    if person.participant_id not in known.willing:
        return Why.NO_CONSENT, None
    if person.standing is Standing.NO_DATE:
        return Why.NO_DATE, None
    at = step_moment(step, person.window, timing)
    if at is None:
        return Why.NO_DATE, None
    if moment < at:
        return Why.NOT_YET, at
    if person.standing is Standing.OUT or (timing.closes_at is not None and moment >= timing.closes_at):
        return Why.WINDOW_OVER, None
    return _judge_history(person, step, every, timing, setup, known, moment), at


def _judge_history(
    person: PersonStanding,
    step: Step,
    every: list[Step],
    timing: Timing,
    setup: Setup,
    known: _Known,
    moment: datetime,
) -> Why | None:
    """Return why what was sent before stops a message."""
    before = known.sent.get(person.participant_id, [])
    if any(step_id == step.id and channel is step.channel for step_id, channel, *_rest in before):
        return Why.ALREADY
    if any(channel is step.channel and reason == BOUNCED for _step, channel, _state, reason, _at in before):
        return Why.BOUNCED
    if step.channel in TELEPHONED and person.participant_id in known.wrong_number:
        return Why.WRONG_NUMBER
    mine = step_moment(step, person.window, timing)
    gone = {step_id for step_id, *_rest in before}
    later = (step_moment(each, person.window, timing) for each in every if each.id in gone)
    if mine is not None and any(moment_ is not None and moment_ > mine for moment_ in later):
        return Why.LATER_STEP
    counted = [at for _step, channel, state, _reason, at in before if state in _COUNTED and channel is not Channel.CALL]
    if len(counted) >= setup.max_messages:
        return Why.TOO_MANY
    today = today_in_paris(moment)
    if any(today - today_in_paris(at) < timedelta(days=GAP_DAYS) for at in counted):
        return Why.TOO_SOON
    return None


def step_moment(step: Step, window: Window | None, timing: Timing) -> datetime | None:
    """Return the moment from which a step is due for somebody with this window, None when its day is not known.

    The hour is for what the worker sends; a person who sends chooses theirs. Nobody is written to before the collection
    opens to them.
    """
    day = _anchor_day(step, window, timing)
    if day is None:
        return None
    try:
        hour = step.hour if step.is_automatic else 0
        due = datetime.combine(day + timedelta(days=step.offset_days), time(hour), PARIS)
    except OverflowError:
        return None
    opens = timing.opens_at
    if timing.opens_by_person and window is not None and window.opens_on is not None:
        opens = max(opens, datetime.combine(window.opens_on, time(0), PARIS))
    return max(due, opens)


def _anchor_day(step: Step, window: Window | None, timing: Timing) -> date | None:
    if step.anchor is StepAnchor.OPENING:
        opening = today_in_paris(timing.opens_at)
        by_window = timing.is_personal and window is not None and window.opens_on is not None
        return max(opening, window.opens_on) if by_window and window and window.opens_on else opening
    if window is None:
        return None
    return window.due_on or window.ends_on if step.anchor is StepAnchor.DUE else window.ends_on


def leaves_at(step: Step, setup: Setup, moment: datetime) -> datetime:
    """Return when a message queued now may leave: text messages wait for the day."""
    if step.channel is Channel.SMS:
        return next_allowed(moment, alsace_moselle=setup.alsace_moselle)
    return moment
