"""What a form says about given answers: shown or not, required or not, right or wrong, computed, worded.

The server evaluates everything again at each page; it is the authority. Rules (ODK's): an item that is not relevant
reads as empty everywhere, keeps what it holds in the draft, and is dropped when the response is submitted; a
constraint is asked of a value only; choices filtered away are as if not chosen.
"""

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from math import isfinite
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

from surveys.definition import Choice, Item, ItemType, Repeat, Texts
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
from surveys.instance import MAX_OCCURRENCES, Instance, Occurrence
from surveys.items import check_value, value_of
from surveys.shuffle import shuffled
from surveys.structure import ROOT, Structure

PARIS = ZoneInfo("Europe/Paris")

_REFERENCE = re.compile(r"\$\{\s*(last-saved#)?([^}\s]+)\s*\}")


class Fault(enum.StrEnum):
    """What is wrong with an answer."""

    REQUIRED = "required"
    CONSTRAINT = "constraint"
    TYPE = "type"
    CHOICE = "choice"


_AUTHOR_MESSAGES = {Fault.REQUIRED: "required_messages", Fault.CONSTRAINT: "constraint_messages"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One answer that does not fit; `code` words a TYPE fault, the author's message the others."""

    path: str
    key: str
    fault: Fault
    code: str = ""


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice left after the filter, worded, and the language its label is really in."""

    name: str
    label: str
    locale: str


class FormState:
    """What the form says about these answers, by the key of the item (by the path inside repeats)."""

    __slots__ = ("_computed_numbers", "_engine", "failures", "instance", "missing", "structure")

    def __init__(self, engine: "_Evaluation", missing: frozenset[str]) -> None:
        self._engine = engine
        self.structure = engine.structure
        self.instance = engine.tree
        self.failures = engine.failures
        self.missing = missing
        self._computed_numbers = engine.numbers

    def name(self, occurrence: Occurrence) -> str:
        """Return the key of an occurrence, its path when it stands in a repeat."""
        place = self.structure.places[occurrence.index]
        return self.instance.path(occurrence) if place.repeats else place.node.key

    def occurrence(self, key: str) -> Occurrence:
        """Return the occurrence of this key (or path).

        Raises: KeyError: there is none.
        """
        index = self.structure.by_key.get(key)
        if index is None:
            index = self.structure.by_path.get(key)
        if index is not None and self.instance.at[index] and not self.structure.places[index].repeats:
            return self.instance.at[index][0]
        for occurrence in self.instance.walk():
            if self.instance.path(occurrence) == key:
                return occurrence
        raise KeyError(key)

    def _item(self, occurrence: Occurrence) -> Item | None:
        node = self.structure.places[occurrence.index].node
        return node if isinstance(node, Item) else None

    def is_relevant(self, key: str) -> bool:
        """Whether an item or group is shown."""
        return self.occurrence(key).relevant

    def is_required(self, key: str) -> bool:
        """Whether an item must be answered now."""
        return self.requires(self.occurrence(key))

    def requires(self, occurrence: Occurrence) -> bool:
        """Whether an occurrence of an item must be answered now."""
        item = self._item(occurrence)
        return item is not None and self._engine.holds(item.required, occurrence)

    def is_read_only(self, key: str) -> bool:
        """Whether its value is shown and cannot be changed."""
        occurrence = self.occurrence(key)
        item = self._item(occurrence)
        return item is not None and (
            self._engine.holds(item.read_only, occurrence) or (item.calculation is not None and not item.trigger)
        )

    @property
    def relevant(self) -> frozenset[str]:
        """Keys of the items and groups that are relevant."""
        return frozenset(self.name(each) for each in self.instance.walk() if each.relevant)

    @property
    def required(self) -> frozenset[str]:
        """Keys of the relevant items that must be answered."""
        return frozenset(
            self.name(each)
            for each in self.instance.walk()
            if each.relevant and (item := self._item(each)) and self._engine.holds(item.required, each)
        )

    def violations(self, keys: Sequence[str] | None = None) -> tuple[Violation, ...]:
        """Return what is wrong, in the order of the form, among `keys` or everywhere."""
        found = []
        occurrences = self.instance.walk() if keys is None else map(self.occurrence, keys)
        for occurrence in occurrences:
            if not occurrence.relevant:
                continue
            item = self._item(occurrence)
            if item is None:
                continue
            name = self.name(occurrence)
            fault, code = self._fault(item, occurrence, name)
            if fault is not None:
                found.append(Violation(name, item.key, fault, code))
        return tuple(found)

    def _fault(self, item: Item, occurrence: Occurrence, name: str) -> tuple[Fault | None, str]:
        if not occurrence.value:
            # A note cannot be answered: a required one stops the person while it is shown, as in ODK.
            asked = (item.type.is_answered or item.type is ItemType.NOTE) and name not in self.missing
            if asked and self._engine.holds(item.required, occurrence):
                return Fault.REQUIRED, ""
            return None, ""
        code = check_value(item, occurrence.value)
        if code:
            return Fault.TYPE, code
        if item.type.has_choices and item.choice_filter is None and not self._all_known(item, occurrence.value):
            return Fault.CHOICE, "surveys.unknown_choice"
        if item.constraint is not None and not self._engine.holds(item.constraint, occurrence):
            return Fault.CONSTRAINT, ""
        return None, ""

    def _all_known(self, item: Item, value: str) -> bool:
        names = {choice.name for choice in self.structure.choices(item)}
        return not names or all(part in names for part in value.split())

    @property
    def values(self) -> dict[str, Any]:
        """Typed values of every item by key, None when empty or not relevant."""
        return {self.name(each): self._typed(item, each) for each in self.instance.walk() if (item := self._item(each))}

    def value(self, key: str) -> Any:
        """Typed value of one item, None when empty or not relevant."""
        return self.typed(self.occurrence(key))

    def typed(self, occurrence: Occurrence) -> Any:
        """Typed value of one occurrence of an item, None when empty, not relevant, or no item."""
        item = self._item(occurrence)
        return None if item is None else self._typed(item, occurrence)

    def _typed(self, item: Item, occurrence: Occurrence) -> Any:
        if not occurrence.value:
            return None
        number = self._computed_numbers.get(id(occurrence))
        return value_of(item, occurrence.value) if number is None else number

    @property
    def calculated(self) -> dict[str, Any]:
        """Typed values of calculations and of what is carried silently."""
        return {
            self.name(each): self._typed(item, each)
            for each in self.instance.walk()
            if (item := self._item(each)) and (item.calculation is not None or item.type.is_silent)
        }

    def choices(self, key: str, locale: str = "") -> tuple[ShownChoice, ...]:
        """Return the choices left after the filter, shuffled where the author asked, worded."""
        return self.choices_at(self.occurrence(key), locale)

    def choices_at(self, occurrence: Occurrence, locale: str = "") -> tuple[ShownChoice, ...]:
        """Return the choices of one occurrence."""
        item = self._item(occurrence)
        if item is None:
            return ()
        tag = locale or self._engine.locale
        return tuple(
            ShownChoice(choice.name, *self._word(choice.labels, occurrence, tag))
            for choice in self._engine.choices_left(item, occurrence)
        )

    def label(self, key: str, locale: str = "") -> str:
        """Return the question (or the heading of a group) with what it quotes filled in; the page escapes it."""
        return self.text(key, "labels", locale)[0]

    def text(self, key: str, kind: str, locale: str = "") -> tuple[str, str]:
        """Return a text of a node (`labels`, `hints`, `constraint_messages`…), filled in, and the language it is in."""
        return self.text_at(self.occurrence(key), kind, locale)

    def text_at(self, occurrence: Occurrence, kind: str, locale: str = "") -> tuple[str, str]:
        """Return a text of one occurrence."""
        texts: Texts = getattr(self.structure.places[occurrence.index].node, kind, {})
        return self._word(texts, occurrence, locale or self._engine.locale)

    def message(self, violation: Violation, locale: str = "") -> str:
        """Return the author's own words for a violation, "" where there are none: the page then has its own."""
        kind = _AUTHOR_MESSAGES.get(violation.fault)
        return self.text(violation.path, kind, locale)[0] if kind else ""

    def _word(self, texts: Texts, occurrence: Occurrence, tag: str) -> tuple[str, str]:
        template, found = self.structure.definition.text(texts, tag)
        if "${" in template:
            template = _REFERENCE.sub(lambda match: self._quoted(match, occurrence), template)
        return template, found

    def _quoted(self, match: re.Match[str], occurrence: Occurrence) -> str:
        found = self.instance.find(occurrence, match.group(2), everywhere=False)
        return found[0].value if found else ""


def evaluate_form(
    structure: Structure,
    answers: Mapping[str, Any],
    *,
    moment: datetime | None = None,
    seed: int = 0,
    locale: str = "",
    missing: frozenset[str] = frozenset(),
    changed: frozenset[str] = frozenset(),
    started: Mapping[str, Any] | None = None,
    time_zone: tzinfo = PARIS,
) -> FormState:
    """Evaluate a form.

    Args:
        structure: the form, made ready.
        answers: typed values by key; a key that is absent was never asked, and takes its default; None was left empty.
            Repeats are lists of mappings by name.
        moment: the present of today() and now(), kept with the response.
        seed: the one of shuffled choices, kept with the response.
        locale: the tag of the language of texts; the form's own where it has no such language.
        missing: keys answered by « I don't know » or « I prefer not to say »: empty, and that is an answer.
        changed: keys whose value was just changed, for calculations with a trigger.
        started: values carried silently (`start`, hidden items), by key.
        time_zone: where a date without zone begins.
    """
    instance = Instance(structure, {**(started or {}), **answers})
    evaluation = _Evaluation(instance, moment or datetime.now(UTC), seed, locale, time_zone)
    evaluation.changed = changed
    evaluation.apply_defaults(set(answers) | missing | set(started or ()))
    evaluation.run()
    return FormState(evaluation, missing)


def evaluate_instance(
    instance: Instance, *, moment: datetime, seed: int = 0, locale: str = "", time_zone: tzinfo = PARIS
) -> FormState:
    """Evaluate a tree of answers that is kept and changed in place, defaults already applied."""
    evaluation = _Evaluation(instance, moment, seed, locale, time_zone)
    evaluation.run()
    return FormState(evaluation, frozenset())


def apply_defaults(instance: Instance, *, moment: datetime, seed: int = 0, time_zone: tzinfo = PARIS) -> None:
    """Give a new tree of answers its defaults, as when a response is started."""
    _Evaluation(instance, moment, seed, "", time_zone).apply_defaults(set())


class _Evaluation:
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
        self.failures: dict[str, str] = {}
        self.numbers: dict[int, float | int] = {}
        self._left: dict[int, tuple[Choice, ...]] = {}

    # What expressions ask of the world around them.

    def resolve(self, name: str, *, everywhere: bool = False) -> Sequence[Node]:
        return self.tree.find(self.current, name, everywhere)

    def last_saved(self, name: str) -> str:
        del name  # no earlier response is read yet
        return ""

    def instance(self, name: str) -> TreeNode | None:
        return self.structure.choice_tree(name)

    def choice_label(self, question: Node, value: str) -> str:
        if not isinstance(question, Occurrence):
            return ""
        node = self.structure.places[question.index].node
        if not isinstance(node, Item):
            return ""
        found = next((choice for choice in self.structure.choices(node) if choice.name == value), None)
        return self.structure.definition.text(found.labels, self.locale)[0] if found else ""

    def translation(self, identifier: str) -> str:
        list_name, _, position = identifier.rpartition("-")
        choices = self.structure.definition.choice_lists.get(list_name, ())
        if not position.isdigit() or int(position) >= len(choices):
            return ""
        return self.structure.definition.text(choices[int(position)].labels, self.locale)[0]

    def setting(self, name: str) -> str:
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
            if isinstance(node, Repeat) and node.count is not None:
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
        if item.calculation is not None and (not item.trigger or self.changed.intersection(item.trigger)):
            result = self.compute(item.calculation, occurrence)
            occurrence.stored = "" if result is None else as_string(result)
            if item.type is ItemType.CALCULATE and _is_plain_number(result):
                self.numbers[id(occurrence)] = int(result) if result.is_integer() else float(result)
        stored = occurrence.stored
        if stored and item.choice_filter is not None:
            left = {choice.name for choice in self.choices_left(item, occurrence)}
            return " ".join(part for part in stored.split() if part in left)
        return stored

    def _fit_count(self, index: int, count: Expression) -> None:
        above = self.structure.places[index].parent
        for parent in (self.tree.root,) if above == ROOT else tuple(self.tree.at[above]):
            # Its count reads as empty while it is hidden: that is no reason to throw answers away.
            if not parent.relevant:
                continue
            number = as_number(self.compute(count, parent), self.time_zone)
            wanted = int(min(number, MAX_OCCURRENCES)) if number > 0 else 0
            have = sum(each.index == index for each in parent.children)
            for _ in range(have, wanted):
                new = self.tree.add(index, parent, {})
                self._defaults_below(new)
            if have > wanted:
                self.tree.cut(index, parent, wanted)

    def apply_defaults(self, given: set[str]) -> None:
        """Fill what was never given; a computed default sees the other defaults that come before it."""
        for place in self.structure.places:
            item = place.node
            if isinstance(item, Item) and item.default is not None and item.key not in given:
                for occurrence in self.tree.at[place.index]:
                    self._apply_default(item.default, occurrence)

    def _defaults_below(self, occurrence: Occurrence) -> None:
        for child in occurrence.children:
            node = self.structure.places[child.index].node
            if isinstance(node, Item) and node.default is not None:
                self._apply_default(node.default, child)
            self._defaults_below(child)

    def _apply_default(self, default: Expression | str, occurrence: Occurrence) -> None:
        if occurrence.stored:
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

    def _filter(self, item: Item, occurrence: Occurrence) -> tuple[Choice, ...]:
        choices = self.structure.choices(item)
        if item.choice_filter is not None:
            tree = self.structure.choice_tree(item.list_name)
            rows = tree.children[0].children if tree else []
            self.node = self.current = occurrence
            try:
                kept = {id(row) for row in select(item.choice_filter, rows, self)}
                choices = tuple(choice for choice, row in zip(choices, rows, strict=True) if id(row) in kept)
            except ExpressionError as failure:
                self.failures[item.choice_filter.source] = failure.code
        if item.parameters.get("randomize") == "true":
            choices = tuple(shuffled(choices, f"{self.seed}/{item.key}"))
        return choices


def _is_plain_number(result: Any) -> TypeGuard[float]:
    """Whether a result is a finite number; a date counts as a number of days but shows as a date."""
    return isinstance(result, float) and not isinstance(result, Moment) and isfinite(result)
