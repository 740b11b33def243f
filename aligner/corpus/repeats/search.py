"""The search for rows that repeat others: exactly, nearly, or on one side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.corpus.repeats.fingerprints import Fingerprints
from aligner.corpus.repeats.links import candidate_links, similarities
from aligner.corpus.repeats.scratch import BLOCK, count_parts, part_of, scatter

KINDS: Final = ("against", "exact", "near", "one_sided_source", "one_sided_target")
"""What a pair may be, the first that holds."""

SAID: Final = {
    "exact": "the same pair as",
    "near": "alike by {:.2f} to",
    "one_sided_source": "the same English as",
    "one_sided_target": "the same Vietnamese as",
}
"""What is said of the row that is repeated, by kind; the similarity goes in."""


class Search:
    """Which rows repeat others.

    Parameters
    ----------
    prints : Fingerprints
    order : int array
        Rows to look at: those of test sets first, then the best.
    is_test : bool array
        Of every row, whether a test set has it: such rows are repeated, and not judged.

    Attributes
    ----------
    of : int array
        The row that each row repeats; its own number where it repeats none.
    said : int8 array
        In what way: a place in KINDS, or -1.
    alike : float array
        How alike the two are, 0..1.
    shares : bool array, shape (n, 2)
        Whether a better row that repeats none has the same source, or target.
    """

    def __init__(self, prints: Fingerprints, order: NDArray[Any], is_test: NDArray[np.bool_]) -> None:
        total = len(prints)
        self.prints, self.order, self.is_test = prints, order.astype(_numbers_of(total), copy=False), is_test
        self.of = np.arange(total, dtype=_numbers_of(total))
        self.said = np.full(total, -1, np.int8)
        self.alike = np.zeros(total)
        self.shares = np.zeros((total, 2), bool)

    def run(
        self,
        *,
        near: bool,
        threshold: float,
        within: bool = True,
        map: Callable[..., Iterable[Any]] = map,
    ) -> tuple[int, int]:
        """Look for all kinds, for what test sets have first; counts of links verified and of buckets cut."""
        for rows, of in self._same((0, 1), within):
            self._mark(rows, of, "exact", 1.0)
        if self.is_test.any():
            self._one_sided(within=False)
        counts = self._near(threshold, within, map) if near else (0, 0)
        if within:
            self._one_sided(within=True)
        return counts

    def spread(self, numbers: NDArray[Any], best: NDArray[Any]) -> None:
        """Go on with rows of which copies share fingerprints: the best one is what these are, the others repeat it.

        Parameters
        ----------
        numbers : int array
            Of every row its fingerprints.
        best : int array
            Of all fingerprints the best row that has them.
        """
        exact, dtype = KINDS.index("exact"), _numbers_of(len(numbers))
        of, rows = best.astype(dtype), np.arange(len(numbers), dtype=dtype)
        is_copy = of[numbers] != rows
        kept = np.where(self.said == exact, of[self.of], of)  # what a copy repeats is like it exactly, not nearly
        self.of = np.where(is_copy, kept[numbers], of[self.of][numbers])
        self.said = np.where(is_copy, exact, self.said[numbers]).astype(np.int8)
        self.alike = np.where(is_copy, 1.0, self.alike[numbers])
        self.shares = self.shares[numbers] & ~is_copy[:, None]

    def roots(self) -> NDArray[Any]:
        """Of every row the one that is kept in its place."""
        root = self.of
        while True:  # an exact duplicate of a near one: two steps
            further = root[root]
            if (further == root).all():
                return root
            root = further

    def _mark(self, rows: NDArray[Any], of: NDArray[Any], kind: str, alike: NDArray[np.float64] | float) -> None:
        """Rows repeat others."""
        self.said[rows], self.of[rows], self.alike[rows] = KINDS.index(kind), of, alike

    def _same(self, sides: tuple[int, ...], within: bool) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """Rows whose key on these sides an earlier one has, and the first that has it; some at a time."""
        places = np.full(len(self.prints), -1, self.order.dtype)
        places[self.order] = np.arange(len(self.order), dtype=self.order.dtype)
        places[self.said >= 0] = -1
        width = 2 * len(sides)
        parts = count_parts(len(self.order), 3 * 8 * (width + 1))

        def blocks() -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
            for first in range(0, len(places), BLOCK):
                mine = places[first : first + BLOCK]
                keys = np.hstack([self.prints.keys[side].read(first, first + len(mine)) for side in sides])
                at = np.flatnonzero((mine >= 0) & (keys.any(axis=1) if width == 2 else True))
                records = np.column_stack([keys[at], mine[at].astype(np.uint64)])
                yield records, part_of(records[:, 0] ^ records[:, width - 1], parts)

        for records in scatter(self.prints.scratch, ("<u8", width + 1), blocks(), parts):
            records = records[np.lexsort(records.T[::-1])]  # by key, then by place
            is_new = np.ones(len(records), bool)
            is_new[1:] = (records[1:, :-1] != records[:-1, :-1]).any(axis=1)
            first = np.maximum.accumulate(np.where(is_new, np.arange(len(records)), 0))
            rows = self.order[records[~is_new, -1].astype(np.int64)]
            of = self.order[records[first[~is_new], -1].astype(np.int64)]
            asked = ~self.is_test[rows] & (within | self.is_test[of])
            yield rows[asked], of[asked]

    def _one_sided(self, within: bool) -> None:
        """One side's key the same, among the rows that repeat none."""
        found = [
            (side, kind, [*self._same((side,), within)])
            for side, kind in enumerate(("one_sided_source", "one_sided_target"))
        ]
        for side, kind, parts in found:
            for rows, of in parts:
                self.shares[rows, side] = True
                is_first = self.said[rows] < 0
                self._mark(rows[is_first], of[is_first], kind, 1.0)

    def _near(self, threshold: float, within: bool, map: Callable[..., Iterable[Any]]) -> tuple[int, int]:
        """Both sides alike: each row repeats the one most like it of those that repeat none."""
        order = self.order[self.said[self.order] < 0]
        is_test = self.is_test[order]
        is_dropped = np.zeros(len(order), bool)
        parts, n_cut = candidate_links(self.prints, order, threshold=threshold)
        n_compared = 0
        for links in parts:  # by the later row, so that it is known of the earlier ones whether they are dropped
            links = links[~is_test[links[:, 1]] & (within | is_test[links[:, 0]])]
            n_compared += len(links)
            alike = similarities(self.prints, order[links], threshold=threshold, map=map)
            links, alike = links[alike > 0], alike[alike > 0]
            # By the later row; what test sets have, then the most alike, then the earlier row.
            by_row = np.lexsort((links[:, 0], -alike, ~is_test[links[:, 0]], links[:, 1]))
            chosen = []
            for k, (i, j) in zip(by_row.tolist(), links[by_row].tolist(), strict=True):
                if not is_dropped[j] and not is_dropped[i]:
                    is_dropped[j] = True
                    chosen.append(k)
            self._mark(order[links[chosen, 1]], order[links[chosen, 0]], "near", alike[chosen])
        return n_compared, n_cut


def _numbers_of(n: int) -> type[np.signedinteger[Any]]:
    """The type that numbers n rows: half the memory where it suffices."""
    return np.int32 if n <= np.iinfo(np.int32).max else np.int64
