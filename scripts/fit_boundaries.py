"""Fit the weights of boundaries (aligner/search/boundaries.py) on sentences joined as clauses and wrongly split.

Made, like the documents of fit_alignment.py, of many kinds of text, each encoded by an encoder that has not seen it; no
dev set is read. Writes the weights into aligner/data/alignment.json, and prints precision and recall on fresh
documents by threshold.

usage: fit_boundaries.py PAIRS.tsv.gz … --encoders FOLDER …
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from fit_alignment import aligned, fitting_parser
from made_documents import Atom, Material, cut_wrongly, pick_material, read_materials, side_noise
from numpy.typing import NDArray
from regression import regress
from tqdm import tqdm
from weights_file import read_model, write_section

from aligner.bitext import Sentence
from aligner.encoders.embedded import Encoder
from aligner.search import boundaries as module
from aligner.search.boundaries import Candidate, join_candidates, split_candidates, split_parts
from aligner.search.features import JOIN_FEATURES, SPLIT_FEATURES
from aligner.search.weights import AlignmentWeights
from aligner.text.kinds import segment_kinds

N_DOCUMENTS = 600
"""Documents to make: two thirds to fit on, the others for the figures."""

RIDGE = 0.5
"""Penalty on half the squared weights, in nats for the whole sample."""

LINKS = (("; ", "; "), (", and ", ", và "), (" and ", " và "), (": ", ": "), (", ", ", "), (", but ", ", nhưng "),
         (" – ", " – "), (". ", ". "))  # fmt: skip
"""What stands between two sentences that became clauses of one."""

CONJUNCTIONS = ("and", "but", "và", "nhưng")
"""First words of sentences that no link is put before: it may bring a conjunction of its own."""

Key = tuple[str, int, int]
"""Kind and side ('s0', 'j1'), sentence, position in its text (0 for joins)."""


@dataclass
class Document:
    """Sentences, and the boundaries that are missing or too many."""

    sides: tuple[list[Sentence], list[Sentence]]
    right: set[Key]
    source: str


def as_clauses(texts: Sequence[str], link: str) -> tuple[str, int]:
    """Make two sentences two clauses of one; where the second begins."""
    first, second = texts[0].rstrip(), texts[1].lstrip()
    if link != ". ":
        first = first.rstrip(".!?…")
        if second[:2] != "I " and second[:2] != "I’":
            second = second[:1].lower() + second[1:]
    # The boundary stands before the conjunction.
    mark = link[: len(link.lstrip(",;:. –")) and -len(link.lstrip(",;:. –"))] if link.strip(",;:. –") else link
    return first + link + second, len(first + mark)


def cut_anywhere(text: str, rng: np.random.Generator) -> list[str]:
    """Split a sentence between two words, behind a comma where there is one."""
    words = text.split(" ")
    commas = [k + 1 for k in range(len(words) - 1) if words[k][-1:] in ',;…!?”"']
    k = int(rng.choice(commas)) if commas else int(rng.integers(1, max(len(words), 2)))
    return [" ".join(words[:k]), " ".join(words[k:])]


def make_document(materials: Sequence[Material], rng: np.random.Generator) -> Document:
    """Put one document together."""
    material = pick_material(materials, rng)
    corpus = material.documents
    atoms = corpus[int(rng.integers(len(corpus)))]
    others = corpus[int(rng.integers(len(corpus)))]
    size = int(rng.integers(12, 80))
    first = int(rng.integers(0, max(len(atoms) - size, 1)))
    single = [a for a in atoms[first : first + size] if len(a.en) == len(a.vi) == 1]
    atoms = side_noise(single, others, rng)
    sides: tuple[list[Sentence], list[Sentence]] = ([], [])
    right: set[Key] = set()

    def put(side: int, *texts: str) -> None:
        for text in texts:
            sides[side].append(Sentence(text, 0, len(text), 0, segment_kinds([text], ("en", "vi")[side])[0]))

    k = 0
    joins, cuts = rng.uniform(0, 0.25), rng.uniform(0, 0.15)
    while k < len(atoms):
        both = (atoms[k].en, atoms[k].vi)
        draw = rng.random()
        following = atoms[k + 1] if k + 1 < len(atoms) else Atom([], [])
        pair = all(len(x) == 1 for x in (*both, following.en, following.vi))
        if (
            pair
            and draw < joins
            and not set(CONJUNCTIONS).intersection(x.split(" ")[0].lower() for x in (*following.en, *following.vi))
        ):
            side = int(rng.integers(2))
            link = LINKS[int(rng.integers(len(LINKS)))][side]
            twos = ([both[0][0], following.en[0]], [both[1][0], following.vi[0]])
            text, position = as_clauses(twos[side], link)
            right.add((f"s{side}", len(sides[side]), position))
            put(side, text)
            put(1 - side, *twos[1 - side])
            k += 2
            continue
        if all(len(x) == 1 for x in both) and draw < joins + cuts:
            side = int(rng.integers(2))
            pieces = (cut_wrongly if rng.random() < 0.6 else cut_anywhere)(both[side][0], rng)
            if all(pieces):
                right.add((f"j{side}", len(sides[side]), 0))
                put(side, *pieces)
                put(1 - side, both[1 - side][0])
                k += 1
                continue
        for side in (0, 1):
            put(side, *both[side])
        k += 1
    return Document(sides, right, material.source)


def sample(document: Document, encoder: Encoder, model: AlignmentWeights) -> list[tuple[str, Candidate, Key]]:
    """Candidates of a document with their keys."""
    source, target = document.sides
    beads, _, _ = aligned(document.sides, encoder, model)
    vectors = [encoder.sums(s.text for s in side) for side in document.sides]
    found = []
    for c in join_candidates(beads, source, target, vectors[0], vectors[1]):
        found.append(("join", c, (f"j{int(c.boundary.side == 'target')}", c.boundary.sentences[0], 0)))
    names: tuple[Literal["source"], Literal["target"]] = ("source", "target")
    joined = frozenset((names[int(kind[1])], k + 1) for kind, k, _ in document.right if kind[0] == "j")
    for parts in split_parts(beads, source, target, encoder.sums, model.length_ratio):
        source_nodes, target_nodes = ((0, len(part.nodes) - 1) for part in parts)
        for c in split_candidates(parts, source_nodes, target_nodes, joined):
            b = c.boundary
            found.append(("split", c, (f"s{int(b.side == 'target')}", b.sentences[0], b.position)))
    return found


def is_right(key: Key, document: Document) -> bool:
    """Whether a boundary is where it was; of ', and' before the comma's space or behind the word."""
    kind, k, position = key
    return any(key == (kind, k, p) or (kind[0] == "s" and (kind, k) == (a, n) and 0 <= p - position <= 8)
               for a, n, p in document.right if a == kind and n == k)  # fmt: skip


