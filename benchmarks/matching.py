"""A made crawl with an answer, and how much of it `aligner match` finds.

    python benchmarks/matching.py make 1000 CRAWL TEXT ...   write CRAWL/en, CRAWL/vi and CRAWL/gold.tsv
    python benchmarks/matching.py measure CRAWL [--jobs 2]   match it; recall, precision, time and memory
    python benchmarks/matching.py renumbered FOLDER          a course with renumbered chapters, by its known faults
    python benchmarks/matching.py candidates [8000]          CPU of what grows with the square of the documents

TEXT is sentence-aligned text: NAME.en with NAME.vi beside it, a sentence a line (where NAME.gold is there too, as lines
`[0,1]:[2]`, the beads), or a TSV with the columns doc, en and vi, gzipped or not. Documents are windows of 4 to 40
pairs, which do not overlap as long as there is text. Of the documents of either side 30 % have no partner. In 10 % one
number or name is changed against another document: half of them are on both sides, half are orphans that only look
like a partner. In 10 % a fifth of the sentences of one side was dropped, or replaced by others. Pages of a site share
its header and footer. Names: a fifth the same on both sides, a fifth those of another document, the rest say nothing.
"""

import argparse
import csv
import gzip
import random
import re
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

Pair = tuple[str, str]

ORPHANS, CHANGED, REVISED, DROPPED = 0.3, 0.1, 0.1, 0.2
SITES = 7
NUMBER = re.compile(r"(?<![\w.,])\d{1,4}(?![\w]|[.,]\d)")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")
NAMES = ("Alden", "Brook", "Carver", "Dunmore", "Ellis", "Farrow", "Garrick", "Holden", "Ivers", "Keaton")


def runs(paths: list[Path]) -> Iterator[list[Pair]]:
    """Runs of pairs that follow each other in a text."""
    for path in paths:
        if path.suffix == ".en":
            sides = [path.with_suffix(s).read_text("utf-8").removesuffix("\n").split("\n") for s in (".en", ".vi")]
            gold = path.with_suffix(".gold")
            beads: list[list[list[int]]] = [[[k], [k]] for k in range(len(sides[0]))]
            if gold.exists():
                found = re.findall(r"\[([^]]*)\]:\[([^]]*)\]", gold.read_text("utf-8"))
                beads = [[[int(k) for k in ids.split(",") if k.strip()] for ids in bead] for bead in found]
            pairs = [(" ".join(sides[0][k] for k in e), " ".join(sides[1][k] for k in v)) for e, v in beads]
            yield [pair for pair in pairs if any(pair)]
        else:
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8", newline="\n") as file:
                run: list[Pair] = []
                last = ""
                for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                    if row["doc"] != last:
                        yield run
                        run, last = [], row["doc"]
                    run.append((row["en"], row["vi"]))
                yield run


def windows(texts: list[list[Pair]], n: int, draw: random.Random) -> Iterator[list[Pair]]:
    """n windows; once the text is used up, again with other borders."""
    turn = made = 0
    while made < n:
        before = made
        order = list(range(len(texts)))
        draw.shuffle(order)
        for k in order:
            at = turn * 3
            while len(texts[k]) - at >= 4 and made < n:
                size = round(4 * 10 ** draw.random())
                piece = texts[k][at : at + size]
                at += size
                if (
                    len(piece) >= 4
                    and sum(len(en) for en, _ in piece) >= 200
                    and sum(len(vi) for _, vi in piece) >= 200
                ):
                    yield piece
                    made += 1
        turn += 1
        if made == before:
            raise SystemExit("not enough text")
        if made < n:
            print(f"text used up after {made} windows: more with other borders", file=sys.stderr)


def changed(piece: list[Pair], draw: random.Random) -> list[Pair] | None:
    """The window with one number or name that stands on both sides made another one; None where none does."""
    places = [
        (k, found[0])
        for k, (en, vi) in enumerate(piece)
        for pattern in (NUMBER, NAME)
        for found in pattern.finditer(en)
        if len(re.findall(rf"(?<!\w){found[0]}(?!\w)", vi)) == 1 == len(re.findall(rf"(?<!\w){found[0]}(?!\w)", en))
    ]
    if not places:
        return None
    k, old = draw.choice(places)
    new = str(int(old) + draw.randint(1, 9)) if old.isdecimal() else draw.choice(NAMES)
    both = tuple(re.sub(rf"(?<!\w){old}(?!\w)", new, text) for text in piece[k])
    return [*piece[:k], both, *piece[k + 1 :]]  # type: ignore[list-item]


