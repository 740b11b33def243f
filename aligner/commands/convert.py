"""`aligner convert`: pairs from one format into another."""

from __future__ import annotations

import argparse

from aligner.commands.options import add_pairs, asked_columns
from aligner.commands.telling import losses, tell
from aligner.pairs.files import convert_pairs
from aligner.pairs.formats import input_formats, output_formats, suffixes_of


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
    verb.add_argument(
        "--to", choices=list(known), metavar="FORMAT",
        help="format to write, where the suffix does not tell: those, or "
        f"{', '.join(name for name in known if name not in input_formats())}; moses: OUT.en, OUT.vi, OUT.ids",
    )  # fmt: skip
    verb.add_argument(
        "--guard-formulas", action="store_true", help="in TSV, put ' before cells that a spreadsheet would run"
    )
    verb.set_defaults(job=_convert, is_timed=True)


def _convert(chosen: argparse.Namespace) -> None:
    """`aligner convert`: the pairs to the output, counts to standard error."""
    total = convert_pairs(
        chosen.file,
        chosen.output,
        other=chosen.other,
        format=chosen.format,
        encoding=chosen.encoding,
        **asked_columns(chosen),
        out_format=chosen.to,
        guard_formulas=chosen.guard_formulas,
    )
    lines = [f"pairs: {total['pairs']}"]
    lines += losses(total)
    if total["signature"]:
        lines.append(f"signature: {total['signature']}")
    tell("\n".join(lines))
