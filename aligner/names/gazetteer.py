"""Names that are known beforehand: the shipped table, and a glossary of the caller's on top of it."""

from __future__ import annotations

import functools
import itertools
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from aligner.names.spelling import Words, fold, vietnamese_key, words_of
from aligner.names.table import NameKind, NameTable
from aligner.text.tables import read_table

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


_Phrases = dict[tuple[str, ...], list[_Phrase]]


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Known names by their words; one is equal to no other, so that scans can be kept by it.

    Attributes
    ----------
    entities : mapping of str to Entity
        By id.
    phrases : mapping
        By language, then by the keys of the words.
    firsts : mapping
        By language, then by the keys that forms begin with, then by the keys that go on with them, "" for names of one
        word: the numbers of words that forms with this opening have, the largest first.
    gaps : mapping
        By language, then by the keys of the words: what stands between words of such a form beside what `_joins` lets
        pass, as in 'Ministry of Culture, Sports and Tourism'.
    """

    entities: Mapping[str, Entity]
    phrases: Mapping[str, _Phrases]
    firsts: Mapping[str, Mapping[str, Mapping[str, tuple[int, ...]]]]
    gaps: Mapping[str, Mapping[tuple[str, ...], frozenset[str]]]

    def match(
        self, words: Words, at: int, lang: str, *, is_bare: bool = False, is_small: bool = False, most: int = 99
    ) -> tuple[int, tuple[str, ...]]:
        """Find the longest known name that begins at a word, of `most` words: its number of words and its entities.

        In a phrase that stands alone (`is_bare`) and in a text without capitals (`is_small`) words may be names that
        are none elsewhere.
        """
        keys = words.keys
        seconds = self.firsts[lang].get(keys[at])
        if seconds is None:
            return NOTHING
        longer = seconds.get(keys[at + 1], ()) if at + 1 < len(keys) else ()
        phrases = self.phrases[lang]
        for n in (*longer, *seconds.get("", ())):
            end = at + n
            if n > most or end > len(keys) or (meanings := phrases.get(keys[at:end])) is None:
                continue
            if n > 1 and not self._are_joined(keys[at:end], words.gaps[at + 1 : end], lang):
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

    def _are_joined(self, keys: tuple[str, ...], gaps: Sequence[str], lang: str) -> bool:
        """Whether words so far apart can be the form of these keys."""
        if all(map(_joins, gaps)):
            return True
        own = self.gaps[lang].get(keys, frozenset())
        return all(_joins(gap) or gap in own for gap in gaps)

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


def _shipped_entities() -> list[Entity]:
    """The rows of names.tsv."""

    def forms(cell: str) -> tuple[str, ...]:
        return tuple(filter(None, cell.split("|")))

    return [
        Entity(id_, cast(NameKind, kind), forms(en), forms(adjectives), forms(vi), part_of)
        for id_, kind, en, adjectives, vi, part_of in read_table(
            "names.tsv", "entity", "kind", "en", "en_adjective", "vi", "part_of"
        )
    ]


@functools.lru_cache(maxsize=8)
def gazetteer(glossary: NameTable | None = None) -> Gazetteer:
    """Load the shipped names, with those of a glossary where one is given.

    Examples
    --------
    >>> known = gazetteer()
    >>> known.match(words_of("Germany won", "en"), 0, "en"), known.match(words_of("Đức thắng", "vi"), 0, "vi")
    ((1, ('DE',)), (1, ('DE',)))
    """
    if glossary is None:
        return _index(_shipped_entities())
    added = [
        Entity(
            f"{GLOSSARY_PREFIX}{k}",
            entry.kind,
            tuple(dict.fromkeys([entry.en, *(form for form, _ in entry.en_forms)])),
            (),
            tuple(dict.fromkeys([entry.vi, *(form for form, _ in entry.vi_forms)])),
        )
        for k, entry in enumerate(glossary.entries)
        if entry.en and entry.vi
    ]
    return _index(added, gazetteer())


def _joined(form: str) -> tuple[str, ...]:
    """A form without its hyphens: as it is, and, of three syllables or more, without tones or any marks (Matxcơva)."""
    if "-" not in form:
        return ()
    whole = form.replace("-", "")
    toneless = unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFD", whole) if c not in _TONES))
    return (whole, toneless, fold(whole).capitalize()) if form.count("-") > 1 and " " not in form else (whole,)


_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Combining marks of the five tones."""


def _index(added: Iterable[Entity], base: Gazetteer | None = None) -> Gazetteer:
    """Index entities by the words of their forms, on top of those of `base`, which stays as it is."""
    entities = dict(base.entities) if base else {}
    phrases: dict[str, _Phrases] = {"en": {}, "vi": {}}
    gaps: dict[str, dict[tuple[str, ...], frozenset[str]]] = {"en": {}, "vi": {}}
    if base:
        phrases = {
            lang: {keys: list(meanings) for keys, meanings in table.items()} for lang, table in base.phrases.items()
        }
        gaps = {lang: dict(own) for lang, own in base.gaps.items()}
    for entity in added:
        entities[entity.id] = entity
        plurals = tuple(f"{form}s" for form in entity.adjectives if form[-1] in "aiknt")  # Iraqis, Slovaks, Indonesians
        for lang, forms in (("en", entity.en + entity.adjectives + plurals), ("vi", entity.vi)):
            for form in dict.fromkeys([*forms, *itertools.chain.from_iterable(map(_joined, forms))]):
                words = words_of(form, lang)
                keys = words.keys
                if not keys:
                    continue
                if own := frozenset(gap for gap in words.gaps[1:] if not _joins(gap)):
                    gaps[lang][keys] = gaps[lang].get(keys, frozenset()) | own
                phrase = _Phrase((entity.id,), _capitals(form, entity.kind))
                meanings = phrases[lang].setdefault(keys, [])
                if phrase not in meanings:
                    meanings.append(phrase)
    firsts: dict[str, dict[str, dict[str, tuple[int, ...]]]] = {lang: {} for lang in phrases}
    for lang, table in firsts.items():
        for keys in phrases[lang]:
            following, second = table.setdefault(keys[0], {}), keys[1] if len(keys) > 1 else ""
            following[second] = tuple(sorted({*following.get(second, ()), len(keys)}, reverse=True))
    return Gazetteer(entities, phrases, firsts, gaps)


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
