"""Files of pairs: every format, in chunks, and what is wrong in them."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import aligner
from aligner.cli import main
from aligner.errors import InputError

EN = "The shop opens at nine o'clock."
VI = "Cửa hàng mở cửa lúc chín giờ."
EN2 = "We walked along the beach with our dog and three friends."
VI2 = "Chúng tôi đi bộ dọc bãi biển cùng con chó và ba người bạn."
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        data = text.encode("utf-8", "surrogateescape")
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return written


def read(path: Path, other: Path | None = None) -> pd.DataFrame:
    return pd.concat(list(aligner.read_pairs(path, other)), ignore_index=True)


TMX = """<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4"><header srclang="en"/><body>
<tu><tuv xml:lang="en-US"><seg>The <bpt i="1">&lt;b&gt;</bpt>shop<ept i="1">&lt;/b&gt;</ept>
opens at nine o'clock.</seg></tuv>
<tuv xml:lang="vi-VN"><seg>Cửa hàng mở cửa lúc chín giờ.</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>We walked along the beach with our dog and three friends.</seg></tuv>
<tuv xml:lang="fr"><seg>Nous.</seg></tuv>
<tuv xml:lang="vi"><seg>Chúng tôi đi bộ dọc bãi biển cùng con chó và ba người bạn.</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>Alone.</seg></tuv></tu>
</body></tmx>"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", f"{EN}\t{VI}\n{EN2}\t{VI2}\n"),
        ("a.tsv", f"\ufeffsrc_text\ttrg_text\r\n{EN}\t{VI}\r\n{EN2}\t{VI2}"),
        ("a.txt", f"vi\ten\n{VI}\t{EN}\n{VI2}\t{EN2}\n"),
        ("a.txt", f"English\tVietnamese\n{EN}\t{VI}\n{EN2}\t{VI2}\n"),
        ("a.tsv.gz", f"{EN}\t{VI}\n{EN2}\t{VI2}\n"),
        ("a.jsonl", "\n".join(json.dumps({"src_text": e, "trg_text": v}) for e, v in ((EN, VI), (EN2, VI2)))),
        ("a.jsonl", "\n".join(json.dumps({"translation": {"en": e, "vi": v}}) for e, v in ((EN, VI), (EN2, VI2)))),
        ("a.tmx", TMX),
    ],
)
def test_every_format_gives_the_same_pairs(write: Write, name: str, text: str) -> None:
    found = read(write(name, text))
    assert list(zip(found["src_text"], found["trg_text"], strict=True)) == [(EN, VI), (EN2, VI2)]


def test_moses_files_go_line_by_line(write: Write) -> None:
    found = read(write("a.en", f"{EN}\n\n{EN2}\n"), write("a.vi", f"{VI}\nx\u2028y\n{VI2}\n"))
    assert found["trg_text"].tolist() == [VI, "x\u2028y", VI2]
    assert found["src_text"].tolist() == [EN, "", EN2]


