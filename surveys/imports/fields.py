"""What a column of a file can fill: the items of the published questionnaires of a study, and how they are called."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from surveys.definition import Definition, Item, ItemType, Repeat
from surveys.repeated import items_outside

FILLED_TYPES = frozenset(
    {
        ItemType.TEXT,
        ItemType.INTEGER,
        ItemType.DECIMAL,
        ItemType.RANGE,
        ItemType.DATE,
        ItemType.TIME,
        ItemType.DATETIME,
        ItemType.SELECT_ONE,
        ItemType.SELECT_MULTIPLE,
        ItemType.RANK,
        ItemType.ACKNOWLEDGE,
        ItemType.BARCODE,
        ItemType.CALCULATE,
        ItemType.HIDDEN,
    }
)
"""Neither files nor places; a calculated item takes the result that the file holds."""
SILENT_TYPES = frozenset({ItemType.CALCULATE, ItemType.HIDDEN})
_MARKUP = re.compile(r"<[^>]*>|[*`#]+|(?<!\w)_+|_+(?!\w)")


@dataclass(frozen=True, slots=True)
class Version:
    """A published version; `is_last` for the last one of its questionnaire."""

    id: UUID
    questionnaire_id: UUID
    key: str
    title: str
    number: int
    is_last: bool
    definition: Definition


@dataclass(frozen=True, slots=True)
class Field:
    """One item of a version; `labels` word its choices by name, `names` lead from words in any language to a name."""

    name: str
    version: Version
    item: Item
    label: str
    labels: Mapping[str, str]
    names: Mapping[str, str]


def fold(text: str) -> str:
    """Return a text as it is compared: no accents or capitals, single spaces."""
    bare = unicodedata.normalize("NFKD", text)
    return " ".join("".join(sign for sign in bare if not unicodedata.combining(sign)).casefold().split())


def unmarked(text: str) -> str:
    """Return a text of a form without its markup."""
    return _MARKUP.sub("", text).strip()


def fields_of(versions: Iterable[Version], *, locale: str) -> dict[str, Field]:
    """Return what can be filled, by what is typed: `key:item` of the last version, `key@2:item` of an older one."""
    return {field.name: field for version in versions for field in _fields(version, locale)}


def _fields(version: Version, locale: str) -> Iterable[Field]:
    definition = version.definition
    repeats = {node.key for node in definition.nodes() if isinstance(node, Repeat)}
    prefix = version.key if version.is_last else f"{version.key}@{version.number}"
    for item in items_outside(definition):
        if item.type not in FILLED_TYPES or item.key in repeats:
            continue
        choices = definition.choice_lists.get(item.list_name, ()) if item.type.has_choices else ()
        if item.type.has_choices and not choices:
            continue  # its list is a file: who needs one brings the names in as text
        yield Field(
            name=f"{prefix}:{item.key}",
            version=version,
            item=item,
            label=unmarked(definition.text(item.labels, locale)[0]),
            labels={choice.name: unmarked(definition.text(choice.labels, locale)[0]) for choice in choices},
            names=_names([(choice.name, tuple(choice.labels.values())) for choice in choices]),
        )


def _names(choices: Sequence[tuple[str, Sequence[str]]]) -> dict[str, str]:
    """Return the name that each wording leads to; one that leads to two is left out: nothing is guessed."""
    found: dict[str, set[str]] = {}
    for name, labels in choices:
        for wording in (name, *labels):
            found.setdefault(fold(unmarked(wording)), set()).add(name)
    return {wording: names.pop() for wording, names in found.items() if wording and len(names) == 1}
