"""Documents with gold beads, put together from pairs: many kinds of text, in many styles, with many kinds of noise.

All scripts that fit what judges sentences in their order fit it on these. Every source is encoded by an encoder that
has not seen it, so that its cosines are those of new text. No dev set is read.
"""

from __future__ import annotations

import gzip
import json
import pathlib
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import Sentence
from aligner.encoders.embedded import Encoder, unit_rows
from aligner.search.lattice import BeadType
from aligner.text.kinds import segment_kinds
from aligner.text.sentences import split_sentences

USUAL_RUN = 4
"""Sentences that one side of a bead of the usual types holds at most."""


@dataclass
class Atom:
    """A gold bead before its sentences have numbers."""

    en: list[str]
    vi: list[str]
    paragraph: int = 0
    unit: tuple[int, int] = (-1, -1)


@dataclass
class Document:
    """Sentences with gold beads."""

    sides: tuple[list[Sentence], list[Sentence]]
    gold: list[BeadType]
    units: tuple[list[int], list[int]] | None
    kind: str = ""
    source: str = ""
    styles: frozenset[str] = frozenset()


KINDS: Mapping[str, tuple[str, ...]] = {
    "dialogue": ("messages/wesnoth-1.16-campaigns", "wesnoth-1.18"),
    "games": ("shattered-pixel-dungeon", "a-dark-room"),
    "stories": ("african-storybook",),
    "speech": ("tatoeba", "xcopa"),
    "scripture": ("bible-1925-web", "bible-1925-kjv"),
    "news": ("alt",),
    "handbooks": ("debian-handbook", "d2l-vn", "debian-maint-guide", "debian-installation-guide"),
    "help": ("libreoffice-help", "scratch", "learngitbranching"),
    "policy": ("denver-for-all", "vote-gov", "bloom-housing"),
    "letters": ("pkp", "pkp-emails", "mailman", "diaspora"),
    "web": ("mozilla-www", "mozilla-lang", "suttacentral-site", "debian-web", "onionshare-docs", "kolibri"),
}
"""Kinds of text that documents are made of, each as often as any other, and the sources of each."""

UNORDERED = frozenset({"tatoeba", "xcopa"})
"""Sources whose sentences do not follow one another: they are dealt into documents by chance."""


@dataclass
class Material:
    """The documents of one source, with the kind of text."""

    kind: str
    source: str
    documents: list[list[Atom]]


