"""Where what was asked stands in a text: found by RE2 over the whole text, then judged turn by turn.

RE2 (google-re2) reads 12 million characters in some milliseconds and in linear time, whatever is asked.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from coding.search.asking import AllOf, AnyOf, Asked, Near, Words
from coding.spans import Span, words_of

_ACCENTED = {"a": "aàâäáã", "c": "cç", "e": "eéèêë", "i": "iîïí", "n": "nñ", "o": "oôöóõ", "u": "uùûüú", "y": "yÿý"}
_BARE = {accented: bare for bare, all_ in _ACCENTED.items() for accented in all_}
_BETWEEN = r"[^\pL\pN]{1,8}"
_INSIDE = r"[\pL\pN_'’\-]*"


@dataclass(frozen=True, slots=True)
class Asking:
    """A query with how letters are compared: accents count or not; capitals never do."""

    asked: Asked
    with_accents: bool = False


def find_in(text: str, turns: Sequence[Span], asking: Asking) -> Iterator[tuple[int, Span]]:
    """Yield (place of the turn in `turns`, stretch found) in the order of the text; `turns` are sorted and disjoint.

    A turn that fits yields each occurrence of the words asked for; of two near each other, the stretch that holds both.
    """
    starts = [turn.start for turn in turns]
    found = {words: _by_turn(text, turns, starts, words, asking) for words in _words_in(asking.asked)}
    for place in sorted({place for hits in found.values() for place in hits}):
        here = {words: hits.get(place, []) for words, hits in found.items()}
        spans = _matches(asking.asked, here, text)
        yield from ((place, span) for span in sorted(set(spans)))


def _words_in(asked: Asked) -> Iterator[Words]:
    if isinstance(asked, Words):
        yield asked
    elif isinstance(asked, Near):
        yield from (asked.left, asked.right)
    else:
        for part in asked.parts:
            yield from _words_in(part)
        if isinstance(asked, AllOf):
            for part in asked.without:
                yield from _words_in(part)


def _by_turn(
    text: str, turns: Sequence[Span], starts: Sequence[int], words: Words, asking: Asking
) -> dict[int, list[Span]]:
    hits: dict[int, list[Span]] = {}
    for match in _pattern(words, asking.with_accents).finditer(text):
        span = Span(*match.span())
        place = bisect_right(starts, span.start) - 1
        if place >= 0 and span.end <= turns[place].end and _stands_alone(text, span):
            hits.setdefault(place, []).append(span)
    return hits


def _stands_alone(text: str, span: Span) -> bool:
    """Whether the stretch begins and ends where words do; an elided article before it is another word."""
    before, after = text[span.start - 1 : span.start] if span.start else "", text[span.end : span.end + 1]
    return not (before.isalnum() or before == "_" or after.isalnum() or after == "_")


@lru_cache(maxsize=64)
def _pattern(words: Words, with_accents: bool) -> Any:
    import re2  # noqa: PLC0415  only where texts are searched

    ways = []
    for word in words.words:
        letters = "".join(_letter(letter, with_accents=with_accents) for letter in word.rstrip("*"))
        ways.append(letters + _INSIDE if word.endswith("*") else letters)
    return re2.compile("(?i)" + _BETWEEN.join(ways))


def _letter(letter: str, *, with_accents: bool) -> str:
    if letter in "'’":
        return "['’]"
    if letter in "-‑":
        return "[\\-‑]"
    small = letter.lower()
    if with_accents or small not in _BARE:
        return letter if letter.isalnum() else "\\" + letter
    return f"[{_ACCENTED[_BARE[small]]}]"


def _matches(asked: Asked, here: dict[Words, list[Span]], text: str) -> list[Span]:
    """Return the stretches of one turn; empty when it does not fit."""
    if isinstance(asked, Words):
        return here[asked]
    if isinstance(asked, Near):
        return list(_near(asked, here, text))
    found = [_matches(part, here, text) for part in asked.parts]
    if isinstance(asked, AnyOf):
        return [span for spans in found for span in spans]
    if not all(found) or any(_matches(part, here, text) for part in asked.without):
        return []
    return [span for spans in found for span in spans]


def _near(asked: Near, here: dict[Words, list[Span]], text: str) -> Iterator[Span]:
    for left in here[asked.left]:
        for right in here[asked.right]:
            first, second = sorted((left, right))
            if first.end <= second.start and len(words_of(text[first.end : second.start])) <= asked.distance:
                yield Span(first.start, second.end)
