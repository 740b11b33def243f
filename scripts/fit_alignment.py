"""Fit the weights of the alignment model on documents put together from pairs; into aligner/data/alignment.json.

The documents are made from sources that the encoder given has not seen (train it with --without), so that cosines are
those of new text; the weights then serve the encoder trained on everything. No dev set is read.

usage: fit_alignment.py PAIRS.tsv.gz --encoder FOLDER --sources messages/wesnoth-1.16-campaigns
"""

from __future__ import annotations

import argparse
import gzip
import json
import pathlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from tqdm import tqdm
from weights_file import partial_model, write_section

from aligner.bitext import AlignConfig, Bead, Sentence
from aligner.encoders.embedded import Encoder
from aligner.search.beads import find_beads, make_sides
from aligner.search.features import (
    EXTENT_FEATURES,
    FEATURES,
    MATCH_FEATURES,
    RELATION_FEATURES,
    VERDICT_FEATURES,
    TileFeatures,
)
from aligner.search.keys import anchor_keys
from aligner.search.lattice import BEAD_TYPES, Band, BeadType, posteriors
from aligner.search.sharing import Keys
from aligner.search.sides import SideArrays
from aligner.search.verdict import bead_features, document_features
from aligner.search.weights import AlignmentWeights
from aligner.text.kinds import segment_kinds
from aligner.text.sentences import split_sentences

N_DOCUMENTS = 480
"""Documents to make with the usual types of beads, and as many with the rare ones."""

USUAL_RUN = 4
"""Sentences that one side of a bead of the usual types holds at most."""

RARE_TYPES: tuple[BeadType, ...] = ((1, 5), (5, 1), (2, 3), (3, 2), (3, 3))
"""Bead types that hardly ever occur: all other weights are fitted without them and then kept, so that making documents
in which they do occur cannot change what is usual."""

RIDGE = 0.5
"""Penalty on half the squared weights, in nats for the whole sample; keeps rare features from running away."""

VERDICT_RIDGE = 0.1
"""The same for the verdict; small, since its features are few and frequent."""


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
    origin: int = -1


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


def unseen_encoder(folder: pathlib.Path, sources: Sequence[str]) -> Encoder:
    """Load an encoder that was trained without the sources, so that its cosines are those of new text."""
    trained = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    if seen := set(sources) & set(trained["pairs"]):
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: the encoder has seen {sorted(seen)}; train one --without them")
    return Encoder(folder)


def split_atoms(en: str, vi: str) -> list[Atom]:
    """Split a segment pair into beads where that is certain: equal counts, or one sentence against up to USUAL_RUN."""
    e = [s.text for s in split_sentences(en, "en")]
    v = [s.text for s in split_sentences(vi, "vi")]
    if len(e) == len(v):
        return [Atom([a], [b]) for a, b in zip(e, v, strict=True)]
    if min(len(e), len(v)) == 1 and max(len(e), len(v)) <= USUAL_RUN:
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
            if max(len(en), len(vi)) <= USUAL_RUN:
                result[-1] = Atom([" ".join(en)], vi) if rng.random() < 0.5 else Atom(en, [" ".join(vi)])
                continue
        if len(atom.en) == len(atom.vi) == 1:
            en = cut_wrongly(atom.en[0], rng) if rng.random() < cut else atom.en
            vi = cut_wrongly(atom.vi[0], rng) if rng.random() < cut else atom.vi
            atom = Atom(en, vi)
        result.append(atom)
    return result


RESEGMENTED = {(2, 3): 0.25, (3, 2): 0.25, (3, 3): 0.25, (5, 1): 0.25}
"""Sentences before and after a stretch of one side is cut anew, and how often."""

RESEGMENTED_RATE = 0.004
"""Beads at which such a stretch begins. No bead of 1,400 in fifteen texts aligned by hand is of such a type."""


