"""Cases of agreement as JSON, for `coding agreement FILE.json` and for tables made elsewhere.

A case of units: `{"items": [[a, b, …], …]}`, rows are units, columns coders, null is missing, a list is a set of codes;
`documents` may name the document of each row, `values` all values in their order. A case of spans: `{"continuum":
{"begin", "length"}, "n_coders", "units": [{"start", "length", "coder", "code", "document"?}]}`. A case of distance:
`{"a": [start, length, code or null], "b": …, "plus": {…}?}`. A file holds one case, a list, or lists by any name.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeGuard

import numpy as np

from coding.agreement import coefficients, continuum, distances, unitizing
from coding.agreement.ratings import Numbers, Ratings, disagreed, rate, summed
from coding.agreement.resampling import as_number, draws, estimate
from core.errors import Invalid

MAX_CELLS = 5_000_000
MAX_CATEGORIES = 200
# Beyond, squares of lengths and of numbers lose their last digits.
LARGEST = 10**12
_TWO = 2


def answer(content: Any, *, seed: int, number: int) -> Any:
    """Answer a file in its own form: each case with its `id` and what was computed, by name; null where undefined.

    Raises: Invalid: `agreement.unreadable`, `agreement.cells`, `agreement.spans` with the place.
    """
    return _answer(content, place="", seed=seed, number=number)


def _answer(content: Any, *, place: str, seed: int, number: int) -> Any:
    if isinstance(content, list):
        return [_answer(each, place=f"{place}[{row}]", seed=seed, number=number) for row, each in enumerate(content)]
    if not isinstance(content, Mapping):
        raise Invalid("agreement.unreadable", place=place or "/")
    if "items" in content:
        return _head(content) | of_units(content, place=place, seed=seed, number=number)
    if "units" in content:
        return _head(content) | of_spans(content, place=place)
    if "a" in content and "b" in content:
        return _head(content) | of_distance(content, place=place)
    lists = {name: each for name, each in content.items() if isinstance(each, list)}
    if not lists:
        raise Invalid("agreement.unreadable", place=place or "/")
    return {name: _answer(each, place=f"{place}/{name}", seed=seed, number=number) for name, each in lists.items()}


def _head(content: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": content["id"]} if "id" in content else {}


def of_units(case: Mapping[str, Any], *, place: str, seed: int, number: int) -> dict[str, Any]:
    """Compute every coefficient that the values allow."""
    rows = _rows(case["items"], place)
    groups, group_count, drawn = _documents(case.get("documents"), len(rows), place)
    are_sets = any(isinstance(value, frozenset) for row in rows for value in row)
    values = None if are_sets or not isinstance(case.get("values"), list) else case["values"]
    if values is not None:
        _known(rows, values, place)
    ratings = rate(rows, values=values, groups=groups)
    if len(ratings.values) > MAX_CATEGORIES and not are_sets:
        raise Invalid("agreement.too_many_values", place=place or "/", count=len(ratings.values), limit=MAX_CATEGORIES)
    weights = draws(group_count, seed=seed, number=number)
    found = _of_sets(ratings, rows, weights) if are_sets else _of_names(ratings, weights)
    if not are_sets and ratings.values:
        if all(_is_number(value) for value in ratings.values):
            found |= _of_numbers(ratings, [float(str(value)) for value in ratings.values], weights)
        elif values is not None:
            found |= _of_ranks(ratings, range(len(values)), weights)
        if f"weighted_kappa_{case.get('weights')}" in found:
            found["weighted_kappa"] = found[f"weighted_kappa_{case['weights']}"]
    values_of = {name: as_number(value[0]) for name, value in found.items()}
    bounds = {name: estimate(value, group_count=group_count) for name, value in found.items()}
    return {
        "n_items": len(rows),
        "n_coders": ratings.coder_count,
        "n_values": len(ratings.values),
        **values_of,
        "intervals": {
            name: [each.low, each.high] for name, each in bounds.items() if each.low is not None
        },
        "resampled": drawn,
        "n_draws": number,
        "seed": seed,
    }  # fmt: skip


def _of_names(ratings: Ratings, weights: Numbers) -> dict[str, Numbers]:
    sums = summed(ratings).weighted(weights)
    nominal = coefficients.nominal_distance(sums)
    parts = coefficients.alpha_parts(coefficients.by_coincidences(sums, nominal), nominal)
    found = {
        "percent": coefficients.percent(sums),
        "percent_pairwise": 1.0 - parts[0],
        "cohen_kappa": coefficients.cohen_kappa(sums),
        "bennett_s": coefficients.brennan_prediger(sums),
        "brennan_prediger": coefficients.brennan_prediger(sums),
        "randolph_kappa": coefficients.brennan_prediger(sums),
        "gwet_ac1": coefficients.gwet_ac1(sums),
        "scott_pi": coefficients.fleiss_kappa(sums),
        "fleiss_kappa": coefficients.fleiss_kappa(sums),
        "hubert_kappa": coefficients.hubert_kappa(sums),
        "alpha_nominal": 1.0 - coefficients.divide(*parts),
        "Do_nominal": parts[0],
        "De_nominal": parts[1],
        "Ae_scott": coefficients.fleiss_chance(sums),
        "Ae_fleiss": coefficients.fleiss_chance(sums),
        "Ae_gwet": coefficients.gwet_chance(sums),
        "Ae_bennett": np.full(len(weights), 1.0 / len(ratings.values) if ratings.values else np.nan),
    }
    if ratings.coder_count == _TWO:
        found["Ae_cohen"] = coefficients.chance_of_pairs(sums)[1][..., 0]
        found["kappa_max"] = coefficients.kappa_max(sums)
    by_value = coefficients.kappa_of_value(sums)
    for column, value in enumerate(ratings.values):
        found[f"kappa_{value}"] = by_value[..., column]
    return found


def _of_numbers(ratings: Ratings, numbers: Sequence[float], weights: Numbers) -> dict[str, Numbers]:
    """Add what needs the distance between numbers."""
    found = _of_ranks(ratings, numbers, weights)
    for name, distance in (("interval", distances.interval(numbers)), ("ratio", distances.ratio(numbers))):
        parts = coefficients.alpha_parts(disagreed(ratings, distance).weighted(weights), distance)
        found |= {
            f"alpha_{name}": 1.0 - coefficients.divide(*parts), f"Do_{name}": parts[0], f"De_{name}": parts[1],
        }  # fmt: skip
    return found


def _of_ranks(ratings: Ratings, numbers: Sequence[float], weights: Numbers) -> dict[str, Numbers]:
    """Add what needs an order: that of numbers, or the one the case gives to its values, at equal steps."""
    sums = summed(ratings).weighted(weights)
    ordinal = coefficients.ordinal_parts(sums)
    found = {"alpha_ordinal": 1.0 - coefficients.divide(*ordinal), "Do_ordinal": ordinal[0], "De_ordinal": ordinal[1]}
    for name, power in (("linear", 1), ("quadratic", 2)):
        agreement = _agreement_weights(numbers, power)
        found[f"weighted_kappa_{name}"] = coefficients.cohen_kappa(sums, agreement)
        found[f"gwet_ac2_{name}"] = coefficients.gwet_ac1(sums, agreement)
    return found


def _agreement_weights(numbers: Sequence[float], power: int) -> Numbers:
    distance = distances.interval(numbers) ** (power / 2.0)
    return 1.0 - distance / distance.max() if distance.max() > 0 else np.ones_like(distance)


def _of_sets(ratings: Ratings, rows: Sequence[Sequence[Any]], weights: Numbers) -> dict[str, Numbers]:
    """Compare sets of codes; the whole set is one value for percent and α without a distance."""
    sets: list[frozenset[str]] = [value for value in ratings.values if isinstance(value, frozenset)]
    named: dict[str, Numbers] = {
        "alpha_setdistance": distances.inclusion(sets),
        "alpha_masi": distances.masi(sets, product_of_distances=True),
        "alpha_masi_passonneau": distances.masi(sets),
        "alpha_jaccard": distances.jaccard(sets),
        "alpha_nominal": distances.nominal(len(sets)),
    }
    found: dict[str, Numbers] = {}
    for name, distance in named.items():
        parts = coefficients.alpha_parts(disagreed(ratings, distance).weighted(weights), distance)
        found[name] = 1.0 - coefficients.divide(*parts)
        found[name.replace("alpha", "Do")], found[name.replace("alpha", "De")] = parts
    per_row = np.array([_set_shares(row) for row in rows])
    rated = np.isfinite(per_row[:, 0])
    total = weights @ np.bincount(ratings.groups[rated], minlength=ratings.group_count)
    for column, name in enumerate(("percent", "max_percent", "dice")):
        summed_by_group = np.bincount(
            ratings.groups[rated], weights=per_row[rated, column], minlength=ratings.group_count
        )
        found[name] = coefficients.divide(weights @ summed_by_group, total)
    return found


def _set_shares(row: Sequence[frozenset[str] | None]) -> tuple[float, float, float]:
    """Return the share of agreeing pairs, whether all have a code in common, and Dice's; nan where fewer than two."""
    given = [value for value in row if value is not None]
    if len(given) < _TWO:
        return float("nan"), float("nan"), float("nan")
    pairs = [(one, other) for place, one in enumerate(given) for other in given[:place]]
    common = frozenset.intersection(*given)
    size = sum(len(each) for each in given)
    return (
        sum(one == other for one, other in pairs) / len(pairs),
        float(bool(common)),
        len(given) * len(common) / size if size else 0.0,
    )


