"""Do better pairs make better translations? A small system is trained on each selection of a mix of good and bad pairs.

usage: python -m benchmarks.translation --pool EN VI ... --test NAME EN VI ... [--seen PAIRS.tsv.gz ...]
                                        [--pairs 40000] [--words N] [--seeds 3] [--python OpusFilter=PYTHON]

EN and VI are files of one text a line. Half of the pairs of a mix are made wrong in the ways of scripts/damage.py and
by boilerplate; each system chooses pairs of as many words; phrase_based.py is trained on these and translates the
tests. The tables go to standard output. README.md says what is measured.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import html
import itertools
import json
import os
import platform
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import aligner
from aligner.evaluation.tallies import SAMPLES, SEED
from aligner.evaluation.translations import check_texts, corpus_metrics, sacrebleu_seed
from aligner.version import shipped_digest
from benchmarks import phrase_based, results
from benchmarks.quality import ROOT, Row, run

Pair = tuple[str, str]
Scores = NDArray[Any]

SHARE_BAD: Final = 0.5
"""Of a mix: crawled corpora have as much (Kreutzer et al. 2022, https://aclanthology.org/2022.tacl-1.4/: in 87 of 205
fewer than half of the pairs are right)."""

MIX: Final[Mapping[str, float]] = {
    "appended": 2,
    "boilerplate": 2,
    "half_bead": 1,
    "mojibake": 1,
    "name": 1,
    "neighbour": 4,
    "number": 1,
    "random": 3,
    "salad": 1,
    "shuffled": 0.5,
    "truncated_en": 1,
    "truncated_vi": 1,
    "turned": 0.5,
    "unaccented": 1.5,
    "untranslated": 2,
}
"""Weights of what is wrong: what crawled corpora have most, pairs that belong apart and text of one language, weighs
most. Not those by which our model was fitted (WAYS of scripts/damage.py)."""

STRANGERS: Final = ("Okonkwo", "Brightwater", "Sørensen", "Valenzuela", "Novgorod", "Winchester", "Tanaka", "Leclerc")
"""Names to put in the place of others."""

BOILERPLATE: Final[Sequence[Pair]] = (
    ("Click here to read more.", "Bấm vào đây để xem thêm."),
    ("Add to cart", "Thêm vào giỏ hàng"),
    ("All rights reserved.", "Giữ toàn quyền."),
    ("Sign up for our newsletter to get the latest news.", "Đăng ký nhận bản tin để cập nhật tin mới nhất."),
    ("Your email address will not be published.", "Địa chỉ thư điện tử của bạn sẽ không được công bố."),
    ("Share this on Facebook", "Chia sẻ lên Facebook"),
    ("Home > News > Back to top", "Trang chủ > Tin tức > Lên đầu trang"),
    ("We use cookies to make this site work better.", "Trang này dùng cookie để hoạt động tốt hơn."),
)
"""What stands around the text of web pages."""

SYSTEMS: Final = (
    "random",
    "OpusFilter, by filters passed",
    "OpusFilter, by word alignment",
    "cosine",
    "aligner",
    "oracle",
)
BASE, OURS = "random", "aligner"


METRICS: Final[Mapping[str, str]] = {"chrf": "chrF++", "bleu": "BLEU"}


class Texts(NamedTuple):
    name: str
    en: list[str]
    vi: list[str]


class Missing(Exception):
    """A system is not there."""


def read_lines(path: Path, *, detokenise: bool = False) -> list[str]:
    """Texts of a file, one a line."""
    lines = path.read_text("utf-8").split("\n")
    lines = lines[:-1] if lines[-1] == "" else lines
    return [" ".join(detokenised(line).split() if detokenise else line.split()) for line in lines]


def detokenised(line: str) -> str:
    """A line of IWSLT'15 as Stanford gives it, whose marks stand apart: as it is written.

    >>> detokenised("He said , &quot; It &apos;s 5 % ( or so ) . &quot;")
    'He said, "It\\'s 5% (or so)."'
    """
    text = html.unescape(line)
    text = re.sub(r"\s+(?=[,.;:!?%)\]}…”]|['’](?:s|m|re|ve|d|ll|t)\b|n['’]t\b)", "", text)
    text = re.sub(r"(?<=[(\[{“$])\s+", "", text)
    return re.sub(r'"\s*([^"]*?)\s*"', r'"\1"', text)


def read_pairs(en: Path, vi: Path, *, detokenise: bool = False) -> list[Pair]:
    """Pairs of two files, in order."""
    sides = [read_lines(path, detokenise=detokenise) for path in (en, vi)]
    if len(sides[0]) != len(sides[1]):
        raise SystemExit(f"{en} has {len(sides[0])} lines, {vi} {len(sides[1])}: give a text a line, in one order")
    return list(zip(*sides, strict=True))


def key(text: str) -> str:
    """What two texts have in common that differ in marks, spaces and capitals alone."""
    return "".join(c for c in text.casefold() if c.isalnum())


def read_seen(paths: Iterable[Path]) -> set[str]:
    """Keys of all texts of files of pairs: TSV, maybe packed, with the columns en and vi."""
    seen: set[str] = set()
    for path in paths:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8", newline="\n") as file:
            head = file.readline().rstrip("\n").split("\t")
            if not {"en", "vi"} <= set(head):
                raise SystemExit(f"{path}: no columns en and vi (found: {', '.join(head)})")
            columns = head.index("en"), head.index("vi")
            for line in file:
                cells = line.rstrip("\n").split("\t")
                seen |= {key(cells[column]) for column in columns if column < len(cells)}
    return seen


def unseen(pairs: Iterable[Pair], seen: set[str]) -> list[Pair]:
    """Each pair once of which no side was seen, with two words or more on either side."""
    kept: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        keys = key(pair[0]), key(pair[1])
        if not seen & {*keys} and min(len(text.split()) for text in pair) > 1:
            kept.setdefault(keys, pair)
    return list(kept.values())


def boilerplate(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair:
    """What stands around a page's text, in the place of one side or behind it, or with what is not its translation."""
    one, other = (BOILERPLATE[int(i)] for i in rng.choice(len(BOILERPLATE), 2, replace=False))
    (en, vi), way = pairs[k], rng.random()
    if way < 0.4:
        return one[0], other[1]
    if way < 0.7:
        return (en, one[1]) if rng.random() < 0.5 else (one[0], vi)
    return en, f"{vi} {one[1]} {other[1]}"


