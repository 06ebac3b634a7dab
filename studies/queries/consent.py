"""Reads of consents: what is in force, and how it came to be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from studies.models import Consent, ConsentPurpose


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One event: given or withdrawn, how and when."""

    purpose: ConsentPurpose
    is_given: bool
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonConsents:
    """Every event of one person, latest first."""

    history: tuple[ConsentLine, ...] = ()

    def latest(self, purpose: ConsentPurpose) -> ConsentLine | None:
        """Return the event in force, None when the person was never asked."""
        return next((line for line in self.history if line.purpose is purpose), None)

    def has_given(self, purpose: ConsentPurpose) -> bool:
        """Say whether the last word on `purpose` is yes."""
        line = self.latest(purpose)
        return line is not None and line.is_given


def consents_of(session: Session, participant_ids: Iterable[UUID]) -> dict[UUID, PersonConsents]:
    """Return the consents of each person, in one query; people without any are there, empty."""
    wanted = list(participant_ids)
    lines: dict[UUID, list[ConsentLine]] = {identifier: [] for identifier in wanted}
    rows = session.execute(
        select(Consent.participant_id, Consent.purpose, Consent.is_given, Consent.channel, Consent.at)
        .where(Consent.participant_id.in_(wanted))
        .order_by(Consent.at.desc(), Consent.id.desc())
    )
    for participant_id, purpose, is_given, channel, at in rows:
        lines[participant_id].append(ConsentLine(purpose, is_given, channel, at))
    return {identifier: PersonConsents(tuple(found)) for identifier, found in lines.items()}
