"""A project as exchange files carry it, whatever their format: values between readers, writer and database.

Identifiers are the GUIDs of the file, as UUIDs; `spellings` keeps how the file wrote those that are not in small
letters without braces. Positions are half-open [start, end) in code points of `Source.text` (NFC, LF).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5


@dataclass(frozen=True, slots=True)
class Deviation:
    """A place where a file departs from its standard, or holds what cannot be kept; `code` names the sentence."""

    code: str
    details: dict[str, Any]


@dataclass(slots=True)
class User:
    """Somebody who coded or wrote."""

    guid: UUID
    name: str


@dataclass(slots=True)
class Code:
    """A code with those below it; `colour` is None when the file gives none."""

    guid: UUID
    name: str
    is_codable: bool = True
    colour: str | None = None
    description: str = ""
    notes: list[UUID] = field(default_factory=list)
    children: list["Code"] = field(default_factory=list)
    place: str = ""


@dataclass(slots=True)
class Coding:
    """One code on one selection (or source) by one user."""

    guid: UUID
    code: UUID
    user: UUID | None = None
    created_at: datetime | None = None
    notes: list[UUID] = field(default_factory=list)
    comment: str = ""


def comment_guid(coding: UUID) -> UUID:
    """Return the GUID under which the remark of a coding leaves, as a note: by it, it is a remark again."""
    return uuid5(coding, "comment")


@dataclass(slots=True)
class Selection:
    """A stretch of a source."""

    guid: UUID
    start: int
    end: int
    name: str = ""
    description: str = ""
    user: UUID | None = None
    created_at: datetime | None = None
    codings: list[Coding] = field(default_factory=list)
    notes: list[UUID] = field(default_factory=list)
    place: str = ""


@dataclass(slots=True)
class Value:
    """The value of a variable; `type` is the kind of element it came in (Text, Boolean…)."""

    variable: UUID
    type: str
    text: str
    place: str = ""


@dataclass(slots=True)
class Source:
    """A text. `raw` is what the file held, before line ends and accents were unified; None when it held nothing.

    `times` are (position, milliseconds) of a recording, positions in `text`.
    """

    guid: UUID
    name: str
    raw: str | None
    had_mark: bool = False
    text: str = ""
    description: str = ""
    format: str = "txt"
    user: UUID | None = None
    created_at: datetime | None = None
    selections: list[Selection] = field(default_factory=list)
    codings: list[Coding] = field(default_factory=list)
    notes: list[UUID] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    times: list[tuple[int, int]] = field(default_factory=list)
    place: str = ""


@dataclass(slots=True)
class Note:
    """A memo."""

    guid: UUID
    name: str
    body: str
    description: str = ""
    user: UUID | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    place: str = ""


@dataclass(slots=True)
class Variable:
    """A typed attribute: Text, Boolean, Integer, Float, Date or DateTime."""

    guid: UUID
    name: str
    type: str
    description: str = ""
    place: str = ""


@dataclass(slots=True)
class Case:
    """What is compared."""

    guid: UUID
    name: str
    description: str = ""
    codes: list[UUID] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    sources: list[UUID] = field(default_factory=list)
    selections: list[UUID] = field(default_factory=list)
    place: str = ""


@dataclass(slots=True)
class Set:
    """Codes, sources and notes under a name."""

    guid: UUID
    name: str
    description: str = ""
    codes: list[UUID] = field(default_factory=list)
    sources: list[UUID] = field(default_factory=list)
    notes: list[UUID] = field(default_factory=list)
    place: str = ""


@dataclass(slots=True)
class Link:
    """A named relation between two objects; `direction` as the standard writes it, "" when it is not said."""

    guid: UUID
    name: str
    direction: str = ""
    colour: str = ""
    origin: UUID | None = None
    target: UUID | None = None
    notes: list[UUID] = field(default_factory=list)
    place: str = ""


@dataclass(slots=True)
class Graph:
    """A drawing: attributes of vertices and edges as the standard names them."""

    guid: UUID
    name: str
    vertices: list[dict[str, str]] = field(default_factory=list)
    edges: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Kept:
    """A source that is not text, as XML; `guids` are those of its parts, which links and drawings may name."""

    guid: UUID
    name: str
    content: str
    guids: set[UUID] = field(default_factory=set)


@dataclass(slots=True)
class Project:
    """All of it, with what its reader had to say."""

    name: str = ""
    origin: str = ""
    description: str = ""
    user: UUID | None = None
    created_at: datetime | None = None
    users: list[User] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    sets: list[Set] = field(default_factory=list)
    graphs: list[Graph] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    about: list[UUID] = field(default_factory=list)
    spellings: dict[UUID, str] = field(default_factory=dict)
    deviations: list[Deviation] = field(default_factory=list)

    def tell(self, code: str, **details: Any) -> None:
        """Note a deviation."""
        self.deviations.append(Deviation(code, details))

    def all_codes(self) -> list[tuple[Code, Code | None]]:
        """Return every code with the one above it, parents first."""
        found: list[tuple[Code, Code | None]] = [(code, None) for code in self.codes]
        for code, _above in found:  # grows while it is walked
            found.extend((child, code) for child in code.children)
        return found

    def all_codings(self) -> list[Coding]:
        """Return every coding, of sources and of selections."""
        found: list[Coding] = []
        for source in self.sources:
            found += source.codings
            for selection in source.selections:
                found += selection.codings
        return found

    def count(self) -> dict[str, int]:
        """Return how many objects of each kind there are."""
        selections = [selection for source in self.sources for selection in source.selections]
        return {
            "users": len(self.users),
            "codes": len(self.all_codes()),
            "sources": len(self.sources),
            "selections": len(selections),
            "codings": len(self.all_codings()),
            "notes": len(self.notes),
            "variables": len(self.variables),
            "cases": len(self.cases),
            "sets": len(self.sets),
            "links": len(self.links),
            "graphs": len(self.graphs),
            "kept": len(self.kept),
        }
