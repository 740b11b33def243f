"""A made-up person at work: a damaged alignment, and the keys that make the bead right that they stand on."""

import itertools
import random
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from aligner.errors import InputError
from aligner.review.beads import (
    Replacement,
    ReviewBead,
    apply_replacement,
    arrange,
    merge,
    next_id,
    pull,
    push,
    split,
    unlink,
    with_ids,
)
from aligner.review.judging import best_cut
from aligner.review.store import Repair
from aligner.text.sentences import split_sentences

GOLD = Path(__file__).parents[1] / "corpus" / "gold"

Pair = tuple[tuple[str, ...], tuple[str, ...]]
Edit = Callable[[Sequence[ReviewBead], int], Replacement]
Span = tuple[tuple[int, int] | None, tuple[int, int] | None]
"""Where the texts of a bead stand in those of the document, in characters without white space."""

APART = 4
"""Beads from one error to the next."""


def gold_pairs(n: int) -> list[Pair]:
    """The first n beads of the articles."""
    pairs: list[Pair] = []
    for file in sorted(GOLD.glob("*.gold")):
        en, vi = (file.with_suffix(suffix).read_text("utf-8").splitlines() for suffix in (".en", ".vi"))
        for line in file.read_text("utf-8").splitlines():
            source, target = ([int(k) for k in re.findall(r"\d+", side)] for side in line.split(":"))
            pairs.append((tuple(en[k] for k in source), tuple(vi[k] for k in target)))
    return pairs[:n]


def beads_of(pairs: Sequence[Pair]) -> list[ReviewBead]:
    return [ReviewBead(k, *pair) for k, pair in enumerate(pairs)]


def _off_by_one(beads: Sequence[ReviewBead], k: int) -> Replacement:
    """(a|x), (b|y) as (a|), (b|x), (|y)."""
    first, second = beads[k], beads[k + 1]
    return arrange(beads, k, 2, [(first.source, ()), (second.source, first.target), ((), second.target)])


