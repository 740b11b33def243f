"""What a document is like as a whole, and what the second pass makes of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aligner
from aligner.search import beads as beads_module
from aligner.search.context import (
    CONTEXT_FEATURES,
    FREE_RATE,
    LITERAL,
    Context,
    context_features,
    estimate_length_ratio,
    mutual_pairs,
    read_context,
)
from aligner.search.lattice import BEAD_TYPES, Band, BeadType, posteriors

ONE, TWO, LEFT, RIGHT = (1, 1), (2, 1), (1, 0), (0, 1)

READ = [
    # path, excess cosine of each bead, what is expected to be above (+), below (-) or as usual (0) of the five figures
    ([], 0.0, "00000", "nothing is known"),
    ([ONE] * 60, 0.8, "0+-0-", "close, complete, one by one"),
    ([ONE] * 60, 0.1, "+--0-", "freely translated"),
    ([ONE, LEFT, RIGHT] * 20, LITERAL.value, "00++-", "leftovers that face each other"),
    ([ONE, LEFT] * 20, LITERAL.value, "00+--", "leftovers of one side"),
    ([TWO] * 30, LITERAL.value, "00-0+", "joined"),
]


@pytest.mark.parametrize(("path", "excess", "signs", "what"), READ, ids=[row[-1] for row in READ])
def test_figures_of_a_document(path: list[BeadType], excess: float, signs: str, what: str) -> None:
    context = read_context(path, np.ones(len(path)), np.full(len(path), excess))
    found = "".join("+" if value > 1e-9 else "-" if value < -1e-9 else "0" for value in context)
    assert found == signs


@given(st.lists(st.sampled_from([ONE, TWO, LEFT, RIGHT]), max_size=40), st.data())
def test_figures_are_finite_and_half_known_is_between(path: list[BeadType], data: st.DataObject) -> None:
    excess = np.array(data.draw(st.lists(st.floats(-1, 1), min_size=len(path), max_size=len(path))), float)
    probability = np.array(data.draw(st.lists(st.floats(0, 1), min_size=len(path), max_size=len(path))), float)
    context = read_context(path, probability, excess)
    assert np.isfinite(context).all()
    assert 0 <= context.freedom <= 1


def test_freedom_needs_more_than_one_strange_pair() -> None:
    # One pair of seventeen that hardly agrees is a third of the way; one of two hundred is nothing.
    few, many = (read_context([ONE] * n, np.ones(n), np.array([0.1] + [0.6] * (n - 1))).freedom for n in (17, 200))
    assert few == pytest.approx(1 / 27 / FREE_RATE)
    assert many < 0.05


def test_the_length_ratio_is_the_documents_own_where_it_has_pairs() -> None:
    source = np.full(400, 50.0)
    assert estimate_length_ratio(source, source * 1.5, 1.0) == pytest.approx(1.5, rel=0.03)
    assert estimate_length_ratio(source[:1], source[:1] * 1.5, 1.0) == pytest.approx(1.0, rel=0.03)


def test_pairs_prefer_each_other() -> None:
    gains = np.full((3, 3), -9.0)
    gains[1, 1], gains[1, 2], gains[2, 1], gains[2, 2] = 4.0, 5.0, 2.5, 4.5
    # The best of row 1 is column 2, and the other way round; what is left prefers one taken, or gains too little.
    assert [found.tolist() for found in mutual_pairs(gains.ravel(), Band.full(2, 2))] == [[0], [1]]


def test_a_refrain_counts_once_for_the_length_ratio() -> None:
    gains = np.full((4, 4), -9.0)
    gains[1:3, 1:3], gains[3, 3] = 8.0, 6.0  # two copies of a line on both sides, and another line
    assert [found.tolist() for found in mutual_pairs(gains.ravel(), Band.full(3, 3))] == [[0, 2], [0, 2]]


def enclosed_by_paths(scores: dict[BeadType, np.ndarray], n: int, m: int) -> np.ndarray:
    """Plain twin: the product of the probabilities that paths go through both ends of a 1:1 bead."""
    _, probability = posteriors(scores, Band.full(n, m))
    visits = np.zeros((n + 1, m + 1))
    visits[0, 0] = 1
    for bead in probability:
        visits += probability[bead].reshape(n + 1, m + 1)
    visits = np.minimum(visits, 1)
    result = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            result[i, j] = visits[i, j] * visits[i - 1, j - 1]
    return result


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 9))
def test_what_stands_between_two_sure_beads(n: int, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    band = Band.full(n, m)
    scores = {bead: rng.normal(0, 3, band.n_cells) for bead in BEAD_TYPES}
    _, probability = posteriors(scores, band)
    zeros = np.zeros(band.n_cells)
    visited = np.sum([*probability.values()], axis=0)
    found = {t: context_features(Context(0, 0, 0, 0, 0), t, visited, band, zeros, zeros) for t in BEAD_TYPES}
    expected = enclosed_by_paths(scores, n, m).ravel()
    inside = np.ones((n + 1, m + 1), bool)
    inside[0], inside[:, 0] = False, False
    where = inside.ravel()
    np.testing.assert_allclose(
        np.broadcast_to(found[1, 1]["enclosed"], band.n_cells)[where], expected[where], atol=1e-9
    )
    assert {name for named in found.values() for name in named} <= set(CONTEXT_FEATURES)


def proverb_among(closeness: list[str], others: list[str]) -> float:
    """Probability that two sentences that share no word are paired among these."""
    en, vi = list(closeness), list(others)
    middle = len(en) // 2
    en.insert(middle, "It was the last straw.")
    vi.insert(middle, "Tức nước thì vỡ bờ.")
    (found,) = [bead for bead in aligner.align(en, vi).beads if bead.source == (middle,)]
    return found.probability if found.target == (middle,) else 0.0


THINGS = ("church", "river", "school", "market", "museum", "road", "bridge", "garden")
DINGS = ("Nhà thờ", "Dòng sông", "Trường học", "Chợ", "Bảo tàng", "Con đường", "Cây cầu", "Khu vườn")
COMPLETE = [f"The {thing} is very old." for thing in THINGS], [f"{ding} rất cổ." for ding in DINGS]


def test_a_free_translation_is_surer_in_the_second_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    with_context = proverb_among(*COMPLETE)
    monkeypatch.setattr(beads_module, "describe_context", lambda *_: (Context(0, 0, 0, 0, 0), lambda _: {}))
    assert with_context > proverb_among(*COMPLETE)
