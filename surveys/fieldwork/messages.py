"""A message from the queue to its end: taken before it is handed over, so that no death of a process sends it twice.

queued → sending (one transaction, before anything leaves) → sent, failed, or queued again where nothing left for sure.
What died in between is `maybe`: nobody knows whether it left, and a person decides. docs/method/mailings.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from core.clock import now
from studies.models import ConsentPurpose, FlowState, Participant
from studies.queries.consent import consents_of
from surveys.drafts import upsert
from surveys.fieldwork.mailing import setup_of
from surveys.fieldwork.mailing_models import (
    CallOutcome,
    Channel,
    ContactAttempt,
    Message,
    MessageState,
)
from surveys.fieldwork.planning import SENT_CHANNELS, Plan, Why, leaves_at
from surveys.fieldwork.quiet import is_quiet, next_allowed
from surveys.models import Collection, Response, ResponseState

MAX_ATTEMPTS = 6
STALE = timedelta(minutes=30)
"""A message taken so long ago and not ended was taken by a process that is gone: no sender waits so long."""
SAME_DAY = timedelta(hours=20)
"""Two lists open at once, or two collections: nobody is written to twice in a day."""
_OPTIONS = {"synchronize_session": False}
BATCH = 50


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message taken by this run, to be handed over now."""

    id: UUID
    collection_id: UUID
    participant_id: UUID
    step_id: UUID
    channel: Channel
    attempts: int


def queue_messages(session: Session, plan: Plan) -> int:
    """Queue what a plan says is due; return how many are new. Planned twice at once, each is queued once."""
    if plan.setup.is_paused:
        return 0
    values = [
        {
            "collection_id": plan.collection_id,
            "participant_id": verdict.person.participant_id,
            "step_id": verdict.step.id,
            "channel": verdict.step.channel,
            "state": MessageState.QUEUED,
            "not_before": leaves_at(verdict.step, plan.setup, plan.moment),
        }
        for verdict in plan.sendable
    ]
    made = 0
    for value in values:
        statement = upsert(session)(Message).values(**value).on_conflict_do_nothing().returning(Message.id)
        made += session.scalar(statement) is not None
    return made


def waiting(session: Session, collection_id: UUID, *, moment: datetime) -> list[UUID]:
    """Return messages that may leave now, the oldest first, some at a time."""
    return list(
        session.scalars(
            select(Message.id)
            .where(
                Message.collection_id == collection_id,
                Message.state == MessageState.QUEUED,
                Message.not_before <= moment,
            )
            .order_by(Message.created_at, Message.id)
            .limit(BATCH)
        )
    )


def claim(session: Session, message_id: UUID, *, run: str, moment: datetime) -> Claimed | None:
    """Take a message before it is handed over; None when it is not to be sent any more, or not now.

    Everything that may have changed since it was queued is asked again: what the person sent, withdrew or refused, the
    hour, a pause.
    """
    row = session.execute(
        select(Message.collection_id, Message.participant_id, Message.step_id, Message.channel, Message.attempts).where(
            Message.id == message_id
        )
    ).one_or_none()
    if row is None:
        return None
    setup = setup_of(session, row.collection_id)
    if setup.is_paused:
        return None
    if row.channel is Channel.SMS and is_quiet(moment, alsace_moselle=setup.alsace_moselle):
        _change(session, message_id, not_before=next_allowed(moment, alsace_moselle=setup.alsace_moselle))
        return None
    why = stopped_by(session, row.collection_id, row.participant_id, moment=moment)
    told = _told_just_now(session, message_id, row.participant_id, moment=moment) if why is None else None
    if told is not None and told.collection_id != row.collection_id:
        # Two questionnaires at once: the second waits a day. Two messages of one: the second is left out.
        _change(session, message_id, not_before=told.claimed_at + SAME_DAY)
        return None
    why = why or (Why.TOO_SOON.value if told else None)
    if why is not None:
        _change(session, message_id, state=MessageState.SKIPPED, reason=why, finished_at=moment)
        return None
    taken = _change(
        session,
        message_id,
        state=MessageState.SENDING,
        claim=run,
        claimed_at=moment,
        attempts=row.attempts + 1,
        reason="",
    )
    if not taken:
        return None
    return Claimed(message_id, row.collection_id, row.participant_id, row.step_id, row.channel, row.attempts + 1)


