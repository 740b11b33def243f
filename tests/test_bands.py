"""The band: all of a short lattice, and of a long one the part that the alignment is in."""

import numpy as np
import pytest

from aligner.bitext import AlignConfig, Sentence
from aligner.encoders.embedded import unit_rows
from aligner.search import bands, beads
from aligner.search.lattice import Band, best_path, places, posteriors
from aligner.search.sides import Evidence
from aligner.search.weights import shipped_weights
from tests import reference


def bitext(
    n: int, rng: np.random.Generator, *, period: int = 0, noise: float = 0.5, runs: int = 0
) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """Vectors of n sentences and of their translations, one in ten and some runs deleted on a side; the pairs left."""
    own = rng.normal(size=(period or n, 32))
    # Sentences of one document have something in common; translations differ.
    source = np.tile(own, (n // len(own) + 1, 1))[:n] + 1.0
    target = source + rng.normal(scale=noise, size=source.shape)
    kept = rng.random((2, n)) > 0.1
    for _ in range(runs):
        first, length = rng.integers(0, n - 60), rng.integers(20, 60)
        kept[rng.integers(0, 2), first : first + length] = False
    both = kept[0] & kept[1]
    pairs = list(zip(np.cumsum(kept[0])[both], np.cumsum(kept[1])[both], strict=True))
    return source[kept[0]].astype(np.float32), target[kept[1]].astype(np.float32), pairs


def missed(band: Band, pairs: list[tuple[int, int]]) -> int:
    """Pairs whose node is not in the band."""
    return sum(not band.lo[i] <= j <= band.hi[i] for i, j in pairs)


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 5), (5, 0), (3, 400), (499, 499)])
def test_short_texts_are_searched_whole(n: int, m: int) -> None:
    band = bands.choose_band(np.ones((n, 4), np.float32), np.ones((m, 4), np.float32))
    assert band.n_cells == (n + 1) * (m + 1)


@pytest.mark.parametrize(("n", "period"), [(600, 0), (3_000, 0), (3_000, 250), (13_000, 0), (13_000, 900)])
def test_the_band_holds_every_pair(n: int, period: int) -> None:
    source, target, pairs = bitext(n, np.random.default_rng(n + period), period=period)
    band = bands.choose_band(source, target)
    assert missed(band, pairs) == 0
    assert band.n_cells < 150 * n


def test_groups_of_a_whole_lattice_gain_as_those_of_a_band() -> None:
    rng = np.random.default_rng(3)
    source, target = (unit_rows(rng.normal(size=(n, 16)).astype(np.float32)) for n in (300, 210))
    whole = bands._group_gains(source, target, Band.full(300, 210)).reshape(301, 211)
    np.testing.assert_allclose(whole[1:, 1:], source @ target.T - bands.USUAL_COSINE, atol=1e-6)
    lo = np.maximum(np.arange(301) - 110, 0)
    band = Band.of(lo, np.minimum(lo + 110, 210))
    rows, columns = places(band)
    real = (rows > 0) & (columns > 0)
    gains = bands._group_gains(source, target, band)
    np.testing.assert_allclose(gains[real], whole[rows[real], columns[real]], atol=1e-6)


def test_the_band_follows_deleted_runs() -> None:
    # 30 runs of 20 to 60 sentences gone from 3,000, on either side. With a margin of one group 5 pairs are lost.
    for seed in range(6):
        source, target, pairs = bitext(3_000, np.random.default_rng(seed), noise=1.5, runs=30)
        assert missed(bands.choose_band(source, target), pairs) == 0


def deleted(
    n: int, gaps: list[tuple[int, int, int]], seed: int, noise: float
) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """Sentences first .. stop - 1 of a side (0 or 1) gone for each gap, and one in ten elsewhere; the pairs left."""
    rng = np.random.default_rng(seed)
    source = rng.normal(size=(n, 128)) + 1.0
    target = source + rng.normal(scale=noise, size=source.shape)
    kept = rng.random((2, n)) > 0.1
    for side, first, stop in gaps:
        kept[side, first:stop] = False
    both = kept[0] & kept[1]
    pairs = list(zip(np.cumsum(kept[0])[both], np.cumsum(kept[1])[both], strict=True))
    return source[kept[0]].astype(np.float32), target[kept[1]].astype(np.float32), pairs


def test_the_band_finds_an_island_between_two_gaps() -> None:
    # 400 sentences of one side, 36 pairs, 400 of the other: a path that pairs strangers all the way is not much worse
    # than the one over the island. With USUAL_COSINE = .06 and no SLACK islands are lost.
    for seed in range(8):
        source, target, pairs = deleted(2_000, [(0, 500, 900), (1, 936, 1_336)], seed, 1.5)
        assert missed(bands.choose_band(source, target), pairs) == 0


