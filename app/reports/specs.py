"""The Vega-Lite specification of each kind of chart, as plain JSON; a test reads them with Altair.

Written by hand rather than built by Altair: docs/adr/0008-vega-lite-by-hand.md.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.reports.fonts import FAMILY

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 640
TONES = {"programme": "#0b5a7a", "other": "#b4541a", "control": "#7b828c", "hidden": "#dfe2e6"}
INK, SOFT, LINE = "#1d242b", "#58616b", "#d5d9de"
# From disagreement to agreement or from little to much: one hue, readable in black and white.
RAMP = ("#e3edf1", "#b5d0db", "#7fb0c3", "#46899f", "#0b5a7a", "#063c53", "#02263a")
MUTED = "#b9bec5"
BY_TONE = {
    "field": "tone",
    "type": "nominal",
    "scale": {"domain": list(TONES), "range": list(TONES.values())},
    "legend": None,
}


def build_spec(chart: Mapping[str, Any]) -> Spec:
    """Return the Vega-Lite specification of a chart."""
    build = {"shares": _shares, "waves": _waves, "distribution": _distribution, "flow": _flow}[chart["kind"]]
    return {"$schema": SCHEMA, "config": _theme(), **build(chart)}


def _theme() -> Spec:
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


def _quantity(field: str, **more: Any) -> Spec:
    return {"field": field, "type": "quantitative", **more}


def _name(field: str, **more: Any) -> Spec:
    return {"field": field, "type": "nominal", **more}


def _rows_axis(field: str, names: Sequence[str]) -> Spec:
    """Return the names down the left side, in the order given, with no line and no tick."""
    return _name(field, sort=list(names), title=None, axis={"domain": False, "ticks": False, "labelPadding": 8})


def _label_width(labels: Sequence[str]) -> int:
    """Guess the room that axis labels take, in px at 12 px; the font is narrow."""
    return min(240, round(max((len(label) for label in labels), default=0) * 5.9) + 14)


def _shares(chart: Mapping[str, Any]) -> Spec:
    rows = chart["rows"]
    groups = list(dict.fromkeys(row["group"] for row in rows))
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    top = min(100, max((row["high"] or row["value"] or 0 for row in rows), default=100) * 1.02)
    y = _rows_axis("group", groups)
    x_axis = {"title": None, "format": ".0f", "tickCount": 5, "domain": False, "ticks": False, "labelColor": SOFT}
    bars = {
        "mark": {"type": "bar", "height": 17, "cornerRadiusEnd": 1.5},
        "encoding": {
            "x": _quantity("value", scale={"domain": [0, top], "nice": False}, axis=x_axis),
            "y": y,
            "color": BY_TONE,
        },
    }
    whiskers = {
        "mark": {"type": "rule", "strokeWidth": 1.4, "color": INK},
        "encoding": {"x": _quantity("low"), "x2": {"field": "high"}, "y": y},
    }
    ends = [
        {
            "mark": {"type": "tick", "size": 8, "thickness": 1.4, "color": INK},
            "transform": [{"filter": f"isValid(datum.{end})"}],
            "encoding": {"x": _quantity(end), "y": y},
        }
        for end in ("low", "high")
    ]
    at = "isValid(datum.high) ? datum.high : isValid(datum.value) ? datum.value : 0"
    labels = {
        "mark": {"type": "text", "align": "left", "dx": 7, "fontWeight": 600},
        "transform": [{"calculate": at, "as": "at"}],
        "encoding": {"x": _quantity("at"), "y": y, "text": _name("text")},
    }
    layered: Spec = {
        "layer": [bars, whiskers, *ends, labels],
        "width": WIDTH - _label_width(groups) - 120,
        "height": {"step": 27},
    }
    if len(panels) == 1:
        return {"data": {"values": rows}, **layered}
    header = {"labelOrient": "top", "labelAnchor": "start", "labelPadding": 4, "labelLimit": WIDTH}
    return {
        "data": {"values": rows},
        "facet": {"row": _name("panel", sort=panels, title=None, header=header)},
        "spec": layered,
        "spacing": 14,
        "resolve": {"scale": {"y": "independent"}},
    }


def _waves(chart: Mapping[str, Any]) -> Spec:
    waves, rows = chart["waves"], chart["rows"]
    groups = list(dict.fromkeys(row["group"] for row in rows))
    ends = [_place(row, waves, groups, rows) for row in rows if row["value"] is not None]
    low = min((row["low"] if row["low"] is not None else row["value"] for row in ends), default=0)
    high = max((row["high"] if row["high"] is not None else row["value"] for row in ends), default=1)
    margin = (high - low or 1) * 0.16
    floor = 0.0 if chart["percent"] and low - margin < 25 else low - margin  # noqa: PLR2004  a small share starts at zero
    domain = [floor, high + margin]
    height = 250
    last = _spread_ends([_last(ends, group) for group in groups], (domain[1] - domain[0]) / height * 16)
    x = _quantity(
        "x",
        scale={"domain": [-0.42, len(waves) - 0.72], "nice": False},
        axis={
            "title": None,
            "values": list(range(len(waves))),
            "labelExpr": f"{json.dumps(waves)}[datum.value]",
            "grid": False,
            "labelPadding": 6,
        },
    )
    y = _quantity(
        "value",
        scale={"domain": domain, "nice": False, "zero": False},
        axis={
            "title": chart["unit"] or None,
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleY": -8,
            "titleX": 0,
            "tickCount": 5,
            "domain": False,
            "ticks": False,
            "labelColor": SOFT,
        },
    )
    own = {"x": x, "color": BY_TONE, "detail": _name("group")}
    line = {"mark": {"type": "line", "strokeWidth": 1.8, "opacity": 0.55}, "encoding": {**own, "y": y}}
    rules = {
        "mark": {"type": "rule", "strokeWidth": 1.6},
        "encoding": {**own, "y": _quantity("low"), "y2": {"field": "high"}},
    }
    points = {"mark": {"type": "point", "filled": True, "size": 62, "opacity": 1}, "encoding": {**own, "y": y}}
    texts = []
    for side, align, dx in (("left", "right", -8), ("right", "left", 8)):
        for place, dy in (("above", -7), ("below", 8)):
            mark = {"type": "text", "fontWeight": 600, "align": align, "dx": dx, "dy": dy}
            chosen: Spec = {
                "transform": [{"filter": f"datum.side == '{side}_{place}'"}],
                "encoding": {**own, "y": y, "text": _name("text")},
            }
            # A white halo keeps the number legible where a line passes under it.
            texts.append({"mark": {**mark, "stroke": "white", "strokeWidth": 4}, **chosen})
            texts.append({"mark": mark, **chosen})
    names = {
        "data": {"values": last},
        "mark": {"type": "text", "align": "left", "dx": 58, "fontWeight": 600, "fontSize": 12.5},
        "encoding": {"x": x, "y": _quantity("at"), "text": _name("group"), "color": BY_TONE},
    }
    return {
        "data": {"values": ends},
        "layer": [line, rules, points, *texts, names],
        "width": WIDTH - 44 - _label_width(groups) - 56,
        "height": height,
    }


def _place(
    row: Mapping[str, Any], waves: Sequence[str], groups: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Set a point beside those of the other groups, its number on the free side."""
    spread = 0.075
    rank = groups.index(row["group"])
    is_top = row["value"] == max(
        other["value"] for other in rows if other["wave"] == row["wave"] and other["value"] is not None
    )
    side = "left" if rank < len(groups) / 2 and len(groups) > 1 else "right"
    return {
        **row,
        "x": waves.index(row["wave"]) + (rank - (len(groups) - 1) / 2) * spread,
        "side": side + ("_above" if is_top else "_below"),
    }


