"""A translation system's output beside the Vietnamese side of pairs: BLEU, chrF++ and TER by sacrebleu.

What a system that is trusted makes of the English sentence tells whether the Vietnamese one can be its translation.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aligner.doors import checked
from aligner.errors import InputError, MissingExtraError
from aligner.evaluation.tallies import SAMPLES, SEED, Interval, check_sampling, list_texts, table_lines
from aligner.pairs.frames import check_frame
from aligner.text.unicode import nfc
from aligner.version import SIGNED, join_signatures

if TYPE_CHECKING:
    import pandas as pd

METRICS: Final = ("bleu", "chrf", "ter")
"""BLEU and chrF++ rise with quality, 0..100; TER falls, from 0 up."""

MAX_TER_WORDS: Final = 200
"""Words of a text up to which TER is worked out: sacrebleu needs 4 s for two texts of 200 words in unlike order, and
20 s for 800 (docs/evaluation.md)."""

MAX_RESAMPLED: Final = 5_000_000
"""Samples times pairs up to which sacrebleu's bootstrap is run: it holds 100 bytes for each (chrF++ has 24 counts)."""

_NAMES: Final = {"bleu": "BLEU", "chrf": "chrF++", "ter": "TER"}


@dataclass(frozen=True)
class TranslationScore:
    """One metric over all pairs.

    Attributes
    ----------
    value : float
        The corpus score: not the mean of the pairs'.
    interval : Interval or None
        95 %, from sacrebleu's bootstrap over the pairs; None where there are too many pairs for it.
    signature : str
        sacrebleu's own: settings, version, seed.
    """

    value: float
    interval: Interval | None
    signature: str


