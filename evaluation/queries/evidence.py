"""What a report or a page may cite: every number already measured and protected, read once each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from coding.queries.themes import ThemePersons
from core.errors import Invalid
from evaluation.disclosure import ProtectedResult, Reason
from evaluation.estimates import Estimate
from evaluation.figures import (
    DistributionFigure,
    FlowFigure,
    SharesFigure,
    WavesFigure,
    make_distribution,
    make_points,
)
from evaluation.indicators import ArmComparison, Dimension, Observation, SelectionBiased
from evaluation.joint_display import JointDisplay, Prevalence, prevail, prevail_together
from evaluation.queries.answers import SourceItem, count_observed, load_items, load_source_items
from evaluation.queries.frame import StudyFrame, load_frame, make_flow
from evaluation.queries.indicators import (
    IndicatorCard,
    IndicatorMeasures,
    WaveMeasure,
    compare_naively,
    count_answers,
    default_wave,
    list_indicators,
    measure_observations,
)
from evaluation.queries.weaving import (
    Quote,
    ThemeCard,
    WeavingReads,
    choose_quotes,
    find_interviewees,
    find_theme_evidence,
    list_themes,
    load_quotes,
    load_said,
    load_weaving_reads,
    make_joint_display,
)
from evaluation.references import Group, Reference, ReferenceKind, slugify


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """What a reference gives: an estimate, a prevalence or a count of the flow; or the reason it is hidden."""

    label: str
    wave: str = ""
    unit: str = ""
    estimate: Estimate | None = None
    prevalence: Prevalence | None = None
    count: int | None = None
    hidden: Reason | None = None


@dataclass(slots=True)
class Evidence:
    """The evidence of one study, kept for the time of one page or one report."""

    session: Session
    frame: StudyFrame
    locale: str
    cards: tuple[IndicatorCard, ...]
    themes: tuple[ThemeCard, ...]
    _observations: dict[tuple[UUID, str], tuple[Observation, ...]] = field(default_factory=dict)
    _measures: dict[tuple[UUID, Dimension], IndicatorMeasures] = field(default_factory=dict)
    _items: tuple[SourceItem, ...] | None = None
    _said: ThemePersons | None = None
    _flow: FlowFigure | None = None
    _weaving: WeavingReads | None = None

    @classmethod
    def load(cls, session: Session, study_id: UUID, *, locale: str) -> "Evidence":
        """Read the frame, the indicators' cards and the themes."""
        frame = load_frame(session, study_id)
        return cls(
            session=session,
            frame=frame,
            locale=locale,
            cards=list_indicators(session, frame),
            themes=list_themes(session, study_id),
        )

    def card(self, indicator_id: UUID) -> IndicatorCard | None:
        """The card of an indicator, None when it was removed."""
        return next((card for card in self.cards if card.id == indicator_id), None)

    def observations(self, card: IndicatorCard) -> tuple[Observation, ...]:
        """The answers an indicator rests on."""
        key = (card.questionnaire_id, card.item_name)
        if key not in self._observations:
            # All the indicators of a questionnaire at once: a page that shows one of them shows most.
            names = {each.item_name for each in self.cards if each.questionnaire_id == card.questionnaire_id}
            found = load_items(self.session, card.questionnaire_id, names | {card.item_name})
            self._observations |= {(card.questionnaire_id, name): read for name, read in found.items()}
        return self._observations[key]

    def measures(self, card: IndicatorCard, by: Dimension = Dimension.ARM) -> IndicatorMeasures:
        """An indicator over its waves."""
        key = (card.id, by)
        if key not in self._measures:
            self._measures[key] = measure_observations(self.frame, card, self.observations(card), by=by)
        return self._measures[key]

    def wave_of(self, card: IndicatorCard, wanted: str = "") -> str:
        """The wave to show: the one asked for when it was measured, else the indicator's own, else the last."""
        measures = self.measures(card)
        if wanted and measures.at(wanted):
            return wanted
        return default_wave(card, measures) or ""

    def source_items(self) -> tuple[SourceItem, ...]:
        """The items indicators can be read from."""
        if self._items is None:
            self._items = load_source_items(self.session, self.frame.id, locale=self.locale)
        return self._items

    def source_item(self, card: IndicatorCard) -> SourceItem | None:
        """The item an indicator is read from."""
        return next(
            (
                item
                for item in self.source_items()
                if item.questionnaire_id == card.questionnaire_id and item.name == card.item_name
            ),
            None,
        )

    def shares(self, card: IndicatorCard, wave: str) -> SharesFigure:
        """Shares by group at one wave."""
        measure = self.measures(card).at(wave)
        results: tuple[ProtectedResult, ...] = () if measure is None else _drawn_groups(measure)
        return SharesFigure(label=card.label, wave=wave, points=make_points(results, control=self.frame.control))

    def waves(self, card: IndicatorCard) -> WavesFigure:
        """Values by wave and group."""
        measures = self.measures(card)
        names = tuple(measure.wave for measure in measures.waves)
        months = {wave.name: wave.months for wave in self.frame.waves}
        return WavesFigure(
            label=card.label,
            unit=card.unit,
            is_share=card.reads.is_share,
            waves=names,
            months=tuple(months.get(name, 0) for name in names),
            points=tuple(
                point
                for measure in measures.waves
                for point in make_points(_drawn_groups(measure), control=self.frame.control)
            ),
        )

    def distribution(self, card: IndicatorCard, wave: str) -> DistributionFigure:
        """Answers to the indicator's item, stacked by group."""
        item = self.source_item(card)
        counts = count_answers(self.frame, card, self.observations(card), wave=wave)
        answers: Sequence[tuple[str, str]] = item.choices if item is not None and item.choices else ()
        if not answers:
            seen = {name for _, of_group in counts for name in of_group}
            answers = [(name, name) for name in sorted(seen, key=_numeric)]
        return make_distribution(label=card.label, wave=wave, answers=answers, counts=counts, guard=self.frame.guard)

    def said(self) -> ThemePersons:
        """Who was interviewed and who speaks of what."""
        if self._said is None:
            self._said = load_said(self.session, self.frame.id)
        return self._said

    def naively(self, card: IndicatorCard, wave: str) -> SelectionBiased | None:
        """Participants against others, for the selection-bias box only."""
        return compare_naively(self.frame, card, self.observations(card), wave=wave)

    def flow(self) -> FlowFigure:
        """Drawn, invited, enrolled, observed, by arm."""
        if self._flow is None:
            self._flow = self._load_flow()
        return self._flow

    def _load_flow(self) -> FlowFigure:
        counts = count_observed(self.session, self.frame.id)
        observed: dict[str, int] = {}
        for person in self.frame.persons:
            if person.arm is not None and counts.get(person.id):
                observed[person.arm] = observed.get(person.arm, 0) + 1
        return make_flow(self.frame, observed)

    def weave(self, themes: Sequence[ThemeCard], cards: Sequence[IndicatorCard]) -> JointDisplay:
        """Themes beside indicators."""
        if self._weaving is None:
            self._weaving = load_weaving_reads(self.session, self.frame, self.said())
        return make_joint_display(self.frame, themes, cards, self._weaving, self.observations)

    def quotes(self, theme_id: UUID, *, only: Sequence[UUID] = (), count: int = 3) -> tuple[Quote, ...]:
        """Quotations chosen one by one, or by the stated rule."""
        found = load_quotes(self.session, self.frame, theme_id, only=only)
        return found if only else choose_quotes(found, count)

    def all_quotes(self, theme_id: UUID) -> tuple[Quote, ...]:
        """Every passage of a theme that may be quoted, to choose from."""
        return load_quotes(self.session, self.frame, theme_id)

    def cite(self, reference: Reference) -> Cited:
        """Resolve a live number.

        Raises: Invalid("evaluation.reference_unknown"): it names nothing of this study.
        """
        if reference.kind is ReferenceKind.INDICATOR:
            return self._cite_indicator(reference)
        if reference.kind is ReferenceKind.THEME:
            return self._cite_theme(reference)
        return self._cite_flow(reference)

    def _cite_indicator(self, reference: Reference) -> Cited:
        card = next((card for card in self.cards if slugify(card.key) == reference.name), None)
        if card is None:
            raise _unknown(reference)
        measures = self.measures(card)
        names = {slugify(measure.wave): measure.wave for measure in measures.waves}
        wave = self.wave_of(card) if reference.wave is None else names.get(slugify(reference.wave), "")
        measure = measures.at(wave)
        if measure is None:
            raise _unknown(reference)
        if reference.group is Group.DIFFERENCE:
            comparison: ArmComparison | None = next(iter(measure.comparisons), None)
            if comparison is None and measure.comparison_hidden is None:
                raise _unknown(reference)
            return Cited(
                label=card.label,
                wave=wave,
                unit=card.unit,
                estimate=comparison.difference if comparison else None,
                hidden=measure.comparison_hidden if comparison is None else None,
            )
        if reference.group is Group.ALL:
            result = measure.total
        else:
            arm = self._arm(reference)
            found = next((group for group in measure.groups if group.group == arm), None)
            if found is None:
                raise _unknown(reference)
            result = found
        if result.estimate is None and result.hidden is None:
            raise _unknown(reference)
        return Cited(label=card.label, wave=wave, unit=card.unit, estimate=result.estimate, hidden=result.hidden)

    def _cite_theme(self, reference: Reference) -> Cited:
        theme = next((theme for theme in self.themes if slugify(theme.name) == reference.name), None)
        if theme is None:
            raise _unknown(reference)
        interviewed = find_interviewees(self.frame, self.said())
        evidence = find_theme_evidence(self.said(), [theme])[0]
        if reference.group is Group.ALL:
            prevalence = prevail_together(evidence, self.frame.arm_names, interviewed, self.frame.guard)
        else:
            prevalence = prevail(evidence, [self._arm(reference)], interviewed, self.frame.guard)[0]
        return Cited(label=theme.name, prevalence=prevalence, hidden=prevalence.hidden)

    def _cite_flow(self, reference: Reference) -> Cited:
        figure = self.flow()
        cells = [cell for cell in figure.cells if cell.step == reference.name]
        if not cells:
            raise _unknown(reference)
        if reference.group is not Group.ALL:
            arm = self._arm(reference)
            cells = [cell for cell in cells if cell.arm == arm]
        hidden = next((cell.hidden for cell in cells if cell.hidden), None)
        total = sum(cell.count or 0 for cell in cells)
        return Cited(label=reference.name, count=None if hidden else total, hidden=hidden)

    def _arm(self, reference: Reference) -> str:
        arms = self.frame.arms
        for arm in arms:
            if reference.group is Group.CONTROL and arm.is_control:
                return arm.name
            if reference.group is Group.INTERVENTION and not arm.is_control:
                return arm.name
            if slugify(arm.name) == reference.group:
                return arm.name
        raise _unknown(reference)


def _drawn_groups(measure: WaveMeasure) -> tuple[ProtectedResult, ...]:
    """Return the groups with something to show, everyone together when there is none."""
    groups = tuple(each for each in measure.groups if each.estimate is not None or each.hidden is not None)
    return groups or (measure.total,)


def _unknown(reference: Reference) -> Invalid:
    return Invalid("evaluation.reference_unknown", reference=reference.source)


def _numeric(name: str) -> tuple[float, str]:
    try:
        return float(name), name
    except ValueError:
        return float("inf"), name
