"""Two runs compared: differences with intervals, and whether they are more than chance."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from aligner.doors import checked
from aligner.errors import InputError
from aligner.evaluation.beads import Evaluation
from aligner.evaluation.boundaries import BoundaryEvaluation
from aligner.evaluation.retrieval import RetrievalEvaluation
from aligner.evaluation.tallies import (
    SAMPLES,
    SEED,
    Figure,
    Figures,
    Floats,
    Interval,
    Tally,
    check_sampling,
    figure_values,
    interval_of,
    resample_sums,
    table_lines,
)
from aligner.evaluation.translations import MAX_RESAMPLED, check_texts, corpus_metrics, sacrebleu_seed
from aligner.version import SIGNED

if TYPE_CHECKING:
    import pandas as pd

_KINDS: Final[Mapping[str, type[Figures]]] = {
    kind.kind: kind for kind in (Evaluation, BoundaryEvaluation, RetrievalEvaluation)
}
_GIVEN: Final = ("gold", "pairs")
"""Columns whose first word is one of these count what was given, so they must be the same in both runs."""

_GOLD_DIGEST: Final = re.compile(r"\|gold_sha:([0-9a-f]+)")

_TIE: Final = 1e-12
"""Differences nearer than this are equal: sums of the same ratios in another order differ in the last digits."""

_DRAWS: Final = 1 << 21
"""Coins tossed at a time."""


@dataclass(frozen=True)
class Difference:
    """One figure of two runs.

    Attributes
    ----------
    one, other : float
        The figure of either run.
    interval : Interval or None
        95 %, of one - other, from the paired bootstrap; None of translations, for which sacrebleu gives none.
    p_bootstrap, p_randomisation : float
        Two-sided, 0..1: how often chance alone makes a difference at least as large.
    """

    one: float
    other: float
    interval: Interval | None
    p_bootstrap: float
    p_randomisation: float

    @property
    def difference(self) -> float:
        """One minus other."""
        return self.one - self.other


@dataclass(frozen=True)
class Comparison:
    """Differences by (measure, name), and the signatures of what was compared and how."""

    differences: dict[tuple[str, str], Difference]
    signature: str
    signatures: tuple[str, str]

    def to_frame(self) -> pd.DataFrame:
        """Put the differences into a frame, one row a figure; ``attrs["signature"]`` says what was compared and how."""
        import pandas as pd

        rows = [
            (*key, d.one, d.other, d.difference, *(d.interval or (None, None)), d.p_bootstrap, d.p_randomisation)
            for key, d in self.differences.items()
        ]
        columns = ["measure", "figure", "one", "other", "difference", "low", "high", "p_bootstrap", "p_randomisation"]
        frame = pd.DataFrame(rows, columns=columns)
        frame.attrs["signature"] = self.signature
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON can hold it."""
        scores: dict[str, dict[str, Any]] = {}
        for (measure, name), d in self.differences.items():
            scores.setdefault(measure, {})[name] = {
                "one": d.one,
                "other": d.other,
                "difference": d.difference,
                "low": d.interval and d.interval.low,
                "high": d.interval and d.interval.high,
                "p_bootstrap": d.p_bootstrap,
                "p_randomisation": d.p_randomisation,
            }
        one, other = self.signatures
        return {"kind": "comparison", "signature": self.signature, "one": one, "other": other, "scores": scores}

    def __str__(self) -> str:
        """One line a figure, of precision, recall and F1 the last alone; and the signatures."""
        table = [["", "one", "other", "difference", "p bootstrap", "p randomisation"]]
        for (measure, name), d in self.differences.items():
            if name != "f1" and (measure, "f1") in self.differences:
                continue
            ends = "" if d.interval is None else f" [{d.interval.low:+.4f}, {d.interval.high:+.4f}]"
            table.append([f"{measure} {name}", f"{d.one:.4f}", f"{d.other:.4f}", f"{d.difference:+.4f}{ends}",
                          f"{d.p_bootstrap:.4f}", f"{d.p_randomisation:.4f}"])  # fmt: skip
        one, other = self.signatures
        notes = [f"one: {one}", f"other: {other}", f"signature: {self.signature}"]
        return "\n".join([*table_lines(table), *notes])


