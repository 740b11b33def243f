"""Describe pairs: sizes, lengths, words, quality, languages, repetitions, numbers and names, beads, reasons, documents.

One pass in constant memory: lengths are counted by value, distinct texts by their hashes, and what takes long to find
(languages, numbers, names) is looked for in a sample.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.doors import checked
from aligner.errors import check_whole
from aligner.names.detection import scan
from aligner.names.gazetteer import gazetteer
from aligner.names.matching import compare_texts
from aligner.numbers.matching import compare_numbers
from aligner.pairs.chunks import TEXTS
from aligner.pairs.frames import fractions_of, frames_of, make_frame, texts_of
from aligner.pairs.tables import reason_codes
from aligner.text.language import detect_language
from aligner.version import SIGNED

if TYPE_CHECKING:
    import pandas as pd

SAMPLE: Final = 20_000
"""Pairs in which languages, numbers and names are looked for: 3 s, and a share of one half is known to ± .007."""

DISTINCT: Final = 1 << 17
"""Distinct texts that are counted exactly; beyond, their number is estimated with an error of about .3 %
(1 / sqrt(DISTINCT), Bar-Yossef et al. 2002, section 4), which tests/test_description.py holds."""

EXACT_LENGTHS: Final = 1024
"""Lengths below it are counted one by one, longer ones in steps of 1 to 2 %."""

QUALITY_BINS: Final = 20
"""Bins of the histogram of quality, each .05 wide."""

STEPS: Final = {"p5": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}
"""Quantiles that are given, by their item."""

_PUNCTUATION: Final = ".,;:!?…\"'“”‘’«»()[]{}<>-–—/"
"""What is taken off a word's ends before different words are counted."""

_SIDES: Final = (("source", "src"), ("target", "trg"))


@checked
def describe(
    pairs: pd.DataFrame | Iterable[pd.DataFrame], *, by: str | None = None, sample: int | None = SAMPLE
) -> pd.DataFrame:
    """Describe pairs of texts, or each document of them.

    Parameters
    ----------
    pairs : pandas.DataFrame or iterable of them
        With the columns ``src_text`` and ``trg_text``; of ``quality``, ``decision``, ``reasons``, ``bead_type``,
        ``src_kind``, ``trg_kind``, ``doc_id`` and ``moved`` what there is. Chunks, as `read_pairs` gives them, take
        constant memory.
    by : str, optional
        A column, as ``doc_id``: one row for each of its values, in order of appearance, in place of sections.
    sample : int or None
        Number of pairs in which languages, numbers and names are looked for, drawn at random with a fixed seed; all
        for None, none for 0.

    Returns
    -------
    pandas.DataFrame
        The columns ``section``, ``item``, ``value``, ``share`` (0..1, of what the section says; missing where nothing
        is a part of anything) and ``estimated`` (whether it comes from a sample or from hashes). docs/views.md has all
        sections. With `by`, a column for each figure. ``attrs["signature"]`` says what was described.

    Raises
    ------
    InputError
        If a text column or the column of `by` is missing, something is no frame, a quality is no number in 0..1, or
        `sample` is negative.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame([("It rained.", "Trời mưa."), ("It rained.", "")], columns=["src_text", "trg_text"])
    >>> found = describe(frame).set_index(["section", "item"])["value"]
    >>> [float(found[key]) for key in (("size", "pairs"), ("size", "without_counterpart"), ("repeated", "sources"))]
    [2.0, 1.0, 1.0]
    """
    if sample is not None:
        check_whole(sample, "sample is negative or no whole number", 0, todo="give a number of pairs, or None for all")
    if by is not None:
        return _describe_documents(frames_of(pairs, (*TEXTS, by)), by)
    whole = _Whole(sample)
    for chunk in frames_of(pairs):
        whole.add(chunk)
    return whole.frame()


