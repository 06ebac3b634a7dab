"""From responses, one by one, to columns: numbers kept as doubles, absences beside them in a byte each."""

import math
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from surveys.datafiles.facts import NO_FACTS, Facts
from surveys.datafiles.variables import (
    ABSENCE_OF,
    GIVEN,
    Absence,
    Kind,
    Labeller,
    Measure,
    Role,
    Variable,
    Words,
    item_variables,
    status_variable,
)
from surveys.definition import Definition, Group, Item, ItemType, Node, Repeat
from surveys.models import Missing
from surveys.occurrences import Numbers, key_at
from surveys.repeated import repeat_tables

LINK = "response_id"
"""The column by which a file of occurrences is joined to the file of responses."""


@dataclass(frozen=True, slots=True)
class Answers:
    """One response: what is known of it besides (`context`, by name), its values and why some are absent, by item."""

    response_id: UUID
    context: Mapping[str, Any]
    values: Mapping[str, Any]
    missing: Mapping[str, Missing]
    facts: Facts = NO_FACTS


class Column:
    """The cells of one variable; an absence leaves an empty cell and its reason beside."""

    __slots__ = ("absences", "cells", "variable")

    def __init__(self, variable: Variable) -> None:
        self.variable = variable
        self.cells: Any = array("d") if variable.kind.is_numeric else []
        self.absences = bytearray()

    def add(self, value: Any) -> None:
        """Put an answer in the next cell."""
        self.cells.append(value)
        self.absences.append(GIVEN)

    def skip(self, absence: Absence) -> None:
        """Leave the next cell empty."""
        self.cells.append(math.nan if self.variable.kind.is_numeric else None)
        self.absences.append(absence)

    def __len__(self) -> int:
        return len(self.absences)


class Asked:
    """The columns of one item. `add` takes what a response holds: a value, None when left empty."""

    def __init__(self, labeller: Labeller, item: Item) -> None:
        self.item = item
        self._labeller = labeller
        self.columns = [Column(variable) for variable in item_variables(labeller, item)]
        self._codes = dict(self.columns[0].variable.codes)
        self._read = _READERS.get(self.columns[0].variable.kind, str)

    def skip(self, absence: Absence) -> None:
        """Say in every column why there is no answer."""
        for column in self.columns:
            if column.variable.role is Role.STATUS and absence is not Absence.NOT_ASKED:
                column.add(absence.code)
            else:
                column.skip(absence)

    def add(self, value: Any) -> None:
        """Keep an answer; one that its type cannot hold (imported, or of an earlier version) counts as illegible."""
        main, *others = self.columns
        if self.item.type in (ItemType.SELECT_MULTIPLE, ItemType.RANK):
            chosen = list(map(str, value)) if isinstance(value, list) else str(value).split()
            main.add(" ".join(chosen))
            for column in others:
                self._add_choice(column, chosen)
            return
        cell = self._code(str(value)) if main.variable.kind is Kind.CODED else self._read(value)
        if cell is None:
            self.skip(Absence.ILLEGIBLE)
            return
        main.add(cell)
        for column in others:
            column.add(1)

    @staticmethod
    def _add_choice(column: Column, chosen: Sequence[str]) -> None:
        is_chosen = column.variable.choice in chosen
        if column.variable.role is Role.TICKED:
            column.add(int(is_chosen))
        elif is_chosen:
            column.add(chosen.index(column.variable.choice) + 1)
        else:
            column.skip(Absence.EMPTY)

    def _code(self, name: str) -> int:
        """Return the number of a choice; a code that the list lacks (dropped since) gets the next one."""
        code = self._codes.get(name)
        if code is None:
            code = max([0, *self._codes.values()]) + 1
            self._codes[name] = code
            main = self.columns[0]
            labels = {**main.variable.value_labels, code: name}
            main.variable = replace(main.variable, codes=dict(self._codes), value_labels=labels)
        return code


class Computed:
    """The columns of what has no declared type, a calculation or a hidden value: numbers if every value is one."""

    def __init__(self, labeller: Labeller, item: Item) -> None:
        self.item = item
        self._words = labeller.words
        self._label = labeller.question(item)
        self._values: list[Any] = []
        self._absences = bytearray()

    def skip(self, absence: Absence) -> None:
        """Say why there is no value."""
        self._values.append(None)
        self._absences.append(absence)

    def add(self, value: Any) -> None:
        """Keep a value."""
        self._values.append(value)
        self._absences.append(GIVEN)

    @property
    def columns(self) -> list[Column]:
        """One column of numbers, or a text with its state."""
        given = [value for value in self._values if value is not None]
        are_numbers = bool(given) and all(_is_number(value) for value in given)
        kind = Kind.NUMBER if are_numbers else Kind.TEXT
        variable = Variable(
            header=self.item.key,
            label=self._label,
            kind=kind,
            measure=Measure.SCALE if are_numbers else Measure.NOMINAL,
            key=self.item.key,
        )
        main, status = Column(variable), Column(status_variable(self._words, variable))
        for value, absence in zip(self._values, self._absences, strict=True):
            if not absence:
                main.add(float(value) if are_numbers else str(value))
                status.add(1)
                continue
            main.skip(Absence(absence))
            if absence == Absence.NOT_ASKED:
                status.skip(Absence.NOT_ASKED)
            else:
                status.add(Absence(absence).code)
        return [main] if are_numbers else [main, status]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _read_number(value: Any) -> float | None:
    if _is_number(value):
        return float(value)
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def _from_iso(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        try:
            return read(str(value))
        except ValueError:
            return None

    return convert


_ISO_DATE_LENGTH = len("2024-01-31")
_READERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.NUMBER: _read_number,
    Kind.DATE: _from_iso(lambda text: date.fromisoformat(text[:_ISO_DATE_LENGTH])),
    Kind.TIME: _from_iso(lambda text: time.fromisoformat(text).replace(tzinfo=None)),
    Kind.MOMENT: _from_iso(datetime.fromisoformat),
}
_UNTYPED = frozenset({ItemType.CALCULATE, ItemType.HIDDEN})


