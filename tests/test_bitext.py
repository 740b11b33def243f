"""The ground types hold their invariants."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.bitext import AlignConfig, AlignedDocument, Article, Bead, Block, Sentence, check_beads
from aligner.errors import AlignerError, InputError, MissingExtraError

EN, VI = (Sentence("Hi.", 0, 3),), (Sentence("Chào.", 0, 5),)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Sentence("a", 3, 2), "start=3, end=2"),
        (lambda: Sentence("a", -1, 2), "found int: -1"),
        (lambda: Bead((), ()), "at least one side"),
        (lambda: Bead((0,), (0,), 1.5), "found float: 1.5"),
        (lambda: Bead((0,), (0,), float("nan")), "found float: nan"),
        (lambda: AlignedDocument(EN, VI, (Bead((0,), ()),), 1.0), "1 of 1 source and 0 of 1 target"),
        (lambda: AlignedDocument(EN, VI, (Bead((0,), (0,)),), 1.1), "found float: 1.1"),
        (lambda: Article(EN, (), "Hi.", "Hi.", (), "lines"), "names block 0"),
        (lambda: Article(EN, (), "Hi.", "Hi.", (Block(0, 3, "vi", "target"),), "lines"), "not of that side"),
    ],
)
def test_what_does_not_hold_together_is_refused(make: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"decoding": "best"}, "unknown decoding (found 'best'); decoding must be 'expected' or 'viterbi'"),
        ({"threshold": 1.5}, "threshold out of range (found 1.5); give strict, balanced, recall or a number in 0..1"),
        ({"null_bias": 1e9}, "null_bias out of range (found 1000000000.0); give nats in -100..100"),
        ({"null_bias": "1"}, "null_bias out of range (found '1'); give nats in -100..100"),
        ({"borrow": "no"}, "borrow is neither True nor False (found 'no'); give one of the two"),
    ],
)
def test_a_wrong_option_says_what_is_allowed(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        AlignConfig(**arguments)  # type: ignore[arg-type]
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "value", [EN[0], Bead((0,), (0,)), AlignConfig(), AlignedDocument(EN, (), (Bead((0,), ()),), 0.0)]
)
def test_values_are_frozen(value: object) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, dataclasses.fields(value)[0].name, None)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(any), max_size=8), st.data())
def test_check_beads_accepts_a_cover_and_nothing_else(sizes: list[tuple[int, int]], data: st.DataObject) -> None:
    beads, i, j = [], 0, 0
    for a, b in sizes:
        beads.append(Bead(tuple(range(i, i + a)), tuple(range(j, j + b))))
        i, j = i + a, j + b
    check_beads(beads, i, j)
    if beads:
        gone = data.draw(st.integers(0, len(beads) - 1))
        with pytest.raises(InputError, match="bead"):
            check_beads(beads[:gone] + beads[gone + 1 :], i, j)
        with pytest.raises(InputError, match="bead"):
            check_beads([*beads, beads[-1]], i, j)


def test_texts_and_counts_of_a_null_bead() -> None:
    document = AlignedDocument(EN, (), (Bead((0,), ()),), 1.0)
    assert document.texts(document.beads[0]) == ("Hi.", "")
    assert document.bead_counts == {"1:0": 1}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InputError("bad"), "bad"),
        (InputError("bad", path="a\nb.txt", line=3, found="x\ty", todo="do"), "a b.txt:3: bad (found x y); do"),
        (InputError("bad", line=3), "line 3: bad"),
        (InputError("bad", path="\udcff.txt"), "\\udcff.txt: bad"),
        (
            MissingExtraError("reading DOCX", package="python-docx", extra="docx"),
            "reading DOCX needs the package python-docx; run: pip install 'envi-aligner[docx]'",
        ),
    ],
)
def test_messages_stand_on_one_line(error: AlignerError, message: str) -> None:
    assert str(error) == message
    str(error).encode("utf-8")
