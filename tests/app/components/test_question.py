"""What a question carries beside its words."""

from app.components.question import question_view
from surveys.definition import Locale
from tests.factories.surveys import state_of, survey


def test_label_and_hint_each_say_their_own_language(app):
    form = survey("text | a | Âge | العمر | En années", columns="type | name | label::fr | label::ar | hint::fr")
    state = state_of(form, locale="ar")

    with app.test_request_context():
        view = question_view(state, "a", locale=Locale("ar", ""), answers={}, missing={})

    assert (view.lang, view.direction) == ("", "")
    assert (str(view.hint), view.hint_lang, view.hint_direction) == ("En années", "fr", "ltr")