@dataclass(slots=True)
class DataTable:
    """One file to come: `name` is "" for the file of responses, the key of its repeat for one of occurrences."""

    name: str
    label: str
    parts: list[Asked | Computed]
    links: list[Column] = field(default_factory=list)
    counts: dict[str, Column] = field(default_factory=dict)

    @property
    def columns(self) -> list[Column]:
        """Every column, in the order of the file."""
        return [*self.links, *(column for part in self._ordered() for column in part)]

    def _ordered(self) -> Iterator[list[Column]]:
        for part in self.parts:
            yield part.columns
        yield from ([column] for column in self.counts.values())

    def __len__(self) -> int:
        return len(self.links[0])


class Collector:
    """The tables of a form, filled response by response."""

    def __init__(self, definition: Definition, tag: str, words: Words, context: Sequence[Variable]) -> None:
        self._labeller = Labeller(definition, tag, words)
        self._context = context
        self.main = self._table("", definition.title, definition.children, ())
        self.main.links = [Column(variable) for variable in context]
        self._repeats = [
            (
                repeat,
                self._table(repeat.repeat.key, self._heading(repeat.repeat), repeat.repeat.children, repeat.around),
            )
            for repeat in repeat_tables(definition)
        ]

    @property
    def tables(self) -> list[DataTable]:
        """The table of responses, then one for each repeat."""
        return [self.main, *(table for _repeat, table in self._repeats)]

    def add(self, row: Answers) -> None:
        """Add a response."""
        for column in self.main.links:
            variable = column.variable
            cell = row.context[variable.header]
            if variable.kind is Kind.CODED:
                cell = variable.codes.get(cell)
            if cell is None:
                column.skip(Absence.NOT_ASKED)
            else:
                column.add(cell)
        self._fill(self.main, row, ())
        for repeat, table in self._repeats:
            for numbers in repeat.lines(row.values):
                table.links[0].add(str(row.response_id))
                for column, number in zip(table.links[1:], numbers, strict=True):
                    column.add(number)
                self._fill(table, row, numbers)

    def _fill(self, table: DataTable, row: Answers, numbers: Numbers) -> None:
        values, missing = row.values, row.missing
        for part in table.parts:
            key = key_at(part.item.key, numbers)
            value = values.get(key)
            if value is not None:
                part.add(value)
            elif key not in values:
                part.skip(Absence.NOT_ASKED)
            else:
                part.skip(absence_of(missing.get(key)))
        for key, column in table.counts.items():
            count = values.get(key_at(key, numbers))
            if isinstance(count, int):
                column.add(count)
            else:
                column.skip(Absence.NOT_ASKED)

    def _table(self, name: str, label: str, nodes: Iterable[Node], links: Sequence[str]) -> DataTable:
        numbers = [self._link(), *map(self._number, links)] if links else []
        table = DataTable(name, label, [], [Column(variable) for variable in numbers])
        for node in _inside(nodes):
            if isinstance(node, Repeat):
                table.counts[node.key] = Column(self._count(node))
            elif isinstance(node, Item) and node.type is not ItemType.NOTE:
                kind = Computed if node.type in _UNTYPED else Asked
                table.parts.append(kind(self._labeller, node))
        return table

    def _heading(self, node: Group) -> str:
        definition = self._labeller.definition
        return self._labeller.words.plain(definition.text(node.labels, definition.default_locale)[0]) or node.name

    def _count(self, repeat: Repeat) -> Variable:
        label = f"{self._heading(repeat)} – {self._labeller.words.occurrences}"
        return Variable(
            header=repeat.key,
            label=label,
            kind=Kind.NUMBER,
            measure=Measure.SCALE,
            role=Role.OCCURRENCES,
            key=repeat.key,
        )

    def _link(self) -> Variable:
        label = self._labeller.words.context.get(LINK, LINK)
        return Variable(header=LINK, label=label, kind=Kind.TEXT, measure=Measure.NOMINAL, role=Role.CONTEXT)

    def _number(self, key: str) -> Variable:
        return Variable(
            header=f"{key}/number",
            label=f"{key} – {self._labeller.words.occurrence}",
            kind=Kind.NUMBER,
            measure=Measure.ORDINAL,
            role=Role.OCCURRENCE,
            key=key,
        )


def absence_of(missing: Missing | None) -> Absence:
    """Return why an item that was asked has no value."""
    return Absence.EMPTY if missing is None else ABSENCE_OF[missing]


def _inside(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield what stands in these nodes up to the next repeat, which is yielded and not entered."""
    for node in nodes:
        yield node
        if isinstance(node, Group) and not isinstance(node, Repeat):
            yield from _inside(node.children)
