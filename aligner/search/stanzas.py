"""Stanzas: verse whose lines change places in translation is aligned by the stanza, where that is what can be trusted.

A translator of verse moves lines about inside a stanza and keeps the stanzas. Beads are in order, so such lines are
left alone or paired with strangers; the stanza as a whole has its counterpart all the same.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import LIKELY, AlignConfig, Bead, Sentence, Verdict
from aligner.search.beads import find_beads
from aligner.search.sides import Evidence
from aligner.search.weights import AlignmentWeights

Floats = NDArray[np.float32]
Run = tuple[int, int]

LONGEST: Final = 14
"""Lines of the longest stanza that may be one bead: a sonnet's. What is longer is a poem or a page, of no use as a pair
(test_stanzas.py: a stanza too long)."""

_BLANK_LINE: Final = re.compile(r"\n[^\S\n]*\n")


def find_stanzas(lines: Sequence[Sentence], text: str) -> list[Run]:
    r"""Find the stanzas: runs of lines without a blank line between them.

    Parameters
    ----------
    lines : sequence of Sentence
        One side, each line a sentence.
    text : str
        What their spans count in.

    Returns
    -------
    list of (first, stop)
        Half-open runs that hold all lines, in order.

    Examples
    --------
    >>> find_stanzas([Sentence("a", 0, 1), Sentence("b", 2, 3), Sentence("c", 5, 6)], "a\nb\n\nc")
    [(0, 2), (2, 3)]
    """
    starts = [
        k for k in range(1, len(lines)) if _BLANK_LINE.search(text[lines[k - 1].end : lines[k].start].replace("\r", ""))
    ]
    return list(itertools.pairwise([0, *starts, len(lines)])) if lines else []


def join_stanzas(
    beads: Sequence[Bead],
    known: Evidence,
    *,
    stanzas: tuple[Sequence[Run], Sequence[Run]],
    model: AlignmentWeights,
    config: AlignConfig,
) -> tuple[list[Bead], Verdict | None]:
    """Give a stanza as one bead where its lines are more probably in wrong beads than in right ones.

    Parameters
    ----------
    beads : sequence of Bead
        The alignment of the lines.
    known : Evidence
        The two texts; each sentence is a line. Stanzas with lines of fixed beads stay as they are.
    stanzas : pair of sequences of (first, stop)
        Stanzas of both sides (`find_stanzas`).
    model, config
        As for `beads.find_beads`.

    Returns
    -------
    beads : list of Bead
        In order, each line in exactly one. A bead of a stanza has the probability and the cosine that the two have as
        wholes, in an alignment of stanzas.
    verdict : Verdict or None
        What the texts are to each other by their stanzas, if any became a bead: lines out of order say less than that.

    Notes
    -----
    Two stanzas are joined if they are a 1:1 bead of the alignment of stanzas, of probability LIKELY or more, of LONGEST
    lines at most, and the expected share of their lines in right beads is below LIKELY. Of lines left alone, as many as
    both sides have are in wrong beads: since the stanzas are each other's translation, they are out of order, or free.
    No bead of other lines is taken apart.
    """
    if min(map(len, stanzas)) < 2:
        return list(beads), None
    places = {(0, i): b for b in beads for i in b.source} | {(1, j): b for b in beads for j in b.target}
    found: dict[int, tuple[Run, Run, Bead]] = {}
    wholes, verdict = find_beads(_wholes(known, stanzas), model=model, config=config)
    for bead in wholes:
        if bead.type != "1:1" or bead.probability < LIKELY:
            continue
        one, other = stanzas[0][bead.source[0]], stanzas[1][bead.target[0]]
        sizes = one[1] - one[0], other[1] - other[0]
        if known.fixed and known.fixed.touches(one, other):
            continue
        if sum(sizes) > 2 and max(sizes) <= LONGEST and _right_share(places, one, other) < LIKELY:
            found[len(found)] = one, other, bead
    n, m = map(len, known.sides)
    home = np.full(n, -1), np.full(m, -1)
    for k, (one, other, _) in found.items():
        home[0][slice(*one)], home[1][slice(*other)] = k, k
    while True:
        pairs = [bead for bead in beads if not bead.is_null and _homes(bead, home) == {-1}]
        pairs += [
            Bead(tuple(range(*a)), tuple(range(*b)), bead.probability, bead.score) for a, b, bead in found.values()
        ]
        pairs.sort(key=lambda bead: bead.source)
        unfit = [bead for bead in beads if -1 in (homes := _homes(bead, home)) and len(homes) > 1]
        unfit += itertools.chain.from_iterable(p for p in itertools.pairwise(pairs) if p[0].target >= p[1].target)
        if not unfit:
            return _with_nulls(pairs, beads, n, m), verdict if found else None
        for k in set().union(*(_homes(bead, home) for bead in unfit)) - {-1}:
            one, other, _ = found.pop(k)
            home[0][slice(*one)], home[1][slice(*other)] = -1, -1


def _wholes(known: Evidence, stanzas: tuple[Sequence[Run], Sequence[Run]]) -> Evidence:
    """What is known of the stanzas, each taken for a sentence."""
    sides, vectors, anchors = [], [], []
    keys_of_lines = known.keys or ([()] * len(known.sides[0]), [()] * len(known.sides[1]))
    for lines, rows, runs, keys in zip(known.sides, known.vectors, stanzas, keys_of_lines, strict=True):
        texts = [" ".join(s.text for s in lines[a:b]) for a, b in runs]
        sides.append(
            [Sentence(text, lines[a].start, lines[b - 1].end) for text, (a, b) in zip(texts, runs, strict=True)]
        )
        vectors.append(np.add.reduceat(rows, [a for a, _ in runs], axis=0))
        anchors.append([tuple(itertools.chain.from_iterable(keys[a:b])) for a, b in runs])
    both = (vectors[0], vectors[1]), (anchors[0], anchors[1])
    return Evidence((sides[0], sides[1]), *both, languages=known.languages)


def _homes(bead: Bead, home: tuple[NDArray[np.int64], NDArray[np.int64]]) -> set[int]:
    """Pairs of stanzas that a bead has lines of; -1 for lines of none."""
    return {int(home[0][i]) for i in bead.source} | {int(home[1][j]) for j in bead.target}


def _right_share(home: Mapping[tuple[int, int], Bead], one: Run, other: Run) -> float:
    """Expected share of the lines of two stanzas in right beads of their own lines, given that the two are a pair.

    Lines left alone on both sides are each other's counterpart, out of order or freely; those that one side has more
    may well have none.
    """
    lines = [*((0, i) for i in range(*one)), *((1, j) for j in range(*other))]
    inside = [b for b in dict.fromkeys(home[k] for k in lines) if _within(b.source, one) and _within(b.target, other)]
    right = sum(b.probability * (len(b.source) + len(b.target)) for b in inside if not b.is_null)
    fewer, more = sorted(
        ([b.probability for b in inside if b.is_null and bool(b.source) is side] for side in (True, False)), key=len
    )
    return (right + sum(sorted(more)[len(fewer) :])) / (one[1] - one[0] + other[1] - other[0])


def _within(ids: Sequence[int], run: Run) -> bool:
    """Whether all lines are of a stanza."""
    return not ids or (run[0] <= ids[0] and ids[-1] < run[1])


def _with_nulls(pairs: Sequence[Bead], beads: Sequence[Bead], n: int, m: int) -> list[Bead]:
    """Beads of lines in order, and between them, the source's first, the null beads of the lines that are in none."""
    nulls = {(b.source, b.target): b for b in beads if b.is_null}
    result: list[Bead] = []
    i = j = 0
    for bead in [*pairs, None]:
        i1, j1 = (bead.source[0], bead.target[0]) if bead else (n, m)
        result += [nulls[(k,), ()] for k in range(i, i1)]
        result += [nulls[(), (k,)] for k in range(j, j1)]
        if bead:
            result.append(bead)
            i, j = bead.source[-1] + 1, bead.target[-1] + 1
    return result
