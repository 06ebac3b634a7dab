"""Memos, newest first, with what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from coding.models import Memo, MemoKind
from coding.object_models import MemoLink, ObjectKind, ObjectLink
from studies.models import Account


@dataclass(frozen=True, slots=True)
class MemoRow:
    """A memo as lists show it; `about` holds (kind, id) of each object it is linked to, drawn links included."""

    memo_id: UUID
    kind: MemoKind
    title: str
    description: str
    body: str
    author_id: UUID
    author: str
    created_at: datetime
    modified_at: datetime
    about: tuple[tuple[ObjectKind, UUID], ...]


def list_memos(
    session: Session,
    study_id: UUID,
    *,
    object_kind: ObjectKind | None = None,
    object_id: UUID | None = None,
    kind: MemoKind | None = None,
) -> tuple[MemoRow, ...]:
    """Return the study's memos, or those of one kind, or about one kind of object or one object. Three statements."""
    query = (
        select(
            Memo.id, Memo.kind, Memo.title, Memo.description, Memo.body, Memo.author_id, Account.name,
            Memo.created_at, Memo.modified_at,
        )
        .join(Account, Account.id == Memo.author_id)
        .where(Memo.study_id == study_id)
        .order_by(Memo.modified_at.desc(), Memo.id)
    )  # fmt: skip
    if kind is not None:
        query = query.where(Memo.kind == kind)
    if object_kind is not None or object_id is not None:
        query = query.where(_is_about(object_kind, object_id))
    rows = session.execute(query).all()
    about = _about(session, [row.id for row in rows])
    return tuple(MemoRow(*row, about=tuple(dict.fromkeys(about.get(row.id, ())))) for row in rows)


def _is_about(kind: ObjectKind | None, object_id: UUID | None) -> Any:
    def holds(kind_column: Any, id_column: Any) -> list[Any]:
        return [
            *([] if kind is None else [kind_column == kind]),
            *([] if object_id is None else [id_column == object_id]),
        ]

    linked = exists().where(MemoLink.memo_id == Memo.id, *holds(MemoLink.object_kind, MemoLink.object_id))
    from_memo = and_(
        ObjectLink.origin_kind == ObjectKind.MEMO,
        ObjectLink.origin_id == Memo.id,
        *holds(ObjectLink.target_kind, ObjectLink.target_id),
    )
    to_memo = and_(
        ObjectLink.target_kind == ObjectKind.MEMO,
        ObjectLink.target_id == Memo.id,
        *holds(ObjectLink.origin_kind, ObjectLink.origin_id),
    )
    return or_(linked, exists().where(or_(from_memo, to_memo)))


def _about(session: Session, memos: Sequence[UUID]) -> dict[UUID, list[tuple[ObjectKind, UUID]]]:
    found: dict[UUID, list[tuple[ObjectKind, UUID]]] = {}
    if not memos:
        return found
    for link in session.execute(
        select(MemoLink.memo_id, MemoLink.object_kind, MemoLink.object_id)
        .where(MemoLink.memo_id.in_(memos))
        .order_by(MemoLink.object_kind, MemoLink.object_id)
    ):
        found.setdefault(link.memo_id, []).append((link.object_kind, link.object_id))
    drawn = select(ObjectLink.origin_kind, ObjectLink.origin_id, ObjectLink.target_kind, ObjectLink.target_id)
    for row in session.execute(
        drawn.where(
            or_(
                and_(ObjectLink.origin_kind == ObjectKind.MEMO, ObjectLink.origin_id.in_(memos)),
                and_(ObjectLink.target_kind == ObjectKind.MEMO, ObjectLink.target_id.in_(memos)),
            )
        ).order_by(ObjectLink.created_at, ObjectLink.id)
    ):
        ends = ((row.origin_kind, row.origin_id), (row.target_kind, row.target_id))
        for near, far in (ends, ends[::-1]):
            if near[0] is ObjectKind.MEMO and far[0] is not None and far[1] is not None:
                found.setdefault(near[1], []).append((far[0], far[1]))
    return found
