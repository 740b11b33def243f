"""Whether the names of two texts agree: the held-out cases, what becomes of each name, and what always holds."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.agreement import Agreement
from aligner.names.detection import FEW_WORDS, SHORTEST_STRANGER, Name, find_names, scan
from aligner.names.gazetteer import gazetteer
from aligner.names.matching import MANY_NAMES, PHRASE_COSINE, compare_names, compare_texts, names_match, tally_names
from aligner.names.table import NameEntry, NameTable
from tests.growth import assert_linear

CASES = Path(__file__).parent / "cases" / "names_match"
KINDS = ("in_the_wild", "synthetic", "negative")


def read(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return cases


KNOWN_FAILURES = {(case["en"], case["vi"]) for case in read("known_failures")}
ALL = [(file, case) for file in KINDS for case in read(file)]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=f"{file}-{case['en'][:30]}-{case['vi'][:30]}",
            marks=[pytest.mark.xfail(strict=True)] * ((case["en"], case["vi"]) in KNOWN_FAILURES),
        )
        for file, case in ALL
    ],
)
def test_case(case: dict[str, Any]) -> None:
    assert names_match(case["en"], case["vi"]) is case["match"]


def test_cases_are_whole() -> None:
    assert len(ALL) > 200
    pairs = [(case["en"], case["vi"]) for _, case in ALL]
    assert len(set(pairs)) == len(pairs)
    assert set(pairs) >= KNOWN_FAILURES
    assert all(set(case) == {"en", "vi", "match", "kind", "source"} for _, case in ALL)
    assert all(case["why"] for case in read("known_failures"))


# The names of an English and a Vietnamese sentence: pairs that agree, pairs that do not, what one side has alone.
COMPARED = [
    (
        "Prime Minister Lawrence Wong left Singapore.",
        "Thủ tướng Lawrence Wong rời Xinh-ga-po.",
        ["Prime Minister = Thủ tướng", "Lawrence Wong = Lawrence Wong", "Singapore = Xinh-ga-po"],
    ),
    ("Germany and France signed it.", "Đức và Pháp đã ký.", ["Germany = Đức", "France = Pháp"]),
    ("Germany and France signed it.", "Đức và Ý đã ký.", ["Germany = Đức", "France / Ý"]),
    ("Mr Kowalski flew from Berlin.", "Ông Dubois bay từ Béc-lin.", ["Berlin = Béc-lin", "Kowalski / Dubois"]),
    ("Mr Tran Van Ba spoke.", "Ông Phạm Văn Cường phát biểu.", ["Tran Van Ba / Phạm Văn Cường"]),
    ("Mr Tran Van Ba spoke.", "Ông Trần Văn Ba phát biểu.", ["Tran Van Ba = Trần Văn Ba"]),
    ("Mr Ba spoke.", "Ông Trần Văn Ba phát biểu.", ["Ba = Trần Văn Ba"]),
    ("Mr Trần Văn Ba spoke.", "Ông Trần Văn Bá phát biểu.", ["Trần Văn Ba / Trần Văn Bá"]),
    ("They rested in Hue.", "Họ nghỉ ở Huế rồi ra Hà Nội.", ["Hue = Huế", "- Hà Nội"]),
    ("They rested in Hue and in Hanoi.", "Họ nghỉ ở Huế.", ["Hue = Huế", "Hanoi -"]),
    ("The rain came late.", "Cơn mưa đến muộn.", []),
    ("They saw Hue, and Hue again.", "Họ thấy Huế, rồi lại Huế.", ["Hue = Huế", "Hue = Huế"]),
    ("Kowalski and Dubois came.", "Dubois và Kowalski đến.", ["Kowalski = Kowalski", "Dubois = Dubois"]),
    ("They read The Tale of Kieu.", "Họ đọc Truyện Kiều.", ["The Tale of Kieu = Truyện Kiều"]),
    ("The Lindqvist Foundation paid.", "Quỹ Lindqvist đã trả.", ["Lindqvist Foundation = Lindqvist"]),
    ("They met Kowalsky.", "Họ gặp Kowalski.", ["Kowalsky = Kowalski"]),
]


def lines(compared: Agreement[Name]) -> list[str]:
    return [
        *(f"{en.text} = {vi.text}" for en, vi in compared.matched),
        *(f"{en.text} / {vi.text}" for en, vi in compared.different),
        *(f"{name.text} -" for name in compared.source_only),
        *(f"- {name.text}" for name in compared.target_only),
    ]


@pytest.mark.parametrize(("en", "vi", "what"), COMPARED)
def test_what_becomes_of_each_name(en: str, vi: str, what: list[str]) -> None:
    compared = compare_names(en, vi)
    assert lines(compared) == what
    assert compared.agrees is names_match(en, vi) is not bool(compared.different)
    differing = [line for line in what if " / " in line]
    assert compared.reason("names") == (f"names differ: {', '.join(differing)}" if differing else "")


@pytest.mark.parametrize(("en", "vi", "what"), COMPARED)
def test_decomposed_text_compares_alike(en: str, vi: str, what: list[str]) -> None:
    loose = compare_names(unicodedata.normalize("NFD", en), unicodedata.normalize("NFD", vi))
    assert [unicodedata.normalize("NFC", line) for line in lines(loose)] == what


@pytest.mark.parametrize(
    ("en", "vi", "match"),
    [
        ("Paris", "Pa-ri", True),
        ("Paris", "Luân Đôn", False),
        ("Deputy Prime Minister", "Phó Thủ tướng", True),
        ("Deputy Prime Minister", "Thủ tướng", False),
        ("roast turkey", "Thổ Nhĩ Kỳ", False),
        ("Captain Dubois", "Thuyền trưởng Dubois", True),
        ("Captain Dubois", "Thuyền trưởng Moreau", False),
        ("Undo", "Hoàn tác", True),
        ("File", "Tệp", True),
        ("", "", True),
        ("", "Huế", True),
        ("Hue", "", True),
    ],
)
def test_phrases(en: str, vi: str, match: bool) -> None:
    assert names_match(en, vi) is match


# Texts of which nobody said that they are names: what differs, or nothing.
TEXTS = [
    # three words or fewer
    ("Shortcuts", "Phím tắt", ""),
    ("Undo", "Hoàn tác", ""),
    ("AutoHide Panel", "Ẩn Bảng", ""),
    ("Berries", "Berry", ""),
    ("Norway", "Thụy Điển", "Norway / Thụy Điển"),
    ("Norway won!", "Thụy Điển thắng!", "Norway / Thụy Điển"),
    ("Norway won!", "Na Uy thắng!", ""),
    ("Captain Dubois", "Thuyền trưởng Moreau", "Dubois / Moreau"),
    ("Mark smiled.", "Rose mỉm cười.", ""),
    # title case
    ("Dynamic Link Checker and Reference Cleaner", "Trình Kiểm tra Liên kết Động và Dọn Tham chiếu", ""),
    ("A Fair Plan for the Water of Every Street", "Kế Hoạch Nước Công Bằng cho Mọi Con Phố", ""),
    ("Bread Prices Rise in Norway After Heavy Rains", "Giá Bánh Mì Tăng ở Thụy Điển Sau Mưa Lớn", "Norway / Thụy Điển"),
    # capitals throughout
    ("LIST OF TABLES AND FIGURES", "DANH MỤC BẢNG VÀ HÌNH", ""),
    ("NORWAY SIGNS FISHING DEAL WITH ICELAND", "NA UY KÝ THỎA THUẬN NGHỀ CÁ VỚI IRELAND", "ICELAND / IRELAND"),
    ("NORWAY SIGNS FISHING DEAL", "NA UY KÝ THỎA THUẬN NGHỀ CÁ", ""),
    ("NORWAY SIGNS FISHING DEAL", "THỤY ĐIỂN KÝ THỎA THUẬN NGHỀ CÁ", "NORWAY / THỤY ĐIỂN"),
    # phrases
    ("Turns the page without a sound", "Lật trang không tiếng động", ""),
    ("Copyeditor of the second volume", "Biên tập viên của tập hai", ""),
    ("the coast of Norway", "bờ biển Thụy Điển", "Norway / Thụy Điển"),
    # small letters
    ("i need a train from madrid to lisbon", "tôi cần một chuyến tàu từ madrid đến lisbon", ""),
    ("i need a train from madrid to lisbon", "tôi cần một chuyến tàu từ madrid đến seville", "lisbon / seville"),
    ("i need a train from madrid to lisbon", "Tôi cần một chuyến tàu từ Madrid đến Seville.", "lisbon / Seville"),
    ("any hotels in new york or chicago", "có khách sạn nào ở new york hay toronto không", "chicago / toronto"),
    ("weather in hanoi tomorrow morning", "thời tiết ở hà nội sáng mai", ""),
    ("weather in hanoi tomorrow morning", "thời tiết ở hải phòng sáng mai", "hanoi / hải phòng"),
    ("buses from modesto to fresno on friday", "xe buýt từ fresno đi redmond thứ sáu", "modesto / redmond"),
    ("we roast turkey on china plates and hope for peace", "ta quay gà tây, bày đĩa sứ và mong hòa bình", ""),
    ("they want peace in norway", "họ muốn hòa bình ở na uy", ""),
    # sentences whose first word is no name
    ("Check every cable before you start.", "Xem lại từng dây trong Moodle trước khi bắt đầu.", ""),
    # a syllable that begins a Vietnamese name is no country
    ("Dagon heard the old man and wept.", "Đức Đa-gôn nghe cụ già và khóc.", ""),
    ("Dubois, the German minister, met Marsh.", "Bộ trưởng Đức Dubois gặp bà Marsh.", ""),
    # abbreviations of Vietnamese words, another form of the name
    ("Lindqvist Ltd paid Kowalski for it.", "TNHH Lindqvist đã trả tiền cho Kowalski.", ""),
    ("The Coloradans met Anna Marsh at noon.", "Người Colorado gặp Anna Marsh lúc trưa.", ""),
]  # fmt: skip


@pytest.mark.parametrize(("en", "vi", "what"), TEXTS)
def test_texts_that_nobody_said_are_names(en: str, vi: str, what: str) -> None:
    compared = compare_texts(scan(en, "en", gazetteer()), scan(vi, "vi", gazetteer()))
    assert compared.reason("names").removeprefix("names differ: ") == what
    assert compared.agrees is (not what)


def test_the_constants_of_small_and_short_texts() -> None:
    def agree(en: str, vi: str) -> bool:
        return compare_texts(scan(en, "en", gazetteer()), scan(vi, "vi", gazetteer())).agrees

    words = ["Mark", "smiled", "at", "us", "all"][: FEW_WORDS + 1]
    target = ["Fitzgerald", "cười", "với", "ta", "cả"][: FEW_WORDS + 1]
    assert agree(" ".join(words[:-1]) + ".", " ".join(target[:-1]) + ".")
    assert not agree(" ".join(words) + ".", " ".join(target) + ".")
    assert len("enid") == SHORTEST_STRANGER > len("ron")
    assert not agree("buses to enid today", "xe buýt đi reno hôm nay")
    assert agree("buses to ron today", "xe buýt đi reno hôm nay")


def test_phrases_without_a_known_name_are_asked_of_the_encoder() -> None:
    assert 0.2 < PHRASE_COSINE < 0.6
    assert names_match("Clean Water Fund", "Quỹ Nước sạch")
    assert not names_match("Clean Water Fund", "Hội Cựu chiến binh")


def test_a_glossary_makes_an_unknown_pair_match() -> None:
    glossary = NameTable((NameEntry("Zorblat", "Kwimp"), NameEntry("Blue Heron", "Cò Xanh", "organisation")))
    assert not names_match("He left Zorblat.", "Anh rời Kwimp.")
    assert not names_match("Zorblat", "Kwimp")
    assert names_match("He left Zorblat.", "Anh rời Kwimp.", glossary=glossary)
    assert names_match("Zorblat", "Kwimp", glossary=glossary)
    compared = compare_names("They saw Blue Heron.", "Họ thấy Cò Xanh.", glossary=glossary)
    assert lines(compared) == ["Blue Heron = Cò Xanh"]
    # What is known to stand for one thing does not stand for another of its kind.
    assert not names_match("They left Blue Heron today.", "Hôm nay họ rời Ngân hàng Thế giới.", glossary=glossary)


NAMES = [("Hue", "Huế"), ("Germany", "Đức"), ("Kowalski", "Kowalski"), ("Mr Tran Van Ba", "ông Trần Văn Ba"),
         ("Anna Marsh", "Anna Marsh"), ("the World Bank", "Ngân hàng Thế giới"), ("Prime Minister", "Thủ tướng"),
         ("Minister", "bộ trưởng"), ("Xo", "Kwimp"), ("Moscow", "Mát-xcơ-va"), ("water", "nước"),
         ("Ba", "Tô")]  # fmt: skip
MENTIONS = st.lists(st.sampled_from(range(len(NAMES))), max_size=6)


def sentence(mentions: list[int], lang: str) -> str:
    joined = (" and " if lang == "en" else " và ").join(NAMES[k][lang == "vi"] for k in mentions)
    return f"Yesterday we saw {joined} again." if lang == "en" else f"Hôm qua chúng tôi lại thấy {joined}."


@settings(max_examples=200)
@given(MENTIONS, MENTIONS)
def test_every_mention_stands_in_one_field_in_the_order_of_its_text(source: list[int], target: list[int]) -> None:
    en, vi = sentence(source, "en"), sentence(target, "vi")
    compared = compare_names(en, vi)
    found = set(find_names(en, "en")), set(find_names(vi, "vi"))
    # An opening word may stand for a name in `different`.
    for k, alone in enumerate((compared.source_only, compared.target_only)):
        sorted_out = [*(pair[k] for pair in compared.matched), *(pair[k] for pair in compared.different), *alone]
        assert len(sorted_out) == len(set(sorted_out))
        assert set(sorted_out) >= found[k]
        assert len(set(sorted_out) - found[k]) <= len(compared.different) * (k == 0)
    assert [en.start for en, _ in compared.matched] == sorted(en.start for en, _ in compared.matched)
    assert [vi.start for _, vi in compared.different] == sorted(vi.start for _, vi in compared.different)
    for alone in (compared.source_only, compared.target_only):
        assert [name.start for name in alone] == sorted(name.start for name in alone)
    assert compared.agrees is not bool(compared.different)


def assert_tallied(en: str, vi: str) -> None:
    scans = scan(en, "en", gazetteer()), scan(vi, "vi", gazetteer())
    assert tally_names(*scans) == compare_texts(*scans).tally()


@pytest.mark.parametrize(("en", "vi"), [pair[:2] for pair in TEXTS] + [(case["en"], case["vi"]) for _, case in ALL])
def test_a_tally_is_that_of_all_names(en: str, vi: str) -> None:
    assert_tallied(en, vi)


@settings(max_examples=200)
@given(MENTIONS, MENTIONS, st.sampled_from(["", " in Huế", " Trường Sa", " Kowalskis", " U.S."]))
def test_a_tally_of_any_names_is_that_of_all_names(source: list[int], target: list[int], more: str) -> None:
    assert_tallied(sentence(source, "en") + more, sentence(target, "vi") + more)


def test_a_tally_of_many_names_is_that_of_all_names() -> None:
    for n in (MANY_NAMES, MANY_NAMES + 1):
        assert_tallied("She saw " + ", ".join(["Kowalski"] * n), "Cô gặp " + ", ".join(["Kowalski"] * n))


@given(st.lists(st.sampled_from(["rain", "came", "the", "late", "and", "boats", "home"]), max_size=8),
       st.lists(st.sampled_from(["mưa", "đến", "muộn", "và", "thuyền", "về"]), max_size=8))  # fmt: skip
def test_texts_without_names_agree(en: list[str], vi: list[str]) -> None:
    assert compare_names(" ".join(en), " ".join(vi)) == Agreement()
    assert names_match(" ".join(["We", *en]) + ".", " ".join(["Ta", *vi]) + ".")


@given(MENTIONS)
def test_a_text_agrees_with_itself(mentions: list[int]) -> None:
    text = sentence(mentions, "en")
    assert names_match(text, text)


@pytest.mark.parametrize("text", [case["en"] for _, case in ALL if case["kind"] == "sentence"])
def test_a_sentence_agrees_with_itself(text: str) -> None:
    assert names_match(text, text)


@given(MENTIONS)
def test_a_translation_agrees_in_any_order(mentions: list[int]) -> None:
    known = [k for k in mentions if NAMES[k] != ("Xo", "Kwimp") and NAMES[k] != ("Ba", "Tô")]
    assert names_match(sentence(known, "en"), sentence(known[::-1], "vi"))


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_texts(en: str, vi: str) -> None:
    assert names_match(en, vi) in (True, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("en", "vi"),
    [("Kowalski. ", "Kowalski. "), ("Kowalski. ", "Dubois. "), ("Germany. ", "nước Pháp. "), ("Mr Hoa. ", "ông Lâm. "),
     ("A ", "A "), ("Nguyễn ", "Nguyễn "), ("a", "ă"), ("U.", "U.")],
)  # fmt: skip
def test_time_grows_with_a_hostile_text(en: str, vi: str) -> None:
    assert_linear(lambda n: compare_names("We saw " + en * (n // len(en)), "Ta thấy " + vi * (n // len(vi))), 500_000)


def test_many_names_are_paired_and_nothing_is_said_against_them() -> None:
    n = MANY_NAMES + 1
    compared = compare_names("We saw " + "Kowalski, Germany, " * n, "Ta thấy " + "Kowalski, nước Pháp, " * n)
    assert (len(compared.matched), len(compared.source_only), len(compared.target_only)) == (n, n, n)
    assert compared.agrees


@pytest.mark.parametrize(
    "text",
    [
        "Hôm nay EATING CONTEST TURNS &lrm;INTO A FIGHT",
        "Xem <b>Harbour</b> <i>Festival</i> Programme <br/> Kowalski",
        "function AboutPage() { return ( <> <h1>About</h1> <p>Hello there.<br />How do you do?</p> </> ); }",
        "Ghé https://Example.org/Kowalski Street {\\an8}Dubois &amp; Sons",
    ],
)
def test_marks_inside_a_name_are_none_of_it(text: str) -> None:
    for en in (text, "The Harbour Festival begins today.", "He left."):
        compare_texts(scan(en, "en", gazetteer(None)), scan(text, "vi", gazetteer(None)))


@given(
    st.lists(
        st.sampled_from(
            [
                "Kowalski",
                "EATING",
                "a",
                "<b>",
                "</b>",
                "&lrm;",
                "{\\an8}",
                "https://a.b/C",
                "Hà Nội",
                "-",
                "U.S.",
                "và",
                ".",
            ]
        ),
        max_size=12,
    ),
    st.sampled_from([" ", ""]),
)
def test_any_mixture_of_names_and_marks_is_compared(parts: list[str], gap: str) -> None:
    text = gap.join(parts)
    compare_texts(scan("Kowalski left Hanoi.", "en", gazetteer(None)), scan(text, "vi", gazetteer(None)))
    compare_texts(scan(text, "en", gazetteer(None)), scan("Dubois rời Hà Nội.", "vi", gazetteer(None)))
