"""Words of a text and the keys that names are compared by."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.names.spelling import (
    Memory,
    fold,
    is_bare_syllable,
    is_foreign,
    is_near_any,
    nearly_equal,
    vietnamese_key,
    words_of,
)
from aligner.text.unicode import composed

# Letters of both languages, what stands between words, and what breaks spans: marks, wide and lone code points.
HOSTILE = st.text(st.sampled_from("aAsSZđĐÐươẾ \u0301\u0302\u0323'’.-–_\n3๓ßﬁİ\ud800\x00\U0001f600𝐀"), max_size=40)


def texts(text: str, lang: str) -> list[str]:
    return [word.text for word in words_of(text, lang)]


@pytest.mark.parametrize(
    ("text", "en", "vi"),
    [
        ("", "", ""),
        (" .,;- ", "", ""),
        ("Anna's bag", "Anna bag", "Anna s bag"),
        ("Anna’s bag", "Anna bag", "Anna s bag"),
        ("ANNA'S BAG", "ANNA BAG", "ANNA S BAG"),
        ("the boys' game", "the boys game", "the boys game"),
        ("O'Brien's", "O Brien", "O Brien s"),
        ("'s", "s", "s"),  # the s of nothing is a word
        ("vitamin ‘s", "vitamin s", "vitamin s"),
        ("the U.S. and F.D. Cole", "the U S and F D Cole", "the U S and F D Cole"),
        ("state-of-the-art", "state of the art", "state of the art"),
        ("Xinh-ga-po, Hội An", "Xinh ga po Hội An", "Xinh ga po Hội An"),
        ("snake_case 3rd", "snake case 3rd", "snake case 3rd"),
        ("a\x00b\ud800c", "a b c", "a b c"),
    ],
)
def test_words(text: str, en: str, vi: str) -> None:
    assert " ".join(texts(text, "en")) == en
    assert " ".join(texts(text, "vi")) == vi


def test_a_word_knows_what_stands_before_it_and_its_key() -> None:
    found = words_of("Dr. Hòa – O'Neil", "vi")
    assert [(word.text, word.gap, word.key) for word in found] == [
        ("Dr", "", "dr"),
        ("Hòa", ". ", "hoà"),
        ("O", " – ", "o"),
        ("Neil", "'", "neil"),
    ]
    assert [word.key for word in words_of("Dr. Hòa – O'Neil", "en")] == ["dr", "hoa", "o", "neil"]


def test_spans_count_in_the_decomposed_text_that_was_given() -> None:
    text = unicodedata.normalize("NFD", "Từ Huế tới Đắk Lắk's đồi")
    found = words_of(text, "en")
    assert [word.text for word in found] == ["Từ", "Huế", "tới", "Đắk", "Lắk", "đồi"]
    assert [unicodedata.normalize("NFC", text[word.start : word.end]) for word in found] == [w.text for w in found]
    assert found[-1].end == len(text) > len("Từ Huế tới Đắk Lắk's đồi")


@given(HOSTILE, st.sampled_from(["en", "vi"]))
def test_every_span_lies_in_the_text_and_holds_its_word(text: str, lang: str) -> None:
    end = 0
    for word in words_of(text, lang):
        assert end <= word.start < word.end <= len(text)
        # Marks that no letter has (a dot above Ị) stand in the span, not in the word.
        assert composed(text[word.start : word.end])[0].rstrip("\u0301\u0302\u0307\u0323") == word.text
        end = word.end


@given(HOSTILE, st.sampled_from(["en", "vi"]))
def test_composed_and_decomposed_texts_have_the_same_words(text: str, lang: str) -> None:
    written = [(w.text, w.key, w.gap) for w in words_of(unicodedata.normalize("NFC", text), lang)]
    assert [(w.text, w.key, w.gap) for w in words_of(unicodedata.normalize("NFD", text), lang)] == written


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Đắk", "dak"),
        ("Ðà", "da"),  # U+00D0
        ("NGUYỄN", "nguyen"),
        ("Müller", "muller"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Æsop", "aesop"),
        ("Ñandú", "nandu"),
        ("İzmir", "izmir"),
        ("Ýou", "you"),
        ("plain", "plain"),
        ("3rd", "3rd"),
        ("", ""),
    ],
)
def test_fold(word: str, folded: str) -> None:
    assert fold(word) == folded
    assert fold(unicodedata.normalize("NFD", word)) == folded


@given(HOSTILE)
def test_fold_is_idempotent(word: str) -> None:
    assert fold(fold(word)) == fold(word)


SAME_KEY = [
    ("Hòa", "hoà"),
    ("THÚY", "thuý"),
    ("Khỏe", "khoẻ"),
    ("Mỹ", "Mĩ"),
    ("Quý", "Quí"),
    ("Lý", "Lí"),
    ("Ký", "ký"),
    ("Ðông", "Đông"),  # U+00D0 and U+0110
    ("Kowalski", "KOWALSKI"),
]
OTHER_KEY = [
    ("Hòa", "Hoa"),
    ("Hoá", "Hoà"),
    ("Hùng", "Hưng"),
    ("Thúy", "Thúi"),  # y behind u is the glide's vowel, no spelling of i
    ("Ý", "Í"),  # alone it stays y
    ("Tây", "Tai"),
    ("Đông", "Dông"),
]


@pytest.mark.parametrize(("first", "second"), SAME_KEY)
def test_spellings_of_one_syllable_have_one_key(first: str, second: str) -> None:
    assert vietnamese_key(first) == vietnamese_key(second) == vietnamese_key(unicodedata.normalize("NFD", second))


@pytest.mark.parametrize(("first", "second"), OTHER_KEY)
def test_other_syllables_have_other_keys(first: str, second: str) -> None:
    assert vietnamese_key(first) != vietnamese_key(second)


@given(HOSTILE)
def test_vietnamese_key_is_idempotent(word: str) -> None:
    assert vietnamese_key(vietnamese_key(word)) == vietnamese_key(word)


@pytest.mark.parametrize(
    ("word", "foreign", "bare"),
    [
        ("Kowalski", True, False),
        ("Smith", True, False),
        ("Biden", True, False),
        ("Nguyễn", False, True),
        ("Nguyen", True, True),  # uyên without its mark is no rhyme
        ("Đắk", False, True),
        ("Tô", False, True),
        ("Hung", False, True),
        ("Lan", False, True),
        ("Dac", True, True),  # a closed syllable needs its tone
        ("Núñez", True, False),
        ("12", True, False),
    ],
)
def test_what_can_be_a_syllable(word: str, foreign: bool, bare: bool) -> None:
    assert is_foreign(word) is foreign
    assert is_bare_syllable(word) is bare


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("lisbon", "lisbon"),
        ("kim", "kim"),
        ("syria", "syrian"),
        ("japan", "japanese"),
        ("hanoi", "hanoian"),
        ("dubois", "duboin"),  # one letter for another
        ("marin", "martin"),  # one letter more
        ("brazil", "brasil"),
        ("anna", "annas"),
    ],
)
def test_nearly_equal(first: str, second: str) -> None:
    assert nearly_equal(first, second)
    assert nearly_equal(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("iran", "iraq"),
        ("lee", "leen"),
        ("kiev", "kyiv"),
        ("abcd", "abcde"),  # four letters forgive an ending only
        ("smith", "smythe"),
        ("martin", "matrin"),  # two letters changed
        ("spain", "spanish"),
        ("hung", "hong"),
        ("a" * 65, "a" * 64 + "b"),  # no name has so many letters
    ],
)
def test_not_nearly_equal(first: str, second: str) -> None:
    assert not nearly_equal(first, second)
    assert not nearly_equal(second, first)


NEIGHBOURS = st.builds(
    lambda stem, letter, ending: stem + letter + ending,
    st.sampled_from(["", "syr", "syri", "martin", "mortin", "kowalsk", "a" * 63]),
    st.sampled_from(["", "a", "y", "ia"]),
    st.sampled_from(["", "s", "n", "ns", "an", "ians", "ish", "ese"]),
)


@given(NEIGHBOURS, st.lists(NEIGHBOURS, max_size=6))
def test_near_any_is_nearly_equal_to_one(word: str, others: list[str]) -> None:
    expected = any(nearly_equal(word, other) for other in others)
    assert is_near_any(word, others) == is_near_any(word, set(others)) == expected


def test_words_are_a_sequence_of_words() -> None:
    words = words_of("To Lam met Anna's team.", "en")
    assert len(words) == len(list(words)) == 5
    assert words[-1] == list(words)[-1] == ("team", 18, 22, "team", " ")
    assert list(words[1:3]) == list(words)[1:3]
    assert not words_of("…", "en")


@given(st.lists(st.sampled_from(["Anna", "s", "S", "boat", "'", "’", " ", ".", "_", "s'"]), max_size=9).map("".join))
def test_only_the_s_of_a_possessive_is_left_out(text: str) -> None:
    found = [(match[0], match.start()) for match in re.finditer(r"[^\W_]+", text)]
    ends = [0, *(start + len(word) for word, start in found)]
    kept = [
        (word, start)
        for k, (word, start) in enumerate(found)
        if not (k and word in ("s", "S") and text[ends[k] : start] in ("'", "’"))
    ]
    assert [(word.text, word.start) for word in words_of(text, "en")] == kept
    assert [(word.text, word.start) for word in words_of(text, "vi")] == found


def test_a_memory_of_words_is_bounded_and_says_what_its_function_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aligner.names.spelling.KEPT_WORDS", 3)
    asked: list[str] = []

    def say(word: str) -> str:
        asked.append(word)
        return word.upper()

    memory = Memory(say)
    words = ["a", "b", "a", "c", "d", "a", "x" * 65, "x" * 65]
    assert [memory[word] for word in words] == [word.upper() for word in words]
    # Of 'a' the fourth word left nothing; what is too long for a word is never kept.
    assert asked == ["a", "b", "c", "d", "a", "x" * 65, "x" * 65]
    assert set(memory) == {"d", "a"}
