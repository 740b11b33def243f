"""Fit what tells what two texts are to each other: translations, in part, about the same, or neither.

Documents made of pairs are aligned whole, cut short, with a part of one side only, and beside what is no translation of
them: another document of their kind, the next passage of their own, another section of it, or one that retells them
with a few sentences in common. No dev set is read. The weights go into aligner/data/alignment.json; printed is how many
documents of each kind of text are judged right when the weights were fitted on all other kinds.

usage: fit_verdict.py PAIRS.tsv.gz … --encoders FOLDER …
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from fit_alignment import aligned, fitting_parser
from made_documents import UNORDERED, Atom, Document, Material, make_documents, pick_material, read_materials
from regression import regress
from tqdm import tqdm
from weights_file import read_model, write_section

from aligner.bitext import Bead, Sentence
from aligner.encoders.embedded import Encoder
from aligner.search.beads import make_sides
from aligner.search.features import EXTENT_FEATURES, MATCH_FEATURES, RELATION_FEATURES, VERDICT_FEATURES
from aligner.search.lattice import Band
from aligner.search.sides import Evidence, SideArrays
from aligner.search.verdict import bead_features, document_features
from aligner.search.weights import AlignmentWeights, probability
from aligner.text.kinds import segment_kinds

N_DOCUMENTS = 400
"""Documents to make; of each come up to eight cases."""

RIDGE = 0.1
"""Penalty on half the squared weights, in nats for the whole sample; small, since the features are few and frequent."""

WHOLE, PARTLY = 0.75, (0.1, 0.65)
"""Share of the characters of either side that gold beads hold, from which on a document counts as parallel, and between
which as partly parallel; what lies between the two is left out of the fit."""

RETOLD = 0.1
"""Largest share of the sentences that a text has in common with one that it only retells."""

RELATED = ("parallel", "noisy", "partly parallel")
"""Kinds of cases that hold translations."""

STRANGE = ("neighbours", "sections", "retold", "strangers")
"""Kinds of pairs of texts that are no translations; all but the last are about the same."""

Texts = tuple[Sequence[Sentence], Sequence[Sentence]]


def cut_short(texts: Texts, rng: np.random.Generator) -> Texts:
    """Beginnings of both sides; all sizes from one sentence up are as frequent as their logarithm has room."""
    share = len(texts[0]) ** -rng.uniform(0.0, 1.0)
    source, target = (side[: max(1, round(share * len(side)))] for side in texts)
    return source, target


def half_translated(document: Document, other: Document, rng: np.random.Generator) -> tuple[Texts, float]:
    """Leave a part of one side, alone or with foreign text; also the share of the other side with a counterpart."""
    side = int(rng.integers(2))
    kept = document.sides[side]
    size = max(2, round(len(kept) * rng.uniform(0.12, 0.7)))
    first = int(rng.choice([0, int(rng.integers(0, max(len(kept) - size, 0) + 1))]))
    part = list(kept[first : first + size])
    rest = max(len(kept) - size, 0)
    mode = rng.random()
    if mode < 0.5:
        foreign = list(other.sides[side][:rest])
        part = [*foreign, *part] if rng.random() < 0.5 else [*part, *foreign]
    sides = [list(document.sides[0]), list(document.sides[1])]
    sides[side] = part
    paired = gold_share(document, side, range(first, first + size))
    return (sides[0], sides[1]), paired


def gold_share(document: Document, side: int, kept: range | None = None) -> float:
    """Share of the characters of the other side that gold beads pair with the kept sentences of this one."""
    paired = total = 0
    at = [0, 0]
    for bead in document.gold:
        other = document.sides[1 - side][at[1 - side] : at[1 - side] + bead[1 - side]]
        size = sum(len(sentence.text) for sentence in other)
        total += size
        own = range(at[side], at[side] + bead[side])
        if bead[side] and (kept is None or any(k in kept for k in own)):
            paired += size
        at = [at[0] + bead[0], at[1] + bead[1]]
    return paired / max(total, 1)


def sentences_of(texts: Sequence[str], lang: str) -> list[Sentence]:
    """Sentences of one paragraph."""
    return [Sentence(t, 0, len(t), 0, kind) for t in texts for kind in segment_kinds([t], lang)]


def passage(atoms: Sequence[Atom], side: int) -> list[str]:
    """Texts of one side of some atoms."""
    return [text for atom in atoms for text in (atom.vi if side else atom.en)]


def strange_texts(
    material: Material, materials: Sequence[Material], how: str, rng: np.random.Generator
) -> Texts | None:
    """Two passages of about the same size that do not translate each other; None where they cannot be had."""
    long = [atoms for atoms in material.documents if len(atoms) >= 16]
    if not long or (how != "strangers" and material.source in UNORDERED):
        return None
    document = long[int(rng.integers(len(long)))]
    size = min(int(np.exp(rng.uniform(np.log(2), np.log(30)))), len(document) // 2)
    first = int(rng.integers(0, len(document) - 2 * size + 1))
    own, following = document[first : first + size], document[first + size : first + 2 * size]
    if how == "neighbours":
        other = following
    elif how == "sections":
        far = document[-size:] if first < len(document) // 2 else document[:size]
        own, other = (own, far) if rng.random() < 0.5 else (far, own)
    elif how == "retold":
        share = rng.uniform(0, RETOLD)
        other = [a if rng.random() < share else b for a, b in zip(own, following, strict=True)]
    else:
        of_any = pick_material(materials, rng) if rng.random() < 0.5 else material
        strange = of_any.documents[int(rng.integers(len(of_any.documents)))]
        if strange is document:
            return None
        first = int(rng.integers(0, max(len(strange) - size, 0) + 1))
        other = strange[first : first + size]
    en, vi = passage(own, 0), passage(other, 1)
    if how != "retold" and rng.random() < 0.2:
        vi = [vi[k] for k in rng.permutation(len(vi)).tolist()]
    return (sentences_of(en, "en"), sentences_of(vi, "vi")) if en and vi else None


@dataclass
class Case:
    """Two texts, what they are to each other, and of what kind of text they are."""

    relation: str
    kind: str
    source: str
    texts: Texts
    gold: Document | None = None


def make_cases(documents: Sequence[Document], materials: Sequence[Material], rng: np.random.Generator) -> list[Case]:
    """Pairs of texts of every relation."""
    cases = []
    for document in documents:
        kind, source = document.kind, document.source
        of_kind = [other for other in documents if other.kind == kind and other is not document] or [document]
        other = of_kind[int(rng.integers(len(of_kind)))]
        relation = "parallel" if min(gold_share(document, 0), gold_share(document, 1)) >= WHOLE else "noisy"
        cases.append(Case(relation, kind, source, cut_short(document.sides, rng), document))
        cases.append(Case(relation, kind, source, document.sides, document))
        if other is not document:
            mixed = cut_short((document.sides[0], other.sides[1]), rng)
            cases.append(Case("mismatched", kind, source, mixed))
        texts, share = half_translated(document, other, rng)
        if PARTLY[0] <= share <= PARTLY[1]:
            cases.append(Case("partly parallel", kind, source, texts))
        for how in STRANGE:
            material = pick_material(materials, rng)
            strange = strange_texts(material, materials, how, rng)
            if strange is not None:
                cases.append(Case(how, material.kind, material.source, strange))
    return cases


@dataclass
class Judged:
    """An aligned case; of its beads that are not null, which are right, where that is known."""

    relation: str
    kind: str
    beads: list[Bead]
    sides: tuple[SideArrays, SideArrays]
    right: list[bool] | None


def align_cases(cases: Sequence[Case], encoders: Mapping[str, Encoder], model: AlignmentWeights) -> list[Judged]:
    """Align the two texts of each case."""
    result = []
    for case in tqdm(cases, desc="verdict", disable=None):
        source, target = case.texts
        beads, vectors, keys = aligned(case.texts, encoders[case.source], model)
        band = Band.full(len(source), len(target))
        sides, *_ = make_sides(Evidence((source, target), (vectors[0], vectors[1]), keys), band, model.length_ratio)
        n_pairs = sum(not bead.is_null for bead in beads)
        right = None if case.relation in ("partly parallel", "retold") else [False] * n_pairs
        if case.gold is not None:
            ids = gold_ids(case.gold)
            right = [(b.source, b.target) in ids for b in beads if not b.is_null]
        result.append(Judged(case.relation, case.kind, beads, sides, right))
    return result


def gold_ids(document: Document) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Gold beads by their sentences."""
    found, i, j = set(), 0, 0
    for a, b in document.gold:
        found.add((tuple(range(i, i + a)), tuple(range(j, j + b))))
        i, j = i + a, j + b
    return found


