"""Fit the model of quality on pairs made wrong in many ways; write quality.json, fluency.npz and background.tsv.

The pairs come from sources that the encoder given has not seen (train it with --without), so that cosines and coverage
are those of new text; so do the counts of neighbours that the fit looks at. What is shipped then goes with the encoder
in aligner/data and with counts from everything. No dev set is read. A few minutes on two cores.

usage: train_encoder.py PAIRS.tsv.gz --without SOURCE ... --out FOLDER
       fit_quality.py PAIRS.tsv.gz --encoder FOLDER
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import pathlib
import sys
import time
from collections import Counter
from collections.abc import Sequence

import numpy as np
from damage import WAYS, Pair
from numpy.typing import NDArray

from aligner.encoders.embedded import Encoder, unit_rows
from aligner.names.gazetteer import gazetteer
from aligner.quality.additive import Additive, calibrate, fit
from aligner.quality.features import FEATURES, LengthRatio, Witness, background_rows
from aligner.quality.fluency import Fluency
from aligner.quality.measures import auc, calibration_error, reliability, wilson
from aligner.quality.model import purposes
from aligner.quality.rules import RULES
from aligner.text.unicode import nfc

SOURCES = (
    "tatoeba",
    "gnome-help",
    "debian-installation-guide",
    "d2l-vn",
    "messages/wesnoth-1.16-campaigns",
    "messages/wesnoth-1.16-data",
    "libreoffice-help",
)
"""Sources of sentences rather than words; of these, those are taken that the encoder given has not seen."""

WORDS_ALONE = ("evb-core", "dictionary", "dictionary-vi-en")
"""Sources that are no running text: no neighbours are counted in them, but in the examples of dictionaries."""

CELLS = 1 << 20
"""Cells of the counts of neighbours: a megabyte unpacked."""

BACKGROUND = 256
"""Texts of each side that the margin compares with."""

STRANGERS = ("Hawthorne", "Bergström", "Castellanos", "Fitzgerald", "Yamamoto", "Lindqvist", "Rotterdam", "Zagreb")
"""Names put in the place of others, beside those of the name table."""

LONG_TEXT = 2
"""Weight of pairs of twelve English words and more: what people clean has longer sentences than help pages have."""


def read_documents(path: pathlib.Path) -> dict[tuple[str, str], list[Pair]]:
    """The pairs by source and document."""
    documents: dict[tuple[str, str], list[Pair]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            source, doc, en, vi = line.rstrip("\n").split("\t")
            documents.setdefault((source, doc), []).append((nfc(en), nfc(vi)))
    return documents


def is_fit(pair: Pair) -> bool:
    """Whether a pair is a sentence's and not a heading's, and whole: formulas and notes are on one side alone."""
    en, vi = pair
    odd = ("##", "$$", "http", "](", "```")
    words = len(en.split()), len(vi.split())
    return (
        3 <= words[0] <= 90
        and 0.4 < words[1] / words[0] < 4
        and sum(c.isalpha() for c in en) > 0.6 * len(en)
        and not any(o in en or o in vi for o in odd)
        and en.lower() != vi.lower()
    )


def good_pairs(pairs: list[Pair], rng: np.random.Generator) -> list[Pair]:
    """Pairs of a document in order, some of them joined with the one behind, as beads of several sentences are."""
    result: list[Pair] = []
    k = 0
    while k < len(pairs):
        n = 1 if rng.random() < 0.6 else 2
        run = pairs[k : k + n]
        if n == 2 and sum(len(en) for en, _ in run) > 300:
            run = run[:1]
        result.append((" ".join(en for en, _ in run), " ".join(vi for _, vi in run)))
        k += len(run)
    return result


def near(pairs: list[Pair], encoder: Encoder, rng: np.random.Generator, n: int) -> list[tuple[int, Pair]]:
    """For n pairs, the Vietnamese text that the encoder takes for the nearest but the right one."""
    rows = rng.permutation(len(pairs))[:6000]
    en, vi = (unit_rows(encoder.sums([pairs[k][side] for k in rows])) for side in (0, 1))
    found = []
    for at in range(0, min(n, len(rows)), 500):
        some = np.arange(at, min(at + 500, n, len(rows)))
        cosines = en[some] @ vi.T
        # What says nearly the same in Vietnamese may be right too.
        cosines[vi[some] @ vi.T > 0.75] = -1
        best = cosines.argmax(axis=1)
        found += [(int(rows[i]), (pairs[rows[i]][0], pairs[rows[j]][1])) for i, j in zip(some, best, strict=True)]
    return found


def length_ratio(ratios: NDArray[np.float64], sizes: NDArray[np.float64]) -> LengthRatio:
    """Fit mean and variance of a ratio's logarithm; the middle nine tenths of the pairs, so that slips do not count."""
    mean = float(np.median(ratios))
    squares = (ratios - mean) ** 2
    kept = squares < np.quantile(squares, 0.97)
    design = np.stack([np.ones(kept.sum()), 1 / sizes[kept]], axis=1)
    weight = 1 / (0.02 + 1.0 / sizes[kept])  # the variance of a square grows with the square of the variance
    floor, by_size = np.linalg.lstsq(design * weight[:, None], squares[kept] * weight * 1.15, rcond=None)[0]
    return LengthRatio(round(mean, 4), round(max(float(floor), 0.003), 5), round(max(float(by_size), 0.0), 4))


