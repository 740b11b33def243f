"""The corpus: digests, gold beads that cover their sentences, sentences that stand in the articles, exported pairs."""

import csv
import hashlib
import json
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import aligner
from aligner.bitext import Bead, check_beads
from tests.quality_gate import CORPUS, articles, read_beads, read_lines

NAMES = sorted(articles())
NUMBERS = ("aligner_score", "quality", "pair_quality", "probability", "parallel_probability")
PROBABILITY_TOLERANCE = 0.002  # another processor's matrix product may differ in the last bits


def test_the_manifest_has_every_file_as_it_is() -> None:
    rows = [line.split("\t") for line in read_lines(CORPUS / "MANIFEST.tsv")]
    assert rows[0] == ["file", "sha256", "bytes"]
    found = {p.relative_to(CORPUS).as_posix(): p.read_bytes() for p in CORPUS.rglob("*") if p.is_file()}
    assert {row[0]: (row[1], int(row[2])) for row in rows[1:]} == {
        name: (hashlib.sha256(content).hexdigest(), len(content))
        for name, content in found.items()
        if name not in ("MANIFEST.tsv", "README.md")
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


def test_the_command_of_the_readme_builds_the_same_corpus(tmp_path: Path) -> None:
    """Run scripts/build_corpus.py where this fails: articles, models, tables or code have changed."""
    config = aligner.BuildConfig(compress=False)
    with ThreadPoolExecutor(1) as executor:
        total = aligner.build_corpus(CORPUS / "articles.tsv", tmp_path / "built", config=config, executor=executor)
    stored, fresh = (
        {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
        for folder in (CORPUS / "built", tmp_path / "built")
    )
    assert (total["documents"], total["set_aside"]) == (len(NAMES), {})
    assert stored.keys() == fresh.keys()
    if all(stored[name].read_bytes() == fresh[name].read_bytes() for name in stored):
        return
    # On another processor the last bits of a sum may differ, and with them digits and digests; nothing else may.
    assert json.loads(stored["corpus.json"].read_text("utf-8"))["config"] == total["config"]
    for name in (name for name in stored if name.endswith(".tsv")):
        old, new = read_table(stored[name]), read_table(fresh[name])
        numbers = [column for column in NUMBERS if column in old.columns]
        pd.testing.assert_frame_equal(old.drop(columns=numbers), new.drop(columns=numbers))
        difference = (old[numbers].astype(float) - new[numbers].astype(float)).abs()
        assert difference.to_numpy().max(initial=0) <= PROBABILITY_TOLERANCE


@pytest.mark.parametrize("name", NAMES)
def test_the_pairs_are_those_of_the_corpus(name: str) -> None:
    whole = pd.concat([read_table(path) for path in sorted((CORPUS / "built" / "shards").glob("*.tsv"))])
    own = whole[whole["doc_id"] == name].reset_index(drop=True)
    assert len(own) >= 30
    pd.testing.assert_frame_equal(read_table(CORPUS / "pairs" / f"{name}.tsv").drop(columns="signature"), own)


def read_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False, dtype=str)
