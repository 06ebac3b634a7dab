"""α_U and the u-α family, on published examples and on what must always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.agreement import continuum, unitizing

# Krippendorff (2019), figure 12.11: three coders, a continuum of 60.
BOOK = (
    ((0, 7, 1), (7, 13, 2), (30, 32, 5), (32, 37, 6), (37, 44, 6), (44, 60, 7)),
    ((0, 7, 1), (7, 13, 3), (13, 21, 5), (32, 44, 6)),
    ((0, 7, 1), (7, 13, 4), (13, 21, 5), (32, 37, 6), (37, 41, 6), (41, 44, 6)),
)
spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=6).map(
    lambda found: unitizing.merged((start, start + length) for start, length in found)
)


def sums_of(*documents):
    parts = [continuum.coincide(coders, 0, length, code_count=7) for coders, length in documents]
    return continuum.stacked(parts).weighted(np.ones((1, len(parts))))


def alpha_u_of(*coders, length=60):
    document = unitizing.read_continuum(coders, 0, length)
    return unitizing.alpha_u(*unitizing.Continua.of([document], len(coders)).disagreement(np.ones(1)))


def test_the_family_is_the_published_one():
    sums = sums_of((BOOK, 60))

    by_code, coverage = continuum.code_u_alpha(sums)
    assert round(continuum.u_alpha(sums)[0], 3) == 0.510
    assert round(continuum.binary_u_alpha(sums)[0], 3) == 0.414
    assert round(continuum.cu_alpha(sums)[0], 3) == 0.724
    assert np.round(by_code[0, :6], 3).tolist() == [1, 0, 0, 0, 1, 1]
    assert np.isnan(by_code[0, 6])
    assert np.round(coverage[0], 2).tolist() == [1, 1, 1, 1, 0.44, 1, 0]


def test_the_family_over_documents_is_that_of_their_sums():
    one, twice = sums_of((BOOK, 60)), sums_of((BOOK, 60), (BOOK, 60))

    # Twice the same text: what a span shares with itself weighs half as much in chance.
    assert 0 < continuum.u_alpha(one)[0] - continuum.u_alpha(twice)[0] < 0.05


def test_spans_of_one_coder_that_overlap_are_seen():
    assert continuum.overlapping([(0, 5, 1), (3, 8, 2)])
    assert not continuum.overlapping([(3, 8, 2), (0, 3, 1)])


def test_alpha_u_is_the_published_one():
    # Krippendorff (2004), p. 254, code c: D_o 0.0144, D_e 0.0532.
    document = unitizing.read_continuum([[(225, 295), (370, 400)], [(220, 300), (355, 375), (400, 420)]], 150, 450)

    observed, expected = unitizing.Continua.of([document], 2).disagreement(np.ones(1))

    assert (round(observed, 4), round(expected, 4)) == (0.0144, 0.0532)
    assert round(unitizing.alpha_u(observed, expected), 4) == 0.7286


@given(spans)
def test_coders_who_cut_alike_agree_wholly(found):
    if not found or found == [(0, 60)]:
        return

    assert alpha_u_of(found, found) == pytest.approx(1.0)


@given(spans, spans)
def test_alpha_u_does_not_depend_on_who_is_first(one, other):
    assert alpha_u_of(one, other) == pytest.approx(alpha_u_of(other, one), nan_ok=True)


@given(spans, spans)
def test_alpha_u_of_documents_drawn_twice_is_that_of_documents_laid_twice(one, other):
    document = unitizing.read_continuum([one, other], 0, 60)

    drawn = unitizing.Continua.of([document], 2).disagreement(np.array([2.0]))

    assert drawn == pytest.approx(unitizing.Continua.of([document, document], 2).disagreement(np.ones(2)), nan_ok=True)


def test_merged_joins_spans_that_share_a_character():
    assert unitizing.merged([(4, 9), (0, 3), (2, 4), (9, 12), (5, 5)]) == [(0, 4), (4, 9), (9, 12)]
