from uuid import uuid4

import pytest

from evaluation.disclosure import Guard, Reason
from evaluation.estimates import Estimand
from evaluation.indicators import Absence, Observation
from evaluation.mirror import Side, compare_dyads, compare_sides, estimate_clustered_mean

GUARD = Guard(threshold=5)
CHOICES = ("often", "never")


def side(name, *values, people=None):
    ids = people or [uuid4() for _ in values]
    return Side(
        name=name,
        observations=tuple(
            Observation(person_id=one, wave="T1", value=value, absence=None if value else Absence.REFUSED)
            for one, value in zip(ids, values, strict=True)
        ),
    )


def test_compare_sides_gives_shares_and_the_gap():
    """Wilson's ends are 0.5981 and 0.8581, 0.1419 and 0.4019; Newcombe joins 0.1519 twice below, 0.1081 twice above."""
    people, others = side("P", *["often"] * 30, *["never"] * 10), side("S", *["often"] * 10, *["never"] * 30)

    result = compare_sides(people, others, CHOICES, GUARD, is_exclusive=True)

    often = result.choices[0]
    assert (often.counts, often.shares) == ((30, 10), (0.75, 0.25))
    assert often.gap.value == pytest.approx(0.5)
    assert (often.gap.low, often.gap.high) == (
        pytest.approx(0.5 - 0.1519 * 2**0.5, abs=2e-4),
        pytest.approx(0.5 + 0.1081 * 2**0.5, abs=2e-4),
    )


def test_compare_sides_leaves_out_who_gave_nothing():
    people, others = side("P", *["often"] * 20, "", ""), side("S", *["never"] * 20)

    result = compare_sides(people, others, CHOICES, GUARD, is_exclusive=True)

    assert (result.ns, people.n_missing) == ((20, 20), 2)


def test_compare_sides_hides_a_small_side():
    result = compare_sides(side("P", *["often"] * 40), side("S", *["often"] * 4), CHOICES, GUARD, is_exclusive=True)

    assert (result.hidden, result.ns, result.choices) == (Reason.SMALL_BASE, (None, None), ())


def test_compare_sides_hides_a_small_count_and_what_gives_it_back():
    people, others = side("P", *["often"] * 37, *["never"] * 3), side("S", *["often"] * 20, *["never"] * 20)

    result = compare_sides(people, others, CHOICES, GUARD, is_exclusive=True)

    assert [choice.counts[0] for choice in result.choices] == [None, None]
    assert [choice.hidden[0] for choice in result.choices] == [Reason.COMPLEMENTARY, Reason.SMALL_CELL]
    assert [choice.gap for choice in result.choices] == [None, None]


def test_compare_sides_lets_nobody_subtract_a_choice_that_one_side_alone_was_offered():
    people, others = side("P", *["often"] * 30, *["never"] * 8, *["other"] * 2), side("S", *["often"] * 40)

    result = compare_sides(people, others, CHOICES, GUARD, is_exclusive=True)

    assert [choice.counts[0] for choice in result.choices] == [30, None]
    assert [choice.hidden[0] for choice in result.choices] == [None, Reason.COMPLEMENTARY]


def test_compare_sides_hides_more_where_two_small_counts_would_be_one_each():
    people, others = side("P", *["often"] * 30, *["never"] * 8, "a", "b"), side("S", *["often"] * 40)

    result = compare_sides(people, others, (*CHOICES, "a", "b"), GUARD, is_exclusive=True)

    assert [choice.counts[0] for choice in result.choices] == [30, None, None, None]


def test_compare_sides_of_several_choices_hides_who_alone_did_not_choose():
    people, others = side("P", *[["often"]] * 37, *[["never"]] * 3), side("S", *[["often", "never"]] * 40)

    result = compare_sides(people, others, CHOICES, GUARD, is_exclusive=False)

    assert [choice.counts for choice in result.choices] == [(None, 40), (None, 40)]
    assert [choice.hidden[0] for choice in result.choices] == [Reason.COMPLEMENTARY, Reason.SMALL_CELL]


