"""Small counts of an item are hidden, and cannot be computed from what is left."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.distribution import Distribution, describe, screen

THRESHOLD = 5


def spread_of(counts, **absences):
    values = [(value, None) for value, count in counts.items() for _each in range(count)]
    values += [(None, kind) for kind, count in absences.items() for _each in range(count)]
    return describe(values, order=list(counts))


def test_screen_shows_what_is_large():
    shown = screen(spread_of({"yes": 12, "no": 8}), THRESHOLD)

    assert (shown.n, shown.counts) == (20, {"yes": 12, "no": 8})


def test_screen_hides_the_smallest_other_with_a_small_count():
    shown = screen(spread_of({"yes": 12, "no": 2, "maybe": 6}), THRESHOLD)

    assert (shown.n, shown.counts) == (20, {"yes": 12, "no": None, "maybe": None})


def test_screen_hides_how_many_answered_when_few_did_not():
    shown = screen(spread_of({"yes": 12, "no": 8}, refused=1), THRESHOLD)

    assert (shown.n, shown.absences["refused"], shown.counts) == (None, None, {"yes": 12, "no": None})


def test_screen_shows_no_value_of_few_answers():
    shown = screen(spread_of({"yes": 2, "no": 1}, refused=20), THRESHOLD)

    assert (shown.n, shown.counts) == (None, {})


def test_screen_of_several_choices_hides_those_nearly_everybody_ticked():
    values = [(["a", "b"], None)] * 9 + [(["a"], None)] * 9 + [(["b"], None)]

    shown = screen(describe(values, order=["a", "b"]), THRESHOLD, is_partition=False)

    assert (shown.n, shown.counts) == (19, {"a": None, "b": 10})


def test_screen_hides_the_mean_that_gives_back_two_hidden_counts():
    assert screen(spread_of({0: 10, 1: 2}), THRESHOLD).has_mean is False


def test_screen_hides_extremes_that_few_gave():
    shown = screen(spread_of({1: 9, 2: 9, 9: 1}), THRESHOLD)

    assert shown.has_bounds is False


@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=5),
    st.lists(st.integers(0, 8), min_size=4, max_size=4),
    st.integers(2, 6),
)
def test_screen_leaves_no_small_count_to_be_computed(counts, absent, threshold):
    unknown, refused, empty, not_asked = absent
    spread = Distribution(
        n=sum(counts), counts=dict(enumerate(counts)), unknown=unknown, refused=refused, empty=empty,
        not_asked=not_asked,
    )  # fmt: skip

    shown = screen(spread, threshold)

    hidden_inside = [spread.counts[value] for value, count in shown.counts.items() if count is None]
    hidden_outside = [getattr(spread, name) for name, count in shown.absences.items() if count is None]
    if shown.n is not None:
        for held in (hidden_inside, hidden_outside):
            assert not held or (len(held) > 1 and sum(held) >= threshold)
    visible = [count for count in (*shown.counts.values(), *shown.absences.values(), shown.n) if count is not None]
    assert all(count == 0 or count >= threshold for count in visible)
