"""The page of a review as a person works on it: opened in headless Chromium, keys pressed, buttons clicked."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from aligner.review.beads import ReviewBead
from aligner.review.editing import Review
from aligner.review.serving import Serving, start_review
from aligner.review.store import Repair, Store
from benchmarks.review_page import SEEN
from tests import reviewer
from tests.test_review_page import keys_in_code

pytestmark = pytest.mark.slow

ENTER, ESCAPE, TAB, LEFT, RIGHT, END, HOME, DOWN, UP, BACKSPACE, SPACE = (
    "\ue007", "\ue00c", "\ue004", "\ue012", "\ue014", "\ue010", "\ue011", "\ue015", "\ue013", "\ue003", " ",
)  # fmt: skip
"""Keys as the driver names them."""

ONE, TWO, THREE, FOUR, FIVE = (
    (("One rainy day.",), ("Một ngày mưa.",)),
    (("We met two men.", "They had three boats."), ("Ta gặp hai người.",)),
    ((), ("Họ có ba chiếc thuyền.",)),
    (("Four nets dried, and the cat slept.",), ("Bốn tấm lưới phơi, con mèo ngủ.",)),
    (("Five stars rose.",), ("Năm ngôi sao mọc.",)),
)
DOCUMENT = [ONE, TWO, THREE, FOUR, FIVE]
HOSTILE = (
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "javascript:document.title='owned'",
    "a \u202ertl\u202c \x07 \u200f b",
)


def beads_of(pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> list[ReviewBead]:
    """Beads, the later the less doubtful."""
    return [
        ReviewBead(
            k,
            source,
            target,
            quality=0.2 + 0.7 * k / len(pairs) if source and target else None,
            probability=0.9,
        )
        for k, (source, target) in enumerate(pairs)
    ]


RESTS = "return document.documentElement.dataset.idle === 'true' && !document.querySelector('.bead.waiting')"


class Page:
    """A review and the page of it that is open in a browser."""

    def __init__(self, browser: Any, review: Review, serving: Serving) -> None:
        self.browser, self.review, self._serving = browser, review, serving
        self._thread = serving.start()

    def stop(self) -> None:
        """End the server."""
        self._serving.stop()
        self._thread.join()

    def wait(self, until: Callable[[], object]) -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.browser, 20, poll_frequency=0.02).until(lambda _: until())

    def rest(self) -> None:
        """Wait until all that was asked for is done and kept, and what is seen is read."""
        self.wait(lambda: self.browser.execute_script(RESTS))

    def type(self, *keys: str) -> None:
        """Press keys one right after another, and wait for what they do."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser, duration=0).send_keys(*keys).perform()
        self.rest()

    def all(self, selector: str) -> list[Any]:
        return list(self.browser.find_elements("css selector", selector))

    def text(self, selector: str) -> str:
        return str(self.browser.find_element("css selector", selector).text)

    def click(self, selector: str) -> None:
        self.browser.find_element("css selector", selector).click()
        self.rest()

    def stand(self, number: int) -> None:
        """Go to a bead by its number."""
        self.type("g")
        self.type(str(number), ENTER)

    @property
    def standing(self) -> int:
        """Number of the bead that has the focus."""
        return int(self.browser.execute_script("return document.activeElement.getAttribute('aria-rowindex')") or 0)

    def beads(self, document: int = 0) -> list[ReviewBead]:
        return list(self.review.open(document).beads)

    def pairs(self, document: int = 0) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        return [(bead.source, bead.target) for bead in self.beads(document)]


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a page of documents, each a list of beads and what is offered for it."""
    pages = []

    def opened(*documents: tuple[list[ReviewBead], list[Repair]] | list[ReviewBead] | Review) -> Page:
        if isinstance(documents[0], Review):
            review = documents[0]
        else:
            store = Store(tmp_path)
            for k, document in enumerate(documents):
                beads, repairs = document if isinstance(document, tuple) else (document, [])
                store.add_document(f"document {k + 1}", beads, files=[], signature="by hand", repairs=repairs)
            review = Review(store, "lan", lambda: "2026-01-01T00:00:00Z")
        serving = Serving(review, tmp_path, title="<b>walk</b>", changed=[])
        page = Page(browser, review, serving)
        pages.append(page)
        size(browser, 1280, 860)
        browser.get(serving.url)
        page.wait(lambda: browser.execute_script("return document.documentElement.dataset.ready") == "true")
        page.rest()
        return page

    yield opened
    log = browser.get_log("browser")
    browser.get("about:blank")
    for page in pages:
        page.stop()
    assert log == []  # nothing was refused, nothing failed


def size(browser: Any, width: int, height: int, scheme: str = "light") -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def test_the_keys_on_the_page_are_the_keys_of_the_code(open_page: Callable[..., Page]) -> None:
    page = open_page(beads_of(DOCUMENT))
    shown = [sign.get_attribute("data-key") for sign in page.all("#keys kbd")]
    assert shown == keys_in_code()
    assert page.browser.find_element("id", "keys").is_displayed()
    page.type("?")
    assert not page.browser.find_element("id", "keys").is_displayed()
    of_buttons = {key.get_attribute("aria-keyshortcuts") for key in page.all("[aria-keyshortcuts]")}
    assert of_buttons <= set(shown)


CLAUSES = ((("Four nets dried,",), ("Bốn tấm lưới phơi,",)), (("and the cat slept.",), ("con mèo ngủ.",)))
ARRANGED = [
    # on bead, keys, what the document is then
    (2, "m", [ONE, (TWO[0], (*TWO[1], *THREE[1])), FOUR, FIVE]),
    (3, "M", [ONE, (TWO[0], (*TWO[1], *THREE[1])), FOUR, FIVE]),
    (2, "v", [ONE, (TWO[0], (*TWO[1], *THREE[1])), FOUR, FIVE]),
    (2, "e", [ONE, ((*TWO[0], *FOUR[0]), TWO[1]), THREE, ((), FOUR[1]), FIVE]),
    (2, "E", [ONE, (TWO[0][:1], TWO[1]), (TWO[0][1:], THREE[1]), FOUR, FIVE]),
    (3, "d", [ONE, (TWO[0][:1], TWO[1]), (TWO[0][1:], THREE[1]), FOUR, FIVE]),
    (2, "D", [((*ONE[0], TWO[0][0]), ONE[1]), (TWO[0][1:], TWO[1]), THREE, FOUR, FIVE]),
    (1, "V", [(ONE[0], ()), (TWO[0], (*ONE[1], *TWO[1])), THREE, FOUR, FIVE]),
    (4, "c", [ONE, TWO, (FOUR[0], (*THREE[1], *FOUR[1])), FIVE]),
    (4, "C", [ONE, TWO, THREE, ((), FOUR[1]), (FOUR[0], ()), FIVE]),  # a null bead holds one sentence
    (4, "b", [ONE, TWO, THREE, *CLAUSES, FIVE]),
    (2, "/" + ENTER, [ONE, (TWO[0][:1], ("Ta gặp",)), (TWO[0][1:], ("hai người.",)), THREE, FOUR, FIVE]),
    (4, "/" + HOME + RIGHT * 3 + TAB + HOME + RIGHT * 4 + ENTER, [ONE, TWO, THREE, *CLAUSES, FIVE]),
    (4, "/" + LEFT + ESCAPE, DOCUMENT),
    (5, "l", [ONE, TWO, THREE, FOUR, (FIVE[0], ()), ((), FIVE[1])]),
    (5, "t" + END + "!" + ENTER, [ONE, TWO, THREE, FOUR, (("Five stars rose.!",), FIVE[1])]),
    (5, "t" + TAB + END + BACKSPACE + ENTER, [ONE, TWO, THREE, FOUR, (FIVE[0], ("Năm ngôi sao mọc",))]),
    (5, "tgone" + ESCAPE, DOCUMENT),
]


def test_keys_arrange_beads_and_are_undone_and_redone(open_page: Callable[..., Page]) -> None:
    page = open_page(beads_of(DOCUMENT))
    for number, keys, expected in ARRANGED:
        page.stand(number)
        page.type(*keys)
        assert page.pairs() == expected, keys
        assert not page.all("#notice:not([hidden])"), keys
        if expected != DOCUMENT:
            assert page.beads()[page.standing - 1].status == "accepted", keys
            page.type("u")
            assert page.pairs() == DOCUMENT, keys
            page.type("r", "u")
    edits = page.review.store.edits(0, "lan")
    assert len(edits) == 4 * sum(expected != DOCUMENT for _, _, expected in ARRANGED)


def test_doubtful_beads_come_first_and_are_decided_by_one_key(open_page: Callable[..., Page]) -> None:
    page = open_page(beads_of(DOCUMENT))
    assert page.standing == 1
    assert page.text("#wrong") == "2.2"
    page.type(ENTER)
    assert (page.standing, page.beads()[0].status) == (2, "accepted")
    assert page.text("#done").startswith("Accepted: bead 1. Now bead 2")
    page.type("x")
    assert (page.standing, page.beads()[1].status) == (4, "rejected")  # the null bead is less doubtful
    page.type("n", "N", "o")
    assert page.standing == 4
    page.type("k", "n")
    assert page.standing == 4
    page.stand(2)
    page.type(BACKSPACE)
    assert page.beads()[1].status == ""
    page.type("f", *"ask Lan", ENTER)
    assert page.beads()[1].note == "ask Lan"
    assert "ask Lan" in page.text(".bead.now .flag")
    page.type(*([ENTER] * 4))
    assert [bead.status for bead in page.beads()] == ["accepted"] * 5
    assert page.text("#done").endswith("Every bead is decided.")
    assert (page.text("#wrong"), page.text("#more")) == ("0.0", "✓ 0")


def test_letters_count_under_caps_lock_and_input_methods(open_page: Callable[..., Page]) -> None:
    page = open_page(beads_of(DOCUMENT))
    for event, standing in (
        ("{key: 'J'}", 2),  # Caps Lock, no Shift
        ("{key: 'k', shiftKey: true}", 2),  # Caps Lock and Shift: K is no key
        ("{key: 'Process', code: 'KeyJ'}", 3),
        ("{key: 'k', ctrlKey: true}", 3),
        ("{key: 'k'}", 2),
    ):
        page.browser.execute_script(
            f"const event = new KeyboardEvent('keydown', Object.assign({{bubbles: true}}, {event}));"
            "document.activeElement.dispatchEvent(event);"
        )
        page.rest()
        assert page.standing == standing, event


def test_what_is_offered_is_shown_and_taken_by_one_key(open_page: Callable[..., Page]) -> None:
    repaired = [(TWO[0], (*TWO[1], *THREE[1]))]
    page = open_page((beads_of(DOCUMENT), [Repair((1, 2), tuple(repaired))]))
    page.stand(2)
    assert [line.text for line in page.all(".repair p")] == [" ".join(TWO[0]), " ".join((*TWO[1], *THREE[1]))]
    page.type(SPACE)
    assert page.pairs() == [ONE, *repaired, FOUR, FIVE]
    assert page.standing == 3  # the work goes on behind the first bead, which was passed over
    page.type("s")
    assert page.text("#done") == "Nothing is offered for this bead."


def test_keys_that_come_faster_than_answers_are_not_lost(open_page: Callable[..., Page]) -> None:
    page = open_page(beads_of(DOCUMENT))
    page.type("g", "3", ENTER, "M", "j", "b", "j", "j", "x", "u", "u", "u", "r")
    merged = (TWO[0], (*TWO[1], *THREE[1]))
    assert page.pairs() == [ONE, merged, FOUR, FIVE]
    assert page.text("#saved") == "all saved"
    # What is typed before a field, a dialog or a boundary is there goes where it belongs.
    page.type(
        "u", "r", "f", *"am xu", ENTER, "l", "u", "g", "3", ENTER, "/", HOME, *RIGHT * 3, TAB, HOME, *RIGHT * 4, ENTER
    )
    assert page.pairs() == [ONE, merged, *CLAUSES, FIVE]
    assert [bead.note for bead in page.beads()] == ["", "am xu", "", "", ""]


def test_everything_can_be_done_with_a_pointer(open_page: Callable[..., Page]) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    page = open_page(beads_of(DOCUMENT), beads_of([FIVE, ONE]))
    (sentence,) = [line for line in page.all(".bead .en p") if line.text == FIVE[0][0]]
    mark = ActionChains(page.browser, duration=0).move_to_element_with_offset(
        sentence, -sentence.size["width"] // 2 + 2, 0
    )
    mark.click_and_hold().move_by_offset(60, 0).release().perform()
    assert page.browser.execute_script("return getSelection().toString()").startswith("Five")  # nothing was drawn anew
    assert page.text(".bead.now .name") == "1"
    page.all(".bead")[3].click()
    assert page.standing == 4
    buttons = [entry.text.split("\n")[0] for entry in page.all(".bead.now .acts button")]
    assert buttons[:5] == ["Accept", "Reject", "Merge ↑", "Merge ↓", "Split"]
    page.click(".bead.now .acts [aria-keyshortcuts='/']")
    page.all(".bead.now .en .boundary span.before, .bead.now .en .boundary span.after")[3].click()
    page.all(".bead.now .vi .boundary span.before, .bead.now .vi .boundary span.after")[4].click()
    page.click(".bead.now .acts button")
    assert page.pairs() == [ONE, TWO, THREE, *CLAUSES, FIVE]
    page.click("#undo")
    assert page.pairs() == DOCUMENT
    page.click("#redo")
    page.click(".bead.now .moves.of-vi [aria-keyshortcuts=V]")
    assert page.pairs() == [ONE, TWO, THREE, (CLAUSES[0][0], ()), (CLAUSES[1][0], FOUR_VI), FIVE]
    page.click("#document")
    page.all("#documents li button")[1].click()
    page.wait(lambda: page.text("#document") == "document 2")
    page.rest()
    assert page.all(".bead")[0].text.count("Five stars rose.") == 1
    page.click(".bead.now .acts [aria-keyshortcuts=x]")
    assert page.beads(1)[0].status == "rejected"
    page.click("#menu summary")
    page.click("#export button")
    assert page.text("#done").startswith("Written: ")


FOUR_VI = (CLAUSES[0][1][0], CLAUSES[1][1][0])


def test_documents_share_and_the_rest_aligned_again(open_page: Callable[..., Page]) -> None:
    crossed = [ONE, (TWO[0], ()), ((), TWO[1]), THREE, FOUR, FIVE]
    page = open_page(beads_of(crossed), beads_of([FIVE, ONE]))
    share = page.browser.find_element("id", "share")
    assert (share.get_attribute("value"), page.text("#more")) == ("2", "5")
    share.clear()
    share.send_keys("20", ENTER)
    page.rest()
    assert (page.text("#more"), page.review.share, page.standing) == ("1", 0.2, 1)
    page.type(ENTER, "a")
    assert page.text("#done").startswith("Aligned again: ")
    assert page.pairs() != crossed
    assert (page.pairs()[0], page.beads()[0].status) == (ONE, "accepted")
    page.type("u")
    assert page.pairs() == crossed
    page.type("w")
    page.type(DOWN, DOWN, ENTER)
    page.wait(lambda: page.text("#document") == "document 2")
    page.rest()
    page.type("x")
    assert [bead.status for bead in page.beads(1)] == ["rejected", ""]
    page.click("#menu summary")
    page.click("#fit")
    assert page.text("#notice").startswith("Fitted on 2 decisions.")


def test_hostile_text_is_shown_as_text_and_none_of_it_runs(open_page: Callable[..., Page]) -> None:
    beads = [
        ReviewBead(k, (text, text), (text,), quality=0.1, note=text, told=text,
                   reasons=f"numbers_differ: {text} / {text};source_uncovered: 9%, without counterpart: {text}")
        for k, text in enumerate(HOSTILE)
    ]  # fmt: skip
    offered = Repair((0,), (((HOSTILE[0],), ()), ((HOSTILE[0],), (HOSTILE[0],))))
    page = open_page((beads, [offered]))
    for k, text in enumerate(HOSTILE):
        page.stand(k + 1)
        shown = re.sub("[\u202e\u202c\x07\u200f]", lambda found: f"[U+{ord(found[0]):04X}]", text)
        assert [line.text for line in page.all(".bead.now .en p")] == [shown, shown]
        page.type("/", RIGHT, ESCAPE, "t", ESCAPE, "f", ESCAPE)
        assert page.text(".bead.now .flag") == shown
    page.type("w", ESCAPE)
    assert page.browser.title == "<b>walk</b>"
    assert page.text("h1") == "<b>walk</b>"
    assert page.all("#view img, #view script, #view a, h1 b") == []


def test_narrow_wide_light_and_dark(open_page: Callable[..., Page]) -> None:
    long = (("Llanfairpwllgwyngyll" * 8,), ("nghiêng" * 30,))
    page = open_page(beads_of([*DOCUMENT, long]))
    colours = {}
    for scheme in ("light", "dark"):
        for width in (390, 768, 1440, 2560):
            size(page.browser, width, 844, scheme)
            for keys in ("g6" + ENTER, "/", ESCAPE + "t", ESCAPE):
                page.type(*keys)
                assert page.browser.execute_script(
                    "const view = document.getElementById('view');"
                    "return document.documentElement.scrollWidth <= innerWidth && view.scrollWidth <= view.clientWidth"
                ), (width, keys)
            assert page.browser.execute_script(
                "const box = document.querySelector('.bead.now').getBoundingClientRect();"
                "return box.left >= 0 && box.right <= innerWidth"
            )
        colours[scheme] = page.browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert colours == {"light": "rgb(246, 247, 249)", "dark": "rgb(20, 23, 27)"}


def test_everything_has_a_role_and_a_name(open_page: Callable[..., Page]) -> None:
    page = open_page(beads_of(DOCUMENT))
    for keys in ("", "t", ESCAPE + "f", ESCAPE + "/", ESCAPE):
        page.type(*keys)
        nameless = page.browser.execute_script(
            "const all = 'button, input, select, textarea, [role=grid], [role=toolbar], dialog, aside';"
            "return [...document.querySelectorAll(all)].filter((e) => !(e.getAttribute('aria-label')"
            "  || e.getAttribute('aria-labelledby') || e.textContent.trim() || (e.labels || []).length))"
            "  .map((e) => e.outerHTML)"
        )
        assert nameless == []
        assert page.browser.execute_script(
            "return [...document.querySelectorAll('.bead')].every((row) => row.getAttribute('role') === 'row'"
            " && [...row.children].every((cell) => cell.getAttribute('role') === 'gridcell'))"
        )
    (grid,) = page.all("[role=grid]")
    assert (grid.get_attribute("aria-rowcount"), grid.get_attribute("aria-busy")) == ("5", "false")
    assert [row.get_attribute("aria-rowindex") for row in page.all(".bead")] == ["1", "2", "3", "4", "5"]
    assert [row.get_attribute("tabindex") for row in page.all(".bead")] == ["0", *[None] * 4]
    assert [row.accessible_name for row in page.all(".bead")[:2]] == [
        "bead 1, quality 0.20, 1 to 1 One rainy day. Một ngày mưa.",
        "bead 2, quality 0.34, 2 to 1 We met two men. They had three boats. Ta gặp hai người.",
    ]
    assert (
        page.browser.find_element("css selector", ".acts [aria-keyshortcuts=m]").accessible_name
        == "merge with the next"
    )
    assert page.browser.find_element("css selector", ".acts [aria-keyshortcuts=x]").accessible_name == "Reject"
    assert {p.get_attribute("lang") for p in page.all(".bead .vi p:not(.none)")} == {"vi"}
    assert page.browser.find_element("id", "done").get_attribute("aria-live") == "polite"
    assert page.browser.find_element("id", "notice").get_attribute("role") == "alert"


def test_a_long_document_is_drawn_as_far_as_it_is_seen(open_page: Callable[..., Page]) -> None:
    n = 3000
    pairs = [
        ((f"{k}: " + "The ferry sails. " * (1 + k * 7 % 13),), (f"{k}: " + "Phà chạy. " * (1 + k * 5 % 17),))
        for k in range(n)
    ]
    beads = [ReviewBead(k, *pair, quality=0.1 if k == 2222 else 0.9) for k, pair in enumerate(pairs)]
    page = open_page(beads)
    assert page.standing == 2223
    page.type("j", "j", "k", END)
    assert page.standing == n
    page.type(HOME, "n")
    assert page.browser.execute_script(GAPS, 400, 60) == [0, 0]
    assert page.browser.execute_script(GAPS, -400, 60) == [0, 0]
    assert len(page.all(".bead")) < 60
    page.type(END, "M", HOME, END)
    assert page.standing == n - 1
    assert page.browser.find_element("id", "beads").get_attribute("aria-rowcount") == str(n - 1)


GAPS = f"""{SEEN}
const [step, n] = arguments;
for (let k = 0; k < n; k++) {{
  const from = view.scrollTop;
  view.scrollTop += step;
  const by = view.scrollTop - from;
  view.dispatchEvent(new Event('scroll'));
  look(by);
}}
return [gaps, jumps];
"""
"""Scroll by steps: how often a part of the view is without a row, and a row moves otherwise than the view."""


def test_a_reviewer_mends_a_damaged_alignment_in_few_keys(open_page: Callable[..., Page], tmp_path: Path) -> None:
    gold = reviewer.gold_pairs(300)
    wanted = set(reviewer.spans(reviewer.beads_of(gold)))
    damaged = [(" ".join(source), " ".join(target)) for source, target in reviewer.damage(gold, 40, seed=1)]
    file = tmp_path / "pairs.tsv"
    pd.DataFrame(damaged).to_csv(file, sep="\t", header=["src_text", "trg_text"], index=False)
    pressed = {"with offers": 0, "by hand": 0}
    for way in pressed:
        review, *_ = start_review([file], tmp_path / "project", way)
        page = open_page(review)
        while set(reviewer.spans(page.beads())) != wanted:
            k = page.standing - 1
            offered = review.open(0).offered(k) if way == "with offers" else None
            keys = reviewer.keys_for(page.beads(), k, wanted, offered)
            keys = keys if keys == "s" else keys + ENTER
            page.type(*keys)
            pressed[way] += len(keys)
    # Measured: 49 and 96 keys for 40 errors, those among them that accept what is right and doubtful.
    assert pressed["with offers"] <= 40 * 1.5, pressed
    assert pressed["by hand"] <= 40 * 2.5, pressed


def test_another_page_s_edit_is_told_and_read(open_page: Callable[..., Page], browser: Any) -> None:
    page = open_page(beads_of(DOCUMENT))
    page.review.edit(0, 0, "merge", 3, {"with": "next"})
    page.type("x")
    page.wait(lambda: page.all("#notice:not([hidden])"))
    page.rest()
    assert page.text("#notice").startswith("not saved: ")
    assert page.browser.find_element("id", "beads").get_attribute("aria-rowcount") == "4"
    assert page.beads()[0].status == ""
    page.type("x")
    assert page.beads()[0].status == "rejected"
    assert [row["message"].count("409") for row in browser.get_log("browser")] == [1]  # told once, by the browser too


def test_a_server_that_is_gone_is_told_and_what_was_written_is_shown(
    open_page: Callable[..., Page], browser: Any
) -> None:
    page = open_page(beads_of(DOCUMENT))
    page.stop()
    page.type("t", END, "!", ENTER)
    page.wait(lambda: page.all("#notice:not([hidden])"))
    assert page.text("#notice span").startswith("not saved: the server does not answer")
    assert page.text("#notice span").endswith("Written: One rainy day.!")
    browser.get_log("browser")
