"""Scores of beads, boundaries and retrieval, their intervals and comparisons, against counts by hand and twins."""

import itertools
import json
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.evaluation import retrieval, tallies
from aligner.evaluation.significance import from_dict
from aligner.evaluation.tallies import Interval, Score
from tests import reference

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


@settings(max_examples=60, deadline=None)
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


def figures_of(e: aligner.Evaluation) -> dict[str, tuple[float, float, float]]:
    measures = dict.fromkeys(measure for measure, _ in e.values)
    return {m: tuple(e.values[m, name] for name in ("precision", "recall", "f1")) for m in measures}  # type: ignore[misc]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(covers, covers), min_size=1, max_size=4))
def test_every_figure_is_the_twin_s_to_the_last_digit(documents: list[tuple[list[tuple[int, int]], ...]]) -> None:
    pairs = [(cover(found), cover(gold)) for found, gold in documents]
    found = {str(k): pair[0] for k, pair in enumerate(pairs)}
    gold = {str(k): pair[1] for k, pair in enumerate(pairs)}
    e = aligner.evaluate(found, gold)
    assert figures_of(e) == reference.bead_figures(pairs)
    assert all(s.f1 == e.values[f"strict {name}", "f1"] for name, s in e.by_type.items())


@settings(max_examples=40, deadline=None)
@given(covers)
def test_gold_against_itself_is_right(sizes: list[tuple[int, int]]) -> None:
    beads = cover(sizes)
    e = aligner.evaluate(beads, beads)
    assert e.strict.f1 == e.lax.f1 == (1 if any(a and b for a, b in sizes) else 0)


def documents(n: int, seed: int = 1) -> tuple[dict[str, Beads], dict[str, Beads]]:
    """n documents of 1:1 beads, and a run that is wrong in some."""
    rng = np.random.default_rng(seed)
    gold: dict[str, Beads] = {f"d{k}": [((i,), (i,)) for i in range(int(rng.integers(2, 9)))] for k in range(n)}
    found: dict[str, Beads] = {
        name: [((0, 1), (0, 1)), *beads[2:]] if rng.random() < 0.4 else list(beads) for name, beads in gold.items()
    }
    return found, gold


def cells_of(found: dict[str, Beads], gold: dict[str, Beads]) -> list[tuple[int, int, int]]:
    return [(len(set(found[name]) & set(gold[name])), len(found[name]), len(gold[name])) for name in sorted(gold)]


def test_the_bootstrap_draws_documents_like_its_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    found, gold = documents(12)
    twin = reference.bootstrap_f1(cells_of(found, gold), 300, 7)
    e = aligner.evaluate(found, gold, samples=300, seed=7)
    low, high = np.quantile(twin, [0.025, 0.975])
    assert e.intervals["strict", "f1"] == Interval(low, high)
    assert low < e.strict.f1 < high
    assert "|bootstrap:documents|units:12|samples:300|seed:7" in e.signature
    monkeypatch.setattr(tallies, "_DRAWS", 40)  # a few samples at a time
    again = aligner.evaluate(found, gold, samples=300, seed=7)
    assert str(again) == str(e)
    assert again.intervals["lax", "recall"] == e.intervals["lax", "recall"]


def test_of_one_document_the_gold_beads_are_drawn() -> None:
    e = aligner.evaluate(FOUND, GOLD, samples=200)
    # 0: right; 1: 2:1 begins here; 2: the null of target 2; 3 and 4: right
    columns = ["gold 1:1", "gold 1:2", "predicted 1:1", "predicted 2:1", "predicted 0:1", "right 0:1", "lax predicted"]
    assert e.tally.to_columns(columns).tolist() == [
        [1, 0, 1, 0, 0, 0, 1],
        [0, 0, 0, 1, 0, 0, 1],
        [0, 1, 0, 0, 1, 0, 0],
        [1, 0, 1, 0, 0, 0, 1],
        [0, 0, 0, 0, 1, 1, 0],
    ]
    assert "bootstrap:gold-beads|units:5" in e.signature
    assert "bootstrap over 5 gold beads" in str(e)
    assert e.intervals["strict", "f1"].low < e.strict.f1


