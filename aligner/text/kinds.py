"""Kinds of segments: what each sentence of a block is in its document, told by marks and by labels from a table."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from aligner.bitext import SegmentKind, check_language
from aligner.text.marks import end_mark, is_list_item
from aligner.text.tables import read_table
from aligner.text.words import function_words

_WORD = re.compile(r"[^\W\d_]{1,40}")
_CODE = re.compile(r"[_/@=<>{}\\]|\w\(|\w\.\w")  # foo_bar(x), a.b, https://…, name@example.org
_MARKUP = "#*_>|~` \t\n"
_CRUMBS = re.compile(r"\A[^‹]*\w\s?›\s?\w")  # Home › News › Coast; ‹…› are quotes
_AGENCY = re.compile(r"[—–-]\s?[A-ZĐ]{2,6}|\([A-ZĐ]{2,6}\)")  # whatever its name
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}:\d\d)(?!\d)")
_NAME = r"(?:[^\W\d_a-z][^\s.,:;!?]{0,30}\s)"
_BYLINE = re.compile(rf"(?:By|Theo|BY|THEO)\s{_NAME}{{1,5}}")
# Limits in characters; chosen by hand so that none of corpus/articles is told wrongly but the recipe's ingredients.
_LONGEST_HEADLINE, _LONGEST_CREDIT, _LONGEST_BOILERPLATE, _LONGEST_DATELINE = 200, 120, 80, 80
_MOST_CAPTION_SENTENCES = 4  # a paragraph of more that ends with a photo credit is text with a photo behind it
_MOST_PLACE_WORDS = 5  # of a place, or of who wrote on that date


@dataclass(frozen=True)
class _Marks:
    credit: re.Pattern[str]  # at the head of a segment
    photo_credit: re.Pattern[str]  # at its head
    inner_credit: re.Pattern[str]  # a photo credit that closes a caption without a stop between them
    translator: re.Pattern[str]  # a whole segment with the label behind the name: 'Hà Phương dịch'
    agency: re.Pattern[str]  # a whole segment
    boilerplate: re.Pattern[str]  # at its head
    calendar: frozenset[str]  # words that make figures a date
    filler: frozenset[str]  # words that may stand in a date


def _alternatives(phrases: Sequence[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


@functools.cache
def _marks() -> _Marks:
    # Both languages at once: a Vietnamese page carries 'Photo: AFP', an English one 'Ảnh: TTXVN'.
    phrases: dict[str, list[str]] = {}
    for phrase, kind in read_table("segment_marks.tsv", "phrase", "class"):
        phrases.setdefault(kind, []).append(phrase)
    photo, agency = _alternatives(phrases["photo"]), _alternatives(phrases["agency"])
    labels = _alternatives(phrases["photo"] + phrases["source"])
    mark = r"(?:\s?[:/|]|\s(?:by|from|courtesy|của)\b)"
    filler = {part for phrase in phrases["calendar"] + phrases["filler"] for part in phrase.split()}
    months = function_words("en")["calendar"]
    return _Marks(
        credit=re.compile(rf"\W{{0,4}}(?:{labels}){mark}", re.IGNORECASE),
        photo_credit=re.compile(rf"\W{{0,4}}(?:{photo}){mark}", re.IGNORECASE),
        inner_credit=re.compile(rf"(?:[(|–—-]\s?|\s)(?:{_capitalised(photo)}){mark}"),
        translator=re.compile(rf"{_NAME}{{1,5}}(?:{_alternatives(phrases['suffix'])})(?:[;,.].*)?"),
        agency=re.compile(rf"\W{{0,4}}(?:{agency})(?:\s?[/,-]\s?(?:{agency})){{0,3}}\W{{0,4}}"),
        boilerplate=re.compile(rf"\W{{0,4}}(?:{_alternatives(phrases['boilerplate'])})(?!\w)", re.IGNORECASE),
        calendar=frozenset(months.union(phrases["calendar"])),
        filler=frozenset(months | filler),
    )


def _capitalised(alternatives: str) -> str:
    return "|".join(phrase[0].upper() + phrase[1:] for phrase in alternatives.split("|"))


def segment_kinds(sentences: Sequence[str], lang: str, *, items: Collection[int] = ()) -> list[SegmentKind]:
    """Tell what each sentence of one block is.

    Parameters
    ----------
    sentences : sequence of str
        All sentences of the block, in order.
    lang : {"en", "vi", "und"}
        The language of the block; of a third one, labels are not known: it is headline, list-item or body.
    items : collection of int, optional
        Indices of those that open a list item whose mark is not in their text: a bullet that was left out, `<li>`.

    Returns
    -------
    list of {"headline", "dateline", "caption", "credit", "list-item", "boilerplate", "body"}
        As many as sentences. A dateline is a date or place and date alone; a sentence that one opens is body.

    Raises
    ------
    InputError
        If lang is none of these.

    Examples
    --------
    >>> segment_kinds(["The two leaders shake hands.", "Photo by Lan Anh"], "en")
    ['caption', 'credit']
    >>> segment_kinds(["Huế đón mưa lớn"], "vi")
    ['headline']
    >>> segment_kinds(["A lamp and a bell"], "en", items={0})
    ['list-item']
    """
    check_language(lang, or_none=True)
    has_labels, is_alone = lang != "und", len(sentences) == 1
    kinds = [
        (has_labels and _labelled_kind(sentence, is_alone=is_alone))
        or _shaped_kind(sentence, is_alone=is_alone, is_item=i in items)
        for i, sentence in enumerate(sentences)
    ]
    if has_labels and 1 < len(sentences) <= _MOST_CAPTION_SENTENCES and _marks().photo_credit.match(sentences[-1]):
        kinds[:-1] = ["caption" if kind == "body" else kind for kind in kinds[:-1]]
    return kinds


def _labelled_kind(sentence: str, *, is_alone: bool) -> SegmentKind | None:
    """What words and labels of the two languages tell; None for nothing."""
    text, marks = sentence.strip(_MARKUP), _marks()
    if not text:
        return None
    if _is_credit(text, is_alone=is_alone):
        return "credit"
    if _is_dateline(text):
        return "dateline"
    if len(text) <= _LONGEST_BOILERPLATE and is_alone and (marks.boilerplate.match(text) or _CRUMBS.search(text)):
        return "boilerplate"
    if is_alone and marks.inner_credit.search(text, max(0, len(text) - _LONGEST_CREDIT)):
        return "caption"
    return None


def _shaped_kind(sentence: str, *, is_alone: bool, is_item: bool) -> SegmentKind:
    """What marks, capitals and length tell, in any language."""
    text = sentence.strip(_MARKUP)
    if not text:
        return "body"
    if is_item or is_list_item(sentence):
        return "list-item"
    if is_alone and _is_headline(text):
        if text[
            0
        ].islower():  # a heading begins with a capital; a list item may not, and neither may code and addresses
            return "body" if _CODE.search(text) else "list-item"
        return "headline"
    return "body"


def _is_credit(text: str, *, is_alone: bool) -> bool:
    if len(text) > _LONGEST_CREDIT:
        return False
    marks = _marks()
    if marks.agency.fullmatch(text):
        return True
    if _BYLINE.fullmatch(text + " ") or marks.translator.fullmatch(text):
        return is_alone
    return _AGENCY.fullmatch(text) is not None or marks.credit.match(text) is not None


def _is_dateline(text: str) -> bool:
    """Whether the text is a date, with words of the calendar and the name of a place and no others."""
    if len(text) > _LONGEST_DATELINE or not any(map(str.isdigit, text)):
        return False
    words, marks = _WORD.findall(text), _marks()
    others = [word for word in words if word.lower() not in marks.filler]
    if len(others) > _MOST_PLACE_WORDS or not all(word[0].isupper() for word in others):
        return False
    return _DATE.search(text) is not None or any(word.lower() in marks.calendar for word in words)


def _is_headline(text: str) -> bool:
    last = end_mark(text)
    if len(text) > _LONGEST_HEADLINE or not _WORD.search(text) or last in (".", ",", ";"):
        return False
    if not text[0].isalnum() and text[0] not in "\"'“‘«([":  # a command, a path
        return False
    if last in ("?", "!"):  # a question of an interview or of a dialogue is none
        return text[0].isalnum() and ":" not in text
    return last != ":" or text.isupper()
