import json

import pytest


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["coding", "agreement", *map(str, words), "--lang", "fr"])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "codage.json"
    path.write_text(json.dumps({"id": "un", "items": [["a", "a"], ["a", "b"], ["b", "b"]]}), encoding="utf-8")
    return path


def test_agreement_prints_json_with_its_seed_and_draws(run, file):
    found = json.loads(run(file, "--json", "--seed", 4, "--draws", 50).output)

    assert (found["id"], found["n_items"], found["seed"], found["n_draws"]) == ("un", 3, 4, 50)
    assert round(found["cohen_kappa"], 2) == 0.4


def test_agreement_prints_a_number_a_line_with_its_interval(run, file):
    lines = run(file).output.splitlines()

    assert lines[0] == "un"
    assert [line.split()[:2] for line in lines if "n_items" in line] == [["n_items", "3"]]
    assert any(line.split()[0] == "percent" and "[" in line for line in lines)


@pytest.mark.parametrize("content", ["{", "[NaN]", "[" * 100_000, "\x00"])
def test_agreement_says_where_a_file_is_not_json(run, tmp_path, content):
    path = tmp_path / "faux.json"
    path.write_text(content, encoding="utf-8")

    result = run(path, "--json")

    said = " ".join(result.stderr.split())
    assert (result.exit_code, said.split(" : ")[0]) == (2, "« faux.json » n’est pas du JSON lisible")


def test_agreement_says_which_case_is_wrong(run, tmp_path):
    path = tmp_path / "faux.json"
    path.write_text('{"coding": [{"items": [[1, 2]]}, {"items": [[1, 2], [3]]}]}', encoding="utf-8")

    result = run(path)

    assert (result.exit_code, result.stderr.split()[:3]) == (2, ["/coding[1],", "ligne", "2"])


def test_agreement_says_that_a_file_is_missing(run, tmp_path):
    assert run(tmp_path / "rien.json").exit_code == 2
