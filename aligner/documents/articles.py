"""One door to bilingual text: a file, two files or a string become an `Article`."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from aligner.bitext import Article, Block, Sentence, Side
from aligner.documents.blocks import Document
from aligner.documents.formats import document_of, document_suffixes, format_of
from aligner.documents.layout import arrange, arrange_two
from aligner.errors import FilePath, InputError
from aligner.files.whole import binary_kind, decode, read_bytes, read_text, refuse_unreadable
from aligner.text.language import detect_language


def read_article(path: FilePath, other: FilePath | None = None, *, encoding: str | None = None) -> Article:
    """Read one bilingual file, or an English and a Vietnamese one.

    Parameters
    ----------
    path : str or os.PathLike
        In a format of `documents.formats.FORMATS` (docs/articles.md lists their suffixes); '-' is standard input.
        Without one of these suffixes the text itself tells the format.
    other : str or os.PathLike, optional
        The Vietnamese file, if `path` is English only.
    encoding : str, optional
        For text that is neither UTF-8 nor UTF-16; DOCX has none.

    Returns
    -------
    Article
        With `name` the file's name.

    Raises
    ------
    InputError
        If a file cannot be read as text, or the two languages are not there; says where and what to do.
    MissingExtraError
        For a format that needs a package that is not installed, such as DOCX.

    Examples
    --------
    >>> read_article("no/such/file.txt")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/file.txt: no such file; check the path
    """
    if other is not None and os.fspath(path) == os.fspath(other) == "-":
        raise InputError("standard input cannot be both files", path=path, todo="give one of them by its path")
    documents = [_document(file, encoding) for file in (path, other) if file is not None]
    name = "" if os.fspath(path) == "-" else Path(path).name
    try:
        return replace(arrange(*documents) if other is None else arrange_two(*documents), name=name)
    except InputError as error:
        both = ", ".join(os.fspath(file) for file in (path, other) if file is not None)
        raise InputError(error.what, path=both, found=error.found, todo=error.todo) from None


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
        raise InputError("one file of lines", path=path, todo="give an English and a Vietnamese one")
    if os.fspath(path) == os.fspath(other) == "-":
        raise InputError("standard input cannot be both files", path=path, todo="give one of them by its path")
    texts = [read_text(file, encoding=encoding) for file in (path, other)]
    languages = [detect_language(text) for text in texts]
    if languages == ["vi", "en"]:
        both = f"{os.fspath(path)}, {os.fspath(other)}"
        raise InputError("the files are swapped", path=both, todo="give the English file first")
    sides: tuple[Side, Side] = ("source", "target")
    blocks = [Block(0, len(text), language, side) for text, language, side in zip(texts, languages, sides, strict=True)]
    name = "" if os.fspath(path) == "-" else Path(path).name
    first, second = texts
    return Article(_lines(first, 0), _lines(second, 1), first, second, tuple(blocks), "two-files", name)


def _lines(text: str, block: int) -> tuple[Sentence, ...]:
    """A sentence for each line; a line break at the end begins no line."""
    sentences, start = [], 0
    for line in text.removesuffix("\n").split("\n"):
        sentences.append(Sentence(line, start, start + len(line), block))
        start += len(line) + 1
    return tuple(sentences)


def parse_article(text: str, other: str | None = None) -> Article:
    r"""Read an article from a string, or from an English and a Vietnamese one; the format is told from the text.

    Parameters
    ----------
    text : str
        Plain text, Markdown with a table, heading, comment or code fence, HTML, or lines with tabs.
    other : str, optional
        The Vietnamese text, if `text` is English only.

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
    documents = []
    for given in (text, other):
        if given is not None:
            clean = given.replace("\r\n", " \n").replace("\r", "\n")
            refuse_unreadable(clean)
            documents.append(_not_blank(document_of(clean)))
    return arrange(*documents) if other is None else arrange_two(*documents)


def _document(path: FilePath, encoding: str | None) -> Document:
    """The document of a file, in the format that its suffix or its text tells."""
    data = read_bytes(path)
    row = format_of(path)
    try:
        if row is not None and row.is_binary:
            return _not_blank(row.read(data), path)
        if kind := binary_kind(data):
            todo = f"save it as one of {' '.join(document_suffixes())}"
            raise InputError("not a text file", found=f"{kind}, by its first bytes", todo=todo)
        text = decode(data, encoding=encoding, path=path)
        _check_lines(text)
        document = document_of(text) if row is None else row.read(text)
    except InputError as error:
        raise InputError(error.what, path=path, line=error.line, found=error.found, todo=error.todo) from None
    return _not_blank(document, path)


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


def _not_blank(document: Document, path: FilePath | None = None) -> Document:
    if not document.blocks:
        found = "only white space or markup" if document.text else "nothing"
        raise InputError("no text", path=path, found=found, todo="give text in English and Vietnamese")
    return document
