"""Whether lines are units, by both languages: verse and terms against wrapped prose, mail, Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from aligner.alignment import align, align_article
from aligner.cli import main
from aligner.documents.articles import parse_article, read_article
from aligner.errors import InputError
from aligner.text.lines import decide_lines

# Written for these tests.
SMALL_EN = """my mother counts the boats
that never came back home,
and every night she lights
a lamp beside the door

so that the wind may see
"""
LARGE_VI = """Mẹ tôi đếm những con thuyền
Chưa bao giờ quay về,
Và đêm nào mẹ cũng thắp
Một ngọn đèn bên cửa

Để gió còn nhìn thấy
"""
METRE_EN = """The river carries all our years away in silence,
And what it takes tonight it does not bring again,
The old stones on the bank grow smooth and small,
So let us sit and watch the water turn to gold,
Before the ferryman puts out his lamp and sleeps.
"""
METRE_VI = """Dòng sông lặng lẽ mang đi bao năm tháng của ta,
Những gì đêm nay nó lấy sẽ không bao giờ trả lại,
Đá cũ bên bờ mòn nhẵn và nhỏ dần,
Hãy ngồi xuống ngắm nước hóa thành vàng,
Trước khi người lái đò tắt đèn đi ngủ.
"""
WRAPPED_EN = """The town lies where two rivers meet, and for most of the year nobody there
thinks about water at all. In autumn the rain comes down from the hills and
fills the lower streets, so that people move their beds to the upper floor
and wait. The school closes for a week, and the children go fishing from
their own windows.
"""
WRAPPED_VI = """Thị trấn nằm ở nơi hai con sông gặp nhau, và gần như cả năm không ai ở đó
nghĩ đến nước. Đến mùa thu, mưa từ trên đồi đổ xuống và làm ngập các con
đường thấp, nên người ta dọn giường lên tầng trên rồi chờ đợi. Trường học
đóng cửa một tuần, còn bọn trẻ thì câu cá ngay từ cửa sổ nhà mình, vui như
ngày hội.
"""
MAIL_EN = f"Dear Anna,\n\n{WRAPPED_EN}\nBest regards,\nJohn Miller\nTown Library\n"
MAIL_VI = f"Chị Anna thân mến,\n\n{WRAPPED_VI}\nTrân trọng,\nJohn Miller\nThư viện thị trấn\n"
LINED_EN = "We opened the shop in May.\nIt sells bread. It sells tea too.\nThe oven is old.\n"
LINED_VI = "Chúng tôi mở cửa hàng vào tháng Năm.\nTiệm bán bánh mì. Tiệm bán cả trà.\nCái lò đã cũ.\n"


@pytest.mark.parametrize(
    ("en", "vi", "are_units"),
    [
        (SMALL_EN, LARGE_VI, True),
        (SMALL_EN, LARGE_VI.lower(), True),
        (METRE_EN, METRE_VI, True),
        ("save file\nopen recent\nclose all\n", "lưu tệp\nmở gần đây\nđóng tất cả\n", True),
        (WRAPPED_EN, WRAPPED_VI, False),
        (MAIL_EN, MAIL_VI, False),
        (LINED_EN, LINED_VI, False),
        (SMALL_EN, LARGE_VI * 2, False),  # far more lines on a side
        (WRAPPED_EN, METRE_VI, False),  # a poem beside wrapped prose
        ("One line\nand another", "Một dòng\nvà dòng nữa", False),
    ],
)
def test_lines_are_units(en: str, vi: str, are_units: bool) -> None:
    decided = decide_lines(en, vi)
    assert decided.are_units is are_units, decided.reason
    assert decided.reason


def test_a_poem_keeps_its_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    en_lines = [line for line in SMALL_EN.split("\n") if line]
    a = align(SMALL_EN, LARGE_VI)
    article = parse_article(SMALL_EN, LARGE_VI)
    for side in (a.source, article.source):
        assert [s.text for s in side] == en_lines
        assert [SMALL_EN[s.start : s.end] for s in side] == en_lines
    assert len(a.target) == len(article.target) == 5
    for found in (a, align_article(article)):
        assert found.signature.endswith("|lines:units")
    for name, text in (("a.en.txt", SMALL_EN), ("a.vi.txt", LARGE_VI)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["align", str(tmp_path / "a.en.txt"), str(tmp_path / "a.vi.txt")]) == 0
    assert "lines: each is a unit (5 and 5 short lines" in capsys.readouterr().err
    assert main(["align", "--no-lines", str(tmp_path / "a.en.txt"), str(tmp_path / "a.vi.txt")]) == 0
    with pytest.raises(SystemExit, match="2"):
        main(["align", "--no-lines", "--lines", str(tmp_path / "a.en.txt"), str(tmp_path / "a.vi.txt")])
    assert "lines:" not in capsys.readouterr().err.replace("--lines", "")


def test_stanzas_in_turn_keep_their_lines() -> None:
    stanzas = zip(SMALL_EN.strip().split("\n\n"), LARGE_VI.strip().split("\n\n"), strict=True)
    article = parse_article("\n\n".join(part for pair in stanzas for part in pair))
    assert article.lines
    assert (len(article.source), len(article.target)) == (5, 5)


@pytest.mark.parametrize(("en", "vi"), [(WRAPPED_EN, WRAPPED_VI), (MAIL_EN, MAIL_VI), (LINED_EN, LINED_VI)])
def test_prose_is_split_as_before(en: str, vi: str) -> None:
    found, forced = parse_article(en, vi), parse_article(en, vi, lines=False)
    assert found == forced
    assert not found.lines
    assert align(en, vi).source == align(en, vi, lines=False).source


def test_markdown_says_itself_what_a_line_break_means() -> None:
    article = parse_article(f"# A song\n\n{SMALL_EN}", f"# Một bài hát\n\n{LARGE_VI}")
    assert not article.lines


def test_lines_can_be_forced(tmp_path: Path) -> None:
    assert [s.text for s in align(LINED_EN, LINED_VI, lines=True).source] == LINED_EN.strip().split("\n")
    assert [s.text for s in parse_article(LINED_EN, LINED_VI, lines=True).source] == LINED_EN.strip().split("\n")
    assert len(align(SMALL_EN, LARGE_VI, lines=False).source) < 5
    (tmp_path / "a.txt").write_text(LINED_EN, encoding="utf-8")
    with pytest.raises(InputError, match="one file of lines"):
        read_article(tmp_path / "a.txt", lines=True)
    with pytest.raises(InputError, match="one file of lines"):
        parse_article(LINED_EN, lines=True)


@pytest.mark.parametrize(("options", "sentences"), [(["--lines"], 3), ([], 4)])
def test_build_has_lines(options: list[str], sentences: int, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in (("a.en.txt", LINED_EN), ("a.vi.txt", LINED_VI)):
        (folder / name).write_text(text, encoding="utf-8")
    assert main(["build", str(folder), "-o", str(tmp_path / "out"), "--jobs", "1", *options]) == 0
    import json

    total = json.loads((tmp_path / "out" / "corpus.json").read_text(encoding="utf-8"))
    assert total["counts"]["en_sentences"] == sentences
