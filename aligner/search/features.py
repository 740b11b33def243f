"""Features of beads: what the alignment model sees of a candidate bead, for a rectangle of candidates at once.

Sentence vectors are additive (a run of sentences is the sum of its sentences' vectors), so the cosine of every m:n bead
follows from the sentence-by-sentence dot products by addition, and nothing is encoded twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from aligner.search.lattice import BEAD_TYPES, MAX_RUN, Band, BeadType
from aligner.search.sides import SideArrays
from aligner.search.tiles import Tile, inside

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Number = TypeVar("Number", np.float32, np.int64, np.bool_)

FEATURES: tuple[str, ...] = (
    "bead_1_1",
    "bead_1_2",
    "bead_2_2",
    "bead_1_3",
    "bead_1_4",
    "bead_1_5",
    "bead_2_3",
    "bead_3_3",
    "distance",
    "distance_background",
    "distance_once",
    "distance_rival",
    "distance_long",
    "distance_far",
    "part_elsewhere",
    "length",
    "length_long",
    "merge_gain",
    "weakest_part",
    "weakest_partial",
    "fragments_joined",
    "opens_inside",
    "opens_first",
    "cuts_inside",
    "cut_last",
    "unended_inside",
    "end_differs",
    "kind_differs",
    "block_inside",
    "block_start_differs",
    "unit_differs",
    "anchors_shared",
    "anchors_missed",
    "null",
    "null_best",
    "null_background",
    "null_log_length",
    "null_opens",
    "null_cut",
    "null_unended",
    "null_unit_alone",
    "null_unit_shared",
)
"""Names of the features. Bead types a:b and b:a share one, and all others add up both sides, so that an alignment does
not depend on which side is called the source."""

VERDICT_FEATURES: tuple[str, ...] = (
    "bias",
    "cosine",
    "excess",
    "coverage",
    "log_size",
    "excess_log_size",
    "least_share",
    "most_share",
)
"""Names of what `verdict.document_features` tells of an alignment for `parallel_probability`."""

EXTENT_FEATURES: tuple[str, ...] = ("bias", "share", "coverage")
"""Names of what it tells for parallel against partly parallel."""

RELATION_FEATURES: tuple[str, ...] = ("bias", "share", "background", "best", "anchors", "log_size")
"""Names of what it tells for comparable against unrelated."""

MATCH_FEATURES: tuple[str, ...] = ("bias", "excess", "log_characters", "excess_log_characters", "probability")
"""Names of what tells a bead of translations from one that only filled a gap."""

MOVED_FEATURES: tuple[str, ...] = (
    "bias",
    "cosine",
    "rival",
    "usual",
    "length",
    "log_characters",
    "anchors_shared",
    "anchors_missed",
    "several",
    "merge_gain",
    "weakest_part",
    "neighbour",
    "log_nulls",
    "opens_differ",
    "ends_differ",
)
"""Names of what `moved.find_moved` sees of a pair out of order."""

SPLIT_FEATURES: tuple[str, ...] = (
    "bias",
    "weakest",
    "mean",
    "whole",
    "contrast",
    "length",
    "stop",
    "semicolon",
    "comma",
    "log_cuts",
)
JOIN_FEATURES: tuple[str, ...] = (
    "bias",
    "one_null",
    "several_there",
    "gain",
    "weakest",
    "cut",
    "unended",
    "opens_lower",
    "short_first",
    "short_second",
    "apart",
)
"""Names of what `boundaries.find_boundaries` sees of a boundary that may be missing, and of one that may be wrong."""

FAR_COSINE = 0.3
"""Cosine below which long texts hardly ever are translations: 3 in 100 news sentences, 1 in 5 film cues are below. What
that costs is fitted (docs/decisions/0027; test_features.py: texts and layout)."""

LONG_CHARACTERS = 100
"""Characters from which on the length ratio of a translation is about as steady as it gets; chosen by hand, its weight
is fitted (test_quality_gate.py holds the result)."""


def alone(side: SideArrays, run: int, size: int) -> dict[str, Floats]:
    """Compute what of the features of a bead depends on one side alone, for all nodes at once.

    Parameters
    ----------
    side : SideArrays
        The side.
    run, size : int
        Sentences of the bead on this side, and on both; they are 1 and 1 for a null bead.

    Returns
    -------
    dict of float32 arrays, shape (n + 1,)
        By name of the feature.
    """
    if size == 1:
        return {
            "null": np.ones_like(side.cut_last),
            "null_best": side.best[1],
            "null_background": side.background[1],
            "null_log_length": side.log_characters[1],
            "null_opens": side.opens_first[1],
            "null_cut": side.cut_last,
            "null_unended": side.unended_last,
            "null_unit_alone": side.unit_alone,
            "null_unit_shared": side.unit_shared,
        }
    features = {
        "distance_rival": side.best[run],
        "opens_first": side.opens_first[run],
        "cut_last": side.cut_last,
    }
    if size > 2:
        features["fragments_joined"] = side.fragments[run]
        features["opens_inside"] = side.opens_inside[run]
        features["cuts_inside"] = side.cuts_inside[run]
        features["unended_inside"] = side.unended_inside[run]
        features["block_inside"] = side.block_inside[run]
    return features


class TileFeatures:
    """Features of the beads that end in a rectangle of R x C nodes.

    Notes
    -----
    What a run sums up to, its best part and its weakest are made of what the run that is one sentence shorter has, so
    that a bead type costs a few additions, however many sentences it joins.
    """

    def __init__(self, source: SideArrays, target: SideArrays, tile: Tile) -> None:
        self.source, self.target, self.tile = source, target, tile
        self._nodes: dict[tuple[int, int, int], Ints] = {}
        s_unit, t_unit = self._rows(source.unit), self.columns(target.unit)
        s_ends, t_ends = self._rows(source.ends), self.columns(target.ends)
        self._end_differs = ((s_ends != t_ends) & (s_ends > 0) & (t_ends > 0)).astype(np.float32)
        self._kind_differs = self._unit_differs = np.zeros((1, 1), np.float32)
        if source.stands_apart.any() or target.stands_apart.any():
            apart = self._rows(source.stands_apart) != self.columns(target.stands_apart)
            self._kind_differs = apart.astype(np.float32)
        if source.unit.max() >= 0 and target.unit.max() >= 0:
            self._unit_differs = ((s_unit != t_unit) & (s_unit >= 0) & (t_unit >= 0)).astype(np.float32)
        self._made: dict[tuple[str, int, int], Floats] = {}

    def _rows(self, values: NDArray[Number], up: int = 0) -> NDArray[Number]:
        """Values by source node as a column over the tile's rows, `up` rows further up."""
        first, stop = self.tile.i0 - up, self.tile.i1 - up
        column: NDArray[Number] = values[first:stop] if first >= 0 else values[np.maximum(np.arange(first, stop), 0)]
        return column[:, None]

    def columns(
        self, values: NDArray[Number], shift: int = 0, *, up: int = 0, left: int = 0, right: int = 0
    ) -> NDArray[Number]:
        """Values by target node, the last axis, over the tile's columns `shift` further left, with margins."""
        key = up, left, right
        if key not in self._nodes:
            self._nodes[key] = self.tile.columns(up, left, right)
        index = self._nodes[key] - shift if shift else self._nodes[key]
        row: NDArray[Number] = values.take(index, axis=-1, mode="clip")
        return row

    def _of_target(self, name: str, b: int) -> NDArray[Any]:
        """A field of the target's runs of b, as `columns` gives it."""
        key = f"target {name}", 0, b
        if key not in self._made:
            values: Floats = getattr(self.target, name)
            self._made[key] = self.columns(values[b])
        return self._made[key]

    def _over_columns(self, what: str, values: Floats, combine: np.ufunc, b: int) -> Floats:
        """Values of every row combined over runs of b columns; as many rows as the values have."""
        key = what, 0, b
        if key not in self._made:
            width = values.shape[1] - MAX_RUN + 1
            last = values[:, MAX_RUN - b : MAX_RUN - b + width]
            made: Floats = last if b == 1 else combine(self._over_columns(what, values, combine, b - 1), last)
            self._made[key] = made
        return self._made[key]

    def _over_rows(self, what: str, values: Floats, combine: np.ufunc, a: int, b: int) -> Floats:
        """Values combined over runs of a rows, remembered as of runs of b columns."""
        key = what, a, b
        if key not in self._made:
            height = self.tile.i1 - self.tile.i0
            # Further up, a sheared row begins further left.
            shift, width = self.tile.slope * (a - 1), values.shape[1] - self.tile.slope * (MAX_RUN - 1)
            last = values[MAX_RUN - a : MAX_RUN - a + height, shift : shift + width]
            made: Floats = last if a == 1 else combine(self._over_rows(what, values, combine, a - 1, b), last)
            self._made[key] = made
        return self._made[key]

    def _sums(self, what: str, values: Floats, a: int, b: int) -> Floats:
        """Sums of sentence by sentence values over runs of a and b that end at each node, shape (R, C)."""
        return self._over_rows(what, self._over_columns(what, values, np.add, b), np.add, a, b)

    def _cosine(self, a: int, b: int) -> Floats:
        """Cosines of runs of a and b that end at each node, shape (R, C)."""
        norms = self._rows(self.source.norm[a]) * self._of_target("norm", b)
        cosine: Floats = self._sums("dots", self.tile.dots, a, b) / norms
        return cosine

    def excess(self) -> tuple[Floats, Floats]:
        """(cosine - background) / (1 - background) of the sentences before each node, and how long they are, 0..1."""
        source = self.source
        background = (self._rows(source.background[1]) + self._of_target("background", 1)) / 2
        excess: Floats = (self._cosine(1, 1) - background) / np.maximum(1 - background, np.float32(0.1))
        characters = self._rows(source.characters[1]) + self._of_target("characters", 1)
        return excess, np.minimum(characters / (2 * LONG_CHARACTERS), 1)

    def _row_margins(self, values: Floats) -> Floats:
        """Values by source node as a column over the tile's rows and the MAX_RUN - 1 rows above."""
        above = np.maximum(np.arange(self.tile.i0 - MAX_RUN + 1, self.tile.i1), 0)
        column: Floats = values[above][:, None]
        return column

    def _best_single(self, a: int, b: int) -> Floats:
        """Largest cosine of two sentences of a bead."""
        key = "singles", 0, 0
        if key not in self._made:
            margin = MAX_RUN - 1
            columns = self.columns(self.target.norm[1], up=margin, left=margin, right=self.tile.slope * margin)
            cosines: Floats = self.tile.dots / (self._row_margins(self.source.norm[1]) * columns)
            self._made[key] = cosines
        wide = self._over_columns("single", self._made[key], np.maximum, b)
        return self._over_rows("single", wide, np.maximum, a, b)

    def _source_parts(self, b: int) -> Floats:
        """Cosines of single source sentences to runs of b target sentences, those above the tile as well."""
        key = "source parts", 0, b
        if key not in self._made:
            sums = self._over_columns("dots", self.tile.dots, np.add, b)
            columns = self.columns(self.target.norm[b], up=MAX_RUN - 1, right=self.tile.slope * (MAX_RUN - 1))
            cosines: Floats = sums / (self._row_margins(self.source.norm[1]) * columns)
            self._made[key] = cosines
        return self._made[key]

    def _target_parts(self, a: int) -> Floats:
        """Cosines of runs of a source sentences to single target sentences, those left of the tile as well."""
        key = "target parts", a, 0
        if key not in self._made:
            sums = self._over_rows("rows of dots", self.tile.dots, np.add, a, 0)
            norms: Floats = self._rows(self.source.norm[a]) * self.columns(self.target.norm[1], left=MAX_RUN - 1)
            cosines: Floats = sums / norms
            self._made[key] = cosines
        return self._made[key]

    def _weakest_source(self, a: int, b: int) -> Floats:
        """Smallest cosine of one source sentence of a bead to the bead's target sentences."""
        return self._over_rows("source part", self._source_parts(b), np.minimum, a, b)

    def _weakest_target(self, a: int, b: int) -> Floats:
        """Smallest cosine of one target sentence of a bead to the bead's source sentences."""
        return self._over_columns(f"target part {a}", self._target_parts(a), np.minimum, b)

    def _weakest_partial(self, a: int, b: int) -> Floats:
        """Smallest partial cosine of the first and the last of several sentences of one side to the one of the other.

        What a sentence has in common with its counterpart beyond what the rest of the bead has: a stranger that is
        about the same as the sentence beside it has nothing (partial correlation, of the texts' vectors).
        """
        n = max(a, b)
        whole, last = self._sums("dots", self.tile.dots, a, b), self._sums("dots", self.tile.dots, 1, 1)
        before = self._sums("dots", self.tile.dots, max(a - 1, 1), max(b - 1, 1))  # all but the first

        def norm(size: int, shift: int) -> Floats:
            return self._rows(self.source.norm[size], shift) if a > 1 else self.columns(self.target.norm[size], shift)

        other = self._of_target("norm", 1) if a > 1 else self._rows(self.source.norm[1])
        ends = (
            (whole - before, before, norm(1, n - 1), norm(n - 1, 0)),
            (last, whole - last, norm(1, 0), norm(n - 1, 1)),
        )
        return np.minimum(*(_partial(x, y, x_norm, y_norm, norm(n, 0), other) for x, y, x_norm, y_norm in ends))

    def _elsewhere(self, a: int, b: int) -> Floats:
        """How much better the part of a bead that is nearest to a sentence elsewhere is there than in the bead."""
        key = "source elsewhere", 0, b
        if key not in self._made:
            self._made[key] = self._row_margins(self.source.best[1]) - self._source_parts(b)
        source = self._over_rows("source elsewhere", self._made[key], np.maximum, a, b)
        key = "target elsewhere", a, 0
        if key not in self._made:
            best = self.columns(self.target.best[1], left=MAX_RUN - 1)
            self._made[key] = best - self._target_parts(a)
        target = self._over_columns(f"target elsewhere {a}", self._made[key], np.maximum, b)
        return np.maximum(source, target)

    def of(self, bead: BeadType) -> dict[str, tuple[Floats, ...]]:
        """Compute the features of one bead type that are not zero everywhere.

        Each is a tuple of arrays that broadcast to shape (R, C) and whose sum is the feature: what depends on one side
        alone stays a row or a column.
        """
        a, b = bead
        features = self.together(bead) if a and b else {}
        for side, run, spread in ((self.source, a, self._rows), (self.target, b, self.columns)):
            for name, values in (alone(side, run, a + b) if run else {}).items():
                features[name] = (*features.get(name, ()), spread(values))
        return features

    def together(self, bead: BeadType) -> dict[str, tuple[Floats, ...]]:
        """Compute what of the features of a bead with sentences on both sides depends on both, as `of` does."""
        a, b = bead
        source, target = self.source, self.target
        cosine = self._cosine(a, b)
        distance = 1 - cosine
        background = 2 - self._rows(source.background[a]) - self._of_target("background", b)
        s_characters, t_characters = self._rows(source.characters[a]), self._of_target("characters", b)
        length = np.square(self._rows(source.log_characters[a]) - self._of_target("log_characters", b))
        s_starts, t_starts = self._rows(source.block_starts, a), self.columns(target.block_starts, b)
        each = (a + b) * distance
        features: dict[str, tuple[Floats, ...]] = {
            f"bead_{min(a, b)}_{max(a, b)}": (np.ones((1, 1), np.float32),),
            "distance": (each,),
            "distance_background": (each / np.maximum(background, np.float32(0.1)),),
            "distance_once": (distance,),
            "distance_rival": (-(a + b) * cosine,),
            "distance_long": (each * (size := np.minimum((s_characters + t_characters) / (2 * LONG_CHARACTERS), 1)),),
            "distance_far": ((a + b) * size * np.maximum(np.float32(FAR_COSINE) - cosine, 0),),
            "part_elsewhere": (self._elsewhere(a, b),),
            "length": (length,),
            "length_long": (length * size,),
            "end_differs": (self._end_differs,),
            "kind_differs": (self._kind_differs,),
            "block_start_differs": (np.abs(s_starts - t_starts),),
            "unit_differs": (self._unit_differs,),
            **self._anchors(a, b),
        }
        if a + b > 2:
            features["merge_gain"] = (cosine - self._best_single(a, b),)
            weakest = [self._weakest_source(a, b)] if a > 1 else []
            weakest += [self._weakest_target(a, b)] if b > 1 else []
            features["weakest_part"] = (np.minimum.reduce(weakest),)
        if a + b > 2 and min(a, b) == 1:
            features["weakest_partial"] = (self._weakest_partial(a, b),)
        return features

    def _anchors(self, a: int, b: int) -> dict[str, tuple[Floats, ...]]:
        """What a bead's sides share, and what each has that stands on the other side outside the bead."""
        s_total, t_total = self._rows(self.source.anchors[a]), self._of_target("anchors", b)
        if self.tile.anchors is None:
            return {"anchors_shared": (np.zeros((1, 1), np.float32),), "anchors_missed": (s_total, t_total)}
        shared = self._sums("anchors", self.tile.anchors, a, b)
        return {
            "anchors_shared": (np.log1p(shared),),
            "anchors_missed": (np.maximum(s_total - shared, 0), np.maximum(t_total - shared, 0)),
        }


