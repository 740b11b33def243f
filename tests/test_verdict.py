"""The verdict: what two texts are to each other, and how much of either has a counterpart."""

from dataclasses import replace

import numpy as np
import pytest

import aligner
from aligner.bitext import Bead, Sentence, Verdict
from aligner.errors import InputError
from aligner.search.features import MATCH_FEATURES
from aligner.search.verdict import bead_features, document_features, tell_relation
from aligner.search.weights import shipped_weights
from aligner.showing import summary_lines
from tests import reference
from tests.test_features import TEXTS, sides

PAIRS = [
    ("The old lighthouse was repaired last summer.", "Ngọn hải đăng cũ đã được sửa chữa mùa hè năm ngoái."),
    ("Forty workers painted its walls white.", "Bốn mươi công nhân đã sơn trắng các bức tường."),
    ("My grandmother remembers when it had no electricity.", "Bà tôi còn nhớ thời nó chưa có điện."),
    ("In those days the keeper lit an oil lamp every evening.", "Hồi đó người gác thắp đèn dầu mỗi buổi tối."),
    ("Storms often broke the windows.", "Bão thường làm vỡ cửa sổ."),
    ("Ships from Japan and China passed at night.", "Tàu từ Nhật Bản và Trung Quốc đi qua vào ban đêm."),
    ("Now a computer controls the light.", "Bây giờ máy tính điều khiển ngọn đèn."),
    ("Tourists may climb the 200 steps for a small fee.", "Du khách có thể leo 200 bậc thang với một khoản phí nhỏ."),
    ("From the top they can see three islands.", "Từ trên đỉnh họ có thể nhìn thấy ba hòn đảo."),
    ("A café has opened beside the gate.", "Một quán cà phê đã mở bên cạnh cổng."),
    ("It serves coffee with coconut milk and grilled fish.", "Quán phục vụ cà phê với nước cốt dừa và cá nướng."),
    ("Children feed the cats that live there.", "Trẻ em cho những con mèo sống ở đó ăn."),
]
EN, VI = [en for en, _ in PAIRS], [vi for _, vi in PAIRS]
OTHER = ["Giá vàng trong nước hôm nay tăng mạnh.", "Đội tuyển bóng rổ thắng trận mở màn.", "Nồi canh chua cần thêm me.",
         "Máy tính của tôi không nhận bàn phím mới.", "Nhạc sĩ vừa ra mắt một bản giao hưởng.",
         "Cơn bão số ba đang tiến vào đất liền.", "Bác sĩ khuyên nên uống nhiều nước."]  # fmt: skip


def verdict(en: list[str], vi: list[str]) -> Verdict:
    found = aligner.align(en, vi)
    assert found.verdict is not None
    assert found.verdict.probabilities["parallel"] + found.verdict.probabilities["partly parallel"] == pytest.approx(
        found.parallel_probability
    )
    return found.verdict


def test_a_translation_is_parallel() -> None:
    found = verdict(EN, VI)
    assert found.kind == "parallel"
    assert min(found.source_share, found.target_share) > 0.9


@pytest.mark.parametrize("vi", [VI[:5], VI[:5] + OTHER], ids=["cut off", "goes on otherwise"])
def test_a_part_of_a_translation_is_partly_parallel(vi: list[str]) -> None:
    found = verdict(EN, vi)
    assert found.kind == "partly parallel"
    assert found.source_share == pytest.approx(5 / 12, abs=0.12)
    assert str(found).startswith(f"partly parallel ({found.source_share:.0%} of the English")
    assert found.target_share > 0.9 or len(vi) > 5


def test_strangers_are_not_parallel_and_share_nothing() -> None:
    found = verdict(EN, OTHER)
    assert found.kind in ("comparable", "unrelated")
    assert max(found.source_share, found.target_share) < 0.1


def test_nothing_is_unrelated() -> None:
    assert verdict(EN, []).kind == "unrelated"
    assert verdict([], []).probabilities["unrelated"] == 1.0


def test_the_verdict_swaps_with_the_sides() -> None:
    source, target, _, _ = sides(4, 3)
    beads = [Bead((0,), (0,), 0.9, 0.5), Bead((1, 2), (1,), 0.8, 0.6), Bead((3,), ()), Bead((), (2,))]
    swapped = [Bead(b.target, b.source, b.probability, b.score) for b in beads]
    one, other = (
        tell_relation(beads, source, target, shipped_weights()),
        tell_relation(swapped, target, source, shipped_weights()),
    )
    assert (one.source_share, one.target_share) == pytest.approx((other.target_share, other.source_share))
    np.testing.assert_allclose(list(one.probabilities.values()), list(other.probabilities.values()), atol=1e-6)


