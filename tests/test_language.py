"""Language of a block: sentences, headings, credits, dates, and what tells nothing."""

import importlib.resources
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.alignment import align, align_article
from aligner.bitext import AlignedDocument, Bead, Languages, Sentence
from aligner.cli import main
from aligner.documents.articles import read_article
from aligner.errors import InputError
from aligner.quality.judging import judge_documents
from aligner.showing import summary_lines
from aligner.text.language import _LOWER, STRANGE_SHARE, check_languages, detect_language, strange_share, tell_languages
from aligner.text.syllables import bare

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


# Written for these tests: one story in four languages.
FOREIGN = {
    "German": "Am frühen Morgen ging der alte Fischer zum Hafen hinunter. Das Wasser war ruhig, und über den "
    "Booten hing "
    "noch ein dünner Nebel. Seine Tochter hatte ihm Brot und etwas Käse eingepackt, aber er wollte erst "
    "essen, wenn die "
    "Netze draußen waren. Es war so kalt, dass er die Hände in die Taschen steckte.",
    "French": "De bon matin, le vieux pêcheur descendit vers le port. L'eau était calme et une brume légère "
    "flottait encore "
    "au-dessus des bateaux. Sa fille lui avait donné du pain et un peu de fromage, mais il ne voulait manger "
    "qu'une fois "
    "les filets à la mer. Il faisait si froid qu'il mit les mains dans ses poches.",
    "Russian": "Рано утром старый рыбак спустился в гавань. Вода была спокойной, и над лодками ещё висел тонкий туман.",
}
STORY = {
    "en": "Early in the morning the old fisherman walked down to the harbour. The water was calm, and a thin "
    "mist still "
    "hung over the boats. His daughter had packed him bread and some cheese, but he wanted to eat only when the nets "
    "were out. It was so cold that he put his hands in his pockets.",
    "vi": "Sáng sớm, ông lão đánh cá đi xuống bến cảng. Mặt nước lặng yên và một làn sương mỏng vẫn còn phủ trên những "
    "con thuyền. Con gái đã gói cho ông bánh mì và ít phô mai, nhưng ông chỉ muốn ăn khi lưới đã thả xong. "
    "Trời lạnh đến "
    "nỗi ông phải đút hai tay vào túi áo.",
}
TERMS = (
    "bread neural network high school library steam engine railway station wedding ring paddle wheel "
    "lighthouse statute "
    "plaintiff defendant lien escrow mortgage subpoena quorum gigabyte firewall webcam smartphone spreadsheet login"
)


@pytest.mark.parametrize("name", FOREIGN)
def test_another_language_is_told(name: str) -> None:
    assert strange_share([FOREIGN[name]]) >= STRANGE_SHARE + 0.1
    with pytest.raises(InputError, match="the source is not English"):
        check_languages([FOREIGN[name]], [STORY["vi"]])
    with pytest.raises(InputError, match="the target is not Vietnamese"):
        check_languages([STORY["en"]], [FOREIGN[name]])


def test_sentences_on_the_wrong_side_and_mixed_ones_pass() -> None:
    for sides in ((["vi"], ["en"]), (["en", "vi"], ["en"]), (["vi"], ["vi", "en"])):
        check_languages(*([STORY[lang] for lang in side] for side in sides))


@pytest.mark.parametrize(
    ("en", "vi"),
    [
        (STORY["en"], STORY["vi"]),
        (STORY["en"], bare(STORY["vi"])),
        (TERMS, STORY["vi"]),
        ("Bonjour, mes amis.", "Chào các bạn."),
        ("Müller Schäfer Königstein Großmann " * 20, "Nguyễn Văn An " * 20),
        ("import os.path\nx = foo_bar(y)\nfmt.Println(str)\n" * 20, "xem <b>mã</b> ở dưới"),
        ("", ""),
    ],
)
def test_english_and_vietnamese_pass(en: str, vi: str) -> None:
    check_languages([en], [vi])
    check_languages([en] * 3000, [vi] * 3000)


