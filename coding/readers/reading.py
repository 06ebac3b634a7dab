"""What every reader returns."""

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
    """A file's text (NFC, LF); `turns` only where the format says who speaks when (subtitles)."""

    text: str
    source_format: str
    notices: tuple[Notice, ...] = ()
    turns: tuple[TurnDraft, ...] | None = None