def test_beads_and_documents_are_described_as_loops_would() -> None:
    source, target, s, t = sides(5, 4)
    sizes = [(1, 1), (0, 1), (2, 1), (1, 0), (1, 1)]
    beads, i, j = [], 0, 0
    for k, (a, b) in enumerate(sizes):
        beads.append(Bead(tuple(range(i, i + a)), tuple(range(j, j + b)), 0.9 - k / 10, 0.2 * k if a * b else 0.0))
        i, j = i + a, j + b
    match = dict(zip(MATCH_FEATURES, (-1.0, 2.0, 0.1, -0.2, 1.5), strict=True))
    texts = [[TEXTS[k % len(TEXTS)] for k in range(count)] for count in (5, 4)]
    lengths = [[len(text) for text in side] for side in texts]

    def background(run: np.ndarray, others: np.ndarray) -> float:
        return (sum(reference.cosine(run, v) for v in others) + 0.12 * 5) / (len(others) + 5)

    rows, size, held = [], [], [0.0, 0.0]
    for bead in beads:
        if bead.is_null:
            continue
        usual = (background(s[list(bead.source)].sum(0), t) + background(t[list(bead.target)].sum(0), s)) / 2
        own = [sum(lengths[k][p] for p in ids) for k, ids in enumerate((bead.source, bead.target))]
        excess = (bead.score - usual) / max(1 - usual, 0.1)
        rows.append((1.0, excess, np.log1p(sum(own)), excess * np.log1p(sum(own)), bead.probability))
        size.append(sum(own))
        right = bead.probability / (1 + np.exp(-np.dot(rows[-1], list(match.values()))))
        held = [held[k] + own[k] * right for k in (0, 1)]
    found = bead_features(beads, source, target)
    table = np.array([found[name] for name in MATCH_FEATURES]).T
    np.testing.assert_allclose(table, rows, atol=1e-5)
    total = sum(map(sum, lengths))
    shares = [held[k] / sum(lengths[k]) for k in (0, 1)]
    excess = np.dot(size, [row[1] for row in rows]) / total
    anchors, best = ([getattr(side, name)[1, 1:].sum() for side in (source, target)] for name in ("anchors", "best"))
    usual = [sum(background(v, others) for v in side) for side, others in ((s, t), (t, s))]  # type: ignore[assignment]
    expected = {
        "bias": 1.0,
        "cosine": np.dot(size, [bead.score for bead in beads if not bead.is_null]) / total,
        "excess": excess,
        "coverage": sum(size) / total,
        "log_size": np.log1p(4),
        "excess_log_size": excess * np.log1p(4),
        "source_share": shares[0],
        "target_share": shares[1],
        "share": min(shares),
        "least_share": np.log((min(shares) + 0.02) / (1.02 - min(shares))),
        "most_share": np.log((max(shares) + 0.02) / (1.02 - max(shares))),
        "background": sum(usual) / 9,
        "best": sum(best) / 9,
        "anchors": sum(anchors) / 9,
    }
    assert document_features(beads, source, target, match) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("parallel", "extent", "relation", "kind"),
    [
        (1, 1, 0, "parallel"),
        (1, -1, 0, "partly parallel"),
        (-1, 0, 1, "comparable"),
        (-1, 0, -1, "unrelated"),
        (0, 0, 0, "parallel"),
        (-0.01, 0, 0, "comparable"),
    ],
)
def test_the_kind_is_the_likelier_of_its_half(parallel: float, extent: float, relation: float, kind: str) -> None:
    source, target, _, _ = sides(1, 1)
    weights = {
        name: {**dict.fromkeys(getattr(shipped_weights(), name), 0.0), "bias": logit}
        for name, logit in (("verdict", parallel), ("extent", extent), ("relation", relation))
    }
    found = tell_relation([Bead((0,), (0,), 0.9, 0.5)], source, target, replace(shipped_weights(), **weights))
    p, q, r = (1 / (1 + np.exp(-logit)) for logit in (parallel, extent, relation))
    assert found.kind == kind
    assert list(found.probabilities.values()) == pytest.approx([p * q, p * (1 - q), (1 - p) * r, (1 - p) * (1 - r)])


def test_the_summary_names_the_kind() -> None:
    assert any(line.startswith("verdict: parallel (prob") for line in summary_lines(aligner.align(EN, VI)))
    assert any(line.startswith("verdict: partly parallel (") for line in summary_lines(aligner.align(EN, VI[:5])))
    about = Verdict(
        "comparable", {"parallel": 0.0, "partly parallel": 0.0, "comparable": 0.8, "unrelated": 0.2}, 0.0, 0.0
    )
    document = aligner.Alignment((Sentence("Hi.", 0, 3),), (), (Bead((0,), ()),), 0.0, verdict=about)
    assert any("NOT parallel" in line and "about the same" in line for line in summary_lines(document))


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_shares_are_shares(share: float) -> None:
    with pytest.raises(InputError, match=r"Verdict.source_share is not a number in 0..1"):
        Verdict("unrelated", aligner.align(EN, []).verdict.probabilities, share, 0.0)  # type: ignore[union-attr]
