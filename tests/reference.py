"""Plain twins of the fast code: slow loops that anyone can check."""

import math
from collections.abc import Iterator

import numpy as np

BeadType = tuple[int, int]
Scores = dict[BeadType, np.ndarray]  # by bead type, shape (n + 1, m + 1): the bead that ends at node (i, j)


def paths(types: list[BeadType], n: int, m: int) -> Iterator[list[BeadType]]:
    """Every way to cover n and m sentences with beads."""
    if n == m == 0:
        yield []
    for a, b in types:
        if a <= n and b <= m:
            for rest in paths(types, n - a, m - b):
                yield [*rest, (a, b)]


def path_score(path: list[BeadType], scores: Scores) -> float:
    """Sum of the scores of a path's beads."""
    total, i, j = 0.0, 0, 0
    for bead in path:
        i, j = i + bead[0], j + bead[1]
        total += float(scores[bead][i, j])
    return total


def best_score(scores: Scores, n: int, m: int) -> float:
    """Score of the best path, by looking at all of them."""
    return max(path_score(path, scores) for path in paths(list(scores), n, m))


def posteriors(scores: Scores, n: int, m: int) -> tuple[float, Scores]:
    """Log of the sum over all paths, and the share of it that goes through each bead."""
    found = {t: np.zeros((n + 1, m + 1)) for t in scores}
    total = 0.0
    for path in paths(list(scores), n, m):
        weight = math.exp(path_score(path, scores))
        total += weight
        i = j = 0
        for bead in path:
            i, j = i + bead[0], j + bead[1]
            found[bead][i, j] += weight
    return math.log(total), {t: f / total for t, f in found.items()}


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    """Cosine of two vectors, 0 where one is zero."""
    norms = math.sqrt(float(a @ a)) * math.sqrt(float(b @ b))
    return float(a @ b) / norms if norms > 1e-9 else 0.0


def bead_cosine(source: np.ndarray, target: np.ndarray, i: int, j: int, a: int, b: int) -> float:
    """Cosine of the sums of sentences i - a .. i - 1 and j - b .. j - 1."""
    return cosine(source[i - a : i].sum(axis=0), target[j - b : j].sum(axis=0))


def shortfall(gain: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """How much less the best path through each node gains than the best of all; pairs gain, nulls do not.

    gain and inside have shape (n + 1, m + 1); nan outside.
    """
    n, m = gain.shape[0] - 1, gain.shape[1] - 1
    before, after = np.full_like(gain, -np.inf), np.full_like(gain, -np.inf)
    for i, j in np.ndindex(gain.shape):
        if inside[i, j]:
            best = 0.0 if i == j == 0 else -np.inf
            best = max(best, before[i - 1, j]) if i else best
            best = max(best, before[i, j - 1]) if j else best
            before[i, j] = max(best, before[i - 1, j - 1] + gain[i, j]) if i and j else best
    for i, j in reversed(list(np.ndindex(gain.shape))):
        if inside[i, j]:
            best = 0.0 if (i, j) == (n, m) else -np.inf
            best = max(best, after[i + 1, j]) if i < n else best
            best = max(best, after[i, j + 1]) if j < m else best
            after[i, j] = max(best, after[i + 1, j + 1] + gain[i + 1, j + 1]) if i < n and j < m else best
    return np.where(inside, before[n, m] - before - after, np.nan)


Keys = list[tuple[str, ...]]
MAX_OCCURRENCES = 8


def anchor_weight(key: str, source: Keys, target: Keys, i: int, j: int, reach: np.ndarray) -> float:
    """Weight of a key that sentences i and j may share, 0 where they do not or it is too frequent within reach."""
    if key not in source[i] or key not in target[j] or not reach[i, j]:
        return 0.0
    n_target = sum(key in target[q] for q in range(len(target)) if reach[i, q])
    n_source = sum(key in source[p] for p in range(len(source)) if reach[p, j])
    return 1 / max(n_source, n_target) if max(n_source, n_target) <= MAX_OCCURRENCES else 0.0


def shared_anchors(source: Keys, target: Keys, reach: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shared weight of every sentence pair, shape (n, m), and what each sentence could share, shapes (n,) and (m,)."""
    shared = np.zeros((len(source), len(target)))
    totals = np.zeros(len(source)), np.zeros(len(target))
    for key in {key for row in source for key in row}:
        weights = np.zeros_like(shared)
        for i, j in np.ndindex(shared.shape):
            weights[i, j] = anchor_weight(key, source, target, i, j, reach)
        shared += weights
        totals[0][:] += weights.max(axis=1, initial=0)
        totals[1][:] += weights.max(axis=0, initial=0)
    return shared, *totals


def bead_anchors(shared: np.ndarray, i: int, j: int, a: int, b: int) -> float:
    """What sentences i - a .. i - 1 and j - b .. j - 1 share."""
    return sum(float(shared[p, q]) for p in range(i - a, i) for q in range(j - b, j))


def ragged_edges(n: int, m: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Edges of some band of n + 1 rows: never falling, from row to row at least one column in common."""
    rng = np.random.default_rng(seed)
    lo, hi = np.sort(rng.integers(0, m + 1, (2, n + 1)), axis=1)
    lo[0], hi[n] = 0, m
    lo, hi = np.minimum(lo, hi), np.maximum.accumulate(np.maximum(hi, lo))
    lo[1:] = np.minimum(lo[1:], hi[:-1])
    lo = np.minimum.accumulate(lo[::-1])[::-1]
    return lo.astype(np.int64), hi.astype(np.int64)
