"""A photo, a recording, a film or a file: the answer is the id of what was sent, as text."""

from uuid import UUID

from surveys.definition import Item
from surveys.items.base import Kind, Parsed, Posted, as_is, display_text, first

FAULT_PART = "fault"
"""`key:fault` is written by who took the file in, never by a phone: why it is no answer, and the limit it passed."""


def parse(item: Item, posted: Posted) -> Parsed:
    """Read the id of a file that was sent already; nothing else can be an answer."""
    sent = first(posted, item.key)
    fault = posted.get(f"{item.key}:{FAULT_PART}")
    if fault:
        return Parsed(None, fault[0], {"limit": fault[-1]}, raw=sent)
    return Parsed(sent or None, check(item, sent) if sent else "", raw=sent)


def check(item: Item, text: str) -> str:  # noqa: ARG001  the signature of every check
    """Say whether a text is such an id."""
    try:
        UUID(text)
    except ValueError:
        return "surveys.not_an_attachment"
    return ""


KIND = Kind(parse, as_is, check, display_text)
