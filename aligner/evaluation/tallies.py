"""Counts by unit, and the figures made of them: shares and harmonic means, with bootstrap intervals.

A unit is what the bootstrap draws: a document, or where there is one document only, a part of it. Every figure is made
of sums of counts over the units drawn, so a thousand samples are one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aligner.doors import Within, check_fields
from aligner.errors import InputError, check_whole
from aligner.fragments import figures_html
from aligner.version import SIGNED

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

SAMPLES: Final = 1000
"""Samples of a bootstrap, as in Koehn (2004, section 4); the 2.5 % at either end are then 25 samples."""

MAX_SAMPLES: Final = 1_000_000
"""More would change no digit that is shown."""

SEED: Final = 12345
"""sacrebleu's own default, so that its command gives the same p values."""

TAILS: Final = (0.025, 0.975)
"""Quantiles of the samples at the ends of an interval: 95 % of them lie inside."""

_DRAWS: Final = 1 << 21
"""Draws held at a time: 16 MB each of draws and weights."""


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, each 0..1.

    Examples
    --------
    >>> Score(0.5, 1.0).f1
    0.6666666666666666
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean; 0 where both are 0."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


class Interval(NamedTuple):
    """What 95 % of the samples lie in, both ends included."""

    low: float
    high: float


class Ratio(NamedTuple):
    """A sum of counts over another: the names of their columns, a column twice counting twice."""

    part: tuple[str, ...]
    whole: tuple[str, ...]