def _partial(x: Floats, y: Floats, x_norm: Floats, y_norm: Floats, norm: Floats, other: Floats) -> Floats:
    """Partial cosine of x and another vector given y, by dot products with it and all lengths, x + y's too."""
    between = (norm * norm - x_norm * x_norm - y_norm * y_norm) / (2 * x_norm * y_norm)
    between = np.minimum(np.maximum(between, -1), 1)
    of_x, of_y = x / (x_norm * other), y / (y_norm * other)
    left: Floats = np.sqrt(np.maximum((1 - of_y * of_y) * (1 - between * between), np.float32(0.01)))
    partial: Floats = (of_x - of_y * between) / left
    return partial


def score_band(
    source: SideArrays, target: SideArrays, band: Band, tiles: Sequence[Tile], weights: Sequence[Mapping[str, float]]
) -> list[dict[BeadType, Floats]]:
    """Score every bead of the band: weighted sums of its features, log potentials in nats.

    Parameters
    ----------
    source, target : SideArrays
        The two sides, of n and m sentences.
    band : Band
        The nodes.
    tiles : sequence of Tile
        Of the band.
    weights : sequence of mappings of str to float
        Each by feature name; all of `FEATURES`. The features are computed once for all.

    Returns
    -------
    list of dicts of float32 arrays, shape (n_cells,)
        For each of the weights by bead type, as `lattice.best_path` takes them.
    """
    scorer = _Scorer(source, target, weights)
    scores = [{t: np.empty(band.n_cells, np.float32) for t in BEAD_TYPES} for _ in weights]
    for tile in tiles:
        features, kept = TileFeatures(source, target, tile), np.flatnonzero(inside(band, tile))
        cells = slice(int(band.start[tile.i0]), int(band.start[tile.i1]))
        for bead in BEAD_TYPES:
            for scored, score in zip(scores, scorer.score(features, bead), strict=True):
                score.take(kept, out=scored[bead][cells], mode="clip")
    return scores


