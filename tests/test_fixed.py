"""Alignment around fixed beads, and probabilities of beads that others made."""

import random
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.bitext import Bead
from aligner.search import bands
from aligner.search.beads import count_sentences, merge_nulls
from aligner.search.fixed import FixedBeads
from aligner.search.lattice import BEAD_TYPES, Band, best_path, places, posteriors
from tests import reference
from tests.test_alignment import EN, VI, ids
from tests.test_stanzas import EN as VERSE
from tests.test_stanzas import REST, TURNED

Ids = tuple[tuple[int, ...], tuple[int, ...]]
SIZES = [*BEAD_TYPES, (1, 0), (0, 1), (1, 0), (0, 1), (4, 2), (6, 1), (1, 7), (2, 4)]


@st.composite
def some_fixed(draw: st.DrawFn, n: int, m: int) -> list[Ids]:
    """Beads of an alignment of n and m sentences, some of sizes that the lattice has not, of which a few are fixed."""
    beads: list[Ids] = []
    i = j = 0
    while i < n or j < m:
        a, b = draw(st.sampled_from([(a, b) for a, b in SIZES if i + a <= n and j + b <= m]))
        beads.append((tuple(range(i, i + a)), tuple(range(j, j + b))))
        i, j = i + a, j + b
    chosen = [bead for bead in beads if draw(st.booleans())]
    return draw(st.permutations(chosen))


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 4), st.integers(0, 5), st.integers(0, 10_000))
def test_the_rest_is_that_of_all_paths_with_the_fixed_beads(data: st.DataObject, n: int, m: int, seed: int) -> None:
    given_ids = data.draw(some_fixed(n, m))
    rng = np.random.default_rng(seed)
    scores = {t: rng.normal(0, 2, (n + 1, m + 1)) for t in BEAD_TYPES}
    kept = FixedBeads.of(given_ids, n, m)
    vectors = np.ones((n, 2), np.float32), np.ones((m, 2), np.float32)
    held, _ = kept.hold(Band.full(n, m), *vectors)
    rows, columns = places(held)
    found = {t: values[rows, columns] for t, values in scores.items()}
    kept.bar(found, held)
    best, share = reference.given_beads(scores, n, m, given_ids)
    path, is_fixed = kept.join(best_path(found, held))
    assert set(given_ids) <= set(reference.path_beads(path))
    assert [bead for bead, known in zip(reference.path_beads(path), is_fixed, strict=True) if known] == sorted(
        given_ids, key=reference.path_beads(path).index
    )
    _, probability = posteriors(found, held)
    assert not any(np.isnan(p).any() for p in probability.values())
    score = sum(
        float(scores[t][end])
        for t, end, known in zip(path, reference.path_ends(path), is_fixed, strict=True)
        if not (known and all(t))
    )
    assert score == pytest.approx(best)
    for t in BEAD_TYPES:
        for p, i, j in zip(probability[t], rows, columns, strict=True):
            bead = tuple(range(i - t[0], i)), tuple(range(j - t[1], j))
            if all(t):
                assert p == pytest.approx(share.get(bead, 0.0) if bead not in given_ids else 0.0, abs=1e-9)
    merge_nulls(probability, held)
    for bead, p in share.items():
        if not all(bead):
            at = (rows == bead[0][0] + 1) if bead[0] else (columns == bead[1][0] + 1)
            t = (len(bead[0]), len(bead[1]))
            assert probability[t][at] == pytest.approx(np.full(at.sum(), min(p, 1.0)), abs=1e-9)
    gained, _ = kept.join(best_path(probability, held, count_sentences))
    assert set(given_ids) <= set(reference.path_beads(gained))


@settings(max_examples=25, deadline=None)
@given(st.data(), st.integers(0, 9), st.integers(0, 9), st.sampled_from(["expected", "viterbi"]))
def test_every_fixed_bead_is_in_the_result(data: st.DataObject, n: int, m: int, decoding: str) -> None:
    en = data.draw(st.lists(st.sampled_from(EN), min_size=n, max_size=n))
    vi = data.draw(st.lists(st.sampled_from(VI), min_size=m, max_size=m))
    given_ids = data.draw(some_fixed(n, m))
    config = aligner.AlignConfig(decoding=decoding)  # type: ignore[arg-type]
    a = aligner.align(en, vi, config=config, fixed=given_ids)  # an alignment of each sentence once, or a ValueError
    probability = {(b.source, b.target): b.probability for b in a.beads}
    assert [probability.get(bead) for bead in given_ids] == [1.0] * len(given_ids)
    assert a.fixed == tuple(given_ids)
    assert not any(np.isnan([b.probability, b.score]).any() for b in a.beads)
    assert a == aligner.align(en, vi, config=config, fixed=[Bead(*bead) for bead in given_ids])


