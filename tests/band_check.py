"""Compare the search in the narrow band with the search of all bead types at all nodes, on documents of a folder.

usage: python -m tests.band_check FOLDER      (NAME.en and NAME.vi, a sentence a line)
"""

from __future__ import annotations

import sys
from pathlib import Path

import aligner
from aligner.search import beads
from aligner.search.lattice import Band


def differences(en: list[str], vi: list[str]) -> tuple[int, float]:
    """Beads that one of the two searches finds and the other does not; largest difference of a probability."""
    narrow_band = beads.narrow_band
    narrow = {(b.source, b.target): b.probability for b in aligner.align(en, vi).beads}
    beads.narrow_band = lambda gain, band: Band.full(len(en), len(vi))
    try:
        full = {(b.source, b.target): b.probability for b in aligner.align(en, vi).beads}
    finally:
        beads.narrow_band = narrow_band
    both = narrow.keys() & full.keys()
    return len(narrow.keys() ^ full.keys()), max((abs(narrow[k] - full[k]) for k in both), default=0.0)


def main(folder: Path) -> int:
    """Print a line a document; 1 if any bead differs."""
    n_different = 0
    for path in sorted(folder.glob("*.en")):
        en, vi = (path.with_suffix(s).read_text("utf-8").split("\n")[:-1] for s in (".en", ".vi"))
        n, largest = differences(en, vi)
        n_different += n
        print(f"{path.stem}: {n} beads differ, probabilities by {largest:.1e} at most")
    return int(n_different > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
