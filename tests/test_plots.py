"""Pictures: what is drawn where, nothing global touched, and no text that breaks them."""

import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

import aligner
from aligner.bitext import Bead
from aligner.plots import DROP, KEEP, MAX_CELLS
from aligner.quality.measures import reliability

EN = ["The old well is dry.", "My aunt sells tea at the market.", "It rained all night.", "Nobody saw the dog."]
VI = ["Cái giếng cũ đã cạn.", "Dì tôi bán trà ở chợ.", "Không ai nhìn thấy con chó."]
HOSTILE = "<script>\x00 $x_{ \u202e \ud800 '\""


def pairs() -> pd.DataFrame:
    rows = [(HOSTILE, "Trời mưa.", "0.2", "drop"), ("It rained.", "Trời mưa.", "0.96", "keep"), ("", "x", "", "drop")]
    return pd.DataFrame(rows, columns=["src_text", "trg_text", "quality", "decision"], dtype=object)


def labels(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_an_alignment_is_drawn_with_its_matrix_and_its_beads() -> None:
    alignment = aligner.align(EN, VI)
    ax = aligner.plot_alignment(alignment)
    assert np.allclose(ax.images[0].get_array(), alignment.cosines())
    assert len(ax.collections[0].get_paths()) == 3
    assert labels(ax) == ["bead to keep", "English without counterpart"]
    assert ax.figure._repr_png_().startswith(b"\x89PNG")  # type: ignore[union-attr]


def test_cosines_are_those_of_the_encoder() -> None:
    found = aligner.align(EN, VI).cosines()
    assert np.allclose(found, aligner.encode(EN) @ aligner.encode(VI).T, atol=1e-5)


def test_a_long_side_is_drawn_by_the_largest_cosine_of_each_part() -> None:
    alignment = aligner.align(EN * 3, VI * 3)
    full = alignment.cosines()
    small = alignment.cosines(max_cells=5)  # parts of 3 and of 2
    assert small.shape == (4, 5)
    assert small[0, 0] == pytest.approx(full[:3, :2].max())
    assert small[3, 4] == pytest.approx(full[9:, 8:].max())
    assert max(alignment.cosines(max_cells=MAX_CELLS).shape) <= MAX_CELLS


def test_nothing_to_draw_is_told() -> None:
    with pytest.raises(aligner.InputError, match="nothing to draw"):
        aligner.plot_alignment(aligner.align(EN, []))
    with pytest.raises(aligner.InputError, match="max_cells out of range"):
        aligner.align(EN, VI).cosines(max_cells=0)


def test_quality_is_counted_by_decision() -> None:
    ax = aligner.plot_quality(pairs())
    heights = [[round(bar.get_height()) for bar in group] for group in ax.containers]
    assert [sum(group) for group in heights] == [1, 1]  # a missing quality is no bar
    assert heights[0][4] == heights[1][19] == 1
    assert labels(ax) == ["drop", "keep"]


def test_reliability_has_a_point_for_each_bin() -> None:
    rows = reliability(np.array([0.1, 0.12, 0.9]), np.array([0, 1, 1]))
    ax = aligner.plot_reliability(rows)
    x, y = ax.lines[1].get_data()
    assert np.allclose(x, [0.11, 0.9])
    assert np.allclose(y, [0.5, 1.0])
    with pytest.raises(aligner.InputError, match="row 0 has no good"):
        aligner.plot_reliability([{"pairs": 1, "quality": 0.5}])


def test_lengths_leave_out_what_has_one_side() -> None:
    ax = aligner.plot_lengths(pairs())
    assert [len(points.get_offsets()) for points in ax.collections] == [1, 1]
    with pytest.raises(aligner.InputError, match="no column src_text"):
        aligner.plot_lengths(pd.DataFrame({"en": []}))


def test_f1_has_a_bar_for_each_bead_type() -> None:
    gold = [Bead((0,), (0,)), Bead((1, 2), (1,)), Bead((3,), (2,))]
    ax = aligner.plot_f1(aligner.evaluate([*gold[:2]], gold))
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names == ["1:1\n2", "2:1\n1"]
    assert [round(bar.get_height(), 3) for bar in ax.patches] == [0.667, 1.0]  # type: ignore[attr-defined]


def test_axes_that_are_given_are_drawn_on() -> None:
    from matplotlib.figure import Figure

    given = Figure().subplots()
    assert aligner.plot_quality(pairs(), ax=given) is given


def test_pyplot_is_not_loaded_and_the_colours_differ() -> None:
    code = (
        "import sys, pandas as pd, aligner\n"
        "aligner.plot_quality(pd.DataFrame({'quality': [0.5]})).figure._repr_png_()\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert KEEP != DROP


def test_without_matplotlib_the_pip_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(aligner.MissingExtraError, match=r"pip install 'envi-aligner\[plots\]'"):
        aligner.plot_quality(pairs())
