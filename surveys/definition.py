"""What a questionnaire is at run time: an immutable tree of items and groups, expressions compiled, texts by language.

A definition is read once from a file, kept as JSON with its version, and never changed. Texts are templates: `${name}`
stands for the value of another item; pages escape what they put there.
"""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from core.errors import Invalid
from surveys.expressions import Expression

SCHEMA = 1
OFFERED_QUOTAS = "quotas"
"""The setting that holds the quotas a form came with: `label`, `target`, `conditions` of `item` and `values`."""

# Languages whose script runs from right to left, by their primary subtag; a script subtag wins over it.
_RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
)
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"arab", "hebr", "nkoo", "rohg", "syrc", "thaa", "adlm"})
_SCRIPT_SUBTAG_LENGTH = 4
_EASY = "-x-falc"

Texts = Mapping[str, str]
"""A template for each language tag; a missing tag means untranslated."""


class ItemType(enum.StrEnum):
    """What an item asks for, or carries silently."""

    NOTE = "note"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    ACKNOWLEDGE = "acknowledge"
    BARCODE = "barcode"
    GEOPOINT = "geopoint"
    GEOTRACE = "geotrace"
    GEOSHAPE = "geoshape"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    CALCULATE = "calculate"
    HIDDEN = "hidden"
    START = "start"
    END = "end"
    TODAY = "today"

    @property
    def is_silent(self) -> bool:
        """Whether nobody sees it: computed or filled by the server."""
        return self in _SILENT

    @property
    def has_choices(self) -> bool:
        """Whether it is answered by picking from a list."""
        return self in _CHOSEN

    @property
    def is_answered(self) -> bool:
        """Whether a person gives it a value."""
        return self not in _SILENT and self is not ItemType.NOTE

    @property
    def is_attachment(self) -> bool:
        """Whether its value is the id of a file that was sent."""
        return self in _ATTACHED

    @property
    def is_place(self) -> bool:
        """Whether it asks where: coordinates, or a place in words."""
        return self in _PLACES


_SILENT = frozenset({ItemType.CALCULATE, ItemType.HIDDEN, ItemType.START, ItemType.END, ItemType.TODAY})
_YES = frozenset({"yes", "oui", "true", "1", "true()"})
_CHOSEN = frozenset({ItemType.SELECT_ONE, ItemType.SELECT_MULTIPLE, ItemType.RANK})
_ATTACHED = frozenset({ItemType.IMAGE, ItemType.AUDIO, ItemType.VIDEO, ItemType.FILE})
_PLACES = frozenset({ItemType.GEOPOINT, ItemType.GEOTRACE, ItemType.GEOSHAPE})


