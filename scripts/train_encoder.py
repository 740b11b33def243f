"""Train the embedded encoder on sentence pairs, and write encoder.model, encoder.npz and encoder.json.

A sentence is the sum of its pieces' vectors. The vectors start from counts of which pieces stand in each other's
translations, factored (Levy and Goldberg 2014); then they are trained so that, in a batch of pairs, every sentence
finds its translation among all the others' by a margin (softmax over cosines, both directions; Wieting et al. 2019,
2021; the margin: Yang et al. 2019, equation 6). A part of the Vietnamese sentences loses its marks. Everything is
seeded, and training runs on one thread: the same command writes the same bytes on the same kind of machine. It needs
eight to eleven minutes of one core and 4.5 GB of memory.

usage: train_encoder.py PAIRS.tsv.gz … [--without SOURCE …] [--half SOURCE …] [--evaluate NAME EN VI] [--out FOLDER]
Each PAIRS.tsv.gz has a header and the columns source, doc, en, vi; a source may stand in several of them.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import pathlib
import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import sentencepiece
import torch
from made_documents import is_held_out, read_rows
from numpy.typing import NDArray
from torch.nn import functional
from tqdm import tqdm

from aligner.encoders.embedded import MIDDLE, Encoder, unit_rows

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

VOCABULARY = 20_000
"""Pieces; 4,000 of them are for Vietnamese without marks, which 16,000 pieces of marked text split into letters."""
UNMARKED_TEXTS = 0.4
"""Share of the Vietnamese texts that the pieces are also learnt from without marks."""
UNMARKED = 0.3
"""Share of the Vietnamese sentences of a batch that lose their marks."""
DIMENSION = 512
"""Length of a vector, an even number (two of its numbers share a byte)."""
DROPPED = 0.25
"""Share of the pieces of a sentence left out at random in each step, so that no single piece decides."""
EPOCHS = 6
"""Passes over the pairs, repeated ones counted."""
BATCH = 1024
"""Pairs a step; each is a wrong answer for all the others."""
RATE = 5e-3
"""Largest step of Adam, after 100 steps of warming up; falls to zero in a straight line."""
MARGIN = 0.3
"""What a pair's cosine must be better by than a wrong one's, taken off it in training (docs/decisions/0018)."""
SCALE = 20.0
"""Factor on the cosines before the softmax. Left free it passes 30, and news stays below .975."""
MAX_PIECES = 128
"""Pieces of a sentence that training looks at."""
REPEATED = {
    ("tatoeba", "*"): 6,
    ("xcopa", "*"): 4,
    ("dictionary", "example"): 2,
    ("dictionary-vi-en", "example"): 2,
    ("messages/wesnoth-1.16-campaigns", "*"): 2,
    ("wesnoth-1.18", "*"): 2,
    ("african-storybook", "*"): 2,
}
"""Times a pair is seen in a pass, by source and doc: everyday sentences are few beside headwords and interfaces
(docs/decisions/0018)."""
COUNTED_PIECES = (40, 50)
"""English and Vietnamese pieces of a pair that the counts look at: longer texts say little about single pieces."""
LEAST_COUNT = 0.15
"""Weighted count from which on two pieces are taken to stand in each other's translations."""
POWER_STEPS = 3
"""Rounds of the randomised factoring (Halko et al. 2011, algorithm 4.4), with EXTRA_COLUMNS more than kept."""
EXTRA_COLUMNS = 50
START_LENGTH = 0.05
"""Size of a number of a piece of mean rarity before training; Adam's first steps are of a tenth of that."""


@dataclass
class Texts:
    """Sentence pairs: both sides, and how often they are seen in a pass."""

    en: list[str]
    vi: list[str]
    repeats: Integers
    counts: Counter[str]


def read_pairs(paths: Sequence[pathlib.Path], without: set[str], half: set[str]) -> Texts:
    """Read the pairs of all sources but those left out, file after file; say how many of each file.

    Of the sources of `half` every document is left out that `is_held_out`.
    """
    en, vi, repeats, counts, left_out = [], [], [], Counter[str](), Counter[str]()
    for path in paths:
        read, left = counts.total(), left_out.total()
        for source, doc, *sides in read_rows(path):
            if source in without or (source in half and is_held_out(doc)):
                left_out[source] += 1
                continue
            en.append(sides[0])
            vi.append(sides[1])
            repeats.append(REPEATED.get((source, doc), REPEATED.get((source, "*"), 1)))
            counts[source] += 1
        print(f"{path}: {counts.total() - read:,} pairs, {left_out.total() - left:,} left out", file=sys.stderr)
    if unknown := (without | half) - left_out.keys():
        sys.exit(f"--without, --half: no such source {sorted(unknown)}; there are {sorted(counts | left_out)}")
    print(f"{len(en):,} pairs of {len(counts)} sources, {sum(repeats):,} a pass", file=sys.stderr)
    return Texts(en, vi, np.array(repeats, np.int64), counts)


