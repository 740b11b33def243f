"""Anchors: keys of one sentence, their rarity in a document, and what beads share, against plain loops."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner import alignment as alignment_module
from aligner.bitext import ENGLISH_VIETNAMESE, Sentence
from aligner.names.detection import name_keys, scan
from aligner.names.gazetteer import gazetteer
from aligner.numbers.matching import number_keys
from aligner.search import sharing as anchors_module
from aligner.search.features import TileFeatures
from aligner.search.keys import anchor_keys
from aligner.search.lattice import BEAD_TYPES, Band
from aligner.search.sharing import share_anchors
from aligner.search.sides import make_side
from aligner.search.tiles import make_tiles
from aligner.text.syllables import is_syllable
from aligner.text.unicode import nfc
from tests import reference
from tests.growth import assert_linear


@pytest.mark.parametrize(
    ("en", "vi", "shared"),
    [
        ("The 412 sheep of Gunnhild", "412 con cừu của Gunnhild", {"gunnhild"}),
        ("Gunnhild's sheep", "Đàn cừu của Gunnhild", {"gunnhild"}),
        ("A GPS receiver", "Một máy thu GPS", {"gps"}),
        ("Two CEOs left", "Hai CEO đã rời đi", {"ceo"}),
        ("Set maxRetries to 5", "Đặt maxRetries là 5", {"maxretrie"}),
        ("Renoir and Sisley", "Renoir và Sisley", {"renoir", "sisley"}),
        ("The hen can hang on", "Con gà mái", set()),
    ],
)
def test_words_that_a_translation_keeps_are_keys_of_both(en: str, vi: str, shared: set[str]) -> None:
    words = {*anchor_keys(en, "en")} & {*anchor_keys(vi, "vi")}
    assert {key[2:] for key in words if key.startswith("v:")} == shared


def test_numbers_and_names_in_words_of_two_languages_are_one_key() -> None:
    en, vi = "Thailand paid $3 million in 1975.", "Năm 1975, Thái Lan trả 3 triệu đô la."
    assert len({*anchor_keys(en, "en")} & {*anchor_keys(vi, "vi")}) >= 3


def test_a_vietnamese_syllable_is_no_key_even_with_a_capital() -> None:
    # 'Hang', 'Can', 'To' are words of both languages by chance.
    assert not {key for key in anchor_keys("Can Hang To", "en") if key.startswith("v:")}


TEXTS = [
    "The 412 sheep of Gunnhild's, on Sunday",
    "Năm 2018, một đội của CEO ở Hà Nội",
    "9 tỷ USD x²y 3Dx ½ ٣Ab _F_oo 五 Ａ 5k",
    "İzmir, ÉCOLE de_Paris: twenty-one",
    "thứ Hai, hai mươi mốt người",
    "Foo_Bar $Hue Hue$ U.S. 3",
]


@pytest.mark.parametrize("lang", ["en", "vi"])
@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.sampled_from(TEXTS), st.text(alphabet=st.characters() | st.sampled_from("aA1_'s $.½đ"), max_size=40))
)
def test_keys_are_those_of_numbers_names_and_words_by_themselves(lang: str, text: str) -> None:
    # The text is cut into words once for all three.
    composed = nfc(text)
    words = [word for word in re.findall(r"[^\W\d_]\w+", composed) if not word.islower() and not is_syllable(word)]
    found = anchor_keys(text, lang)
    n_words = sum(key.startswith("v:") for key in found)
    assert found[: len(found) - n_words] == (
        *(f"n:{key}" for key in number_keys(composed, lang)),
        *name_keys(scan(composed, lang, gazetteer())),
    )
    assert [key[2:] for key in found[len(found) - n_words :]] == [
        lower[:-1] if len(lower) > 3 and lower.endswith("s") and not lower.endswith("ss") else lower
        for lower in map(str.lower, words)
    ]


HOSTILE = ["", "\x00", "\ud800 \udfff", "0" * 200_000, "năm " * 50_000, "٣" * 10_000, "A" * 200_000, "Az9_" * 50_000,
           "o\u0302\u0301" * 20_000, "Ab " * 50_000, "ﷺ" * 1000]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_hostile_text_has_keys_in_linear_time(text: str, lang: str) -> None:
    assert all(isinstance(key, str) for key in anchor_keys(text, lang))
    assert_linear(lambda n: anchor_keys(text[:n], lang), len(text))


keys = st.lists(st.lists(st.sampled_from("abcde"), max_size=3).map(tuple), max_size=7)


def ragged_band(n: int, m: int, seed: int) -> Band:
    return Band.of(*reference.ragged_edges(n, m, seed))


def reach_of(band: Band, n: int, m: int) -> np.ndarray:
    return np.array([[band.lo[i + 1] <= j + 1 <= band.hi[i + 1] for j in range(m)] for i in range(n)]).reshape(n, m)


@settings(max_examples=80, deadline=None)
@given(keys, keys, st.integers(0, 1000), st.booleans())
def test_shared_weights_and_totals_are_those_of_loops(
    source: reference.Keys, target: reference.Keys, seed: int, full: bool
) -> None:
    n, m = len(source), len(target)
    band = Band.full(n, m) if full else ragged_band(n, m, seed)
    found = share_anchors(source, target, band)
    shared, *totals = reference.shared_anchors(source, target, reach_of(band, n, m))
    dense = np.zeros((n, m))
    dense[found.source, found.target] = found.weight
    np.testing.assert_allclose(dense, shared, atol=1e-6)
    np.testing.assert_allclose(found.source_total, totals[0], atol=1e-6)
    np.testing.assert_allclose(found.target_total, totals[1], atol=1e-6)
    assert sorted(zip(found.source, found.target, strict=True)) == list(zip(found.source, found.target, strict=True))


def test_swapping_the_sides_swaps_the_anchors() -> None:
    source, target = [("a", "b"), ("b",), ("c",)], [("b", "c"), (), ("a", "b"), ("b",)]
    one, other = share_anchors(source, target, Band.full(3, 4)), share_anchors(target, source, Band.full(4, 3))
    pairs = sorted(zip(other.target.tolist(), other.source.tolist(), other.weight.tolist(), strict=True))
    assert list(zip(one.source.tolist(), one.target.tolist(), one.weight.tolist(), strict=True)) == pairs
    assert one.source_total.tolist() == other.target_total.tolist()
    assert one.target_total.tolist() == other.source_total.tolist()


def test_rare_keys_weigh_more_and_frequent_ones_nothing() -> None:
    def weight(n_source: int, n_target: int) -> float:
        sides = [[("k",)] * c + [()] * (40 - c) for c in (n_source, n_target)]
        found = share_anchors(sides[0], sides[1], Band.full(40, 40))
        return float(found.weight[0]) if len(found.weight) else 0.0

    assert [weight(1, 1), weight(1, 2), weight(2, 1), weight(4, 4)] == [1, 0.5, 0.5, 0.25]
    assert reference.MAX_OCCURRENCES == anchors_module.MAX_OCCURRENCES
    assert weight(anchors_module.MAX_OCCURRENCES, 1) > 0
    assert weight(anchors_module.MAX_OCCURRENCES + 1, 1) == weight(1, 40) == weight(40, 40) == 0


def test_rarity_is_counted_within_reach() -> None:
    # One sentence in ten has the key; a band of two columns around the diagonal sees one at a time.
    n = 100
    side = [("k",) if i % 10 == 0 else () for i in range(n)]
    nodes = np.arange(n + 1)
    band = Band.of(np.maximum(nodes - 2, 0), np.minimum(nodes + 2, n))
    found = share_anchors(side, side, band)
    assert found.source.tolist() == found.target.tolist() == list(range(0, n, 10))
    assert found.weight.tolist() == [1.0] * 10
    assert len(share_anchors(side, side, Band.full(n, n)).weight) == 0


def test_the_list_of_pairs_grows_with_the_text_alone() -> None:
    n = 5_000
    sides = [[(f"k{i // 4}", "all", "all") for i in range(n)] for _ in range(2)]
    assert len(share_anchors(sides[0], sides[1], Band.full(n, n)).weight) == 4 * n


def features_of(source: reference.Keys, target: reference.Keys) -> TileFeatures:
    n, m = len(source), len(target)
    s, t = np.ones((n, 3), np.float32), np.ones((m, 3), np.float32)
    sentences = [[aligner.Sentence("A sentence.", 0, 11)] * k for k in (n, m)]
    band = Band.full(n, m)
    shared = share_anchors(source, target, band)
    (tile,) = make_tiles(s, t, band, shared)
    sides = (
        make_side(sentences[0], s, t, np.ones(n, np.float32), None, shared.source_total, 1.0),
        make_side(sentences[1], t, s, np.ones(m, np.float32), None, shared.target_total, 1.0),
    )
    return TileFeatures(*sides, tile)


@pytest.mark.parametrize("bead", [t for t in BEAD_TYPES if 0 not in t])
def test_what_beads_share_and_miss_is_that_of_loops(bead: tuple[int, int]) -> None:
    (a, b), source = bead, [("a", "b"), ("c",), (), ("a", "d"), ("e", "f"), ("g",)]
    target = [("b",), ("a", "c"), ("d", "e"), (), ("g", "f", "a")]
    n, m = len(source), len(target)
    features = features_of(source, target).of(bead)
    shared, s_total, t_total = reference.shared_anchors(source, target, np.ones((n, m), bool))
    found = {
        name: np.sum([np.broadcast_to(p, (n + 1, m + 1)) for p in parts], axis=0) for name, parts in features.items()
    }
    for i in range(a, n + 1):
        for j in range(b, m + 1):
            both = reference.bead_anchors(shared, i, j, a, b)
            missed = max(s_total[i - a : i].sum() - both, 0) + max(t_total[j - b : j].sum() - both, 0)
            assert found["anchors_shared"][i, j] == pytest.approx(np.log1p(both), abs=1e-6)
            assert found["anchors_missed"][i, j] == pytest.approx(missed, abs=1e-6)


def test_sides_without_a_common_key_share_and_miss_nothing() -> None:
    features = features_of([("a",), ("b",)], [("c",), ()]).of((1, 1))
    assert not any(part.any() for name in ("anchors_shared", "anchors_missed") for part in features[name])


ROWS = [(1891, 340), (1902, 415), (1933, 287), (1948, 612), (1957, 533), (1961, 478), (1979, 391)]
EN = [f"In {year} the mill ground {tons} tons of rice." for year, tons in ROWS]
VI = [f"Năm {year}, nhà máy xay {tons} tấn gạo." for year, tons in ROWS if year not in (1902, 1957)]


@pytest.mark.parametrize("encode", [None, lambda texts: np.ones((len(texts), 4))], ids=["ours", "blind"])
def test_numbers_tell_sentences_of_one_form_apart(encode: object) -> None:
    # An encoder sees little in digits, this one nothing; two of the seven lines have no counterpart.
    alignment = aligner.align(EN, VI, encode=encode)  # type: ignore[arg-type]
    pairs = [(bead.source, bead.target) for bead in alignment.beads if not bead.is_null]
    assert pairs == [((i,), (j,)) for j, i in enumerate((0, 2, 3, 5, 6))]


def test_of_a_third_language_only_what_is_written_alike_is_a_key() -> None:
    german = anchor_keys("Am 12. Mai 1988 gab Anna Kurz 2.500 Franken; siehe https://example.org/a.", "und")
    french = anchor_keys("Le 12 mai 1988, Anna Kurz donna 2,500 francs (https://example.org/a).", "und")
    assert {*german} & {*french} == {"n:12", "n:1988", "v:anna", "v:kurz", "n:2500", "u:https://example.org/a"}
    assert anchor_keys("drei kleine Fische", "und") == ("v:fische",)


def test_a_sentence_that_is_repeated_has_its_keys_again() -> None:
    en, vi = ["Sisley sold 300 SVGs.", "No.", "Sisley sold 300 SVGs."], ["Sisley bán 300 SVG.", "Sisley bán 300 SVG."]
    sides = [tuple(Sentence(text, 0, len(text)) for text in texts) for texts in (en, vi)]
    plain = [anchor_keys(text, "en") for text in en], [anchor_keys(text, "vi") for text in vi]
    assert alignment_module._keys(*sides, ENGLISH_VIETNAMESE, None) == plain
