"""Borrowed boundaries: a transcript without stops is cut where the sentences of its translation end.

To the splitter, speech that was recognised or typed without stops is one sentence as long as the text. The other side
knows where sentences end: its words are put into pieces that match that side's sentences, by dynamic programming over
sums of vectors.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import AlignConfig, Sentence
from aligner.search.bands import FULL_CELLS
from aligner.search.beads import find_beads
from aligner.search.lattice import MAX_RUN
from aligner.search.sides import Evidence
from aligner.search.weights import AlignmentWeights
from aligner.text.marks import end_mark

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
Encode = Callable[[list[str]], Floats]

UNSTOPPED_SHARE: Final = 0.5
"""Share of a side's characters in sentences of implausible length above which the side lacks stops: one long sentence
of a lawyer among others is the style of the text (test_borrowing.py: a long sentence among others)."""

COSINE_NATS: Final = 60.0
"""What a cosine of 1 weighs against the length, in nats. Of 30, 60 and 120 the one that finds most sentence ends of
documents whose stops and capitals were taken away (docs/decisions/0028; test_borrowing.py: transcripts)."""

USUAL_COSINE: Final = 0.15
"""Cosine of a piece and a sentence from which pairing them is better than leaving both alone, at NULL_NATS of 0."""

SPREAD: Final = 6.8
"""Variance of the characters of a translation, for each character (Gale & Church 1993, section 3.1)."""

LONGEST: Final = 5.0
"""Standard deviations by which a piece is longer than its counterpart at most; bounds the time."""

PLACE_NATS: Final = 2.0
"""What each sign for or against a place weighs, in nats; a stop counts as two. Of 2 and 3 the better one
(docs/decisions/0028; test_borrowing.py: signs of a place)."""

NULL_NATS: Final = 6.0
"""Price of a sentence, or of a run of words, without counterpart; a run pays half of it again for each usual sentence
that it is as long as. With 4 the encoder on three files of pairs cuts 'where is the key to the garage' in two; 5, 6 and
8 are alike on the tests' texts (docs/decisions/0028; test_borrowing.py: transcripts, a part that only one side has)."""

JOIN_NATS: Final = 3.0
"""Price of one piece for two sentences (test_borrowing.py: transcripts)."""

MARGIN: Final = 4
"""Pieces of a usual sentence's length around a coarse alignment in which a long text is searched (test_borrowing.py: a
long text)."""

# Words that begin a sentence twice as often as they stand in one, and words that hardly end one, of the most frequent
# words of the encoder's training pairs (every sixth of 2026-11); 'không' is none here, it ends questions as well.
_OPENING: Final = {
    "en": re.compile(
        "however|therefore|if|now|then|there|this|these|but|she|he|i|we|it|you|what|when|how|so|okay|well|please|after"
        "|let|no|some|today"
    ),
    "vi": re.compile(
        "nếu|bây|hãy|vậy|nhưng|đây|bạn|tôi|vì|khi|chúng|sau|những|các|mỗi|điều|cô|ông|anh|tuy|thế|hôm|rồi"
    ),
}
_DANGLING: Final = {
    "en": re.compile(
        "the|your|and|but|which|their|shall|my|an?|his|when|has|if|who|were|of|was|will|or|can|to|we|as|is|be|i|then"
        "|for|by|have|are|in|he|with|from|into|at|they"
    ),
    "vi": re.compile(
        "những|các|hãy|nếu|cũng|để|sẽ|đã|thì|nhưng|và|của|đang|khi|vì|một|như|hoặc|mà|là|với|trong|thứ|cho|ở"
    ),
}
_MARKS: Final = {".": 2.0, "?": 2.0, "!": 2.0}
_WORD: Final = re.compile(r"\S+")


