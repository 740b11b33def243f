"""The lexicon of pieces: a table of pairs of pieces, hashed, against a plain mapping."""

import gzip
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.quality.lexicon import _OTHER, BITS, Lexicon, _followed, _places, _spread
from aligner.quality.model import shipped_witness

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
train_lexicon = pytest.importorskip("train_lexicon", reason="the scripts are not here")

Entry = tuple[int, int, int, float]
Known = dict[tuple[int, ...], float]

PIECES = st.integers(0, 12)
ENTRIES = st.lists(st.tuples(PIECES, PIECES, st.one_of(st.just(-1), PIECES), st.floats(0, 1)), max_size=12)
TEXTS = st.lists(PIECES, max_size=5)
NOTHING = Lexicon(np.zeros(1 << BITS, np.uint16))


def lexicon_of(entries: list[Entry]) -> Lexicon:
    columns = np.array([entry[:3] for entry in entries], np.int64).reshape(-1, 3)
    return Lexicon.of(*columns.T, np.array([entry[3] for entry in entries]))


def mapping_of(entries: list[Entry]) -> Known:
    """The stronger one of entries of the same pieces, in 255 steps."""
    known: Known = {}
    for *pieces, strength in entries:
        key = tuple(piece for piece in pieces if piece >= 0)
        known[key] = max(known.get(key, 0.0), round(strength * 255) / 255)
    return known


def naive_strengths(known: Known, source: list[int], target: list[int]) -> list[list[float]]:
    found = [[0.0] * len(target) for _ in source]
    for i, piece in enumerate(source):
        for j, other in enumerate(target):
            found[i][j] = max(found[i][j], known.get((piece, other), 0.0))
        for j, two in enumerate(pairwise(target)):
            for k in (j, j + 1):
                found[i][k] = max(found[i][k], known.get((piece, *two), 0.0))
    return found


def padded(texts: list[list[int]], width: int) -> np.ndarray:
    return np.array([text + [-1] * (width - len(text)) for text in texts], np.int64).reshape(len(texts), width)


@settings(max_examples=60)
@given(ENTRIES, st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3))
def test_strengths_are_those_of_a_mapping_and_blanks_have_none(
    entries: list[Entry], texts: list[tuple[list[int], list[int]]]
) -> None:
    sides = [[text[side] for text in texts] for side in (0, 1)]
    widths = [max(1, *map(len, side)) for side in sides]
    found = lexicon_of(entries).strengths(padded(sides[0], widths[0]), padded(sides[1], widths[1]))
    assert found.shape == (len(texts), *widths)
    assert found.dtype == np.float32
    known = mapping_of(entries)
    for k, (source, target) in enumerate(texts):
        plain = np.array(naive_strengths(known, source, target)).reshape(len(source), len(target))
        np.testing.assert_allclose(found[k, : len(source), : len(target)], plain, atol=1e-6)
        assert not found[k, len(source) :].any()
        assert not found[k, :, len(target) :].any()


def test_two_neighbours_have_both_the_strength_and_only_in_their_order() -> None:
    lexicon = lexicon_of([(1, 2, 3, 0.8), (1, 2, -1, 0.4)])
    found = lexicon.strengths(np.array([[1]]), np.array([[2, 3, 2, 9, 3, -1]]))[0, 0]
    assert found.tolist() == pytest.approx([0.8, 0.8, 0.4, 0, 0, 0])


def test_of_entries_in_one_cell_the_stronger_one_stands_whichever_came_first() -> None:
    place, check = _places(_spread(np.full(200_000, 7), _OTHER) ^ _spread(np.arange(200_000)))
    order = np.argsort(place, kind="stable")
    same = np.flatnonzero((place[order][1:] == place[order][:-1]) & (check[order][1:] != check[order][:-1]))
    assert len(same) > 1000
    for a, b in zip(order[same[:20]].tolist(), order[same[:20] + 1].tolist(), strict=True):
        for weak, strong in ((a, b), (b, a)):
            for entries in ([(7, weak, -1, 0.25), (7, strong, -1, 0.75)], [(7, strong, -1, 0.75), (7, weak, -1, 0.25)]):
                found = lexicon_of(entries).strengths(np.array([[7]]), np.array([[weak], [strong]]).reshape(1, 2))
                assert found[0, 0].tolist() == pytest.approx([0.0, 0.75], abs=2e-3)


def test_strangers_in_a_cell_are_told_apart_by_a_byte() -> None:
    """Of pieces that nobody entered in full cells, one in 256 has the byte of the one that is there."""
    cells = np.random.default_rng(1).integers(1, 1 << 16, 1 << BITS).astype(np.uint16) | np.uint16(255)
    found = Lexicon(cells).strengths(np.arange(300)[:, None], np.arange(200)[None].repeat(300, axis=0))[:, 0]
    # Alone, or with the neighbour on either side: three chances.
    assert (found > 0).mean() == pytest.approx(3 / 256, rel=0.1)
    assert not NOTHING.strengths(np.arange(300)[:, None], np.arange(300)[:, None]).any()


@pytest.mark.parametrize("side", [0, 1])
def test_a_blank_has_nothing_in_any_cell(side: int) -> None:
    """It shares cells with entries: without a look at whether it is there, what stands beside a text would count."""
    cells = np.random.default_rng(2).integers(0, 1 << 16, 1 << BITS).astype(np.uint16)
    texts = [np.arange(5000)[:, None], np.full((5000, 1), -1)]
    found = Lexicon(cells).strengths(texts[1 - side], texts[side])
    assert not found.any()


