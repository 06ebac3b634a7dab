"""Who of a collection's people is due, late, done or out of their window today."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from studies.models import FlowState, Participant, Site, Wave
from studies.queries.anchors import WavePlace, place_of
from studies.windows import Standing, Window, today_in_paris
from surveys.models import Collection, Response, ResponseState


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """One person: their window (None: their date is not known), how far their response is, where that leaves them."""

    participant_id: UUID
    pseudonym: str
    site_id: UUID | None
    site: str
    window: Window | None
    state: ResponseState | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Timing:
    """When a collection may be answered: in the wave's windows, or between its own days."""

    opens_at: datetime
    closes_at: datetime | None
    opens_by_person: bool
    wave: WavePlace | None

    @property
    def is_personal(self) -> bool:
        """Whether each person has a window of their own."""
        return self.wave is not None and self.wave.is_personal

    def window_of(self, *, drawn_on: date | None, entered_on: date | None, attributes: dict[str, Any]) -> Window | None:
        """Return the window of a person; None when their date is not known."""
        if self.wave is None or not self.wave.is_personal:
            closes = self.closes_at
            return Window(today_in_paris(self.opens_at), None, today_in_paris(closes) if closes else None)
        return self.wave.window_of(self.wave.anchor_of(drawn_on=drawn_on, entered_on=entered_on, attributes=attributes))


def timing_of(session: Session, study_id: UUID, collection_id: UUID) -> Timing:
    """Return when a collection may be answered.

    Raises: NotFound("surveys.collection_not_found").
    """
    row = session.execute(
        select(Collection.opens_at, Collection.closes_at, Collection.opens_by_person, Wave)
        .outerjoin(Wave, Wave.id == Collection.wave_id)
        .where(Collection.id == collection_id, Collection.study_id == study_id)
    ).one_or_none()
    if row is None:
        raise NotFound("surveys.collection_not_found", token=str(collection_id))
    return Timing(row.opens_at, row.closes_at, row.opens_by_person, place_of(row.Wave) if row.Wave else None)


def people_standing(session: Session, study_id: UUID, collection_id: UUID, *, today: date) -> list[PersonStanding]:
    """Return everybody a collection is for, by pseudonym, those who withdrew left out; three statements.

    Somebody who sent is done, or done outside of their window by the day they sent.
    """
    timing = timing_of(session, study_id, collection_id)
    done = _responses(session, collection_id)
    rows = session.execute(
        select(
            Participant.id,
            Participant.pseudonym,
            Participant.site_id,
            func.coalesce(Site.name, "").label("site"),
            Participant.drawn_on,
            Participant.entered_on,
            Participant.attributes,
        )
        .join(Collection, Collection.study_id == Participant.study_id)
        .outerjoin(Site, Site.id == Participant.site_id)
        .where(
            Collection.id == collection_id,
            Participant.state != FlowState.WITHDRAWN,
            (Collection.population_id.is_(None)) | (Collection.population_id == Participant.population_id),
        )
        .order_by(Participant.pseudonym)
    )
    found = []
    for row in rows:
        window = timing.window_of(drawn_on=row.drawn_on, entered_on=row.entered_on, attributes=row.attributes)
        state, sent_at = done.get(row.id, (None, None))
        standing = _standing(window, state, sent_at, today)
        found.append(PersonStanding(row.id, row.pseudonym, row.site_id, row.site, window, state, standing))
    return found


def _responses(session: Session, collection_id: UUID) -> dict[UUID, tuple[ResponseState, datetime | None]]:
    """Return how far each linked person is: what was sent goes before what is under way."""
    rows = session.execute(
        select(Response.participant_id, Response.state, Response.submitted_at)
        .where(
            Response.collection_id == collection_id,
            Response.participant_id.is_not(None),
            Response.state != ResponseState.WITHDRAWN,
        )
        .order_by(Response.state, Response.submitted_at.desc())
    )
    return {participant_id: (state, sent_at) for participant_id, state, sent_at in rows if participant_id is not None}


def _standing(window: Window | None, state: ResponseState | None, sent_at: datetime | None, today: date) -> Standing:
    if state is ResponseState.SUBMITTED and sent_at is not None:
        inside = window is None or window.holds(today_in_paris(sent_at))
        return Standing.DONE if inside else Standing.DONE_OUT
    return Standing.NO_DATE if window is None else window.standing(today)


def count_standings(people: list[PersonStanding]) -> dict[Standing, int]:
    """Return how many people stand where, every standing named, in the order of time."""
    counts = Counter(person.standing for person in people)
    return {standing: counts[standing] for standing in Standing}
