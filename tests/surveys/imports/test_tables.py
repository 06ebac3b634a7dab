"""Files of data as tables of text."""

import io
from datetime import date

import pyreadstat
import pytest
import xlsxwriter
from pandas import DataFrame

from core.errors import Invalid
from surveys.imports import tables
from surveys.imports.tables import Reading, detect, read_source, with_choice


def read(content, **choices):
    reading = detect(content, file="f.csv")
    if choices:
        reading = with_choice(reading, **{"encoding": "", "delimiter": "", "sheet": "", **choices})
    return read_source(content, reading, file="f.csv")


def refusal(content, **choices):
    with pytest.raises(Invalid) as caught:
        read(content, **choices)
    return caught.value.code


def workbook(*sheets):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, column, cell)
                    else:
                        sheet.write(number, column, cell)
    return buffer.getvalue()


@pytest.fixture
def sav(tmp_path):
    path = tmp_path / "data.sav"
    frame = DataFrame(
        {"id": ["P1", "P2"], "works": [1.0, -99.0], "hours": [7.5, None], "since": [date(2025, 1, 2), None]}
    )
    pyreadstat.write_sav(
        frame,
        path,
        column_labels=["Pseudonyme", "Travaillez-vous ?", "", "Depuis"],
        variable_value_labels={"works": {1: "Oui", 2: "Non", -99: "Ne sait pas"}},
        missing_ranges={"works": [-99]},
    )
    return path.read_bytes()


@pytest.mark.parametrize(
    ("text", "encoding", "delimiter"),
    [
        ("id;né\nP1;été\n", "utf-8", ";"),
        ("id,né\nP1,été\n", "cp1252", ","),
        ("id\tné\nP1\tété\n", "utf-16-le", "\t"),
        ("id|né\nP1|été\n", "utf-8", "|"),
        ("id;né\nP1;été\n", "mac_roman", ";"),
    ],
)
def test_text_files_are_read_as_they_were_written(text, encoding, delimiter):
    content = text.encode(encoding)

    reading = detect(content, file="f.csv")

    assert reading == Reading(kind="csv", encoding=encoding, delimiter=delimiter)
    table = read_source(content, reading, file="f.csv")
    assert (table.headings, table.rows, table.numbers) == (("id", "né"), (("P1", "été"),), (2,))


def test_letters_of_the_oldest_machines_are_read():
    assert read("id;mot\nP1;où à la fenêtre\n".encode("cp850")).rows == (("P1", "où à la fenêtre"),)


def test_wrong_guess_can_be_corrected():
    content = "id;prix\nP1;5 €\n".encode("iso-8859-15")

    assert read(content).rows == (("P1", "5 ¤"),)
    assert read(content, encoding="iso-8859-15").rows == (("P1", "5 €"),)


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers():
    table = read(b"\n;\nid;x\n\nP1;1\n;\nP2;2\n")

    assert table.headings == ("id", "x")
    assert table.rows == (("P1", "1"), ("P2", "2"))
    assert table.numbers == (5, 7)


def test_short_rows_are_filled_and_trailing_empty_columns_dropped():
    assert read(b"id;x;;\nP1\n").rows == (("P1", ""),)


def test_workbook_cells_become_text():
    content = workbook(("Notes", [["rien"]]), ("Data", [["id", "n", "h", "d"], ["P1", 12, 1.5, date(2025, 3, 1)]]))

    assert detect(content, file="f.xlsx").sheets == ("Notes", "Data")
    table = read(content, sheet="Data")
    assert table.rows == (("P1", "12", "1.5", "2025-03-01"),)
    assert table.numbers == (2,)


def test_spss_file_comes_with_its_labels(sav):
    table = read(sav)

    assert table.headings == ("id", "works", "hours", "since")
    assert table.rows == (("P1", "1", "7.5", "2025-01-02"), ("P2", "-99", "", ""))
    assert table.labels == {"works": {"1": "Oui", "2": "Non", "-99": "Ne sait pas"}}
    assert table.captions["works"] == "Travaillez-vous ?"
    assert table.numbers == (1, 2)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b" \n ", "imports.empty"),
        (b",\n,\n", "imports.empty"),
        (b"id;;x\nP1;1;2\n", "imports.heading_missing"),
        (b"id;x;x\nP1;1;2\n", "imports.heading_twice"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x01\x02", "uploads.not_text"),
        (b"$FL2 nothing that follows", "imports.unreadable"),
    ],
)
def test_what_is_no_table_is_refused(content, code):
    assert refusal(content) == code


def test_encoding_that_does_not_hold_is_refused():
    assert refusal("né".encode("cp1252"), encoding="utf-8") == "uploads.broken_encoding"


def test_sheet_that_is_not_there_keeps_the_one_before():
    assert (
        with_choice(Reading(kind="xlsx", sheet="A", sheets=("A",)), encoding="", delimiter="", sheet="B").sheet == "A"
    )


def test_tables_too_large_are_refused(monkeypatch, sav):
    monkeypatch.setattr(tables, "MAX_ROWS", 1)
    monkeypatch.setattr(tables, "MAX_COLUMNS", 3)

    assert refusal(b"id;x\nP1;1\nP2;2\n") == "imports.too_long"
    assert refusal(b"a;b;c;d\n1;2;3;4\n") == "imports.too_wide"
    assert refusal(workbook(("S", [["id"], ["P1"], ["P2"]]))) == "imports.too_long"
    assert refusal(workbook(("S", [["a", "b", "c", "d"]]))) == "imports.too_wide"
    assert refusal(sav) == "imports.too_wide"


def test_reading_is_kept_and_read_back():
    reading = Reading(kind="xlsx", sheet="A", sheets=("A", "B"))

    assert Reading.from_json(reading.to_json()) == reading
