"""Sentence splitting: rules as tables of own sentences, spans as properties, and time that grows with length."""

import importlib.resources
import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.errors import InputError
from aligner.text.marks import BULLETS
from aligner.text.sentences import split_sentences
from tests.growth import assert_linear

# Each case is written as its sentences joined by " | "; the text split is the same with "" for "|" (one space stays).
ENGLISH = [
    ("plain", "The rain stopped. | Was it late? | It was! | We left."),
    ("titles", "Mr. Pham met Dr. Lee, Lt. Gen. Cruz and Prof. Ngo. | They talked."),
    ("initials", "A book by R. L. Stone and T.S. Hall. | She read it."),
    ("I ends a sentence", "It was she and I. | Nobody else came."),
    ("acronym before a name", "The U.S. Navy and the U.N. Council agreed."),
    ("acronym before an opener", "He flew back to the U.S. | There he stayed."),
    ("company", "Acme Inc. Chairman Bob Hall met Zeta Co., Ltd. staff. | He sold Acme Inc. | It was time."),
    ("etc. before a name and in a sentence", "Rice, corn, etc. | Laos buys both. | Pens, ink, etc. are sold."),
    ("never ends", "Bring fruit, e.g. Thai mangoes, i.e. Ripe ones, cf. Annex."),
    ("numbers after No., Fig., pp.", "See Fig. 4 in No. 12 and pp. 3-9. | No. | We did."),
    ("months", "It opened on Sept. 5 and closed in Dec. | Then it rained."),
    ("hours", "At 7 a.m. Mrs. Lan got up. | She had slept until 7 a.m. | Mrs. Lan then ate."),
    ("decimals and dates", "It cost $2,500.75 on 3.4.2025. | Version 2.0 rose 7.5 percent. | Good."),
    ("addresses", "Write to an.le@example.org or open www.example.org/a.b?c=D. | See notes.txt. | Done."),
    ("ellipsis", "Well... maybe… not. | She waited... | Nobody came."),
    ("I after an ellipsis", "The truth is... I forgot."),
    ("runs of stops", "What?! | Really!!! | Yes."),
    ("quotes close with the sentence", "“We won.” | The crowd sang. | 'Go.' | \"Now.\""),
    ("attribution stays", '"Will it rain?" he asked. | “Run!” they cried. | “Stop.” said one.'),
    ("I says what was quoted", '"Is it far?" I ask. | “Wait!” Mr. Lee cried. | “Where?” Lan Anh whispered.'),
    ("quote before a new sentence", "“Why now?” | I sat down. | “Why now?” | She said nothing."),
    ("bracket inside a sentence", "Zeta kk. (seated in Kobe) and Acme ab. (of Lund), both old, merged."),
    ("bracketed end", "It grew. | (see Annex B) The rest fell. | It goes on. | (1) we wait."),
    ("ellipsis ends before I", "Nobody knew when she would come... | I waited. | Then she opened the... I forgot."),
    ("bracketed sentence", "She stayed (He left early.) in the hall. | (Nobody saw it.) | It was dark."),
    ("bracketed credit", "The fair opened. | (Photo: Reuters) | The mayor spoke."),
    ("credit after an acronym", "The ship reached the U.S. | (Photo: AP)"),
    ("agency", "The fair closed (as in 2019). | — VNS"),
    ("agency after an acronym", "He landed in the U.S. | — VNS"),
    ("dateline", "HUẾ — Rain fell on Monday. | Roads closed."),
    ("list numbers", "1. The first rule holds. | 2. The second does too. | (3) The third."),
    ("list without stops", "1) Red ink | 2) Blue ink | 3) Black ink"),
    ("list with letters", "a. Red ink | b. Blue ink"),
    ("list in one sentence", "a) red ink; b) blue ink; c) black ink."),
    ("labels", "Article 4. Duties of the staff. | Step 2. Open the lid."),
    ("notes", "It is old.[3] | It was rebuilt.[4]"),
    ("figures open a sentence", "That was in 2019. | 30 ships came."),
    ("marks alone stay", "It is done. ***"),
]
VIETNAMESE = [
    ("plain", "Trời mưa. | Muộn chưa? | Rồi! | Ta về thôi."),
    ("city", "Bà ở TP. Vinh, ông ở Tp. Cần Thơ và con ở TP.HCM. | Họ nhớ nhau."),
    ("degrees", "GS. Lê Nam, PGS.TS. Hồ Hà, ThS.BS. Đỗ Lan và NSND. Trà tới. | Tiệc bắt đầu."),
    ("wards", "Nhà ở P. 7, Q. Tân Phú. | Đường hẹp."),
    ("page", "Xem tr. 8, Sđd., tr. 9. | Phần sau khó hơn."),
    ("telephone", "Gọi ĐT. 028 123 hoặc DĐ. 0901 234. | Hỏi cô Mai."),
    ("v.v.", "Có cam, quýt, v.v. | Chợ đông lắm. | Có xoài, v.v. và ổi."),
    ("T.Ư.", "Ông làm ở Ban T.Ư. Hội. | Ông về hưu ở T.Ư. | Sau đó ông viết sách."),
    ("initials", "Anh Trần H. K. ghi bàn. | Đội nhà vui."),
    ("numbers", "Giá là 2.500,75 đồng ngày 3.4.2025. | Tăng 7,5%. | Hết."),
    ("ellipsis", "Tôi... quên rồi. | Chị im lặng… | Gió thổi."),
    ("bracketed ellipsis", "Hoa quả (cam, xoài...) Việt Nam bán chạy."),
    ("attribution", "“Đi thôi!”, anh gọi. | “Ừ.” – em đáp. | “Mau lên!” | Mẹ giục."),
    ("official end", "Hội nghị bế mạc tốt đẹp./. | Theo báo Nhân Dân"),
    ("dateline", "Huế (TTXVN 5/6) - Chiều nay, mưa lớn. | Đường ngập. | (TTXVN)"),
    ("credit", "Phố đã lên đèn. | Ảnh: Reuters"),
    ("articles of law", "Điều 3. Phạm vi áp dụng. | 1. Cơ quan nhà nước. | 2. Hợp tác xã."),
    ("no-break space", "Mưa rồi.\u00a0| Về thôi."),
]
CASES = [("en", *case) for case in ENGLISH] + [("vi", *case) for case in VIETNAMESE]


