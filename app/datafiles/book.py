"""A codebook: each question in words, when it is asked, its values and how many gave them, small counts hidden."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal

from app.components.rich_text import plain
from app.datafiles.work import Work
from app.research.contexts.questionnaires import item_type_name
from app.wording.conditions import quoted_names, word_clauses, word_condition
from surveys.conditions import Constant, describe, relevance
from surveys.datafiles.collecting import Answers, Collector, DataTable
from surveys.datafiles.fact_tables import FactCollector
from surveys.datafiles.sources import Source, context_variables
from surveys.datafiles.variables import ACKNOWLEDGED
from surveys.definition import Definition, Group, Item, ItemType, Node, Repeat
from surveys.distribution import Distribution, Screened, screen
from surveys.distribution import describe as describe_values
from surveys.structure import Structure, build_structure

MAX_VALUES = 12
"""A question without choices whose answers differ more than that is told by its mean and its bounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookValue:
    """One possible answer: its number in data files ("" where they hold its name), and its count, None when hidden."""

    name: str
    code: str
    label: str
    count: int | None
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookItem:
    """One question. `spread` is None where nothing is counted (inside repeated groups); `shown` is what may be said."""

    item: Item
    question: str
    hint: str
    type: str
    headings: tuple[str, ...]
    when: tuple[str, ...]
    is_required: bool
    check: str
    calculation: str
    names: tuple[str, ...]
    values: tuple[BookValue, ...]
    spread: Distribution | None
    shown: Screened | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The codebook of one questionnaire, with the tables its answers would be exported as."""

    source: Source
    versions: tuple[int, ...]
    responses: int
    items: tuple[BookItem, ...]
    tables: tuple[DataTable, ...]


def read_book(work: Work, source: Source, *, start: float, end: float) -> Book:
    """Read every answer once and describe the questionnaire."""
    definition = source.merged.definition
    words = work.words
    collector = Collector(definition, work.order.locale, words, context_variables(source, words))
    facts = FactCollector(words)
    plainly = [item for item, repeats in _items(definition.children) if not repeats]
    given: dict[str, list[tuple[Any, str | None]]] = {item.key: [] for item in plainly}
    versions: set[int] = set()
    for row in work.read(source, start=start, end=end):
        collector.add(row)
        facts.add(row)
        versions.add(row.context["version"])
        _note(given, row)
    structure = build_structure(definition)
    total = len(collector.main)
    describer = _Describer(work, structure, collector, given, total)
    items = tuple(describer.item(item, counted=not repeats) for item, repeats in _items(definition.children))
    return Book(
        source=source,
        versions=tuple(sorted(versions)),
        responses=total,
        items=items,
        tables=(*collector.tables, *facts.tables),
    )


def _note(given: dict[str, list[tuple[Any, str | None]]], row: Answers) -> None:
    for key, values in given.items():
        if key in row.values:
            absence = row.missing.get(key)
            values.append((row.values[key], absence.value if absence else None))


def _items(nodes: Sequence[Node], repeats: tuple[str, ...] = ()) -> Iterator[tuple[Item, tuple[str, ...]]]:
    for node in nodes:
        if isinstance(node, Item):
            if node.type is not ItemType.NOTE:
                yield node, repeats
        else:
            yield from _items(node.children, (*repeats, node.key) if isinstance(node, Repeat) else repeats)


class _Describer:
    """Describes the items of one questionnaire."""

    def __init__(
        self,
        work: Work,
        structure: Structure,
        collector: Collector,
        given: Mapping[str, list[tuple[Any, str | None]]],
        total: int,
    ) -> None:
        self._threshold = work.study.disclosure_threshold
        self._structure = structure
        self._definition: Definition = structure.definition
        self._tag = work.order.locale
        self._given = given
        self._total = total
        self._ticked = work.words.ticked
        self._names = quoted_names(structure, self._tag)
        self._variables: dict[str, list[Any]] = {}
        for table in collector.tables:
            for column in table.columns:
                self._variables.setdefault(column.variable.key, []).append(column.variable)

    def item(self, item: Item, *, counted: bool) -> BookItem:
        """Describe one item."""
        spread, shown = self._spread(item) if counted else (None, None)
        condition = relevance(self._structure, item.key)
        return BookItem(
            item=item,
            question=self._text(item.labels) or item.name,
            hint=self._text(item.hints),
            type=item_type_name(item.type),
            headings=self._headings(item),
            when=() if condition == Constant(holds=True) else word_clauses(condition, self._structure, self._names),
            is_required=item.required is True,
            check=self._check(item),
            calculation=item.calculation.source if item.calculation is not None else "",
            names=tuple(variable.header for variable in self._variables.get(item.key, ())),
            values=self._values(item, spread, shown),
            spread=spread,
            shown=shown,
        )

    def _text(self, texts: Mapping[str, str]) -> str:
        return plain(self._definition.text(texts, self._tag)[0])

    def _headings(self, item: Item) -> tuple[str, ...]:
        places = self._structure.places
        index = places[self._structure.by_key[item.key]].parent
        found: list[str] = []
        while index >= 0:
            node = places[index].node
            if isinstance(node, Group) and (label := self._text(node.labels)):
                found.insert(0, label)
            index = places[index].parent
        return tuple(found)

    def _check(self, item: Item) -> str:
        if item.constraint is None:
            return ""
        condition = describe(self._structure, item.constraint, at=self._structure.by_key[item.key])
        return word_condition(condition, self._structure, self._names)

    def _spread(self, item: Item) -> tuple[Distribution, Screened]:
        values = self._given[item.key]
        order = [choice.name for choice in self._definition.choice_lists.get(item.list_name, ())]
        spread = describe_values(values, order=order, not_asked=self._total - len(values))
        has_values = item.type not in (ItemType.TEXT, ItemType.RANK, ItemType.HIDDEN) and not item.type.is_attachment
        is_partition = item.type is not ItemType.SELECT_MULTIPLE
        return spread, screen(spread, self._threshold, is_partition=is_partition, has_values=has_values)

    def _values(self, item: Item, spread: Distribution | None, shown: Screened | None) -> tuple[BookValue, ...]:
        counts = {} if shown is None else shown.counts
        choices = self._choices(item)
        if not choices and len(counts) > MAX_VALUES:
            return ()
        if not choices and all(isinstance(name, int | float) for name in counts):
            counts = dict(sorted(counts.items()))
        main = next(iter(self._variables.get(item.key, ())), None)
        codes = main.codes if main is not None else {}
        return tuple(
            BookValue(
                name=_value(name),
                code=str(codes.get(name, "")),
                label=choices.get(name) or _value(name),
                count=counts.get(name),
                share=self._share(name, counts.get(name), spread, shown),
            )
            for name in dict.fromkeys((*choices, *counts))
            if choices or counts[name] is not None
        )

    def _choices(self, item: Item) -> dict[str, str]:
        if item.type is ItemType.ACKNOWLEDGE:
            return {ACKNOWLEDGED: self._ticked}
        listed = self._definition.choice_lists.get(item.list_name, ())
        return {choice.name: self._text(choice.labels) for choice in listed}

    @staticmethod
    def _share(name: Any, count: int | None, spread: Distribution | None, shown: Screened | None) -> float | None:
        if count is None or spread is None or shown is None or shown.n is None:
            return None
        return spread.share(name)


def _value(value: Any) -> str:
    return str(format_decimal(value)) if isinstance(value, int | float) else str(value)
