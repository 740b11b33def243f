"""Translations beside pairs: what sacrebleu says, with its signature; the paired tests."""

import json
import math
import os
import random
import sys
import unicodedata

import pandas as pd
import pytest

import aligner
from aligner.evaluation import translations
from aligner.evaluation.translations import METRICS
from tests.growth import assert_linear

REFERENCES = [
    "Cửa hàng mở cửa lúc chín giờ sáng mỗi ngày.",
    "Chúng tôi đi bộ dọc bãi biển cùng con chó nhỏ.",
    "Trời mưa suốt đêm nên không ai ra khỏi nhà.",
    "Chuyến tàu cuối cùng rời ga lúc nửa đêm.",
]
GOOD = [
    "Cửa hàng mở cửa vào lúc chín giờ sáng mỗi ngày.",
    "Chúng tôi đi dạo dọc bãi biển cùng con chó nhỏ.",
    "Trời mưa suốt đêm nên không ai ra khỏi nhà.",
    "Chuyến tàu cuối rời ga lúc nửa đêm.",
]
PAIRS = pd.DataFrame({"src_text": ["a", "b", "c", "d"], "trg_text": REFERENCES, "id": [4, 3, 2, 1]})


def test_corpus_scores_are_sacrebleu_s_own() -> None:
    import sacrebleu

    scores = aligner.evaluate_translations(GOOD, REFERENCES).scores
    assert scores["bleu"].value == sacrebleu.corpus_bleu(GOOD, [REFERENCES]).score
    assert scores["chrf"].value == sacrebleu.corpus_chrf(GOOD, [REFERENCES], word_order=2).score
    assert scores["ter"].value == sacrebleu.corpus_ter(GOOD, [REFERENCES]).score
    assert "bs:1000|seed:12345|" in scores["bleu"].signature
    assert "tok:13a" in scores["bleu"].signature
    assert "nw:2" in scores["chrf"].signature
    for score in scores.values():
        assert score.interval is not None
        assert score.interval.low <= score.value <= score.interval.high


def test_the_result_prints_and_becomes_json() -> None:
    result = aligner.evaluate_translations(GOOD, REFERENCES, samples=50, seed=3)
    assert "bs:50|seed:3" in str(result)
    assert result.to_dict()["scores"]["ter"]["value"] == result.scores["ter"].value
    assert result.to_frame()["metric"].tolist() == ["BLEU", "chrF++", "TER"]
    assert "pairs:4|bootstrap:pairs|samples:50|seed:3" in result.signature


def test_unicode_form_does_not_count() -> None:
    nfd = [unicodedata.normalize("NFD", text) for text in REFERENCES]
    assert aligner.evaluate_translations(nfd, REFERENCES).scores["bleu"].value == pytest.approx(100)
    assert aligner.score_hypotheses(PAIRS, nfd)["ter"].tolist() == [0] * 4


def test_a_pair_is_scored_as_sacrebleu_scores_it() -> None:
    import sacrebleu

    scored = aligner.score_hypotheses(PAIRS, GOOD)
    assert list(scored.columns) == [*PAIRS.columns, "hypothesis", *METRICS]
    for row in scored.itertuples():
        assert row.bleu == sacrebleu.sentence_bleu(row.hypothesis, [row.trg_text]).score
        assert row.chrf == sacrebleu.sentence_chrf(row.hypothesis, [row.trg_text], word_order=2).score
        assert row.ter == sacrebleu.sentence_ter(row.hypothesis, [row.trg_text]).score
    assert (scored["id"].tolist(), "bleu" in PAIRS.columns) == ([4, 3, 2, 1], False)
    assert "bleu(nrefs:1|case:mixed|eff:yes|tok:13a" in scored.attrs["signature"]


def test_rows_keep_their_index() -> None:
    pairs = PAIRS.set_index("id", drop=False)
    scored = aligner.score_hypotheses(pairs, GOOD)
    assert scored.index.tolist() == pairs.index.tolist()
    assert scored["hypothesis"].tolist() == GOOD


def test_a_comparison_tells_what_was_compared() -> None:
    one, other = aligner.compare_translations(GOOD, REFERENCES, REFERENCES, samples=9).signatures
    assert one != other
    assert aligner.compare_translations(REFERENCES, GOOD, REFERENCES, samples=9).signatures == (other, one)


def test_a_wrong_pair_scores_lower() -> None:
    wrong = PAIRS.assign(trg_text=REFERENCES[1:] + REFERENCES[:1])
    right, bad = aligner.score_hypotheses(PAIRS, GOOD), aligner.score_hypotheses(wrong, GOOD)
    assert (right["bleu"] > bad["bleu"]).all()
    assert (right["chrf"] > bad["chrf"]).all()
    assert (right["ter"] < bad["ter"]).all()


def test_a_text_too_long_for_ter_is_left_out_of_it() -> None:
    long = "một " * 201
    scored = aligner.score_hypotheses(PAIRS, [long, *GOOD[1:]])
    assert scored["ter"].isna().tolist() == [True, False, False, False]
    result = aligner.evaluate_translations([long, *GOOD[1:]], REFERENCES)
    assert list(result.scores) == ["bleu", "chrf"]
    assert "TER: left out, a text has more than 200 words" in str(result)


@pytest.mark.parametrize("text", ["9" * 100_000, "năm " * 20_000, "\ud800 \0 \u0323", ""])
def test_hostile_texts_take_no_time(text: str) -> None:
    def score(n: int) -> None:
        cut = text[:n]
        pairs = PAIRS.assign(trg_text=pd.Series([cut, *REFERENCES[1:]], dtype=object))
        scored = aligner.score_hypotheses(pairs, [REFERENCES[0], cut, cut[::-1], cut])
        assert scored["bleu"].between(0, 100.0001).all()

    assert_linear(score, len(text))


