"""Evaluation: predicted beads against gold beads."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aligner.bitext import Bead
from aligner.errors import InputError
from aligner.version import VERSION

Ids = tuple[tuple[int, ...], tuple[int, ...]]


class HasBeads(Protocol):
    """An alignment, or anything else with beads."""

    @property
    def beads(self) -> Sequence[Bead]:
        """In order."""
        ...


Beads = HasBeads | Iterable[Bead] | Iterable[tuple[Iterable[int], Iterable[int]]]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, each 0..1.

    Examples
    --------
    >>> Score(0.5, 1.0).f1
    0.6666666666666666
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean; 0 where both are 0."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well predicted beads agree with gold beads, micro-averaged over documents.

    Attributes
    ----------
    strict, lax : Score
        Null beads left aside on both sides. Strict: the same bead is in the other set. Lax: a bead of the other set
        shares a source and a target sentence with it.
    with_nulls : Score
        Strict, with null beads counted like any other.
    by_type : dict of str to Score
        Strict, by bead type as in '1:2', null beads among them.
    n_documents, n_gold, n_predicted : int
        Documents; beads that are not null.
    signature : str
        Version and counts.
    """

    strict: Score
    lax: Score
    with_nulls: Score
    by_type: dict[str, Score]
    n_documents: int
    n_gold: int
    n_predicted: int
    signature: str

    def __str__(self) -> str:
        """One line a convention."""
        rows = [("strict", self.strict), ("lax", self.lax), ("strict with nulls", self.with_nulls)]
        rows += [(f"strict {name}", score) for name, score in self.by_type.items()]
        lines = [f"{name:18s} P {s.precision:.4f}  R {s.recall:.4f}  F1 {s.f1:.4f}" for name, s in rows]
        return "\n".join([*lines, self.signature])


def evaluate(predicted: Beads | Mapping[str, Beads], gold: Beads | Mapping[str, Beads]) -> Evaluation:
    """Score predicted beads against gold beads.

    Parameters
    ----------
    predicted, gold : alignment, sequence of beads, or mapping of document name to these
        A bead is a `Bead` or a pair (source indices, target indices). Mappings must name the same documents.

    Returns
    -------
    Evaluation
        Strict and lax scores, both conventions for null beads, and by bead type.

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
    documents = _documents(predicted, gold)
    counts = dict.fromkeys(("strict_p", "strict_r", "lax_p", "lax_r", "all_p", "all_r"), 0)
    hits: dict[str, int] = {}
    n_predicted: dict[str, int] = {}
    n_gold: dict[str, int] = {}
    for found, right in documents:
        found_set, right_set = set(found), set(right)
        for beads, other, tally, key in ((found, right_set, n_predicted, "p"), (right, found_set, n_gold, "r")):
            for bead in beads:
                name = _type(bead)
                tally[name] = tally.get(name, 0) + 1
                counts[f"all_{key}"] += bead in other
                counts[f"strict_{key}"] += bead in other and not _is_null(bead)
                if key == "p":
                    hits[name] = hits.get(name, 0) + (bead in other)
        counts["lax_p"] += _lax_hits(found, right)
        counts["lax_r"] += _lax_hits(right, found)
    pairs_predicted = sum(n for name, n in n_predicted.items() if "0" not in name.split(":"))
    pairs_gold = sum(n for name, n in n_gold.items() if "0" not in name.split(":"))
    names = sorted(n_predicted.keys() | n_gold.keys(), key=lambda name: (-n_gold.get(name, 0), name))
    return Evaluation(
        strict=_score(counts["strict_p"], pairs_predicted, counts["strict_r"], pairs_gold),
        lax=_score(counts["lax_p"], pairs_predicted, counts["lax_r"], pairs_gold),
        with_nulls=_score(counts["all_p"], sum(n_predicted.values()), counts["all_r"], sum(n_gold.values())),
        by_type={k: _score(hits.get(k, 0), n_predicted.get(k, 0), hits.get(k, 0), n_gold.get(k, 0)) for k in names},
        n_documents=len(documents),
        n_gold=pairs_gold,
        n_predicted=pairs_predicted,
        signature=f"envi-aligner|v:{VERSION}|documents:{len(documents)}|gold:{pairs_gold}|predicted:{pairs_predicted}",
    )


def _documents(
    predicted: Beads | Mapping[str, Beads], gold: Beads | Mapping[str, Beads]
) -> list[tuple[list[Ids], list[Ids]]]:
    """Pair up predicted and gold beads by document."""
    if isinstance(predicted, Mapping) and isinstance(gold, Mapping):
        if predicted.keys() != gold.keys():
            raise InputError(
                "predicted and gold name different documents",
                found=f"only in one: {', '.join(sorted(map(str, predicted.keys() ^ gold.keys())))}",
                todo="give the same names",
            )
        return [(_ids(predicted[name]), _ids(gold[name])) for name in sorted(gold, key=str)]
    if isinstance(predicted, Mapping) or isinstance(gold, Mapping):
        raise InputError("one of predicted and gold is a mapping, the other is not", todo="give both in one form")
    return [(_ids(predicted), _ids(gold))]


def _ids(beads: Beads) -> list[Ids]:
    """Bring beads of any accepted form into tuples of indices."""
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


def _is_null(bead: Ids) -> bool:
    return not bead[0] or not bead[1]


def _type(bead: Ids) -> str:
    return f"{len(bead[0])}:{len(bead[1])}"


def _score(hits_p: int, n_p: int, hits_r: int, n_r: int) -> Score:
    return Score(hits_p / n_p if n_p else 0.0, hits_r / n_r if n_r else 0.0)


def _lax_hits(beads: list[Ids], others: list[Ids]) -> int:
    """Beads that share a source and a target sentence with one bead of the others; null beads never do."""
    by_source: dict[int, set[int]] = {}
    by_target: dict[int, set[int]] = {}
    for k, (source, target) in enumerate(others):
        if source and target:
            for i in source:
                by_source.setdefault(i, set()).add(k)
            for j in target:
                by_target.setdefault(j, set()).add(k)
    hits = 0
    for source, target in beads:
        over_source = set[int]().union(*(by_source.get(i, set()) for i in source))
        over_target = set[int]().union(*(by_target.get(j, set()) for j in target))
        hits += bool(over_source & over_target)
    return hits
