"""Kinds of segments: what the sentences of a block are, by their marks, labels and place."""

import importlib.resources
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner import align_article, parse_article
from aligner.bitext import Boundary, Sentence
from aligner.errors import InputError
from aligner.search.boundaries import apply_boundaries
from aligner.text.kinds import segment_kinds
from tests.growth import assert_linear

# One sentence that is a block of its own. Own sentences, of the kinds that corpus/ and bilingual news hold.
ALONE = [
    ("en", "headline", "Huế and Lyon sign a pact on clean water"),
    ("en", "headline", "Will the dam hold?"),
    ("en", "headline", "**Method**"),
    ("en", "headline", "“The river taught me to wait”"),
    ("en", "headline", "Article 4. Duties of the keeper"),
    ("en", "headline", "THE COUNCIL DECIDES:"),
    ("vi", "headline", "Huế và Lyon ký thỏa thuận về nước sạch"),
    ("vi", "headline", "ỦY BAN NHÂN DÂN XÃ HÒN MÂY"),
    ("en", "dateline", "June 5, 2025"),
    ("en", "dateline", "Hanoi, Monday, 5 June 2025, 10:30 a.m. (GMT+7)"),
    ("en", "dateline", "2025-06-05"),
    ("vi", "dateline", "Hà Nội, ngày 5 tháng 6 năm 2025"),
    ("vi", "dateline", "Thứ Năm, 5/6/2025, 10:30"),
    ("en", "credit", "Photo by Lan Anh"),
    ("en", "credit", "(Photo: VNA)"),
    ("en", "credit", "By Tran Lan Anh"),
    ("en", "credit", "Interview by Ho Lan; photos by Le Duc"),
    ("en", "credit", "— VNS"),
    ("en", "credit", "VNA/VNS"),
    ("vi", "credit", "Ảnh: Lan Anh"),
    ("vi", "credit", "Ảnh minh họa: TTXVN"),
    ("vi", "credit", "Nguồn: Bộ Y tế"),
    ("vi", "credit", "Theo VnExpress"),
    ("vi", "credit", "Lan Anh dịch"),
    ("vi", "credit", "(TTXVN)"),
    ("en", "caption", "Fishermen mend their nets on Lý Sơn Island Photo: AFP"),
    ("en", "caption", "Children fly kites in Hue (Photo: Lan Anh)"),
    ("vi", "caption", "Ngư dân vá lưới trên đảo Lý Sơn - Ảnh: Lan Anh"),
    ("en", "list-item", "1. Every ship carries two boats."),
    ("en", "list-item", "a) a lamp that burns all night;"),
    ("en", "list-item", "(iv) a bell"),
    ("en", "list-item", "- two ropes"),
    ("en", "list-item", "a lamp and a bell"),
    ("vi", "list-item", "2. Mỗi tàu có hai xuồng."),
    ("vi", "list-item", "đ) một cái chuông;"),
    ("en", "boilerplate", "Read more"),
    ("en", "boilerplate", "Comments (0)"),
    ("en", "boilerplate", "© 2025 The River Post"),
    ("en", "boilerplate", "Home › News › Coast"),
    ("vi", "boilerplate", "Tin liên quan"),
    ("vi", "boilerplate", "Bình luận (12)"),
    ("en", "body", "The river rose in the night."),
    ("en", "body", "HUẾ — The river rose in the night."),
    ("en", "body", "They bought:"),
    ("en", "body", "“And your boat?”"),
    ("en", "body", "Lan: When did you begin?"),
    ("en", "body", "./build.sh --fast"),
    ("en", "body", "Share prices fell on Monday as the bank, which had warned of losses, raised its rates again."),
    ("en", "body", "Decision 12/2025 holds."),
    ("vi", "body", "– Chị về đâu?"),
    ("vi", "body", "- Tôi về Huế."),
    ("vi", "body", "Ảnh hưởng của bão còn lớn."),
    ("vi", "body", "Nguồn nước cạn dần."),
    ("en", "body", ""),
]


@pytest.mark.parametrize(
    ("lang", "kind", "text"), ALONE, ids=[f"{case[0]} {case[1]}: {case[2][:30]}" for case in ALONE]
)
def test_a_sentence_alone(lang: str, kind: str, text: str) -> None:
    assert segment_kinds([text], lang) == [kind]


@pytest.mark.parametrize(
    ("what", "lang", "sentences", "kinds"),
    [
        ("caption and credit", "en", ["Boats at dawn.", "Photo by Lan"], ["caption", "credit"]),
        ("caption and credit", "vi", ["Thuyền lúc rạng đông.", "Ảnh: Lan"], ["caption", "credit"]),
        ("agency behind a text", "en", ["Rain fell.", "— VNS"], ["body", "credit"]),
        ("source behind a text", "vi", ["Mưa lớn.", "Nguồn: TTXVN"], ["body", "credit"]),
        ("a long text and its photo", "en", ["It rained."] * 5 + ["Photo: VNA"], ["body"] * 5 + ["credit"]),
        ("no heading among others", "en", ["Rain fell.", "A quiet night"], ["body", "body"]),
        ("no boilerplate among others", "en", ["Share it with her.", "She will be glad."], ["body", "body"]),
        ("item and its second sentence", "en", ["2. Fill the pan.", "Stir."], ["list-item", "body"]),
        ("nothing", "en", [], []),
    ],
)
def test_sentences_of_a_block(what: str, lang: str, sentences: list[str], kinds: list[str]) -> None:
    assert segment_kinds(sentences, lang) == kinds


