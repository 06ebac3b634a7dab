"""Disclosure control: what may leave, and the reason of each hidden cell.

The threshold counts persons. Primary suppression hides small counts; complementary suppression hides enough others
that nothing hidden can be recomputed from a published total. Rules and limits: docs/method/disclosure.md.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evaluation.estimates import Estimate
from evaluation.indicators import ArmComparison, GroupResult

# Under this number of persons a percentage pretends to a precision it has not: counts are shown instead.
PERCENTAGE_BASE = 20


class Reason(enum.StrEnum):
    """Why a cell is hidden."""

    SMALL_CELL = "small_cell"
    SMALL_BASE = "small_base"
    COMPLEMENTARY = "complementary"
    NO_CONSENT = "no_consent"


@dataclass(frozen=True, slots=True)
class Guard:
    """The setting of a study: `threshold` is the smallest number of persons that may be shown."""

    threshold: int
    percentage_base: int = PERCENTAGE_BASE

    def judge_count(self, count: int) -> Reason | None:
        """Judge a number of persons; zero is published."""
        return Reason.SMALL_CELL if 0 < count < self.threshold else None

    def judge_share(self, counted: int, n: int) -> Reason | None:
        """Judge a share: neither those counted nor the others, which anyone can subtract, may be few."""
        if n < self.threshold:
            return Reason.SMALL_BASE
        return self.judge_count(counted) or self.judge_count(n - counted)

    def judge_estimate(self, estimate: Estimate) -> Reason | None:
        """Judge any estimate by the persons it rests on."""
        if estimate.counted is not None:
            return self.judge_share(estimate.counted, estimate.n)
        return Reason.SMALL_BASE if estimate.n < self.threshold else None

    def allows_percentage(self, n: int) -> bool:
        """Whether `n` persons bear a percentage."""
        return n >= self.percentage_base


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedResult:
    """A group's result as it may leave: `estimate` is None when there is none or when `hidden` says why."""

    group: str
    wave: str
    estimate: Estimate | None
    n_expected: int | None
    n_missing: Mapping[str, int] | None
    hidden: Reason | None = None


def protect_groups(
    results: Sequence[GroupResult], guard: Guard, *, total: GroupResult | None = None
) -> tuple[tuple[ProtectedResult, ...], ProtectedResult | None]:
    """Return the groups of one wave, and their total, as they may leave.

    When exactly one group is hidden beside its total, a second one joins it: the smallest other, or the total itself
    when there are only two groups (the comparison is worth more than the sum).
    """
    reasons: list[Reason | None] = [_judge(result, guard) for result in results]
    total_reason = None if total is None else _judge(total, guard)
    closed = [index for index, reason in enumerate(reasons) if reason]
    with_value = [index for index, result in enumerate(results) if result.n and not reasons[index]]
    if len(closed) == 1 and total is not None and total_reason is None and with_value:
        if len(with_value) == 1:
            total_reason = Reason.COMPLEMENTARY
        else:
            smallest = min(with_value, key=lambda index: results[index].n)
            reasons[smallest] = Reason.COMPLEMENTARY
    shown = tuple(_protect(result, reason) for result, reason in zip(results, reasons, strict=True))
    return shown, None if total is None else _protect(total, total_reason)


def protect_comparison(
    comparison: ArmComparison, shown: Sequence[ProtectedResult]
) -> tuple[ArmComparison | None, Reason | None]:
    """Let a difference leave only beside both of its groups: with one of them it would give back the other."""
    reasons = [
        result.hidden
        for result in shown
        if result.group in (comparison.intervention, comparison.control) and result.hidden
    ]
    return (None, reasons[0]) if reasons else (comparison, None)


def protect_attributes(attributes: Mapping[str, str], sizes: Mapping[str, int], threshold: int) -> dict[str, str]:
    """Keep the attributes of a quotation that at least `threshold` persons share; `sizes` counts them by attribute.

    Attributes are given from coarse to fine, sizes are those of the person's group for this attribute and all
    before it, so that what is kept together stays shared by `threshold` persons.
    """
    kept: dict[str, str] = {}
    for name, value in attributes.items():
        if sizes.get(name, 0) < threshold:
            break
        kept[name] = value
    return kept


def _judge(result: GroupResult, guard: Guard) -> Reason | None:
    if result.estimate is None:
        return None
    return guard.judge_estimate(result.estimate)


def _protect(result: GroupResult, reason: Reason | None) -> ProtectedResult:
    return ProtectedResult(
        group=result.group,
        wave=result.wave,
        estimate=None if reason else result.estimate and replace(result.estimate),
        n_expected=None if reason else result.n_expected,
        n_missing=None if reason else {absence.value: count for absence, count in result.missing.items()},
        hidden=reason,
    )
