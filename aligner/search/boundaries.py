"""Sentence boundaries that the other side speaks for or against: clauses of their own, sentences wrongly split.

Which boundary is right is judged by the two texts of a bead: the parts of a sentence that is two on the other side have
each a counterpart of their own; the parts of a sentence that was split at an abbreviation have one between them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import Bead, Boundary, Sentence, Side
from aligner.errors import InputError
from aligner.search.sides import FRAGMENT_CHARACTERS
from aligner.search.weights import AlignmentWeights, probability
from aligner.text.clauses import cut_clauses
from aligner.text.marks import CLOSERS, end_mark, ends_cut, opens_lower

Floats = NDArray[np.float32]
Encode = Callable[[list[str]], Floats]
Features = Mapping[str, float]

MAX_CUTS = 64
"""Places in one sentence that are tried, the first ones; with more it is a list or no text (test_boundaries.py)."""

LEAST_PROBABILITY = 0.7
"""Probability from which on a boundary is proposed (docs/decisions/0013; test_boundaries.py holds the result)."""

_STOP = re.compile(rf"[.!?…;:][{re.escape(CLOSERS)}]{{0,3}}\s+")
_CONJUNCTION = re.compile(r"\s(?=(?:and|but|while|whereas|so|or|because|which|và|nhưng|còn|nên|vì|song|trong khi)\s)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A boundary with what speaks for it; its probability is not yet known."""

    boundary: Boundary
    features: Features
    part: tuple[int, int] = (0, 0)
    """Of a split: node of the source and of the target that it goes through, in units of the bead."""


def find_boundaries(
    beads: Sequence[Bead],
    source: Sequence[Sentence],
    target: Sequence[Sentence],
    source_vectors: Floats,
    target_vectors: Floats,
    *,
    encode: Encode,
    model: AlignmentWeights,
) -> tuple[Boundary, ...]:
    """Find the boundaries that the other side speaks for or against.

    Parameters
    ----------
    beads : sequence of Bead
        The alignment.
    source, target : sequence of Sentence
        n and m sentences.
    source_vectors, target_vectors : float32 arrays, shapes (n, d) and (m, d)
        Additive sentence vectors.
    encode : callable
        Maps texts to such vectors; asked once, for the clauses of the sentences that might be cut.
    model : AlignmentWeights
        Weights.

    Returns
    -------
    tuple of Boundary
        Those of LEAST_PROBABILITY or more, source before target, in order; at most one proposal concerns a boundary.
    """
    found = [
        replace(c.boundary, probability=probability(model.join, c.features))
        for c in join_candidates(beads, source, target, source_vectors, target_vectors)
    ]
    joined = frozenset((b.side, b.sentences[1]) for b in found if b.probability >= LEAST_PROBABILITY)
    for parts in split_parts(beads, source, target, encode, model.length_ratio):
        found += best_splits(parts, joined, model.split)
    kept = [b for b in found if b.probability >= LEAST_PROBABILITY]
    return tuple(sorted(kept, key=lambda b: (b.side, b.sentences, b.position)))


# Joins


def join_candidates(
    beads: Sequence[Bead],
    source: Sequence[Sentence],
    target: Sequence[Sentence],
    source_vectors: Floats,
    target_vectors: Floats,
) -> list[Candidate]:
    """Neighbours in one paragraph that are in one bead, or one of them in none."""
    found: list[Candidate] = []
    home = (
        {i: k for k, b in enumerate(beads) for i in b.source},
        {j: k for k, b in enumerate(beads) for j in b.target},
    )
    sides = (("source", source, source_vectors), ("target", target, target_vectors))
    for this, (name, sentences, vectors) in enumerate(sides):
        others = sides[1 - this][2]
        for i in range(len(sentences) - 1):
            one, two = sentences[i], sentences[i + 1]
            first, second = beads[home[this][i]], beads[home[this][i + 1]]
            if one.block != two.block or (first is not second and not (first.is_null ^ second.is_null)):
                continue
            bead = second if first.is_null else first
            if bead.is_null or not one.text.strip() or not two.text.strip():
                continue
            counterpart = others[list(bead.target if this == 0 else bead.source)].sum(axis=0)
            cosines = [_cosine(v, counterpart) for v in (vectors[i], vectors[i + 1], vectors[i] + vectors[i + 1])]
            gain = cosines[2] - max(cosines[:2])
            text = f"{one.text.rstrip()} {two.text.lstrip()}"
            boundary = Boundary(
                "join", "source" if name == "source" else "target", (i, i + 1), len(one.text.rstrip()) + 1,
                (one.text, two.text), (text,), gain, 0.0,
            )  # fmt: skip
            features = {
                "bias": 1.0,
                "one_null": float(first is not second),
                "several_there": float(len(bead.target if this == 0 else bead.source) > 1),
                "gain": gain,
                "weakest": min(cosines[:2]),
                "cut": float(ends_cut(one.text)),
                "unended": float(end_mark(one.text) in ("", ",", ";")),
                "opens_lower": float(opens_lower(two.text)),
                "short_first": float(len(one.text) < FRAGMENT_CHARACTERS),
                "short_second": float(len(two.text) < FRAGMENT_CHARACTERS),
                "apart": float(one.kind != two.kind),
            }
            found.append(Candidate(boundary, features))
    return found


