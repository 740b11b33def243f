"""The work of mining, step by step, on blocks of sentences in a folder: each file whole or not there, none made twice.

A block's files are named for the side and the block: ``en.00000.texts.npy`` and so on. A job makes the files of one
block or one batch and knows nothing of the others that run; what lies there already is left, so that a killed run is
gone on with.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.corpus.repeats.keys import make_keys
from aligner.corpus.shards import write_bytes
from aligner.encoders.embedded import USUAL_BACKGROUND, embedded_encoder, scaled_rows
from aligner.matching.contents import encode_texts
from aligner.mining.collections import Found
from aligner.mining.margins import Best, find_best, mean_nearest
from aligner.mining.neighbours import Ids, cosines_of, find_nearest
from aligner.mining.signatures import Signatures, Vectors, centre, mean_of, quantise, sign, sum_units
from aligner.pairs.frames import make_frame
from aligner.quality.scores import score_pairs

SIDES: Final = ("en", "vi")

Counts = tuple[tuple[int, ...], tuple[int, ...]]
"""Sentences in each block of the two sides."""

BATCH: Final = 4096
"""Pairs judged in one job; fixed, since the same pairs judged in another company of a batch might differ in the last
bit."""

_DEDUPLICATED: Final = 1 << 23
"""Sentences whose keys are compared at a time: half a gigabyte."""

_NO_LETTER: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Work:
    """A folder of work and the names of its files."""

    folder: Path

    def path(self, side: str, block: int, what: str) -> Path:
        """Name a block's file.

        Examples
        --------
        >>> Work(Path("w")).path("en", 3, "vectors").name
        'en.00003.vectors.npy'
        """
        return self.folder / f"{side}.{block:05d}.{what}.npy"

    def load(self, side: str, block: int, what: str, *, is_mapped: bool = False) -> NDArray[Any]:
        """Read a block's file, or map it where a part is wanted."""
        path = self.path(side, block, what)
        found: NDArray[Any] = np.load(path, mmap_mode="r" if is_mapped else None, allow_pickle=False)
        return found

    def save(self, side: str, block: int, what: str, array: NDArray[Any]) -> None:
        """Write a block's file, whole or not at all."""
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        write_bytes(self.path(side, block, what), buffer.getvalue())


@dataclass(frozen=True, slots=True)
class Job:
    """One step of one block, or one batch of pairs, as another process is given it."""

    folder: str
    step: str
    side: str
    block: int
    counts: Counts = ((), ())
    """Once they are known."""
    is_foreign: bool = False
    """Whether the vectors are those of a caller's encoder."""

    @property
    def vectors(self) -> str:
        """What the vectors are called that cosines are taken of."""
        return "centred" if self.is_foreign else "vectors"

    @property
    def path(self) -> Path:
        """The file by which the job is known to be done."""
        return Work(Path(self.folder)).path(self.side, self.block, _MADE[self.step])


_MADE: Final = {"key": "keys", "encode": "sums", "sign": "signatures", "search": "near", "judge": "judged"}
"""By step, the last file that it writes."""


def save_block(work: Work, side: str, block: int, found: Sequence[Found]) -> None:
    """Write sentences and where they stand."""
    data = [sentence.text.encode("utf-8", "replace") for sentence in found]
    ends = np.cumsum([0, *map(len, data)], dtype=np.int64)
    places = np.array([(sentence.file, sentence.line) for sentence in found], np.int64).reshape(-1, 2)
    work.save(side, block, "texts", np.frombuffer(b"".join(data), np.uint8))
    work.save(side, block, "ends", ends)
    work.save(side, block, "places", places)


def load_texts(work: Work, side: str, block: int, rows: NDArray[np.int64] | None = None) -> list[str]:
    """Read the sentences of a block, or some of them, without the rest of the file."""
    ends = work.load(side, block, "ends")
    texts = np.load(work.path(side, block, "texts"), mmap_mode="r") if ends[-1] else np.zeros(0, np.uint8)
    wanted = range(len(ends) - 1) if rows is None else rows.tolist()
    return [bytes(texts[ends[k] : ends[k + 1]]).decode("utf-8") for k in wanted]


def run_job(job: Job) -> str:
    """Do one job; give back the step."""
    if not job.path.exists():
        _STEPS[job.step](job, Work(Path(job.folder)))
    return job.step


