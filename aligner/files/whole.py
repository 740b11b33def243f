"""The only place that reads and writes files: decoding without guessing, and writing all or nothing."""

from __future__ import annotations

import codecs
import contextlib
import functools
import hashlib
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Literal, NoReturn

from aligner.errors import FilePath, InputError
from aligner.text.legacy import ENCODINGS, decode_bytes, tell_legacy, view_bytes

# First bytes of files that people take for text (RTF is ASCII, but its words are not); source: file(1).
MAGIC_NUMBERS = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a ZIP archive, as DOCX, ODT and EPUB are",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file",
    b"{\\rtf": "an RTF file",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"SQLite format 3": "an SQLite database",
}

# Without a byte order mark: at least this share of the two-byte units has a zero byte on one side, and none has one on
# the other. Vietnamese has about 0.8 (letters such as U+1EA1 have none); tests/test_files.py holds both byte orders.
UTF16_ZERO_SHARE = 0.5

TEMPORARY = ".tmp"
"""Suffix of a file, hidden by a dot before its name, that is being written or that a killed run left."""

NAME_ENCODING = "give its encoding, as in encoding='cp1258' (--encoding cp1258), or save it as UTF-8"
"""What to do about a file that is not UTF-8."""


def name_encoding(data: bytes) -> str:
    """Tell what to do about bytes that are not UTF-8, with the encoding where they are Vietnamese in a legacy one.

    Examples
    --------
    >>> name_encoding("B¸o c¸o t×nh h×nh kinh tÕ".encode("latin-1"))
    "its words are Vietnamese in TCVN3: give encoding='tcvn3' (--encoding tcvn3)"
    """
    legacy = tell_legacy(view_bytes(data))
    if legacy is None:
        return NAME_ENCODING
    name = legacy.encoding
    return f"its words are Vietnamese in {name.upper()}: give encoding='{name}' (--encoding {name})"


_UNREADABLE = re.compile("[\0\ud800-\udfff]")


def read_bytes(path: FilePath) -> bytes:
    """Return the file's bytes; '-' is standard input.

    Raises
    ------
    InputError
        If the file is missing, a folder, empty, or may not be read.

    Examples
    --------
    >>> read_bytes("no/such/file.txt")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/file.txt: no such file; check the path
    """
    check_name(path)
    try:
        data = standard_input().read() if os.fspath(path) == "-" else Path(real_path(path)).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        refuse_path(error, path, "cannot be opened")
    if not data:
        raise InputError("the file is empty", path=path)
    return data


def file_digest(path: FilePath) -> bytes:
    """Return the SHA-256 of a file, read piece by piece; errors are the system's own.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "a.bin")
    >>> _ = path.write_bytes(b"")
    >>> file_digest(path).hex()[:12]
    'e3b0c44298fc'
    """
    total = hashlib.sha256()
    with open(path, "rb") as handle:
        while piece := handle.read(1 << 20):
            total.update(piece)
    return total.digest()


def read_text(path: FilePath, *, encoding: str | None = None) -> str:
    r"""Return the file's text with '\n' as the only line break and no byte order mark.

    Parameters
    ----------
    path : str or os.PathLike
        '-' is standard input.
    encoding : str, optional
        A name Python knows, or one of `text.legacy.ENCODINGS`, for which valid UTF-8 stays what it is. Without it the
        file must be UTF-8, or UTF-16 (told by its byte order mark or its zero bytes); no other is ever guessed: cp1258
        and cp1252 cannot be told apart safely.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If the file is missing, a folder, empty, binary, in another encoding or in several (says at which byte), or
        gives lone surrogates.

    Examples
    --------
    >>> read_text("no/such/file.txt")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/file.txt: no such file; check the path
    """
    return decode(read_bytes(path), encoding=encoding, path=path)


def decode(data: bytes, *, encoding: str | None = None, path: FilePath | None = None) -> str:
    r"""Decode a file's bytes as `read_text` does; `path` is only named in errors.

    Examples
    --------
    >>> decode(b"\xef\xbb\xbfone\r\ntwo\r")
    'one\ntwo\n'
    >>> decode("Chào".encode("cp1258"), encoding="cp1258")
    'Chào'
    """
    if kind := binary_kind(data):
        raise InputError(
            "not a text file", path=path, found=f"{kind}, by its first bytes", todo="save it as plain text"
        )
    form = unicode_form(data, path) if encoding is None or encoding in ENCODINGS else ""
    name = form if encoding is None or form not in ("", "utf-8") else encoding
    try:
        text = decode_bytes(data, name) if name in ENCODINGS else data.decode(name)
    except UnicodeDecodeError as error:
        _raise_undecodable(data, name, error, given=encoding is not None, path=path)
    except (LookupError, ValueError) as error:  # ValueError: a NUL in the name
        if type(error) is UnicodeError:  # the codecs for host names say no more
            raise InputError(f"not {name.upper()}", path=path, found=str(error), todo="give another encoding") from None
        refuse_encoding(name, path)
    if "\0" in text:
        try:
            offset = len(text[: text.index("\0")].encode(name, "replace"))
        except (UnicodeError, LookupError):  # as in _raise_undecodable; an encoding of ours
            offset = data.find(0)
        _raise_binary(offset, path)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        raise InputError("the file is empty", path=path, found="only a byte order mark")
    refuse_unreadable(text, path)
    return text