def texts(text: str, lang: str = "en") -> list[str]:
    return [sentence.text for sentence in split_sentences(text, lang)]


@pytest.mark.parametrize(("lang", "what", "marked"), CASES, ids=[f"{case[0]}: {case[1]}" for case in CASES])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_running_text(lang: str, what: str, marked: str, form: str) -> None:
    text = unicodedata.normalize(form, marked.replace("| ", ""))
    assert texts(text, lang) == [sentence.strip() for sentence in marked.split("| ")]


@pytest.mark.parametrize(
    ("lang", "text", "wanted"),
    [
        ("en", "They signed.Then they left.", ["They signed.", "Then they left."]),
        ("en", "The talks ended.Laos was pleased.", ["The talks ended.", "Laos was pleased."]),
        ("en", "Call System.Out or Vue.js or torch.Tensor now.", ["Call System.Out or Vue.js or torch.Tensor now."]),
        ("en", "It grew in 2019.The rest fell.", ["It grew in 2019.", "The rest fell."]),
        ("vi", "Gió lớn.Đò nghỉ.Ông về.", ["Gió lớn.", "Đò nghỉ.", "Ông về."]),
        ("vi", "Ở Q.Bình Thạnh và Tp.Hội An.", ["Ở Q.Bình Thạnh và Tp.Hội An."]),
    ],
)
def test_missing_space(lang: str, text: str, wanted: list[str]) -> None:
    assert texts(text, lang) == wanted


