"""What speaks against a pair: findings, what they do to its quality, and when they are looked for."""

import json
from collections import Counter
from collections.abc import Callable
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aligner
from aligner.bitext import AlignConfig, AlignedDocument, Bead, Finding, Sentence
from aligner.names.table import NameEntry, NameTable
from aligner.quality.findings import examine, probabilities

GOOD = [
    ("The ferry carries 40 cars an hour.", "Phà chở được 40 xe mỗi giờ."),
    ("Mr Kowalski opened the quay in Hue.", "Ông Kowalski khai trương bến tàu ở Huế."),
    ("Repairs will cost 3 million dollars.", "Chi phí sửa chữa sẽ là 3 triệu đô la."),
    ("Drivers must now take the ferry.", "Các tài xế giờ phải đi phà."),
    ("The mayor promised that work would begin in May.", "Thị trưởng hứa công việc sẽ bắt đầu vào tháng Năm."),
]
EN, VI = [en for en, _ in GOOD], [vi for _, vi in GOOD]


def texts(found: tuple[Finding, ...]) -> list[str]:
    return [str(finding) for finding in found]


@pytest.mark.parametrize(("en", "vi"), [*GOOD, ("", ""), ("It rained.", ""), ("", "Trời mưa."), ("\ud800", "\x00")])
def test_a_good_pair_has_no_finding(en: str, vi: str) -> None:
    assert examine(en, vi) == ()


@pytest.mark.parametrize(
    ("en", "vi", "found"),
    [
        (
            "Repairs will cost 3 million dollars.",
            "Chi phí sửa chữa sẽ là 8 triệu đô la.",
            ["numbers_differ: 3 million dollars / 8 triệu đô la"],
        ),
        (
            "Mr Kowalski opened the quay in Hue.",
            "Ông Dubois khai trương bến tàu ở Huế.",
            ["names_differ: Kowalski / Dubois"],
        ),
        (
            "Mr Kowalski paid 12 dollars in Germany.",
            "Ông Dubois trả 15 đô la ở Pháp.",
            ["numbers_differ: 12 dollars / 15 đô la", "names_differ: Kowalski / Dubois, Germany / Pháp"],
        ),
    ],
)
def test_findings_name_the_words_of_both_texts(en: str, vi: str, found: list[str]) -> None:
    assert texts(examine(en, vi)) == found
    assert [f.probability for f in examine(en, vi)] == [probabilities()[line.split(":")[0]] for line in found]


def test_a_glossary_is_believed() -> None:
    glossary = NameTable((NameEntry("Zorblat", "Kwimp"),))
    assert texts(examine("He left Zorblat.", "Anh rời Kwimp.")) == ["names_differ: Zorblat / Kwimp"]
    assert examine("He left Zorblat.", "Anh rời Kwimp.", glossary=glossary) == ()
    (row,) = aligner.align(["He left Zorblat."], ["Anh rời Kwimp."], glossary=glossary).to_frame().to_dict("records")
    assert "names_differ" not in row["reasons"]


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_texts(en: str, vi: str) -> None:
    found = examine(en, vi)
    assert [finding.code for finding in found] in ([], ["numbers_differ"], ["names_differ"], [*probabilities()][:2])
    assert all(finding.detail for finding in found)


# In a document -------------------------------------------------------------------------------------------------------


def test_a_wrong_number_drops_its_pair_and_no_other() -> None:
    wrong = [vi.replace("3 triệu", "8 triệu") for vi in VI]
    good, bad = aligner.align(EN, VI).to_frame(), aligner.align(EN, wrong).to_frame()
    assert list(good["decision"]) == ["keep"] * len(EN)
    assert set(good["reasons"]) == {""}
    assert list(bad["decision"]) == ["keep", "keep", "drop", "keep", "keep"]
    assert list(bad["reasons"]) == ["", "", "numbers_differ: 3 million dollars / 8 triệu đô la", "", ""]
    assert bad["quality"][2] < 0.25 * good["quality"][2]
    others = [0, 1, 3, 4]  # what is found in one pair says a little of its neighbours' beads
    assert list(bad["quality"][others]) == pytest.approx(list(good["quality"][others]), abs=0.1)


