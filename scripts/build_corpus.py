"""Export the pairs of the project's articles to corpus/pairs/NAME.tsv, and write corpus/MANIFEST.tsv.

usage: build_corpus.py      (from the root of the project, after any change of articles, gold beads or the aligner)
"""

from __future__ import annotations

import hashlib
import pathlib

import aligner

CORPUS = pathlib.Path("corpus")


def main() -> None:
    """Align every article, then digest what is there."""
    (CORPUS / "pairs").mkdir(exist_ok=True)
    for old in (CORPUS / "pairs").iterdir():
        old.unlink()
    files: dict[str, list[pathlib.Path]] = {}
    for path in sorted((CORPUS / "articles").iterdir()):
        files.setdefault(path.name.split(".")[0], []).append(path)
    for name, paths in files.items():
        aligner.align_article(aligner.read_article(*paths)).to_tsv(CORPUS / "pairs" / f"{name}.tsv", nulls=True)
    rows = ["file\tsha256\tbytes"]
    for path in sorted(p for folder in ("articles", "gold", "pairs") for p in (CORPUS / folder).iterdir()):
        content = path.read_bytes()
        rows.append(f"{path.relative_to(CORPUS).as_posix()}\t{hashlib.sha256(content).hexdigest()}\t{len(content)}")
    (CORPUS / "MANIFEST.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
