"""The append-only trail: who did what to which object, when, before and after."""

import uuid
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Dated, Identified


class AuditEntry(Identified, Dated, Base):
    """One act; rows are only ever added."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "study_id", "created_at"), Index(None, "object_kind", "object_id"))

    account_id: Mapped[uuid.UUID | None]
    study_id: Mapped[uuid.UUID | None]
    verb: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[uuid.UUID | None]
    before: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))


def record(
    session: Session,
    *,
    verb: str,
    object_kind: str,
    object_id: uuid.UUID | None,
    study_id: uuid.UUID | None = None,
    account_id: uuid.UUID | None = None,
    before: Any = None,
    after: Any = None,
) -> None:
    """Add one entry to the trail, in the same transaction as the act itself."""
    session.add(
        AuditEntry(
            verb=verb,
            object_kind=object_kind,
            object_id=object_id,
            study_id=study_id,
            account_id=account_id,
            before=before,
            after=after,
        )
    )
