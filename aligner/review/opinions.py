"""Two people's reviews of one document: how far they agree, and where they do not."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from aligner.review.beads import ReviewBead


class Agreed(NamedTuple):
    """How far two reviews agree.

    Attributes
    ----------
    f1 : float
        Strict F1 of the one's beads by the other's, 0..1; a bead is its two texts.
    kappa : float
        Cohen's kappa of accepted and rejected among the beads that both have and both decided, -1..1; nan where there
        are none.
    both_decided, beads, other_beads : int
    """

    f1: float
    kappa: float
    both_decided: int
    beads: int
    other_beads: int


class Conflict(NamedTuple):
    """A stretch of a document of which two reviews say different things: the beads from `start` to before `stop`."""

    start: int
    stop: int
    other_start: int
    other_stop: int


def compare_reviews(one: Sequence[ReviewBead], other: Sequence[ReviewBead]) -> Agreed:
    """Tell how far two reviews of a document agree.

    Notes
    -----
    Cohen (1960), equation 1: agreement beyond what the two shares of accepted beads give by chance.

    Examples
    --------
    >>> beads = [ReviewBead(0, ("One.",), ("Một.",), "accepted"), ReviewBead(1, ("Two.",), ("Hai.",), "rejected")]
    >>> compare_reviews(beads, beads)[:3]
    (1.0, 1.0, 2)
    """
    ours, theirs = Counter(bead.texts for bead in one), Counter(bead.texts for bead in other)
    common = sum((ours & theirs).values())
    f1 = 2 * common / max(len(one) + len(other), 1) if one or other else 1.0
    said = [
        (one[a + k].status, other[b + k].status)
        for a, b, size in _matching(one, other)
        for k in range(size)
        if one[a + k].status and other[b + k].status
    ]
    n = len(said)
    if not n:
        return Agreed(f1, float("nan"), 0, len(one), len(other))
    observed = sum(a == b for a, b in said) / n
    shares = [sum(pair[side] == "accepted" for pair in said) / n for side in (0, 1)]
    chance = shares[0] * shares[1] + (1 - shares[0]) * (1 - shares[1])
    # Where both accept everything there is nothing to agree on beyond chance; that they agree is what counts.
    kappa = 1.0 if observed == 1.0 else (observed - chance) / (1 - chance)
    return Agreed(f1, kappa, n, len(one), len(other))


def find_conflicts(one: Sequence[ReviewBead], other: Sequence[ReviewBead]) -> list[Conflict]:
    """List the stretches of which two reviews have other beads, or of which the one keeps what the other drops.

    Examples
    --------
    >>> a = [ReviewBead(0, ("One.", "Two."), ("Một.", "Hai.")), ReviewBead(1, ("Three.",), ("Ba.",))]
    >>> b = [ReviewBead(0, ("One.",), ("Một.",)), ReviewBead(2, ("Two.",), ("Hai.",)), a[1]]
    >>> find_conflicts(a, b)
    [Conflict(start=0, stop=1, other_start=0, other_stop=2)]
    """
    found: list[Conflict] = []
    i = j = 0
    for a, b, size in _matching(one, other):
        if a > i or b > j:
            found.append(Conflict(i, a, j, b))
        for k in range(size):
            statuses = {one[a + k].status, other[b + k].status}
            if statuses == {"accepted", "rejected"}:
                found.append(Conflict(a + k, a + k + 1, b + k, b + k + 1))
        i, j = a + size, b + size
    return found


def _matching(one: Sequence[ReviewBead], other: Sequence[ReviewBead]) -> list[tuple[int, int, int]]:
    """Stretches of beads with the same texts in both, in order; the last one is empty and stands at both ends."""
    # What is equal at both ends is taken off first: people change little, and matching is quadratic in what is left.
    start = 0
    while start < min(len(one), len(other)) and one[start].texts == other[start].texts:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end].texts == other[-1 - end].texts:
        end += 1
    inner = ([b.texts for b in one[start : len(one) - end]], [b.texts for b in other[start : len(other) - end]])
    blocks = difflib.SequenceMatcher(None, *inner, autojunk=False).get_matching_blocks()[:-1]
    found = [(0, 0, start)] if start else []
    found += [(a + start, b + start, size) for a, b, size in blocks]
    return [*found, (len(one) - end, len(other) - end, end)]