def resegment(atoms: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Cut some stretches of two or three sentences of one side anew, inside the old ones; join some of five."""
    result: list[Atom] = []
    k = 0
    while k < len(atoms):
        if rng.random() < RESEGMENTED_RATE:
            before, after = list(RESEGMENTED)[int(rng.choice(len(RESEGMENTED), p=list(RESEGMENTED.values())))]
            side = int(rng.integers(2))
            stretch = atoms[k : k + before]
            texts = [[atom.en[0], atom.vi[0]] for atom in stretch if len(atom.en) == len(atom.vi) == 1]
            cut = cut_anew([pair[side] for pair in texts], after, rng) if len(texts) == before else []
            if cut:
                kept = [pair[1 - side] for pair in texts]
                result.append(Atom(cut, kept) if side == 0 else Atom(kept, cut))
                k += before
                continue
        result.append(atoms[k])
        k += 1
    return result


def cut_anew(sentences: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    """Cut a stretch of sentences into another number of them, behind commas where there are any; [] if it is short."""
    words = [word for sentence in sentences for word in sentence.split(" ")]
    ends = set(np.cumsum([len(sentence.split(" ")) for sentence in sentences]).tolist())
    inner = [k for k in range(2, len(words) - 1) if k not in ends]
    commas = [k for k in inner if words[k - 1].endswith((",", ";", ":"))]
    if len(inner) < 4 * count:
        return []
    cuts = sorted(rng.choice(commas if len(commas) >= count - 1 else inner, count - 1, replace=False).tolist())
    pieces = [" ".join(words[a:b]) for a, b in zip([0, *cuts], [*cuts, len(words)], strict=True)]
    for k in range(len(pieces) - 1):
        if rng.random() < 0.7:
            # As a translator would write it, not as a splitter would leave it.
            pieces[k] = pieces[k].rstrip(",;:") + "."
            pieces[k + 1] = pieces[k + 1][:1].upper() + pieces[k + 1][1:]
    return pieces


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


def make_document(corpus: list[list[Atom]], rng: np.random.Generator, *, rare: bool = False) -> Document:
    """Put one noisy document together, with beads of rare types if asked."""
    origin = int(rng.integers(len(corpus)))
    atoms = corpus[origin]
    others = corpus[int(rng.integers(len(corpus)))]
    size = int(rng.integers(8, 60))
    first = int(rng.integers(0, max(len(atoms) - size, 1)))
    atoms = join_and_cut(side_noise(atoms[first : first + size], others, rng), rng)
    atoms = resegment(atoms, rng) if rare else atoms
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
    return Document(sides, gold, units if any(u >= 0 for u in units[0] + units[1]) else None, origin)


def anchors(source: Sequence[Sentence], target: Sequence[Sentence]) -> tuple[Keys, Keys]:
    """Anchor keys of the sentences of both sides."""
    return [anchor_keys(s.text, "en") for s in source], [anchor_keys(s.text, "vi") for s in target]


def aligned(
    sides: tuple[Sequence[Sentence], Sequence[Sentence]], encoder: Encoder, model: AlignmentWeights
) -> tuple[list[Bead], list[NDArray[np.float32]], tuple[Keys, Keys]]:
    """Beads of two sides in order, and the sums of vectors and the keys that they were found by."""
    vectors = [encoder.sums(s.text for s in side) for side in sides]
    keys = anchors(*sides)
    beads, _ = find_beads(*sides, *vectors, model=model, config=AlignConfig(), keys=keys)
    return beads, vectors, keys


class Sample:
    """A document's features on the full lattice, and where its gold beads stand."""

    def __init__(self, document: Document, encoder: Encoder, length_ratio: float, types: Sequence[BeadType]) -> None:
        source, target = document.sides
        s, t = (encoder.sums(s.text for s in side) for side in document.sides)
        n, m = len(source), len(target)
        self.band = Band.full(n, m)
        keys = anchors(source, target)
        sides, tiles, _ = make_sides(source, target, s, t, document.units, keys, self.band, length_ratio)
        by_tile = [TileFeatures(*sides, tile) for tile in tiles]
        self.names: dict[BeadType, list[int]] = {}
        self.values: dict[BeadType, NDArray[np.float32]] = {}
        for bead in types:
            # On a full lattice the cells of the tiles follow one another.
            named = [features.of(bead) for features in by_tile]
            self.names[bead] = [FEATURES.index(name) for name in named[0]]
            shapes = [(tile.i1 - tile.i0, m + 1) for tile in tiles]
            self.values[bead] = np.concatenate(
                [
                    np.stack(
                        [
                            np.sum([np.broadcast_to(p, shape) for p in parts], axis=0).ravel()
                            for parts in values.values()
                        ]
                    )
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
        scores = {t: (weights[self.names[t]] @ self.values[t]).astype(np.float64) for t in self.names}
        log_z, probability = posteriors(scores, self.band)
        gradient = -self.gold
        for t in self.names:
            gradient[self.names[t]] += self.values[t] @ probability[t].astype(np.float32)
        return log_z - float(weights @ self.gold), gradient


def fit_weights(
    samples: Sequence[Sample], start: NDArray[np.float64], free: Sequence[str] = FEATURES
) -> NDArray[np.float64]:
    """Maximum likelihood of the gold paths in some of the weights, by L-BFGS on forward-backward expectations."""
    scale = 1.0 / sum(len(s.cells) for s in samples)
    chosen = np.array([FEATURES.index(name) for name in free])
    bar = tqdm(desc="L-BFGS", disable=None)

    def objective(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = start.copy()
        weights[chosen] = values
        losses, gradients = zip(*(s.loss(weights) for s in samples), strict=True)
        bar.update()
        bar.set_postfix(nats_a_bead=f"{sum(losses) * scale:.4f}")
        return (
            scale * (sum(losses) + RIDGE / 2 * float(values @ values)),
            scale * (np.sum(gradients, axis=0)[chosen] + RIDGE * values),
        )

    options = {"maxiter": 150, "ftol": 1e-7}
    result = minimize(objective, start[chosen], jac=True, method="L-BFGS-B", options=options)
    bar.close()
    print(f"{result.message}; {result.fun:.5f} nats a bead, {result.nit} iterations", file=sys.stderr)
    weights: NDArray[np.float64] = start.copy()
    weights[chosen] = result.x
    return weights


RARITY = 6.0
"""Nats that beads of two and three sentences, or of three and three, score less than the fit to documents made to hold
them says: texts aligned by hand have none in 1,400 beads. As fitted they add 22 wrong and missed beads to the 66 of the
dev sets, with about 4.5 nats less 4, with about 5.5 none (docs/decisions/0012)."""


def fit_all_weights(
    documents: Sequence[Document], rare: Sequence[Document], encoder: Encoder, length_ratio: float
) -> dict[str, float]:
    """Fit the weights of the usual bead types, keep them, and then fit those of the rare ones."""
    usual_types = [t for t in BEAD_TYPES if t not in RARE_TYPES]
    rare_names = sorted({f"bead_{min(t)}_{max(t)}" for t in RARE_TYPES})
    start = np.zeros(len(FEATURES))
    start[FEATURES.index("distance")] = start[FEATURES.index("null")] = -2.0
    usual_names = [name for name in FEATURES if name not in rare_names]
    for made, types, names in ((documents, usual_types, usual_names), (rare, BEAD_TYPES, rare_names)):
        samples = [Sample(d, encoder, length_ratio, types) for d in tqdm(made, desc="features", disable=None)]
        start = fit_weights(samples, start, names)
    for name in ("bead_2_3", "bead_3_3"):
        start[FEATURES.index(name)] -= RARITY
    return {name: round(float(w), 4) for name, w in zip(FEATURES, start, strict=True)}


WHOLE, PARTLY = 0.75, (0.1, 0.65)
"""Share of the characters of either side that gold beads hold, from which on a document counts as parallel, and between
which as partly parallel; what lies between the two is left out of the fit."""

Texts = tuple[Sequence[Sentence], Sequence[Sentence]]


def cut_short(texts: Texts, rng: np.random.Generator) -> Texts:
    """Beginnings of both sides; all sizes from one sentence up are as frequent as their logarithm has room."""
    share = len(texts[0]) ** -rng.uniform(0.0, 1.0)
    source, target = (side[: max(1, round(share * len(side)))] for side in texts)
    return source, target


def half_translated(document: Document, other: Document, rng: np.random.Generator) -> tuple[Texts, float]:
    """Leave a part of one side, alone or with foreign text; also the share of the other side with a counterpart."""
    side = int(rng.integers(2))
    kept = document.sides[side]
    size = max(2, round(len(kept) * rng.uniform(0.12, 0.7)))
    first = int(rng.choice([0, int(rng.integers(0, max(len(kept) - size, 0) + 1))]))
    part = list(kept[first : first + size])
    rest = max(len(kept) - size, 0)
    mode = rng.random()
    if mode < 0.5:
        foreign = list(other.sides[side][:rest])
        part = [*foreign, *part] if rng.random() < 0.5 else [*part, *foreign]
    sides = [list(document.sides[0]), list(document.sides[1])]
    sides[side] = part
    paired = gold_share(document, side, range(first, first + size))
    return (sides[0], sides[1]), paired


def gold_share(document: Document, side: int, kept: range | None = None) -> float:
    """Share of the characters of the other side that gold beads pair with the kept sentences of this one."""
    paired = total = 0
    at = [0, 0]
    for bead in document.gold:
        other = document.sides[1 - side][at[1 - side] : at[1 - side] + bead[1 - side]]
        size = sum(len(sentence.text) for sentence in other)
        total += size
        own = range(at[side], at[side] + bead[side])
        if bead[side] and (kept is None or any(k in kept for k in own)):
            paired += size
        at = [at[0] + bead[0], at[1] + bead[1]]
    return paired / max(total, 1)


def two_sections(corpus: list[list[Atom]], rng: np.random.Generator, *, same: bool) -> Texts:
    """Two sections of one document, or of two, equally long; the second shuffled half of the time.

    Of the same document, half have among them up to a quarter of the true counterparts.
    """
    long = [k for k, atoms in enumerate(corpus) if len(atoms) >= 60]
    k, other = rng.choice(long, 2, replace=False).tolist()
    en_atoms, vi_atoms = corpus[k], corpus[k if same else other]
    size = int(np.exp(rng.uniform(np.log(5), np.log(30))))
    half = len(en_atoms) // 2
    first = int(rng.integers(0, half - size + 1))
    second = int(rng.integers(half, len(en_atoms) - size + 1)) if same else int(rng.integers(len(vi_atoms) - size + 1))
    en = [text for atom in en_atoms[first : first + size] for text in atom.en]
    vi = [text for atom in vi_atoms[second : second + size] for text in atom.vi]
    shuffled = rng.random() < 0.5
    if same and shuffled:
        own = [text for atom in en_atoms[first : first + size] for text in atom.vi]
        vi += rng.permutation(own)[: int(len(own) * rng.uniform(0.05, 0.25))].tolist()
    vi = rng.permutation(vi).tolist() if shuffled else vi
    return sentences_of(en, "en"), sentences_of(vi, "vi")


def sentences_of(texts: Sequence[str], lang: str) -> list[Sentence]:
    """Sentences of one paragraph."""
    return [Sentence(t, 0, len(t), 0, kind) for t in texts for kind in segment_kinds([t], lang)]


@dataclass
class Judged:
    """An aligned document of a known kind."""

    kind: str
    beads: list[Bead]
    sides: tuple[SideArrays, SideArrays]
    right: list[bool] | None


def judge_sample(
    documents: Sequence[Document], corpus: list[list[Atom]], encoder: Encoder, model: AlignmentWeights, seed: int
) -> list[Judged]:
    """Align documents of every kind."""
    rng = np.random.default_rng(seed)
    cases: list[tuple[str, Texts, Document | None]] = []
    for k, document in enumerate(documents):
        other = documents[(k + 1) % len(documents)]
        whole = min(gold_share(document, 0), gold_share(document, 1))
        cases.append(("parallel" if whole >= WHOLE else "noisy", cut_short(document.sides, rng), document))
        cases.append(("parallel" if whole >= WHOLE else "noisy", document.sides, document))
        cases.append(("mismatched", cut_short((document.sides[0], other.sides[1]), rng), None))
        texts, share = half_translated(document, other, rng)
        if PARTLY[0] <= share <= PARTLY[1]:
            cases.append(("partly parallel", texts, None))
        for kind in ("comparable", "unrelated"):
            cases.append((kind, two_sections(corpus, rng, same=kind == "comparable"), None))
    result = []
    for kind, (source, target), gold in tqdm(cases, desc="verdict", disable=None):
        beads, vectors, keys = aligned((source, target), encoder, model)
        band = Band.full(len(source), len(target))
        sides, *_ = make_sides(source, target, vectors[0], vectors[1], None, keys, band, model.length_ratio)
        ids = {(b.source, b.target) for b in beads} if gold is None else gold_ids(gold)
        right = None if gold is None else [(b.source, b.target) in ids for b in beads if not b.is_null]
        result.append(Judged(kind, beads, sides, right))
    return result


def gold_ids(document: Document) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Gold beads by their sentences."""
    found, i, j = set(), 0, 0
    for a, b in document.gold:
        found.add((tuple(range(i, i + a)), tuple(range(j, j + b))))
        i, j = i + a, j + b
    return found


def regress(
    rows: NDArray[np.float64],
    labels: NDArray[np.float64],
    ridge: float,
    bounds: Sequence[tuple[float | None, float | None]] | None = None,
) -> NDArray[np.float64]:
    """Find the weights, within bounds, that maximise the likelihood less `ridge` times half their squares."""

    def objective(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = rows @ w
        loss = float(np.logaddexp(0, z).sum() - labels @ z + ridge / 2 * w @ w)
        return loss, rows.T @ (expit(z) - labels) + ridge * w

    weights: NDArray[np.float64] = minimize(objective, np.zeros(rows.shape[1]), jac=True, bounds=bounds).x
    return weights


def fit_logistic(
    rows: Sequence[Mapping[str, float]], labels: Sequence[bool], names: Sequence[str], what: str
) -> dict[str, float]:
    """Logistic regression; says how many of either half it gets right when fitted on the other."""
    x, y = np.array([[row[name] for name in names] for row in rows]), np.array(labels, np.float64)
    halves = np.random.default_rng(0).permutation(len(y)) % 2
    right = np.mean(
        [
            np.mean((x[halves == k] @ regress(x[halves != k], y[halves != k], VERDICT_RIDGE) > 0) == y[halves == k])
            for k in (0, 1)
        ]
    )
    print(f"{what}: {right:.4f} of {len(y)} right, {y.mean():.3f} of them yes", file=sys.stderr)
    return {name: round(float(v), 4) for name, v in zip(names, regress(x, y, VERDICT_RIDGE), strict=True)}


def fit_verdict(sample: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Weights of the verdict: is it parallel, is it all of it, is it about the same; does a bead hold translations."""
    rows, labels = [], []
    for case in sample:
        if case.right is not None or case.kind in ("unrelated", "mismatched"):
            named = bead_features(case.beads, *case.sides)
            rows += [
                dict(zip(MATCH_FEATURES, v, strict=True)) for v in zip(*(named[n] for n in MATCH_FEATURES), strict=True)
            ]
            labels += [case.right[k] if case.right is not None else False for k in range(len(named["bias"]))]
    match = fit_logistic(rows, labels, MATCH_FEATURES, "match")
    named_cases = [(case.kind, document_features(case.beads, *case.sides, match)) for case in sample]

    def part(yes: Sequence[str], no: Sequence[str], names: Sequence[str], what: str) -> dict[str, float]:
        chosen = [(named, kind in yes) for kind, named in named_cases if kind in (*yes, *no)]
        return fit_logistic([named for named, _ in chosen], [label for _, label in chosen], names, what)

    related = ("parallel", "noisy", "partly parallel")
    return {
        "verdict": part(related, ("mismatched", "comparable"), VERDICT_FEATURES, "verdict"),
        "extent": part(("parallel",), ("partly parallel",), EXTENT_FEATURES, "extent"),
        "relation": part(("comparable",), ("unrelated",), RELATION_FEATURES, "relation"),
        "match": match,
    }


def fitting_parser(description: str | None, n_documents: int) -> argparse.ArgumentParser:
    """Describe what every script that fits on documents made of pairs has to be told."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument(
        "--encoder", type=pathlib.Path, required=True, help="folder of an encoder that has not seen them"
    )
    parser.add_argument("--sources", nargs="+", required=True, help="sources that the documents are made from")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=n_documents, help="documents to make")
    parser.add_argument(
        "--weights",
        type=pathlib.Path,
        default=pathlib.Path("aligner/data/alignment.json"),
        help="the file of weights, of which one section is written anew",
    )
    return parser


def main() -> None:
    """Fit and write."""
    arguments = fitting_parser(__doc__, N_DOCUMENTS).parse_args()
    rng = np.random.default_rng(arguments.seed)
    encoder = unseen_encoder(arguments.encoder, arguments.sources)
    corpus = read_sources(arguments.pairs, set(arguments.sources))
    certain = [(a.en[0], a.vi[0]) for atoms in corpus for a in atoms if len(a.en) == len(a.vi) == 1]
    ratios = [np.log(len(v) / len(e)) for e, v in certain if len(e) >= 40]
    length_ratio = round(float(np.exp(np.mean(ratios))), 4)
    documents = [make_document(corpus, rng) for _ in range(arguments.documents)]
    documents = [d for d in documents if d.sides[0] and d.sides[1]]
    rare = [make_document(corpus, rng, rare=True) for _ in range(arguments.documents)]
    rare = [d for d in rare if d.sides[0] and d.sides[1]]
    weights = fit_all_weights(documents, rare, encoder, length_ratio)
    n_sentences, n_null = (sum(a + b for d in documents for a, b in d.gold if k or not a * b) for k in (1, 0))
    null_rate = round(n_null / n_sentences, 4)
    model = partial_model({"weights": weights, "length_ratio": length_ratio, "null_rate": null_rate})
    verdict = fit_verdict(judge_sample(documents, corpus, encoder, model, arguments.seed))
    write_section(
        arguments,
        "alignment",
        "Weights of the bead features (aligner/search/features.py) and of the verdict (search/verdict.py)",
        {
            "documents": len(documents),
            "beads": sum(len(d.gold) for d in documents),
            "length_ratio": length_ratio,
            "null_rate": null_rate,
            "weights": weights,
            **verdict,
        },
    )


if __name__ == "__main__":
    main()
