"""Scoring pairs: evidence, the additive model, rules, reasons, bad input, refitting."""

import json
import re
from collections.abc import Sequence
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
from aligner.logistic import logistic
from aligner.quality.additive import BEND, RIDGE, SIZES, TIE, Additive, _isotonic, calibrate, fit
from aligner.quality.company import COMPANY_FEATURES
from aligner.quality.features import FEATURES, SIGNS, TOLD_FEATURES, Evidence
from aligner.quality.fluency import Fluency
from aligner.quality.lexicon import BITS, Lexicon
from aligner.quality.measures import auc, calibration_error, reliability, wilson
from aligner.quality.model import purposes, shipped_model, shipped_witness
from aligner.quality.pieces import COVERED, MAX_PIECES, PIECE_FEATURES, piece_features
from aligner.quality.reasons import EVIDENCE, PARTLY, REASONS, UNCOVERED, tell_reasons
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


def test_words_of_reasons_may_have_lone_surrogates() -> None:
    """As JSON may have them; pandas' own text has none."""
    texts = {"src_text": ["They paid \ud8003 dollars to Ann\ud800 Lee."], "trg_text": ["Trời \udfff mưa 9 ngày."]}
    odd = pd.DataFrame(texts, dtype=object)
    (reasons,) = aligner.score_pairs(odd)["reasons"]
    assert "numbers_differ" in reasons
    named = aligner.align(["They met Vo Van\ud800 Kiet."], ["Họ gặp Võ Văn\ud800 Kiệt."])
    assert "\ud800" in named.to_frame(names="ascii")["trg_text"][0]


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


FIGURES = ["aligner_score", "quality", "pair_quality"]


def assert_same_scores(one: pd.DataFrame, other: pd.DataFrame) -> None:
    np.testing.assert_allclose(one[FIGURES].to_numpy(float), other[FIGURES].to_numpy(float), atol=1e-4)
    assert list(one["decision"]) == list(other["decision"])
    codes = [[[r.split(":")[0] for r in cell.split(";")] for cell in table["reasons"]] for table in (one, other)]
    assert codes[0] == codes[1]


