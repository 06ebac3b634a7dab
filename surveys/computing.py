"""One pass over a form: relevance, then value, of each occurrence, in an order where each comes after what it needs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from math import isfinite
from typing import Any, TypeGuard

from surveys.choosing import Source, narrowed
from surveys.definition import Choice, Item, ItemType, Repeat
from surveys.expressions import (
    Expression,
    ExpressionError,
    Moment,
    Node,
    TreeNode,
    as_number,
    as_string,
    evaluate,
    evaluate_boolean,
    select,
)
from surveys.expressions.context import Lookup
from surveys.expressions.functions.chance import seed_of, shuffle
from surveys.instance import MAX_OCCURRENCES, Instance, Occurrence, text_of
from surveys.lists import list_id
from surveys.occurrences import key_at
from surveys.shuffle import shuffled
from surveys.structure import ROOT


class Evaluation:
    """One pass over a form; also the context in which its expressions are read."""

    def __init__(self, instance: Instance, moment: datetime, seed: int, locale: str, time_zone: tzinfo) -> None:
        self.tree = instance
        self.structure = instance.structure
        self.moment = moment
        self.time_zone = time_zone
        self.seed = str(seed)
        self.locale = locale or self.structure.definition.default_locale
        self.node: Node = instance.root
        self.current: Node = instance.root
        self.root: Node = instance.top
        self.changed: frozenset[str] = frozenset()
        self.saved: Mapping[str, Any] = {}
        self.failures: dict[str, str] = {}
        self.numbers: dict[int, float | int] = {}
        self._left: dict[int, tuple[Choice, ...]] = {}
        self._given: set[str] = set()

    # What expressions ask of the world around them.

    def resolve(self, name: str, *, everywhere: bool = False) -> Sequence[Node]:
        """Return the occurrences of `${name}` seen from where the expression stands."""
        return self.tree.find(self.current, name, everywhere)

    def last_saved(self, name: str) -> str:
        """Return the answer of the person's previous response, empty if there is none."""
        return text_of(self.saved.get(name))

    def instance(self, name: str) -> TreeNode | None:
        """Return a choice list or a file as a tree."""
        return self.structure.choice_tree(name)

    def lookup(self, name: str) -> Lookup | None:
        """Return what finds a cell of a file."""
        file = self.structure.files.get(list_id(name))
        return file.look_up if file else None

    def choice_label(self, question: Node, value: str) -> str:
        """Return the label of a choice of a question."""
        if not isinstance(question, Occurrence):
            return ""
        node = self.structure.places[question.index].node
        if not isinstance(node, Item):
            return ""
        found = self.known_choices(node, question).get(value)
        return self.structure.definition.text(found.labels, self.locale)[0] if found else ""

    def translation(self, identifier: str) -> str:
        """Return the text of a choice by its identifier, `list-position`."""
        list_name, _, position = identifier.rpartition("-")
        choices = self.structure.definition.choice_lists.get(list_name, ())
        if not (position.isascii() and position.isdigit()) or int(position) >= len(choices):
            return ""
        return self.structure.definition.text(choices[int(position)].labels, self.locale)[0]

    def setting(self, name: str) -> str:
        """Return a property of the form."""
        return self.structure.definition.version if name == "version" else ""

    # The pass itself.

    def compute(self, expression: Expression, occurrence: Node) -> Any:
        """Evaluate one expression; one that fails on these answers gives None and is noted."""
        self.node = self.current = occurrence
        try:
            return evaluate(expression, self)
        except ExpressionError as failure:
            self.failures[expression.source] = failure.code
            return None

    def holds(self, rule: Expression | bool, occurrence: Occurrence) -> bool:
        """Whether a rule is true here; a rule that fails on these answers asks nothing of anyone."""
        if isinstance(rule, bool):
            return rule
        self.node = self.current = occurrence
        try:
            return evaluate_boolean(rule, self)
        except ExpressionError as failure:
            self.failures[rule.source] = failure.code
            return True

    def run(self) -> None:
        """Give every occurrence its relevance and value, in an order where each comes after what it needs."""
        places = self.structure.places
        at = self.tree.at
        for index in self.structure.order:
            node = places[index].node
            if isinstance(node, Repeat) and node.count is not None and self.tree.is_counted:
                self._fit_count(index, node.count)
            for occurrence in tuple(at[index]):
                parent = occurrence.parent
                shown = parent.relevant if isinstance(parent, Occurrence) else True
                if shown and node.relevant is not None:
                    shown = self.holds(node.relevant, occurrence)
                occurrence.relevant = shown
                if isinstance(node, Item):
                    occurrence.value = self._value(node, occurrence) if shown else ""

    def _value(self, item: Item, occurrence: Occurrence) -> str:
        if item.calculation is not None and (not item.trigger or self._is_triggered(item, occurrence)):
            occurrence.value = occurrence.stored  # what `.` and once() read
            result = self.compute(item.calculation, occurrence)
            occurrence.stored = "" if result is None else as_string(result)
            if item.type is ItemType.CALCULATE and _is_plain_number(result):
                self.numbers[id(occurrence)] = int(result) if result.is_integer() else float(result)
        stored = occurrence.stored
        if stored and item.type.has_choices and self._is_filtered(item):
            left = {choice.name for choice in self.choices_left(item, occurrence)}
            if item.type is ItemType.SELECT_ONE:
                return stored if stored in left else ""
            return " ".join(part for part in stored.split() if part in left)
        return stored

    def _is_filtered(self, item: Item) -> bool:
        source = self.structure.source(item)
        return source.filter is not None or bool(source.quoted)

    def _is_triggered(self, item: Item, occurrence: Occurrence) -> bool:
        """Whether a question that this calculation waits for was just changed, in the same occurrence of a repeat."""
        waited = (self.tree.find(occurrence, name, everywhere=False) for name in item.trigger)
        return any(self.key(each) in self.changed for found in waited for each in found)

    def key(self, occurrence: Occurrence) -> str:
        """Return the key of an occurrence: that of the form, with its numbers inside repeats."""
        place = self.structure.places[occurrence.index]
        return key_at(place.node.key, self.tree.numbers(occurrence)) if place.repeats else place.node.key

    def _fit_count(self, index: int, count: Expression) -> None:
        above = self.structure.places[index].parent
        wanted: dict[Occurrence, int] = {}
        for parent in (self.tree.root,) if above == ROOT else self.tree.at[above]:
            # Its count reads as empty while it is hidden: that is no reason to throw answers away.
            if parent.relevant:
                number = as_number(self.compute(count, self.tree.stand_in(index, parent)), self.time_zone)
                wanted[parent] = int(min(number, MAX_OCCURRENCES)) if number > 0 else 0
        for occurrence in self.tree.fit(index, wanted):
            self._defaults_below(occurrence)

    def is_offered(self, index: int, parent: Occurrence) -> bool:
        """Whether a repeat may have occurrences here, be there none yet."""
        relevant = self.structure.places[index].node.relevant
        if not parent.relevant or relevant is None:
            return parent.relevant
        here = [each for each in parent.children if each.index == index]
        return any(each.relevant for each in here) or self.holds(relevant, self.tree.stand_in(index, parent))

    def apply_defaults(self, given: set[str]) -> None:
        """Fill what was never given; a computed default sees the other defaults that come before it."""
        self._given = given
        for place in self.structure.places:
            item = place.node
            if isinstance(item, Item) and item.default is not None:
                for occurrence in self.tree.at[place.index]:
                    self._apply_default(item.default, occurrence)

    def _defaults_below(self, occurrence: Occurrence) -> None:
        for child in occurrence.children:
            node = self.structure.places[child.index].node
            if isinstance(node, Item) and node.default is not None:
                self._apply_default(node.default, child)
            self._defaults_below(child)

    def _apply_default(self, default: Expression | str, occurrence: Occurrence) -> None:
        if occurrence.stored or self.key(occurrence) in self._given:
            return
        if isinstance(default, str):
            occurrence.stored = default
        else:
            result = self.compute(default, occurrence)
            occurrence.stored = "" if result is None else as_string(result)
        occurrence.value = occurrence.stored

    def choices_left(self, item: Item, occurrence: Occurrence) -> tuple[Choice, ...]:
        """Return the choices of an item that its filter keeps."""
        left = self._left.get(id(occurrence))
        if left is None:
            left = self._filter(item, occurrence)
            self._left[id(occurrence)] = left
        return left

    def known_choices(self, item: Item, occurrence: Occurrence) -> Mapping[str, Choice]:
        """Return every choice of an item by name, before any filter."""
        source = self.structure.source(item)
        if source.quoted:
            return {choice.name: choice for choice, _row in self._quoted(source.quoted, item, occurrence)}
        return source.listed.by_name

    def _filter(self, item: Item, occurrence: Occurrence) -> tuple[Choice, ...]:
        source = self.structure.source(item)
        if source.quoted:
            pairs = list(self._quoted(source.quoted, item, occurrence))
            kept = self._kept([row for _choice, row in pairs], source, occurrence)
            return self._ordered([pairs[place][0] for place in kept], source, item, occurrence)
        listed = source.listed.choices
        places = self.places_left(item, occurrence)
        left = listed if isinstance(places, range) else [listed[place] for place in places]
        return self._ordered(left, source, item, occurrence)

    def places_left(self, item: Item, occurrence: Occurrence) -> Sequence[int]:
        """Return the places in its list of the choices that the filter of an item keeps; all of them is a range."""
        source = self.structure.source(item)
        everything = range(len(source.listed.choices))
        if source.filter is None:
            return everything
        narrow = narrowed(source, lambda wanted: self.compute(wanted, occurrence))
        among = everything if narrow is None else narrow
        kept = self._kept([source.listed.node(place) for place in among], source, occurrence)
        return [among[place] for place in kept]

    def _kept(self, rows: Sequence[Node], source: Source, occurrence: Occurrence) -> Sequence[int]:
        """Return the places of the rows that a filter keeps; all of them when it fails on these answers."""
        if source.filter is None:
            return range(len(rows))
        self.node = self.current = occurrence
        try:
            left = {id(row) for row in select(source.filter, rows, self)}
        except ExpressionError as failure:
            self.failures[source.filter.source] = failure.code
            return range(len(rows))
        return [place for place, row in enumerate(rows) if id(row) in left]

    def _ordered(
        self, choices: Sequence[Choice], source: Source, item: Item, occurrence: Occurrence
    ) -> tuple[Choice, ...]:
        if item.parameters.get("randomize") != "true":
            return tuple(choices)
        if source.seed is None:
            return tuple(shuffled(choices, f"{self.seed}/{item.key}"))
        value = self.compute(source.seed, occurrence)
        return tuple(shuffle(list(choices), seed_of("" if value is None else value, self.time_zone)))

    def _quoted(self, name: str, item: Item, occurrence: Occurrence) -> Iterator[tuple[Choice, Node]]:
        """Yield the answers given in a repeat as choices, each with its occurrence; the same one only once.

        White space parts the names of several choices: it becomes a low line in theirs.
        """
        index = self.structure.by_name[name][0]
        around = self.structure.places[index].repeats
        if not around:
            return
        seen: set[str] = set()
        repeat = self.structure.places[around[-1]].node.name
        for row in self.tree.find(occurrence, repeat, everywhere=False):
            for answer in self.tree.below(row, index):
                value = answer.value if item.type is ItemType.SELECT_ONE else "_".join(answer.value.split())
                if value and row.relevant and value not in seen:
                    seen.add(value)
                    yield Choice(value, {self.structure.definition.default_locale: answer.value}), row


def _is_plain_number(result: Any) -> TypeGuard[float]:
    """Whether a result is a finite number; a date counts as a number of days but shows as a date."""
    return isinstance(result, float) and not isinstance(result, Moment) and isfinite(result)
