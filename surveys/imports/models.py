"""The table of imports of data."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Dated, Identified, value_enum


class ImportState(enum.StrEnum):
    """Where an import stands."""

    DRAFT = "draft"
    DONE = "done"
    UNDONE = "undone"


class DataImport(Identified, Dated, Base):
    """A file of data brought in as one batch.

    `content` is the file while it is a draft and is erased once it was brought in; `reading` says how it is read,
    `mapping` what each column is; `made` names what the batch made, and what stood there before, so that it can be
    undone.
    """

    __tablename__ = "data_import"
    __table_args__ = (CheckConstraint("state = 'draft' OR content IS NULL", name="content_is_a_drafts"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    state: Mapped[ImportState] = mapped_column(value_enum(ImportState), default=ImportState.DRAFT)
    file_name: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes | None]
    reading: Mapped[dict[str, Any]] = mapped_column(default=dict)
    mapping: Mapped[list[Any]] = mapped_column(default=list)
    made: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
