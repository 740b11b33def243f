"""The alignment benchmark: sets with consistent gold, systems in processes of their own; nothing is timed."""

import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import aligner
from aligner.bitext import Bead, check_beads
from benchmarks import alignment, floors, kinds
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
    assert alignment.read_folder(tmp_path, whole=False)[0].gold == [((0,), (0,))]
    for wrong in ("[0]:[0]\n[0, 1]:[]\n", "[0]:[0]\n[1]:[1]\n"):
        (tmp_path / "x.gold").write_text(wrong, "utf-8")
        with pytest.raises(SystemExit, match=r"x\.gold: a sentence in two beads, or one that is not there"):
            alignment.read_folder(tmp_path, whole=False)
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
    monkeypatch.setenv("HUNALIGN", "/no/hunalign")
    said = "no program /no/hunalign; HUNALIGN names one, else it is looked for on PATH"
    assert alignment.run("hunalign", [SHORT], SHORT, 60) == {"missing": said}
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
    monkeypatch.delenv("HUNALIGN", raising=False)
    on_path = worker.load_hunalign("")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("HUNALIGN", str(stand_in))
    named = worker.load_hunalign("")
    assert on_path[1] == named[1]
    for align, _ in (on_path, named):
        assert align(["a", "b"], ["c", "d"], None) == [([0], [0]), ([1], []), ([], [1])]
    assert worker.words("He said: “No.”\tVie\u0323\u0302t Nam!") == "He said : “ No . ” Việt Nam !"


def test_links_and_rungs_become_beads() -> None:
    links = [(0, 0), (2, 1), (2, 2), (3, 3), (4, 3)]
    assert worker.beads_of_links(links, 6, 4) == [([0], [0]), ([2], [1, 2]), ([3, 4], [3]), ([1], []), ([5], [])]
    assert worker.beads_of_links([(0, 0), (0, 1), (1, 0), (1, 1)], 2, 2) == [([0, 1], [0, 1])]
    assert worker.beads_of_links([], 1, 1) == [([0], []), ([], [0])]
    assert worker.beads_of_rungs([(0, 0), (1, 2), (3, 2)]) == [([0], [0, 1]), ([1], []), ([2], [])]


