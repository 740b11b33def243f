"""Alignment, quality and speed, beside peers from PyPI, in one run.

usage: python -m benchmarks.alignment [FOLDER ...] [--seed 1] [--out FOLDER] [--bound 60] [--json FILE]

FOLDER holds NAME.en, NAME.vi (one sentence a line) and NAME.gold ([source ids]:[target ids] a line). Tables go to
standard output; they, all figures and the plots go to --out. README.md says what is measured.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import hashlib
import json
import os
import platform
import random
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import aligner
from aligner.version import shipped_digest
from benchmarks import results

GOLD = Path(__file__).parents[1] / "corpus" / "gold"
WORKER = Path(__file__).parent / "peers" / "worker.py"
SYSTEMS = (
    "aligner",
    "aligner, viterbi",
    "galechurch",
    "NLTK gale_church",
    "hunalign",
    "sentweave (vecalign)",
    "sentweave, size 4",
    "Bertalign's search",
)
TIMED = ("aligner", "galechurch", "NLTK gale_church", "hunalign", "sentweave (vecalign)", "sentweave, size 4")
NOISE = (0.0, 0.05, 0.1, 0.2, 0.3)  # shares of the pairs
REMIX_NOISE, JOINED = 0.1, 0.15  # shares of the pairs, of the neighbours
DRAWS = 3  # of the noise, for every article
LONG_DRAWS = 2
LENGTHS = (1_000, 10_000, 30_000, 100_000)  # sentences a side
RUNS, QUICK_S = 3, 3  # so many runs of what takes less than these seconds; the best counts
MEMORY_GB = 6  # address space that a system may take, in GiB
WALL = 10  # times the bound of processor time that a process may take by the clock
BINS, FEW = 10, 30  # of the calibration plot


class Bead(NamedTuple):
    """A gold bead, with its sentences."""

    en: list[str]
    vi: list[str]


class Document(NamedTuple):
    name: str
    en: list[str]
    vi: list[str]
    gold: list[tuple[tuple[int, ...], tuple[int, ...]]]


Sets = dict[str, list[Document]]


def read_folder(folder: Path, whole: bool = True) -> list[Document]:
    """NAME.en, NAME.vi, NAME.gold: every sentence in exactly one bead; where it need not be whole, in one at most."""
    documents = []
    for path in sorted(folder.glob("*.gold")):
        sides = [path.with_suffix(f".{lang}").read_text("utf-8").split("\n")[:-1] for lang in ("en", "vi")]
        rows = [line.split(":") for line in path.read_text("utf-8").splitlines()]
        gold = [(tuple(ast.literal_eval(en)), tuple(ast.literal_eval(vi))) for en, vi in rows]
        for side, ids in zip(sides, zip(*gold, strict=True), strict=True):
            told = sorted(k for bead in ids for k in bead)
            if len(set(told)) < len(told) or not set(told) <= set(range(len(side))):
                raise SystemExit(f"{path}: a sentence in two beads, or one that is not there")
            if whole and len(told) < len(side):
                raise SystemExit(f"{path}: not every sentence in exactly one bead")
        documents.append(Document(path.stem, sides[0], sides[1], gold))
    if not documents:
        raise SystemExit(f"{folder}: no file NAME.gold; see benchmarks/README.md")
    return documents


def beads_of(document: Document) -> list[Bead]:
    return [Bead([document.en[i] for i in en], [document.vi[j] for j in vi]) for en, vi in document.gold]


def document_of(name: str, beads: Iterable[Bead]) -> Document:
    document = Document(name, [], [], [])
    for bead in beads:
        ids = []
        for side, sentences in ((document.en, bead.en), (document.vi, bead.vi)):
            ids.append(tuple(range(len(side), len(side) + len(sentences))))
            side += sentences
        document.gold.append((ids[0], ids[1]))
    return document


def with_noise(beads: list[Bead], others: list[list[Bead]], share: float, rng: random.Random) -> list[Bead]:
    """In this share of the pairs, delete one side, or put as many sentences of another article in its place."""
    result = []
    for bead in beads:
        if not (bead.en and bead.vi and rng.random() < share):
            result.append(bead)
            continue
        side = rng.randrange(2)
        sides = [[[sentence] for sentence in sentences] for sentences in bead]
        foreign = [sentence for other in rng.choice(others) for sentence in other[side]]
        first = rng.randrange(len(foreign) - len(bead[side]) + 1)
        sides[side] = [[s] for s in foreign[first : first + len(bead[side])]] if rng.random() < 0.5 else []
        result += [Bead(s, []) for s in sides[0]] + [Bead([], s) for s in sides[1]]
    return result


def remixed(beads: list[Bead], share: float, rng: random.Random) -> list[Bead]:
    """Join this share of the neighbours, both 1:1, to one sentence on one side."""
    result: list[Bead] = []
    for bead in beads:
        pair = [*result[-1:], bead]
        if len(pair) == 2 and all(len(b.en) == len(b.vi) == 1 for b in pair) and rng.random() < share:
            en, vi = pair[0].en + bead.en, pair[0].vi + bead.vi
            result[-1] = Bead([" ".join(en)], vi) if rng.random() < 0.5 else Bead(en, [" ".join(vi)])
        else:
            result.append(bead)
    return result


def build_sets(articles: list[Document], seed: int) -> Sets:
    """The sets of the project's own articles: clean, noisy, remixed, and all in one."""
    texts = [beads_of(article) for article in articles]

    def noisy(share: float, joined: float, draws: int) -> Iterator[tuple[str, list[Bead]]]:
        for draw in range(draws):
            for k, (article, text) in enumerate(zip(articles, texts, strict=True)):
                rng = random.Random(f"{seed} {share} {joined} {draw} {article.name}")
                noise = with_noise(text, texts[:k] + texts[k + 1 :], share, rng)
                yield f"{article.name} {draw}", remixed(noise, joined, rng)

    sets: Sets = {"clean": articles}
    for share in NOISE[1:]:
        sets[f"noisy {share:g}"] = [document_of(*named) for named in noisy(share, 0, DRAWS)]
    sets["remix"] = [document_of(*named) for named in noisy(REMIX_NOISE, JOINED, DRAWS)]
    for name, joined in (("long noisy", 0.0), ("long remix", JOINED)):
        drawn = list(noisy(REMIX_NOISE, joined, LONG_DRAWS))
        size = len(articles)
        parts = [drawn[k : k + size] for k in range(0, len(drawn), size)]
        sets[name] = [document_of(f"{k}", [b for _, beads in part for b in beads]) for k, part in enumerate(parts)]
    return sets


