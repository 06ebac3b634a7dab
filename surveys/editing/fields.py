"""A question or group as the fields of a form: read, and written back one by one, each with what is wrong with it.

Fields are plain texts by name, in one language for words; two states of a question are compared field by field, so that
two people may change different things of it at once.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from surveys.cards import TIMELINE
from surveys.definition import Definition, Group, Item, ItemType, Node, Repeat, Texts
from surveys.editing.kinds import LOOKS
from surveys.editing.lists import set_choice_attribute, set_choice_medium, set_choice_text
from surveys.editing.naming import free
from surveys.editing.operations import set_page
from surveys.editing.references import names_in
from surveys.editing.tree import node_of, own_of, subtree, with_node, with_own
from surveys.expressions import Expression, ExpressionError, parse
from surveys.lists import is_file
from surveys.structure import Cycle, build_structure

TEXTS = {
    "label": "labels",
    "hint": "hints",
    "guidance": "guidance",
    "constraint_message": "constraint_messages",
    "required_message": "required_messages",
}
RULES = ("relevant", "constraint", "calculation", "choice_filter", "count")
MEDIA = ("image", "audio", "video")
SWITCHES = ("dk", "refuse", "sensitive", "gentle")
"""Columns of our own: « I don't know » and « I would rather not say » offered, private, check that asks once."""
YES, NO, IF = "yes", "no", "if"
_BY_DEFAULT = {"dk": YES, "refuse": YES, "sensitive": NO, "gentle": NO}
_PARAMETERS = ("start", "end", "step")
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,6})?")
_COMPUTED = re.compile(r"\$\{|^[a-z][\w:-]*\(")
_MAX_TEXT = 10_000
_SAID_YES, _SAID_NO = ("yes", "oui", "true", "1", "true()"), ("no", "non", "false", "0", "false()")
_FACES = "faces:"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the field of this name was not written; `code` words it."""

    name: str
    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


def read_fields(definition: Definition, key: str, tag: str) -> dict[str, str]:
    """Return the fields of a question or group, words in the language `tag`.

    Raises: NotFound("surveys.item_not_found").
    """
    node = node_of(definition, key)
    found = {name: getattr(node, part).get(tag, "") for name, part in TEXTS.items() if hasattr(node, part)}
    for name in RULES:
        rule = getattr(node, name, None)
        if hasattr(node, name):
            found[name] = rule.source if rule else ""
    if isinstance(node, Group):
        found["page"] = YES if node.is_page else NO
        if isinstance(node, Repeat):
            found["timeline"] = YES if TIMELINE in node.appearance.split() else NO
        return found
    found |= {kind: node.media.get(kind, {}).get(tag, "") for kind in MEDIA}
    found |= {name: node.parameters.get(name, "") for name in _PARAMETERS if node.type is ItemType.RANGE}
    found |= {name: _switch(node, name) for name in SWITCHES}
    found["required"] = IF if isinstance(node.required, Expression) else YES if node.required else NO
    found["required_if"] = node.required.source if isinstance(node.required, Expression) else ""
    found["default"] = node.default.source if isinstance(node.default, Expression) else node.default or ""
    found["appearance"] = node.appearance
    found["read_only"] = node.read_only.source if isinstance(node.read_only, Expression) else _yes(node.read_only)
    found["trigger"] = " ".join(node.trigger)
    if node.type is ItemType.RANGE:
        found["tick_labelset"] = node.parameters.get("tick_labelset", "")
    if node.type.has_choices:
        found["list_from"] = node.list_name if is_elsewhere(node.list_name) else ""
    if node.type in LOOKS:
        found["look"] = _look_of(node)
    found["shuffled"] = _yes(node.parameters.get("randomize") == "true")
    for choice in definition.choice_lists.get(node.list_name, ()):
        found[f"choice:{choice.name}"] = choice.labels.get(tag, "")
        found[f"picture:{choice.name}"] = choice.media.get("image", {}).get(tag, "")
        for column, text in choice.attributes.items():
            found[f"column:{choice.name}:{column}"] = text
    return found


def _yes(answer: object) -> str:
    return YES if answer else NO


def _switch(item: Item, name: str) -> str:
    """Return a switch as it stands, whatever word an author wrote for it."""
    said = item.own(name)
    return {**dict.fromkeys(_SAID_YES, YES), **dict.fromkeys(_SAID_NO, NO)}.get(said, _BY_DEFAULT[name])


def write_fields(
    definition: Definition, key: str, fields: Mapping[str, str], tag: str
) -> tuple[Definition, tuple[Fault, ...]]:
    """Write fields into a question or group; one that is wrong is left as it was and told.

    Fields that the node does not have are ignored.

    Raises: NotFound("surveys.item_not_found").
    """
    faults: list[Fault] = []
    before = read_fields(definition, key, tag)
    for name, text in fields.items():
        value = text.replace("\r\n", "\n").strip()
        if before.get(name, "" if name.startswith("column:") else None) in (value, None):
            continue
        try:
            definition = _write(definition, key, name, value, tag)
        except _Wrong as wrong:
            faults.append(Fault(name, wrong.code, wrong.details))
    return definition, tuple(faults)


class _Wrong(Exception):
    """A value that its field does not take."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def _write(definition: Definition, key: str, name: str, value: str, tag: str) -> Definition:
    if len(value) > _MAX_TEXT:
        raise _Wrong("surveys.words_too_long", limit=_MAX_TEXT)
    node = node_of(definition, key)
    head, _colon, rest = name.partition(":")
    if rest and isinstance(node, Item):
        return _write_choice(definition, node.list_name, head, rest, value, tag)
    if name in TEXTS:
        part = TEXTS[name]
        return with_node(definition, key, _with(node, part, with_text(getattr(node, part), tag, value)))
    if name in RULES:
        return _write_rule(definition, node, name, value)
    if name == "list_from":
        return _write_list_from(definition, node, value)
    if name == "page":
        return set_page(definition, key, on_one_page=value == YES)
    writer = _WRITERS[name]
    return with_node(definition, key, writer(definition, node, name, value, tag))


