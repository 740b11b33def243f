"""The search of Bertalign (Liu & Zhu 2023, https://doi.org/10.1093/llc/fqac089), re-implemented; no code of theirs.

Two passes. The first finds anchors: the 1:1 path with the largest sum of cosines, where only pairs count whose target
is among the K_NEAREST of its source. The second searches beads of up to MAX_BEAD sentences, no boundary of which lies
further than WINDOW sentences outside the anchors around it: a bead scores its cosine, less half of the mean cosines to
the neighbours on either side (their margin), times log2(1 + ratio of the lengths), and a null SKIP. The vectors of runs
are of the joined text. All cells are held in memory: this is for quality, not for speed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

K_NEAREST = 3
MAX_BEAD = 5  # sentences of both sides together
SKIP = -0.1
WINDOW = 5  # sentences on either side of the anchors
MAX_CELLS = 16_000_000

Floats = Any  # arrays of float32 and float64
Beads = list[tuple[list[int], list[int]]]


def best_path(
    scores: dict[tuple[int, int], Floats], skip: float, inside: Floats | None = None
) -> list[tuple[int, int]]:
    """Bead types from first to last; scores[a, b][i, j] is of the bead that begins at sentences i and j.

    The path passes only where it is `inside`, shape (n + 1, m + 1): before the sentences i and j.
    """
    n, m = next(iter(scores.values())).shape
    outside = np.zeros((n + 1, m + 1), bool) if inside is None else ~inside
    best = np.full((n + 1, m + 1), -np.inf)
    best[0, 0] = 0.0
    steps = np.arange(m + 1) * skip
    for i in range(n + 1):
        if i:
            np.maximum(best[i], best[i - 1] + skip, out=best[i])
        for (a, b), score in scores.items():
            if i >= a:
                into = best[i, b:]
                np.maximum(into, best[i - a, : m + 1 - b] + score[i - a, : m + 1 - b], out=into)
        best[i, outside[i]] = -np.inf
        best[i] = np.maximum.accumulate(best[i] - steps) + steps
        best[i, outside[i]] = -np.inf
    path = []
    i, j = n, m
    while i or j:
        options = [(best[i - 1, j] + skip, (1, 0))] if i else []
        options += [(best[i, j - 1] + skip, (0, 1))] if j else []
        options += [
            (best[i - a, j - b] + score[i - a, j - b], (a, b)) for (a, b), score in scores.items() if i >= a and j >= b
        ]
        a, b = max(options)[1]
        path.append((a, b))
        i, j = i - a, j - b
    return path[::-1]


def anchors(cosine: Floats) -> list[tuple[int, int]]:
    """Where the pairs of the best 1:1 path among near neighbours end, (i + 1, j + 1); last the end of the texts."""
    n, m = cosine.shape
    near = np.zeros((n, m))
    columns = np.argsort(-cosine, axis=1)[:, :K_NEAREST]
    np.put_along_axis(near, columns, np.take_along_axis(cosine, columns, 1).clip(0), 1)
    found: list[tuple[int, int]] = []
    i = j = 0
    for a, b in best_path({(1, 1): near}, 0.0):
        i, j = i + a, j + b
        if a and b and near[i - 1, j - 1] > 0:
            found.append((i, j))
    if found and (found[-1][0] == n or found[-1][1] == m):
        del found[-1]
    return [*found, (n, m)]


def near_anchors(ends: list[tuple[int, int]], n: int, m: int) -> Floats:
    """Whether the second pass may pass before the sentences i and j; shape (n + 1, m + 1)."""
    inside = np.zeros((n + 1, m + 1), bool)
    for (i0, j0), (i1, j1) in itertools.pairwise([(0, 0), *ends]):
        inside[i0 + 1 : i1 + 1, max(j0 - WINDOW, 0) : j1 + WINDOW + 1] = True
    inside[0] = inside[1]
    return inside


def neighbour_mean(cosine: Floats, length: int) -> Floats:
    """Mean cosine of a run to the sentences before and behind the run of this length that begins in each column."""
    n, m = cosine.shape
    total, count = np.zeros((n, m)), np.zeros(m)
    total[:, 1:], count[1:] = cosine[:, : m - 1], 1
    if m > length:
        total[:, : m - length] += cosine[:, length:]
        count[: m - length] += 1
    return total / np.maximum(count, 1)


def align(source: Sequence[str], target: Sequence[str], encode: Callable[[list[str]], Floats]) -> Beads:
    """Align; raises ValueError where the cells would not fit into memory."""
    n, m = len(source), len(target)
    if n * m > MAX_CELLS:
        raise ValueError(f"{n} x {m} sentences are over {MAX_CELLS:,} cells")
    if not n or not m:
        return [([i], []) for i in range(n)] + [([], [j]) for j in range(m)]
    lengths = range(1, MAX_BEAD)
    texts = [[[" ".join(side[k : k + r]) for k in range(len(side))] for r in lengths] for side in (source, target)]
    s, t = ([encode(layer) for layer in layers] for layers in texts)
    chars = [[np.array([len(text.encode()) for text in layer]) for layer in layers] for layers in texts]
    ratio = chars[0][0].sum() / max(chars[1][0].sum(), 1)
    inside = near_anchors(anchors(s[0] @ t[0].T), n, m)
    scores = {}
    for a in lengths:
        for b in range(1, MAX_BEAD + 1 - a):
            margin = neighbour_mean(s[a - 1] @ t[0].T, b) + neighbour_mean((s[0] @ t[b - 1].T).T, a).T
            first, second = chars[0][a - 1][:, None] + 1e-9, chars[1][b - 1][None] * ratio + 1e-9
            fit = np.log2(1 + np.minimum(first, second) / np.maximum(first, second))
            score = (s[a - 1] @ t[b - 1].T - margin / 2) * fit
            score[n - a + 1 :], score[:, m - b + 1 :] = -np.inf, -np.inf  # runs that the text is too short for
            scores[a, b] = score
    beads: Beads = []
    i = j = 0
    for a, b in best_path(scores, SKIP, inside):
        beads.append((list(range(i, i + a)), list(range(j, j + b))))
        i, j = i + a, j + b
    return beads