class _Distinct:
    """Count distinct items and how often they come: exactly up to `DISTINCT`, beyond by the smallest hashes.

    An item whose hash is among the k smallest of all is among the k smallest at any time, so its count is exact, and
    which items these are has nothing to do with how often they come.
    """

    def __init__(self) -> None:
        self.hashes: NDArray[np.uint64] = np.zeros(0, np.uint64)
        self.counts: NDArray[np.int64] = np.zeros(0, np.int64)
        self.is_estimated = False
        self._waiting: list[bytes] = []

    def add(self, items: Iterable[str]) -> None:
        """Count items."""
        self._waiting += [
            hashlib.blake2b(item.encode("utf-8", "surrogatepass"), digest_size=8).digest() for item in items
        ]
        if len(self._waiting) > DISTINCT:
            self._merge()

    def _merge(self) -> None:
        """Sort what waits into what is known."""
        new = np.frombuffer(b"".join(self._waiting), np.uint64)
        self._waiting = []
        hashes, places = np.unique(np.concatenate([self.hashes, new]), return_inverse=True)
        counts = np.concatenate([self.counts, np.ones(len(new), np.int64)])
        self.counts = np.bincount(places, counts, len(hashes)).astype(np.int64)[:DISTINCT]
        self.hashes = hashes[:DISTINCT]
        self.is_estimated = self.is_estimated or len(hashes) > DISTINCT

    def total(self) -> float:
        """Number of distinct items."""
        self._merge()
        if not self.is_estimated:
            return float(len(self.hashes))
        return float((DISTINCT - 1) / (float(self.hashes[-1]) / 2.0**64))

    def repeated_share(self) -> float:
        """Share of the items that stood before."""
        self._merge()
        n = int(self.counts.sum())
        return 1 - len(self.hashes) / n if n else 0.0


class _Spread:
    """Count values in steps, to tell their mean, extremes and quantiles."""

    def __init__(self) -> None:
        self.counts: Counter[float] = Counter()
        self.n, self.sum = 0, 0.0
        self.least, self.most = math.inf, -math.inf

    def add(self, values: NDArray[np.float64], steps: NDArray[np.float64]) -> None:
        """Count values by the steps they fall on."""
        if not len(values):
            return
        self.n += len(values)
        self.sum += float(values.sum())
        self.least, self.most = min(self.least, float(values.min())), max(self.most, float(values.max()))
        levels, counts = np.unique(steps, return_counts=True)
        self.counts.update(dict(zip(levels.tolist(), counts.tolist(), strict=True)))

    def items(self) -> list[tuple[str, float]]:
        """Mean, extremes and quantiles, by item; nothing of nothing."""
        if not self.n:
            return []
        levels = sorted(self.counts)
        below = np.cumsum([self.counts[level] for level in levels])
        # The smallest value that has the share at or below it, as a list of all values would give it.
        found = [levels[int(np.searchsorted(below, q * self.n - 1e-9))] for q in STEPS.values()]
        inner = [min(max(value, self.least), self.most) for value in found]
        return [("mean", self.sum / self.n), ("min", self.least), *zip(STEPS, inner, strict=True), ("max", self.most)]


