"""Retrieval: how often a sentence's nearest neighbour on the other side is its translation, for any encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from aligner.doors import checked
from aligner.encoders.embedded import Floats, checked_rows, unit_rows
from aligner.encoders.embedded import encode as embedded_encode
from aligner.errors import InputError
from aligner.evaluation.tallies import (
    SAMPLES,
    SEED,
    Figure,
    Figures,
    Ratio,
    Tally,
    check_sampling,
    list_texts,
    signature_of,
)
from aligner.version import shipped_digest

NEIGHBOURS: Final = 4
"""k of the margin, as in Artetxe & Schwenk (2019, section 3.2) and in LASER's xsim."""

_CELLS: Final = 1 << 22
"""Similarities held at a time: 16 MB, and a few times that while they are sorted."""

_SMALLEST: Final = np.float32(1e-6)
"""Least mean similarity a margin divides by: with nothing similar near, a ratio says nothing."""

_WAYS: Final = ("en_vi", "vi_en")
"""From English to Vietnamese, and back."""

_MEASURES: Final = {"cosine accuracy": "cosine", "margin accuracy": "margin", "xsim error": "xsim"}


@dataclass(frozen=True)
class RetrievalEvaluation(Figures):
    """Shares of sentences found, from English to Vietnamese, back, and both ways; see `evaluate_retrieval`."""

    kind: ClassVar[str] = "retrieval"

    @property
    def figures(self) -> list[Figure]:
        """Each measure for each way and for both."""
        found = []
        for measure, name in _MEASURES.items():
            for way in _WAYS:
                found.append(Figure(measure, way, (Ratio((f"{name} {way}",), ("pairs",)),)))
            both = tuple(f"{name} {way}" for way in _WAYS)
            found.append(Figure(measure, "both", (Ratio(both, ("pairs", "pairs")),)))
        return found

    def counts_of(self, measure: str) -> dict[str, int]:
        """Number of pairs."""
        return {"pairs": self.tally.total("pairs")}


