"""The little markup of authors, in texts made to be slow."""

import time

import pytest

from app.components.rich_text import rich


def test_rich_marks_strong_words():
    assert rich("un **mot** et __deux mots__") == "un <strong>mot</strong> et <strong>deux mots</strong>"


@pytest.mark.parametrize("piece", ["__a ", "**a ", "*a ", "_a ", "[a](http://", "<", "[", "# "])
def test_rich_is_quick_on_marks_that_are_never_closed(piece):
    text = piece * (32_000 // len(piece))
    start = time.process_time()

    rich(text)

    assert time.process_time() - start < 3
