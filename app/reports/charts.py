"""From a chart's worded values to SVG: Altair builds it, vl-convert draws it; the same SVG on screen and in print.

A chart is plain JSON, so that it can be drawn in another process and named by its hash:
    shares        rows: {panel, group, value, low, high, text, tone}        percent
    waves         rows: {group, wave, value, low, high, text, tone}, waves   percent or unit
    distribution  rows: {group, answer, share, text, order}, answers         percent
    flow          rows: {panel, step, value, text, tone}
`tone` is programme, other, control or hidden. One colour a tone: two hues and a grey.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.reports.fonts import FAMILY, font_directory

Chart = dict[str, Any]

WIDTH = 640
TONES = {"programme": "#0b5a7a", "other": "#b4541a", "control": "#7b828c", "hidden": "#dfe2e6"}
INK, SOFT, LINE = "#1d242b", "#58616b", "#d5d9de"
# From disagreement to agreement or from little to much: one hue, readable in black and white.
RAMP = ("#e3edf1", "#b5d0db", "#7fb0c3", "#46899f", "#0b5a7a", "#063c53", "#02263a")
FORMAT_LOCALES = {
    "fr": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\u00a0€"], "minus": "\u2212"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["£", ""], "minus": "\u2212"},
}
DRAWING_SECONDS = 120


def chart_hash(chart: Chart) -> str:
    """Name a chart by its content and by the way it is drawn."""
    drawn = json.dumps([chart, Path(__file__).stat().st_size], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(drawn.encode()).hexdigest()


def draw_charts(charts: Sequence[Chart]) -> list[str]:
    """Draw charts in this process; the first costs about a second, the others a few hundredths."""
    import vl_convert

    vl_convert.register_font_directory(str(font_directory()))
    drawn = [
        vl_convert.vegalite_to_svg(
            build_spec(chart), format_locale=FORMAT_LOCALES[chart["locale"]], allowed_base_urls=[], show_warnings=False
        )
        for chart in charts
    ]
    # A picture in a page cannot use the page's fonts: without ours it falls back on another without serifs.
    return [svg.replace(f'font-family="{FAMILY}"', f'font-family="{FAMILY}, system-ui, sans-serif"') for svg in drawn]


def draw_apart(charts: Sequence[Chart]) -> list[str]:
    """Draw charts in a process of their own, so that the engine's memory is given back at once.

    Raises: subprocess.CalledProcessError: the drawing failed.  subprocess.TimeoutExpired: it took too long.
    """
    if not charts:
        return []
    done = subprocess.run(
        [sys.executable, "-m", "app.reports.charts"],
        input=json.dumps(list(charts)),
        capture_output=True,
        text=True,
        check=True,
        timeout=DRAWING_SECONDS,
        cwd=Path(__file__).parents[2],
    )
    drawn: list[str] = json.loads(done.stdout)
    return drawn


def draw_cached(charts: Sequence[Chart], folder: Path) -> list[str]:
    """Return the SVG of each chart, drawing only those that the folder does not hold."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{chart_hash(chart)}.svg" for chart in charts]
    missing = [index for index, path in enumerate(paths) if not path.exists()]
    for index, svg in zip(missing, draw_apart([charts[index] for index in missing]), strict=True):
        part = paths[index].with_suffix(".part")
        part.write_text(svg)
        part.replace(paths[index])
    return [path.read_text() for path in paths]


