"""Beads held against gold one by one, and what a quality is worth by threshold: against plain loops and by hand."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.bitext import AlignedDocument, Bead, Judgement, Sentence
from aligner.quality.measures import wilson

EN = ["The old well is dry.", "My aunt sells tea at the market.", "It rained all night.", "Nobody saw the dog."]
VI = ["Cái giếng cũ đã cạn.", "Dì tôi bán trà ở chợ.", "Không ai nhìn thấy con chó."]


class Document(AlignedDocument):
    """Beads whose texts nobody looks at."""

    def _judge(self, beads: Sequence[Bead]) -> list[Judgement]:
        return [Judgement(0.0 if b.is_null else b.probability, 1.0, not b.is_null, ()) for b in beads]


def document(n: int, m: int, beads: list[Bead], name: str = "") -> AlignedDocument:
    source, target = (tuple(Sentence(f"{c}{k}", 0, 2) for k in range(size)) for c, size in (("s", n), ("t", m)))
    return Document(source, target, tuple(beads), 1.0, doc_id=name)


def test_each_bead_is_judged_in_order_with_its_texts() -> None:
    a = document(4, 3, [Bead((0,), (0,), 0.9), Bead((1,), ()), Bead((2,), (1,), 0.6), Bead((3,), (2,))], "d")
    found = aligner.judge_beads(a, [((0,), (0,)), ((1, 2), (1,)), ((3,), ()), ((), (2,))])
    assert found[["judgement", "src_ids", "trg_ids", "src_text", "trg_text"]].to_numpy().tolist() == [
        ["right", "0", "0", "s0", "t0"],
        ["wrong", "1", "", "s1", ""],
        ["missed", "1,2", "1", "s1 s2", "t1"],
        ["wrong", "2", "1", "s2", "t1"],
        ["wrong", "3", "2", "s3", "t2"],
        ["missed", "3", "", "s3", ""],
        ["missed", "", "2", "", "t2"],
    ]
    assert found["bead_type"].tolist() == ["1:1", "1:0", "2:1", "1:1", "1:1", "1:0", "0:1"]
    assert found["probability"].isna().tolist() == (found["judgement"] == "missed").tolist()
    assert found["probability"].tolist()[:2] == [0.9, 1.0]
    assert found["quality"].tolist()[:2] == [0.9, 0.0]
    assert set(found["doc_id"]) == {"d"}


def cut(types: list[tuple[int, int]], n: int = 6) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Beads of these types over n sentences on both sides; what is left is the last one."""
    beads, i, j = [], 0, 0
    for a, b in [*types, (n, n)]:
        source, target = tuple(range(i, min(i + a, n))), tuple(range(j, min(j + b, n)))
        beads += [(source, target)] * bool(source or target)
        i, j = i + len(source), j + len(target)
    return beads


cuts = st.lists(st.sampled_from([(1, 1), (1, 0), (0, 1), (1, 2), (2, 1)]), max_size=8).map(cut)


@settings(max_examples=40, deadline=None)
@given(found=cuts, gold=cuts)
def test_the_counts_are_those_of_evaluate(found: list[Any], gold: list[Any]) -> None:
    a = document(6, 6, [Bead(*ids) for ids in found])
    judged = aligner.judge_beads({"x": a}, {"x": gold})
    counts = judged["judgement"].value_counts()
    right, wrong, missed = (int(counts.get(word, 0)) for word in ("right", "wrong", "missed"))
    assert (right, wrong, missed) == (
        len(set(found) & set(gold)),
        len(set(found) - set(gold)),
        len(set(gold) - set(found)),
    )
    score = aligner.evaluate({"x": a}, {"x": gold}).with_nulls
    assert score.precision == pytest.approx(right / len(found))
    assert score.recall == pytest.approx(right / len(gold))
    # Those of the alignment stand in its order.
    made = judged[judged["judgement"] != "missed"]
    assert made["src_ids"].tolist() == [",".join(map(str, source)) for source, _ in found]
    assert set(judged["doc_id"]) == {"x"}


