"""Fit the weights of moved pairs (aligner/search/moved.py) on documents whose sentences and paragraphs were moved.

Made, like those of fit_alignment.py, of many kinds of text, each encoded by an encoder that has not seen it; no dev set
is read. Writes the weights into aligner/data/alignment.json, and prints precision and recall on fresh documents by
threshold.

usage: fit_moved.py PAIRS.tsv.gz … --encoders FOLDER …
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from fit_alignment import aligned, fitting_parser
from made_documents import Atom, Material, add_credits, join_and_cut, pick_material, read_materials, side_noise
from numpy.typing import NDArray
from regression import regress
from tqdm import tqdm
from weights_file import read_model, write_section

from aligner.bitext import Bead, Sentence
from aligner.encoders.embedded import Encoder
from aligner.logistic import logistic
from aligner.search.features import MOVED_FEATURES
from aligner.search.moved import Candidates, find_candidates
from aligner.search.weights import AlignmentWeights
from aligner.text.kinds import segment_kinds

N_DOCUMENTS = 600
"""Documents to make: two thirds to fit on, the others for the figures."""

RIDGE = 0.5
"""Penalty on half the squared weights, in nats for the whole sample."""

MOVED_DOCUMENTS = 0.6
"""Share of the documents in which something is moved; the others show what must be left alone."""

Pairs = set[tuple[tuple[int, ...], tuple[int, ...]]]


@dataclass
class Document:
    """Sentences, and all their gold pairs, in whatever order."""

    sides: tuple[list[Sentence], list[Sentence]]
    gold: Pairs
    source: str


def move_runs(order: list[int], rng: np.random.Generator) -> list[int]:
    """Take runs of atoms out and put them in elsewhere."""
    for _ in range(int(rng.integers(1, 5))):
        run = int(rng.choice([1, 1, 1, 2, 3, 4, 6, 8]))
        if len(order) <= 2 * run + 2:
            continue
        first = int(rng.integers(0, len(order) - run))
        taken, left = order[first : first + run], order[:first] + order[first + run :]
        place = int(rng.integers(0, len(left) + 1))
        order = left[:place] + taken + left[place:]
    return order


def repeat_some(atoms: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Put copies of sentences in elsewhere, on one side or on both, as captions and pull quotes are repeated."""
    result = list(atoms)
    if rng.random() < 0.3:
        for atom in [atoms[int(k)] for k in rng.integers(0, len(atoms), 2)]:
            sides = int(rng.integers(3))
            copy = Atom(atom.en if sides != 1 else [], atom.vi if sides != 0 else [])
            result.insert(int(rng.integers(len(result) + 1)), copy)
    return result


def make_document(materials: Sequence[Material], rng: np.random.Generator) -> Document:
    """Put one document together whose target side has another order."""
    material = pick_material(materials, rng)
    corpus = material.documents
    atoms = corpus[int(rng.integers(len(corpus)))]
    others = corpus[int(rng.integers(len(corpus)))]
    size = int(rng.integers(12, 150))
    first = int(rng.integers(0, max(len(atoms) - size, 1)))
    atoms = join_and_cut(side_noise(atoms[first : first + size], others, rng), rng)
    atoms = add_credits(repeat_some(atoms, rng), rng)
    order = list(range(len(atoms)))
    target_order = move_runs(order, rng) if rng.random() < MOVED_DOCUMENTS else order
    sides, ids = [], []
    for lang, sequence in (("en", order), ("vi", target_order)):
        sentences: list[Sentence] = []
        of_atom: dict[int, tuple[int, ...]] = {}
        for k in sequence:
            texts = atoms[k].en if lang == "en" else atoms[k].vi
            of_atom[k] = tuple(range(len(sentences), len(sentences) + len(texts)))
            sentences += [Sentence(t, 0, len(t), 0, segment_kinds([t], lang)[0]) for t in texts]
        sides.append(sentences)
        ids.append(of_atom)
    gold = {(ids[0][k], ids[1][k]) for k in order if ids[0][k] and ids[1][k]}
    return Document((sides[0], sides[1]), gold, material.source)


