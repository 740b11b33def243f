"""Blocks to article: which side each block is on, and which blocks are each other's counterpart.

The language of a block is read off its text, never off its place. Where the text says nothing (a date, a name, an
address), the layout does: the bullet, column, comment or half that the block stands in.
"""

from __future__ import annotations

import itertools
import math
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from aligner.bitext import (
    ENGLISH_VIETNAMESE,
    Article,
    Block,
    Language,
    Layout,
    RuleLanguage,
    SegmentKind,
    Sentence,
    Side,
)
from aligner.documents.blocks import MARKER, Document, RawBlock
from aligner.errors import InputError
from aligner.text.language import tell_language, tell_languages
from aligner.text.lines import Lines, decide_lines, split_lines
from aligner.text.sentences import cut_sentences

# The side each language is on; "und" has none.
_SIDES: dict[Language, Side] = {"en": "source", "vi": "target", "vi-unaccented": "target"}
_OTHER: dict[Side, Side] = {"source": "target", "target": "source"}
_NAMES: dict[Side, str] = {"source": "English", "target": "Vietnamese"}

# The first row of a table is its header if both language columns have such a name there.
_HEADERS: dict[Side, frozenset[str]] = {
    "source": frozenset({"en", "eng", "english", "source", "src", "src_text", "source_text", "tiếng anh", "anh"}),
    "target": frozenset({"vi", "vie", "vietnamese", "target", "trg", "tgt", "trg_text", "tgt_text", "target_text"})
    | {"tiếng việt", "việt", "bản dịch", "translation"},
}

# Shares of blocks, found on the samples in tests/test_layout.py, which hold them.
MARKED_SHARE = 0.8  # bulleted: at least this share of one language has a mark, and at most the rest of the other's
HALVES_SHARE = 0.85  # halves: at least this share is on the right side of the best cut; two pairs in turn have 0.75
PAIRED_SHARE = 0.5  # below this share of blocks with a counterpart, the layout is called mixed

# Below this number of words the place in a bulleted or column layout overrules the language found: names, labels.
SURE_WORDS = 4

# Where one language is missing, blocks too short to tell ('Hello.') are taken for it if there are at least this many
# for each block of the other: a greeting or a glossary has one, English manuals with lines of code have over half.
SHORT_SHARE = 1.0
_PUNCTUATION = string.punctuation + "“”‘’…–—•"

# Cost of a run of blocks without a counterpart, in the unit of |log(length ratio)|: translations have about 0.15,
# paragraphs that do not belong together about 0.7.
UNPAIRED_COST = 0.5


def arrange(document: Document) -> Article:
    r"""Tell the two languages of one document apart and pair their blocks as far as the layout tells.

    Parameters
    ----------
    document : Document
        Blocks of one text in both languages, either of which may come first.

    Returns
    -------
    Article
        Every block with text is there. Blocks without a sentence are those of a table that are in neither language
        column (numbers, scores) or in its header, those in a third language, and those that hold nothing but marks.

    Raises
    ------
    InputError
        If there is no text, or only one of the two languages.

    Notes
    -----
    In a document with only one language, its short blocks in neither ('Hello.') are the other, if they are not few.

    Of k blocks in one language followed by l in the other, k = l are paired in order; of several before one, the last
    is its counterpart, of several after one, the first; otherwise all share one unit. Where k and l differ, blocks in
    neither language (dates, code) are left out of the count.

    Examples
    --------
    >>> from aligner.documents.plain import plain_document
    >>> text = "The weather is nice.\n\n• Hôm nay thời tiết đẹp.\n\nWe will go to the sea.\n\n• Chúng ta sẽ ra biển."
    >>> article = arrange(plain_document(text))
    >>> article.layout, [block.unit for block in article.blocks], article.target[0].text
    ('bulleted', [0, 0, 1, 1], 'Hôm nay thời tiết đẹp.')
    """
    return _Arranger(document).article()


