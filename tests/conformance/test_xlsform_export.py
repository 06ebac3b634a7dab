"""Real forms leave as workbooks that pyxform takes, and that make the same form again, here and as an XForm."""

from pathlib import Path

import pytest

from surveys.xlsform import FormRefused, read_form
from surveys.xlsform.writer import write_form
from tests.factories.xforms import without_rows, xform_of_content, xform_of_workbook

FORMS = Path(__file__).parents[3] / "shared" / "samples" / "xlsform"
# One column has texts with and without a language, or the choices a language that no question has. The definition reads
# them as texts of one language: the tables of texts differ, every text shown in that language is the same.
MIXED = {"pyxform__field-list.xlsx", "pyxform__loop.xlsx", "pyxform__xlsform_spec_test.xlsx"}

# « Other » is written in the languages of the form, where pyxform adds it in English.
WORDED = {"pyxform__or_other.xlsx"}

pytestmark = pytest.mark.skipif(not FORMS.is_dir(), reason="the shared samples are not here")


def readable(path):
    try:
        return read_form(path.read_bytes(), file_name=path.name).definition
    except FormRefused:
        return None


@pytest.mark.parametrize("path", sorted(FORMS.glob("*")), ids=lambda path: path.name)
def test_a_real_form_comes_back_from_its_export(path, tmp_path):
    definition = readable(path)
    if definition is None:
        pytest.skip("a form that is refused has nothing to export")
    written = tmp_path / "form.xlsx"
    written.write_bytes(write_form(definition))

    again = read_form(written.read_bytes(), file_name=path.name).definition
    before, after = xform_of_content(path.read_bytes(), path.stem), xform_of_workbook(written)

    assert without_rows(again) == without_rows(definition)
    assert (after["data"], after["binds"].keys()) == (before["data"], before["binds"].keys())
    if path.name not in MIXED | WORDED:
        assert after == before
