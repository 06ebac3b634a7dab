"""How a file counts positions: line ends as one or two, code points or UTF-16 units, with its mark or without.

Exporters disagree and do not say which way they count. Selections often quote their words: the way of counting under
which most quotes are found is kept, for the whole project; where fewer than 95 % are, words are searched in the text.
"""

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from coding.exchange.project import Project, Selection, Source
from coding.spans import Span, snap_to_words
from core.text import normalise

ENOUGH = 0.95
_SHORTEST_QUOTE = 4
_BLANKS = re.compile(r"\s+")
_ASTRAL = 0x10000
_ELLIPSES = ("…", "...")
_LONGEST_REBUILT = 3_000_000


@dataclass(frozen=True, slots=True)
class Counting:
    """One way to count."""

    line_ends_as_two: bool = False
    utf16: bool = False
    mark_counts: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A raw text with its unified form; `points[i]` is where raw character i stands in it."""

    raw: str
    text: str
    points: Sequence[int]

    def units(self, counting: Counting) -> Sequence[int]:
        """Return where each counted unit stands in the unified text, one more at the end."""
        places = array("L")
        if counting.mark_counts:
            places.append(0)
        previous = ""
        for index, letter in enumerate(self.raw):
            if not counting.line_ends_as_two and letter == "\n" and previous == "\r":
                previous = letter
                continue
            places.append(self.points[index])
            if counting.utf16 and ord(letter) >= _ASTRAL:
                places.append(self.points[index])
            previous = letter
        places.append(len(self.text))
        return places


def unify(raw: str) -> Placed:
    """Return a raw text in NFC with LF line ends, and where each of its characters went."""
    text = normalise(raw)
    if text == raw:
        return Placed(raw, text, array("L", range(len(raw) + 1)))
    points = array("L")
    pieces: list[str] = []
    place = index = 0
    while index < len(raw):
        end = index + 1
        if raw[index] == "\r" and raw[end : end + 1] == "\n":
            end += 1
        else:
            while end < len(raw) and _joins(raw[end]):
                end += 1
        piece = normalise(raw[index:end])
        points.extend(min(place + step, place + len(piece)) for step in range(end - index))
        pieces.append(piece)
        place += len(piece)
        index = end
    points.append(place)
    return Placed(raw, "".join(pieces), points)


def _joins(letter: str) -> bool:
    """Whether a character may melt into the one before it: accents, and the later letters of a Korean syllable."""
    return unicodedata.combining(letter) > 0 or "\u1160" <= letter <= "\u11ff"


def place_selections(project: Project) -> None:
    """Turn the positions of every selection into those of `Source.text`, and say what had to be done."""
    texts = [(source, unify(source.raw)) for source in project.sources if source.raw is not None]
    counting = _best_counting(texts)
    if counting.line_ends_as_two:
        project.tell("project.counting_line_ends")
    if counting.utf16:
        project.tell("project.counting_utf16")
    if counting.mark_counts:
        project.tell("project.counting_mark")
    for source in project.sources:
        if source.raw is None:
            _rebuild(project, source)
    for source, placed in texts:
        source.text = placed.text
        units = placed.units(counting)
        source.times = [(_at(units, position), moment) for position, moment in source.times]
        for selection in source.selections:
            _check_bounds(project, source, selection, len(units) - 1)
            selection.start, selection.end = _at(units, selection.start), _at(units, selection.end)
        _search_words(project, source)
        for selection in source.selections:
            _widen_empty(project, source, selection)


def _at(units: Sequence[int], position: int) -> int:
    return units[max(0, min(position, len(units) - 1))]


def _best_counting(texts: Iterable[tuple[Source, Placed]]) -> Counting:
    totals: dict[Counting, tuple[int, int]] = {}
    choices = [Counting(*flags) for flags in product((False, True), repeat=3)]
    for source, placed in texts:
        selections = source.selections
        if not selections:
            continue
        has_pairs = "\r\n" in placed.raw
        has_astral = any(ord(letter) >= _ASTRAL for letter in placed.raw)
        plain = _BLANKS.sub(" ", placed.text)
        quoting = [each for each in selections if _quote_of(each.name) and _is_said(_quote_of(each.name), plain)]
        scores: dict[tuple[bool, bool, bool], tuple[int, int]] = {}
        for each in choices:
            telling = (
                each.line_ends_as_two and has_pairs, each.utf16 and has_astral, each.mark_counts and source.had_mark,
            )  # fmt: skip
            if telling not in scores:
                scores[telling] = _score(placed, placed.units(Counting(*telling)), selections, quoting)
            held = totals.get(each, (0, 0))
            totals[each] = (held[0] + scores[telling][0], held[1] + scores[telling][1])
    # Choices come plainest first, and max keeps the first of equals.
    return max(choices, key=lambda each: totals.get(each, (0, 0)))


def _score(
    placed: Placed, units: Sequence[int], selections: Sequence[Selection], quoting: Sequence[Selection]
) -> tuple[int, int]:
    """Return how many quotes are found, and how many limits stand between words."""
    found = sum(_matches(placed.text[_at(units, each.start) : _at(units, each.end)], each.name) for each in quoting)
    limits = 0
    for each in selections:
        for position in (_at(units, each.start), _at(units, each.end)):
            around = placed.text[max(0, position - 1) : position + 1]
            limits += len(around) < 2 or not (around[0].isalnum() and around[1].isalnum())  # noqa: PLR2004  both sides
    return found, limits


def _quote_of(name: str) -> str:
    """Return the words a name quotes, blanks unified, without the sign that it was cut short."""
    words = _BLANKS.sub(" ", normalise(name)).strip()
    for sign in _ELLIPSES:
        words = words.removesuffix(sign)
    return words.strip() if len(words) >= _SHORTEST_QUOTE else ""


def _is_said(quote: str, plain: str) -> bool:
    return quote in plain


def _matches(found: str, name: str) -> bool:
    words, quote = _BLANKS.sub(" ", found).strip(), _quote_of(name)
    was_cut = name.rstrip().endswith(_ELLIPSES)
    return words == quote or (was_cut and words.startswith(quote)) or words.rstrip(".…") == quote


def _check_bounds(project: Project, source: Source, selection: Selection, last: int) -> None:
    if selection.start > selection.end:
        selection.start, selection.end = selection.end, selection.start
        project.tell("project.selection_reversed", source=source.name, place=selection.place)
    if selection.start < 0 or selection.end > last:
        project.tell("project.selection_outside", source=source.name, place=selection.place, last=last)


def _search_words(project: Project, source: Source) -> None:
    """Where too few quotes stand at their place, put the others where their words are, nearest to it."""
    plain, places = _without_blanks(source.text)
    quoting = [each for each in source.selections if _quote_of(each.name) and _is_said(_quote_of(each.name), plain)]
    lost = [each for each in quoting if not _matches(source.text[each.start : each.end], each.name)]
    if not quoting or 1 - len(lost) / len(quoting) >= ENOUGH:
        return
    for selection in lost:
        quote = _quote_of(selection.name)
        near = bisect_right(places, selection.start)
        before, after = plain.rfind(quote, 0, near + len(quote)), plain.find(quote, near)
        start = min((each for each in (before, after) if each >= 0), key=lambda each: abs(each - near))
        length = selection.end - selection.start
        selection.start, end = places[start], places[start + len(quote) - 1] + 1
        cut_short = selection.name.rstrip().endswith(_ELLIPSES)
        selection.end = min(len(source.text), max(end, selection.start + length)) if cut_short else end
    project.tell("project.words_searched", source=source.name, place=source.place, count=len(lost), of=len(quoting))


def _without_blanks(text: str) -> tuple[str, Sequence[int]]:
    """Return a text with each run of blanks as one space, and where each of its characters stood."""
    places = array("L")
    pieces: list[str] = []
    end = 0
    for blank in _BLANKS.finditer(text):
        pieces += (text[end : blank.start()], " ")
        places.extend(range(end, blank.start() + 1))
        end = blank.end()
    places.extend(range(end, len(text)))
    return "".join((*pieces, text[end:])), places


def _widen_empty(project: Project, source: Source, selection: Selection) -> None:
    """A selection of no character is widened to the word it stands in, so that its codings have a place."""
    if selection.start < selection.end or not source.text:
        return
    start = min(selection.start, len(source.text) - 1)
    span = snap_to_words(source.text, Span(start, start + 1))
    if span.start == span.end:
        span = Span(start, start + 1)
    selection.start, selection.end = span.start, span.end
    project.tell("project.selection_empty", source=source.name, place=selection.place)


def _rebuild(project: Project, source: Source) -> None:
    """The text is not in the file: the quotes of its selections are put at their place, blanks elsewhere."""
    length = min(max((max(each.end, each.start + 1) for each in source.selections), default=0), _LONGEST_REBUILT)
    letters = [" "] * length
    for selection in source.selections:
        selection.start = max(0, min(selection.start, length - 1))
        selection.end = min(max(selection.start + 1, selection.end), length)
        quote = normalise(selection.name).replace("\n", " ")
        quote = quote[: selection.end - selection.start]
        if len(quote) > sum(letter != " " for letter in letters[selection.start : selection.end]):
            letters[selection.start : selection.start + len(quote)] = quote
    source.text = "".join(letters)
    project.tell("project.text_missing", source=source.name, place=source.place)
