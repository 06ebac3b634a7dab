"""Coding together: documents given to coders, finished, released; who is there; acts that are sent twice."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coding.layers import CodingAssignment, CodingPresence, CodingRelease, DeskAct
from coding.models import Transcript
from coding.upserts import insert_missing
from core.audit import record
from core.clock import now
from core.errors import Invalid, NotFound
from studies.models import Membership, Role

# A presence is written again once this old, so that an open desk costs three writes a minute.
PRESENCE_AGE = timedelta(seconds=20)
ACTS_KEPT = timedelta(days=31)
CODERS = (Role.LEAD, Role.CODER)


def assign(
    session: Session, study_id: UUID, transcript_ids: Sequence[UUID], coder_ids: Sequence[UUID], *, by: UUID
) -> int:
    """Give each transcript to each coder; return how many assignments are new.

    Raises: Invalid: `coding.assign_nothing`.  NotFound: `coding.transcript_unknown`, `coding.coder_unknown`.
    """
    transcripts = _transcripts(session, study_id, transcript_ids)
    coders = _coders(session, study_id, coder_ids)
    return sum(_give(session, study_id, transcript, coder, by=by) for transcript in transcripts for coder in coders)


def share_out(
    session: Session, study_id: UUID, transcript_ids: Sequence[UUID], coder_ids: Sequence[UUID], *, each: int, by: UUID
) -> int:
    """Give each transcript to `each` of the coders, in turn, so that all have as many; return how many are new.

    Raises: as `assign`, and Invalid: `coding.assign_each` when there are not that many coders.
    """
    transcripts = _transcripts(session, study_id, transcript_ids)
    coders = _coders(session, study_id, coder_ids)
    if not 1 <= each <= len(coders):
        raise Invalid("coding.assign_each", limit=len(coders))
    made = place = 0
    for transcript in transcripts:
        for _ in range(each):
            made += _give(session, study_id, transcript, coders[place % len(coders)], by=by)
            place += 1
    return made


def take_back(
    session: Session, study_id: UUID, transcript_ids: Sequence[UUID], coder_ids: Sequence[UUID], *, by: UUID
) -> int:
    """Take transcripts back from coders; their codings stay. Return how many assignments went."""
    transcripts = _transcripts(session, study_id, transcript_ids)
    coders = _coders(session, study_id, coder_ids)
    gone = session.execute(
        delete(CodingAssignment)
        .where(CodingAssignment.transcript_id.in_(transcripts), CodingAssignment.account_id.in_(coders))
        .returning(CodingAssignment.transcript_id, CodingAssignment.account_id)
    ).all()
    for transcript_id, coder_id in gone:
        _record(session, "assignment.remove", transcript_id, study_id, by, before={"coder": str(coder_id)})
    return len(gone)


def set_done(session: Session, study_id: UUID, transcript_id: UUID, *, account_id: UUID, is_done: bool) -> None:
    """Say that a coder finished a transcript of theirs, or not after all.

    Raises: NotFound: `coding.assignment_unknown`.
    """
    _transcripts(session, study_id, [transcript_id])
    changed = session.execute(
        update(CodingAssignment)
        .where(CodingAssignment.transcript_id == transcript_id, CodingAssignment.account_id == account_id)
        .values(done_at=now() if is_done else None)
        .returning(CodingAssignment.id)
    ).all()
    if not changed:
        raise NotFound("coding.assignment_unknown")
    _record(session, "assignment.status", transcript_id, study_id, account_id, after={"done": is_done})


def release(session: Session, study_id: UUID, transcript_ids: Sequence[UUID], *, by: UUID) -> int:
    """Show all layers of transcripts to all coders; return how many were hidden until now."""
    made = 0
    for transcript_id in _transcripts(session, study_id, transcript_ids):
        if session.get(CodingRelease, transcript_id) is None:
            session.add(CodingRelease(transcript_id=transcript_id, released_by=by))
            _record(session, "layers.release", transcript_id, study_id, by)
            made += 1
    session.flush()
    return made


def hide_again(session: Session, study_id: UUID, transcript_ids: Sequence[UUID], *, by: UUID) -> int:
    """Take a release back, for a mistake seen at once; return how many there were."""
    transcripts = _transcripts(session, study_id, transcript_ids)
    gone = session.scalars(
        delete(CodingRelease).where(CodingRelease.transcript_id.in_(transcripts)).returning(CodingRelease.transcript_id)
    ).all()
    for transcript_id in gone:
        _record(session, "layers.hide", transcript_id, study_id, by)
    return len(gone)


def be_present(session: Session, transcript_id: UUID, account_id: UUID) -> None:
    """Note that somebody has a transcript open; written at most every 20 seconds."""
    moment = now()
    changed = session.execute(
        update(CodingPresence)
        .where(
            CodingPresence.transcript_id == transcript_id,
            CodingPresence.account_id == account_id,
            CodingPresence.seen_at < moment - PRESENCE_AGE,
        )
        .values(seen_at=moment)
    )
    if not changed.rowcount and session.get(CodingPresence, (transcript_id, account_id)) is None:  # type: ignore[attr-defined]  # an UPDATE has one
        session.merge(CodingPresence(transcript_id=transcript_id, account_id=account_id, seen_at=moment))
        session.flush()


def known_act(session: Session, account_id: UUID, client_id: str) -> dict[str, Any] | None:
    """Return what an act was answered, None when it was not done yet."""
    return session.scalar(
        select(DeskAct.answer).where(DeskAct.account_id == account_id, DeskAct.client_id == client_id)
    )


def keep_act(session: Session, account_id: UUID, client_id: str, answer: dict[str, Any]) -> None:
    """Keep what an act was answered; another that came at the same moment stands."""
    insert_missing(
        session,
        DeskAct,
        {"account_id": account_id, "client_id": client_id, "answer": answer, "created_at": now()},
        unique=("account_id", "client_id"),
    )


def forget_acts(session: Session) -> int:
    """Forget acts of over a month ago: no browser sends them again, and their answers may hold somebody's words."""
    gone = session.execute(delete(DeskAct).where(DeskAct.created_at < now() - ACTS_KEPT).returning(DeskAct.client_id))
    return len(gone.all())


