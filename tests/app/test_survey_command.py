import json

import pytest

from surveys.xlsform import read_form
from tests.factories.lss import Q, lss
from tests.factories.surveys import FORM, survey
from tests.factories.xforms import without_rows


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()

    def invoke(*arguments):
        return runner.invoke(args=["survey", *map(str, arguments)])

    return invoke


def test_check_says_that_a_form_can_be_used(run, tmp_path):
    form = tmp_path / "form.md"
    form.write_text(survey("text | a | A", "note | b | ${a}"))

    result = run("check", form, "--lang", "en")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == ("form.md: the form can be used. Questions: 1; pages: 2; languages: fr; remarks: 0.\n")


def test_check_refuses_with_one_sentence_and_code_2(run, tmp_path):
    form = tmp_path / "form.md"
    form.write_text(survey("texte | a | A"))

    result = run("check", form, "--lang", "en")

    assert result.exit_code == 2
    assert result.stderr == (
        "form.md: the form cannot be used. Sheet survey, row 2, column type: The type “texte” is not known. "
        "Close to it: “text”.\n"
    )


def test_check_speaks_french_by_default(run, tmp_path, monkeypatch):
    for name in ("TRESSE_LOCALE", "LANG"):
        monkeypatch.delenv(name, raising=False)

    assert run("check", tmp_path / "absent.xlsx").stderr.startswith("Le fichier «")


def test_check_gives_json(run, tmp_path):
    form = tmp_path / "form.md"
    form.write_text(survey("text | a | ${b}"))

    result = run("check", form, "--json", "--lang", "en")

    problem = json.loads(result.stdout)["problems"][0]
    assert (problem["code"], problem["row"], problem["column"]) == ("surveys.reference_unknown", 2, "label")


def test_export_writes_a_workbook_that_is_the_form(run, tmp_path):
    form, target = tmp_path / "form.md", tmp_path / "out.xlsx"
    form.write_text(FORM)

    result = run("export", form, "--out", target, "--lang", "en")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[0] == (
        "out.xlsx: written as an XLSForm. Questions: 4; languages: fr; remarks: 1."
    )
    assert without_rows(read_form(target.read_bytes()).definition) == without_rows(read_form(FORM.encode()).definition)


def test_a_survey_of_limesurvey_is_checked_with_its_losses(run, tmp_path):
    survey_file = tmp_path / "survey.lss"
    survey_file.write_bytes(lss(Q("q", "S", "A<script>x()</script>"), Q("r", "I")))

    result = run("check", survey_file, "--lang", "en")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "survey.lss: the form can be used. Questions: 1; pages: 1; languages: fr; remarks: 2.\n"
        "  [Remark] Question q, language fr: A script is left out: it cannot run here (question).\n"
        "  [Remark] Question r: The type of question “I” is not taken over: the question is left out.\n"
    )


def test_a_survey_of_limesurvey_leaves_as_an_xlsform(run, tmp_path):
    survey_file, target = tmp_path / "survey.lss", tmp_path / "out.xlsx"
    survey_file.write_bytes(lss(Q("q", "F", parts={"a": "A"}, answers={"1": "Un"})))

    result = run("export", survey_file, "--out", target, "--lang", "en")

    assert (result.exit_code, result.stderr) == (0, "")
    assert [item.name for item in read_form(target.read_bytes()).definition.items()] == ["q_scale", "q_a"]


def test_export_into_a_folder_that_is_not_there_is_one_sentence(run, tmp_path):
    form = tmp_path / "form.md"
    form.write_text(FORM)

    result = run("export", form, "--out", tmp_path / "none" / "out.xlsx", "--lang", "en")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"The file “{tmp_path / 'none' / 'out.xlsx'}” cannot be written.\n"


def test_simulate_says_what_the_form_says(run, tmp_path):
    form, answers = tmp_path / "form.md", tmp_path / "answers.json"
    form.write_text(FORM)
    answers.write_text(json.dumps({"works": "yes", "/data/work/hours": "70", "other": 1}))

    result = run("simulate", form, "--answers", answers, "--json", "--lang", "en")

    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert result.stderr == "The answers name questions that the form does not have: other.\n"
    assert found["relevant"] == dict.fromkeys(("work", "works", "hours", "half", "helped", "story"), True)
    assert found["constraint_ok"]["hours"] is False
    assert found["calculated"] == {"half": 35}
    assert found["values"]["hours"] == 70
    assert [(each["item"], each["kind"], each["message"]) for each in found["violations"]] == [
        ("hours", "constraint", "Entre 1 et 60.")
    ]
    assert found["items"]["works"]["required"] is True


def test_simulate_takes_repeats_as_lists_or_numbered_paths(run, tmp_path):
    form, answers = tmp_path / "form.md", tmp_path / "answers.json"
    form.write_text(survey("begin_repeat | child | Enfant", "integer | age | Âge", "end_repeat | | "))
    values = []
    for given in ({"child": [{"age": 3}, {"age": 4}]}, {"/data/child[1]/age": 3, "/data/child[2]/age": 4}):
        answers.write_text(json.dumps(given))
        values.append(json.loads(run("simulate", form, "--answers", answers).stdout)["values"])

    assert values == [{"/data/child[1]/age": 3, "/data/child[2]/age": 4}] * 2


@pytest.mark.parametrize("text", ["[1]", "{", "\udcff"])
def test_simulate_refuses_what_is_no_object(run, tmp_path, text):
    form, answers = tmp_path / "form.md", tmp_path / "answers.json"
    form.write_text(FORM)
    answers.write_bytes(text.encode("utf-8", "surrogateescape"))

    result = run("simulate", form, "--answers", answers)

    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
