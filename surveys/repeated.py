"""Answers inside repeats as tables: which items stand in which repeat, and the lines of each response."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from surveys.definition import Definition, Group, Item, ItemType, Node, Repeat
from surveys.occurrences import Numbers, key_at


@dataclass(frozen=True, slots=True)
class RepeatTable:
    """The table of one repeat: a line an occurrence.

    `around` are the keys of the repeats it stands in, outermost first, itself last: one number each tells a line.
    `items` are those directly in it; the number of occurrences of a repeat inside it counts as one.
    """

    repeat: Repeat
    around: tuple[str, ...]
    items: tuple[Item, ...]

    def lines(self, answers: Mapping[str, Any]) -> Iterator[Numbers]:
        """Yield the numbers of the occurrences of a response."""
        yield from self._lines(answers, 0, ())

    def _lines(self, answers: Mapping[str, Any], depth: int, numbers: Numbers) -> Iterator[Numbers]:
        if depth == len(self.around):
            yield numbers
            return
        count = answers.get(key_at(self.around[depth], numbers))
        for number in range(1, count + 1 if isinstance(count, int) else 1):
            yield from self._lines(answers, depth + 1, (*numbers, number))


def count_item(repeat: Repeat) -> Item:
    """Return the number of occurrences of a repeat as an item: its row is kept under the repeat's key."""
    return Item(
        name=repeat.name, key=repeat.key, path=repeat.path, type=ItemType.INTEGER, row=repeat.row, labels=repeat.labels
    )


def items_outside(definition: Definition) -> tuple[Item, ...]:
    """Return the items that are asked once, with the count of each repeat at its place."""
    return tuple(_items(definition.children))


def repeat_tables(definition: Definition) -> tuple[RepeatTable, ...]:
    """Return the table of each repeat, in the order of the form."""
    return tuple(_tables(definition.children, ()))


def _items(nodes: tuple[Node, ...]) -> Iterator[Item]:
    for node in nodes:
        if isinstance(node, Item):
            yield node
        elif isinstance(node, Repeat):
            yield count_item(node)
        else:
            yield from _items(node.children)


def _tables(nodes: tuple[Node, ...], around: tuple[str, ...]) -> Iterator[RepeatTable]:
    for node in nodes:
        if isinstance(node, Repeat):
            inside = (*around, node.key)
            yield RepeatTable(node, inside, tuple(_items(node.children)))
            yield from _tables(node.children, inside)
        elif isinstance(node, Group):
            yield from _tables(node.children, around)
