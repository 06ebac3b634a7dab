"""Lists sent beside a form: CSV, GeoJSON and XML files, as choices, as `instance('name')` and for `pulldata()`.

A file is known by its name without folder and ending, as XLSForm has it: `instance('communes')` reads `communes.csv`.
"""

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from core.archives import parse_xml
from core.errors import Invalid
from core.text import decode, read_csv
from surveys.definition import Definition, Group, Item, Node, Repeat
from surveys.expressions import Expression, ExpressionError, TreeNode, parse
from surveys.expressions.tree import Tree, walk

ENDINGS = (".csv", ".tsv", ".txt", ".geojson", ".xml")
EXTERNAL_FILES = "external_files"
"""Among the settings of a definition: the files declared by `csv-external` and `xml-external`, by name."""
MAX_ROWS = 50_000
MAX_CELLS = 400_000
"""A list is held in memory by each process that serves its form; 36,000 communes with eight columns fit."""
MAX_JSON_DEPTH = 60
_SEARCH = re.compile(r"search\(.*\)", re.DOTALL)


class ListFile:
    """A file read: rows of cells by column; `root` is the tree that `instance()` reads."""

    def __init__(
        self, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]], tree: TreeNode | None = None
    ) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.rows = rows
        self._tree = tree
        self._indexes: dict[str, dict[str, list[int]]] = {}

    def cell(self, row: int, column: str) -> str:
        """Return a cell, "" where the row or the file lacks it."""
        place = self._places.get(column)
        cells = self.rows[row]
        return cells[place] if place is not None and place < len(cells) else ""

    def cells(self, row: int) -> dict[str, str]:
        """Return a row by column, without what it lacks."""
        return {column: cell for column, cell in zip(self.columns, self.rows[row], strict=False) if column}

    @functools.cached_property
    def _places(self) -> dict[str, int]:
        return {column: place for place, column in reversed(list(enumerate(self.columns)))}

    def where(self, column: str, value: str) -> Sequence[int]:
        """Return the rows whose cell in a column is this text, in their order."""
        index = self._indexes.get(column)
        if index is None:
            index = {}
            for row in range(len(self.rows)):
                index.setdefault(self.cell(row, column), []).append(row)
            self._indexes[column] = index
        return index.get(value, ())

    def look_up(self, column: str, key: str, wanted: str) -> str:
        """Return the cell `wanted` of the first row whose `column` holds `key`, "" if there is none: `pulldata()`."""
        found = self.where(column, key) if column in self._places else ()
        return self.cell(found[0], wanted) if found else ""

    @functools.cached_property
    def root(self) -> TreeNode:
        """The file as a tree: root/item with an element a column; an XML file as it is."""
        if self._tree is not None:
            return self._tree
        top = TreeNode(kind="root")
        root = top.add("root")
        for row in range(len(self.rows)):
            add_cells(root.add("item"), self.cells(row))
        return top


def add_cells(item: TreeNode, cells: Mapping[str, str]) -> TreeNode:
    """Give an item an element for each of its cells."""
    for name, text in cells.items():
        item.add(name, text)
    return item


def list_id(name: str) -> str:
    """Return what a file is called in formulas: its name without folder and ending; capitals do not count."""
    bare = name.replace("\\", "/").rpartition("/")[2].strip()
    ending = next((each for each in ENDINGS if bare.lower().endswith(each)), "")
    return bare[: len(bare) - len(ending)].casefold()


def is_file(list_name: str) -> bool:
    """Whether the name of a list is that of a file."""
    return list_name.lower().endswith(ENDINGS)


def read_list(name: str, content: bytes) -> ListFile:
    """Read a file.

    Raises: Invalid: `uploads.list_too_long`, `uploads.list_broken`, or what reading text, archives and XML refuse.
    """
    lowered = name.lower()
    if lowered.endswith(".xml"):
        return _from_xml(name, content)
    if lowered.endswith(".geojson"):
        return _from_geojson(name, content)
    rows = read_csv(content, file=name)
    if not rows:
        raise Invalid("uploads.list_broken", file=name)
    return _checked(ListFile(name, [cell.strip() for cell in rows[0]], rows[1:]))


def _checked(read: ListFile) -> ListFile:
    if len(read.rows) > MAX_ROWS or len(read.rows) * len(read.columns) > MAX_CELLS:
        raise Invalid("uploads.list_too_long", file=read.name, rows=MAX_ROWS, cells=MAX_CELLS)
    return read


