"""A small phrase-based translation system: trained on some ten thousand pairs in half a minute, the same every time.

translation.py trains one on each selection of pairs. It is here to tell selections apart, not to translate well: its
weights are fixed, so that a system is made by its pairs alone. Koehn, Och & Marcu (2003),
https://aclanthology.org/N03-1017/; words are linked by the model of Dyer, Chahuneau & Smith (2013),
https://aclanthology.org/N13-1073/.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Words = tuple[str, ...]
Link = tuple[int, int]

ROUNDS: Final = 5
"""Rounds of expectation and maximisation, as in fast_align."""

NULL_SHARE: Final = 0.08
"""Of words without a counterpart: the default of fast_align."""

TENSION: Final = 4.0
"""How closely links keep to the diagonal: where fast_align begins."""

PRIOR: Final = 0.01
"""Of the Dirichlet distribution of a word's translations, as in fast_align: it keeps rare words from taking all."""

LONGEST_PAIR: Final = 80
"""Words of a side up to which a pair is used: a longer one costs the square of its length."""

LONGEST_SOURCE: Final = 4
"""Words of an English phrase."""

LONGEST_TARGET: Final = 7
"""Words of a Vietnamese phrase, which are syllables."""

ORDER: Final = 3
"""Words that the language model sees."""

BACKOFF: Final = 0.4
"""Brants et al. (2007), https://aclanthology.org/D07-1090/, section 4."""

OPTIONS: Final = 8
"""Translations tried of a phrase."""

BEAM: Final = 12
"""Hypotheses gone on from, for each number of words that are translated."""

REACH: Final = 4
"""Words that a jump may pass over."""

WEIGHTS: Final[Mapping[str, float]] = {
    "phrase": 0.9,
    "words": 0.25,
    "words_back": 0.4,
    "language": 0.35,
    "jump": -0.3,
    "length": 1.2,
    "pieces": 0.2,
}
"""Of logarithms of probabilities; of words jumped over, target words and phrases. Tried by hand on talks that are in no
test set. They do not differ by selection, so none is favoured."""

_WORD: Final = re.compile(r"\w+(?:['’.,:-]\w+)*|[^\w\s]")
_FLOOR: Final = 1e-7
"""Probability of what was never seen."""


class Option(NamedTuple):
    """A translation of a phrase, and its score without what stands before it."""

    words: Words
    score: float


class Model(NamedTuple):
    options: dict[Words, list[Option]]
    """By source phrase, the best first; of wanted phrases alone."""
    counts: dict[Words, int]
    """Of runs of one to ORDER target words; the empty run counts all words."""


def tokens(text: str) -> Words:
    """Words and marks, the first word in small letters unless it is an acronym.

    >>> tokens("Don't move, I said.")
    ("don't", 'move', ',', 'I', 'said', '.')
    """
    words = _WORD.findall(text)
    if words and words[0][1:] == words[0][1:].lower() and words[0] != "I":
        words[0] = words[0].lower()
    return tuple(words)


def joined(words: Sequence[str]) -> str:
    """A text of words and marks.

    >>> joined(("anh", "nói", ":", "“", "đi", "!", "”"))
    'Anh nói: “đi!”'
    """
    text = re.sub(r" (?=[,.;:!?%)\]”…])|(?<=[(\[“]) ", "", " ".join(words))
    return text[:1].upper() + text[1:]


class _Table(NamedTuple):
    """Probability of a target word after a source word, and the links of all pairs."""

    chances: dict[tuple[str, str], float]
    links: list[set[Link]]


def _exp_digamma(x: NDArray[Any]) -> NDArray[np.float64]:
    """Exponential of the digamma function, by its asymptotic series six to the right."""
    y = x + 6
    log = np.log(y) - 1 / (2 * y) - 1 / (12 * y**2) + 1 / (120 * y**4)
    for k in range(6):
        log -= 1 / (x + k)
    found: NDArray[np.float64] = np.exp(log)
    return found


