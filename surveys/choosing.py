"""Where the choices of a question come from, and which of them a filter keeps, without looking at all of a long list.

From the sheet of choices; from a file (`select_one_from_file`, or `search()` in the appearance); from the answers given
in a repeat (`select_one ${name}`). A filter whose parts say « this column is that value » asks an index first.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from surveys.definition import Choice, Definition, Item, Repeat
from surveys.expressions import Expression, ExpressionError, TreeNode, Value, parse
from surveys.expressions.tree import Tree, walk
from surveys.lists import ListFile, add_cells, is_file, list_id, search_call

_CURRENT: Tree = ["call", "current", []]
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class ChoiceList:
    """The choices of one list, with what finds them fast; made once a version."""

    def __init__(self, choices: Sequence[Choice], cells: Callable[[int], Mapping[str, str]]) -> None:
        self.choices = tuple(choices)
        self._cells = cells
        self._nodes: dict[int, TreeNode] = {}
        self._indexes: dict[str, dict[str, list[int]]] = {}
        self._words: dict[str, list[str]] = {}

    @functools.cached_property
    def by_name(self) -> dict[str, Choice]:
        """The choices by name; of several with one name, the first."""
        return {choice.name: choice for choice in reversed(self.choices)}

    @functools.cached_property
    def _root(self) -> TreeNode:
        top = TreeNode(kind="root")
        return top.add("root")

    def node(self, place: int) -> TreeNode:
        """Return a choice as filters read it: an element a column."""
        node = self._nodes.get(place)
        if node is None:
            node = add_cells(TreeNode("item"), self._cells(place))
            node.parent = self._root
            self._nodes[place] = node
        return node

    def where(self, column: str, values: Iterable[str]) -> list[int]:
        """Return the places of the choices whose cell in a column is one of these texts, in their order."""
        index = self._indexes.get(column)
        if index is None:
            index = {}
            for place in range(len(self.choices)):
                cell = self._cells(place).get(column)
                if cell is not None:
                    index.setdefault(cell, []).append(place)
            self._indexes[column] = index
        return sorted({place for value in values for place in index.get(value, ())})

    def find(self, typed: str, places: Sequence[int], definition: Definition, tag: str, limit: int) -> list[int]:
        """Return the places, among these, of the choices whose label has a word beginning as each one typed.

        The best come first. Accents and capitals do not count.
        """
        words = folded(typed).split()
        if not words:
            return []
        labels = self._labels(definition, tag)
        whole = " ".join(words)
        ranked = []
        for place in places:
            label = labels[place]
            if all(f" {word}" in label for word in words):
                ranked.append((label != f" {whole}", not label.startswith(f" {whole}"), len(label), place))
        return [place for *_rank, place in sorted(ranked)[:limit]]

    def _labels(self, definition: Definition, tag: str) -> list[str]:
        labels = self._words.get(tag)
        if labels is None:
            labels = [f" {folded(definition.text(choice.labels, tag)[0] or choice.name)}" for choice in self.choices]
            self._words[tag] = labels
        return labels


def folded(text: str) -> str:
    """Return the words of a text in small letters, without accents and signs, one space between them."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return " ".join(_WORD.findall(bare.casefold()))


@dataclass(frozen=True, slots=True)
class Source:
    """Where the choices of a question come from.

    `quoted` is the item in a repeat whose answers are the choices, "" for a list. `filter` is the author's, or what
    `search()` says; over answers of a repeat it is about each occurrence. `seed` orders choices as ODK does.
    """

    listed: ChoiceList
    quoted: str = ""
    filter: Expression | None = None
    seed: Expression | None = None


_WAYS = {"contains": "contains", "startswith": "starts-with", "endswith": "ends-with"}
"""How `search()` compares, by its second argument; any other one wants the same text."""
NO_CHOICES = ChoiceList((), lambda _place: {})


