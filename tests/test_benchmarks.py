"""The alignment benchmark: sets with consistent gold, systems in processes of their own; nothing is timed."""

import random
from pathlib import Path

import numpy as np
import pytest

import aligner
from aligner.bitext import Bead, check_beads
from benchmarks import alignment
from benchmarks.peers import margin_search, worker

ARTICLES = alignment.read_folder(alignment.GOLD)
SHORT = alignment.document_of("short", alignment.beads_of(ARTICLES[0])[:12])


def n_nulls(documents: list[alignment.Document]) -> int:
    return sum(not (en and vi) for document in documents for en, vi in document.gold)


def test_sets_follow_the_seed_and_their_gold_covers_each_sentence_once() -> None:
    sets = alignment.build_sets(ARTICLES, 1)
    assert sets == alignment.build_sets(ARTICLES, 1)
    other = alignment.build_sets(ARTICLES, 2)
    for name, documents in sets.items():
        assert (other[name] == documents) == (name == "clean")
        for document in documents:
            check_beads([Bead(en, vi) for en, vi in document.gold], len(document.en), len(document.vi))
    noisy = [n_nulls(sets[f"noisy {share:g}"]) for share in alignment.NOISE[1:]]
    assert n_nulls(sets["clean"]) * alignment.DRAWS < noisy[0] < noisy[1] < noisy[2] < noisy[3]
    assert len(sets["long remix"][0].en) > 300


def test_noise_deletes_or_replaces_one_side_and_loses_nothing_of_the_other() -> None:
    texts = [alignment.beads_of(article) for article in ARTICLES]
    result = alignment.with_noise(texts[0], texts[1:], 1.0, random.Random(1))
    assert not [bead for bead in result if bead.en and bead.vi]
    own, foreign = set(ARTICLES[0].en + ARTICLES[0].vi), {s for a in ARTICLES[1:] for s in a.en + a.vi}
    assert {sentence for bead in result for sentence in bead.en + bead.vi} <= own | foreign
    for bead in texts[0]:
        assert [b for b in result if b.en[:1] == bead.en[:1]] or [b for b in result if b.vi[:1] == bead.vi[:1]]


def test_joined_neighbours_hold_the_same_text() -> None:
    text = alignment.beads_of(ARTICLES[0])
    joined = alignment.remixed(text, 1.0, random.Random(1))
    assert {(len(b.en), len(b.vi)) for b in joined} >= {(1, 2), (2, 1)}
    for side in (0, 1):
        assert " ".join(s for b in joined for s in b[side]) == " ".join(s for b in text for s in b[side])


def test_a_long_text_is_as_long_as_asked() -> None:
    text = alignment.long_text(ARTICLES, 900, 1)
    assert 880 <= len(text.en) <= 900
    check_beads([Bead(en, vi) for en, vi in text.gold], len(text.en), len(text.vi))


def test_folders_are_read_and_a_wrong_gold_is_refused(tmp_path: Path) -> None:
    for name, content in (("en", "a\nb\n"), ("vi", "c\n"), ("gold", "[0]:[0]\n[1]:[]\n")):
        (tmp_path / f"x.{name}").write_text(content, "utf-8")
    assert alignment.read_folder(tmp_path) == [alignment.Document("x", ["a", "b"], ["c"], [((0,), (0,)), ((1,), ())])]
    (tmp_path / "x.gold").write_text("[0]:[0]\n", "utf-8")
    with pytest.raises(SystemExit, match=r"x\.gold: not every sentence"):
        alignment.read_folder(tmp_path)
    with pytest.raises(SystemExit, match="no file"):
        alignment.read_folder(tmp_path / "none")


@pytest.mark.parametrize("system", ["aligner", "galechurch", "NLTK gale_church", "sentweave (vecalign)"])
def test_a_system_aligns_in_a_process_of_its_own(system: str) -> None:
    result = alignment.run(system, [SHORT, SHORT], SHORT, 60)
    if "missing" in result:
        pytest.skip(result["missing"])
    assert result["seconds"] >= 0
    assert result["peak_mb"] > 1
    scores = alignment.scores([SHORT, SHORT], result["beads"])
    assert set(scores) == {"strict", "lax", "with nulls"}
    assert all(0 <= x <= 1 for values in scores.values() for x in values)
    if system == "aligner":
        assert scores["strict"][2] > 0.8
        figures = alignment.binned(alignment.reliability([SHORT, SHORT], result))
        assert figures["beads"] == sum(map(len, result["beads"]))


def test_a_system_that_is_not_there_and_one_that_fails_say_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert alignment.run("hunalign", [SHORT], SHORT, 60) == {"missing": "no hunalign on PATH"}
    assert alignment.run("no such system", [SHORT], SHORT, 60)["failed"].startswith("exit 1: KeyError")


