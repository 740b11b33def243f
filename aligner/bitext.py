"""The field's words as frozen data types: sentence, block, article, bead, and how to align.

Nothing here knows how any of it is found. "Bead" is the term of Brown et al. (1991): a minimal group of source and
target sentences that translate each other. Source is English, target is Vietnamese.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Final, Literal, cast, get_args

from aligner.doors import Place, Share, Within, check_fields, checked
from aligner.errors import InputError, check_number, is_one_of
from aligner.fragments import article_html

Language = Literal["en", "vi", "vi-unaccented", "und"]
Side = Literal["source", "target"]
RuleLanguage = Literal["en", "vi", "und"]
"""Whose rules a text is read by: those of one of the two languages, or what all languages share."""
SegmentKind = Literal["headline", "dateline", "caption", "credit", "list-item", "boilerplate", "lyrics", "body"]
Layout = Literal["bulleted", "paragraphs", "lines", "halves", "columns", "comments", "two-files", "mixed"]


Markup = Literal["keep", "strip"]
"""Whether links, emphasis, code and tags of Markdown and HTML are in the sentences (docs/articles.md)."""


def check_markup(markup: object) -> None:
    """Raise InputError for what says not whether markup is kept.

    Examples
    --------
    >>> check_markup("drop")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: unknown markup (found 'drop'); markup must be 'keep' or 'strip'
    """
    if not is_one_of(markup, get_args(Markup)):
        raise InputError("unknown markup", found=repr(markup), todo="markup must be 'keep' or 'strip'")


Purpose = Literal["strict", "balanced", "recall"]
Threshold = Purpose | float
"""Quality from which a pair is kept: a number in 0..1, or what it is for (docs/quality.md)."""

PURPOSES: Final = get_args(Purpose)
"""Thresholds by what they are for: to train on few sure pairs, to clean, to throw away only what is surely wrong."""

LIKELY: Final = 0.5
"""Probability of a bead, and of a document, from which it is more probable than not: what a pair that is kept must
have, whatever its quality (docs/decisions/0023; test_judging.py: a gate at one half)."""


def check_language(lang: str, *, or_none: bool = False) -> None:
    """Raise InputError unless lang names one of the two languages that are aligned; "und", neither, where that may be.

    Examples
    --------
    >>> check_language("fr")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: unknown language (found 'fr'); lang must be 'en' or 'vi'
    """
    if lang not in ("en", "vi") and not (or_none and lang == "und"):
        raise InputError("unknown language", found=repr(lang), todo="lang must be 'en' or 'vi'")


@dataclass(frozen=True, slots=True)
class Languages:
    """Whose rules the two sides of a document are read by; decided once, by `text.language.tell_languages`.

    Attributes
    ----------
    source : {"en", "und"}
    target : {"vi", "und"}
        "und" for a text in a third language: what rests on words of English and Vietnamese is off (docs/encoders.md).

    Examples
    --------
    >>> str(Languages("en", "und")), Languages("en", "und").compared, Languages().are_known
    ('en-und', Languages(source='und', target='und'), True)
    """

    source: RuleLanguage = "en"
    target: RuleLanguage = "vi"

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def are_known(self) -> bool:
        """Whether neither side is in a third language."""
        return "und" not in (self.source, self.target)

    @property
    def compared(self) -> Languages:
        """Whose rules to read by what is then compared with the other side: with a third language, neither's."""
        return self if self.are_known else Languages("und", "und")

    def __str__(self) -> str:
        return f"{self.source}-{self.target}"


ENGLISH_VIETNAMESE: Final = Languages()
"""Whose rules most documents are read by: nobody found a third language."""


