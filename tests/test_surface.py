"""Evidence from letters and marks: pairs counted together tell what each tells by itself."""

import random
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from aligner.names.spelling import words_of
from aligner.quality.surface import SURFACE_FEATURES, surface_features
from tests.hostile import Maker, prose
from tests.reference import plain_surface

PAIRS = [
    ("", ""),
    (".", "…"),
    ("He left. “Why?” she asked.", "Anh ấy đi. «Sao?» cô hỏi…"),
    ('Wait.\u00a0No!\u3000Go.) "Now." Yes', "Chờ.\x85Không!'] \nĐi"),
    ("See <b>this</b> &amp; www.example.org {0} %s", "Xem <b>này</b> &amp; {0} 100% $$"),
    ("Viet Nam", "Viá»‡t Nam, ThÃ nh phá»‘"),
    ("Kowalski met Hòa in Hanoi", "Kowalski gặp Hoà ở Hanoi, cùng Zagreb và Mỹ"),
    ("the the the the of the", "the của the của the of với them"),
    ("\ud800 lone", "đơn độc \udfff"),
    ("a\0b. \0", "\0.\0 \U0001f468. x"),
    ("(and then), he said", "– “và rồi”; anh nói;"),
    ("HÀ NỘI", "ha noi thu do cua viet nam"),
]


def count(pairs: list[tuple[str, str]]) -> list[list[float]]:
    found = surface_features([(en, vi, words_of(en, "en"), words_of(vi, "vi")) for en, vi in pairs])
    return [row.tolist() for row in found]


def test_pairs_of_all_kinds_are_counted_as_one_by_one() -> None:
    found = count(PAIRS)
    for row, pair in zip(found, PAIRS, strict=True):
        assert dict(zip(SURFACE_FEATURES, row, strict=True)) == dict(
            zip(SURFACE_FEATURES, plain_surface(*pair), strict=True)
        ), pair
    assert count([]) == []


def test_prose_and_hostile_texts_are_counted_as_one_by_one() -> None:
    rng, made = random.Random(0), []
    sentences = [pair for texts in prose() for pair in zip(*(text.split(". ") for text in texts), strict=False)]
    for number, (en, vi) in enumerate(rng.sample(sentences, min(len(sentences), 150))):
        maker = Maker(5, number)
        harmed = [unicodedata.normalize("NFC", maker.harm(text))[:2000] for text in (en, vi)]
        made += [(en, vi), (harmed[0], harmed[1]), (harmed[1], harmed[0]), (maker.piece()[:200], vi)]
    made = [(unicodedata.normalize("NFC", en), unicodedata.normalize("NFC", vi)) for en, vi in made]
    assert count(made) == [plain_surface(*pair) for pair in made]


TEXTS = st.text(
    st.one_of(st.sampled_from(" .,;:?!…\"'”“»«()[]{}%&<>/|$-\n\u00a0aAthe vàĐđÃÂÄº€½\ufffd0"), st.characters()),
    max_size=40,
).map(lambda text: unicodedata.normalize("NFC", text))


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_any_texts_are_counted_as_one_by_one(pairs: list[tuple[str, str]]) -> None:
    assert count(pairs) == [plain_surface(*pair) for pair in pairs]
