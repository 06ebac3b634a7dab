"""The versions of a transcript's text, what changed between them, and the coded passages that changed with it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.models import Transcript, TranscriptVersion
from studies.models import Account


@dataclass(frozen=True, slots=True)
class Change:
    """Words that gave way to others; either side may be empty."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version: when, by whom (None: the import), what it changed."""

    version_id: UUID
    number: int
    created_at: datetime
    author: str | None
    is_current: bool
    changes: tuple[Change, ...]


def list_versions(session: Session, study_id: UUID, transcript_id: UUID) -> tuple[VersionRow, ...]:
    """Return the versions, newest first."""
    rows = session.execute(
        select(
            TranscriptVersion.id, TranscriptVersion.number, TranscriptVersion.created_at, Account.name,
            TranscriptVersion.is_current, TranscriptVersion.text, TranscriptVersion.edits,
        )
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .outerjoin(Account, Account.id == TranscriptVersion.corrected_by)
        .where(Transcript.id == transcript_id, Transcript.study_id == study_id)
        .order_by(TranscriptVersion.number)
    ).all()  # fmt: skip
    found: list[VersionRow] = []
    before = ""
    for row in rows:
        changes = []
        shift = 0
        for position, deleted, inserted in row.edits:
            place = position + shift
            changes.append(Change(before[position : position + deleted], row.text[place : place + inserted]))
            shift += inserted - deleted
        found.append(VersionRow(row.id, row.number, row.created_at, row.name, row.is_current, tuple(changes)))
        before = row.text
    return tuple(reversed(found))