SMALL = ("", " ", "a", "...", "\n", "\u200b", "Trời mưa.", "một hai ba bốn năm")


@pytest.mark.parametrize("n", [1, 2, 3])
def test_small_sets_and_empty_translations_have_scores(n: int) -> None:
    """Every draw of the bootstrap may then be without a word, on either side or both."""
    drawn = random.Random(n)
    for _ in range(60):
        hypotheses, references = ([drawn.choice(SMALL) for _ in range(n)] for _ in range(2))
        result = aligner.evaluate_translations(hypotheses, references, samples=20)
        assert list(result.scores) == list(METRICS)
        for score in result.scores.values():
            assert math.isfinite(score.value)
            assert (score.interval is None) == (n == 1)
            assert score.interval is None or all(map(math.isfinite, score.interval))
        assert json.loads(json.dumps(result.to_dict()))["pairs"] == n
        assert len(result.to_frame()) == len(str(result).splitlines()) - 2 == 3
        compared = aligner.compare_translations(hypotheses, references, references, samples=20)
        assert all(0 <= d.p_bootstrap <= 1 for d in compared.differences.values())
        pairs = pd.DataFrame({"src_text": [""] * n, "trg_text": references})
        assert len(aligner.score_hypotheses(pairs, hypotheses)) == n


@pytest.mark.parametrize(
    ("hypotheses", "references", "options", "message"),
    [
        (["a"], ["b", "c"], {}, "not one hypothesis a pair (found 1 hypotheses, 2 pairs)"),
        ([], [], {}, "no pairs"),
        ("a", ["a"], {}, "hypotheses is a single str"),
        (["a"], [None], {}, "references[0] is not a str (found NoneType)"),
        (["a", "b"], ["a", "b"], {"seed": 0}, "seed 0 is no seed to sacrebleu; give another"),
        (["a"], ["a"], {"samples": 0}, "samples out of range"),
    ],
)
def test_what_does_not_fit_is_refused(
    hypotheses: list[str], references: list[str], options: dict[str, int], message: str
) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.evaluate_translations(hypotheses, references, **options)
    assert str(caught.value).startswith(message)
    with pytest.raises(aligner.InputError) as caught:
        aligner.compare_translations(hypotheses, hypotheses, references, **options)
    assert str(caught.value).startswith(message)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(aligner.InputError, match=r"no column trg_text \(found src_text, vi\)"):
        aligner.score_hypotheses(PAIRS.rename(columns={"trg_text": "vi"})[["src_text", "vi"]], GOOD)


def test_the_seed_is_sacrebleu_s_for_the_time_of_the_call_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SACREBLEU_SEED", "99")
    one, other = (aligner.evaluate_translations(GOOD, REFERENCES, samples=30, seed=seed) for seed in (1, 2))
    assert os.environ["SACREBLEU_SEED"] == "99"
    assert one.scores["bleu"].interval != other.scores["bleu"].interval
    assert one == aligner.evaluate_translations(GOOD, REFERENCES, samples=30, seed=1)
    monkeypatch.delenv("SACREBLEU_SEED")
    aligner.evaluate_translations(GOOD, REFERENCES, samples=30)
    assert "SACREBLEU_SEED" not in os.environ


def test_above_the_limit_there_are_scores_without_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "MAX_RESAMPLED", 3999)
    result = aligner.evaluate_translations(GOOD, REFERENCES)
    assert {score.interval for score in result.scores.values()} == {None}
    assert "bootstrap:none" in result.signature
    assert "[–]" in str(result)


def test_two_systems_are_compared_by_sacrebleu_s_tests() -> None:
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.significance import PairedTest

    worse = [text.replace("c", "k") for text in GOOD] * 5
    good, references = GOOD * 5, REFERENCES * 5
    compared = aligner.compare_translations(good, worse, references, samples=200)
    d = compared.differences["bleu", "score"]
    assert d.difference > 0
    for test, p in (("bs", d.p_bootstrap), ("ar", d.p_randomisation)):
        systems = [("a", good), ("b", worse)]
        _, results = PairedTest(systems, {"BLEU": BLEU()}, [references], test_type=test, n_samples=200)()
        assert p == results["BLEU"][1].p_value  # type: ignore[union-attr]  # sacrebleu's default seed is ours
    for part in ("samples:200|seed:12345", "bleu(nrefs:1|", "ter("):
        assert part in compared.signature
    assert "bleu score" in str(compared)
    assert compared.to_frame()["low"].isna().all()


def test_equal_translations_do_not_differ() -> None:
    for d in aligner.compare_translations(GOOD, GOOD, REFERENCES, samples=50).differences.values():
        assert (d.difference, d.p_bootstrap, d.p_randomisation) == (0, 1, 1)


def test_too_many_samples_are_refused_with_a_number_that_is_not() -> None:
    with pytest.raises(aligner.InputError, match="give at most 416666 samples") as caught:
        aligner.compare_translations(GOOD * 3, GOOD * 3, REFERENCES * 3, samples=1_000_000)
    assert caught.value.found == "1000000 samples of 12 pairs"


def test_without_sacrebleu_the_pip_line_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "sacrebleu"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    for call in (
        lambda: aligner.evaluate_translations(GOOD, REFERENCES),
        lambda: aligner.score_hypotheses(PAIRS, GOOD),
        lambda: aligner.compare_translations(GOOD, GOOD, REFERENCES),
    ):
        with pytest.raises(aligner.MissingExtraError, match=r"pip install 'envi-aligner\[evaluation\]'"):
            call()
