"""The survey sheet line by line: columns named, types read, each line placed in its groups."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from surveys.xlsform.columns import Column, TypeCell, read_column, read_type
from surveys.xlsform.problems import Problem, error
from surveys.xlsform.workbook import Sheet, Workbook

MAX_DEPTH = 30
"""Groups inside each other: no page shows so many, and what reads them goes down one by one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the survey sheet; `cells` are by column, those with a language under `(column, language)` too."""

    row: int
    type: TypeCell
    name: str
    path: str
    cells: dict[str, str]
    texts: dict[tuple[str, str], str]

    @property
    def is_question(self) -> bool:
        """Whether it is neither the start nor the end of a group."""
        return not self.type.edge


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines that count, the columns by header, and what is wrong with how they are put together."""

    lines: tuple[Line, ...]
    columns: tuple[Column, ...]
    problems: tuple[Problem, ...] = ()
    row_of: dict[str, int] = field(default_factory=dict)
    """Line of a path below the root, for groups and questions."""

    def header(self, name: str) -> str:
        """Return a column's header as its author wrote it."""
        return next((column.header for column in self.columns if column.name == name), name)

    def is_repeated(self, line: Line) -> bool:
        """Whether a line stands in a repeat."""
        around: list[Line] = []
        for each in self.lines:
            if each is line:
                break
            if each.type.edge == "begin":
                around.append(each)
            elif each.type.edge == "end" and around:
                around.pop()
        return any(each.type.name == "repeat" for each in around)

    def questions(self) -> Iterator[Line]:
        """Yield the lines that are no edge of a group."""
        return (line for line in self.lines if line.is_question)


def read_outline(workbook: Workbook) -> Outline:
    """Read the survey sheet as far as it can be read."""
    sheet = workbook.sheets.get("survey")
    if sheet is None or not sheet.headers:
        return Outline((), (), (error("sheet_missing", name="survey"),))
    columns = tuple(read_column(header) for header in sheet.headers)
    problems = [
        error("column_missing", "survey", 1, name=name)
        for name in ("type", "name")
        if not any(column.name == name for column in columns)
    ]
    if problems:
        return Outline((), columns, tuple(problems))
    return _place(sheet, columns)


def _place(sheet: Sheet, columns: tuple[Column, ...]) -> Outline:
    lines: list[Line] = []
    problems: list[Problem] = []
    open_groups: list[Line] = []
    row_of: dict[str, int] = {}
    seen: dict[tuple[str, str], int] = {}
    by_header = {column.header: column for column in columns}
    for row, cells in enumerate(sheet.rows, 2):
        line = _line(row, cells, by_header, open_groups)
        if line is None:
            continue
        lines.append(line)
        if line.type.edge == "end":
            problems.extend(_close(line, open_groups))
            continue
        parent = "/".join(group.name for group in open_groups)
        if line.name:
            earlier = seen.setdefault((parent, line.name), row)
            if earlier != row:
                problems.append(error("name_repeated", "survey", row, "name", name=line.name, other=earlier))
            row_of[line.path] = row
        if line.type.edge == "begin":
            open_groups.append(line)
            if len(open_groups) == MAX_DEPTH + 1:
                problems.append(error("groups_too_deep", "survey", row, "type", limit=MAX_DEPTH))
    problems.extend(
        error("group_not_closed", "survey", group.row, "type", type=group.type.name, name=group.name)
        for group in open_groups
    )
    return Outline(tuple(lines), columns, tuple(problems), row_of)


def _line(row: int, cells: dict[str, str], by_header: dict[str, Column], groups: list[Line]) -> Line | None:
    named: dict[str, str] = {}
    texts: dict[tuple[str, str], str] = {}
    for header, text in cells.items():
        column = by_header[header]
        texts[column.name, column.language] = text
        named.setdefault(column.name, text)
    # pyxform passes over a line without type, and one that its author disabled.
    if not named.get("type") or named.get("disabled", "").lower() in ("yes", "true", "true()"):
        return None
    kind = read_type(named["type"])
    name = named.get("name", "")
    path = "/".join([*(group.name for group in groups), name])
    return Line(row, kind, name, path, named, texts)


def _close(line: Line, open_groups: list[Line]) -> Iterator[Problem]:
    if not open_groups:
        yield error("group_not_opened", "survey", line.row, "type", type=line.type.name, name=line.name)
        return
    last = open_groups.pop()
    if last.type.name != line.type.name:
        yield error(
            "group_closed_by_other",
            "survey",
            line.row,
            "type",
            type=line.type.name,
            other=last.type.name,
            name=last.name,
            opened=last.row,
        )
