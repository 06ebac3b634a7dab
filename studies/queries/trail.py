"""Reads of the audit trail of one study."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from studies.models import Account

PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One act: when, who ("" for a machine or a respondent), what was done to which kind of object."""

    at: datetime
    who: str
    verb: str
    object_kind: str
    object_id: UUID | None
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class TrailPage:
    """One page of the trail, latest first; pages count from 1."""

    lines: tuple[TrailLine, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class TrailChoices:
    """What the trail of a study can be filtered by."""

    kinds: tuple[str, ...]
    people: tuple[tuple[UUID, str], ...]


def list_trail(
    session: Session, study_id: UUID, *, object_kind: str = "", account_id: UUID | None = None, page: int = 1
) -> TrailPage:
    """Return one page of acts in a study, latest first, in two queries."""
    conditions = [AuditEntry.study_id == study_id]
    if object_kind:
        conditions.append(AuditEntry.object_kind == object_kind)
    if account_id is not None:
        conditions.append(AuditEntry.account_id == account_id)
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE_LENGTH))
    page = min(max(1, page), pages)
    rows = session.execute(
        select(
            AuditEntry.created_at,
            func.coalesce(Account.name, ""),
            AuditEntry.verb,
            AuditEntry.object_kind,
            AuditEntry.object_id,
            AuditEntry.before,
            AuditEntry.after,
        )
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(*conditions)
        .order_by(AuditEntry.created_at.desc(), AuditEntry.id)
        .limit(PAGE_LENGTH)
        .offset((page - 1) * PAGE_LENGTH)
    )
    return TrailPage(tuple(TrailLine(*row) for row in rows), total, page, pages)


def trail_choices(session: Session, study_id: UUID) -> TrailChoices:
    """Return the kinds of objects and the people that the trail of a study names, in two queries."""
    kinds = session.scalars(
        select(AuditEntry.object_kind)
        .where(AuditEntry.study_id == study_id)
        .distinct()
        .order_by(AuditEntry.object_kind)
    ).all()
    people = session.execute(
        select(Account.id, Account.name)
        .where(Account.id.in_(select(AuditEntry.account_id).where(AuditEntry.study_id == study_id)))
        .order_by(Account.name)
    )
    return TrailChoices(tuple(kinds), tuple((row.id, row.name) for row in people))
