"""What each column of a file is: the pseudonym, an attribute of people, an item in a wave, or left aside."""

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.imports.fields import Field, fold
from surveys.imports.tables import SourceTable

PSEUDONYM = {"fr": "pseudonyme", "en": "pseudonym"}
ATTRIBUTE = {"fr": "attribut:", "en": "attribute:"}
_PSEUDONYMS = frozenset(PSEUDONYM.values())
_ATTRIBUTES = tuple(ATTRIBUTE.values())
_LIKE_PSEUDONYMS = frozenset({*_PSEUDONYMS, "participant", "code participant", "id participant", "id_participant"})
MAX_ATTRIBUTE = 100


class Aim(enum.Enum):
    """What a column is."""

    LEFT = "left"
    PSEUDONYM = "pseudonym"
    ATTRIBUTE = "attribute"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody typed for a column; `wave` is the id of one, or "" for that of the whole file."""

    heading: str
    target: str = ""
    wave: str = ""

    def to_json(self) -> dict[str, str]:
        """Return plain JSON."""
        return {"heading": self.heading, "target": self.target, "wave": self.wave}


@dataclass(frozen=True, slots=True)
class Column:
    """A column understood; `place` counts from 0, `wave` is the id of one, or ""."""

    place: int
    heading: str
    aim: Aim
    attribute: str = ""
    field: Field | None = None
    wave: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the mapping; `place` is that of the column, None for the whole."""

    code: str
    place: int | None = None
    details: Mapping[str, Any] | None = None


def propose(
    table: SourceTable, fields: Mapping[str, Field], waves: Mapping[str, str], *, locale: str
) -> tuple[Wish, ...]:
    """Propose what columns are where their heading or caption says it without doubt.

    Args: waves: names of waves by id; `income_t1` is `income` in the wave T1.
    """
    by_key = _alone((fold(field.item.key), field) for field in fields.values() if field.version.is_last)
    by_label = _alone((fold(field.label), field) for field in fields.values() if field.version.is_last)
    wishes, has_pseudonym, taken = [], False, set()
    for heading in table.headings:
        if not has_pseudonym and fold(heading) in _LIKE_PSEUDONYMS:
            has_pseudonym = True
            wishes.append(Wish(heading, PSEUDONYM.get(locale, PSEUDONYM["en"])))
            continue
        name, wave = fold(heading), ""
        if name not in by_key:
            name, wave = _without_wave(name, waves)
        field = by_key.get(name) or by_label.get(fold(table.captions.get(heading, heading)))
        if field is None or (field.name, wave) in taken:
            wishes.append(Wish(heading))
        else:
            taken.add((field.name, wave))
            wishes.append(Wish(heading, field.name, wave))
    return tuple(wishes)


def _alone(pairs: Iterable[tuple[str, Field]]) -> dict[str, Field]:
    """Return what only one field is called."""
    found = [(name, field) for name, field in pairs if name]
    counts = Counter(name for name, _field in found)
    return {name: field for name, field in found if counts[name] == 1}


def _without_wave(name: str, waves: Mapping[str, str]) -> tuple[str, str]:
    for id_, wave in waves.items():
        for sign in ("_", ".", " ", "-"):
            if name.endswith(f"{sign}{fold(wave)}"):
                return name.removesuffix(f"{sign}{fold(wave)}"), id_
    return name, ""


def read_wishes(
    wishes: Sequence[Wish], table: SourceTable, fields: Mapping[str, Field], *, wave: str
) -> tuple[tuple[Column, ...], tuple[Fault, ...]]:
    """Return the columns in the order of the file, and what is wrong with what was typed."""
    by_heading = {wish.heading: wish for wish in wishes}
    by_fold = {fold(name): field for name, field in fields.items()}
    columns: list[Column] = []
    faults: list[Fault] = []
    for place, heading in enumerate(table.headings):
        column = _read(place, by_heading.get(heading, Wish(heading)), by_fold, wave)
        if isinstance(column, Fault):
            faults.append(column)
        else:
            columns.append(column)
    return tuple(columns), (*faults, *_faults_together(columns))


def _read(place: int, wish: Wish, by_fold: Mapping[str, Field], wave: str) -> Column | Fault:
    text = wish.target.strip()
    if not text:
        return Column(place, wish.heading, Aim.LEFT)
    if fold(text) in _PSEUDONYMS:
        return Column(place, wish.heading, Aim.PSEUDONYM)
    if fold(text).replace(" ", "").startswith(_ATTRIBUTES):
        name = text.partition(":")[2].strip() or wish.heading
        if len(name) > MAX_ATTRIBUTE:
            return Fault("imports.attribute_too_long", place, {"limit": MAX_ATTRIBUTE})
        return Column(place, wish.heading, Aim.ATTRIBUTE, attribute=name)
    field = by_fold.get(fold(text))
    if field is None:
        return Fault("imports.target_unknown", place, {"column": wish.heading, "typed": text[:MAX_ATTRIBUTE]})
    return Column(place, wish.heading, Aim.ITEM, field=field, wave=wish.wave or wave)


def _faults_together(columns: Sequence[Column]) -> list[Fault]:
    pseudonyms = [column for column in columns if column.aim is Aim.PSEUDONYM]
    faults = [] if pseudonyms else [Fault("imports.pseudonym_column_missing")]
    faults += [_fault("imports.pseudonym_column_twice", column, pseudonyms[0]) for column in pseudonyms[1:]]
    filled = [column for column in columns if column.aim in (Aim.ATTRIBUTE, Aim.ITEM)]
    if not filled:
        faults.append(Fault("imports.nothing_mapped"))
    seen: dict[tuple[str, str], Column] = {}
    versions: dict[tuple[Any, str], int] = {}
    for column in filled:
        name = f"{ATTRIBUTE['en']}{column.attribute}" if column.field is None else column.field.name
        first = seen.setdefault((name, column.wave), column)
        if first is not column:
            faults.append(_fault("imports.target_twice", column, first))
        if column.field is not None:
            version = column.field.version
            number = versions.setdefault((version.questionnaire_id, column.wave), version.number)
            if number != version.number:
                details = {"column": column.heading, "title": version.title}
                faults.append(Fault("imports.two_versions", column.place, details))
    return faults


def _fault(code: str, column: Column, other: Column) -> Fault:
    return Fault(code, column.place, {"column": column.heading, "other": other.heading})
