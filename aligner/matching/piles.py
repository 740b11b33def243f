"""The documents of one language as arrays, one after another, and what each of their parts weighs in the collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aligner.encoders.embedded import Floats, unit_rows
from aligner.matching.contents import Codes, Contents, count_documents, rarity

Ints = NDArray[np.int64]

LEAST_WEIGHT: Final = 1e-4
"""What a unit weighs that every document has: little enough not to count beside any other, more than nothing, so that
documents of nothing else can be compared (test_matching.py: boilerplate alone)."""

MOST_COPIES: Final = 4
"""Documents that may have a sentence that is not common: versions of one page are seldom more (test_matching.py)."""

ORIGIN_DOCUMENTS: Final = 8
"""How many documents the origin counts as in the mean that is taken off the documents' vectors: of a collection of a
few documents hardly anything is. Chosen by hand; below 32 documents all are candidates anyhow."""


class Rows(NamedTuple):
    """Weighted codes of documents, one document after another: those of document k are start[k]:start[k + 1]."""

    codes: Codes
    weights: Floats
    start: Ints

    def of(self, k: int) -> tuple[Codes, Floats]:
        """Codes and weights of one document."""
        here = slice(self.start[k], self.start[k + 1])
        return self.codes[here], self.weights[here]


@dataclass(frozen=True, slots=True, eq=False)
class Pile:
    """The documents of one language.

    Attributes
    ----------
    vectors : float16 array, shape (n, d)
        Of the units of all documents; may be a file that is mapped.
    weights : float32 array, shape (n,)
        Of the units, by length and rarity; above 0.
    common : bool array, shape (n,)
        Whether more than MOST_COPIES documents have the unit: headers, menus, licences.
    start : int64 array, shape (documents + 1,)
        Where each document's units begin.
    anchors, words : Rows
        Of the documents.
    """

    vectors: NDArray[np.float16]
    weights: Floats
    common: NDArray[np.bool_]
    start: Ints
    anchors: Rows
    words: Rows

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.start) - 1


def make_piles(
    source: Sequence[Contents], target: Sequence[Contents], vectors: tuple[NDArray[np.float16], NDArray[np.float16]]
) -> tuple[Pile, Pile]:
    """Lay the documents of two languages out, and weigh what they hold by how rare it is.

    Parameters
    ----------
    source, target : sequence of Contents
        Documents; their own `vectors` are not looked at.
    vectors : pair of float16 arrays
        Of all units of either, one document after another.

    Returns
    -------
    pair of Pile
        Units are weighed among the documents of their language, anchors and words of addresses among all: a header that
        every page has counts next to nothing, a number that one document and its translation have much.
    """
    both = [*source, *target]
    anchors = _rows([c.anchors for c in both], len(both))
    words = _rows([c.words for c in both], len(both))
    piles = []
    for side, rows, first in ((source, vectors[0], 0), (target, vectors[1], len(source))):
        start = _starts([len(c.texts) for c in side])
        documents = np.repeat(np.arange(len(side)), np.diff(start))
        texts = np.concatenate([np.zeros(0, np.uint64), *(c.texts for c in side)])
        lengths = np.concatenate([np.zeros(0, np.float32), *(c.lengths for c in side)])
        frequency = count_documents(texts, documents)
        weights = lengths * np.maximum(rarity(frequency, len(side)), np.float32(LEAST_WEIGHT))
        own = first, first + len(side)
        piles.append(Pile(rows, weights, frequency > MOST_COPIES, start, _part(anchors, *own), _part(words, *own)))
    return piles[0], piles[1]


def _starts(sizes: Sequence[int]) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.array(sizes, np.int64))])


def _rows(codes: Sequence[Codes], n_documents: int) -> Rows:
    """Codes of all documents, weighed by their rarity among them."""
    start = _starts([len(own) for own in codes])
    flat = np.concatenate([np.zeros(0, np.uint64), *codes])
    frequency = count_documents(flat, np.repeat(np.arange(len(codes)), np.diff(start)))
    return Rows(flat, rarity(frequency, n_documents), start)


def _part(rows: Rows, first: int, stop: int) -> Rows:
    """Those of some documents."""
    start = rows.start[first : stop + 1]
    here = slice(int(start[0]), int(start[-1]))
    return Rows(rows.codes[here], rows.weights[here], start - start[0])


def mean_vectors(pile: Pile) -> Floats:
    """Mean vector of each document by the weights of its units, less what the pile's documents have in common.

    Returns
    -------
    float32 array, shape (documents, d)
        Of length one, or zero.
    """
    means = np.zeros((len(pile), pile.vectors.shape[1]), np.float32)
    for k in range(len(pile)):
        here = slice(pile.start[k], pile.start[k + 1])
        means[k] = pile.weights[here] @ pile.vectors[here].astype(np.float32)
    means = unit_rows(means)
    common = means.sum(axis=0) / np.float32(len(pile) + ORIGIN_DOCUMENTS)
    return unit_rows(np.where(means.any(axis=1, keepdims=True), means - common, 0).astype(np.float32))
