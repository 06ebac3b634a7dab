"""A form with nothing answered and nothing hidden, its quotations marked: what a phone keeps to show pages by itself.

Pages are drawn once by the server from this form, every question and every choice on them. The phone's program then
hides what is not relevant and puts texts in the places marked, as `app/static/js/respond/offline/screen.js` says.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from surveys.definition import Definition, Item, Node, Repeat, Texts

OPEN, CLOSE = "\ue000", "\ue001"
"""Signs of the private use area: what stands between them names what goes there."""

_TEXTS = ("labels", "hints", "constraint_messages", "required_messages")


def place(name: str) -> str:
    """Return the mark of a place that the phone fills."""
    return f"{OPEN}{name}{CLOSE}"


def blank(definition: Definition) -> Definition:
    """Return the form without its rules; texts that quote an answer are marks: `key|labels`, `list|=choice`."""
    return replace(
        definition,
        children=tuple(_blank(node) for node in definition.children),
        choice_lists={
            name: tuple(
                replace(choice, labels=_marked(choice.labels, f"{name}|={choice.name}"), attributes={})
                for choice in choices
            )
            for name, choices in definition.choice_lists.items()
        },
    )


def _blank(node: Node) -> Node:
    # Any: `replace` does not know which fields the names stand for.
    more: dict[str, Any] = {
        name: _marked(given, f"{node.key}|{name}") for name in _TEXTS if (given := getattr(node, name, None))
    }
    if isinstance(node, Item):
        return replace(
            node,
            relevant=None,
            constraint=None,
            calculation=None,
            trigger=(),
            default=None,
            choice_filter=None,
            required=node.required is not False,
            read_only=node.read_only is True or (node.calculation is not None and not node.trigger),
            parameters={name: value for name, value in node.parameters.items() if name != "randomize"},
            **more,
        )
    if isinstance(node, Repeat):
        more["count"] = None
    return replace(node, relevant=None, children=tuple(_blank(child) for child in node.children), **more)


def _marked(texts: Texts, name: str) -> Mapping[str, str]:
    return {tag: place(name) if "${" in text else text for tag, text in texts.items()}
