"""Mining: what is found is what a slow plain search finds, whatever the blocks, the workers and the searcher."""

import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.corpus.finding import mining
from aligner.corpus.finding.mining_work import run_job
from aligner.corpus.jobs.locks import FolderLock
from aligner.corpus.jobs.workers import connect_dask
from aligner.errors import InputError
from aligner.mining.collections import MAX_CHARACTERS, list_files, read_collection
from aligner.mining.margins import find_best, mean_nearest, pair_mutual
from aligner.mining.neighbours import cosines_of, find_nearest, has_faiss, nearest_by_faiss, nearest_by_products
from aligner.mining.probability import DOUBT, LEARNED, PRIOR, TYPICAL, USUAL_QUALITY, fit_mixture
from aligner.mining.signatures import centre, lengths, mean_of, quantise, sign, sum_units
from tests.commands import ROOT, run, run_process
from tests.kills import try_apart

SEARCHERS = [nearest_by_products, *([nearest_by_faiss] if has_faiss() else [])]

PLANTED = [
    ("The river rose by two metres during the night.", "Nước sông dâng hai mét trong đêm."),
    ("My grandmother sells flowers at the market.", "Bà tôi bán hoa ở chợ."),
    ("The school will close on Friday because of the storm.", "Trường sẽ đóng cửa vào thứ Sáu vì bão."),
    ("Press the red button to stop the machine.", "Nhấn nút màu đỏ để dừng máy."),
    ("He bought three tickets for the concert.", "Anh ấy mua ba vé xem buổi hòa nhạc."),
    ("Rice is the main crop of the delta.", "Lúa là cây trồng chính của đồng bằng."),
    ("The doctor told her to drink more water.", "Bác sĩ bảo cô ấy uống nhiều nước hơn."),
    ("We lost the match by one goal.", "Chúng tôi thua trận với cách biệt một bàn."),
]
ENGLISH = [
    "The library opens at nine.",
    "She painted the door green.",
    "Prices of coffee fell again last week.",
    "Our dog is afraid of thunder.",
    "The committee has not yet decided.",
]
VIETNAMESE = [
    "Con mèo ngủ trên mái nhà.",
    "Chuyến tàu cuối cùng rời ga lúc nửa đêm.",
    "Ông ấy viết thư cho tòa soạn.",
    "Thành phố xây thêm hai cây cầu.",
    "Tôi chưa bao giờ ăn sầu riêng.",
]


def collections(folder: Path, times: int = 1, seed: int = 1) -> tuple[Path, Path]:
    """Planted translations among others, in an order of their own on each side; `times` over with other numbers."""
    rng = random.Random(seed)
    en = [f"{text[:-1]} {k}." if k else text for k in range(times) for text in [*(e for e, _ in PLANTED), *ENGLISH]]
    vi = [f"{text[:-1]} {k}." if k else text for k in range(times) for text in [*(v for _, v in PLANTED), *VIETNAMESE]]
    rng.shuffle(en)
    rng.shuffle(vi)
    paths = folder / "en.txt", folder / "vi.txt"
    for path, side in zip(paths, (en, vi), strict=True):
        path.write_text("\n".join(side) + "\n", "utf-8")
    return paths


def rows_of(path: Path) -> list[dict[str, str]]:
    head, *rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [dict(zip(head, row, strict=True)) for row in rows]


bits = st.integers(1, 40).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 3), min_size=8, max_size=8), min_size=n, max_size=n)
)


@pytest.mark.parametrize("search", SEARCHERS)
@settings(max_examples=40, deadline=None)
@given(queries=bits, collection=bits, k=st.integers(1, 9), block=st.integers(1, 41))
def test_the_nearest_are_those_of_a_plain_search(
    search: Any, queries: list[list[int]], collection: list[list[int]], k: int, block: int
) -> None:
    q, c = np.array(queries, np.uint8), np.array(collection, np.uint8)
    distances, ids = find_nearest(q, [c[i : i + block] for i in range(0, len(c), block)], k, nearest=search)
    for row, query in enumerate(queries):
        plain = sorted(
            (sum((a ^ b).bit_count() for a, b in zip(query, other, strict=True)), place)
            for place, other in enumerate(collection)
        )[:k]
        assert list(zip(distances[row].tolist(), ids[row].tolist(), strict=True)) == plain


