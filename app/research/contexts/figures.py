"""Charts drawn by templates as plain SVG: places in shares of the width, so that words keep their size on a phone.

Numbers of the fieldwork change with each answer: a drawing kept in a folder, as those of reports are, would serve once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 120
"""Of the columns, in pixels."""
ROW = 40
_WIDEST = 12.0
_LEAST = 3.0
_LABEL = 44
_BAR = 72.0
"""Of the width, for the longest bar: its number stands behind it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing counted: its words, its number, the words of its number; None: hidden. `is_marked` sets it apart."""

    label: str
    value: float | None
    words: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where it begins and how wide it is, in hundredths of the width; its top and height, in pixels."""

    label: str
    words: str
    x: float
    width: float
    y: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of columns from left to right, with the words of its first, its last and its highest."""

    title: str
    description: str
    columns: tuple[Column, ...]
    first: str
    last: str
    highest: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar below its label: how long it is, and of that how much is full, in hundredths of the width."""

    label: str
    words: str
    y: int
    width: float
    full: float
    tone: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of bars from top to bottom, `height` pixels in all."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    height: int


def columns(title: str, description: str, parts: Sequence[Part]) -> Columns | None:
    """Lay columns out; None without anything to show."""
    top = max((part.value or 0.0 for part in parts), default=0.0)
    if not parts or (not top and all(part.value is not None for part in parts)):
        return None
    step = min(100 / len(parts), _WIDEST)
    gap = step / 5 if len(parts) < _LABEL else 0.0
    laid = []
    for place, part in enumerate(parts):
        # A hidden one has a place and no height that could be read.
        height = HEIGHT / 4 if part.value is None else HEIGHT * part.value / top if top else 0.0
        height = max(height, _LEAST) if part.value != 0 else 0.0
        tone = "hidden" if part.value is None else "marked" if part.is_marked else "plain"
        laid.append(
            Column(
                part.label,
                part.words,
                round(place * step + gap / 2, 3),
                round(step - gap, 3),
                round(HEIGHT - height, 1),
                round(height, 1),
                tone,
            )
        )
    highest = max(parts, key=lambda part: part.value or 0.0)
    return Columns(
        title,
        description,
        tuple(laid),
        parts[0].label,
        parts[-1].label if len(parts) > 1 else "",
        highest.words if highest.value else "",
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One bar to lay out: its whole and the full part of it; None: hidden. `is_hidden` draws it, and says nothing."""

    label: str
    whole: float | None
    full: float | None
    words: str
    is_hidden: bool = False


def bars(title: str, description: str, rows: Sequence[Row]) -> Bars | None:
    """Lay bars out; None without anything to show."""
    top = max((row.whole or 0.0 for row in rows), default=0.0)
    if not top:
        return None
    return Bars(
        title,
        description,
        tuple(
            Bar(
                _cut(row.label),
                row.words,
                place * ROW,
                _BAR if row.whole is None else round(_BAR * row.whole / top, 2),
                0.0 if row.full is None or row.is_hidden else round(_BAR * row.full / top, 2),
                "hidden" if row.whole is None or row.is_hidden else "plain",
            )
            for place, row in enumerate(rows)
        ),
        len(rows) * ROW,
    )


def _cut(label: str) -> str:
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 1].rstrip()}…"