class Figure(NamedTuple):
    """One number of a table: row `measure`, column `name`; the ratio, or the harmonic mean of two."""

    measure: str
    name: str
    ratios: tuple[Ratio, ...]


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts by unit.

    Attributes
    ----------
    unit : str
        What a row is: "documents", "gold beads", ...
    names : tuple of str
        Of the documents; empty where the rows are parts of one document.
    columns : tuple of str
        What is counted.
    counts : int64 array, shape (units, columns)
        How often.
    """

    unit: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    counts: NDArray[np.int64]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        mine, others = ((t.unit, t.names, t.columns) for t in (self, other))
        return mine == others and np.array_equal(self.counts, other.counts)

    def __hash__(self) -> int:
        return hash((self.unit, self.names, self.columns, self.counts.tobytes()))

    def total(self, column: str) -> int:
        """Sum of a column; 0 where there is no such column."""
        return int(self.counts[:, self.columns.index(column)].sum()) if column in self.columns else 0

    def to_columns(self, columns: Sequence[str]) -> NDArray[np.int64]:
        """Counts in other columns: shape (units, columns), 0 where one is new."""
        found = np.zeros((len(self.counts), len(columns)), np.int64)
        for k, column in enumerate(columns):
            if column in self.columns:
                found[:, k] = self.counts[:, self.columns.index(column)]
        return found


def precision_and_recall(measure: str, precision: Ratio, recall: Ratio) -> list[Figure]:
    """The three figures of a measure.

    Examples
    --------
    >>> [figure.name for figure in precision_and_recall("strict", Ratio(("a",), ("b",)), Ratio(("a",), ("c",)))]
    ['precision', 'recall', 'f1']
    """
    named = (("precision", (precision,)), ("recall", (recall,)), ("f1", (precision, recall)))
    return [Figure(measure, name, ratios) for name, ratios in named]


def figure_values(
    figures: Sequence[Figure], columns: Sequence[str], sums: NDArray[Any], *, empty: float = 0.0
) -> Floats:
    """Work out figures from sums of counts.

    Parameters
    ----------
    figures : sequence of Figure
        f figures.
    columns : sequence of str
        Names of the c counts.
    sums : array, shape (..., c)
        Sums of counts, of one sample or many.
    empty : float
        What a figure is for which nothing was counted; elsewhere a ratio over 0 is 0.

    Returns
    -------
    float64 array, shape (..., f)

    Examples
    --------
    >>> figure_values(precision_and_recall("x", Ratio(("hit",), ("p",)), Ratio(("hit",), ("g",))),
    ...               ("hit", "p", "g"), np.array([[1, 2, 1], [0, 0, 0]])).round(2).tolist()
    [[0.5, 1.0, 0.67], [0.0, 0.0, 0.0]]
    """
    places = {column: k for k, column in enumerate(columns)}
    values = np.empty((*sums.shape[:-1], len(figures)))

    def total(names: tuple[str, ...]) -> NDArray[Any]:
        found: NDArray[Any] = sums[..., [places[name] for name in names]].sum(axis=-1)
        return found

    for k, figure in enumerate(figures):
        shares, seen = [], np.zeros(sums.shape[:-1])
        for ratio in figure.ratios:
            part, whole = total(ratio.part), total(ratio.whole)
            shares.append(np.divide(part, whole, out=np.zeros(sums.shape[:-1]), where=whole > 0))
            seen = seen + whole
        value = shares[0]
        if len(shares) == 2:
            both = shares[0] + shares[1]
            value = np.divide(2 * shares[0] * shares[1], both, out=np.zeros(sums.shape[:-1]), where=both > 0)
        values[..., k] = np.where(seen > 0, value, empty)
    return values


def resample_sums(counts: NDArray[Any], *, samples: int, seed: int) -> Iterator[Floats]:
    """Sums of counts over as many units as there are, drawn with replacement, some samples at a time.

    Parameters
    ----------
    counts : array, shape (u, c)
        Counts by unit.
    samples, seed : int
        How many samples; the seed of the draws.

    Yields
    ------
    float64 array, shape (some samples, c)
        Whole numbers.

    Notes
    -----
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 6. The counts are drawn by unit, so that what
    belongs together stays together.
    """
    u = len(counts)
    rng = np.random.default_rng(seed)
    rows = np.asarray(counts, np.float64)
    step = max(1, _DRAWS // max(1, u))
    for first in range(0, samples, step):
        some = min(step, samples - first)
        drawn = rng.integers(0, u, (some, u)) + u * np.arange(some)[:, None] if u else np.zeros((some, 0), np.int64)
        weights = np.bincount(drawn.ravel(), minlength=some * u).reshape(some, u)
        yield weights.astype(np.float64) @ rows


def check_sampling(samples: int, seed: int) -> None:
    """Raise InputError unless there are samples to draw and a seed to draw them with.

    Examples
    --------
    >>> check_sampling(0, 1)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: samples out of range (found 0); give a number in 1..1000000
    """
    check_whole(samples, "samples out of range", 1, MAX_SAMPLES, todo=f"give a number in 1..{MAX_SAMPLES}")
    check_whole(seed, "seed out of range", 0, 2**32 - 1, todo="give a number in 0..4294967295")


def list_texts(texts: Sequence[str], name: str) -> list[str]:
    """Return texts as a list; InputError, which names them, for a single str or an item that is none.

    Examples
    --------
    >>> list_texts("It rained.", "source")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: source is a single str; give a list of sentences
    """
    if isinstance(texts, str):
        raise InputError(f"{name} is a single str", todo="give a list of sentences")
    items = list(texts)
    for k, item in enumerate(items):
        if not isinstance(item, str):
            raise InputError(f"{name}[{k}] is not a str", found=type(item).__name__, todo="give text in each place")
    return items


def interval_of(values: Floats) -> Interval:
    """Percentile interval of samples; those without a value (nan) are left out, and nothing gives nan.

    Examples
    --------
    >>> interval_of(np.arange(101.0))
    Interval(low=2.5, high=97.5)
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(float("nan"), float("nan"))
    low, high = np.quantile(known, TAILS)
    return Interval(float(low), float(high))


def signature_of(kind: str, parts: Mapping[str, object], tally: Tally, *, samples: int, seed: int) -> str:
    """Version, what was measured on what, and how the intervals were drawn, in one line.

    Examples
    --------
    >>> signature_of("beads", {"gold": 2}, Tally("documents", ("a",), (), np.zeros((1, 0), np.int64)),
    ...              samples=9, seed=1).split("|", 2)[2]
    'evaluate:beads|gold:2|bootstrap:documents|units:1|samples:9|seed:1'
    """
    drawn = {"bootstrap": tally.unit.replace(" ", "-"), "units": len(tally.counts), "samples": samples, "seed": seed}
    named = {"evaluate": kind, **parts, **drawn}
    return "|".join([SIGNED, *(f"{name}:{value}" for name, value in named.items())])


