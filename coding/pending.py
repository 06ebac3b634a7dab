"""Files between their upload and their import: read once, kept as sent until the person has checked who speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from coding.models import PendingFile
from coding.transcripts import TranscriptDraft, preview
from core.clock import now
from core.errors import DomainError, Invalid

MAX_PENDING = 100
MAX_AT_ONCE = 50
KEPT_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class PendingDraft:
    """A pending file, read: what would be imported."""

    id: UUID
    draft: TranscriptDraft


def keep_files(
    session: Session, study_id: UUID, account_id: UUID, files: Sequence[tuple[str, bytes]]
) -> list[DomainError]:
    """Keep the files that can be read; return one error for each of the others. Files of days ago are forgotten.

    Raises: Invalid: `coding.too_many_files`, `coding.too_many_pending`.
    """
    if len(files) > MAX_AT_ONCE:
        raise Invalid("coding.too_many_files", limit=MAX_AT_ONCE)
    session.execute(delete(PendingFile).where(PendingFile.created_at < now() - KEPT_FOR))
    waiting = session.scalar(
        select(func.count()).where(PendingFile.study_id == study_id, PendingFile.account_id == account_id)
    )
    if (waiting or 0) + len(files) > MAX_PENDING:
        raise Invalid("coding.too_many_pending", limit=MAX_PENDING)
    errors: list[DomainError] = []
    for name, content in files:
        try:
            preview(name, content)
        except DomainError as error:
            errors.append(error)
        else:
            session.add(PendingFile(id=uuid4(), study_id=study_id, account_id=account_id, name=name, content=content))
    session.flush()
    return errors


def list_pending(session: Session, study_id: UUID, account_id: UUID) -> tuple[PendingDraft, ...]:
    """Return the files that this person has yet to check, read again, in the order they were sent."""
    rows = session.execute(
        select(PendingFile.id, PendingFile.name, PendingFile.content)
        .where(PendingFile.study_id == study_id, PendingFile.account_id == account_id)
        .order_by(PendingFile.created_at, PendingFile.name)
    )
    return tuple(PendingDraft(row.id, preview(row.name, row.content)) for row in rows)


def forget_pending(session: Session, study_id: UUID, account_id: UUID, pending_id: UUID) -> None:
    """Set one pending file aside; twice is harmless."""
    session.execute(
        delete(PendingFile).where(
            PendingFile.id == pending_id, PendingFile.study_id == study_id, PendingFile.account_id == account_id
        )
    )