def test_compare_sides_of_several_choices_counts_each():
    people, others = side("P", *[["often", "never"]] * 20), side("S", *[["never"]] * 20)

    result = compare_sides(people, others, CHOICES, GUARD, is_exclusive=False)

    assert [choice.counts for choice in result.choices] == [(20, 0), (20, 20)]


def test_compare_sides_of_numbers_gives_means():
    people, others = side("P", *[6, 7, 8, 7, 6, 8]), side("S", *[4, 5, 4, 5, 4, 5])

    result = compare_sides(people, others, (), GUARD, is_exclusive=False)

    assert [mean.value for mean in result.means] == [7.0, 4.5]
    assert result.mean_gap.value == 2.5


def test_estimate_clustered_mean_equals_the_formula_by_hand():
    """Totals 3, 1, 2 of sizes 3, 2, 3: mean 6/8; residuals 0.75, -0.5, -0.25; s² = 1.5 × 0.875 / 64."""
    estimate = estimate_clustered_mean([[1, 1, 1], [1, 0], [1, 1, 0]], estimand=Estimand.MEAN_DIFFERENCE)

    half = 4.302652729911275 * (1.5 * 0.875 / 64) ** 0.5
    assert (estimate.value, estimate.n) == (0.75, 8)
    assert (estimate.low, estimate.high) == (pytest.approx(0.75 - half), pytest.approx(0.75 + half))


def test_estimate_clustered_mean_of_one_cluster_has_no_interval():
    estimate = estimate_clustered_mean([[1.0, 0.0]], estimand=Estimand.SHARE)

    assert (estimate.value, estimate.low) == (0.5, None)


def test_compare_dyads_counts_pairs_that_say_the_same():
    professionals = [uuid4() for _ in range(5)]
    people = [uuid4() for _ in range(25)]
    accompanied = {person: professionals[place % 5] for place, person in enumerate(people)}
    said = side("P", *["often"] * 20, *["never"] * 5, people=people)

    dyads = compare_dyads(said, side("S", *["often"] * 5, people=professionals), accompanied, GUARD, is_numeric=False)

    assert (dyads.pairs, dyads.professionals, dyads.same.value) == (25, 5, 0.8)


def test_compare_dyads_hides_a_handful_of_professionals():
    professionals = [uuid4() for _ in range(4)]
    people = [uuid4() for _ in range(40)]
    accompanied = {person: professionals[place % 4] for place, person in enumerate(people)}

    dyads = compare_dyads(
        side("P", *["often"] * 40, people=people), side("S", *["often"] * 4, people=professionals), accompanied, GUARD,
        is_numeric=False,
    )  # fmt: skip

    assert (dyads.hidden, dyads.pairs) == (Reason.SMALL_BASE, None)


def test_compare_dyads_hides_the_few_who_do_not_say_the_same():
    people, professionals = [uuid4() for _ in range(12)], [uuid4() for _ in range(12)]
    first, second = side("P", *["often"] * 12, people=people), side("S", *["often"] * 11, "never", people=professionals)

    dyads = compare_dyads(first, second, dict(zip(people, professionals, strict=True)), GUARD, is_numeric=False)

    assert (dyads.pairs, dyads.same, dyads.hidden) == (None, None, Reason.SMALL_CELL)


def test_compare_dyads_of_numbers_takes_the_professional_from_the_person():
    professionals = [uuid4() for _ in range(5)]
    people = [uuid4() for _ in range(5)]
    accompanied = dict(zip(people, professionals, strict=True))

    dyads = compare_dyads(
        side("P", 7, 8, 6, 7, 7, people=people), side("S", 5, 5, 5, 5, 5, people=professionals), accompanied, GUARD,
        is_numeric=True,
    )  # fmt: skip

    assert dyads.difference.value == 2.0
