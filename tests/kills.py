"""Kill builds, minings and matchings between their calls to the system, go on, and compare: the same bytes.

usage: python -m tests.kills [--what build|second|mine|match] [--moments 100] [--parts 1 2 8] [--documents 12]

A moment is a call by which a process changes the folder of its work or asks for a lock: open, rename, mkdir, unlink,
fsync, flock. The runs are children of this process, which has all models in memory, and count together; at the
drawn call of all of theirs every one of them gets SIGKILL, in half of the trials only the one that made it. Then the
command is given again, until it ends, sometimes under the next kill. What SQLite promises after a crash is the
measure (https://sqlite.org/atomiccommit.html): what was called done stays done, what was not is as never begun.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aligner
from aligner.cli import main as command
from aligner.errors import AlignerError
from aligner.files.whole import TEMPORARY

EVENTS = frozenset({"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "fcntl.flock", "os.fsync"})
"""Audit events that are moments; fsync, which Python does not audit, is wrapped."""

GOLD = Path(__file__).parents[1] / "corpus" / "gold"

CONFIG = aligner.BuildConfig(shard_bytes=150, compress=False)


def write_documents(folder: Path, n: int) -> Path:
    """n small documents of the harness's own, in en/ and vi/: a shard each."""
    for k in range(n):
        for lang, text in (
            ("en", f"Boat {k} leaves the island at seven.\n\nA ticket costs {k + 3},000 dong.\n\nNobody was late."),
            ("vi", f"Thuyền {k} rời đảo lúc bảy giờ.\n\nMột vé giá {k + 3}.000 đồng.\n\nKhông ai đến muộn."),
        ):
            path = folder / lang / f"d{k}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n", "utf-8")
    return folder


def write_misnamed(folder: Path, n: int) -> Path:
    """The same, and four articles: two have each other's names, two each other's sentences backwards."""
    write_documents(folder, n)
    articles = [path.with_suffix("") for path in sorted(GOLD.glob("*.gold"))[:4]]
    sides = {lang: [path.with_suffix(f".{lang}").read_text("utf-8").split("\n")[:9] for path in articles]
             for lang in ("en", "vi")}  # fmt: skip
    first, second, third, fourth = sides["vi"]
    sides["vi"] = [second, first, fourth[::-1], third[::-1]]
    for lang, texts in sides.items():
        for k, lines in enumerate(texts):
            (folder / lang / f"n{k}.txt").write_text("\n\n".join(lines) + "\n", "utf-8")
    return folder


