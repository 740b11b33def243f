"""Predicted beads against gold beads: precision, recall and F1, strict and lax, with and without nulls, by type."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np

from aligner.bitext import Bead
from aligner.doors import checked
from aligner.errors import InputError
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

Ids = tuple[tuple[int, ...], tuple[int, ...]]


class HasBeads(Protocol):
    """An alignment, or anything else with beads."""

    @property
    def beads(self) -> Sequence[Bead]:
        """In order."""
        ...


Beads = HasBeads | Iterable[Bead] | Iterable[tuple[Iterable[int], Iterable[int]]]
"""What beads may be given as."""

MAX_NAMES = 10
"""Documents that an error names."""


@dataclass(frozen=True)
class Evaluation(Figures):
    """How well predicted beads agree with gold beads, micro-averaged over documents.

    `strict`, `lax`, `with_nulls` and `by_type` are `Score`s: ``precision``, ``recall``, ``f1``. `values` and
    `intervals` have all of them by measure ("strict", "lax", "strict with nulls", "strict 1:2", ...) and name. The
    bootstrap draws documents; of one document, its gold beads, each with the predicted beads that begin in it.

    Examples
    --------
    >>> e = evaluate([((0,), (0,)), ((1,), (1,))], [((0,), (0,)), ((1,), ()), ((), (1,))])
    >>> e.strict.precision, e.by_type["1:0"].recall, e.intervals["strict", "recall"].high
    (0.5, 0.0, 1.0)
    """

    kind: ClassVar[str] = "beads"

    @cached_property
    def types(self) -> tuple[str, ...]:
        """Bead types of either set, those with most gold beads first."""
        names = {column.split(" ")[1] for column in self.tally.columns if column.startswith("gold ")}
        return tuple(sorted(names, key=lambda name: (-self.tally.total(f"gold {name}"), name)))

    @property
    def figures(self) -> list[Figure]:
        """Precision, recall and F1 of each measure."""
        pairs = [name for name in self.types if "0" not in name.split(":")]
        gold, predicted = (tuple(f"{what} {name}" for name in pairs) for what in ("gold", "predicted"))
        lax = Ratio(("lax predicted",), predicted), Ratio(("lax gold",), gold)
        return [
            *_strict("strict", pairs),
            *precision_and_recall("lax", *lax),
            *_strict("strict with nulls", self.types),
            *(figure for name in self.types for figure in _strict(f"strict {name}", [name])),
        ]

    def _score(self, measure: str) -> Score:
        return Score(self.values[measure, "precision"], self.values[measure, "recall"])

    @property
    def strict(self) -> Score:
        """The same bead is in the other set; null beads left aside on both sides."""
        return self._score("strict")

    @property
    def lax(self) -> Score:
        """A bead of the other set shares a source and a target sentence with it; null beads left aside."""
        return self._score("lax")

    @property
    def with_nulls(self) -> Score:
        """Strict, with null beads counted like any other."""
        return self._score("strict with nulls")

    @property
    def by_type(self) -> dict[str, Score]:
        """Strict, by bead type as in '1:2', null beads among them."""
        return {name: self._score(f"strict {name}") for name in self.types}

    @property
    def n_documents(self) -> int:
        """Number of documents."""
        return len(self.tally.counts) if self.tally.unit == "documents" else 1

    @property
    def n_gold(self) -> int:
        """Gold beads that are not null."""
        return self.counts_of("strict")["gold"]

    @property
    def n_predicted(self) -> int:
        """Predicted beads that are not null."""
        return self.counts_of("strict")["predicted"]

    def counts_of(self, measure: str) -> dict[str, int]:
        """Gold and predicted beads that a measure is about."""
        (precision,), (recall,) = (f.ratios for f in self.figures if f.measure == measure and f.name != "f1")
        return {
            "gold": sum(map(self.tally.total, recall.whole)),
            "predicted": sum(map(self.tally.total, precision.whole)),
        }


def _strict(measure: str, types: Sequence[str]) -> list[Figure]:
    """Figures of the beads of some types that are in both sets."""
    right, predicted, gold = (tuple(f"{what} {name}" for name in types) for what in ("right", "predicted", "gold"))
    return precision_and_recall(measure, Ratio(right, predicted), Ratio(right, gold))


@checked
def evaluate(
    predicted: Beads | Mapping[str, Beads],
    gold: Beads | Mapping[str, Beads],
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> Evaluation:
    """Score predicted beads against gold beads.

    Parameters
    ----------
    predicted, gold : alignment, sequence of beads, or mapping of document name to these
        A bead is a `Bead` or a pair (source indices, target indices). Mappings must name the same documents.
    samples, seed : int
        Of the bootstrap behind the intervals, which is run when they are first asked for.

    Returns
    -------
    Evaluation
        Strict and lax scores, both conventions for null beads, and by bead type, with 95 % intervals.

    Raises
    ------
    InputError
        If one is a mapping and the other is not, the documents differ, or something is no bead or there twice.

    Notes
    -----
    Strict and lax as in Thompson & Koehn (2019, section 4.2); a lax hit needs one bead that overlaps on both sides.

    Examples
    --------
    >>> round(evaluate([((0,), (0,)), ((1, 2), (1,))], [((0,), (0,)), ((1,), (1,)), ((2,), ())]).strict.f1, 2)
    0.5
    """
    check_sampling(samples, seed)
    named = [(name, bead_ids(found), bead_ids(right)) for name, found, right in pair_documents(predicted, gold)]
    documents = [(found, right) for _, found, right in named]
    # The bootstrap needs parts to draw: of a single document its gold beads.
    by_document = len(documents) != 1
    cells: list[dict[str, int]] = []
    for found, right in documents:
        places = [0] * len(right) if by_document else range(len(right))
        cells += _count_beads(found, right, places)
    columns = _columns(cells)
    at = {column: k for k, column in enumerate(columns)}
    counts = np.zeros((len(cells), len(columns)), np.int64)
    for row, cell in zip(counts, cells, strict=True):
        for column, n in cell.items():
            row[at[column]] = n
    unit, names = ("documents", tuple(name for name, _, _ in named)) if by_document else ("gold beads", ())
    tally = Tally(unit, names, columns, counts)
    draft = Evaluation(tally, "", samples, seed)
    parts = {
        "documents": len(documents),
        "gold": draft.n_gold,
        "predicted": draft.n_predicted,
        "gold_sha": _digest((name, right) for name, _, right in named),
        "predicted_sha": _digest((name, found) for name, found, _ in named),
    }
    return Evaluation(tally, signature_of("beads", parts, tally, samples=samples, seed=seed), samples, seed)


def _columns(cells: Iterable[Mapping[str, int]]) -> tuple[str, ...]:
    """Every column there is a count for; the three of a bead type and the two of lax always."""
    types = {column.split(" ")[1] for cell in cells for column in cell if not column.startswith("lax ")}
    return (*(f"{what} {name}" for name in sorted(types) for what in ("gold", "predicted", "right")),
            "lax gold", "lax predicted")  # fmt: skip


def _count_beads(found: Sequence[Ids], right: Sequence[Ids], places: Sequence[int]) -> list[dict[str, int]]:
    """Count one document's beads by unit: `places` has the unit of each gold bead."""
    cells: list[dict[str, int]] = [{} for _ in range(max(places, default=0) + 1)]

    def count(place: int, column: str) -> None:
        cells[place][column] = cells[place].get(column, 0) + 1

    found_set = set(found)
    for bead, place, lax in zip(right, places, _lax_hits(right, found), strict=True):
        count(place, f"gold {_type(bead)}")
        if bead in found_set:
            count(place, f"right {_type(bead)}")
        if lax:
            count(place, "lax gold")
    owners: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for bead, place in zip(right, places, strict=True):
        for owner, ids in zip(owners, bead, strict=True):
            for k in ids:
                owner.setdefault(k, place)
    for bead, lax in zip(found, _lax_hits(found, right), strict=True):
        place = _owner(bead, owners, len(cells) - 1)
        count(place, f"predicted {_type(bead)}")
        if lax:
            count(place, "lax predicted")
    return cells


