import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.datafiles.names import FILE_NAMES, SPSS_NAMES, STATA_NAMES, valid_names


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        (["works", "helped/peer", "âge"], ["works", "helped_peer", "age"]),
        (["a/b", "a_b", "A_B"], ["a_b_2", "a_b", "A_B_3"]),
        (["with", "1st", "_x", "…"], ["v_with", "v_1st", "x", "v"]),
        (["site", "site"], ["site", "site_2"]),
        (["q" * 70, "q" * 71], ["q" * 64, "q" * 62 + "_2"]),
    ],
)
def test_names_stay_as_they_are_where_spss_takes_them(headers, names):
    assert valid_names(headers, SPSS_NAMES) == names


def test_stata_keeps_its_words():
    assert valid_names(["int", "str10", "with", "by"], STATA_NAMES) == ["v_int", "v_str10", "v_with", "by"]


@given(st.lists(st.text(max_size=40), max_size=30), st.sampled_from([SPSS_NAMES, STATA_NAMES, FILE_NAMES]))
def test_names_are_always_valid_and_different(headers, rule):
    names = valid_names(headers, rule)

    assert len({name.casefold() for name in names}) == len(headers)
    assert all(name[0].isalpha() and name.isidentifier() and name.isascii() for name in names)
    assert all(len(name) <= rule.length and name.casefold() not in rule.reserved for name in names)
