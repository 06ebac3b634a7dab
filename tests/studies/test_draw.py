from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from studies.draw import draw_by_lot, draw_first_half, list_hash, quotas_by_stratum

LISTS = st.dictionaries(st.text("abcdef0123456789", min_size=1, max_size=6), st.sampled_from("ABC"), min_size=1)


@given(LISTS, st.data())
def test_draw_takes_exactly_the_size_asked(strata, data):
    size = data.draw(st.integers(0, len(strata)))

    assert len(draw_by_lot(strata, size=size, seed="s")) == size


@given(LISTS, st.randoms())
def test_draw_does_not_depend_on_the_order_of_the_list(strata, rng):
    shuffled = list(strata.items())
    rng.shuffle(shuffled)
    half = len(strata) // 2

    assert draw_by_lot(dict(shuffled), size=half, seed="s") == draw_by_lot(strata, size=half, seed="s")


@given(LISTS)
def test_first_half_of_a_stratum_ignores_the_other_strata(strata):
    alone = {one: stratum for one, stratum in strata.items() if stratum == "A"}

    together = draw_first_half(strata, seed="s")

    assert {one for one in together if strata[one] == "A"} == draw_first_half(alone, seed="s")


@given(LISTS)
def test_quotas_are_within_one_of_the_exact_share(strata):
    size = len(strata) // 2
    counts = Counter(strata.values())

    quotas = quotas_by_stratum(strata, size=size, seed="s")

    assert all(abs(quotas[name] - counts[name] * size / len(strata)) < 1 for name in counts)


def test_draw_gives_everybody_the_same_chance():
    strata = {f"p{number}": "A" if number < 30 else "B" for number in range(60)}

    taken = Counter(one for seed in range(400) for one in draw_by_lot(strata, size=30, seed=str(seed)))

    assert max(abs(taken[one] / 400 - 0.5) for one in strata) < 0.1


def test_draw_refuses_a_size_larger_than_the_list():
    with pytest.raises(Invalid) as refusal:
        draw_by_lot({"a": "A"}, size=2, seed="s")

    assert (refusal.value.code, refusal.value.details) == ("draw.size", {"size": 2, "listed": 1})


def test_draw_refuses_an_empty_stratum():
    with pytest.raises(Invalid) as refusal:
        draw_by_lot({"a": " "}, size=1, seed="s")

    assert refusal.value.code == "draw.empty_stratum"


def test_list_hash_is_that_of_sha256sum():
    # printf 'a;A\nb;B' | sha256sum
    assert list_hash({"b": "B", "a": "A"}) == "cfa558ac04f3b9e0b1249c2fbdce8939e38f886c0cb1b050bb2651a8571d8858"
