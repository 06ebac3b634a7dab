"""When responses are sent, how many of those begun are, and how long people take: what charts of the fieldwork show.

Counts only; who answered when is nowhere read. Corrections under way and withdrawn responses are left out. Times are
those of responses given here: paper and imports have none.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.orm import Session

from studies.models import Wave
from surveys.models import Collection, QuestionnaireVersion, Response, ResponseMode, ResponseState

QUICK_SHARE = 1 / 3
"""Of the median time: who took less hardly read."""
SAMPLE = 2_000
"""Responses that times are read from: the last ones."""
_TIMED = (ResponseMode.ALONE, ResponseMode.HELPED, ResponseMode.FILLED_FOR)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many responses were begun, those sent among them."""

    name: str
    begun: int
    sent: int

    @property
    def unsent(self) -> int:
        """Those begun and not sent."""
        return self.begun - self.sent


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds from start to end of `n` responses sent: their median, and how many took less than a third of it."""

    seconds: tuple[float, ...]
    median: float
    quick: int

    @property
    def n(self) -> int:
        """How many were timed."""
        return len(self.seconds)

    @property
    def limit(self) -> float:
        """Under which a response is quick."""
        return self.median * QUICK_SHARE


def sent_by_day(session: Session, collection_id: UUID, zone: ZoneInfo) -> dict[date, int]:
    """Return how many responses were sent on each day of `zone`, in order, none for days without; one statement."""
    hour = _hour(session)
    rows = session.execute(
        select(hour, func.count())
        .where(
            Response.collection_id == collection_id,
            Response.state == ResponseState.SUBMITTED,
            Response.corrects_id.is_(None),
        )
        .group_by(hour)
    )
    found: dict[date, int] = {}
    for written, count in rows:
        # The offsets of the zone are whole hours, so an hour of UTC is in one day there.
        day = datetime.strptime(written, "%Y-%m-%d %H").replace(tzinfo=UTC).astimezone(zone).date()
        found[day] = found.get(day, 0) + count
    return dict(sorted(found.items()))


def _hour(session: Session) -> ColumnElement[str]:
    if session.get_bind().dialect.name == "sqlite":
        return func.substr(cast(Response.submitted_at, Text), 1, 13)
    return func.to_char(func.timezone("UTC", Response.submitted_at), "YYYY-MM-DD HH24")


def standing_by_wave(session: Session, study_id: UUID, collection_id: UUID) -> tuple[Standing, ...]:
    """Return how each wave of the same questionnaire and population stands, in order; one statement."""
    mine = (
        select(QuestionnaireVersion.questionnaire_id, Collection.population_id)
        .join(Collection, Collection.version_id == QuestionnaireVersion.id)
        .where(Collection.id == collection_id, Collection.study_id == study_id)
        .subquery()
    )
    rows = session.execute(
        select(Wave.name, Response.state, func.count())
        .select_from(Collection)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Collection.version_id)
        .join(mine, mine.c.questionnaire_id == QuestionnaireVersion.questionnaire_id)
        .join(Wave, Wave.id == Collection.wave_id)
        .join(Response, Response.collection_id == Collection.id)
        .where(
            Collection.study_id == study_id,
            Collection.population_id.is_not_distinct_from(mine.c.population_id),
            Response.state != ResponseState.WITHDRAWN,
            Response.corrects_id.is_(None),
        )
        .group_by(Wave.name, Wave.months_after_start, Response.state)
        .order_by(Wave.months_after_start, Wave.name)
    )
    found: dict[str, tuple[int, int]] = {}
    for name, state, count in rows:
        begun, sent = found.get(name, (0, 0))
        found[name] = begun + count, sent + (count if state is ResponseState.SUBMITTED else 0)
    return tuple(Standing(name, *counts) for name, counts in found.items())


def times_of(session: Session, collection_id: UUID) -> Times | None:
    """Return how long the last responses sent took, None without any; one statement."""
    rows = session.execute(
        select(Response.started_at, Response.submitted_at)
        .where(
            Response.collection_id == collection_id,
            Response.state == ResponseState.SUBMITTED,
            Response.corrects_id.is_(None),
            Response.mode.in_(_TIMED),
        )
        .order_by(Response.submitted_at.desc())
        .limit(SAMPLE)
    )
    return times([(end - start).total_seconds() for start, end in rows if end is not None])


def times(seconds: Sequence[float]) -> Times | None:
    """Return the median and the quick ones of some times; what is not after its start, or None at all, is left out."""
    kept = tuple(each for each in seconds if each > 0)
    if not kept:
        return None
    median = statistics.median(kept)
    return Times(kept, median, sum(each < median * QUICK_SHARE for each in kept))