def _translate_words(pairs: Sequence[tuple[Words, Words]]) -> _Table:
    """Links of each target word to a source word or none, and what they say of words; IBM model 2 with one tension."""
    ids: tuple[dict[str, int], dict[str, int]] = ({"": 0}, {})
    source, target = (
        np.array([ids[k].setdefault(word, len(ids[k])) for pair in pairs for word in pair[k]]) for k in (0, 1)
    )
    n, m = (np.array([len(pair[k]) for pair in pairs]) for k in (0, 1))
    # A cell for each target word with each source word of its pair, and one before these for none.
    size = np.repeat(n, m) + 1
    begin = np.cumsum(size) - size
    at = np.arange(size.sum()) - np.repeat(begin, size)
    place = np.repeat(np.repeat(np.cumsum(n) - n, m), size) + at - 1
    from_word = np.where(at, source[np.maximum(place, 0)], 0)
    keys, cells = np.unique(from_word * len(ids[1]) + np.repeat(target, size), return_inverse=True)
    owner = keys // len(ids[1])
    row = np.arange(m.sum()) - np.repeat(np.cumsum(m) - m, m)
    away = np.abs((at - 0.5) / np.repeat(np.repeat(n, m), size) - np.repeat((row + 0.5) / np.repeat(m, m), size))
    prior = np.where(at, np.exp(-TENSION * away), 0)
    prior *= np.repeat((1 - NULL_SHARE) / np.add.reduceat(prior, begin), size)
    prior[begin] = NULL_SHARE
    kinds = np.bincount(owner).clip(1)
    chances: NDArray[np.float64] = 1.0 / kinds[owner]
    for _ in range(ROUNDS):
        share = chances[cells] * prior
        share /= np.repeat(np.add.reduceat(share, begin), size)
        counts = np.bincount(cells, share)
        total = np.bincount(owner, counts)
        chances = _exp_digamma(counts + PRIOR) / _exp_digamma(total + PRIOR * kinds)[owner]
    share = chances[cells] * prior
    is_best = share == np.repeat(np.maximum.reduceat(share, begin), size)
    best = np.full(len(size), -1)
    rows, cell = np.repeat(np.arange(len(size)), size)[is_best][::-1], at[is_best][::-1]
    best[rows] = cell - 1  # of equals the first, which is written last
    ends = np.cumsum(m)
    links = [
        {(int(i), j) for j, i in enumerate(best[end - length : end]) if i >= 0}
        for end, length in zip(ends, m, strict=True)
    ]
    words = list(ids[0]), list(ids[1])
    shown = np.flatnonzero(chances > 1e-4)
    kept = zip(owner[shown].tolist(), (keys[shown] % len(ids[1])).tolist(), chances[shown].tolist(), strict=True)
    return _Table({(words[0][s], words[1][t]): p for s, t, p in kept}, links)


def grow(forward: set[Link], backward: set[Link]) -> set[Link]:
    """Links of both directions: those in both, then neighbours of these in either, then words still without any.

    Koehn et al. (2005), https://aclanthology.org/2005.iwslt-1.8/: grow-diag-final-and.

    >>> sorted(grow({(0, 0), (1, 1), (3, 3)}, {(0, 0), (1, 2)}))
    [(0, 0), (1, 1), (1, 2), (3, 3)]
    """
    links, union = forward & backward, forward | backward
    rows, columns = {i for i, _ in links}, {j for _, j in links}
    news = sorted(links)
    while news:
        i, j = news.pop(0)
        for link in ((i - 1, j), (i, j - 1), (i + 1, j), (i, j + 1),
                     (i - 1, j - 1), (i - 1, j + 1), (i + 1, j - 1), (i + 1, j + 1)):  # fmt: skip
            if link in union and link not in links and (link[0] not in rows or link[1] not in columns):
                links.add(link)
                rows.add(link[0])
                columns.add(link[1])
                news.append(link)
    for i, j in sorted(forward) + sorted(backward):
        if i not in rows and j not in columns:
            links.add((i, j))
            rows.add(i)
            columns.add(j)
    return links


