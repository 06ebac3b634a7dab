"""Indicators of a study: their card, and their measure by arm, wave and site."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from evaluation.disclosure import ProtectedResult, Reason, protect_comparison, protect_groups
from evaluation.indicators import (
    ArmComparison,
    Definition,
    Dimension,
    GroupResult,
    IndicatorMeasure,
    Observation,
    Person,
    SelectionBiased,
    compare_arms,
    compare_participants_with_others,
    distribution,
    summarise,
    tabulate,
)
from evaluation.models import Direction, Indicator
from evaluation.queries.frame import StudyFrame
from surveys.models import Collection, Questionnaire, QuestionnaireVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorCard:
    """What an indicator is; `population` is the stakeholder asked, None when the questionnaire is for everyone."""

    id: UUID
    key: str
    label: str
    definition: str
    unit: str
    measure: IndicatorMeasure
    choices: tuple[str, ...]
    unknown_choices: tuple[str, ...]
    direction: Direction
    questionnaire_id: UUID
    questionnaire: str
    item_name: str
    population: str | None
    wave: str | None
    baseline: str | None

    @property
    def reads(self) -> Definition:
        """How its values are read."""
        return Definition(
            measure=self.measure,
            choices=frozenset(self.choices),
            unknown_choices=frozenset(self.unknown_choices),
            baseline=self.baseline,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveMeasure:
    """One indicator in one wave as it may leave: groups, total, and each arm against the control as drawn."""

    wave: str
    groups: tuple[ProtectedResult, ...]
    total: ProtectedResult
    comparisons: tuple[ArmComparison, ...]
    comparison_hidden: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorMeasures:
    """One indicator over its waves."""

    card: IndicatorCard
    waves: tuple[WaveMeasure, ...]

    def at(self, wave: str) -> WaveMeasure | None:
        """The measure of one wave."""
        return next((measure for measure in self.waves if measure.wave == wave), None)


def list_indicators(session: Session, frame: StudyFrame) -> tuple[IndicatorCard, ...]:
    """List the indicators in their order, in two statements."""
    rows = session.execute(
        select(Indicator, Questionnaire.title, Questionnaire.population_id)
        .join(Questionnaire, Questionnaire.id == Indicator.questionnaire_id)
        .where(Indicator.study_id == frame.id)
        .order_by(Indicator.position, Indicator.created_at)
    ).all()
    asked = _populations_asked(session, {row[0].questionnaire_id for row in rows})
    names = {population.id: population.name for population in frame.populations}
    cards = []
    for indicator, title, population_id in rows:
        wave = frame.wave(indicator.wave_id)
        baseline = frame.wave(indicator.baseline_wave_id)
        population = names.get(population_id) if population_id else None
        if population is None and len(asked.get(indicator.questionnaire_id, ())) == 1:
            population = names.get(next(iter(asked[indicator.questionnaire_id])))
        cards.append(
            IndicatorCard(
                id=indicator.id,
                key=indicator.key,
                label=indicator.label,
                definition=indicator.definition,
                unit=indicator.unit,
                measure=indicator.measure,
                choices=tuple(indicator.choices),
                unknown_choices=tuple(indicator.unknown_choices),
                direction=indicator.direction,
                questionnaire_id=indicator.questionnaire_id,
                questionnaire=title,
                item_name=indicator.item_name,
                population=population,
                wave=wave.name if wave else None,
                baseline=baseline.name if baseline else None,
            )
        )
    return tuple(cards)


def load_indicator(session: Session, frame: StudyFrame, indicator_id: UUID) -> IndicatorCard:
    """Return one card.

    Raises: NotFound: not an indicator of this study.
    """
    for card in list_indicators(session, frame):
        if card.id == indicator_id:
            return card
    raise NotFound("evaluation.indicator_not_found", id=str(indicator_id))


def measure_observations(
    frame: StudyFrame, card: IndicatorCard, observations: tuple[Observation, ...], *, by: Dimension = Dimension.ARM
) -> IndicatorMeasures:
    """Measure one indicator from answers already read."""
    persons = persons_asked(frame, card, observations)
    groups = _group_names(frame, persons, observations, by)
    answered = {observation.wave for observation in observations}
    measures = []
    for wave in [wave.name for wave in frame.waves if wave.name in answered] or sorted(answered):
        if card.measure is IndicatorMeasure.CHANGE and wave == card.baseline:
            continue
        results = tabulate(card.reads, persons, observations, waves=[wave], by=by, groups=groups)
        total = summarise(card.reads, persons, observations, wave=wave)
        shown, protected_total = protect_groups(results, frame.guard, total=total)
        assert protected_total is not None
        comparisons, hidden = _comparisons(frame, card, persons, observations, shown, wave=wave, by=by)
        measures.append(
            WaveMeasure(
                wave=wave, groups=shown, total=protected_total, comparisons=comparisons, comparison_hidden=hidden
            )
        )
    return IndicatorMeasures(card=card, waves=tuple(measures))


def raw_results(
    frame: StudyFrame, card: IndicatorCard, observations: tuple[Observation, ...], *, wave: str
) -> tuple[tuple[GroupResult, ...], GroupResult, tuple[ArmComparison, ...]]:
    """Measure by arm (no arm without answers) and together, before disclosure control; for tables that apply it."""
    persons = persons_asked(frame, card, observations)
    groups = frame.arm_names if has_arms(persons, observations) else ()
    results = tabulate(card.reads, persons, observations, waves=[wave], groups=groups)
    total = summarise(card.reads, persons, observations, wave=wave)
    return results, total, compare_arms(card.reads, persons, observations, wave=wave)


def compare_naively(
    frame: StudyFrame, card: IndicatorCard, observations: tuple[Observation, ...], *, wave: str
) -> SelectionBiased | None:
    """Compare participants with all others, for the selection-bias box only; None without data or when hidden.

    It stands beside the arms: those invited who did not enrol can be found by subtraction, so they may not be few.
    """
    persons = persons_asked(frame, card, observations)
    biased = compare_participants_with_others(card.reads, persons, observations, wave=wave)
    if biased is None:
        return None
    declined = [each for each in persons if each.arm is not None and each.arm != frame.control and not each.took_up]
    rest = summarise(card.reads, declined, observations, wave=wave).estimate
    shown = [biased.participants, biased.others, *([rest] if rest else [])]
    return None if any(frame.guard.judge_estimate(estimate) for estimate in shown) else biased


def count_answers(
    frame: StudyFrame, card: IndicatorCard, observations: tuple[Observation, ...], *, wave: str
) -> tuple[tuple[str, dict[str, int]], ...]:
    """Count answers by arm (of everyone where no arm answered) in one wave, before disclosure control."""
    persons = persons_asked(frame, card, observations)
    counts = []
    groups = _group_names(frame, persons, [each for each in observations if each.wave == wave], Dimension.ARM)
    for group in groups:
        members = {person.id for person in persons if not group or person.arm == group}
        answers, _ = distribution((each for each in observations if each.person_id in members), wave=wave)
        counts.append((group, dict(answers)))
    return tuple(counts)


def persons_asked(frame: StudyFrame, card: IndicatorCard, observations: tuple[Observation, ...]) -> tuple[Person, ...]:
    """Return the persons of the indicator's population, and whoever answered anonymously."""
    members = frame.persons_of(card.population)
    known = {person.id for person in frame.persons}
    strangers: Mapping[UUID, int] = Counter(each.person_id for each in observations if each.person_id not in known)
    return (*members, *(Person(id=person_id, population=card.population or "") for person_id in strangers))


