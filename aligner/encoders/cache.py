"""A cache on disk for any encoder: the vectors of one encoder in one SQLite file, found again by their texts."""

from __future__ import annotations

import contextlib
import hashlib
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from aligner.doors import checked
from aligner.encoders.embedded import Floats, checked_rows, list_texts
from aligner.errors import FilePath, InputError

if TYPE_CHECKING:
    import sqlite3

Encode = Callable[[list[str]], Any]

CHUNK: Final = 512
"""Texts encoded between two writes to the cache, which a killed run may lose (test_encoders.py: a run that dies)."""

PAGE_BYTES: Final = 65_536
"""Page size of the cache's file. With pages of 4,096 bytes, SQLite's own, vectors of 384 and 768 numbers take 1.37 and
1.35 times their bytes, with these 1.08 and 1.03 (docs/decisions/0014)."""

LOCK_SECONDS: Final = 60
"""How long a run waits for another one that writes to the same cache; a write takes milliseconds."""

FORMAT: Final = 1
"""Version of the cache's tables, kept in the file (test_encoders.py: a file of another version)."""


@checked
def cached(encode: Encode, folder: FilePath, name: str) -> Encode:
    """Wrap an encoder so that no text is encoded twice, in this run or a later one.

    Parameters
    ----------
    encode : callable
        Maps a list of n texts to an array of shape (n, d).
    folder : str or os.PathLike
        Where the vectors are kept, one file for each name; made where it is missing. Several runs may share it.
    name : str
        Names the encoder with all that its vectors depend on: vectors are found again by it and by the text's SHA-256.

    Returns
    -------
    callable
        Maps a list of n texts to a float32 array of shape (n, d), calling `encode` only for texts that are new, sorted
        by length, CHUNK at a time. Each chunk is kept before the next begins. Its `signature` is the name.

    Raises
    ------
    InputError
        If the name is empty; when called, also if `encode` returns something of the wrong shape or length, or the file
        is damaged or cannot be read or written.

    Examples
    --------
    >>> import tempfile
    >>> def encode(texts):
    ...     print("encoding", len(texts))
    ...     return [[len(text), 1] for text in texts]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     encoder = cached(encode, folder, "lengths")
    ...     encoder(["one", "three"]).tolist(), encoder(["three", "one"]).tolist()
    encoding 2
    ([[3.0, 1.0], [5.0, 1.0]], [[5.0, 1.0], [3.0, 1.0]])
    """
    if not name.strip():
        raise InputError("an encoder without a name", todo="name it; its vectors are found by that")
    # Of the name, what every file system takes; the digest keeps apart what that makes alike.
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._")[:60]
    file = f"{readable}-{_sha256(name).hex()[:12]}.sqlite3"
    return CachedEncoder(encode, Path(folder) / file, name)


class CachedEncoder:
    """What `cached` returns: an encoder whose vectors are kept in one SQLite file."""

    def __init__(self, encode: Encode, path: Path, signature: str) -> None:
        self._encode, self._path, self.signature = encode, path, signature

    def __call__(self, texts: Iterable[str]) -> Floats:
        """Encode what is new, find the rest: float32 array of shape (n, d)."""
        items = list_texts(texts)
        keys = [_sha256(text) for text in items]
        found = _read(self._path, keys)
        new = sort_by_length(text for text, key in zip(items, keys, strict=True) if key not in found)
        for chunk in cut_chunks(new):
            with np.errstate(over="ignore"):  # what float32 cannot hold is refused below
                rows = checked_rows(self._encode, chunk).astype(np.float32)
            checked_rows(lambda _, rows=rows: rows, chunk)  # type: ignore[misc]
            fresh = dict(zip(map(_sha256, chunk), rows, strict=True))
            # Before it is kept: a vector of another length would spoil the file.
            self._check_lengths([*fresh.values(), *list(found.values())[:1]])
            _write(self._path, fresh)
            found |= fresh
        self._check_lengths(found.values())
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)

    def _check_lengths(self, vectors: Iterable[Floats]) -> None:
        """Two encoders under one name are told by the lengths of their vectors, if by anything."""
        lengths = sorted({len(vector) for vector in vectors})
        if len(lengths) > 1:
            raise InputError(
                f"vectors of different lengths under the name {self.signature!r}",
                path=self._path,
                found=" and ".join(map(str, lengths)),
                todo="give each encoder a name of its own",
            )


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def sort_by_length(texts: Iterable[str]) -> list[str]:
    """Sort texts, each taken once, short ones first: a batch is padded to its longest text.

    Examples
    --------
    >>> sort_by_length(["three", "a", "to", "a"])
    ['a', 'to', 'three']
    """
    return sorted(set(texts), key=lambda text: (len(text), text))


