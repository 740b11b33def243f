"""Pairs as tables: the frame of an alignment, and TSV."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from aligner.bitext import AlignedDocument, Bead, Judgement, Sentence
from aligner.errors import FilePath
from aligner.files.whole import write_text
from aligner.pairs.chunks import NUMBERS, OFFSETS, UNFIT, Tally, Target, as_tsv, cell_text, fitted
from aligner.pairs.cues import TIMES, time_cell
from aligner.pairs.frames import cells_of
from aligner.pairs.sidecars import beside, drop_sidecar
from aligner.text.unicode import nfc

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "src_text",
    "trg_text",
    "aligner_score",
    "quality",
    "decision",
    "reasons",
    "bead_type",
    "src_ids",
    "trg_ids",
    "src_start",
    "src_end",
    "trg_start",
    "trg_end",
    "doc_id",
    "src_kind",
    "trg_kind",
    "pair_quality",
    "probability",
    "document_probability",
)
"""Columns of a frame and of TSV; the names of the texts, scores and ids are those of Bitextor and ParaCrawl. Where a
side is a subtitle file, those of `cues.TIMES` stand behind them."""


def frame_of(document: AlignedDocument, *, nulls: bool = False, moved: Sequence[Bead] | None = None) -> pd.DataFrame:
    """Put an alignment into a frame, one row a bead.

    Parameters
    ----------
    document : AlignedDocument
        The alignment.
    nulls : bool
        Also give the null beads; their empty side has an empty text and no offsets.
    moved : sequence of Bead, optional
        Pairs out of order, to be put behind the others; a last column ``moved`` then tells them from these.

    Returns
    -------
    pandas.DataFrame
        With `columns_of`; docs/columns.md says what each holds. ``attrs["signature"]`` says what made it.
    """
    import pandas as pd

    # An empty frame would have no types of its own; texts stay objects, since Arrow's strings hold no lone surrogates.
    types = dict.fromkeys(OFFSETS, "Int64") | dict.fromkeys((name for name in NUMBERS if name in COLUMNS), "float64")
    beads = [bead for bead in document.beads if nulls or not bead.is_null] + list(moved or ())
    rows = rows_of(document, beads, document.judgements(beads))
    frame = pd.DataFrame(rows, columns=list(columns_of([document])), dtype=object).astype(types)
    frame.attrs["signature"] = document.signature
    return frame if moved is None else frame.assign(moved=[bead.moved for bead in beads])


def columns_of(documents: Iterable[AlignedDocument]) -> tuple[str, ...]:
    """Columns of the rows of documents: those with times where one of them has any.

    Examples
    --------
    >>> columns_of([AlignedDocument((), (), (), 0.0)]) == COLUMNS
    True
    """
    return (*COLUMNS, *TIMES) if any(any(document.cues) for document in documents) else COLUMNS


def rows_of(
    document: AlignedDocument, beads: Sequence[Bead], judgements: Sequence[Judgement], n_columns: int = 0
) -> list[tuple[object, ...]]:
    """Rows of beads that were judged, for whoever makes no frame of them.

    With the document's own columns (`columns_of`), or with as many as are given, where others of the table have times.

    Examples
    --------
    >>> document = AlignedDocument((Sentence("Hi.", 0, 3),), (), (Bead((0,), ()),), 0.0)
    >>> rows_of(document, document.beads, [Judgement(0.0, 0.0, False, ("null",))])[0][4:7]
    ('drop', 'null', '1:0')
    """
    with_times = max(n_columns, len(columns_of([document]))) > len(COLUMNS)
    return [
        (*_row(document, bead, judgement), *(_times(document, bead) if with_times else ()))
        for bead, judgement in zip(beads, judgements, strict=True)
    ]


def _times(document: AlignedDocument, bead: Bead) -> tuple[str, str]:
    """When both sides of a bead are shown."""
    source, target = [document.source[i] for i in bead.source], [document.target[j] for j in bead.target]
    return time_cell(document.cues[0], source), time_cell(document.cues[1], target)


def _row(document: AlignedDocument, bead: Bead, judgement: Judgement) -> tuple[object, ...]:
    """One row of the frame."""
    return (
        *document.texts(bead),
        bead.score,
        judgement.quality,
        "keep" if judgement.is_kept else "drop",
        ";".join(judgement.reasons),
        bead.type,
        ",".join(map(str, bead.source)),
        ",".join(map(str, bead.target)),
        *_span(document.source, bead.source),
        *_span(document.target, bead.target),
        document.doc_id,
        _kinds(document.source, bead.source),
        _kinds(document.target, bead.target),
        judgement.pair_quality,
        bead.probability,
        document.parallel_probability,
    )


def _kinds(sentences: Sequence[Sentence], ids: Sequence[int]) -> str:
    """Kinds of the bead's sentences, each named once, in order."""
    return ",".join(dict.fromkeys(sentences[i].kind for i in ids))


def _span(sentences: Sequence[Sentence], ids: Sequence[int]) -> tuple[int | None, int | None]:
    """Offsets from the first sentence's start to the last one's end; none for the empty side of a null bead."""
    return (sentences[ids[0]].start, sentences[ids[-1]].end) if ids else (None, None)


def write_tsv(frame: pd.DataFrame, path: FilePath) -> int:
    """Write a frame as UTF-8 TSV: a header, then one line a row.

    Some cells are quoted (`chunks.quoted`).

    Parameters
    ----------
    frame : pandas.DataFrame
        Any columns. Text is brought into NFC; numbers get four decimals; missing values are empty.
    path : str or path
        The file, "-" for standard output. It appears whole or not at all.

    Returns
    -------
    int
        Number of characters replaced, since a TSV field cannot hold them: tabs, line breaks and other controls by a
        space, lone surrogates by U+FFFD.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    tally = Tally()
    names, columns = list(map(str, frame.columns)), [frame.iloc[:, k] for k in range(frame.shape[1])]
    cells = [[name, *map(cell_text, cells_of(column))] for name, column in zip(names, columns, strict=True)]
    text = "\n".join(as_tsv(cells, tally)) + "\n"
    signature, tally.pairs = frame.attrs.get("signature"), len(frame)
    with beside(Target(path, signature=signature), tally) if signature else contextlib.nullcontext():
        write_text(path, text)
    if not signature:
        drop_sidecar(path)
    return tally.replaced


def reason_codes(reasons: str) -> list[str]:
    """Give the codes of a cell of reasons, each once, without details.

    Examples
    --------
    >>> reason_codes("dissimilar: cosine 0.10;numbers_differ: 9 / 8")
    ['dissimilar', 'numbers_differ']
    """
    codes = (reason.partition(":")[0].strip() for reason in reasons.split(";"))
    return list(dict.fromkeys(filter(None, codes)))


def fit_field(text: str) -> tuple[str, int]:
    r"""Return the text as a TSV field can hold it, in NFC, and the number of characters replaced.

    Examples
    --------
    >>> fit_field("H\u00e0\tN\u00f4\u0323i\n")
    ('Hà Nội ', 2)
    """
    if text.isascii() and text.isprintable():  # numbers, ids and English, in a tenth of the time
        return text, 0
    tally = Tally()
    return fitted(nfc(text), UNFIT, tally), tally.replaced