@pytest.mark.parametrize("search", SEARCHERS)
def test_a_large_block_is_searched_as_a_small_one(search: Any) -> None:
    rng = np.random.default_rng(3)
    c = rng.integers(0, 4, (20_000, 8), dtype=np.uint8)  # few values: most distances are those of many
    q = rng.integers(0, 4, (700, 8), dtype=np.uint8)
    distances, ids = find_nearest(q, [c], 32, nearest=search)
    for row in range(0, 700, 50):
        plain = np.unpackbits(q[row] ^ c, axis=1).sum(axis=1)
        order = np.lexsort((np.arange(len(c)), plain))[:32]
        assert ids[row].tolist() == order.tolist()
        assert distances[row].tolist() == plain[order].tolist()


def some_vectors(n: int, seed: int) -> Any:
    """Rows of 64 numbers, some of them zeros alone."""
    rng = np.random.default_rng(seed)
    return quantise(rng.normal(size=(n, 64)).astype(np.float32) * rng.integers(0, 3, (n, 1), dtype=np.int32))


sizes, seeds = st.integers(1, 12), st.integers(0, 999)


@settings(max_examples=30, deadline=None)
@given(sizes, st.integers(1, 13), seeds)
def test_vectors_add_up_alike_in_any_blocks(n: int, block: int, seed: int) -> None:
    found = some_vectors(n, seed)
    parts = [found[k : k + block] for k in range(0, len(found), block)]
    total = sum_units(found)
    assert np.sum([sum_units(part) for part in parts], axis=0).tolist() == total.tolist()
    mean = mean_of(total, len(found))
    whole = sign(found, mean)
    assert (np.concatenate([sign(part, mean) for part in parts]) == whole).all()
    for row, vector in zip(whole, found, strict=True):
        length = float(np.sqrt((vector.astype(int) ** 2).sum())) or 1.0
        assert np.unpackbits(row).tolist() == [int(x / length > m) for x, m in zip(vector, mean, strict=True)]


@settings(max_examples=30, deadline=None)
@given(sizes, seeds)
def test_centring_takes_the_mean_off(n: int, seed: int) -> None:
    found = some_vectors(n, seed)
    mean = mean_of(sum_units(found), n)
    for row, vector in zip(centre(found, mean), found.astype(float), strict=True):
        plain = vector / np.linalg.norm(vector) - mean if vector.any() else vector
        largest = np.abs(plain).max() or 1
        assert row.tolist() == np.rint((plain / largest).astype(np.float32) * np.float32(127)).tolist()


@settings(max_examples=30, deadline=None)
@given(sizes, sizes, st.integers(1, 13), seeds)
def test_cosines_are_those_of_a_plain_product(n: int, m: int, block: int, seed: int) -> None:
    q, c = some_vectors(n, seed), some_vectors(m, seed + 1)
    ids = np.tile(np.arange(len(c)), (len(q), 1))
    found = cosines_of(q, ids, [(k, c[k : k + block]) for k in range(0, len(c), block)])
    for i, row in enumerate(q.astype(int)):
        for j, column in enumerate(c.astype(int)):
            size = float(lengths(q)[i] * lengths(c)[j])
            assert found[i, j] == np.float32(int(row @ column) / size if size else 0.0)
    assert (np.abs(found) <= 1.000001).all()


