"""Splits: nothing shared, and nothing moves when the corpus grows."""

import random
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.corpus.exports.splits import EXCLUDED, _name_apart, leakage, split_corpus
from aligner.corpus.repeats.search import Search
from aligner.errors import InputError
from aligner.text.normalisation import comparison_key
from tests import reference

ROOT = Path(__file__).parents[1]
TEXTS = ["src_text", "trg_text"]
ONE, OTHER = "Bà ngoại trồng rau", "ngoài vườn sau nhà"
# A small world of sentences: equal, near and one-sided ones meet in most draws.
EN = (
    "The ferry left the harbour at dawn.",
    "The ferry left the harbour at dawm.",
    "Rice is sold by weight here.",
    "Yes.",
)
VI = ("Chuyến phà rời bến lúc bình minh.", "Chuyến phà rời bến lúc bình mnh.", "Ở đây gạo bán theo cân.", "Vâng.")
PAIRS = st.lists(
    st.tuples(st.sampled_from(EN), st.sampled_from(VI), st.sampled_from([*"abcdefghijkl", "", None])), max_size=24
)


def frame(rows: list[tuple[object, ...]], *columns: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*TEXTS, *(columns or ("doc_id",))], dtype=object)


def keys(pairs: pd.DataFrame, split: str) -> tuple[set[str], set[str]]:
    rows = pairs[pairs["split"] == split]
    en, vi = ({comparison_key(t, lang=x) for t in rows[c]} for c, x in zip(TEXTS, ("en", "vi"), strict=True))
    return en, vi


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(PAIRS)
def test_nothing_is_shared(rows: list[tuple[str, str, str | None]]) -> None:
    pairs = split_corpus(frame(rows), dev=0.3, test=0.3)
    for a, b in combinations(("train", "dev", "test"), 2):
        for mine, other in zip(keys(pairs, a), keys(pairs, b), strict=True):
            assert not mine & other
        source, target = (pairs[pairs["split"].isin([a, b])][c].tolist() for c in TEXTS)
        split = pairs[pairs["split"].isin([a, b])]["split"].tolist()
        near = reference.near_links(source, target, 0.9)
        assert all(split[i] == split[j] for i, j in near)
    report = leakage(pairs)
    assert report.n_shared == 0
    assert report.table[["shared_sources", "shared_targets", "near_pairs"]].to_numpy().sum() == 0
    counts = pairs.attrs["splits"]
    assert sum(counts[k] for k in ("train", "dev", "test", EXCLUDED)) == len(rows)
    assert (pairs["split_reason"] != "").tolist() == (pairs["split"] == EXCLUDED).tolist()


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(PAIRS, PAIRS, st.text(max_size=3))
def test_growth_moves_nothing(old: list[tuple[str, str, str]], new: list[tuple[str, str, str]], salt: str) -> None:
    before = split_corpus(frame(old), dev=0.3, test=0.3, salt=salt)["split"].tolist()
    after = split_corpus(frame(old + new), dev=0.3, test=0.3, salt=salt)["split"].tolist()[: len(old)]
    for was, became in zip(before, after, strict=True):
        assert became == was or (became == EXCLUDED and was in ("train", "dev"))
    assert not any(was == "test" and became != "test" for was, became in zip(before, after, strict=True))


@settings(max_examples=25, deadline=None)
@given(PAIRS, st.randoms(use_true_random=False))
def test_order_does_not_matter(rows: list[tuple[str, str, str]], rng: random.Random) -> None:
    pairs = frame(rows)
    places = list(range(len(rows)))
    rng.shuffle(places)
    turned = split_corpus(pairs.iloc[places], dev=0.3, test=0.3)
    straight = split_corpus(pairs, dev=0.3, test=0.3)
    assert turned["split"].tolist() == straight["split"].iloc[places].tolist()


def test_a_document_stays_together_and_shares_are_met() -> None:
    pairs = frame([(f"{ONE} {k}", f"{OTHER} {k}", f"doc {k // 4}") for k in range(4000)])
    split = split_corpus(pairs, dev=0.1, test=0.2)
    assert (split.groupby("doc_id")["split"].nunique() == 1).all()
    shares = split["split"].value_counts(normalize=True)
    assert abs(shares["dev"] - 0.1) < 0.03
    assert abs(shares["test"] - 0.2) < 0.04
    other = split_corpus(pairs, dev=0.1, test=0.2, salt="x")
    assert 0.2 < (split["split"] != other["split"]).mean() < 0.6
    assert split.attrs["splits"]["documents"]["test"] * 4 == split.attrs["splits"]["test"]


