"""The fitted numbers of alignment, read from aligner/data/alignment.json, each section of which a script writes."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources

from aligner.errors import InputError
from aligner.logistic import logistic
from aligner.search.context import CONTEXT_FEATURES
from aligner.search.features import (
    EXTENT_FEATURES,
    FEATURES,
    JOIN_FEATURES,
    MATCH_FEATURES,
    MOVED_FEATURES,
    RELATION_FEATURES,
    SPLIT_FEATURES,
    VERDICT_FEATURES,
)

NAMES: Mapping[str, tuple[str, ...]] = {
    "weights": FEATURES,
    "verdict": VERDICT_FEATURES,
    "extent": EXTENT_FEATURES,
    "relation": RELATION_FEATURES,
    "match": MATCH_FEATURES,
    "moved": MOVED_FEATURES,
    "split": SPLIT_FEATURES,
    "join": JOIN_FEATURES,
    "free": FEATURES,
    "context": CONTEXT_FEATURES,
}
"""By attribute of `AlignmentWeights`, the features that it holds a weight of each of."""


@dataclass(frozen=True, slots=True)
class AlignmentWeights:
    """Weights of the bead features, of the verdict, of pairs out of order, and of sentence boundaries.

    Attributes
    ----------
    weights : mapping of str to float
        By name of a bead feature, in nats per unit of the feature.
    free : mapping of str to float
        The same: what the freedom of a document, 0..1, adds to ``weights`` (`search.context`).
    context : mapping of str to float
        By name of a feature of the second pass, in nats per unit.
    verdict : mapping of str to float
        By name of a document feature, in logits; "bias" is the constant.
    extent, relation : mapping of str to float
        The same for "parallel" against "partly parallel" where the document is parallel, and for "comparable" against
        "unrelated" where it is not.
    match : mapping of str to float
        By name of a bead's feature, in logits: whether a bead holds translations at all.
    moved : mapping of str to float
        By name of a feature of a pair out of order, in logits: whether it is right.
    split, join : mapping of str to float
        By name of a boundary's feature, in logits: whether it is missing; whether it is wrong.
    length_ratio : float
        Vietnamese characters of a translation for one English character (geometric mean over sentence pairs).
    """

    weights: Mapping[str, float]
    verdict: Mapping[str, float]
    extent: Mapping[str, float]
    relation: Mapping[str, float]
    match: Mapping[str, float]
    moved: Mapping[str, float]
    split: Mapping[str, float]
    join: Mapping[str, float]
    free: Mapping[str, float]
    context: Mapping[str, float]
    length_ratio: float

    def __post_init__(self) -> None:
        found = {(part, name) for part in NAMES for name in getattr(self, part)}
        wanted = {(part, name) for part, names in NAMES.items() for name in names}
        if found != wanted:
            missing, unknown = (sorted(map(".".join, names)) for names in (wanted - found, found - wanted))
            raise InputError(
                "alignment weights do not fit this version",
                found=f"missing {missing}, unknown {unknown}",
                todo="rebuild them: scripts/fit_alignment.py, fit_verdict.py, fit_moved.py and fit_boundaries.py",
            )


def probability(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """Judge by logistic regression: the probability, in 0..1, that weights in logits make of features.

    Examples
    --------
    >>> probability({"bias": 1.0, "cosine": -2.0}, {"bias": 1.0, "cosine": 0.5, "not weighed": 7.0})
    0.5
    """
    return float(logistic(sum(weight * features[name] for name, weight in weights.items())))


@functools.cache
def shipped_weights() -> AlignmentWeights:
    """Load the weights that ship in the package, once.

    Examples
    --------
    >>> 0.9 < shipped_weights().length_ratio < 1.5
    True
    """
    sections = json.loads((resources.files("aligner") / "data" / "alignment.json").read_text(encoding="utf-8"))
    stored = {name: value for section in sections.values() for name, value in section.items()}
    return AlignmentWeights(**{field.name: stored[field.name] for field in fields(AlignmentWeights)})
