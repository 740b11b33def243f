"""Files of pairs from anywhere scored into files, in constant memory."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from aligner.bitext import Threshold
from aligner.doors import checked
from aligner.errors import FilePath, Progress
from aligner.files.whole import check_apart
from aligner.names.table import NameTable
from aligner.pairs.chunks import CHUNK, READ, Columns
from aligner.pairs.files import read_pairs, write_pairs
from aligner.pairs.formats import check_output
from aligner.pairs.tables import reason_codes
from aligner.quality.company import cut_groups
from aligner.quality.model import QualityModel
from aligner.quality.scores import (
    Existing,
    check_existing,
    documents_of,
    read_probabilities,
    score_columns,
    score_pairs,
)

if TYPE_CHECKING:
    import pandas as pd

_TOLD = ("threshold", "signature", "probabilities", "renamed")
"""What each chunk says alike."""


@checked
def score_file(
    path: FilePath,
    out: FilePath,
    *,
    other: FilePath | None = None,
    format: str | None = None,
    encoding: str | None = None,
    columns: Columns | str | None = None,
    swap: bool | None = None,
    threshold: Threshold = "balanced",
    features: bool = False,
    rules: Iterable[str] | None = None,
    kept_only: bool = False,
    glossary: NameTable | None = None,
    model: QualityModel | None = None,
    existing: Existing = "keep",
    progress: Progress | None = None,
) -> dict[str, Any]:
    r"""Score a file of pairs into another one, in constant memory.

    Parameters
    ----------
    path, other, format, encoding, columns, swap
        As for `read_pairs`.
    out : str or path
        As for `write_pairs`, by suffix. Its columns are those of the first chunk, with what `score_pairs` gives behind
        them; scores have four decimals.
    threshold, features, rules, glossary, model, existing
        As for `score_pairs`.
    kept_only : bool
        Write only the pairs that are kept; the others are counted all the same.
    progress : callable, optional
        Called with ``"scored"``, the number of pairs so far, and 0, since nobody knows of how many; once a chunk.

    Returns
    -------
    dict
        ``pairs`` (all that were read), ``kept``, ``rules`` and ``reasons`` (rows by rule and by code); ``threshold``,
        ``signature``, ``probabilities`` and ``renamed``, as `score_pairs` tells them; and what `write_pairs` counts:
        ``replaced``, ``guarded``, ``cut``, ``left_out``, ``skipped``, ``first``, ``notices``.

    Raises
    ------
    InputError
        As `read_pairs` and `score_pairs` do, with the pair's number in the file, and if the file cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.tsv").write_text("Thank you very much.\tCảm ơn bạn rất nhiều.\n", encoding="utf-8")
    >>> score_file(folder / "a.tsv", folder / "b.tsv")["pairs"]
    1
    """
    check_output(out)
    check_apart([out], [path, *([] if other is None else [other])])
    chosen = None if rules is None else list(rules)
    total: dict[str, Any] = {"pairs": 0, "kept": 0, "rules": Counter(), "reasons": Counter()}

    def scored_chunks() -> Iterator[pd.DataFrame]:
        read = read_pairs(path, other, format=format, encoding=encoding, columns=columns, swap=swap)
        for chunk in _whole_documents(read):
            # Asked here, too, since these errors name the file.
            check_existing(list(map(str, chunk.columns)), score_columns(features), existing, path)
            read_probabilities(chunk, path=path, first=total["pairs"])
            scored = score_pairs(
                chunk,
                threshold=threshold,
                features=features,
                rules=chosen,
                glossary=glossary,
                model=model,
                existing=existing,
            )
            is_kept = scored["decision"] == "keep"
            total["pairs"] += len(scored)
            total["kept"] += int(is_kept.sum())
            if progress is not None:
                progress("scored", total["pairs"], 0)
            total["rules"].update(scored.attrs["rules"])
            total["reasons"].update(code for reasons in scored["reasons"] for code in reason_codes(reasons))
            total.update({key: scored.attrs[key] for key in _TOLD})
            total.update({key: chunk.attrs[key] for key in READ if key in chunk.attrs})
            # What was there already stays to the last digit.
            own = scored[score_columns(features)].select_dtypes(np.floating).columns
            yield (scored[is_kept] if kept_only else scored).round(dict.fromkeys(own, 4))

    chunks = scored_chunks()
    first = next(chunks)
    written = write_pairs(itertools.chain([first], chunks), out, signature=total["signature"])
    return written | total | {"rules": dict(total["rules"]), "reasons": dict(total["reasons"])}


def _whole_documents(chunks: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Chunks whose borders are those of documents, where these fit: pairs are judged beside those of their document."""
    import pandas as pd

    left: pd.DataFrame | None = None
    for chunk in chunks:
        given = chunk if left is None else pd.concat([left, chunk], ignore_index=True)
        given.attrs = chunk.attrs
        stretches = cut_groups(documents_of(given), CHUNK)
        # What the last one holds may go on in the next chunk.
        for rows in stretches[:-1]:
            yield _rows(given, rows)
        left = _rows(given, stretches[-1])
    if left is not None:
        yield left


def _rows(frame: pd.DataFrame, rows: slice) -> pd.DataFrame:
    """Some rows of a frame, with what it tells of itself."""
    part = frame.iloc[rows].reset_index(drop=True)
    part.attrs = frame.attrs
    return part
