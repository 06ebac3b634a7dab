"""How the answers to one item are spread, with what is missing and why; small counts are told, not hidden, here."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median, stdev
from typing import Any

MIN_FOR_SPREAD = 2


@dataclass(frozen=True, slots=True)
class Distribution:
    """Answers to one item in one group of responses.

    `n` answers hold a value; `counts` is by value (a value of several choices counts once for each, so that the sum may
    exceed `n`); `empty`, `refused`, `unknown`, `illegible`, `not_asked` are absences. `mean`, `median`, `deviation`,
    `least` and `most` are None unless the values are numbers (deviation: two at least; sample standard deviation).
    """

    n: int
    counts: dict[Any, int] = field(default_factory=dict)
    empty: int = 0
    refused: int = 0
    unknown: int = 0
    illegible: int = 0
    not_asked: int = 0
    mean: float | None = None
    median: float | None = None
    deviation: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def total(self) -> int:
        """All the responses of the group."""
        return self.n + self.empty + self.refused + self.unknown + self.illegible + self.not_asked

    def share(self, value: Any) -> float | None:
        """Part of the answers that hold `value`, in [0, 1]; None without any answer."""
        return self.counts.get(value, 0) / self.n if self.n else None


def describe(
    values: Iterable[tuple[Any, str | None]], *, order: Sequence[Any] = (), not_asked: int = 0
) -> Distribution:
    """Describe values, each with why it is missing (`refused`, `unknown`, None).

    Args: order: values that are listed first and even when nobody gave them: the choices of the item.
    """
    given: list[Any] = []
    absences: Counter[str] = Counter()
    for value, missing in values:
        if value is None or value in ("", []):
            absences[str(missing) if missing else "empty"] += 1
        else:
            given.append(value)
    counted: Counter[Any] = Counter()
    for value in given:
        counted.update(value if isinstance(value, list) else [value])
    counts = {value: counted.pop(value, 0) for value in order}
    counts.update(sorted(counted.items(), key=lambda each: (-each[1], str(each[0]))))
    numbers = [float(value) for value in given if isinstance(value, int | float) and not isinstance(value, bool)]
    are_numbers = bool(numbers) and len(numbers) == len(given)
    return Distribution(
        n=len(given),
        counts=counts,
        empty=absences["empty"],
        refused=absences["refused"],
        unknown=absences["unknown"],
        illegible=absences["illegible"],
        not_asked=not_asked,
        mean=fmean(numbers) if are_numbers else None,
        median=median(numbers) if are_numbers else None,
        deviation=stdev(numbers) if are_numbers and len(numbers) >= MIN_FOR_SPREAD else None,
        least=min(numbers) if are_numbers else None,
        most=max(numbers) if are_numbers else None,
    )


def is_small(distribution: Distribution, threshold: int) -> bool:
    """Whether a group has too few answers for anything about it to be shown."""
    return 0 < distribution.n < threshold


def hidden_cells(counts: Sequence[int], threshold: int) -> frozenset[int]:
    """Return the positions of the counts to hide so that no small one can be read or found by difference.

    Small: 1 to threshold - 1. When one cell alone is hidden its value is the total minus the others, so the smallest
    of those left is hidden with it; zeros hide nobody.
    """
    small = {position for position, count in enumerate(counts) if 0 < count < threshold}
    if not small:
        return frozenset()
    hidden_sum = sum(counts[position] for position in small)
    if len(small) == 1 or hidden_sum < threshold:
        others = [position for position, count in enumerate(counts) if position not in small and count > 0]
        if others:
            small.add(min(others, key=lambda position: (counts[position], position)))
    return frozenset(small)


@dataclass(frozen=True, slots=True)
class Screened:
    """A distribution as it may be shown beside the number of all responses; counts and absences None when hidden.

    `n` None: the number of answers would give back a small absence; shares would too. `has_mean` is False when the mean
    and the median would give back hidden counts, or when too few answered; `has_bounds` when the least or the most was
    given by too few.
    """

    n: int | None
    counts: dict[Any, int | None]
    absences: dict[str, int | None]
    has_mean: bool
    has_bounds: bool


ABSENCES = ("unknown", "refused", "illegible", "empty", "not_asked")
MIN_UNKNOWNS = 3


def screen(spread: Distribution, threshold: int, *, is_partition: bool = True, has_values: bool = True) -> Screened:
    """Hide the small counts of one item, and those that a difference with a shown total would give back.

    Args: is_partition: each answer holds one value, so that the values add up to `n`; False for several choices.
        has_values: the values are shown; False for free texts.
    """
    values = list(spread.counts)
    shows_values = has_values and not is_small(spread, threshold)
    inside = [spread.counts[value] for value in values] if shows_values and is_partition else [spread.n]
    outside = [getattr(spread, name) for name in ABSENCES]
    cells = [*inside, *outside]
    hidden = hidden_cells(cells, threshold)
    n_is_safe = len(inside) > 1 or 0 not in hidden
    for first, side in ((0, inside), (len(inside), outside)):
        held = [count for place, count in enumerate(side, first) if place in hidden]
        n_is_safe &= not held or (len(held) > 1 and sum(held) >= threshold)
    counts: dict[Any, int | None] = {}
    if shows_values and is_partition:
        counts = {value: None if place in hidden else inside[place] for place, value in enumerate(values)}
    elif shows_values:
        # Of several choices, those who did not tick one are as readable as those who did.
        counts = {
            value: count if _is_clear(count, threshold) and _is_clear(spread.n - count, threshold) else None
            for value, count in spread.counts.items()
        }
    unseen = [value for value, count in counts.items() if count is None]
    ends = [spread.counts.get(end, 0) for end in (spread.least, spread.most)]
    return Screened(
        n=spread.n if n_is_safe else None,
        counts=counts,
        absences={
            name: None if len(inside) + place in hidden else outside[place] for place, name in enumerate(ABSENCES)
        },
        has_mean=shows_values and (not unseen or len(unseen) >= MIN_UNKNOWNS),
        has_bounds=shows_values and all(count >= threshold for count in ends),
    )


def _is_clear(count: int, threshold: int) -> bool:
    return not 0 < count < threshold