def test_a_sample_without_a_type_does_not_count_for_it() -> None:
    gold: Beads = [((0,), (0, 1)), *(((i,), (i + 1,)) for i in range(1, 6))]
    e = aligner.evaluate(gold, gold)  # a third of the samples has no 1:2
    assert e.intervals["strict 1:2", "recall"] == (1, 1)
    nothing = aligner.evaluate([((0,), (0,))], [((0,), (0, 1))]).intervals["strict 1:2", "precision"]
    assert np.isnan(nothing).all()  # no 1:2 was predicted


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    truth, inside = 0.8, 0
    rng = np.random.default_rng(3)
    for _ in range(100):
        right = rng.random(80) < truth
        gold = [((i,), (i,)) for i in range(80)]
        found = [((i,), (i,)) if ok else ((i,), ()) for i, ok in enumerate(right)]
        interval = aligner.evaluate(found, gold, samples=200).intervals["strict", "recall"]
        inside += interval.low <= truth <= interval.high
    assert 86 <= inside <= 100  # 95 expected, standard deviation 2.2, a percentile interval a little too narrow


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"samples": 0}, "samples out of range (found 0); give a number in 1..1000000"),
        ({"seed": -1}, "seed out of range (found -1)"),
    ],
)
def test_samples_and_seed_are_checked(options: dict[str, int], message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.evaluate(GOLD, GOLD, **options)
    assert str(caught.value).startswith(message)


def test_the_frame_and_json_hold_every_figure() -> None:
    e = aligner.evaluate(FOUND, GOLD, samples=50)
    frame = e.to_frame().set_index("measure")
    assert frame.loc["strict", "f1"] == e.strict.f1
    assert frame.loc["strict 1:2", "recall_high"] == 0
    assert frame["gold"].to_dict()["strict with nulls"] == 5
    assert "signature" not in frame
    assert frame.attrs["signature"] == e.signature
    record = json.loads(json.dumps(e.to_dict()))
    assert record["scores"]["lax"]["f1"]["value"] == e.lax.f1
    again = from_dict(record)
    assert again == e
    assert str(again) == str(e)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "poetry"}, "no evaluation to compare (found kind 'poetry', not beads, boundaries, retrieval)"),
        ({"counts": [[1]]}, "a damaged evaluation (found ValueError: cannot reshape"),
        ({"counts": [["x"]]}, "a damaged evaluation (found ValueError"),
        ({"counts": [[-1] * 11] * 5}, "a damaged evaluation (found ValueError: "),
        ({"counts": 5}, "a damaged evaluation (found TypeError"),
        ({"columns": ["gold"] * 2}, "a damaged evaluation (found "),
        ({"signature": None, "samples": None}, "a damaged evaluation (found TypeError"),
        ({"samples": 0}, "Evaluation.samples is not a whole number in 1"),
    ],
)
def test_a_damaged_record_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        from_dict(aligner.evaluate(FOUND, GOLD).to_dict() | change)
    assert str(caught.value).startswith(message)
    with pytest.raises(aligner.InputError, match="no evaluation to compare"):
        from_dict([1])


def test_two_runs_are_compared_like_the_twin() -> None:
    found, gold = documents(10)
    one, other = aligner.evaluate(gold, gold), aligner.evaluate(found, gold)
    compared = aligner.compare_evaluations(one, other, samples=4000, seed=5)
    d = compared.differences["strict", "f1"]
    assert d.difference == one.strict.f1 - other.strict.f1
    swaps = np.abs(reference.all_swaps(cells_of(gold, gold), cells_of(found, gold)))
    assert d.p_randomisation == pytest.approx((swaps >= abs(d.difference) - 1e-12).mean(), abs=0.02)
    assert d.interval is not None
    twin = [1 - f1 for f1 in reference.bootstrap_f1(cells_of(found, gold), 4000, 5)]  # the one is always right
    assert tuple(d.interval) == pytest.approx(tuple(np.quantile(twin, [0.025, 0.975])))
    shifted = np.abs(np.array(twin) - d.difference)
    assert d.p_bootstrap == pytest.approx(((shifted >= d.difference - 1e-12).sum() + 1) / 4001)
    assert compared.signatures == (one.signature, other.signature)
    assert "samples:4000|seed:5" in compared.signature
    back = aligner.compare_evaluations(other, one, samples=4000, seed=5).differences["strict", "f1"]
    assert (back.difference, back.p_bootstrap) == (-d.difference, d.p_bootstrap)
    assert "strict f1" in str(compared)
    assert compared.to_dict()["scores"]["strict"]["f1"]["difference"] == d.difference
    assert compared.to_frame()["p_randomisation"].between(0, 1).all()


