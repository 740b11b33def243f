"""Which words of a pair have no counterpart: what must be told, what must be silent, and what always holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.quality.links import WordSpan, uncovered_words
from aligner.quality.model import shipped_witness
from aligner.quality.pieces import cover
from tests.test_scoring import MORE, naive_cover, some_lexicon


def uncovered(en: str, vi: str) -> tuple[tuple[WordSpan, ...], tuple[WordSpan, ...]]:
    witness = shipped_witness()
    (found,) = uncovered_words([en], [vi], witness.encoder, witness.lexicon)
    for text, side in zip((en, vi), found, strict=True):
        after = 0
        for span in side:
            assert text[span.start : span.end] == span.text
            assert after <= span.start < span.end <= len(text)
            after = span.end + 1  # neighbours are one span
    return found


def told(side: tuple[WordSpan, ...]) -> list[str]:
    return [word for span in side for word in span.text.lower().replace(",", "").split()]


LACKING = [
    # English, Vietnamese; words of either that have no counterpart, words of either that have one
    ("The nurse put the medicine in a small wooden box.", "Cô y tá bỏ thuốc.", "wooden box", "", "nurse medicine",
     "thuốc"),
    ("Two boys were fishing.", "Hai cậu bé đang câu cá dưới cây cầu cũ.", "", "cầu", "boys fishing", "cá"),
    ("He bought bread at the market.", "Anh ấy mua bánh mì, sữa và ba quả trứng ở chợ.", "", "sữa trứng",
     "bread market", "mua chợ"),
    ("The library will be closed because of the storm.", "Thư viện sẽ đóng cửa vì bệnh sởi.", "storm", "sởi", "library",
     "viện"),
    ("My uncle repairs bicycles and sells flowers.", "Chú tôi sửa xe đạp.", "flowers", "", "bicycles", "đạp"),
    ("The children painted the walls green.", "Bọn trẻ sơn tường màu xanh, rồi chúng ăn dưa hấu.", "", "dưa", "walls",
     "tường"),
]  # fmt: skip


@pytest.mark.parametrize(("en", "vi", "lost", "added", "kept", "covered"), LACKING)
def test_words_that_were_lost_or_added_are_told_and_translated_ones_are_not(
    en: str, vi: str, lost: str, added: str, kept: str, covered: str
) -> None:
    source, target = map(told, uncovered(en, vi))
    assert set(lost.split()) <= set(source)
    assert set(added.split()) <= set(target)
    assert not set(kept.split()) & set(source)
    assert not set(covered.split()) & set(target)


def test_of_half_a_translation_the_other_half_is_told() -> None:
    """The first part in Vietnamese, the rest in English as it was: both sides have the same words there."""
    shares = []
    for en, vi in MORE:
        words = vi.split()
        source, _ = uncovered(en, " ".join(words[: len(words) // 2]))
        shares.append(len(told(source)) / len(en.split()))
    assert sum(share > 0 for share in shares) >= 9
    assert 0.2 < np.mean(shares) < 0.7


def test_of_a_lost_quarter_words_near_the_end_are_told() -> None:
    found = 0
    for en, vi in MORE:
        words = en.split()
        _, target = uncovered(" ".join(words[: round(0.7 * len(words))]), vi)
        found += bool(target)
    assert found >= 7


def test_good_pairs_are_silent_mostly() -> None:
    spans = [(en, [side for side in uncovered(en, vi) if side]) for en, vi in MORE]
    words = sum(len(told(side)) for _, sides in spans for side in sides)
    assert words <= 0.05 * sum(len(f"{en} {vi}".split()) for en, vi in MORE), spans
    assert sum(not sides for _, sides in spans) >= 5, spans


def test_strangers_have_no_counterparts() -> None:
    for k, (en, _) in enumerate(MORE):
        source, target = uncovered(en, MORE[(k + 3) % len(MORE)][1])
        assert len(told(source)) >= 3
        assert len(told(target)) >= 3


@settings(max_examples=60)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_gives_spans_of_words(en: str, vi: str) -> None:
    for side in uncovered(en, vi):
        for span in side:
            assert span.text[0].isalnum()
            assert span.text[-1].isalnum()


@pytest.mark.parametrize(("en", "vi"), [("", ""), ("", "…"), ("Hello.", ""), ("", "Xin chào."), ("!?", "Xin chào.")])
def test_an_empty_side_covers_nothing(en: str, vi: str) -> None:
    source, target = uncovered(en, vi)
    assert (bool(source), bool(target)) == (en == "Hello.", vi == "Xin chào.")


def test_long_texts_are_looked_at_as_far_as_pieces_are() -> None:
    source, target = uncovered("the red boat " * 3000, "một quyển sách " * 3000)
    assert source[-1].end < 2000
    assert target[-1].end < 2000


def test_pairs_told_together_are_told_what_each_alone_is() -> None:
    """Of equal and other lengths, strangers, empty sides and a pair that stands twice."""
    witness = shipped_witness()
    pairs = [(en, MORE[(k + shift) % len(MORE)][1]) for shift in (0, 1) for k, (en, _) in enumerate(MORE)]
    pairs += [("", "Xin chào."), ("Hello.", ""), pairs[0], ("the red boat " * 300, "một quyển sách " * 300)]
    together = uncovered_words(*map(list, zip(*pairs, strict=True)), witness.encoder, witness.lexicon)
    assert together == [uncovered(en, vi) for en, vi in pairs]
    assert uncovered_words([], [], witness.encoder, witness.lexicon) == []


@pytest.mark.parametrize("entries", [0, 400])
def test_cover_is_what_the_evidence_of_pieces_is_a_mean_of(entries: int) -> None:
    for d in (3, 16):
        rng = np.random.default_rng(d)
        table = rng.normal(size=(40, d)).astype(np.float32)
        lexicon, known = some_lexicon(rng, 40, entries)
        for m, n in ((1, 1), (1, 6), (7, 1), (5, 9), (12, 4), (20, 20)):
            a, b = rng.integers(0, 40, m), rng.integers(0, 40, n)
            (both,) = cover([a], [b], table, lexicon)
            for found, plain in zip(both, naive_cover(a.tolist(), b.tolist(), table, known), strict=True):
                np.testing.assert_allclose(found, plain, atol=1e-5)
