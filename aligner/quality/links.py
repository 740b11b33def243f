"""Word links inside a pair: which words of each side have no counterpart on the other, told as spans.

What `pieces` sums up for a whole pair is told here word by word, for those who read.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import numpy as np

from aligner.encoders.embedded import Encoder
from aligner.quality.lexicon import Lexicon
from aligner.quality.pieces import COVERED, MAX_PIECES, cover

_WORD: Final = re.compile(r"[^\W_]+")

CONTENT: Final = 0.5
"""Weight of a word over the mean one of its text from which on it is looked at: 'the' and 'của' have a fifth."""


class WordSpan(NamedTuple):
    """A word, or a run of them, that has no counterpart.

    Attributes
    ----------
    text : str
        As written.
    start, end : int
        Half-open span in code points.
    """

    text: str
    start: int
    end: int


def uncovered_words(
    source: str, target: str, encoder: Encoder, lexicon: Lexicon
) -> tuple[tuple[WordSpan, ...], tuple[WordSpan, ...]]:
    """Tell which content words of the English and the Vietnamese text have no counterpart on the other side.

    Parameters
    ----------
    source, target : str
        English and Vietnamese.
    encoder : Encoder
    lexicon : Lexicon
        Of the encoder's pieces.

    Returns
    -------
    pair of tuples of WordSpan
        In the order of their texts; neighbours are one span. Words behind the first `MAX_PIECES` pieces are not looked
        at.

    Examples
    --------
    >>> from aligner.quality.model import shipped_witness
    >>> witness = shipped_witness()
    >>> en, vi = "He bought a red car in London.", "Anh ấy mua một chiếc xe màu đỏ."
    >>> [span.text for span in uncovered_words(en, vi, witness.encoder, witness.lexicon)[0]]
    ['London']
    """
    words = [[(m[0], m.start(), m.end()) for m in _WORD.finditer(text)] for text in (source, target)]
    pieces, owners = [], []
    for side in words:
        cut = encoder.pieces([word for word, _, _ in side])
        owners.append(np.repeat(np.arange(len(side)), [len(part) for part in cut])[:MAX_PIECES])
        pieces.append(np.array([piece for part in cut for piece in part], np.int64)[:MAX_PIECES])
    best = cover(pieces[0], pieces[1], encoder.table, lexicon)
    found = []
    for text, side, owner, numbers, covered in zip((source, target), words, owners, pieces, best, strict=True):
        weight = np.linalg.norm(encoder.table[numbers], axis=1)
        heavy = np.bincount(owner, weight, len(side))
        mean = np.bincount(owner, weight * covered, len(side)) / np.maximum(heavy, 1e-9)
        content = heavy >= CONTENT * heavy[heavy > 0].mean() if (heavy > 0).any() else heavy > 0
        lacking = [k for k in range(len(side)) if content[k] and mean[k] < COVERED]
        runs: list[WordSpan] = []
        for k in lacking:
            _, start, end = side[k]
            if runs and k - 1 in lacking:
                start = runs.pop().start
            runs.append(WordSpan(text[start:end], start, end))
        found.append(tuple(runs))
    return found[0], found[1]
