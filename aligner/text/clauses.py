"""Clauses: where one long sentence may be cut into units, the strongest boundaries first."""

from __future__ import annotations

import bisect
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from aligner.text.marks import PAIRS

_OPEN, _CLOSE = (re.escape("".join(marks)) for marks in (PAIRS, PAIRS.values()))
# A mark counts with white space behind it alone, so that 2,500 and 10:30 hold none; the unit starts behind both.
_MARK = re.compile(
    rf"""(?P<item>(?<=\s)(?=\(?(?:[a-zđ]|[ivx]{{2,4}}|[0-9]{{1,2}})\)\s))
      | (?P<open>[{_OPEN}])
      | (?P<close>[{_CLOSE}"](?:(?<=,.)\s+)?)  # the boundary of a comma inside quotes is behind them
      | (?P<semicolon>;\s+)
      | (?P<colon>:\s+)
      | (?P<dash>(?<=\s)[–—]\s+)
      | (?P<comma>,\s+)""",
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_]{1,12}")
# The strongest first. Semicolons and list letters part clauses of equal rank, so a unit is cut at all of them at once;
# at the others it is halved, at the one nearest its middle.
_RANKS = {"semicolon": 0, "item": 1, "colon": 2, "dash": 3, "conjunction": 4, "comma": 5}
_HALVED = 2
_NESTED = len(_RANKS)  # added inside quotes and brackets: those are cut when nothing outside them is left to cut
_DEPTH = 4  # open quotes and brackets that a closing one is looked for among; without a limit '(((]]]' is quadratic


def cut_clauses(text: str, max_chars: int, conjunctions: frozenset[str]) -> Iterator[int]:
    """Yield, in order, where a sentence longer than max_chars is cut; a part without a boundary stays longer.

    Parameters
    ----------
    text : str
        One sentence.
    max_chars : int
        Code points that a unit should not exceed, at least 1.
    conjunctions : frozenset of str
        Lower-case words before which a comma is a stronger boundary.

    Notes
    -----
    Semicolons first, then list letters, colons, spaced dashes, commas before conjunctions, other commas. Both languages
    keep the first two in translation, so the units of two sides mostly answer each other.

    Examples
    --------
    >>> list(cut_clauses("He came; she, being ill, stayed.", 25, frozenset()))
    [9]
    """
    ranks = _boundaries(text, conjunctions) if len(text) > max_chars else []
    parts = [(0, len(text), 0)]
    while parts:
        start, end, rank = parts.pop()
        while end - start > max_chars and rank < len(ranks):
            places = ranks[rank]
            low, high = bisect.bisect_right(places, start), bisect.bisect_left(places, end)
            if low == high:
                rank += 1
            elif rank % _NESTED < _HALVED:
                cuts = [start, *places[low:high], end]
                parts += reversed([(left, right, rank + 1) for left, right in itertools.pairwise(cuts)])
                break
            else:
                middle = (start + end) // 2
                nearest = bisect.bisect_left(places, middle, low, high)
                near = min(places[max(low, nearest - 1) : min(high, nearest + 1)], key=lambda at: abs(at - middle))
                parts.append((near, end, rank))
                end = near
        else:
            if start:
                yield start


def _boundaries(text: str, conjunctions: frozenset[str]) -> list[list[int]]:
    """Places to cut by rank, each in order; those inside quotes and brackets that close have ranks of their own."""
    found: list[tuple[int, int]] = []  # place, rank
    opened: list[tuple[str, int]] = []  # what closes it, number of boundaries before it
    depth: Counter[int] = Counter()  # change of depth, by number of boundaries before it
    for match in _MARK.finditer(text):
        kind, mark, end = match.lastgroup or "", match[0][:1], match.end()
        if kind == "open":
            opened.append((PAIRS[mark], len(found)))
        elif kind == "close":
            pair = next((i for i in range(1, 1 + min(_DEPTH, len(opened))) if opened[-i][0] == mark), 0)
            if pair:
                depth[opened[-pair][1]] += 1
                depth[len(found)] -= 1
                del opened[-pair:]
            elif mark == '"':
                opened.append((mark, len(found)))
            kind = "comma" if len(match[0]) > 1 else kind
        if kind in _RANKS:
            if kind == "comma" and text[match.start() - 1].isdigit() and text[end : end + 1].isdigit():
                continue  # July 1, 2026
            if kind == "comma" and (word := _WORD.match(text, end)) and word[0].lower() in conjunctions:
                kind = "conjunction"
            found.append((end, _RANKS[kind]))
    ranks: list[list[int]] = [[] for _ in range(2 * _NESTED)]
    level = 0
    for i, (place, rank) in enumerate(found):
        level += depth[i]
        ranks[rank + _NESTED * (level > 0)].append(place)
    return ranks
