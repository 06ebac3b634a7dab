"""What the screens of indicators and of the weave show: the words of the printed report, with the charts drawn."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from flask import current_app

from app.reports import figures
from app.reports.charts import Chart, draw_cached
from app.reports.document import Cell, Table
from app.reports.fonts import screen_style
from app.reports.numbers import word_count
from app.reports.pdf import picture_address
from app.reports.tables import table_indicators
from app.reports.wording import (
    cell_of,
    cell_of_estimate,
    word_assumption,
    word_method,
    word_reason,
)
from app.reports.words import gettext as _
from core.errors import NotFound
from evaluation.indicators import Absence, Dimension, IndicatorMeasure, distribution
from evaluation.queries.answers import SourceItem, load_observations
from evaluation.queries.evidence import Evidence
from evaluation.queries.indicators import IndicatorCard, WaveMeasure


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawn chart and the sentence that replaces it."""

    address: str
    alternative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorLine:
    """One indicator in the list: its values at the wave it shows first."""

    id: UUID
    label: str
    key: str
    measure: str
    wave: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The list of indicators."""

    columns: tuple[str, ...]
    lines: tuple[IndicatorLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingLine:
    """One group in one wave: who has no value, and why."""

    wave: str
    group: str
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """Participants against others, in words that say what it is worth."""

    participants: Cell
    others: Cell
    difference: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorScreen:
    """One indicator: chart, table, method, missing, and the box of the selection bias."""

    card: IndicatorCard
    measure: str
    wave: str
    picture: Picture | None
    table: Table | None
    by_site: Table | None
    methods: tuple[str, ...]
    assumptions: tuple[str, ...]
    missing_columns: tuple[str, ...]
    missing: tuple[MissingLine, ...]
    bias: Bias | None


def draw(drawn: figures.Drawn | None) -> Picture | None:
    """Draw one chart, or take it from the folder of those already drawn."""
    return None if drawn is None else Picture(address=draw_all([drawn.chart])[0], alternative=drawn.alternative)


def draw_all(charts: list[Chart]) -> list[str]:
    """Return the address of each chart drawn."""
    folder = current_app.config["SETTINGS"].data_dir / "charts"
    drawn = draw_cached(charts, folder)
    style = f"<style>{screen_style()}</style>" if drawn else ""
    return [picture_address(svg.replace(">", ">" + style, 1)) for svg in drawn]


def word_measure(measure: IndicatorMeasure) -> str:
    """Name a measure."""
    return {
        IndicatorMeasure.MEAN: _("Mean"),
        IndicatorMeasure.SHARE: _("Share"),
        IndicatorMeasure.CHANGE: _("Change over time"),
    }[measure]


def overview(evidence: Evidence) -> Overview:
    """Return the list of indicators."""
    arms = evidence.frame.arm_names
    lines = []
    for card in evidence.cards:
        wave = evidence.wave_of(card)
        measure = evidence.measures(card).at(wave)
        lines.append(
            IndicatorLine(
                id=card.id,
                label=card.label,
                key=card.key,
                measure=word_measure(card.measure),
                wave=wave,
                cells=_overview_cells(evidence, card, measure),
            )
        )
    return Overview(columns=(*arms, _("Together"), _("Difference as drawn")), lines=tuple(lines))


def _overview_cells(evidence: Evidence, card: IndicatorCard, measure: WaveMeasure | None) -> tuple[Cell, ...]:
    arms = evidence.frame.arm_names
    if measure is None:
        return tuple(Cell(text="–") for _arm in (*arms, "", ""))
    locale = evidence.locale
    by_group = {each.group: each for each in measure.groups}
    cells = [cell_of(by_group[arm], locale, unit=card.unit) if arm in by_group else Cell(text="–") for arm in arms]
    cells.append(cell_of(measure.total, locale, unit=card.unit))
    if measure.comparison_hidden:
        cells.append(Cell(text="–", reason=word_reason(measure.comparison_hidden)))
    else:
        difference = measure.comparisons[0].difference if measure.comparisons else None
        cells.append(cell_of_estimate(difference, locale, unit=card.unit) if difference else Cell(text="–"))
    return tuple(cells)


def item_preview(evidence: Evidence, item: SourceItem) -> tuple[tuple[str, str], ...]:
    """Return the answers given to an item in its last wave, small counts hidden."""
    observations = load_observations(evidence.session, item.questionnaire_id, item.name)
    answered = {observation.wave for observation in observations if observation.value is not None}
    wave = next((wave.name for wave in reversed(evidence.frame.waves) if wave.name in answered), "")
    answers, absences = distribution(observations, wave=wave)
    labels = dict(item.choices)
    ordered = [name for name, _label in item.choices] or sorted(answers, key=lambda name: (len(name), name))
    lines = [(labels.get(name, name), _count(evidence, answers[name])) for name in ordered]
    lines += [(word_absence(kind), _count(evidence, absences[kind])) for kind in Absence if absences[kind]]
    return tuple(lines)


def word_absence(absence: Absence) -> str:
    """Name an absence."""
    return {
        Absence.NO_RESPONSE: _("No response"),
        Absence.NOT_ASKED: _("Not asked"),
        Absence.EMPTY: _("Left empty"),
        Absence.REFUSED: _("Refused"),
        Absence.UNKNOWN: _("Does not know"),
        Absence.ILLEGIBLE: _("Cannot be read"),
    }[absence]


def indicator_screen(evidence: Evidence, indicator_id: UUID) -> IndicatorScreen:
    """Return one indicator's page.

    Raises: NotFound: not an indicator of this study.
    """
    card = evidence.card(indicator_id)
    if card is None:
        raise NotFound("evaluation.indicator_not_found", id=str(indicator_id))
    measures = evidence.measures(card)
    everyone = _("Everyone")
    estimates = [
        estimate
        for measure in measures.waves
        for estimate in (
            *(group.estimate for group in measure.groups),
            *(comparison.difference for comparison in measure.comparisons),
        )
        if estimate is not None
    ]
    wave = evidence.wave_of(card)
    return IndicatorScreen(
        card=card,
        measure=word_measure(card.measure),
        wave=wave,
        picture=draw(figures.draw_waves(evidence.waves(card), evidence.locale, everyone=everyone)),
        table=table_indicators(evidence, [card], wave="", by=Dimension.ARM, everyone=everyone),
        by_site=table_indicators(evidence, [card], wave=wave, by=Dimension.SITE, everyone=everyone)
        if len(evidence.frame.sites) > 1
        else None,
        methods=tuple(dict.fromkeys(word_method(each.method) for each in estimates)),
        assumptions=tuple(dict.fromkeys(word_assumption(one) for each in estimates for one in each.assumptions)),
        missing_columns=(_("Persons"), *(word_absence(kind) for kind in Absence)),
        missing=_missing_lines(evidence, card, everyone),
        bias=_bias(evidence, card, wave),
    )


def _missing_lines(evidence: Evidence, card: IndicatorCard, everyone: str) -> tuple[MissingLine, ...]:
    lines = []
    for measure in evidence.measures(card).waves:
        for result in measure.groups:
            if result.n_missing is None or result.n_expected is None:
                continue
            missing: Counter[str] = Counter(dict(result.n_missing))
            counts = (result.n_expected, *(missing[kind.value] for kind in Absence))
            lines.append(
                MissingLine(
                    wave=measure.wave,
                    group=result.group or everyone,
                    counts=tuple(_count(evidence, count) for count in counts),
                )
            )
    return tuple(lines)


def _bias(evidence: Evidence, card: IndicatorCard, wave: str) -> Bias | None:
    if not any(person.took_up for person in evidence.frame.persons):
        return None
    biased = evidence.naively(card, wave)
    if biased is None:
        return None
    locale = evidence.locale
    return Bias(
        participants=cell_of_estimate(biased.participants, locale, unit=card.unit),
        others=cell_of_estimate(biased.others, locale, unit=card.unit),
        difference=cell_of_estimate(biased.difference, locale, unit=card.unit),
    )


def _count(evidence: Evidence, count: int) -> str:
    if evidence.frame.guard.judge_count(count):
        return _("fewer than %(threshold)s", threshold=evidence.frame.threshold)
    return word_count(count, evidence.locale)
