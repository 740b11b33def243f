"""Transcripts without stops, cut where the sentences of their translation end."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.alignment import align, align_article
from aligner.bitext import AlignConfig, Sentence
from aligner.cli import main
from aligner.documents.articles import parse_article
from aligner.encoders.embedded import embedded_encoder
from aligner.search.borrowing import cut_unstopped, find_unstopped
from aligner.search.weights import shipped_weights

# Written for these tests: a talk, a diary, a conversation.
TALK = [
    ("Good morning, everyone.", "Chào buổi sáng mọi người."),
    ("Today I want to talk about the river behind my house.", "Hôm nay tôi muốn nói về con sông sau nhà tôi."),
    ("When I was a child, we caught fish there with our hands.", "Hồi tôi còn nhỏ, chúng tôi bắt cá ở đó bằng tay."),
    ("The water was clear and cold.", "Nước trong và lạnh."),
    ("Then a paper factory opened upstream.", "Rồi một nhà máy giấy mở ở thượng nguồn."),
    ("In two years the fish were gone.", "Trong hai năm, cá biến mất."),
    ("Nobody asked the farmers what they thought.", "Không ai hỏi những người nông dân nghĩ gì."),
    ("My father wrote eleven letters to the province.", "Cha tôi viết mười một lá thư gửi lên tỉnh."),
    ("The last one was answered by a young engineer.", "Lá thư cuối cùng được một kỹ sư trẻ trả lời."),
    ("She came with a box of small glass bottles.", "Cô ấy đến với một hộp chai thủy tinh nhỏ."),
    ("Her report closed the factory for six months.", "Báo cáo của cô ấy khiến nhà máy đóng cửa sáu tháng."),
    ("Today you can see the stones on the bottom again.", "Ngày nay bạn lại có thể nhìn thấy đá dưới đáy."),
]
DIARY = [
    ("I woke up before the market opened.", "Tôi thức dậy trước khi chợ mở cửa."),
    ("The bread oven was still warm.", "Lò bánh mì vẫn còn ấm."),
    ("Mother had gone to the hospital with Lan.", "Mẹ đã đến bệnh viện với Lan."),
    ("She left some rice and a note on the table.", "Mẹ để lại ít cơm và một mảnh giấy trên bàn."),
    ("I fed the chickens and swept the yard.", "Tôi cho gà ăn và quét sân."),
    ("At noon the postman brought a parcel from Germany.", "Buổi trưa, người đưa thư mang đến một bưu kiện từ Đức."),
    ("It was a blue coat, far too big for me.", "Đó là một chiếc áo khoác xanh, quá rộng so với tôi."),
    ("In the evening the doctor telephoned.", "Buổi tối, bác sĩ gọi điện."),
    ("Lan will stay there for three more days.", "Lan sẽ ở lại đó thêm ba ngày."),
    ("I could not sleep because of the frogs.", "Tôi không ngủ được vì tiếng ếch."),
]
CHAT = [
    ("Where is the key to the garage?", "Chìa khóa nhà để xe ở đâu?"),
    ("It hangs behind the kitchen door.", "Nó treo sau cửa bếp."),
    ("No, somebody took it yesterday.", "Không, hôm qua có người lấy rồi."),
    ("Ask your sister, she drove to the city.", "Hỏi chị con đi, chị ấy lái xe lên thành phố."),
    ("She says she gave it to the mechanic.", "Chị ấy nói đã đưa nó cho thợ máy."),
    ("Then we will have to take the bus.", "Vậy thì chúng ta phải đi xe buýt."),
    ("The last bus leaves at nine.", "Chuyến xe buýt cuối chạy lúc chín giờ."),
    ("Hurry up and find your umbrella!", "Nhanh lên và tìm cái ô của con đi!"),
]
KINDS = {"talk": TALK, "diary": DIARY, "chat": CHAT}


def strip_stops(texts: list[str], joint: str = " ") -> str:
    """What a recogniser would write."""
    return joint.join(re.sub(r"[.,!?]", "", text).lower() for text in texts)


def sides(kind: str, lang: str, joint: str = " ") -> tuple[str, str, list[str]]:
    """English and Vietnamese, one of them a transcript, and the sentences of that."""
    en, vi = (list(side) for side in zip(*KINDS[kind], strict=True))
    plain = [strip_stops([text]) for text in (en if lang == "en" else vi)]
    transcript = joint.join(plain)
    return (transcript, " ".join(vi), plain) if lang == "en" else (" ".join(en), transcript, plain)


def share_found(found: list[str], plain: list[str], slip: int = 1) -> float:
    """Share of the sentence ends that a cut is at, or at most so many words from."""
    ends, cuts = ([*itertools.accumulate(len(text.split()) for text in side)][:-1] for side in (plain, found))
    return sum(any(abs(cut - end) <= slip for cut in cuts) for end in ends) / len(ends)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_transcripts(kind: str, lang: str) -> None:
    en, vi, plain = sides(kind, lang)
    a = align(en, vi)
    side, text = (a.source, en) if lang == "en" else (a.target, vi)
    assert [text[s.start : s.end] for s in side] == [s.text for s in side]
    assert " ".join(s.text for s in side) == text
    assert abs(len(side) - len(plain)) <= 1
    assert share_found([s.text for s in side], plain) >= 0.7
    assert a.is_parallel
    assert len(a.borrowed) == 1
    assert not find_unstopped(a.source, a.target, 1.0) | find_unstopped(a.target, a.source, 1.0)  # once is enough
    assert a.signature.endswith("|borrowed:1")
    whole = align(en, vi, config=AlignConfig(borrow=False))
    assert len(whole.source if lang == "en" else whole.target) == 1
    assert not whole.borrowed
    assert "borrowed" not in whole.signature


def test_seven_ends_in_ten_are_found_to_the_word() -> None:
    shares = []
    for kind, lang in itertools.product(KINDS, ("en", "vi")):
        en, vi, plain = sides(kind, lang)
        a = align(en, vi)
        shares.append(share_found([s.text for s in (a.source if lang == "en" else a.target)], plain, 0))
    assert sum(shares) / len(shares) >= 0.7, shares


def test_signs_of_a_place() -> None:
    """Line breaks where sentences end, and stops that no capital follows, are found where vectors alone miss a word."""
    for joint in ("\n", ". "):
        en, vi, plain = sides("talk", "en", joint)
        found = [s.text.rstrip(".") for s in align(en, vi, lines=False).source]
        assert len(set(found) & set(plain)) >= len(plain) - 1, joint


@pytest.mark.parametrize("width", [30, 60])
def test_lines_broken_at_random(width: int) -> None:
    en, vi, plain = sides("diary", "en")
    lines, line = [], ""
    for word in en.split():
        if len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line += f"  {word}"
    text = "\r\n".join([*lines, line])
    side = align(text, vi).source
    assert [" ".join(text[s.start : s.end].split()) for s in side] == [" ".join(s.text.split()) for s in side]
    assert share_found([s.text for s in side], plain) >= 0.7


def test_an_article_and_marks_in_two_parts() -> None:
    en, vi, plain = sides("talk", "vi")
    apart = normalize("NFD", vi)
    article = parse_article(en, apart)
    a = align_article(article)
    assert [normalize("NFC", apart[s.start : s.end]) for s in a.target] == [s.text for s in a.target]
    assert share_found([s.text for s in a.target], plain) >= 0.7


@pytest.mark.parametrize("kind", KINDS)
def test_text_with_stops_is_left_alone(kind: str) -> None:
    en, vi = (" ".join(side) for side in zip(*KINDS[kind], strict=True))
    assert not align(en, vi).borrowed
    assert not align(strip_stops([en]), strip_stops([vi])).borrowed  # neither knows


def test_what_is_given_as_sentences_is_taken_as_it_is() -> None:
    en, _, _ = sides("talk", "en")
    translation = [text for _, text in TALK]
    assert len(align([en], translation).source) == 1
    assert len(align(en, "\n".join(translation), lines=True).source) == 1
    assert len(align_article(parse_article(en, "\n".join(translation), lines=True)).source) == 1
    assert len(align(en, translation).source) > 8  # a str beside a list is running text


def test_a_long_sentence_among_others() -> None:
    long = Sentence("whereas " * 60, 0, 480)
    short = [Sentence("It was said at length.", 500 + 30 * k, 522 + 30 * k) for k in range(40)]
    other = [Sentence("Điều đó đã được nói rất dài.", 30 * k, 30 * k + 28) for k in range(60)]
    assert find_unstopped([long, *short], other, 1.0) == frozenset()
    assert find_unstopped([long, *short[:3]], other, 1.0) == {0}
    assert find_unstopped([], other, 1.0) == find_unstopped([long], [], 1.0) == frozenset()


def test_strangers_stay_strangers() -> None:
    """Pieces chosen to match another text's sentences are not taken for translations of these."""
    for lang, other in (("en", "diary"), ("vi", "diary")):
        en, vi, _ = sides("talk", lang)
        stranger = " ".join(text[lang == "en"] for text in KINDS[other])
        a = align(en, stranger) if lang == "en" else align(stranger, vi)
        assert not a.is_parallel
        assert not any(map(a.is_kept, a.beads))


