"""Writes REFI-QDA, strictly: what is written is checked against the schema before it is given to anybody."""

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from coding.exchange import markup
from coding.exchange.project import (
    Case,
    Code,
    Coding,
    Deviation,
    Kept,
    Link,
    Note,
    Project,
    Selection,
    Set,
    Source,
    Value,
)
from core.errors import Invalid
from core.text import normalise

ORIGIN = "Tresse"
PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
# Of every file in the archive: the same project gives the same bytes.
_THEN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Written:
    """A file, and what could not be written into it."""

    content: bytes
    left_out: tuple[Deviation, ...] = ()


class NotValid(Exception):
    """What was written does not keep the schema: a defect of ours, and the file must not leave."""


def write_qdpx(project: Project) -> Written:
    """Return the archive. Raises: NotValid."""
    writer = _Writer(project)
    xml = writer.project()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_member("project.qde"), xml)
        for source in project.sources:
            archive.writestr(_member(f"sources/{source.guid}.txt"), source.text.encode())
    return Written(buffer.getvalue(), tuple(writer.left_out))


def write_qdc(project: Project) -> Written:
    """Return the codebook. Raises: Invalid: `project.no_code` (the standard has no empty codebook).  NotValid."""
    if not project.codes:
        raise Invalid("project.no_code")
    writer = _Writer(project)
    return Written(writer.codebook(), tuple(writer.left_out))


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _THEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


