"""Speed and memory of the formats of pairs: TSV to TMX and back on a million pairs, beside peers, in one run.

Every step is a process of its own: seconds of the processor and of the clock, and the peak of its memory.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]


def texts(path: Path | None) -> list[tuple[str, str]]:
    """Pairs to make the file of: a TSV's columns en and vi, or the sentences of the project's own articles."""
    if path is not None:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            head = next(file).rstrip("\n").split("\t")
            en, vi = head.index("en"), head.index("vi")
            rows = (line.rstrip("\n").split("\t") for line in file)
            return [(row[en], row[vi]) for row in rows]
    from benchmarks.alignment import GOLD, beads_of, read_folder

    beads = [bead for article in read_folder(GOLD) for bead in beads_of(article)]
    return [(" ".join(bead.en), " ".join(bead.vi)) for bead in beads if bead.en and bead.vi]


def generated(pairs: list[tuple[str, str]], n: int, seed: int) -> Iterator[str]:
    """Lines of TSV: the texts in random order, with a number in each so that none stands twice, and five columns."""
    rng = random.Random(seed)
    yield "src_text\ttrg_text\taligner_score\tquality\tdecision\tbead_type\tdoc_id\n"
    for k in range(n):
        en, vi = pairs[rng.randrange(len(pairs))]
        quality = rng.random()
        decision = "keep" if quality > 0.1 else "drop"
        yield f"{k} {en}\t{k} {vi}\t{rng.random():.4f}\t{quality:.4f}\t{decision}\t1:1\tdoc{k // 50}\n"


def ours(source: Path, target: Path) -> None:
    from aligner.pairs.files import convert_pairs

    convert_pairs(source, target)


def pandas_tsv(source: Path, target: Path) -> None:
    """Read and written as a whole."""
    import csv

    import pandas as pd

    frame = pd.read_csv(source, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False, dtype=str)
    frame.to_csv(target, sep="\t", index=False, quoting=csv.QUOTE_NONE)


def pandas_parquet(source: Path, target: Path) -> None:
    import csv

    import pandas as pd

    frame = pd.read_csv(source, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False, dtype=str)
    frame.to_parquet(target, compression="zstd")


def pandas_jsonl(source: Path, target: Path) -> None:
    import csv

    import pandas as pd

    frame = pd.read_csv(source, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False, dtype=str)
    frame.to_json(target, orient="records", lines=True, force_ascii=False)


def toolkit_tmx(source: Path, target: Path) -> None:
    """The texts alone, the tree in memory."""
    from translate.storage.tmx import tmxfile

    store = tmxfile()
    with open(source, encoding="utf-8") as file:
        next(file)
        for line in file:
            en, vi = line.split("\t")[:2]
            store.addtranslation(en, "en", vi, "vi")
    store.savefile(str(target))


def toolkit_read(source: Path, target: Path) -> None:
    """The texts alone, the tree in memory."""
    from translate.storage.tmx import tmxfile

    with open(source, "rb") as file:
        store = tmxfile(file, "en", "vi")
    with open(target, "w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{unit.source}\t{unit.target}\n" for unit in store.units)


STEPS: dict[str, tuple[str, str, str, Callable[[Path, Path], None], int]] = {
    # name: what, input, output, function, share of the pairs: a peer with the tree in memory gets fewer
    "tsv-tsv": ("aligner", "pairs.tsv", "same.tsv", ours, 1),
    "tsv-tsv pandas": ("pandas", "pairs.tsv", "pandas.tsv", pandas_tsv, 1),
    "tsv-tmx": ("aligner", "pairs.tsv", "pairs.tmx", ours, 1),
    "tsv-tmx translate-toolkit": ("translate-toolkit", "tenth.tsv", "toolkit.tmx", toolkit_tmx, 10),
    "tmx-tsv": ("aligner", "pairs.tmx", "back.tsv", ours, 1),
    "tmx-tsv translate-toolkit": ("translate-toolkit", "toolkit.tmx", "toolkit.tsv", toolkit_read, 10),
    "tsv-jsonl": ("aligner", "pairs.tsv", "pairs.jsonl", ours, 1),
    "tsv-jsonl pandas": ("pandas", "pairs.tsv", "pandas.jsonl", pandas_jsonl, 1),
    "jsonl-tsv": ("aligner", "pairs.jsonl", "jsonl.tsv", ours, 1),
    "tsv-parquet": ("pyarrow", "pairs.tsv", "pairs.parquet", ours, 1),
    "tsv-parquet pandas": ("pyarrow", "pairs.tsv", "pandas.parquet", pandas_parquet, 1),
    "parquet-tsv": ("pyarrow", "pairs.parquet", "parquet.tsv", ours, 1),
    "tsv-xliff": ("aligner", "pairs.tsv", "pairs.xlf", ours, 1),
    "tsv-html": ("aligner", "pairs.tsv", "pairs.html", ours, 1),
    "tsv-xlsx": ("openpyxl", "tenth.tsv", "tenth.xlsx", ours, 10),
    "tsv-tmx.gz": ("aligner", "pairs.tsv", "pairs.tmx.gz", ours, 1),
    "tmx.gz-tsv": ("aligner", "pairs.tmx.gz", "gz.tsv", ours, 1),
}
BACK = ("same.tsv", "back.tsv", "jsonl.tsv", "parquet.tsv", "gz.tsv")
"""Files that must be the first one again, byte for byte."""


def worker(name: str, folder: Path) -> None:
    """Run one step in this process and print what it took."""
    _, source, target, job, _ = STEPS[name]
    wall, cpu = time.perf_counter(), time.process_time()
    job(folder / source, folder / target)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"wall": wall, "cpu": cpu, "peak_mb": peak_mb()}))


def peak_mb() -> float:
    """Peak memory of this process; getrusage's would be that of the parent, where that is larger."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path, help="TSV.gz with columns en and vi to take the texts from")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", nargs="*", default=list(STEPS), choices=list(STEPS))
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="where the files are made; by default a temporary folder")
    chosen = parser.parse_args()
    if chosen.worker:
        worker(chosen.worker, chosen.folder)
        return
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        report(Path(name), chosen)


