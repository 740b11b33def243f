"""Duplicates among pairs of texts: the same pair again, nearly the same, or one text with many others.

Texts are compared by `comparison_key`, which never drops a tone. Near-duplicates are found by MinHash over the letters
of both sides, verified one by one, and grouped around the pair that is kept: nothing is dropped for being like a pair
that is dropped itself. Time and memory are linear in the text; docs/decisions/0022 has what was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from aligner.corpus.repeats.fingerprints import Fingerprints, cut_chunks, fingerprints
from aligner.corpus.repeats.links import THRESHOLD, check_near
from aligner.corpus.repeats.scratch import Scratch
from aligner.corpus.repeats.search import KINDS, SAID, Search
from aligner.corpus.repeats.shelf import Shelf, order_by
from aligner.doors import checked
from aligner.errors import InputError
from aligner.pairs.chunks import TEXTS
from aligner.pairs.frames import check_frame, fractions_of, texts_of

if TYPE_CHECKING:
    import pandas as pd

OneSided = Literal["keep", "source", "target", "both"]


@checked
def find_duplicates(
    pairs: pd.DataFrame,
    *,
    near: bool = True,
    threshold: float = THRESHOLD,
    against: pd.DataFrame | Mapping[str, pd.DataFrame] | None = None,
    map: Callable[..., Iterable[Any]] = map,
) -> pd.DataFrame:
    """Find the pairs that repeat others, and say which and why.

    Parameters
    ----------
    pairs : pandas.DataFrame
        With ``src_text`` (English) and ``trg_text`` (Vietnamese); ``quality`` (the best of a group is kept, the first
        of equals) and ``doc_id`` are used where they are there. A cell that is no text counts as empty.
    near : bool
        Also near-duplicates; they need the extra ``duplicates``.
    threshold : float
        Similarity in 0.5..1 that both sides of near-duplicates have at least; see `similarities`.
    against : pandas.DataFrame or mapping of name to DataFrame, optional
        Test sets: pairs that repeat one of theirs, nearly, or share a side with one, are reported.
    map : callable
        As the builtin one; `ProcessPoolExecutor(2).map` reads and compares the texts in two processes.

    Returns
    -------
    pandas.DataFrame
        One row for each pair that repeats another, in order: ``row`` (0-based), ``kind`` (see `KINDS`; the first that
        holds), ``group`` (a number; rows of a group lead to the same pair that is kept), ``duplicate_of`` (0-based row
        that it repeats, of the test set for the kind ``against``), ``against`` (name of the test set that the group
        leads to, else empty), ``similarity`` (0..1), ``shares_source`` and ``shares_target`` (with a better pair that
        is kept), ``across_documents`` and ``why``. ``attrs["duplicates"]`` counts rows by kind.

    Raises
    ------
    InputError
        If a column is missing or the threshold is none.
    MissingExtraError
        If near-duplicates are asked for without rapidfuzz.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("Thank you!", "Cảm ơn!"), ("Thank you !", "cảm ơn!"), ("Thank you!", "Cám ơn nhé!")]
    >>> find_duplicates(pd.DataFrame(rows, columns=["src_text", "trg_text"]))[["row", "kind", "duplicate_of"]]
       row              kind  duplicate_of
    0    1             exact             0
    1    2  one_sided_source             0
    """
    check_near(near=near, threshold=threshold)
    check_frame(pairs)
    tests = _name_tests(against)
    for frame in tests.values():
        check_frame(frame)
    frames = (*tests.values(), pairs)
    source, target = ([text for frame in frames for text in texts_of(frame[column])] for column in TEXTS)
    starts = np.cumsum([0, *(len(frame) for frame in tests.values())]).tolist()
    n = starts[-1]
    order = order_by(fractions_of(pairs, "quality")) if "quality" in pairs.columns else np.arange(len(pairs))
    documents = texts_of(pairs["doc_id"]) if "doc_id" in pairs.columns else [""] * len(pairs)
    with Scratch() as scratch:
        prints = fingerprints(scratch, source[:n], target[:n], near=near, map=map)
        prints.add(cut_chunks(source[n:], target[n:]), map, once=True)
        order = np.concatenate([np.arange(n), n + order])
        search, counts = _search(prints, order, np.arange(len(source)) < n, near=near, threshold=threshold, map=map)
    found = Found(search, counts, list(tests), starts, lambda row: documents[row - n])
    import pandas as pd

    table = pd.concat([table for table, _, _ in found.tables()], ignore_index=True)
    table.attrs["duplicates"] = found.counts()
    return table


def _name_tests(against: object) -> dict[str, pd.DataFrame]:
    """Test sets by name."""
    import pandas as pd

    if against is None or isinstance(against, Mapping):
        return dict(against or {})
    if not isinstance(against, pd.DataFrame):
        todo = "give a frame, or a dict of frames by name"
        raise InputError("against is no test set", found=type(against).__name__, todo=todo)
    return {"test": against}


_SIDES: Final[Mapping[str, Sequence[str]]] = {
    "keep": (), "source": ("source",), "target": ("target",), "both": ("source", "target"),
}  # fmt: skip
"""Sides that a pair must not share with a better one, by what `drop_duplicates` is asked."""

_DROPPED: Final = ("against", "exact", "near")
"""Kinds of pairs that are always dropped."""

_TOLD: Final = 1 << 18
"""Rows that are told at a time; some 100 MB of cells."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found, in rows of which those of test sets are the first.

    Attributes
    ----------
    search : Search
        After its run.
    links : tuple of int
        What that gave: links verified, buckets cut.
    names : list of str
        Of the test sets.
    starts : list of int
        The first row of each test set and, last, of the pairs.
    document : callable
        Gives the name of a row's document.
    """

    search: Search
    links: tuple[int, int]
    names: Sequence[str]
    starts: Sequence[int]
    document: Callable[[int], str]

    def kinds(self) -> NDArray[np.int8]:
        """Of every pair a place in KINDS, or -1."""
        n = self.starts[-1]
        said = self.search.said[n:].copy()
        said[(said >= 0) & (self.search.of[n:] < n)] = KINDS.index("against")
        return said

    def dropped(self, one_sided: str = "keep") -> NDArray[np.bool_]:
        """Of every pair whether it goes."""
        is_dropped: NDArray[np.bool_] = np.isin(self.kinds(), [KINDS.index(kind) for kind in _DROPPED])
        for side in _SIDES[one_sided]:
            is_dropped |= self.search.shares[self.starts[-1] :, ("source", "target").index(side)]
        return is_dropped

    def counts(self) -> dict[str, int]:
        """What `find_duplicates` counts."""
        kinds, across = self.kinds(), 0
        for rows in self._rows():
            across += int(self._crosses(rows).sum())
        return {
            "pairs": len(kinds),
            **{kind: int((kinds == k).sum()) for k, kind in enumerate(KINDS)},
            "across_documents": across,
            "compared": self.links[0],
            "buckets_cut": self.links[1],
        }

    def _rows(self) -> Iterator[NDArray[np.int64]]:
        """Rows that repeat another, some at a time."""
        n, total = self.starts[-1], len(self.search.said)
        for first in range(n, max(total, n + 1), _TOLD):
            yield first + np.flatnonzero(self.search.said[first : first + _TOLD] >= 0)

    def _crosses(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the document of what a row repeats is another one."""
        of, n = self.search.of[rows], self.starts[-1]
        twos = zip(rows.tolist(), of.tolist(), strict=True)
        return np.array([j >= n and self.document(i) != self.document(j) for i, j in twos], bool)

    def tables(self) -> Iterator[tuple[pd.DataFrame, NDArray[np.int64], NDArray[Any]]]:
        """One row for each pair that repeats another, as `find_duplicates` says, some at a time; the rows of both."""
        import pandas as pd

        search, n, names = self.search, self.starts[-1], [*self.names, ""]
        roots, kinds = search.roots(), self.kinds()
        groups, n_groups = np.full(len(roots), -1, roots.dtype), 0
        for rows in self._rows():
            of, own = search.of[rows], roots[rows]
            new = pd.unique(own[groups[own] < 0])
            groups[new] = np.arange(n_groups, n_groups + len(new))
            n_groups += len(new)
            sets = np.searchsorted(self.starts, of, side="right") - 1
            places = of - np.asarray(self.starts)[sets]
            crosses = self._crosses(rows)
            where = [
                self.document(j) if cross else names[k]
                for j, cross, k in zip(of.tolist(), crosses.tolist(), sets.tolist(), strict=True)
            ]
            why = [
                f"{SAID[KINDS[said]].format(alike)} row {place}" + (f" of {name}" if name else "")
                for said, alike, place, name in zip(
                    search.said[rows].tolist(), search.alike[rows].tolist(), places.tolist(), where, strict=True
                )
            ]
            against = [names[k] for k in (np.searchsorted(self.starts, own, side="right") - 1).tolist()]
            table = pd.DataFrame(
                {
                    "row": rows - n,
                    "kind": pd.Series([KINDS[k] for k in kinds[rows - n].tolist()], dtype=object),
                    "group": groups[own].astype(np.int64),
                    "duplicate_of": places,
                    "against": pd.Series(against, dtype=object),
                    "similarity": search.alike[rows],
                    "shares_source": search.shares[rows, 0],
                    "shares_target": search.shares[rows, 1],
                    "across_documents": crosses,
                    "why": pd.Series(why, dtype=object),
                }
            )
            yield table, rows, of


