"""The elements of REFI-QDA, one function each: read what is there, note what is not as it should be."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from coding.exchange.project import (
    Case,
    Code,
    Coding,
    Graph,
    Kept,
    Link,
    Note,
    Project,
    Selection,
    Set,
    Source,
    User,
    Value,
    Variable,
)
from core.text import normalise

_GUID = re.compile(r"\{?([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\}?")
_COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_VALUE = re.compile(r"(Text|Boolean|Integer|Float|Date|DateTime)Value")
_TRUE = frozenset({"true", "1"})
HEADINGS = ("— Inclusion —", "— Exclusion —", "— Exemple —")
"""What begins the parts of a description that Tresse keeps apart; a description is taken apart again by them."""

FindText = Callable[[str], tuple[str, bool, str] | None]
"""Return (text, whether it had a mark, format) of a file that an element names, or None."""


def local(element: Any) -> str:
    """Return the name of an element without its namespace; "" for a comment."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


class Elements:
    """Reads elements into a project; `find_text` opens the files that sources name."""

    def __init__(self, project: Project, file: str, find_text: FindText) -> None:
        self._project = project
        self._file = file
        self._find_text = find_text

    def place(self, element: Any) -> str:
        """Return where an element stands, as people look for it: file, line, kind."""
        return f"{self._file}:{element.sourceline or 0} <{local(element)}>"

    def guid(self, element: Any, name: str = "guid", *, needed: bool = True) -> UUID | None:
        """Return an identifier; one that is missing or is none is made from its place, always the same."""
        written = element.get(name)
        if written is None and not needed:
            return None
        found = _GUID.fullmatch((written or "").strip())
        if found is None:
            if not needed and not (written or "").strip():
                return None
            self._project.tell("project.guid_invalid", place=self.place(element), guid=written or "")
            return uuid5(NAMESPACE_URL, written or self.place(element))
        guid = UUID(found[1])
        if written.strip() != str(guid):
            self._project.spellings.setdefault(guid, written.strip())
        return guid

    def text(self, element: Any) -> str:
        """Return what an element says."""
        return _text(element.text)

    def _own(self, element: Any) -> UUID:
        guid = self.guid(element)
        assert guid is not None
        return guid

    def _moment(self, element: Any, name: str) -> datetime | None:
        written = (element.get(name) or "").strip()
        if not written:
            return None
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            self._project.tell("project.date_invalid", place=self.place(element), value=written)
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _colour(self, element: Any) -> str | None:
        written = (element.get("color") or "").strip()
        if not written:
            return None
        found = _COLOUR.fullmatch(written)
        if found is None:
            self._project.tell("project.colour_invalid", place=self.place(element), value=written)
            return None
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])  # noqa: PLR2004  RRGGBB
        return f"#{digits}"

    def _references(self, element: Any, name: str, attribute: str = "targetGUID") -> list[UUID]:
        found: list[UUID] = []
        for child in element:
            if local(child) == name:
                guid = self.guid(child, "guid" if child.get(attribute) is None else attribute)
                if guid is not None and guid not in found:
                    found.append(guid)
        return found

    def project(self, element: Any) -> None:
        """Read the attributes of the root."""
        project = self._project
        project.name = _text(element.get("name"))
        project.origin = _text(element.get("origin"))
        project.user = self.guid(element, "creatingUserGUID", needed=False)
        project.created_at = self._moment(element, "creationDateTime")
        if (element.get("basePath") or "").strip():
            project.tell("project.base_path", place=self.place(element))

    def user(self, element: Any) -> None:
        """Read a user."""
        name = _text(element.get("name")) or _text(element.get("id"))
        self._project.users.append(User(self._own(element), name))

    def code(self, element: Any) -> Code:
        """Read a code with those below it."""
        described = _child_text(element, "Description")
        if not described and element.get("description"):
            described = _text(element.get("description"))
            self._project.tell("project.description_attribute", place=self.place(element))
        return Code(
            guid=self._own(element),
            name=_text(element.get("name")),
            is_codable=(element.get("isCodable") or "true").strip().lower() in _TRUE,
            colour=self._colour(element),
            description=described,
            notes=self._references(element, "NoteRef"),
            children=[self.code(child) for child in element if local(child) == "Code"],
            place=self.place(element),
        )

    def variable(self, element: Any) -> None:
        """Read a variable."""
        kind = (element.get("typeOfVariable") or "").strip()
        if kind not in {"Text", "Boolean", "Integer", "Float", "Date", "DateTime"}:
            self._project.tell("project.type_invalid", place=self.place(element), value=kind)
            kind = "Text"
        self._project.variables.append(
            Variable(
                self._own(element), _text(element.get("name")), kind, _child_text(element, "Description"),
                self.place(element),
            )
        )  # fmt: skip

    def _values(self, element: Any) -> list[Value]:
        values: list[Value] = []
        for child in element:
            if local(child) != "VariableValue":
                continue
            variable = next((self.guid(each, "targetGUID") for each in child if local(each) == "VariableRef"), None)
            found = next(
                ((each, _VALUE.fullmatch(local(each))) for each in child if _VALUE.fullmatch(local(each))), None
            )
            if variable is not None and found is not None and (found[0].text or "") != "":
                assert found[1] is not None
                values.append(Value(variable, found[1][1], _text(found[0].text), self.place(child)))
        return values

    def case(self, element: Any) -> None:
        """Read a case; one that a coding shares its identifier with is another object."""
        self._project.cases.append(
            Case(
                guid=self._own(element),
                name=_text(element.get("name")),
                description=_child_text(element, "Description"),
                codes=self._references(element, "CodeRef"),
                values=self._values(element),
                sources=self._references(element, "SourceRef"),
                selections=self._references(element, "SelectionRef"),
                place=self.place(element),
            )
        )

    def text_source(self, element: Any, *, kind: str = "") -> Source:
        """Read a text with its selections."""
        raw, had_mark, format_ = self._text_of(element)
        source = Source(
            guid=self._own(element),
            name=_text(element.get("name")),
            raw=raw,
            had_mark=had_mark,
            description=_child_text(element, "Description"),
            format=kind or format_,
            user=self.guid(element, "creatingUser", needed=False),
            created_at=self._moment(element, "creationDateTime"),
            codings=self._codings(element),
            notes=self._references(element, "NoteRef"),
            values=self._values(element),
            place=self.place(element),
        )
        points = {child.get("guid"): child for child in element if local(child) == "SyncPoint"}
        source.times = sorted(
            (_whole(each.get("position")), _whole(each.get("timeStamp")))
            for each in points.values()
            if each.get("position") and each.get("timeStamp")
        )
        for child in element:
            if local(child) == "PlainTextSelection":
                source.selections.append(self._selection(child, child.get("startPosition"), child.get("endPosition")))
            elif local(child) == "TranscriptSelection":
                start, end = (points.get(child.get(name)) for name in ("fromSyncPoint", "toSyncPoint"))
                if start is not None and end is not None:
                    source.selections.append(self._selection(child, start.get("position"), end.get("position")))
                else:
                    self._project.tell("project.selection_lost", place=self.place(child))
        return source

    def _text_of(self, element: Any) -> tuple[str | None, bool, str]:
        inline = next((child.text or "" for child in element if local(child) == "PlainTextContent"), None)
        path = element.get("plainTextPath")
        if path is not None and inline is not None:
            self._project.tell("project.two_texts", place=self.place(element))
        for named in (path, None if inline is not None else element.get("richTextPath")):
            found = self._find_text(named) if named else None
            if found is not None:
                if named != path:
                    self._project.tell("project.rich_text_read", place=self.place(element), path=named)
                return found
        if inline is not None:
            return inline, False, "txt"
        return None, False, "txt"

    def _selection(self, element: Any, start: str | None, end: str | None) -> Selection:
        selection = Selection(
            guid=self._own(element),
            start=_whole(start),
            end=_whole(end),
            name=normalise(element.get("name") or ""),
            description=_child_text(element, "Description"),
            user=self.guid(element, "creatingUser", needed=False),
            created_at=self._moment(element, "creationDateTime"),
            codings=self._codings(element),
            notes=self._references(element, "NoteRef"),
            place=self.place(element),
        )
        if start is None or end is None or not _is_whole(start) or not _is_whole(end):
            self._project.tell("project.position_invalid", place=selection.place)
        return selection

    def _codings(self, element: Any) -> list[Coding]:
        codings: list[Coding] = []
        for child in element:
            if local(child) != "Coding":
                continue
            codes = self._references(child, "CodeRef")
            if not codes:
                self._project.tell("project.coding_without_code", place=self.place(child))
                continue
            codings.append(
                Coding(
                    guid=self._own(child),
                    code=codes[0],
                    user=self.guid(child, "creatingUser", needed=False),
                    created_at=self._moment(child, "creationDateTime"),
                    notes=self._references(child, "NoteRef"),
                )
            )
        return codings

    def note(self, element: Any) -> None:
        """Read a memo."""
        raw, _had_mark, _format = self._text_of(element)
        if raw is None:
            self._project.tell("project.text_missing", source=_text(element.get("name")), place=self.place(element))
        if any(local(child) in {"PlainTextSelection", "Coding"} for child in element):
            self._project.tell("project.note_coded", place=self.place(element))
        self._project.notes.append(
            Note(
                guid=self._own(element),
                name=_text(element.get("name")),
                body=normalise(raw or ""),
                description=_child_text(element, "Description"),
                user=self.guid(element, "creatingUser", needed=False),
                created_at=self._moment(element, "creationDateTime"),
                modified_at=self._moment(element, "modifiedDateTime"),
                place=self.place(element),
            )
        )

    def link(self, element: Any) -> None:
        """Read a link."""
        self._project.links.append(
            Link(
                guid=self._own(element),
                name=_text(element.get("name")),
                direction=(element.get("direction") or "").strip(),
                colour=self._colour(element) or "",
                origin=self.guid(element, "originGUID", needed=False),
                target=self.guid(element, "targetGUID", needed=False),
                notes=self._references(element, "NoteRef"),
                place=self.place(element),
            )
        )

    def set(self, element: Any) -> None:
        """Read a set."""
        self._project.sets.append(
            Set(
                guid=self._own(element),
                name=_text(element.get("name")),
                description=_child_text(element, "Description"),
                codes=self._references(element, "MemberCode"),
                sources=self._references(element, "MemberSource"),
                notes=self._references(element, "MemberNote"),
                place=self.place(element),
            )
        )

    def graph(self, element: Any) -> None:
        """Read a drawing; its attributes are kept as they are."""
        parts: dict[str, list[dict[str, str]]] = {"Vertex": [], "Edge": []}
        for child in element:
            if local(child) in parts:
                self._own(child)
                parts[local(child)].append({str(name): value for name, value in child.attrib.items()})
        self._project.graphs.append(
            Graph(self._own(element), _text(element.get("name")), parts["Vertex"], parts["Edge"])
        )

    def other_source(self, element: Any, write: Callable[[Any], str]) -> None:
        """Keep a picture, a recording or a PDF whole, but for the texts in it, which are read."""
        kind = local(element).removesuffix("Source").lower()
        name = _text(element.get("name"))
        texts = {"Transcript", "Representation", "TextDescription"}
        for child in list(element):
            if local(child) in texts and (child.get("plainTextPath") or len(child) or child.get("richTextPath")):
                source = self.text_source(child, kind=kind)
                source.name = source.name or name
                self._project.sources.append(source)
                element.remove(child)
        guids = {guid for part in _parts(element) if (guid := self.guid(part, needed=False)) is not None}
        own = self._own(element)
        self._project.kept.append(Kept(own, name, write(element), guids))
        self._project.tell("project.kept", place=self.place(element), name=name, kind=kind)


