"""How one asks for messages to be sent: by which carriers, leading where, in a run of whose name."""

import os
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy.orm import Session

from app.jobs.port import enqueue
from app.mailing.carriers import Sender
from app.mailing.composing import Site
from app.mailing.gateway import HttpGateway
from app.mailing.outbox import FileOutbox
from app.mailing.sending import Run
from app.mailing.settings import Carriers, read_carriers
from app.mailing.smtp import SmtpSender
from core import audit
from surveys.fieldwork.mailing_models import Channel

KIND = "mailing.send"
RUN_SECONDS = 10 * 60
"""A run ends by itself before the limit of its job; what is left goes to the next."""


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