def binary_kind(data: bytes) -> str:
    """Tell by its first bytes what a file is that holds no text; nothing where it may hold some.

    Examples
    --------
    >>> binary_kind(b"%PDF-1.7"), binary_kind(b"One.")
    ('a PDF file', '')
    """
    return next((kind for magic, kind in MAGIC_NUMBERS.items() if data.startswith(magic)), "")


def refuse_unreadable(text: str, path: FilePath | None = None) -> None:
    r"""Raise an InputError if there is a NUL or a lone surrogate, which no text has and UTF-8 or lxml cannot take.

    Examples
    --------
    >>> try:
    ...     refuse_unreadable("one\ntwo\0")
    ... except InputError as error:
    ...     print(error.line, error.what, error.found)
    2 a NUL character U+0000 at character 7
    """
    if bad := _UNREADABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        what = "a lone surrogate" if ord(bad[0]) else "a NUL character"
        found = f"U+{ord(bad[0]):04X} at character {bad.start()}"
        raise InputError(what, path=path, line=line, found=found, todo="decode the text with its right encoding")


def unicode_form(data: bytes, path: FilePath | None) -> str:
    r"""Tell UTF-16 from UTF-8 by a file's first bytes; all others are taken for UTF-8. InputError for UTF-32.

    Examples
    --------
    >>> unicode_form("Chào".encode("utf-16-le"), None)
    'utf-16-le'
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        todo = "give encoding='utf-32' (--encoding utf-32), or save it as UTF-8"
        raise InputError("not UTF-8", path=path, found="UTF-32, by its byte order mark", todo=todo)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(data) % 2 == 0 and min(even, odd) == 0 < max(even, odd) >= UTF16_ZERO_SHARE * len(sample) / 2:
        return "utf-16-le" if odd else "utf-16-be"
    return "utf-8"


def refuse_encoding(encoding: str, path: FilePath | None) -> NoReturn:
    """Raise an InputError for an encoding that nobody knows.

    Examples
    --------
    >>> try:
    ...     refuse_encoding("klingon", "a.txt")
    ... except InputError as error:
    ...     print(error.what, error.found)
    unknown encoding 'klingon'
    """
    todo = f"use a name Python knows, such as utf-8, utf-16 or cp1258, or one of {', '.join(ENCODINGS)}"
    raise InputError("unknown encoding", path=path, found=repr(encoding), todo=todo) from None


def _raise_binary(offset: int, path: FilePath | None) -> NoReturn:
    todo = "save it as plain text in UTF-8"
    raise InputError("binary data", path=path, found=f"a NUL at byte {offset}", todo=todo) from None


def _raise_undecodable(
    data: bytes, name: str, error: UnicodeDecodeError, *, given: bool, path: FilePath | None
) -> NoReturn:
    if b"\0" in data and not given and name != "utf-16":
        _raise_binary(data.index(0), path)
    before = data[: error.start]
    try:
        line = before.decode(name, "ignore").count("\n") + 1
    except UnicodeError:  # some codecs, such as idna, cannot leave out
        line = before.count(b"\n") + 1
    shown = data[error.start : max(error.end, error.start + 2)][:4].hex(" ").upper()
    found = f"bytes {shown} at byte {error.start}"
    what = f"not {name.upper()}"
    todo = NAME_ENCODING
    if given:
        todo = "give another encoding, or save the file as UTF-8"
    elif name == "utf-8":
        good = sum(character > "\x7f" for character in data.decode("utf-8", "ignore"))
        bad = data.decode("utf-8", "replace").count("\ufffd")
        # One-byte encodings give a valid UTF-8 sequence by chance only; a fifth of them cannot be chance.
        if good * 4 > bad:
            what, found = "mixed encodings: UTF-8 elsewhere, not here", f"{found}, {bad} such places"
            todo = "decode the parts one by one and save the file as UTF-8"
        else:
            todo = name_encoding(data)
    raise InputError(what, path=path, line=line, found=found, todo=todo) from None


def standard_input() -> IO[bytes]:
    """Return standard input as bytes; InputError where it is closed."""
    if sys.stdin is None or sys.stdin.closed:
        raise InputError("standard input is closed", path="-", todo="give a file")
    return sys.stdin.buffer


def check_name(path: FilePath) -> None:
    """Raise an InputError for an empty path, which the system would take for the folder it stands in.

    Examples
    --------
    >>> check_name("")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no file name; give a file
    """
    if not os.fspath(path):
        raise InputError("no file name", todo="give a file")


def real_path(path: FilePath) -> str:
    """Give the path of a file as its folder has it: of a name that Unicode writes in two ways, the one that is there.

    A path that is there, or has no other of the same letters beside it, or several, is left as it is.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / unicodedata.normalize("NFD", "Huế.tsv")).write_text("")
    >>> os.path.exists(real_path(folder / "Huế.tsv"))
    True
    """
    name = os.fspath(path)
    try:
        if name == "-" or name.isascii() or os.path.lexists(name):
            return name
        found = Path(name).anchor
        for part in Path(name).parts[bool(found) :]:
            whole = os.path.join(found, part)
            if not os.path.lexists(whole):
                key = unicodedata.normalize("NFC", part)
                twins = [twin for twin in os.listdir(found or ".") if unicodedata.normalize("NFC", twin) == key]
                if len(twins) != 1:
                    return name
                whole = os.path.join(found, twins[0])
            found = whole
        return found
    except (OSError, ValueError):
        return name


def check_apart(outputs: Sequence[FilePath], inputs: Iterable[FilePath] = ()) -> None:
    """Raise an InputError for an output that is an input, which would be lost, or another output; links are followed.

    Examples
    --------
    >>> check_apart(["-", "a.json"], ["-"])
    >>> check_apart(["a.tsv", "./a.tsv"])
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: ./a.tsv: two outputs in one place; give each a name of its own
    """
    # An input that is missing is told when it is opened.
    given = [path for path in map(real_path, inputs) if os.path.exists(path)]
    for k, out in enumerate(outputs):
        if any(map(functools.partial(_is_same, out), given)):
            raise InputError("the output is also an input", path=out, todo="give another name for it")
        if any(map(functools.partial(_is_same, out), outputs[:k])):
            raise InputError("two outputs in one place", path=out, todo="give each a name of its own")


def _is_same(one: FilePath, other: FilePath) -> bool:
    """Whether two paths name one file or folder, made already or not; devices and pipes are none."""
    try:
        if os.path.exists(one) and os.path.exists(other):
            return os.path.samefile(one, other) and (os.path.isfile(one) or os.path.isdir(one))
        return os.path.realpath(one) == os.path.realpath(other)
    except (OSError, ValueError):  # ValueError: a NUL or a lone surrogate
        return False


def refuse_folder(path: FilePath) -> None:
    """Raise an InputError for a folder where a file is wanted.

    Examples
    --------
    >>> refuse_folder(".")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: .: this is a folder; give a file
    """
    if os.fspath(path) != "-" and os.path.isdir(path):
        raise InputError("this is a folder", path=path, todo="give a file")


def check_place(path: FilePath) -> None:
    """Raise an InputError, before any work, for a file that cannot be written: a folder, or in one that is not there.

    Examples
    --------
    >>> check_place("-")
    >>> check_place("no/such/folder.tsv")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/folder.tsv: no such folder (found no folder ...); make the folder first
    """
    check_name(path)
    if os.fspath(path) != "-":
        _follow_links(path)


def refuse_path(error: OSError | ValueError, path: FilePath, what: str) -> NoReturn:
    """Raise an InputError that says in our words what the system found.

    Examples
    --------
    >>> refuse_path(FileNotFoundError(), "a.txt", "cannot be opened")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: a.txt: no such file; check the path
    """
    if isinstance(error, IsADirectoryError) or os.path.isdir(path):
        raise InputError("this is a folder", path=path, todo="give a file") from None
    if isinstance(error, FileNotFoundError):
        raise InputError("no such file", path=path, todo="check the path") from None
    if isinstance(error, PermissionError):
        raise InputError("no permission", path=path, todo="change it or give another path") from None
    raise InputError(what, path=path, found=getattr(error, "strerror", None) or str(error)) from None


@contextlib.contextmanager
def open_atomic(path: FilePath) -> Iterator[IO[str]]:
    r"""Open a UTF-8 file for writing that takes its name only when the block ends well; '-' is standard output.

    Parameters
    ----------
    path : str or os.PathLike
        Replaced as a whole, its permissions kept; a link is followed. Line breaks are written as '\n' on all systems.

    Raises
    ------
    InputError
        If the folder is missing, the path is a folder or no path, may not or cannot be written (no space left), or the
        text holds lone surrogates.

    Examples
    --------
    >>> with open_atomic("-") as handle:
    ...     _ = handle.write("pairs\n")
    pairs
    """
    check_name(path)
    with _tell_errors(path):
        if os.fspath(path) == "-":
            if sys.stdout is None or sys.stdout.closed:
                raise InputError("standard output is closed", path=path, todo="give a file")
            yield sys.stdout
        else:
            with replace_file(_follow_links(path), "w") as handle:
                yield handle


@contextlib.contextmanager
def open_atomic_bytes(path: FilePath) -> Iterator[IO[bytes]]:
    r"""Open a file for bytes as `open_atomic` does for text; standard output is none of its files.

    Examples
    --------
    >>> with open_atomic_bytes("no/such/folder.gz") as handle:  # doctest: +ELLIPSIS
    ...     _ = handle.write(b"")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/folder.gz: no such folder (found no folder ...); make the folder first
    """
    check_name(path)
    with _tell_errors(path), replace_file(_follow_links(path), "wb") as handle:
        yield handle


@contextlib.contextmanager
def _tell_errors(path: FilePath) -> Iterator[None]:
    """Say what the system finds in writing."""
    try:
        yield
    except BrokenPipeError:  # the reader of a pipe has left: no fault of the path
        raise
    except UnicodeEncodeError as error:
        found = f"{error.object[error.start]!r} at character {error.start} of the piece written"
        todo = "remove lone surrogates" if error.encoding == "utf-8" else "write to a file, or set PYTHONUTF8=1"
        what = f"text that {error.encoding.upper()} cannot hold"
        raise InputError(what, path=path, found=found, todo=todo) from None
    except OSError as error:
        refuse_path(error, path, "cannot be written")


def _follow_links(path: FilePath) -> Path:
    """The file to write, links followed."""
    try:
        final = Path(os.path.realpath(path))
        if not final.exists() and os.path.exists(path):  # a pipe behind /dev/stdout has no path of its own
            final = Path(path)
        refuse_folder(final)
        if not final.parent.is_dir():
            found = f"no folder {final.parent}"
            raise InputError("no such folder", path=path, found=found, todo="make the folder first")
        os.fsencode(final)  # is_dir hides a lone surrogate
    except (OSError, ValueError) as error:  # ValueError: a NUL or a lone surrogate
        refuse_path(error, path, "cannot be written")
    return final


@contextlib.contextmanager
def replace_file(final: Path, mode: Literal["w", "wb"]) -> Iterator[IO[Any]]:
    """Open a file for writing that takes its name only when the block ends well; errors are the system's own.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "a.bin")
    >>> with replace_file(path, "wb") as handle:
    ...     _ = handle.write(b"whole")
    >>> path.read_bytes()
    b'whole'
    """
    # Devices and pipes (/dev/null, /dev/stdout) are written to: replacing one would remove it.
    regular = not final.exists() or final.is_file()
    # File systems allow 255 bytes for a name, and a character takes up to 4.
    written = final.with_name(f".{final.name[:40]}.{os.urandom(4).hex()}{TEMPORARY}") if regular else final
    try:
        text = {"encoding": "utf-8", "newline": "\n"} if mode == "w" else {}
        with open(written, mode, **text) as handle:  # type: ignore[call-overload]
            yield handle
            if regular:  # on the disk before it takes its name: after a loss of power it is whole, or not there
                handle.flush()
                os.fsync(handle.fileno())
        if regular and final.exists():
            written.chmod(stat.S_IMODE(final.stat().st_mode))
        if regular:
            written.replace(final)
            sync_folder(final.parent)
    finally:
        if regular:
            with contextlib.suppress(OSError):  # where it could not be made, that is the error to tell
                written.unlink()


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; where the system has no such thing, they come there by themselves.

    Examples
    --------
    >>> sync_folder(Path("."))
    """
    with contextlib.suppress(OSError):  # Windows opens no folders
        held = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(held)
        finally:
            os.close(held)


def write_text(path: FilePath, text: str) -> None:
    r"""Write a text file as a whole or not at all; see `open_atomic`.

    Examples
    --------
    >>> write_text("-", "pairs\n")
    pairs
    """
    with open_atomic(path) as handle:
        handle.write(text)
