"""What is asked of the texts, in a small language that is read once and matched on each turn.

lettre peur             both, in one turn
"par la lettre"         these words in a row
accompagn*              words that begin so
lettre OU courrier      either (OR and | too)
lettre -facteur         the first without the second (SAUF and NOT too)
lettre /5 peur          at most five words between them
(lettre OU courrier) peur
"""

import re
from dataclasses import dataclass

from core.errors import Invalid

MAX_QUERY = 500
_TOKEN = re.compile(r'\s*(?:"([^"]*)"|«\s*([^»]*?)\s*»|(\()|(\))|(\|)|/(\d{1,3})(?=\s|$)|(-?)([^\s()|"«»]+))')
_OR = frozenset({"OU", "OR"})
_AND = frozenset({"ET", "AND"})
_NOT = frozenset({"SAUF", "NOT"})


@dataclass(frozen=True, slots=True)
class Words:
    """Words in a row; the last letters of a word that ends with * are free."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Two groups of words with at most `distance` words between them, in any order."""

    left: Words
    right: Words
    distance: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of them in one turn, and none of `without`."""

    parts: tuple["Asked", ...]
    without: tuple["Asked", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them in the turn."""

    parts: tuple["Asked", ...]


Asked = Words | Near | AllOf | AnyOf


def read_query(text: str) -> Asked:
    """Read what was typed.

    Raises: Invalid: `coding.query_empty`, `coding.query_too_long`, `coding.query_unreadable` with the place (from 1),
    `coding.query_only_without`: it says only what must not be there.
    """
    if len(text) > MAX_QUERY:
        raise Invalid("coding.query_too_long", limit=MAX_QUERY)
    if not text.strip():
        raise Invalid("coding.query_empty")
    reader = _Reader(text)
    asked = reader.either()
    if reader.kind:
        raise reader.unreadable()
    return asked


class _Reader:
    """Reads one token ahead: `kind` is what comes next, "" at the end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self.kind = ""
        self._value = ""
        self._start = 0
        self._advance()

    def either(self) -> Asked:
        parts = [self._every()]
        while self.kind == "or":
            self._advance()
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def unreadable(self) -> Invalid:
        return Invalid("coding.query_unreadable", place=self._start + 1)

    def _every(self) -> Asked:
        parts: list[Asked] = []
        without: list[Asked] = []
        while self.kind in {"words", "(", "not", "and"}:
            if self.kind == "and":
                self._advance()
                continue
            wanted = parts
            if self.kind == "not":
                self._advance()
                wanted = without
            wanted.append(self._part())
        if not parts:
            if without:
                raise Invalid("coding.query_only_without")
            raise self.unreadable()
        return parts[0] if len(parts) == 1 and not without else AllOf(tuple(parts), tuple(without))

    def _part(self) -> Asked:
        if self.kind == "(":
            self._advance()
            asked = self.either()
            if self.kind != ")":
                raise self.unreadable()
            self._advance()
            return asked
        left = self._words()
        if self.kind != "near":
            return left
        distance = int(self._value)
        self._advance()
        return Near(left, self._words(), distance)

    def _words(self) -> Words:
        if self.kind != "words":
            raise self.unreadable()
        words = tuple(word for word in re.findall(r"[^\W_]+(?:['’\-‑][^\W_]+)*['’]?\*?", self._value))
        if not words:
            raise self.unreadable()
        self._advance()
        return Words(words)

    def _advance(self) -> None:
        rest = self._text[self._place :]
        self._start = self._place + len(rest) - len(rest.lstrip())
        token = _TOKEN.match(self._text, self._place)
        if token is None:
            if rest.strip():
                raise self.unreadable()
            self.kind = ""
            return
        self._place = token.end()
        quoted, angled, opened, closed, bar, near, minus, word = token.groups()
        self._value = next((each for each in (quoted, angled, near, word) if each is not None), "")
        if quoted is not None or angled is not None:
            self.kind = "words"
        elif near is not None:
            self.kind = "near"
        elif bar or word in _OR:
            self.kind = "or"
        elif word in _AND:
            self.kind = "and"
        elif minus and word:
            self.kind = "not"
            self._place = token.start(8)
        elif word in _NOT:
            self.kind = "not"
        else:
            self.kind = opened or closed or "words"
