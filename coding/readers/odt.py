"""OpenDocument text: the words a reader of the page would see, changes accepted.

Kept: paragraphs, headings, lists, tables in order, line breaks, tabs. Left out and announced: tracked deletions, hidden
text, notes, comments, pictures. White space folds as the standard says: a run is one space, `text:s` gives more.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from coding.readers.reading import Reading, announce
from core.archives import Archive, parse_xml
from core.errors import Invalid
from core.text import normalise

_BLOCKS = frozenset({"p", "h"})
_ANNOUNCED = {"frame": "picture", "note": "note", "annotation": "comment", "hidden-text": "hidden"}
_PASSED_OVER = frozenset({
    "annotation-end", "table-of-content", "alphabetical-index", "illustration-index", "table-index", "object-index",
    "user-index", "bibliography", "sequence-decls", "forms", "soft-page-break", "bookmark", "ruby-text",
})  # fmt: skip
_SPACE = re.compile(r"[ \t\n\r]+")
_MAX_REPEATED = 1000


@dataclass(slots=True)
class _Walk:
    hidden_styles: frozenset[str]
    found: Counter[str] = field(default_factory=Counter)


def read_odt(archive: Archive) -> Reading:
    """Read an open .odt.

    Raises: Invalid: `coding.odt_without_body`, `coding.odt_locked` (a password), or broken XML (member, line).
    """
    if "META-INF/manifest.xml" in archive.names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Invalid("coding.odt_locked", file=archive.file)
    if "content.xml" not in archive.names:
        raise Invalid("coding.odt_without_body", file=archive.file, member="content.xml")
    root = parse_xml(archive.read("content.xml"), file=archive.file, member="content.xml")
    body = next((part for each in root if _name(each) == "body" for part in each if _name(part) == "text"), None)
    if body is None:
        raise Invalid("coding.odt_without_body", file=archive.file, member="content.xml")
    walk = _Walk(_hidden_styles(archive, root))
    text = normalise("\n".join(_blocks(body, walk)))
    return Reading(text, "odt", announce(walk.found))


def _hidden_styles(archive: Archive, content: Any) -> frozenset[str]:
    roots = [content]
    if "styles.xml" in archive.names:
        roots.append(parse_xml(archive.read("styles.xml"), file=archive.file, member="styles.xml"))
    return frozenset(
        _attribute(style, "name")
        for root in roots
        for style in root.iter()
        if _name(style) == "style"
        and any(_name(each) == "text-properties" and _attribute(each, "display") == "none" for each in style)
    )


def _blocks(parent: Any, walk: _Walk) -> Iterator[str]:
    for child in parent:
        name = _name(child)
        if name == "tracked-changes":
            for change in child.iter():
                if _name(change) in {"insertion", "deletion"}:
                    walk.found[_name(change)] += 1
        elif name in _BLOCKS or name == "hidden-paragraph":
            words = _inline(child, walk)
            yield words.strip(" ")
        elif name == "table-row":
            yield "\t".join("\n".join(_blocks(cell, walk)) for cell in child if _name(cell) == "table-cell")
        elif name == "section" and _attribute(child, "display") == "none":
            walk.found["hidden"] += 1
        elif name in _ANNOUNCED:
            walk.found[_ANNOUNCED[name]] += 1
        elif name not in _PASSED_OVER:
            yield from _blocks(child, walk)


def _inline(parent: Any, walk: _Walk) -> str:
    if _attribute(parent, "style-name") in walk.hidden_styles:
        walk.found["hidden"] += 1
        return ""
    pieces = [_SPACE.sub(" ", parent.text or "")]
    for child in parent:
        name = _name(child)
        if name == "s":
            pieces.append(" " * min(_MAX_REPEATED, _count(_attribute(child, "c"))))
        elif name == "tab":
            pieces.append("\t")
        elif name == "line-break":
            pieces.append("\n")
        elif name == "hidden-paragraph":
            if _attribute(child, "is-hidden") == "true":
                walk.found["hidden"] += 1
                return ""
        elif name in _ANNOUNCED:
            walk.found[_ANNOUNCED[name]] += 1
        elif name not in _PASSED_OVER:
            pieces.append(_inline(child, walk))
        pieces.append(_SPACE.sub(" ", child.tail or ""))
    return "".join(pieces)


def _count(number: str) -> int:
    return int(number) if number.isascii() and number.isdigit() else 1


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
