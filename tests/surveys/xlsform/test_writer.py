"""What leaves as an XLSForm comes back the same, here and through pyxform."""

from dataclasses import replace

import pytest

from core.errors import Invalid
from core.tables import to_csv
from surveys.definition import Choice, Definition, Item, ItemType, Locale
from surveys.expressions import parse
from surveys.xlsform import read_form
from surveys.xlsform.example import example_form
from surveys.xlsform.writer import form_sheets, write_form
from tests.factories.xforms import without_rows, xform_of_content, xform_of_workbook

FORM = """
| survey |
| | type | name | label::Français (fr) | label::العربية (ar) | label::Français facile (fr-x-falc) | audio::Français facile (fr-x-falc) | hint::Français (fr) | guidance_hint::Français (fr) | required | required_message::Français (fr) | required_message::العربية (ar) | relevant | constraint | constraint_message::Français (fr) | constraint_message::العربية (ar) | calculation | default | read_only | choice_filter | trigger | repeat_count | appearance | parameters | tresse::mirror | tresse::was | bind::odk:length | ma colonne |
| | begin_group | work | Travail | عمل | Le travail | | | | | | | | | | | | | | | | | field-list | | | emploi | | |
| | select_one yn | works | Travaillez-vous ? | هل تعمل؟ | Vous travaillez ? | works.mp3 | L’emploi déclaré | Lire à voix haute | yes | Répondez. | أجب | | | | | | | | | | | horizontal | | pro_works | emploi_oui | | une note |
| | decimal | hours | Combien d'heures ? | كم ساعة؟ | Combien d'heures ? | | | | ${works} = 'yes' | | | ${works}='yes'  and  true() | . > 0 | Plus de 0. | أكثر | | 35 | | | | | | | | | 5 | |
| | end_group | | | | | | | | | | | | | | | | | | | | | | | | | | |
| | begin_repeat | child | Enfant | طفل | Enfant | | | | | | | | | | | | | | | | ${count} | | | | | | |
| | integer | age | Âge | عمر | Âge | | | | | | | | | | | | | | | | | | | | | | |
| | end_repeat | | | | | | | | | | | | | | | | | | | | | | | | | | |
| | integer | count | Combien ? | كم؟ | Combien ? | | | | | | | | | | | | | | | | | | | | | | |
| | select_multiple place | places | Où ? | أين؟ | Où ? | | | | | | | | | | | | a b | | zone = ${works} | | | minimal | randomize=true seed=7 | | | | |
| | range | trust | Confiance | ثقة | Confiance | | | | | | | | | | | | | | | | | | start=0 end=10 step=2 | | | | |
| | text | story | Racontez. | احك | Racontez. | | | | | | | | | | | | | no | | | | multiline | rows=4 | | | | |
| | calculate | half | | | | | | | | | | | | | | ${hours} div 2 | | | | ${works} | | | | | | | |
| | date | since | Depuis ? | منذ؟ | Depuis ? | | | | | | | | | | | | today() | ${works} = 'no' | | | | no-calendar | | | | | |
| | acknowledge | read | Lu | قرأت | Lu | | | | | | | | | | | | | | | | | | | | | | |
| | deviceid | device | | | | | | | | | | | | | | | | | | | | | | | | | |
| | note | bye | Merci ${half} | شكرا | Merci | | | | | | | | | | | | | | | | | | | | | | |
| choices |
| | list_name | name | label::Français (fr) | label::العربية (ar) | label::Français facile (fr-x-falc) | image | zone | tresse_was |
| | yn | yes | Oui | نعم | Oui | oui.png | | o |
| | yn | no | Non | لا | Non | | | |
| | place | a | Ici | هنا | Ici | | yes | |
| | place | b | Là | هناك | Là | | no | |
| settings |
| | form_title | form_id | version | default_language | style | instance_name |
| | Questionnaire | small | 3 | Français (fr) | pages | concat('x', ${works}) |
"""  # noqa: E501


def sheet(name, definition):
    return next(table for table in form_sheets(definition) if table.name == name)


def rows(name, definition):
    table = sheet(name, definition)
    return [{column: cell for column, cell in zip(table.columns, row, strict=True) if cell} for row in table.rows]


def only(item, **parts):
    return Definition(
        title="T",
        form_id="t",
        locales=(Locale("fr", "Français"),),
        default_locale="fr",
        children=(item,),
        **parts,
    )


def text(**parts):
    return Item(name="a", key="a", path="/data/a", type=ItemType.TEXT, labels={"fr": "A"}, **parts)


def test_a_form_comes_back_whole(tmp_path):
    definition = read_form(FORM.encode()).definition
    written = tmp_path / "form.xlsx"
    written.write_bytes(write_form(definition))

    again = read_form(written.read_bytes()).definition

    assert without_rows(again) == without_rows(definition)
    assert xform_of_workbook(written) == xform_of_content(FORM.encode(), "form")


def test_an_author_finds_expressions_as_they_were_typed():
    definition = read_form(FORM.encode()).definition

    assert rows("survey", definition)[2]["relevant"] == "${works}='yes' and true()"