def long_text(articles: list[Document], n: int, seed: int) -> Document:
    """About n sentences a side: the articles again and again in random order, with noise.

    Each copy of a sentence loses two of its words at random, so that no tool profits from sentences it has seen.
    """
    rng = random.Random(f"{seed} {n}")
    texts = [beads_of(article) for article in articles]

    def copy(sentence: str) -> str:
        words = sentence.split(" ")
        for _ in range(2 if len(words) > 4 else 0):
            del words[rng.randrange(len(words))]
        return " ".join(words)

    beads: list[Bead] = []
    length = 0
    while length < n:
        order = list(range(len(texts)))
        for k in rng.sample(order, len(order)):
            noisy = with_noise(texts[k], texts[:k] + texts[k + 1 :], NOISE[1], rng)
            beads += [Bead([copy(s) for s in bead.en], [copy(s) for s in bead.vi]) for bead in noisy]
            length += sum(len(bead.en) for bead in noisy)
    while length > n:
        length -= len(beads.pop().en)
    return document_of(f"{n}", beads)


def run(
    system: str,
    documents: Sequence[Document],
    warm_up: Document | None,
    bound: int | None,
    vectors: Sequence[tuple[Path, Path] | None] | None = None,
) -> dict[str, Any]:
    """Measure in a process of its own, on one thread; `bound` is in seconds of processor time.

    `vectors` are the .npy files of both sides of each document, or None for one that is to be encoded.
    """
    one = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "RAYON")}
    job: dict[str, Any] = {"documents": [[d.en, d.vi] for d in documents]}
    job["warm_up"] = [[warm_up.en, warm_up.vi]] if warm_up else []
    job["vectors"] = [paths and [*map(str, paths)] for paths in vectors or [None] * len(documents)]
    job |= {"bound_s": bound, "memory_gb": MEMORY_GB}
    with tempfile.TemporaryDirectory() as folder:
        given, got = Path(folder, "job.json"), Path(folder, "result.json")
        given.write_text(json.dumps(job), "utf-8")
        command = [sys.executable, str(WORKER), system, str(given), str(got)]
        try:
            ended = subprocess.run(
                command,
                timeout=WALL * bound if bound else None,
                env=os.environ | one,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        except subprocess.TimeoutExpired:
            return {"failed": f"over {WALL} times the bound by the clock"}
        if ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL) and bound:
            return {"failed": f"over {bound} s"}
        if got.exists():
            return json.loads(got.read_text("utf-8"))  # type: ignore[no-any-return]
        last = ended.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        if died := re.search(r"died with <Signals\.(\w+)", last):  # of a program that the worker runs
            return {
                "failed": f"over {bound} s"
                if died[1] in ("SIGXCPU", "SIGKILL") and bound
                else f"it ends with {died[1]}"
            }
        return {"failed": f"exit {ended.returncode}: {last}"[:120]}