def test_the_same_entries_give_the_same_cells() -> None:
    rng = np.random.default_rng(3)
    entries = rng.integers(0, 30_000, (3, 50_000))
    strength = rng.permutation(50_000) / 50_000
    one = Lexicon.of(*entries, strength)
    assert one.cells.tobytes() == Lexicon.of(*entries, strength).cells.tobytes()
    assert one.cells.shape == (1 << BITS,)
    mixed = rng.permutation(50_000)
    other = Lexicon.of(*entries[:, mixed], strength[mixed])
    # Different orders differ only where two in one cell are equally strong after rounding.
    assert (one.cells & 255 != other.cells & 255).sum() == 0
    keys = _followed(_spread(entries[1]), _spread(entries[2]))
    assert len(np.unique(keys)) == len(np.unique(entries[1] * 30_000 + entries[2]))


def test_the_shipped_lexicon_knows_words_and_no_strangers() -> None:
    witness = shipped_witness()

    def strongest(en: str, vi: str) -> float:
        source, target = witness.encoder.pieces([en, vi])
        return float(witness.lexicon.strengths(np.array([source]), np.array([target])).max())

    pairs = [("river", "sông"), ("house", "nhà"), ("teacher", "giáo viên"), ("music", "âm nhạc"), ("rain", "mưa"),
             ("doctor", "bác sĩ"), ("winter", "mùa đông"), ("bread", "bánh mì")]  # fmt: skip
    assert min(strongest(en, vi) for en, vi in pairs) > 0.4
    strangers = [strongest(en, vi) for k, (en, _) in enumerate(pairs) for _, vi in pairs[k + 1 :]]
    assert max(strangers) < 0.2
    # A seventh of the cells are full: two entries seldom share one.
    assert 0.05 < (witness.lexicon.cells > 0).mean() < 0.25


# Learning it ----------------------------------------------------------------------------------------------------------

NOUNS = {"cat": "mèo", "dog": "chó", "bird": "chim", "fish": "cá", "horse": "ngựa", "tree": "cây"}
VERBS = {"sees": "thấy", "likes": "thích", "seeks": "tìm kiếm", "loves": "yêu"}
WORDS = {**NOUNS, **VERBS, "the": "", "a": "một"}


def toy_corpus() -> tuple[list[list[int]], list[list[int]], list[str], list[str]]:
    """Each noun with each verb and each other noun, word for word; two syllables for one of the verbs."""
    english = list(WORDS)
    vietnamese = list(dict.fromkeys(" ".join(WORDS.values()).split()))
    source, target = [], []
    for one in NOUNS:
        for verb in VERBS:
            for other in NOUNS:
                words = ["the", one, verb, "a", other]
                source.append([english.index(word) for word in words])
                target.append([vietnamese.index(word) for word in " ".join(WORDS[w] for w in words).split()])
    return source, target, english, vietnamese


def test_a_toy_corpus_teaches_its_translations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_lexicon, "BUCKETS", 12)
    source, target, english, vietnamese = toy_corpus()
    size = 100
    two = vietnamese.index("tìm"), vietnamese.index("kiếm")
    with_two = [text + ([size] if two in pairwise(text) else []) for text in target]
    runs = [train_lexicon.learn(train_lexicon.Links(source, with_two, size + 1), size, len(source)) for _ in range(2)]
    (keys, strength), again = runs
    assert keys.tolist() == again[0].tolist()
    assert strength.tolist() == again[1].tolist()
    assert ((strength > 0) & (strength <= 1)).all()
    found: dict[tuple[str, str], float] = {}
    names = {**dict(enumerate(vietnamese)), size: "tìm kiếm"}
    for key, value in zip(keys.tolist(), strength.tolist(), strict=True):
        found[english[key // (size + 1)], names[key % (size + 1)]] = value
    for word, translation in {**NOUNS, **VERBS}.items():
        best = max((value, vi) for (en, vi), value in found.items() if en == word)
        assert best[1] in translation.split() or best[1] == translation, (word, best)
        calls = {vi for (en, vi), value in found.items() if en == word and value > best[0] / 2}
        assert calls <= {*translation.split(), translation}
    assert ("seeks", "tìm kiếm") in found
    assert not [en for en, _ in found if en == "the"]


def test_every_english_piece_stands_beside_every_entry_once_a_text() -> None:
    links = train_lexicon.Links([[3, 3, 1], [2], [5]], [[4, 4], [6, 0, 6], []], 10)
    for size in (1, 2, 100):
        blocks = list(links.blocks(size))
        owners, keys = (np.concatenate([block[k] for block in blocks]).tolist() for k in (0, 1))
        assert keys == [34, 14, 26, 20]
        assert links.target[owners].tolist() == [4, 4, 6, 0]


def test_pairs_are_read_once_and_of_some_sources_only_the_half_that_was_seen(tmp_path: Path) -> None:
    rows = [f"{source}\tdoc{k}\tfield {k} of {source}\tcánh đồng {k}" for source in "abc" for k in range(40)]
    for name in ("one", "other"):
        with gzip.open(tmp_path / name, "wt", encoding="utf-8") as file:
            file.write("\n".join(["source\tdoc\ten\tvi", *rows, ""]))
    paths = [tmp_path / "one", tmp_path / "other"]
    whole = train_lexicon.read_pairs(paths, {"a", "b"}, set())
    assert whole == sorted(set(whole))
    assert len(whole) == 80
    half = train_lexicon.read_pairs(paths, {"a", "b"}, {"b"})
    assert {pair for pair in half if pair[0].endswith("a")} == {pair for pair in whole if pair[0].endswith("a")}
    seen = {f"doc{k}" for k in range(40) if (f"field {k} of b", f"cánh đồng {k}") in half}
    assert seen == {f"doc{k}" for k in range(40) if not train_lexicon.is_held_out(f"doc{k}")}
    assert 10 < len(seen) < 30
