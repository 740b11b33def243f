"""The formats of pairs, a row each: names and suffixes, what reads and writes them, what they can hold."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from aligner.errors import FilePath, InputError
from aligner.files.streams import PACKED, bare_name
from aligner.files.whole import check_name, check_place, real_path, refuse_folder, refuse_path
from aligner.pairs.chunks import TEXTS, Reader, Writer
from aligner.pairs.csv import read_csv, write_csv
from aligner.pairs.html import READ, write_html
from aligner.pairs.huggingface import write_huggingface
from aligner.pairs.jsonl import read_jsonl, write_jsonl
from aligner.pairs.localisation.files import KINDS, REFUSED, looks_like, read_localised
from aligner.pairs.markdown import SHOWN, write_markdown
from aligner.pairs.moses import PLACES, read_moses, sides_of, write_moses
from aligner.pairs.parquet import read_parquet, write_parquet
from aligner.pairs.tmx import read_tmx, write_tmx
from aligner.pairs.tsv import read_tsv, write_tsv_chunks
from aligner.pairs.xliff import HELD, read_xliff, write_xliff, write_xliff2
from aligner.pairs.xlsx import read_xlsx, write_xlsx


@dataclass(frozen=True, slots=True)
class Format:
    """A format of pairs.

    Attributes
    ----------
    name : str
        What options call it.
    suffixes : tuple of str
        Those that tell it, in lower case, with their dots.
    read, write : callable, optional
        What reads and what writes it; without one it is not read, or not written.
    write_guarded : callable, optional
        What writes it so that no spreadsheet runs a cell.
    also : tuple of str
        Suffixes that it shares with formats that they tell, where it is named; "" for a folder.
    is_closed : bool
        Whether it is written under no other suffixes than those two kinds.
    streams : bool
        Whether it can go to standard output.
    is_text : bool
        Whether its files are text, and so may be packed (.gz, .zst); the others pack themselves.
    is_two_files : bool
        Whether a file for each side can be named.
    read_beside : tuple of Format
        Formats that are read, by their suffixes alone: no option names them, and they are not written.
    is_table : bool
        Whether what it reads has columns, or keys, that may be named anyhow.
    columns : tuple of str, optional
        Columns that have a place in it; without them all have.
    is_memory : bool
        Whether tools of translators offer its pairs as they stand: commands write only whole pairs that are kept,
        unless others are asked for. Such a format names the locales.
    is_reviewed : bool
        Whether people change it and send it back: commands give its pairs ids, as those of memories.
    has_notes : bool
        Whether columns that have no place in it can be notes.
    is_nested : bool
        Whether it has both texts in one column, ``translation``.
    is_loaded : bool
        Whether Hugging Face's ``datasets`` loads its files, so that cards name them.
    media : str
        Its media type: of IANA, or, for those that are not registered there, what readers of Croissant know.
    extra : str
        The extra of the package that it needs.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Reader | None = None
    write: Writer | None = None
    write_guarded: Writer | None = None
    also: tuple[str, ...] = ()
    is_closed: bool = False
    streams: bool = True
    is_text: bool = True
    is_two_files: bool = False
    read_beside: tuple[Format, ...] = ()
    is_table: bool = False
    columns: tuple[str, ...] | None = None
    is_memory: bool = False
    is_reviewed: bool = False
    has_notes: bool = False
    is_nested: bool = False
    is_loaded: bool = False
    media: str = "application/octet-stream"
    extra: str = ""

    @property
    def suffix(self) -> str:
        """The suffix of a file that nobody has named; none where names are made from what is given."""
        return (*self.suffixes, *self.also, "")[0]

    def held(self, columns: Sequence[str]) -> list[str]:
        """Which of a frame's columns a file holds, under the names that it has for them."""
        if self.is_nested:
            return ["translation", *(name for name in columns if name not in TEXTS)]
        return [name for name in columns if self.columns is None or name in self.columns]


BUNDLE: Final = Format("texts under keys", tuple(suffix for kind in KINDS for suffix in kind.suffixes), read_localised)
"""Texts of programs: one file with both languages, or two that keys join."""

