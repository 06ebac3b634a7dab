"""Real forms: each is read, or refused with its place for a reason that is named."""

from pathlib import Path

import pytest

from surveys.definition import Definition
from surveys.xlsform import FormRefused, Severity, read_form

FORMS = Path(__file__).parents[3] / "shared" / "samples" / "xlsform"
WRONG = {
    "iaso__odk_invalid_xlsform.xlsx": "surveys.name_repeated",
    "pyxform__duplicate_columns.xlsx": "surveys.column_repeated",
}
pytestmark = pytest.mark.skipif(not FORMS.is_dir(), reason="the shared samples are not here")


def errors_of(path):
    try:
        read_form(path.read_bytes(), file_name=path.name)
    except FormRefused as refusal:
        return [each for each in refusal.problems if each.severity is Severity.ERROR]
    return []


@pytest.mark.parametrize("path", sorted(FORMS.glob("*")), ids=lambda path: path.name)
def test_a_real_form_is_read_or_refused_for_a_named_reason(path):
    errors = errors_of(path)

    if path.name in WRONG:
        assert errors[0].code == WRONG[path.name]
    else:
        assert errors == []
    assert all(each.sheet and each.row and each.column for each in errors)


@pytest.mark.parametrize("name", sorted(path.name for path in FORMS.glob("*") if path.name not in WRONG))
def test_a_real_form_comes_back_from_json(name):
    definition = read_form((FORMS / name).read_bytes(), file_name=name).definition

    assert Definition.from_json(definition.to_json()) == definition


def test_the_forms_of_the_job_go_through():
    counts = {}
    for name in ("correlaid__mitwirken_umfrage.xlsx", "correlaid__testA.xlsx"):
        definition = read_form((FORMS / name).read_bytes(), file_name=name).definition
        conditions = sum(node.relevant is not None for node in definition.nodes())
        counts[name] = (sum(1 for _ in definition.items()), conditions, definition.default_locale)

    assert counts == {
        "correlaid__mitwirken_umfrage.xlsx": (42, 14, "de"),
        "correlaid__testA.xlsx": (24, 2, "de"),
    }
