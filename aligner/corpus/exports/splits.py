"""Train, dev and test: by document, the same whenever the corpus grows, and with nothing of one in another.

A document's split depends on its name and the salt alone. A pair that repeats one of a document in a more precious
split (test before dev before train) is left out of its own: it is `excluded`, and never moved.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.corpus.repeats.fingerprints import Fingerprints, fingerprints
from aligner.corpus.repeats.links import THRESHOLD, check_near, nearest_links
from aligner.corpus.repeats.scratch import BLOCK, Scratch, count_parts, part_of, scatter
from aligner.corpus.repeats.search import KINDS, SAID, Search
from aligner.corpus.repeats.shelf import name_documents
from aligner.doors import checked
from aligner.errors import InputError, check_number, check_whole
from aligner.pairs.frames import check_frame, make_frame, texts_of

if TYPE_CHECKING:
    import pandas as pd

SPLITS: Final = ("test", "dev", "train")
"""The most precious first: a pair that two of them would share stays in the first."""

EXCLUDED: Final = "excluded"
"""What a pair is that repeats one of a more precious split."""


@checked
def split_corpus(
    pairs: pd.DataFrame,
    *,
    dev: float = 0.01,
    test: float = 0.01,
    salt: str = "",
    near: bool = True,
    threshold: float = THRESHOLD,
) -> pd.DataFrame:
    """Split a corpus into train, dev and test.

    Parameters
    ----------
    pairs : pandas.DataFrame
        With ``src_text`` and ``trg_text``, and ``doc_id`` where pairs belong to documents. A pair without one is a
        document of its own, whose name is its comparison key.
    dev, test : float
        Shares of the documents, expected, 0 or more; together below 1.
    salt : str
        Another salt gives another split.
    near : bool
        Also exclude near-duplicates; needs the extra ``duplicates``.
    threshold : float
        As for `find_duplicates`.

    Returns
    -------
    pandas.DataFrame
        The pairs with the columns ``split`` (``train``, ``dev``, ``test``, or ``excluded`` for a pair that repeats one
        of a document of a more precious split: exactly, nearly, or on one side) and ``split_reason`` (empty, or which
        split would have been and what stands against it). ``attrs["splits"]`` counts pairs by split and, under
        ``documents``, documents.

    Raises
    ------
    InputError
        If a column is missing or the shares are none.
    MissingExtraError
        If near-duplicates are asked for without rapidfuzz.

    Notes
    -----
    What holds when documents are added: a pair of test stays in test; a pair of dev stays there or becomes excluded; a
    pair of train stays there or becomes excluded; what is excluded stays so. docs/decisions/0022 says why.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(f"Page {k} of the book", f"Trang {k} của sách", f"d{k}") for k in range(8)]
    >>> split_corpus(pd.DataFrame(rows, columns=["src_text", "trg_text", "doc_id"]), dev=0.2, test=0.2).split.tolist()
    ['test', 'train', 'test', 'train', 'test', 'test', 'train', 'train']
    """
    import pandas as pd

    check_frame(pairs)
    check_near(near=near, threshold=threshold)
    check_shares(dev, test)
    source, target = texts_of(pairs["src_text"]), texts_of(pairs["trg_text"])
    reasons, excluded = [""] * len(pairs), np.zeros(len(pairs), bool)
    with Scratch() as scratch:
        prints = fingerprints(scratch, source, target, near=near)
        names = name_documents(pairs)
        split, n_documents = place_pairs(prints, lambda first, last: names[first:last], dev=dev, test=test, salt=salt)
        every = np.arange(len(pairs))
        n_cut = 0
        for k, search, n in exclusions(prints, every, split, near=near, threshold=threshold):
            n_cut += n
            for row in np.flatnonzero((split == k) & (search.said >= 0)).tolist():
                other = int(search.of[row])
                said = SAID[KINDS[search.said[row]]].format(search.alike[row])
                reasons[row] = f"{SPLITS[k]}, but {said} row {other} of {SPLITS[split[other]]}"
                excluded[row] = True
    result = pairs.copy()
    named = [EXCLUDED if out else SPLITS[k] for k, out in zip(split.tolist(), excluded.tolist(), strict=True)]
    result["split"] = pd.Series(named, dtype=object).to_numpy()
    result["split_reason"] = pd.Series(reasons, dtype=object).to_numpy()
    counts = Counter(named)
    result.attrs = {
        **pairs.attrs,
        "splits": {
            **{name: counts[name] for name in (*reversed(SPLITS), EXCLUDED)},
            "documents": {name: n_documents[k] for k, name in reversed(list(enumerate(SPLITS)))},
            "buckets_cut": n_cut,
        },
    }
    return result


def check_shares(dev: float, test: float) -> None:
    """Raise an InputError unless these are shares of the documents that leave some to train on.

    Examples
    --------
    >>> check_shares(0.5, 0.5)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: nothing is left to train on (found dev + test = 1); give smaller shares
    """
    for name, share in (("dev", dev), ("test", test)):
        check_number(share, f"{name} is no share", 0, 1, todo="give a number from 0 up to 1", below=True)
    if dev + test >= 1:
        raise InputError(
            "nothing is left to train on", found=f"dev + test = {dev + test:g}", todo="give smaller shares"
        )


def place_pairs(
    prints: Fingerprints,
    names: Callable[[int, int], list[bytes]],
    *,
    dev: float,
    test: float,
    salt: str = "",
    begin: int = 0,
) -> tuple[NDArray[np.int8], list[int]]:
    """Give each pair the split of its document, as a place in SPLITS; and count the documents of each split.

    Parameters
    ----------
    prints : Fingerprints
    names : callable
        Gives the names of the documents of a range of rows, nothing for a row without one.
    begin : int
        The first row that has a split; those before it get a place behind all.

    Examples
    --------
    >>> with Scratch() as scratch:
    ...     prints = fingerprints(scratch, ["Hi"] * 4, ["Chào"] * 4, near=False)
    ...     place_pairs(prints, lambda a, b: [b"d4", b"d4", b"d1", b""][a:b], dev=0.2, test=0.2)
    (array([0, 0, 2, 2], dtype=int8), [1, 0, 2])
    """
    split = np.full(len(prints), len(SPLITS), np.int8)
    limits = np.array([test, test + dev])
    parts = count_parts(len(prints), 16)

    def blocks() -> Iterator[tuple[NDArray[np.uint64], NDArray[np.uint64]]]:
        for first in range(begin, len(prints), BLOCK):
            last = min(first + BLOCK, len(prints))
            keys = np.hstack([side.read(first, last) for side in prints.keys])
            known: dict[bytes, int] = {}
            points = np.empty(last - first, np.uint64)
            for k, name in enumerate(names(first, last)):
                document = _name_apart(name, keys[k])
                if document not in known:
                    known[document] = _place_document(document, salt)
                points[k] = known[document]
            split[first:last] = np.searchsorted(limits, points / 2.0**64, side="right")
            yield points, part_of(points, parts)

    counts = np.zeros(len(SPLITS), np.int64)
    for points in scatter(prints.scratch, "<u8", blocks(), parts):
        held = np.searchsorted(limits, np.unique(points) / 2.0**64, side="right")
        counts += np.bincount(held, minlength=len(SPLITS))
    return split, counts.tolist()


def exclusions(
    prints: Fingerprints,
    rows: NDArray[Any],
    split: NDArray[np.int8],
    *,
    near: bool = True,
    threshold: float = THRESHOLD,
) -> Iterator[tuple[int, Search, int]]:
    """Search dev, and then train, for what pairs of more precious splits have; say how many buckets were cut.

    Parameters
    ----------
    rows : int array
        Those to look at, in order.
    split : int8 array
        Of all rows, a place in SPLITS.

    Yields
    ------
    int, Search, int
        A place in SPLITS, and the search that has found which of its rows are excluded.
    """
    for k in (1, 2):
        # Against all of the documents above, what is excluded of them too: so that nothing comes back later.
        above = split < k
        order = np.concatenate([rows[above[rows]], rows[split[rows] == k]])
        if above[rows].any() and (split[rows] == k).any():
            search = Search(prints, order, above)
            yield k, search, search.run(near=near, threshold=threshold, within=False)[1]


def _name_apart(name: bytes, key: NDArray[np.uint64]) -> bytes:
    """Name of a pair's document; its key where it has none. A document may be called what another's key is."""
    return b"d" + name if name else b"p" + key.astype("<u8").tobytes()


def _place_document(document: bytes, salt: str) -> int:
    """Where a document lies, in 0 up to 2 ** 64."""
    name = len(salt).to_bytes(8, "big") + salt.encode("utf-8", "backslashreplace") + document
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")


@dataclass(frozen=True)
class Leakage:
    """What splits have in common.

    Attributes
    ----------
    table : pandas.DataFrame
        One row for every two splits: ``split``, ``other``, ``shared_pairs``, ``shared_sources``, ``shared_targets``
        (distinct comparison keys that both have), ``near_pairs`` (near-duplicates found) and ``is_exact`` (every pair
        of one was compared with every pair of the other; else those that signatures brought together).
    neighbours : pandas.DataFrame
        The nearest pairs of every two splits, the most alike first: ``split``, ``other``, ``similarity`` (0..1),
        ``row``, ``other_row`` (0-based), ``src_text``, ``trg_text``, ``other_src_text``, ``other_trg_text``.
    """

    table: pd.DataFrame
    neighbours: pd.DataFrame

    @property
    def n_shared(self) -> int:
        """Pairs that stand in more than one split."""
        return int(self.table["shared_pairs"].sum())

    def __str__(self) -> str:
        """One line for every two splits."""
        lines = []
        for row in self.table.to_dict("records"):
            lines.append(
                f"{row['split']} and {row['other']}: {row['shared_pairs']} shared pairs, "
                f"{row['shared_sources']} shared sources, {row['shared_targets']} shared targets, "
                f"{row['near_pairs']} near-duplicates" + ("" if row["is_exact"] else " (found by signatures)")
            )
        return "\n".join(lines)


@checked
def leakage(
    pairs: pd.DataFrame | Mapping[str, pd.DataFrame], *, k: int = 5, near: bool = True, threshold: float = THRESHOLD
) -> Leakage:
    """Show what splits have in common: nothing, where they are good, and what comes nearest to it.

    Parameters
    ----------
    pairs : pandas.DataFrame or mapping of name to DataFrame
        Pairs with a column ``split`` (``excluded`` ones and empty cells are left out), or a frame for each split.
    k : int
        Nearest neighbours to give for every two splits.
    near : bool
        Also near-duplicates and nearest neighbours; needs the extra ``duplicates``.
    threshold : float
        As for `find_duplicates`.

    Returns
    -------
    Leakage

    Raises
    ------
    InputError
        If a column is missing.
    MissingExtraError
        If near-duplicates are asked for without rapidfuzz.

    Examples
    --------
    >>> import pandas as pd
    >>> train = pd.DataFrame({"src_text": ["It rained in Huế."], "trg_text": ["Trời mưa ở Huế."]})
    >>> test = pd.DataFrame({"src_text": ["It rained in Vinh."], "trg_text": ["Trời mưa ở Vinh."]})
    >>> print(leakage({"train": train, "test": test}))
    train and test: 0 shared pairs, 0 shared sources, 0 shared targets, 0 near-duplicates
    """
    check_whole(k, "k is no number of neighbours", 0, todo="give 0 or more")
    check_near(near=near, threshold=threshold)
    frames = _cut_frames(pairs)
    source = [text for _, frame in frames.values() for text in texts_of(frame["src_text"])]
    target = [text for _, frame in frames.values() for text in texts_of(frame["trg_text"])]
    numbers = [n for rows, _ in frames.values() for n in rows]
    edges = np.cumsum([0, *(len(rows) for rows, _ in frames.values())])
    table, neighbours = [], []
    names = list(frames)
    with Scratch() as scratch:
        prints = fingerprints(scratch, source, target, near=near)
        keys = np.hstack([side.read() for side in prints.keys])
        for a in range(len(names)):
            for b in range(a + 1, len(names)):
                rows = np.arange(edges[a], edges[a + 1]), np.arange(edges[b], edges[b + 1])
                shared = [
                    len(_find_distinct(keys[rows[0], part]) & _find_distinct(keys[rows[1], part]))
                    for part in (slice(0, 4), slice(0, 2), slice(2, 4))
                ]
                n_near, is_exact = 0, True
                if near:
                    links, alike, n_near, is_exact = nearest_links(prints, *rows, k=k, threshold=threshold)
                    for (i, j), similarity in zip(links.tolist(), alike.tolist(), strict=True):
                        cells = source[i], target[i], source[j], target[j]
                        neighbours.append((names[a], names[b], similarity, numbers[i], numbers[j], *cells))
                table.append((names[a], names[b], *shared, n_near, is_exact))
    return Leakage(
        make_frame(
            table,
            columns=["split", "other", "shared_pairs", "shared_sources", "shared_targets", "near_pairs", "is_exact"],
        ),
        make_frame(
            neighbours,
            columns=[
                "split", "other", "similarity", "row", "other_row",
                "src_text", "trg_text", "other_src_text", "other_trg_text",
            ],
        ),
    )  # fmt: skip


def _cut_frames(pairs: pd.DataFrame | Mapping[str, pd.DataFrame]) -> dict[str, tuple[Sequence[int], pd.DataFrame]]:
    """Splits by name, with the numbers of their rows."""
    import pandas as pd

    given: object = pairs
    if not isinstance(given, (pd.DataFrame, Mapping)):
        check_frame(given)
    if not isinstance(pairs, pd.DataFrame):
        for frame in pairs.values():
            check_frame(frame)
        return {str(name): (range(len(frame)), frame) for name, frame in pairs.items()}
    check_frame(pairs)
    if "split" not in pairs.columns:
        shown = ", ".join(map(str, pairs.columns))
        raise InputError("no column split", found=shown, todo="split the pairs with split_corpus, or name the column")
    names = texts_of(pairs["split"])
    rows: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        if name and name != EXCLUDED:
            rows.setdefault(name, []).append(i)
    known = [name for name in reversed(SPLITS) if name in rows]
    return {name: (rows[name], pairs.iloc[rows[name]]) for name in [*known, *sorted(set(rows) - set(known))]}


def _find_distinct(keys: NDArray[np.uint64]) -> set[Any]:
    """Keys that stand for text."""
    return {tuple(key) for key in np.unique(keys[keys.any(axis=1)], axis=0).tolist()}