def read_rows(path: pathlib.Path) -> Iterator[list[str]]:
    """Yield source, doc, English and Vietnamese of each pair of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        header = next(lines, "").rstrip("\n").split("\t")
        if header != ["source", "doc", "en", "vi"]:
            sys.exit(f"{path}: the header must be source, doc, en, vi (found {header})")
        for number, line in enumerate(lines, 2):
            row = line.rstrip("\n").split("\t")
            if len(row) != 4:
                sys.exit(f"{path}:{number}: 4 columns expected (found {len(row)})")
            yield row


def read_sources(paths: Sequence[pathlib.Path], rng: np.random.Generator) -> list[Material]:
    """Read all sources of `KINDS` into lists of atoms, segments of several sentences split."""
    kind_of = {source: kind for kind, sources in KINDS.items() for source in sources}
    found: dict[str, dict[str, list[Atom]]] = {}
    seen: set[tuple[str, str]] = set()
    for path in paths:
        for source, name, en, vi in read_rows(path):
            if source not in kind_of or (source in UNORDERED and (source, en) in seen):
                continue
            seen.add((source, en))
            found.setdefault(source, {}).setdefault(name, []).extend(split_atoms(en, vi))
    if missing := set(kind_of) - set(found):
        sys.exit(f"no such source in the files of pairs: {sorted(missing)}")
    result = []
    for source, documents in found.items():
        lists = list(documents.values())
        if source in UNORDERED:
            lists = [[lists[0][k] for k in rng.permutation(len(lists[0]))], *lists[1:]]
        whole = [atoms for atoms in lists if len(atoms) >= 8]
        rest = [
            atom for atoms in lists if len(atoms) < 8 for atom in atoms
        ]  # pages of a line or two, one after another
        result.append(Material(kind_of[source], source, [*whole, *([rest] if len(rest) >= 8 else [])]))
    return result


def unseen_encoders(folders: Sequence[pathlib.Path], sources: Sequence[str]) -> dict[str, Encoder]:
    """Load for each source an encoder that was trained without it, so that its cosines are those of new text."""
    loaded = [(set(json.loads((f / "encoder.json").read_text(encoding="utf-8"))["pairs"]), Encoder(f)) for f in folders]
    result = {source: encoder for source in sources for seen, encoder in reversed(loaded) if source not in seen}
    if seen := set(sources) - set(result):
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: all encoders have seen {sorted(seen)}; train one --without them")
    return result


def is_held_out(doc: str) -> bool:
    """Whether a document is of the half that an encoder trained with --half has not seen."""
    return zlib.crc32(doc.encode()) % 2 == 1


OUTLYING, LONG = 4.0, 60
"""Pairs of texts of so many characters and more whose cosine is so many deviations (1.48 times the median one) below
the median of their source are taken for slips of its alignment and left out, whatever is shorter below `STRANGER`."""

STRANGER = 0.1
"""Cosine below which a pair of shorter texts is taken for a slip."""


def without_slips(materials: Sequence[Material], encoders: Mapping[str, Encoder]) -> list[Material]:
    """Leave out pairs that are none: one in two hundred of the sources is not what its row says."""
    result = []
    for material in materials:
        atoms = [a for document in material.documents for a in document]
        sides = [
            unit_rows(encoders[material.source].sums(" ".join(texts) for texts in side))
            for side in ([a.en for a in atoms], [a.vi for a in atoms])
        ]
        cosine = (sides[0] * sides[1]).sum(axis=1)
        size = np.array([min(len(" ".join(a.en)), len(" ".join(a.vi))) for a in atoms])
        kept = iter((~slips(cosine, size)).tolist())
        documents = [[a for a in document if next(kept)] for document in material.documents]
        result.append(replace(material, documents=[document for document in documents if len(document) >= 8]))
    return [material for material in result if material.documents]


def slips(cosine: NDArray[np.float32], size: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pairs of a source are none, by their cosines and the characters of their shorter sides."""
    long = size >= LONG
    usual = np.median(cosine[long]) if long.any() else 0.0
    spread = 1.4826 * np.median(np.abs(cosine[long] - usual)) if long.any() else 1.0
    found: NDArray[np.bool_] = (cosine <= np.where(long, max(usual - OUTLYING * spread, STRANGER), STRANGER)) & (
        size >= 20
    )
    return found


def split_atoms(en: str, vi: str) -> list[Atom]:
    """Split a segment pair into beads where that is certain: equal counts, or one sentence against up to USUAL_RUN."""
    e = [s.text for s in split_sentences(en, "en")]
    v = [s.text for s in split_sentences(vi, "vi")]
    if len(e) == len(v):
        return [Atom([a], [b]) for a, b in zip(e, v, strict=True)]
    if min(len(e), len(v)) == 1 and max(len(e), len(v)) <= USUAL_RUN:
        return [Atom(e, v)]
    return []


TITLES = ("TT.", "TS.", "GS.", "Mr.", "Dr.", "Gen.", "Rev.", "St.", "No.", "Oct.", "U.S.", "TP.", "ThS.", "Sen.")
"""Abbreviations put into a sentence where it has none to be cut at."""


def cut_wrongly(text: str, rng: np.random.Generator) -> list[str]:
    """Split a sentence where an abbreviation might have misled a splitter."""
    words = text.split(" ")
    short = [k for k in range(len(words) - 1) if len(words[k]) <= 4 and words[k][:1].isupper() and words[k].isalpha()]
    if short and rng.random() < 0.5:
        k = int(rng.choice(short))
        return [" ".join([*words[:k], words[k] + "."]), " ".join(words[k + 1 :])]
    k = int(rng.integers(0, len(words)))
    return [" ".join([*words[:k], str(rng.choice(TITLES))]), " ".join(words[k:])]


@dataclass(frozen=True)
class Mix:
    """How often documents are complete, and how sentences are split in them.

    Attributes
    ----------
    complete : float
        Share of the documents in which nothing is left out on either side.
    unsplit : float
        Share of those in which no translator made two sentences of one.
    split : float
        Largest share of the sentences of the others that are split so.
    cut_off : float
        Share of these splits that cut off the first or last few words.
    """

    complete: float
    unsplit: float
    split: float
    cut_off: float


MIXES = Mix(0.3, 0.5, 0.1, 0.0), Mix(0.4, 0.4, 0.15, 0.5)
"""The first favours films (noisy ones .902 of F1, with the second alone .896), the second texts aligned by hand (.992,
with the first alone .990): the weights are the mean of the fits to both (docs/decisions/0027)."""


