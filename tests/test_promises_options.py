"""Promises of options: a number that one door refuses, every door refuses, and none is taken for "nothing found".

Every public function and every verb is looked through for options that hold a number, so that a new one without a row
here fails.
"""

import argparse
import inspect
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import aligner
from aligner.cli import _parser
from aligner.errors import MAX_QUOTED, InputError, MissingExtraError
from aligner.quality.model import shipped_model
from tests.commands import run

PAIRS = pd.DataFrame(
    {
        "src_text": ["The ferry left the harbour at dawn.", "The ferry left the harbour at dawn!", "Yes.", "No."],
        "trg_text": ["Chuyến phà rời bến lúc bình minh.", "Chuyến phà rời bến lúc bình minh.", "Vâng.", "Không."],
        "doc_id": ["a", "b", "c", "d"],
        "split": ["train", "test", "train", "test"],
    }
)
FRAMES = {"train": PAIRS[:2], "test": PAIRS[2:]}
BEADS = [((0,), (0,)), ((1,), (1,))]
LINES = ["Một hai ba.", "Bốn năm sáu."]

ODD: dict[str, object] = {
    "nan": math.nan, "inf": math.inf, "-inf": -math.inf, "-1": -1, "0": 0, "0.5": 0.5, "0.9": 0.9, "1": 1, "2": 2,
    "90": 90, "True": True, "'0.5'": "0.5", "None": None, "[1]": [1], "1e30": 1e30, "np.int64(2)": np.int64(2),
    "np.float64(0.9)": np.float64(0.9), "1.5": 1.5,
}  # fmt: skip
"""What is given to every option, by what it is called in the tables below."""

WHOLE = "1 2 90 np.int64(2)"
SHARE = "0 0.5 0.9 1 np.float64(0.9)"
SIMILARITY = "0.5 0.9 1 np.float64(0.9)"
BELOW_ONE = "0 0.5 0.9 np.float64(0.9)"


def article() -> aligner.Alignment:
    return aligner.align(["It rained.", "We left."], ["Trời mưa.", "Chúng tôi đi."])


def build(tmp_path: Path, **options: Any) -> object:
    (tmp_path / "m.jsonl").write_text('{"id": "a", "en_text": "", "vi_text": ""}\n', "utf-8")
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as executor:
        return aligner.build_corpus(tmp_path / "m.jsonl", tmp_path / "c", executor=executor, **options)


def scored(tmp_path: Path, x: Any) -> object:
    PAIRS.to_csv(tmp_path / "a.tsv", sep="\t", index=False)
    return aligner.score_file(tmp_path / "a.tsv", tmp_path / "b.tsv", threshold=x)


def exported(tmp_path: Path, x: Any, option: str) -> object:
    build(tmp_path)
    given = {"split": {"dev": x, "test": 0.01}} if option == "split" else {option: x}
    return aligner.export_corpus(tmp_path / "c", tmp_path / "out", **given)


def vectors(tmp_path: Path, x: Any) -> object:
    np.save(tmp_path / "a.npy", np.eye(2, dtype=np.float32))
    return aligner.read_vectors(tmp_path / "a.npy", dimension=x)


def mined(tmp_path: Path, **options: Any) -> object:
    for name, text in (("en.txt", "It rained.\nWe left.\n"), ("vi.txt", "Trời mưa.\nChúng tôi đi.\n")):
        (tmp_path / name).write_text(text, "utf-8")
    return aligner.mine(tmp_path / "en.txt", tmp_path / "vi.txt", tmp_path / "o.tsv", **{"jobs": 1} | options)


