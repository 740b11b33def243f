"""Scores of beads, against counts by hand and a plain twin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aligner
from aligner.evaluation import Score

Beads = list[tuple[tuple[int, ...], tuple[int, ...]]]
GOLD: Beads = [((0,), (0,)), ((1,), ()), ((2,), (1, 2)), ((3,), (3,)), ((), (4,))]
FOUND: Beads = [((0,), (0,)), ((1, 2), (1,)), ((), (2,)), ((3,), (3,)), ((), (4,))]


def test_counts_by_hand() -> None:
    e = aligner.evaluate(FOUND, GOLD)
    assert (e.strict.precision, e.strict.recall) == (2 / 3, 2 / 3)
    assert (e.lax.precision, e.lax.recall) == (1.0, 1.0)  # 2:1 shares sentence 2 and 1 with the gold 1:2
    assert (e.with_nulls.precision, e.with_nulls.recall) == (3 / 5, 3 / 5)
    assert e.by_type["1:1"] == Score(1.0, 1.0)
    assert e.by_type["1:2"].recall == 0
    assert e.by_type["0:1"].precision == 0.5
    assert (e.n_documents, e.n_gold, e.n_predicted) == (1, 3, 3)
    assert f"v:{aligner.__version__}" in e.signature
    assert "strict 1:2" in str(e)


def test_documents_are_added_up_not_averaged() -> None:
    gold = {"a": GOLD, "b": [((0,), (0,))]}
    found = {"a": GOLD, "b": [((0,), ()), ((), (0,))]}
    e = aligner.evaluate(found, gold)
    assert (e.strict.precision, e.strict.recall) == (1.0, 3 / 4)
    assert e.n_documents == 2


def test_alignments_and_beads_are_taken_as_they_come() -> None:
    alignment = aligner.align(["It rained."], ["Trời mưa."])
    assert aligner.evaluate(alignment, [((0,), (0,))]).strict.f1 == 1
    assert aligner.evaluate(alignment.beads, alignment).strict.f1 == 1
    assert aligner.evaluate([([0], [0])], alignment).strict.f1 == 1


@pytest.mark.parametrize(
    ("found", "gold", "message"),
    [
        ({"a": GOLD}, {"b": GOLD}, "predicted and gold name different documents (found only in one: a, b)"),
        ({1: GOLD}, {"b": GOLD}, "predicted and gold name different documents (found only in one: 1, b)"),
        ([(0, 0)], GOLD, "bead 0 is not a bead (found (0, 0)); give pairs of source and target indices"),
        ("ab", GOLD, "bead 0 is not a bead (found 'a')"),
        ([((0.7,), (0,))], GOLD, "bead 0 is not a bead (found ((0.7,), (0,)))"),
        ([*GOLD, GOLD[0]], GOLD, "bead 5 is there twice"),
        ({"a": GOLD}, GOLD, "one of predicted and gold is a mapping, the other is not"),
    ],
)
def test_what_does_not_compare_is_refused(found: object, gold: object, message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.evaluate(found, gold)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


def test_the_order_of_indices_does_not_matter() -> None:
    assert aligner.evaluate([((1, 0), (0,))], [((0, 1), (0,))]).strict.f1 == 1


def test_nothing_against_nothing() -> None:
    e = aligner.evaluate([], [])
    assert (e.strict.f1, e.lax.f1, e.with_nulls.f1, e.by_type) == (0, 0, 0, {})


covers = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(any), max_size=10)


def cover(sizes: list[tuple[int, int]]) -> Beads:
    beads, i, j = [], 0, 0
    for a, b in sizes:
        beads.append((tuple(range(i, i + a)), tuple(range(j, j + b))))
        i, j = i + a, j + b
    return beads


@given(covers, covers)
def test_against_a_plain_twin(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    found, gold = cover(one), cover(other)
    e = aligner.evaluate(found, gold)
    pairs, gold_pairs = ([b for b in beads if b[0] and b[1]] for beads in (found, gold))
    strict = [b for b in pairs if b in gold_pairs]
    lax = [b for b in pairs if any(set(b[0]) & set(g[0]) and set(b[1]) & set(g[1]) for g in gold_pairs)]
    lax_gold = [g for g in gold_pairs if any(set(b[0]) & set(g[0]) and set(b[1]) & set(g[1]) for b in pairs)]
    assert e.strict.precision == (len(strict) / len(pairs) if pairs else 0)
    assert e.strict.recall == (len(strict) / len(gold_pairs) if gold_pairs else 0)
    assert e.lax.precision == (len(lax) / len(pairs) if pairs else 0)
    assert e.lax.recall == (len(lax_gold) / len(gold_pairs) if gold_pairs else 0)
    assert e.with_nulls.precision == (sum(b in gold for b in found) / len(found) if found else 0)


@given(covers)
def test_gold_against_itself_is_right(sizes: list[tuple[int, int]]) -> None:
    beads = cover(sizes)
    e = aligner.evaluate(beads, beads)
    assert e.strict.f1 == e.lax.f1 == (1 if any(a and b for a, b in sizes) else 0)