def test_a_row_s_score_depends_only_on_the_rows_of_its_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of fourteen rows, so that something is usual in it, of five, and two of one row."""
    documents = {
        "a": [*GOOD, *list(damaged().values())[:9]],
        "b": GOOD[::-1],
        "c": [damaged()["random"]],
        "d": GOOD[2:3],
    }
    alone = {name: aligner.score_pairs(frame(rows)) for name, rows in documents.items()}

    def scored(order: str) -> pd.DataFrame:
        parts: list[pd.DataFrame] = [frame(documents[name]).assign(doc_id=name) for name in order]
        return aligner.score_pairs(pd.concat(parts))

    for order in ("abcd", "dcba", "bdac"):
        assert_same_scores(scored(order), pd.concat([alone[name] for name in order]))
    for chunk in (14, 15, 19, 20):
        monkeypatch.setattr("aligner.quality.judging.CHUNK", chunk)
        assert_same_scores(scored("abcd"), pd.concat([alone[name] for name in "abcd"]))
    # The rows of its document it does depend on: a stranger is told by what else stands there.
    among = scored("ab").iloc[5]["pair_quality"], alone["c"].iloc[0]["pair_quality"]
    assert among[0] < among[1]


def test_rows_without_a_document_are_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = frame([*GOOD, *damaged().values()])
    whole = aligner.score_pairs(rows)
    for same in ("a", None, 7):
        assert_same_scores(aligner.score_pairs(rows.assign(doc_id=same)), whole)
    # A document that is larger than a chunk is cut into parts, each of which is judged as if it were whole.
    monkeypatch.setattr("aligner.quality.judging.CHUNK", 10)
    assert_same_scores(aligner.score_pairs(rows), aligner.score_pairs(rows.assign(doc_id=["a"] * 10 + ["b"] * 6)))


def test_features_come_on_request() -> None:
    scored = aligner.score_pairs(frame(GOOD), features=True)
    assert [c for c in scored.columns if c.startswith("feature_")] == [f"feature_{name}" for name in FEATURES]
    # Of what is usual in a document nothing is known where it has five pairs; of a pair alone, of no company.
    assert scored.columns[scored.isna().any()].tolist() == ["feature_usual_cosine"]
    alone = aligner.score_pairs(frame(GOOD[:1]), features=True)
    assert alone.columns[alone.isna().any()].tolist() == [f"feature_{name}" for name in COMPANY_FEATURES]
    assert np.isfinite(scored.drop(columns="feature_usual_cosine").select_dtypes("number").to_numpy()).all()
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


# Style, strangers, parts ----------------------------------------------------------------------------------------------

MORE = [
    ("The nurse put the medicine in a small wooden box.", "Cô y tá bỏ thuốc vào một chiếc hộp gỗ nhỏ."),
    ("Two boys were fishing under the old bridge.", "Hai cậu bé đang câu cá dưới cây cầu cũ."),
    ("The library will be closed on Sunday because of the storm.", "Thư viện sẽ đóng cửa vào Chủ nhật vì cơn bão."),
    ("My grandmother tells us a story every evening.", "Mỗi tối bà tôi kể cho chúng tôi nghe một câu chuyện."),
    ("Farmers need more water for the rice fields this year.", "Năm nay nông dân cần thêm nước cho ruộng lúa."),
    ("The train to the coast leaves at seven in the morning.", "Chuyến tàu ra bờ biển khởi hành lúc bảy giờ sáng."),
    ("He bought bread, milk and three eggs at the market.", "Anh ấy mua bánh mì, sữa và ba quả trứng ở chợ."),
    ("The children painted the walls of the school green.", "Bọn trẻ sơn tường của trường học màu xanh lá cây."),
    ("Scientists have found a new kind of spider in the forest.",
     "Các nhà khoa học đã tìm thấy một loài nhện mới trong rừng."),
    ("Please wash your hands before you eat.", "Xin hãy rửa tay trước khi ăn."),
]  # fmt: skip


def scored_apart(rows: list[tuple[str, str]], threshold: str = "balanced") -> pd.DataFrame:
    """Each pair as if nothing else were known."""
    return aligner.score_pairs(frame(rows).assign(doc_id=[str(k) for k in range(len(rows))]), threshold=threshold)


def without_stop(text: str) -> str:
    return text.rstrip(".")


def without_capital(text: str) -> str:
    return text[:1].lower() + text[1:]


@pytest.mark.parametrize("sides", [(0,), (1,), (0, 1)])
@pytest.mark.parametrize("changes", [(without_stop,), (without_capital,), (without_stop, without_capital)])
def test_a_lost_stop_or_capital_drops_no_good_pair(sides: tuple[int, ...], changes: tuple[Any, ...]) -> None:
    rows = []
    for pair in [*GOOD, *MORE]:
        texts = list(pair)
        for side in sides:
            for change in changes:
                texts[side] = change(texts[side])
        rows.append((texts[0], texts[1]))
    for scored in (scored_apart(rows), aligner.score_pairs(frame(rows))):
        assert set(scored["decision"]) == {"keep"}, scored[["quality", "reasons"]].to_dict("records")
        assert scored["quality"].min() > 0.4


SHORT = [
    ("printer", "máy in"), ("Log in", "Đăng nhập"), ("news", "tin tức"), ("keyboard", "bàn phím"),
    ("Settings", "Cài đặt"), ("umbrella", "cái ô"), ("Save as…", "Lưu thành…"), ("full moon", "trăng tròn"),
    ("battery", "pin"), ("airport", "sân bay"), ("Cancel", "Hủy"), ("Delete file", "Xóa tập tin"),
    ("Share", "Chia sẻ"), ("bicycle", "xe đạp"), ("weather forecast", "dự báo thời tiết"), ("Try again", "Thử lại"),
    ("washing machine", "máy giặt"), ("volcano", "núi lửa"),
]  # fmt: skip


def test_words_and_labels_are_kept_and_exchanged_ones_are_worth_less() -> None:
    mixed = [(en, SHORT[(k + 7) % len(SHORT)][1]) for k, (en, _) in enumerate(SHORT)]
    for judge in (scored_apart, lambda rows: aligner.score_pairs(frame(rows))):
        scored = judge(SHORT)
        assert set(scored["decision"]) == {"keep"}, scored[["quality", "reasons"]].to_dict("records")
        assert scored["quality"].min() > 0.8
    right, wrong = scored_apart(SHORT)["quality"], scored_apart(mixed)["quality"]
    assert (wrong < right).all()
    assert wrong.mean() < 0.5 < 0.95 < right.mean()


def test_a_stranger_of_the_same_length_and_mark_is_dropped_among_other_lines() -> None:
    for k, (en, vi) in enumerate(MORE):
        others = [row for row in MORE if row[1] != vi]
        stranger = min((row[1] for row in others), key=lambda text: abs(len(text.split()) - len(vi.split())))
        scored = aligner.score_pairs(frame([*MORE[:k], (en, stranger), *MORE[k + 1 :]]))
        expected = ["keep"] * len(MORE)
        expected[k] = "drop"
        assert list(scored["decision"]) == expected, scored[["quality", "reasons"]].to_dict("records")
        assert scored["quality"][k] < scored_apart([(en, stranger)])["quality"][0]  # the others tell on it


def halves(pair: tuple[str, str], kind: str) -> tuple[str, str]:
    en, vi = (text.split() for text in pair)
    a, b = len(en) // 2, len(vi) // 2
    return {
        "truncated_vi": (pair[0], " ".join(vi[:b])),
        "truncated_en": (" ".join(en[:a]), pair[1]),
        "half_translated": (pair[0], " ".join(vi[:b] + en[a:])),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "truncated_vi",
        "truncated_en",
        pytest.param("half_translated", marks=pytest.mark.xfail(
            strict=True, reason="of 15 pairs one has .456: of 'in a small wooden box' all may be names")),
    ],
)  # fmt: skip
def test_half_of_a_pair_has_little_quality(kind: str) -> None:
    assert scored_apart([halves(pair, kind) for pair in [*GOOD, *MORE]])["quality"].max() < 0.4


@pytest.mark.parametrize("kind", ["truncated_vi", "truncated_en", "half_translated"])
def test_half_of_a_pair_is_told(kind: str) -> None:
    rows = [halves(pair, kind) for pair in [*GOOD, *MORE]]
    scored = scored_apart(rows)
    assert scored["reasons"].all()
    if kind == "truncated_vi":
        assert (scored["decision"] == "drop").sum() >= 13
    if kind == "half_translated":
        assert scored["reasons"].str.contains("untranslated").all()
    side = {"truncated_vi": r"content_ratio: \+|length_ratio: \+", "truncated_en": "content_ratio: -|length_ratio: -"}
    if kind in side:
        assert scored["reasons"].str.contains(side[kind]).all()


KEPT = {
    "truncated_vi": "of 15 pairs one is kept, with .155: a clause behind a comma is lost; 'balanced' is .126",
    "truncated_en": "of 15 pairs seven are kept, with .143 to .238; 'balanced' is .126",
    "half_translated": "of 15 pairs one is kept, with .456 ('in a small wooden box'); 'balanced' is .126",
}


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.xfail(strict=True, reason=why)) for kind, why in KEPT.items()]
)
def test_half_of_a_pair_is_dropped_by_balanced(kind: str) -> None:
    scored = scored_apart([halves(pair, kind) for pair in [*GOOD, *MORE]])
    assert set(scored["decision"]) == {"drop"}, scored[["quality", "reasons"]].to_dict("records")


NEGATED = [
    ("I did not see the boat.", "Tôi không thấy chiếc thuyền.", "Tôi đã thấy chiếc thuyền."),
    ("She does not eat meat.", "Cô ấy không ăn thịt.", "Cô ấy ăn thịt."),
    ("We will not sell the house.", "Chúng tôi sẽ không bán ngôi nhà.", "Chúng tôi sẽ bán ngôi nhà."),
    ("The shop is not open on Sunday.", "Cửa hàng không mở cửa vào Chủ nhật.", "Cửa hàng mở cửa vào Chủ nhật."),
    ("He has never been to Hanoi.", "Anh ấy chưa bao giờ đến Hà Nội.", "Anh ấy đã đến Hà Nội."),
]
CHANGED = [
    ("The farm has 60 cows.", "Trang trại có 60 con bò.", "Trang trại có 90 con bò."),
    ("The bridge was built in 1932.", "Cây cầu được xây vào năm 1932.", "Cây cầu được xây vào năm 1947."),
    ("She paid 15 dollars for the lamp.", "Cô ấy trả 15 đô la cho cái đèn.", "Cô ấy trả 50 đô la cho cái đèn."),
    ("Mr Olsen teaches history in Oslo.", "Ông Olsen dạy lịch sử ở Oslo.", "Ông Martinez dạy lịch sử ở Oslo."),
    ("They flew from Madrid to Lima.", "Họ bay từ Madrid đến Lima.", "Họ bay từ Madrid đến Toronto."),
]


@pytest.mark.parametrize(("en", "right", "wrong"), [*NEGATED, *CHANGED])
def test_a_lost_negation_a_wrong_number_and_a_wrong_name_lower_quality(en: str, right: str, wrong: str) -> None:
    scored = scored_apart([(en, right), (en, wrong)])
    assert scored["decision"][0] == "keep"
    assert scored["quality"][1] < (0.9 if (en, right, wrong) in NEGATED else 0.4) * scored["quality"][0]
    code = {3: "names", 4: "names"}.get(next((k for k, row in enumerate(CHANGED) if row[0] == en), 0), "numbers")
    expected = "negation_differs" if (en, right, wrong) in NEGATED else f"{code}_differ"
    assert expected in scored["reasons"][1]
    assert expected not in scored["reasons"][0]


CONTRARY = [
    *((en, wrong) for en, _, wrong in NEGATED),
    ("He will come tomorrow.", "Anh ấy đã đến hôm qua."),
    ("The price of rice rose last year.", "Giá gạo giảm vào năm ngoái."),
    ("They always open the door before dinner.", "Họ luôn mở cửa sau bữa tối."),
]


def test_a_pair_that_says_the_contrary_is_dropped_but_by_recall() -> None:
    scored = scored_apart(CONTRARY)
    assert set(scored["decision"]) == {"drop"}, scored[["quality", "reasons"]].to_dict("records")
    assert set(scored_apart(CONTRARY[:4], threshold="recall")["decision"]) == {"keep"}


@pytest.mark.parametrize(
    ("cosine", "words", "is_contrary"),
    [(0.5, 24, True), (0.499, 24, False), (0.5, 25, False), (0.9, 3, True)],
)
def test_signs_turn_a_pair_round_where_it_is_close_and_short(cosine: float, words: int, is_contrary: bool) -> None:
    table = np.zeros((2, len(FEATURES)), np.float32)
    table[:, FEATURES.index("cosine")] = cosine
    table[1, FEATURES.index("opposite")] = 1
    sizes = np.array([(100, 100, words, words, 80, 80)] * 2, np.float32)
    assert Evidence(table, sizes, {}).is_contrary.tolist() == [False, is_contrary]


@pytest.mark.xfail(strict=True, reason="of 18 pairs 15 are kept, with .176 to .771")
def test_labels_exchanged_for_others_are_dropped() -> None:
    mixed = [(en, SHORT[(k + 7) % len(SHORT)][1]) for k, (en, _) in enumerate(SHORT)]
    assert set(scored_apart(mixed)["decision"]) == {"drop"}


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
    apart = frame(rows).assign(doc_id=[*map(str, range(len(rows)))])
    together = aligner.score_pairs(apart, features=True).drop(columns=["reasons", "doc_id"])
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
    "untranslated": (GOOD[0][0], "Hội đồng thành phố đã khánh thành across the river on Monday morning."),
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
        ("untranslated", {"english_left": 0.0, "untranslated": 0.9}, {"english_left": 1.0, "untranslated": 0.11}),
        ("untranslated", {"english_left": 3.0, "untranslated": 0.09}, {"english_left": 3.0, "untranslated": 0.11}),
        ("untranslated", {"english_left": 1.0, "untranslated": 0.5, "sizes": (9, 9, 3, 3, 9, 9)},
         {"english_left": 1.0, "untranslated": 0.5, "sizes": (9, 9, 4, 4, 9, 9)}),
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
        evidence = Evidence(table, np.array([sizes], np.float32), dict.fromkeys(TOLD_FEATURES, ("",)))
        assert bool(RULES[rule].breaks(evidence)[0]) is is_broken, said


# The model ------------------------------------------------------------------------------------------------------------


def test_the_shipped_model_has_its_card() -> None:
    stored = json.loads((resources.files("aligner") / "data" / "quality.json").read_text("utf-8"))
    assert tuple(stored["model"]["features"]) == FEATURES
    assert set(stored["purposes"]) == set(PURPOSES)
    tables = [stored["by_kind"], stored["by_length"], {"all": stored["purposes"]}]
    for rows in tables:
        for row in rows.values():
            for name in PURPOSES:
                for share, low, high in (row[name]["good"], row[name]["bad"], row[name]["precision"]):
                    assert 0 <= low <= share <= high <= 1
                assert row[name]["good"][0] > row[name]["bad"][0]
    for what, row in [*stored["by_kind"].items(), *stored["by_length"].items()]:
        assert row["good"] > 150, what
        assert row["bad"] > 150, what
    assert set(stored["by_kind"]) == set(stored["kinds"])
    assert set(stored["by_way"]) == set(stored["pairs"]) == set(stored["rules"]["any"])
    for rows in (stored["by_kind"], stored["by_length"]):
        assert sum(row["good"] for row in rows.values()) == stored["pairs"]["good"]
    assert {way: row["pairs"] for way, row in stored["by_way"].items()} == stored["pairs"]
    assert stored["by_way"]["good"]["balanced"] >= 0.975
    assert stored["by_way"]["good"]["recall"] >= 0.99
    # Kinds of text that the model has not seen, with ways of damage that hardly show (a word turned round, a quarter
    # lost); of sentences in documents and whole ways alone it was .97.
    assert stored["auc"] >= 0.955
    assert min(stored["by_way"][way]["auc"] for way in ("random", "appended", "neighbour")) >= 0.97
    assert min(stored["by_way"][way]["auc"] for way in ("truncated_en", "truncated_vi")) >= 0.95
    assert stored["calibration_error"] <= 0.03
    assert stored["rules"]["any"]["good"] <= 0.005
    limits = [stored["purposes"][name]["threshold"] for name in ("strict", "balanced", "recall")]
    assert limits == sorted(limits, reverse=True)


@pytest.mark.xfail(strict=True, reason=".962: of kinds held out, with ways to be wrong that hardly show; .990 before")
def test_the_area_of_the_card_is_what_it_was_promised_to_be() -> None:
    stored = json.loads((resources.files("aligner") / "data" / "quality.json").read_text("utf-8"))
    assert stored["auc"] >= 0.97


def test_a_stored_model_is_read_back() -> None:
    model = shipped_model().additive
    again = Additive.from_json(json.loads(json.dumps(model.to_json())))
    rng = np.random.default_rng(1)
    table, words = rng.normal(size=(50, len(FEATURES))), rng.uniform(1, 40, 50)
    table[rng.random(table.shape) < 0.1] = np.nan
    assert probability(again, table, words) == pytest.approx(probability(model, table, words))


def probability(model: Additive, table: Any, words: Any) -> np.ndarray:
    return model.probability(model.contributions(np.asarray(table), words), words)


def test_additive_model_finds_lines_and_its_calibration_keeps_order() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(4000, 3))
    nats = 2 * x[:, 0] - np.abs(x[:, 1]) * 3 + 2
    y = rng.random(4000) < 1 / (1 + np.exp(-nats))
    words = rng.choice([1, 2, 5, 12, 40], 4000)
    model = fit(["a", "b", "c"], x[:2000], words[:2000], y[:2000])

    def totals(model: Additive, rows: slice) -> np.ndarray:
        return model.total(model.contributions(x[rows], words[rows]), words[rows])

    held, new = slice(2000, 3000), slice(3000, None)
    calibrated = calibrate(model, totals(model, held), y[held])
    q = probability(calibrated, x[new], words[new])
    assert auc(q[y[new]], q[~y[new]]) > 0.85
    assert calibration_error(q, y[new]) < 0.08
    order = np.argsort(totals(model, new))
    assert (np.diff(q[order]) >= 0).all()
    for a in range(len(SIZES)):
        spans = [max(lines[a]) - min(lines[a]) for lines in model.values]
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
    model = Additive(("x",), ((0.0, 3.0),), (((-3.0, 3.0),) * len(SIZES),), (0.0,) * len(SIZES))
    x = np.repeat(np.arange(4.0), n)[:, None]
    y = np.concatenate([np.arange(n) < rate * n for rate in rates])
    words = np.tile([1.0, 5.0, 80.0, 9.0], n)
    calibrated = calibrate(model, model.total(model.contributions(x, words), words), y)
    xs, ys = calibrated.calibration
    assert list(xs) == sorted(xs)
    assert list(ys) == sorted(ys)
    found = probability(calibrated, np.arange(4.0)[:, None], words[:4])
    assert found == pytest.approx(naive_isotonic(list(rates), [1.0] * 4), abs=0.01)
    assert (np.diff(found) > 0).all()  # a flat step keeps the order of what stands on it


def test_weights_count_in_fit_and_calibration() -> None:
    x, y = np.repeat([[0.0], [1.0]], 400, axis=0), np.tile([True, False], 400)
    words = np.full(800, 8.0)
    weights = np.where(y == (x[:, 0] > 0.5), 3.0, 1.0)  # three of four good at 1, one of four at 0
    model = fit(["x"], x, words, y, weights)
    model = calibrate(model, model.total(model.contributions(x, words), words), y, weights)
    low, high = probability(model, [[0.0], [1.0]], words[:2])
    assert (low, high) == (pytest.approx(0.25, abs=0.02), pytest.approx(0.75, abs=0.02))
    said = model.contributions(np.array([[0.0], [1.0]]), words[:2])[:, 0]
    assert said[0] < 0 < said[1]


def test_nats_of_good_rows_are_zero_on_the_average() -> None:
    """At each size, and over all rows where they are spread over the sizes."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(3000, 2))
    y = x[:, 0] + rng.normal(size=3000) > 0
    words = rng.choice(SIZES, 3000)
    said = fit(["a", "b"], x, words, y).contributions(x, words)
    for size in SIZES:
        assert said[y & (words == size)].mean(axis=0) == pytest.approx([0, 0], abs=1e-6)


