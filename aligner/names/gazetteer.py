"""Names that are known beforehand: the shipped table, and a glossary of the caller's on top of it."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from aligner.names.spelling import WORD_KEYS, Memory, Words, fold, vietnamese_key, words_of
from aligner.names.table import NameKind, NameTable
from aligner.text.tables import read_table
from aligner.text.unicode import nfc

GLOSSARY_PREFIX: Final = "glossary:"
"""What the ids of a glossary's entries begin with; before a number."""


class Entity(NamedTuple):
    """A row of aligner/data/names.tsv, or an entry of a glossary.

    Attributes
    ----------
    id : str
    kind : str
    en, adjectives, vi : tuple of str
        Forms, the usual one first; adjectives and demonyms apart.
    part_of : str
        Id of the present entity that a former one was merged into, else "".
    """

    id: str
    kind: NameKind
    en: tuple[str, ...]
    adjectives: tuple[str, ...]
    vi: tuple[str, ...]
    part_of: str = ""


class _Phrase(NamedTuple):
    """What a sequence of keys can mean: entities, and the capitals that its form asks for."""

    entities: tuple[str, ...]
    capitals: int  # ANY, ONE, ALL or PHRASE


ANY, ONE, ALL, PHRASE = range(4)
"""What capitals a form asks for: none; one word's at least (biển Đông); every letter (US, WHO); one word's, but none in
a phrase that stands alone (đổi mới, strategic partnership)."""


class _Forms(NamedTuple):
    """Forms that begin with the same two words, or are of one word, by the keys of their words.

    Attributes
    ----------
    lengths : tuple of int
        Their numbers of words, each once, the largest first.
    phrases : mapping
        By the keys of the words: what they can mean.
    gaps : mapping
        By the keys of the words: what stands between words of such a form beside what `_joins` lets pass, as in
        'Ministry of Culture, Sports and Tourism'.
    """

    lengths: tuple[int, ...]
    phrases: Mapping[tuple[str, ...], Sequence[_Phrase]]
    gaps: Mapping[tuple[str, ...], frozenset[str]]


_Row = tuple[str, NameKind, str]
"""Id and kind of an entity, and a form of it."""


class Index:
    """The forms of one language by their first two words; those that a text may have are read further, the rest never.

    A text has few of the 17,000 forms. All are kept in flat lists: a hundred thousand objects that live on cost
    Python's collector a tenth of a second at each look, and an interpreter that ends looks twice.

    Parameters
    ----------
    lang : {"en", "vi"}
    rows : iterable of (str, str, str)
        Id and kind of an entity, and a form of it.
    base : Index, optional
        What stands before these; it stays as it is.

    Attributes
    ----------
    seconds : set of str
        Keys of the second words of all forms.
    following : mapping of str to mapping
        By the key of a first word, then by that of the second, "" for forms of one word: numbers of forms. Of a word
        that begins none, an empty one.
    forms : mapping of str to _Forms
        By both keys with a space between.
    """

    def __init__(self, lang: str, rows: Iterable[_Row], base: Index | None = None) -> None:
        self._lang = lang
        self._ids: list[str] = [*base._ids] if base else []
        self._kinds: list[NameKind] = [*base._kinds] if base else []
        self._texts: list[str] = [*base._texts] if base else []
        self._second: list[str] = [*base._second] if base else []
        # By form the last one before with its first word, -1 for none; by first word the last of all.
        self._before: list[int] = [*base._before] if base else []
        self._last: dict[str, int] = {**base._last} if base else {}
        self.following: Memory[Mapping[str, Sequence[int]]] = Memory(self._follow)
        self.forms: Memory[_Forms] = Memory(self._read)
        for id_, kind, text in rows:
            first, second = _opening(text, lang)
            if first:
                self._before.append(self._last.get(first, -1))
                self._last[first] = len(self._ids)
                self._ids.append(id_)
                self._kinds.append(kind)
                self._texts.append(text)
                self._second.append(second)
        self.seconds = frozenset(filter(None, self._second))

    def needs_no_capital(self, first: str) -> bool:
        """Whether a form of several words with this first one may stand in small letters somewhere."""
        several = (number for second, numbers in self.following[first].items() if second for number in numbers)
        return any(_capitals(self._texts[number], self._kinds[number]) != ONE for number in several)

    def _follow(self, first: str) -> Mapping[str, Sequence[int]]:
        """The forms that begin with a word, in their order, by the second one."""
        numbers: list[int] = []
        number = self._last.get(first, -1)
        if number < 0:
            return _NO_FORMS
        while number >= 0:
            numbers.append(number)
            number = self._before[number]
        following: dict[str, list[int]] = {}
        for number in reversed(numbers):
            following.setdefault(self._second[number], []).append(number)
        return {second: tuple(own) for second, own in following.items()}

    def _read(self, opening: str) -> _Forms:
        """Read the forms with two first words."""
        first, _, second = opening.partition(" ")
        phrases: dict[tuple[str, ...], list[_Phrase]] = {}
        gaps: dict[tuple[str, ...], frozenset[str]] = {}
        for number in self.following[first].get(second, ()):
            words = words_of(self._texts[number], self._lang)
            keys = words.keys
            if own := frozenset(gap for gap in words.gaps[1:] if not _joins(gap)):
                gaps[keys] = gaps.get(keys, frozenset()) | own
            phrase = _Phrase((self._ids[number],), _capitals(self._texts[number], self._kinds[number]))
            meanings = phrases.setdefault(keys, [])
            if phrase not in meanings:
                meanings.append(phrase)
        return _Forms(tuple(sorted({len(keys) for keys in phrases}, reverse=True)), phrases, gaps)


