"""Evidence from Vietnamese marks: what lacks them, what needs none, and what no word has."""

import math
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.names.spelling import is_foreign, vietnamese_key, words_of
from aligner.quality.accents import (
    FEW_WORDS,
    FREQUENT_LETTERS,
    FREQUENT_MARKED,
    FREQUENT_PLAIN,
    LOST,
    PLAIN_SHARE,
    is_odd,
    look_of,
    read_accents,
)
from aligner.quality.surface import SURFACE_FEATURES, surface_features
from aligner.text.syllables import bare
from aligner.text.words import vietnamese_syllables
from tests.reference import PlainAccents, naive_accents


def read(en: str, vi: str) -> PlainAccents:
    return read_together([en], [vi])[0]


def read_together(en: list[str], vi: list[str]) -> list[PlainAccents]:
    """What `read_accents` says of some texts at once."""
    targets = [words_of(text, "vi") for text in vi]
    keys = [set(words_of(text, "en").keys) for text in en]
    looks = np.array([look_of(word) for words in targets for word in words.texts], np.uint8)
    shared = [
        key in known or text.lower() in known
        for words, known in zip(targets, keys, strict=True)
        for text, key in zip(words.texts, words.keys, strict=True)
    ]
    found = read_accents(targets, looks, np.array(shared, bool))
    return [
        PlainAccents(None if math.isnan(marked) else marked, is_readable, odd)
        for marked, is_readable, odd in zip(*(column.tolist() for column in found), strict=True)
    ]


def features(en: str, vi: str) -> dict[str, float]:
    (found,) = surface_features([(en, vi, words_of(en, "en"), words_of(vi, "vi"))]).tolist()
    return dict(zip(SURFACE_FEATURES, found, strict=True))


# English, Vietnamese; Vietnamese by, share of the words that would have marks that have them.
WRITTEN = [
    ("keyboard", "bàn phím", 1.0, 1.0),
    # no word of these has marks
    ("earphones", "tai nghe", 1.0, 1.0),
    ("lemon", "chanh", 1.0, 1.0),
    ("Look", "Xem", 1.0, 1.0),
    ("Print", "In", 1.0, 1.0),
    ("Who is that?", "Ai kia?", 1.0, 1.0),
    ("two green tables", "hai ba tin xanh", 1.0, 1.0),
    ("Lambda Handler in Router", "Lambda Handler trong Router", 1.0, 1.0),
    ("The Promise hook and the Cache module", "Hook Promise hay module Cache", 1.0, 1.0),
    ("lipstick", "son", 1.0, 1.0),  # of 'son', 'sơn', 'sớn' the first is rare, but one word is no proof
    ("a hot pan", "chảo nong", 1.0, 1.0),
    # names alone tell nothing, and lack nothing
    ("Discord Bot", "Bot Discord", 0.5, 1.0),
    ("Kyrgyz (ISO-8859-5)", "Kiếc-ghi-xtan (ISO-8859-5)", 1.0, 1.0),
    ("Santali (UTF-8)", "Xan-ta-li (UTF-8)", 1.0, 1.0),
    # all marks lost, a half, none
    ("The children feed the ducks by the lake.", "Bon tre cho dan vit ben ho an.", 0.25, 0.0),
    ("The door of the house is new.", "Cua nay la cua moi.", 0.25, 0.0),  # each but one may stand without marks
    ("The children feed the ducks by the lake.", "BON TRE CHO DAN VIT BEN HO AN.", 0.25, 0.0),
    ("My sister wanted to go to the market for rice first.", "Chị toi muon ra chợ mua gạo truoc.", 1.0, 0.5),
    ("The children feed the ducks by the lake.", "Bọn trẻ cho đàn vịt bên hồ ăn.", 1.0, 1.0),
    # another language
    ("The children feed the ducks by the lake.", "The children feed the ducks by the lake.", 0.0, 0.0),
    ("The children feed the ducks.", "They can not go to the shop when it rains.", 0.0, 0.0),
]


@pytest.mark.parametrize(("en", "vi", "vietnamese", "marks"), WRITTEN)
def test_one_lack_is_told_once_and_no_lack_is_made(en: str, vi: str, vietnamese: float, marks: float) -> None:
    found = features(en, vi)
    assert (found["target_vietnamese"], found["target_marks"]) == (vietnamese, pytest.approx(marks, abs=0.1))


@pytest.mark.parametrize(
    ("vi", "odd"),
    [
        ("đàn vịt bên hồ", 0.0),
        ("đằng vịt bên hộ", 0.0),  # words, though others
        ("đạn vĩt bển hồ", 0.5),  # 'vĩt' is no syllable, 'bển' is no word; 'đạn' is one
        ("tuơng lai", 1 / 3),  # a horn lost; of so few words it may be a rare one
        ("một bưc thư", 1 / 3),  # a stop without its tone
        ("virút, micrô và lôgic", 0.0),  # made Vietnamese, but no syllables
        ("Ghê-ra-sơ và Bê-tết", 0.0),
        ("Đạn Vĩt Bển", 0.0),  # names
        ("", 0.0),
    ],
)
def test_odd_syllables(vi: str, odd: float) -> None:
    assert read("x", vi).odd == pytest.approx(odd)


