"""Taguette: documents in HTML, highlights that count the UTF-8 bytes of their text, tags."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from coding.exchange.project import Code, Coding, Project, Selection, Source, User
from core.text import normalise

_BLOCKS = frozenset(
    {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
     "li", "ol", "p", "pre", "section", "table", "tr", "ul"}
)  # fmt: skip
_SILENT = frozenset({"script", "style", "title"})


class _Words(HTMLParser):
    """Gathers the text of a document, a line a block, and where each stretch of it stood among the bytes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.byte_starts: list[int] = []
        self.starts: list[int] = []
        self._bytes = self._length = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002  signature of the base
        if tag in _SILENT:
            self._silent += 1
        if tag in _BLOCKS:
            self._break_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _BLOCKS:
            self._break_line()

    def handle_data(self, data: str) -> None:
        data = data.replace("\r\n", "\n").replace("\r", "\n")
        if self._silent or not data:
            return
        self.byte_starts.append(self._bytes)
        self.starts.append(self._length)
        self.pieces.append(data)
        self._bytes += len(data.encode(errors="surrogatepass"))
        self._length += len(data)

    def _break_line(self) -> None:
        """End a line; what is added has no byte in the document."""
        if self._length and not self.pieces[-1].endswith("\n"):
            self.pieces[-1] += "\n"
            self._length += 1

    def place(self, position: int, *, is_end: bool) -> int:
        """Return where a byte of the document stands in the text."""
        if not self.pieces:
            return 0
        find = bisect_left if is_end else bisect_right
        index = max(0, find(self.byte_starts, position) - 1)
        piece = self.pieces[index].encode(errors="surrogatepass")
        inside = piece[: max(0, position - self.byte_starts[index])]
        return self.starts[index] + len(inside.decode(errors="ignore"))


def _words_of(html: str) -> _Words:
    words = _Words()
    words.feed(html.lstrip())
    words.close()
    return words


def moment(written: Any) -> datetime | None:
    """Return a date as these databases write it, in UTC; None when it is none."""
    try:
        found = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def read_taguette(read: Callable[..., list[dict[str, Any]]]) -> Project:
    """Read the project of a database; an export holds one."""
    projects = read("projects", ("id", "name", "description", "created"))
    head = projects[0] if projects else {"id": None, "name": "", "description": "", "created": None}
    project = Project(
        name=_text(head["name"]), origin="Taguette", description=_text(head["description"]),
        created_at=moment(head["created"]),
    )  # fmt: skip
    if len(projects) > 1:
        project.tell("project.several_projects", count=len(projects), name=project.name)
    space = uuid5(NAMESPACE_URL, f"taguette/{head['created']}/{head['name']}")
    makers = _makers(project, read, space, head["id"])
    tags = read("tags", ("id", "project_id", "path", "description"))
    for tag in tags:
        if tag["project_id"] == head["id"]:
            project.codes.append(
                Code(uuid5(space, f"tag/{tag['id']}"), _text(tag["path"]), description=_text(tag["description"]))
            )
    put: dict[Any, list[Any]] = {}
    for row in read("highlight_tags", ("highlight_id", "tag_id")):
        put.setdefault(row["highlight_id"], []).append(row["tag_id"])
    held: dict[Any, list[dict[str, Any]]] = {}
    for row in read("highlights", ("id", "document_id", "start_offset", "end_offset", "snippet")):
        held.setdefault(row["document_id"], []).append(row)
    for document in read("documents", ("id", "name", "description", "created", "project_id", "contents")):
        if document["project_id"] != head["id"]:
            continue
        words = _words_of(_text(document["contents"]))
        source = Source(
            guid=uuid5(space, f"document/{document['id']}"),
            name=_text(document["name"]),
            raw="".join(words.pieces),
            description=_text(document["description"]),
            format="taguette",
            created_at=moment(document["created"]),
        )
        for row in held.get(document["id"], ()):
            source.selections.append(_selection(row, put.get(row["id"], ()), words, space, makers))
        project.sources.append(source)
    return project


def _selection(
    row: dict[str, Any],
    tags: Any,
    words: _Words,
    space: UUID,
    makers: dict[Any, tuple[UUID, datetime | None]],
) -> Selection:
    user, created_at = makers.get(row["id"], (None, None))
    start, end = (int(row[name] or 0) for name in ("start_offset", "end_offset"))
    return Selection(
        guid=uuid5(space, f"highlight/{row['id']}"),
        start=words.place(start, is_end=False),
        end=words.place(end, is_end=True),
        name=normalise("".join(_words_of(_text(row["snippet"])).pieces)).strip(),
        user=user,
        created_at=created_at,
        codings=[
            Coding(uuid5(space, f"coding/{row['id']}/{tag}"), uuid5(space, f"tag/{tag}"), user, created_at)
            for tag in tags
        ],
        place=f"highlights:{row['id']}",
    )


def _makers(
    project: Project, read: Callable[..., list[dict[str, Any]]], space: UUID, project_id: Any
) -> dict[Any, tuple[UUID, datetime | None]]:
    """Return who last made each highlight, and when: Taguette keeps that in the list of commands alone."""
    logins = {row["user_login"] for row in read("project_members", ("project_id", "user_login"))}
    makers: dict[Any, tuple[UUID, datetime | None]] = {}
    for row in read("commands", ("date", "user_login", "project_id", "payload")):
        try:
            payload = json.loads(_text(row["payload"]))
        except (ValueError, RecursionError):
            continue
        if row["project_id"] == project_id and isinstance(payload, dict) and payload.get("type") == "highlight_add":
            logins.add(row["user_login"])
            makers[payload.get("highlight_id")] = (uuid5(space, f"user/{row['user_login']}"), moment(row["date"]))
    project.users = [User(uuid5(space, f"user/{login}"), _text(login)) for login in sorted(logins, key=str)]
    return makers


def _text(value: Any) -> str:
    return "" if value is None else str(value)
