"""The tables of editing: the steps of a draft, remarks of colleagues, the study's bank of questions."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dated, Identified, value_enum


class StepState(enum.StrEnum):
    """Where a step stands among those that can be taken back."""

    DONE = "done"
    UNDONE = "undone"
    """Taken back, and may be made again."""
    DROPPED = "dropped"
    """Taken back, and something else was done since."""
    MOVE = "move"
    """It takes another step back or makes it again."""


class DraftStep(Identified, Dated, Base):
    """One change of a draft: who, when, what in words, and the patch that leads from the state before to the one after.

    `number` counts the changes of a draft from 1, taking back included: it is the revision that a page was made for.
    `details` holds what the words need. Rows are only ever added; `state` alone changes.
    """

    __tablename__ = "draft_step"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    version_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire_version.id", ondelete="CASCADE"))
    number: Mapped[int]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    verb: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    patch: Mapped[list[Any]]
    state: Mapped[StepState] = mapped_column(value_enum(StepState), default=StepState.DONE)


class ItemComment(Identified, Dated, Base):
    """What a colleague says of one question; it stays with the question over versions and while its name changes.

    `thread_id` is the first comment of the thread, None for that one, which alone is `resolved_at`.
    """

    __tablename__ = "item_comment"

    questionnaire_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire.id", ondelete="CASCADE"), index=True)
    item_key: Mapped[str]
    version_number: Mapped[int]
    thread_id: Mapped[UUID | None] = mapped_column(ForeignKey("item_comment.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    body: Mapped[str]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class BankItem(Identified, Dated, Base):
    """A question that questionnaires of the study share, known by `key` wherever it is asked."""

    __tablename__ = "bank_item"
    __table_args__ = (UniqueConstraint("study_id", "key"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    key: Mapped[str]
    theme: Mapped[str] = mapped_column(default="")
    scale: Mapped[str] = mapped_column(default="")
    retired_at: Mapped[datetime | None]
    versions: Mapped[list["BankItemVersion"]] = relationship(
        back_populates="item", order_by="BankItemVersion.number", lazy="raise"
    )


class BankItemVersion(Identified, Dated, Base):
    """One state of a shared question, never changed: its item, list and languages, its words for each population."""

    __tablename__ = "bank_item_version"
    __table_args__ = (UniqueConstraint("bank_item_id", "number"),)

    bank_item_id: Mapped[UUID] = mapped_column(ForeignKey("bank_item.id", ondelete="CASCADE"))
    number: Mapped[int]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    content: Mapped[dict[str, Any]]
    item: Mapped[BankItem] = relationship(back_populates="versions", lazy="raise")
