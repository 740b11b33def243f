"""Hostile sentences in English and Vietnamese, drawn by a seed: what no editor shows and every crawl has."""

from __future__ import annotations

import csv
import functools
import itertools
import random
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

PAIRS: Final = Path(__file__).parents[1] / "corpus" / "pairs"

ODD: Final[dict[str, tuple[str, ...]]] = {
    "nothing": ("", " ", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff", "."),
    "breaks": ("\r", "\n", "\r\n", "\n\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1c", "\x1d", "\x1e"),
    "controls": ("\0", "\x01", "\x07", "\x08", "\x1a", "\x1b[31m", "\x1f", "\x7f", "\x80", "\x9f"),
    "unseen": ("\xad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u034f", "\U000e0041", "\ufe0f", "\u180e"),
    "bidi": ("\u202e", "\u202d", "\u202c", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"),
    "marks": (
        "\u0301" * 40,
        "a\u0323\u0302",
        "o\u031b\u0309",
        "\u0e47" * 9,
        "\u0302\u0323\u0300",
        "e\u0301\u0302\u0303",
    ),
    "not characters": ("\ufffe", "\uffff", "\U0001fffe", "\ufffd", "\ufdd0", "\ue000", "\uf0b7"),
    "surrogates": ("\ud800", "\udc80", "\udfff", "\ud83d", "\udcff\udc80"),
    "astral": (
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U00020000",
        "\U0001d400",
        "\U0001f1fb\U0001f1f3",
        "\U00010348",
    ),
    "quotes": ('"', '""', "'", '"Yes," she said.', 'a "b" c', '"""', '5" x 7"', '","', '";"', "“”", "«»", '"\t"'),
    "formulas": (
        "=1+1",
        "+84",
        "@SUM(A1)",
        "-5",
        "=cmd|' /C calc'!A0",
        "＝1",
        "\t=2",
        "'=3",
        "-",
        "_x0041_",
        "_x000D_",
    ),
    "markup": (
        "<b>",
        "</seg>",
        "<br/>",
        "]]>",
        "<![CDATA[",
        "<!--",
        "-->",
        "&",
        "&amp;",
        "&#13;",
        "&#x0;",
        "&nbsp;",
        "&lt;p&gt;",
        "<ph>&lt;br/&gt;</ph>",
        "?>",
        "<?xml?>",
        "**b**",
        "`c`",
        "[1](http://a.vn)",
        "{\\an8}",
        "\\N",
        "| a | b |",
        "# 1",
        "- - -",
        "```",
        "1. ",
        "• ",
        "#separator:tab",
        "#",
    ),
    "numbers": (
        "٣٤٥",
        "१२३",
        "１２３",
        "Ⅳ",
        "½",
        "1.234.567,89",
        "12/3/2024",
        "$9bn",
        "9 tỷ USD",
        "1e999",
        "-0",
        "²",
        "00:01",
        "9" * 60,
        "12 . 5 %",
        "3 giờ 15",
        "1,2,3,4",
        "0x1F",
        "US$-1.5m",
        "mười lăm nghìn",
        "twenty-one",
    ),
    "short": (
        "U.S.",
        "TP. HCM",
        "PGS.TS.",
        "v.v.",
        "e.g.",
        "J.K.",
        "Mr.",
        "No.",
        "a.m.",
        "Q.1",
        "Ltd.",
        "A. B. C.",
        "...",
        "…",
    ),
    "addresses": (
        "https://a.vn/b?c=d&e=f#g",
        "http://[::1]/",
        "a@b.vn",
        "www.x.com.",
        "file:///c:/a.txt",
        "//",
        "#tag",
        "@me",
    ),
    "words": ("null", "NA", "nan", "None", "true", "src_text", "en", "vi", "id", "score", "WEBVTT", "msgid", "inf"),
    "long": ("x" * 3000, "ạ" * 700, "a-" * 400, "ha " * 300, "(" * 200, "1." * 150, "é\u0301" * 300),
    "mojibake": (
        "Viá»‡t Nam",
        "ThÃ nh phá»‘",
        "B¸o c¸o t×nh h×nh",
        "Hµ Néi",
        "VieÄt Nam",
        "Tie^'ng Vie^.t",
        "â€œaâ€\x9d",
        "\xd0\xc0",
    ),
    "scripts": ("Привет", "日本語。", "שלום", "مرحبا", "ไทย", "한국어", "ǅ", "ﬁ", "İ", "ß", "ſ", "ꝡ", "ᾳ", "K"),
}
"""Pieces by kind; every kind is drawn as often as every other."""

GAPS: Final = (" ", " ", " ", " ", "\n", "\n\n", "\r\n", "\u2028", "  ", "\n• ", "", "\t", "\u00a0", "\n- ", "\x85")
"""What stands between the sentences of a text."""

MAX_CELL: Final = "y" * 33_000
"""More than a workbook's cell holds; once in some thousand cells."""


@functools.cache
def prose() -> tuple[tuple[str, str], ...]:
    """Pairs of the bundled articles: both texts, whole."""
    found = []
    for path in sorted(PAIRS.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        found += [(row["src_text"], row["trg_text"]) for row in rows]
    return tuple(found)


class Maker:
    """Sentences of one batch; the same number gives the same ones."""

    def __init__(self, seed: int, number: int) -> None:
        self.rng = random.Random(f"{seed}/{number}")

    def piece(self) -> str:
        """One odd piece."""
        rng = self.rng
        if rng.random() < 0.0002:
            return MAX_CELL
        if rng.random() < 0.05:
            return chr(rng.choice((rng.randrange(0x300), rng.randrange(0x3000), rng.randrange(0x110000))))
        return rng.choice(ODD[rng.choice(_KINDS)])

    def harm(self, text: str) -> str:
        """A text with something odd done to it."""
        rng = self.rng
        how = rng.randrange(10)
        at = rng.randrange(len(text) + 1)
        if how < 4:
            return f"{text[:at]}{self.piece()}{text[at:]}"
        if how == 4:
            return f"{self.piece()} {text}"
        if how == 5:
            return text + self.piece()
        if how == 6:
            return unicodedata.normalize(rng.choice(("NFD", "NFKD", "NFC")), text)
        if how == 7:
            return text[at:] + text[:at]
        if how == 8:
            return rng.choice((text.upper(), text.swapcase(), text[::-1], text * 2, text.replace(" ", "")))
        return text.encode("utf-8", "replace").decode(rng.choice(("latin-1", "cp1252", "cp1258")), "replace")

    def sentence(self, text: str) -> str:
        """A sentence made of a good one: in a third of the cases that one, numbers apart."""
        rng = self.rng
        if rng.random() < 0.02:
            return "".join(self.piece() for _ in range(rng.randrange(4)))
        while rng.random() < 0.6:
            text = self.harm(text)
        return text

    def sides(self, n: int) -> tuple[list[str], list[str]]:
        """Some n sentences in English and their translations, with some left out, repeated and out of place."""
        rng, known = self.rng, prose()
        sides: tuple[list[str], list[str]] = ([], [])
        start = rng.randrange(len(known))
        for k in range(n):
            pair = known[(start + k) % len(known)]
            for side, text in zip(sides, pair, strict=True):
                fate = rng.random()
                if fate < 0.05:
                    continue
                side.append(self.sentence(text))
                if fate > 0.98:
                    side.append(side[rng.randrange(len(side))])
        for side in sides:
            side += ["One."] * (not side)
        return sides

    def join(self, sentences: Sequence[str]) -> str:
        """A text of sentences, with any gaps between."""
        gaps = self.rng.choices(GAPS, k=len(sentences))
        return "".join(itertools.chain.from_iterable(zip(sentences, gaps, strict=True)))

    def cells(self, n: int) -> list[str]:
        """Cells of another column: many empty, many short, some anything."""
        draws = self.rng.choices(("", "a note", "piece", "harmed"), (6, 2, 1, 1), k=n)
        return [self.piece() if d == "piece" else self.harm("ghi chú") if d == "harmed" else d for d in draws]

    def documents(self, n: int) -> list[str]:
        """Names of documents, in runs."""
        names = ["", "pairs", "a/b.txt", "tin tức", *(self.harm("doc 1") for _ in range(3))]
        return list(itertools.islice(self._runs(names), n))

    def _runs(self, names: Sequence[str]) -> Iterator[str]:
        while True:
            yield from [self.rng.choice(names)] * self.rng.randint(1, 40)


_KINDS: Final = tuple(ODD)
