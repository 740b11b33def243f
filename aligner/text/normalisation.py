"""Normalisation: one spelling for what was meant to be the same text, and a record of every change.

Rules run in a fixed order, each over what the one before it left, and all again until nothing changes. Vietnamese words
are repaired only where the result is a Vietnamese syllable. What is a matter of style, such as quotes, dashes, i or y,
is never changed in the text; `comparison_key` folds it.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

from aligner.bitext import check_language
from aligner.doors import checked
from aligner.errors import InputError
from aligner.text.legacy import (
    LETTERS_OF_1250,
    MAY_BE_1250,
    MAY_BE_MOJIBAKE,
    MOJIBAKE_BEHIND,
    MOJIBAKE_FIRST,
    MOJIBAKE_PAIRED,
    repair_1250,
    repair_mojibake,
)
from aligner.text.marks import CLOSERS
from aligner.text.syllables import I_FOR_Y, parse_syllable, place_tone
from aligner.text.unicode import (
    COMPATIBLE,
    COMPATIBLE_LETTERS,
    COMPOSABLE,
    MAX_REFERENCE,
    NOT_PLAIN,
    REFERENCES,
    STACKED,
    decode_references,
    nfc,
    order_marks,
    plain,
    write_plainly,
)

Tone = Literal["keep", "old", "new"]


@dataclass(frozen=True)
class Change:
    """A change: text[start:end], which is `before`, becomes `after`.

    Attributes
    ----------
    start, end : int
        Half-open, in code points of the text given; equal where something is put in.
    before, after : str
    rule : str
        The name of the rule, as in the notes to `normalise`; where several changed the same place, their names joined
        by ", ".
    """

    start: int
    end: int
    before: str
    after: str
    rule: str


@dataclass(frozen=True)
class NormaliseReport:
    """What normalising gave.

    Attributes
    ----------
    text : str
        The text normalised.
    changes : tuple of Change
        In order, without overlap; made in the text given, they give `text`.
    """

    text: str
    changes: tuple[Change, ...]

    def undo(self) -> str:
        """Give back the text that was given.

        Examples
        --------
        >>> normalise_report("Một tòan thể .", lang="vi").undo()
        'Một tòan thể .'
        """
        edits, shift = [], 0
        for change in self.changes:
            start = change.start + shift
            edits.append(_Edit(start, start + len(change.after), change.before, change.rule))
            shift += len(change.after) - len(change.before)
        return _apply(self.text, edits)

    @classmethod
    def of(cls, text: str, changes: Sequence[Change]) -> NormaliseReport:
        """Make changes, given in order and without overlap, in a text."""
        edits = [_Edit(change.start, change.end, change.after, change.rule) for change in changes]
        return cls(_apply(text, edits), tuple(changes))


class _Edit(NamedTuple):
    start: int
    end: int
    after: str
    rule: str


@checked
def normalise(text: str, *, lang: str, tone: Tone = "keep") -> str:
    r"""Normalise text, and leave style as it is.

    Parameters
    ----------
    text : str
        Any string, lone surrogates included.
    lang : {"en", "vi"}
        The language of the text. In English, Vietnamese words are repaired in lines with a letter that only Vietnamese
        has, as 'ư' or 'ạ'.
    tone : {"keep", "old", "new"}
        Where the tone stands in hòa, khỏe, thúy ("old") and hoà, khoẻ, thuý ("new"). "keep" moves it only where both
        have it elsewhere, as in 'tòan' and 'qúy'.

    Returns
    -------
    str
        NFC text; normalising it again changes nothing.

    Raises
    ------
    InputError
        If lang or tone is none of these.

    Notes
    -----
    The rules, by the names that `normalise_report` gives them:

    - encoding: UTF-8 read as Latin-1 or Windows-1252, see `aligner.text.legacy.repair_mojibake`; in a Vietnamese line
      also Windows-1252 read as Windows-1250 ('trěnh'), see `repair_1250`.
    - character: controls and format characters are removed (zero-width, soft hyphen, byte order mark, bidirectional;
      but joiners in emoji); line separators become newlines, space separators U+0020, lone surrogates U+FFFD.
    - nfc: Normalization Form C, https://www.unicode.org/reports/tr15/
    - reference: HTML character references with their semicolon, and those that come up ('&amp;lt;').
    - compatibility: ligatures (ﬁ), Roman numerals (Ⅳ) and full-width letters, with the marks between those.
    - mark order: a Vietnamese vowel with its tone typed before its vowel sign, or with a mark twice.
    - letter: letters that look like others (UTS #39): Ð, ð and ɖ for đ, ǎ for ă, Cyrillic or Greek among Latin ones;
      and ươ with one of its horns missing ('ngưòi', 'đuợc').
    - tone: the tone mark on the wrong letter, or where the other style has it.
    - spacing: doubled spaces, spaces at the ends of a line and before , . ; : ! ?, none behind the colon of a credit
      ('Photo:VNA'). Left: ' …', decimals, times and ratios ('2 : 1'), emoticons, French, '.NET'.

    Words in addresses and file names are left.

    Examples
    --------
    >>> normalise("Việt\u00a0Nam : tòan quô\u0301c\u200b , 5&nbsp;kg", lang="vi")
    'Việt Nam: toàn quốc, 5 kg'
    """
    if _is_settled(text, lang, tone):
        return text
    for edited, _ in _steps(text, lang, tone):
        text = edited
    return text


def _is_settled(text: str, lang: str, tone: str) -> bool:
    """Whether it is seen at once that no rule changes a text, as of most; False says nothing.

    The rules of `_steps` decide all the same: here stands what each must find first (test_quick_looks.py).
    """
    known = _RIGHT.get((lang, tone))
    if known is None or not text.isprintable() or "&" in text or text[:1] == " " or _MAY_BE_SPACED.search(text):
        return False
    if text.isascii():
        return True
    if _MAY_CHANGE.search(text) or not unicodedata.is_normalized("NFC", text):
        return False
    tokens = text.split()
    return known.issuperset(tokens) or _are_right(tokens, lang, tone, known)


_RIGHT: Final[dict[tuple[str, str], set[str]]] = {
    (lang, tone): set() for lang in ("en", "vi") for tone in get_args(Tone)
}
"""By language and tone, tokens that no rule for words changes."""
_MOST_TOKENS: Final = 1 << 15
"""Tokens that are remembered for each: 3 MB; then all are forgotten (test_quick_looks.py)."""
_LONGEST_TOKEN: Final = 40
"""Characters of a token that is remembered, above all words; longer ones are addresses, which hardly come again
(test_quick_looks.py)."""


def _are_right(tokens: Sequence[str], lang: str, tone: str, known: set[str]) -> bool:
    """Whether no rule for words changes one of the tokens, which are remembered where that is so.

    In English that a line is taken for Vietnamese hangs on its other words: they must be right either way.
    """
    ways = (True,) if lang == "vi" else (False, True)
    fresh = set(tokens) - known
    right = [t for t in fresh if t.isascii() or not any(_respell_token(t, tone, is_vi) for is_vi in ways)]
    kept = [token for token in right if len(token) <= _LONGEST_TOKEN][:_MOST_TOKENS]
    if len(known) + len(kept) > _MOST_TOKENS:
        known.clear()
    known.update(kept)
    return len(right) == len(fresh)


@checked
def normalise_report(text: str, *, lang: str, tone: Tone = "keep") -> NormaliseReport:
    """Normalise text, and tell what was changed, where and by which rule.

    Parameters
    ----------
    text, lang, tone
        As for `normalise`.

    Returns
    -------
    NormaliseReport

    Raises
    ------
    InputError
        If lang or tone is unknown.

    Examples
    --------
    >>> normalise_report("Một tòan thể .", lang="vi").changes[0]
    Change(start=4, end=8, before='tòan', after='toàn', rule='tone')
    """
    made: list[_Edit] = []
    edited = text
    for after, edits in _steps(text, lang, tone):
        made = _compose(edited, made, edits)
        edited = after
    changes = (Change(start, end, text[start:end], after, rule) for start, end, after, rule in made)
    return NormaliseReport(edited, tuple(change for change in changes if change.before != change.after))


@checked
def comparison_key(text: str, *, lang: str) -> str:
    """Fold what two spellings of the same text may differ in, and keep what tells words apart.

    Parameters
    ----------
    text : str
        Any string.
    lang : {"en", "vi"}
        The language of the text.

    Returns
    -------
    str
        The text normalised, in small letters, with tones in the new style, straight quotes, hyphens for dashes, three
        full stops for an ellipsis, and i for a y that is the whole rhyme (Quyết định 1989/QĐ-BGDĐT, Điều 9: kĩ, lí; but
        y, thuý, tay). What a tokeniser parted is joined ('well @-@ known', '2 . 3 %'), what a word segmenter joined is
        parted ('học_sinh'). No tone is dropped.

    Raises
    ------
    InputError
        If lang is neither "en" nor "vi".

    Examples
    --------
    >>> comparison_key("“Kỹ thuật” – Hòa Bình", lang="vi") == comparison_key('"kĩ thuật" - Hoà Bình', lang="vi")
    True
    """
    if not text.isprintable() or _REFERENCE.search(text):
        # What stands between tokens may be a space of another kind, or not be seen, or be written as a reference.
        text = normalise(text, lang=lang)
    return fold_style(normalise(join_tokens(text, lang), lang=lang, tone="new"), lang)


def _steps(text: str, lang: str, tone: str) -> Iterator[tuple[str, list[_Edit]]]:
    """The text after each rule that changed it, and the edits of that rule.

    Characters are plain before references are decoded, and what comes later puts none together. So rounds are few: the
    second finds nothing but mojibake that stood in references, and words of lines that now show themselves Vietnamese.
    """
    check_language(lang)
    if tone not in ("keep", "old", "new"):
        raise InputError("unknown tone style", found=repr(tone), todo="tone must be 'keep', 'old' or 'new'")
    rules: tuple[Callable[[str], list[_Edit]], ...] = (
        _encoding,
        _characters,
        _composition,
        _references,
        _compatibility,
        _composition,
        functools.partial(_read_as_1250, lang=lang),
        _mark_order,
        functools.partial(_words, lang=lang, tone=tone),
        _spacing,
    )
    changed = True
    while changed:
        changed = False
        for rule in rules:
            edits = rule(text)
            if edits:
                changed = True
                text = _apply(text, edits)
                yield text, edits


def _apply(text: str, edits: list[_Edit], offset: int = 0) -> str:
    """The text after edits whose positions count from `offset` characters before its start."""
    pieces, at = [], 0
    for start, end, after, _ in edits:
        pieces += [text[at : start - offset], after]
        at = end - offset
    return "".join([*pieces, text[at:]])


def _compose(middle: str, first: list[_Edit], second: list[_Edit]) -> list[_Edit]:
    """One list of edits for two: `first` made `middle`, and `second` edits it. Edits that overlap become one."""
    spans: list[tuple[int, int, int, _Edit]] = [(edit.start, edit.end, 1, edit) for edit in second]
    shift = 0  # of a position in middle against the text given
    for edit in first:
        start = edit.start + shift
        spans.append((start, start + len(edit.after), 0, edit))
        shift += len(edit.after) - (edit.end - edit.start)
    spans.sort(key=lambda span: span[:3])
    composed: list[_Edit] = []
    shift = i = 0
    while i < len(spans):
        start, end = spans[i][:2]
        shift_before = shift
        group: list[list[_Edit]] = [[], []]
        while True:
            _, span_end, which, edit = spans[i]
            end = max(end, span_end)
            group[which].append(edit)
            if which == 0:
                shift += len(edit.after) - (edit.end - edit.start)
            i += 1
            if i == len(spans) or spans[i][0] >= end:
                break
        rules = dict.fromkeys(rule for edit in group[0] + group[1] for rule in edit.rule.split(", "))
        after = _apply(middle[start:end], group[1], start)
        composed.append(_Edit(start - shift_before, end - shift, after, ", ".join(rules)))
    return composed


def _trimmed(start: int, before: str, after: str, rule: str) -> _Edit:
    """An edit without what both its ends have in common."""
    shorter = min(len(before), len(after))
    if not shorter:
        return _Edit(start, start + len(before), after, rule)
    head = next((k for k in range(shorter) if before[k] != after[k]), shorter)
    tail = next((k for k in range(shorter - head) if before[-1 - k] != after[-1 - k]), shorter - head)
    return _Edit(start + head, start + len(before) - tail, after[head : len(after) - tail], rule)


def _edits(text: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], rule: str) -> list[_Edit]:
    return [
        _trimmed(match.start(), match[0], after, rule)
        for match in pattern.finditer(text)
        if (after := replace(match)) != match[0]
    ]


# --- characters -------------------------------------------------------------------------------------------------------


def _encoding(text: str) -> list[_Edit]:
    if not MAY_BE_MOJIBAKE.search(text):
        return []
    repaired, _ = repair_mojibake(text)
    if repaired == text:
        return []
    edits, at = [], 0
    for before, after in zip(text.split("\n"), repaired.split("\n"), strict=True):  # no byte sequence holds a newline
        if before != after:
            edits.append(_trimmed(at, before, after, "encoding"))
        at += len(before) + 1
    return edits


def _characters(text: str) -> list[_Edit]:
    # Python knows at once whether all is printable: a space separator, a control or a format character is not.
    if "\u034f" not in text and text.replace("\n", " ").replace("\t", " ").isprintable():
        return []
    return _edits(text, NOT_PLAIN, plain, "character")


def _composition(text: str) -> list[_Edit]:
    return [] if nfc(text) == text else _edits(text, COMPOSABLE, lambda match: nfc(match[0]), "nfc")


def _references(text: str) -> list[_Edit]:
    return _edits(text, REFERENCES, decode_references, "reference") if "&" in text else []


def _compatibility(text: str) -> list[_Edit]:
    return [] if text.isascii() else _edits(text, COMPATIBLE, write_plainly, "compatibility")


def _read_as_1250(text: str, lang: str) -> list[_Edit]:
    if lang != "vi" or text.isascii() or not MAY_BE_1250.search(text):
        return []
    return [
        _trimmed(line.start() + start, line[0][start:end], after, "encoding")
        for line in _LINE.finditer(text)
        for start, end, after in repair_1250(line[0])
    ]


def _mark_order(text: str) -> list[_Edit]:
    return [] if text.isascii() or not _MARK.search(text) else _edits(text, STACKED, order_marks, "mark order")


_MARK: Final = re.compile(r"[\u0300-\u036f]")

# What one of the rules for characters may act on, but for those that Python's own tests see: one set first, which is
# searched for much faster than alternatives.
_MAY_CHANGE: Final = re.compile(
    rf"[{MOJIBAKE_FIRST}{MOJIBAKE_PAIRED}{COMPATIBLE_LETTERS}\u0300-\u036f{LETTERS_OF_1250}]"
    f"(?:(?<![{MOJIBAKE_PAIRED}])|(?<=[{MOJIBAKE_PAIRED}])[{MOJIBAKE_BEHIND}])"
)

# --- words ------------------------------------------------------------------------------------------------------------

# Letters of Cyrillic and of Greek that look like Latin ones in every upright typeface, of the confusables of UTS #39.
# Not Greek nu, which stands beside Latin letters in formulas.
# https://www.unicode.org/Public/security/latest/confusables.txt
_LOOKALIKES: Final = (
    str.maketrans(
        "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u051a\u051c"
        "\u0430\u0435\u0455\u0456\u0458\u043e\u0440\u0441\u0443\u0445\u04bb\u0501\u051b\u051d",
        "ABESIJKMHOPCTXQW" + "aesijopcyxhdqw",
    ),
    str.maketrans(
        "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03f2\u03f3",
        "ABEZHIKMNOPTYX" + "ocj",
    ),
)
_OTHER_SCRIPT: Final = re.compile(r"[\u0370-\u052f\u1f00-\u1fff]")
_LATIN: Final = re.compile(r"[A-Za-zđĐ]")
# đ is also typed as d with a stroke laid over it.
_VIETNAMESE_LETTERS: Final = {
    "\N{LATIN CAPITAL LETTER ETH}": "Đ",
    "\N{LATIN CAPITAL LETTER AFRICAN D}": "Đ",
    "\N{LATIN SMALL LETTER ETH}": "đ",
    "\N{LATIN SMALL LETTER D WITH TAIL}": "đ",
    "D\N{COMBINING SHORT STROKE OVERLAY}": "Đ",
    "d\N{COMBINING SHORT STROKE OVERLAY}": "đ",
    "A\N{COMBINING CARON}": "A\N{COMBINING BREVE}",
    "a\N{COMBINING CARON}": "a\N{COMBINING BREVE}",
}
_VIETNAMESE_LETTER: Final = re.compile("|".join(_VIETNAMESE_LETTERS))
_ABBREVIATION: Final = re.compile(r"[B-DF-HJ-NP-TV-XZĐÐƉ]+|ð")  # QÐ, 50.000 ð; every Icelandic word has a vowel

# Whole words: what touches a digit, an underscore or the head of a character reference is none. Syllables are short.
_WORD: Final = re.compile(
    r"(?<![\w&#\u0300-\u036f])(?:[^\W\d_][\u0300-\u036f]*){1,24}(?![\w\u0300-\u036f])|(?<=\d)ð(?!\w)"
)
_TOKEN: Final = re.compile(r"\S+")
_LINE: Final = re.compile(r"[^\n]+")
# Mail and web addresses, paths and file names.
_ADDRESS: Final = re.compile(r"[@\\]|://|www\.|\.\w{2,}/|\A[~.]*/|\.[a-z][a-z0-9]{1,4}\W*\Z")
# Letters of Vietnamese alone, but for Guaraní and the transliteration of others.
_VIETNAMESE: Final = re.compile(r"[ơưƠƯ\u1ea0-\u1ef9]")


def has_vietnamese_letter(text: str) -> bool:
    """Whether a line of English is one in which Vietnamese words are repaired.

    Examples
    --------
    >>> has_vietnamese_letter("The Nguyễn lords"), has_vietnamese_letter("café")
    (True, False)
    """
    return _VIETNAMESE.search(text) is not None


def _words(text: str, lang: str, tone: str) -> list[_Edit]:
    if text.isascii():
        return []
    if lang == "vi" or not _VIETNAMESE.search(text):
        return _respelled(text, 0, tone, lang == "vi")
    return [
        edit
        for line in _LINE.finditer(text)
        if not line[0].isascii()
        for edit in _respelled(line[0], line.start(), tone, bool(_VIETNAMESE.search(line[0])))
    ]


def _respelled(text: str, offset: int, tone: str, is_vietnamese: bool) -> list[_Edit]:
    """Edits to the words of a text, shifted by an offset. Every distinct token is looked at once."""
    tokens = {token for token in set(text.split()) if not token.isascii()}
    wrong = {token: edits for token in tokens if (edits := _respell_token(token, tone, is_vietnamese))}
    return [
        _Edit(start + at, end + at, after, rule)
        for match in (_TOKEN.finditer(text) if wrong else ())
        if match[0] in wrong
        for at in (offset + match.start(),)
        for start, end, after, rule in wrong[match[0]]
    ]


@functools.lru_cache(maxsize=1 << 16)
def _respell_token(token: str, tone: str, is_vietnamese: bool) -> tuple[_Edit, ...]:
    """Edits to the words of a token, which is what stands between spaces."""
    if _ADDRESS.search(token):
        return ()
    return tuple(
        _Edit(match.start(), match.end(), *respelled)
        for match in _WORD.finditer(token)
        if not match[0].isascii() and (respelled := _respell(match[0], tone, is_vietnamese))
    )


def is_well_spelled(word: str, *, is_vietnamese: bool) -> bool:
    """Whether the rules leave the letters of a word of a line; it is printable, in NFC and no mojibake.

    Examples
    --------
    >>> is_well_spelled("toàn", is_vietnamese=True), is_well_spelled("tòan", is_vietnamese=True)
    (True, False)
    """
    return not COMPATIBLE.search(word) and not _respell_token(word, "new", is_vietnamese)


@functools.lru_cache(maxsize=1 << 16)
def _respell(word: str, tone: str, is_vietnamese: bool) -> tuple[str, str] | None:
    """How a word should be spelled and by which rule, or None where it should stay."""
    latin, is_latin = _without_lookalikes(word)
    composed = nfc(_VIETNAMESE_LETTER.sub(lambda match: _VIETNAMESE_LETTERS[match[0]], latin))
    syllable = parse_syllable(composed)
    if (
        syllable is None
        and is_vietnamese
        and (horned := nfc(_HALF_HORNED.sub(_horn, _decomposed(composed)))) != composed
    ):
        composed, syllable = horned, parse_syllable(horned)
    if syllable is not None:
        styles = {style: place_tone(syllable, style) for style in ("old", "new")}
        is_placed = composed.lower() in styles.values()
        if is_vietnamese or (is_placed and composed == word):
            if tone == "keep" and is_placed:
                spelled = composed
            else:
                spelled = _in_case(styles["old" if tone == "old" else "new"], composed)
            rules = ["letter"] * (composed != word) + ["tone"] * (spelled != composed)
            return (spelled, ", ".join(rules)) if rules else None
    if is_vietnamese and _ABBREVIATION.fullmatch(word):
        latin = word.translate(_STROKED)
    elif is_latin:
        latin = nfc(latin)
    else:
        return None
    return (latin, "letter") if latin != word else None


# ươ before a coda, with one of its horns missing: there is no ưo and no uơ before one ('thuở' has none).
_HALF_HORNED: Final = re.compile(
    "(?<![qQ])([uU])(\u031b?)([\u0300\u0301\u0303\u0309\u0323]?)([oO])(\u031b?)"
    "(?=[\u0300\u0301\u0303\u0309\u0323]?[cimnptuCIMNPTU])"
)


def _decomposed(word: str) -> str:
    return unicodedata.normalize("NFD", word)


def _horn(match: re.Match[str]) -> str:
    """The pair with both horns, if it has one."""
    u, first, tone, o, second = match.groups()
    return f"{u}\u031b{tone}{o}\u031b" if bool(first) != bool(second) else match[0]


_STROKED: Final = str.maketrans("ÐƉð", "ĐĐđ")


def _without_lookalikes(word: str) -> tuple[str, bool]:
    """The word decomposed, its look-alikes made Latin, and whether one of its own letters looks Latin alone."""
    letters = unicodedata.normalize("NFD", word)
    own = set(_LATIN.findall(letters))
    for table in _LOOKALIKES if own else ():
        latin = letters.translate(table)
        if latin != letters and not _OTHER_SCRIPT.search(latin):
            return latin, any(ord(letter) not in set(table.values()) for letter in own)
    return letters, False


def _in_case(spelling: str, model: str) -> str:
    """A spelling with capitals where the model, of the same letters, has them; the marks may stand elsewhere."""
    capitals = [char.isupper() for char in unicodedata.normalize("NFD", model) if not unicodedata.combining(char)]
    letters = iter(capitals)
    cased = (
        char.upper() if not unicodedata.combining(char) and next(letters) else char
        for char in unicodedata.normalize("NFD", spelling)
    )
    return nfc("".join(cased))


# --- spacing ----------------------------------------------------------------------------------------------------------

_MAY_BE_SPACED: Final = re.compile(r"[ :](?:(?<= )(?:[ ,.;:!?]|\Z)|(?<=:)(?=[^\W\d_a-z]))")
_SPACING: Final = re.compile(r"\n +| (?=[ \n,.;:!?]|\Z) *(?:,(?=[^\W\d_]))?|:(?=[^\W\d_a-z])")
_LEADING: Final = re.compile(" +")
_REFERENCE_HEAD: Final = re.compile(r"&#?[0-9A-Za-z]+\Z")
_CREDIT_LABEL: Final = re.compile(
    r"(?<!\w)(?:photos?|image|picture|source|video|illustration|graphics?|credit|courtesy"
    r"|ảnh|nguồn|hình|tranh|minh họa|minh hoạ|đồ họa|đồ hoạ|clip)\Z",
    re.IGNORECASE,
)
_LABEL_LENGTH: Final = 13  # characters of the longest label, and one before it
# French writes a space before ; : ! ? Words that neither English nor Vietnamese has, and what an elision leaves (c'est,
# qu'il); one of them in front of the mark is enough, since a space left is a small fault.
_FRENCH_WORDS: Final = (
    "avec bonjour cette des dans elle es est français française je les mais merci nous oui où qu sont suis très une "
    "voilà vous ça être êtes"
)
_FRENCH: Final = frozenset(_FRENCH_WORDS.split())
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_FRENCH_WINDOW: Final = 80  # characters before the mark, a short sentence


def _spacing(text: str) -> list[_Edit]:
    leading = _LEADING.match(text)
    start = leading.end() if leading else 0
    edits = [_Edit(0, start, "", "spacing")] if start else []
    for match in _SPACING.finditer(text, start):
        after = _spaced(match)
        if after != match[0]:
            edits.append(_Edit(match.start(), match.end(), after, "spacing"))
    return edits


def _spaced(match: re.Match[str]) -> str:
    text, (start, end) = match.string, match.span()
    if match[0] == ":":
        is_credit = text[end].isupper() and _CREDIT_LABEL.search(text[max(0, start - _LABEL_LENGTH) : start])
        return ": " if is_credit else ":"
    if match[0][0] == "\n":
        return "\n"
    if match[0][-1] == ",":
        return ", " if _is_stray(text, start, end - 1) else " ,"
    if end == len(text) or text[end] == "\n":
        return ""
    return "" if text[end] in ",.;:!?" and _is_stray(text, start, end) else " "


def _is_stray(text: str, start: int, end: int) -> bool:
    """Whether the spaces text[start:end] before a punctuation mark should not be there."""
    before, mark, after = text[start - 1 : start], text[end], text[end + 1 : end + 2]
    if not before.isalnum() and before not in tuple(CLOSERS + "%°"):
        return False
    if mark == ",":
        return not (before.isdigit() and after.isdigit())
    if after and not after.isspace() and after not in {".": CLOSERS, ":": "", ";": ""}.get(mark, CLOSERS + "!?"):
        return False  # .NET, emoticons, code
    if mark == ".":
        return text[end + 1 : end + 3] != " ."  # an ellipsis set with spaces
    if mark in ":;" and before.isdigit() and text[end + 2 : end + 3].isdigit():
        return False  # 10 : 30
    if mark == ":" and before.isalpha() and not text[max(0, start - 2) : start - 1].isalnum():
        return False  # a : b, f : X
    if mark == ";" and _REFERENCE_HEAD.search(text[max(0, start - MAX_REFERENCE) : start]):
        return False  # would become a reference
    sentence = text[max(0, start - _FRENCH_WINDOW) : start].rpartition("\n")[2]
    return _FRENCH.isdisjoint(_LETTERS.findall(sentence.lower()))


# --- comparison -------------------------------------------------------------------------------------------------------

_STYLE: Final = str.maketrans(
    dict.fromkeys("“”„‟«»″＂", '"')
    | dict.fromkeys("‘’‚‛‹›′`´", "'")
    | dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
    | {"…": "..."}
)
# What tokenisers and word segmenters leave: the marks of Moses ('well @-@ known'), subwords ('trans@@ lation'), a space
# inside a number, beside its sign or before what an apostrophe cut off, and low lines in Vietnamese words.
_TOKENISED: Final = re.compile(r"@|_|\d [.,:%°$€£₫]|[$€£] \d")
_REFERENCE: Final = re.compile("&[#0-9A-Za-z]+;")
_PARTED: Final = re.compile(r" ?@([-/.,:'])@ ?|@@ |(?<=\d) ([.,:]) (?=\d)|(?<=\d) (?=[%°$€£₫])|(?<=[$€£]) (?=\d)")
_CUT_OFF: Final = re.compile(r"(?<=[a-z]) (?=(?:n't|'(?:s|re|ve|ll|d|m|t))(?!\w))|(?<=[a-z]') (?=[st](?!\w))")
_LOW_LINES: Final = re.compile(r"[^\W\d_]+(?:_[^\W\d_]+)+")


def join_tokens(text: str, lang: str) -> str:
    """The text as it was before it was tokenised or segmented.

    Examples
    --------
    >>> join_tokens("well @-@ known", "en"), join_tokens("2 . 3 %", "en"), join_tokens("học_sinh", "vi")
    ('well-known', '2.3%', 'học sinh')
    """
    if not _TOKENISED.search(text):
        return text
    text = _PARTED.sub(lambda match: match[1] or match[2] or "", text)
    return text if lang == "en" else _LOW_LINES.sub(_part_syllables, nfc(text))


def fold_style(text: str, lang: str) -> str:
    """The text, normalised, in small letters, with one kind of quotes, dashes and i for y.

    Examples
    --------
    >>> fold_style("“Kỹ thuật” – Hoà Bình…", "vi")
    '"kĩ thuật" - hoà bình...'
    """
    text = text.lower()
    if not text.isalnum():
        text = _DOUBLED_STYLE.sub(lambda match: '"' if match[0] == "''" else "-", text.translate(_STYLE))
        text = join_endings(text) if lang == "en" else text
    if lang == "en" and text.isascii():
        return text
    pattern = _MARKED_Y if lang == "en" else _Y  # not in 'my', 'by'
    return nfc(pattern.sub(lambda match: match[0].translate(I_FOR_Y), text))


def join_endings(text: str) -> str:
    """The text in small letters, English endings that were cut off at an apostrophe joined to their words.

    Examples
    --------
    >>> join_endings("it 's what we do n't know")
    "it's what we don't know"
    """
    # Seen faster than by the pattern, which looks behind every letter.
    return _CUT_OFF.sub("", text) if " '" in text or "' " in text or " n't" in text else text


def repair_spaces(text: str) -> str:
    """The text with the rule 'spacing' of `normalise` gone over it once.

    Examples
    --------
    >>> repair_spaces("Yes , we  did .")
    'Yes, we did.'
    """
    return _apply(text, _spacing(text))


def _part_syllables(match: re.Match[str]) -> str:
    """The syllables of a segmented word apart; an identifier ('file_name') stays."""
    parts = match[0].split("_")
    return " ".join(parts) if all(map(parse_syllable, parts)) else match[0]


_DOUBLED_STYLE: Final = re.compile(r"''|--+")
_RHYME_Y: Final = (
    r"(?<![\w\u0300-\u036f])(?:(?:[cgknpt]?h|t?r|[bdđklmnpstvx])[{y}]|qu[{y}](?:ch|nh?|p|t)?)(?![\w\u0300-\u036f])"
)
_Y: Final = re.compile(_RHYME_Y.format(y="yýỳỷỹỵ"))
_MARKED_Y: Final = re.compile(_RHYME_Y.format(y="ýỳỷỹỵ"))
