"""Compare the names of an English and a Vietnamese text: which agree, which stand in each other's place, which miss."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from aligner.agreement import NO_MENTIONS, Agreement, Tally, tally_alone
from aligner.doors import checked
from aligner.encoders.embedded import encode
from aligner.names.detection import (
    HYPHENS,
    Name,
    Scan,
    are_capitals_telling,
    bare_families,
    is_bare_phrase,
    is_common,
    is_function_word,
    may_be_name,
    scan,
    scan_small,
)
from aligner.names.gazetteer import Gazetteer, gazetteer, name_words
from aligner.names.readings import is_pinyin, reads_as
from aligner.names.sounds import sounds_alike
from aligner.names.spelling import (
    Words,
    fold,
    is_bare_syllable,
    is_foreign,
    is_near_any,
    vietnamese_key,
    words_of,
    written_words,
)
from aligner.names.table import NameTable
from aligner.text.syllables import parse_syllable

PHRASE_COSINE: Final = 0.35
"""Cosine from which two phrases without a known name count as translations of each other
(test_names_matching.py: phrases of the cases)."""


MANY_NAMES: Final = 200
"""Names of a side from which on a text is no sentence, nor a few: names are paired by entity and letters alone, and
nothing is said against the pair (test_names_matching.py: a megabyte of names)."""


class Pair(NamedTuple):
    """Two names that agree: their indices, and whether that leaves no word of either over."""

    source: int
    target: int
    is_whole: bool


class Comparison(NamedTuple):
    """Two texts with their names compared."""

    known: Gazetteer
    source: Scan
    target: Scan
    are_phrases: bool
    pairs: list[Pair]
    source_left: list[int]
    target_left: list[int]


@checked
def names_match(en: str, vi: str, *, glossary: NameTable | None = None) -> bool:
    """Tell whether the names of an English and a Vietnamese text agree.

    Parameters
    ----------
    en, vi : str
        Two names or titles, or two sentences.
    glossary : NameTable, optional
        More names to know.

    Returns
    -------
    bool
        Of two phrases (eight words at most, without a full stop): whether they can be names of the same. Of sentences:
        False where a name on each side has no counterpart and cannot be anything else than a name.

    Examples
    --------
    >>> names_match("General Secretary To Lam", "Tổng Bí thư Tô Lâm"), names_match("To Lam", "Trần Cẩm Tú")
    (True, False)
    >>> names_match("Germany", "Đức"), names_match("Germany", "Áo")
    (True, False)
    """
    return compare_names(en, vi, glossary=glossary).agrees


@checked
def compare_names(en: str, vi: str, *, glossary: NameTable | None = None) -> Agreement[Name]:
    """Compare the names of an English and a Vietnamese text.

    Parameters
    ----------
    en, vi, glossary
        As for `names_match`.

    Returns
    -------
    Agreement of Name
        ``different`` holds leftovers of both sides in order, where `agrees` is False.

    Examples
    --------
    >>> compare_names("Trump left Toronto on Monday.", "Trump rời Hamburg hôm thứ Hai.").reason("names")
    'names differ: Toronto / Hamburg'
    """
    known = gazetteer(glossary)
    sides = (scan_small(scan(text, lang, known)) for text, lang in ((en, "en"), (vi, "vi")))
    return agreement(compare_scans(*sides), are_names=True)


def compare_texts(source: Scan, target: Scan) -> Agreement[Name]:
    """Compare the names of two texts of any kind, of which nobody said that they are names.

    As `compare_names`, but two phrases differ only where the table knows both names, and not to be the same; texts
    whose capitals tell nothing (`are_capitals_telling`) also where both names can be nothing else (Dubois, Moreau).

    Examples
    --------
    >>> known = gazetteer()
    >>> pairs = [("Autosave Guide", "Trợ lý Lưu"), ("saw France", "thăm Đức"), ("saw France", "thăm Pháp")]
    >>> [compare_texts(scan(en, "en", known), scan(vi, "vi", known)).agrees for en, vi in pairs]
    [True, False, True]
    """
    source, target = scan_small(source), scan_small(target)
    if target.spans:
        return agreement(compare_scans(source, target))
    # Without a name in Vietnamese nothing differs.
    return Agreement._make(source_only=source.names) if source.spans else _NO_NAMES


_NO_NAMES: Final[Agreement[Name]] = Agreement()
"""What two texts without names say."""


def tally_names(source: Scan, target: Scan) -> Tally:
    """Tally `compare_texts`, without making a name where none is needed: where all of the Vietnamese text are known.

    Examples
    --------
    >>> known = gazetteer()
    >>> tally_names(scan("Trump left France.", "en", known), scan("Trump rời Pháp.", "vi", known)).n_matched
    2
    """
    source, target = scan_small(source), scan_small(target)
    if not target.spans:
        return tally_alone(0, len(source.spans)) if source.spans else NO_MENTIONS
    if len(target.spans) <= len(source.spans) <= MANY_NAMES and source.text.isascii() and _are_linked(source, target):
        # What is left of the English text alone differs from nothing.
        return tally_alone(len(target.spans), len(source.spans) - len(target.spans))
    return agreement(compare_scans(source, target)).tally()


def _are_linked(source: Scan, target: Scan) -> bool:
    """Whether the strongest two of `_LINKS` pair all names of a Vietnamese text with those of an ASCII one."""
    left, right = [], list(target.spans)
    for span in source.spans:
        for k, other in enumerate(right) if span.entities else ():
            if _share(span.entities, other.entities):
                del right[k]
                break
        else:
            left.append(span)
    keys, heard = source.plain.keys, target.plain.keys
    for at, end, _ in left if right else ():
        for k, (start, stop, _) in enumerate(right):
            if _are_alike(keys[at:end], heard[start:stop]):
                del right[k]
                break
    return not right


def compare(en: str, vi: str, known: Gazetteer) -> Comparison:
    """Scan both texts and pair their names."""
    return compare_scans(scan(en, "en", known), scan(vi, "vi", known))


def compare_scans(source: Scan, target: Scan) -> Comparison:
    """Pair the names of two texts that were scanned before."""
    pairs = _pairs(source.names, target.names)
    source_taken, target_taken = {pair.source for pair in pairs}, {pair.target for pair in pairs}
    return Comparison(
        source.known,
        source,
        target,
        is_bare_phrase(source.text, source.plain) and is_bare_phrase(target.text, target.plain),
        pairs,
        [i for i in range(len(source.names)) if i not in source_taken],
        [j for j in range(len(target.names)) if j not in target_taken],
    )


def _pairs(source: Sequence[Name], target: Sequence[Name]) -> list[Pair]:
    """Pair names one to one, by the strongest link first."""
    pairs: list[Pair] = []
    if not source or not target:
        return pairs
    left, right = list(range(len(source))), list(range(len(target)))
    if max(len(left), len(right)) > MANY_NAMES:
        return _pairs_of_many(source, target)
    for link, is_whole in _LINKS:
        if not left or not right:
            break
        rest = []
        for i in left:
            name = source[i]
            for j in right:
                if link(name, target[j]):
                    right.remove(j)
                    pairs.append(Pair(i, j, is_whole))
                    break
            else:
                rest.append(i)
        left = rest
    return sorted(pairs)


def _pairs_of_many(source: Sequence[Name], target: Sequence[Name]) -> list[Pair]:
    """Pair names that have an entity or all their letters in common, in time that grows with their number."""
    places: dict[str, list[int]] = {}
    for j in reversed(range(len(target))):
        for key in (*target[j].entities, "".join(map(fold, target[j].keys))):
            places.setdefault(key, []).append(j)
    pairs, taken = [], set()
    for i, name in enumerate(source):
        for key in (*name.entities, "".join(name.keys)):
            row = places.get(key, [])
            while row and row[-1] in taken:
                row.pop()
            if row:
                taken.add(row[-1])
                pairs.append(Pair(i, row.pop(), True))
                break
    return pairs


def _same_entity(en: Name, vi: Name) -> bool:
    """Whether both are known and can be the same."""
    return _share(en.entities, vi.entities)


def _share(entities: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether two names may stand for one entity."""
    if not entities or not others:
        return False
    return entities == others or not set(entities).isdisjoint(others)


