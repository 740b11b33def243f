"""The corpus: digests, gold beads that cover their sentences, sentences that stand in the articles, exported pairs."""

import csv
import hashlib
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

import aligner
from aligner.bitext import Bead, check_beads
from aligner.exchange.tables import COLUMNS
from tests.quality_gate import CORPUS, articles, read_beads, read_lines

NAMES = sorted(articles())
PROBABILITY_TOLERANCE = 0.002  # another processor's matrix product may differ in the last bits


def test_the_manifest_has_every_file_as_it_is() -> None:
    rows = [line.split("\t") for line in read_lines(CORPUS / "MANIFEST.tsv")]
    assert rows[0] == ["file", "sha256", "bytes"]
    found = {
        p.relative_to(CORPUS).as_posix(): p.read_bytes()
        for f in ("articles", "gold", "pairs")
        for p in (CORPUS / f).iterdir()
    }
    assert {row[0]: (row[1], int(row[2])) for row in rows[1:]} == {
        name: (hashlib.sha256(content).hexdigest(), len(content)) for name, content in found.items()
    }


def test_there_are_enough_articles_of_different_layouts() -> None:
    layouts = {aligner.read_article(*files).layout for files in articles().values()}
    assert len(NAMES) >= 8
    assert layouts == {"bulleted", "paragraphs", "lines", "halves", "columns", "comments", "two-files"}


@pytest.mark.parametrize("name", NAMES)
def test_gold_beads_cover_each_sentence_once(name: str) -> None:
    en, vi = (read_lines(CORPUS / "gold" / f"{name}.{lang}") for lang in ("en", "vi"))
    gold = read_beads(CORPUS / "gold" / f"{name}.gold")
    check_beads([Bead(source, target) for source, target in gold], len(en), len(vi))
    assert 15 <= len(en) <= 60
    assert all(s.strip() == s and s and unicodedata.is_normalized("NFC", s) for s in en + vi)


@pytest.mark.parametrize("name", NAMES)
def test_the_articles_split_into_the_gold_sentences(name: str) -> None:
    article = aligner.read_article(*articles()[name])
    for sentences, lang in ((article.source, "en"), (article.target, "vi")):
        assert [s.text for s in sentences] == read_lines(CORPUS / "gold" / f"{name}.{lang}")


@pytest.mark.parametrize("name", NAMES)
def test_moved_sentences_are_null_in_the_gold(name: str) -> None:
    path = CORPUS / "gold" / f"{name}.moved"
    gold = read_beads(CORPUS / "gold" / f"{name}.gold")
    for source, target in read_beads(path) if path.exists() else []:
        assert (source, ()) in gold
        assert ((), target) in gold


@pytest.mark.parametrize("name", NAMES)
def test_the_exported_pairs_are_what_the_aligner_finds(name: str, tmp_path: Path) -> None:
    written = tmp_path / "pairs.tsv"
    aligner.align_article(aligner.read_article(*articles()[name])).to_tsv(written, nulls=True)

    def read(path: Path) -> pd.DataFrame:
        return pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False, dtype=str)

    stored, fresh = read(CORPUS / "pairs" / f"{name}.tsv"), read(written)
    numbers = ["aligner_score", "quality", "probability"]
    rest = [column for column in COLUMNS if column not in numbers]
    pd.testing.assert_frame_equal(stored[rest], fresh[rest])
    difference = (stored[numbers].astype(float) - fresh[numbers].astype(float)).abs()
    assert difference.to_numpy().max() <= PROBABILITY_TOLERANCE