def _cut_within(beads: Sequence[ReviewBead], k: int) -> Replacement:
    """The beginning of an English sentence alone, its rest with the whole translation."""
    text = beads[k].source[0]
    return split(beads, k, (0, text.find(" ", len(text) // 3)), (0, 0))


ERRORS: dict[str, Edit] = {
    "merged": lambda beads, k: merge(beads, k, "next"),
    "a sentence left alone": lambda beads, k: split(beads, k, (1, 0), (1, 0)),
    "boundary shifted in English": lambda beads, k: push(beads, k, "en", "next"),
    "boundary shifted in Vietnamese": lambda beads, k: push(beads, k + 1, "vi", "previous"),
    "moved over": lambda beads, k: pull(beads, k, "en", "next"),
    "wrongly null": unlink,
    "wrongly paired": _off_by_one,
    "cut within a sentence": _cut_within,
}


def damage(pairs: Sequence[Pair], n: int, seed: int) -> list[Pair]:
    """Put n errors, of all kinds in turn, into an alignment."""
    rng = random.Random(seed)
    beads = beads_of(pairs)
    inner = range(2, len(beads) - 3)
    ones = [k for k in inner if _sizes(beads[k]) == _sizes(beads[k + 1]) == (1, 1) and _is_plain(beads[k : k + 2])
            and len(beads[k].source[0]) > 40]  # fmt: skip
    threes = [k for k in inner if sorted(_sizes(beads[k])) == [1, 2]]
    rng.shuffle(ones)
    rng.shuffle(threes)
    chosen: list[tuple[int, str]] = []
    for name in itertools.islice(itertools.cycle(ERRORS), n):
        pool = threes if name == "a sentence left alone" else ones
        chosen.append((next(k for k in pool if all(abs(k - other) > APART - 1 for other, _ in chosen)), name))
    for k, name in sorted(chosen, reverse=True):
        apply_replacement(beads, with_ids(ERRORS[name](beads, k), next_id(beads)))
    return [(bead.source, bead.target) for bead in beads]


def _sizes(bead: ReviewBead) -> tuple[int, int]:
    return len(bead.source), len(bead.target)


def _is_plain(beads: Sequence[ReviewBead]) -> bool:
    """Whether joined texts are split where they were joined: headings end with no stop."""
    for lang, sides in (("en", [bead.source for bead in beads]), ("vi", [bead.target for bead in beads])):
        sentences = [text for side in sides for text in side]
        if [found.text for found in split_sentences(" ".join(sentences), lang)] != sentences:
            return False
    return True


def spans(beads: Sequence[ReviewBead], start: tuple[int, int] = (0, 0)) -> list[Span]:
    """What a document is, whatever its beads are called: the order of null beads does not count."""
    (a, b), found = start, []
    for bead in beads:
        to = a + _size(bead.source), b + _size(bead.target)
        found.append(((a, to[0]) if to[0] > a else None, (b, to[1]) if to[1] > b else None))
        a, b = to
    return found


def _size(sentences: Sequence[str]) -> int:
    return sum(len("".join(text.split())) for text in sentences)


def _at_best(beads: Sequence[ReviewBead], k: int) -> Replacement:
    cut = best_cut(beads[k])
    if cut is None:
        raise InputError("nowhere to cut", todo="choose another key")
    return split(beads, k, *cut)


KEYS: dict[str, Edit] = {
    "m": lambda beads, k: merge(beads, k, "next"),
    "M": lambda beads, k: merge(beads, k, "previous"),
    "e": lambda beads, k: pull(beads, k, "en", "next"),
    "E": lambda beads, k: push(beads, k, "en", "next"),
    "d": lambda beads, k: pull(beads, k, "en", "previous"),
    "D": lambda beads, k: push(beads, k, "en", "previous"),
    "v": lambda beads, k: pull(beads, k, "vi", "next"),
    "V": lambda beads, k: push(beads, k, "vi", "next"),
    "c": lambda beads, k: pull(beads, k, "vi", "previous"),
    "C": lambda beads, k: push(beads, k, "vi", "previous"),
    "l": unlink,
    "b": _at_best,
}  # fmt: skip
"""What a person knows of the keys."""


def keys_for(beads: Sequence[ReviewBead], k: int, gold: Collection[Span], offered: Repair | None = None) -> str:
    """The fewest keys, three at most, after which all that is in a bead's place is as in the gold; "" where it is.

    Raises
    ------
    LookupError
        If there are none.
    """
    low, high = max(k - 4, 0), k + 5
    start = _size([t for bead in beads[:low] for t in bead.source]), _size([t for b in beads[:low] for t in b.target])
    window = list(beads[low:high])
    own = spans(window, start)[k - low]

    def is_right(now: Sequence[ReviewBead]) -> bool:
        return all(span in gold for span in spans(now, start) if _overlap(span, own))

    if is_right(window):
        return ""
    if offered is not None:
        at = k - low - offered.replaces.index(beads[k].id)
        if at >= 0 and is_right(_done(window, arrange(window, at, len(offered.replaces), offered.beads))):
            return "s"
    states = [(window, k - low, "")]
    for _ in range(3):
        following = []
        for now, place, keys in states:
            for key, edit in KEYS.items():
                if key == "b" and keys:  # judging takes its time
                    continue
                try:
                    done = with_ids(edit(now, place), 10**6 * (len(keys) + 1))
                except InputError:
                    continue
                after = _done(now, done)
                if is_right(after):
                    return keys + key
                following.append((after, _standing(now[place], done, after), keys + key))
        states = following
    raise LookupError(f"no keys for {beads[k]}")


def _done(beads: Sequence[ReviewBead], done: Replacement) -> list[ReviewBead]:
    after = list(beads)
    apply_replacement(after, with_ids(done, 10**7))
    return after


def _standing(bead: ReviewBead, done: Replacement, after: Sequence[ReviewBead]) -> int:
    """Where one stands after an edit: on the bead, or on the first that is new."""
    known = {one.id for one in done.before}
    ids = [one.id for one in done.after]
    own = bead.id if bead.id in ids else next((one for one in ids if one not in known), ids[0])
    return [one.id for one in after].index(own)


def _overlap(one: Span, other: Span) -> bool:
    return any(p and q and p[0] < q[1] and q[0] < p[1] for p, q in zip(one, other, strict=True))
