"""Duplicates: what is one, what is none, and that nothing is lost uncounted."""

import contextlib
import itertools
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import aligner
from aligner.corpus.repeats import keys as word_keys
from aligner.corpus.repeats.copies import Copies
from aligner.corpus.repeats.duplicates import drop_duplicates, find_duplicates, find_on_shelf
from aligner.corpus.repeats.fingerprints import fingerprints
from aligner.corpus.repeats.keys import make_keys
from aligner.corpus.repeats.links import NEIGHBOURS, candidate_links, similarities
from aligner.corpus.repeats.scratch import Column, Scratch
from aligner.corpus.repeats.search import KINDS
from aligner.corpus.repeats.shelf import Shelf
from aligner.corpus.repeats.shingles import BANDS, cut_words, hash_shingles, hash_texts
from aligner.errors import InputError, MissingExtraError
from aligner.text.normalisation import comparison_key
from tests import reference
from tests.commands import run
from tests.growth import assert_linear

ROOT = Path(__file__).parents[1]
TEXTS = ["src_text", "trg_text"]


def frame(*rows: tuple[object, ...], columns: tuple[str, ...] = ()) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=[*TEXTS, *columns], dtype=object)


EN, VI = "The old bridge was closed for repairs last winter.", "Cây cầu cũ đã đóng để sửa chữa vào mùa đông vừa rồi."

TWO = [
    ("exact", (EN, VI), ("the OLD bridge was closed for repairs last winter .", VI)),
    ("exact", ("Peace", "Hòa bình"), ("Peace", "Hoà bình")),  # the tone's place
    ("exact", ("Việt Nam", "Việt Nam"), ("Viê\u0323t Nam", "Viê\u0323t Nam")),
    ("exact", ("“Stop”", "“Dừng”"), ('"Stop"', '"Dừng"')),
    ("near", (EN, VI), (EN.removesuffix("."), VI.removesuffix("."))),
    ("near", (EN, VI), (EN.replace("bridge", "brigde"), VI)),
    ("near", (EN, VI), (EN.replace("the ", ""), VI.replace(" đã", ""))),
    ("near", ("Good morning!", "Chào buổi sáng!"), ("Good morning", "Chào buổi sáng")),
    ("near", ("User manual", "Sổ tay người dùng"), ("User's manual", "Sổ tay người dùng")),
    # The words of one side may change alone: another translation of the same.
    ("near", (EN, VI + " Thật thế."), (EN, VI + " Đúng thế.")),
    ("one_sided_source", ("Thank you.", "Cảm ơn."), ("Thank you.", "Xin cảm ơn chị nhiều.")),
    ("one_sided_target", ("Thank you.", "Cảm ơn."), ("Many thanks to all of you.", "Cảm ơn.")),
    # What is told by a tone alone is something else.
    ("one_sided_source", ("ghost", "ma"), ("ghost", "mả")),
    ("none", ("my cheek", "má"), ("my grave", "mả")),
    ("none", ("Tuesday.", "Thứ Ba."), ("Thursday.", "Thứ Năm.")),
    ("none", ("3 apples", "3 quả táo"), ("5 apples", "5 quả táo")),
    ("none", (EN + " It cost 3.5 million.", VI + " Tốn 3,5 triệu."),
             (EN + " It cost 35 million.", VI + " Tốn 35 triệu.")),
    ("none", ("It is -5 degrees outside today.", "Ngoài trời -5 độ."),
             ("It is 5 degrees outside today.", "Ngoài trời 5 độ.")),
    ("none", ("Option B is the better one here.", "Phương án B tốt hơn."),
             ("Option C is the better one here.", "Phương án C tốt hơn.")),
    ("none", ("The meeting will be on Tuesday in the main hall.", "Cuộc họp sẽ vào thứ Ba ở hội trường chính."),
             ("The meeting will be on Thursday in the main hall.", "Cuộc họp sẽ vào thứ Năm ở hội trường chính.")),
    ("none", ("They did not agree to the new timetable yesterday.", "Hôm qua họ không đồng ý với lịch mới."),
             ("They did agree to the new timetable yesterday.", "Hôm qua họ đồng ý với lịch mới.")),
    ("none", ("You are coming with us tonight.", "Tối nay bạn đi với chúng tôi."),
             ("You are coming with us tonight?", "Tối nay bạn đi với chúng tôi?")),
    ("none", ("Yes.", "Vâng."), ("No.", "Không.")),
    ("none", ("x + 1", "x + 1"), ("x - 1", "x - 1")),
    ("none", ("", "Vâng."), ("", "Không.")),
    ("none", ("?!", "?!"), ("!!", "!!")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "first", "second"), TWO)
