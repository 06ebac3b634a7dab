"""What each question and part of a survey is called here, and which codes its answers have."""

import re
from collections.abc import Iterable
from typing import Final

from surveys.lss.document import Question

LISTS_OF_WORDS: Final = {"Y": "YN", "G": "FM", "C": "YNU", "E": "ISD"}
"""Codes of the lists that LimeSurvey has built in, each a letter."""
ROWS_OF_CHOICES: Final = frozenset("ABCEFH")
OTHER: Final = "-oth-"
_NAME: Final = re.compile(r"[^\W\d][\w.-]*")


class Names:
    """Gives each thing a name that no other has, from the code its author gave."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._of: dict[tuple[str, str], str] = {}
        self.changed: list[tuple[str, str]] = []
        """Codes that could not be kept, with the names given instead."""

    def take(self, wanted: str) -> str:
        """Return this name, or one like it, that is free."""
        bare = re.sub(r"[^\w.-]", "_", wanted)
        if not _NAME.fullmatch(bare):
            bare = f"q_{bare}"
        free, times = bare, 1
        while free in self._taken:
            times += 1
            free = f"{bare}_{times}"
        self._taken.add(free)
        return free

    def give(self, qid: str, suffix: str, wanted: str) -> str:
        """Name a question (`suffix` "") or a part of one, for good."""
        name = self.take(wanted)
        self._of[qid, suffix] = name
        if name != wanted:
            self.changed.append((wanted, name))
        return name

    def of(self, qid: str, suffix: str = "") -> str:
        """Return the name of a question or part."""
        return self._of[qid, suffix]


def codes_of(question: Question) -> tuple[str, ...]:
    """Return the codes of the answers of a question of one choice, built in or written, `-oth-` last."""
    built_in: Iterable[str] = LISTS_OF_WORDS.get(question.type, "")
    if question.type in "5AB":
        built_in = map(str, range(1, 11 if question.type == "B" else 6))
    codes = tuple(built_in) or tuple(answer.code for answer in question.answers if answer.code)
    return (*codes, OTHER) if question.has_other and question.type in "L!" else codes
