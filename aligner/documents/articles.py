"""One door to bilingual text: a file, two files or a string become an `Article`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from aligner.bitext import Article, Block, Markup, Sentence, Side, check_markup
from aligner.documents.blocks import Document, keep_lines, settle_breaks
from aligner.documents.cues import looks_like_cues
from aligner.documents.decoding import OFFER, Aside, decode_document, decode_text
from aligner.documents.formats import Format, document_suffixes, format_of, format_of_file, format_of_text
from aligner.documents.html import html_document
from aligner.documents.layout import arrange, arrange_two, lines_of, sentences_of
from aligner.documents.markup import leave_comments, leave_the_same
from aligner.documents.paired import part_lines
from aligner.documents.subtitles import keep_cues, subtitle_document
from aligner.doors import checked
from aligner.errors import FilePath, InputError
from aligner.files.whole import binary_kind, decode, read_bytes, refuse_unreadable
from aligner.text.language import detect_language
from aligner.text.legacy import ENCODINGS, tell_legacy, view_bytes
from aligner.text.lines import Lines

Encodings = str | tuple[str | None, str | None] | None
"""The name of an encoding, or one for the English and one for the Vietnamese file."""


@checked
def read_article(
    path: FilePath,
    other: FilePath | None = None,
    *,
    encoding: Encodings = None,
    lines: bool | None = None,
    main_text: bool = False,
    markup: Markup = "keep",
) -> Article:
    """Read one bilingual file, or an English and a Vietnamese one.

    Parameters
    ----------
    path : str or os.PathLike
        In a format of `documents.formats.FORMATS` (docs/articles.md lists their suffixes); '-' is standard input.
        Without one of these suffixes the text itself tells the format.
    other : str or os.PathLike, optional
        The Vietnamese file, if `path` is English only.
    encoding : str or pair of str, optional
        Of text that is neither UTF-8 nor UTF-16; a pair for the English and the Vietnamese file, each None or a name.
        What is valid UTF-8 stays UTF-8. A legacy encoding (`text.legacy.ENCODINGS`) may be that of lines in any format.
        Without it, lines and files that are surely in one are decoded, and counted in `set_aside`.
    lines : bool, optional
        True: each line of the two files is one sentence, as `read_paired_lines` has it, and each cue of subtitles.
        False: line breaks are those of running text. By default plain text says by both languages whether its lines are
        units (`text.lines`), and cues are where neither side has stops.
    main_text : bool
        Of web pages read the main text alone, without menus and footers (extra `web`).
    markup : {"keep", "strip"}
        "strip": sentences of Markdown and HTML are as they are read, without links, emphasis, tags and ids; code, front
        matter, comments and what is the same on both sides without being prose are in `set_aside`. "keep": the text as
        the file has it. The commands `align` and `build` strip.

    Returns
    -------
    Article
        With `name` the file's name, `lines` saying why lines were kept, and `left_out` what the text does not have.
        Offsets count in the file's text, whatever is stripped.

    Raises
    ------
    InputError
        If a file cannot be read as text, the two languages are not there, or main text is asked of what is no page;
        says where and what to do.
    MissingExtraError
        For what needs a package that is not installed, as main text does.

    Examples
    --------
    >>> read_article("no/such/file.txt")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/file.txt: no such file; check the path
    """
    check_markup(markup)
    encodings = split_encodings(encoding)
    if other is None and encodings[0] != encodings[1]:
        raise InputError("an encoding for each side, and one file", path=path, todo="give one encoding, or two files")
    if lines and not any(_has_cues(file) for file in (path, other) if file is not None):
        return read_paired_lines(path, other, encoding=encoding)
    if other is not None and os.fspath(path) == os.fspath(other) == "-":
        raise InputError("standard input cannot be both files", path=path, todo="give one of them by its path")
    strip = markup == "strip"
    documents = [
        _document(file, name, main_text, strip)
        for file, name in zip((path, other), encodings, strict=True)
        if file is not None
    ]
    name = "" if os.fspath(path) == "-" else Path(path).name
    try:
        return replace(_arranged(documents, lines, strip), name=name)
    except InputError as error:
        both = ", ".join(os.fspath(file) for file in (path, other) if file is not None)
        raise InputError(error.what, path=both, found=error.found, todo=error.todo) from None


def _has_cues(path: FilePath) -> bool:
    """Whether a file's name says that it holds subtitles."""
    row = format_of(path)
    return row is not None and row.read is subtitle_document


