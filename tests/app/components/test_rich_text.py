"""The little markup of authors, in texts made to be slow."""

import time

import pytest

from app.components.rich_text import dressed, one_line, plain, rich


def test_rich_marks_strong_words():
    assert rich("un **mot** et __deux mots__") == "un <strong>mot</strong> et <strong>deux mots</strong>"


@pytest.mark.parametrize(
    "piece", ["__a ", "**a ", "*a ", "_a ", "[a](http://", "<", "[", "# ", "<p", "<p>", " ", "\n<p"]
)
def test_rich_is_quick_on_marks_that_are_never_closed(piece):
    text = piece * (32_000 // len(piece))
    start = time.process_time()

    rich(text)

    assert time.process_time() - start < 3


def test_plain_joins_the_parts_of_a_word():
    assert plain("re<b>lation</b>s et **non**-recours") == "relations et non-recours"


@pytest.mark.parametrize(
    ("text", "html", "words"),
    [
        ("<p>Bonjour.</p><p>Merci !</p>", "Bonjour.<br>Merci\u00a0!", "Bonjour. Merci !"),
        ("Avant<br>après", "Avant<br>après", "Avant après"),
        ("<ul>\n<li>un</li>\n<li>deux</li></ul>", "un<br>deux", "un deux"),
    ],
)
def test_blocks_are_lines(text, html, words):
    assert (rich(text), plain(text)) == (html, words)


def test_signs_stay_with_their_word_on_pages_and_as_typed_elsewhere():
    text = "Où ? « Ici » : oui ; non !"

    assert rich(text) == "Où\u00a0? «\u00a0Ici\u00a0»\u00a0: oui\u00a0; non\u00a0!"
    assert dressed("Et ${nom} ?") == "Et ${nom}\u00a0?"
    assert plain(text) == text
    assert one_line(rich(text)).replace("\u00a0", " ") == text