def test_kinds(kind: str, first: tuple[str, str], second: tuple[str, str]) -> None:
    for rows in ((first, second), (second, first)):
        found = find_duplicates(frame(*rows))
        assert found["kind"].tolist() == ([] if kind == "none" else [kind])
        assert found["duplicate_of"].tolist() == ([] if kind == "none" else [0])


@pytest.mark.parametrize(
    ("first", "second", "is_near"),
    [
        ("Draws a curved line to the chosen end point.", "Draws a straight line to the chosen end point.", False),
        ("Draws a curved line to the chosen end point.", "Draws a curvd line to the chosen end point.", True),
    ],
)
def test_a_word_in_the_place_of_another(first: str, second: str, is_near: bool) -> None:
    vi = "Vẽ một đường cong tới điểm cuối đã chọn."
    other = vi.replace("cong", "thẳng") if "straight" in second else vi.replace("cong", "cog")
    assert (len(find_duplicates(frame((first, vi), (second, other)), threshold=0.8)) > 0) == is_near


def test_in_a_long_text_one_word_weighs_little() -> None:
    en = (
        "one of the longer texts here says that {} and the rest of it goes on for a good many words so that nobody " * 2
    )
    vi = (
        "một trong các bài dài ở đây nói rằng {} và phần còn lại cứ thế kéo dài thêm rất nhiều chữ để không ai đọc " * 2
    )
    rows = [(en.format("dogs", "bark"), vi.format("chó", "sủa")), (en.format("cats", "bark"), vi.format("mèo", "sủa"))]
    assert find_duplicates(frame(*rows))["kind"].tolist() == ["near"]


def test_threshold() -> None:
    pairs = frame((EN, VI), (EN.replace("winter", "wintr"), VI))
    assert len(find_duplicates(pairs, threshold=0.95)) == 1
    assert find_duplicates(pairs, threshold=1.0)["kind"].tolist() == ["one_sided_target"]
    for bad in (0.4, 1.1, float("nan")):
        with pytest.raises(InputError, match=r"threshold .* from 0.5 to 1"):
            find_duplicates(pairs, threshold=bad)


def test_no_chain() -> None:
    # Each is near the next; the first and the last are not: nothing is dropped for being like one that is dropped.
    words = EN.removesuffix(".").split()
    rows = [(" ".join([*words[:k], *(w + "xx" for w in words[k:])]), VI) for k in range(len(words), 0, -1)]
    found = find_duplicates(frame(*rows))
    near = found[found["kind"] == "near"]
    assert 0 < len(near) < len(rows) - 1
    assert not set(near["duplicate_of"]) & set(near["row"])
    assert (near["similarity"] >= 0.9).all()


def test_the_best_is_kept_and_the_first_of_equals() -> None:
    rows = frame((EN, VI, 0.5), (EN, VI, 0.9), (EN + "!", VI, 0.9), (EN, VI, None), columns=("quality",))
    rows.index = ["a", "b", "c", "d"]
    kept = drop_duplicates(rows)
    assert kept.index.tolist() == ["b"]
    counts = kept.attrs["duplicates"]
    assert counts["exact"] == 2
    assert counts["near"] == 1
    assert counts["kept"] + counts["dropped"] == counts["pairs"] == 4
    assert find_duplicates(rows)["group"].nunique() == 1


