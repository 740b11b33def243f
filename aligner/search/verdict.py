"""What two aligned texts are to each other: translations, translations in part, texts about the same, or neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import Bead, Verdict
from aligner.logistic import logistic
from aligner.search.features import MATCH_FEATURES
from aligner.search.sides import SideArrays
from aligner.search.weights import AlignmentWeights, probability

Numbers = NDArray[np.float64]


def bead_features(beads: Sequence[Bead], source: SideArrays, target: SideArrays) -> dict[str, Numbers]:
    """Describe the beads that are not null.

    Parameters
    ----------
    beads : sequence of Bead
        Of the two sides.
    source, target : SideArrays
        The sides.

    Returns
    -------
    dict of float64 arrays, one entry a bead
        ``source``, ``target``: characters of its sides, in the target language; ``cosine``: of its sides; and all of
        `MATCH_FEATURES`: ``excess``: (cosine - background) / (1 - background), ``log_characters``, the two's product,
        and the bead's ``probability``.
    """
    pairs = [bead for bead in beads if not bead.is_null]
    places = [(b.source[-1] + 1, b.target[-1] + 1, len(b.source), len(b.target)) for b in pairs]
    i, j, a, b = np.array(places, np.int64).reshape(-1, 4).T
    cosine = np.array([bead.score for bead in pairs])
    background = (source.background_of(a, i) + target.background_of(b, j)).astype(np.float64) / 2
    sizes = source.characters_of(a, i).astype(np.float64), target.characters_of(b, j).astype(np.float64)
    excess = (cosine - background) / np.maximum(1 - background, 0.1)
    log_characters = np.log1p(sizes[0] + sizes[1])
    return {
        "source": sizes[0],
        "target": sizes[1],
        "cosine": cosine,
        "bias": np.ones(len(pairs)),
        "excess": excess,
        "log_characters": log_characters,
        "excess_log_characters": excess * log_characters,
        "probability": np.array([bead.probability for bead in pairs]),
    }


def _shares(
    named: Mapping[str, Numbers], source: SideArrays, target: SideArrays, match: Mapping[str, float]
) -> tuple[float, float]:
    """Share of either side's characters that have a counterpart, expected over the beads."""
    logits = np.sum([match[name] * named[name] for name in MATCH_FEATURES], axis=0)
    translated = named["probability"] * logistic(logits)
    sides = ((named["source"], source), (named["target"], target))
    found = [float(size @ translated) / max(float(side.characters[1].sum()), 1e-9) for size, side in sides]
    return min(found[0], 1.0), min(found[1], 1.0)


SHARE_FLOOR = 0.02
"""Added to a share and to what is left of it before its log odds are taken, which so stay within 4 of 0; chosen by
hand, the weights are fitted (test_verdict.py)."""


def _log_odds(share: float) -> float:
    return float(np.log((share + SHARE_FLOOR) / (1 - share + SHARE_FLOOR)))


def document_features(
    beads: Sequence[Bead], source: SideArrays, target: SideArrays, match: Mapping[str, float]
) -> dict[str, float]:
    """Describe an alignment for the verdict.

    Parameters
    ----------
    beads : sequence of Bead
        Of the two sides.
    source, target : SideArrays
        The sides.
    match : mapping of str to float
        Weights of `MATCH_FEATURES`.

    Returns
    -------
    dict of str to float
        ``cosine``: mean over characters of the cosine of the bead that holds them, 0 in a null bead; ``excess``: the
        same of (cosine - background) / (1 - background); ``coverage``: share of characters outside null beads;
        ``log_size``: log of 1 + the sentences of the smaller side; ``excess_log_size``: ``excess`` times that.
        ``source_share``, ``target_share``: share of the characters that have a counterpart; ``share``: the smaller of
        the two, ``least_share`` and ``most_share`` the log odds of both; ``background``, ``best``: mean over the
        sentences of both sides of their usual cosine to the other side, and of their largest; ``anchors``:
        weight of anchors that the other side has as well, a sentence.
    """
    named = bead_features(beads, source, target)
    size = named["source"] + named["target"]
    total = max(float(source.characters[1].sum() + target.characters[1].sum()), 1.0)
    n_sentences = max(int(source.characters.shape[1] + target.characters.shape[1]) - 2, 1)
    excess = float(size @ named["excess"]) / total
    log_size = float(np.log1p(min(source.characters.shape[1], target.characters.shape[1]) - 1))
    source_share, target_share = _shares(named, source, target, match)

    def mean(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
        return (float(first[1, 1:].sum()) + float(second[1, 1:].sum())) / n_sentences

    return {
        "bias": 1.0,
        "cosine": float(size @ named["cosine"]) / total,
        "excess": excess,
        "coverage": float(size.sum()) / total,
        "log_size": log_size,
        "excess_log_size": excess * log_size,
        "source_share": source_share,
        "target_share": target_share,
        "share": min(source_share, target_share),
        "least_share": _log_odds(min(source_share, target_share)),
        "most_share": _log_odds(max(source_share, target_share)),
        "background": mean(source.background, target.background),
        "best": mean(source.best, target.best),
        "anchors": mean(source.anchors, target.anchors),
    }


def tell_relation(beads: Sequence[Bead], source: SideArrays, target: SideArrays, model: AlignmentWeights) -> Verdict:
    """Say what two aligned texts are to each other.

    Parameters
    ----------
    beads : sequence of Bead
        Of the two sides.
    source, target : SideArrays
        The sides.
    model : AlignmentWeights
        Weights.

    Returns
    -------
    Verdict
        The kind is the likelier of the first two where the texts are more probably translations than not, else of the
        last two.
    """
    if all(bead.is_null for bead in beads):
        nothing = {"parallel": 0.0, "partly parallel": 0.0, "comparable": 0.0, "unrelated": 1.0}
        return Verdict("unrelated", nothing, 0.0, 0.0)  # type: ignore[arg-type]
    named = document_features(beads, source, target, model.match)
    parallel, whole, about_the_same = (probability(w, named) for w in (model.verdict, model.extent, model.relation))
    first, last = parallel * whole, (1 - parallel) * about_the_same
    kind = (
        ("parallel" if whole >= 0.5 else "partly parallel")
        if parallel >= 0.5
        else ("comparable" if about_the_same >= 0.5 else "unrelated")
    )
    probabilities = {
        "parallel": first,
        "partly parallel": parallel - first,
        "comparable": last,
        "unrelated": 1 - parallel - last,
    }
    return Verdict(kind, probabilities, named["source_share"], named["target_share"])  # type: ignore[arg-type]
