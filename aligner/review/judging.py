"""Judge beads that a person made, among their neighbours, and find where a bead is best cut in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from aligner.quality.scores import score_pairs
from aligner.review.beads import Place, ReviewBead
from aligner.text.sentences import split_sentences

AROUND: Final = 16
"""Beads before and behind that new ones are judged beside (`quality.company`): twice as many change the quality of a
new bead by less than .01 in the mean (test_review.py), and take twice the time of a key."""

MAX_CUTS: Final = 60
"""Ways to cut a bead that are judged at most, first those that give both sides like shares: a third of a second for
twelve sentences a side, as long as a key may take."""


def judge_at(beads: Sequence[ReviewBead], places: Sequence[int]) -> list[ReviewBead]:
    """The beads at some places of a document with their quality and reasons, judged beside those around them.

    Null beads get neither; a person's word that two texts belong together counts as a probability of 1.

    Examples
    --------
    >>> beads = [ReviewBead(0, ("It is raining hard.",), ("Trời đang mưa to.",))]
    >>> judge_at(beads, [0])[0].quality > 0.5
    True
    """
    import pandas as pd

    wanted = [k for k in places if not beads[k].is_null]
    known: dict[int, tuple[float, bool, str]] = {}
    if wanted:
        rows = [k for k in range(max(min(wanted) - AROUND, 0), max(wanted) + AROUND + 1)
                if k < len(beads) and not beads[k].is_null]  # fmt: skip
        frame = pd.DataFrame([beads[k].texts for k in rows], columns=["src_text", "trg_text"])
        scored = score_pairs(frame)
        said = zip(scored["quality"].tolist(), scored["decision"] == "keep", scored["reasons"].tolist(), strict=True)
        known = dict(zip(rows, said, strict=True))
    judged = []
    for k in places:
        quality, is_kept, reasons = known.get(k, (None, False, "null"))
        fresh = replace(beads[k], quality=quality, kept=bool(is_kept), reasons=reasons, probability=None)
        judged.append(fresh)
    return judged


def best_cut(bead: ReviewBead) -> tuple[Place, Place] | None:
    """Where a pair is best made two: between sentences, or at clauses where a side has one; None where it cannot be.

    Every way is judged by itself; the one whose worse half is the best is taken, of equal ones the first.

    Examples
    --------
    >>> bead = ReviewBead(0, ("It rained.", "We left."), ("Trời mưa.", "Chúng tôi đi."))
    >>> best_cut(bead)
    ((1, 0), (1, 0))
    """
    import pandas as pd

    ways = [(s, t) for s in _places(bead.source, "en") for t in _places(bead.target, "vi")]
    if not ways:
        return None
    lengths = [len(text) for text in bead.texts]

    def unevenness(way: tuple[Place, Place]) -> float:
        sides = zip((bead.source, bead.target), way, lengths, strict=True)
        shares = [_before(sentences, place) / max(length, 1) for sentences, place, length in sides]
        return abs(shares[0] - shares[1])

    ways = sorted(ways, key=unevenness)[:MAX_CUTS]
    rows = []
    for k, (source, target) in enumerate(ways):
        for half in (0, 1):
            rows.append((_half(bead.source, source)[half], _half(bead.target, target)[half], str(k)))
    scored = score_pairs(pd.DataFrame(rows, columns=["src_text", "trg_text", "doc_id"]))
    quality = scored["quality"].tolist()
    worse = [min(quality[2 * k], quality[2 * k + 1]) for k in range(len(ways))]
    return ways[max(range(len(ways)), key=lambda k: (worse[k], -k))]


def _places(sentences: tuple[str, ...], lang: str) -> list[Place]:
    """Boundaries within a side: between its sentences; of a single one, between its clauses."""
    if len(sentences) > 1:
        return [(k, 0) for k in range(1, len(sentences))]
    return [(0, piece.start) for text in sentences for piece in list(split_sentences(text, lang, max_chars=1))[1:]]


def _before(sentences: tuple[str, ...], place: Place) -> int:
    """Characters before a place."""
    return sum(len(s) + 1 for s in sentences[: place[0]]) + place[1]


def _half(sentences: tuple[str, ...], place: Place) -> tuple[str, str]:
    """Texts before a place and behind it."""
    k, at = place
    head, tail = (sentences[k][:at], sentences[k][at:]) if at else ("", sentences[k])
    return " ".join([*sentences[:k], *filter(None, [head.strip()])]), " ".join([tail.strip(), *sentences[k + 1 :]])