def test_other_columns_and_words_like_na_stay(write: Write) -> None:
    found = read(write("a.tsv", 'src_text\tid\ttrg_text\nNA\t007\tnull\n"q\t1e5\tnan\n'))
    assert found.values.tolist() == [["NA", "007", "null"], ['"q', "1e5", "nan"]]
    assert read(write("b.tsv", "a\tb\t0.5\n")).columns.tolist() == ["src_text", "trg_text", "column_3"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.tsv", f"{EN}\t{VI}\nno tab here\n", r"a\.tsv:2: too few tabs \(found 1 of 2 columns\)"),
        ("a.tsv", "no tab here\n", r"a\.tsv:1: too few tabs"),
        ("a.tsv", "a\tb\na\tb\tc\n", r"a\.tsv:2: too many tabs"),
        ("a.tsv", "src_text\tvi\na\tb\n", r"no column trg_text \(found src_text, vi\)"),
        ("a.tsv", "id\ttext\tscore\n1\ta b\t3\n", r"no column src_text \(found id, text, score\)"),
        ("a.tsv", "", "no pairs"),
        ("a.tsv", "a\tb\nc\t\udcff\n", r"a\.tsv:2: not UTF-8 \(found byte FF"),
        ("a.jsonl", '{"src_text": "a"}\n', r"a\.jsonl:1: no text keys \(found src_text\)"),
        ("a.jsonl", '{"src_text": "a", "trg_text": "b"}\n[1]\n', r"a\.jsonl:2: no JSON object \(found list\)"),
        ("a.jsonl", "{\n", r"a\.jsonl:1: not JSON \(found Expecting property name .* at character 2\)"),
        ("a.tmx", TMX.replace("xml:lang=\"vi", "xml:lang=\"th"), r"no unit with English and Vietnamese \(found 3 "),
        ("a.tmx", TMX.replace("<tmx", "<!DOCTYPE tmx [<!ENTITY x 'y'>]>\n<tmx"), "entities declared in the DOCTYPE"),
        ("a.tmx", TMX.replace("</body>", ""), "not well-formed XML"),
        ("a.tmx", "<html/>", "XML, but not TMX"),
        ("a.odt", "a,b\n", "unknown format"),
        ("a.tsv.gz", "", "no pairs"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(write: Write, name: str, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(write(name, text))


def test_entities_are_never_resolved(write: Write, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", "utf-8")
    text = TMX.replace("<tmx", f"<!DOCTYPE tmx [<!ENTITY x SYSTEM '{secret.as_uri()}'>]>\n<tmx").replace(
        "Alone.", "&x;"
    )
    with pytest.raises(InputError, match="entities declared"):
        read(write("a.tmx", text))
    with pytest.raises(InputError, match=r"not well-formed XML|an entity in a segment"):
        read(write("b.tmx", TMX.replace("Alone.", "&x;")))


def test_moses_files_of_different_length_are_refused(write: Write) -> None:
    with pytest.raises(InputError, match=r"a\.vi:1: fewer lines than .*a\.en"):
        read(write("a.en", "a\nb\n"), write("a.vi", "x\n"))
    with pytest.raises(InputError, match=r"a\.vi:1: fewer lines than .*a\.en"):  # there is no line 0
        read(write("a.en", "a\nb\n"), write("a.vi", ""))


def test_a_file_is_scored_in_chunks_like_a_frame(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(EN, VI), (EN2, VI2), (EN, VI2), (EN, EN), ("", VI)]
    path = write("a.tsv", "".join(f"{e}\t{v}\t{k}\n" for k, (e, v) in enumerate(rows)))
    monkeypatch.setattr("aligner.pairs.tsv.CHUNK", 2)
    total = aligner.score_file(path, tmp_path / "out.tsv")
    out = pd.read_csv(tmp_path / "out.tsv", sep="\t", quoting=3, keep_default_na=False)
    frame = aligner.score_pairs(pd.DataFrame(rows, columns=["src_text", "trg_text"]))
    assert out["decision"].tolist() == frame["decision"].tolist() == ["keep", "keep", "drop", "drop", "drop"]
    assert out["quality"].tolist() == pytest.approx(frame["quality"].tolist(), abs=1e-3)
    assert out["reasons"].tolist()[-1] == "empty"
    assert out["column_3"].tolist() == [0, 1, 2, 3, 4]
    assert (total["pairs"], total["kept"], total["rules"]["empty"], total["rules"]["identical"]) == (5, 2, 1, 1)
    assert total["reasons"]["empty"] == 1


def test_kept_pairs_alone_and_json_lines(write: Write, tmp_path: Path) -> None:
    path = write("a.tsv", f"{EN}\t{VI}\n{EN}\t{VI2}\n")
    total = aligner.score_file(path, tmp_path / "out.jsonl", kept_only=True, features=True)
    (line,) = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["trg_text"] == VI
    assert "feature_cosine" in json.loads(line)
    assert (total["pairs"], total["kept"]) == (2, 1)


def test_a_bad_line_leaves_no_half_file(write: Write, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        aligner.score_file(write("a.tsv", f"{EN}\t{VI}\nx\n"), tmp_path / "out.tsv")
    assert not (tmp_path / "out.tsv").exists()
    with pytest.raises(InputError, match="unknown output format"):
        aligner.score_file(write("b.tsv", f"{EN}\t{VI}\n"), tmp_path / "out.docx")


# The command ----------------------------------------------------------------------------------------------------------


def test_the_command_scores_and_counts(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = write("a.tsv", f"{EN}\t{VI}\n{EN}\t{EN}\n"), tmp_path / "out.tsv"
    assert main(["score", str(path), "-o", str(out)]) == 0
    told = capsys.readouterr().err
    assert "pairs: 2, 1 of them to keep" in told
    assert "1 identical" in told
    assert "signature: " in told
    assert out.read_text("utf-8").split("\n")[0].split("\t")[:2] == ["src_text", "trg_text"]


def test_the_command_takes_thresholds_and_switches_rules_off(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("a.tsv", f"{EN}\t{VI}\n{EN}\t{EN}\n")
    off = [part for rule in ("identical", "target_language", "untranslated") for part in ("--without-rule", rule)]
    assert main(["score", str(path), "--threshold", "0", *off]) == 0
    assert "pairs: 2, 2 of them to keep" in capsys.readouterr().err
    assert main(["score", str(path), "--threshold", "best"]) == 2
    assert "unknown threshold (found 'best')" in capsys.readouterr().err


def test_the_command_reads_two_files(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(write("a.en", f"{EN}\n")), str(write("a.vi", f"{VI}\n"))]) == 0
    captured = capsys.readouterr()
    assert captured.out.split("\n")[1].startswith(f"{EN}\t{VI}\t")
