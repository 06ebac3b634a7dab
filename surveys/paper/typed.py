"""What somebody types from a sheet of paper becomes values: codes of choices, numbers, dates, or why there is nothing.

The same signs everywhere, those of data files: `-99` does not know, `-98` would rather not answer, `-97` (or `?`)
cannot be read, `-96` (or `-`) nothing is written. A field left alone was not looked at yet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surveys.datafiles.variables import ABSENCE_OF, Absence
from surveys.definition import Item, ItemType
from surveys.items import parse_posted
from surveys.models import Missing

NOTHING_WRITTEN = frozenset({"-", str(Absence.EMPTY.code)})
MARKS: Mapping[str, Missing] = {
    "?": Missing.ILLEGIBLE,
    **{str(absence.code): missing for missing, absence in ABSENCE_OF.items()},
}
_BETWEEN = re.compile(r"[\s,;/+]+")
_EIGHT_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_FOUR_DIGITS = re.compile(r"(\d{2})(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Read:
    """One field: a value, or the reason why there is none, or the code of what cannot be understood.

    `is_seen` is False for a field left alone.
    """

    value: Any = None
    mark: Missing | None = None
    problem: str = ""
    is_seen: bool = True


def read_typed(item: Item, typed: str, codes: Mapping[str, int]) -> Read:
    """Read one field.

    Args: codes: those of the choices of the item, by name, as they stand on paper.
    """
    text = typed.strip()
    if not text:
        return Read(is_seen=False)
    if text in NOTHING_WRITTEN:
        return Read()
    if text in MARKS and text not in {str(code) for code in codes.values()}:
        return Read(mark=MARKS[text])
    if item.type is ItemType.ACKNOWLEDGE:
        return Read("OK") if text.casefold() in ("1", "x", "o", "ok") else Read(problem="paper.unknown_code")
    if item.type.has_choices:
        return _read_choices(item, text, codes)
    if item.type in (ItemType.DATE, ItemType.DATETIME):
        text = _EIGHT_DIGITS.sub(r"\1/\2/\3", text, count=1)
    elif item.type is ItemType.TIME and _FOUR_DIGITS.fullmatch(text):
        text = _FOUR_DIGITS.sub(r"\1:\2", text)
    parsed = parse_posted(item, {item.key: [text]})
    return Read(problem=parsed.code) if parsed.code else Read(parsed.value)


def _read_choices(item: Item, text: str, codes: Mapping[str, int]) -> Read:
    by_code = {str(code): name for name, code in codes.items()}
    by_name = {name.casefold(): name for name in codes}

    def found(part: str) -> str | None:
        return by_code.get(part) or by_name.get(part.casefold())

    if item.type is ItemType.SELECT_ONE:
        name = found(text)
        return Read(name) if name is not None else Read(problem="paper.unknown_code")
    names = [found(part) for part in _BETWEEN.split(text) if part]
    if None in names:
        return Read(problem="paper.unknown_code")
    if len(set(names)) < len(names):
        return Read(problem="paper.code_twice")
    if item.type is ItemType.SELECT_MULTIPLE:
        # Boxes have no order: two people who type them otherwise say the same.
        return Read([name for name in codes if name in names])
    return Read(names)
