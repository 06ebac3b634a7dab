"""The job that makes a file of answers: read and written apart, in one look at the database."""

from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.datafiles.orders import Order, path_of, sweep_exports
from app.extensions import db
from app.jobs.inside import application
from core import audit
from surveys.datafiles.sources import count_withdrawals


class _Job(Protocol):
    @property
    def arguments(self) -> dict[str, Any]: ...
    @property
    def study_id(self) -> UUID | None: ...
    @property
    def account_id(self) -> UUID | None: ...


class _Report(Protocol):
    def __call__(self, progress: float, step: str = "") -> None: ...


def body(arguments: dict[str, Any], report: _Report) -> dict[str, Any]:
    """Make the file. It reads the database itself: 10,000 responses need not go through a pipe; it writes no row."""
    from app.datafiles.making import make_file  # noqa: PLC0415  slow import

    order = Order.from_json(arguments)
    report(0.0, "export.step_read")
    with application().app_context():
        sweep_exports()
        session = db.session()
        if session.get_bind().dialect.name == "postgresql":
            # One look at all of it: SQLite does so by itself.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        path: Path = path_of(order)
        withdrawals = count_withdrawals(session, order.study_id)
        made = make_file(session, order, path, report)
        session.rollback()
        size = path.stat().st_size
        return {
            "responses": made.responses, "remarks": list(made.remarks), "bytes": size, "withdrawals": withdrawals,
        }  # fmt: skip


def store(session: Session, job: _Job, result: dict[str, Any]) -> None:
    """Write in the trail that answers left."""
    audit.record(
        session,
        verb="export",
        object_kind="answers",
        object_id=UUID(job.arguments["target_id"]) if job.arguments["target_id"] else job.study_id,
        study_id=job.study_id,
        account_id=job.account_id,
        after={
            "format": job.arguments["format"],
            "scope": job.arguments["scope"],
            "responses": result["responses"],
        },
    )
