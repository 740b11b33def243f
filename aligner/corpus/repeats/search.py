"""The search for rows that repeat others: exactly, nearly, or on one side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.corpus.repeats.fingerprints import Fingerprints
from aligner.corpus.repeats.links import candidate_links, similarities

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

    def __init__(self, prints: Fingerprints, order: NDArray[np.int64], is_test: NDArray[np.bool_]) -> None:
        total = len(prints)
        self.prints, self.order, self.is_test = prints, order, is_test
        self.of = np.arange(total)
        self.said = np.full(total, -1, np.int8)
        self.alike = np.zeros(total)
        self.shares = np.zeros((total, 2), bool)

    def run(
        self,
        source: Sequence[str],
        target: Sequence[str],
        *,
        near: bool,
        threshold: float,
        within: bool = True,
        map: Callable[..., Iterable[Any]] = map,
    ) -> tuple[int, int]:
        """Look for all kinds, for what test sets have first; counts of links verified and of buckets cut."""
        self._mark(*self._same(slice(0, 4), self.order, within), "exact", 1.0)  # both keys the same
        self._one_sided(within=False)
        counts = self._near(source, target, threshold, within, map) if near else (0, 0)
        if within:
            self._one_sided(within=True)
        return counts

    def roots(self) -> NDArray[np.int64]:
        """Of every row the one that is kept in its place."""
        root = self.of
        while (root[root] != root).any():  # an exact duplicate of a near one: two steps
            root = root[root]
        return root

    def _mark(
        self, rows: NDArray[np.int64], of: NDArray[np.int64], kind: str, alike: NDArray[np.float64] | float
    ) -> None:
        """Rows repeat others."""
        self.said[rows], self.of[rows], self.alike[rows] = KINDS.index(kind), of, alike

    def _same(
        self, columns: slice, order: NDArray[np.int64], within: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of rows in order: those whose key an earlier one has, and the first that has it."""
        chosen = self.prints.keys[order, columns]
        by_key = np.lexsort((np.arange(len(order)), *chosen.T))
        chosen = chosen[by_key]
        is_new = np.ones(len(order), bool)
        is_new[1:] = (chosen[1:] != chosen[:-1]).any(axis=1)
        first = np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))
        rows, of = order[by_key[~is_new]], order[by_key[first[~is_new]]]
        asked = ~self.is_test[rows] & (within | self.is_test[of])
        return rows[asked], of[asked]

    def _open(self) -> NDArray[np.int64]:
        """Rows that repeat none, in order."""
        return self.order[self.said[self.order] < 0]

    def _one_sided(self, within: bool) -> None:
        """One side's key the same."""
        order = self._open()
        for side, kind in enumerate(("one_sided_source", "one_sided_target")):
            columns = slice(2 * side, 2 * side + 2)
            has_text = self.prints.keys[order, columns].any(axis=1)
            rows, of = self._same(columns, order[has_text], within)
            self.shares[rows, side] = True
            is_first = self.said[rows] < 0
            self._mark(rows[is_first], of[is_first], kind, 1.0)

    def _near(
        self,
        source: Sequence[str],
        target: Sequence[str],
        threshold: float,
        within: bool,
        map: Callable[..., Iterable[Any]],
    ) -> tuple[int, int]:
        """Both sides alike: each row repeats the one most like it of those that repeat none."""
        order = self._open()
        links, n_cut = candidate_links(self.prints, order, threshold=threshold)
        is_test = self.is_test[order]
        links = links[~is_test[links[:, 1]] & (within | is_test[links[:, 0]])]
        n_compared = len(links)
        alike = similarities(source, target, order[links], threshold=threshold, map=map)
        links, alike = links[alike > 0], alike[alike > 0]
        # By the later row; what test sets have, then the most alike, then the earlier row.
        by_row = np.lexsort((links[:, 0], -alike, ~is_test[links[:, 0]], links[:, 1]))
        is_dropped = np.zeros(len(order), bool)
        chosen = []
        for k, (i, j) in zip(by_row.tolist(), links[by_row].tolist(), strict=True):
            if not is_dropped[j] and not is_dropped[i]:
                is_dropped[j] = True
                chosen.append(k)
        self._mark(order[links[chosen, 1]], order[links[chosen, 0]], "near", alike[chosen])
        return n_compared, n_cut