@checked
def evaluate_retrieval(
    source: Sequence[str],
    target: Sequence[str],
    *,
    encode: Callable[[list[str]], Any] | tuple[Any, Any] | None = None,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> RetrievalEvaluation:
    """Measure how often a sentence's nearest neighbour among all of the other side is its translation.

    Parameters
    ----------
    source, target : sequence of str
        n English sentences and their n Vietnamese translations, in the same order.
    encode : callable or pair of arrays, optional
        As for `align`: any encoder, or the vectors of the two sides, shape (n, d) each; by default the embedded one.
    samples, seed : int
        Of the bootstrap behind the intervals, which draws pairs.

    Returns
    -------
    RetrievalEvaluation
        ``values`` and ``intervals`` by measure and way ("en_vi", "vi_en", "both"), each 0..1. "cosine accuracy" and
        "margin accuracy": share of the sentences whose nearest neighbour is right, by cosine and by ratio margin
        (k = 4). "xsim error": share of wrong ones as LASER's xsim counts them.

    Raises
    ------
    InputError
        If the sides differ in length, are empty or no lists of str, or `encode` returns no finite numbers of shape
        (n, d).

    Notes
    -----
    Ratio margin: a pair's cosine over the mean of both sides' mean cosines to their k nearest neighbours, Artetxe &
    Schwenk (2019), equation 1, https://aclanthology.org/P19-1309/ . xsim takes the best margin among the k neighbours
    nearest by cosine only, https://github.com/facebookresearch/LASER . Of equal neighbours the first counts, so a line
    that stands twice can be found right once only. Similarities are worked out a block of rows at a time, twice: memory
    grows with n, not with its square.

    Examples
    --------
    >>> en, vi = ["It rained.", "Thank you very much.", "The train is late."], ["Trời mưa.", "Cảm ơn.", "Tàu trễ."]
    >>> e = evaluate_retrieval(en, vi, encode=([[1, 0], [0, 1], [1, 1]], [[9, 1], [1, 9], [7, 7]]))
    >>> e.values["cosine accuracy", "both"], e.values["xsim error", "en_vi"]
    (1.0, 0.0)
    """
    check_sampling(samples, seed)
    sides = [list_texts(side, name) for side, name in ((source, "source"), (target, "target"))]
    n = len(sides[0])
    if n != len(sides[1]):
        found = f"{n} and {len(sides[1])}"
        raise InputError("source and target differ in length", found=found, todo="give pairs, line by line")
    if not n:
        raise InputError("no pairs", todo="give at least one")
    one, other, name = _vectors(sides[0], sides[1], encode)
    counts = np.stack([*_hits(one, other, min(NEIGHBOURS, n)), np.ones(n, bool)], axis=1).astype(np.int64)
    columns = (*(f"{name} {way}" for name in _MEASURES.values() for way in _WAYS), "pairs")
    tally = Tally("pairs", (), columns, counts)
    digest = hashlib.sha256("\n".join(map("\n".join, sides)).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    parts = {"encoder": name, "k": NEIGHBOURS, "pairs": n, "gold_sha": digest}
    return RetrievalEvaluation(
        tally, signature_of("retrieval", parts, tally, samples=samples, seed=seed), samples, seed
    )


def _vectors(
    source: list[str], target: list[str], encode: Callable[[list[str]], Any] | tuple[Any, Any] | None
) -> tuple[Floats, Floats, str]:
    """Unit vectors of both sides, and what they are by."""
    if encode is None:
        name = f"embedded-{shipped_digest('encoder.npz')}"
        return embedded_encode(source), embedded_encode(target), name
    if isinstance(encode, tuple):
        if len(encode) != 2:
            raise InputError(
                "encode is no pair of arrays", found=f"{len(encode)} of them", todo="give one for each side"
            )
        given_source, given_target = encode
        one = checked_rows(lambda _: given_source, source, what="encode: vectors of the source must be")
        other = checked_rows(lambda _: given_target, target, what="encode: vectors of the target must be")
        name = "vectors"
    else:
        one, other = checked_rows(encode, source), checked_rows(encode, target)
        name = str(getattr(encode, "signature", None) or "given")
    if one.shape[1] != other.shape[1]:
        found = f"{one.shape[1]} and {other.shape[1]} numbers"
        raise InputError("vectors of different lengths", found=found, todo="encode both sides by one encoder")
    # Scaled first: the squares of large numbers would not fit into float32.
    one, other = (rows / np.maximum(np.abs(rows).max(axis=1, keepdims=True, initial=0), 1e-30) for rows in (one, other))
    return unit_rows(one.astype(np.float32)), unit_rows(other.astype(np.float32)), name.replace("|", "/")


def _blocks(source: Floats, target: Floats) -> Iterator[tuple[slice, Floats]]:
    """Cosines of some rows with all columns at a time."""
    step = max(1, _CELLS // max(1, len(target)))
    for first in range(0, len(source), step):
        rows = slice(first, min(first + step, len(source)))
        yield rows, source[rows] @ target.T


def _hits(source: Floats, target: Floats, k: int) -> list[NDArray[np.bool_]]:
    """Right by cosine, right by margin, wrong by xsim: each from the source's and the target's side, shape (n,)."""
    n = len(source)
    own = np.arange(n)
    near_source = np.empty((n, k), np.float32)  # cosines to the k nearest, in no order
    near_target = np.full((k, n), -np.inf, np.float32)
    nearest_source, nearest_target, best_target = np.empty(n, int), np.zeros(n, int), np.full(n, -np.inf, np.float32)
    for rows, cosines in _blocks(source, target):
        near_source[rows] = np.partition(cosines, n - k, axis=1)[:, n - k :]
        nearest_source[rows] = cosines.argmax(axis=1)
        _keep_best(cosines, rows, nearest_target, best_target)
        stacked = np.concatenate([near_target, cosines])
        near_target = np.partition(stacked, len(stacked) - k, axis=0)[len(stacked) - k :]
    mean_source, mean_target = near_source.mean(axis=1), near_target.mean(axis=0)
    least_source, least_target = near_source.min(axis=1), near_target.min(axis=0)
    margins = {key: (np.empty(n, int), np.zeros(n, int), np.full(n, -np.inf, np.float32)) for key in ("margin", "xsim")}
    for rows, cosines in _blocks(source, target):
        margin = cosines / np.maximum((mean_source[rows, None] + mean_target[None]) / 2, _SMALLEST)
        for key, (from_source, from_target, best) in margins.items():
            ways = margin, margin
            if key == "xsim":  # only the k nearest may win
                ways = (
                    np.where(cosines >= least_source[rows, None], margin, -np.inf),
                    np.where(cosines >= least_target[None], margin, -np.inf),
                )
            from_source[rows] = ways[0].argmax(axis=1)
            _keep_best(ways[1], rows, from_target, best)
    return [
        nearest_source == own,
        nearest_target == own,
        margins["margin"][0] == own,
        margins["margin"][1] == own,
        margins["xsim"][0] != own,
        margins["xsim"][1] != own,
    ]


def _keep_best(values: Floats, rows: slice, places: NDArray[np.int_], best: Floats) -> None:
    """Update each column's best value and its row, in place; of equal ones the first row stays."""
    place = values.argmax(axis=0)
    value = values[place, np.arange(values.shape[1])]
    better = value > best
    places[better], best[better] = place[better] + rows.start, value[better]