FORMATS: Final = (
    Format("tsv", (".tsv", ".txt", ".tab", ".sent"), read_tsv, write_tsv_chunks,  # .sent.gz is Bitextor's
           functools.partial(write_tsv_chunks, guard=True), is_table=True, is_loaded=True,
           media="text/tab-separated-values"),
    Format("jsonl", (".jsonl", ".ndjson"), read_jsonl, write_jsonl, is_table=True, is_loaded=True,
           media="application/jsonlines"),
    Format("tmx", (".tmx",), read_tmx, write_tmx, is_memory=True, media="application/x-tmx+xml"),
    Format("xliff", (".xlf", ".xliff"), read_xliff, write_xliff, columns=HELD, is_memory=True, has_notes=True,
           media="application/xliff+xml",
           read_beside=(Format("xliff", (".sdlxliff", ".mqxliff", ".mxliff"), read_xliff), BUNDLE)),
    Format("xliff2", (), read_xliff, write_xliff2, also=(".xlf", ".xliff"), columns=HELD, is_memory=True,
           has_notes=True, media="application/xliff+xml"),
    Format("parquet", (".parquet",), read_parquet, write_parquet, streams=False, is_text=False, is_table=True,
           is_loaded=True, media="application/x-parquet", extra="parquet"),
    Format("moses", (), read_moses, write_moses, streams=False, is_two_files=True, columns=PLACES,
           media="text/plain"),
    Format("huggingface", (), None, write_huggingface, also=(".jsonl", ".ndjson", ".parquet", ""), is_closed=True,
           is_nested=True, is_loaded=True, media="application/jsonlines"),
    Format("html", (".html", ".htm"), None, write_html, columns=READ, media="text/html"),
    Format("markdown", (".md",), None, write_markdown, columns=SHOWN, media="text/markdown"),
    Format("xlsx", (".xlsx",), read_xlsx, write_xlsx, write_xlsx, streams=False, is_text=False, is_table=True,
           is_reviewed=True, media="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", extra="xlsx"),
    Format("csv", (".csv",), read_csv, write_csv, functools.partial(write_csv, guard=True), is_table=True,
           is_reviewed=True, is_loaded=True, media="text/csv"),
)  # fmt: skip
"""All formats of pairs; the first is that of standard input and output. A new one is a row here and a module beside
this one (docs/formats.md has them all)."""


SUBTITLES: Final = (".srt", ".vtt", ".ass", ".ssa", ".sub", ".sbv", ".lrc", ".ttml", ".dfxp", ".smi", ".stl")
"""Suffixes of files of subtitles, which are not read as pairs: those that documents have or refuse, held by
tests/test_registries.py."""


def input_formats() -> dict[str, Format]:
    """Give the formats that are read, by name.

    Examples
    --------
    >>> list(input_formats())
    ['tsv', 'jsonl', 'tmx', 'xliff', 'xliff2', 'parquet', 'moses', 'xlsx', 'csv']
    """
    return {row.name: row for row in FORMATS if row.read is not None}


def output_formats() -> dict[str, Format]:
    """Give the formats that are written, by name.

    Examples
    --------
    >>> "xlsx" in output_formats()
    True
    """
    return {row.name: row for row in FORMATS if row.write is not None}


def suffixes_of(rows: Iterable[Format], *, is_read: bool = False) -> str:
    """List the suffixes that tell formats, for help and errors; of those that are read also what they read beside.

    Examples
    --------
    >>> suffixes_of(input_formats().values(), is_read=True)  # doctest: +ELLIPSIS
    '.tsv .txt .tab .sent .jsonl .ndjson .tmx .xlf .xliff .sdlxliff .mqxliff .mxliff .po .mo ... .parquet .xlsx .csv'
    """
    told = (form for row in rows for form in (row, *(row.read_beside if is_read else ())))
    return " ".join(suffix for form in told for suffix in form.suffixes)


