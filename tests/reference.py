"""Plain twins of the fast code: slow loops that anyone can check."""

import itertools
import math
import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from aligner.names.spelling import Words, is_foreign, vietnamese_key, words_of
from aligner.quality import surface
from aligner.quality.accents import FEW_WORDS, FREQUENT_MARKED, FREQUENT_PLAIN, LOST, PLAIN_SHARE, is_odd
from aligner.quality.surface import FEW_MARKS, MARKED_SHARE, SELDOM
from aligner.text.language import detect_language
from aligner.text.marks import CLOSERS, end_mark, opens_lower, strip_opening
from aligner.text.syllables import bare, bare_syllables
from aligner.text.unicode import VIETNAMESE_LETTERS
from aligner.text.words import grammar_words, vietnamese_syllables

BeadType = tuple[int, int]
Scores = dict[BeadType, np.ndarray]  # by bead type, shape (n + 1, m + 1): the bead that ends at node (i, j)


def paths(types: list[BeadType], n: int, m: int) -> Iterator[list[BeadType]]:
    """Every way to cover n and m sentences with beads."""
    if n == m == 0:
        yield []
    for a, b in types:
        if a <= n and b <= m:
            for rest in paths(types, n - a, m - b):
                yield [*rest, (a, b)]


def path_score(path: list[BeadType], scores: Scores) -> float:
    """Sum of the scores of a path's beads."""
    total, i, j = 0.0, 0, 0
    for bead in path:
        i, j = i + bead[0], j + bead[1]
        total += float(scores[bead][i, j])
    return total


def best_score(scores: Scores, n: int, m: int) -> float:
    """Score of the best path, by looking at all of them."""
    return max(path_score(path, scores) for path in paths(list(scores), n, m))


def posteriors(scores: Scores, n: int, m: int) -> tuple[float, Scores]:
    """Log of the sum over all paths, and the share of it that goes through each bead."""
    found = {t: np.zeros((n + 1, m + 1)) for t in scores}
    total = 0.0
    for path in paths(list(scores), n, m):
        weight = math.exp(path_score(path, scores))
        total += weight
        i = j = 0
        for bead in path:
            i, j = i + bead[0], j + bead[1]
            found[bead][i, j] += weight
    return math.log(total), {t: f / total for t, f in found.items()}


BeadIds = tuple[tuple[int, ...], tuple[int, ...]]


def path_beads(path: list[BeadType]) -> list[BeadIds]:
    """Sentences of each bead of a path."""
    found: list[BeadIds] = []
    i = j = 0
    for a, b in path:
        found.append((tuple(range(i, i + a)), tuple(range(j, j + b))))
        i, j = i + a, j + b
    return found


def given_beads(scores: Scores, n: int, m: int, fixed: list[BeadIds]) -> tuple[float, dict[BeadIds, float]]:
    """Of all paths that have the fixed beads, of whatever type: the best score of one; each bead's share of their sum.

    What a fixed bead with sentences on both sides scores is no matter, since all of them have it.
    """
    own = {(len(one), len(other)) for one, other in fixed if one and other}
    best, total, share = -math.inf, 0.0, dict[BeadIds, float]()
    for path in paths([*dict.fromkeys([*scores, *own])], n, m):
        beads = path_beads(path)
        if not set(fixed) <= set(beads):
            continue
        if any(t not in scores and bead not in fixed for t, bead in zip(path, beads, strict=True)):
            continue
        score = sum(
            float(scores[t][end])
            for t, bead, end in zip(path, beads, path_ends(path), strict=True)
            if not (all(bead) and bead in fixed)
        )
        best, total = max(best, score), total + math.exp(score)
        for bead in beads:
            share[bead] = share.get(bead, 0.0) + math.exp(score)
    return best, {bead: weight / total for bead, weight in share.items()}


def path_ends(path: list[BeadType]) -> list[tuple[int, int]]:
    """Node that each bead of a path leads to."""
    return [(int(i), int(j)) for i, j in np.cumsum(np.array(path, np.int64).reshape(-1, 2), axis=0)]


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    """Cosine of two vectors, 0 where one is zero."""
    norms = math.sqrt(float(a @ a)) * math.sqrt(float(b @ b))
    return float(a @ b) / norms if norms > 1e-9 else 0.0


def bead_cosine(source: np.ndarray, target: np.ndarray, i: int, j: int, a: int, b: int) -> float:
    """Cosine of the sums of sentences i - a .. i - 1 and j - b .. j - 1."""
    return cosine(source[i - a : i].sum(axis=0), target[j - b : j].sum(axis=0))