def scores(documents: Sequence[Document], beads: Sequence[Any]) -> dict[str, list[float]]:
    """P, R, F1 by kind of score."""
    found = {f"{k} {d.name}": got for k, (d, got) in enumerate(zip(documents, beads, strict=True))}
    gold = {f"{k} {d.name}": d.gold for k, d in enumerate(documents)}
    result = aligner.evaluate(found, gold)
    named = (("strict", result.strict), ("lax", result.lax), ("with nulls", result.with_nulls))
    return {name: [round(x, 4) for x in (s.precision, s.recall, s.f1)] for name, s in named}


def reliability(documents: Sequence[Document], result: dict[str, Any]) -> list[tuple[float, bool]]:
    """Probability and truth of every bead."""
    pairs = []
    for document, beads, values in zip(documents, result["beads"], result["probabilities"], strict=True):
        gold = set(document.gold)
        pairs += [(p, (tuple(en), tuple(vi)) in gold) for (en, vi), p in zip(beads, values, strict=True)]
    return pairs


def binned(pairs: list[tuple[float, bool]]) -> dict[str, Any]:
    """Mean probability, share right and count by bin, and the expected calibration error."""
    p, right = np.array([p for p, _ in pairs]), np.array([right for _, right in pairs])
    where = np.minimum((p * BINS).astype(int), BINS - 1)
    rows = [
        (round(float(p[where == k].mean()), 4), round(float(right[where == k].mean()), 4), int((where == k).sum()))
        for k in range(BINS)
        if (where == k).any()
    ]
    error = sum(abs(mean - share) * count for mean, share, count in rows) / len(pairs)
    return {"bins": rows, "expected_error": round(error, 4), "beads": len(pairs)}


def measure_quality(sets: Sets, warm_up: Document, bound: int) -> dict[str, dict[str, Any]]:
    """By system and set: scores, seconds, memory; the aligner's probabilities beside the truth."""
    figures: dict[str, dict[str, Any]] = {}
    for system in SYSTEMS:
        figures[system] = {}
        for name, documents in sets.items():
            result = run(system, documents, warm_up, None if system.startswith("aligner") else bound)
            if "beads" in result:
                got = scores(documents, result["beads"])
                if system == "aligner":
                    result["reliability"] = reliability(documents, result)
                result = {k: v for k, v in result.items() if k not in ("beads", "probabilities")} | {"scores": got}
            figures[system][name] = result
            if "missing" in result:
                break
        print(f"{system}: quality measured", file=sys.stderr)
    return figures