def stopped_by(session: Session, collection_id: UUID, participant_id: UUID, *, moment: datetime) -> str | None:
    """Return why somebody must not be written to now, whatever was planned; three statements."""
    row = session.execute(
        select(Participant.state, Collection.closes_at)
        .join(Collection, Collection.study_id == Participant.study_id)
        .where(Participant.id == participant_id, Collection.id == collection_id)
        # Two messages of two lists to the same person are taken one after the other.
        .with_for_update(of=Participant, key_share=True)
    ).one()
    if row.state is FlowState.WITHDRAWN:
        return "withdrawn"
    if row.closes_at is not None and row.closes_at <= moment:
        return Why.WINDOW_OVER.value
    if not consents_of(session, [participant_id])[participant_id].has_given(ConsentPurpose.CONTACT_AGAIN):
        return Why.NO_CONSENT.value
    answered = select(Response.id).where(
        Response.collection_id == collection_id,
        Response.participant_id == participant_id,
        Response.state == ResponseState.SUBMITTED,
    )
    refused = select(ContactAttempt.id).where(
        ContactAttempt.collection_id == collection_id,
        ContactAttempt.participant_id == participant_id,
        ContactAttempt.outcome == CallOutcome.REFUSED,
    )
    if session.scalar(select(answered.exists())):
        return Why.ANSWERED.value
    return Why.REFUSED.value if session.scalar(select(refused.exists())) else None


def _told_just_now(session: Session, message_id: UUID, participant_id: UUID, *, moment: datetime) -> Any:
    """Return the last message of this day to a person, of its own collection first, whoever asked for it."""
    mine = select(Message.collection_id).where(Message.id == message_id).scalar_subquery()
    return session.execute(
        select(Message.collection_id, Message.claimed_at)
        .where(
            Message.participant_id == participant_id,
            Message.id != message_id,
            Message.channel.in_(SENT_CHANNELS),
            Message.state.in_((MessageState.SENDING, MessageState.SENT, MessageState.MAYBE)),
            Message.claimed_at > moment - SAME_DAY,
        )
        .order_by((Message.collection_id == mine).desc(), Message.claimed_at.desc())
        .limit(1)
    ).one_or_none()


def _change(session: Session, message_id: UUID, **values: Any) -> bool:
    """Change a message that is still queued; whether it was."""
    changed = session.execute(
        update(Message).where(Message.id == message_id, Message.state == MessageState.QUEUED).values(**values),
        execution_options=_OPTIONS,
    )
    assert isinstance(changed, CursorResult)
    return changed.rowcount > 0


def end_sent(session: Session, claimed: Claimed, *, run: str, reference: str) -> None:
    """Note that a message left."""
    _end(session, claimed.id, run, state=MessageState.SENT, reference=reference, reason="", finished_at=now())


def end_failed(session: Session, claimed: Claimed, *, run: str, reason: str) -> None:
    """Note that a message will not leave, and why."""
    _end(session, claimed.id, run, state=MessageState.FAILED, reason=reason, finished_at=now())


def end_doubtful(session: Session, claimed: Claimed, *, run: str, reason: str) -> None:
    """Note that nobody knows whether a message left."""
    _end(session, claimed.id, run, state=MessageState.MAYBE, reason=reason, finished_at=now())


def put_back(session: Session, claimed: Claimed, *, run: str, reason: str) -> None:
    """Queue again a message that did not leave for sure, later each time; after six times it failed."""
    if claimed.attempts >= MAX_ATTEMPTS:
        end_failed(session, claimed, run=run, reason=reason)
        return
    wait = timedelta(minutes=2**claimed.attempts)
    _end(session, claimed.id, run, state=MessageState.QUEUED, reason=reason, not_before=now() + wait)


def _end(session: Session, message_id: UUID, run: str, **values: Any) -> None:
    # A run thought dead may wake: what it knows of its own message is the truth.
    session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.claim == run,
            Message.state.in_((MessageState.SENDING, MessageState.MAYBE)),
        )
        .values(**values),
        execution_options=_OPTIONS,
    )


def left_behind(session: Session, collection_id: UUID, *, run: str, moment: datetime) -> list[Claimed]:
    """Return the messages taken and never ended: by an earlier try of this run, or by any so long ago."""
    rows = session.execute(
        select(
            Message.id,
            Message.collection_id,
            Message.participant_id,
            Message.step_id,
            Message.channel,
            Message.attempts,
        ).where(
            Message.collection_id == collection_id,
            Message.state == MessageState.SENDING,
            (Message.claim == run) | (Message.claimed_at < moment - STALE),
        )
    )
    return [Claimed(*row) for row in rows]


def settle(session: Session, message_id: UUID, *, was_sent: bool | None) -> None:
    """Say what became of a message left behind: sent, not sent (queued again), or nobody knows."""
    states = {True: MessageState.SENT, False: MessageState.QUEUED, None: MessageState.MAYBE}
    session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state == MessageState.SENDING)
        .values(state=states[was_sent], reason="died" if was_sent is None else "", finished_at=now()),
        execution_options=_OPTIONS,
    )