def test_one_sided_is_reported_and_kept_unless_asked() -> None:
    pairs = frame(("Hi", "Chào"), ("Hi", "Chào bạn"), ("Hello there", "Chào bạn"), ("Hello there", "Chào anh"))
    found = find_duplicates(pairs)
    assert found["kind"].tolist() == ["one_sided_source", "one_sided_target", "one_sided_source"]
    assert found["duplicate_of"].tolist() == [0, 1, 2]
    assert found["group"].tolist() == [0, 0, 0]  # by three steps
    assert found[["shares_source", "shares_target"]].to_numpy().tolist() == [
        [True, False],
        [False, True],
        [True, False],
    ]
    for one_sided, rows in (("keep", [0, 1, 2, 3]), ("source", [0, 2]), ("target", [0, 1, 3]), ("both", [0])):
        assert drop_duplicates(pairs, found, one_sided=one_sided).index.tolist() == rows
    with pytest.raises(InputError, match="one_sided must be keep, source, target, both"):
        drop_duplicates(pairs, one_sided="all")


def test_a_row_shares_either_side_whatever_its_kind() -> None:
    found = find_duplicates(frame(("Hi", "Chào"), ("Good night", "Ngủ ngon nhé"), ("Hi", "Ngủ ngon nhé")))
    assert found[["row", "kind", "shares_source", "shares_target"]].to_numpy().tolist() == [
        [2, "one_sided_source", True, True]
    ]


SHORT, LONG = EN.removesuffix(" last winter."), EN.removesuffix(".") + "zzzzzzzz"  # .86 and .92 like EN, .79 each other


def test_of_several_near_ones_the_most_alike_is_repeated() -> None:
    found = find_duplicates(frame((SHORT, VI), (LONG, VI), (EN, VI)), threshold=0.8)
    near = found[found["kind"] == "near"]
    assert near[["row", "duplicate_of"]].to_numpy().tolist() == [[2, 1]]
    assert near["similarity"].tolist() == pytest.approx([2 * 49 / (49 + 57)])


def test_a_near_one_of_a_test_set_goes_before_one_more_alike() -> None:
    pairs = frame((LONG, VI.replace("vừa", "vừaa")), (EN, VI))
    found = find_duplicates(pairs, against=frame((SHORT, VI.replace("cầu", "cầuu"))), threshold=0.8)
    assert found[["row", "kind", "duplicate_of"]].to_numpy().tolist() == [[1, "against", 0]]
    assert found["why"].tolist() == ["alike by 0.86 to row 0 of test"]


def test_the_given_map_reads_and_compares() -> None:
    calls = []

    def spy(function: object, *arguments: object) -> object:
        calls.append(function)
        return map(function, *arguments)

    assert len(find_duplicates(frame((EN, VI), (EN + "!", VI)), map=spy)) == 1
    assert len(calls) == 2


def test_across_documents_and_why() -> None:
    pairs = frame((EN, VI, "a"), (EN, VI, "a"), (EN, VI, "b"), (EN + "!", VI, None), columns=("doc_id",))
    found = find_duplicates(pairs)
    assert found["across_documents"].tolist() == [False, True, True]
    assert found["why"].tolist() == [
        "the same pair as row 0",
        "the same pair as row 0 of a",
        "alike by 1.00 to row 0 of a",
    ]
    assert found.attrs["duplicates"]["across_documents"] == 2


def test_against_test_files() -> None:
    test = frame(("Never seen.", "Chưa từng thấy."), (EN, VI))
    other = frame(("Good night.", "Chúc ngủ ngon."))
    pairs = frame(
        (EN, VI), (EN.replace("old", "odl"), VI), (EN, "Khác."), ("Another.", VI), ("Free.", "Tự do."),
        ("Good night.", "Chúc ngủ ngon."), ("Good night.", "Chúc ngủ ngon."),
    )  # fmt: skip
    found = find_duplicates(pairs, against={"t.tsv": test, "o.tsv": other})
    assert found["row"].tolist() == [0, 1, 2, 3, 5, 6]
    assert set(found["kind"]) == {"against"}
    assert found["against"].tolist() == ["t.tsv"] * 4 + ["o.tsv"] * 2
    assert found["duplicate_of"].tolist() == [1, 1, 1, 1, 0, 0]
    assert found["why"].iloc[0] == "the same pair as row 1 of t.tsv"
    assert drop_duplicates(pairs, against=test).index.tolist() == [4, 5]
    assert drop_duplicates(pairs, found).index.tolist() == [4]


