"""One door to bilingual text: a file, two files or a string become an `Article`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from aligner.bitext import Article, Block, Sentence, Side
from aligner.documents.blocks import Document, keep_lines, settle_breaks
from aligner.documents.cues import looks_like_cues
from aligner.documents.formats import Format, document_of, document_suffixes, format_of, format_of_file, format_of_text
from aligner.documents.layout import arrange, arrange_two, lines_of, sentences_of
from aligner.documents.paired import part_lines
from aligner.documents.subtitles import keep_cues, subtitle_document
from aligner.errors import FilePath, InputError
from aligner.files.whole import binary_kind, decode, read_bytes, read_text, refuse_unreadable
from aligner.text.language import detect_language
from aligner.text.lines import Lines


def read_article(
    path: FilePath,
    other: FilePath | None = None,
    *,
    encoding: str | None = None,
    lines: bool | None = None,
    main_text: bool = False,
) -> Article:
    """Read one bilingual file, or an English and a Vietnamese one.

    Parameters
    ----------
    path : str or os.PathLike
        In a format of `documents.formats.FORMATS` (docs/articles.md lists their suffixes); '-' is standard input.
        Without one of these suffixes the text itself tells the format.
    other : str or os.PathLike, optional
        The Vietnamese file, if `path` is English only.
    encoding : str, optional
        For text that is neither UTF-8 nor UTF-16; formats of bytes (DOCX, EPUB) say their own.
    lines : bool, optional
        True: each line of the two files is one sentence, as `read_paired_lines` has it, and each cue of subtitles.
        False: line breaks are those of running text. By default plain text says by both languages whether its lines are
        units (`text.lines`), and cues are where neither side has stops.
    main_text : bool
        Of web pages read the main text alone, without menus and footers (extra `web`).

    Returns
    -------
    Article
        With `name` the file's name, `lines` saying why lines were kept, and `left_out` what the text does not have.

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
    if lines and not any(_has_cues(file) for file in (path, other) if file is not None):
        return read_paired_lines(path, other, encoding=encoding)
    if other is not None and os.fspath(path) == os.fspath(other) == "-":
        raise InputError("standard input cannot be both files", path=path, todo="give one of them by its path")
    documents = [_document(file, encoding, main_text) for file in (path, other) if file is not None]
    name = "" if os.fspath(path) == "-" else Path(path).name
    try:
        return replace(_arranged(documents, lines), name=name)
    except InputError as error:
        both = ", ".join(os.fspath(file) for file in (path, other) if file is not None)
        raise InputError(error.what, path=both, found=error.found, todo=error.todo) from None


def _has_cues(path: FilePath) -> bool:
    """Whether a file's name says that it holds subtitles."""
    row = format_of(path)
    return row is not None and row.read is subtitle_document


def read_paired_lines(path: FilePath, other: FilePath | None, *, encoding: str | None = None) -> Article:
    """Read an English and a Vietnamese file that hold one sentence a line, as Moses has them.

    Parameters
    ----------
    path, other : str or os.PathLike
        The English and the Vietnamese file; '-' is standard input. Every line is a sentence as it stands, empty ones
        too: nothing is split, and vectors made line by line fit.
    encoding : str, optional
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
    first, second = (read_text(file, encoding=encoding) for file in (path, other))
    name = "" if os.fspath(path) == "-" else Path(path).name
    return replace(_paired_lines(first, second, path=f"{os.fspath(path)}, {os.fspath(other)}"), name=name)


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
    return sentences_of(settle_breaks([_document(path, encoding, main_text=False)])[0])


def parse_sentences(text: str) -> tuple[list[Sentence], dict[Side, int]]:
    """Read a text in one language, as `read_sentences` does a file; the format is told from the text.

    Examples
    --------
    >>> parse_sentences("Trời mưa. Chúng tôi ở nhà.")[1]
    {'source': 0, 'target': 26}
    """
    return sentences_of(settle_breaks([_parsed(text)])[0])


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


def parse_article(text: str, other: str | None = None, *, lines: bool | None = None) -> Article:
    r"""Read an article from a string, or from an English and a Vietnamese one; the format is told from the text.

    Parameters
    ----------
    text : str
        Plain text, Markdown with a table, heading, comment or code fence, HTML, lines with tabs, or subtitles.
    other : str, optional
        The Vietnamese text, if `text` is English only.
    lines : bool, optional
        As for `read_article`.

    Returns
    -------
    Article
        Offsets fit the strings given, HTML excepted; carriage returns are read as spaces or line breaks.

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
    if lines and not any(map(looks_like_cues, filter(None, (text, other)))):
        return _paired_lines(text, other)
    return _arranged([_parsed(given) for given in (text, other) if given is not None], lines)


def _parsed(text: str) -> Document:
    """The document of a string."""
    clean = text.replace("\r\n", " \n").replace("\r", "\n")
    refuse_unreadable(clean)
    return _not_blank(document_of(clean))


def _arranged(documents: Sequence[Document], lines: bool | None) -> Article:
    """Arrange one document or two, their lines or cues kept where both languages show that they are units.

    Lines of one document that hold both languages are taken apart.
    """
    left_out = Counter[str]()
    for document in documents:
        left_out.update(document.left_out)
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
    article = arrange(documents[0]) if len(documents) == 1 else arrange_two(*documents)
    reason = decided.reason if decided.are_units else ""
    return replace(article, lines=reason, left_out=dict(left_out), set_aside=(*aside, *article.set_aside))


def _tracks(documents: Sequence[Document]) -> Sequence[Document]:
    """The languages of one file that keeps them apart; of two such files, of each its own."""
    if len(documents) == 1:
        return documents[0].tracks or documents
    return [document.tracks[side] if document.tracks else document for side, document in enumerate(documents)]


def _document(path: FilePath, encoding: str | None, main_text: bool) -> Document:
    """The document of a file, in the format that its suffix, its first bytes or its text tells."""
    data = read_bytes(path)
    try:
        row = format_of_file(path, data)
        if row is not None and row.is_binary:
            return _not_blank(_not_endless(_reader(row, main_text)(data)), path)
        if kind := binary_kind(data):
            todo = f"save it as one of {' '.join(document_suffixes())}"
            raise InputError("not a text file", found=f"{kind}, by its first bytes", todo=todo)
        text = decode(data, encoding=encoding, path=path)
        _check_lines(text)
        document = _reader(row or format_of_text(text), main_text)(text)
    except InputError as error:
        raise InputError(error.what, path=path, line=error.line, found=error.found, todo=error.todo) from None
    return _not_blank(document, path)


def _reader(row: Format, main_text: bool) -> Callable[[Any], Document]:
    """What reads a format, of pages the main text alone where that is asked for."""
    if not main_text:
        return row.read
    if row.read_main is None:
        raise InputError("main text is asked of what is no page", found=row.name, todo="leave --main-text out")
    return row.read_main


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