class _Writer:
    def __init__(self, project: Project) -> None:
        self._etree = markup.library()
        self._project = project
        self._namespace = PROJECT
        self.left_out: list[Deviation] = []

    def project(self) -> bytes:
        """Return the XML of a project."""
        project = self._project
        root = self._etree.Element(f"{{{PROJECT}}}Project", nsmap={None: PROJECT})
        self._set(root, name=project.name, origin=ORIGIN, creationDateTime=_moment(project.created_at))
        self._section(root, "Users", project.users, self._user)
        if project.codes:
            codes = self._add(self._add(root, "CodeBook"), "Codes")
            for code in project.codes:
                self._code(codes, code)
        self._section(root, "Variables", project.variables, self._variable)
        self._section(root, "Cases", project.cases, self._case)
        kept = [each for each in project.kept if self._fits("Sources", each)]
        if project.sources or kept:
            sources = self._add(root, "Sources")
            for source in project.sources:
                self._source(sources, source)
            sources.extend(markup.parse(each.content) for each in kept)
        self._section(root, "Notes", project.notes, self._note)
        self._section(root, "Links", project.links, self._link)
        self._section(root, "Sets", project.sets, self._set_of)
        self._section(root, "Graphs", project.graphs, self._graph)
        self._describe(root, project.description)
        self._notes(root, project.about)
        return self._checked(root, "Project-mrt2019.xsd")

    def codebook(self) -> bytes:
        """Return the XML of a codebook."""
        self._namespace = CODEBOOK
        root = self._etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK})
        self._set(root, origin=ORIGIN)
        codes = self._add(root, "Codes")
        for code in self._project.codes:
            self._code(codes, code, with_notes=False)
        if self._project.sets:
            sets = self._add(root, "Sets")
            for each in self._project.sets:
                element = self._add(sets, "Set", guid=self._guid(each.guid), name=each.name)
                self._describe(element, each.description)
                for code_guid in each.codes:
                    self._add(element, "MemberCode", guid=self._guid(code_guid))
        return self._checked(root, "Codebook.xsd")

    def _checked(self, root: Any, schema: str) -> bytes:
        content: bytes = self._etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=False)
        # What is sent is checked, not what was meant: read again.
        if not markup.schema_of(schema).validate(markup.parse(content)):
            raise NotValid(str(markup.schema_of(schema).error_log.last_error))
        return content

    def _fits(self, section: str, kept: Kept) -> bool:
        """Whether an element that came in can leave: a strict file has no place for one that broke the schema."""
        root = self._etree.Element(f"{{{PROJECT}}}Project", nsmap={None: PROJECT}, name="")
        self._add(root, section).append(markup.parse(kept.content))
        fits: bool = markup.schema_of("Project-mrt2019.xsd").validate(root)
        if not fits:
            self.left_out.append(Deviation("project.not_written", {"name": kept.name}))
        return fits

    def _section(self, root: Any, name: str, items: Iterable[Any], write: Callable[[Any, Any], None]) -> None:
        """Write a section, unless it would be empty: the schema has no place for that."""
        if items:
            section = self._add(root, name)
            for each in items:
                write(section, each)
            if not len(section):
                root.remove(section)

    def _add(self, parent: Any, name: str, /, **attributes: str | None) -> Any:
        element = self._etree.SubElement(parent, f"{{{self._namespace}}}{name}")
        self._set(element, **attributes)
        return element

    def _set(self, element: Any, /, **attributes: str | None) -> None:
        for name, value in attributes.items():
            if value is not None:
                element.set(name, normalise(value))

    def _guid(self, guid: UUID) -> str:
        return self._project.spellings.get(guid, str(guid))

    def _maybe(self, guid: UUID | None) -> str | None:
        return None if guid is None else self._guid(guid)

    def _describe(self, parent: Any, text: str) -> None:
        if text:
            self._add(parent, "Description").text = normalise(text)

    def _notes(self, parent: Any, notes: list[UUID]) -> None:
        self._references(parent, "NoteRef", notes)

    def _references(self, parent: Any, name: str, guids: list[UUID]) -> None:
        for guid in guids:
            self._add(parent, name, targetGUID=self._guid(guid))

    def _user(self, parent: Any, user: Any) -> None:
        self._add(parent, "User", guid=self._guid(user.guid), name=user.name)

    def _code(self, parent: Any, code: Code, *, with_notes: bool = True) -> None:
        element = self._add(
            parent, "Code", guid=self._guid(code.guid), name=code.name,
            isCodable="true" if code.is_codable else "false", color=code.colour,
        )  # fmt: skip
        self._describe(element, code.description)
        if with_notes:
            self._notes(element, code.notes)
        for child in code.children:
            self._code(element, child, with_notes=with_notes)

    def _variable(self, parent: Any, variable: Any) -> None:
        element = self._add(
            parent, "Variable", guid=self._guid(variable.guid), name=variable.name, typeOfVariable=variable.type
        )
        self._describe(element, variable.description)

    def _values(self, parent: Any, values: list[Value]) -> None:
        for value in values:
            element = self._add(parent, "VariableValue")
            self._add(element, "VariableRef", targetGUID=self._guid(value.variable))
            self._add(element, f"{value.type}Value").text = normalise(value.text)

    def _case(self, parent: Any, case: Case) -> None:
        element = self._add(parent, "Case", guid=self._guid(case.guid), name=case.name or None)
        self._describe(element, case.description)
        self._references(element, "CodeRef", case.codes)
        self._values(element, case.values)
        self._references(element, "SourceRef", case.sources)
        self._references(element, "SelectionRef", case.selections)

    def _source(self, parent: Any, source: Source) -> None:
        element = self._add(
            parent, "TextSource", guid=self._guid(source.guid), name=source.name or None,
            plainTextPath=f"internal://{source.guid}.txt", creatingUser=self._maybe(source.user),
            creationDateTime=_moment(source.created_at),
        )  # fmt: skip
        self._describe(element, source.description)
        for selection in source.selections:
            self._selection(element, selection)
        for coding in source.codings:
            self._coding(element, coding)
        self._notes(element, source.notes)
        self._values(element, source.values)

    def _selection(self, parent: Any, selection: Selection) -> None:
        element = self._add(
            parent, "PlainTextSelection", guid=self._guid(selection.guid), name=selection.name or None,
            startPosition=str(selection.start), endPosition=str(selection.end),
            creatingUser=self._maybe(selection.user), creationDateTime=_moment(selection.created_at),
        )  # fmt: skip
        self._describe(element, selection.description)
        for coding in selection.codings:
            self._coding(element, coding)
        self._notes(element, selection.notes)

    def _coding(self, parent: Any, coding: Coding) -> None:
        element = self._add(
            parent, "Coding", guid=self._guid(coding.guid), creatingUser=self._maybe(coding.user),
            creationDateTime=_moment(coding.created_at),
        )  # fmt: skip
        self._add(element, "CodeRef", targetGUID=self._guid(coding.code))
        self._notes(element, coding.notes)

    def _note(self, parent: Any, note: Note) -> None:
        element = self._add(
            parent, "Note", guid=self._guid(note.guid), name=note.name or None, creatingUser=self._maybe(note.user),
            creationDateTime=_moment(note.created_at), modifiedDateTime=_moment(note.modified_at),
        )  # fmt: skip
        self._describe(element, note.description)
        self._add(element, "PlainTextContent").text = normalise(note.body)

    def _link(self, parent: Any, link: Link) -> None:
        element = self._add(
            parent, "Link", guid=self._guid(link.guid), name=link.name or None, direction=link.direction or None,
            color=link.colour or None, originGUID=self._maybe(link.origin), targetGUID=self._maybe(link.target),
        )  # fmt: skip
        self._notes(element, link.notes)

    def _set_of(self, parent: Any, each: Set) -> None:
        element = self._add(parent, "Set", guid=self._guid(each.guid), name=each.name)
        self._describe(element, each.description)
        self._references(element, "MemberCode", each.codes)
        self._references(element, "MemberSource", each.sources)
        self._references(element, "MemberNote", each.notes)

    def _graph(self, parent: Any, graph: Any) -> None:
        element = self._add(parent, "Graph", guid=self._guid(graph.guid), name=graph.name or None)
        for name, parts in (("Vertex", graph.vertices), ("Edge", graph.edges)):
            for attributes in parts:
                self._add(element, name, **attributes)
        content = self._etree.tostring(element, encoding="unicode")
        if not self._fits("Graphs", Kept(graph.guid, graph.name, content)):
            parent.remove(element)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
