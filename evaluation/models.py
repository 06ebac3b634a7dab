"""The tables of conclusion: indicators, reports, their blocks and what was issued."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Base, Dated, Identified, value_enum
from evaluation.indicators import IndicatorMeasure
from evaluation.joint_display import Relation


class Direction(enum.StrEnum):
    """Which way is better for the people concerned."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


class BlockKind(enum.StrEnum):
    """What a block of a report is."""

    TEXT = "text"
    KEY_POINTS = "key_points"
    FIGURE = "figure"
    TABLE = "table"
    WEAVING = "weaving"
    QUOTES = "quotes"
    SELECTION_BIAS = "selection_bias"


class Indicator(Identified, Dated, Base):
    """A measured quantity, read from one item of a questionnaire.

    SHARE counts the persons whose answer is among `choices`; CHANGE is follow-up minus baseline of the same persons
    (of the mean, or of the share when `choices` is not empty), between `baseline_wave_id` and `wave_id`.
    `wave_id` is the wave shown first (the last one when null); `unknown_choices` are answers that count as « does not
    know » and leave the denominator.
    """

    __tablename__ = "indicator"
    __table_args__ = (UniqueConstraint("study_id", "key"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    questionnaire_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire.id", ondelete="CASCADE"))
    item_name: Mapped[str]
    key: Mapped[str]
    label: Mapped[str]
    definition: Mapped[str] = mapped_column(default="")
    unit: Mapped[str] = mapped_column(default="")
    measure: Mapped[IndicatorMeasure] = mapped_column(value_enum(IndicatorMeasure))
    choices: Mapped[list[str]] = mapped_column(default=list)
    unknown_choices: Mapped[list[str]] = mapped_column(default=list)
    direction: Mapped[Direction] = mapped_column(value_enum(Direction), default=Direction.HIGHER)
    wave_id: Mapped[UUID | None] = mapped_column(ForeignKey("wave.id"))
    baseline_wave_id: Mapped[UUID | None] = mapped_column(ForeignKey("wave.id"))
    position: Mapped[int] = mapped_column(default=0)


class WeavingJudgement(Identified, Base):
    """How one theme relates to one indicator, as a person reads it, in one sentence; never set by the machine."""

    __tablename__ = "weaving_judgement"
    __table_args__ = (UniqueConstraint("theme_id", "indicator_id"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    theme_id: Mapped[UUID] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"))
    indicator_id: Mapped[UUID] = mapped_column(ForeignKey("indicator.id", ondelete="CASCADE"), index=True)
    relation: Mapped[Relation] = mapped_column(value_enum(Relation))
    sentence: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime] = mapped_column(default=now)


class Report(Identified, Dated, Base):
    """An ordered list of blocks."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("study_id", "title"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]
    subtitle: Mapped[str] = mapped_column(default="")
    authors: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="fr")
    modified_at: Mapped[datetime] = mapped_column(default=now)
    blocks: Mapped[list["ReportBlock"]] = relationship(
        back_populates="report", order_by="ReportBlock.position", lazy="raise"
    )


class ReportBlock(Identified, Base):
    """One part of a report; `content` holds words and references to live objects, never copied numbers."""

    __tablename__ = "report_block"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[BlockKind] = mapped_column(value_enum(BlockKind))
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report: Mapped[Report] = relationship(back_populates="blocks", lazy="raise")


class ReportIssue(Identified, Base):
    """A report as it left: its PDF's file in the data folder, and the hash of the numbers it was made from."""

    __tablename__ = "report_issue"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(default=now)
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    inputs_sha256: Mapped[str]
    pdf_sha256: Mapped[str]
    pdf_file: Mapped[str]
    page_count: Mapped[int]
