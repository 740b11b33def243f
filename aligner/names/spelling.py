"""How names are spelled: words of a text, the keys they are compared by, and names written as Vietnamese says them."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar, overload

from aligner.text.syllables import I_FOR_Y, bare_syllables, parse_syllable, place_tone
from aligner.text.unicode import composed

_WORD: Final = re.compile(r"([^\W_]+)")
_PLAIN_WORD: Final = re.compile(r"(\w+)")
"""The same where there is no underscore, in a tenth less time."""
# Letters that canonical decomposition leaves whole.
_WHOLE: Final = str.maketrans({"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"})
_MAX_LETTERS: Final = 64
"""Letters from which on a word is no name; keeps the caches small on hostile text (test_names_detection.py)."""


class Word(NamedTuple):
    """A word of a text.

    Attributes
    ----------
    text : str
        As written, composed.
    start, end : int
        Half-open span in code points of the text given.
    key : str
        What it is looked up and compared by: in English `fold`, in Vietnamese `vietnamese_key`.
    gap : str
        What stands between the word before and this one.
    """

    text: str
    start: int
    end: int
    key: str
    gap: str


@dataclass(slots=True)
class Words(Sequence[Word]):
    """The words of a text, a tuple an attribute of `Word`: those who look at few words of many make none.

    Attributes
    ----------
    texts, keys, gaps : tuple of str
        A word's place in each is the same.
    flags : bytes
        Whether a word begins with a capital, 1 or 0.
    looks : bytes
        A byte a word: what `words_of` was told of it beside its key. `CAPITAL` is a bit of it.
    parts : list of str
        The composed text as it was split: gap, word, gap, word, …, gap.
    kept : list of bool, or None
        Which of the words of `parts` are words here, None for all.
    places : list of int, or None
        Where each character of the composed text starts in the text given, None where the two are one.
    known_spans : pair of tuples of int, or None
        `starts` and `ends`, once somebody has asked for them.
    """

    texts: tuple[str, ...]
    keys: tuple[str, ...]
    gaps: tuple[str, ...]
    flags: bytes
    looks: bytes
    parts: list[str]
    kept: list[bool] | None
    places: list[int] | None
    known_spans: tuple[tuple[int, ...], tuple[int, ...]] | None = None

    @property
    def starts(self) -> tuple[int, ...]:
        """Where each word starts."""
        return self._spans()[0]

    @property
    def ends(self) -> tuple[int, ...]:
        """Where each word ends."""
        return self._spans()[1]

    def _spans(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Starts and ends; many readers of words need none."""
        if self.known_spans is None:
            bounds = tuple(itertools.accumulate(map(len, self.parts)))
            starts, ends = bounds[:-1:2], bounds[1::2]
            if self.kept is not None:
                starts, ends = (tuple(itertools.compress(row, self.kept)) for row in (starts, ends))
            if self.places is not None:
                starts = tuple(self.places[start] for start in starts)
                ends = tuple(_end_of(self.places, end) for end in ends)
            self.known_spans = starts, ends
        return self.known_spans

    def bounds(self, runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Starts and ends of runs of words, given as half-open ranges, in order and without overlap.

        Examples
        --------
        >>> words_of("Mr. Wong left Singapore.", "en").bounds([(0, 2), (3, 4)])
        [(0, 8), (14, 23)]
        """
        if self.known_spans is not None or self.kept is not None or self.places is not None:
            starts, ends = self._spans()
            return [(starts[at], ends[end - 1]) for at, end in runs]
        # For few of many words: what stands before them is measured as a whole.
        found, done, stop = [], 0, 0
        for at, end in runs:
            first, behind = 2 * at + 1, 2 * end
            start = stop + len("".join(self.parts[done:first]))
            stop = start + len("".join(self.parts[first:behind]))
            found.append((start, stop))
            done = behind
        return found

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, k: int) -> Word: ...
    @overload
    def __getitem__(self, k: slice) -> Words: ...
    def __getitem__(self, k: int | slice) -> Word | Words:
        if isinstance(k, slice):
            spans = self.starts[k], self.ends[k]
            flags, looks = self.flags[k], self.looks[k]
            return Words(self.texts[k], self.keys[k], self.gaps[k], flags, looks, [], None, None, spans)
        return Word(self.texts[k], self.starts[k], self.ends[k], self.keys[k], self.gaps[k])

    def __iter__(self) -> Iterator[Word]:
        return map(Word, self.texts, self.starts, self.ends, self.keys, self.gaps)


@functools.lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """Small letters without marks: what an English text makes of a Vietnamese name.

    Examples
    --------
    >>> fold("Đắk"), fold("Müller"), fold("Łódź")
    ('dak', 'muller', 'lodz')
    """
    lower = word.lower()
    if lower.isascii():
        return lower
    letters = unicodedata.normalize("NFD", lower.translate(_WHOLE))
    return "".join(c for c in letters if not unicodedata.combining(c))


def bare_letters(text: str) -> str:
    """What spellings of one name have in common: letters and digits without marks, spaces and hyphens.

    Examples
    --------
    >>> bare_letters("Đắk Lắk") == bare_letters("Dak-Lak")
    True
    """
    return "".join(filter(str.isalnum, fold(text)))


@functools.lru_cache(maxsize=1 << 16)
def vietnamese_key(word: str) -> str:
    """Small letters with marks, the tone in the new style, and i for a y that is a whole rhyme (Quý and Quí).

    Examples
    --------
    >>> vietnamese_key("Hòa") == vietnamese_key("hoà"), vietnamese_key("Mỹ") == vietnamese_key("Mĩ")
    (True, True)
    """
    # U+00D0 looks like Đ in capitals; no Vietnamese word has it.
    lower = word.lower().replace("ð", "đ")
    syllable = parse_syllable(lower)
    if syllable is None:
        return lower
    if syllable.nucleus == "y" and not syllable.coda and not syllable.glide and syllable.onset:
        syllable = parse_syllable(lower.translate(I_FOR_Y)) or syllable
    return place_tone(syllable, "new")


@functools.lru_cache(maxsize=1 << 16)
def is_foreign(word: str) -> bool:
    """Whether a word cannot be a Vietnamese syllable, so that in Vietnamese text it is a name or a foreign word.

    Examples
    --------
    >>> is_foreign("Kowalski"), is_foreign("Trump"), is_foreign("Lâm"), is_foreign("Lam")
    (True, True, False, False)
    """
    return parse_syllable(word) is None


@functools.lru_cache(maxsize=1 << 16)
def is_bare_syllable(word: str) -> bool:
    """Whether an English text's word may be a Vietnamese syllable, with or without its marks.

    Examples
    --------
    >>> is_bare_syllable("Nguyen"), is_bare_syllable("Tô"), is_bare_syllable("Trump")
    (True, True, False)
    """
    return fold(word) in bare_syllables() or (not word.isascii() and parse_syllable(word) is not None)


def words_of(text: str, lang: str, told: Mapping[str, Told] | None = None) -> Words:
    """Cut a text into words, without the s of an English possessive.

    Parameters
    ----------
    text : str
    lang : {"en", "vi"}
    told : mapping of str to (str, bytes), optional
        By word as written its key and its look (`Words.looks`); by default looks tell of capitals alone. One table for
        both, since what takes time is to find a word in a large one.

    Examples
    --------
    >>> [(w.text, w.key, w.gap) for w in words_of("Hòa's U.S. trip", "en")]
    [('Hòa', 'hoa', ''), ('U', 'u', ' '), ('S', 's', '.'), ('trip', 'trip', '. ')]
    """
    text, places = composed(text)
    parts = (_WORD if "_" in text else _PLAIN_WORD).split(text)
    written, gaps, kept = tuple(parts[1::2]), tuple(parts[:-1:2]), None
    if lang == "en" and ("'" in text or "’" in text) and ("s" in written or "S" in written):
        kept = [not (gap in ("'", "’") and word in ("s", "S")) for gap, word in zip(gaps, written, strict=True)]
        kept[0] = True
        written, gaps = (tuple(itertools.compress(row, kept)) for row in (written, gaps))
    if not written:
        return Words((), (), (), b"", b"", parts, kept, places)
    keys, row = zip(*map((_TOLD[lang] if told is None else told).__getitem__, written), strict=True)
    looks = b"".join(row)
    return Words(written, keys, gaps, looks.translate(_IS_CAPITAL), looks, parts, kept, places)


def written_words(text: str) -> tuple[str, ...]:
    """The words of a Vietnamese text as they stand there: `Words.texts`, and no more than that.

    Examples
    --------
    >>> written_words("Ông Trump")
    ('Ông', 'Trump')
    """
    return tuple(_WORD.split(composed(text)[0])[1::2])


KEPT_WORDS: Final = 1 << 16
"""Words of which a memory holds what a function says, some ten megabytes; then it begins anew. An hour's news has fewer
different ones (test_names_spelling.py)."""

_Known = TypeVar("_Known")


class Memory(dict[str, _Known]):
    """What a function of a word says, asked once: a row of words is looked up without a call of Python for any."""

    def __init__(self, say: Callable[[str], _Known]) -> None:
        super().__init__()
        self._say = say

    def __missing__(self, word: str) -> _Known:
        said = self._say(word)
        if len(word) <= _MAX_LETTERS:
            if len(self) >= KEPT_WORDS:
                self.clear()
            self[word] = said
        return said


def _make_key(fold_word: Callable[[str], str]) -> Callable[[str], str]:
    """The function, but for what is too long for a word."""
    return lambda word: word if len(word) > _MAX_LETTERS else fold_word(word)


VIETNAMESE_KEYS: Final = Memory(_make_key(vietnamese_key))
"""`vietnamese_key` of words, and what is too long for one as it is."""
WORD_KEYS: Final = {"en": Memory(_make_key(fold)), "vi": VIETNAMESE_KEYS}
"""`Word.key` of words, by language."""

CAPITAL: Final = 1
"""Bit of a word's look: it begins with a capital."""
_IS_CAPITAL: Final = bytes(look & CAPITAL for look in range(256))

Told = tuple[str, bytes]
"""Key and look of a word."""


def _tell(word: str, lang: str) -> Told:
    """Key of a word, and whether it begins with a capital."""
    return WORD_KEYS[lang][word], bytes((CAPITAL * word[0].isupper(),))


_TOLD: Final = {lang: Memory(functools.partial(_tell, lang=lang)) for lang in WORD_KEYS}


def _end_of(offsets: Sequence[int], end: int) -> int:
    """Where a word ends in the text given; a letter's further marks, which did not compose, have its offset too."""
    while end + 1 < len(offsets) and offsets[end] == offsets[end - 1]:
        end += 1
    return offsets[end]


@functools.lru_cache(maxsize=1 << 12)
def nearly_equal(first: str, second: str) -> bool:
    """Whether two folded words are one but for an ending or a letter.

    An ending of words of four letters or more (Syria, Syrian), of five or more in the place of a vowel (Mexico,
    Mexican); a letter, as a slip of the keyboard makes it, of words of five or more (Kowalski, Kowalsky).

    Examples
    --------
    >>> nearly_equal("kowalski", "kowalsky"), nearly_equal("syria", "syrians"), nearly_equal("iran", "iraq")
    (True, True, False)
    >>> nearly_equal("mexico", "mexicans")
    True
    """
    if first == second:
        return True
    short, long = sorted((first, second), key=len)
    if len(short) < 4 or len(long) > _MAX_LETTERS:
        return False
    if long.startswith(short) and long[len(short) :] in _ENDINGS:
        return True
    if len(short) < 5:
        return False
    at = next((k for k, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if at == len(short) - 1 and short[at] in "aeiou" and long[at:] in ("an", "ans"):
        return True
    if len(long) - len(short) > 1:
        return False
    return short[at:] == long[at + 1 :] if len(short) < len(long) else short[at + 1 :] == long[at + 1 :]


_ENDINGS: Final = frozenset(("s", "n", "ns", "an", "ans", "ian", "ians", "ese", "ish", "i", "is", "es"))


def is_near_any(word: str, others: Collection[str]) -> bool:
    """Whether a folded word is one of others, or `nearly_equal` to one.

    Examples
    --------
    >>> is_near_any("syria", ["the", "syrians"]), is_near_any("iran", ["iraq"])
    (True, False)
    """
    if word in others:
        return True
    n, start = len(word), word[:4]
    if n < 4:
        return False
    # Few words come near enough in length, or begin alike, to be looked at letter by letter.
    near = [other for other in others if other[:4] == start or -2 < len(other) - n < 2]
    return any(nearly_equal(word, other) for other in near)
