"""The tables of paper: sheets that were printed, and what was keyed from them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, Dated, Identified


class PaperSheet(Identified, Dated, Base):
    """A questionnaire printed for one person, known by its code; sheets of a batch were printed together.

    `locale` is the language it is printed in, `cards` how many cards each repeated group has.
    """

    __tablename__ = "paper_sheet"
    __table_args__ = (UniqueConstraint("batch_id", "number"), CheckConstraint("number > 0", name="counted_from_one"))

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire_version.id"), index=True)
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"), index=True)
    batch_id: Mapped[UUID]
    number: Mapped[int]
    code: Mapped[str] = mapped_column(unique=True)
    locale: Mapped[str]
    cards: Mapped[int] = mapped_column(default=1)


class PaperEntry(Identified, Base):
    """What one person keyed from a sheet: `rank` 1 makes the response, 2 checks it.

    `typed` is what was typed, by item; `answers` what it means; `marks` why there is no value (see Missing). The
    differences of a second entry are settled once `settled_at` is set.
    """

    __tablename__ = "paper_entry"
    __table_args__ = (
        UniqueConstraint("sheet_id", "rank"),
        CheckConstraint("rank IN (1, 2)", name="first_or_second"),
        CheckConstraint("finished_at IS NOT NULL OR settled_at IS NULL", name="settled_once_finished"),
    )

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("paper_sheet.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    response_id: Mapped[UUID | None] = mapped_column(ForeignKey("response.id", ondelete="SET NULL"), index=True)
    typed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime] = mapped_column(default=now)
    saved_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
