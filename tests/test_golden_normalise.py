"""What normalisation changes in known-good text: every change on the corpus's sentences, listed and judged.

tests/golden/normalise_corpus.tsv has a row a change: file, line, before, after, rule. A change that is not there is a
false repair or a new rule; look at it before it is added.
"""

from pathlib import Path

import aligner
from tests.quality_gate import CORPUS, read_lines

GOLDEN = Path(__file__).parent / "golden" / "normalise_corpus.tsv"
MAX_SHARE = 0.003  # of good lines that may change at all


def test_changes_of_good_lines_are_the_listed_ones() -> None:
    rows, n_lines, changed = ["file\tline\tbefore\tafter\trule"], 0, set()
    for lang in ("en", "vi"):
        for path in sorted((CORPUS / "gold").glob(f"*.{lang}")):
            for number, line in enumerate(read_lines(path), 1):
                n_lines += 1
                for change in aligner.normalise_report(line, lang=lang).changes:
                    changed.add((path.name, number))
                    rows.append(f"{path.name}\t{number}\t{change.before!r}\t{change.after!r}\t{change.rule}")
    assert rows == read_lines(GOLDEN)
    assert len(changed) <= MAX_SHARE * n_lines
