"""Questions asked of both populations, with the answers of each side and the pairs that link them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.mirror import Dyads, MirrorResult, Side, compare_dyads, compare_sides
from evaluation.queries.answers import load_items
from evaluation.queries.frame import StudyFrame
from studies.models import FlowState, Participant
from surveys.definition import Definition, Item, ItemType
from surveys.models import Questionnaire, QuestionnaireVersion
from surveys.repeated import items_outside

_NUMERIC = frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.RANGE})
_CHOSEN = frozenset({ItemType.SELECT_ONE, ItemType.SELECT_MULTIPLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The last published version of a questionnaire, and whom it asks."""

    questionnaire_id: UUID
    title: str
    population: str
    is_professional: bool
    definition: Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorQuestion:
    """One question on both sides; `is_linked` when its authors said that it is the same, else it has the same name.

    `only_first` and `only_second` are choices that one side alone was offered.
    """

    key: str
    labels: tuple[str, str]
    populations: tuple[str, str]
    choices: tuple[tuple[str, str], ...]
    is_linked: bool
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    result: MirrorResult
    dyads: Dyads | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """Every mirrored question of a study in one wave; `link` is the attribute that names the professional."""

    wave: str
    waves: tuple[str, ...]
    link: str
    questions: tuple[MirrorQuestion, ...]


def load_mirror(session: Session, frame: StudyFrame, *, locale: str, wave: str | None = None) -> Mirror:
    """Compare the populations question by question.

    Two statements for the questionnaires and the people, two for each questionnaire that has a mirrored question.

    Args: wave: its name; without, the last one in which both sides answered.
    """
    pairs = list(_pairs(_sheets(session, frame)))
    names: dict[UUID, set[str]] = {}
    for first, second, one, other, _linked in pairs:
        names.setdefault(first.questionnaire_id, set()).add(one.key)
        names.setdefault(second.questionnaire_id, set()).add(other.key)
    answers = {key: load_items(session, key, items) for key, items in names.items()}
    answered = {
        questionnaire_id: {each.wave for observations in items.values() for each in observations}
        for questionnaire_id, items in answers.items()
    }
    shared = {
        wave
        for first, second, *_items in pairs
        for wave in answered[first.questionnaire_id] & answered[second.questionnaire_id]
    }
    both = [name for name in [*(each.name for each in frame.waves), ""] if name in shared]
    chosen = wave if wave in both else (both[-1] if both else "")
    link, professional_of = _links(session, frame)
    questions = []
    for first, second, one, other, is_linked in pairs:
        sides = tuple(
            Side(
                name=sheet.population,
                observations=tuple(each for each in answers[sheet.questionnaire_id][item.key] if each.wave == chosen),
            )
            for sheet, item in ((first, one), (second, other))
        )
        questions.append(
            _question(frame, (first, second), (one, other), (sides[0], sides[1]), professional_of, locale, is_linked)
        )
    return Mirror(wave=chosen, waves=tuple(both), link=link, questions=tuple(questions))


def _question(
    frame: StudyFrame,
    sheets: tuple[Sheet, Sheet],
    items: tuple[Item, Item],
    sides: tuple[Side, Side],
    professional_of: Mapping[UUID, UUID],
    locale: str,
    is_linked: bool,
) -> MirrorQuestion:
    offered = [_choices(sheet.definition, item, locale) for sheet, item in zip(sheets, items, strict=True)]
    shared = tuple((name, label) for name, label in offered[0].items() if name in offered[1])
    is_numeric = items[0].type in _NUMERIC
    result = compare_sides(
        *sides,
        [name for name, _label in shared],
        frame.guard,
        is_exclusive=items[0].type is ItemType.SELECT_ONE,
    )
    return MirrorQuestion(
        key=items[0].key,
        labels=(
            sheets[0].definition.text(items[0].labels, locale)[0] or items[0].key,
            sheets[1].definition.text(items[1].labels, locale)[0] or items[1].key,
        ),
        populations=(sheets[0].population, sheets[1].population),
        choices=shared,
        is_linked=is_linked,
        only_first=tuple(label for name, label in offered[0].items() if name not in offered[1]),
        only_second=tuple(label for name, label in offered[1].items() if name not in offered[0]),
        result=result,
        dyads=compare_dyads(*sides, professional_of, frame.guard, is_numeric=is_numeric) if professional_of else None,
    )


