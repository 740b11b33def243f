"""`aligner deduplicate`: one pair of each group of duplicates, and nothing of a test set."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from aligner.collector import paused_collector
from aligner.commands.options import add_jobs, add_output, add_pairs, chunks_of_tests, pairs_of
from aligner.commands.telling import losses, tell
from aligner.corpus.jobs.workers import check_jobs
from aligner.corpus.repeats.duplicates import Found, find_on_shelf
from aligner.corpus.repeats.links import THRESHOLD, check_near
from aligner.corpus.repeats.scratch import Scratch
from aligner.corpus.repeats.search import KINDS
from aligner.corpus.repeats.shelf import Shelf
from aligner.errors import InputError
from aligner.pairs.chunks import TEXTS
from aligner.pairs.files import write_pairs
from aligner.pairs.formats import check_output
from aligner.pairs.frames import put_texts
from aligner.pairs.sidecars import drop_sidecar

if TYPE_CHECKING:
    import pandas as pd


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = (
        "Drop pairs that repeat others, exactly or nearly, or that stand in a test set; the best by quality stays."
    )
    add_pairs(verb)
    add_output(verb, ": the pairs kept", required=True)
    verb.add_argument("--against", nargs="+", metavar="TEST", default=[], help="files of pairs that must not be shared")
    verb.add_argument("--report", metavar="REPORT.tsv", help="what repeats what, and why, with the texts")
    verb.add_argument("--exact", action="store_true", help="leave near-duplicates alone")
    verb.add_argument("--threshold", type=float, default=THRESHOLD, help="similarity of near-duplicates, 0.5..1")
    verb.add_argument(
        "--one-sided",
        choices=("keep", "source", "target", "both"),
        default="keep",
        help="also drop pairs that share only this side with a better one",
    )
    add_jobs(verb, "processes that read and compare the texts", 1)
    verb.set_defaults(job=_deduplicate, is_timed=True)


def _deduplicate(chosen: argparse.Namespace) -> None:
    """Pairs kept to the output, counts to standard error."""
    if chosen.exact and chosen.threshold != THRESHOLD:
        raise InputError("--threshold is about near-duplicates", todo="leave it out, or --exact")
    check_jobs(chosen.jobs)
    check_near(near=not chosen.exact, threshold=chosen.threshold)  # before the work, not behind it
    check_output(chosen.output)
    told: dict[str, Any] = {}
    lines: list[str] = []
    with contextlib.ExitStack() as stack:
        stack.enter_context(paused_collector())  # millions of rows, cells and edits, and no circles
        scratch = stack.enter_context(Scratch(_folder_beside(chosen.output)))
        run: Callable[..., Iterable[Any]] = map
        if chosen.jobs > 1:
            pool = stack.enter_context(ProcessPoolExecutor(chosen.jobs))
            stack.callback(pool.shutdown, cancel_futures=True)  # who asks to end does not wait for what is not begun
            run = pool.map
        shelf = Shelf(scratch, near=not chosen.exact, once=True, texts=chosen.report is not None, map=run)
        for name, chunks in chunks_of_tests(chosen.against, lines).items():
            shelf.add_test(name, chunks)
        shelf.add(pairs_of(chosen, told))
        found = find_on_shelf(shelf, near=not chosen.exact, threshold=chosen.threshold, map=run)
        is_kept = ~found.dropped(chosen.one_sided)
        written = write_pairs(shelf.frames(is_kept), chosen.output)
        if chosen.report is not None:
            write_pairs(_with_texts(found, shelf), chosen.report, format="tsv")
            drop_sidecar(chosen.report)  # it is none of pairs
        counts = found.counts()
    for line in lines:
        tell(line)
    tell(f"pairs: {len(is_kept)}, {is_kept.sum()} kept, {(~is_kept).sum()} dropped")
    tell("repeating: " + ", ".join(f"{counts[kind]} {kind}" for kind in KINDS))
    tell(f"across documents: {counts['across_documents']}")
    if not chosen.exact:
        tell(f"near-duplicates: {counts['compared']} links compared, {counts['buckets_cut']} buckets cut")
    for line in losses({**written, **told}):
        tell(line)
    if written["signature"]:
        tell(f"signature: {written['signature']}")


def _folder_beside(output: str) -> str | None:
    """The folder of the output; none where that is no file, but a stream or a device."""
    is_other = output == "-" or (os.path.exists(output) and not (os.path.isfile(output) or os.path.isdir(output)))
    return None if is_other else os.path.dirname(os.path.realpath(output))


def _with_texts(found: Found, shelf: Shelf) -> Iterator[pd.DataFrame]:
    """The report, and the texts of both pairs behind it."""
    for report, rows, others in found.tables():
        for start, numbers in (("", rows), ("other_", others)):
            for column, texts in zip(TEXTS, shelf.texts(numbers), strict=True):
                put_texts(report, f"{start}{column}", texts)
        yield report
