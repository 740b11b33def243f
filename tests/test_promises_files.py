"""Promises of packed files: what is cut short or damaged is an error of every verb, wherever the cut is."""

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import aligner
from aligner.errors import InputError
from aligner.files.streams import PACKED, open_packed, read_blocks
from tests.commands import run

SKIPPABLE = (0x184D2A50).to_bytes(4, "little") + (5).to_bytes(4, "little") + b"hello"
"""A frame that holds no data: RFC 8878, section 3.1.2; pzstd writes such ones."""


def pack(path: Path, n: int) -> tuple[str, bytes]:
    """A file of n pairs that do not pack into one block: its text and its bytes."""
    rng = random.Random(n)
    text = "".join(f"The {k}th ferry, {rng.random()}.\tChuyến phà {k}, {rng.random()}.\n" for k in range(n))
    with open_packed(path) as file:
        file.write(text)
    return text, path.read_bytes()


def unpack(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return b"".join(read_blocks(path)).decode()


@pytest.mark.parametrize("suffix", PACKED)
def test_a_cut_anywhere_is_an_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.tsv{suffix}"
    _, data = pack(path, 20)
    for n in range(len(data)):
        with pytest.raises(InputError, match="not a whole"):
            unpack(path, data[:n])


@pytest.mark.parametrize("suffix", PACKED)
def test_a_cut_of_a_large_file_is_an_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.tsv{suffix}"
    text, data = pack(path, 20_000)  # several blocks of 128 KiB, and of our own
    assert unpack(path, data) == text
    for n in random.Random(1).sample(range(len(data)), 20):
        with pytest.raises(InputError, match="not a whole"):
            unpack(path, data[:n])


@pytest.mark.parametrize("suffix", PACKED)
def test_files_one_behind_another_are_one_file_and_no_part_of_the_second_is_lost(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.tsv{suffix}"
    text, data = pack(path, 20)
    assert unpack(path, data * 3) == text * 3
    for n in range(len(data) + 1, 2 * len(data)):
        with pytest.raises(InputError, match="not a whole"):
            unpack(path, (data * 2)[:n])
    with pytest.raises(InputError, match="not a whole"):
        unpack(path, data + b"no frame")


@pytest.mark.slow
@pytest.mark.parametrize("suffix", PACKED)
def test_a_bit_that_fell_over_never_gives_another_text(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.tsv{suffix}"
    text, data = pack(path, 20)
    refused = 0
    for bit in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            assert unpack(path, bytes(damaged)) == text  # gzip's time, the bits that fill the last byte up
        except InputError:
            refused += 1
    assert refused > 0.95 * 8 * len(data)


def test_a_frame_without_data_is_passed_over_if_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv.zst"
    text, data = pack(path, 20)
    assert unpack(path, SKIPPABLE + data + SKIPPABLE * 2 + data + SKIPPABLE) == text * 2
    with pytest.raises(InputError, match="not a whole Zstandard file"):
        unpack(path, data + SKIPPABLE[:-1])


def test_a_zst_that_unpacks_to_much_more_is_read_in_little_memory(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    path = tmp_path / "a.zst"
    with path.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as packed:
        for _ in range(200):
            packed.write(b"\n" * (1 << 20))
    sizes = [len(block) for block in read_blocks(path)]
    assert sum(sizes) == 200 << 20
    assert max(sizes) <= 1 << 18


VERBS = (
    ("convert", "CUT", "OUT"),
    ("score", "CUT", "-o", "OUT"),
    ("describe", "CUT"),
    ("report", "CUT", "-o", "OUT.html"),
    ("deduplicate", "CUT", "--exact", "-o", "OUT"),
    ("deduplicate", "WHOLE", "--exact", "--against", "CUT", "-o", "OUT"),
    ("evaluate", "--hypotheses", "LINES", "CUT"),
)
"""Every verb that reads pairs, by every way in."""


@pytest.mark.parametrize("name", ["a.tsv", "a.jsonl", "a.tmx"])
@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_every_verb_refuses_a_cut_file_and_writes_nothing(
    tmp_path: Path, words: tuple[str, ...], suffix: str, name: str
) -> None:
    whole, cut, lines = tmp_path / f"whole.{name}{suffix}", tmp_path / f"cut.{name}{suffix}", tmp_path / "lines.txt"
    pack(tmp_path / f"a.tsv{suffix}", 60)
    aligner.convert_pairs(tmp_path / f"a.tsv{suffix}", whole)
    lines.write_text("x\n" * 60, "utf-8")
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) * 2 // 3])
    places = {"CUT": cut, "WHOLE": whole, "LINES": lines, "OUT": tmp_path / "out.tsv", "OUT.html": tmp_path / "o.html"}
    before = sorted(tmp_path.iterdir())
    done = run(*(places.get(word, word) for word in words))
    assert done.returncode == 2
    assert "not a whole" in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("aligner: ")]) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_an_end_that_a_verb_has_no_need_to_reach_is_still_asked_for(tmp_path: Path) -> None:
    """A checksum stands behind the last line: it is read though all pairs are there."""
    for suffix in PACKED:
        path = tmp_path / f"a.tsv{suffix}"
        _, data = pack(path, 20)
        path.write_bytes(data[:-1])
        with pytest.raises(InputError, match="not a whole"):
            list(aligner.read_pairs(path))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 96 kB; where no file system may be mounted, the test is left out."""
    place = tmp_path / "disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(place)]
    try:
        done = subprocess.run(words, capture_output=True)
    except OSError:
        done = None
    if done is None or done.returncode:
        pytest.skip("no file system can be mounted")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("convert", "a.tsv", "DISK/b.tmx"),
        ("convert", "a.tsv", "DISK/b.tsv"),
        ("convert", "a.tsv", "DISK/b.jsonl"),
        ("convert", "a.tsv", "DISK/set", "--to", "huggingface"),
        ("score", "a.tsv", "-o", "DISK/b.tsv"),
        ("deduplicate", "a.tsv", "-o", "DISK/b.tsv"),
        ("report", "a.tsv", "-o", "DISK/b.html"),
        ("build", "m.jsonl", "-o", "DISK/corpus", "--jobs", "1"),
    ],
    ids=" ".join,
)
def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(
    tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    days = range(900)
    rows = [(f"It rained in Hue on day {k}, and nobody left.", f"Trời mưa ở Huế ngày {k}, không ai đi.") for k in days]
    (tmp_path / "a.tsv").write_text("src_text\ttrg_text\n" + "".join(f"{en}\t{vi}\n" for en, vi in rows), "utf-8")
    documents = [
        {
            "id": str(n),
            "en_text": "\n\n".join(en for en, _ in rows[n::3]),
            "vi_text": "\n\n".join(vi for _, vi in rows[n::3]),
        }
        for n in range(3)
    ]
    (tmp_path / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in documents), "utf-8")
    (small_disk / "full").write_bytes(b"\0" * 88 * 1024)
    given = [word.replace("DISK", str(small_disk)) for word in words]
    done = run(*given)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("aligner: ")
    assert "Traceback" not in done.stderr
    left = [p for p in small_disk.rglob("*") if p.is_file() and p.name != "full"]
    assert words[0] == "build" or left == []
    if words[0] == "build":
        (small_disk / "full").unlink()
        subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
        assert run(*given).returncode == 0
        assert run(*(word.replace("DISK", str(tmp_path)) for word in words)).returncode == 0
        found, whole = ({p.relative_to(c).as_posix(): p.read_bytes() for p in sorted(c.rglob("*")) if p.is_file()}
                        for c in (small_disk / "corpus", tmp_path / "corpus"))  # fmt: skip
        assert found == whole