def test_the_constants_part_the_words_that_they_are_for() -> None:
    counts = vietnamese_syllables()
    totals: dict[str, int] = {}
    for key, n in counts.items():
        totals[bare(key)] = totals.get(bare(key), 0) + n
    plain = {w for w, n in totals.items() if counts.get(w, 0) >= FREQUENT_PLAIN or counts.get(w, 0) >= PLAIN_SHARE * n}
    plain &= counts.keys()
    assert {"trong", "tai", "xem", "voi", "kem", "in"} <= plain
    assert plain.isdisjoint({"hoi", "pho", "duong", "nguoi", "the"})
    marked = {key: n for key, n in counts.items() if not key.isascii()}
    lost = sum(n for key, n in marked.items() if bare(key) not in plain and totals[bare(key)] >= FREQUENT_MARKED)
    assert lost / sum(marked.values()) == pytest.approx(0.53, abs=0.01)
    # Half of the tones that a word may be given instead of its own make it odd.
    tones = "\u0300\u0301\u0309\u0303\u0323"
    tried = odd = 0
    for key, n in marked.items():
        letters = unicodedata.normalize("NFD", key)
        for tone in tones:
            at = next((i for i, c in enumerate(letters) if c in tones), None)
            if at is not None and letters[at] != tone:
                other = unicodedata.normalize("NFC", letters[:at] + tone + letters[at + 1 :])
                tried, odd = tried + n, odd + n * is_odd(vietnamese_key(other))
    assert 0.4 < odd / tried < 0.6
    # One word without marks proves nothing, four do.
    rare = [math.log(totals[w] / counts[w]) for w in ("voi", "son", "chanh", "tai")]
    assert max(rare) < LOST < sum(rare)
    assert read("x", "bưc " * FEW_WORDS).odd == 1 > read("x", "bưc " * (FEW_WORDS - 1)).odd
    assert FREQUENT_LETTERS > FREQUENT_MARKED > FREQUENT_PLAIN


@given(st.lists(st.sampled_from(sorted(vietnamese_syllables())), min_size=1, max_size=12))
def test_words_of_the_table_are_never_odd(keys: list[str]) -> None:
    found = read("", " ".join(keys))
    assert found.odd == 0
    assert found.marked is None or 0 <= found.marked <= 1


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_texts(en: str, vi: str) -> None:
    found = read(unicodedata.normalize("NFC", en), unicodedata.normalize("NFC", vi))
    assert 0 <= found.odd <= 1
    assert found.marked is None or 0 <= found.marked <= 1


WORDS_MET = [
    *("hội", "Hội", "đồng", "hoi", "pho", "duong", "nguoi", "voi", "son", "chanh", "tai", "trong", "xem", "in"),
    *("bưc", "Vĩt", "đỡng", "virút", "hòa", "HOÀ", "Mỹ", "my", "Ki", "rin", "cache", "Lambda", "12", "a", "é"),
]


@given(
    st.lists(st.sampled_from(WORDS_MET), max_size=4),
    st.lists(st.tuples(st.sampled_from(WORDS_MET), st.sampled_from([" ", " ", ", ", "-", " - "])), max_size=9),
    st.sampled_from(["", "-"]),
)
def test_words_counted_as_letters_tell_what_words_one_by_one_do(
    source: list[str], target: list[tuple[str, str]], first: str
) -> None:
    en, vi = " ".join(source), first + "".join(word + gap for word, gap in target)
    assert read(en, vi) == naive_accents(set(words_of(en, "en").keys), words_of(vi, "vi"))


@pytest.mark.parametrize("en", ["the council", "Lambda in Router, my", ""])
def test_written_texts_tell_the_same_word_by_word_and_together(en: str) -> None:
    texts = [*(vi for _, vi, _, _ in WRITTEN), "", "..."]
    keys = set(words_of(en, "en").keys)
    assert read_together([en] * len(texts), texts) == [naive_accents(keys, words_of(vi, "vi")) for vi in texts]


SMALL_ENGLISH = {"the", "is", "my", "of", "and", "with", "who", "those", "them"}
"""Function words among `WORDS_MET` and below that no Vietnamese word is."""


@given(
    st.lists(st.sampled_from([*WORDS_MET, "the", "is", "Router", "Kowalski"]), min_size=1, max_size=6),
    st.lists(st.sampled_from([*WORDS_MET, "the", "is", "Router", "Kowalskis", "Zagreb", "O"]), min_size=1, max_size=9),
)
def test_words_that_were_copied_are_counted_one_by_one(source: list[str], target: list[str]) -> None:
    en, vi = words_of(" ".join(source), "en"), words_of(" ".join(target), "vi")
    keys = set(en.keys)
    copies = [text for text in target if text.isascii() and text.lower() in keys]
    small = [text for text in target if text.islower() and not (text.isascii() and len(text) == 1)]
    names = [text for text in target if text[0].isupper() and text.isascii() and len(text) > 2 and is_foreign(text)]
    strangers = [name for name in names if not any(key.startswith(name.lower()[:4]) for key in keys)]
    found = features(" ".join(source), " ".join(target))
    assert found["copied"] == len(copies) / (len(target) if len(target) > len(source) / 2 else len(source))
    assert found["untranslated"] == len([text for text in copies if text in small]) / max(len(small), 1)
    assert found["strangers"] == min(len(strangers), 3)
    assert found["english_left"] == min(len(SMALL_ENGLISH & keys & set(vi.keys)), 3)
