"""The one way to ask for a job: in the transaction of the data it is about."""

import functools
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.jobs.engine import (
    APPLICATION_NAME,
    APPLICATION_VERSION,
    QUEUE,
    SCHEMA,
    USE_LISTEN_NOTIFY,
    WORKFLOW,
    job_engine,
    json_serializer,
)
from app.jobs.kinds import kind_of
from app.jobs.models import Job
from app.jobs.services import queue_again
from core.errors import Conflict, NotFound

# Between a job's first key and the number of its latest start.
ANEW = "#again-"


def enqueue(
    session: Session,
    kind: str,
    arguments: dict[str, Any],
    *,
    key: str,
    study_id: UUID | None = None,
    account_id: UUID | None = None,
) -> UUID:
    """Ask for a job and return its id; it exists if and only if the caller's transaction is committed.

    `arguments` is JSON. `key` makes asking idempotent: the same key gives the same job, and it runs once.
    Raises: NotFound: `jobs.unknown_kind`.
    """
    kind_of(kind)
    # A job started anew has a longer key, and is still the job of the first.
    same = Job.key.startswith(key + ANEW, autoescape=True)
    known = session.scalar(select(Job.id).where((Job.key == key) | same))
    if known is not None:
        return known
    job = Job(kind=kind, arguments=arguments, key=key, study_id=study_id, account_id=account_id)
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        # Somebody asked for the same between our look and our write.
        return session.scalars(select(Job.id).where(Job.key == key)).one()
    _hand_over(session, job.id, key)
    return job.id


def start_anew(session: Session, job_id: UUID, *, study_id: UUID) -> None:
    """Queue again a job of this study that failed or was stopped: the same job, for the engine a new piece of work.

    Raises: NotFound: no such job in this study.  Conflict: it is neither failed nor stopped.
    """
    job = session.scalar(select(Job).where(Job.id == job_id, Job.study_id == study_id))
    if job is None:
        raise NotFound("jobs.not_found")
    first, mark, number = job.key.rpartition(ANEW)
    key = f"{first}{ANEW}{int(number) + 1}" if mark and number.isdecimal() else f"{job.key}{ANEW}2"
    # Two taps on the button: the second finds the key changed.
    if not queue_again(session, job_id, key_before=job.key, key=key):
        raise Conflict("jobs.not_restartable")
    session.refresh(job)
    _hand_over(session, job_id, key)


def _hand_over(session: Session, job_id: UUID, key: str) -> None:
    bind = session.get_bind()
    _client(bind.engine.url.render_as_string(hide_password=False)).enqueue_in_transaction(
        session,
        {"workflow_name": WORKFLOW, "queue_name": QUEUE, "workflow_id": key, "app_version": APPLICATION_VERSION},
        str(job_id),
    )


@functools.cache
def _client(url: str) -> Any:
    # Lazy: it writes through the caller's session and never opens a connection of its own.
    from dbos import DBOSClient

    return DBOSClient(
        system_database_engine=job_engine(url),
        dbos_system_schema=SCHEMA,
        serializer=json_serializer(),
        use_listen_notify=USE_LISTEN_NOTIFY,
        application_name=APPLICATION_NAME,
        lazy=True,
    )
