"""Score pairs: a probability, a decision and all reasons for each row of a frame, in chunks of constant memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.errors import InputError
from aligner.names.table import NameTable
from aligner.pairs.chunks import TEXTS
from aligner.pairs.frames import check_frame
from aligner.quality.additive import calibrate, fit
from aligner.quality.features import FEATURES, Evidence
from aligner.quality.measures import auc
from aligner.quality.model import QualityModel, purposes, shipped_model, shipped_witness
from aligner.quality.rules import RULES, chosen_rules
from aligner.text.unicode import nfc
from aligner.version import join_signatures

if TYPE_CHECKING:
    import pandas as pd

CHUNK: Final = 2048
"""Rows judged at a time; 8 MB of arrays, and a larger chunk is no faster."""

SCORES: Final = ("aligner_score", "quality", "decision", "reasons")
"""Columns that scoring gives."""

TELLING: Final = -1.0
"""Nats from which down a feature is given as a reason: it makes the odds of a good pair 2.7 times as small or worse."""

MIN_LABELS: Final = 40
"""Labelled pairs of either kind that a refit needs: a quarter of them calibrates, and ten are few for that."""

# What a feature that speaks against a pair is called, and how its value is told.
_REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "cosine": ("dissimilar", "cosine {:.2f}"),
    "margin": ("dissimilar", "no nearer than any other text, {:+.2f}"),
    "source_coverage": ("source_uncovered", "the Vietnamese covers {:.0%} of the English"),
    "target_coverage": ("target_uncovered", "the English covers {:.0%} of the Vietnamese"),
    "source_gap": ("source_uncovered", "a run of the English has no counterpart, {:.0%}"),
    "target_gap": ("target_uncovered", "a run of the Vietnamese has no counterpart, {:.0%}"),
    "source_head": ("target_truncated", "the beginning of the English has no counterpart, {:.0%}"),
    "source_tail": ("target_truncated", "the end of the English has no counterpart, {:.0%}"),
    "target_head": ("source_truncated", "the beginning of the Vietnamese has no counterpart, {:.0%}"),
    "target_tail": ("source_truncated", "the end of the Vietnamese has no counterpart, {:.0%}"),
    "order": ("order_differs", "places of counterparts agree by {:.1f}"),
    "weight_ratio": ("content_ratio", "{:+.1f} standard deviations of English words over Vietnamese ones"),
    "fluency": ("not_fluent", "neighbouring syllables are strangers, {:.2f}"),
    "fluency_gain": ("not_fluent", "the order of syllables is no better than another, {:.1f}"),
    "source_english": ("source_not_english", "English by {:.2f}"),
    "target_vietnamese": ("target_not_vietnamese", "Vietnamese by {:.2f}"),
    "source_marks": ("source_not_english", "{:.0%} of the letters have Vietnamese marks"),
    "target_marks": ("marks_unusual", "{:.0%} of the letters have Vietnamese marks"),
    "end_differs": ("ends_differ", "the last mark"),
    "punctuation": ("punctuation_differs", "{:.0f} marks"),
    "commas": ("punctuation_differs", "{:+.0f} commas in English"),
    "stops": ("punctuation_differs", "{:+.0f} stops inside in English"),
    "capital_differs": ("capitals_differ", "the first letter"),
    "copied": ("untranslated", "{:.0%} of the words are those of the English"),
    "untranslated": ("untranslated", "{:.0%} of the small words are English"),
    "strangers": ("foreign_words", "{:.0f} with a capital that the English has not"),
    "mojibake": ("mojibake", "{:.0%} of the characters"),
    "repetition": ("repetition", "{:.0%} more of the word pairs stood before on one side"),
    "residue": ("markup", "{:.0f} more tags, addresses or signs of code on one side"),
    "length": ("length_ratio", "{:+.1f} standard deviations of English over Vietnamese"),
    "numbers_differ": ("numbers_differ", ""),
    "numbers_lone": ("numbers_lone", "{:.0f} without counterpart"),
    "numbers_shared": ("numbers_lone", "{:.0f} with a counterpart"),
    "names_differ": ("names_differ", ""),
    "names_lone": ("names_lone", "{:.0f} without counterpart"),
    "names_shared": ("names_lone", "{:.0f} with a counterpart"),
}

REASONS: Final = tuple(
    dict.fromkeys(
        [
            "empty",
            *(code for code, _ in _REASONS.values()),
            *(f"rule_{rule}" for rule in RULES if rule != "empty"),
            "low_quality",
        ]
    )
)
"""Codes of reasons: they stay what they are from one version to the next. docs/quality.md says what each means."""


def score_pairs(
    pairs: pd.DataFrame,
    *,
    threshold: str | float = "balanced",
    features: bool = False,
    rules: Iterable[str] | None = None,
    glossary: NameTable | None = None,
    model: QualityModel | None = None,
) -> pd.DataFrame:
    """Judge pairs of texts: is each a good translation, and if not, why.

    Parameters
    ----------
    pairs : pandas.DataFrame
        With the columns ``src_text`` (English) and ``trg_text`` (Vietnamese); others are kept as they are. Cells that
        are no text or hold none are scored 0.
    threshold : {"strict", "balanced", "recall"} or float
        Quality in 0..1 from which on a pair is kept; for the words see docs/quality.md.
    features : bool
        Also give the evidence, a column a feature.
    rules : iterable of str, optional
        Hard rules to use, of `RULES`; all by default, none for an empty list.
    glossary : NameTable, optional
        Names that are known to belong together.
    model : QualityModel, optional
        From `fit_quality`; the one that ships in the package by default.

    Returns
    -------
    pandas.DataFrame
        The same rows in the same order with the same index, and the columns ``aligner_score`` (cosine, -1..1),
        ``quality`` (probability in 0..1 that the pair is a good translation), ``decision`` (``keep`` or ``drop``) and
        ``reasons`` (codes, each with its details behind a colon, joined by ``;``). ``attrs["rules"]`` counts the rows
        that each rule dropped, ``attrs["signature"]`` says what judged, behind what made the pairs.

    Raises
    ------
    InputError
        If a column is missing, the threshold is none, or a rule is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("It is raining hard.", "Trời đang mưa to."), ("It is raining hard.", "Chính phủ công bố ngân sách.")]
    >>> score_pairs(pd.DataFrame(rows, columns=["src_text", "trg_text"]))["decision"].tolist()
    ['keep', 'drop']
    """
    import pandas as pd

    check_frame(pairs)
    model = model if model is not None else shipped_model()
    limit, chosen = model.threshold(threshold), chosen_rules(rules)
    source, target = (_texts(pairs[column]) for column in TEXTS)
    n = len(pairs)
    quality, cosine = np.zeros(n), np.zeros(n)
    reasons: list[str] = []
    table = np.zeros((n if features else 0, len(FEATURES)), np.float32)
    dropped: Counter[str] = Counter(dict.fromkeys(chosen, 0))
    kept = np.zeros(n, bool)
    for first in range(0, n, CHUNK):
        rows = slice(first, min(first + CHUNK, n))
        evidence, q, is_broken, why = judge(source[rows], target[rows], model, limit, chosen, glossary)
        quality[rows], kept[rows] = q, (q >= limit) & ~is_broken.any(axis=1)
        cosine[rows] = evidence.table[:, FEATURES.index("cosine")]
        reasons += why
        dropped.update({rule: int(is_broken[:, k].sum()) for k, rule in enumerate(chosen)})
        if features:
            table[rows] = evidence.table
    result = pairs.copy()
    columns: dict[str, Any] = {
        "aligner_score": cosine,
        "quality": quality,
        "decision": np.where(kept, "keep", "drop") if n else np.array([], str),
        "reasons": pd.Series(reasons, dtype=object).to_numpy(),
    }
    if features:
        columns |= {f"feature_{name}": table[:, k] for k, name in enumerate(FEATURES)}
    for name, values in columns.items():
        result[name] = values
    result.attrs = {
        **pairs.attrs,
        "rules": dict(dropped),
        "threshold": limit,
        "signature": join_signatures(
            pairs.attrs.get("signature"), f"{model.signature}|threshold:{limit:g}|rules:{','.join(chosen) or 'none'}"
        ),
    }
    return result


def _texts(column: pd.Series[Any]) -> list[str]:
    """Cells as text in NFC, cut where no text is as long; what is missing or no text is empty."""
    return [nfc(cell) if isinstance(cell, str) else "" for cell in column.tolist()]


def judge(
    source: Sequence[str],
    target: Sequence[str],
    model: QualityModel,
    limit: float,
    rules: Sequence[str],
    glossary: NameTable | None = None,
) -> tuple[Evidence, NDArray[np.float64], NDArray[np.bool_], list[str]]:
    """Judge one chunk: evidence, quality, which rules each row breaks, and the reasons."""
    evidence = shipped_witness().examine(source, target, glossary=glossary)
    said = model.additive.contributions(evidence.table)
    quality = model.additive.probability(said)
    quality[RULES["empty"].breaks(evidence)] = 0.0
    broken = np.zeros((len(source), len(rules)), bool)
    for k, rule in enumerate(rules):
        broken[:, k] = RULES[rule].breaks(evidence)
    return evidence, quality, broken, _reasons(evidence, said, quality, broken, rules, limit)


def _reasons(
    evidence: Evidence,
    said: NDArray[np.float64],
    quality: NDArray[np.float64],
    broken: NDArray[np.bool_],
    rules: Sequence[str],
    limit: float,
) -> list[str]:
    """For each row everything that speaks against it, the strongest first."""
    found: list[list[tuple[float, str, str]]] = [[] for _ in quality]
    empty: NDArray[np.bool_] = np.asarray(RULES["empty"].breaks(evidence))
    for k, name in enumerate(FEATURES):
        code, pattern = _REASONS[name]
        against = said[:, k] <= TELLING
        if name in ("numbers_differ", "names_differ"):
            against = evidence.table[:, k] > 0.5
            words = evidence.numbers if name == "numbers_differ" else evidence.names
            for i in np.flatnonzero(against & ~empty).tolist():
                found[i].append((float(said[i, k]), code, words[i]))
            continue
        for i in np.flatnonzero(against & ~empty).tolist():
            found[i].append((float(said[i, k]), code, pattern.format(evidence.table[i, k])))
    result = []
    told = np.isin(np.arange(len(found)), np.nonzero(broken)[0])
    for i, reasons in enumerate(found):
        if empty[i]:
            result.append("empty")
            continue
        details: dict[str, list[str]] = {}
        if told[i]:
            for k in np.flatnonzero(broken[i]).tolist():
                details[f"rule_{rules[k]}"] = [RULES[rules[k]].what]
        for _, code, detail in sorted(reasons):
            details.setdefault(code, []).append(detail)
        if not details and quality[i] < limit:
            details["low_quality"] = [f"{quality[i]:.2f}"]
        result.append(";".join(f"{code}: {', '.join(d)}".replace(";", ",") for code, d in details.items()))
    return result


def fit_quality(
    pairs: pd.DataFrame, labels: Sequence[Any] | str = "label", *, glossary: NameTable | None = None
) -> QualityModel:
    """Fit the model of quality anew on pairs that somebody has judged.

    Parameters
    ----------
    pairs : pandas.DataFrame
        With ``src_text`` and ``trg_text``.
    labels : sequence or name of a column
        For each pair whether it is good: true and false, or 1 and 0.
    glossary : NameTable, optional
        As for `score_pairs`.

    Returns
    -------
    QualityModel
        To give to ``score_pairs(..., model=)``. It starts from the shipped model, so that few labels change little.
        Every fourth pair of each kind calibrates it; the thresholds come from these, too. A pair counts as much as any
        other, so that `quality` is a probability for pairs mixed as yours are.

    Raises
    ------
    InputError
        If a column is missing, a label is neither, there are not as many labels as pairs, or fewer than 40 of a kind.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"src_text": ["Yes."], "trg_text": ["Vâng."], "label": [1]})
    >>> fit_quality(rows)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: too few labels to fit on (found 1 good, 0 bad); give at least 40 of each
    """
    check_frame(pairs)
    if isinstance(labels, str):
        if labels not in pairs.columns:
            shown = ", ".join(map(str, pairs.columns))
            raise InputError(f"no column {labels}", found=shown, todo="give the labels, or their column's name")
        given = pairs[labels].tolist()
    else:
        given = list(labels)
    if len(given) != len(pairs):
        raise InputError(
            "labels and pairs differ in number", found=f"{len(given)} and {len(pairs)}", todo="give one each"
        )
    y = np.array([_label(label, k) for k, label in enumerate(given)], bool)
    n_good = int(y.sum())
    if min(n_good, len(y) - n_good) < MIN_LABELS:
        found = f"{n_good} good, {len(y) - n_good} bad"
        raise InputError("too few labels to fit on", found=found, todo=f"give at least {MIN_LABELS} of each")
    source, target = (_texts(pairs[column]) for column in TEXTS)
    witness = shipped_witness()
    table = np.concatenate(
        [
            witness.examine(source[k : k + CHUNK], target[k : k + CHUNK], glossary=glossary).table
            for k in range(0, len(pairs), CHUNK)
        ]
    )
    held = np.zeros(len(y), bool)
    for kind in (True, False):
        held[np.flatnonzero(y == kind)[3::4]] = True
    additive = calibrate(fit(FEATURES, table[~held], y[~held], prior=shipped_model().additive), table[held], y[held])
    quality = additive.probability(additive.contributions(table[held]))
    thresholds = purposes(quality, y[held], np.ones(int(held.sum())))
    area = auc(quality[y[held]], quality[~y[held]])
    signature = f"{shipped_model().signature}|refitted:{n_good}+{len(y) - n_good}|auc:{area:.4f}"
    return QualityModel(additive, thresholds, signature)


def _label(label: object, k: int) -> bool:
    """A label as true or false."""
    if isinstance(label, (bool, np.bool_, int, float, np.integer, np.floating)) and label in (0, 1):
        return bool(label)
    raise InputError(f"label {k} is neither good nor bad", found=repr(label)[:80], todo="give 1 or 0, True or False")