def build_spec(chart: Chart) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart."""
    import altair as alt

    build = {"shares": _shares, "waves": _waves, "distribution": _distribution, "flow": _flow}[chart["kind"]]
    drawn = build(alt, chart)
    # Our own builders are tested; validating 25 charts against the schema costs more than drawing them.
    spec: dict[str, Any] = drawn.configure(**_theme()).to_dict(validate=False)
    return spec


def _theme() -> dict[str, Any]:
    label = {"labelFont": FAMILY, "titleFont": FAMILY, "labelColor": INK, "titleColor": SOFT}
    return {
        "font": FAMILY,
        "background": "white",
        "padding": {"left": 0, "right": 4, "top": 4, "bottom": 2},
        "view": {"stroke": None},
        "axis": {
            **label,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": "#e9ecef",
            "domainColor": LINE,
            "tickColor": LINE,
            "labelLimit": 240,
        },
        "text": {"font": FAMILY, "fontSize": 12, "color": INK},
        "header": {**label, "labelFontSize": 12.5, "labelFontWeight": 600},
        "legend": {**label, "labelFontSize": 12, "symbolType": "square", "symbolSize": 130, "labelLimit": 260},
    }


def _tone_scale(alt: Any) -> Any:
    return alt.Scale(domain=list(TONES), range=list(TONES.values()))


def _label_width(labels: Sequence[str]) -> int:
    """Guess the room that axis labels take, in px at 12 px; the font is narrow."""
    return min(240, round(max((len(label) for label in labels), default=0) * 5.9) + 14)


def _shares(alt: Any, chart: Chart) -> Any:
    rows = chart["rows"]
    groups = list(dict.fromkeys(row["group"] for row in rows))
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    top = min(100, max((row["high"] or row["value"] or 0 for row in rows), default=100) * 1.02)
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("group:N", sort=groups, title=None, axis=alt.Axis(domain=False, ticks=False, labelPadding=8))
    )
    x_axis = alt.Axis(title=None, format=".0f", tickCount=5, domain=False, ticks=False, labelColor=SOFT)
    bars = base.mark_bar(height=17, cornerRadiusEnd=1.5).encode(
        x=alt.X("value:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=x_axis),
        color=alt.Color("tone:N", scale=_tone_scale(alt), legend=None),
    )
    whiskers = base.mark_rule(strokeWidth=1.4, color=INK).encode(x="low:Q", x2="high:Q")
    ends = [
        base.mark_tick(size=8, thickness=1.4, color=INK).encode(x=f"{end}:Q").transform_filter(f"isValid(datum.{end})")
        for end in ("low", "high")
    ]
    labels = (
        base.mark_text(align="left", dx=7, fontWeight=600)
        .encode(x="at:Q", text="text:N")
        .transform_calculate(at="isValid(datum.high) ? datum.high : isValid(datum.value) ? datum.value : 0")
    )
    width = WIDTH - _label_width(groups) - 120
    layered = alt.layer(bars, whiskers, *ends, labels).properties(width=width, height=alt.Step(27))
    if len(panels) == 1:
        return layered
    return layered.facet(
        row=alt.Row(
            "panel:N",
            sort=panels,
            title=None,
            header=alt.Header(labelOrient="top", labelAnchor="start", labelPadding=4, labelLimit=WIDTH),
        ),
        spacing=14,
    ).resolve_scale(y="independent")


def _waves(alt: Any, chart: Chart) -> Any:
    waves = chart["waves"]
    groups = list(dict.fromkeys(row["group"] for row in chart["rows"]))
    spread = 0.075
    rows = []
    for row in chart["rows"]:
        rank = groups.index(row["group"])
        same = [
            other["value"] for other in chart["rows"] if other["wave"] == row["wave"] and other["value"] is not None
        ]
        is_top = row["value"] is not None and row["value"] == max(same)
        rows.append(
            row
            | {
                "x": waves.index(row["wave"]) + (rank - (len(groups) - 1) / 2) * spread,
                "side": ("left" if rank < len(groups) / 2 and len(groups) > 1 else "right")
                + ("_above" if is_top else "_below"),
            }
        )
    ends = [row for row in rows if row["value"] is not None]
    low = min((row["low"] if row["low"] is not None else row["value"] for row in ends), default=0)
    high = max((row["high"] if row["high"] is not None else row["value"] for row in ends), default=1)
    margin = (high - low or 1) * 0.16
    floor = 0.0 if chart["percent"] and low - margin < 25 else low - margin  # noqa: PLR2004  a small share starts at zero
    domain = [floor, high + margin]
    height = 250
    last = _spread_ends([_last(ends, group) for group in groups], (domain[1] - domain[0]) / height * 16)
    expression = f"{json.dumps(waves)}[datum.value]"
    x = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[-0.42, len(waves) - 0.72], nice=False),
        axis=alt.Axis(title=None, values=list(range(len(waves))), labelExpr=expression, grid=False, labelPadding=6),
    )
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=domain, nice=False, zero=False),
        axis=alt.Axis(
            title=chart["unit"] or None,
            titleAngle=0,
            titleAlign="left",
            titleAnchor="end",
            titleY=-8,
            titleX=0,
            tickCount=5,
            domain=False,
            ticks=False,
            labelColor=SOFT,
        ),
    )
    base = alt.Chart(alt.Data(values=ends)).encode(
        x=x, color=alt.Color("tone:N", scale=_tone_scale(alt), legend=None), detail="group:N"
    )
    lines = base.mark_line(strokeWidth=1.8, opacity=0.55).encode(y=y)
    rules = base.mark_rule(strokeWidth=1.6).encode(y=alt.Y("low:Q"), y2="high:Q")
    points = base.mark_point(filled=True, size=62, opacity=1).encode(y=y)
    texts = []
    for side, align, dx in (("left", "right", -8), ("right", "left", 8)):
        for place, dy in (("above", -7), ("below", 8)):
            aligned = {"fontWeight": 600, "align": align, "dx": dx, "dy": dy}
            chosen = base.transform_filter(f"datum.side == '{side}_{place}'")
            # A white halo keeps the number legible where a line passes under it.
            texts.append(chosen.mark_text(**aligned, stroke="white", strokeWidth=4).encode(y=y, text="text:N"))
            texts.append(chosen.mark_text(**aligned).encode(y=y, text="text:N"))
    names = (
        alt.Chart(alt.Data(values=last))
        .mark_text(align="left", dx=58, fontWeight=600, fontSize=12.5)
        .encode(x=x, y=alt.Y("at:Q"), text="group:N", color=alt.Color("tone:N", scale=_tone_scale(alt), legend=None))
    )
    room = _label_width(groups) + 56
    return alt.layer(lines, rules, points, *texts, names).properties(width=WIDTH - 44 - room, height=height)


def _last(rows: Sequence[dict[str, Any]], group: str) -> dict[str, Any]:
    return [row for row in rows if row["group"] == group][-1]


def _spread_ends(ends: Sequence[dict[str, Any]], gap: float) -> list[dict[str, Any]]:
    """Move the names at the end of lines apart, so that none covers another."""
    placed: list[dict[str, Any]] = []
    right = max((float(row["x"]) for row in ends), default=0.0)
    for row in sorted(ends, key=lambda each: float(each["value"])):
        at = row["value"] if not placed else max(row["value"], placed[-1]["at"] + gap)
        placed.append(row | {"at": at, "x": right})
    return placed


def _distribution(alt: Any, chart: Chart) -> Any:
    answers: list[str] = chart["answers"]
    groups = list(dict.fromkeys(row["group"] for row in chart["rows"]))
    told = [answer for answer in answers if answer not in chart["muted"]]
    by_answer = dict(zip(told, _ramp(len(told)), strict=True))
    colours = [by_answer.get(answer, "#b9bec5") for answer in answers]
    domain, colour_range = list(answers), list(colours)
    if any(row["answer"] == chart["hidden_label"] for row in chart["rows"]):
        domain, colour_range = [*domain, chart["hidden_label"]], [*colour_range, TONES["hidden"]]
    rows = [row | {"ink": "white" if by_answer.get(row["answer"]) in RAMP[3:] else INK} for row in chart["rows"]]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("group:N", sort=groups, title=None, axis=alt.Axis(domain=False, ticks=False, labelPadding=8))
    )
    bars = base.mark_bar(height=26, stroke="white", strokeWidth=1).encode(
        x=alt.X(
            "start:Q",
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(
                title=None, format=".0f", values=[0, 25, 50, 75, 100], domain=False, ticks=False, labelColor=SOFT
            ),
        ),
        x2="end:Q",
        color=alt.Color(
            "answer:N",
            scale=alt.Scale(domain=domain, range=colour_range),
            legend=alt.Legend(
                orient="top", title=None, direction="horizontal", columns=_columns(answers), offset=8, values=answers
            ),
        ),
    )
    labels = (
        base.mark_text(fontWeight=600)
        .encode(x="middle:Q", text="text:N", color=alt.Color("ink:N", scale=None))
        .transform_calculate(middle="(datum.start + datum.end) / 2")
    )
    return alt.layer(bars, labels).properties(width=WIDTH - _label_width(groups) - 12, height=alt.Step(38))


def _ramp(count: int) -> list[str]:
    if count >= len(RAMP):
        return [RAMP[min(index * len(RAMP) // count, len(RAMP) - 1)] for index in range(count)]
    if count == 1:
        return [RAMP[4]]
    return [RAMP[round(index * 4 / (count - 1))] for index in range(count)] if count <= 5 else list(RAMP[:count])  # noqa: PLR2004  the five lighter steps


def _columns(labels: Sequence[str]) -> int:
    longest = max(len(label) for label in labels)
    return max(1, min(len(labels), WIDTH // (longest * 6 + 34)))


def _flow(alt: Any, chart: Chart) -> Any:
    rows = chart["rows"]
    steps = chart["steps"]
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    top = max((row["value"] or 0 for row in rows), default=1) or 1
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("step:N", sort=steps, title=None, axis=alt.Axis(domain=False, ticks=False, labelPadding=8))
    )
    bars = base.mark_bar(height=20, cornerRadiusEnd=1.5).encode(
        x=alt.X("value:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=None),
        color=alt.Color("tone:N", scale=_tone_scale(alt), legend=None),
    )
    labels = (
        base.mark_text(align="left", dx=6)
        .encode(x="at:Q", text="text:N")
        .transform_calculate(at="isValid(datum.value) ? datum.value : 0")
    )
    room = WIDTH - _label_width(steps)
    width = round(room / len(panels)) - 100
    header = alt.Header(labelAnchor="start", labelPadding=6)
    return (
        alt.layer(bars, labels)
        .properties(width=width, height=alt.Step(32))
        .facet(column=alt.Column("panel:N", sort=panels, title=None, header=header), spacing=92)
    )


if __name__ == "__main__":
    json.dump(draw_charts(json.load(sys.stdin)), sys.stdout)
