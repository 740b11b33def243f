"""Links: which pairs are compared with each other, and how alike they are."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.corpus.repeats.fingerprints import Fingerprints
from aligner.corpus.repeats.scratch import Column, ahead, count_parts, part_of, scatter
from aligner.corpus.repeats.shingles import ODD, mix
from aligner.errors import MissingExtraError, check_number

THRESHOLD: Final = 0.9
"""Similarity of either side, 0..1, from which on pairs are near-duplicates: docs/decisions/0022; test_threshold."""

NEIGHBOURS: Final = 8
"""Pairs of a bucket that each one is compared with: its first ones, and as many just before it. A bucket of a million
pairs costs no more than a million buckets, and the first ones are those that would be kept."""

MISSPELT: Final = 0.6
"""Similarity of two words, 0..1, from which on one may be the other misspelt: 'goverment', not 'curved' for 'straight'.
docs/decisions/0022; test_a_word_in_the_place_of_another."""

WORDS_TO_A_STRANGER: Final = 20
"""Words of a side that may have one word in the place of an unlike one and still say nearly the same."""

MAX_LETTERS: Final = 2000
"""Characters of a side up to which edits are counted, in quadratic time; longer ones share pairs of words."""

EVERY_TWO: Final = 1 << 20
"""Links up to which nearest neighbours are sought among all of them; some seconds."""

LEAST_NEIGHBOUR: Final = 0.5
"""Similarity below which a pair is no neighbour to speak of, where signatures find them."""

LINKS: Final = 1 << 14
"""Links that are verified at a time; some 10 MB of texts."""

_GROUP: Final = 4
"""As many times LINKS are given to an executor at a time."""


def candidate_links(
    prints: Fingerprints, order: NDArray[Any], *, threshold: float = THRESHOLD, telling: bool = True
) -> tuple[Iterator[NDArray[np.int64]], int]:
    """Which pairs to compare: those that share a bucket, and whose lengths and letters allow the similarity.

    Parameters
    ----------
    prints : Fingerprints
    order : int array
        Rows to compare, the one that is kept before all others first.
    threshold : float
        Similarity of either side below which a link is of no use, 0..1.
    telling : bool
        Only pairs that agree in what tells.

    Returns
    -------
    iterator of int arrays, shape (k, 2)
        Places in `order`, the lower one first; each link once, sorted by the higher one, some at a time.
    int
        Buckets so large that not every two of their pairs were compared.

    Examples
    --------
    >>> from aligner.corpus.repeats.fingerprints import fingerprints
    >>> from aligner.corpus.repeats.scratch import Scratch
    >>> texts = ["It was raining in Huế.", "Good morning.", "It was raining in Huê."]
    >>> with Scratch() as scratch:
    ...     links, n_cut = candidate_links(fingerprints(scratch, texts, texts), np.array([2, 1, 0]))
    ...     list(links), n_cut
    ([array([[0, 2]])], 0)
    """
    n = np.uint64(max(len(order), 1))
    met = Column(prints.scratch, "<u8")  # higher place times n and lower place
    cells = np.zeros(_CELLS, np.int64)
    n_cut = 0
    places = _place_usable(prints, order)
    parts = count_parts(len(order), _SORTED)
    for bucket in prints.buckets:
        for packed in scatter(prints.scratch, "<u8", _pack_buckets(prints, bucket, places, len(order), telling), parts):
            members, at, head = _group(packed, len(order))
            n_cut += int((at - head == 2 * NEIGHBOURS + 1).sum())
            for k in range(1, NEIGHBOURS + 1):
                late = at[at - head >= k]
                far = at[at - head >= NEIGHBOURS + k]  # before that, those just before it are the first ones
                for a, b in ((late - k, late), (head[far] + k - 1, far)):
                    met.append(members[b] * n + members[a])
                    cells += np.bincount(members[b].astype(np.int64) * _CELLS // int(n), minlength=_CELLS)
    del places
    return _possible_links(prints, order, met, cells, threshold, telling), n_cut


_CELLS: Final = 1 << 12
"""Ranges of places in which links are counted, to sort a range of them at a time."""

_SORTED: Final = 16
"""Bytes that count for a place in a bucket while it is sorted: it has 8 itself."""

_SOUGHT: Final = 32
"""Bytes that count for a link while it is sorted and what bounds it is looked up; it has 8 itself."""


def _place_usable(prints: Fingerprints, order: NDArray[Any]) -> NDArray[Any]:
    """Of every row its place in the order; -1 for those that are not in it, or have no words on a side."""
    places = np.full(len(prints), -1, order.dtype)
    places[order] = np.arange(len(order), dtype=order.dtype)
    for first, shapes in prints.shapes.blocks():
        places[first : first + len(shapes)][shapes["lengths"].min(axis=1) <= 0] = -1
    return places


def _pack_buckets(
    prints: Fingerprints, bucket: Column, places: NDArray[Any], n: int, telling: bool
) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.uint64]]]:
    """Buckets of rows with their places in the lower bits: one sort of numbers. And the parts they are sorted in."""
    low = _low_bits(n)
    for (first, values), (_, tells) in zip(bucket.blocks(), prints.telling.blocks(), strict=True):
        mine = places[first : first + len(values)]
        at = np.flatnonzero(mine >= 0)
        found_in = mix(values[at] + tells[at] * ODD) if telling else values[at]
        # What the upper bits join by chance is told apart later; the part depends on bits above them alone.
        yield (found_in & ~low) | mine[at].astype(np.uint64), part_of(found_in, count_parts(n, _SORTED))


def _low_bits(n: int) -> np.uint64:
    """The bits that a place takes, at most 32."""
    return np.uint64((1 << max(n - 1, 1).bit_length()) - 1)


def _group(packed: NDArray[np.uint64], n: int) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
    """Places that share a bucket, bucket by bucket; the number of each, and that of the first of its bucket."""
    low = _low_bits(n)
    packed = np.sort(packed)
    values = packed & ~low
    same = values[1:] == values[:-1]
    shared = np.zeros(len(values), bool)
    shared[1:] = same
    shared[:-1] |= same
    values, members = values[shared], packed[shared] & low
    at = np.arange(len(values))
    is_first = np.ones(len(values), bool)
    is_first[1:] = values[1:] != values[:-1]
    return members, at, np.maximum.accumulate(np.where(is_first, at, 0))


def _possible_links(
    prints: Fingerprints,
    order: NDArray[Any],
    met: Column,
    cells: NDArray[np.int64],
    threshold: float,
    telling: bool,
) -> Iterator[NDArray[np.int64]]:
    """Of links met in buckets, each once, those that are possible, by ranges of their higher places."""
    n = max(len(order), 1)
    parts = count_parts(len(met), _SOUGHT)
    part_of_cell = (np.cumsum(cells) - cells) * parts // max(len(met), 1)
    part_of_cell = np.minimum(part_of_cell, parts - 1)  # empty cells behind the last link

    def blocks() -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        for _, links in met.blocks():
            yield links, part_of_cell[(links // np.uint64(n)).astype(np.int64) * _CELLS // n]
        met.close()

    for links in scatter(prints.scratch, "<u8", blocks(), parts):
        links = np.unique(links).astype(np.int64)
        links = np.stack([links % n, links // n], axis=1)
        yield links[_may_be_alike(prints, order[links], threshold, telling)]


def _may_be_alike(prints: Fingerprints, links: NDArray[Any], threshold: float, telling: bool) -> NDArray[np.bool_]:
    """Whether linked rows could be as alike as that: each letter too many is an edit."""
    rows, links = np.unique(links, return_inverse=True)
    links = links.reshape(-1, 2)
    ok = np.ones(len(links), bool)
    if telling:
        tells = prints.telling.take(rows)[links]
        ok = tells[:, 0] == tells[:, 1]
    shapes = prints.shapes.take(rows)
    at = np.flatnonzero(ok)
    for first in range(0, len(at), 1 << 18):
        part = at[first : first + (1 << 18)]
        a, b = shapes[links[part, 0]], shapes[links[part, 1]]
        lengths = [side["lengths"].astype(np.int64) for side in (a, b)]
        edits = (lengths[0] + lengths[1]) * (1 - threshold) + 1e-9
        extra = np.abs(a["letters"].astype(np.int16) - b["letters"]).sum(axis=2)
        is_long = np.maximum(lengths[0], lengths[1]) > MAX_LETTERS  # compared by words
        ok[part] = ((np.maximum(extra, np.abs(lengths[0] - lengths[1])) <= edits) | is_long).all(axis=1)
    return ok


def similarities(
    prints: Fingerprints,
    links: NDArray[Any],
    *,
    threshold: float = 0.0,
    map: Callable[..., Iterable[Any]] = map,
) -> NDArray[np.float64]:
    """How alike linked pairs are: the less alike of their two sides.

    Parameters
    ----------
    prints : Fingerprints
    links : int array, shape (k, 2)
        Rows.
    threshold : float
        Pairs that are no near-duplicates at this similarity get 0; with 0, every pair gets its similarity.
    map : callable
        As the builtin one; an executor's shares the work among processes.

    Returns
    -------
    float array, shape (k,)
        0..1: of the characters of both sides' words, those that an alignment by insertions and deletions keeps. Sides
        longer than MAX_LETTERS share pairs of neighbouring words (Dice). 0 where a side has no words.

    Raises
    ------
    MissingExtraError
        Without rapidfuzz.

    Examples
    --------
    >>> from aligner.corpus.repeats.fingerprints import fingerprints
    >>> from aligner.corpus.repeats.scratch import Scratch
    >>> texts = ["Good morning", "Good morning!"], ["Chào buổi sáng", "chào buổi sáng."]
    >>> with Scratch() as scratch:
    ...     similarities(fingerprints(scratch, *texts), np.array([[0, 1]]))
    array([1.])
    """

    def cut() -> Iterator[tuple[list[str], list[str], NDArray[np.int64], float]]:
        for first in range(0, len(links), LINKS):
            part = links[first : first + LINKS]
            rows, at = np.unique(part, return_inverse=True)
            yield *prints.sides(rows), at.reshape(part.shape), threshold

    batches = cut()
    groups = iter(lambda: list(zip(*itertools.islice(batches, _GROUP), strict=True)), [])
    return np.concatenate([np.zeros(0), *ahead(map, _verify, groups)])


def _verify(
    source: Sequence[str], target: Sequence[str], links: NDArray[np.int64], threshold: float
) -> NDArray[np.float64]:
    """`similarities` of one chunk of links between the words of rows."""
    alike = np.ones(len(links))
    sides = source, target
    for words in sides:
        asked = np.flatnonzero(alike >= threshold)
        alike[asked] = np.minimum(alike[asked], _compare(words, links[asked], threshold))
    if threshold:
        alike[alike < threshold] = 0
        for k in np.flatnonzero(alike).tolist():
            i, j = links[k].tolist()
            if _says_something_else(sides[0][i], sides[0][j], sides[1][i], sides[1][j]):
                alike[k] = 0
    return alike


def _says_something_else(source: str, other_source: str, target: str, other_target: str) -> bool:
    """Whether two pairs differ on both sides in a word that is no misspelling, and have few others."""
    if max(map(len, (source, other_source, target, other_target))) > MAX_LETTERS:
        return False
    is_short = False
    for a, b in ((source, other_source), (target, other_target)):
        n = _count_strangers(a, b)
        if not n:
            return False
        is_short |= n * WORDS_TO_A_STRANGER > min(a.count(" "), b.count(" ")) + 1
    return is_short


def _count_strangers(a: str, b: str) -> int:
    """Words of which each text has one in the place of the other's, and which look unlike."""
    if a == b:
        return 0
    from rapidfuzz.distance import Indel, Levenshtein

    left, right = a.split(" "), b.split(" ")
    n = 0
    for edit in Levenshtein.opcodes(left, right):
        if edit.tag == "replace":
            start, end = edit.src_start, edit.src_end
            pair = "".join(left[start:end]), "".join(right[edit.dest_start : edit.dest_end])
            if Indel.normalized_similarity(*pair) < MISSPELT:
                n += end - start
    return n


