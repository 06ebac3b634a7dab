"""Which codings count, for whom, and as whose words.

Blind: a coder sees their own layer only, and nobody sees a blind coder's, until the lead releases the transcript.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from coding.layers import CodingDecision, CodingRelease, Outcome
from coding.models import Code, Coding, CodingStatus, Segment, Speaker, SpeakerRole, Transcript, TranscriptVersion, Turn
from studies.models import Consent, ConsentPurpose, Membership

COUNTED = (CodingStatus.HUMAN, CodingStatus.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who looks; `is_blind` as in their membership. RELEASED stands for a report, which nobody looks at."""

    account_id: UUID | None
    is_blind: bool = False


RELEASED = Viewer(None)


def viewer_of(session: Session, study_id: UUID, account_id: UUID) -> Viewer:
    """Return somebody as a viewer, for work that runs apart from their page."""
    is_blind = session.scalar(
        select(Membership.is_blind).where(Membership.study_id == study_id, Membership.account_id == account_id)
    )
    return Viewer(account_id, is_blind=bool(is_blind))


def may_see(viewer: Viewer, study_id: UUID) -> Any:
    """Return the condition under which a coding shows to `viewer`; needs Transcript joined.

    A report has no layer of its own and reads what was decided: codings left out together are not in it.
    """
    released = Transcript.id.in_(select(CodingRelease.transcript_id))
    if viewer.account_id is None:
        left_out = select(CodingDecision.coding_id).where(CodingDecision.outcome == Outcome.LEFT_OUT)
        return and_(or_(released, Coding.coder_id.not_in(_blind(study_id))), Coding.id.not_in(left_out))
    own = Coding.coder_id == viewer.account_id
    if viewer.is_blind:
        return or_(own, released)
    return or_(own, released, Coding.coder_id.not_in(_blind(study_id)))


def _blind(study_id: UUID) -> Any:
    return select(Membership.account_id).where(Membership.study_id == study_id, Membership.is_blind)


def person() -> Any:
    """Return the expression of the participant whose words a segment holds, null when nobody's.

    The speaker of its turn when linked; else the transcript's participant, unless an interviewer or a third person
    speaks. Needs Turn and Speaker outer-joined.
    """
    return case(
        (Speaker.role == SpeakerRole.INTERVIEWER, None),
        (Speaker.participant_id.is_not(None), Speaker.participant_id),
        (Speaker.role == SpeakerRole.OTHER, None),
        else_=Transcript.participant_id,
    )


def from_codings(columns: tuple[Any, ...], study_id: UUID, viewer: Viewer) -> Select[Any]:
    """Select over the codings of current versions that `viewer` sees, whatever their status."""
    return (
        select(*columns)
        .select_from(Coding)
        .join(Code, Code.id == Coding.code_id)
        .join(Segment, Segment.id == Coding.segment_id)
        .join(TranscriptVersion, TranscriptVersion.id == Segment.version_id)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .outerjoin(Turn, Turn.id == Segment.turn_id)
        .outerjoin(Speaker, Speaker.id == Turn.speaker_id)
        .where(Transcript.study_id == study_id, TranscriptVersion.is_current, may_see(viewer, study_id))
    )


def quotation_consents(study_participants: Any) -> Select[Any]:
    """Select the participants, among a subquery of ids, whose last word on quotation is yes."""
    last = (
        select(
            Consent.participant_id,
            Consent.is_given,
            func.row_number()
            .over(partition_by=Consent.participant_id, order_by=(Consent.at.desc(), Consent.id.desc()))
            .label("rank"),
        )
        .where(Consent.purpose == ConsentPurpose.QUOTATION, Consent.participant_id.in_(study_participants))
        .subquery()
    )
    return select(last.c.participant_id).where(and_(last.c.rank == 1, last.c.is_given))
