"""What the other pairs of a file say of a pair, against loops that look at every two texts."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.encoders.embedded import unit_rows
from aligner.quality.company import (
    ALIKE,
    LEAST_RIVALS,
    LEAST_USUAL,
    MOST,
    USUAL_SHARE,
    company_features,
    cut_groups,
    number_groups,
    relative_to_usual,
)

# Few directions, so that texts are often equal or alike; a row of zeros for a text without pieces.
COMPASS = unit_rows(
    np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [2, 1, 0], [1, 2, 0], [1, 1, 1], [3, 1, 0], [-1, 0, 1]], "f4")
)
ROWS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(-1, 2)), max_size=30)


def naive_company(en: np.ndarray, vi: np.ndarray, groups: Sequence[int]) -> list[list[float]]:
    """A pair's cosine less the mean of its nearest rivals', and the median cosine of those nearer than theirs."""
    n = len(groups)
    found = [[math.nan, math.nan] for _ in range(n)]

    def rivals(k: int, own: np.ndarray, others: np.ndarray, mates: list[int]) -> float:
        """The nearest of the other side's texts that is not alike to the pair's own."""
        mine = vi if others is vi else en
        near = [float(own[k] @ others[j]) for j in mates if j != k and not float(mine[k] @ others[j]) > ALIKE]
        return max(near, default=math.nan)

    for group in {g for g in groups if g >= 0}:
        mates = [k for k in range(n) if groups[k] == group and en[k].any() and vi[k].any()]
        if len(mates) < LEAST_RIVALS + 1:
            continue
        for k in mates:
            found[k][0] = float(en[k] @ vi[k]) - (rivals(k, en, vi, mates) + rivals(k, vi, en, mates)) / 2
        nearer = [float(en[k] @ vi[k]) for k in mates if found[k][0] > 0]
        if len(nearer) >= max(LEAST_USUAL, USUAL_SHARE * len(mates)):
            for k in mates:
                found[k][1] = float(np.median(nearer))
    return found


@settings(max_examples=150)
@given(ROWS)
def test_company_is_that_of_loops_over_every_two_texts(rows: list[tuple[int, int, int]]) -> None:
    rows = sorted(rows, key=lambda row: row[2])
    en, vi = (COMPASS[[row[side] for row in rows]].reshape(-1, 3) for side in (0, 1))
    groups = [row[2] for row in rows]
    found = company_features((en, vi), np.array(groups, np.int64))
    assert found.shape == (len(rows), 2)
    plain = np.array(naive_company(en, vi, groups)).reshape(-1, 2)
    np.testing.assert_allclose(found[:, 0], plain[:, 0], atol=1e-5)
    if not (np.abs(plain[:, 0]) < 1e-5).any():  # else either answer is right to whether a pair is nearer
        np.testing.assert_allclose(found[:, 1], plain[:, 1], atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_company_of_many_texts_is_that_of_loops(seed: int) -> None:
    rng = np.random.default_rng(seed)
    en, noise, strangers = rng.normal(size=(3, 60, 8))
    vi = en + 0.5 * noise
    vi[::5] = strangers[::5]
    en[10:14], vi[20:24] = en[10], vi[20] + 0.05 * noise[20:24]  # some equal, some alike
    units = [unit_rows(side.astype(np.float32)) for side in (en, vi)]
    groups = np.repeat([-1, 0, 1, 2], [5, 40, 13, 2])
    found = company_features((units[0], units[1]), groups)
    np.testing.assert_allclose(found, naive_company(*units, groups.tolist()), atol=1e-5)
    assert np.isfinite(found[5:58]).all()
    assert np.isnan(found[:5]).all()
    assert np.isnan(found[58:]).all()


def test_what_is_usual_needs_pairs_enough_that_are_nearer_than_their_rivals() -> None:
    eye = np.eye(40, dtype=np.float32)
    for n, strangers, is_known in ((7, 0, False), (8, 0, True), (8, 24, True), (8, 25, False), (9, 27, True)):
        vi = eye[: n + strangers].copy()
        vi[n:] = np.roll(vi[n:], 1, axis=0)
        found = company_features((eye[: n + strangers], vi), np.zeros(n + strangers, np.int64))
        assert (found[:n, 0] > 0).all()
        assert (found[n:, 0] <= 0).all()
        assert np.isnan(found[:, 1]).any() == np.isnan(found[:, 1]).all() == (not is_known), (n, strangers)


class Counted(np.ndarray):
    """Counts the products of matrices that are computed."""

    products = 0

    def __matmul__(self, other: Any) -> Any:
        Counted.products += 1
        return np.asarray(self) @ np.asarray(other)


def test_a_file_of_equal_lines_has_no_rivals_and_few_turns() -> None:
    """However many texts are alike, likenesses are computed at once, not one nearest text after the other."""
    n = 2048
    units = [np.repeat(COMPASS[side : side + 1], n, axis=0).view(Counted) for side in (1, 4)]
    Counted.products = 0
    found = company_features((units[0], units[1]), np.zeros(n, np.int64))
    assert np.isnan(found).all()
    assert Counted.products <= 3 * n // MOST
    # One stranger among them is a rival to all that are compared with it.
    for side in units:
        side[77] = COMPASS[3]
    found = company_features((units[0], units[1]), np.zeros(n, np.int64))
    cosine = float(COMPASS[1] @ COMPASS[4])
    assert found[:MOST, 0].tolist() == pytest.approx([cosine] * 77 + [1.0] + [cosine] * (MOST - 78))
    assert found[:MOST, 1].tolist() == pytest.approx([cosine] * MOST)
    assert np.isnan(found[MOST:]).all()


def test_a_group_of_more_pairs_is_cut_into_equal_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aligner.quality.company.MOST", 14)
    rng = np.random.default_rng(4)
    units = [unit_rows(rng.normal(size=(50, 8)).astype(np.float32)) for _ in range(2)]
    units[1][::2] = units[0][::2]
    whole, parts = np.repeat([0, 1, 2], [29, 14, 7]), np.repeat(range(5), [10, 10, 9, 14, 7])
    found = company_features((units[0], units[1]), whole)
    np.testing.assert_allclose(found, naive_company(*units, parts.tolist()), atol=1e-5)


GROUPED = st.lists(st.tuples(st.floats(0, 1, width=16), st.integers(-1, 2)), max_size=40)


@given(GROUPED)
def test_what_is_usual_in_a_group_counts_little(rows: list[tuple[float, int]]) -> None:
    rows = sorted(rows, key=lambda row: row[1])
    column = np.array([value for value, _ in rows], np.float32)
    groups = np.array([group for _, group in rows], np.int64)
    before = column.copy()
    found = relative_to_usual(column, groups)
    assert column.tolist() == before.tolist()
    for (value, group), weighed in zip(rows, found.tolist(), strict=True):
        mates = [x for x, g in rows if g == group]
        is_usual = group >= 0 and len(mates) >= LEAST_USUAL
        usual = sum(mates) / len(mates) if is_usual else 0.0
        assert weighed == pytest.approx(value * (1 - usual), abs=1e-5)


DOCUMENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), max_size=8)


@given(DOCUMENTS, st.integers(1, 8))
def test_rows_are_cut_once_in_order_and_documents_that_fit_stay_whole(runs: list[tuple[int, int]], most: int) -> None:
    documents = [name for name, size in runs for _ in range(size)]
    cuts = cut_groups(documents, most)
    assert [k for cut in cuts for k in range(len(documents))[cut]] == list(range(len(documents)))
    assert all(0 < cut.stop - cut.start <= most for cut in cuts) or cuts == [slice(0, 0)]
    numbers = number_groups(documents)
    borders = {cut.start for cut in cuts}
    for number in set(numbers.tolist()):
        rows = np.flatnonzero(numbers == number).tolist()
        if len(rows) <= most:
            assert not borders & set(rows[1:]), (documents, cuts)
    # No cut is needless: what two stretches hold would not fit in one, or a document would be torn.
    for one, other in itertools.pairwise(cuts):
        following = len([k for k in range(other.start, len(documents)) if numbers[k] == numbers[other.start]])
        assert one.stop - one.start + min(following, other.stop - other.start) > most


@given(st.lists(st.sampled_from("ab"), max_size=12))
def test_documents_are_numbered_as_they_change(documents: list[str]) -> None:
    numbers = number_groups(documents).tolist()
    assert numbers == [sum(a != b for a, b in itertools.pairwise(documents[: k + 1]))
                       for k in range(len(documents))]  # fmt: skip