def cut_chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    """Cut texts into lists of up to CHUNK; with a bar if standard error is a terminal and tqdm is there (extra neural).

    Examples
    --------
    >>> [len(chunk) for chunk in cut_chunks(["a"] * 1000)]
    [512, 488]
    """
    starts: Iterable[int] = range(0, len(texts), CHUNK)
    if len(texts) > CHUNK and sys.stderr is not None and sys.stderr.isatty():
        with contextlib.suppress(ImportError):
            starts = import_module("tqdm").tqdm(starts, desc="encoding", unit_scale=CHUNK, unit=" texts", leave=False)
    for first in starts:
        yield list(texts[first : first + CHUNK])


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the cache, made where it is missing; what SQLite meets becomes an InputError."""
    import sqlite3

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)) as connection:
            if connection.execute("pragma user_version").fetchone() != (FORMAT,):
                _make_tables(connection, path)
            yield connection
    except sqlite3.OperationalError as error:  # locked, full, read-only, not to be opened
        todo = "check the folder's permissions and free space; if another run is writing, wait for it"
        raise InputError("the cache of vectors cannot be used", path=path, found=str(error), todo=todo) from error
    except sqlite3.DatabaseError as error:
        _raise_damaged(path, str(error), error)
    except (OSError, ValueError) as error:  # ValueError: a NUL or a lone surrogate in the path
        found = getattr(error, "strerror", None) or str(error)
        raise InputError("no folder for a cache", path=path.parent, found=found, todo="give another folder") from error


def _make_tables(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute(f"pragma page_size = {PAGE_BYTES}")
    connection.execute("begin immediate")  # another run may be making them, too
    (version,), (n_tables,) = (
        connection.execute(query).fetchone() for query in ("pragma user_version", "select count(*) from sqlite_master")
    )
    if version == 0 and n_tables == 0:
        connection.execute("create table vectors (text_sha256 blob primary key, crc32_and_vector blob not null)")
        connection.execute(f"pragma user_version = {FORMAT}")
    elif version != FORMAT:
        connection.execute("rollback")
        found = f"format {version}, {n_tables} tables"
        raise InputError("not a cache of this version", path=path, found=found, todo="give another folder")
    connection.execute("commit")


def _raise_damaged(path: Path, found: str, cause: Exception | None = None) -> None:
    todo = "delete the file; its vectors are then made anew"
    raise InputError("the cache of vectors is damaged", path=path, found=found, todo=todo) from cause


def _read(path: Path, keys: Sequence[bytes]) -> dict[bytes, Floats]:
    """Vectors of the keys that are there."""
    found: dict[bytes, Floats] = {}
    step = 500  # SQLite takes 999 variables at least
    unique = sorted(set(keys))
    with _connected(path) as connection:
        for first in range(0, len(unique), step):
            some = unique[first : first + step]
            marks = ",".join("?" * len(some))
            query = f"select text_sha256, crc32_and_vector from vectors where text_sha256 in ({marks})"
            for key, value in connection.execute(query, some):
                if len(value) % 4 or len(value) < 8 or value[:4] != _checksum(key, value[4:]):
                    _raise_damaged(path, f"a wrong checksum at text {key.hex()[:12]}")
                found[key] = np.frombuffer(value, "<f4", offset=4).astype(np.float32, copy=False)
    return found


def _write(path: Path, vectors: dict[bytes, Floats]) -> None:
    """Keep vectors, all or none; those that another run has kept meanwhile stay."""
    rows = []
    for key, vector in vectors.items():
        data = vector.astype("<f4").tobytes()
        rows.append((key, _checksum(key, data) + data))
    with _connected(path) as connection:
        connection.execute("begin immediate")
        connection.executemany("insert or ignore into vectors values (?, ?)", rows)
        connection.execute("commit")


def _checksum(key: bytes, data: bytes) -> bytes:
    """SQLite has none: a changed bit in a vector would go unseen."""
    return zlib.crc32(data, zlib.crc32(key)).to_bytes(4, "little")
