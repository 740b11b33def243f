"""Quick looks, by which a corpus is built in half the time, against the slow and plain ways that they stand for."""

import itertools
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aligner.corpus.shards import as_lines
from aligner.documents import blocks
from aligner.documents.blocks import RawBlock, cut_blocks, line_spans, paragraph_spans
from aligner.documents.markup import _bare_key, _shown, leave_the_same
from aligner.documents.plain import plain_document
from aligner.pairs.chunks import cell_text, quoted
from aligner.pairs.tables import fit_field
from aligner.text import language, normalisation, sentences
from aligner.text.normalisation import normalise
from aligner.text.sentences import split_sentences
from aligner.text.words import english_words
from benchmarks import floors

# What texts are made of: words, every mark and letter that a rule or a search begins at, and what looks like them.
PIECES = (
    *("a", "B", "thuý", "thúy", "hoà", "tòan", "được", "ngưòi", "QÐ", "naïve", "ệ", "e\u0323\u0302", "a\u0301"),
    *("Ã", "á»‡", "â€™", "ï»¿", "Â\xa0", "á\x80", "â™", "Ă", "ă", "ě", "ů", "\ufb01", "\u2163", "\uff21", "\uff01"),
    *(" ", "  ", "\n", "\n\n", "\r\n", "\r", "\t", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\xa0", "\xad"),
    *(".", "!", "?", "…", ". . .", ",", ";", ":", ":V", ":đ", " ,", " .", "•", "►", "&", "&amp;", "\u200b", "\u034f"),
    *("(", ")", "x(y", "www.a.vn", "a.b", "a@b.vn", "#", "`", "\\", "3", "3.", "1)", '"', "“", "”", "-", "–", "\ud800"),
    *("\u0302", "1", "2.5", "Mr.", "TP.", "The", "và", "Привет", "日本語", "µ", "×", "÷", "ʰ", "x" * 70),
)  # fmt: skip
MADE = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join) | st.text(max_size=40)

ROWS = [
    ["a", "b", 0.5, None, 3],
    ["a\tb", "c\nd", float("nan"), "", "\u2028"],
    ['"Yes," she said.', 'say "b"', 1.0, '5" wide'],
    ["e\u0323\u0302", "\u0301", "ệ", "\ud800", "\xa0", "\x85"],
    [""],
]


@pytest.mark.parametrize("tone", ["keep", "old", "new"])
@pytest.mark.parametrize("lang", ["en", "vi"])
@given(text=MADE)
@example(text="Mưa rơi suốt đêm.")
@example(text="Ông Nguỹen ở “Huế” : hoà, hòa")
def test_what_looks_settled_is_changed_by_no_rule(lang: str, tone: str, text: str) -> None:
    slow = [text, *(edited for edited, _ in normalisation._steps(text, lang, tone))][-1]
    assert normalise(text, lang=lang, tone=tone) == slow  # type: ignore[arg-type]
    assert normalise(text, lang=lang, tone=tone) == slow  # type: ignore[arg-type]  # its tokens are known now


def test_most_texts_are_seen_to_be_settled() -> None:
    for text, lang in (("Mưa rơi suốt đêm, 5 % nhà ngập.", "vi"), ("It rained in Huế: “all night”.", "en")):
        assert normalisation._is_settled(text, lang, "keep")


def test_tokens_are_forgotten_and_long_ones_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    known = normalisation._RIGHT["vi", "keep"]
    monkeypatch.setattr(normalisation, "_MOST_TOKENS", 10)
    normalise(" ".join(f"đ{k}" for k in range(50)) + " " + "ệ" * 100, lang="vi")
    assert 0 < len(known) <= 10
    assert "ệ" * 100 not in known
    normalise("mưa đá", lang="vi")
    assert known == {"mưa", "đá"}


def slow_breaks(text: str) -> str:
    return re.sub(r"\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]", lambda m: " \n"[-len(m[0]) :], text)


@given(text=MADE)
def test_candidates_and_line_breaks_are_found_as_by_their_patterns(text: str) -> None:
    assert sentences._LINE_BREAK.sub(lambda m: " \n"[-len(m[0]) :], text) == slow_breaks(text)
    splitter = sentences._Splitter(text, sentences._rules("vi"), "vi")
    assert [m.span() for m in splitter._candidates()] == [m.span() for m in sentences._CANDIDATE.finditer(text)]


@pytest.mark.parametrize("max_chars", [None, 5])
@given(text=MADE)
def test_printable_sentences_are_one_line_already(max_chars: int | None, text: str) -> None:
    for sentence in split_sentences(text, "vi", max_chars=max_chars):
        if not sentence.text.isascii():
            assert sentence.text == sentences._join_lines(sentence.text)