def phrases_of(pair: tuple[Words, Words], links: set[Link], wanted: set[Words]) -> Iterable[tuple[Words, Words]]:
    """Phrases of a pair whose words are linked with each other alone; of the source, wanted ones.

    >>> pair = ("red", "house"), ("nhà", "đỏ")
    >>> links = {(0, 1), (1, 0)}
    >>> list(phrases_of(pair, links, {("red",), ("red", "house"), ("house",)}))
    [(('red',), ('đỏ',)), (('red', 'house'), ('nhà', 'đỏ')), (('house',), ('nhà',))]
    """
    source, target = pair
    linked: list[list[int]] = [[] for _ in source]
    back: list[list[int]] = [[] for _ in target]
    for i, j in links:
        linked[i].append(j)
        back[j].append(i)
    for first in range(len(source)):
        low, high = len(target), -1
        for last in range(first, min(len(source), first + LONGEST_SOURCE)):
            phrase = source[first : last + 1]
            if phrase not in wanted:
                break  # nor is any that begins with it
            for j in linked[last]:
                low, high = min(low, j), max(high, j)
            if high - low >= LONGEST_TARGET:
                break
            if high < 0 or any(not first <= i <= last for j in range(low, high + 1) for i in back[j]):
                continue
            begin = low
            while True:
                end = high
                while end - begin < LONGEST_TARGET:
                    yield phrase, target[begin : end + 1]
                    end += 1
                    if end == len(target) or back[end]:
                        break
                begin -= 1
                if begin < 0 or back[begin] or high - begin >= LONGEST_TARGET:
                    break


def runs(sentences: Iterable[Words], longest: int) -> set[Words]:
    """All runs of one to `longest` words.

    >>> sorted(runs([("a", "b")], 4))
    [('a',), ('a', 'b'), ('b',)]
    """
    return {
        words[i:j]
        for words in sentences
        for i in range(len(words))
        for j in range(i + 1, min(len(words), i + longest) + 1)
    }


def train(pairs: Iterable[tuple[str, str]], sentences: Iterable[str]) -> Model:
    """A system for these sentences: of phrases that stand in none of them it learns nothing.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Source and target texts; those without words or with more than LONGEST_PAIR on a side are left out.
    sentences : iterable of str
        What will be translated.
    """
    texts = [(tokens(source), tokens(target)) for source, target in pairs]
    texts = [pair for pair in texts if all(0 < len(side) <= LONGEST_PAIR for side in pair)]
    if not texts:
        raise ValueError("no pair to learn from")
    there, back = _translate_words(texts), _translate_words([(vi, en) for en, vi in texts])
    wanted = runs(map(tokens, sentences), LONGEST_SOURCE)
    seen: defaultdict[Words, Counter[Words]] = defaultdict(Counter)
    for pair, one, other in zip(texts, there.links, back.links, strict=True):
        for phrase, words in phrases_of(pair, grow(one, {(i, j) for j, i in other}), wanted):
            seen[phrase][words] += 1
    counts: Counter[Words] = Counter()
    for _, target in texts:
        padded = ("<s>", *target, "</s>")
        for i in range(1, len(padded)):
            for j in range(max(0, i - ORDER + 1), i + 1):
                counts[padded[j : i + 1]] += 1
        counts["<s>",] += 1
        counts[()] += len(padded) - 1
    model = Model({}, dict(counts))
    for phrase, found in seen.items():
        total = sum(found.values())
        options = []
        for words, count in found.items():
            score = WEIGHTS["phrase"] * math.log((count - 0.5) / total)  # what was seen once is trusted half
            score += WEIGHTS["words"] * _log_lexical(there.chances, phrase, words)
            score += WEIGHTS["words_back"] * _log_lexical(back.chances, words, phrase)
            options.append(Option(words, score + WEIGHTS["length"] * len(words) + WEIGHTS["pieces"]))
        options.sort(key=lambda option: (-option.score - language_score(model, (), option.words), option.words))
        model.options[phrase] = options[:OPTIONS]
    return model


def _log_lexical(chances: Mapping[tuple[str, str], float], source: Words, target: Words) -> float:
    """Logarithm of the chance of the target words, each of its best source word."""
    return sum(math.log(max(chances.get((s, t), _FLOOR) for s in ("", *source))) for t in target)


def language_score(model: Model, before: Words, words: Words) -> float:
    """Weighted logarithm of the language model's score of words behind others, by stupid backoff."""
    score, counts = 0.0, model.counts
    for word in words:
        context, factor = before[-(ORDER - 1) :], 1.0
        while not (count := counts.get((*context, word), 0)) and context:
            context, factor = context[1:], factor * BACKOFF
        score += math.log(factor * max(count, 0.1) / counts[context])
        before = (*before, word)
    return WEIGHTS["language"] * score


