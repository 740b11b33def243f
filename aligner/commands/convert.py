"""`aligner convert`: pairs from one format into another."""

from __future__ import annotations

import argparse
import time

from aligner.commands.options import Verbs, add_encoding, add_verb
from aligner.commands.telling import tell
from aligner.exchange.pairs import FORMATS, OUTPUT_FORMATS, convert_pairs
from aligner.report import printable


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Describe the verb."""
    verb = add_verb(
        verbs,
        "convert",
        "turn pairs of one format into another: TSV, Moses, JSON Lines, TMX, Parquet, XLIFF, HTML, Markdown, XLSX",
        "Turn pairs of one format into another, in constant memory; formats go by suffix, .gz and .zst behind it.",
    )
    verb.add_argument("file", help="the pairs, or the English file; - for TSV on standard input")
    verb.add_argument("other", nargs="?", help="the Vietnamese file, line by line with the English one")
    verb.add_argument("output", metavar="out", help="the file to write; - for TSV on standard output")
    verb.add_argument("--from", dest="format", choices=FORMATS, help="format of the pairs, where no suffix tells")
    verb.add_argument(
        "--to", choices=OUTPUT_FORMATS, help="format to write, where no suffix tells; moses: OUT.en, OUT.vi, OUT.ids"
    )
    verb.add_argument(
        "--guard-formulas", action="store_true", help="in TSV, put ' before cells that a spreadsheet would run"
    )
    add_encoding(verb)
    verb.set_defaults(job=_convert)


def _convert(chosen: argparse.Namespace) -> None:
    """`aligner convert`: the pairs to the output, counts to standard error."""
    begun = time.perf_counter()
    total = convert_pairs(
        chosen.file,
        chosen.output,
        other=chosen.other,
        format=chosen.format,
        encoding=chosen.encoding,
        out_format=chosen.to,
        guard_formulas=chosen.guard_formulas,
    )
    lines = [f"pairs: {total['pairs']}"]
    if total["replaced"]:
        lines.append(f"replaced: {total['replaced']} characters that the format cannot hold")
    if total["guarded"]:
        lines.append(f"guarded: {total['guarded']} cells that a spreadsheet would take for formulas")
    if total["cut"]:
        lines.append(f"cut: {total['cut']} cells longer than the format allows")
    for what, told in (("left_out", "left out, cells by column"), ("skipped", "not read")):
        counts = sorted(total[what].items(), key=lambda item: (-item[1], item[0]))
        if shown := ", ".join(f"{n} {name}" for name, n in counts if n):
            lines.append(f"{told}: {shown}")
    lines.append(f"time: {time.perf_counter() - begun:.2f} s")
    tell("\n".join(map(printable, lines)))