def test_index_columns_and_input_stay() -> None:
    pairs = frame((EN, VI, 1), (EN, VI, 2), columns=("n",))
    pairs.index = [7, 7]
    pairs.attrs["from"] = "here"
    before = pairs.copy()
    kept = drop_duplicates(pairs)
    assert kept.attrs["from"] == "here"
    pd.testing.assert_frame_equal(pairs, before)
    assert kept.columns.tolist() == [*TEXTS, "n"]
    assert kept.index.tolist() == [7]


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([], "pairs are no frame"),
        (pd.DataFrame({"src_text": []}), "no column trg_text"),
        (
            pd.DataFrame([["a", "b", "c"]], columns=["src_text", "trg_text", "trg_text"]),
            "more than one column trg_text",
        ),
    ],
)
def test_bad_frames(pairs: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_duplicates(pairs)


def test_without_rapidfuzz(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith("rapidfuzz"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    pairs = frame((EN, VI), (EN + "!", VI))
    for some in (pairs, pairs[:1]):  # not only where two look alike
        with pytest.raises(MissingExtraError, match=r"pip install 'envi-aligner\[duplicates\]'"):
            find_duplicates(some)
    assert find_duplicates(pairs, near=False)["kind"].tolist() == ["one_sided_target"]


# --- hostile input ----------------------------------------------------------------------------------------------------

CELLS = st.one_of(
    st.none(),
    st.just(float("nan")),
    st.integers(),
    st.text(max_size=30),
    st.text(st.sampled_from("aAăâ?.,-:% \n\t\0\u0301\u0323Yýđ5\ud800…"), max_size=30),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=12))
def test_any_cells(rows: list[tuple[object, object]]) -> None:
    pairs = frame(*rows)
    found = find_duplicates(pairs)
    assert found["row"].is_unique
    assert set(found["kind"]) <= set(KINDS)
    kept = drop_duplicates(pairs, found)
    assert kept.attrs["duplicates"]["kept"] + kept.attrs["duplicates"]["dropped"] == len(rows)
    again = find_duplicates(kept)
    assert not set(again["kind"]) & {"exact", "near"}  # once is enough


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from("aáạAĂâđðÐÃyýkqu  .,:;!?-'\"…“&;Photo\nΣ\u0301\u034f\u200b5"), max_size=24), max_size=5
    )
)
def test_keys_by_words_are_comparison_keys(texts: list[str]) -> None:
    for lang in ("en", "vi"):
        keys = make_keys(texts, lang)
        assert keys == [comparison_key(text, lang=lang) for text in texts]


MARKED = (
    *("a", "The", "merci", "c'est", "Photo", "Ảnh", "x", "10", "3.5", "café", "Kỹ", "hòa", "QĐ", "thúy", "ﬁn"),
    *("Ｇ7", "Ⅳ", ".", ",", ":", ";", "!", "?", "...", "…", "''", "``", "'", "’", "‘Behold,", "$", "$x$", "$5", "€"),
    *("%", "%1", "°", "n't", "n’t", "'s", "s", "t", "fathers’", "do", ",y", ".NET", ":)", ":B", "a:", "&amp", "&"),
    *("@-@", "a_b", "--", "“", "\u2014", "!NOTE", "vi\u00eat", "\u00c3\u00a1", "", "o\u0301", "5\u00b0", "file.txt"),
    *("đuợc", "\u00d0ức", "ĐỨC", "K", "ươ"),
)
"""Words for which it matters what stands beside them, and some that tell it."""


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(MARKED), max_size=9).map(" ".join))
def test_keys_of_words_at_marks_are_comparison_keys(text: str) -> None:
    for lang in ("en", "vi"):
        assert make_keys([text], lang) == [comparison_key(text, lang=lang)]