def test_the_command_says_which_side_is_foreign(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("a.txt", FOREIGN["German"]), ("b.txt", FOREIGN["French"])):
        (tmp_path / name).write_text(text, encoding="utf-8")
    for options in ([], ["--lines"]):
        assert main(["align", *options, str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]) == 2
        assert "the source is not English" in capsys.readouterr().err


ROWS = np.eye(4, dtype=np.float32)
TEXTS = {**FOREIGN, **STORY}


def test_vectors_align_any_languages() -> None:
    found = align([FOREIGN["German"], "Es regnete."], [FOREIGN["French"], "Il pleuvait."], encode=(ROWS[:2], ROWS[:2]))
    assert [bead.type for bead in found.beads] == ["1:1", "1:1"]


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("en", "vi", "en-vi"),
        ("German", "vi", "und-vi"),
        ("en", "Russian", "en-und"),
        ("German", "French", "und-und"),
        ("Russian", "en", "und-vi"),  # on the wrong side, but in no third language
    ],
)
def test_each_side_is_told_by_itself_and_the_signature_says_so(source: str, target: str, told: str) -> None:
    sides = [TEXTS[source]], [TEXTS[target]]
    assert str(tell_languages(*sides)) == told
    found = align(*sides, encode=(ROWS[:1], ROWS[:1]))
    assert str(found.languages) == told
    assert (f"|languages:{told}|" in found.signature) == ("und" in told)


def test_running_text_of_other_languages_is_aligned_and_not_judged() -> None:
    found = align(FOREIGN["German"], FOREIGN["French"], encode=lambda texts: ROWS[: len(texts)])
    assert [bead.type for bead in found.beads] == ["1:1"] * 4
    for bead in found.beads:
        judgement = found.judgement(bead)
        assert judgement.quality == pytest.approx(bead.probability * found.parallel_probability, abs=1e-3)
        assert np.isnan(judgement.pair_quality)
        assert judgement.reasons == ("language_unjudged",)
        assert judgement.is_kept
    assert found.boundaries() == ()
    assert found.names.empty
    assert summary_lines(found)[0] == "sentences: 4 and 4, languages und-und: pairs are judged by their beads alone"


def test_doubts_about_pairs_in_other_languages_bar_them() -> None:
    sides = tuple(Sentence(text, 0, len(text)) for text in ("Es regnete.", "Il pleuvait.", " "))
    beads = [Bead((0,), (0,), 0.9), Bead((1,), (1,), 0.4), Bead((2,), (2,), 0.9)]
    document = AlignedDocument(sides, sides, tuple(beads), 0.99, languages=Languages("und", "und"))
    kept, doubted, empty = judge_documents([(document, bead) for bead in beads], "balanced")
    assert (kept.is_kept, kept.reasons) == (True, ("language_unjudged",))
    assert (doubted.is_kept, doubted.reasons) == (False, ("language_unjudged", "uncertain_bead"))
    assert (empty.is_kept, empty.quality, empty.reasons) == (False, 0.0, ("language_unjudged", "empty"))
    (low,) = judge_documents([(document, beads[0])], 0.95)
    assert (low.is_kept, low.reasons) == (False, ("language_unjudged", "low_quality: 0.89"))


def test_files_of_other_languages_are_read_and_aligned_by_an_encoder(tmp_path: Path) -> None:
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path, name in zip(paths, ("German", "French"), strict=True):
        path.write_text(FOREIGN[name], encoding="utf-8")
    article = read_article(*paths)
    assert [block.language for block in article.blocks] == ["und", "und"]
    found = align_article(article, encode=lambda texts: ROWS[: len(texts)])
    assert (str(found.languages), found.bead_counts) == ("und-und", {"1:1": 4})
    with pytest.raises(InputError, match="the source is not English"):
        align_article(article)
