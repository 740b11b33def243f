"""`aligner score`: quality, decision and reasons for pairs from anywhere."""

from __future__ import annotations

import argparse
import time

from aligner.commands.options import Verbs, add_glossary, add_verb, glossary_of
from aligner.commands.telling import tell
from aligner.corpus.scoring import score_file
from aligner.exchange.pairs import FORMATS
from aligner.scoring.model import PURPOSES
from aligner.scoring.rules import RULES


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Describe the verb."""
    verb = add_verb(
        verbs,
        "score",
        "judge pairs of sentences from anywhere: quality, decision, reasons",
        "Judge pairs of sentences (TSV, JSON Lines, TMX, or two plain files): quality, decision, reasons.",
    )
    verb.add_argument("file", help="the pairs, or the English file; - for TSV on standard input")
    verb.add_argument("other", nargs="?", help="the Vietnamese file, line by line with the English one")
    verb.add_argument(
        "-o", "--output", metavar="OUT", default="-", help="the file, its format by suffix; - for standard output"
    )
    verb.add_argument("--format", choices=FORMATS, help="format of the pairs, where the suffix does not tell")
    verb.add_argument(
        "--threshold", default="balanced", help=f"quality from which a pair is kept: {', '.join(PURPOSES)} or a number"
    )
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
    try:
        threshold: str | float = float(chosen.threshold)
    except ValueError:
        threshold = chosen.threshold
    off = chosen.without_rule or []
    total = score_file(
        chosen.file,
        chosen.output,
        other=chosen.other,
        format=chosen.format,
        threshold=threshold,
        features=chosen.features,
        rules=[rule for rule in RULES if rule not in off],
        kept_only=chosen.kept_only,
        glossary=glossary_of(chosen),
    )
    lines = [f"pairs: {total['pairs']}, {total['kept']} of them to keep (quality from {total['threshold']:g} on)"]
    for what in ("rules", "reasons"):
        counts = sorted(((n, name) for name, n in total[what].items() if n), key=lambda item: (-item[0], item[1]))
        lines.append(f"{what}: " + (", ".join(f"{n} {name}" for n, name in counts) or "none"))
    if total["replaced"]:
        lines.append(f"replaced: {total['replaced']} characters that the format cannot hold")
    lines.append(f"signature: {total['signature']}")
    lines.append(f"time: {time.perf_counter() - begun:.2f} s")
    tell("\n".join(lines))
