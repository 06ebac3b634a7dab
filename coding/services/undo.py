"""Undoing and redoing one's codings, without limit and across sessions: the trail is the list of what can be undone.

An undo is itself an act of the trail that names what it undoes; a redo names the undo. So nothing is ever forgotten,
and two windows of one person share one list. Each transcript has its own list, and each coder undoes their own acts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.models import Code, Coding, CodingStatus, Segment, TranscriptVersion
from coding.queries.places import follow
from coding.services.codings import keep_segment
from coding.spans import Span
from core.audit import AuditEntry, record
from core.errors import Conflict, DomainError

UNDOABLE = ("coding.add", "coding.remove", "coding.change_span", "coding.comment", "coding.status")
_LIST = (*UNDOABLE, "coding.undo", "coding.redo")
_BATCH = 100


@dataclass(frozen=True, slots=True)
class CodingState:
    """A coding as it was or is: [start, end) in code points of `version_id`, the version that is read now."""

    version_id: UUID
    start: int
    end: int
    code_id: UUID
    code: str
    comment: str
    status: CodingStatus


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo or a redo changed; a side is None where the coding was not, or is no more."""

    verb: str
    was: CodingState | None
    now: CodingState | None


def undo(session: Session, study_id: UUID, transcript_id: UUID, account_id: UUID, *, key: str = "") -> Undone | None:
    """Undo one's last coding act that stands; None when there is none left.

    Args:   key: names the request; the same one a second time changes nothing more.

    Raises: Conflict: `coding.undo_impossible`: its code or its words are gone. It then counts as undone.
    """
    return _turn_back(session, study_id, transcript_id, account_id, "coding.undo", key)


def redo(session: Session, study_id: UUID, transcript_id: UUID, account_id: UUID, *, key: str = "") -> Undone | None:
    """Do again what was undone last, unless one has acted since; None when there is nothing. As `undo` otherwise."""
    return _turn_back(session, study_id, transcript_id, account_id, "coding.redo", key)


def _turn_back(
    session: Session, study_id: UUID, transcript_id: UUID, account_id: UUID, verb: str, key: str
) -> Undone | None:
    undoes = verb == "coding.undo"
    acts = _Acts(session, study_id, transcript_id, account_id)
    if key and acts.hold(key):
        return None
    found = acts.to_undo() if undoes else acts.to_redo()
    if found is None:
        return None
    entry, named = found
    wanted = _before(entry) if undoes else _after(entry)
    assert entry.object_id is not None
    was = _state_of(session, entry.object_id)
    problem: DomainError | None = None
    try:
        with session.begin_nested():
            _set_state(session, entry.object_id, wanted)
    except DomainError as error:
        problem = error
    record(
        session,
        verb=verb,
        object_kind="coding",
        object_id=entry.object_id,
        study_id=study_id,
        account_id=account_id,
        before=_before(entry) if not undoes else _after(entry),
        after={**(wanted or {}), "entry": str(named), "key": key},
    )
    session.flush()
    if problem is not None:
        raise Conflict("coding.undo_impossible") from problem
    return Undone(entry.verb, was, _state_of(session, entry.object_id))


