"""The band: all of a short lattice, and of a long one the part that the alignment is in."""

import numpy as np
import pytest

from aligner.bitext import AlignConfig, Sentence
from aligner.search import bands, beads
from aligner.search.lattice import Band, posteriors
from aligner.search.model import shipped_model


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


def test_the_band_follows_deleted_runs() -> None:
    # 30 runs of 20 to 60 sentences gone from 3,000, on either side: 0.3 % of the pairs are lost. With half the margin
    # it is 1.3 %, with a skip of -0.5 5.7 %.
    n_missed = n_pairs = 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        source, target, pairs = bitext(3_000, rng, noise=1.5, runs=30)
        n_missed += missed(bands.choose_band(source, target), pairs)
        n_pairs += len(pairs)
    assert n_missed <= 0.005 * n_pairs


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


def test_the_band_loses_nothing_against_the_full_search(monkeypatch: pytest.MonkeyPatch) -> None:
    source, target, pairs = bitext(700, np.random.default_rng(11))
    sentences = [[Sentence("A sentence of some length.", 0, 26)] * len(side) for side in (source, target)]

    def n_right() -> int:
        found, _ = beads.find_beads(*sentences, source, target, model=shipped_model(), config=AlignConfig())
        return len({(b.source, b.target) for b in found} & {((i - 1,), (j - 1,)) for i, j in pairs})

    banded = n_right()
    monkeypatch.setattr(bands, "FULL_CELLS", 10**9)
    assert 0.9 * len(pairs) < n_right() <= banded