def read_paired_lines(path: FilePath, other: FilePath | None, *, encoding: Encodings = None) -> Article:
    """Read an English and a Vietnamese file that hold one sentence a line, as Moses has them.

    Parameters
    ----------
    path, other : str or os.PathLike
        The English and the Vietnamese file; '-' is standard input. Every line is a sentence as it stands, empty ones
        too: nothing is split, and vectors made line by line fit.
    encoding : str or pair of str, optional
        As for `read_article`.

    Returns
    -------
    Article
        Of one block a side, with `name` the English file's name.

    Raises
    ------
    InputError
        If there is only one file, one cannot be read as text, or they are swapped.

    Examples
    --------
    >>> read_paired_lines("a.txt", None)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: a.txt: one file of lines; give an English and a Vietnamese one
    """
    if other is None:
        raise InputError(_ONE_FILE, path=path, todo=_TWO_FILES)
    if os.fspath(path) == os.fspath(other) == "-":
        raise InputError("standard input cannot be both files", path=path, todo="give one of them by its path")
    encodings = split_encodings(encoding)
    first, second = (_plain_text(file, name) for file, name in zip((path, other), encodings, strict=True))
    name = "" if os.fspath(path) == "-" else Path(path).name
    article = _paired_lines(first[0], second[0], path=f"{os.fspath(path)}, {os.fspath(other)}")
    return replace(article, name=name, set_aside=(*first[1], *second[1]))


def read_sentences(path: FilePath, *, encoding: str | None = None) -> tuple[list[Sentence], dict[Side, int]]:
    """Read a file in one language, whichever it is, as its sentences and the characters in either (`sentences_of`).

    Raises
    ------
    InputError
        As `read_article` does for a file that cannot be read.

    Examples
    --------
    >>> read_sentences("no/such/file.txt")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/file.txt: no such file; check the path
    """
    return sentences_of(settle_breaks([_document(path, encoding, main_text=False, strip=True)])[0])


def parse_sentences(text: str) -> tuple[list[Sentence], dict[Side, int]]:
    """Read a text in one language, as `read_sentences` does a file; the format is told from the text.

    Examples
    --------
    >>> parse_sentences("Trời mưa. Chúng tôi ở nhà.")[1]
    {'source': 0, 'target': 26}
    """
    return sentences_of(settle_breaks([_parsed_string(text, strip=True)])[0])


_ONE_FILE, _TWO_FILES = "one file of lines", "give an English and a Vietnamese one"


def _paired_lines(first: str, second: str | None, path: str | None = None) -> Article:
    """Two texts of one sentence a line."""
    if second is None:
        raise InputError(_ONE_FILE, path=path, todo=_TWO_FILES)
    texts = first, second
    languages = [detect_language(text) for text in texts]
    if languages[0].startswith("vi") and languages[1] == "en":
        raise InputError("the files are swapped", path=path, todo="give the English file first")
    sides: tuple[Side, Side] = ("source", "target")
    blocks = [Block(0, len(text), language, side) for text, language, side in zip(texts, languages, sides, strict=True)]
    sentences = _lines(first, 0), _lines(second, 1)
    return Article(*sentences, first, second, tuple(blocks), "two-files", lines="as asked")


def _lines(text: str, block: int) -> tuple[Sentence, ...]:
    """A sentence for each line; a line break at the end begins no line."""
    sentences, start = [], 0
    for line in text.removesuffix("\n").split("\n"):
        sentences.append(Sentence(line, start, start + len(line), block))
        start += len(line) + 1
    return tuple(sentences)


