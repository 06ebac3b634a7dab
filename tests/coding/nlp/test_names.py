"""The model and the rules together, on a few invented sentences of speech."""

from itertools import pairwise

from coding.naming.models import NameKind
from coding.nlp.names import find_names


def test_names_are_found_once_with_their_bounds():
    text = (
        "Nadège : Ben ouais, Fatoumata elle habite à Villeurbanne, elle travaille chez Emmaüs.\n"
        "Enquêtrice : Et madame Klein ? Son numéro c'est le 06 12 34 56 78, hein.\n"
    )
    shares = []

    [found] = find_names([text], shares.append)

    words = {text[each.start : each.end]: each.kind for each in found}
    assert {"Fatoumata", "Villeurbanne", "Klein", "06 12 34 56 78"} <= set(words)
    assert (words["Villeurbanne"], words["Klein"]) == (NameKind.PLACE, NameKind.PERSON)
    assert not {"Ben", "ouais", "hein", "Ben ouais"} & set(words)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert shares == [1.0]


def test_long_text_is_read_whole():
    line = "On a parlé toute la matinée de choses et d'autres, sans nommer quiconque.\n"
    text = line * 600 + "Puis Fatoumata est arrivée de Villeurbanne.\n"

    [found] = find_names([text])

    assert "Villeurbanne" in {text[each.start : each.end] for each in found}
