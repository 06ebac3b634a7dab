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
    known = session.scalar(select(Job.id).where(Job.key == key))
    if known is not None:
        return known
    job = Job(kind=kind, arguments=arguments, key=key, study_id=study_id, account_id=account_id)
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        # Somebody asked for the same between our look and our write.
        return session.scalars(select(Job.id).where(Job.key == key)).one()
    bind = session.get_bind()
    _client(bind.engine.url.render_as_string(hide_password=False)).enqueue_in_transaction(
        session,
        {"workflow_name": WORKFLOW, "queue_name": QUEUE, "workflow_id": key, "app_version": APPLICATION_VERSION},
        str(job.id),
    )
    return job.id


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
