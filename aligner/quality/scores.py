"""Score pairs: a probability, a decision and all reasons for each row of a frame, in chunks of constant memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import Threshold
from aligner.doors import checked
from aligner.errors import FilePath, InputError
from aligner.names.table import NameTable
from aligner.pairs.chunks import CHUNK, TEXTS, cell_text
from aligner.pairs.edits import edited_texts
from aligner.pairs.frames import cells_of, check_frame, fractions_of, put_texts
from aligner.quality.additive import calibrate, fit
from aligner.quality.company import cut_groups, number_groups
from aligner.quality.features import FEATURES, SIGNS
from aligner.quality.judging import judge_pairs
from aligner.quality.measures import auc
from aligner.quality.model import QualityModel, purposes, shipped_model, shipped_witness
from aligner.quality.rules import chosen_rules
from aligner.text.unicode import nfc
from aligner.version import join_signatures

if TYPE_CHECKING:
    import pandas as pd

_NULL: Final = re.compile("[0-9]+:0|0:[0-9]+")
"""Bead types of null beads, as the column ``bead_type`` has them."""

SCORES: Final = ("aligner_score", "quality", "pair_quality", "decision", "reasons")
"""Columns that scoring gives."""

PROBABILITIES: Final = ("probability", "document_probability")
"""Columns that scoring takes into account where they are there, as `align` writes them."""

MIN_LABELS: Final = 40
"""Labelled pairs of either kind that a refit needs: a quarter of them calibrates, and ten are few for that."""

Existing = Literal["keep", "refuse"]
"""What becomes of columns that have the names of scores: they are kept as NAME_before, or nothing is scored."""


@checked
def score_pairs(
    pairs: pd.DataFrame,
    *,
    threshold: Threshold = "balanced",
    features: bool = False,
    rules: Iterable[str] | None = None,
    glossary: NameTable | None = None,
    model: QualityModel | None = None,
    existing: Existing = "keep",
) -> pd.DataFrame:
    """Judge pairs of texts: is each a good translation, and if not, why.

    Parameters
    ----------
    pairs : pandas.DataFrame
        With the columns ``src_text`` (English) and ``trg_text`` (Vietnamese); others are kept as they are. Cells that
        are no text or hold none are scored 0. ``probability`` (of the bead) and ``document_probability`` are taken into
        account where they are there: numbers in 0..1, as `align` writes them. Pairs with one ``doc_id`` that follow
        each other are judged beside each other, without that column all pairs are (docs/quality.md).
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
    existing : {"keep", "refuse"}
        What becomes of columns that have the names of scores: they are kept as ``quality_before`` and so on, or
        refused.

    Returns
    -------
    pandas.DataFrame
        The same rows in the same order with the same index, and the columns ``aligner_score`` (cosine, -1..1),
        ``quality`` (probability in 0..1 that the pair is a good translation), ``pair_quality`` (the same without
        these two), ``decision`` (``keep`` or ``drop``) and ``reasons`` (codes, each with its details behind a colon,
        joined by ``;``). ``attrs["rules"]`` counts the rows that each rule dropped, ``attrs["probabilities"]`` names
        the columns that were taken into account, ``attrs["renamed"]`` says which columns are kept under which names,
        ``attrs["signature"]`` what judged, behind what made the pairs.

    Raises
    ------
    InputError
        If a column is missing, a probability is none, the threshold is none, a rule is unknown, or scores are there
        that cannot be kept.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("It is raining hard.", "Trời đang mưa to."), ("It is raining hard.", "Chính phủ công bố ngân sách.")]
    >>> score_pairs(pd.DataFrame(rows, columns=["src_text", "trg_text"]))["decision"].tolist()
    ['keep', 'drop']
    """
    check_frame(pairs)
    model = model if model is not None else shipped_model()
    limit, chosen, known = model.threshold(threshold), chosen_rules(rules), read_probabilities(pairs)
    names = score_columns(features)
    renamed = check_existing(list(map(str, pairs.columns)), names, existing)
    source, target = (_texts(pairs[column]) for column in TEXTS)
    columns: dict[str, list[Any]] = {name: [] for name in names}
    dropped: Counter[str] = Counter(dict.fromkeys(chosen, 0))
    is_null = [bool(_NULL.fullmatch(str(cell))) for cell in pairs["bead_type"]] if "bead_type" in pairs else None
    for part in judge_pairs(
        source,
        target,
        **known,
        threshold=limit,
        rules=chosen,
        glossary=glossary,
        model=model,
        is_null=is_null,
        documents=documents_of(pairs),
    ):
        values = (
            part.table[:, FEATURES.index("cosine")].astype(np.float64),
            part.quality,
            part.pair_quality,
            np.where(part.is_kept, "keep", "drop").astype(object),
            np.array(list(map(";".join, part.reasons)), object),
            *(part.table.T if features else ()),
        )
        for name, column in zip(names, values, strict=True):
            columns[name].append(column)
        dropped.update({rule: int(part.broken[:, k].sum()) for k, rule in enumerate(chosen)})
    result = pairs.rename(columns=renamed)
    for name, parts in columns.items():
        column = np.concatenate(parts)
        if column.dtype == object:
            put_texts(result, name, column.tolist())
        else:
            result[name] = column
    result.attrs = {
        **pairs.attrs,
        "rules": dict(dropped),
        "threshold": limit,
        "probabilities": tuple(known),
        "renamed": renamed,
        "signature": join_signatures(
            pairs.attrs.get("signature"),
            f"{model.signature}|with:{','.join(known) or 'none'}|threshold:{limit:g}"
            f"|rules:{','.join(chosen) or 'none'}",
        ),
    }
    return result


def documents_of(pairs: pd.DataFrame) -> list[str]:
    """Tell the document of each pair; those of which the column ``doc_id`` says none are of one."""
    if "doc_id" not in pairs:
        return [""] * len(pairs)
    return ["" if cell is None else str(cell) for cell in cells_of(pairs["doc_id"])]


def _texts(column: pd.Series[Any]) -> list[str]:
    """Cells as text; what is missing or no text is empty, bytes are refused."""
    return [
        cell if isinstance(cell, str) else cell_text(cell) if isinstance(cell, _BYTES) else ""
        for cell in column.tolist()
    ]


_BYTES: Final = (bytes, bytearray, memoryview)


def score_columns(features: bool) -> list[str]:
    """Name the columns that scoring gives.

    Examples
    --------
    >>> score_columns(features=False)
    ['aligner_score', 'quality', 'pair_quality', 'decision', 'reasons']
    """
    return [*SCORES, *(f"feature_{name}" for name in FEATURES if features)]


def check_existing(
    columns: Sequence[str], scores: Sequence[str], existing: Existing, path: FilePath | None = None
) -> dict[str, str]:
    """Say under which names columns are kept that have the names of scores.

    Raises
    ------
    InputError
        If there are any and `existing` is "refuse", such a name is taken, too, or `existing` is another word.

    Examples
    --------
    >>> check_existing(["src_text", "quality"], ["quality", "decision"], "keep")
    {'quality': 'quality_before'}
    """
    if existing not in get_args(Existing):
        raise InputError("unknown existing", found=repr(existing), todo="existing must be 'keep' or 'refuse'")
    names = {name: f"{name}_before" for name in scores if name in columns}
    if names and existing == "refuse":
        todo = "leave these columns out, or have them kept as NAME_before"
        raise InputError("the pairs have scores already", path=path, found=", ".join(names), todo=todo)
    if taken := [before for before in names.values() if before in columns]:
        todo = "rename or leave out these columns: they are of an earlier scoring"
        raise InputError("the pairs were scored twice already", path=path, found=", ".join(taken), todo=todo)
    return names


def read_probabilities(
    pairs: pd.DataFrame, *, path: FilePath | None = None, first: int = 0
) -> dict[str, NDArray[np.float64]]:
    """Read what is known of the beads and their documents: of `PROBABILITIES` the columns that are there.

    A cell that `apply_edits` emptied counts as 1: the person who changed the text said that the two belong together.

    Parameters
    ----------
    pairs : pandas.DataFrame
        Cells may be text, as a TSV file has them.
    path, first
        The file that errors name, and the pairs of it that stood before.

    Raises
    ------
    InputError
        If a cell is no number in 0..1, or missing in a pair that nobody changed; it names the pair, counted from 1.

    Examples
    --------
    >>> import pandas as pd
    >>> read_probabilities(pd.DataFrame({"probability": ["0.9", "sure"]}))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: pair 2: probability is no number in 0..1 (found 'sure'); mend it, or leave the column out
    """
    known = {}
    edited = edited_texts(pairs)
    for name in PROBABILITIES:
        if name in pairs:
            emptied = edited & (pairs[name].isna() | (pairs[name].astype(str).str.strip() == "")).to_numpy()
            given = pairs.assign(**{name: pairs[name].astype(object).mask(emptied, 1.0)}) if emptied.any() else pairs
            known[name] = fractions_of(given, name, path=path, first=first, may_miss=False)
    return known


@checked
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
    source, target = (list(map(nfc, _texts(pairs[column]))) for column in TEXTS)
    witness, documents = shipped_witness(), documents_of(pairs)
    parts = [
        witness.examine(source[rows], target[rows], groups=number_groups(documents[rows]), glossary=glossary)
        for rows in cut_groups(documents, CHUNK)
    ]
    table, words = (np.concatenate([getattr(part, name) for part in parts]) for name in ("table", "words"))
    held = np.zeros(len(y), bool)
    for kind in (True, False):
        held[np.flatnonzero(y == kind)[3::4]] = True
    prior = shipped_model().additive
    additive = fit(FEATURES, table[~held], words[~held], y[~held], signs=SIGNS, prior=prior)
    total = additive.total(additive.contributions(table[held], words[held]), words[held])
    additive = calibrate(additive, total, y[held])
    quality = additive.probability(additive.contributions(table[held], words[held]), words[held])
    thresholds = purposes(quality, y[held], np.ones(int(held.sum())))
    area = auc(quality[y[held]], quality[~y[held]])
    signature = f"{shipped_model().signature}|refitted:{n_good}+{len(y) - n_good}|auc:{area:.4f}"
    return QualityModel(additive, thresholds, signature)


def _label(label: object, k: int) -> bool:
    """A label as true or false."""
    if isinstance(label, (bool, np.bool_, int, float, np.integer, np.floating)) and label in (0, 1):
        return bool(label)
    raise InputError(f"label {k} is neither good nor bad", found=repr(label)[:80], todo="give 1 or 0, True or False")
