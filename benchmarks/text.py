"""Sentence splitting and normalisation, quality and speed, beside peers from PyPI, in one run.

usage: python benchmarks/text.py [--data FOLDER]      (Markdown on standard output; README.md says what is measured)
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import platform
import random
import re
import timeit
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

import aligner

GOLD = Path(__file__).parents[1] / "corpus" / "gold"
LANGS = ("en", "vi")
NO_LANGUAGE = {"en": "no English", "vi": "no Vietnamese"}
SEED = 20240501  # of the no-break spaces
SIZES = (10_000, 100_000, 1_000_000)  # characters timed; what needs over a second gets no larger text
REPEATS = 3

SPLITTERS = ("aligner", "underthesea", "pysbd", "yasbd-lib", "sentencex")
NORMALISERS = ("aligner", "underthesea", "viet-text-tools", "ftfy", "ftfy, uncurl_quotes=False")
# What a tool does without saying so. sentencex takes any code: its src/languages has no vi.rs, and 'vi' ends at 'en'.
NOTES = {"sentencex": " (no Vietnamese: uses its English rules)"}

Split = Callable[[str], list[str]]
Normalise = Callable[[str, str, str], str]  # text, language, tone style: "keep", "old", "new"


class Document(NamedTuple):
    text: str
    sentences: list[str]


Documents = dict[str, list[Document]]  # by language


def load_splitter(tool: str, lang: str) -> Split | None:
    if tool == "underthesea":
        from underthesea import sent_tokenize  # takes no language; its abbreviations are of both

        tokenize: Split = sent_tokenize
        return tokenize
    if tool == "pysbd":
        from pysbd import Segmenter, languages

        return Segmenter(language=lang, clean=False).segment if lang in languages.LANGUAGE_CODES else None
    if tool == "yasbd-lib":
        from yasbd import BoundaryDetector, get_supported_langs

        detector = BoundaryDetector(lang) if lang in get_supported_langs() else None
        return (lambda text: list(detector.segment(text))) if detector else None
    if tool == "sentencex":
        from sentencex import segment

        return functools.partial(segment, lang)
    return lambda text: [text[s.start : s.end] for s in aligner.split_sentences(text, lang)]


def load_normaliser(tool: str) -> Normalise:
    if tool == "underthesea":
        from underthesea import text_normalize

        return lambda text, lang, tone: text_normalize(text)
    if tool == "viet-text-tools":
        from viet_text_tools import normalize_diacritics  # keeps no style: it makes the old one or the new one

        return lambda text, lang, tone: normalize_diacritics(text, new_style=tone == "new")
    if tool.startswith("ftfy"):
        from ftfy import fix_text

        settings = {"uncurl_quotes": False} if "," in tool else {}
        return lambda text, lang, tone: fix_text(text, **settings)
    return lambda text, lang, tone: aligner.normalise(text, lang=lang, tone=tone)  # type: ignore[arg-type]  # of a table


def squeeze(text: str) -> str:
    return "".join(text.split())


def read(folder: Path) -> Documents:
    """NAME.en and NAME.vi, one sentence a line; the running text is NAME.en.txt, or the sentences joined by spaces."""
    documents: Documents = {lang: [] for lang in LANGS}
    for lang in LANGS:
        for path in sorted(folder.glob(f"*.{lang}")):
            sentences = path.read_text("utf-8").split("\n")[:-1]
            running = path.with_name(path.name + ".txt")
            text = running.read_text("utf-8") if running.exists() else " ".join(sentences)
            if squeeze(text) != squeeze("".join(sentences)):
                raise SystemExit(f"{running}: not the text of the sentences in {path}")
            documents[lang].append(Document(text, sentences))
        if not documents[lang]:
            raise SystemExit(f"{folder}: no file NAME.{lang}; see benchmarks/README.md")
    return documents


def lines(documents: list[Document]) -> list[str]:
    return [sentence for document in documents for sentence in document.sentences]


def ends(sentences: list[str], text: str) -> set[int]:
    """Where sentences end, white space not counted; without the end of the text, which nobody can miss."""
    whole, at, found = squeeze(text), 0, set()
    for sentence in map(squeeze, sentences):
        start = whole.find(sentence, at)
        if sentence and start >= 0:  # a sentence that the tool altered is not in the text, and its end is missed
            at = start + len(sentence)
            found.add(at)
    return found - {len(whole)}


def boundary_f1(split: Split, documents: list[Document]) -> float:
    pairs = [(ends(d.sentences, d.text), ends(split(d.text), d.text)) for d in documents]
    return 2 * sum(len(gold & got) for gold, got in pairs) / sum(len(gold) + len(got) for gold, got in pairs)


# Syllables in -oa, -oe, -uy, letters and marks apart, with the tone on the last vowel (hoà) or on the first (hòa).
ONSET = r"(?<![\w\u0300-\u036f])((?:[bcdđhklmnprstvx]|[ckpt]h|gh?|ngh?|nh|tr)?)(o(?=\W?[ae])|u(?=\W?y))"
TONE = "([\u0300\u0301\u0303\u0309\u0323])"
NEW_STYLE = re.compile(ONSET + "([aey])" + TONE + r"(?![\w\u0300-\u036f])", re.IGNORECASE)
OLD_STYLE = re.compile(ONSET + TONE + r"([aey])(?![\w\u0300-\u036f])", re.IGNORECASE)
SIGN_AND_TONE = re.compile("([\u0302\u0306])([\u0300\u0301\u0303\u0309])")  # two marks that NFC does not put in order


def marks_moved(pattern: re.Pattern[str], order: str, line: str) -> str:
    return normalize("NFC", pattern.sub(order, normalize("NFD", line)))


def as_cp1252(line: str) -> str:
    """UTF-8 read as Windows-1252, whose five undefined bytes are control characters, as browsers read them."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in line.encode())