def _choices(definition: Definition, item: Item, locale: str) -> dict[str, str]:
    if item.type not in _CHOSEN:
        return {}
    return {
        choice.name: definition.text(choice.labels, locale)[0] or choice.name
        for choice in definition.choice_lists.get(item.list_name, ())
    }


def _sheets(session: Session, frame: StudyFrame) -> list[Sheet]:
    populations = {population.id: population for population in frame.populations}
    rows = session.execute(
        select(Questionnaire.id, Questionnaire.title, Questionnaire.population_id, QuestionnaireVersion.definition)
        .join(QuestionnaireVersion, QuestionnaireVersion.questionnaire_id == Questionnaire.id)
        .where(
            Questionnaire.study_id == frame.id,
            QuestionnaireVersion.published_at.is_not(None),
            Questionnaire.population_id.is_not(None),
        )
        .order_by(Questionnaire.title, QuestionnaireVersion.number)
    )
    last: dict[UUID, Any] = {row.id: row for row in rows}
    return [
        Sheet(
            questionnaire_id=row.id,
            title=row.title,
            population=populations[row.population_id].name,
            is_professional=populations[row.population_id].is_professional,
            definition=Definition.from_json(row.definition),
        )
        for row in last.values()
    ]


def _pairs(sheets: list[Sheet]) -> Iterator[tuple[Sheet, Sheet, Item, Item, bool]]:
    """Yield the questions that two questionnaires share, people before professionals, in the order of the form."""
    for first in sheets:
        for second in sheets:
            if first.is_professional or not second.is_professional:
                continue
            others = {item.key: item for item in items_outside(second.definition)}
            linked = {_mirror_of(item): item for item in others.values() if _mirror_of(item)}
            for item in items_outside(first.definition):
                other = linked.get(_mirror_of(item))
                if other is not None and _are_alike(item, other):
                    yield first, second, item, other, True
                elif (
                    (same := others.get(item.key)) is not None
                    and _are_alike(item, same)
                    and _says_something(first.definition, item, second.definition, same)
                ):
                    yield first, second, item, same, False


def _mirror_of(item: Item) -> str:
    said = item.extras.get("tresse")
    return str(said.get("mirror", "")).strip() if isinstance(said, Mapping) else ""


def _are_alike(one: Item, other: Item) -> bool:
    return (one.type in _NUMERIC and other.type in _NUMERIC) or (one.type in _CHOSEN and one.type is other.type)


def _says_something(first: Definition, one: Item, second: Definition, other: Item) -> bool:
    """Whether two questions of the same name share their choices, at least two of them."""
    if one.type in _NUMERIC:
        return True
    names = {choice.name for choice in first.choice_lists.get(one.list_name, ())}
    return len(names & {choice.name for choice in second.choice_lists.get(other.list_name, ())}) > 1


def _links(session: Session, frame: StudyFrame) -> tuple[str, Mapping[UUID, UUID]]:
    """Return the attribute whose values are pseudonyms of professionals, and who accompanies whom by it."""
    professionals = {population.id for population in frame.populations if population.is_professional}
    rows = session.execute(
        select(Participant.id, Participant.pseudonym, Participant.population_id, Participant.attributes).where(
            Participant.study_id == frame.id, Participant.state != FlowState.WITHDRAWN
        )
    ).all()
    by_pseudonym = {row.pseudonym: row.id for row in rows if row.population_id in professionals}
    found: dict[str, dict[UUID, UUID]] = {}
    for row in rows:
        if row.population_id in professionals:
            continue
        for name, value in row.attributes.items():
            if str(value) in by_pseudonym:
                found.setdefault(name, {})[row.id] = by_pseudonym[str(value)]
    if not found:
        return "", {}
    name = max(found, key=lambda each: (len(found[each]), each))
    return name, found[name]
