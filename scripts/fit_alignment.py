"""Fit the weights of the alignment model on documents put together from pairs; write aligner/data/alignment.json.

The documents are made from sources that the encoder given has not seen (train it with --without), so that cosines are
those of new text; the weights then serve the encoder trained on everything. No dev set is read.

usage: fit_alignment.py PAIRS.tsv.gz --encoder FOLDER --sources messages/wesnoth-1.16-campaigns
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import pathlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from tqdm import tqdm

from aligner.bitext import AlignConfig, Sentence
from aligner.evidence.anchors import anchor_keys
from aligner.evidence.encoder import Encoder
from aligner.search.anchors import Keys
from aligner.search.beads import document_features, find_beads, make_sides
from aligner.search.features import BEAD_TYPES, FEATURES, MAX_RUN, VERDICT_FEATURES, TileFeatures
from aligner.search.lattice import Band, BeadType, posteriors
from aligner.search.model import AlignmentModel
from aligner.text.kinds import segment_kinds
from aligner.text.sentences import split_sentences

N_DOCUMENTS = 480
RIDGE = 0.5
"""Penalty on half the squared weights, in nats for the whole sample; keeps rare features from running away."""

VERDICT_RIDGE = 0.05
"""The same for the verdict, on the squared weights; small, since its features are few and frequent."""


@dataclass
class Atom:
    """A gold bead before its sentences have numbers."""

    en: list[str]
    vi: list[str]
    paragraph: int = 0
    unit: tuple[int, int] = (-1, -1)


@dataclass
class Document:
    """Sentences with gold beads."""

    sides: tuple[list[Sentence], list[Sentence]]
    gold: list[BeadType]
    units: tuple[list[int], list[int]] | None


def read_sources(path: pathlib.Path, sources: set[str]) -> list[list[Atom]]:
    """Read the named sources into one list of atoms a document, segments of several sentences split."""
    documents: dict[tuple[str, str], list[Atom]] = {}
    found: set[str] = set()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            source, name, en, vi = line.rstrip("\n").split("\t")
            if source in sources:
                found.add(source)
                documents.setdefault((source, name), []).extend(split_atoms(en, vi))
    if found != sources:
        sys.exit(f"fit_alignment.py: no such source in {path}: {sorted(sources - found)}")
    return [atoms for atoms in documents.values() if len(atoms) >= 8]


def split_atoms(en: str, vi: str) -> list[Atom]:
    """Split a segment pair into beads where that is certain: equal counts, or one sentence against up to four."""
    e = [s.text for s in split_sentences(en, "en")]
    v = [s.text for s in split_sentences(vi, "vi")]
    if len(e) == len(v):
        return [Atom([a], [b]) for a, b in zip(e, v, strict=True)]
    if min(len(e), len(v)) == 1 and max(len(e), len(v)) <= MAX_RUN:
        return [Atom(e, v)]
    return []


TITLES = ("TT.", "TS.", "GS.", "Mr.", "Dr.", "Gen.", "Rev.", "St.", "No.", "Oct.", "U.S.", "TP.", "ThS.", "Sen.")
"""Abbreviations put into a sentence where it has none to be cut at."""


def cut_wrongly(text: str, rng: np.random.Generator) -> list[str]:
    """Split a sentence where an abbreviation might have misled a splitter."""
    words = text.split(" ")
    short = [k for k in range(len(words) - 1) if len(words[k]) <= 4 and words[k][:1].isupper() and words[k].isalpha()]
    if short and rng.random() < 0.5:
        k = int(rng.choice(short))
        return [" ".join([*words[:k], words[k] + "."]), " ".join(words[k + 1 :])]
    k = int(rng.integers(0, len(words)))
    return [" ".join([*words[:k], str(rng.choice(TITLES))]), " ".join(words[k:])]


def side_noise(atoms: list[Atom], others: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Delete runs on one side and put foreign sentences in."""
    rate = 0.0 if rng.random() < 0.2 else rng.uniform(0, 0.3)
    result: list[Atom] = []
    k = 0
    while k < len(atoms):
        if rng.random() < rate / 2:
            run, side = int(rng.integers(1, 4)), rng.random() < 0.5
            for atom in atoms[k : k + run]:
                result += [Atom([s], []) for s in atom.en] if side else [Atom([], [s]) for s in atom.vi]
            k += run
            continue
        if rng.random() < rate / 2:
            other = others[int(rng.integers(len(others)))]
            result += [Atom([s], []) for s in other.en] if rng.random() < 0.5 else [Atom([], [s]) for s in other.vi]
        result.append(atoms[k])
        k += 1
    return result


