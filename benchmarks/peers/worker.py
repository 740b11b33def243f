"""One system on some documents, in a process of its own: beads, processor time, peak memory. alignment.py starts it.

usage: python benchmarks/peers/worker.py SYSTEM JOB.json RESULT.json
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

Beads = list[tuple[list[int], list[int]]]
Vectors = tuple[Any, Any]  # of the sentences of both sides, (n, d)
Align = Callable[[list[str], list[str], Vectors | None], Any]
Encode = Callable[[Sequence[str]], Any]
LONGEST = 8  # sentences of a run that a search may ask the vector of: the default of sentweave


class Missing(Exception):
    """The system is not there."""


def beads_of_links(links: Sequence[tuple[int, int]], n: int, m: int) -> Beads:
    """Beads of monotone links between sentences: linked ones together, each other one alone."""
    beads: Beads = []
    for i, j in sorted(links):
        if beads and (i <= beads[-1][0][-1] or j <= beads[-1][1][-1]):
            source, target = beads[-1]
            beads[-1] = (sorted({*source, i}), sorted({*target, j}))
        else:
            beads.append(([i], [j]))
    linked = {i for i, _ in links}, {j for _, j in links}
    nulls: Beads = [([i], []) for i in range(n) if i not in linked[0]]
    return beads + nulls + [([], [j]) for j in range(m) if j not in linked[1]]


def beads_of_rungs(rungs: Sequence[tuple[int, int]]) -> Beads:
    """Beads between the rungs of hunalign's ladder; sentences without a counterpart one by one."""
    beads: Beads = []
    for (i0, j0), (i1, j1) in itertools.pairwise(rungs):
        source, target = list(range(i0, i1)), list(range(j0, j1))
        if source and target:
            beads.append((source, target))
        else:
            beads += [([i], []) for i in source] + [([], [j]) for j in target]
    return beads


def known_runs(sides: Sequence[Sequence[str]], vectors: Vectors) -> Encode:
    """An encoder made of vectors of sentences: a run of them has their sum, of length 1."""
    import numpy as np

    known: dict[str, Any] = {}
    for side, rows in zip(sides, vectors, strict=True):
        texts = [" ".join(text.split()) for text in side]
        for length in range(1, LONGEST + 1):
            for k in range(len(texts) - length + 1):
                total = rows[k : k + length].sum(axis=0)
                known[" ".join(texts[k : k + length])] = total / max(float(np.linalg.norm(total)), 1e-9)
    known["PAD"] = np.zeros_like(vectors[0][0])  # what sentweave has for runs that begin before the text

    def encode(texts: Sequence[str]) -> Any:
        asked = [" ".join(text.split()) for text in texts]
        if unknown := [text for text in asked if text not in known]:
            raise ValueError(f"no vector of {unknown[0][:40]!r}")
        return np.array([known[text] for text in asked])

    return encode


def load_aligner(setting: str) -> tuple[Align, str]:
    import aligner

    config = aligner.AlignConfig(decoding="viterbi" if setting == "viterbi" else "expected")
    return lambda en, vi, vectors: aligner.align(en, vi, config=config, encode=vectors).beads, aligner.__version__


def load_galechurch(setting: str) -> tuple[Align, str]:
    import galechurch

    def align(en: list[str], vi: list[str], vectors: Vectors | None) -> Beads:
        block = galechurch.align(en, vi, max_block_size=10**12)  # its limit asks to be raised for large blocks
        return [
            (list(range(b.source_start, b.source_end)), list(range(b.target_start, b.target_end))) for b in block.beads
        ]

    return align, galechurch.__version__


def load_nltk(setting: str) -> tuple[Align, str]:
    import nltk
    from nltk.translate import gale_church

    gale_church.MAX_ALIGN_BLOCKS = 10**9  # the same

    def align(en: list[str], vi: list[str], vectors: Vectors | None) -> Beads:
        links = gale_church.align_blocks([len(s) for s in en], [len(s) for s in vi])
        return beads_of_links(links, len(en), len(vi))

    return align, str(nltk.__version__)


def load_sentweave(setting: str) -> tuple[Align, str]:
    import sentweave

    import aligner

    options = {"alignment_max_size": 4} if setting == "size 4" else {}

    def align(en: list[str], vi: list[str], vectors: Vectors | None) -> Beads:
        encode = known_runs((en, vi), vectors) if vectors else aligner.encode
        result = sentweave.align(en, vi, encoder=encode, **options)
        return [(a.src_indices, a.tgt_indices) for a in result.alignments]

    return align, version("sentweave")


