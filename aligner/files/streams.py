"""Files too large for memory: bytes in blocks and lines in blocks, packed (gzip, Zstandard) by suffix, both ways."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final, cast

from aligner.errors import FilePath, InputError, MissingExtraError
from aligner.files.whole import (
    MAGIC_NUMBERS,
    check_name,
    name_encoding,
    open_atomic,
    open_atomic_bytes,
    real_path,
    refuse_encoding,
    refuse_path,
    standard_input,
    unicode_form,
)
from aligner.text.legacy import ENCODINGS, decode_bytes

PACKED: Final = (".gz", ".zst")
"""Suffixes of packed files; the suffix before them tells the format."""

BLOCK: Final = 1 << 18
"""Bytes read at a time (unpacked); four times as many are no faster (benchmarks/formats.py)."""

MAX_UNIT: Final = 10_000_000
"""Characters of a line, bytes of a translation unit: more is no pair of sentences but a file of another kind."""

_PACKED_PIECE: Final = 1 << 11
"""Bytes of a Zstandard file unpacked at a time: a block of 4 bytes may stand for 128 KiB, so these for 64 MiB at most
(RFC 8878, section 3.1.1.2; test_a_zst_that_unpacks_to_much_more_is_read_in_little_memory)."""

_MAGIC: Final = {**MAGIC_NUMBERS, b"\x28\xb5\x2f\xfd": "a Zstandard archive", b"PAR1": "a Parquet file"}


def bare_name(path: FilePath) -> str:
    """Return the path in lower case, without the suffix of a packed file.

    Examples
    --------
    >>> bare_name("Crawl.TSV.gz")
    'crawl.tsv'
    """
    name = os.fspath(path).lower()
    for suffix in PACKED:
        name = name.removesuffix(suffix)
    return name


def read_blocks(path: FilePath) -> Iterator[bytes]:
    """Read a file's bytes block by block, unpacked; '-' is standard input.

    Yields
    ------
    bytes
        At most `BLOCK` of them, never none.

    Raises
    ------
    InputError
        If the file cannot be opened, is no whole archive, or is of a kind that holds no text.
    MissingExtraError
        For ``.zst`` without zstandard.

    Examples
    --------
    >>> next(read_blocks("no/such/file.tsv"))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/file.tsv: no such file; check the path
    """
    first = True
    with _open(path) as file:
        while block := file.read(BLOCK):
            if first:
                _refuse_magic(block, path)
                first = False
            yield block


def _refuse_magic(block: bytes, path: FilePath) -> None:
    """Refuse a file whose first bytes say that it is no text."""
    for magic, kind in _MAGIC.items():
        if block.startswith(magic):
            packed = kind.startswith(("a gzip", "a Zstandard"))
            todo = "name it .gz or .zst behind its own suffix" if packed else "give a file of text"
            raise InputError("not a text file", path=path, found=f"{kind}, by its first bytes", todo=todo)


@contextlib.contextmanager
def _open(path: FilePath) -> Iterator[IO[bytes]]:
    """A file's bytes, unpacked; what the system says is put into words."""
    check_name(path)
    name = real_path(path)
    unpacking: tuple[type[BaseException], ...] = (zlib.error, gzip.BadGzipFile, EOFError)
    try:
        if name == "-":
            yield standard_input()
        elif name.lower().endswith(".gz"):
            with open(name, "rb") as file, gzip.open(_refuse_empty(file)) as packed:
                yield cast("IO[bytes]", packed)
        elif name.lower().endswith(".zst"):
            zstandard = _zstandard("reading Zstandard files")
            unpacking = (*unpacking, zstandard.ZstdError)
            with open(name, "rb") as file, io.BufferedReader(_Frames(zstandard, _refuse_empty(file)), BLOCK) as frames:
                yield cast("IO[bytes]", frames)
        else:
            with open(name, "rb") as file:
                yield file
    except unpacking as error:
        kind = "Zstandard" if name.lower().endswith(".zst") else "gzip"
        found = " ".join(str(error).split())[:100]
        raise InputError(f"not a whole {kind} file", path=path, found=found, todo="pack or fetch it again") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        refuse_path(error, path, "cannot be opened")


def _refuse_empty(file: io.BufferedReader) -> io.BufferedReader:
    """The packed file, unless it has no byte: no text is packed into none, so its end is not that of its data."""
    if not file.peek(1):
        raise EOFError("the file ends before its data does, at its first byte")
    return file


class _Frames(io.RawIOBase):
    """The unpacked bytes of a Zstandard file of one or more frames.

    An end of the file inside a frame is an EOFError, as gzip has it: the package's own reader takes it for the data's.
    """

    def __init__(self, zstandard: Any, file: IO[bytes]) -> None:
        self._start = zstandard.ZstdDecompressor().decompressobj
        self._file = file
        self._frame: Any = None  # within one, what unpacks it
        self._packed = self._unpacked = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._unpacked:
            if not self._packed:
                self._packed = memoryview(self._file.read(_PACKED_PIECE))
            if not self._packed:
                if self._frame is not None:
                    raise EOFError("the file ends before its data does")
                return 0
            if self._frame is None:
                self._frame = self._start()
            self._unpacked = memoryview(self._frame.decompress(self._packed))
            self._packed = memoryview(self._frame.unused_data if self._frame.eof else b"")
            if self._frame.eof:
                self._frame = None
        n = min(len(buffer), len(self._unpacked))
        buffer[:n] = self._unpacked[:n]
        self._unpacked = self._unpacked[n:]
        return n


def _zstandard(feature: str) -> Any:
    """The package, or the line that installs it."""
    try:
        import zstandard
    except ImportError:
        raise MissingExtraError(feature, package="zstandard", extra="zst") from None
    return zstandard