def _round_lengths(lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lengths as they are, long ones rounded down to a 64th of their power of two."""
    step = 2.0 ** np.maximum(np.floor(np.log2(np.maximum(lengths, 1))) - 6, 0)
    return np.where(lengths < EXACT_LENGTHS, lengths, np.floor(lengths / step) * step)


class _Whole:
    """What is known of the pairs so far."""

    def __init__(self, sample: int | None) -> None:
        self.sample = sample
        self.n = 0
        self.size: Counter[str] = Counter()
        self.spreads: dict[str, _Spread] = {}
        self.counts: dict[str, Counter[str]] = {}
        self.distinct = {name: _Distinct() for name in ("pairs", "sources", "targets")}
        self.types = {side: _Distinct() for side, _ in _SIDES}
        self.documents: _Distinct | None = None
        self.drawn: list[tuple[str, str]] = []
        self.looked: Counter[str] = Counter()
        self.n_looked = 0
        self.rng = random.Random(0)

    def add(self, chunk: pd.DataFrame) -> None:
        """Take a chunk in."""
        sides = [texts_of(chunk[column]) for column in TEXTS]
        pairs = list(zip(*sides, strict=True))
        full = np.array([bool(source.strip() and target.strip()) for source, target in pairs], bool)
        self._draw(pairs)
        self.n += len(pairs)
        self.size["without_counterpart"] += int((~full).sum())
        self._measure(sides, full)
        # A length in front, so that no two pairs are joined to one text.
        self.distinct["pairs"].add(f"{len(source)}:{source}{target}" for source, target in pairs)
        for name, texts in zip(("sources", "targets"), sides, strict=True):
            self.distinct[name].add(text for text in texts if text.strip())
        for (side, _), texts in zip(_SIDES, sides, strict=True):
            words = {word for text in texts for word in text.lower().split()}
            self.types[side].add({word.strip(_PUNCTUATION) for word in words} - {""})
        self._count(chunk)

    def _measure(self, sides: Sequence[Sequence[str]], full: NDArray[np.bool_]) -> None:
        """Lengths and their ratios."""
        lengths = {
            "characters": [np.array([len(text) for text in texts], np.float64) for texts in sides],
            "words": [np.array([len(text.split()) for text in texts], np.float64) for texts in sides],
        }
        for unit, (source, target) in lengths.items():
            for name, values in (("source", source), ("target", target)):
                self.size[f"{name}_{unit}"] += int(values.sum())
                there = values[values > 0]
                self._spread(f"{name}_{unit}").add(there, _round_lengths(there))
            ratio = target[full] / source[full]
            self._spread(f"{unit}_ratio").add(ratio, np.exp(np.round(np.log(ratio), 2)))

    def _spread(self, name: str) -> _Spread:
        """The spread of that name."""
        return self.spreads.setdefault(name, _Spread())

    def _count(self, chunk: pd.DataFrame) -> None:
        """What the columns say that there are."""
        if "quality" in chunk:
            quality = fractions_of(chunk, "quality", first=self.n - len(chunk))
            quality = quality[np.isfinite(quality)]
            self._spread("quality").add(quality, np.round(quality, 3))
            bins = np.clip((quality * QUALITY_BINS).astype(int), 0, QUALITY_BINS - 1)
            table = self.counts.setdefault("quality_histogram", Counter({_name_bin(k): 0 for k in range(QUALITY_BINS)}))
            table.update(map(_name_bin, bins.tolist()))
        for column, section in (
            ("bead_type", "bead_type"),
            ("decision", "decision"),
            ("src_kind", "source_kind"),
            ("trg_kind", "target_kind"),
        ):
            if column in chunk:
                self.counts.setdefault(section, Counter()).update(filter(None, texts_of(chunk[column])))
        if "reasons" in chunk:
            decisions = texts_of(chunk["decision"]) if "decision" in chunk else [""] * len(chunk)
            for cell, decision in zip(texts_of(chunk["reasons"]), decisions, strict=True):
                codes = reason_codes(cell)
                self.counts.setdefault("reason", Counter()).update(codes)
                if decision == "drop":
                    self.counts.setdefault("drop_reason", Counter()).update(codes or ["no reason given"])
        if "doc_id" in chunk:
            self.documents = self.documents or _Distinct()
            self.documents.add(set(texts_of(chunk["doc_id"])))
        if "moved" in chunk:
            self.size["moved"] += texts_of(chunk["moved"]).count("True")

    def _draw(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Keep a sample in which every pair is as probable as any other (Vitter 1985, algorithm R)."""
        if self.sample is None:
            self._look(pairs)
            return
        for k, pair in enumerate(pairs, self.n):
            if k < self.sample:
                self.drawn.append(pair)
            elif self.sample and (place := self.rng.randrange(k + 1)) < self.sample:
                self.drawn[place] = pair

    def _look(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Find languages, numbers and names."""
        self.n_looked += len(pairs)
        for source, target in pairs:
            for (side, _), text in zip(_SIDES, (source, target), strict=True):
                if text.strip():
                    self.counts.setdefault(f"{side}_language", Counter())[detect_language(text)] += 1
            if not (source.strip() and target.strip()):
                continue
            self.looked["full"] += 1
            for what, agreement in (
                ("numbers", compare_numbers(source, target)),
                ("names", compare_texts(scan(source, "en", gazetteer()), scan(target, "vi", gazetteer()))),
            ):
                matched = len(agreement.matched)
                left = len(agreement.different)
                n_source = matched + left + len(agreement.source_only)
                n_target = matched + left + len(agreement.target_only)
                for item, value in (
                    ("pairs_with", n_source + n_target > 0),
                    ("pairs_that_differ", not agreement.agrees),
                    ("source", n_source),
                    ("target", n_target),
                    ("matched", matched),
                ):
                    self.looked[f"{what}_{item}"] += int(value)

    def frame(self) -> pd.DataFrame:
        """Everything as rows."""
        self._look(self.drawn)
        self.drawn = []
        rows: list[tuple[str, str, float, float, bool]] = []

        def add(section: str, item: str, value: float, whole: float | None = None, estimated: bool = False) -> None:
            share = math.nan if whole is None else value / whole if whole else 0.0
            rows.append((section, item, float(value), share, estimated))

        add("size", "pairs", self.n)
        if self.documents is not None:
            add("size", "documents", round(self.documents.total()), None, self.documents.is_estimated)
        add("size", "without_counterpart", self.size["without_counterpart"], self.n)
        if "moved" in self.size:
            add("size", "moved", self.size["moved"], self.n)
        for unit in ("characters", "words"):
            for side, _ in _SIDES:
                add("size", f"{side}_{unit}", self.size[f"{side}_{unit}"])
        for side, types in self.types.items():
            add("size", f"{side}_types", round(types.total()), self.size[f"{side}_words"], types.is_estimated)
        for name, spread in self.spreads.items():
            for item, value in spread.items():
                is_rounded = item in STEPS and (name.endswith("ratio") or value >= EXACT_LENGTHS)
                add(name, item, value, None, is_rounded)
        for section in ("quality_histogram", "decision", "bead_type", "source_kind", "target_kind"):
            self._add_counts(section, add, sum(self.counts.get(section, Counter()).values()))
        self._add_counts("reason", add, self.n)
        self._add_counts("drop_reason", add, self.counts.get("decision", Counter())["drop"])
        n_texts = {"pairs": self.n}
        for (side, _), name in zip(_SIDES, ("sources", "targets"), strict=True):
            n_texts[name] = self._spread(f"{side}_characters").n
        for name, distinct in self.distinct.items():
            repeated = distinct.repeated_share() * n_texts[name]
            add("repeated", name, round(repeated), n_texts[name], distinct.is_estimated)
        self._add_looked(add)
        frame = make_frame(rows, columns=["section", "item", "value", "share", "estimated"])
        frame.attrs["signature"] = f"{SIGNED}|describe|pairs:{self.n}|sample:{self.n_looked}"
        return frame

    def _add_looked(self, add: Any) -> None:
        """Rows of the pairs that were looked at: languages, numbers, names."""
        is_drawn = self.n_looked < self.n
        if self.n_looked:
            add("sample", "pairs", self.n_looked, self.n)
        for side, _ in _SIDES:
            section = f"{side}_language"
            self._add_counts(section, add, sum(self.counts.get(section, Counter()).values()), is_drawn)
        for what in ("numbers", "names") if self.looked["full"] else ():
            with_any = self.looked[f"{what}_pairs_with"]
            add(what, "pairs_with", with_any, self.looked["full"], is_drawn)
            add(what, "pairs_that_differ", self.looked[f"{what}_pairs_that_differ"], with_any, is_drawn)
            for side, _ in _SIDES:
                n = self.looked[f"{what}_{side}"]
                add(what, f"{side}_mentions", n, None, is_drawn)
                add(what, f"{side}_matched", self.looked[f"{what}_matched"], n, is_drawn)

    def _add_counts(self, section: str, add: Any, whole: float, estimated: bool = False) -> None:
        """Rows of a table of counts, the largest first; bins in order."""
        table = self.counts.get(section, Counter())
        ordered = table.items() if section == "quality_histogram" else _sort_by_size(table)
        for item, count in ordered:
            add(section, item, count, whole, estimated)


def _name_bin(k: int) -> str:
    """Name of a bin of quality."""
    return f"{k / QUALITY_BINS:.2f}-{(k + 1) / QUALITY_BINS:.2f}"


def _sort_by_size(table: Counter[str]) -> list[tuple[str, int]]:
    """Entries, the most frequent first, ties by name."""
    return sorted(table.items(), key=lambda entry: (-entry[1], entry[0]))


def _describe_documents(chunks: Iterable[pd.DataFrame], by: str) -> pd.DataFrame:
    """One row a document, with what there is to sum up."""
    totals: dict[str, Counter[str]] = {}
    reasons: dict[str, Counter[str]] = {}
    known: dict[str, None] = {}  # columns that any chunk has, in order
    n = 0
    for chunk in chunks:
        sides = [texts_of(chunk[column]) for column in TEXTS]
        quality = fractions_of(chunk, "quality", first=n) if "quality" in chunk else None
        decisions = texts_of(chunk["decision"]) if "decision" in chunk else None
        whys = texts_of(chunk["reasons"]) if "reasons" in chunk else None
        beads = texts_of(chunk["bead_type"]) if "bead_type" in chunk else None
        given = (("quality", quality), ("decision", decisions), ("reasons", whys), ("bead_type", beads))
        known.update({name: None for name, column in given if column is not None})
        n += len(chunk)
        for k, name in enumerate(texts_of(chunk[by])):
            total = totals.setdefault(name, Counter())
            total["pairs"] += 1
            for (side, _), texts in zip(_SIDES, sides, strict=True):
                total[f"{side}_characters"] += len(texts[k])
                total[f"{side}_words"] += len(texts[k].split())
            total["without_counterpart"] += not all(texts[k].strip() for texts in sides)
            if quality is not None and math.isfinite(quality[k]):
                total["quality"] += quality[k]  # a sum, not a count
                total["judged"] += 1
            if decisions is not None:
                total["kept"] += decisions[k] == "keep"
            if beads is not None:
                total["one_to_one"] += beads[k] == "1:1"
            if whys is not None and (decisions is None or decisions[k] == "drop"):
                reasons.setdefault(name, Counter()).update(reason_codes(whys[k]))
    rows = []
    for name, total in totals.items():
        n = total["pairs"]
        row: dict[str, Any] = {by: name, "pairs": n, "without_counterpart": total["without_counterpart"]}
        row |= {f"{side}_{unit}": total[f"{side}_{unit}"] for unit in ("characters", "words") for side, _ in _SIDES}
        source = total["source_characters"]
        row["characters_ratio"] = total["target_characters"] / source if source else math.nan
        if "bead_type" in known:
            row["one_to_one_share"] = total["one_to_one"] / n
        if "quality" in known:
            row["quality_mean"] = total["quality"] / total["judged"] if total["judged"] else math.nan
        if "decision" in known:
            row |= {"kept": total["kept"], "kept_share": total["kept"] / n}
        if "reasons" in known:
            row["drop_reasons"] = ", ".join(f"{code} {n}" for code, n in _sort_by_size(reasons.get(name, Counter())))
        rows.append(row)
    columns = list(rows[0]) if rows else [by, "pairs"]
    frame = make_frame(rows, columns=columns)
    n_pairs = sum(total["pairs"] for total in totals.values())
    frame.attrs["signature"] = f"{SIGNED}|describe|pairs:{n_pairs}|by:{by}"
    return frame