_NO_FORMS: Final[Mapping[str, Sequence[int]]] = {}
_FIRST_TWO: Final = re.compile(r"[\W_]*([^\W_]+)(?:[\W_]+([^\W_]+))?")


def _opening(form: str, lang: str) -> tuple[str, str]:
    """Keys of the first two words of a form, as `words_of` has them, "" for none."""
    if "'" in form or "’" in form or nfc(form) != form:
        first, second, *_ = (*words_of(form, lang).keys, "", "")
        return first, second
    found, keys = _FIRST_TWO.match(form), WORD_KEYS[lang]
    if found is None:
        return "", ""
    first, second = found.groups("")
    return keys[first], keys[second] if second else ""


class _Entities(Mapping[str, Entity]):
    """Entities by id; most stay lines of the table, since nobody asks for them."""

    def __init__(self, lines: Iterable[tuple[str, ...]]) -> None:
        self._known: dict[str, tuple[str, ...] | Entity] = {line[0]: line for line in lines}

    def __getitem__(self, id_: str) -> Entity:
        found = self._known[id_]
        if not isinstance(found, Entity):
            found = self._known[id_] = _entity(*found)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Known names by their words; one is equal to no other, so that scans can be kept by it.

    Attributes
    ----------
    entities : mapping of str to Entity
        By id.
    index : mapping of str to Index
        By language.
    """

    entities: Mapping[str, Entity]
    index: Mapping[str, Index]

    def match(
        self, words: Words, at: int, lang: str, *, is_bare: bool = False, is_small: bool = False, most: int = 99
    ) -> tuple[int, tuple[str, ...]]:
        """Find the longest known name that begins at a word, of `most` words: its number of words and its entities.

        In a phrase that stands alone (`is_bare`) and in a text without capitals (`is_small`) words may be names that
        are none elsewhere.
        """
        keys, index = words.keys, self.index[lang]
        first = keys[at]
        following = index.following[first]
        if not following:
            return NOTHING
        for second in (*keys[at + 1 : at + 2], ""):
            if second not in following:
                continue
            lengths, phrases, gaps = index.forms[f"{first} {second}"]
            for n in lengths:
                end = at + n
                if n > most or end > len(keys) or (meanings := phrases.get(keys[at:end])) is None:
                    continue
                if n > 1 and not _are_joined(words.gaps[at + 1 : end], gaps.get(keys[at:end], frozenset())):
                    continue
                found: list[str] = []
                for phrase in meanings:
                    if _fits(phrase.capitals, words, at, end, is_bare=is_bare, is_small=is_small):
                        found += phrase.entities
                if found and lang == "en" and not "".join(words.texts[at:end]).isascii():
                    found = [entity for entity in found if self._has_marks(entity, words.texts[at:end])]
                if found:
                    return n, tuple(found)
        return NOTHING

    def _has_marks(self, entity: str, words: Sequence[str]) -> bool:
        """Whether an entity is spelled with the marks that an English text has kept (Hoá is not Hòa)."""
        entry = self.entities[entity]
        marked = _keys_of((*entry.en, *entry.vi))
        return all(word.isascii() or vietnamese_key(word) in marked for word in words)


NOTHING: Final[tuple[int, tuple[str, ...]]] = 0, ()
"""What `Gazetteer.match` finds where no known name begins."""


@functools.lru_cache(maxsize=1 << 14)
def _keys_of(forms: tuple[str, ...]) -> frozenset[str]:
    """Vietnamese keys of the words in forms."""
    return frozenset(key for form in forms for key in words_of(form, "vi").keys)


def _are_joined(gaps: Sequence[str], own: frozenset[str]) -> bool:
    """Whether words so far apart can be a form that has these gaps of its own."""
    return all(_joins(gap) or gap in own for gap in gaps)


def _joins(gap: str) -> bool:
    """Whether words so far apart can be one name: spaces, a hyphen or dash, a stop, an apostrophe."""
    return gap == " " or (len(gap) <= 3 and not gap.strip(" .-–‑'’&\u00a0"))


def _fits(capitals: int, words: Words, at: int, end: int, *, is_bare: bool, is_small: bool) -> bool:
    """Whether the words from one up to another are capitalised as the form asks."""
    if capitals == ALL:
        return all(word.isupper() or word.isdigit() for word in words.texts[at:end])
    return is_small or capitals == ANY or (capitals == PHRASE and is_bare) or 1 in words.flags[at:end]


def _capitals(form: str, kind: NameKind) -> int:
    """What a form asks for: offices may stand in small letters, abbreviations may not."""
    letters = "".join(filter(str.isalpha, form))
    if len(letters) <= 5 and letters.isupper():
        return ALL
    if kind == "title":
        return ANY
    return PHRASE if form.islower() or (kind == "other" and " " in form) else ONE


def _cells(cell: str) -> tuple[str, ...]:
    """The forms in a cell of the table."""
    return tuple(filter(None, cell.split("|")))


def _entity(id_: str, kind: str, en: str, adjectives: str, vi: str, part_of: str) -> Entity:
    """Make an entity of a line of the table."""
    return Entity(id_, cast(NameKind, kind), _cells(en), _cells(adjectives), _cells(vi), part_of)


KEPT_GAZETTEERS: Final = 8
"""Gazetteers that are kept, each with a glossary of its own: one takes some 10 MB. What is remembered of words by
gazetteer and language is kept for as many (test_names_detection.py)."""


@functools.lru_cache(maxsize=KEPT_GAZETTEERS)
def gazetteer(glossary: NameTable | None = None) -> Gazetteer:
    """Load the shipped names, with those of a glossary where one is given.

    Examples
    --------
    >>> known = gazetteer()
    >>> known.match(words_of("Germany won", "en"), 0, "en"), known.match(words_of("Đức thắng", "vi"), 0, "vi")
    ((1, ('DE',)), (1, ('DE',)))
    """
    if glossary is None:
        lines = read_table("names.tsv", "entity", "kind", "en", "en_adjective", "vi", "part_of")
        return Gazetteer(_Entities(lines), _index(itertools.starmap(_entity, lines)))
    base = gazetteer()
    added = {
        f"{GLOSSARY_PREFIX}{k}": Entity(
            f"{GLOSSARY_PREFIX}{k}",
            entry.kind,
            tuple(dict.fromkeys([entry.en, *(form for form, _ in entry.en_forms)])),
            (),
            tuple(dict.fromkeys([entry.vi, *(form for form, _ in entry.vi_forms)])),
        )
        for k, entry in enumerate(glossary.entries)
        if entry.en and entry.vi
    }
    return Gazetteer({**base.entities, **added}, _index(added.values(), base))


def _joined(form: str) -> tuple[str, ...]:
    """A form with hyphens, without them: also, of three syllables or more, without tones or any marks (Matxcơva)."""
    whole = form.replace("-", "")
    toneless = unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFD", whole) if c not in _TONES))
    return (whole, toneless, fold(whole).capitalize()) if form.count("-") > 1 and " " not in form else (whole,)


_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Combining marks of the five tones."""


