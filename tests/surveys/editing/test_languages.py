"""Languages: every text that is read has an address, and progress counts them."""

import pytest

from core.errors import Conflict, Invalid, NotFound
from surveys.definition import Locale
from surveys.editing import languages
from surveys.editing.tree import node_of
from tests.factories.forms import edited_form


def test_every_text_has_an_address_once():
    addresses = [slot.address for slot in languages.slots(edited_form())]

    assert addresses[:6] == [
        "travail|label",
        "@oui_non|oui",
        "@oui_non|non",
        "detail|label",
        "heures|label",
        "heures|hint",
    ]
    assert len(addresses) == len(set(addresses)) == 17


def test_progress_counts_what_each_language_has():
    assert [(each.locale.tag, each.done, each.missing) for each in languages.progress(edited_form())] == [
        ("fr", 17, 0), ("en", 3, 14)
    ]  # fmt: skip


def test_texts_are_written_by_their_addresses():
    form = languages.set_texts(
        edited_form(),
        "en",
        {"heures|hint": "A week.\r\n", "@ville|sud": "South", "gone|label": "x", "travail|label": ""},
    )

    assert node_of(form, "heures").hints["en"] == "A week."
    assert form.choice_lists["ville"][1].labels == {"fr": "Sud", "en": "South"}
    assert node_of(form, "travail").labels == {"fr": "Avez-vous un travail ?"}


def test_language_is_added_renamed_and_made_the_default():
    form = languages.add_language(edited_form(), "fr-x-falc", "Français facile")
    form = languages.rename_language(form, "en", "Anglais")
    form = languages.set_default_language(form, "en")

    assert form.locales == (Locale("fr", "Français"), Locale("en", "Anglais"), Locale("fr-x-falc", "Français facile"))
    assert form.default_locale == "en"


@pytest.mark.parametrize("tag", ["", "français", "a b", "x" * 40, "en-"])
def test_language_needs_a_tag(tag):
    with pytest.raises(Invalid, match="language_malformed"):
        languages.add_language(edited_form(), tag, "?")


def test_language_is_added_once():
    with pytest.raises(Conflict, match="language_taken"):
        languages.add_language(edited_form(), "EN", "English")


def test_language_goes_with_all_its_texts():
    form = languages.remove_language(edited_form(), "en")

    assert [locale.tag for locale in form.locales] == ["fr"]
    assert {tag for slot in languages.slots(form) for tag in slot.texts} == {"fr"}


def test_default_language_stays():
    with pytest.raises(Conflict, match="language_default"):
        languages.remove_language(edited_form(), "fr")
    with pytest.raises(NotFound, match="language_not_found"):
        languages.set_texts(edited_form(), "ar", {})
