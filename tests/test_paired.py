"""Both languages on one line: what parts them, what is left as it is, what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner import detect_language
from aligner.documents.paired import part_lines
from aligner.documents.plain import plain_document
from aligner.errors import InputError

# Written for these tests; the kinds of writing are those of phrase books, vocabulary lists and bilingual books.
PLAIN = (
    ("Good morning.", "Chào buổi sáng."),
    ("See you soon.", "Hẹn gặp lại."),
    ("Thank you very much.", "Cảm ơn bạn rất nhiều."),
    ("The shop opens at nine.", "Cửa hàng mở cửa lúc chín giờ."),
)
SHORT = (
    ("Hello!", "Xin chào!"),
    ("Where is the station?", "Nhà ga ở đâu?"),
    ("Goodbye", "Tạm biệt"),
    ("It costs two dollars, I think.", "Tôi nghĩ nó giá hai đô la."),
    ("Happy New Year", "Chúc mừng năm mới"),
)
HARD = (  # stops, dashes, colons and brackets inside
    ("Dr. Smith works in Hue.", "Bác sĩ Smith làm việc ở Huế."),
    ("He said: no.", "Anh ấy nói: không."),
    ("We (all of us) left early.", "Chúng tôi (tất cả) rời đi sớm."),
    ("Prices rose 3.5% - a lot.", "Giá tăng 3,5% - rất nhiều."),
    ("Mr. Lan met Ms. Hoa.", "Ông Lan gặp bà Hoa."),
)
WORDS = (("sea", "biển"), ("mountain", "núi"), ("old house", "ngôi nhà cũ"), ("to walk", "đi bộ"), ("rain", "mưa"))
BARE = (  # Vietnamese without its marks
    ("Good morning, everyone.", "Chao buoi sang moi nguoi."),
    ("We are going to the sea.", "Chung toi se di ra bien."),
    ("Where do you live?", "Ban song o dau?"),
)
WRITINGS = (
    "{0} ({1})", "{0} [{1}]", "{0} / {1}", "{0} – {1}", "{0} — {1}", "{0} - {1}", "{0} | {1}", "{0}|{1}", "{0}\t{1}",
    "| {0} | {1} |", "{0} = {1}", "{0} => {1}", "{0} -> {1}", "{0} → {1}", "{0}; {1}", "{0} // {1}", "{0} ~ {1}",
    "{0}（{1}）", "- {0} ({1})", "• {0} / {1}", "{n}. {0} – {1}", "{n}) {0} ({1})", "{1} ({0})",
    "{1} – {0}", "{1} / {0}",
    "{0}: {1}", "{0}：{1}", "EN: {0} VI: {1}", "EN: {0} / VI: {1}", "VI: {1} | EN: {0}",
)  # fmt: skip
SETS = {"plain": PLAIN, "short": SHORT, "hard": HARD, "words": WORDS, "bare": BARE}


def sides(text: str) -> list[tuple[str, str]]:
    article = aligner.parse_article(text)
    return list(zip([s.text for s in article.source], [s.text for s in article.target], strict=True))


@pytest.mark.parametrize("end", ["\n", "\n\n"], ids=["lines", "paragraphs"])
@pytest.mark.parametrize("pairs", SETS.values(), ids=list(SETS))
@pytest.mark.parametrize("writing", WRITINGS)
def test_lines_are_taken_apart(writing: str, pairs: tuple[tuple[str, str], ...], end: str) -> None:
    text = end.join(writing.format(en, vi, n=k) for k, (en, vi) in enumerate(pairs, 1))
    assert sides(text) == list(pairs)


@pytest.mark.parametrize("writing", ["{0} {1}", "{1} {0}"])
def test_stops_part_sentences(writing: str) -> None:
    assert sides("\n".join(writing.format(en, vi) for en, vi in PLAIN)) == list(PLAIN)


@pytest.mark.parametrize(
    "text",
    [
        "The rain stopped at noon. [Mưa tạnh lúc trưa.] We went out to walk. [Chúng tôi ra ngoài đi dạo.] "
        "The air was cool. [Không khí mát mẻ.]",
        "The rain stopped at noon. (Mưa tạnh lúc trưa.) We went out to walk. (Chúng tôi ra ngoài đi dạo.)\n"
        "The air was cool. (Không khí mát mẻ.) It was late. (Trời đã muộn.)",
        "The rain stopped at noon. Mưa tạnh lúc trưa. We went out to walk. Chúng tôi ra ngoài đi dạo. "
        "The air was cool. Không khí mát mẻ.",
        "The rain stopped at noon. / Mưa tạnh lúc trưa. / We went out to walk. / Chúng tôi ra ngoài đi dạo.",
        "Mưa tạnh lúc trưa. (The rain stopped at noon.) Chúng tôi ra ngoài đi dạo. (We went out to walk.)",
    ],
)
def test_several_pairs_on_a_line_are_taken_apart(text: str) -> None:
    known = {
        "The rain stopped at noon.": "Mưa tạnh lúc trưa.",
        "We went out to walk.": "Chúng tôi ra ngoài đi dạo.",
        "The air was cool.": "Không khí mát mẻ.",
        "It was late.": "Trời đã muộn.",
    }
    found = sides(text)
    assert len(found) > 1
    assert all(known[en] == vi for en, vi in found)
    assert [en for en, _ in found] == list(known)[: len(found)]


def test_a_title_in_one_language_stands_beside_the_pairs() -> None:
    article = aligner.parse_article("Useful phrases\n\n" + "\n".join(f"{en} ({vi})" for en, vi in PLAIN))
    assert [s.text for s in article.source] == ["Useful phrases", *(en for en, _ in PLAIN)]
    assert [s.text for s in article.target] == [vi for _, vi in PLAIN]


def test_offsets_stay_those_of_the_text() -> None:
    text = "\n".join(f"{k}. {en} – {vi}" for k, (en, vi) in enumerate(PLAIN, 1))
    article = aligner.parse_article(text)
    assert article.layout == "columns"
    for sentence in (*article.source, *article.target):
        assert text[sentence.start : sentence.end] == sentence.text


@pytest.mark.parametrize(
    "text",
    [
        # One language a line, whatever stands in brackets or behind dashes.
        "\n".join(line for pair in PLAIN for line in pair),
        "\n\n".join(line for pair in HARD for line in pair),
        "\n".join([*(en for en, _ in HARD), "", *(vi for _, vi in HARD)]),
        "The ministry (Bộ Y tế) said on Monday that it would act.\nBộ Y tế (Ministry of Health) hôm thứ Hai cho biết.\n"
        "It will send doctors to the north.\nBộ sẽ cử bác sĩ lên phía bắc.",
        "Minh: Where are you going?\nMinh: Bạn đi đâu đấy?\nHoa: I am going home.\nHoa: Tôi về nhà.",
        "- It is late.\n- Muộn rồi.\n- We must go home now.\n- Chúng ta phải về nhà ngay.",
    ],
)
def test_lines_of_one_language_are_left_as_they_are(text: str) -> None:
    document = plain_document(text)
    assert part_lines(document) is document


@pytest.mark.parametrize(
    "text",
    [
        "I live in a small village Tôi sống ở một ngôi làng nhỏ\nWhere do you live now Bây giờ bạn sống ở đâu\n",
        "\n".join(f"{en} {vi}" for en, vi in SHORT),
    ],
)
def test_what_cannot_be_parted_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(
        InputError, match=r"both languages on one line, and nothing that parts them.*a tab between them"
    ):
        aligner.parse_article(text)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_pair_comes_back_in_order(data: st.DataObject) -> None:
    pool = [pair for pairs in (PLAIN, SHORT, HARD) for pair in pairs]
    pairs = data.draw(st.lists(st.sampled_from(pool), min_size=4, max_size=12))
    writing = data.draw(st.sampled_from([w for w in WRITINGS if ":" not in w and "：" not in w]))
    if sum(detect_language(en) == "en" for en, _ in pairs) < 2:  # 'Mr. Lan met Ms. Hoa.' may be of any language
        pairs += PLAIN
    assert sides("\n".join(writing.format(en, vi, n=k) for k, (en, vi) in enumerate(pairs, 1))) == pairs


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab ()[]|/–:.;\n\tđá1"), max_size=200))
def test_any_text_keeps_its_length_and_its_words(text: str) -> None:
    document = plain_document(text)
    try:
        parted = part_lines(document)
    except InputError:
        return
    assert len(parted.plain) == len(text)
    assert all(a.end <= b.start for a, b in zip(parted.blocks, parted.blocks[1:], strict=False))
