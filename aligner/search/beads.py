"""From sentence vectors to beads with probabilities, and to the document's verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import AlignConfig, Bead, Sentence
from aligner.search.anchors import Keys, share_anchors
from aligner.search.bands import choose_band
from aligner.search.features import MAX_RUN, Side, Tile, best_cosines, make_side, make_tiles, score_band
from aligner.search.lattice import NULL_TARGET, Band, BeadType, best_path, posteriors
from aligner.search.model import AlignmentModel

Floats = NDArray[np.float32]
Potentials = dict[BeadType, NDArray[np.float64]]

NULLS: tuple[BeadType, BeadType] = ((1, 0), NULL_TARGET)


def make_sides(
    source: Sequence[Sentence],
    target: Sequence[Sentence],
    source_vectors: Floats,
    target_vectors: Floats,
    units: tuple[Sequence[int], Sequence[int]] | None,
    keys: tuple[Keys, Keys] | None,
    band: Band,
    length_ratio: float,
) -> tuple[tuple[Side, Side], list[Tile]]:
    """Put both sides into the arrays that the features need, with the tiles of the band; see `features.make_side`."""
    anchors = share_anchors(*(keys or ([()] * len(source), [()] * len(target))), band)
    tiles = make_tiles(source_vectors, target_vectors, band, anchors)
    best_source, best_target = best_cosines(source_vectors, target_vectors, band, tiles)
    totals, other_units = (anchors.source_total, anchors.target_total), units and units[::-1]
    sides = (
        make_side(source, source_vectors, target_vectors, best_source, units, totals[0], length_ratio),
        make_side(target, target_vectors, source_vectors, best_target, other_units, totals[1], 1.0),
    )
    return sides, tiles


def merge_nulls(probability: Potentials, band: Band) -> None:
    """Give every null bead the probability that its sentence has no counterpart, wherever in the lattice it is skipped.

    Of a source and a target sentence without counterpart side by side, either can be skipped first: the paths differ,
    the alignment does not. So probabilities of (1, 0) are added up over each row, those of (0, 1) over each column.
    """
    rows = np.repeat(np.arange(len(band.lo)), np.diff(band.start))
    columns = np.arange(band.n_cells) - band.start[rows] + band.lo[rows]
    for null, index in (((1, 0), rows), (NULL_TARGET, columns)):
        probability[null] = np.minimum(np.bincount(index, probability[null]), 1.0)[index]


def expected_gains(probability: Potentials) -> Potentials:
    """Turn bead probabilities into gains whose best path has the largest expected number of sentences in right beads.

    Notes
    -----
    Minimum Bayes risk decoding (Goodman 1996 for parsing): a bead of m:n sentences counts m + n, so that two 1:1 beads
    do not outvote one 2:2 bead of the same probability. Against the most probable path: docs/decisions/0003.
    """
    return {t: p * sum(t) for t, p in probability.items()}


NULL_TRUST, USUAL_SENTENCES = 0.5, 10
"""Share of the difference in log odds that the scores follow (not all: the rate is counted on a path that the scores
themselves made), and the number of sentences that the usual rate weighs as many as. Likelihood of fresh documents like
those fitted on is .0555 nats a bead without, .0536 with these; on the dev sets .5 and .7 are equal, 1 is too much
(docs/decisions/0009; test_anchors.py: a free translation)."""


def null_discount(path: Sequence[BeadType], usual_rate: float) -> float:
    """What the score of a null bead loses in a document that has fewer of them than usual.

    Parameters
    ----------
    path : sequence of bead types
        The most probable path of the document.
    usual_rate : float
        Share of sentences without counterpart in the documents that the weights were fitted on, strictly in 0..1.

    Returns
    -------
    float
        Nats, 0 or less: NULL_TRUST of the log odds of the document's rate, USUAL_SENTENCES at the usual rate counted
        in, over the usual rate's; 0 where the document has more nulls than usual.

    Notes
    -----
    One rate for all documents means that where nothing is left out, a free translation of a sentence looks no better
    than a stranger in a text full of gaps. Raising the score in documents with many nulls gained nothing: some are
    nulls only because the translation is free.

    Examples
    --------
    >>> null_discount([(1, 1)] * 50, 0.1) < 0, null_discount([(1, 1), (1, 0)] * 50, 0.1)
    (True, 0.0)
    """
    n_sentences, n_null = sum(a + b for a, b in path), sum(bead in NULLS for bead in path)
    rate = (n_null + USUAL_SENTENCES * usual_rate) / (n_sentences + USUAL_SENTENCES)
    return NULL_TRUST * min(float(np.log(rate / (1 - rate)) - np.log(usual_rate / (1 - usual_rate))), 0.0)


def find_beads(
    source: Sequence[Sentence],
    target: Sequence[Sentence],
    source_vectors: Floats,
    target_vectors: Floats,
    *,
    model: AlignmentModel,
    config: AlignConfig,
    units: tuple[Sequence[int], Sequence[int]] | None = None,
    keys: tuple[Keys, Keys] | None = None,
) -> tuple[list[Bead], float]:
    """Align two sequences of sentences by their vectors.

    Parameters
    ----------
    source, target : sequence of Sentence
        n and m sentences.
    source_vectors, target_vectors : float32 arrays, shapes (n, d) and (m, d)
        Additive sentence vectors.
    model : AlignmentModel
        Weights.
    config : AlignConfig
        How to decode.
    units : pair of sequences of int, optional
        Unit of each sentence by the layout, -1 where it tells nothing.
    keys : pair of sequences of sequences of str, optional
        What each sentence and its translation are likely to hold alike (`evidence.anchors`).

    Returns
    -------
    beads : list of Bead
        In order, each sentence in exactly one.
    parallel_probability : float
        Probability in 0..1 that the two texts are translations of each other.
    """
    band = choose_band(source_vectors, target_vectors)
    sides, tiles = make_sides(source, target, source_vectors, target_vectors, units, keys, band, model.length_ratio)
    scores = score_band(*sides, band, tiles, model.weights)
    bias = config.null_bias + null_discount(best_path(scores, band), model.null_rate)
    for null in NULLS:
        scores[null] += bias
    _, probability = posteriors(scores, band)
    merge_nulls(probability, band)
    path = best_path(expected_gains(probability) if config.decoding == "expected" else scores, band)
    beads = [_bead(*bead, probability, band, *sides) for bead in _positions(path)]
    return beads, parallel_probability(beads, *sides, model.verdict)


def _positions(path: Sequence[BeadType]) -> list[tuple[BeadType, int, int]]:
    """Bead types with the node that each ends at."""
    result, i, j = [], 0, 0
    for bead in path:
        i, j = i + bead[0], j + bead[1]
        result.append((bead, i, j))
    return result


def _bead(bead: BeadType, i: int, j: int, probability: Potentials, band: Band, source: Side, target: Side) -> Bead:
    """Make the bead that ends at node (i, j)."""
    a, b = bead
    p = float(probability[bead][band.start[i] + j - band.lo[i]])
    cosine = 0.0
    if a and b:
        # Sentence i - 1 stands at padded row i - 1 + MAX_RUN.
        source_run = source.vectors[MAX_RUN + i - a : MAX_RUN + i].sum(axis=0)
        target_run = target.vectors[MAX_RUN + j - b : MAX_RUN + j].sum(axis=0)
        cosine = float(source_run @ target_run / (source.norm[a, i] * target.norm[b, j]))
    return Bead(tuple(range(i - a, i)), tuple(range(j - b, j)), min(max(p, 0.0), 1.0), min(max(cosine, -1.0), 1.0))


def document_features(beads: Sequence[Bead], source: Side, target: Side) -> dict[str, float]:
    """Describe an alignment for the verdict.

    Returns
    -------
    dict of str to float
        ``cosine``: mean over characters of the cosine of the bead that holds them, 0 in a null bead; ``excess``: the
        same of (cosine - background) / (1 - background); ``coverage``: share of characters outside null beads;
        ``log_size``: log of 1 + the sentences of the smaller side; ``excess_log_size``: ``excess`` times that.
    """
    cosine = excess = covered = 0.0
    for bead in beads:
        if bead.is_null:
            continue
        i, j, a, b = bead.source[-1] + 1, bead.target[-1] + 1, len(bead.source), len(bead.target)
        size = float(source.characters[a, i] + target.characters[b, j])
        background = float(source.background[a, i] + target.background[b, j]) / 2
        excess += size * (bead.score - background) / max(1 - background, 0.1)
        cosine += size * bead.score
        covered += size
    total = max(float(source.characters[1].sum() + target.characters[1].sum()), 1.0)
    log_size = float(np.log1p(min(source.characters.shape[1], target.characters.shape[1]) - 1))
    return {
        "bias": 1.0,
        "cosine": cosine / total,
        "excess": excess / total,
        "coverage": covered / total,
        "log_size": log_size,
        "excess_log_size": excess / total * log_size,
    }


def parallel_probability(beads: Sequence[Bead], source: Side, target: Side, weights: Mapping[str, float]) -> float:
    """Probability that the two texts are translations of each other, by logistic regression on `document_features`."""
    if not any(not bead.is_null for bead in beads):
        return 0.0
    logit = sum(weights[name] * value for name, value in document_features(beads, source, target).items())
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
