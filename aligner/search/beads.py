"""From sentence vectors to beads with probabilities."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import AlignConfig, Bead, Verdict
from aligner.encoders.embedded import CHUNK_ROWS
from aligner.evaluation.beads import Ids
from aligner.search.bands import choose_band, narrow_band
from aligner.search.context import (
    Context,
    Features,
    context_features,
    estimate_length_ratio,
    mutual_pairs,
    read_context,
)
from aligner.search.features import pair_excess, pair_gains, score_band
from aligner.search.fixed import FixedBeads, is_run
from aligner.search.lattice import MAX_RUN, NULL_TARGET, Band, BeadType, Gains, best_path, places, posteriors
from aligner.search.sharing import SharedAnchors, share_anchors
from aligner.search.sides import Evidence, SideArrays, make_side
from aligner.search.tiles import Tile, best_cosines, make_tiles
from aligner.search.timing import fit_clock, time_scores
from aligner.search.verdict import tell_relation
from aligner.search.weights import AlignmentWeights

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Potentials = dict[BeadType, NDArray[np.float64]]

NULLS: tuple[BeadType, BeadType] = ((1, 0), NULL_TARGET)


def make_sides(
    known: Evidence, band: Band, length_ratio: float
) -> tuple[tuple[SideArrays, SideArrays], list[Tile], SharedAnchors]:
    """Put both sides into the arrays that the features need, with the tiles of the band; see `sides.make_side`."""
    (source, target), vectors, units = known.sides, known.vectors, known.units
    anchors = share_anchors(*(known.keys or ([()] * len(source), [()] * len(target))), band)
    tiles = make_tiles(*vectors, band, anchors)
    best, totals = best_cosines(*vectors, band, tiles), (anchors.source_total, anchors.target_total)
    sides = (
        make_side(source, *vectors, best[0], units, totals[0], length_ratio, known.languages.source),
        make_side(target, *vectors[::-1], best[1], units and units[::-1], totals[1], 1.0, known.languages.target),
    )
    return sides, tiles, anchors


def merge_nulls(probability: Potentials, band: Band) -> None:
    """Give every null bead the probability that its sentence has no counterpart, wherever in the lattice it is skipped.

    Of a source and a target sentence without counterpart side by side, either can be skipped first: the paths differ,
    the alignment does not. So probabilities of (1, 0) are added up over each row, those of (0, 1) over each column.
    """
    for null, index in zip(NULLS, places(band), strict=True):
        probability[null] = np.minimum(np.bincount(index, probability[null]), 1.0)[index]


def count_sentences(bead: BeadType) -> int:
    """What a bead counts if it is right: its sentences.

    Notes
    -----
    Minimum Bayes risk decoding (Goodman 1996 for parsing): of probabilities weighed so, the best path has the largest
    expected number of sentences in right beads. Two 1:1 beads do not outvote one 2:2 bead of the same probability.
    Against the most probable path: docs/decisions/0003.
    """
    return sum(bead)


def find_beads(known: Evidence, *, model: AlignmentWeights, config: AlignConfig) -> tuple[list[Bead], Verdict]:
    """Align two sequences of sentences by their vectors, and by what else is known of them.

    Parameters
    ----------
    known : Evidence
        The two texts. Its fixed beads have probability 1, all others that of the model given these.
    model : AlignmentWeights
        Weights.
    config : AlignConfig
        How to decode.

    Returns
    -------
    beads : list of Bead
        In order, each sentence in exactly one. In a run of null beads those of the source come first: nothing tells
        their order, and the last bits of a sum, which are not the same on every processor, shall not.
    verdict : Verdict
        What the two texts are to each other.

    Notes
    -----
    Two passes: what the first shows of the document as a whole prices the beads of the second (`search.context`). The
    user's null bias is part of both.

    What a sentence has elsewhere is looked for in all of the text, as without fixed beads: the weights were fitted so.
    """
    scores, band, sides = _search(known, model, config)
    beads = _decode(scores, band, sides, config.decoding, known.fixed)
    verdict = tell_relation(beads, *sides, model)
    if config.null_bias:  # what the user adds changes what is chosen, not what the two texts are to each other
        _add_bias(scores, config)
        beads = _decode(scores, band, sides, config.decoding, known.fixed)
    return beads, verdict


def bead_posteriors(
    beads: Sequence[Ids], known: Evidence, *, model: AlignmentWeights, config: AlignConfig
) -> list[float]:
    """Tell how probable some beads are, whoever aligned them.

    Parameters
    ----------
    beads : sequence of (source indices, target indices)
        Of sentences that are there (`fixed.check_there`).
    known, model, config
        As for `find_beads`.

    Returns
    -------
    list of float
        Posterior probability of each in 0..1: of a bead that `find_beads` gives, the same; of a null bead of several
        sentences, the smallest of theirs; 0 of one that no path that is searched has.
    """
    scores, band, _ = _search(known, model, config)
    if config.null_bias:
        _add_bias(scores, config)
    _, probability = posteriors(scores, band)
    merge_nulls(probability, band)
    columns = np.arange(1, len(known.sides[1]) + 1)
    rows = np.searchsorted(band.hi, columns)
    # A null has one probability wherever it stands: that of the first node of its row or column.
    alone = probability[1, 0][band.start[1:-1]], probability[NULL_TARGET][band.start[rows] + columns - band.lo[rows]]
    found = np.zeros(len(beads))
    by_type: dict[BeadType, list[tuple[int, int, int]]] = {}
    for k, (one, other) in enumerate(beads):
        if not one or not other:
            found[k] = min(float(values[i]) for side, values in zip((one, other), alone, strict=True) for i in side)
        elif is_run(one) and is_run(other):
            by_type.setdefault((len(one), len(other)), []).append((k, one[-1] + 1, other[-1] + 1))
    for bead in by_type.keys() & probability.keys():
        at, i, j = np.array(by_type[bead], np.int64).T
        inside = (j >= band.lo[i]) & (j <= band.hi[i])
        found[at[inside]] = probability[bead][(band.start[i] + j - band.lo[i])[inside]]
    result: list[float] = np.clip(found, 0, 1).tolist()
    return result


def _search(
    known: Evidence, model: AlignmentWeights, config: AlignConfig
) -> tuple[Potentials, Band, tuple[SideArrays, SideArrays]]:
    """Score all beads that are worth it, in both passes, as `find_beads` describes it; but for the user's null bias."""
    vectors, fixed = known.vectors, known.fixed
    reach = held = choose_band(*vectors)
    if fixed:
        held, reach = fixed.hold(reach, *vectors)
    sides, tiles, anchors = make_sides(known, reach, model.length_ratio)
    sides, band = _narrow(known, (reach, held), sides, tiles, model)
    tiles = make_tiles(*vectors, band, anchors, sheared=True)
    first, freer_scores = score_band(*sides, band, tiles, [model.weights, model.free])
    if fixed:
        fixed.bar(first, band)
    context, describe = describe_context(first, band, sides, tiles, fixed)
    scores: Potentials = {}
    for bead in [*first]:
        total = first.pop(bead).astype(np.float64)
        total += context.freedom * freer_scores.pop(bead).astype(np.float64)
        for name, values in describe(bead).items():
            total += model.context[name] * values
        scores[bead] = total
    times = known.times
    if times is not None and (clock := fit_clock(_decode(scores, band, sides, config.decoding, fixed), times)):
        for bead, told in time_scores(clock, times, band).items():
            scores[bead] += told
    return scores, band, sides


