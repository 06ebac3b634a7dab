"""The same question asked on both sides of the counter: what each side says, how far apart, and pair by pair.

Pure: sides come as observations of one wave. A gap between two populations is a description, never an effect: nobody
was drawn into being a professional. Formulas and sources: docs/method/mirror.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from evaluation.disclosure import Guard, Reason
from evaluation.estimates import (
    GROUP_ASSUMPTIONS,
    Assumption,
    Estimand,
    Estimate,
    Method,
    estimate_mean,
    estimate_mean_difference,
    estimate_share_difference,
    student_quantile,
)
from evaluation.indicators import Observation
from surveys.distribution import hidden_cells

MIN_CLUSTERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one population gave to the question; a person who ticked several choices counts in each."""

    name: str
    observations: tuple[Observation, ...]

    @property
    def given(self) -> tuple[Observation, ...]:
        """Those who gave a value."""
        return tuple(each for each in self.observations if each.absence is None and each.value not in (None, []))

    @property
    def n(self) -> int:
        """Persons with a value."""
        return len(self.given)

    @property
    def n_missing(self) -> int:
        """Persons asked, or expected, who have none."""
        return len(self.observations) - self.n

    @property
    def numbers(self) -> list[float]:
        """Values as numbers; those that are none are left out."""
        found = (_number(each.value) for each in self.given)
        return [number for number in found if number is not None]

    def count(self, choice: str) -> int:
        """Persons who chose this."""
        return sum(_chose(each, choice) for each in self.given)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceGap:
    """One choice on both sides: counts as they may leave, and the difference of shares (first minus second)."""

    choice: str
    counts: tuple[int | None, int | None]
    shares: tuple[float | None, float | None]
    hidden: tuple[Reason | None, Reason | None]
    gap: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorResult:
    """A question on both sides; `mean_gap` for numbers, `choices` for choices; `hidden` where nothing may leave."""

    ns: tuple[int | None, int | None]
    choices: tuple[ChoiceGap, ...]
    means: tuple[Estimate | None, Estimate | None]
    mean_gap: Estimate | None
    hidden: Reason | None = None


def compare_sides(
    first: Side, second: Side, choices: Sequence[str], guard: Guard, *, is_exclusive: bool
) -> MirrorResult:
    """Compare what two populations say to one question.

    Args:
        first: the side that gaps are counted from.
        second: the other side.
        choices: names of the choices, in their order; none for numbers.
        guard: the study's threshold, in persons.
        is_exclusive: a person gives one choice, so that hidden cells could be recomputed from the totals.
    """
    sides = (first, second)
    if any(0 < side.n < guard.threshold for side in sides):
        return MirrorResult(ns=(None, None), choices=(), means=(None, None), mean_gap=None, hidden=Reason.SMALL_BASE)
    ns = (first.n, second.n)
    if not choices:
        means = tuple(estimate_mean(side.numbers) for side in sides)
        gap = estimate_mean_difference(
            first.numbers, second.numbers, assumptions=(*GROUP_ASSUMPTIONS, Assumption.NEAR_NORMAL_MEAN)
        )
        return MirrorResult(ns=ns, choices=(), means=(means[0], means[1]), mean_gap=gap)
    counts = [[side.count(choice) for choice in choices] for side in sides]
    hidden = [
        _hidden_of_one(row, n, guard) if is_exclusive else [_hidden_of_several(count, n, guard) for count in row]
        for row, n in zip(counts, ns, strict=True)
    ]
    return MirrorResult(
        ns=ns,
        choices=tuple(
            _choice_gap(choice, (counts[0][place], counts[1][place]), ns, (hidden[0][place], hidden[1][place]), guard)
            for place, choice in enumerate(choices)
        ),
        means=(None, None),
        mean_gap=None,
    )


def _hidden_of_one(counts: Sequence[int], n: int, guard: Guard) -> list[Reason | None]:
    """Hide small counts of choices of which each person gives one, and what a difference with `n` would give back.

    Those who gave another choice, which the other side was not offered, can be subtracted as well.
    """
    hidden = hidden_cells([*counts, n - sum(counts)], guard.threshold)
    return [
        None if place not in hidden else guard.judge_count(count) or Reason.COMPLEMENTARY
        for place, count in enumerate(counts)
    ]


def _hidden_of_several(count: int, n: int, guard: Guard) -> Reason | None:
    """Hide a small count where a person gives several choices; those who did not give one are as readable."""
    return guard.judge_count(count) or (Reason.COMPLEMENTARY if guard.judge_count(n - count) else None)


