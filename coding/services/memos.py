"""Memos: dated notes by an analyst, about the study, a transcript, a segment, a code, a theme or a participant."""

from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from coding.models import Memo
from core.audit import record
from core.clock import now
from core.errors import Forbidden, Invalid, NotFound
from core.text import normalise

OBJECT_KINDS = frozenset({"study", "transcript", "segment", "coding", "code", "theme", "participant", "cluster_group"})


def write_memo(
    session: Session,
    study_id: UUID,
    body: str,
    *,
    author_id: UUID,
    title: str = "",
    object_kind: str = "study",
    object_id: UUID | None = None,
) -> Memo:
    """Keep a new memo.

    Raises: Invalid: `coding.memo_empty`, `coding.memo_about_nothing` (an unknown kind, or no object).
    """
    if object_kind not in OBJECT_KINDS or (object_id is None) != (object_kind == "study"):
        raise Invalid("coding.memo_about_nothing", kind=object_kind)
    memo = Memo(
        id=uuid4(),
        study_id=study_id,
        author_id=author_id,
        title=title.strip(),
        body=_checked(body),
        object_kind=object_kind,
        object_id=object_id,
    )
    session.add(memo)
    _record(session, "memo.write", memo, author_id, after={"title": memo.title, "body": memo.body})
    session.flush()
    return memo


def edit_memo(
    session: Session, study_id: UUID, memo_id: UUID, *, body: str, account_id: UUID, title: str | None = None
) -> Memo:
    """Change one's own memo. Raises: NotFound: `coding.memo_unknown`.  Forbidden: `coding.not_yours`."""
    memo = _find(session, study_id, memo_id, account_id)
    before = {"title": memo.title, "body": memo.body}
    memo.body = _checked(body)
    memo.title = memo.title if title is None else title.strip()
    memo.modified_at = now()
    _record(session, "memo.edit", memo, account_id, before=before, after={"title": memo.title, "body": memo.body})
    session.flush()
    return memo


def delete_memo(session: Session, study_id: UUID, memo_id: UUID, *, account_id: UUID) -> None:
    """Delete one's own memo. Raises: NotFound: `coding.memo_unknown`.  Forbidden: `coding.not_yours`."""
    memo = _find(session, study_id, memo_id, account_id)
    _record(session, "memo.delete", memo, account_id, before={"title": memo.title, "body": memo.body})
    session.delete(memo)
    session.flush()


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


def _record(
    session: Session,
    verb: str,
    memo: Memo,
    account_id: UUID,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
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
