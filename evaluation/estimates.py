"""Quantities with their interval: means, shares, changes of the same persons, differences between groups.

Every interval is at 95 %. Formulas and sources: docs/method/intervals.md.
"""

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
NORMAL_QUANTILE = 1.959963984540054  # 97.5 % quantile of the standard normal


class Estimand(enum.StrEnum):
    """What the number is about."""

    MEAN = "mean"
    SHARE = "share"
    MEAN_CHANGE = "mean_change"
    SHARE_CHANGE = "share_change"
    MEAN_DIFFERENCE = "mean_difference"
    SHARE_DIFFERENCE = "share_difference"


class Method(enum.StrEnum):
    """How the interval was computed."""

    STUDENT = "student"
    WILSON = "wilson"
    PAIRED_STUDENT = "paired_student"
    NEWCOMBE_PAIRED = "newcombe_paired"
    WELCH = "welch"
    NEWCOMBE = "newcombe"
    CLUSTERED = "clustered"


class Assumption(enum.StrEnum):
    """What must hold for the estimate to mean what it says."""

    PERSONS_INDEPENDENT = "persons_independent"
    MISSING_AT_RANDOM = "missing_at_random"
    NEAR_NORMAL_MEAN = "near_normal_mean"
    SAME_PERSONS = "same_persons"
    DRAWN_BY_LOT = "drawn_by_lot"
    STRATA_NOT_ADJUSTED = "strata_not_adjusted"


