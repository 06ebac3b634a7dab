"""The carrier that carries nothing: each message is a file in the data folder, for who has no mail server, or tries.

A file is written whole, then given its name, which is that of the message: the same message handed over twice is one
file, and whether it was written can be looked up.
"""

import os
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from uuid import UUID

from app.mailing.carriers import Fate, Handed, Outgoing
from app.mailing.envelopes import email_bytes
from surveys.fieldwork.mailing_models import Channel

FOLDER = "outbox"
LEFT_SECONDS = 3600
_ENDINGS = {Channel.EMAIL: ".eml", Channel.SMS: ".txt"}
FROM_NOWHERE = "tresse@localhost"


class FileOutbox:
    """Writes messages below a folder that its owner alone can read."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    def send(self, message: Outgoing) -> Handed:
        """Write one message; a file that is already there is that same message."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{message.id}{_ENDINGS[message.channel]}"
        draft = self._folder / f".{message.id}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content_of(message))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        return Handed(Fate.SENT, reference=path.name)

    def was_sent(self, message_id: UUID) -> bool | None:
        """Say whether the file is there."""
        return any((self._folder / f"{message_id}{ending}").exists() for ending in _ENDINGS.values())

    def close(self) -> None:
        """Take away what a process that died in the middle left without its name."""
        if self._folder.is_dir():
            for draft in self._folder.glob(".*"):
                with suppress(FileNotFoundError):
                    if time.time() - draft.stat().st_mtime > LEFT_SECONDS:
                        draft.unlink()


def forget_files(data_dir: Path, message_ids: Iterable[UUID]) -> None:
    """Erase messages written as files: they hold a name and an address."""
    for message_id in message_ids:
        for ending in _ENDINGS.values():
            (data_dir / FOLDER / f"{message_id}{ending}").unlink(missing_ok=True)


def content_of(message: Outgoing) -> bytes:
    """Return the file of a message: an e-mail as mail programs open it, or a text message under its number."""
    if message.channel is Channel.EMAIL:
        return email_bytes(message, sender=FROM_NOWHERE)
    return f"To: {message.to}\n\n{message.body}\n".encode()


@dataclass(frozen=True, slots=True)
class FileMessage:
    """A message written as a file, as somebody reads it."""

    to: str
    subject: str
    body: str


def read_file(data_dir: Path, message_id: UUID) -> FileMessage | None:
    """Return the message in the file of that name, None when there is none."""
    email = data_dir / FOLDER / f"{message_id}{_ENDINGS[Channel.EMAIL]}"
    if email.is_file():
        read = message_from_bytes(email.read_bytes(), policy=SMTP)
        assert isinstance(read, EmailMessage)
        return FileMessage(str(read["To"]), str(read["Subject"]), read.get_content())
    text = data_dir / FOLDER / f"{message_id}{_ENDINGS[Channel.SMS]}"
    if text.is_file():
        head, _blank, body = text.read_text(encoding="utf-8").partition("\n\n")
        return FileMessage(head.removeprefix("To: "), "", body)
    return None