def fit(rows: Sequence[Candidate], labels: NDArray[np.float64], names: Sequence[str]) -> dict[str, float]:
    """Logistic regression."""
    x = np.array([[c.features[name] for name in names] for c in rows])
    free = [(None, None)] * len(names)  # the method for bounds, by which the weights that ship were found
    return dict(zip(names, regress(x, labels, RIDGE, free).round(4).tolist(), strict=True))


def main() -> None:
    """Fit, write and print."""
    arguments = fitting_parser(__doc__, N_DOCUMENTS).parse_args()
    rng = np.random.default_rng(arguments.seed)
    materials, encoders = read_materials(arguments.pairs, arguments.encoders, arguments.without, rng)
    documents = [make_document(materials, rng) for _ in range(arguments.documents)]
    model = read_model(arguments.weights)
    samples = [
        sample(document, encoders[document.source], model)
        for document in tqdm(documents, desc="documents", disable=None)
    ]
    n_fit = 2 * len(samples) // 3
    fitted, counted = {}, {}
    for kind, names in (("split", SPLIT_FEATURES), ("join", JOIN_FEATURES)):
        rows, labels = [], []
        for document, found in zip(documents[:n_fit], samples[:n_fit], strict=True):
            for name, candidate, key in found:
                if name == kind:
                    rows.append(candidate)
                    labels.append(float(is_right(key, document)))
        fitted[kind] = fit(rows, np.array(labels), names)
        counted[f"{kind}_candidates"], counted[f"{kind}_right"] = len(rows), int(sum(labels))
    write_section(
        arguments,
        "boundaries",
        "Weights of the features of boundaries that are missing and too many (aligner/search/boundaries.py)",
        {"documents": n_fit, **counted, **fitted},
    )
    model = replace(model, **fitted)  # type: ignore[arg-type]
    for least in (0.3, 0.5, 0.7, 0.9):
        module.LEAST_PROBABILITY = least
        counts = Counter[tuple[str, str]]()
        for document in documents[n_fit:]:
            source, target = document.sides
            encoder = encoders[document.source]
            beads, _, _ = aligned(document.sides, encoder, model)
            vectors = [encoder.sums(s.text for s in side) for side in document.sides]
            for b in module.find_boundaries(
                beads,
                source,
                target,
                *vectors,
                encode=encoder.sums,
                model=model,
            ):
                key = (b.kind[0] + str(int(b.side == "target")), b.sentences[0], b.position if b.kind == "split" else 0)
                counts[b.kind, "found"] += 1
                counts[b.kind, "right"] += is_right(key, document)
        for kind in ("split", "join"):
            gold = sum(key[0][0] == kind[0] for document in documents[n_fit:] for key in document.right)
            n_found, good = counts[kind, "found"], counts[kind, "right"]
            print(f"threshold {least}, {kind}: {n_found} found, precision {good / max(n_found, 1):.4f},"
                  f" recall {good / max(gold, 1):.4f} of {gold}")  # fmt: skip


if __name__ == "__main__":
    main()