@dataclass(frozen=True)
class TranslationEvaluation:
    """Corpus scores by metric: "bleu", "chrf", "ter"; TER is left out where a text is too long for it."""

    scores: dict[str, TranslationScore]
    n_pairs: int
    signature: str

    def to_frame(self) -> pd.DataFrame:
        """Put the scores into a frame: ``metric score low high pairs settings``, the last as sacrebleu tells them.

        ``attrs["signature"]`` says what was compared and how.
        """
        import pandas as pd

        rows = [
            (_NAMES[name], s.value, *(s.interval or (None, None)), self.n_pairs, s.signature)
            for name, s in self.scores.items()
        ]
        frame = pd.DataFrame(rows, columns=["metric", "score", "low", "high", "pairs", "settings"])
        frame.attrs["signature"] = self.signature
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON can hold it."""
        scores = {
            name: {
                "value": score.value,
                "low": score.interval and score.interval.low,
                "high": score.interval and score.interval.high,
                "signature": score.signature,
            }
            for name, score in self.scores.items()
        }
        return {"kind": "translations", "signature": self.signature, "pairs": self.n_pairs, "scores": scores}

    def __str__(self) -> str:
        """One line a metric, with its signature."""
        table = [["", "score", "pairs", "signature"]]
        for name, score in self.scores.items():
            ends = "–" if score.interval is None else f"{score.interval.low:.2f}, {score.interval.high:.2f}"
            table.append([_NAMES[name], f"{score.value:.2f} [{ends}]", str(self.n_pairs), score.signature])
        left_out = [f"{_NAMES[name]}: left out, a text has more than {MAX_TER_WORDS} words" for name in METRICS
                    if name not in self.scores]  # fmt: skip
        return "\n".join([*table_lines(table), *left_out, f"signature: {self.signature}"])


@checked
def evaluate_translations(
    hypotheses: Sequence[str], references: Sequence[str], *, samples: int = SAMPLES, seed: int = SEED
) -> TranslationEvaluation:
    """Score a system's translations against references, over all of them: BLEU, chrF++, TER.

    Parameters
    ----------
    hypotheses, references : sequence of str
        n translations of the English sides and the n Vietnamese sides, in one order. Both are brought into NFC.
    samples, seed : int
        Of sacrebleu's bootstrap over the pairs. sacrebleu takes the seed 0 for none, so it is refused.

    Returns
    -------
    TranslationEvaluation

    Raises
    ------
    InputError
        If the two differ in length, are empty or no lists of str, or the seed is 0.
    MissingExtraError
        If sacrebleu is not installed.

    Notes
    -----
    Post (2018), https://aclanthology.org/W18-6319/ (BLEU with signatures); Popović (2017),
    https://aclanthology.org/W17-4770/ (chrF++); Snover et al. (2006), https://aclanthology.org/2006.amta-papers.25/
    (TER). BLEU is of words as 13a cuts them, which for Vietnamese are syllables: see docs/evaluation.md.

    Examples
    --------
    >>> scores = evaluate_translations(["Trời mưa rất to ."], ["Trời mưa rất to ."]).scores
    >>> [round(scores[name].value) for name in METRICS]
    [100, 100, 0]
    """
    check_sampling(samples, seed)
    hypotheses, references = check_texts(hypotheses, references)
    bootstrap = samples * len(references) <= MAX_RESAMPLED and len(references) > 1
    scores = {}
    for name, metric in corpus_metrics(hypotheses, references).items():
        with sacrebleu_seed(seed):
            found = metric.corpus_score(hypotheses, [references], n_bootstrap=samples if bootstrap else 1)
        interval = Interval(float(found._mean - found._ci), float(found._mean + found._ci)) if bootstrap else None
        scores[name] = TranslationScore(float(found.score), interval, _signature(metric))
    drawn = f"bootstrap:pairs|samples:{samples}|seed:{seed}" if bootstrap else "bootstrap:none"
    signature = f"{SIGNED}|evaluate:translations|norm:nfc|pairs:{len(references)}|{drawn}"
    return TranslationEvaluation(scores, len(references), signature)


@checked
def score_hypotheses(pairs: pd.DataFrame, hypotheses: Sequence[str]) -> pd.DataFrame:
    """Score each pair by how close a system's translation of its English side comes to its Vietnamese side.

    Parameters
    ----------
    pairs : pandas.DataFrame
        With the column ``trg_text``.
    hypotheses : sequence of str
        One translation of ``src_text`` a row.

    Returns
    -------
    pandas.DataFrame
        The same rows and columns, and behind them ``hypothesis`` (NFC), ``bleu`` (sentence BLEU with effective order,
        0..100), ``chrf`` (chrF++, 0..100), ``ter`` (0 and up, lower is better; missing where a text has more than 200
        words). ``attrs["signature"]`` has sacrebleu's settings of the three, behind what made the pairs.

    Raises
    ------
    InputError
        If the column is missing (says which were found), or there is not one hypothesis a row.
    MissingExtraError
        If sacrebleu is not installed.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"src_text": ["It rained.", "We left."], "trg_text": ["Trời mưa.", "Chúng tôi đi."]})
    >>> score_hypotheses(pairs, ["Trời mưa.", "Họ đến."])["chrf"].round().tolist()
    [100.0, 7.0]
    """
    check_frame(pairs, ())
    if "trg_text" not in pairs.columns:
        found = ", ".join(map(str, pairs.columns)) or "none"
        raise InputError("no column trg_text", found=found, todo="name the Vietnamese side trg_text")
    hypotheses, references = check_texts(hypotheses, pairs["trg_text"].tolist())
    import pandas as pd

    metrics = _metrics(sentences=True)
    for metric in metrics.values():
        metric.sentence_score("", [""])  # a metric that has scored nothing, as TER of long texts only, has no signature
    values: dict[str, list[float]] = {name: [] for name in METRICS}
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        for name, metric in metrics.items():
            is_scored = name != "ter" or _fit_for_ter(hypothesis, reference)
            score = float(metric.sentence_score(hypothesis, [reference]).score) if is_scored else float("nan")
            values[name].append(score)
    settings = "|".join(f"{name}({_signature(metric)})" for name, metric in metrics.items())
    signature = f"{SIGNED}|norm:nfc|{settings}"
    # As objects: the texts may hold lone surrogates, which pandas' own strings cannot.
    column = pd.Series(hypotheses, index=pairs.index, dtype=object)
    scored = pairs.assign(hypothesis=column, **values)
    scored.attrs["signature"] = join_signatures(pairs.attrs.get("signature"), signature)
    return scored


def check_texts(hypotheses: Sequence[str], references: Sequence[str]) -> tuple[list[str], list[str]]:
    """Both lists in NFC, or an InputError that says what does not fit.

    Examples
    --------
    >>> check_texts(["a"], ["b", "c"])
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: not one hypothesis a pair (found 1 hypotheses, 2 pairs); give as many, in one order
    """
    found = list_texts(hypotheses, "hypotheses"), list_texts(references, "references")
    n, m = map(len, found)
    if n != m:
        shown = f"{n} hypotheses, {m} pairs"
        raise InputError("not one hypothesis a pair", found=shown, todo="give as many, in one order")
    if not n:
        raise InputError("no pairs", todo="give at least one")
    return list(map(nfc, found[0])), list(map(nfc, found[1]))


def corpus_metrics(hypotheses: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
    """Sacrebleu's metrics for these texts; without TER where one is too long for it.

    Examples
    --------
    >>> list(corpus_metrics(["một " * 201], ["hai"]))
    ['bleu', 'chrf']
    """
    metrics = _metrics(sentences=False)
    if not all(map(_fit_for_ter, hypotheses, references)):
        del metrics["ter"]
    return metrics


def _fit_for_ter(hypothesis: str, reference: str) -> bool:
    return max(len(hypothesis.split()), len(reference.split())) <= MAX_TER_WORDS


def _metrics(*, sentences: bool) -> dict[str, Any]:
    """Sacrebleu's metrics; effective order keeps a short sentence's BLEU from being 0 for want of 4-grams."""
    try:
        from sacrebleu.metrics.bleu import BLEU
        from sacrebleu.metrics.chrf import CHRF
        from sacrebleu.metrics.ter import TER
    except ImportError:
        feature = "scoring translations"
        raise MissingExtraError(feature, package="sacrebleu", extra="evaluation") from None
    metrics = {"bleu": BLEU(effective_order=sentences, force=True), "chrf": CHRF(word_order=2), "ter": TER()}
    for metric in metrics.values():
        _use_floats(metric)
    return metrics


def _use_floats(metric: Any) -> None:
    """Have a metric's scores be floats alone.

    Of samples without words, as of empty translations, sacrebleu's are floats, of others NumPy's float32, and its mean
    of both is a TypeError.
    """
    compute = metric._compute_score_from_stats

    def as_float(stats: Any) -> Any:
        found = compute(stats)
        found.score = float(found.score)
        return found

    metric._compute_score_from_stats = as_float


def _signature(metric: Any) -> str:
    return str(metric.get_signature())


@contextlib.contextmanager
def sacrebleu_seed(seed: int) -> Iterator[None]:
    """Seed sacrebleu's draws, which it takes from the environment only.

    Examples
    --------
    >>> with sacrebleu_seed(7):
    ...     os.environ["SACREBLEU_SEED"]
    '7'
    """
    if seed == 0:
        raise InputError("seed 0 is no seed to sacrebleu", todo="give another")
    before: Mapping[str, str] = dict(os.environ)
    os.environ["SACREBLEU_SEED"] = str(seed)
    try:
        yield
    finally:
        del os.environ["SACREBLEU_SEED"]
        if "SACREBLEU_SEED" in before:
            os.environ["SACREBLEU_SEED"] = before["SACREBLEU_SEED"]