def sample(
    document: Document, encoder: Encoder, model: AlignmentWeights
) -> tuple[Candidates, NDArray[np.bool_], list[Bead]]:
    """Candidates of a document, which of them are right, and its beads in order."""
    source, target = document.sides
    beads, vectors, keys = aligned(document.sides, encoder, model)
    found = find_candidates(beads, source, target, *vectors, keys=keys, units=None, length_ratio=model.length_ratio)
    # A copy of a right pair is as good a pair as that: which of two copies it is, order alone can tell.
    texts = {joined(document, *pair) for pair in document.gold}
    right = [joined(document, range(*s), range(*t)) in texts for s, t in found.pairs]
    return found, np.array(right, bool), beads


def joined(document: Document, source: Sequence[int], target: Sequence[int]) -> tuple[str, str]:
    """Texts of a pair."""
    return " ".join(document.sides[0][i].text for i in source), " ".join(document.sides[1][j].text for j in target)


def fit(rows: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression."""
    # What both share speaks for no pair less: here names are half of what the shortest segments say.
    bounds = [(0, None) if name == "anchors_shared" else (None, None) for name in MOVED_FEATURES]
    return regress(rows, labels, RIDGE, bounds)


def choose(found: Candidates, probability: NDArray[np.float64], least: float) -> list[int]:
    """Numbers of the candidates that `find_moved` would take."""
    used: tuple[set[int], set[int]] = (set(), set())
    chosen = []
    order = np.lexsort((found.distance, -probability.round(3)))
    for k in order[probability[order] >= least]:
        runs = [set(range(*run)) for run in found.pairs[k]]
        if not used[0] & runs[0] and not used[1] & runs[1]:
            used[0].update(runs[0])
            used[1].update(runs[1])
            chosen.append(int(k))
    return chosen


def report(
    documents: Sequence[Document],
    samples: Sequence[tuple[Candidates, NDArray[np.bool_], list[Bead]]],
    w: NDArray[np.float64],
) -> None:
    """Precision, recall over the gold pairs that the beads in order left, and calibration, by threshold."""
    for least in (0.3, 0.5, 0.7, 0.9):
        n_found = n_right = n_gold = 0
        expected = 0.0
        for document, (found, right, beads) in zip(documents, samples, strict=True):
            probability = logistic(found.features @ w)
            chosen = choose(found, probability, least)
            n_found += len(chosen)
            n_right += int(right[chosen].sum())
            expected += float(probability[chosen].sum())
            null = [{k for b in beads if b.is_null for k in (b.source if side == 0 else b.target)} for side in (0, 1)]
            n_gold += sum(null[0].issuperset(s) and null[1].issuperset(t) for s, t in document.gold)
        print(
            f"threshold {least}: {n_found} found, precision {n_right / max(n_found, 1):.4f}"
            f" (expected {expected / max(n_found, 1):.4f}), recall {n_right / max(n_gold, 1):.4f} of {n_gold}"
        )


def main() -> None:
    """Fit, write and print."""
    arguments = fitting_parser(__doc__, N_DOCUMENTS).parse_args()
    rng = np.random.default_rng(arguments.seed)
    materials, encoders = read_materials(arguments.pairs, arguments.encoders, arguments.without, rng)
    documents = [make_document(materials, rng) for _ in range(arguments.documents)]
    model = read_model(arguments.weights)
    samples = [
        sample(document, encoders[document.source], model)
        for document in tqdm(documents, desc="documents", disable=None)
    ]
    n_fit = 2 * len(samples) // 3
    rows = np.concatenate([found.features for found, _, _ in samples[:n_fit]])
    labels = np.concatenate([right for _, right, _ in samples[:n_fit]]).astype(np.float64)
    print(f"{len(labels)} candidates, {int(labels.sum())} right; cosines below .2 and .3 of these: "
          f"{np.mean(rows[labels > 0, 1] < 0.2):.4f} {np.mean(rows[labels > 0, 1] < 0.3):.4f}")  # fmt: skip
    weights = fit(rows, labels)
    write_section(
        arguments,
        "moved",
        "Weights of the features of pairs out of order (aligner/search/moved.py)",
        {
            "documents": n_fit,
            "candidates": len(labels),
            "right": int(labels.sum()),
            "moved": dict(zip(MOVED_FEATURES, weights.round(4).tolist(), strict=True)),
        },
    )
    print("documents fitted on:")
    report(documents[:n_fit], samples[:n_fit], weights)
    print("fresh documents:")
    report(documents[n_fit:], samples[n_fit:], weights)


if __name__ == "__main__":
    main()
