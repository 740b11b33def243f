"""Language of a block: sentences, headings, credits, dates, and what tells nothing."""

import importlib.resources
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.text.language import _LOWER, detect_language

# Written for this test; the kinds of text are those of bilingual news, handbooks and documents.
CASES = [
    # text, language, what
    ("The two ministers signed an agreement on Friday.", "en", "sentence"),
    ("Hai bộ trưởng đã ký một thỏa thuận hôm thứ Sáu.", "vi", "sentence"),
    ("Hai bo truong da ky mot thoa thuan hom thu Sau.", "vi-unaccented", "sentence without marks"),
    ("Toi khong biet anh ay la ai, nhung co the hoi chi Lan.", "vi-unaccented", "words spelled as English ones"),
    ("Can he do that on the way to an inn?", "en", "English words spelled as Vietnamese ones"),
    ("ĐÀ NẴNG — Phạm Văn Đồng Street was reopened, Nguyễn Thị Lý reported.", "en", "Vietnamese names in English"),
    ("Phở, bún chả and bánh mì are sold in Đà Lạt.", "en", "Vietnamese words in English"),
    ("Ông Jean-Claude Smith gặp Paul Johnson ở New York.", "vi", "English names in Vietnamese"),
    ("Cài gói package bằng lệnh install rồi chạy webpack.", "vi", "English terms in Vietnamese"),
    ("Señor Peña ate crème brûlée in a café near São Paulo.", "en", "French and Spanish marks in English"),
    ("Hanoi, Bangkok deepen trade links", "en", "heading"),
    ("Hà Nội, Bangkok thúc đẩy giao thương", "vi", "heading"),
    ("PRESIDENT OF LAOS ARRIVES IN THE CAPITAL", "en", "heading in capitals"),
    ("CHỦ TỊCH NƯỚC LÀO ĐÃ ĐẾN THỦ ĐÔ", "vi", "heading in capitals"),
    ("QUỐC HỘI THẢO LUẬN LUẬT GIÁO DỤC", "vi", "heading in capitals, no function word"),
    ("Improving Vocational Training", "en", "heading in title case, suffixes"),
    ("Photo: Reuters", "en", "credit"),
    ("Photo by Lan Anh", "en", "credit"),
    ("Ảnh: Reuters", "vi", "credit"),
    ("Nguồn: Bộ Y tế", "vi", "credit"),
    ("June 5, 2024", "en", "date with a name"),
    ("Mon, 3 Mar 2025", "en", "date with short names"),
    ("Ngày 5 tháng 6 năm 2024", "vi", "date in words"),
    ("Thứ Hai, 3/3/2025", "vi", "date with a weekday"),
    ("Let $x_1 = 3$ and let $y_2 = f(x_1)$ be the sum.", "en", "formulas in English"),
    ("Cho $x_1 = 3$ và $y_2 = f(x_1)$ là tổng.", "vi", "formulas in Vietnamese"),
    ("5/6/2024", "und", "date in figures"),
    ("1.234,5 (+7%)", "und", "number"),
    ("https://example.org/the/news?id=of", "und", "URL"),
    ("lan.anh@example.org", "und", "e-mail"),
    ("let total = sum(items);", "und", "code"),
    ("Trần Hưng Đạo", "und", "bare Vietnamese name"),
    ("Nguyễn Thị Minh Khai", "und", "bare Vietnamese name of four syllables"),
    ("Angela Merkel", "und", "bare foreign name"),
    ("TTXVN", "und", "agency"),
    ("— VNS", "und", "agency"),
    ("Новости дня 日本語", "und", "other scripts"),
    ("  \n", "und", "blank"),
    ("", "und", "empty"),
]


@pytest.mark.parametrize(("text", "language", "what"), CASES, ids=[f"{case[1]}: {case[0][:30]}" for case in CASES])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_language(text: str, language: str, what: str, form: str) -> None:
    assert detect_language(unicodedata.normalize(form, text)) == language


def test_marked_name_leaves_unaccented_text_unaccented() -> None:
    assert detect_language("Thu tuong Phạm Minh Chính gap go cac doanh nghiep nho va vua") == "vi-unaccented"


def test_evidence_adds_up_over_a_long_text() -> None:
    english, vietnamese = "She sells sea shells here. ", "Bà ấy bán vỏ sò ở đây. "
    assert detect_language(english * 500 + vietnamese * 50) == "en"
    assert detect_language(english * 50 + vietnamese * 500) == "vi"


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_text_has_an_answer(text: str) -> None:
    assert detect_language(text) in ("en", "vi", "vi-unaccented", "und")


def test_one_token_of_a_million_characters() -> None:
    assert detect_language("a." * 500_000) == "und"


def test_table_is_whole_and_sourced() -> None:
    table = importlib.resources.files("aligner").joinpath("data", "function_words.tsv").read_text("utf-8")
    header, *rows = [line.split("\t") for line in table.splitlines()]
    assert header == ["language", "word", "class", "source"]
    assert all(len(row) == 4 and all(row) and unicodedata.is_normalized("NFC", row[1]) for row in rows)
    assert {row[0] for row in rows} == {"en", "vi"}
    twice = [key for key, n in Counter((row[0], row[1], row[2]) for row in rows).items() if n > 1]
    assert twice == []


def test_weights_order_the_kinds() -> None:
    """Vietnamese evidence is positive and English evidence negative, the unambiguous kinds farthest out."""
    assert list(_LOWER.values()) == [3.4, 6.0, 3.4, -0.5, -1.2, -1.9, -6.0, -2.5]
    assert min(_LOWER, key=lambda kind: _LOWER[kind]) == "en"