def _same_spelling(en: Name, vi: Name) -> bool:
    """Whether both are spelled alike: with marks where English has them, else without; spaces and plural s apart."""
    if _marked(en):
        return tuple(map(vietnamese_key, en.text.split())) == tuple(map(vietnamese_key, vi.text.split()))
    return _are_alike(en.keys, vi.keys)


def _are_alike(en: tuple[str, ...], vi: tuple[str, ...]) -> bool:
    """Whether the words of two names have the same letters, marks, spaces and the plural s apart."""
    source, target = "".join(en), _spelled(vi)
    if source == target:
        return True
    over = len(source) - len(target)
    return (over == 1 and source == target + "s") or (over in (0, 1) and _as_i(source) == _as_i(target))


@functools.lru_cache(maxsize=1 << 12)
def _spelled(keys: tuple[str, ...]) -> str:
    """The letters of a name without marks and spaces."""
    return "".join(map(fold, keys))


def _as_i(folded: str) -> str:
    """Folded letters with i for y."""
    return folded.replace("y", "i")


def _marked(name: Name) -> bool:
    """Whether an English text has kept the Vietnamese marks."""
    return not name.text.isascii() and any(
        not w.isascii() and parse_syllable(w) is not None for w in name.text.replace("-", " ").split()
    )


