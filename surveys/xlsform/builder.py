"""From pyxform's dictionary to a definition: texts by language tag, rules compiled, every node at its path."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveys.definition import Choice, Definition, Group, Item, ItemType, Locale, Node, Repeat, Texts
from surveys.expressions import Expression, ExpressionError, parse
from surveys.lists import EXTERNAL_FILES
from surveys.xlsform.adapter import is_computed, usual_bind
from surveys.xlsform.columns import (
    DEVICE_TYPES,
    EXTERNAL_TYPES,
    KNOWN,
    SELECT_EXTERNAL,
    TYPES,
    name_of,
    tag_of,
)
from surveys.xlsform.external import EXTERNAL_LISTS, external_choice, external_name
from surveys.xlsform.generated import OTHER, other_texts

_TRUE = frozenset({"yes", "true", "true()"})
_FALSE = frozenset({"no", "false", "false()", ""})
_PLAIN_LANGUAGE = "default"
_NODE_KEYS = KNOWN | frozenset(
    {"children", "choices", "itemset", "list_name", "media", "query", "columns", "buttonText", "guidance_hint"}
)
_CHOICE_KEYS = frozenset({"name", "label", "media"})
_SETTINGS = (
    "instance_name",
    "style",
    "submission_url",
    "allow_choice_duplicates",
    "public_key",
    "namespaces",
    "clean_text_values",
)
# Attributes of the XForm that have a field of their own here; the others of an author are kept among the extras.
_OWN_ATTRIBUTES = {
    "bind": {"relevant", "constraint", "required", "calculate", "readonly", "jr:constraintMsg", "jr:requiredMsg"},
    "control": {"appearance", "jr:count", "bodyless"},
    "instance": set[str](),
}
# What the settings and the extras keep of how the author wrote, for the form to leave as it came.
LANGUAGE_COLUMNS = "language_columns"
AUDIT = "audit"
"""That the author asks for the time spent on each page, with what programs of telephones are told."""
WRITTEN_TYPE = "written_type"
_RANGE_ATTRIBUTES = {"type", "start", "end", "step"}
_PARAMETER = re.compile(r"([^\s=,;]+)\s*=\s*([^\s=,;]+)")


@dataclass(slots=True)
class _Builder:
    """What building needs at hand everywhere."""

    row_of: Mapping[str, int]
    repeated: frozenset[str]
    tags: Mapping[str, str]
    plain_tag: str
    lists: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    last_row: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    """What is found on the way that concerns the whole form: files, the times of pages."""

    def texts(self, value: Any) -> Texts:
        """Turn a text, or texts by language, into templates by tag."""
        if not value:
            return {}
        if isinstance(value, str):
            return {self.plain_tag: value}
        found = {self.tags[language]: str(text) for language, text in value.items() if text and language in self.tags}
        if value.get(_PLAIN_LANGUAGE) and _PLAIN_LANGUAGE not in self.tags:
            found.setdefault(self.plain_tag, str(value[_PLAIN_LANGUAGE]))
        return found

    def media(self, value: Any) -> dict[str, Texts]:
        """Turn file names by kind into templates by tag."""
        return {kind: self.texts(names) for kind, names in value.items()} if isinstance(value, Mapping) else {}

    def nodes(self, raw: list[dict[str, Any]], parents: tuple[str, ...], root: str) -> tuple[Node, ...]:
        """Build the nodes of a group."""
        built = (self.node(each, parents, root) for each in raw)
        return tuple(node for node in built if node is not None)

    def node(self, raw: Mapping[str, Any], parents: tuple[str, ...], root: str) -> Node | None:
        """Build a node; the group pyxform adds for its own metadata, and files that are named, give None."""
        if raw.get("control", {}).get("bodyless"):
            self._note_audit(raw.get("children", ()))
            return None
        if raw["type"] in EXTERNAL_TYPES:
            files = self.settings.setdefault(EXTERNAL_FILES, {})
            files[str(raw["name"])] = f"{raw['name']}{EXTERNAL_TYPES[raw['type']]}"
            return None
        name = str(raw["name"])
        below = (*parents, name)
        relative = "/".join(below)
        row = self.row_of.get(relative, self.last_row)
        self.last_row = row
        place: dict[str, Any] = {
            "name": name,
            "key": relative if name in self.repeated else name,
            "path": f"/{root}/{relative}",
            "row": row,
            "labels": self.labels(raw.get("label"), relative),
            "hints": self.texts(raw.get("hint")),
            "media": self.media(raw.get("media")),
            "appearance": str(raw.get("control", {}).get("appearance", "")),
            "relevant": _condition(raw.get("bind", {}).get("relevant")),
            "extras": _extras(raw),
        }
        if raw["type"] in ("group", "repeat", "loop"):
            return self._group(raw, place, below, root)
        return self._item(raw, place)

    def _group(self, raw: Mapping[str, Any], place: dict[str, Any], below: tuple[str, ...], root: str) -> Group:
        place["children"] = self.nodes(_loop_children(raw), below, root)
        if raw["type"] == "repeat":
            count = raw.get("control", {}).get("jr:count")
            return Repeat(**place, count=compiled(str(count)) if count else None)
        return Group(**place)

    def _note_audit(self, meta: Iterable[Mapping[str, Any]]) -> None:
        """Keep that the author asks for the time spent on each page, with the parameters of telephone programs."""
        for each in meta:
            if each.get("type") == "audit":
                self.settings[AUDIT] = str(each.get("parameters") or "") or "yes"

    def labels(self, value: Any, relative: str) -> Texts:
        """Return the label of a node; that of the text of « Other », which nobody wrote, in the form's languages."""
        if relative not in self.row_of and (texts := other_texts(value, self.tags, self.plain_tag)) is not None:
            return texts
        return self.texts(value)

    def _item(self, raw: Mapping[str, Any], place: dict[str, Any]) -> Item:
        kind = _type_of(raw)
        usual = {} if kind is ItemType.NOTE else usual_bind(str(raw["type"]))
        bind = {**usual, **raw.get("bind", {})}
        default = raw.get("default")
        list_name = str(raw.get("itemset") or raw.get("list_name") or "")
        if raw["type"] == SELECT_EXTERNAL:
            own = {written: name for name, written in self.settings.get(EXTERNAL_LISTS, {}).items()}
            list_name = own.get(list_name, list_name)
        if isinstance(raw.get("choices"), list) and list_name not in self.lists:
            self.lists[list_name] = self.choices(raw["choices"])
        calculation = bind.get("calculate")
        choice_filter = raw.get("choice_filter")
        return Item(
            **place,
            type=kind,
            guidance=self.texts(raw.get("guidance_hint")),
            constraint_messages=self.texts(bind.get("jr:constraintMsg")),
            required_messages=self.texts(bind.get("jr:requiredMsg")),
            required=_rule(bind.get("required")),
            read_only=_rule(bind.get("readonly")),
            constraint=_condition(bind.get("constraint")),
            calculation=compiled(str(calculation)) if calculation else None,
            default=_default(str(default), str(raw["type"])) if default is not None else None,
            trigger=_trigger(raw.get("trigger")),
            list_name=list_name,
            choice_filter=compiled(str(choice_filter)) if choice_filter else None,
            parameters=_parameters(raw),
        )

    def choices(self, raw: list[dict[str, Any]]) -> tuple[Choice, ...]:
        """Build a list of choices."""
        return tuple(
            Choice(
                name=str(choice.get("name", "")),
                labels=self._choice_labels(choice),
                attributes={
                    key: str(value)
                    for key, value in choice.items()
                    if key not in _CHOICE_KEYS and not isinstance(value, dict)
                },
                media=self.media(choice.get("media")),
            )
            for choice in raw
        )

    def _choice_labels(self, choice: Mapping[str, Any]) -> Texts:
        if choice.get("name") == OTHER and (texts := other_texts(choice.get("label"), self.tags, self.plain_tag)):
            return texts
        return self.texts(choice.get("label"))

    def external(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Add the lists of the sheet external_choices; one that has the name of another list gets a name of its own."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            choice = external_choice(row)
            found.setdefault(str(choice.pop("list_name", "")), []).append(choice)
        for name, choices in found.items():
            if name and any(choice.get("name") for choice in choices):
                own = external_name(name, self.lists)
                self.lists[own] = self.choices([choice for choice in choices if choice.get("name")])
                self.settings.setdefault(EXTERNAL_LISTS, {})[own] = name


def build_definition(
    form: Mapping[str, Any],
    row_of: Mapping[str, int],
    *,
    locale: str,
    declared_languages: tuple[str, ...],
    external: Sequence[Mapping[str, str]] = (),
) -> Definition:
    """Build the definition of a form that pyxform read.

    Args:
        form: pyxform's dictionary.
        row_of: the line of each path below the root.
        locale: the tag of texts whose column names no language.
        declared_languages: languages in the order of the columns.
        external: the rows of the sheet external_choices.
    """
    root = str(form.get("name", "data"))
    default_language = str(form.get("default_language") or _PLAIN_LANGUAGE)
    languages = [language for language in declared_languages if language]
    labels_plain = _has_plain_label(form.get("children", []))
    if labels_plain and default_language not in languages:
        languages.insert(0, default_language)
    if not languages:
        languages = [default_language]
    tags: dict[str, str] = {}
    for language in languages:
        tag = locale if language == _PLAIN_LANGUAGE else tag_of(language)
        while tag in tags.values():
            tag = f"{tag}-x-2" if "-x-" not in tag else f"{tag}2"
        tags[language] = tag
    first = default_language if default_language in tags else languages[0]
    names = {tag: name_of(language) if language != _PLAIN_LANGUAGE else "" for language, tag in tags.items()}
    counts: Counter[str] = Counter()
    _count_names(form.get("children", []), counts)
    settings: dict[str, Any] = {key: form[key] for key in _SETTINGS if isinstance(form.get(key), str)}
    if default_language != _PLAIN_LANGUAGE:
        settings["default_language"] = default_language
    written = {tag: language if language in declared_languages else "" for language, tag in tags.items()}
    if kept := {tag: column for tag, column in written.items() if column != f"{names[tag]} ({tag})" and names[tag]}:
        settings[LANGUAGE_COLUMNS] = kept
    builder = _Builder(row_of, frozenset(name for name, times in counts.items() if times > 1), tags, tags[first])
    raw_lists = form.get("choices")
    if isinstance(raw_lists, Mapping):
        builder.lists.update({name: builder.choices(choices) for name, choices in raw_lists.items()})
    builder.external(external)
    children = builder.nodes(form.get("children", []), (), root)
    return Definition(
        title=str(form.get("title", "")),
        form_id=str(form.get("id_string", "")),
        version=str(form.get("version", "") or ""),
        root=root,
        locales=tuple(Locale(tag, name) for tag, name in names.items()),
        default_locale=tags[first],
        children=children,
        choice_lists=builder.lists,
        settings={**settings, **builder.settings},
    )


def _has_plain_label(nodes: list[dict[str, Any]]) -> bool:
    for node in nodes:
        label = node.get("label")
        generated = node.get("bind", {}).get("relevant", "").startswith("selected(../")
        if (isinstance(label, str) and label and not generated) or (
            isinstance(label, Mapping) and label.get(_PLAIN_LANGUAGE)
        ):
            return True
        if _has_plain_label(node.get("children", [])):
            return True
    return False


def _count_names(nodes: list[dict[str, Any]], counts: Counter[str]) -> None:
    for node in nodes:
        counts[str(node.get("name"))] += 1
        _count_names(_loop_children(node), counts)


def _loop_children(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the children of a group; a loop has one group for each choice, its texts filled in."""
    children: list[dict[str, Any]] = raw.get("children", [])
    if raw["type"] != "loop":
        return children
    return [
        {**column, "type": "group", "children": [_filled(child, column) for child in children]}
        for column in raw.get("columns", ())
        if column["name"] != "none"
    ]


def _filled(value: Any, column: Mapping[str, Any], language: str = "") -> Any:
    """Put the choice of a loop where its texts say %(name)s or %(label)s."""
    if isinstance(value, str):
        label = column.get("label", "")
        if isinstance(label, Mapping):
            label = label.get(language) or next(iter(label.values()), "")
        return value.replace("%(name)s", str(column["name"])).replace("%(label)s", str(label))
    if isinstance(value, dict):
        return {key: _filled(part, column, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, column, language) for part in value]
    return value


def _type_of(raw: Mapping[str, Any]) -> ItemType:
    name = str(raw["type"]).lower()
    if name in DEVICE_TYPES:
        return ItemType.HIDDEN
    kind = TYPES.get(name, ItemType.TEXT)
    has_calculation = raw.get("bind", {}).get("calculate")
    if kind is ItemType.TEXT and has_calculation and not raw.get("label") and not raw.get("hint"):
        return ItemType.CALCULATE
    return kind


def _parameters(raw: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters; pyxform reads them for some types and leaves them written for others."""
    written = raw.get("parameters") or {}
    pairs = written.items() if isinstance(written, Mapping) else _PARAMETER.findall(str(written))
    return {str(key).lower(): str(value) for key, value in pairs}


def _extras(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return what has no field here and leaves again with the form: columns, attributes, types of telephones."""
    extras = {key: value for key, value in raw.items() if key not in _NODE_KEYS}
    made = {*_parameters(raw), *(_RANGE_ATTRIBUTES if raw["type"] == "range" else ())}
    for part, own in _OWN_ATTRIBUTES.items():
        kept = {
            key: value for key, value in raw.get(part, {}).items() if key not in own and key.split(":")[-1] not in made
        }
        if kept:
            extras[part] = kept
    if str(raw["type"]).lower() in (*DEVICE_TYPES, "trigger"):
        extras[WRITTEN_TYPE] = str(raw["type"])
    return extras


def compiled(text: str) -> Expression:
    """Compile an expression; one that calls an unknown function is kept, and says nothing when it is computed."""
    try:
        return parse(text)
    except ExpressionError as failure:
        if failure.code != "expression.unknown_function":
            raise
        return parse(text, strict=False)


def _rule(text: Any) -> Expression | bool:
    written = str(text or "").strip()
    if written.lower() in _FALSE:
        return False
    return True if written.lower() in _TRUE else compiled(written)


def _condition(text: Any) -> Expression | None:
    """Compile a condition; `yes` and `no` are those of spreadsheets."""
    written = str(text or "").strip()
    if not written:
        return None
    if written.lower() in _TRUE:
        return parse("true()")
    return parse("false()") if written.lower() in _FALSE else compiled(written)


def _default(text: str, item_type: str) -> Expression | str:
    """Compile a default that pyxform takes for computed; one that is no expression is a text."""
    try:
        return compiled(text) if is_computed(text, item_type) else text
    except ExpressionError:
        return text


def _trigger(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(str(part).strip().removeprefix("${").removesuffix("}").strip() for part in parts)