def test_a_run_does_not_differ_from_itself() -> None:
    found, gold = documents(6)
    e = aligner.evaluate(found, gold)
    for d in aligner.compare_evaluations(e, e).differences.values():
        assert (d.difference, d.interval, d.p_bootstrap, d.p_randomisation) == (0, (0, 0), 1, 1)


def test_only_runs_on_the_same_gold_are_compared() -> None:
    found, gold = documents(6)
    e = aligner.evaluate(found, gold)
    others = [
        aligner.evaluate(found, {**gold, "d0": [((i,), (i + 1,)) for i in range(len(gold["d0"]))]}),  # the same counts
        aligner.evaluate({f"x{k}": v for k, v in found.items()}, {f"x{k}": v for k, v in gold.items()}),
        aligner.evaluate(found["d0"], gold["d0"]),
        aligner.evaluate_boundaries(["a", "b"], ["a", "b"]),
    ]
    for other in others:
        with pytest.raises(aligner.InputError, match=r"two evaluations o[nf] different"):
            aligner.compare_evaluations(e, other)


def test_the_signature_tells_the_beads_of_every_document_in_whatever_order() -> None:
    found, gold = documents(3)
    signature = aligner.evaluate(found, gold).signature
    turned = [{name: run[name][::-1] for name in reversed(run)} for run in (found, gold)]
    assert aligner.evaluate(*turned).signature == signature
    last = max(gold)
    moved = {**gold, last: [((i,), (i + 1,)) for i in range(len(gold[last]))]}  # the same counts
    for other in (aligner.evaluate(found, moved), aligner.evaluate(moved, gold)):
        digests = [part for part in other.signature.split("|") if "_sha:" in part]
        assert len(digests) == 2
        assert sum(part in signature for part in digests) == 1
    with pytest.raises(aligner.InputError, match="two evaluations on different gold"):
        aligner.compare_evaluations(aligner.evaluate(found, gold), aligner.evaluate(found, moved))


def test_bead_types_of_either_run_are_compared() -> None:
    gold, merged = {"a": GOLD, "b": GOLD[:1]}, {"a": FOUND, "b": GOLD[:1]}
    for one, other in ((gold, merged), (merged, gold)):
        compared = aligner.compare_evaluations(*(aligner.evaluate(run, gold, samples=9) for run in (one, other)))
        assert {"strict 2:1", "strict 1:2"} <= {measure for measure, _ in compared.differences}


def test_beads_that_no_gold_holds_count_in_the_last_unit() -> None:
    e = aligner.evaluate([((0,), (0,)), ((7,), (7,))], [((0,), (0,)), ((1,), (1,))])
    assert e.tally.to_columns(["predicted 1:1"]).tolist() == [[1], [1]]


# Sentence boundaries


def test_boundaries_by_hand() -> None:
    gold = ["It rained.", "At 5 p.m. we left.", "It was late."]
    found = ["It rained. At 5 p.", "m. we left.", "", "It was  late."]
    e = aligner.evaluate_boundaries(found, gold)
    assert (e.score.precision, e.score.recall, e.counts_of("")) == (0.5, 0.5, {"gold": 2, "predicted": 2})
    assert e.tally.counts.tolist() == [[1, 0, 0], [1, 2, 1], [0, 0, 0]]
    assert aligner.evaluate_boundaries([10, 14], [10, 20]).score.f1 == 0.5
    assert from_dict(e.to_dict()) == e


