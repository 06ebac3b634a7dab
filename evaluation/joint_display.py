"""Theme × indicator × arm: what people said beside what they answered, in persons, never in segments.

The machine counts; how the two strands relate is a person's judgement, with a sentence and a name.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from evaluation.disclosure import Guard, ProtectedResult, Reason, protect_comparison, protect_groups
from evaluation.estimates import (
    GROUP_ASSUMPTIONS,
    Estimate,
    estimate_mean,
    estimate_mean_difference,
    estimate_share,
    estimate_share_difference,
)
from evaluation.indicators import Absence, ArmComparison, GroupResult


class Relation(enum.StrEnum):
    """How the two strands relate; SILENCE: one of them says nothing."""

    CONFIRMATION = "confirmation"
    EXPANSION = "expansion"
    DISCORDANCE = "discordance"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interviewee:
    """A person whose words are in the material, in an arm or in none."""

    person_id: UUID
    arm: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeEvidence:
    """The persons in whose words a theme was found."""

    id: UUID
    name: str
    person_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorEvidence:
    """An indicator at one wave: by arm, compared as drawn, and person by person for those interviewed."""

    id: UUID
    label: str
    wave: str
    unit: str
    is_share: bool
    results: tuple[GroupResult, ...]
    total: GroupResult
    comparisons: tuple[ArmComparison, ...]
    values: Mapping[UUID, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A person's reading of one theme beside one indicator."""

    relation: Relation
    sentence: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevalence:
    """Persons with the theme among the interviewed of an arm."""

    arm: str
    n_with: int | None
    n_interviewed: int | None
    estimate: Estimate | None
    hidden: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """The indicator among interviewed persons with and without the theme: an association, never an effect."""

    with_theme: Estimate | None
    without_theme: Estimate | None
    difference: Estimate | None
    hidden: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeavingCell:
    """One indicator beside one theme."""

    indicator_id: UUID
    label: str
    wave: str
    unit: str
    is_share: bool
    results: tuple[ProtectedResult, ...]
    total: ProtectedResult
    difference: ArmComparison | None
    difference_hidden: Reason | None
    association: Association
    judgement: Judgement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeavingRow:
    """One theme: its prevalence by arm, and each indicator beside it."""

    theme_id: UUID
    name: str
    prevalences: tuple[Prevalence, ...]
    total: Prevalence
    cells: tuple[WeavingCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One stakeholder: has it been asked, has it been heard?"""

    population: str
    is_professional: bool
    n_questionnaires: int
    n_interviewed: int

    @property
    def is_missing(self) -> bool:
        """Whether a strand is mute for this stakeholder."""
        return self.n_questionnaires == 0 or self.n_interviewed == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JointDisplay:
    """The whole table; arms in the order of the study, none when nothing is linked to them."""

    arms: tuple[str, ...]
    rows: tuple[WeavingRow, ...]
    n_interviewed: int
    uncovered: tuple[Coverage, ...]


def weave(
    *,
    arms: Sequence[str],
    interviewed: Sequence[Interviewee],
    themes: Sequence[ThemeEvidence],
    indicators: Sequence[IndicatorEvidence],
    judgements: Mapping[tuple[UUID, UUID], Judgement],
    coverage: Sequence[Coverage],
    guard: Guard,
) -> JointDisplay:
    """Put themes and indicators side by side; every cell has passed the disclosure rules."""
    shown: dict[UUID, tuple[tuple[ProtectedResult, ...], ProtectedResult, ArmComparison | None, Reason | None]] = {}
    if not any(person.arm for person in interviewed) and not any(indicator.results for indicator in indicators):
        arms = ()
    for indicator in indicators:
        results, total = protect_groups(indicator.results, guard, total=indicator.total)
        assert total is not None
        comparison, reason = None, None
        if indicator.comparisons:
            comparison, reason = protect_comparison(indicator.comparisons[0], results)
        shown[indicator.id] = (results, total, comparison, reason)
    rows = []
    for theme in themes:
        cells = tuple(
            WeavingCell(
                indicator_id=indicator.id,
                label=indicator.label,
                wave=indicator.wave,
                unit=indicator.unit,
                is_share=indicator.is_share,
                results=shown[indicator.id][0],
                total=shown[indicator.id][1],
                difference=shown[indicator.id][2],
                difference_hidden=shown[indicator.id][3],
                association=associate(theme, indicator, interviewed, guard),
                judgement=judgements.get((theme.id, indicator.id)),
            )
            for indicator in indicators
        )
        rows.append(
            WeavingRow(
                theme_id=theme.id,
                name=theme.name,
                prevalences=prevail(theme, arms, interviewed, guard),
                total=prevail_together(theme, arms, interviewed, guard),
                cells=cells,
            )
        )
    return JointDisplay(
        arms=tuple(arms),
        rows=tuple(rows),
        n_interviewed=len({person.person_id for person in interviewed}),
        uncovered=tuple(stakeholder for stakeholder in coverage if stakeholder.is_missing),
    )


def prevail(
    theme: ThemeEvidence, arms: Sequence[str], interviewed: Sequence[Interviewee], guard: Guard
) -> tuple[Prevalence, ...]:
    """Count persons with the theme among the interviewed of each arm (Wilson's interval).

    Those who did not speak of it may be few: a silence says nothing of anybody, unlike an answer no.
    """
    prevalences = []
    for arm in arms:
        members = {person.person_id for person in interviewed if person.arm == arm}
        n_with = len(members & theme.person_ids)
        reason = None
        if members:
            reason = Reason.SMALL_BASE if len(members) < guard.threshold else guard.judge_count(n_with)
        prevalences.append(
            Prevalence(
                arm=arm,
                n_with=None if reason else n_with,
                n_interviewed=None if reason is Reason.SMALL_BASE else len(members),
                estimate=None if reason else estimate_share(n_with, len(members)),
                hidden=reason,
            )
        )
    return tuple(prevalences)


def prevail_together(
    theme: ThemeEvidence, arms: Sequence[str], interviewed: Sequence[Interviewee], guard: Guard
) -> Prevalence:
    """Count persons with the theme among all the interviewed; hidden when it would give back the one hidden arm.

    Those in no arm are a group of their own in that subtraction.
    """
    together = prevail(theme, [""], [Interviewee(person_id=each.person_id, arm="") for each in interviewed], guard)[0]
    by_arm = [each for each in prevail(theme, arms, interviewed, guard) if each.hidden]
    known = {each.person_id for each in interviewed if each.arm in arms}
    apart = [each for each in interviewed if each.person_id not in known]
    if together.hidden or len(by_arm) != 1 or len(apart) >= guard.threshold:
        return together
    return Prevalence(arm="", n_with=None, n_interviewed=None, estimate=None, hidden=Reason.COMPLEMENTARY)


def associate(
    theme: ThemeEvidence, indicator: IndicatorEvidence, interviewed: Sequence[Interviewee], guard: Guard
) -> Association:
    """Compare the indicator between interviewed persons with and without the theme."""
    ids = {person.person_id for person in interviewed}
    inside = [indicator.values[each] for each in sorted(ids & theme.person_ids) if each in indicator.values]
    outside = [indicator.values[each] for each in sorted(ids - theme.person_ids) if each in indicator.values]
    # Shares of change stay means of -1, 0, 1; only plain shares are counted.
    counts_persons = indicator.is_share and all(value in (0.0, 1.0) for value in (*inside, *outside))
    if counts_persons:
        first, second = (int(sum(inside)), len(inside)), (int(sum(outside)), len(outside))
        with_theme, without_theme = estimate_share(*first), estimate_share(*second)
        difference = estimate_share_difference(first, second, assumptions=GROUP_ASSUMPTIONS)
    else:
        with_theme, without_theme = estimate_mean(inside), estimate_mean(outside)
        difference = estimate_mean_difference(inside, outside, assumptions=GROUP_ASSUMPTIONS)
    reasons = [guard.judge_estimate(each) for each in (with_theme, without_theme) if each is not None]
    reason = next((each for each in reasons if each), None)
    if reason:
        return Association(with_theme=None, without_theme=None, difference=None, hidden=reason)
    return Association(with_theme=with_theme, without_theme=without_theme, difference=difference)


def count_missing(result: ProtectedResult) -> int | None:
    """Return how many persons of the group have no value; None when hidden."""
    return None if result.n_missing is None else sum(result.n_missing.get(absence, 0) for absence in Absence)