def nearest_links(
    prints: Fingerprints,
    rows: NDArray[np.int64],
    others: NDArray[np.int64],
    *,
    k: int,
    threshold: float = THRESHOLD,
) -> tuple[NDArray[np.int64], NDArray[np.float64], int, bool]:
    """Find the pairs of two sets that are most alike.

    Parameters
    ----------
    prints : Fingerprints
        Those of which rows and others are places.
    k : int
        How many to give.
    threshold : float
        Similarity from which on near-duplicates are counted.

    Returns
    -------
    int array, shape (at most k, 2); float array
        A row and another, and their similarity, the most alike first.
    int
        Near-duplicates found.
    bool
        Whether every two were compared, which is done up to EVERY_TWO; else those that share a bucket.

    Examples
    --------
    >>> from aligner.corpus.repeats.fingerprints import fingerprints
    >>> from aligner.corpus.repeats.scratch import Scratch
    >>> en, vi = ["Good day", "Good night", "Good days"], ["Chào bạn", "Chúc ngủ ngon", "Chào bạn"]
    >>> with Scratch() as scratch:
    ...     prints = fingerprints(scratch, en, vi)
    ...     nearest_links(prints, np.array([0, 1]), np.array([2]), k=1)[0].tolist()
    [[0, 2]]
    """
    is_exact = len(rows) * len(others) <= EVERY_TWO
    if is_exact:
        links = np.stack([np.repeat(rows, len(others)), np.tile(others, len(rows))], axis=1)
        near = links[_may_be_alike(prints, links, threshold, True)]
    else:
        order = np.concatenate([others, rows])  # the smaller set first: each of the larger one meets its first ones
        if len(others) > len(rows):
            order = np.concatenate([rows, others])
        near, links = (
            order[np.concatenate([np.zeros((0, 2), np.int64), *found])]
            for found, _ in (
                candidate_links(prints, order, threshold=least, telling=tells)
                for least, tells in ((threshold, True), (LEAST_NEIGHBOUR, False))
            )
        )
        is_other = np.zeros(len(prints), bool)
        is_other[others] = True
        near, links = (
            np.where(is_other[found[:, :1]], found[:, ::-1], found)[is_other[found].sum(axis=1) == 1]
            for found in (near, links)
        )
    n_near = int((similarities(prints, near, threshold=threshold) > 0).sum())
    links = links[np.lexsort((links[:, 1], links[:, 0]))]
    alike = similarities(prints, links) if k else np.zeros(len(links))
    best = np.argsort(-alike, kind="stable")[:k]
    return links[best], alike[best], n_near, is_exact