def damages(good: list[str]) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Name, tone style to ask for, and (damaged, right) for every line that the damage changes."""
    rng = random.Random(SEED)
    old, new = ([marks_moved(style, r"\1\2\4\3", line) for line in good] for style in (NEW_STYLE, OLD_STYLE))
    for name, tone, right, damaged in (
        ("NFD", "keep", good, [normalize("NFD", line) for line in good]),
        ("tone before sign", "keep", good, [marks_moved(SIGN_AND_TONE, r"\2\1", line) for line in good]),
        ("tone new to old", "old", old, new),
        ("tone old to new", "new", new, old),
        ("no-break spaces", "keep", good, [re.sub(" ", lambda _: rng.choice("\u00a0 "), line) for line in good]),
        ("UTF-8 as cp1252", "keep", good, [as_cp1252(line) for line in good]),
    ):
        yield name, tone, [pair for pair in zip(damaged, right, strict=True) if pair[0] != pair[1]]


def changed(normalise: Normalise, documents: Documents) -> str:
    """Share of good lines changed, and of good lines changed in more than their spaces."""
    pairs = [(line, normalise(line, lang, "keep")) for lang in LANGS for line in lines(documents[lang])]
    more_than_spaces = [before.replace(" ", "") != after.replace(" ", "") for before, after in pairs]
    return f"{sum(a != b for a, b in pairs) / len(pairs):.2%} / {sum(more_than_spaces) / len(pairs):.2%}"


def repaired(normalise: Normalise, tone: str, pairs: list[tuple[str, str]]) -> str:
    """Share of damaged lines made right; spaces may differ, since underthesea puts them around every token."""
    right = [normalise(damaged, "vi", tone).replace(" ", "") == good.replace(" ", "") for damaged, good in pairs]
    return f"{sum(right) / len(pairs):.1%}"


def speed(function: Callable[[str], object], own: Callable[[str], object] | None, text: str) -> str:
    """Characters a second on the largest piece that is quick enough, and the ratio to aligner on the same piece."""
    for size in SIZES:
        piece = (text * (size // len(text) + 1))[:size]
        taken = min(timeit.repeat(functools.partial(function, piece), number=1, repeat=REPEATS))
        if taken > 1:
            break
    ratio = min(timeit.repeat(lambda: own(piece), number=1, repeat=REPEATS)) / taken if own else 1
    return f"{size / taken:,.0f} (×{ratio:.3g}" + (")" if size == SIZES[-1] else f", on {size:,} characters)")


def running_text(sets: dict[str, Documents], lang: str) -> str:
    return "".join(document.text + "\n\n" for documents in sets.values() for document in documents[lang])


def splitter_cells(tool: str, sets: dict[str, Documents]) -> Iterator[str]:
    splits = {lang: load_splitter(tool, lang) for lang in LANGS}
    for documents in sets.values():
        for lang, split in splits.items():
            yield f"{boundary_f1(split, documents[lang]):.3f}" if split else NO_LANGUAGE[lang]
    for lang, split in splits.items():
        own = None if tool == "aligner" else load_splitter("aligner", lang)
        yield speed(split, own, running_text(sets, lang)) if split else NO_LANGUAGE[lang]


def normaliser_cells(tool: str, sets: dict[str, Documents]) -> Iterator[str]:
    normalise = load_normaliser(tool)
    for documents in sets.values():
        yield changed(normalise, documents)
    for _, tone, pairs in damages(lines(sets["corpus"]["vi"])):
        yield repaired(normalise, tone, pairs)
    functions = [lambda text, f=f: f(text, "vi", "keep") for f in (normalise, load_normaliser("aligner"))]
    for form in ("NFC", "NFD"):
        text = normalize(form, running_text(sets, "vi"))
        yield speed(functions[0], None if tool == "aligner" else functions[1], text)


def print_table(
    header: list[str],
    tools: tuple[str, ...],
    cells: Callable[[str, dict[str, Documents]], Iterator[str]],
    sets: dict[str, Documents],
) -> None:
    print("|", " | ".join(header), "|\n|", " | ".join("---" for _ in header), "|")
    for tool in tools:
        package, comma, setting = tool.partition(",")
        try:
            number = aligner.__version__ if tool == "aligner" else version(package)
            row = [f"{package} {number}{comma}{setting}{NOTES.get(tool, '')}", *cells(tool, sets)]
        except ImportError as error:  # of the package, or of its metadata
            row = [tool, f"not installed: {error}", *[""] * (len(header) - 2)]
        print("|", " | ".join(row), "|", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="more text: a folder of NAME.en, NAME.vi, NAME.en.txt, NAME.vi.txt")
    folder = parser.parse_args().data
    sets = {"corpus": read(GOLD)} | ({"data": read(folder)} if folder else {})
    print(f"Python {platform.python_version()}, {platform.machine()}; seed {SEED}", end="")
    for name, documents in sets.items():
        digest = hashlib.sha256(repr(documents).encode()).hexdigest()[:12]
        counts = [len(lines(documents[lang])) for lang in LANGS]
        print(f"; {name} {digest}: {counts[0]} English, {counts[1]} Vietnamese sentences", end="")
    print("\n")
    header = [f"F1 {name} {lang}" for name in sets for lang in LANGS] + [f"characters/s {lang}" for lang in LANGS]
    print_table(["splitter", *header], SPLITTERS, splitter_cells, sets)
    print()
    header = [f"{name}: good lines changed / beyond spaces" for name in sets]
    header += [f"{name}: repaired, of {len(pairs)}" for name, _, pairs in damages(lines(sets["corpus"]["vi"]))]
    header += ["characters/s vi", "characters/s vi, NFD"]
    print_table(["normaliser", *header], NORMALISERS, normaliser_cells, sets)


if __name__ == "__main__":
    main()