def test_probabilities_end_at_twelve_nats() -> None:
    model = Additive(("x",), ((0.0, 1.0),), (((-50.0, 50.0),) * len(SIZES),), (0.0,) * len(SIZES))
    found = probability(model, [[0.0], [1.0]], np.array([1.0, 30.0]))
    assert found == pytest.approx([1 / (1 + np.exp(12)), 1 / (1 + np.exp(-12))])


def test_lines_are_drawn_between_the_sizes_and_flat_beyond_them() -> None:
    """By the logarithm of the words: halfway between 3 and 8 words is their geometric mean."""
    values = (((0.0, 1.0), (0.0, 2.0), (0.0, 4.0), (0.0, 8.0)),)
    model = Additive(("x",), ((0.0, 1.0),), values, (1.0, 2.0, 3.0, 4.0))
    words = np.array([0.0, 1.0, 3.0, (3 * 8) ** 0.5, 8.0, 8**0.75 * 25**0.25, 25.0, 400.0])
    ones = model.contributions(np.ones((8, 1)), words)
    assert ones[:, 0] == pytest.approx([1, 1, 2, 3, 4, 5, 8, 8])
    assert model.contributions(np.full((8, 1), 0.5), words)[:, 0] == pytest.approx([0.5, 0.5, 1, 1.5, 2, 2.5, 4, 4])
    zeros = np.zeros((8, 1))
    assert model.total(zeros, words) == pytest.approx([1, 1, 2, 2.5, 3, 3.25, 4, 4])
    assert model.total(ones, words) == pytest.approx(model.total(zeros, words) + ones[:, 0])


