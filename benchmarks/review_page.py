"""How long the page of a review of many beads takes to show and to go on: in headless Chromium, on this machine.

usage: python -m benchmarks.review_page [--beads 100000] [--width 1440] [--json FILE]

The beads are those of benchmarks/review.py. Told are: milliseconds from opening to the first paint and to the first
beads, once the server has the document in memory; of each key, from its press to the frame that shows the next bead;
and, scrolled through by steps, how often a part of the view had no row, or a row jumped.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from aligner.review.editing import Review
from aligner.review.serving import Serving, utc_now
from aligner.review.store import Store
from benchmarks import results
from benchmarks.review import make_beads

PRESS = """
const [keys, done] = arguments;
(async () => {
  const spent = [];
  for (const key of keys) {
    const begun = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
    while (!document.querySelector('.bead.now:not(.waiting)')) await new Promise((next) => setTimeout(next));
    await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
    spent.push(performance.now() - begun);
    await new Promise((next) => setTimeout(next, 100));
  }
  done(spent);
})();
"""
SEEN = """
const view = document.getElementById('view');
let gaps = 0, jumps = 0, before = new Map();
const look = (by) => {
  const box = view.getBoundingClientRect();
  const rows = [...document.querySelectorAll('.bead')].map((row) => [row.getBoundingClientRect(), row.dataset.id])
    .filter(([place]) => place.bottom > box.top && place.top < box.bottom).sort((a, b) => a[0].top - b[0].top);
  let y = box.top;
  for (const [place] of rows) { if (place.top > y + 9) gaps++; y = place.bottom; }
  if (y < box.bottom - 9) gaps++;
  for (const [place, id] of rows) if (before.has(id) && Math.abs(before.get(id) - place.top - by) > 1.5) jumps++;
  before = new Map(rows.map(([place, id]) => [id, place.top]));
};
"""
"""Looks at the rows in sight, after so many pixels: counts gaps between them, and rows that are not where they
should be (tests/test_review_browser.py, too)."""
SCROLL = f"""{SEEN}
const [step, frames, done] = arguments;
(async () => {{
  for (let k = 0; k < frames; k++) {{
    view.scrollTop += step;
    await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
    look(step);
  }}
  done([gaps, jumps]);
}})();
"""
SHOWN = """
const done = arguments[0];
(async () => {
  while (!document.querySelector('.bead.now:not(.waiting)')) await new Promise((next) => setTimeout(next));
  done([performance.getEntriesByType('paint')[0].startTime, performance.now()]);
})();
"""


def browser_of(width: int, profile: str) -> Any:
    """Chromium, without a window."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.set_script_timeout(120)
    return browser


def measure(folder: Path, n: int, width: int) -> dict[str, str]:
    """What is told, by name."""
    store = Store(folder)
    store.add_document("made", make_beads(n), files=[], signature="benchmark")
    review = Review(store, "bench", utc_now)
    review.open(0)
    serving = Serving(review, folder, title="made", changed=[])
    thread = serving.start()
    browser = browser_of(width, str(folder / "profile"))
    try:
        browser.get(serving.url)
        paint, beads = browser.execute_async_script(SHOWN)
        told = {"first paint": f"{paint:.0f} ms", "first beads": f"{beads:.0f} ms"}
        for name, key in (("next bead", "j"), ("next doubtful bead", "n"), ("accept and go on", "Enter")):
            spent = browser.execute_async_script(PRESS, [key] * 40)
            told[name] = f"{statistics.median(spent):.0f} ms in the median, {max(spent):.0f} at most"
        for step in (120, 800, -300):
            gaps, jumps = browser.execute_async_script(SCROLL, step, 150)
            told[f"scrolled by {step} pixels a frame"] = f"{gaps} gaps, {jumps} jumps"
    finally:
        browser.quit()
        serving.stop()
        thread.join()
    return told


def main() -> None:
    """Measure, and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beads", type=int, default=100_000)
    parser.add_argument("--width", type=int, default=1440)
    results.add_option(parser)
    chosen = parser.parse_args()
    under_way = results.Run(())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        told = measure(Path(folder), chosen.beads, chosen.width)
    for name, value in told.items():
        print(f"{name}: {value}")
    if chosen.json:
        kind = f"{chosen.beads:,} beads, {chosen.width} pixels wide"
        under_way.write(chosen.json, [results.Row(kind, "page of aligner review", told)])


if __name__ == "__main__":
    main()
