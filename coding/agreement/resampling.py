"""How sure a coefficient is: the documents are drawn again, with replacement (Efron 1979), from a given seed.

Units of one document are no independent observations (one person speaks): the document is what is drawn.
"""

from dataclasses import dataclass

import numpy as np

from coding.agreement.ratings import Numbers

DEFAULT_DRAWS = 1_000
DEFAULT_SEED = 20_250_101
LEVEL = 0.95
LEAST_GROUPS = 2
# Where more than this share of the drawn corpora has no value, the interval would be that of other corpora.
MOST_UNDEFINED = 0.05


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the bounds of its 95 % interval; None where it is not defined, or too few documents were drawn."""

    value: float | None
    low: float | None = None
    high: float | None = None


def draws(group_count: int, *, seed: int, number: int = DEFAULT_DRAWS) -> Numbers:
    """Return corpora × groups: how often each group was drawn. The first corpus is the real one."""
    chance = np.random.default_rng(seed)
    drawn = chance.multinomial(group_count, np.full(group_count, 1.0 / group_count), size=number)
    return np.vstack([np.ones((1, group_count)), drawn]).astype(np.float64)


def estimate(values: Numbers, *, group_count: int) -> Estimate:
    """Read the real corpus first, then the interval by percentiles of those drawn."""
    value = as_number(values[0])
    drawn = values[1:]
    defined = drawn[np.isfinite(drawn)]
    if value is None or group_count < LEAST_GROUPS or len(defined) < (1.0 - MOST_UNDEFINED) * len(drawn):
        return Estimate(value)
    low, high = np.quantile(defined, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return Estimate(value, as_number(low), as_number(high))


def as_number(value: float | np.float64) -> float | None:
    """Return a plain number, None for nan; the last digits, where only rounding lives, are dropped."""
    return None if not np.isfinite(value) else round(float(value), 12) + 0.0
