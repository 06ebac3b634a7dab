"""From which date the months of a wave are counted, for each person."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from studies.models import Participant, Wave, WaveAnchor
from studies.windows import Window, due_window, read_day

KNOWN_NAMES = 40
"""Attributes looked through for one that holds dates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePlace:
    """A wave with all that places it in time."""

    id: UUID
    name: str
    months_after_start: int
    anchor: WaveAnchor
    anchor_attribute: str
    days_before: int
    days_after: int

    @property
    def is_personal(self) -> bool:
        """Whether each person has a window of their own."""
        return self.anchor is not WaveAnchor.START

    def anchor_of(self, *, drawn_on: date | None, entered_on: date | None, attributes: dict[str, Any]) -> date | None:
        """Return the date a person's months are counted from, None when it is not known."""
        if self.anchor is WaveAnchor.DRAW:
            return drawn_on
        if self.anchor is WaveAnchor.ENTRY:
            return entered_on
        if self.anchor is WaveAnchor.ATTRIBUTE:
            return read_day(str(attributes.get(self.anchor_attribute, "")))
        return None

    def window_of(self, anchor: date | None) -> Window | None:
        """Return the window of a person with this date."""
        if anchor is None:
            return None
        return due_window(
            anchor, months=self.months_after_start, days_before=self.days_before, days_after=self.days_after
        )


def wave_places(session: Session, study_id: UUID) -> tuple[WavePlace, ...]:
    """Return the waves of a study in their order, in one query."""
    rows = session.scalars(select(Wave).where(Wave.study_id == study_id).order_by(Wave.position, Wave.name))
    return tuple(place_of(wave) for wave in rows)


def wave_place(session: Session, wave_id: UUID) -> WavePlace:
    """Return one wave."""
    return place_of(session.get_one(Wave, wave_id))


def place_of(wave: Wave) -> WavePlace:
    """Copy what places a wave in time."""
    return WavePlace(
        id=wave.id,
        name=wave.name,
        months_after_start=wave.months_after_start,
        anchor=wave.anchor,
        anchor_attribute=wave.anchor_attribute,
        days_before=wave.days_before,
        days_after=wave.days_after,
    )


def date_attributes(session: Session, study_id: UUID) -> tuple[str, ...]:
    """Return the names of the attributes that hold a day for somebody in the study, by name."""
    found: set[str] = set()
    for attributes in session.scalars(select(Participant.attributes).where(Participant.study_id == study_id)):
        found |= {name for name, value in attributes.items() if read_day(str(value)) is not None}
        if len(found) >= KNOWN_NAMES:
            break
    return tuple(sorted(found))
