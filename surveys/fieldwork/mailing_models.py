"""The tables of writing to people: who writes, when, with which words, and what became of each message."""

import enum
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, Dated, Identified, value_enum


class Channel(enum.StrEnum):
    """How somebody is reached."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    CALL = "call"


class StepKind(enum.StrEnum):
    """What a message is for; it decides on the words it starts from."""

    INVITATION = "invitation"
    REMINDER = "reminder"


class StepAnchor(enum.StrEnum):
    """The day from which the days of a step are counted: the first, the one aimed at, the last of a person's window."""

    OPENING = "opening"
    DUE = "due"
    END = "end"


class MessageState(enum.StrEnum):
    """Where a message stands; MAYBE: its sender died or said nothing after it was handed over, a person decides."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    MAYBE = "maybe"


class CallOutcome(enum.StrEnum):
    """What came of a call."""

    NO_ANSWER = "no_answer"
    CALL_BACK = "call_back"
    REACHED = "reached"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"


class MailingSetup(Base):
    """Who writes in a collection, and within which limits; without a row, nobody is named and the defaults hold.

    `max_messages` is how many one person gets at most, `stop_word` what they answer to a text message to get no more.
    """

    __tablename__ = "mailing_setup"
    __table_args__ = (CheckConstraint("max_messages BETWEEN 1 AND 20", name="max_messages_sensible"),)

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True)
    organisation: Mapped[str] = mapped_column(default="")
    sender_name: Mapped[str] = mapped_column(default="")
    sender_address: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    stop_word: Mapped[str] = mapped_column(default="STOP")
    max_messages: Mapped[int] = mapped_column(default=4)
    alsace_moselle: Mapped[bool] = mapped_column(default=False)
    is_paused: Mapped[bool] = mapped_column(default=False)


class MailingStep(Identified, Dated, Base):
    """One message of the plan: `offset_days` after (before, when negative) the day of its anchor, from `hour` on.

    With `is_automatic` the worker sends it; otherwise a person does.
    """

    __tablename__ = "mailing_step"
    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_day"),
        CheckConstraint("offset_days BETWEEN -366 AND 366", name="offset_sensible"),
    )

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    kind: Mapped[StepKind] = mapped_column(value_enum(StepKind))
    channel: Mapped[Channel] = mapped_column(value_enum(Channel))
    anchor: Mapped[StepAnchor] = mapped_column(value_enum(StepAnchor), default=StepAnchor.OPENING)
    offset_days: Mapped[int] = mapped_column(default=0)
    hour: Mapped[int] = mapped_column(default=10)
    is_automatic: Mapped[bool] = mapped_column(default=False)


class MessageTemplate(Base):
    """The words of a step in one language, in place of those it starts from."""

    __tablename__ = "message_template"

    step_id: Mapped[UUID] = mapped_column(ForeignKey("mailing_step.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str]


class Message(Identified, Dated, Base):
    """One message to one person: there is one for a step and a channel, whoever asks and however often.

    `claim` names the run that took it before it was handed over; `reason` says why it was not sent, `reference` what
    its carrier calls it. The words are not kept: they hold a name.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("collection_id", "participant_id", "step_id", "channel"),
        Index(None, "collection_id", "state"),
    )

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"))
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"), index=True)
    step_id: Mapped[UUID] = mapped_column(ForeignKey("mailing_step.id"), index=True)
    channel: Mapped[Channel] = mapped_column(value_enum(Channel))
    state: Mapped[MessageState] = mapped_column(value_enum(MessageState), default=MessageState.QUEUED)
    reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(default=now)
    claim: Mapped[str] = mapped_column(default="")
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    reference: Mapped[str] = mapped_column(default="")


class ContactAttempt(Identified, Base):
    """A call that somebody of the team made, and what came of it; a refusal ends every message to the person.

    `call_back_at` is an hour of Paris on the day of `call_back_on`.
    """

    __tablename__ = "contact_attempt"
    __table_args__ = (Index(None, "collection_id", "participant_id"),)

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"))
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[CallOutcome] = mapped_column(value_enum(CallOutcome))
    call_back_on: Mapped[date | None]
    call_back_at: Mapped[time | None]