def without_marks(text: str) -> str:
    """Write Vietnamese without marks, as on a telegram: 'Đường phố' becomes 'Duong pho'."""
    letters = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return letters.replace("\N{LATIN SMALL LETTER D WITH STROKE}", "d").replace(
        "\N{LATIN CAPITAL LETTER D WITH STROKE}", "D"
    )


def train_pieces(texts: Texts, seed: int) -> bytes:
    """Train one SentencePiece model for both languages; NFKC with case folding is part of it."""
    chance = random.Random(seed)
    unmarked = [without_marks(text) for text in texts.vi if chance.random() < UNMARKED_TEXTS]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts.en + texts.vi + unmarked),
        model_writer=model,
        vocab_size=VOCABULARY,
        # Small samples (a build from few sources) cannot fill the vocabulary.
        hard_vocab_limit=False,
        model_type="unigram",
        normalization_rule_name="nmt_nfkc_cf",
        character_coverage=0.9999,
        split_digits=True,
        unk_id=0,
        bos_id=-1,
        eos_id=-1,
        num_threads=2,
        minloglevel=2,
    )
    return model.getvalue()


class Pairs:
    """Tokenised pairs in one flat array of piece numbers, in three views: English, Vietnamese, and that unmarked."""

    def __init__(self, pieces: sentencepiece.SentencePieceProcessor, texts: Texts) -> None:
        views = [pieces.encode(side) for side in (texts.en, texts.vi, [without_marks(text) for text in texts.vi])]
        kept = [k for k, rows in enumerate(zip(*views, strict=True)) if all(rows)]
        rows = [np.array(view[k][:MAX_PIECES], np.int64) for view in views for k in kept]
        lengths = np.array([len(row) for row in rows], np.int64)
        self.flat = np.concatenate(rows)
        self.lengths = lengths.reshape(3, -1)
        self.starts = (np.cumsum(lengths) - lengths).reshape(3, -1)
        self.repeats = texts.repeats[kept]
        # Equal texts in one batch are right answers for each other, not wrong ones.
        n = len(kept)
        self.keys = [
            np.unique(
                np.array([row.tobytes() for row in rows[side * n : (side + 1) * n]], object), return_inverse=True
            )[1]
            for side in (0, 1)
        ]

    def __len__(self) -> int:
        return self.lengths.shape[1]

    def pieces(self, views: Integers | int, rows: Integers) -> tuple[Integers, Integers]:
        """Return the piece numbers of the rows, one after another, and the number of the row that each is of."""
        starts, lengths = self.starts[views, rows], self.lengths[views, rows]
        owners = np.repeat(np.arange(len(rows)), lengths)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.flat[starts[owners] + within], owners

    def batches(self, rng: np.random.Generator) -> Iterator[Integers]:
        """Yield the rows of batches without end."""
        size = min(BATCH, len(self))
        while True:
            order = rng.permutation(np.repeat(np.arange(len(self)), self.repeats))
            for k in range(0, len(order) - size + 1, size):  # what does not fill a batch is seen in another pass
                yield order[k : k + size]

    def equal(self, rows: Integers) -> torch.Tensor:
        """Mark the pairs of rows off the diagonal that share a text on either side."""
        same = np.zeros((len(rows), len(rows)), np.bool_)
        for keys in self.keys:
            same |= keys[rows][:, None] == keys[rows][None, :]
        np.fill_diagonal(same, False)
        return torch.from_numpy(same)