def ways() -> Mapping[str, tuple[Any, float]]:
    """How each kind of wrong pair is made, and its weight."""
    sys.path.insert(0, str(ROOT / "scripts"))
    from damage import WAYS

    return {kind: (boilerplate if kind == "boilerplate" else WAYS[kind][0], weight) for kind, weight in MIX.items()}


def crawl_mix(pairs: list[Pair], size: int, seed: int) -> list[Row]:
    """A mix of `size` pairs, half of them made wrong, in random order: of each pair its good or its bad form, not both.

    The same pairs and seed give the same mix.
    """
    rng = np.random.default_rng(seed)
    order = [int(k) for k in rng.permutation(len(pairs))]
    n_bad = round(size * SHARE_BAD)
    makers = ways()
    kinds, weights = list(makers), np.array([weight for _, weight in makers.values()])
    rows = [Row("good", *pairs[k]) for k in order[: size - n_bad]]
    for k in order[size - n_bad :]:
        if len(rows) == size:
            break
        for kind in rng.choice(kinds, 4, p=weights / weights.sum()):  # not every pair has a number or a name
            if made := makers[kind][0](pairs, k, rng, STRANGERS):
                rows.append(Row(str(kind), *(" ".join(text.split()) for text in made)))
                break
    if len(rows) < size:
        raise SystemExit(f"the pool has {len(pairs):,} pairs: too few for a mix of {size:,}")
    return [rows[int(k)] for k in rng.permutation(size)]


def top(scores: Scores, sizes: Sequence[int], words: int) -> list[int]:
    """The pairs with the highest scores until they have as many words, in the order of the mix.

    Of equal scores those that stand first in the mix. `sizes` are the words of each pair. Words and not pairs are
    counted, as in Koehn et al. (2018), https://aclanthology.org/W18-6453/: else who chooses long texts has more to
    learn from.
    """
    order = np.argsort(-scores.astype(np.float64), kind="stable")
    n = int(np.searchsorted(np.cumsum(np.asarray(sizes)[order]), words)) + 1
    return sorted(order[:n].tolist())


