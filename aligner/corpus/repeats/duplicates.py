"""Duplicates among pairs of texts: the same pair again, nearly the same, or one text with many others.

Texts are compared by `comparison_key`, which never drops a tone. Near-duplicates are found by MinHash over the letters
of both sides, verified one by one, and grouped around the pair that is kept: nothing is dropped for being like a pair
that is dropped itself. Time and memory are linear in the text; docs/decisions/0022 has what was measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from aligner.corpus.repeats.fingerprints import fingerprints
from aligner.corpus.repeats.links import THRESHOLD, check_near
from aligner.corpus.repeats.search import KINDS, SAID, Search
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
    frames = (pairs, *tests.values())
    source, target = ([text for frame in frames for text in texts_of(frame[column])] for column in TEXTS)
    n = len(pairs)
    order = np.concatenate([np.arange(n, len(source)), _order_rows(pairs)])
    search = Search(fingerprints(source, target, near=near, map=map), order, np.arange(len(source)) >= n)
    n_compared, n_cut = search.run(source, target, near=near, threshold=threshold, map=map)
    documents = texts_of(pairs["doc_id"]) if "doc_id" in pairs.columns else [""] * n
    found = _make_table(search, list(tests), [len(frame) for frame in frames], documents)
    counts = Counter(found["kind"].tolist())
    found.attrs["duplicates"] = {
        "pairs": n,
        **{kind: counts[kind] for kind in KINDS},
        "across_documents": int(found["across_documents"].sum()),
        "compared": n_compared,
        "buckets_cut": n_cut,
    }
    return found


def _name_tests(against: object) -> dict[str, pd.DataFrame]:
    """Test sets by name."""
    import pandas as pd

    if against is None or isinstance(against, Mapping):
        return dict(against or {})
    if not isinstance(against, pd.DataFrame):
        todo = "give a frame, or a dict of frames by name"
        raise InputError("against is no test set", found=type(against).__name__, todo=todo)
    return {"test": against}


def _make_table(search: Search, names: list[str], sizes: list[int], doc: list[str]) -> pd.DataFrame:
    """One row for each row of the first frame that repeats another."""
    import pandas as pd

    n = sizes[0]
    rows = np.flatnonzero(search.said[:n] >= 0)
    of, roots = search.of[rows], search.roots()[rows]
    frame = np.repeat(np.arange(len(sizes)), sizes)
    places = of - (np.cumsum(sizes) - sizes)[frame[of]]
    against = [(["", *names])[k] for k in frame[roots].tolist()]
    crosses = np.array([j < n and doc[i] != doc[j] for i, j in zip(rows.tolist(), of.tolist(), strict=True)], bool)
    kinds = np.where(of >= n, KINDS.index("against"), search.said[rows])
    why = [
        f"{SAID[KINDS[said]].format(alike)} row {place}" + (f" of {where}" if where else "")
        for said, alike, place, where in zip(
            search.said[rows].tolist(),
            search.alike[rows].tolist(),
            places.tolist(),
            [names[frame[j] - 1] if j >= n else doc[j] if c else "" for j, c in zip(of, crosses, strict=True)],
            strict=True,
        )
    ]
    return pd.DataFrame(
        {
            "row": rows,
            "kind": pd.Series([KINDS[k] for k in kinds.tolist()], dtype=object),
            "group": pd.factorize(roots)[0],
            "duplicate_of": places,
            "against": pd.Series(against, dtype=object),
            "similarity": search.alike[rows],
            "shares_source": search.shares[rows, 0],
            "shares_target": search.shares[rows, 1],
            "across_documents": crosses,
            "why": pd.Series(why, dtype=object),
        }
    )


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
    sides: dict[str, list[str]] = {"keep": [], "source": ["source"], "target": ["target"], "both": ["source", "target"]}
    if one_sided not in sides:
        raise InputError("unknown one_sided", found=repr(one_sided), todo=f"one_sided must be {', '.join(sides)}")
    if found is None:
        found = find_duplicates(pairs, near=near, threshold=threshold, against=against)
    elif "duplicates" not in getattr(found, "attrs", {}):
        todo = "give what find_duplicates gave for these pairs"
        raise InputError("found is not what find_duplicates gives", found=type(found).__name__, todo=todo)
    is_dropped = found["kind"].isin(["against", "exact", "near"]).to_numpy()
    for side in sides[one_sided]:
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


def _order_rows(pairs: pd.DataFrame) -> NDArray[np.int64]:
    """Rows, the best quality first; the first of equals, and what has none last."""
    if "quality" not in pairs.columns:
        return np.arange(len(pairs))
    quality = fractions_of(pairs, "quality")
    return np.argsort(-np.where(np.isnan(quality), -np.inf, quality), kind="stable")