def cut_off(text: str, rng: np.random.Generator) -> list[str]:
    """Make a sentence of the first or last few words of one, as 'He said:' and 'he added.' become one; [] if short."""
    words = text.split(" ")
    size = int(rng.integers(1, 6))
    if len(words) < size + 4:
        return []
    cut = size if rng.random() < 0.5 else len(words) - size
    first, second = " ".join(words[:cut]), " ".join(words[cut:])
    if rng.random() < 0.7:
        first, second = first.rstrip(",;:") + str(rng.choice([".", ".", ":"])), second[:1].upper() + second[1:]
    return [first, second]


def side_noise(atoms: list[Atom], others: list[Atom], rng: np.random.Generator, mix: Mix = MIXES[0]) -> list[Atom]:
    """Delete runs on one side and put foreign sentences in, at a rate and on a side that differ from text to text."""
    rate = 0.0 if rng.random() < mix.complete else rng.uniform(0, 0.3)
    one_side = rng.choice([0.5, 0.5, 0.1, 0.9])
    result: list[Atom] = []
    k = 0
    while k < len(atoms):
        if rng.random() < rate / 2:
            run, side = int(rng.integers(1, 4)), rng.random() < one_side
            for atom in atoms[k : k + run]:
                result += [Atom([s], []) for s in atom.en] if side else [Atom([], [s]) for s in atom.vi]
            k += run
            continue
        if rng.random() < rate / 4 and atoms[k].en and atoms[k].vi:
            # What one side says here the other says otherwise: strangers that face each other.
            other = others[int(rng.integers(len(others)))]
            kept, strange = (atoms[k].en, other.vi) if rng.random() < 0.5 else (other.en, atoms[k].vi)
            result += [*(Atom([s], []) for s in kept), *(Atom([], [s]) for s in strange)]
            k += 1
            continue
        if rng.random() < rate / 2:
            other = others[int(rng.integers(len(others)))]
            result += [Atom([s], []) for s in other.en] if rng.random() < 0.5 else [Atom([], [s]) for s in other.vi]
        result.append(atoms[k])
        k += 1
    return result


def join_and_cut(atoms: list[Atom], rng: np.random.Generator, mix: Mix = MIXES[0]) -> list[Atom]:
    """Join neighbours on one side; split sentences wrongly."""
    join = 0.0 if rng.random() < 0.5 else rng.uniform(0, 0.3)
    cut = 0.0 if rng.random() < 0.5 else rng.uniform(0, 0.08)
    split = 0.0 if rng.random() < mix.unsplit else rng.uniform(0, mix.split)
    result: list[Atom] = []
    for atom in atoms:
        last = result[-1] if result else Atom([], [])
        if last.en and last.vi and atom.en and atom.vi and rng.random() < join:
            en, vi = last.en + atom.en, last.vi + atom.vi
            if max(len(en), len(vi)) <= USUAL_RUN:
                result[-1] = Atom([" ".join(en)], vi) if rng.random() < 0.5 else Atom(en, [" ".join(vi)])
                continue
        if len(atom.en) == len(atom.vi) == 1 and rng.random() < split:
            # One translator makes two sentences of what the other leaves one.
            side = int(rng.integers(2))
            texts = (atom.en, atom.vi)[side]
            few = mix.cut_off > 0 and rng.random() < mix.cut_off
            pieces = cut_off(texts[0], rng) if few else cut_anew(texts, 2, rng)
            atom = Atom(pieces, atom.vi) if pieces and side == 0 else Atom(atom.en, pieces) if pieces else atom
        if len(atom.en) == len(atom.vi) == 1:
            en = cut_wrongly(atom.en[0], rng) if rng.random() < cut else atom.en
            vi = cut_wrongly(atom.vi[0], rng) if rng.random() < cut else atom.vi
            atom = Atom(en, vi)
        result.append(atom)
    return result


STYLES: Mapping[str, float] = {
    "loosen": 0.4,
    "unstop": 0.06,
    "uncapital": 0.06,
    "break_lines": 0.05,
    "dashes": 0.05,
    "paragraphs": 0.05,
    "headings": 0.08,
}
"""Ways of writing, and the share of the documents written so: translated freely; without stops on one side; begun small
on one side; lines cut in the middle; speakers' dashes; whole paragraphs for sentences; headings before them."""

_END = re.compile(r"[.!?…;:,]+([\"'”’»)]*)$")


