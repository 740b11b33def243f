"""Times of two subtitle files as evidence: how one clock runs by the other, and what that says about beads."""

import numpy as np
import pytest

from aligner.alignment import align_article
from aligner.bitext import Bead
from aligner.documents.articles import parse_article
from aligner.search.lattice import Band
from aligner.search.timing import DOUBT, LEAST_BEADS, RANGE_MS, fit_clock, time_scores
from tests.test_subtitles import srt

N = 200


def sides(rate: float = 1.0, shift: float = 0.0, scatter: float = 0.0, cut: int = N) -> tuple[np.ndarray, np.ndarray]:
    """Times of N sentences, three seconds apart; from `cut` on the target lacks a minute."""
    rng = np.random.default_rng(0)
    begins = np.arange(N) * 3000.0
    source = np.stack([begins, begins + 2500], axis=1)
    target = source * rate + shift + rng.normal(0, scatter, source.shape)
    target[cut:] -= 60_000
    return source, target


def beads(n: int = N, probability: float = 1.0) -> list[Bead]:
    return [Bead((k,), (k,), probability) for k in range(n)]


@pytest.mark.parametrize("rate", [1.0, 25 / 23.976, 23.976 / 25, 24 / 25])
@pytest.mark.parametrize("shift", [0.0, -900.0, 75_000.0])
@pytest.mark.parametrize("scatter", [0.0, 300.0])
def test_rates_and_shifts(rate: float, shift: float, scatter: float) -> None:
    times = sides(rate, shift, scatter)
    clock = fit_clock(beads(), times)
    assert clock is not None
    assert clock.rate == pytest.approx(rate, abs=0.001)
    assert np.abs(clock.target_time(times[0][:, 0]) - (times[0][:, 0] * rate + shift)).max() < 100 + scatter
    assert clock.scatter <= 50 + scatter


def test_wrong_beads_move_nothing() -> None:
    wrong = [Bead((k,), (k + 25,) if k % 5 == 0 and k + 25 < N else (k,)) for k in range(N)]
    clock = fit_clock(wrong, sides(25 / 23.976, 500))
    assert clock is not None
    assert clock.rate == pytest.approx(25 / 23.976, abs=0.001)


def test_a_cut() -> None:
    times = sides(shift=500, cut=90)
    clock = fit_clock(beads(), times)
    assert clock is not None
    off = np.abs(clock.target_time(times[0][:, 0]) - times[1][:, 0])
    assert (off < 1000).mean() > 0.9
    assert off[:75].max() < 1000 > off[105:].max()


@pytest.mark.parametrize(
    ("found", "times"),
    [
        (beads(LEAST_BEADS - 1), sides()),  # too few
        (beads(probability=0.8), sides()),  # none sure
        (beads(), sides(scatter=9000.0)),  # times that nobody kept
        ([], sides()),
    ],
)
def test_times_that_say_nothing(found: list[Bead], times: tuple[np.ndarray, np.ndarray]) -> None:
    assert fit_clock(found, times) is None


def test_what_times_say() -> None:
    times = sides()
    clock = fit_clock(beads(), times)
    assert clock is not None
    band = Band.full(N, N)
    scores = time_scores(clock, times, band)
    assert (1, 0) not in scores
    assert (0, 1) not in scores
    assert all(np.isfinite(values).all() for values in scores.values())
    right = scores[1, 1].reshape(N + 1, N + 1)[50, 50]
    assert right > 4 > 0 > scores[1, 1].reshape(N + 1, N + 1)[50, 60]
    assert right > scores[1, 2].reshape(N + 1, N + 1)[50, 51] > scores[1, 1].min()
    assert scores[2, 2].reshape(N + 1, N + 1)[50, 50] == pytest.approx(2 * right)
    assert scores[1, 1].min() == pytest.approx(2 * np.log(DOUBT), abs=0.01)
    assert RANGE_MS > 0


LINES = [
    ("Yes.", "Vâng."), ("The boat is old.", "Con thuyền cũ rồi."), ("Yes.", "Đúng thế."), ("Go.", "Đi đi."),
    ("My aunt sells tea.", "Dì tôi bán trà."), ("Yes.", "Ừ."), ("It rained all night.", "Trời mưa suốt đêm."),
    ("Look.", "Nhìn kìa."), ("The well is dry.", "Giếng cạn rồi."), ("No.", "Không."),
]  # fmt: skip


def test_times_tell_which_of_several_alike_is_left_out() -> None:
    many = [(en, vi) for _ in range(6) for en, vi in LINES]
    cues = [(3.0 * k + 1, 3.0 * k + 3) for k in range(len(many))]
    en = [(a, b, text) for (a, b), (text, _) in zip(cues, many, strict=True)]
    en.insert(33, (cues[33][0] - 1.0, cues[33][0] - 0.2, "Go."))  # twice; which one the Vietnamese has, times tell
    vi = [(a * 1.04271 + 7, b * 1.04271 + 7, text) for (a, b), (_, text) in zip(cues, many, strict=True)]
    article = parse_article(srt(en), srt(vi))
    alignment = align_article(article)
    assert alignment.timing.startswith("Vietnamese clock × 1.04")
    assert f"|cues:{len(en)}x{len(vi)}" in alignment.signature
    (null,) = (bead for bead in alignment.beads if bead.is_null)
    assert null.source == (33,)
    assert [alignment.texts(bead) for bead in alignment.beads if not bead.is_null] == many