def test_white_space_and_unicode_form_make_no_other_text() -> None:
    text = "Trời mưa. Chúng tôi ở nhà."
    nfd = unicodedata.normalize("NFD", text).split(". ")
    e = aligner.evaluate_boundaries([nfd[0] + ".", nfd[1]], aligner.split_sentences(text, "vi"))
    assert e.score == Score(1, 1)


def test_boundaries_of_another_gold_are_not_compared() -> None:
    one, other = (aligner.evaluate_boundaries([3], [offset]) for offset in (3, 4))
    with pytest.raises(aligner.InputError, match="two evaluations on different gold"):
        aligner.compare_evaluations(one, other)


def test_boundaries_of_documents_are_added_up() -> None:
    one = {"a": ["x.", "y."], "b": ["x. y. z."]}
    e = aligner.evaluate_boundaries(one, {"a": ["x.", "y."], "b": ["x.", "y.", "z."]})
    assert (e.score.precision, e.score.recall) == (1, 1 / 3)
    assert "units:2" in e.signature


@pytest.mark.parametrize(
    ("found", "gold", "message"),
    [
        (
            ["a b"],
            ["a c"],
            "the two splits are not of the same text (found at character 1, spaces not counted, 'b' and",
        ),
        (["a"], ["a", "b"], "the two splits are not of the same text (found at character 1"),
        ("a b", ["a b"], "not two splits (found a single str); give two lists of sentences, or two of offsets"),
        ([1, 2], ["a"], "not two splits (found mixed forms)"),
        ([1.5], [1], "not two splits (found float)"),
        ({"a": ["x"]}, {"a": ["y"]}, "document a: the two splits are not of the same text"),
    ],
)
def test_splits_that_do_not_compare_are_refused(found: object, gold: object, message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.evaluate_boundaries(found, gold)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(1, 12)), st.sets(st.integers(1, 12)))
def test_boundaries_of_offsets_and_of_sentences_are_the_same(found: set[int], gold: set[int]) -> None:
    text = "abcdefghijklm"

    def cut(offsets: set[int]) -> list[str]:
        ends = [0, *sorted(offsets), len(text)]
        return [text[a:b] for a, b in itertools.pairwise(ends)]

    e = aligner.evaluate_boundaries(cut(found), cut(gold))
    assert e.values == aligner.evaluate_boundaries(sorted(found), sorted(gold)).values
    hits = len(found & gold)
    expected = reference.ratio_and_f1(hits, len(found), hits, len(gold))
    assert (*[e.score.precision, e.score.recall], e.score.f1) == expected


# Retrieval


def vectors(n: int, noise: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    source = rng.normal(size=(n, 8))
    return source, source + noise * rng.normal(size=(n, 8))


def vectors_with_hubs(n: int) -> tuple[np.ndarray, np.ndarray]:
    """On both sides, six sentences that are near to all others and crowd their nearest by cosine."""
    rng = np.random.default_rng(0)
    source = rng.normal(size=(n, 8)) * np.where(np.arange(n) < 6, 0.01, 1)[:, None]
    target = source + 0.8 * rng.normal(size=(n, 8)) * np.where(np.arange(n) < 6, 0.01, 1)[:, None]
    return source + np.eye(8)[0] * 4, target + np.eye(8)[0] * 4


@pytest.mark.parametrize(("n", "noise"), [(1, 0.1), (3, 0.5), (60, 0.6), (60, 1.5)])
@pytest.mark.parametrize("cells", [1 << 22, 200])
def test_retrieval_is_the_twin_s(n: int, noise: float, cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval, "_CELLS", cells)
    source, target = vectors(n, noise)
    e = aligner.evaluate_retrieval(["x"] * n, ["y"] * n, encode=(source, target))
    one, other = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (source, target))
    similarity = one @ other.T
    for way, matrix in (("en_vi", similarity), ("vi_en", similarity.T)):
        hits = reference.retrieval_hits(matrix, min(4, n))
        assert e.values["cosine accuracy", way] == sum(hits["cosine"]) / n
        assert e.values["margin accuracy", way] == sum(hits["margin"]) / n
        assert e.values["xsim error", way] == (n - sum(hits["xsim"])) / n
    both = (e.values["margin accuracy", "en_vi"] + e.values["margin accuracy", "vi_en"]) / 2
    assert e.values["margin accuracy", "both"] == pytest.approx(both)


