"""Vietnamese syllables: what is one, its parts, and where each style writes the tone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.errors import InputError
from aligner.names.spelling import is_bare_syllable
from aligner.text import syllables
from aligner.text.language import _kind
from aligner.text.syllables import TONES, Syllable, bare, bare_syllables, is_syllable, parse_syllable, place_tone

# onset, glide, nucleus, coda, tone: Đoàn Thiện Thuật, Ngữ âm tiếng Việt (1977)
PARTS = {
    "nghiêng": ("ngh", "", "iê", "ng", "ngang"),
    "Khuya": ("kh", "u", "ya", "", "ngang"),
    "uyển": ("", "u", "yê", "n", "hỏi"),
    "yếm": ("", "", "yê", "m", "sắc"),
    "ngoáy": ("ng", "o", "a", "y", "sắc"),
    "quýnh": ("qu", "", "y", "nh", "sắc"),
    "quệch": ("qu", "", "ê", "ch", "nặng"),
    "quốc": ("qu", "", "ô", "c", "sắc"),
    "gỉ": ("gi", "", "i", "", "hỏi"),
    "gin": ("gi", "", "i", "n", "ngang"),
    "giềng": ("gi", "", "iê", "ng", "huyền"),
    "giày": ("gi", "", "a", "y", "huyền"),
    "gia": ("gi", "", "a", "", "ngang"),
    "goòng": ("g", "", "oo", "ng", "huyền"),
    "TRƯỢT": ("tr", "", "ươ", "t", "nặng"),
    "khuỵu": ("kh", "u", "y", "u", "nặng"),
    "Đăk": ("đ", "", "ă", "k", "ngang"),
    "ở": ("", "", "ơ", "", "hỏi"),
}


@pytest.mark.parametrize(("word", "parts"), PARTS.items())
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_parts(word: str, parts: tuple[str, ...], form: str) -> None:
    assert parse_syllable(unicodedata.normalize(form, word)) == Syllable(*parts)


NO_SYLLABLES = """
    Zoé Noé Boué Chloé Loïc José André Renée née fiancée café Guérin Nuñez Peña Hué Coruña Łódź Malmö straße İzmir
    kòa cêm ghà ngèo ngha quu quưa giìi giia iêu bàt tìc thập̀ đượć b đ qu ng ương̃ẫ hưnǵ̣ tiếnng Hòabình Ðoàn
"""


@pytest.mark.parametrize("word", NO_SYLLABLES.split())
def test_foreign_and_misspelled_words_are_none(word: str) -> None:
    assert parse_syllable(word) is None
    assert not is_syllable(word)


# old style, new style. New: Quyết định 1989/QĐ-BGDĐT (25/5/2018), Điều 8. Old: the last but one vowel letter unless a
# consonant follows, ê and ơ always, qu and gi consonants: https://help.launchpad.net/Translations/Vietnamese/Spelling
STYLES = [
    *[("lòa", "loà"), ("xõa", "xoã"), ("đọa", "đoạ"), ("lòe", "loè"), ("hóe", "hoé"), ("lúy", "luý"), ("húy", "huý")],
]
SAME = """
    loàn ngoẹo thuần thuế thuở khuyết khuỵu quả quẹ quỳ quỹ già giũa giỏ
    mía chúa thửa miến buồn lượn cười hói gửi xấu soóng ỉa ủa ứ ỷ yểu gìn giếng
