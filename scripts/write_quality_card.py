"""Write the measured part of docs/quality.md from aligner/data/quality.json, between the two marks.

usage: write_quality_card.py      (from the root of the project, after fit_quality.py)
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from aligner.plots import plot_reliability

PICTURE = "quality_reliability.png"
BEGIN, END = "<!-- measured: scripts/write_quality_card.py -->", "<!-- end of measured -->"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in lines)


def card(stored: Mapping[str, Any]) -> str:
    """The measured part."""
    purposes, good = stored["purposes"], "good"
    kinds = [kind for kind in stored["pairs"] if kind != good]
    parts = [
        f"Sources: {', '.join(f'{source} ({n:,})' for source, n in stored['sources'].items())}; "
        f"{sum(stored['pairs'][good]):,} good pairs used, half of their documents to fit on, a quarter to calibrate "
        f"and to choose thresholds, a quarter for all figures below. The encoder fitted with had seen none of them. "
        f"Good and bad pairs weigh the same, and each way to be wrong its own weight (`scripts/damage.py`).",
        f"Area under the ROC curve {stored['auc']['all']:.4f}, "
        f"expected calibration error {stored['calibration_error']:.4f}.",
        "Thresholds (intervals hold the true share in 95 of 100 samples):",
        table(
            ["purpose", "quality from", "precision", "interval", "good pairs kept", "interval"],
            [
                (
                    f"`{name}`",
                    row["threshold"],
                    f"{row['precision']:.3f}",
                    "{:.3f}–{:.3f}".format(*row["precision_interval"]),
                    f"{row['recall']:.3f}",
                    "{:.3f}–{:.3f}".format(*row["recall_interval"]),
                )
                for name, row in purposes.items()
            ],
        ),
        "Reliability: pairs by `quality`, and the share of them that is good:",
        table(
            ["pairs", "mean quality", "good", "interval", ""],
            [
                (r["pairs"], f"{r['quality']:.3f}", f"{r['good']:.3f}", f"{r['low']:.3f}–{r['high']:.3f}",
                 "█" * round(20 * r["good"]) or "▏")
                for r in stored["reliability"]
            ],
        ),
        f"![reliability: share of good pairs by quality]({PICTURE})",
        "By what is wrong with a pair: area under the ROC curve, share kept at each threshold, share a rule drops:",
        table(
            ["kind", "pairs", "AUC", *purposes, "rules"],
            [
                (
                    kind,
                    stored["pairs"][kind][2],
                    "" if kind == good else f"{stored['auc'][kind]:.3f}",
                    *(f"{row['kept_by_kind'][kind]:.3f}" for row in purposes.values()),
                    f"{stored['rules']['any'][kind]:.3f}",
                )
                for kind in [good, *kinds]
            ],
        ),
    ]  # fmt: skip
    return "\n\n".join(parts)


def main() -> None:
    """Rewrite what stands between the marks."""
    page = pathlib.Path("docs/quality.md")
    text = page.read_text("utf-8")
    before, behind = text.split(BEGIN)[0], text.split(END)[1]
    stored = json.loads(pathlib.Path("aligner/data/quality.json").read_text("utf-8"))
    figure = plot_reliability(stored["reliability"]).get_figure(root=True)
    assert figure is not None
    figure.savefig(page.with_name(PICTURE), dpi=80, metadata={"Software": None})
    page.write_text(f"{before}{BEGIN}\n\n{card(stored)}\n\n{END}{behind}", "utf-8")


if __name__ == "__main__":
    main()