def _owner(bead: Ids, owners: tuple[dict[int, int], dict[int, int]], default: int) -> int:
    """Unit of the gold bead that holds the bead's first sentence that any holds."""
    for owner, ids in zip(owners, bead, strict=True):
        for k in ids:
            if k in owner:
                return owner[k]
    return default


def _digest(documents: Iterable[tuple[str, Iterable[Ids]]]) -> str:
    """First 12 hex digits of a SHA-256 over the beads, in whatever order they stand."""
    digest = hashlib.sha256()
    for _, beads in documents:
        digest.update(f"{sorted(beads)}\n".encode())
    return digest.hexdigest()[:12]


def pair_documents(predicted: Any, gold: Any) -> list[tuple[str, Any, Any]]:
    """Pair up what was predicted and the gold by document: (name, predicted, gold), sorted by name.

    Raises
    ------
    InputError
        If one is a mapping and the other is not, or they name different documents.

    Examples
    --------
    >>> pair_documents({"a": 1}, {"a": 2}), pair_documents([1], [2])
    ([('a', 1, 2)], [('', [1], [2])])
    """
    if isinstance(predicted, Mapping) and isinstance(gold, Mapping):
        if predicted.keys() != gold.keys():
            names = sorted(map(str, predicted.keys() ^ gold.keys()))
            more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
            raise InputError(
                "predicted and gold name different documents",
                found=f"only in one: {', '.join(names[:MAX_NAMES])}{more}",
                todo="give the same names",
            )
        return [(str(name), predicted[name], gold[name]) for name in sorted(gold, key=str)]
    if isinstance(predicted, Mapping) or isinstance(gold, Mapping):
        raise InputError("one of predicted and gold is a mapping, the other is not", todo="give both in one form")
    return [("", predicted, gold)]