def _last(rows: Sequence[dict[str, Any]], group: str) -> dict[str, Any]:
    return [row for row in rows if row["group"] == group][-1]


def _spread_ends(ends: Sequence[dict[str, Any]], gap: float) -> list[dict[str, Any]]:
    """Move the names at the end of lines apart, so that none covers another, and align them."""
    placed: list[dict[str, Any]] = []
    right = max((float(row["x"]) for row in ends), default=0.0)
    for row in sorted(ends, key=lambda each: float(each["value"])):
        at = row["value"] if not placed else max(row["value"], placed[-1]["at"] + gap)
        placed.append(row | {"at": at, "x": right})
    return placed


def _distribution(chart: Mapping[str, Any]) -> Spec:
    answers: list[str] = chart["answers"]
    groups = list(dict.fromkeys(row["group"] for row in chart["rows"]))
    told = [answer for answer in answers if answer not in chart["muted"]]
    by_answer = dict(zip(told, _ramp(len(told)), strict=True))
    domain, colours = list(answers), [by_answer.get(answer, MUTED) for answer in answers]
    if any(row["answer"] == chart["hidden_label"] for row in chart["rows"]):
        domain, colours = [*domain, chart["hidden_label"]], [*colours, TONES["hidden"]]
    rows = [row | {"ink": "white" if by_answer.get(row["answer"]) in RAMP[3:] else INK} for row in chart["rows"]]
    y = _rows_axis("group", groups)
    x_axis: Spec = {"title": None, "format": ".0f", "values": [0, 25, 50, 75, 100], "domain": False, "ticks": False}
    legend = {
        "orient": "top",
        "title": None,
        "direction": "horizontal",
        "columns": _columns(answers),
        "offset": 8,
        "values": answers,
    }
    bars = {
        "mark": {"type": "bar", "height": 26, "stroke": "white", "strokeWidth": 1},
        "encoding": {
            "x": _quantity("start", scale={"domain": [0, 100]}, axis={**x_axis, "labelColor": SOFT}),
            "x2": {"field": "end"},
            "y": y,
            "color": _name("answer", scale={"domain": domain, "range": colours}, legend=legend),
        },
    }
    labels = {
        "mark": {"type": "text", "fontWeight": 600},
        "transform": [{"calculate": "(datum.start + datum.end) / 2", "as": "middle"}],
        "encoding": {"x": _quantity("middle"), "y": y, "text": _name("text"), "color": _name("ink", scale=None)},
    }
    return {
        "data": {"values": rows},
        "layer": [bars, labels],
        "width": WIDTH - _label_width(groups) - 12,
        "height": {"step": 38},
    }


