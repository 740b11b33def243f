"""What notebooks show: whole, escaped, without scripts, with words beside colours."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aligner
from aligner.fragments import PairRow, article_html, figures_html, pairs_html

HOSTILE = "<script>alert('x')</script> & \"q\" \u202e\x00\ud800\x1b"
SHOWN = "<script>alert('x')</script> & \"q\" [U+202E][U+0000][U+D800][U+001B]"


TAGS = {"b", "bdi", "br", "div", "p", "small", "span", "style", "table", "tbody", "td", "th", "thead", "tr"}


class Page(HTMLParser):
    """Collects tags, text and titles, and checks that each tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.titles: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "br":
            self.open.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.titles += [value or "" for name, value in attrs if name == "title"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_text_stays_text(text: str, reasons: str) -> None:
    rows = [PairRow(text, "a", 0.5, text, text, reasons)]
    page = Page(pairs_html(rows, head=text, signature=text, moved=rows))
    assert set(page.tags) <= TAGS
    page = Page(article_html(text, text, [("source", text, -1, [text, text]), ("target", "vi", -1, [text])]))
    assert set(page.tags) <= TAGS
    page = Page(figures_html({(text, text): 0.5}, {}, {text: {text: 1}}, head=text, signature=text))
    assert set(page.tags) <= TAGS


def test_a_pair_is_shown_with_words_and_its_reasons_when_pointed_at() -> None:
    row = PairRow(HOSTILE, "Trời mưa.", 0.31, "1:1", "drop", "dissimilar: cosine 0.10; ends_differ: the last mark")
    page = Page(pairs_html([row]))
    assert SHOWN in page.text
    assert "0.31" in page.text
    assert "drop · 1:1" in page.text
    assert "dissimilar, ends_differ" in page.text
    assert page.titles == ["dissimilar: cosine 0.10; ends_differ: the last mark"]


def test_light_and_dark_are_there_and_nothing_is_fetched() -> None:
    html = pairs_html([PairRow("a", "b", 0.9)])
    assert "prefers-color-scheme:dark" in html
    assert "data-jp-theme-light=false" in html
    assert "url(" not in html
    assert "http" not in html


@pytest.mark.parametrize(("quality", "name"), [(0.0, "q0"), (0.39, "q1"), (0.5, "q2"), (0.79, "q3"), (1.0, "q4")])
def test_quality_has_a_colour_of_five(quality: float, name: str) -> None:
    assert f'<tr class="{name}"' in pairs_html([PairRow("a", "b", quality)])


def test_an_alignment_shows_moved_pairs_below() -> None:
    en = ["The old well is dry.", "My aunt sells tea at the market.", "It rained all night.",
          "The school opens again in May.", "Nobody saw the dog."]  # fmt: skip
    vi = ["Dì tôi bán trà ở chợ.", "Trời mưa suốt đêm.", "Trường mở cửa lại vào tháng Năm.",
          "Không ai nhìn thấy con chó.", "Cái giếng cũ đã cạn."]  # fmt: skip
    alignment = aligner.align(en, vi)
    assert alignment.moved
    page = Page(alignment._repr_html_())
    behind = page.text.split("out of order")[1]
    assert "The old well is dry." in behind
    assert "1:1 moved" in behind
    assert alignment.signature in behind


def test_a_long_alignment_says_that_it_did_not_look_for_moved_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aligner.alignment, "MOVED_SHOWN", 1)
    alignment = aligner.align(["It rained.", "We left."], ["Trời mưa.", "Chúng tôi đi."])
    assert "ask for moved" in alignment._repr_html_()
    assert alignment.moved == ()
    assert "ask for moved" not in alignment._repr_html_()


def test_an_article_shows_its_blocks_side_by_side() -> None:
    article = aligner.parse_article(
        "It rained. We left.\n\nTrời mưa. Chúng tôi đi.\n\nNobody came back.\n\nKhông ai trở lại.\n"
    )
    page = Page(article._repr_html_())
    assert page.tags.count("tr") == 3
    assert "It rained.|We left." in page.text
    assert f"layout: {article.layout} · 4 blocks · sentences: 3 English, 3 Vietnamese" in page.text


def test_blocks_that_nothing_pairs_stand_in_order_and_the_rest_is_counted() -> None:
    blocks = [("source", "en", -1, [f"s{k}"]) for k in range(300)] + [("target", "und", -1, ["t"])] * 300
    page = Page(article_html("", "two-files", blocks))
    assert page.tags.count("tr") == 1 + 300 + 1
    assert "s0t (und)s1t (und)" in page.text
    assert "… 200 more blocks" in page.text


def test_an_evaluation_shows_figures_intervals_counts_and_signature() -> None:
    found = aligner.evaluate([((0,), (0,)), ((1,), (1,))], [((0,), (0,)), ((1,), ()), ((), (1,))])
    page = Page(found._repr_html_())
    assert "strict with nulls" in page.text
    assert f"{found.strict.precision:.4f}{found.intervals['strict', 'precision'].low:.4f}–" in page.text
    assert found.signature in page.text


def test_a_frame_of_pairs_is_shown_up_to_a_limit() -> None:
    rows = [(HOSTILE, "", "0.5", "drop", "null", None), ("b", "c", "0.96", "keep", "", "d.txt")] * 3
    columns = ["src_text", "trg_text", "quality", "decision", "reasons", "doc_id"]
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    frame.attrs["signature"] = "aligner x"
    page = Page(aligner.show_pairs(frame, limit=2)._repr_html_())
    assert page.text.startswith("6 pairs · 3 to keep")
    assert "no counterpart" in page.text
    assert "keep · d.txt" in page.text
    assert "… 4 more" in page.text
    assert page.text.endswith("aligner x")


@pytest.mark.parametrize(
    ("frame", "limit", "message"),
    [
        ([("a", "b")], 5, "pairs are no frame"),
        (pd.DataFrame({"src_text": []}), 5, "no column trg_text"),
        (pd.DataFrame({"src_text": [], "trg_text": []}), 0, "limit out of range"),
    ],
)
def test_what_is_no_frame_of_pairs_is_told(frame: pd.DataFrame, limit: int, message: str) -> None:
    with pytest.raises(aligner.InputError, match=message):
        aligner.show_pairs(frame, limit=limit)


def test_the_rules_for_cells_win_over_those_of_a_notebook() -> None:
    # JupyterLab's ".jp-RenderedHTMLCommon td" sets cells to the right; one class and one element do not outdo it.
    rules = re.findall(r"([^{}]*)\{[^{}]*text-align:left", pairs_html([PairRow("a", "b")]))
    selectors = [selector.strip() for rule in rules for selector in rule.split(",")]
    assert [selector.split()[-1] for selector in selectors] == ["td", "th"]
    assert all(selector.count(".") >= 2 for selector in selectors)


def test_missing_cells_of_every_kind_are_shown_as_nothing() -> None:
    frame = pd.DataFrame({"src_text": ["Hi.", "Yes."], "trg_text": ["Chào.", "Có."], "quality": [0.5, None]})
    told = frame.assign(moved=[True, None], doc_id=["a", None]).convert_dtypes()
    assert "NA" not in aligner.show_pairs(told).html.split("</style>")[1]
