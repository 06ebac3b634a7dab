"""Answers as observations: one value, or the reason of its absence, by person and wave."""

import re
from collections.abc import Collection as Names
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation.indicators import Absence, Observation
from studies.models import FlowState, Participant, Wave
from surveys.crosswalk import Fate, Link, crosswalk
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
    """Read items of every submitted response of the questionnaire, over its versions.

    Two statements; one more where responses are on other versions than the last published one, to read what an item was
    called there. Codes of choices are those of the response's own version. A person who answered twice in a wave counts
    by the last response; an anonymous response is a person of its own. Those who withdrew are left out.
    """
    published = select(func.max(QuestionnaireVersion.number)).where(
        QuestionnaireVersion.questionnaire_id == questionnaire_id, QuestionnaireVersion.published_at.is_not(None)
    )
    # The version a response was begun on, whatever its collection has moved to since.
    responses = (
        select(
            Response.id,
            Response.participant_id,
            Response.calculated,
            Wave.name,
            QuestionnaireVersion.number,
            published.correlate(None).scalar_subquery().label("last"),
        )
        .join(Collection, Collection.id == Response.collection_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Response.version_id)
        .outerjoin(Wave, Wave.id == Collection.wave_id)
        .outerjoin(Participant, Participant.id == Response.participant_id)
        .where(
            QuestionnaireVersion.questionnaire_id == questionnaire_id,
            Response.state == ResponseState.SUBMITTED,
            (Participant.id.is_(None)) | (Participant.state != FlowState.WITHDRAWN),
        )
    )
    rows = session.execute(responses.order_by(Response.submitted_at, Response.id)).all()
    called: dict[int, dict[str, Link]] = {}
    if any(row.number != row.last for row in rows):
        called = _former_links(session, questionnaire_id, item_names)
    names = {*item_names, *(link.earlier for links in called.values() for link in links.values())}
    ids = responses.with_only_columns(Response.id)
    answers = {
        (row.response_id, row.item_name): row
        for row in session.execute(
            select(Answer.response_id, Answer.item_name, Answer.value, Answer.missing).where(
                Answer.response_id.in_(ids), Answer.item_name.in_(names)
            )
        )
    }
    found: dict[str, dict[tuple[UUID, str], Observation]] = {name: {} for name in item_names}
    for row in rows:
        person_id, wave = row.participant_id or row.id, row.name or ""
        for name, kept in found.items():
            link = called.get(row.number, {}).get(name)
            key = link.earlier if link else name
            answer = answers.get((row.id, key))
            value, absence = answer.value if answer else row.calculated.get(key), None
            if answer is None:
                absence = Absence.NOT_ASKED if value in (None, "") else None
            elif value is None:
                absence = _ABSENCES.get(answer.missing, Absence.EMPTY)
            read = link.value(value) if link and absence is None else value
            kept[person_id, wave] = Observation(
                person_id=person_id, wave=wave, value=None if absence else read, absence=absence
            )
    return {name: tuple(kept.values()) for name, kept in found.items()}


def _former_links(session: Session, questionnaire_id: UUID, item_names: Names[str]) -> dict[int, dict[str, Link]]:
    """Return, for each published version by number, how items are called there, where that is otherwise.

    An item is meant as the last version calls it, or as an earlier one did where the last has no such name. Codes are
    left as they are: an indicator names them.
    """
    stored = session.execute(
        select(QuestionnaireVersion.number, QuestionnaireVersion.definition)
        .where(
            QuestionnaireVersion.questionnaire_id == questionnaire_id, QuestionnaireVersion.published_at.is_not(None)
        )
        .order_by(QuestionnaireVersion.number)
    ).all()
    versions = [(number, Definition.from_json(data)) for number, data in stored]
    last_number, last = versions[-1]
    walks = {
        number: crosswalk(*(each for _number, each in versions[place:]))
        for place, (number, _definition) in enumerate(versions[:-1])
    }
    keys = {item.key for item in last.items()}
    found: dict[int, dict[str, Link]] = {number: {} for number, _definition in versions}
    for name in item_names:
        later = name
        if name not in keys:
            ways = (walk.link_from(name) for walk in reversed(walks.values()))
            later = next((link.later for link in ways if link is not None and link.is_read), name)
            found[last_number][name] = Link(Fate.RENAMED, later, later)
        for number, walk in walks.items():
            link = walk.link_to(later)
            if link is not None and link.is_read:
                found[number][name] = replace(link, codes={})
    return found


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
