"""What a form says about given answers: shown or not, required or not, right or wrong, computed, worded.

The server evaluates everything again at each page; it is the authority. Rules (ODK's): an item that is not relevant
reads as empty everywhere, keeps what it holds in the draft, and is dropped when the response is submitted; a
constraint is asked of a value only; choices filtered away are as if not chosen.
"""

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from surveys.choosing import ChoiceList
from surveys.computing import Evaluation
from surveys.definition import Choice, Item, ItemType, Texts
from surveys.instance import Instance, Occurrence
from surveys.items import check_value, value_of
from surveys.occurrences import key_at, split_key
from surveys.structure import ROOT, Structure

PARIS = ZoneInfo("Europe/Paris")
SAVED = ":saved"
"""Among what a response carries silently: the person's previous answers that the form quotes, by name."""

_REFERENCE = re.compile(r"\$\{\s*(last-saved#)?([^}\s]+)\s*\}")


class Fault(enum.StrEnum):
    """What is wrong with an answer."""

    REQUIRED = "required"
    CONSTRAINT = "constraint"
    TYPE = "type"
    CHOICE = "choice"
    DOUBT = "doubt"
    """A constraint that its author wants gentle: asked once, then let through."""


_AUTHOR_MESSAGES = {
    Fault.REQUIRED: "required_messages",
    Fault.CONSTRAINT: "constraint_messages",
    Fault.DOUBT: "constraint_messages",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One answer that does not fit: `key` is that of the answer, `item` that of the question in the form.

    `code` words a TYPE fault, the author's message the others.
    """

    key: str
    item: str
    fault: Fault
    code: str = ""


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice left after the filter, worded, and the language its label is really in."""

    name: str
    label: str
    locale: str


class FormState:
    """What the form says about these answers, by key; inside repeats, by the keys of `surveys.occurrences`."""

    __slots__ = ("_by_key", "_computed_numbers", "_engine", "failures", "instance", "missing", "structure")

    def __init__(self, engine: "Evaluation", missing: frozenset[str]) -> None:
        self._engine = engine
        self.structure = engine.structure
        self.instance = engine.tree
        self.failures = engine.failures
        self.missing = missing
        self._computed_numbers = engine.numbers
        self._by_key: dict[str, Occurrence] | None = None

    def name(self, occurrence: Occurrence) -> str:
        """Return the key of an occurrence."""
        return self._engine.key(occurrence)

    def occurrence(self, key: str) -> Occurrence:
        """Return the occurrence of this key (or path).

        Raises: KeyError: there is none.
        """
        index = self.structure.by_key.get(key)
        if index is None:
            index = self.structure.by_path.get(key)
        if index is not None and self.instance.at[index] and not self.structure.places[index].repeats:
            return self.instance.at[index][0]
        if self._by_key is None:
            self._by_key = {self.name(each): each for each in self.instance.walk()}
        if key in self._by_key:
            return self._by_key[key]
        for occurrence in self.instance.walk() if key.startswith("/") else ():
            if self.instance.path(occurrence) == key:
                return occurrence
        raise KeyError(key)

    def count(self, key: str) -> int:
        """Return how many occurrences a repeat has (`children`, `toys[2]`); 0 where it cannot stand."""
        found = self._repeat(key)
        return 0 if found is None else sum(each.index == found[0] for each in found[1].children)

    def is_offered(self, key: str) -> bool:
        """Whether a repeat may have occurrences now, be there none yet."""
        found = self._repeat(key)
        return found is not None and self._engine.is_offered(*found)

    def _repeat(self, key: str) -> tuple[int, Occurrence] | None:
        """Return the place of a repeat and what its occurrences stand in."""
        base, numbers = split_key(key)
        place = self.structure.place(base)
        if len(numbers) != len(place.repeats) - 1:
            return None
        parent = place.parent
        if parent == ROOT:
            return place.index, self.instance.root
        above = self.structure.places[parent]
        try:
            return place.index, self.occurrence(key_at(above.node.key, numbers))
        except KeyError:
            return None

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
        if item.type.has_choices and not self._all_known(item, occurrence.value):
            return Fault.CHOICE, "surveys.unknown_choice"
        if item.constraint is not None and not self._engine.holds(item.constraint, occurrence):
            return Fault.DOUBT if item.is_gentle else Fault.CONSTRAINT, ""
        return None, ""

    def _all_known(self, item: Item, value: str) -> bool:
        names = self.structure.source(item).listed.by_name
        if item.type is ItemType.SELECT_ONE:
            return not names or value in names
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
        return self._worded(self._engine.choices_left(item, occurrence), occurrence, locale)

    def every_choice(self, key: str, locale: str = "") -> tuple[ShownChoice, ...]:
        """Return all the choices of an item, those a filter hides too, as a preview shows them."""
        return self._worded(self.listed(key), self.occurrence(key), locale)

    def listed(self, key: str) -> Sequence[Choice]:
        """Return the choices of an item before any filter; answers given in a repeat are among them as they stand."""
        item = self.structure.item(key)
        if not self.structure.source(item).quoted:
            return self.structure.choices(item)
        return tuple(self._engine.known_choices(item, self.occurrence(key)).values())

    def count_choices(self, key: str) -> int:
        """Return how many choices the filter leaves."""
        item, occurrence = self.structure.item(key), self.occurrence(key)
        if self.structure.source(item).quoted:
            return len(self._engine.choices_left(item, occurrence))
        return len(self._engine.places_left(item, occurrence))

    def find_choices(self, key: str, typed: str, locale: str = "", *, limit: int) -> tuple[ShownChoice, ...]:
        """Return the choices left whose label has words that begin as those typed, the best first, `limit` at most."""
        item, occurrence = self.structure.item(key), self.occurrence(key)
        tag, source = locale or self._engine.locale, self.structure.source(item)
        listed, places = source.listed, self._engine.places_left(item, occurrence)
        if source.quoted:
            listed = ChoiceList(self._engine.choices_left(item, occurrence), lambda _place: {})
            places = range(len(listed.choices))
        found = listed.find(typed, places, self.structure.definition, tag, limit)
        return self._worded([listed.choices[place] for place in found], occurrence, tag)

    def name_choices(self, key: str, names: Sequence[str], locale: str = "") -> tuple[ShownChoice, ...]:
        """Return these choices of an item, worded; a name that is none is left out."""
        occurrence = self.occurrence(key)
        known = self._engine.known_choices(self.structure.item(key), occurrence)
        return self._worded([known[name] for name in names if name in known], occurrence, locale)

    def _worded(self, choices: Sequence[Choice], occurrence: Occurrence, locale: str) -> tuple[ShownChoice, ...]:
        tag = locale or self._engine.locale
        return tuple(ShownChoice(each.name, *self._word(each.labels, occurrence, tag)) for each in choices)

    def label(self, key: str, locale: str = "") -> str:
        """Return the question (or the heading of a group) with what it quotes filled in; the page escapes it."""
        return self.text(key, "labels", locale)[0]

    def text(self, key: str, kind: str, locale: str = "") -> tuple[str, str]:
        """Return a text of a node (`labels`, `hints`, `constraint_messages`…), filled in, and the language it is in."""
        return self.text_at(self.occurrence(key), kind, locale)

    def html(self, key: str, kind: str, locale: str, dress: Callable[[str], str | None]) -> str:
        """Return a text of a node as HTML, what it quotes escaped: marks in an answer are no markup.

        Args: dress: gives the safe HTML of the author's text, None where it has no markup.
        """
        occurrence = self.occurrence(key)
        texts: Texts = getattr(self.structure.places[occurrence.index].node, kind, {})
        template, _tag = self.structure.definition.text(texts, locale or self._engine.locale)
        made = dress(template)
        made = escape(template) if made is None else made
        return _REFERENCE.sub(lambda match: escape(self._quoted(match, occurrence)), made)

    def text_at(self, occurrence: Occurrence, kind: str, locale: str = "") -> tuple[str, str]:
        """Return a text of one occurrence."""
        texts: Texts = getattr(self.structure.places[occurrence.index].node, kind, {})
        return self._word(texts, occurrence, locale or self._engine.locale)

    def message(self, violation: Violation, locale: str = "") -> str:
        """Return the author's own words for a violation, "" where there are none: the page then has its own."""
        kind = _AUTHOR_MESSAGES.get(violation.fault)
        return self.text(violation.key, kind, locale)[0] if kind else ""

    def _word(self, texts: Texts, occurrence: Occurrence, tag: str) -> tuple[str, str]:
        template, found = self.structure.definition.text(texts, tag)
        if "${" in template:
            template = _REFERENCE.sub(lambda match: self._quoted(match, occurrence), template)
        return template, found

    def _quoted(self, match: re.Match[str], occurrence: Occurrence) -> str:
        if match.group(1):
            return self._engine.last_saved(match.group(2))
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
    begins_with: int = 1,
    is_counted: bool = True,
) -> FormState:
    """Evaluate a form.

    Args:
        structure: the form, made ready.
        answers: typed values by key; a key that is absent was never asked, and takes its default; None was left empty.
            Repeats are lists of mappings by name, or rows as they are kept (`children`: 2, `age[1]`, `age[2]`).
        moment: the present of today() and now(), kept with the response.
        seed: the one of shuffled choices, kept with the response.
        locale: the tag of the language of texts; the form's own where it has no such language.
        missing: keys answered by « I don't know » or « I prefer not to say »: empty, and that is an answer.
        changed: keys whose value was just changed, for calculations with a trigger.
        started: values carried silently (`start`, hidden items), by key.
        time_zone: where a date without zone begins.
        begins_with: occurrences of a repeat of which nothing is known: one as in ODK, none on pages, where people add.
        is_counted: repeats have the number that their count says; False for previews, which show one of each.
    """
    instance = Instance(structure, {**(started or {}), **answers}, begins_with=begins_with, is_counted=is_counted)
    evaluation = Evaluation(instance, moment or datetime.now(UTC), seed, locale, time_zone)
    evaluation.changed = changed
    evaluation.saved = (started or {}).get(SAVED, {})
    evaluation.apply_defaults(set(answers) | missing | set(started or ()))
    evaluation.run()
    return FormState(evaluation, missing)


def evaluate_instance(
    instance: Instance, *, moment: datetime, seed: int = 0, locale: str = "", time_zone: tzinfo = PARIS
) -> FormState:
    """Evaluate a tree of answers that is kept and changed in place, defaults already applied."""
    evaluation = Evaluation(instance, moment, seed, locale, time_zone)
    evaluation.run()
    return FormState(evaluation, frozenset())


def apply_defaults(instance: Instance, *, moment: datetime, seed: int = 0, time_zone: tzinfo = PARIS) -> None:
    """Give a new tree of answers its defaults, as when a response is started."""
    Evaluation(instance, moment, seed, "", time_zone).apply_defaults(set())
