"""The port through which messages leave, and what may become of one; the carriers themselves are in their modules."""

import enum
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from surveys.fieldwork.mailing_models import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message as its carrier takes it: to whom, from whom, in which words. A text message has no subject.

    `id` is that of its row: a carrier that can keeps it, so that it may be asked what became of it.
    """

    id: UUID
    channel: Channel
    to: str
    subject: str
    body: str
    sender_name: str = ""
    reply_to: str = ""
    stop_address: str = ""


class Fate(enum.StrEnum):
    """What became of a message that was handed over.

    RETRY: it did not leave, for sure, and may later. MAYBE: it may have left.
    """

    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"
    BOUNCED = "bounced"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Handed:
    """What a carrier says of a message: its fate, what it calls it, and a word on what went wrong."""

    fate: Fate
    reference: str = ""
    reason: str = ""


class Sender(Protocol):
    """Hands messages over. Errors of the carrier are fates, never exceptions."""

    def send(self, message: Outgoing) -> Handed:
        """Hand one message over."""

    def was_sent(self, message_id: UUID) -> bool | None:
        """Say whether a message left; None when nobody can know."""

    def close(self) -> None:
        """Let go of what is held open."""
