"""Language of a block or a sentence: English, Vietnamese, Vietnamese without its marks, or nothing that tells.

Every distinct word is put into one kind, by its letters and by the table of function words; the kinds weigh for one
language or the other, and the sums decide. Capitalised words weigh little, since names keep their form in translation.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from aligner.bitext import Language, Languages
from aligner.doors import checked
from aligner.errors import InputError
from aligner.text.syllables import bare, bare_syllables, reads_as_telex
from aligner.text.tables import read_table
from aligner.text.unicode import VIETNAMESE_LETTERS, nfc
from aligner.text.words import english_words, function_words, grammar_words

_WORD: Final = re.compile(r"[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]+")  # Latin letters alone: other scripts tell nothing
_NO_LATIN: Final = re.compile(r"[^\x00-\x7f\u00c0-\u024f\u1e00-\u1eff]")  # no Latin letter, and not ASCII
# A token with one of these is an address, a number, a file name or code.
# One set first: the search then looks at nothing but its characters.
_CODE: Final = re.compile(r"[@_\\/=<>{}|$#`~^.(](?:(?<![.(])|(?<=\w\.)(?=\w)|(?<=\w\())")
_SUFFIX: Final = re.compile(
    r".{3,}(?:[st]ion|ment|ship|ness|ity|ing|ies|ive|ous|ful|less|ical?|ics|ised|ized|ated)s?", re.IGNORECASE
)

# Weight of one word, in nats, positive for Vietnamese: the logarithm of its kind's share among the lower-case words of
# Vietnamese over its share among those of English, counted in the translations of LibreOffice help, Dive into Deep
# Learning, Battle for Wesnoth and Tatoeba (600,000 words of each language; for words without marks, Vietnamese with
# its marks stripped). Held by tests/test_language.py.
_LOWER: Final = {
    "marked": 3.4,  # a Vietnamese syllable with its marks; measured 6, but borrowed ones (bánh mì) come in runs
    "vi": 6.0,  # a Vietnamese function word without its marks, no English word
    "syllable": 3.4,  # could be a Vietnamese syllable without its marks
    "lookalike": -0.5,  # could too, and is a common English word
    "both": -1.2,  # a function word of both, as 'can' (cần), 'the' (thể)
    "en-syllable": -1.9,  # an English function word that could be a syllable
    "en": -6.0,  # an English function word that could not
    "foreign": -2.5,  # any other word
}
# Capitalised words are mostly names. Function words among them still tell; set by hand, far below the above.
_CAPITAL: Final = {"marked-vi": 2.0, "both": -1.0, "en-syllable": -1.0, "en": -3.0, "calendar": -3.0}
# Consulted only where nothing else tells, in headings set in capitals. Of marked syllables, four are a name and five
# are not; an English suffix outweighs a name's parts.
_NAME: Final = {"marked": 0.35, "vi": 0.2, "foreign": -0.25, "suffix": -1.25}
_ENOUGH: Final = 1.5  # nats; below it nothing was said: a bare name, a date
# Of a line that is code or formulas for a third or more, only these kinds count: identifiers look like English words.
_PROSE: Final = {"marked", "vi", "both", "en-syllable", "en"}
_MARKED_SHARE: Final = 0.2  # of syllables; .88 in Vietnamese, next to 0 without marks but for some names

# Of a third language, in nats against the language that the above told. The words of its grammar are a table; what is
# neither an English word nor a Vietnamese syllable counts too, most with a letter that neither has. Set by hand so that
# sentences of seventeen languages are told and none of 50,000 English and Vietnamese ones is lost to them. Held by
# tests/cases/text.tsv.
_OTHER: Final = {
    "other": 4.0,  # a function word of a third language, no English word and no syllable
    "other-listed": 2.5,  # one that is a rare English word too: para, van
    "other-syllable": 1.0,  # one that could be a syllable without marks, or is one: la, en, não
    "other-en": -1.0,  # one that is an English function word too: in, a, was
    "letter": 4.0,  # a word with a letter that neither language has: großen, szkoły
    "accented": 2.0,  # a word with a Vietnamese letter, but no syllable: annoncé
    "accented-listed": 1.0,  # one that English has too: naïve, résumé, café
    "foreign": 1.5,
    "suffix": 0.0,  # a word with an English ending that the list of words lacks
    "listed": -2.5,  # an English word
    "marked": -4.0,
    "vi": -4.0,
    "syllable": -2.5,
    "lookalike": -2.5,
    "both": -2.5,
    "en-syllable": -2.5,
    "en": -4.0,
}
_CAPITAL_SHARE: Final = 0.5  # of these in a capitalised word, that may begin the sentence; of any other nothing
_TELLING_CAPITAL: Final = {"other", "other-listed", "other-syllable", "both", "en-syllable", "en"}
_ENOUGH_OTHER: Final = 3.0  # nats
_SURELY_OTHER: Final = 5.0  # nats, if no word is sure
_ENOUGH_STRANGE: Final = 3  # words, all that there are, if no word of a grammar and no letter tells: Indonesian
_ENOUGH_TYPED: Final = 2  # distinct words in Telex; one alone is chance ('soo')
_ENOUGH_CAPITALS: Final = 3  # words of a heading in capitals without marks
_SYLLABLE_SHARE: Final = 0.75  # of such a heading's words; acronyms and foreign names are the rest
_LONGEST_NAME: Final = 4  # syllables of a person's name

# A document is in another language if at least this share of its distinct lower-case words is neither on the list of
# English words nor could be a Vietnamese syllable. 606 English and Vietnamese files (news, manuals of software, verse)
# have .20 at most, that with the words of 1611 (doeth, hath); French, German, Spanish, Dutch, Polish, Indonesian,
# Tagalog .58 and more. Held by tests/test_language.py.
STRANGE_SHARE: Final = 0.4
_ENOUGH_WORDS: Final = 30  # distinct; below it nothing is told: a list of names, a screen of code
_LONGEST: Final = 64  # letters of a word that is remembered, so that what is remembered stays small
_SAMPLE: Final = 400  # sentences looked at, spread over the document: a whole book takes no longer than a chapter


@functools.cache
def _kinds_of_words() -> dict[str, str]:
    """Word -> kind, for the words that the table names."""
    vietnamese, english = grammar_words("vi"), function_words("en")
    plain = set(map(bare, vietnamese))
    kinds = dict.fromkeys(plain, "vi") | {word: "marked-vi" for word in vietnamese if not word.isascii()}
    for word in grammar_words("en", without=("calendar", "lookalike")):
        kinds[word] = "both" if word in plain else "en-syllable" if word in bare_syllables() else "en"
    for kind in ("calendar", "lookalike"):
        kinds = dict.fromkeys(english[kind], kind) | kinds
    return kinds | {word.capitalize(): "calendar" for word in english["calendar"]}


@functools.cache
def _other_words() -> frozenset[str]:
    return frozenset(word for (word,) in read_table("other_languages.tsv", "word"))


@functools.cache
def _family_names() -> frozenset[str]:
    """Vietnamese family names without their marks, in small letters."""
    rows = read_table("name_words.tsv", "word", "role")
    return frozenset(bare(word.lower()) for word, role in rows if role == "family")


_NEITHER: Final = re.compile(f"[^a-z{VIETNAMESE_LETTERS}]")  # no letter of English or Vietnamese


def _ascii(word: str) -> str:
    return unicodedata.normalize("NFD", word).encode("ascii", "ignore").decode()


def _other_kind(word: str, kind: str) -> str:
    """The key in _OTHER of a lower-case word of a kind for English and Vietnamese; "" where it tells nothing."""
    english, _ = english_words()
    if word in _other_words():
        if kind in ("en", "en-syllable", "both"):
            return "other-en"
        if kind in ("vi", "syllable", "marked"):
            return "other-syllable"
        return "other-listed" if word in english or kind == "lookalike" else "other"
    if kind not in ("foreign", "unit"):
        return kind
    if word in english:
        return "listed"
    if kind == "unit":
        return ""
    if not word.isascii() and _ascii(word) in english:
        return "accented-listed"
    if _NEITHER.search(word):
        return "letter"
    if not word.isascii():
        return "accented"
    return "suffix" if _SUFFIX.fullmatch(word) else "foreign"


def _kind(word: str, table: dict[str, str]) -> str:
    """The kind of a lower-case word, for a word of the table its kind there."""
    kind = table.get(word)
    if kind is not None:
        return kind
    plain = word if word.isascii() else bare(word)
    if plain not in bare_syllables():
        return "foreign" if len(word) > 2 else "unit"  # km, sv
    return "syllable" if plain is word else "marked"


class _Said(NamedTuple):
    """What a word tells: nats, those of names, whether it has marks, whether it lacks them; whether code has none.

    hint: nats for a third language, or enough of them for a closer look.
    """

    score: float = 0.0
    names: float = 0.0
    marked: float = 0.0
    plain: float = 0.0
    is_prose: bool = True
    hint: float = 0.0


@functools.lru_cache(maxsize=1 << 14)
def _weigh(word: str) -> _Said:
    """What one word tells of the language of its text."""
    if len(word) == 1 and word.isascii() and word != "a" and word != "I":
        return _Said()  # a variable, an initial, what is left of 'don't'
    table, lower = _kinds_of_words(), word.lower()
    told = _weigh_other(word)
    hint = _ENOUGH_OTHER if told.is_typed else told.score
    if word == lower:
        kind = _kind(word, table).removesuffix("-vi")
        is_marked, is_plain = kind == "marked", kind in ("vi", "syllable")
        return _Said(_LOWER.get(kind, 0.0), 0.0, float(is_marked), float(is_plain), kind in _PROSE, hint)
    kind = table.get(word) or _kind(lower, table)
    is_suffixed = kind == "foreign" and _SUFFIX.fullmatch(word)
    return _Said(
        _CAPITAL.get(kind, 0.0),
        _NAME.get("suffix" if is_suffixed else kind.removesuffix("-vi"), 0.0),
        1.0 if kind == "marked-vi" else 0.25 if kind == "marked" else 0.0,
        0.25 if kind in ("vi", "syllable") else 0.0,
        hint=hint,
    )


def _said(word: str) -> _Said:
    """What one word tells; a very long one is not remembered."""
    return _weigh(word) if len(word) <= _LONGEST else _weigh.__wrapped__(word)


class _Other(NamedTuple):
    """What a word tells of a third language: nats, whether it is sure, whether it is strange; whether it is Telex."""

    score: float
    is_sure: bool
    is_strange: bool
    is_typed: bool


def _weigh_other(word: str) -> _Other:
    """What one word tells of a third language."""
    lower = word.lower()
    kind = _other_kind(lower, _kind(lower, _kinds_of_words()).removesuffix("-vi"))
    is_typed = kind == "foreign" and reads_as_telex(lower)
    if word == lower:
        score = _OTHER.get(kind, 0.0)
        return _Other(score, kind in ("other", "letter"), kind in ("foreign", "accented", "letter"), is_typed)
    score = _CAPITAL_SHARE * _OTHER[kind] if kind in _TELLING_CAPITAL else 0.0
    return _Other(score, kind == "other", kind == "letter", is_typed)


def _tell_other(counts: dict[str, int], score: float) -> Language | None:
    """The answer for a text in a third language or typed in Telex, None for any other."""
    told = [(_weigh_other(word), n) for word, n in counts.items()]
    n_typed = sum(word.is_typed for word, _ in told)
    if n_typed >= _ENOUGH_TYPED and score + n_typed * (_LOWER["syllable"] - _LOWER["foreign"]) >= _ENOUGH:
        return "vi-unaccented"
    other = sum(n * word.score for word, n in told)
    if other >= _SURELY_OTHER or (other >= _ENOUGH_OTHER and any(word.is_sure for word, _ in told)):
        return "und"
    n_like = sum(word.score > 0 or word.is_strange for word, _ in told)
    is_all_strange = n_like >= _ENOUGH_STRANGE and all(word.score >= _OTHER["other-en"] for word, _ in told)
    is_strange = is_all_strange and any(word.is_strange for word, _ in told)
    return "und" if is_strange and other >= _ENOUGH_OTHER else None


@checked
def detect_language(text: str) -> Language:
    """Tell English, Vietnamese and Vietnamese without its marks apart.

    Parameters
    ----------
    text : str
        A sentence, a heading or a paragraph, in any normalisation form.

    Returns
    -------
    {"en", "vi", "vi-unaccented", "und"}
        "und" where nothing tells: numbers, addresses, bare names, code, other scripts; and for a third language.
        Vietnamese as it is typed in Telex ('tieengs Vieejt') is without its marks.

    Notes
    -----
    Log-likelihood ratio of the kinds of its words. Words begin with a capital letter in names, which both languages
    share; so lower-case words decide, then capitalised function words ('The', 'Các'), then, in headings set in
    capitals, the letters. One word in five with marks makes Vietnamese accented, so a name with marks does not.

    Examples
    --------
    >>> detect_language("HÀ NỘI - Phạm Minh Chính met voters in Cần Thơ")
    'en'
    >>> detect_language("Ảnh: Reuters"), detect_language("Hai ben da ky thoa thuan"), detect_language("12/3/2025")
    ('vi', 'vi-unaccented', 'und')
    """
    return tell_language(text)[0]


def is_other_language(text: str) -> bool:
    """Tell whether a text is in a third language, of those that `detect_language` calls "und".

    Parameters
    ----------
    text : str
        As for `detect_language`. Latin letters alone are looked at.

    Examples
    --------
    >>> is_other_language("Das Haus ist sehr groß."), is_other_language("Angela Merkel"), is_other_language("No.")
    (True, False, False)
    """
    return tell_language(text)[1]


def tell_language(text: str) -> tuple[Language, bool]:
    """Tell the language of a text as `detect_language` does, and whether it is a third one.

    Examples
    --------
    >>> tell_language("Das Haus ist sehr groß."), tell_language("12/3/2025")
    (('und', True), ('und', False))
    """
    text = nfc(text)
    is_code = False
    if _CODE.search(text):
        tokens = text.split()
        kept = [token for token in tokens if not _CODE.search(token)]
        is_code = len(kept) < 2 * (len(tokens) - len(kept))
        text = " ".join(kept)
    counts = Counter(_WORD.findall(text))
    if is_code:
        counts = Counter({word: n for word, n in counts.items() if _said(word).is_prose})
    score = marked = plain = hint = 0.0
    for word, n in counts.items():
        # `_said`, but for its call.
        told, _, mark, bare_word, _, other = _weigh(word) if len(word) <= _LONGEST else _said(word)
        score += n * told
        marked += n * mark
        plain += n * bare_word
        hint += n * other
    if hint >= _ENOUGH_OTHER and not is_code and (language := _tell_other(counts, score)):
        return language, language == "und"
    if abs(score) < _ENOUGH:
        score += sum(n * _said(word).names for word, n in counts.items())
    if abs(score) < _ENOUGH * (1 + is_code):  # keywords of code (let, for) are function words too
        is_bare = text.isupper() and not is_code and _is_bare_heading(text)
        return ("vi-unaccented" if is_bare else "und"), False
    if score < 0:
        return "en", False
    return ("vi" if marked >= _MARKED_SHARE * (marked + plain) else "vi-unaccented"), False


def _is_bare_heading(text: str) -> bool:
    """Whether a text in capitals is Vietnamese without marks: syllables, few of them English words, and no name."""
    words = [word.lower() for word in _WORD.findall(text)]
    n_syllables = sum(word in bare_syllables() for word in words)
    if n_syllables < max(_ENOUGH_CAPITALS, _SYLLABLE_SHARE * len(words)):
        return False
    english, _ = english_words()
    if words[0] in _family_names() and len(words) <= _LONGEST_NAME:
        return False
    return 2 * sum(word in bare_syllables() and word not in english for word in words) >= len(words)


def strange_share(texts: Sequence[str]) -> float:
    """Measure how far a document is from both languages.

    Parameters
    ----------
    texts : sequence of str
        Its sentences, or the document as one.

    Returns
    -------
    float
        Share of its distinct lower-case words that are no English word and no Vietnamese syllable, marks or not, 0..1;
        of its letters the share that are not Latin, where that is over a half. 0 where there are too few words to tell.
        Capitalised words are left out as names, tokens like addresses and code too.

    Examples
    --------
    >>> strange_share(["Hôm nay trời đẹp quá."])
    0.0
    """
    text = nfc("\n".join(texts[:: -(-len(texts) // _SAMPLE) or 1]))
    if sum(map(str.isalpha, _NO_LATIN.findall(text))) > 2 * _ENOUGH_WORDS:
        latin = sum(map(len, _WORD.findall(text)))
        other = sum(map(str.isalpha, text)) - latin
        if other > max(latin, 2 * _ENOUGH_WORDS):
            return other / (latin + other)
    tokens, long = set(text.split()), set[str]()
    if max(map(len, tokens), default=0) > _LONGEST:
        long = {token for token in tokens if len(token) > _LONGEST}  # these, and what is in them, are not remembered
        tokens -= long
    words = set[str]().union(*map(_plain_words, tokens))
    rare = set[str]().union(*map(_plain_words.__wrapped__, long)) - words
    if len(words) + len(rare) < _ENOUGH_WORDS:
        return 0.0
    n_strange = sum(map(_is_strange, words)) + sum(map(_is_strange.__wrapped__, rare))
    return n_strange / (len(words) + len(rare))


@functools.lru_cache(maxsize=1 << 14)
def _plain_words(token: str) -> tuple[str, ...]:
    """Lower-case words of two letters and more in a token, none in code and addresses."""
    if _CODE.search(token):
        return ()
    return tuple(word for word in _WORD.findall(token) if len(word) > 1 and word.islower())


@functools.lru_cache(maxsize=1 << 14)
def _is_strange(word: str) -> bool:
    """Whether a lower-case word is no English word and no Vietnamese syllable."""
    return _kind(word, _kinds_of_words()) == "foreign" and word not in english_words()[0]


def tell_languages(source: Sequence[str], target: Sequence[str]) -> Languages:
    """Decide whose rules the sides of a document are to be read by.

    Parameters
    ----------
    source, target : sequence of str
        Sentences, or the side as one: English and Vietnamese, unless they are surely in neither.

    Returns
    -------
    Languages
        "und" for a side of a `strange_share` of STRANGE_SHARE or more.

    Examples
    --------
    >>> russian = "Сегодня утром старый рыбак спустился к воде, и было очень тихо, только вдали кричали чайки."
    >>> str(tell_languages([russian], ["Trời mưa."]))
    'und-vi'
    """
    is_strange = [strange_share(texts) >= STRANGE_SHARE for texts in (source, target)]
    return Languages("und" if is_strange[0] else "en", "und" if is_strange[1] else "vi")


def check_languages(source: Sequence[str], target: Sequence[str]) -> None:
    """Raise an InputError if a side of a document is surely neither English nor Vietnamese.

    Parameters
    ----------
    source, target : sequence of str
        Sentences: of the English side, of the Vietnamese one.

    Raises
    ------
    InputError
        For a side in neither language. One with too few words to tell passes, and so do sentences on the wrong side: a
        text that mixes the two is no fault (files that are swapped are refused where they are read).

    Examples
    --------
    >>> check_languages(["Good morning."], ["Chào buổi sáng."])
    """
    for texts, side, language in ((source, "source", "English"), (target, "target", "Vietnamese")):
        share = strange_share(texts)
        if share >= STRANGE_SHARE:
            raise InputError(
                f"the {side} is not {language}", found=f"{share:.0%} of its words are neither English nor Vietnamese",
                todo="give English and Vietnamese; of other languages vectors, or an encoder that knows them",
            )  # fmt: skip
