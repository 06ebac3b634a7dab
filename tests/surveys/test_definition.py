import json

import pytest

from core.errors import Invalid
from surveys.definition import Definition, Locale
from surveys.xlsform import read_form
from tests.factories.surveys import FORM, survey


@pytest.mark.parametrize(
    "form",
    [
        FORM,
        survey("begin_repeat | r | R", "text | a | A", "end_repeat | | "),
        "| survey |\n| | type | name | label | default | expression |\n| | date | d | D | today() | x |",
    ],
)
def test_a_definition_comes_back_from_json(form):
    definition = read_form(form.encode()).definition

    assert Definition.from_json(json.loads(json.dumps(definition.to_json()))) == definition


def test_a_later_format_is_refused():
    with pytest.raises(Invalid, match=r"surveys\.unknown_schema"):
        Definition.from_json({"schema": 99})


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("fr", "ltr"), ("ar", "rtl"), ("ar-Latn", "ltr"), ("pa-Arab", "rtl"), ("fr-x-falc", "ltr"), ("he-IL", "rtl")],
)
def test_direction_is_read_from_the_tag(tag, direction):
    assert Locale(tag, "").direction == direction


def test_names_used_twice_are_told_apart_by_their_path():
    form = survey(
        "begin_group | g | G", "text | a | A", "end_group | | ", "begin_group | h | H", "text | a | A", "end_group | | "
    )

    assert [item.key for item in read_form(form.encode()).definition.items()] == ["g/a", "h/a"]
