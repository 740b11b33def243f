"""Descriptions: every figure against a plain count, the estimates against what they estimate, hostile text."""

import json
import random
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.cli import main
from aligner.corpus import description
from aligner.corpus.description import _Distinct, _round_lengths, _Spread
from aligner.pairs.tables import reason_codes
from tests.commands import run

COLUMNS = ["src_text", "trg_text", "quality", "decision", "reasons", "bead_type", "doc_id", "moved"]
ROWS = [
    ("Mr To Lam paid 9 million.", "Ông Tô Lâm trả 9 triệu.", "0.97", "keep", "", "1:1", "a", "False"),
    ("Mr To Lam paid 9 million.", "Ông Tô Lâm trả 9 triệu.", "0.97", "keep", "", "1:1", "b", "True"),
    ("They paid 9 million.", "Họ trả 80 triệu.", "0.2", "drop", "numbers_differ: 9 / 80;low_quality", "1:2", "b", ""),
    ("Nobody came.", "", "0", "drop", "null", "1:0", "b", "False"),
]  # fmt: skip
HOSTILE = ["<script>\x00\u202e", "\ud800", "1" * 2000, "năm " * 500, "\u0661\u0662", "a\u0301" * 50, "\x1c", ""]


def frame(rows: list[Any] = ROWS) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS[: len(rows[0])], dtype=object)


def found(pairs: Any, **options: Any) -> dict[tuple[str, str], tuple[float, float, bool]]:
    rows = aligner.describe(pairs, **options).itertuples(index=False)
    return {(row.section, row.item): (row.value, row.share, row.estimated) for row in rows}  # type: ignore[misc]


def test_every_section_counts_what_there_is() -> None:
    got = {
        key: (value, None if share != share else round(share, 3)) for key, (value, share, _) in found(frame()).items()
    }
    for key, expected in {
        ("size", "pairs"): (4, None),
        ("size", "documents"): (2, None),
        ("size", "without_counterpart"): (1, 0.25),
        ("size", "moved"): (1, 0.25),
        ("size", "source_words"): (18, None),
        ("size", "source_types"): (9, 0.5),
        ("source_words", "median"): (4, None),
        ("source_characters", "max"): (25, None),
        ("quality", "min"): (0, None),
        ("quality_histogram", "0.95-1.00"): (2, 0.5),
        ("quality_histogram", "0.50-0.55"): (0, 0),
        ("decision", "drop"): (2, 0.5),
        ("bead_type", "1:1"): (2, 0.5),
        ("reason", "null"): (1, 0.25),
        ("drop_reason", "null"): (1, 0.5),
        ("repeated", "pairs"): (1, 0.25),
        ("repeated", "targets"): (1, 0.333),
        ("sample", "pairs"): (4, 1),
        ("source_language", "en"): (4, 1),
        ("target_language", "vi"): (3, 1),
        ("numbers", "pairs_with"): (3, 1),
        ("numbers", "pairs_that_differ"): (1, 0.333),
        ("numbers", "source_matched"): (2, 0.667),
        ("names", "pairs_with"): (2, 0.667),
        ("names", "target_matched"): (2, 1),
    }.items():
        assert got[key] == expected, key
    assert not any(estimated for key, (_, _, estimated) in found(frame()).items() if "ratio" not in key[0])


def test_chunks_are_described_as_the_whole_is() -> None:
    whole, chunks = aligner.describe(frame()), aligner.describe(frame().iloc[k : k + 1] for k in range(4))
    pd.testing.assert_frame_equal(whole, chunks)
    assert whole.attrs["signature"] == f"envi-aligner|v:{aligner.__version__}|describe|pairs:4|sample:4"


def test_texts_alone_have_no_sections_of_other_columns() -> None:
    sections = set(aligner.describe(frame([("It rained.", "Trời mưa.")]))["section"])
    assert {"size", "source_characters", "words_ratio", "repeated", "numbers"} <= sections
    assert not sections & {"quality", "quality_histogram", "decision", "reason", "drop_reason", "bead_type"}


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.text(st.characters(codec=None)), st.text(st.characters(codec=None))), max_size=6))
def test_any_texts_are_described(rows: list[tuple[str, str]]) -> None:
    got = found(pd.DataFrame(rows, columns=COLUMNS[:2], dtype=object))
    assert got["size", "pairs"][0] == len(rows)
    assert 0 <= got["repeated", "pairs"][0] <= max(len(rows) - 1, 0)


def test_hostile_cells_and_missing_ones_are_described() -> None:
    rows = [(text, other, "nan", "?", ";;:x", "", None, None) for text in [*HOSTILE, None, 3] for other in HOSTILE]
    got = found(frame(rows))
    assert got["size", "pairs"][0] == 80
    assert ("quality", "mean") not in got
    assert aligner.describe(frame(rows), by="doc_id")["pairs"].tolist() == [80]


def test_one_row_a_document() -> None:
    table = aligner.describe(iter([frame().iloc[:2], frame().iloc[2:]]), by="doc_id")
    assert table["doc_id"].tolist() == ["a", "b"]
    assert table["pairs"].tolist() == [1, 3]
    assert table["kept"].tolist() == [1, 1]
    assert table["without_counterpart"].tolist() == [0, 1]
    assert table["drop_reasons"].tolist() == ["", "low_quality 1, null 1, numbers_differ 1"]
    assert table["quality_mean"].round(2).tolist() == [0.97, 0.39]
    assert table["characters_ratio"][0] == pytest.approx(23 / 25)


