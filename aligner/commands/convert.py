"""`aligner convert`: pairs from one format into another."""

from __future__ import annotations

import argparse

from aligner.commands.options import add_pairs, add_writing, reading_of, writing_of
from aligner.commands.telling import following, losses, tell
from aligner.pairs.files import convert_pairs
from aligner.pairs.formats import output_formats, suffixes_of


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    known = output_formats()
    verb.description = (
        "Turn pairs of one format into another, in constant memory; formats go by suffix, .gz and .zst behind it."
    )
    add_pairs(verb, "--from")
    verb.add_argument(
        "output", metavar="out", help=f"the file to write: {suffixes_of(known.values())}; - for TSV on standard output"
    )
    add_writing(verb)
    reviewed = ", ".join(name for name, row in known.items() if row.is_memory or row.is_reviewed)
    verb.add_argument(
        "--ids", action="store_true", help=f"write pair_id, by which edits are applied; so it is for {reviewed}"
    )
    verb.add_argument(
        "--guard-formulas", action="store_true", help="in TSV and CSV, put ' before cells that a spreadsheet would run"
    )
    verb.set_defaults(job=_convert, is_timed=True)


def _convert(chosen: argparse.Namespace) -> None:
    """`aligner convert`: the pairs to the output, counts to standard error."""
    asked = writing_of(chosen, ids=chosen.ids)
    asked["ids"] |= chosen.ids  # and is refused where the format has no place
    with following(" pairs") as follow:
        total = convert_pairs(
            chosen.file,
            chosen.output,
            **reading_of(chosen),
            out_format=chosen.to,
            guard_formulas=chosen.guard_formulas,
            **asked,
            progress=follow,
        )
    lines = [f"pairs: {total['pairs']}"]
    lines += losses(total)
    if total["signature"]:
        lines.append(f"signature: {total['signature']}")
    tell("\n".join(lines))
