"""The two sides of a bitext as arrays: what beads are judged by that depends on one side's sentences alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import ENGLISH_VIETNAMESE, Languages, SegmentKind, Sentence
from aligner.encoders.embedded import CHUNK_ROWS, USUAL_BACKGROUND, sum_of_units
from aligner.search.fixed import FixedBeads
from aligner.search.lattice import MAX_RUN
from aligner.search.sharing import Keys
from aligner.search.timing import Times
from aligner.text.marks import end_mark, ends_cut, opens_lower

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

FRAGMENT_CHARACTERS = 12
"""Characters below which a sentence may be a fragment of a wrong split ('TT.', 'The Rev.', 'Oct. 31.'); chosen by hand,
its weight is fitted (test_features.py: counts over runs)."""

USUAL_SENTENCES = 5
"""Number of sentences that USUAL_BACKGROUND weighs as many as: a side of one sentence is no background of its own
(docs/decisions/0002; test_alignment.py: a single sentence beside a stranger)."""

USUAL_OPENINGS, OPENING_POWER = 5, 4
"""Where many sentences of a side begin small or end without a mark, as lines of verse do, one more tells little: what
it counts falls with this power of the share of the others, five usual sentences counted in. By hand, their weights are
fitted (docs/decisions/0027; test_features.py: a side that begins small)."""

APART: frozenset[SegmentKind] = frozenset({"credit", "dateline", "boilerplate"})
"""Kinds of segments that stand apart from the text and can be told on both sides."""

_END_MARKS = {".": 1, "?": 2, "!": 3, ":": 4, ";": 4}
"""Classes of `end_mark` by number; a comma is 0, as none: verse is cut at them, its translation elsewhere (strict F1 of
verse .69 with a class of its own, .72 without)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of two texts before they are aligned.

    Attributes
    ----------
    sides : pair of sequences of Sentence
        n and m sentences.
    vectors : pair of float32 arrays, shapes (n, d) and (m, d)
        Additive sentence vectors.
    keys : pair of sequences of sequences of str, or None
        What each sentence and its translation are likely to hold alike (`search.keys`).
    units : pair of sequences of int, or None
        Unit of each sentence by the layout, -1 where it tells nothing.
    times : pair of float64 arrays, shapes (n, 2) and (m, 2), or None
        When the sentences of subtitles are spoken (`search.timing`).
    languages : Languages
        Whose abbreviations end sentences.
    fixed : FixedBeads or None
        What stays as it is.
    """

    sides: tuple[Sequence[Sentence], Sequence[Sentence]]
    vectors: tuple[Floats, Floats]
    keys: tuple[Keys, Keys] | None = None
    units: tuple[Sequence[int], Sequence[int]] | None = None
    times: Times | None = None
    languages: Languages = ENGLISH_VIETNAMESE
    fixed: FixedBeads | None = None


@dataclass(frozen=True, slots=True)
class SideArrays:
    """One side of the bitext as arrays, indexed by node: entry i is about the sentences that end just before node i.

    Arrays of shape (MAX_RUN + 1, n + 1) hold at [a, i] the value of the run of the a sentences i - a .. i - 1. Entries
    of runs that would begin before the first sentence mean nothing; no arc of the lattice uses them.

    Attributes
    ----------
    vectors : float32 array, shape (n, d)
        Additive sentence vectors.
    norm, background, characters, log_characters : float32 arrays, shape (MAX_RUN + 1, n + 1)
        Length of the run's vector; its mean cosine to the other side's sentences and to USUAL_SENTENCES usual ones; its
        length in characters of the target language; log of 1 + these, so that an empty sentence is finite.
    best : float32 array, shape (MAX_RUN + 1, n + 1)
        Sum over the run of each sentence's largest cosine to a sentence of the other side within the band.
    fragments, opens_inside, opens_first, cuts_inside, unended_inside, block_inside : float32, (MAX_RUN + 1, n + 1)
        Counts over the run: short sentences; sentences but the first that go on as if a sentence had been cut; whether
        the first does; sentences but the last that end as if at an abbreviation; those that end without a mark;
        paragraph breaks inside. What opens or is unended counts less than 1 where much of the side is (OPENING_POWER).
    cut_last, unended_last : float32 arrays, shape (n + 1,)
        Whether the sentence before node i ends as if at an abbreviation; without a mark, weighed as inside.
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
    unended_inside: Floats
    unended_last: Floats
    block_inside: Floats
    block_starts: Floats
    ends: Ints
    stands_apart: NDArray[np.bool_]
    unit: Ints
    unit_alone: Floats
    unit_shared: Floats
    anchors: Floats

    def stretched(self, factor: float) -> SideArrays:
        """Return the same side with its characters counted as so many times as many of the target language."""
        characters = self.characters * np.float32(factor)
        return replace(self, characters=characters, log_characters=np.log1p(characters))

    def characters_of(self, size: Ints, stop: Ints) -> Floats:
        """Characters of runs of any size that end before some nodes, in the target language."""
        found = self.characters[np.minimum(size, MAX_RUN), stop]
        long = size > MAX_RUN
        total = np.cumsum(self.characters[1], dtype=np.float64)
        found[long] = total[stop[long]] - total[(stop - size)[long]]
        return found

    def background_of(self, size: Ints, stop: Ints) -> Floats:
        """Background of runs that end before some nodes; of more than MAX_RUN sentences, that of the last ones."""
        found: Floats = self.background[np.minimum(size, MAX_RUN), stop]
        return found


