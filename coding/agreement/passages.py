"""Where coders differ, to read: passages of one code, each with who coded it; this module loads nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """Who coded a passage: all who read it with the same limits, all with other limits, or some only."""

    SAME = "same"
    LIMITS = "limits"
    SOME = "some"


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """One coding: where it stands, of which code, by whom."""

    start: int
    end: int
    code_id: UUID
    coder_id: UUID
    coding_id: UUID


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch [start, end) of codings of one code that share characters; `kind` as above."""

    start: int
    end: int
    code_id: UUID
    kind: Kind
    codings: tuple[Placed, ...]

    @property
    def coders(self) -> frozenset[UUID]:
        """Who coded it."""
        return frozenset(coding.coder_id for coding in self.codings)


def find_passages(codings: Iterable[Placed], readers: frozenset[UUID]) -> list[Passage]:
    """Join the codings of `readers` into passages, code by code, in the order of the text."""
    open_passages: dict[UUID, list[Placed]] = {}
    found: list[list[Placed]] = []
    for coding in sorted(codings):
        if coding.coder_id not in readers:
            continue
        held = open_passages.get(coding.code_id)
        if held is not None and coding.start < max(each.end for each in held):
            held.append(coding)
            continue
        open_passages[coding.code_id] = [coding]
        found.append(open_passages[coding.code_id])
    passages = [
        Passage(
            held[0].start, max(each.end for each in held), held[0].code_id, _kind(held, readers), tuple(held)
        )
        for held in found
    ]  # fmt: skip
    return sorted(passages, key=lambda each: (each.start, each.end, str(each.code_id)))


def _kind(held: list[Placed], readers: frozenset[UUID]) -> Kind:
    if {coding.coder_id for coding in held} != readers:
        return Kind.SOME
    return Kind.SAME if len({(coding.start, coding.end) for coding in held}) == 1 else Kind.LIMITS
