"""What the pages of jobs show."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app, url_for

from app.jobs.labels import KINDS, RESULT_PAGES, STATES, STEPS, TONES
from app.jobs.models import Job, JobState
from app.jobs.services import RESTARTABLE, UNFINISHED
from app.wording import SENTENCES, word_code


@dataclass(frozen=True, slots=True)
class JobContext:
    """One job in words; `href` leads to its result once it is done."""

    id: UUID
    title: str
    state: str
    state_label: str
    tone: str
    step: str
    progress: float
    is_unfinished: bool
    is_stopping: bool
    is_restartable: bool
    problem: str
    href: str
    asked_at: datetime
    finished_at: datetime | None


def job_context(job: Job, *, study_key: str) -> JobContext:
    """Word a job in the language of the request."""
    is_unfinished = job.state in UNFINISHED
    is_running = job.state is JobState.RUNNING
    return JobContext(
        id=job.id,
        title=str(KINDS.get(job.kind, job.kind)),
        state=job.state.value,
        state_label=str(STATES[job.state]),
        tone=TONES[job.state],
        step=str(STEPS.get(job.step, STEPS[""]) if is_running else STATES[job.state]),
        progress=job.progress,
        is_unfinished=is_unfinished,
        is_stopping=is_unfinished and job.cancel_requested,
        is_restartable=job.state in RESTARTABLE,
        problem=_problem(job),
        href=_result_address(job, study_key) if job.state is JobState.DONE else "",
        asked_at=job.created_at,
        finished_at=job.finished_at,
    )


def _problem(job: Job) -> str:
    if job.state is not JobState.FAILED:
        return ""
    code = job.error_code if job.error_code in SENTENCES else "jobs.unexpected"
    return word_code(code, job.error_details)


def _result_address(job: Job, study_key: str) -> str:
    page = RESULT_PAGES.get(job.kind)
    if page is None or page.endpoint not in current_app.view_functions:
        return ""
    values = {name: job.arguments.get(name) for name in page.names}
    if None in values.values():
        return ""
    return url_for(page.endpoint, study_key=study_key, **values)