def _narrow(
    known: Evidence,
    bands: tuple[Band, Band],
    sides: tuple[SideArrays, SideArrays],
    tiles: Sequence[Tile],
    model: AlignmentWeights,
) -> tuple[tuple[SideArrays, SideArrays], Band]:
    """Leave of a band what is worth the scores of all bead types; the source's characters by the document's own ratio.

    `bands` is what evidence is looked for in, and the part of it that the fixed beads leave.
    """
    (reach, held), fixed = bands, known.fixed
    gain, freer = pair_gains(*sides, reach, tiles, [model.weights, model.free])
    i, j = mutual_pairs(gain, reach)
    lengths = [np.array([len(s.text) for s in side], np.float64) for side in known.sides]
    ratio = estimate_length_ratio(lengths[0][i], lengths[1][j], model.length_ratio)
    sides = (sides[0].stretched(ratio / model.length_ratio), sides[1])
    # The second pass's weights lie between these two, and near one of them no path that is good should be cut off.
    worth = np.add(gain, np.maximum(freer, 0), dtype=np.float64)
    if fixed:
        rows, columns = cells = places(held)
        worth = np.where(fixed.barred((1, 1), cells), -np.inf, worth[reach.start[rows] + columns - reach.lo[rows]])
    return sides, narrow_band(worth, held)


