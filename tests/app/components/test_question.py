"""What a question carries beside its words."""

import pytest
from flask import get_template_attribute

from app.components.question import question_view
from surveys.definition import Definition, Item, ItemType, Locale
from surveys.engine import evaluate_form
from surveys.structure import build_structure
from tests.factories.surveys import state_of, survey


def test_label_and_hint_each_say_their_own_language(app):
    form = survey("text | a | Âge | العمر | En années", columns="type | name | label::fr | label::ar | hint::fr")
    state = state_of(form, locale="ar")

    with app.test_request_context():
        view = question_view(state, "a", locale=Locale("ar", ""), answers={}, missing={})

    assert (view.lang, view.direction) == ("", "")
    assert (str(view.hint), view.hint_lang, view.hint_direction) == ("En années", "fr", "ltr")


@pytest.mark.parametrize("kind", [each for each in ItemType if each.is_answered and not each.has_choices])
def test_every_type_of_question_is_drawn(app, kind):
    item = Item(name="a", key="a", path="/data/a", type=kind, labels={"fr": "Dites."})
    form = Definition(title="", form_id="f", locales=(Locale("fr", ""),), default_locale="fr", children=(item,))
    state = evaluate_form(build_structure(form), {})

    with app.test_request_context():
        view = question_view(state, "a", locale=Locale("fr", ""), answers={}, missing={})
        drawn = get_template_attribute("question.html", "question")(view)

    assert drawn.count("Dites.") == 1
    assert f'id="{view.target}"' in drawn
