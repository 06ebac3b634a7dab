"""Groups of uncoded segments, proposed with what it takes to judge and replay them.

KMeans on segments reduced to 30 principal components; the choice of each step is argued in docs/method/clustering.md.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coding.nlp import annotate, vectors
from coding.nlp.vectors import Matrix
from coding.units import Unit

COMPONENTS = 30
N_INIT = 10
STABILITY_SEEDS = 3
HINTS = (4, 6, 8, 10, 12, 16, 20)
_LEAST_PER_GROUP = 5
_SILHOUETTE_SAMPLE = 2_000
TERMS = 12
Labels = NDArray[np.int64]
Report = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Member:
    """A unit of a group and its cosine distance to the group's centre, in [0, 2]."""

    unit: Unit
    distance: float


@dataclass(frozen=True, slots=True)
class Group:
    """A proposed group: terms with their c-TF-IDF weight, members from the most typical to the least."""

    terms: tuple[tuple[str, float], ...]
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class ClusterProposal:
    """A grouping, with what tells how far to trust it.

    `hints` gives the silhouette of other numbers of groups; `stability` is the mean adjusted Rand index between three
    seeds (1: the same groups each time), whose most central grouping is the one shown;
    the silhouette lies in [-1, 1] and is low on speech.
    """

    groups: tuple[Group, ...]
    k: int
    silhouette: float
    stability: float
    hints: tuple[tuple[int, float], ...]
    representation: str
    seed: int
    versions: dict[str, str]