GROUP_ASSUMPTIONS = (Assumption.PERSONS_INDEPENDENT, Assumption.MISSING_AT_RANDOM)
DRAWN_ASSUMPTIONS = (Assumption.DRAWN_BY_LOT, *GROUP_ASSUMPTIONS, Assumption.STRATA_NOT_ADJUSTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value, its 95 % interval and the number of persons it rests on.

    Shares and their differences are in [-1, 1], not in percent; `low` and `high` are None where the data cannot say
    (a mean of one person). `counted` is the number of persons who have the trait, for shares only.
    """

    estimand: Estimand
    value: float
    low: float | None
    high: float | None
    n: int
    method: Method
    assumptions: tuple[Assumption, ...]
    counted: int | None = None

    @property
    def is_share(self) -> bool:
        """Whether the value is a proportion or a difference of proportions."""
        return self.estimand in (Estimand.SHARE, Estimand.SHARE_CHANGE, Estimand.SHARE_DIFFERENCE)

    @property
    def covers_zero(self) -> bool:
        """Whether a null value is compatible with the data; True when there is no interval."""
        return self.low is None or self.high is None or self.low <= 0 <= self.high


def estimate_mean(values: Sequence[float]) -> Estimate | None:
    """Mean with Student's interval; None without values.

    Source: Student (1908).
    """
    if not values:
        return None
    value, half = _mean_and_half_width(values)
    return Estimate(
        estimand=Estimand.MEAN,
        value=value,
        low=None if half is None else value - half,
        high=None if half is None else value + half,
        n=len(values),
        method=Method.STUDENT,
        assumptions=(*GROUP_ASSUMPTIONS, Assumption.NEAR_NORMAL_MEAN),
    )


def estimate_share(counted: int, n: int) -> Estimate | None:
    """Share of `n` persons with Wilson's score interval; None when n is 0.

    Source: Wilson (1927).
    """
    if n == 0:
        return None
    low, high = wilson_interval(counted, n)
    return Estimate(
        estimand=Estimand.SHARE,
        value=counted / n,
        low=low,
        high=high,
        n=n,
        counted=counted,
        method=Method.WILSON,
        assumptions=GROUP_ASSUMPTIONS,
    )


def estimate_mean_change(before: Sequence[float], after: Sequence[float]) -> Estimate | None:
    """Mean of after minus before, person by person (same order), with the paired Student interval."""
    differences = [later - earlier for earlier, later in zip(before, after, strict=True)]
    if not differences:
        return None
    value, half = _mean_and_half_width(differences)
    return Estimate(
        estimand=Estimand.MEAN_CHANGE,
        value=value,
        low=None if half is None else value - half,
        high=None if half is None else value + half,
        n=len(differences),
        method=Method.PAIRED_STUDENT,
        assumptions=(Assumption.SAME_PERSONS, *GROUP_ASSUMPTIONS, Assumption.NEAR_NORMAL_MEAN),
    )


def estimate_share_change(before: Sequence[bool], after: Sequence[bool]) -> Estimate | None:
    """Share after minus share before of the same persons (same order).

    Source: Newcombe (1998), Improved confidence intervals for the difference between binomial proportions based on
            paired data, method 10.
    """
    pairs = list(zip(before, after, strict=True))
    n = len(pairs)
    if n == 0:
        return None
    both = sum(earlier and later for earlier, later in pairs)
    gained = sum(later and not earlier for earlier, later in pairs)
    lost = sum(earlier and not later for earlier, later in pairs)
    neither = n - both - gained - lost
    low, high = newcombe_paired_interval(both, gained, lost, neither)
    return Estimate(
        estimand=Estimand.SHARE_CHANGE,
        value=(gained - lost) / n,
        low=low,
        high=high,
        n=n,
        method=Method.NEWCOMBE_PAIRED,
        assumptions=(Assumption.SAME_PERSONS, *GROUP_ASSUMPTIONS),
    )


def estimate_mean_difference(
    first: Sequence[float], second: Sequence[float], *, assumptions: tuple[Assumption, ...] = DRAWN_ASSUMPTIONS
) -> Estimate | None:
    """Mean of `first` minus mean of `second` with Welch's interval; None when a group is empty.

    Source: Welch (1947); degrees of freedom by Satterthwaite (1946).
    """
    if not first or not second:
        return None
    value = math.fsum(first) / len(first) - math.fsum(second) / len(second)
    low = high = None
    if len(first) > 1 and len(second) > 1:
        a, b = _variance(first) / len(first), _variance(second) / len(second)
        half = 0.0
        if a + b > 0:
            freedom = (a + b) ** 2 / (a**2 / (len(first) - 1) + b**2 / (len(second) - 1))
            half = student_quantile(freedom) * math.sqrt(a + b)
        low, high = value - half, value + half
    return Estimate(
        estimand=Estimand.MEAN_DIFFERENCE,
        value=value,
        low=low,
        high=high,
        n=len(first) + len(second),
        method=Method.WELCH,
        assumptions=assumptions,
    )


def estimate_share_difference(
    first: tuple[int, int], second: tuple[int, int], *, assumptions: tuple[Assumption, ...] = DRAWN_ASSUMPTIONS
) -> Estimate | None:
    """Share of `first` minus share of `second`, each (counted, n); None when a group is empty.

    Source: Newcombe (1998), Interval estimation for the difference between independent proportions, method 10.
    """
    (counted_1, n_1), (counted_2, n_2) = first, second
    if n_1 == 0 or n_2 == 0:
        return None
    p_1, p_2 = counted_1 / n_1, counted_2 / n_2
    low_1, high_1 = wilson_interval(counted_1, n_1)
    low_2, high_2 = wilson_interval(counted_2, n_2)
    value = p_1 - p_2
    return Estimate(
        estimand=Estimand.SHARE_DIFFERENCE,
        value=value,
        low=value - math.hypot(p_1 - low_1, high_2 - p_2),
        high=value + math.hypot(high_1 - p_1, p_2 - low_2),
        n=n_1 + n_2,
        method=Method.NEWCOMBE,
        assumptions=assumptions,
    )


def wilson_interval(counted: int, n: int) -> tuple[float, float]:
    """Score interval of a share, in [0, 1]; n > 0."""
    z2 = NORMAL_QUANTILE**2
    centre = (counted + z2 / 2) / (n + z2)
    half = NORMAL_QUANTILE / (n + z2) * math.sqrt(counted * (n - counted) / n + z2 / 4)
    # At the ends the formula gives 0 and 1 up to rounding only.
    low = 0.0 if counted == 0 else max(0.0, centre - half)
    high = 1.0 if counted == n else min(1.0, centre + half)
    return low, high


def newcombe_paired_interval(both: int, gained: int, lost: int, neither: int) -> tuple[float, float]:
    """Interval of (share after − share before); counts of persons by (before, after)."""
    n = both + gained + lost + neither
    after, before = both + gained, both + lost
    p_after, p_before = after / n, before / n
    low_after, high_after = wilson_interval(after, n)
    low_before, high_before = wilson_interval(before, n)
    margins = after * before * (n - after) * (n - before)
    correlation = 0.0
    if margins > 0:
        covariance = float(both * neither - gained * lost)
        # Newcombe's continuity correction for positive association keeps coverage in small samples.
        if covariance > 0:
            covariance = max(covariance - n / 2, 0.0)
        correlation = covariance / math.sqrt(margins)
    below, above_before = p_after - low_after, high_before - p_before
    above, below_before = high_after - p_after, p_before - low_before
    value = p_after - p_before
    return (
        value - math.sqrt(max(0.0, below**2 - 2 * correlation * below * above_before + above_before**2)),
        value + math.sqrt(max(0.0, above**2 - 2 * correlation * above * below_before + below_before**2)),
    )


def student_quantile(freedom: float) -> float:
    """97.5 % quantile of Student's t; `freedom` > 0, not necessarily whole."""
    from scipy.special import stdtrit  # slow import; ten times lighter than scipy.stats

    return float(stdtrit(freedom, 0.5 + CONFIDENCE / 2))


def _mean_and_half_width(values: Sequence[float]) -> tuple[float, float | None]:
    n = len(values)
    mean = math.fsum(values) / n
    if n == 1:
        return mean, None
    return mean, student_quantile(n - 1) * math.sqrt(_variance(values) / n)


def _variance(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
