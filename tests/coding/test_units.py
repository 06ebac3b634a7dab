import itertools
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from coding.units import cut_turn

VERSION = UUID(int=1)


def cut(text, start=0, end=None):
    return [unit.text for unit in cut_turn(VERSION, text, start, len(text) if end is None else end)]


def test_cut_turn_keeps_a_short_turn_whole():
    assert cut("Un deux trois quatre. Cinq six !") == ["Un deux trois quatre. Cinq six !"]


def test_cut_turn_leaves_out_less_than_five_words():
    assert cut("Oui, oui, bien sûr.") == []


def test_cut_turn_cuts_at_sentence_ends_into_pieces_of_like_length():
    sentences = [f"{word} " + "mot " * 28 + "fin." for word in ("Un", "Deux", "Trois", "Quatre")]

    assert cut(" ".join(sentences)) == [" ".join(sentences[:2]), " ".join(sentences[2:])]


def test_cut_turn_keeps_a_long_sentence_whole():
    text = "mot " * 120 + "fin."

    assert cut(text) == [text]


@given(st.lists(st.sampled_from(["oui", "non.", "bien !", "mot", "…", "» ", "\n"]), max_size=300))
def test_cut_turn_gives_places_in_order_within_the_turn(words):
    text = " ".join(words)
    units = cut_turn(VERSION, text, 0, len(text))

    assert all(unit.text == text[unit.start : unit.end] for unit in units)
    assert all(one.end <= other.start for one, other in itertools.pairwise(units))
