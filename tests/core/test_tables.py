import csv
import io
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook

from core.tables import PLAIN, Table, guarded, restored, to_csv, to_xlsx

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "\u200b=1", "\ufeff=1", "＝1", "'=1"]


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("cell", FORMULAS)
def test_to_csv_marks_what_a_spreadsheet_would_compute(cell):
    assert rows_of(to_csv(Table("t", ("a",), ((cell,),)))) == [["a"], ["'" + cell]]


@pytest.mark.parametrize("text", [*FORMULAS, "+33", "-5", "'a", "''", "'-5", "a", ""])
def test_guarded_texts_come_back(text):
    assert restored(guarded(text)) == text


def test_to_csv_leaves_words_and_numbers_alone():
    row = ("l'été", "-5", "+3,2", -5, 1.5, None, True, "a=b")

    assert rows_of(to_csv(Table("t", ("a",), (row,))))[1] == [
        "l'été", "-5", "+3,2", "-5", "1,5", "", "True", "a=b"
    ]  # fmt: skip


def test_to_csv_writes_dates_in_iso_form():
    table = Table("t", ("a",), ((datetime(2026, 1, 2, 3, tzinfo=UTC),),))

    assert rows_of(to_csv(table))[1] == ["2026-01-02T03:00:00+00:00"]


def test_to_xlsx_gives_every_sheet_a_name_that_spreadsheets_take():
    names = ["Codes", "codes", "'l’été'", "a/b", "x" * 40, "x" * 41, "", "History", "''", "y" * 30 + "'z"]
    content = to_xlsx([Table(name, ("a",), ()) for name in names])

    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == [
        "Codes", "codes 2", "l’été", "a b", "x" * 31, "x" * 29 + " 2", "1", "History 2", "1 2", "y" * 30
    ]  # fmt: skip


def test_to_xlsx_keeps_every_string_as_it_is():
    content = to_xlsx([Table("segments", ("a",), tuple((cell,) for cell in [*FORMULAS[:7], "007", "http://x.y"]))])

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("segments")

    assert [row[0] for row in sheet.to_python()] == ["a", *FORMULAS[:7], "007", "http://x.y"]


def test_to_csv_marks_headings_too():
    table = Table("t", ("=1+1", "note"), ())

    assert to_csv(table).decode("utf-8-sig") == "'=1+1;note\r\n"


def test_to_xlsx_writes_what_is_no_number_as_text():
    content = to_xlsx([Table("t", ("x",), ((float("nan"),), (float("inf"),)))])

    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python() == [
        ["x"],
        ["nan"],
        ["inf"],
    ]


def test_to_csv_is_for_spreadsheets_unless_asked_to_be_plain():
    table = Table("t", ("a", "b"), ((1.5, "x,y;z"),))

    assert to_csv(table) == '\ufeffa;b\r\n1,5;"x,y;z"\r\n'.encode()
    assert to_csv(table, style=PLAIN) == b'a,b\r\n1.5,"x,y;z"\r\n'
