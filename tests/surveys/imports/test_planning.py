"""What bringing a file in would do, before anything is written."""

from uuid import uuid4

import pytest

from core.errors import Invalid
from surveys.imports import planning
from surveys.imports.cells import Cell
from surveys.imports.columns import Wish, read_wishes
from surveys.imports.fields import Version, fields_of
from surveys.imports.planning import Known, Options, Person, Problem, make_plan
from surveys.imports.tables import SourceTable
from surveys.models import Missing
from surveys.xlsform import read_form
from tests.factories.datafiles import EVERY_KIND

WAVE = str(uuid4())
ANNE, BILAL, CHEN = (Person(uuid4(), is_withdrawn=False) for _ in range(3))
GONE = Person(uuid4(), is_withdrawn=True)
VERSION = Version(uuid4(), uuid4(), "data", "Tout", 1, True, read_form(EVERY_KIND.encode()).definition)
FIELDS = fields_of([VERSION], locale="fr")


def plan(*rows, answered=(), targets=("pseudonym", "data:age", "data:works", "attribute:income"), **options):
    headings = tuple(target.rpartition(":")[2] for target in targets)
    table = SourceTable(headings, rows, tuple(range(2, len(rows) + 2)))
    wishes = [Wish(heading, target) for heading, target in zip(headings, targets, strict=True)]
    chosen = Options(wave=WAVE, **options)
    columns, faults = read_wishes(wishes, table, FIELDS, wave=WAVE)
    assert faults == ()
    people = {"Anne": ANNE, "Bilal": BILAL, "Chen": CHEN, "Gone": GONE}
    return make_plan(table, columns, Known(people, frozenset(answered)), chosen), chosen


def test_rows_become_a_response_and_attributes():
    made, options = plan(("Anne", "41", "Oui", "1 200"), ("Bilal", "-99", "", "NSP"), ("Chen", "", "", ""))

    (batch,) = made.batches.values()
    assert (batch.version, batch.wave) == (VERSION, WAVE)
    assert batch.responses == {
        ANNE.id: {"age": Cell(41), "works": Cell("yes")},
        BILAL.id: {"age": Cell(mark=Missing.UNKNOWN)},
    }
    assert made.attributes == {ANNE.id: {"income": "1 200"}}
    assert made.people == {ANNE.id, BILAL.id}
    assert made.filled == 4
    assert made.is_ready(options)


def test_cells_that_are_not_understood_stop_everything_and_are_named():
    made, options = plan(("Anne", "vieux", "Oui", "1"), ("Bilal", "9", "si", "2"))

    assert made.problems == [
        Problem("imports.not_a_whole_number", 2, "age", "vieux"),
        Problem("imports.choice_unknown", 3, "works", "si"),
    ]
    assert not made.is_ready(options)


def test_cells_that_are_not_understood_can_be_kept_as_unreadable():
    made, options = plan(("Anne", "vieux", "Oui", "1"), unreadable_as_illegible=True)

    (batch,) = made.batches.values()
    assert batch.responses[ANNE.id]["age"] == Cell(mark=Missing.ILLEGIBLE)
    assert made.is_ready(options)


def test_rows_of_nobody_are_listed_and_stop_everything_until_they_are_left_aside():
    rows = (
        ("Anne", "1", "", ""),
        ("", "2", "", ""),
        ("anne", "3", "", ""),
        ("Bilal", "4", "", ""),
        ("Bilal", "5", "", ""),
    )
    made, options = plan(*rows)

    assert (made.blank, made.unknown, made.doubles) == ([3], [("anne", 4)], {"Bilal": [5, 6]})
    assert made.misfits == 4
    assert not made.is_ready(options)
    left, options = plan(*rows, leave_aside=True)
    assert left.people == {ANNE.id}
    assert left.is_ready(options)


def test_cells_of_rows_left_aside_are_not_complained_about():
    made, _options = plan(("nobody", "vieux", "", ""), ("Anne", "1", "", ""), leave_aside=True)

    assert made.problems == []


def test_nothing_of_those_who_withdrew_is_taken():
    made, options = plan(("Gone", "1", "Oui", "1"), ("Anne", "1", "", ""))

    assert made.withdrawn == 1
    assert made.people == {ANNE.id}
    assert made.is_ready(options)


def test_what_people_answered_themselves_stands():
    planned = {(ANNE.id, VERSION.questionnaire_id, planning.UUID(WAVE)), (BILAL.id, VERSION.questionnaire_id, None)}
    made, _options = plan(("Anne", "1", "Oui", "9"), ("Bilal", "2", "", ""), answered=planned)

    (batch,) = made.batches.values()
    assert set(batch.responses) == {BILAL.id}
    assert made.answered == {("Tout", WAVE): {"Anne"}}
    assert made.attributes == {ANNE.id: {"income": 9}}


def test_file_that_says_nothing_is_not_ready():
    made, options = plan(("Anne", "", "", ""))

    assert not made.is_ready(options)


def test_texts_of_each_column_are_counted_with_what_they_become():
    made, _options = plan(("Anne", "1", "Oui", ""), ("Bilal", "1", "non", ""))

    assert made.counts[1] == {"1": 2}
    assert (made.cells[2, "Oui"], made.cells[2, "non"]) == (Cell("yes"), Cell("no"))


def test_too_many_cells_are_refused(monkeypatch):
    monkeypatch.setattr(planning, "MAX_FILLED", 5)

    with pytest.raises(Invalid) as caught:
        plan(("Anne", "1", "", ""), ("Bilal", "1", "", ""))
    assert caught.value.code == "imports.too_much"


def test_only_the_first_problems_are_kept_but_all_are_counted(monkeypatch):
    monkeypatch.setattr(planning, "MAX_LISTED", 1)
    made, _options = plan(("Anne", "x", "y", ""))

    assert (len(made.problems), made.problem_count) == (1, 2)