def score(system: str, rows: list[Row], seed: int, pythons: Mapping[str, str]) -> Scores:
    """What a system says of each pair: the higher, the better."""
    if system == "random":
        return np.random.default_rng([seed, len(rows)]).random(len(rows))
    if system == "oracle":
        return np.array([row.kind == "good" for row in rows])
    if system == "cosine":
        sides = [aligner.encode([row[k] for row in rows]) for k in (1, 2)]
        return np.asarray((sides[0] * sides[1]).sum(axis=1))
    if system == "aligner":
        frame = pd.DataFrame([row[1:] for row in rows], columns=["src_text", "trg_text"], dtype=object)
        scored = aligner.score_pairs(frame, threshold=0.0)  # so that only a hard rule drops a pair
        return np.asarray(scored["quality"] - (scored["decision"] != "keep"))
    found = run(system, rows, pythons.get(system.partition(", ")[0], sys.executable))
    if "missing" in found:
        raise Missing(found["missing"])
    return np.asarray(found["kept"])


class Outcome(NamedTuple):
    """What came of a system's selections, over all seeds."""

    chosen: list[int]
    """Pairs, by seed."""
    good: list[float]
    """Share of good ones among them, by seed."""
    translations: dict[str, list[str]]
    """By test: each seed's system translates its own part."""


def parts(n: int, seeds: int) -> list[slice]:
    """Each seed's part of n sentences.

    >>> parts(7, 3)
    [slice(0, 2, None), slice(2, 5, None), slice(5, 7, None)]
    """
    ends = [round(n * k / seeds) for k in range(seeds + 1)]
    return [slice(a, b) for a, b in itertools.pairwise(ends)]


def measure(
    pairs: list[Pair],
    tests: Sequence[Texts],
    *,
    size: int,
    words: int | None,
    seeds: int,
    pythons: Mapping[str, str],
    systems: Sequence[str] = SYSTEMS,
    tell: Callable[[str], None] = lambda line: None,
) -> tuple[dict[str, Outcome], dict[str, str]]:
    """Select, train and translate: outcomes by system, and what systems that are not there lack."""
    outcomes = {system: Outcome([], [], {test.name: [] for test in tests}) for system in systems}
    missing: dict[str, str] = {}
    for seed in range(1, seeds + 1):
        rows = crawl_mix(pairs, size, seed)
        sizes = [len(row.en.split()) for row in rows]
        available = sum(n for row, n in zip(rows, sizes, strict=True) if row.kind == "good")
        wanted = available if words is None else words
        if available < wanted:
            raise SystemExit(
                f"the good pairs of the mix have {available:,} English words: choose fewer than {wanted:,}"
            )
        given = {test.name: test.en[parts(len(test.en), seeds)[seed - 1]] for test in tests}
        for system in systems:
            if system in missing:
                continue
            begun = time.perf_counter()
            try:
                chosen = [rows[k] for k in top(score(system, rows, seed, pythons), sizes, wanted)]
            except Missing as error:
                missing[system] = str(error)
                del outcomes[system]
                continue
            scored = time.perf_counter()
            outcome = outcomes[system]
            outcome.chosen.append(len(chosen))
            outcome.good.append(sum(row.kind == "good" for row in chosen) / len(chosen))
            model = phrase_based.train((row[1:] for row in chosen), [text for part in given.values() for text in part])
            for name, part in given.items():
                outcome.translations[name] += [phrase_based.translate(model, text) for text in part]
            times = f"{scored - begun:.0f} s to score, {time.perf_counter() - scored:.0f} s to train and translate"
            tell(f"seed {seed}, {system}: {len(chosen):,} pairs, good {outcome.good[-1]:.3f}, {times}")
    return outcomes, missing


def metrics() -> dict[str, Any]:
    """sacrebleu's metrics by name, ready to be signed; without sacrebleu a MissingExtraError says what to install."""
    found = {name: metric for name, metric in corpus_metrics([], []).items() if name in METRICS}
    for metric in found.values():
        metric.corpus_score([""], [[""]])
    return found


class Compared(NamedTuple):
    """A metric of one system beside a base's on one test."""

    value: float
    low: float
    high: float
    difference: float
    p: float


