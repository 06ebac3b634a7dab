"""What each column is: proposed, read from what was typed, checked together."""

from uuid import uuid4

import pytest

from surveys.imports.columns import Aim, Fault, Wish, propose, read_wishes
from surveys.imports.fields import Version, fields_of
from surveys.imports.tables import SourceTable
from surveys.xlsform import read_form
from tests.factories.datafiles import EVERY_KIND

WAVES = {"id-0": "T0", "id-1": "T1"}


@pytest.fixture(scope="module")
def fields():
    definition = read_form(EVERY_KIND.encode()).definition
    questionnaire_id = uuid4()
    versions = [
        Version(uuid4(), questionnaire_id, "data", "Tout", number, number == 2, definition) for number in (1, 2)
    ]
    return fields_of(versions, locale="fr")


def table(*headings, captions=None):
    return SourceTable(headings, (), (), {}, captions or {})


def wishes(*pairs):
    return [Wish(f"c{place}", *pair) for place, pair in enumerate(pairs)]


def read(fields, *pairs, wave=""):
    made = wishes(*pairs)
    return read_wishes(made, table(*(wish.heading for wish in made)), fields, wave=wave)


def faults(fields, *pairs):
    return [(fault.code, fault.place) for fault in read(fields, *pairs)[1]]


def test_columns_that_say_what_they_are_are_proposed(fields):
    proposed = propose(
        table("Participant", "works", "hours_T1", "Votre âge", "colour", "v7", captions={"v7": "Racontez."}),
        fields,
        WAVES,
        locale="fr",
    )

    assert [(wish.target, wish.wave) for wish in proposed] == [
        ("pseudonyme", ""),
        ("data:works", ""),
        ("data:hours", "id-1"),
        ("data:age", ""),
        ("", ""),
        ("data:story", ""),
    ]


def test_one_item_is_proposed_once_a_wave(fields):
    proposed = propose(table("age", "AGE", "age_t0", "pseudonym", "pseudonyme"), fields, WAVES, locale="en")

    assert [(wish.target, wish.wave) for wish in proposed] == [
        ("data:age", ""),
        ("", ""),
        ("data:age", "id-0"),
        ("pseudonym", ""),
        ("", ""),
    ]


def test_what_is_typed_is_understood(fields):
    columns, wrong = read(
        fields,
        ("Pseudonyme",),
        ("attribut: revenu",),
        ("Attribute :",),
        ("DATA:age", "id-1"),
        ("data:hours",),
        ("data@1:works", "id-2"),
        ("",),
        wave="id-0",
    )

    assert wrong == ()
    assert [(each.aim, each.attribute, each.field and each.field.name, each.wave) for each in columns] == [
        (Aim.PSEUDONYM, "", None, ""),
        (Aim.ATTRIBUTE, "revenu", None, ""),
        (Aim.ATTRIBUTE, "c2", None, ""),
        (Aim.ITEM, "", "data:age", "id-1"),
        (Aim.ITEM, "", "data:hours", "id-0"),
        (Aim.ITEM, "", "data@1:works", "id-2"),
        (Aim.LEFT, "", None, ""),
    ]


def test_columns_without_a_wish_are_left(fields):
    columns, _wrong = read_wishes([Wish("a", "pseudonym")], table("a", "b"), fields, wave="")

    assert [column.aim for column in columns] == [Aim.PSEUDONYM, Aim.LEFT]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("data:age",)], [("imports.pseudonym_column_missing", None)]),
        ([("pseudonym",)], [("imports.nothing_mapped", None)]),
        ([("pseudonym",), ("pseudonym",), ("data:age",)], [("imports.pseudonym_column_twice", 1)]),
        ([("pseudonym",), ("data:age",), ("data:age",)], [("imports.target_twice", 2)]),
        ([("pseudonym",), ("attribute:a",), ("attribut:a",)], [("imports.target_twice", 2)]),
        ([("pseudonym",), ("data:age",), ("data@1:works",)], [("imports.two_versions", 2)]),
        ([("pseudonym",), ("data:age",), ("data@1:works", "id-1")], []),
        ([("pseudonym",), ("data:age",), ("data:age", "id-1")], []),
        ([("pseudonym",), ("data:age",), ("attribute:" + "x" * 101,)], [("imports.attribute_too_long", 2)]),
        ([("pseudonym",), ("data:age",), ("data:children",)], [("imports.target_unknown", 2)]),
    ],
)
def test_what_does_not_go_together_is_said_at_its_column(fields, pairs, expected):
    assert faults(fields, *pairs) == expected


def test_unknown_target_is_repeated_as_it_was_typed(fields):
    _columns, wrong = read(fields, ("pseudonym",), ("data:age",), ("dta:age",))

    assert wrong == (Fault("imports.target_unknown", 2, {"column": "c2", "typed": "dta:age"}),)
