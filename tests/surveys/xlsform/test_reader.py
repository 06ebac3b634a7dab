import io
import zipfile

import pytest
import xlsxwriter

from core.errors import Invalid
from surveys.definition import ItemType
from surveys.xlsform import FormRefused, Severity, read_form
from surveys.xlsform.workbook import read_workbook
from tests.factories.surveys import survey


def refused(form):
    with pytest.raises(FormRefused) as refusal:
        read_form(form.encode())
    return [
        (each.code.partition(".")[2], each.sheet, each.row, each.column)
        for each in refusal.value.problems
        if each.severity is Severity.ERROR
    ]


def warned(form):
    return [(each.code.partition(".")[2], each.row, each.column) for each in read_form(form.encode()).problems]


LISTED = ("yn | yes | Oui |", "yn | no | Non |")
WITH_RULE = "type | name | label | relevant"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (survey("texte | a | A"), ("type_unknown", "survey", 2, "type")),
        (survey("text | a | A", "text | a | B"), ("name_repeated", "survey", 3, "name")),
        (survey("text | 1a | A"), ("name_malformed", "survey", 2, "name")),
        (survey("text | | A"), ("name_missing", "survey", 2, "name")),
        (survey("begin_group | g | G", "text | a | A"), ("group_not_closed", "survey", 2, "type")),
        (survey("text | a | A", "end_group | | "), ("group_not_opened", "survey", 3, "type")),
        (
            survey("begin_group | g | G", "text | a | A", "end_repeat | | "),
            ("group_closed_by_other", "survey", 4, "type"),
        ),
        (survey("select_one yn | a | A"), ("sheet_missing", "choices", 0, "")),
        (survey("select_one ny | a | A", choices=LISTED), ("list_unknown", "survey", 2, "type")),
        (survey("select_one | a | A", choices=LISTED), ("select_without_list", "survey", 2, "type")),
        (
            survey("select_multiple l | a | A", choices=("l | a b | AB |",)),
            ("choice_name_spaced", "choices", 2, "name"),
        ),
        (
            survey("select_one l | a | A", choices=("l | a | A |", "l | a | B |")),
            ("choice_repeated", "choices", 3, "name"),
        ),
        (survey("select_one l | a | A", choices=("l | | A |",)), ("choice_without_name", "choices", 2, "name")),
        (survey("text | a | A | ${b} = 1", columns=WITH_RULE), ("reference_unknown", "survey", 2, "relevant")),
        (survey("text | a | ${b} ?"), ("reference_unknown", "survey", 2, "label")),
        (survey("text | a | A | (1 = 1", columns=WITH_RULE), ("unfinished", "survey", 2, "relevant")),
        (survey("text | a | "), ("label_missing", "survey", 2, "label")),
        (survey("calculate | a | A"), ("calculation_missing", "survey", 2, "calculation")),
        (survey("select_one ${b} | a | A", "text | b | B"), ("choices_not_repeated", "survey", 2, "type")),
        (
            survey("begin_repeat | r | R", "text | b | B", "end_repeat | | ", "select_multiple ${b} | a | A"),
            ("choices_quoted_by_several", "survey", 5, "type"),
        ),
        (survey("select_one ${c} | a | A", "text | b | B"), ("reference_unknown", "survey", 2, "type")),
        (survey("select_one_external l | a | A"), ("list_unknown", "survey", 2, "type")),
        ("| survey |\n| | type | label |\n| | text | A |", ("column_missing", "survey", 1, "")),
        ("| survey |\n| | type | name | name |\n| | text | a | b |", ("column_repeated", "survey", 1, "name")),
        ("| choices |\n| | list_name | name |\n| | l | a |", ("sheet_missing", "", 0, "")),
    ],
)
def test_a_form_is_refused_with_its_place(form, expected):
    assert expected in refused(form)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (survey("text | a | A", choices=LISTED), ("list_unused", 2, "list_name")),
        (survey("select_one yn | a | A", choices=LISTED), ("choice_column_unused", 1, "area")),
        (survey("begin_group | meta | M", "text | a | A", "end_group | meta | "), ("group_renamed", 2, "name")),
        (survey("deviceid | d | ", "text | a | A"), ("device_type", 2, "type")),
        (
            survey("text | a | A | fancy", columns="type | name | label | appearance"),
            ("appearance_ignored", 2, "appearance"),
        ),
        (survey("text | a | A | x", columns="type | name | label | mine"), ("column_unknown", 1, "mine")),
        (
            survey("integer | a | A |", "calculate | b | | ${a} + 1", columns="type | name | label | calculation"),
            ("arithmetic_on_empty", 3, "calculation"),
        ),
        (
            survey("text | a | A |", columns="type | name | label::Français (fr) | label::English (en)"),
            ("translation_missing", 2, "label::English (en)"),
        ),
        (survey("note | a | A"), ("nothing_to_answer", 0, "")),
        ("| survey |\n| | type | name |", ("nothing_to_answer", 0, "")),
        (survey("text | a | A | foo(1)", columns=WITH_RULE), ("function_unknown", 2, "relevant")),
        (survey("select_one_from_file l.csv | a | A"), ("list_file_missing", 2, "type")),
        (survey("audit | audit | ", "text | a | A"), ("audit_kept", 2, "type")),
        (
            survey("integer | n | N | ", "text | a | A | $(n) > 2", columns=WITH_RULE),
            ("reference_repaired", 3, "relevant"),
        ),
        (
            survey("text | a | A | ", "calculate | b | | 14:30:00", columns="type | name | label | calculation"),
            ("moment_quoted", 3, "calculation"),
        ),
        (
            survey(
                "begin_repeat | r | R | timeline",
                "text | a | A | ",
                "end_repeat | | | ",
                columns="type | name | label | appearance",
            ),
            ("timeline_without_date", 2, "appearance"),
        ),
        (
            survey(
                "select_one yn | a | A | ",
                "select_one p | b | B | area = ${a}",
                choices=(*LISTED, "p | x | X | yes", "p | y | Y | maybe"),
                columns="type | name | label | choice_filter",
            ),
            ("choice_never_shown", 5, "area"),
        ),
    ],
)
def test_a_form_is_read_with_a_remark(form, expected):
    assert expected in warned(form)