def compare(outcomes: Mapping[str, Outcome], test: Texts, base: str, metric: str) -> dict[str, Compared]:
    """sacrebleu's paired bootstrap of all systems against one."""
    texts = {system: check_texts(o.translations[test.name], test.vi) for system, o in outcomes.items()}
    references = texts[base][1]
    from sacrebleu.significance import PairedTest

    named: list[tuple[str, Sequence[str]]] = [(base, texts[base][0])]
    named += [(system, said) for system, (said, _) in texts.items() if system != base]
    with sacrebleu_seed(SEED):
        _, results = PairedTest(named, {metric: metrics()[metric]}, [references], test_type="bs", n_samples=SAMPLES)()
    found = next(cast("list[Any]", results[column]) for column in results if column != "System")
    return {
        system: Compared(
            float(result.score),
            float(result.mean - result.ci),
            float(result.mean + result.ci),
            float(result.score - found[0].score),
            1.0 if said == named[0][1] else float(result.p_value),  # sacrebleu calls no difference significant
        )
        for (system, said), result in zip(named, found, strict=True)
    }


def by_seed(outcomes: Mapping[str, Outcome], test: Texts, system: str, base: str) -> list[float]:
    """chrF++ over the base's, of each seed's part."""
    metric, seeds = metrics()["chrf"], len(outcomes[system].good)
    differences = []
    for part in parts(len(test.vi), seeds):
        one, other = (
            metric.corpus_score(outcomes[s].translations[test.name][part], [test.vi[part]]).score
            for s in (system, base)
        )
        differences.append(float(one - other))
    return differences


def markdown(lines: Iterable[Sequence[str]]) -> str:
    head, *others = lines
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [head, ["---"] * len(head), *others])


def scores_table(outcomes: Mapping[str, Outcome], missing: Mapping[str, str], tests: Sequence[Texts]) -> str:
    """A row a system: its pairs, the share of good ones, and for each test the scores with intervals."""
    found = {(test.name, metric): compare(outcomes, test, BASE, metric) for test in tests for metric in METRICS}
    lines = [["selection", "pairs", "good", *(f"{name} {METRICS[metric]}" for name, metric in found)]]
    for system, outcome in outcomes.items():
        scores = [f"{one[system].value:.2f} ({one[system].low:.2f}–{one[system].high:.2f})" for one in found.values()]
        lines.append([system, f"{np.mean(outcome.chosen):,.0f}", f"{np.mean(outcome.good):.3f}", *scores])
    lines += [[system, f"not here: {what}", *[""] * (len(lines[0]) - 2)] for system, what in missing.items()]
    return markdown(lines)


def differences_table(outcomes: Mapping[str, Outcome], tests: Sequence[Texts], base: str) -> str:
    """A row a system: for each test how far its scores are above the base's, with p, and chrF++ by seed."""
    found = {test.name: [compare(outcomes, test, base, metric) for metric in METRICS] for test in tests}
    heads = [f"{test.name} {what}" for test in tests for what in (*METRICS.values(), "chrF++ by seed")]
    lines = [[f"over {base} (p)", *heads]]
    for system in (name for name in outcomes if name != base):
        cells = [system]
        for test in tests:
            cells += [f"{one[system].difference:+.2f} ({one[system].p:.3f})" for one in found[test.name]]
            cells.append(", ".join(f"{d:+.2f}" for d in by_seed(outcomes, test, system, base)))
        lines.append(cells)
    return markdown(lines)


def rows_of(outcomes: Mapping[str, Outcome], missing: Mapping[str, str], tests: Sequence[Texts]) -> list[results.Row]:
    """The figures as results have them: a row a system, each score with its interval and its distance to ours."""
    found = {(test.name, metric): compare(outcomes, test, OURS, metric) for test in tests for metric in METRICS}
    rows = []
    for system, outcome in outcomes.items():
        figures: dict[str, float | int | str] = {
            "pairs": round(float(np.mean(outcome.chosen))),
            "good": round(float(np.mean(outcome.good)), 3),
        }
        for (name, metric), by_system in found.items():
            score = by_system[system]
            what = f"{name} {METRICS[metric]}"
            figures |= {what: round(score.value, 2), f"{what}, 95 %": f"{score.low:.2f}–{score.high:.2f}"}
            if system != OURS:
                figures |= {f"{what}, less aligner's": round(score.difference, 2), f"{what}, p": round(score.p, 3)}
        rows.append(results.Row("selections", system, figures))
    return rows + [results.Row("", system, {}, missing=what) for system, what in missing.items()]


