"""Read the jobs of a study."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs.models import Job
from core.errors import NotFound

LATEST = 100


def find_job(session: Session, job_id: UUID, *, study_id: UUID) -> Job:
    """Return a job of this study.

    Raises: NotFound: `jobs.not_found`.
    """
    job = session.scalar(select(Job).where(Job.id == job_id, Job.study_id == study_id))
    if job is None:
        raise NotFound("jobs.not_found")
    return job


def latest_jobs(session: Session, *, study_id: UUID) -> list[Job]:
    """Return the last hundred jobs of a study, the newest first."""
    return list(
        session.scalars(
            select(Job).where(Job.study_id == study_id).order_by(Job.created_at.desc(), Job.id).limit(LATEST)
        )
    )


def jobs_of_kind(session: Session, kind: str, *, study_id: UUID) -> list[Job]:
    """Return every job of one kind of a study, the newest first."""
    return list(
        session.scalars(
            select(Job).where(Job.study_id == study_id, Job.kind == kind).order_by(Job.created_at.desc(), Job.id)
        )
    )
