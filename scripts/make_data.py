"""Make anew all that is derived from other files of the project, in the order of their needs: `make data`.

usage: make_data.py      (from the root of the project, with the extra `tables`, which pins what builds)

A second run changes nothing (tests/test_data.py). Not here, since they need the training pairs, which are not in the
repository, and half an hour: the encoder and all that is fitted with it; README.md has their order. Nor the
golden files of the tests, each line of which a person has judged.
"""

from __future__ import annotations

import subprocess
import sys

STEPS = (
    # each with what it reads -> what it writes
    "scripts/reflow_pages.py",  # all pages in Markdown -> the same, long lines broken
    "scripts/strip_notebooks.py",  # notebooks/ -> the same, without outputs
    "scripts/write_names.py",  # scripts/names, CLDR, iso-codes -> aligner/data/names.tsv, name_words.tsv
    "scripts/write_words.py",  # Debian's wamerican, wbritish -> aligner/data/english_words.txt.gz
    "scripts/write_manifest.py",  # aligner/data -> aligner/data/MANIFEST.json
    "scripts/write_quality_card.py",  # aligner/data/quality.json -> docs/quality.md and its picture
    "-m benchmarks.proof",  # benchmarks/results, MANIFEST.json -> docs/proof.md and its pictures
    "scripts/build_corpus.py",  # corpus/articles, all of aligner -> corpus/built, pairs, MANIFEST.tsv
    "-m tests.quality_gate --update",  # corpus, all of aligner -> tests/quality_floors.json; lowers none
)


def main() -> None:
    """Run the steps; stop at the first that fails."""
    for step in STEPS:
        print(f"make_data.py: {step}", flush=True)
        if status := subprocess.run([sys.executable, *step.split()], check=False).returncode:
            sys.exit(f"make_data.py: {step} ended with status {status}; the steps before it are done")


if __name__ == "__main__":
    main()
