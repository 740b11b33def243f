"""Where the time of the commands goes, against floors that no way around is known to.

python -m benchmarks.floors [--data PAIRS.tsv.gz] [--pairs 10000] [--runs 3]

Microseconds of the processor a pair, of the best of some runs, one thread a process. Watching stages that are
called a pair takes half a microsecond of each. Floors: an interpreter that does nothing; the bytes read and written;
the pieces of SentencePiece alone; one pass of a regular expression over the texts; one look into a dict a word; the
pieces' vectors copied once. Without `--data` (a file with the columns ``en`` and ``vi``) the texts are those of the
project's articles, of which each copy loses two words.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import functools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import aligner
from aligner import alignment as aligning
from aligner.corpus.building import building
from aligner.corpus.repeats import fingerprints as prints
from aligner.documents import articles, layout
from aligner.documents.formats import Format
from aligner.encoders.embedded import Encoder, embedded_encoder
from aligner.numbers.engine import Grammar
from aligner.quality import features, judging
from aligner.quality.fluency import Fluency
from aligner.search import beads as searching
from benchmarks.alignment import GOLD, long_text, read_folder

Pairs = list[tuple[str, str]]
Stage = tuple[str, Any, str]

SCORE: tuple[Stage, ...] = (
    ("pieces of SentencePiece", Encoder, "pieces"),
    ("evidence from pieces", features, "piece_features"),
    ("company", features, "company_features"),
    ("fluency", Fluency, "features"),
    ("words and where names are", features, "scan"),
    ("names compared", features, "tally_names"),
    ("numbers read", Grammar, "find"),
    ("numbers compared", features, "tally_quantities"),
    ("letters and marks", features, "surface_features"),
    ("signs", features, "compare_signs"),
    ("reasons", judging, "tell_reasons"),
)
"""What is told of `score_pairs`: the stage, and the function that it is, in the module or class that calls it."""

ALIGN: tuple[Stage, ...] = (
    ("sentences made", aligning, "_sentences"),
    ("kinds of sentences", aligning, "_with_kinds"),
    ("vectors", aligning, "_plain_vectors"),
    ("vectors centred", aligning, "centre_sums"),
    ("keys of names and numbers", aligning, "_keys"),
    ("band", searching, "choose_band"),
    ("sides of the search", searching, "make_sides"),
    ("context", searching, "describe_context"),
    ("beads decoded", searching, "_decode"),
    ("cosines of beads", aligning, "with_cosines"),
)
DUPLICATES: tuple[Stage, ...] = (
    ("comparison keys", prints, "make_keys"),
    ("keys digested", prints, "digest_keys"),
    ("words cut", prints, "cut_words"),
    ("signatures", prints, "_take_near"),
)
BUILD: tuple[Stage, ...] = (
    ("input digested", building, "digest_input"),
    ("bytes read and decoded", articles, "_text"),
    ("old encodings looked for", articles, "decode_text"),
    ("blocks", Format, "document"),
    ("lines as units", articles, "lines_of"),
    ("languages of blocks", layout, "_languages"),
    ("sentences split", layout, "_sentences"),
    ("what both sides have", articles, "leave_the_same"),
    ("normalised", building, "normalise_article"),
    ("languages checked", aligning, "check_languages"),
    ("aligned", aligning, "_align"),
    ("judged", building, "judge_documents"),
    ("rows", building, "rows_of"),
    ("lines of TSV", building, "as_lines"),
    ("written", building, "write_shard"),
)
"""Of `build_corpus` in one process, as a worker has it; what the start takes, a build of one document says."""


class Here(Executor):
    """What does work at once, in this process."""

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Call the function."""
        done: Future[Any] = Future()
        done.set_result(function(*given, **named))
        return done