def test_without_documents_a_pair_is_its_own() -> None:
    rows = [(f"{ONE} {k % 500}", f"{OTHER} {k % 500}") for k in range(1000)]
    pairs = pd.DataFrame(rows, columns=TEXTS)
    split = split_corpus(pairs, dev=0.1, test=0.1)["split"].to_numpy()
    assert (split[:500] == split[500:]).all()
    assert set(split) == {"train", "dev", "test"}


def test_what_would_be_shared_is_excluded_with_its_reason() -> None:
    rows = [(f"{ONE} {k}", f"{OTHER} {k}", f"d{k}") for k in range(60)]
    names = split_corpus(frame(rows), dev=0.2, test=0.2)["split"].tolist()
    test, train = names.index("test"), names.index("train")
    rows += [(rows[test][0], rows[test][1], f"d{train}"), (rows[test][0], "Khác hẳn", f"d{train}")]
    split = split_corpus(frame(rows), dev=0.2, test=0.2)
    assert split["split"].tolist() == [*names, EXCLUDED, EXCLUDED]
    assert split["split_reason"].tolist()[-2:] == [
        f"train, but the same pair as row {test} of test",
        f"train, but the same English as row {test} of test",
    ]


def documents_of_each_split() -> dict[str, str]:
    """A document's name for each split, at dev=.3 and test=.3."""
    named = split_corpus(frame([(f"{ONE} {k}", f"{OTHER} {k}", f"d{k}") for k in range(20)]), dev=0.3, test=0.3)
    return {split: named.loc[named["split"] == split, "doc_id"].iloc[0] for split in ("train", "dev", "test")}


@pytest.mark.parametrize(
    ("above", "below", "reason"),
    [
        ((EN[0], VI[0]), (EN[0], VI[0]), "the same pair as"),
        ((EN[0], VI[0]), (EN[0], VI[2]), "the same English as"),
        ((EN[0], VI[0]), (EN[2], VI[0]), "the same Vietnamese as"),
        ((EN[0], VI[0]), (EN[1], VI[1]), "alike by 0.97 to"),
    ],
)
@pytest.mark.parametrize(("more", "less"), [("test", "dev"), ("test", "train"), ("dev", "train")])
def test_a_split_repeats_nothing_of_a_more_precious_one(
    above: tuple[str, str], below: tuple[str, str], reason: str, more: str, less: str
) -> None:
    names = documents_of_each_split()
    split = split_corpus(frame([(*below, names[less]), (*above, names[more])]), dev=0.3, test=0.3)
    assert split["split"].tolist() == [EXCLUDED, more]
    assert split["split_reason"].tolist() == [f"{less}, but {reason} row 1 of {more}", ""]


def test_what_repeats_an_excluded_pair_of_dev_is_excluded_too() -> None:
    # Else it would come back to train now, and the excluded pair to dev when the test document goes.
    names = documents_of_each_split()
    rows = [(EN[0], VI[0], names["test"]), (EN[0], VI[2], names["dev"]), (EN[3], VI[2], names["train"])]
    split = split_corpus(frame(rows), dev=0.3, test=0.3)
    assert split["split"].tolist() == ["test", EXCLUDED, EXCLUDED]
    assert split["split_reason"].iloc[2] == "train, but the same Vietnamese as row 1 of dev"


def test_near_ones_are_left_out_as_asked() -> None:
    names = documents_of_each_split()
    pairs = frame([(EN[0], VI[0], names["test"]), (EN[1], VI[1], names["train"])])
    shares = {"dev": 0.3, "test": 0.3}
    assert split_corpus(pairs, **shares)["split"].tolist() == ["test", EXCLUDED]
    assert split_corpus(pairs, **shares, threshold=0.99)["split"].tolist() == ["test", "train"]
    assert split_corpus(pairs, **shares, near=False)["split"].tolist() == ["test", "train"]
    train, test = pairs[1:], pairs[:1]
    for options, n_near, n_neighbours in (({}, 1, 1), ({"threshold": 0.99}, 0, 1), ({"near": False}, 0, 0)):
        report = leakage({"train": train, "test": test}, **options)
        assert report.table["near_pairs"].tolist() == [n_near]
        assert len(report.neighbours) == n_neighbours


