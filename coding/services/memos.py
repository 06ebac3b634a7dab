"""Memos: dated notes by an analyst, about the study, a transcript, a segment, a code, a case… or several of these."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coding.models import (
    ClusterGroup,
    ClusterRun,
    Code,
    Coding,
    Memo,
    MemoKind,
    Segment,
    Speaker,
    Theme,
    Transcript,
    TranscriptVersion,
)
from coding.object_models import Case, CodeSet, MemoLink, ObjectKind, ObjectLink
from coding.services.references import forget_references
from core.audit import record
from core.clock import now
from core.errors import Forbidden, Invalid, NotFound
from core.text import normalise
from studies.models import Participant

# What a memo is for when its author does not say: it follows from the first thing it is about.
KIND_OF = {
    ObjectKind.CASE: MemoKind.CASE,
    ObjectKind.CODE: MemoKind.CODE,
    ObjectKind.CODE_SET: MemoKind.CODE,
    ObjectKind.CODING: MemoKind.SEGMENT,
    ObjectKind.PARTICIPANT: MemoKind.CASE,
    ObjectKind.SEGMENT: MemoKind.SEGMENT,
    ObjectKind.SPEAKER: MemoKind.CASE,
    ObjectKind.THEME: MemoKind.CODE,
    ObjectKind.TRANSCRIPT: MemoKind.DOCUMENT,
}

Link = tuple[ObjectKind, UUID]


def write_memo(
    session: Session,
    study_id: UUID,
    body: str,
    *,
    author_id: UUID,
    title: str = "",
    kind: MemoKind | None = None,
    about: Sequence[Link] | None = None,
) -> Memo:
    """Keep a new memo; `about` None is the study itself, an empty one nothing yet.

    Raises: Invalid: `coding.memo_empty`.  NotFound: `coding.memo_about_nothing` (no such object in the study).
    """
    links = [(ObjectKind.STUDY, study_id)] if about is None else list(dict.fromkeys(about))
    _check_objects(session, study_id, links)
    memo = Memo(
        id=uuid4(),
        study_id=study_id,
        author_id=author_id,
        kind=kind or next((KIND_OF[link[0]] for link in links if link[0] in KIND_OF), MemoKind.PROJECT),
        title=title.strip(),
        body=_checked(body),
    )
    session.add(memo)
    session.flush()
    session.add_all(MemoLink(memo_id=memo.id, object_kind=link[0], object_id=link[1]) for link in links)
    _record(session, "memo.write", memo, author_id, after={**_state(memo), "about": _shown(links)})
    session.flush()
    return memo


def edit_memo(
    session: Session,
    study_id: UUID,
    memo_id: UUID,
    *,
    body: str,
    account_id: UUID,
    title: str | None = None,
    kind: MemoKind | None = None,
) -> Memo:
    """Change one's own memo. Raises: NotFound: `coding.memo_unknown`.  Forbidden: `coding.not_yours`."""
    memo = _find(session, study_id, memo_id, account_id)
    before = _state(memo)
    memo.body = _checked(body)
    memo.title = memo.title if title is None else title.strip()
    memo.kind = kind or memo.kind
    memo.modified_at = now()
    _record(session, "memo.edit", memo, account_id, before=before, after=_state(memo))
    session.flush()
    return memo


def set_memo_links(session: Session, study_id: UUID, memo_id: UUID, about: Sequence[Link], *, account_id: UUID) -> None:
    """Say anew what one's own memo is about; what stays keeps its row.

    Raises: NotFound: `coding.memo_unknown`, `coding.memo_about_nothing`.  Forbidden: `coding.not_yours`.
    """
    memo = _find(session, study_id, memo_id, account_id)
    wanted = list(dict.fromkeys(about))
    _check_objects(session, study_id, wanted)
    rows = session.scalars(select(MemoLink).where(MemoLink.memo_id == memo.id)).all()
    held = [(row.object_kind, row.object_id) for row in rows]
    for row in rows:
        if (row.object_kind, row.object_id) not in wanted:
            session.delete(row)
    session.add_all(
        MemoLink(memo_id=memo.id, object_kind=link[0], object_id=link[1]) for link in wanted if link not in held
    )
    _record(session, "memo.set_links", memo, account_id, before=_shown(held), after=_shown(wanted))
    session.flush()