def pair_gains(
    source: SideArrays, target: SideArrays, band: Band, tiles: Sequence[Tile], weights: Sequence[Mapping[str, float]]
) -> list[Floats]:
    """Score the 1:1 beads of a band less what two null beads in their place would score, in nats.

    Parameters
    ----------
    source, target, band, tiles, weights
        As for `score_band`.

    Returns
    -------
    list of float32 arrays, shape (n_cells,)
        For each of the weights by cell; what stands at nodes of the first row or column means nothing.
    """
    scorer = _Scorer(source, target, weights)
    gains = [np.empty(band.n_cells, np.float32) for _ in weights]
    for tile in tiles:
        features, kept = TileFeatures(source, target, tile), np.flatnonzero(inside(band, tile))
        score = scorer.score(features, (1, 1))
        score -= scorer.score(features, (1, 0))
        score -= scorer.score(features, (0, 1))
        for gain, of_weights in zip(gains, score, strict=True):
            of_weights.take(kept, out=gain[int(band.start[tile.i0]) : int(band.start[tile.i1])], mode="clip")
    return gains


def pair_excess(
    source: SideArrays, target: SideArrays, band: Band, tiles: Sequence[Tile]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By cell, how much more alike the two sentences before a node are than usual (1: alike), and how long, 0..1."""
    excess, size = np.empty(band.n_cells), np.empty(band.n_cells)
    for tile in tiles:
        features, kept = TileFeatures(source, target, tile), inside(band, tile)
        cells = slice(int(band.start[tile.i0]), int(band.start[tile.i1]))
        excess[cells], size[cells] = (values[kept] for values in features.excess())
    return excess, size


class _Scorer:
    """Weighted sums of features, by several weights at a time, which stand along the first axis.

    What depends on one side alone is summed up once for all tiles.
    """

    def __init__(self, source: SideArrays, target: SideArrays, weights: Sequence[Mapping[str, float]]) -> None:
        self.sides = source, target
        self.weights = {name: np.array([[[named[name]]] for named in weights], np.float32) for name in FEATURES}
        self._unused = {name for name, weight in self.weights.items() if not weight.any()}
        self._alone: dict[tuple[int, int, int], Floats] = {}

    def _sum(self, side: int, run: int, size: int) -> Floats:
        """Weighted sums of what depends on one side of a bead alone, shape (weights, n + 1); see `alone`."""
        key = side, run, min(size, 3)  # of more than two sentences, all are of one kind
        if key not in self._alone:
            features = alone(self.sides[side], run, size).items()
            parts = [self.weights[name][:, 0] * values for name, values in features]
            total = parts[0]
            for part in parts[1:]:
                total += part
            self._alone[key] = total
        return self._alone[key]

    def score(self, features: TileFeatures, bead: BeadType) -> Floats:
        """Scores of the beads that end in a tile, shape (weights, R, C)."""
        a, b = bead
        tile = features.tile
        shape = (tile.i1 - tile.i0, tile.j1 - tile.j0)
        column = self._sum(0, a, a + b)[:, tile.i0 : tile.i1, None] if a else np.zeros((1, shape[0], 1), np.float32)
        row = features.columns(self._sum(1, b, a + b)) if b else np.zeros((1, 1, shape[1]), np.float32)
        total: Floats = column + row
        for name, parts in features.together(bead).items() if a and b else ():
            for part in parts if name not in self._unused else ():
                total += self.weights[name] * part
        return total
