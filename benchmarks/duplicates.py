"""Near-duplicates among a million pairs: time, memory, recall of planted ones, beside peers.

python -m benchmarks.duplicates [--data pairs.tsv.gz] [--pairs 1000000] [--peers 100000]
python -m benchmarks.duplicates --command [--data pairs.tsv.gz] [--pairs 1000000] [--json FILE]  # on files of them
python -m benchmarks.duplicates --search [--pairs 20000000]  # the search alone, on made fingerprints
"""

import argparse
import csv
import importlib.metadata
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from aligner.corpus.repeats.fingerprints import Fingerprints, fingerprints
from aligner.corpus.repeats.links import THRESHOLD, similarities
from aligner.corpus.repeats.scratch import Scratch
from aligner.corpus.repeats.search import Search
from aligner.corpus.repeats.shingles import TELLING_WORDS
from benchmarks import results
from benchmarks.floors import whole_process

ROOT = Path(__file__).parents[1]
TELLING = frozenset(TELLING_WORDS.split())
PEERS = 0.7  # Jaccard index from which on the peers take pairs for near-duplicates
MILLION = 1_000_000
SIZES = (10_000, 100_000)  # measured of the command before as many as are asked for
SHARE = 0.05  # of the pairs are copies, and as many near-copies


def base_pairs(data: str | None) -> list[tuple[str, str]]:
    if data is not None:
        frame = pd.read_csv(data, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False)
        frame = frame[~frame["source"].str.startswith("dictionary")][["en", "vi"]]
    else:
        files = sorted((ROOT / "corpus" / "pairs").glob("*.tsv"))
        frame = pd.concat([pd.read_csv(f, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False) for f in files])
        frame = frame[["src_text", "trg_text"]]
    return [(en, vi) for en, vi in frame.drop_duplicates().itertuples(index=False) if en and vi]