def test_quantising_keeps_cosines() -> None:
    found = aligner.encode([en for en, _ in PLANTED])
    small = quantise(found)
    ids = np.tile(np.arange(len(small)), (len(small), 1))
    assert np.abs(cosines_of(small, ids, [(0, small)]) - found @ found.T).max() < 0.01


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 7), st.integers(1, 7), st.integers(0, 99))
def test_margins_and_mutual_pairs_are_those_of_a_plain_search(n: int, m: int, seed: int) -> None:
    cosines = np.random.default_rng(seed).integers(1, 5, (n, m)).astype(np.float32) / 4  # ties are frequent
    means = [mean_nearest(cosines), mean_nearest(cosines.T)]
    best = [
        find_best(np.tile(np.arange(side.shape[1]), (len(side), 1)), side, means[k], means[1 - k])
        for k, side in enumerate((cosines, np.ascontiguousarray(cosines.T)))
    ]
    i, j, gaps = pair_mutual(*best)
    mean_of_row = [float(np.mean(sorted(map(float, row))[-4:])) for row in cosines]
    mean_of_column = [float(np.mean(sorted(map(float, column))[-4:])) for column in cosines.T]
    table = [[float(cosines[a, b]) / ((mean_of_row[a] + mean_of_column[b]) / 2) for b in range(m)] for a in range(n)]
    plain = []
    for a in range(n):
        b = max(range(m), key=lambda b: (table[a][b], -b))
        if max(range(n), key=lambda x: (table[x][b], -x)) == a:
            rest = [table[a][y] for y in range(m) if y != b] + [table[x][b] for x in range(n) if x != a]
            plain.append((a, b, table[a][b] - max(rest, default=0.0)))
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == [(a, b) for a, b, _ in plain]
    assert gaps == pytest.approx([gap for _, _, gap in plain], abs=1e-9)


def made_pairs(n: int, share: float, seed: int, strangers: float = -4.0) -> tuple[Any, Any, Any]:
    """Features of pairs as the prior has them, but strangers' quality; the good ones; neighbours' qualities."""
    rng = np.random.default_rng(seed)
    is_good = rng.random(n) < share
    spread = np.asarray(PRIOR.spread)
    means = np.where(is_good[:, None], PRIOR.translations, (*PRIOR.strangers[:2], strangers))
    near = strangers - PRIOR.strangers[2] + rng.normal(size=1000) * spread[2, 2] ** 0.5
    return means + rng.multivariate_normal(np.zeros(3), spread, n), is_good, 1 / (1 + np.exp(-near))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 60), st.floats(0, 1), st.integers(0, 99), st.integers(0, 2), st.floats(0, 3))
def test_probability_never_falls_for_better_evidence(n: int, share: float, seed: int, k: int, more: float) -> None:
    table, _, near = made_pairs(n, share, seed)
    found = fit_mixture(table, near, 2 * n)
    assert 0 < found.share < 1
    assert min(found.weights) >= 0
    better = table.copy()
    better[:, k] += more
    assert (found.probabilities(better) >= found.probabilities(table)).all()


@pytest.mark.parametrize("strangers", [-5.0, -2.5, -1.0])
@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.9])
def test_the_share_of_translations_is_estimated(share: float, strangers: float) -> None:
    table, is_good, near = made_pairs(20_000, share, 5, strangers)
    found = fit_mixture(table, near, TYPICAL)
    assert found.share == pytest.approx(share, abs=0.02)
    p = found.probabilities(table)
    assert p.mean() == pytest.approx(is_good.mean(), abs=0.02)
    for low in np.arange(0, 1, 0.2):
        part = (p >= low) & (p < low + 0.2)
        assert part.sum() < 300 or p[part].mean() == pytest.approx(is_good[part].mean(), abs=0.1)


def test_free_translations_are_told_by_what_they_have_in_common() -> None:
    """Their margins and qualities lie lower than usual; the others of the collection say so."""
    table, is_good, near = made_pairs(4000, 0.5, 7, -4.5)
    table[is_good] -= (0.1, 0.1, 2.0)
    found = fit_mixture(table, near, TYPICAL)
    assert found.probabilities(table)[is_good].mean() > 0.85
    assert found.share == pytest.approx(is_good.mean(), abs=0.03)


@pytest.mark.parametrize(("size", "like"), [(1, 450), (10**9, 10_500)])
def test_collections_of_any_size_have_means_that_were_seen(size: int, like: int) -> None:
    table, _, near = made_pairs(500, 0.3, 11)
    assert fit_mixture(table, near, size) == fit_mixture(table, near, like)


