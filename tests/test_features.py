"""Bead features against plain loops, tiles against the whole, and symmetry of the two sides."""

import itertools

import numpy as np
import pytest

from aligner.bitext import Sentence
from aligner.search import tiles as tiles_module
from aligner.search.features import FEATURES, TileFeatures, pair_gains, score_band
from aligner.search.lattice import BEAD_TYPES, MAX_RUN, Band, nodes
from aligner.search.sharing import share_anchors
from aligner.search.sides import SideArrays, make_side
from aligner.search.tiles import best_cosines, inside, make_tiles
from tests import reference

TEXTS = [
    "The U.S.",
    "and its partners met.",
    "Did they agree?",
    "Yes!",
    "",
    "They signed a long text about rivers and dams.",
]


def sides(n: int, m: int, seed: int = 1) -> tuple[SideArrays, SideArrays, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    s, t = (rng.normal(size=(k, 8)).astype(np.float32) for k in (n, m))
    band = Band.full(n, m)
    best = best_cosines(s, t, band, make_tiles(s, t, band))
    made = []
    for vectors, other, own_best in ((s, t, best[0]), (t, s, best[1])):
        sentences = [Sentence(TEXTS[k % len(TEXTS)], 0, 9, k // 2) for k in range(len(vectors))]
        units = [k // 2 for k in range(len(vectors))], [k // 2 for k in range(len(other))]
        anchors = rng.uniform(0, 2, len(vectors)).astype(np.float32)
        made.append(make_side(sentences, vectors, other, own_best, units, anchors, 1.0))
    return made[0], made[1], s, t


def whole_lattice(source: SideArrays, target: SideArrays, s: np.ndarray, t: np.ndarray) -> TileFeatures:
    (tile,) = make_tiles(s, t, Band.full(len(s), len(t)))
    return TileFeatures(source, target, tile)


def grid(features: TileFeatures, bead: tuple[int, int], name: str, shape: tuple[int, int]) -> np.ndarray:
    parts: np.ndarray = np.sum([np.broadcast_to(part, shape) for part in features.of(bead)[name]], axis=0)
    return parts


@pytest.mark.parametrize("bead", [t for t in BEAD_TYPES if 0 not in t])
def test_cosines_of_runs_are_cosines_of_sums(bead: tuple[int, int]) -> None:
    n, m, (a, b) = 7, 6, bead
    source, target, s, t = sides(n, m)
    distance = grid(whole_lattice(source, target, s, t), bead, "distance_once", (n + 1, m + 1))
    for i in range(a, n + 1):
        for j in range(b, m + 1):
            assert 1 - distance[i, j] == pytest.approx(reference.bead_cosine(s, t, i, j, a, b), abs=1e-5)


@pytest.mark.parametrize("bead", [t for t in BEAD_TYPES if 0 not in t and sum(t) > 2])
def test_gain_and_weakest_part_are_those_of_loops(bead: tuple[int, int]) -> None:
    n, m, (a, b) = 6, 6, bead
    source, target, s, t = sides(n, m)
    features = whole_lattice(source, target, s, t)
    gain = grid(features, bead, "merge_gain", (n + 1, m + 1))
    weakest = grid(features, bead, "weakest_part", (n + 1, m + 1))
    for i in range(a, n + 1):
        for j in range(b, m + 1):
            whole = reference.bead_cosine(s, t, i, j, a, b)
            singles = [reference.cosine(s[i - p], t[j - q]) for p in range(1, a + 1) for q in range(1, b + 1)]
            parts = [reference.cosine(s[i - p], t[j - b : j].sum(0)) for p in range(1, a + 1)] if a > 1 else []
            parts += [reference.cosine(s[i - a : i].sum(0), t[j - q]) for q in range(1, b + 1)] if b > 1 else []
            assert gain[i, j] == pytest.approx(whole - max(singles), abs=1e-5)
            assert weakest[i, j] == pytest.approx(min(parts), abs=1e-5)


@pytest.mark.parametrize("bead", [t for t in BEAD_TYPES if sum(t) > 2 and min(t) == 1])
def test_partial_cosines_are_those_of_loops(bead: tuple[int, int]) -> None:
    n, m, (a, b) = 7, 6, bead
    source, target, s, t = sides(n, m)
    found = grid(whole_lattice(source, target, s, t), bead, "weakest_partial", (n + 1, m + 1))

    def partial(x: np.ndarray, y: np.ndarray, other: np.ndarray) -> float:
        of_x, of_y, between = reference.cosine(x, other), reference.cosine(y, other), reference.cosine(x, y)
        return float((of_x - of_y * between) / np.sqrt(max((1 - of_y**2) * (1 - between**2), 0.01)))

    for i in range(a, n + 1):
        for j in range(b, m + 1):
            run, other = (s[i - a : i], t[j - 1]) if a > 1 else (t[j - b : j], s[i - 1])
            ends = partial(run[0], run[1:].sum(0), other), partial(run[-1], run[:-1].sum(0), other)
            assert found[i, j] == pytest.approx(min(ends), abs=1e-5)


def test_a_stranger_about_the_same_has_nothing_of_its_own_in_common() -> None:
    # Both halves of a sentence have; what only repeats the first half has not, however alike it is.
    first, second = np.eye(2, dtype=np.float32)
    sentences = [Sentence("One.", 0, 4)], [Sentence("Một.", 0, 4), Sentence("Hai.", 0, 4)]
    least = []
    for other in (second, first * 0.9 + np.float32(0.05)):
        s, t = (first + second)[None], np.stack([first, other])
        band = Band.full(1, 2)
        best = best_cosines(s, t, band, make_tiles(s, t, band))
        made = [
            make_side(sentences[k], *((s, t)[:: 1 - 2 * k]), best[k], None, np.zeros(k + 1, np.float32), 1.0)
            for k in (0, 1)
        ]
        least.append(float(grid(whole_lattice(made[0], made[1], s, t), (1, 2), "weakest_partial", (2, 3))[1, 2]))
    assert least[0] > 0.9 > 0.5 > least[1]


MARKS = {TEXTS[0]: (1, 0, 1), TEXTS[1]: (1, 1, 0), TEXTS[2]: (2, 0, 0), TEXTS[3]: (3, 0, 0), TEXTS[4]: (0, 0, 0)}
"""Of some texts: class of the mark at the end; opens as if the sentence before went on; ends as if cut."""

Texts = list[Sentence]


INSIDE = ("fragments_joined", "opens_inside", "cuts_inside", "unended_inside", "block_inside")
"""What only a bead that joins sentences of one side has."""


def shares(whole: Texts) -> tuple[float, float]:
    """What a small opening and a missing mark count for where others of the side have them too."""
    marks = [MARKS.get(s.text, (1, 0, 0)) for s in whole]
    counts = sum(mark[1] for mark in marks), sum(mark[0] == 0 for mark in marks)
    return (1 - counts[0] / (len(whole) + 5)) ** 4, (1 - counts[1] / (len(whole) + 5)) ** 4


def one_side(run: Texts, best: np.ndarray, whole: Texts) -> dict[str, float]:
    """What the features of a bead of several sentences say of one side, from the run's own sentences."""
    small, unmarked = shares(whole)
    marks = [MARKS.get(s.text, (1, 0, 0)) for s in run]
    opens, cuts = [mark[1] * small for mark in marks], [mark[2] for mark in marks]
    return {
        "unended_inside": sum(mark[0] == 0 for mark in marks[:-1]) * unmarked,
        "distance_rival": best.sum(),
        "fragments_joined": sum(len(s.text) < 12 for s in run),
        "opens_inside": sum(opens[1:]),
        "opens_first": opens[0],
        "cuts_inside": sum(cuts[:-1]),
        "cut_last": cuts[-1],
        "block_inside": sum(one.block != two.block for one, two in itertools.pairwise(run)),
    }


@pytest.mark.parametrize("bead", BEAD_TYPES)
def test_features_of_texts_and_layout_are_those_of_loops(bead: tuple[int, int]) -> None:
    rng, scale, counts = np.random.default_rng(3), (1.3, 1.0), (7, 6)
    vectors = [rng.normal(1.5, 1, (k, 5)).astype(np.float32) for k in counts]
    texts = [
        [Sentence(TEXTS[(k * step) % 6], 0, 9, k // 2, "credit" if k == 3 else "body") for k in range(count)]
        for step, count in zip((1, 5), counts, strict=True)
    ]
    units = [0, 0, 1, 1, -1, 2, 2], [1, 1, 3, 3, -1, 2]
    bests = [rng.random(k).astype(np.float32) for k in counts]
    made = [
        make_side(texts[k], vectors[k], vectors[1 - k], bests[k], (units[k], units[1 - k]), bests[k], scale[k])
        for k in (0, 1)
    ]
    features = whole_lattice(made[0], made[1], *vectors)
    shape = (counts[0] + 1, counts[1] + 1)
    found = {name: grid(features, bead, name, shape) for name in features.of(bead)}

    def background(k: int, run: np.ndarray) -> float:
        return (sum(reference.cosine(run, v) for v in vectors[1 - k]) + 0.12 * 5) / (counts[1 - k] + 5)

    def expected(i: int, j: int) -> dict[str, float]:
        (a, b), stops = bead, (i, j)
        runs = [slice(stop - size, stop) for stop, size in zip(stops, bead, strict=True)]
        characters = [sum(len(s.text) for s in texts[k][runs[k]]) * scale[k] for k in (0, 1)]
        sums = [vectors[k][runs[k]].sum(axis=0) for k in (0, 1)]
        if not a * b:
            k = int(a == 0)
            at, unit = stops[k] - 1, units[k][stops[k] - 1]
            marks = MARKS.get(texts[k][at].text, (1, 0, 0))
            return {
                "null": 1,
                "null_best": bests[k][at],
                "null_background": background(k, sums[k]),
                "null_log_length": np.log1p(characters[k]),
                "null_opens": marks[1] * shares(texts[k])[0],
                "null_unended": (marks[0] == 0) * shares(texts[k])[1],
                "null_cut": marks[2],
                "null_unit_alone": unit >= 0 and unit not in units[1 - k],
                "null_unit_shared": unit >= 0 and unit in units[1 - k],
            }
        cosine = reference.cosine(*sums)
        firsts = [stop - size for stop, size in zip(stops, bead, strict=True)]
        starts = [at == 0 or texts[k][at].block != texts[k][at - 1].block for k, at in enumerate(firsts)]
        last = [texts[k][stops[k] - 1] for k in (0, 1)]
        ends = [MARKS.get(s.text, (1, 0, 0))[0] for s in last]
        at_unit = [units[k][stops[k] - 1] for k in (0, 1)]
        length = (np.log1p(characters[0]) - np.log1p(characters[1])) ** 2
        both = [one_side(texts[k][runs[k]], bests[k][runs[k]], texts[k]) for k in (0, 1)]
        size = min(sum(characters) / 200, 1)
        elsewhere = [
            bests[k][at] - reference.cosine(vectors[k][at], sums[1 - k])
            for k in (0, 1)
            for at in range(*runs[k].indices(99)[:2])
        ]
        total = {name: both[0][name] + both[1][name] for name in both[0]}
        total["distance_rival"] -= (a + b) * cosine
        return {
            **total,
            "distance": (a + b) * (1 - cosine),
            "distance_background": (a + b)
            * (1 - cosine)
            / max(2 - background(0, sums[0]) - background(1, sums[1]), 0.1),
            "distance_once": 1 - cosine,
            "distance_long": (a + b) * (1 - cosine) * size,
            "distance_far": (a + b) * size * max(0.3 - cosine, 0),
            "part_elsewhere": max(elsewhere),
            "length": length,
            "length_long": length * size,
            "end_differs": ends[0] != ends[1] and min(ends) > 0,
            "kind_differs": (last[0].kind == "credit") != (last[1].kind == "credit"),
            "block_start_differs": starts[0] != starts[1],
            "unit_differs": at_unit[0] != at_unit[1] and min(at_unit) >= 0,
        }

    for i in range(bead[0], shape[0]):
        for j in range(bead[1], shape[1]):
            for name, value in expected(i, j).items():
                if sum(bead) == 2 and name in INSIDE:
                    assert name not in found  # nothing is joined
                else:
                    assert found[name][i, j] == pytest.approx(float(value), abs=1e-4), (name, i, j)


def test_counts_over_runs() -> None:
    source, _, _, _ = sides(6, 6)
    # Sentences 0 'The U.S.', 1 'and its …', 2 'Did …', 3 'Yes!', 4 '', 5 'They …'; paragraphs of two.
    assert source.cuts_inside[2, 2] == 1  # 0 ends as if cut, and is not the last of the run 0..1
    small = (1 - 1 / 11) ** 4  # the one sentence of six, and five usual ones, that begins small
    assert source.opens_inside[2, 2] == pytest.approx(small)  # 1 begins in lower case
    assert source.opens_inside[1, 2] == 0
    assert source.opens_first[1, 2] == pytest.approx(small)
    assert source.fragments[3, 5] == 2  # 'Yes!' and ''
    assert source.block_inside[2, 3] == 1  # 1 | 2
    assert source.block_inside[2, 4] == 0  # 2, 3
    assert source.block_starts.tolist() == [1, 0, 1, 0, 1, 0, 1]
    assert source.ends.tolist() == [0, 1, 1, 2, 3, 0, 1]


def test_a_side_that_begins_small_says_little_by_it() -> None:
    # A line of verse that begins small is no half of a sentence; the only one in a page of prose is.
    for text, other in (("and so it goes.", "And so it goes."), ("No mark here", "A mark here.")):
        of_all, of_one = (
            make_side(
                sentences, *[np.ones((9, 2), np.float32)] * 2, np.zeros(9, np.float32), None, np.zeros(9, np.float32), 1
            )
            for sentences in (
                [Sentence(text, 0, 9)] * 9,
                [Sentence(text, 0, 9), *[Sentence(other, 0, 9)] * 8],
            )
        )
        for name in ("opens_first",) if text[0].islower() else ("unended_last",):
            all_small, one_small = (np.ravel(getattr(side, name))[-9:].max() for side in (of_all, of_one))
            assert 0 < all_small < 0.05 < 0.7 < one_small <= 1


def test_units_without_a_counterpart_are_told_from_those_with_one() -> None:
    source, target, _, _ = sides(6, 3)
    assert source.unit_shared.tolist() == [0, 1, 1, 1, 1, 0, 0]
    assert source.unit_alone.tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert target.unit_alone.tolist() == [0, 0, 0, 0]


def test_a_tile_is_a_part_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    n, m = 9, 11
    source, target, s, t = sides(n, m)
    whole = whole_lattice(source, target, s, t)
    lo, hi = np.array([0, 0, 0, 2, 2, 2, 5, 5, 5, 5]), np.array([6, 6, 7, 8, 8, 9, 11, 11, 11, 11])
    monkeypatch.setattr(tiles_module, "TILE_ROWS", 3)
    tiles = make_tiles(s, t, Band.of(lo, hi))
    assert len(tiles) == 4
    for tile in tiles:
        part = TileFeatures(source, target, tile)
        for bead in BEAD_TYPES:
            for name in whole.of(bead):
                expected = grid(whole, bead, name, (n + 1, m + 1))[tile.i0 : tile.i1, tile.j0 : tile.j1]
                found = grid(part, bead, name, (tile.i1 - tile.i0, tile.j1 - tile.j0))
                np.testing.assert_allclose(found, expected, atol=1e-5)


def diagonal_band(n: int, m: int, seed: int) -> Band:
    """A narrow band with stretches that one side lacks."""
    rng = np.random.default_rng(seed)
    steps = rng.choice([0, 1, 1, 1, 1, 2, 4], size=n)
    lo = np.minimum(np.concatenate([[0], np.cumsum(steps)]) * m // max(int(steps.sum()), 1), m)
    return Band.of(np.maximum(lo - 3, 0), np.maximum.accumulate(np.minimum(np.append(lo[1:], m) + 3, m)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rows", [20, 128])
def test_sheared_tiles_score_as_rectangles(seed: int, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    n, m = 70, 60 + 10 * seed
    source, target, s, t = sides(n, m, seed)
    band = diagonal_band(n, m, seed)
    rng = np.random.default_rng(seed)
    weights = {name: float(rng.normal()) for name in FEATURES}
    keys = [[[str(k)] for k in rng.integers(0, 40, size)] for size in (n, m)]
    anchors = share_anchors(*keys, band)
    monkeypatch.setattr(tiles_module, "TILE_ROWS", rows)
    tiles = make_tiles(s, t, band, anchors, sheared=True)
    assert {tile.slope for tile in tiles} >= {1}
    assert [tile.i0 for tile in tiles[1:]] == [tile.i1 for tile in tiles[:-1]]
    assert (tiles[0].i0, tiles[-1].i1) == (0, n + 1)
    assert sum(int(inside(band, tile).sum()) for tile in tiles) == band.n_cells
    (expected,) = score_band(source, target, band, make_tiles(s, t, band, anchors), [weights])
    (found,) = score_band(source, target, band, tiles, [weights])
    cells = nodes(band, np.arange(band.n_cells))
    for a, b in BEAD_TYPES:
        real = (cells[0] >= a) & (cells[1] >= b)  # others would begin before the first sentence
        np.testing.assert_allclose(found[a, b][real], expected[a, b][real], atol=1e-3)


def test_sheared_tiles_hold_more_rows_of_a_narrow_band() -> None:
    at = np.arange(700)
    band = Band.of(np.maximum(at - 6, 0), np.minimum(at + 6, 699))
    vectors = np.ones((699, 2), np.float32)
    assert [tile.i1 - tile.i0 for tile in make_tiles(vectors, vectors, band, sheared=True)] == [512, 188]
    assert len(make_tiles(vectors, vectors, band)) > 9
    # A whole lattice is cut into rectangles as before.
    assert {tile.slope for tile in make_tiles(vectors, vectors, Band.full(699, 699), sheared=True)} == {0}


def test_all_features_occur_and_no_other() -> None:
    features = whole_lattice(*sides(3, 3))
    assert {name for bead in BEAD_TYPES for name in features.of(bead)} == set(FEATURES)


def test_tiles_cover_the_band_once() -> None:
    lo = np.array([0] * 10 + [5] * 300 + [2000] * 5)
    hi = np.array([9] * 10 + [60] * 299 + [2400] * 6)
    band = Band.of(lo, hi)
    vectors = [np.ones((k, 2), np.float32) for k in (len(lo) - 1, 2400)]
    tiles = make_tiles(vectors[0], vectors[1], band)
    assert [t.i0 for t in tiles[1:]] == [t.i1 for t in tiles[:-1]]
    assert (tiles[0].i0, tiles[-1].i1) == (0, len(lo))
    for tile in tiles:
        assert tile.j0 <= lo[tile.i0 : tile.i1].min()
        assert tile.j1 > hi[tile.i0 : tile.i1].max()


def test_swapping_the_sides_transposes_the_scores() -> None:
    n, m = 5, 7
    source, target, s, t = sides(n, m)
    weights = {name: 0.1 * (k + 1) for k, name in enumerate(FEATURES)}
    (one,) = score_band(source, target, Band.full(n, m), make_tiles(s, t, Band.full(n, m)), [weights])
    (other,) = score_band(target, source, Band.full(m, n), make_tiles(t, s, Band.full(m, n)), [weights])
    for a, b in BEAD_TYPES:
        np.testing.assert_allclose(
            one[a, b].reshape(n + 1, m + 1)[a:, b:], other[b, a].reshape(m + 1, n + 1).T[a:, b:], atol=1e-4
        )


def test_scores_are_weighted_sums_of_features(monkeypatch: pytest.MonkeyPatch) -> None:
    n, m = 8, 7
    source, target, s, t = sides(n, m)
    band = Band.full(n, m)
    whole = whole_lattice(source, target, s, t)
    rng = np.random.default_rng(6)
    weights = {name: float(rng.normal()) for name in FEATURES}
    monkeypatch.setattr(tiles_module, "TILE_ROWS", 3)
    tiles = make_tiles(s, t, band)
    scores, twice = score_band(source, target, band, tiles, [weights, {n: 2 * w for n, w in weights.items()}])
    shape = (n + 1, m + 1)
    for bead in BEAD_TYPES:
        expected = sum(weights[name] * grid(whole, bead, name, shape) for name in whole.of(bead))
        np.testing.assert_allclose(scores[bead].reshape(shape), np.broadcast_to(expected, shape), atol=1e-3)
        np.testing.assert_allclose(twice[bead], 2 * scores[bead], rtol=1e-5, atol=1e-3)
    (gains,) = pair_gains(source, target, band, tiles, [weights])
    np.testing.assert_allclose(gains, scores[1, 1] - scores[1, 0] - scores[0, 1], atol=1e-3)


def test_best_cosines_see_only_the_band() -> None:
    s, t = np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32)[::-1].copy()
    full = best_cosines(s, t, Band.full(3, 3), make_tiles(s, t, Band.full(3, 3)))
    assert full[0].tolist() == [1, 1, 1]
    band = Band.of(np.array([0, 0, 1, 2]), np.array([1, 1, 2, 3]))
    narrow = best_cosines(s, t, band, make_tiles(s, t, band))
    assert narrow[0].tolist() == [0, 1, 0]


@pytest.mark.parametrize("seed", range(3))
def test_best_cosines_are_those_of_loops_from_either_side(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    n, m = 12, 9
    rng = np.random.default_rng(seed)
    vectors = [rng.normal(size=(k, 3)).astype(np.float32) for k in (n, m)]
    band = Band.of(*reference.ragged_edges(n, m, seed))
    monkeypatch.setattr(tiles_module, "TILE_ROWS", 4)
    found = best_cosines(*vectors, band, make_tiles(*vectors, band))
    cosines = np.full((n, m), -np.inf)
    for i, j in np.ndindex(n, m):
        if band.lo[i + 1] <= j + 1 <= band.hi[i + 1]:
            cosines[i, j] = reference.cosine(vectors[0][i], vectors[1][j])
    for axis, values in ((1, found[0]), (0, found[1])):
        best = cosines.max(axis=axis)
        np.testing.assert_allclose(values, np.where(np.isneginf(best), 0, best), atol=1e-6)


@pytest.mark.parametrize("n", [0, 1, 7])
def test_rows_of_tiles_are_those_of_the_padded_vectors(n: int) -> None:
    vectors, rows = np.random.default_rng(n).normal(size=(n, 3)).astype(np.float32), np.arange(-2, n + 9)
    plain = np.concatenate([np.zeros((MAX_RUN, vectors.shape[1]), np.float32), vectors]).take(rows, axis=0, mode="clip")
    np.testing.assert_array_equal(tiles_module._padded_rows(vectors, rows), plain)
