import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.occurrences import key_at, renumbered, split_key

NUMBERS = st.lists(st.integers(1, 1000), max_size=4).map(tuple)


@given(st.from_regex(r"[a-z][a-z_.-]{0,8}(/[a-z]{1,4})?", fullmatch=True), NUMBERS)
def test_a_key_gives_its_parts_back(key, numbers):
    assert split_key(key_at(key, numbers)) == (key, numbers)


@pytest.mark.parametrize("key", ["age[]", "age[0]", "age[1.]", "age[1]x", "age[01]", "[1]", "age[99999]", "age[١]"])
def test_nonsense_in_brackets_is_no_number(key):
    assert split_key(key) == (key, ())


def test_what_follows_a_card_that_goes_moves_down():
    depths = {"name": 0, "toy": 0, "thing": 0}
    keys = ["who", "child", "name[1]", "name[2]", "name[3]", "toy[2]", "toy[3]", "thing[3.1]"]

    assert renumbered(keys, depths.get, (), 2) == {
        "name[2]": None,
        "name[3]": "name[2]",
        "toy[2]": None,
        "toy[3]": "toy[2]",
        "thing[3.1]": "thing[2.1]",
    }


def test_only_the_list_of_the_same_outer_card_moves():
    keys = ["toy[1]", "thing[1.1]", "thing[1.2]", "thing[2.1]", "thing[2.2]"]

    assert renumbered(keys, {"thing": 1}.get, (1,), 1) == {"thing[1.1]": None, "thing[1.2]": "thing[1.1]"}
