"""The language of searches, read and matched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.search.asking import AllOf, AnyOf, Near, Words, read_query
from coding.search.matching import Asking, find_in
from coding.spans import Span
from core.errors import Invalid

FIRST = "J'ai reçu la lettre, et la peur m'a prise. L'étape d'après, c'est le courrier."
SECOND = "La lettre du facteur ? Une lettre   de plus. Les Lettres, aujourd'hui, je les jette."
TEXT = f"{FIRST}\n\n{SECOND}"
TURNS = [Span(0, len(FIRST)), Span(len(FIRST) + 2, len(TEXT))]


def found(query, *, with_accents=False):
    asking = Asking(read_query(query), with_accents)
    return [(place, TEXT[span.start : span.end]) for place, span in find_in(TEXT, TURNS, asking)]


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("lettre", Words(("lettre",))),
        ("lettre peur", AllOf((Words(("lettre",)), Words(("peur",))))),
        ("lettre ET peur", AllOf((Words(("lettre",)), Words(("peur",))))),
        ('"par la lettre"', Words(("par", "la", "lettre"))),
        ("« par la lettre »", Words(("par", "la", "lettre"))),
        ("lettre OU courrier | mot", AnyOf((Words(("lettre",)), Words(("courrier",)), Words(("mot",))))),
        ("lettre -facteur", AllOf((Words(("lettre",)),), (Words(("facteur",)),))),
        ("lettre SAUF facteur", AllOf((Words(("lettre",)),), (Words(("facteur",)),))),
        ("lettre /5 peur", Near(Words(("lettre",)), Words(("peur",)), 5)),
        ("(a OU b) c", AllOf((AnyOf((Words(("a",)), Words(("b",)))), Words(("c",))))),
        ("aujourd'hui rendez-vous", AllOf((Words(("aujourd'hui",)), Words(("rendez-vous",))))),
        ("accompagn*", Words(("accompagn*",))),
    ],
)
def test_query_is_read(query, asked):
    assert read_query(query) == asked


@pytest.mark.parametrize(
    ("query", "code", "details"),
    [
        ("  ", "query_empty", {}),
        ("-facteur", "query_only_without", {}),
        ("(lettre", "query_unreadable", {"place": 8}),
        ("lettre)", "query_unreadable", {"place": 7}),
        ("lettre OU", "query_unreadable", {"place": 10}),
        ("/5 peur", "query_unreadable", {"place": 1}),
        ("lettre /5", "query_unreadable", {"place": 10}),
        ("!!", "query_unreadable", {"place": 1}),
        ("a" * 501, "query_too_long", {"limit": 500}),
    ],
)
def test_query_that_cannot_be_read_says_where(query, code, details):
    with pytest.raises(Invalid) as caught:
        read_query(query)

    assert (caught.value.code, caught.value.details) == (f"coding.{code}", details)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("lettre", [(0, "lettre"), (1, "lettre"), (1, "lettre")]),
        ("lettre*", [(0, "lettre"), (1, "lettre"), (1, "lettre"), (1, "Lettres")]),
        ("lett", []),
        ("etape", [(0, "étape")]),
        ("recu", [(0, "reçu")]),
        ('"lettre de plus"', [(1, "lettre   de plus")]),
        ('"lettre et la"', [(0, "lettre, et la")]),
        ("lettre peur", [(0, "lettre"), (0, "peur")]),
        ("lettre -facteur", [(0, "lettre")]),
        ("courrier OU facteur", [(0, "courrier"), (1, "facteur")]),
        ("peur /2 lettre", [(0, "lettre, et la peur")]),
        ("peur /1 lettre", []),
        ("aujourd’hui", [(1, "aujourd'hui")]),
        ("absente", []),
    ],
)
def test_turns_that_fit_yield_their_words(query, words):
    assert found(query) == words


def test_accents_count_when_asked():
    assert found("etape", with_accents=True) == []
    assert found("étape", with_accents=True) == [(0, "étape")]


@given(st.text(alphabet='a "-|()/5*«»OU.\\[', max_size=30))
def test_any_query_is_read_or_refused_in_words(query):
    try:
        list(find_in(TEXT, TURNS, Asking(read_query(query))))
        code = "coding.query_"
    except Invalid as error:
        code = error.code

    assert code.startswith("coding.query_")
