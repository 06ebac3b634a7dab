"""What one cell says of one item."""

from uuid import uuid4

import pytest

from surveys.imports.cells import NOTHING, Cell, Signs, read_cell, split_signs
from surveys.imports.fields import Version, fields_of
from surveys.models import Missing
from surveys.xlsform import read_form
from tests.factories.datafiles import EVERY_KIND
from tests.factories.surveys import survey

SIGNS = Signs().table()


@pytest.fixture(scope="module")
def fields():
    definition = read_form(EVERY_KIND.encode()).definition
    return fields_of([Version(uuid4(), uuid4(), "data", "Tout", 1, True, definition)], locale="fr")


@pytest.fixture
def read(fields):
    return lambda name, text, **labels: read_cell(fields[f"data:{name}"], text, labels=labels, signs=SIGNS)


def test_items_asked_once_can_be_filled_and_no_others(fields):
    assert [name.removeprefix("data:") for name in fields] == [
        "works", "trust", "helped", "order", "age", "hours", "mood", "since", "wakes", "met", "agree", "story", "half",
        "said", "with",
    ]  # fmt: skip
    assert fields["data:works"].label == "Travaillez-vous ?"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("works", "yes", "yes"),
        ("works", "OUI", "yes"),
        ("trust", "2", "2"),
        ("trust", "2.0", "2"),
        ("trust", "Un  peu", "2"),
        ("helped", "pro peer", ["peer", "pro"]),
        ("helped", "La famille; Un pair", ["peer", "kin"]),
        ("helped", "Un pair", ["peer"]),
        ("order", "kin|peer|pro", ["kin", "peer", "pro"]),
        ("age", "1 200", 1200),
        ("age", "41.0", 41),
        ("hours", "7,5", 7.5),
        ("hours", "0.30000000000000004", 0.3),
        ("hours", "1e-05", 0.00001),
        ("hours", "1,5E+3", 1500),
        ("hours", "-12.999999999999998", -13),
        ("mood", "3", 3),
        ("mood", "3.0", 3),
        ("since", "31/12/2025", "2025-12-31"),
        ("since", "2025-12-31", "2025-12-31"),
        ("wakes", "7h30", "07:30"),
        ("met", "2025-12-31T14:30", "2025-12-31T14:30"),
        ("agree", "oui", "OK"),
        ("agree", "0", None),
        ("story", "Longue.", "Longue."),
        ("half", "3,5", 3.5),
        ("with", "mediator", "mediator"),
    ],
)
def test_values_are_read(read, name, text, value):
    assert read(name, text) == Cell(value)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("works", "peut-être", "imports.choice_unknown"),
        ("trust", "4", "imports.choice_unknown"),
        ("helped", "pro dog", "imports.choice_unknown"),
        ("helped", "pro pro", "imports.choice_twice"),
        ("age", "4,5", "imports.not_a_whole_number"),
        ("hours", "beaucoup", "imports.not_a_number"),
        ("hours", "1e300", "imports.not_a_number"),
        ("mood", "300", "imports.not_on_the_scale"),
        ("since", "12/31/2025", "imports.not_a_date"),
        ("wakes", "25:00", "imports.not_a_time"),
        ("met", "31/12/2025", "imports.not_a_moment"),
        ("agree", "peut-être", "imports.yes_no_unknown"),
    ],
)
def test_what_is_not_understood_is_named(read, name, text, code):
    assert read(name, text) == Cell(problem=code)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", NOTHING),
        ("N.D.", NOTHING),
        ("n/a", NOTHING),
        ("-99", Cell(mark=Missing.UNKNOWN)),
        ("-99.0", Cell(mark=Missing.UNKNOWN)),
        ("nsp", Cell(mark=Missing.UNKNOWN)),
        ("Refus", Cell(mark=Missing.REFUSED)),
        ("-97", Cell(mark=Missing.ILLEGIBLE)),
        ("-96", Cell()),
    ],
)
def test_declared_signs_say_why_nothing_stands(read, text, cell):
    assert read("age", text) == cell


def test_what_the_file_calls_a_value_goes_before_its_number(read):
    # In this file 1 is « A lot », in the form it is « None at all ».
    assert read("trust", "1", **{"1": "Beaucoup"}) == Cell("3")
    assert read("trust", "1", **{"1": "no such words"}) == Cell("1")
    assert read("works", "2", **{"2": "Non"}) == Cell("no")


def test_name_of_a_choice_goes_before_a_sign():
    form = survey("select_one l | q | Q", choices=("l | NA | Nord |", "l | SU | Sud |"))
    definition = read_form(form.encode()).definition
    field = fields_of([Version(uuid4(), uuid4(), "k", "T", 1, True, definition)], locale="fr")["k:q"]

    assert read_cell(field, "NA", labels={}, signs=SIGNS) == Cell("NA")


def test_words_that_two_choices_share_are_not_guessed():
    form = survey("select_one l | q | Q", choices=("l | a | Même |", "l | b | même |"))
    definition = read_form(form.encode()).definition
    field = fields_of([Version(uuid4(), uuid4(), "k", "T", 1, True, definition)], locale="fr")["k:q"]

    assert read_cell(field, "même", labels={}, signs=SIGNS) == Cell(problem="imports.choice_unknown")


def test_calculated_item_without_value_is_not_there(read):
    assert read("half", "-99") == NOTHING


def test_signs_are_split_and_compared_without_capitals_or_accents():
    assert split_signs(" -99; Refusé ,, N. D.") == ["-99", "refuse", "n. d."]
