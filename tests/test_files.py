"""Reading and writing: what is decoded, what is refused and with which words. Every file here is made by the test."""

import io
import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.errors import InputError
from aligner.files.streams import open_packed, read_blocks
from aligner.files.whole import MAGIC_NUMBERS, decode, open_atomic, read_text, write_text

VIETNAMESE = "Việt Nam đổi mới.\nNăm nay trời lạnh.\n"
TODO = "give its encoding, as in encoding='cp1258' (--encoding cp1258), or save it as UTF-8"


KNOWN = "use a name Python knows, such as utf-8, utf-16 or cp1258, or one of tcvn3, vni, viscii, vps, viqr"


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (VIETNAMESE.encode(), None, VIETNAMESE),
        (VIETNAMESE.encode("utf-8-sig"), None, VIETNAMESE),
        (VIETNAMESE.encode("utf-8-sig"), "utf-8", VIETNAMESE),
        (VIETNAMESE.encode("utf-16"), None, VIETNAMESE),
        (b"\xfe\xff" + VIETNAMESE.encode("utf-16-be"), None, VIETNAMESE),
        (VIETNAMESE.encode("utf-16-le"), None, VIETNAMESE),
        (VIETNAMESE.encode("utf-16-be"), None, VIETNAMESE),
        # The Vietnamese letters farthest from ASCII: U+1EA0 to U+1EF9 have no zero byte.
        ("Ở ngữ, mỗi từ một nghĩa.".encode("utf-16-be"), None, "Ở ngữ, mỗi từ một nghĩa."),
        ("côté".encode("latin-1"), "latin-1", "côté"),
        (b"one\r\ntwo\rthree\n", None, "one\ntwo\nthree\n"),
    ],
)
def test_decodes(data: bytes, encoding: str | None, text: str) -> None:
    assert decode(data, encoding=encoding) == text


def test_cp1258_by_option_only(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes("Chào bạn\n".encode("cp1258", "replace"))
    with pytest.raises(InputError, match=r"not UTF-8"):
        read_text(path)
    assert read_text(path, encoding="cp1258").startswith("Chào b")


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"", None, "f: the file is empty"),
        (b"\xef\xbb\xbf", None, "f: the file is empty (found only a byte order mark)"),
        (b"ab\ncd \xe0o", None, f"f:2: not UTF-8 (found bytes E0 6F at byte 6); {TODO}"),
        ("Chào các bạn".encode("utf-16")[:-1], None, f"f:1: not UTF-16 (found bytes 6E at byte 24); {TODO}"),
        (
            "Đà Nẵng\nmưa ".encode() + b"l\xf8n",
            None,
            "f:2: mixed encodings: UTF-8 elsewhere, not here (found bytes F8 6E at byte 18, 1 such places); "
            "decode the parts one by one and save the file as UTF-8",
        ),
        (
            b"\xe9t\xe9",
            "ascii",
            "f:1: not ASCII (found bytes E9 74 at byte 0); give another encoding, or save the file as UTF-8",
        ),
        (b"abc\0def g", None, "f: binary data (found a NUL at byte 3); save it as plain text in UTF-8"),
        (b"abc\0\xff\xfe\0", None, "f: binary data (found a NUL at byte 3); save it as plain text in UTF-8"),
        ("ab\0".encode("utf-16"), None, "f: binary data (found a NUL at byte 6); save it as plain text in UTF-8"),
        (
            b"x",
            "tcvn4",
            "f: unknown encoding (found 'tcvn4'); " + KNOWN,
        ),
        (
            b"x",
            "hex",
            "f: unknown encoding (found 'hex'); " + KNOWN,
        ),
        (
            b"x",
            "a\0b",
            "f: unknown encoding (found 'a\\x00b'); " + KNOWN,
        ),
        (b"x", "", "f: unknown encoding (found ''); " + KNOWN),
        # No codec for texts: it cannot leave out what it cannot read, nor tell a NUL's place.
        (
            b"a\nb\xe9",
            "idna",
            "f:2: not IDNA (found bytes E9 at byte 3); give another encoding, or save the file as UTF-8",
        ),
        (b"a\0", "idna", "f: binary data (found a NUL at byte 1); save it as plain text in UTF-8"),
        (
            "x".encode("utf-32"),
            None,
            "f: not UTF-8 (found UTF-32, by its byte order mark); "
            "give encoding='utf-32' (--encoding utf-32), or save it as UTF-8",
        ),
        *(
            (magic + b"rest", None, f"f: not a text file (found {kind}, by its first bytes); save it as plain text")
            for magic, kind in MAGIC_NUMBERS.items()
        ),
    ],
)
def test_refuses_with_these_words(tmp_path: Path, data: bytes, encoding: str | None, message: str) -> None:
    (tmp_path / "f").write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_text(tmp_path / "f", encoding=encoding)
    assert str(caught.value).removeprefix(f"{tmp_path}{os.sep}") == message


