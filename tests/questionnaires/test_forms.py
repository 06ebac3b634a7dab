"""Each form of this folder says what it must answer."""

import json
import re
from pathlib import Path

import pytest

from surveys.lists import list_id, read_list
from surveys.simulation import simulate
from surveys.structure import build_structure
from surveys.xlsform import read_form
from surveys.xlsform.writer import write_form
from tests.factories.xforms import without_rows

FORMS = sorted(Path(__file__).parent.glob("[a-z]*.md"))


def files_in(text):
    """Read the lists that stand below « # name.csv », up to an empty line."""
    return {
        list_id(name): read_list(name, content.encode())
        for name, content in re.findall(r"^# (\S+)\n((?:.+\n)+)", text, re.MULTILINE)
    }


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_answers_as_it_says(path):
    text = path.read_text(encoding="utf-8")
    structure = build_structure(read_form(text.encode(), files=files_in(text)).definition, files_in(text))
    cases = [line.split(" → ") for line in text.splitlines() if line.startswith("{") and " → " in line]

    assert cases
    for answers, expected in cases:
        given = json.loads(answers)
        saved = given.pop("last-saved", None)
        found = simulate(structure, given, saved=saved)
        wanted = json.loads(expected)
        assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_comes_back_from_its_export(path):
    definition = read_form(path.read_bytes()).definition

    assert without_rows(read_form(write_form(definition)).definition) == without_rows(definition)