def _give(session: Session, study_id: UUID, transcript_id: UUID, coder_id: UUID, *, by: UUID) -> bool:
    values = {
        "id": uuid4(),
        "transcript_id": transcript_id,
        "account_id": coder_id,
        "assigned_by": by,
        "created_at": now(),
    }
    made = insert_missing(session, CodingAssignment, values, unique=("transcript_id", "account_id"))
    if made:
        _record(session, "assignment.add", transcript_id, study_id, by, after={"coder": str(coder_id)})
    return made


def _transcripts(session: Session, study_id: UUID, wanted: Sequence[UUID]) -> list[UUID]:
    """Return the transcripts in the order of their titles."""
    if not wanted:
        raise Invalid("coding.assign_nothing")
    found = session.scalars(
        select(Transcript.id)
        .where(Transcript.study_id == study_id, Transcript.id.in_(wanted))
        .order_by(Transcript.title, Transcript.id)
    ).all()
    if len(found) != len(set(wanted)):
        raise NotFound("coding.transcript_unknown")
    return list(found)


def _coders(session: Session, study_id: UUID, wanted: Iterable[UUID]) -> list[UUID]:
    chosen = list(dict.fromkeys(wanted))
    if not chosen:
        raise Invalid("coding.assign_nothing")
    members = set(
        session.scalars(
            select(Membership.account_id).where(
                Membership.study_id == study_id, Membership.account_id.in_(chosen), Membership.role.in_(CODERS)
            )
        )
    )
    if members != set(chosen):
        raise NotFound("coding.coder_unknown")
    return chosen


def _record(
    session: Session,
    verb: str,
    transcript_id: UUID,
    study_id: UUID,
    by: UUID,
    *,
    before: Any = None,
    after: Any = None,
) -> None:
    record(
        session,
        verb=verb,
        object_kind="transcript",
        object_id=transcript_id,
        study_id=study_id,
        account_id=by,
        before=before,
        after=after,
    )
