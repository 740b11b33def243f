"""What people met in splitting, normalising, languages and duplicates, by kind and thread (tests/cases/text.tsv)."""

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from aligner.corpus.repeats.duplicates import find_duplicates
from aligner.documents.articles import parse_article
from aligner.text.language import detect_language
from aligner.text.legacy import detect_legacy
from aligner.text.normalisation import comparison_key, normalise
from aligner.text.sentences import split_sentences

with (Path(__file__).parent / "cases" / "text.tsv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(.))")


def plain(text: str) -> str:
    r"""The text without its escapes: \n, \\, \uXXXX."""
    return _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else {"n": "\n"}.get(m[3], m[3]), text)


def is_duplicate(text: str) -> bool:
    rows = [pair.split("###") for pair in text.split("|||")]
    kinds = find_duplicates(pd.DataFrame(rows, columns=["src_text", "trg_text"]))["kind"]
    return bool(kinds.isin(["exact", "near"]).any())


def answer(call: str, text: str) -> str:
    """What the function that a row calls says, in the row's own writing."""
    verb, _, lang = call.partition(" ")
    if verb == "split":
        return "|||".join(s.text for s in split_sentences(text, lang))
    if verb == "normalise":
        return normalise(text, lang=lang)
    if verb == "language":
        return detect_language(text)
    if verb == "legacy":
        return (detect_legacy(text) or ("",))[0]
    if verb == "duplicate":
        return "yes" if is_duplicate(text) else "no"
    article = parse_article(text)
    return "###".join("|||".join(s.text for s in side) for side in (article.source, article.target))


@pytest.mark.parametrize(
    ("call", "text", "wanted"),
    [(row["call"], row["text"], row["wanted"]) for row in ROWS],
    ids=[f"{row['kind']}: {row['text'][:40]}" for row in ROWS],
)
def test_cases(call: str, text: str, wanted: str) -> None:
    text, wanted = plain(text), plain(wanted)
    assert answer(call, text) == wanted
    if call.startswith("split"):  # the same marks apart, as far as the letters go
        found = answer(call, unicodedata.normalize("NFD", text))
        assert found == wanted
    if call.startswith("normalise"):
        assert answer(call, wanted) == wanted


def test_table_is_whole() -> None:
    assert all(row["kind"] and row["source"] and row["text"] for row in ROWS)
    assert max(Counter((row["call"], row["text"]) for row in ROWS).values()) == 1


def test_a_paragraph_in_a_third_language_is_counted() -> None:
    article = parse_article("The boat is old.\n\nCon thuyền đã cũ.\n\nDas Boot ist sehr alt und klein.\n")
    assert article.block_counts["und"] == 1
    assert {s.block for s in (*article.source, *article.target)} == {0, 1}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Học_sinh đi học .", "Học sinh đi học."),
        ("Lương tăng 4 . 5 %", "Lương tăng 4.5%"),
        ("xã_hội chủ_nghĩa", "xã hội chủ nghĩa"),
    ],
)
def test_keys_of_segmented_text(one: str, other: str) -> None:
    assert comparison_key(one, lang="vi") == comparison_key(other, lang="vi")
    assert comparison_key("file_name_vi", lang="vi") == "file_name_vi"
