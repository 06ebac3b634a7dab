"""Coefficients on units that were cut beforehand, from the tables of one or many corpora: one number for each.

A number is nan where the coefficient is not defined: nothing rated twice, or no variation: chance agrees wholly.
"""

import numpy as np

from coding.agreement.distances import ordinal
from coding.agreement.kinds import Coefficient
from coding.agreement.ratings import Disagreements, Numbers, Sums


def divide(numerator: Numbers, denominator: Numbers) -> Numbers:
    """Divide, nan where the denominator is 0."""
    shape = np.broadcast_shapes(np.shape(numerator), np.shape(denominator))
    quotient = np.full(shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=~np.isclose(denominator, 0.0, atol=1e-12))
    return quotient


def corrected(observed: Numbers, expected: Numbers) -> Numbers:
    """(observed - expected) / (1 - expected)."""
    return divide(observed - expected, 1.0 - expected)


def agreeing(size: int) -> Numbers:
    """Weights of agreement when only equal values agree."""
    return np.eye(size)


def percent(sums: Sums, weights: Numbers | None = None) -> Numbers:
    """Mean over units of the share of pairs of coders who agree; with `weights`, who agree by that much."""
    weights = agreeing(sums.pairs.shape[-1]) if weights is None else weights
    return divide((sums.pairs * weights).sum(axis=(-2, -1)), sums.shared)


def brennan_prediger(sums: Sums, weights: Numbers | None = None) -> Numbers:
    """Chance is the same for every value: 1 / q (Bennett, Alpert & Goldstein 1954; Brennan & Prediger 1981)."""
    size = sums.pairs.shape[-1]
    weights = agreeing(size) if weights is None else weights
    return corrected(percent(sums, weights), np.asarray(weights.sum() / size**2))


def fleiss_chance(sums: Sums, weights: Numbers | None = None) -> Numbers:
    """Agreement by chance if all coders drew from what all of them gave together."""
    weights = agreeing(sums.pairs.shape[-1]) if weights is None else weights
    share = divide(sums.shares, sums.rated[..., None])
    chance: Numbers = np.einsum("...k,kl,...l->...", share, weights, share)
    return chance


def fleiss_kappa(sums: Sums, weights: Numbers | None = None) -> Numbers:
    """Chance follows how often all coders together give each value (Scott 1955; Fleiss 1971; missing as Gwet 2014)."""
    weights = agreeing(sums.pairs.shape[-1]) if weights is None else weights
    return corrected(percent(sums, weights), fleiss_chance(sums, weights))


def gwet_chance(sums: Sums, weights: Numbers | None = None) -> Numbers:
    """Agreement by chance of those who guess, as often as values are mixed."""
    size = sums.pairs.shape[-1]
    if size < 2:  # noqa: PLR2004  nothing to choose between
        return np.full(sums.shared.shape, np.nan)
    weights = agreeing(size) if weights is None else weights
    share = divide(sums.shares, sums.rated[..., None])
    chance: Numbers = weights.sum() / (size * (size - 1.0)) * (share * (1.0 - share)).sum(axis=-1)
    return chance


def gwet_ac1(sums: Sums, weights: Numbers | None = None) -> Numbers:
    """Chance is to guess where one hesitates (Gwet 2008); with `weights`, AC2 (Gwet 2014)."""
    return corrected(percent(sums, weights), gwet_chance(sums, weights))


def chance_of_pairs(sums: Sums, weights: Numbers | None = None) -> tuple[Numbers, Numbers]:
    """Return, for each pair of coders, the agreement observed and the one their own habits would give by chance."""
    weights = agreeing(sums.tables.shape[-1]) if weights is None else weights
    total = sums.tables.sum(axis=(-2, -1))
    rows = divide(sums.tables.sum(axis=-1), total[..., None])
    columns = divide(sums.tables.sum(axis=-2), total[..., None])
    observed = divide((sums.tables * weights).sum(axis=(-2, -1)), total)
    return observed, np.einsum("...k,kl,...l->...", rows, weights, columns)