def make(n: int, folder: Path, texts: list[list[Pair]]) -> None:
    """Write the crawl."""
    draw = random.Random(n)
    n_changed, n_pairs = round(n * CHANGED), round(n * (1 - ORPHANS))
    both, alike = n_changed // 2, n_changed - n_changed // 2
    n_orphans = n - n_pairs
    n_spare = 2 * n_orphans - alike
    pieces = list(windows(texts, n_pairs - both + n_spare, draw))
    spare, plain = pieces[:n_spare], pieces[n_spare:]  # orphans share no sentence, even where the text is used up
    draw.shuffle(spare)
    draw.shuffle(plain)
    en: list[tuple[str, list[str]]] = []
    vi: list[tuple[str, list[str]]] = []
    gold = []
    copies = [(k, new) for k, piece in enumerate(plain) if (new := changed(piece, draw))][: both + alike]
    pairs = plain + [new for _, new in copies[:both]]
    kinds = ["plain"] * len(plain) + ["changed"] * both
    for k, _ in copies:
        kinds[k] = "has a double"
    lone = {
        "en": [new for _, new in copies[both : both + alike // 2]],
        "vi": [new for _, new in copies[both + alike // 2 :]],
    }
    for lang in ("en", "vi"):
        need = n_orphans - len(lone[lang])
        taken, spare = spare[:need], spare[need:]
        lone[lang] += taken
    revised = set(draw.sample([k for k, kind in enumerate(kinds) if kind == "plain"], round(n * REVISED)))
    filler = [pair for piece in pieces for pair in piece]
    for k, piece in enumerate(pairs):
        sides = [[en for en, _ in piece], [vi for _, vi in piece]]
        if k in revised:
            kinds[k] = "revised"
            side = draw.randrange(2)
            for at in sorted(draw.sample(range(len(piece)), max(round(len(piece) * DROPPED), 1)), reverse=True):
                if draw.random() < 0.5:
                    del sides[side][at]
                else:
                    sides[side][at] = draw.choice(filler)[side]
        name = f"{draw.choice(('news', 'help', 'blog'))}/item-{k}"
        en.append((name, sides[0]))
        vi.append((f"bai/{draw.getrandbits(40):x}" if draw.random() < 0.75 else name, sides[1]))
        gold.append((k, k, kinds[k]))
    en += [(f"news/old-{k}", [pair[0] for pair in piece]) for k, piece in enumerate(lone["en"])]
    vi += [(f"bai/{draw.getrandbits(40):x}", [pair[1] for pair in piece]) for piece in lone["vi"]]
    lying = draw.sample(range(len(pairs)), len(pairs) // 5)
    for k, j in zip(lying, [*lying[1:], lying[0]], strict=True):  # the name of another document
        vi[k] = (en[j][0], vi[k][1])
    used: set[str] = set()
    headers = [[draw.choice(filler) for _ in range(6)] for _ in range(SITES)]
    paths: dict[str, list[str]] = {}
    for side, lang, documents in ((0, "en", en), (1, "vi", vi)):
        paths[lang] = []
        for k, (name, sentences) in enumerate(documents):
            name = name if f"{lang}/{name}" not in used else f"{name}-{k}"
            used.add(f"{lang}/{name}")
            site = [pair[side] for pair in headers[k % SITES]]
            path = folder / lang / f"{name}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n\n".join([*site[:4], *filter(None, sentences), *site[4:]]) + "\n", "utf-8")
            paths[lang].append(str(path.relative_to(folder)))
    rows = [f"{paths['en'][i]}\t{paths['vi'][j]}\t{kind}" for i, j, kind in gold]
    (folder / "gold.tsv").write_text("\n".join(["en\tvi\tkind", *rows]) + "\n", "utf-8")
    print(f"{len(en)} x {len(vi)} documents, {len(gold)} pairs, {sum(len(s) for _, s in en)} English sentences")


def measure(folder: Path, jobs: int | None) -> None:
    """Match a crawl, and say what was found."""
    from aligner import match_documents

    begun = time.perf_counter()
    found = match_documents(folder / "en", folder / "vi", jobs=jobs)
    seconds = time.perf_counter() - begun
    rows = [line.split("\t") for line in (folder / "gold.tsv").read_text("utf-8").splitlines()[1:]]
    gold = {(en, vi): kind for en, vi, kind in rows}
    pairs = [tuple(str(Path(p).relative_to(folder)) for p in row) for row in found.pairs[["en", "vi"]].to_numpy()]
    right = [pair for pair in pairs if pair in gold]
    kib = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"recall {len(right) / len(gold):.4f}, precision {len(right) / max(len(pairs), 1):.4f}, {len(pairs)} pairs")
    for kind in sorted(set(gold.values())):
        of = [pair for pair, own in gold.items() if own == kind]
        print(f"  {kind}: {sum(pair in set(right) for pair in of)} of {len(of)}")
    print(f"{seconds:.0f} s, {kib / 2**20:.2f} GiB (this process and its largest worker)")
    found.pairs.assign(right=[pair in gold for pair in pairs]).to_csv(folder / "found.tsv", sep="\t", index=False)
    found.alone.to_csv(folder / "alone.tsv", sep="\t", index=False)


ORPHANS_OF = {"en": ["1__5", "1__6", "1__8", "2__8", "3__5"], "vi": ["1__5", "1__6", "1__7", "2__8", "3__6"]}
PARTNERS = {"1__7": "1__10", "1__9": "1__8", "1__10": "1__9", "3__6": "3__5"}
"""Chapters of Hugging Face's course (en/chapterN__M.mdx, vi/chapterN__M.mdx, as of 2025) by their numbers: those that
the other language has not, and those that it has under another number. All others have their own number there."""


def measure_renumbered(folder: Path, jobs: int | None) -> None:
    """Match and build a course whose chapters were renumbered in one language; say what is right."""
    import tempfile

    from aligner import build_corpus, match_documents
    from aligner.corpus.building.leftovers import read_partners

    def number(path: str) -> str:
        return Path(path).stem.removeprefix("chapter")

    names = {lang: {number(str(path)) for path in (folder / lang).glob("chapter*")} for lang in ("en", "vi")}
    gold = {k: PARTNERS.get(k, k) for k in names["en"] - {*ORPHANS_OF["en"]}}
    gold = {en: vi for en, vi in gold.items() if vi in names["vi"]}
    found = match_documents(folder / "en", folder / "vi", jobs=jobs)
    every = ((number(en), number(vi)) for en, vi in zip(found.pairs["en"], found.pairs["vi"], strict=True))
    pairs = {en: vi for en, vi in every if en in names["en"]}
    right = sum(gold.get(en) == vi for en, vi in pairs.items())
    print(f"match: {len(pairs)} pairs, {right} right of {len(gold)}; missed: {sorted(gold.keys() - pairs.keys())}")
    print("  of another number:", {en: vi for en, vi in sorted(pairs.items()) if en != vi})
    for lang, column in (("en", pairs.keys()), ("vi", pairs.values())):
        print(f"  {lang} orphans left alone: {len({*ORPHANS_OF[lang]} - {*column})} of {len(ORPHANS_OF[lang])}")
    with tempfile.TemporaryDirectory() as corpus:
        build_corpus(folder, corpus, jobs=jobs)
        told = read_partners(corpus)
    print("build: no translations by name:", [number(en) for en, _ in told["doubted"]])
    print("  built instead:", {number(en): number(vi) for en, vi, _ in told["found"]}, "of", PARTNERS)


def measure_candidates(n: int) -> None:
    """Compare n drawn vectors with n others, as the mean vectors of documents are; say how long a pair takes."""
    import numpy as np

    from aligner.matching.candidates import _nearest

    rows, columns = np.random.default_rng(1).normal(size=(2, n, 512)).astype(np.float32)
    begun = time.process_time()
    _nearest(rows, columns)
    _nearest(columns, rows)
    seconds = time.process_time() - begun
    print(f"{n} x {n}: {seconds:.1f} s of CPU in both directions, {seconds / n**2 * 1e9:.0f} ns a pair of documents")


def main() -> None:
    """Make or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("make")
    verb.add_argument("documents", type=int)
    verb.add_argument("folder", type=Path)
    verb.add_argument("text", nargs="+", type=Path)
    verb = verbs.add_parser("measure")
    verb.add_argument("folder", type=Path)
    verb.add_argument("--jobs", type=int)
    verb = verbs.add_parser("renumbered")
    verb.add_argument("folder", type=Path)
    verb.add_argument("--jobs", type=int)
    verb = verbs.add_parser("candidates")
    verb.add_argument("documents", type=int, nargs="?", default=8000)
    given = parser.parse_args()
    if given.verb == "candidates":
        measure_candidates(given.documents)
    elif given.verb == "renumbered":
        measure_renumbered(given.folder, given.jobs)
    elif given.verb == "make":
        make(given.documents, given.folder, [run for run in runs(given.text) if len(run) >= 4])
    else:
        measure(given.folder, given.jobs)


if __name__ == "__main__":
    main()