def damaged(text: str, rng: random.Random) -> str:
    """A character doubled, left out or replaced for every forty."""
    # Not in a number or a word that tells, where a slip makes another text of it.
    sites = [m for m in re.finditer(r"[^\W\d_]{4,}", text) if m[0].lower() not in TELLING]
    chosen = rng.sample(sites, min(1 + len(text) // 40, len(sites)))
    for site in sorted(chosen, key=re.Match.start, reverse=True):  # from the end: what is before stays in place
        k = rng.randrange(*site.span())
        put = rng.choice(["", text[k] * 2, rng.choice("aeinotrs")])
        text = text[:k] + put + text[k + 1 :] or text
    return text


def generate(n: int, data: str | None, seed: int) -> tuple[pd.DataFrame, list[tuple[int, int]]]:
    """Pairs, each of one to three neighbours of the base in any order; and which row is a near-copy of which."""
    rng = random.Random(seed)
    base = base_pairs(data)
    n_copies = int(n * SHARE)
    rows: list[tuple[str, str]] = []
    parts = (1, 1, 2, 2, 3) if data is not None else (3, 4)  # a few hundred pairs need more to make a million
    for _ in range(n - 2 * n_copies):
        chosen = [base[rng.randrange(len(base))] for _ in range(rng.choice(parts))]
        rows.append((" ".join(en for en, _ in chosen), " ".join(vi for _, vi in chosen)))
    originals = [rng.randrange(len(rows)) for _ in range(2 * n_copies)]
    rows += [rows[k] for k in originals[:n_copies]]
    first = len(rows)
    rows += [(damaged(rows[k][0], rng), damaged(rows[k][1], rng)) for k in originals[n_copies:]]
    return pd.DataFrame(rows, columns=["src_text", "trg_text"]), [
        (k, first + i) for i, k in enumerate(originals[n_copies:])
    ]


def by_aligner(pairs: pd.DataFrame) -> tuple[set[int], dict[str, object]]:
    from aligner import find_duplicates

    with ProcessPoolExecutor(2) as pool:
        found = find_duplicates(pairs, map=pool.map)
    dropped = found[found["kind"].isin(["exact", "near"])]
    return set(dropped["row"].tolist()), found.attrs["duplicates"]


def by_pandas(pairs: pd.DataFrame) -> tuple[set[int], dict[str, object]]:
    return set(pairs.index[pairs.duplicated()].tolist()), {}


def shingles(en: str, vi: str) -> list[str]:
    """Runs of five characters, as aligner has them."""
    text = f"{en} {vi}".lower()
    return [text[k : k + 5] for k in range(max(1, len(text) - 4))]


def by_rensa(pairs: pd.DataFrame) -> tuple[set[int], dict[str, object]]:
    from rensa import RMinHash, RMinHashDeduplicator

    keeper = RMinHashDeduplicator(threshold=PEERS, num_perm=128, use_lsh=True, num_bands=32)
    found = set()
    for i, (en, vi) in enumerate(pairs.itertuples(index=False)):
        minhash = RMinHash(num_perm=128, seed=42)
        minhash.update(shingles(en, vi))
        if not keeper.add(str(i), minhash):
            found.add(i)
    return found, {}


def by_datasketch(pairs: pd.DataFrame) -> tuple[set[int], dict[str, object]]:
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=PEERS, num_perm=128)
    found = set()
    for i, (en, vi) in enumerate(pairs.itertuples(index=False)):
        minhash = MinHash(num_perm=128, seed=1)
        minhash.update_batch([word.encode() for word in shingles(en, vi)])
        if lsh.query(minhash):
            found.add(i)
        else:
            lsh.insert(str(i), minhash)
    return found, {}


TOOLS: dict[str, Callable[[pd.DataFrame], tuple[set[int], dict[str, object]]]] = {
    "aligner": by_aligner,
    "pandas": by_pandas,
    "rensa": by_rensa,
    "datasketch": by_datasketch,
}


def processor_time() -> float:
    """Seconds of this process and of those that it waited for."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in usage)


def truly_near(pairs: pd.DataFrame, near: list[tuple[int, int]]) -> list[int]:
    """The near-copies that still are near-duplicates as docs/duplicates.md defines them: the damage may be too much."""
    rows = [row for link in near for row in link]
    source, target = (pairs[column].iloc[rows].tolist() for column in ("src_text", "trg_text"))
    links = np.arange(len(rows)).reshape(-1, 2)
    with Scratch() as scratch:
        prints = fingerprints(scratch, source, target)
        telling, alike = prints.telling.read()[links], similarities(prints, links, threshold=THRESHOLD)
    ok = (telling[:, 0] == telling[:, 1]) & (alike > 0)
    return [copy for (_, copy), is_near in zip(near, ok.tolist(), strict=True) if is_near]


def measure(tool: str, n: int, data: str | None, seed: int) -> dict[str, object]:
    pairs, near = generate(n, data, seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    alike = truly_near(pairs, near)
    clock, processor = time.perf_counter(), processor_time()
    found, counts = TOOLS[tool](pairs)
    return {
        "tool": tool,
        "version": importlib.metadata.version("envi-aligner" if tool == "aligner" else tool),
        "pairs": n,
        "characters": int(pairs["src_text"].str.len().mean() + pairs["trg_text"].str.len().mean()),
        "clock": time.perf_counter() - clock,
        "processor": processor_time() - processor,
        "before": before / 1024,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,  # the largest
        "found": len(found),
        "planted": len(near),
        "near": len(alike),
        "recall": sum(copy in found for copy in alike) / len(alike),
        "counts": counts,
    }


def write_pairs(path: Path, n: int, data: str | None, seed: int) -> None:
    """A TSV file of pairs, a million at a time: each million has copies of its own."""
    with path.open("w", encoding="utf-8") as file:
        file.write("src_text\ttrg_text\n")
        for k in range(0, n, MILLION):
            pairs, _ = generate(min(MILLION, n - k), data, seed + k // MILLION)
            file.writelines(f"{a}\t{b}\n".replace("\t", " ", a.count("\t")) for a, b in pairs.itertuples(index=False))


def measure_command(n: int, data: str | None, seed: int, jobs: int) -> results.Row:
    """Time and memory of `aligner deduplicate` on a file of pairs; of processes, the largest."""
    with tempfile.TemporaryDirectory(dir=ROOT / "benchmarks") as folder:
        path, kept, bytecode = (Path(folder) / name for name in ("pairs.tsv", "kept.tsv", "bytecode"))
        write_pairs(path, n, data, seed)
        call = "-m", "aligner", "deduplicate", str(path), "-o", str(kept), "-j", str(jobs)
        whole_process(*call[:3], "--help", bytecode=bytecode)  # compiles what is not yet
        clock = time.perf_counter()
        seconds, most = whole_process(*call, bytecode=bytecode)
        clock = time.perf_counter() - clock
        with path.open(encoding="utf-8") as pairs, kept.open(encoding="utf-8") as rows:
            characters = sum(map(len, pairs)) / n - 2  # but the tab and the line break
            n_kept = sum(1 for _ in rows) - 1
    figures = {
        "s (processor)": round(seconds, 1),
        "µs a pair": round(seconds / n * 1e6),
        "s (clock)": round(clock, 1),
        "MB": round(most),
        "kept": n_kept,
    }
    return results.Row(f"{n:,} pairs of {characters:.0f} characters", f"aligner deduplicate, -j {jobs}", figures)


def measure_search(n: int, seed: int) -> dict[str, object]:
    """Time and memory of the search on fingerprints that are made: of each million a twentieth are copies of rows
    before them, and as many share two thirds of the buckets with one."""
    rng = np.random.default_rng(seed)
    with Scratch(ROOT / "benchmarks") as scratch:
        prints = Fingerprints(scratch)
        for k in range(0, n, MILLION):
            size = min(MILLION, n - k)
            copies = np.arange(size // 20), rng.integers(size // 10, size, size // 20)
            nears = copies[0] + size // 20, rng.integers(size // 10, size, size // 20)
            for number, column in enumerate((*prints.keys, prints.telling, prints.shapes, *prints.buckets)):
                rows = np.frombuffer(rng.bytes(size * column.dtype.itemsize), column.dtype).copy()
                if column is prints.shapes:
                    rows["lengths"] = rng.integers(20, 200, (size, 2))
                rows[copies[0]] = rows[copies[1]]
                if number in range(2, 16):
                    rows[nears[0]] = rows[nears[1]]
                column.append(rows)
            prints.words.append([b"the words of a pair that are compared\nagain and again"] * size)
        search = Search(prints, np.arange(n), np.zeros(n, bool))
        clock, processor = time.perf_counter(), processor_time()
        n_links, _ = search.run(near=True, threshold=THRESHOLD)
    return {
        "pairs": n,
        "clock": time.perf_counter() - clock,
        "processor": processor_time() - processor,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "repeat others": int((search.said >= 0).sum()),
        "compared": n_links,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="TSV.gz with columns source, en, vi; without it, the project's own articles")
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--peers", type=int, default=100_000, help="pairs for the near-duplicate searches of others")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tool", choices=list(TOOLS), help=argparse.SUPPRESS)
    parser.add_argument(
        "--command", action="store_true", help="measure the command alone, on files of 10,000 pairs up to --pairs"
    )
    parser.add_argument("--search", action="store_true", help="measure the search on made fingerprints alone")
    parser.add_argument("--jobs", type=int, default=2, help="processes of the command")
    results.add_option(parser)
    chosen = parser.parse_args()
    if chosen.command:
        under_way, rows = results.Run(()), []
        for n in sorted({n for n in SIZES if n < chosen.pairs} | {chosen.pairs}):
            rows.append(measure_command(n, chosen.data, chosen.seed, chosen.jobs))
            print(f"{rows[-1].system}, {rows[-1].kind}: {dict(rows[-1].figures)}", flush=True)
        if chosen.json:
            under_way.write(chosen.json, rows)
        return
    if chosen.search:
        print(measure_search(chosen.pairs, chosen.seed))
        return
    if chosen.tool:
        print(json.dumps(measure(chosen.tool, chosen.pairs, chosen.data, chosen.seed)))
        return
    print("| tool | pairs | characters each | s (clock) | s (processor) | peak MB, before, child | dropped | recall |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for tool, n in (
        ("aligner", chosen.pairs),
        ("pandas", chosen.pairs),
        ("aligner", chosen.peers),
        ("rensa", chosen.peers),
        ("datasketch", chosen.peers // 5),
    ):
        command = [sys.executable, "-m", "benchmarks.duplicates", "--tool", tool, "--pairs", str(n)]
        command += ["--seed", str(chosen.seed), *(["--data", chosen.data] if chosen.data else [])]
        m = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        print(
            f"| {tool} {m['version']} | {n:,} | {m['characters']} | {m['clock']:.1f} | {m['processor']:.1f} "
            f"| {m['peak']:,.0f}, {m['before']:,.0f}, {m['child']:,.0f} | {m['found']:,} | {m['recall']:.4f} |",
            flush=True,
        )
        if m["counts"]:
            print(f"<!-- {m['counts']} -->", flush=True)


if __name__ == "__main__":
    main()
