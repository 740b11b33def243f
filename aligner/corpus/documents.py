"""Which documents an input names: a folder paired by name, or a manifest; a row at a time, in constant memory."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import sqlite3
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from aligner.documents.formats import document_suffixes
from aligner.errors import FilePath, InputError
from aligner.matching.addresses import LANGUAGES
from aligner.pairs.chunks import json_fault
from aligner.pairs.tables import fit_field

Fault = Literal["", "row", "unpaired", "ambiguous", "duplicate", "missing", "document"]
"""What may keep a document out: its row in the manifest, a language without the other, several files for one, an id
that another has, a file that is not there, or what reading and aligning it gave."""

COLUMNS: Final = ("id", "en", "vi", "en_text", "vi_text", "licence", "source", "date")
"""Columns (keys) of a manifest that say something of a document; 'license' is read as 'licence'."""

JSON_LINES: Final = (".jsonl", ".ndjson")
"""Suffixes of manifests and lists of documents in JSON Lines."""

FOUND_COLUMNS: Final = ("score", "margin", "probability", "parallel_probability", "reason")
"""Columns that `aligner match` writes beside them: a manifest may have them, and `build` passes them over."""

_MARKED: Final = re.compile(r"(?P<stem>.+)[._-](?P<lang>en|vi)(?:[-_](?:us|gb|vn))?(?P<suffix>\.[^.]+)?", re.IGNORECASE)
"""A name that ends in its language: 'talk.en.md', 'talk_vi-vn.txt', 'talk.en'."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A document that an input names, or a row of it that names none.

    Attributes
    ----------
    id : str
        What the document is called, unlike all others; fits into a field of TSV.
    en, vi : str
        Files relative to the input's folder: both, or only `en` for a file with both languages.
    en_text, vi_text : str or None
        The texts themselves, where a manifest holds them in place of files.
    licence, source, date : str
        As the manifest has them.
    fault, error : str
        Empty, or why the document cannot be built, by kind and in words.
    size : int
        Bytes of its files, or of its texts.
    """

    id: str
    en: str = ""
    vi: str = ""
    en_text: str | None = None
    vi_text: str | None = None
    licence: str = ""
    source: str = ""
    date: str = ""
    fault: Fault = ""
    error: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """An input: where its files are, and a way to go through its documents.

    Attributes
    ----------
    root : str
        The folder that paths are relative to, absolute.
    path : str
        The input as it was named.
    skip : str
        A folder below `root` that is none of it: the corpus that is being built.
    """

    root: str
    path: str
    skip: str = ""

    def documents(self) -> Iterator[Listed]:
        """Go through the documents, always in the same order: a manifest's own, or that of the ids in a folder.

        Raises
        ------
        InputError
            If the input as a whole cannot be read: no folder, no header, unknown columns.
        """
        found = _of_folder(self.root, self.skip) if os.path.isdir(self.path) else _of_manifest(self.path)
        try:
            with contextlib.closing(sqlite3.connect("")) as seen:  # "": a file of its own that goes away with it
                seen.execute("PRAGMA synchronous = OFF")
                seen.execute("CREATE TABLE ids (id TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID")
                for place, document in found:
                    listed = _with_size(_unlike(document, place, seen), place, self.root)
                    # A corpus is the same wherever its input lies.
                    yield replace(listed, error=listed.error.replace(self.path, os.path.basename(self.path)))
        except sqlite3.OperationalError as error:
            todo = "free some space where temporary files go, or set SQLITE_TMPDIR to another folder"
            raise InputError("documents cannot be listed", path=self.path, found=str(error), todo=todo) from None

    def passed_over(self) -> Iterator[tuple[str, str]]:
        """Go through the files of a folder that are no documents by their names: path and suffix, always in one order.

        Hidden files and folders are not among them; a manifest names its documents, and passes over none.
        """
        if os.path.isdir(self.path):
            known = document_suffixes()
            for path, _, suffix, lang in _files(self.root, self.skip, []):
                if not _is_document(suffix, lang, known):
                    yield path, suffix


def name_existing(path: FilePath) -> str:
    """Give back a path as it was named; InputError where nothing is there.

    Examples
    --------
    >>> name_existing(".")
    '.'
    """
    name = os.fspath(path)
    if not name or not os.path.exists(name):
        raise InputError("no such file or folder", path=name or None, todo="check the path")
    return name


def open_listing(path: FilePath, *, skip: FilePath = "") -> Listing:
    """Open an input: a folder of documents, or a manifest (.tsv, .jsonl, .ndjson) that names them.

    Parameters
    ----------
    path : str or path
        The folder or the manifest.
    skip : str or path, optional
        A folder inside that is none of it.

    Returns
    -------
    Listing

    Raises
    ------
    InputError
        If it is neither.

    Examples
    --------
    >>> open_listing("no/such/folder")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/folder: no such file or folder; check the path
    """
    name = name_existing(path)
    if os.path.isdir(name):
        return Listing(os.path.abspath(name), name, os.path.abspath(skip) if skip else "")
    if not name.lower().endswith((".tsv", *JSON_LINES)):
        todo = "give a folder of documents, or a manifest named .tsv or .jsonl; one article goes to `aligner align`"
        raise InputError("neither a folder nor a manifest", path=path, todo=todo)
    return Listing(os.path.dirname(os.path.abspath(name)), name)


def language_mark(path: str) -> tuple[str, str, str]:
    """Read the language off a relative path: what is left of it without the mark, the suffix, and the language.

    The name's own mark ('talk.en.md', 'talk_vi.txt', 'talk.en') goes before a folder's ('vi/talk.md'); if both say the
    same, both are taken off. Without a mark the language is "".

    Examples
    --------
    >>> language_mark("news/en/a.md"), language_mark("news/a.vi.md"), language_mark("news/a.md")
    (('news/a', '.md', 'en'), ('news/a', '.md', 'vi'), ('news/a', '.md', ''))
    """
    *folders, name = path.split("/")
    stem, suffix = os.path.splitext(name)
    lang = ""
    if marked := _MARKED.fullmatch(name):
        stem, suffix, lang = marked["stem"], marked["suffix"] or "", marked["lang"].lower()
    for k in range(len(folders) - 1, -1, -1):
        told = LANGUAGES.get(folders[k].lower(), "")
        if told and lang in ("", told):
            lang = told
            del folders[k]
            break
    return "/".join([*folders, stem]), suffix.lower(), lang


def document_files(root: str) -> list[str]:
    """List the files of a folder that are documents by their names, as paths below it, sorted.

    Raises
    ------
    InputError
        If a folder cannot be read.
    """
    refused: list[OSError] = []
    found = sorted(os.fsdecode(path) for *_, path in _walk(root, "", refused))
    if refused:
        error = refused[0]
        raise InputError("folder cannot be read", path=error.filename, found=error.strerror, todo="change its rights")
    return found


def _of_folder(root: str, skip: str) -> Iterator[tuple[str, Listed]]:
    """Documents of a folder, paired by name; sorted outside of memory."""
    refused: list[OSError] = []
    with contextlib.closing(sqlite3.connect("")) as files:
        files.execute("PRAGMA synchronous = OFF")
        files.execute("CREATE TABLE files (key TEXT, suffix TEXT, lang TEXT, path BLOB)")
        files.executemany("INSERT INTO files VALUES (?, ?, ?, ?)", _walk(root, skip, refused))
        rows = files.execute("SELECT key, suffix, lang, path FROM files ORDER BY key, suffix, lang, path")
        for key, members in itertools.groupby(rows, key=lambda row: row[0]):
            yield from (("", d) for d in _paired(key, [(s, lang, os.fsdecode(path)) for _, s, lang, path in members]))
    for error in sorted(refused, key=lambda error: str(error.filename)):
        path = os.path.relpath(error.filename, root)
        said = str(InputError("folder cannot be read", path=path, found=error.strerror, todo="change its rights"))
        yield "", Listed(fit_field(path)[0] + "/", path, fault="missing", error=said)


def _walk(root: str, skip: str, refused: list[OSError]) -> Iterator[tuple[str, str, str, bytes]]:
    """Files that may be documents: key, suffix, language, path."""
    known = document_suffixes()
    for path, key, suffix, lang in _files(root, skip, refused):
        if _is_document(suffix, lang, known):
            yield key, suffix, lang, os.fsencode(path)


def _files(root: str, skip: str, refused: list[OSError]) -> Iterator[tuple[str, str, str, str]]:
    """All files but hidden ones, folder by folder: path, and what `language_mark` reads off it."""
    for folder, inner, names in os.walk(root, onerror=refused.append):
        inner[:] = sorted(name for name in inner if not name.startswith(".") and os.path.join(folder, name) != skip)
        for name in sorted(names):
            if not name.startswith("."):
                path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
                yield path, *language_mark(fit_field(path)[0])


def _is_document(suffix: str, lang: str, known: Container[str]) -> bool:
    """Whether a file's name says so: by a known suffix; one that ends in its language ('talk.en') needs none."""
    return suffix in known or bool(lang and not suffix)


