"""`aligner apply`: what a person changed in a copy of pairs, applied to the pairs."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import get_args

from aligner.commands.options import add_output, add_writing, writing_of
from aligner.commands.telling import losses, tell
from aligner.pairs.edits import Change, Missing, edited_pairs
from aligner.pairs.files import write_pairs
from aligner.pairs.formats import check_input, input_formats, suffixes_of
from aligner.pairs.tables import write_tsv


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = (
        "Apply what a person changed in a copy of pairs: texts, decisions, rows deleted; pairs are found by pair_id."
    )
    known = suffixes_of(input_formats().values(), is_read=True)
    verb.add_argument("original", help=f"the pairs as they went out, or what they were made of ({known})")
    verb.add_argument("edited", help=f"the copy that came back ({known}), with the column pair_id")
    add_output(verb, default="-")
    add_writing(verb)
    verb.add_argument(
        "--missing", choices=get_args(Missing), default="drop",
        help="pairs that did not come back: drop them, as rows that were deleted, or keep them as they were",
    )  # fmt: skip
    verb.add_argument("--encoding", metavar="NAME", help="encoding of the copy, where it is not UTF-8 or UTF-16")
    verb.add_argument("--report", metavar="OUT.tsv", help="also write each change: pair_id, what, before, after")
    verb.set_defaults(job=_apply, is_timed=True)


def _apply(chosen: argparse.Namespace) -> None:
    """`aligner apply`: the pairs to the output, what changed to standard error."""
    import pandas as pd

    check_input(chosen.original)
    check_input(chosen.edited)
    writing = writing_of(chosen, ids=True)
    counts, changes = Counter[str](), list[Change]()
    frames = edited_pairs(
        chosen.original, chosen.edited, counts, changes, missing=chosen.missing, encoding=chosen.encoding
    )
    total = write_pairs(frames, chosen.output, format=chosen.to, **writing)
    if chosen.report is not None:
        write_tsv(pd.DataFrame(changes, columns=list(Change._fields), dtype=object), chosen.report)
    lines = [
        f"pairs: {counts['pairs']}, {counts['kept']} to keep, {counts['dropped']} to drop",
        f"came back: {counts['came_back']}, {counts['unchanged']} of them unchanged",
        f"changed: {counts['edited_source']} English and {counts['edited_target']} Vietnamese texts; "
        f"decisions to keep {counts['set_to_keep']}, to drop {counts['set_to_drop']}",
    ]
    told = {
        "missing": f"did not come back: {{}}, {counts['missing_dropped']} of them dropped for it",
        "emptied": "left empty, dropped: {}",
        "moved": "stood in another pair before: {} texts (was a column sorted by itself?)",
        "as_programs_write": "left as they were, since only quotes, dashes, spaces or line ends differ: {} texts",
    }
    lines += [words.format(counts[what]) for what, words in told.items() if counts[what]]
    if 2 * counts["missing_dropped"] > counts["pairs"]:
        lines.append("more than half did not come back: if it was a part that was sent out, give --missing keep")
    if counts["edited_source"] + counts["edited_target"]:
        lines.append("scores of changed texts are empty: aligner score judges them again")
    lines += losses(total)
    if total["signature"]:
        lines.append(f"signature: {total['signature']}")
    tell("\n".join(lines))