@checked
def compare_evaluations(one: Figures, other: Figures, *, samples: int = SAMPLES, seed: int = SEED) -> Comparison:
    """Compare two runs on the same gold: aligners, splitters, encoders, or versions of one.

    Parameters
    ----------
    one, other : Evaluation, BoundaryEvaluation or RetrievalEvaluation
        Of one kind and the same documents.
    samples, seed : int
        Of either test.

    Returns
    -------
    Comparison
        Of each figure: both values, the difference with a 95 % interval, and two p values.

    Raises
    ------
    InputError
        If they are of different kinds, or not about the same documents and gold.

    Notes
    -----
    Paired bootstrap: the same units are drawn for both (Koehn 2004, section 5, https://aclanthology.org/W04-3250/); its
    p value is the share of samples whose difference is as far from the observed one as that is from 0. Approximate
    randomisation: the two runs' counts are swapped in each unit by the toss of a coin (Riezler & Maxwell 2005, section
    4, https://aclanthology.org/W05-0908/, who find it the safer of the two). Both count the observed difference, too:
    (c + 1) / (samples + 1). Nothing corrects for the number of figures looked at.

    Examples
    --------
    >>> from aligner.evaluation.beads import evaluate
    >>> gold = {name: [((0,), (0,)), ((1,), (1,))] for name in "abcdefgh"}
    >>> worse = {name: [((0, 1), (0, 1))] for name in gold}
    >>> compared = compare_evaluations(evaluate(gold, gold), evaluate(worse, gold))
    >>> d = compared.differences["strict", "f1"]
    >>> d.difference, d.p_randomisation < 0.05
    (1.0, True)
    """
    check_sampling(samples, seed)
    tallies = one.tally, other.tally
    if type(one) is not type(other) or one.kind not in _KINDS:
        found = f"{getattr(one, 'kind', '')} and {getattr(other, 'kind', '')}"
        raise InputError("two evaluations of different kinds", found=found, todo="compare like with like")
    columns = tuple(dict.fromkeys([*tallies[0].columns, *tallies[1].columns]))
    _check_same(one, other, columns)
    counts = [tally.to_columns(columns) for tally in tallies]
    figures = _unite_figures(one, other)
    values = [figure_values(figures, columns, side.sum(axis=0)) for side in counts]
    observed = values[0] - values[1]

    def differences_of(sums: Iterable[tuple[Floats, Floats]]) -> Floats:
        """Differences by sample and figure, shape (samples, figures)."""
        return np.concatenate(
            [figure_values(figures, columns, a) - figure_values(figures, columns, b) for a, b in sums]
        )

    # Both runs side by side, so that the same units are drawn for both.
    both = resample_sums(np.concatenate(counts, axis=1), samples=samples, seed=seed)
    drawn = differences_of((sums[:, : len(columns)], sums[:, len(columns) :]) for sums in both)
    swapped = differences_of(_sum_swapped(*counts, samples=samples, seed=seed))
    p_bootstrap = _share(np.abs(drawn - observed), observed)
    p_randomisation = _share(np.abs(swapped), observed)
    differences = {
        (figure.measure, figure.name): Difference(
            float(values[0][k]),
            float(values[1][k]),
            interval_of(drawn[:, k]),
            float(p_bootstrap[k]),
            float(p_randomisation[k]),
        )
        for k, figure in enumerate(figures)
    }
    unit = tallies[0].unit.replace(" ", "-")
    signature = f"{SIGNED}|compare:{one.kind}|unit:{unit}|units:{len(counts[0])}"
    signature += f"|samples:{samples}|seed:{seed}"
    return Comparison(differences, signature, (one.signature, other.signature))


def _unite_figures(one: Figures, other: Figures) -> list[Figure]:
    """Figures of both runs, those of the one first: each knows the bead types of its own; ratios over all of them."""
    if not isinstance(one, Evaluation) or not isinstance(other, Evaluation):
        return one.figures
    columns = tuple(dict.fromkeys([*one.tally.columns, *other.tally.columns]))
    both = Evaluation(Tally(one.tally.unit, one.tally.names, columns, one.tally.to_columns(columns)), "")
    return both.figures


def _check_same(one: Figures, other: Figures, columns: Sequence[str]) -> None:
    """Refuse what is not about the same texts."""
    given = [column for column in columns if column.split(" ")[0] in _GIVEN]
    shown, facts = [], []
    for run in (one, other):
        tally, digest = run.tally, next(iter(_GOLD_DIGEST.findall(run.signature)), "none")
        facts.append((tally.unit, tally.names, tally.to_columns(given).tolist(), digest))
        total = sum(map(tally.total, given))
        shown.append(f"{len(tally.counts)} {tally.unit} with {total} {given[0].split(' ')[0]}, digest {digest}")
    if facts[0] != facts[1]:
        raise InputError("two evaluations on different gold", found=" and ".join(shown), todo="evaluate both on one")