def find_unstopped(sentences: Sequence[Sentence], other: Sequence[Sentence], scale: float) -> frozenset[int]:
    """Find the sentences of a side without stops: none where the other side makes their lengths plausible.

    Parameters
    ----------
    sentences, other : sequence of Sentence
        The side, and the other one.
    scale : float
        Characters of the other language for one character of this side's.

    Returns
    -------
    frozenset of int
        If more than UNSTOPPED_SHARE of the side's characters are in sentences that no bead could hold the counterpart
        of (longer than MAX_RUN of those that the other side's characters stand in on average): these, and all that end
        without a mark. Else none.

    Examples
    --------
    >>> one, many = [Sentence("so " * 50, 0, 150)], [Sentence("Thế thôi.", 9 * k, 9 * k + 9) for k in range(12)]
    >>> find_unstopped(one, many, 1.0), find_unstopped(many, one, 1.0)
    (frozenset({0}), frozenset())
    """
    sizes, others = (np.array([len(s.text) for s in side], np.float64) for side in (sentences, other))
    limit = MAX_RUN * float(others @ others) / max(float(others.sum()), 1.0) / scale
    if not others.any() or sizes[sizes > limit].sum() <= UNSTOPPED_SHARE * sizes.sum():
        return frozenset()
    return frozenset(k for k, s in enumerate(sentences) if sizes[k] > limit or not end_mark(s.text))


@dataclass(frozen=True, slots=True)
class _Words:
    """A side as words: where a sentence must be kept whole, it is one of them. Node i stands before word i."""

    texts: list[str]
    sentence: list[int]
    """Of each word, the sentence that it is of."""
    positions: list[int]
    """Of each word, code points of the sentence before it."""
    spans: list[tuple[int, int]]
    """Of each word, where it is in the text that was given."""
    first: Ints
    """Of each node, that before the sentence of the word before it: no piece begins earlier."""
    places: Doubles
    """Of each node, the signs for a cut there less those against it."""


def cut_unstopped(
    sentences: Sequence[Sentence],
    other: Sequence[Sentence],
    given: str,
    lang: Literal["en", "vi"],
    *,
    encode: Encode,
    model: AlignmentWeights,
) -> tuple[Sentence, ...]:
    """Cut a side without stops so that its pieces match the sentences of the other side.

    Parameters
    ----------
    sentences, other : sequence of Sentence
        The side, and the other one.
    given : str
        What the spans of `sentences` count in.
    lang : {"en", "vi"}
        The side's language.
    encode : callable
        Maps texts to additive vectors.
    model : AlignmentWeights
        Weights.

    Returns
    -------
    tuple of Sentence
        The pieces of all sentences in order; empty where the side does not lack stops. Cuts are between words; spans
        are exact, and nothing but white space stands between the pieces of a sentence.

    Notes
    -----
    A path of pieces and sentences maximises the sum of cosines (COSINE_NATS) less the squared differences of length
    over their variance (SPREAD) and the prices of what has no counterpart (NULL_NATS). A line break, a mark and a word
    that opens sentences speak for a place; a word that ends none speaks against it (PLACE_NATS).
    """
    scale = model.length_ratio if lang == "en" else 1 / model.length_ratio
    unstopped = find_unstopped(sentences, other, scale)
    if not unstopped:
        return ()
    words = _words(sentences, given, unstopped, lang)
    vectors, others = encode(words.texts), encode([s.text for s in other])
    sizes = np.array([len(text) + 1 for text in words.texts]) * scale
    other_sizes = np.array([len(s.text) + 1 for s in other], np.float64)
    band = _band(words, vectors, sizes, other, others, other_sizes, model)
    cuts = _find_cuts(words, vectors, sizes, others, other_sizes, band)
    starts = sorted({*cuts, *words.first[1:].tolist()})
    return tuple(_piece(sentences, words, a, b) for a, b in itertools.pairwise([*starts, len(words.texts)]))


def _words(sentences: Sequence[Sentence], given: str, unstopped: frozenset[int], lang: Literal["en", "vi"]) -> _Words:
    """The words of a side."""
    texts: list[str] = []
    home: list[int] = []
    positions: list[int] = []
    spans: list[tuple[int, int]] = []
    places: list[float] = []
    for k, sentence in enumerate(sentences):
        inside = [match.span() for match in _WORD.finditer(sentence.text)] if k in unstopped else []
        there = [match.span() for match in _WORD.finditer(given, sentence.start, sentence.end)]
        if not inside or len(inside) != len(there):  # kept whole, or its text was changed so that places cannot be told
            inside, there = [(0, len(sentence.text))], [(sentence.start, sentence.end)]
        words = [sentence.text[a:b] for a, b in inside]
        texts += words
        home += [k] * len(inside)
        positions += [a for a, _ in inside]
        spans += there
        places.append(0.0)
        for (before, after), (one, two) in zip(itertools.pairwise(words), itertools.pairwise(there), strict=True):
            places.append(_signs(before, after, lang) + float("\n" in given[one[1] : two[0]]))
    begins = np.flatnonzero(np.diff(home, prepend=-1))
    first = begins[np.searchsorted(begins, np.arange(len(texts)), side="right") - 1]
    return _Words(texts, home, positions, spans, np.concatenate([[0], first]), np.array([*places, 0.0]))


