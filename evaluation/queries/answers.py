"""Answers as observations: one value, or the reason of its absence, by person and wave."""

import re
from collections.abc import Collection as Names
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.indicators import Absence, Observation
from studies.models import FlowState, Participant, Wave
from surveys.definition import Definition, ItemType
from surveys.models import (
    Answer,
    Collection,
    Missing,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    ResponseState,
)
from surveys.repeated import items_outside

_ABSENCES = {
    Missing.ILLEGIBLE: Absence.ILLEGIBLE,
    Missing.REFUSED: Absence.REFUSED,
    Missing.UNKNOWN: Absence.UNKNOWN,
}

# What a number or a share can be read from; free text and dates are read by people.
_MEASURABLE = frozenset(
    {
        ItemType.INTEGER,
        ItemType.DECIMAL,
        ItemType.RANGE,
        ItemType.SELECT_ONE,
        ItemType.SELECT_MULTIPLE,
        ItemType.ACKNOWLEDGE,
        ItemType.CALCULATE,
    }
)


_NUMERIC = frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.RANGE, ItemType.CALCULATE})
_NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """One item of a published questionnaire from which an indicator can be read."""

    questionnaire_id: UUID
    questionnaire: str
    population_id: UUID | None
    name: str
    label: str
    kind: str
    choices: tuple[tuple[str, str], ...]

    @property
    def is_numeric(self) -> bool:
        """Whether its answers are numbers, so that a mean says something."""
        if self.choices:
            return self.kind == ItemType.SELECT_ONE.value and all(_NUMBER.fullmatch(name) for name, _ in self.choices)
        return self.kind in {each.value for each in _NUMERIC}


def load_source_items(session: Session, study_id: UUID, *, locale: str) -> tuple[SourceItem, ...]:
    """List the measurable items of each questionnaire's last published version, in the order of the form.

    An item asked several times has no one value a person; how many times it was asked has, and so has a calculation
    over it.
    """
    rows = session.execute(
        select(Questionnaire, QuestionnaireVersion.definition)
        .join(QuestionnaireVersion, QuestionnaireVersion.questionnaire_id == Questionnaire.id)
        .where(Questionnaire.study_id == study_id, QuestionnaireVersion.published_at.is_not(None))
        .order_by(Questionnaire.title, QuestionnaireVersion.number)
    ).all()
    last: dict[UUID, tuple[Questionnaire, dict[str, Any]]] = {row[0].id: (row[0], row[1]) for row in rows}
    items: list[SourceItem] = []
    for questionnaire, stored in last.values():
        definition = Definition.from_json(stored)
        for item in items_outside(definition):
            if item.type not in _MEASURABLE:
                continue
            choices = definition.choice_lists.get(item.list_name, ()) if item.type.has_choices else ()
            items.append(
                SourceItem(
                    questionnaire_id=questionnaire.id,
                    questionnaire=questionnaire.title,
                    population_id=questionnaire.population_id,
                    name=item.key,
                    label=definition.text(item.labels, locale)[0] or item.key,
                    kind=item.type.value,
                    choices=tuple((choice.name, definition.text(choice.labels, locale)[0]) for choice in choices),
                )
            )
    return tuple(items)


def load_observations(session: Session, questionnaire_id: UUID, item_name: str) -> tuple[Observation, ...]:
    """Read one item of every submitted response of the questionnaire; see `load_items`."""
    return load_items(session, questionnaire_id, {item_name})[item_name]


def load_items(session: Session, questionnaire_id: UUID, item_names: Names[str]) -> dict[str, tuple[Observation, ...]]:
    """Read items of every submitted response of the questionnaire, over its versions, in two statements.

    A person who answered twice in a wave counts by the last response; an anonymous response is a person of its own.
    Those who withdrew are left out.
    """
    responses = (
        select(Response.id, Response.participant_id, Response.calculated, Wave.name)
        .join(Collection, Collection.id == Response.collection_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Collection.version_id)
        .outerjoin(Wave, Wave.id == Collection.wave_id)
        .outerjoin(Participant, Participant.id == Response.participant_id)
        .where(
            QuestionnaireVersion.questionnaire_id == questionnaire_id,
            Response.state == ResponseState.SUBMITTED,
            (Participant.id.is_(None)) | (Participant.state != FlowState.WITHDRAWN),
        )
    )
    ids = responses.with_only_columns(Response.id)
    answers = {
        (row.response_id, row.item_name): row
        for row in session.execute(
            select(Answer.response_id, Answer.item_name, Answer.value, Answer.missing).where(
                Answer.response_id.in_(ids), Answer.item_name.in_(item_names)
            )
        )
    }
    found: dict[str, dict[tuple[UUID, str], Observation]] = {name: {} for name in item_names}
    for row in session.execute(responses.order_by(Response.submitted_at, Response.id)):
        person_id, wave = row.participant_id or row.id, row.name or ""
        for name, kept in found.items():
            answer = answers.get((row.id, name))
            value, absence = answer.value if answer else row.calculated.get(name), None
            if answer is None:
                absence = Absence.NOT_ASKED if value in (None, "") else None
            elif value is None:
                absence = _ABSENCES.get(answer.missing, Absence.REFUSED)
            kept[person_id, wave] = Observation(
                person_id=person_id, wave=wave, value=None if absence else value, absence=absence
            )
    return {name: tuple(kept.values()) for name, kept in found.items()}


def count_observed(session: Session, study_id: UUID, *, after_months: int = 0) -> dict[UUID, int]:
    """Count, for each participant, the submitted responses of waves later than `after_months`."""
    rows = session.scalars(
        select(Response.participant_id)
        .join(Collection, Collection.id == Response.collection_id)
        .join(Wave, Wave.id == Collection.wave_id)
        .where(
            Collection.study_id == study_id,
            Response.state == ResponseState.SUBMITTED,
            Response.participant_id.is_not(None),
            Wave.months_after_start > after_months,
        )
    ).all()
    counts: dict[UUID, int] = {}
    for person_id in rows:
        if person_id is not None:
            counts[person_id] = counts.get(person_id, 0) + 1
    return counts