def _add_bias(scores: Potentials, config: AlignConfig) -> None:
    for null in NULLS:
        scores[null] += config.null_bias


def _decode(
    scores: Potentials, band: Band, sides: tuple[SideArrays, SideArrays], decoding: str, fixed: FixedBeads | None
) -> list[Bead]:
    """Beads of the path that is chosen by these scores, with their posterior probabilities."""
    _, probability = posteriors(scores, band)
    merge_nulls(probability, band)
    # Of expected gains, too, the best path has no barred bead: these gain 0, the fixed null beads in their place 1.
    path = best_path(probability, band, count_sentences) if decoding == "expected" else best_path(scores, band)
    return _beads(path, probability, band, *sides, fixed)


def describe_context(
    scores: Mapping[BeadType, Gains],
    band: Band,
    sides: tuple[SideArrays, SideArrays],
    tiles: Sequence[Tile],
    fixed: FixedBeads | None = None,
) -> tuple[Context, Callable[[BeadType], Features]]:
    """Read the document's context off a first pass by these scores; what gives a bead type's features of the second."""
    context, visited = _first_look(scores, band, sides, fixed)
    excess = pair_excess(*sides, band, tiles)
    return context, lambda bead: context_features(context, bead, visited, band, *excess)


def _first_look(
    scores: Mapping[BeadType, Gains], band: Band, sides: tuple[SideArrays, SideArrays], fixed: FixedBeads | None
) -> tuple[Context, NDArray[np.float64]]:
    """The document's context, and the probability that some bead ends in each cell."""
    _, probability = posteriors(scores, band)
    visited = functools.reduce(np.add, probability.values())
    merge_nulls(probability, band)
    path = best_path(probability, band, count_sentences)
    path, p, cosine, background = _along(path, probability, band, *sides, fixed)
    excess = (cosine - background) / np.maximum(1 - background, 0.1)
    return read_context(path, p, excess), visited