def source_of(item: Item, definition: Definition, files: Mapping[str, ListFile], kept: dict[str, ChoiceList]) -> Source:
    """Find where an item's choices come from.

    Args: files: those read, by what formulas call them; kept: the lists made so far, by what they are made of.
    """
    seed = _seed(item)
    if item.list_name.startswith("${"):
        quoted = item.list_name[2:-1].strip()
        return Source(NO_CHOICES, quoted, _within(item.choice_filter, quoted, definition), seed)
    call = search_call(item)
    if call is not None:
        return _searched(item, call, definition, files, kept, seed)
    if is_file(item.list_name):
        value, label = (item.parameters.get(name, "") for name in ("value", "label"))
        is_geo = item.list_name.lower().endswith(".geojson")
        columns = value or ("id" if is_geo else "name"), label or ("title" if is_geo else "label")
        file = files.get(list_id(item.list_name))
        return Source(_of_file(file, *columns, definition, kept), "", item.choice_filter, seed)
    return Source(_of_sheet(item.list_name, definition, kept), "", item.choice_filter, seed)


def _seed(item: Item) -> Expression | None:
    written = item.parameters.get("seed", "")
    try:
        return parse(written) if written else None
    except ExpressionError:
        return None


def _of_sheet(name: str, definition: Definition, kept: dict[str, ChoiceList]) -> ChoiceList:
    if name not in kept:
        choices = definition.choice_lists.get(name, ())

        def cells(place: int) -> Mapping[str, str]:
            choice = choices[place]
            label = next(iter(choice.labels.values()), "")
            return {"name": choice.name, "label": label, **choice.attributes}

        kept[name] = ChoiceList(choices, cells)
    return kept[name]


def _of_file(
    file: ListFile | None, value: str, label: str, definition: Definition, kept: dict[str, ChoiceList]
) -> ChoiceList:
    if file is None:
        return NO_CHOICES
    key = f"{file.name}:{value}:{label}"
    if key not in kept:
        tags = {locale.tag: _column_in(file, label, locale.tag, locale.name) for locale in definition.locales}
        rows = [row for row in range(len(file.rows)) if file.cell(row, value)]
        choices = [
            Choice(file.cell(row, value), {tag: file.cell(row, column) for tag, column in tags.items() if column})
            for row in rows
        ]
        kept[key] = ChoiceList(choices, lambda place: file.cells(rows[place]))
    return kept[key]


def _column_in(file: ListFile, label: str, tag: str, name: str) -> str:
    """Return the column of labels in a language: `label::Français (fr)` where the file has it, else `label`."""
    own = [f"{label}::{name} ({tag})", f"{label}::{name}", f"{label}::{tag}", label]
    return next((column for column in own if column in file.columns), "")


def _searched(
    item: Item,
    call: Tree,
    definition: Definition,
    files: Mapping[str, ListFile],
    kept: dict[str, ChoiceList],
    seed: Expression | None,
) -> Source:
    """Read `search('file', 'contains', 'columns', text, 'column', text)` with the columns that the list names.

    A choice whose name is a number is a choice; another one names the columns of values and labels.
    """
    arguments = call[2]
    listed = definition.choice_lists.get(item.list_name, ())
    fixed = [choice for choice in listed if _NUMBER.fullmatch(choice.name)]
    named = next((choice for choice in listed if choice not in fixed), None)
    file = files.get(list_id(arguments[0][1])) if arguments[0][0] == "string" else None
    if file is None or named is None:
        return Source(_of_sheet(item.list_name, definition, kept), "", None, seed)
    labels = {tag: text.split(",")[0].strip() for tag, text in named.labels.items()}
    key = f"{file.name}?{item.list_name}"
    if key not in kept:
        rows = [row for row in range(len(file.rows)) if file.cell(row, named.name)]
        choices = [
            *fixed,
            *(
                Choice(file.cell(row, named.name), {tag: file.cell(row, column) for tag, column in labels.items()})
                for row in rows
            ),
        ]
        always = dict.fromkeys(file.columns, "")
        kept[key] = ChoiceList(
            choices,
            lambda place: (
                {**always, "name": choices[place].name, "tresse-always": "1"}
                if place < len(fixed)
                else file.cells(rows[place - len(fixed)])
            ),
        )
    condition = _condition_of_search(arguments)
    if condition is not None and fixed:
        condition = ["or", ["=", _column("tresse-always"), ["string", "1"]], condition]
    return Source(kept[key], "", Expression.from_tree(condition) if condition else None, seed)


