"""How far a review has come: wrong beads to be expected among those that nobody looked at, and how many more to see."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aligner.errors import check_number

SHARE: Final = 0.02
"""Share of wrong beads, of all of a document, below which a review is taken to be done, if nobody says another: a
bead in fifty, less than people who align by hand differ among themselves (docs/review.md)."""


class Progress(NamedTuple):
    """What is done and what is left of a document.

    Attributes
    ----------
    beads, decided : int
    expected_wrong : float
        Sum of the doubts of those undecided.
    share : float
        The share of wrong beads that is aimed at, 0..1.
    more : int
        Beads to look at, the most doubtful first, until no larger share is to be expected.
    """

    beads: int
    decided: int
    expected_wrong: float
    share: float
    more: int


def tell_progress(doubts: NDArray[np.float64], beads: int, share: float = SHARE) -> Progress:
    """Tell how far a document has come.

    Parameters
    ----------
    doubts : float64 array, shape (n,)
        Of the beads that nobody decided (`ReviewBead.doubt`), 0..1.
    beads : int
        All beads, n or more.
    share : float
        Of wrong beads, that is aimed at, 0..1.

    Examples
    --------
    >>> tell_progress(np.array([0.5, 0.1, 0.0]), 4, 0.05)
    Progress(beads=4, decided=1, expected_wrong=0.6, share=0.05, more=1)
    """
    check_number(share, "share out of range", 0, 1, todo="give a share of wrong beads from 0 to 1")
    ordered = np.sort(doubts)[::-1]
    total = float(ordered.sum())
    left = total - np.concatenate([[0.0], np.cumsum(ordered)])
    # Sums of thousands of doubts leave a rest of some 1e-13: it is no bead more.
    more = int(np.argmax(left <= share * beads + 1e-9))
    return Progress(beads, beads - len(doubts), round(total, 6), share, more)
