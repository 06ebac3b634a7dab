"""Tables of indicators, the weave as a table, and the data annex."""

import csv
import io
from dataclasses import replace

from app.reports.document import Cell, Row, RowGroup, Table
from app.reports.wording import (
    cell_of,
    cell_of_estimate,
    cell_of_prevalence,
    word_reason,
    word_relation,
)
from app.reports.words import gettext as _
from core.tables import guarded
from evaluation.disclosure import PERCENTAGE_BASE
from evaluation.estimates import Estimate
from evaluation.indicators import Dimension
from evaluation.joint_display import JointDisplay, WeavingCell
from evaluation.queries.evidence import Evidence
from evaluation.queries.indicators import IndicatorCard, WaveMeasure


def table_indicators(
    evidence: Evidence, cards: list[IndicatorCard], *, wave: str, by: Dimension, everyone: str
) -> Table | None:
    """Indicators by group, with the comparison of arms as drawn; one group of rows an indicator."""
    groups: list[str] = []
    for card in cards:
        for measure in evidence.measures(card, by).waves:
            groups += [each.group for each in measure.groups if each.group not in groups]
    with_total = len(groups) > 1
    with_difference = with_total and by is Dimension.ARM and evidence.frame.control is not None
    row_groups = []
    for card in cards:
        measures = [each for each in evidence.measures(card, by).waves if not wave or each.wave == wave]
        rows = tuple(
            _measure_row(evidence, card, each, groups, with_total=with_total, with_difference=with_difference)
            for each in measures
        )
        if rows:
            row_groups.append(RowGroup(label=card.label, note=card.definition, rows=rows))
    if not row_groups:
        return None
    first = _("Wave")
    if wave and all(len(each.rows) == 1 for each in row_groups):
        # One wave only: one row an indicator says the same in half the height.
        first = _("Indicator, %(wave)s", wave=wave)
        flat = tuple(replace(each.rows[0], head=each.label, note=each.note) for each in row_groups)
        row_groups = [RowGroup(label="", rows=flat)]
    columns = [first, *(group or everyone for group in groups)]
    if with_total:
        columns.append(_("Together"))
    if with_difference:
        columns.append(_("Difference as drawn"))
    return Table(columns=tuple(columns), groups=tuple(row_groups))


def _measure_row(
    evidence: Evidence,
    card: IndicatorCard,
    measure: WaveMeasure,
    groups: list[str],
    *,
    with_total: bool,
    with_difference: bool,
) -> Row:
    locale, base = evidence.locale, evidence.frame.guard.percentage_base
    by_group = {each.group: each for each in measure.groups}
    cells = [
        cell_of(by_group[group], locale, unit=card.unit, base=base) if group in by_group else Cell(text="–")
        for group in groups
    ]
    if with_total:
        cells.append(cell_of(measure.total, locale, unit=card.unit, base=base))
    if with_difference and measure.comparison_hidden:
        cells.append(Cell(text="–", reason=word_reason(measure.comparison_hidden)))
    elif with_difference:
        difference = measure.comparisons[0].difference if measure.comparisons else None
        cells.append(cell_of_estimate(difference, locale, unit=card.unit))
    return Row(head=measure.wave or _("All answers"), cells=tuple(cells))


def table_selection_bias(evidence: Evidence, card: IndicatorCard, *, wave: str) -> Table | None:
    """Two groups of rows to be read side by side: by who enrolled (biased), and by arm as drawn.

    None when either cannot be shown: one without the other would mislead.
    """
    biased = evidence.naively(card, wave)
    measure = evidence.measures(card).at(wave)
    if biased is None or measure is None or not measure.comparisons:
        return None
    drawn = measure.comparisons[0]
    by_group = {each.group: each.estimate for each in measure.groups}

    def rows(*values: tuple[str, Estimate | None]) -> tuple[Row, ...]:
        return tuple(
            Row(head=head, cells=(cell_of_estimate(estimate, evidence.locale, unit=card.unit),))
            for head, estimate in values
        )

    return Table(
        columns=(_("Group"), _("Value")),
        groups=(
            RowGroup(
                label=_("By who enrolled: biased by selection"),
                rows=rows(
                    (_("Persons who enrolled"), biased.participants),
                    (_("All other persons"), biased.others),
                    (_("Difference, not an effect"), biased.difference),
                ),
            ),
            RowGroup(
                label=_("By arm as drawn: intention to treat"),
                rows=rows(
                    (drawn.intervention, by_group.get(drawn.intervention)),
                    (drawn.control, by_group.get(drawn.control)),
                    (_("Difference as drawn"), drawn.difference),
                ),
            ),
        ),
    )


