"""Word links inside a pair: which words of each side have no counterpart on the other, told as spans.

What `pieces` sums up for a whole pair is told here word by word, for those who read.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from aligner.encoders.embedded import Encoder, Floats
from aligner.quality.lexicon import Lexicon
from aligner.quality.pieces import COVERED, MAX_PIECES, Ints, cover, piece_norms
from aligner.threads import one_thread

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


Spans = tuple[WordSpan, ...]


def uncovered_words(
    source: Sequence[str], target: Sequence[str], encoder: Encoder, lexicon: Lexicon
) -> list[tuple[Spans, Spans]]:
    """Tell which content words of n English and Vietnamese texts have no counterpart on the other side.

    Parameters
    ----------
    source, target : sequences of n str
        English and Vietnamese.
    encoder : Encoder
    lexicon : Lexicon
        Of the encoder's pieces.

    Returns
    -------
    list of n pairs of tuples of WordSpan
        In the order of their texts; neighbours are one span. Words behind the first `MAX_PIECES`, and behind as many
        pieces, are not looked at.

    Examples
    --------
    >>> from aligner.quality.model import shipped_witness
    >>> witness = shipped_witness()
    >>> en, vi = "He bought a red car in London.", "Anh ấy mua một chiếc xe màu đỏ."
    >>> ((of_source, _),) = uncovered_words([en], [vi], witness.encoder, witness.lexicon)
    >>> [span.text for span in of_source]
    ['London']
    """
    en, vi = ([[*itertools.islice(_WORD.finditer(text), MAX_PIECES)] for text in side] for side in (source, target))
    # A word's pieces are the same wherever it stands: each is cut once.
    written = list(dict.fromkeys(word[0] for text in (*en, *vi) for word in text))
    cut = dict(zip(written, encoder.pieces(written), strict=True))
    of_source, of_target = (
        [[piece for word in text for piece in cut[word[0]]][:MAX_PIECES] for text in side] for side in (en, vi)
    )
    norms = piece_norms([np.array(pieces, np.int64) for pieces in (*of_source, *of_target)], encoder.table)
    with one_thread():
        covered = cover(of_source, of_target, encoder.table, lexicon)

    def lacking(text: str, words: Sequence[re.Match[str]], pieces: Sequence[int], shares: Floats) -> Spans:
        owner = np.repeat(np.arange(len(words)), [len(cut[word[0]]) for word in words])[:MAX_PIECES]
        return _lacking(text, words, owner, norms[pieces], shares)

    return [
        (lacking(*one, of_one), lacking(*two, of_two))
        for one, two, (of_one, of_two) in zip(
            zip(source, en, of_source, strict=True), zip(target, vi, of_target, strict=True), covered, strict=True
        )
    ]


def _lacking(text: str, words: Sequence[re.Match[str]], owner: Ints, weight: Floats, covered: Floats) -> Spans:
    """Runs of content words that are not covered, from what their pieces weigh and how far those are covered."""
    heavy = np.bincount(owner, weight, len(words))
    mean = np.bincount(owner, weight * covered, len(words)) / np.maximum(heavy, 1e-9)
    content = heavy >= CONTENT * heavy[heavy > 0].mean() if (heavy > 0).any() else heavy > 0
    runs: list[WordSpan] = []
    before = None
    for k in np.flatnonzero(content & (mean < COVERED)).tolist():
        start, end = words[k].span()
        if runs and before == k - 1:
            start = runs.pop().start
        runs.append(WordSpan(text[start:end], start, end))
        before = k
    return tuple(runs)
