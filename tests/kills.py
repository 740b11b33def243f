"""Kill builds of a corpus between their calls to the system, go on, and compare: the same bytes at every moment.

usage: python -m tests.kills [--moments 100] [--parts 1 2 8] [--seed 7] [--documents 12]

A moment is a call by which a process changes the folder of the corpus or asks for a lock: open, rename, mkdir, unlink,
fsync, flock. The builds are children of this process, which has all models in memory, and count together; at the
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
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aligner
from aligner.errors import AlignerError

EVENTS = frozenset({"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "fcntl.flock", "os.fsync"})
"""Audit events that are moments; fsync, which Python does not audit, is wrapped."""

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


def start(build: Callable[[], object], counter: Counter, group: int) -> int:
    """Start a build in a child; its process id."""
    child = os.fork()
    if child:
        return child
    status = 3
    try:
        os.setpgid(0, group)
        counter.watch()
        build()
        status = 0
    except AlignerError as error:
        print(error, file=sys.stderr)
        status = 2
    except BaseException as error:  # the parent says which trial it was
        print(repr(error), file=sys.stderr)
    finally:
        os._exit(status)


def run(documents: Path, corpus: Path, parts: int, at: int, everyone: bool = True) -> tuple[list[int], int]:
    """Build in as many parts at once as asked for; their exit statuses (-9 when killed), and the calls made."""
    counter = Counter(corpus, at, everyone)
    children: list[int] = []

    def build(part: tuple[int, int]) -> None:
        with ThreadPoolExecutor(1) as executor:
            aligner.build_corpus(documents, corpus, config=CONFIG, executor=executor, part=part)

    for k in range(parts):
        child = start(lambda k=k: build((k + 1, parts)), counter, children[0] if children else 0)  # type: ignore[misc]
        with contextlib.suppress(OSError):  # it may have done so itself, or be gone
            os.setpgid(child, children[0] if children else child)
        children.append(child)
    statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return statuses, int(counter.calls.value)


def try_moment(documents: Path, whole: dict[str, bytes], corpus: Path, parts: int, rng: random.Random, n: int) -> str:
    """Kill at a drawn call, perhaps again, then go on to the end; what is wrong, or nothing."""
    said = []
    for _ in range(rng.choice((1, 1, 1, 2))):
        at, everyone = rng.randint(1, n), rng.random() < 0.5
        statuses, _ = run(documents, corpus, parts, at, everyone)
        said.append(f"call {at} of {n}, {'all' if everyone else 'one'}: {statuses}")
        if any(status not in (0, -signal.SIGKILL) for status in statuses):
            return f"a part failed: {'; '.join(said)}"
    statuses, _ = run(documents, corpus, parts, 0)
    if any(statuses):
        return f"cannot go on: {'; '.join(said)}; then {statuses}"
    found = everything(corpus)
    if found != whole:
        differing = sorted(name for name in {*found, *whole} if found.get(name) != whole.get(name))
        return f"other bytes in {differing}: {'; '.join(said)}"
    return ""


def try_moments(folder: Path, moments: int, parts: int, seed: int, n_documents: int = 6) -> list[str]:
    """Kill at so many moments; what went wrong."""
    documents = write_documents(folder / "in", n_documents)
    statuses, _ = run(documents, folder / "whole", 1, 0)
    assert statuses == [0]
    whole = everything(folder / "whole")
    statuses, n = run(documents, folder / "counted", parts, 0)
    if any(statuses) or everything(folder / "counted") != whole:
        return [f"{parts} parts started together, without a kill: {statuses}"]
    rng = random.Random(seed)
    found = [try_moment(documents, whole, folder / f"killed-{k}", parts, rng, n) for k in range(moments)]
    return list(filter(None, found))


def main() -> None:
    """Kill, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
            faults = try_moments(Path(folder), chosen.moments, parts, chosen.seed, chosen.documents)
            seconds = time.perf_counter() - begun
        print(f"{parts} parts: {chosen.moments} moments, {len(faults)} that failed, {seconds:.0f} s")
        print("\n".join(faults))
        failed |= bool(faults)
    sys.exit(failed)


if __name__ == "__main__":
    main()