def test_a_part_that_only_one_side_has() -> None:
    talk, diary = ([text for text, _ in part] for part in (TALK, DIARY[:4]))
    plain = strip_stops([*talk[:6], *diary, *talk[6:]])
    a = align(plain, " ".join(text for _, text in TALK))
    pairs = dict(a.texts(bead) for bead in a.beads if not bead.is_null)
    assert pairs.get("my father wrote eleven letters to the province") == TALK[7][1]
    assert pairs.get("her report closed the factory for six months") == TALK[10][1]


def test_a_long_text() -> None:
    """Beyond FULL_CELLS, a band around a coarse alignment; the cuts are those of a short text."""
    en, vi = zip(*(TALK + DIARY + CHAT), strict=True)
    times = 12
    text = " ".join([strip_stops([f"{line} {k}" for line in en]) for k in range(times)])
    other = [f"{line} {k}" for k in range(times) for line in vi]
    assert (len(text.split()) + 1) * (len(other) + 1) > 250_000
    sentence = [Sentence(text, 0, len(text))]
    others = [Sentence(line, 0, len(line)) for line in other]
    cut = cut_unstopped(sentence, others, text, "en", encode=embedded_encoder().sums, model=shipped_weights())
    gold = {strip_stops([f"{line} {k}"]) for k in range(times) for line in en}
    assert len({s.text for s in cut} & gold) >= 0.6 * len(gold)
    assert " ".join(s.text for s in cut) == text