@checked
def parse_article(
    text: str, other: str | None = None, *, lines: bool | None = None, markup: Markup = "keep"
) -> Article:
    r"""Read an article from a string, or from an English and a Vietnamese one; the format is told from the text.

    Parameters
    ----------
    text : str
        Plain text, Markdown with a table, heading, comment or code fence, HTML, lines with tabs, or subtitles.
    other : str, optional
        The Vietnamese text, if `text` is English only.
    lines, markup
        As for `read_article`.

    Returns
    -------
    Article
        Offsets fit the strings given, except of HTML and of legacy encodings, decoded where that is sure
        (`read_article`); carriage returns are read as spaces or line breaks.

    Raises
    ------
    InputError
        If there is no text, only one language, the two are swapped, a NUL or a lone surrogate.

    Examples
    --------
    >>> article = parse_article("The sea is calm today.\nHôm nay biển lặng.\n")
    >>> article.source[0].text, article.target[0].text
    ('The sea is calm today.', 'Hôm nay biển lặng.')
    """
    check_markup(markup)
    if lines and not any(map(looks_like_cues, filter(None, (text, other)))):
        return _paired_lines(text, other)
    strip = markup == "strip"
    documents = [_parsed_string(given, strip=strip) for given in (text, other) if given is not None]
    return _arranged(documents, lines, strip)


def _parsed_string(text: str, *, strip: bool) -> Document:
    """The document of a string, in the format that it looks like."""
    clean = text.replace("\r\n", " \n").replace("\r", "\n")
    refuse_unreadable(clean)
    return _not_blank(_parsed(format_of_text(clean), clean, strip=strip))


def _arranged(documents: Sequence[Document], lines: bool | None, strip: bool) -> Article:
    """Arrange one document or two, their lines or cues kept where both languages show that they are units.

    Lines of one document that hold both languages are taken apart.
    """
    left_out = Counter[str]()
    for document in documents:
        left_out.update(document.left_out)
    if strip:
        documents = leave_comments(documents)
    aside = [aside for document in documents for aside in document.set_aside if document.tracks]
    documents = _tracks(documents)
    if len(documents) == 1 and not documents[0].cues:
        documents = [part_lines(documents[0])]
    if lines:
        decided = Lines(True, "as asked")
    elif lines is None and all(document.cues and not document.has_stops for document in documents):
        decided = Lines(True, "cues, as neither side has stops")
    else:
        decided = lines_of(documents) if lines is None else Lines(False, "")
    if decided.are_units:
        documents = [keep_cues(document) if document.cues else keep_lines(document) for document in documents]
    else:
        documents = settle_breaks(documents)
        if strip and len(documents) == 2 and not any(document.cues for document in documents):
            documents = leave_the_same(*documents)
    try:
        article = arrange(documents[0]) if len(documents) == 1 else arrange_two(*documents)
    except InputError as error:  # what is not decoded is in neither language
        offers = [kind for document in documents for kind, _ in document.set_aside if kind.startswith(OFFER)]
        if not offers:
            raise
        raise InputError(error.what, found=offers[0], todo="give that encoding") from None
    reason = decided.reason if decided.are_units else ""
    return replace(article, lines=reason, left_out=dict(left_out), set_aside=(*aside, *article.set_aside))


def _tracks(documents: Sequence[Document]) -> Sequence[Document]:
    """The languages of one file that keeps them apart; of two such files, of each its own."""
    if len(documents) == 1:
        return documents[0].tracks or documents
    return [document.tracks[side] if document.tracks else document for side, document in enumerate(documents)]


