"""What a question carries beside its words."""

import pytest
from flask import get_template_attribute

from app.components.answer_words import answer_text
from app.components.form_media import FormMedia
from app.components.question import NO_FILES, question_view
from surveys.definition import Definition, Item, ItemType, Locale
from surveys.engine import evaluate_form
from surveys.form_files import FileRef
from surveys.models import Missing
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


def drawn(app, view, *heading):
    with app.test_request_context():
        return get_template_attribute("question.html", "question")(view, {}, *heading)


def view_of(app, form, key, media=NO_FILES, **options):
    locale = Locale(options.pop("locale", "fr"), "")
    state = state_of(form, locale=locale.tag)
    with app.test_request_context():
        return question_view(state, key, locale=locale, answers={}, missing={}, media=media, **options)


def files(*names):
    return FormMedia({name: FileRef(name, TYPES[name[-3:]], name * 8, 1) for name in names}, lambda ref: f"/{ref.name}")


TYPES = {"png": "image/png", "mp3": "audio/mpeg"}
HEARD = """
| survey |
| | type | name | label::fr | label::fr-x-falc | label::ar | audio::fr | audio::fr-x-falc | image::fr | video |
| | select_one o | a | Aidé ? | Aidé ? | | a.mp3 | facile.mp3 | a.png | https://exemple.fr/v |
| choices |
| | list_name | name | label::fr | label::fr-x-falc | image | audio::fr |
| | o | oui | Oui | Oui | oui.png | oui.mp3 |
| | o | non | Non | Non | absent.png | |
"""


def test_recording_says_the_words_shown_and_no_others(app):
    media = files("a.mp3", "facile.mp3", "oui.mp3", "a.png", "oui.png")

    easy = view_of(app, HEARD, "a", media, locale="fr-x-falc")
    arabic = view_of(app, HEARD, "a", media, locale="ar")

    assert (easy.media.sound, easy.choices[0].media.sound) == ("/facile.mp3", "")
    # Not translated: the French words stand in, and the French voice with them.
    assert (arabic.lang, arabic.media.sound, arabic.choices[0].media.sound) == ("fr", "/a.mp3", "/oui.mp3")


def test_picture_of_one_language_stands_in_for_the_others(app):
    view = view_of(app, HEARD, "a", files("a.png", "oui.png"), locale="fr-x-falc")

    assert (view.media.picture, view.media.film, view.look) == ("/a.png", "https://exemple.fr/v", "pictures")
    assert [choice.media.picture for choice in view.choices] == ["/oui.png", ""]


def test_words_alone_leave_the_pictures_of_choices_out_and_keep_their_sounds(app):
    view = view_of(app, HEARD, "a", files("a.png", "oui.png", "oui.mp3"), in_words=True)

    assert view.look == "rows"
    assert [(choice.media.picture, choice.media.sound) for choice in view.choices] == [("", "/oui.mp3"), ("", "")]


def test_scale_says_what_its_ends_mean(app):
    form = """
| survey |
| | type | name | label | parameters |
| | range | r | R | start=0 end=10 step=1 tick_labelset=bouts |
| choices |
| | list_name | name | label |
| | bouts | 0 | Pas du tout |
| | bouts | 10 | Tout à fait |
"""

    view = view_of(app, form, "r")

    assert view.ends == (("0", "Pas du tout"), ("10", "Tout à fait"))
    assert view.described == f"{view.id}-s"


def test_ladder_has_its_highest_mark_on_top(app):
    form = survey("range | r | R | vertical | end=3", columns="type | name | label | appearance | parameters")

    assert [choice.name for choice in view_of(app, form, "r").choices] == ["3", "2", "1"]


def test_author_takes_a_way_not_to_answer_away(app):
    columns = "type | name | label | tresse::dk | tresse::refuse"
    form = survey("text | a | A | no | ", "text | b | B | | NON", "text | c | C | yes | ", columns=columns)

    assert [[mark for mark, _words in view_of(app, form, key).missing_options] for key in "abc"] == [
        ["refused"],
        ["unknown"],
        ["unknown", "refused"],
    ]


def test_large_number_is_shown_in_groups_where_asked(app):
    form = survey("integer | a | A | thousands-sep | 12500", columns="type | name | label | appearance | default")

    assert view_of(app, form, "a").value == "12\u202f500"


def test_choice_whose_picture_is_absent_is_named_by_its_code(app):
    form = """
| survey |
| | type | name | label |
| | select_one o | a | Comment ? |
| choices |
| | list_name | name | label | image |
| | o | gai | | gai.png |
| | o | triste | | absent.png |
"""

    labels = [str(choice.label) for choice in view_of(app, form, "a", files("gai.png")).choices]

    assert labels == ["", "triste"]
    assert answer_text(state_of(form), "a", "gai", None, Locale("fr", "")) == "gai"


@pytest.mark.parametrize(
    ("line", "value", "words"),
    [
        ("date | a | Quand ? |", "2024-03-05", "05/03/2024"),
        ("date | a | Quand ? | month-year", "2024-03-01", "03/2024"),
        ("date | a | Quand ? | year", "2024-01-01", "2024"),
        ("datetime | a | Quand ? |", "2024-03-05T09:05", "05/03/2024 09:05"),
    ],
)
def test_date_is_said_as_precisely_as_it_was_asked(line, value, words):
    state = state_of(survey(line, columns="type | name | label | appearance"))

    assert answer_text(state, "a", value, None, Locale("fr", "")) == words


def test_value_that_cannot_be_changed_heads_its_page(app):
    form = survey("text | a | Votre numéro | true()", columns="type | name | label | readonly")

    assert "<h1>Votre numéro</h1>" in drawn(app, view_of(app, form, "a"), "h1")


def test_what_a_mark_outweighs_leaves_its_field(app):
    form = survey("text | a | Où ? | ici", columns="type | name | label | default")
    state = state_of(form)

    with app.test_request_context():
        view = question_view(state, "a", locale=Locale("fr", ""), answers={}, missing={"a": Missing.UNKNOWN})

    assert (view.value, view.missing) == ("", "unknown")


def test_error_of_a_question_without_choice_leads_to_the_question(app):
    form = survey(
        "select_one o | a | Où ? | area = 'x'",
        choices=("o | un | Un | y",),
        columns="type | name | label | choice_filter",
    )
    view = view_of(app, form, "a")

    assert (view.target, view.choices) == (view.block, ())


def test_remark_that_stops_says_what_to_do(app):
    form = survey("note | a | Le total est faux. | yes", columns="type | name | label | required")
    state = state_of(form)

    view = view_of(app, form, "a", violations=state.violations(["a"]))

    sentence = "Vous pourrez continuer quand cette remarque ne s’affichera plus."
    assert view.errors[0].startswith(sentence)
    assert sentence in drawn(app, view)
