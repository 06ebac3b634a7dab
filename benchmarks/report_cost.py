"""What a report costs: pages, CPU seconds and peak memory of its job, with 25 figures and 15 tables.

Run by hand: `python -m benchmarks.report_cost [figures] [tables]`. The children (charts) are counted.
"""

import resource
import sys
from typing import Any

from app.reports.job import draw_pictures
from app.reports.pdf import write_pdf

SENTENCE = (
    "Les personnes tirées au sort répondent aux mêmes questions à chaque vague, qu’elles soient entrées ou non dans le "
    "programme. "
)
PROGRAMME, CONTROL = ("Groupe programme", "programme"), ("Groupe témoin", "control")


def make_document(n_figures: int, n_tables: int) -> dict[str, Any]:
    """Make a report of invented numbers, of the shapes that the composer writes."""
    words = {
        name: name.capitalize()
        for name in ("contents", "key_points", "figure", "table", "reading", "field", "source", "note", "data", "about")
    } | {"method": SENTENCE * 3, "evaluation_of": "Rapport d’évaluation"}
    blocks = []
    for number in range(1, n_figures + 1):
        if number % 3 == 1:
            blocks.append(_block("text", number, title=f"Résultat {number}, en une phrase", nodes=_text(7)))
        blocks.append(_block("figure", number, chart=_chart(number), alternative=SENTENCE, notes=_notes()))
        if number <= n_tables:
            blocks.append(_block("table", number, table=_table(), notes=_notes()))
        blocks.append(_block("text", number, nodes=_text(5)))
    return {
        "locale": "fr", "title": "Mesure du coût", "subtitle": SENTENCE, "authors": "Tresse", "study": "Étude",
        "programme": "", "dated": "1er janvier 2026", "words": words, "blocks": blocks,
        "attachments": [
            {"name": f"figure_{number:02d}.csv", "description": "Données", "content": "a;b\r\n1;2\r\n"}
            for number in range(1, n_figures + 1)
        ],
    }  # fmt: skip


def _block(kind: str, number: int, **changes: Any) -> dict[str, Any]:
    return {
        "kind": kind, "anchor": f"{kind}{number}{len(changes)}", "title": "" if kind == "text" else SENTENCE[:60],
        "number": number, "nodes": [], "chart": None, "alternative": "", "table": None, "notes": None, "remark": "",
        "warnings": [], "quotations": [],
    } | changes  # fmt: skip


def _line(words: str) -> list[dict[str, str]]:
    return [{"text": words, "style": "plain", "href": ""}]


def _text(count: int) -> list[dict[str, Any]]:
    return [{"tag": "p", "lines": [_line(SENTENCE * count)]}]


def _notes() -> dict[str, Any]:
    return {name: _text(1) for name in ("reading", "field", "source")}


def _chart(number: int) -> dict[str, Any]:
    waves = ["T0", "T1", "T2"]
    if number % 2:
        rows = [
            {"group": group, "wave": wave, "value": value, "low": value - 4, "high": value + 4, "text": f"{value} %",
             "tone": tone}
            for group, tone, base in ((*PROGRAMME, number), (*CONTROL, number + 2))
            for wave, value in zip(waves, (base + 10, base + 15, base + 19), strict=True)
        ]  # fmt: skip
        return {"kind": "waves", "locale": "fr", "percent": True, "unit": "en %", "waves": waves, "rows": rows}
    rows = [
        {"panel": panel, "group": group, "value": value, "low": value - 4, "high": value + 5, "text": f"{value} %",
         "tone": tone}
        for panel in ("En emploi", "En formation")
        for group, tone, value in ((*PROGRAMME, 20 + number), (*CONTROL, 22 + number))
    ]  # fmt: skip
    return {"kind": "shares", "locale": "fr", "rows": rows}


def _table() -> dict[str, Any]:
    cell = {"text": "24,3 %", "note": "[18,6 ; 31,1] · n = 177", "reason": ""}
    rows = [{"head": wave, "note": "", "cells": [cell] * 4, "judgement": ""} for wave in ("T0", "T1", "T2")]
    columns = ["Vague", "Groupe programme", "Groupe témoin", "Ensemble", "Écart selon le tirage"]
    return {"columns": columns, "groups": [{"label": f"Indicateur {n}", "note": "", "rows": rows} for n in range(5)]}


def main() -> None:
    """Print the cost."""
    n_figures, n_tables = (int(argument) for argument in [*sys.argv[1:], "25", "15"][:2])
    document = make_document(n_figures, n_tables)
    printed = write_pdf(document, draw_pictures(document))
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    peak = max(own.ru_maxrss, children.ru_maxrss) / 1024
    print(
        f"n = 1 report, {printed.page_count} pages, {n_figures} figures, {n_tables} tables: {seconds:.1f} s CPU, "
        f"peak {peak:.0f} MB (largest process), {len(printed.content) / 1024:.0f} kB"
    )
    if len(sys.argv) > 3:
        with open(sys.argv[3], "wb") as file:  # noqa: PTH123  a path given by hand
            file.write(printed.content)


if __name__ == "__main__":
    main()
