"""Stretches of text: half-open [start, end) in Unicode code points."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CONTEXT_LENGTH = 32
CHUNK_LENGTH = 4_096
# A word keeps its inner apostrophes and hyphens: « aujourd'hui », « vis-à-vis ».
_WORD = re.compile(r"\w+(?:['’\-‑]\w+)*['’]?")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text, `start` included and `end` excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement: `deleted` characters from `position` on give way to `inserted` characters.

    Positions are those of the text before any edit of the list; edits are sorted and do not overlap.
    """

    position: int
    deleted: int
    inserted: int


@dataclass(frozen=True, slots=True)
class Remapped:
    """Where a span went; `touched` when an edit fell inside it or across its border, so that a person checks it."""

    span: Span
    touched: bool


def trim(text: str, span: Span) -> Span:
    """Leave out the white space at both ends; an all-blank span becomes empty at its start."""
    quote = text[span.start : span.end]
    if not quote.strip():
        return Span(span.start, span.start)
    start = span.start + len(quote) - len(quote.lstrip())
    return Span(start, start + len(quote.strip()))


def snap_to_words(text: str, span: Span) -> Span:
    """Widen a selection to the whole words it cuts, then leave out white space at its ends."""
    start, end = max(0, span.start), min(len(text), span.end)
    trimmed = trim(text, Span(start, max(start, end)))
    if trimmed.start == trimmed.end:
        return trimmed
    start, end = trimmed.start, trimmed.end
    # A line is always enough context: no word crosses its end.
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    for word in _WORD.finditer(text, line_start, len(text) if line_end < 0 else line_end):
        if word.start() < start < word.end():
            start = word.start()
        if word.start() < end < word.end():
            end = word.end()
    return Span(start, end)


def words_of(text: str) -> list[Span]:
    """Return the words of a text, without the punctuation around them."""
    return [Span(word.start(), word.end()) for word in _WORD.finditer(text)]


def context(text: str, span: Span) -> tuple[str, str]:
    """Return up to 32 characters before and after."""
    return text[max(0, span.start - CONTEXT_LENGTH) : span.start], text[span.end : span.end + CONTEXT_LENGTH]


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans share a character."""
    return one.start < other.end and other.start < one.end


def contains(outer: Span, inner: Span) -> bool:
    """Whether every character of `inner` is in `outer`."""
    return outer.start <= inner.start and inner.end <= outer.end


def split_by(span: Span, pieces: Sequence[Span]) -> list[Span]:
    """Cut a span by sorted, disjoint `pieces` (turns); what falls between them is left out."""
    return [Span(max(span.start, piece.start), min(span.end, piece.end)) for piece in pieces if overlaps(span, piece)]


def stack(spans: Iterable[Span]) -> list[int]:
    """Give each span the lowest lane free over its whole length, for bars in the margin.

    Returns: lanes (0 is nearest the text), in the order of `spans`; longer spans of one start come first.
    """
    ordered = sorted(enumerate(spans), key=lambda item: (item[1].start, -item[1].end))
    lanes = [0] * len(ordered)
    free_from: list[int] = []
    for index, span in ordered:
        lane = next((lane for lane, position in enumerate(free_from) if position <= span.start), len(free_from))
        if lane == len(free_from):
            free_from.append(0)
        free_from[lane] = span.end
        lanes[index] = lane
    return lanes


def remap(span: Span, edits: Sequence[Edit]) -> Remapped:
    """Follow a span through a sorted list of edits.

    Words outside the edits keep their span exactly. An insertion at a border stays outside. A span whose every
    character is deleted becomes empty where it was; it is flagged, never dropped.
    """
    start, end = span.start, span.end
    start_shift = end_shift = 0
    new_start: int | None = None
    new_end: int | None = None
    touched = False
    for edit in edits:
        edit_end = edit.position + edit.deleted
        growth = edit.inserted - edit.deleted
        if edit_end <= start:
            start_shift += growth
            end_shift += growth
            continue
        if edit.position >= end:
            break
        touched = True
        if edit.position < start:
            # The edit covers the beginning: the span begins after what was inserted.
            new_start = edit.position + start_shift + edit.inserted
        if edit_end > end:
            # The same edit may cover both ends: nothing is left, and the span stays where that edit was.
            new_end = new_start if edit.position < start and new_start is not None else edit.position + end_shift
        end_shift += growth
    if new_start is None:
        new_start = start + start_shift
    if new_end is None:
        new_end = end + end_shift
    return Remapped(Span(new_start, max(new_start, new_end)), touched)


def find_edits(before: str, after: str) -> list[Edit]:
    """Return the edits that lead from one text to the other, by lines first, then by words within changed lines."""
    from difflib import SequenceMatcher  # noqa: PLC0415  only for corrected transcripts

    def differences(one: Sequence[str], other: Sequence[str], offset: int) -> Iterable[tuple[int, str, str]]:
        starts = [offset]
        for piece in one:
            starts.append(starts[-1] + len(piece))
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            if tag != "equal":
                yield starts[i1], "".join(one[i1:i2]), "".join(other[j1:j2])

    edits: list[Edit] = []
    for position, old, new in differences(before.splitlines(keepends=True), after.splitlines(keepends=True), 0):
        pieces = differences(re.findall(r"\w+|\W", old), re.findall(r"\w+|\W", new), position)
        edits += [Edit(start, len(gone), len(come)) for start, gone, come in pieces]
    return edits