def test_several_documents_and_the_pairs_view() -> None:
    a = aligner.align(EN, VI)
    gold = [(bead.source, bead.target) for bead in a.beads]
    both = aligner.judge_beads({"b": a, "a": a}, {"a": gold, "b": gold[:-1]})
    assert both["doc_id"].tolist() == ["a"] * len(gold) + ["b"] * len(gold)
    assert both["judgement"].value_counts().to_dict() == {"right": 2 * len(gold) - 1, "wrong": 1}
    assert "wrong" in aligner.show_pairs(both.assign(reasons=both["judgement"])).html
    empty = aligner.judge_beads(aligner.align([], []), [])
    assert list(empty.columns) == list(both.columns)


@pytest.mark.parametrize(
    ("predicted", "gold", "message"),
    [
        ([((0,), (0,))], [], "predicted is no alignment (found list)"),
        (None, [((0,), (9,))], "gold bead [0]:[9] has no such sentences (found 4 and 3 sentences)"),
        (None, [((-1,), (0,))], "gold bead [-1]:[0] has no such sentences"),
        (None, [((), ())], "gold bead []:[] has no such sentences"),
        (None, [((0,), (0,)), ((0,), (0,))], "bead 1 is there twice"),
        (None, ["x"], "bead 0 is not a bead"),
        (None, {}, "one of predicted and gold is a mapping"),
    ],
)
def test_what_cannot_be_judged_is_refused(predicted: object, gold: object, message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.judge_beads(aligner.align(EN, VI) if predicted is None else predicted, gold)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


judged_pairs = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30)


@settings(max_examples=50, deadline=None)
@given(judged_pairs, st.integers(1, 12))
def test_a_table_of_thresholds_agrees_with_counting(rows: list[tuple[float, bool]], steps: int) -> None:
    quality, good = [q for q, _ in rows], [g for _, g in rows]
    table = aligner.threshold_table(quality, good, steps=steps)
    assert table["threshold"].tolist() == [k / steps for k in range(steps + 1)]
    for row in table.to_dict("records"):
        kept = [g for q, g in rows if q >= row["threshold"]]
        assert row["kept"] == len(kept)
        if kept:
            assert row["precision"] == sum(kept) / len(kept)
            assert (row["low"], row["high"]) == wilson(sum(kept), len(kept))
        else:
            assert math.isnan(row["precision"])
            assert math.isnan(row["low"])
        assert row["recall"] == sum(kept) / sum(good) if any(good) else math.isnan(row["recall"])


@settings(max_examples=50, deadline=None)
@given(judged_pairs, st.integers(1, 12))
def test_reliability_counts_every_pair_once(rows: list[tuple[float, bool]], bins: int) -> None:
    quality, good = pd.Series([q for q, _ in rows], dtype=float), pd.Series([g for _, g in rows], dtype=bool)
    found = aligner.reliability(quality, good, bins=bins)
    assert sum(row["pairs"] for row in found) == len(rows)
    assert sum(row["good"] * row["pairs"] for row in found) == pytest.approx(sum(good), abs=0.01)
    assert all(row["low"] <= row["good"] + 1e-4 <= row["high"] + 2e-4 for row in found)
    assert [row["quality"] for row in found] == sorted(row["quality"] for row in found)


@pytest.mark.parametrize(
    ("quality", "good", "message"),
    [
        ([0.5], [1, 0], "qualities and labels differ in number"),
        ([1.5], [1], "quality out of range (found 1.5)"),
        ([float("nan")], [1], "quality out of range (found nan)"),
        ([0.5], [2], "a label is neither good nor bad (found 2.0)"),
        (["x"], [1], "quality or labels are no numbers"),
        ([[0.5]], [[1]], "qualities and labels differ in number"),
    ],
)
def test_what_is_no_judgement_is_refused(quality: list[Any], good: list[Any], message: str) -> None:
    for function in (aligner.threshold_table, aligner.reliability):
        with pytest.raises(aligner.InputError) as caught:
            function(quality, good)
        assert str(caught.value).startswith(message)


def test_parts_and_steps_are_at_least_one() -> None:
    with pytest.raises(aligner.InputError, match="steps out of range"):
        aligner.threshold_table([0.5], [1], steps=0)
    with pytest.raises(aligner.InputError, match="bins out of range"):
        aligner.reliability(np.array([0.5]), np.array([1]), bins=0)
