"""What tells a pair from all others of its file, wherever the file goes: the column ``pair_id``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final

from aligner.pairs.chunks import PAIR_ID, TEXTS, Chunk, cell_text, n_rows
from aligner.text.unicode import nfc

ID: Final = re.compile(r"p[0-9a-f]{16}")
"""An id as we make it: the letter keeps spreadsheets from a number; 64 bits, of which a hundred million pairs share one
in one file of 3,700."""

_ENOUGH: Final = 0.9
"""Share of the filled cells of a column that are ids, where it has another name: of units in XLIFF, of a person."""


def with_ids(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Give each pair an id, unless it has one; a last column.

    Where sentences are numbered (``src_ids``, ``trg_ids``) the id is made of the document, these numbers and both
    texts, so that it is the same in every file that has the pair. Else it is made of the texts and the place in the
    file.

    Examples
    --------
    >>> chunk = {"src_text": ["Hi.", "Hi."], "trg_text": ["Chào.", "Chào."]}
    >>> next(with_ids(iter([chunk])))["pair_id"]
    ['p77eca126fb71b8bc', 'pfafae9d065257d7b']
    """
    place = 0
    for chunk in chunks:
        yield {**chunk, PAIR_ID: ids_of(chunk, place)}
        place += n_rows(chunk)


def ids_of(chunk: Chunk, place: int = 0) -> list[str]:
    """Give the ids of pairs: those that they have, else made as `with_ids` says.

    Parameters
    ----------
    chunk : Chunk
        The pairs.
    place : int
        Pairs of the file before them.

    Examples
    --------
    >>> ids_of({"src_text": ["Hi."], "trg_text": ["Chào."], "pair_id": ["7"]})
    ['7']
    """
    n = n_rows(chunk)
    doc, en_ids, vi_ids = (map(cell_text, chunk.get(name, [None] * n)) for name in ("doc_id", "src_ids", "trg_ids"))
    en_texts, vi_texts = ((" ".join(nfc(cell_text(cell)).split()) for cell in chunk[name]) for name in TEXTS)
    stated = map(cell_text, chunk.get(PAIR_ID, [None] * n))
    ids: list[str] = []
    for own, document, en, vi, *texts in zip(stated, doc, en_ids, vi_ids, en_texts, vi_texts, strict=True):
        where = ("bead", document, en, vi) if en or vi else ("place", str(place + len(ids)))
        digest = blake2b("\x1f".join((*where, *texts)).encode("utf-8", "replace"), digest_size=8)
        ids.append(own.strip() or f"p{digest.hexdigest()}")
    return ids


def id_column(columns: Sequence[str], cells: Chunk) -> str | None:
    """Find the column of ids: by its name, or by what stands in it, as where a program calls the units of XLIFF ``id``.

    Examples
    --------
    >>> id_column(["id", "src_text"], {"id": ["p0123456789abcdef"], "src_text": ["Hi."]})
    'id'
    """
    if PAIR_ID in columns:
        return PAIR_ID
    for name in columns:
        filled = [text for text in map(cell_text, cells[name]) if text.strip()]
        if filled and sum(ID.fullmatch(text.strip()) is not None for text in filled) >= _ENOUGH * len(filled):
            return name
    return None
