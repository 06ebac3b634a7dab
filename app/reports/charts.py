"""From a chart's worded values to SVG: Vega-Lite, drawn by vl-convert; the same SVG on screen and in print.

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

from app.reports import specs
from app.reports.fonts import FAMILY, font_directory
from app.reports.specs import build_spec

Chart = dict[str, Any]

FORMAT_LOCALES = {
    "fr": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\u00a0€"], "minus": "\u2212"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["£", ""], "minus": "\u2212"},
}
DRAWING_SECONDS = 120


def chart_hash(chart: Chart) -> str:
    """Name a chart by its content and by the way it is drawn."""
    ways = [Path(source).stat().st_size for source in (__file__, specs.__file__)]
    drawn = json.dumps([chart, *ways], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(drawn.encode()).hexdigest()


def draw_charts(charts: Sequence[Chart]) -> list[str]:
    """Draw charts in this process; the first costs half a second, the others a few hundredths."""
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


if __name__ == "__main__":
    json.dump(draw_charts(json.load(sys.stdin)), sys.stdout)
