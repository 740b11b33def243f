"""Shards of a corpus: which documents each holds, and its files, written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn
from unicodedata import is_normalized

import numpy as np

from aligner.corpus.documents import Listed
from aligner.corpus.jobs.locks import is_lock
from aligner.errors import FilePath, InputError
from aligner.files.streams import gzip_writer
from aligner.files.whole import TEMPORARY, file_digest, replace_file, sync_folder
from aligner.pairs.chunks import cell_text, quoted
from aligner.pairs.tables import fit_field
from aligner.version import VERSION

SHARD_BYTES: Final = 1 << 17
"""Bytes of input from which a shard is full: 1,000 sentences, half a second on one core; large enough that files and
scoring by the batch cost little, small enough that 200 documents keep several cores busy (docs/decisions/0023)."""

SHARD_DOCUMENTS: Final = 1000
"""Documents in a shard at most, so that the record of one stays small."""

FOLDER: Final = "shards"
_TRIES: Final = 9
"""Times that a file is written anew when another run took it away; two runs of 25 shards each did so once or twice."""


COUNTS: Final = ("en_sentences", "vi_sentences", "pairs", "kept", "en_alone", "vi_alone", "replaced")
"""What is counted: sentences of both sides, pairs, those to keep, sentences without counterpart, and characters that
TSV cannot hold."""

BINS: Final = 10
"""Bins of the histogram of quality, each a tenth wide."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Documents that are built together: number from 0, and what the input names."""

    number: int
    documents: tuple[Listed, ...]


def cut_shards(documents: Iterable[Listed], *, shard_bytes: int = SHARD_BYTES) -> Iterator[Shard]:
    """Cut a stream of documents into shards: one ends when it is full.

    Parameters
    ----------
    documents : iterable of Listed
        In the input's order.
    shard_bytes : int
        Bytes of input from which a shard is full, > 0.

    Yields
    ------
    Shard
        Numbered from 0; none is empty.

    Examples
    --------
    >>> [len(shard.documents) for shard in cut_shards([Listed(str(k), size=6) for k in range(5)], shard_bytes=10)]
    [2, 2, 1]
    """
    held: list[Listed] = []
    number = size = 0
    for document in documents:
        held.append(document)
        size += document.size
        if size >= shard_bytes or len(held) >= SHARD_DOCUMENTS:
            yield Shard(number, tuple(held))
            held, number, size = [], number + 1, 0
    if held:
        yield Shard(number, tuple(held))


def digest_input(documents: Sequence[Listed], root: str) -> str:
    """SHA-256 over what the input says of the documents and the bytes of their files."""
    total = hashlib.sha256()
    for d in documents:
        said = [d.id, d.en, d.vi, d.en_text, d.vi_text, d.licence, d.source, d.date, d.fault, d.error]
        total.update(json.dumps(said).encode() + b"\n")  # ASCII, and escapes lone surrogates
        for file in filter(None, (d.en, d.vi)):
            path = os.path.join(root, file)
            with contextlib.suppress(OSError, ValueError):
                if os.path.isfile(path):  # reading a pipe would wait for ever
                    total.update(file_digest(path))
            total.update(b"\0")
    return total.hexdigest()


def name_paths(corpus: FilePath, number: int, *, compress: bool) -> tuple[Path, Path]:
    """A shard's pairs and its record.

    Examples
    --------
    >>> [path.name for path in name_paths("corpus", 7, compress=True)]
    ['00007.tsv.gz', '00007.json']
    """
    stem = Path(corpus, FOLDER, f"{number:05d}")
    return stem.with_suffix(".tsv.gz" if compress else ".tsv"), stem.with_suffix(".json")


_OF_SHARD: Final = re.compile(r"([0-9]{5,9})\.(?:json|tsv|tsv\.gz)")


def shard_number(path: Path) -> int | None:
    """Number of the shard that a file is of, by its name.

    Examples
    --------
    >>> shard_number(Path("00007.tsv.gz")), shard_number(Path("notes.json"))
    (7, None)
    """
    found = _OF_SHARD.fullmatch(path.name)
    return None if found is None else int(found[1])


def seal(record: dict[str, Any]) -> dict[str, Any]:
    """Give a record its own digest, by which `is_sealed` knows it as it was written.

    Examples
    --------
    >>> is_sealed(seal({"shard": 1})), is_sealed({**seal({"shard": 1}), "shard": 2})
    (True, False)
    """
    return {**record, "digest": _digest(record)}


def is_sealed(record: dict[str, Any]) -> bool:
    """Whether a record is what `seal` gave."""
    return record.get("digest") == _digest({name: value for name, value in record.items() if name != "digest"})