def test_the_fit_is_that_of_a_plain_loop() -> None:
    table, _, near = made_pairs(40, 0.4, 3)
    found = fit_mixture(table, near, 1000)
    inverse = np.linalg.inv(PRIOR.spread)
    nats, odds = math.log(1000 / TYPICAL), np.log(near / (1 - near))
    usual = [[PRIOR.strangers[k] + nats * PRIOR.strangers_growth[k] for k in range(3)]]
    usual.append([PRIOR.translations[k] + nats * PRIOR.translations_growth[k] for k in range(3)])
    usual[0][2] += (sum(np.clip(odds, -6.90675, 6.90675)) + DOUBT * USUAL_QUALITY) / (len(near) + DOUBT)
    means, share = [list(row) for row in usual], PRIOR.share
    for _ in range(100):
        weights = [max(sum(inverse[k][m] * (means[1][m] - means[0][m]) for m in range(3)), 0) for k in range(3)]
        middle = [(a + b) / 2 for a, b in zip(*means, strict=True)]
        good = []
        for row in table:
            logit = math.log(share / (1 - share))
            logit += sum(w * (x - m) for w, x, m in zip(weights, row, middle, strict=True))
            good.append(1 / (1 + math.exp(-logit)))
        for k in range(2):  # of strangers what their texts say is known, of translations nothing
            known = LEARNED[k]
            for m in range(3):
                part = [g if k else 1 - g for g in good]
                total = sum(p * row[m] for p, row in zip(part, table, strict=True))
                if k or m < 2:
                    means[k][m] = (total + known * usual[k][m]) / (sum(part) + known)
        share = (sum(good) + DOUBT * PRIOR.share) / (len(table) + DOUBT)
    assert found.weights == pytest.approx(weights, rel=1e-3)
    assert found.probabilities(table) == pytest.approx(np.array(good), abs=1e-3)


def test_planted_translations_are_found_and_nothing_else(tmp_path: Path) -> None:
    en, vi = collections(tmp_path)
    told = aligner.mine(en, vi, tmp_path / "pairs.tsv", jobs=1)
    rows = rows_of(tmp_path / "pairs.tsv")
    assert {(row["src_text"], row["trg_text"]) for row in rows} == set(PLANTED)
    assert told["pairs"] == len(rows) == told["written"]["pairs"]
    assert told["judged"] == told["pairs"] + told["improbable"]
    assert told["mutual"] == told["judged"] + told["below_floor"]
    lines = [en.read_text("utf-8").split("\n"), vi.read_text("utf-8").split("\n")]
    for row in rows:
        assert lines[0][int(row["src_line"]) - 1] == row["src_text"]
        assert lines[1][int(row["trg_line"]) - 1] == row["trg_text"]
        assert (row["src_file"], row["trg_file"]) == (str(en), str(vi))
    assert [int(row["src_line"]) for row in rows] == sorted(int(row["src_line"]) for row in rows)
    assert not (tmp_path / "pairs.tsv.work").exists()


@pytest.mark.slow
def test_blocks_workers_and_searchers_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    en, vi = collections(tmp_path, times=3)
    found = []
    for jobs, block in ((1, 1000), (1, 7), (2, 13)):
        told = aligner.mine(en, vi, tmp_path / "p.tsv", jobs=jobs, block=block, config=aligner.MiningConfig(0.0))
        found.append(((tmp_path / "p.tsv").read_bytes(), told))
    monkeypatch.setitem(sys.modules, "faiss", None)  # importing it fails
    assert not has_faiss()
    told = aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, config=aligner.MiningConfig(0.0))
    found.append(((tmp_path / "p.tsv").read_bytes(), told))
    assert all(other == found[0] for other in found[1:])


def test_duplicates_are_counted_and_searched_once(tmp_path: Path) -> None:
    en, vi = tmp_path / "en.txt", tmp_path / "vi.txt"
    en.write_text("It rained.\nIt rained.\nIT RAINED!\n\n* * *\nIt rained twice.\n", "utf-8")
    vi.write_text("Trời mưa.\nTrời mưa\n" + "a" * (MAX_CHARACTERS + 1) + "\n", "utf-8")
    told = aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1)
    assert told["sentences"] == {"en": 2, "vi": 1}
    assert +Counter(told["left_out"]["en"]) == {
        "exact duplicates": 1, "near duplicates": 1, "blank": 1, "no letters": 1
    }  # fmt: skip
    assert +Counter(told["left_out"]["vi"]) == {"near duplicates": 1, "too long": 1}


def test_duplicates_are_the_same_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    en, vi = collections(tmp_path)
    en.write_text(en.read_text("utf-8") * 2 + en.read_text("utf-8").upper(), "utf-8")
    whole = aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1)
    monkeypatch.setattr("aligner.corpus.finding.mining_work._DEDUPLICATED", 5)
    assert aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, block=4) == whole
    assert whole["left_out"]["en"]["exact duplicates"] == whole["left_out"]["en"]["near duplicates"] == 13