def arrange_two(source: Document, target: Document) -> Article:
    """Put an English and a Vietnamese document side by side.

    Raises
    ------
    InputError
        If the files are swapped or both in one language; blocks in the other language are left where they are, and
        blocks in a third one hold no sentence. A file in a third language passes: whether that can be aligned, `align`
        knows.

    Examples
    --------
    >>> from aligner.documents.plain import plain_document
    >>> arrange_two(plain_document("We will go to the sea."), plain_document("Chúng ta sẽ ra biển.")).layout
    'two-files'
    """
    sides: tuple[Side, Side] = ("source", "target")
    sentences: dict[Side, list[Sentence]] = {"source": [], "target": []}
    blocks: list[Block] = []
    n_characters: dict[Side, Counter[Side]] = {"source": Counter(), "target": Counter()}
    languages = {"source": _languages(source), "target": _languages(target)}
    strange = {"source": _strange(source, languages["source"]), "target": _strange(target, languages["target"])}
    is_strange = False
    for side, document in zip(sides, (source, target), strict=True):
        for raw, language in zip(document.blocks, languages[side], strict=True):
            if language in _SIDES:
                n_characters[side][_SIDES[language]] += raw.end - raw.start
        n_strange = sum(document.blocks[i].end - document.blocks[i].start for i in strange[side])
        is_strange |= n_strange > n_characters[side][side]
    wrong = [side for side in sides if n_characters[side][_OTHER[side]] > n_characters[side][side]]
    if len(wrong) == 2:
        found = "Vietnamese in the first, English in the second"
        raise InputError("the files are swapped", found=found, todo="give the English file first")
    # Beside Vietnamese a third language may look English.
    texts = ([document.read(0, len(document.plain))] for document in (source, target))
    rules = tell_languages(*texts) if wrong or is_strange else ENGLISH_VIETNAMESE
    if wrong and rules.are_known:
        what = f"both files are {_NAMES[_OTHER[wrong[0]]]}"
        raise InputError(what, todo="give an English file first and a Vietnamese one second")
    for side, document, rule in zip(sides, (source, target), (rules.source, rules.target), strict=True):
        for i, (raw, found_language) in enumerate(zip(document.blocks, languages[side], strict=True)):
            language = "und" if rule == "und" else found_language
            lang = rule if rule == "und" else _rule(language, side)
            if rule == "und" or i not in strange[side]:
                sentences[side] += _sentences(document, raw, lang, len(blocks))
            blocks.append(Block(raw.start, raw.end, language, side))
    return Article(
        *(tuple(sentences["source"]), tuple(sentences["target"]), source.text, target.text, tuple(blocks), "two-files"),
        cues=(source.cues, target.cues),
        set_aside=source.set_aside + target.set_aside,
    )


def sentences_of(document: Document) -> tuple[list[Sentence], dict[Side, int]]:
    """Split a document by itself, each block by the rules of its own language; and count what is in which language.

    Returns
    -------
    list of Sentence
        Of the blocks that are not in a third language, in order.
    dict of str to int
        Characters of the blocks in English ("source") and in Vietnamese ("target").

    Examples
    --------
    >>> from aligner.documents.plain import plain_document
    >>> found, counts = sentences_of(plain_document("It rained. We stayed at home."))
    >>> [sentence.text for sentence in found], counts
    (['It rained.', 'We stayed at home.'], {'source': 29, 'target': 0})
    """
    languages = _languages(document)
    strange = _strange(document, languages)
    counts: dict[Side, int] = {"source": 0, "target": 0}
    for raw, language in zip(document.blocks, languages, strict=True):
        if language in _SIDES:
            counts[_SIDES[language]] += raw.end - raw.start
    side: Side = "source" if counts["source"] >= counts["target"] else "target"
    found: list[Sentence] = []
    for i, (raw, language) in enumerate(zip(document.blocks, languages, strict=True)):
        if i not in strange:
            found += _sentences(document, raw, _rule(language, side), i)
    return found, counts


def lines_of(documents: Sequence[Document]) -> Lines:
    """Decide from both languages whether the lines of one document, or of two, are units; only plain text can say so.

    Examples
    --------
    >>> from aligner.documents.plain import plain_document
    >>> lines_of([plain_document("We will go to the sea."), plain_document("Chúng ta sẽ ra biển.")]).are_units
    False
    """
    if not all(document.is_plain for document in documents):
        return Lines(False, "the format says what a line break means")
    if len(documents) == 2:
        return decide_lines(documents[0].plain, documents[1].plain)
    document = documents[0]
    texts, last = {"source": "", "target": ""}, {"source": -1, "target": -1}
    for i, (raw, language) in enumerate(zip(document.blocks, _languages(document), strict=True)):
        if language in _SIDES:
            side = _SIDES[language]
            is_next = last[side] == i - 1 >= 0
            gap = document.plain[document.blocks[i - 1].end : raw.start] if is_next else "\n\n"
            texts[side] += gap + document.plain[raw.start : raw.end]
            last[side] = i
    return decide_lines(texts["source"], texts["target"])