def _digest(record: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def join_digests(digests: Iterable[str]) -> str:
    """SHA-256 over digests in order: what corpus.json knows all records by.

    Examples
    --------
    >>> join_digests([])[:12]
    'e3b0c44298fc'
    """
    total = hashlib.sha256()
    for digest in digests:
        total.update(digest.encode() + b"\n")
    return total.hexdigest()


def read_record(corpus: FilePath, number: int) -> dict[str, Any] | None:
    """Read a shard's record; None where there is none, or none as it was written."""
    try:
        record = json.loads(name_paths(corpus, number, compress=False)[1].read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and is_sealed(record) else None


def read_finished(corpus: FilePath, number: int, *, config: str, inputs: str, compress: bool) -> dict[str, Any] | None:
    """Read the record of a shard that is done: of this configuration and input, its pairs as they were written."""
    record = read_record(corpus, number)
    if record is None or record.get("config") != config or record.get("input") != inputs:
        return None
    try:
        content = name_paths(corpus, number, compress=compress)[0].read_bytes()
    except OSError:
        return None
    return record if hashlib.sha256(content).hexdigest() == record.get("output") else None


def write_shard(corpus: FilePath, number: int, text: str, record: dict[str, Any], *, compress: bool) -> dict[str, Any]:
    """Write a shard's pairs and then its record, with the digest of the pairs and its own.

    Each is on the disk before the next step begins: after a kill, or a loss of power, either there is no record, or it
    is of the pairs that are there. One that another run has written in the meantime stays.
    """
    pairs, stored = name_paths(corpus, number, compress=compress)
    content = pack_text(text) if compress else text.encode("utf-8")
    record = seal({**record, "output": hashlib.sha256(content).hexdigest(), "bytes": len(content)})
    if read_finished(corpus, number, config=record["config"], inputs=record["input"], compress=compress) == record:
        return record
    other = name_paths(corpus, number, compress=not compress)[0]
    if stored.exists():  # no record of pairs that are not those there
        stored.unlink(missing_ok=True)
        sync_folder(stored.parent)
    write_bytes(pairs, content)
    write_bytes(stored, dump_record(record))
    other.unlink(missing_ok=True)
    return record


def pack_text(text: str) -> bytes:
    """Gzip a text; the same text gives the same bytes."""
    buffer = io.BytesIO()
    with gzip_writer(buffer) as file:
        file.write(text.encode("utf-8"))
    return buffer.getvalue()


def dump_record(record: dict[str, Any]) -> bytes:
    """JSON that people can read; lone surrogates escaped."""
    text = json.dumps(record, ensure_ascii=False, indent=1)
    return (text + "\n").encode("utf-8", "backslashreplace")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that takes its name only when it is whole; as `write_pieces`."""
    # Another run of the same command (a worker taken for dead, a job queued twice) sweeps away what has no name yet.
    for _ in range(_TRIES):
        try:
            _write(path, [content])
            return
        except FileNotFoundError:
            continue
        except OSError as error:
            refuse_writing(error, path)
    write_pieces(path, [content])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file piece by piece; it takes its name only when it is whole.

    Raises
    ------
    InputError
        If it cannot be written: no space, no permission.
    """
    try:
        _write(path, pieces)
    except OSError as error:
        refuse_writing(error, path)


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file whole or not at all."""
    with replace_file(path, "wb") as file:
        file.writelines(pieces)


def refuse_writing(error: OSError, path: FilePath) -> NoReturn:
    """Say why a file of a corpus cannot be written, and that nothing is lost."""
    todo = "free some space or change the rights; the same command goes on where it stopped"
    raise InputError("cannot be written", path=path, found=error.strerror or str(error), todo=todo) from None


def is_temporary(path: Path) -> bool:
    """Whether it is a file that a killed run left half-written.

    Examples
    --------
    >>> is_temporary(Path(".00007.json.0a1b2c3d.tmp")), is_temporary(Path("notes.tmp"))
    (True, False)
    """
    return path.name.startswith(".") and path.name.endswith(TEMPORARY)


def sweep(*folders: Path) -> None:
    """Take away what killed runs left half-written; for who is alone there."""
    for folder in folders:
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                if is_temporary(path) and not is_lock(path):
                    path.unlink(missing_ok=True)


def describe_shard(
    number: int,
    config: str,
    inputs: str,
    *,
    documents: Sequence[Mapping[str, Any]],
    set_aside: Sequence[Mapping[str, str]],
    reasons: Mapping[str, int],
    histogram: Sequence[int],
) -> dict[str, Any]:
    """Describe a shard for its record: by what it was made (two digests), and what is in it, with its counts.

    Examples
    --------
    >>> describe_shard(0, "c", "i", documents=[], set_aside=[], reasons={}, histogram=[0])["counts"]["pairs"]
    0
    """
    return {
        "shard": number,
        "version": VERSION,
        "config": config,
        "input": inputs,
        "counts": {name: sum(row[name] for row in documents) for name in COUNTS},
        "reasons": reasons,
        "histogram": histogram,
        "documents": documents,
        "set_aside": set_aside,
    }


def as_lines(rows: Iterable[Sequence[object]]) -> tuple[list[str], int]:
    r"""Rows as lines of TSV, and the characters that were replaced in them.

    Examples
    --------
    >>> as_lines([("a\tb", 0.5, None)])
    (['a b\t0.5000\t'], 1)
    """
    lines, replaced = [], 0
    for row in rows:
        cells = [cell if type(cell) is str else cell_text(cell) for cell in row]
        line = "".join(cells)
        if line.isprintable() and '"' not in line and is_normalized("NFC", "\t".join(cells)):
            lines.append("\t".join(cells))  # as of most: nothing is replaced, composed or put in quotes
            continue
        fields, counts = zip(*map(fit_field, cells), strict=True)
        lines.append("\t".join(map(quoted, fields)))
        replaced += sum(counts)
    return lines, replaced


def bin_qualities(quality: Sequence[float]) -> list[int]:
    """Pairs by quality, in `BINS`.

    Examples
    --------
    >>> bin_qualities([0.05, 0.95, 1.0])
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    """
    bins: list[int] = np.bincount(
        np.minimum((np.array(quality, float) * BINS).astype(int), BINS - 1), minlength=BINS
    ).tolist()
    return bins
