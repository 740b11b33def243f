"""Files of good and bad pairs, put together from sources of many kinds of text, for what judges single pairs.

As in made_documents.py every source is encoded by an encoder that has not seen it. No dev set is read.
"""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from damage import SIGN_WAYS, WAYS, Pair
from made_documents import KINDS, UNORDERED, read_rows, slips

from aligner.encoders.embedded import Encoder, unit_rows
from aligner.quality.company import ALIKE
from aligner.text.unicode import nfc

PAIR_KINDS: Mapping[str, tuple[str, ...]] = {
    **KINDS,
    "interface": ("chromium", "firefox", "messages/libreoffice-l10n-vi", "home-assistant-frontend", "blender-ui"),
    "terms": ("messages/iso-codes", "tuxpaint-stamps", "stellarium", "gramps"),
    "projects": ("opensource-guide", "dash-docs", "cncf-glossary", "mediawiki", "openstreetmap-website"),
}
"""Kinds of text that pairs are taken from, each as often as any other: those of documents, and what has no sentences in
an order."""


@dataclass
class PairFile:
    """Pairs that stand in one file: each with what is wrong with it, or `good`."""

    kind: str
    source: str
    rows: list[Pair]
    ways: list[str]
    is_alone: bool


def read_pairs_by_source(
    paths: Sequence[pathlib.Path], wanted: Collection[str] | None = None
) -> dict[str, dict[str, list[Pair]]]:
    """The documents of sources, of all for None, by source and name, each pair once in a source."""
    found: dict[str, dict[str, dict[Pair, None]]] = {}
    seen: dict[str, set[Pair]] = {}
    for path in paths:
        for source, doc, en, vi in read_rows(path):
            pair = (nfc(en), nfc(vi))
            if (wanted is None or source in wanted) and pair not in seen.setdefault(source, set()):
                seen[source].add(pair)
                found.setdefault(source, {}).setdefault(doc, {})[pair] = None
    if missing := set(wanted or ()) - set(found):
        sys.exit(f"no such source in the files of pairs: {sorted(missing)}")
    return {source: {doc: list(pairs) for doc, pairs in documents.items()} for source, documents in found.items()}


def is_fit(pair: Pair) -> bool:
    """Whether a pair is whole text on both sides: formulas, notes and code may be on one side alone."""
    en, vi = pair
    odd = ("##", "$$", "http", "](", "```", "{{")
    words = len(en.split()), len(vi.split())
    return (
        1 <= words[0] <= 120
        and 0.25 < words[1] / words[0] < 6
        and sum(c.isalpha() for c in en) > 0.6 * len(en)
        and not any(o in en or o in vi for o in odd)
        and en.lower() != vi.lower()
    )


def without_slips(documents: list[list[Pair]], encoder: Encoder) -> list[list[Pair]]:
    """Leave out what is no pair (`made_documents.slips`), and what is not fit."""
    documents = [[pair for pair in document if is_fit(pair)] for document in documents]
    flat = [pair for document in documents for pair in document]
    one, other = (unit_rows(encoder.sums([pair[side] for pair in flat])) for side in (0, 1))
    kept = iter((~slips((one * other).sum(axis=1), np.array([min(map(len, pair)) for pair in flat]))).tolist())
    return [d for d in ([pair for pair in document if next(kept)] for document in documents) if d]


STYLES: Sequence[tuple[float, Callable[[str], str]]] = (
    (0.12, lambda text: text.rstrip(".!?…;:,") or text),
    (0.10, lambda text: text[:1].lower() + text[1:]),
    (0.03, lambda text: f"- {text}"),
    (0.03, lambda text: text.upper() if len(text.split()) <= 8 else text),
    (0.02, lambda text: text.title() if len(text.split()) <= 8 else text),
)
"""Share of the good pairs of which one side, or both, are written so, and how: what says nothing of a translation."""


def restyle(pair: Pair, rng: np.random.Generator) -> Pair:
    """Write a pair as people do who care less for marks."""
    sides = list(pair)
    for share, change in STYLES:
        if rng.random() < share:
            for side in ((0,), (1,), (0, 1))[int(rng.integers(3))]:
                sides[side] = change(sides[side])
    return sides[0], sides[1]


