"""`aligner score`: quality, decision and reasons for pairs from anywhere."""

from __future__ import annotations

import argparse

from aligner.commands.options import (
    add_glossary,
    add_output,
    add_pairs,
    add_threshold,
    glossary_of,
    reading_of,
)
from aligner.commands.telling import counted, following, losses, tell
from aligner.pairs.formats import input_formats
from aligner.quality.files import score_file
from aligner.quality.model_files import read_quality
from aligner.quality.rules import RULES
from aligner.quality.scores import PROBABILITIES


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = (
        f"Judge pairs of sentences ({', '.join(input_formats())}, two plain files): quality, decision, reasons."
    )
    add_pairs(verb)
    add_output(verb, default="-")
    add_threshold(verb, "kept", "balanced")
    verb.add_argument("--features", action="store_true", help="also write the evidence, a column a feature")
    verb.add_argument(
        "--refuse-scored",
        action="store_true",
        help="stop where scores are there already; without it they are kept as NAME_before",
    )
    verb.add_argument("--kept-only", action="store_true", help="write only the pairs that are kept")
    verb.add_argument(
        "--without-rule",
        action="append",
        choices=list(RULES),
        metavar="RULE",
        help=f"switch a hard rule off, once for each: {', '.join(RULES)}",
    )
    verb.add_argument("--model", metavar="FILE", help="a model of quality refitted on your labels, in place of ours")
    add_glossary(verb)
    verb.set_defaults(job=_score, is_timed=True)


def _score(chosen: argparse.Namespace) -> None:
    """`aligner score`: the pairs with their scores to the output, counts to standard error."""
    off = chosen.without_rule or []
    with following(" pairs") as follow:
        total = score_file(
            chosen.file,
            chosen.output,
            **reading_of(chosen),
            threshold=chosen.threshold,
            features=chosen.features,
            rules=[rule for rule in RULES if rule not in off],
            kept_only=chosen.kept_only,
            glossary=glossary_of(chosen),
            model=None if chosen.model is None else read_quality(chosen.model),
            existing="refuse" if chosen.refuse_scored else "keep",
            progress=follow,
        )
    lines = [f"pairs: {total['pairs']}, {total['kept']} of them to keep (quality from {total['threshold']:g} on)"]
    lines += [f"{what}: {counted(total[what])}" for what in ("rules", "reasons")]
    absent = " or ".join(name for name in PROBABILITIES if name not in total["probabilities"])
    told = " × ".join(["pair_quality", *total["probabilities"]])
    lines.append(f"quality: {told}{f' (no column {absent})' if absent else ''}")
    if total["renamed"]:
        lines.append("kept: " + ", ".join(f"{name} as {before}" for name, before in total["renamed"].items()))
    lines += losses(total)
    lines.append(f"signature: {total['signature']}")
    tell("\n".join(lines))
