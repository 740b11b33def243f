"""`aligner mine`: translations out of two collections of sentences whose order is unknown."""

from __future__ import annotations

import argparse

from aligner.commands.options import (
    add_encoder,
    add_encoding,
    add_engine,
    add_jobs,
    add_output,
    add_part,
    encoder_of,
    executor_of,
    parse_columns,
)
from aligner.commands.telling import counted, following, losses, tell
from aligner.corpus.finding.mining import THRESHOLD, MiningConfig, mine


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = (
        "Find the sentences of two collections that are translations of each other, wherever they stand. The same "
        "command goes on where a killed one stopped."
    )
    told = "a sentence a line (.tsv, .jsonl: a column of sentences), .gz or .zst behind; or a folder of such files"
    verb.add_argument("en", help=f"English: {told}")
    verb.add_argument("vi", help="Vietnamese, the same")
    add_output(verb, required=True)
    verb.add_argument(
        "--threshold",
        type=float,
        metavar="PROBABILITY",
        default=THRESHOLD,
        help="probability from which a pair is written, 0..1",
    )
    verb.add_argument(
        "--columns",
        type=parse_columns,
        metavar="en=N,vi=N",
        help="which column of TSV, by number or name, or which key of JSON Lines holds the sentences; text by default",
    )
    verb.add_argument("--split", action="store_true", help="lines are running text: split them into sentences")
    verb.add_argument(
        "--work", metavar="FOLDER", help="what is done so far, taken away at the end; OUT.work by default"
    )
    add_jobs(verb, "processes, or blocks at a time on a cluster", None)
    add_part(verb, "search")
    add_engine(verb, "where blocks are worked on")
    add_encoding(verb)
    add_encoder(verb)
    verb.set_defaults(job=_mine, is_timed=True)


def _mine(chosen: argparse.Namespace) -> None:
    """`aligner mine`: the pairs to their file, counts to standard error."""
    config = MiningConfig(chosen.threshold, chosen.columns, chosen.split, chosen.encoding)
    encode = encoder_of(chosen)
    with following(" jobs") as show, executor_of(chosen) as executor:
        total = mine(
            chosen.en,
            chosen.vi,
            chosen.output,
            config=config,
            encode=encode,
            work=chosen.work,
            jobs=chosen.jobs,
            executor=executor,
            part=chosen.shard,
            progress=show,
        )
    names = {"en": "English", "vi": "Vietnamese"}
    n = total["sentences"]
    lines = [f"sentences: {n['en']} English, {n['vi']} Vietnamese"]
    lines += [f"left out, {names[side]}: {counted(kinds)}" for side, kinds in total["left_out"].items()]
    if "unsearched" in total:
        lines.append(f"NOT complete: {total['unsearched']} of {total['blocks']} blocks are not searched yet")
        lines.append("the same command without --shard searches what is missing, judges and writes the pairs")
        tell("\n".join(lines))
        return
    lines.append(f"each other's best: {total['mutual']}, {total['below_floor']} of them too far apart to judge")
    lines.append(f"judged: {total['judged']}, about {total['share']:.0%} of them translations")
    lines.append(
        f"pairs: {total['pairs']} of probability {config.threshold:g} or more, {total['kept']} of them to keep; "
        f"{total['improbable']} less probable"
    )
    tell("\n".join([*lines, *losses(total["written"]), f"signature: {total['signature']}"]))