def cohen_kappa(sums: Sums, weights: Numbers | None = None) -> Numbers:
    """Chance follows how often each coder gives each value (Cohen 1960, 1968); mean over pairs of coders (Light 1971).

    Pairs where it is not defined are left out of the mean.
    """
    kappas = corrected(*chance_of_pairs(sums, weights))
    known = ~np.isnan(kappas)
    return divide(np.where(known, kappas, 0.0).sum(axis=-1), known.sum(axis=-1).astype(np.float64))


def hubert_kappa(sums: Sums) -> Numbers:
    """Observed and chance agreement averaged over pairs of coders before they are compared (Hubert 1977)."""
    observed, expected = chance_of_pairs(sums)
    return corrected(observed.mean(axis=-1), expected.mean(axis=-1))


def kappa_max(sums: Sums) -> Numbers:
    """The κ that the two coders' margins allow at most (Cohen 1960); of the first pair of coders."""
    table = sums.tables[..., 0, :, :]
    total = table.sum(axis=(-2, -1))
    highest = divide(np.minimum(table.sum(axis=-1), table.sum(axis=-2)).sum(axis=-1), total)
    return corrected(highest, chance_of_pairs(sums)[1][..., 0])


def kappa_of_value(sums: Sums) -> Numbers:
    """κ of each value against all others, pooled chance (Fleiss 1971); last axis: values."""
    # Of units rated twice at least: those rated once say nothing on whether two agree.
    share = divide(sums.pairs.sum(axis=-1), sums.shared[..., None])
    both = divide(np.diagonal(sums.pairs, axis1=-2, axis2=-1), sums.shared[..., None])
    return corrected(divide(both, share), share)


def alpha_parts(disagreements: Disagreements, distance: Numbers) -> tuple[Numbers, Numbers]:
    """Return observed and expected disagreement (Krippendorff 1980, 2004)."""
    totals = disagreements.totals
    number = totals.sum(axis=-1)
    # Distances to oneself are 0: pairs of a value with the very same one cost nothing.
    products = np.einsum("...k,...kl,...l->...", totals, distance, totals)
    return divide(disagreements.observed, number), divide(products, number * (number - 1.0))


def alpha(disagreements: Disagreements, distance: Numbers) -> Numbers:
    """1 - observed / expected disagreement, for a distance known beforehand."""
    observed, expected = alpha_parts(disagreements, distance)
    return 1.0 - divide(observed, expected)


def alpha_nominal(sums: Sums) -> Numbers:
    """α where values are names."""
    return alpha(by_coincidences(sums, nominal_distance(sums)), nominal_distance(sums))


def nominal_distance(sums: Sums) -> Numbers:
    """1 off the diagonal."""
    return 1.0 - agreeing(sums.coincidences.shape[-1])


def by_coincidences(sums: Sums, distance: Numbers) -> Disagreements:
    """Weigh coincidences by a distance."""
    return Disagreements((sums.coincidences * distance).sum(axis=(-2, -1)), sums.coincidences.sum(axis=-1))


def ordinal_parts(sums: Sums) -> tuple[Numbers, Numbers]:
    """Return observed and expected disagreement of values that are ranks, in their order."""
    distance = ordinal(sums.coincidences.sum(axis=-1))
    return alpha_parts(by_coincidences(sums, distance), distance)


def alpha_ordinal(sums: Sums) -> Numbers:
    """α where values are ranks."""
    observed, expected = ordinal_parts(sums)
    return 1.0 - divide(observed, expected)


FUNCTIONS = {
    Coefficient.PERCENT: percent,
    Coefficient.COHEN: cohen_kappa,
    Coefficient.BRENNAN_PREDIGER: brennan_prediger,
    Coefficient.GWET: gwet_ac1,
    Coefficient.FLEISS: fleiss_kappa,
    Coefficient.ALPHA: alpha_nominal,
}
