"""Plain figures: what is drawn, as values; how it looks is the delivery's business."""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.disclosure import Guard, ProtectedResult, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value with its interval (95 %), or the reason why it is hidden."""

    group: str
    wave: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    is_control: bool = False
    hidden: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesFigure:
    """Bars of shares by group, with intervals; shares in [0, 1]."""

    label: str
    wave: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WavesFigure:
    """Points by wave and group, with intervals; `months` places each wave on the time line."""

    label: str
    unit: str
    is_share: bool
    waves: tuple[str, ...]
    months: tuple[int, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Persons of one group who gave one answer; both None when hidden."""

    group: str
    answer: str
    count: int | None
    share: float | None
    hidden: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionFigure:
    """Answers to one item, in order, stacked to 100 % by group."""

    label: str
    wave: str
    groups: tuple[str, ...]
    answers: tuple[str, ...]
    bases: tuple[int, ...]
    slices: tuple[Slice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStep:
    """Persons of one arm at one step; `step` is one of drawn, invited, enrolled, observed."""

    step: str
    arm: str
    count: int | None
    hidden: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFigure:
    """Participation, step by step, never merged: drawn, invited, enrolled, observed."""

    arms: tuple[str, ...]
    steps: tuple[str, ...]
    cells: tuple[FlowStep, ...]


Figure = SharesFigure | WavesFigure | DistributionFigure | FlowFigure

FLOW_STEPS = ("drawn", "invited", "enrolled", "observed")


def make_points(results: Sequence[ProtectedResult], *, control: str | None) -> tuple[Point, ...]:
    """Turn protected results into points; groups without any value are left out."""
    return tuple(
        Point(
            group=result.group,
            wave=result.wave,
            value=None if result.estimate is None else result.estimate.value,
            low=None if result.estimate is None else result.estimate.low,
            high=None if result.estimate is None else result.estimate.high,
            n=None if result.estimate is None else result.estimate.n,
            is_control=result.group == control,
            hidden=result.hidden,
        )
        for result in results
        if result.estimate is not None or result.hidden is not None
    )


def make_distribution(
    *,
    label: str,
    wave: str,
    answers: Sequence[tuple[str, str]],
    counts: Sequence[tuple[str, dict[str, int]]],
    guard: Guard,
) -> DistributionFigure:
    """Stack the answers of each group; a group with a small answer has it merged out of sight with its neighbour.

    `answers` are (name, label) in order; `counts` are (group, persons by answer name). The small answers of a group,
    and one more when only one is small, are hidden; the bar then shows them as one undivided part.
    """
    slices: list[Slice] = []
    groups: list[str] = []
    bases: list[int] = []
    for group, of_group in counts:
        base = sum(of_group.get(name, 0) for name, _ in answers)
        if base < guard.threshold:
            continue
        groups.append(group)
        bases.append(base)
        numbers = [of_group.get(name, 0) for name, _ in answers]
        closed = {index for index, count in enumerate(numbers) if guard.judge_count(count)}
        while closed and (len(closed) == 1 or sum(numbers[index] for index in closed) < guard.threshold):
            others = [index for index in range(len(numbers)) if index not in closed and numbers[index]]
            if not others:
                break
            closed.add(min(others, key=lambda index: numbers[index]))
        for index, (_, answer) in enumerate(answers):
            small = index in closed
            reason = guard.judge_count(numbers[index]) or Reason.COMPLEMENTARY
            slices.append(
                Slice(
                    group=group,
                    answer=answer,
                    count=None if small else numbers[index],
                    share=None if small else numbers[index] / base,
                    hidden=reason if small else None,
                )
            )
    return DistributionFigure(
        label=label,
        wave=wave,
        groups=tuple(groups),
        answers=tuple(answer for _, answer in answers),
        bases=tuple(bases),
        slices=tuple(slices),
    )
