"""Reads REFI-QDA: a project (QDPX, or its QDE alone) or a codebook (QDC).

Lenient: each departure from the standard is said, and nothing that can be expressed is lost.
Built to be given anything: nothing is written or fetched, and elements are freed as they are read.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from coding.exchange import markup
from coding.exchange.offsets import place_selections
from coding.exchange.project import Project
from coding.exchange.refi_elements import Elements, local
from coding.readers.docx import read_docx
from core.archives import Archive, open_archive
from core.errors import DomainError, Invalid

MAX_XML_BYTES = 150_000_000
_CHECKED_BYTES = 20_000_000
_TOLD_OF_A_KIND = 20
_NAMESPACES = {"Project": "urn:QDA-XML:project:1.0", "CodeBook": "urn:QDA-XML:codebook:1.0"}
_ITEMS = {
    "User": "Users", "Code": "Codes", "Variable": "Variables", "Case": "Cases", "Note": "Notes", "Link": "Links",
    "Set": "Sets", "Graph": "Graphs",
}  # fmt: skip
_OTHER_SOURCES = frozenset({"PictureSource", "PDFSource", "AudioSource", "VideoSource"})
_SCHEMA_CODES = {
    "SCHEMAV_ELEMENT_CONTENT": "project.schema_content",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "project.schema_attribute",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": "project.schema_attribute",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "project.schema_missing",
}


def read_qdpx(content: bytes, *, file: str) -> Project:
    """Read a project. Raises: Invalid: `uploads.*`, `project.no_project`, `project.path_outside`."""
    with open_archive(content, file=file) as archive:
        for name in archive.names:
            path = PurePosixPath(name.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
                raise Invalid("project.path_outside", file=file, member=name)
        names = sorted(
            (name for name in archive.names if name.lower().endswith(".qde")),
            key=lambda name: (name.count("/"), name.lower() != "project.qde", name),
        )
        if not names:
            raise Invalid("project.no_project", file=file)
        project = Project()
        if names[0] != "project.qde":
            project.tell("project.qde_name", member=names[0])
        texts = _Texts(project, archive)
        xml = archive.read(names[0], max_bytes=MAX_XML_BYTES)
        _read_xml(project, xml, file=file, member=names[0], elements=Elements(project, names[0], texts.find))
        if texts.marks:
            project.tell("project.marks", count=texts.marks)
    place_selections(project)
    return project


def read_refi_xml(content: bytes, *, file: str) -> Project:
    """Read a codebook, or the XML of a project without its texts. Raises: Invalid: `uploads.*`, `project.not_refi`."""
    project = Project()
    _read_xml(project, content, file=file, member=file, elements=Elements(project, file, lambda _path: None))
    place_selections(project)
    return project


class _Texts:
    """The files beside the XML, found however a path is written."""

    def __init__(self, project: Project, archive: Archive) -> None:
        self._project = project
        self._archive = archive
        self._by_name: dict[str, str] = {}
        self.marks = 0
        for name in sorted(archive.names):
            self._by_name.setdefault(PurePosixPath(name.replace("\\", "/")).name.casefold(), name)

    def find(self, path: str) -> tuple[str, bool, str] | None:
        """Return the text that `path` names, whether it had a mark, and its format."""
        bare = path.rpartition("://")[2].replace("\\", "/").lstrip("/")
        wanted = (bare, f"sources/{bare}", f"Sources/{bare}")
        member = next((name for name in wanted if name in self._archive.names), None)
        if member is None:
            member = self._by_name.get(PurePosixPath(bare).name.casefold())
        if member is None:
            return None
        content = self._archive.read(member)
        if content.startswith(b"PK"):
            try:
                with open_archive(content, file=member) as inner:
                    return read_docx(inner).text, False, "docx"
            except DomainError:
                return None
        return (*self._decode(member, content), "txt")

    def _decode(self, member: str, content: bytes) -> tuple[str, bool]:
        for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
            if content.startswith(mark):
                self.marks += 1
                return content[len(mark) :].decode(encoding, errors="replace"), True
        try:
            return content.decode(), False
        except UnicodeDecodeError:
            self._project.tell("project.not_utf8", member=member)
            return content.decode("cp1252", errors="replace"), False


def _read_xml(project: Project, content: bytes, *, file: str, member: str, elements: Elements) -> None:
    if len(content) > MAX_XML_BYTES:
        raise Invalid("uploads.member_too_large", file=file, member=member, limit=MAX_XML_BYTES // 1_000_000)
    root_name = ""
    for element, is_root in _items(content, file=file, member=member):
        if is_root:
            root_name = _check_root(project, element, file=file, elements=elements)
        else:
            _read_item(project, elements, element)
    if len(content) <= _CHECKED_BYTES:
        _check_schema(project, content, root_name, member)


def _items(content: bytes, *, file: str, member: str) -> Iterator[tuple[Any, bool]]:
    """Yield the root as soon as it opens, then each whole item of its sections, freed afterwards."""
    path: list[str] = []
    for event, element in markup.events(content, file=file, member=member):
        name = local(element)
        if event == "start":
            path.append(name)
            if len(path) == 1:
                yield element, True
            continue
        path.pop()
        above = path[-1] if path else ""
        is_item = _ITEMS.get(name) == above or (above == "Sources" and name.endswith("Source"))
        is_own = len(path) == 1 and name in {"Description", "NoteRef"}
        if is_item or is_own:
            yield element, False
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _check_root(project: Project, element: Any, *, file: str, elements: Elements) -> str:
    name = local(element)
    if name not in _NAMESPACES:
        raise Invalid("project.not_refi", file=file)
    namespace = _namespace(element)
    if namespace != _NAMESPACES[name]:
        project.tell("project.namespace", place=elements.place(element), namespace=namespace)
    elements.project(element)
    return name


def _written(element: Any) -> str:
    content: str = markup.library().tostring(element, encoding="unicode", with_tail=False)
    return content


def _namespace(element: Any) -> str:
    return str(element.tag).partition("}")[0].removeprefix("{") if str(element.tag).startswith("{") else ""


def _read_item(project: Project, elements: Elements, element: Any) -> None:
    name = local(element)
    if name == "Description":
        project.description = elements.text(element)
    elif name == "NoteRef":
        guid = elements.guid(element, "targetGUID")
        project.about += [] if guid is None else [guid]
    elif name == "Code":
        project.codes.append(elements.code(element))
    elif name == "TextSource":
        project.sources.append(elements.text_source(element))
    elif name in _OTHER_SOURCES:
        elements.other_source(element, _written)
    elif name in _ITEMS:
        getattr(elements, name.lower())(element)
    else:
        project.tell("project.unknown_source", place=elements.place(element), kind=name)


def _check_schema(project: Project, content: bytes, root_name: str, member: str) -> None:
    """Note each place where the schema is not kept, up to twenty of a kind."""
    schema = markup.schema_of("Project-mrt2019.xsd" if root_name == "Project" else "Codebook.xsd")
    root = markup.parse(content)
    namespace = _namespace(root)
    if namespace != _NAMESPACES[root_name]:
        # Said already; without its namespace nothing of the file would fit.
        content = content.replace(f'"{namespace}"'.encode(), f'"{_NAMESPACES[root_name]}"'.encode())
        root = markup.parse(content)
    if schema.validate(root):
        return
    told: dict[str, int] = {}
    for error in schema.error_log:
        code = _SCHEMA_CODES.get(error.type_name, "project.schema_value")
        told[code] = told.get(code, 0) + 1
        if told[code] <= _TOLD_OF_A_KIND:
            project.tell(code, place=f"{member}:{error.line}", what=_quoted(error.message))
    for count in told.values():
        if count > _TOLD_OF_A_KIND:
            project.tell("project.and_more", count=count - _TOLD_OF_A_KIND)


def _quoted(message: str) -> str:
    """Return the names that a message of the validator quotes, without namespaces."""
    names = [part.rpartition("}")[2] for part in message.split("'")[1::2]]
    return ", ".join(dict.fromkeys(names))[:200]