def _same_person(en: Name, vi: Name) -> bool:
    """Whether one is a shorter form of the other person's name: the given name, or family and given name."""
    if "person" not in (en.kind, vi.kind) or (en.entities and (vi.entities or en.kind != "person")):
        return False
    if (vi.entities and vi.kind != "person") or any(map(is_foreign, vi.keys)):
        return False
    marked = _marked(en)
    source = tuple(map(vietnamese_key, en.text.split())) if marked else tuple(map(_as_i, en.keys))
    target = vi.keys if marked else tuple(_as_i(fold(key)) for key in vi.keys)
    return any(_shortens(order, target) for order in _orders(source))


def _orders(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A Vietnamese person's name as English has it, and with the family name first where that is its last word."""
    yield words
    if len(words) > 1 and _as_i(fold(words[-1])) in _families_as_i():
        family, *rest = words[-1], *words[:-1]
        yield (family, *rest)
        if len(rest) == 2 and fold(rest[1]) in _PLAIN_MIDDLES:
            yield (family, *reversed(rest))  # Hoa Thi Nguyen, Nguyễn Thị Hoa


@functools.cache
def _families_as_i() -> frozenset[str]:
    """Vietnamese family names without marks, i for y."""
    return frozenset(map(_as_i, bare_families()))


_PLAIN_MIDDLES: Final = ("thi", "van")
"""Middle names that say no more than woman and man: a word before one is the given name."""


def _shortens(source: tuple[str, ...], target: tuple[str, ...]) -> bool:
    """Whether one name is the other without middle or family name."""
    short, long = sorted((source, target), key=len)
    if len(short) == len(long):
        return short == long
    if short == long[-len(short) :]:
        return True
    if len(short) == 1:  # the family name alone, as the English press writes it by mistake
        return short[0] == long[0] and len(long) >= 3 and short is source
    return short[0] == long[0] and short[-1] == long[-1]


def _overlaps(en: Name, vi: Name) -> bool:
    """Whether they share a word that is no word of either language, up to an ending or a slip."""
    if en.entities and vi.entities and vi.kind != "person":
        return False
    foreign = [fold(key) for key in vi.keys if len(key) > 2 and is_foreign(key)]
    if foreign and any(is_near_any(a, foreign) for a in en.keys if len(a) > 2):
        return True
    # 'The Tale of Kieu' and 'Truyện Kiều'; but the family name that two persons share is no link.
    return (
        not (en.entities and vi.entities)
        and not (len(en.keys) > 1 and (not en.entities or en.kind == "person") and all(map(is_bare_syllable, en.keys)))
        and not _marked(en)
        and any(len(a) > 2 and not is_common(a) and a in map(fold, vi.keys) for a in en.keys)
    )


def _abbreviates(en: Name, vi: Name) -> bool:
    """Whether one is written in capitals and the other's words begin with these letters (JE, Johnny English)."""
    short, long = (en, vi) if len(en.keys) < len(vi.keys) else (vi, en)
    if not len(short.keys) == 1 < len(long.keys):
        return False
    letters = short.text.replace(".", "")
    return letters.isupper() and fold(letters) == fold("".join([key[:1] for key in long.keys]))


def _sounds(en: Name, vi: Name) -> bool:
    """Whether the Vietnamese name may be the English one as it sounds."""
    if (en.entities and vi.entities) or not (tokens := _said_tokens(vi.text)):
        return False
    if len(tokens) == len(en.keys):
        return all(a == fold(b) or sounds_alike(a, b) for a, b in zip(en.keys, tokens, strict=True))
    return sounds_alike(en.text, "".join(tokens)) or any(sounds_alike(a, b) for a in en.keys for b in tokens)


@functools.lru_cache(maxsize=1 << 12)
def _said_tokens(name: str) -> tuple[str, ...]:
    """The words of a name, hyphens and all, if one is written as Vietnamese says it (Richard Fai-nờ-man)."""
    if name.isascii() and HYPHENS[0] not in name:
        return ()
    tokens = tuple(name.replace(HYPHENS[1], HYPHENS[0]).split())
    return tokens if any(map(_is_said, tokens)) else ()


def _is_said(token: str) -> bool:
    """Whether a word is a foreign one in Vietnamese spelling: syllables with hyphens, or with Vietnamese letters."""
    if HYPHENS[0] in token:
        first, *rest = parts = token.split(HYPHENS[0])
        # Berners-Lee has a part that is no syllable, and capitals throughout.
        if _are_words(parts):
            return False
        return first[:1].isalpha() and (
            not all(part[:1].isupper() for part in rest)
            or not any(part.isascii() and len(part) > 2 and is_foreign(part) for part in parts)
        )
    return (
        len(token) > 4
        and not token.isascii()
        and not _STRETCHED.search(token)
        and _TONES_OF_WORDS.isdisjoint(token)
        and not token.isupper()
        and _VIETNAMESE_LETTERS.issuperset(token.lower())
        and is_foreign(token)
    )


def _are_words(parts: Sequence[str]) -> bool:
    """Whether syllables with hyphens between are Vietnamese words, as they were written once (Hội-thánh, Vượt-qua).

    A foreign name has no falling, asking or tumbling tone, but for a syllable that divides consonants (Fai-nờ-man), and
    the heavy one only before a stop (Mạc-đô-chê).
    """
    n_toned = sum(
        not _TONES_OF_WORDS.isdisjoint(part) or (part[-1:] not in _STOPS and _is_heavy(part)) for part in parts
    )
    return n_toned > (len(parts) > 2)


_TONES_OF_WORDS: Final = frozenset("àằầèềìòồờùừỳảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹÀẰẦÈỀÌÒỒỜÙỪỲẢẲẨẺỂỈỎỔỞỦỬỶÃẴẪẼỄĨÕỖỠŨỮỸ")
"""Vowels with a tone that foreign names hardly have."""

_STRETCHED: Final = re.compile(r"(\w)\1\1")
"""A letter that is held, which no name has ('Khôôông')."""

_STOPS: Final = frozenset("cpthCPTH")
"""Last letters of syllables that end in a stop: c, ch, p, t."""


def _is_heavy(part: str) -> bool:
    """Whether a syllable has the heavy tone."""
    return not frozenset("ạặậẹệịọộợụựỵẠẶẬẸỆỊỌỘỢỤỰỴ").isdisjoint(part)


def _reads(en: Name, vi: Name) -> bool:
    """Whether the Vietnamese name is the Chinese one in its reading; one word may be the given or the family name."""
    if en.entities and vi.entities:
        return False
    parts = (vi.keys, vi.keys[1:], vi.keys[:1]) if len(en.keys) == 1 and len(vi.keys) == 3 else (vi.keys,)
    return any(reads_as(en.keys, part) for part in parts)


# The links from the strongest to the weakest, and whether one accounts for the whole of both names.
_LINKS: Final[tuple[tuple[Callable[[Name, Name], bool], bool], ...]] = (
    (_same_entity, True),
    (_same_spelling, True),
    (_same_person, True),
    (_overlaps, False),
    (_reads, True),
    (_sounds, True),
    (_abbreviates, True),
)


def agreement(compared: Comparison, *, are_names: bool = False) -> Agreement[Name]:
    """Sort the names of a comparison by what became of them, and decide; `are_names`: of two names as given."""
    source, target = compared.source.names, compared.target.names
    different = _contradictions(compared)
    if not are_names:
        if different and not (are_capitals_telling(compared.source) and are_capitals_telling(compared.target)):
            is_shouted = compared.source.text.isupper() and compared.target.text.isupper()
            different = [
                (en, vi)
                for en, vi in different
                if _are_known(en, vi) or _are_evident(en, vi, is_shouted=is_shouted) or _are_persons(en, vi)
            ]
        if compared.are_phrases and not different:
            different = _known_phrases_differ(compared)
    matched = [(source[i], target[j]) for i, j, _ in compared.pairs]
    if different:
        gone = {name.start for name, _ in different}, {name.start for _, name in different}
        matched = [(en, vi) for en, vi in matched if en.start not in gone[0] and vi.start not in gone[1]]
        seen = gone[0] | {en.start for en, _ in matched}, gone[1] | {vi.start for _, vi in matched}
        source_only = [name for name in source if name.start not in seen[0]]
        target_only = [name for name in target if name.start not in seen[1]]
    else:
        source_only = [source[i] for i in compared.source_left]
        target_only = [target[j] for j in compared.target_left]
    return Agreement._make(
        tuple(matched),
        tuple(different),
        tuple(source_only),
        tuple(target_only),
        not different and (not are_names or not compared.are_phrases or _phrases_agree(compared)),
    )


def _contradictions(compared: Comparison) -> list[tuple[Name, Name]]:
    """Names that stand in each other's place and cannot be the same: one certain on the Vietnamese side, and one over.

    What is said in Vietnamese words may translate anything, so a Vietnamese name counts only where it has a foreign
    word that the English text has not, where it is known and so is its rival, or where both are Vietnamese persons.
    """
    source, target = compared.source.names, compared.target.names
    if not target or not compared.source.plain or max(len(source), len(target)) > MANY_NAMES:
        return []
    partial = [(source[i], target[j]) for i, j, is_whole in compared.pairs if not is_whole]
    if not partial and not compared.target_left:
        return []
    # 'Ellen Marsh' against 'Ellen Kowalski': a word of each is in no name of the other text.
    found = [
        (en, vi)
        for en, vi in partial
        if (_lacks(vi, compared) and _is_over(en, compared.target)) or _has_other_family(en, vi)
    ]
    over = [source[i] for i in compared.source_left if source[i].kind != "title"]
    alone = [(target[j], True) for j in compared.target_left]
    # A partial pair that lacks a word (New York and New Kowalski) takes a name that is over, and the other way round.
    over += [en for en, vi in partial if (en, vi) not in found and _is_over(en, compared.target)]
    alone += [(vi, False) for en, vi in partial if (en, vi) not in found and _lacks(vi, compared)]
    if not alone:
        return found
    paired = {entity for pair in compared.pairs for entity in source[pair.source].entities} if over else ()
    repeated = {en.start for en in over if not set(en.entities).isdisjoint(paired)}
    if over and any(map(_is_said, _chains(compared.target))):
        over = [en for en in over if not _is_heard(en, compared)]
    if over and compared.target.text.isupper():  # where a person's name ends cannot be told there
        spelled = tuple(map(fold, compared.target.plain.keys))
        over = [en for en in over if not any(_has_run(spelled, order) for order in _orders(en.keys))]
    for vi, is_left in alone:
        lacks = _lacks(vi, compared)
        is_said = bool(_said_tokens(vi.text))
        if not (over or lacks or is_said) or (is_left and _is_known_there(vi, compared)):
            continue
        is_spoken = is_said and _is_spoken(vi, compared)
        is_strange = is_said and not is_spoken and not lacks and (not vi.entities or vi.kind in _EXCLUSIVE)
        rivals = [en for en in over if lacks or en.start not in repeated]
        rival = next(
            (
                en
                for en in rivals
                if (_excludes(en, vi, compared.known, lacks=lacks) and not (is_spoken and not en.entities))
                or (is_strange and _is_proper_name(en, vi, compared.known))
            ),
            None,
        )
        if rival is not None:
            over.remove(rival)
        elif is_left and (lacks or is_strange):
            taken = {en.start for en, _ in found}
            rival = next(
                (
                    en
                    for en in _opening_words(compared)
                    if en.start not in taken and not (is_strange and (is_common(en.text) or _is_heard(en, compared)))
                ),
                None,
            )
        if rival is not None:
            found.append((rival, vi))
    return sorted(found, key=lambda pair: pair[1].start)


def _has_other_family(en: Name, vi: Name) -> bool:
    """Whether two names with a foreign word in common end in two Vietnamese family names (Kevin Nguyen, Kevin Trần)."""
    last = vi.keys[-1]
    return (
        len(en.keys) == len(vi.keys)
        and last in name_words()["family"]
        and en.keys[-1] in bare_families()
        and fold(last) != en.keys[-1]
    )


def _chains(side: Scan) -> tuple[str, ...]:
    """The words of a text, those with hyphens between as one, each as it is written, if it begins with a capital."""
    words = side.plain
    if HYPHENS[0] not in side.text and HYPHENS[1] not in side.text:
        return (*words.texts[:1], *itertools.compress(words.texts[1:], words.flags[1:]))
    chains: list[str] = []
    for k, (text, gap, flag) in enumerate(zip(words.texts, words.gaps, words.flags, strict=True)):
        if k and gap in HYPHENS and chains:
            chains[-1] += HYPHENS[0] + text
        elif flag or not k:
            chains.append(text)
        else:
            chains.append("")
    return tuple(filter(None, chains))


def _is_heard(en: Name, compared: Comparison) -> bool:
    """Whether each word of an English name that is no common one is said somewhere in the Vietnamese text."""
    said = set(filter(_is_said, _chains(compared.target)))
    whole = [pair for pair in compared.pairs if pair.is_whole]
    if not any(compared.source.names[pair.source].keys == en.keys for pair in whole):
        said.difference_update(*(compared.target.names[pair.target].text.split() for pair in whole))
    if en.entities:  # 'I-rắc' sounds like Iran, but is known to be another country
        said.difference_update(*(name.text.split() for name in compared.target.names if name.entities))
    return all(
        is_common(key) or is_near_any(key, compared.target.folded) or any(sounds_alike(key, token) for token in said)
        for key in en.keys
    ) and (not all(map(is_common, en.keys)) or any(sounds_alike(key, token) for key in en.keys for token in said))


def _is_spoken(vi: Name, compared: Comparison) -> bool:
    """Whether a name as Vietnamese says it may be a word with a capital in the English text, or two of them."""
    words = compared.source.plain
    raised = [key for key, flag in zip(words.keys, words.flags, strict=True) if flag] or list(words.keys)
    paired = (compared.source.names[k].keys for k, _, is_whole in compared.pairs if is_whole)
    spent = set(itertools.chain.from_iterable(paired))
    raised = [key for key in raised if key not in spent and not is_function_word(key, "en")]
    raised += ["".join(pair) for pair in itertools.pairwise(raised)]
    tokens = [token for token in _said_tokens(vi.text) if _is_said(token)]
    return any(sounds_alike(key, token) for token in (*tokens, vi.text) for key in raised)


def _is_known_there(vi: Name, compared: Comparison) -> bool:
    """Whether what a Vietnamese name stands for is named in the English text, perhaps in another form."""
    if any(compared.target.names[pair.target].keys == vi.keys for pair in compared.pairs):
        return True
    if not vi.entities:
        return False
    if any(not set(en.entities).isdisjoint(vi.entities) for en in compared.source.names):
        return True
    known = compared.known
    keys = set(compared.source.plain.keys).difference(*(en.keys for en in compared.source.names if en.entities))
    return any(
        len(form) == 1 and form[0] in keys and not is_common(form[0])
        for entity in vi.entities
        for form in _form_keys(known.entities[entity].en + known.entities[entity].adjectives, "en")
    )


def _is_proper_name(en: Name, vi: Name, known: Gazetteer) -> bool:
    """Whether an English name can be nothing else, and is not what the Vietnamese one is a part of."""
    return en.is_certain and (not en.entities or en.kind in _EXCLUSIVE) and not _contains(en, vi, known)


def _opening_words(compared: Comparison) -> Iterator[Name]:
    """Words that may owe their capital to a sentence's start, or be a name (Tom), if Vietnamese lacks them."""
    words = compared.source.plain
    for word, behind in itertools.compress(zip(words, (*words.keys[1:], ""), strict=True), words.flags):
        if (
            behind not in _CONTRACTED
            and not is_function_word(word.key, "en")
            and word.key not in name_words()["address_en"]
            and may_be_name(word.text)
            and not any(name.start <= word.start < name.end for name in compared.source.names)
            and not is_near_any(word.key, compared.target.folded)
        ):
            yield Name._make(("other", word.text, word.start, word.end, (word.key,), (), False))


_CONTRACTED: Final = frozenset(("t", "re", "ll", "ve"))
"""What follows the apostrophe of a word that is no name (Didn't, We'll)."""


def _lacks(name: Name, compared: Comparison) -> bool:
    """Whether a Vietnamese text's name has a foreign word that the English text has not."""
    strange = [len(key) > 2 and is_foreign(key) for key in name.keys]
    if True not in strange:
        return False
    spoken = compared.source.plain.keys
    said = _chained(name)
    texts = _written(name)
    if len(texts) != len(name.keys):  # tags between its words are none of it
        texts = tuple(word.text for word in compared.target.plain if name.start <= word.start < name.end)
    for key, written in itertools.compress(zip(name.keys, texts, strict=True), strange):
        if written in said:
            continue  # a syllable of a name as Vietnamese says it (Fai-nờ-man)
        word = fold(key).rstrip("0123456789")
        if len(word) < 2:
            continue
        if not written.isascii() and _VIETNAMESE_LETTERS.issuperset(written.lower()):
            continue  # a word made Vietnamese (virút, Kitô; `_said_tokens`), or an abbreviation of such (HĐND)
        if written.isupper() and _CONSONANTS.issuperset(word):
            continue  # an abbreviation of Vietnamese words (TNHH)
        if written.isupper() and word in "".join([other[0] for other in spoken]):
            continue  # an abbreviation of what English writes in full (ISP)
        if not (is_near_any(word, spoken) or f" {word}" in " " + " ".join(spoken)):
            return True
    return False


def _chained(name: Name) -> frozenset[str]:
    """The syllables of a name's words with hyphens."""
    if HYPHENS[0] not in name.text:
        return frozenset()
    tokens = [token for token in name.text.split() if HYPHENS[0] in token and _is_said(token)]
    return frozenset(itertools.chain.from_iterable(token.split(HYPHENS[0]) for token in tokens))


_VIETNAMESE_LETTERS: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzđăâêôơưàằầèềìòồờùừỳảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹáắấéếíóốớúứýạặậẹệịọộợụựỵ"
)
"""Letters of Vietnamese words, and the four of foreign ones (f, j, w, z)."""


