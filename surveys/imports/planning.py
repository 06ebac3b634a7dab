"""What bringing a file in would do, and all that stands against it: computed before anything is written."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.errors import Invalid
from studies.listing import typed
from surveys.imports.cells import NOTHING, Cell, Signs, read_cell, read_sign
from surveys.imports.columns import Aim, Column
from surveys.imports.fields import SILENT_TYPES, Version
from surveys.imports.tables import SourceTable
from surveys.models import Missing

MAX_FILLED = 100_000
"""Cells that become something; beyond, writing them would keep respondents waiting."""
MAX_LISTED = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the list of the study."""

    id: UUID
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What a plan rests on: the people by pseudonym, and who answered what (person, questionnaire, wave or None)."""

    people: Mapping[str, Person]
    answered: frozenset[tuple[UUID, UUID, UUID | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a file is taken: `wave` of the columns that name none, and what is done with what does not fit."""

    signs: Signs = field(default_factory=Signs)
    wave: str = ""
    leave_aside: bool = False
    unreadable_as_illegible: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that is not understood."""

    code: str
    row: int
    column: str
    value: str


@dataclass(slots=True)
class Batch:
    """The responses to one version in one wave, by person, then by item."""

    version: Version
    wave: str
    responses: dict[UUID, dict[str, Cell]] = field(default_factory=lambda: defaultdict(dict))


@dataclass(slots=True)
class Plan:
    """What would be done; `counts` count, by column, each text of the file, `cells` say what it becomes."""

    batches: dict[tuple[UUID, str], Batch] = field(default_factory=dict)
    attributes: dict[UUID, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    people: set[UUID] = field(default_factory=set)
    filled: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    blank: list[int] = field(default_factory=list)
    unknown: list[tuple[str, int]] = field(default_factory=list)
    doubles: dict[str, list[int]] = field(default_factory=dict)
    withdrawn: int = 0
    answered: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    counts: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    cells: dict[tuple[int, str], Cell] = field(default_factory=dict)

    @property
    def misfits(self) -> int:
        """How many rows have no pseudonym, an unknown one, or one that stands twice."""
        return len(self.blank) + len(self.unknown) + sum(map(len, self.doubles.values()))

    def is_ready(self, options: Options) -> bool:
        """Whether it can be brought in."""
        return not self.problem_count and (options.leave_aside or not self.misfits) and bool(self.filled)


def make_plan(table: SourceTable, columns: Sequence[Column], known: Known, options: Options) -> Plan:
    """Read every row of people who are known, stand once, and did not withdraw.

    Raises: Invalid("imports.too_much").
    """
    filled = [column for column in columns if column.aim in (Aim.ATTRIBUTE, Aim.ITEM)]
    if len(filled) * len(table.rows) > MAX_FILLED:
        raise Invalid("imports.too_much", limit=MAX_FILLED)
    place = next(column.place for column in columns if column.aim is Aim.PSEUDONYM)
    planner = _Planner(table, known, options)
    times = Counter(row[place] for row in table.rows)
    for number, row in zip(table.numbers, table.rows, strict=True):
        if planner.takes(row[place], number, is_double=times[row[place]] > 1):
            for column in filled:
                planner.take(row[place], number, column, row[column.place])
    return planner.plan


class _Planner:
    """Gathers row by row."""

    def __init__(self, table: SourceTable, known: Known, options: Options) -> None:
        self.plan = Plan()
        self._labels = table.labels
        self._known = known
        self._options = options
        self._signs = options.signs.table()

    def takes(self, pseudonym: str, number: int, *, is_double: bool) -> bool:
        """Say whether a row is somebody's; write down why not."""
        person = self._known.people.get(pseudonym)
        if not pseudonym:
            self.plan.blank.append(number)
        elif is_double:
            self.plan.doubles.setdefault(pseudonym, []).append(number)
        elif person is None:
            self.plan.unknown.append((pseudonym, number))
        elif person.is_withdrawn:
            self.plan.withdrawn += 1
        else:
            return True
        return False

    def take(self, pseudonym: str, number: int, column: Column, text: str) -> None:
        """Take one cell."""
        self.plan.counts[column.place][text] += 1
        cell = self._read(column, text)
        if cell.problem:
            self.plan.problem_count += 1
            if len(self.plan.problems) < MAX_LISTED:
                self.plan.problems.append(Problem(cell.problem, number, column.heading, text))
        elif cell.is_said:
            self._keep(pseudonym, column, cell)

    def _read(self, column: Column, text: str) -> Cell:
        key = (column.place, text)
        if key not in self.plan.cells:
            self.plan.cells[key] = self._understand(column, text)
        return self.plan.cells[key]

    def _understand(self, column: Column, text: str) -> Cell:
        if column.field is None:
            # An attribute has no reason of absence: where the file gives none, what is known stays.
            return Cell(typed(text)) if read_sign(text, self._signs) is None else NOTHING
        cell = read_cell(column.field, text, labels=self._labels.get(column.heading, {}), signs=self._signs)
        if cell.problem and self._options.unreadable_as_illegible and column.field.item.type not in SILENT_TYPES:
            return Cell(mark=Missing.ILLEGIBLE)
        return cell

    def _keep(self, pseudonym: str, column: Column, cell: Cell) -> None:
        plan, person_id = self.plan, self._known.people[pseudonym].id
        if column.field is None:
            plan.attributes[person_id][column.attribute] = cell.value
        else:
            version, wave = column.field.version, column.wave
            if (person_id, version.questionnaire_id, UUID(wave) if wave else None) in self._known.answered:
                plan.answered[version.title, wave].add(pseudonym)
                return
            batch = plan.batches.setdefault((version.id, wave), Batch(version, wave))
            batch.responses[person_id][column.field.item.key] = cell
        plan.people.add(person_id)
        plan.filled += 1
