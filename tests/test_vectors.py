"""Vectors from files: .npy and vecalign's; every mismatch is an error with its place, and nothing is made up."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from tests.commands import run

TEXTS = ["The shop is shut.", "", "We went home."]
ROWS = np.arange(12, dtype=np.float32).reshape(3, 4)


def overlaps_of(sentences: list[str], n_overlaps: int = 2) -> list[str]:
    """What vecalign's overlap.py writes: each run once, sorted, PAD before the first."""
    lines = [sentence.strip() or "BLANK_LINE" for sentence in sentences]
    runs = {" ".join(lines[k : k + n]) for n in range(1, n_overlaps + 1) for k in range(len(lines) - n + 1)}
    return sorted({"PAD", *(run[:10_000] for run in runs)})


def write_overlaps(folder: Path, lines: list[str], rows: np.ndarray | None = None) -> tuple[Path, Path, np.ndarray]:
    text, vectors = folder / "overlaps.en", folder / "overlaps.en.emb"
    text.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    rows = np.random.default_rng(3).normal(size=(len(lines), 4)).astype("<f4") if rows is None else rows
    rows.tofile(vectors)
    return text, vectors, rows


@pytest.mark.parametrize("kind", ["<f4", ">f4", "<f8", "<f2", "i1", "F"])
@pytest.mark.parametrize("texts", [TEXTS, None])
def test_npy(tmp_path: Path, kind: str, texts: list[str] | None) -> None:
    np.save(tmp_path / "a.npy", np.asfortranarray(ROWS) if kind == "F" else ROWS.astype(kind))
    rows = aligner.read_vectors(tmp_path / "a.npy", texts=texts)
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows, ROWS)


def test_raw(tmp_path: Path) -> None:
    ROWS.astype("<f4").tofile(tmp_path / "a.raw")
    for texts in (TEXTS, None):
        np.testing.assert_array_equal(aligner.read_vectors(tmp_path / "a.raw", texts=texts, dimension=4), ROWS)


def test_vecalign(tmp_path: Path) -> None:
    lines = overlaps_of(TEXTS)
    text, vectors, rows = write_overlaps(tmp_path, lines)
    places = [lines.index(line) for line in ("The shop is shut.", "BLANK_LINE", "We went home.")]
    for dimension in (None, 4):
        got = aligner.read_vectors(vectors, texts=["The shop is shut.", " ", " We went home."], overlaps=text,
                                   dimension=dimension)  # fmt: skip
        np.testing.assert_array_equal(got, rows[places])
    np.save(tmp_path / "a.npy", rows)
    np.testing.assert_array_equal(aligner.read_vectors(tmp_path / "a.npy", texts=TEXTS, overlaps=text), rows[places])


def test_a_long_sentence_is_found_where_vecalign_cuts_it(tmp_path: Path) -> None:
    long = "word " * 3_000
    lines = overlaps_of([long])
    text, vectors, rows = write_overlaps(tmp_path, lines)
    got = aligner.read_vectors(vectors, texts=[long], overlaps=text)
    assert got.tolist() == [rows[[line[:4] for line in lines].index("word")].tolist()]


def test_vectors_align(tmp_path: Path) -> None:
    en, vi = ["It rained.", "We stayed at home."], ["Trời mưa.", "Chúng tôi ở nhà."]
    for name, side in (("en", en), ("vi", vi)):
        np.save(tmp_path / f"{name}.npy", aligner.encode(side))
    vectors = tuple(aligner.read_vectors(tmp_path / f"{name}.npy", texts=t) for name, t in (("en", en), ("vi", vi)))
    alignment = aligner.align(en, vi, encode=vectors)  # type: ignore[arg-type]
    assert alignment.beads == aligner.align(en, vi, encode=aligner.encode).beads


def header(shape: str, descr: str = "<f4") -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


NAN = np.array([[1, 2, 3, 4], [5, np.nan, 7, 8], [9, 10, 11, 12]], np.float32)