_CONSONANTS: Final = frozenset("bcdghklmnpqrstvx")
"""Consonants of Vietnamese words without their marks."""


def _written(name: Name) -> tuple[str, ...]:
    """The words of a name as written."""
    return written_words(name.text)


def _is_over(name: Name, target: Scan) -> bool:
    """Whether an English name has a word that the Vietnamese text has not."""
    return any(len(key) > 1 and not is_near_any(key, target.folded) for key in name.keys)


def _excludes(en: Name, vi: Name, known: Gazetteer, *, lacks: bool) -> bool:
    """Whether two names without counterpart cannot be the same; `lacks` tells what `_lacks` says of the second."""
    if lacks:
        return not _contains(en, vi, known)
    if vi.keys[0] in name_words()["relative_vi"]:
        return False  # 'miền Bắc' is the north of any country
    if en.entities and vi.entities:
        is_exclusive = en.kind == vi.kind and vi.kind in _EXCLUSIVE and en.is_certain and vi.is_certain
        # In small letters 'chính phủ' may be any, but a place is one.
        return is_exclusive and (vi.kind == "place" or not vi.text.islower()) and not _contains(en, vi, known)
    if vi.entities:
        # A known country or person in the place of a name that can be nothing else; one that English writes alike is no
        # rival of its own ('Naples' beside 'Napoli', 'Thăng Long Design College').
        is_said = (
            any(is_foreign(key) for key in vi.keys)
            or {fold(key) for key in vi.keys} <= set(en.keys)
            or _contains(en, vi, known)  # 'David' for King David
        )
        return (
            not is_said and vi.kind in ("place", "person") and vi.is_certain and en.is_certain and vi.text[0].isupper()
        )
    if en.entities:
        # 'Ho Chi Minh' and 'Ngô Đình Diệm'
        is_known_person = (
            en.kind == "person" and en.is_certain and len(en.keys) > 2 and all(map(is_bare_syllable, en.keys))
        )
        return is_known_person and _is_vietnamese_person(vi) and not _contains(en, vi, known)
    if _is_vietnamese_person(vi):
        return _is_vietnamese(en) or (en.is_certain and is_pinyin(en.keys))
    # 'Mr. Thu' and 'Ông Khánh'; 'Vo Nguyen Giap' and 'Văn Tiến Dũng'
    is_given = _is_vietnamese_word(en) and en.keys[0] not in bare_families()  # Mr. Tran is 'ông Minh'
    return (is_given and _is_vietnamese_word(vi)) or (_is_vietnamese(en) and _is_like_person(en, vi))