def delete_memo(session: Session, study_id: UUID, memo_id: UUID, *, account_id: UUID) -> None:
    """Delete one's own memo. Raises: NotFound: `coding.memo_unknown`.  Forbidden: `coding.not_yours`."""
    memo = _find(session, study_id, memo_id, account_id)
    _record(session, "memo.delete", memo, account_id, before=_state(memo))
    forget_references(session, study_id, ObjectKind.MEMO, [memo.id])
    session.execute(delete(MemoLink).where(MemoLink.memo_id == memo.id))
    session.delete(memo)
    session.flush()


def known_objects(session: Session, study_id: UUID, kind: ObjectKind, ids: Iterable[UUID]) -> set[UUID]:
    """Return those of `ids` that are objects of this kind in the study."""
    wanted = list(ids)
    if kind is ObjectKind.STUDY:
        return {study_id} & set(wanted)
    query: Any
    if kind in _DIRECT:
        model = _DIRECT[kind]
        query = select(model.id).where(model.study_id == study_id, model.id.in_(wanted))
    elif kind is ObjectKind.SPEAKER:
        query = select(Speaker.id).join(Transcript).where(Transcript.study_id == study_id, Speaker.id.in_(wanted))
    elif kind is ObjectKind.CLUSTER_GROUP:
        query = (
            select(ClusterGroup.id).join(ClusterRun).where(ClusterRun.study_id == study_id, ClusterGroup.id.in_(wanted))
        )
    elif kind in {ObjectKind.SEGMENT, ObjectKind.CODING}:
        segments = (
            select(Segment.id if kind is ObjectKind.SEGMENT else Coding.id)
            .select_from(Segment)
            .join(TranscriptVersion, TranscriptVersion.id == Segment.version_id)
            .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
            .where(Transcript.study_id == study_id)
        )
        query = (
            segments.where(Segment.id.in_(wanted))
            if kind is ObjectKind.SEGMENT
            else segments.join(Coding, Coding.segment_id == Segment.id).where(Coding.id.in_(wanted))
        )
    else:
        return set()
    return set(session.scalars(query))


_DIRECT: dict[ObjectKind, Any] = {
    ObjectKind.CASE: Case,
    ObjectKind.CODE: Code,
    ObjectKind.CODE_SET: CodeSet,
    ObjectKind.LINK: ObjectLink,
    ObjectKind.MEMO: Memo,
    ObjectKind.PARTICIPANT: Participant,
    ObjectKind.THEME: Theme,
    ObjectKind.TRANSCRIPT: Transcript,
}


def _check_objects(session: Session, study_id: UUID, links: Sequence[Link]) -> None:
    kinds: dict[ObjectKind, set[UUID]] = {}
    for kind, object_id in links:
        kinds.setdefault(kind, set()).add(object_id)
    for kind, ids in kinds.items():
        if known_objects(session, study_id, kind, ids) != ids:
            raise NotFound("coding.memo_about_nothing", kind=kind.value)


def _find(session: Session, study_id: UUID, memo_id: UUID, account_id: UUID) -> Memo:
    memo = session.get(Memo, memo_id)
    if memo is None or memo.study_id != study_id:
        raise NotFound("coding.memo_unknown")
    if memo.author_id != account_id:
        raise Forbidden("coding.not_yours")
    return memo


def _checked(body: str) -> str:
    body = normalise(body).strip()
    if not body:
        raise Invalid("coding.memo_empty")
    return body


def _state(memo: Memo) -> dict[str, str]:
    return {"title": memo.title, "body": memo.body, "kind": memo.kind.value}


def _shown(links: Iterable[Link]) -> list[list[str]]:
    return [[kind.value, str(object_id)] for kind, object_id in links]


def _record(
    session: Session, verb: str, memo: Memo, account_id: UUID, *, before: Any = None, after: Any = None
) -> None:
    record(
        session,
        verb=verb,
        object_kind="memo",
        object_id=memo.id,
        study_id=memo.study_id,
        account_id=account_id,
        before=before,
        after=after,
    )
