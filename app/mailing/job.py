"""The job that sends what is queued in a collection.

Its body has effects that no transaction can undo, and runs where it may be killed: each message is taken in the
database before it is handed over, so that a body that is run again never sends one twice (docs/adr).
"""

import os
from typing import Any, Protocol
from uuid import UUID, uuid4

from flask import Flask, current_app
from sqlalchemy.orm import Session

import config
from app.jobs.port import enqueue
from app.mailing.carriers import Sender
from app.mailing.composing import Site
from app.mailing.gateway import HttpGateway
from app.mailing.outbox import FileOutbox
from app.mailing.sending import Run, send_queued
from app.mailing.settings import Carriers, read_carriers
from app.mailing.smtp import SmtpSender
from app.unit_of_work import unit_of_work
from core import audit
from surveys.fieldwork.mailing_models import Channel

KIND = "mailing.send"
RUN_SECONDS = 10 * 60
"""A run ends by itself before the limit of its job; what is left goes to the next."""


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


def carriers_in_force() -> Carriers:
    """Return the carriers of this process.

    Raises: Invalid("mailing.bad_setting").
    """
    return read_carriers(os.environ)


def open_senders(carriers: Carriers) -> dict[Channel, Sender]:
    """Return what sends e-mails and text messages: the carriers configured, files otherwise."""
    outbox = FileOutbox(current_app.config["SETTINGS"].data_dir)
    return {
        Channel.EMAIL: SmtpSender(carriers.smtp) if carriers.smtp else outbox,
        Channel.SMS: HttpGateway(carriers.gateway) if carriers.gateway else outbox,
    }


def site_of_messages() -> Site:
    """Return where messages lead to."""
    settings = current_app.config["SETTINGS"]
    return Site(public_url=settings.public_url, secret=settings.secret_key)


def ask_to_send(session: Session, study_id: UUID, collection_id: UUID, *, account_id: UUID | None = None) -> UUID:
    """Ask for a run over a collection, in the transaction that queues its messages; two runs at once do no harm."""
    arguments = {"collection_id": str(collection_id), "study_id": str(study_id)}
    return enqueue(session, KIND, arguments, key=f"{KIND}|{uuid4()}", study_id=study_id, account_id=account_id)


def gather(session: Session, job: _Job) -> dict[str, Any]:
    """Give the body the name of its run: the same when it is started again after a death."""
    del session
    return {**job.arguments, "run": str(job.id)}


def body(arguments: dict[str, Any], report: _Report) -> dict[str, Any]:
    """Send, in a process of its own that reads the database itself: names and addresses go through no pipe."""
    from app.factory import create_app  # noqa: PLC0415  rooms import this package's modules

    with _app(create_app).app_context():
        tally = send_queued(
            run_of(arguments["run"], UUID(arguments["study_id"]), UUID(arguments["collection_id"])),
            open_senders(carriers_in_force()),
            unit_of_work,
            report=lambda share: report(share, "mailing.step_sending"),
        )
    return {"fates": tally.fates, "left": tally.left}


def run_of(name: str, study_id: UUID, collection_id: UUID) -> Run:
    """Return a run over a collection, in the application in force."""
    return Run(
        name=name,
        study_id=study_id,
        collection_id=collection_id,
        data_dir=current_app.config["SETTINGS"].data_dir,
        site=site_of_messages(),
        seconds=RUN_SECONDS,
    )


_apps: list[Flask] = []


def _app(create_app: Any) -> Flask:
    """Return the application of this process, which serves one body after the other."""
    if not _apps:
        _apps.append(create_app(config.load(os.environ)))
    return _apps[0]


def store(session: Session, job: _Job, result: dict[str, Any]) -> None:
    """Write in the trail how many left, and ask for another run where some are left."""
    collection_id = UUID(job.arguments["collection_id"])
    record_run(session, job.study_id, collection_id, result["fates"], account_id=job.account_id)
    if result["left"] and job.study_id is not None:
        ask_to_send(session, job.study_id, collection_id, account_id=job.account_id)


def record_run(
    session: Session, study_id: UUID | None, collection_id: UUID, fates: dict[str, int], *, account_id: UUID | None
) -> None:
    """Write in the trail that contacts were opened to write to people, and how many messages had which fate."""
    if not fates:
        return
    audit.record(
        session,
        verb="send",
        object_kind="message",
        object_id=collection_id,
        study_id=study_id,
        account_id=account_id,
        after=fates,
    )
