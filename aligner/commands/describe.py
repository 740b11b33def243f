"""`aligner describe`: what a file of pairs holds, in figures."""

from __future__ import annotations

import argparse
import json
import math
from typing import TYPE_CHECKING, Any

from aligner.commands.options import add_pairs, pairs_of
from aligner.commands.telling import losses, tell
from aligner.corpus.description import SAMPLE, describe
from aligner.errors import InputError, printable
from aligner.files.whole import write_text
from aligner.pairs.tables import write_tsv

if TYPE_CHECKING:
    import pandas as pd


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = "Describe a file of pairs in figures, or each of its documents."
    add_pairs(verb)
    verb.add_argument("-o", "--output", metavar="OUT.tsv", help="also write the figures as TSV")
    verb.add_argument("--json", metavar="OUT.json", help="also write the figures as JSON; - for standard output alone")
    verb.add_argument("--by", metavar="COLUMN", help="one row for each value of a column, as doc_id")
    verb.add_argument(
        "--sample", type=int, default=SAMPLE, help="pairs in which languages, numbers and names are looked for"
    )
    verb.set_defaults(job=_describe, is_timed=True)


def _describe(chosen: argparse.Namespace) -> None:
    """Figures to standard output and to files, time to standard error."""
    if chosen.by is not None and chosen.sample != SAMPLE:
        raise InputError(
            "--sample does nothing with --by: a row a document has no sample", todo="leave one of them out"
        )
    told: dict[str, Any] = {}
    frame = describe(pairs_of(chosen, told), by=chosen.by, sample=chosen.sample)
    if "-" not in (chosen.json, chosen.output):
        write_text("-", (_table(frame) if chosen.by else _sections(frame)) + "\n")
    if chosen.output is not None:
        write_tsv(frame, chosen.output)
    if chosen.json is not None:
        # ASCII, so that lone surrogates can be written, too.
        write_text(chosen.json, json.dumps(_plain(frame, chosen.by), indent=1) + "\n")
    tell("\n".join([*losses(told), f"signature: {frame.attrs['signature']}"]))


def _sections(frame: pd.DataFrame) -> str:
    """Draw the figures for a terminal, section by section; '~' marks what is estimated."""
    lines: list[str] = []
    section = None
    for row in frame.to_dict("records"):
        if row["section"] != section:
            section = row["section"]
            lines += ["", str(section)] if lines else [str(section)]
        share = "" if math.isnan(row["share"]) else f"{row['share']:8.1%}"
        mark = "~" if row["estimated"] else " "
        value = f"{row['value']:,.0f}" if row["value"] == int(row["value"]) else f"{row['value']:,.3f}"
        lines.append(f"  {printable(row['item'])[:40]:40s} {mark}{value:>14s}{share}")
    return "\n".join(lines)


def _table(frame: pd.DataFrame) -> str:
    """Draw one row a document for a terminal."""
    shown = frame.map(lambda cell: printable(cell)[:60] if isinstance(cell, str) else cell)
    return str(shown.to_string(index=False, float_format=lambda value: f"{value:.3f}"))


def _plain(frame: pd.DataFrame, by: str | None) -> dict[str, Any]:
    """The figures as plain data: by section and item, or a list of documents."""
    rows = [{k: _or_none(v) for k, v in row.items()} for row in frame.to_dict("records")]
    if by is not None:
        return {"documents": rows, "signature": frame.attrs["signature"]}
    sections: dict[str, dict[str, Any]] = {}
    for row in rows:
        rest = {key: row[key] for key in ("value", "share", "estimated")}
        sections.setdefault(str(row["section"]), {})[str(row["item"])] = rest
    return {"sections": sections, "signature": frame.attrs["signature"]}


def _or_none(value: object) -> object:
    """JSON has no word for what is not a number."""
    return None if isinstance(value, float) and math.isnan(value) else value
