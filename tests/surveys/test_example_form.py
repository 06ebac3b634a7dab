from core.tables import to_xlsx
from surveys.definition import ItemType
from surveys.xlsform import read_form
from surveys.xlsform.example import example_form


def test_example_form_is_read_back_without_a_remark():
    form = read_form(to_xlsx(example_form()), file_name="exemple.xlsx", locale="fr")

    assert form.problems == ()
    assert [locale.tag for locale in form.definition.locales] == ["fr", "en"]
    assert {item.type for item in form.definition.items()} >= {
        ItemType.SELECT_ONE,
        ItemType.SELECT_MULTIPLE,
        ItemType.RANK,
        ItemType.RANGE,
        ItemType.DATE,
        ItemType.DECIMAL,
        ItemType.CALCULATE,
        ItemType.TEXT,
        ItemType.NOTE,
    }
