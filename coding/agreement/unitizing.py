"""α_U: agreement on spans that each coder cut freely, one code at a time (Krippendorff 1995, 2004 p. 251-256).

A span is (start, end), half-open; the spans of one coder with one code must not overlap (`merged` makes them so).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from coding.agreement.ratings import Numbers, Places

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of the continuum: a span of a coder, or a gap between two."""

    start: int
    end: int
    is_gap: bool

    @property
    def length(self) -> int:
        """In code points."""
        return self.end - self.start


def merged(spans: Iterable[Stretch]) -> list[Stretch]:
    """Return spans in order, those that share a character made one; empty ones are left out, touching ones stay two."""
    result: list[Stretch] = []
    for start, end in sorted(set(spans)):
        if end <= start:
            continue
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def sections(spans: Sequence[Stretch], begin: int, end: int) -> list[Section]:
    """Cut a continuum [begin, end) into the spans of one coder, sorted and disjoint, and the gaps between them."""
    result: list[Section] = []
    place = begin
    for start, stop in spans:
        if start > place:
            result.append(Section(place, start, is_gap=True))
        result.append(Section(start, stop, is_gap=False))
        place = stop
    if place < end:
        result.append(Section(place, end, is_gap=True))
    return result


def squared_distance(one: Section, other: Section) -> int:
    """δ² of two sections: of the ends of spans that overlap; the squared length of a span inside a gap; else 0."""
    overlap = one.start < other.end and other.start < one.end
    if not one.is_gap and not other.is_gap:
        return (one.start - other.start) ** 2 + (one.end - other.end) ** 2 if overlap else 0
    for span, gap in ((one, other), (other, one)):
        if not span.is_gap and gap.is_gap and gap.start <= span.start and span.end <= gap.end:
            return span.length**2
    return 0


@dataclass(frozen=True, slots=True)
class Continuum:
    """What one document gives to α_U of one code: distances over pairs of coders, lengths of spans and of gaps."""

    length: int
    distances: float
    spans: tuple[int, ...]
    gaps: tuple[int, ...]


def read_continuum(spans: Sequence[Sequence[Stretch]], begin: int, end: int) -> Continuum:
    """Compare the spans of each coder (sorted, disjoint) on [begin, end)."""
    cut = [sections(each, begin, end) for each in spans]
    distances = sum(_distances(one, other) for one, other in combinations(cut, 2))
    return Continuum(
        end - begin,
        float(distances),
        tuple(section.length for each in cut for section in each if not section.is_gap),
        tuple(section.length for each in cut for section in each if section.is_gap),
    )


def _distances(one: Sequence[Section], other: Sequence[Section]) -> int:
    """Walk both lists together: only sections that share a character can differ."""
    total = first = second = 0
    while first < len(one) and second < len(other):
        total += squared_distance(one[first], other[second])
        ends = (one[first].end, other[second].end)
        first += ends[0] <= ends[1]
        second += ends[1] <= ends[0]
    return total


@dataclass(frozen=True, slots=True)
class Continua:
    """Documents for one code, read once: gaps sorted, each span and gap with the place of its document."""

    lengths: Numbers
    distances: Numbers
    spans: Numbers
    span_documents: Places
    gaps: Numbers
    gap_documents: Places
    coder_count: int

    @classmethod
    def of(cls, documents: Sequence[Continuum], coder_count: int) -> "Continua":
        """Gather documents that the same coders read."""
        gaps = np.array(
            [(length, place) for place, document in enumerate(documents) for length in document.gaps], dtype=np.float64
        ).reshape(-1, 2)
        gaps = gaps[np.argsort(gaps[:, 0])]
        return cls(
            lengths=np.array([document.length for document in documents], dtype=np.float64),
            distances=np.array([document.distances for document in documents], dtype=np.float64),
            spans=np.array([length for document in documents for length in document.spans], dtype=np.float64),
            span_documents=np.repeat(np.arange(len(documents)), [len(document.spans) for document in documents]),
            gaps=gaps[:, 0],
            gap_documents=gaps[:, 1].astype(np.int64),
            coder_count=coder_count,
        )

    def disagreement(self, times: Numbers) -> tuple[float, float]:
        """Return D_o and D_e of the documents laid end to end, each `times` times; nan with nothing to compare."""
        length, pairs = float(times @ self.lengths), self.coder_count * (self.coder_count - 1)
        if not length or not pairs:
            return float("nan"), float("nan")
        observed = 2.0 * float(times @ self.distances) / (pairs * length**2)
        spans, held, gaps = self.spans, times[self.span_documents], times[self.gap_documents]
        # For each span, the sum over gaps at least as long of (gap - span + 1), by sums from the longest gap down.
        place = np.searchsorted(self.gaps, spans)
        above = np.append(np.cumsum((gaps * self.gaps)[::-1])[::-1], 0.0)[place]
        number = np.append(np.cumsum(gaps[::-1])[::-1], 0.0)[place]
        in_gaps = above + number * (1.0 - spans)
        with_spans = (held.sum() - 1.0) / 3.0 * (2.0 * spans**3 - 3.0 * spans**2 + spans)
        total = self.coder_count * length
        possible = total * (total - 1.0) - float((held * spans * (spans - 1.0)).sum())
        if possible <= 0:
            return observed, float("nan")
        expected = 2.0 / length * float((held * (with_spans + spans**2 * in_gaps)).sum()) / possible
        return observed, expected


def alpha_u(observed: float, expected: float) -> float:
    """1 - D_o / D_e; nan where chance would not disagree."""
    return 1.0 - observed / expected if expected > 0 else float("nan")