def test_hunalign_is_asked_for_a_ladder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By a stand-in that pairs the first sentences and leaves the others alone."""
    stand_in = tmp_path / "hunalign"
    stand_in.write_text(
        "#!/bin/sh\nn=$(grep -c '' $4); m=$(grep -c '' $5)\nprintf '0\\t0\\t1\\n1\\t1\\t0.5\\n'"
        '\nprintf "$n\\t1\\t0\\n$n\\t$m\\t0\\n"\n',
        "utf-8",
    )
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    align, _ = worker.load_hunalign("")
    assert align(["a", "b"], ["c", "d"]) == [([0], [0]), ([1], []), ([], [1])]


def test_links_and_rungs_become_beads() -> None:
    links = [(0, 0), (2, 1), (2, 2), (3, 3), (4, 3)]
    assert worker.beads_of_links(links, 6, 4) == [([0], [0]), ([2], [1, 2]), ([3, 4], [3]), ([1], []), ([5], [])]
    assert worker.beads_of_links([(0, 0), (0, 1), (1, 0), (1, 1)], 2, 2) == [([0, 1], [0, 1])]
    assert worker.beads_of_links([], 1, 1) == [([0], []), ([], [0])]
    assert worker.beads_of_rungs([(0, 0), (1, 2), (3, 2)]) == [([0], [0, 1]), ([1], []), ([2], [])]


def test_the_path_of_the_margin_search_is_the_best_one() -> None:
    """Against all paths, tried one by one."""

    def paths(n: int, m: int) -> list[list[tuple[int, int]]]:
        if n == m == 0:
            return [[]]
        steps = [(1, 0), (0, 1), (1, 1), (1, 2)]
        return [[s, *rest] for s in steps if n >= s[0] and m >= s[1] for rest in paths(n - s[0], m - s[1])]

    def total(path: list[tuple[int, int]], scores: dict[tuple[int, int], np.ndarray]) -> float:
        i = j = 0
        result = 0.0
        for a, b in path:
            result += float(scores[a, b][i, j]) if a and b else -0.1
            i, j = i + a, j + b
        return result

    rng = np.random.default_rng(1)
    for n, m in ((1, 1), (2, 3), (3, 2), (3, 4)):
        scores = {bead: rng.normal(size=(n, m)) for bead in ((1, 1), (1, 2))}
        best = max(total(path, scores) for path in paths(n, m))
        assert total(margin_search.best_path(scores, -0.1), scores) == pytest.approx(best)


def test_the_margin_search_covers_each_sentence_once() -> None:
    beads = margin_search.align(SHORT.en, SHORT.vi, aligner.encode)
    check_beads([Bead(tuple(en), tuple(vi)) for en, vi in beads], len(SHORT.en), len(SHORT.vi))
    assert alignment.scores([SHORT], [beads])["strict"][2] > 0.7
    assert margin_search.align([], ["c"], aligner.encode) == [([], [0])]
    with pytest.raises(ValueError, match="cells"):
        margin_search.align(["a"] * 5_000, ["c"] * 5_000, aligner.encode)


def test_every_system_is_known_to_the_worker_and_drawn() -> None:
    assert tuple(worker.SYSTEMS) == alignment.SYSTEMS == tuple(alignment.STYLES)
    assert set(alignment.TIMED) < set(alignment.SYSTEMS)


def test_plots_and_tables_say_what_is_missing(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    scores = {kind: [1.0, 0.5, 0.6667] for kind in ("strict", "lax", "with nulls")}
    good = {"seconds": 1.0, "peak_mb": 100.0, "version": "1.0", "scores": scores}
    report = {
        "signature": alignment.signature({}, 1, 60) | {"load": [1.0, 2.0]},
        "quality": {
            "aligner": {"clean": good, "noisy 0.1": {"failed": "over 60 s"}},
            "hunalign": {"clean": {"missing": "no"}},
        },
        "speed": {"aligner": [{"length": 1000, **good}], "galechurch": [{"length": 1000, "failed": "over 60 s"}]},
        "calibration": {"built here": alignment.binned([(0.95, True), (1.0, True), (0.2, False)])},
    }
    for path in alignment.draw_plots(tmp_path, report):
        assert path.stat().st_size > 1_000
    assert "over 60 s" in alignment.quality_table(report["quality"], ["clean", "noisy 0.1"])
    assert "not here: no" in alignment.quality_table(report["quality"], ["clean", "noisy 0.1"])
    assert "over 60 s" in alignment.speed_table(report["speed"])