def count_translations(pairs: Pairs, n_pieces: int) -> tuple[Integers, NDArray[np.float64]]:
    """Count which pieces stand in each other's translations: keys English * n_pieces + Vietnamese, and weights."""
    keys, weights = [], []
    for view, share in ((1, 1.0), (2, 0.3)):  # unmarked text, of which less is met, counts less
        for first in range(0, len(pairs), 20_000):
            rows = np.arange(first, min(first + 20_000, len(pairs)))
            en = np.minimum(pairs.lengths[0, rows], COUNTED_PIECES[0])
            vi = np.minimum(pairs.lengths[view, rows], COUNTED_PIECES[1])
            owners = np.repeat(np.arange(len(rows)), en * vi)
            within = np.arange(len(owners)) - np.repeat(np.cumsum(en * vi) - en * vi, en * vi)
            source = pairs.flat[pairs.starts[0, rows][owners] + within // vi[owners]]
            target = pairs.flat[pairs.starts[view, rows][owners] + within % vi[owners]]
            found, places = np.unique(source * n_pieces + target, return_inverse=True)
            keys.append(found)
            weights.append(np.bincount(places, share / np.sqrt(en * vi)[owners]))
    found, places = np.unique(np.concatenate(keys), return_inverse=True)
    return found, np.bincount(places, np.concatenate(weights))  # type: ignore[return-value]  # stubs: counts, not sums


def first_vectors(pairs: Pairs, n_pieces: int) -> Floats:
    """Factor the positive mutual information of pieces across the languages; a piece of both gets a mean of its two."""
    keys, counts = count_translations(pairs, n_pieces)
    en, vi = np.divmod(keys, n_pieces)
    total = counts.sum()
    en_counts, vi_counts = np.bincount(en, counts, n_pieces), np.bincount(vi, counts, n_pieces)
    information = np.log(counts * total / (en_counts[en] * vi_counts[vi]))
    kept = (information > 0) & (counts > LEAST_COUNT) & (en > 0) & (vi > 0)
    places = torch.from_numpy(np.stack([en[kept], vi[kept]]))
    values = torch.from_numpy(information[kept].astype(np.float32))
    matrix = torch.sparse_coo_tensor(places, values, (n_pieces, n_pieces), check_invariants=True).coalesce()
    across = matrix.T.coalesce().to_sparse_csr()
    matrix = matrix.to_sparse_csr()
    columns = min(DIMENSION + EXTRA_COLUMNS, n_pieces)
    basis = torch.randn(n_pieces, columns)
    for _ in range(POWER_STEPS):
        basis = torch.linalg.qr(matrix @ basis)[0]
        basis = torch.linalg.qr(across @ basis)[0]
    left, values, right = torch.linalg.svd(matrix @ basis, full_matrices=False)
    root = values.sqrt()
    sides = [(side * root)[:, :DIMENSION].numpy() for side in (left, basis @ right.T)]
    both = en_counts + vi_counts
    share = (en_counts / np.maximum(both, 1e-9))[:, None]
    vectors = sides[0] * share + sides[1] * (1 - share)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    rarity = np.log(total / np.maximum(both, 1))
    vectors *= np.clip(rarity / rarity.mean(), 0.05, 2)[:, None]
    vectors *= START_LENGTH * np.sqrt(DIMENSION)
    result: Floats = torch.randn(n_pieces, DIMENSION).numpy() * (START_LENGTH / 2)
    result[both > 0, : vectors.shape[1]] = vectors[both > 0]
    return result


def train_vectors(pairs: Pairs, n_pieces: int, seed: int) -> Floats:
    """Train one vector and one weight a piece; return their products, shape (n_pieces, DIMENSION)."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    vectors = torch.nn.Parameter(torch.from_numpy(first_vectors(pairs, n_pieces)))
    torch.use_deterministic_algorithms(True)
    log_weights = torch.nn.Parameter(torch.zeros(n_pieces))
    optimiser = torch.optim.Adam([vectors, log_weights], lr=RATE, betas=(0.9, 0.99), fused=True)
    batches = pairs.batches(rng)
    size = min(BATCH, len(pairs))
    n_steps = EPOCHS * (int(pairs.repeats.sum()) // size)
    answers = torch.arange(size)
    bar = tqdm(range(n_steps), desc="encoder", disable=None)
    for step in bar:
        rows = next(batches)
        optimiser.param_groups[0]["lr"] = RATE * min(1.0, (step + 1) / 100) * (1 - step / n_steps)
        views = np.concatenate([np.zeros(size, np.int64), 1 + (rng.random(size) < UNMARKED)])
        flat, owners = pairs.pieces(views, np.concatenate([rows, rows]))
        kept = rng.random(len(flat)) >= DROPPED
        chosen = torch.from_numpy(flat[kept])
        offsets = torch.from_numpy(np.searchsorted(owners[kept], np.arange(2 * size)))
        sums = functional.embedding_bag(
            chosen, vectors, offsets, mode="sum", per_sample_weights=torch.exp(log_weights)[chosen]
        )
        en, vi = functional.normalize(sums, dim=1, eps=1e-6).split(size)
        cosines = en @ vi.T - MARGIN * torch.eye(size)
        logits = (cosines * SCALE).masked_fill(pairs.equal(rows), -1e4)
        loss = (functional.cross_entropy(logits, answers) + functional.cross_entropy(logits.T, answers)) / 2
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 50 == 0:
            bar.set_postfix(loss=f"{float(loss.detach()):.3f}")
    table: Floats = (vectors * torch.exp(log_weights)[:, None]).detach().numpy()
    table[0] = 0  # the unknown piece says nothing
    return table


def quantise(table: Floats) -> dict[str, NDArray[np.uint8] | Floats]:
    """Four bits a number, two numbers a byte; of several widths of the steps, each row takes the closest."""
    best, least = np.zeros((len(table), 1), np.float32), np.full((len(table), 1), np.inf)
    for part in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5):
        width = np.abs(table).max(axis=1, keepdims=True) * np.float32(part / MIDDLE)
        error = ((steps(table, width) - MIDDLE) * width - table).astype(np.float64)
        squared = (error**2).sum(axis=1, keepdims=True)
        best, least = np.where(squared < least, width, best), np.minimum(squared, least)
    numbers = steps(table, best).astype(np.uint8, order="C")
    half = table.shape[1] // 2
    return {
        "vectors": (numbers[:, :half] | numbers[:, half:] << 4).astype(np.uint8),
        "scale": best[:, 0].astype(np.float32),
    }


def steps(table: Floats, width: Floats) -> Floats:
    """Number the step, 0 to 15, that each entry is nearest to."""
    result: Floats = np.clip(np.floor(table / np.where(width > 0, width, 1)) + 8, 0, 15).astype(np.float32)
    return result


def retrieval(encoder: Encoder, en: Sequence[str], vi: Sequence[str]) -> float:
    """Share of lines whose best line of the other side, by ratio margin (k = 4), is their own; both ways averaged."""
    sides = [unit_rows(encoder.sums(side)) for side in (en, vi)]
    cosine = sides[0] @ sides[1].T
    near = np.sort(cosine, 1)[:, -4:].mean(1)[:, None] + np.sort(cosine, 0)[-4:].mean(0)[None]
    own = np.arange(len(cosine))
    margin = cosine / near
    return float(((margin.argmax(1) == own).mean() + (margin.argmax(0) == own).mean()) / 2)


def score(encoder: Encoder, evaluate: Sequence[Sequence[str]]) -> dict[str, float]:
    """Score the line-parallel files given, and each once more with its Vietnamese unmarked."""
    scores = {}
    for name, *files in evaluate:
        en, vi = (pathlib.Path(file).read_text(encoding="utf-8").split("\n")[:-1] for file in files)
        scores[name] = round(retrieval(encoder, en, vi), 4)
        scores[f"{name}-unmarked"] = round(retrieval(encoder, en, [without_marks(text) for text in vi]), 4)
    return scores


def main() -> None:
    """Train, quantise, write, and score what was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="+", type=pathlib.Path, metavar="PAIRS.tsv.gz")
    parser.add_argument("--without", nargs="+", default=[], metavar="SOURCE", help="sources to leave out, by name")
    parser.add_argument(
        "--half", nargs="+", default=[], metavar="SOURCE", help="sources, half of whose documents to leave out"
    )
    parser.add_argument("--evaluate", nargs=3, action="append", default=[], metavar=("NAME", "EN", "VI"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("aligner/data"))
    arguments = parser.parse_args()
    # One thread: sums in one order, whatever the machine; beside other work it is no slower than two.
    torch.set_num_threads(1)
    texts = read_pairs(arguments.pairs, set(arguments.without), set(arguments.half))
    model = train_pieces(texts, arguments.seed)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model)
    pairs = Pairs(pieces, texts)
    table = train_vectors(pairs, pieces.get_piece_size(), arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "encoder.model").write_bytes(model)
    np.savez(arguments.out / "encoder.npz", allow_pickle=False, **quantise(table))
    scores = score(Encoder(arguments.out), arguments.evaluate)
    record = {
        "what": "Embedded encoder: SentencePiece model and one vector a piece (aligner/encoders/embedded.py)",
        "command": " ".join(
            [
                "scripts/train_encoder.py",
                *(path.name for path in arguments.pairs),
                *(["--without"] if arguments.without else []),
                *arguments.without,
                *(["--half"] if arguments.half else []),
                *arguments.half,
            ]
        ),
        "seed": arguments.seed,
        "pairs_file_sha256": [hashlib.sha256(path.read_bytes()).hexdigest() for path in arguments.pairs],
        "vocabulary": pieces.get_piece_size(),
        "dimension": DIMENSION,
        "halves": sorted(arguments.half),
        "pairs": dict(sorted(texts.counts.items())),
        "retrieval_margin": scores,
    }
    (arguments.out / "encoder.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(scores))


if __name__ == "__main__":
    main()
