"""`aligner export`: the pairs worth keeping, in any format, with a card."""

from __future__ import annotations

import argparse
from typing import get_args

from aligner.commands.options import add_locales, add_names, add_threshold, add_tone, names_glossary_of, read_tests
from aligner.commands.telling import counted, following, tell
from aligner.corpus.exports.card import NOT_STATED
from aligner.corpus.exports.export import Repeats, export_corpus, export_formats


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = "Write the pairs of a corpus that are worth keeping into a new folder, with a card and digests."
    verb.add_argument("corpus", help="a folder that `aligner build` has made")
    verb.add_argument("-o", "--output", metavar="FOLDER", required=True, help="the folder to make")
    verb.add_argument(
        "--format", choices=export_formats(), metavar="FORMAT", default="tsv",
        help=f"{', '.join(name for name in export_formats() if '.' not in name)}; .gz or .zst behind text",
    )  # fmt: skip
    add_threshold(verb, "exported, by default the corpus's own", None)
    verb.add_argument(
        "--repeats", choices=get_args(Repeats), default="keep",
        help="of pairs that repeat each other, exactly or also nearly, export only the best",
    )  # fmt: skip
    verb.add_argument(
        "--against", metavar="TEST", nargs="+", default=[], help="files of pairs that must not be shared, nor a side"
    )
    verb.add_argument(
        "--split", metavar="dev=SHARE,test=SHARE", type=_shares,
        help="write train, dev and test: shares of the documents, and no pair that repeats one of a smaller split",
    )  # fmt: skip
    add_tone(verb)
    add_names(verb)
    add_locales(verb)
    verb.set_defaults(job=_export, is_timed=True)


def _shares(text: str) -> dict[str, float]:
    """Read dev=0.01,test=0.01."""
    try:
        return {name: float(share) for name, _, share in (part.partition("=") for part in text.split(","))}
    except ValueError:
        raise argparse.ArgumentTypeError(f"no shares: {text!r}; give dev=0.01,test=0.01") from None


def _export(chosen: argparse.Namespace) -> None:
    """`aligner export`: the files to their folder, counts to standard error."""
    tests, told = read_tests(chosen.against)
    with following(" shards") as follow:
        total = export_corpus(
            chosen.corpus,
            chosen.output,
            format=chosen.format,
            threshold=chosen.threshold,
            repeats=chosen.repeats,
            against=tests,
            split=chosen.split,
            names=chosen.names,
            tone=chosen.tone,
            glossary=names_glossary_of(chosen),
            locales=chosen.locales,
            notes=chosen.notes,
            progress=follow,
        )
    lines = [
        f"{split}: {total['pairs'][split]} pairs of {total['documents'][split]} documents in {', '.join(names)}"
        for split, names in total["files"].items()
    ]
    lines.append(f"left out: {counted(total['left_out'])}")
    lines += [f"licences: {counted({name or NOT_STATED: n for name, n in total['licences'].items()})}"]
    if total["replaced"]:
        lines.append(f"replaced: {total['replaced']} characters that the format cannot hold")
    tell("\n".join([*told, *lines, f"signature: {total['signature']}"]))
