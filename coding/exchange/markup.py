"""The one door to lxml, which knows the line of each element and checks files against a schema.

What strangers send goes through `events` and `parse` alone: no entity is expanded, no DTD loaded, nothing fetched,
nesting and texts are limited by the parser; a document type is refused before and after the root opens.
"""

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import Invalid

_SCHEMAS = Path(__file__).parent / "schema"
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_comments": True}
# Where a document type would stand.
_HEAD = 4096


def library() -> Any:
    """Return lxml.etree, loaded when first needed."""
    from lxml import etree  # noqa: PLC0415  slow import

    return etree


def refuse_types(content: bytes, *, file: str, member: str) -> None:
    """Look for a document type before anything is parsed: an entity of a few bytes may stand for gigabytes.

    Raises: Invalid: `uploads.xml_forbidden`.
    """
    head = content[:_HEAD].replace(b"\x00", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise Invalid("uploads.xml_forbidden", file=file, member=member)


def events(content: bytes, *, file: str, member: str) -> Iterator[tuple[str, Any]]:
    """Yield ("start" or "end", element) as a stranger's document is read.

    Raises: Invalid: `uploads.xml_forbidden`, or `uploads.xml_broken` with its line.
    """
    etree = library()
    refuse_types(content, file=file, member=member)
    is_first = True
    try:
        for event, element in etree.iterparse(io.BytesIO(content), events=("start", "end"), remove_pis=True, **_SAFE):
            if is_first and element.getroottree().docinfo.doctype:
                raise Invalid("uploads.xml_forbidden", file=file, member=member)
            is_first = False
            yield event, element
    except etree.XMLSyntaxError as error:
        line = error.position[0] if error.position and error.position[0] else 1
        raise Invalid("uploads.xml_broken", file=file, member=member, line=line) from error


def parse(content: bytes | str) -> Any:
    """Return the root of a document that `events` has read, or that is ours."""
    etree = library()
    return etree.fromstring(content, etree.XMLParser(**_SAFE))


@cache
def schema_of(name: str) -> Any:
    """Return a schema of this package, read once a process."""
    etree = library()
    return etree.XMLSchema(etree.parse(str(_SCHEMAS / name)))
