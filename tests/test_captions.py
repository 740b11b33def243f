"""What stands in subtitles beside what is said: sounds, songs, credits, advertisements."""

import importlib.resources
import itertools
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.text.captions import caption_kind, find_sounds, is_sung
from tests.growth import assert_linear

# By usage: BBC and Netflix guidelines for the deaf and hard of hearing (sounds, speakers), TED (Laughter), YouTube.
SOUNDS = [
    ("[door slams]", ["[door slams]"]),
    ("[MUSIC PLAYING]\nWho is there?", ["[MUSIC PLAYING]"]),
    ("Come in. [knocking]", ["[knocking]"]),
    ("[in French] Good evening.", ["[in French]"]),
    ("[Nhạc]", ["[Nhạc]"]),
    ("[dramatic music\ngrows louder]", ["[dramatic music\ngrows louder]"]),
    ("He gave it [the map] to her.", []),
    ("See note [3].", []),
    ("(SIGHS) I know.", ["(SIGHS)"]),
    ("I know. (SIGHS HEAVILY)", ["(SIGHS HEAVILY)"]),
    ("(sighs) I know.", ["(sighs)"]),
    ("So I called him. (Laughter)", ["(Laughter)"]),
    ("(Cười)", ["(Cười)"]),
    ("(tiếng chuông điện thoại)", ["(tiếng chuông điện thoại)"]),
    ("(Lan) Wait for me!", ["(Lan)"]),
    ("the hash function (a kind of sum)", []),
    ("vector đơn vị (unit vector)", []),
    ("He said (and I quote) nothing.", []),
    ("(It was a Tuesday.)", []),
    ("HE WENT (ALONE) TO HUẾ.", []),
    ("*sobs*", ["*sobs*"]),
    ("* This * is it.", []),
    ("[SHE SINGS (SOFTLY)] Come.", ["[SHE SINGS (SOFTLY)]"]),
    ("It rained.", []),
]


@pytest.mark.parametrize(("text", "wanted"), SOUNDS)
def test_sounds(text: str, wanted: list[str]) -> None:
    assert [text[start:end] for start, end in find_sounds(text)] == wanted


CREDITS = [
    "Subtitles by Ann Lee",
    "Subtitle translation by: Lan Anh",
    "Synced and corrected by GreenTea",
    "Sync & corrections by rain_man",
    "Translator: Minh Lê Reviewer: Hoa Trần",
    "Captions by the River Institute",
    "Transcribed by A. Lee",
    "English subtitles",
    "- Translated by: Team Bamboo -",
    "Phụ đề: Lan Anh",
    "Dịch: Minh",
    "Người dịch: Trần Văn A - Hiệu đính: Lê Thị B",
    "Biên dịch phụ đề bởi: Hoa",
    "Dịch bởi nhóm Sông Hương",
    "Phụ đề Việt ngữ",
    "Vietsub by Mây",
    "Dịch & Phụ đề: Mây",
    "Dịch và hiệu đính: Mây",
    "Bản dịch của nhóm Mây",
    "Timing/Encode: Mây",
    "~ Biên tập: Mây ~",
]
ADVERTISEMENTS = [
    "www.films.example.com",
    "Subtitles downloaded from www.example.org",
    "Support us and become VIP member\nto remove all ads from www.example.org",
    "Advertise your product or brand here",
    "Please rate this subtitle at www.example.com/abc\nHelp other users to choose the best subtitles",
    "Hãy subscribe cho kênh Vườn Nhà\nĐể không bỏ lỡ những video hấp dẫn",
    "Tải phụ đề tại example.vn",
    "https://example.com/films",
    "fb.com/nhomdich",
]
SAID = [
    "Translation is hard.",
    "He translated by candlelight.",
    "Dịch bệnh đã qua.",
    "Dịch câu này đi!",
    "Phụ đề của phim này hay lắm.",
    "Time: eight o'clock.",
    "Translation: he's broke.",
    "Sync your watches.",
    "Visit the museum.",
    "I am the encoder of messages.",
    "Biên tập viên đang ở đây.",
    "Mr.Smith came.",
    "Translation and meaning are two things",
    "Dịch và hiểu là hai việc khác nhau",
]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((text, "credit") for text in CREDITS),
        *((text, "advertisement") for text in ADVERTISEMENTS),
        *((text, None) for text in SAID),
        ("♪♪", "sound"),
        ("♪", "sound"),
        ("...", None),
        ("♪ Row your boat ♪", None),
    ],
)
def test_kinds_of_cues(text: str, kind: str | None) -> None:
    assert caption_kind(text) == kind


def test_inside_of_a_sentence_an_address_is_said() -> None:
    assert caption_kind("at www.example.com,", is_apart=False) is None
    assert caption_kind("www.example.com", is_apart=False) == "advertisement"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("♪ la la", True), ("la ♫", True), ("# la la #", True), ("#1 in the charts", False), ("la la", False)],
)
def test_songs(text: str, wanted: bool) -> None:
    assert is_sung(text) is wanted


@given(st.text(st.sampled_from("ab A.\n()[]♪*:w/")))
def test_sounds_do_not_overlap(text: str) -> None:
    spans = find_sounds(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


@pytest.mark.parametrize("unit", ["[", "(", "(a", "[a] ", "(A) ", "www.", "a.b", "♪", "*", "subtitles by ", "dịch "])
def test_time_grows_with_length(unit: str) -> None:
    assert_linear(lambda n: (find_sounds(unit * (n // len(unit))), caption_kind(unit * (n // len(unit)))), 200_000)


def test_table_is_whole_and_sourced() -> None:
    table = importlib.resources.files("aligner").joinpath("data", "subtitle_marks.tsv").read_text("utf-8")
    header, *rows = [line.split("\t") for line in table.splitlines()]
    assert header == ["language", "phrase", "class", "source"]
    assert all(len(row) == 4 and all(row) and unicodedata.is_normalized("NFC", row[1]) for row in rows)
    assert {row[0] for row in rows} == {"en", "vi"}
    assert {row[2] for row in rows} == {"sound", "credit", "advertisement"}
    assert [key for key, n in Counter(tuple(row[:3]) for row in rows).items() if n > 1] == []