def read_lines(path: FilePath, *, encoding: str | None = None) -> Iterator[tuple[int, list[str]]]:
    r"""Read a text file's lines in blocks.

    Line feeds end a line, with or without a carriage return before them; carriage returns alone only in a file whose
    first `BLOCK` characters have no line feed, as old Macs wrote them.

    Parameters
    ----------
    path : str or path
        Packed by suffix; '-' is standard input.
    encoding : str, optional
        As for `files.read_text`: without it UTF-8, or UTF-16 told by its byte order mark or zero bytes.

    Yields
    ------
    number : int
        1-based number of the first line of the block.
    lines : list of str
        Without their ends; the first one without a byte order mark.

    Raises
    ------
    InputError
        If the file cannot be read, is not in that encoding, holds a NUL, or a line has over `MAX_UNIT` characters;
        says in which line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "a.txt")
    >>> _ = path.write_bytes(b"one\r\ntwo")
    >>> list(read_lines(path))
    [(1, ['one']), (2, ['two'])]
    """
    number, rest, end_of_line = 1, "", ""
    decoder: codecs.IncrementalDecoder | None = None
    legacy = encoding if encoding in ENCODINGS else None
    name = ""
    for block in _add_end(read_blocks(path)):
        if decoder is None:
            name = "latin-1" if legacy else encoding or unicode_form(block[: len(block) & ~1], path)
            decoder = decoder_of(name, path)
        try:
            text = rest + decoder.decode(block, not block)
        except UnicodeDecodeError as error:
            good = bytes(error.object[: error.start]).decode(name, "ignore")
            line = number + good.count("\n")
            at = len((rest + good).rpartition("\n")[2].encode(name, "replace"))
            found = f"byte {error.object[error.start]:02X} at byte {at} of the line"
            todo = name_encoding(bytes(error.object)) if encoding is None else "give another encoding"
            raise InputError(f"not {name.upper()}", path=path, line=line, found=found, todo=todo) from None
        except UnicodeError as error:
            raise InputError(f"not {name.upper()}", path=path, found=str(error), todo="give another encoding") from None
        if number == 1 and text.startswith("\ufeff"):
            text = text[1:]
        if not end_of_line:
            if block and "\n" not in text and len(text) < min(BLOCK, MAX_UNIT):
                rest = text
                continue
            end_of_line = "\r" if "\n" not in text and "\r" in text[: len(text) - bool(block)] else "\n"
        if end_of_line == "\r":
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        whole, end, rest = text.rpartition("\n")
        if not block and rest:  # the last line has no end
            whole, end, rest = text, "\n", ""
        if len(rest) > MAX_UNIT:
            line = number + (whole.count("\n") + 1 if end else 0)
            found = f"more than {MAX_UNIT:,} characters"
            raise InputError("a line too long", path=path, line=line, found=found, todo="give a file of sentences")
        if end:
            lines = _split_lines(whole, number, path, legacy)
            yield number, lines
            number += len(lines)


def _add_end(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks, and an empty one behind them."""
    yield from blocks
    yield b""


def decoder_of(encoding: str, path: FilePath | None = None) -> codecs.IncrementalDecoder:
    """Return a decoder that takes a file in pieces; InputError for an encoding that Python does not know.

    Examples
    --------
    >>> decoder_of("cp1258", "a.txt").decode("Chào".encode("cp1258"))
    'Chào'
    """
    try:
        b"aa".decode(encoding, "ignore")  # refuses codecs that are none of text
        return codecs.getincrementaldecoder(encoding)("strict")
    except (LookupError, ValueError):
        refuse_encoding(encoding, path)


def _split_lines(text: str, number: int, path: FilePath, legacy: str | None) -> list[str]:
    """Lines of a block without its last end; refuses a NUL, which is in no text."""
    if "\0" in text:
        line = number + text.count("\n", 0, text.index("\0"))
        raise InputError("binary data", path=path, line=line, found="a NUL", todo="save it as plain text in UTF-8")
    if legacy:
        text = "\n".join(decode_bytes(line.encode("latin-1"), legacy) for line in text.split("\n"))
        text = text.removeprefix("\ufeff") if number == 1 else text
    lines = text.split("\n")
    return [line.removesuffix("\r") for line in lines] if "\r" in text else lines


def gzip_writer(raw: IO[bytes]) -> gzip.GzipFile:
    """Pack bytes without a name or a time in the header: the same bytes give the same file.

    Examples
    --------
    >>> raw = io.BytesIO()
    >>> with gzip_writer(raw) as packed:
    ...     _ = packed.write(b"one")
    >>> gzip.decompress(raw.getvalue())
    b'one'
    """
    return gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6)


@contextlib.contextmanager
def open_packed(path: FilePath) -> Iterator[IO[str]]:
    """Open a UTF-8 file for writing as `files.open_atomic` does, packed by suffix; the same text gives the same bytes.

    Raises
    ------
    InputError
        As `files.open_atomic` does.
    MissingExtraError
        For ``.zst`` without zstandard.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "a.txt.gz")
    >>> with open_packed(path) as file:
    ...     _ = file.write("one")
    >>> gzip.decompress(path.read_bytes())
    b'one'
    """
    name = os.fspath(path).lower()
    if not name.endswith(PACKED):
        with open_atomic(path) as text:
            yield text
        return
    with open_atomic_bytes(path) as raw:
        packed: Any
        if name.endswith(".gz"):
            packed = gzip_writer(raw)
        else:
            # With a checksum, which gzip always has: a bit that fell over is no text of another kind.
            compressor = _zstandard("writing Zstandard files").ZstdCompressor(level=3, write_checksum=True)
            packed = compressor.stream_writer(raw, closefd=False)
        with packed, io.TextIOWrapper(packed, "utf-8", newline="\n") as text:
            yield text