def default_wave(card: IndicatorCard, measures: IndicatorMeasures) -> str | None:
    """Return the wave an indicator is shown at: its own, else the last one measured."""
    if card.wave and measures.at(card.wave):
        return card.wave
    return measures.waves[-1].wave if measures.waves else None


def has_arms(persons: Iterable[Person], observations: Iterable[Observation]) -> bool:
    """Whether somebody in an arm answered; arms that nobody's answers are linked to show nothing."""
    in_arms = {person.id for person in persons if person.arm is not None}
    return any(observation.person_id in in_arms for observation in observations)


def _group_names(
    frame: StudyFrame, persons: tuple[Person, ...], observations: Iterable[Observation], by: Dimension
) -> tuple[str, ...]:
    if by is Dimension.SITE:
        return frame.sites
    if by is Dimension.POPULATION:
        return tuple(population.name for population in frame.populations)
    return frame.arm_names if has_arms(persons, observations) else ("",)


def _comparisons(
    frame: StudyFrame,
    card: IndicatorCard,
    persons: tuple[Person, ...],
    observations: tuple[Observation, ...],
    shown: tuple[ProtectedResult, ...],
    *,
    wave: str,
    by: Dimension,
) -> tuple[tuple[ArmComparison, ...], Reason | None]:
    if by is not Dimension.ARM or frame.control is None:
        return (), None
    kept: list[ArmComparison] = []
    hidden: Reason | None = None
    for comparison in compare_arms(card.reads, persons, observations, wave=wave):
        allowed, reason = protect_comparison(comparison, shown)
        hidden = hidden or reason
        if allowed is not None:
            kept.append(allowed)
    return tuple(kept), hidden


def _populations_asked(session: Session, questionnaire_ids: set[UUID]) -> dict[UUID, set[UUID]]:
    rows = session.execute(
        select(QuestionnaireVersion.questionnaire_id, Collection.population_id)
        .join(Collection, Collection.version_id == QuestionnaireVersion.id)
        .where(QuestionnaireVersion.questionnaire_id.in_(questionnaire_ids), Collection.population_id.is_not(None))
        .distinct()
    ).all()
    asked: dict[UUID, set[UUID]] = {}
    for questionnaire_id, population_id in rows:
        if population_id is not None:
            asked.setdefault(questionnaire_id, set()).add(population_id)
    return asked