def test_the_path_of_the_margin_search_is_the_best_one() -> None:
    """Against all paths, tried one by one, without and with cells that no path may pass."""

    def corners(path: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return [(sum(a for a, _ in path[:k]), sum(b for _, b in path[:k])) for k in range(len(path) + 1)]

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
        inside = np.abs(np.subtract.outer(np.arange(n + 1), np.arange(m + 1))) <= 1
        best = max(total(path, scores) for path in paths(n, m) if all(inside[at] for at in corners(path)))
        found = margin_search.best_path(scores, -0.1, inside)
        assert total(found, scores) == pytest.approx(best)
        assert all(inside[at] for at in corners(found))


def test_the_margin_search_covers_each_sentence_once() -> None:
    beads = margin_search.align(SHORT.en, SHORT.vi, aligner.encode)
    check_beads([Bead(tuple(en), tuple(vi)) for en, vi in beads], len(SHORT.en), len(SHORT.vi))
    assert alignment.scores([SHORT], [beads])["strict"][2] > 0.7
    assert margin_search.align([], ["c"], aligner.encode) == [([], [0])]
    with pytest.raises(ValueError, match="cells"):
        margin_search.align(["a"] * 5_000, ["c"] * 5_000, aligner.encode)


def test_the_margin_search_looks_near_the_anchors() -> None:
    """Rows behind an anchor up to the next one: WINDOW columns outside of both."""
    assert margin_search.anchors(np.eye(3, 4)) == [(1, 1), (2, 2), (3, 4)]  # one at an end gives way to the end
    inside = margin_search.near_anchors([(10, 20), (30, 40)], 30, 40)
    assert [tuple(np.flatnonzero(inside[i])[[0, -1]]) for i in (0, 1, 10, 11, 30)] == [
        (0, 25), (0, 25), (0, 25), (15, 40), (15, 40),
    ]  # fmt: skip


def test_given_vectors_stand_for_an_encoder() -> None:
    encode = worker.known_runs([["a  b", "c"], ["d"]], (np.eye(2), np.array([[0.6, 0.8]])))
    assert encode(["a b", "a b c", "d", "PAD"]) == pytest.approx(np.array([[1, 0], [0.5**0.5] * 2, [0.6, 0.8], [0, 0]]))
    with pytest.raises(ValueError, match="no vector of 'c d'"):
        encode(["c d"])


def write_kind(folder: Path, document: alignment.Document, vectors: bool = False) -> None:
    folder.mkdir(parents=True)
    for lang, side in (("en", document.en), ("vi", document.vi)):
        (folder / f"x.{lang}").write_text("".join(f"{line}\n" for line in side), "utf-8")
        if vectors:
            np.save(folder / f"x.{lang}.npy", aligner.encode(side))
    beads = "".join(f"{list(en)}:{list(vi)}\n" for en, vi in document.gold)
    (folder / "x.gold").write_text(beads, "utf-8")


def test_a_row_a_kind_and_a_column_a_system_that_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two kinds, one with vectors; as figures of `evaluate` say."""
    monkeypatch.setenv("HUNALIGN", "/no/hunalign")
    write_kind(tmp_path / "all" / "a", SHORT)
    write_kind(tmp_path / "all" / "b", SHORT._replace(gold=SHORT.gold[1:]), vectors=True)
    read = kinds.read_kinds(tmp_path / "all")
    assert [(k.folder, k.name, len(k.documents), k.vectors[0] is None) for k in read] == [
        ("all", "a", 1, True), ("all", "b", 1, False),
    ]  # fmt: skip
    assert kinds.read_kinds(tmp_path / "all" / "b") == [read[1]._replace(folder="b")]
    monkeypatch.setattr(kinds, "SYSTEMS", ("aligner", "hunalign", "Bertalign's search"))
    figures = kinds.measure(read, 60)
    beads = aligner.align(SHORT.en, SHORT.vi).beads
    assert figures["aligner"]["f1"] == [round(aligner.evaluate(beads, k.documents[0].gold).strict.f1, 4) for k in read]
    assert figures["Bertalign's search"]["f1"][0] > 0.7
    said = kinds.table(read, figures, [])
    assert said.startswith(
        f"| strict F1 | beads | aligner {aligner.__version__} | Bertalign's search (re-implemented) |"
    )
    assert "| b, vectors given | " in said
    assert "\nhunalign not here: no program /no/hunalign;" in said


def test_the_table_of_kinds_has_the_best_in_bold_averages_and_failures() -> None:
    read = [kinds.Kind("all", name, [SHORT], [None]) for name in ("a", "b", "verse", "a_noisy", "b_noisy")]
    figures = {
        "aligner": {"version": "1", "f1": [1.0, 0.5, 0.1, 0.25, 0.25]},
        "hunalign": {"version": "(program 12)", "f1": [0.75, 0.5, 0.1, 0.5, 0.5]},
        "galechurch": {"failed": "over 60 s"},
    }
    n = sum(bool(en and vi) for en, vi in SHORT.gold)
    assert kinds.table(read, figures, ["verse"]).splitlines() == [
        "| strict F1 | beads | aligner 1 | hunalign (program 12) |",
        "| --- | --- | --- | --- |",
        f"| a | {n} | **1.000** | .750 |",
        f"| b | {n} | **.500** | **.500** |",
        f"| verse | {n} | **.100** | **.100** |",
        f"| a_noisy | {n} | .250 | **.500** |",
        f"| b_noisy | {n} | .250 | **.500** |",
        "| all: average, lowest of 2 plain |  | .750, .500 | .625, .500 |",
        "| all: average, lowest of 2 noisy |  | .250, .250 | .500, .500 |",
        "",
        "galechurch failed: over 60 s.",
    ]


def test_folders_of_no_kind_half_the_vectors_and_two_of_a_name_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="no kind of text there"):
        kinds.read_kinds(tmp_path)
    write_kind(tmp_path / "a", SHORT, vectors=True)
    for arguments, said in (([], "two kinds of one name: a"), (["--apart", "verse"], "no kind begins with verse")):
        monkeypatch.setattr("sys.argv", ["kinds", str(tmp_path), *[str(tmp_path)] * (not arguments), *arguments])
        with pytest.raises(SystemExit):
            kinds.main()
        assert said in capsys.readouterr().err
    (tmp_path / "a" / "x.vi.npy").unlink()
    with pytest.raises(SystemExit, match=r"x\.vi\.npy: not there, while x\.en\.npy is"):
        kinds.read_kinds(tmp_path)


def test_every_system_is_known_to_the_worker_and_drawn() -> None:
    assert tuple(worker.SYSTEMS) == alignment.SYSTEMS == tuple(alignment.STYLES)
    assert set(alignment.TIMED) | set(kinds.SYSTEMS) < set(alignment.SYSTEMS)


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


def test_stages_are_watched_and_left_as_they_were() -> None:
    _, owner, attribute = floors.SCORE[-1]
    before = getattr(owner, attribute)
    frame = pd.DataFrame(floors.read_pairs(None, 3), columns=["src_text", "trg_text"])
    spent = floors.by_stage(1, lambda: aligner.score_pairs(frame), floors.SCORE)
    assert {name for name, seconds in spent.items() if seconds > 0} >= {name for name, _, _ in floors.SCORE} - {
        "company"
    }
    assert getattr(owner, attribute) is before
