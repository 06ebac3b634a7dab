"""Who is written to and where: the one place, beside the screen of identities, that opens what is sealed.

What is read here goes into a message, an envelope or a list of calls; none of it is stored or logged. Who asks leaves
an entry in the trail, without what was read.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from studies.identity import Person, Sealer, local_key, read_identities
from surveys.fieldwork.mailing import is_address
from surveys.fieldwork.mailing_models import Channel

_FRENCH_MOBILE = re.compile(r"0[67]\d{8}")
_INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One person as messages need them; "" where unknown or where it cannot be written to."""

    name: str = ""
    given_name: str = ""
    email: str = ""
    mobile: str = ""
    phone: str = ""
    address: str = ""

    @property
    def channels(self) -> frozenset[Channel]:
        """Return the ways to reach the person."""
        ways = {
            Channel.EMAIL: self.email,
            Channel.SMS: self.mobile,
            Channel.LETTER: self.name and self.address,
            Channel.CALL: self.phone,
        }
        return frozenset(channel for channel, value in ways.items() if value)


class ContactBook:
    """Opens contacts with the key of this machine."""

    def __init__(self, session: Session, data_dir: Path) -> None:
        self._session = session
        self._sealer = Sealer([local_key(data_dir)])

    def contacts(self, participant_ids: Iterable[UUID]) -> dict[UUID, Contact]:
        """Return the contacts of these people; those whom nobody knows are left out.

        Raises: Invalid("studies.identity_key").
        """
        people = read_identities(self._session, self._sealer, participant_ids)
        return {participant_id: _contact(person) for participant_id, person in people.items()}

    def contact(self, participant_id: UUID) -> Contact:
        """Return the contact of one person, empty when nobody knows it."""
        return self.contacts([participant_id]).get(participant_id, Contact())

    def reach(self, participant_ids: Iterable[UUID]) -> Mapping[UUID, frozenset[Channel]]:
        """Return the ways to reach each of these people."""
        return {participant_id: each.channels for participant_id, each in self.contacts(participant_ids).items()}


def seal_file(data_dir: Path, content: bytes) -> bytes:
    """Return a file that holds names as it may lie on a disk."""
    return Sealer([local_key(data_dir)]).seal_bytes(content)


def open_file(data_dir: Path, sealed: bytes) -> bytes:
    """Return a file sealed with `seal_file`.

    Raises: Invalid("studies.identity_key").
    """
    return Sealer([local_key(data_dir)]).open_bytes(sealed)


def _contact(person: Person) -> Contact:
    return Contact(
        name=_one_line(person.name),
        given_name=_one_line(person.given_name) or given_name_in(person.name),
        email=mail_address(person.email),
        mobile=mobile_number(person.phone),
        phone=_one_line(person.phone),
        address="\n".join(_one_line(line) for line in person.address.splitlines() if line.strip()),
    )


def given_name_in(name: str) -> str:
    """Return the given name in a whole one: the first word that is not all capitals, as in « CANARI Léa »."""
    words = name.split()
    written_small = [word for word in words if not word.isupper()]
    return (written_small or words or [""])[0]


def mail_address(text: str) -> str:
    """Return an address that can be written to, "" when it is none."""
    bare = text.strip()
    return bare if is_address(bare) and bare.isascii() else ""


def mobile_number(text: str) -> str:
    """Return a number as gateways take it (+33612345678), "" when no text message can reach it."""
    bare = re.sub(r"[\s.\-()/\u00a0\u202f]", "", text)
    bare = re.sub(r"^\+330(?=[67])", "+33", bare)
    if bare.startswith("0033"):
        bare = "+33" + bare[4:].removeprefix("0")
    if _FRENCH_MOBILE.fullmatch(bare):
        return "+33" + bare[1:]
    if bare.startswith("+33"):
        return bare if re.fullmatch(r"\+33[67]\d{8}", bare) else ""
    return bare if _INTERNATIONAL.fullmatch(bare) else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
