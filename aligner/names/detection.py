"""Find names in English and Vietnamese text: known ones by the gazetteer, others by capitals, titles and position."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from aligner.bitext import check_language
from aligner.doors import Place, checked, checked_tuple
from aligner.names.gazetteer import KEPT_GAZETTEERS, NOTHING, Entity, Gazetteer, gazetteer, name_words
from aligner.names.spelling import CAPITAL, WORD_KEYS, Memory, Told, Words, fold, is_bare_syllable, is_foreign, words_of
from aligner.names.table import NameKind, NameTable
from aligner.text.marks import WEB_ADDRESS, end_mark
from aligner.text.words import english_words, function_words, grammar_words, vietnamese_syllables


@checked_tuple
class Name(NamedTuple):
    """A name in a text.

    Attributes
    ----------
    kind : {"person", "place", "organisation", "title", "other"}
        "other" too where nothing tells.
    text : str
        The words as they stand there.
    start, end : int
        Half-open span in code points of the text.
    keys : tuple of str
        Its words as they are compared: `fold` of English ones, `vietnamese_key` of Vietnamese ones.
    entities : tuple of str
        Ids in names.tsv (or of a glossary's entries) that it may stand for; empty for a name found by its capitals.
    is_certain : bool
        Whether it cannot be an ordinary word, so that a translation must have it in some form.
    """

    kind: NameKind
    text: str
    start: Place
    end: Place
    keys: tuple[str, ...]
    entities: tuple[str, ...] = ()
    is_certain: bool = True


class _Span(NamedTuple):
    """A name as the words from `at` up to `end`, and the known entities it may stand for."""

    at: int
    end: int
    entities: tuple[str, ...]


@dataclass(slots=True)
class Scan:
    """What one look at a text finds; alignment, scoring and learning share it, so nobody may change it.

    Attributes
    ----------
    text : str
    lang : {"en", "vi"}
    known : Gazetteer
    words : Words
        All words.
    plain : Words
        Those outside of tags and addresses: among them names are found and compared. Mostly the same object.
    spans : tuple of _Span
        Where its names are among `plain`, in order and without overlap.
    """

    text: str
    lang: str
    known: Gazetteer
    words: Words
    plain: Words
    spans: tuple[_Span, ...]
    _names: tuple[Name, ...] | None = field(default=None, init=False, repr=False, compare=False)
    _folded: frozenset[str] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def names(self) -> tuple[Name, ...]:
        """The names, in the order of their spans; alignment has no need of more than the spans."""
        if self._names is None:
            names: list[Name] = []
            bounds = self.plain.bounds([(at, end) for at, end, _ in self.spans])
            for span, place in zip(self.spans, bounds, strict=True):
                names.append(_name(self, span, place, names[-1] if names else None))
            self._names = tuple(names)
        return self._names

    @property
    def folded(self) -> frozenset[str]:
        """All words without marks, in small letters."""
        if self._folded is None:
            self._folded = frozenset(map(fold, self.plain.keys))
        return self._folded


KEPT_SCANS: Final = 1 << 12
"""Scans that are kept before older ones go: the sentences of both sides of an article of 2,000, which alignment,
findings, name table and boundaries look at one after the other (test_names_detection.py)."""

KEPT_CHARACTERS: Final = 500
"""Characters up to which a text's scan is kept. A scan takes 35 bytes a character (tracemalloc, news of NTREX): 20 to
40 MB on sentences of the usual 130, never more than 150 MB."""


HEADLINE_SHARE, HEADLINE_WORDS = 0.6, 5
"""Share of capitalised words from which on a text of so many words is set in title case, so that capitals tell nothing;
good sentences of the training text have .1 (test_names_detection.py)."""

_STARTS: Final = frozenset('.?!:;…"“”«»(‘[]>♪•\n')
_PERSON_SYLLABLES: Final = range(2, 5)
"""Syllables of a Vietnamese person's full name: family, up to two between, given (Nguyễn Thị Minh Khai)."""


def is_function_word(key: str, lang: str) -> bool:
    """Whether a key is that of a function word, a weekday or a month."""
    return key in grammar_words(lang)


@checked
def find_names(text: str, lang: str, *, glossary: NameTable | None = None) -> list[Name]:
    """Find the names of persons, places, organisations, offices and other things in a text.

    Parameters
    ----------
    text : str
        One or several sentences, in any Unicode form.
    lang : {"en", "vi"}
    glossary : NameTable, optional
        More names to know.

    Returns
    -------
    list of Name
        In order, without overlap.

    Raises
    ------
    InputError
        If lang is another.

    Notes
    -----
    The longest known name first (aligner/data/names.tsv), then runs of capitalised words between them. A word at the
    start of a sentence has its capital from there: it counts where it is in no list of English words, or, in
    Vietnamese, where it is no Vietnamese syllable or is a family name before another capital. In a headline set in
    title case only what is no English word counts.

    Examples
    --------
    >>> [(n.text, n.kind) for n in find_names("Prime Minister Lawrence Wong left Singapore.", "en")]
    [('Prime Minister', 'title'), ('Lawrence Wong', 'person'), ('Singapore', 'place')]
    >>> [(n.text, n.kind) for n in find_names("Ông Trần Văn Ba rời Xinh-ga-po.", "vi")]
    [('Trần Văn Ba', 'person'), ('Xinh-ga-po', 'place')]
    """
    check_language(lang)
    return list(scan(text, lang, gazetteer(glossary)).names)


def scan(text: str, lang: str, known: Gazetteer, *, keep: bool = False) -> Scan:
    """Cut a text into words and find the names among them, or give the scan of it that was kept.

    Alignment keeps its sentences' scans, since others ask for them soon. Who reads pairs once keeps none: a hundred
    thousand objects that live on cost the collector of garbage a fifth of the time.

    Examples
    --------
    >>> kept = scan("Wong left.", "en", gazetteer(), keep=True)
    >>> scan("Wong left.", "en", gazetteer()) is kept
    True
    """
    key = text, lang, known
    found = _kept.find(key)
    if found is None:
        words = words_of(text, lang, _told(known, lang))
        plain = _plain(text, words) if _may_hide(text) else words
        spans = () if _has_no_names(text, plain, lang, known) else tuple(_find_spans(text, plain, lang, known))
        found = Scan(text, lang, known, words, plain, spans)
        if keep and len(text) <= KEPT_CHARACTERS:
            _kept.add(key, found)
    return found


def _may_hide(text: str) -> bool:
    """Whether a text may hold something that is no text: looked for first, by what is fast, since most hold nothing."""
    return "<" in text or "@" in text or "&" in text or "{" in text or "://" in text or "www." in text


_HIDDEN: Final = re.compile(
    r"</?[A-Za-z][^<>]{0,400}>"  # tags; their words are those of a language of marks
    r"|\{\\[^{}]{0,200}\}"  # the style of a subtitle: {\an8}
    rf"|{WEB_ADDRESS}"
    r"|(?<!\S)[^\s@]{1,64}@[^\s@]+\.\w+"  # e-mail
    r"|&(?:#\w{1,8}|[A-Za-z]{2,8});"
)
"""What is no text: no word in it is a name, and the word behind it begins what it would begin without it."""


def _plain(text: str, words: Words) -> Words:
    """The words of a text outside of tags and addresses."""
    hidden = [found.span() for found in _HIDDEN.finditer(text)]
    if not hidden:
        return words
    starts, ends = words.starts, words.ends
    chosen: list[bool] = []
    gaps: list[str] = []
    at = last = 0
    for start, end in zip(starts, ends, strict=True):
        while at < len(hidden) and hidden[at][1] <= start:
            at += 1
        chosen.append(at == len(hidden) or hidden[at][0] >= end)
        if chosen[-1]:
            gaps.append(_HIDDEN.sub("", text[last:start]))
            last = end
    texts, keys = (tuple(itertools.compress(row, chosen)) for row in (words.texts, words.keys))
    flags, looks = (bytes(itertools.compress(row, chosen)) for row in (words.flags, words.looks))
    spans = tuple(itertools.compress(starts, chosen)), tuple(itertools.compress(ends, chosen))
    return Words(texts, keys, tuple(gaps), flags, looks, [], None, None, spans)


def scan_small(found: Scan) -> Scan:
    """Add to a scan the cities and countries that a text without capitals names; its first word may have one.

    Those count that can be nothing else: in English forms with a word that is none in small letters, in Vietnamese
    foreign words and forms of two syllables that are no common word; and of what is not known, foreign words that the
    list of English words has with a capital alone. Who compares texts wants them; who rewrites them does not.

    Examples
    --------
    >>> known = gazetteer()
    >>> [name.text for name in scan_small(scan("cho tôi xem vé từ đà nẵng đến boston", "vi", known)).names]
    ['đà nẵng', 'boston']
    >>> [name.text for name in scan_small(scan("peace, turkey and new york", "en", known)).names]
    ['new york']
    """
    words, lang, known = found.plain, found.lang, found.known
    flags = words.flags
    if 1 in flags[1:] or len(flags) < 2:
        return found
    keys, firsts, last = words.keys, known.index[lang].following, len(flags) - 1
    spans, taken = list(found.spans), {k for at, end, _ in found.spans for k in range(at, end)}
    for place in _SMALL_PLACE.finditer(words.looks):
        at = place.start()
        if at in taken or flags[at]:
            continue
        n, entities, seconds = (*NOTHING, firsts[keys[at]])
        if "" in seconds or (at < last and keys[at + 1] in seconds):
            n, entities = known.match(words, at, lang, is_small=True)
            if n and (
                not _is_plain_place(known.entities[entities[0]], words, at, n, lang)
                or not taken.isdisjoint(range(at, at + n))
            ):
                n, entities = NOTHING
        n = n or _is_stranger(words.texts[at], lang)
        if n:
            taken.update(range(at, at + n))
            spans.append(_Span(at, at + n, entities))
    return replace(found, spans=tuple(sorted(spans))) if len(spans) > len(found.spans) else found


SHORTEST_STRANGER: Final = 4
"""Letters of an unknown name in a text without capitals; shorter ones are mostly abbreviations
(test_names_matching.py)."""


@functools.lru_cache(maxsize=1 << 12)
def _is_stranger(word: str, lang: str) -> bool:
    """Whether a word in small letters is one that the list of English words has with a capital alone."""
    if len(word) < SHORTEST_STRANGER or not word.isascii():
        return False
    listed, _ = english_words()
    return word not in listed and word.capitalize() in listed and (lang == "en" or is_foreign(word))


def _is_plain_place(entity: Entity, words: Words, at: int, n: int, lang: str) -> bool:
    """Whether a form in small letters is that of a city or a country and of nothing else."""
    if not _PLAIN_PLACE.match(entity.id):
        return False
    texts, keys = words.texts[at : at + n], words.keys[at : at + n]
    # What is a word too is a place behind a word that leads to one: 'in japan', 'ở đức'; but 'ở anh' may be a person's.
    is_led = n == 1 and at > 0 and words.keys[at - 1] in name_words()[f"before_place_{lang}"]
    if lang == "en":
        if not all(map(is_common, texts)):
            return True
        is_last = at + 1 == len(words.keys)
        is_whole = is_last or (len(entity.id) == 2 and words.gaps[at + 1] not in HYPHENS)
        return is_led and is_whole and keys[0] in map(fold, entity.en)
    if any(map(is_foreign, texts)):
        return True
    return (
        is_led and keys[0] not in name_words()["address_vi"]
        if n == 1
        else " ".join(keys) not in name_words()["word_vi"]
    )


_PLAIN_PLACE: Final = re.compile("city:|[A-Z]{2}$|VN-|vn:|cn:")
"""What the ids of cities, countries and provinces begin with."""


_Key = tuple[str, str, Gazetteer]


class _Kept:
    """The last scans that were to be kept: when the new ones are `KEPT_SCANS`, those before them go."""

    def __init__(self) -> None:
        self._new: dict[_Key, Scan] = {}
        self._old: dict[_Key, Scan] = {}

    def find(self, key: _Key) -> Scan | None:
        return self._new.get(key) or self._old.get(key)

    def add(self, key: _Key, scan: Scan) -> None:
        if len(self._new) >= KEPT_SCANS:
            self._new, self._old = {}, self._new
        self._new[key] = scan

    def __len__(self) -> int:
        return len(self._new) + len(self._old)


_kept = _Kept()


_ENDS: Final = re.compile('[?!…][ "”»]')
"""Where a sentence ends inside of a text, which then is no phrase ('Really? Somebody said that')."""


_ALONE, _OPENS, _OPENS_HERE, _SECOND, _SMALL_NAME, _OPENER, _UNLIKE_SMALL = (1 << k for k in range(1, 8))
"""Bits of a word's look, beside `CAPITAL`: it may be a known name by itself; it begins longer ones; it does so before
small words too, as it is written; it is the second word of some; in small letters, it may be a name by itself all the
same (`scan_small`); with a capital, it is no name where it begins a sentence and a small word follows; it has other
letters than small ones."""
_UNLIKE_SMALL_ONES: Final = bytes(look & _UNLIKE_SMALL for look in range(256))
_NEVER: Final = _SMALL_NAME
"""The same bit of a word with a capital, since a byte has no more: it is no name before a small word, wherever it
stands."""


@functools.lru_cache(maxsize=2 * KEPT_GAZETTEERS)
def _told(known: Gazetteer, lang: str) -> Memory[Told]:
    """What is to be known of a word before any other is looked at: its key, and its bits as a byte."""
    return Memory(lambda word: (WORD_KEYS[lang][word], bytes((_look(word, lang, known),))))


def _look(word: str, lang: str, known: Gazetteer) -> int:
    """The bits of a word."""
    key, is_capital, index = WORD_KEYS[lang][word], word[0].isupper(), known.index[lang]
    following = index.following[key]
    is_address = key in name_words()[f"address_{lang}"]
    is_alone = is_place = False
    if "" in following:
        flags = bytes((is_capital,))
        one = Words((word,), (key,), ("",), flags, flags, [], None, None)
        is_alone = known.match(one, 0, lang, is_bare=True)[0] == 1
        n, entities = known.match(one, 0, lang, is_small=True)
        is_place = n == 1 and _PLAIN_PLACE.match(entities[0]) is not None
    opens = len(following) > ("" in following)
    look = (
        _OPENS * opens
        | _SECOND * (key in index.seconds)
        | _UNLIKE_SMALL * (not word.islower() and not word.isdecimal())
    )
    if is_capital:
        look |= CAPITAL | _OPENS_HERE * opens
        if lang == "en" and key in grammar_words(lang) and not is_alone:
            return look | _NEVER
        is_word = (_is_english_word if lang == "en" else _is_vietnamese_word)(word, key)
        return look | _OPENER * (is_word and (not is_alone or (is_address and not word.isupper())))
    return (
        look
        | _ALONE * (is_alone and not (is_address and word.islower()))
        | _OPENS_HERE * (opens and index.needs_no_capital(key))
        | _SMALL_NAME * (is_place or _is_stranger(word, lang))
    )


def _is_english_word(word: str, key: str) -> bool:
    """Whether `_english_end` finds no name in a word that begins a sentence, before a small word."""
    return is_common(word) and not (len(word) > 1 and word.isupper())


def _is_vietnamese_word(word: str, key: str) -> bool:
    """Whether `_vietnamese_end` finds no name in a word that begins a sentence, before a small one without a hyphen."""
    if is_foreign(word) or (word.isupper() and (len(word) > 1 or key in name_words()["before_place_vi"])):
        return False
    return key not in _first_heading_words()


@functools.cache
def _first_heading_words() -> frozenset[str]:
    """The first of each of `_heading_words`."""
    return frozenset(phrase.split()[0] for phrase in _heading_words())


def _set_of(bits: int, *, without: int = 0) -> bytes:
    """A set of a regular expression: the looks that have one of these bits, and none of those."""
    looks = (bytes((look,)) for look in range(256) if look & bits and not look & without)
    return b"[" + b"".join(map(re.escape, looks)) + b"]"


_PAIR: Final = _set_of(_OPENS) + b"(?=" + _set_of(_SECOND) + b")"
_PLACE: Final = re.compile(_set_of(CAPITAL | _ALONE) + b"|" + _PAIR)
"""Where a name may begin: at a capital, at a known name of one word, at two words that may begin a longer one."""
_SMALL_PLACE: Final = re.compile(_set_of(_SMALL_NAME, without=CAPITAL) + b"|" + _PAIR)
"""Where `scan_small` looks for a name."""
_NAME: Final = re.compile(
    _set_of(_ALONE, without=CAPITAL)
    + (b"|" + _set_of(CAPITAL, without=_OPENER | _NEVER))
    + (b"|" + _set_of(CAPITAL) + b"(?=" + _set_of(CAPITAL) + b")")
)
"""What may be a name, whatever stands around it: known ones, capitals that are no common words or stand together."""
_OPENING: Final = re.compile(_set_of(_OPENER))
"""What is no name at the start of a sentence."""
_LONGER: Final = re.compile(_PAIR)
"""What may begin a known name of several words."""
_SMALL_LONGER: Final = re.compile(_set_of(_OPENS_HERE) + b"(?=" + _set_of(_SECOND) + b")")
"""The same, where no word but the first has a capital."""


def _has_no_names(text: str, words: Words, lang: str, known: Gazetteer) -> bool:
    """Whether the looks of a text's words tell at once that no name is among them, as of most sentences."""
    looks, keys, firsts = words.looks, words.keys, known.index[lang].following
    if _NAME.search(looks):
        return False
    for place in (_LONGER if 1 in words.flags[1:] else _SMALL_LONGER).finditer(looks):
        at = place.start()
        if keys[at + 1] in firsts[keys[at]]:
            return False
    openers = [place.start() for place in _OPENING.finditer(looks)]
    return not openers or (not is_bare_phrase(text, words) and all(_is_opening(words, at) for at in openers))


def _is_opening(words: Words, at: int) -> bool:
    """Whether a word begins a sentence and is tied to the next one by no hyphen."""
    return words.gaps[at + 1 : at + 2] not in _ONE_HYPHEN and (not at or _is_start(words, at))


def _find_spans(text: str, words: Words, lang: str, known: Gazetteer) -> list[_Span]:
    """Find where names are among the words of a text, in order and without overlap."""
    spans: list[_Span] = []
    keys, flags, looks, firsts = words.keys, words.flags, words.looks, known.index[lang].following
    n_words, taken, has_dollars, currencies = len(keys), 0, "$" in text, name_words()["currency"]
    is_shouted = n_words > 1 and text.isupper()
    is_phrase = is_bare_phrase(text, words)
    is_bare = is_phrase and not is_shouted and not _ENDS.search(text)
    is_headline: bool | None = None
    find_end = _english_end if lang == "en" else _vietnamese_end
    for place in _PLACE.finditer(looks):
        at = place.start()
        if at < taken or (key := keys[at]) in currencies:
            continue
        seconds, behind = firsts[key], at + 1
        if seconds and ("" in seconds or (behind < n_words and keys[behind] in seconds)):
            n, entities = _known(text, words, at, lang, known, is_bare=is_bare)
            if n:
                taken = at + n
                spans.append(_Span(at, taken, entities))
                continue
        if not flags[at] or (has_dollars and text[words.ends[at] : words.ends[at] + 1] == "$"):
            continue
        if flags[behind : behind + 1] != b"\1" and (
            looks[at] & _NEVER or (looks[at] & _OPENER and not is_phrase and _is_opening(words, at))
        ):
            continue
        if is_headline is None:
            is_headline = (is_shouted or _is_title_case(words, lang)) and not is_bare
        end = find_end(
            words,
            at,
            known,
            is_headline=is_headline,
            is_bare=is_bare and n_words <= MAX_NAME and flags.count(1) > (n_words > 1),
        )
        if end > at + (len(words.texts[at]) == 1):
            taken = end
            spans.append(_Span(at, end, ()))
    return spans


MAX_PHRASE = 8
"""Words up to which a text without a stop at its end may be a phrase rather than a sentence ('renovation process')."""


MAX_NAME = 5
"""Words up to which the first capital of a phrase is a name's and not a heading's, if it is not its only one; persons
have four words, and a title."""


def is_bare_phrase(text: str, words: Words) -> bool:
    """Whether a text is a phrase, so that its first capital is not that of a sentence."""
    if not 0 < len(words.keys) <= MAX_PHRASE or "\n" in text:
        return False
    return not end_mark(_HIDDEN.sub("", text) if _may_hide(text) else text)


def _is_title_case(words: Words, lang: str) -> bool:
    """Whether a text is a headline with capitals on all words but function words."""
    flags = words.flags
    if len(flags) < HEADLINE_WORDS or flags.count(1, 1) < HEADLINE_SHARE * (len(flags) - 1):
        return False
    return all(
        flag or is_function_word(key, lang) or word[0].isdigit()
        for word, key, flag in zip(words.texts, words.keys, flags, strict=True)
    )


FEW_WORDS: Final = 3
"""Words up to which the capitals of a text tell nothing: 'Insert Rows', 'Tom laughed.' (test_names_matching.py)."""


def are_capitals_telling(found: Scan) -> bool:
    """Whether the capitals of a text tell its names: not in three words, in title case, in capitals throughout."""
    words = found.plain
    if len(words) <= FEW_WORDS or found.text.isupper():
        return False
    return any(
        not flag and not is_function_word(key, found.lang) and word[0].isalpha()
        for word, key, flag in zip(words.texts, words.keys, words.flags, strict=True)
    ) or not any(words.flags[1:])


def _known(
    text: str, words: Words, at: int, lang: str, known: Gazetteer, *, is_bare: bool
) -> tuple[int, tuple[str, ...]]:
    """The known name at a word as `Gazetteer.match` finds it, unless its neighbours or its place tell otherwise."""
    n, entities = known.match(words, at, lang, is_bare=is_bare)
    if n and lang == "vi" and (_is_cut(words, at + n) or _is_cut(words, at)):
        return 0, ()  # 'Anh-mô-đát' has no England
    if n == 1 and entities[0].startswith(SCRIPTURE) and _goes_on(words, at):
        return 0, ()  # 'David Beckham'
    if (
        n > 1
        and words.keys[at] == "the"
        and (_goes_on(words, at + n - 1) or known.match(words, at + 1, lang, is_bare=is_bare)[0] >= n)
    ):
        return 0, ()  # 'the West' of 'the West Coast', 'the Gulf' of 'the Gulf of Tonkin'
    if n > 1 and (longer := known.match(words, at + n - 1, lang, is_bare=is_bare)[0]) > 1:
        # 'Tổng Bí thư Đảng' before 'Cộng sản Việt Nam', 'nước Việt' before 'Nam': the last word begins another name.
        # The two names that cover more words are taken ('Communist Party' and 'General Secretary').
        shorter = known.match(words, at, lang, is_bare=is_bare, most=n - 1)
        behind = known.match(words, at + n, lang, is_bare=is_bare)[0] if at + n < len(words.keys) else 0
        if shorter[0] + longer >= n + behind:
            n, entities = shorter
    if n != 1:
        return n, entities
    if lang == "vi" and at and words.keys[at - 1] in name_words()["calendar_vi"]:
        return 0, ()  # Chủ Nhật is no Japan
    kind = known.entities[entities[0]].kind
    is_title = kind == "title"
    is_word = is_title or _goes_on(words, at) or not words.flags[at] or (_is_start(words, at) and not is_bare)
    is_led = lang == "vi" and at > 0 and words.keys[at - 1] in name_words()["before_place_vi"] and text.isupper()
    if is_word and not is_led and words.keys[at] in name_words()[f"address_{lang}"]:
        return 0, ()
    if kind == "other" and lang == "vi" and not is_bare and _is_start(words, at):
        return 0, ()  # 'Trời mưa', 'Phật tử': a word with the capital of its place
    if is_title and not is_bare and not words.flags[at] and not _precedes_capital(words, at):
        return 0, ()  # 'a major step', 'the general'
    if "$" in text and text[words.ends[at] : words.ends[at] + 1] == "$":
        return 0, ()
    return n, entities


SCRIPTURE: Final = "scripture:"
"""What the ids of persons of scripture begin with: in English their names are many people's first names."""


def _known_inside(words: Words, at: int, lang: str, known: Gazetteer) -> int:
    """Number of words of the known name at a word of a run; none of one word of scripture (Elton John)."""
    if not known.index[lang].following[words.keys[at]]:
        return 0
    n, entities = known.match(words, at, lang)
    return 0 if n == 1 and entities[0].startswith(SCRIPTURE) else n


def _is_cut(words: Words, at: int) -> bool:
    """Whether a name of syllables and hyphens is cut in two before a word: it has a small letter behind a hyphen."""
    return at < len(words.flags) and not words.flags[at] and words.gaps[at] in HYPHENS and words.texts[at][0].isalpha()


HYPHENS: Final = ("-", "‑")
"""What stands between the syllables of a name as Vietnamese says it."""
_ONE_HYPHEN: Final = frozenset((hyphen,) for hyphen in HYPHENS)


def _name(scan: Scan, span: _Span, place: tuple[int, int], last: Name | None) -> Name:
    """Make a name of a span, whose place in the text is this; `last` is the name before it."""
    text, words, (at, end, entities), (start, stop) = scan.text, scan.plain, span, place
    if end - at > 1 and words.gaps[end - 1] == "." and len(words.texts[end - 1]) == 1 and text[stop : stop + 1] == ".":
        stop += 1  # the last stop of U.S.
    said = text[start:stop]
    if "(" in said and ")" not in said and text[stop : stop + 1] == ")":
        stop += 1  # Đổi mới (Renewal)
        said += ")"
    if entities:
        kind, is_certain = scan.known.entities[entities[0]].kind, _is_sure(scan, at, end - at, entities[0])
    else:
        tell_kind = _english_kind if scan.lang == "en" else _vietnamese_kind
        follows_title = last is not None and last.kind == "title" and last.end == words.ends[at - 1]
        kind, is_certain = tell_kind(words, at, end, follows_title), _is_certain(words.texts[at:end], scan.lang)
    # Unasked (`doors.checked_tuple`): it is ours, and there are millions.
    return Name._make((kind, said, start, stop, words.keys[at:end], entities, is_certain))


def _is_start(words: Words, at: int) -> bool:
    """Whether a word may owe its capital to its place: at the start of a sentence, a quotation, an item."""
    if at == 0:
        return True
    gap = words.gaps[at]
    if gap.startswith(".") and (
        (len(words.texts[at - 1]) == 1 and words.texts[at - 1].isalpha())
        or words.keys[at - 1] in name_words()["abbreviation"]
    ):
        return False
    return not _STARTS.isdisjoint(gap)


@functools.lru_cache(maxsize=1 << 16)
def is_common(word: str) -> bool:
    """Whether an English word is one in small letters, so that its capital may be its place's."""
    words, _ = english_words()
    lower = word.lower()
    return lower in words or (lower.endswith("s") and lower[:-1] in words)


def may_be_name(word: str) -> bool:
    """Whether an English word with a capital may be a name: no word in small letters, or listed with one too (Tom)."""
    return not is_common(word) or word.capitalize() in english_words()[0]


def _english_end(words: Words, at: int, known: Gazetteer, *, is_headline: bool, is_bare: bool) -> int:
    """Where a run of capitalised English words from `at` ends; `at` for no name."""
    word, functions, roles = words.texts[at], grammar_words("en"), name_words()
    if words.keys[at] in roles["honorific_en"] and _precedes_capital(words, at):
        return at
    opens_person = words.keys[at] in functions and _opens_person(words, at, known)
    is_family = is_headline and words.keys[at] in bare_families() and _precedes_capital(words, at)
    is_family = is_family and is_bare_syllable(words.texts[at + 1]) and not is_common(words.texts[at + 1])
    if (words.keys[at] in functions and not opens_person) or (is_headline and is_common(word) and not is_family):
        return at
    _, nouns = english_words()
    if (
        not is_bare
        and not opens_person
        and not _opens_western(words, at)
        and _is_start(words, at)
        and is_common(word)
        and not (_goes_on(words, at) and word.lower() in nouns and not known.index["en"].following[words.keys[at + 1]])
        and not (len(word) > 1 and word.isupper())
    ):
        return at
    end = at + 1
    while end < len(words.keys):
        key = words.keys[end]
        if not _is_tied(words.gaps[end]):
            break
        if words.flags[end]:
            # Inside a name a function word with a capital is a part of it (Suoi Am Energy), but for a headline's.
            if key in function_words("en")["calendar"]:
                break
            if (
                is_headline
                and is_common(words.texts[end])
                and not (end - at < _PERSON_SHOUTED and _goes_on_person(words, end))
            ):
                break
            if is_headline and key in functions and not _goes_on_person(words, end):
                break
            n_known = _known_inside(words, end, "en", known)
            is_part = n_known == 1 and is_bare_syllable(words.texts[end - 1]) and is_bare_syllable(words.texts[end])
            if n_known and not is_part and not _goes_on_person(words, end):
                break
            end += 1
        elif key in roles["link_en"] and _goes_on(words, end):
            if known.match(words, end + 1, "en")[0] or words.keys[end + 1] in functions:
                break
            end += 2
        elif words.gaps[end] == "-" and words.texts[end][0].isalpha() and key not in functions:
            end += 1  # Sub-region, Chiang Kai-shek
        else:
            break
    return end


def _opens_person(words: Words, at: int, known: Gazetteer) -> bool:
    """Whether an English function word is a Vietnamese family name here (General Secretary To Lam)."""
    return (
        words.keys[at] in bare_families()
        and _precedes_capital(words, at)
        and words.gaps[at + 1] == " "
        and is_bare_syllable(words.texts[at + 1])
        and (not _is_start(words, at) or not known.match(words, at + 1, "en")[0])  # 'To Hue, they went by train'
    )


def _opens_western(words: Words, at: int) -> bool:
    """Whether a Vietnamese person's name with the family name last begins here (Hung Van Le)."""
    end = at
    while (
        end < min(len(words.keys), at + _PERSON_SYLLABLES.stop)
        and words.flags[end]
        and (end == at or words.gaps[end] == " ")
        and is_bare_syllable(words.texts[end])
    ):
        end += 1
    return end - at in _PERSON_SYLLABLES and words.keys[end - 1] in bare_families()


def _goes_on_person(words: Words, at: int) -> bool:
    """Whether a word of an English text goes on a Vietnamese person's name, whatever else it means (Lê Thị Hoa)."""
    first = at - 1
    lowest = max(at - _PERSON_SYLLABLES.stop, 0)
    while (
        first > lowest
        and words.flags[first - 1]
        and words.gaps[first] == " "
        and is_bare_syllable(words.texts[first - 1])
    ):
        first -= 1
    return (
        words.gaps[at] == " "
        and is_bare_syllable(words.texts[at])
        and at - first < _PERSON_SYLLABLES.stop - 1
        and any(words.keys[k] in bare_families() for k in range(first, at))
    )


def _vietnamese_end(words: Words, at: int, known: Gazetteer, *, is_headline: bool, is_bare: bool) -> int:
    """Where a run of capitalised Vietnamese words from `at` ends; `at` for no name."""
    word, key, flags = words.texts[at], words.keys[at], words.flags
    roles, functions = name_words(), grammar_words("vi")
    foreign = is_foreign(word)
    end = _chain_end(words, at)
    if end > at + 1:
        return end
    if is_headline and not foreign and word.isupper() and (len(word) > 1 or key in roles["before_place_vi"]):
        return _shouted_end(words, at)
    is_people = key in roles["people_vi"] and _goes_on(words, at)
    if is_people and (is_foreign(words.texts[at + 1]) or known.match(words, at + 1, "vi")[0]):
        return at  # 'Tiếng Moldova' is Moldovan, but 'Người Nhện' is one name
    if key in roles["calendar_vi"] or (at and words.keys[at - 1] in roles["calendar_vi"]):
        return at
    if not is_bare and _is_start(words, at) and not foreign:
        follows = _precedes_capital(words, at) and words.gaps[at + 1] in (" ", "-", " - ")
        is_family = key in roles["family"] and key not in roles["honorific_vi"]
        # 'Chương trình Trao đổi …'; after one syllable ('Đội Sao Đỏ thắng') the kind is left to the word before.
        if not (follows and is_family) and (follows or not _heads(words, at)):
            return at
    if not foreign and (
        key in roles["honorific_vi"] or (key in functions and not _goes_on(words, at) and not _is_addressed(words, at))
    ):
        return at
    n_capitals = 1
    is_compound = not foreign and key not in roles["family"] and _heads(words, at)
    while end < len(words.keys) and _is_tied(words.gaps[end]):
        if flags[end]:
            n_known = _known_inside(words, end, "vi", known)
            if (
                (n_known > 1 and is_compound)
                or (n_known and foreign)
                or (is_headline and not is_foreign(words.texts[end]))
            ):
                break
            n_capitals += 1
            end += 1
            while end < len(words.keys) and words.gaps[end] in HYPHENS and not words.texts[end][0].isdigit():
                end += 1
            foreign = is_foreign(words.texts[end - 1])
        elif (
            is_compound
            and not foreign
            and flags[end - 1]
            and words.keys[end] not in functions
            and not is_foreign(words.texts[end])
        ):
            end += 1  # the second syllable of a word: Chương trình, Quy tắc, Ứng xử
        else:
            break
    if is_compound and n_capitals < 2:
        return at
    return end


_PERSON_SHOUTED: Final = 3
"""Words of a Vietnamese person's name in a text of capitals: where a longer one ends cannot be told."""


def _shouted_end(words: Words, at: int) -> int:
    """Where a Vietnamese person's name ends in a text of capitals: behind the given name; `at` for none.

    A family name and a middle name begin one (TRẦN QUỐC TOẢN ĐOẠT GIẢI), a family name that is no word too (NGUYỄN DU).
    """
    roles, keys = name_words(), words.keys[at : at + _PERSON_SHOUTED]
    gaps = words.gaps[at + 1 : at + len(keys)]
    if keys[0] not in roles["family"] or keys[0] in roles["place_vi"] or gaps[:1] != (" ",):
        return at
    if len(keys) == _PERSON_SHOUTED and gaps[1] == " " and keys[1] in roles["middle"]:
        return at + _PERSON_SHOUTED
    return at + 2 if vietnamese_syllables().get(keys[0], 0) < RARE else at


def _chain_end(words: Words, at: int) -> int:
    """Where syllables with hyphens between end (Mát-xcơ-va, Bê-e-Sê-ba), small at first; behind the word for none."""
    end = at + 1
    while (
        end < len(words.keys)
        and words.gaps[end] in HYPHENS
        and (end > at + 1 or not words.flags[end])
        and not words.texts[end][0].isdigit()
    ):
        end += 1
    return end


def _heads(words: Words, at: int) -> bool:
    """Whether a name made of Vietnamese words begins here."""
    keys, heads = words.keys, _heading_words()
    return keys[at] in heads or (at + 1 < len(keys) and f"{keys[at]} {keys[at + 1]}" in heads)


@functools.cache
def _heading_words() -> frozenset[str]:
    """Words that begin a Vietnamese name made of words, each with one capital (Chương trình Trao đổi Tài năng)."""
    roles = name_words()
    return roles["head_vi"] | roles["organisation_vi"] | roles["place_vi"]


def _is_addressed(words: Words, at: int) -> bool:
    """Whether a Vietnamese word follows a form of address, so that even a number word is a name (ông Ba, bà Tư)."""
    return at > 0 and words.gaps[at] == " " and words.keys[at - 1] in name_words()["honorific_vi"]


def _precedes_capital(words: Words, at: int) -> bool:
    """Whether the next word has a capital."""
    return words.flags[at + 1 : at + 2] == b"\1"


def _goes_on(words: Words, at: int) -> bool:
    """Whether the next word has a capital and is tied to this one."""
    return _precedes_capital(words, at) and _is_tied(words.gaps[at + 1])


def _is_tied(gap: str) -> bool:
    """Whether two capitalised words belong to one name: a space, a hyphen, an apostrophe, the stop of an initial."""
    return gap in (" ", *HYPHENS, "'", "’", ".", "\u00a0")


def _is_sure(scan: Scan, at: int, n: int, entity: str) -> bool:
    """Whether a known name can be nothing else here: one syllable at the start of a sentence may (Anh, Đức)."""
    words = scan.plain
    if n > 1:
        return True
    if scan.lang == "en":
        # 'Japan has agreed to it'; 'Japan won' may be about lacquer
        is_sentence = len(words) > FEW_WORDS and (scan.text.isupper() or not is_bare_phrase(scan.text, words))
        is_country = is_sentence and _PLAIN_PLACE.match(entity)
        return (
            bool(is_country)
            or entity.startswith(SCRIPTURE)
            or not (_is_start(words, at) and is_common(words.texts[at]))
        )
    key = words.keys[at]
    if is_foreign(words.texts[at]) or (_PLAIN_PLACE.match(entity) and vietnamese_syllables().get(key, 0) < RARE):
        return True
    if scan.text.isupper() and _PLAIN_PLACE.match(entity):
        # 'PHÁP CẤM XE', 'LŨ LỤT Ở ANH', but 'PHÁP LUẬT', 'YÊU ANH'; elsewhere a capital tells more
        if key in name_words()["address_vi"]:
            return at > 0 and words.keys[at - 1] in name_words()["before_place_vi"]
        pairs = (" ".join(words.keys[k : k + 2]) for k in (at - 1, at) if k >= 0)
        return name_words()["compound_vi"].isdisjoint(pairs)
    if _is_start(words, at) and _PLAIN_PLACE.match(entity) and key not in name_words()["address_vi"]:
        # 'Đức có tổng thống mới'; but 'Áo của tôi'
        return (
            at + 1 < len(words.keys)
            and words.gaps[at + 1] == " "
            and words.keys[at + 1] in function_words("vi")["auxiliary"]
        )
    # 'Đức Giê-hô-va', 'Anh Tuấn': a word before a Vietnamese name may be a part of it; not 'Đức Angela Merkel'.
    return not _is_start(words, at) and not (_goes_on(words, at) and not is_foreign(words.texts[at + 1]))


RARE: Final = 60
"""Times in five million syllables below which one in small letters is hardly a word, so that 'Úc', 'Lào' and 'Nga' are
countries also where a sentence begins; anh has 7,723, áo 1,752, hàn 93 (test_names_detection.py)."""


def _is_certain(words: Sequence[str], lang: str) -> bool:
    """Whether one of the words can be nothing but a name."""
    if lang == "vi":
        return any(len(word) > 2 and is_foreign(word) for word in words)
    return any(len(word) > 2 and not is_common(word) for word in words)


def _english_kind(words: Words, at: int, end: int, follows_title: bool) -> NameKind:
    """Tell the kind of an unknown English name by its words and the one before it."""
    roles, keys, texts = name_words(), words.keys[at:end], words.texts[at:end]
    before = words.keys[at - 1] if at else ""
    if not roles["organisation_en"].isdisjoint((keys[0], keys[-1])):
        return "organisation"
    if not roles["place_en"].isdisjoint((keys[0], keys[-1])):
        return "place"
    if follows_title or before in roles["honorific_en"]:
        return "person"
    if len(keys) == 1 and texts[0].isupper() and len(texts[0]) > 1:
        return "other"
    if len(keys) in (2, 3) and not any(map(is_common, texts)):
        return "person"
    if before in roles["before_place_en"]:
        return "place"
    return "person" if len(keys) in _PERSON_SYLLABLES and fold(keys[0]) in bare_families() else "other"


def _vietnamese_kind(words: Words, at: int, end: int, follows_title: bool) -> NameKind:
    """Tell the kind of an unknown Vietnamese name by its words and the two before it."""
    roles, keys = name_words(), words.keys[at:end]
    own = keys[0], " ".join(keys[:2])
    led_by = words.keys[at - 1] if at else "", " ".join(words.keys[at - 2 : at]) if at > 1 else ""
    if not roles["organisation_vi"].isdisjoint(own):
        return "organisation"
    if len(keys) > 1 and not roles["place_vi"].isdisjoint(own):
        return "place"
    for role, kind in _LEADING:
        if not roles[role].isdisjoint(led_by):
            return kind
    is_full = len(keys) in _PERSON_SYLLABLES and keys[0] in roles["family"]
    is_person = follows_title or is_full or (len(keys) in (2, 3) and all(map(is_foreign, words.texts[at:end])))
    return "person" if is_person else "other"


_LEADING: Final[tuple[tuple[str, NameKind], ...]] = (
    ("place_vi", "place"),
    ("organisation_vi", "organisation"),
    ("honorific_vi", "person"),
)
"""Roles of the words before a Vietnamese name that tell its kind, and which; the first that fits is taken."""


@functools.cache
def bare_families() -> frozenset[str]:
    """Vietnamese family names without marks."""
    return frozenset(fold(name) for name in name_words()["family"])


def unlike_small(words: Words) -> Iterator[str]:
    """The words of a scan that are more than small letters, as written; none that is a figure.

    Examples
    --------
    >>> list(unlike_small(scan("The iPhone 5 and 3D", "en", gazetteer()).words))
    ['The', 'iPhone', '3D']
    """
    return itertools.compress(words.texts, words.looks.translate(_UNLIKE_SMALL_ONES))


def name_keys(scan: Scan) -> tuple[str, ...]:
    """Keys of the names of a text that do not depend on its language, for alignment.

    Returns
    -------
    tuple of str
        'e:' and an entity's id for what is known, 'w:' and a folded word of three letters or more for each word of
        what is not; in the order of the text, with repetitions.

    Examples
    --------
    >>> known = gazetteer()
    >>> name_keys(scan("Lindqvist flew to Germany", "en", known))
    ('w:lindqvist', 'e:DE')
    >>> name_keys(scan("Lindqvist bay sang Đức", "vi", known))
    ('w:lindqvist', 'e:DE')
    """
    keys: list[str] = []
    for at, end, entities in scan.spans:
        if entities:
            keys += (f"e:{entity}" for entity in entities)
        else:
            keys += (f"w:{key}" for key in map(fold, scan.plain.keys[at:end]) if len(key) > 2)
    return tuple(keys)