IN_A_WORD = "aAáạòoyýkqhđÐΣ@_&;#:,.'’-$%5nts°ﬁ：；＆Ｖа»™"


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.text(st.sampled_from(IN_A_WORD), max_size=5), st.sampled_from(MARKED)), max_size=5))
def test_keys_of_words_of_any_signs_are_comparison_keys(words: list[str]) -> None:
    for lang in ("en", "vi"):
        assert make_keys([" ".join(words)], lang) == [comparison_key(" ".join(words), lang=lang)]


@pytest.mark.parametrize(
    "text",
    [
        "The Nguyễn lords of Huế , the hòa of 1802.",  # in a line with Vietnamese words, others are repaired
        "hòa", "thúy of café", "Kỹ in đuợc",
        "AT&T, S&P and R&D; &amp; &lt; &", "at 10:40 or 1:250 : see http://a.b", "Photo:VNA and minh họa:VNA",
        "file_name học_sinh sinh_viên @-@ a@b.c", "a @-@ b_c , d", "x@@ y z_t .", "don n't n't n'", "it 's n't",
        "\tHi.", "Hi.\nYou", "", " ", "a:", ": a", "x" * 40 + "òa", "hòa" * 12 + " ,",
    ],
)  # fmt: skip
def test_keys_by_words_of_what_once_went_through_all_rules(text: str) -> None:
    for lang in ("en", "vi"):
        for texts in ([text], [text, "Plain.", text + " end"], ["a", "", text]):
            assert make_keys(texts, lang) == [comparison_key(t, lang=lang) for t in texts]


def test_pairs_of_signs_are_seen_in_english_wherever_they_stand() -> None:
    ascii_signs = [chr(code) for code in range(128)]
    texts = [f"a {a}{b} n{a}{b}" for a in ascii_signs for b in ascii_signs]
    assert make_keys(texts, "en") == [comparison_key(text, lang="en") for text in texts]


