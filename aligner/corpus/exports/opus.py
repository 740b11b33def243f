"""A corpus in the layout of OPUS: its documents whole, its pairs as links between their sentences."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from aligner.errors import FilePath, InputError
from aligner.names.learning import learn_names
from aligner.names.rewriting import NameStyle, normalise_names
from aligner.names.table import NameTable
from aligner.pairs.chunks import TEXTS, Tally
from aligner.pairs.files import write_pairs
from aligner.pairs.opus import Link, OpusDocument, open_opus
from aligner.text.normalisation import Tone, normalise

if TYPE_CHECKING:
    import pandas as pd

Cut = tuple[dict[str, Any], "pd.DataFrame"]
"""A document as its shard records it, and its beads, their texts as tuples of sentences."""

_LANGUAGES: Final[tuple[Literal["en", "vi"], ...]] = ("en", "vi")

_SCORES: Final = {"certainty": "quality", "probability": "probability", "score": "aligner_score"}
"""Attributes of links, by their columns; readers of OPUS choose links by ``certainty``."""


def write_opus(
    frames: Iterable[pd.DataFrame],
    documents: Iterator[Cut],
    folder: Path,
    corpus: str,
    signature: str,
    counts: Counter[str],
) -> int:
    """Write pairs as OPUS has them: the documents that they are of, links, Moses and TMX.

    Parameters
    ----------
    frames : iterable of DataFrame
        The pairs, in the corpus's order.
    documents : iterator
        Those of the corpus, as `cut_documents` gives them.
    folder : path
        Where to; it is made.
    corpus : str
        What it is called.
    signature : str
        What made it.
    counts : Counter of str
        Gets pairs ``linked`` and ``unlinked``, and sentences that are ``alone``.

    Returns
    -------
    int
        Characters replaced.
    """
    tally = Tally()
    with open_opus(folder, corpus, tally) as add:

        def document_by_document() -> Iterator[pd.DataFrame]:
            """Give the frames on to TMX; a document is written when the last of its pairs has gone by."""
            name, taken = "", set[tuple[str, str]]()
            for frame in frames:
                for id_, part in frame.groupby("doc_id", sort=False):
                    if taken and id_ != name:
                        add(_document(documents, name, taken, counts))
                        taken = set()
                    name = str(id_)
                    taken.update(zip(part["src_ids"], part["trg_ids"], strict=True))
                yield frame
            if taken:
                add(_document(documents, name, taken, counts))

        path = folder / "tmx" / "en-vi.tmx.gz"
        path.parent.mkdir(parents=True)
        total = write_pairs(document_by_document(), path, signature=signature, ids=True)
    return tally.replaced + int(total["replaced"])


def cut_documents(
    shards: Iterable[tuple[pd.DataFrame, dict[str, Any]]],
    corpus: FilePath,
    *,
    names: NameStyle,
    tone: Tone,
    glossary: NameTable | None,
) -> Iterator[Cut]:
    """Go through the documents of a corpus's shards, their beads cut into sentences, written as is asked for.

    Raises
    ------
    InputError
        If a shard does not record the lengths of its sentences, as those of older versions.
    """
    for frame, record in shards:
        of = {row["id"]: row for row in record["documents"]}
        for id_, part in frame.groupby("doc_id", sort=False):
            row, sentences = of[str(id_)], part.copy()
            table = None
            if names != "keep":
                table = learn_names(zip(part["src_text"], part["trg_text"], strict=True), glossary=glossary)
            for side, (column, lang) in enumerate(zip(TEXTS, _LANGUAGES, strict=True)):
                counts = [int(kind.split(":")[side]) for kind in part["bead_type"]]
                lengths = [int(length) for length in row.get("lengths", {}).get(lang, "").split()]
                cut = _cut(part[column].tolist(), counts, lengths, str(id_), corpus)
                flat = [sentence for bead in cut for sentence in bead]
                if table is not None:
                    flat = [report.text for report in normalise_names(flat, table, lang=lang, names=names)]
                if tone != "keep":
                    flat = [normalise(text, lang=lang, tone=tone) for text in flat]
                written = iter(flat)
                sentences[column] = [tuple(itertools.islice(written, len(bead))) for bead in cut]
            yield row, sentences


def _cut(
    texts: Sequence[str], counts: Sequence[int], lengths: Sequence[int], document: str, corpus: FilePath
) -> list[list[str]]:
    """The sentences of each bead's side, by the lengths that the shard records."""
    left = iter(lengths)
    beads = []
    for text, n in zip(texts, counts, strict=True):
        parts, start = [text] * (n == 1), 0
        for length in itertools.islice(left, n) if n > 1 else ():
            parts.append(text[start : start + length])
            start += length + 1
        if len(parts) != n or " ".join(parts) != text:
            what, todo = "no lengths of the sentences of a document", "build it anew into another folder: aligner build"
            raise InputError(what, path=corpus, found=document, todo=todo)
        beads.append(parts)
    return beads


def _document(
    documents: Iterator[Cut],
    name: str,
    taken: set[tuple[str, str]],
    counts: Counter[str],
) -> OpusDocument:
    """The next document of a name, and which of its beads were taken."""
    row, beads = next(found for found in documents if found[0]["id"] == name)
    texts: tuple[dict[int, str], dict[int, str]] = ({}, {})
    links = []
    for src, trg, src_ids, trg_ids, *scores in zip(
        *(beads[column] for column in ("src_text", "trg_text", "src_ids", "trg_ids", *_SCORES.values())), strict=True
    ):
        numbers = tuple(tuple(int(k) for k in filter(None, ids.split(","))) for ids in (src_ids, trg_ids))
        for held, own, sentences in zip(texts, numbers, (src, trg), strict=True):
            held.update(zip(own, sentences, strict=True))
        is_taken, is_null = (src_ids, trg_ids) in taken, not all(numbers)
        counts.update(
            {"linked": is_taken, "alone": is_null * sum(map(len, numbers)), "unlinked": not (is_taken or is_null)}
        )
        if is_taken or is_null:
            links.append(Link((numbers[0], numbers[1]), dict(zip(_SCORES, scores, strict=True)), is_taken))
    origin = {key: row[key] for key in ("licence", "source", "date")}
    return OpusDocument(name, origin, texts, links)