def _parts(element: Any) -> Iterator[Any]:
    return (each for each in element.iter() if isinstance(each.tag, str) and each.get("guid"))


def _text(written: str | None) -> str:
    return normalise(written or "")


def _child_text(element: Any, name: str) -> str:
    return _text(next((child.text for child in element if local(child) == name), ""))


def _is_whole(written: str) -> bool:
    return re.fullmatch(r"\s*[+-]?[0-9]{1,12}\s*", written) is not None


def _whole(written: str | None) -> int:
    return int(written) if written is not None and _is_whole(written) else 0


def part_description(described: str) -> tuple[str, str, str, str]:
    """Return description, inclusion, exclusion and example of a text that `join_description` made."""
    parts = [described, "", "", ""]
    for number, heading in reversed(list(enumerate(HEADINGS, start=1))):
        before, mark, after = parts[0].rpartition(f"{heading}\n")
        if mark and (not before or before.endswith("\n")):
            parts[0], parts[number] = before.removesuffix("\n"), after
    return parts[0], parts[1], parts[2], parts[3]


def join_description(parts: Iterable[str]) -> str:
    """Return one text of description, inclusion, exclusion and example, each under its heading."""
    described, *others = parts
    return "\n".join(
        ([described] if described else [])
        + [f"{heading}\n{text}" for heading, text in zip(HEADINGS, others, strict=True) if text]
    )
