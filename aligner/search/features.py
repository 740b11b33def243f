"""Features of beads: what the alignment model sees of a candidate bead, for a rectangle of candidates at once.

Sentence vectors are additive (a run of sentences is the sum of its sentences' vectors), so the cosine of every m:n bead
follows from the sentence-by-sentence dot products by addition, and nothing is encoded twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import SegmentKind, Sentence
from aligner.encoders.embedded import unit_rows
from aligner.search.lattice import Band, BeadType
from aligner.search.sharing import SharedAnchors
from aligner.text.marks import end_mark, ends_cut, opens_lower

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Number = TypeVar("Number", np.float32, np.int64, np.bool_)

BEAD_TYPES: tuple[BeadType, ...] = (
    (1, 1),
    (1, 2),
    (2, 1),
    (2, 2),
    (1, 3),
    (3, 1),
    (1, 4),
    (4, 1),
    (1, 5),
    (5, 1),
    (2, 3),
    (3, 2),
    (3, 3),
    (1, 0),
    (0, 1),
)
"""All bead types; in a tie the one that stands first is taken."""

MAX_RUN = 5
"""Sentences that one side of a bead holds at most (the largest size in `BEAD_TYPES`; test_features.py)."""

FRAGMENT_CHARACTERS = 12
"""Characters below which a sentence may be a fragment of a wrong split ('TT.', 'The Rev.', 'Oct. 31.'); chosen by hand,
its weight is fitted (test_features.py: counts over runs)."""

USUAL_BACKGROUND, USUAL_SENTENCES = 0.12, 5
"""Mean cosine of two sentences that do not translate each other (.09 to .17 in three sources of training pairs), and
the number of sentences that it weighs as many as: a side of one sentence is no background of its own
(docs/decisions/0002; test_alignment.py: a single sentence beside a stranger)."""

LONG_CHARACTERS = 100
"""Characters from which on the length ratio of a translation is about as steady as it gets; chosen by hand, its weight
is fitted (test_quality_gate.py holds the result)."""

VERDICT_FEATURES: tuple[str, ...] = ("bias", "cosine", "excess", "coverage", "log_size", "excess_log_size")
"""Names of what `verdict.document_features` tells of an alignment for `parallel_probability`."""

EXTENT_FEATURES: tuple[str, ...] = ("bias", "share", "coverage")
"""Names of what it tells for parallel against partly parallel."""

RELATION_FEATURES: tuple[str, ...] = ("bias", "share", "background", "best", "anchors", "log_size")
"""Names of what it tells for comparable against unrelated."""

MATCH_FEATURES: tuple[str, ...] = ("bias", "excess", "log_characters", "excess_log_characters", "probability")
"""Names of what tells a bead of translations from one that only filled a gap."""

APART: frozenset[SegmentKind] = frozenset({"credit", "dateline", "boilerplate"})
"""Kinds of segments that stand apart from the text and can be told on both sides."""

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
    "length",
    "length_long",
    "merge_gain",
    "weakest_part",
    "fragments_joined",
    "opens_inside",
    "opens_first",
    "cuts_inside",
    "cut_last",
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
    "null_unit_alone",
    "null_unit_shared",
)
"""Names of the features. Bead types a:b and b:a share one, and all others add up both sides, so that an alignment does
not depend on which side is called the source."""


@dataclass(frozen=True, slots=True)
class SideArrays:
    """One side of the bitext as arrays, indexed by node: entry i is about the sentences that end just before node i.

    Arrays of shape (MAX_RUN + 1, n + 1) hold at [a, i] the value of the run of the a sentences i - a .. i - 1. Entries
    of runs that would begin before the first sentence mean nothing; no arc of the lattice uses them.

    Attributes
    ----------
    vectors : float32 array, shape (MAX_RUN + n, d)
        Additive sentence vectors after MAX_RUN rows of zeros.
    norm, background, characters, log_characters : float32 arrays, shape (MAX_RUN + 1, n + 1)
        Length of the run's vector; its mean cosine to the other side's sentences and to USUAL_SENTENCES usual ones; its
        length in characters of the target language; log of 1 + these, so that an empty sentence is finite.
    best : float32 array, shape (MAX_RUN + 1, n + 1)
        Sum over the run of each sentence's largest cosine to a sentence of the other side within the band.
    fragments, opens_inside, opens_first, cuts_inside, block_inside : float32 arrays, shape (MAX_RUN + 1, n + 1)
        Counts over the run: short sentences; sentences but the first that go on as if a sentence had been cut; whether
        the first does; sentences but the last that end as if at an abbreviation; paragraph breaks inside.
    cut_last : float32 array, shape (n + 1,)
        Whether the sentence before node i ends as if at an abbreviation.
    block_starts : float32 array, shape (n + 1,)
        Whether the sentence that begins at node i begins a paragraph (1 too for the end).
    ends : int64 array, shape (n + 1,)
        Class of the mark that the sentence before node i ends with (`end_mark`).
    stands_apart : bool array, shape (n + 1,)
        Whether the sentence before node i is of a kind that only its like translates (`APART`).
    unit : int64 array, shape (n + 1,)
        Unit by the layout of the sentence before node i, -1 where it tells nothing.
    unit_alone, unit_shared : float32 arrays, shape (n + 1,)
        Whether that unit has no sentence on the other side; whether it has one; both 0 where the layout tells nothing.
    anchors : float32 array, shape (MAX_RUN + 1, n + 1)
        Weight of the run's anchors that the other side has within reach, wherever it has them.
    """

    vectors: Floats
    norm: Floats
    background: Floats
    characters: Floats
    log_characters: Floats
    best: Floats
    fragments: Floats
    opens_inside: Floats
    opens_first: Floats
    cuts_inside: Floats
    cut_last: Floats
    block_inside: Floats
    block_starts: Floats
    ends: Ints
    stands_apart: NDArray[np.bool_]
    unit: Ints
    unit_alone: Floats
    unit_shared: Floats
    anchors: Floats


_END_MARKS = {".": 1, "?": 2, "!": 3, ":": 4}
"""Classes of `end_mark` by number; a comma is 0, as none: verse is cut at them, its translation elsewhere (strict F1 of
verse .69 with a class of its own, .72 without)."""


def _run_sums(values: Floats) -> Floats:
    """Sums over runs by node: shape (n,) to (MAX_RUN + 1, n + 1), [a, i] = sum of values[max(i - a, 0) : i]."""
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    nodes = np.arange(len(values) + 1)
    return np.stack([total - total[np.maximum(nodes - a, 0)] for a in range(MAX_RUN + 1)]).astype(np.float32)


def make_side(
    sentences: Sequence[Sentence],
    vectors: Floats,
    other: Floats,
    best: Floats,
    units: tuple[Sequence[int], Sequence[int]] | None,
    anchors: Floats,
    scale: float,
) -> SideArrays:
    """Put what the features need of one side into arrays.

    Parameters
    ----------
    sentences : sequence of Sentence
        The n sentences of the side.
    vectors, other : float32 arrays, shapes (n, d) and (m, d)
        Additive vectors of this side's sentences and of the other's.
    best : float32 array, shape (n,)
        Largest cosine of each sentence to one of the other side within the band.
    units : pair of sequences of int, or None
        Unit of each sentence of this side and of the other, by the layout.
    anchors : float32 array, shape (n,)
        Weight of each sentence's anchors that the other side has within reach.
    scale : float
        Characters of the target language for one character of this side.

    Returns
    -------
    SideArrays
        The arrays.

    Examples
    --------
    >>> s, v = [Sentence("Yes?", 0, 4)], np.ones((1, 2), np.float32)
    >>> make_side(s, v, v, np.ones(1, np.float32), None, np.zeros(1, np.float32), 1.0).ends.tolist()
    [0, 2]
    """
    n, padded = len(vectors), _padded(vectors)
    others = unit_rows(other).sum(axis=0)
    norm, background = np.zeros((2, MAX_RUN + 1, n + 1), np.float32)
    for i0 in range(0, n + 1, TILE_ROWS):  # the sums of so many runs keep within the cache
        i1 = min(i0 + TILE_ROWS, n + 1)
        run = np.zeros((i1 - i0, vectors.shape[1]), np.float32)
        for a in range(1, MAX_RUN + 1):
            run += padded[MAX_RUN - a + i0 : MAX_RUN - a + i1]
            norm[a, i0:i1] = np.maximum(np.sqrt(np.einsum("ij,ij->i", run, run)), 1e-9)
            background[a, i0:i1] = run @ others
    background[1:] = (background[1:] / norm[1:] + USUAL_BACKGROUND * USUAL_SENTENCES) / (len(other) + USUAL_SENTENCES)
    characters = np.array([len(s.text) for s in sentences], np.float32)
    opens = np.array([opens_lower(s.text) for s in sentences], np.float32)
    cuts = np.array([ends_cut(s.text) for s in sentences], np.float32)
    cut_last = np.concatenate([[0.0], cuts]).astype(np.float32)
    block = np.array([s.block for s in sentences], np.int64)
    block_starts = np.ones(n + 1, np.float32)
    block_starts[1:n] = block[1:] != block[:-1]
    run_characters = _run_sums(characters * np.float32(scale))
    opens_runs = _run_sums(opens)
    starts_runs = _run_sums(block_starts[:-1])
    nodes = np.arange(n + 1)
    first = np.stack([np.maximum(nodes - a, 0) for a in range(MAX_RUN + 1)])
    opens_first = np.concatenate([opens, [0.0]]).astype(np.float32)[first]
    unit = np.array([-1, *(units[0] if units else [-1] * n)], np.int64)
    shared = np.isin(unit, np.array(units[1] if units else [], np.int64))
    return SideArrays(
        vectors=padded,
        norm=norm,
        background=background,
        characters=run_characters,
        log_characters=np.log1p(run_characters),
        best=_run_sums(best),
        fragments=_run_sums((characters < FRAGMENT_CHARACTERS).astype(np.float32)),
        opens_inside=opens_runs - opens_first,
        opens_first=opens_first,
        cuts_inside=_run_sums(cuts) - cut_last,
        cut_last=cut_last,
        block_inside=starts_runs - block_starts[first],
        block_starts=block_starts,
        ends=np.array([0, *(_END_MARKS.get(end_mark(s.text), 0) for s in sentences)], np.int64),
        stands_apart=np.array([False, *(s.kind in APART for s in sentences)], np.bool_),
        unit=unit,
        unit_alone=((unit >= 0) & ~shared).astype(np.float32),
        unit_shared=((unit >= 0) & shared).astype(np.float32),
        anchors=_run_sums(anchors),
    )


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of nodes, or one sheared along the diagonal, with the dot products that its beads need.

    Attributes
    ----------
    i0, i1, j0, j1, slope : int
        Rows i0 .. i1 - 1; in row i0 + r the columns j0 + slope * r .. j1 - 1 + slope * r, where slope is 0 or 1.
    dots : float32 array, shape (i1 - i0 + MAX_RUN - 1, j1 - j0 + (1 + slope) * (MAX_RUN - 1))
        Dot products of the vectors of the sentences that stand before its nodes, and of MAX_RUN - 1 ones before these;
        where it is sheared, in each row those of as many more behind, which stand before nodes of the rows below.
    anchors : float32 array of the same shape, or None
        Weight of the anchors that the same sentences share; None where none do.
    """

    i0: int
    i1: int
    j0: int
    j1: int
    slope: int
    dots: Floats
    anchors: Floats | None = None

    def columns(self, up: int = 0, left: int = 0, right: int = 0) -> Ints:
        """Columns of its nodes by row, one row for all where it is a rectangle, with margins of so many nodes."""
        rows = np.arange(-up, self.i1 - self.i0)[:, None] if self.slope else np.zeros((1, 1), np.int64)
        columns: Ints = rows + np.arange(self.j0 - left, self.j1 + right)
        return columns


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
        index = np.maximum(np.arange(self.tile.i0, self.tile.i1) - up, 0)
        column: NDArray[Number] = values[index][:, None]
        return column

    def columns(
        self, values: NDArray[Number], shift: int = 0, *, up: int = 0, left: int = 0, right: int = 0
    ) -> NDArray[Number]:
        """Values by target node, `shift` columns further left, as rows over the tile's columns, with margins."""
        key = up, left, right
        if key not in self._nodes:
            self._nodes[key] = self.tile.columns(up, left, right)
        index = self._nodes[key] - shift if shift else self._nodes[key]
        row: NDArray[Number] = values.take(index, mode="clip")
        return row

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
        norms = self._rows(self.source.norm[a]) * self.columns(self.target.norm[b])
        cosine: Floats = self._sums("dots", self.tile.dots, a, b) / norms
        return cosine

    def _row_margins(self) -> Floats:
        """Lengths of the single sentences of the rows, those before the tile as well."""
        above = np.maximum(np.arange(self.tile.i0 - MAX_RUN + 1, self.tile.i1), 0)
        lengths: Floats = self.source.norm[1][above][:, None]
        return lengths

    def _best_single(self, a: int, b: int) -> Floats:
        """Largest cosine of two sentences of a bead."""
        key = "singles", 0, 0
        if key not in self._made:
            margin = MAX_RUN - 1
            columns = self.columns(self.target.norm[1], up=margin, left=margin, right=self.tile.slope * margin)
            cosines: Floats = self.tile.dots / (self._row_margins() * columns)
            self._made[key] = cosines
        wide = self._over_columns("single", self._made[key], np.maximum, b)
        return self._over_rows("single", wide, np.maximum, a, b)

    def _weakest_source(self, a: int, b: int) -> Floats:
        """Smallest cosine of one source sentence of a bead to the bead's target sentences."""
        key = "source parts", 0, b
        if key not in self._made:
            sums = self._over_columns("dots", self.tile.dots, np.add, b)
            columns = self.columns(self.target.norm[b], up=MAX_RUN - 1, right=self.tile.slope * (MAX_RUN - 1))
            cosines: Floats = sums / (self._row_margins() * columns)
            self._made[key] = cosines
        return self._over_rows("source part", self._made[key], np.minimum, a, b)

    def _weakest_target(self, a: int, b: int) -> Floats:
        """Smallest cosine of one target sentence of a bead to the bead's source sentences."""
        key = "target parts", a, 0
        if key not in self._made:
            sums = self._over_rows("rows of dots", self.tile.dots, np.add, a, 0)
            norms: Floats = self._rows(self.source.norm[a]) * self.columns(self.target.norm[1], left=MAX_RUN - 1)
            cosines: Floats = sums / norms
            self._made[key] = cosines
        return self._over_columns(f"target part {a}", self._made[key], np.minimum, b)

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
        background = 2 - self._rows(source.background[a]) - self.columns(target.background[b])
        s_characters, t_characters = self._rows(source.characters[a]), self.columns(target.characters[b])
        length = np.square(self._rows(source.log_characters[a]) - self.columns(target.log_characters[b]))
        s_starts, t_starts = self._rows(source.block_starts, a), self.columns(target.block_starts, b)
        each = (a + b) * distance
        features: dict[str, tuple[Floats, ...]] = {
            f"bead_{min(a, b)}_{max(a, b)}": (np.ones((1, 1), np.float32),),
            "distance": (each,),
            "distance_background": (each / np.maximum(background, np.float32(0.1)),),
            "distance_once": (distance,),
            "distance_rival": (-(a + b) * cosine,),
            "length": (length,),
            "length_long": (length * np.minimum((s_characters + t_characters) / (2 * LONG_CHARACTERS), 1),),
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
        return features

    def _anchors(self, a: int, b: int) -> dict[str, tuple[Floats, ...]]:
        """What a bead's sides share, and what each has that stands on the other side outside the bead."""
        s_total, t_total = self._rows(self.source.anchors[a]), self.columns(self.target.anchors[b])
        if self.tile.anchors is None:
            return {"anchors_shared": (np.zeros((1, 1), np.float32),), "anchors_missed": (s_total, t_total)}
        shared = self._sums("anchors", self.tile.anchors, a, b)
        return {
            "anchors_shared": (np.log1p(shared),),
            "anchors_missed": (np.maximum(s_total - shared, 0), np.maximum(t_total - shared, 0)),
        }


TILE_ROWS = 128
"""Rows of a tile at most; a few hundred KB of float32 a feature keep within the processor's second-level cache."""


MOST_COVERED = 3
"""Nodes that a tile may cover for one of the band: with less, tiles are many, with more, most in them is for nothing. A
fact about time, of no influence on results but for the last bits of products."""


def make_tiles(
    source: Floats, target: Floats, band: Band, anchors: SharedAnchors | None = None, *, sheared: bool = False
) -> list[Tile]:
    """Cut a band into rectangles that cover it, without covering much more, and multiply the vectors of each.

    Parameters
    ----------
    source, target : float32 arrays, shapes (n, d) and (m, d)
        Sentence vectors.
    band : Band
        The nodes.
    anchors : SharedAnchors, optional
        What the same sentences share.
    sheared : bool
        Whether rectangles may be sheared along the diagonal, where more rows of a narrow band fit into one then.

    Returns
    -------
    list of Tile
        From the first row to the last, each row in one tile.

    Examples
    --------
    >>> (tile,) = make_tiles(np.ones((2, 4), np.float32), np.ones((3, 4), np.float32), Band.full(2, 3))
    >>> (tile.i0, tile.i1, tile.j0, tile.j1), tile.dots.shape
    ((0, 3, 0, 4), (7, 8))
    """
    # Sentence i - 1 stands before node i and at padded row i - 1 + MAX_RUN.
    source, target = _padded(source), _padded(target)
    margin = MAX_RUN - 1
    tiles = []
    i0 = 0
    while i0 < len(band.lo):
        i1, j0, j1, slope = _cut(band, i0, 0)
        if sheared and (other := _cut(band, i0, 1))[0] > i1:
            i1, j0, j1, slope = other
        # A sheared tile is part of a rectangle, whose rows begin one by one further right.
        before, n_more = slope * margin, slope * (i1 - i0 + 2 * margin - 1)
        columns = np.arange(j0 - before, j1 + margin - before + n_more)
        dots = source[i0 : i1 + margin] @ target.take(columns, axis=0, mode="clip").T
        if slope:
            shape, (down, right) = (i1 - i0 + margin, j1 - j0 + 2 * margin), dots.strides
            dots = np.lib.stride_tricks.as_strided(dots, shape, (down + right, right)).copy()
        tiles.append(Tile(i0, i1, j0, j1, slope, dots, _dense(anchors, i0, j0, slope, dots.shape)))
        i0 = i1
    return tiles


def _cut(band: Band, i0: int, slope: int) -> tuple[int, int, int, int]:
    """Last row but one, columns and slope of the largest tile from row i0 on that covers little but the band."""
    rows = np.arange(i0, min(i0 + TILE_ROWS, len(band.lo)))
    first = np.minimum.accumulate(band.lo[rows] - slope * (rows - i0))
    last = np.maximum.accumulate(band.hi[rows] - slope * (rows - i0))
    is_large = (rows + 1 - i0) * (last + 1 - first) > MOST_COVERED * (band.start[rows + 1] - band.start[i0])
    n = int(is_large.argmax()) if is_large.any() else len(rows)
    return i0 + n, int(first[n - 1]), int(last[n - 1]) + 1, slope


def _dense(anchors: SharedAnchors | None, i0: int, j0: int, slope: int, shape: tuple[int, ...]) -> Floats | None:
    """Weights of what the sentence pairs of a tile share, shape (rows, columns); None where they share nothing."""
    if anchors is None:
        return None
    first, stop = np.searchsorted(anchors.source, (i0 - MAX_RUN, i0 - MAX_RUN + shape[0]))
    rows = anchors.source[first:stop] + MAX_RUN - i0
    columns = anchors.target[first:stop] + MAX_RUN - j0 - slope * (rows - MAX_RUN + 1)
    within = (columns >= 0) & (columns < shape[1])
    if not within.any():
        return None
    result = np.zeros(shape, np.float32)
    result[rows[within], columns[within]] = anchors.weight[first:stop][within]
    return result


def _padded(vectors: Floats) -> Floats:
    return np.concatenate([np.zeros((MAX_RUN, vectors.shape[1]), np.float32), vectors])


def inside(band: Band, tile: Tile) -> NDArray[np.bool_]:
    """Which nodes of a tile are in the band, shape (rows, columns)."""
    columns = tile.columns()
    rows = slice(tile.i0, tile.i1)
    result: NDArray[np.bool_] = (columns >= band.lo[rows, None]) & (columns <= band.hi[rows, None])
    return result


def best_cosines(source: Floats, target: Floats, band: Band, tiles: Sequence[Tile]) -> tuple[Floats, Floats]:
    """Largest cosine of each sentence to a sentence of the other side within the band.

    Parameters
    ----------
    source, target : float32 arrays, shapes (n, d) and (m, d)
        Sentence vectors.
    band : Band
        Nodes; sentence pair (i, j) is in the band where node (i + 1, j + 1) is.
    tiles : sequence of Tile
        Of these vectors and this band.

    Returns
    -------
    tuple of float32 arrays, shapes (n,) and (m,)
        -1..1; 0 where the band holds no pair.

    Examples
    --------
    >>> v, band = np.eye(2, dtype=np.float32), Band.full(2, 1)
    >>> [b.tolist() for b in best_cosines(v, v[:1], band, make_tiles(v, v[:1], band))]
    [[1.0, 0.0], [1.0]]
    """
    norms = [np.maximum(np.sqrt(np.einsum("ij,ij->i", v, v)), np.float32(1e-9)) for v in (source, target)]
    best = [np.full(len(v), -np.inf, np.float32) for v in (source, target)]
    for tile in tiles:
        i0, j0 = max(tile.i0, 1), max(tile.j0, 1)
        rows, columns = slice(i0 - 1, tile.i1 - 1), slice(j0 - 1, tile.j1 - 1)
        if i0 >= tile.i1 or j0 >= tile.j1:
            continue
        margin = MAX_RUN - 1
        dots = tile.dots[margin + i0 - tile.i0 :, margin + j0 - tile.j0 :]
        cosine = dots / norms[0][rows, None] / norms[1][None, columns]
        cosine[~inside(band, tile)[i0 - tile.i0 :, j0 - tile.j0 :]] = -np.inf
        np.maximum(best[0][rows], cosine.max(axis=1), out=best[0][rows])
        np.maximum(best[1][columns], cosine.max(axis=0), out=best[1][columns])
    for values in best:
        values[np.isneginf(values)] = 0
    return best[0], best[1]


def score_band(
    source: SideArrays, target: SideArrays, band: Band, tiles: Sequence[Tile], weights: Mapping[str, float]
) -> dict[BeadType, NDArray[np.float64]]:
    """Score every bead of the band: the weighted sum of its features, a log potential in nats.

    Parameters
    ----------
    source, target : SideArrays
        The two sides, of n and m sentences.
    band : Band
        The nodes.
    tiles : sequence of Tile
        Of the band.
    weights : mapping of str to float
        By feature name; all of `FEATURES`.

    Returns
    -------
    dict of float64 arrays, shape (n_cells,)
        By bead type, as `lattice.best_path` takes them.
    """
    scorer = _Scorer(source, target, weights)
    scores = {t: np.empty(band.n_cells) for t in BEAD_TYPES}
    for tile in tiles:
        features, kept = TileFeatures(source, target, tile), inside(band, tile)
        cells = slice(int(band.start[tile.i0]), int(band.start[tile.i1]))
        for bead in BEAD_TYPES:
            scores[bead][cells] = scorer.score(features, bead)[kept]
    return scores


def pair_gains(
    source: SideArrays, target: SideArrays, band: Band, tiles: Sequence[Tile], weights: Mapping[str, float]
) -> NDArray[np.float64]:
    """Score the 1:1 beads of a band less what two null beads in their place would score, in nats.

    Parameters
    ----------
    source, target, band, tiles, weights
        As for `score_band`.

    Returns
    -------
    float64 array, shape (n_cells,)
        By cell; what stands at nodes of the first row or column means nothing.
    """
    scorer = _Scorer(source, target, weights)
    gains = np.empty(band.n_cells)
    for tile in tiles:
        features, kept = TileFeatures(source, target, tile), inside(band, tile)
        score = scorer.score(features, (1, 1))
        score -= scorer.score(features, (1, 0))
        score -= scorer.score(features, (0, 1))
        gains[int(band.start[tile.i0]) : int(band.start[tile.i1])] = score[kept]
    return gains


class _Scorer:
    """Weighted sums of features; what depends on one side alone is summed up once for all tiles."""

    def __init__(self, source: SideArrays, target: SideArrays, weights: Mapping[str, float]) -> None:
        self.weights = {name: np.float32(weights[name]) for name in FEATURES}
        self.alone: dict[BeadType, tuple[Floats | None, Floats | None]] = {}
        for a, b in BEAD_TYPES:
            sides = ((source, a), (target, b))
            self.alone[a, b] = tuple(self._sum(alone(side, run, a + b)) if run else None for side, run in sides)  # type: ignore[assignment]

    def _sum(self, features: Mapping[str, Floats]) -> Floats:
        total: Floats = np.sum([self.weights[name] * values for name, values in features.items()], axis=0)
        return total

    def score(self, features: TileFeatures, bead: BeadType) -> Floats:
        """Scores of the beads that end in a tile, shape (R, C)."""
        tile = features.tile
        shape = (tile.i1 - tile.i0, tile.j1 - tile.j0)
        s_alone, t_alone = self.alone[bead]
        column = np.zeros((shape[0], 1), np.float32) if s_alone is None else s_alone[tile.i0 : tile.i1, None]
        row = np.zeros((1, shape[1]), np.float32) if t_alone is None else features.columns(t_alone)
        total = column + row
        if 0 not in bead:
            for name, parts in features.together(bead).items():
                for part in parts:
                    total += self.weights[name] * part
        return total
