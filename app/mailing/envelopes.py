"""An e-mail as it crosses networks: its heads, its words, the address that ends all messages."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.mailing.carriers import Outgoing
from core.clock import now


def email_bytes(message: Outgoing, *, sender: str) -> bytes:
    """Return an e-mail, its lines ended as mail servers want them.

    No line end of a name or a subject can become a head: the library refuses what would.
    """
    return email_message(message, sender=sender).as_bytes(policy=SMTP)


def email_message(message: Outgoing, *, sender: str) -> EmailMessage:
    """Put an e-mail together; its identity is that of the message, so that copies can be told."""
    name, _at, host = sender.rpartition("@")
    email = EmailMessage(policy=SMTP)
    email["From"] = Address(_one_line(message.sender_name), name, host)
    email["To"] = message.to
    if message.reply_to:
        email["Reply-To"] = message.reply_to
    email["Subject"] = _one_line(message.subject)
    email["Date"] = format_datetime(now())
    email["Message-ID"] = f"<{message.id}@{host}>"
    if message.stop_address:
        email["List-Unsubscribe"] = f"<{message.stop_address}>"
    email.set_content(message.body)
    return email


def _one_line(text: str) -> str:
    return " ".join(text.split())