def _paired(key: str, files: list[tuple[str, str, str]]) -> Iterator[Listed]:
    """Documents among the files of one name: by suffix first, then whatever is left over."""
    left: list[tuple[str, str, str]] = []
    for suffix, members in itertools.groupby(files, key=lambda file: file[0]):
        rows = list(members)
        languages = [lang for _, lang, _ in rows]
        if languages == [""]:
            yield Listed(key + suffix, rows[0][2])
        elif languages in (["en", "vi"], ["", "vi"]):
            yield Listed(key + suffix, rows[0][2], rows[1][2])
        elif languages == ["", "en"]:  # the unmarked one is the Vietnamese
            yield Listed(key + suffix, rows[1][2], rows[0][2])
        elif len(rows) == 1:
            left += rows
        else:
            names = ", ".join(path for _, _, path in rows)
            todo = "take all but one English and one Vietnamese file away, or write a manifest"
            error = str(InputError("several files for one document", found=names, todo=todo))
            yield Listed(key + suffix, rows[0][2], fault="ambiguous", error=error)
    if sorted(lang for _, lang, _ in left) == ["en", "vi"]:
        (suffix, _, en), (_, _, vi) = sorted(left, key=lambda file: file[1])
        yield Listed(key + suffix, en, vi)
        return
    for suffix, lang, path in left:
        missing = "Vietnamese" if lang == "en" else "English"
        error = str(InputError(f"no {missing} file beside it", path=path, todo="add it, or write a manifest"))
        en, vi = (path, "") if lang == "en" else ("", path)
        yield Listed(f"{key}.{lang}{suffix}", en, vi, fault="unpaired", error=error)


