"""Train the embedded encoder on sentence pairs, and write encoder.model, encoder.npz and encoder.json.

A sentence is the sum of its pieces' vectors; the vectors are trained so that, in a batch of pairs, every sentence finds
its translation among all the others' (softmax over cosines, both directions; Wieting et al. 2019, 2021). Everything is
seeded: the same command writes the same bytes on the same kind of machine. Two cores need about two minutes.

usage: train_encoder.py PAIRS.tsv.gz [--without SOURCE …] [--evaluate NAME EN VI] [--out FOLDER]
PAIRS.tsv.gz has a header and the columns source, doc, en, vi.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import pathlib
import sys
from collections import Counter
from collections.abc import Sequence

import numpy as np
import sentencepiece
import torch
from numpy.typing import NDArray
from torch.nn import functional
from tqdm import tqdm

from aligner.evidence.encoder import Encoder, unit_rows

VOCABULARY = 16_000
"""Pieces. 24,000 and 40,000 gained less than the same bytes spent on the dimension (docs/decisions/0001)."""
DIMENSION = 384
"""Length of a vector; 512 (with other dropping) gained .003 and .002 for a third more bytes."""
DROPPED = 0.15
"""Share of the pieces of a sentence left out at random in each step, so that no single piece decides."""
EPOCHS = 4
"""Passes over the pairs; the third and the fourth gained less than .001 on news."""
BATCH = 1024
"""Pairs a step; each is a wrong answer for all the others."""
RATE = 5e-3
"""Largest step of Adam, after 100 steps of warming up; falls to zero in a straight line."""
MAX_SCALE = 20.0
"""Largest factor on the cosines before the softmax. Left free it passes 30, and news stays below .975."""
MAX_PIECES = 128
"""Pieces of a sentence that training looks at."""


def read_pairs(path: pathlib.Path, without: set[str]) -> tuple[list[str], list[str], Counter[str]]:
    """Read the pairs of all sources but those left out, with the number of pairs by source."""
    en, vi, counts, seen = [], [], Counter[str](), set[str]()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        header = next(lines).rstrip("\n").split("\t")
        if header != ["source", "doc", "en", "vi"]:
            sys.exit(f"{path}: the header must be source, doc, en, vi (found {header})")
        for number, line in enumerate(lines, 2):
            row = line.rstrip("\n").split("\t")
            if len(row) != 4:
                sys.exit(f"{path}:{number}: 4 columns expected (found {len(row)})")
            seen.add(row[0])
            if row[0] not in without:
                en.append(row[2])
                vi.append(row[3])
                counts[row[0]] += 1
    if unknown := without - seen:
        sys.exit(f"--without: no such source {sorted(unknown)}; {path} has {sorted(seen)}")
    return en, vi, counts


def train_pieces(texts: Sequence[str]) -> bytes:
    """Train one SentencePiece model for both languages; NFKC with case folding is part of it."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
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
    """Tokenised pairs, and batches of them as flat piece numbers with offsets."""

    def __init__(self, pieces: sentencepiece.SentencePieceProcessor, en: Sequence[str], vi: Sequence[str]) -> None:
        sides = [[np.array(p[:MAX_PIECES], np.int64) for p in pieces.encode(list(side))] for side in (en, vi)]
        kept = [k for k in range(len(en)) if len(sides[0][k]) and len(sides[1][k])]
        self.sides = [[side[k] for k in kept] for side in sides]
        # Equal texts in one batch are right answers for each other, not wrong ones.
        self.keys = [np.unique([p.tobytes() for p in side], return_inverse=True)[1] for side in self.sides]

    def __len__(self) -> int:
        return len(self.sides[0])

    def batch(self, side: int, rows: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return flat piece numbers of the rows of one side, and where each row begins."""
        chosen = [self.sides[side][k] for k in rows]
        offsets = np.cumsum([0, *(len(p) for p in chosen[:-1])])
        return torch.from_numpy(np.concatenate(chosen)), torch.from_numpy(offsets)

    def equal(self, rows: NDArray[np.int64]) -> torch.Tensor:
        """Mark the pairs of rows off the diagonal that share a text on either side."""
        same = np.zeros((len(rows), len(rows)), np.bool_)
        for keys in self.keys:
            same |= keys[rows][:, None] == keys[rows][None, :]
        np.fill_diagonal(same, False)
        return torch.from_numpy(same)


def train_vectors(pairs: Pairs, n_pieces: int, seed: int) -> NDArray[np.float32]:
    """Train one vector and one weight a piece; return their products, shape (n_pieces, DIMENSION)."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    rng = np.random.default_rng(seed)
    vectors = torch.nn.Parameter(torch.randn(n_pieces, DIMENSION) * 0.05)
    log_weights = torch.nn.Parameter(torch.zeros(n_pieces))
    log_scale = torch.nn.Parameter(torch.tensor(float(np.log(MAX_SCALE))))
    optimiser = torch.optim.Adam([vectors, log_weights, log_scale], lr=RATE, betas=(0.9, 0.99))
    batch = min(BATCH, len(pairs))
    n_steps = EPOCHS * (len(pairs) // batch)
    answers = torch.arange(batch)

    def side_rows(side: int, rows: NDArray[np.int64]) -> torch.Tensor:
        flat, offsets = pairs.batch(side, rows)
        weights = torch.exp(log_weights[flat]) * torch.from_numpy((rng.random(len(flat)) >= DROPPED).astype(np.float32))
        sums = functional.embedding_bag(flat, vectors, offsets, mode="sum", per_sample_weights=weights)
        return functional.normalize(sums, dim=1, eps=1e-6)

    order = np.empty(0, np.int64)
    bar = tqdm(range(n_steps), desc="encoder", disable=None)
    for step in bar:
        if len(order) < batch:
            order = rng.permutation(len(pairs))
        rows, order = order[:batch], order[batch:]
        optimiser.param_groups[0]["lr"] = RATE * min(1.0, (step + 1) / 100) * (1 - step / n_steps)
        cosines = side_rows(0, rows) @ side_rows(1, rows).T
        logits = cosines * torch.exp(log_scale).clamp(max=MAX_SCALE)
        logits = logits.masked_fill(pairs.equal(rows), -1e4)
        loss = (functional.cross_entropy(logits, answers) + functional.cross_entropy(logits.T, answers)) / 2
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 50 == 0:
            bar.set_postfix(loss=f"{float(loss.detach()):.3f}")
    table: NDArray[np.float32] = (vectors * torch.exp(log_weights)[:, None]).detach().numpy()
    table[0] = 0  # the unknown piece says nothing
    return table


def quantise(table: NDArray[np.float32]) -> dict[str, NDArray[np.int8] | NDArray[np.float32]]:
    """Eight bits a number: each row divided by 1/127 of its largest entry."""
    scale = np.abs(table).max(axis=1) / 127
    safe = np.where(scale > 0, scale, 1)
    return {"vectors": np.round(table / safe[:, None]).astype(np.int8), "scale": scale.astype(np.float32)}


def retrieval(encoder: Encoder, en: pathlib.Path, vi: pathlib.Path) -> float:
    """Share of lines whose best line of the other file, by ratio margin (k = 4), is their own; both ways averaged."""
    sides = [unit_rows(encoder.sums(path.read_text(encoding="utf-8").split("\n")[:-1])) for path in (en, vi)]
    cosine = sides[0] @ sides[1].T
    near = np.sort(cosine, 1)[:, -4:].mean(1)[:, None] + np.sort(cosine, 0)[-4:].mean(0)[None]
    own = np.arange(len(cosine))
    margin = cosine / near
    return float(((margin.argmax(1) == own).mean() + (margin.argmax(0) == own).mean()) / 2)


def main() -> None:
    """Train, quantise, write, and score what was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument("--without", nargs="+", default=[], metavar="SOURCE", help="sources to leave out, by name")
    parser.add_argument("--evaluate", nargs=3, action="append", default=[], metavar=("NAME", "EN", "VI"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("aligner/data"))
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    en, vi, counts = read_pairs(arguments.pairs, set(arguments.without))
    model = train_pieces(en + vi)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model)
    pairs = Pairs(pieces, en, vi)
    table = train_vectors(pairs, pieces.get_piece_size(), arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "encoder.model").write_bytes(model)
    np.savez(arguments.out / "encoder.npz", allow_pickle=False, **quantise(table))
    encoder = Encoder(arguments.out)
    scores = {name: round(retrieval(encoder, *map(pathlib.Path, files)), 4) for name, *files in arguments.evaluate}
    record = {
        "what": "Embedded encoder: SentencePiece model and one vector a piece (aligner/evidence/encoder.py)",
        "command": " ".join(
            ["scripts/train_encoder.py PAIRS.tsv.gz", *(["--without", *arguments.without] if arguments.without else [])]
        ),
        "seed": arguments.seed,
        "pairs_file_sha256": hashlib.sha256(arguments.pairs.read_bytes()).hexdigest(),
        "vocabulary": pieces.get_piece_size(),
        "dimension": DIMENSION,
        "pairs": dict(sorted(counts.items())),
        "retrieval_margin": scores,
    }
    (arguments.out / "encoder.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(scores))


if __name__ == "__main__":
    main()