def pairs_kind(path: FilePath, head: str = "") -> str:
    """Tell what a file of pairs shows that it is one, by its suffix or its first characters; nothing for other files.

    ``.txt``, and of texts of programs ``.xml`` and ``.ts``, alone say nothing.

    Examples
    --------
    >>> pairs_kind("a.tmx.gz"), pairs_kind("a.txt"), pairs_kind("-", '{"en": "a"}'), pairs_kind("a", "Hi {x}")
    ('.tmx', '', 'JSON Lines', '')
    """
    suffix, rows = _suffix(path), input_formats().values()
    told = {*suffixes_of(rows, is_read=True).split(), *REFUSED} - {".txt", ".xml", ".ts"}
    if suffix in told:
        return suffix
    if kind := looks_like(head):
        return kind
    start = head.lstrip("\ufeff \t\r\n")[:2000]
    if start.startswith('{"') and start.partition("\n")[0].rstrip().endswith("}"):
        return "JSON Lines"
    return "TMX" if re.match(r"(?:<\?xml[^<>]*>\s*)?(?:<!DOCTYPE tmx[^<>]*>\s*)?<tmx\b", start) else ""


def wanted_command(kind: str) -> tuple[str, str]:
    """Say what is wrong with a file of pairs in place of an article, and which command it wants.

    Examples
    --------
    >>> wanted_command(".tmx")[0], wanted_command(".json")[0], wanted_command(".pot")[0]
    ('pairs are aligned already', 'texts under keys, not an article', 'a template, which has no translations')
    """
    if kind in REFUSED:
        return REFUSED[kind]
    todo = "judge them by aligner score, look at them by aligner report, or turn them by aligner convert"
    if kind in ("Android", "RESX") or any(kind in row.suffixes and not row.has_both for row in KINDS):
        todo = "join the English and the Vietnamese file by their keys: aligner convert EN VI OUT, aligner score EN VI"
        return "texts under keys, not an article", f"{todo}; give a file of both languages alone"
    return "pairs are aligned already", todo


def check_input(
    path: FilePath, other: FilePath | None = None, name: str | None = None, *, columns: object = None
) -> Format:
    """Tell the format of a file to be read, before it is opened; InputError where none is told.

    `columns` that a caller names are for formats that have such.

    Examples
    --------
    >>> check_input("crawl.TSV.gz").name, check_input("a.en", "a.vi").name
    ('tsv', 'moses')
    """
    check_name(path)
    known = input_formats()
    suffix = _suffix(path)
    row = _of_two(path, other, known) if other is not None and name is None else None
    row = row or _named(path, other, name, known)
    if row is None and name is None:
        beside = (form for row in known.values() for form in row.read_beside)
        row = next((form for form in beside if suffix in form.suffixes), None)
    if row is None:
        refuse_folder(path)
        if not os.path.exists(real_path(path)):
            refuse_path(FileNotFoundError(), path, "cannot be opened")
        told = suffixes_of(known.values(), is_read=True)
        todo = f"name it {told}, give its format (--format), or give the Vietnamese file too"
        if suffix in REFUSED:
            what, todo = REFUSED[suffix]
            raise InputError(what, path=path, found=suffix, todo=todo)
        if suffix in SUBTITLES:
            raise InputError("subtitles, not pairs", path=path, found=suffix, todo="align them by aligner align")
        raise InputError("unknown format", path=path, found=suffix or "no suffix", todo=todo)
    if columns is not None and not row.is_table:
        todo = "say which file is Vietnamese by swap (--swap)" if row.is_two_files else "leave columns out"
        raise InputError("no columns to choose from", path=path, found=f"the format {row.name}", todo=todo)
    return row