@pytest.mark.parametrize(
    ("data", "more", "message"),
    [
        (b"", {}, "a.npy: the file is empty"),
        (header("(2, 4)") + bytes(32), {}, "not one vector a line (found 2 vectors, 3 sentences); give the vectors of"),
        (header("(3, 4)") + bytes(44), {}, "cut short or too long (found 44 bytes for shape (3, 4) of float32)"),
        (header("(999999999999, 4)") + bytes(48), {}, "cut short or too long (found 48 bytes for shape (999999999999"),
        (header("(-3, -4)") + bytes(48), {"texts": None}, "not an array of vectors (found shape (-3, -4) of float32)"),
        (header("(0, 4)"), {"texts": []}, "not an array of vectors (found shape (0, 4) of float32)"),
        (header("(12,)") + bytes(48), {}, "not an array of vectors (found shape (12,) of float32)"),
        (header("(3, 4)", "|O") + bytes(96), {}, "not an array of vectors (found shape (3, 4) of object)"),
        (header("(3, 4)", "<c8") + bytes(96), {}, "not an array of vectors (found shape (3, 4) of complex64)"),
        (header("(3, 4)", "nonsense") + bytes(48), {}, "not a .npy file that can be read (found "),
        (header("(" * 90), {}, "not a .npy file that can be read (found "),
        (b"\x93NUMPY\x09\x00", {}, "not a .npy file that can be read (found "),
        (b"\x93NUMPY", {}, "not a .npy file that can be read (found "),
        (header("(3, 4)") + NAN.tobytes(), {}, "vector 1 is not finite (found nan); make the vectors again"),
        (header("(3, 1)", "<f8") + np.full(3, 1e300).tobytes(), {}, "vector 0 is not finite (found inf)"),
        (
            header("(3, 4)") + bytes(48),
            {"dimension": 5},
            "vectors of another length (found 4 numbers a vector, 5 asked",
        ),
        (bytes(47), {}, "neither .npy nor raw float32 (found 47 bytes, no multiple of 4)"),
        (bytes(48), {}, "raw float32 numbers of unknown dimension (found 12 numbers); give the overlaps"),
        (bytes(48), {"dimension": 5}, "vectors of another length (found 12 numbers, no multiple of 5)"),
        (bytes(48), {"dimension": 6}, "not one vector a line (found 2 vectors, 3 sentences)"),
        (bytes(48), {"texts": None}, "raw float32 numbers of unknown dimension (found 12 numbers); give the ov"),
        (bytes(48), {"dimension": 0}, "dimension is no positive number (found 0)"),
        (bytes(48), {"texts": "abc"}, "texts is a single str; give a list of sentences"),
        (bytes(48), {"texts": None, "overlaps": "a.txt"}, "a.txt: overlaps without texts"),
        (bytes(48), {"overlaps": "missing.txt"}, "missing.txt: no such file"),
    ],
)
def test_every_mismatch_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, more: dict[str, object], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.npy").write_bytes(data)
    with pytest.raises(aligner.InputError) as caught:
        aligner.read_vectors("a.npy", **{"texts": TEXTS, **more})  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_a_sentence_that_is_missing_is_never_made_up(tmp_path: Path) -> None:
    text, vectors, _ = write_overlaps(tmp_path, overlaps_of(TEXTS))
    with pytest.raises(aligner.InputError, match=re.escape("overlaps.en: sentence 1 has no line (found 'We left.')")):
        aligner.read_vectors(vectors, texts=[TEXTS[0], "We left."], overlaps=text)
    with pytest.raises(aligner.InputError, match=r"texts\[0\] is not a str .found int"):
        aligner.read_vectors(vectors, texts=[5], overlaps=text)  # type: ignore[list-item]


def test_a_line_twice_and_a_wrong_number_of_lines(tmp_path: Path) -> None:
    text, vectors, _ = write_overlaps(tmp_path, ["a", "b", "a "])
    with pytest.raises(aligner.InputError, match=r"overlaps.en:3: a line that stands twice .found also line 1: 'a '"):
        aligner.read_vectors(vectors, texts=["a"], overlaps=text)
    text, vectors, _ = write_overlaps(tmp_path, ["a", "b", "c"], np.ones((5, 4), "<f4"))
    with pytest.raises(aligner.InputError, match=r"not one vector a line .found 20 numbers for 3 lines"):
        aligner.read_vectors(vectors, texts=["a"], overlaps=text)
    with pytest.raises(aligner.InputError, match=r"not one vector a line .found 5 vectors, 3 lines in the overlaps"):
        aligner.read_vectors(vectors, texts=["a"], overlaps=text, dimension=4)


