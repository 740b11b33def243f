"""`aligner build`: many documents into a corpus."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from aligner.commands.options import (
    add_encoding,
    add_engine,
    add_glossary,
    add_jobs,
    add_lines,
    add_main_text,
    add_markup,
    add_part,
    add_threshold,
    add_tone,
    encodings_of,
    executor_of,
    glossary_of,
)
from aligner.commands.telling import counted, following, tell
from aligner.corpus.building.building import AGAIN, build_corpus, count_documents
from aligner.corpus.building.configuration import BuildConfig
from aligner.corpus.building.leftovers import read_partners
from aligner.corpus.shards import SHARD_BYTES
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
    add_part(verb, "build")
    verb.add_argument(
        "--shard-bytes",
        type=int,
        metavar="BYTES",
        default=SHARD_BYTES,
        help="bytes of input from which a shard is full",
    )
    verb.add_argument(
        "--mine",
        action="store_true",
        help="mine the sentences of documents that are no translations, and of files without a partner",
    )
    verb.add_argument("--plain", action="store_true", help="write shards as plain TSV, not gzipped")
    add_engine(verb, "where shards are built")
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


def _build(chosen: argparse.Namespace) -> None:
    """`aligner build`: the corpus to its folder, counts to standard error."""
    begun = time.perf_counter()
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
        mine=chosen.mine,
    )
    with contextlib.ExitStack() as stack:
        executor = stack.enter_context(executor_of(chosen))
        counts = {"fresh": 0, "done": 0, "pairs": 0}
        show = stack.enter_context(_progress(chosen))

        def follow(record: dict[str, Any]) -> None:
            counts["fresh" if record["fresh"] else "done"] += 1
            counts["pairs"] += record["counts"]["pairs"] if record["fresh"] else 0
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
    if "partners" in total:  # the last part alone looks for them
        for line in _doubts(read_partners(chosen.output)):
            tell(printable(line))
    if not total["documents"] and (aside := sum(total["set_aside"].values())):
        todo = "set_aside.tsv there says why"
        raise InputError("no document could be built", path=chosen.output, found=f"{aside} set aside", todo=todo)


SHOWN: Final = 10
"""Files whose names lie that are said one by one."""


def _doubts(partners: Mapping[str, Any]) -> list[str]:
    """Say which files that were paired by name are no translations, and which were built together instead."""
    told = (("paired by name, but no translations by what they say", partners["doubted"]),
            ("built together instead, by what they say", partners["found"]))  # fmt: skip
    lines = []
    for words, pairs in told:
        if pairs:
            lines += [f"{words}: {len(pairs)}", *(f"  {en} and {vi}" for en, vi, *_ in pairs[:SHOWN])]
            if len(pairs) > SHOWN:
                lines.append(f"  and {len(pairs) - SHOWN} more: partners.json names them")
    return lines


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
    mined = total.get("mined")
    lines = [
        f"shards: {total['shards']}, {counts['fresh']} built now, {counts['done']} done before",
        f"documents: {total['documents']}; set aside: {aside}" + (f" ({counted(total['set_aside'])})" if aside else ""),
        *([f"passed over, files by suffix: {counted(passed)}; passed_over.tsv names them"] if passed else []),
        f"sentences: {c['en_sentences']} English, {c['vi_sentences']} Vietnamese; "
        f"without counterpart: {c['en_alone']} and {c['vi_alone']}",
        f"pairs: {c['pairs']}, {c['kept']} of them to keep",
        *([_mined_line(mined)] if mined else []),
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


def _mined_line(mined: Mapping[str, Any]) -> str:
    """What was mined out of documents that are no translations."""
    told = [f"{mined['documents'][lang]} {name} texts ({mined['sentences'][lang]} sentences)"
            for lang, name in (("en", "English"), ("vi", "Vietnamese"))]  # fmt: skip
    return f"mined out of {' and '.join(told)}: {mined['pairs']} of the pairs, {mined['kept']} of them to keep"


def _pace(pairs: int, seconds: float) -> str:
    """Time, and how fast it went."""
    return f"time: {seconds:.2f} s" + (f", {pairs / seconds:.0f} pairs a second" if pairs else "")