def test_sentences_of_one_side_alone_between_fixed_beads_are_null() -> None:
    given_ids: list[Ids] = [((1,), (3,)), ((2,), (4,)), ((5,), (5,))]
    found = ids(aligner.align(EN, VI, fixed=given_ids))
    assert found[found.index(((1,), (3,))) : found.index(((5,), (5,)))] == [*given_ids[:2], ((3,), ()), ((4,), ())]


def noisy(n: int, seed: int) -> tuple[list[str], list[str], np.ndarray, np.ndarray]:
    """Sentences and vectors of a text with a tenth of each side left out, and repeated ones."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 24)) + 0.5
    rows[rng.integers(0, n, n // 10)] = rows[0]
    kept = rng.random((2, n)) > 0.1
    source, target = (rows + rng.normal(scale=0.8, size=rows.shape))[kept[0]], rows[kept[1]]
    return (
        [f"A sentence {k}." for k in range(len(source))],
        [f"Một câu {k}." for k in range(len(target))],
        source,
        target,
    )


@pytest.mark.parametrize("n", [60, pytest.param(700, marks=pytest.mark.slow)])
@pytest.mark.parametrize("seed", range(3))
def test_what_the_model_found_may_be_fixed_and_nothing_changes(n: int, seed: int) -> None:
    en, vi, *vectors = noisy(n, seed)
    config = aligner.AlignConfig(decoding="viterbi")
    plain = aligner.align(en, vi, encode=tuple(vectors), config=config)  # type: ignore[arg-type]
    rng = random.Random(seed)
    for given_beads in (plain.beads, rng.sample(plain.beads, len(plain.beads) // 9), plain.beads[3:4]):
        again = aligner.align(en, vi, encode=tuple(vectors), config=config, fixed=given_beads)  # type: ignore[arg-type]
        assert ids(again) == ids(plain)
        assert again.beads != plain.beads  # fixed ones are sure
        assert again.verdict is not None
        assert again.verdict.kind == plain.verdict.kind  # type: ignore[union-attr]


def test_one_correction_puts_its_neighbours_right() -> None:
    # A copy of the sentence before took the translation; told so, its true counterpart is found.
    en = [*EN[:3], EN[2], *EN[3:]]
    plain = aligner.align(en, VI)
    wrong = next(b for b in plain.beads if b.target == (2,))
    other = 5 - wrong.source[0]
    again = aligner.align(en, VI, fixed=[((other,), (2,))])
    assert ((wrong.source[0],), ()) in ids(again)
    assert [b for b in ids(again) if b[0] and b[0][0] > 3] == [b for b in ids(plain) if b[0] and b[0][0] > 3]


@pytest.mark.parametrize(("i", "j"), [(10, 240), (200, 20), (279, 0), (150, 180), (0, 299)])
def test_a_fixed_bead_far_from_all_that_was_searched(monkeypatch: pytest.MonkeyPatch, i: int, j: int) -> None:
    # The band is searched anew on both sides of it, and finds no less there than the whole lattice has.
    rows = np.random.default_rng(i).normal(size=(300, 32)).astype(np.float32)
    rows[20:40] += rows[60:80]  # a text that has something in common with itself further on
    en, vi = [f"A sentence {k}." for k in range(300)], [f"Một câu {k}." for k in range(300)]
    vectors = rows, np.roll(rows, j - i, axis=0)  # before and behind the bead are those that belong together
    decided: list[Ids] = [((i,), (j,))]
    if max(i, j) < 250:
        decided.append(((i + 5, i + 6, i + 7), (j + 5, j + 6)))
    found = []
    for cells in (bands.FULL_CELLS, 2_500):
        monkeypatch.setattr(bands, "FULL_CELLS", cells)
        found.append(set(ids(aligner.align(en, vi, encode=vectors, fixed=decided))))
    assert set(decided) <= found[1]
    right = {((k,), (k + j - i,)) for k in range(300) if 0 <= k + j - i < 300}
    assert len(right & found[1]) >= len(right & found[0])


def test_the_band_is_that_of_the_paths_that_are_left() -> None:
    # Of a chapter that is there twice the first copy is nearer; a person says that it has no counterpart.
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(90, 32))
    copy = rows[:30] + rng.normal(scale=1.2, size=(30, 32))
    source = np.concatenate([rows[:30], copy, rows[30:]])
    en, vi = [f"A sentence {k}." for k in range(120)], [f"Một câu {k}." for k in range(90)]
    assert ((3,), (3,)) in ids(aligner.align(en, vi, encode=(source, rows)))
    found = ids(aligner.align(en, vi, encode=(source, rows), fixed=[((k,), ()) for k in range(30)]))
    assert {((k + 30,), (k,)) for k in range(5, 90)} <= set(found)  # the model leaves its first ones alone


def test_a_bead_of_all_sentences_takes_no_more_nodes_than_it_has_sentences() -> None:
    n, m = 3_000, 2_000
    kept = FixedBeads.of([(tuple(range(n)), tuple(range(m)))], n, m)
    reach = Band.of(*np.array([[0] * n + [m - 1], [m] * (n + 1)]))
    held, _ = kept.hold(reach, np.ones((n, 2), np.float32), np.ones((m, 2), np.float32))
    assert held.n_cells == n + m + 1


@pytest.mark.parametrize(
    ("beads", "message"),
    [
        ([((0,), (1,)), ((1,), (0,))],
         "fixed beads cross (found [0]:[1] and [1]:[0]); give beads that are in order on both sides"),
        ([((0,), (1,)), ((0,), (0,))],
         "source sentence 0 is in two fixed beads (found [0]:[1] and [0]:[0]); fix one of the two"),
        ([((0,), (1,)), ((), (1,))],
         "target sentence 1 is in two fixed beads (found [0]:[1] and []:[1]); fix one of the two"),
        ([((0,), (9,))], "bead [0]:[9] has no such sentences (found 8 and 8); give beads of the same sentences"),
        ([((-1,), (0,))], "bead [-1]:[0] has no such sentences (found 8 and 8); give beads of the same sentences"),
        ([((0, 1), ())],
         "a fixed null bead holds several sentences (found [0, 1]:[]); give one null bead for each sentence"),
        ([((0, 2), (1,))],
         "a fixed bead is not of consecutive sentences (found [0, 2]:[1]); give beads of neighbouring sentences"),
        ([((0, 0), (1,))],
         "a fixed bead is not of consecutive sentences (found [0, 0]:[1]); give beads of neighbouring sentences"),
        ([((), ())], "a bead holds no sentence (found []:[]); leave it out"),
        ([((0,), (0,))] * 2, "bead 1 is there twice (found ((0,), (0,))); give each bead once"),
        ([(0,)], "bead 0 is not a bead (found (0,)); give pairs of source and target indices"),
        (5, "fixed is not a list of beads (found int: 5); give a list of beads"),
    ],
)  # fmt: skip
def test_what_cannot_be_fixed_is_refused(beads: object, message: str) -> None:
    article = aligner.parse_article("\n\n".join(EN), "\n\n".join(VI))
    for call in (lambda: aligner.align(EN, VI, fixed=beads), lambda: aligner.align_article(article, fixed=beads)):  # type: ignore[arg-type]
        with pytest.raises(aligner.InputError) as caught:
            call()
        assert str(caught.value) == message


@pytest.mark.parametrize("nothing", [None, [], ()])
def test_nothing_fixed_is_as_ever(nothing: list[Bead] | None) -> None:
    assert aligner.align(EN, VI, fixed=nothing) == aligner.align(EN, VI)
    assert "fixed" not in aligner.align(EN, VI, fixed=nothing).signature


def test_the_signature_counts_what_was_fixed() -> None:
    assert aligner.align(EN, VI, fixed=[((0,), ()), ((4,), (4,))]).signature.endswith("|fixed:2")


def test_articles_and_running_text_take_fixed_beads_by_the_numbers_of_the_result() -> None:
    en, vi = " ".join(EN), " ".join(VI)
    beads: list[Ids] = [((2, 3), (2,))]
    for a in (
        aligner.align(en, vi, fixed=beads),
        aligner.align_article(aligner.parse_article(en, vi), fixed=beads),
        aligner.align_article(
            aligner.parse_article("\n\n".join(f"{e}\n\n{v}" for e, v in zip(EN, VI, strict=True))), fixed=beads
        ),
    ):
        assert beads[0] in ids(a)
        assert ((), (3,)) in ids(a)


def test_a_stanza_with_a_fixed_line_stays_in_lines() -> None:
    plain = aligner.align(VERSE, TURNED + REST)
    assert plain.beads[0].type == "4:4"
    for bead in (((0,), (3,)), ((1,), ()), ((), (2,))):
        found = aligner.align(VERSE, TURNED + REST, fixed=[bead])
        assert bead in ids(found)
        assert all(len(b.source) < 4 for b in found.beads)
    again = aligner.align(VERSE, TURNED + REST, fixed=plain.beads[:1])
    assert ids(again) == ids(plain)
    elsewhere = aligner.align(VERSE, TURNED + REST, fixed=plain.beads[-1:])
    assert ids(elsewhere) == ids(plain)
    assert elsewhere.beads[0].probability == plain.beads[0].probability < 1


def test_a_large_fixed_bead_is_judged_and_shown() -> None:
    a = aligner.align(EN, VI, fixed=[(range(8), range(8))])
    assert (a.bead_counts, a.is_parallel) == ({"8:8": 1}, True)
    assert a.beads[0].score > 0.7
    assert a.verdict is not None
    assert min(a.verdict.source_share, a.verdict.target_share) > 0.8
    assert len(a.to_frame()) == 1
    assert (a.moved, a.boundaries()) == ((), ())
    assert a._repr_html_()


SPLIT = ["The well is dry.", "The Rev.", "Miller closed the old bridge on Monday.", "It rained."]
WHOLE = ["Giếng đã cạn.", "Mục sư Miller đóng cửa cầu cũ hôm thứ Hai.", "Trời mưa."]


def test_boundaries_leave_fixed_beads_alone_and_these_stay() -> None:
    (join,) = aligner.align(SPLIT, WHOLE).boundaries()
    a = aligner.align(SPLIT, WHOLE, fixed=[((0,), ()), ((3,), (2,))])
    again = a.with_boundaries([join])
    assert ids(again) == [((0,), ()), ((), (0,)), ((1,), (1,)), ((2,), (2,))]
    assert again.fixed == (((0,), ()), ((2,), (2,)))
    assert "|fixed:2" in again.signature
    decided = aligner.align(SPLIT, WHOLE, fixed=[((1, 2), (1,))])
    assert decided.boundaries() == ()
    message = "a boundary in a fixed bead (found source sentence 1); leave it out, or align without that bead"
    with pytest.raises(aligner.InputError, match=re.escape(message)):
        decided.with_boundaries([join])


def test_the_probabilities_of_its_own_beads_are_those_of_the_alignment() -> None:
    for config in (aligner.AlignConfig(), aligner.AlignConfig(null_bias=2.5)):
        en, vi, *vectors = noisy(60, 1)
        for encode, sides in ((tuple(vectors), (en, vi)), (None, (EN, [*VI[:4], *VI[5:], VI[4]]))):
            a = aligner.align(*sides, encode=encode, config=config)  # type: ignore[arg-type]
            assert any(b.is_null for b in a.beads)
            found = aligner.bead_probabilities(*sides, a.beads, encode=encode, config=config)  # type: ignore[arg-type]
            assert found == [b.probability for b in a.beads]


@pytest.mark.parametrize(
    ("bead", "low", "high"),
    [
        (((2,), (2,)), 0.99, 1),
        (((2,), (3,)), 0, 0.01),
        (((2,), ()), 0, 0.01),
        (((), (1, 2)), 0, 0.01),
        (((0, 2), (0,)), 0, 0),  # not neighbours
        (((0, 1, 2, 3), (0, 1, 2, 3)), 0, 0),  # no such type
        (((7,), (8,)), 0, 0.01),
        (((), (8,)), 0.9, 1),
        (((), (8, 9)), 0.9, 1),
        (((), (7, 8)), 0, 0.01),
    ],
)
def test_a_bead_from_elsewhere_has_its_probability(bead: Ids, low: float, high: float) -> None:
    vi = [*VI, "Nồi canh chua cần thêm me.", "Giá vàng trong nước tăng mạnh."]
    (found,) = aligner.bead_probabilities(EN, vi, [bead])
    assert low <= found <= high


def test_damage_shows() -> None:
    beads = [((k,), (k,)) for k in range(8)]
    damaged: list[Ids] = [*beads[:3], ((3,), (4,)), ((4,), (3,)), *beads[5:]]  # crossing, too
    found = aligner.bead_probabilities(EN, VI, damaged)
    assert [p > 0.5 for p in found] == [True] * 3 + [False] * 2 + [True] * 3


def test_beads_far_from_the_band_have_no_probability(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bands, "FULL_CELLS", 2_500)
    rows = np.random.default_rng(0).normal(size=(300, 32))
    en, vi = [f"A sentence {k}." for k in range(300)], [f"Một câu {k}." for k in range(300)]
    beads: list[Ids] = [((k,), (k,)) for k in range(0, 300, 50)] + [((0,), (299,)), ((299,), (0,)), ((299,), ())]
    found = aligner.bead_probabilities(en, vi, beads, encode=(rows, rows))
    assert min(found[:6]) > 0.9
    assert found[6:8] == [0, 0]
    assert found[8] < 0.1


@pytest.mark.parametrize(
    ("beads", "message"),
    [
        ([((0,), (8,))], "bead [0]:[8] has no such sentences (found 8 and 8); give beads of the same sentences"),
        ([((), ())], "a bead holds no sentence (found []:[]); leave it out"),
        ([((0,), "a")], "bead 0 is not a bead (found ((0,), 'a')); give pairs of source and target indices"),
    ],
)
def test_beads_of_other_sentences_have_no_probability(beads: list[Ids], message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.bead_probabilities(EN, VI, beads)
    assert str(caught.value) == message


def test_no_beads_and_no_sentences() -> None:
    assert aligner.bead_probabilities(EN, VI, []) == []
    assert aligner.bead_probabilities([], [], []) == []
    assert aligner.bead_probabilities([], VI[:2], [((), (0,)), ((), (0, 1))]) == [1.0, 1.0]
    assert aligner.align([], VI[:2], fixed=[((), (1,))]).bead_counts == {"0:1": 2}


def test_where_searched_anew_what_a_sentence_has_elsewhere_is_looked_for_around() -> None:
    kept = FixedBeads.of([((5,), (90,))], 100, 100)
    lo, hi = np.maximum(np.arange(101) - 5, 0), np.minimum(np.arange(101) + 5, 100)
    held, reach = kept.hold(Band.of(lo, hi), *[np.eye(100, dtype=np.float32)] * 2)
    assert (held.lo[5], held.hi[4], held.lo[6], held.hi[5]) == (0, 90, 91, 91)
    margin = bands.MARGIN * bands.GROUP
    assert (reach.hi[4], reach.lo[6 + margin]) == (100, 91 - margin)
    # Both ends of a large bead are in the band, and what leads from the one to the other is not.
    corner = Band.of(np.where(np.arange(101) <= 50, 0, 45), np.where(np.arange(101) < 50, 2, 100))
    large = FixedBeads.of([(tuple(range(50)), tuple(range(50)))], 100, 100)
    held, reach = large.hold(corner, *[np.eye(100, dtype=np.float32)] * 2)
    assert (held.lo[25], held.hi[25]) == (25, 26)
    assert (reach.lo <= held.lo).all()
    assert (reach.hi >= held.hi).all()
    near, same = FixedBeads.of([((5,), (6,))], 100, 100).hold(Band.of(lo, hi), *[np.eye(100, dtype=np.float32)] * 2)
    assert (near.hi[4], near.lo[6], near.hi[50]) == (6, 7, 55)
    assert (same.lo.tolist(), same.hi.tolist()) == (lo.tolist(), hi.tolist())
