"""From the answers of persons to indicators: by group and wave, and the comparison of arms as drawn.

Pure: persons and observations come as frozen values. A group's denominator is its persons with a value; those
without are counted by kind, never dropped silently.
"""

import enum
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from core.errors import Invalid
from evaluation.estimates import (
    GROUP_ASSUMPTIONS,
    Estimand,
    Estimate,
    estimate_mean,
    estimate_mean_change,
    estimate_mean_difference,
    estimate_share,
    estimate_share_change,
    estimate_share_difference,
)

Value = float | int | str | bool | Sequence[str] | None


class Absence(enum.StrEnum):
    """Why a person has no value; NO_RESPONSE is a person who sent nothing in that wave (attrition)."""

    NO_RESPONSE = "no_response"
    NOT_ASKED = "not_asked"
    EMPTY = "empty"
    """Asked, and gone past: neither an answer nor « I would rather not »."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ILLEGIBLE = "illegible"


class IndicatorMeasure(enum.StrEnum):
    """How an item becomes a quantity."""

    MEAN = "mean"
    SHARE = "share"
    CHANGE = "change"


class Dimension(enum.StrEnum):
    """By what persons are grouped."""

    ARM = "arm"
    SITE = "site"
    POPULATION = "population"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone followed; labels, not rows. `is_control` is None for those who are in no arm."""

    id: UUID
    population: str = ""
    site: str | None = None
    arm: str | None = None
    is_control: bool | None = None
    took_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one person gave to one item in one wave: a value, or the reason of its absence."""

    person_id: UUID
    wave: str
    value: Value = None
    absence: Absence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """How the quantity is read; `unknown_choices` are answers that mean « does not know » or « rather not say »."""

    measure: IndicatorMeasure
    choices: frozenset[str] = frozenset()
    unknown_choices: frozenset[str] = frozenset()
    baseline: str | None = None

    @property
    def is_share(self) -> bool:
        """Whether persons are counted rather than averaged."""
        return self.measure is IndicatorMeasure.SHARE or (
            self.measure is IndicatorMeasure.CHANGE and bool(self.choices)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """One group in one wave; `missing` has every kind of absence, `n_expected` is persons with and without a value."""

    group: str
    wave: str
    estimate: Estimate | None
    n_expected: int
    missing: Mapping[Absence, int]

    @property
    def n(self) -> int:
        """Persons with a value."""
        return self.n_expected - sum(self.missing.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmComparison:
    """Intention to treat: everyone drawn who has a value, in the arm the lot gave, enrolled or not."""

    wave: str
    intervention: str
    control: str
    difference: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionBiased:
    """Those who took part against all others: NOT an effect, shown only inside a box that says so."""

    wave: str
    participants: Estimate
    others: Estimate
    difference: Estimate


@dataclass(slots=True)
class _Readings:
    values: dict[UUID, float] = field(default_factory=dict)
    absences: dict[UUID, Absence] = field(default_factory=dict)


def read_value(definition: Definition, value: Value) -> float | Absence:
    """Return the number that `value` stands for: 1 or 0 for shares, else the number itself.

    Raises: Invalid: a mean is asked of words.
    """
    names = _names(value)
    if not names:
        return Absence.EMPTY
    if names <= definition.unknown_choices:
        return Absence.UNKNOWN
    if definition.is_share:
        return 1.0 if names & definition.choices else 0.0
    try:
        return float(value)  # type: ignore[arg-type]  # words and lists are what the except is for
    except (TypeError, ValueError):
        raise Invalid("evaluation.value_not_a_number", value=", ".join(sorted(names))) from None


def tabulate(
    definition: Definition,
    persons: Sequence[Person],
    observations: Iterable[Observation],
    *,
    waves: Sequence[str],
    by: Dimension = Dimension.ARM,
    groups: Sequence[str],
) -> tuple[GroupResult, ...]:
    """Return one result for each wave and group, in the order given; a change has no result at its baseline."""
    readings = _read(definition, observations)
    label = _label_of(by)
    members: dict[str, list[UUID]] = {group: [] for group in groups}
    for person in persons:
        members.setdefault(label(person), []).append(person.id)
    return tuple(
        _result(definition, readings, members[group], group=group, wave=wave)
        for wave in waves
        if not (definition.measure is IndicatorMeasure.CHANGE and wave == definition.baseline)
        for group in groups
    )


def summarise(
    definition: Definition,
    persons: Sequence[Person],
    observations: Iterable[Observation],
    *,
    wave: str,
    group: str = "",
) -> GroupResult:
    """Return the result for all of `persons` together."""
    return _result(
        definition, _read(definition, observations), [person.id for person in persons], group=group, wave=wave
    )


def compare_arms(
    definition: Definition, persons: Sequence[Person], observations: Iterable[Observation], *, wave: str
) -> tuple[ArmComparison, ...]:
    """Compare each intervention arm with the control arm, as drawn, whatever the enrolment.

    A change is compared person by person (difference of mean changes, Welch).
    """
    readings = _read(definition, observations)
    arms: dict[str, list[float]] = {}
    control: str | None = None
    for person in persons:
        if person.arm is None:
            continue
        if person.is_control:
            control = person.arm
        value = _value_at(definition, readings, person.id, wave)
        bucket = arms.setdefault(person.arm, [])
        if not isinstance(value, Absence):
            bucket.append(value)
    if control is None:
        return ()
    comparisons = []
    for arm, values in arms.items():
        difference = None if arm == control else _difference(definition, values, arms[control])
        if difference is not None:
            comparisons.append(ArmComparison(wave=wave, intervention=arm, control=control, difference=difference))
    return tuple(comparisons)


def compare_participants_with_others(
    definition: Definition, persons: Sequence[Person], observations: Iterable[Observation], *, wave: str
) -> SelectionBiased | None:
    """Compare those who took part with everyone else: biased by selection, and typed as such."""
    readings = _read(definition, observations)
    inside: list[float] = []
    outside: list[float] = []
    for person in persons:
        value = _value_at(definition, readings, person.id, wave)
        if not isinstance(value, Absence):
            (inside if person.took_up else outside).append(value)
    difference = _difference(definition, inside, outside, drawn=False)
    first, second = _single(definition, inside), _single(definition, outside)
    if difference is None or first is None or second is None:
        return None
    return SelectionBiased(wave=wave, participants=first, others=second, difference=difference)


def person_values(
    definition: Definition, observations: Iterable[Observation], *, wave: str, persons: Iterable[UUID]
) -> dict[UUID, float]:
    """Return the value of each person who has one (of the change, for a change)."""
    readings = _read(definition, observations)
    found: dict[UUID, float] = {}
    for person_id in persons:
        value = _value_at(definition, readings, person_id, wave)
        if not isinstance(value, Absence):
            found[person_id] = value
    return found


def distribution(observations: Iterable[Observation], *, wave: str) -> tuple[Counter[str], Counter[Absence]]:
    """Count persons by answer (each choice of a multiple answer counts) and by absence, in one wave."""
    answers: Counter[str] = Counter()
    absences: Counter[Absence] = Counter()
    for observation in observations:
        if observation.wave != wave:
            continue
        names = _names(observation.value)
        if names:
            answers.update(names)
        else:
            absences[observation.absence or Absence.EMPTY] += 1
    return answers, absences


def _read(definition: Definition, observations: Iterable[Observation]) -> dict[str, _Readings]:
    readings: dict[str, _Readings] = {}
    for observation in observations:
        of_wave = readings.setdefault(observation.wave, _Readings())
        read: float | Absence = (
            read_value(definition, observation.value) if observation.absence is None else observation.absence
        )
        if isinstance(read, Absence):
            of_wave.absences[observation.person_id] = read
        else:
            of_wave.values[observation.person_id] = read
    return readings


def _reading(readings: Mapping[str, _Readings], person_id: UUID, wave: str) -> float | Absence:
    of_wave = readings.get(wave)
    if of_wave is None:
        return Absence.NO_RESPONSE
    value = of_wave.values.get(person_id)
    return of_wave.absences.get(person_id, Absence.NO_RESPONSE) if value is None else value


def _value_at(definition: Definition, readings: Mapping[str, _Readings], person_id: UUID, wave: str) -> float | Absence:
    after = _reading(readings, person_id, wave)
    if definition.measure is not IndicatorMeasure.CHANGE or isinstance(after, Absence):
        return after
    before = _reading(readings, person_id, definition.baseline or "")
    return before if isinstance(before, Absence) else after - before


def _result(
    definition: Definition, readings: Mapping[str, _Readings], members: Sequence[UUID], *, group: str, wave: str
) -> GroupResult:
    missing = dict.fromkeys(Absence, 0)
    values: list[float] = []
    befores: list[float] = []
    for person_id in members:
        value = _value_at(definition, readings, person_id, wave)
        if isinstance(value, Absence):
            missing[value] += 1
            continue
        values.append(value)
        if definition.measure is IndicatorMeasure.CHANGE:
            before = _reading(readings, person_id, definition.baseline or "")
            assert not isinstance(before, Absence)
            befores.append(before)
    if definition.measure is not IndicatorMeasure.CHANGE:
        estimate = _single(definition, values)
    else:
        afters = [before + value for before, value in zip(befores, values, strict=True)]
        estimate = (
            estimate_share_change([bool(before) for before in befores], [bool(after) for after in afters])
            if definition.is_share
            else estimate_mean_change(befores, afters)
        )
    return GroupResult(group=group, wave=wave, estimate=estimate, n_expected=len(members), missing=missing)


def _single(definition: Definition, values: Sequence[float]) -> Estimate | None:
    if definition.is_share and definition.measure is IndicatorMeasure.SHARE:
        return estimate_share(int(sum(values)), len(values))
    return estimate_mean(values)


def _difference(
    definition: Definition, first: Sequence[float], second: Sequence[float], *, drawn: bool = True
) -> Estimate | None:
    if definition.measure is IndicatorMeasure.SHARE:
        one, two = (int(sum(first)), len(first)), (int(sum(second)), len(second))
        if drawn:
            return estimate_share_difference(one, two)
        return estimate_share_difference(one, two, assumptions=GROUP_ASSUMPTIONS)
    difference = (
        estimate_mean_difference(first, second)
        if drawn
        else estimate_mean_difference(first, second, assumptions=GROUP_ASSUMPTIONS)
    )
    if difference is not None and definition.is_share:
        # Each person's change is -1, 0 or 1: its mean is a change of share, worded in points.
        return replace(difference, estimand=Estimand.SHARE_DIFFERENCE)
    return difference


def _names(value: Value) -> frozenset[str]:
    if value is None or value == "":
        return frozenset()
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, Sequence):
        return frozenset(str(each) for each in value)
    return frozenset({_plain(value)})


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _label_of(by: Dimension) -> Callable[[Person], str]:
    if by is Dimension.ARM:
        return lambda person: person.arm or ""
    if by is Dimension.SITE:
        return lambda person: person.site or ""
    return lambda person: person.population