def _choice_gap(
    choice: str,
    counts: tuple[int, int],
    ns: tuple[int, int],
    hidden: tuple[Reason | None, Reason | None],
    guard: Guard,
) -> ChoiceGap:
    shown = tuple(None if reason else count for count, reason in zip(counts, hidden, strict=True))
    shares = tuple(
        count / n if count is not None and guard.allows_percentage(n) else None
        for count, n in zip(shown, ns, strict=True)
    )
    gap = None
    if None not in shares:
        gap = estimate_share_difference((counts[0], ns[0]), (counts[1], ns[1]), assumptions=GROUP_ASSUMPTIONS)
    return ChoiceGap(choice=choice, counts=(shown[0], shown[1]), shares=(shares[0], shares[1]), hidden=hidden, gap=gap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dyads:
    """Pairs of a person and the professional who accompanies them, both with a value.

    `same` is the share of pairs who say the same (choices), `difference` the mean of person minus professional
    (numbers); their intervals count professionals, since one of them stands in several pairs.
    """

    pairs: int | None
    professionals: int | None
    same: Estimate | None
    difference: Estimate | None
    hidden: Reason | None = None


def compare_dyads(
    first: Side, second: Side, professional_of: Mapping[UUID, UUID], guard: Guard, *, is_numeric: bool
) -> Dyads:
    """Compare pair by pair; `professional_of` gives the professional of a person, both by their id."""
    answers = {each.person_id: each for each in second.given}
    pairs = [
        (each, answers[professional], professional)
        for each in first.given
        if (professional := professional_of.get(each.person_id)) is not None and professional in answers
    ]
    clusters: dict[UUID, list[float]] = {}
    for person, other, key in pairs:
        value = _pair_value(person, other, is_numeric=is_numeric)
        if value is not None:
            clusters.setdefault(key, []).append(value)
    n = sum(map(len, clusters.values()))
    few = Reason.SMALL_BASE if len(clusters) < guard.threshold and n else None
    if few is None and not is_numeric:
        few = guard.judge_share(round(sum(map(sum, clusters.values()))), n) if n else None
    if few is not None:
        return Dyads(pairs=None, professionals=None, same=None, difference=None, hidden=few)
    estimand = Estimand.MEAN_DIFFERENCE if is_numeric else Estimand.SHARE
    estimate = estimate_clustered_mean(list(clusters.values()), estimand=estimand)
    return Dyads(
        pairs=n,
        professionals=len(clusters),
        same=None if is_numeric else estimate,
        difference=estimate if is_numeric else None,
    )


def estimate_clustered_mean(clusters: Sequence[Sequence[float]], *, estimand: Estimand) -> Estimate | None:
    """Mean over all values, its interval from the spread between clusters; None without values.

    Source: Cochran (1977), Sampling techniques, §6.4 and 9A.5: the ratio estimator of clusters of unequal size, with
        Student's quantile on (clusters − 1) degrees of freedom.
    """
    sizes = [len(cluster) for cluster in clusters if cluster]
    totals = [math.fsum(cluster) for cluster in clusters if cluster]
    n, k = sum(sizes), len(sizes)
    if not n:
        return None
    value = math.fsum(totals) / n
    low = high = None
    if k >= MIN_CLUSTERS:
        residuals = math.fsum((total - value * size) ** 2 for total, size in zip(totals, sizes, strict=True))
        half = student_quantile(k - 1) * math.sqrt(k / (k - 1) * residuals) / n
        low, high = value - half, value + half
        if estimand is Estimand.SHARE:
            low, high = max(0.0, low), min(1.0, high)
    return Estimate(
        estimand=estimand,
        value=value,
        low=low,
        high=high,
        n=n,
        method=Method.CLUSTERED,
        assumptions=(Assumption.MISSING_AT_RANDOM, Assumption.NEAR_NORMAL_MEAN),
    )


def _pair_value(person: Observation, professional: Observation, *, is_numeric: bool) -> float | None:
    if not is_numeric:
        return float(_as_set(person) == _as_set(professional))
    one, other = _number(person.value), _number(professional.value)
    return None if one is None or other is None else one - other


def _as_set(observation: Observation) -> frozenset[str]:
    value = observation.value
    return frozenset(map(str, value)) if isinstance(value, list | tuple) else frozenset({str(value)})


def _chose(observation: Observation, choice: str) -> bool:
    return choice in _as_set(observation)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
