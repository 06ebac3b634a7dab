"""Words with their times, from subtitles or annotations: consecutive cues of one speaker make one turn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coding.readers.reading import Notice, Reading
from coding.turns import TurnDraft

_PAUSE_MS = 15_000


@dataclass(frozen=True, slots=True)
class Cue:
    """What one speaker says between two moments; `label` is "" when nobody is named."""

    start_ms: int
    end_ms: int
    label: str
    words: str


def read_cues(cues: Iterable[Cue], source_format: str, notices: tuple[Notice, ...] = ()) -> Reading:
    """Return cues, in the order given, as « label: words » lines, one turn each; those without words are left out."""
    lines: list[str] = []
    turns: list[TurnDraft] = []
    position = 0
    for turn in _joined(cue for cue in cues if cue.words):
        head = f"{turn.label}: " if turn.label else ""
        lines.append(head + turn.words)
        start = position + len(head)
        turns.append(TurnDraft(start, start + len(turn.words), turn.label, turn.start_ms, turn.end_ms))
        position += len(lines[-1]) + 1
    return Reading("\n".join(lines), source_format, notices, tuple(turns))


def _joined(cues: Iterator[Cue]) -> Iterator[Cue]:
    current: Cue | None = None
    words: list[str] = []
    for cue in cues:
        if current is not None and cue.label == current.label and cue.start_ms - current.end_ms < _PAUSE_MS:
            current = Cue(current.start_ms, cue.end_ms, cue.label, "")
        else:
            if current is not None:
                yield Cue(current.start_ms, current.end_ms, current.label, " ".join(words))
            current, words = cue, []
        words.append(cue.words)
    if current is not None:
        yield Cue(current.start_ms, current.end_ms, current.label, " ".join(words))
