"""Acts on indicators."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from evaluation.indicators import IndicatorMeasure
from evaluation.models import Direction, Indicator

_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDraft:
    """What a person gives to make an indicator."""

    questionnaire_id: UUID
    item_name: str
    key: str
    label: str
    measure: IndicatorMeasure
    definition: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    unknown_choices: tuple[str, ...] = ()
    direction: Direction = Direction.HIGHER
    wave_id: UUID | None = None
    baseline_wave_id: UUID | None = None


def create_indicator(
    session: Session, study_id: UUID, draft: IndicatorDraft, *, account_id: UUID | None = None
) -> Indicator:
    """Add an indicator at the end of the list.

    Raises: Invalid: its key, choices or waves do not fit its measure.  Conflict: its key is taken.
    """
    _check(draft)
    _check_key_is_free(session, study_id, draft.key, but=None)
    position = session.scalar(select(func.count()).select_from(Indicator).where(Indicator.study_id == study_id)) or 0
    indicator = Indicator(study_id=study_id, position=position)
    _fill(indicator, draft)
    session.add(indicator)
    session.flush()
    record(
        session,
        verb="create",
        object_kind="indicator",
        object_id=indicator.id,
        study_id=study_id,
        account_id=account_id,
        after={"key": draft.key, "label": draft.label},
    )
    return indicator


def edit_indicator(
    session: Session, study_id: UUID, indicator_id: UUID, draft: IndicatorDraft, *, account_id: UUID | None = None
) -> Indicator:
    """Change an indicator; same refusals as at its creation."""
    indicator = _get(session, study_id, indicator_id)
    _check(draft)
    _check_key_is_free(session, study_id, draft.key, but=indicator_id)
    before = {"key": indicator.key, "label": indicator.label, "measure": indicator.measure.value}
    _fill(indicator, draft)
    session.flush()
    record(
        session,
        verb="edit",
        object_kind="indicator",
        object_id=indicator_id,
        study_id=study_id,
        account_id=account_id,
        before=before,
        after={"key": draft.key, "label": draft.label, "measure": draft.measure.value},
    )
    return indicator


def delete_indicator(session: Session, study_id: UUID, indicator_id: UUID, *, account_id: UUID | None = None) -> None:
    """Remove an indicator; reports that name it will say so when they are rendered."""
    indicator = _get(session, study_id, indicator_id)
    record(
        session,
        verb="delete",
        object_kind="indicator",
        object_id=indicator_id,
        study_id=study_id,
        account_id=account_id,
        before={"key": indicator.key, "label": indicator.label},
    )
    session.delete(indicator)
    session.flush()


def _get(session: Session, study_id: UUID, indicator_id: UUID) -> Indicator:
    indicator = session.get(Indicator, indicator_id)
    if indicator is None or indicator.study_id != study_id:
        raise NotFound("evaluation.indicator_not_found", id=str(indicator_id))
    return indicator


def _fill(indicator: Indicator, draft: IndicatorDraft) -> None:
    indicator.questionnaire_id = draft.questionnaire_id
    indicator.item_name = draft.item_name
    indicator.key = draft.key
    indicator.label = draft.label
    indicator.definition = draft.definition
    indicator.unit = draft.unit
    indicator.measure = draft.measure
    indicator.choices = list(draft.choices)
    indicator.unknown_choices = list(draft.unknown_choices)
    indicator.direction = draft.direction
    indicator.wave_id = draft.wave_id
    indicator.baseline_wave_id = draft.baseline_wave_id


def _check(draft: IndicatorDraft) -> None:
    if not _KEY.fullmatch(draft.key):
        raise Invalid("evaluation.indicator_key_invalid", key=draft.key)
    if not draft.label.strip():
        raise Invalid("evaluation.indicator_label_missing")
    if draft.measure is IndicatorMeasure.SHARE and not draft.choices:
        raise Invalid("evaluation.share_needs_choices")
    if draft.measure is IndicatorMeasure.CHANGE and draft.baseline_wave_id is None:
        raise Invalid("evaluation.change_needs_baseline")
    if draft.measure is IndicatorMeasure.CHANGE and draft.baseline_wave_id == draft.wave_id:
        raise Invalid("evaluation.change_needs_two_waves")


def _check_key_is_free(session: Session, study_id: UUID, key: str, *, but: UUID | None) -> None:
    taken = session.scalar(select(Indicator.id).where(Indicator.study_id == study_id, Indicator.key == key))
    if taken is not None and taken != but:
        raise Conflict("evaluation.indicator_key_taken", key=key)