def _from_xml(name: str, content: bytes) -> ListFile:
    document = parse_xml(content, file=name)
    top, count = TreeNode(kind="root"), 0
    stack = [(document, top)]
    while stack:
        element, parent = stack.pop()
        count += 1
        if count > MAX_CELLS:
            raise Invalid("uploads.list_too_long", file=name, rows=MAX_ROWS, cells=MAX_CELLS)
        node = TreeNode(str(element.tag).rpartition("}")[2], (element.text or "").strip())
        for attribute, text in element.attrib.items():
            node.set(attribute.rpartition("}")[2], text)
        parent.append(node)
        stack.extend((child, node) for child in reversed(element) if isinstance(child.tag, str))
    items = [child for root in top.children for child in root.children if child.kind == "element"]
    columns = list(dict.fromkeys(cell.name for item in items for cell in item.children))
    rows = []
    for item in items:
        cells = {cell.name: cell.value for cell in reversed(item.children)}
        rows.append([cells.get(column, "") for column in columns])
    return _checked(ListFile(name, columns, rows, top))


def _from_geojson(name: str, content: bytes) -> ListFile:
    text = decode(content, file=name).text
    try:
        features = json.loads(text)["features"]
        read = [_feature(each) for each in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid("uploads.list_broken", file=name) from error
    columns = list(dict.fromkeys(column for cells in read for column in cells))
    return _checked(ListFile(name, columns, [[cells.get(column, "") for column in columns] for cells in read]))


def _feature(feature: Mapping[str, Any]) -> dict[str, str]:
    cells = {str(key): _plain(value) for key, value in (feature.get("properties") or {}).items()}
    if feature.get("id") is not None:
        cells.setdefault("id", _plain(feature["id"]))
    geometry = feature.get("geometry") or {}
    kind, places = geometry.get("type"), geometry.get("coordinates")
    lines = {"Point": [places], "LineString": places, "Polygon": (places or [[]])[0]}.get(str(kind))
    if lines:
        cells["geometry"] = "; ".join(_point(place) for place in lines)
    return cells


def _point(place: Sequence[float]) -> str:
    """Return a place as ODK writes it; GeoJSON puts longitude first."""
    numbers = [place[1], place[0], *(place[2:3] or [0]), 0]
    return " ".join(format(float(number), ".15g") for number in numbers)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, dict | list):
        return ""
    return format(value, ".15g") if isinstance(value, float) else str(value)


def files_of(definition: Definition) -> dict[str, str]:
    """Return the lists that a form reads from files, by what formulas call them: the names of the files."""
    found: dict[str, str] = {}
    for name in _named(definition):
        found.setdefault(list_id(name), name)
    return found


def _named(definition: Definition) -> Iterator[str]:
    yield from definition.settings.get(EXTERNAL_FILES, {}).values()
    known = {name.casefold() for name in definition.choice_lists}
    for node in definition.nodes():
        if isinstance(node, Item) and is_file(node.list_name):
            yield node.list_name
        if isinstance(node, Item) and (search := search_call(node)) is not None:
            yield from _literal_file(search[2][:1], frozenset())
        for expression in expressions_of(node):
            for tree in walk(expression.tree):
                if tree[0] == "call" and tree[1] == "pulldata":
                    yield from _literal_file(tree[2][:1], frozenset())
                elif tree[0] == "call" and tree[1] == "instance":
                    yield from _literal_file(tree[2][:1], known)


def _literal_file(arguments: Iterable[Tree], known: Iterable[str]) -> Iterator[str]:
    for tree in arguments:
        if tree[0] == "string" and tree[1].casefold() not in known and not tree[1].startswith("__"):
            yield tree[1] if is_file(tree[1]) else f"{tree[1]}.csv"


def expressions_of(node: Node) -> Iterator[Expression]:
    """Yield every expression of a node."""
    parts: list[Any] = [node.relevant]
    if isinstance(node, Item):
        parts += [node.required, node.read_only, node.constraint, node.calculation, node.default, node.choice_filter]
    elif isinstance(node, Repeat):
        parts.append(node.count)
    return (part for part in parts if isinstance(part, Expression))


def search_call(node: Item | Group) -> Tree | None:
    """Return the call of `search()` in the appearance of a select, None where there is none that can be read."""
    found = _SEARCH.search(node.appearance)
    if found is None:
        return None
    try:
        tree = parse(found[0], strict=False).tree
    except ExpressionError:
        return None
    return tree if tree[:2] == ["call", "search"] and tree[2] else None
