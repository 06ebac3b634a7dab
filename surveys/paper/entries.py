"""What is keyed from a sheet: kept at each step, ended, made into a response.

Nothing keyed is lost: an entry keeps what was typed, letter by letter, also what the form's conditions leave aside and
what cannot be understood. The response gets what is relevant and read.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.clock import now
from core.errors import Conflict, Invalid
from surveys.drafts import load_draft, upsert
from surveys.fieldwork.quotas import take_places
from surveys.models import Response, ResponseState
from surveys.paper.keyed import Keyed, read_entry
from surveys.paper.models import PaperEntry
from surveys.paper.responses import make_response
from surveys.paper.sheets import Sheet
from surveys.versions import load_version

HELD_FOR = timedelta(minutes=10)
"""Two people who key one sheet would each undo what the other typed: it is held from its last save."""


def begin_entry(session: Session, sheet: Sheet, rank: int, *, account_id: UUID | None) -> PaperEntry:
    """Return the entry of this rank, begun now if nobody did.

    Raises:
        Conflict("paper.first_not_finished"): a second entry checks a first one that is finished.
        Conflict("paper.withdrawn"): the person took these answers back.
        Conflict("paper.keyed_by_another"): somebody else saved it a moment ago.
    """
    if rank > 1 and not _is_finished(session, sheet, 1):
        raise Conflict("paper.first_not_finished")
    if is_withdrawn(session, sheet):
        raise Conflict("paper.withdrawn")
    values = {"id": uuid4(), "sheet_id": sheet.id, "rank": rank, "account_id": account_id}
    session.execute(upsert(session)(PaperEntry).values(values).on_conflict_do_nothing())
    entry = session.scalars(
        select(PaperEntry).where(PaperEntry.sheet_id == sheet.id, PaperEntry.rank == rank).with_for_update()
    ).one()
    if entry.account_id != account_id and entry.finished_at is None:
        if now() - entry.saved_at < HELD_FOR:
            raise Conflict("paper.keyed_by_another")
        entry.account_id = account_id
    return entry


def is_withdrawn(session: Session, sheet: Sheet) -> bool:
    """Whether the person took back the answers of this sheet."""
    query = select(Response.id).where(Response.receipt == sheet.code, Response.state == ResponseState.WITHDRAWN)
    return session.scalar(query) is not None


def find_entry(session: Session, sheet: Sheet, rank: int) -> PaperEntry | None:
    """Return an entry, None when it was not begun."""
    return session.scalar(select(PaperEntry).where(PaperEntry.sheet_id == sheet.id, PaperEntry.rank == rank))


def _is_finished(session: Session, sheet: Sheet, rank: int) -> bool:
    entry = find_entry(session, sheet, rank)
    return entry is not None and entry.finished_at is not None


def keep_entry(
    session: Session, sheet: Sheet, rank: int, typed: Mapping[str, str], *, account_id: UUID | None
) -> tuple[PaperEntry, Keyed]:
    """Keep what was typed so far, whatever it is.

    Raises: Conflict("paper.entry_finished"), Conflict("paper.first_not_finished").
    """
    entry = begin_entry(session, sheet, rank, account_id=account_id)
    if entry.finished_at is not None:
        raise Conflict("paper.entry_finished")
    version = load_version(session, sheet.version_id)
    keyed = read_entry(version, sheet, typed, moment=entry.started_at)
    _write(entry, keyed)
    session.flush()
    return entry, keyed


def _write(entry: PaperEntry, keyed: Keyed) -> None:
    entry.typed = {key: text for key, text in keyed.typed.items() if text}
    entry.answers = {key: value for key, value in keyed.answers.items() if value is not None}
    entry.marks = {key: mark.value for key, mark in keyed.marks.items()}
    entry.saved_at = now()


def finish_first(session: Session, sheet: Sheet, typed: Mapping[str, str], *, account_id: UUID | None) -> PaperEntry:
    """End the first entry: it makes the response.

    Raises: Invalid("paper.not_understood"): some fields hold what cannot be understood; mark them `?` or correct them.
    """
    entry = end_entry(session, sheet, 1, typed, account_id=account_id)
    entry.response_id = make_response(session, sheet, entry, typed)
    take_places(session, load_draft(session, entry.response_id))
    record_act(session, sheet, "key", account_id, {"response": str(entry.response_id)})
    session.flush()
    return entry


def end_entry(
    session: Session, sheet: Sheet, rank: int, typed: Mapping[str, str], *, account_id: UUID | None
) -> PaperEntry:
    """Keep an entry and mark it finished.

    Raises: Invalid("paper.not_understood").
    """
    entry, keyed = keep_entry(session, sheet, rank, typed, account_id=account_id)
    if keyed.problems:
        raise Invalid("paper.not_understood", count=len(keyed.problems))
    entry.finished_at = now()
    session.flush()
    return entry


def record_act(session: Session, sheet: Sheet, verb: str, account_id: UUID | None, after: Mapping[str, Any]) -> None:
    """Write an act on a sheet in the trail."""
    audit.record(
        session,
        verb=verb,
        object_kind="paper_sheet",
        object_id=sheet.id,
        study_id=sheet.study_id,
        account_id=account_id,
        after=dict(after),
    )