@dataclass(frozen=True, slots=True)
class Locale:
    """A language of the form: BCP-47 tag, the name its author gave it, and the way its script runs."""

    tag: str
    name: str

    @property
    def is_easy(self) -> bool:
        """Whether its texts mean to be easy to read (FALC)."""
        return _EASY in self.tag.lower()

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, read from the tag and never guessed from a text."""
        primary, *others = self.tag.lower().split("-")
        scripts = [part for part in others if len(part) == _SCRIPT_SUBTAG_LENGTH and part.isalpha()]
        if scripts:
            return "rtl" if scripts[0] in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
        return "rtl" if primary in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer; `attributes` are the other columns of its row, read by choice filters."""

    name: str
    labels: Texts
    attributes: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question, or one value carried silently.

    `key` names its answers in the database and its field on the page: the name where it is unique in the form, the
    path below the root otherwise. `row` is the line of the survey sheet. `extras` keeps unknown columns.
    """

    name: str
    key: str
    path: str
    type: ItemType
    row: int = 0
    labels: Texts = field(default_factory=dict)
    hints: Texts = field(default_factory=dict)
    guidance: Texts = field(default_factory=dict)
    constraint_messages: Texts = field(default_factory=dict)
    required_messages: Texts = field(default_factory=dict)
    media: Mapping[str, Texts] = field(default_factory=dict)
    required: Expression | bool = False
    read_only: Expression | bool = False
    relevant: Expression | None = None
    constraint: Expression | None = None
    calculation: Expression | None = None
    default: Expression | str | None = None
    trigger: tuple[str, ...] = ()
    list_name: str = ""
    choice_filter: Expression | None = None
    appearance: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    extras: Mapping[str, Any] = field(default_factory=dict)

    def has_appearance(self, word: str) -> bool:
        """Whether the author asked for this appearance, among others perhaps."""
        return word in self.appearance.split()

    def own(self, name: str) -> str:
        """Return what the column `tresse::name` says of it, in lower case; "" where it says nothing."""
        columns = self.extras.get("tresse")
        return str(columns.get(name, "")).strip().lower() if isinstance(columns, Mapping) else ""

    @property
    def is_gentle(self) -> bool:
        """Whether its constraint asks once and lets go on, rather than stop."""
        return self.own("gentle") in _YES

    @property
    def is_private(self) -> bool:
        """Whether its author wants it answered out of a helper's sight."""
        return self.own("private") in _YES

    @property
    def is_sensitive(self) -> bool:
        """Whether its author said that its answer must not be seen by others."""
        return self.own("sensitive") in _YES

    @property
    def is_signature(self) -> bool:
        """Whether it asks for a signature, drawn or written."""
        return self.type is ItemType.IMAGE and self.has_appearance("signature")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items that belong together; a `field-list` is shown on one page."""

    name: str
    key: str
    path: str
    children: tuple["Node", ...]
    row: int = 0
    labels: Texts = field(default_factory=dict)
    hints: Texts = field(default_factory=dict)
    media: Mapping[str, Texts] = field(default_factory=dict)
    relevant: Expression | None = None
    appearance: str = ""
    extras: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_page(self) -> bool:
        """Whether all of it stands on one page."""
        return bool({"field-list", "table-list"} & set(self.appearance.split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Group):
    """A group asked several times; `count` fixes how many, else the person adds."""

    count: Expression | None = None


Node = Item | Group | Repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A whole questionnaire; `settings` keeps what else its author declared."""

    title: str
    form_id: str
    locales: tuple[Locale, ...]
    default_locale: str
    children: tuple[Node, ...]
    version: str = ""
    root: str = "data"
    choice_lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def nodes(self) -> Iterator[Node]:
        """Every item and group, in the order of the form."""
        yield from _walk(self.children)

    def items(self) -> Iterator[Item]:
        """Every item, silent ones included, in the order of the form."""
        return (node for node in self.nodes() if isinstance(node, Item))

    def item(self, key: str) -> Item:
        """Return the item of this key.

        Raises: KeyError: there is none.
        """
        for item in self.items():
            if item.key == key:
                return item
        raise KeyError(key)

    @property
    def has_repeats(self) -> bool:
        """Whether some group is asked several times."""
        return any(isinstance(node, Repeat) for node in self.nodes())

    def locale(self, tag: str) -> Locale:
        """Return the language of this tag, or the default one."""
        by_tag = {locale.tag: locale for locale in self.locales}
        return by_tag.get(tag) or by_tag.get(self.default_locale) or self.locales[0]

    def text(self, texts: Texts, tag: str) -> tuple[str, str]:
        """Return the template in this language and the tag it is really in; the default language stands in."""
        for candidate in (tag, self.default_locale):
            if texts.get(candidate):
                return texts[candidate], candidate
        return next(((text, other) for other, text in texts.items() if text), ("", tag))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON; `from_json` gives the same definition back."""
        return {
            "schema": SCHEMA,
            **{name: getattr(self, name) for name in ("title", "form_id", "version", "root", "default_locale")},
            "locales": [[locale.tag, locale.name] for locale in self.locales],
            "settings": dict(self.settings),
            "choice_lists": {
                name: [_plain(choice) for choice in choices] for name, choices in self.choice_lists.items()
            },
            "children": [_plain(node) for node in self.children],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Definition":
        """Read what `to_json` wrote.

        Raises: Invalid("surveys.unknown_schema"): written by a later Tresse.
        """
        if data.get("schema") != SCHEMA:
            raise Invalid("surveys.unknown_schema", schema=data.get("schema"))
        return cls(
            title=data["title"],
            form_id=data["form_id"],
            version=data["version"],
            root=data["root"],
            default_locale=data["default_locale"],
            locales=tuple(Locale(tag, name) for tag, name in data["locales"]),
            settings=data["settings"],
            choice_lists={
                name: tuple(Choice(**choice) for choice in choices) for name, choices in data["choice_lists"].items()
            },
            children=tuple(_node_from_json(child) for child in data["children"]),
        )


def _walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if isinstance(node, Group):
            yield from _walk(node.children)


def _defaults(kind: type[Item | Group | Choice]) -> dict[str, Any]:
    empty: dict[str, Any] = {}
    return {each.name: empty if each.default_factory is dict else each.default for each in fields(kind)}


def _plain(value: Item | Group | Choice) -> dict[str, Any]:
    """Turn a node or choice into JSON; fields left at their default are not written."""
    kind = type(value)
    written: dict[str, Any] = {"kind": kind.__name__.lower()} if kind is not Choice else {}
    for name, default in _defaults(kind).items():
        part = getattr(value, name)
        if part == default:
            continue
        if isinstance(part, Expression):
            part = {"expression": part.to_json()}
        elif name == "children":
            part = [_plain(child) for child in part]
        elif isinstance(part, tuple):
            part = list(part)
        elif isinstance(part, Mapping):
            part = dict(part)
        written[name] = part
    return written


def _node_from_json(data: Mapping[str, Any]) -> Node:
    parts: dict[str, Any] = {
        name: Expression.from_json(part["expression"])
        if isinstance(part, Mapping) and part.keys() == {"expression"} and name not in _MAPPINGS
        else part
        for name, part in data.items()
        if name != "kind"
    }
    if data["kind"] == "item":
        parts["type"] = ItemType(parts["type"])
        parts["trigger"] = tuple(parts.get("trigger", ()))
        return Item(**parts)
    parts["children"] = tuple(_node_from_json(child) for child in data["children"])
    return Repeat(**parts) if data["kind"] == "repeat" else Group(**parts)


# A column named « expression » among the extras must not be taken for a compiled one.
_MAPPINGS = frozenset(
    {"labels", "hints", "guidance", "constraint_messages", "required_messages", "media", "parameters", "extras"}
)
