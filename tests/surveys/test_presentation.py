"""How answers are laid out, from the form alone."""

import pytest

from surveys.presentation import Look, can_be_in_words, faces_of, is_typed_range, look_of
from surveys.xlsform import read_form

CHOICES = (
    "oui | a | Oui |",
    "oui | b | Non |",
    "dessin | a | Bus | bus.png",
    "dessin | b | Vélo |",
    *(f"court | c{number} | {number} |" for number in range(4)),
    *(f"long | c{number} | Choix {number} |" for number in range(26)),
    *(f"cinq | c{number} | Choix {number} |" for number in range(5)),
    *(f"six | c{number} | Choix {number} |" for number in range(6)),
)


def shown(line, **options):
    """Return the item of a line `type | appearance | parameters | faces`, and its choices."""
    kind, appearance, parameters, faces = (f"{line} | | | ".split("|"))[:4]
    form = "\n".join(
        [
            "| survey |",
            "| | type | name | label | appearance | parameters | tresse::faces |",
            f"| | {kind} | q | Q | {appearance} | {parameters} | {faces} |",
            "| choices |",
            "| | list_name | name | label | media::image |",
            *(f"| | {choice} |" for choice in CHOICES),
        ]
    )
    definition = read_form(form.encode()).definition
    item = definition.item("q")
    return item, definition.choice_lists.get(item.list_name, ())


@pytest.mark.parametrize(
    ("line", "look"),
    [
        ("select_one oui", Look.ROWS),
        ("select_one oui | quick", Look.ROWS),
        ("select_one oui | image-map", Look.ROWS),
        ("select_one oui | likert", Look.LINE),
        ("select_one oui | list-nolabel", Look.LINE),
        ("select_one oui | columns-3", Look.COLUMNS),
        ("select_multiple oui | columns", Look.COLUMNS),
        ("select_one oui | columns-pack no-buttons", Look.PACK),
        ("select_one oui | minimal", Look.MENU),
        ("select_multiple oui | minimal", Look.ROWS),
        ("select_one long", Look.MENU),
        ("select_multiple long", Look.ROWS),
        ("select_one court", Look.SCALE),
        ("select_one dessin", Look.PICTURES),
        ("select_one dessin | minimal", Look.PICTURES),
        ("select_multiple dessin", Look.PICTURES),
        ("select_one cinq | likert | | sad-first", Look.FACES),
        ("select_multiple cinq | | | sad-first", Look.ROWS),
        ("select_one six | | | sad-first", Look.ROWS),
        ("select_one cinq | | | yes", Look.ROWS),
        ("range | | start=0 end=10", Look.SCALE),
        ("range | vertical | start=0 end=10", Look.LADDER),
        ("range | distress | start=0 end=10", Look.LADDER),
        ("range | picker | start=0 end=50", Look.MENU),
    ],
)
def test_look_follows_the_form(line, look):
    assert look_of(*shown(line)) is look


def test_person_who_wants_words_alone_gets_them():
    assert look_of(*shown("select_one dessin | minimal"), in_words=True) is Look.MENU
    assert look_of(*shown("select_one cinq | likert | | sad-first"), in_words=True) is Look.LINE
    assert [can_be_in_words(*shown(line)) for line in ("select_one dessin", "select_one oui")] == [True, False]


@pytest.mark.parametrize(
    ("line", "faces"),
    [
        ("select_one oui | | | sad-first", (1, 5)),
        ("select_one cinq | | | sad-first", (1, 2, 3, 4, 5)),
        ("select_one cinq | | | Happy-First", (5, 4, 3, 2, 1)),
        ("select_one six | | | sad-first", ()),
        ("select_one cinq", ()),
    ],
)
def test_faces_go_from_one_end_to_the_other(line, faces):
    assert faces_of(*shown(line)) == faces


def test_scale_of_many_marks_is_typed():
    assert [is_typed_range(shown(f"range | | end={end}")[0]) for end in (11, 12)] == [False, True]