Call = Callable[[Path, Any], object]
OPTIONS: dict[str, tuple[str, Call]] = {
    "AlignConfig.null_bias": (
        "-1 0 0.5 0.9 1 2 90 1.5 np.int64(2) np.float64(0.9)", lambda _, x: aligner.AlignConfig(null_bias=x)
    ),
    "AlignConfig.threshold": (SHARE, lambda _, x: aligner.AlignConfig(threshold=x)),
    "BuildConfig.threshold": (SHARE, lambda _, x: aligner.BuildConfig(threshold=x)),
    "BuildConfig.shard_bytes": (WHOLE, lambda _, x: aligner.BuildConfig(shard_bytes=x)),
    "Alignment.cosines.max_cells": (WHOLE, lambda _, x: article().cosines(max_cells=x)),
    "QualityModel.threshold.purpose": (SHARE, lambda _, x: shipped_model().threshold(x)),
    "build_corpus.jobs": (f"{WHOLE} None", lambda path, x: build(path, jobs=x)),
    "build_corpus.part": ("1", lambda path, x: build(path, part=(x, 1))),
    "compare_evaluations.samples": (
        WHOLE, lambda _, x: aligner.compare_evaluations(*[aligner.evaluate(BEADS, BEADS)] * 2, samples=x)
    ),
    "compare_evaluations.seed": (
        f"0 {WHOLE}", lambda _, x: aligner.compare_evaluations(*[aligner.evaluate(BEADS, BEADS)] * 2, samples=2, seed=x)
    ),
    "compare_translations.samples": (WHOLE, lambda _, x: aligner.compare_translations(LINES, LINES, LINES, samples=x)),
    "compare_translations.seed": (
        WHOLE, lambda _, x: aligner.compare_translations(LINES, LINES, LINES, samples=9, seed=x)
    ),
    "describe.sample": (f"0 {WHOLE} None", lambda _, x: aligner.describe(PAIRS, sample=x)),
    "drop_duplicates.threshold": (SIMILARITY, lambda _, x: aligner.drop_duplicates(PAIRS, threshold=x)),
    "evaluate.samples": (WHOLE, lambda _, x: aligner.evaluate(BEADS, BEADS, samples=x)),
    "evaluate.seed": (f"0 {WHOLE}", lambda _, x: aligner.evaluate(BEADS, BEADS, seed=x)),
    "evaluate_boundaries.samples": (WHOLE, lambda _, x: aligner.evaluate_boundaries(LINES, LINES, samples=x)),
    "evaluate_boundaries.seed": (f"0 {WHOLE}", lambda _, x: aligner.evaluate_boundaries(LINES, LINES, seed=x)),
    "evaluate_retrieval.samples": (WHOLE, lambda _, x: aligner.evaluate_retrieval(LINES, LINES, samples=x)),
    "evaluate_retrieval.seed": (f"0 {WHOLE}", lambda _, x: aligner.evaluate_retrieval(LINES, LINES, seed=x)),
    "evaluate_translations.samples": (WHOLE, lambda _, x: aligner.evaluate_translations(LINES, LINES, samples=x)),
    "evaluate_translations.seed": (WHOLE, lambda _, x: aligner.evaluate_translations(LINES, LINES, samples=9, seed=x)),
    "export_corpus.threshold": (f"{SHARE} None", lambda path, x: exported(path, x, "threshold")),
    "export_corpus.split": (BELOW_ONE, lambda path, x: exported(path, x, "split")),
    "find_duplicates.threshold": (SIMILARITY, lambda _, x: aligner.find_duplicates(PAIRS, threshold=x)),
    "joined.weight": (SHARE, lambda _, x: aligner.joined(aligner.encode, aligner.encode, x)),
    "leakage.k": (f"0 {WHOLE}", lambda _, x: aligner.leakage(PAIRS, k=x)),
    "leakage.threshold": (SIMILARITY, lambda _, x: aligner.leakage(FRAMES, threshold=x)),
    "neural_encoder.batch_size": (WHOLE, lambda _, x: aligner.neural_encoder("no/such", batch_size=x)),
    "read_vectors.dimension": (f"{WHOLE} None", vectors),
    "reliability.bins": (WHOLE, lambda _, x: aligner.reliability([0.5], [1], bins=x)),
    "score_file.threshold": (SHARE, scored),
    "score_pairs.threshold": (SHARE, lambda _, x: aligner.score_pairs(PAIRS[["src_text", "trg_text"]], threshold=x)),
    "show_pairs.limit": (WHOLE, lambda _, x: aligner.show_pairs(PAIRS, limit=x)),
    "split_corpus.dev": (BELOW_ONE, lambda _, x: aligner.split_corpus(PAIRS, dev=x)),
    "split_corpus.test": (BELOW_ONE, lambda _, x: aligner.split_corpus(PAIRS, test=x)),
    "split_corpus.threshold": (SIMILARITY, lambda _, x: aligner.split_corpus(PAIRS, threshold=x)),
    "split_sentences.max_chars": (f"{WHOLE} None", lambda _, x: aligner.split_sentences("Yes.", "en", max_chars=x)),
    "match_documents.jobs": (f"{WHOLE} None", lambda _, x: aligner.match_documents([{"text": "It rained."}], jobs=x)),
    "MiningConfig.threshold": (SHARE, lambda _, x: aligner.MiningConfig(threshold=x)),
    "mine.jobs": (f"{WHOLE} None", lambda path, x: mined(path, jobs=x)),
    "mine.block": (WHOLE, lambda path, x: mined(path, block=x)),
    "mine.part": ("1", lambda path, x: mined(path, part=(x, 1))),
    "threshold_table.steps": (WHOLE, lambda _, x: aligner.threshold_table([0.5], [1], steps=x)),
}  # fmt: skip
"""Every option that holds a number: which of ODD it takes, and a call that gives it."""