@pytest.mark.parametrize(
    ("what", "text", "wanted"),
    [
        ("wrapped", "It rained all\nday.", ["It rained all day."]),
        (
            "wrapped before a name",
            "A letter from the mayor,\nNgo Lan, came.",
            ["A letter from the mayor, Ngo Lan, came."],
        ),
        (
            "wrapped before a number",
            "It is set out in Article\n7; she read it and told him all the\nrest.",
            ["It is set out in Article 7; she read it and told him all the rest."],
        ),
        ("a number stays with its unit", f"{'a ' * 20}b\n7 people came\n{'a ' * 22}b", 1),
        ("a stop at the break", "It rained.\nshe stayed.", ["It rained.", "she stayed."]),
        ("an abbreviation at the break", "He met Dr.\nLan.", ["He met Dr. Lan."]),
        ("blank line", "A heading\n \t\nA text", ["A heading", "A text"]),
        ("Windows line ends", "One\r\n\r\nTwo three\r\nfour", ["One", "Two three four"]),
        ("heading", "Rain in Huế\nStreets were flooded on Monday.", ["Rain in Huế", "Streets were flooded on Monday."]),
        ("short lines", "Huế\nĐà Nẵng\nVinh", ["Huế", "Đà Nẵng", "Vinh"]),
        ("items", "Bring:\n- ink\n– pens;\n1. paper\na) red\n(i) blue", 6),
        ("dialogue", "- Where to?\n- Home.", ["- Where to?", "- Home."]),
        ("bullets", "• One. Two.\n▪ Three\n\n  ● Four", ["One.", "Two.", "Three", "Four"]),
        ("bullets on one line", "• One • Two · three", ["One", "Two · three"]),
        ("a bullet before a number", "• 1. One • 2. Two", ["• 1. One", "• 2. Two"]),
        ("caption", "The fair opened |\n1. The mayor spoke.", ["The fair opened |", "1. The mayor spoke."]),
    ],
)
def test_lines(what: str, text: str, wanted: list[str] | int) -> None:
    found = texts(text)
    assert found == wanted if isinstance(wanted, list) else len(found) == wanted


def test_a_wrapped_paragraph_is_joined_and_a_deliberate_break_is_not() -> None:
    wrapped = (
        "The committee met in the town hall on Tuesday and heard Mayor\n"
        "Ngo Lan, who had come from Vinh with two of her aides, Miss\n"
        "Tran and J.\n"
        "Hall."
    )
    assert len(texts(wrapped)) == 1
    long = "The committee met in the town hall on Tuesday and heard the mayor, who had come from Vinh with two aides"
    assert len(texts(f"{long} and a guest from Laos at noon\nNobody spoke against the plan\n{long} by car")) == 3