@pytest.mark.parametrize("n", [2_000, 6_000, 12_000])
def test_the_band_follows_several_long_gaps(n: int) -> None:
    rng = np.random.default_rng(n)
    firsts = np.arange(100, n - 700, 800)
    gaps = [(int(rng.integers(2)), int(f), int(f + rng.integers(200, 600))) for f in firsts]
    source, target, pairs = deleted(n, gaps, n, 1.5)
    band = bands.choose_band(source, target)
    assert missed(band, pairs) == 0
    assert band.n_cells < 250 * n


def test_the_band_follows_a_missing_chapter() -> None:
    rng = np.random.default_rng(3)
    source, target, pairs = bitext(2_000, rng)
    gone = range(600, 1_400)  # 40 % of the target
    kept = np.array([j for j in range(len(target)) if j not in gone])
    left = [(i, int(np.searchsorted(kept, j - 1)) + 1) for i, j in pairs if j - 1 not in gone]
    assert missed(bands.choose_band(source, target[kept]), left) == 0


def test_unrelated_and_one_sided_lengths_still_have_a_path() -> None:
    rng = np.random.default_rng(5)
    for n, m in ((10_000, 30), (3, 100_000), (900, 700)):
        band = bands.choose_band(*(rng.normal(size=(k, 8)).astype(np.float32) for k in (n, m)))
        assert (band.lo[0], band.hi[-1]) == (0, m)


def test_a_null_is_as_sure_as_all_the_paths_that_have_it() -> None:
    # One sentence a side, no pair: either can be skipped first, which must not halve their probabilities.
    scores = {(1, 1): np.full(4, -50.0), (1, 0): np.zeros(4), (0, 1): np.zeros(4)}
    _, probability = posteriors(scores, Band.full(1, 1))
    assert probability[1, 0].max() == pytest.approx(0.5)
    beads.merge_nulls(probability, Band.full(1, 1))
    assert probability[1, 0][[2, 3]].tolist() == pytest.approx([1, 1])  # the nodes where source sentence 0 is done
    assert probability[0, 1][[1, 3]].tolist() == pytest.approx([1, 1])


def test_the_best_path_counts_the_sentences_of_a_bead() -> None:
    band = Band.full(2, 2)
    probability = {t: np.full(band.n_cells, p) for t, p in {(1, 1): 0.4, (2, 2): 0.5, (1, 0): 0.1, (0, 1): 0.1}.items()}
    assert best_path(probability, band) == [(1, 1), (1, 1)]  # .4 + .4 against .5
    assert best_path(probability, band, beads.count_sentences) == [(2, 2)]  # .8 + .8 against 2
    gains = {t: p * sum(t) for t, p in probability.items()}
    assert best_path(gains, band) == [(2, 2)]


def test_the_score_of_a_bead_is_the_cosine_of_its_sides() -> None:
    rng = np.random.default_rng(2)
    source = rng.normal(size=(30, 16)).astype(np.float32)
    parts = source * rng.uniform(0.3, 0.7, (30, 1)).astype(np.float32)
    # Every third sentence is two on the other side.
    target = np.concatenate([[parts[k], source[k] - parts[k]] if k % 3 == 0 else [source[k]] for k in range(30)])
    target += rng.normal(scale=0.1, size=target.shape).astype(np.float32)
    sentences = lengthy(len(source), rng), lengthy(len(target), rng)
    for one, other, sides in ((source, target, sentences), (target, source, sentences[::-1])):
        found, _ = beads.find_beads(Evidence(sides, (one, other)), model=shipped_weights(), config=AlignConfig())
        assert {(len(b.source), len(b.target)) for b in found} & {(1, 2), (2, 1)}
        for bead in found:
            runs = one[list(bead.source)].sum(axis=0), other[list(bead.target)].sum(axis=0)
            assert bead.score == pytest.approx(0.0 if bead.is_null else reference.cosine(*runs), abs=1e-5)


def lengthy(n: int, rng: np.random.Generator) -> list[Sentence]:
    """Sentences of several lengths."""
    return [Sentence("x" * k, 0, k) for k in rng.integers(20, 150, n).tolist()]


def test_the_band_loses_nothing_against_the_full_search(monkeypatch: pytest.MonkeyPatch) -> None:
    # Deleted sentences and runs, and beads of every type: sums of neighbours on either side.
    rng = np.random.default_rng(11)
    source, target, _ = bitext(800, rng, noise=1.0, runs=3)
    for k in range(5, 400, 12):
        a, b = rng.choice([(1, 2), (3, 1), (1, 5), (4, 1), (2, 2), (2, 3), (3, 3)])
        source[k], target[k] = source[k : k + b].sum(0), target[k : k + a].sum(0)
        source, target = np.delete(source, range(k + 1, k + b), 0), np.delete(target, range(k + 1, k + a), 0)
    sentences = lengthy(len(source), rng), lengthy(len(target), rng)

    def found() -> tuple[set[tuple[tuple[int, ...], tuple[int, ...]]], list[float]]:
        result, _ = beads.find_beads(
            Evidence(sentences, (source, target)), model=shipped_weights(), config=AlignConfig()
        )
        pairs = sorted((b.source, b.target, b.probability) for b in result)
        return {(b.source, b.target) for b in result}, [p for *_, p in pairs]

    banded = found()
    assert len({(len(a), len(b)) for a, b in banded[0]}) > 6
    # The same evidence, but all bead types on the whole lattice.
    monkeypatch.setattr(beads, "narrow_band", lambda gain, band: Band.full(len(source), len(target)))
    full = found()
    assert banded[0] == full[0]
    np.testing.assert_allclose(banded[1], full[1], atol=1e-3)