def test_refuses_paths(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none: no such file; check the path"):
        read_text(tmp_path / "none")
    with pytest.raises(InputError, match=r"this is a folder; give a file"):
        read_text(tmp_path)
    with pytest.raises(InputError, match=r"cannot be opened .found embedded null"):
        read_text("a\0b")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"cannot be opened .found Not a directory"):
        read_text(tmp_path / "file" / "inner")


@pytest.mark.parametrize("act", [read_text, lambda path: write_text(path, "x")], ids=["read", "write"])
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "no file name; give a file"),
        ("a\0b", "embedded null"),
        ("\ud800", "surrogates not allowed"),
        ("x" * 300, "(found File name too long)"),
    ],
)
def test_refuses_what_is_no_path(act: Callable[[str], object], path: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        act(path)


def test_names_a_missing_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests may run as root, whom no permission stops.
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match=r"secret: no permission; change it or give another path"):
        read_text("secret")


def test_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(VIETNAMESE.encode("utf-16"))))
    assert read_text("-") == VIETNAMESE


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_an_input_error(data: bytes) -> None:
    try:
        text = decode(data)
    except InputError:
        return
    assert text
    assert not {"\0", "\r"} & set(text)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1))
def test_utf8_comes_back(text: str) -> None:
    if not any(text.encode().startswith(magic) for magic in MAGIC_NUMBERS):
        assert decode(b"\xef\xbb\xbf" + text.encode()) == text


def test_writes_what_is_read(tmp_path: Path) -> None:
    write_text(tmp_path / "out.txt", VIETNAMESE)
    assert (tmp_path / "out.txt").read_bytes() == VIETNAMESE.encode()
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old")

    def fail_half_way() -> None:
        with open_atomic(path) as handle:
            handle.write("new")
            raise KeyError("stop")

    with pytest.raises(KeyError):
        fail_half_way()
    with pytest.raises(InputError, match=r"text that UTF-8 cannot hold .found '\\udc80' at character 1 of the piece"):
        write_text(path, "a\udc80")
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_keeps_permissions_and_follows_links(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o640


def test_a_device_is_written_to_not_replaced() -> None:
    write_text(os.devnull, "gone")
    assert not Path(os.devnull).is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="no /dev/fd here")
def test_a_pipe_with_a_path_is_written_to() -> None:
    read, written = os.pipe()
    write_text(f"/dev/fd/{written}", "pairs\n")
    os.close(written)
    with open(read, "rb") as pipe:
        assert pipe.read() == b"pairs\n"


def test_names_a_full_disk() -> None:
    with pytest.raises(InputError, match=r"/dev/full: cannot be written .found No space left on device"):
        write_text("/dev/full", "x")


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("ệ" * 85)  # 255 bytes, the most a name can have on Linux
    write_text(path, "x")
    assert path.read_text() == "x"


def test_what_the_block_raises_is_not_hidden(tmp_path: Path) -> None:
    for error in (ValueError("a defect"), BrokenPipeError()):
        with pytest.raises(type(error)), open_atomic(tmp_path / "out.txt"):
            raise error
    assert not list(tmp_path.iterdir())


def test_standard_streams_that_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stdin", stream)
        with pytest.raises(InputError, match="standard input is closed"):
            read_text("-")
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", stream)
            with pytest.raises(InputError, match="standard output is closed"):
                write_text("-", "x")


def test_refuses_to_write(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such folder .found no folder .*; make the folder first"):
        write_text(tmp_path / "no" / "out.txt", "x")
    with pytest.raises(InputError, match=r"this is a folder; give a file"):
        write_text(tmp_path, "x")


def test_writes_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    write_text("-", VIETNAMESE)
    assert capsys.readouterr().out == VIETNAMESE


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_packed_files_have_no_time_and_line_feeds_only(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.txt{suffix}"
    with open_packed(path) as file:
        file.write("một\nhai\n")
    assert b"".join(read_blocks(path)) == "một\nhai\n".encode()
    if suffix == ".gz":
        assert path.read_bytes()[3:8] == bytes(5)  # no name, no time
