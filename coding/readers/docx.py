"""WordprocessingML: the words a reader of the page would see, revisions accepted.

Kept: paragraphs, line breaks, tabs, tables in order, tracked insertions. Left out and announced: deletions, hidden
text, notes, comments, images and text boxes. Names are compared without namespace, so the strict variant reads too.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from coding.readers.reading import Reading, announce
from core.archives import Archive, parse_xml
from core.errors import Invalid
from core.text import normalise

_OFF = frozenset({"0", "false", "off", "none"})
_DROPPED = {"del": "deletion", "moveFrom": "deletion"}
_PASSED_OVER = frozenset({"pPr", "rPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "instrText", "delText",
                          "sdtPr", "sdtEndPr", "Fallback"})  # fmt: skip
_ANNOUNCED = {"drawing": "picture", "pict": "picture", "object": "picture", "footnoteReference": "note",
              "endnoteReference": "note", "commentReference": "comment"}  # fmt: skip
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "‑", "ptab": "\t"}


@dataclass(slots=True)
class _Walk:
    hidden_styles: frozenset[str]
    found: Counter[str] = field(default_factory=Counter)


def read_docx(archive: Archive) -> Reading:
    """Read the main document of an open .docx.

    Raises: Invalid: no main document, or broken XML, with the member and line.
    """
    member = _main_member(archive)
    root = parse_xml(archive.read(member), file=archive.file, member=member)
    body = next((child for child in root if _name(child) == "body"), None)
    if body is None:
        raise Invalid("coding.docx_without_body", file=archive.file, member=member)
    walk = _Walk(_hidden_styles(archive, member))
    text = normalise("\n".join(_blocks(body, walk)))
    return Reading(text, "docx", announce(walk.found))


def _main_member(archive: Archive) -> str:
    if "_rels/.rels" in archive.names:
        for relation in parse_xml(archive.read("_rels/.rels"), file=archive.file, member="_rels/.rels"):
            if relation.get("Type", "").endswith("/officeDocument"):
                target = str(relation.get("Target", "")).lstrip("/")
                if target in archive.names:
                    return target
    if "word/document.xml" in archive.names:
        return "word/document.xml"
    raise Invalid("coding.docx_without_body", file=archive.file, member="word/document.xml")


def _hidden_styles(archive: Archive, main_member: str) -> frozenset[str]:
    member = main_member.rpartition("/")[0] + "/styles.xml"
    if member not in archive.names:
        return frozenset()
    hides: dict[str, bool | None] = {}
    based_on: dict[str, str] = {}
    for style in parse_xml(archive.read(member), file=archive.file, member=member):
        if _name(style) != "style":
            continue
        key = _attribute(style, "styleId")
        properties = _child(style, "rPr")
        hides[key] = None if properties is None else _vanish(properties)
        parent = _child(style, "basedOn")
        if parent is not None:
            based_on[key] = _attribute(parent, "val")

    for start in list(hides):
        chain = [start]
        while hides[chain[-1]] is None:
            hides[chain[-1]] = False  # also ends a style that rests on itself
            parent_key = based_on.get(chain[-1])
            if parent_key not in hides:
                break
            chain.append(parent_key)
        for key in chain[:-1]:
            hides[key] = hides[chain[-1]]
    return frozenset(key for key, is_hidden in hides.items() if is_hidden)


def _blocks(parent: Any, walk: _Walk) -> Iterator[str]:
    """Yield the paragraphs and table rows under `parent`, in order; a deleted paragraph mark joins two."""
    waiting: list[str] = []
    for child in parent:
        name = _name(child)
        if name in _DROPPED:
            walk.found[_DROPPED[name]] += 1
        elif name == "p":
            waiting.append(_inline(child, walk))
            if not _mark_is_deleted(child):
                yield "".join(waiting)
                waiting.clear()
        elif name == "tbl":
            yield from _rows(child, walk)
        elif name not in _PASSED_OVER:
            # Insertions, content controls, custom XML: boxes around blocks.
            walk.found["insertion"] += name == "ins"
            yield from _blocks(child, walk)
    if any(waiting):
        yield "".join(waiting)


def _rows(table: Any, walk: _Walk) -> Iterator[str]:
    for child in table:
        name = _name(child)
        if name == "tr":
            properties = _child(child, "trPr")
            if properties is not None and _child(properties, "del") is not None:
                walk.found["deletion"] += 1
                continue
            yield "\t".join("\n".join(_blocks(cell, walk)) for cell in _cells(child))
        elif name not in _PASSED_OVER and name not in _DROPPED:
            yield from _rows(child, walk)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if _name(child) == "tc":
            yield child
        elif _name(child) not in _PASSED_OVER:
            yield from _cells(child)


def _inline(parent: Any, walk: _Walk) -> str:
    pieces: list[str] = []
    for child in parent:
        name = _name(child)
        if name in _DROPPED:
            walk.found[_DROPPED[name]] += 1
        elif name in _ANNOUNCED:
            walk.found[_ANNOUNCED[name]] += 1
        elif name == "r":
            pieces.append(_run(child, walk))
        elif name == "t":
            pieces.append(child.text or "")
        elif name in _CHARACTERS:
            pieces.append(_CHARACTERS[name])
        elif name not in _PASSED_OVER:
            walk.found["insertion"] += name in {"ins", "moveTo"}
            pieces.append(_inline(child, walk))
    return "".join(pieces)


def _run(run: Any, walk: _Walk) -> str:
    properties = _child(run, "rPr")
    if properties is not None:
        own = _vanish(properties)
        style = _child(properties, "rStyle")
        styled = style is not None and _attribute(style, "val") in walk.hidden_styles
        if own or (own is None and styled):
            walk.found["hidden"] += 1
            return ""
    return _inline(run, walk)


def _mark_is_deleted(paragraph: Any) -> bool:
    properties = _child(paragraph, "pPr")
    mark = None if properties is None else _child(properties, "rPr")
    return mark is not None and _child(mark, "del") is not None


def _vanish(properties: Any) -> bool | None:
    vanish = _child(properties, "vanish")
    return None if vanish is None else _attribute(vanish, "val").lower() not in _OFF


def _child(parent: Any, name: str) -> Any:
    return next((child for child in parent if _name(child) == name), None)


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
