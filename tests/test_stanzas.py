"""Verse by the stanza where its lines change places, by the line elsewhere."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.alignment import align, align_article
from aligner.bitext import AlignConfig, Bead, Languages, Sentence, check_beads
from aligner.documents.articles import parse_article
from aligner.encoders.embedded import encode
from aligner.search.beads import find_beads
from aligner.search.sides import Evidence
from aligner.search.stanzas import LONGEST, find_stanzas, join_stanzas
from aligner.search.weights import shipped_weights

# Written for these tests: the first stanza of the Vietnamese is in the opposite order.
EN = """The lamp is lit beside the door
my brother has not come home
the rain has filled the narrow street
and nobody speaks of the war

We carried rice across the bridge
a dog was barking at the moon
our mother sang to us that night
the soldiers crossed the ridge at noon

At last the harvest came again
the fields were yellow as a bell
we married in the month of May
and dug a new and deeper well
"""
TURNED = """Chẳng ai nhắc gì đến chiến tranh
Mưa ngập con phố nhỏ
Anh tôi chưa về nhà
Ngọn đèn thắp bên cửa
"""
STRAIGHT = """Ngọn đèn thắp bên cửa
Anh tôi chưa về nhà
Mưa ngập con phố nhỏ
Chẳng ai nhắc gì đến chiến tranh
"""
REST = """
Chúng tôi gánh gạo qua cầu
Một con chó sủa trăng
Đêm ấy mẹ hát cho chúng tôi nghe
Buổi trưa lính vượt qua sườn núi