def test_a_narrow_band_holds_what_all_bead_types_make_probable() -> None:
    # Gains of strangers, every third pair a good one: no node left out is on a path of pairs that is nearly as good.
    rng = np.random.default_rng(4)
    band = Band.full(60, 60)
    gain = rng.normal(-8, 3, (61, 61))
    gain[np.arange(0, 61, 3), np.arange(0, 61, 3)] = 9
    narrow = bands.narrow_band(gain.ravel().astype(np.float32), band)
    left = np.array([[narrow.lo[i] <= j <= narrow.hi[i] for j in range(61)] for i in range(61)])
    assert (reference.shortfall(gain, np.ones((61, 61), bool))[~left] > bands.NARROW_SLACK).all()
    assert narrow.n_cells < band.n_cells / 2


def near(left: np.ndarray, reach: int) -> np.ndarray:
    """Nodes at most so many rows and columns from one that is left."""
    wide = np.pad(left, reach)
    moved = [np.roll(wide, (di, dj), (0, 1)) for di in range(-reach, reach + 1) for dj in range(-reach, reach + 1)]
    return np.any(moved, axis=0)[reach:-reach, reach:-reach]  # type: ignore[no-any-return]


def mask(lo: np.ndarray, hi: np.ndarray, m: int) -> np.ndarray:
    """Which of n x m nodes two edges hold."""
    columns = np.arange(m + 1)
    return (columns >= lo[:, None]) & (columns <= hi[:, None])


@pytest.mark.parametrize("seed", range(4))
def test_a_narrow_band_is_what_is_nearly_as_good_and_its_margin_on_all_sides(seed: int) -> None:
    n, m = 40, 50
    rng = np.random.default_rng(seed)
    wide = Band.full(n, m) if seed == 0 else Band.of(*reference.ragged_edges(n, m, seed))
    inside = mask(wide.lo, wide.hi, m)
    gain = rng.normal(-8, 3, (n + 1, m + 1))
    gain[rng.random(gain.shape) < 0.05] = 25
    behind = reference.shortfall(gain, inside)
    limit = np.maximum(np.nanmin(behind, axis=1), bands.NARROW_SLACK)
    good = inside & (np.nan_to_num(behind, nan=np.inf) <= limit[:, None] + 1e-9)
    # Edges never fall: what lies between nodes that are left is left too.
    lo = np.minimum.accumulate(good.argmax(axis=1)[::-1])[::-1]
    hi = np.maximum.accumulate(m - good[:, ::-1].argmax(axis=1))
    expected = near(mask(lo, hi, m), bands.NARROW_MARGIN) & inside
    narrow = bands.narrow_band(gain[inside], wide)
    np.testing.assert_array_equal(mask(narrow.lo, narrow.hi, m), expected)


def test_the_band_is_the_groups_left_and_its_margin_on_all_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    n, m = 40, 60  # 11 rows and 16 columns of nodes between groups
    lo = np.array([0, 0, 1, 1, 1, 8, 8, 9, 10, 11, 15])
    hi = np.array([0, 1, 1, 2, 8, 8, 9, 10, 11, 15, 15])
    monkeypatch.setattr(bands, "FULL_CELLS", 0)
    monkeypatch.setattr(bands, "narrow", lambda gain, slack, band: (lo, hi))
    vectors = [np.random.default_rng(k).normal(size=(k, 4)).astype(np.float32) for k in (n, m)]
    band = bands.choose_band(*vectors)
    # Node (I, J) between groups stands for the sentence nodes of the groups behind it, I * GROUP .. (I + 1) * GROUP.
    left = np.zeros((n + bands.GROUP + 1, m + bands.GROUP + 1), bool)
    for i, (first, last) in enumerate(zip(lo * bands.GROUP, (hi + 1) * bands.GROUP, strict=True)):
        left[i * bands.GROUP : (i + 1) * bands.GROUP + 1, first : last + 1] = True
    expected = near(left, bands.MARGIN * bands.GROUP)[: n + 1, : m + 1]
    np.testing.assert_array_equal(mask(band.lo, band.hi, m), expected)


@pytest.mark.parametrize("n", [1, 4, 5, 22, 403])
def test_groups_are_the_sums_of_reduceat_to_the_last_bit(n: int) -> None:
    vectors = np.random.default_rng(n).normal(size=(n, 24)).astype(np.float32)
    plain = np.add.reduceat(vectors, np.arange(0, n, bands.GROUP), axis=0)
    np.testing.assert_array_equal(bands._groups(vectors), plain)
