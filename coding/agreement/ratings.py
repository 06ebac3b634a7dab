"""Who gave which value to which unit, summed by group (document) in tables that add up.

Every coefficient is computed from such sums, so that the value and its interval come from one formula: a resampled
corpus is a weighted sum of the tables of its documents.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

MISSING = -1
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ratings:
    """Units × coders, each cell the place of a value in `values`, -1 when the coder did not rate the unit.

    `weights` says how many units a row stands for; `groups` which document it is from, 0 to `group_count` - 1.
    """

    cells: Places
    values: tuple[Hashable, ...]
    weights: Numbers
    groups: Places
    group_count: int

    @property
    def coder_count(self) -> int:
        """How many coders there are."""
        return int(self.cells.shape[1])


@dataclass(frozen=True, slots=True)
class Sums:
    """Tables of each group (first axis), or of each resampled corpus.

    `rated` counts units with a value, `shared` those with two or more. `shares` (values) sums r_v / r. `pairs` (values
    × values) sums the ordered pairs of a unit over their number r (r - 1), `coincidences` over r - 1. `tables` (pairs
    of coders × values × values) counts units by what the two said.
    """

    rated: Numbers
    shared: Numbers
    shares: Numbers
    pairs: Numbers
    coincidences: Numbers
    tables: Numbers

    def weighted(self, weights: Numbers) -> "Sums":
        """Return the tables of corpora holding each group `weights[corpus, group]` times."""

        def add(table: Numbers) -> Numbers:
            added: Numbers = np.tensordot(weights, table, axes=1)
            return added

        return Sums(
            add(self.rated), add(self.shared), add(self.shares), add(self.pairs), add(self.coincidences),
            add(self.tables),
        )  # fmt: skip


def rate(
    rows: Sequence[Sequence[Hashable | None]],
    *,
    values: Sequence[Hashable] | None = None,
    groups: Sequence[int] | None = None,
) -> Ratings:
    """Read units × coders as values, None for a missing one; each unit is a group of its own when none are given.

    `values` fixes the values and their order; else they are those seen, sorted where they can be.
    """
    seen = {value for row in rows for value in row if value is not None}
    ordered = tuple(values) if values is not None else tuple(sorted(seen, key=_rank))
    places = {value: place for place, value in enumerate(ordered)}
    cells = np.array(
        [[MISSING if value is None else places[value] for value in row] for row in rows], dtype=np.int64
    ).reshape(len(rows), -1)
    numbers = np.arange(len(rows)) if groups is None else np.asarray(groups, dtype=np.int64)
    return Ratings(cells, ordered, np.ones(len(rows)), numbers, int(numbers.max(initial=-1)) + 1)


def _rank(value: Hashable) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return (0, float(value), "")
    if isinstance(value, frozenset):
        return (2, len(value), "\x1f".join(sorted(map(str, value))))
    return (1, 0.0, str(value))


def joined(ratings: Ratings) -> Ratings:
    """Return the same ratings with equal rows of a group made one, their weights added."""
    keyed = np.column_stack([ratings.groups, ratings.cells])
    rows, inverse = np.unique(keyed, axis=0, return_inverse=True)
    weights = np.zeros(len(rows))
    np.add.at(weights, inverse.reshape(-1), ratings.weights)
    return Ratings(rows[:, 1:], ratings.values, weights, rows[:, 0], ratings.group_count)


def counted(ratings: Ratings) -> Numbers:
    """Return units × values: how many coders gave each value."""
    counts = np.zeros((len(ratings.cells), len(ratings.values)))
    for column in ratings.cells.T:
        given = column != MISSING
        counts[np.flatnonzero(given), column[given]] += 1
    return counts


def summed(ratings: Ratings) -> Sums:
    """Sum the tables by group."""
    ratings = joined(ratings)
    counts = counted(ratings)
    total = counts.sum(axis=1)
    shared = total > 1
    products = counts[:, :, None] * counts[:, None, :] - np.eye(counts.shape[1]) * counts[:, None, :]
    safe = np.maximum(total, 2.0)

    def by_group(per_unit: Numbers, kept: NDArray[np.bool_]) -> Numbers:
        result = np.zeros((ratings.group_count, *per_unit.shape[1:]))
        shape = (-1, *([1] * (per_unit.ndim - 1)))
        np.add.at(result, ratings.groups[kept], (per_unit * ratings.weights.reshape(shape))[kept])
        return result

    ones = np.ones(len(total))
    return Sums(
        rated=by_group(ones, total > 0),
        shared=by_group(ones, shared),
        shares=by_group(counts / np.maximum(total, 1.0)[:, None], total > 0),
        pairs=by_group(products / (safe * (safe - 1.0))[:, None, None], shared),
        coincidences=by_group(products / (safe - 1.0)[:, None, None], shared),
        tables=_tables(ratings),
    )


def _tables(ratings: Ratings) -> Numbers:
    size = len(ratings.values)
    tables = np.zeros((ratings.group_count, max(1, ratings.coder_count * (ratings.coder_count - 1) // 2), size, size))
    for number, (one, other) in enumerate(combinations(range(ratings.coder_count), 2)):
        first, second = ratings.cells[:, one], ratings.cells[:, other]
        both = (first != MISSING) & (second != MISSING)
        np.add.at(tables, (ratings.groups[both], number, first[both], second[both]), ratings.weights[both])
    return tables


@dataclass(frozen=True, slots=True)
class Disagreements:
    """What α needs where the distance is known beforehand: `observed` (groups), `totals` (groups × values).

    It stays small with hundreds of values, such as sets of codes.
    """

    observed: Numbers
    totals: Numbers

    def weighted(self, weights: Numbers) -> "Disagreements":
        """Return those of corpora holding each group `weights[corpus, group]` times."""
        return Disagreements(weights @ self.observed, weights @ self.totals)


def disagreed(ratings: Ratings, distance: Numbers) -> Disagreements:
    """Sum squared distances over the ordered pairs of values of a unit, over r - 1; one value alone is left out."""
    ratings = joined(ratings)
    given = ratings.cells != MISSING
    total = given.sum(axis=1)
    shared = total > 1
    per_unit = np.zeros(len(total))
    for one, other in combinations(range(ratings.coder_count), 2):
        both = given[:, one] & given[:, other]
        per_unit[both] += 2.0 * distance[ratings.cells[both, one], ratings.cells[both, other]]
    per_unit = np.where(shared, per_unit / np.maximum(total - 1.0, 1.0), 0.0) * ratings.weights
    totals = np.zeros((ratings.group_count, len(ratings.values)))
    for column in ratings.cells.T:
        kept = shared & (column != MISSING)
        np.add.at(totals, (ratings.groups[kept], column[kept]), ratings.weights[kept])
    observed = np.zeros(ratings.group_count)
    np.add.at(observed, ratings.groups, per_unit)
    return Disagreements(observed, totals)
