"""JSON Lines in and out: an object a line, with the types of its cells."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any, Final

from aligner.errors import InputError
from aligner.files.streams import open_packed, read_lines
from aligner.pairs.chunks import (
    CHUNK,
    Chunk,
    Source,
    Tally,
    Target,
    cell_text,
    check_share,
    json_fault,
    n_rows,
    refuse_subtitles,
)
from aligner.pairs.records import columns_of, flat, named
from aligner.pairs.sidecars import beside, read_signature
from aligner.pairs.sides import names_asked


def read_jsonl(source: Source, tally: Tally) -> Iterator[Chunk]:
    """Read the objects of a JSON Lines file, with the texts in them or in a translation.

    Empty lines are counted; lines that are no object or have no texts are set aside. Where no key of the first chunk is
    known, the objects are given as they stand, for the words to tell.

    Raises
    ------
    InputError
        If no more lines have pairs than have not; says which line is the first.
    """
    path, asked = source.path, set(names_asked(source.columns))
    tally.signature = read_signature(path, tally)
    fault: InputError | None = None
    n_broken = n_bare = n_good = 0
    is_raw = source.columns is not None
    objects = _objects(source, tally)
    while batch := list(itertools.islice(objects, CHUNK)):
        records = []
        if not n_broken + n_bare + n_good and not is_raw:
            is_raw = not any(isinstance(value, dict) and named(value, Tally()) for _, value in batch)
        for number, value in batch:
            record = None
            if isinstance(value, dict):
                record = flat(value) if is_raw else named(value, tally)
                is_whole = asked <= {name.strip().casefold() for name in record} if record and asked else True
                if record is None or not is_whole or (is_raw and len(record) < 2):
                    record, found = None, ", ".join(map(str, value.get("translation") or value)) or "none"
                    todo = "name the texts src_text and trg_text"
                    value = InputError("no text keys", path=path, line=number, found=found, todo=todo)
            if record is not None:
                records.append(record)
            elif isinstance(value, InputError):
                tally.skip(_KINDS[value.what], number)
                fault = fault or value
                n_bare += value.what == "no text keys"
                n_broken += value.what != "no text keys"
        n_good += len(records)
        check_share(n_broken, n_good, fault, n_bare)
        if records:
            yield columns_of(records)


_KINDS: Final = {
    "not JSON": "lines that are not JSON",
    "no JSON object": "lines without an object",
    "no text keys": "objects without both texts",
}
"""What is counted, by the fault of a line."""


def _objects(source: Source, tally: Tally) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
    """The object of each line, or what is wrong with it; a bare control character in a text is none."""
    path = source.path
    for first, lines in read_lines(path, encoding=source.encoding):
        if first == 1:
            refuse_subtitles(enumerate(lines, 1), path)
        for number, line in enumerate(lines, first):
            if not line.strip():
                tally.skip("empty lines", number)
                continue
            try:
                value = json.loads(line, strict=False)
            except (ValueError, RecursionError) as error:
                found, todo = json_fault(error), "write one object a line"
                yield number, InputError("not JSON", path=path, line=number, found=found, todo=todo)
                continue
            if isinstance(value, dict):
                yield number, value
            else:
                found, todo = type(value).__name__, "write one object a line"
                yield number, InputError("no JSON object", path=path, line=number, found=found, todo=todo)


def write_jsonl(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """Write an object a line; numbers in full, lone surrogates escaped, what is missing or no number null.

    Examples
    --------
    >>> write_jsonl(iter([{"src_text": ["a"], "trg_text": ["b"]}]), Target("-"), Tally())
    {"src_text": "a", "trg_text": "b"}
    """
    encode = json.JSONEncoder(ensure_ascii=False, default=cell_text).encode
    with beside(target, tally), open_packed(target.path) as file:
        for chunk in chunks:
            tally.pairs += n_rows(chunk)
            columns = [[_json_cell(v, tally) for v in column] for column in chunk.values()]
            text = "".join(f"{encode(dict(zip(chunk, row, strict=True)))}\n" for row in zip(*columns, strict=True))
            file.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def _json_cell(value: Any, tally: Tally) -> Any:
    """A cell as JSON can have it: null for what is missing; infinity, which it has not, is counted."""
    if isinstance(value, float) and not abs(value) < float("inf"):
        tally.replaced += value == value
        return None
    return value