def of_spans(case: Mapping[str, Any], *, place: str) -> dict[str, Any]:
    """Compute α_U of each code and of all, and the u-α family where codes of one coder do not overlap."""
    begin, length, coder_count, units = _spans(case, place)
    codes = sorted({unit[3] for unit in units})
    if len(codes) > MAX_CATEGORIES:
        raise Invalid("agreement.too_many_values", place=place or "/", count=len(codes), limit=MAX_CATEGORIES)
    observed: dict[str, float] = {}
    expected: dict[str, float] = {}
    for code in codes:
        mine = [
            [(start, end) for start, end, by, of in units if by == coder and of == code] for coder in range(coder_count)
        ]
        for each in mine:
            if len(unitizing.merged(each)) != len(each):
                raise Invalid("agreement.overlap", place=place or "/", name=code)
        document = unitizing.read_continuum([sorted(each) for each in mine], begin, begin + length)
        observed[code], expected[code] = unitizing.Continua.of([document], coder_count).disagreement(np.ones(1))
    alphas = {code: as_number(unitizing.alpha_u(observed[code], expected[code])) for code in codes}
    whole = unitizing.alpha_u(_mean(observed.values()), _mean(expected.values()))
    result: dict[str, Any] = {"n_units": len(units), "n_coders": coder_count, "alpha_u": as_number(whole)}
    for code in codes:
        result[f"Do_{code}"], result[f"De_{code}"] = as_number(observed[code]), as_number(expected[code])
        result[f"alpha_u_{code}"] = alphas[code]
    result["Do"] = {code: as_number(value) for code, value in observed.items()}
    result["De"] = {code: as_number(value) for code, value in expected.items()}
    return result | _family(units, codes, begin, begin + length, coder_count)