def find_on_shelf(
    shelf: Shelf, *, near: bool, threshold: float = THRESHOLD, map: Callable[..., Iterable[Any]] = map
) -> Found:
    """Find the pairs of a shelf that repeat others, as `find_duplicates` does in a frame.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("Thank you!", "Cảm ơn!"), ("Thank you !", "cảm ơn!")]
    >>> with Scratch() as scratch:
    ...     shelf = Shelf(scratch, near=False)
    ...     shelf.add([pd.DataFrame([row], columns=["src_text", "trg_text"]) for row in rows])
    ...     find_on_shelf(shelf, near=False).counts()["exact"]
    1
    """
    order = shelf.order()
    is_test = np.arange(len(order)) < shelf.starts[-1]
    search, links = _search(shelf.prints, order, is_test, near=near, threshold=threshold, map=map)
    return Found(search, links, shelf.names, shelf.starts, shelf.document)


def _search(
    prints: Fingerprints, order: NDArray[Any], is_test: NDArray[np.bool_], *, near: bool, **how: Any
) -> tuple[Search, tuple[int, int]]:
    """Run a search; among copies that share their fingerprints, with the first one in order alone."""
    if not prints.numbers:
        search = Search(prints, order, is_test)
        return search, search.run(near=near, **how)
    numbers = np.concatenate(prints.numbers)
    best = np.empty(len(prints), order.dtype)
    best[numbers[order[::-1]]] = order[::-1]  # written last, the first one stays
    firsts = order[best[numbers[order]] == order]
    search = Search(prints, numbers[firsts], is_test[best])
    links = search.run(near=near, **how)
    search.spread(numbers, best)
    return search, links


