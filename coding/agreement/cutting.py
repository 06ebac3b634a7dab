"""What is compared, chosen before anything is counted: turns, sentences, the stretches coders chose, or characters.

Units are disjoint, in order, and without white space at their ends; so are the spans laid on them. A coder gives a code
to a unit when one of their spans with it shares a character with the unit. White space never counts: neither a trailing
space nor the order of spans changes a value.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from coding.agreement.kinds import UnitKind
from coding.agreement.ratings import MISSING, Places
from coding.agreement.unitizing import Stretch, merged
from coding.spans import Span, trim
from coding.units import sentences


@dataclass(frozen=True, slots=True)
class Mark:
    """One code (numbered from 0) on [start, end)."""

    start: int
    end: int
    code: int


@dataclass(frozen=True, slots=True)
class Layers:
    """One document: its text, the turns that count, and the marks of each coder; None where a coder did not read it."""

    text: str
    turns: tuple[Stretch, ...]
    marks: tuple[tuple[Mark, ...] | None, ...]

    @property
    def readers(self) -> tuple[int, ...]:
        """Numbers of the coders who read it."""
        return tuple(number for number, marks in enumerate(self.marks) if marks is not None)


@dataclass(frozen=True, slots=True)
class Cut:
    """The units of one document: places, how many each stands for, and who gave which code.

    `given` (units × coders × codes) is 1 or 0, -1 for a coder who did not read the document.
    """

    places: tuple[Stretch, ...]
    sizes: NDArray[np.int64]
    given: NDArray[np.int8]

    def column(self, code: int) -> Places:
        """Return units × coders for one code."""
        return self.given[:, :, code].astype(np.int64)


def cleaned(document: Layers) -> Layers:
    """Leave white space at the ends of marks out, and marks that hold nothing else."""

    def clean(marks: Iterable[Mark]) -> tuple[Mark, ...]:
        kept = []
        for mark in sorted(marks, key=lambda each: (each.start, each.end, each.code)):
            inside = trim(document.text, Span(mark.start, mark.end))
            if inside.start < inside.end:
                kept.append(Mark(inside.start, inside.end, mark.code))
        return tuple(dict.fromkeys(kept))

    return Layers(
        document.text, document.turns, tuple(None if marks is None else clean(marks) for marks in document.marks)
    )


def cut(document: Layers, kind: UnitKind, *, code_count: int, only_coded: bool) -> Cut:
    """Cut a cleaned document; `only_coded` keeps the units that at least one coder gave one of the codes."""
    places = _places(document, kind)
    sizes = _sizes(document.text, places, kind)
    given = np.zeros((len(places), len(document.marks), code_count), dtype=np.int8)
    starts = np.array([start for start, _ in places], dtype=np.int64)
    ends = np.array([end for _, end in places], dtype=np.int64)
    for coder, marks in enumerate(document.marks):
        if marks is None:
            given[:, coder, :] = MISSING
            continue
        for mark in marks:
            first = int(np.searchsorted(ends, mark.start, side="right"))
            last = int(np.searchsorted(starts, mark.end, side="left"))
            given[first:last, coder, mark.code] = 1
    kept = sizes > 0
    if only_coded or kind is UnitKind.SEGMENT:
        kept &= (given == 1).any(axis=(1, 2))
    return Cut(tuple(place for place, keep in zip(places, kept, strict=True) if keep), sizes[kept], given[kept])


def _places(document: Layers, kind: UnitKind) -> list[Stretch]:
    text = document.text
    spans = [(mark.start, mark.end) for marks in document.marks for mark in marks or ()]
    if kind is UnitKind.TURN:
        found = [trim(text, Span(start, end)) for start, end in document.turns]
        return [(span.start, span.end) for span in found if span.start < span.end]
    if kind is UnitKind.SENTENCE:
        return [(start, end) for turn in document.turns for start, end, _words in sentences(text, *turn)]
    if kind is UnitKind.SEGMENT:
        return [
            span for span in merged(spans) if any(span[0] < end and start < span[1] for start, end in document.turns)
        ]
    borders = {place for span in spans for place in span}
    return [
        (start, end)
        for turn in document.turns
        for start, end in pairwise(sorted({*turn, *(place for place in borders if turn[0] < place < turn[1])}))
    ]


def _sizes(text: str, places: Sequence[Stretch], kind: UnitKind) -> NDArray[np.int64]:
    """A character unit stands for its characters that are not white space, any other for itself."""
    if kind is not UnitKind.CHARACTER:
        return np.ones(len(places), dtype=np.int64)
    return np.array([sum(not letter.isspace() for letter in text[start:end]) for start, end in places], dtype=np.int64)
