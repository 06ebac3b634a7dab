"""What one cell says of one item: a value, a declared absence, nothing, or something that cannot be read.

An empty cell says nothing: the file does not tell why, so the item counts as not asked. Why a value is absent is known
only from the signs that are declared.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from studies.listing import NO, YES, typed
from surveys.definition import ItemType
from surveys.imports.fields import SILENT_TYPES, Field, fold
from surveys.items import parse_posted
from surveys.items.numbers import MAX_DIGITS
from surveys.models import Missing

_WRONG = {
    ItemType.TEXT: "imports.not_a_text",
    ItemType.BARCODE: "imports.not_a_text",
    ItemType.INTEGER: "imports.not_a_whole_number",
    ItemType.DECIMAL: "imports.not_a_number",
    ItemType.RANGE: "imports.not_on_the_scale",
    ItemType.DATE: "imports.not_a_date",
    ItemType.TIME: "imports.not_a_time",
    ItemType.DATETIME: "imports.not_a_moment",
}
_MEASURED = frozenset({ItemType.DECIMAL, ItemType.RANGE})
_COMPUTED = re.compile(r"[+-]?\d+([.,]\d+([eE][+-]?\d{1,3})?|[eE][+-]?\d{1,3})", re.ASCII)
_WHOLE = re.compile(r"(-?\d+)[.,]0+", re.ASCII)
_BETWEEN_NAMES = re.compile(r"[\s,;|/]+")
_BETWEEN_LABELS = re.compile(r"\s*[;|]\s*|\s*,\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What stands in a file for an absence, as it was typed: signs between commas or semicolons."""

    unknown: str = "-99, NSP, ne sait pas"
    refused: str = "-98, REF, refus"
    illegible: str = "-97"
    empty: str = "-96"
    not_asked: str = "NA, N/A, n.d."

    def table(self) -> dict[str, Missing | str]:
        """Return what each sign means, as `fold` writes it: a reason, "empty" or "not_asked"."""
        meanings: dict[str, Missing | str] = {
            "unknown": Missing.UNKNOWN,
            "refused": Missing.REFUSED,
            "illegible": Missing.ILLEGIBLE,
        }
        return {
            sign: meanings.get(each.name, each.name)
            for each in fields(self)
            for sign in split_signs(getattr(self, each.name))
        }


def split_signs(written: str) -> list[str]:
    """Return the signs that stand between commas or semicolons, as they are compared."""
    return [fold(sign) for sign in re.split(r"[,;]", written) if fold(sign)]


@dataclass(frozen=True, slots=True)
class Cell:
    """What was read; `is_said` is False where the file says nothing, `problem` is the code of what is wrong."""

    value: Any = None
    mark: Missing | None = None
    problem: str = ""
    is_said: bool = True


NOTHING = Cell(is_said=False)


def read_sign(text: str, signs: Mapping[str, Missing | str]) -> Cell | None:
    """Return what an empty cell or a declared sign says, None for anything else."""
    if not text:
        return NOTHING
    meaning = signs.get(fold(_bare(text)), signs.get(fold(text)))
    if meaning is None:
        return None
    if meaning == "not_asked":
        return NOTHING
    return Cell(mark=meaning) if isinstance(meaning, Missing) else Cell()


def read_cell(field: Field, text: str, *, labels: Mapping[str, str], signs: Mapping[str, Missing | str]) -> Cell:
    """Read a cell.

    Args: labels: what the file itself calls coded values.  signs: what stands for absences.
    """
    is_choice = text in field.labels
    if not is_choice and (said := read_sign(text, signs)) is not None:
        return _without_row(field, said)
    kind = field.item.type
    if kind in SILENT_TYPES:
        return Cell(typed(text))
    if kind is ItemType.ACKNOWLEDGE:
        return _read_yes(text)
    if not kind.has_choices:
        written = _short_number(text) if kind in _MEASURED else text
        parsed = parse_posted(field.item, {field.item.key: [written]})
        return Cell(problem=_WRONG[kind]) if parsed.code else Cell(parsed.value)
    if kind is ItemType.SELECT_ONE:
        name = _choice(field, text, labels)
        return Cell(problem="imports.choice_unknown") if name is None else Cell(name)
    return _read_several(field, text, labels)


def _without_row(field: Field, cell: Cell) -> Cell:
    """A calculated item has no row that could say why it is absent."""
    return NOTHING if field.item.type in SILENT_TYPES else cell


def _bare(text: str) -> str:
    """Return a number without the decimals that programs add to whole ones: 12.0."""
    return _WHOLE.sub(r"\1", text) if _WHOLE.fullmatch(text) else text


def _short_number(text: str) -> str:
    """Return a number that a program wrote as people write it: 0.30000000000000004 is 0.3, 1e-05 is 0.00001."""
    if not _COMPUTED.fullmatch(text):
        return text
    number = Decimal(text.replace(",", "."))
    places = MAX_DIGITS - max(1, number.adjusted() + 1)
    if not 0 <= places < MAX_DIGITS:
        return text
    return format(round(number, places), "f").rstrip("0").rstrip(".")


def _read_yes(text: str) -> Cell:
    said = fold(_bare(text))
    if said in YES or said == "ok":
        return Cell("OK")
    return Cell() if said in NO else Cell(problem="imports.yes_no_unknown")


def _choice(field: Field, text: str, labels: Mapping[str, str]) -> str | None:
    """Find a choice: by what the file calls the value, then by name, then by words."""
    for wording in (labels.get(text, ""), labels.get(_bare(text), "")):
        if wording and (name := field.names.get(fold(wording))):
            return name
    for name in (text, _bare(text)):
        if name in field.labels:
            return name
    return field.names.get(fold(text))


def _read_several(field: Field, text: str, labels: Mapping[str, str]) -> Cell:
    for parts in ([text], _BETWEEN_LABELS.split(text), _BETWEEN_NAMES.split(text)):
        names = _choices(field, parts, labels)
        if names is not None:
            break
    else:
        return Cell(problem="imports.choice_unknown")
    if len(set(names)) < len(names):
        return Cell(problem="imports.choice_twice")
    if field.item.type is ItemType.RANK:
        return Cell(names)
    return Cell([name for name in field.labels if name in names])


def _choices(field: Field, parts: Iterable[str], labels: Mapping[str, str]) -> list[str] | None:
    names = [_choice(field, part, labels) for part in parts if part]
    return [name for name in names if name is not None] if names and None not in names else None