def load_margin_search(setting: str) -> tuple[Align, str]:
    import margin_search  # beside this file

    import aligner

    def align(en: list[str], vi: list[str], vectors: Vectors | None) -> Any:
        return margin_search.align(en, vi, known_runs((en, vi), vectors) if vectors else aligner.encode)

    return align, "(re-implemented)"


def words(line: str) -> str:
    """Words and other marks apart, as hunalign asks for."""
    return " ".join(re.findall(r"\w+|[^\w\s]", unicodedata.normalize("NFC", line)))


def load_hunalign(setting: str) -> tuple[Align, str]:
    named = os.environ.get("HUNALIGN", "hunalign")
    binary = shutil.which(named)
    if binary is None:
        raise Missing(f"no program {named}; HUNALIGN names one, else it is looked for on PATH")

    def align(en: list[str], vi: list[str], vectors: Vectors | None) -> Beads:
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, name) for name in ("null.dic", "en", "vi")]
            for path, lines in zip(paths, ([], en, vi), strict=True):
                path.write_text("".join(words(line) + "\n" for line in lines), "utf-8")
            command = [os.path.abspath(binary), "-utf", "-realign", *map(str, paths)]
            ladder = subprocess.run(command, capture_output=True, check=True, cwd=folder, text=True).stdout
        rows = [line.split("\t") for line in ladder.splitlines() if line.count("\t") == 2]
        return beads_of_rungs([(int(row[0]), int(row[1])) for row in rows])

    # It tells no version.
    return align, f"(program {hashlib.sha256(Path(binary).read_bytes()).hexdigest()[:12]})"


# Its name in the tables: how it is loaded, and with which setting.
SYSTEMS: dict[str, tuple[Callable[[str], tuple[Align, str]], str]] = {
    "aligner": (load_aligner, ""),
    "aligner, viterbi": (load_aligner, "viterbi"),
    "galechurch": (load_galechurch, ""),
    "NLTK gale_church": (load_nltk, ""),
    "hunalign": (load_hunalign, ""),
    "sentweave (vecalign)": (load_sentweave, ""),
    "sentweave, size 4": (load_sentweave, "size 4"),
    "Bertalign's search": (load_margin_search, ""),
}


def read_pair(paths: Sequence[str], sides: Sequence[Sequence[str]]) -> Vectors:
    """The vectors of both sides, one a sentence."""
    from aligner import read_vectors

    source, target = (read_vectors(path, texts=side) for path, side in zip(paths, sides, strict=True))
    return source, target


def peak_mb() -> float:
    """Most memory that this process, or one that it started, has held, in MiB."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    with contextlib.suppress(OSError, StopIteration):
        # Not ru_maxrss, which on Linux begins with what the process that started this one holds.
        status = Path("/proc/self/status").read_text().splitlines()
        own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024
        return max(own, children)
    return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, children)


def processor_seconds() -> float:
    """Seconds of processor time so far, of this process and of those that it started and that ended."""
    return sum(os.times()[:4])


def run(system: str, job: dict[str, Any]) -> dict[str, Any]:
    """Align the documents to warm up on, then the others; times are of these alone, from sentences to beads."""
    load, setting = SYSTEMS[system]
    try:
        align, number = load(setting)
    except (ImportError, Missing) as error:
        return {"missing": str(error)}
    vectors = [paths and read_pair(paths, d) for paths, d in zip(job["vectors"], job["documents"], strict=True)]
    for en, vi in job["warm_up"]:
        align(en, vi, None)
    start = processor_seconds()
    try:
        found = [align(en, vi, given) for (en, vi), given in zip(job["documents"], vectors, strict=True)]
    except (MemoryError, ValueError) as error:
        return {"failed": f"{type(error).__name__}: {error}"[:120], "version": number}
    seconds = processor_seconds() - start
    # aligner's beads carry a probability each.
    beads = [[(list(b.source), list(b.target)) if hasattr(b, "source") else b for b in beads] for beads in found]
    probabilities = [[getattr(b, "probability", None) for b in beads] for beads in found]
    result = {"beads": beads, "seconds": seconds, "peak_mb": peak_mb(), "version": number}
    return result | ({"probabilities": probabilities} if system.startswith("aligner") else {})


def main() -> None:
    system, given, result = sys.argv[1:]
    job = json.loads(Path(given).read_text("utf-8"))
    resource.setrlimit(resource.RLIMIT_AS, (job["memory_gb"] << 30, job["memory_gb"] << 30))
    if job["bound_s"]:
        # The second limit would kill without a signal of its own.
        resource.setrlimit(resource.RLIMIT_CPU, (job["bound_s"], job["bound_s"] + 5))
    Path(result).write_text(json.dumps(run(system, job)), "utf-8")


if __name__ == "__main__":
    main()
