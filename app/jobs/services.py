"""What happens to a job's row; the engine's own rows are moved by the engine."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, DateTime, delete, func, literal, select, update
from sqlalchemy.orm import Session

from app.jobs.kinds import JobView
from app.jobs.models import Job, JobState, JobWorker
from core.clock import now
from core.errors import Conflict, NotFound

UNFINISHED = (JobState.QUEUED, JobState.RUNNING)
RESTARTABLE = (JobState.FAILED, JobState.CANCELLED)


def view_of(session: Session, job_id: UUID) -> JobView | None:
    """Copy what a job's functions may see of it."""
    row = session.execute(
        select(Job.id, Job.key, Job.kind, Job.arguments, Job.study_id, Job.account_id).where(Job.id == job_id)
    ).one_or_none()
    return None if row is None else JobView(*row)


def start(session: Session, job_id: UUID, *, key: str) -> bool:
    """Mark a job running; False when it is over, was cancelled before it began, or has another key by now."""
    cancel_if_asked = update(Job).where(
        Job.id == job_id, Job.key == key, Job.state.in_(UNFINISHED), Job.cancel_requested
    )
    session.execute(cancel_if_asked.values(state=JobState.CANCELLED, finished_at=now()))
    return _changed(
        session,
        update(Job)
        .where(Job.id == job_id, Job.key == key, Job.state.in_(UNFINISHED))
        .values(state=JobState.RUNNING, started_at=func.coalesce(Job.started_at, _moment())),
    )


def note_progress(session: Session, job_id: UUID, *, progress: float, step: str) -> None:
    """Keep how far a running job is: `progress` in [0, 1]."""
    session.execute(
        update(Job).where(Job.id == job_id, Job.state == JobState.RUNNING).values(progress=progress, step=step)
    )


def is_cancel_requested(session: Session, job_id: UUID) -> bool:
    """Say whether somebody asked this job to stop, or its study is gone."""
    return session.scalar(select(Job.cancel_requested).where(Job.id == job_id)) is not False


def finish(session: Session, job_id: UUID, result: Any) -> None:
    """Mark a job done."""
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(state=JobState.DONE, progress=1.0, step="", result=result, finished_at=now())
    )


def fail(session: Session, job_id: UUID, *, code: str, details: dict[str, Any] | None = None) -> None:
    """Mark a job failed for a reason that a page can word."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(UNFINISHED))
        .values(state=JobState.FAILED, error_code=code, error_details=details or {}, finished_at=now())
    )


def give_up(session: Session, job_id: UUID, *, key: str) -> bool:
    """Mark failed a job that the engine will not run again, unless it is over or was started anew under another key."""
    return _changed(
        session,
        update(Job)
        .where(Job.id == job_id, Job.key == key, Job.state.in_(UNFINISHED))
        .values(state=JobState.FAILED, error_code="jobs.died", error_details={}, finished_at=now()),
    )


def queue_again(session: Session, job_id: UUID, *, key_before: str, key: str) -> bool:
    """Make a job that failed or was stopped wait again, under a new key; False when it is not such a job any more."""
    return _changed(
        session,
        update(Job)
        .where(Job.id == job_id, Job.key == key_before, Job.state.in_(RESTARTABLE))
        .values(
            key=key,
            state=JobState.QUEUED,
            progress=0.0,
            step="",
            error_code="",
            error_details={},
            cancel_requested=False,
            started_at=None,
            finished_at=None,
        ),
    )


def mark_cancelled(session: Session, job_id: UUID) -> None:
    """Mark a job as stopped by a person."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(UNFINISHED))
        .values(state=JobState.CANCELLED, finished_at=now())
    )


def request_cancel(session: Session, job_id: UUID, *, study_id: UUID) -> None:
    """Ask a job of this study to stop; one that has not begun is over at once.

    Raises: NotFound: no such job in this study.  Conflict: it is over.
    """
    state = session.scalar(select(Job.state).where(Job.id == job_id, Job.study_id == study_id))
    if state is None:
        raise NotFound("jobs.not_found")
    stopped = update(Job).where(Job.id == job_id, Job.state == JobState.QUEUED)
    if _changed(session, stopped.values(state=JobState.CANCELLED, cancel_requested=True, finished_at=now())):
        return
    asked = update(Job).where(Job.id == job_id, Job.state == JobState.RUNNING)
    if not _changed(session, asked.values(cancel_requested=True)):
        raise Conflict("jobs.over")


def unfinished(session: Session) -> dict[str, UUID]:
    """Return key → id of the jobs that are neither done, failed nor cancelled."""
    return dict(session.execute(select(Job.key, Job.id).where(Job.state.in_(UNFINISHED))).tuples().all())


def sign_of_life(session: Session, executor_id: str) -> None:
    """Write that this worker is alive; its row is made anew when somebody removed it."""
    at = database_moment(session)
    if not _changed(session, update(JobWorker).where(JobWorker.executor_id == executor_id).values(seen_at=at)):
        session.add(JobWorker(executor_id=executor_id, seen_at=at))
        session.flush()


def sign_off(session: Session, executor_id: str) -> None:
    """Forget a worker that will claim nothing more."""
    session.execute(delete(JobWorker).where(JobWorker.executor_id == executor_id))


def without_life(session: Session, executors: Sequence[str], *, after_seconds: float) -> list[str]:
    """Return those of these workers that gave no sign of life for so long, or never did."""
    oldest = database_moment(session) - timedelta(seconds=after_seconds)
    alive = set(session.scalars(select(JobWorker.executor_id).where(JobWorker.seen_at >= oldest)))
    return [executor for executor in executors if executor not in alive]


def database_moment(session: Session) -> datetime:
    """Return the database's clock on a server, shared by all machines; ours beside a SQLite file."""
    if session.get_bind().dialect.name == "sqlite":
        return now()
    moment: datetime = session.scalars(select(func.clock_timestamp(type_=DateTime(timezone=True)))).one()
    return moment


def _moment() -> ColumnElement[datetime]:
    return literal(now(), Job.started_at.type)


def _changed(session: Session, statement: Any) -> bool:
    outcome = session.execute(statement)
    assert isinstance(outcome, CursorResult)
    return outcome.rowcount > 0
