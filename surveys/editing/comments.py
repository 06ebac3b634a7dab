"""What colleagues say of questions: threads that stay with them over versions, open until somebody settles them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from core.clock import now
from core.errors import Invalid, NotFound
from studies.models import Account
from surveys.editing.models import ItemComment
from surveys.models import Questionnaire, QuestionnaireVersion

_MAX_BODY = 5_000


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One remark: who, when, under which version."""

    id: UUID
    author: str
    body: str
    version_number: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """Remarks that answer each other, about one question."""

    id: UUID
    item_key: str
    comments: tuple[CommentRow, ...]
    resolved_at: datetime | None
    resolved_by: str

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return self.resolved_at is None


def add_comment(
    session: Session,
    study_id: UUID,
    version_id: UUID,
    item_key: str,
    body: str,
    *,
    account_id: UUID,
    thread_id: UUID | None = None,
) -> UUID:
    """Say something of a question, or answer in a thread, which opens it again; return the thread.

    Raises: Invalid("surveys.comment_empty"), Invalid("surveys.comment_too_long");
        NotFound("surveys.version_not_found"), NotFound("surveys.comment_not_found").
    """
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("surveys.comment_empty")
    if len(text) > _MAX_BODY:
        raise Invalid("surveys.comment_too_long", limit=_MAX_BODY)
    version = session.execute(
        select(QuestionnaireVersion.questionnaire_id, QuestionnaireVersion.number)
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(QuestionnaireVersion.id == version_id, Questionnaire.study_id == study_id)
    ).one_or_none()
    if version is None:
        raise NotFound("surveys.version_not_found", version_id=str(version_id))
    first = None
    if thread_id is not None:
        first = _thread(session, study_id, thread_id)
        first.resolved_at = first.resolved_by_id = None
    comment = ItemComment(
        questionnaire_id=version.questionnaire_id if first is None else first.questionnaire_id,
        item_key=item_key if first is None else first.item_key,
        version_number=version.number,
        thread_id=None if first is None else first.id,
        account_id=account_id,
        body=text,
    )
    session.add(comment)
    session.flush()
    return comment.id if first is None else first.id


def settle(session: Session, study_id: UUID, thread_id: UUID, *, is_settled: bool, account_id: UUID) -> None:
    """Mark a thread as settled, or open it again.

    Raises: NotFound("surveys.comment_not_found").
    """
    first = _thread(session, study_id, thread_id)
    first.resolved_at = now() if is_settled else None
    first.resolved_by_id = account_id if is_settled else None
    session.flush()


def _thread(session: Session, study_id: UUID, thread_id: UUID) -> ItemComment:
    found = session.scalar(
        select(ItemComment)
        .join(Questionnaire, Questionnaire.id == ItemComment.questionnaire_id)
        .where(ItemComment.id == thread_id, ItemComment.thread_id.is_(None), Questionnaire.study_id == study_id)
    )
    if found is None:
        raise NotFound("surveys.comment_not_found")
    return found


def list_threads(session: Session, questionnaire_id: UUID, *, item_key: str | None = None) -> list[Thread]:
    """Return the threads of a questionnaire (or of one question), open ones first, then the latest; one statement."""
    settler = aliased(Account)
    query = (
        select(ItemComment, func.coalesce(Account.name, ""), func.coalesce(settler.name, ""))
        .outerjoin(Account, Account.id == ItemComment.account_id)
        .outerjoin(settler, settler.id == ItemComment.resolved_by_id)
        .where(ItemComment.questionnaire_id == questionnaire_id)
        .order_by(ItemComment.created_at, ItemComment.id)
    )
    if item_key is not None:
        query = query.where(ItemComment.item_key == item_key)
    firsts: dict[UUID, tuple[ItemComment, str]] = {}
    rows: dict[UUID, list[CommentRow]] = {}
    for comment, author, settled_by in session.execute(query):
        thread = comment.thread_id or comment.id
        if comment.thread_id is None:
            firsts[comment.id] = (comment, settled_by)
        row = CommentRow(comment.id, author, comment.body, comment.version_number, comment.created_at)
        rows.setdefault(thread, []).append(row)
    threads = [
        Thread(id_, first.item_key, tuple(rows[id_]), first.resolved_at, settled_by)
        for id_, (first, settled_by) in firsts.items()
    ]
    threads.sort(key=lambda thread: thread.comments[-1].created_at, reverse=True)
    threads.sort(key=lambda thread: not thread.is_open)
    return threads


def open_counts(session: Session, questionnaire_id: UUID) -> dict[str, int]:
    """Return how many open threads each question has, by key; one statement."""
    rows = session.execute(
        select(ItemComment.item_key, func.count())
        .where(
            ItemComment.questionnaire_id == questionnaire_id,
            ItemComment.thread_id.is_(None),
            ItemComment.resolved_at.is_(None),
        )
        .group_by(ItemComment.item_key)
    )
    return {row[0]: row[1] for row in rows}


def follow_name(session: Session, questionnaire_id: UUID, old: str, new: str) -> None:
    """Keep the remarks of a question with it when its name in the data changes."""
    session.execute(
        update(ItemComment)
        .where(ItemComment.questionnaire_id == questionnaire_id, ItemComment.item_key == old)
        .values(item_key=new)
    )