def test_a_vector_of_another_run_may_be_anything(tmp_path: Path) -> None:
    # Only what is used is looked at: overlaps may be many gigabytes.
    lines = overlaps_of(TEXTS)
    rows = np.ones((len(lines), 4), "<f4")
    rows[lines.index("PAD")] = np.nan
    text, vectors, _ = write_overlaps(tmp_path, lines, rows)
    assert aligner.read_vectors(vectors, texts=TEXTS, overlaps=text).tolist() == [[1] * 4] * 3


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.booleans(), st.sampled_from([None, 1, 3]))
def test_nothing_but_documented_errors(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, npy: bool, dimension: int | None
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.npy"
    path.write_bytes((b"\x93NUMPY\x01\x00" if npy else b"") + data)
    try:
        rows = aligner.read_vectors(path, dimension=dimension)
    except aligner.InputError:
        return
    assert rows.ndim == 2


# The command: lines, and vectors that belong to them.

EN = "The shop is shut.\n\nWe went home.\nIt rained. It rained a lot.\n"
VI = "Cửa hàng đóng cửa.\n\nChúng tôi về nhà.\nTrời mưa. Trời mưa rất to.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("en", EN), ("vi", VI)):
        Path(f"a.{name}").write_text(text, "utf-8")
        np.save(f"{name}.npy", aligner.encode(text.split("\n")[:-1]))
        lines = overlaps_of(text.split("\n")[:-1])
        Path(f"over.{name}").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        aligner.encode(lines).astype("<f4").tofile(f"{name}.emb")
    return tmp_path


def pairs_of(output: str) -> list[list[str]]:
    return [line.split("\t")[:2] for line in output.splitlines()[1:]]


@pytest.mark.slow
def test_lines_are_taken_as_they_are(folder: Path) -> None:
    done = run("align", "a.en", "a.vi", "--lines", "-o", "-", "--nulls")
    assert done.returncode == 0, done.stderr
    assert pairs_of(done.stdout) == [list(pair) for pair in zip(EN.split("\n")[:-1], VI.split("\n")[:-1], strict=True)]
    assert "sentences: 4 English, 4 Vietnamese" in done.stderr
    expected = aligner.align(EN.split("\n")[:-1], VI.split("\n")[:-1]).to_frame(nulls=True)
    got = [line.split("\t") for line in done.stdout.splitlines()]
    for column in ("aligner_score", "src_start", "trg_end"):
        assert [float(row[got[0].index(column)]) for row in got[1:]] == pytest.approx(
            expected[column].tolist(), abs=1e-4
        )
    assert "doc_id" in got[0]
    assert got[1][got[0].index("doc_id")] == "a.en"


@pytest.mark.slow
def test_vectors_of_lines(folder: Path) -> None:
    done = run("align", "a.en", "a.vi", "--lines", "--vectors", "en.npy", "vi.npy", "-o", "-")
    assert done.returncode == 0, done.stderr
    assert ["We went home.", "Chúng tôi về nhà."] in pairs_of(done.stdout)
    assert "|encoder:vectors:" in done.stderr
    by_vecalign = run("align", "a.en", "a.vi", "--lines", "--vectors", "en.emb", "vi.emb",
                      "--overlaps", "over.en", "over.vi", "-o", "-")  # fmt: skip
    assert by_vecalign.returncode == 0, by_vecalign.stderr
    assert pairs_of(by_vecalign.stdout) == pairs_of(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.en", "--lines"], "a.en: one file of lines; give an English and a Vietnamese one"),
        (["a.vi", "a.en", "--lines"], "a.vi, a.en: the files are swapped; give the English file first"),
        (["-", "-", "--lines"], "standard input cannot be both files"),
        (["a.en", "missing.vi", "--lines"], "missing.vi: no such file"),
        (["a.en", "a.vi", "--vectors", "en.npy", "vi.npy"], "--vectors needs --lines"),
        (["a.en", "a.vi", "--lines", "--overlaps", "over.en", "over.vi"], "--overlaps needs --vectors"),
        (["a.en", "a.vi", "--encoder-cache", "c"], "--encoder-cache needs --encoder"),
        (["a.en", "a.vi", "--encoder-prompt", "query: "], "--encoder-prompt needs --encoder"),
        (["a.en", "a.vi", "--lines", "--encoder", "x", "--vectors", "en.npy", "vi.npy"], "exclude each other"),
        (
            ["a.en", "a.vi", "--lines", "--vectors", "en.emb", "vi.npy"],
            "en.emb: raw float32 numbers of unknown dimension",
        ),
        (["a.en", "a.vi", "--lines", "--vectors", "en.npy", "gone.npy"], "gone.npy: no such file"),
        (["a.en", "a.vi", "--encoder", ""], "no encoder named"),
    ],
)
def test_options_that_do_not_go_together(folder: Path, arguments: list[str], said: str) -> None:
    done = run("align", *arguments, given=b"x")
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert said in line