def _condition_of_search(arguments: Sequence[Tree]) -> Tree | None:
    condition: Tree | None = None
    texts = [argument[1] if argument[0] == "string" else "" for argument in arguments]
    if len(arguments) >= 4:  # noqa: PLR2004  file, way, columns, text
        columns = [each.strip() for each in texts[2].split(",") if each.strip()]
        way = _WAYS.get(texts[1])
        found: list[Tree] = [
            ["call", way, [_column(column), arguments[3]]] if way else ["=", _column(column), arguments[3]]
            for column in columns
        ]
        condition = found[0] if len(found) == 1 else ["or", *found] if found else None
    if len(arguments) >= 6 and texts[4]:  # noqa: PLR2004  and a column with its text
        equal: Tree = ["=", _column(texts[4]), arguments[5]]
        condition = ["and", condition, equal] if condition else equal
    return condition


def _column(name: str) -> Tree:
    return ["path", None, [["step", "child", name, []]]]


def _within(choice_filter: Expression | None, quoted: str, definition: Definition) -> Expression | None:
    """Make a filter over answers of a repeat be about each occurrence: `${age}` is that of the same occurrence."""
    if choice_filter is None:
        return None
    paths = _paths_in_repeat(quoted, definition)
    if not any(tree[0] == "ref" and tree[1] in paths for tree in walk(choice_filter.tree)):
        return choice_filter
    return Expression(choice_filter.source, _replaced(choice_filter.tree, paths))


def _replaced(tree: Tree, paths: Mapping[str, tuple[str, ...]]) -> Tree:
    if tree and tree[0] == "ref" and tree[1] in paths:
        return ["path", None, [["step", "child", name, []] for name in paths[tree[1]]]]
    return [_replaced(part, paths) if isinstance(part, list) else part for part in tree]


def _paths_in_repeat(name: str, definition: Definition) -> dict[str, tuple[str, ...]]:
    """Return the steps from an occurrence of the innermost repeat around an item to every item directly in it."""
    inside: dict[str, tuple[str, ...]] = {}
    repeats = [node for node in definition.nodes() if isinstance(node, Repeat)]
    for repeat in repeats:
        found = _items_below(repeat.children, ())
        if name in found:
            inside = found
    return inside


def _items_below(nodes: Iterable[object], above: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        if isinstance(node, Repeat):
            continue
        if isinstance(node, Item):
            found[node.name] = (*above, node.name)
        else:
            found.update(_items_below(node.children, (*above, node.name)))  # type: ignore[attr-defined]  # a group
    return found


def narrowed(source: Source, evaluate: Callable[[Expression], Value | None]) -> list[int] | None:
    """Return the places among which a filter's choices are, by the parts that an index answers; None: all of them.

    Args: evaluate: gives the value of an expression where the question stands.
    """
    if source.filter is None:
        return None
    found: list[int] | None = None
    for column, wanted in equalities(source.filter):
        value = evaluate(wanted)
        if isinstance(value, str):
            texts = {value}
        elif isinstance(value, list):
            texts = {node.value for node in value}
        else:
            continue
        places = source.listed.where(column, texts)
        found = places if found is None else sorted(set(found) & set(places))
    return found


@functools.lru_cache(maxsize=512)
def equalities(choice_filter: Expression) -> tuple[tuple[str, Expression], ...]:
    """Return the parts of a conjunction that compare a column with what does not depend on the choice."""
    tree = choice_filter.tree
    parts = tree[1:] if tree[0] == "and" else [tree]
    found = []
    for part in parts:
        if part[0] != "=" or len(part) != 3:  # noqa: PLR2004  the sign and two sides
            continue
        for column, other in ((part[1], part[2]), (part[2], part[1])):
            if _is_column(column) and _is_apart(other):
                found.append((column[2][0][2], Expression.from_tree(other)))
                break
    return tuple(found)


def _is_column(tree: Tree) -> bool:
    if tree[0] != "path" or tree[1] is not None or len(tree[2]) != 1:
        return False
    _step, axis, test, predicates = tree[2][0]
    return axis == "child" and not predicates and test.isidentifier()


def _is_apart(tree: Tree) -> bool:
    """Whether a tree is about the question and not about the choice."""
    return tree[0] in ("ref", "string") or (
        tree[0] == "path" and tree[1] == _CURRENT and not any(s[3] for s in tree[2])
    )