def test_columns_stand_in_the_order_of_authors():
    definition = read_form(FORM.encode()).definition

    assert sheet("survey", definition).columns[:8] == (
        "type",
        "name",
        "label::Français (fr)",
        "label::العربية (ar)",
        "label::Français facile (fr-x-falc)",
        "hint",
        "guidance_hint",
        "audio::Français facile (fr-x-falc)",
    )
    assert sheet("choices", definition).columns == (
        "list_name",
        "name",
        "label::Français (fr)",
        "label::العربية (ar)",
        "label::Français facile (fr-x-falc)",
        "image",
        "tresse_was",
        "zone",
    )


@pytest.mark.parametrize(
    ("columns", "labels"),
    [
        ("label", ("Un",)),
        ("label::French", ("Un",)),
        ("label::Klingon | label::Elvish", ("wa'", "min")),
        ("label::fr | label::en", ("Un", "One")),
        ("label | label::English (en)", ("Un", "One")),
    ],
)
def test_languages_keep_the_names_their_author_gave(columns, labels, tmp_path):
    form = f"| survey |\n| | type | name | {columns} |\n| | text | a | {' | '.join(labels)} |"
    definition = read_form(form.encode()).definition
    written = tmp_path / "form.xlsx"
    written.write_bytes(write_form(definition))

    again = read_form(written.read_bytes()).definition

    assert again.locales == definition.locales
    assert sheet("survey", definition).columns == ("type", "name", *columns.split(" | "))
    assert without_rows(again) == replace(without_rows(definition), form_id="form", title="form")


def test_two_names_of_one_language_stay_two():
    form = "| survey |\n| | type | name | label::French | label::Français (fr) |\n| | text | a | Un | Une |"
    definition = read_form(form.encode()).definition

    assert sheet("survey", definition).columns == ("type", "name", "label::French", "label::Français (fr-x-2)")
    assert read_form(write_form(definition)).definition.locales == definition.locales


def test_a_language_of_a_definition_made_here_is_written_with_its_tag():
    assert sheet("survey", only(text())).columns == ("type", "name", "label::Français (fr)")


def test_a_default_of_a_definition_made_here_is_what_tools_read():
    dated = replace(text(default=parse("today()")), type=ItemType.DATE)

    assert rows("survey", only(text(default="2 + 3")))[0]["default"] == "concat('2 + 3')"
    assert rows("survey", only(text(default="deux")))[0]["default"] == "deux"
    assert rows("survey", only(text(default=parse("'deux'"))))[0]["default"] == "string('deux')"
    assert rows("survey", only(dated))[0]["default"] == "today()"


def test_a_default_that_looks_computed_holds_its_value():
    definition = read_form(write_form(only(text(default="it's 2 + 3")))).definition

    assert definition.item("a").default == parse('concat("it\'s 2 + 3")')


def test_another_default_language_than_the_first_is_said():
    two = replace(
        only(text()),
        locales=(Locale("en", "English"), Locale("fr", "Français")),
        children=(text(hints={"en": "H"}), replace(text(), name="b", labels={"en": "B", "fr": "B"})),
    )

    assert rows("settings", two) == [{"form_title": "T", "form_id": "t", "default_language": "Français (fr)"}]


def test_a_list_of_a_file_is_written_as_one():
    item = replace(text(), type=ItemType.SELECT_MULTIPLE, list_name="towns.csv")

    assert rows("survey", only(item))[0]["type"] == "select_multiple_from_file towns.csv"


def test_a_text_that_no_cell_holds_is_refused_with_its_place():
    listed = {"l": (Choice("x", {"fr": "é" * 40_000}),)}
    item = replace(text(), type=ItemType.SELECT_ONE, list_name="l")

    with pytest.raises(Invalid) as refusal:
        write_form(only(item, choice_lists=listed))

    assert refusal.value.details == {"sheet": "choices", "row": 2, "column": "label::Français (fr)", "limit": 32767}


def test_typography_comes_in_and_goes_out(tmp_path):
    form = "| survey |\n| | type | name | label | relevant |\n| | text | a | « L’âge » ? | 1\u00a0= 1 |"
    definition = read_form(form.encode()).definition

    assert definition.item("a").labels == {"fr": "« L’âge » ?"}
    assert definition.item("a").relevant.source == "1 = 1"
    assert read_form(write_form(definition)).definition.item("a").labels == {"fr": "« L’âge » ?"}


def test_our_example_comes_back_whole():
    from core.tables import to_xlsx

    definition = read_form(to_xlsx(example_form())).definition

    assert without_rows(read_form(write_form(definition)).definition) == without_rows(definition)


def test_nothing_that_a_spreadsheet_computes_is_written():
    definition = only(text(hints={"fr": "=1+1"}))

    assert read_form(write_form(definition)).definition.item("a").hints == {"fr": "=1+1"}
    assert b"'=1+1" in to_csv(sheet("survey", definition))
