"""How long a review of many beads takes to open, to answer and to keep an edit: on this machine, on one document.

usage: python -m benchmarks.review [--beads 100000] [--edits 200] [--json FILE]

The beads are made (ten sentences of each language in turn, qualities at random), so that nothing is read or judged
before: what is measured is the database, the fold and what the page asks for. Times are in milliseconds; of edits the
median and the largest, each with its transaction on the disk.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aligner.review.beads import ReviewBead
from aligner.review.editing import Review
from aligner.review.server import Calls
from aligner.review.serving import utc_now
from aligner.review.store import Store
from benchmarks import results

EN = "The ferry to the outer islands leaves at seven unless the wind is too strong for it."
VI = "Chuyến phà ra các đảo ngoài rời bến lúc bảy giờ trừ khi gió quá mạnh."


def make_beads(n: int, seed: int = 1) -> list[ReviewBead]:
    """n beads of one to three sentences, one in ten of them null."""
    rng = random.Random(seed)
    beads = []
    for k in range(n):
        size = rng.choice((1, 1, 1, 1, 1, 1, 1, 2, 3))
        source = tuple(f"{k}: {EN}" for _ in range(size))
        target = tuple(f"{k}: {VI}" for _ in range(rng.choice((0, 1, 1, 1, 1, 1, 1, 1, 1, 2))))
        quality = None if not target else rng.random() ** 0.25
        beads.append(ReviewBead(k, source, target, probability=rng.random() ** 0.1, quality=quality))
    return beads


def timed(do: Callable[[], Any]) -> tuple[Any, float]:
    """What a call gives, and its milliseconds."""
    begun = time.perf_counter()
    found = do()
    return found, 1000 * (time.perf_counter() - begun)


def measure(folder: Path, n: int, edits: int) -> dict[str, float]:
    """Milliseconds of each step."""
    store = Store(folder)
    beads = make_beads(n)
    _, kept = timed(lambda: store.add_document("made", beads, files=[], signature="benchmark"))
    store.close()
    store, opened = timed(lambda: Store(folder))
    review = Review(store, "bench", utc_now)
    calls = Calls(review, folder, "made", [])
    _, first = timed(lambda: review.open(0))
    outline, told = timed(lambda: calls.outline({"document": 0}))
    text, written = timed(lambda: json.dumps(outline))
    _, rows = timed(lambda: calls.beads({"document": 0, "start": n // 2, "count": 200}))
    rng = random.Random(2)
    spent = []
    version = 0
    for _ in range(edits):
        kind = rng.choice(("accept", "reject", "merge", "pull", "flag"))
        k = rng.randrange(len(review.open(0).beads) - 3)
        asked = {"document": 0, "version": version, "kind": kind, "bead": review.open(0).beads[k].id, "side": "en"}
        begun = time.perf_counter()
        change = _edited(calls, asked)
        ms = 1000 * (time.perf_counter() - begun)
        version = change["version"] if change else version
        spent.append(ms)
    store.close()
    store = Store(folder)
    _, again = timed(lambda: Review(store, "bench", utc_now).open(0))
    store.close()
    return {
        "kept": kept, "database opened": opened, "beads read": first, "outline": told, "outline as JSON": written,
        "outline MB": len(text) / 1e6, "200 rows": rows, "edit, median": statistics.median(spent),
        "edit, largest": max(spent), f"opened again with {edits} edits": again,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def _edited(calls: Calls, asked: dict[str, Any]) -> dict[str, Any]:
    from aligner.errors import InputError

    try:
        return calls.edit(asked)
    except InputError:  # nothing to take over there
        return {}


def main() -> None:
    """Measure, and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beads", type=int, default=100_000)
    parser.add_argument("--edits", type=int, default=200)
    results.add_option(parser)
    chosen = parser.parse_args()
    under_way = results.Run(())
    with tempfile.TemporaryDirectory() as folder:
        told = measure(Path(folder), chosen.beads, chosen.edits)
    for name, value in told.items():
        print(f"{name}: {value:,.1f}")
    if chosen.json:
        figures = {name if "MB" in name else f"{name}, ms": round(value, 1) for name, value in told.items()}
        under_way.write(chosen.json, [results.Row(f"{chosen.beads:,} beads", "aligner review", figures)])


if __name__ == "__main__":
    main()
