"""A figure's values become a chart in words, its text alternative and its data table."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.charts import Chart
from app.reports.document import Cell, Row, RowGroup, Table
from app.reports.numbers import percent_sign, word_count, word_number, word_percent
from app.reports.wording import word_n, word_reason, word_share, word_step
from app.reports.words import gettext as _
from evaluation.figures import DistributionFigure, FlowFigure, Point, SharesFigure, WavesFigure

LABEL_FROM = 0.06  # a part of a bar narrower than this has no room for its number


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart, the sentence that replaces it for those who do not see it, and its data."""

    chart: Chart
    alternative: str
    table: Table
    remark: str = ""


def draw_shares(figures: tuple[SharesFigure, ...], locale: str, *, everyone: str) -> Drawn | None:
    """Bars of shares by group, one panel an indicator."""
    rows, sentences, groups = [], [], []
    for figure in figures:
        table_rows = []
        for point in figure.points:
            group = point.group or everyone
            label = group if point.n is None else f"{group} ({word_n(point.n, locale)})"
            rows.append({"panel": figure.label, "group": label, **_numbers(point, locale, percent=True, unit="")})
            table_rows.append(Row(head=group, cells=_cells(point, locale, percent=True)))
        if not table_rows:
            continue
        groups.append(RowGroup(label=_at(figure.label, figure.wave), rows=tuple(table_rows)))
        sentences.append(_sentence(figure.label, figure.wave, figure.points, locale, everyone=everyone))
    if not rows:
        return None
    chart: Chart = {"kind": "shares", "locale": locale, "rows": rows}
    return Drawn(
        chart=chart,
        alternative=_("Bar chart with 95 per cent intervals.") + " " + " ".join(sentences),
        table=Table(columns=_columns(), groups=tuple(groups)),
    )


def draw_waves(figure: WavesFigure, locale: str, *, everyone: str) -> Drawn | None:
    """Points by wave and group, joined by lines."""
    if not any(point.value is not None for point in figure.points):
        return None
    names = {
        wave: _("%(wave)s (%(months)s months)", wave=wave, months=months) if months else wave
        for wave, months in zip(figure.waves, figure.months, strict=True)
    }
    rows = []
    groups: dict[str, list[Row]] = {}
    for point in figure.points:
        group = point.group or everyone
        if point.value is not None:
            numbers = _numbers(point, locale, percent=figure.is_share, unit=figure.unit)
            rows.append({"group": group, "wave": names[point.wave], **numbers})
        groups.setdefault(group, []).append(
            Row(head=names[point.wave], cells=_cells(point, locale, percent=figure.is_share))
        )
    sentences = [
        _sentence(figure.label, wave, [p for p in figure.points if p.wave == wave], locale, everyone=everyone,
                  percent=figure.is_share)
        for wave in figure.waves
    ]  # fmt: skip
    unit = percent_sign(locale).strip() if figure.is_share else figure.unit
    return Drawn(
        chart={
            "kind": "waves",
            "locale": locale,
            "percent": figure.is_share,
            "unit": _("in %(unit)s", unit=unit) if unit else "",
            "waves": list(names.values()),
            "rows": rows,
        },
        alternative=_("Points joined by wave, with 95 per cent intervals.") + " " + " ".join(sentences),
        table=Table(
            columns=_columns(), groups=tuple(RowGroup(label=group, rows=tuple(own)) for group, own in groups.items())
        ),
    )


def draw_distribution(
    figure: DistributionFigure, locale: str, *, everyone: str, muted: Sequence[str] = ()
) -> Drawn | None:
    """Stacked bars; small answers become one grey part that is not divided; `muted` answers say « does not know »."""
    if not figure.groups:
        return None
    hidden_label = _("Small answers, not shown apart")
    rows, table_groups, sentences = [], [], []
    for group, base in zip(figure.groups, figure.bases, strict=True):
        name = f"{group or everyone} ({word_n(base, locale)})"
        start = 0.0
        shown = [each for each in figure.slices if each.group == group and each.share is not None]
        for each in shown:
            assert each.share is not None
            end = start + each.share * 100
            text = word_share(each.share, locale) if each.share >= LABEL_FROM else ""
            rows.append({"group": name, "answer": each.answer, "start": start, "end": end, "text": text})
            start = end
        has_hidden = any(each.group == group and each.hidden for each in figure.slices)
        if has_hidden:
            rows.append({"group": name, "answer": hidden_label, "start": start, "end": 100.0, "text": ""})
        table_groups.append(
            RowGroup(
                label=name,
                rows=tuple(
                    Row(
                        head=each.answer,
                        cells=(
                            Cell(text="–", reason=word_reason(each.hidden))
                            if each.hidden
                            else Cell(
                                text=word_percent(each.share or 0.0, locale), note=word_n(each.count or 0, locale)
                            ),
                        ),
                    )
                    for each in figure.slices
                    if each.group == group
                ),
            )
        )
        parts = ", ".join(f"{each.answer} {word_share(each.share or 0.0, locale)}" for each in shown if each.share)
        sentences.append(_("%(group)s: %(parts)s.", group=name, parts=parts))
    return Drawn(
        chart={
            "kind": "distribution",
            "locale": locale,
            "answers": list(figure.answers),
            "muted": list(muted),
            "hidden_label": hidden_label,
            "rows": rows,
        },
        alternative=_("Stacked bars: %(label)s.", label=_at(figure.label, figure.wave)) + " " + " ".join(sentences),
        table=Table(columns=(_("Answer"), _("Share")), groups=tuple(table_groups)),
        remark=_("in pale grey at the end of a bar, answers given by too few persons to be shown apart.")
        if any(each.hidden for each in figure.slices)
        else "",
    )


