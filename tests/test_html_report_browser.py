"""The page as a reader sees it: opened in headless Chromium, its filters clicked, what is shown read back."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import aligner
from aligner.html_report import write_report
from tests.commands import run

pytestmark = pytest.mark.slow

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


def rows() -> list[tuple[str, str, str, str, str, str, str, bool]]:
    """120 pairs of two documents; a few that the tests look for stand first."""
    first = [
        ("He learns Vietnamese.", "Anh ấy học tiếng Việt.", "0.97", "keep", "", "1:1", "a.txt", False),
        (
            HOSTILE,
            "Tôi & \u202e\x00 \ud800 \u2028 <b>",
            "0.31",
            "drop",
            "dissimilar: <i>0.10</i>",
            "1:1",
            "b.txt",
            False,
        ),
        ("Nobody.", "", "0", "drop", "null", "1:0", "b.txt", False),
        ("The well is dry.", "Giếng đã cạn.", "0.64", "keep", "ends_differ: the last mark", "1:1", "b.txt", True),
    ]
    return [*first, *((f"Line {k}.", f"Dòng {k}.", "0.97", "keep", "", "1:1", "a.txt", False) for k in range(116))]


COLUMNS = ["src_text", "trg_text", "quality", "decision", "reasons", "bead_type", "doc_id", "moved"]


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Any:
    """The page of `rows`, just opened."""
    write_report(pd.DataFrame(rows(), columns=COLUMNS, dtype=object), tmp_path / "page.html", title="<b>Pairs</b>")
    browser.get((tmp_path / "page.html").as_uri())
    assert browser.find_element("tag name", "html").get_attribute("data-ready") == "true"
    yield browser
    assert browser.get_log("browser") == []  # nothing was refused, nothing failed


def count(page: Any) -> str:
    return str(page.find_element("id", "count").text)


def texts(page: Any, side: str = "en") -> list[str]:
    return [cell.text for cell in page.find_elements("css selector", f"#pairs .{side}")]


def choose(page: Any, name: str, value: str) -> None:
    page.find_element("css selector", f"#{name} option[value='{value}']").click()


def search(page: Any, text: str, found: int) -> None:
    """Enter text in one go, and wait for the page to have found as many pairs."""
    from selenium.webdriver.support.ui import WebDriverWait

    field = page.find_element("id", "text")
    field.clear()
    field.click()
    page.execute_cdp_cmd("Input.insertText", {"text": text})
    WebDriverWait(page, 5).until(lambda _: count(page).startswith(f"{found} of 120"))


def test_hostile_text_is_shown_as_text(page: Any) -> None:
    assert page.title == "<b>Pairs</b>"
    assert texts(page)[1] == HOSTILE
    assert texts(page, "vi")[1] == "Tôi & [U+202E][U+0000] [U+D800] <b>"  # the line separator is white space
    assert (
        page.find_elements("css selector", "#pairs img, #pairs script, #pairs i:not(.meter i), #pairs b:not(.meta b)")
        == []
    )
    assert "<i>0.10</i>" in page.find_element("css selector", "#pairs .why").text


def test_all_pairs_are_counted_and_turned_over_page_by_page(page: Any) -> None:
    assert count(page) == "120 of 120 pairs (100.0 %), 118 to keep"
    assert len(texts(page)) == 50
    page.find_element("id", "next").click()
    page.find_element("id", "next").click()
    assert texts(page)[-1] == "Line 115."
    assert len(texts(page)) == 20
    assert not page.find_element("id", "next").is_enabled()


def test_a_filter_shows_what_it_says(page: Any) -> None:
    choose(page, "decision", "0")
    assert texts(page) == [HOSTILE, "Nobody."]
    assert count(page) == "2 of 120 pairs (1.7 %), 0 to keep"
    choose(page, "type", "1")
    assert texts(page) == ["Nobody."]
    page.find_element("id", "everything").click()
    assert len(texts(page)) == 50


def test_reasons_documents_and_order_are_filters_too(page: Any) -> None:
    reasons = page.find_elements("css selector", "#reason option")
    assert sorted(option.text for option in reasons) == ["all", "dissimilar (1)", "ends_differ (1)", "null (1)"]
    next(option for option in reasons if option.text.startswith("ends")).click()
    assert texts(page) == ["The well is dry."]
    assert "moved" in page.find_element("css selector", "#pairs .meta").text
    page.find_element("id", "everything").click()
    page.find_elements("css selector", "#documents button")[1].click()
    assert count(page).startswith("3 of 120")
    choose(page, "order", "worst")
    assert texts(page) == ["Nobody.", HOSTILE, "The well is dry."]


def test_a_bar_of_the_histogram_is_a_range_of_quality(page: Any) -> None:
    bars = page.find_elements("css selector", "#quality-bars button")
    assert bars[19].get_attribute("title") == "quality 0.95 to 1.00: 117 of 117 pairs"
    bars[6].click()
    assert texts(page) == [HOSTILE]
    assert page.find_element("id", "low").get_attribute("value") == "0.30"
    assert bars[6].get_attribute("aria-pressed") == "true"
    page.execute_script("document.getElementById('quality-bars').children[12].focus()")
    page.switch_to.active_element.send_keys("\ue00d")  # the space bar
    assert texts(page) == ["The well is dry."]
    bars[12].click()
    assert count(page).startswith("120 of 120")


def test_a_search_without_marks_finds_text_with_marks(page: Any) -> None:
    search(page, "tieng viet", 1)
    assert texts(page, "vi") == ["Anh ấy học tiếng Việt."]
    assert [mark.text for mark in page.find_elements("css selector", "#pairs mark")] == ["tiếng Việt"]
    page.find_element("id", "fold").click()
    assert count(page).startswith("0 of 120")
    search(page, "TIẾNG VIỆT", 1)
    assert texts(page, "vi") == ["Anh ấy học tiếng Việt."]


REASONED = (
    "The 12 boats of Anna Keller did not sail to Lima, 12 in all, on a windy Sunday night.",
    "47 chiếc thuyền của Anna Martinez đã ra khơi tới Lima một ngày đẹp trời.",
    "numbers_differ: 12 / 47;names_differ: Anna Keller / Anna Martinez, Lima / Lima;negation_differs: not / —;"
    "source_uncovered: 21%, without counterpart: windy Sunday night … sail;"
    "target_uncovered: 9%, without counterpart: đẹp",
)


def test_words_that_reasons_name_are_marked_in_the_texts(browser: Any, tmp_path: Path) -> None:
    en, vi, reasons = REASONED
    frame = pd.DataFrame(
        {
            "src_text": [en, "A <b>12</b>."],
            "trg_text": [vi, "47."],
            "reasons": [reasons, "numbers_differ: <b>12</b> / 47"],
        }
    )
    write_report(frame, tmp_path / "page.html")
    browser.get((tmp_path / "page.html").as_uri())
    marked = {
        (side, name): [mark.text for mark in browser.find_elements("css selector", f"#pairs .{side} mark.{name}")]
        for side in ("en", "vi")
        for name in ("differs", "lacks")
    }
    assert marked == {
        ("en", "differs"): ["12", "Anna Keller", "not", "Lima", "12", "<b>12</b>"],
        ("en", "lacks"): ["sail", "windy Sunday night"],
        ("vi", "differs"): ["47", "Anna Martinez", "Lima", "47"],
        ("vi", "lacks"): ["đẹp"],
    }
    titles = {mark.get_attribute("title") for mark in browser.find_elements("css selector", "mark.lacks")}
    assert titles == {"without counterpart on the other side"}
    assert texts(browser) == [en, "A <b>12</b>."]


def test_a_frame_of_texts_alone_has_no_filters_for_what_is_not_there(browser: Any, tmp_path: Path) -> None:
    frame = pd.DataFrame([("Hi.", "Chào.")], columns=["src_text", "trg_text"])
    write_report(frame, tmp_path / "page.html")
    browser.get((tmp_path / "page.html").as_uri())
    assert texts(browser) == ["Hi."]
    hidden = [browser.find_element("id", name).is_displayed() for name in ("decision", "reason", "type", "low", "find")]
    assert hidden == [False] * 5
    assert browser.find_element("id", "text").is_displayed()


def test_the_page_stays_quick_with_many_pairs(browser: Any, tmp_path: Path) -> None:
    many = pd.DataFrame(rows() * 834, columns=COLUMNS, dtype=object)  # 100,080
    write_report(many, tmp_path / "page.html")
    browser.get((tmp_path / "page.html").as_uri())
    spent = browser.execute_script(
        "const begun = performance.now(), field = document.getElementById('decision');"
        "field.value = '0'; field.dispatchEvent(new Event('change')); return performance.now() - begun;"
    )
    assert count(browser).startswith("1,668 of 100,080")
    assert spent < 1000, spent  # measured: 14 ms


# Changes --------------------------------------------------------------------------------------------------------------

DOWN, ENTER, ESCAPE, END, TAB, BACKSPACE = "\ue015", "\ue007", "\ue00c", "\ue010", "\ue004", "\ue003"
NASTY = "'=cmd|'/C calc'!A1 \u202e\"two\" </script><img src=x> e\u0301 \u201cq\u201d"


def keys(page: Any, *pressed: str) -> bool:
    """Press keys where the focus is; True, so that acts can stand in one expression."""
    from selenium.webdriver import ActionChains

    for key in pressed:
        ActionChains(page).send_keys(key).perform()
    return True


def write(page: Any, text: str) -> bool:
    """Write in place of all that the field has."""
    page.execute_script("document.activeElement.select()")
    page.execute_cdp_cmd("Input.insertText", {"text": text})
    return True


def told(page: Any) -> str:
    return str(page.find_element("id", "told").text)


def saved(page: Any, folder: Path, name: str) -> Path:
    """The file that the page gives for its changes."""
    from selenium.webdriver.support.ui import WebDriverWait

    behaviour = {"behavior": "allow", "downloadPath": str(folder)}
    page.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
    page.find_element("id", "save").click()
    WebDriverWait(page, 20).until(lambda _: (folder / name).exists())
    return folder / name


ROUNDS: list[tuple[str, Callable[[Any], object], dict[int, tuple[str, str, str, str]]]] = [
    ("drop and go on", lambda page: keys(page, "d", "d"), {0: ("It rained.", "Trời mưa.", "drop", "decision"),
                                                           1: ('Say "a', "Nói\u0301 a", "drop", "decision")}),
    ("an edit", lambda page: (keys(page, DOWN, "e"), write(page, NASTY), keys(page, ENTER)),
     {1: (unicodedata.normalize("NFC", NASTY), "Nói\u0301 a", "keep", "source")}),
    ("an edit that is left", lambda page: (keys(page, "e"), write(page, "No."), keys(page, ESCAPE, "c")), {}),
    ("quotes alone", lambda page: (keys(page, "e"), write(page, "It  rained\u2026"), keys(page, TAB, END, "!", ENTER)),
     {0: ("It  rained\u2026", "Trời mưa.!", "keep", "source,target")}),
    ("emptied", lambda page: (keys(page, "e"), write(page, " "), keys(page, BACKSPACE, ENTER)),
     {0: ("It rained.", "Trời mưa.", "drop", "decision")}),
    ("a counterpart", lambda page: (keys(page, DOWN, DOWN, "e", TAB), write(page, "Không ai.\tCả."), keys(page, ENTER)),
     {2: ("Nobody.", "Không ai. Cả.", "keep", "target,decision")}),
    ("undone", lambda page: keys(page, "d", "d", "k", "u", "u"), {0: ("It rained.", "Trời mưa.", "drop", "decision")}),
    ("cleared", lambda page: (keys(page, "e"), write(page, "No."), keys(page, ENTER, "d", "\ue013", "c", "d")),
     {0: ("It rained.", "Trời mưa.", "drop", "decision")}),
    ("what TSV cannot hold", lambda page: keys(page, DOWN, DOWN, DOWN, "k"),
     {3: ("=1+1", "'-a\tb\x07c", "keep", "decision")}),
]  # fmt: skip


@pytest.mark.parametrize(("act", "changed"), [row[1:] for row in ROUNDS], ids=[row[0] for row in ROUNDS])
@pytest.mark.parametrize("has_decisions", [True, False])
def test_what_is_changed_on_the_page_comes_back(
    browser: Any, tmp_path: Path, act: Callable[[Any], object], changed: dict[int, tuple[str, str, str, str]],
    has_decisions: bool,
) -> None:  # fmt: skip
    given = [("It rained.", "Trời mưa.", "keep"), ('Say "a', "Nói\u0301 a", "keep"), ("Nobody.", "", "drop"),
             ("=1+1", "'-a\tb\x07c", "drop" if has_decisions else "keep"), ('"Yes."', '"Vâng."', "keep")]  # fmt: skip
    original = tmp_path / "pairs.v2.jsonl"
    records = [dict(zip(("src_text", "trg_text", "decision"), row, strict=True)) for row in given]
    if not has_decisions:
        records = [{key: value for key, value in row.items() if key != "decision"} for row in records]
    original.write_text("".join(json.dumps(row) + "\n" for row in records), "utf-8")
    assert run("report", original, "-o", tmp_path / "page.html").returncode == 0
    browser.get((tmp_path / "page.html").as_uri())
    keys(browser, DOWN)
    act(browser)
    expected = {k: (*row, "") for k, row in enumerate(given)} | changed
    if not has_decisions and changed.get(3):
        expected[3] = (*given[3], "")  # what has no decision is kept, so that keep is no change
    if not changed:
        assert not browser.find_element("id", "save").is_enabled()
        return
    assert told(browser).startswith(f"{len(changed)} changed, not saved.")
    file = saved(browser, tmp_path, "pairs.edited.tsv")
    assert "not saved" not in told(browser)
    assert run("apply", original, file, "-o", tmp_path / "applied.jsonl").returncode == 0
    applied = pd.concat(list(aligner.read_pairs(tmp_path / "applied.jsonl")))
    columns = ["src_text", "trg_text", "decision", "edited"]
    normal = [tuple(unicodedata.normalize("NFC", cell) for cell in expected[k]) for k in range(len(given))]
    found = [tuple(unicodedata.normalize("NFC", cell) for cell in row) for row in applied[columns].values.tolist()]
    assert found == normal
    assert run("convert", file, tmp_path / "converted.jsonl").returncode == 0
    converted = pd.concat(list(aligner.read_pairs(tmp_path / "converted.jsonl")))
    as_lines = [tuple(cell.replace("\t", " ").replace("\x07", " ") for cell in row[:2]) for row in normal]
    texts_back = converted[["src_text", "trg_text"]].values.tolist()
    assert [tuple(unicodedata.normalize("NFC", cell) for cell in row) for row in texts_back] == as_lines
    if has_decisions:
        assert converted["decision"].tolist() == [row[2] for row in normal]


def test_changes_are_shown_filtered_counted_and_warned_of(page: Any, tmp_path: Path) -> None:
    keys(page, DOWN, "d", DOWN, "e", END, " Any.", ENTER)
    assert count(page) == "120 of 120 pairs (100.0 %), 117 to keep"
    row = page.find_elements("css selector", "#pairs .pair")[2]
    assert "changed: English" in row.text
    assert "was 0.00" in row.text
    page.find_element("id", "changed").click()
    assert texts(page) == ["He learns Vietnamese.", "Nobody. Any."]
    assert page.find_elements("css selector", "#documents small")[0].text == "116 of 117 kept"
    search(page, "any.", 1)
    asks = "const event = new Event('beforeunload', { cancelable: true }); return !window.dispatchEvent(event);"
    assert page.execute_script(asks)
    saved(page, tmp_path, "_b_Pairs_b_.edited.tsv")
    assert not page.execute_script(asks)
    page.find_element("id", "undo").click()
    assert page.execute_script(asks)  # what was saved is no longer what is


def test_letters_in_a_field_are_no_commands_and_an_open_edit_is_taken_along(page: Any) -> None:
    page.find_element("id", "find").click()
    keys(page, "d", "k", "u")
    assert told(page) == "Nothing is changed."
    page.find_element("css selector", "#pairs [data-does=edit]").click()
    keys(page, END, " dku")
    page.find_element("id", "everything").click()
    assert texts(page)[0] == "He learns Vietnamese. dku"
    page.execute_script("document.activeElement.blur()")
    keys(page, "u")
    assert texts(page)[0] == "He learns Vietnamese."
