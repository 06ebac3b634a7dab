"""Who codes what, what is released, who is there, and what is still to be settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.agreement.passages import Passage, Placed, find_passages
from coding.layers import CodingAssignment, CodingDecision, CodingPresence, CodingRelease, Outcome
from coding.models import Coding, Segment, Transcript, TranscriptVersion
from coding.queries.reading import CodingView
from coding.queries.visibility import COUNTED, Viewer, from_codings
from core.clock import now
from studies.models import Account, Membership

# Somebody who was not seen for that long has gone; a desk says that it is there every twenty seconds.
GONE = timedelta(seconds=50)


@dataclass(frozen=True, slots=True)
class Given:
    """A transcript in a coder's hands; `done_at` is when they said that they had finished."""

    account_id: UUID
    name: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One transcript: to whom it was given, since when its layers show, how many words it has."""

    transcript_id: UUID
    title: str
    word_count: int
    given: tuple[Given, ...]
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of one coding."""

    outcome: Outcome
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ToSettle:
    """One passage with its codings and what was decided of each; `is_settled` when all of them are."""

    passage: Passage
    codings: tuple[CodingView, ...]
    decisions: Mapping[UUID, Decision]

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to decide here."""
        return all(coding.coding_id in self.decisions for coding in self.codings)


def plan(session: Session, study_id: UUID, *, account_id: UUID | None = None) -> tuple[PlanRow, ...]:
    """Return the transcripts in the order of their titles, or those given to one coder. Two statements."""
    query = (
        select(
            Transcript.id, Transcript.title, TranscriptVersion.word_count, CodingRelease.created_at.label("released_at")
        )
        .join(TranscriptVersion, TranscriptVersion.transcript_id == Transcript.id)
        .outerjoin(CodingRelease, CodingRelease.transcript_id == Transcript.id)
        .where(Transcript.study_id == study_id, TranscriptVersion.is_current)
        .order_by(Transcript.title, Transcript.id)
    )
    assignments = (
        select(CodingAssignment.transcript_id, CodingAssignment.account_id, Account.name, CodingAssignment.done_at)
        .join(Account, Account.id == CodingAssignment.account_id)
        .join(Transcript, Transcript.id == CodingAssignment.transcript_id)
        .where(Transcript.study_id == study_id)
        .order_by(Account.name, Account.id)
    )
    if account_id is not None:
        assignments = assignments.where(CodingAssignment.account_id == account_id)
        query = query.where(
            Transcript.id.in_(select(CodingAssignment.transcript_id).where(CodingAssignment.account_id == account_id))
        )
    given: dict[UUID, list[Given]] = {}
    for row in session.execute(assignments):
        given.setdefault(row.transcript_id, []).append(Given(row.account_id, row.name, row.done_at))
    return tuple(
        PlanRow(row.id, row.title, row.word_count, tuple(given.get(row.id, ())), row.released_at)
        for row in session.execute(query)
    )


def present(session: Session, study_id: UUID, transcript_id: UUID, viewer: Viewer) -> tuple[str, ...]:
    """Return the names of the others who have a transcript open; who is blind sees nobody and is seen by nobody."""
    if viewer.is_blind:
        return ()
    blind = select(Membership.account_id).where(Membership.study_id == study_id, Membership.is_blind)
    return tuple(
        session.scalars(
            select(Account.name)
            .join(CodingPresence, CodingPresence.account_id == Account.id)
            .where(
                CodingPresence.transcript_id == transcript_id,
                CodingPresence.seen_at > now() - GONE,
                CodingPresence.account_id != viewer.account_id,
                CodingPresence.account_id.not_in(blind),
            )
            .order_by(Account.name)
        )
    )


def readers_of(session: Session, study_id: UUID, transcript_id: UUID, viewer: Viewer) -> frozenset[UUID]:
    """Return the coders who read a transcript, among those whose layer `viewer` sees: given it, or coded in it."""
    coded = frozenset(
        session.scalars(
            from_codings((Coding.coder_id,), study_id, viewer)
            .where(Transcript.id == transcript_id, Coding.status.in_(COUNTED))
            .distinct()
        )
    )
    blind = select(Membership.account_id).where(Membership.study_id == study_id, Membership.is_blind)
    is_released = session.get(CodingRelease, transcript_id) is not None
    given = select(CodingAssignment.account_id).where(CodingAssignment.transcript_id == transcript_id)
    if not is_released:
        given = given.where(
            CodingAssignment.account_id == viewer.account_id
            if viewer.is_blind
            else CodingAssignment.account_id.not_in(blind)
        )
    return coded | frozenset(session.scalars(given))


def coder_names(session: Session, coder_ids: frozenset[UUID]) -> tuple[str, ...]:
    """Return the names of these coders. One statement."""
    return tuple(
        session.scalars(select(Account.name).where(Account.id.in_(coder_ids)).order_by(Account.name, Account.id))
    )


@dataclass(frozen=True, slots=True)
class Coded:
    """One coding of a transcript, to compare."""

    transcript_id: UUID
    title: str
    placed: Placed
    quote: str
    coder: str
    comment: str


def codings_to_compare(
    session: Session,
    study_id: UUID,
    viewer: Viewer,
    *,
    code_ids: Sequence[UUID],
    coder_ids: Sequence[UUID],
    transcript_ids: Sequence[UUID],
) -> tuple[Coded, ...]:
    """Return the counted codings that `viewer` sees, by transcript and place; none named means all transcripts."""
    query = (
        from_codings(
            (
                Transcript.id, Transcript.title, Segment.start, Segment.end, Coding.code_id, Coding.coder_id, Coding.id,
                Segment.quote, Account.name, Coding.comment,
            ),
            study_id,
            viewer,
        )
        .join(Account, Account.id == Coding.coder_id)
        .where(Coding.status.in_(COUNTED), Coding.code_id.in_(code_ids), Coding.coder_id.in_(coder_ids))
        .order_by(Transcript.title, Transcript.id, Segment.start, Segment.end, Account.name)
    )  # fmt: skip
    if transcript_ids:
        query = query.where(Transcript.id.in_(transcript_ids))
    return tuple(Coded(row[0], row[1], Placed(*row[2:7]), *row[7:]) for row in session.execute(query))


def readers_by_transcript(session: Session, study_id: UUID, coder_ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return who of these coders read each transcript: given it, or coded anything in it. Two statements."""
    found: dict[UUID, set[UUID]] = {}
    coded = (
        select(TranscriptVersion.transcript_id, Coding.coder_id)
        .join(Segment, Segment.version_id == TranscriptVersion.id)
        .join(Coding, Coding.segment_id == Segment.id)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .where(Transcript.study_id == study_id, Coding.coder_id.in_(coder_ids), Coding.status.in_(COUNTED))
        .distinct()
    )
    given = select(CodingAssignment.transcript_id, CodingAssignment.account_id).where(
        CodingAssignment.account_id.in_(coder_ids)
    )
    for query in (coded, given):
        for transcript_id, coder_id in session.execute(query):
            found.setdefault(transcript_id, set()).add(coder_id)
    return {transcript_id: frozenset(coders) for transcript_id, coders in found.items()}


def settle_list(session: Session, codings: Sequence[CodingView], readers: frozenset[UUID]) -> tuple[ToSettle, ...]:
    """Join the counted codings of a transcript into passages, with what was decided of each. One statement."""
    by_id = {coding.coding_id: coding for coding in codings if coding.status in COUNTED}
    placed = [
        Placed(coding.start, coding.end, coding.code_id, coding.coder_id, coding.coding_id)
        for coding in by_id.values()
    ]  # fmt: skip
    decisions = {
        row.coding_id: Decision(row.outcome, row.reason, row.name or "", row.created_at)
        for row in session.execute(
            select(
                CodingDecision.coding_id, CodingDecision.outcome, CodingDecision.reason, Account.name,
                CodingDecision.created_at,
            )
            .outerjoin(Account, Account.id == CodingDecision.decided_by)
            .where(CodingDecision.coding_id.in_(list(by_id)))
        )
    }  # fmt: skip
    return tuple(
        ToSettle(
            passage,
            tuple(by_id[each.coding_id] for each in passage.codings),
            {each.coding_id: decisions[each.coding_id] for each in passage.codings if each.coding_id in decisions},
        )
        for passage in find_passages(placed, readers)
    )