def check_near(*, near: bool, threshold: float) -> None:
    """Raise what near-duplicates cannot be looked for by; every function that does asks here, whatever its pairs are.

    Raises
    ------
    InputError
        If the threshold is no similarity in 0.5..1: below, signatures miss most of what is alike
        (docs/decisions/0022); above, nothing is found, and that nothing would be told as none there.
    MissingExtraError
        Without rapidfuzz, if near-duplicates are asked for.

    Examples
    --------
    >>> check_near(near=True, threshold=90)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: threshold is no similarity (found 90); give a number from 0.5 to 1
    """
    check_number(threshold, "threshold is no similarity", 0.5, 1, todo="give a number from 0.5 to 1")
    if not near:
        return
    try:
        import rapidfuzz  # noqa: F401
    except ImportError:
        raise MissingExtraError("finding near-duplicates", package="rapidfuzz", extra="duplicates") from None


def _compare(words: Sequence[str], links: NDArray[np.int64], threshold: float) -> NDArray[np.float64]:
    """Similarity of linked texts, 0..1."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cpdist

    lengths = np.fromiter(map(len, words), np.int64, len(words))[links]
    found = np.zeros(len(links))
    shorter, longer = lengths.min(axis=1), lengths.max(axis=1)
    # No alignment keeps more than twice the shorter one.
    possible = (shorter > 0) & (2 * shorter >= threshold * (shorter + longer))
    short = np.flatnonzero(possible & (longer <= MAX_LETTERS))
    a, b = ([words[i] for i in links[short, side].tolist()] for side in (0, 1))
    if len(short):
        found[short] = cpdist(a, b, scorer=Indel.normalized_similarity, score_cutoff=threshold, dtype=np.float64)
    for i in np.flatnonzero(possible & (longer > MAX_LETTERS)).tolist():
        found[i] = _share_words(words[links[i, 0]], words[links[i, 1]])
    return found


def _share_words(a: str, b: str) -> float:
    """Share of pairs of neighbouring words that two texts have in common, 0..1."""
    if a == b:
        return 1.0
    counts = []
    for text in (a, b):
        words = text.split(" ")
        counts.append(Counter(zip(words, [*words[1:], ""], strict=True)))
    return 2 * (counts[0] & counts[1]).total() / (counts[0].total() + counts[1].total())