def table_weaving(display: JointDisplay, locale: str) -> Table | None:
    """One group of rows a theme: its prevalence in persons, then each indicator; arms with data, then all.

    The column of persons with and without the theme stands only where some interview is linked to answers.
    """
    if not display.rows:
        return None
    with_association = any(_is_associated(cell) for row in display.rows for cell in row.cells)
    with_difference = bool(display.arms)
    empty = (Cell(text=""),) * (with_difference + with_association)
    groups = []
    for row in display.rows:
        rows = [
            Row(
                head=_("Persons who speak of it"),
                cells=(
                    *(cell_of_prevalence(each, locale) for each in row.prevalences[: len(display.arms)]),
                    cell_of_prevalence(row.total, locale),
                    *empty,
                ),
            )
        ]
        rows += [_weaving_row(cell, display, locale, with_association=with_association) for cell in row.cells]
        groups.append(RowGroup(label=row.name, rows=tuple(rows)))
    columns = (
        _("Theme and indicator"),
        *display.arms,
        _("Together"),
        *([_("Difference as drawn")] if with_difference else []),
        *([_("With / without the theme")] if with_association else []),
    )
    return Table(columns=columns, groups=tuple(groups))


def word_uncovered(display: JointDisplay) -> tuple[str, ...]:
    """Warn of each stakeholder who was not asked, or not heard."""
    warnings = []
    for stakeholder in display.uncovered:
        if stakeholder.n_questionnaires == 0 and stakeholder.n_interviewed == 0:
            warnings.append(_("%(who)s: no questionnaire and no interview.", who=stakeholder.population))
        elif stakeholder.n_questionnaires == 0:
            warnings.append(_("%(who)s: no questionnaire.", who=stakeholder.population))
        else:
            warnings.append(_("%(who)s: no interview.", who=stakeholder.population))
    return tuple(warnings)


def _is_associated(cell: WeavingCell) -> bool:
    return cell.association.hidden is not None or cell.association.difference is not None


def _weaving_row(cell: WeavingCell, display: JointDisplay, locale: str, *, with_association: bool) -> Row:
    by_group = {each.group: each for each in cell.results}
    values = [
        cell_of(by_group[arm], locale, unit=cell.unit) if arm in by_group else Cell(text="–") for arm in display.arms
    ]
    values.append(cell_of(cell.total, locale, unit=cell.unit))
    if cell.difference_hidden:
        difference = Cell(text="–", reason=word_reason(cell.difference_hidden))
    else:
        difference = cell_of_estimate(cell.difference.difference if cell.difference else None, locale, unit=cell.unit)
    association = cell.association
    if association.hidden:
        beside = Cell(text="–", reason=word_reason(association.hidden))
    elif association.difference is None:
        beside = Cell(text="–", note=_("no data"))
    else:
        first = cell_of_estimate(association.with_theme, locale, unit=cell.unit, base=PERCENTAGE_BASE)
        second = cell_of_estimate(association.without_theme, locale, unit=cell.unit, base=PERCENTAGE_BASE)
        n = association.difference.n
        beside = Cell(text=f"{first.text} / {second.text}", note=_("association, not effect; n = %(n)s", n=n))
    kept = [*values, *([difference] if display.arms else []), *([beside] if with_association else [])]
    judgement = ""
    if cell.judgement is not None:
        words = {
            "relation": word_relation(cell.judgement.relation),
            "sentence": cell.judgement.sentence,
            "author": cell.judgement.author,
        }
        judgement = (
            _("%(relation)s: %(sentence)s (%(author)s)", **words)
            if cell.judgement.author
            else _("%(relation)s: %(sentence)s", **words)
        )
    head = _("%(label)s, %(wave)s", label=cell.label, wave=cell.wave) if cell.wave else cell.label
    return Row(head=head, cells=tuple(kept), judgement=judgement)


def write_csv(table: Table, locale: str) -> str:
    """Write a table as CSV: one line a row, value and note apart; what looks like a formula is made text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if locale.startswith("fr") else ",", lineterminator="\r\n")
    head = [_("Part"), table.columns[0]]
    for column in table.columns[1:]:
        head += [column, _("%(column)s: interval, n or reason", column=column)]
    writer.writerow([*map(guarded, head), _("Reading by a person")])
    for group in table.groups:
        for row in group.rows:
            cells: list[str] = []
            for cell in row.cells:
                cells += [cell.text, cell.reason or cell.note]
            writer.writerow(map(guarded, [group.label, row.head, *cells, row.judgement]))
    return buffer.getvalue()
