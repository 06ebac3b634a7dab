"""Remarks on what pages cannot show as asked."""

from surveys.xlsform import read_form

FORM = """
| survey |
| | type | name | label | media::image | video | tresse::faces |
| | select_one oui | a | A | ${b}.png | film.mp4 | sad-first |
| | text | b | B | | https://exemple.fr/film | happy-first |
| | select_one oui | c | C | | | oui |
| choices |
| | list_name | name | label | media::image | video |
| | oui | oui | Oui | oui.png | oui.mp4 |
"""


def test_what_is_not_shown_is_said_with_its_place():
    remarks = read_form(FORM.encode()).problems

    assert [(each.code, each.sheet, each.row, each.details["name"]) for each in remarks] == [
        ("surveys.medium_not_shown", "survey", 2, "${b}.png"),
        ("surveys.video_not_shown", "survey", 2, "film.mp4"),
        ("surveys.faces_not_shown", "survey", 2, "a"),
        ("surveys.faces_not_shown", "survey", 3, "b"),
        ("surveys.faces_unknown", "survey", 4, "c"),
        ("surveys.video_not_shown", "choices", 0, "oui: oui.mp4"),
    ]