def loosen(atoms: list[Atom], others: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Translate freely: in the sentences of one side, words of another sentence stand for a part of its own.

    How large a part differs from document to document and from sentence to sentence; in a long sentence it is smaller.
    """
    mean = rng.uniform(0.05, 0.6)
    pool = [text for atom in others for text in atom.vi], [text for atom in others for text in atom.en]
    result = []
    for atom in atoms:
        side = int(rng.random() < 0.5)
        texts, donors = (atom.en, pool[1]) if side else (atom.vi, pool[0])
        if texts and donors and atom.en and atom.vi:
            part = rng.beta(2 * mean, 2 * (1 - mean))
            parts = [part * min(1.0, 8 / max(len(text.split()), 1)) ** 0.5 for text in texts]
            texts = [
                replace_words(text, donors[int(rng.integers(len(donors)))], share, rng)
                for text, share in zip(texts, parts, strict=True)
            ]
            atom = replace(atom, en=texts) if side else replace(atom, vi=texts)
        result.append(atom)
    return result


def replace_words(text: str, donor: str, part: float, rng: np.random.Generator) -> str:
    """Put words of a donor in the place of a part of a text's; its first word's capital and last mark stay."""
    words, strange = text.split(" "), [word.lower().strip('.,;:!?"“”') for word in donor.split(" ")]
    if len(words) < 2:
        return text
    end = _END.search(words[-1])
    for k in np.flatnonzero(rng.random(len(words)) < part).tolist():
        words[k] = strange[int(rng.integers(len(strange)))] or words[k]
    mixed = " ".join(words)
    mixed = mixed[:1].upper() + mixed[1:] if text[:1].isupper() else mixed
    return mixed if end is None else _END.sub("", mixed) + end[0]


def restyle(atoms: list[Atom], change: Callable[[str], str], sides: Sequence[int]) -> list[Atom]:
    """Write the texts of one side or both in another way."""
    return [
        replace(
            atom,
            en=[change(text) or text for text in atom.en] if 0 in sides else atom.en,
            vi=[change(text) or text for text in atom.vi] if 1 in sides else atom.vi,
        )
        for atom in atoms
    ]


def break_lines(atoms: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Cut long sentences of one side into lines, as subtitles and verse are."""
    rate, side = rng.uniform(0.1, 0.8), int(rng.integers(2))
    result = []
    for atom in atoms:
        en, vi = atom.en, atom.vi
        if rng.random() < rate:
            en, vi = (cut_line(en, rng), vi) if side == 0 else (en, cut_line(vi, rng))
        fits = (len(en), len(vi)) in ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (1, 4), (4, 1))
        result.append(replace(atom, en=en, vi=vi) if fits else atom)
    return result