def _of_manifest(path: str) -> Iterator[tuple[str, Listed]]:
    """Documents of a manifest, each with its place there; a row that cannot be read is one with a fault."""
    rows = _tsv_rows(path) if path.lower().endswith(".tsv") else _jsonl_rows(path)
    for number, row in rows:
        place = f"{path}:{number}"
        if isinstance(row, InputError):
            yield place, Listed(f"row {number}", fault="row", error=str(row))
            continue
        try:
            yield place, _of_row(row, path, number)
        except InputError as error:
            named = Listed(row.get("id", ""), row.get("en", ""), row.get("vi", ""), fault="row", error=str(error))
            yield place, _described(replace(named, id=named.id or f"row {number}"), row)


def numbered_lines(path: str) -> Iterator[tuple[int, str | InputError]]:
    """Number the lines of a file of UTF-8 from 1 on, without their ends; a line that is none is what is wrong with it.

    Examples
    --------
    >>> next(numbered_lines("no/such.tsv"))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such.tsv: cannot be read (found No such file or directory); check the path
    """
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                try:
                    yield number, line.decode("utf-8").removesuffix("\n").removesuffix("\r")
                except UnicodeDecodeError as error:
                    found = f"byte {line[error.start]:02X} at byte {error.start} of the line"
                    yield number, InputError("not UTF-8", path=path, line=number, found=found, todo="save it as UTF-8")
    except OSError as error:
        raise InputError("cannot be read", path=path, found=error.strerror, todo="check the path") from None


def _tsv_rows(path: str) -> Iterator[tuple[int, dict[str, str] | InputError]]:
    """Rows of a manifest in TSV."""
    columns: list[str] = []
    for number, line in numbered_lines(path):
        if isinstance(line, InputError):
            if not columns:
                raise line
            yield number, line
        elif not columns:
            columns = _known(line.split("\t"), path, number)
        elif line.strip():
            fields = line.split("\t")
            if len(fields) != len(columns):
                found = f"{len(fields)} columns for {len(columns)}"
                yield number, InputError("a row of another length", path=path, line=number, found=found,
                                         todo="separate the columns by tabs")  # fmt: skip
            else:
                yield number, dict(zip(columns, fields, strict=True))
    if not columns:
        raise InputError("the manifest is empty", path=path, todo=f"give a header: {', '.join(COLUMNS)}")


def _jsonl_rows(path: str) -> Iterator[tuple[int, dict[str, str] | InputError]]:
    """Rows of a manifest in JSON Lines."""
    for number, line in numbered_lines(path):
        if isinstance(line, InputError):
            yield number, line
            continue
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError(f"{type(record).__name__}, no object")
            for name, value in record.items():
                if not isinstance(value, str) and value is not None:
                    raise ValueError(f"{name[:60]!r} is {type(value).__name__}, no text")
            names = _known(list(record), path, number)
        except (ValueError, RecursionError) as error:
            found, todo = json_fault(error), "write an object of texts a line"
            yield number, InputError("not a row", path=path, line=number, found=found, todo=todo)
        except InputError as error:
            yield number, error
        else:
            yield number, {name: value or "" for name, value in zip(names, record.values(), strict=True)}


