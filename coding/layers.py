"""The tables of coding together: who codes what, who is there, what was decided, how far coders agree."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, Dated, Identified, value_enum


class Outcome(enum.StrEnum):
    """What adjudication made of a coding."""

    KEPT = "kept"
    LEFT_OUT = "left_out"


class CodingAssignment(Identified, Dated, Base):
    """A transcript given to a coder; `done_at` is when they said that they had finished."""

    __tablename__ = "coding_assignment"
    __table_args__ = (UniqueConstraint("transcript_id", "account_id"),)

    transcript_id: Mapped[UUID] = mapped_column(ForeignKey("transcript.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    assigned_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    done_at: Mapped[datetime | None]


class CodingRelease(Dated, Base):
    """A transcript whose layers show to all coders, blind ones included."""

    __tablename__ = "coding_release"

    transcript_id: Mapped[UUID] = mapped_column(ForeignKey("transcript.id", ondelete="CASCADE"), primary_key=True)
    released_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class CodingPresence(Base):
    """Who has a transcript open at the desk, as of `seen_at`."""

    __tablename__ = "coding_presence"

    transcript_id: Mapped[UUID] = mapped_column(ForeignKey("transcript.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(default=now)


class CodingDecision(Dated, Base):
    """What was decided together of one coding, and why; what is left out counts in no table, theme or report."""

    __tablename__ = "coding_decision"

    coding_id: Mapped[UUID] = mapped_column(ForeignKey("coding.id", ondelete="CASCADE"), primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(value_enum(Outcome))
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class DeskAct(Dated, Base):
    """An act of the desk that was done, by the id its browser gave it: sent again, it is answered, not done again."""

    __tablename__ = "desk_act"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    client_id: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AgreementRun(Identified, Dated, Base):
    """One measure of agreement asked for, with all that is needed to replay it; `result` once its job is done."""

    __tablename__ = "agreement_run"

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    job_id: Mapped[UUID | None]
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    finished_at: Mapped[datetime | None]
