import pytest

from core.errors import Invalid
from evaluation.references import Group, Reference, ReferenceKind, parse_reference, slugify, split_text


def test_split_text_finds_live_numbers():
    parts = split_text("À T2, {{ indicator:emploi@T2:programme }} travaillent.")

    assert parts == [
        "À T2, ",
        Reference(
            source="indicator:emploi@T2:programme",
            kind=ReferenceKind.INDICATOR,
            name="emploi",
            wave="T2",
            group=Group.INTERVENTION,
        ),
        " travaillent.",
    ]


@pytest.mark.parametrize(
    ("source", "group"),
    [
        ("indicator:emploi", Group.ALL),
        ("indicator:emploi@T2:Témoin", Group.CONTROL),
        ("indicator : emploi @ T2 : écart", Group.DIFFERENCE),
        ("theme:Peur de la sanction:Bras B", "bras_b"),
    ],
)
def test_parse_reference_reads_the_group(source, group):
    assert parse_reference(source).group == group


def test_parse_reference_refuses_the_rest():
    with pytest.raises(Invalid) as caught:
        split_text("{{ 7*7 }}")

    assert (caught.value.code, caught.value.details) == ("evaluation.reference_malformed", {"reference": "7*7"})


def test_slugify_forgets_case_accents_and_punctuation():
    assert slugify("Groupe témoin · n° 2 !") == "groupe_temoin_n_2"
