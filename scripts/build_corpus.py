"""Build the corpus of the project's articles: corpus/built, corpus/pairs, corpus/MANIFEST.tsv.

usage: build_corpus.py      (from the root of the project, after any change of articles, gold beads or the aligner)

corpus/built is what `aligner build corpus/articles.tsv -o corpus/built --plain` gives in a new folder; corpus/pairs has
its beads again, a file an article, for whoever wants to look at one.
"""

from __future__ import annotations

import pathlib
import shutil

import aligner
from aligner.corpus.exports.card import MANIFEST, manifest
from aligner.pairs.tables import write_tsv

CORPUS = pathlib.Path("corpus")


def main() -> None:
    """Build, write each article's beads, then digest what is there."""
    shutil.rmtree(CORPUS / "built", ignore_errors=True)  # a changed line of code leaves finished shards as they are
    config = aligner.BuildConfig(compress=False)
    total = aligner.build_corpus(CORPUS / "articles.tsv", CORPUS / "built", config=config, fail_fast=True)
    (CORPUS / "pairs").mkdir(exist_ok=True)
    for old in (CORPUS / "pairs").iterdir():
        old.unlink()
    for frame, _ in aligner.read_shards(CORPUS / "built"):
        for name, rows in frame.groupby("doc_id", sort=False):
            rows.attrs.clear()  # the signature is the corpus's, in corpus/built: no file beside each
            write_tsv(rows, CORPUS / "pairs" / f"{name}.tsv")
    names = (path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file())
    listed = manifest(CORPUS, (name for name in names if name not in (MANIFEST, "README.md")))
    (CORPUS / MANIFEST).write_text(listed, encoding="utf-8")
    print(total["signature"])


if __name__ == "__main__":
    main()