def check_output(path: FilePath, other: FilePath | None = None, name: str | None = None) -> Format:
    """Tell the format to be written, before any work is done; InputError for an unknown or impossible one.

    Examples
    --------
    >>> check_output("pairs.xlf.gz").name
    'xliff'
    """
    check_name(path)
    known = output_formats()
    row = _named(path, other, name, known, "output ")
    suffix = _suffix(path)
    if row is None or not (row.is_two_files or "" in row.also):
        refuse_folder(path)
    if row is None:
        todo = f"name the file with one of {suffixes_of(known.values())}"
        raise InputError("unknown output format", path=path, found=suffix or "no suffix", todo=todo)
    if row.is_closed and suffix not in (*row.suffixes, *row.also):
        told = ", ".join(filter(None, (*row.suffixes, *row.also))) + (", or a folder" if "" in row.also else "")
        raise InputError(f"not a name for the format {row.name}", path=path, found=suffix, todo=f"name it {told}")
    if os.fspath(path) == "-" and not row.streams:
        raise InputError("not for standard output", path=path, found=f"the format {row.name}", todo="give a file")
    # A format that shares a suffix writes what that suffix tells.
    told_by_suffix = _of_suffix(suffix, known) if suffix in row.also else None
    if os.fspath(path).lower().endswith(PACKED) and not (told_by_suffix or row).is_text:
        raise InputError("a format that packs itself", path=path, found=row.name, todo="leave .gz or .zst out")
    if os.fspath(path) != "-":
        for file in files_of(row, path, other)[:1]:
            _check_folder(file, path)
    if not (row.is_two_files or "" in row.also):
        check_place(path)
    return row


def _check_folder(file: FilePath, path: FilePath) -> None:
    """Refuse a file, or a folder that is yet to be made, in a folder that is not there."""
    above = os.path.dirname(os.path.abspath(file))
    if not os.path.isdir(above) and not os.path.exists(above):
        raise InputError("no such folder", path=path, found=f"no folder {above}", todo="make the folder first")


def files_of(row: Format, path: FilePath, other: FilePath | None = None) -> Sequence[FilePath]:
    """Name the files of pairs that a path stands for.

    Examples
    --------
    >>> row = check_input("a.en", "a.vi")
    >>> files_of(row, "a.en", "a.vi"), files_of(row, "b")
    (('a.en', 'a.vi', 'a.ids'), ('b.en', 'b.vi', 'b.ids'))
    """
    if row.is_two_files:
        return sides_of(path, other)
    return [path, os.path.join(path, "train.jsonl")] if "" in row.also else [path]


def _of_two(path: FilePath, other: FilePath, known: dict[str, Format]) -> Format | None:
    """The format of two files whose suffixes say that they are none of lines."""
    for name in (path, other):
        suffix = _suffix(name)
        if suffix in REFUSED:
            what, todo = REFUSED[suffix]
            raise InputError(what, path=name, found=suffix, todo=todo)
        row = _of_suffix(suffix, known)
        if suffix in (".jsonl", ".ndjson") or (row is not None and not row.is_table and suffix not in BUNDLE.suffixes):
            what, todo = "a file of pairs, which has both languages", "give it alone"
            raise InputError(what, path=name, found=suffix, todo=todo)
    if not any(_suffix(name) in BUNDLE.suffixes for name in (path, other)):
        return None
    return replace(BUNDLE, is_two_files=True)


def _named(
    path: FilePath, other: FilePath | None, name: str | None, known: dict[str, Format], kind: str = ""
) -> Format | None:
    """The format by its name, by the number of files, by the suffix; none where nothing tells it."""
    if other is not None:
        two = next(row for row in known.values() if row.is_two_files)
        if name not in (None, two.name):
            what = f"two files, but not {two.name.capitalize()}"
            raise InputError(what, path=path, found=repr(name), todo="leave one of them out")
        return two
    if name is not None:
        if name not in known:
            todo = f"formats are {', '.join(known)}"
            raise InputError(f"unknown {kind}format", path=path, found=repr(name), todo=todo)
        return known[name]
    return next(iter(known.values())) if os.fspath(path) == "-" else _of_suffix(_suffix(path), known)


def _suffix(path: FilePath) -> str:
    """The suffix that tells, before that of a packed file."""
    return Path(bare_name(path)).suffix


def _of_suffix(suffix: str, known: dict[str, Format]) -> Format | None:
    """The format that a suffix tells."""
    return next((row for row in known.values() if suffix in row.suffixes), None)
