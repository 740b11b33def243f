"""One system's verdicts on a file of pairs, in a process of its own: kept or not, processor time, peak memory.

quality.py and translation.py start it. usage: python benchmarks/peers/judges.py SYSTEM PAIRS.tsv RESULT.json
PAIRS.tsv: English and Vietnamese, no header.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

Pairs = Sequence[tuple[str, str]]
Judge = Callable[[Pairs], Sequence[float]]
"""Whether each pair is kept; a judge that ranks pairs gives those it keeps more than 0, the best the most."""

WARM = 50  # pairs judged before the clock runs, so that models are loaded


class Missing(Exception):
    """The system is not there."""


def load_aligner(setting: str) -> tuple[Judge, str]:
    import pandas as pd

    import aligner

    rules_alone = setting == "rules alone"
    threshold: Any = 0.0 if rules_alone else setting  # score_pairs refuses what is none

    def judge(pairs: Pairs) -> Sequence[float]:
        frame = pd.DataFrame(list(pairs), columns=["src_text", "trg_text"], dtype=object)
        scored = aligner.score_pairs(frame, threshold=threshold, features=True)
        return (scored["decision"] == "keep").tolist()

    return judge, aligner.__version__


def load_opusfilter(setting: str) -> tuple[Judge, str]:
    from opusfilter import filters
    from opusfilter.autogen import DefaultParameterFilters

    default = DefaultParameterFilters(langs=["en", "vi"], scripts=["Latin", "Latin"])
    default.set_filter_thresholds()
    chosen = [entry for entry in default.filters if setting != "without Lingua" or "LinguaFilter" not in entry]
    made = [getattr(filters, name)(**parameters) for entry in chosen for name, parameters in entry.items()]
    moses = {"src_tokenizer": ("moses", "en"), "tgt_tokenizer": ("moses", "vi")}
    ranking = filters.WordAlignFilter(**moses) if setting == "by word alignment" else None  # asks for eflomal

    def judge(pairs: Pairs) -> Sequence[float]:
        verdicts = [list(one.decisions(iter(pairs))) for one in made]
        passed = [sum(row) for row in zip(*verdicts, strict=True)]
        if setting == "by filters passed":
            return [n - len(made) + 1 for n in passed]
        if ranking is None:
            return [n == len(made) for n in passed]
        costs = [sum(both) for both in ranking.score(pairs)]
        places = {k: place for place, k in enumerate(sorted(range(len(pairs)), key=costs.__getitem__))}
        return [n - len(made) + 1 - places[k] / len(pairs) for k, n in enumerate(passed)]

    return judge, f"{version('opusfilter')}, {len(made)} filters"


def load_hardrules(setting: str) -> tuple[Judge, str]:
    from hardrules import bicleaner_hardrules  # noqa: F401  # what it needs is there

    options = ["--disable_lang_ident"] if setting == "without languages" else []
    command = [sys.executable, "-m", "hardrules.bicleaner_hardrules", "--score_only", "-q", "-p", "1", *options]

    def judge(pairs: Pairs) -> Sequence[float]:
        with tempfile.TemporaryDirectory() as folder:
            given, said = Path(folder, "pairs"), Path(folder, "said")
            given.write_text("".join(f"{en}\t{vi}\n" for en, vi in pairs), "utf-8")
            done = subprocess.run(
                [*command, "-s", "en", "-t", "vi", str(given), str(said)], capture_output=True, text=True, check=False
            )
            lines = said.read_text("utf-8").split("\n")[:-1] if said.exists() else []
            if len(lines) != len(pairs):
                raise Missing(f"it stopped: {done.stderr.strip().splitlines()[-1:]}")
            return [line == "1" for line in lines]

    return judge, version("bicleaner-hardrules")


SYSTEMS: dict[str, Callable[[str], tuple[Judge, str]]] = {
    "aligner": load_aligner,
    "OpusFilter": load_opusfilter,
    "bicleaner-hardrules": load_hardrules,
}


def _seconds() -> float:
    """Processor time of this process and of those it has started and seen end; os.times counts hundredths alone."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def run(system: str, pairs: Pairs) -> dict[str, Any]:
    """Verdicts of a system, or what it lacks."""
    name, _, setting = system.partition(", ")
    try:
        judge, said = SYSTEMS[name](setting)
        judge(pairs[:WARM])
        begun, wall = _seconds(), time.perf_counter()
        kept = judge(pairs)
    except (ImportError, Missing) as error:
        return {"missing": f"{error}"}
    own, others = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "version": said,
        "kept": kept,
        "seconds": _seconds() - begun,
        "wall": time.perf_counter() - wall,
        "peak_mb": max(own, others) / 1024,
    }


def main() -> None:
    system, path, result = sys.argv[1:]
    lines = Path(path).read_text("utf-8").split("\n")[:-1]
    pairs = [(en, vi) for en, vi in (line.split("\t") for line in lines)]
    Path(result).write_text(json.dumps(run(system, pairs)), "utf-8")


if __name__ == "__main__":
    main()