def read_pairs(data: str | None, n: int) -> Pairs:
    """Take n pairs from a file, spread over it, or make them."""
    if data is None:
        text = long_text(read_folder(GOLD), n + n // 4, 1)
        made = [
            (" ".join(text.en[i] for i in en), " ".join(text.vi[j] for j in vi)) for en, vi in text.gold if en and vi
        ]
        return made[:n]
    frame = pd.read_csv(data, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False)
    return list(frame[["en", "vi"]].sample(n, random_state=1).itertuples(index=False, name=None))


def least(runs: int, job: Callable[[], object]) -> float:
    """The least seconds of the processor of some runs."""
    found = []
    for _ in range(runs):
        begun = time.process_time()
        job()
        found.append(time.process_time() - begun)
    return min(found)


def by_stage(runs: int, job: Callable[[], object], stages: Sequence[Stage]) -> dict[str, float]:
    """Seconds of a job and of its stages, which hold no other stage, in the best run; 'the rest' is in none of them."""
    kept = [(owner, attribute, getattr(owner, attribute)) for _, owner, attribute in stages]
    found = []
    for _ in range(runs):
        spent = {"whole": 0.0, **dict.fromkeys([name for name, _, _ in stages], 0.0)}
        for (name, _, _), (owner, attribute, function) in zip(stages, kept, strict=True):
            setattr(owner, attribute, watched(function, name, spent))
        try:
            watched(job, "whole", spent)()
        finally:
            for owner, attribute, function in kept:
                setattr(owner, attribute, function)
        found.append({**spent, "the rest": 2 * spent["whole"] - sum(spent.values())})
    return min(found, key=lambda spent: spent["whole"])


def watched(function: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    """A function whose seconds are added up under a name."""

    @functools.wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        begun = time.process_time()
        try:
            return function(*given, **named)
        finally:
            spent[name] += time.process_time() - begun

    return call


_LAUNCH = (
    "import ctypes, json, os, resource, sys\n"
    "ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)\n"
    "quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]\n"
    "pid = os.posix_spawn(sys.executable, sys.argv[1:], os.environ, file_actions=quiet)\n"
    "_, status = os.waitpid(pid, 0)\n"
    "try:\n"
    "    while True: os.wait()\n"
    "except ChildProcessError:\n"
    "    used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
    "print(json.dumps([status, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))\n"
)
"""A small process that starts another: what one of ours starts would have our memory as its peak. On Linux it inherits
those whose parent ends before them (PR_SET_CHILD_SUBREAPER), so that workers count."""


def whole_process(*call: str, bytecode: Path) -> tuple[float, float]:
    """Seconds of the processor of a Python process and all below it; MB of the largest of them.

    Bytecode is kept in a folder, as an installed package has its own: a checkout may be told to write none.
    """
    launch = [sys.executable, "-c", _LAUNCH, sys.executable, *call]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"OMP_NUM_THREADS": "1", "PYTHONPYCACHEPREFIX": str(bytecode)}
    told = subprocess.run(launch, env=env, capture_output=True, check=True).stdout
    status, seconds, most = json.loads(told)
    if status:
        sys.exit(f"failed: {' '.join(call)}")
    return seconds, most


def commands(pairs: Pairs, runs: int) -> list[tuple[str, float, float]]:
    """Seconds and MB of the whole commands."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        frame = pd.DataFrame(pairs, columns=["src_text", "trg_text"])
        aligner.write_pairs(frame, at / "pairs.tsv")
        for lang, side in zip(("en", "vi"), zip(*pairs, strict=True), strict=True):
            (at / f"all.{lang}").write_text("\n".join(side) + "\n", "utf-8")
        documents, one = write_documents(at / "documents", pairs), write_documents(at / "one", pairs[:100])
        verb = ("-m", "aligner")
        alone = "import aligner, sys; a = [open(p).read().splitlines() for p in sys.argv[1:]]; aligner.align(*a)"
        asked: tuple[tuple[str, tuple[str, ...]], ...] = (
            ("an interpreter alone", ("-c", "pass")),
            ("import aligner", ("-c", "import aligner")),
            ("aligner --version", (*verb, "--version")),
            ("align, sentences to beads", ("-c", alone, f"{at}/all.en", f"{at}/all.vi")),
            ("score", (*verb, "score", f"{at}/pairs.tsv", "-o", f"{at}/scored.tsv")),
            ("convert, TSV to JSON Lines", (*verb, "convert", f"{at}/pairs.tsv", f"{at}/pairs.jsonl")),
            ("deduplicate", (*verb, "deduplicate", f"{at}/pairs.tsv", "-o", f"{at}/kept.tsv", "-j", "1")),
            ("build, -j 2", (*verb, "build", f"{documents}", "-o", "{corpus}", "-j", "2")),
            ("build, -j 1", (*verb, "build", f"{documents}", "-o", "{corpus}", "-j", "1")),
            ("build of one document, -j 2", (*verb, "build", f"{one}", "-o", "{corpus}", "-j", "2")),
        )
        compiled = "import aligner.corpus.building.preload"  # what is not yet
        whole_process("-c", compiled, bytecode=at / "bytecode")
        found = []
        for n, (name, call) in enumerate(asked):
            made = [
                whole_process(*(p.format(corpus=at / f"c{n}.{k}") for p in call), bytecode=at / "bytecode")
                for k in range(runs)
            ]
            found.append((name, min(s for s, _ in made), max(mb for _, mb in made)))
        return found


def write_documents(folder: Path, pairs: Pairs) -> Path:
    """Write pairs as documents of 100 paragraphs."""
    folder.mkdir()
    for k in range(0, len(pairs), 100):
        for lang, side in zip(("en", "vi"), zip(*pairs[k : k + 100], strict=True), strict=True):
            (folder / f"{k:06}.{lang}.txt").write_text("\n\n".join(side) + "\n", "utf-8")
    return folder


def build_here(documents: Path) -> None:
    """Build a corpus in this process, and throw it away."""
    with tempfile.TemporaryDirectory() as folder:
        aligner.build_corpus(documents, Path(folder, "corpus"), executor=Here())


def floors(pairs: Pairs, runs: int) -> dict[str, float]:
    """Seconds of what can hardly be left out."""
    texts = [text for pair in pairs for text in pair]
    encoder = embedded_encoder()
    pieces = encoder.pieces(texts)
    words = [re.split(r"\W+", text) for text in texts]
    known = {word: word.lower() for row in words for word in row}
    flat = np.concatenate([np.asarray(row, np.int64) for row in pieces])
    word = re.compile(r"\w+")
    raw = [text.encode() for text in texts]

    def copy_vectors() -> None:
        for first in range(0, len(flat), 4096):
            encoder.table.take(flat[first : first + 4096], axis=0)

    def through_a_file() -> None:
        with tempfile.TemporaryFile() as file:
            file.write(b"\n".join(raw))
            file.seek(0)
            file.read()

    return {
        "pieces of SentencePiece": least(runs, lambda: encoder.pieces(texts)),
        "one pass of a regular expression": least(runs, lambda: [word.findall(text) for text in texts]),
        "one look into a dict a word": least(runs, lambda: [[*map(known.__getitem__, row)] for row in words]),
        "vectors of the pieces copied": least(runs, copy_vectors),
        "bytes written and read": least(runs, through_a_file),
    }


def with_collector(runs: int, job: Callable[[], object]) -> float:
    """Seconds of a job with Python's collector of garbage at work throughout."""
    owners: tuple[Any, ...] = (judging, aligning)
    kept = [owner.paused_collector for owner in owners]
    try:
        for owner in owners:
            owner.paused_collector = contextlib.nullcontext
        return least(runs, job)
    finally:
        for owner, function in zip(owners, kept, strict=True):
            owner.paused_collector = function


def main() -> None:
    """Measure, and print tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="pairs to measure on: a TSV file with the columns en and vi")
    parser.add_argument("--pairs", type=int, default=10_000, help="so many (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="runs of which the least is told (default: %(default)s)")
    chosen = parser.parse_args()
    pairs = read_pairs(chosen.data, chosen.pairs)
    n, sides = len(pairs), tuple(map(list, zip(*pairs, strict=True)))
    frame = pd.DataFrame(pairs, columns=["src_text", "trg_text"])
    aligner.score_pairs(frame[:1000])
    print(f"{n:,} pairs of {sum(map(len, sides[0] + sides[1])) / n:.0f} characters; load {os.getloadavg()[0]:.1f}\n")
    print("| whole process | s (processor) | µs a pair | MB |\n| --- | --- | --- | --- |")
    for name, seconds, size in commands(pairs, chosen.runs):
        print(f"| {name} | {seconds:.2f} | {seconds / n * 1e6:.0f} | {size:.0f} |")
    jobs: tuple[tuple[str, Callable[[], object], Sequence[Stage]], ...] = (
        ("score_pairs", lambda: aligner.score_pairs(frame), SCORE),
        ("align", lambda: aligner.align(*sides), ALIGN),
        ("find_duplicates", lambda: aligner.find_duplicates(frame), DUPLICATES),
    )
    tables = {title: by_stage(chosen.runs, job, stages) for title, job, stages in jobs}
    with tempfile.TemporaryDirectory() as folder:
        documents = write_documents(Path(folder, "documents"), pairs)
        tables["build_corpus"] = by_stage(chosen.runs, lambda: build_here(documents), BUILD)
    print("\n| collector of garbage | paused | at work |\n| --- | --- | --- |")
    for title, job, _ in jobs[:2]:
        paused, at_work = (measure(chosen.runs, job) / n * 1e6 for measure in (least, with_collector))
        print(f"| {title} | {paused:.0f} | {at_work:.0f} |")
    tables["floors"] = floors(pairs, chosen.runs)
    for title, rows in tables.items():
        print(f"\n| {title} | µs a pair |\n| --- | --- |")
        for name, seconds in rows.items():
            print(f"| {name} | {seconds / n * 1e6:.1f} |")


if __name__ == "__main__":
    main()