def cluster_uncoded(
    units: Sequence[Unit], k: int | None, *, seed: int, report: Report | None = None
) -> ClusterProposal:
    """Group units into `k` groups, or into the number among the hints with the highest silhouette.

    Deterministic for given units, k, seed and versions: everything runs on one thread.
    Raises: ValueError: fewer than two units, or `k` out of 2..n_units - 1.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  with the libraries it holds back

    say: Report = report or (lambda _share, _step: None)
    with threadpool_limits(limits=1):
        texts = [unit.text for unit in units]
        say(0.02, "coding.step_lemmas")
        read = annotate.lemmatise(texts, lambda share: say(0.02 + 0.38 * share, "coding.step_lemmas"))
        say(0.4, "coding.step_vectors")
        represented = vectors.represent(
            texts,
            [each.lemmas for each in read],
            seed=seed,
            report=lambda share: say(0.4 + 0.3 * share, "coding.step_vectors"),
        )
        say(0.7, "coding.step_groups")
        rows = reduce_rows(represented.rows)
        hints = silhouette_hints(rows, seed=seed)
        if k is None:
            k = max(hints, key=lambda hint: hint[1])[0] if hints else 2
        say(0.85, "coding.step_stability")
        partitions = [partition(rows, k, seed=seed + number) for number in range(STABILITY_SEEDS)]
        labels = partitions[most_central(partitions)]
        stability = mean_agreement(partitions)
        say(0.95, "coding.step_terms")
        groups = _describe(units, rows, labels, [each.content for each in read])
        return ClusterProposal(
            groups=groups,
            k=len(groups),
            silhouette=silhouette(rows, labels, seed=seed),
            stability=stability,
            hints=hints,
            representation=represented.name,
            seed=seed,
            versions={**annotate.versions(), **vectors.versions()},
        )


def reduce_rows(rows: Matrix) -> Matrix:
    """Return rows on their first 30 principal components (or as many as there are), again of length 1.

    On rows of length 1 KMeans compares directions (spherical KMeans), so that a short answer is not a group of its own.
    """
    from sklearn.decomposition import PCA  # noqa: PLC0415  slow import

    kept = min(COMPONENTS, rows.shape[0] - 1, rows.shape[1])
    if kept < 1 or not rows.any():
        return rows
    return vectors.unit_rows(PCA(kept, svd_solver="covariance_eigh").fit_transform(rows))


def partition(rows: Matrix, k: int, *, seed: int, n_init: int = N_INIT) -> Labels:
    """Partition rows by KMeans.

    Args:    rows: (n, d).  k: 2 <= k < n.
    Returns: labels (n,), numbered by size, the largest first; ties by the first row.
    Raises:  ValueError: `k` is out of range.
    Source:  Lloyd (1982); Arthur and Vassilvitskii (2007) for the starting centres.
    """
    import warnings  # noqa: PLC0415

    from sklearn.cluster import KMeans  # noqa: PLC0415  slow import
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415  slow import

    if not 2 <= k < len(rows):  # noqa: PLR2004  one group is no grouping
        message = f"k={k} for {len(rows)} rows"
        raise ValueError(message)
    with warnings.catch_warnings():
        # Fewer distinct rows than groups: the groups left are told by their number.
        warnings.simplefilter("ignore", ConvergenceWarning)
        labels = KMeans(k, n_init=n_init, random_state=seed).fit_predict(rows)
    sizes = Counter(labels.tolist())
    first = {label: int(np.argmax(labels == label)) for label in sizes}
    order = {label: number for number, label in enumerate(sorted(sizes, key=lambda each: (-sizes[each], first[each])))}
    return np.array([order[label] for label in labels.tolist()], dtype=np.int64)


def silhouette(rows: Matrix, labels: Labels, *, seed: int) -> float:
    """Return the mean silhouette with cosine distance, on 2,000 rows drawn when there are more (Rousseeuw 1987)."""
    from sklearn.metrics import silhouette_score  # noqa: PLC0415  slow import

    if len(set(labels.tolist())) < 2 or len(set(labels.tolist())) >= len(labels):  # noqa: PLR2004
        return 0.0
    size = _SILHOUETTE_SAMPLE if len(rows) > _SILHOUETTE_SAMPLE else None
    return float(silhouette_score(rows, labels, metric="cosine", sample_size=size, random_state=seed))


def silhouette_hints(rows: Matrix, *, seed: int) -> tuple[tuple[int, float], ...]:
    """Return (k, silhouette) for a small range of k that leaves at least five rows a group on average."""
    return tuple(
        (k, round(silhouette(rows, partition(rows, k, seed=seed, n_init=3), seed=seed), 4))
        for k in HINTS
        if k * _LEAST_PER_GROUP <= len(rows)
    )


def mean_agreement(partitions: Sequence[Labels]) -> float:
    """Return the mean adjusted Rand index over pairs of partitions (Hubert and Arabie 1985)."""
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415  slow import

    return float(np.mean([adjusted_rand_score(one, other) for one, other in combinations(partitions, 2)]))


def most_central(partitions: Sequence[Labels]) -> int:
    """Return which partition agrees most with the others: a run that fell into an odd grouping is not the one shown."""
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415  slow import

    agreements = [sum(adjusted_rand_score(one, other) for other in partitions) for one in partitions]
    return int(np.argmax(np.round(agreements, 9)))


def typical_terms(
    lemmas: Sequence[Sequence[str]], labels: Sequence[int], *, count: int = TERMS
) -> list[list[tuple[str, float]]]:
    """Return for each label 0..K-1 its terms by class-based tf-idf, heaviest first.

    weight = f(term, group) / words(group) · log(1 + A / f(term)), A the mean number of words a group; terms met in
    one segment only are left out where the group has others.  Source: Grootendorst (2022).
    """
    groups = max(labels) + 1
    frequencies = [Counter[str]() for _ in range(groups)]
    documents = [Counter[str]() for _ in range(groups)]
    for words, label in zip(lemmas, labels, strict=True):
        frequencies[label].update(words)
        documents[label].update(set(words))
    overall = sum(frequencies, Counter[str]())
    average = overall.total() / groups
    terms: list[list[tuple[str, float]]] = []
    for frequency, held in zip(frequencies, documents, strict=True):
        total = frequency.total()
        weights = {term: number / total * math.log(1 + average / overall[term]) for term, number in frequency.items()}
        ranked = sorted(weights, key=lambda term: (held[term] < 2, -weights[term], term))  # noqa: PLR2004
        terms.append([(term, round(weights[term], 6)) for term in ranked[:count]])
    return terms


def _describe(
    units: Sequence[Unit], rows: Matrix, labels: Labels, lemmas: Sequence[Sequence[str]]
) -> tuple[Group, ...]:
    terms = typical_terms(lemmas, labels.tolist())
    directions = vectors.unit_rows(rows)
    groups: list[Group] = []
    for label, held in enumerate(terms):
        places = np.flatnonzero(labels == label)
        centre = vectors.unit_rows(rows[places].mean(axis=0, keepdims=True))[0]
        distances = 1.0 - directions[places] @ centre
        order: Any = np.lexsort((places, np.round(distances, 9)))
        groups.append(
            Group(
                tuple(held),
                tuple(Member(units[int(places[place])], round(float(distances[place]), 6)) for place in order),
            )
        )
    return tuple(groups)
