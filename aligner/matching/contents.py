"""What a document holds that its translation holds too: vectors of its sentences, anchors, how rare each is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from aligner.encoders.adaptation import usual_lengths
from aligner.encoders.embedded import Floats, unit_rows
from aligner.text.unicode import nfc

Codes = NDArray[np.uint64]

MOST_UNITS: Final = 512
"""Units of a document that are compared: a longer one is taken in runs of sentences, whose vectors are sums. A book of
10,000 sentences is so compared with another in milliseconds (test_matching.py: a long document)."""


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """A document as it is compared.

    Attributes
    ----------
    lang : {"en", "vi"}
        Its language.
    vectors : float16 array, shape (n, d)
        Of its units, n <= MOST_UNITS: sentences, or runs of them; of length one, or zero.
    lengths : float32 array, shape (n,)
        What each weighs by its length: characters to the power LENGTH_POWER.
    texts : uint64 array, shape (n,)
        Codes of their texts: the same for texts that differ in case and spaces alone.
    anchors : uint64 array
        Codes of its anchors (`search.keys.anchor_keys`), ascending, each once: the second time that a key occurs is
        another code than the first.
    words : uint64 array
        Codes of the words of its address, ascending.
    """

    lang: Literal["en", "vi"]
    vectors: NDArray[np.float16]
    lengths: Floats
    texts: Codes
    anchors: Codes
    words: Codes


def describe_contents(
    lang: Literal["en", "vi"],
    sentences: Sequence[str],
    sums: Floats,
    keys: Iterable[Sequence[str]],
    words: Sequence[str],
) -> Contents:
    """Describe a document for comparing.

    Parameters
    ----------
    lang : {"en", "vi"}
        Its language.
    sentences : sequence of str
        Its sentences in order.
    sums : float32 array, shape (n, d)
        Their additive vectors.
    keys : iterable of sequence of str
        Their anchors.
    words : sequence of str
        What its address has besides the language.

    Examples
    --------
    >>> sums = np.array([[3, 4], [0, 2]], np.float32)
    >>> found = describe_contents("en", ["Page 2", "Page 2"], sums, [["n:2"], ["n:2"]], ["a"])
    >>> found.vectors.shape, bool(found.texts[0] == found.texts[1]), len(found.anchors)
    ((2, 2), True, 2)
    """
    n = len(sentences)
    run = -(-n // MOST_UNITS) or 1
    starts = np.arange(0, n, run)
    vectors = np.add.reduceat(sums, starts, axis=0) if run > 1 else sums
    texts = [" ".join(sentences[first : first + run]) for first in starts.tolist()]
    seen: dict[str, int] = {}
    anchors = []
    for key in (key for of_sentence in keys for key in of_sentence):
        anchors.append(f"{key}#{seen.get(key, 0)}")
        seen[key] = seen.get(key, 0) + 1
    return Contents(
        lang,
        unit_rows(vectors).astype(np.float16),
        usual_lengths(texts),
        encode_texts(" ".join(nfc(text).casefold().split()) for text in texts),
        np.unique(encode_texts(anchors)),
        np.unique(encode_texts(words)),
    )


def encode_texts(texts: Iterable[str]) -> Codes:
    """Make each text a number of 64 bits, the same on every machine.

    Examples
    --------
    >>> first, second = encode_texts(["a", "b"])
    >>> bool(first == encode_texts(["a"])[0] != second)
    True
    """
    digests = [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest() for text in texts]
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)


def count_documents(codes: Codes, documents: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count for each code the documents that have it.

    Parameters
    ----------
    codes : uint64 array, shape (k,)
        Of all documents, one after another.
    documents : int64 array, shape (k,)
        The document that each stands in, ascending.

    Returns
    -------
    int64 array, shape (k,)

    Examples
    --------
    >>> count_documents(np.array([7, 8, 7], np.uint64), np.array([0, 0, 1])).tolist()
    [2, 1, 2]
    """
    if not len(codes):
        return np.zeros(0, np.int64)
    _, number = np.unique(codes, return_inverse=True)
    pairs = np.unique(np.stack([number, documents], axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=int(number.max()) + 1)[number].astype(np.int64)


def rarity(frequency: NDArray[np.int64], n_documents: int) -> Floats:
    """Weigh what occurs in many documents of a collection little: 1 for what one has, next to 0 for what all have.

    Returns
    -------
    float32 array
        log((n + 1) / f) / log(n + 1), f the documents that have it: the inverse document frequency, smoothed so that a
        collection of one document has weights.

    Examples
    --------
    >>> rarity(np.array([1, 2]), 2).round(2).tolist()
    [1.0, 0.3700000047683716]
    """
    weights: Floats = (np.log((n_documents + 1) / frequency) / np.log(n_documents + 1)).astype(np.float32)
    return weights