def draw_flow(figure: FlowFigure, locale: str, *, control: str | None) -> Drawn | None:
    """Persons at each step, by arm; steps that an arm does not go through say so."""
    if not figure.arms or not any(cell.count for cell in figure.cells):
        return None
    rows, table_groups, sentences = [], [], []
    for arm in figure.arms:
        cells = [cell for cell in figure.cells if cell.arm == arm]
        drawn = next((cell.count for cell in cells if cell.step == "drawn"), None)
        words, table_rows = [], []
        for cell in cells:
            if cell.hidden:
                text = word_reason(cell.hidden)
            elif arm == control and cell.step in ("invited", "enrolled") and not cell.count:
                text = _("does not apply")
            else:
                text = word_count(cell.count or 0, locale)
                if drawn and cell.step != "drawn" and cell.count is not None:
                    text += f" ({word_share(cell.count / drawn, locale)})"
            value = cell.count or None
            tone = "control" if arm == control else "programme"
            rows.append({"panel": arm, "step": word_step(cell.step), "value": value, "text": text, "tone": tone})
            table_rows.append(Row(head=word_step(cell.step), cells=(Cell(text=text),)))
            words.append(f"{word_step(cell.step)} {text}")
        table_groups.append(RowGroup(label=arm, rows=tuple(table_rows)))
        sentences.append(_("%(group)s: %(parts)s.", group=arm, parts=", ".join(words)))
    return Drawn(
        chart={
            "kind": "flow",
            "locale": locale,
            "steps": [word_step(step) for step in figure.steps],
            "rows": rows,
        },
        alternative=_("Persons at each step of participation, by arm.") + " " + " ".join(sentences),
        table=Table(columns=(_("Step"), _("Persons")), groups=tuple(table_groups)),
    )


def _columns() -> tuple[str, ...]:
    return (_("Group"), _("Value"), _("Confidence interval"), "n")


def _at(label: str, wave: str) -> str:
    return _("%(label)s, %(wave)s", label=label, wave=wave) if wave else label


def _numbers(point: Point, locale: str, *, percent: bool, unit: str) -> dict[str, object]:
    scale = 100 if percent else 1
    tone = "hidden" if point.value is None else "control" if point.is_control else "programme"
    return {
        "value": None if point.value is None else point.value * scale,
        "low": None if point.low is None else point.low * scale,
        "high": None if point.high is None else point.high * scale,
        "text": _value(point, locale, percent=percent) + (f" {unit}" if unit and not percent and len(unit) < 4 else ""),  # noqa: PLR2004  « h », « /10 »
        "tone": tone,
    }


def _value(point: Point, locale: str, *, percent: bool) -> str:
    if point.value is None:
        return word_reason(point.hidden) if point.hidden else "–"
    return word_percent(point.value, locale) if percent else word_number(point.value, locale, decimals=2)


def _cells(point: Point, locale: str, *, percent: bool) -> tuple[Cell, ...]:
    if point.value is None:
        reason = word_reason(point.hidden) if point.hidden else ""
        return Cell(text="–", reason=reason), Cell(text="–"), Cell(text="–")
    interval = ""
    if point.low is not None and point.high is not None:
        scale, decimals = (100, 1) if percent else (1, 2)
        low, high = (word_number(end * scale, locale, decimals=decimals) for end in (point.low, point.high))
        interval = _("%(low)s to %(high)s", low=low, high=high)
    return (
        Cell(text=_value(point, locale, percent=percent)),
        Cell(text=interval or "–"),
        Cell(text=word_count(point.n or 0, locale)),
    )


def _sentence(
    label: str,
    wave: str,
    points: list[Point] | tuple[Point, ...],
    locale: str,
    *,
    everyone: str,
    percent: bool = True,
) -> str:
    parts = []
    for point in points:
        cells = _cells(point, locale, percent=percent)
        if point.value is None:
            parts.append(f"{point.group or everyone}, {cells[0].reason}")
        else:
            parts.append(
                _(
                    "%(group)s %(value)s (%(interval)s; n = %(n)s)",
                    group=point.group or everyone,
                    value=cells[0].text,
                    interval=cells[1].text,
                    n=cells[2].text,
                )
            )
    return _("%(group)s: %(parts)s.", group=_at(label, wave), parts=", ".join(parts))
