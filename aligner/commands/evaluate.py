"""`aligner evaluate`: figures with intervals and signatures, as a table and as JSON, of one run or two."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aligner.commands.options import add_columns, add_encoder, add_encoding, check_encoder, encoder_of, reading_of
from aligner.commands.telling import losses, tell
from aligner.errors import InputError
from aligner.evaluation.bead_files import GOLD_SUFFIXES, PREDICTED_SUFFIXES, bead_files, read_beads
from aligner.evaluation.beads import evaluate
from aligner.evaluation.boundaries import evaluate_boundaries
from aligner.evaluation.retrieval import evaluate_retrieval
from aligner.evaluation.significance import Comparison, compare_evaluations, compare_translations, from_dict
from aligner.evaluation.tallies import SAMPLES, SEED, Figures
from aligner.evaluation.translations import TranslationEvaluation, evaluate_translations, score_hypotheses
from aligner.files.whole import read_text, refuse_folder, write_text
from aligner.pairs.chunks import READ
from aligner.pairs.files import read_pairs
from aligner.pairs.frames import join_frames
from aligner.pairs.tables import write_tsv

if TYPE_CHECKING:
    import pandas as pd


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = "Score beads against gold beads, or with an option something else; with --compare two runs."
    verb.add_argument("file", metavar="PREDICTED", help="what is scored: a file or a folder, or JSON of an earlier run")
    verb.add_argument("gold", metavar="GOLD", nargs="?", help="what it is scored by; none for JSON of an earlier run")
    verb.add_argument(
        "other", metavar="OTHER", nargs="?", help="with --hypotheses: the Vietnamese file, if GOLD is English"
    )
    mode = verb.add_mutually_exclusive_group()
    mode.add_argument("--boundaries", action="store_true", help="the two are splits of one text, a sentence a line")
    mode.add_argument(
        "--retrieval", action="store_true", help="the two are English and Vietnamese lines: score an encoder"
    )
    mode.add_argument(
        "--hypotheses",
        action="store_true",
        help="the first holds a system's translations, a line each, of the English side of the second, a file of pairs",
    )
    verb.add_argument("--compare", metavar="RUN", help="another PREDICTED, or JSON of an earlier run, to compare with")
    add_encoder(verb)
    verb.add_argument("-o", "--output", metavar="OUT.tsv", help="with --hypotheses: the pairs with their scores")
    verb.add_argument(
        "--json", metavar="OUT.json", help="everything as JSON; - for standard output in the table's place"
    )
    verb.add_argument("--samples", type=int, default=SAMPLES, help="samples of the bootstrap and of the tests")
    verb.add_argument("--seed", type=int, default=SEED, help="seed of their draws")
    add_encoding(verb)
    add_columns(verb)
    verb.set_defaults(job=_evaluate)


def _evaluate(chosen: argparse.Namespace) -> None:
    """`aligner evaluate`: the table to standard output, remarks to standard error."""
    _check(chosen)
    result: Figures | TranslationEvaluation
    notes: list[str] = []  # told when all is done: a fault is told alone
    result, compared = _translations(chosen, notes) if chosen.hypotheses else _figures(chosen, notes)
    if chosen.json is not None:
        record = result.to_dict() | ({} if compared is None else {"comparison": compared.to_dict()})
        write_text(chosen.json, _json(record))
    if chosen.json != "-":
        write_text("-", "\n\n".join(str(part) for part in (result, compared) if part is not None) + "\n")
    for note in notes:
        tell(note)


def _check(chosen: argparse.Namespace) -> None:
    """Refuse options that would do nothing."""
    check_encoder(chosen)
    for option, needed in (("encoder", "retrieval"), ("output", "hypotheses"), ("other", "hypotheses"),
                           ("columns", "hypotheses"), ("swap", "hypotheses")):  # fmt: skip
        if getattr(chosen, option) is not None and not getattr(chosen, needed):
            name = {"output": "-o", "other": "a third file"}.get(option, f"--{option}")
            raise InputError(f"{name} needs --{needed}", todo=f"give --{needed}, or leave it out")
    runs = [chosen.file] if chosen.compare is None else [chosen.file, chosen.compare]
    if chosen.gold is not None and all(map(_is_json, runs)):
        found = f"{chosen.gold} beside JSON of earlier runs"
        raise InputError("nothing to be scored", found=found, todo="leave it out; compare two runs by --compare")
    settled: dict[str, int | None] = {"encoder": None, "encoding": None} if all(map(_is_json, runs)) else {}
    if settled and chosen.compare is None:
        settled |= {"samples": SAMPLES, "seed": SEED}
    for option, default in settled.items():
        if getattr(chosen, option) != default:
            raise InputError(f"--{option} does nothing for JSON of an earlier run", todo="leave it out")
    given = [chosen.file, chosen.gold, chosen.other, chosen.compare]
    if given.count("-") > 1:
        raise InputError("standard input cannot be two files", todo="give one of them by its path")


def _figures(chosen: argparse.Namespace, notes: list[str]) -> tuple[Figures, Comparison | None]:
    """Beads, boundaries or retrieval, of one run or two."""
    one = _run(chosen, chosen.file, notes)
    if chosen.compare is None:
        return one, None
    if chosen.retrieval and not _is_json(chosen.compare):
        todo = "give the JSON that --json wrote with the other encoder"
        raise InputError("two encoders are compared by JSON", path=chosen.compare, todo=todo)
    other = _run(chosen, chosen.compare, notes)
    return one, compare_evaluations(one, other, samples=chosen.samples, seed=chosen.seed)


def _run(chosen: argparse.Namespace, path: str, notes: list[str]) -> Figures:
    """The evaluation that a file of JSON holds, or that of what was predicted."""
    if _is_json(path):
        found = from_dict(_read_json(path))
        asked = next((kind for kind in ("boundaries", "retrieval") if getattr(chosen, kind)), found.kind)
        if asked != found.kind:
            raise InputError(f"no evaluation of {asked}", path=path, found=found.kind, todo=f"leave --{asked} out")
        return found
    if chosen.gold is None:
        raise InputError("nothing to score by", path=path, todo="give the gold beads, or JSON of an earlier run")
    if _is_json(chosen.gold):
        todo = "compare two runs by --compare"
        raise InputError("JSON of a run is no gold", path=chosen.gold, todo=todo)
    sampling = {"samples": chosen.samples, "seed": chosen.seed}
    if chosen.retrieval:
        lines = _line_pair(path, chosen.gold, chosen.encoding)
        return evaluate_retrieval(*lines, encode=encoder_of(chosen), **sampling)
    if chosen.boundaries:
        predicted, gold = (_read_splits(name, chosen.encoding) for name in (path, chosen.gold))
        return evaluate_boundaries(*_matched(predicted, gold), **sampling)
    predicted_beads = read_beads(path, suffixes=PREDICTED_SUFFIXES, encoding=chosen.encoding)
    gold_beads = read_beads(chosen.gold, suffixes=GOLD_SUFFIXES, encoding=chosen.encoding)
    notes += _remarks(path, predicted_beads, gold_beads)
    return evaluate(*_matched(predicted_beads, gold_beads), **sampling)


def _matched(predicted: Mapping[str, Any], gold: Mapping[str, Any]) -> tuple[Any, Any]:
    """By document; one document each way belongs together whatever the names."""
    if len(predicted) == len(gold) == 1:
        return next(iter(predicted.values())), next(iter(gold.values()))
    return predicted, gold


def _remarks(path: str, predicted: Mapping[str, Any], gold: Mapping[str, Any]) -> Iterator[str]:
    """What may be forgotten: null beads that were not written, sentences in two beads."""
    nulls = [sum(not source or not target for beads in side.values() for source, target in beads)
             for side in (predicted, gold)]  # fmt: skip
    if nulls[1] and not nulls[0]:
        yield f"note: {path} has no null beads, the gold {nulls[1]}: write them (--nulls) for the scores with nulls"
    for name, side in (("predicted", predicted), ("gold", gold)):
        repeated = 0
        for beads in side.values():
            for ids in zip(*beads, strict=True):
                sentences = [k for part in ids for k in part]
                repeated += len(sentences) - len(set(sentences))
        if repeated:
            yield f"note: {repeated} sentences stand in more than one of the {name} beads"


def _read_splits(path: str, encoding: str | None) -> dict[str, list[str]]:
    """Sentences a line of a file, or of each file of a folder by its name."""
    if path == "-" or not os.path.isdir(path):
        return {"": _read_lines(path, encoding)}
    suffixes = {file.suffix for file in Path(path).iterdir() if file.is_file() and not file.name.startswith(".")}
    if len(suffixes) > 1:
        found = ", ".join(sorted(suffix or "no suffix" for suffix in suffixes))
        raise InputError("files of several kinds", path=path, found=found, todo="give a folder with one kind")
    return {file.stem: _read_lines(file, encoding) for file in bead_files(path, sorted(suffixes) or [".txt"])}


def _read_lines(path: str | Path, encoding: str | None) -> list[str]:
    """Lines of a file, empty ones too."""
    lines = read_text(path, encoding=encoding).split("\n")
    return lines[:-1] if not lines[-1] else lines


def _line_pair(source: str, target: str, encoding: str | None) -> tuple[list[str], list[str]]:
    """Lines of two files that belong together line by line."""
    sides = _read_lines(source, encoding), _read_lines(target, encoding)
    if len(sides[0]) != len(sides[1]):
        found = f"{len(sides[0])} lines, and {len(sides[1])} in {target}"
        raise InputError("files of different length", path=source, found=found, todo="give pairs, line by line")
    return sides


def _translations(chosen: argparse.Namespace, notes: list[str]) -> tuple[TranslationEvaluation, Comparison | None]:
    """A system's translations, or two systems'."""
    if chosen.gold is None:
        raise InputError("no pairs to score by", path=chosen.file, todo="give a file of pairs behind the translations")
    if chosen.output not in (None, "-") and not chosen.output.lower().endswith(".tsv"):
        refuse_folder(chosen.output)
        raise InputError("unknown output format", path=chosen.output, todo="name the file OUT.tsv")
    if chosen.output == "-":
        raise InputError("standard output has the table", path=chosen.output, todo="name a file OUT.tsv")
    pairs = join_frames(read_pairs(chosen.gold, **reading_of(chosen)))
    notes += losses({key: pairs.attrs[key] for key in READ if key in pairs.attrs})
    sampling = {"samples": chosen.samples, "seed": chosen.seed}
    references = pairs["trg_text"].tolist()
    hypotheses = _hypotheses(chosen.file, len(pairs), chosen.encoding)
    result = evaluate_translations(hypotheses, references, **sampling)
    compared = None
    if chosen.compare is not None:
        if _is_json(chosen.compare):
            todo = "give the other system's translations"
            raise InputError("JSON holds no translations", path=chosen.compare, todo=todo)
        others = _hypotheses(chosen.compare, len(pairs), chosen.encoding)
        compared = compare_translations(hypotheses, others, references, **sampling)
    if chosen.output is not None:
        notes += _write_scored(pairs, hypotheses, chosen.output)
    return result, compared


def _hypotheses(path: str, n: int, encoding: str | None) -> list[str]:
    """Translations, a line each, as many as there are pairs."""
    lines = _read_lines(path, encoding)
    if len(lines) != n:
        found = f"{len(lines)} lines, {n} pairs"
        raise InputError("not one translation a pair", path=path, found=found, todo="give as many, in one order")
    return lines


def _write_scored(pairs: pd.DataFrame, hypotheses: list[str], path: str) -> Iterator[str]:
    """Write the pairs with their scores; what could not be written or scored, in words."""
    scored = score_hypotheses(pairs, hypotheses)
    unscored = int(scored["ter"].isna().sum())
    if replaced := write_tsv(scored, path):
        yield f"replaced in the TSV: {replaced} tabs, line breaks and controls inside texts"
    if unscored:
        yield f"without TER, too long for it: {unscored} pairs"


def _is_json(path: str) -> bool:
    return path.lower().endswith(".json")


def _read_json(path: str) -> object:
    """What a file of JSON holds."""
    reader: Callable[[str], object] = json.loads
    try:
        return reader(read_text(path))
    except (ValueError, RecursionError) as error:
        todo = "give a file that --json wrote"
        raise InputError("not JSON", path=path, found=str(error)[:100], todo=todo) from None


def _json(record: Mapping[str, Any]) -> str:
    """A line a key, so that two runs can be compared by eye."""
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in record.items()]
    return "{" + ",\n ".join(lines) + "}\n"
