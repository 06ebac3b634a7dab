import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from coding.agreement import coefficients, distances
from coding.agreement.ratings import disagreed, rate, summed

# Krippendorff (2011), the data in section D: 4 coders, 12 units, missing cells.
CANONICAL = list(
    zip(
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
        strict=True,
    )
)
# Fleiss (1971), table 1: how many of 6 psychiatrists gave each of 5 diagnoses to 30 patients; the first ten.
FLEISS = [(0, 0, 0, 6, 0), (0, 3, 0, 0, 3), (0, 1, 4, 0, 1), (0, 0, 0, 0, 6), (0, 3, 0, 3, 0), (2, 0, 4, 0, 0)]

cells = st.one_of(st.none(), st.integers(0, 3))
tables = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=30)


def sums_of(rows, **options):
    ratings = rate(rows, **options)
    return summed(ratings).weighted(np.ones((1, ratings.group_count)))


def alpha_of(rows, distance):
    ratings = rate(rows)
    matrix = distance(ratings.values)
    return coefficients.alpha(disagreed(ratings, matrix).weighted(np.ones((1, ratings.group_count))), matrix)[0]


def alpha_by_definition(rows, distance):
    """Every pair, one by one."""
    units = [[value for value in row if value is not None] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    observed = sum(
        distance(unit[i], unit[j]) / (len(unit) - 1)
        for unit in units
        for i in range(len(unit))
        for j in range(len(unit))
        if i != j
    ) / len(values)
    expected = sum(distance(values[i], values[j]) for i in range(len(values)) for j in range(len(values)) if i != j) / (
        len(values) * (len(values) - 1)
    )
    return 1 - observed / expected if expected else float("nan")


def test_alpha_is_the_published_one_at_every_level():
    sums = sums_of(CANONICAL)

    assert round(coefficients.alpha_nominal(sums)[0], 3) == 0.743
    assert round(coefficients.alpha_ordinal(sums)[0], 3) == 0.815
    assert round(alpha_of(CANONICAL, distances.interval), 3) == 0.849
    assert round(alpha_of(CANONICAL, distances.ratio), 3) == 0.797


@given(tables)
def test_alpha_is_what_its_definition_says(rows):
    if not any(sum(value is not None for value in row) > 1 for row in rows):
        return

    found = alpha_of(rows, distances.interval)

    assert found == pytest.approx(alpha_by_definition(rows, lambda a, b: (a - b) ** 2), nan_ok=True)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40))
def test_cohen_kappa_is_that_of_scikit_learn(rows):
    if len({value for row in rows for value in row}) < 2:
        return
    one, other = zip(*rows, strict=True)
    values = sorted({*one, *other})
    found = sums_of(rows, values=values)
    linear = 1 - np.abs(np.subtract.outer(range(len(values)), range(len(values)))) / (len(values) - 1)

    with np.errstate(invalid="ignore", divide="ignore"):
        plain = cohen_kappa_score(one, other, labels=values)
        weighted = cohen_kappa_score(one, other, labels=values, weights="linear")

    assert coefficients.cohen_kappa(found)[0] == pytest.approx(plain, nan_ok=True)
    assert coefficients.cohen_kappa(found, linear)[0] == pytest.approx(weighted, nan_ok=True)


def test_fleiss_kappa_is_what_its_definition_says():
    rows = [[value for value, times in enumerate(unit) for _ in range(times)] for unit in FLEISS]
    share = np.array(FLEISS).sum(axis=0) / 36
    agreed = np.mean([(sum(times**2 for times in unit) - 6) / 30 for unit in FLEISS])

    assert coefficients.fleiss_kappa(sums_of(rows))[0] == pytest.approx(
        (agreed - (share**2).sum()) / (1 - (share**2).sum())
    )


def test_gwet_ac1_keeps_a_high_value_where_one_code_is_rare():
    # Gwet (2008), the paradox: 118 + 5 + 2 + 0 of 125 subjects.
    rows = [(0, 0)] * 118 + [(0, 1)] * 5 + [(1, 0)] * 2

    sums = sums_of(rows)

    assert round(coefficients.percent(sums)[0], 3) == 0.944
    assert round(coefficients.cohen_kappa(sums)[0], 3) == -0.023
    assert round(coefficients.gwet_ac1(sums)[0], 3) == 0.941
    assert round(coefficients.brennan_prediger(sums)[0], 3) == 0.888


@given(tables, st.randoms(use_true_random=False))
def test_no_coefficient_depends_on_the_order_of_units_or_of_coders(rows, chance):
    shuffled = [tuple(row) for row in rows]
    chance.shuffle(shuffled)
    order = [0, 1, 2]
    chance.shuffle(order)
    shuffled = [tuple(row[place] for place in order) for row in shuffled]

    for function in (*coefficients.FUNCTIONS.values(), coefficients.alpha_ordinal, coefficients.hubert_kappa):
        one, other = (function(sums_of(each, values=(0, 1, 2, 3)))[0] for each in (rows, shuffled))
        assert one == pytest.approx(other, nan_ok=True)


def test_nothing_rated_twice_gives_no_number():
    sums = sums_of([(1, None), (None, 2)])

    assert [np.isnan(function(sums)[0]) for function in coefficients.FUNCTIONS.values()] == [True] * 6


def test_coders_who_always_say_the_same_have_percent_and_no_kappa():
    sums = sums_of([(0, 0), (0, 0)], values=(0, 1))

    assert coefficients.percent(sums)[0] == 1.0
    assert np.isnan(coefficients.cohen_kappa(sums)[0])
    assert np.isnan(coefficients.alpha_nominal(sums)[0])


def test_kappa_of_a_value_leaves_units_rated_once_out():
    rows = [("a", "a"), ("a", "b"), ("b", "b"), (None, "b")]

    assert coefficients.kappa_of_value(sums_of(rows))[0] == pytest.approx(
        coefficients.kappa_of_value(sums_of(rows[:3]))[0]
    )


def test_distances_of_sets_follow_what_they_share():
    sets = [frozenset("ab"), frozenset("a"), frozenset("bc"), frozenset("d"), frozenset()]

    assert distances.jaccard(sets)[0] == pytest.approx([0, 1 / 2, 2 / 3, 1, 1])
    assert distances.inclusion(sets)[0] == pytest.approx([0, 1 / 3, 2 / 3, 1, 1 / 3])
    assert distances.masi(sets)[0] == pytest.approx([0, 1 - 1 / 3, 1 - 1 / 9, 1, 1])
