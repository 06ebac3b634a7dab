"""A study and its design: sites, populations, arms, waves."""

import enum
from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dated, Identified, value_enum


class PopulationKind(enum.StrEnum):
    """Whose voice it is."""

    BENEFICIARY = "beneficiary"
    PROFESSIONAL = "professional"
    OTHER = "other"


class WaveAnchor(enum.StrEnum):
    """What the months of a wave are counted from: the start of the study, or a date of each person."""

    START = "start"
    DRAW = "draw"
    ENTRY = "entry"
    ATTRIBUTE = "attribute"


class Study(Identified, Dated, Base):
    """One evaluation; `key` names it in addresses and commands, `disclosure_threshold` is the smallest count shown."""

    __tablename__ = "study"
    __table_args__ = (CheckConstraint("disclosure_threshold >= 1", name="disclosure_threshold_positive"),)

    key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    programme: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="fr")
    disclosure_threshold: Mapped[int] = mapped_column(default=5)

    sites: Mapped[list["Site"]] = relationship(back_populates="study", order_by="Site.position", lazy="raise")
    populations: Mapped[list["Population"]] = relationship(
        back_populates="study", order_by="Population.position", lazy="raise"
    )
    arms: Mapped[list["Arm"]] = relationship(back_populates="study", order_by="Arm.position", lazy="raise")
    waves: Mapped[list["Wave"]] = relationship(back_populates="study", order_by="Wave.position", lazy="raise")


class Site(Identified, Base):
    """An agency, an association or a territory where the study takes place."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    study: Mapped[Study] = relationship(back_populates="sites", lazy="raise")


class Population(Identified, Base):
    """People asked in their own right: beneficiaries, professionals, others."""

    __tablename__ = "population"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PopulationKind] = mapped_column(value_enum(PopulationKind))
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    study: Mapped[Study] = relationship(back_populates="populations", lazy="raise")


class Arm(Identified, Base):
    """A group of a randomised comparison."""

    __tablename__ = "arm"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    is_control: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    study: Mapped[Study] = relationship(back_populates="arms", lazy="raise")


class Wave(Identified, Base):
    """One round of collection; `months_after_start` places it on the time line (0 is the baseline).

    With another `anchor` than the start of the study, the months are counted from a date of each person
    (`anchor_attribute` names the attribute that holds it), who is due from `days_before` that day to `days_after` it.
    """

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("study_id", "name"),
        CheckConstraint("days_before >= 0 AND days_after >= 0", name="tolerance_positive"),
    )

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    months_after_start: Mapped[int] = mapped_column(default=0)
    opens_on: Mapped[date | None]
    anchor: Mapped[WaveAnchor] = mapped_column(value_enum(WaveAnchor), default=WaveAnchor.START)
    anchor_attribute: Mapped[str] = mapped_column(default="")
    days_before: Mapped[int] = mapped_column(default=0)
    days_after: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    study: Mapped[Study] = relationship(back_populates="waves", lazy="raise")
