"""Files of good and bad pairs made for the fit of quality: seeded, counted, and wrong only where they say so."""

import gzip
import itertools
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aligner.encoders.embedded import embedded_encoder, unit_rows
from aligner.quality.company import ALIKE
from aligner.quality.measures import auc
from aligner.quality.model import purposes

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
made_pairs = pytest.importorskip("made_pairs", reason="the scripts are not here")
damage = pytest.importorskip("damage", reason="the scripts are not here")
fit_quality = pytest.importorskip("fit_quality", reason="the scripts are not here")

Pair = tuple[str, str]

PEOPLE = [("The farmer", "Người nông dân"), ("My sister", "Chị tôi"), ("The old nurse", "Cô y tá già"),
          ("Our neighbour", "Người hàng xóm"), ("The driver", "Người lái xe"), ("A baker", "Thợ làm bánh")]  # fmt: skip
ACTS = [("bought 12 eggs", "đã mua 12 quả trứng"), ("does not eat fish", "không ăn cá"),
        ("opened the small window", "đã mở cái cửa sổ nhỏ"), ("lives in Berlin", "sống ở Berlin"),
        ("reads a book every evening", "đọc một quyển sách mỗi tối"), ("sold the red boat", "đã bán chiếc thuyền đỏ"),
        ("will come tomorrow", "sẽ đến vào ngày mai"), ("walked to the market", "đã đi bộ ra chợ")]  # fmt: skip
PAIRS = [(f"{a} {c}.", f"{b} {d}.") for c, d in ACTS for a, b in PEOPLE]
DOCUMENTS = [PAIRS[:30], PAIRS[30:34], PAIRS[34:38], PAIRS[38:]]
STRANGERS = ["Yamamoto", "Zagreb"]


class Bags:
    """A toy encoder: the words of a text, counted in sixty-four numbers."""

    def sums(self, texts: Any) -> np.ndarray:
        texts = list(texts)
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().rstrip(".").split():
                row[sum(map(ord, word)) % 64] += 1
        return rows


def made(seed: int = 1, most: int = 500, source: str = "toys", encoder: Any = None) -> list[Any]:
    rng = np.random.default_rng(seed)
    documents = [list(document) for document in DOCUMENTS]
    files: list[Any] = made_pairs.make_files("toy", source, documents, encoder or Bags(), STRANGERS, most, rng)
    return files


def plain(text: str) -> str:
    """A text without what a style may change: capitals, the last mark, a dash before it."""
    return text.lower().removeprefix("- ").rstrip(".!?…;:,")


def joined() -> set[Pair]:
    """The pairs, and each with the one behind in any document."""
    documents = [*DOCUMENTS, [pair for document in DOCUMENTS[1:] for pair in document]]
    two = [(f"{a[0]} {b[0]}", f"{a[1]} {b[1]}") for d in documents for a, b in itertools.pairwise(d)]
    return {(plain(en), plain(vi)) for en, vi in (*PAIRS, *two)}


def test_files_follow_the_seed_and_do_not_change_what_they_are_made_of() -> None:
    one, other = made(), made()
    assert one == other
    assert one != made(seed=2)
    assert DOCUMENTS[0] == PAIRS[:30]
    assert {(file.kind, file.source) for file in one} == {("toy", "toys")}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("source", ["toys", "tatoeba"])
def test_each_row_is_what_its_way_says(seed: int, source: str) -> None:
    files = made(seed, source=source)
    known, ways = joined(), {"good", "near", *damage.WAYS}
    for file in files:
        assert len(file.rows) == len(file.ways)
        assert set(file.ways) <= ways
        for (en, vi), way in zip(file.rows, file.ways, strict=True):
            is_known = (plain(en), plain(vi)) in known
            if source == "tatoeba":  # dealt by chance: any two may be joined
                is_known = is_known or (". " in en and way == "good")
            assert is_known == (way == "good"), (en, vi, way)
    counts = Counter(way for file in files for way in file.ways)
    assert counts["good"] > 5
    assert len(counts) > 2


def test_no_more_good_pairs_are_taken_than_are_asked_for_but_for_the_last_file() -> None:
    for most in (1, 10, 25):
        files = made(most=most)
        good = [file.ways.count("good") for file in files]
        assert sum(good[:-1]) < most
    assert sum(file.ways.count("good") for file in made(most=500)) <= len(PAIRS)


