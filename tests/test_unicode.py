"""First normalisation: what it changes, what it leaves, and that doing it twice changes nothing more."""

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aligner.errors import InputError
from aligner.text.unicode import nfc, normalise

CASES = [
    # given, wanted, what
    ("Tie\u0302\u0301ng Vie\u0323\u0302t", "Tiếng Việt", "NFD, marks in either order"),
    ("Việt Nam", "Việt Nam", "NFC stays"),
    ("hai\u00a0ba\u2003bốn\u3000năm\u202fsáu", "hai ba bốn năm sáu", "space separators, category Zs"),
    ("zero\u200bwidth\ufeff \u200ejoi\u00adner\u2060\u034f", "zerowidth joiner", "format characters, U+034F"),
    ("a\x00b\x1bc\x7fd\x9ae", "abcde", "controls, category Cc"),
    ("cột\tmột\ndòng hai", "cột\tmột\ndòng hai", "tab and newline stay"),
    ("a\r\nb\rc\u2028d\u2029e\x0bf\x0cg\x85h", "a\nb\nc\nd\ne\nf\ng\nh", "line breaks as str.splitlines has them"),
    ("a\ud800b\udfff", "a\ufffdb\ufffd", "lone surrogates"),
    ("e\u200b\u0301", "é", "what stood between letter and mark is gone: composed after"),
    ("\u2000\u2001", "  ", "NFC alone would make them U+2002 and U+2003"),
    ("\u0600 12", "\u0600 12", "a format character that is seen"),
    ("“Ừ…” – 5 × 3 ½ 😀", "“Ừ…” – 5 × 3 ½ 😀", "punctuation, signs and emoji stay: NFC, not NFKC"),
]


@pytest.mark.parametrize(("given_text", "wanted", "what"), CASES, ids=[case[2] for case in CASES])
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_what_is_changed(given_text: str, wanted: str, what: str, lang: str) -> None:
    assert normalise(given_text, lang=lang) == wanted


ANY = st.text(st.characters(codec=None, categories=None))
TANGLE = st.text(
    st.sampled_from("aeoăâêôơưđ\u0300\u0301\u0302\u0306\u031b\u0323\u200b\u00ad\u034f\ud800\r\n\u2028\xa0")
)


@given(st.one_of(ANY, TANGLE))
@example("\u1100\u200b\u1161")  # Hangul letters that meet and compose
@example("\r\u200b\n")
def test_once_is_enough(text: str) -> None:
    once = normalise(text, lang="vi")
    assert normalise(once, lang="vi") == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.one_of(ANY, TANGLE))
def test_nothing_invisible_is_left(text: str) -> None:
    for character in normalise(text, lang="en"):
        category = unicodedata.category(character)
        assert category not in ("Cc", "Cs", "Zl", "Zp") or character in "\n\t"
        assert category != "Zs" or character == " "


def test_every_character_by_its_category() -> None:
    """The spelled-out classes against Python's tables (which may be older, never other)."""
    seen = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
    for character in map(chr, range(0x110000)):
        category = unicodedata.category(character)
        if category in ("Cc", "Cf") and character not in "\n\t\r\x0b\x0c\x85" + seen:
            assert normalise(character, lang="vi") == "", hex(ord(character))
        elif category == "Zs":
            assert normalise(character, lang="vi") == " ", hex(ord(character))


def test_nfd_and_nfc_give_the_same() -> None:
    text = "Quyết định số 1989 của Bộ trưởng: “Đẩy mạnh đổi mới”."
    assert normalise(unicodedata.normalize("NFD", text), lang="vi") == text


@pytest.mark.parametrize("lang", ["", "VI", "fr", "vi-unaccented"])
def test_another_language_is_refused(lang: str) -> None:
    with pytest.raises(InputError) as caught:
        normalise("a", lang=lang)
    assert str(caught.value) == f"unknown language (found {lang!r}); lang must be 'en' or 'vi'"


@given(st.text(st.sampled_from("\u0300\u0323\u031b\u0344\u0345\u0315\u034f\u0327"), min_size=31, max_size=90))
def test_long_runs_of_marks_have_the_same_form(marks: str) -> None:
    assert nfc("o" + marks) == unicodedata.normalize("NFC", "o" + marks)


def test_time_grows_with_the_marks_on_a_letter() -> None:
    """Ordered by insertion, 200,000 marks take a minute and more."""
    started = time.perf_counter()
    normalise("o" + "\u0301\u0323" * 100_000, lang="vi")
    assert time.perf_counter() - started < 2.0