def shortfall(gain: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """How much less the best path through each node gains than the best of all; pairs gain, nulls do not.

    gain and inside have shape (n + 1, m + 1); nan outside.
    """
    n, m = gain.shape[0] - 1, gain.shape[1] - 1
    before, after = np.full_like(gain, -np.inf), np.full_like(gain, -np.inf)
    for i, j in np.ndindex(gain.shape):
        if inside[i, j]:
            best = 0.0 if i == j == 0 else -np.inf
            best = max(best, before[i - 1, j]) if i else best
            best = max(best, before[i, j - 1]) if j else best
            before[i, j] = max(best, before[i - 1, j - 1] + gain[i, j]) if i and j else best
    for i, j in reversed(list(np.ndindex(gain.shape))):
        if inside[i, j]:
            best = 0.0 if (i, j) == (n, m) else -np.inf
            best = max(best, after[i + 1, j]) if i < n else best
            best = max(best, after[i, j + 1]) if j < m else best
            after[i, j] = max(best, after[i + 1, j + 1] + gain[i + 1, j + 1]) if i < n and j < m else best
    return np.where(inside, before[n, m] - before - after, np.nan)


Keys = list[tuple[str, ...]]
MAX_OCCURRENCES = 8


def anchor_weight(key: str, source: Keys, target: Keys, i: int, j: int, reach: np.ndarray) -> float:
    """Weight of a key that sentences i and j may share, 0 where they do not or it is too frequent within reach."""
    if key not in source[i] or key not in target[j] or not reach[i, j]:
        return 0.0
    n_target = sum(key in target[q] for q in range(len(target)) if reach[i, q])
    n_source = sum(key in source[p] for p in range(len(source)) if reach[p, j])
    return 1 / max(n_source, n_target) if max(n_source, n_target) <= MAX_OCCURRENCES else 0.0


def shared_anchors(source: Keys, target: Keys, reach: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shared weight of every sentence pair, shape (n, m), and what each sentence could share, shapes (n,) and (m,)."""
    shared = np.zeros((len(source), len(target)))
    totals = np.zeros(len(source)), np.zeros(len(target))
    for key in {key for row in source for key in row}:
        weights = np.zeros_like(shared)
        for i, j in np.ndindex(shared.shape):
            weights[i, j] = anchor_weight(key, source, target, i, j, reach)
        shared += weights
        totals[0][:] += weights.max(axis=1, initial=0)
        totals[1][:] += weights.max(axis=0, initial=0)
    return shared, *totals


def bead_anchors(shared: np.ndarray, i: int, j: int, a: int, b: int) -> float:
    """What sentences i - a .. i - 1 and j - b .. j - 1 share."""
    return sum(float(shared[p, q]) for p in range(i - a, i) for q in range(j - b, j))


def ragged_edges(n: int, m: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Edges of some band of n + 1 rows: never falling, from row to row at least one column in common."""
    rng = np.random.default_rng(seed)
    lo, hi = np.sort(rng.integers(0, m + 1, (2, n + 1)), axis=1)
    lo[0], hi[n] = 0, m
    lo, hi = np.minimum(lo, hi), np.maximum.accumulate(np.maximum(hi, lo))
    lo[1:] = np.minimum(lo[1:], hi[:-1])
    lo = np.minimum.accumulate(lo[::-1])[::-1]
    return lo.astype(np.int64), hi.astype(np.int64)


def ratio_and_f1(hits_p: int, n_p: int, hits_r: int, n_r: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean; 0 over 0 is 0."""
    p, r = hits_p / n_p if n_p else 0.0, hits_r / n_r if n_r else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def bead_figures(documents: list[tuple[list[BeadIds], list[BeadIds]]]) -> dict[str, tuple[float, float, float]]:
    """Strict, lax, strict with nulls, by type: every predicted bead held against every gold bead."""

    def overlap(bead: BeadIds, other: BeadIds) -> bool:
        return any(i in other[0] for i in bead[0]) and any(j in other[1] for j in bead[1])

    tallies: dict[str, list[int]] = {"strict": [0] * 4, "lax": [0] * 4, "strict with nulls": [0] * 4}
    for found, right in documents:
        for mine, others, at in ((found, right, 0), (right, found, 2)):
            for bead in mine:
                kind = f"strict {len(bead[0])}:{len(bead[1])}"
                is_pair = bool(bead[0] and bead[1])
                for name, counted, hit in (
                    ("strict", is_pair, any(bead == other for other in others)),
                    ("lax", is_pair, any(overlap(bead, other) for other in others)),
                    ("strict with nulls", True, any(bead == other for other in others)),
                    (kind, True, any(bead == other for other in others)),
                ):
                    tally = tallies.setdefault(name, [0] * 4)
                    tally[at] += counted and hit
                    tally[at + 1] += counted
    return {name: ratio_and_f1(*tally) for name, tally in tallies.items()}


def strict_f1(cells: list[tuple[int, int, int]]) -> float:
    """F1 of (right, predicted, gold) summed over units."""
    right, predicted, gold = (sum(cell[k] for cell in cells) for k in range(3))
    return ratio_and_f1(right, predicted, right, gold)[2]


def bootstrap_f1(cells: list[tuple[int, int, int]], samples: int, seed: int) -> list[float]:
    """F1 of each sample: as many units as there are, drawn with replacement one by one."""
    rng = np.random.default_rng(seed)
    return [strict_f1([cells[k] for k in rng.integers(0, len(cells), len(cells))]) for _ in range(samples)]


def all_swaps(one: list[tuple[int, int, int]], other: list[tuple[int, int, int]]) -> list[float]:
    """Differences of F1 for each way to swap two runs' units: what approximate randomisation draws from."""
    found = []
    for coins in range(2 ** len(one)):
        a = [other[k] if coins >> k & 1 else one[k] for k in range(len(one))]
        b = [one[k] if coins >> k & 1 else other[k] for k in range(len(one))]
        found.append(strict_f1(a) - strict_f1(b))
    return found


def retrieval_hits(similarity: np.ndarray, k: int) -> dict[str, list[bool]]:
    """From each row: is the nearest column its own by cosine, by ratio margin, by margin among the k nearest only?"""
    n = len(similarity)
    near_row = [sorted(similarity[i], reverse=True)[:k] for i in range(n)]
    near_column = [sorted(similarity[:, j], reverse=True)[:k] for j in range(n)]
    hits: dict[str, list[bool]] = {"cosine": [], "margin": [], "xsim": []}
    for i in range(n):
        margin = [similarity[i, j] / max((sum(near_row[i]) / k + sum(near_column[j]) / k) / 2, 1e-6) for j in range(n)]
        nearest = sorted(range(n), key=lambda j: -similarity[i, j])[:k]
        hits["cosine"].append(max(range(n), key=lambda j: similarity[i, j]) == i)
        hits["margin"].append(max(range(n), key=lambda j: margin[j]) == i)
        hits["xsim"].append(max(nearest, key=lambda j: margin[j]) == i)
    return hits


def near_links(source: list[str], target: list[str], threshold: float) -> dict[tuple[int, int], float]:
    """Similarity of every two pairs that reach a threshold on both sides: edits of words joined by spaces.

    For texts without signs beside letters, digits, spaces and sentence punctuation.
    """
    from aligner.text.normalisation import comparison_key

    def words(text: str, lang: str) -> str:
        key = comparison_key(text, lang=lang)
        marks = [
            c.isalnum()
            or c in "%/+&#@*_$€£=<>|°"
            or (c in ".,:" and key[k - 1 : k].isdigit() and key[k + 1 : k + 2].isdigit())
            for k, c in enumerate(key)
        ]
        return " ".join("".join(c if ok else " " for c, ok in zip(key, marks, strict=True)).split())

    def similarity(a: str, b: str) -> float:
        row = [0] * (len(b) + 1)  # longest common subsequence
        for x in a:
            before = 0
            for j, y in enumerate(b):
                before, row[j + 1] = row[j + 1], before + 1 if x == y else max(row[j], row[j + 1])
        return 2 * row[-1] / (len(a) + len(b)) if a and b else 0.0

    en, vi = [words(text, "en") for text in source], [words(text, "vi") for text in target]
    found = {}
    for i in range(len(en)):
        for j in range(i + 1, len(en)):
            # At most twice the shorter side is kept.
            if min(2 * min(len(s[i]), len(s[j])) / max(1, len(s[i]) + len(s[j])) for s in (en, vi)) >= threshold:
                least = min(similarity(en[i], en[j]), similarity(vi[i], vi[j])) if threshold == 0 else 0.0
                if threshold and (least := similarity(en[i], en[j])) >= threshold:
                    least = min(least, similarity(vi[i], vi[j]))
                if least >= threshold:
                    found[i, j] = least
    return found


class PlainAccents(NamedTuple):
    """What the marks of one text tell, as in `accents.Accents`; None for nan."""

    marked: float | None
    is_readable: bool
    odd: float


def naive_accents(source_keys: Collection[str], target: Words) -> PlainAccents:
    """`accents.read_accents` of one text, word by word."""
    counts = vietnamese_syllables()
    totals: Counter[str] = Counter()
    for syllable, n in counts.items():
        totals[bare(syllable)] += n
    n_of = {"marked": 0, "plain": 0, "stripped": 0, "odd": 0, "other": 0, "foreign": 0}
    nats = {"plain": 0.0, "stripped": 0.0}
    for k, (text, key) in enumerate(zip(target.texts, target.keys, strict=True)):
        if key in source_keys or text.lower() in source_keys:
            continue
        if "-" in target.gaps[k : k + 2]:
            n_of["plain"] += bare(key) in bare_syllables()
            continue
        own, total = counts.get(key, 0), totals[key]
        kind = ""
        if key in totals and (own >= FREQUENT_PLAIN or own >= PLAIN_SHARE * total > 0):
            kind = "plain"
        elif key in totals and total - own >= FREQUENT_MARKED:
            kind = "stripped"
        elif not key.isascii():
            kind = "marked" if key in counts else "odd" if text.islower() and is_odd(key) else "other"
        elif text.islower():
            kind = "foreign"
        if kind:
            n_of[kind] += 1
        if kind in nats:
            nats[kind] += math.log(total / counts.get(key, 1))
    n_marked = n_of["marked"] + n_of["odd"]
    lost, weight = n_of["stripped"], nats["stripped"]
    if not n_marked:
        lost, weight = lost + n_of["plain"], weight + nats["plain"]
    lost = lost if weight >= LOST else 0
    return PlainAccents(
        n_marked / (n_marked + lost) if n_marked + lost else None,
        not lost and n_marked + n_of["plain"] + n_of["stripped"] >= max(1, n_of["foreign"]),
        n_of["odd"] / max(n_marked + n_of["other"], FEW_WORDS),
    )


def plain_surface(en: str, vi: str) -> list[float]:
    """`surface.surface_features` of one pair, a character and a word at a time."""
    one, two = words_of(en, "en"), words_of(vi, "vi")
    keys, n_one, n_two = set(one.keys), max(len(one), 1), max(len(two), 1)
    accents = naive_accents(keys, two)
    copies = [word for word in two.texts if word.isascii() and word.lower() in keys]
    small = [word for word in two.texts if word.islower() and not (word.isascii() and len(word) == 1)]
    letters = sum(map(len, two.texts)) - sum(len(word) for word in copies if not word.islower())
    marked_one, marked_two = (len(re.findall(f"[{VIETNAMESE_LETTERS}]", text)) for text in (en, vi))
    share_one, share_two = marked_one / max(len(en), 1), marked_two / max(letters, 1)
    is_english = share_one < 0.03 and len(keys & surface._COMMON_ENGLISH) >= max(2, len(keys) // 12)
    told = detect_language(vi)
    if share_two > MARKED_SHARE or told == "vi" or (told == "vi-unaccented" and share_two >= FEW_MARKS):
        vietnamese = 1.0
    elif accents.is_readable:
        vietnamese = 0.75 if told == "en" else 1.0
    else:
        vietnamese = {"und": 0.5, "vi-unaccented": 0.25, "en": 0.0}[told]
    quotes = sum(en.count(mark) - vi.count(mark) for mark in '"“”«»')
    strangers = [
        word.lower()
        for word in two.texts
        if word[0].isupper() and word.isascii() and len(word) > 2 and is_foreign(vietnamese_key(word))
        if not any(key.startswith(word.lower()[:4]) for key in keys)
    ]
    counts = vietnamese_syllables()
    alone = {
        word
        for word in grammar_words("en", without=("calendar", "credit", "lookalike"))
        if counts.get(word, 0) <= SELDOM
    }
    damage = []
    for text in (en, vi):
        found = surface._MOJIBAKE.findall(text)
        damage.append(sum(map(len, found)) / len(text) if len(found) > 1 else 0.0)
    stops, residue, repeated = [], [], []
    for text, words in ((en, one.keys), (vi, two.keys)):
        stops.append(len(re.findall(rf"[.!?…][{re.escape(CLOSERS)}]{{0,2}}\s", text)))
        residue.append(len(surface._RESIDUE.findall(text)))
        runs = list(itertools.pairwise(words))
        is_told = len(words) >= 4 and len(words) - len(set(words)) >= 2
        repeated.append(1 - len(set(runs)) / len(runs) if is_told else 0.0)
    return [
        1.0 if is_english else {"en": 1.0, "und": 0.5}.get(detect_language(en), 0.0),
        vietnamese,
        share_one,
        float(vietnamese >= 0.5) if accents.marked is None else accents.marked,
        float(end_mark(en).replace(";", ",") != end_mark(vi).replace(";", ",")),
        min(sum(abs(en.count(mark) - vi.count(mark)) for mark in "?!:;()[/%&") + (abs(quotes) + 1) // 2, 6),
        max(-4, min(en.count(",") - vi.count(","), 4)),
        max(-2, min(stops[0] - stops[1], 2)),
        float(opens_lower(strip_opening(en)) != opens_lower(strip_opening(vi))),
        len(copies) / (n_two if n_two > n_one / 2 else n_one),
        sum(word.islower() and len(word) > 1 for word in copies) / max(len(small), 1),
        min(len(alone & set(two.keys) & keys), 3),
        min(len(strangers), 3),
        min(max(damage), 0.3),
        abs(repeated[0] - repeated[1]),
        min(abs(residue[0] - residue[1]), 4),
        accents.odd,
    ]


def cut_key(key: str) -> list[tuple[str, bool]]:
    """Words of a comparison key, and whether a sign or digit of theirs tells: a character at a time."""
    import unicodedata

    def is_digit(k: int) -> bool:
        return 0 <= k < len(key) and ord(key[k]) < 0x2FFF and unicodedata.category(key[k]) == "Nd"

    def kind_of(k: int) -> str:
        char, category = key[k], unicodedata.category(key[k])
        if ord(char) >= 0x2FFF:
            return "letter"
        if category[0] in "NS" or char in "/\\@#%&*_" or (char in ".,:" and is_digit(k - 1) and is_digit(k + 1)):
            return "tells"
        return "between" if category[0] in "PZC" else "letter"

    kinds = [kind_of(k) for k in range(len(key))]
    minus = [key[k] == "-" and is_digit(k + 1) and (k == 0 or kinds[k - 1] == "between") for k in range(len(key))]
    kinds = ["tells" if is_minus else kind for kind, is_minus in zip(kinds, minus, strict=True)]
    words: list[tuple[str, bool]] = []
    for k, kind in enumerate(kinds):
        if kind != "between":
            word, tells = words.pop() if k and kinds[k - 1] != "between" else ("", False)
            words.append((word + key[k], tells or kind == "tells"))
    return words


def hash_key(key: str, salt: int) -> tuple[int, int, list[int]]:
    """Of a comparison key: its words in order, what tells in it, and the least of its shingles for each factor."""
    from aligner.corpus.repeats.shingles import ODD, SHINGLE, TELLING_WORDS, _make_multipliers

    def mix(x: int) -> int:
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB % 2**64
        return x ^ (x >> 31)

    def shuffle(h: int) -> int:
        h = (h ^ (h >> 16)) * 0x85EBCA6B % 2**32
        h = (h ^ (h >> 13)) * 0xC2B2AE35 % 2**32
        return h ^ (h >> 16)

    words, odd = cut_key(key), int(ODD)
    hashes = [mix(sum((ord(c) + 1) * odd ** (k + 1) for k, c in enumerate(word)) % 2**64) for word, _ in words]
    known = {*TELLING_WORDS.split(), *"bcdefghjklmnopqrtuvwxyz"}
    told = [h for h, (word, tells) in zip(hashes, words, strict=True) if tells or word in known]
    whole = sum(mix((h + k * odd) % 2**64) for k, h in enumerate(hashes)) % 2**64
    telling = (sum(mix(h ^ odd) for h in told) + ("?" in key) * odd) % 2**64
    text = " ".join(word for word, _ in words)
    padded = [ord(c) for c in text] + [32] * bool(text) + [0] * SHINGLE
    found = []
    for k in range(len(text)):
        h = salt
        for code in padded[k : k + SHINGLE]:
            h = (h * 0x01000193 + code) % 2**32
        found.append(shuffle(h))
    return (
        whole,
        telling,
        [min((h * f % 2**32 for h in found), default=2**32 - 1) for f in _make_multipliers().tolist()],
    )
