"""What is grouped: pieces of speech long enough to mean something and short enough to mean one thing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

MIN_WORDS = 5
MAX_WORDS = 80
_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[»”\")\]]*(?=\s|$)|\n+|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch [start, end) of a version's text, in code points, with its words."""

    version_id: UUID
    start: int
    end: int
    text: str


def cut_turn(version_id: UUID, text: str, start: int, end: int) -> list[Unit]:
    """Cut a turn at sentence ends into pieces of at most about 80 words; pieces under 5 words are left out.

    A single sentence longer than that stays whole. Pieces of one turn are of like length, so that no short tail
    is left over.
    """
    whole = list(sentences(text, start, end))
    total = sum(words for _, _, words in whole)
    wanted = max(1, -(-total // MAX_WORDS))
    target = total / wanted
    pieces: list[tuple[int, int, int]] = []
    for sentence_start, sentence_end, words in whole:
        if pieces:
            piece_start, _, held = pieces[-1]
            # The nearer to the target, with or without this sentence.
            fits = held + words <= MAX_WORDS and abs(held + words - target) <= abs(held - target)
            if fits:
                pieces[-1] = (piece_start, sentence_end, held + words)
                continue
        pieces.append((sentence_start, sentence_end, words))
    return [
        Unit(version_id, piece_start, piece_end, text[piece_start:piece_end])
        for piece_start, piece_end, words in pieces
        if words >= MIN_WORDS
    ]


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Give the sentences of [start, end): where each begins and ends, and how many words it has."""
    for match in _SENTENCE.finditer(text[start:end]):
        said = match[0].rstrip()
        if said:
            yield start + match.start(), start + match.start() + len(said), len(said.split())
