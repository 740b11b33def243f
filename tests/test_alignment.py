"""`align` and `align_article` through the public door."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from tests.growth import assert_linear

PAIRS = [
    ("The old bridge was closed on Monday.", "Cây cầu cũ đã đóng cửa hôm thứ Hai."),
    ("Heavy rain had damaged two of its pillars.", "Mưa lớn đã làm hư hại hai trụ cầu."),
    ("Drivers must now take the ferry.", "Các tài xế giờ phải đi phà."),
    ("The ferry carries 40 cars an hour.", "Phà chở được 40 xe mỗi giờ."),
    ("Repairs will cost 3 million dollars.", "Chi phí sửa chữa sẽ là 3 triệu đô la."),
    ("The mayor promised that work would begin in May.", "Thị trưởng hứa công việc sẽ bắt đầu vào tháng Năm."),
    ("Fishermen were not pleased.", "Ngư dân không hài lòng."),
    ("They sell their catch on the other bank.", "Họ bán cá ở bờ bên kia."),
]
EN, VI = [en for en, _ in PAIRS], [vi for _, vi in PAIRS]


def ids(alignment: aligner.Alignment) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(bead.source, bead.target) for bead in alignment.beads]


def test_translations_pair_up() -> None:
    alignment = aligner.align(EN, VI)
    assert ids(alignment) == [((k,), (k,)) for k in range(len(EN))]
    assert alignment.is_parallel
    assert min(bead.probability for bead in alignment.beads) > 0.9


def test_a_sentence_without_counterpart_stays_alone() -> None:
    assert ((2,), ()) in ids(aligner.align(EN, VI[:2] + VI[3:]))
    assert ((), (5,)) in ids(aligner.align(EN[:5] + EN[6:], VI))


def test_merged_and_wrongly_split_sentences_come_together() -> None:
    merged = aligner.align(EN, [*VI[:2], f"{VI[2]} {VI[3]}", *VI[4:]])
    assert ((2, 3), (2,)) in ids(merged)
    split = aligner.align(EN, [*VI[:5], "Thị trưởng TP.", "hứa công việc sẽ bắt đầu vào tháng Năm.", *VI[6:]])
    assert ((5,), (5, 6)) in ids(split)


def test_five_sentences_come_together_and_so_do_three_and_three() -> None:
    merged = aligner.align(EN, [VI[0], " ".join(VI[1:6]), *VI[6:]])
    assert ((1, 2, 3, 4, 5), (1,)) in ids(merged)
    split = aligner.align([EN[0], " ".join(EN[1:6]), *EN[6:]], VI)
    assert ((1,), (1, 2, 3, 4, 5)) in ids(split)
    # What one side says in three sentences the other says in three as well, each from parts of all three.
    rng = np.random.default_rng(0)
    parts = rng.normal(size=(20, 9, 48))
    rows = {f"source sentence number {k:020d}": parts[k].sum(0) for k in range(20)}
    rows |= {f"target sentence number {k:020d}": parts[k].sum(0) for k in range(20)}
    en, vi = list(rows)[:20], list(rows)[20:]
    for texts, name, cuts in (
        (en, "source", ((0, 1, 2), (3, 4, 5), (6, 7, 8))),
        (vi, "target", ((1, 5, 6), (0, 4, 8), (2, 3, 7))),
    ):
        texts[10:11] = [f"{name} sentence numbers {cut[0]:06d} {cut[1]:06d} {cut[2]:06d}" for cut in cuts]
        rows |= {text: parts[10, list(cut)].sum(0) for text, cut in zip(texts[10:13], cuts, strict=True)}
    found = ids(aligner.align(en, vi, encode=lambda texts: np.array([rows[t] for t in texts])))
    assert ((10, 11, 12), (10, 11, 12)) in found
    assert len(found) == 20


@pytest.mark.xfail(strict=True, reason="two halves agree by .53: as likely two free translations beside two nulls")
def test_three_sentences_of_which_each_is_parts_of_two_come_together() -> None:
    rng = np.random.default_rng(0)
    parts = rng.normal(size=(20, 6, 48))
    rows = {f"source sentence number {k:020d}": parts[k].sum(0) for k in range(20)}
    rows |= {f"target sentence number {k:020d}": parts[k].sum(0) for k in range(20)}
    en, vi = list(rows)[:20], list(rows)[20:]
    for texts, name, cuts in ((en, "source", ((0, 1), (2, 3), (4, 5))), (vi, "target", ((2, 5), (0, 4), (1, 3)))):
        texts[10:11] = [f"{name} sentence numbers {cut[0]:09d} {cut[1]:09d}" for cut in cuts]
        rows |= {text: parts[10, list(cut)].sum(0) for text, cut in zip(texts[10:13], cuts, strict=True)}
    found = ids(aligner.align(en, vi, encode=lambda texts: np.array([rows[t] for t in texts])))
    assert ((10, 11, 12), (10, 11, 12)) in found


def test_unrelated_texts_are_flagged_and_keep_no_pair() -> None:
    other = ["Giá vàng trong nước tăng mạnh.", "Đội tuyển bóng rổ thắng trận mở màn.", "Nồi canh chua cần thêm me.",
             "Máy tính không nhận bàn phím mới.", "Nhạc sĩ vừa ra mắt bản giao hưởng."]  # fmt: skip
    alignment = aligner.align(EN, other)
    assert alignment.parallel_probability < 0.5
    assert not alignment.is_parallel
    assert [bead for bead in alignment.beads if alignment.is_kept(bead)] == []


def test_a_single_sentence_beside_a_stranger_is_not_parallel() -> None:
    # One sentence is no background of its own: sides.USUAL_SENTENCES.
    assert not aligner.align(EN[:1], ["Nồi canh chua cần thêm me."]).is_parallel
    assert aligner.align(EN[:1], VI[:1]).is_parallel


def test_an_alignment_does_not_depend_on_which_side_is_the_source() -> None:
    # The length ratio is that of English to Vietnamese; with equal lengths on both sides nothing tells them apart.
    rng = np.random.default_rng(2)
    en, vi = [f"{k:040d}" for k in range(30)], [f"{k:040d}" for k in range(27)]
    base = rng.normal(size=(30, 16))
    rows = {**dict(zip(en, base, strict=True)), **dict(zip(vi, np.delete(base, [4, 11, 20], 0), strict=True))}

    def encode(texts: list[str]) -> np.ndarray:
        return np.array([rows[t] for t in texts])

    def swapped(beads: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        return [(b, a) for a, b in beads]

    def pairs(beads: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        return [b for b in beads if b[0] and b[1]]

    one, other = ids(aligner.align(en, vi, encode=encode)), ids(aligner.align(vi, en, encode=encode))
    assert pairs(one) == pairs(swapped(other))
    assert len(pairs(one)) == 27


text = st.text(alphabet=st.characters(), max_size=30) | st.sampled_from([*EN, *VI, "", "\ud800", "TP.", "\x00"])


@pytest.mark.parametrize("decoding", ["expected", "viterbi"])
@pytest.mark.parametrize("seed", range(5))
def test_the_source_comes_first_of_null_beads_side_by_side(decoding: str, seed: int) -> None:
    # Two sentences of either side without counterpart between three pairs and three pairs.
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(10, 24))
    vectors = rows[[0, 1, 2, 3, 4, 5, 6, 7]], rows[[0, 1, 2, 8, 9, 5, 6, 7]]
    config = aligner.AlignConfig(decoding=decoding, null_bias=3)  # type: ignore[arg-type]
    beads = ids(aligner.align(["A sentence."] * 8, ["Một câu."] * 8, config=config, encode=vectors))
    nulls = [((3,), ()), ((4,), ()), ((), (3,)), ((), (4,))]
    assert beads == [((k,), (k,)) for k in (0, 1, 2)] + nulls + [((k,), (k,)) for k in (5, 6, 7)]


@settings(max_examples=60, deadline=None)
@given(st.lists(text, max_size=9), st.lists(text, max_size=9))
def test_no_sentence_is_lost_repeated_or_moved(en: list[str], vi: list[str]) -> None:
    alignment = aligner.align(en, vi)
    assert [i for source, _ in ids(alignment) for i in source] == list(range(len(en)))
    assert [j for _, target in ids(alignment) for j in target] == list(range(len(vi)))
    assert [s.text for s in alignment.source] == en
    assert all(0 <= bead.probability <= 1 and -1 <= bead.score <= 1 for bead in alignment.beads)
    assert len(alignment.to_frame(nulls=True)) == len(alignment.beads)
    assert alignment._repr_html_()


@pytest.mark.parametrize("config", [aligner.AlignConfig(), aligner.AlignConfig(decoding="viterbi", null_bias=0.5)])
def test_the_same_input_gives_the_same_bytes(config: aligner.AlignConfig) -> None:
    first, second = (aligner.align(EN, VI[1:], config=config).to_frame(nulls=True) for _ in range(2))
    assert first.to_csv() == second.to_csv()


def test_null_bias_moves_sentences_in_and_out_of_pairs() -> None:
    n_nulls = [
        sum(b.is_null for b in aligner.align(EN, VI[:-1], config=aligner.AlignConfig(null_bias=bias)).beads)
        for bias in (-50, 0, 50)
    ]
    assert n_nulls == [0, 1, len(EN) + len(VI) - 1]


@pytest.mark.parametrize("bias", [-3.0, 2.0, 6.0])
def test_null_bias_changes_what_is_chosen_and_not_what_the_texts_are(bias: float) -> None:
    plain, biased = (aligner.align(EN, VI, config=aligner.AlignConfig(null_bias=b)) for b in (0, bias))
    assert biased.verdict == plain.verdict


def test_running_text_is_split_and_offsets_fit() -> None:
    en, vi = " ".join(EN[:4]) + "\n\n" + " ".join(EN[4:]), " ".join(VI[:4]) + "\n\n" + " ".join(VI[4:])
    alignment = aligner.align(en, vi)
    assert ids(alignment) == [((k,), (k,)) for k in range(len(EN))]
    frame = alignment.to_frame()
    assert [en[a:b] for a, b in zip(frame["src_start"], frame["src_end"], strict=True)] == EN
    assert [vi[a:b] for a, b in zip(frame["trg_start"], frame["trg_end"], strict=True)] == VI


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("", "Chào.", "source holds no text (found 0 characters); give text, or a list"),
        ("Hi.", " \n ", "target holds no text (found 3 characters); give text, or a list"),
        (["Hi.", None], ["Chào."], "source[1] is not a str (found NoneType); give a list of sentences"),
        (["Hi."], [b"Ch"], "target[0] is not a str (found bytes); give a list of sentences"),
        (None, ["Ch"], "source is not text (found NoneType); give a str or a list of sentences"),
        (b"Hi.", ["Ch"], "source is not text (found bytes); give a str or a list of sentences"),
    ],
)
def test_bad_input_says_what_to_do(source: object, target: object, message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.align(source, target)  # type: ignore[arg-type]
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("encode", "found"),
    [
        (lambda texts: np.ones(3), "shape (3,) for 8 texts"),
        (lambda texts: np.ones((2, 3)), "shape (2, 3) for 8 texts"),
        (lambda texts: np.full((len(texts), 3), np.nan), "shape (8, 3) for 8 texts"),
        (lambda texts: texts, "ValueError: could not convert string to float: 'The old bridge was closed on Monday.'"),
    ],
)
def test_a_wrong_encoder_is_refused(encode: object, found: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.align(EN, VI, encode=encode)  # type: ignore[arg-type]
    assert str(caught.value) == (
        f"encode must return finite numbers of shape (n, d) (found {found}); return one row for each text"
    )


def test_an_encoder_of_the_callers_takes_the_place_of_ours() -> None:
    called = []

    def encode(texts: list[str]) -> np.ndarray:
        called.append(len(texts))
        return aligner.encode(texts).astype(np.float64)

    alignment = aligner.align(EN, VI, encode=encode)
    assert ids(alignment) == [((k,), (k,)) for k in range(len(EN))]
    assert called == [8, 8]
    assert "encode" in alignment.signature


@pytest.mark.parametrize(("n", "m"), [(0, 3), (3, 0), (0, 0)])
def test_an_encoder_of_the_callers_may_meet_an_empty_side(n: int, m: int) -> None:
    alignment = aligner.align(EN[:n], VI[:m], encode=lambda texts: np.ones((len(texts), 5)))
    assert alignment.bead_counts == {name: k for name, k in (("1:0", n), ("0:1", m)) if k}


def test_an_encoder_with_rows_of_two_lengths_is_refused() -> None:
    with pytest.raises(aligner.InputError, match=r"rows of one length .found 8 and 3 numbers a row"):
        aligner.align(EN, VI[:3], encode=lambda texts: np.ones((len(texts), len(texts))))


def test_an_encoder_s_scale_does_not_matter() -> None:
    small, large = (
        aligner.align(EN, VI, encode=lambda texts, scale=scale: aligner.encode(texts).astype(np.float64) * scale)
        for scale in (1.0, 1e30)
    )
    assert small.beads == large.beads


@pytest.mark.slow
def test_ten_thousand_sentences_against_three() -> None:
    rng = random.Random(1)
    many = [" ".join(rng.sample(EN, 2)) for _ in range(10_000)]
    alignment = aligner.align(many, VI[:3])
    assert sum(len(bead.source) for bead in alignment.beads) == 10_000
    assert not alignment.is_parallel


def test_a_million_characters_in_one_sentence() -> None:
    def align(n: int) -> None:
        alignment = aligner.align(["a" * n, *EN], ["b " * (n // 2), *VI])
        assert len([b for b in alignment.beads if not b.is_null and b.probability > 0.5]) >= len(EN)

    assert_linear(align, 1_000_000)


def test_encode_gives_unit_rows() -> None:
    rows = aligner.encode([*EN, "", "\ud800"])
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows[: len(EN)], axis=1), 1, atol=1e-5)
    assert not rows[len(EN)].any()
    assert aligner.encode([]).shape == (0, rows.shape[1])


@pytest.mark.parametrize(
    ("texts", "message"),
    [("Hi.", "found a single str"), (["Hi.", None], r"texts\[1\] is not a str"), (5, "found int")],
)
def test_encode_refuses_what_is_no_list_of_texts(texts: object, message: str) -> None:
    with pytest.raises(aligner.InputError, match=message):
        aligner.encode(texts)  # type: ignore[arg-type]


def test_a_text_is_encoded_alike_in_every_unicode_form_and_company() -> None:
    import unicodedata

    nfd = [unicodedata.normalize("NFD", t) for t in VI]
    np.testing.assert_array_equal(aligner.encode(nfd), aligner.encode(VI))
    np.testing.assert_array_equal(aligner.encode([VI[3]])[0], aligner.encode(VI)[3])


def test_long_texts_are_sums_like_short_ones() -> None:
    from aligner.encoders.embedded import embedded_encoder

    encoder = embedded_encoder()
    one = encoder.sums([" ".join(EN)])[0]
    many = encoder.sums([" ".join(EN * 200)])[0]
    np.testing.assert_allclose(many, one * 200, rtol=1e-3, atol=1e-2)


LAYOUT = "{}\n\n  • {}\n\n"


def test_the_layout_is_evidence() -> None:
    en = [PAIRS[0][0], PAIRS[1][0], PAIRS[1][0], PAIRS[2][0], PAIRS[3][0], PAIRS[4][0]]
    vi = [PAIRS[0][1], None, PAIRS[1][1], PAIRS[2][1], PAIRS[3][1], PAIRS[4][1]]
    text = "".join(LAYOUT.format(e, v) if v else f"{e}\n\n" for e, v in zip(en, vi, strict=True))
    alignment = aligner.align_article(aligner.parse_article(text))
    # Of two equal captions, the one that stands directly above the translation gets it.
    assert ((1,), ()) in ids(alignment)
    assert ((2,), (1,)) in ids(alignment)


def test_the_signature_names_version_model_config_and_counts() -> None:
    signature = aligner.align(EN, VI, config=aligner.AlignConfig(threshold=0.7)).signature
    for part in (
        f"v:{aligner.__version__}",
        "encoder:",
        "weights:",
        "decoding:expected",
        "threshold:0.7",
        "8x8",
        "beads:8",
    ):
        assert part in signature
