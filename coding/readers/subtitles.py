"""WebVTT and SubRip: cues with times, and voices where they are said."""

import html
import re
from collections.abc import Iterator

from coding.readers.cues import Cue, read_cues
from coding.readers.reading import Reading
from core.errors import Invalid

_TIMING = re.compile(r"^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})(?:\s.*)?$")
_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[^<>]{0,100}>|\{\\[^}]{0,40}\}")
_LABEL = re.compile(r"^\s*(?:[-–]\s*)?\[?([^\W\d_][\w.'’ \-]{0,39}?|\d{1,2})\]?\s*[:：]\s+(?=\S)")


def read_subtitles(text: str, *, file: str, source_format: str) -> Reading:
    """Read cues into « label: words » lines, one turn each.

    Raises: Invalid: no cue, with the file.
    """
    cues = list(_cues(text))
    if not cues:
        raise Invalid("coding.no_cue", file=file)
    return read_cues(cues, source_format)


def _cues(text: str) -> Iterator[Cue]:
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        timing = _TIMING.match(lines[place])
        place += 1
        if timing is None:
            continue
        said: list[str] = []
        while place < len(lines) and lines[place].strip() and not _TIMING.match(lines[place]):
            said.append(lines[place])
            place += 1
        start_ms, end_ms = _milliseconds(timing[1]), _milliseconds(timing[2])
        for label, words in _voices("\n".join(said)):
            if words:
                yield Cue(start_ms, end_ms, label, words)


def _voices(payload: str) -> Iterator[tuple[str, str]]:
    """Split a cue by its voice tags, or by « label: » at the start of its lines."""
    pieces = _VOICE.split(payload)
    if len(pieces) > 1:
        yield "", _plain(pieces[0])
        for label, words in zip(pieces[1::2], pieces[2::2], strict=True):
            yield _plain(label), _plain(words)
        return
    label, words = "", ""
    for line in _TAG.sub("", payload).split("\n"):
        match = _LABEL.match(line)
        if match is not None:
            yield label, _plain(words)
            label, words = match[1].strip(), line[match.end() :]
        else:
            words += " " + line
    yield label, _plain(words)


def _plain(words: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", words)).split())


def _milliseconds(time: str) -> int:
    seconds = 0.0
    for part in time.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds * 1000)
