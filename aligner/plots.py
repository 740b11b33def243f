"""Pictures for notebooks: the matrix of an alignment with its path, quality, reliability, lengths, F1 by bead type.

Each function draws on the axes it is given, or on a figure of its own, and returns the axes. No window is opened and no
setting of matplotlib is changed; `axes.figure` shows itself in a notebook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.alignment import Alignment
from aligner.doors import checked
from aligner.errors import InputError, MissingExtraError, printable
from aligner.evaluation.beads import Evaluation
from aligner.pairs.frames import check_frame, numbers_of, texts_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MAX_CELLS: Final = 800
"""Rows and columns of the picture of a matrix; of a larger one each cell is the largest cosine of its part."""

MAX_POINTS: Final = 20_000
"""Points of a scatter plot, at equal distances in the frame; more only cover each other."""

KEEP, DROP, PLAIN = "#2f7bbf", "#d97a1e", "#777777"
"""Blue, orange and grey, which no common colour blindness mixes up."""


def _axes(ax: Axes | None, size: tuple[float, float] = (6.0, 4.0)) -> Axes:
    """The axes given, or those of a new figure that a notebook can show."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("drawing", package="matplotlib", extra="plots") from None
    if ax is not None:
        return ax

    class Picture(Figure):
        """A figure that shows itself without pyplot."""

        def _repr_png_(self) -> bytes:
            import io

            file = io.BytesIO()
            self.savefig(file, format="png", dpi=100)
            return file.getvalue()

    figure = Picture(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure.subplots()


def _legend(ax: Axes) -> None:
    """What is what, below the axes, where it covers nothing."""
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, fontsize="small", frameon=False)


@checked
def plot_alignment(alignment: Alignment, *, ax: Axes | None = None) -> Axes:
    """Draw the cosines of all sentences with each other, and the beads on them.

    Parameters
    ----------
    alignment : Alignment
        English sentences run down, Vietnamese ones to the right. Beads are boxes, sentences without counterpart
        triangles on the edges, pairs out of order crosses.
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        If a side has no sentence.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> from aligner.alignment import align
    >>> plot_alignment(align(["It rained."], ["Trời mưa."])).get_xlabel()
    'Vietnamese sentence'
    """
    n, m = len(alignment.source), len(alignment.target)
    if not n or not m:
        raise InputError("nothing to draw", found=f"{n} and {m} sentences", todo="give an alignment with both sides")
    ax = _axes(ax, (6.0, 5.0))
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    image = ax.imshow(
        alignment.cosines(max_cells=MAX_CELLS),
        extent=(-0.5, m - 0.5, n - 0.5, -0.5),
        aspect="auto",
        cmap="Greys",
        vmin=0,
        vmax=1,
        interpolation="nearest",
    )
    ax.figure.colorbar(image, ax=ax, label="cosine")
    boxes: dict[str, list[Any]] = {KEEP: [], DROP: []}
    for bead in alignment.beads:
        if not bead.is_null:
            corner = (bead.target[0] - 0.5, bead.source[0] - 0.5)
            box = Rectangle(corner, len(bead.target), len(bead.source))
            boxes[KEEP if alignment.is_kept(bead) else DROP].append(box)
    for (colour, patches), style in zip(boxes.items(), ("solid", "dashed"), strict=True):
        ax.add_collection(PatchCollection(patches, facecolor="none", edgecolor=colour, linestyle=style))
        if patches:
            what = "keep" if colour == KEEP else "drop"
            ax.plot([], [], color=colour, linestyle=style, label=f"bead to {what}")
    lone = [bead for bead in alignment.beads if bead.is_null]
    rows = [bead.source[0] for bead in lone if bead.source]
    columns = [bead.target[0] for bead in lone if bead.target]
    for side, x, y, mark in (
        ("English", [-0.5] * len(rows), rows, ">"),
        ("Vietnamese", columns, [-0.5] * len(columns), "v"),
    ):
        if x:
            ax.plot(x, y, mark, color=DROP, markersize=5, clip_on=False, label=f"{side} without counterpart")
    if alignment.moved:
        places = [(bead.target[0], bead.source[0]) for bead in alignment.moved]
        ax.plot(*zip(*places, strict=True), "x", color=KEEP, label="out of order")
    title = printable(alignment.doc_id).replace("$", r"\$")  # which would begin a formula
    ax.set(xlabel="Vietnamese sentence", ylabel="English sentence", title=title or None)
    _legend(ax)
    return ax


