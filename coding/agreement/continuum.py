"""The u-α family: one coder's spans cover the text once, codes compete.

Source: Krippendorff, Mathet, Bouvry & Widlöcher (2016); Krippendorff (2019), § 12.6.

u-α asks whether coders cut and name alike; |u-α only whether they find the same matter relevant; cu-α whether they name
alike where they found the same matter; (k)u-α that, for each code. Lengths count, so long passages weigh more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from coding.agreement.coefficients import divide
from coding.agreement.ratings import Numbers

GAP = 0
# A span with its code, numbered from 1; 0 is what no span covers.
Coded = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Coincidences:
    """Sums of one document, or of many corpora (first axis), over coders; index 0 is what nobody coded.

    `lengths` (values × values) are lengths of intersections between two coders, over coders - 1. `selves` (values) is
    what a span shares with itself: its squared length, its length in a gap. `inner` squares the part of each span that
    other coders coded, on average over them.
    """

    lengths: Numbers
    selves: Numbers
    inner: Numbers

    def weighted(self, weights: Numbers) -> "Coincidences":
        """Return those of corpora holding each document `weights[corpus, document]` times."""
        return Coincidences(np.tensordot(weights, self.lengths, axes=1), weights @ self.selves, weights @ self.inner)


def stacked(documents: Sequence[Coincidences]) -> Coincidences:
    """Lay the sums of documents along a first axis."""
    return Coincidences(
        np.stack([each.lengths for each in documents]),
        np.stack([each.selves for each in documents]),
        np.stack([each.inner for each in documents]),
    )


def overlapping(spans: Sequence[Coded]) -> bool:
    """Whether two spans of one coder share a character: the family is not defined then."""
    ordered = sorted(spans)
    return any(later[0] < earlier[1] for earlier, later in pairwise(ordered))


def coincide(coders: Sequence[Sequence[Coded]], begin: int, end: int, *, code_count: int) -> Coincidences:
    """Sum one document: each coder's spans (disjoint) on [begin, end)."""
    size = code_count + 1
    cut = [_partition(spans, begin, end) for spans in coders]
    lengths, selves, inner = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    for one, other in combinations(cut, 2):
        for first, second, length in _meetings(one, other):
            lengths[first, second] += length
            lengths[second, first] += length
    others = max(1, len(cut) - 1)
    for number, pieces in enumerate(cut):
        matter = [span for place, each in enumerate(cut) if place != number for span in each if span[2] != GAP]
        for start, stop, code in pieces:
            if code == GAP:
                selves[GAP] += stop - start
            else:
                selves[code] += (stop - start) ** 2
                inner[code] += (_shared(matter, start, stop) / others) ** 2
    return Coincidences(lengths / others, selves, inner)


def u_alpha(sums: Coincidences) -> Numbers:
    """Agreement on cutting and naming."""
    total = sums.lengths.sum(axis=(-2, -1))
    observed = total - np.trace(sums.lengths, axis1=-2, axis2=-1)
    expected = _expected(sums.lengths, sums.selves)
    chance = expected.sum(axis=(-2, -1)) - np.trace(expected, axis1=-2, axis2=-1)
    return 1.0 - divide(observed, chance)


def binary_u_alpha(sums: Coincidences) -> Numbers:
    """|u-α: agreement on what is coded at all, whatever the code."""
    expected = _expected(sums.lengths, sums.selves)

    def across(table: Numbers) -> Numbers:
        crossing: Numbers = table[..., 0, 1:].sum(axis=-1) + table[..., 1:, 0].sum(axis=-1)
        return crossing

    return 1.0 - divide(across(sums.lengths), across(expected))


def cu_alpha(sums: Coincidences) -> Numbers:
    """cu-α: agreement on the code, where both coded."""
    lengths = sums.lengths[..., 1:, 1:]
    expected = _expected(lengths, sums.inner[..., 1:])
    observed = lengths.sum(axis=(-2, -1)) - np.trace(lengths, axis1=-2, axis2=-1)
    chance = expected.sum(axis=(-2, -1)) - np.trace(expected, axis1=-2, axis2=-1)
    return 1.0 - divide(observed, chance)


def code_u_alpha(sums: Coincidences) -> tuple[Numbers, Numbers]:
    """(k)u-α of each code (last axis), and the share of its matter that another coder coded too."""
    lengths = sums.lengths[..., 1:, 1:]
    expected = _expected(lengths, sums.inner[..., 1:])
    here, chance = lengths.sum(axis=-2), expected.sum(axis=-2)
    wrong = here - np.diagonal(lengths, axis1=-2, axis2=-1)
    chance_wrong = chance - np.diagonal(expected, axis1=-2, axis2=-1)
    values = 1.0 - divide(chance * wrong, here * chance_wrong)
    # All of its matter agrees, and chance could not have done otherwise.
    values = np.where(np.isnan(values) & (here > 0) & np.isclose(wrong, 0.0), 1.0, values)
    return values, divide(here, sums.lengths.sum(axis=-2)[..., 1:])


def _expected(lengths: Numbers, selves: Numbers) -> Numbers:
    """Return lengths of intersections by chance: any two stretches but one with itself (2019, eq. 33 and 36)."""
    rows, columns = lengths.sum(axis=-1), lengths.sum(axis=-2)
    products = rows[..., :, None] * columns[..., None, :] - selves[..., None] * np.eye(lengths.shape[-1])
    total = lengths.sum(axis=(-2, -1))
    possible = total - divide(selves.sum(axis=-1), total)
    return divide(products, possible[..., None, None])


def _partition(spans: Sequence[Coded], begin: int, end: int) -> list[Coded]:
    pieces: list[Coded] = []
    place = begin
    for start, stop, code in sorted(spans):
        if start > place:
            pieces.append((place, start, GAP))
        pieces.append((start, stop, code))
        place = stop
    if place < end:
        pieces.append((place, end, GAP))
    return pieces


def _meetings(one: Sequence[Coded], other: Sequence[Coded]) -> list[tuple[int, int, int]]:
    """Return code, code and length of each stretch where two partitions meet."""
    found = []
    first = second = 0
    while first < len(one) and second < len(other):
        start = max(one[first][0], other[second][0])
        stop = min(one[first][1], other[second][1])
        if stop > start:
            found.append((one[first][2], other[second][2], stop - start))
        ends = (one[first][1], other[second][1])
        first += ends[0] <= ends[1]
        second += ends[1] <= ends[0]
    return found


def _shared(spans: Sequence[Coded], start: int, stop: int) -> int:
    return sum(max(0, min(stop, end) - max(start, begin)) for begin, end, _code in spans)
