"""Fit the weights of the alignment model on documents put together from pairs; into aligner/data/alignment.json.

Every source is encoded by the first of the encoders that has not seen it (train them with --without so that
together they leave out every source of `made_documents.KINDS`): its cosines are those of new text. The weights then
serve the encoder trained on everything. No dev set is read. The same command writes the same file, on any number of
cores.

usage: fit_alignment.py PAIRS.tsv.gz … --encoders FOLDER …
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import multiprocessing.pool
import pathlib
import sys
from collections.abc import Mapping, Sequence

import numpy as np
from made_documents import MIXES, Document, Material, make_documents, read_materials
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm
from weights_file import write_section

from aligner.bitext import AlignConfig, Bead, Sentence
from aligner.encoders.adaptation import centre_sums
from aligner.encoders.embedded import Encoder
from aligner.search.beads import describe_context, find_beads, make_sides
from aligner.search.context import CONTEXT_FEATURES, estimate_length_ratio
from aligner.search.features import FEATURES, TileFeatures
from aligner.search.keys import anchor_keys
from aligner.search.lattice import BEAD_TYPES, Band, BeadType, posteriors
from aligner.search.sharing import Keys
from aligner.search.sides import Evidence
from aligner.search.weights import AlignmentWeights

Numbers = NDArray[np.float64]

N_DOCUMENTS = 1200
"""Documents of each mix to make with the usual types of beads; a third as many with the rare ones."""

RARE_TYPES: tuple[BeadType, ...] = ((1, 5), (5, 1), (2, 3), (3, 2), (3, 3))
"""Bead types that hardly ever occur: all other weights are fitted without them and then kept, so that making documents
in which they do occur cannot change what is usual."""

RIDGE = 0.5
"""Penalty on half the squared weights, in nats for the whole sample; keeps rare features from running away."""

RARITY = 1.0
"""Nats that beads of two and three sentences, or of three and three, score less than the fit to documents made to hold
them says: texts aligned by hand have none in 1,400 beads. With 1 four beads of the dev sets are others than with 6,
with 0 nineteen (docs/decisions/0012: under earlier weights; test_alignment.py: three and three come together)."""

ROUNDS = (60, 60)
"""Steps of L-BFGS, each round with the documents' freedom as the weights of the round before see it."""

N_PARTS = 8
"""Parts that the documents are dealt into, whose sums are added up in order: the same on any number of cores."""


def anchors(source: Sequence[Sentence], target: Sequence[Sentence]) -> tuple[Keys, Keys]:
    """Anchor keys of the sentences of both sides."""
    return [anchor_keys(s.text, "en") for s in source], [anchor_keys(s.text, "vi") for s in target]


def aligned(
    sides: tuple[Sequence[Sentence], Sequence[Sentence]], encoder: Encoder, model: AlignmentWeights
) -> tuple[list[Bead], list[NDArray[np.float32]], tuple[Keys, Keys]]:
    """Beads of two sides in order, and the sums of vectors and the keys that they were found by."""
    vectors = [centre_sums(encoder.sums(s.text for s in side)) for side in sides]
    keys = anchors(*sides)
    beads, _ = find_beads(Evidence(sides, (vectors[0], vectors[1]), keys), model=model, config=AlignConfig())
    return beads, vectors, keys