def bead_ids(beads: Beads) -> list[Ids]:
    """Bring beads of any accepted form into tuples of indices.

    Raises
    ------
    InputError
        If one is no bead, or there twice.

    Examples
    --------
    >>> bead_ids([Bead((0,), (0, 1)), ([1], [])])
    [((0,), (0, 1)), ((1,), ())]
    """
    items: Any = getattr(beads, "beads", beads)
    found: list[Ids] = []
    seen: set[Ids] = set()
    for k, item in enumerate(items):
        try:
            source, target = (item.source, item.target) if isinstance(item, Bead) else item
            bead = tuple(sorted(map(operator.index, source))), tuple(sorted(map(operator.index, target)))
        except (TypeError, ValueError):
            todo = "give pairs of source and target indices"
            raise InputError(f"bead {k} is not a bead", found=repr(item)[:60], todo=todo) from None
        if bead in seen:
            raise InputError(f"bead {k} is there twice", found=repr(item)[:60], todo="give each bead once")
        seen.add(bead)
        found.append(bead)
    return found


def _type(bead: Ids) -> str:
    return f"{len(bead[0])}:{len(bead[1])}"


def _lax_hits(beads: Sequence[Ids], others: Sequence[Ids]) -> list[bool]:
    """Whether each bead shares a source and a target sentence with one bead of the others; null beads never do."""
    by_source: dict[int, set[int]] = {}
    by_target: dict[int, set[int]] = {}
    for k, (source, target) in enumerate(others):
        for i in source:
            by_source.setdefault(i, set()).add(k)
        for j in target:
            by_target.setdefault(j, set()).add(k)
    hits = []
    for source, target in beads:
        over_source = set[int]().union(*(by_source.get(i, set()) for i in source))
        over_target = set[int]().union(*(by_target.get(j, set()) for j in target))
        hits.append(bool(over_source & over_target))
    return hits