JOINED = 0.2
"""Share of the pairs that are joined with the one behind, as beads of several sentences are."""

ALONE = 0.3
"""Share of the files of which every pair is judged by itself: nothing else of the file is known."""


NEAR = 0.3
"""What the text that the encoder takes for the nearest but the right one weighs, beside the other `WAYS`."""

RARE = {"name": 4.0, "number": 4.0, "negation": 4.0, **dict.fromkeys(SIGN_WAYS, 4.0)}
"""Ways that are tried oftener than they weigh, since few pairs have what they change."""

TRIES = 4
"""Ways that are tried on a pair which is to be wrong: most pairs have no number, and many no name."""


def way_weight(way: str) -> float:
    """How much a way weighs among those in which pairs are wrong."""
    return NEAR if way == "near" else WAYS[way][1]


def nearest_others(pairs: list[Pair], encoder: Encoder, rng: np.random.Generator) -> dict[str, str]:
    """For some English texts, the Vietnamese one that the encoder takes for the nearest but the right one."""
    some = [pairs[k] for k in rng.permutation(len(pairs))[:4000]]
    en, vi = (unit_rows(encoder.sums([pair[side] for pair in some])) for side in (0, 1))
    found = {}
    for at in range(0, len(some), 500):
        cosines = en[at : at + 500] @ vi.T
        # What says nearly the same in Vietnamese may be right, too.
        cosines[vi[at : at + 500] @ vi.T > ALIKE] = -1
        for pair, best in zip(some[at : at + 500], cosines.argmax(axis=1).tolist(), strict=True):
            found[pair[0]] = some[best][1]
    return found


def make_files(
    kind: str,
    source: str,
    documents: list[list[Pair]],
    encoder: Encoder,
    strangers: Sequence[str],
    most: int,
    rng: np.random.Generator,
) -> list[PairFile]:
    """Deal the pairs of a source into files, about `most` good pairs in all, and make some of each file wrong."""
    near = nearest_others([pair for document in documents for pair in document], encoder, rng)
    if source in UNORDERED:
        flat = [pair for document in documents for pair in document]
        documents = [[flat[k] for k in rng.permutation(len(flat))]]
    whole = [d for d in documents if len(d) >= 12]
    rest = [pair for d in documents if len(d) < 12 for pair in d]
    if rest:
        whole.append(rest)
    pieces = []
    for document in whole:
        at = 0
        while at < len(document):
            size = int(np.exp(rng.uniform(np.log(12), np.log(400))))
            pieces.append(document[at : at + size])
            at += size
    total, result = 0, []
    names = ["near", *WAYS]
    chances = np.array([way_weight(name) * RARE.get(name, 1.0) for name in names])
    for k in rng.permutation(len(pieces)).tolist():
        if total >= most:
            break
        pairs = join_some(pieces[k], rng)
        share = rng.uniform(0.05, 0.9)
        both = rng.random() < 0.25
        made = PairFile(kind, source, [], [], bool(rng.random() < ALONE))
        for i, pair in enumerate(pairs):
            is_bad = rng.random() < share
            if both or not is_bad:
                made.rows.append(restyle(pair, rng))
                made.ways.append("good")
                total += 1
            if is_bad:
                for _ in range(TRIES):
                    way = names[int(rng.choice(len(names), p=chances / chances.sum()))]
                    if way == "near":
                        wrong = (pair[0], near[pair[0]]) if pair[0] in near else None
                    else:
                        wrong = WAYS[way][0](pairs, i, rng, strangers)
                    if wrong:
                        made.rows.append(restyle((nfc(wrong[0]), nfc(wrong[1])), rng))
                        made.ways.append(way)
                        break
        if made.rows:
            result.append(made)
    return result


def join_some(pairs: list[Pair], rng: np.random.Generator) -> list[Pair]:
    """Pairs in order, some of them joined with the one behind."""
    result: list[Pair] = []
    k = 0
    while k < len(pairs):
        run = pairs[k : k + (2 if rng.random() < JOINED else 1)]
        if sum(len(en) for en, _ in run) > 300:
            run = run[:1]
        result.append((" ".join(en for en, _ in run), " ".join(vi for _, vi in run)))
        k += len(run)
    return result