def test_lines_may_differ_by_size_and_do_so_where_rows_do() -> None:
    """A feature that tells of long texts alone, and one that tells of all."""
    rng = np.random.default_rng(7)
    x, words = rng.uniform(-1, 1, (12_000, 2)), rng.choice([1.0, 25.0], 12_000)
    y = rng.random(12_000) < logistic(3 * x[:, 0] * (words > 1) + 2 * x[:, 1])
    model = fit(["long", "any"], x, words, y)
    spans = [[line[-1] - line[0] for line in lines] for lines in model.values]
    assert abs(spans[0][0]) < 0.5
    assert spans[0][-1] > 4
    assert min(spans[1]) > 3


def test_what_is_missing_says_nothing() -> None:
    rng = np.random.default_rng(8)
    x, words = rng.normal(size=(4000, 2)), rng.uniform(1, 40, 4000)
    y = rng.random(4000) < logistic(2 * x[:, 0] + x[:, 1])
    x[rng.random(4000) < 0.4, 0] = np.nan
    model = fit(["a", "b"], x, words, y)
    said = model.contributions(x, words)
    assert np.isfinite(said).all()
    assert (said[np.isnan(x[:, 0]), 0] == 0).all()
    assert (said[~np.isnan(x[:, 0]), 0] != 0).mean() > 0.99
    nothing = np.full((3, 2), np.nan)
    assert model.contributions(nothing, np.array([1.0, 5.0, 30.0])).tolist() == [[0, 0]] * 3