SLOW_CODE = re.compile(r"[@_\\/=<>{}|$#`~^]|\.(?<=\w\.)(?=\w)|\((?<=\w\()")


def slow_share(text: str) -> float:
    latin = sum(map(len, language._WORD.findall(text)))
    other = sum(map(str.isalpha, text)) - latin
    if other > max(latin, 2 * language._ENOUGH_WORDS):
        return other / (latin + other)
    words = {
        word
        for token in text.split()
        if not SLOW_CODE.search(token)
        for word in language._WORD.findall(token)
        if len(word) > 1 and word.islower()
    }
    if len(words) < language._ENOUGH_WORDS:
        return 0.0
    table, (english, _) = language._kinds_of_words(), english_words()
    return sum(language._kind(word, table) == "foreign" and word not in english for word in words) / len(words)


@given(text=MADE, word=st.sampled_from(["Привет", "日本", "strasse", "mưa", "×÷", "ʰµ"]), n=st.integers(0, 90))
def test_the_share_of_strange_words_is_that_of_all_words(text: str, word: str, n: int) -> None:
    long = unicodedata.normalize("NFC", f"{text} " + " ".join(f"{word}{chr(97 + k % 26)}" for k in range(n)))
    assert language.strange_share([long]) == slow_share(long)
    assert [m.span() for m in language._CODE.finditer(text)] == [m.span() for m in SLOW_CODE.finditer(text)]


def slow_lines(rows: list[list[object]]) -> tuple[list[str], int]:
    fields = [[fit_field(cell_text(cell)) for cell in row] for row in rows]
    lines = ["\t".join(quoted(text) for text, _ in row) for row in fields]
    return lines, sum(n for row in fields for _, n in row)


@given(rows=st.lists(st.lists(MADE | st.floats() | st.integers() | st.none(), min_size=1, max_size=4), max_size=4))
@example(rows=ROWS)
def test_rows_become_lines_as_cell_by_cell(rows: list[list[object]]) -> None:
    assert as_lines(rows) == slow_lines(rows)


def slow_paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for blank, lines in itertools.groupby(line_spans(text, start, end), lambda span: span[0] == span[1]):
        if not blank:
            spans = list(lines)
            yield spans[0][0], spans[-1][1]


@given(text=MADE)
def test_paragraphs_stand_between_blank_lines(text: str) -> None:
    spans = list(paragraph_spans(text, 0, len(text)))
    assert spans == list(slow_paragraphs(text, 0, len(text)))
    whole = [RawBlock(start, end) for start, end in spans if "\n" not in text[start:end]]
    assert list(cut_blocks(text, whole)) == [blocks._marked(text, block) for block in whole]


@given(
    texts=st.tuples(MADE, MADE),
    same=st.sampled_from(["", "\n\nhttps://a.org/x\n\n", "\n\n2025\n\n", "\n\nThe end\n\n"]),
)
def test_what_both_sides_have_is_told_by_the_keys_of_all_blocks(texts: tuple[str, str], same: str) -> None:
    documents = [plain_document(text + same + text) for text in texts]
    keys = [Counter(_bare_key(d, block, _shown(d, block)) for block in d.blocks) for d in documents]
    shared = keys[0] & keys[1]
    n = sum(n for key, n in shared.items() if key)
    for document, left in zip(documents, leave_the_same(documents[0], documents[1]), strict=True):
        assert len(document.blocks) - len(left.blocks) == n


def test_what_has_no_place_is_told_in_the_order_of_the_columns(tmp_path: Path) -> None:
    """In whatever order Python's sets are."""
    names = [f"c{k}" for k in range(12)]
    call = (
        "import aligner, pandas as pd; "
        f"f = pd.DataFrame([['Hi.', 'Chào.', *'{'x' * 12}']], columns=['src_text', 'trg_text', *{names}]); "
        f"print(list(aligner.write_pairs(f, {str(tmp_path / 'a.en')!r}, {str(tmp_path / 'a.vi')!r})['left_out']))"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", call], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, check=True, text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]  # fmt: skip
    assert told == [str(names)] * 2


@pytest.mark.parametrize("stage", [*floors.SCORE, *floors.ALIGN, *floors.DUPLICATES, *floors.BUILD], ids=lambda s: s[0])
def test_stages_that_are_measured_are_there(stage: floors.Stage) -> None:
    function: Callable[..., object] = getattr(stage[1], stage[2])
    assert callable(function)