def _is_vietnamese_person(vi: Name) -> bool:
    """Whether a Vietnamese text's name is a person's with its family name, or a street's with three words of one."""
    least = {"person": 2, "place": 3}.get(vi.kind, MANY_NAMES)
    return len(vi.keys) >= least and vi.keys[0] in name_words()["family"]


def _is_vietnamese_word(name: Name) -> bool:
    """Whether a name is one word, that of a person as a form of address before it tells, and a Vietnamese one."""
    return name.kind == "person" and len(name.keys) == 1 and not name.entities and is_bare_syllable(name.keys[0])


def _is_like_person(en: Name, vi: Name) -> bool:
    """Whether a name has as many words as a person's, three or four, each with a capital, and is of no other kind."""
    return (
        vi.kind == "other"
        and len(vi.keys) == len(en.keys) > 2
        and en.keys[0] in bare_families()
        and not any(map(is_foreign, vi.keys))
        and all(word[:1].isupper() for word in vi.text.split())
    )


_EXCLUSIVE: Final = frozenset(("person", "place", "organisation"))
"""Kinds of known names of which two different ones contradict each other; offices and terms have many synonyms."""


def _contains(en: Name, vi: Name, known: Gazetteer) -> bool:
    """Whether one may be a part of what the other stands for (Liên Hợp Quốc in Đại hội đồng Liên Hợp Quốc, Moon)."""
    if all(name.entities and len(name.entities[0]) == 2 for name in (en, vi)):
        return False  # two countries: South Korea has 'Korea', and is no part of North Korea
    forms = [(keys, vi.keys) for entity in en.entities for keys in _form_keys(known.entities[entity].vi, "vi")] + [
        (keys, en.keys) for entity in vi.entities for keys in _form_keys(known.entities[entity].en, "en")
    ]
    return any(_has_run(long, short) for pair in forms for short, long in (sorted(pair, key=len),))