@dataclass(frozen=True)
class Figures:
    """What an evaluation found: figures in 0..1, their intervals, and what they were made of.

    Attributes
    ----------
    tally : Tally
        The counts by unit.
    signature : str
        Version, what was measured on what, and how the intervals were drawn: give it with every figure.
    samples, seed : int
        Of the bootstrap.
    """

    tally: Tally
    signature: str
    samples: Annotated[int, Within(1, MAX_SAMPLES)] = SAMPLES
    seed: Annotated[int, Within(0, 2**32 - 1)] = SEED

    kind: ClassVar[str] = ""

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def figures(self) -> list[Figure]:
        """The figures, row by row of the table."""
        raise NotImplementedError

    @cached_property
    def values(self) -> dict[tuple[str, str], float]:
        """Value of each figure, by measure and name; 0 where nothing was counted."""
        found = figure_values(self.figures, self.tally.columns, self.tally.counts.sum(axis=0))
        return {(f.measure, f.name): float(value) for f, value in zip(self.figures, found, strict=True)}

    @cached_property
    def intervals(self) -> dict[tuple[str, str], Interval]:
        """95 % interval of each figure, by measure and name, from a percentile bootstrap over the units of `tally`.

        A sample in which nothing was counted for a figure does not count for it.
        """
        sums = resample_sums(self.tally.counts, samples=self.samples, seed=self.seed)
        columns = self.tally.columns
        values = np.concatenate([figure_values(self.figures, columns, some, empty=np.nan) for some in sums])
        return {(f.measure, f.name): interval_of(values[:, k]) for k, f in enumerate(self.figures)}

    def counts_of(self, measure: str) -> dict[str, int]:
        """What there was to find, by the name of its column in `to_frame`."""
        return {}

    def to_frame(self) -> pd.DataFrame:
        """Put the figures into a frame, one row a measure.

        Columns: ``measure``; each figure with ``_low`` and ``_high``, the ends of its interval; the numbers of what was
        compared. ``attrs["signature"]`` says what was compared and how.
        """
        import pandas as pd

        rows: dict[str, dict[str, object]] = {}
        for (measure, name), value in self.values.items():
            row = rows.setdefault(measure, {"measure": measure})
            interval = self.intervals[measure, name]
            row |= {name: value, f"{name}_low": interval.low, f"{name}_high": interval.high}
        for measure, row in rows.items():
            row |= self.counts_of(measure)
        frame = pd.DataFrame(list(rows.values()))
        frame.attrs["signature"] = self.signature
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain lists, numbers and strings, as JSON can hold it; `significance.from_dict` reads it."""
        scores: dict[str, dict[str, Any]] = {}
        for (measure, name), value in self.values.items():
            low, high = (None if end != end else end for end in self.intervals[measure, name])
            scores.setdefault(measure, {})[name] = {"value": value, "low": low, "high": high}
        return {
            "kind": self.kind,
            "signature": self.signature,
            "samples": self.samples,
            "seed": self.seed,
            "scores": scores,
            "unit": self.tally.unit,
            "names": list(self.tally.names),
            "columns": list(self.tally.columns),
            "counts": self.tally.counts.tolist(),
        }

    def __str__(self) -> str:
        """One line a measure, with intervals, and the signature."""
        names = list(dict.fromkeys(figure.name for figure in self.figures))
        counted = list(dict.fromkeys(key for f in self.figures for key in self.counts_of(f.measure)))
        table = [["", *names, *counted]]
        for measure in dict.fromkeys(figure.measure for figure in self.figures):
            counts = self.counts_of(measure)
            cells = [_cell(self.values[measure, name], self.intervals[measure, name]) for name in names]
            table.append([measure, *cells, *(str(counts[key]) for key in counted)])
        note = f"[95 % interval: bootstrap over {len(self.tally.counts)} {self.tally.unit}]"
        return "\n".join([*table_lines(table), note, f"signature: {self.signature}"])

    def _repr_html_(self) -> str:
        """Draw the figures in a notebook: one row a measure, with bars, intervals and the signature."""
        counts = {figure.measure: self.counts_of(figure.measure) for figure in self.figures}
        head = f"below each figure: its 95 % interval, bootstrap over {len(self.tally.counts):,} {self.tally.unit}"
        return figures_html(self.values, self.intervals, counts, head=head, signature=self.signature)


def _cell(value: float, interval: Interval) -> str:
    """A figure with its interval."""
    ends = "–" if interval.low != interval.low else f"{interval.low:.4f}, {interval.high:.4f}"
    return f"{value:.4f} [{ends}]"


def table_lines(table: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines: the first column to the left, the others to the right.

    Examples
    --------
    >>> table_lines([["", "f1"], ["strict", "0.5"]])
    ['         f1', 'strict  0.5']
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]).rstrip()
        for row in table
    ]