def _signs(before: str, after: str, lang: Literal["en", "vi"]) -> float:
    """Signs for a cut between two words, less those against it."""
    mark = end_mark(before)
    if mark:
        return _MARKS.get(mark, 1.0)
    opens, dangles = _OPENING[lang].fullmatch(after.casefold()), _DANGLING[lang].fullmatch(before.casefold())
    return float(opens is not None) - float(dangles is not None)


def _piece(sentences: Sequence[Sentence], words: _Words, a: int, b: int) -> Sentence:
    """The sentence of the words a .. b - 1, which are of one."""
    whole = sentences[words.sentence[a]]
    opens = words.first[a + 1] == a
    ends = b == len(words.texts) or words.first[b + 1] == b
    text = whole.text[0 if opens else words.positions[a] : len(whole.text) if ends else words.positions[b]]
    start = whole.start if opens else words.spans[a][0]
    end = whole.end if ends else words.spans[b - 1][1]
    return replace(
        whole, text=text if ends else text.rstrip(), start=start, end=end, kind=whole.kind if opens else "body"
    )


Rows = tuple[Ints, Ints]
"""Of each node of the other side, first and last node of the words that are searched, never falling."""


def _band(
    words: _Words,
    vectors: Floats,
    sizes: Doubles,
    other: Sequence[Sentence],
    others: Floats,
    other_sizes: Doubles,
    model: AlignmentWeights,
) -> Rows:
    """Which words to search for each sentence: all in a short text, else MARGIN pieces around a coarse alignment."""
    n, m = len(sizes), len(other)
    if (n + 1) * (m + 1) <= FULL_CELLS:
        return np.zeros(m + 1, np.int64), np.full(m + 1, n)
    group = np.cumsum(sizes) // other_sizes.mean() + np.array(words.sentence) * (n + 1)  # none of two sentences
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    nodes = np.array([*starts, n])
    chunks = [Sentence(" ".join(words.texts[a:b]), int(a), int(b)) for a, b in itertools.pairwise(nodes)]
    sums = np.add.reduceat(vectors, starts, axis=0)
    beads, _ = find_beads(Evidence((chunks, other), (sums, others)), model=model, config=AlignConfig())
    lo, hi = np.full(m + 1, len(chunks)), np.zeros(m + 1, np.int64)
    i = j = 0
    for bead in beads:
        i1, j1 = i + len(bead.source), j + len(bead.target)
        lo[j : j1 + 1] = np.minimum(lo[j : j1 + 1], i)
        hi[j : j1 + 1] = np.maximum(hi[j : j1 + 1], i1)
        i, j = i1, j1
    return nodes[np.maximum(lo - MARGIN, 0)], nodes[np.minimum(hi + MARGIN, len(chunks))]


