"""What people look at."""

from html.parser import HTMLParser

import pytest

import aligner
from aligner import showing
from aligner.errors import printable

EN = ["It rained.", "<script>alert('x')</script> & so on.", "Nobody came."]
VI = ["Trời mưa.", "<script>alert('x')</script> & vân vân."]


class Tags(HTMLParser):
    """Collects tags, and checks that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "br":  # it has no end
            self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_whole_escaped_and_without_scripts() -> None:
    html = aligner.align(EN, VI)._repr_html_()
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert "script" not in tags.seen
    assert "&lt;script&gt;" in html
    assert 'lang="vi"' in html


def test_a_long_alignment_is_cut_and_the_rest_counted() -> None:
    html = aligner.align(EN * 300, [])._repr_html_()
    assert f"{3 * 300 - showing.SHOWN_BEADS} more" in html


@pytest.mark.xfail(strict=True, reason="in a text of three sentences a short stranger joins a line of code")
def test_a_short_stranger_beside_code_is_left_alone() -> None:
    assert [bead.type for bead in aligner.align(EN, VI).beads] == ["1:1", "1:1", "1:0"]


def test_the_summary_names_every_null_with_its_text() -> None:
    en = [EN[0], EN[1], "The committee published its budget on Thursday."]
    lines = showing.summary_lines(aligner.align(en, VI))
    assert lines[0] == "sentences: 3 English, 2 Vietnamese"
    assert lines[1] == "beads: 2 of 1:1, 1 of 1:0"
    assert lines[2].startswith("verdict: ")
    assert lines[-2:] == ["without counterpart: 1:", "  en 2: The committee published its budget on Thursday."]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\x1b[31mred", "[U+001B][31mred"),
        ("a\tb\nc", "a b c"),
        ("\ud800", "[U+D800]"),
        ("\u202eabc", "[U+202E]abc"),
        ("Đà", "Đà"),
    ],
)
def test_text_from_outside_cannot_steer_the_terminal(text: str, safe: str) -> None:
    assert printable(text) == safe


def test_a_blank_sentence_keeps_its_line() -> None:
    text = showing.pairs_text(aligner.align([" "], ["Chào"]))
    assert text.count("EN  ") == text.count("VI  ") == len(aligner.align([" "], ["Chào"]).beads)


def test_pairs_as_text_show_both_sides_and_the_quality(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    text = showing.pairs_text(aligner.align(["It rained."], ["Trời mưa."]))
    first, second = text.split("\n")
    assert first.startswith("1:1  ")
    assert first.endswith("EN  It rained.")
    assert second.strip() == "VI  Trời mưa."
