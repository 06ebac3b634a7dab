"""Memos, newest first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.models import Memo
from studies.models import Account


@dataclass(frozen=True, slots=True)
class MemoRow:
    """A memo as lists show it."""

    memo_id: UUID
    title: str
    body: str
    object_kind: str
    object_id: UUID | None
    author_id: UUID
    author: str
    created_at: datetime
    modified_at: datetime


def list_memos(
    session: Session, study_id: UUID, *, object_kind: str | None = None, object_id: UUID | None = None
) -> tuple[MemoRow, ...]:
    """Return the study's memos, or those about one kind of object or one object. One statement."""
    query = (
        select(
            Memo.id, Memo.title, Memo.body, Memo.object_kind, Memo.object_id, Memo.author_id, Account.name,
            Memo.created_at, Memo.modified_at,
        )
        .join(Account, Account.id == Memo.author_id)
        .where(Memo.study_id == study_id)
        .order_by(Memo.modified_at.desc(), Memo.id)
    )  # fmt: skip
    if object_kind is not None:
        query = query.where(Memo.object_kind == object_kind)
    if object_id is not None:
        query = query.where(Memo.object_id == object_id)
    return tuple(MemoRow(*row) for row in session.execute(query))