def objective(model: Additive, table: np.ndarray, words: np.ndarray, y: np.ndarray) -> tuple[Any, list[np.ndarray]]:
    """What fitting minimises, written out: the function of bias and lines, and where the model stands."""
    logs, points = np.log(SIZES), [np.array(knots) for knots in model.knots]
    shares = np.stack([np.interp(np.log(np.maximum(words, 1)), logs, row) for row in np.eye(len(SIZES))], axis=1)
    near = [
        np.stack([np.interp(table[:, k], at, row) for row in np.eye(len(at))], axis=1) for k, at in enumerate(points)
    ]
    sizes = [len(SIZES), *(len(SIZES) * len(at) for at in points)]

    def parts(flat: np.ndarray) -> list[np.ndarray]:
        bias, *lines = np.split(flat, np.cumsum(sizes)[:-1])
        return [bias, *(line.reshape(len(SIZES), -1) for line in lines)]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        bias, *lines = parts(flat)
        nats = shares @ bias
        for hats, line in zip(near, lines, strict=True):
            nats = nats + np.einsum("ns,nk,sk->n", shares, hats, line)
        value = float(np.logaddexp(0, np.where(y, -nats, nats)).sum())
        error = logistic(nats) - y
        slope = [shares.T @ error]
        jumps = np.diff(bias)
        value += TIE / 2 * float((jumps**2).sum())
        slope[0] -= TIE * np.diff(np.concatenate([[0.0], jumps, [0.0]]))
        for at, hats, line in zip(points, near, lines, strict=True):
            mine = np.einsum("ns,nk,n->sk", shares, hats, error) + RIDGE * line
            value += RIDGE / 2 * float((line**2).sum())
            jumps = np.diff(line, axis=0)
            value += TIE / 2 * float((jumps**2).sum())
            mine[1:] += TIE * jumps
            mine[:-1] -= TIE * jumps
            x = (at - at[0]) / (at[-1] - at[0]) * (len(at) - 1)
            for k in range(1, len(at) - 1):
                before, behind = x[k] - x[k - 1], x[k + 1] - x[k]
                bend = np.array([1 / before, -1 / before - 1 / behind, 1 / behind]) / (1 / before + 1 / behind)
                how = line[:, k - 1 : k + 2] @ bend
                value += BEND / 2 * float((how**2).sum())
                mine[:, k - 1 : k + 2] += BEND * how[:, None] * bend
            slope.append(mine.ravel())
        return value, np.concatenate(slope)

    return loss, points


def risen(lines: np.ndarray) -> np.ndarray:
    """The nearest lines that never fall (Barlow et al. 1972)."""
    return np.array([naive_isotonic(line.tolist(), [1.0] * len(line)) for line in lines])