def join_and_cut(atoms: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Join neighbours on one side; split sentences wrongly."""
    join = 0.0 if rng.random() < 0.4 else rng.uniform(0, 0.3)
    cut = 0.0 if rng.random() < 0.4 else rng.uniform(0, 0.08)
    result: list[Atom] = []
    for atom in atoms:
        last = result[-1] if result else Atom([], [])
        if last.en and last.vi and atom.en and atom.vi and rng.random() < join:
            en, vi = last.en + atom.en, last.vi + atom.vi
            if max(len(en), len(vi)) <= MAX_RUN:
                result[-1] = Atom([" ".join(en)], vi) if rng.random() < 0.5 else Atom(en, [" ".join(vi)])
                continue
        if len(atom.en) == len(atom.vi) == 1:
            en = cut_wrongly(atom.en[0], rng) if rng.random() < cut else atom.en
            vi = cut_wrongly(atom.vi[0], rng) if rng.random() < cut else atom.vi
            atom = Atom(en, vi)
        result.append(atom)
    return result


CREDITS = (("Photo", "Ảnh"), ("Photo by", "Ảnh:"), ("Source:", "Nguồn:"), ("Illustration:", "Minh họa:"))
AGENCIES = (("VNA", "TTXVN"), ("Reuters", "Reuters"), ("AFP", "AFP"), ("File", "Tư liệu"))


def add_credits(atoms: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Put photo credits between the atoms of every third document, some of them on one side only."""
    if rng.random() > 0.35:
        return atoms
    result: list[Atom] = []
    for atom in atoms:
        result.append(atom)
        if rng.random() < 0.1:
            label, agency = CREDITS[int(rng.integers(len(CREDITS)))], AGENCIES[int(rng.integers(len(AGENCIES)))]
            both = [f"{label[k]} {agency[k]}" for k in (0, 1)]
            sides = rng.choice(3, p=[0.6, 0.25, 0.15])
            result.append(Atom(both[:1] if sides != 2 else [], both[1:] if sides != 1 else []))
    return result


def lay_out(atoms: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Group atoms into paragraphs, and pair these by units as an interleaved layout does; every other document."""
    if rng.random() < 0.5:
        return atoms
    linked = rng.random() < 0.6
    result: list[Atom] = []
    paragraph = unit = 0
    left = 0
    for atom in atoms:
        alone = linked and rng.random() < 0.01 and len(atom.en) == 1 and bool(atom.vi)
        if left <= 0 or alone:
            paragraph, unit, left = paragraph + 1, unit + 1, int(rng.integers(1, 6))
        if alone:
            # A repeated caption: the first copy has no counterpart in its unit.
            result.append(Atom(list(atom.en), [], paragraph, (unit, -1)))
            paragraph, unit = paragraph + 1, unit + 1
        off = int(rng.choice([-1, 1])) if rng.random() < 0.02 else 0
        result.append(Atom(atom.en, atom.vi, paragraph, (unit, unit + off) if linked else (-1, -1)))
        left -= 1
    return result


def make_document(corpus: list[list[Atom]], rng: np.random.Generator) -> Document:
    """Put one noisy document together."""
    atoms = corpus[int(rng.integers(len(corpus)))]
    others = corpus[int(rng.integers(len(corpus)))]
    size = int(rng.integers(8, 60))
    first = int(rng.integers(0, max(len(atoms) - size, 1)))
    atoms = join_and_cut(side_noise(atoms[first : first + size], others, rng), rng)
    atoms = lay_out(add_credits(atoms, rng), rng)
    sides: tuple[list[Sentence], list[Sentence]] = ([], [])
    units: tuple[list[int], list[int]] = ([], [])
    for atom in atoms:
        for k, texts in enumerate((atom.en, atom.vi)):
            for text in texts:
                (kind,) = segment_kinds([text], ("en", "vi")[k])
                sides[k].append(Sentence(text, 0, len(text), atom.paragraph, kind))
                units[k].append(atom.unit[k])
    gold = [(len(atom.en), len(atom.vi)) for atom in atoms]
    return Document(sides, gold, units if any(u >= 0 for u in units[0] + units[1]) else None)


def anchors(source: Sequence[Sentence], target: Sequence[Sentence]) -> tuple[Keys, Keys]:
    """Anchor keys of the sentences of both sides."""
    return [anchor_keys(s.text, "en") for s in source], [anchor_keys(s.text, "vi") for s in target]


class Sample:
    """A document's features on the full lattice, and where its gold beads stand."""

    def __init__(self, document: Document, encoder: Encoder, length_ratio: float) -> None:
        source, target = document.sides
        vectors = [encoder.sums(s.text for s in side) for side in document.sides]
        n, m = len(source), len(target)
        self.band = Band.full(n, m)
        keys = anchors(source, target)
        sides, tiles = make_sides(source, target, *vectors, document.units, keys, self.band, length_ratio)
        by_tile = [TileFeatures(*sides, tile) for tile in tiles]
        self.names: dict[BeadType, list[int]] = {}
        self.values: dict[BeadType, NDArray[np.float32]] = {}
        for bead in BEAD_TYPES:
            # On a full lattice the cells of the tiles follow one another.
            named = [features.of(bead) for features in by_tile]
            self.names[bead] = [FEATURES.index(name) for name in named[0]]
            shapes = [(tile.i1 - tile.i0, m + 1) for tile in tiles]
            self.values[bead] = np.concatenate(
                [
                    np.stack([sum(np.broadcast_to(p, shape) for p in parts).ravel() for parts in values.values()])
                    for shape, values in zip(shapes, named, strict=True)
                ],
                axis=1,
            )
        self.gold = np.zeros(len(FEATURES))
        self.cells = []
        i = j = 0
        for bead in document.gold:
            i, j = i + bead[0], j + bead[1]
            cell = i * (m + 1) + j
            self.cells.append((bead, cell))
            self.gold[self.names[bead]] += self.values[bead][:, cell]

    def loss(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Negative log likelihood of the gold path, and its gradient."""
        scores = {t: (weights[self.names[t]] @ self.values[t]).astype(np.float64) for t in BEAD_TYPES}
        log_z, probability = posteriors(scores, self.band)
        gradient = -self.gold
        for t in BEAD_TYPES:
            gradient[self.names[t]] += self.values[t] @ probability[t].astype(np.float32)
        return log_z - float(weights @ self.gold), gradient


def fit_weights(samples: Sequence[Sample]) -> NDArray[np.float64]:
    """Maximum likelihood of the gold paths, by L-BFGS on forward-backward expectations."""
    scale = 1.0 / sum(len(s.cells) for s in samples)
    bar = tqdm(desc="L-BFGS", disable=None)

    def objective(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        losses, gradients = zip(*(s.loss(weights) for s in samples), strict=True)
        bar.update()
        bar.set_postfix(nats_a_bead=f"{sum(losses) * scale:.4f}")
        return (
            scale * (sum(losses) + RIDGE / 2 * float(weights @ weights)),
            scale * (np.sum(gradients, axis=0) + RIDGE * weights),
        )

    start = np.zeros(len(FEATURES))
    start[FEATURES.index("distance")] = start[FEATURES.index("null")] = -2.0
    result = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 150, "ftol": 1e-7})
    bar.close()
    print(f"{result.message}; {result.fun:.5f} nats a bead, {result.nit} iterations", file=sys.stderr)
    weights: NDArray[np.float64] = result.x
    return weights


def fit_verdict(
    documents: Sequence[Document], encoder: Encoder, model: AlignmentModel, rng: np.random.Generator
) -> dict[str, float]:
    """Logistic regression of parallel against mismatched documents, cut to all sizes."""
    rows, labels = [], []
    for k, document in enumerate(tqdm(documents, desc="verdict", disable=None)):
        other = documents[(k + 1) % len(documents)]
        for label, target in ((1.0, document.sides[1]), (0.0, other.sides[1])):
            # All sizes from one sentence up are as frequent as their logarithm has room.
            share = len(document.sides[0]) ** -rng.uniform(0.0, 1.0)
            source = document.sides[0][: max(1, round(share * len(document.sides[0])))]
            target = target[: max(1, round(share * len(target)))]
            vectors = [encoder.sums(s.text for s in side) for side in (source, target)]
            keys = anchors(source, target)
            beads, _ = find_beads(source, target, *vectors, model=model, config=AlignConfig(), keys=keys)
            band = Band.full(len(source), len(target))
            sides, _ = make_sides(source, target, *vectors, None, keys, band, model.length_ratio)
            named = document_features(beads, *sides)
            rows.append([named[name] for name in VERDICT_FEATURES])
            labels.append(label)
    x, y = np.array(rows), np.array(labels)

    def objective(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = x @ w
        loss = float(np.logaddexp(0, z).sum() - y @ z + VERDICT_RIDGE * w @ w)
        return loss, x.T @ (expit(z) - y) + 2 * VERDICT_RIDGE * w

    w = minimize(objective, np.zeros(x.shape[1]), jac=True).x
    print(f"verdict: {np.mean((x @ w > 0) == (y > 0)):.4f} of {len(y)} right on the sample", file=sys.stderr)
    return {name: round(float(v), 4) for name, v in zip(VERDICT_FEATURES, w, strict=True)}


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument(
        "--encoder", type=pathlib.Path, required=True, help="folder of an encoder that has not seen them"
    )
    parser.add_argument("--sources", nargs="+", required=True, help="sources that the documents are made from")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=N_DOCUMENTS)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("aligner/data/alignment.json"))
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    trained = json.loads((arguments.encoder / "encoder.json").read_text(encoding="utf-8"))
    if seen := set(arguments.sources) & set(trained["pairs"]):
        sys.exit(f"fit_alignment.py: the encoder has seen {sorted(seen)}; train one --without them")
    encoder = Encoder(arguments.encoder)
    corpus = read_sources(arguments.pairs, set(arguments.sources))
    certain = [(a.en[0], a.vi[0]) for atoms in corpus for a in atoms if len(a.en) == len(a.vi) == 1]
    ratios = [np.log(len(v) / len(e)) for e, v in certain if len(e) >= 40]
    length_ratio = round(float(np.exp(np.mean(ratios))), 4)
    documents = [make_document(corpus, rng) for _ in range(arguments.documents)]
    documents = [d for d in documents if d.sides[0] and d.sides[1]]
    samples = [Sample(d, encoder, length_ratio) for d in tqdm(documents, desc="features", disable=None)]
    weights = {name: round(float(w), 4) for name, w in zip(FEATURES, fit_weights(samples), strict=True)}
    n_sentences, n_null = (sum(a + b for d in documents for a, b in d.gold if k or not a * b) for k in (1, 0))
    null_rate = round(n_null / n_sentences, 4)
    model = AlignmentModel(weights, dict.fromkeys(VERDICT_FEATURES, 0.0), length_ratio, null_rate)
    verdict = fit_verdict(documents, encoder, model, rng)
    stored = {
        "what": "Weights of the bead features (aligner/search/features.py) and of the verdict (search/beads.py)",
        "command": "scripts/fit_alignment.py PAIRS.tsv.gz --encoder FOLDER --sources " + " ".join(arguments.sources),
        "pairs_file_sha256": hashlib.sha256(arguments.pairs.read_bytes()).hexdigest(),
        "encoder_command": trained["command"],
        "encoder_sha256": hashlib.sha256((arguments.encoder / "encoder.npz").read_bytes()).hexdigest(),
        "seed": arguments.seed,
        "documents": len(documents),
        "beads": sum(len(d.gold) for d in documents),
        "length_ratio": length_ratio,
        "null_rate": null_rate,
        "weights": weights,
        "verdict": verdict,
    }
    arguments.out.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
