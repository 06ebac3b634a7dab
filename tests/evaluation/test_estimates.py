import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.estimates import (
    Estimand,
    Method,
    estimate_mean,
    estimate_mean_change,
    estimate_mean_difference,
    estimate_share,
    estimate_share_change,
    estimate_share_difference,
    newcombe_paired_interval,
    wilson_interval,
)


def test_estimate_mean_gives_the_interval_of_student():
    estimate = estimate_mean([2.0, 4.0, 6.0, 8.0])

    # mean 5, standard error 2.58199 / 2, t quantile with 3 degrees of freedom 3.182446
    assert (estimate.value, estimate.n, estimate.method) == (5.0, 4, Method.STUDENT)
    assert (estimate.low, estimate.high) == pytest.approx((5 - 4.108518, 5 + 4.108518), abs=1e-5)


def test_estimate_mean_of_one_person_has_no_interval():
    estimate = estimate_mean([3.0])

    assert (estimate.value, estimate.low, estimate.high) == (3.0, None, None)


def test_estimates_of_nobody_are_none():
    assert [
        estimate_mean([]),
        estimate_share(0, 0),
        estimate_mean_change([], []),
        estimate_share_change([], []),
        estimate_mean_difference([], [1.0]),
        estimate_share_difference((0, 0), (1, 2)),
    ] == [None] * 6


@pytest.mark.parametrize(
    ("counted", "n", "low", "high"),
    # The published values of the joint display fixture: 28 of 36, 1 of 12, 3 of 16.
    [
        (28, 36, 0.6191529705388181, 0.8828366802420353),
        (1, 12, 0.014865094404917095, 0.35387991114111694),
        (3, 16, 0.06591599071428142, 0.4300888096197414),
    ],
)
def test_wilson_interval_equals_the_published_one(counted, n, low, high):
    assert wilson_interval(counted, n) == pytest.approx((low, high), abs=1e-12)


def test_share_difference_equals_the_example_of_newcombe():
    # Newcombe (1998), table II, case (a): 56/70 against 48/80, method 10.
    estimate = estimate_share_difference((56, 70), (48, 80))

    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert (estimate.n, estimate.estimand) == (150, Estimand.SHARE_DIFFERENCE)


def test_paired_interval_equals_the_example_of_altman():
    # Altman and others (2000), Statistics with confidence, ch. 6: 14, 5, 0, 22; 0.011 to 0.226.
    assert newcombe_paired_interval(14, 5, 0, 22) == pytest.approx((0.0115, 0.2265), abs=5e-5)


def test_mean_difference_equals_the_one_of_scipy():
    from scipy.stats import ttest_ind

    first, second = [3.0, 4.0, 1.0, 2.1, 8.5], [12.0, 9.5, 20.0, 2.0]
    oracle = ttest_ind(first, second, equal_var=False).confidence_interval(0.95)

    estimate = estimate_mean_difference(first, second)

    assert (estimate.low, estimate.high) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


def test_change_uses_each_person_as_her_own_comparison():
    change = estimate_mean_change([5.0, 3.0, 8.0], [6.0, 4.0, 9.0])

    assert (change.value, change.low, change.high, change.n) == (1.0, 1.0, 1.0, 3)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_stays_between_0_and_1(pair):
    counted, n = pair
    low, high = wilson_interval(counted, n)

    assert 0 <= low <= counted / n <= high <= 1


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_paired_interval_holds_the_change_and_turns_over_with_time(both, gained, lost, neither):
    n = both + gained + lost + neither
    if n == 0:
        return
    low, high = newcombe_paired_interval(both, gained, lost, neither)
    back_low, back_high = newcombe_paired_interval(both, lost, gained, neither)

    assert -1 - 1e-9 <= low <= (gained - lost) / n + 1e-9
    assert (gained - lost) / n - 1e-9 <= high <= 1 + 1e-9
    assert (low, high) == pytest.approx((-back_high, -back_low), abs=1e-9)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_mean_interval_is_centred(values):
    estimate = estimate_mean(values)

    assert (estimate.low + estimate.high) / 2 == pytest.approx(math.fsum(values) / len(values), abs=1e-3)