def _known(names: list[str], path: str, number: int) -> list[str]:
    """Columns by the names that they have here; an unknown one is an error, lest a misspelt one be left out."""
    columns = ["licence" if name.strip().lower() == "license" else name.strip().lower() for name in names]
    known = (*COLUMNS, *FOUND_COLUMNS)
    bad = next((name for name in columns if name not in known or columns.count(name) > 1), None)
    if bad is not None or not {"en", "en_text"} & set(columns):
        what = "no column en" if bad is None else f"unknown column {bad!r}" if bad not in known else f"two of {bad!r}"
        todo = f"columns are {', '.join(COLUMNS)}; en or en_text must be there"
        raise InputError(what, path=path, line=number, found=", ".join(names)[:200], todo=todo)
    return columns


def _of_row(row: dict[str, str], path: str, number: int) -> Listed:
    """The document of a row."""

    def fault(what: str, found: str, todo: str) -> InputError:
        return InputError(what, path=path, line=number, found=found, todo=todo)

    en, vi, en_text, vi_text = (row.get(name, "") for name in ("en", "vi", "en_text", "vi_text"))
    if bool(en) == bool(en_text):
        raise fault("a row names one English file or text", "both" if en else "neither", "fill in en or en_text")
    if (vi and not en) or (vi_text and not en_text):
        raise fault("a file beside a text", f"{vi or en}", "give two files, or two texts")
    for file in (en, vi):
        if "\0" in file:
            raise fault("a NUL in a path", repr(file)[:60], "write the path anew")
        if re.match(r"[a-z]+://", file, re.IGNORECASE):
            raise fault("an address, not a file", file[:100], "download it first; nothing is fetched from the network")
    name = row.get("id", "").strip() or en or f"row {number}"
    return _described(Listed(name, en, vi, en_text or None, vi_text or None), row)


def _described(document: Listed, row: dict[str, str]) -> Listed:
    """The document with what its row says of it, as fields of TSV can hold it."""
    licence, source, date = (fit_field(row.get(name, ""))[0] for name in ("licence", "source", "date"))
    return replace(document, id=fit_field(document.id)[0].strip(), licence=licence, source=source, date=date)


def _unlike(document: Listed, place: str, seen: sqlite3.Connection) -> Listed:
    """The document, with a fault if another has its id."""
    key = document.id.encode("utf-8", "replace").decode("utf-8")
    first = seen.execute("SELECT place FROM ids WHERE id = ?", (key,)).fetchone()
    if first is None:
        where = place or document.en or document.vi
        seen.execute("INSERT INTO ids VALUES (?, ?)", (key, where.encode("utf-8", "replace").decode("utf-8")))
        return document
    error = InputError(
        "an id that another document has", path=place or document.en, found=f"{document.id!r}, first at {first[0]}",
        todo="give every document an id of its own; the first is taken",
    )  # fmt: skip
    again = itertools.count(2)
    while True:  # set aside under a name of its own
        name = f"{key} ({next(again)})"
        if seen.execute("INSERT OR IGNORE INTO ids VALUES (?, ?)", (name, place)).rowcount:
            break
    return replace(document, id=name, fault=document.fault or "duplicate", error=document.error or str(error))


def _as_on_disk(file: str, root: str) -> str:
    """A file's path in the Unicode form that the disk has it in, where that is another one than the manifest's."""
    with contextlib.suppress(ValueError):  # a NUL, a lone surrogate: said when it is opened
        if file and not os.path.lexists(os.path.join(root, file)):
            for form in ("NFC", "NFD"):
                other = unicodedata.normalize(form, file)
                if os.path.lexists(os.path.join(root, other)):
                    return other
    return file


def _with_size(document: Listed, place: str, root: str) -> Listed:
    """The document with its size, and with a fault if a file is not there."""
    size = sum(len(text.encode("utf-8", "replace")) for text in (document.en_text, document.vi_text) if text)
    document = replace(document, en=_as_on_disk(document.en, root), vi=_as_on_disk(document.vi, root))
    for file in filter(None, (document.en, document.vi)):
        path = Path(root, file)
        try:
            size += path.stat().st_size
            found = "" if path.is_file() else "a folder" if path.is_dir() else "no regular file"
        except (OSError, ValueError) as error:
            found = getattr(error, "strerror", None) or str(error)
        if found and not document.fault:
            where = f"{place}: " if place else ""
            error_text = str(InputError(f"{where}cannot be read: {file}", found=found, todo="check the path"))
            document = replace(document, fault="missing", error=error_text)
    return replace(document, size=size)