Cuối cùng mùa gặt lại về
Cánh đồng vàng như chiếc chuông
Chúng tôi cưới nhau vào tháng Năm
Và đào một cái giếng mới sâu hơn
"""
BY_LINE = [((k,), (k,)) for k in range(12)]


def test_lines_that_change_places_are_aligned_by_the_stanza() -> None:
    a = align(EN, TURNED + REST)
    assert [(b.source, b.target) for b in a.beads] == [(tuple(range(4)), tuple(range(4))), *BY_LINE[4:]]
    assert a.beads[0].type == "4:4"
    assert 0.5 <= a.beads[0].probability <= 1
    article = align_article(parse_article(EN, TURNED + REST))
    assert [(b.source, b.target) for b in article.beads] == [(b.source, b.target) for b in a.beads]
    frame = a.to_frame()
    assert frame["bead_type"].tolist() == ["4:4", *["1:1"] * 8]


def test_lines_in_order_are_aligned_by_the_line() -> None:
    assert [(b.source, b.target) for b in align(EN, STRAIGHT + REST).beads] == BY_LINE


@pytest.mark.parametrize("text", ["", "\n", " \n\t\n"])
def test_stanzas_of_nothing(text: str) -> None:
    assert find_stanzas([], text) == []


def test_a_poem_without_stanzas_is_no_bead() -> None:
    one = "\n".join(line for line in EN.split("\n") if line)
    other = "\n".join(line for line in (TURNED + REST).split("\n") if line)
    assert all(len(b.source) < 4 for b in align(one, other).beads)


def test_lines_as_given_are_never_joined_by_the_stanza() -> None:
    lines = EN.split("\n"), (TURNED + REST).split("\n")
    assert all(len(b.source) < 4 for b in align(*lines).beads)
    assert all(len(b.source) < 4 for b in align(EN, TURNED + REST, lines=True).beads)


def joined(beads: list[Bead], stanzas: tuple[list[tuple[int, int]], list[tuple[int, int]]]) -> list[Bead]:
    """Join the stanzas of lines whose vectors say that stanza k translates stanza k."""
    sides, vectors = [], []
    for runs in stanzas:
        n = runs[-1][1]
        sides.append([Sentence(f"line number {k} of a poem", 30 * k, 30 * k + 25) for k in range(n)])
        rows = np.full((n, len(runs)), 0.05, np.float32)
        for k, run in enumerate(runs):
            rows[slice(*run), k] = 1
        vectors.append(rows)
    keys = [()] * len(sides[0]), [()] * len(sides[1])
    found, _ = join_stanzas(
        beads, Evidence(sides, vectors, keys), stanzas=stanzas, model=shipped_weights(), config=AlignConfig()
    )
    return found


def test_stanzas_are_read_by_the_rules_of_their_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    plain = find_beads

    def spy(*given: Any, **named: Any) -> Any:
        seen.append(given[0].languages)
        return plain(*given, **named)

    for module in ("aligner.alignment", "aligner.search.stanzas"):
        monkeypatch.setattr(f"{module}.find_beads", spy)
    monkeypatch.setattr("aligner.alignment.tell_languages", lambda *_: Languages("und", "und"))
    align(EN, TURNED + REST, encode=encode)
    assert seen == [Languages("und", "und")] * 2


def nulls(n: int, m: int) -> list[Bead]:
    return [*(Bead((i,), (), 0.9) for i in range(n)), *(Bead((), (j,), 0.9) for j in range(m))]


def test_a_stanza_too_long_stays_in_lines() -> None:
    long = [(0, LONGEST + 1), (LONGEST + 1, LONGEST + 5)]
    found = joined(nulls(LONGEST + 5, LONGEST + 5), (long, long))
    assert [b.type for b in found if not b.is_null] == ["4:4"]


def test_what_only_one_side_has_is_no_sign() -> None:
    """One line of the other side, surely its counterpart: the rest of the stanza was left out."""
    beads = [Bead((0,), (0,), 0.9), *(Bead((k,), (), 0.9) for k in range(1, 4)), Bead((4,), (1,), 0.9)]
    assert joined(beads, ([(0, 4), (4, 5)], [(0, 1), (1, 2)])) == beads


def test_a_bead_across_stanzas_holds_both() -> None:
    runs = [(0, 4), (4, 8)]
    crossing = Bead((3,), (4,), 0.9)
    beads = [
        *(Bead((i,), (), 0.9) for i in range(3)),
        *(Bead((), (j,), 0.9) for j in range(4)),
        crossing,
        *(Bead((i,), (), 0.9) for i in range(4, 8)),
        *(Bead((), (j,), 0.9) for j in range(5, 8)),
    ]
    assert [b.type for b in joined(beads, (runs, runs))] == ["4:4", "4:4"]  # both are joined, so nothing is cut
    sure = [b for b in beads if b.source[:1] < (4,) and b.target[:1] < (5,)]
    sure += [Bead((4,), (), 0.9), *(Bead((i,), (i,), 0.9) for i in range(5, 8))]
    assert crossing in joined(sure, (runs, runs))


@st.composite
def alignments(draw: st.DrawFn) -> tuple[list[Bead], tuple[list[tuple[int, int]], list[tuple[int, int]]]]:
    sizes = draw(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=5))
    runs = tuple([*itertools.pairwise([0, *itertools.accumulate(side)])] for side in zip(*sizes, strict=True))
    n, m = runs[0][-1][1], runs[1][-1][1]
    beads: list[Bead] = []
    i = j = 0
    while i < n or j < m:
        fit = [(a, b) for a, b in ((1, 1), (1, 0), (0, 1), (1, 2), (2, 1), (2, 2)) if i + a <= n and j + b <= m]
        a, b = draw(st.sampled_from(fit))
        p = draw(st.sampled_from([0.9, 0.4, 0.1]))
        beads.append(Bead(tuple(range(i, i + a)), tuple(range(j, j + b)), p))
        i, j = i + a, j + b
    return beads, (runs[0], runs[1])


@settings(max_examples=60, deadline=None)
@given(alignments())
def test_no_line_is_lost(made: tuple[list[Bead], tuple[list[tuple[int, int]], list[tuple[int, int]]]]) -> None:
    """Order and lines are kept; what is new is a stanza; joining again changes nothing."""
    beads, stanzas = made
    found = joined(beads, stanzas)
    check_beads(found, stanzas[0][-1][1], stanzas[1][-1][1])
    for bead in set(found) - set(beads):
        assert (bead.source[0], bead.source[-1] + 1) in stanzas[0]
        assert (bead.target[0], bead.target[-1] + 1) in stanzas[1]
    assert joined(found, stanzas) == found


def test_a_poem_with_a_turned_stanza_is_parallel_by_its_stanzas() -> None:
    found = align_article(parse_article(EN, TURNED + REST))
    assert "4:4" in [bead.type for bead in found.beads]
    assert found.verdict is not None
    assert (found.verdict.kind, found.is_parallel) == ("parallel", True)
    assert not [b for b in found.boundaries() if set(b.sentences) & set(range(4))]  # lines out of order are no halves