@checked
def drop_duplicates(
    pairs: pd.DataFrame,
    found: pd.DataFrame | None = None,
    *,
    near: bool = True,
    threshold: float = THRESHOLD,
    against: pd.DataFrame | Mapping[str, pd.DataFrame] | None = None,
    one_sided: OneSided = "keep",
) -> pd.DataFrame:
    """Keep one pair of each group of duplicates: the one of the best quality, the first of equals.

    Parameters
    ----------
    pairs, near, threshold, against
        As for `find_duplicates`.
    found : pandas.DataFrame, optional
        What `find_duplicates` gave for these pairs, where it has been asked already.
    one_sided : {"keep", "source", "target", "both"}
        Whether pairs are dropped that share only their source, only their target, or either with a better one. One
        source with many translations is no fault.

    Returns
    -------
    pandas.DataFrame
        The pairs kept, in order, with their index. ``attrs["duplicates"]`` has what `find_duplicates` counted, and
        ``kept`` and ``dropped``, which add up to ``pairs``.

    Raises
    ------
    InputError
        As `find_duplicates` does, and if one_sided is none of these.
    MissingExtraError
        If near-duplicates are asked for without rapidfuzz.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("Thank you!", "Cảm ơn!", 0.7), ("Thank you !", "cảm ơn!", 0.9), ("Good night.", "Chúc ngủ ngon.", 0.8)]
    >>> drop_duplicates(pd.DataFrame(rows, columns=["src_text", "trg_text", "quality"])).index.tolist()
    [1, 2]
    """
    if one_sided not in _SIDES:
        raise InputError("unknown one_sided", found=repr(one_sided), todo=f"one_sided must be {', '.join(_SIDES)}")
    if found is None:
        found = find_duplicates(pairs, near=near, threshold=threshold, against=against)
    elif "duplicates" not in getattr(found, "attrs", {}):
        todo = "give what find_duplicates gave for these pairs"
        raise InputError("found is not what find_duplicates gives", found=type(found).__name__, todo=todo)
    is_dropped = found["kind"].isin(_DROPPED).to_numpy()
    for side in _SIDES[one_sided]:
        is_dropped = is_dropped | found[f"shares_{side}"].to_numpy()
    rows = found["row"].to_numpy()[is_dropped]
    is_kept = np.ones(len(pairs), bool)
    is_kept[rows] = False
    kept = pairs[is_kept]
    kept.attrs = {
        **pairs.attrs,
        "duplicates": {**found.attrs["duplicates"], "kept": len(kept), "dropped": len(pairs) - len(kept)},
    }
    return kept
