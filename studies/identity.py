"""Names and contacts of participants, sealed; to be imported only by the screen that pyproject.toml names.

The key comes from outside the database, so that a copy of the database names nobody.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.errors import Invalid
from studies.models import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who stands behind a pseudonym; "" where unknown."""

    name: str
    phone: str = ""
    email: str = ""


def local_key(data_dir: Path) -> str:
    """Return the key kept in the data folder, made at its first use, readable by its owner only."""
    path = data_dir / "identity_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(Fernet.generate_key().decode())
    return path.read_text("ascii").strip()


class Sealer:
    """Seals and opens identities with the newest of several keys, opens with any: keys can be changed."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise Invalid("studies.identity_key") from error

    def seal(self, person: Person) -> bytes:
        """Return the sealed bytes, different at each call."""
        plain = json.dumps([person.name, person.phone, person.email], ensure_ascii=False)
        return self._fernet.encrypt(plain.encode())

    def open(self, sealed: bytes) -> Person:
        """Return the person.

        Raises: Invalid: the key is not the one it was sealed with.
        """
        try:
            name, phone, email = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise Invalid("studies.identity_key") from error
        return Person(name=name, phone=phone, email=email)


def keep_identity(session: Session, sealer: Sealer, participant_id: UUID, person: Person) -> None:
    """Keep or replace who stands behind a pseudonym."""
    session.merge(Identity(participant_id=participant_id, sealed=sealer.seal(person)))
    session.flush()


def read_identity(session: Session, sealer: Sealer, participant_id: UUID) -> Person | None:
    """Return who stands behind a pseudonym, None when nobody knows.

    Raises: Invalid: the key is not the one it was sealed with.
    """
    identity = session.get(Identity, participant_id)
    return None if identity is None else sealer.open(identity.sealed)


def forget_identity(session: Session, participant_id: UUID) -> None:
    """Delete who stood behind a pseudonym, for good."""
    session.execute(delete(Identity).where(Identity.participant_id == participant_id))