def test_tables_records_folders_and_packed_files_are_read(tmp_path: Path) -> None:
    import gzip

    en, vi = tmp_path / "en", tmp_path / "vi"
    (en / "deep").mkdir(parents=True)
    vi.mkdir()
    texts = [e for e, _ in PLANTED]
    (en / "a.tsv").write_text("id\ttext\n" + "".join(f"{k}\t{t}\n" for k, t in enumerate(texts[:4])), "utf-8")
    (en / "deep" / "b.jsonl").write_text("".join(json.dumps({"text": t}) + "\n\n" for t in texts[4:]), "utf-8")
    (en / "notes.pdf").write_bytes(b"%PDF")
    (vi / "a.txt.gz").write_bytes(gzip.compress("\n".join(v for _, v in PLANTED).encode()))
    aligner.mine(en, vi, tmp_path / "p.jsonl", jobs=1)
    rows = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text("utf-8").splitlines()]
    assert {(row["src_text"], row["trg_text"]) for row in rows} == set(PLANTED)
    places = {row["src_text"]: (Path(row["src_file"]).name, row["src_line"]) for row in rows}
    assert places[texts[1]] == ("a.tsv", 3)
    assert places[texts[5]] == ("b.jsonl", 3)


def test_running_text_is_split_on_request(tmp_path: Path) -> None:
    en, vi = tmp_path / "en.txt", tmp_path / "vi.txt"
    en.write_text(" ".join(e for e, _ in PLANTED[:4]) + "\n" + " ".join(e for e, _ in PLANTED[4:]) + "\n", "utf-8")
    vi.write_text(" ".join(v for _, v in reversed(PLANTED)) + "\n", "utf-8")
    aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, config=aligner.MiningConfig(split=True))
    rows = rows_of(tmp_path / "p.tsv")
    assert {(row["src_text"], row["trg_text"]) for row in rows} == set(PLANTED)
    assert [row["src_line"] for row in rows] == ["1"] * 4 + ["2"] * 4


@pytest.mark.parametrize(
    ("name", "content", "column", "message"),
    [
        ("a.jsonl", '{"text": "Hi."}\nnonsense\n', None, "a.jsonl:2: not JSON (found 'nonsense')"),
        ("a.jsonl", '{"body": "Hi."}\n', None, "a.jsonl:1: no text under 'text' (found body)"),
        ("a.jsonl", '["Hi."]\n', None, "a.jsonl:1: no text under 'text' (found list)"),
        ("a.tsv", "id\tbody\n1\tHi.\n", None, "a.tsv: no column 'text' (found 1 id, 2 body)"),
        ("a.tsv", "id\ttext\n1\n", None, "a.tsv:2: a row too short (found 1 cells)"),
        ("a.tsv", "id\ttext\n", "7", "a.tsv: no column '7'"),
        ("a.txt", "Hello there.\nHi.\0\n", None, "a.txt:2: binary data"),
        ("none.txt", None, None, "none.txt: no such file"),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, name: str, content: str | None, column: str | None, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        list(read_collection([str(path)], "en", Counter(), column=column))
    assert message in str(caught.value).replace(f"{tmp_path}{os.sep}", "")


def test_what_is_asked_wrongly_is_refused(tmp_path: Path) -> None:
    en, vi = collections(tmp_path)
    (tmp_path / "empty").mkdir()
    for given_en, options, message in (
        (en, {"jobs": 0}, "jobs out of range"),
        (en, {"block": 0}, "block out of range"),
        ("-", {}, "a collection cannot be standard input"),
        (tmp_path / "empty", {}, "no collection"),
        ([], {}, "no file"),
        (tmp_path / "none.txt", {}, "no such file"),
        (en, {"work": tmp_path}, "a folder that holds something else"),
    ):
        with pytest.raises(InputError, match=message):
            aligner.mine(given_en, vi, tmp_path / "p.tsv", **options)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="the output is also an input"):
        aligner.mine(en, vi, vi)
    blank = tmp_path / "blank.txt"
    blank.write_text("\n--\n", "utf-8")
    with pytest.raises(InputError, match=r"blank.txt: no sentence \(found 1 blank, 1 no letters\)"):
        aligner.mine(blank, vi, tmp_path / "p.tsv", jobs=1)
    with pytest.raises(InputError, match="threshold is no probability"):
        aligner.MiningConfig(threshold=float("nan"))
    with pytest.raises(InputError, match="unknown encoding"):
        aligner.MiningConfig(encoding="klingon")


def test_work_on_other_inputs_is_not_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    en, vi = collections(tmp_path)

    def stop(job: Any) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mining, "run_job", stop)
        with pytest.raises(KeyboardInterrupt):
            aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1)
    en.write_text("Something else.\n", "utf-8")
    with pytest.raises(InputError, match=r"work on other inputs or options \(found other files\)"):
        aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1)