@functools.lru_cache(maxsize=1 << 12)
def _form_keys(forms: tuple[str, ...], lang: str) -> tuple[tuple[str, ...], ...]:
    """Keys of the words of forms."""
    return tuple(words_of(form, lang).keys for form in forms)


def _has_run(long: tuple[str, ...], short: tuple[str, ...]) -> bool:
    """Whether the words of one follow one another in the other."""
    n = len(short)
    return any(long[k : k + n] == short for k in range(len(long) - n + 1))


def _is_vietnamese(name: Name) -> bool:
    """Whether an English text's name is a Vietnamese person's."""
    return not name.entities and len(name.keys) > 1 and all(map(is_bare_syllable, name.keys))


def _are_known(en: Name, vi: Name) -> bool:
    """Whether the table knows both, so that it does not hang on their capitals that they are names."""
    return bool(en.entities and vi.entities)


def _are_persons(en: Name, vi: Name) -> bool:
    """Whether both are Vietnamese persons with their family names, whatever the capitals of their texts."""
    return (
        _is_vietnamese_person(vi) and _is_vietnamese(en) and not {en.keys[0], en.keys[-1]}.isdisjoint(bare_families())
    )


def _are_evident(en: Name, vi: Name, *, is_shouted: bool = False) -> bool:
    """Whether both can be nothing but names, whatever the capitals of their texts: Dubois and Moreau, not AutoText."""
    if not _is_proper(en.text, is_shouted=is_shouted) or all(len(key) < 3 or is_common(key) for key in en.keys):
        return False
    if vi.entities:
        return vi.kind in _EXCLUSIVE and vi.is_certain and len(vi.keys) > 1
    return any(
        len(word) > 2 and word.isascii() and _is_proper(word, is_shouted=is_shouted) and is_foreign(word)
        for word in _written(vi)
    )