ELSEWHERE = ("nothing is left to train on", "vectors of another length")
"""What is said of a number that is one, beside other things."""

RESULTS = {
    "Alignment", "Article", "Bead", "Block", "Boundary", "Evaluation", "Judgement", "Name", "NameEntry", "QualityModel",
    "Quantity", "Sentence", "Verdict",
}  # fmt: skip
"""Classes that hold what was found, which nobody gives as an option."""

NUMBER = re.compile(r"\b(?:int|float|Threshold)\b")


def options_of(name: str, function: Any) -> list[str]:
    return [
        f"{name}.{option}"
        for option, parameter in inspect.signature(function).parameters.items()
        if NUMBER.search(str(parameter.annotation)) and "Sequence" not in str(parameter.annotation)
    ]


def test_every_option_that_holds_a_number_is_in_the_table() -> None:
    found = []
    for name in aligner.__all__:
        value = getattr(aligner, name)
        if inspect.isclass(value):
            if name not in RESULTS and not issubclass(value, Exception):
                found += options_of(name, value)
            for method, function in vars(value).items():
                if inspect.isfunction(function) and not method.startswith("_"):
                    found += options_of(f"{name}.{method}", function)
        elif callable(value):
            found += options_of(name, value)
    assert sorted(found) == sorted(OPTIONS)


@pytest.mark.parametrize("option", OPTIONS)
def test_a_number_out_of_range_is_refused_at_every_door(tmp_path: Path, option: str) -> None:
    taken, call = OPTIONS[option]
    for k, (name, value) in enumerate(ODD.items()):
        folder = tmp_path / str(k)
        folder.mkdir()
        try:
            call(folder, value)
        except InputError as error:
            refused = str(error)
        except MissingExtraError:
            refused = ""
        else:
            refused = ""
        is_taken = not refused or any(words in refused for words in ELSEWHERE)
        assert is_taken == (name in taken.split()), f"{option}={name}: {refused or 'taken'}"
        assert len(refused) < 4 * MAX_QUOTED


WORDS = ("nan", "inf", "-1", "0", "0.5", "2", "90", "1e30", "True", "None", "", "0x10", "1_0", "٣")
VERB_OPTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "align --encoder-weight": ("0 0.5", ("FILE", "-o", "OUT", "--encoder", "e5")),
    "align --null-bias": ("-1 0 0.5 2 90 1_0 ٣", ("FILE", "-o", "OUT")),
    "align --threshold": ("0 0.5", ("FILE", "-o", "OUT")),
    "build --threshold": ("0 0.5", ("m.jsonl", "-o", "CORPUS", "-j", "1")),
    "build --shard": ("", ("m.jsonl", "-o", "CORPUS", "-j", "1")),
    "build --shard-bytes": ("2 90 1_0 ٣", ("m.jsonl", "-o", "CORPUS", "-j", "1")),
    "build --jobs": ("2 90 1_0 ٣", ("m.jsonl", "-o", "CORPUS", "--engine", "dask")),
    "deduplicate --threshold": ("0.5", ("PAIRS", "-o", "OUT")),
    "deduplicate --jobs": ("2 90 1_0 ٣", ("PAIRS", "--exact", "--threshold", "0.8", "-o", "OUT")),
    "describe --sample": ("0 2 90 1_0 ٣", ("PAIRS",)),
    "evaluate --encoder-weight": ("0 0.5", ("--retrieval", "FILE", "FILE", "--encoder", "e5")),
    "evaluate --samples": ("2 90 1_0 ٣", ("PAIRS", "--hypotheses", "PAIRS")),
    "evaluate --seed": ("2 90 1_0 ٣", ("PAIRS", "--hypotheses", "PAIRS")),
    "export --threshold": ("0 0.5", ("CORPUS", "-o", "OUT")),
    "export --split": ("", ("CORPUS", "-o", "OUT")),
    "match --jobs": ("2 90 1_0 ٣", ("FOLDER", "-o", "OUT")),
    "mine --shard": ("", ("FILE", "FILE", "-o", "OUT")),
    "mine --threshold": ("0 0.5", ("FILE", "FILE", "-o", "OUT")),
    "mine --encoder-weight": ("0 0.5", ("FILE", "FILE", "-o", "OUT", "--encoder", "e5")),
    "mine --jobs": ("2 90 1_0 ٣", ("FILE", "FILE", "-o", "OUT")),
    "review --port": ("0 2 90 1_0 ٣", ("PAIRS", "--agreement", "a", "b")),
    "score --threshold": ("0 0.5", ("PAIRS", "-o", "OUT")),
    "split --max-chars": ("2 90 1_0 ٣", ("FILE", "--lang", "en")),
}
"""Every option of a verb that holds a number: which of WORDS are no fault of its own, and the words before it."""


