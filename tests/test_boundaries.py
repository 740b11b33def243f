"""Sentence boundaries that the other side speaks for or against."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.bitext import Boundary, Sentence
from aligner.cli import main
from aligner.search.boundaries import (
    LEAST_PROBABILITY,
    MAX_CUTS,
    apply_boundaries,
    join_candidates,
    split_candidates,
    split_parts,
)
from aligner.search.features import JOIN_FEATURES, SPLIT_FEATURES
from tests.growth import assert_linear
from tests.quality_gate import articles
from tests.test_alignment import EN, VI


def proposals(en: list[str], vi: list[str]) -> list[tuple[str, str, tuple[int, ...], tuple[str, ...]]]:
    return [(b.kind, b.side, b.sentences, b.after) for b in aligner.align(en, vi).boundaries()]


def test_good_boundaries_stay() -> None:
    assert proposals(EN, VI) == []


def test_a_clause_with_a_counterpart_of_its_own_is_cut_off() -> None:
    joined = "Fishermen were not pleased; they sell their catch on the other bank."
    assert proposals([*EN[:6], joined], VI) == [
        ("split", "source", (6,), ("Fishermen were not pleased;", "they sell their catch on the other bank."))
    ]


def test_a_clause_before_a_conjunction_is_cut_off() -> None:
    joined = "Cây cầu cũ đã đóng cửa hôm thứ Hai, và mưa lớn đã làm hư hại hai trụ cầu."
    ((kind, side, ids, after),) = proposals(EN, [joined, *VI[2:]])
    assert (kind, side, ids) == ("split", "target", (0,))
    assert after[0].rstrip(" ,và") == VI[0].rstrip(".")


def test_a_sentence_that_is_three_on_the_other_side_is_cut_twice() -> None:
    joined = (
        "The old bridge was closed on Monday; heavy rain had damaged two of its pillars; drivers must take the ferry."
    )
    found = aligner.align([joined, *EN[3:]], VI).boundaries()
    assert [joined[b.position :].split()[0] for b in found] == ["heavy", "drivers"]


@pytest.mark.parametrize(
    ("pieces", "translation"),
    [
        (["The Rev.", "Miller closed the old bridge on Monday."], "Mục sư Miller đóng cửa cầu cũ hôm thứ Hai."),
        (["The U.S.", "ambassador visited the old bridge on Monday."], "Đại sứ Mỹ đến thăm cây cầu cũ hôm thứ Hai."),
        (["“Where did", "you see it?” asked the mayor."], "“Ông thấy nó ở đâu?” thị trưởng hỏi."),
    ],
)  # fmt: skip
def test_a_wrong_split_is_joined(pieces: list[str], translation: str) -> None:
    assert proposals([*EN[1:4], *pieces, *EN[4:]], [*VI[1:4], translation, *VI[4:]]) == [
        ("join", "source", (3, 4), (" ".join(pieces),))
    ]


def test_two_sentences_translated_as_one_are_not_joined() -> None:
    free = "Cây cầu cũ đã đóng cửa hôm thứ Hai vì mưa lớn làm hư hại hai trụ cầu."
    assert [p for p in proposals(EN, [free, *VI[2:]]) if p[0] == "join"] == []


@pytest.mark.parametrize("first", ["The mayor, Mr. Nguyen Van Lam.", "No.", "Yes.", "Tốt."])
def test_a_name_or_a_word_at_the_end_is_no_abbreviation(first: str) -> None:
    found = proposals([first, *EN], ["Thị trưởng, ông Nguyễn Văn Lâm, và cây cầu cũ đóng cửa hôm thứ Hai.", *VI[1:]])
    assert [p for p in found if p[0] == "join"] == []


def test_brackets_and_abbreviations_are_not_cut() -> None:
    text = "Data (see a) and b)) pass; the rest, No. 31 and so on, waits."
    parts = split_parts(
        aligner.align([text], ["Dữ liệu đi qua.", "Phần còn lại chờ."]).beads,
        [Sentence(text, 0, len(text))],
        [Sentence("Dữ liệu đi qua.", 0, 15), Sentence("Phần còn lại chờ.", 16, 33)],
        lambda texts: aligner.encode(texts),
        1.0,
    )
    ((source, target),) = parts
    cuts = split_candidates((source, target), (0, len(source.nodes) - 1), (0, 2), frozenset())
    firsts = {c.boundary.after[0] for c in cuts}
    assert "Data (see a) and b)) pass;" in firsts
    assert not any(first.endswith("No.") or first.count("(") > first.count(")") for first in firsts)


def test_applying_aligns_again_with_spans_that_fit() -> None:
    en = " ".join([*EN[:6], "Fishermen were not pleased; they sell their catch on the other bank."])
    alignment = aligner.align(en, " ".join(VI))
    again = alignment.with_boundaries()
    assert [bead.type for bead in alignment.beads][-1] == "1:2"
    assert {bead.type for bead in again.beads} == {"1:1"}
    assert [en[s.start : s.end] for s in again.source] == [s.text for s in again.source]
    assert again.signature.endswith("|boundaries:1")


def test_applying_nothing_changes_nothing() -> None:
    alignment = aligner.align(EN, VI)
    assert alignment.with_boundaries() is alignment
    assert alignment.with_boundaries([]) is alignment


def test_some_proposals_alone_can_be_applied() -> None:
    joined = "The old bridge was closed on Monday; heavy rain had damaged two of its pillars."
    alignment = aligner.align([joined, EN[2], "The U.S.", "ambassador took the ferry with 40 cars."],
                              [*VI[:3], "Đại sứ Mỹ đi phà cùng 40 xe."])  # fmt: skip
    found = alignment.boundaries()
    assert [b.kind for b in found] == ["split", "join"]
    again = alignment.with_boundaries(found[1:])
    assert [s.text for s in again.source] == [joined, EN[2], "The U.S. ambassador took the ferry with 40 cars."]


def test_a_proposal_for_other_sentences_is_refused() -> None:
    other = Boundary("join", "source", (0, 1), 3, ("No.", "Yes."), ("No. Yes.",), 0.0, 1.0)
    with pytest.raises(aligner.InputError, match=r"proposed for other sentences \(found source sentence 0\)"):
        aligner.align(EN, VI).with_boundaries([other])


def test_given_vectors_cannot_serve_new_sentences() -> None:
    en = [*EN[:6], "Fishermen were not pleased; they sell their catch on the other bank."]
    alignment = aligner.align(en, VI, encode=(aligner.encode(en), aligner.encode(VI)))
    assert alignment.boundaries()
    with pytest.raises(aligner.InputError, match="new sentences need new vectors"):
        alignment.with_boundaries()


def test_units_of_the_layout_stay_with_the_parts() -> None:
    paragraphs = [f"{a}\n\n{b}" for a, b in zip(EN[:6], VI[:6], strict=True)]
    joined = "Fishermen were not pleased; they sell their catch on the other bank."
    alignment = aligner.align_article(aligner.parse_article("\n\n".join([joined, f"{VI[6]} {VI[7]}", *paragraphs])))
    again = alignment.with_boundaries()
    assert again.units is not None
    assert len(again.units[0]) == len(again.source) == len(alignment.source) + 1
    assert again.units[0][0] == again.units[0][1]


pieces = st.sampled_from(
    [*EN, *VI, "; ", ", and ", " ", "", "TP.", "The Rev.", "(", ") ", "\ud800", "\x00", "\u00a0", "\n"]
)
text = st.lists(pieces, max_size=5).map("".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(text, max_size=8), st.lists(text, max_size=8), st.randoms())
def test_nothing_is_lost_whatever_is_applied(en: list[str], vi: list[str], rng: object) -> None:
    alignment = aligner.align(en, vi)
    sides = alignment.source, alignment.target
    vectors = [aligner.encode([s.text for s in side]) for side in sides]
    # All candidates, not the good ones alone.
    found = [c.boundary for c in join_candidates(alignment.beads, *sides, *vectors)]
    for parts in split_parts(alignment.beads, *sides, lambda texts: aligner.encode(texts), 1.0):
        nodes = [(0, len(part.nodes) - 1) for part in parts]
        found += [c.boundary for c in split_candidates(parts, nodes[0], nodes[1], frozenset())]
    chosen = [b for b in found if rng.random() < 0.5]  # type: ignore[attr-defined]
    again = alignment.with_boundaries(chosen)
    for before, after, given_texts in ((alignment.source, again.source, en), (alignment.target, again.target, vi)):
        whole = "\n".join(given_texts)
        assert "".join("".join(s.text for s in after).split()) == "".join("".join(s.text for s in before).split())
        assert ["".join(whole[s.start : s.end].split()) for s in after] == ["".join(s.text.split()) for s in after]
        assert all(a.end <= b.start for a, b in itertools.pairwise(after))


@pytest.mark.parametrize("name", sorted(articles()))
def test_proposals_for_the_corpus_fit_their_articles(name: str) -> None:
    article = aligner.read_article(*articles()[name])
    alignment = aligner.align_article(article)
    again = alignment.with_boundaries()
    for text_, sentences in ((article.source_text, again.source), (article.target_text, again.target)):
        assert all("".join(text_[s.start : s.end].split()).startswith(s.text.split()[0][:1]) for s in sentences)
    assert all(b.probability >= LEAST_PROBABILITY for b in alignment.boundaries())


def test_hostile_texts_take_no_longer() -> None:
    def propose(n: int) -> None:
        long = [unit * (n // 3) for unit in ("a, ", "1; ", "và ")]
        alignment = aligner.align(long, [part for text_ in long for part in (text_[: n // 2], text_[n // 2 :])])
        alignment.with_boundaries()

    assert_linear(propose, 60_000)


def test_the_command_proposes_and_applies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "en.txt").write_text(
        "\n\n".join([*EN[:6], "Fishermen were not pleased; they sell fish on the other bank."])
    )
    (tmp_path / "vi.txt").write_text("\n\n".join([*VI[:6], f"{VI[6]} {VI[7]}"]))
    files = [str(tmp_path / name) for name in ("en.txt", "vi.txt")]
    out = tmp_path / "out.tsv"
    for choice, n_rows in (("propose", 7), ("apply", 8)):
        assert main(["align", *files, "--boundaries", choice, "-o", str(out)]) == 0
        assert "split en 6" in capsys.readouterr().err
        assert len(out.read_text("utf-8").splitlines()) == 1 + n_rows


def test_a_list_is_cut_at_its_first_places_alone() -> None:
    text_ = "a, " * 500
    sentences = [Sentence(text_, 0, len(text_))]
    halves = [Sentence("a", 0, 1), Sentence("b", 2, 3)]
    (bead,) = (aligner.Bead((0,), (0, 1)),)
    ((source, _),) = split_parts([bead], sentences, halves, lambda texts: aligner.encode(texts), 1.0)
    assert len(source.nodes) <= MAX_CUTS + 2


def test_apply_boundaries_splits_and_joins_one_sentence_at_once() -> None:
    sentences = [Sentence("a; b U.S.", 0, 9), Sentence("c d", 10, 13)]
    found = apply_boundaries(
        sentences,
        [
            Boundary("split", "source", (0,), 3, ("a; b U.S.",), ("a;", "b U.S."), 0.0, 1.0),
            Boundary("join", "source", (0, 1), 10, ("a; b U.S.", "c d"), ("a; b U.S. c d",), 0.0, 1.0),
        ],
    )
    assert [(s.text, s.start, s.end, k) for s, k in found] == [("a;", 0, 2, 0), ("b U.S. c d", 3, 13, 0)]


def test_candidates_have_the_features_that_are_weighed() -> None:
    beads = aligner.align([*EN[:6], f"{EN[6]} {EN[7]}"], VI).beads
    sides = [[Sentence(t, 0, len(t)) for t in side] for side in ([*EN[:6], f"{EN[6]} {EN[7]}"], VI)]
    vectors = [aligner.encode([s.text for s in side]) for side in sides]
    assert join_candidates(beads, *sides, *vectors)[0].features.keys() == {*JOIN_FEATURES}
    (parts,) = split_parts(beads, sides[0], sides[1], lambda texts: aligner.encode(texts), 1.0)
    nodes = [(0, len(part.nodes) - 1) for part in parts]
    assert split_candidates(parts, nodes[0], nodes[1], frozenset())[0].features.keys() == {*SPLIT_FEATURES}


def test_positions_and_gains_are_what_a_boundary_says_they_are() -> None:
    en = [*EN[:3], "The U.S. ", " ambassador visited the old bridge.", *EN[3:6], f"{EN[6][:-1]}; {EN[7]}"]
    vi = [*VI[:3], "Đại sứ Mỹ đến thăm cây cầu cũ.", *VI[3:]]
    alignment = aligner.align(en, vi)
    sides = {"source": alignment.source, "target": alignment.target}
    vectors = {name: aligner.encode([s.text for s in side]) for name, side in sides.items()}
    candidates = join_candidates(alignment.beads, *sides.values(), *vectors.values())
    for parts in split_parts(alignment.beads, *sides.values(), lambda texts: aligner.encode(texts), 1.0):
        nodes = [(0, len(part.nodes) - 1) for part in parts]
        candidates += split_candidates(parts, nodes[0], nodes[1], frozenset())
    assert {c.boundary.kind for c in candidates} == {"join", "split"}
    for b in (c.boundary for c in candidates):
        assert b.before == tuple(sides[b.side][k].text for k in b.sentences)
        whole, parts_ = (b.after[0], b.before) if b.kind == "join" else (b.before[0], b.after)
        assert whole[: b.position].rstrip() == parts_[0].rstrip()
        assert whole[b.position :].lstrip() == parts_[1].lstrip()
        assert not whole[b.position].isspace()
    bead = next(bead for bead in alignment.beads if bead.source == (3, 4))
    (join,) = (c.boundary for c in candidates if c.boundary.sentences == (3, 4))
    counterpart = vectors["target"][list(bead.target)].sum(0)
    both = [*vectors["source"][3:5], vectors["source"][3:5].sum(0)]
    first, second, together = (float(v @ counterpart / np.linalg.norm(v) / np.linalg.norm(counterpart)) for v in both)
    assert join.gain == pytest.approx(together - max(first, second), abs=1e-5)


def test_proposals_come_in_order_source_first_and_one_a_boundary() -> None:
    joined = "Fishermen were not pleased; they sell their catch on the other bank."
    en = ["The Rev.", "Miller closed the old bridge on Monday.", *EN[1:6], joined, "The U.S.", "ambassador left."]
    vi = ["Mục sư Miller đóng cửa cây cầu cũ hôm thứ Hai.", *VI[1:], "Đại sứ", "Mỹ đã rời đi."]
    found = aligner.align(en, vi).boundaries()
    keys = [(b.side, b.sentences, b.position) for b in found]
    assert len(found) >= 2
    assert keys == sorted(set(keys))
    joins = {b.sentences for b in found if b.kind == "join"}
    assert not joins & {(b.sentences[0], b.sentences[0] + 1) for b in found if b.kind == "split" and b.position == 0}
    assert all(LEAST_PROBABILITY <= b.probability <= 1 for b in found)
