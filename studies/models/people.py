"""Participants under pseudonym, and their identity, kept apart and encrypted."""

import enum
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dated, Identified, value_enum
from studies.models.study import Arm, Population, Site


class FlowState(enum.StrEnum):
    """How far a person went: drawn, assessed, invited, enrolled, observed are kept apart from day one."""

    LISTED = "listed"
    DRAWN = "drawn"
    ASSESSED = "assessed"
    INVITED = "invited"
    ENROLLED = "enrolled"
    OBSERVED = "observed"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class Participant(Identified, Dated, Base):
    """A person followed, known by a pseudonym only.

    `stratum` is the cell of the draw; `attributes` holds typed facts (age bracket, children) by name. Waves may count
    from `drawn_on`, the day of the draw, or from `entered_on`, the day the person entered the programme.
    """

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("study_id", "pseudonym"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    pseudonym: Mapped[str]
    population_id: Mapped[UUID] = mapped_column(ForeignKey("population.id"), index=True)
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"), index=True)
    arm_id: Mapped[UUID | None] = mapped_column(ForeignKey("arm.id"), index=True)
    stratum: Mapped[str] = mapped_column(default="")
    state: Mapped[FlowState] = mapped_column(value_enum(FlowState), default=FlowState.LISTED)
    took_up: Mapped[bool] = mapped_column(default=False)
    drawn_on: Mapped[date | None]
    entered_on: Mapped[date | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)

    population: Mapped[Population] = relationship(lazy="raise")
    site: Mapped[Site | None] = relationship(lazy="raise")
    arm: Mapped[Arm | None] = relationship(lazy="raise")


class Identity(Base):
    """Name and contacts, encrypted with the key of the environment; read through studies.identity only."""

    __tablename__ = "identity"

    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes]