def test_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    en, vi, _ = sides("diary", "en")
    (tmp_path / "a.en.txt").write_text(en, encoding="utf-8")
    (tmp_path / "a.vi.txt").write_text(vi, encoding="utf-8")
    files = [str(tmp_path / "a.en.txt"), str(tmp_path / "a.vi.txt")]
    assert main(["align", *files]) == 0
    assert "boundaries: the English has no stops: cut into 10 by the Vietnamese\n" in capsys.readouterr().err
    assert main(["align", "--no-borrow", *files]) == 0
    assert "sentences: 1 English, 10 Vietnamese" in capsys.readouterr().err


def test_boundaries_of_borrowed_ones() -> None:
    en, vi, _ = sides("talk", "en")
    a = align(en, vi)
    again = a.with_boundaries()
    assert again.borrowed == a.borrowed
    assert "|borrowed:1" in again.signature


def fake(texts: list[str]) -> np.ndarray:
    """Vectors of letters, additive."""
    return np.array([[text.count(letter) for letter in "abc "] for text in texts], np.float32).reshape(-1, 4)


@settings(max_examples=80, deadline=None)
@given(st.text("abc .\n", max_size=120), st.lists(st.text("abc", min_size=1, max_size=6), max_size=8))
def test_nothing_is_lost(text: str, other: list[str]) -> None:
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    shown = " ".join(text[start:end].split())
    whole = [Sentence(shown, start, max(start, end))]
    others = [Sentence(line, 0, len(line)) for line in other]
    cut = cut_unstopped(whole, others, text, "en", encode=fake, model=shipped_weights())
    if cut:
        assert " ".join(s.text for s in cut) == shown
        assert [" ".join(text[s.start : s.end].split()) for s in cut] == [s.text for s in cut]
        assert all(s.end <= t.start for s, t in itertools.pairwise(cut))
        assert cut == cut_unstopped(whole, others, text, "en", encode=fake, model=shipped_weights())