@checked
def plot_quality(frame: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the histogram of ``quality``, by ``decision`` where the frame has it.

    Raises
    ------
    InputError
        If there is no column ``quality``.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import pandas as pd
    >>> plot_quality(pd.DataFrame({"quality": [0.2, 0.9]})).get_ylabel()
    'pairs'
    """
    check_frame(frame, ["quality"])
    ax = _axes(ax)
    quality = numbers_of(frame["quality"])
    known = np.isfinite(quality)
    decisions = np.array(texts_of(frame["decision"]), object) if "decision" in frame else np.full(len(frame), "")
    edges = np.linspace(0, 1, 21).tolist()
    parts = [(DROP, "drop", "//"), (KEEP, "keep", "")] if "decision" in frame else [(PLAIN, "", "")]
    chosen = [quality[known & (decisions == what)] for _, what, _ in parts]
    groups: Any = ax.hist(chosen, edges, stacked=True, color=[colour for colour, _, _ in parts])[2]
    if "decision" in frame:
        for (_, what, hatch), group in zip(parts, groups, strict=True):
            for bar in group:
                bar.set_hatch(hatch)
            group.set_label(what)
        _legend(ax)
    ax.set(xlabel="quality", ylabel="pairs", xlim=(0, 1))
    return ax


@checked
def plot_reliability(rows: Sequence[Mapping[str, float]], *, ax: Axes | None = None) -> Axes:
    """Draw how far a quality is what it says: the share of good pairs by quality, with intervals.

    Parameters
    ----------
    rows : sequence of mappings
        As `aligner.reliability` gives them: ``pairs``, ``quality``, ``good``, ``low``, ``high``.
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        If a row lacks one of these.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> from aligner.quality.measures import reliability
    >>> plot_reliability(reliability(np.array([0.1, 0.9]), np.array([0, 1]))).get_ylabel()
    'share of good pairs'
    """
    names = ("pairs", "quality", "good", "low", "high")
    for k, row in enumerate(rows):
        if lacking := [name for name in names if name not in row]:
            raise InputError(
                f"row {k} has no {lacking[0]}", found=", ".join(row), todo="give what reliability() returns"
            )
    ax = _axes(ax, (5.0, 4.5))
    pairs, quality, good, low, high = (np.array([row[name] for row in rows], np.float64) for name in names)
    ax.plot([0, 1], [0, 1], color=PLAIN, linestyle="dotted", label="as it says")
    around = np.maximum(np.stack([good - low, high - good]), 0)
    ax.errorbar(quality, good, yerr=around, fmt="o-", color=KEEP, capsize=3, label="measured, 95 % interval")
    for x, y, n in zip(quality, good, pairs, strict=True):
        ax.annotate(f"{n:,.0f}", (x, y), xytext=(6, -9), textcoords="offset points", fontsize=7, color=PLAIN)
    ax.set(xlabel="mean quality (numbers: pairs)", ylabel="share of good pairs", xlim=(-0.02, 1.06), ylim=(-0.02, 1.02))
    _legend(ax)
    return ax


@checked
def plot_lengths(frame: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the characters of both sides of each pair against each other, by ``decision`` where the frame has it.

    Raises
    ------
    InputError
        If a text column is missing.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame([("It rained.", "Trời mưa.")], columns=["src_text", "trg_text"])
    >>> plot_lengths(frame).get_xscale()
    'log'
    """
    check_frame(frame)
    ax = _axes(ax, (5.0, 4.5))
    some = frame.iloc[:: max(1, -(-len(frame) // MAX_POINTS))]
    source, target = (np.array([len(t) for t in texts_of(some[c])], np.float64) for c in ("src_text", "trg_text"))
    whole: NDArray[np.bool_] = (source > 0) & (target > 0)
    decisions = np.array(texts_of(some["decision"]), object) if "decision" in some else np.full(len(some), "")
    parts = [(DROP, "drop", "x"), (KEEP, "keep", ".")] if "decision" in some else [(PLAIN, "", ".")]
    for colour, what, mark in parts:
        chosen = whole & (decisions == what)
        ax.scatter(source[chosen], target[chosen], s=9, c=colour, marker=mark, alpha=0.5, label=what or "pair")
    if whole.any():
        ratio = float(np.exp(np.median(np.log(target[whole] / source[whole]))))
        ends = np.array([source[whole].min(), source[whole].max()])
        ax.plot(ends, ends * ratio, color=PLAIN, linestyle="dashed", label=f"median ratio {ratio:.2f}")
    ax.set(xscale="log", yscale="log", xlabel="English characters", ylabel="Vietnamese characters")
    _legend(ax)
    return ax


@checked
def plot_f1(evaluation: Evaluation, *, ax: Axes | None = None) -> Axes:
    """Draw strict F1 by bead type, with 95 % intervals and the number of gold beads.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> from aligner.evaluation.beads import evaluate
    >>> plot_f1(evaluate([((0,), (0,))], [((0,), (0,))])).get_ylabel()
    'strict F1'
    """
    ax = _axes(ax)
    values, known = evaluation.values, evaluation.intervals
    for k, name in enumerate(evaluation.types):
        key = (f"strict {name}", "f1")
        ax.bar(k, values[key], color=KEEP)
        low, high = known[key]
        if low == low:
            ax.errorbar(k, values[key], yerr=[[max(values[key] - low, 0)], [max(high - values[key], 0)]], color="black")
    ax.set_xticks(
        range(len(evaluation.types)),
        [f"{name}\n{evaluation.counts_of(f'strict {name}')['gold']:,}" for name in evaluation.types],
    )
    ax.set(ylim=(0, 1.02), ylabel="strict F1", xlabel="bead type, gold beads")
    return ax
