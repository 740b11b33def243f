"""Pairs as others name them: columns and keys for the two texts, translations within a record."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from typing import Any, Final

from aligner.errors import FilePath, InputError
from aligner.pairs.chunks import TEXTS, Chunk, Tally, check_columns

_ALIASES: Final = (("src_text", "trg_text"), ("source", "target"), ("src", "trg"), ("src", "tgt"), ("en", "vi"),
                   ("english", "vietnamese"))  # fmt: skip
"""Names of the two text columns that a header or a record may have."""


def text_names(names: Collection[str]) -> dict[str, str]:
    """Give our names for the two text columns by theirs; none where they are not there.

    Examples
    --------
    >>> text_names(["id", "en", "vi"])
    {'en': 'src_text', 'vi': 'trg_text'}
    """
    found = next((pair for pair in _ALIASES if pair[0] in names and pair[1] in names), ())
    return dict(zip(found, TEXTS, strict=False))


def columns_of(records: list[dict[str, Any]]) -> Chunk:
    """Turn records into columns; what one has not is missing.

    Examples
    --------
    >>> columns_of([{"a": 1}, {"b": 2}])
    {'a': [1, None], 'b': [None, 2]}
    """
    names = dict.fromkeys(itertools.chain.from_iterable(records))
    return {name: [record.get(name) for record in records] for name in names}


def flat(record: dict[str, Any], path: FilePath, number: int | None, tally: Tally) -> dict[str, Any]:
    """Give a record with the texts under our names, taken out of a translation as Hugging Face has it.

    Examples
    --------
    >>> flat({"translation": {"en": "a", "vi": "b"}, "id": 1}, "a.jsonl", 1, Tally())
    {'src_text': 'a', 'trg_text': 'b', 'id': 1}
    """
    inner = record.get("translation")
    texts = inner if isinstance(inner, dict) else record
    names = text_names(texts)
    if not names:
        found, todo = ", ".join(map(str, texts)) or "none", "name the texts src_text and trg_text"
        raise InputError("no text keys", path=path, line=number, found=found, todo=todo)
    if texts is record:
        flat = {names.get(key, key): value for key, value in record.items()}
    else:
        tally.skipped["texts in other languages"] += len(texts) - 2
        pair = {name: texts[key] for key, name in names.items()}
        flat = {}
        for key, value in record.items():
            flat |= pair if key == "translation" else {key: value}
    if len(flat) != len(record) + (texts is not record):
        raise InputError("more than one text key", path=path, line=number, found=", ".join(record), todo="give one")
    return flat


def renamed(chunk: Chunk, path: FilePath, tally: Tally) -> Chunk:
    """Give a chunk of columns the texts under our names.

    Examples
    --------
    >>> renamed({"en": ["a"], "vi": ["b"]}, "a.parquet", Tally())
    {'src_text': ['a'], 'trg_text': ['b']}
    """
    inner = chunk.get("translation")
    if inner and all(isinstance(value, dict) for value in inner):
        rows = zip(*chunk.values(), strict=True)
        return columns_of([flat(dict(zip(chunk, row, strict=True)), path, None, tally) for row in rows])
    names = text_names(chunk)
    columns = [names.get(name, name) for name in chunk]
    check_columns(columns, path)
    return dict(zip(columns, chunk.values(), strict=True))