def _cosine(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Cosine of two vectors, 0 for zeros."""
    return float(one @ other / max(float(np.sqrt((one @ one) * (other @ other))), 1e-9))


# Splits


@dataclass(frozen=True, slots=True)
class _Units:
    """One side of a bead cut into units: clauses, where it may be cut, and sentences."""

    side: Side
    sentences: Sequence[Sentence]
    ids: tuple[int, ...]
    nodes: list[tuple[int, int]]
    """Before each unit: its sentence's place in ids, code points of that before it; and the end."""
    sums: NDArray[np.float64]
    """Vectors of the units before each node, shape (units + 1, d)."""
    characters: list[float]
    """Characters before each node, in those of the target."""

    def is_cut(self, node: int) -> bool:
        """Whether the node is inside a sentence."""
        return self.nodes[node][1] > 0


def split_parts(
    beads: Sequence[Bead],
    source: Sequence[Sentence],
    target: Sequence[Sentence],
    encode: Encode,
    length_ratio: float,
) -> list[tuple[_Units, _Units]]:
    """Both sides of the beads of several sentences, in units; one call of `encode` for all."""
    cuts: list[tuple[Bead, list[list[list[int]]]]] = []
    texts: list[str] = []
    for bead in beads:
        if bead.is_null or len(bead.source) + len(bead.target) < 3:
            continue
        places = []
        for sentences, ids, others in ((source, bead.source, bead.target), (target, bead.target, bead.source)):
            places.append([_places(sentences[k]) if len(others) > 1 else [] for k in ids])
            for k, inside in zip(ids, places[-1], strict=True):
                ends = [0, *inside, len(sentences[k].text)]
                texts += [sentences[k].text[a:b] for a, b in itertools.pairwise(ends)]
        cuts.append((bead, places))
    if not texts:
        return []
    vectors, at, result = encode(texts), 0, []
    for bead, places in cuts:
        both: list[_Units] = []
        for side, sentences, ids, scale, inside_all in (
            ("source", source, bead.source, length_ratio, places[0]),
            ("target", target, bead.target, 1.0, places[1]),
        ):
            nodes = [(k, p) for k, inside in enumerate(inside_all) for p in (0, *inside)]
            count = len(nodes)
            rows = vectors[at : at + count]
            sizes = [len(text) * scale for text in texts[at : at + count]]
            at += count
            sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
            name: Side = "source" if side == "source" else "target"
            both.append(_Units(name, sentences, ids, [*nodes, (len(ids), 0)], sums, np.cumsum([0.0, *sizes]).tolist()))
        result.append((both[0], both[1]))
    return result


def _places(sentence: Sentence) -> list[int]:
    """Where a sentence may be cut; nowhere if its span does not tell the places in the text that was given."""
    text = sentence.text
    if len(text) != sentence.end - sentence.start:
        return []
    found = set(cut_clauses(text, 1, frozenset()))
    found.update(match.end() for pattern in (_STOP, _CONJUNCTION) for match in pattern.finditer(text))
    return [p for p in sorted(found)[:MAX_CUTS] if _may_cut(text, p)]


def _may_cut(text: str, place: int) -> bool:
    """Whether both parts hold something, no bracket is open between them, and no abbreviation ends the first."""
    first = text[:place].rstrip()
    if not first or not text[place:].strip() or ends_cut(first):
        return False
    if first.endswith(".") and text[place:].lstrip()[:1].isdigit():  # 'No. 31', '1. 2.'
        return False
    return all(first.count(opened) <= first.count(closed) for opened, closed in ("()", "[]", "{}", "“”"))


def best_splits(
    parts: tuple[_Units, _Units], joined: frozenset[tuple[Side, int]], weights: Mapping[str, float]
) -> list[Boundary]:
    """Cut a bead in two at its most probable place, and go on with both; see `split_candidates`."""
    found: list[Boundary] = []
    spans = [(0, len(parts[0].nodes) - 1, 0, len(parts[1].nodes) - 1)]
    while spans:
        i0, i1, j0, j1 = spans.pop()
        candidates = split_candidates(parts, (i0, i1), (j0, j1), joined)
        if not candidates:
            continue
        chances = [probability(weights, c.features) for c in candidates]
        k = int(np.argmax(chances))
        if chances[k] >= LEAST_PROBABILITY:
            i, j = candidates[k].part
            found.append(replace(candidates[k].boundary, probability=chances[k]))
            spans += [(i0, i, j0, j), (i, i1, j, j1)]
    return found


def split_candidates(
    parts: tuple[_Units, _Units],
    source_nodes: tuple[int, int],
    target_nodes: tuple[int, int],
    joined: frozenset[tuple[Side, int]],
) -> list[Candidate]:
    """Ways to cut a bead in two: inside a sentence of one side, between sentences of the other.

    Never before a sentence that is to be joined with the one before it: such a pair of fragments is no measure.
    """
    source, target = parts
    (i0, i1), (j0, j1) = source_nodes, target_nodes
    whole = _cosine(source.sums[i1] - source.sums[i0], target.sums[j1] - target.sums[j0])
    found = []
    for i in range(i0 + 1, i1):
        for j in range(j0 + 1, j1):
            if source.is_cut(i) == target.is_cut(j):
                continue
            whole_side, between = (target, j) if source.is_cut(i) else (source, i)
            if (whole_side.side, whole_side.ids[whole_side.nodes[between][0]]) in joined:
                continue
            left, right = source.sums[i] - source.sums[i0], source.sums[i1] - source.sums[i]
            first, second = target.sums[j] - target.sums[j0], target.sums[j1] - target.sums[j]
            cosines = _cosine(left, first), _cosine(right, second)
            crossed = max(_cosine(left, second), _cosine(right, first))
            lengths = [
                np.log1p(source.characters[b] - source.characters[a])
                - np.log1p(target.characters[d] - target.characters[c])
                for a, b, c, d in ((i0, i, j0, j), (i, i1, j, j1))
            ]
            cut, node = (source, i) if source.is_cut(i) else (target, j)
            mark = _mark(cut, node)
            gain = min(cosines) - crossed
            features = {
                "bias": 1.0,
                "weakest": min(cosines),
                "mean": sum(cosines) / 2,
                "whole": whole,
                "contrast": gain,
                "length": float(min(max(x * x for x in lengths), 4.0)),
                "stop": float(mark in ".!?…"),
                "semicolon": float(mark in ";:"),
                "comma": float(mark == ","),
                "log_cuts": float(np.log(sum(cut.is_cut(n) for n in range(1, len(cut.nodes))))),
            }
            found.append(Candidate(_split(cut, node, gain), features, (i, j)))
    return found


def _mark(units: _Units, node: int) -> str:
    """The mark before a cut, a letter where there is none."""
    place, position = units.nodes[node]
    return units.sentences[units.ids[place]].text[:position].rstrip().rstrip(CLOSERS)[-1:] or "a"


def _split(units: _Units, node: int, gain: float) -> Boundary:
    """The proposal to cut at a node."""
    place, position = units.nodes[node]
    k = units.ids[place]
    text = units.sentences[k].text
    return Boundary(
        "split", units.side, (k,), position, (text,), (text[:position].rstrip(), text[position:].lstrip()), gain, 0.0
    )


# Applying them


def apply_boundaries(sentences: Sequence[Sentence], boundaries: Sequence[Boundary]) -> list[tuple[Sentence, int]]:
    """Split and join the sentences of one side.

    Parameters
    ----------
    sentences : sequence of Sentence
        The side.
    boundaries : sequence of Boundary
        Proposals of that side.

    Returns
    -------
    list of (Sentence, int)
        The new sentences with the index of the one that each begins in. Spans go on to count in the text given; no
        character but white space is lost.

    Raises
    ------
    InputError
        If a proposal was made for other sentences.

    Examples
    --------
    >>> cut = Boundary("split", "source", (0,), 3, ("a; b",), ("a;", "b"), 0.0, 1.0)
    >>> [s.text for s, _ in apply_boundaries([Sentence("a; b", 0, 4)], [cut])]
    ['a;', 'b']
    """
    cuts: dict[int, set[int]] = {}
    joins: set[int] = set()
    for b in boundaries:
        if tuple(sentences[k].text for k in b.sentences if 0 <= k < len(sentences)) != b.before:
            raise InputError(
                "a boundary was proposed for other sentences", found=f"{b.side} sentence {b.sentences[0]}",
                todo="give proposals of the same alignment",
            )  # fmt: skip
        if b.kind == "join":
            joins.add(b.sentences[0])
        else:
            cuts.setdefault(b.sentences[0], set()).add(b.position)
    result: list[tuple[Sentence, int]] = []
    for k, sentence in enumerate(sentences):
        ends = sorted({0, *cuts.get(k, ()), len(sentence.text)})
        pieces = [sentence]
        if len(ends) > 2:
            pieces = []
            for a, b in itertools.pairwise(ends):
                part = sentence.text[a:b]
                start = sentence.start + a + len(part) - len(part.lstrip())
                kind = "body" if a else sentence.kind  # a list item opens once
                pieces.append(
                    replace(sentence, text=part.strip(), start=start, end=start + len(part.strip()), kind=kind)
                )
        if k - 1 in joins:
            before, origin = result.pop()
            text = f"{before.text.rstrip()} {pieces[0].text.lstrip()}"
            result.append((replace(before, text=text, end=pieces[0].end), origin))
            pieces = pieces[1:]
        result += [(piece, k) for piece in pieces]
    return result