def test_another_language_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        segment_kinds(["a"], "fr")
    assert str(caught.value) == "unknown language (found 'fr'); lang must be 'en' or 'vi'"


@given(st.lists(st.text(st.characters(codec=None, categories=None)), max_size=4), st.sampled_from(["en", "vi"]))
def test_every_sentence_has_a_kind(sentences: list[str], lang: str) -> None:
    kinds = segment_kinds(sentences, lang)
    assert len(kinds) == len(sentences)
    assert set(kinds) <= {"headline", "dateline", "caption", "credit", "list-item", "boilerplate", "body"}


@pytest.mark.parametrize("unit", ["a", "A ", "Photo ", "Photo: ", "› ", "a›", "1.", "#", "(", "Lan "])
def test_time_grows_with_length(unit: str) -> None:
    assert_linear(lambda n: segment_kinds([unit * (n // len(unit))], "en"), 500_000)


def test_table_is_whole_and_sourced() -> None:
    table = importlib.resources.files("aligner").joinpath("data", "segment_marks.tsv").read_text("utf-8")
    header, *rows = [line.split("\t") for line in table.splitlines()]
    assert header == ["language", "phrase", "class", "source"]
    assert all(len(row) == 4 and all(row) and unicodedata.is_normalized("NFC", row[1]) for row in rows)
    assert {row[0] for row in rows} == {"en", "vi"}
    assert {row[2] for row in rows} == {"photo", "source", "suffix", "agency", "calendar", "filler", "boilerplate"}
    assert [key for key, n in Counter((row[0], row[1], row[2]) for row in rows).items() if n > 1] == []


# What opened a list item and is not in the text of the sentence -------------------------------------------------------

LISTS = [
    ("plain bullets", "Tools of the trade\n\n• Ropes and lamps\n• Bells of bronze\n\nThe story ends here."),
    ("other bullets", "Tools of the trade\n\n➢ Ropes and lamps\n➢ Bells of bronze\n\nThe story ends here."),
    ("Markdown", "# Tools of the trade\n\n* Ropes and lamps\n* Bells of bronze\n\nThe story ends here."),
    ("HTML", "<h1>Tools of the trade</h1><ul><li>Ropes and lamps<li><p>Bells of bronze</ul><p>The story ends here."),
    (
        "HTML, numbered",
        "<h1>Tools of the trade</h1><ol><li>Ropes and lamps<li>Bells of bronze</ol>The story ends here.",
    ),
]


@pytest.mark.parametrize(("what", "text"), LISTS, ids=[what for what, _ in LISTS])
def test_a_list_item_is_one_whatever_its_mark(what: str, text: str) -> None:
    alignment = align_article(
        parse_article(text, "Đồ nghề của họ\n\nDây và đèn\n\nChuông đồng\n\nCâu chuyện kết thúc.")
    )
    assert [(s.text, s.kind) for s in alignment.source] == [
        ("Tools of the trade", "headline"),
        ("Ropes and lamps", "list-item"),
        ("Bells of bronze", "list-item"),
        ("The story ends here.", "body"),
    ]


def test_what_follows_in_an_item_or_behind_it_is_none() -> None:
    text = (
        "<ul><li><p>Ropes and lamps</p><p>They are old.</p></li></ul><p>Bells of bronze</p><ul><li></ul>After the list"
    )
    article = parse_article(text, "Dây và đèn cũ, chuông đồng, và đoạn sau danh sách.")
    assert [s.kind for s in article.source] == ["list-item", "body", "body", "body"]


def test_a_quote_is_no_list_item() -> None:
    article = parse_article("# Tools\n\n> Ropes and lamps\n", "Đồ nghề, dây và đèn.")
    assert [s.kind for s in article.source] == ["body", "body"]


@pytest.mark.parametrize(
    "text",
    [
        "The sea is calm\n\n• Biển lặng sóng\n\nWe go to the beach\n\n• Chúng ta ra bãi biển",
        "<p>The sea is calm<ul><li>Biển lặng sóng</ul><p>We go to the beach<ul><li>Chúng ta ra bãi biển</ul>",
        "The sea is calm\n\n* Biển lặng sóng\n\nWe go to the beach\n\n* Chúng ta ra bãi biển\n\n```\nX\n```\n",
    ],
)
def test_a_mark_that_tells_the_language_makes_no_list_item(text: str) -> None:
    alignment = align_article(parse_article(text))
    assert "list-item" not in {s.kind for s in (*alignment.source, *alignment.target)}


def test_a_credit_in_a_list_is_a_credit() -> None:
    assert segment_kinds(["Photo: VNA", "Ropes"], "en", items={0, 1}) == ["credit", "list-item"]


def test_an_item_opens_once_when_a_boundary_cuts_it() -> None:
    item = Sentence("one rope; two bells", 0, 19, kind="list-item")
    cut = Boundary("split", "source", (0,), 9, (item.text,), ("one rope;", "two bells"), 0.0, 1.0)
    assert [s.kind for s, _ in apply_boundaries([item], [cut])] == ["list-item", "body"]


@pytest.mark.parametrize("text", ["https://example.com/x", "foo_bar(x)", "name@example.org", "config.yaml", "a = b"])
def test_code_and_addresses_alone_are_no_list_items(text: str) -> None:
    assert segment_kinds([text], "en") == ["body"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Photo: VNA", "headline"), ("12 March 2018", "headline"), ("• corde", "list-item"), ("", "body")],
)
def test_of_a_third_language_no_label_is_known(text: str, kind: str) -> None:
    assert segment_kinds([text], "und") == [kind]