def write_sentences(folder: Path, n: int) -> Path:
    """Two collections of the harness's own, n sentences a document long, one of them backwards."""
    folder.mkdir(parents=True)
    made = write_documents(folder / "documents", n)
    for lang, step in (("en", 1), ("vi", -1)):
        texts = [(made / lang / f"d{k}.txt").read_text("utf-8").split("\n\n")[:2] for k in range(n)]
        lines = [text.strip() for pair in texts for text in pair][::step]
        (folder / f"{lang}.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@dataclass(frozen=True)
class Work:
    """What is killed: how its input is made, how a part of it is run in a folder, and whether parts are joined then."""

    write: Callable[[Path, int], Path]
    run: Callable[[Path, Path, tuple[int, int]], object]
    is_joined: bool = False


def build(documents: Path, corpus: Path, part: tuple[int, int]) -> None:
    """Build a part in this process."""
    with ThreadPoolExecutor(1) as executor:
        aligner.build_corpus(documents, corpus, config=CONFIG, executor=executor, part=part)


def build_twice(documents: Path, corpus: Path, part: tuple[int, int]) -> None:
    """Build a part in this process; the last looks for other partners, and mines what is left."""
    with ThreadPoolExecutor(1) as executor:
        config = replace(CONFIG, mine=True)
        aligner.build_corpus(documents, corpus, config=config, executor=executor, part=part)


def mine(inputs: Path, folder: Path, part: tuple[int, int]) -> None:
    """Mine a part in this process, in blocks of a few sentences."""
    folder.mkdir(exist_ok=True)
    aligner.mine(inputs / "en.txt", inputs / "vi.txt", folder / "pairs.tsv", jobs=1, block=7, part=part)


def match(documents: Path, folder: Path, part: tuple[int, int]) -> None:
    """Match by the command, which lays the heap out in a folder below."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(folder / "tmp")
    call = ["match", str(documents), "-o", str(folder / "m.tsv"), "--report", str(folder / "alone.tsv"), "-j", "1"]
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stderr(nowhere):
        status = command(call)
    if status:
        raise AlignerError(f"status {status}")


WHAT = {
    "build": Work(write_documents, build),
    "second": Work(write_misnamed, build_twice),
    "mine": Work(write_sentences, mine, is_joined=True),
    "match": Work(write_documents, match),
}


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


class Counter:
    """Calls of all processes, and the one at which the kill comes; 0 for none."""

    def __init__(self, folder: Path, at: int, everyone: bool) -> None:
        self.folder, self.at, self.everyone = str(folder), at, everyone
        self.calls = multiprocessing.get_context("fork").Value("q", 0)

    def count(self, path: object) -> None:
        """One more call, if it is about the folder."""
        if isinstance(path, (str, bytes, os.PathLike)) and not os.fsdecode(path).startswith(self.folder):
            return
        with self.calls.get_lock():
            self.calls.value += 1
            is_now = self.calls.value == self.at
        if is_now:
            os.killpg(0, signal.SIGKILL) if self.everyone else os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Count this process's calls from now on."""

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event in EVENTS and not (event == "open" and isinstance(arguments[0], int)):
                self.count(arguments[0])

        fsync = os.fsync

        def counted_fsync(held: int) -> None:
            self.count(held)
            fsync(held)

        os.fsync = counted_fsync  # type: ignore[assignment]
        sys.addaudithook(hook)


def written(folder: Path) -> dict[str, bytes]:
    """Everything; of what is no corpus but hidden files half-written, and locks of no bytes: nobody looks for them."""
    is_corpus = (folder / "corpus.json").exists()
    return {
        name: content
        for name, content in everything(folder).items()
        if is_corpus or not name.endswith(TEMPORARY) or (content and not name.startswith("."))
    }


def start(work: Callable[[], object], counter: Counter, group: int) -> int:
    """Start a run in a child; its process id."""
    child = os.fork()
    if child:
        return child
    status = 3
    try:
        os.setpgid(0, group)
        counter.watch()
        work()
        status = 0
    except AlignerError as error:
        print(error, file=sys.stderr)
        status = 2
    except BaseException as error:  # the parent says which trial it was
        print(repr(error), file=sys.stderr)
    finally:
        os._exit(status)


def run(what: Work, given: Path, folder: Path, parts: int, at: int, everyone: bool = True) -> tuple[list[int], int]:
    """Run as many parts at once as asked for; their exit statuses (-9 when killed), and the calls made."""
    counter = Counter(folder, at, everyone)
    children: list[int] = []
    for k in range(parts):
        child = start(lambda k=k: what.run(given, folder, (k + 1, parts)), counter, children[0] if children else 0)  # type: ignore[misc]
        with contextlib.suppress(OSError):  # it may have done so itself, or be gone
            os.setpgid(child, children[0] if children else child)
        children.append(child)
    statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return statuses, int(counter.calls.value)


def run_all(what: Work, given: Path, folder: Path, parts: int) -> tuple[list[int], int]:
    """Run to the end, unkilled: all parts, and what joins them."""
    statuses, n = run(what, given, folder, parts, 0)
    if parts > 1 and what.is_joined:
        joined, more = run(what, given, folder, 1, 0)
        return statuses + joined, n + more
    return statuses, n


def try_moment(
    what: Work, given: Path, whole: dict[str, bytes], folder: Path, parts: int, rng: random.Random, n: int
) -> str:
    """Kill at a drawn call, perhaps again, then go on to the end; what is wrong, or nothing."""
    said = []
    for _ in range(rng.choice((1, 1, 1, 2))):
        at, everyone = rng.randint(1, n), rng.random() < 0.5
        statuses, _ = run(what, given, folder, parts, at, everyone)
        said.append(f"call {at} of {n}, {'all' if everyone else 'one'}: {statuses}")
        if any(status not in (0, -signal.SIGKILL) for status in statuses):
            return f"a part failed: {'; '.join(said)}"
    statuses, _ = run_all(what, given, folder, parts)
    if any(statuses):
        return f"cannot go on: {'; '.join(said)}; then {statuses}"
    found = written(folder)
    if found != whole:
        differing = sorted(name for name in {*found, *whole} if found.get(name) != whole.get(name))
        return f"other bytes in {differing}: {'; '.join(said)}"
    return ""


def try_moments(
    folder: Path, moments: int, parts: int, seed: int, n_documents: int = 6, what: str = "build"
) -> list[str]:
    """Kill at so many moments; what went wrong."""
    work = WHAT[what]
    given = work.write(folder / "in", n_documents)
    statuses, n = run_all(work, given, folder / "whole", 1)
    assert statuses == [0]
    whole = written(folder / "whole")
    if parts > 1:
        statuses, n = run_all(work, given, folder / "counted", parts)
        if any(statuses) or written(folder / "counted") != whole:
            return [f"{parts} parts started together, without a kill: {statuses}"]
    rng = random.Random(seed)
    found = [try_moment(work, given, whole, folder / f"killed-{k}", parts, rng, n) for k in range(moments)]
    return list(filter(None, found))


def try_apart(what: str, moments: int, parts: int, seed: int) -> list[str]:
    """`try_moments` in a process of its own; what it said where something went wrong.

    A process that forks must have no threads: children of one in which faiss searched wait for its threads for ever.
    """
    words = ["--what", what, "--moments", str(moments), "--parts", str(parts), "--seed", str(seed), "--documents", "6"]
    done = subprocess.run([sys.executable, "-m", "tests.kills", *words], capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else [done.stdout, done.stderr]


def main() -> None:
    """Kill, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--what", choices=WHAT, default="build")
    parser.add_argument("--moments", type=int, default=100, help="kills for each number of parts")
    parser.add_argument("--parts", type=int, nargs="+", default=[1, 2, 8], help="parts started at once")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--documents", type=int, default=12)
    chosen = parser.parse_args()
    aligner.align("It rained.", "Trời mưa.")  # models into memory, for all children
    failed = False
    for parts in chosen.parts:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            faults = try_moments(Path(folder), chosen.moments, parts, chosen.seed, chosen.documents, chosen.what)
            seconds = time.perf_counter() - begun
        print(f"{parts} parts: {chosen.moments} moments, {len(faults)} that failed, {seconds:.0f} s")
        print("\n".join(faults))
        failed |= bool(faults)
    sys.exit(failed)


if __name__ == "__main__":
    main()