def _languages(document: Document) -> list[Language]:
    return [
        "und" if raw.kind == "code" else tell_language(document.read(raw.start, raw.end))[0] for raw in document.blocks
    ]


def _strange(document: Document, languages: Sequence[Language]) -> set[int]:
    """Blocks in a third language."""
    return {
        i
        for i, (raw, language) in enumerate(zip(document.blocks, languages, strict=True))
        if language == "und" and raw.kind != "code" and tell_language(document.read(raw.start, raw.end))[1]
    }


def _rule(language: Language, side: Side) -> RuleLanguage:
    """Whose rules split a block: those of its own language, else its side's."""
    return "en" if _SIDES.get(language, side) == "source" else "vi"


def _sentences(document: Document, raw: RawBlock, lang: RuleLanguage, block: int) -> list[Sentence]:
    shown = document.shown(raw.start, raw.end)
    piece = shown.text
    if raw.kind == "code":
        return [Sentence(unicodedata.normalize("NFC", " ".join(piece.split())), raw.start, raw.end, block)]
    has_gaps = piece != document.text[raw.start : raw.end]  # a quote mark or a tag inside left some
    found: list[Sentence] = []
    for text, start, end, kind in _cut(piece, lang, document.keeps_lines):
        if raw.kind == "lyrics" or (raw.is_item and not found):
            kind = "lyrics" if raw.kind == "lyrics" else "list-item"
        text = " ".join(text.split()) if has_gaps else text
        found.append(Sentence(text, *shown.span(start, end), block, kind))
    return found


def _cut(piece: str, lang: RuleLanguage, keeps_lines: bool) -> Iterator[tuple[str, int, int, SegmentKind]]:
    """Text, span and kind of each line, or of each sentence."""
    if keeps_lines:
        yield from ((s.text, s.start, s.end, s.kind) for s in split_lines(piece, lang))
    else:
        yield from ((text, start, end, kind) for text, start, end, _, kind in cut_sentences(piece, lang))


def _folded(text: str) -> str:
    """The text without marks, case and white space: the same for 'Hanoi' and 'Hà Nội'."""
    letters = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c) and not c.isspace())
    return "".join(letters).casefold().replace("đ", "d")


def _n_letters(texts: Mapping[str, Language], side: Side) -> int:
    return sum(sum(map(str.isalpha, text)) for text, language in texts.items() if _SIDES.get(language) == side)


def _has_word(text: str) -> bool:
    """Whether a word in Latin letters is there; numbers, addresses and other scripts are none."""
    words = (_folded(word.strip(_PUNCTUATION)) for word in text.split())
    return any(word.isascii() and word.isalpha() for word in words)


def _order_cost(runs: Sequence[tuple[Side, list[int]]], first: Side) -> float:
    """How badly the lengths of the blocks fit if each run of the first side is followed by its translation."""
    start = int(runs[0][0] != first)
    pairs = [(a, b) for (_, a), (_, b) in zip(runs[start::2], runs[start + 1 :: 2], strict=False)]
    # Of runs that are not equally long, the two blocks that meet are counterparts.
    lengths = [(sum(a), sum(b)) if len(a) == len(b) else (a[-1], b[0]) for a, b in pairs]
    return sum(abs(math.log(a / b)) for a, b in lengths) + UNPAIRED_COST * (len(runs) - 2 * len(pairs))


