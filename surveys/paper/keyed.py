"""What was typed from a sheet, read field by field with what the form makes of it; computes only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from surveys.engine import Fault, FormState, evaluate_form
from surveys.models import Missing
from surveys.occurrences import Numbers, key_at
from surveys.paper.plan import PaperPlan, plan_of
from surveys.paper.routing import Cards, Element, Stop
from surveys.paper.sheets import Sheet
from surveys.paper.typed import Read, read_typed
from surveys.versions import LoadedVersion

MAX_TYPED = 10_000


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the keying screen: a question, in one card where it stands in a repeated group."""

    key: str
    stop: Stop
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Keyed:
    """An entry as far as it is: what was typed, what it means, what the form says of it.

    `surplus` are fields that hold something though the form's conditions leave them aside.
    """

    typed: Mapping[str, str]
    reads: Mapping[str, Read]
    answers: Mapping[str, Any]
    marks: Mapping[str, Missing]
    counts: Mapping[str, int]
    state: FormState
    relevant: frozenset[str]
    warnings: Mapping[str, str]
    surplus: tuple[str, ...]

    @property
    def problems(self) -> Mapping[str, str]:
        """What cannot be understood, by field."""
        return {key: read.problem for key, read in self.reads.items() if read.problem}


def fields_of(plan: PaperPlan, cards: int) -> tuple[Field, ...]:
    """Return the fields of a sheet in order, those of each card after those of the card before."""
    return tuple(_fields(plan.elements, cards, ()))


def cards_in(cards: int, depth: int) -> int:
    """Return how many cards a repeated group has on a sheet; two at most inside another."""
    return cards if depth == 0 else min(cards, 2)


def _fields(elements: tuple[Element, ...], cards: int, numbers: Numbers) -> Iterator[Field]:
    for element in elements:
        if isinstance(element, Stop):
            yield Field(key_at(element.item.key, numbers), element, numbers)
        elif isinstance(element, Cards):
            for number in range(1, cards_in(cards, len(numbers)) + 1):
                yield from _fields(element.parts, cards, (*numbers, number))


def read_entry(
    version: LoadedVersion,
    sheet: Sheet,
    typed: Mapping[str, str],
    *,
    moment: datetime,
    seed: int = 0,
    carried: Mapping[str, Any] | None = None,
) -> Keyed:
    """Read everything that was typed, and say what the form makes of it; computes only."""
    plan = plan_of(version.structure)
    fields = fields_of(plan, sheet.cards)
    kept = {field.key: typed.get(field.key, "")[:MAX_TYPED] for field in fields}
    reads = {
        field.key: read_typed(field.stop.item, kept[field.key], plan.codes.get(field.stop.item.key, {}))
        for field in fields
    }
    counts = _counts(version, fields, reads)
    answers = {key: read.value for key, read in reads.items() if not read.problem}
    marks = {key: read.mark for key, read in reads.items() if read.mark is not None}
    state = evaluate_form(
        version.structure,
        {**answers, **counts},
        moment=moment,
        seed=seed,
        locale=sheet.locale,
        missing=frozenset(marks),
        started=carried or {},
        begins_with=0,
    )
    relevant = frozenset(field.key for field in fields if _is_relevant(state, field.key))
    warnings = {
        each.key: state.message(each, sheet.locale) for each in state.violations() if each.fault is Fault.CONSTRAINT
    }
    surplus = tuple(key for key, read in reads.items() if read.is_seen and key not in relevant and read != Read())
    return Keyed(kept, reads, answers, marks, counts, state, relevant, warnings, surplus)


def _is_relevant(state: FormState, key: str) -> bool:
    try:
        return state.is_relevant(key)
    except KeyError:  # a card that nobody filled in
        return False


def _counts(version: LoadedVersion, fields: tuple[Field, ...], reads: Mapping[str, Read]) -> dict[str, int]:
    """Count the cards of each repeated group: up to the last one where something is written."""
    counts: dict[str, int] = {}
    for field in fields:
        place = version.structure.places[version.structure.by_key[field.stop.item.key]]
        for depth, repeat in enumerate(place.repeats):
            key = key_at(version.structure.places[repeat].node.key, field.numbers[:depth])
            counts.setdefault(key, 0)
            if reads[field.key].is_seen:
                counts[key] = max(counts[key], field.numbers[depth])
    return counts