KEYS = st.one_of(
    st.text(st.sampled_from("an1२ .,:-?%é\u3000漢'_"), max_size=16),
    st.lists(st.sampled_from(("không", "một", "b", "a", "is", "not", "-5", "3.5", "?", "nhà")), max_size=6).map(
        " ".join
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(KEYS, max_size=4))
def test_words_and_their_hashes_beside_the_plain_twin(keys: list[str]) -> None:
    words = cut_words(keys)
    cut = [reference.cut_key(key) for key in keys]
    assert words.texts() == [" ".join(word for word, _ in made) for made in cut]
    whole, telling = hash_texts(words)
    found = list(zip(whole.tolist(), telling.tolist(), hash_shingles(words, 7).T.tolist(), strict=True))
    assert found == [reference.hash_key(key, 7) for key in keys]


@pytest.mark.slow
def test_many_equal_rows_and_one_vast_cell_take_linear_time() -> None:
    def drop(n: int) -> None:
        same = frame((EN, VI)).iloc[np.zeros(n, int)]
        counts = drop_duplicates(same).attrs["duplicates"]
        assert (counts["exact"], counts["kept"]) == (n - 1, 1)

    def find(n: int) -> None:
        vast = "năm " * (n // 4)
        found = find_duplicates(frame((vast, vast), (vast + "x", vast + "x"), ("a" * n, "b"), ("a" * (n - 1), "b")))
        assert found["kind"].tolist() == ["one_sided_target"]  # x tells

    assert_linear(drop, 100_000)
    assert_linear(find, 1_000_000)


def test_a_vast_bucket_is_cut_and_counted() -> None:
    rng = random.Random(3)
    letters = "abcdeghiklmnopqrstuvxy"
    base = "the river rose again over the low fields near the village and the school stayed closed " * 2
    pairs = []
    for _ in range(300):
        k = rng.randrange(len(base) - 1)
        pairs.append((base[:k] + rng.choice(letters) + base[k + 1 :], f"{base[:k]}{base[k + 1 :]}"))
    found = find_duplicates(frame(*pairs))
    assert found.attrs["duplicates"]["buckets_cut"] > 0
    assert found.attrs["duplicates"]["compared"] <= 300 * 2 * NEIGHBOURS * (BANDS + 2)
    assert found.attrs["duplicates"]["near"] > 250


# --- twins ------------------------------------------------------------------------------------------------------------


def corpus_pairs() -> pd.DataFrame:
    found = []
    for path in sorted((ROOT / "corpus" / "pairs").glob("*.tsv")):
        found.append(pd.read_csv(path, sep="\t", quoting=3, keep_default_na=False))
    pairs = pd.concat(found, ignore_index=True)[TEXTS]
    return pairs[(pairs["src_text"] != "") & (pairs["trg_text"] != "")].drop_duplicates(ignore_index=True)


def damaged(text: str, rng: random.Random) -> str:
    """The text with a character doubled or left out for every thirty."""
    for _ in range(1 + len(text) // 30):
        k = rng.randrange(len(text))
        text = rng.choice([text[:k] + text[k + 1 :], text[: k + 1] + text[k:]])
    return text


def planted(n: int) -> pd.DataFrame:
    rng = random.Random(11)
    pairs = corpus_pairs().iloc[:n]
    rows = [(damaged(a, rng), damaged(b, rng)) for a, b in pairs.itertuples(index=False)]
    return pd.concat([pairs, frame(*rows)], ignore_index=True)


@pytest.mark.slow
def test_recall_and_precision_beside_the_plain_twin() -> None:
    pairs = planted(80)
    source, target = pairs["src_text"].tolist(), pairs["trg_text"].tolist()
    with Scratch() as scratch:
        prints = fingerprints(scratch, source, target)
        (links,), _ = candidate_links(prints, np.arange(len(pairs)))
        tells, alike = prints.telling.read(), similarities(prints, links)
    fast = {tuple(link) for link, s in zip(links.tolist(), alike, strict=True) if s >= 0.9}
    slow = {(i, j) for (i, j), similarity in reference.near_links(source, target, 0.9).items() if tells[i] == tells[j]}
    assert len(slow) >= 40
    assert fast <= slow
    assert len(fast) >= 0.97 * len(slow)


def test_similarities_beside_the_plain_twin() -> None:
    pairs = planted(8)
    source, target = pairs["src_text"].tolist(), pairs["trg_text"].tolist()
    links = np.array(list(itertools.combinations(range(len(pairs)), 2)))
    slow = reference.near_links(source, target, 0.0)
    with Scratch() as scratch:
        fast = similarities(fingerprints(scratch, source, target), links)
    assert fast.tolist() == pytest.approx([slow[i, j] for i, j in links.tolist()])


def test_the_order_of_rows_only_decides_who_is_first() -> None:
    pairs = planted(60)
    once = find_duplicates(pairs)
    pd.testing.assert_frame_equal(once, find_duplicates(pairs))
    turned = find_duplicates(pairs.iloc[::-1])
    assert abs(len(turned) - len(once)) <= 2


# --- in parts ---------------------------------------------------------------------------------------------------------

LINES = (EN, EN + "!", EN.replace("bridge", "brigde"), SHORT, LONG, "Yes.", "")
DOUBLES = (VI, VI.upper(), VI.replace("vừa", "vừaa"), VI + " Thật thế.", "Vâng.", "\ud800")
WORLD = st.lists(
    st.tuples(
        st.sampled_from(LINES), st.sampled_from(DOUBLES), st.sampled_from(["", "a", "b", "Huê\u0301"]),
        st.sampled_from([None, 0.25, 0.75]),
    ),
    max_size=20,
)  # fmt: skip


@contextlib.contextmanager
def tiny_parts(monkeypatch: pytest.MonkeyPatch, part: int = 100, block: int = 3) -> Iterator[None]:
    """Nothing is held in memory, and three rows make a part."""
    with monkeypatch.context() as patch:
        patch.setattr("aligner.corpus.repeats.scratch.HELD", 0)
        patch.setattr("aligner.corpus.repeats.scratch.PART", part)
        for module in ("repeats.scratch", "repeats.search", "exports.splits"):
            patch.setattr(f"aligner.corpus.{module}.BLOCK", block)
        patch.setattr("aligner.corpus.repeats.duplicates._TOLD", block)
        yield


@pytest.mark.slow
@settings(
    max_examples=40,
    deadline=None,
    phases=set(Phase) - {Phase.shrink},
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(WORLD, WORLD, st.integers(40, 400), st.integers(1, 5))
def test_parts_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
    rows: list[tuple[object, ...]],
    test: list[tuple[object, ...]],
    part: int,
    block: int,
) -> None:
    pairs, other = frame(*rows, columns=("doc_id", "quality")), frame(*test, columns=("doc_id", "quality"))
    against = {"t": other, "none": other[:0]}
    found, split = (
        find_duplicates(pairs, against=against, threshold=0.8),
        aligner.split_corpus(pairs, dev=0.3, test=0.3),
    )
    with tiny_parts(monkeypatch, part, block):
        again = find_duplicates(pairs, against=against, threshold=0.8)
        pd.testing.assert_frame_equal(split, aligner.split_corpus(pairs, dev=0.3, test=0.3))
        for once in (True, False):  # the plain twin has a row of fingerprints for each copy
            with Scratch() as scratch:
                shelf = Shelf(scratch, once=once)
                for name, tests in against.items():
                    shelf.add_test(name, [tests[k : k + 2] for k in range(0, len(tests), 2)])
                shelf.add([pairs[k : k + block] for k in range(0, len(pairs), block)])
                seen = find_on_shelf(shelf, near=True, threshold=0.8)
                for one_sided in ("keep", "source", "target", "both"):
                    kept = pd.concat([pairs[:0], *shelf.frames(~seen.dropped(one_sided))], ignore_index=True)
                    expected = drop_duplicates(pairs, found, one_sided=one_sided).reset_index(drop=True)
                    pd.testing.assert_frame_equal(kept, expected, check_dtype=False)
                assert seen.counts() == found.attrs["duplicates"]
    pd.testing.assert_frame_equal(found, again)
    assert found.attrs == again.attrs


@given(
    st.lists(st.lists(st.tuples(*[st.sampled_from(["", "a", "b", "ạ"])] * 2), max_size=9), max_size=9),
    st.integers(1, 40),
    st.booleans(),
)
def test_copies_are_numbered_as_by_a_dict(chunks: list[list[tuple[str, str]]], remembered: int, meet: bool) -> None:
    copies, known, n, is_full = Copies(remembered), dict[tuple[str, str], int](), 0, False
    with pytest.MonkeyPatch.context() as patch:
        if meet:  # all are looked for at one place first
            patch.setattr("aligner.corpus.repeats.copies.mix", np.zeros_like)
        for chunk in chunks:
            is_full |= n + len(chunk) > remembered
            expected = []
            for pair in chunk:
                expected.append(known.get(pair, n))
                n += pair not in known
                if not is_full:
                    known[pair] = expected[-1]
            assert copies.number([en for en, _ in chunk], [vi for _, vi in chunk]).tolist() == expected
            assert copies.n == n


def test_keys_are_the_same_where_words_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"Hoà {k} tòa{k}‘s" for k in range(40)]
    expected = make_keys(texts, "vi")
    monkeypatch.setattr(word_keys, "_MAX_TOKENS", 10)
    assert [make_keys([text], "vi")[0] for text in texts] == expected
    assert len(word_keys._recall("vi", False)) <= 20


def test_many_pairs_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = pd.concat([planted(60), corpus_pairs().iloc[:20]], ignore_index=True)
    whole = find_duplicates(pairs)
    assert {"exact", "near"} <= set(whole["kind"])
    with tiny_parts(monkeypatch, 1000, 16):
        pd.testing.assert_frame_equal(find_duplicates(pairs), whole)


def test_columns_in_files_have_no_name_and_say_what_they_cannot_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aligner.corpus.repeats.scratch.HELD", 0)
    with Scratch(tmp_path) as scratch:
        column = Column(scratch, ("<u8", 2))
        for k in range(4):
            column.append(np.full((3, 2), k, np.uint64))
        assert scratch.is_full
        assert list(tmp_path.iterdir()) == []
        assert column.take(np.array([11, 0, 4])).tolist() == [[3, 3], [0, 0], [1, 1]]
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: open("/dev/full", "wb"))  # noqa: SIM115
    for n in (3, 100_000):  # less than a buffer, and more
        with pytest.raises(InputError, match=r"no room .*No space left on device"), Scratch(tmp_path) as scratch:
            Column(scratch, np.int64).append(np.arange(n))


# --- the command ------------------------------------------------------------------------------------------------------


def test_command(tmp_path: Path) -> None:
    (tmp_path / "p.tsv").write_text(
        f"src_text\ttrg_text\tquality\n{EN}\t{VI}\t0.5\n{EN}!\t{VI}\t0.9\n"
        "Good night.\tChúc ngủ ngon.\t1\nHi\tChào\t1\n",
        "utf-8",
    )
    (tmp_path / "t.tsv").write_text("Good night\tChúc ngủ ngon\n", "utf-8")
    done = run(
        "deduplicate", tmp_path / "p.tsv", "-o", tmp_path / "o.tsv", "--against", tmp_path / "t.tsv",
        "--report", tmp_path / "r.tsv",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "pairs: 4, 2 kept, 2 dropped" in done.stderr
    assert "repeating: 1 against, 0 exact, 1 near, 0 one_sided_source, 0 one_sided_target" in done.stderr
    lines = (tmp_path / "o.tsv").read_text("utf-8").split("\n")
    assert [line.split("\t")[0] for line in lines[1:-1]] == [EN + "!", "Hi"]
    report = pd.read_csv(tmp_path / "r.tsv", sep="\t", quoting=3)
    assert report["row"].tolist() == [0, 2]
    assert report["other_src_text"].tolist() == [EN + "!", "Good night"]
    assert report["why"].iloc[1] == "alike by 1.00 to row 0 of t.tsv"


@pytest.mark.parametrize("suffix", ["tsv", "tsv.gz", "jsonl", "parquet"])
def test_command_in_parts_writes_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    rows = [(a, b, f"d{k}", k / 100) for k, (a, b) in enumerate(planted(12).itertuples(index=False))]
    pairs = frame(*rows, rows[3], columns=("doc_id", "quality"))
    aligner.write_pairs([pairs[:10], pairs[10:].drop(columns="doc_id").assign(note="x")], tmp_path / f"in.{suffix}")
    aligner.write_pairs(pairs[4:6], tmp_path / "t.tsv")

    def deduplicate(name: str) -> list[bytes]:
        out, report = tmp_path / f"{name}.{suffix}", tmp_path / f"{name}.report.tsv"
        words = (
            "deduplicate",
            tmp_path / f"in.{suffix}",
            "-o",
            out,
            "--against",
            tmp_path / "t.tsv",
            "--report",
            report,
        )
        done = run(*words)
        assert done.returncode == 0, done.stderr
        return [out.read_bytes(), report.read_bytes()]

    whole = deduplicate("whole")
    with tiny_parts(monkeypatch):
        assert deduplicate("parts") == whole
    written = pd.concat(aligner.read_pairs(tmp_path / f"whole.{suffix}"), ignore_index=True)
    known = pd.concat(aligner.read_pairs(tmp_path / f"in.{suffix}"), ignore_index=True)
    kept = drop_duplicates(known, against=pairs[4:6])
    assert written[TEXTS].to_numpy().tolist() == kept[TEXTS].to_numpy().tolist()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith((".", "tmp", "whole.report.tsv."))]


def test_command_refuses_one_name_for_two_files(tmp_path: Path) -> None:
    done = run("deduplicate", tmp_path / "p.tsv", "-o", "x.tsv", "--report", "x.tsv")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_public() -> None:
    assert aligner.find_duplicates is find_duplicates
    assert aligner.drop_duplicates is drop_duplicates