def test_monotone_lines_are_monotone_at_every_size_and_cost_no_more_than_a_finer_search_finds() -> None:
    """A feature that says the contrary for short pairs, and one that has no sign, against projected gradients."""
    rng = np.random.default_rng(9)
    x, words = rng.integers(0, 5, (1500, 2)) / 4, rng.choice(SIZES, 1500)
    wave = np.array([-1.0, 0.6, -0.2, 1.5, 0.9])
    nats = np.where(words < 5, -1.2, 1) * wave[(4 * x[:, 0]).astype(int)] + 2 * np.abs(x[:, 1] - 0.5)
    y = rng.random(1500) < logistic(nats)
    free, bound = (fit(["a", "b"], x, words, y, signs=signs) for signs in (None, {"a": 1}))
    assert min(np.diff(line).min() for line in free.values[0]) < -0.5
    for line in bound.values[0]:
        assert np.diff(line).min() >= -2e-3
    assert max(np.diff(line).max() for line in bound.values[0]) > 0.5
    assert min(np.diff(line).min() for line in bound.values[1]) < -0.2
    # Fitting takes the mean of the good rows out of the lines and into the bias; what it minimised is before that.
    loss, points = objective(bound, x, words, y)
    n = len(SIZES)
    flat, rate = np.zeros(n + n * sum(map(len, points))), 1e-3
    ahead = flat
    ends = n, n + n * len(points[0])
    for turn in range(3000):
        _, slope = loss(ahead)
        new = ahead - rate * slope
        new[ends[0] : ends[1]] = risen(new[ends[0] : ends[1]].reshape(n, -1)).ravel()
        ahead = new + turn / (turn + 3) * (new - flat)
        flat = new
    finer = Additive(bound.features, bound.knots, tuple(tuple(map(tuple, flat[a:b].reshape(n, -1).tolist()))
                     for a, b in (ends, (ends[1], len(flat)))), tuple(flat[:n].tolist()))  # fmt: skip
    totals = [model.total(model.contributions(x, words), words) for model in (bound, finer)]
    costs = [float(np.logaddexp(0, np.where(y, -total, total)).sum()) for total in totals]
    assert np.abs(totals[0] - totals[1]).max() < 0.02
    assert costs[0] == pytest.approx(costs[1], abs=0.05)


@pytest.mark.parametrize("sign", [1, -1])
def test_signs_hold_with_a_prior_that_breaks_none_and_few_rows_change_little(sign: int) -> None:
    rng = np.random.default_rng(10)
    x, words = rng.normal(size=(6000, 1)), rng.uniform(1, 40, 6000)
    y = rng.random(6000) < logistic(2 * sign * x[:, 0])
    prior = fit(["a"], x, words, y, signs={"a": sign})
    changes = []
    for n in (10, 3000):  # labels that speak against it
        model = fit(["a"], x[:n], words[:n], ~y[:n], signs={"a": sign}, prior=prior)
        assert model.knots == prior.knots
        for line in model.values[0]:  # points that are held together give way to 3,000 rows by a few thousandths
            assert (sign * np.diff(line)).min() >= -5e-3
        said = [m.total(m.contributions(x, words), words) for m in (prior, model)]
        changes.append(float(np.abs(said[0] - said[1]).mean()))
    assert 0 < changes[0] < changes[1] / 2


@pytest.mark.parametrize("name", SIGNS)
def test_the_shipped_lines_only_rise_or_only_fall_where_sense_demands_it(name: str) -> None:
    additive = shipped_model().additive
    for line in additive.values[additive.features.index(name)]:
        assert (SIGNS[name] * np.diff(line)).min() >= -2e-3


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
    for name, nats in (("cosine", -2.0), ("length", -6.5), ("margin", -4.0), ("order", -3.0)):
        said[0, FEATURES.index(name)] = nats
    (reasons,) = tell_reasons(evidence, said, np.array([[True]]), ["too_long"])
    assert [r.split(":")[0] for r in reasons] == ["rule_too_long", "length_ratio", "dissimilar", "order_differs"]
    assert reasons[2].index("no nearer") < reasons[2].index("cosine")


@pytest.mark.parametrize(
    ("nats", "codes"),
    [
        ({"source_coverage": -0.6, "source_gap": -0.6}, ["source_uncovered"]),
        ({"source_coverage": -0.6, "target_coverage": -0.6}, []),  # of two codes
        ({"source_coverage": -0.6}, []),
        ({"source_coverage": -1.6, "source_gap": 0.7}, []),  # the one takes back what the other says
        ({"source_coverage": -1.6, "source_gap": 0.5}, ["source_uncovered"]),
        ({"numbers_lone": -0.5, "numbers_shared": -0.5, "length": -1.2}, ["length_ratio", "numbers_lone"]),
    ],
)
def test_features_of_one_code_say_it_together(nats: dict[str, float], codes: list[str]) -> None:
    evidence = shipped_witness().examine([GOOD[0][0]], [GOOD[0][1]])
    said = np.zeros((1, len(FEATURES)))
    said[0, [FEATURES.index(name) for name in nats]] = list(nats.values())
    (reasons,) = tell_reasons(evidence, said, np.zeros((1, 0), bool), [])
    assert [reason.split(":")[0] for reason in reasons] == codes
    for code, reason in zip(codes, reasons, strict=True):
        # What speaks for the pair is no detail of what speaks against it.
        details = [
            EVIDENCE[name][1].format(evidence.table[0, FEATURES.index(name)])
            for name in nats
            if EVIDENCE[name][0] == code and nats[name] < 0
        ]
        assert reason == f"{code}: {', '.join(details)}"


def test_what_is_missing_is_no_detail_of_a_reason() -> None:
    evidence = shipped_witness().examine([GOOD[0][0]], [GOOD[0][1]])
    assert np.isnan(evidence.table[0, FEATURES.index("usual_cosine")])
    said = np.zeros((1, len(FEATURES)))
    said[0, FEATURES.index("cosine")] = -3
    (reasons,) = tell_reasons(evidence, said, np.zeros((1, 0), bool), [])
    assert len(reasons) == 1
    assert "nan" not in reasons[0]


SPOKEN = [
    # feature, English, Vietnamese, the words that are told
    ("negation_differs", "I did not see the boat.", "Tôi đã thấy chiếc thuyền.", "not / —"),
    ("opposite", "Rents are rising.", "Giá thuê nhà đang giảm.", "rising / giảm"),
    ("time_differs", "They will win.", "Họ đã thắng.", "will / đã"),
    ("numbers_differ", "There are 30 boats.", "Có 70 chiếc thuyền.", "30 / 70"),
]