def check_span(what: str, start: int, end: int) -> None:
    """Raise InputError for a span that ends before it begins.

    Examples
    --------
    >>> check_span("Sentence", 3, 2)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: Sentence ends before it begins (found start=3, end=2); give a start up to the end
    """
    if start > end:
        raise InputError(
            f"{what} ends before it begins", found=f"start={start}, end={end}", todo="give a start up to the end"
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of one side.

    Attributes
    ----------
    text : str
        The sentence as it is aligned: NFC, line breaks inside it made spaces, words broken at one joined, layout
        markers left out; as it was given where it came in a list.
    start, end : int
        Half-open span in code points of the text it was cut from; ``text[start:end]`` is what stood there.
    block : int
        0-based number of the paragraph (block) it stands in, never falling from one sentence to the next.
    kind : {"headline", "dateline", "caption", "credit", "list-item", "boilerplate", "lyrics", "body"}
        What it is in its document: from the reader, a list item or a line of a song whose mark is not in the text; the
        rest from `align`.

    Examples
    --------
    >>> Sentence("Hello.", 0, 6).block
    0
    """

    text: str
    start: Place
    end: Place
    block: Place = 0
    kind: SegmentKind = "body"

    def __post_init__(self) -> None:
        check_fields(self)
        check_span("Sentence", self.start, self.end)


@dataclass(frozen=True, slots=True)
class Block:
    """One block (paragraph, heading, list item, table cell, caption) of an article.

    Attributes
    ----------
    start, end : int
        Half-open span in code points of the text of its side.
    language : {"en", "vi", "vi-unaccented", "und"}
        What the text itself looks like; "und" for dates, addresses, credits, and for a third language, of which no
        sentence reaches a side.
    side : {"source", "target"}
        The side it was put on; an "und" block is put where the layout says.
    unit : int
        Blocks of the two sides with one number are each other's counterpart as far as the layout tells
        (a table row, a paragraph and the one under it). -1 where the layout tells nothing (two files, two halves).
    """

    start: Place
    end: Place
    language: Language
    side: Side
    unit: Annotated[int, Within(-1, float("inf"))] = -1

    def __post_init__(self) -> None:
        check_fields(self)
        check_span("Block", self.start, self.end)


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of a subtitle file: a stretch of text, and when it is shown.

    Attributes
    ----------
    start, end : int
        Half-open span in code points of the text of its side.
    start_ms, end_ms : int
        When it is shown, in milliseconds from the beginning of the film.

    Examples
    --------
    >>> Cue(0, 6, 2000, 1000)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: Cue's time ends before it begins (found start=2000, end=1000); give a start up to the end
    """

    start: Place
    end: Place
    start_ms: Place
    end_ms: Place

    def __post_init__(self) -> None:
        check_fields(self)
        check_span("Cue", self.start, self.end)
        check_span("Cue's time", self.start_ms, self.end_ms)


Cues = tuple[tuple[Cue, ...], tuple[Cue, ...]]
"""Cues of the source's and of the target's text, in the order of the text; none where the side is no subtitle file."""

NO_CUES: Final[Cues] = ((), ())
"""Of two sides that nobody timed."""


@dataclass(frozen=True, slots=True)
class Article:
    """A bilingual document, read and split: what `read_article` and `parse_article` return.

    Attributes
    ----------
    source, target : tuple of Sentence
        English and Vietnamese sentences in document order; `Sentence.block` is an index into `blocks`.
    source_text, target_text : str
        The texts that the offsets count in: the same string for one file, for HTML, DOCX, PDF … what is taken out.
    blocks : tuple of Block
        All blocks, in the order of the document (of two files: the source's first).
    layout : str
        How the two languages are laid out, one of `Layout`.
    name : str
        The document's name (the file's name), empty for a string.
    lines : str
        Why every line was taken for a unit, as both languages told; empty where line breaks are those of running text.
    cues : pair of tuples of Cue
        When the two texts are shown, of subtitle files.
    set_aside : tuple of (str, str)
        What was read and is in no sentence, each by its kind: sounds, credits and advertisements of subtitles.
    left_out : mapping of str to int
        What the readers of the files left out, counted by what it is, in words ('page numbers').
    """

    source: tuple[Sentence, ...]
    target: tuple[Sentence, ...]
    source_text: str
    target_text: str
    blocks: tuple[Block, ...]
    layout: Layout
    name: str = ""
    lines: str = ""
    cues: Cues = NO_CUES
    set_aside: tuple[tuple[str, str], ...] = ()
    left_out: Mapping[str, Place] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        check_fields(self)
        for side, sentences in (("source", self.source), ("target", self.target)):
            for sentence in sentences:
                if sentence.block >= len(self.blocks) or self.blocks[sentence.block].side != side:
                    raise InputError(
                        f"Article: a {side} sentence names block {sentence.block}, which is not of that side",
                        found=f"{len(self.blocks)} blocks",
                        todo="give each sentence the number of a block of its side",
                    )

    @property
    def block_counts(self) -> dict[Language, int]:
        """Number of blocks by language, every language named.

        Examples
        --------
        >>> Article((), (), "", "", (Block(0, 4, "und", "source"),), "mixed").block_counts
        {'en': 0, 'vi': 0, 'vi-unaccented': 0, 'und': 1}
        """
        counts: dict[Language, int] = {"en": 0, "vi": 0, "vi-unaccented": 0, "und": 0}
        for block in self.blocks:
            counts[block.language] += 1
        return counts

    def _repr_html_(self) -> str:
        """Draw the blocks side by side in a notebook, their sentences set apart."""
        sentences: list[list[str]] = [[] for _ in self.blocks]
        for sentence in (*self.source, *self.target):
            sentences[sentence.block].append(sentence.text)
        blocks = zip(self.blocks, sentences, strict=True)
        return article_html(self.name, self.layout, [(b.side, b.language, b.unit, texts) for b, texts in blocks])


def tally_kinds(article: Article, *, left_out: bool = False) -> str:
    """Count what an article has set aside, by kind, in words; with `left_out`, what its readers left out, too.

    Examples
    --------
    >>> article = Article((), (), "", "", (), "two-files", set_aside=(("sound", "♪"),), left_out={"headers": 2})
    >>> tally_kinds(article), tally_kinds(article, left_out=True)
    ('1 × sound', '2 × headers, 1 × sound')
    """
    counts = Counter(kind for kind, _ in article.set_aside)
    counts.update(article.left_out if left_out else {})
    return ", ".join(
        f"{count} × {kind}" for kind, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


_FOLLOWING: Final = "give numbers of neighbours, rising by one"


@dataclass(frozen=True, slots=True)
class Bead:
    """Source and target sentences that translate each other; one side empty for a null bead.

    Attributes
    ----------
    source, target : tuple of int
        0-based consecutive indices; not both empty.
    probability : float
        Posterior probability of this bead under the alignment model, 0..1; of a null bead, that its sentence has no
        counterpart.
    score : float
        Cosine of the two sides' vectors, -1..1; 0 for a null bead.
    moved : bool
        Whether it is a pair out of order: never among the beads of a document, which are in order, but beside them.

    Examples
    --------
    >>> Bead((0, 1), (0,)).type
    '2:1'
    """

    source: tuple[Place, ...]
    target: tuple[Place, ...]
    probability: Share = 1.0
    score: float = 0.0
    moved: bool = False

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.source and not self.target:
            raise InputError("Bead holds no sentence", found="() and ()", todo="at least one side must hold a sentence")
        for side in (self.source, self.target):
            if len(side) > 1 and side != tuple(range(side[0], side[0] + len(side))):
                raise InputError("Bead: its sentences do not follow one another", found=repr(side), todo=_FOLLOWING)

    @property
    def type(self) -> str:
        """Number of source and target sentences, as in '1:2'."""
        return f"{len(self.source)}:{len(self.target)}"

    @property
    def is_null(self) -> bool:
        """Whether one side is empty."""
        return not self.source or not self.target


def check_beads(beads: Sequence[Bead], n_source: int, n_target: int) -> None:
    """Raise InputError unless the beads are in order and hold each sentence exactly once.

    Examples
    --------
    >>> check_beads([Bead((0,), (0,)), Bead((), (1,))], 1, 2)
    >>> check_beads([Bead((0,), (0,))], 2, 1)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: beads lack sentences (found 1 of 2 source and 1 of 1 target); put each into one bead
    """
    todo = "put each into one bead"
    i = j = 0
    for k, bead in enumerate(beads):
        m, n = len(bead.source), len(bead.target)
        if bead.source != tuple(range(i, i + m)) or bead.target != tuple(range(j, j + n)):
            found = f"{bead.source}:{bead.target}, where {i} and {j} are the next sentences"
            raise InputError(f"bead {k} is out of order", found=found, todo=todo)
        i, j = i + m, j + n
    if (i, j) != (n_source, n_target):
        found = f"{i} of {n_source} source and {j} of {n_target} target"
        raise InputError("beads lack sentences", found=found, todo=todo)


def check_threshold(threshold: object) -> None:
    """Raise InputError unless this is a purpose or a number in 0..1.

    Examples
    --------
    >>> check_threshold("best")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: unknown threshold (found 'best'); give strict, balanced, recall or a number in 0..1
    """
    todo = f"give {', '.join(PURPOSES)} or a number in 0..1"
    if isinstance(threshold, str):
        if threshold not in PURPOSES:
            raise InputError("unknown threshold", found=repr(threshold), todo=todo)
    else:
        check_number(threshold, "threshold out of range", 0, 1, todo=todo)


VerdictKind = Literal["parallel", "partly parallel", "comparable", "unrelated"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two texts are to each other.

    Attributes
    ----------
    kind : {"parallel", "partly parallel", "comparable", "unrelated"}
        Translations of each other; translations of which a large part is missing or other text on a side; texts about
        the same that are no translations; neither.
    probabilities : dict of str to float
        By kind, 0..1; they sum to 1, and those of the first two to the document's `parallel_probability`.
    source_share, target_share : float
        Share of the side's characters that have a counterpart on the other side, 0..1, as far as the beads tell.

    Examples
    --------
    >>> Verdict("parallel", {"parallel": 0.9}, 1.0, 1.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: Verdict: probabilities are not of every kind, or no whole (found {'parallel': 0.9}); ...
    """

    kind: VerdictKind
    probabilities: dict[VerdictKind, Share]
    source_share: Share
    target_share: Share

    def __post_init__(self) -> None:
        check_fields(self)
        values = self.probabilities
        if set(values) != set(get_args(VerdictKind)) or abs(sum(values.values()) - 1) > 1e-6:
            raise InputError(
                "Verdict: probabilities are not of every kind, or no whole",
                found=repr(values),
                todo=f"give one of each of {', '.join(get_args(VerdictKind))}, that sum to 1",
            )

    def __str__(self) -> str:
        """Name the kind, with the shares where they are what matters."""
        if self.kind != "partly parallel":
            return self.kind
        return f"partly parallel ({self.source_share:.0%} of the English, {self.target_share:.0%} of the Vietnamese)"


@dataclass(frozen=True, slots=True)
class AlignConfig:
    """How to align; the defaults are what was measured.

    Attributes
    ----------
    decoding : {"expected", "viterbi"}
        Take the path with the largest expected number of sentences in right beads, or the single most probable path.
    null_bias : float
        Nats added to every null sentence: above 0 leaves more sentences unaligned (precision), below 0 fewer (recall).
    threshold : {"strict", "balanced", "recall"} or float
        Quality in 0..1 from which a pair is kept; for the words see docs/quality.md.
    borrow : bool
        Whether running text without stops is cut where the other side's sentences end (`search.borrowing`).

    Examples
    --------
    >>> AlignConfig(decoding="best")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: unknown decoding (found 'best'); decoding must be 'expected' or 'viterbi'
    """

    decoding: Literal["expected", "viterbi"] = "expected"
    null_bias: float = 0.0
    threshold: Threshold = "balanced"
    borrow: bool = True

    def __post_init__(self) -> None:
        decoding = cast("object", self.decoding)
        if not isinstance(decoding, str) or decoding not in ("expected", "viterbi"):
            raise InputError(
                "unknown decoding", found=repr(self.decoding), todo="decoding must be 'expected' or 'viterbi'"
            )
        check_threshold(self.threshold)
        check_number(self.null_bias, "null_bias out of range", -100, 100, todo="give nats in -100..100")
        borrow = cast("object", self.borrow)
        if not isinstance(borrow, bool):
            raise InputError("borrow is neither True nor False", found=repr(borrow), todo="give one of the two")


@dataclass(frozen=True, slots=True)
class Boundary:
    """A sentence boundary that the other side speaks for ("split") or against ("join"): a proposal.

    Attributes
    ----------
    kind : {"split", "join"}
        Cut a sentence in two, or make one of two neighbours.
    side : {"source", "target"}
    sentences : tuple of int
        0-based index of the sentence to cut; of the two to join.
    position : int
        Code points of the first sentence's text before the boundary, white space behind these included.
    before, after : tuple of str
        The texts as they are, and as they would be.
    gain : float
        Cosine, -2..2. Split: of the part that fits its counterpart less, above the best cosine of a part with the other
        part's counterpart. Join: of the whole with the other side, above that of the part that fits it better.
    probability : float
        That it is right, 0..1.
    """

    kind: Literal["split", "join"]
    side: Side
    sentences: tuple[Place, ...]
    position: Place
    before: tuple[str, ...]
    after: tuple[str, ...]
    gain: float
    probability: Share

    def __post_init__(self) -> None:
        check_fields(self)
        wanted = (1, 1, 2) if self.kind == "split" else (2, 2, 1)
        sizes = (len(self.sentences), len(self.before), len(self.after))
        if sizes != wanted or self.sentences[-1] - self.sentences[0] != len(self.sentences) - 1:
            raise InputError(
                f"Boundary: what is before and after does not make a {self.kind}",
                found=f"sentences {self.sentences}, {sizes[1]} texts before, {sizes[2]} after",
                todo="a split makes two texts of one sentence, a join one of two neighbours",
            )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is thought of a pair.

    Attributes
    ----------
    quality : float
        Calibrated probability in 0..1 that it is a good translation: `pair_quality`, times the bead's probability,
        times the document's. 0 for a null bead.
    pair_quality : float
        The same from the texts alone, of the pair and of those beside it, 0..1; 0 for a null bead; nan where nothing
        judges their language, which the reason ``language_unjudged`` tells, and `quality` is the rest of the product.
    is_kept : bool
        Whether `quality` reaches the threshold and no reason bars the pair (`quality.reasons.BARRING`).
    reasons : tuple of str
        Everything that speaks against it: a code, with details behind a colon where there are any. A pair that is kept
        may have some; docs/quality.md says what each means.

    Examples
    --------
    >>> Judgement(0.81, 0.9, True, ("names_lone: 50% without counterpart",)).is_kept
    True
    """

    quality: Share
    pair_quality: Annotated[float, Within(0, 1, or_nan=True)]
    is_kept: bool
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        check_fields(self)


NO_PAIR: Final = Judgement(0.0, 0.0, False, ("null",))
"""What is thought of a null bead."""


@dataclass(frozen=True)
class AlignedDocument:
    """Two sides and the beads between them; `aligner.alignment.Alignment` adds the views.

    Attributes
    ----------
    source, target : tuple of Sentence
        n English and m Vietnamese sentences.
    beads : tuple of Bead
        In order, each sentence in exactly one; as aligned, the source's first in a run of null beads.
    parallel_probability : float
        Probability in 0..1 that the two sides are translations of each other as a whole.
    config : AlignConfig
        How it was aligned.
    signature : str
        Version, model, configuration and counts, for whoever reports a result.
    doc_id : str
        Name of the document, empty where it has none.
    verdict : Verdict or None
        What the two sides are to each other, as `align` finds out; None where nobody did.
    languages : Languages
        Whose rules the sides were read by.
    borrowed : tuple of str
        Of each side that had no stops, in words, that the other side's sentences cut it, and into how many.
    cues : pair of tuples of Cue
        When the texts of the two sides are shown, of subtitle files; spans count in what the sentences' count in.
    timing : str
        How the one file's clock runs by the other's, in words; empty where not both sides have times.

    Raises
    ------
    InputError
        If a field is not what is said of it, or the beads do not hold each sentence exactly once, in order.

    Examples
    --------
    >>> AlignedDocument((Sentence("Hi.", 0, 3),), (), (Bead((0,), ()),), 0.0).is_parallel
    False
    """

    source: tuple[Sentence, ...]
    target: tuple[Sentence, ...]
    beads: tuple[Bead, ...]
    parallel_probability: Share
    config: AlignConfig = AlignConfig()
    signature: str = ""
    doc_id: str = ""
    verdict: Verdict | None = None
    languages: Languages = ENGLISH_VIETNAMESE
    borrowed: tuple[str, ...] = ()
    cues: Cues = NO_CUES
    timing: str = ""

    def __post_init__(self) -> None:
        check_fields(self)
        check_beads(self.beads, len(self.source), len(self.target))

    @property
    def is_parallel(self) -> bool:
        """Whether the sides are more probably translations of each other than not."""
        return self.parallel_probability >= LIKELY

    @property
    def bead_counts(self) -> dict[str, int]:
        """Number of beads by type, the most frequent first."""
        counts = Counter(bead.type for bead in self.beads)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @checked
    def texts(self, bead: Bead) -> tuple[str, str]:
        """Return the bead's two texts: sentences joined by a space, empty for the empty side of a null bead.

        Raises
        ------
        InputError
            If it names a sentence that the document does not have.
        """
        try:
            source, target = [self.source[i].text for i in bead.source], [self.target[j].text for j in bead.target]
        except IndexError:
            raise InputError(
                f"no such sentence: the document has {len(self.source)} and {len(self.target)}",
                found=f"bead {bead.source}:{bead.target}",
                todo="give beads of this document",
            ) from None
        return " ".join(source), " ".join(target)

    @cached_property
    def _judged(self) -> dict[Bead, Judgement]:
        """What was judged so far, filled by `judgements`; of null beads everything is known."""
        return {bead: NO_PAIR for bead in self.beads if bead.is_null}

    @checked
    def judgements(self, beads: Sequence[Bead]) -> list[Judgement]:
        """Judge beads, each once: those that are asked for first, all in one batch."""
        if new := [bead for bead in dict.fromkeys(beads) if bead not in self._judged]:
            self._judged.update(zip(new, self._judge(new), strict=True))
        return [self._judged[bead] for bead in beads]

    def _judge(self, beads: Sequence[Bead]) -> Sequence[Judgement]:
        """Judge beads for the first time; nothing here knows how, `Alignment` does."""
        raise NotImplementedError

    @checked
    def judgement(self, bead: Bead) -> Judgement:
        """Judge a bead, and all others of the document with it, in one batch, if nobody asked before."""
        if bead not in self._judged:
            self.judgements((*self.beads, bead))
        return self._judged[bead]

    @checked
    def quality(self, bead: Bead) -> float:
        """Calibrated probability in 0..1 that the bead is a good translation; see `Judgement`."""
        return self.judgement(bead).quality

    @checked
    def reasons(self, bead: Bead) -> tuple[str, ...]:
        """Everything that speaks against the bead as a pair; see `Judgement`."""
        return self.judgement(bead).reasons

    @checked
    def is_kept(self, bead: Bead) -> bool:
        """Whether the pair is worth keeping; see `Judgement`."""
        return self.judgement(bead).is_kept