class Sample:
    """A document's features on the full lattice, where its gold beads stand, and what its context adds to them."""

    def __init__(self, document: Document, encoder: Encoder, length_ratio: float, types: Sequence[BeadType]) -> None:
        source, target = document.sides
        vectors = [centre_sums(encoder.sums(s.text for s in side)) for side in document.sides]
        n, m = len(source), len(target)
        self.band = Band.full(n, m)
        self.kind, self.styles = document.kind, document.styles
        places = np.cumsum([(0, 0), *document.gold], axis=0)
        ones = [k for k, bead in enumerate(document.gold) if bead == (1, 1)]
        of_source, of_target = (
            np.array([len(side[places[k][s]].text) for k in ones], np.float64) for s, side in enumerate(document.sides)
        )
        known = Evidence((source, target), (vectors[0], vectors[1]), anchors(source, target), document.units)
        ratio = estimate_length_ratio(of_source, of_target, length_ratio)
        self.sides, self.tiles, _ = make_sides(known, self.band, ratio)
        by_tile = [TileFeatures(*self.sides, tile) for tile in self.tiles]
        self.names: dict[BeadType, list[int]] = {}
        self.values: dict[BeadType, NDArray[np.float32]] = {}
        for bead in types:
            # On a full lattice the cells of the tiles follow one another.
            named = [features.of(bead) for features in by_tile]
            self.names[bead] = [FEATURES.index(name) for name in named[0]]
            shapes = [(tile.i1 - tile.i0, m + 1) for tile in self.tiles]
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
        self.cells: list[tuple[BeadType, int]] = []
        i = j = 0
        for bead in document.gold:
            i, j = i + bead[0], j + bead[1]
            cell = i * (m + 1) + j
            self.cells.append((bead, cell))
            self.gold[self.names[bead]] += self.values[bead][:, cell]
        self.freedom = 0.0
        self.context: dict[BeadType, NDArray[np.float32]] = {}
        self.context_gold = np.zeros(len(CONTEXT_FEATURES))

    def scores(self, weights: Numbers) -> dict[BeadType, Numbers]:
        """Score the beads of all cells."""
        return {t: (weights[self.names[t]] @ self.values[t]).astype(np.float64) for t in self.names}

    def read_context(self, weights: Numbers) -> None:
        """Take the document's freedom and the features of the second pass from a first pass by these weights."""
        context, describe = describe_context(self.scores(weights), self.band, self.sides, self.tiles)
        self.freedom = context.freedom
        n_cells = self.band.n_cells
        self.context = {
            t: np.stack([np.broadcast_to(named.get(n, 0.0), n_cells) for n in CONTEXT_FEATURES], dtype=np.float32)
            for t in self.names
            if (named := describe(t))
        }
        self.context_gold = np.zeros(len(CONTEXT_FEATURES))
        for bead, cell in self.cells:
            if bead in self.context:
                self.context_gold += self.context[bead][:, cell]

    def loss(self, weights: Numbers, free: Numbers, context: Numbers) -> Numbers:
        """Negative log likelihood of the gold path, and its gradient in all that is `Fitted`."""
        of_all = weights + self.freedom * free
        scores = self.scores(of_all)
        for t in self.context:
            scores[t] += context @ self.context[t]
        log_z, probability = posteriors(scores, self.band)
        gradient, context_gradient = -self.gold, -self.context_gold
        for t in self.names:
            expected = probability[t].astype(np.float32)
            gradient[self.names[t]] += self.values[t] @ expected
            if t in self.context:
                context_gradient += self.context[t] @ expected
        loss = log_z - float(of_all @ self.gold) - float(context @ self.context_gold)
        return np.concatenate([[loss], gradient, self.freedom * gradient, context_gradient])


Fitted = tuple[Numbers, Numbers, Numbers]
"""Weights of `FEATURES`, what a document's freedom adds to them, and weights of `CONTEXT_FEATURES`."""

_samples: list[Sample] = []


def _part_loss(task: tuple[int, Fitted]) -> Numbers:
    """Sum of the losses and gradients of a part of the samples."""
    part, fitted = task
    total: Numbers = np.sum([sample.loss(*fitted) for sample in _samples[part::N_PARTS]], axis=0)
    return total


def fit(samples: Sequence[Sample], start: Fitted, chosen: tuple[Sequence[int], ...], steps: int) -> Fitted:
    """Maximum likelihood of the gold paths in the chosen weights, by L-BFGS on forward-backward expectations."""
    _samples[:] = samples
    scale = 1.0 / sum(len(s.cells) for s in samples)
    sizes = np.cumsum([0, *(len(values) for values in start)])
    where = np.concatenate([np.array(k, np.int64) + offset for k, offset in zip(chosen, sizes[:3], strict=True)])
    whole = np.concatenate(start)
    bar = tqdm(desc="L-BFGS", disable=None)

    def unpack(values: Numbers) -> Fitted:
        found = whole.copy()
        found[where] = values
        weights, free, context = (found[a:b] for a, b in itertools.pairwise(sizes))
        return weights, free, context

    with multiprocessing.get_context("fork").Pool() as pool:

        def objective(values: Numbers) -> tuple[float, Numbers]:
            fitted = unpack(values)
            parts = pool.map(_part_loss, [(part, fitted) for part in range(min(N_PARTS, len(samples)))], chunksize=1)
            total = np.sum(parts, axis=0)
            bar.update()
            bar.set_postfix(nats_a_bead=f"{total[0] * scale:.4f}")
            loss = scale * (total[0] + RIDGE / 2 * float(values @ values))
            return loss, scale * (total[1:][where] + RIDGE * values)

        options = {"maxiter": steps, "ftol": 1e-7}
        result = minimize(objective, whole[where], jac=True, method="L-BFGS-B", options=options)
    bar.close()
    print(f"{result.message}; {result.fun:.5f} nats a bead, {result.nit} steps", file=sys.stderr)
    return unpack(result.x)