def _with(node: Node, part: str, value: Any) -> Node:
    return replace(node, **{part: value})


def with_text(texts: Texts, tag: str, text: str) -> Texts:
    """Return texts with one of them written, or taken out when it is empty."""
    if text:
        return {**texts, tag: text}
    return {other: words for other, words in texts.items() if other != tag}


def _write_choice(definition: Definition, list_name: str, head: str, rest: str, value: str, tag: str) -> Definition:
    if head == "choice":
        return set_choice_text(definition, list_name, rest, tag, value)
    if head == "picture":
        return set_choice_medium(definition, list_name, rest, "image", tag, value)
    choice, _colon, column = rest.partition(":")
    return set_choice_attribute(definition, list_name, choice, column, value)


def _write_rule(definition: Definition, node: Node, name: str, source: str) -> Definition:
    rule = read_rule(definition, source, in_list=name == "choice_filter") if source else None
    return _without_cycle(with_node(definition, node.key, _with(node, name, rule)))


def read_rule(definition: Definition, source: str, *, in_list: bool = False) -> Expression:
    """Read a formula that an author typed; each name it speaks of must be one of the form.

    Raises: _Wrong: with the place of the trouble.
    """
    try:
        expression = parse(source)
    except ExpressionError as error:
        raise _Wrong(error.code, **{**error.details, "source": source[:200]}) from error
    known = {node.name for node in definition.nodes()}
    for name in sorted(names_in(expression, in_list=in_list) - known - {definition.root}):
        close = difflib.get_close_matches(name, known, 1)
        raise _Wrong("surveys.reference_unknown", name=name, close=close[0] if close else "")
    return expression


def formula_fault(definition: Definition, source: str, *, in_list: bool = False) -> Fault | None:
    """Return what is wrong with a formula while it is typed, None for nothing."""
    try:
        read_rule(definition, source, in_list=in_list)
    except _Wrong as wrong:
        return Fault("", wrong.code, wrong.details)
    return None


def _without_cycle(definition: Definition) -> Definition:
    try:
        build_structure(definition)
    except Cycle as cycle:
        raise _Wrong("surveys.cycle", path=" → ".join(cycle.path)) from cycle
    return definition