def _ramp(count: int) -> list[str]:
    if count >= len(RAMP):
        return [RAMP[min(index * len(RAMP) // count, len(RAMP) - 1)] for index in range(count)]
    if count == 1:
        return [RAMP[4]]
    return [RAMP[round(index * 4 / (count - 1))] for index in range(count)] if count <= 5 else list(RAMP[:count])  # noqa: PLR2004  the five lighter steps


def _columns(labels: Sequence[str]) -> int:
    longest = max(len(label) for label in labels)
    return max(1, min(len(labels), WIDTH // (longest * 6 + 34)))


def _flow(chart: Mapping[str, Any]) -> Spec:
    rows, steps = chart["rows"], chart["steps"]
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    top = max((row["value"] or 0 for row in rows), default=1) or 1
    y = _rows_axis("step", steps)
    bars = {
        "mark": {"type": "bar", "height": 20, "cornerRadiusEnd": 1.5},
        "encoding": {
            "x": _quantity("value", scale={"domain": [0, top], "nice": False}, axis=None),
            "y": y,
            "color": BY_TONE,
        },
    }
    labels = {
        "mark": {"type": "text", "align": "left", "dx": 6},
        "transform": [{"calculate": "isValid(datum.value) ? datum.value : 0", "as": "at"}],
        "encoding": {"x": _quantity("at"), "y": y, "text": _name("text")},
    }
    width = round((WIDTH - _label_width(steps)) / len(panels)) - 100
    header = {"labelAnchor": "start", "labelPadding": 6}
    return {
        "data": {"values": rows},
        "facet": {"column": _name("panel", sort=panels, title=None, header=header)},
        "spec": {"layer": [bars, labels], "width": width, "height": {"step": 32}},
        "spacing": 92,
    }
