"""`aligner deduplicate`: one pair of each group of duplicates, and nothing of a test set."""

from __future__ import annotations

import argparse
import contextlib
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from aligner.commands.options import add_jobs, add_output, add_pairs, pairs_of, read_tests
from aligner.commands.telling import losses, tell
from aligner.corpus.repeats.duplicates import drop_duplicates, find_duplicates
from aligner.corpus.repeats.links import THRESHOLD, check_near
from aligner.corpus.repeats.search import KINDS
from aligner.corpus.workers import check_jobs
from aligner.errors import InputError
from aligner.pairs.files import write_pairs
from aligner.pairs.formats import check_output
from aligner.pairs.frames import join_frames, put_texts
from aligner.pairs.tables import write_tsv

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
    pairs = join_frames(pairs_of(chosen, told))
    tests, lines = read_tests(chosen.against)
    with ProcessPoolExecutor(chosen.jobs) if chosen.jobs > 1 else contextlib.nullcontext() as pool:
        run = map if pool is None else pool.map
        found = find_duplicates(pairs, near=not chosen.exact, threshold=chosen.threshold, against=tests, map=run)
    kept = drop_duplicates(pairs, found, one_sided=chosen.one_sided)
    written = write_pairs(kept, chosen.output)
    if chosen.report is not None:
        write_tsv(_with_texts(found, pairs, tests), chosen.report)
    counts = kept.attrs["duplicates"]
    for line in lines:
        tell(line)
    tell(f"pairs: {counts['pairs']}, {counts['kept']} kept, {counts['dropped']} dropped")
    tell("repeating: " + ", ".join(f"{counts[kind]} {kind}" for kind in KINDS))
    tell(f"across documents: {counts['across_documents']}")
    if not chosen.exact:
        tell(f"near-duplicates: {counts['compared']} links compared, {counts['buckets_cut']} buckets cut")
    for line in losses({**written, **told}):
        tell(line)
    if written["signature"]:
        tell(f"signature: {written['signature']}")


def _with_texts(found: pd.DataFrame, pairs: pd.DataFrame, tests: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The report, and the texts of both pairs behind it."""
    report = found.copy()
    for column in ("src_text", "trg_text"):
        put_texts(report, column, pairs[column].to_numpy(object)[found["row"].to_numpy()].tolist())
        frames = [
            tests[against] if kind == "against" else pairs
            for kind, against in zip(found["kind"], found["against"], strict=True)
        ]
        texts = [frame[column].iat[k] for frame, k in zip(frames, found["duplicate_of"], strict=True)]
        put_texts(report, f"other_{column}", texts)
    return report
