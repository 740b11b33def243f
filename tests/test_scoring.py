"""Scoring pairs: evidence, the additive model, rules, reasons, bad input, refitting."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aligner
from aligner.bitext import PURPOSES
from aligner.errors import InputError
from aligner.quality.additive import Additive, _isotonic, calibrate, fit
from aligner.quality.features import FEATURES, Evidence
from aligner.quality.fluency import Fluency
from aligner.quality.measures import auc, calibration_error, reliability, wilson
from aligner.quality.model import purposes, shipped_model, shipped_witness
from aligner.quality.pieces import MAX_PIECES, PIECE_FEATURES, piece_features
from aligner.quality.reasons import REASONS, tell_reasons
from aligner.quality.rules import RULES
from aligner.quality.scores import SCORES

GOOD = [
    (
        "The city council opened a new bridge over the river on Monday morning.",
        "Hội đồng thành phố đã khánh thành một cây cầu mới bắc qua sông vào sáng thứ Hai.",
    ),
    (
        "Farmers say that the price of rice has fallen by 12 percent since March.",
        "Nông dân cho biết giá gạo đã giảm 12 phần trăm kể từ tháng 3.",
    ),
    (
        "“We did not expect so many visitors,” said Anna Keller, who runs the museum.",
        "“Chúng tôi không ngờ có nhiều khách đến thế”, bà Anna Keller, người điều hành bảo tàng, nói.",
    ),
    (
        "Heavy rain is forecast for the northern provinces until the end of the week.",
        "Dự báo các tỉnh phía Bắc sẽ có mưa lớn cho đến cuối tuần.",
    ),
    (
        "The school has 450 pupils, and most of them walk there every day.",
        "Trường có 450 học sinh, và hầu hết các em đi bộ đến trường mỗi ngày.",
    ),
]


def frame(rows: list[tuple[object, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["src_text", "trg_text"], dtype=object)


def damaged() -> dict[str, tuple[str, str]]:
    (en, vi), (en2, vi2), (en3, vi3), (_, vi4), _ = GOOD
    return {
        "random": (en, vi2),
        "untranslated": (en, en),
        "unaccented": (en, "Hoi dong thanh pho da khanh thanh mot cay cau moi bac qua song vao sang thu Hai."),
        "mojibake": (en, vi.encode("utf-8").decode("latin-1")),
        "number": (en2, vi2.replace("12", "47")),
        "name": (en3, vi3.replace("Keller", "Yamamoto")),
        "appended": (en, f"{vi} {vi4}"),
        "truncated_vi": (en, "Hội đồng thành phố đã khánh thành một"),
        "truncated_en": ("The city council opened", vi),
        "shuffled": (en, "sông đồng mới thứ cầu vào phố. Hai đã thành Hội bắc cây sáng qua khánh một thành"),
        "turned": (vi, en),
    }


# Scores ---------------------------------------------------------------------------------------------------------------


def test_good_pairs_are_kept_and_damaged_ones_dropped_with_a_reason() -> None:
    good = aligner.score_pairs(frame(GOOD), threshold=0.5)
    assert list(good["decision"]) == ["keep"] * len(GOOD), good[["quality", "reasons"]].to_dict("records")
    bad = damaged()
    scored = aligner.score_pairs(frame(list(bad.values())), threshold=0.5)
    kinds = dict(zip(bad, scored[["quality", "decision", "reasons"]].to_dict("records"), strict=True))
    assert {k for k, row in kinds.items() if row["decision"] == "keep"} == set(), kinds
    assert all(row["reasons"] for row in kinds.values())
    assert scored["quality"].max() < good["quality"].min()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("untranslated", "rule_identical"),
        ("unaccented", "rule_target_language"),
        ("mojibake", "rule_mojibake"),
        ("number", "numbers_differ: 12 percent / 47 phần trăm"),
        ("name", "names_differ: "),
        ("turned", "rule_source_language"),
    ],
)
def test_the_reason_says_what_is_wrong(kind: str, code: str) -> None:
    (reasons,) = aligner.score_pairs(frame([damaged()[kind]]))["reasons"]
    assert any(reason.startswith(code) for reason in reasons.split(";")), reasons


def test_rows_index_and_other_columns_stay() -> None:
    given = frame([*GOOD, ("", "x"), *damaged().values()])
    given["id"] = range(100, 100 + len(given))
    given.index = pd.Index([7 * k % 31 for k in range(len(given))])
    given["quality"] = 9.0  # of another tool
    before = given.copy()
    scored = aligner.score_pairs(given)
    pd.testing.assert_frame_equal(given, before)
    assert scored.index.equals(given.index)
    for column in ("src_text", "trg_text", "id"):
        assert list(scored[column]) == list(given[column])
    assert set(SCORES) <= set(scored.columns)
    assert scored["quality"].between(0, 1).all()
    assert scored["aligner_score"].between(-1, 1).all()
    assert set(scored["decision"]) <= {"keep", "drop"}
    known = set(REASONS)
    assert all(r.split(":")[0] in known for cell in scored["reasons"] for r in cell.split(";") if r)


def test_a_row_s_score_does_not_depend_on_the_rows_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [*GOOD, *damaged().values()]
    together = aligner.score_pairs(frame(rows))
    alone = pd.concat([aligner.score_pairs(frame([row])) for row in rows], ignore_index=True)
    assert list(together["quality"]) == pytest.approx(list(alone["quality"]), abs=1e-4)
    monkeypatch.setattr("aligner.quality.judging.CHUNK", 3)
    chunked = aligner.score_pairs(frame(rows))
    assert list(together["quality"]) == pytest.approx(list(chunked["quality"]), abs=1e-4)
    assert list(together["decision"]) == list(chunked["decision"])


def test_features_come_on_request() -> None:
    scored = aligner.score_pairs(frame(GOOD), features=True)
    assert [c for c in scored.columns if c.startswith("feature_")] == [f"feature_{name}" for name in FEATURES]
    assert np.isfinite(scored[[f"feature_{name}" for name in FEATURES]].to_numpy()).all()
    assert not [c for c in aligner.score_pairs(frame(GOOD)).columns if c.startswith("feature_")]


def test_thresholds_by_purpose_and_number() -> None:
    rows = frame([*GOOD, *damaged().values()])
    kept = {
        name: set(np.flatnonzero(aligner.score_pairs(rows, threshold=name, rules=[])["decision"] == "keep"))
        for name in PURPOSES
    }
    assert kept["strict"] <= kept["balanced"] <= kept["recall"]
    everything = aligner.score_pairs(rows, threshold=0.0, rules=[])
    assert set(everything["decision"]) == {"keep"}
    assert aligner.score_pairs(rows, threshold=0.25).attrs["threshold"] == 0.25


def test_empty_frames_have_the_columns() -> None:
    scored = aligner.score_pairs(frame([]), features=True)
    assert len(scored) == 0
    assert set(SCORES) <= set(scored.columns)


def test_decomposed_text_is_scored_like_composed() -> None:
    import unicodedata

    plain = aligner.score_pairs(frame(GOOD))
    split = aligner.score_pairs(frame([(en, unicodedata.normalize("NFD", vi)) for en, vi in GOOD]))
    assert list(plain["quality"]) == pytest.approx(list(split["quality"]), abs=1e-6)


# Bad input ------------------------------------------------------------------------------------------------------------


def test_missing_columns_are_named_with_those_found() -> None:
    with pytest.raises(InputError, match=r"no column trg_text \(found src_text, vi\)"):
        aligner.score_pairs(pd.DataFrame({"src_text": ["a"], "vi": ["b"]}))
    with pytest.raises(InputError, match="more than one column src_text"):
        aligner.score_pairs(pd.DataFrame([["a", "b", "c"]], columns=["src_text", "src_text", "trg_text"]))
    with pytest.raises(InputError, match="pairs are no frame"):
        aligner.score_pairs([("a", "b")])  # type: ignore[arg-type]


def test_missing_and_empty_cells_are_kept_and_scored_0() -> None:
    cells = [float("nan"), None, pd.NA, "", "   ", "…", 3.5]
    scored = aligner.score_pairs(frame([("Good morning.", cell) for cell in cells]))
    assert len(scored) == len(cells)
    assert set(scored["quality"]) == {0.0}
    assert set(scored["decision"]) == {"drop"}
    assert set(scored["reasons"]) == {"empty"}


def test_a_text_beside_several_others_is_judged_as_if_it_were_alone() -> None:
    sources, targets = zip(*GOOD, strict=True)
    rows = [(en, vi) for en in sources for vi in (*targets, targets[0])]
    together = aligner.score_pairs(frame(rows), features=True).drop(columns="reasons")
    alone = pd.concat([aligner.score_pairs(frame([row]), features=True) for row in rows], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone.drop(columns="reasons"), rtol=1e-4, atol=1e-4)


def test_na_and_null_are_words() -> None:
    scored = aligner.score_pairs(frame([("NA", "NA"), ("null", "null")]))
    assert not scored["reasons"].str.contains("empty").any()
    assert (scored["quality"] > 0).all()


@pytest.mark.parametrize("threshold", ["best", -0.1, 1.5, float("nan"), None, [1]])
def test_bad_thresholds_are_refused(threshold: object) -> None:
    with pytest.raises(InputError, match="threshold"):
        aligner.score_pairs(frame(GOOD), threshold=threshold)  # type: ignore[arg-type]


def test_unknown_rules_are_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no such rule \(found 'nice'\); rules are empty, "):
        aligner.score_pairs(frame(GOOD), rules=["nice"])


@pytest.mark.slow
@pytest.mark.parametrize("text", ["1" * 1_000_000, "năm " * 250_000, "\u0661" * 100_000, "\ud800" * 1000, "Ã" * 300_000,
                                  "a\0b" * 1000, "<b>" * 100_000, "e\u0302\u0323" * 100_000,
                                  ". " * 200_000])  # fmt: skip
def test_hostile_text_is_scored(text: str) -> None:
    scored = aligner.score_pairs(frame([(text, text), ("Hello there, my friend.", text), (text, "Xin chào.")]))
    assert set(scored["decision"]) == {"drop"}


# Rules ----------------------------------------------------------------------------------------------------------------

BREAKING = {
    "empty": ("Hello.", "…"),
    "too_long": ("It is. " * 700, "Nó đấy. " * 700),
    "length_ratio": (GOOD[0][0], "Cầu."),
    "few_letters": ("C - - - - - - - - - - - - - - - - -", "C - - - - - - - - - - - - - - - - -"),
    "identical": (GOOD[0][0], GOOD[0][0]),
    "source_language": (GOOD[0][1], GOOD[0][1]),
    "target_language": damaged()["unaccented"],
    "mojibake": damaged()["mojibake"],
    "repetition": (GOOD[0][0], "một cây cầu một cây cầu một cây cầu một cây cầu một cây cầu"),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_drops_counts_and_can_be_switched_off(rule: str) -> None:
    rows = frame([*GOOD, BREAKING[rule]])
    scored = aligner.score_pairs(rows, rules=[rule], threshold=0.0)
    assert list(scored["decision"]) == ["keep"] * len(GOOD) + ["drop"]
    assert scored.attrs["rules"] == {rule: 1}
    assert ("empty" if rule == "empty" else f"rule_{rule}") in scored["reasons"].iloc[-1]
    others = [name for name in RULES if name != rule]
    assert rule not in aligner.score_pairs(rows, rules=others).attrs["rules"]
    assert set(aligner.score_pairs(rows, rules=[], threshold=0.0)["decision"]) == {"keep"}


LANGUAGES = {"source_english": 1.0, "target_vietnamese": 1.0, "source_marks": 0.0, "target_marks": 0.3}


@pytest.mark.parametrize(
    ("rule", "edge", "over"),
    [
        ("empty", {"sizes": (9, 9, 2, 2, 1, 1)}, {"sizes": (9, 9, 2, 2, 1, 0)}),
        ("too_long", {"sizes": (4000, 4000, 9, 9, 9, 9)}, {"sizes": (4000, 4001, 9, 9, 9, 9)}),
        ("length_ratio", {"sizes": (100, 340, 9, 9, 9, 9)}, {"sizes": (100, 341, 9, 9, 9, 9)}),
        ("length_ratio", {"sizes": (340, 100, 9, 9, 9, 9)}, {"sizes": (341, 100, 9, 9, 9, 9)}),
        ("few_letters", {"sizes": (100, 100, 9, 9, 31, 31)}, {"sizes": (100, 100, 9, 9, 29, 99)}),
        ("identical", {"copied": 0.98, "untranslated": 1.0}, {"copied": 1.0, "untranslated": 1.0}),
        ("identical", {"copied": 1.0, "untranslated": 0.89}, {"copied": 1.0, "untranslated": 0.92}),
        ("identical", {"copied": 1.0, "untranslated": 1.0, "sizes": (9, 9, 3, 4, 9, 9)},
         {"copied": 1.0, "untranslated": 1.0, "sizes": (9, 9, 4, 4, 9, 9)}),
        ("source_language", {"source_english": 0.5, "source_marks": 0.2}, {"source_english": 0.4, "source_marks": 0.2}),
        ("source_language", {"source_english": 0.0, "source_marks": 0.1},
         {"source_english": 0.0, "source_marks": 0.11}),
        ("target_language", {"target_vietnamese": 0.5, "target_marks": 0.0},
         {"target_vietnamese": 0.25, "target_marks": 0.0}),
        ("target_language", {"target_vietnamese": 0.0, "target_marks": 0.021},
         {"target_vietnamese": 0.0, "target_marks": 0.019}),
        ("mojibake", {"mojibake": 0.049}, {"mojibake": 0.051}),
        ("repetition", {"repetition": 0.449}, {"repetition": 0.451}),
    ],
)  # fmt: skip
def test_a_rule_is_broken_beyond_its_limit_and_not_before(
    rule: str, edge: dict[str, Any], over: dict[str, Any]
) -> None:
    for said, is_broken in ((edge, False), (over, True)):
        values = {**LANGUAGES, **said}
        sizes = values.pop("sizes", (100, 100, 20, 20, 80, 80))
        table = np.zeros((1, len(FEATURES)), np.float32)
        table[0, [FEATURES.index(name) for name in values]] = list(values.values())
        evidence = Evidence(table, np.array([sizes], np.float32), ("",), ("",))
        assert bool(RULES[rule].breaks(evidence)[0]) is is_broken, said


# The model ------------------------------------------------------------------------------------------------------------


def test_the_shipped_model_has_its_card() -> None:
    stored = json.loads((resources.files("aligner") / "data" / "quality.json").read_text("utf-8"))
    assert tuple(stored["model"]["features"]) == FEATURES
    assert set(stored["purposes"]) == set(PURPOSES)
    for row in stored["purposes"].values():
        low, high = row["precision_interval"]
        assert low <= row["precision"] <= high
    assert stored["auc"]["all"] >= 0.97
    assert stored["calibration_error"] <= 0.03
    assert stored["rules"]["any"]["good"] <= 0.005
    limits = [stored["purposes"][name]["threshold"] for name in ("strict", "balanced", "recall")]
    assert limits == sorted(limits, reverse=True)


def test_a_stored_model_is_read_back() -> None:
    model = shipped_model().additive
    again = Additive.from_json(json.loads(json.dumps(model.to_json())))
    table = np.random.default_rng(1).normal(size=(50, len(FEATURES)))
    assert again.probability(again.contributions(table)) == pytest.approx(model.probability(model.contributions(table)))


def test_additive_model_finds_lines_and_its_calibration_keeps_order() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(4000, 3))
    nats = 2 * x[:, 0] - np.abs(x[:, 1]) * 3 + 2
    y = rng.random(4000) < 1 / (1 + np.exp(-nats))
    model = fit(["a", "b", "c"], x[:2000], y[:2000])
    calibrated = calibrate(model, x[2000:3000], y[2000:3000])
    q = calibrated.probability(calibrated.contributions(x[3000:]))
    assert auc(q[y[3000:]], q[~y[3000:]]) > 0.85
    assert calibration_error(q, y[3000:]) < 0.08
    raw = model.bias + model.contributions(x[3000:]).sum(axis=1)
    order = np.argsort(raw)
    assert (np.diff(q[order]) >= 0).all()
    spans = [max(v) - min(v) for v in model.values]
    assert spans[2] < min(spans[:2]) / 3


def naive_isotonic(levels: list[float], weights: list[float]) -> list[float]:
    """The largest of the smallest means of runs around each level (Barlow et al. 1972, the minimax formulas)."""

    def mean(a: int, b: int) -> float:
        return float(np.average(levels[a : b + 1], weights=weights[a : b + 1]))

    n = len(levels)
    return [max(min(mean(a, b) for b in range(i, n)) for a in range(i + 1)) for i in range(n)]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 5)), min_size=1, max_size=9))
def test_isotonic_levels_never_fall_and_are_the_nearest(rows: list[tuple[float, float]]) -> None:
    levels, weights = [x for x, _ in rows], [w for _, w in rows]
    found = _isotonic(np.array(levels), np.array(weights)).tolist()
    assert found == pytest.approx(naive_isotonic(levels, weights), abs=1e-9)


@pytest.mark.parametrize("rates", [(0.1, 0.3, 0.6, 0.9), (0.1, 0.6, 0.3, 0.9), (0.9, 0.6, 0.3, 0.1)])
def test_calibrated_quality_is_the_share_of_good_rows_where_that_rises(rates: tuple[float, ...]) -> None:
    """Where the sum rises and the share of good rows falls, both are pooled."""
    n = 2000
    model = Additive(("x",), ((0.0, 3.0),), ((-3.0, 3.0),), 0.0)
    x = np.repeat(np.arange(4.0), n)[:, None]
    y = np.concatenate([np.arange(n) < rate * n for rate in rates])
    calibrated = calibrate(model, x, y)
    xs, ys = calibrated.calibration
    assert list(xs) == sorted(xs)
    assert list(ys) == sorted(ys)
    found = calibrated.probability(calibrated.contributions(np.arange(4.0)[:, None]))
    assert found == pytest.approx(naive_isotonic(list(rates), [1.0] * 4), abs=0.01)
    assert (np.diff(found) > 0).all()  # a flat step keeps the order of what stands on it


def test_weights_count_in_fit_and_calibration() -> None:
    x, y = np.repeat([[0.0], [1.0]], 400, axis=0), np.tile([True, False], 400)
    weights = np.where(y == (x[:, 0] > 0.5), 3.0, 1.0)  # three of four good at 1, one of four at 0
    model = calibrate(fit(["x"], x, y, weights), x, y, weights)
    low, high = model.probability(model.contributions(np.array([[0.0], [1.0]])))
    assert (low, high) == (pytest.approx(0.25, abs=0.02), pytest.approx(0.75, abs=0.02))
    assert model.contributions(np.array([[0.0]]))[0, 0] < 0 < model.contributions(np.array([[1.0]]))[0, 0]


def test_nats_of_good_rows_are_zero_on_the_average() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(3000, 2))
    y = x[:, 0] + rng.normal(size=3000) > 0
    assert fit(["a", "b"], x, y).contributions(x[y]).mean(axis=0) == pytest.approx([0, 0], abs=1e-6)


def test_probabilities_end_at_twelve_nats() -> None:
    model = Additive(("x",), ((0.0, 1.0),), ((-50.0, 50.0),), 0.0)
    found = model.probability(model.contributions(np.array([[0.0], [1.0]])))
    assert found == pytest.approx([1 / (1 + np.exp(12)), 1 / (1 + np.exp(-12))])


def test_purposes_keep_what_they_say() -> None:
    rng = np.random.default_rng(6)
    quality = np.concatenate([rng.beta(6, 1.5, 20_000), rng.beta(1, 6, 20_000)])
    is_good = np.repeat([True, False], 20_000)
    found = purposes(quality, is_good, np.ones(40_000))
    kept = {name: (quality[is_good] >= limit).mean() for name, limit in found.items()}
    assert kept["recall"] == pytest.approx(0.995, abs=0.002)
    assert kept["balanced"] == pytest.approx(0.98, abs=0.002)
    assert is_good[quality >= found["strict"]].mean() == pytest.approx(0.99, abs=0.002)
    # Weights count as pairs; where 99 of 100 would leave less than half of the good pairs, half are left.
    assert purposes(quality, is_good, np.where(is_good, 1.0, 3.0))["strict"] > found["strict"]
    alike = purposes(np.tile(np.linspace(0, 1, 2001), 2), np.repeat([True, False], 2001), np.ones(4002))
    assert alike["strict"] == pytest.approx(0.5, abs=0.002)


@pytest.mark.parametrize(
    ("nats", "codes"), [(-0.99, []), (-1.0, ["length_ratio"]), (-3.0, ["length_ratio"]), (1.0, [])]
)
def test_a_reason_is_told_from_one_nat_on(nats: float, codes: list[str]) -> None:
    evidence = shipped_witness().examine([GOOD[0][0]], [GOOD[0][1]])
    said = np.zeros((1, len(FEATURES)))
    said[0, FEATURES.index("length")] = nats
    (reasons,) = tell_reasons(evidence, said, np.zeros((1, 0), bool), [])
    assert [reason.split(":")[0] for reason in reasons] == codes


def test_reasons_are_told_rules_first_then_the_strongest() -> None:
    evidence = shipped_witness().examine([GOOD[0][0]], [GOOD[0][1]])
    said = np.zeros((1, len(FEATURES)))
    for name, nats in (("cosine", -2.0), ("length", -5.0), ("margin", -4.0), ("order", -3.0)):
        said[0, FEATURES.index(name)] = nats
    (reasons,) = tell_reasons(evidence, said, np.array([[True]]), ["too_long"])
    assert [r.split(":")[0] for r in reasons] == ["rule_too_long", "length_ratio", "dissimilar", "order_differs"]
    assert reasons[2].index("no nearer") < reasons[2].index("cosine")


def test_evidence_of_length_is_of_english_over_vietnamese_and_what_stands_alone_is_a_share() -> None:
    rows = [("It rained. " * 6, "Trời mưa."), ("It rained.", "Trời mưa. " * 6)]
    rows += [(" and ".join(f"{k}{k} cars" for k in range(1, 1 + n)), "Không có gì.") for n in (1, 3, 6)]
    rows += [("11 cars", "11 xe"), ("11 cars and 22 cars", "11 xe"), ("11 cars, 22 cars and 33 cars", "11 xe và 22 xe")]
    table = shipped_witness().examine([en for en, _ in rows], [vi for _, vi in rows]).table
    length, lone = (table[:, FEATURES.index(name)] for name in ("length", "numbers_lone"))
    assert length[0] > 3
    assert length[1] < -3
    assert lone.tolist() == pytest.approx([0, 0, 1, 1, 1, 0, 1 / 3, 1 / 5])


def test_a_difference_weighs_by_the_root_of_its_share_of_what_stands_in_each_other_s_place() -> None:
    names = ["Berlin", "Toronto", "Hamburg", "Madrid", "Lisbon"]
    rows = [
        (" and ".join(f"{place} ({n}{n})" for n, place in enumerate(names[:k], 1)) + " are far away.",
         " và ".join(f"{place} ({n}{n})" for n, place in enumerate([*names[:k - 1], "Yokohama"], 1))
         .replace(f"{k}{k}", "97") + " ở rất xa.")
        for k in range(1, 6)
    ]  # fmt: skip
    table = shipped_witness().examine([en for en, _ in rows], [vi for _, vi in rows]).table
    for what in ("names", "numbers"):
        differ, lone, shared = (table[:, FEATURES.index(f"{what}_{kind}")] for kind in ("differ", "lone", "shared"))
        assert differ.tolist() == pytest.approx([k**-0.5 for k in range(1, 6)])
        assert lone.tolist() == [0] * 5
        assert shared.tolist() == [0, 1, 2, 3, 4]


def naive_auc(good: list[float], bad: list[float]) -> float:
    return sum((a > b) + (a == b) / 2 for a in good for b in bad) / (len(good) * len(bad))


def test_measures_agree_with_their_plain_twins() -> None:
    rng = np.random.default_rng(5)
    good, bad = rng.integers(0, 10, 40) / 10, rng.integers(0, 9, 30) / 10
    assert auc(good, bad) == pytest.approx(naive_auc(list(good), list(bad)))
    q, y = np.array([0.05, 0.15, 0.95, 0.95]), np.array([0, 0, 1, 0])
    assert calibration_error(q, y) == pytest.approx((0.05 + 0.15 + 2 * 0.45) / 4)
    assert [row["pairs"] for row in reliability(q, y)] == [1, 1, 2]
    low, high = wilson(5, 10)
    assert low == pytest.approx(1 - high)


def naive_cover(source: list[int], target: list[int], table: np.ndarray) -> float:
    """Weighted mean of the best cosine of each source piece, alone or with a neighbour."""

    def cosine(a: np.ndarray, b: np.ndarray) -> float:
        return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))

    total = covered = 0.0
    for i in range(len(source)):
        best = 0.0
        for k in (i - 1, i, i + 1):
            ones = k == i
            first, last = (i, i) if ones else (min(i, k), max(i, k))
            if first < 0 or last >= len(source):
                continue
            a = table[source[first]] if ones else table[source[first]] + table[source[last]]
            for j in range(len(target)):
                best = max(best, cosine(a, table[target[j]]))
                if ones and j + 1 < len(target):
                    best = max(best, cosine(a, table[target[j]] + table[target[j + 1]]))
        weight = float(np.linalg.norm(table[source[i]]))
        total += weight
        covered += weight * best
    return covered / total


def test_coverage_agrees_with_its_plain_twin_whatever_the_dimension() -> None:
    for d in (3, 16):
        rng = np.random.default_rng(d)
        table = rng.normal(size=(40, d)).astype(np.float32)
        pairs = [([int(x) for x in rng.integers(0, 40, m)], [int(x) for x in rng.integers(0, 40, n)])
                 for m, n in ((1, 1), (5, 9), (12, 4), (30, 30))]  # fmt: skip
        found = piece_features([a for a, _ in pairs], [b for _, b in pairs], table, (table[:5], table[:5]))
        for row, (a, b) in zip(found, pairs, strict=True):
            # Two against one of the other side: the row of the target looks at its own neighbours.
            assert row[PIECE_FEATURES.index("source_coverage")] == pytest.approx(naive_cover(a, b, table), abs=1e-4)
            assert row[PIECE_FEATURES.index("target_coverage")] == pytest.approx(naive_cover(b, a, table), abs=1e-4)


def test_texts_without_pieces_and_long_ones_have_evidence() -> None:
    table = np.eye(4, dtype=np.float32)
    found = piece_features([[], [0] * 5000, [1]], [[1], [0, 1] * 4000, []], table, (table, table))
    assert np.isfinite(found).all()
    assert MAX_PIECES < 5000


def test_fluency_counts_and_tells_order() -> None:
    text = [1, 2, 3, 4, 5, 6, 7]
    fluency = Fluency.count([text] * 20, vocabulary=10, cells=1 << 10)
    right, wrong, short = fluency.features([text, text[::-1], [1, 2]])
    assert right[1] > 0 > wrong[1]
    assert not short.any()
    assert Fluency.count([], vocabulary=10, cells=16).features([text]).shape == (1, 2)


def test_shuffled_vietnamese_is_less_fluent() -> None:
    witness = shipped_witness()
    rng = np.random.default_rng(2)
    straight = [vi for _, vi in GOOD]
    mixed = [" ".join(rng.permutation(vi.split())) for vi in straight]
    scores = witness.fluency.features(witness.encoder.pieces([*straight, *mixed]))[:, 1]
    assert (scores[: len(GOOD)] > scores[len(GOOD) :]).all()


# Refitting ------------------------------------------------------------------------------------------------------------


def labelled() -> pd.DataFrame:
    subjects = [("The teacher", "Giáo viên"), ("My brother", "Anh trai tôi"), ("The doctor", "Bác sĩ"),
                ("A farmer", "Một nông dân"), ("The girl", "Cô gái"), ("Our neighbour", "Hàng xóm của chúng tôi"),
                ("The driver", "Người lái xe"), ("His mother", "Mẹ anh ấy")]  # fmt: skip
    acts = [("bought a red hat", "mua một chiếc mũ đỏ"), ("is reading a long letter", "đang đọc một lá thư dài"),
            ("sold the old house", "đã bán ngôi nhà cũ"), ("cooked fish for dinner", "nấu cá cho bữa tối"),
            ("lost a black bag", "làm mất một cái túi đen"), ("opened the window", "mở cửa sổ")]  # fmt: skip
    rows = [(f"{a} {c}.", f"{b} {d}.", 1) for a, b in subjects for c, d in acts]
    wrong = [(rows[k][0], rows[(k + 9) % len(rows)][1], 0) for k in range(len(rows))]
    return pd.DataFrame(rows + wrong, columns=["src_text", "trg_text", "label"])


def test_a_refitted_model_scores_and_has_thresholds() -> None:
    rows = labelled()
    model = aligner.fit_quality(rows)
    assert "refitted:48+48" in model.signature
    scored = aligner.score_pairs(rows, model=model)
    assert (
        auc(scored["quality"][rows["label"] == 1].to_numpy(), scored["quality"][rows["label"] == 0].to_numpy()) > 0.95
    )
    assert "refitted" in scored.attrs["signature"]
    same = aligner.fit_quality(rows, [bool(x) for x in rows["label"]])
    assert same.additive == model.additive


def test_few_labels_change_little_and_many_change_more() -> None:
    rows = labelled()
    shipped = aligner.score_pairs(rows)["quality"]
    changes = []
    for copies in (1, 20):
        many = pd.concat(
            [rows.assign(label=1 - rows["label"])] * copies
        )  # labels that the shipped model speaks against
        again = aligner.score_pairs(rows, model=aligner.fit_quality(many))
        good = rows["label"] == 1
        changes.append(
            (shipped[good].mean() - shipped[~good].mean())
            - (again["quality"][good].mean() - again["quality"][~good].mean())
        )
    assert 0 < changes[0] < changes[1]


def test_every_fourth_pair_of_each_kind_calibrates(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = labelled()
    seen: dict[str, list[int]] = {}

    def spy(name: str, function: Any) -> Any:
        def called(*arguments: Any, **options: Any) -> Any:
            seen[name] = arguments[-1].astype(int).tolist()
            return function(*arguments, **options)

        return called

    monkeypatch.setattr("aligner.quality.scores.fit", spy("fit", fit))
    monkeypatch.setattr("aligner.quality.scores.calibrate", spy("calibrate", calibrate))
    aligner.fit_quality(rows)
    assert (seen["fit"].count(1), seen["fit"].count(0)) == (36, 36)
    assert (seen["calibrate"].count(1), seen["calibrate"].count(0)) == (12, 12)


def test_bad_labels_are_refused() -> None:
    rows = labelled()
    with pytest.raises(InputError, match="too few labels to fit on"):
        aligner.fit_quality(rows, [1] * len(rows))
    with pytest.raises(InputError, match="label 0 is neither good nor bad"):
        aligner.fit_quality(rows, ["yes"] * len(rows))
    for missing in (float("nan"), None, pd.NA, ""):
        with pytest.raises(InputError, match="label 0 is neither good nor bad"):
            aligner.fit_quality(rows, [missing, *rows["label"][1:]])
    with pytest.raises(InputError, match="label 1 is neither"):
        aligner.fit_quality(rows, [1, 0.5] * (len(rows) // 2))
    with pytest.raises(InputError, match="differ in number"):
        aligner.fit_quality(rows, [1, 0])
    with pytest.raises(InputError, match="no column judged"):
        aligner.fit_quality(rows, "judged")


def test_data_is_small() -> None:
    data = Path(str(resources.files("aligner") / "data"))
    assert (data / "fluency.npz").stat().st_size < 1_000_000
    assert (data / "background.tsv").stat().st_size < 100_000
