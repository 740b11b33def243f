"""Write the measured part of docs/quality.md from aligner/data/quality.json, between the two marks.

usage: write_quality_card.py      (from the root of the project, after fit_quality.py)
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from reflow_pages import reflowed

from aligner.plots import plot_reliability

PICTURE = "quality_reliability.png"
BEGIN, END = "<!-- measured: scripts/write_quality_card.py -->", "<!-- end of measured -->"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in lines)


def interval(share: Sequence[float]) -> str:
    """A share and what it may be."""
    return "{:.3f} ({:.3f}–{:.3f})".format(*share)


def by(stored: Mapping[str, Any], part: str, what: str) -> str:
    """A row a kind of text, or a length."""
    columns = [
        "good",
        "bad",
        "AUC",
        "calibration error",
        "`balanced`: good kept",
        "bad kept",
        "precision",
        "`strict`: precision",
    ]
    return table(
        [what, *columns],
        [
            (
                name,
                f"{row['good']:,}",
                f"{row['bad']:,}",
                f"{row['auc']:.3f}",
                f"{row['calibration_error']:.3f}",
                *(interval(row["balanced"][k]) for k in ("good", "bad", "precision")),
                interval(row["strict"]["precision"]),
            )
            for name, row in stored[part].items()
        ],
    )


def card(stored: Mapping[str, Any]) -> str:
    """The measured part."""
    purposes, ways, n_good = stored["purposes"], stored["by_way"], stored["pairs"]["good"]
    errors = [row["calibration_error"] for row in stored["by_kind"].values()]
    parts = [
        f"{n_good:,} good pairs and {sum(stored['pairs'].values()) - n_good:,} bad ones of {len(stored['kinds'])} "
        "kinds of text. What is said of a kind comes from a model that was fitted on all others, with encoders, "
        "lexicons and counts that had not seen its sources (of scripture not its chapters). Good and bad pairs of a "
        "kind weigh the same, all kinds weigh the same, and each way to be wrong has its own weight "
        "(`scripts/damage.py`). Behind a share stands the interval that holds the true one in 95 of 100 samples.",
        f"Area under the ROC curve {stored['auc']:.4f}; expected calibration error {stored['calibration_error']:.4f} "
        f"of all, {sum(errors) / len(errors):.3f} in the mean over kinds, {max(errors):.3f} at most.",
        "Thresholds:",
        table(
            ["purpose", "quality from", "good kept", "bad kept", "precision"],
            [
                (f"`{name}`", row["threshold"], *(interval(row[k]) for k in ("good", "bad", "precision")))
                for name, row in purposes.items()
            ],
        ),
        "By kind of text:",
        by(stored, "by_kind", "kind"),
        "By length, in English words:",
        by(stored, "by_length", "words"),
        "Sources of the kinds, with their good pairs: "
        + "; ".join(
            f"{kind}: {', '.join(f'{source} ({n:,})' for source, n in sources.items())}"
            for kind, sources in stored["kinds"].items()
        )
        + ".",
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
            ["way", "pairs", "AUC", *purposes, "rules"],
            [
                (
                    way,
                    f"{ways[way]['pairs']:,}",
                    "" if way == "good" else f"{ways[way]['auc']:.3f}",
                    *(f"{ways[way][name]:.3f}" for name in purposes),
                    f"{stored['rules']['any'][way]:.3f}",
                )
                for way in ["good", *(way for way in ways if way != "good")]
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
    page.write_text(f"{before}{BEGIN}\n\n{reflowed(card(stored))}\n\n{END}{behind}", "utf-8")


if __name__ == "__main__":
    main()