def fit_all_weights(
    documents: Sequence[Document], rare: Sequence[Document], encoders: Mapping[str, Encoder], length_ratio: float
) -> dict[str, dict[str, float]]:
    """Fit the weights of the usual bead types and their freedom, then the context's, then those of the rare types."""
    rare_names = {f"bead_{min(t)}_{max(t)}" for t in RARE_TYPES}
    rare_at = [k for k, name in enumerate(FEATURES) if name in rare_names]
    usual_at = [k for k, name in enumerate(FEATURES) if name not in rare_names]
    types = [t for t in BEAD_TYPES if t not in RARE_TYPES]
    fitted: Fitted = (np.zeros(len(FEATURES)), np.zeros(len(FEATURES)), np.zeros(len(CONTEXT_FEATURES)))
    fitted[0][[FEATURES.index("distance"), FEATURES.index("null")]] = -2.0
    samples = [
        Sample(d, encoders[d.source], length_ratio, types) for d in tqdm(documents, desc="features", disable=None)
    ]
    for number, steps in enumerate(ROUNDS):
        for sample in samples if number else ():
            sample.read_context(fitted[0])
            sample.context = {}
        fitted = fit(samples, fitted, (usual_at, usual_at if number else [], []), steps)
    for sample in samples:
        sample.read_context(fitted[0])
    fitted = fit(samples, fitted, ([], [], range(len(CONTEXT_FEATURES))), ROUNDS[-1])
    samples = [
        Sample(d, encoders[d.source], length_ratio, BEAD_TYPES) for d in tqdm(rare, desc="features", disable=None)
    ]
    for sample in samples:
        sample.read_context(fitted[0])
    weights, free, context = fit(samples, fitted, (rare_at, [], []), ROUNDS[-1])
    for name in ("bead_2_3", "bead_3_3"):
        weights[FEATURES.index(name)] -= RARITY
    named = ((FEATURES, weights), (FEATURES, free), (CONTEXT_FEATURES, context))
    rounded = [{n: round(float(w), 4) for n, w in zip(names, found, strict=True)} for names, found in named]
    return dict(zip(("weights", "free", "context"), rounded, strict=True))


def usual_length_ratio(materials: Sequence[Material]) -> float:
    """Vietnamese characters for one English one, the geometric mean over sentence pairs of some length."""
    pairs = [(a.en[0], a.vi[0]) for m in materials for d in m.documents for a in d if len(a.en) == len(a.vi) == 1]
    return round(float(np.exp(np.mean([np.log(len(v) / len(e)) for e, v in pairs if len(e) >= 40]))), 4)


def fitting_parser(description: str | None, n_documents: int) -> argparse.ArgumentParser:
    """Describe what every script that fits on documents made of pairs has to be told."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path, nargs="+")
    parser.add_argument(
        "--encoders",
        type=pathlib.Path,
        nargs="+",
        required=True,
        help="folders of encoders, for each source one unseen",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=n_documents, help="documents to make")
    parser.add_argument("--without", nargs="*", default=[], help="kinds of text to leave out, to be measured on")
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
    fits, counts, ratios = [], [0, 0], []
    for mix in MIXES:
        rng = np.random.default_rng(arguments.seed)
        materials, encoders = read_materials(arguments.pairs, arguments.encoders, arguments.without, rng)
        ratios.append(usual_length_ratio(materials))
        documents = make_documents(materials, arguments.documents, rng, mix)
        rare = make_documents(materials, arguments.documents // 3, rng, mix, rare=True)
        fits.append(fit_all_weights(documents, rare, encoders, ratios[-1]))
        counts = [counts[0] + len(documents), counts[1] + sum(len(d.gold) for d in documents)]
    found = {
        part: {name: round(float(np.mean([fit[part][name] for fit in fits])), 4) for name in fits[0][part]}
        for part in fits[0]
    }
    write_section(
        arguments,
        "alignment",
        "Weights of the bead features (aligner/search/features.py) and of the second pass (search/context.py)",
        {"documents": counts[0], "beads": counts[1], "length_ratio": ratios[0], **found},
    )


if __name__ == "__main__":
    main()