def _mean(numbers: Any) -> float:
    held = list(numbers)
    return sum(held) / len(held) if held else float("nan")


def _family(
    units: Sequence[tuple[int, int, int, str]], codes: Sequence[str], begin: int, end: int, coder_count: int
) -> dict[str, Any]:
    places = {code: number for number, code in enumerate(codes, 1)}
    coders = [
        [(start, stop, places[of]) for start, stop, by, of in units if by == coder] for coder in range(coder_count)
    ]
    names = ("u_alpha", "u_alpha_binary", "cu_alpha")
    if any(continuum.overlapping(spans) for spans in coders):
        # Codes of one coder overlap: no stretch of the text has one value, and the family is not defined.
        return {**dict.fromkeys(names), "ku_alpha": None, "ku_coverage": None}
    sums = continuum.stacked([continuum.coincide(coders, begin, end, code_count=len(codes))])
    by_code, coverage = continuum.code_u_alpha(sums)
    found = (continuum.u_alpha(sums), continuum.binary_u_alpha(sums), continuum.cu_alpha(sums))
    return {
        **{name: as_number(value[0]) for name, value in zip(names, found, strict=True)},
        "ku_alpha": {code: as_number(by_code[0, place - 1]) for code, place in places.items()},
        "ku_coverage": {code: as_number(coverage[0, place - 1]) for code, place in places.items()},
    }