def test_a_sample_tells_what_all_tell() -> None:
    rows = [("In 1975 it rained.", "Năm 1975 trời mưa."), ("It rained.", "Trời mưa.")] * 500
    all_of, some = found(frame(rows), sample=None), found(frame(rows), sample=400)
    assert all_of["numbers", "pairs_with"] == (500, 0.5, False)
    value, share, estimated = some["numbers", "pairs_with"]
    assert estimated
    assert share == pytest.approx(0.5, abs=0.1)
    assert value == share * 400
    pd.testing.assert_frame_equal(*(aligner.describe(frame(rows), sample=400) for _ in range(2)))
    assert ("numbers", "pairs_with") not in found(frame(rows), sample=0)


def test_hashes_estimate_distinct_items_and_repetitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description, "DISTINCT", 4096)
    sketch, rng = _Distinct(), random.Random(1)
    items = [str(rng.randrange(60_000)) for _ in range(100_000)]
    for k in range(0, len(items), 1000):
        sketch.add(items[k : k + 1000])
    distinct = len(set(items))
    assert sketch.total() == pytest.approx(distinct, rel=4 / 4096**0.5)
    assert sketch.repeated_share() == pytest.approx(1 - distinct / len(items), abs=0.02)
    assert sketch.is_estimated
    assert len(sketch.hashes) == 4096


@settings(max_examples=50)
@given(st.lists(st.integers(1, 1000), min_size=1))
def test_quantiles_are_those_of_a_list(values: list[int]) -> None:
    spread = _Spread()
    for part in (values[:3], values[3:]):
        numbers = np.array(part, np.float64)
        spread.add(numbers, _round_lengths(numbers))
    items = dict(spread.items())
    assert items["median"] == statistics.median_low(values)
    assert (items["min"], items["max"]) == (min(values), max(values))
    assert items["mean"] == pytest.approx(statistics.fmean(values))


@given(st.integers(1, 10**9))
def test_steps_of_long_texts_are_small(length: int) -> None:
    (step,) = _round_lengths(np.array([float(length)]))
    assert length * (1 - 1 / 64) <= step <= length
    assert step == length or length >= description.EXACT_LENGTHS


@pytest.mark.parametrize(
    ("reasons", "codes"),
    [("", []), (";", []), ("a", ["a"]), ("a: b, c: d;e", ["a", "e"]), ("a: 1; a: 2", ["a"]), (": x", [])],
)
def test_codes_of_reasons(reasons: str, codes: list[str]) -> None:
    assert reason_codes(reasons) == codes


@pytest.mark.parametrize(
    ("pairs", "options", "message"),
    [
        ("a.tsv", {}, "pairs are no frame"),
        ([("a", "b")], {}, "chunk 0 is no frame"),
        (pd.DataFrame({"src_text": []}), {}, "no column trg_text"),
        (frame(), {"by": "document"}, "no column document"),
        (frame(), {"sample": -1}, "sample is negative"),
    ],
)
def test_what_cannot_be_described_is_told(pairs: Any, options: Any, message: str) -> None:
    with pytest.raises(aligner.InputError, match=message):
        aligner.describe(pairs, **options)


def test_the_command_shows_figures_and_writes_them(tmp_path: Path) -> None:
    lines = ["\t".join(COLUMNS), *("\t".join(row) for row in ROWS)]
    (tmp_path / "a.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    done = run("describe", tmp_path / "a.tsv", "--json", tmp_path / "a.json", "-o", tmp_path / "b.tsv")
    assert done.returncode == 0, done.stderr
    assert "numbers_differ" in done.stdout
    written = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert written["sections"]["size"]["pairs"] == {"value": 4.0, "share": None, "estimated": False}
    assert written["signature"].endswith("|pairs:4|sample:4")
    assert (tmp_path / "b.tsv").read_text("utf-8").startswith("section\titem\tvalue\tshare\testimated\n")


def test_the_command_describes_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "a.tsv")
    Path(path).write_text("\n".join(["\t".join(COLUMNS), *("\t".join(row) for row in ROWS)]) + "\n", "utf-8")
    assert main(["describe", path, "--by", "doc_id", "--json", "-"]) == 0
    assert [row["pairs"] for row in json.loads(capsys.readouterr().out)["documents"]] == [1, 3]
    assert main(["describe", path, "--by", "doc_id"]) == 0
    assert "drop_reasons" in capsys.readouterr().out
    assert main(["describe", path, "--by", "nothing"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_missing_cells_of_every_kind_are_empty() -> None:
    told = frame().assign(doc_id=pd.array(["a", None, "a", None], dtype="string"), quality=pd.array([1, None, 0, 1]))
    found = aligner.describe(told, by="doc_id")
    assert dict(zip(found["doc_id"], found["pairs"], strict=True)) == {"a": 2, "": 2}
    assert aligner.describe(told.assign(doc_id=[1, 1, 2, 3])).query("item == 'documents'")["value"].item() == 3
