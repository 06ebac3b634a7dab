"""The job that sends what is queued in a collection.

Its body has effects that no transaction can undo, and runs where it may be killed: each message is taken in the
database before it is handed over, so that a body that is run again never sends one twice (docs/method/mailings.md).
"""

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.jobs.inside import application
from app.mailing.job import ask_to_send, carriers_in_force, open_senders, record_run, run_of
from app.mailing.sending import send_queued
from app.unit_of_work import unit_of_work


class _Job(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def arguments(self) -> dict[str, Any]: ...
    @property
    def study_id(self) -> UUID | None: ...
    @property
    def account_id(self) -> UUID | None: ...


class _Report(Protocol):
    def __call__(self, progress: float, step: str = "") -> None: ...


def gather(session: Session, job: _Job) -> dict[str, Any]:
    """Give the body the name of its run: the same when it is started again after a death."""
    del session
    return {**job.arguments, "run": str(job.id)}


def body(arguments: dict[str, Any], report: _Report) -> dict[str, Any]:
    """Send, in a process of its own that reads the database itself: names and addresses go through no pipe."""
    with application().app_context():
        tally = send_queued(
            run_of(arguments["run"], UUID(arguments["study_id"]), UUID(arguments["collection_id"])),
            open_senders(carriers_in_force()),
            unit_of_work,
            report=lambda share: report(share, "mailing.step_sending"),
        )
    return {"fates": tally.fates, "left": tally.left}


def store(session: Session, job: _Job, result: dict[str, Any]) -> None:
    """Write in the trail how many left, and ask for another run where some are left."""
    collection_id = UUID(job.arguments["collection_id"])
    record_run(session, job.study_id, collection_id, result["fates"], account_id=job.account_id)
    if result["left"] and job.study_id is not None:
        ask_to_send(session, job.study_id, collection_id, account_id=job.account_id)