def _sum_swapped(
    one: NDArray[np.int64], other: NDArray[np.int64], *, samples: int, seed: int
) -> Iterator[tuple[Floats, Floats]]:
    """Sums of two runs after they were swapped in units picked by coins, some samples at a time."""
    rng = np.random.default_rng(seed)
    units, gain = len(one), (one - other).astype(np.float64)
    step = max(1, _DRAWS // max(1, units))
    for first in range(0, samples, step):
        swapped = rng.integers(0, 2, (min(step, samples - first), units)).astype(np.float64) @ gain
        yield one.sum(axis=0) - swapped, other.sum(axis=0) + swapped


def _share(sizes: Floats, observed: Floats) -> Floats:
    """Share of samples at least as large as the observed difference, itself among them."""
    count = (sizes >= np.abs(observed) - _TIE).sum(axis=0)
    share: Floats = (count + 1) / (len(sizes) + 1)
    return share


@checked
def compare_translations(
    hypotheses: Sequence[str],
    others: Sequence[str],
    references: Sequence[str],
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> Comparison:
    """Compare two systems' translations of the same texts by sacrebleu's paired tests: BLEU, chrF++, TER.

    Two versions of a corpus are compared so: a system trained on each translates the same test set.

    Parameters
    ----------
    hypotheses, others, references : sequence of str
        n translations by either system, and n references; all are brought into NFC.
    samples, seed : int
        Of either test; sacrebleu takes the seed 0 for none, so it is refused.

    Returns
    -------
    Comparison
        By (metric, "score"); `signature` holds sacrebleu's, `signatures` the digests of what was compared.

    Raises
    ------
    InputError
        If the three differ in length, are empty, or samples times pairs is above 5,000,000 (sacrebleu would need more
        than half a gigabyte).
    MissingExtraError
        If sacrebleu is not installed.

    Notes
    -----
    Where both systems say the same everywhere, p is 1: sacrebleu's tests, which count larger differences only, would
    call that significant.

    Examples
    --------
    >>> compared = compare_translations(["Trời lại mưa."] * 9, ["Trời đã nắng."] * 9, ["Trời lại mưa."] * 9, samples=99)
    >>> d = compared.differences["bleu", "score"]
    >>> d.one > d.other, d.p_randomisation < 0.05
    (True, True)
    """
    check_sampling(samples, seed)
    first, references = check_texts(hypotheses, references)
    second, references = check_texts(others, references)
    if samples * len(references) > MAX_RESAMPLED:
        found = f"{samples} samples of {len(references)} pairs"
        todo = f"give at most {max(1, MAX_RESAMPLED // len(references))} samples, or fewer pairs"
        raise InputError("too much for sacrebleu's memory", found=found, todo=todo)
    metrics = corpus_metrics([*first, *second], [*references, *references])
    from sacrebleu.significance import PairedTest

    systems: list[tuple[str, Sequence[str]]] = [("one", first), ("other", second)]
    found_p: dict[str, dict[str, float]] = {}
    scores: dict[str, tuple[float, float]] = {}
    signatures: dict[str, str] = {}
    for test in ("bs", "ar"):
        with sacrebleu_seed(seed):
            paired = PairedTest(systems, metrics, [references], test_type=test, n_samples=samples)
            signed, results = paired()
        for name, (column, settings) in zip(metrics, signed.items(), strict=True):
            baseline, result = cast("list[Any]", results[column])
            scores[name] = float(baseline.score), float(result.score)
            found_p.setdefault(name, {})[test] = 1.0 if first == second else float(result.p_value)
            signatures[name] = re.sub(rf"{test}:[0-9]+\|?", "", str(settings))
    differences = {
        (name, "score"): Difference(*scores[name], None, found_p[name]["bs"], found_p[name]["ar"]) for name in metrics
    }
    signed_metrics = "|".join(f"{name}({settings})" for name, settings in signatures.items())
    signature = f"{SIGNED}|compare:translations|norm:nfc|pairs:{len(references)}"
    signature += f"|samples:{samples}|seed:{seed}|{signed_metrics}"
    digests = [
        hashlib.sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest() for texts in (first, second)
    ]
    return Comparison(
        differences, signature, (f"hypotheses_sha:{digests[0][:12]}", f"hypotheses_sha:{digests[1][:12]}")
    )


def from_dict(record: object) -> Figures:
    """Make an evaluation of what `Figures.to_dict` gave.

    Raises
    ------
    InputError
        If it is no such record, or its counts do not fit its columns.

    Examples
    --------
    >>> from aligner.evaluation.beads import evaluate
    >>> e = evaluate([((0,), (0,))], [((0,), (0,))])
    >>> from_dict(e.to_dict()) == e
    True
    """
    todo = "give a file that `aligner evaluate --json` wrote"
    if not isinstance(record, dict) or str(record.get("kind")) not in _KINDS:
        found = repr(record.get("kind"))[:60] if isinstance(record, dict) else type(record).__name__
        known = ", ".join(_KINDS)
        raise InputError("no evaluation to compare", found=f"kind {found}, not {known}", todo=todo)
    try:
        counts = np.array(record["counts"], dtype=np.int64).reshape(len(record["counts"]), len(record["columns"]))
        tally = Tally(str(record["unit"]), tuple(map(str, record["names"])), tuple(map(str, record["columns"])), counts)
        kind = _KINDS[record["kind"]]
        found_run = kind(tally, str(record["signature"]), int(record["samples"]), int(record["seed"]))
        check_sampling(found_run.samples, found_run.seed)
        if (counts < 0).any() or not found_run.values:
            raise ValueError("counts below 0")
    except (KeyError, TypeError, ValueError, OverflowError, IndexError) as error:
        raise InputError("a damaged evaluation", found=f"{type(error).__name__}: {error}"[:200], todo=todo) from None
    return found_run