class _Hypothesis(NamedTuple):
    score: float
    covered: int
    """A bit for each source word."""
    end: int
    """Behind the phrase translated last."""
    context: Words
    words: Words
    before: Any
    """The hypothesis that this one goes on from."""


def options_of(model: Model, source: Words) -> dict[Link, list[Option]]:
    """Translations of each span of the words that has any; a word never seen is its own."""
    options: dict[Link, list[Option]] = {}
    for i in range(len(source)):
        for j in range(i + 1, min(len(source), i + LONGEST_SOURCE) + 1):
            if found := model.options.get(source[i:j]):
                options[i, j] = found
        unseen = Option((source[i],), WEIGHTS["phrase"] * math.log(_FLOOR) + WEIGHTS["length"] + WEIGHTS["pieces"])
        options.setdefault((i, i + 1), [unseen])
    return options


def translate(model: Model, text: str) -> str:
    """The best translation that a beam of hypotheses finds; words never seen stay as they are."""
    source = tokens(text)
    n, options = len(source), options_of(model, source)
    spans = [[(i, j) for j in range(i + 1, n + 1) if (i, j) in options] for i in range(n)]
    ahead = _costs_ahead(model, options, n)
    known: dict[tuple[Words, Words], float] = {}
    rest: dict[int, float] = {}
    stacks: list[dict[tuple[int, int, Words], _Hypothesis]] = [{} for _ in range(n + 1)]
    begin = _Hypothesis(0.0, 0, 0, ("<s>",), (), None)
    stacks[0][0, 0, ("<s>",)] = begin
    full = (1 << n) - 1
    for stack in stacks[:n]:
        for one in sorted(stack.values(), key=lambda h: -h.score - rest.get(h.covered, 0.0))[:BEAM]:
            gap = (~one.covered & (one.covered + 1)).bit_length() - 1  # the first word that is not covered
            for i in range(gap, min(n, gap + REACH + 1)):
                # A phrase behind the gap must leave a way back to it.
                if one.covered >> i & 1 or abs(i - one.end) > REACH:
                    continue
                jump = WEIGHTS["jump"] * abs(i - one.end)
                for _, j in spans[i]:
                    mask = (1 << j) - (1 << i)
                    if one.covered & mask or (i > gap and j - gap > REACH):
                        continue
                    covered = one.covered | mask
                    if covered not in rest:
                        rest[covered] = _cost_of_rest(ahead, covered, n)
                    target = stacks[covered.bit_count()]
                    for words, score in options[i, j]:
                        key = (one.context, words)
                        if key not in known:
                            known[key] = language_score(model, one.context, words)
                        total = one.score + score + known[key] + jump
                        context = (*one.context, *words)[-(ORDER - 1) :]
                        if covered == full:
                            total += language_score(model, context, ("</s>",))
                        state = (covered, j, context)
                        old = target.get(state)
                        if old is None or total > old.score:
                            target[state] = _Hypothesis(total, covered, j, context, words, one)
    best = max(stacks[n].values(), key=lambda h: h.score)
    pieces: list[Words] = []
    while best.before is not None:
        pieces.append(best.words)
        best = best.before
    return joined([word for piece in reversed(pieces) for word in piece])


def _costs_ahead(model: Model, options: Mapping[Link, list[Option]], n: int) -> list[list[float]]:
    """The best score that each span of source words can still get, without what stands before it."""
    best = [[-math.inf] * (n + 1) for _ in range(n)]
    for (i, j), found in options.items():
        best[i][j] = max(option.score + language_score(model, (), option.words) for option in found)
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            row = best[i]
            row[i + length] = max(row[i + length], *(row[k] + best[k][i + length] for k in range(i + 1, i + length)))
    return best


def _cost_of_rest(ahead: list[list[float]], covered: int, n: int) -> float:
    """The best score that the words not covered can get."""
    total, i = 0.0, 0
    while i < n:
        j = i
        while j < n and not covered >> j & 1:
            j += 1
        if j > i:
            total += ahead[i][j]
        i = j + 1
    return total