def test_a_wrong_name_drops_its_pair_though_the_threshold_be_nothing() -> None:
    wrong = [vi.replace("Kowalski", "Dubois") for vi in VI]
    frame = aligner.align(EN, wrong, config=AlignConfig(threshold=0.0)).to_frame()
    assert list(frame["decision"]) == ["keep", "drop", "keep", "keep", "keep"]
    assert frame["reasons"][1] == "names_differ: Kowalski / Dubois"


Examiner = Callable[[str, str], tuple[Finding, ...]]


def document(examiner: Examiner, beads: list[Bead]) -> AlignedDocument:
    n, m = sum(len(bead.source) for bead in beads), sum(len(bead.target) for bead in beads)
    source, target = (tuple(Sentence(f"s{k}", 3 * k, 3 * k + 2) for k in range(count)) for count in (n, m))
    return AlignedDocument(source, target, tuple(beads), 0.9, examine=examiner)


BEADS = [Bead((0,), (0,), 0.8), Bead((1,), ()), Bead((2, 3), (1,), 0.7), Bead((), (2,))]


def test_findings_are_looked_for_once_and_only_when_asked_for() -> None:
    calls: Counter[tuple[str, str]] = Counter()

    def count(en: str, vi: str) -> tuple[Finding, ...]:
        calls[en, vi] += 1
        return (Finding("numbers_differ", "1 / 2", 0.5),) if en == "s0" else ()

    made = document(count, BEADS)
    assert not calls
    assert made.quality(BEADS[0]) == pytest.approx(0.8 * 0.9 * 0.5)
    assert calls == {("s0", "s0"): 1}
    for bead in BEADS * 2:
        assert made.is_kept(bead) is not bool(made.reasons(bead) or not made.quality(bead))
    assert calls == {("s0", "s0"): 1, ("s2 s3", "s1"): 1}  # nulls are never examined
    assert [made.reasons(bead) for bead in BEADS] == [("numbers_differ: 1 / 2",), ("null",), (), ("null",)]
    assert [made.is_kept(bead) for bead in BEADS] == [False, False, True, False]


def test_aligning_examines_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("examined before anyone asked")

    monkeypatch.setattr(aligner.alignment, "examine", refuse)
    made = aligner.align(EN, VI)
    assert len(made.beads) == len(EN)
    with pytest.raises(AssertionError, match="examined"):
        made.to_frame()


def test_every_finding_counts_and_every_reason_is_given() -> None:
    found = (Finding("numbers_differ", "1 / 2", 0.5), Finding("names_differ", "A / B", 0.25))
    made = document(lambda en, vi: found, [Bead((0,), (0,), 0.4)])
    assert made.quality(made.beads[0]) == pytest.approx(0.4 * 0.9 * 0.5 * 0.25)
    assert made.reasons(made.beads[0]) == ("uncertain_bead", "numbers_differ: 1 / 2", "names_differ: A / B")


def test_low_quality_is_said_only_where_nothing_else_is() -> None:
    made = document(lambda en, vi: (), [Bead((0,), (0,), 0.52), Bead((1,), (1,), 0.4)])
    assert [made.reasons(bead) for bead in made.beads] == [("low_quality",), ("uncertain_bead",)]


# What was measured ---------------------------------------------------------------------------------------------------


def test_probabilities_are_what_the_rates_and_the_share_of_bad_pairs_give() -> None:
    stored = json.loads((resources.files("aligner") / "data" / "quality.json").read_text(encoding="utf-8"))
    assert set(stored) >= {"what", "command", "pairs_file_sha256", "seed", "bad_share", "pairs", "findings"}
    assert 0 < stored["bad_share"] < 1
    assert set(stored["findings"]) == set(probabilities()) == {"numbers_differ", "names_differ"}
    for code, row in stored["findings"].items():
        assert set(row["rates"]) == set(stored["pairs"])
        assert all(sum(parts) > 0 for parts in stored["pairs"].values())
        assert all(0 <= rate <= 1 for rate in row["rates"].values())
        assert 0 < row["probability"] < 1
        assert probabilities()[code] == row["probability"]
        # A damaged pair has the finding for its damage much oftener than a good one.
        assert row["rates"][{"numbers_differ": "number", "names_differ": "name"}[code]] > 10 * row["rates"]["good"]
    assert probabilities()["numbers_differ"] < probabilities()["names_differ"] < 1