class _Arranger:
    """Decides for one document, in this order: languages, language columns, layout, sides, units."""

    def __init__(self, document: Document) -> None:
        self.document, self.raw = document, document.blocks
        self.languages = _languages(document)
        self.columns = self._language_columns()
        headers = self._header_rows()
        self.aside = {
            i
            for i, raw in enumerate(self.raw)
            if raw.cell and raw.cell[0] in self.columns and (raw.cell[1] in headers or not self._column_side(i))
        }
        self.aside |= {
            i for i in _strange(document, self.languages) if not self.raw[i].cell and not self.raw[i].declared
        }
        # The side each block's own language puts it on.
        self.told = [None if i in self.aside else self._told(i) for i in range(len(self.raw))]
        self._check()
        self.known = [(i, side) for i, side in enumerate(self.told) if side]
        self.cut, self.first_half, cut_share = self._best_cut()
        self.layout = self._layout(cut_share)
        self.first = self._first_side()
        in_comments = Counter(side for i, side in self.known if self.raw[i].kind == "comment")
        self.commented: Side = "source" if in_comments["source"] >= in_comments["target"] else "target"
        self.sides = self._sides()
        self.groups = self._groups()
        paired = {i for group in self.groups if len({self.sides[i] for i in group}) == 2 for i in group}
        n_paired = sum(i in paired for i, _ in self.known)
        if self.layout in ("paragraphs", "lines") and n_paired < PAIRED_SHARE * len(self.known):
            self.layout = "mixed"

    def article(self) -> Article:
        """Split the blocks into sentences and put it all together."""
        sentences: dict[Side, list[Sentence]] = {"source": [], "target": []}
        for i, raw in enumerate(self.raw):
            if i not in self.aside:
                if self.layout == "bulleted":  # the mark tells the language, not a list
                    mark = MARKER.match(self.document.plain, raw.start, raw.end)
                    raw = replace(raw, start=mark.end() if mark else raw.start, is_item=False)
                sentences[self.sides[i]] += _sentences(self.document, raw, _rule(self.languages[i], self.sides[i]), i)
        units = {i: unit for unit, group in enumerate(self.groups) for i in group}
        blocks = tuple(
            Block(raw.start, raw.end, self.languages[i], self.sides[i], units.get(i, -1))
            for i, raw in enumerate(self.raw)
        )
        sides = tuple(sentences["source"]), tuple(sentences["target"])
        text, aside = self.document.text, self.document.set_aside
        return Article(*sides, text, text, blocks, self.layout, set_aside=aside)

    def _told(self, i: int) -> Side | None:
        """The side of the block's own language; of one in neither, the side of the language that its markup claims."""
        declared = self.raw[i].declared
        return _SIDES.get(self.languages[i]) or (_SIDES[declared] if declared else None)

    def _text(self, i: int) -> str:
        return self.document.read(self.raw[i].start, self.raw[i].end)

    def _check(self) -> None:
        n_blocks = Counter(self.told)
        missing = [side for side in _OTHER if not n_blocks[side]]
        if len(missing) == 1:
            short = [i for i in range(len(self.raw)) if self._may_be(i, missing[0])]
            if short and len(short) >= SHORT_SHARE * n_blocks[_OTHER[missing[0]]]:
                for i in short:
                    self.told[i] = missing[0]
                missing = []
        if len(missing) == 2:
            found = f"{n_blocks[None]} block{'s' * (n_blocks[None] != 1)} in neither language"
            raise InputError("no English and no Vietnamese text", found=found, todo="give text in both languages")
        if missing:
            lacking, present = _NAMES[missing[0]], _NAMES[_OTHER[missing[0]]]
            todo = "give both files: an English and a Vietnamese one"
            n_present = n_blocks[_OTHER[missing[0]]]
            found = f"{n_present} {present} block{'s' * (n_present != 1)}"
            found += f", {n_blocks[None]} in neither language" if n_blocks[None] else ""
            raise InputError(f"no {lacking} text", found=found, todo=todo)

    def _may_be(self, i: int, side: Side) -> bool:
        """Whether the block is short, in neither language, no code, has a word, and is in no column of the other."""
        free = self.told[i] is None and i not in self.aside and self._column_side(i) != _OTHER[side]
        text = self._text(i)
        return free and self.raw[i].kind != "code" and len(text.split()) < SURE_WORDS and _has_word(text)

    # Tables

    def _language_columns(self) -> dict[int, dict[int, Side]]:
        """For each table with a column mainly in English and one mainly in Vietnamese: the sides of the two.

        A column weighs the letters of its cells, equal cells once: labels such as 'keep' are many, but short and alike.
        Columns that the first row names come first, if their cells do not speak against it.
        """
        tables: dict[int, dict[int, dict[str, Language]]] = {}  # by table and column: each text with its language
        first_rows: dict[int, int] = {}
        headed: set[tuple[int, int, Side]] = set()
        for i, raw in enumerate(self.raw):
            if raw.cell:
                table, row, column = raw.cell
                tables.setdefault(table, {}).setdefault(column, {})[self._text(i)] = self.languages[i]
                if first_rows.setdefault(table, row) == row:
                    headed |= {(table, column, side) for side in _OTHER if self._is_header(i, side)}
        found = {}
        for table, columns in tables.items():
            best: dict[int, Side] = {}
            for side, other in _OTHER.items():
                lead = {column: _n_letters(texts, side) - _n_letters(texts, other) for column, texts in columns.items()}
                ranks = {column: (n >= 0 and (table, column, side) in headed, n) for column, n in lead.items()}
                column = max(ranks, key=ranks.__getitem__)
                if ranks[column] > (False, 0):
                    best[column] = side
            if len(best) == 2:
                found[table] = best
        return found

    def _is_header(self, i: int, side: Side) -> bool:
        return self._text(i).strip("*_ ").casefold() in _HEADERS[side]

    def _header_rows(self) -> set[int]:
        """Rows that name the languages of both columns; row numbers are unique in the document."""
        named: dict[int, set[Side]] = {}
        for i, raw in enumerate(self.raw):
            side = self._column_side(i)
            if raw.cell and side and self._is_header(i, side):
                named.setdefault(raw.cell[1], set()).add(side)
        return {row for row, sides in named.items() if len(sides) == 2}

    def _column_side(self, i: int) -> Side | None:
        cell = self.raw[i].cell
        return self.columns.get(cell[0], {}).get(cell[2]) if cell else None

    # Layout

    def _layout(self, cut_share: float) -> Layout:
        def share(side: Side, has: Callable[[RawBlock], bool]) -> float:
            of_side = [has(self.raw[i]) for i, s in self.known if s == side]
            return sum(of_side) / len(of_side)

        comments = {side: share(side, lambda raw: raw.kind == "comment") for side in _OTHER}
        marked = {side: share(side, lambda raw: raw.marked) for side in _OTHER}
        if 2 * sum(self._column_side(i) is not None for i, _ in self.known) > len(self.known):
            return "columns"
        if min(comments.values()) < 0.5 < max(comments.values()):
            return "comments"
        if cut_share >= HALVES_SHARE:
            return "halves"
        if max(marked.values()) >= MARKED_SHARE and min(marked.values()) <= 1 - MARKED_SHARE:
            return "bulleted"
        changes = [self._is_tight(i, j) for (i, a), (j, b) in itertools.pairwise(self.known) if a != b]
        return "lines" if 2 * sum(changes) >= len(changes) else "paragraphs"

    def _best_cut(self) -> tuple[int, Side, float]:
        """Where to cut in two halves: index of the second half's first block, first half's side, share in its half."""
        n, n_source = len(self.known), Counter(side for _, side in self.known)["source"]
        best: tuple[float, int, Side] = (0.0, 0, "source")
        before = 0
        for k, (i, side) in enumerate(self.known):
            if 2 <= k <= n - 2:  # a half has two blocks at least
                right = before + (n - k) - (n_source - before)  # source before the cut, target after it
                best = max(best, (right / n, i, "source"), (1 - right / n, i, "target"), key=lambda b: b[0])
            before += side == "source"
        return best[1], best[2], best[0]

    def _is_tight(self, i: int, j: int) -> bool:
        """Whether no blank line stands between two blocks."""
        between = self.document.plain[self.raw[i].end : self.raw[j].start]
        return between.count("\n") < 2

    def _first_side(self) -> Side:
        """The side that comes first in a pair: the one without marks, the one tight before the other, or by lengths."""
        if self.layout == "bulleted":
            n_marked = Counter(side for i, side in self.known if self.raw[i].marked)
            return "source" if n_marked["target"] >= n_marked["source"] else "target"
        changes = Counter(a for (i, a), (j, b) in itertools.pairwise(self.known) if a != b and self._is_tight(i, j))
        for side, other in _OTHER.items():
            if changes[side] > 2 * changes[other]:
                return side
        runs = [
            (side, [self.raw[i].end - self.raw[i].start for i, _ in run])
            for side, run in itertools.groupby(self.known, key=lambda known: known[1])
        ]
        # English stands first far more often: the other order must fit better by more than one unpaired run.
        return min(_OTHER, key=lambda side: _order_cost(runs, side) + UNPAIRED_COST * (side == "target"))

    # Sides

    def _sides(self) -> list[Side]:
        sides: list[Side | None] = list(self.told)
        for i in range(len(self.raw)):
            if sides[i] is None or len(self._text(i).split()) < SURE_WORDS:
                sides[i] = self._side_by_place(i) or sides[i]
        for i in range(1, len(self.raw)):
            if sides[i - 1] is sides[i] is None and _folded(self._text(i - 1)) == _folded(self._text(i)):
                sides[i - 1], sides[i] = self.first, _OTHER[self.first]
        if self.layout == "lines":
            for i in range(len(self.raw)):
                sides[i] = sides[i] or self._side_in_pair(sides, i)
        return [side or "source" for side in sides]

    def _side_by_place(self, i: int) -> Side | None:
        """What the layout says of a block that its own words do not place."""
        if i in self.aside:
            return "source"
        if self.columns and (side := self._column_side(i)):
            return side
        if self.layout == "bulleted":
            return _OTHER[self.first] if self.raw[i].marked else self.first
        if self.told[i] is None and self.layout == "comments":
            return self.commented if self.raw[i].kind == "comment" else _OTHER[self.commented]
        if self.told[i] is None and self.layout == "halves":
            return self.first_half if i < self.cut else _OTHER[self.first_half]
        return None

    def _side_in_pair(self, sides: list[Side | None], i: int) -> Side | None:
        """The side that is missing beside a line: after a line of the first side, or before one of the second."""
        first, second = self.first, _OTHER[self.first]
        before = sides[i - 1] if i and self._is_tight(i - 1, i) else None
        after = sides[i + 1] if i + 1 < len(sides) and self._is_tight(i, i + 1) else None
        if before == first and after != second:
            return second
        return first if after == second and before != first else None

    # Units

    def _groups(self) -> list[list[int]]:
        """The blocks of each unit, in order; none for halves."""
        groups: list[list[int]] = []
        if self.layout != "halves":
            for row, members in itertools.groupby(range(len(self.raw)), self._row):
                run = list(members)
                groups += _row_groups(run, self.sides) if row else self._run_groups(run)
        return groups

    def _row(self, i: int) -> tuple[int, int] | None:
        """The row the block is in, if it is in a table with language columns."""
        cell = self.raw[i].cell
        return cell[:2] if cell and cell[0] in self.columns else None

    def _run_groups(self, members: list[int]) -> list[list[int]]:
        groups: list[list[int]] = []
        waiting: list[int] = []  # a run of the first side, until the next run comes
        for side, run in itertools.groupby(members, key=self.sides.__getitem__):
            if side == self.first:
                waiting = list(run)
            else:
                groups += self._pair_groups(waiting, list(run))
                waiting = []
        return groups + self._pair_groups(waiting, [])

    def _pair_groups(self, first: list[int], second: list[int]) -> list[list[int]]:
        """The blocks of two neighbouring runs that belong together: see the notes of `arrange`."""
        a, b = first, second
        if len(a) != len(b):
            a, b = ([i for i in run if self.languages[i] != "und"] or run for run in (first, second))
        if len(a) != len(b) and min(len(a), len(b)) > 1:
            return [first + second]
        pairs = zip(a, b, strict=True) if len(a) == len(b) else zip(a[-1:], b[:1], strict=False)
        groups: list[list[int]] = []
        left, right = iter(first), iter(second)
        for i, j in pairs:
            groups += [[k] for k in itertools.takewhile(i.__ne__, left)]
            groups += [[k] for k in itertools.takewhile(j.__ne__, right)]
            groups.append([i, j])
        return groups + [[k] for k in (*left, *right)]


def _row_groups(members: list[int], sides: Sequence[Side]) -> list[list[int]]:
    """A table row is one unit, unless its cells hold equally many paragraphs."""
    columns = [[i for i in members if sides[i] == side] for side in _OTHER]
    return [list(pair) for pair in zip(*columns, strict=True)] if len(columns[0]) == len(columns[1]) else [members]