def _find_cuts(
    words: _Words, vectors: Floats, sizes: Doubles, others: Floats, other_sizes: Doubles, band: Rows
) -> list[int]:
    """Nodes of the best path of pieces and sentences."""
    (lo, hi), n, m = band, len(sizes), len(other_sizes)
    characters = np.concatenate([[0.0], np.cumsum(sizes)])
    sums = np.concatenate([np.zeros((1, vectors.shape[1])), np.cumsum(vectors, axis=0, dtype=np.float64)])
    sums = sums.astype(np.float32)
    usual = float(other_sizes.mean())
    places = PLACE_NATS * words.places
    norms = _Norms(sums)
    best: list[Doubles] = []
    back: list[tuple[Ints, Ints]] = []
    for j in range(m + 1):
        ends = np.arange(lo[j], hi[j] + 1)
        row, steps, begins = np.full(len(ends), -np.inf), np.zeros(len(ends), np.int64), ends.copy()
        if j == 0:
            row[0] = 0.0
        for size in range(1, min(j, 2) + 1):
            earlier, at = best[j - size], int(lo[j - size])
            if size == 1:  # the sentence is left alone
                shared = slice(0, int(hi[j - 1]) + 1 - int(lo[j]))
                row[shared], steps[shared] = earlier[int(lo[j]) - at :] - NULL_NATS, 1
            vector, length = others[j - size : j].sum(axis=0), float(other_sizes[j - size : j].sum())
            reach = characters[ends] - _longest(length)
            width = int(max((ends - np.searchsorted(characters, reach)).max(), 1))
            starts = ends[:, None] - np.arange(1, width + 1)
            pieces = characters[ends][:, None] - characters[np.maximum(starts, 0)]
            real = (starts >= np.maximum(words.first[ends], at)[:, None]) & (starts <= hi[j - size])
            real[:, 1:] &= pieces[:, 1:] <= _longest(length)  # one word may be a sentence that is kept whole
            starts = np.where(real, starts, at)
            along = sums[at : int(hi[j]) + 1] @ vector
            cosine = (along[ends - at][:, None] - along[starts - at]) / (
                norms.rows(ends, width) * max(float(np.sqrt(vector @ vector)), 1e-9)
            )
            excess = np.minimum((pieces - length) ** 2 / (SPREAD * (pieces + length)), LONGEST**2)
            score = COSINE_NATS * (cosine - USUAL_COSINE) - excess / 2 - JOIN_NATS * (size - 1)
            score = np.where(real, score + earlier[starts - at], -np.inf)
            choice = score.argmax(axis=1)
            found = score[np.arange(len(ends)), choice] + places[ends]
            better = found > row
            row[better], steps[better] = found[better], size
            begins[better] = starts[np.arange(len(ends)), choice][better]
        _skip_words(row, steps, begins, int(lo[j]), NULL_NATS / 2 / usual * characters[ends], places[ends])
        best.append(row)
        back.append((steps, begins))
    cuts, i, j = [], n, m
    while (i, j) != (0, 0):
        steps, begins = back[j]
        k = i - int(lo[j])
        i, j = int(begins[k]), j - int(steps[k])
        cuts.append(i)
    return [cut for cut in cuts if cut < n]


def _longest(length: float) -> float:
    """Characters of the longest piece for a sentence: LONGEST standard deviations more."""
    spread = LONGEST**2 * SPREAD
    return length + (spread + float(np.sqrt(spread**2 + 8 * spread * length))) / 2


def _skip_words(row: Doubles, steps: Ints, begins: Ints, first: int, price: Doubles, places: Doubles) -> None:
    """Enter in a row that a run of words has no counterpart, where that is better."""
    value = row + price
    run = np.maximum.accumulate(value)
    start = np.maximum.accumulate(np.where(value >= run, np.arange(len(row)), 0))
    skipped = run - price - NULL_NATS + places
    better = (skipped > row) & (start < np.arange(len(row)))
    row[better], steps[better], begins[better] = skipped[better], 0, first + start[better]


class _Norms:
    """Lengths of the vectors of runs of words, computed when first asked for."""

    def __init__(self, sums: Floats) -> None:
        self._sums = sums
        self._norms = np.zeros((len(sums), 0), np.float32)

    def rows(self, ends: Ints, width: int) -> Floats:
        """Of the runs of 1 .. width words that end at some nodes, shape (nodes, width); no run has length 0."""
        known = self._norms.shape[1]
        if width > known:
            more = np.full((len(self._sums), width - known), 1e-9, np.float32)
            for k in range(known + 1, min(width, len(self._sums) - 1) + 1):
                runs = self._sums[k:] - self._sums[:-k]
                more[k:, k - known - 1] = np.maximum(np.sqrt(np.einsum("ij,ij->i", runs, runs)), 1e-9)
            self._norms = np.concatenate([self._norms, more], axis=1)
        found: Floats = self._norms[ends, :width]
        return found
