"""Characters: normal form in linear time, what is not seen, references, and the order of Vietnamese marks."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.text.unicode import (
    COMPOSABLE,
    NOT_PLAIN,
    REFERENCES,
    STACKED,
    decode_references,
    nfc,
    order_marks,
    plain,
)
from tests.growth import assert_linear

ANY = st.text(st.characters(codec=None, categories=None))


@given(st.text(st.sampled_from("\u0300\u0323\u031b\u0344\u0345\u0315\u034f\u0327"), min_size=31, max_size=90))
def test_long_runs_of_marks_have_the_same_form(marks: str) -> None:
    assert nfc("o" + marks) == unicodedata.normalize("NFC", "o" + marks)


def test_time_grows_with_the_marks_on_a_letter() -> None:
    """Ordered by insertion, 200,000 marks take a minute and more."""
    assert_linear(lambda n: nfc("o" + "\u0301\u0323" * n), 100_000)


@given(ANY)
def test_composing_piece_by_piece_composes_all(text: str) -> None:
    assert COMPOSABLE.sub(lambda match: nfc(match[0]), text) == nfc(text)


def test_pieces_begin_where_nothing_joins() -> None:
    """Every character that a piece may begin with stands alone: NFC by itself, and joined to nothing before."""
    marks = [chr(c) for c in range(sys.maxunicode + 1) if unicodedata.combining(chr(c))]
    assert not any(COMPOSABLE.match(character) is None for character in marks)
    for character in map(chr, [*range(0x300), *range(0x1E00, 0x1F00)]):
        assert unicodedata.normalize("NFC", character) == character
        assert not unicodedata.combining(character)
        for before in "aoeu\u0301\u1100":
            assert unicodedata.normalize("NFC", before + character) == before + character


def test_every_character_by_its_category() -> None:
    """The spelled-out classes against Python's tables (which may be older, never other)."""
    seen = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
    breaks = "\r\x0b\x0c\x85\u2028\u2029"
    for character in map(chr, range(sys.maxunicode + 1)):
        category = unicodedata.category(character)
        wanted = character
        if character in breaks:
            wanted = "\n"
        elif category in ("Cc", "Cf") and character not in "\n\t" + seen:
            wanted = ""
        elif category in ("Zs", "Cs"):
            wanted = " " if category == "Zs" else "\ufffd"
        if wanted != character or category not in ("Cn", "Mn"):  # U+034F is a mark; an older table knows fewer
            assert NOT_PLAIN.sub(plain, character) == wanted, hex(ord(character))


# The semicolon closes a reference: HTML Standard, 13.1.4. https://html.spec.whatwg.org/#character-references
@pytest.mark.parametrize(
    ("given_text", "wanted"),
    [
        ("&#272;&#x1ED3;&#XF4;ng Th&aacute;p", "Đồông Tháp"),
        ("a&nbsp;b&#160;c&#8203;d&shy;e&#13;f", "a b cde\nf"),
        ("&quot;&apos;&lsquo;&ndash;&hellip;&lt;p&gt;", "\"'‘–…<p>"),
        ("&amp;amp;amp; &amp;lt; &#38;#38;quot; &&#97;mp;gt;", '& < " >'),
        ("&#150;&#0;&#xD800;&#x110000;", "–\ufffd\ufffd\ufffd"),
        ("AT&T; R&D &copy 2025 &nosuch; &notit; &; &#; &#x; a&b;c", None),
        ("https://vnexpress.vn/?a=1&lt=2&amp;b=3", "https://vnexpress.vn/?a=1&lt=2&b=3"),
        ("&CounterClockwiseContourIntegral;", "∳"),
    ],
)
def test_references(given_text: str, wanted: str | None) -> None:
    decoded = REFERENCES.sub(decode_references, given_text)
    assert decoded == (given_text if wanted is None else wanted)


@given(st.lists(st.sampled_from(["&", "#", ";", "x", "amp", "lt", "38", "5", "9", "97", "num", "semi"])).map("".join))
def test_no_reference_is_left(text: str) -> None:
    once = REFERENCES.sub(decode_references, text)
    assert REFERENCES.sub(decode_references, once) == once


VOWELS = "aăâeêioôơuưy"
TONES = "\u0300\u0301\u0303\u0309\u0323"


@pytest.mark.parametrize("vowel", VOWELS + VOWELS.upper())
@pytest.mark.parametrize("tone", TONES)
def test_marks_in_any_order_and_twice(vowel: str, tone: str) -> None:
    base, *signs = list(unicodedata.normalize("NFD", vowel))
    letter = nfc(vowel + tone)
    for marks in (tone + "".join(signs), "".join(signs) + tone + tone, tone + "".join(signs) * 2, tone * 40):
        if "".join(signs) or len(marks) != 40:
            wanted = letter if set(marks) == {tone, *signs} else nfc(base + tone)
            assert STACKED.sub(order_marks, nfc(base + marks)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "\u00e2\u0306",
        "\u00e1\u0303",
        "\u01a1\u0302",
        "a\u0301\u0308",
        "\u00e1\u0302\u0331",
        "n\u0303\u0303",
        "x\u0301\u0302",
    ],
    ids=ascii,
)
def test_what_is_no_vietnamese_vowel_stays(text: str) -> None:
    assert STACKED.sub(order_marks, nfc(text)) == nfc(text)
