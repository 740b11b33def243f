"""`aligner score`: quality, decision and reasons for pairs from anywhere."""

from __future__ import annotations

import argparse
import time

from aligner.commands.options import add_glossary, add_pairs, add_threshold, glossary_of
from aligner.commands.telling import counted, losses, tell
from aligner.quality.files import score_file
from aligner.quality.rules import RULES


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = (
        "Judge pairs of sentences (TSV, JSON Lines, TMX, or two plain files): quality, decision, reasons."
    )
    add_pairs(verb)
    verb.add_argument(
        "-o", "--output", metavar="OUT", default="-", help="the file, its format by suffix; - for standard output"
    )
    add_threshold(verb, "kept", "balanced")
    verb.add_argument("--features", action="store_true", help="also write the evidence, a column a feature")
    verb.add_argument("--kept-only", action="store_true", help="write only the pairs that are kept")
    verb.add_argument(
        "--without-rule",
        action="append",
        choices=list(RULES),
        metavar="RULE",
        help=f"switch a hard rule off, once for each: {', '.join(RULES)}",
    )
    add_glossary(verb)
    verb.set_defaults(job=_score)


def _score(chosen: argparse.Namespace) -> None:
    """`aligner score`: the pairs with their scores to the output, counts to standard error."""
    begun = time.perf_counter()
    off = chosen.without_rule or []
    total = score_file(
        chosen.file,
        chosen.output,
        other=chosen.other,
        format=chosen.format,
        encoding=chosen.encoding,
        threshold=chosen.threshold,
        features=chosen.features,
        rules=[rule for rule in RULES if rule not in off],
        kept_only=chosen.kept_only,
        glossary=glossary_of(chosen),
    )
    lines = [f"pairs: {total['pairs']}, {total['kept']} of them to keep (quality from {total['threshold']:g} on)"]
    lines += [f"{what}: {counted(total[what])}" for what in ("rules", "reasons")]
    lines += losses(total)
    lines.append(f"signature: {total['signature']}")
    lines.append(f"time: {time.perf_counter() - begun:.2f} s")
    tell("\n".join(lines))