def _key(job: Job, work: Work) -> None:
    """64 bits for each sentence as it stands, and 64 for its letters and digits alone."""
    texts = load_texts(work, job.side, job.block)
    loose = [_NO_LETTER.sub("", key) for key in make_keys(texts, job.side)]
    # Two of 10 million differing sentences are taken for one with a probability of 3 in a million.
    work.save(job.side, job.block, "keys", np.stack([encode_texts(texts), encode_texts(loose)], axis=1))


def drop_repeats(work: Work, side: str, blocks: int) -> dict[str, int]:
    """Mark the first of sentences that have the same letters and digits; count what is exactly the same and the rest.

    The keys are compared in parts, of which each holds those with one remainder.
    """
    sizes = [len(work.load(side, block, "ends")) - 1 for block in range(blocks)]
    starts = np.cumsum([0, *sizes])
    is_kept = np.ones(starts[-1], bool)
    exact = near = 0
    parts = np.uint64(1 + int(starts[-1]) // _DEDUPLICATED)
    for part in range(int(parts)):
        held, places = [], []
        for block in range(blocks):
            keys = work.load(side, block, "keys")
            mine = np.flatnonzero(keys[:, 1] % parts == part)
            held.append(keys[mine])
            places.append(mine + starts[block])
        if not held:
            break
        keys, place = np.concatenate(held), np.concatenate(places)
        _, first, inverse = np.unique(keys[:, 1], return_index=True, return_inverse=True)  # the first of each
        leader = first[inverse.ravel()]
        repeated = leader != np.arange(len(keys))
        is_kept[place[repeated]] = False
        is_same = keys[repeated, 0] == keys[leader[repeated], 0]
        exact += int(is_same.sum())
        near += int((~is_same).sum())
    for block in range(blocks):
        rows = np.flatnonzero(is_kept[starts[block] : starts[block + 1]]).astype(np.int64)
        work.save(side, block, "kept", rows)
    return {"exact duplicates": exact, "near duplicates": near}


def encode_block(job: Job, work: Work, encode: Callable[[list[str]], Any]) -> None:
    """Vectors of the sentences kept, and what they add up to."""
    rows = work.load(job.side, job.block, "kept")
    texts = load_texts(work, job.side, job.block, rows)
    vectors = quantise(scaled_rows(encode, texts) if texts else np.zeros((0, 0), np.float32))
    work.save(job.side, job.block, "vectors", vectors)
    work.save(job.side, job.block, "sums", sum_units(vectors))


def size_of(job: Job) -> int:
    """How many sentences a job's block holds.

    Examples
    --------
    >>> size_of(Job("w", "encode", "vi", 1, ((5,), (7, 3))))
    3
    """
    return job.counts[SIDES.index(job.side)][job.block]


def encode_first(job: Job, work: Work, encode: Callable[[list[str]], Any], n: int) -> tuple[Vectors, Vectors]:
    """Vectors of the first n sentences of a block: as they are stored, and as an encoder gives them now."""
    texts = load_texts(work, job.side, job.block, work.load(job.side, job.block, "kept")[:n])
    stored: Vectors = work.load(job.side, job.block, "vectors")[:n]
    return stored, quantise(scaled_rows(encode, texts))


def _encode(job: Job, work: Work) -> None:
    """The same by the embedded encoder, which workers have."""
    encode_block(job, work, embedded_encoder().sums)


def _sign(job: Job, work: Work) -> None:
    """Signatures by the mean of the side; vectors of other encoders also less that mean."""
    counts = job.counts[SIDES.index(job.side)]
    total = np.sum([work.load(job.side, block, "sums") for block in range(len(counts)) if counts[block]], axis=0)
    mean = mean_of(total, sum(counts))
    vectors = work.load(job.side, job.block, "vectors")
    vectors = vectors.reshape(len(vectors), len(mean))  # of no sentence no encoder was asked
    if job.is_foreign:
        work.save(job.side, job.block, job.vectors, centre(vectors, mean))
    work.save(job.side, job.block, "signatures", sign(vectors, mean))


def _search(job: Job, work: Work) -> None:
    """The candidates of each sentence on the other side, and their cosines."""
    other = SIDES[1 - SIDES.index(job.side)]
    counts = job.counts[SIDES.index(other)]

    def signatures() -> Iterator[Signatures]:
        return (work.load(other, block, "signatures") for block in range(len(counts)))

    def vectors() -> Iterator[tuple[int, Vectors]]:
        starts = np.cumsum([0, *counts]).tolist()
        return ((starts[block], work.load(other, block, job.vectors)) for block in range(len(counts)))

    _, ids = find_nearest(work.load(job.side, job.block, "signatures"), signatures())
    cosines = cosines_of(work.load(job.side, job.block, job.vectors), ids, vectors())
    if job.is_foreign:  # what any two texts have in common is off, and the margin knows what ours have
        cosines = np.float32(USUAL_BACKGROUND) + np.float32(1 - USUAL_BACKGROUND) * cosines
    work.save(job.side, job.block, "ids", ids)
    work.save(job.side, job.block, "means", mean_nearest(cosines))
    work.save(job.side, job.block, "near", cosines)


def best_of_side(work: Work, side: str, counts: Counts) -> Best:
    """Each sentence's best candidate, of one side."""
    own = SIDES.index(side)
    means = [
        np.concatenate([np.zeros(0), *(work.load(name, block, "means") for block in range(len(counts[k])))])
        for k, name in enumerate(SIDES)
    ]
    starts = np.cumsum([0, *counts[own]])
    parts = [
        find_best(
            work.load(side, block, "ids"),
            work.load(side, block, "near"),
            means[own][starts[block] : starts[block + 1]],
            means[1 - own],
        )
        for block in range(len(counts[own]))
        if counts[own][block]
    ]
    return Best(*(np.concatenate([getattr(part, name) for part in parts]) for name in Best.__slots__))


PAIR: Final = np.dtype([("source", "<i8"), ("target", "<i8"), ("margin", "<f8"), ("gap", "<f8"), ("cosine", "<f4")])
"""A pair of places, and what is known of it before its texts are judged."""


def _judge(job: Job, work: Work) -> None:
    """Judge a batch of pairs, or of neighbours, by their texts: qualities, and the columns as JSON in bytes."""
    pairs = work.load(job.side, 0, "mutual", is_mapped=True)[job.block * BATCH : (job.block + 1) * BATCH]
    frame: dict[str, Any] = {}
    for name, side, field, counts in zip(("src", "trg"), SIDES, ("source", "target"), job.counts, strict=True):
        texts, files, lines = _gather(work, side, np.asarray(pairs[field]), counts)
        frame |= {f"{name}_text": texts, f"{name}_file": files, f"{name}_line": lines}
    # Each pair is a document of its own: pairs that happen to be mined one after the other are no company.
    frame["doc_id"] = [str(k) for k in range(len(pairs))]
    scored = score_pairs(make_frame(frame), threshold=0.0)
    qualities = scored["pair_quality"].to_numpy()
    for name in ("margin", "gap"):
        scored[name] = pairs[name].round(DECIMALS)
    scored["aligner_score"] = pairs["cosine"].astype(np.float64).round(DECIMALS)
    scored["pair_quality"] = scored["pair_quality"].round(DECIMALS)
    record = {name: scored[name].tolist() for name in COLUMNS}
    data = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
    work.save(job.side, job.block, "qualities", qualities)
    work.save(job.side, job.block, "judged", np.frombuffer(data, np.uint8))


DECIMALS: Final = 4
"""Decimals of what is written."""

COLUMNS: Final = (
    *("src_text", "trg_text", "quality", "decision", "reasons", "margin", "gap", "aligner_score", "pair_quality"),
    *("src_file", "src_line", "trg_file", "trg_line"),
)
"""Columns of mined pairs (docs/mining.md)."""


def _gather(work: Work, side: str, ids: Ids, counts: tuple[int, ...]) -> tuple[list[str], list[int], list[int]]:
    """Texts, numbers of files and lines of some sentences, block by block."""
    texts, files, lines = [""] * len(ids), [0] * len(ids), [0] * len(ids)
    starts = np.cumsum([0, *counts])
    block_of = np.searchsorted(starts, ids, side="right") - 1
    for block in np.unique(block_of).tolist():
        wanted = np.flatnonzero(block_of == block)
        rows = work.load(side, block, "kept")[ids[wanted] - starts[block]]
        places = work.load(side, block, "places")[rows]
        found = load_texts(work, side, block, rows)
        for k, text, (file, line) in zip(wanted.tolist(), found, places.tolist(), strict=True):
            texts[k], files[k], lines[k] = text, file, line
    return texts, files, lines


_STEPS: Final = {"key": _key, "encode": _encode, "sign": _sign, "search": _search, "judge": _judge}