class _Acts:
    """One's acts on a transcript, as the trail tells them."""

    def __init__(self, session: Session, study_id: UUID, transcript_id: UUID, account_id: UUID) -> None:
        self._session = session
        self._account_id = account_id
        self._versions = {
            str(version_id)
            for version_id in session.scalars(
                select(TranscriptVersion.id).where(TranscriptVersion.transcript_id == transcript_id)
            )
        }
        self._query = (
            select(AuditEntry)
            .where(
                AuditEntry.study_id == study_id,
                AuditEntry.account_id == account_id,
                AuditEntry.object_kind == "coding",
                AuditEntry.verb.in_(_LIST),
            )
            .order_by(AuditEntry.created_at.desc(), AuditEntry.id.desc())
            .limit(_BATCH)
        )

    def hold(self, key: str) -> bool:
        """Whether one of the last acts answered this request already."""
        return any(_told(entry.after).get("key") == key for entry in islice(self._newest_first(), _BATCH))

    def to_undo(self) -> tuple[AuditEntry, UUID] | None:
        """Return the newest act that stands, with the name an undo gives it."""
        undone: set[str] = set()
        redone: set[str] = set()
        for entry in self._newest_first():
            if entry.verb == "coding.redo":
                redone.add(_told(entry.after)["entry"])
            elif entry.verb == "coding.undo":
                if str(entry.id) not in redone:
                    undone.add(_told(entry.after)["entry"])
            elif str(entry.id) not in undone:
                return entry, entry.id
        return None

    def to_redo(self) -> tuple[AuditEntry, UUID] | None:
        """Return the act undone last that was not done again, with its undo; None once something else was done."""
        redone: set[str] = set()
        for entry in self._newest_first():
            if entry.verb == "coding.redo":
                redone.add(_told(entry.after)["entry"])
            elif entry.verb != "coding.undo":
                return None
            elif str(entry.id) not in redone:
                act = self._session.get(AuditEntry, UUID(_told(entry.after)["entry"]))
                return None if act is None else (act, entry.id)
        return None

    def _newest_first(self) -> Iterator[AuditEntry]:
        offset = 0
        while True:
            batch = self._session.scalars(self._query.offset(offset)).all()
            yield from (entry for entry in batch if self._is_here(entry))
            if len(batch) < _BATCH:
                return
            offset += _BATCH

    def _is_here(self, entry: AuditEntry) -> bool:
        """Whether an act is on this transcript, on one's own layer."""
        sides = (_told(entry.before), _told(entry.after))
        told = {name: side[name] for side in sides for name in ("version", "coder") if name in side}
        return told.get("version") in self._versions and told.get("coder") == str(self._account_id)


def _told(side: Any) -> dict[str, Any]:
    return dict(side or {})


def _before(entry: AuditEntry) -> dict[str, Any] | None:
    """Return the state before an act; None when the coding did not exist."""
    if entry.verb == "coding.add":
        # One that was there as a refused proposal tells its status only.
        return None if entry.before is None else {**_told(entry.after), **_told(entry.before)}
    return _told(entry.before)


def _after(entry: AuditEntry) -> dict[str, Any] | None:
    """Return the state after an act; None when the coding went, or became another one."""
    if entry.verb == "coding.remove" or _told(entry.after).get("coding", str(entry.object_id)) != str(entry.object_id):
        return None
    return _told(entry.after)


def _set_state(session: Session, coding_id: UUID, state: dict[str, Any] | None) -> None:
    coding = session.get(Coding, coding_id, populate_existing=True)
    if state is None:
        if coding is not None:
            session.delete(coding)
            session.flush()
        return
    stretch = keep_segment(session, UUID(state["version"]), state["start"], state["end"])
    code_id, coder_id = UUID(state["code"]), UUID(state["coder"])
    if session.get(Code, code_id) is None:
        raise Conflict("coding.undo_impossible")
    other = session.scalar(
        select(Coding.id).where(
            Coding.segment_id == stretch.segment_id, Coding.code_id == code_id, Coding.coder_id == coder_id,
            Coding.id != coding_id,
        )
    )  # fmt: skip
    if other is not None:
        return  # the coder has put it there again since
    if coding is None:
        coding = Coding(id=coding_id, code_id=code_id, coder_id=coder_id, segment_id=stretch.segment_id)
        session.add(coding)
    coding.segment_id = stretch.segment_id
    coding.code_id = code_id
    coding.status = CodingStatus(state["status"])
    coding.source, coding.comment = state["source"], state["comment"]
    session.flush()


def _state_of(session: Session, coding_id: UUID) -> CodingState | None:
    row = session.execute(
        select(Segment.version_id, Segment.start, Segment.end, Coding.code_id, Code.name, Coding.comment, Coding.status)
        .select_from(Coding)
        .join(Segment, Segment.id == Coding.segment_id)
        .join(Code, Code.id == Coding.code_id)
        .where(Coding.id == coding_id)
    ).one_or_none()
    if row is None:
        return None
    version_id, span = follow(session, row.version_id, Span(row.start, row.end))
    return CodingState(version_id, span.start, span.end, row.code_id, row.name, row.comment, row.status)