def _write_required(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del tag
    assert isinstance(node, Item)
    if name == "required":
        return node if value == IF else replace(node, required=value == YES)
    if not value:
        return replace(node, required=False) if isinstance(node.required, Expression) else node
    return replace(node, required=read_rule(definition, value))


def _write_default(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del name, tag
    assert isinstance(node, Item)
    if _COMPUTED.search(value):
        return replace(node, default=read_rule(definition, value))
    return replace(node, default=value or None)


def _write_appearance(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del definition, name, tag
    return replace(node, appearance=" ".join(value.split()))


def _look_of(item: Item) -> str:
    looks = LOOKS.get(item.type, ())
    faces = f"{_FACES}{own_of(item).get('faces', '')}"
    return faces if faces in looks else next((look for look in looks if look and item.has_appearance(look)), "")


def _write_look(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del definition, name, tag
    assert isinstance(node, Item)
    looks = LOOKS.get(node.type, ())
    faces = value.removeprefix(_FACES) if value in looks and value.startswith(_FACES) else ""
    chosen = [value] if value in looks and value and not faces else []
    kept = [word for word in node.appearance.split() if word not in looks]
    return replace(with_own(node, faces=faces), appearance=" ".join([*chosen, *kept]))


def _write_shuffled(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del definition, name, tag
    assert isinstance(node, Item)
    kept = {parameter: text for parameter, text in node.parameters.items() if parameter not in ("randomize", "seed")}
    return replace(node, parameters={**kept, "randomize": "true"} if value == YES else kept)


def _write_parameter(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del definition, tag
    assert isinstance(node, Item)
    number = value.replace(",", ".")
    if not _NUMBER.fullmatch(number):
        raise _Wrong("surveys.not_a_number")
    parameters = {**node.parameters, name: number}
    if float(parameters.get("start", "1")) == float(parameters.get("end", "10")) or not float(
        parameters.get("step", "1")
    ):
        raise _Wrong("surveys.scale_of_one")
    return replace(node, parameters=parameters)


def _write_switch(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del definition, tag
    return with_own(node, **{name: "" if value == _BY_DEFAULT[name] else value})


def _write_medium(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del definition
    assert isinstance(node, Item)
    names = with_text(node.media.get(name, {}), tag, value)
    kept = {kind: texts for kind, texts in node.media.items() if kind != name}
    return replace(node, media={**kept, name: names} if names else kept)


def _write_timeline(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del definition, name, tag
    words = [word for word in node.appearance.split() if word != TIMELINE]
    return replace(node, appearance=" ".join([*words, *([TIMELINE] if value == YES else [])]))


def _write_read_only(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del name, tag
    assert isinstance(node, Item)
    is_plain = value in ("", YES, NO)
    return replace(node, read_only=value == YES if is_plain else read_rule(definition, value))


def _write_trigger(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del name, tag
    assert isinstance(node, Item)
    known = {item.name for item in definition.items()}
    unknown = next((each for each in value.split() if each not in known), "")
    if unknown:
        raise _Wrong("surveys.reference_unknown", name=unknown, close="")
    return replace(node, trigger=tuple(value.split()))


def _write_tick_words(definition: Definition, node: Node, name: str, value: str, tag: str) -> Node:
    del tag
    assert isinstance(node, Item)
    if value and value not in definition.choice_lists:
        raise _Wrong("surveys.list_unknown", name=value, other="choices")
    kept = {parameter: text for parameter, text in node.parameters.items() if parameter != name}
    return replace(node, parameters={**kept, name: value} if value else kept)


def is_elsewhere(list_name: str) -> bool:
    """Whether choices come from a file, or from what the cards of a list were answered, rather than from the form."""
    return is_file(list_name) or list_name.startswith("${")


def _write_list_from(definition: Definition, node: Node, value: str) -> Definition:
    """Take the choices from elsewhere, or from the form again: a list of its own, empty."""
    assert isinstance(node, Item)
    if not value:
        name = free(node.name, definition.choice_lists)
        definition = replace(definition, choice_lists={**definition.choice_lists, name: ()})
        return with_node(definition, node.key, replace(node, list_name=name, choice_filter=None))
    quoted = value[2:-1] if value.startswith("${") and value.endswith("}") else ""
    if not quoted and not is_file(value):
        raise _Wrong("surveys.list_unknown", name=value, other="choices")
    repeated = {
        item.name
        for repeat in definition.nodes()
        if isinstance(repeat, Repeat)
        for item in subtree(repeat)
        if isinstance(item, Item)
    }
    if quoted and quoted not in repeated:
        raise _Wrong("surveys.choices_not_repeated", name=quoted)
    if quoted and node.type is ItemType.SELECT_MULTIPLE:
        raise _Wrong("surveys.choices_quoted_by_several", name=quoted)
    return with_node(definition, node.key, replace(node, list_name=value, choice_filter=None))


_Writer = Callable[[Definition, Node, str, str, str], Node]
_WRITERS: dict[str, _Writer] = {
    "required": _write_required,
    "required_if": _write_required,
    "default": _write_default,
    "appearance": _write_appearance,
    "look": _write_look,
    "shuffled": _write_shuffled,
    "timeline": _write_timeline,
    "read_only": _write_read_only,
    "trigger": _write_trigger,
    "tick_labelset": _write_tick_words,
    **dict.fromkeys(_PARAMETERS, _write_parameter),
    **dict.fromkeys(SWITCHES, _write_switch),
    **dict.fromkeys(MEDIA, _write_medium),
}


# --- two people at once ---


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that somebody else wrote otherwise meanwhile: `theirs` stands, `mine` waits for a decision."""

    name: str
    theirs: str
    mine: str


def merge(
    base: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]
) -> tuple[dict[str, str], tuple[Clash, ...]]:
    """Return what of `mine` may be written over `theirs`, both made from `base`, and what clashes.

    A field that only one of the two changed is that one's; a field that `base` lacks is new.
    """
    kept: dict[str, str] = {}
    clashes: list[Clash] = []
    for name, value in mine.items():
        typed = value.replace("\r\n", "\n").strip()
        was, now = base.get(name, ""), theirs.get(name, "")
        if typed in (now, was):
            continue
        if was == now:
            kept[name] = typed
        else:
            clashes.append(Clash(name, now, typed))
    return kept, tuple(clashes)
