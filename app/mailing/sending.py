"""Hand over what is queued, one message at a time: taken in the database first, so that nothing leaves twice.

Three short transactions a message: take it, (hand it over), note its fate. A process killed after the first leaves a
message that is neither queued nor sent; the next run asks the carrier, and where nobody can know, a person decides.
"""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from app.mailing.carriers import Fate, Handed, Outgoing, Sender
from app.mailing.composing import Composer, Site
from app.mailing.contacts import ContactBook
from core.clock import now
from core.errors import Invalid
from surveys.fieldwork import messages
from surveys.fieldwork.mailing import Step, steps_of
from surveys.fieldwork.mailing_models import Channel
from surveys.fieldwork.messages import Claimed

logger = logging.getLogger("tresse.mailing")

UnitOfWork = Callable[[], AbstractContextManager[Session]]


@dataclass(slots=True)
class Tally:
    """What a run did: by fate, how many; `left` are queued and due still."""

    fates: dict[str, int] = field(default_factory=dict)
    left: int = 0

    def count(self, what: str) -> None:
        """Count one."""
        self.fates[what] = self.fates.get(what, 0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run over one collection; `name` is the same when a run that died is started again."""

    name: str
    study_id: UUID
    collection_id: UUID
    data_dir: Path
    site: Site
    seconds: float = 600.0


def send_queued(
    run: Run,
    senders: Mapping[Channel, Sender],
    unit_of_work: UnitOfWork,
    *,
    report: Callable[[float], None] = lambda _share: None,
    clock: Callable[[], datetime] = now,
) -> Tally:
    """Hand over the queued messages of a collection that may leave now, until none is left or the time is over."""
    tally = Tally()
    end = time.monotonic() + run.seconds
    _settle_left_behind(run, senders, unit_of_work, clock)
    try:
        while time.monotonic() < end:
            with unit_of_work() as session:
                waiting = messages.waiting(session, run.collection_id, moment=clock())
            if not waiting:
                break
            if not _send_some(run, senders, unit_of_work, waiting, tally, clock):
                break
            report(min(0.99, sum(tally.fates.values()) / (sum(tally.fates.values()) + len(waiting))))
    finally:
        for sender in set(senders.values()):
            sender.close()
    with unit_of_work() as session:
        tally.left = len(messages.waiting(session, run.collection_id, moment=clock()))
    return tally


def _send_some(
    run: Run,
    senders: Mapping[Channel, Sender],
    unit_of_work: UnitOfWork,
    waiting: list[UUID],
    tally: Tally,
    clock: Callable[[], datetime],
) -> bool:
    """Hand these over; whether any of them moved: a pause or the night leaves all where they are."""
    moved = False
    for message_id in waiting:
        with unit_of_work() as session:
            claimed = messages.claim(session, message_id, run=run.name, moment=clock())
            outgoing = _compose(session, run, claimed) if claimed else None
        if claimed is None:
            tally.count("skipped")
            continue
        moved = True
        handed = _hand_over(senders, outgoing) if isinstance(outgoing, Outgoing) else outgoing
        with unit_of_work() as session:
            _note(session, run, claimed, handed or Handed(Fate.REFUSED))
        tally.count((handed or Handed(Fate.REFUSED)).fate.value)
    return moved


def _compose(session: Session, run: Run, claimed: Claimed) -> Outgoing | Handed:
    """Put the message together, or say why it cannot be."""
    steps = {step.id: step for step in steps_of(session, run.collection_id)}
    step: Step = steps[claimed.step_id]
    composer = Composer.of(session, run.study_id, run.collection_id, [step], run.site)
    recipient = composer.recipients(session, [claimed.participant_id])[claimed.participant_id]
    try:
        contact = ContactBook(session, run.data_dir).contact(claimed.participant_id)
        return composer.address(claimed.id, step, recipient, contact)
    except Invalid as error:
        return Handed(Fate.REFUSED, reason=error.code.rpartition(".")[2])


def _hand_over(senders: Mapping[Channel, Sender], outgoing: Outgoing) -> Handed:
    try:
        return senders[outgoing.channel].send(outgoing)
    except Exception:
        # A carrier that breaks in a way it does not know may have sent before it broke.
        logger.exception("message %s: the carrier broke", outgoing.id)
        return Handed(Fate.MAYBE, reason="broke")


def _note(session: Session, run: Run, claimed: Claimed, handed: Handed) -> None:
    if handed.fate is Fate.SENT:
        messages.end_sent(session, claimed, run=run.name, reference=handed.reference)
    elif handed.fate is Fate.RETRY:
        messages.put_back(session, claimed, run=run.name, reason=handed.reason)
    elif handed.fate is Fate.MAYBE:
        messages.end_doubtful(session, claimed, run=run.name, reason=handed.reason)
    else:
        reason = "bounced" if handed.fate is Fate.BOUNCED else handed.reason or "refused"
        messages.end_failed(session, claimed, run=run.name, reason=reason)


def _settle_left_behind(
    run: Run, senders: Mapping[Channel, Sender], unit_of_work: UnitOfWork, clock: Callable[[], datetime]
) -> None:
    """Look at what an earlier run took and never ended: ask the carrier, else leave the decision to a person."""
    with unit_of_work() as session:
        found = messages.left_behind(session, run.collection_id, run=run.name, moment=clock())
    for each in found:
        was_sent = senders[each.channel].was_sent(each.id)
        with unit_of_work() as session:
            messages.settle(session, each.id, was_sent=was_sent)
