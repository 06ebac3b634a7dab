"""Each form of this folder says what it must answer."""

import json
from pathlib import Path

import pytest

from surveys.simulation import simulate
from tests.factories.surveys import structure_of

FORMS = sorted(Path(__file__).parent.glob("[a-z]*.md"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_answers_as_it_says(path):
    text = path.read_text(encoding="utf-8")
    structure = structure_of(text)
    cases = [line.split(" → ") for line in text.splitlines() if line.startswith("{")]

    assert cases
    for answers, expected in cases:
        found = simulate(structure, json.loads(answers))
        wanted = json.loads(expected)
        assert {name: found[name] for name in wanted} == wanted