def report(folder: Path, chosen: argparse.Namespace) -> None:
    """Make the file, run the steps, print the table."""
    from aligner.pairs.tables import fit_field

    pairs = [pair for pair in texts(chosen.data) if not any(fit_field(text) != (text, 0) for text in pair)]
    with open(folder / "pairs.tsv", "w", encoding="utf-8", newline="\n") as file:
        file.writelines(generated(pairs, chosen.pairs, chosen.seed))
    with (
        open(folder / "pairs.tsv", encoding="utf-8") as whole,
        open(folder / "tenth.tsv", "w", encoding="utf-8") as tenth,
    ):
        tenth.writelines(itertools.islice(whole, chosen.pairs // 10 + 1))
    del pairs
    size = (folder / "pairs.tsv").stat().st_size
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; seed {chosen.seed};"
    )
    print(f"{chosen.pairs:,} pairs, {size / 1e6:.0f} MB of TSV with 7 columns\n")
    print("| step | by | pairs/s (processor) | pairs/s (clock) | peak memory | file |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in chosen.steps:
        package, _, target, job, share = STEPS[name]
        module = {"translate-toolkit": "translate"}.get(package, package)
        if importlib.util.find_spec(module) is None:
            print(f"| {name.split()[0]} | {package} | not installed | | | |", flush=True)
            continue
        by = "aligner" if job is ours else f"{name.split()[1]} {version(name.split()[1])}"
        command = [sys.executable, "-m", "benchmarks.formats", "--worker", name, "--folder", str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"| {name.split()[0]} | {by} | failed: {done.stderr.splitlines()[-1][:80]} | | | |", flush=True)
            continue
        took = json.loads(done.stdout)
        n = chosen.pairs // share
        out = (folder / target).stat().st_size / 1e6
        print(
            f"| {name.split()[0]}{f' (a {share}th)' if share > 1 else ''} | {by} | {n / took['cpu']:,.0f} "
            f"| {n / took['wall']:,.0f} | {took['peak_mb']:.0f} MB | {out:.0f} MB |",
            flush=True,
        )
    first = (folder / "pairs.tsv").read_bytes()
    same = [name for name in BACK if (folder / name).exists() and (folder / name).read_bytes() == first]
    print(f"\nthe first file again, byte for byte: {', '.join(same)}")


if __name__ == "__main__":
    main()
