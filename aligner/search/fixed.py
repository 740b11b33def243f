"""Fixed beads: what a person decided stays, and all that is left is aligned as the model would, given that.

A fixed pair is made the only way through its part of the lattice: the nodes around it are left out of the band, and
inside it a single chain of null beads, which every band has, leads from its first node to its last. So a bead of any
size costs no type of its own, every band still has a path, and no score but those of forbidden beads is infinite. The
chain is joined to one bead wherever a path is read.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aligner.errors import InputError
from aligner.evaluation.beads import Ids
from aligner.search.bands import GROUP, MARGIN, choose_band, widen
from aligner.search.lattice import Band, BeadType, Gains, places

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Rectangle = tuple[int, int, int, int]
"""First node and last node, i0, j0, i1, j1."""


@dataclass(frozen=True, slots=True)
class FixedBeads:
    """Beads of n source and m target sentences that stay as they are.

    Attributes
    ----------
    pairs : tuple of (int, int, int, int)
        First and last node of each bead with sentences on both sides, in order.
    touched : pair of int64 arrays, shapes (n + 1,) and (m + 1,)
        How many of the sentences before each node are in fixed beads, null beads among them.

    Examples
    --------
    >>> FixedBeads.of([((1,), (0, 1)), ((0,), ())], 2, 2).pairs
    ((1, 0, 2, 2),)
    """

    pairs: tuple[Rectangle, ...]
    touched: tuple[Ints, Ints]

    @classmethod
    def of(cls, beads: Sequence[Ids], n: int, m: int) -> FixedBeads:
        """Check the beads and put them in order.

        Raises
        ------
        InputError
            If a bead holds no sentence, or one that is not there, or none beside each other, or is a null bead of
            several; if two share a sentence, or cross.
        """
        check_there(beads, n, m)
        homes: tuple[dict[int, Ids], dict[int, Ids]] = {}, {}
        for bead in beads:
            _check_shape(bead)
            for name, side, home in zip(("source", "target"), bead, homes, strict=True):
                for k in side:
                    if k in home:
                        what = f"{name} sentence {k} is in two fixed beads"
                        raise InputError(what, found=f"{_words(home[k])} and {_words(bead)}", todo="fix one of the two")
                    home[k] = bead
        ordered = sorted(bead for bead in beads if all(bead))
        for one, other in itertools.pairwise(ordered):
            if one[1] > other[1]:
                todo = "give beads that are in order on both sides"
                raise InputError("fixed beads cross", found=f"{_words(one)} and {_words(other)}", todo=todo)
        touched = np.zeros(n + 1, np.int64), np.zeros(m + 1, np.int64)
        for home, counts in zip(homes, touched, strict=True):
            counts[np.array([*home], np.int64) + 1] = 1
        pairs = tuple((a[0], b[0], a[-1] + 1, b[-1] + 1) for a, b in ordered)
        return cls(pairs, (np.cumsum(touched[0]), np.cumsum(touched[1])))

    def hold(self, reach: Band, source: Floats, target: Floats) -> tuple[Band, Band]:
        """Leave of a band what paths through all fixed beads visit.

        Where the band does not hold both ends of what lies between two fixed beads, that is searched anew.

        Parameters
        ----------
        reach : Band
            What would be searched without them.
        source, target : float32 arrays, shapes (n, d) and (m, d)
            Additive sentence vectors.

        Returns
        -------
        held : Band
            Every path through it of beads that are not barred has the fixed pairs as chains of null beads.
        reach : Band
            The same band as given where that holds all of `held`, else `held` and its surroundings.
        """
        lo, hi = np.empty((2, len(reach.lo)), np.int64)
        n, m = len(lo) - 1, int(reach.hi[-1])
        i = j = 0
        for i0, j0, i1, j1 in (*self.pairs, (n, m, n, m)):
            gap = slice(i, i0 + 1)
            if reach.lo[i] <= j <= reach.hi[i] and reach.lo[i0] <= j0 <= reach.hi[i0]:
                lo[gap], hi[gap] = np.clip(reach.lo[gap], j, j0), np.clip(reach.hi[gap], j, j0)
            else:
                between = choose_band(source[i:i0], target[j:j0])
                lo[gap], hi[gap] = between.lo + j, between.hi + j
            if i1 > i0:
                steps = j0 + np.arange(1, i1 - i0 + 1) * (j1 - j0) // (i1 - i0)
                hi[i0:i1] = lo[i0 + 1 : i1 + 1] = steps
            i, j = i1, j1
        held = Band.of(lo, hi)
        is_within = (reach.lo <= lo).all() and (hi <= reach.hi).all()
        return held, reach if is_within else widen(lo, hi, MARGIN * GROUP, (0, m))

    def barred(self, bead: BeadType, cells: tuple[Ints, Ints]) -> NDArray[np.bool_]:
        """Whether a bead of this type that ends in each of some cells (`places`) has a sentence of a fixed bead."""
        has = []
        for counts, size, at in zip(self.touched, bead, cells, strict=True):
            before = counts[np.maximum(np.arange(len(counts)) - size, 0)]
            has.append((counts > before)[at])
        result: NDArray[np.bool_] = has[0] | has[1]
        return result

    def bar(self, scores: Mapping[BeadType, Gains], band: Band) -> None:
        """Forbid all beads with sentences on both sides that have one of a fixed bead."""
        cells = places(band)
        for bead, values in scores.items():
            if all(bead):
                values[self.barred(bead, cells)] = -np.inf

    def touches(self, source: tuple[int, int], target: tuple[int, int]) -> bool:
        """Whether half-open runs of sentences of either side have one of a fixed bead."""
        runs = zip(self.touched, (source, target), strict=True)
        return any(counts[stop] > counts[first] for counts, (first, stop) in runs)

    def join(self, path: Sequence[BeadType]) -> tuple[list[BeadType], NDArray[np.bool_]]:
        """Make one bead of each chain that stands for a fixed pair; tell which beads are fixed.

        Examples
        --------
        >>> FixedBeads.of([((0,), (0, 1)), ((), (2,))], 1, 4).join([(0, 1), (0, 1), (1, 0), (0, 1), (0, 1)])
        ([(1, 2), (0, 1), (0, 1)], array([ True,  True, False]))
        """
        ends = {(i0, j0): (i1, j1) for i0, j0, i1, j1 in self.pairs}
        one, other = (counts.tolist() for counts in self.touched)
        found: list[BeadType] = []
        is_fixed: list[bool] = []
        i = j = 0
        first = last = (0, 0)  # of the chain that was met last
        for a, b in path:
            first, last = ((i, j), ends[i, j]) if (i, j) in ends else (first, last)
            x, y = i + a, j + b
            if x > last[0] or y > last[1]:
                found.append((a, b))
                is_fixed.append(one[x] > one[i] or other[y] > other[j])
            elif (x, y) == last:
                found.append((x - first[0], y - first[1]))
                is_fixed.append(True)
            i, j = x, y
        return found, np.array(is_fixed, np.bool_)


def check_there(beads: Sequence[Ids], n: int, m: int) -> None:
    """Raise an InputError if a bead holds no sentence, or one that n source and m target sentences have not.

    Examples
    --------
    >>> check_there([((0,), (2,))], 2, 1)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: bead [0]:[2] has no such sentences (found 2 and 1); give beads of the same sentences
    """
    for source, target in beads:
        if not source and not target:
            raise InputError("a bead holds no sentence", found=_words((source, target)), todo="leave it out")
        if any(not 0 <= k < size for side, size in ((source, n), (target, m)) for k in (side[:1] + side[-1:])):
            what, todo = f"bead {_words((source, target))} has no such sentences", "give beads of the same sentences"
            raise InputError(what, found=f"{n} and {m}", todo=todo)


def is_run(sentences: Sequence[int]) -> bool:
    """Whether each sentence is the next one."""
    return all(b == a + 1 for a, b in itertools.pairwise(sentences))


def _check_shape(bead: Ids) -> None:
    """Refuse as fixed what is no bead of an alignment."""
    if not all(map(is_run, bead)):
        todo = "give beads of neighbouring sentences"
        raise InputError("a fixed bead is not of consecutive sentences", found=_words(bead), todo=todo)
    if not all(bead) and len(bead[0]) + len(bead[1]) > 1:
        todo = "give one null bead for each sentence"
        raise InputError("a fixed null bead holds several sentences", found=_words(bead), todo=todo)


def _words(bead: Ids) -> str:
    return f"{list(bead[0])}:{list(bead[1])}"