def signature(pairs: list[Pair], tests: Sequence[Texts], options: Mapping[str, int | None]) -> dict[str, Any]:
    """What a reader needs to make the tables again."""

    def digest(found: object) -> str:
        return hashlib.sha256(repr(found).encode("utf-8", "surrogatepass")).hexdigest()[:12]

    return {
        "version": aligner.__version__,
        "data": {name: shipped_digest(name) for name in ("encoder.npz", "quality.json")},
        "pool": f"{len(pairs)} pairs, {digest(pairs)}",
        "tests": {test.name: f"{len(test.en)} sentences, {digest(test[1:])}" for test in tests},
        **options,
        "mix": digest(sorted(MIX.items())),
        "system": digest([(k, v) for k, v in vars(phrase_based).items() if k.isupper()]),
        "metrics": {METRICS[name]: str(metric.get_signature()) for name, metric in metrics().items()},
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--pool", nargs=2, action="append", required=True, type=Path, metavar=("EN", "VI"), help="good pairs")
    add("--test", nargs=3, action="append", required=True, metavar=("NAME", "EN", "VI"), help="what is translated")
    add("--seen", nargs="+", default=[], type=Path, metavar="PAIRS.tsv.gz", help="pairs that a model was fitted on")
    add("--detokenise", action="store_true", help="join marks to words in files of the pool and tests")
    add("--pairs", type=int, default=40_000, help="of a mix, half of them made wrong (%(default)s)")
    add("--words", type=int, help="of the English sides that each system chooses (default: as many as good pairs have)")
    add("--seeds", type=int, default=3, help="mixes; each seed translates its part of the tests (%(default)s)")
    add("--out", type=Path, metavar="FOLDER", help="for the translations, a file a test and system, and the references")
    add("--python", action="append", default=[], metavar="SYSTEM=PYTHON", help="a Python that has a peer installed")
    results.add_option(parser)
    chosen = parser.parse_args()
    under_way = results.Run(("encoder.npz", "fluency.npz", "lexicon.npz", "quality.json"))
    pythons = dict(entry.partition("=")[::2] for entry in chosen.python)
    if unknown := pythons.keys() - {system.partition(", ")[0] for system in SYSTEMS}:
        parser.error(f"no system {', '.join(sorted(unknown))}")
    if min(chosen.pairs, 1 if chosen.words is None else chosen.words) < 1:
        parser.error("--pairs, --words: at least one")
    detokenise = chosen.detokenise
    tests = [
        Texts(name, *map(list, zip(*read_pairs(Path(en), Path(vi), detokenise=detokenise), strict=True)))
        for name, en, vi in chosen.test
    ]
    if chosen.seeds < 1 or any(len(test.en) < chosen.seeds for test in tests):
        parser.error("--seeds: from 1 to the sentences of a test")
    seen = read_seen(chosen.seen) | {key(text) for test in tests for side in test[1:] for text in side}
    pool = [pair for en, vi in chosen.pool for pair in read_pairs(en, vi, detokenise=detokenise)]
    pairs = unseen(pool, seen)
    options = {
        "pairs": chosen.pairs,
        "words": chosen.words,
        "seeds": chosen.seeds,
        "seen": len(pool) - len(pairs),
    }
    print(json.dumps(signature(pairs, tests, options)))
    kinds = Counter(row.kind for row in crawl_mix(pairs, chosen.pairs, 1))
    print(f"\nMix of seed 1: {', '.join(f'{kind} {n:,}' for kind, n in sorted(kinds.items()))}")
    outcomes, missing = measure(
        pairs,
        tests,
        size=chosen.pairs,
        words=chosen.words,
        seeds=chosen.seeds,
        pythons=pythons,
        tell=lambda line: print(line, file=sys.stderr, flush=True),
    )
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        for test in tests:
            written = {"reference": test.vi} | {name: o.translations[test.name] for name, o in outcomes.items()}
            for name, texts in written.items():
                path = chosen.out / f"{test.name}.{re.sub(r'[^A-Za-z]+', '-', name)}.vi"
                path.write_text("".join(f"{text}\n" for text in texts), "utf-8")
    print(f"\n{scores_table(outcomes, missing, tests)}")
    for base in (BASE, OURS):
        print(f"\n{differences_table(outcomes, tests, base)}")
    if chosen.json:
        under_way.write(chosen.json, rows_of(outcomes, missing, tests))


if __name__ == "__main__":
    main()
