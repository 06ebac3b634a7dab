"""Agreement of coders on documents: counts, coefficients and intervals of each code, and of the sets of codes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from coding.agreement import coefficients, continuum, distances, unitizing
from coding.agreement.coefficients import FUNCTIONS
from coding.agreement.cutting import Cut, Layers, cleaned, cut
from coding.agreement.kinds import UnitKind
from coding.agreement.ratings import MISSING, Numbers, Ratings, disagreed, joined, summed
from coding.agreement.resampling import Estimate, draws, estimate

_TWO = 2
# Distinct sets of codes beyond which α on sets is not computed: its table of distances grows with their square.
MAX_SETS = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One code (its number), or all together (None).

    `units` were read by two coders at least; among them `marked` of each coder, `agreed` with the code by all who read,
    `disputed` by some only. `estimates` are by name of coefficient.
    """

    code: int | None
    units: int
    marked: tuple[int, ...]
    agreed: int
    disputed: int
    estimates: dict[str, Estimate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured; `documents` had two readers at least. `overlapping` says why codes together have no u-α."""

    unit: UnitKind
    documents: int
    draws: int
    seed: int
    rows: tuple[Row, ...]
    together: Row
    overlapping: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it for a column of JSON."""
        return asdict(self) | {"unit": self.unit.value}


def measure(
    documents: Sequence[Layers], kind: UnitKind, *, code_count: int, only_coded: bool, seed: int, number: int
) -> Measure:
    """Measure `code_count` codes on documents with the same coders in the same order."""
    read = [cleaned(document) for document in documents if len(document.readers) >= _TWO]
    weights = draws(len(read), seed=seed, number=number) if read else np.ones((number + 1, 0))
    if kind is UnitKind.CONTINUUM:
        return _on_continuum(read, code_count, weights, seed=seed)
    cuts = [cut(document, kind, code_count=code_count, only_coded=only_coded) for document in read]
    coder_count = len(documents[0].marks) if documents else 0
    rows = tuple(_row(cuts, code, coder_count, weights) for code in range(code_count))
    together = _together(cuts, coder_count, weights)
    return Measure(kind, len(read), len(weights) - 1, seed, rows, together)


def _row(cuts: Sequence[Cut], code: int, coder_count: int, weights: Numbers) -> Row:
    ratings = _ratings([each.column(code) for each in cuts], cuts, coder_count, values=(0, 1))
    sums = summed(ratings).weighted(weights)
    found = {
        name.value: estimate(function(sums), group_count=weights.shape[1])
        for name, function in FUNCTIONS.items()
    }  # fmt: skip
    return _counted(code, ratings, found)


def _ratings(columns: Sequence[Any], cuts: Sequence[Cut], coder_count: int, *, values: Sequence[Any]) -> Ratings:
    cells = np.concatenate([np.zeros((0, coder_count), dtype=np.int64), *columns])
    sizes = np.concatenate([np.zeros(0), *(each.sizes for each in cuts)])
    groups = np.repeat(np.arange(len(cuts)), [len(each.sizes) for each in cuts]).astype(np.int64)
    return joined(Ratings(cells, tuple(values), sizes.astype(np.float64), groups, len(cuts)))


def _counted(code: int | None, ratings: Ratings, found: dict[str, Estimate]) -> Row:
    """Count units with the code (value 1 or more)."""
    given = ratings.cells > 0
    missing = ratings.cells == MISSING
    any_of_them, all_of_them = given.any(axis=1), (given | missing).all(axis=1) & given.any(axis=1)

    def weigh(kept: Any) -> int:
        return round(float(ratings.weights[kept].sum()))

    return Row(
        code,
        weigh(slice(None)),
        tuple(weigh(given[:, coder]) for coder in range(ratings.coder_count)),
        weigh(all_of_them),
        weigh(any_of_them & ~all_of_them),
        found,
    )


def _together(cuts: Sequence[Cut], coder_count: int, weights: Numbers) -> Row:
    """Compare the whole sets of codes that each coder gave to each unit."""
    sets: dict[bytes, int] = {b"": 0}
    columns = []
    for each in cuts:
        column = np.full(each.given.shape[:2], MISSING, dtype=np.int64)
        for place, unit in enumerate(each.given):
            for coder, codes in enumerate(unit):
                if codes.size and codes[0] == MISSING:
                    continue
                held = np.flatnonzero(codes == 1).astype(np.int32).tobytes()
                column[place, coder] = sets.setdefault(held, len(sets))
        columns.append(column)
    ratings = _ratings(columns, cuts, coder_count, values=tuple(sets.values()))
    found: dict[str, Estimate] = {}
    if len(sets) <= MAX_SETS:
        codes = [frozenset(map(str, np.frombuffer(held, dtype=np.int32))) for held in sets]
        exact = distances.nominal(len(codes))
        agreed = disagreed(ratings, exact).weighted(weights)
        found["percent"] = estimate(
            1.0 - coefficients.alpha_parts(agreed, exact)[0], group_count=weights.shape[1]
        )  # fmt: skip
        for name, distance in (("alpha_masi", distances.masi(codes)), ("alpha_jaccard", distances.jaccard(codes))):
            values = coefficients.alpha(disagreed(ratings, distance).weighted(weights), distance)
            found[name] = estimate(values, group_count=weights.shape[1])
    return _counted(None, ratings, found)


def _on_continuum(read: Sequence[Layers], code_count: int, weights: Numbers, *, seed: int) -> Measure:
    rows = tuple(_continuum_row(read, code, weights) for code in range(code_count))
    coded = [[_spans_of(marks) for marks in document.marks if marks is not None] for document in read]
    overlap = any(continuum.overlapping(spans) for coders in coded for spans in coders)
    found = {"u_alpha_binary": _binary(read, None, weights)}
    if read and not overlap:
        sums = continuum.stacked(
            [
                continuum.coincide(coders, 0, len(document.text), code_count=code_count)
                for document, coders in zip(read, coded, strict=True)
            ]
        ).weighted(weights)
        found["u_alpha"] = estimate(continuum.u_alpha(sums), group_count=len(read))
        found["cu_alpha"] = estimate(continuum.cu_alpha(sums), group_count=len(read))
        by_code = continuum.code_u_alpha(sums)[0]
        for row in rows:
            assert row.code is not None  # rows of codes
            row.estimates["ku_alpha"] = estimate(by_code[:, row.code], group_count=len(read))
    together = _continuum_counts(read, None, found)
    return Measure(UnitKind.CONTINUUM, len(read), len(weights) - 1, seed, rows, together, overlapping=overlap)


def _continuum_row(read: Sequence[Layers], code: int, weights: Numbers) -> Row:
    found = {"alpha_u": _alpha_u(read, code, weights), "u_alpha_binary": _binary(read, code, weights)}
    return _continuum_counts(read, code, found)


def _alpha_u(read: Sequence[Layers], code: int, weights: Numbers) -> Estimate:
    """α_U over the documents that every coder read, laid end to end."""
    whole = [place for place, document in enumerate(read) if len(document.readers) == len(document.marks)]
    if not whole:
        return Estimate(None)
    parts = [
        unitizing.read_continuum(_stretches(read[place], code), 0, len(read[place].text)) for place in whole
    ]  # fmt: skip
    continua = unitizing.Continua.of(parts, len(read[0].marks))
    # Drawn among these documents only: the others say nothing here.
    values = np.array([unitizing.alpha_u(*continua.disagreement(drawn)) for drawn in weights[:, whole]])
    return estimate(values, group_count=len(whole))


def _binary(read: Sequence[Layers], code: int | None, weights: Numbers) -> Estimate:
    """|u-α of one code, or of anything coded at all."""
    if not read:
        return Estimate(None)
    documents = [
        continuum.coincide(
            [[(start, end, 1) for start, end in spans] for spans in _stretches(document, code)],
            0,
            len(document.text),
            code_count=1,
        )
        for document in read
    ]
    values = continuum.binary_u_alpha(continuum.stacked(documents).weighted(weights))
    return estimate(values, group_count=len(read))


def _stretches(document: Layers, code: int | None) -> list[list[unitizing.Stretch]]:
    return [
        unitizing.merged((mark.start, mark.end) for mark in marks if code in (None, mark.code))
        for marks in document.marks
        if marks is not None
    ]


def _spans_of(marks: Sequence[Any]) -> list[continuum.Coded]:
    """Number codes from 1; spans of one code that overlap are one."""
    return [
        (start, end, code + 1)
        for code in sorted({mark.code for mark in marks})
        for start, end in unitizing.merged((mark.start, mark.end) for mark in marks if mark.code == code)
    ]


def _continuum_counts(read: Sequence[Layers], code: int | None, found: dict[str, Estimate]) -> Row:
    """Count in characters that are not white space."""
    characters = [
        cut(document, UnitKind.CHARACTER, code_count=1, only_coded=False) for document in map(_only(code), read)
    ]
    coder_count = len(read[0].marks) if read else 0
    ratings = _ratings([each.column(0) for each in characters], characters, coder_count, values=(0, 1))
    return _counted(code, ratings, found)


def _only(code: int | None) -> Any:
    def keep(document: Layers) -> Layers:
        marks = tuple(
            None
            if each is None
            else tuple(type(mark)(mark.start, mark.end, 0) for mark in each if code in (None, mark.code))
            for each in document.marks
        )
        return Layers(document.text, document.turns, marks)

    return keep
