"""Lists of people, as spreadsheets hold them."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from studies.listing import KnownNames, ListProblem, fold, read_people, read_table, typed
from studies.models import FlowState

KNOWN = KnownNames(
    populations=("Bénéficiaires", "Professionnel·les"), sites=("Nancy", "Toul"), arms=("groupe programme",)
)
HEADINGS = ["Pseudonyme", "Population", "Site", "Bras", "Strate", "État", "Adhésion", "Âge"]


def test_read_people_reads_every_column():
    rows = [HEADINGS, ["P1", "beneficiaires", "NANCY", "groupe programme", "s1", "tiré·e au sort", "oui", "34"]]

    read = read_people(rows, known=KNOWN)

    person = read.people[0]
    assert read.problems == ()
    assert (person.row, person.pseudonym, person.population, person.site) == (2, "P1", "Bénéficiaires", "Nancy")
    assert (person.arm, person.stratum, person.state) == ("groupe programme", "s1", FlowState.DRAWN)
    assert (person.took_up, person.attributes) == (True, {"Âge": 34})


def test_read_people_tells_every_problem_with_its_place():
    rows = [
        HEADINGS,
        ["", "Bénéficiaires", "", "", "", "", "", ""],
        ["P1", "inconnue", "Metz", "", "", "parti", "peut-être", ""],
        ["P9", "", "", "", "", "", "", ""],
    ]

    read = read_people(rows, known=KNOWN, taken={"P9"})

    assert read.people == ()
    assert read.problems == (
        ListProblem("studies.pseudonym_missing", 2, "Pseudonyme", ""),
        ListProblem("studies.population_unknown", 3, "Population", "inconnue"),
        ListProblem("studies.site_unknown", 3, "Site", "Metz"),
        ListProblem("studies.state_unknown", 3, "État", "parti"),
        ListProblem("studies.yes_no_unknown", 3, "Adhésion", "peut-être"),
        ListProblem("studies.pseudonym_twice", 4, "Pseudonyme", "P9"),
        ListProblem("studies.population_missing", 4, "Population", ""),
    )


def test_read_people_takes_the_only_population_when_none_is_named():
    known = KnownNames(populations=("Bénéficiaires",), sites=(), arms=())

    assert [person.population for person in read_people([["id"], ["P1"]], known=known).people] == ["Bénéficiaires"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "studies.list_empty"),
        ([["nom", "âge"], ["Léa", "3"]], "studies.list_no_pseudonym"),
        ([["id", "pseudonyme"], ["1", "2"]], "studies.list_column_twice"),
    ],
)
def test_read_people_refuses_a_list_without_order(rows, code):
    with pytest.raises(Invalid) as refused:
        read_people(rows, known=KNOWN)

    assert refused.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_read_table_reads_what_spreadsheets_write(encoding, separator):
    text = separator.join(["pseudonyme", "état"]) + "\r\n" + separator.join(["P1", "évaluée"]) + "\r\n"

    rows = read_table(text.encode(encoding), file="liste.csv")

    assert rows == [["pseudonyme", "état"], ["P1", "évaluée"]]


def test_read_table_reads_the_first_sheet_of_a_workbook():
    assert read_table(workbook([["pseudonyme", "âge"], ["P1", 34]]), file="l.xlsx") == [
        ["pseudonyme", "âge"],
        ["P1", "34"],
    ]


def test_read_table_refuses_a_far_cell_and_what_is_no_workbook():
    codes = []
    for content in (workbook([["id"]], far=True), b"PK\x03\x04 not a zip", b"   "):
        with pytest.raises(Invalid) as refused:
            read_table(content, file="l.xlsx")
        codes.append(refused.value.code)

    assert codes == ["studies.list_too_long", "uploads.archive_broken", "studies.list_empty"]


def workbook(rows, *, far=False):
    """Return the bytes of a workbook with these rows and perhaps a cell at its last row."""
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if far:
        sheet.write(1_048_575, 0, "far")
    book.close()
    return file.getvalue()


@pytest.mark.parametrize(
    ("text", "value"),
    [("34", 34), ("-3", -3), ("0", 0), ("007", "007"), ("3,5", 3.5), ("3.5", 3.5), ("3,5,1", "3,5,1"), ("٣", "٣"),
     ("1" * 16, "1" * 16), ("12e4", "12e4"), ("-", "-"), ("", "")],
)  # fmt: skip
def test_typed_makes_numbers_of_plain_numbers_only(text, value):
    assert (typed(text), type(typed(text))) == (value, type(value))


@pytest.mark.parametrize("text", ["Tiré·e  au sort", "tire(e) au sort", " TIRÉ.E AU SORT "])
def test_fold_compares_without_accents_case_and_endings(text):
    assert fold(text) == "tire au sort"


@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=6))
def test_read_people_answers_any_rows_with_people_or_reasons(rows):
    try:
        read = read_people([["id", "Population"], *rows], known=KNOWN)
    except Invalid:
        return
    assert {person.row for person in read.people} & {problem.row for problem in read.problems} == set()
    assert len({person.pseudonym for person in read.people}) == len(read.people)