def measure_speed(articles: list[Document], seed: int, bound: int) -> dict[str, list[dict[str, Any]]]:
    """By system, length after length until one fails; aligner has no bound. Every run is a process of its own."""
    figures: dict[str, list[dict[str, Any]]] = {system: [] for system in TIMED}
    stopped: set[str] = set()
    for n in LENGTHS:
        text = long_text(articles, n, seed)
        for system in TIMED:
            if system in stopped:
                continue
            best: dict[str, Any] = {}
            for _ in range(RUNS):
                result = run(system, [text], articles[0], None if system == "aligner" else bound)
                if not best or result.get("seconds", np.inf) < best.get("seconds", np.inf):
                    best = result
                if result.get("seconds", np.inf) > QUICK_S:
                    break
            if "beads" in best:
                best["scores"] = scores([text], best["beads"])
            else:
                stopped.add(system)
            kept = {k: v for k, v in best.items() if k not in ("beads", "probabilities")}
            figures[system].append({"length": n, "sentences": [len(text.en), len(text.vi)], **kept})
        print(f"{n:,} sentences a side: speed measured", file=sys.stderr)
    return figures


def table(header: list[str], rows: Iterable[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def label(system: str, results_of: Iterable[dict[str, Any]]) -> str:
    """The name of a system with its version, which some of its results have."""
    return results.labelled(system, next((r["version"] for r in results_of if "version" in r), ""))


def quality_table(figures: dict[str, dict[str, Any]], names: list[str]) -> str:
    """F1 by set: strict / lax / strict with null beads counted."""
    rows = []
    for system, by_set in figures.items():
        cells = []
        for name in names:
            result = by_set.get(name, {"missing": ""})
            got = result.get("scores")
            absent = result.get("failed", "")
            cells.append(" / ".join(f"{v[2]:.3f}".lstrip("0") for v in got.values()) if got else absent)
        missing = [r["missing"] for r in by_set.values() if "missing" in r]
        rows.append([label(system, by_set.values()), *([f"not here: {missing[0]}", *cells[1:]] if missing else cells)])
    return table(["F1: strict / lax / with nulls", *names], rows)


def full_table(figures: dict[str, dict[str, Any]]) -> str:
    """Precision, recall and F1 of everything."""
    rows = []
    for system, by_set in figures.items():
        for name, result in by_set.items():
            for kind, values in result.get("scores", {}).items():
                rows.append([label(system, [result]), name, kind, *(f"{v:.4f}" for v in values)])
    return table(["system", "set", "score", "P", "R", "F1"], rows)


def speed_table(figures: dict[str, list[dict[str, Any]]]) -> str:
    """Times aligner's seconds, and memory, by length."""
    own = {r["length"]: r for r in figures["aligner"]}
    rows = []
    for system, by_length in figures.items():
        cells = []
        for r in by_length:
            if "seconds" in r:
                ratio = r["seconds"] / own[r["length"]]["seconds"] if "seconds" in own[r["length"]] else float("nan")
                f1 = f"{r['scores']['strict'][2]:.3f}".lstrip("0")
                cells.append(f"{r['seconds']:.2f} s (×{ratio:.2g}), {r['peak_mb']:,.0f} MB, {f1}")
            else:
                cells.append(f"not here: {r['missing']}" if "missing" in r else r["failed"])
        rows.append([label(system, by_length), *cells, *[""] * (len(LENGTHS) - len(cells))])
    return table(["seconds (× aligner's), memory, strict F1", *(f"{n:,}" for n in LENGTHS)], rows)


def calibration_table(groups: dict[str, Any]) -> str:
    rows = [
        [group, f"{mean:.3f}", f"{share:.3f}", f"{count:,}"]
        for group, figures in groups.items()
        for mean, share, count in figures["bins"]
    ]
    rows += [
        [g, "expected error", f"{figures['expected_error']:.4f}", f"{figures['beads']:,}"]
        for g, figures in groups.items()
    ]
    return table(["sets", "mean probability", "share right", "beads"], rows)


STYLES = dict(zip(SYSTEMS, ("C3-o", "C1--s", "C0-^", "C9-v", "C5-D", "C2-P", "C8--X", "C4-*"), strict=True))


def draw_plots(out: Path, report: dict[str, Any]) -> list[Path]:
    """F1 by noise, time and memory by length, calibration."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.ticker import FuncFormatter

    plt.rcParams.update({"font.size": 9, "axes.grid": True, "grid.alpha": 0.3, "savefig.dpi": 90})
    said = report["signature"]
    foot = f"aligner {said['version']}, seed {said['seed']}, {said['date']}, {said['cores']} shared cores"
    paths = [out / f"{name}.png" for name in ("noise", "length", "calibration")]
    drawn = report["quality"]
    names = {NOISE[0]: "clean"} | {share: f"noisy {share:g}" for share in NOISE[1:]}

    figure, axes = plt.subplots(1, 2, figsize=(10, 4.4), sharey=True, layout="constrained")
    for axis, kind, title in zip(
        axes, ("strict", "with nulls"), ("pairs (null beads left aside)", "null beads counted"), strict=True
    ):
        for system, by_set in drawn.items():
            points = [(s, by_set[n]["scores"][kind][2]) for s, n in names.items() if "scores" in by_set.get(n, {})]
            if points:
                axis.plot(*zip(*points, strict=True), STYLES[system], label=label(system, by_set.values()), ms=5)
        axis.set(xlabel="share of the pairs with a side deleted or replaced", title=f"strict F1, {title}")
        axis.set_xticks(NOISE)
    axes[0].set_ylabel("F1")
    axes[0].legend(loc="lower left", fontsize=8)
    figure.suptitle(f"The project's nine articles, {DRAWS} draws of noise; {foot}", fontsize=9)
    figure.savefig(paths[0])

    bound = said["bound_s"]
    figure, axes = plt.subplots(1, 2, figsize=(10, 4.4), layout="constrained")
    for axis, field, unit in zip(
        axes, ("seconds", "peak_mb"), ("seconds of processor time", "MB, the whole process"), strict=True
    ):
        for system, by_length in report["speed"].items():
            points = [(r["length"], r[field]) for r in by_length if field in r]
            if points:
                axis.plot(*zip(*points, strict=True), STYLES[system], label=label(system, by_length), ms=5)
        axis.set(xscale="log", yscale="log", xlabel="sentences a side", ylabel=unit)
        for way in (axis.xaxis, axis.yaxis):
            way.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.12g}"))
    axes[0].axhline(bound, color="grey", ls=":")
    axes[0].annotate(
        f"bound of the peers: {bound} s a process", (LENGTHS[0], bound), (0, 3), textcoords="offset points"
    )
    axes[0].legend(loc="lower right", fontsize=8)
    axes[0].set_title("time, from sentences to beads")
    axes[1].set_title("peak memory, Python and the encoder included")
    load = " to ".join(f"{value:.1f}" for value in said["load"])
    stops = f"a line ends where the next length needs over {bound} s or {said['memory_gb']} GiB"
    figure.suptitle(f"One thread; {stops}; load {load}; {foot}", fontsize=9)
    figure.savefig(paths[1])

    figure, (upper, lower) = plt.subplots(
        2, 1, figsize=(5.6, 6.2), sharex=True, height_ratios=(3, 1), layout="constrained"
    )
    upper.plot((0, 1), (0, 1), color="grey", ls=":", label="as said")
    groups = report["calibration"]
    width = 0.08 / len(groups)
    for k, (group, figures) in enumerate(groups.items()):
        mean, share, count = zip(*figures["bins"], strict=True)
        name = f"{group}: {figures['beads']:,} beads, expected error {figures['expected_error']:.4f}"
        upper.plot(mean, share, f"C{k}-", marker="o", mfc="white", label=name)
        many = [(m, s) for m, s, c in figures["bins"] if c >= FEW]
        upper.plot(*zip(*many, strict=True), f"C{k}o") if many else None
        # Bars stand in the middle of their bin; a mean of exactly 1 belongs to the last one.
        middle = [(min(int(m * BINS), BINS - 1) + 0.5) / BINS + (k - (len(groups) - 1) / 2) * width for m in mean]
        lower.bar_label(lower.bar(middle, count, width, color=f"C{k}"), fontsize=7)
    upper.set(ylabel=f"share that is right (hollow: of fewer than {FEW} beads)", ylim=(-0.02, 1.02))
    upper.set_title("bead probabilities of aligner, null beads included")
    upper.legend(loc="lower right", fontsize=8)
    highest = max(count for figures in groups.values() for *_, count in figures["bins"])
    lower.set(yscale="log", xlabel="probability", ylabel="beads", ylim=(0.7, 6 * highest))  # room for the labels
    figure.supxlabel(foot, fontsize=7)
    figure.savefig(paths[2])
    plt.close("all")
    return paths


def rows_of(report: dict[str, Any]) -> list[results.Row]:
    """The figures as results have them: F1 by set, seconds and memory by length, calibration by group of sets."""
    rows = []
    for system, by_set in report["quality"].items():
        for kind, result in by_set.items():
            told = {f"{score} F1": values[2] for score, values in result.get("scores", {}).items()}
            rows.append(results.row_of(kind, system, result, told))
    for system, by_length in report["speed"].items():
        for result in by_length:
            if "missing" not in result:  # said once, above
                told = {}
                if "seconds" in result:
                    told = {"sentences": result["length"], "seconds": round(result["seconds"], 2)}
                    told |= {"MB": round(result["peak_mb"]), "strict F1": result["scores"]["strict"][2]}
                rows.append(results.row_of(f"{result['length']:,} sentences a side", system, result, told))
    for group, found in report["calibration"].items():
        told = {"calibration error": found["expected_error"], "beads": found["beads"]}
        rows.append(results.Row(f"sets {group}", "aligner", told, found["bins"]))
    return rows


def digest(documents: Sequence[Document]) -> str:
    return hashlib.sha256(repr(documents).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def signature(sets: Sets, seed: int, bound: int) -> dict[str, Any]:
    return {
        "version": aligner.__version__,
        "data": {name: shipped_digest(name) for name in ("encoder.npz", "alignment.json")},
        "sets": {
            name: {
                "digest": digest(documents),
                "documents": len(documents),
                "pairs": sum(bool(en and vi) for d in documents for en, vi in d.gold),
                "nulls": sum(not (en and vi) for d in documents for en, vi in d.gold),
            }
            for name, documents in sets.items()
        },
        "seed": seed,
        "bound_s": bound,
        "memory_gb": MEMORY_GB,
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER", help="more sets, NAME.en, .vi and .gold")
    parser.add_argument("--seed", type=int, default=1, help="of the noise and the long texts (%(default)s)")
    parser.add_argument("--out", type=Path, help="where tables, figures and plots go (a temporary folder)")
    parser.add_argument("--bound", type=int, default=60, help="processor seconds of a peer at a time (%(default)s)")
    results.add_option(parser)
    chosen = parser.parse_args()
    under_way = results.Run(("encoder.npz", "alignment.json"))
    articles = read_folder(GOLD)
    built = build_sets(articles, chosen.seed)
    given = {folder.resolve().name: read_folder(folder) for folder in chosen.folders}
    if given.keys() & built.keys() or len(given) < len(chosen.folders):
        parser.error("two sets of one name; rename a folder")
    out = chosen.out or Path(tempfile.mkdtemp(prefix="alignment-"))
    out.mkdir(parents=True, exist_ok=True)
    sets = built | given
    said = signature(sets, chosen.seed, chosen.bound)
    load = [os.getloadavg()[0]]
    quality = measure_quality(sets, articles[0], chosen.bound)
    load.append(os.getloadavg()[0])
    speed = measure_speed(articles, chosen.seed, chosen.bound)
    load.append(os.getloadavg()[0])
    said["load"] = [round(min(load), 1), round(max(load), 1)]
    calibration = {}
    for group, members in (("built here", built), ("folders given", given)):
        pairs = [pair for name in members for pair in quality["aligner"][name].pop("reliability", [])]
        if pairs:
            calibration[group] = binned(pairs)
    report = {"signature": said, "quality": quality, "speed": speed, "calibration": calibration}
    if chosen.json:
        under_way.write(chosen.json, rows_of(report))
    parts = {
        "Quality": quality_table(quality, list(sets)),
        "Speed": speed_table(speed),
        "Calibration": calibration_table(calibration),
    }
    text = f"{json.dumps(said)}\n" + "".join(f"\n## {title}\n\n{part}" for title, part in parts.items())
    print(text)
    (out / "alignment.md").write_text(f"{text}\n## Precision and recall\n\n{full_table(quality)}", "utf-8")
    (out / "alignment.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    try:
        draw_plots(out, report)
    except ImportError as error:
        print(f"no plots: {error}", file=sys.stderr)
    print(f"tables, figures and plots: {out}", file=sys.stderr)


if __name__ == "__main__":
    main()
