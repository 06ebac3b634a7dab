"""A version of a questionnaire as phones read it: what app/static/js/respond computes with, and nothing of the team.

It holds no answer and never changes, so browsers keep it for good. Nodes stand in the order of the form: the place of
one is its number. An expression is its tree alone.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from surveys.choosing import ChoiceList
from surveys.definition import Choice, Item, Node, Repeat, Texts
from surveys.expressions import KNOWN_FUNCTIONS, Expression
from surveys.expressions.catalogue import PARITY
from surveys.expressions.tree import Tree, walk
from surveys.routing import Page
from surveys.structure import ROOT, Place, Structure

SCHEMA: Final = 1

MAX_CHOICES: Final = 1_000
"""Lines of a file that is sent to phones; questions about a longer one are asked of the server."""

Dress = Callable[[str], str | None]
"""Gives the safe HTML of a text of the author, None where it is the text itself, escaped."""

_TEXTS: Final = ("labels", "hints", "constraint_messages", "required_messages")
_RULES: Final = ("relevant", "required", "read_only", "constraint", "calculation", "default", "count")
_PLAIN: Final = ("appearance", "parameters", "trigger", "media")
_NOT_ON_THE_PHONE: Final[Tree] = ["call", "", []]


def no_markup(_text: str) -> str | None:
    """Dress nothing: every text is shown as it is."""
    return None


def phone_form(structure: Structure, pages: tuple[Page, ...], *, dress: Dress = no_markup) -> dict[str, Any]:
    """Return plain JSON. Beside `labels` and the like, `html` holds those that `dress` made other than their text."""
    definition = structure.definition
    lists = _Lists(structure, dress)
    return {
        "schema": SCHEMA,
        "root": definition.root,
        "version": definition.version,
        "locale": definition.default_locale,
        "locales": [[locale.tag, locale.name, locale.direction] for locale in definition.locales],
        "nodes": [_node(place, lists.of(place), dress) for place in structure.places],
        "order": list(structure.order),
        "lists": lists.written,
        "files": sorted(structure.files),
        "pages": [_page(page) for page in pages],
    }


class _Lists:
    """The lists of choices that phones get: those of the form, and short ones of files."""

    def __init__(self, structure: Structure, dress: Dress) -> None:
        self._structure = structure
        self._dress = dress
        self._names: dict[int, str] = {}
        self.written: dict[str, list[dict[str, Any]]] = {
            name: [_choice(each, dress) for each in choices]
            for name, choices in structure.definition.choice_lists.items()
        }

    def of(self, place: Place) -> dict[str, Any]:
        """Return where a question has its choices from: a list, answers given in a repeat, or a file too long."""
        source = self._structure.sources.get(place.index)
        if source is None or not isinstance(place.node, Item):
            return {}
        written: dict[str, Any] = {}
        if source.filter is not None:
            written["choice_filter"] = _computable(source.filter.tree)
        if source.seed is not None:
            written["seed"] = True
        if source.quoted:
            return written | {"quoted": source.quoted}
        if len(
            source.listed.choices
        ) > MAX_CHOICES and source.listed.choices != self._structure.definition.choice_lists.get(place.node.list_name):
            return written | {"unlisted": True}
        return written | {"list": self._name(source.listed, place.node.list_name)}

    def _name(self, listed: ChoiceList, name: str) -> str:
        if listed.choices == self._structure.definition.choice_lists.get(name):
            return name
        if id(listed) not in self._names:
            self._names[id(listed)] = f"#{len(self._names)}"
            self.written[self._names[id(listed)]] = [
                _choice(choice, self._dress) | {"cells": {cell.name: cell.value for cell in listed.node(row).children}}
                for row, choice in enumerate(listed.choices)
            ]
        return self._names[id(listed)]


def _node(place: Place, source: dict[str, Any], dress: Dress) -> dict[str, Any]:
    node = place.node
    written: dict[str, Any] = {"name": node.name, "type": _type(node)}
    if node.key != node.name:
        written["key"] = node.key
    if place.parent != ROOT:
        written["up"] = place.parent
    for name in _RULES:
        rule = getattr(node, name, None)
        if rule is not None and rule is not False:
            written[name] = _computable(rule.tree) if isinstance(rule, Expression) else rule
    if isinstance(node, Item) and node.is_gentle:
        written["gentle"] = True
    if isinstance(node, Item) and node.is_private and node.type.is_answered:
        written["private"] = True
    written |= {name: _written(getattr(node, name, None)) for name in _PLAIN if getattr(node, name, None)}
    return written | source | _texts({name: getattr(node, name, {}) for name in _TEXTS}, dress)


def _type(node: Node) -> str:
    if isinstance(node, Item):
        return node.type.value
    return "repeat" if isinstance(node, Repeat) else "group"


def _written(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, tuple) else value


def _choice(choice: Choice, dress: Dress) -> dict[str, Any]:
    written: dict[str, Any] = {"name": choice.name} | _texts({"labels": choice.labels}, dress)
    for name in ("attributes", "media"):
        if given := getattr(choice, name):
            written[name] = dict(given)
    return written


def _texts(kinds: Mapping[str, Texts], dress: Dress) -> dict[str, Any]:
    written: dict[str, Any] = {kind: dict(texts) for kind, texts in kinds.items() if texts}
    html = {}
    for kind, texts in kinds.items():
        dressed = {tag: made for tag, text in texts.items() if (made := dress(text)) is not None}
        if dressed:
            html[kind] = dressed
    return written | ({"html": html} if html else {})


def _page(page: Page) -> dict[str, Any]:
    written: dict[str, Any] = {"key": page.key, "items": list(page.items)}
    for name in ("headings", "repeats", "roster"):
        if given := getattr(page, name):
            written[name] = _written(given)
    return written


def _computable(tree: Tree) -> Tree:
    """Return a tree that the phone may compute: it counts no arguments, so a wrong call is the server's."""
    for node in walk(tree):
        if node[0] == "call" and not _is_well_called(node[1], len(node[2])):
            return _NOT_ON_THE_PHONE
    return tree


def _is_well_called(name: str, count: int) -> bool:
    least, most = KNOWN_FUNCTIONS.get(name, (1, 0))
    return least <= count and (most is None or count <= most) and (name not in PARITY or count % 2 == PARITY[name])