def _is_proper(text: str, *, is_shouted: bool) -> bool:
    """Whether each word has one capital and nothing but letters; in a text of capitals, that it is no abbreviation."""
    return all(
        word.isalpha() and (len(word) >= SHORTEST_SHOUTED if is_shouted else word == word.capitalize())
        for word in text.split()
    )


SHORTEST_SHOUTED: Final = 5
"""Letters of an unknown name in a text of capitals; shorter words are mostly abbreviations (test_names_wrong.py)."""


def _known_phrases_differ(compared: Comparison) -> list[tuple[Name, Name]]:
    """Of two phrases, what is left of each side where the table knows that it is not the same."""
    left = [compared.source.names[i] for i in compared.source_left]
    right = [compared.target.names[j] for j in compared.target_left]
    found = []
    for en in left:
        rival = next(
            (
                vi
                for vi in right
                if _are_known(en, vi)
                and en.kind == vi.kind
                and en.kind in _EXCLUSIVE
                and en.is_certain
                and vi.is_certain
                and not _contains(en, vi, compared.known)
            ),
            None,
        )
        if rival is not None:
            right.remove(rival)
            found.append((en, rival))
    return found


def _phrases_agree(compared: Comparison) -> bool:
    """Whether two phrases can be names of the same."""
    source, target = compared.source, compared.target
    left = [source.names[i] for i in compared.source_left if _says_something(source.names[i])]
    right = [target.names[j] for j in compared.target_left if _says_something(target.names[j])]
    if not (source.names or target.names):
        return True
    if len(source.plain) == 1 and not any(name.entities for name in source.names) and is_common(source.plain.texts[0]):
        return True  # 'Yes', 'File': a word with the capital of its place
    if _has_deputy(source, "en") != _has_deputy(target, "vi"):
        return False
    for pair in compared.pairs:
        if not pair.is_whole and _is_over_phrase(compared, pair):
            return False
    if left and right:
        kinds = {name.kind == "title" for name in left}, {name.kind == "title" for name in right}
        if kinds in (({True}, {False}), ({False}, {True})) and any(name.is_certain for name in (*left, *right)):
            return True  # an office here and a name there say nothing of each other
        if any(name.entities for name in left) and any(name.entities for name in right):
            return False
        if all(name.is_certain or _is_vietnamese(name) or _marked(name) for name in left):
            return _is_expanded(left, target.plain)
    elif not compared.pairs and any(name.entities and name.kind in _EXCLUSIVE for name in (*left, *right)):
        return False  # 'roast turkey' and 'Thổ Nhĩ Kỳ'
    if any(source.names[pair.source].kind != "title" for pair in compared.pairs) or (compared.pairs and not right):
        return True
    rest = [
        _rest(side, lang, {pair[k] for pair in compared.pairs})
        for k, (side, lang) in enumerate(((source, "en"), (target, "vi")))
    ]
    if not rest[0] or not rest[1]:
        return bool(compared.pairs)
    if not left or not right:
        return True
    return _is_expanded(left, target.plain) or _translates(rest[0], rest[1])


