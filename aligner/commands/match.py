"""`aligner match`: which documents of a heap translate each other, as a manifest that `aligner build` reads."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from aligner.commands.options import add_encoding, add_jobs
from aligner.commands.telling import counted, following, losses, tell
from aligner.corpus.documents import FOUND_COLUMNS, JSON_LINES
from aligner.corpus.finding.heaps import Found, match_documents
from aligner.errors import InputError, printable
from aligner.files.whole import check_place, write_text
from aligner.pairs.frames import make_frame
from aligner.pairs.tables import write_tsv

if TYPE_CHECKING:
    import pandas as pd

SHOWN: Final = 5
"""Documents without a partner that are said by name where no file was asked for."""


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = (
        "Find the documents of a heap that translate each other, whatever they are called, and write a manifest that "
        "`aligner build` reads. Those without a partner stay alone, with the reason."
    )
    verb.add_argument(
        "input",
        help="a folder, a list of paths (.txt) or JSON Lines of documents (.jsonl): in both languages, or English",
    )
    verb.add_argument("other", nargs="?", help="the Vietnamese ones, where they lie apart")
    verb.add_argument(
        "-o", "--output", metavar="MANIFEST", default="-", help="the manifest (.tsv, .jsonl), - for standard output"
    )
    verb.add_argument("--report", metavar="ALONE.tsv", help="documents without a partner: why, and the best candidate")
    add_encoding(verb)
    add_jobs(verb, "processes", None)
    verb.set_defaults(job=_match, is_timed=True)


def _match(chosen: argparse.Namespace) -> None:
    """`aligner match`: the manifest to its file, counts to standard error."""
    check_place(chosen.output)  # before the work, not behind it
    if chosen.output != "-" and not chosen.output.lower().endswith((".tsv", *JSON_LINES)):
        raise InputError("not a manifest's name", path=chosen.output, todo="name it .tsv or .jsonl")
    with following() as follow:
        found = match_documents(
            chosen.input,
            chosen.other,
            encoding=chosen.encoding,
            skip=[path for path in (chosen.output, chosen.report) if path not in (None, "-")],
            jobs=chosen.jobs,
            progress=follow,
        )
    replaced = _write(found.pairs, chosen.output)
    if chosen.report is not None:
        replaced += write_tsv(found.alone, chosen.report)
    tell(f"documents: {2 * len(found.pairs) + len(found.alone)}, {len(found.pairs)} pairs, {len(found.alone)} alone")
    if len(found.alone):
        tell(f"alone: {counted(Counter(found.alone['reason'].tolist()))}")
    if chosen.report is None:
        _show(found)
    for line in losses({"replaced": replaced}):
        tell(line)


def _show(found: Found) -> None:
    """Say which documents are alone; the first ones."""
    for row in found.alone.head(SHOWN).to_dict("records"):
        rest = ", ".join(str(row[name]) for name in ("candidate", "detail") if row[name])
        tell(printable(f"  {row['document']}: {row['reason']}{f' ({rest})' if rest else ''}"))
    if len(found.alone) > SHOWN:
        tell(f"  and {len(found.alone) - SHOWN} more: --report ALONE.tsv writes them all")


def _write(pairs: pd.DataFrame, output: str) -> int:
    """Write the manifest, its paths relative to it; return the characters that its format cannot hold."""
    folder = os.path.dirname(output) if output != "-" else ""
    rows = [_row(row, folder) for row in pairs.to_dict("records")]
    if output != "-" and not output.lower().endswith(".tsv"):
        write_text(output, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        return 0
    if any("en_text" in row or "vi_text" in row for row in rows):
        raise InputError("texts do not fit into a manifest of lines", path=output, todo="name it .jsonl")
    return write_tsv(make_frame(rows, columns=["id", "en", "vi", *FOUND_COLUMNS]), output)


def _row(row: Mapping[Any, Any], folder: str) -> dict[str, str]:
    """A row of the manifest: files as they lie from it, or both texts and where they come from."""
    told = {name: row[name] if isinstance(row[name], str) else f"{row[name]:.4f}" for name in FOUND_COLUMNS}
    en_text, vi_text = row.get("en_text"), row.get("vi_text")
    if en_text is None and vi_text is None:
        en, vi = (os.path.relpath(row[name], folder or os.curdir).replace(os.sep, "/") for name in ("en", "vi"))
        return {"id": en, "en": en, "vi": vi, **told}
    if en_text is None or vi_text is None:
        todo = "give both as texts or both as files"
        raise InputError("a pair of a text and a file", found=f"{row['en']}, {row['vi']}", todo=todo)
    return {"id": row["id"], "en_text": en_text, "vi_text": vi_text, "source": f"{row['en']} {row['vi']}", **told}
