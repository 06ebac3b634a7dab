"""Settling where coders differ: each coding of a passage is kept or left out, with the reason."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from coding.layers import CodingDecision, Outcome
from coding.models import Coding
from coding.queries.visibility import Viewer, from_codings
from core.audit import record
from core.clock import now
from core.errors import Invalid, NotFound

MAX_REASON = 2_000


def decide(
    session: Session,
    study_id: UUID,
    outcomes: Mapping[UUID, Outcome],
    *,
    viewer: Viewer,
    reason: str,
    account_id: UUID,
) -> None:
    """Decide of the codings of one passage; a reason is asked for whenever one is left out.

    The codings stay in their coders' layers, so that agreement can be measured again.
    Raises: Invalid: `coding.reason_missing`, `coding.decision_missing`.  NotFound: `coding.coding_unknown`.
    """
    if not outcomes:
        raise Invalid("coding.decision_missing")
    reason = " ".join(reason.split())[:MAX_REASON]
    if not reason and Outcome.LEFT_OUT in outcomes.values():
        raise Invalid("coding.reason_missing")
    known = _visible(session, study_id, list(outcomes), viewer)
    if known != set(outcomes):
        raise NotFound("coding.coding_unknown")
    for coding_id, outcome in outcomes.items():
        _decide_one(session, study_id, coding_id, outcome, reason=reason, account_id=account_id)
    session.flush()


def reopen(session: Session, study_id: UUID, coding_ids: Sequence[UUID], *, viewer: Viewer, account_id: UUID) -> None:
    """Take decisions back: the passage is to be settled again."""
    for coding_id in sorted(_visible(session, study_id, coding_ids, viewer)):
        decision = session.get(CodingDecision, coding_id)
        if decision is None:
            continue
        before = {"outcome": decision.outcome.value, "reason": decision.reason}
        session.delete(decision)
        _record(session, "coding.undo", coding_id, study_id, account_id, before=before, after=None)
    session.flush()


def _decide_one(
    session: Session, study_id: UUID, coding_id: UUID, outcome: Outcome, *, reason: str, account_id: UUID
) -> None:
    decision = session.get(CodingDecision, coding_id)
    before = None if decision is None else {"outcome": decision.outcome.value, "reason": decision.reason}
    after = {"outcome": outcome.value, "reason": reason}
    if before == after:
        return
    if decision is None:
        decision = CodingDecision(coding_id=coding_id)
        session.add(decision)
    decision.outcome, decision.reason, decision.decided_by = outcome, reason, account_id
    decision.created_at = now()
    _record(session, "coding.decide", coding_id, study_id, account_id, before=before, after=after)


def _visible(session: Session, study_id: UUID, coding_ids: Sequence[UUID], viewer: Viewer) -> set[UUID]:
    """Return those of the codings that stand in the study and show to `viewer`."""
    return set(session.scalars(from_codings((Coding.id,), study_id, viewer).where(Coding.id.in_(coding_ids))))


def _record(
    session: Session, verb: str, coding_id: UUID, study_id: UUID, account_id: UUID,
    *, before: dict[str, str] | None, after: dict[str, str] | None,
) -> None:  # fmt: skip
    record(
        session,
        verb=verb,
        object_kind="coding",
        object_id=coding_id,
        study_id=study_id,
        account_id=account_id,
        before=before,
        after=after,
    )
