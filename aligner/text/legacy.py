"""Vietnamese from before Unicode, and Unicode read in the wrong encoding.

Such text reaches a str as characters that each stand for one byte: 'ViÖt' is TCVN3, 'Vieät' VNI, 'Viá»‡t' UTF-8 bytes
read as Windows-1252. Decode before any cleaning: TCVN3 'ư' is a soft hyphen and VISCII 'Õ' a no-break space to other
tools. Mojibake goes first, because a guess at a legacy encoding would read its bytes as letters.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from aligner.doors import checked
from aligner.errors import InputError
from aligner.text.syllables import bare, bare_syllables, is_syllable
from aligner.text.tables import read_table

if TYPE_CHECKING:
    import regex


def _later(pattern: str) -> Callable[[], regex.Pattern[str]]:
    """Compile a pattern when it is first asked for: importing `regex` and compiling takes 25 ms."""

    @functools.cache
    def compiled() -> regex.Pattern[str]:
        import regex

        return regex.compile(pattern)

    return compiled


ENCODINGS: Final = ("tcvn3", "vni", "viscii", "vps", "viqr")

# Windows-1252 as the Encoding Standard has it: the five bytes without a character (81 8D 8F 90 9D) are C1 controls.
# https://encoding.spec.whatwg.org/#windows-1252
_CP1252: Final = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
_BYTE: Final = {chr(byte): byte for byte in range(0x100)} | {char: byte for byte, char in _CP1252.items()}

# Words of one line that hold no small ASCII letter: where text in a font of capitals is looked for.
_RUN: Final = _later(r"(?<!\w)[^\W\d_a-z]++(?!\w)(?:[^\w\n]++[^\W\d_a-z]++(?!\w))*+")
_WORD: Final = _later(r"\w+")
_CAPITAL: Final = _later(r"[A-Z]")

# VIQR, RFC 1456 section 4.2. 'dd' and 'd-' begin a word, or follow a capital consonant as in the abbreviation QĐ, so
# that 'address' and 'World-' stay.
_VIQR: Final = _later(
    r"""(?x)\\(?P<literal>[\\dD'`?~.^(+-])
      | (?<![^\W\d_])[dD](?:[dD]|-(?=[aeiouyAEIOUY]))
      | (?<=[B-DF-HJ-NP-TV-XZ])DD
      | (?:[aA][(^]|[eE]\^|[oO][\^+]|[uU]\+|[aeiouyAEIOUY])['`?~.]?"""
)
_VIQR_MARKS: Final = str.maketrans(
    {"^": "\u0302", "(": "\u0306", "+": "\u031b", "'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303"}
    | {".": "\u0323"}
)
# No tone stands on the glide that ends a syllable: the stop in 'to^i.' is a full stop, although none was escaped.
_VIQR_STOP: Final = _later(
    r"""(?x)(?i:(?<!q)[aou]\p{M}{0,2}i|a\p{M}{0,2}[yu]|[ae]\p{M}{0,2}o|[eio]\p{M}{0,2}u)
        \K[\u0323\u0309](?![\p{L}\p{M}])"""
)

# Onset, medial, vowels and the codas each takes, with the marks of ă â ê ô ơ ư đ and without tone: Thompson 1965, A
# Vietnamese Grammar, ch. 2. Looser than a dictionary ('gâ' passes): chance hits, not rare words, are what costs.
_SYLLABLE: Final = _later(
    r"""(?x)(?:ngh?|nh|gh?|gi|kh?|ph?|th?|tr|ch?|qu|[đdbhlmnrsvx])?
        (?:o(?=[aăe])|u(?=[âêơy]))?
        (?: a(?:ch?|i|m|ng?|nh|o|p|t|u|y)? | ă(?:c|m|ng?|p|t) | â(?:c|m|ng?|p|t|u|y) | e(?:c|m|ng?|o|p|t)?
          | ê(?:ch|m|nh?|p|t|u)? | i(?:a|ch|m|nh?|p|t|u)? | [iy]ê(?:c|m|ng?|p|t|u) | oo?(?:c|ng) | o(?:i|m|n|p|t)?
          | ô(?:c|i|m|ng?|p|t)? | ơ(?:i|m|n|p|t)? | u(?:a|c|i|m|ng?|p|t)? | uô(?:c|i|m|ng?|p|t)
          | ư(?:a|c|i|m|ng?|t|u)? | ươ(?:c|i|m|ng?|p|t|u) | y(?:a|ch|nh?|p|t|u)? )"""
)
_TONES: Final = _later("[\u0300\u0301\u0303\u0309\u0323]")
_STOP_CODAS: Final = ("c", "ch", "p", "t")  # with the acute or the dot below alone
_LETTERS: Final = _later(r"[\w\p{M}]++")  # with digits and low lines, so that they spoil a syllable
_LETTERS_BEFORE: Final = _later(r"(?r)[\p{L}\p{M}]{0,12}")  # searched from right to left
_TOKEN: Final = _later(r"[^ \t\n\r]++")  # not \S: U+00A0 and U+001E are letters in VISCII

# Detection: distinct words that decode to marked Vietnamese syllables, and their share of all words that a legacy byte
# could explain. Chosen on other languages' text and on encoded Vietnamese; held by tests/test_legacy.py.
_MIN_WORDS: Final = 3
_MIN_SHARE: Final = 0.7

# One word less will do in a name or a heading if every other word is a syllable too and all decode; not in VIQR, whose
# words are ASCII, nor in VISCII and VPS, in which words of French and Portuguese pass for two.
_SHORT: Final = ("tcvn3", "vni")

# From what on text is decoded unasked: distinct Vietnamese syllables, and their share of the words that an encoding
# explains. Texts of other languages, and of one encoding read in another, stay below one or the other; held by
# tests/test_legacy.py.
_SURE_WORDS: Final = 8
_SURE_SHARE: Final = 0.85
_SAMPLE: Final = 20_000  # characters that tell the encoding of a text, of its lines that could be in one

# Characters of Latin-1 and Windows-1252 that neither Vietnamese nor English text has, and the controls of VISCII.
SUSPECT: Final = re.compile(
    "[" + "".join(
        re.escape(char) for char in _BYTE
        if (char > "\x7f" or char in "\x02\x05\x06\x14\x19\x1e")
        and char not in "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý“”‘’–—…•€£°±×«»©®·§\xa0"
    ) + "]"
)  # fmt: skip
_BEYOND: Final = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300\u0301\u0303\u0309\u0323]")  # letters of Vietnamese that no byte is

# Bytes of UTF-8 that continue a character, as Latin-1 or Windows-1252 shows them.
_TAIL: Final = "".join(map(chr, range(0x80, 0xC0))) + "".join(char for char in _CP1252.values() if ord(char) > 0xFF)
# Only leads of what English and Vietnamese text holds: Latin and Greek letters and marks, general punctuation and
# symbols, byte order mark, emoji. Ideographs are left: French 'là »' with a no-break space would be one.
_MOJIBAKE: Final = _later(
    rf"""(?x)(?P<sequence>Â[\x80-\xbf] | [ÃÄÅÆÌÎÏ][{_TAIL}] | Ë[œ†\x86\x9c] | á[¸¹º»][{_TAIL}] | ï[»¼½¿][{_TAIL}]
          | â[€‚„†‡ˆ‰—˜™šœž\x80-\x9e][{_TAIL}] | ð[Ÿ\x9f][{_TAIL}]{{2}})
      | (?P<space>(?:(?<=\p{{Ll}})|(?<=(?<!\w)\p{{Lu}}))Ã\ )
      | (?P<hole>(?:á[º»]|â€|[ÃÄÅÆ])\ufffd | (?:á[º»]|â€) | [ÃÄÅÆ](?=\p{{Ll}}))"""
)
# May follow a capital letter in good text: 'ĐÃ”', 'ĐÃ…'. The second set stands between words as well.
_CLOSERS: Final = "’”“‘–—…»›\xa0"
_SEPARATORS: Final = "–—…\xa0"
_NEAR: Final = 100  # characters; an ambiguous pair is damage if there is plain damage as near as this
_CP1258: Final = _later(r"(?i)[bcdđghklnpqrstvx]uư(?:ch|nh|[npt])?(?!\w)")


@checked
def decode_legacy(text: str, encoding: str) -> str:
    """Decode Vietnamese text whose characters stand for the bytes of a legacy encoding.

    Parameters
    ----------
    text : str
        Bytes read as Latin-1 or Windows-1252, one character each; for VIQR, ASCII with its marks typed.
    encoding : {"tcvn3", "vni", "viscii", "vps", "viqr"}
        TCVN3 (fonts .VnTime, .VnTimeH), VNI for Windows (VNI-Times), VISCII, VPS, or VIQR.

    Returns
    -------
    str
        NFC text. Characters that the encoding does not use, correct Vietnamese letters among them, stay.

    Raises
    ------
    InputError
        If the encoding is unknown.

    Notes
    -----
    TCVN 5712:1993 and VISCII (RFC 1456, table 1) as in glibc's iconv, VPS as in GNU recode, VNI as in xvnkb. TCVN3 is
    the third subset of TCVN 5712; the capitals of the first are read too, except that Windows-1252 punctuation stays
    punctuation. Fonts for capitals (.VnTimeH) show lower-case codes as capitals: 'VIÖT' becomes 'VIỆT', and so do words
    beside it that could be either; text typed in small letters throughout cannot be told. VIQR follows RFC 1456 save
    for the language states; a full stop or a question mark must be escaped after a vowel that could bear its tone.

    Examples
    --------
    >>> decode_legacy("ViÖt Nam", "tcvn3"), decode_legacy("Vieät Nam", "vni"), decode_legacy("Vie^.t Nam", "viqr")
    ('Việt Nam', 'Việt Nam', 'Việt Nam')
    """
    if encoding not in ENCODINGS:
        raise InputError("unknown encoding", found=repr(encoding), todo=f"use one of {', '.join(ENCODINGS)}")
    if encoding == "viqr":
        text = _VIQR_STOP().sub(_viqr_stop, unicodedata.normalize("NFD", _VIQR().sub(_viqr_letter, text)))
    elif encoding == "vni":
        codes = _codes("vni")
        text = _vni_pattern().sub(lambda match: codes[match[0]], text)
    else:
        letters = {ord(code): letter for code, letter in _codes(encoding).items()}
        text = _RUN().sub(_capitals, text.translate(letters))
    return unicodedata.normalize("NFC", text)


@functools.cache
def _codes(encoding: str) -> dict[str, str]:
    """Code as it is seen in text, under either reading of its bytes -> letter."""
    codes = {chr(byte): char for byte, char in _CP1252.items()}
    for letter, digits in read_table("legacy.tsv", "letter", encoding):
        code = bytes.fromhex(digits).decode("latin-1")
        codes[code] = letter
        shown = _CP1252.get(ord(code[0]), code)
        if encoding != "tcvn3" or shown.isalpha():
            codes[shown] = letter
    if encoding == "vni":  # a capital before a small mark: the shift key was let go too soon
        codes |= {code[0] + code[1].swapcase(): letter for code, letter in codes.items() if len(code) == 2} | codes
    return codes


@functools.cache
def _vni_pattern() -> regex.Pattern[str]:
    codes = _codes("vni")
    pairs: dict[str, str] = {}
    for code in codes:
        pairs[code[0]] = pairs.get(code[0], "") + code[1:]
    marked = [f"{base}[{marks}]" for base, marks in pairs.items() if marks]
    return _later("|".join([*marked, f"[{''.join(code for code in codes if len(code) == 1)}]"]))()


def _capitals(match: regex.Match[str]) -> str:
    """A run of words without a small ASCII letter, in capitals if one of them mixes them with small letters."""
    run: str = match[0]
    words = list(_WORD().finditer(run))
    if not any(not word[0].isupper() and _CAPITAL().search(word[0], 1) for word in words):
        return run
    # A word without any ASCII capital at either end, as 'ở' before 'HÀ NỘI', tells nothing of itself.
    typed = [word for word in words if _CAPITAL().search(word[0])]
    start, end = typed[0].start(), typed[-1].end()
    return run[:start] + run[start:end].upper() + run[end:]


def _viqr_letter(match: regex.Match[str]) -> str:
    if match["literal"]:
        return str(match["literal"])
    code: str = match[0]
    if code[0] in "dD":
        return "đ" if code[0] == "d" else "Đ"
    return code[0] + code[1:].translate(_VIQR_MARKS)


def _viqr_stop(match: regex.Match[str]) -> str:
    return "." if match[0] == "\u0323" else "?"


def view_bytes(data: bytes) -> str:
    r"""Show bytes as `decode_legacy` takes them: a character each, in Windows-1252 where it has one.

    Examples
    --------
    >>> view_bytes(b"\x93Vi\xd6t\x94 \x96 \x85")
    '“ViÖt” – …'
    """
    return data.decode("latin-1").translate(_CP1252)


def decode_bytes(data: bytes, encoding: str) -> str:
    r"""Decode bytes in a legacy encoding; what is valid UTF-8 is read as that, and legacy lines in it are decoded.

    Examples
    --------
    >>> decode_bytes(b"Vi\xd6t Nam", "tcvn3"), decode_bytes("Việt Nam".encode(), "tcvn3")
    ('Việt Nam', 'Việt Nam')
    """
    if not data.isascii():
        try:  # bytes of these encodings are UTF-8 by chance only: no vowel with a tone is followed by a marked one
            return decode_lines(data.decode("utf-8"), encoding)[0]
        except UnicodeDecodeError:
            pass
    return decode_legacy(view_bytes(data), encoding)


class Legacy(NamedTuple):
    """In which legacy encoding lines of a text are, and whether it is sure enough to decode them unasked."""

    encoding: str
    is_sure: bool


def tell_legacy(text: str) -> Legacy | None:
    r"""Tell in which legacy encoding the Vietnamese lines of a text are, whatever else is in it; None for good text.

    Only the lines with characters that neither language has are looked at, so that Unicode beside them does not matter.

    Examples
    --------
    >>> tell_legacy("Báo cáo năm nay của tỉnh.\nB¸o c¸o vÒ t×nh h×nh kinh tÕ n¨m nay cña huyÖn vµ cña thÞ x·.")
    Legacy(encoding='tcvn3', is_sure=True)
    >>> tell_legacy("Die Mädchen gehen über die Brücke, während der Bär frisst.") is None
    True
    """
    suspect = [line for line in text.split("\n") if SUSPECT.search(line)]
    if len({token for line in suspect for token in line.split() if SUSPECT.search(token)}) < 2:
        return None
    sample, n = [], 0
    for line in suspect:
        sample.append(line[:_SAMPLE])
        n += len(sample[-1])
        if n > _SAMPLE:
            break
    ranked = _rank("\n".join(sample))
    if not ranked or ranked[0].encoding == "viqr":
        return None
    best, others = ranked[0], [weight.n_gained for weight in ranked[1:]]
    is_sure = best.share >= _SURE_SHARE and len(best.found) >= _SURE_WORDS and max(others, default=0) < best.n_gained
    return Legacy(best.encoding, is_sure)


def decode_lines(text: str, encoding: str) -> tuple[str, list[int]]:
    r"""Decode those lines of a text that then read as Vietnamese, and leave all others.

    Returns
    -------
    tuple of str and list of int
        The text, and the 0-based numbers of the lines that were decoded. Lines that are Vietnamese already stay:
        nothing is decoded twice.

    Examples
    --------
    >>> decode_lines("ViÖt Nam\nViệt Nam\nCafé", "tcvn3")
    ('Việt Nam\nViệt Nam\nCafé', [0])
    """
    lines = text.split("\n")
    is_mixed = any(_BEYOND.search(line) for line in lines)
    done = []
    for i, line in enumerate(lines):
        if _is_legacy(line, encoding, is_mixed):
            lines[i] = decode_legacy(line, encoding)
            done.append(i)
    return "\n".join(lines), done


def _is_legacy(line: str, encoding: str, is_mixed: bool) -> bool:
    """Whether a line reads as Vietnamese once it is decoded, and does not before."""
    if encoding == "viqr":
        return not _BEYOND.search(line) and decode_legacy(line, encoding) != line
    if line.isascii():
        return False
    words = Counter(_tokens(line))
    told = [word for word in words if sum(map(str.isalpha, word)) > 1]
    weight = _weigh(words, told, list(map(_syllables, told)), encoding)
    if weight.n_words == 0:  # 'là', good before and after: as its fellows are; a letter alone
        return not is_mixed and decode_legacy(line, encoding) != line
    return weight.n_gained >= _MIN_SHARE * weight.n_words


@checked
def detect_legacy(text: str) -> tuple[str, float] | None:
    """Tell in which legacy encoding Vietnamese text is, if in any.

    Parameters
    ----------
    text : str
        A paragraph or a document, or a name of two words with marks; see `decode_legacy`. Mojibake repaired.

    Returns
    -------
    tuple of str and float, or None
        The encoding and the confidence in 0..1; None for correct text, other languages, and where too little is said.

    Notes
    -----
    Every word is decoded in each encoding. Of those that change or hold a letter beyond ASCII, the share that turns
    into marked Vietnamese syllables, less those that were such before, decides. Words in plain ASCII tell nothing, so
    that English between the lines does not matter.

    Examples
    --------
    >>> detect_legacy("B¸o c¸o vÒ t×nh h×nh kinh tÕ n¨m nay")[0]
    'tcvn3'
    >>> detect_legacy("São Paulo é uma cidade") is None
    True
    """
    best = max(_rank(text), key=lambda weight: (weight.confidence, weight.n_gained, weight.encoding), default=None)
    return (best.encoding, best.confidence) if best is not None else None


class _Weight(NamedTuple):
    """What speaks for an encoding: words that it explains, how many of them it makes Vietnamese, the distinct ones."""

    encoding: str
    n_words: int
    n_gained: int
    found: frozenset[str]

    @property
    def share(self) -> float:
        return self.n_gained / self.n_words

    @property
    def confidence(self) -> float:
        return self.share * float(1 - 0.5 ** len(self.found))


def _tokens(text: str) -> list[str]:
    """The tokens of a text; a stop behind a word would be a VIQR tone."""
    return [token.rstrip(".?'`~!,;:)\"") for token in _TOKEN().findall(text)]


def _rank(text: str) -> list[_Weight]:
    """The encodings that a text may be in, the likeliest first."""
    tokens = Counter(_tokens(text))
    words = [token for token in tokens if sum(map(str.isalpha, token)) > 1]  # one letter alone tells nothing
    before = list(map(_syllables, words))
    weights = []
    for encoding in ENCODINGS if words else ():
        weight = _weigh(tokens, words, before, encoding)
        n, is_whole = len(weight.found), weight.n_gained == weight.n_words
        is_short = 0 < n < _MIN_WORDS and is_whole and encoding in _SHORT
        is_short = is_short and (n > 1 or (len(words) > 1 and max(map(len, weight.found)) > 2))
        is_short = is_short and all(bare(word.lower()) in bare_syllables() for word in words if word.isascii())
        if is_short or (n >= _MIN_WORDS and weight.n_gained >= _MIN_SHARE * weight.n_words):
            weights.append(weight)
    return sorted(weights, key=lambda weight: (weight.confidence, weight.n_gained, weight.encoding), reverse=True)


def _weigh(tokens: Counter[str], words: Sequence[str], before: Sequence[list[str]], encoding: str) -> _Weight:
    """Weigh what decoding makes of words, given the `_syllables` that each has before."""
    n_words = n_gained = 0
    found: set[str] = set()
    decoded_words = decode_legacy("\n".join(words), encoding).split("\n") if words else []
    for word, had, decoded in zip(words, before, decoded_words, strict=True):
        if word == decoded and word.isascii():
            continue
        after = had if word == decoded else _syllables(decoded)
        if had and after and all(char in _BYTE for char in word):
            continue  # 'và' in VISCII, as in Latin-1; TCVN3 'thóc' is 'thúc'
        n_words += tokens[word]
        n_gained += tokens[word] * (bool(after) - bool(had))
        found.update(after)
    return _Weight(encoding, n_words, n_gained, frozenset(found))


def _syllables(token: str) -> list[str]:
    """The marked words of a token, in small letters; none unless all are Vietnamese syllables and one is not short."""
    marked = [word for word in _LETTERS().findall(token) if not word.isascii()]
    good = all(map(_is_syllable, marked)) and any(len(word) > 1 for word in marked)
    return [word.lower() for word in marked] if good else []


@functools.lru_cache(maxsize=4096)  # words repeat
def _is_syllable(word: str) -> bool:
    """Whether a word is a Vietnamese syllable by its letters, in one case but for a capital at its start."""
    if len(word) > 14 or not (word[1:].islower() or word.isupper() or len(word) == 1):  # 'nghiêng', decomposed
        return False
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = _TONES().findall(decomposed)
    bare = unicodedata.normalize("NFC", _TONES().sub("", decomposed))
    if len(tones) > 1 or not _SYLLABLE().fullmatch(bare):
        return False
    return not bare.endswith(_STOP_CODAS) or tones == ["\u0301"] or tones == ["\u0323"]


# What `repair_mojibake` acts on begins like this, which is seen faster; 'á' and 'â' alone would be in every sentence.
MOJIBAKE_FIRST: Final = "ÃÄÅÆËÌÎÏð"
MOJIBAKE_PAIRED: Final = "Âáâï"
MOJIBAKE_BEHIND: Final = "\x80-\xbf\N{LATIN CAPITAL LIGATURE OE}-\N{TRADE MARK SIGN}"
"""What stands between the brackets of patterns: letters that may begin it, those that do before some, and these."""
MAY_BE_MOJIBAKE: Final = re.compile(f"[{MOJIBAKE_FIRST}]|[{MOJIBAKE_PAIRED}][{MOJIBAKE_BEHIND}]")


def repair_mojibake(text: str) -> tuple[str, int]:
    r"""Bring back UTF-8 that was read as Latin-1 or Windows-1252, once or more often, and leave all else.

    Parameters
    ----------
    text : str
        Any text; good passages beside damaged ones stay as they are.

    Returns
    -------
    tuple of str and int
        The text, and the number of characters that could not be brought back: strict readers drop the bytes 81, 8D, 8F,
        90 and 9D or make them U+FFFD; and 'ý' that stands as 'ư' behind u because Windows-1252 was read as Windows-1258
        ('quư'), which elsewhere cannot be told from a true 'ư'.

    Notes
    -----
    A pair such as 'Ã”' is good text where a capital stands before a closing mark ('ĐÃ”') and damage where a letter
    follows or plain damage is near. A lone 'Ã' before a space, whose A0 became that space, counts as such a pair.

    Examples
    --------
    >>> repair_mojibake("Viá»‡t Nam vÃ\xa0 Việt Nam, NHÀ NƯỚC ĐÃ")
    ('Việt Nam và Việt Nam, NHÀ NƯỚC ĐÃ', 0)
    """
    n_lost = 0
    for _ in range(3):  # read wrongly twice is common, three times was seen
        repaired, n_holes = _repair_once(text)
        n_lost = max(n_lost, n_holes)  # a hole stays, and the damage that betrays it may be gone the next time
        if repaired == text:
            break
        text = repaired
    return text, n_lost + len(_CP1258().findall(text))


def _repair_once(text: str) -> tuple[str, int]:
    matches = list(_MOJIBAKE().finditer(text))
    plain = [match.start() for match in matches if _is_plain(match)]
    pieces, end, n_holes = [], 0, 0
    for match in matches:
        start = match.start()
        i = bisect_left(plain, start - _NEAR)
        if not (i < len(plain) and plain[i] <= match.end() + _NEAR) and not _is_damage(match):
            continue
        if match["hole"]:
            n_holes += 1
            continue
        if any(char.isalpha() and char not in _BYTE for char in text[max(start - 1, 0) : start]):
            continue  # 'ĐÃ”': no byte reads as 'Đ'
        pieces += [text[end:start], _decode(match)]
        end = match.end()
    return "".join([*pieces, text[end:]]), n_holes


def _decode(match: regex.Match[str]) -> str:
    """What the characters of a match were."""
    if match["space"]:  # the byte A0 made a space: of two spaces, one is it
        return "à" if match.string[match.end() : match.end() + 1] == " " else "à "
    return bytes(_BYTE[char] for char in match[0]).decode("utf-8", "replace")


def _is_plain(match: regex.Match[str]) -> bool:
    """Whether a match is damage wherever it stands."""
    code: str = match[0]
    if match["sequence"]:
        return any(char not in _CLOSERS for char in code[1:]) or code[0] == "Æ"
    return code == "â€" or code[-1] == "\ufffd"


def _is_damage(match: regex.Match[str]) -> bool:
    """Whether a match with no plain damage near is damage by the letters beside it."""
    code, text, start = match[0], match.string, match.start()
    before, after = text[max(start - 1, 0) : start], text[match.end() : match.end() + 1]
    if match["hole"]:
        return False
    if code[0] in "áâïð":  # closing guillemet and another mark, or the end of a Vietnamese word
        onset = _LETTERS_BEFORE().match(text, 0, start)
        return after.isalpha() or _is_syllable((onset[0] if onset else "") + _decode(match))
    if code[0] == "Â":  # 'costs,Â\xa0too'; not 'Ă, Â\xa0', «Â»
        return before.islower() or before in set(".,;:!?)0123456789")
    return before.islower() or (after.isalpha() and code[-1] not in _SEPARATORS + " ")


# A byte's letter in Windows-1250 -> its letter in Windows-1252, for the bytes of Vietnamese vowels that the two show
# differently. Both tables are Python's, which are those of Unicode:
# https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1250.TXT
_CENTRAL_EUROPEAN: Final = {
    bytes([code]).decode("cp1250"): letter
    for code in range(0xC0, 0x100)
    if (letter := bytes([code]).decode("cp1252")) in "ÀÃÈÊÌÒÕÙàãèêìòõù"
}
_FROM_1250: Final = str.maketrans(_CENTRAL_EUROPEAN)
_BREVE: Final = "ăĂ"  # what ã was, or a letter of its own
LETTERS_OF_1250: Final = "".join(letter for letter in _CENTRAL_EUROPEAN if letter not in _BREVE)
MAY_BE_1250: Final = re.compile(f"[{LETTERS_OF_1250}]")
_PLAIN_WORD: Final = re.compile(r"[^\W\d_]+")
_SYLLABLE_SHARE: Final = 0.6
"""Of the words of a line that must be syllables for it to be Vietnamese; names and terms are the rest. Held by
tests/cases/text.tsv."""


def repair_1250(line: str) -> list[tuple[int, int, str]]:
    """Bring back the vowels of a Vietnamese line in Windows-1252 that was read as Windows-1250 ('trěnh').

    Parameters
    ----------
    line : str
        NFC text.

    Returns
    -------
    list of (int, int, str)
        Start and end of a word, and what it was. Empty unless every word with such a letter becomes a syllable and the
        line as a whole reads as Vietnamese: a Czech or Polish name stays.

    Examples
    --------
    >>> repair_1250("giáo trěnh"), repair_1250("ông Dvořák ở Plzeň")
    ([(5, 10, 'trình')], [])
    """
    if not MAY_BE_1250.search(line):
        return []
    repaired = []
    n_words = n_syllables = 0
    for word in _PLAIN_WORD.finditer(line):
        was: str = word[0]
        n_words += 1
        if MAY_BE_1250.search(was) or (any(letter in was for letter in _BREVE) and not is_syllable(was)):
            was = next((form for form in _readings(was) if is_syllable(form)), "")
            if was:
                repaired.append((*word.span(), was))
            elif MAY_BE_1250.search(word[0]):
                return []
        n_syllables += bool(was) and is_syllable(was)
    is_said = any(len(was) > 1 for _, _, was in repaired)  # one letter alone tells nothing
    return repaired if is_said and n_syllables >= _SYLLABLE_SHARE * n_words else []


def _readings(word: str) -> tuple[str, str]:
    """The word with its breve, and with ã for it."""
    kept = "".join(letter if letter in _BREVE else _CENTRAL_EUROPEAN.get(letter, letter) for letter in word)
    return kept, word.translate(_FROM_1250)
