"""Place a wave in time: from which date its months are counted, and with how much tolerance."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core.audit import record
from core.errors import Invalid, NotFound
from studies.models import Wave, WaveAnchor

MAX_TOLERANCE = 366
"""Days; a wider window is no window."""
MAX_MONTHS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveCalendar:
    """What somebody typed: whole months after the anchor, whole days before and after the day aimed at."""

    months: int
    anchor: WaveAnchor
    attribute: str = ""
    days_before: int = 0
    days_after: int = 0


def place_wave(session: Session, study_id: UUID, wave_id: UUID, place: WaveCalendar, *, by: UUID | None) -> None:
    """Change when a wave is.

    Raises: NotFound: no such wave in this study.  Invalid: the attribute is not named, or a number is out of range.
    """
    wave = session.get(Wave, wave_id)
    if wave is None or wave.study_id != study_id:
        raise NotFound("studies.wave_unknown")
    if place.anchor is WaveAnchor.ATTRIBUTE and not place.attribute.strip():
        raise Invalid("studies.anchor_attribute_missing")
    if not 0 <= place.months <= MAX_MONTHS:
        raise Invalid("studies.months_out_of_range", limit=MAX_MONTHS)
    if not all(0 <= days <= MAX_TOLERANCE for days in (place.days_before, place.days_after)):
        raise Invalid("studies.tolerance_out_of_range", limit=MAX_TOLERANCE)
    before = _shown(wave)
    is_personal = place.anchor is not WaveAnchor.START
    wave.months_after_start = place.months
    wave.anchor = place.anchor
    wave.anchor_attribute = place.attribute.strip() if place.anchor is WaveAnchor.ATTRIBUTE else ""
    wave.days_before = place.days_before if is_personal else 0
    wave.days_after = place.days_after if is_personal else 0
    session.flush()
    record(
        session,
        verb="edit",
        object_kind="wave",
        object_id=wave_id,
        study_id=study_id,
        account_id=by,
        before=before,
        after=_shown(wave),
    )


def _shown(wave: Wave) -> dict[str, str | int]:
    return {
        "name": wave.name,
        "months": wave.months_after_start,
        "anchor": wave.anchor.value,
        "attribute": wave.anchor_attribute,
        "days_before": wave.days_before,
        "days_after": wave.days_after,
    }
