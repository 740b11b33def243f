"""Fit the model of quality on pairs of many kinds of text, good ones and such as were made wrong in many ways.

Each source is read by an encoder, a lexicon and counts of neighbours that have not seen it, so that all evidence is
that of new text; what ships goes with the encoder in aligner/data. For each kind of text the model is fitted once on
all other kinds: what such fits say of the kind that they have not seen calibrates the model, chooses the thresholds
and gives all figures. No dev set is read. Nine minutes of one core.

usage: train_encoder.py PAIRS.tsv.gz … --without SOURCE … --out FOLDER    (several, for each source one without it)
       train_lexicon.py PAIRS.tsv.gz … --encoder FOLDER                    (for each of them, and for aligner/data)
       fit_quality.py PAIRS.tsv.gz … --encoders FOLDER …
Writes quality.json, fluency.npz and background.tsv.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import pathlib
import sys
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from damage import SIGN_WAYS, Pair
from made_documents import is_held_out, read_rows
from made_pairs import PAIR_KINDS, PairFile, make_files, read_pairs_by_source, way_weight, without_slips
from numpy.typing import NDArray

from aligner.encoders.embedded import Encoder
from aligner.names.gazetteer import gazetteer
from aligner.quality.additive import calibrate, fit
from aligner.quality.features import FEATURES, SIGNS, LengthRatio, Witness, background_rows
from aligner.quality.fluency import Fluency
from aligner.quality.lexicon import Lexicon
from aligner.quality.measures import auc, calibration_error, reliability, wilson
from aligner.quality.model import purposes
from aligner.quality.rules import RULES
from aligner.quality.signs import SIGN_FEATURES

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

WORDS_ALONE = ("evb-core", "dictionary", "dictionary-vi-en")
"""Sources that are no running text: no neighbours are counted in them, but in the examples of dictionaries."""

CELLS = 1 << 20
"""Cells of the counts of neighbours: a megabyte unpacked."""

BACKGROUND = 256
"""Texts of each side that the margin compares with."""

STRANGERS = ("Hawthorne", "Bergström", "Castellanos", "Fitzgerald", "Yamamoto", "Lindqvist", "Rotterdam", "Zagreb")
"""Names put in the place of others, beside those of the name table."""

LENGTHS = ((1, 1), (2, 3), (4, 6), (7, 12), (13, 30), (31, 10_000))
"""English words of the pairs that are measured together: a word, a title, short and long sentences, a paragraph."""


def read_texts(paths: Sequence[pathlib.Path]) -> dict[str, list[str]]:
    """The Vietnamese running text of each source."""
    texts: dict[str, list[str]] = {}
    for path in paths:
        for source, doc, _, vi in read_rows(path):
            if source not in WORDS_ALONE or (doc == "example" and source != WORDS_ALONE[0]):
                texts.setdefault(source, []).append(vi)
    return texts


def seen_sources(folder: pathlib.Path) -> tuple[set[str], set[str]]:
    """The sources that an encoder, and the lexicon beside it, were trained on; of those, the ones seen by half."""
    card = json.loads((folder / "encoder.json").read_text("utf-8"))
    return set(card["pairs"]), set(card.get("halves", ()))


def witness_of(folder: pathlib.Path, texts: dict[str, list[str]], background: Sequence[Pair]) -> Witness:
    """All that gives evidence with an encoder, from sources that it has seen; ratios of lengths as they are."""
    encoder, (seen, halves) = Encoder(folder), seen_sources(folder)
    with np.load(folder / "lexicon.npz", allow_pickle=False) as arrays:
        lexicon = Lexicon(arrays["cells"])
    read = [text for source, some in texts.items() if source in seen - halves for text in some]
    fluency = Fluency.count(encoder.pieces(read), vocabulary=len(encoder.table), cells=CELLS)
    print(f"{folder}: neighbours of {len(read):,} texts", file=sys.stderr)
    sides = [background_rows(encoder, [pair[side] for pair in background]) for side in (0, 1)]
    return Witness(encoder, lexicon, fluency, (sides[0], sides[1]))


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
    parser.add_argument("pairs", type=pathlib.Path, nargs="+", metavar="PAIRS.tsv.gz")
    parser.add_argument(
        "--encoders",
        type=pathlib.Path,
        nargs="+",
        required=True,
        help="folders, for each source one that has not seen it",
    )
    parser.add_argument("--shipped", type=pathlib.Path, default=pathlib.Path("aligner/data"), help="the one that ships")
    parser.add_argument("--most", type=int, default=1_300, help="good pairs of each kind of text (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("aligner/data"))
    parser.add_argument("--keep", type=pathlib.Path, help="also write the table of evidence there, for experiments")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    texts = read_texts(arguments.pairs)
    documents = read_pairs_by_source(arguments.pairs, [s for sources in PAIR_KINDS.values() for s in sources])
    # What a pair is compared with must not be the pair.
    usual = sorted({pair for document in documents["tatoeba"].values() for pair in document})
    rng = np.random.default_rng(arguments.seed)
    background = [usual[k] for k in np.sort(rng.permutation(len(usual))[:BACKGROUND])]
    shipped = witness_of(arguments.shipped, texts, background)
    counts = packed(single=shipped.fluency.single.astype(np.uint32), cells=shipped.fluency.cells)
    (arguments.out / "fluency.npz").write_bytes(counts)

    files, evidence = examine_files(arguments, texts, documents, background)
    rows = [row for file in files for row in file.rows]
    ways = np.array([way for file in files for way in file.ways])
    kinds = np.array([file.kind for file in files for _ in file.rows])
    table = np.concatenate([chunk.table for chunk in evidence])
    sizes = np.concatenate([chunk.sizes for chunk in evidence])
    words = np.concatenate([chunk.words for chunk in evidence])
    broken = np.concatenate([np.stack([rule.breaks(chunk) for rule in RULES.values()], axis=1) for chunk in evidence])
    is_good = ways == "good"
    shorter = sizes[:, :2].min(axis=1) + 1
    spreads = {}
    for name, what in (("length", "characters"), ("weight_ratio", "weights")):
        k = FEATURES.index(name)
        spreads[what] = length_ratio(table[is_good, k].astype(np.float64), shorter[is_good].astype(np.float64))
        table[:, k] = spreads[what].deviations(table[:, k], shorter)
    if arguments.keep:
        np.savez(arguments.keep, table=table, ways=ways, kinds=kinds, sizes=sizes, words=words, rows=np.array(rows))
    print(f"{time.perf_counter() - begun:.0f} s; {dict(Counter(ways.tolist()))}", file=sys.stderr)

    sees = (table[:, list(map(FEATURES.index, SIGN_FEATURES))] > 0).any(axis=1)
    weights = row_weights(ways, kinds, np.isin(ways, [*SIGN_WAYS, "negation"]) & ~sees)
    total = np.zeros(len(rows))
    for kind in PAIR_KINDS:
        held = kinds == kind
        model = fit(FEATURES, table[~held], words[~held], is_good[~held], weights[~held], signs=SIGNS)
        total[held] = model.total(model.contributions(table[held], words[held]), words[held])
        print(f"{time.perf_counter() - begun:.0f} s; all but {kind}", file=sys.stderr)
    model = fit(FEATURES, table, words, is_good, weights, signs=SIGNS)
    model = calibrate(model, total, is_good, weights)
    quality = model.calibrated(total)
    thresholds = purposes(quality, is_good, weights)  # of what says nothing contrary
    ends = np.cumsum([len(chunk.table) for chunk in evidence])[:-1]
    parts = zip(evidence, np.split(quality, ends), strict=True)
    quality = np.concatenate([chunk.turned(part) for chunk, part in parts])
    stored = {
        "what": "Model of the quality of a pair (aligner/quality), with what was measured of it on kinds held out",
        "command": f"scripts/fit_quality.py PAIRS.tsv.gz … --encoders FOLDER … --most {arguments.most}"
        f" --seed {arguments.seed}",
        "encoders": [json.loads((f / "encoder.json").read_text("utf-8"))["command"] for f in arguments.encoders],
        "pairs_files_sha256": {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in arguments.pairs},
        "seed": arguments.seed,
        "kinds": {
            kind: {s: sum(f.ways.count("good") for f in files if f.source == s) for s in sources}
            for kind, sources in PAIR_KINDS.items()
        },
        "pairs": dict(sorted(Counter(ways.tolist()).items())),
        "spread": {what: spread._asdict() for what, spread in spreads.items()},
        "model": model.to_json(),
        **measured(quality, thresholds, table, ways, kinds, sizes, weights, broken),
    }
    (arguments.out / "quality.json").write_text(
        json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (arguments.out / "background.tsv").write_text(
        "".join(f"{en}\t{vi}\n" for en, vi in [("en", "vi"), *background]), encoding="utf-8"
    )
    for what, row in stored["by_kind"].items():
        print(what, row["auc"], row["calibration_error"], row["balanced"], file=sys.stderr)
    print(json.dumps({k: stored[k] for k in ("purposes", "auc", "calibration_error")}, indent=1), file=sys.stderr)
    print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr)


def examine_files(
    arguments: argparse.Namespace,
    texts: dict[str, list[str]],
    documents: dict[str, dict[str, list[Pair]]],
    background: Sequence[Pair],
) -> tuple[list[PairFile], list[Any]]:
    """Make files of pairs of all sources, and collect the evidence of each by the first encoder not to have seen it."""
    taken_away = set(background)
    strangers = sorted(
        entity.vi[0] for entity in gazetteer(None).entities.values() if entity.kind in ("person", "place") and entity.vi
    )
    strangers += list(STRANGERS) * 60
    files, evidence, left = [], [], {s: kind for kind, sources in PAIR_KINDS.items() for s in sources}
    for folder in arguments.encoders:
        seen, halves = seen_sources(folder)
        witness = witness_of(folder, texts, background)
        for source in [s for s in left if s not in seen - halves]:
            kind = left.pop(source)
            pairs = [
                [pair for pair in document if pair not in taken_away]
                for doc, document in documents[source].items()
                if source not in halves or is_held_out(doc)
            ]
            rng = np.random.default_rng([arguments.seed, zlib.crc32(source.encode())])
            most = 2 * arguments.most // (len(PAIR_KINDS[kind]) + 1)
            clean = without_slips(pairs, witness.encoder)
            for file in make_files(kind, source, clean, witness.encoder, strangers, most, rng):
                files.append(file)
                groups = np.full(len(file.rows), -1 if file.is_alone else 0, np.int64)
                evidence.append(witness.examine(*(list(side) for side in zip(*file.rows, strict=True)), groups=groups))
    if left:
        sys.exit(f"fit_quality.py: all encoders have seen {', '.join(left)}; train one --without them")
    return files, evidence


def row_weights(ways: NDArray[np.str_], kinds: NDArray[np.str_], unseen: Bools) -> Doubles:
    """Weigh a kind's good pairs as much as its bad ones, all kinds the same, each way to be wrong as it is weighed.

    A sign turned round that no feature sees weighs nothing: it would teach to doubt every pair.
    """
    of_way = np.ones(len(ways))
    for way in set(ways.tolist()) - {"good"}:
        mine = (ways == way) & ~unseen
        of_way[mine] = way_weight(way) / max(mine.sum(), 1)
    of_way[unseen] = 0
    result = np.zeros(len(kinds))
    for kind in np.unique(kinds):
        for good in (True, False):
            mine = (kinds == kind) & ((ways == "good") == good)
            result[mine] = of_way[mine] / of_way[mine].sum() * len(kinds) / 2 / len(np.unique(kinds))
    return result


def measured(
    quality: Doubles,
    thresholds: dict[str, float],
    table: Floats,
    ways: NDArray[np.str_],
    kinds: NDArray[np.str_],
    sizes: Floats,
    weights: Doubles,
    broken: Bools,
) -> dict[str, Any]:
    """The card: what the model says of kinds of text that it was not fitted on."""
    is_good = ways == "good"

    def figures(rows: Bools) -> dict[str, Any]:
        """Of some rows, good and bad ones weighing the same."""
        q, good = quality[rows], is_good[rows]
        w = np.where(good, 0.5 / max(good.sum(), 1), 0.5 / max((~good).sum(), 1))
        found: dict[str, Any] = {
            "good": int(good.sum()),
            "bad": int((~good).sum()),
            "auc": round(auc(q[good], q[~good]), 4),
            "calibration_error": round(calibration_error(q, good, w), 4),
        }
        for name, threshold in thresholds.items():
            kept = q >= threshold
            precision = float((w * (kept & good)).sum() / max((w * kept).sum(), 1e-12))
            found[name] = {
                "good": with_interval(kept[good]),
                "bad": with_interval(kept[~good]),
                "precision": [
                    round(precision, 4),
                    *(round(x, 4) for x in wilson(precision * kept.sum(), int(kept.sum()))),
                ],
            }
        return found

    def share(hit: Bools) -> dict[str, float]:
        """Of each way, the share that hits."""
        return {way: round(float(hit[ways == way].mean()), 4) for way in sorted(set(ways))}

    everything = figures(np.ones(len(ways), bool))
    english = sizes[:, 2]
    return {
        "purposes": {name: {"threshold": t, **everything.pop(name)} for name, t in thresholds.items()},
        "auc": everything["auc"],
        "calibration_error": round(calibration_error(quality, is_good, weights), 4),
        "reliability": reliability(quality, is_good, weights),
        "by_kind": {kind: figures(kinds == kind) for kind in PAIR_KINDS},
        "by_length": {
            str(low) if low == high else f"{low}–{high}" if high < 1000 else f"{low} and more": figures(
                (english >= low) & (english <= high)
            )
            for low, high in LENGTHS
        },
        "by_way": {
            way: {
                "pairs": int((ways == way).sum()),
                **({} if way == "good" else {"auc": round(auc(quality[is_good], quality[ways == way]), 4)}),
                **{name: round(float((quality[ways == way] >= t).mean()), 4) for name, t in thresholds.items()},
            }
            for way in sorted(set(ways))
        },
        "rules": {"any": share(np.any(broken, axis=1))} | {rule: share(broken[:, k]) for k, rule in enumerate(RULES)},
        "findings": {
            code: {"rates": share(table[:, FEATURES.index(code)] > 0)} for code in ("numbers_differ", "names_differ")
        },
    }


def with_interval(hits: Bools) -> list[float]:
    """A share with the interval that holds it in 95 of 100 samples."""
    return [round(x, 4) for x in (float(hits.mean()) if len(hits) else 0.0, *wilson(float(hits.sum()), len(hits)))]


if __name__ == "__main__":
    main()