@pytest.mark.parametrize("nats", [-5.0, 0.0, 3.0])
@pytest.mark.parametrize(("name", "en", "vi", "words"), SPOKEN)
def test_words_of_both_sides_are_told_whatever_they_weigh(name: str, en: str, vi: str, words: str, nats: float) -> None:
    evidence = shipped_witness().examine([en, GOOD[0][0]], [vi, GOOD[0][1]])
    said = np.full((2, len(FEATURES)), 0.0)
    said[0, FEATURES.index(name)] = nats
    told, other = tell_reasons(evidence, said, np.zeros((2, 0), bool), [])
    assert f"{EVIDENCE[name][0]}: {words}" in told
    assert other == []  # and nothing where no words are, however much it weighs
    said[1, FEATURES.index(name)] = -9.0
    assert tell_reasons(evidence, said, np.zeros((2, 0), bool), [])[1] == []


@pytest.mark.parametrize("code", UNCOVERED)
def test_words_without_counterpart_are_told_of_pairs_that_match_in_part(code: str) -> None:
    evidence = shipped_witness().examine([en for en, _ in GOOD[:4]], [vi for _, vi in GOOD[:4]])
    evidence.table[:, FEATURES.index("cosine")] = [PARTLY + 0.01, PARTLY - 0.01, PARTLY + 0.01, PARTLY + 0.01]
    said, asked = np.zeros((4, len(FEATURES))), list[int]()
    name = next(name for name in FEATURES if EVIDENCE[name][0] == code)
    said[[0, 1, 3], FEATURES.index(name)] = -2

    def uncovered(rows: Sequence[int]) -> list[tuple[str, str]]:
        asked.extend(rows)
        return [("", "") if i == 3 else ("red car", "màu đỏ; xe") for i in rows]

    found = tell_reasons(evidence, said, np.zeros((4, 0), bool), [], uncovered)
    side = "red car" if code in ("source_uncovered", "target_truncated") else "màu đỏ, xe"
    assert found[0][0].endswith(f", without counterpart: {side}")
    assert not any("without counterpart" in reason for reasons in found[1:] for reason in reasons)
    assert [reasons[0].split(":")[0] for reasons in (found[0], found[1], found[3])] == [code] * 3
    assert asked == [0, 3]


def test_words_without_counterpart_are_told_once_a_side() -> None:
    evidence = shipped_witness().examine([GOOD[0][0]], [GOOD[0][1]])
    said = np.zeros((1, len(FEATURES)))
    for name in ("source_coverage", "source_tail", "target_coverage", "target_head"):
        said[0, FEATURES.index(name)] = -2
    (reasons,) = tell_reasons(evidence, said, np.zeros((1, 0), bool), [], lambda _: [("one", "hai")])
    assert [r.split(":")[0] for r in reasons if r.endswith("without counterpart: one")] == ["source_uncovered"]
    assert [r.split(":")[0] for r in reasons if r.endswith("without counterpart: hai")] == ["target_uncovered"]
    assert len(reasons) == 4


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


def naive_known(source: list[int], target: list[int], known: dict[Any, float]) -> np.ndarray:
    """How strongly each two pieces are known to call for each other, the second alone or with a neighbour."""
    found = np.zeros((len(source), len(target)))
    for i, j in np.ndindex(found.shape):
        runs = [(target[j],), *(tuple(target[k : k + 2]) for k in (j - 1, j) if 0 <= k < len(target) - 1)]
        found[i, j] = max(known.get((source[i], *run), 0.0) for run in runs)
    return found


def naive_links(source: list[int], target: list[int], table: np.ndarray, known: dict[Any, float]) -> np.ndarray:
    """How strongly each two pieces are linked: by what is known, or by either alone or with a neighbour."""

    def cosine(a: np.ndarray, b: np.ndarray) -> float:
        return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))

    def runs(side: list[int]) -> list[range]:
        return [range(k, k + size) for size in (1, 2) for k in range(len(side) - size + 1)]

    links = naive_known(source, target, known)
    for a in runs(source):
        for b in runs(target):
            if len(a) + len(b) == 4:
                continue
            strength = cosine(sum(table[source[i]] for i in a), sum(table[target[j]] for j in b))
            for i in a:
                for j in b:
                    links[i, j] = max(links[i, j], strength)
    return links


def naive_cover(source: list[int], target: list[int], table: np.ndarray, known: dict[Any, float]) -> list[list[float]]:
    """How far each piece of both sides is covered: a link counts less where its other end has a stronger one."""
    links = naive_links(source, target, table, known)
    found = []
    for cells in (links, links.T):
        covered = []
        for i in range(len(cells)):
            best = 0.0
            for j in range(cells.shape[1]):
                strongest = max(cells[k, j] for k in range(len(cells)))
                if strongest > 0:
                    best = max(best, cells[i, j] * (cells[i, j] / strongest) ** 2)
            covered.append(best)
        found.append(covered)
    return found


def naive_worst(weights: list[float], covered: list[float]) -> tuple[float, float, float]:
    """Weight that is not covered in the worst run of pieces, in the worst that begins, and that ends the text."""
    lacking = [w * (COVERED - c) for w, c in zip(weights, covered, strict=True)]
    n, whole = len(lacking), sum(weights)
    runs = {(a, b): sum(lacking[a:b]) for a in range(n) for b in range(a + 1, n + 1)}
    return (
        max(0.0, *runs.values()) / whole,
        max(0.0, *(value for (a, _), value in runs.items() if a == 0)) / whole,
        max(0.0, *(value for (_, b), value in runs.items() if b == n)) / whole,
    )


