"""What a measure of agreement reads, and the measures made so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.layers import AgreementRun, CodingAssignment, CodingRelease
from coding.models import Code, Coding, Segment, Speaker, SpeakerRole, Transcript, TranscriptVersion, Turn
from coding.queries.codebook import branches
from coding.queries.visibility import COUNTED
from core.errors import NotFound
from studies.models import Account, Membership, Role


@dataclass(frozen=True, slots=True)
class Coder:
    """Somebody who codes, or coded, in the study."""

    account_id: UUID
    name: str
    is_blind: bool


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One measure in the list, or on its page; `result` as `Measure.as_json`, empty until its job is done."""

    run_id: UUID
    job_id: UUID | None
    created_at: datetime
    finished_at: datetime | None
    parameters: dict[str, Any]
    result: dict[str, Any]


def list_coders(session: Session, study_id: UUID) -> tuple[Coder, ...]:
    """Return those who may code and those who did, by name. One statement."""
    coded = (
        select(Coding.coder_id)
        .join(Code, Code.id == Coding.code_id)
        .where(Code.study_id == study_id, Coding.status.in_(COUNTED))
    )
    rows = session.execute(
        select(Account.id, Account.name, Membership.is_blind)
        .outerjoin(Membership, (Membership.account_id == Account.id) & (Membership.study_id == study_id))
        .where(Membership.role.in_((Role.LEAD, Role.CODER)) | Account.id.in_(coded))
        .order_by(Account.name, Account.id)
    )
    return tuple(Coder(row.id, row.name, bool(row.is_blind)) for row in rows)


def list_agreements(session: Session, study_id: UUID) -> tuple[AgreementRow, ...]:
    """Return the measures of a study, newest first, without their results. One statement."""
    rows = session.execute(
        select(
            AgreementRun.id, AgreementRun.job_id, AgreementRun.created_at, AgreementRun.finished_at,
            AgreementRun.parameters,
        )
        .where(AgreementRun.study_id == study_id)
        .order_by(AgreementRun.created_at.desc(), AgreementRun.id)
    )  # fmt: skip
    return tuple(AgreementRow(row.id, row.job_id, row.created_at, row.finished_at, row.parameters, {}) for row in rows)


def find_agreement(session: Session, study_id: UUID, run_id: UUID) -> AgreementRow:
    """Return one measure.  Raises: NotFound: `coding.agreement_unknown`."""
    run = session.get(AgreementRun, run_id)
    if run is None or run.study_id != study_id:
        raise NotFound("coding.agreement_unknown")
    return AgreementRow(run.id, run.job_id, run.created_at, run.finished_at, run.parameters, run.result)


def hidden_transcripts(session: Session, study_id: UUID, coder_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return the transcripts not released yet, when one of the coders is blind; else none."""
    is_blind = session.scalar(
        select(Membership.id)
        .where(Membership.study_id == study_id, Membership.account_id.in_(coder_ids), Membership.is_blind)
        .limit(1)
    )
    if is_blind is None:
        return frozenset()
    return frozenset(
        session.scalars(
            select(Transcript.id).where(
                Transcript.study_id == study_id, Transcript.id.not_in(select(CodingRelease.transcript_id))
            )
        )
    )


def branches_of(session: Session, study_id: UUID, parameters: dict[str, Any], code_id: UUID | None) -> tuple[UUID, ...]:
    """Return the codes whose codings a code of a measure counts, those of all its codes when None."""
    chosen = [UUID(each) for each, _name in parameters["codes"]]
    wanted = [each for each in chosen if code_id in (None, each)]
    if not parameters["with_codes_below"]:
        return tuple(wanted)
    places = _code_places(session, study_id, chosen, with_codes_below=True)
    return tuple(each for each, number in places.items() if chosen[number] in wanted)


def read_layers(
    session: Session,
    study_id: UUID,
    *,
    coder_ids: Sequence[UUID],
    code_ids: Sequence[UUID],
    transcript_ids: Sequence[UUID] | None,
    with_codes_below: bool,
) -> list[dict[str, Any]]:
    """Return the documents with the marks of each coder, in JSON, for `coding.agreement.job`. Five statements.

    Marks are of everybody asked for, blind or not: only figures are made of them. A coder read a transcript when it was
    assigned to them or when they coded anything in it; their marks are null elsewhere.
    """
    places = _code_places(session, study_id, code_ids, with_codes_below=with_codes_below)
    versions = select(
        TranscriptVersion.id, TranscriptVersion.transcript_id, TranscriptVersion.text, Transcript.title
    ).join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
    versions = versions.where(Transcript.study_id == study_id, TranscriptVersion.is_current)
    if transcript_ids is not None:
        versions = versions.where(Transcript.id.in_(transcript_ids))
    documents = session.execute(versions.order_by(Transcript.title, Transcript.id)).all()
    numbers = {coder_id: number for number, coder_id in enumerate(coder_ids)}
    marks: dict[UUID, dict[int, list[list[int]]]] = {}
    for row in session.execute(
        select(Segment.version_id, Segment.start, Segment.end, Coding.code_id, Coding.coder_id)
        .join(Coding, Coding.segment_id == Segment.id)
        .where(
            Segment.version_id.in_([document.id for document in documents]),
            Coding.coder_id.in_(coder_ids),
            Coding.status.in_(COUNTED),
        )
        .order_by(Segment.version_id, Segment.start, Segment.end)
    ):
        held = marks.setdefault(row.version_id, {}).setdefault(numbers[row.coder_id], [])
        if row.code_id in places:
            held.append([row.start, row.end, places[row.code_id]])
    assigned: dict[UUID, set[int]] = {}
    for transcript_id, coder_id in session.execute(
        select(CodingAssignment.transcript_id, CodingAssignment.account_id).where(
            CodingAssignment.account_id.in_(coder_ids)
        )
    ):
        assigned.setdefault(transcript_id, set()).add(numbers[coder_id])
    turns = _turns(session, [document.id for document in documents])
    return [
        {
            "text": document.text,
            "turns": turns.get(document.id) or [[0, len(document.text)]],
            "marks": [
                marks.get(document.id, {}).get(
                    number, [] if number in assigned.get(document.transcript_id, ()) else None
                )
                for number in range(len(coder_ids))
            ],
        }
        for document in documents
    ]


def _code_places(
    session: Session, study_id: UUID, code_ids: Sequence[UUID], *, with_codes_below: bool
) -> dict[UUID, int]:
    """Return, for each code that counts, the number of the code it counts as."""
    places = {code_id: number for number, code_id in enumerate(code_ids)}
    if with_codes_below:
        held = branches(session, study_id)
        for code_id, number in list(places.items()):
            for below in held.get(code_id, ()):
                places.setdefault(below, number)
    return places


def _turns(session: Session, version_ids: Sequence[UUID]) -> dict[UUID, list[list[int]]]:
    """Return the turns of those who do not interview; headings without a speaker are left out where there are some."""
    rows = session.execute(
        select(Turn.version_id, Turn.start, Turn.end, Speaker.role)
        .outerjoin(Speaker, Speaker.id == Turn.speaker_id)
        .where(Turn.version_id.in_(version_ids))
        .order_by(Turn.version_id, Turn.start)
    ).all()
    with_speakers = {row.version_id for row in rows if row.role is not None}
    turns: dict[UUID, list[list[int]]] = {}
    for row in rows:
        if row.role is SpeakerRole.INTERVIEWER or (row.role is None and row.version_id in with_speakers):
            continue
        turns.setdefault(row.version_id, []).append([row.start, row.end])
    return turns
