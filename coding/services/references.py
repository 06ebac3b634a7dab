"""What points at an object without a foreign key: memos, cases, sets, links, drawings, imported identifiers.

An erasure takes these rows away. A coding, a code or a theme that somebody deletes leaves them: they show nowhere, and
taking the deletion back finds memos and identifiers in place.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from coding.models import Memo
from coding.object_models import (
    AttributeValue,
    CaseMember,
    CodeSetMember,
    ImportedGuid,
    MemoLink,
    Network,
    ObjectKind,
    ObjectLink,
)

_AT_ONCE = 500
_QUIETLY = {"synchronize_session": False}
_MEMBERS: tuple[Any, ...] = (CaseMember, CodeSetMember, MemoLink, ImportedGuid)


def forget_references(session: Session, study_id: UUID, kind: ObjectKind, ids: Iterable[UUID]) -> None:
    """Take away all that points at objects which are going: memberships, links, values, places in drawings."""
    gone = list(ids)
    for first in range(0, len(gone), _AT_ONCE):
        some = gone[first : first + _AT_ONCE]
        statements = [
            *(delete(model).where(model.object_kind == kind, model.object_id.in_(some)) for model in _MEMBERS),
            delete(AttributeValue).where(AttributeValue.object_id.in_(some)),
        ]
        for statement in statements:
            session.execute(statement, execution_options=_QUIETLY)
        ends = or_(
            and_(ObjectLink.origin_kind == kind, ObjectLink.origin_id.in_(some)),
            and_(ObjectLink.target_kind == kind, ObjectLink.target_id.in_(some)),
        )
        links = list(session.scalars(select(ObjectLink.id).where(ends)))
        if links:
            session.execute(delete(ObjectLink).where(ObjectLink.id.in_(links)), execution_options=_QUIETLY)
            forget_references(session, study_id, ObjectKind.LINK, links)
    if gone:
        _leave_networks(session, study_id, {str(each) for each in gone})


def forget_memos_about(session: Session, study_id: UUID, kind: ObjectKind, ids: Sequence[UUID]) -> None:
    """Delete the memos about objects that are erased: they may quote the words that somebody took back."""
    memos: set[UUID] = set()
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        memos |= set(
            session.scalars(select(MemoLink.memo_id).where(MemoLink.object_kind == kind, MemoLink.object_id.in_(some)))
        )
        for near_kind, near_id, far_kind, far_id in (
            (ObjectLink.origin_kind, ObjectLink.origin_id, ObjectLink.target_kind, ObjectLink.target_id),
            (ObjectLink.target_kind, ObjectLink.target_id, ObjectLink.origin_kind, ObjectLink.origin_id),
        ):
            about = select(far_id).where(far_kind == ObjectKind.MEMO, near_kind == kind, near_id.in_(some))
            memos |= {memo for memo in session.scalars(about) if memo is not None}
    if memos:
        forget_references(session, study_id, ObjectKind.MEMO, memos)
        session.execute(delete(Memo).where(Memo.id.in_(memos)), execution_options=_QUIETLY)


def move_references(session: Session, study_id: UUID, kind: ObjectKind, source_id: UUID, target_id: UUID) -> None:
    """Give `target` all that points at `source`, once: the two become one object."""
    for model in (CaseMember, CodeSetMember, MemoLink):
        owner = {CaseMember: "case_id", CodeSetMember: "set_id", MemoLink: "memo_id"}[model]
        column = getattr(model, owner)
        held = set(session.scalars(select(column).where(model.object_kind == kind, model.object_id == target_id)))
        there = and_(model.object_kind == kind, model.object_id == source_id)
        session.execute(delete(model).where(there, column.in_(held)), execution_options=_QUIETLY)
        session.execute(update(model).where(there).values(object_id=target_id), execution_options=_QUIETLY)
    for near_kind, near_id in (
        (ObjectLink.origin_kind, ObjectLink.origin_id),
        (ObjectLink.target_kind, ObjectLink.target_id),
    ):
        session.execute(
            update(ObjectLink).where(near_kind == kind, near_id == source_id).values({near_id.key: target_id}),
            execution_options=_QUIETLY,
        )
    for network in session.scalars(select(Network).where(Network.study_id == study_id)):
        network.vertices = [
            {**vertex, "id": str(target_id)} if vertex.get("id") == str(source_id) else vertex
            for vertex in network.vertices
        ]
    session.flush()
    session.expire_all()


def _leave_networks(session: Session, study_id: UUID, gone: set[str]) -> None:
    for network in session.scalars(select(Network).where(Network.study_id == study_id)):
        left = {vertex["guid"] for vertex in network.vertices if vertex.get("id") in gone}
        if left:
            network.vertices = [vertex for vertex in network.vertices if vertex["guid"] not in left]
            network.edges = [edge for edge in network.edges if not {edge["source"], edge["target"]} & left]
    session.flush()
