"""The fitted numbers of alignment, read from aligner/data/alignment.json, which scripts/fit_alignment.py writes."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources

from aligner.errors import InputError
from aligner.search.features import EXTENT_FEATURES, FEATURES, MATCH_FEATURES, RELATION_FEATURES, VERDICT_FEATURES


@dataclass(frozen=True, slots=True)
class AlignmentWeights:
    """Weights of the bead features and of the verdict.

    Attributes
    ----------
    weights : mapping of str to float
        By name of a bead feature, in nats per unit of the feature.
    verdict : mapping of str to float
        By name of a document feature, in logits; "bias" is the constant.
    extent, relation : mapping of str to float
        The same for "parallel" against "partly parallel" where the document is parallel, and for "comparable" against
        "unrelated" where it is not.
    match : mapping of str to float
        By name of a bead's feature, in logits: whether a bead holds translations at all.
    length_ratio : float
        Vietnamese characters of a translation for one English character (geometric mean over sentence pairs).
    null_rate : float
        Share of sentences without counterpart in the documents that the weights were fitted on, in 0..1.
    """

    weights: Mapping[str, float]
    verdict: Mapping[str, float]
    extent: Mapping[str, float]
    relation: Mapping[str, float]
    match: Mapping[str, float]
    length_ratio: float
    null_rate: float

    def __post_init__(self) -> None:
        parts = (
            (FEATURES, self.weights),
            (VERDICT_FEATURES, self.verdict),
            (EXTENT_FEATURES, self.extent),
            (RELATION_FEATURES, self.relation),
            (MATCH_FEATURES, self.match),
        )
        missing = {name for wanted, found in parts for name in set(wanted) - set(found)}
        unknown = {name for wanted, found in parts for name in set(found) - set(wanted)}
        if missing or unknown:
            raise InputError(
                "alignment weights do not fit this version",
                found=f"missing {sorted(missing)}, unknown {sorted(unknown)}",
                todo="rebuild them with scripts/fit_alignment.py",
            )


@functools.cache
def shipped_weights() -> AlignmentWeights:
    """Load the model that ships in the package, once.

    Examples
    --------
    >>> 0.9 < shipped_weights().length_ratio < 1.5
    True
    """
    stored = json.loads((resources.files("aligner") / "data" / "alignment.json").read_text(encoding="utf-8"))
    return AlignmentWeights(**{field.name: stored[field.name] for field in fields(AlignmentWeights)})