def test_arithmetic_that_looks_at_the_empty_case_is_not_remarked():
    form = survey(
        "integer | a | A |",
        "calculate | b | | if(${a} != '', ${a} + 1, 0)",
        columns="type | name | label | calculation",
    )

    assert warned(form) == []


def test_extra_columns_are_kept_with_their_item():
    form = survey("text | a | A | professional", columns="type | name | label | insertion::role")

    assert read_form(form.encode()).definition.item("a").extras == {"insertion": {"role": "professional"}}


def test_or_other_gives_a_choice_and_a_text():
    definition = read_form(survey("select_one yn or_other | a | A", choices=LISTED).encode()).definition

    assert [(item.key, item.type) for item in definition.items()] == [
        ("a", ItemType.SELECT_ONE),
        ("a_other", ItemType.TEXT),
    ]
    assert [choice.name for choice in definition.choice_lists["yn"]] == ["yes", "no", "other"]


def test_languages_have_tags_and_texts_without_one_serve_for_all():
    form = survey(
        "text | a | Nom | Name | Aide", columns="type | name | label::Français (fr) | label::English (en) | hint"
    )

    definition = read_form(form.encode()).definition

    assert [locale.tag for locale in definition.locales] == ["fr", "en"]
    assert definition.text(definition.item("a").labels, "en") == ("Name", "en")
    assert definition.text(definition.item("a").hints, "en") == ("Aide", "fr")


def workbook(**sheets):
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return output.getvalue()


def test_a_workbook_is_known_by_its_content():
    content = workbook(survey=[["type", "name", "label"], ["integer", "a", 2024], [], ["text", "b", True]])

    definition = read_form(content, file_name="form.xls").definition

    assert [(item.key, item.row, item.labels) for item in definition.items()] == [
        ("a", 2, {"fr": "2024"}),
        ("b", 4, {"fr": "TRUE"}),
    ]
    assert definition.form_id == "form"


def test_what_stands_far_below_the_table_is_left_out_and_said():
    content = workbook(survey=[["type", "name", "label"], ["text", "a", "A"], *([[]] * 61), ["text", "b", "B"]])

    read = read_form(content)

    assert [item.key for item in read.definition.items()] == ["a"]
    assert [(each.code, each.sheet, each.row) for each in read.problems] == [("surveys.rows_left_out", "survey", 64)]


def test_a_csv_is_read_with_either_separator():
    for separator in ",;":
        lines = ["survey", "{}type{}name{}label", "{}text{}a{}Âge"]
        text = "\r\n".join(lines).replace("{}", separator)
        for encoding in ("utf-8-sig", "cp1252"):
            assert read_form(text.encode(encoding)).definition.item("a").labels == {"fr": "Âge"}


def test_a_cell_far_away_is_refused_before_the_grid_is_made():
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output)
    sheet = book.add_worksheet("survey")
    sheet.write(1_048_575, 16_383, "far")
    book.close()

    with pytest.raises(FormRefused) as refusal:
        read_workbook(output.getvalue())

    assert refusal.value.problems[0].code == "surveys.sheet_too_big"


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00\x01", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"])
def test_what_is_no_form_is_refused(content):
    with pytest.raises(FormRefused):
        read_form(content)


def test_an_archive_that_is_no_workbook_is_refused():
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")

    for content in (output.getvalue(), output.getvalue()[:40]):
        with pytest.raises(Invalid):
            read_form(content)


def test_form_is_read_in_the_encodings_of_spreadsheets():
    text = "survey,type,name,label\n,text,age,Âge\n"

    texts = [read_workbook(text.encode(encoding)).rows("survey")[0]["label"] for encoding in ("utf-16", "cp1252")]

    assert texts == ["Âge", "Âge"]


@pytest.mark.parametrize(
    ("size", "code"), [(1_000, "surveys.file_damaged"), (2 * 1024 * 1024, "surveys.old_workbook_too_big")]
)
def test_old_workbook_is_read_apart_and_never_when_large(size, code):
    with pytest.raises(FormRefused) as refusal:
        read_workbook(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * size)

    assert [each.code for each in refusal.value.problems] == [code]


@pytest.mark.parametrize(
    ("rows", "label"),
    [(5_001, "Q"), (100, " ".join("${q0}" for _ in range(300)))],
    ids=["too many questions", "too many references"],
)
def test_a_form_that_would_hold_the_server_is_refused(rows, label):
    form = survey(*(f"text | q{number} | {label}" for number in range(rows)))

    with pytest.raises(FormRefused) as refusal:
        read_workbook(form.encode())

    assert [problem.code for problem in refusal.value.problems] == ["surveys.form_too_long"]
