"""Measures of agreement: asked for, and kept once their job is done."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.agreement.kinds import UnitKind
from coding.layers import AgreementRun
from coding.models import Code, Coding, Transcript
from coding.queries.agreement import list_coders
from coding.queries.visibility import COUNTED
from core.audit import record
from core.clock import now
from core.errors import Invalid, NotFound

DEFAULT_SEED = 20_250_101
DRAWS = 1_000
MAX_CODES = 300
MAX_CODERS = 20
LEAST_CODERS = 2


def request_agreement(
    session: Session,
    study_id: UUID,
    *,
    unit: UnitKind,
    coder_ids: Sequence[UUID],
    code_ids: Sequence[UUID],
    transcript_ids: Sequence[UUID],
    only_coded: bool,
    with_codes_below: bool,
    requested_by: UUID,
    seed: int = DEFAULT_SEED,
) -> AgreementRun:
    """Note that agreement is to be measured; no code means all that these coders used, no transcript means all.

    Raises: Invalid: `coding.agreement_coders`, `coding.agreement_no_code`, `coding.agreement_codes`.
    NotFound: `coding.coder_unknown`, `coding.code_unknown`, `coding.transcript_unknown`.
    """
    known = {coder.account_id: coder.name for coder in list_coders(session, study_id)}
    coders = list(dict.fromkeys(coder_ids))
    if not set(coders) <= set(known):
        raise NotFound("coding.coder_unknown")
    if not LEAST_CODERS <= len(coders) <= MAX_CODERS:
        raise Invalid("coding.agreement_coders", limit=MAX_CODERS)
    codes = _codes(session, study_id, code_ids, coders)
    transcripts = session.scalars(
        select(Transcript.id).where(Transcript.study_id == study_id, Transcript.id.in_(transcript_ids))
    ).all()
    if len(transcripts) != len(set(transcript_ids)):
        raise NotFound("coding.transcript_unknown")
    run = AgreementRun(
        id=uuid4(),
        study_id=study_id,
        requested_by=requested_by,
        parameters={
            "unit": unit.value,
            "coders": [[str(coder_id), known[coder_id]] for coder_id in coders],
            "codes": [[str(code_id), name] for code_id, name in codes],
            "transcripts": [str(each) for each in transcripts],
            "only_coded": only_coded,
            "with_codes_below": with_codes_below,
            "seed": seed,
            "draws": DRAWS,
        },
    )
    session.add(run)
    record(
        session,
        verb="agreement.request",
        object_kind="agreement",
        object_id=run.id,
        study_id=study_id,
        account_id=requested_by,
        after={"unit": unit.value, "seed": seed, "names": [known[coder_id] for coder_id in coders]},
    )
    session.flush()
    return run


def store_agreement(session: Session, run_id: UUID, result: dict[str, Any]) -> None:
    """Keep what the job computed.  Raises: NotFound: `coding.agreement_unknown`."""
    run = session.get(AgreementRun, run_id)
    if run is None:
        raise NotFound("coding.agreement_unknown")
    run.result = result
    run.finished_at = now()
    session.flush()


def _codes(session: Session, study_id: UUID, wanted: Sequence[UUID], coders: Sequence[UUID]) -> list[tuple[UUID, str]]:
    query = select(Code.id, Code.name).where(Code.study_id == study_id).order_by(Code.position, Code.name, Code.id)
    if wanted:
        query = query.where(Code.id.in_(wanted))
    else:
        used = select(Coding.code_id).where(Coding.coder_id.in_(coders), Coding.status.in_(COUNTED))
        query = query.where(Code.is_codable, Code.id.in_(used))
    codes = [(row.id, row.name) for row in session.execute(query)]
    if wanted and len(codes) != len(set(wanted)):
        raise NotFound("coding.code_unknown")
    if not codes:
        raise Invalid("coding.agreement_no_code")
    if len(codes) > MAX_CODES:
        raise Invalid("coding.agreement_codes", limit=MAX_CODES)
    return codes