def fit_logistic(rows: Sequence[Mapping[str, float]], labels: Sequence[bool], names: Sequence[str]) -> dict[str, float]:
    """Logistic regression on named features."""
    x = np.array([[row[name] for name in names] for row in rows])
    found = regress(x, np.array(labels, np.float64), RIDGE)
    return {name: round(float(v), 4) for name, v in zip(names, found, strict=True)}


def fit_match(judged: Sequence[Judged]) -> dict[str, float]:
    """Weights of what tells a bead of translations from one that only filled a gap."""
    rows, labels = [], []
    for case in judged:
        if case.right is not None:
            named = bead_features(case.beads, *case.sides)
            rows += [
                dict(zip(MATCH_FEATURES, v, strict=True)) for v in zip(*(named[n] for n in MATCH_FEATURES), strict=True)
            ]
            labels += case.right
    return fit_logistic(rows, labels, MATCH_FEATURES)


def fit_verdict(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Weights of the verdict: is it parallel, is it all of it, is it about the same; does a bead hold translations."""
    match = fit_match(judged)
    described = [(case.relation, document_features(case.beads, *case.sides, match)) for case in judged]

    def part(yes: Sequence[str], no: Sequence[str], names: Sequence[str]) -> dict[str, float]:
        chosen = [(named, relation in yes) for relation, named in described if relation in (*yes, *no)]
        return fit_logistic([named for named, _ in chosen], [label for _, label in chosen], names)

    def balanced(found: dict[str, float], yes: Sequence[str], no: Sequence[str]) -> dict[str, float]:
        """As if both answers were as frequent (prior correction, King and Zeng 2001): of those made most say yes."""
        n_yes, n_no = (sum(relation in kinds for relation, _ in described) for kinds in (yes, no))
        return found | {"bias": round(found["bias"] - float(np.log(n_yes / n_no)), 4)}

    about_the_same = STRANGE[:-1]
    return {
        "verdict": part(RELATED, ("mismatched", *STRANGE), VERDICT_FEATURES),
        "extent": part(("parallel",), ("partly parallel",), EXTENT_FEATURES),
        "relation": balanced(part(about_the_same, ("strangers",), RELATION_FEATURES), about_the_same, ("strangers",)),
        "match": match,
    }


def report(judged: Sequence[Judged]) -> None:
    """Print how many cases of each kind of text are told right by the weights of all other kinds."""
    by_kind, by_relation = defaultdict[str, list[bool]](list), defaultdict[str, list[bool]](list)
    for kind in sorted({case.kind for case in judged}):
        found = fit_verdict([case for case in judged if case.kind != kind])
        for case in judged:
            if case.kind == kind:
                named = document_features(case.beads, *case.sides, found["match"])
                right = (probability(found["verdict"], named) >= 0.5) == (case.relation in RELATED)
                by_kind[kind].append(right)
                by_relation[case.relation].append(right)
    for name, shares in (("kind", by_kind), ("relation", by_relation)):
        print(name, {k: (round(float(np.mean(v)), 3), len(v)) for k, v in sorted(shares.items())})


def main() -> None:
    """Fit, write and print."""
    arguments = fitting_parser(__doc__, N_DOCUMENTS).parse_args()
    rng = np.random.default_rng(arguments.seed)
    materials, encoders = read_materials(arguments.pairs, arguments.encoders, arguments.without, rng)
    cases = make_cases(make_documents(materials, arguments.documents, rng), materials, rng)
    judged = align_cases(cases, encoders, read_model(arguments.weights))
    write_section(
        arguments,
        "verdict",
        "Weights of the verdict (aligner/search/verdict.py)",
        {"cases": len(cases), **fit_verdict(judged)},
    )
    report(judged)


if __name__ == "__main__":
    main()
