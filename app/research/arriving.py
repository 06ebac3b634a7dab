"""A questionnaire that somebody sends: read at once or in a job, then kept, or what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from app.arrivals.folder import Arrival, forget, put_down
from app.arrivals.job import KIND, data_folder, find_kept, keep_read
from app.arrivals.soon import read_soon
from app.extensions import db
from app.jobs.bodies import Outcome
from app.jobs.models import Job, JobState
from app.jobs.port import enqueue
from app.security import current_account, current_study
from app.unit_of_work import begin_writing
from core.errors import NotFound
from surveys.parcels import SentFile


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of a questionnaire sent: a version, a job that reads it, or the code of what is wrong."""

    version_id: UUID | None = None
    job_id: UUID | None = None
    error_code: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    problems: tuple[dict[str, Any], ...] = ()


def take_in(sent: Sequence[SentFile]) -> Arrived:
    """Read what was sent and keep it as a draft; ask a job for it where it takes more than a moment.

    Raises: DomainError: it cannot be kept.
    """
    study, account_id, data_dir = current_study(), current_account().id, data_folder()
    arrival = put_down(data_dir, study.study_id, sent, locale=study.locale)
    size = sum(len(each.content) for each in sent)
    outcome = read_soon(current_app.config["SETTINGS"], arrival, size=size)
    if outcome is None:
        asked = enqueue(
            begin_writing(),
            KIND,
            arrival.to_json(),
            key=f"{KIND}:{arrival.id}",
            study_id=study.study_id,
            account_id=account_id,
        )
        return Arrived(job_id=asked)
    try:
        wrong = _wrong(outcome)
        return wrong or Arrived(keep_read(begin_writing(), data_dir, arrival, account_id=account_id).id)
    finally:
        forget(data_dir, arrival)


def _wrong(outcome: Outcome) -> Arrived | None:
    if outcome.trace:
        current_app.logger.error("a questionnaire could not be read: %s", outcome.trace)
    if outcome.error_code:
        return Arrived(error_code=outcome.error_code, details=outcome.error_details)
    return _refused(outcome.result)


def _refused(result: dict[str, Any]) -> Arrived | None:
    refused = result.get("refused")
    if refused is None:
        return None
    return Arrived(error_code=refused["code"], details=refused["details"], problems=tuple(refused["problems"]))


def find_arrived(arrival_id: UUID) -> tuple[Arrived, str]:
    """Return what came of a questionnaire that a job read, and the name of its file.

    Raises: NotFound("arrivals.not_found"): none in this study, or not read yet; "arrivals.expired": replaced since.
    """
    session, study_id = db.session(), current_study().study_id
    job = session.scalar(
        select(Job).where(
            Job.study_id == study_id,
            Job.kind == KIND,
            Job.state == JobState.DONE,
            Job.key.startswith(f"{KIND}:{arrival_id}", autoescape=True),
        )
    )
    if job is None or job.result is None:
        raise NotFound("arrivals.not_found")
    file = Arrival.from_json(job.arguments).names[0]
    if refused := _refused(job.result):
        return refused, file
    version_id = find_kept(session, study_id, job.result["sha256"])
    if version_id is None:
        raise NotFound("arrivals.expired")
    return Arrived(version_id), file
