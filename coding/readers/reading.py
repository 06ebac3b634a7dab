"""What every reader returns."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from coding.turns import TurnDraft


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person should know about the file, by code; the wording table has its sentence."""

    code: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's text (NFC, LF); `turns` only where the format says who speaks when (subtitles, annotations)."""

    text: str
    source_format: str
    notices: tuple[Notice, ...] = ()
    turns: tuple[TurnDraft, ...] | None = None


def announce(found: Counter[str]) -> tuple[Notice, ...]:
    """Return what is said of the things that a page holds beside its words, counted by kind."""
    kinds = ("insertion", "deletion", "hidden", "note", "comment", "picture")
    return tuple(Notice(f"coding.notice_{kind}", {"count": found[kind]}) for kind in kinds if found[kind])