def test_every_stop_is_gone_on_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a kill: what a stopped run left is gone on with, wherever it stopped."""
    en, vi = collections(tmp_path, times=2)
    aligner.mine(en, vi, tmp_path / "whole.tsv", jobs=1, block=9)
    do = run_job
    allowed = 0
    for allowed in range(200):
        left = [allowed % 5 + 1]

        def some(job: Any, left: list[int] = left) -> str:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            return do(job)

        monkeypatch.setattr(mining, "run_job", some)
        try:
            aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, block=9)
            break
        except KeyboardInterrupt:
            continue
    assert allowed > 3
    assert (tmp_path / "p.tsv").read_bytes() == (tmp_path / "whole.tsv").read_bytes()


def test_parts_search_and_the_call_without_a_part_joins_them(tmp_path: Path) -> None:
    en, vi = collections(tmp_path, times=2)
    whole = aligner.mine(en, vi, tmp_path / "whole.tsv", jobs=1, block=9)
    blocks, left = 6, []
    for part in ((3, 4), (1, 4), (3, 4), (2, 4)):
        told = aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, block=9, part=part)
        assert (told["sentences"], told["left_out"], told["blocks"]) == (whole["sentences"], whole["left_out"], blocks)
        left.append(told["unsearched"])
        assert not (tmp_path / "p.tsv").exists()
    assert left == [5, 3, 3, 1]  # the fourth part was never started
    assert aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, block=9) == whole
    assert (tmp_path / "p.tsv").read_bytes() == (tmp_path / "whole.tsv").read_bytes()
    assert not (tmp_path / "p.tsv.work").exists()


def test_parts_started_together_and_an_executor_change_no_byte(tmp_path: Path) -> None:
    en, vi = collections(tmp_path, times=2)
    whole = aligner.mine(en, vi, tmp_path / "whole.tsv", jobs=1)
    with ThreadPoolExecutor(3) as parts:
        given = {"jobs": 1, "block": 5}
        started = [
            parts.submit(aligner.mine, en, vi, tmp_path / "p.tsv", **given, part=(k, 3))  # type: ignore[arg-type]
            for k in (1, 2, 3)
        ]
        assert min(future.result()["unsearched"] for future in started) == 0
    with ThreadPoolExecutor(2) as executor:
        assert aligner.mine(en, vi, tmp_path / "p.tsv", executor=executor, block=5) == whole
        assert aligner.mine(en, vi, tmp_path / "other.tsv", executor=executor, jobs=1, block=8) == whole
    for name in ("p.tsv", "other.tsv"):
        assert (tmp_path / name).read_bytes() == (tmp_path / "whole.tsv").read_bytes()


def test_only_parts_share_a_folder_of_work(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    en, vi = collections(tmp_path)
    aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, part=(1, 2))
    lock = FolderLock(tmp_path / "p.tsv.work", is_part=True)
    with lock.door():
        lock.enter()
    with pytest.raises(InputError, match="another mining is at work in this folder; wait for its end"):
        aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1)
    assert aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, part=(2, 2))["unsearched"] == 0
    with lock.door():
        lock.leave()
        lock.release()
    assert aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1)["pairs"] == len(PLANTED)


def test_a_folder_of_work_that_is_half_taken_away_stops_nobody(tmp_path: Path) -> None:
    en, vi = collections(tmp_path)
    aligner.mine(en, vi, tmp_path / "whole.tsv", jobs=1)
    aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, part=(1, 1 << 20))
    work = tmp_path / "p.tsv.work"
    head = json.loads((work / "mining.json").read_bytes())
    (work / "mining.json").write_text(json.dumps({**head, "ended": True}), "utf-8")
    (work / "en.00000.texts.npy").unlink()
    aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1)
    work.mkdir()  # its name is the last to go
    (work / ".mining.json.0badcafe.tmp").write_bytes(b"{")
    aligner.mine(en, vi, tmp_path / "again.tsv", work=work, jobs=1)
    for name in ("p.tsv", "again.tsv"):
        assert (tmp_path / name).read_bytes() == (tmp_path / "whole.tsv").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("parts", [1, 3])
def test_kills_at_any_moment_change_no_byte(parts: int) -> None:
    """`python -m tests.kills --what mine` tries more moments."""
    assert try_apart("mine", 4, parts, seed=parts) == []


@pytest.mark.slow
def test_a_dask_cluster_mines_the_same_though_a_worker_is_killed(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    en, vi = collections(tmp_path, times=3)
    aligner.mine(en, vi, tmp_path / "here.tsv", jobs=1)
    killed: list[int] = []
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:

        def kill_one(step: str, done: int, of: int) -> None:
            if step == "search" and done and not killed:
                killed.append(next(iter(cluster.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

        with connect_dask(cluster.scheduler_address) as executor:
            aligner.mine(en, vi, tmp_path / "there.tsv", executor=executor, block=4, progress=kill_one)
    assert killed
    assert (tmp_path / "there.tsv").read_bytes() == (tmp_path / "here.tsv").read_bytes()


@pytest.mark.slow
def test_a_killed_process_is_gone_on_from(tmp_path: Path) -> None:
    en, vi = collections(tmp_path, times=30)
    command = [sys.executable, "-m", "aligner", "mine", str(en), str(vi), "-o", str(tmp_path / "p.tsv"), "--jobs", "2"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
    work = tmp_path / "p.tsv.work"
    while process.poll() is None and not list(work.glob("*.keys.npy")):
        time.sleep(0.01)  # waits for a file, not for a clock
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = run("mine", en, vi, "-o", tmp_path / "p.tsv", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    aligner.mine(en, vi, tmp_path / "whole.tsv", jobs=1)
    assert (tmp_path / "p.tsv").read_bytes() == (tmp_path / "whole.tsv").read_bytes()


def test_the_command_says_what_it_found(tmp_path: Path) -> None:
    en, vi = collections(tmp_path)
    done = run_process("mine", en, vi, "-o", tmp_path / "pairs.tsv", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    said = done.stderr.splitlines()
    assert said[0] == "sentences: 13 English, 13 Vietnamese"
    assert said[1:3] == ["left out, English: none", "left out, Vietnamese: none"]
    assert "pairs: 8 of probability 0.5 or more, 8 of them to keep" in done.stderr
    assert done.stdout == ""
    part = run("mine", en, vi, "-o", tmp_path / "p.tsv", "--shard", "1/2", "--jobs", "1")
    assert part.returncode == 0
    assert "NOT complete: 1 of 2 blocks are not searched yet" in part.stderr
    for wrong_part, words in (("3/2", "no such part"), ("x", "not a part: 'x'")):
        refused = run("mine", en, vi, "-o", tmp_path / "p.tsv", "--shard", wrong_part)
        assert (refused.returncode, words in refused.stderr) == (2, True)
    refused = run("mine", en, vi, "-o", tmp_path / "p.tsv", "--engine", "dask")
    assert (refused.returncode, "--engine dask and --scheduler go together" in refused.stderr) == (2, True)
    refused = run("mine", tmp_path / "none.txt", vi, "-o", tmp_path / "p.tsv")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    wrong = run("mine", en, vi, "-o", tmp_path / "p.tsv", "--threshold", "2")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert "threshold is no probability" in wrong.stderr


def test_nothing_found_is_a_file_without_pairs(tmp_path: Path) -> None:
    en, vi = tmp_path / "en.txt", tmp_path / "vi.txt"
    en.write_text("qqqq zzzz\n", "utf-8")
    vi.write_text("Con mèo ngủ trên mái nhà.\n", "utf-8")
    told = aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1)
    assert told["pairs"] == len(rows_of(tmp_path / "p.tsv")) == 0


def test_a_list_of_files_is_taken_as_it_is() -> None:
    assert list_files([Path("b.txt"), "a.txt"]) == ["b.txt", "a.txt"]


def with_common_part(texts: list[str]) -> Any:
    """Our rows of 896 numbers, any two of which are alike: a cosine of .8 and more."""
    ours = aligner.encode(texts)
    return np.hstack([ours, 2 * np.ones((len(texts), 1)), np.zeros((len(texts), 383))])


def test_another_encoder_is_mined_with_whatever_its_rows_have_in_common(tmp_path: Path) -> None:
    en, vi = collections(tmp_path)
    told = aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, encode=with_common_part)
    assert {(row["src_text"], row["trg_text"]) for row in rows_of(tmp_path / "p.tsv")} == set(PLANTED)
    assert "|encoder:with_common_part|" in told["signature"]


def test_another_encoder_is_asked_here_and_block_by_block(tmp_path: Path) -> None:
    en, vi = collections(tmp_path)
    asked: list[int] = []

    def encode(texts: list[str]) -> Any:
        asked.append(len(texts))
        return with_common_part(texts)

    found = []
    for jobs, block in ((1, 1000), (2, 5)):
        aligner.mine(en, vi, tmp_path / "p.tsv", jobs=jobs, block=block, encode=encode)
        found.append((tmp_path / "p.tsv").read_bytes())
    assert found[0] == found[1]
    assert asked == [13, 13, *(5, 5, 3) * 2]


def test_work_by_another_encoder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    en, vi = collections(tmp_path)

    def fail(texts: list[str]) -> Any:
        raise RuntimeError("the model died")

    with pytest.raises(RuntimeError, match="the model died"):
        aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, encode=fail)
    with pytest.raises(InputError, match=r"work on other inputs or options .found other encoder."):
        aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1)
    with pytest.raises(InputError, match="encode must return finite numbers"):
        aligner.mine(en, vi, tmp_path / "q.tsv", jobs=1, encode=lambda texts: [[float("nan")]] * len(texts))
    with pytest.raises(InputError, match="encode is not a function"):
        aligner.mine(en, vi, tmp_path / "r.tsv", jobs=1, encode=([1.0], [1.0]))  # type: ignore[arg-type]


def test_a_killed_run_is_not_gone_on_with_by_another_function_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    en, vi = collections(tmp_path)

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    def run(encode: Any) -> bytes:
        aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, block=5, encode=encode)
        return (tmp_path / "p.tsv").read_bytes()

    with monkeypatch.context() as patch:
        patch.setattr(mining, "pair_mutual", kill)
        with pytest.raises(KeyboardInterrupt):
            run(lambda texts: with_common_part(texts))
    for other in (lambda texts: aligner.encode(texts), lambda texts: with_common_part(texts)[:, ::-1]):
        with pytest.raises(InputError, match=r"vectors of another encoder .*lambda"):
            run(other)
    noise = np.random.default_rng(1)
    found = run(
        lambda texts: with_common_part(texts) + noise.normal(0, 1e-4, (len(texts), 896))
    )  # as graphics cards do
    assert found == run(with_common_part)


def test_vectors_of_several_lengths_are_refused(tmp_path: Path) -> None:
    en, vi = collections(tmp_path)
    with pytest.raises(InputError, match="vectors of several lengths"):
        aligner.mine(en, vi, tmp_path / "p.tsv", jobs=1, encode=lambda texts: np.ones((len(texts), len(texts[0]))))


def test_an_encoder_is_named_to_the_verb(tmp_path: Path) -> None:
    en, vi = collections(tmp_path)
    for options, message in (
        (("--encoder-weight", "0.8"), "--encoder-weight needs --encoder"),
        (("--encoder-cache", "c"), "--encoder-cache needs --encoder"),
        (("--encoder", "e5", "--encoder-weight", "2"), "--encoder-weight is no share (found 2.0)"),
        (("--encoder", "e5", "--encoder-prompt", "x"), "e5 takes no device and no prompt (found prompt='x')"),
    ):
        done = run("mine", str(en), str(vi), "-o", str(tmp_path / "o.tsv"), *options)
        assert done.returncode == 2
        assert message in done.stderr
        assert not (tmp_path / "o.tsv.work").exists()
