"""Praat's TextGrid, long or short: both are the same words and numbers in the same order. Tiers are speakers."""

import math
import re
from collections.abc import Iterator

from coding.readers.cues import Cue, read_cues
from coding.readers.reading import Notice, Reading
from core.errors import Invalid

# Quoted texts (a quote inside is doubled) and free-standing numbers: « intervals [2]: » and « xmin = » only decorate.
_TOKEN = re.compile(r'"((?:[^"]|"")*)"|(?<![^\s=])([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(?![^\s])')
# Tiers of forced alignment say again what another tier says.
_ALIGNED = re.compile(r"^(words?|mots?|phon\w*|syll\w*|phones?)\b|[-_ ](words?|mots?|phon\w*|syll\w*)$", re.IGNORECASE)


def read_textgrid(text: str, *, file: str) -> Reading:
    """Read the interval tiers of a TextGrid.

    Raises: Invalid: `coding.textgrid_broken` with the line; `coding.no_annotation` when nothing is said in it.
    """
    tokens = _Tokens(text, file)
    if tokens.word() != "ooTextFile" or tokens.word() != "TextGrid":
        raise tokens.broken()
    tokens.number(), tokens.number()
    tiers: dict[str, list[Cue]] = {}
    left_out: list[str] = []
    for _tier in range(int(tokens.number())):
        kind, name = tokens.word(), " ".join(tokens.word().split())
        tokens.number(), tokens.number()
        count = int(tokens.number())
        if kind == "IntervalTier":
            tiers.setdefault(name, []).extend(list(_intervals(tokens, count, name)))
        elif kind == "TextTier":
            points = [(tokens.number(), tokens.word()) for _ in range(count)]
            left_out += [name] if any(word.strip() for _time, word in points) else []
        else:
            raise tokens.broken()
    aligned = [name for name in tiers if _ALIGNED.search(name)]
    if len(aligned) < len(tiers):
        left_out += [name for name in aligned if tiers.pop(name)]
    cues = sorted((cue for tier in tiers.values() for cue in tier), key=lambda cue: cue.start_ms)
    if not cues:
        raise Invalid("coding.no_annotation", file=file)
    notices = (Notice("coding.notice_tiers", {"names": ", ".join(left_out)}),) if left_out else ()
    return read_cues(cues, "textgrid", notices)


def _intervals(tokens: "_Tokens", count: int, name: str) -> Iterator[Cue]:
    for _interval in range(count):
        start, end, words = tokens.number(), tokens.number(), tokens.word()
        said = " ".join(words.split())
        if said:
            yield Cue(round(start * 1000), round(end * 1000), name, said)


class _Tokens:
    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._matches = _TOKEN.finditer(text)
        self._place = 0

    def word(self) -> str:
        token = self._next()
        if token[1] is None:
            raise self.broken()
        return token[1].replace('""', '"')

    def number(self) -> float:
        token = self._next()
        if token[2] is None or not math.isfinite(float(token[2])):
            raise self.broken()
        return float(token[2])

    def broken(self) -> Invalid:
        return Invalid("coding.textgrid_broken", file=self._file, line=self._text.count("\n", 0, self._place) + 1)

    def _next(self) -> re.Match[str]:
        token = next(self._matches, None)
        if token is None:
            self._place = len(self._text)
            raise self.broken()
        self._place = token.start()
        return token