def _document(path: FilePath, encoding: str | None, main_text: bool, strip: bool) -> Document:
    """The document of a file, in the format that its suffix, its first bytes or its text tells."""
    data = read_bytes(path)
    asked = encoding if encoding in ENCODINGS else None
    is_told = encoding is None or asked is not None  # an encoding of Unicode that is named is believed
    try:
        row = format_of_file(path, data)
        if row is not None and row.is_binary:
            document = _not_endless(row.document(data, strip=strip, main_text=main_text))
            return _not_blank(decode_document(document, asked) if is_told else document, path)
        if kind := binary_kind(data):
            todo = f"save it as one of {' '.join(document_suffixes())}"
            raise InputError("not a text file", found=f"{kind}, by its first bytes", todo=todo)
        text, whole = _text(data, encoding, path)
        _check_lines(text)
        row = row or format_of_text(text)
        document = _parsed(row, text, asked, whole, is_told=is_told, strip=strip, main_text=main_text)
    except InputError as error:
        raise InputError(error.what, path=path, line=error.line, found=error.found, todo=error.todo) from None
    return _not_blank(document, path)


def _parsed(
    row: Format,
    text: str,
    asked: str | None = None,
    whole: str | None = None,
    *,
    is_told: bool = True,
    strip: bool,
    main_text: bool = False,
) -> Document:
    """The document of a text, decoded first where it is in a legacy encoding; pages last, since fonts tell more."""
    said: Aside = ()
    is_page = row.read is html_document
    if is_told and not is_page:
        text, said = decode_text(text, asked, whole)
    document = row.document(text, strip=strip, main_text=main_text)
    if is_told and is_page:
        document = decode_document(document, asked or whole)
    return replace(document, set_aside=(*said, *document.set_aside)) if said else document


def _plain_text(path: FilePath, encoding: str | None) -> tuple[str, Aside]:
    """The text of a file of lines, decoded, and what was decoded."""
    text, whole = _text(read_bytes(path), encoding, path)
    asked = encoding if encoding in ENCODINGS else None
    return decode_text(text, asked, whole) if encoding is None or asked else (text, ())


def split_encodings(encoding: Encodings) -> tuple[str | None, str | None]:
    """Give the encodings of the English and of the Vietnamese file.

    Examples
    --------
    >>> split_encodings("cp1258"), split_encodings((None, "tcvn3"))
    (('cp1258', 'cp1258'), (None, 'tcvn3'))
    """
    if encoding is None or isinstance(encoding, str):
        return encoding, encoding
    given: object = encoding
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise InputError("encodings of two sides", found=repr(encoding), todo="give one name, or a pair of them")
    return encoding[0], encoding[1]


def _text(data: bytes, encoding: str | None, path: FilePath) -> tuple[str, str | None]:
    """The text of a file, and the legacy encoding that all of it is in, its bytes still a character each."""
    if encoding is not None and encoding not in ENCODINGS:
        return decode(data, encoding=encoding, path=path), None
    if encoding is not None and data.isascii():
        return decode(data, path=path), encoding
    try:
        return decode(data, path=path), None
    except InputError:
        view = view_bytes(data)
        legacy = tell_legacy(view) if encoding is None and b"\0" not in data else None
        if encoding is None and (legacy is None or not legacy.is_sure):
            raise
        return decode(view.encode("utf-8"), encoding="utf-8", path=path), encoding or (legacy and legacy.encoding)


MAX_LINE = 10_000_000
"""Characters of a line from which on a file is no article but a dump; a million sentences would be aligned for hours in
tens of gigabytes (test_articles.py). No book is as long."""


def _check_lines(text: str) -> None:
    """Raise an InputError for a line that no article has."""
    if len(text) <= MAX_LINE:
        return
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            raise InputError(
                "too long a line", line=number, found=f"{len(line):,} characters", todo="cut the file into documents"
            )


def _not_endless(document: Document) -> Document:
    """Raise an InputError for a document with a paragraph that no article has."""
    longest = max((block.end - block.start for block in document.blocks), default=0)
    if longest > MAX_LINE:
        raise InputError("too long a paragraph", found=f"{longest:,} characters", todo="cut the file into documents")
    return document


def _not_blank(document: Document, path: FilePath | None = None) -> Document:
    if not document.blocks:
        found = "only white space or markup" if document.text else "nothing"
        raise InputError("no text", path=path, found=found, todo="give text in English and Vietnamese")
    return document
