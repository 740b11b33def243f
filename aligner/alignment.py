"""Align: two texts or a bilingual article in, beads with probabilities out."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from aligner.bitext import (
    ENGLISH_VIETNAMESE,
    NO_CUES,
    AlignConfig,
    AlignedDocument,
    Article,
    Bead,
    Boundary,
    Cues,
    Judgement,
    Languages,
    Sentence,
    Side,
)
from aligner.collector import paused_collector
from aligner.doors import checked
from aligner.encoders.adaptation import Encode, centre_sums, encode_sides, name_encoder
from aligner.encoders.embedded import Floats, embedded_encoder, unit_rows
from aligner.errors import FilePath, InputError, check_whole
from aligner.evaluation.beads import Beads, Ids, bead_ids
from aligner.names.detection import KEPT_SCANS
from aligner.names.glossary_tsv import names_frame
from aligner.names.learning import learn_names
from aligner.names.rewriting import NameStyle, normalise_names
from aligner.names.table import NameTable
from aligner.pairs.cues import cues_frame, sentence_times
from aligner.pairs.frames import put_texts
from aligner.pairs.tables import frame_of, write_tsv
from aligner.quality.judging import judge_documents
from aligner.search.beads import bead_posteriors, find_beads, with_cosines
from aligner.search.borrowing import cut_unstopped
from aligner.search.boundaries import apply_boundaries, find_boundaries
from aligner.search.fixed import FixedBeads, check_there
from aligner.search.keys import anchor_keys
from aligner.search.lattice import BEAD_TYPES
from aligner.search.moved import find_copies, find_moved
from aligner.search.sharing import Keys
from aligner.search.sides import Evidence
from aligner.search.stanzas import Run, find_stanzas, join_stanzas
from aligner.search.timing import describe_clock, fit_clock
from aligner.search.weights import shipped_weights
from aligner.showing import alignment_html
from aligner.text.kinds import segment_kinds
from aligner.text.language import check_languages, tell_languages
from aligner.text.lines import decide_lines, split_lines
from aligner.text.normalisation import NormaliseReport
from aligner.text.sentences import split_sentences
from aligner.threads import one_thread
from aligner.version import SIGNED, shipped_digest

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Alignment(AlignedDocument):
    """What `align` and `align_article` return: the sides, the beads, the verdict, and views of them.

    Attributes
    ----------
    glossary : NameTable or None
        The names that were given as known; the other attributes are those of `AlignedDocument`.
    encode, units
        What it was aligned by (`align`); the layout's units of the sentences of both sides, None where it has none.
    fixed : tuple of (source indices, target indices)
        The beads that were given as fixed.

    Examples
    --------
    >>> a = align(["Good morning.", "How are you?"], ["Chào buổi sáng.", "Bạn khỏe không?"])
    >>> [bead.type for bead in a.beads], a.bead_counts
    (['1:1', '1:1'], {'1:1': 2})
    """

    glossary: NameTable | None = field(default=None, repr=False)
    encode: Encode | None = field(default=None, repr=False, compare=False)
    units: tuple[Sequence[int], Sequence[int]] | None = field(default=None, repr=False, compare=False)
    fixed: tuple[Ids, ...] = field(default=(), repr=False)

    def __getstate__(self) -> dict[str, object]:
        """Leave the caller's encoder behind, which may be large or no thing to pickle, when what is moved is found."""
        if self.encode is None:
            return self.__dict__
        return {**self.__dict__, "moved": self.moved, "encode": _encoder_left_behind}

    def _judge(self, beads: Sequence[Bead]) -> list[Judgement]:
        """Judge beads by their texts, their probabilities and the document's."""
        return judge_documents([(self, bead) for bead in beads], self.config.threshold, glossary=self.glossary)

    @checked
    def to_frame(self, *, nulls: bool = False, names: NameStyle = "keep", moved: bool = False) -> pd.DataFrame:
        """Put the pairs into a frame, one row a bead; see `pairs.tables.frame_of`.

        Parameters
        ----------
        nulls : bool
            Also give the null beads.
        names : {"keep", "vietnamese", "ascii", "first"}
            Write every name in one way (`normalise_names`), by the document's own name table. Unless it is "keep", the
            columns ``src_original`` and ``trg_original`` hold the texts as they were; offsets go on to count in the
            text that was given.
        moved : bool
            Also give the pairs out of order (`moved`), behind all others, and a last column ``moved``; null beads say
            why they are alone where that was found out: ``moved``, ``duplicate_of: 4``.

        Examples
        --------
        >>> a = align(["Mr Cuong left.", "Mr Lương Cường is back."], ["Ông Cường đi.", "Ông Lương Cường đã về."])
        >>> a.to_frame(names="vietnamese")["src_text"].tolist()
        ['Mr Cường left.', 'Mr Lương Cường is back.']
        """
        frame = frame_of(self, nulls=nulls, moved=self.moved if moved else None)
        if moved:
            self._explain_nulls(frame)
            frame.attrs["signature"] += f"|moved:{len(self.moved)}"
        if names == "keep":
            return frame
        for column, original, reports in zip(
            ("src_text", "trg_text"),
            ("src_original", "trg_original"),
            self.name_reports(names, nulls=nulls, moved=moved),
            strict=True,
        ):
            frame[original] = frame[column]
            put_texts(frame, column, [report.text for report in reports])
        frame.attrs["signature"] += f"|names:{names}"
        return frame

    @checked
    def to_tsv(self, path: FilePath, *, nulls: bool = False, names: NameStyle = "keep", moved: bool = False) -> int:
        """Write the pairs as TSV; returns how many characters had to be replaced (see `pairs.tables.write_tsv`)."""
        return write_tsv(self.to_frame(nulls=nulls, names=names, moved=moved), path)

    def to_cues(self) -> pd.DataFrame:
        """Put the pairs back into the cues of the English subtitle file, one row a cue; see `pairs.cues.cues_frame`."""
        return cues_frame(self)

    @cached_property
    def moved(self) -> tuple[Bead, ...]:
        """Pairs out of order: sentences that are null in `beads` and whose translation the other side has elsewhere.

        In order of the source, each bead with `moved` set and each sentence in one at most; found when first asked for.
        What takes beads takes them, too: `texts`, `judgement`, `quality`, … See `search.moved.find_moved`.

        Examples
        --------
        >>> en = ["The old well is dry.", "My aunt sells tea at the market.", "It rained all night.",
        ...       "The school opens again in May.", "Nobody saw the dog."]
        >>> vi = ["Dì tôi bán trà ở chợ.", "Trời mưa suốt đêm.", "Trường mở cửa lại vào tháng Năm.",
        ...       "Không ai nhìn thấy con chó.", "Cái giếng cũ đã cạn."]
        >>> [(pair.source, pair.target) for pair in align(en, vi).moved]
        [((0,), (4,))]
        """
        vectors = _vectors(self.source, self.target, self.encode)
        keys = _keys(self.source, self.target, self.languages, self.glossary)
        model = shipped_weights()
        with one_thread():
            found = find_moved(self.beads, self.source, self.target, *vectors, keys=keys, model=model, units=self.units)
        if self.encode is not None or not found:
            return found
        return tuple(with_cosines(found, *_plain_vectors(self.source, self.target, None)))

    @cached_property
    def duplicates(self) -> dict[Side, dict[int, int]]:
        """Sentences in no pair that repeat one in a pair (captions, pull quotes): by side, their indices and its.

        Examples
        --------
        >>> en = ["A boat at dawn", "The well is dry.", "A boat at dawn"]
        >>> align(en, ["Giếng đã cạn.", "Con thuyền lúc bình minh"]).duplicates
        {'source': {0: 2}, 'target': {}}
        """
        pairs = [*(bead for bead in self.beads if not bead.is_null), *self.moved]
        found: dict[Side, dict[int, int]] = {}
        sides: tuple[tuple[Side, Sequence[Sentence], list[int]], ...] = (
            ("source", self.source, [i for bead in pairs for i in bead.source]),
            ("target", self.target, [j for bead in pairs for j in bead.target]),
        )
        for side, sentences, paired in sides:
            alone = sorted(set(range(len(sentences))) - set(paired))
            found[side] = find_copies(sentences, alone, sorted(paired))
        return found

    def boundaries(self) -> tuple[Boundary, ...]:
        """Propose sentence boundaries that the other side speaks for ("split") or against ("join").

        None where a side is in a third language (`languages`): what tells them was fitted on English and Vietnamese.
        None of sentences in fixed beads.

        Examples
        --------
        >>> en = ["The well is dry.", "The Rev.", "Miller closed the old bridge on Monday."]
        >>> vi = ["Giếng đã cạn.", "Mục sư Miller đóng cửa cầu cũ hôm thứ Hai."]
        >>> [(b.kind, b.side, b.sentences, b.after) for b in align(en, vi).boundaries()]
        [('join', 'source', (1, 2), ('The Rev. Miller closed the old bridge on Monday.',))]
        """
        if not self.languages.are_known:
            return ()
        # Vectors that were given are those of whole sentences; clauses then take the embedded encoder's.
        encode = self.encode if callable(self.encode) else None
        found = find_boundaries(
            self.beads,
            self.source,
            self.target,
            *_plain_vectors(self.source, self.target, encode),
            # Ours as they come: what clauses have in common would hang on what else is proposed.
            encode=(lambda texts: encode_sides(texts, [], encode)[0]) if encode else embedded_encoder().sums,
            model=shipped_weights(),
        )
        # Lines of a stanza that is one bead stand out of order: they speak for no boundary.
        stanzas = [
            bead
            for bead in self.beads
            if bead.source and bead.target and (len(bead.source), len(bead.target)) not in BEAD_TYPES
        ]
        within = _numbers([*self.fixed, *((b.source, b.target) for b in stanzas)])
        return tuple(b for b in found if within[b.side].isdisjoint(b.sentences))

    @checked
    def with_boundaries(self, boundaries: Sequence[Boundary] | None = None) -> Alignment:
        """Split and join sentences as proposed, and align again.

        Parameters
        ----------
        boundaries : sequence of Boundary, optional
            Some of `boundaries()`; without it, all of them.

        Returns
        -------
        Alignment
            Spans go on to count in the text that was given; nothing but white space is lost. The same alignment where
            there is nothing to change. Fixed beads stay.

        Raises
        ------
        InputError
            If a proposal is of another alignment, or of a sentence in a fixed bead, or `encode` was a pair of arrays:
            they hold no vectors of new sentences.

        Examples
        --------
        >>> en = ["The well is dry.", "The Rev.", "Miller closed the old bridge on Monday."]
        >>> a = align(en, ["Giếng đã cạn.", "Mục sư Miller đóng cửa cầu cũ hôm thứ Hai."]).with_boundaries()
        >>> [bead.type for bead in a.beads], a.source[1].start, a.source[1].end
        (['1:1', '1:1'], 17, 65)
        """
        proposals = self.boundaries() if boundaries is None else tuple(boundaries)
        if not proposals:
            return self
        if self.encode is not None and not callable(self.encode):
            todo = "give a callable to align, or write the sentences anew and encode them again"
            raise InputError("new sentences need new vectors", found="encode as a pair of arrays", todo=todo)
        decided = _numbers(self.fixed)
        for b in proposals:
            if not decided[b.side].isdisjoint(b.sentences):
                found, todo = f"{b.side} sentence {b.sentences[0]}", "leave it out, or align without that bead"
                raise InputError("a boundary in a fixed bead", found=found, todo=todo)
        source = apply_boundaries(self.source, [b for b in proposals if b.side == "source"])
        target = apply_boundaries(self.target, [b for b in proposals if b.side == "target"])
        units = self.units and ([self.units[0][k] for _, k in source], [self.units[1][k] for _, k in target])
        sides = tuple(s for s, _ in source), tuple(s for s, _ in target)
        new = [{origin: k for k, (_, origin) in enumerate(side)} for side in (source, target)]
        fixed = [(tuple(new[0][i] for i in one), tuple(new[1][j] for j in other)) for one, other in self.fixed]
        again = _align(
            _Task(sides, self.languages, self.config, self.encode, self.glossary, fixed, self.doc_id, self.cues, units)
        )
        signature = f"{again.signature}{_told(self.borrowed)}|boundaries:{len(proposals)}"
        return replace(again, signature=signature, borrowed=self.borrowed)

    @checked
    def cosines(self, *, max_cells: int = 2000) -> Floats:
        """Cosines of all source sentences with all target sentences, as a picture of the whole wants them.

        Parameters
        ----------
        max_cells : int
            Rows and columns at most. Of a longer side, neighbouring sentences share a row, which has their largest
            cosine.

        Returns
        -------
        float32 array
            Shape (n, m), or smaller; -1..1.

        Raises
        ------
        InputError
            If `max_cells` is below 1.

        Examples
        --------
        >>> align(["It rained.", "We left."], ["Trời mưa.", "Chúng tôi đi."]).cosines().shape
        (2, 2)
        """
        check_whole(max_cells, "max_cells out of range", 1, todo="give 1 or more")
        source, target = map(unit_rows, _plain_vectors(self.source, self.target, self.encode))
        if not len(source) or not len(target):
            return np.zeros((len(source), len(target)), np.float32)
        down, across = (-(-len(rows) // max_cells) for rows in (source, target))
        starts = np.arange(0, len(target), across)
        rows = [
            np.maximum.reduceat((source[k : k + down] @ target.T).max(axis=0), starts)
            for k in range(0, len(source), down)
        ]
        found: Floats = np.clip(np.stack(rows), -1, 1).astype(np.float32)
        return found

    def _explain_nulls(self, frame: pd.DataFrame) -> None:
        """Add to the reasons of null beads what was found about their sentences."""
        moved = ({i for bead in self.moved for i in bead.source}, {j for bead in self.moved for j in bead.target})
        why = {}
        for k, side, copies in ((0, "src", self.duplicates["source"]), (1, "trg", self.duplicates["target"])):
            why.update({(side, str(i)): "moved" for i in moved[k]})
            why.update({(side, str(i)): f"duplicate_of: {of}" for i, of in copies.items()})
        rows = zip(frame["reasons"], frame["src_ids"], frame["trg_ids"], strict=True)
        told = [
            f"{reasons};{why[key]}"
            if reasons == "null" and (key := ("src", source) if source else ("trg", target)) in why
            else reasons
            for reasons, source, target in rows
        ]
        put_texts(frame, "reasons", told)

    @checked
    def name_reports(
        self, names: NameStyle, *, nulls: bool = False, moved: bool = False
    ) -> tuple[list[NormaliseReport], list[NormaliseReport]]:
        """Write every name in one way, and tell what changed: a report for each bead's English and Vietnamese text.

        Examples
        --------
        >>> a = align(["Mr Cuong left.", "Mr Lương Cường is back."], ["Ông Cường đi.", "Ông Lương Cường đã về."])
        >>> [(c.start, c.before, c.after) for report in a.name_reports("ascii")[0] for c in report.changes]
        [(3, 'Lương Cường', 'Luong Cuong')]
        """
        beads = [bead for bead in self.beads if nulls or not bead.is_null] + list(self.moved if moved else ())
        pairs = [self.texts(bead) for bead in beads]
        source = normalise_names([en for en, _ in pairs], self.name_table, lang="en", names=names)
        return source, normalise_names([vi for _, vi in pairs], self.name_table, lang="vi", names=names)

    @cached_property
    def name_table(self) -> NameTable:
        """The names of the document: which English form stands for which Vietnamese one; see `learn_names`.

        None are learned where a side is in a third language (`languages`).

        Examples
        --------
        >>> [(e.en, e.vi) for e in align(["Mr To Lam left."], ["Ông Tô Lâm đi."]).name_table.entries]
        [('To Lam', 'Tô Lâm')]
        """
        pairs = [self.texts(bead) for bead in self.beads] if self.languages.are_known else []
        table = learn_names(pairs, glossary=self.glossary)
        signature = f"{self.signature}|names:{shipped_digest('names.tsv')}|entries:{len(table.entries)}"
        return replace(table, signature=signature)

    @property
    def names(self) -> pd.DataFrame:
        """The name table as a frame, one row an entity; docs/glossaries.md says what the columns hold."""
        return names_frame(self.name_table)

    def _repr_html_(self) -> str:
        """Draw the pairs side by side in a notebook, those out of order below."""
        is_known = "moved" in self.__dict__ or len(self.beads) <= MOVED_SHOWN
        return alignment_html(self, self.moved if is_known else None)


@checked
def align(
    source: str | Sequence[str],
    target: str | Sequence[str],
    *,
    config: AlignConfig | None = None,
    encode: Encode | None = None,
    glossary: NameTable | None = None,
    lines: bool | None = None,
    fixed: Beads | None = None,
) -> Alignment:
    """Align an English and a Vietnamese text.

    Parameters
    ----------
    source, target : str or sequence of str
        English and Vietnamese; with `encode` any languages: what rests on words of these two is then off for a side
        that is surely in another (`Alignment.languages`; docs/encoders.md). A str is running text and is split here
        (blank lines end paragraphs); a sequence holds sentences, which are taken as they are, one by one, even where
        empty.
    config : AlignConfig, optional
        How to decode, and from which quality a pair is kept.
    encode : callable or pair of arrays, optional
        In place of the embedded encoder: maps a list of n texts to an array of shape (n, d), as `neural_encoder` and
        ``SentenceTransformer.encode`` do; or the vectors themselves, of the source's and of the target's sentences
        (`read_vectors`). A `signature` that it has goes into the alignment's; docs/encoders.md.
    glossary : NameTable, optional
        Names that are known to belong together (`read_glossary`), on top of those that ship with the package.
    lines : bool, optional
        Of a str: True, each line is one sentence, even where empty; False, line breaks are those of running text. By
        default two str show by both languages whether their lines are units, as those of verse (`text.lines`).
    fixed : sequence of beads, optional
        Beads that stay as they are, of any size (null beads of one sentence each), by the numbers that the sentences
        have in the result; as `Bead`, or as pairs of source and target indices. They are in the result with
        probability 1, and the rest is aligned as is most probable given these; docs/alignment.md.

    Returns
    -------
    Alignment
        Beads in order, each sentence in exactly one. Offsets of sentences given as a sequence count in the text that
        joining them by line breaks would give. A str without stops is cut where the other side's sentences end
        (`search.borrowing`); stanzas may be beads of their own where lines are units (`search.stanzas`).

    Raises
    ------
    InputError
        If a str holds no text, an item is not a str, or `encode` returns something of the wrong shape; without
        `encode`, if a side is surely in another language (`text.language.check_languages`); if fixed beads cross, share
        a sentence, or name one that is not there.

    Examples
    --------
    >>> a = align("It rained. We stayed at home.", "Trời mưa. Chúng tôi ở nhà.")
    >>> [(b.source, b.target) for b in a.beads]
    [((0,), (0,)), ((1,), (1,))]
    >>> fixed = align(["It rained.", "We stayed at home."], ["Trời mưa.", "Chúng tôi ở nhà."], fixed=[([0], [])])
    >>> [(b.source, b.target) for b in fixed.beads], fixed.beads[0].probability
    ([((0,), ()), ((), (0,)), ((1,), (1,))], 1.0)
    """
    kept = (
        lines is None and isinstance(source, str) and isinstance(target, str) and decide_lines(source, target).are_units
    )
    if lines:
        source, target = (_lines(text) if isinstance(text, str) else text for text in (source, target))
    texts = source if isinstance(source, str) else None, target if isinstance(target, str) else None
    split = split_lines if kept else split_sentences
    languages = _languages(source, target, encode)
    sides = _sentences(source, "source", languages.source, split), _sentences(target, "target", languages.target, split)
    task = _Task(
        sides, languages, config or AlignConfig(), encode, glossary, bead_ids(fixed if fixed is not None else ())
    )
    return _align_text(task, texts, lines=kept)


@checked
def align_article(
    article: Article,
    *,
    config: AlignConfig | None = None,
    encode: Encode | None = None,
    glossary: NameTable | None = None,
    fixed: Beads | None = None,
) -> Alignment:
    r"""Align a bilingual article; its layout is taken as evidence.

    Parameters
    ----------
    article : Article
        From `read_article` or `parse_article`.
    config, encode, glossary, fixed
        As for `align`.

    Returns
    -------
    Alignment
        `doc_id` is the article's name; offsets count in `article.source_text` and `article.target_text`.

    Examples
    --------
    >>> from aligner.documents.articles import parse_article
    >>> text = "It rained.\n\nTrời mưa.\n\nWe stayed at home.\n\nChúng tôi ở nhà.\n"
    >>> [bead.type for bead in align_article(parse_article(text)).beads]
    ['1:1', '1:1']
    """
    sides, texts = (article.source, article.target), (article.source_text, article.target_text)
    units = [block.unit for block in article.blocks]
    languages = _languages([s.text for s in article.source], [s.text for s in article.target], encode)
    given = (
        config or AlignConfig(),
        encode,
        glossary,
        bead_ids(fixed if fixed is not None else ()),
        article.name,
        article.cues,
    )
    return _align_text(_Task(sides, languages, *given), texts, lines=bool(article.lines), units=units)


@checked
def bead_probabilities(
    source: Sequence[str],
    target: Sequence[str],
    beads: Beads,
    *,
    config: AlignConfig | None = None,
    encode: Encode | None = None,
    glossary: NameTable | None = None,
) -> list[float]:
    """Tell how probable beads are that another tool or a person made: low where they are to be doubted.

    Parameters
    ----------
    source, target : sequence of str
        The sentences.
    beads : sequence of beads
        As `align` gives them, or pairs of source and target indices (`read_beads`); all, or some. They may cross.
    config, encode, glossary
        As for `align`.

    Returns
    -------
    list of float
        Posterior probability of each bead, 0..1, as `align` gives it to its own beads of these sentences. 0 of beads
        that no alignment has that is looked at: of sentences that do not follow each other, of more than 5:1, 1:5 or
        3:3, or far from all good alignments of a long text. Of a null bead, that its sentence has no counterpart; of
        several sentences, the smallest of theirs.

    Raises
    ------
    InputError
        As `align` does; if a bead is none, or there twice, or names a sentence that is not there.

    Notes
    -----
    Moore (2002, section 3.2) has such posteriors. What they are worth: docs/alignment.md.

    Examples
    --------
    >>> en, vi = ["It rained.", "We stayed at home."], ["Trời mưa.", "Chúng tôi ở nhà."]
    >>> [round(p) for p in bead_probabilities(en, vi, [([0], [0]), ([1], []), ([], [1])])]
    [1, 0, 0]
    """
    languages = _languages(source, target, encode)
    sides = (
        _sentences(source, "source", languages.source, split_sentences),
        _sentences(target, "target", languages.target, split_sentences),
    )
    asked = bead_ids(beads)
    check_there(asked, len(sides[0]), len(sides[1]))
    if encode is None:
        check_languages([s.text for s in sides[0]], [s.text for s in sides[1]])
    task = _Task(sides, languages, config or AlignConfig(), encode, glossary, ())
    known = _evidence(task, _plain_vectors(*sides, encode))
    with one_thread():
        return bead_posteriors(asked, known, model=shipped_weights(), config=task.config)


@dataclass(frozen=True, slots=True)
class _Task:
    """Two sides as they were read, and how to align them; as `align` and `Alignment` have these."""

    sides: tuple[tuple[Sentence, ...], tuple[Sentence, ...]]
    languages: Languages
    config: AlignConfig
    encode: Encode | None
    glossary: NameTable | None
    fixed: Sequence[Ids]
    doc_id: str = ""
    cues: Cues = NO_CUES
    units: tuple[Sequence[int], Sequence[int]] | None = None


def _align_text(
    task: _Task, texts: tuple[str | None, str | None], *, lines: bool, units: Sequence[int] | None = None
) -> Alignment:
    """Align sentences of running text, or lines, given the texts: what these tell beyond the sentences is used.

    `texts` has None for a side whose sentences were given; `units` is those of the blocks.
    """
    if task.encode is None:  # other encoders and vectors may know other languages
        check_languages(*([s.text for s in side] for side in task.sides))
    told: tuple[str, ...] = ()
    if not lines and task.config.borrow:
        with one_thread(), paused_collector():
            sides, told = _borrow(task.sides, texts, task.encode)
        task = replace(task, sides=sides)
    if units:
        source, target = task.sides
        task = replace(task, units=([units[s.block] for s in source], [units[s.block] for s in target]))
    stanzas = None
    if lines and texts[0] is not None and texts[1] is not None and not any(task.cues):
        stanzas = find_stanzas(task.sides[0], texts[0]), find_stanzas(task.sides[1], texts[1])
    found = _align(task, stanzas)
    signature = f"{found.signature}{'|lines:units' if lines else ''}{_told(told)}"
    return replace(found, signature=signature, borrowed=told)


def _borrow(
    sides: tuple[tuple[Sentence, ...], tuple[Sentence, ...]],
    texts: tuple[str | None, str | None],
    encode: Encode | None,
) -> tuple[tuple[tuple[Sentence, ...], tuple[Sentence, ...]], tuple[str, ...]]:
    """Cut a side of running text that has no stops where the other side's sentences end; and say so.

    By the embedded encoder: others know sentences, not words, and texts in other languages are left as they are.
    """
    if encode is not None:
        return sides, ()
    source, target = sides
    model, encoder = shipped_weights(), embedded_encoder().sums
    if texts[0] is not None and (cut := cut_unstopped(source, target, texts[0], "en", encode=encoder, model=model)):
        return (cut, target), (f"the English has no stops: cut into {len(cut)} by the Vietnamese",)
    if texts[1] is not None and (cut := cut_unstopped(target, source, texts[1], "vi", encode=encoder, model=model)):
        return (source, cut), (f"the Vietnamese has no stops: cut into {len(cut)} by the English",)
    return sides, ()


def _told(borrowed: Sequence[str]) -> str:
    """Part of a signature that says that boundaries were borrowed."""
    return f"|borrowed:{len(borrowed)}" if borrowed else ""


def _languages(source: str | Sequence[str], target: str | Sequence[str], encode: Encode | None) -> Languages:
    """Whose rules to read by. The embedded encoder knows two languages, and `_align` refuses others."""
    if encode is None:
        return ENGLISH_VIETNAMESE
    source, target = ([text] if isinstance(text, str) else text for text in (source, target))
    return tell_languages(source, target)


def _lines(text: str) -> list[str]:
    """All lines of a text; a line break at the end begins none."""
    return text.removesuffix("\n").split("\n")


def _sentences(
    text: str | Sequence[str], name: str, lang: str, split: Callable[[str, str], Iterable[Sentence]]
) -> tuple[Sentence, ...]:
    """Make sentences of what the caller gave."""
    if isinstance(text, str):
        sentences = tuple(split(text, lang))
        if not sentences:
            raise InputError(f"{name} holds no text", found=f"{len(text)} characters", todo="give text, or a list")
        return sentences
    given: object = text  # callers without a type checker give anything
    # A frame would be the names of its columns, a dict its keys; a set has no order.
    is_list = isinstance(given, Iterable) and not isinstance(given, (bytes, bytearray, Mapping, set, frozenset))
    if not is_list or getattr(given, "ndim", 1) != 1:
        raise InputError(f"{name} is not text", found=type(given).__name__, todo="give a str or a list of sentences")
    result, start = [], 0
    for k, item in enumerate(text):
        if not isinstance(item, str):
            raise InputError(f"{name}[{k}] is not a str", found=type(item).__name__, todo="give a list of sentences")
        result.append(Sentence(item, start, start + len(item)))
        start += len(item) + 1
    return tuple(result)


def _align(task: _Task, stanzas: tuple[Sequence[Run], Sequence[Run]] | None = None) -> Alignment:
    """Encode, search, sign."""
    (source, target), cues, fixed, config = task.sides, task.cues, task.fixed, task.config
    held = FixedBeads.of(fixed, len(source), len(target)) if fixed else None
    plain = _plain_vectors(source, target, task.encode)
    model = shipped_weights()
    told = f"|cues:{len(cues[0])}x{len(cues[1])}" if all(cues) else ""
    told += f"|fixed:{len(fixed)}" if fixed else ""
    times = (sentence_times(cues[0], source), sentence_times(cues[1], target)) if all(cues) else None
    with one_thread(), paused_collector():
        known = replace(_evidence(task, plain), units=task.units, times=times, fixed=held)
        beads, verdict = find_beads(known, model=model, config=config)
        if stanzas:
            beads, of_stanzas = join_stanzas(beads, known, stanzas=stanzas, model=model, config=config)
            verdict = of_stanzas or verdict
        if task.encode is None:  # as `score_pairs` gives it; the search's vectors are centred
            beads = with_cosines(beads, *plain)
    counts = len(source), len(target), len(beads)
    return Alignment(
        source=tuple(known.sides[0]),
        target=tuple(known.sides[1]),
        beads=tuple(beads),
        parallel_probability=min(verdict.probabilities["parallel"] + verdict.probabilities["partly parallel"], 1.0),
        verdict=verdict,
        languages=task.languages,
        config=config,
        signature=_signature(config, task.encode, task.languages, *counts) + told,
        doc_id=task.doc_id,
        glossary=task.glossary,
        encode=task.encode,
        units=task.units,
        cues=cues,
        timing=describe_clock(fit_clock(beads, times)) if times is not None else "",
        fixed=tuple(fixed),
    )


def _evidence(task: _Task, plain: tuple[Floats, Floats]) -> Evidence:
    """What a search is given by all texts: the sentences with their kinds, vectors as it has them, anchor keys."""
    compared = task.languages.compared
    source, target = _with_kinds(task.sides[0], compared.source), _with_kinds(task.sides[1], compared.target)
    vectors = (centre_sums(plain[0]), centre_sums(plain[1])) if task.encode is None else plain
    keys = _keys(source, target, task.languages, task.glossary)
    return Evidence((source, target), vectors, keys, languages=task.languages)


def _numbers(beads: Iterable[Ids]) -> dict[Side, set[int]]:
    """Sentences of some beads by side."""
    sides: tuple[set[int], set[int]] = set(), set()
    for bead in beads:
        for found, numbers in zip(sides, bead, strict=True):
            found.update(numbers)
    return {"source": sides[0], "target": sides[1]}


def _keys(
    source: Sequence[Sentence], target: Sequence[Sentence], languages: Languages, glossary: NameTable | None
) -> tuple[Keys, Keys]:
    """Anchor keys of the sentences of both sides; what repeats a sentence has its keys.

    What was found is kept only where that of the whole document can be: of a longer one the first would be gone when
    somebody comes for them.
    """
    compared, keep = languages.compared, len(source) + len(target) <= KEPT_SCANS
    sides = []
    with paused_collector():
        for sentences, lang in ((source, compared.source), (target, compared.target)):
            texts = dict.fromkeys([s.text for s in sentences])
            keys = {text: anchor_keys(text, lang, glossary=glossary, keep=keep) for text in texts}
            sides.append([keys[s.text] for s in sentences])
    return sides[0], sides[1]


def _encoder_left_behind(texts: list[str]) -> Floats:
    """What an alignment that was pickled has in place of the caller's encoder."""
    raise InputError(
        "the encoder was left behind when the alignment was pickled", found=f"{len(texts)} texts to encode",
        todo="ask for boundaries before, or align again",
    )  # fmt: skip


def _with_kinds(sentences: Sequence[Sentence], lang: str) -> tuple[Sentence, ...]:
    """Tell what each sentence is in its document, paragraph by paragraph."""
    result: list[Sentence] = []
    for _, paragraph in itertools.groupby(sentences, key=lambda sentence: sentence.block):
        members = list(paragraph)
        items = {i for i, s in enumerate(members) if s.kind == "list-item"}
        kinds = segment_kinds([s.text for s in members], lang, items=items)
        result += [
            replace(s, kind=kind) if kind != s.kind and s.kind != "lyrics" else s
            for s, kind in zip(members, kinds, strict=True)
        ]
    return tuple(result)


def _plain_vectors(
    source: Sequence[Sentence], target: Sequence[Sentence], encode: Encode | None
) -> tuple[Floats, Floats]:
    """Vectors by whose cosines pairs are told: our encoder's as they are, others as the search has them."""
    if encode is not None:
        return _vectors(source, target, encode)
    encoder = embedded_encoder()
    return encoder.sums([s.text for s in source]), encoder.sums([s.text for s in target])


def _vectors(source: Sequence[Sentence], target: Sequence[Sentence], encode: Encode | None) -> tuple[Floats, Floats]:
    """Additive vectors of both sides."""
    return encode_sides([s.text for s in source], [s.text for s in target], encode)


MOVED_SHOWN = 2000
"""Beads up to which a notebook's view looks for pairs out of order by itself: about a second; 4,000 take three
(test_fragments.py: a long alignment says that it did not look)."""


def _signature(config: AlignConfig, encode: Encode | None, languages: Languages, n: int, m: int, n_beads: int) -> str:
    """Version, model, configuration and counts on one line; the languages where there is a third one."""
    third = "" if languages.are_known else f"|languages:{languages}"
    return (
        f"{SIGNED}|encoder:{name_encoder(encode)}{third}|weights:{shipped_digest('alignment.json')}"
        f"|decoding:{config.decoding}|null_bias:{config.null_bias:g}"
        f"|quality:{shipped_digest('quality.json')}|threshold:{config.threshold}|sentences:{n}x{m}|beads:{n_beads}"
    )