"""


@pytest.mark.parametrize(("old", "new"), [*STYLES, *((word, word) for word in SAME.split())])
def test_styles(old: str, new: str) -> None:
    syllable = parse_syllable(old)
    assert syllable is not None
    assert syllable == parse_syllable(new)
    assert (place_tone(syllable, "old"), place_tone(syllable, "new")) == (old, new)
    assert is_syllable(old)
    assert is_syllable(new)


# What keyboards and old programs leave: the mark on the wrong vowel, on the coda, on two letters.
@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        *[("hòang", "hoàng"), ("gíây", "giấy"), ("qủang", "quảng"), ("cuả", "của"), ("nguyêñ", "nguyễn")],
        *[("viêṭ", "việt"), ("toàǹ", "toàn"), ("mộṭ", "một"), ("nghiã", "nghĩa"), ("ngoaì", "ngoài"), ("gìơ", "giờ")],
    ],
)
def test_a_misplaced_tone_is_read_and_is_no_spelling(wrong: str, right: str) -> None:
    syllable = parse_syllable(wrong)
    assert syllable is not None
    assert place_tone(syllable, "new") == right
    assert not is_syllable(wrong)


ONSETS = "- b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"


def every_spelling() -> list[str]:
    rhymes = {*syllables._RHYMES, *syllables._QU_RHYMES}
    spellings = sorted(onset.strip("-") + rhyme for onset in ONSETS.split() for rhyme in rhymes)
    return [spelling for spelling in spellings if syllables._parts(spelling)]


def test_every_syllable_survives_both_styles() -> None:
    spellings = every_spelling()
    assert 2500 < len(spellings) < 4500  # 2,700 without tones are in dictionaries
    for spelling in spellings:
        for tone in ("ngang", "nặng", "sắc"):
            bare = parse_syllable(spelling) or parse_syllable(spelling + TONES["sắc"])
            assert bare is not None
            if tone == "ngang" and parse_syllable(spelling) is None:
                continue
            syllable = Syllable(bare.onset, bare.glide, bare.nucleus, bare.coda, tone)
            for style in ("old", "new"):
                assert parse_syllable(place_tone(syllable, style)) == syllable
            differ = place_tone(syllable, "old") != place_tone(syllable, "new")
            assert differ == (tone != "ngang" and bool(syllable.glide) and spelling.endswith(("oa", "oe", "uy")))


@given(st.text(st.sampled_from("qugihoaeyêơưđntNG\u0300\u0301\u0323\u0302\ud800 "), max_size=20))
def test_any_string(word: str) -> None:
    syllable = parse_syllable(word)
    if syllable is not None:
        assert is_syllable(place_tone(syllable, "old"))
        assert parse_syllable(unicodedata.normalize("NFD", word)) == syllable


def test_another_style_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        place_tone(Syllable("h", "o", "a", "", "huyền"), "keep")  # type: ignore[arg-type]
    assert str(caught.value) == "unknown tone style (found 'keep'); style must be 'old' or 'new'"


# Bare syllables -------------------------------------------------------------------------------------------------------


def spelled() -> list[str]:
    """Every onset before every rhyme, allowed or not, in all tones."""
    rhymes = {**syllables._RHYMES, **syllables._QU_RHYMES}
    return [
        onset + glide + nucleus + mark + coda
        for onset in syllables._ONSETS
        for glide, nucleus, coda in rhymes.values()
        for mark in TONES.values()
    ]


def test_bare_forms_are_those_that_the_grammar_reads() -> None:
    by_grammar = {bare(word) for word in spelled() if parse_syllable(word) is not None}
    assert by_grammar == bare_syllables()
    assert len(by_grammar) == 2501
    assert all(form.isascii() and form.isalpha() and form.islower() for form in by_grammar)


def test_names_and_languages_know_the_same_bare_forms() -> None:
    assert all(is_bare_syllable(form) and is_bare_syllable(form.capitalize()) for form in bare_syllables())
    assert {_kind(form, {}) for form in bare_syllables()} == {"syllable"}
    forms = {bare(word) for word in spelled()}
    others = forms - bare_syllables()
    assert len(others) > 500
    assert not any(is_bare_syllable(form) for form in others)
    assert not {"syllable", "marked"} & {_kind(form, {}) for form in others}


@pytest.mark.parametrize("word", ["Đắk", "Dak", "poem", "quin", "soong", "gi", "giet", "nguyen"])
def test_bare_syllable(word: str) -> None:
    assert is_bare_syllable(word)


@pytest.mark.parametrize("word", ["cafe", "rest", "nation", "gech", "kia-ora", "boech", "cet", "ka", "nghan", "quu"])
def test_no_bare_syllable(word: str) -> None:
    assert not is_bare_syllable(word)
