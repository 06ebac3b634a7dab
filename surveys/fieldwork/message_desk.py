"""What the team sees and decides of messages: the list, those in doubt, those that came back, those made by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit
from core.clock import now
from core.errors import Conflict, NotFound
from studies.models import Participant
from surveys.drafts import upsert
from surveys.fieldwork.mailing import Step
from surveys.fieldwork.mailing_models import Channel, Message, MessageState
from surveys.fieldwork.planning import BOUNCED
from surveys.models import Collection


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message in a list."""

    id: UUID
    pseudonym: str
    participant_id: UUID
    step_id: UUID
    channel: Channel
    state: MessageState
    reason: str
    at: datetime
    reference: str


def decide(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    message_id: UUID,
    *,
    send_again: bool,
    account_id: UUID | None = None,
) -> None:
    """Decide on a message that perhaps left, or that failed: it counts as sent, or it is queued again.

    Raises: NotFound("fieldwork.message_not_found"); Conflict("fieldwork.message_not_doubtful").
    """
    row = session.scalar(
        select(Message)
        .join(Collection, Collection.id == Message.collection_id)
        .where(Message.id == message_id, Message.collection_id == collection_id, Collection.study_id == study_id)
        .with_for_update(of=Message)
    )
    if row is None:
        raise NotFound("fieldwork.message_not_found")
    again = {MessageState.MAYBE, MessageState.FAILED, MessageState.SKIPPED}
    if row.state not in (again if send_again else {MessageState.MAYBE}):
        raise Conflict("fieldwork.message_not_doubtful")
    row.state = MessageState.QUEUED if send_again else MessageState.SENT
    row.reason = "" if send_again else "decided"
    if send_again:
        row.attempts, row.not_before = 0, now()
    session.flush()
    audit.record(
        session,
        verb="decide",
        object_kind="message",
        object_id=message_id,
        study_id=study_id,
        account_id=account_id,
        after={"state": row.state.value},
    )


def mark_bounced(
    session: Session, study_id: UUID, collection_id: UUID, message_id: UUID, *, account_id: UUID | None = None
) -> None:
    """Note that a message came back: nothing more is sent to the person by this channel.

    Raises: NotFound("fieldwork.message_not_found").
    """
    row = session.scalar(
        select(Message)
        .join(Collection, Collection.id == Message.collection_id)
        .where(Message.id == message_id, Message.collection_id == collection_id, Collection.study_id == study_id)
    )
    if row is None:
        raise NotFound("fieldwork.message_not_found")
    row.state, row.reason = MessageState.FAILED, BOUNCED
    session.flush()
    audit.record(
        session,
        verb="bounce",
        object_kind="message",
        object_id=message_id,
        study_id=study_id,
        account_id=account_id,
    )


def note_handed_over(
    session: Session, step: Step, collection_id: UUID, people: Iterable[UUID], *, moment: datetime
) -> int:
    """Note messages that leave on paper or by voice: printed letters, lists of calls; return how many are new."""
    made = 0
    for participant_id in people:
        statement = (
            upsert(session)(Message)
            .values(
                collection_id=collection_id,
                participant_id=participant_id,
                step_id=step.id,
                channel=step.channel,
                state=MessageState.SENT,
                not_before=moment,
                finished_at=moment,
            )
            .on_conflict_do_nothing()
            .returning(Message.id)
        )
        made += session.scalar(statement) is not None
    return made


def count_messages(session: Session, collection_id: UUID) -> dict[MessageState, int]:
    """Return how many messages stand where, every state named; one statement."""
    rows = session.execute(
        select(Message.state, func.count()).where(Message.collection_id == collection_id).group_by(Message.state)
    )
    counts = {state: count for state, count in rows}  # noqa: C416  rows are not pairs to dict()
    return {state: counts.get(state, 0) for state in MessageState}


def list_messages(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    *,
    states: Sequence[MessageState] = (),
    limit: int = 50,
    offset: int = 0,
) -> list[MessageRow]:
    """Return the messages of a collection, the latest first."""
    query = (
        select(
            Message.id,
            Participant.pseudonym,
            Message.participant_id,
            Message.step_id,
            Message.channel,
            Message.state,
            Message.reason,
            func.coalesce(Message.finished_at, Message.created_at).label("at"),
            Message.reference,
        )
        .join(Participant, Participant.id == Message.participant_id)
        .join(Collection, Collection.id == Message.collection_id)
        .where(Message.collection_id == collection_id, Collection.study_id == study_id)
        .order_by(func.coalesce(Message.finished_at, Message.created_at).desc(), Message.id)
        .limit(limit)
        .offset(offset)
    )
    if states:
        query = query.where(Message.state.in_(states))
    return [MessageRow(*row) for row in session.execute(query)]


def messages_to(session: Session, participant_id: UUID) -> list[UUID]:
    """Return the messages to a person, in whatever collection and state."""
    return list(session.scalars(select(Message.id).where(Message.participant_id == participant_id)))


def participant_of(session: Session, study_id: UUID, collection_id: UUID, message_id: UUID) -> UUID:
    """Return to whom a message is.

    Raises: NotFound("fieldwork.message_not_found").
    """
    participant_id = session.scalar(
        select(Message.participant_id)
        .join(Collection, Collection.id == Message.collection_id)
        .where(Message.id == message_id, Message.collection_id == collection_id, Collection.study_id == study_id)
    )
    if participant_id is None:
        raise NotFound("fieldwork.message_not_found")
    return participant_id
