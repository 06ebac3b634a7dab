"""QualCoder: its database names everything; memos are columns, coders are names."""

from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from coding.exchange.project import Case, Code, Coding, Note, Project, Selection, Source, User, Value, Variable
from coding.exchange.taguette import moment
from core.text import normalise

Rows = list[dict[str, Any]]
_LEFT = ("code_image", "code_av", "graph")


def read_qualcoder(read: Callable[..., Rows]) -> Project:
    """Read a project."""
    return _Reader(read).project


class _Reader:
    def __init__(self, read: Callable[..., Rows]) -> None:
        self._read = read
        head = (read("project", ("databaseversion", "date", "memo", "about")) or [{}])[0]
        about = _text(head.get("about"))
        self._space = uuid5(NAMESPACE_URL, f"qualcoder/{head.get('date')}/{about}")
        self._users: dict[str, UUID] = {}
        self.project = Project(
            origin=about if about.startswith("QualCoder") else "QualCoder",
            description=_text(head.get("memo")),
            created_at=moment(head.get("date")),
        )
        self._sources: dict[Any, Source] = {}
        self._read_codes()
        self._read_sources()
        self._read_codings()
        self._read_notes()
        self._read_cases()
        self._tell_what_is_left()
        self.project.users = [User(guid, name) for name, guid in self._users.items()]

    def _guid(self, kind: str, number: Any) -> UUID:
        return uuid5(self._space, f"{kind}/{number}")

    def _user(self, row: dict[str, Any]) -> UUID | None:
        name = _text(row.get("owner")).strip()
        return self._users.setdefault(name, self._guid("user", name)) if name else None

    def _read_codes(self) -> None:
        """Categories are folders; a code may stand under another one since version 4."""
        made: dict[str, Code] = {}
        above: dict[str, str | None] = {}
        for row in self._read("code_cat", ("catid", "name", "memo", "supercatid")):
            key = f"cat/{row['catid']}"
            made[key] = Code(
                self._guid("cat", row["catid"]), _text(row["name"]), is_codable=False, description=_text(row["memo"])
            )
            above[key] = None if row["supercatid"] is None else f"cat/{row['supercatid']}"
        for row in self._read("code_name", ("cid", "name", "memo", "catid", "color", "supercid")):
            key = f"code/{row['cid']}"
            colour = _text(row["color"])
            made[key] = Code(
                self._guid("code", row["cid"]), _text(row["name"]), description=_text(row["memo"]),
                colour=colour if len(colour) == 7 and colour.startswith("#") else None,  # noqa: PLR2004  #RRGGBB
            )  # fmt: skip
            above[key] = (
                f"code/{row['supercid']}" if row["supercid"] is not None
                else None if row["catid"] is None else f"cat/{row['catid']}"
            )  # fmt: skip
        for key, code in made.items():
            parent = above[key]
            if parent in made and not _circles(key, above):
                made[parent].children.append(code)
            else:
                self.project.codes.append(code)

    def _read_sources(self) -> None:
        for row in self._read("source", ("id", "name", "fulltext", "mediapath", "memo", "owner", "date")):
            if row["fulltext"] is None or (row["fulltext"] == "" and row["mediapath"]):
                self.project.tell("project.media_left", name=_text(row["name"]))
                continue
            source = Source(
                guid=self._guid("source", row["id"]), name=_text(row["name"]), raw=_text(row["fulltext"]),
                format="qualcoder", user=self._user(row), created_at=moment(row["date"]), place=f"source:{row['id']}",
            )  # fmt: skip
            self._sources[row["id"]] = source
            self.project.sources.append(source)
            self._note("source", row["id"], row, _text(row["name"]), source.notes)

    def _read_codings(self) -> None:
        """One selection a coding; QualCoder keeps its words beside, by which positions are checked."""
        columns = ("ctid", "cid", "fid", "seltext", "pos0", "pos1", "owner", "date", "memo")
        for place, row in enumerate(self._read("code_text", columns)):
            number = place if row["ctid"] is None else row["ctid"]
            selection = self._selection("selection", number, row, _text(row["seltext"]))
            if selection is not None:
                selection.codings.append(
                    Coding(
                        self._guid("coding", number), self._guid("code", row["cid"]), selection.user,
                        selection.created_at, comment=_text(row["memo"]),
                    )
                )  # fmt: skip

    def _selection(self, kind: str, number: Any, row: dict[str, Any], words: str) -> Selection | None:
        source = self._sources.get(row["fid"])
        if source is None or row["pos0"] is None or row["pos1"] is None:
            return None
        selection = Selection(
            self._guid(kind, number), int(row["pos0"]), int(row["pos1"]), normalise(words), user=self._user(row),
            created_at=moment(row["date"]), place=f"{kind}:{number}",
        )  # fmt: skip
        source.selections.append(selection)
        return selection

    def _note(self, kind: str, number: Any, row: dict[str, Any], title: str, holder: list[UUID] | None) -> None:
        body = _text(row.get("memo"))
        if not body.strip():
            return
        guid = self._guid(f"memo/{kind}", number)
        date = moment(row.get("date"))
        self.project.notes.append(Note(guid, title, normalise(body), user=self._user(row), created_at=date))
        if holder is not None:
            holder.append(guid)

    def _read_notes(self) -> None:
        """The journal, and annotations: memos on words without a code."""
        for row in self._read("journal", ("jid", "name", "jentry", "date", "owner")):
            self._note("journal", row["jid"], {**row, "memo": row["jentry"]}, _text(row["name"]), None)
        for row in self._read("annotation", ("anid", "fid", "pos0", "pos1", "memo", "owner", "date")):
            selection = self._selection("annotation", row["anid"], row, "")
            self._note("annotation", row["anid"], row, "", None if selection is None else selection.notes)

    def _read_cases(self) -> None:
        cases: dict[Any, Case] = {}
        for row in self._read("cases", ("caseid", "name", "memo", "owner", "date")):
            cases[row["caseid"]] = Case(
                self._guid("case", row["caseid"]),
                _text(row["name"]),
                _text(row["memo"]),
                place=f"cases:{row['caseid']}",
            )
        for row in self._read("case_text", ("id", "caseid", "fid", "pos0", "pos1", "owner", "date")):
            case, source = cases.get(row["caseid"]), self._sources.get(row["fid"])
            if case is None or source is None:
                continue
            start, end = int(row["pos0"] or 0), int(row["pos1"] or 0)
            if start <= 0 and (end <= 0 or end >= len(source.raw or "") - 1):
                case.sources.append(source.guid)
                continue
            selection = self._selection("case_text", row["id"], row, "")
            if selection is not None:
                case.selections.append(selection.guid)
        self._read_attributes(cases)
        self.project.cases = list(cases.values())

    def _read_attributes(self, cases: dict[Any, Case]) -> None:
        """A numeric attribute is a number, unless one of its values is none."""
        rows = [
            row for row in self._read("attribute", ("name", "attr_type", "value", "id")) if _text(row["value"]).strip()
        ]
        for row in self._read("attribute_type", ("name", "memo", "caseOrFile", "valuetype")):
            name = _text(row["name"])
            own = [_text(each["value"]) for each in rows if each["name"] == row["name"]]
            kind = "Float" if row["valuetype"] == "numeric" and all(_is_number(value) for value in own) else "Text"
            self.project.variables.append(Variable(self._guid("attribute", name), name, kind, _text(row["memo"])))
        kinds = {variable.guid: variable.type for variable in self.project.variables}
        for row in rows:
            guid = self._guid("attribute", _text(row["name"]))
            owner = cases.get(row["id"]) if row["attr_type"] == "case" else self._sources.get(row["id"])
            if row["attr_type"] in {"case", "file"} and owner is not None and guid in kinds:
                value = _text(row["value"])
                owner.values.append(Value(guid, kinds[guid], value.strip() if kinds[guid] == "Float" else value))

    def _tell_what_is_left(self) -> None:
        for table in _LEFT:
            count = len(self._read(table, ("grid", "imid", "avid")))
            if count:
                self.project.tell("project.rows_left", table=table, count=count)


def _circles(key: str, above: dict[str, str | None]) -> bool:
    """Whether a code stands, by a broken file, under itself."""
    seen: set[str] = set()
    place: str | None = key
    while place is not None and place not in seen:
        seen.add(place)
        place = above.get(place)
    return place is not None


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return value.strip().lower() not in {"nan", "inf", "-inf", "infinity"} and "_" not in value


def _text(value: Any) -> str:
    return "" if value is None else str(value)