def cut_line(texts: list[str], rng: np.random.Generator) -> list[str]:
    """Cut a single sentence in two, behind a comma where it has one near the middle."""
    words = texts[0].split(" ") if len(texts) == 1 else []
    if len(words) < 6:
        return texts
    middle = int(rng.integers(len(words) // 3, 2 * len(words) // 3 + 1))
    commas = [k for k in range(2, len(words) - 1) if words[k - 1].endswith((",", ";", ":", "—"))]
    cut = min(commas, key=lambda k: abs(k - middle)) if commas else middle
    first, second = " ".join(words[:cut]), " ".join(words[cut:])
    return [first, second[:1].upper() + second[1:] if rng.random() < 0.3 else second]


def join_paragraphs(atoms: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Join runs of sentence pairs into paragraphs on both sides."""
    result: list[Atom] = []
    k = 0
    while k < len(atoms):
        size = int(rng.integers(2, 7))
        part = [atom for atom in atoms[k : k + size] if atom.en and atom.vi]
        alone = [atom for atom in atoms[k : k + size] if not (atom.en and atom.vi)]
        if part:
            result.append(Atom([" ".join(t for a in part for t in a.en)], [" ".join(t for a in part for t in a.vi)]))
        result += alone
        k += size
    return result


def add_headings(atoms: list[Atom], others: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Put short lines without a stop, of both sides or of one, before some sentences."""
    short = [a for a in others if len(a.en) == len(a.vi) == 1 and 1 <= len(a.en[0].split()) <= 7]
    result: list[Atom] = []
    for atom in atoms:
        if short and rng.random() < 0.1:
            heading = short[int(rng.integers(len(short)))]
            sides = rng.choice(3, p=[0.8, 0.1, 0.1])
            en, vi = _END.sub("", heading.en[0]), _END.sub("", heading.vi[0])
            result.append(Atom([en] if sides != 2 and en else [], [vi] if sides != 1 and vi else []))
        result.append(atom)
    return [atom for atom in result if atom.en or atom.vi]


def write_in_style(
    atoms: list[Atom], others: list[Atom], chosen: frozenset[str], rng: np.random.Generator
) -> list[Atom]:
    """Write a document in some of `STYLES`."""
    one_side = [int(rng.integers(2))]
    if "loosen" in chosen:
        atoms = loosen(atoms, others, rng)
    if "break_lines" in chosen and "paragraphs" not in chosen:
        atoms = break_lines(atoms, rng)
    if "paragraphs" in chosen:
        atoms = join_paragraphs(atoms, rng)
    if "headings" in chosen:
        atoms = add_headings(atoms, others, rng)
    if "dashes" in chosen:
        atoms = restyle(atoms, lambda text: f"- {text}", rng.choice([[0, 1], [0, 1], [0, 0], [1, 1]]).tolist())
    if "unstop" in chosen:
        atoms = restyle(atoms, lambda text: _END.sub(r"\1", text), one_side)
    if "uncapital" in chosen:
        atoms = restyle(atoms, lambda text: text[:1].lower() + text[1:], one_side)
    return atoms


RESEGMENTED = {(2, 3): 0.25, (3, 2): 0.25, (3, 3): 0.25, (5, 1): 0.25}
"""Sentences before and after a stretch of one side is cut anew, and how often."""

RESEGMENTED_RATE = 0.004
"""Beads at which such a stretch begins. No bead of 1,400 in fifteen texts aligned by hand is of such a type."""


def resegment(atoms: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Cut some stretches of two or three sentences of one side anew, inside the old ones; join some of five."""
    result: list[Atom] = []
    k = 0
    while k < len(atoms):
        if rng.random() < RESEGMENTED_RATE:
            before, after = list(RESEGMENTED)[int(rng.choice(len(RESEGMENTED), p=list(RESEGMENTED.values())))]
            side = int(rng.integers(2))
            stretch = atoms[k : k + before]
            texts = [[atom.en[0], atom.vi[0]] for atom in stretch if len(atom.en) == len(atom.vi) == 1]
            cut = cut_anew([pair[side] for pair in texts], after, rng) if len(texts) == before else []
            if cut:
                kept = [pair[1 - side] for pair in texts]
                result.append(Atom(cut, kept) if side == 0 else Atom(kept, cut))
                k += before
                continue
        result.append(atoms[k])
        k += 1
    return result


def cut_anew(sentences: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    """Cut a stretch of sentences into another number of them, behind commas where there are any; [] if it is short."""
    words = [word for sentence in sentences for word in sentence.split(" ")]
    ends = set(np.cumsum([len(sentence.split(" ")) for sentence in sentences]).tolist())
    inner = [k for k in range(2, len(words) - 1) if k not in ends]
    commas = [k for k in inner if words[k - 1].endswith((",", ";", ":"))]
    if len(inner) < 4 * count:
        return []
    cuts = sorted(rng.choice(commas if len(commas) >= count - 1 else inner, count - 1, replace=False).tolist())
    pieces = [" ".join(words[a:b]) for a, b in zip([0, *cuts], [*cuts, len(words)], strict=True)]
    for k in range(len(pieces) - 1):
        if rng.random() < 0.7:
            # As a translator would write it, not as a splitter would leave it.
            pieces[k] = pieces[k].rstrip(",;:") + "."
            pieces[k + 1] = pieces[k + 1][:1].upper() + pieces[k + 1][1:]
    return pieces


CREDITS = (("Photo", "Ảnh"), ("Photo by", "Ảnh:"), ("Source:", "Nguồn:"), ("Illustration:", "Minh họa:"))
AGENCIES = (("VNA", "TTXVN"), ("Reuters", "Reuters"), ("AFP", "AFP"), ("File", "Tư liệu"))


def add_credits(atoms: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Put photo credits between the atoms of every third document, some of them on one side only."""
    if rng.random() > 0.35:
        return atoms
    result: list[Atom] = []
    for atom in atoms:
        result.append(atom)
        if rng.random() < 0.1:
            label, agency = CREDITS[int(rng.integers(len(CREDITS)))], AGENCIES[int(rng.integers(len(AGENCIES)))]
            both = [f"{label[k]} {agency[k]}" for k in (0, 1)]
            sides = rng.choice(3, p=[0.6, 0.25, 0.15])
            result.append(Atom(both[:1] if sides != 2 else [], both[1:] if sides != 1 else []))
    return result


def lay_out(atoms: list[Atom], rng: np.random.Generator) -> list[Atom]:
    """Group atoms into paragraphs, and pair these by units as an interleaved layout does; every other document."""
    if rng.random() < 0.7:
        return atoms
    linked = rng.random() < 0.6
    result: list[Atom] = []
    paragraph = unit = 0
    left = 0
    for atom in atoms:
        alone = linked and rng.random() < 0.01 and len(atom.en) == 1 and bool(atom.vi)
        if left <= 0 or alone:
            paragraph, unit, left = paragraph + 1, unit + 1, int(rng.integers(1, 6))
        if alone:
            # A repeated caption: the first copy has no counterpart in its unit.
            result.append(Atom(list(atom.en), [], paragraph, (unit, -1)))
            paragraph, unit = paragraph + 1, unit + 1
        off = int(rng.choice([-1, 1])) if rng.random() < 0.02 else 0
        result.append(Atom(atom.en, atom.vi, paragraph, (unit, unit + off) if linked else (-1, -1)))
        left -= 1
    return result


def pick_material(materials: Sequence[Material], rng: np.random.Generator) -> Material:
    """Draw a source: every kind of text is as likely as any other, and every source of a kind as any other."""
    kinds = sorted({material.kind for material in materials})
    kind = kinds[int(rng.integers(len(kinds)))]
    of_kind = [material for material in materials if material.kind == kind]
    return of_kind[int(rng.integers(len(of_kind)))]


SIZES = (8, 70)
"""Sentence pairs of the smallest and the largest documents, before anything is done to them; all sizes are as frequent
as their logarithm has room."""


def make_document(
    materials: Sequence[Material], rng: np.random.Generator, mix: Mix = MIXES[0], *, rare: bool = False
) -> Document:
    """Put one document together out of a source of a kind drawn by chance, with beads of rare types if asked."""
    material = pick_material(materials, rng)
    corpus = material.documents
    atoms = corpus[int(rng.integers(len(corpus)))]
    others = corpus[int(rng.integers(len(corpus)))]
    size = int(np.exp(rng.uniform(*np.log(SIZES))))
    first = int(rng.integers(0, max(len(atoms) - size, 1)))
    atoms = side_noise(atoms[first : first + size], others, rng)
    styles = frozenset(name for name, share in STYLES.items() if rng.random() < share)
    atoms = write_in_style(atoms, others, styles, rng)
    atoms = join_and_cut(atoms, rng, mix)
    atoms = resegment(atoms, rng) if rare else atoms
    atoms = lay_out(add_credits(atoms, rng), rng)
    sides: tuple[list[Sentence], list[Sentence]] = ([], [])
    units: tuple[list[int], list[int]] = ([], [])
    for atom in atoms:
        for k, texts in enumerate((atom.en, atom.vi)):
            for text in texts:
                (segment_kind,) = segment_kinds([text], ("en", "vi")[k])
                sides[k].append(Sentence(text, 0, len(text), atom.paragraph, segment_kind))
                units[k].append(atom.unit[k])
    gold = [(len(atom.en), len(atom.vi)) for atom in atoms]
    return Document(
        sides, gold, units if any(u >= 0 for u in units[0] + units[1]) else None, material.kind, material.source, styles
    )


def make_documents(
    materials: Sequence[Material], count: int, rng: np.random.Generator, mix: Mix = MIXES[0], *, rare: bool = False
) -> list[Document]:
    """Put so many documents together, less those of which a side came out empty."""
    made = [make_document(materials, rng, mix, rare=rare) for _ in range(count)]
    return [document for document in made if document.sides[0] and document.sides[1]]


def read_materials(
    pairs: Sequence[pathlib.Path], encoders: Sequence[pathlib.Path], without: Sequence[str], rng: np.random.Generator
) -> tuple[list[Material], dict[str, Encoder]]:
    """Read all sources but those of the kinds left out, less their slips, and an encoder for each that is new to it."""
    if unknown := set(without) - set(KINDS):
        sys.exit(f"--without: no such kind {sorted(unknown)}; there are {sorted(KINDS)}")
    materials = [material for material in read_sources(pairs, rng) if material.kind not in without]
    unseen = unseen_encoders(encoders, [material.source for material in materials])
    kept = without_slips(materials, unseen)
    counts = [sum(len(atoms) for material in found for atoms in material.documents) for found in (materials, kept)]
    print(f"{counts[0] - counts[1]} of {counts[0]} pairs left out as slips", file=sys.stderr)
    return kept, unseen
