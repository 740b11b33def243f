"""`aligner build`: many documents into a corpus."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from aligner.bitext import LIKELY
from aligner.commands.options import (
    add_encoding,
    add_glossary,
    add_jobs,
    add_lines,
    add_main_text,
    add_markup,
    add_threshold,
    add_tone,
    encodings_of,
    glossary_of,
)
from aligner.commands.telling import counted, following, tell
from aligner.corpus.building import AGAIN, BuildConfig, build_corpus, count_documents
from aligner.corpus.heaps import match_documents
from aligner.corpus.shards import SHARD_BYTES
from aligner.corpus.workers import connect_dask
from aligner.documents.formats import document_suffixes
from aligner.errors import InputError, printable


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = (
        "Read, normalise, align and score all documents of a folder or manifest, in shards, on all cores. The same "
        "command goes on where a killed one stopped."
    )
    verb.add_argument(
        "input",
        help=f"a folder of documents paired by name ({' '.join(document_suffixes())}), or a manifest (.tsv, .jsonl)",
    )
    verb.add_argument("-o", "--output", metavar="CORPUS", required=True, help="the folder of the corpus")
    add_threshold(verb, "kept", "balanced")
    add_tone(verb)
    add_jobs(verb, "shards at a time", None)
    verb.add_argument(
        "--shard", metavar="i/n", type=_part, default="1/1",
        help="build the i-th of n parts only, for n machines that share the folder, as a Slurm array",
    )  # fmt: skip
    verb.add_argument(
        "--shard-bytes",
        type=int,
        metavar="BYTES",
        default=SHARD_BYTES,
        help="bytes of input from which a shard is full",
    )
    verb.add_argument("--plain", action="store_true", help="write shards as plain TSV, not gzipped")
    verb.add_argument("--engine", choices=("processes", "dask"), default="processes", help="where shards are built")
    verb.add_argument("--scheduler", metavar="ADDRESS", help="with --engine dask: the scheduler's, as tcp://host:8786")
    verb.add_argument("--fail-fast", action="store_true", help="stop at the first document that cannot be built")
    verb.add_argument(
        "--rebuild", action="store_true", help="build a corpus of another version or options anew, in place"
    )
    add_glossary(verb)
    add_encoding(verb, by_side=True)
    add_lines(verb)
    add_main_text(verb)
    add_markup(verb)
    verb.set_defaults(job=_build)


def _part(text: str) -> tuple[int, int]:
    """Read i/n."""
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"not a part: {text!r}; give i/n, as 1/8")
    return int(found[1]), int(found[2])


def _build(chosen: argparse.Namespace) -> None:
    """`aligner build`: the corpus to its folder, counts to standard error."""
    begun = time.perf_counter()
    if (chosen.engine == "dask") != (chosen.scheduler is not None):
        raise InputError("--engine dask and --scheduler go together", todo="give both or neither")
    config = BuildConfig(
        threshold=chosen.threshold,
        tone=chosen.tone,
        encoding=encodings_of(chosen),
        lines=chosen.lines,
        main_text=chosen.main_text,
        markup=chosen.markup,
        glossary=glossary_of(chosen),
        shard_bytes=chosen.shard_bytes,
        compress=not chosen.plain,
    )
    with contextlib.ExitStack() as stack:
        executor = None
        if chosen.scheduler is not None:
            executor = stack.enter_context(connect_dask(chosen.scheduler))
        counts = {"fresh": 0, "done": 0, "pairs": 0}
        doubted: list[tuple[str, str]] = []
        show = stack.enter_context(_progress(chosen))

        def follow(record: dict[str, Any]) -> None:
            counts["fresh" if record["fresh"] else "done"] += 1
            counts["pairs"] += record["counts"]["pairs"] if record["fresh"] else 0
            doubted.extend(
                (row["en"], row["vi"])
                for row in record["documents"]
                if row["vi"] and row["parallel_probability"] < LIKELY
            )
            show(record)

        total = build_corpus(
            chosen.input,
            chosen.output,
            config=config,
            jobs=chosen.jobs,
            executor=executor,
            part=chosen.shard,
            fail_fast=chosen.fail_fast,
            rebuild=chosen.rebuild,
            progress=follow,
        )
    tell("\n".join([*_lines(total, counts), _pace(counts["pairs"], time.perf_counter() - begun)]))
    if failed := total.get("passing"):
        kinds = counted(Counter(row["passing"] for row in failed))
        raise InputError("shards could not be built for want of the machine's means", path=chosen.output,
                         found=f"{kinds}; first {failed[0]['id']}: {failed[0]['error']}", todo=AGAIN)  # fmt: skip
    if os.path.isdir(chosen.input):
        for line in _doubts(sorted(doubted), chosen):
            tell(printable(line))
    if not total["documents"] and (aside := sum(total["set_aside"].values())):
        todo = "set_aside.tsv there says why"
        raise InputError("no document could be built", path=chosen.output, found=f"{aside} set aside", todo=todo)


SHOWN: Final = 10
"""Files whose names lie that are said one by one."""

MOST_LOOKED: Final = 200
"""Pairs by name that what they say speaks against, up to which their partners are looked for among them at once."""


def _doubts(doubted: Sequence[tuple[str, str]], chosen: argparse.Namespace) -> list[str]:
    """Say which files that were paired by name are no translations, and which go together instead."""
    if not doubted:
        return []
    lines = [f"paired by name, but no translations by what they say: {len(doubted)}"]
    lines += [f"  {en} and {vi}" for en, vi in doubted[:SHOWN]]
    if len(doubted) > SHOWN:
        lines.append(f"  and {len(doubted) - SHOWN} more: documents.tsv has their verdict")
    if len(doubted) <= MOST_LOOKED:
        files = [{"id": path, "path": os.path.join(chosen.input, path), "lang": lang}
                 for pair in doubted for path, lang in zip(pair, ("en", "vi"), strict=True)]  # fmt: skip
        found = match_documents(files, encoding=chosen.encoding, jobs=chosen.jobs).pairs
        pairs = [(os.path.relpath(row["en"], chosen.input), os.path.relpath(row["vi"], chosen.input))
                 for row in found.to_dict("records")]  # fmt: skip
        known = set(doubted)
        lines += [f"  {en} seems to go with {vi}" for en, vi in pairs if (en, vi) not in known][:SHOWN]
    return [*lines, "  `aligner match` pairs a folder by what its documents say, and writes a manifest to build from"]


@contextlib.contextmanager
def _progress(chosen: argparse.Namespace) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Documents done, of how many, and those set aside."""
    with following(" documents") as show:
        if show is None:
            yield lambda record: None
            return
        total = -(-count_documents(chosen.input, chosen.output) // chosen.shard[1])
        done = aside = 0

        def follow(record: dict[str, Any]) -> None:
            nonlocal done, aside
            aside += len(record["set_aside"])
            done += len(record["documents"]) + len(record["set_aside"])
            show(f"built, {aside} set aside", done, total)

        yield follow


def _lines(total: dict[str, Any], counts: dict[str, int]) -> list[str]:
    """What was built, in lines."""
    c = total["counts"]
    aside = sum(total["set_aside"].values())
    passed = {suffix or "without a suffix": n for suffix, n in total["passed_over"].items()}
    lines = [
        f"shards: {total['shards']}, {counts['fresh']} built now, {counts['done']} done before",
        f"documents: {total['documents']}; set aside: {aside}" + (f" ({counted(total['set_aside'])})" if aside else ""),
        *([f"passed over, files by suffix: {counted(passed)}; passed_over.tsv names them"] if passed else []),
        f"sentences: {c['en_sentences']} English, {c['vi_sentences']} Vietnamese; "
        f"without counterpart: {c['en_alone']} and {c['vi_alone']}",
        f"pairs: {c['pairs']}, {c['kept']} of them to keep",
        f"reasons: {counted(total['reasons'])}",
    ]
    if c["replaced"]:
        lines.append(f"replaced in the TSV: {c['replaced']} tabs, line breaks and controls inside texts")
    if not total["complete"]:
        missing = total["missing"]
        shown = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
        of_others = len(missing) - len(total["passing"])
        told = [f"{of_others} shards of other parts are not there yet"] if of_others else []
        if total["passing"]:
            told.append(f"{len(total['passing'])} could not be built this time")
        lines.append(f"NOT complete: {', '.join(told)} ({shown})")
    return [*lines, f"signature: {total['signature']}"]


def _pace(pairs: int, seconds: float) -> str:
    """Time, and how fast it went."""
    return f"time: {seconds:.2f} s" + (f", {pairs / seconds:.0f} pairs a second" if pairs else "")