def _says_something(name: Name) -> bool:
    """Whether a name is not a known one that may be an ordinary word at a phrase's start."""
    return name.is_certain or not name.entities or name.kind == "title"


def _has_deputy(side: Scan, lang: str) -> bool:
    """Whether an office of a phrase is that of a deputy."""
    deputies = name_words()[f"deputy_{lang}"]
    starts = {name.start for name in side.names if name.kind == "title"}
    return any(
        word.key in deputies
        and (word.start in starts or (k + 1 < len(side.plain) and side.plain.starts[k + 1] in starts))
        for k, word in enumerate(side.plain)
    )


def _is_expanded(left: Sequence[Name], words: Words) -> bool:
    """Whether an unknown abbreviation stands beside three words or more that may be its expansion (SMEs)."""
    return (
        len(left) == 1
        and not left[0].entities
        and len(left[0].keys) == 1
        and left[0].text.removesuffix("s").isupper()
        and len(words) >= 3
        and not any(word.text.isupper() and len(word.text) > 1 for word in words)
    )


def _is_over_phrase(compared: Comparison, pair: Pair) -> bool:
    """Whether each name of a pair has a word, no common one, that the other text has not (Kim Jong Il, Kim Jong-un)."""
    en, vi = compared.source.names[pair.source], compared.target.names[pair.target]
    heard, spoken = compared.target.folded, compared.source.folded
    return any(len(key) > 1 and not is_common(key) and not is_near_any(key, heard) for key in en.keys) and any(
        len(key) > 1 and not is_near_any(fold(key), spoken) for key in vi.keys
    )


def _rest(side: Scan, lang: str, paired: set[int]) -> str:
    """The words of a phrase that are in no paired name, function words left out."""
    spans = [(name.start, name.end) for k, name in enumerate(side.names) if k in paired]
    return " ".join(
        word.text
        for word in side.plain
        if not is_function_word(word.key, lang) and not any(start <= word.start < end for start, end in spans)
    )


def _translates(en: str, vi: str) -> bool:
    """Whether the encoder takes two phrases for translations of each other."""
    source, target = encode([en, vi])
    return float(source @ target) >= PHRASE_COSINE