def _along(
    path: list[BeadType],
    probability: Potentials,
    band: Band,
    source: SideArrays,
    target: SideArrays,
    fixed: FixedBeads | None,
) -> tuple[list[BeadType], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Beads of a path with probability, cosine and background of each; the last two are 0 for nulls."""
    is_fixed = np.zeros(len(path), np.bool_)
    if fixed:
        path, is_fixed = fixed.join(path)
    sizes = np.array(path, np.int64).reshape(-1, 2)
    (a, b), (i, j) = sizes.T, np.cumsum(sizes, axis=0).T
    cells = band.start[i] + j - band.lo[i]
    p, cosine, background = np.empty(len(path)), np.zeros(len(path)), np.zeros(len(path))
    for bead in set(path):
        of_type = np.flatnonzero((a == bead[0]) & (b == bead[1]))
        if bead in probability:
            p[of_type] = probability[bead][cells[of_type]]
        if bead not in NULLS:
            cosine[of_type] = _cosines(source, target, bead, i[of_type], j[of_type])
            usual = source.background_of(a[of_type], i[of_type]) + target.background_of(b[of_type], j[of_type])
            background[of_type] = usual / 2
    p[is_fixed] = 1.0
    return path, p, cosine, background


def _beads(
    path: list[BeadType],
    probability: Potentials,
    band: Band,
    source: SideArrays,
    target: SideArrays,
    fixed: FixedBeads | None,
) -> list[Bead]:
    """Make the beads of a path."""
    path, p, cosine, _ = _along(path, probability, band, source, target, fixed)
    i, j = np.cumsum(np.array(path, np.int64).reshape(-1, 2), axis=0).T
    numbers = zip(path, i.tolist(), j.tolist(), np.clip(p, 0, 1).tolist(), np.clip(cosine, -1, 1).tolist(), strict=True)
    beads = [Bead(tuple(range(x - s, x)), tuple(range(y - t, y)), q, c) for (s, t), x, y, q, c in numbers]
    return _with_nulls_in_order(beads)


def _cosines(source: SideArrays, target: SideArrays, bead: BeadType, i: Ints, j: Ints) -> Floats:
    """Cosines of the beads of one type that end before some nodes."""
    found = np.empty(len(i), np.float32)
    for first in range(0, len(i), CHUNK_ROWS):
        part = slice(first, first + CHUNK_ROWS)
        one, other = _runs(source, i[part], bead[0]), _runs(target, j[part], bead[1])
        if max(bead) <= MAX_RUN:
            norms = source.norm[bead[0], i[part]] * target.norm[bead[1], j[part]]
        else:
            norms = np.maximum(np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1), np.float32(1e-9))
        found[part] = np.einsum("ij,ij->i", one, other) / norms
    return found


def _runs(side: SideArrays, stop: NDArray[np.int64], size: int) -> Floats:
    """Vectors of the runs of `size` sentences up to before `stop`."""
    sums: Floats = side.vectors[stop - 1]
    for k in range(2, size + 1):
        sums += side.vectors[stop - k]
    return sums


def with_cosines(beads: Sequence[Bead], source_vectors: Floats, target_vectors: Floats) -> list[Bead]:
    """Score beads by the cosines of other vectors than those that the search used.

    Parameters
    ----------
    beads : sequence of Bead
        Of consecutive sentences on either side.
    source_vectors, target_vectors : float32 arrays, shapes (n, d) and (m, d)
        Additive sentence vectors.

    Returns
    -------
    list of Bead
        The same, with the cosine of their sides' sums as `score`; null beads as they are.

    Examples
    --------
    >>> vectors = np.eye(2, dtype=np.float32)
    >>> [round(bead.score, 2) for bead in with_cosines([Bead((0, 1), (1,)), Bead((), (0,))], vectors, vectors)]
    [0.71, 0.0]
    """
    pairs = [bead for bead in beads if not bead.is_null]
    cosines: list[float] = []
    for first in range(0, len(pairs), CHUNK_ROWS):
        part = pairs[first : first + CHUNK_ROWS]
        one = _sums(source_vectors, [bead.source for bead in part])
        other = _sums(target_vectors, [bead.target for bead in part])
        norms = np.sqrt(np.einsum("ij,ij->i", one, one) * np.einsum("ij,ij->i", other, other))
        found = np.einsum("ij,ij->i", one, other) / np.maximum(norms, np.float32(1e-9))
        cosines += np.clip(found, -1, 1).tolist()
    scores = iter(cosines)
    return [
        bead if bead.is_null else Bead(bead.source, bead.target, bead.probability, next(scores), bead.moved)
        for bead in beads
    ]


def _sums(vectors: Floats, runs: Sequence[Sequence[int]]) -> Floats:
    """Sums of the vectors of each run of sentences."""
    first, size = (np.array(values, np.int64) for values in ([run[0] for run in runs], [len(run) for run in runs]))
    sums: Floats = vectors[first]
    for k in range(1, int(size.max(initial=1))):
        sums[size > k] += vectors[first[size > k] + k]
    return sums


def _with_nulls_in_order(beads: list[Bead]) -> list[Bead]:
    """Put the source's null beads before the target's in each run of null beads; all others stay where they are."""
    ordered: list[Bead] = []
    for _, run in itertools.groupby(beads, key=lambda bead: bead.is_null):
        ordered += sorted(run, key=lambda bead: not bead.source)
    return ordered
