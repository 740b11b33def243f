"""`aligner report`: pairs as one page to look at, search and filter, without a network."""

from __future__ import annotations

import argparse
import itertools
import os
from typing import TYPE_CHECKING, Any

from aligner.commands.options import add_pairs, pairs_of
from aligner.commands.telling import losses, tell
from aligner.errors import InputError
from aligner.files.whole import refuse_folder
from aligner.html_report import write_report
from aligner.pairs.formats import output_formats
from aligner.quality.scores import read_probabilities, score_pairs

if TYPE_CHECKING:
    pass


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = (
        "Write pairs as one self-contained HTML page: documents, pairs side by side, filters, search, histograms."
    )
    add_pairs(verb)
    verb.add_argument("-o", "--output", metavar="OUT.html", required=True, help="the page; - for standard output")
    verb.add_argument("--title", help="what the page is called; the name of the file without it")
    verb.add_argument("--score", action="store_true", help="judge the pairs first, as aligner score does")
    verb.set_defaults(job=_report, is_timed=True)


def _report(chosen: argparse.Namespace) -> None:
    """The page to the output, its size and the time to standard error."""
    pages = output_formats()["html"].suffixes
    if chosen.output != "-" and not chosen.output.lower().endswith(pages):
        refuse_folder(chosen.output)
        raise InputError("unknown output format", path=chosen.output, todo=f"name the file OUT{pages[0]}")
    told: dict[str, Any] = {}
    chunks = pairs_of(chosen, told, read_probabilities) if chosen.score else pairs_of(chosen, told)
    first = next(chunks)  # read before the page is begun: a file that cannot be read is told first
    title = chosen.title or os.path.basename(chosen.file)
    whole = itertools.chain([first], chunks)
    written = write_report(map(score_pairs, whole) if chosen.score else whole, chosen.output, title=title)
    if "quality" not in first and not chosen.score:
        tell("the pairs have no quality: add --score to judge them")
    tell(f"pairs: {written['pairs']:,}; documents: {written['documents']:,}; {written['bytes'] / 1e6:.1f} MB")
    for line in losses(told):
        tell(line)
    tell(f"signature: {written['signature']}")
