"""Sentence boundaries: two splits of the same text compared."""

from __future__ import annotations

import bisect
import hashlib
import itertools
import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

import numpy as np

from aligner.bitext import Sentence
from aligner.doors import checked
from aligner.errors import InputError
from aligner.evaluation.beads import pair_documents
from aligner.evaluation.tallies import (
    SAMPLES,
    SEED,
    Figure,
    Figures,
    Ratio,
    Score,
    Tally,
    check_sampling,
    precision_and_recall,
    signature_of,
)
from aligner.text.unicode import nfc

Split = Sequence[str] | Sequence[Sentence] | Sequence[int]
"""Sentences, or the offsets of the boundaries between them."""

COLUMNS = ("gold", "predicted", "right")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class BoundaryEvaluation(Figures):
    """How well the boundaries of one split agree with those of another; see `evaluate_boundaries`."""

    kind: ClassVar[str] = "boundaries"

    @property
    def figures(self) -> list[Figure]:
        """Precision, recall and F1."""
        return precision_and_recall("boundaries", Ratio(("right",), ("predicted",)), Ratio(("right",), ("gold",)))

    @property
    def score(self) -> Score:
        """Precision, recall and F1 of the boundaries inside the texts."""
        return Score(self.values["boundaries", "precision"], self.values["boundaries", "recall"])

    def counts_of(self, measure: str) -> dict[str, int]:
        """Gold and predicted boundaries."""
        return {"gold": self.tally.total("gold"), "predicted": self.tally.total("predicted")}


@checked
def evaluate_boundaries(
    predicted: Split | Mapping[str, Split],
    gold: Split | Mapping[str, Split],
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> BoundaryEvaluation:
    """Score the sentence boundaries of one split of a text against those of another.

    Parameters
    ----------
    predicted, gold : sequence of str, of Sentence or of int, or mapping of document name to these
        Sentences: their texts, joined, must be the same but for white space and Unicode form; a boundary is where one
        ends and another begins, so the end of the text is none. Or offsets into one text: the boundaries inside it, in
        any order. Both in one form.
    samples, seed : int
        Of the bootstrap behind the intervals: it draws documents; of one document, the gold sentences, each with the
        boundary behind it and those predicted inside it.

    Returns
    -------
    BoundaryEvaluation
        ``score.precision``, ``score.recall``, ``score.f1``, micro-averaged over documents, with 95 % intervals.

    Raises
    ------
    InputError
        If the texts differ (says where), the documents do, or a split is of no accepted form.

    Notes
    -----
    Boundaries as events, without the trivial one at the end of the text: Read et al. (2012), section 3,
    https://aclanthology.org/C12-2096/ . Empty sentences make no boundary.

    Examples
    --------
    >>> evaluate_boundaries(["It rained.", "At 5 p.", "m. we left."], ["It rained.", "At 5 p.m. we left."]).score
    Score(precision=0.5, recall=1.0)
    """
    check_sampling(samples, seed)
    documents = [(name, *_find_offsets(name, found, right)) for name, found, right in pair_documents(predicted, gold)]
    by_document = len(documents) != 1
    rows: list[list[int]] = []
    for _, found, right in documents:
        hits = set(found) & set(right)
        if by_document:
            rows.append([len(right), len(found), len(hits)])
            continue
        # One row a gold sentence; the last has no boundary behind it.
        cells = [[1, 0, 0] for _ in right] + [[0, 0, 0]]
        for offset in found:
            cell = cells[bisect.bisect_left(right, offset)]
            cell[1] += 1
            cell[2] += offset in hits
        rows += cells
    unit, names = ("documents", tuple(name for name, _, _ in documents)) if by_document else ("gold sentences", ())
    tally = Tally(unit, names, COLUMNS, np.array(rows, np.int64).reshape(-1, len(COLUMNS)))
    parts = {
        "documents": len(documents),
        "gold": tally.total("gold"),
        "predicted": tally.total("predicted"),
        "gold_sha": hashlib.sha256(repr([right for _, _, right in documents]).encode()).hexdigest()[:12],
    }
    return BoundaryEvaluation(
        tally, signature_of("boundaries", parts, tally, samples=samples, seed=seed), samples, seed
    )


def _find_offsets(name: str, predicted: Split, gold: Split) -> tuple[list[int], list[int]]:
    """Boundaries of both splits, sorted, in one count of characters."""
    sides: list[list[object]] = [list(side) for side in (predicted, gold)]
    where = f"document {name}: " if name else ""
    forms = {_form(item) for side in sides for item in side}
    if isinstance(predicted, str) or isinstance(gold, str) or None in forms or len(forms) > 1:
        found = next((type(item).__name__ for side in sides for item in side if _form(item) is None), "mixed forms")
        found = "a single str" if isinstance(predicted, str) or isinstance(gold, str) else found
        raise InputError(f"{where}not two splits", found=found, todo="give two lists of sentences, or two of offsets")
    if forms == {"offset"}:
        found_ints, right_ints = ({operator.index(cast("int", item)) for item in side} for side in sides)
        return sorted(found_ints), sorted(right_ints)
    texts = [[_squeeze(item) for item in side] for side in sides]
    one, other = map("".join, texts)
    if one != other:
        k = next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        raise InputError(
            f"{where}the two splits are not of the same text",
            found=f"at character {k}, spaces not counted, {one[k : k + 20]!r} and {other[k : k + 20]!r}",
            todo="split one text in both ways",
        )
    ends = [set(itertools.accumulate(map(len, side))) - {0, len(one)} for side in texts]
    return sorted(ends[0]), sorted(ends[1])


def _form(item: object) -> str | None:
    """Whether an item is a sentence or an offset."""
    if isinstance(item, str | Sentence):
        return "sentence"
    return "offset" if isinstance(item, int | np.integer) and not isinstance(item, bool) else None


def _squeeze(item: object) -> str:
    """A sentence's text without white space, in NFC."""
    return _SPACE.sub("", nfc(item.text if isinstance(item, Sentence) else str(item)))