def test_spans_blocks_and_text() -> None:
    text = "\n • Mu\u031ba to\r\nlắm.  Về!\n\nHết"
    sentences = split_sentences(text, "vi")
    assert [(s.text, text[s.start : s.end], s.block) for s in sentences] == [
        ("Mưa to lắm.", "Mu\u031ba to\r\nlắm.", 0),
        ("Về!", "Về!", 0),
        ("Hết", "Hết", 1),
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\t \u00a0\u2028\n", "•", " ▪ \n ●"])
def test_blank_text_has_no_sentence(text: str) -> None:
    assert split_sentences(text, "vi") == []


@pytest.mark.parametrize("text", ["...", "!", "…", ". . .", "—", "?!", ")", "\u200b"])
def test_punctuation_is_never_lost(text: str) -> None:
    assert texts(text) == [text]


WORDS = (
    "• U.S. TP. v.v. Mr. p.m. It They Ông ông Núñez e\u0302\u0323 Vue.js a@b.cd 2.5 \ud800 \u0301 😀 漢 \x00 | * [1]"
)
MARKS = '. ... … ?! ./. ” " ) ( — (Photo: - 1. 2) a) (i) VNS'
SPACES = [" ", "  ", "\n", "\r\n", "\n\n", "\u2029", "\u00a0", ". . . ."]
PIECES = st.sampled_from([*WORDS.split(), *MARKS.split(), *SPACES])
ANY = st.text(st.characters(codec=None, categories=None))


@given(st.one_of(st.lists(PIECES, max_size=30).map("".join), ANY), st.sampled_from(["en", "vi"]))
def test_spans_cover_the_text(text: str, lang: str) -> None:
    last = block = 0
    for sentence in split_sentences(text, lang):
        assert last <= sentence.start < sentence.end <= len(text)
        assert all(c.isspace() or c in BULLETS for c in text[last : sentence.start])
        assert block <= sentence.block
        parts = [part.strip() for part in text[sentence.start : sentence.end].splitlines() if part.strip()]
        shown = unicodedata.normalize("NFC", " ".join(parts))
        if any(part[-1] in "-\u2010\u00ad" for part in parts[:-1]):  # a word may have been broken there
            shown, joined = (re.sub(r"[-\u2010\u00ad\s]", "", one) for one in (shown, sentence.text))
            assert joined == shown != ""
        else:
            assert sentence.text == shown
        assert sentence.text == sentence.text.strip() != ""
        last, block = sentence.end, sentence.block
    assert all(c.isspace() or c in BULLETS for c in text[last:])


@pytest.mark.parametrize("lang", ["", "VI", "vi-unaccented", "fr"])
def test_another_language_is_refused(lang: str) -> None:
    with pytest.raises(InputError) as caught:
        split_sentences("a", lang)
    assert str(caught.value) == f"unknown language (found {lang!r}); lang must be 'en' or 'vi'"


@pytest.mark.parametrize(
    "unit",
    [
        *("a", " ", "\n", "•", "'", ".", ". ", ".)", ". “", " . . .", "./.", ".[1]", "—. ", "1.", "a.", "a.Aa", "A. "),
        *(
            "U.S. ",
            "a.m. Mr. ",
            "a\n",
            "a,\n",
            "A\nB ",
            "• a ",
            "(Photo: ",
            "1) A ",
            "1. A 2. B ",
            "e\u0323",
            "\u0301\u0323",
            "?) A ",
        ),
        *(
            ".](",
            ".](((",
            ".[a",
            ".&quot",
            ". <b",
            ".<sup>",
            ". a. B",
            " b. C a. B ",
            ".1 ",
            "{\\i1}. ",
            "a.I b",
            "1 . ",
            "x-\n",
        ),
    ],
)
def test_time_grows_with_length(unit: str) -> None:
    assert_linear(lambda n: split_sentences(unit * (n // len(unit)), "en"), 200_000)


def test_table_of_abbreviations_is_whole_and_sourced() -> None:
    table = importlib.resources.files("aligner").joinpath("data", "abbreviations.tsv").read_text("utf-8")
    header, *rows = [line.split("\t") for line in table.splitlines()]
    assert header == ["language", "abbreviation", "class", "source"]
    assert all(len(row) == 4 and all(row) and unicodedata.is_normalized("NFC", row[1]) for row in rows)
    assert {row[0] for row in rows} == {"en", "vi"}
    assert {row[2] for row in rows} == {"title", "number", "either", "end"}
    assert all(re.search(r"[.!]\Z", row[1]) for row in rows)
    assert [key for key, n in Counter((row[0], row[1]) for row in rows).items() if n > 1] == []


def test_a_bullet_that_is_left_out_makes_a_list_item() -> None:
    found = split_sentences("Tools:\n• One rope. It is old.\n• Two bells; three lamps", "en", max_chars=12)
    kinds = [(s.text, s.kind) for s in found]
    assert kinds == [
        ("Tools:", "body"),
        ("One rope.", "list-item"),
        ("It is old.", "body"),
        ("Two bells;", "list-item"),
        ("three lamps", "body"),
    ]


def test_a_third_language_is_split_by_marks_titles_and_initials() -> None:
    text = "Er traf Dr. Kurz. Es war eine neue Art. Danach ging J. Weber heim. Wann? Um 5."
    assert [s.text for s in split_sentences(text, "und")] == [
        "Er traf Dr. Kurz.",
        "Es war eine neue Art.",
        "Danach ging J. Weber heim.",
        "Wann?",
        "Um 5.",
    ]