def packed(**arrays: NDArray[np.generic]) -> bytes:
    """Arrays as a compressed npz without dates, so that the same arrays give the same bytes."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # a name of ours is none of its options
    return file.getvalue()


def main() -> None:
    """Make, fit, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument(
        "--encoder", type=pathlib.Path, required=True, help="folder with an encoder that saw few sources"
    )
    parser.add_argument("--shipped", type=pathlib.Path, default=pathlib.Path("aligner/data"), help="the one that ships")
    parser.add_argument("--most", type=int, default=12_000, help="good pairs to fit on")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("aligner/data"))
    parser.add_argument("--keep", type=pathlib.Path, help="also write the table of evidence there, for experiments")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    rng = np.random.default_rng(arguments.seed)
    seen = set(json.loads((arguments.encoder / "encoder.json").read_text("utf-8"))["pairs"])
    documents = read_documents(arguments.pairs)
    sources = [s for s in SOURCES if s not in seen]
    if not sources:
        sys.exit(f"fit_quality.py: {arguments.encoder} has seen all of {', '.join(SOURCES)}; train one --without some")
    heldout, shipped = Encoder(arguments.encoder), Encoder(arguments.shipped)
    for folder, encoder, unseen in ((None, heldout, set(sources)), (arguments.out, shipped, set())):
        texts = [
            vi for (source, doc), pairs in documents.items() if source not in {*WORDS_ALONE[:1], *unseen}
            for _, vi in pairs if source not in WORDS_ALONE or doc == "example"
        ]  # fmt: skip
        counted = Fluency.count(encoder.pieces(texts), vocabulary=len(encoder.table), cells=CELLS)
        if folder is None:
            fluency = counted
        else:
            content = packed(single=counted.single.astype(np.uint32), cells=counted.cells)
            (folder / "fluency.npz").write_bytes(content)
        print(
            f"neighbours of {len(texts):,} texts, {(counted.cells > 0).mean():.3f} of the cells taken", file=sys.stderr
        )

    # What a pair is compared with must not be the pair.
    background = sorted(pair for (source, _), pairs in documents.items() if source == "tatoeba" for pair in pairs)
    background = [background[k] for k in np.sort(rng.permutation(len(background))[:BACKGROUND])]
    taken_away = set(background)
    by_source: dict[str, list[list[Pair]]] = {source: [] for source in sources}
    for (source, _), pairs in documents.items():
        if source in by_source:
            fit_ones = [pair for pair in pairs if is_fit(pair) and pair not in taken_away]
            if len(fit_ones) >= 2 or source == "tatoeba":
                by_source[source].append(good_pairs(fit_ones, rng))
    # Half of the documents, counted in pairs, to fit on, a quarter to calibrate, a quarter to measure.
    good: list[Pair] = []
    part: list[int] = []
    most = arguments.most // len(sources) * 2
    for source in sources:
        groups = [d[i : i + 60] for d in by_source[source] for i in range(0, len(d), 60)]
        order = rng.permutation(len(groups))
        taken = 0
        for turn, g in enumerate(order):
            if taken < most:
                good += groups[g]
                part += [(0, 1, 0, 2)[turn % 4]] * len(groups[g])
                taken += len(groups[g])
    strangers = sorted(
        entity.vi[0] for entity in gazetteer(None).entities.values() if entity.kind in ("person", "place") and entity.vi
    )
    strangers += list(STRANGERS) * 60
    kinds, rows, origin = ["good"] * len(good), list(good), list(range(len(good)))
    for kind, (make, weight) in WAYS.items():
        share = min(0.25, 0.14 * weight + 0.04)
        for k in range(len(good)):
            if rng.random() < share * (3 if kind in ("number", "name", "negation") else 1):
                made = make(good, k, rng, strangers)
                if made:
                    kinds.append(kind)
                    rows.append(made)
                    origin.append(k)
    for k, made in near(good, heldout, rng, len(good) // 8):
        kinds.append("near")
        rows.append(made)
        origin.append(k)
    kind_of, parts = np.array(kinds), np.array(part)[origin]
    print(f"{time.perf_counter() - begun:.0f} s; pairs by kind: {dict(Counter(kinds))}", file=sys.stderr)

    sides = [background_rows(heldout, [pair[side] for pair in background]) for side in (0, 1)]
    witness = Witness(heldout, fluency, (sides[0], sides[1]))
    chunks = [
        witness.examine([en for en, _ in rows[k : k + 2000]], [vi for _, vi in rows[k : k + 2000]])
        for k in range(0, len(rows), 2000)
    ]
    table = np.concatenate([chunk.table for chunk in chunks])
    broken = np.concatenate([np.stack([rule.breaks(chunk) for rule in RULES.values()], axis=1) for chunk in chunks])
    is_good = kind_of == "good"
    sizes = np.array([min(len(en), len(vi)) + 1 for en, vi in rows], np.float64)
    spreads = {}
    for name, what in (("length", "characters"), ("weight_ratio", "weights")):
        k = FEATURES.index(name)
        spreads[what] = length_ratio(table[is_good & (parts == 0), k].astype(np.float64), sizes[is_good & (parts == 0)])
        table[:, k] = spreads[what].deviations(table[:, k], sizes.astype(np.float32))
    if arguments.keep:
        np.savez(arguments.keep, table=table, kinds=kind_of, parts=parts, sizes=sizes)
        (arguments.keep.with_suffix(".rows.json")).write_text(json.dumps(rows, ensure_ascii=False))
    print(f"{time.perf_counter() - begun:.0f} s; evidence", file=sys.stderr)

    weights = row_weights(kind_of, rows)
    first, second, third = (parts == k for k in range(3))
    model = fit(FEATURES, table[first], is_good[first], weights[first])
    model = calibrate(model, table[second], is_good[second], weights[second])
    stored = {
        "what": "Model of the quality of a pair (aligner/scoring), with what was measured of it",
        "command": f"scripts/fit_quality.py PAIRS.tsv.gz --encoder FOLDER --seed {arguments.seed}",
        "encoder_fitted_with": json.loads((arguments.encoder / "encoder.json").read_text("utf-8"))["command"],
        "pairs_file_sha256": hashlib.sha256(arguments.pairs.read_bytes()).hexdigest(),
        "seed": arguments.seed,
        "sources": {source: sum(map(len, by_source[source])) for source in sources},
        "pairs": {
            kind: [int(((kind_of == kind) & (parts == k)).sum()) for k in range(3)] for kind in sorted(set(kinds))
        },
        "long_text": LONG_TEXT,
        "spread": {what: spread._asdict() for what, spread in spreads.items()},
        "model": model.to_json(),
        **measured(model, table, kind_of, weights, third, second, broken),
    }
    (arguments.out / "quality.json").write_text(
        json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (arguments.out / "background.tsv").write_text(
        "".join(f"{en}\t{vi}\n" for en, vi in [("en", "vi"), *background]), encoding="utf-8"
    )
    print(
        json.dumps({k: stored[k] for k in ("purposes", "auc", "calibration_error", "rules")}, indent=1), file=sys.stderr
    )
    print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr)


def row_weights(kinds: NDArray[np.str_], rows: Sequence[Pair]) -> NDArray[np.float64]:
    """As much for all good pairs as for all bad ones; each way its own weight, however many pairs it could make."""
    long = np.array([LONG_TEXT if len(en.split()) >= 12 else 1 for en, _ in rows], np.float64)
    ways = {kind: weight for kind, (_, weight) in WAYS.items()} | {"near": 0.3}
    total = sum(ways.values())
    result = np.zeros(len(kinds))
    for kind in {*ways, "good"}:
        mine = kinds == kind
        if mine.any():
            share = 1.0 if kind == "good" else ways[kind] / total
            result[mine] = long[mine] * share * len(kinds) / 2 / long[mine].sum()
    return result


def measured(
    model: Additive,
    table: NDArray[np.float32],
    kinds: NDArray[np.str_],
    weights: NDArray[np.float64],
    third: NDArray[np.bool_],
    second: NDArray[np.bool_],
    broken: NDArray[np.bool_],
) -> dict[str, object]:
    """The card: thresholds chosen on the second part of the documents, all figures from the third."""
    quality = model.probability(model.contributions(table))
    is_good = kinds == "good"
    thresholds = purposes(quality[second], is_good[second], weights[second])
    q, good, w, kind = quality[third], is_good[third], weights[third], kinds[third]
    figures = {}
    for name, threshold in thresholds.items():
        kept = q >= threshold
        precision = float(np.average(good[kept], weights=w[kept]))
        n = int(kept.sum())
        figures[name] = {
            "threshold": threshold,
            "precision": round(precision, 4),
            "precision_interval": [round(x, 4) for x in wilson(precision * n, n)],
            "recall": round(float(kept[good].mean()), 4),
            "recall_interval": [round(x, 4) for x in wilson(float(kept[good].sum()), int(good.sum()))],
            "kept_by_kind": {k: round(float(kept[kind == k].mean()), 4) for k in sorted(set(kind))},
        }
    findings = {}
    for code in ("numbers_differ", "names_differ"):
        has = table[:, FEATURES.index(code)] > 0
        rates = {
            k: round((float(has[kinds == k].sum()) + 0.5) / (float((kinds == k).sum()) + 1), 4)
            for k in sorted(set(kinds))
        }
        findings[code] = {"rates": rates}
    names = sorted(set(kind))

    def share(hit: NDArray[np.bool_]) -> dict[str, float]:
        """Of each kind, the share that hits."""
        return {k: round(float(hit[third][kind == k].mean()), 4) for k in names}

    by_rule = {"any": share(np.any(broken, axis=1))} | {rule: share(broken[:, k]) for k, rule in enumerate(RULES)}
    return {
        "purposes": figures,
        "auc": {
            k: round(auc(q[good], q[kind == k]), 4) for k in sorted(set(kind) - {"good"})
        } | {"all": round(auc(q[good], q[~good], w[good], w[~good]), 4)},
        "calibration_error": round(calibration_error(q, good, w), 4),
        "reliability": reliability(q, good, w),
        "rules": by_rule,
        "findings": findings,
    }  # fmt: skip


if __name__ == "__main__":
    main()
