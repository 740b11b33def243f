"""How good `aligner mine` is on planted translations, how fast it is, and what it holds in memory and on disk.

usage: mining.py planted NAME.gold … | NAME.en NAME.vi    (documents with gold beads, or two files line by line)
                         [--among PAIRS.tsv.gz … [--source SOURCE]] [--neighbours 4]
                         [--encoder e5 --encoder-weight 0.8 …]    (as of `aligner mine`)
       mining.py nearest …                                (the same files and options)
       mining.py speed PAIRS.tsv.gz … --sentences 200000 [--jobs 2] [--slow]

`planted`: of every four documents (or lines) two keep both sides, one its English and one its Vietnamese; these last
are the distractors. Found pairs are compared with gold 1:1 beads as BUCC does: precision, recall, F1 at the shipped
threshold, which was chosen on other data, and at others; and the expected calibration error in ten bins. With
`--among` the English of the first half of other pairs and the Vietnamese of the second stand beside them (of one
source, or of all but words and names; `--sentences` of either at the most). `nearest`: of planted translations, how
many are among the nearest by signature and by cosine. `speed`: sentences of each side, half of them translated on the
other; with `--slow` as without faiss. Where the pairs do not suffice, new sentences are made by joining two.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gzip
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from unittest import mock

import numpy as np
from building import cpu_seconds, family, memory

from aligner import mine, read_pairs
from aligner.commands.options import add_encoder, encoder_of
from aligner.corpus.finding import mining_work
from aligner.corpus.finding.mining import MiningConfig
from aligner.encoders.cache import Encode
from aligner.encoders.embedded import embedded_encoder, unit_rows
from aligner.mining.margins import NEIGHBOURS, mean_nearest
from aligner.mining.neighbours import find_nearest
from aligner.mining.signatures import mean_of, quantise, sign, sum_units

Bead = tuple[list[int], list[int]]
Document = tuple[list[str], list[str], list[Bead]]


def read_documents(paths: list[pathlib.Path]) -> list[Document]:
    """Sentences and gold beads of documents; of two files of lines, each line a document."""
    if all(path.suffix == ".gold" for path in paths):
        found = []
        for path in sorted(paths):
            en, vi = (path.with_suffix(s).read_text(encoding="utf-8").splitlines() for s in (".en", ".vi"))
            beads = []
            for line in path.read_text(encoding="utf-8").splitlines():
                left, _, right = line.partition(":")
                beads.append(
                    ([int(k) for k in re.findall("[0-9]+", left)], [int(k) for k in re.findall("[0-9]+", right)])
                )
            found.append((en, vi, beads))
        return found
    en, vi = (path.read_text(encoding="utf-8").splitlines() for path in paths)
    return [([e], [v], [([0], [0])]) for e, v in zip(en, vi, strict=True)]


def plant(documents: list[Document]) -> tuple[list[str], list[str], set[tuple[int, int]]]:
    """Two collections, and the lines that are translations of each other, from 1 on."""
    en: list[str] = []
    vi: list[str] = []
    gold = set()
    for k, (source, target, beads) in enumerate(documents):
        if k % 4 in (0, 1):
            gold |= {(len(en) + i[0] + 1, len(vi) + j[0] + 1) for i, j in beads if len(i) == len(j) == 1}
        if k % 4 != 3:
            en += source
        if k % 4 != 2:
            vi += target
    return en, vi, gold


def read_texts(paths: list[pathlib.Path], source: str | None = None) -> list[tuple[str, str]]:
    """Pairs of more than three words, of one source or of all."""
    found = []
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            next(lines)
            for line in lines:
                name, _, en, vi = line.rstrip("\n").split("\t")
                if len(en.split()) > 3 and source in (None, name):
                    found.append((en, vi))
    return found


def measure_nearest(en: list[str], vi: list[str], gold: set[tuple[int, int]]) -> None:
    """Print the share of the planted translations that are among the k nearest of their English sentence."""
    encoder = embedded_encoder()
    vectors = [quantise(encoder.sums(side)) for side in (en, vi)]
    signatures = [sign(v, mean_of(sum_units(v), len(v))) for v in vectors]
    rows, right = np.array(sorted(gold)).T - 1
    _, by_bits = find_nearest(signatures[0][rows], [signatures[1]], 64)
    units = [unit_rows(v.astype(np.float32)) for v in (vectors[0][rows], vectors[1])]
    parts = [np.argsort(-(part @ units[1].T), axis=1)[:, :64] for part in np.array_split(units[0], len(rows) // 64 + 1)]
    for name, found in (("signature", by_bits), ("cosine", np.concatenate(parts))):
        is_right = found == right[:, None]
        print(f"{name}: " + ", ".join(f"{is_right[:, :k].any(axis=1).mean():.3f} in {k}" for k in (1, 8, 32, 64)))


def measure_planted(en: list[str], vi: list[str], gold: set[tuple[int, int]], encode: Encode | None) -> None:
    """Mine, compare with what was planted, print."""
    with tempfile.TemporaryDirectory() as folder:
        names = [pathlib.Path(folder, name) for name in ("en.txt", "vi.txt", "pairs.tsv")]
        names[0].write_text("\n".join(en) + "\n", encoding="utf-8")
        names[1].write_text("\n".join(vi) + "\n", encoding="utf-8")
        told = mine(*names, config=MiningConfig(threshold=0.0), encode=encode, jobs=1)
        rows = [
            (float(quality), (int(i), int(j)))
            for frame in read_pairs(names[2], swap=False)
            for quality, i, j in zip(frame["quality"], frame["src_line"], frame["trg_line"], strict=True)
        ]
    right = sum(pair in gold for _, pair in rows) / max(len(rows), 1)
    bins = [[q - (pair in gold) for q, pair in rows if min(int(10 * q), 9) == k] for k in range(10)]
    error = sum(abs(sum(part)) for part in bins) / max(len(rows), 1)
    print(f"share of judged pairs {told['share']:.2f}, right {right:.2f}; calibration error {error:.3f}")
    for threshold in (0.1, 0.2, 0.3, 0.5, 0.7):
        found = {pair for quality, pair in rows if quality >= threshold}
        hits = len(found & gold)
        precision, recall = hits / max(len(found), 1), hits / len(gold)
        f1 = 2 * hits / (len(found) + len(gold))
        print(f"threshold {threshold}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        part = [
            (quality, pair in gold) for quality, pair in rows if low <= quality < low + 0.2 or quality == low + 0.2 == 1
        ]
        if part:
            mean, right = (sum(row[k] for row in part) / len(part) for k in (0, 1))
            print(f"probability {low:.1f}-{low + 0.2:.1f}: {len(part):5} pairs, mean {mean:.2f}, right {right:.2f}")


def make_sentences(paths: list[pathlib.Path], n: int) -> tuple[list[str], list[str]]:
    """n sentences of each side, the second half of the English translated by the first half of the Vietnamese."""
    pairs = read_texts(paths)
    random.Random(1).shuffle(pairs)
    supply, step = len(pairs), 1
    while len(pairs) < n + n // 2:
        for k in range(supply):
            (en, vi), (more_en, more_vi) = pairs[k], pairs[(k + step) % supply]
            pairs.append((f"{en} {more_en}", f"{vi} {more_vi}"))
        step += 1
    return [en for en, _ in pairs[:n]], [vi for _, vi in pairs[n // 2 : n + n // 2]]


@contextlib.contextmanager
def without_faiss(folder: str, asked: bool) -> Iterator[dict[str, str]]:
    """The environment of a process that cannot import faiss, where that is asked for."""
    paths = [*filter(None, [os.environ.get("PYTHONPATH")])]
    if asked:
        pathlib.Path(folder, "faiss.py").write_text("raise ImportError\n", encoding="utf-8")
        paths.insert(0, folder)
    yield {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def measure_speed(paths: list[pathlib.Path], n: int, jobs: str, *, slow: bool) -> None:
    """Mine in a process of its own and watch it."""
    with tempfile.TemporaryDirectory() as folder, without_faiss(folder, slow) as environment:
        names = [str(pathlib.Path(folder, name)) for name in ("en.txt", "vi.txt", "pairs.tsv")]
        for name, side in zip(names, make_sentences(paths, n), strict=False):
            pathlib.Path(name).write_text("\n".join(side) + "\n", encoding="utf-8")
        call = [sys.executable, "-m", "aligner", "mine", *names[:2], "-o", names[2], "--jobs", jobs]
        begun = time.perf_counter()
        process = subprocess.Popen(call, stderr=subprocess.PIPE, env=environment)
        most, cpu, disk = 0, dict[int, float](), 0
        steps: dict[str, float] = {}
        work = pathlib.Path(names[2] + ".work")
        made = {
            "read": "texts",
            "key": "keys",
            "encode": "vectors",
            "sign": "signatures",
            "search": "near",
            "judge": "judged",
        }
        while process.poll() is None:
            with contextlib.suppress(OSError, IndexError):  # a process or file that has just gone
                most = max(most, memory(process.pid)[1])
                cpu |= {pid: cpu_seconds(pid) for pid in family(process.pid)}
                files = [(path.name, path.stat().st_size) for path in work.iterdir()]
                disk = max(disk, sum(size for _, size in files))
                for step, what in made.items():
                    if any(f".{what}." in name for name, _ in files):
                        steps.setdefault(step, sum(cpu.values()))
            time.sleep(0.5)
        seconds = time.perf_counter() - begun
        print((process.stderr or sys.stdin.buffer).read().decode(), end="")
    print(f"{n} x {n} sentences, {jobs} jobs; load {os.getloadavg()[0]:.1f}")
    print(
        f"{seconds:.0f} s, {sum(cpu.values()):.0f} s of CPU; CPU at which a step's first file was there: "
        + ", ".join(f"{step} {at:.0f}" for step, at in steps.items())
    )
    print(f"memory, shared pages once: {most / 1e6:.0f} MB; folder of work: {disk / 1e6:.0f} MB")


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("planted", "nearest", "speed"))
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--sentences", type=int, default=200_000)
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--among", nargs="+", type=pathlib.Path, default=[])
    parser.add_argument("--source")
    parser.add_argument("--neighbours", type=int, default=NEIGHBOURS)
    add_encoder(parser)
    chosen = parser.parse_args()
    if chosen.what == "speed":
        measure_speed(chosen.files, chosen.sentences, chosen.jobs, slow=chosen.slow)
        return
    en, vi, gold = plant(read_documents(chosen.files))
    others = read_texts(chosen.among, chosen.source)
    middle = len(others) // 2
    en += [text for text, _ in others[:middle]][: chosen.sentences]
    vi += [text for _, text in others[middle:]][: chosen.sentences]
    print(f"{len(en)} English, {len(vi)} Vietnamese, {len(gold)} planted")
    if chosen.what == "nearest":
        measure_nearest(en, vi, gold)
        return
    with mock.patch.object(mining_work, "mean_nearest", functools.partial(mean_nearest, k=chosen.neighbours)):
        measure_planted(en, vi, gold, encoder_of(chosen))


if __name__ == "__main__":
    main()
