"""Digits that a phone set to Arabic or Persian types."""

import pytest

from surveys.definition import Item, ItemType
from surveys.items import parse_posted
from surveys.tokens import read_code


@pytest.mark.parametrize(
    ("kind", "typed", "read"),
    [
        (ItemType.INTEGER, "١٢", 12),
        (ItemType.INTEGER, "۱۲", 12),
        (ItemType.DECIMAL, "١٧٫٥", 17.5),
        (ItemType.DECIMAL, "١٬٢٣٤٫٥", 1234.5),
        (ItemType.RANGE, "٧", 7),
        (ItemType.DATE, "٣/٢/٢٠٢٤", "2024-02-03"),
        (ItemType.TIME, "١٤:٣٠", "14:30"),
    ],
)
def test_number_is_read_in_the_digits_of_the_phone(kind, typed, read):
    item = Item(name="n", key="n", path="/data/n", type=kind)

    assert parse_posted(item, {"n": [typed]}).value == read


def test_date_is_read_in_three_fields_of_arabic_digits():
    item = Item(name="n", key="n", path="/data/n", type=ItemType.DATE)

    assert parse_posted(item, {"n:day": ["٣"], "n:month": ["٢"], "n:year": ["٢٠٢٤"]}).value == "2024-02-03"


def test_code_is_read_in_arabic_digits():
    assert read_code("k٧m٢-qx۴p") == "K7M2QX4P"