WORDED = ("columns", "encoding", "encoding_en", "encoding_vi", "locales")
"""Options with a reader of their own that hold words."""


def test_every_option_of_a_verb_that_holds_a_number_is_in_the_table() -> None:
    verbs = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction)).choices
    found = [
        f"{verb} {action.option_strings[-1]}"
        for verb, parser in verbs.items()
        for action in parser._actions
        if action.type is not None and action.dest not in WORDED
    ]
    assert sorted(found) == sorted(VERB_OPTIONS)


@pytest.mark.parametrize("option", VERB_OPTIONS)
def test_a_word_that_is_no_such_number_is_refused_by_the_verb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "FILE").write_text("It rained.\n\nTrời mưa.\n", "utf-8")
    (tmp_path / "m.jsonl").write_text('{"id": "a", "en_text": "", "vi_text": ""}\n', "utf-8")
    PAIRS[["src_text", "trg_text"]].to_csv(tmp_path / "PAIRS", sep="\t", index=False)
    verb, name = option.split()
    taken, words = VERB_OPTIONS[option]
    for word in WORDS:
        before = sorted(tmp_path.iterdir())
        done = run(verb, *words, f"{name}={word}")
        if word in taken.split():
            assert name not in done.stderr.split("error:")[-1], word
            assert "out of range" not in done.stderr, word
            continue
        assert done.returncode == 2, (option, word)
        assert "Traceback" not in done.stderr
        assert sorted(tmp_path.iterdir()) == before


def test_splits_that_share_pairs_are_never_told_as_clean() -> None:
    """90 for 0.9: nothing is that much alike, and 'no leak' would be said of the same pair twice."""
    for threshold in (90, 5, 1.0001, 0.4999, math.nan, "0.9"):
        for call in (aligner.leakage, aligner.split_corpus, aligner.find_duplicates, aligner.drop_duplicates):
            for near in (True, False):
                with pytest.raises(InputError, match="threshold is no similarity"):
                    call(PAIRS, threshold=threshold, near=near)  # type: ignore[operator]


@pytest.mark.parametrize("size", [1_000, 3_000_000])
def test_no_message_is_longer_than_a_screen(tmp_path: Path, size: int) -> None:
    long = "x" * size
    texts = {
        "header.tsv": f"id\ten\t{long}\n",
        "row.jsonl": f'{{"{long}": ""}}\n',
        "value.jsonl": f'{{"en": "{long}", "id": 3}}\n',
    }
    calls: list[Callable[[], object]] = [
        lambda: aligner.AlignConfig(decoding=long),
        lambda: aligner.AlignConfig(threshold=long),
        lambda: aligner.AlignConfig(null_bias=[0] * size),
        lambda: aligner.normalise("a", lang=long),
        lambda: aligner.normalise("a", lang="en", tone=long),
        lambda: aligner.decode_legacy("a", long),
        lambda: aligner.split_corpus(pd.DataFrame({long: [1]})),
        lambda: aligner.read_article(long),
        lambda: aligner.write_pairs(PAIRS, tmp_path / f"a.{long[:200]}"),
        lambda: aligner.write_pairs(PAIRS, tmp_path / "a", format=long),
        lambda: aligner.score_pairs(PAIRS, rules=[long]),
        lambda: aligner.describe(PAIRS.assign(quality=long)),
        lambda: aligner.split_corpus(PAIRS, threshold=long),
        lambda: aligner.export_corpus(long, tmp_path / "o"),
    ]
    for call in calls:
        with pytest.raises(aligner.AlignerError) as caught:
            call()
        assert len(str(caught.value)) < 1200, str(caught.value)[:200]
        assert "\n" not in str(caught.value)
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
        done = run("build", tmp_path / name, "-o", tmp_path / f"{name}.corpus", "-j", "1", "--fail-fast")
        assert done.returncode == 2
        assert len(done.stderr) < 1500
