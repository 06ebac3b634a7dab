"""Plan what is due, queue it, ask for it to be sent: by a person, by a command, by the worker every few minutes."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.extensions import db
from app.mailing.contacts import ContactBook
from app.mailing.job import ask_to_send
from app.unit_of_work import unit_of_work
from core.clock import now
from core.errors import DomainError
from surveys.fieldwork import messages
from surveys.fieldwork.mailing_models import MailingStep, Message, MessageState
from surveys.fieldwork.planning import Plan, plan_messages
from surveys.invitations import make_invitations
from surveys.models import Collection

logger = logging.getLogger("tresse.mailing")


@dataclass(frozen=True, slots=True)
class Target:
    """A collection in which something may be due."""

    study_id: UUID
    collection_id: UUID


def plan_now(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    *,
    steps: Iterable[UUID] | None = None,
    automatic_only: bool = False,
    moment: datetime | None = None,
) -> Plan:
    """Return who would be written to now, and why not the others.

    Raises: NotFound("surveys.collection_not_found"); Invalid("studies.identity_key").
    """
    book = ContactBook(session, current_app.config["SETTINGS"].data_dir)
    return plan_messages(
        session,
        study_id,
        collection_id,
        moment=moment or now(),
        reach=book.reach,
        steps=list(steps) if steps is not None else None,
        automatic_only=automatic_only,
    )


def queue_plan(session: Session, study_id: UUID, plan: Plan, *, account_id: UUID | None = None) -> int:
    """Queue what a plan says is due, with the personal links that are missing; return how many are new."""
    if not plan.due or plan.setup.is_paused:
        return 0
    secret = current_app.config["SETTINGS"].secret_key
    people = [verdict.person.participant_id for verdict in plan.due]
    make_invitations(session, study_id, plan.collection_id, people, secret=secret, account_id=account_id)
    return messages.queue_messages(session, plan)


def remind_everywhere() -> None:
    """Queue and ask for what is due in every study; trouble in one stops no other."""
    session = db.session()
    targets = collections_to_look_at(session, moment=now())
    session.rollback()
    for target in targets:
        try:
            _remind_one(target)
        except DomainError as error:
            logger.warning("collection %s: nothing was sent: %s", target.collection_id, error.code)
            db.session.rollback()


def _remind_one(target: Target) -> None:
    # Planned in a transaction that reads: respondents' answers wait for no list of thousands.
    plan = plan_now(db.session(), target.study_id, target.collection_id, automatic_only=True)
    db.session.rollback()
    with unit_of_work() as session:
        queued = queue_plan(session, target.study_id, plan)
        if queued or messages.waiting(session, target.collection_id, moment=now()):
            ask_to_send(session, target.study_id, target.collection_id)


def collections_to_look_at(session: Session, *, moment: datetime) -> list[Target]:
    """Return the collections that the worker writes for, or where messages wait that may leave; one statement."""
    automatic = exists().where(MailingStep.collection_id == Collection.id, MailingStep.is_automatic)
    waiting = exists().where(
        Message.collection_id == Collection.id,
        Message.state == MessageState.QUEUED,
        Message.not_before <= moment,
    )
    is_open = (Collection.opens_at <= moment) & ((Collection.closes_at.is_(None)) | (Collection.closes_at > moment))
    rows = session.execute(
        select(Collection.study_id, Collection.id).where(is_open, automatic | waiting).order_by(Collection.id)
    )
    return [Target(*row) for row in rows]