def test_xsim_looks_among_the_four_nearest_only() -> None:
    source, target = vectors_with_hubs(40)
    e = aligner.evaluate_retrieval(["x"] * 40, ["y"] * 40, encode=(source, target))
    one, other = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (source, target))
    for way, matrix in (("en_vi", one @ other.T), ("vi_en", other @ one.T)):
        hits = reference.retrieval_hits(matrix, 4)
        assert e.values["margin accuracy", way] == sum(hits["margin"]) / 40
        assert e.values["xsim error", way] == (40 - sum(hits["xsim"])) / 40
        assert sum(hits["xsim"]) < sum(hits["margin"])


def test_of_equal_neighbours_the_first_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval, "_CELLS", 1)  # a row a block
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    e = aligner.evaluate_retrieval(["x"] * 3, ["y"] * 3, encode=(rows, rows))
    assert e.tally.counts[:, :2].tolist() == [[1, 1], [1, 1], [0, 0]]


def test_encoders_are_compared_by_pairs() -> None:
    source, near = vectors(200, 0.3)
    _, far = vectors(200, 1.2)
    texts = [f"text {k}" for k in range(200)], [f"văn bản {k}" for k in range(200)]
    one, other = (aligner.evaluate_retrieval(*texts, encode=(source, target)) for target in (near, far))
    d = aligner.compare_evaluations(one, from_dict(other.to_dict())).differences["xsim error", "both"]
    assert d.difference < 0
    assert d.p_bootstrap < 0.01
    assert d.p_randomisation < 0.01
    swapped = aligner.evaluate_retrieval(texts[1], texts[0], encode=(source, near))
    with pytest.raises(aligner.InputError, match="on different gold"):
        aligner.compare_evaluations(one, swapped)


def test_any_encoder_and_the_embedded_one() -> None:
    en = ["It rained.", "Thank you very much.", "The train is late."]
    vi = ["Trời mưa.", "Cảm ơn rất nhiều.", "Tàu đến muộn."]
    e = aligner.evaluate_retrieval(en, vi)
    assert e.values["margin accuracy", "both"] == 1
    assert "encoder:embedded-" in e.signature

    def encode(texts: list[str]) -> list[list[float]]:
        return [[len(text), 1.0] for text in texts]

    assert "encoder:given|" in aligner.evaluate_retrieval(en, vi, encode=encode).signature


@pytest.mark.parametrize(
    ("source", "target", "encode", "message"),
    [
        (["a"], [], None, "source and target differ in length (found 1 and 0)"),
        ([], [], None, "no pairs"),
        ("a", ["a"], None, "source is a single str"),
        (["a"], [1], None, "target[0] is not a str (found int)"),
        (["a"], ["b"], lambda texts: [], "encode must return finite numbers"),
        (["a"], ["b"], ([[1.0]], [[1.0, 2.0]]), "vectors of different lengths (found 1 and 2 numbers)"),
        (["a"], ["b"], ([[1.0]], [[float("nan")]]), "encode: vectors of the target must be finite numbers"),
    ],
)
def test_what_is_no_retrieval_is_refused(source: object, target: object, encode: object, message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.evaluate_retrieval(source, target, encode=encode)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


def test_vectors_of_any_size_count() -> None:
    source, target = vectors(20, 0.4)
    sizes = np.logspace(-30, 30, 20)[:, None]
    one, other = (
        aligner.evaluate_retrieval(["x"] * 20, ["y"] * 20, encode=pair)
        for pair in ((source, target), (source * sizes, target * sizes[::-1]))
    )
    assert one.values == other.values
    zeros = aligner.evaluate_retrieval(["x"] * 3, ["y"] * 3, encode=(np.zeros((3, 2)), np.zeros((3, 2))))
    assert zeros.values["cosine accuracy", "both"] == pytest.approx(1 / 3)
