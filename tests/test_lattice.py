"""The lattice against its plain twin, on full and ragged bands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.search import lattice
from aligner.search.bands import narrow
from aligner.search.lattice import BEAD_TYPES, Band, best_path, places, posteriors, shortfall
from tests import reference


def random_scores(n: int, m: int, seed: int) -> reference.Scores:
    rng = np.random.default_rng(seed)
    return {t: rng.normal(0, 2, (n + 1, m + 1)) for t in BEAD_TYPES}


def flat(scores: reference.Scores) -> dict[tuple[int, int], np.ndarray]:
    return {t: s.ravel() for t, s in scores.items()}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 10_000))
def test_best_path_is_the_best_of_all_paths(n: int, m: int, seed: int) -> None:
    scores = random_scores(n, m, seed)
    path = best_path(flat(scores), Band.full(n, m))
    assert (sum(a for a, _ in path), sum(b for _, b in path)) == (n, m)
    assert reference.path_score(path, scores) == pytest.approx(reference.best_score(scores, n, m))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 4), st.integers(0, 5), st.integers(0, 10_000))
def test_posteriors_are_the_shares_of_all_paths(n: int, m: int, seed: int) -> None:
    scores = random_scores(n, m, seed)
    log_z, found = posteriors(flat(scores), Band.full(n, m))
    expected_log_z, expected = reference.posteriors(scores, n, m)
    assert log_z == pytest.approx(expected_log_z)
    for t in BEAD_TYPES:
        np.testing.assert_allclose(found[t].reshape(n + 1, m + 1), expected[t], atol=1e-9)


def test_a_ragged_band_is_the_full_lattice_with_the_rest_forbidden() -> None:
    n, m = 6, 9
    lo, hi = np.array([0, 0, 0, 2, 4, 4, 6]), np.array([3, 4, 6, 6, 8, 9, 9])
    band = Band.of(lo, hi)
    scores = random_scores(n, m, 7)
    inside = np.array([[lo[i] <= j <= hi[i] for j in range(m + 1)] for i in range(n + 1)])
    banded = {t: s[inside] for t, s in scores.items()}

    def walls(t: tuple[int, int]) -> np.ndarray:
        # An arc is forbidden where either of its nodes is.
        result = np.full((n + 1, m + 1), -50.0)
        for i in range(t[0], n + 1):
            for j in range(t[1], m + 1):
                if inside[i, j] and inside[i - t[0], j - t[1]]:
                    result[i, j] = scores[t][i, j]
        return result

    walled = {t: walls(t) for t in BEAD_TYPES}
    assert best_path(banded, band) == best_path(flat(walled), Band.full(n, m))
    log_z, found = posteriors(banded, band)
    expected_log_z, expected = posteriors(flat(walled), Band.full(n, m))
    assert log_z == pytest.approx(expected_log_z)
    for t in BEAD_TYPES:
        np.testing.assert_allclose(found[t], expected[t].reshape(n + 1, m + 1)[inside], atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 6), st.integers(0, 7), st.integers(0, 10_000), st.booleans())
def test_shortfall_is_that_of_loops(n: int, m: int, seed: int, full: bool) -> None:
    band = Band.full(n, m) if full else Band.of(*reference.ragged_edges(n, m, seed))
    inside = np.array([[band.lo[i] <= j <= band.hi[i] for j in range(m + 1)] for i in range(n + 1)])
    gain = np.random.default_rng(seed).normal(size=(n + 1, m + 1))
    expected = reference.shortfall(gain, inside)[inside]
    np.testing.assert_allclose(shortfall(gain[inside].astype(np.float32), band), expected, atol=1e-5)


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    band = Band.of(*reference.ragged_edges(40, 50, 5))
    rng = np.random.default_rng(8)
    scores = {t: rng.normal(0, 2, band.n_cells) for t in BEAD_TYPES}
    gain = rng.normal(size=band.n_cells)
    whole = best_path(scores, band), posteriors(scores, band)
    behind, left = shortfall(gain, band), narrow(gain, 1.0, band)
    monkeypatch.setattr(lattice, "CHUNK_CELLS", 60)
    assert best_path(scores, band) == whole[0]
    assert (shortfall(gain, band) == behind).all()
    assert all((found == edge).all() for found, edge in zip(narrow(gain, 1.0, band), left, strict=True))
    log_z, found = posteriors(scores, band)
    assert log_z == whole[1][0]
    assert all((found[t] == whole[1][1][t]).all() for t in BEAD_TYPES)


def test_single_precision_scores_are_summed_up_in_double() -> None:
    band = Band.of(*reference.ragged_edges(30, 40, 2))
    rng = np.random.default_rng(4)
    scores = {t: rng.normal(0, 9, band.n_cells).astype(np.float32) for t in BEAD_TYPES}
    doubles = {t: values.astype(np.float64) for t, values in scores.items()}
    assert best_path(scores, band) == best_path(doubles, band)
    (log_z, found), (expected_log_z, expected) = posteriors(scores, band), posteriors(doubles, band)
    assert log_z == expected_log_z
    assert all((found[t] == expected[t]).all() for t in BEAD_TYPES)


def test_a_band_from_behind_and_back_is_itself() -> None:
    band = Band.of(*reference.ragged_edges(12, 17, 6))
    twice = band.from_behind().from_behind()
    assert all((getattr(twice, edge) == getattr(band, edge)).all() for edge in ("lo", "hi", "start"))
    (rows, columns), (late, far) = places(band), places(band.from_behind())
    assert (12 - late[::-1] == rows).all()
    assert (17 - far[::-1] == columns).all()


def test_every_sentence_is_covered_with_probability_one() -> None:
    n, m = 20, 14
    _, found = posteriors(flat(random_scores(n, m, 3)), Band.full(n, m))
    for i in range(n):
        covering = sum(found[t].reshape(n + 1, m + 1)[i + 1 : i + 1 + t[0]].sum() for t in BEAD_TYPES if t[0])
        assert covering == pytest.approx(1.0)


def test_a_long_row_of_nulls_does_not_lose_precision() -> None:
    n, m = 2, 20_000
    scores = {t: np.full((n + 1) * (m + 1), -3.0) for t in BEAD_TYPES}
    assert sum(b for _, b in best_path(scores, Band.full(n, m))) == m
    _, found = posteriors(scores, Band.full(n, m))
    for j in (0, m // 2, m - 1):
        by_column = {t: found[t].reshape(n + 1, m + 1)[:, j + 1 : j + 1 + t[1]].sum() for t in BEAD_TYPES if t[1]}
        assert sum(by_column.values()) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("lo", "hi"),
    [
        ([1, 1], [2, 2]),  # does not begin at the first node
        ([0, 3], [1, 4]),  # the second row is out of reach
        ([0, 2], [1, 2]),  # in reach of a 1:1 bead alone
        ([0, 1], [2, 1]),  # an edge falls
        ([0, 2], [1, 1]),  # an empty row
        ([0], [1, 2]),  # edges of two lengths
        ([], []),
    ],
)
def test_a_band_without_a_path_is_refused(lo: list[int], hi: list[int]) -> None:
    with pytest.raises(ValueError, match="Band"):
        Band.of(np.array(lo, np.int64), np.array(hi, np.int64))