def _run_sums(values: Floats, first: Ints) -> Floats:
    """Sums over runs by node: shape (n,) to (MAX_RUN + 1, n + 1), [a, i] = sum of values[first[a, i] : i]."""
    total = np.zeros(len(values) + 1)
    np.cumsum(values, dtype=np.float64, out=total[1:])
    sums: Floats = (total - total[first]).astype(np.float32)
    return sums


def make_side(
    sentences: Sequence[Sentence],
    vectors: Floats,
    other: Floats,
    best: Floats,
    units: tuple[Sequence[int], Sequence[int]] | None,
    anchors: Floats,
    scale: float,
    lang: str = "en",
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
    lang : {"en", "vi", "und"}
        Whose abbreviations end sentences.

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
    n, others = len(vectors), sum_of_units(other)
    norm, background = np.zeros((2, MAX_RUN + 1, n + 1), np.float32)
    for i0 in range(0, n + 1, CHUNK_ROWS):  # the sums of so many runs keep within the cache
        i1 = min(i0 + CHUNK_ROWS, n + 1)
        run = np.zeros((i1 - i0, vectors.shape[1]), np.float32)
        for a in range(1, MAX_RUN + 1):
            above = max(a - i0, 0)  # nothing stands before the first sentence
            run[above:] += vectors[i0 - a + above : max(i1 - a, 0)]
            norm[a, i0:i1] = np.maximum(np.sqrt(np.einsum("ij,ij->i", run, run)), 1e-9)
            background[a, i0:i1] = run @ others
    background[1:] = (background[1:] / norm[1:] + USUAL_BACKGROUND * USUAL_SENTENCES) / (len(other) + USUAL_SENTENCES)
    characters = np.array([len(s.text) for s in sentences], np.float32)
    opens = np.array([opens_lower(s.text) for s in sentences], np.float32)
    opens *= np.float32((1 - opens.sum() / (n + USUAL_OPENINGS)) ** OPENING_POWER)
    cuts = np.array([ends_cut(s.text, lang) for s in sentences], np.float32)
    cut_last = np.concatenate([[0.0], cuts]).astype(np.float32)
    ends = np.array([0, *(_END_MARKS.get(end_mark(s.text), 0) for s in sentences)], np.int64)
    unended = (ends[1:] == 0).astype(np.float32)
    unended *= np.float32((1 - unended.sum() / (n + USUAL_OPENINGS)) ** OPENING_POWER)
    unended_last = np.concatenate([[0.0], unended]).astype(np.float32)
    block = np.array([s.block for s in sentences], np.int64)
    block_starts = np.ones(n + 1, np.float32)
    block_starts[1:n] = block[1:] != block[:-1]
    first = np.maximum(np.arange(n + 1) - np.arange(MAX_RUN + 1)[:, None], 0)  # node that each run begins at
    run_characters = _run_sums(characters * np.float32(scale), first)
    opens_runs = _run_sums(opens, first)
    starts_runs = _run_sums(block_starts[:-1], first)
    opens_first = np.concatenate([opens, [0.0]]).astype(np.float32)[first]
    unit = np.array([-1, *(units[0] if units else [-1] * n)], np.int64)
    shared = np.isin(unit, np.array(units[1] if units else [], np.int64))
    return SideArrays(
        vectors=vectors,
        norm=norm,
        background=background,
        characters=run_characters,
        log_characters=np.log1p(run_characters),
        best=_run_sums(best, first),
        fragments=_run_sums((characters < FRAGMENT_CHARACTERS).astype(np.float32), first),
        opens_inside=opens_runs - opens_first,
        opens_first=opens_first,
        cuts_inside=_run_sums(cuts, first) - cut_last,
        cut_last=cut_last,
        unended_inside=_run_sums(unended, first) - unended_last,
        unended_last=unended_last,
        block_inside=starts_runs - block_starts[first],
        block_starts=block_starts,
        ends=ends,
        stands_apart=np.array([False, *(s.kind in APART for s in sentences)], np.bool_),
        unit=unit,
        unit_alone=((unit >= 0) & ~shared).astype(np.float32),
        unit_shared=((unit >= 0) & shared).astype(np.float32),
        anchors=_run_sums(anchors, first),
    )
