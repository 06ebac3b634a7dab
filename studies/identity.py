"""Names and contacts of participants, sealed; to be imported only by the modules that pyproject.toml names.

The key comes from outside the database, so that a copy of the database names nobody.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.errors import Invalid
from studies.models import Identity

_AT_ONCE = 500
"""Identities asked for in one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who stands behind a pseudonym; "" where unknown. `address` is written as on an envelope, without the name."""

    name: str
    phone: str = ""
    email: str = ""
    given_name: str = ""
    address: str = ""


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
        kept = [person.name, person.phone, person.email, person.given_name, person.address]
        plain = json.dumps(kept, ensure_ascii=False)
        return self._fernet.encrypt(plain.encode())

    def open(self, sealed: bytes) -> Person:
        """Return the person.

        Raises: Invalid: the key is not the one it was sealed with.
        """
        try:
            kept = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise Invalid("studies.identity_key") from error
        # What was sealed before people had a given name and an address of their own holds three texts.
        name, phone, email, given_name, address = [*kept, "", ""][:5]
        return Person(name=name, phone=phone, email=email, given_name=given_name, address=address)

    def seal_bytes(self, content: bytes) -> bytes:
        """Return a file that holds names as it may lie on a disk."""
        return self._fernet.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Return a file that was sealed.

        Raises: Invalid: the key is not the one it was sealed with.
        """
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise Invalid("studies.identity_key") from error


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


def read_identities(session: Session, sealer: Sealer, participant_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return who stands behind these pseudonyms; those whom nobody knows are left out.

    Raises: Invalid: the key is not the one they were sealed with.
    """
    found: dict[UUID, Person] = {}
    wanted = list(participant_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = session.execute(
            select(Identity.participant_id, Identity.sealed).where(
                Identity.participant_id.in_(wanted[start : start + _AT_ONCE])
            )
        )
        found |= {participant_id: sealer.open(sealed) for participant_id, sealed in rows}
    return found


def forget_identity(session: Session, participant_id: UUID) -> None:
    """Delete who stood behind a pseudonym, for good."""
    session.execute(delete(Identity).where(Identity.participant_id == participant_id))
