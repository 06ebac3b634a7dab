"""Squared distances between values, 0 on the diagonal."""

from collections.abc import Sequence

import numpy as np

from coding.agreement.ratings import Numbers

Codes = frozenset[str]


def nominal(size: int) -> Numbers:
    """1 between any two different values."""
    return 1.0 - np.eye(size)


def interval(values: Sequence[float]) -> Numbers:
    """(a - b)²."""
    line = np.asarray(values, dtype=np.float64)
    return (line[:, None] - line[None, :]) ** 2


def ratio(values: Sequence[float]) -> Numbers:
    """((a - b) / (a + b))²; 0 between two values whose sum is 0."""
    line = np.asarray(values, dtype=np.float64)
    total = line[:, None] + line[None, :]
    return (np.divide(line[:, None] - line[None, :], total, out=np.zeros_like(total), where=total != 0)) ** 2


def ordinal(totals: Numbers) -> Numbers:
    """(the values ranked between a and b, half of each end)², from how often each value stands (last axis, in order).

    Returns one matrix for each row of `totals`: it depends on what was said.
    """
    ranks = np.cumsum(totals, axis=-1) - totals / 2.0
    return (ranks[..., :, None] - ranks[..., None, :]) ** 2


def jaccard(sets: Sequence[Codes]) -> Numbers:
    """1 - |A ∩ B| / |A ∪ B|; 0 between two empty sets (Jaccard 1912)."""
    return np.array([[1.0 - _overlap(one, other) for other in sets] for one in sets]).reshape(len(sets), -1)


def inclusion(sets: Sequence[Codes]) -> Numbers:
    """0 equal, ⅓ one within the other, ⅔ something in common, 1 nothing in common (Passonneau 2004)."""
    return np.array([[1.0 - _monotonicity(one, other) for other in sets] for one in sets]).reshape(len(sets), -1)


def masi(sets: Sequence[Codes], *, product_of_distances: bool = False) -> Numbers:
    """1 - Jaccard × monotonicity (Passonneau 2006).

    `product_of_distances` gives (1 - Jaccard) × (1 - monotonicity) instead, as DKPro Statistics computes it.
    """
    if product_of_distances:
        return jaccard(sets) * inclusion(sets)
    return 1.0 - (1.0 - jaccard(sets)) * (1.0 - inclusion(sets))


def _overlap(one: Codes, other: Codes) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 1.0


def _monotonicity(one: Codes, other: Codes) -> float:
    if one == other:
        return 1.0
    if one <= other or other <= one:
        return 2.0 / 3.0
    return 1.0 / 3.0 if one & other else 0.0
