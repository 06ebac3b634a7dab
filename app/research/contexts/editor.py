"""The page of a draft: its questions as cards in the order of the form, what each lacks, one of them open."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.components.rich_text import plain
from app.research.contexts.questionnaires import item_type_name
from app.research.contexts.sentences import words_of
from app.wording import word_code
from app.wording.forms import kind_name
from app.wording.surveys import word_remark
from surveys.definition import Definition, Group, Item, ItemType, Locale, Node, Repeat
from surveys.editing.checks import Remark, Weight, check
from surveys.editing.history import OpenDraft
from surveys.editing.kinds import Kind, kind_of
from surveys.editing.operations import bank_link
from surveys.structure import Structure

# What an import remarks and the editor does not see by itself; the rest it finds anew at each step.
_QUOTED = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
_OF_IMPORT = frozenset(
    {
        "surveys.appearance_ignored",
        "surveys.device_type",
        "surveys.group_renamed",
        "surveys.or_other_untranslated",
        "surveys.parameter_ignored",
    }
)


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """A remark in words; `is_error` stops publication. `key`, `title`, `place` say which question (-1: the form)."""

    sentence: str
    is_error: bool
    key: str
    title: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A question or group in the list; `place` is its number among all nodes, `number` the one that people see."""

    key: str
    place: int
    number: str
    kind: str
    title: str
    is_untitled: bool
    lang: str
    direction: str
    is_group: bool
    is_page: bool
    is_repeat: bool
    is_required: bool
    is_shared: bool
    when: str
    remarks: tuple[RemarkLine, ...]
    comments: int
    children: tuple["Card", ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole list, with what stands beside it."""

    cards: tuple[Card, ...]
    remarks: tuple[RemarkLine, ...]
    questions: int

    @property
    def errors(self) -> int:
        """How many remarks stop publication."""
        return sum(remark.is_error for remark in self.remarks)


def question_numbers(definition: Definition) -> dict[str, str]:
    """Number what is asked, from 1, by key."""
    asked = [item.key for item in definition.items() if item.type.is_answered]
    return {key: str(place) for place, key in enumerate(asked, 1)}


def outline(structure: Structure, draft: OpenDraft, locale: Locale, *, comments: Mapping[str, int]) -> Outline:
    """Return the list of a draft, titles in one language."""
    definition = structure.definition
    lines = remark_lines(definition, check(definition), draft.warnings)
    numbers = question_numbers(definition)
    by_key: dict[str, list[RemarkLine]] = {}
    for line in lines:
        by_key.setdefault(line.key, []).append(line)

    def card(node: Node) -> Card:
        words, tag = definition.text(node.labels, locale.tag)
        title = spoken(definition, words)
        return Card(
            key=node.key,
            place=structure.by_key[node.key],
            number=numbers.get(node.key, ""),
            kind=node_kind(node),
            title=title or untitled(node),
            is_untitled=not title,
            lang="" if tag == locale.tag or not title else tag,
            direction=Locale(tag, "").direction if title else "",
            is_group=isinstance(node, Group),
            is_page=isinstance(node, Group) and node.is_page,
            is_repeat=isinstance(node, Repeat),
            is_required=isinstance(node, Item) and node.required is True,
            is_shared=bool(bank_link(node)[0]),
            when=words_of(structure, node.relevant, node.key) if node.relevant else "",
            remarks=tuple(by_key.get(node.key, ())),
            comments=comments.get(node.key, 0),
            children=tuple(map(card, node.children)) if isinstance(node, Group) else (),
        )

    return Outline(tuple(map(card, definition.children)), lines, len(numbers))


def node_kind(node: Node) -> str:
    """Return what a question or group is, as screens call it."""
    if isinstance(node, Group):
        kind = Kind.REPEAT if isinstance(node, Repeat) else Kind.PAGE if node.is_page else Kind.PART
        return kind_name(kind)
    found = kind_of(node)
    return kind_name(found) if found else item_type_name(node.type)


def untitled(node: Node) -> str:
    """Return what stands for a question without words."""
    if isinstance(node, Item) and node.type.is_silent:
        return node.name
    if isinstance(node, Group):
        return str(_("Group without a title"))
    return str(_("Text without words") if node.type is ItemType.NOTE else _("Question without words"))


def title_of(definition: Definition, key: str) -> str:
    """Return a question in its own words, for sentences about it; its key when it is gone."""
    for node in definition.nodes():
        if node.key == key:
            return spoken(definition, definition.text(node.labels, definition.default_locale)[0]) or node.name
    return key


def spoken(definition: Definition, text: str) -> str:
    """Return a text on one line; an answer that it takes up stands as its question, between brackets."""

    def question(found: re.Match[str]) -> str:
        item = next((each for each in definition.items() if each.name == found[1]), None)
        words = plain(definition.text(item.labels, definition.default_locale)[0]) if item else ""
        return f"[{words or found[1]}]"

    return plain(_QUOTED.sub(question, text))


def titles_by_name(definition: Definition) -> dict[str, str]:
    """Return what each question or group is called, by name."""
    return {
        node.name: plain(definition.text(node.labels, definition.default_locale)[0]) or node.name
        for node in definition.nodes()
    }


def remark_lines(
    definition: Definition, remarks: Sequence[Remark], warnings: Sequence[Mapping[str, Any]] = ()
) -> tuple[RemarkLine, ...]:
    """Word remarks, and those of the import that still say something, each with its question."""
    places = {node.key: place for place, node in enumerate(definition.nodes())}
    by_row = {node.row: node.key for node in reversed(tuple(definition.nodes())) if node.row}
    lines = [
        RemarkLine(
            word_code(remark.code, {**remark.details, **_named(definition, remark.details)}),
            remark.weight is Weight.ERROR,
            remark.key,
            title_of(definition, remark.key) if remark.key else "",
            places.get(remark.key, -1),
        )
        for remark in remarks
    ]
    for each in warnings:
        if each["code"] in _OF_IMPORT:
            key = by_row.get(each["row"], "")
            sentence = word_remark(each["code"], each["details"])
            title = title_of(definition, key) if key else ""
            lines.append(RemarkLine(sentence, is_error=False, key=key, title=title, place=places.get(key, -1)))
    return tuple(lines)


def _named(definition: Definition, details: Mapping[str, Any]) -> dict[str, Any]:
    """Call a question or an answer that a remark names by its words."""
    name = details.get("of")
    item = next((each for each in definition.items() if each.name == name), None)
    if item is None:
        return {}
    return {"of": plain(definition.text(item.labels, definition.default_locale)[0]) or item.name}