def test_way_by_way_pairs_are_made_wrong_about_as_often_as_they_are_tried() -> None:
    ways = Counter(way for seed in range(60) for file in made(seed) for way in file.ways)
    shares = [sum(w != "good" for w in file.ways) / len(file.ways) for seed in range(60) for file in made(seed)]
    assert min(shares) < 0.25
    assert max(shares) > 0.6
    assert ways["neighbour"] > 2 * ways["boilerplate"] > 0
    assert {"number", "name", "negated", "random", "truncated_vi", "appended", "near"} <= set(ways)


def test_some_files_are_of_pairs_that_stand_alone_and_some_good_pairs_are_joined() -> None:
    files = [file for seed in range(60) for file in made(seed)]
    assert 0.15 < np.mean([file.is_alone for file in files]) < 0.45
    good = [en for file in files for (en, _), way in zip(file.rows, file.ways, strict=True) if way == "good"]
    assert 0.03 < np.mean([". " in en for en in good]) < 0.35


def test_the_nearest_other_text_is_never_one_that_says_nearly_the_same() -> None:
    encoder, rng = embedded_encoder(), np.random.default_rng(1)
    pairs = [*PAIRS, ("The farmer bought 12 eggs", "Người nông dân đã mua 12 quả trứng"),
             ("Our neighbour sold a red boat.", "Người hàng xóm đã bán một chiếc thuyền đỏ.")]  # fmt: skip
    found = made_pairs.nearest_others(pairs, encoder, rng)
    assert set(found) == {en for en, _ in pairs}
    right = dict(pairs)
    en, other, own = ([*texts] for texts in zip(*[(k, v, right[k]) for k, v in found.items()], strict=True))
    units = [unit_rows(encoder.sums(side)) for side in (en, other, own)]
    assert ((units[1] * units[2]).sum(axis=1) <= ALIKE + 1e-6).all()
    everything = unit_rows(encoder.sums([vi for _, vi in pairs]))
    cosines = units[0] @ everything.T
    cosines[units[2] @ everything.T > ALIKE] = -1
    np.testing.assert_allclose((units[0] * units[1]).sum(axis=1), cosines.max(axis=1), atol=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_a_style_changes_no_word(seed: int) -> None:
    rng = np.random.default_rng(seed)
    changed = 0
    for pair in PAIRS:
        written = made_pairs.restyle(pair, rng)
        assert tuple(map(plain, written)) == tuple(map(plain, pair))
        changed += written != pair
    assert 0.1 < changed / len(PAIRS) < 0.5


def test_neighbours_are_joined_in_order_and_none_is_lost() -> None:
    for seed in range(10):
        runs = made_pairs.join_some(PAIRS, np.random.default_rng(seed))
        for side in (0, 1):
            assert " ".join(run[side] for run in runs) == " ".join(pair[side] for pair in PAIRS)
        assert len(runs) < len(PAIRS)
    long = [("word " * 50, "từ " * 50)] * 8
    assert made_pairs.join_some(long, np.random.default_rng(1)) == long


FIT = [
    ("The farmer sold a boat.", "Người nông dân bán thuyền.", True),
    ("Yes.", "Vâng ạ.", True),
    ("", "Vâng.", False),
    ("one two three four five six seven eight", "một", False),
    ("See https://example.org now", "Xem https://example.org ngay", False),
    ("## Farmers and boats", "## Nông dân và thuyền", False),
    ("1, 2, 3, 4 / 5 % 6", "1, 2, 3, 4 / 5 % 7", False),
    ("Berlin", "berlin", False),
    ("boat " * 121, "thuyền " * 121, False),
]


@pytest.mark.parametrize(("en", "vi", "expected"), FIT)
def test_what_is_no_whole_text_is_not_fit(en: str, vi: str, expected: bool) -> None:
    assert made_pairs.is_fit((en, vi)) is expected


def test_slips_are_left_out_and_documents_without_pairs_too() -> None:
    slip = ("The farmer bought 12 eggs at the market.", "Xin cảm ơn quý vị đã theo dõi chương trình của chúng tôi.")
    documents = [[*PAIRS[:20], slip], [("Berlin", "berlin")], PAIRS[20:]]
    kept = made_pairs.without_slips(documents, embedded_encoder())
    assert kept == [PAIRS[:20], PAIRS[20:]]


def test_pairs_are_read_by_source_and_document_each_once_in_a_source(tmp_path: Path) -> None:
    rows = [("a", "1", "One.", "Một."), ("b", "1", "One.", "Một."), ("a", "2", "One.", "Một."),
            ("a", "2", "Two.", "Hai."), ("c", "9", "Café.", "Quán cà phê.")]  # fmt: skip
    with gzip.open(tmp_path / "pairs.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(["source\tdoc\ten\tvi", *map("\t".join, rows), ""]))
    found = made_pairs.read_pairs_by_source([tmp_path / "pairs.tsv.gz"] * 2, ["a", "b"])
    assert found == {"a": {"1": [("One.", "Một.")], "2": [("Two.", "Hai.")]}, "b": {"1": [("One.", "Một.")]}}
    assert set(made_pairs.read_pairs_by_source([tmp_path / "pairs.tsv.gz"])) == {"a", "b", "c"}
    with pytest.raises(SystemExit, match=r"no such source in the files of pairs: \['d'\]"):
        made_pairs.read_pairs_by_source([tmp_path / "pairs.tsv.gz"], ["a", "d"])


def test_half_of_the_documents_are_held_out_and_always_the_same() -> None:
    held = [fit_quality.is_held_out(f"document {k}") for k in range(2000)]
    assert 0.45 < np.mean(held) < 0.55
    # By the last bit of CRC-32, whose check values are these, not by Python's own hash.
    checks = {"": 0, "a": 0xE8B7BE43, "123456789": 0xCBF43926}
    assert [fit_quality.is_held_out(name) for name in checks] == [value % 2 == 1 for value in checks.values()]


def test_kinds_and_ways_weigh_alike_on_both_sides() -> None:
    """All kinds the same, good as bad, each way as its table says; what nothing sees weighs nothing."""
    rng = np.random.default_rng(3)
    ways = rng.choice(["good", "random", "number", "near", "antonym"], 900, p=[0.5, 0.1, 0.2, 0.1, 0.1])
    kinds = rng.choice(["news", "help", "web"], 900, p=[0.6, 0.3, 0.1])
    unseen = (ways == "antonym") & (rng.random(900) < 0.5)
    weights = fit_quality.row_weights(ways, kinds, unseen)
    assert weights.sum() == pytest.approx(900)
    assert not weights[unseen].any()
    for kind in ("news", "help", "web"):
        for good in (True, False):
            assert weights[(kinds == kind) & ((ways == "good") == good)].sum() == pytest.approx(150)
        mine = {way: weights[(kinds == kind) & (ways == way) & ~unseen] for way in ("random", "number", "near")}
        for rows in mine.values():
            assert np.ptp(rows) == pytest.approx(0)
        each = {
            way: rows[0] * ((ways == way) & ~unseen).sum() / made_pairs.way_weight(way) for way, rows in mine.items()
        }
        assert each["random"] == pytest.approx(each["number"])
        assert each["random"] == pytest.approx(each["near"])


def test_the_card_has_what_is_measured_by_kind_length_and_way() -> None:
    rng = np.random.default_rng(5)
    n, kinds = 3000, list(made_pairs.PAIR_KINDS)
    ways = rng.choice(["good", "random", "number"], n)
    good = ways == "good"
    quality = np.clip(np.where(good, 0.7, 0.3) + rng.normal(0, 0.2, n), 0.001, 0.999)
    table = np.zeros((n, len(fit_quality.FEATURES)), np.float32)
    table[ways == "number", fit_quality.FEATURES.index("numbers_differ")] = 1
    sizes = np.tile(rng.integers(1, 50, (n, 1)), 6).astype(np.float32)
    broken = np.zeros((n, len(fit_quality.RULES)), bool)
    broken[ways == "random", 0] = True
    limits = purposes(quality, good, np.ones(n))
    card = fit_quality.measured(quality, limits, table, ways, rng.choice(kinds, n), sizes, np.ones(n), broken)
    assert card["auc"] == pytest.approx(auc(quality[good], quality[~good]), abs=1e-4)
    assert sum(row["good"] for row in card["by_kind"].values()) == good.sum()
    assert sum(row["bad"] for row in card["by_length"].values()) == (~good).sum()
    assert {way: row["pairs"] for way, row in card["by_way"].items()} == Counter(ways.tolist())
    assert card["findings"]["numbers_differ"]["rates"] == {"good": 0, "number": 1, "random": 0}
    assert card["rules"]["any"] == {"good": 0, "number": 0, "random": 1}
    for row in card["purposes"].values():
        kept = quality >= row["threshold"]
        assert row["good"][0] == pytest.approx(kept[good].mean(), abs=1e-4)
        assert row["bad"][0] == pytest.approx(kept[~good].mean(), abs=1e-4)
        share = kept[good].mean() / (kept[good].mean() + kept[~good].mean())
        assert row["precision"][0] == pytest.approx(share, abs=1e-4)