def some_lexicon(rng: np.random.Generator, size: int, n: int) -> tuple[Lexicon, dict[Any, float]]:
    """A lexicon of a few entries, one in two of which has a second piece; and as a mapping."""
    entries = rng.integers(0, size, (n, 3))
    entries[::2, 2] = -1
    strength = np.round(rng.random(n) * 255) / 255
    known: dict[Any, float] = {}
    for row, value in zip(entries.tolist(), strength.tolist(), strict=True):
        key = tuple(row[:2]) if row[2] < 0 else tuple(row)
        known[key] = max(value, known.get(key, 0.0))
    return Lexicon.of(*entries.T, strength), known


@pytest.mark.parametrize("entries", [0, 400])
def test_coverage_agrees_with_its_plain_twin_whatever_the_dimension(entries: int) -> None:
    for d in (3, 16):
        rng = np.random.default_rng(d)
        table = rng.normal(size=(40, d)).astype(np.float32)
        lexicon, known = some_lexicon(rng, 40, entries)
        pairs = [([int(x) for x in rng.integers(0, 40, m)], [int(x) for x in rng.integers(0, 40, n)])
                 for m, n in ((1, 1), (5, 9), (12, 4), (30, 30))]  # fmt: skip
        for a, b in pairs:
            found, units = piece_features([a], [b], table, (table[:5], table[:5]), lexicon)
            row = dict(zip(PIECE_FEATURES, found[0].tolist(), strict=True))
            twins = naive_cover(a, b, table, known)
            for side, pieces, covered in zip(("source", "target"), (a, b), twins, strict=True):
                weights = [float(np.linalg.norm(table[piece])) for piece in pieces]
                assert row[f"{side}_coverage"] == pytest.approx(np.average(covered, weights=weights), abs=1e-4)
                worst = row[f"{side}_gap"], row[f"{side}_head"], row[f"{side}_tail"]
                assert worst == pytest.approx(naive_worst(weights, covered), abs=1e-4)
            cells = naive_known(a, b, known)
            for side, pieces, strengths in (("source", a, cells), ("target", b, cells.T)):
                weights = [float(np.linalg.norm(table[piece])) for piece in pieces]
                assert row[f"{side}_known"] == pytest.approx(
                    np.average(strengths.max(axis=1), weights=weights), abs=1e-4
                )
            for unit, pieces in zip(units, (a, b), strict=True):
                whole = table[pieces].sum(axis=0)
                np.testing.assert_allclose(unit[0], whole / np.linalg.norm(whole), atol=1e-5)


def test_a_pair_s_evidence_of_pieces_is_the_same_alone_and_beside_others() -> None:
    rng = np.random.default_rng(16)
    table = rng.normal(size=(40, 16)).astype(np.float32)
    lexicon, _ = some_lexicon(rng, 40, 0)
    pairs = [(rng.integers(0, 40, m).tolist(), rng.integers(0, 40, n).tolist())
             for m, n in ((1, 1), (5, 9), (12, 4), (30, 30), (0, 3), (7, 7))]  # fmt: skip
    background = table[:5], table[:5]
    together, _ = piece_features([a for a, _ in pairs], [b for _, b in pairs], table, background, lexicon)
    alone = np.concatenate([piece_features([a], [b], table, background, lexicon)[0] for a, b in pairs])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_texts_without_pieces_and_long_ones_have_evidence() -> None:
    table = np.eye(4, dtype=np.float32)
    nothing = Lexicon(np.zeros(1 << BITS, np.uint16))
    texts = [[], [0] * 5000, [1]], [[1], [0, 1] * 4000, []]
    found, units = piece_features(*texts, table, (table, table), nothing)
    assert np.isfinite(found).all()
    assert MAX_PIECES < 5000
    assert [bool(row.any()) for row in units[0]] == [False, True, True]
    assert [bool(row.any()) for row in units[1]] == [True, True, False]
    found, units = piece_features([], [], table, (table, table), nothing)
    assert found.shape == (0, len(PIECE_FEATURES))
    assert [unit.shape for unit in units] == [(0, 4)] * 2


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
    labels = {"fit": 3, "calibrate": 2}

    def spy(name: str, function: Any) -> Any:
        def called(*arguments: Any, **options: Any) -> Any:
            seen[name] = arguments[labels[name]].astype(int).tolist()
            return function(*arguments, **options)

        return called

    monkeypatch.setattr("aligner.quality.scores.fit", spy("fit", fit))
    monkeypatch.setattr("aligner.quality.scores.calibrate", spy("calibrate", calibrate))
    aligner.fit_quality(rows)
    assert (seen["fit"].count(1), seen["fit"].count(0)) == (36, 36)
    assert (seen["calibrate"].count(1), seen["calibrate"].count(0)) == (12, 12)


def test_pairs_that_each_stand_alone_are_enough_to_refit_on() -> None:
    """Of documents of one pair each nothing is known of company: those columns stay as they were."""
    rows = labelled()
    alone = rows.assign(doc_id=[str(k) for k in range(len(rows))])
    model, shipped = aligner.fit_quality(alone), shipped_model().additive
    assert aligner.score_pairs(alone, model=model)["quality"].notna().all()
    for name in COMPANY_FEATURES:
        k = FEATURES.index(name)
        np.testing.assert_allclose(model.additive.values[k], shipped.values[k], atol=1e-3)


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


@pytest.mark.parametrize(
    ("en", "vi"),
    [
        ("See [the guide](https://example.org/en/guide_(short)) first.",
         "Xem [hướng dẫn](https://example.org/vi/h%C6%B0%E1%BB%9Bng-d%E1%BA%ABn_(ng%E1%BA%AFn)) trước."),
        ("Send it to https://example.org/upload/12345.", "Hãy gửi đến https://vi.example.org/tai-len/67890."),
        ("More at www.example.org/news/2020/may", "Xem thêm tại www.example.org/vi/tin/2020/thang-nam"),
    ],
)  # fmt: skip
def test_addresses_on_both_sides_say_nothing(en: str, vi: str) -> None:
    scored = scored_apart([(en, vi)])
    assert scored["decision"][0] == "keep"
    assert not re.search("untranslated|numbers|names|foreign|markup", scored["reasons"][0])
