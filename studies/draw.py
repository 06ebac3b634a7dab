"""A draw by lot within strata that anybody can replay with `sha256sum`.

Each person's rank is the SHA-256 of `seed LF stratum LF id`; the smallest ranks of each stratum are taken. No generator
of random numbers is involved: its stream may change between versions, and an auditor could not replay it.
Method and the order of publication (list hash first, then the seed): docs/method/draw.md.
"""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256

from core.errors import Invalid

ROUNDING = "ARRONDI"


def draw_by_lot(strata: Mapping[str, str], *, size: int, seed: str) -> frozenset[str]:
    """Return the ids taken, exactly `size` of them, each stratum in proportion.

    Args:    strata: the stratum of each id; the order of the mapping has no influence.
             size: how many to take, 0 <= size <= number of ids.
    Raises:  Invalid: "draw.size" when size is out of range, "draw.empty_stratum" for an id without stratum.
    """
    quotas = quotas_by_stratum(strata, size=size, seed=seed)
    return _take(strata, quotas, seed)


def draw_first_half(strata: Mapping[str, str], *, seed: str) -> frozenset[str]:
    """Return the ids taken when each stratum gives its first half, rounded above, whatever the others give."""
    _refuse_empty(strata)
    quotas = {stratum: -(-count // 2) for stratum, count in Counter(strata.values()).items()}
    return _take(strata, quotas, seed)


def quotas_by_stratum(strata: Mapping[str, str], *, size: int, seed: str) -> dict[str, int]:
    """Return how many each stratum gives: the whole part of its share, then one more for the largest remainders.

    Equal remainders are ordered by the SHA-256 of `seed LF ARRONDI LF stratum`, so that rounding is drawn too.
    """
    _refuse_empty(strata)
    if not 0 <= size <= len(strata):
        raise Invalid("draw.size", size=size, listed=len(strata))
    counts = Counter(strata.values())
    shares = {stratum: Fraction(count * size, len(strata)) for stratum, count in counts.items()}
    quotas = {stratum: int(share) for stratum, share in shares.items()}
    by_remainder = sorted(shares, key=lambda name: (quotas[name] - shares[name], _digest(seed, ROUNDING, name)))
    for stratum in by_remainder[: size - sum(quotas.values())]:
        quotas[stratum] += 1
    return quotas


def list_hash(strata: Mapping[str, str]) -> str:
    """Return the SHA-256 of the lines `id;stratum`, sorted by bytes: published before the seed is known."""
    lines = sorted(f"{identifier};{stratum}".encode() for identifier, stratum in strata.items())
    return sha256(b"\n".join(lines)).hexdigest()


def _take(strata: Mapping[str, str], quotas: Mapping[str, int], seed: str) -> frozenset[str]:
    members: dict[str, list[str]] = {}
    for identifier, stratum in strata.items():
        members.setdefault(stratum, []).append(identifier)
    taken: set[str] = set()
    for stratum, identifiers in members.items():
        ranked = sorted((_digest(seed, stratum, identifier), identifier) for identifier in identifiers)
        taken |= {identifier for _rank, identifier in ranked[: quotas[stratum]]}
    return frozenset(taken)


def _refuse_empty(strata: Mapping[str, str]) -> None:
    for identifier, stratum in strata.items():
        if not stratum.strip():
            raise Invalid("draw.empty_stratum", id=identifier)


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
