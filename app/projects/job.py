"""The jobs of projects: read one, bring it in, write one. Reading a stranger's file runs where it can be killed."""

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.extensions import db
from app.jobs.inside import application
from app.projects.orders import CodingOrder, upload_path
from core import audit
from core.errors import NotFound
from surveys.datafiles.sources import count_withdrawals

TOLD = 500
"""Deviations kept for the page; the others are counted."""


class _Job(Protocol):
    @property
    def arguments(self) -> dict[str, Any]: ...
    @property
    def study_id(self) -> UUID | None: ...
    @property
    def account_id(self) -> UUID | None: ...


class _Report(Protocol):
    def __call__(self, progress: float, step: str = "") -> None: ...


def read_body(arguments: dict[str, Any], report: _Report) -> dict[str, Any]:
    """Read a project, and return what it holds and where it departs from its standard; nothing is written.

    Raises: Invalid: the file cannot be read.  NotFound: `project.upload_gone`.
    """
    report(0.0, "project.step_read")
    with application().app_context():
        project = _read(arguments)
    return {
        "name": project.name,
        "origin": project.origin,
        "counts": project.count(),
        "deviations": [[each.code, each.details] for each in project.deviations[:TOLD]],
        "untold": max(0, len(project.deviations) - TOLD),
    }


def _read(arguments: dict[str, Any]) -> Any:
    from coding.exchange.opening import read_project  # noqa: PLC0415  slow import

    path = upload_path(UUID(arguments["study_id"]), UUID(arguments["upload_id"]))
    if not path.is_file():
        raise NotFound("project.upload_gone")
    return read_project(arguments["name"], path.read_bytes())


def store_reading(session: Session, job: _Job, result: dict[str, Any]) -> None:
    """Keep nothing: what was read is in the job's result."""
    del session, job, result


def store_import(session: Session, job: _Job, result: dict[str, Any]) -> None:
    """Bring the project in: it was read a moment ago within the limits of a body, and is read again."""
    from coding.exchange.keeping import import_project  # noqa: PLC0415  slow import
    from coding.exchange.opening import digest_of  # noqa: PLC0415  slow import

    del result
    study_id, upload_id = UUID(job.arguments["study_id"]), UUID(job.arguments["upload_id"])
    content = upload_path(study_id, upload_id).read_bytes()
    import_project(
        session,
        study_id,
        _read(job.arguments),
        file_name=job.arguments["name"],
        sha256=digest_of(content),
        account_id=job.account_id,
        import_id=upload_id,
    )


def export_body(arguments: dict[str, Any], report: _Report) -> dict[str, Any]:
    """Write the file of an order; it reads the database itself and writes no row."""
    from app.projects.making import make_file  # noqa: PLC0415  slow import

    order = CodingOrder.from_json(arguments)
    report(0.0, "export.step_read")
    with application().app_context():
        session = db.session()
        if session.get_bind().dialect.name == "postgresql":
            # One look at all of it: SQLite does so by itself.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        withdrawals = count_withdrawals(session, order.study_id)
        made = make_file(session, order, report) | {"withdrawals": withdrawals}
        session.rollback()
        return made


def store_export(session: Session, job: _Job, result: dict[str, Any]) -> None:
    """Write in the trail that coding left."""
    audit.record(
        session,
        verb="export",
        object_kind="coding",
        object_id=job.study_id,
        study_id=job.study_id,
        account_id=job.account_id,
        after={"format": job.arguments["format"], "count": result["count"]},
    )