def of_distance(case: Mapping[str, Any], *, place: str) -> dict[str, Any]:
    """Compute δ² of two sections of a continuum, and of two more that `plus` gives."""
    total = unitizing.squared_distance(_section(case["a"], place), _section(case["b"], place))
    plus = case.get("plus")
    if isinstance(plus, Mapping):
        total += unitizing.squared_distance(_section(plus.get("a"), place), _section(plus.get("b"), place))
    return {"d2": total}


def _section(sent: Any, place: str) -> unitizing.Section:
    if not isinstance(sent, list) or len(sent) != 3 or not all(_is_whole(each) for each in sent[:2]):  # noqa: PLR2004  start, length, code
        raise Invalid("agreement.spans", place=place or "/")
    return unitizing.Section(sent[0], sent[0] + sent[1], is_gap=sent[2] is None)


def _rows(sent: Any, place: str) -> list[list[Hashable | None]]:
    if not isinstance(sent, list) or not sent or not all(isinstance(row, list) for row in sent):
        raise Invalid("agreement.cells", place=place or "/", row=1)
    width = len(sent[0])
    if width < _TWO or width * len(sent) > MAX_CELLS:
        raise Invalid("agreement.coders", place=place or "/", count=width)
    for number, row in enumerate(sent, 1):
        if len(row) != width or not all(_is_cell(cell) for cell in row):
            raise Invalid("agreement.cells", place=place or "/", row=number)
    kinds = {isinstance(cell, list) for row in sent for cell in row if cell is not None}
    if len(kinds) > 1:
        raise Invalid("agreement.mixed", place=place or "/")
    return [[frozenset(map(str, cell)) if isinstance(cell, list) else cell for cell in row] for row in sent]


def _is_cell(cell: Any) -> bool:
    if isinstance(cell, list):
        return all(isinstance(code, str | int | float) and not isinstance(code, bool) for code in cell)
    return cell is None or isinstance(cell, str) or _is_number(cell) or isinstance(cell, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST


def _known(rows: Sequence[Sequence[Any]], values: Sequence[Any], place: str) -> None:
    unknown = {str(value) for row in rows for value in row if value is not None and value not in values}
    if unknown:
        raise Invalid("agreement.value_unknown", place=place or "/", value=min(unknown))


def _documents(sent: Any, count: int, place: str) -> tuple[list[int] | None, int, str]:
    """Return the group of each row, how many there are, and what is drawn for the interval."""
    if sent is None:
        return None, count, "items"
    if not isinstance(sent, list) or len(sent) != count:
        raise Invalid("agreement.documents", place=place or "/", count=count)
    numbers: dict[str, int] = {}
    groups = [numbers.setdefault(str(each), len(numbers)) for each in sent]
    return groups, len(numbers), "documents"


def _spans(case: Mapping[str, Any], place: str) -> tuple[int, int, int, list[tuple[int, int, int, str]]]:
    bounds, sent, coder_count = case.get("continuum"), case["units"], case.get("n_coders")
    if not isinstance(bounds, Mapping) or not isinstance(sent, list):
        raise Invalid("agreement.spans", place=place or "/")
    begin, length = bounds.get("begin", 0), bounds.get("length")
    if not _is_whole(begin) or not isinstance(length, int) or length <= 0:
        raise Invalid("agreement.spans", place=place or "/")
    units = [_unit(each, begin, begin + length, f"{place}/units[{row}]") for row, each in enumerate(sent)]
    found = max((unit[2] for unit in units), default=0) + 1
    count = max(coder_count, found) if isinstance(coder_count, int) else found
    if count < _TWO:
        raise Invalid("agreement.coders", place=place or "/", count=count)
    return begin, length, count, units


def _unit(sent: Any, begin: int, end: int, place: str) -> tuple[int, int, int, str]:
    held = sent if isinstance(sent, Mapping) else {}
    start, length, coder, code = (held.get(name) for name in ("start", "length", "coder", "code"))
    if not _is_whole(start) or not _is_whole(length) or not _is_whole(coder) or code is None:
        raise Invalid("agreement.spans", place=place)
    if length < 1 or start < begin or start + length > end or coder < 0:
        raise Invalid("agreement.spans", place=place)
    return start, start + length, coder, str(code)
