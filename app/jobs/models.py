"""What a person sees of a job; the engine that runs it keeps its own tables."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, Dated, Identified, value_enum


class JobState(enum.StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Identified, Dated, Base):
    """Work asked for by a person: `progress` in [0, 1], `step` a code that the page words."""

    __tablename__ = "job"

    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    study_id: Mapped[UUID | None] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    state: Mapped[JobState] = mapped_column(value_enum(JobState), default=JobState.QUEUED)
    progress: Mapped[float] = mapped_column(default=0.0)
    step: Mapped[str] = mapped_column(default="")
    error_code: Mapped[str] = mapped_column(default="")
    error_details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobWorker(Base):
    """A worker process that said it is alive; work held by one that fell silent is given to another."""

    __tablename__ = "job_worker"

    executor_id: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)


class PeriodicClaim(Base):
    """Work that is done every so often by whichever worker comes first: when it may be done again."""

    __tablename__ = "periodic_claim"

    name: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[datetime]