def test_attributes_stay_and_the_buckets_of_both_passes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    names = documents_of_each_split()
    pairs = frame([(EN[0], VI[0], names["test"]), (EN[2], VI[2], names["dev"]), (EN[3], VI[3], names["train"])])
    pairs.attrs["from"] = "here"
    monkeypatch.setattr(Search, "run", lambda *_, **__: (0, 1))
    split = split_corpus(pairs, dev=0.3, test=0.3)
    assert split.attrs["from"] == "here"
    assert split.attrs["splits"] == {
        "train": 1, "dev": 1, "test": 1, EXCLUDED: 0, "documents": {"train": 1, "dev": 1, "test": 1}, "buckets_cut": 2,
    }  # fmt: skip
    assert "splits" not in pairs.attrs


def test_a_document_may_be_called_what_another_s_key_is() -> None:
    key = np.frombuffer(b"pqrstuvwabcdefghpqrstuvwabcdefgh", "<u8")
    assert _name_apart(key.tobytes(), key) != _name_apart(b"", key)


def test_leakage_of_one_frame_tells_its_rows_and_leaves_the_excluded_out() -> None:
    rows = [("Left out", "Bỏ ra", EXCLUDED), ("One", "Một", "test"), ("Two", "Hai", ""), ("One", "Một", "train"),
            ("Left out", "Bỏ ra", "extra")]  # fmt: skip
    report = leakage(frame(rows, "split"), k=1)
    assert report.table[["split", "other"]].to_numpy().tolist() == [
        ["train", "test"], ["train", "extra"], ["test", "extra"],
    ]  # fmt: skip
    assert report.n_shared == 1
    assert report.neighbours[["row", "other_row"]].to_numpy().tolist() == [[3, 1], [3, 4], [1, 4]]
    assert report.neighbours.iloc[0][["src_text", "trg_text", "other_src_text", "other_trg_text"]].tolist() == [
        "One", "Một", "One", "Một",
    ]  # fmt: skip


def test_leakage_counts_what_is_shared() -> None:
    a = frame([("One", "Một", ""), ("Hi", "Chào", ""), ("Hi", "Chào", ""), ("Come in now", "Mời vào ngay", "")])
    b = frame([("hi", "chào", ""), ("One", "Số một", ""), ("Come in now!", "Mời vào ngay!", "")])
    report = leakage({"train": a, "test": b}, k=2)
    row = report.table.to_dict("records")[0]
    assert row == {
        "split": "train", "other": "test", "shared_pairs": 1, "shared_sources": 2, "shared_targets": 1,
        "near_pairs": 3, "is_exact": True,
    }  # fmt: skip
    assert report.n_shared == 1
    assert str(report).startswith("train and test: 1 shared pairs, 2 shared sources, 1 shared targets, 3 near")
    assert report.neighbours["similarity"].tolist() == [1.0, 1.0]
    assert report.neighbours[["row", "other_row"]].to_numpy().tolist() == [[1, 0], [2, 0]]


def test_neighbours_by_signatures_beside_every_two(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = pd.concat(
        [
            pd.read_csv(path, sep="\t", quoting=3, keep_default_na=False)
            for path in sorted((ROOT / "corpus" / "pairs").glob("*.tsv"))
        ],
        ignore_index=True,
    )[TEXTS].iloc[:150]
    near = pairs.iloc[:30].assign(src_text=lambda rows: rows["src_text"].str.replace("e", "", n=1))
    for swap in (False, True):
        frames = {"train": near, "test": pairs} if swap else {"train": pairs, "test": near}
        monkeypatch.setattr("aligner.corpus.repeats.links.EVERY_TWO", 1 << 20)
        slow = leakage(frames, k=20)
        monkeypatch.setattr("aligner.corpus.repeats.links.EVERY_TWO", 0)
        fast = leakage(frames, k=20)
        assert slow.table["is_exact"].all()
        assert not fast.table["is_exact"].any()
        assert "found by signatures" in str(fast)
        assert fast.table["near_pairs"].tolist() == slow.table["near_pairs"].tolist()
        assert np.allclose(fast.neighbours["similarity"], slow.neighbours["similarity"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dev": -0.1}, "dev is no share"),
        ({"test": float("nan")}, "test is no share"),
        ({"dev": 0.5, "test": 0.5}, "nothing is left to train on"),
    ],
)
def test_bad_shares(arguments: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        split_corpus(frame([("a", "b", "c")]), **arguments)


def test_leakage_needs_splits() -> None:
    with pytest.raises(InputError, match="no column split"):
        leakage(frame([("a", "b", "c")]))


def test_empty_and_public() -> None:
    assert split_corpus(frame([]))["split"].tolist() == []
    assert leakage({"train": frame([]), "test": frame([])}).n_shared == 0
    assert aligner.split_corpus is split_corpus
    assert aligner.leakage is leakage
