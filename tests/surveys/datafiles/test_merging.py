"""Several versions read as one: what goes on, what an earlier one asked alone, inside repeats too."""

from surveys.datafiles.merging import merge_versions
from surveys.models import Missing
from surveys.xlsform import read_form
from tests.factories.surveys import survey

CHOICES = ("yn | yes | Oui |", "yn | no | Non |")


def definition(*lines, columns="type | name | label | tresse::was", choices=CHOICES):
    return read_form(survey(*lines, columns=columns, choices=choices).encode()).definition


def keys(merged):
    return [node.key for node in merged.definition.nodes()]


FIRST = definition(
    "select_one yn | works | Travaillez-vous ? |",
    "text | town | Votre ville ? |",
    "integer | hours | Heures ? |",
    "begin_repeat | kids | Vos enfants |",
    "text | name | Prénom |",
    "integer | age | Âge |",
    "end_repeat | | |",
)


def test_one_version_is_read_as_it_is():
    merged = merge_versions({1: FIRST})

    assert merged.definition is FIRST
    assert merged.read(1, {"works": "yes"}, {}) == ({"works": "yes"}, {})


def test_renamed_items_go_on_under_their_last_name():
    second = definition("select_one yn | employed | En emploi ? | works", "text | town | Votre ville ? |")
    merged = merge_versions({1: FIRST, 2: second})

    values, missing = merged.read(1, {"works": "no", "town": None}, {"town": Missing.REFUSED})

    assert (values, missing) == ({"employed": "no", "town": None}, {"town": Missing.REFUSED})


def test_what_is_no_longer_asked_stays_with_its_version_in_its_label():
    second = definition("select_one yn | works | Travaillez-vous ? |")
    merged = merge_versions({1: FIRST, 2: second})

    values, missing = merged.read(1, {"works": "yes", "town": "Nancy", "hours": None}, {"hours": Missing.UNKNOWN})

    assert keys(merged) == ["works", "town", "hours", "kids", "name", "age"]
    assert merged.definition.item("town").labels == {"fr": "Votre ville ? (v1)"}
    assert (values, missing) == ({"works": "yes", "town": "Nancy", "hours": None}, {"hours": Missing.UNKNOWN})


def test_same_name_with_values_that_do_not_fit_is_two_items():
    second = definition("date | town | Depuis quand ? |", "select_one yn | works | Travaillez-vous ? |")
    merged = merge_versions({1: FIRST, 2: second})

    assert "town_v1" in keys(merged)
    assert merged.read(1, {"town": "Nancy"}, {})[0] == {"town_v1": "Nancy"}
    assert merged.read(2, {"town": "2020-01-01"}, {})[0] == {"town": "2020-01-01"}


def test_items_dropped_inside_a_repeat_stay_inside_it():
    second = definition("begin_repeat | kids | Vos enfants |", "text | name | Prénom |", "end_repeat | | |")
    merged = merge_versions({1: FIRST, 2: second})

    values, _missing = merged.read(1, {"kids": 1, "name[1]": "Léa", "age[1]": 4}, {})

    (repeat,) = [node for node in merged.definition.nodes() if node.key == "kids"]
    assert [child.key for child in repeat.children] == ["name", "age"]
    assert values == {"kids": 1, "name[1]": "Léa", "age[1]": 4}


def test_repeat_that_is_gone_keeps_its_occurrences():
    second = definition("text | kids | Parlez de vos enfants |")
    merged = merge_versions({1: FIRST, 2: second})

    values, _missing = merged.read(1, {"kids": 2, "name[1]": "Léa", "name[2]": "Noé"}, {})

    assert values == {"kids_v1": 2, "name[1]": "Léa", "name[2]": "Noé"}
    (repeat,) = [node for node in merged.definition.nodes() if node.key == "kids_v1"]
    assert [child.key for child in repeat.children] == ["name", "age"]


def test_what_two_earlier_versions_asked_is_one_item():
    """`town` of the first is `city` of the second, which the third does not ask."""
    second = definition("text | city | Ville | town", "select_one yn | works | Travaillez-vous ? |")
    third = definition("select_one yn | works | Travaillez-vous ? |")
    merged = merge_versions({1: FIRST, 2: second, 3: third})

    assert [key for key in keys(merged) if key in ("town", "city")] == ["city"]
    assert merged.read(1, {"town": "Toul"}, {})[0] == {"city": "Toul"}
    assert merged.read(2, {"city": "Nancy"}, {})[0] == {"city": "Nancy"}


def test_choices_of_a_dropped_item_keep_their_words():
    second = definition("text | other | Autre |", choices=())
    merged = merge_versions({1: FIRST, 2: second})

    item = merged.definition.item("works")
    assert [choice.name for choice in merged.definition.choice_lists[item.list_name]] == ["yes", "no"]
