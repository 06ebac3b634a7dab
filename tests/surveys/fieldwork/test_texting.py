"""Lengths of text messages, and the words with places in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from surveys.fieldwork.templates import fill, places_in
from surveys.fieldwork.texting import measure, plain_text


@pytest.mark.parametrize(
    ("text", "places", "segments", "is_wide"),
    [
        ("", 0, 0, False),
        ("a" * 160, 160, 1, False),
        ("a" * 161, 161, 2, False),
        ("a" * 306, 306, 2, False),
        ("a" * 307, 307, 3, False),
        ("€" * 80, 160, 1, False),
        ("€" * 81, 162, 2, False),
        ("ê" * 70, 70, 1, True),
        ("ê" * 71, 71, 2, True),
        ("ê" * 135, 135, 3, True),
        ("Éà é è ù Ç", 10, 1, False),
        ("👍" * 35, 70, 1, True),
        ("👍" * 36, 72, 2, True),
    ],
)
def test_message_is_cut_as_networks_cut_it(text, places, segments, is_wide):
    length = measure(text)

    assert (length.places, length.segments, length.is_wide) == (places, segments, is_wide)


def test_sign_of_two_places_is_not_cut():
    # 152 places, then a euro: it does not fit in the 153 of the first segment.
    assert (measure("a" * 152 + "€" + "a" * 152).segments, measure("a" * 152 + "€" + "a" * 152).left) == (3, 152)


def test_wide_signs_are_named_once():
    assert measure("être prêt à ça").wide_signs == ("ê", "ç")


def test_typography_is_made_plain():
    assert plain_text("L’étude «\N{NO-BREAK SPACE}Cœur\N{NO-BREAK SPACE}» – merci…") == 'L\'étude " Coeur " - merci...'


@given(st.text(max_size=700))
def test_segments_hold_all_places(text):
    length = measure(text)
    size = 67 if length.is_wide else 153

    assert length.segments * (70 if length.is_wide else 160) >= length.places
    assert length.segments <= length.places // (size - 1) + 1


def test_places_are_read_whatever_their_accents_and_capitals():
    text = "Bonjour ${Prenom}, voici ${LIEN} avant le ${date-limite}. ${lien}"

    assert places_in(text) == ("prénom", "lien", "date limite")
    assert (
        fill(text, {"prénom": "Ana", "lien": "L", "date limite": "3 mars"}) == "Bonjour Ana, voici L avant le 3 mars. L"
    )


def test_place_without_value_leaves_no_hole():
    assert fill("Bonjour ${prénom} !\nÀ bientôt ${nom}\n", {}) == "Bonjour !\nÀ bientôt\n"


@pytest.mark.parametrize(
    ("text", "code"), [("${adresse}", "fieldwork.unknown_place"), ("Voici ${lien", "fieldwork.place_not_closed")]
)
def test_unknown_or_open_places_are_refused(text, code):
    with pytest.raises(Invalid) as refusal:
        places_in(text)

    assert refusal.value.code == code


def test_what_is_filled_in_is_never_read_as_a_place():
    assert fill("${prénom}", {"prénom": "${lien}", "lien": "secret"}) == "${lien}"


def test_brackets_around_what_has_no_value_are_left_out_whole():
    text = "Bonjour[[ ${prénom}]],\n\n[[Une question ? ${contact}]]\n\nMerci[[ de ${structure}]]"

    assert fill(text, {"structure": "la Ville"}) == "Bonjour,\n\nMerci de la Ville"
    assert fill(text, {"prénom": "Ana", "contact": "01"}) == "Bonjour Ana,\n\nUne question ? 01\n\nMerci"
