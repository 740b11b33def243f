"""Vietnamese syllables: a grammar of their spelling, and where their tone mark stands.

A written syllable is an onset, a glide, a nucleus, a coda and a tone. 'tuyển' is t + u + yê + n with the tone hỏi; 'qu'
and 'gi' are onsets. The old and the new style of writing the tone differ in three rhymes only, oa, oe and uy where
nothing follows: hòa, khỏe, thúy against hoà, khoẻ, thuý.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from aligner.errors import InputError

ToneStyle = Literal["old", "new"]

TONES: Final = {
    "ngang": "",
    "huyền": "\N{COMBINING GRAVE ACCENT}",
    "sắc": "\N{COMBINING ACUTE ACCENT}",
    "hỏi": "\N{COMBINING HOOK ABOVE}",
    "ngã": "\N{COMBINING TILDE}",
    "nặng": "\N{COMBINING DOT BELOW}",
}
_MARKS: Final = "".join(TONES.values())

I_FOR_Y: Final = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")
"""What a y that is a whole rhyme is compared as."""

# Nucleus -> codas, '-' for none, after Đoàn Thiện Thuật, Ngữ âm tiếng Việt (1977), and the rhymes of Hoàng Phê's
# dictionary; semivowels count as codas. 'k' is the coda of place names in the highlands (Đắk Lắk).
_PLAIN: Final = {
    "a": "- c ch i m n ng nh o p t u y",
    "ă": "c k m n ng p t",
    "â": "c m n ng p t u y",
    "e": "- c m n ng o p t",
    "ê": "- ch m n nh p t u",
    "i": "- ch m n nh p t u",
    "y": "-",
    "ia": "-",
    "iê": "c m n ng p t u",
    "yê": "m n ng t u",
    "o": "- c i m n ng p t",
    "oo": "c ng",
    "ô": "- c i m n ng p t",
    "ơ": "- i m n p t",
    "u": "- c i m n ng p t",
    "ua": "-",
    "uô": "c i m n ng t",
    "ư": "- c i m n ng t u",
    "ưa": "-",
    "ươ": "c i m n ng p t u",
}
_AFTER_O: Final = {
    "a": "- c ch i m n ng nh o p t y",
    "ă": "c m n ng p t",
    "e": "- c m n ng o p t",
}
_AFTER_U: Final = {
    "â": "c n ng t y",
    "ê": "- ch n nh t u",
    "ơ": "-",
    "y": "- ch n nh p t u",
    "ya": "-",
    "yê": "n t",
}
# The glide is the u of 'qu'. 'quốc' alone has ô.
_AFTER_QU: Final = {
    "a": "- c ch i m n ng nh o p t u y",
    "ă": "c m n ng p t",
    "â": "c n ng t u y",
    "e": "- c m n ng o p t",
    "ê": "- ch n nh t u",
    "i": "- ch n nh p t u",
    "y": "- ch n nh p t u",
    "yê": "n t",
    "ô": "c",
    "ơ": "- n t",
}


def _rhymes(glide: str, table: dict[str, str]) -> dict[str, tuple[str, str, str]]:
    """Spelling of a rhyme -> glide, nucleus, coda."""
    codas = [(nucleus, coda.strip("-")) for nucleus, row in table.items() for coda in row.split()]
    return {glide + nucleus + coda: (glide, nucleus, coda) for nucleus, coda in codas}


_RHYMES: Final = _rhymes("", _PLAIN) | _rhymes("o", _AFTER_O) | _rhymes("u", _AFTER_U)
_QU_RHYMES: Final = _rhymes("", _AFTER_QU)

# The longest first; '' for none.
_ONSETS: Final = (
    *("ngh", "ng", "nh", "gi", "gh", "g", "kh", "k", "ph", "p", "th", "tr", "t", "ch", "c", "qu"),
    *("b", "d", "đ", "h", "l", "m", "n", "r", "s", "v", "x", ""),
)
_ONSET: Final = re.compile("|".join(_ONSETS))
_FRONT: Final = ("e", "ê", "i", "y")
# k, gh and ngh stand before front vowels, c, g and ng before all others and before a glide.
_BEFORE_FRONT: Final = frozenset({"k", "gh", "ngh"})
_BEFORE_OTHERS: Final = frozenset({"c", "g", "ng"})
# The glide is lost behind lips and rare behind n, r (boa, voan, buýt, noãn): in an open rhyme, the only place where
# the two styles differ, such words are foreign (Noé, Moë).
_NO_OPEN_GLIDE: Final = frozenset({"b", "m", "n", "p", "ph", "r", "v"})
_NO_GLIDE: Final = frozenset({"c", "k", "gh", "ngh", "gi"})
# A syllable that ends in a stop has one of two tones.
_STOPS: Final = frozenset({"c", "ch", "p", "t"})
_STOP_TONES: Final = frozenset({"sắc", "nặng"})

_TONE_OF: Final = {mark: tone for tone, mark in TONES.items() if mark}
_TONE: Final = re.compile(f"[{_MARKS}]")
_TONE_ON_ONSET: Final = re.compile(f"[^aeiouy{_MARKS}]*[{_MARKS}]")
# Tones, and the marks of ă â ê ô ơ ư in canonical decomposition; đ has none.
_UNMARKED: Final = str.maketrans("đ", "d", _MARKS + "\u0302\u0306\u031b")
_ALL_BUT_E: Final = tuple("aăâeioôơuưy")  # vowels without ê
_MAX_LETTERS: Final = 16  # 'nghiêng' with its marks apart has 9, and some come doubled


@dataclass(frozen=True)
class Syllable:
    """A Vietnamese syllable in small letters.

    Attributes
    ----------
    onset, glide, nucleus, coda : str
        As spelled, "" for none; 'qu' and 'gi' are onsets, and of 'gì' the nucleus is 'i' again. Semivowels are codas.
    tone : {"ngang", "huyền", "sắc", "hỏi", "ngã", "nặng"}
    """

    onset: str
    glide: str
    nucleus: str
    coda: str
    tone: str


@functools.lru_cache(maxsize=1 << 16)
def parse_syllable(word: str) -> Syllable | None:
    """Analyse a word as one Vietnamese syllable.

    Parameters
    ----------
    word : str
        In any case and normalisation form. The tone mark may stand on the wrong vowel, on the coda, or there twice.

    Returns
    -------
    Syllable or None
        None where the word does not follow the grammar: foreign words, abbreviations, two tones, a stop without sắc or
        nặng. The grammar is wider than the language: that a syllable is well formed does not make it a word.

    Examples
    --------
    >>> parse_syllable("Tuyển")
    Syllable(onset='t', glide='u', nucleus='yê', coda='n', tone='hỏi')
    >>> parse_syllable("tòan") == parse_syllable("toàn"), parse_syllable("Núñez")
    (True, None)
    """
    if len(word) > _MAX_LETTERS:
        return None
    letters = unicodedata.normalize("NFD", word).lower()
    tones = set(_TONE.findall(letters))
    if len(tones) > 1 or _TONE_ON_ONSET.match(letters):
        return None
    tone = _TONE_OF[tones.pop()] if tones else "ngang"
    parts = _parts(unicodedata.normalize("NFC", _TONE.sub("", letters)))
    if parts is None or (parts[3] in _STOPS and tone not in _STOP_TONES):
        return None
    return Syllable(*parts, tone)


def _parts(spelling: str) -> tuple[str, str, str, str] | None:
    """Onset, glide, nucleus and coda of a spelling without its tone."""
    match = _ONSET.match(spelling)
    onset = match[0] if match else ""
    rest = spelling[len(onset) :]
    if onset == "qu":
        parts = _QU_RHYMES.get(rest)
        return (onset, *parts) if parts else None
    if onset == "gi":  # one i is written for two: gì, gìn, giếng; but gia is gi + a
        collapsed = None if rest.startswith(_ALL_BUT_E) else _RHYMES.get("i" + rest)
        parts = collapsed or (None if rest.startswith("i") else _RHYMES.get(rest))
    else:
        parts = _RHYMES.get(rest)
    if parts is None or not _may_follow(onset, *parts):
        return None
    return (onset, *parts)


def _may_follow(onset: str, glide: str, nucleus: str, coda: str) -> bool:
    """Whether a rhyme is written so after an onset other than 'qu'."""
    if glide:
        return onset not in _NO_GLIDE and not (onset in _NO_OPEN_GLIDE and not coda and nucleus in ("a", "e", "y"))
    if nucleus.startswith(_FRONT):
        if onset in _BEFORE_OTHERS or (nucleus == "y" and onset in ("gh", "ngh", "gi")):
            return False
    elif onset in _BEFORE_FRONT:
        return False
    # iê is written yê where nothing stands before it
    return bool(onset) != (nucleus == "yê") if nucleus in ("iê", "yê") else True


def bare(word: str) -> str:
    """Take the Vietnamese marks off a word in small letters, and decompose it: marks that Vietnamese has not stay.

    Examples
    --------
    >>> bare("đường"), len(bare("ç"))
    ('duong', 2)
    """
    return unicodedata.normalize("NFD", word).translate(_UNMARKED)


@functools.cache
def bare_syllables() -> frozenset[str]:
    """The 2,501 syllables of the grammar as they are written without any mark.

    Examples
    --------
    >>> "nguyen" in bare_syllables(), "dak" in bare_syllables(), "cafe" in bare_syllables()
    (True, True, False)
    """
    spellings = (onset + rhyme for onset in _ONSETS for rhyme in (_QU_RHYMES if onset == "qu" else _RHYMES))
    return frozenset(bare(spelling) for spelling in spellings if _parts(spelling) is not None)


def place_tone(syllable: Syllable, style: ToneStyle) -> str:
    """Spell a syllable with its tone mark where a style has it.

    Parameters
    ----------
    syllable : Syllable
    style : {"old", "new"}
        "old": hòa, khỏe, thúy. "new": hoà, khoẻ, thuý.

    Returns
    -------
    str
        Small letters, NFC.

    Raises
    ------
    InputError
        If the style is another.

    Notes
    -----
    New style, Quyết định 1989/QĐ-BGDĐT (25 May 2018), Điều 8: on the nucleus; of a nucleus of two letters on the first
    where no coda follows (mía), on the second where one does (miến). Old style: on the last but one vowel letter, on
    the last where a consonant follows, and always on ê and ơ (huế, thuở); 'qu' and 'gi' are consonants.
    https://help.launchpad.net/Translations/Vietnamese/Spelling

    Examples
    --------
    >>> [place_tone(parse_syllable(word), style) for word in ("hoà", "qúy") for style in ("old", "new")]
    ['hòa', 'hoà', 'quý', 'quý']
    """
    if style not in ("old", "new"):
        raise InputError("unknown tone style", found=repr(style), todo="style must be 'old' or 'new'")
    onset, glide, nucleus, coda = syllable.onset, syllable.glide, syllable.nucleus, syllable.coda
    if onset == "gi" and nucleus.startswith("i"):
        onset = "g"
    head = onset + glide + nucleus
    at = len(head) if len(nucleus) == 1 or coda else len(head) - 1
    if style == "old" and glide and not coda and nucleus in ("a", "e", "y"):
        at -= 1
    return unicodedata.normalize("NFC", head[:at] + TONES[syllable.tone] + head[at:] + coda)


def is_syllable(word: str) -> bool:
    """Whether a word is a Vietnamese syllable, its tone mark where the old or the new style has it.

    Parameters
    ----------
    word : str
        In any case and normalisation form.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_syllable("Hòa"), is_syllable("HOÀ"), is_syllable("tòan"), is_syllable("Guérin")
    (True, True, False, False)
    """
    syllable = parse_syllable(word)
    if syllable is None:
        return False
    spelling = unicodedata.normalize("NFC", word.lower())
    return spelling in (place_tone(syllable, "old"), place_tone(syllable, "new"))


_TELEX_TONES: Final = {
    letter: TONES[tone] for letter, tone in zip("sfrxj", ("sắc", "huyền", "hỏi", "ngã", "nặng"), strict=True)
}
# Vowel signs, the longest first; with đ they show typing, where a tone's letter alone may end a foreign word.
_TELEX_SIGNS: Final = (("uwow", "ươ"), ("uow", "ươ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("aw", "ă"), ("ow", "ơ"))
_TELEX: Final = re.compile("([^aeiouyw]*)([aeiouyw][a-z]*)")


def reads_as_telex(word: str) -> bool:
    """Whether a word in small ASCII letters is a syllable typed in Telex, with a vowel sign or đ in it.

    Parameters
    ----------
    word : str
        'tieengs' is tiếng, 'ddang' đang: letters are doubled or followed by w, and s f r x j are the tones.

    Examples
    --------
    >>> [reads_as_telex(word) for word in ("tieengs", "ddang", "muwfng", "book", "tins")]
    [True, True, True, False, False]
    """
    match = _TELEX.fullmatch(word) if len(word) <= _MAX_LETTERS else None
    if match is None:
        return False
    onset, rest = match[1].replace("dd", "đ"), match[2]
    tones = [letter for letter in rest if letter in _TELEX_TONES]
    if len(tones) > 1:
        return False
    for tone in tones:
        rest = rest.replace(tone, "")
    signed = rest
    for typed, letter in (*_TELEX_SIGNS, ("uw", "ư"), ("w", "ư")):
        signed = signed.replace(typed, letter)
    if signed == rest and "đ" not in onset:
        return False
    return parse_syllable(onset + signed + "".join(_TELEX_TONES[tone] for tone in tones)) is not None