def _index(entities: Iterable[Entity], base: Gazetteer | None = None) -> dict[str, Index]:
    """Index the forms of entities, on top of those of `base`."""
    rows: dict[str, list[_Row]] = {"en": [], "vi": []}
    for id_, kind, en, adjectives, vi, _ in entities:
        plurals = [f"{form}s" for form in adjectives if form[-1] in "aiknt"]  # Iraqis, Slovaks, Indonesians
        for lang, forms in (("en", [*en, *adjectives, *plurals]), ("vi", vi)):
            own = rows[lang]
            for form in (*forms, *itertools.chain.from_iterable(map(_joined, [f for f in forms if "-" in f]))):
                own.append((id_, kind, form))
    return {lang: Index(lang, own, base.index[lang] if base else None) for lang, own in rows.items()}


@functools.cache
def name_words() -> Mapping[str, frozenset[str]]:
    """Words in and around names by role (aligner/data/name_words.tsv), as `Word.key` has them; phrases with spaces.

    Vietnamese roles are "family" and "middle" and those that end in "_vi"; all others are English.

    Examples
    --------
    >>> "nguyễn" in name_words()["family"], "mr" in name_words()["honorific_en"]
    (True, True)
    """
    roles: dict[str, set[str]] = {}
    for word, role in read_table("name_words.tsv", "word", "role"):
        lang = "vi" if role in ("family", "middle") or role.endswith("_vi") else "en"
        roles.setdefault(role, set()).add(" ".join(words_of(word, lang).keys))
    return {role: frozenset(words) for role, words in roles.items()}
