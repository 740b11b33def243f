"""The model of quality as a whole: what gives evidence, how it is weighed, and from which quality on a pair is kept."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import PURPOSES, Threshold, check_threshold
from aligner.doors import Share, check_fields
from aligner.encoders.embedded import embedded_encoder
from aligner.errors import InputError
from aligner.quality.additive import Additive, Doubles
from aligner.quality.features import LengthRatio, Witness, background_rows
from aligner.quality.fluency import Fluency
from aligner.quality.lexicon import Lexicon
from aligner.text.tables import read_table
from aligner.version import SIGNED, shipped_digest


@dataclass(frozen=True)
class QualityModel:
    """How evidence is weighed.

    Attributes
    ----------
    additive : Additive
        The weights.
    thresholds : mapping of str to float
        Quality from which on a pair is kept, by purpose (`bitext.PURPOSES`).
    signature : str
        What it was fitted on, for whoever reports a result.

    Examples
    --------
    >>> sorted(shipped_model().thresholds)
    ['balanced', 'recall', 'strict']
    """

    additive: Additive
    thresholds: Mapping[str, Share]
    signature: str

    def __post_init__(self) -> None:
        check_fields(self)
        if missing := [purpose for purpose in PURPOSES if purpose not in self.thresholds]:
            raise InputError(
                "QualityModel lacks a threshold", found=", ".join(self.thresholds) or "none", todo=f"add {missing}"
            )

    def threshold(self, purpose: Threshold) -> float:
        """The threshold of a purpose; a number is its own.

        Raises
        ------
        InputError
            For another word, or a number outside 0..1 (`check_threshold`).

        Examples
        --------
        >>> shipped_model().threshold(0.25)
        0.25
        """
        check_threshold(purpose)
        return self.thresholds[purpose] if isinstance(purpose, str) else float(purpose)


@functools.cache
def _stored() -> dict[str, Any]:
    """The shipped model's file."""
    stored: dict[str, Any] = json.loads((resources.files("aligner") / "data" / "quality.json").read_text("utf-8"))
    return stored


@functools.cache
def shipped_model() -> QualityModel:
    """The model that ships in the package.

    Examples
    --------
    >>> "cosine" in shipped_model().additive.features
    True
    """
    stored = _stored()
    thresholds = {name: float(row["threshold"]) for name, row in stored["purposes"].items()}
    digests = f"quality:{shipped_digest('quality.json')}|encoder:{shipped_digest('encoder.npz')}"
    signature = f"{SIGNED}|{digests}"
    return QualityModel(Additive.from_json(stored["model"]), thresholds, signature)


@functools.cache
def shipped_witness() -> Witness:
    """The encoder, the counts of neighbours and the background that ship in the package.

    Examples
    --------
    >>> shipped_witness().examine(["Good morning."], ["Chào buổi sáng."]).table.shape[0]
    1
    """
    encoder = embedded_encoder()
    data = resources.files("aligner") / "data"
    with (data / "fluency.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        fluency = Fluency(arrays["single"].astype(np.float32), arrays["cells"])
    with (data / "lexicon.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        lexicon = Lexicon(arrays["cells"])
    sides = list(zip(*read_table("background.tsv", "en", "vi"), strict=True))
    spread = {what: LengthRatio(**row) for what, row in _stored()["spread"].items()}
    return Witness(
        encoder,
        lexicon,
        fluency,
        (background_rows(encoder, sides[0]), background_rows(encoder, sides[1])),
        spread["characters"],
        spread["weights"],
    )


def purposes(quality: Doubles, is_good: NDArray[Any], weights: Doubles) -> dict[str, float]:
    """Choose a threshold for each purpose from the qualities of pairs that are known to be good or bad.

    `recall` keeps 99.5 % of the good ones; `balanced` 98 %; `strict` is where 99
    of 100 kept are good, if that leaves half of the good ones.

    Examples
    --------
    >>> purposes(np.array([0.1, 0.2, 0.8, 0.9]), np.array([0, 0, 1, 1]), np.ones(4))["recall"] > 0.2
    True
    """
    good = is_good.astype(bool)
    order = np.argsort(quality[good], kind="stable")
    share = np.cumsum(weights[good][order]) / weights[good].sum()
    # The quality below which so many of the good ones are.
    recall, balanced, half = (
        float(quality[good][order][min(int(np.searchsorted(share, x)), len(share) - 1)]) for x in (0.005, 0.02, 0.5)
    )
    order = np.argsort(-quality, kind="stable")
    precision = np.cumsum((weights * is_good)[order]) / np.cumsum(weights[order])
    enough = np.flatnonzero(precision >= 0.99)
    strict = float(quality[order[enough[-1]]]) if len(enough) else half
    strict = min(max(strict, balanced), half)
    found = {"strict": strict, "balanced": min(balanced, 0.5), "recall": min(recall, 0.5)}
    return {name: round(value, 3) for name, value in found.items()}
