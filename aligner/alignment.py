"""Align: two texts or a bilingual article in, beads with probabilities out."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import AlignConfig, AlignedDocument, Article, Sentence
from aligner.errors import InputError
from aligner.evidence.anchors import anchor_keys
from aligner.evidence.encoder import embedded_encoder, unit_rows
from aligner.evidence.names.learning import learn_names
from aligner.evidence.names.rewriting import NameStyle, normalise_names
from aligner.evidence.names.table import NameTable
from aligner.exchange.glossaries import names_frame
from aligner.exchange.tables import frame_of, write_tsv
from aligner.quality import examine
from aligner.report import alignment_html
from aligner.search.beads import find_beads
from aligner.search.model import shipped_model
from aligner.text.kinds import segment_kinds
from aligner.text.normalisation import NormaliseReport
from aligner.text.sentences import split_sentences
from aligner.version import VERSION, shipped_digest

if TYPE_CHECKING:
    import pandas as pd

Encode = Callable[[list[str]], Any]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Alignment(AlignedDocument):
    """What `align` and `align_article` return: the sides, the beads, the verdict, and views of them.

    Attributes
    ----------
    glossary : NameTable or None
        The names that were given as known; the other attributes are those of `AlignedDocument`.

    Examples
    --------
    >>> a = align(["Good morning.", "How are you?"], ["Chào buổi sáng.", "Bạn khỏe không?"])
    >>> [bead.type for bead in a.beads], a.bead_counts
    (['1:1', '1:1'], {'1:1': 2})
    """

    glossary: NameTable | None = field(default=None, repr=False)

    def to_frame(self, *, nulls: bool = False, names: NameStyle = "keep") -> pd.DataFrame:
        """Put the pairs into a frame, one row a bead; see `exchange.tables.frame_of`.

        Parameters
        ----------
        nulls : bool
            Also give the null beads.
        names : {"keep", "vietnamese", "ascii", "first"}
            Write every name in one way (`normalise_names`), by the document's own name table. Unless it is "keep", the
            columns ``src_original`` and ``trg_original`` hold the texts as they were; offsets go on to count in the
            text that was given.

        Examples
        --------
        >>> a = align(["Mr Cuong left.", "Mr Lương Cường is back."], ["Ông Cường đi.", "Ông Lương Cường đã về."])
        >>> a.to_frame(names="vietnamese")["src_text"].tolist()
        ['Mr Cường left.', 'Mr Lương Cường is back.']
        """
        frame = frame_of(self, nulls=nulls)
        if names == "keep":
            return frame
        for column, original, reports in zip(
            ("src_text", "trg_text"),
            ("src_original", "trg_original"),
            self.name_reports(names, nulls=nulls),
            strict=True,
        ):
            frame[original] = frame[column]
            frame[column] = [report.text for report in reports]
        frame["signature"] = frame["signature"] + f"|names:{names}"
        return frame

    def to_tsv(self, path: str | os.PathLike[str], *, nulls: bool = False, names: NameStyle = "keep") -> int:
        """Write the pairs as TSV; returns how many characters had to be replaced (see `exchange.tables.write_tsv`)."""
        return write_tsv(self.to_frame(nulls=nulls, names=names), path)

    def name_reports(
        self, names: NameStyle, *, nulls: bool = False
    ) -> tuple[list[NormaliseReport], list[NormaliseReport]]:
        """Write every name in one way, and tell what changed: a report for each bead's English and Vietnamese text.

        Examples
        --------
        >>> a = align(["Mr Cuong left.", "Mr Lương Cường is back."], ["Ông Cường đi.", "Ông Lương Cường đã về."])
        >>> [(c.start, c.before, c.after) for report in a.name_reports("ascii")[0] for c in report.changes]
        [(3, 'Lương Cường', 'Luong Cuong')]
        """
        pairs = [self.texts(bead) for bead in self.beads if nulls or not bead.is_null]
        source = normalise_names([en for en, _ in pairs], self.name_table, lang="en", names=names)
        return source, normalise_names([vi for _, vi in pairs], self.name_table, lang="vi", names=names)

    @cached_property
    def name_table(self) -> NameTable:
        """The names of the document: which English form stands for which Vietnamese one; see `learn_names`.

        Examples
        --------
        >>> [(e.en, e.vi) for e in align(["Mr To Lam left."], ["Ông Tô Lâm đi."]).name_table.entries]
        [('To Lam', 'Tô Lâm')]
        """
        table = learn_names([self.texts(bead) for bead in self.beads], glossary=self.glossary)
        signature = f"{self.signature}|names:{shipped_digest('names.tsv')}|entries:{len(table.entries)}"
        return replace(table, signature=signature)

    @property
    def names(self) -> pd.DataFrame:
        """The name table as a frame, one row an entity; docs/glossaries.md says what the columns hold."""
        return names_frame(self.name_table)

    def _repr_html_(self) -> str:
        """Draw the pairs side by side in a notebook."""
        return alignment_html(self)


def align(
    source: str | Sequence[str],
    target: str | Sequence[str],
    *,
    config: AlignConfig | None = None,
    encode: Encode | None = None,
    glossary: NameTable | None = None,
) -> Alignment:
    """Align an English and a Vietnamese text.

    Parameters
    ----------
    source, target : str or sequence of str
        English and Vietnamese. A str is running text and is split here (blank lines end paragraphs); a sequence holds
        sentences, which are taken as they are, one by one, even where empty.
    config : AlignConfig, optional
        How to decode, and from which quality a pair is kept.
    encode : callable, optional
        Maps a list of n texts to an array of shape (n, d), as ``SentenceTransformer.encode`` does; in place of the
        embedded encoder.
    glossary : NameTable, optional
        Names that are known to belong together (`read_glossary`), on top of those that ship with the package.

    Returns
    -------
    Alignment
        Beads in order, each sentence in exactly one. Offsets of sentences given as a sequence count in the text that
        joining them by line breaks would give.

    Raises
    ------
    InputError
        If a str holds no text, an item is not a str, or `encode` returns something of the wrong shape.

    Examples
    --------
    >>> a = align("It rained. We stayed at home.", "Trời mưa. Chúng tôi ở nhà.")
    >>> [(b.source, b.target) for b in a.beads]
    [((0,), (0,)), ((1,), (1,))]
    """
    return _align(
        _sentences(source, "source", "en"), _sentences(target, "target", "vi"), config, encode, None, "", glossary
    )


def align_article(
    article: Article,
    *,
    config: AlignConfig | None = None,
    encode: Encode | None = None,
    glossary: NameTable | None = None,
) -> Alignment:
    r"""Align a bilingual article; its layout is taken as evidence.

    Parameters
    ----------
    article : Article
        From `read_article` or `parse_article`.
    config, encode, glossary
        As for `align`.

    Returns
    -------
    Alignment
        `doc_id` is the article's name; offsets count in `article.source_text` and `article.target_text`.

    Examples
    --------
    >>> from aligner.exchange.articles import parse_article
    >>> text = "It rained.\n\nTrời mưa.\n\nWe stayed at home.\n\nChúng tôi ở nhà.\n"
    >>> [bead.type for bead in align_article(parse_article(text)).beads]
    ['1:1', '1:1']
    """
    units = (
        [article.blocks[s.block].unit for s in article.source],
        [article.blocks[s.block].unit for s in article.target],
    )
    return _align(article.source, article.target, config, encode, units, article.name, glossary)


def _sentences(text: str | Sequence[str], name: str, lang: str) -> tuple[Sentence, ...]:
    """Make sentences of what the caller gave."""
    if isinstance(text, str):
        sentences = tuple(split_sentences(text, lang))
        if not sentences:
            raise InputError(f"{name} holds no text", found=f"{len(text)} characters", todo="give text, or a list")
        return sentences
    given: object = text  # callers without a type checker give anything
    if not isinstance(given, Iterable) or isinstance(given, (bytes, bytearray)):
        raise InputError(f"{name} is not text", found=type(given).__name__, todo="give a str or a list of sentences")
    result, start = [], 0
    for k, item in enumerate(text):
        if not isinstance(item, str):
            raise InputError(f"{name}[{k}] is not a str", found=type(item).__name__, todo="give a list of sentences")
        result.append(Sentence(item, start, start + len(item)))
        start += len(item) + 1
    return tuple(result)


def _align(
    source: tuple[Sentence, ...],
    target: tuple[Sentence, ...],
    config: AlignConfig | None,
    encode: Encode | None,
    units: tuple[Sequence[int], Sequence[int]] | None,
    doc_id: str,
    glossary: NameTable | None,
) -> Alignment:
    """Encode, search, sign."""
    config = config if config is not None else AlignConfig()
    source, target = _with_kinds(source, "en"), _with_kinds(target, "vi")
    vectors = _vectors(source, target, encode)
    keys = (
        [anchor_keys(s.text, "en", glossary=glossary) for s in source],
        [anchor_keys(s.text, "vi", glossary=glossary) for s in target],
    )
    beads, probability = find_beads(
        source, target, *vectors, model=shipped_model(), config=config, units=units, keys=keys
    )
    return Alignment(
        source=source,
        target=target,
        beads=tuple(beads),
        parallel_probability=probability,
        config=config,
        signature=_signature(config, encode, len(source), len(target), len(beads)),
        doc_id=doc_id,
        examine=partial(examine, glossary=glossary),
        glossary=glossary,
    )


def _with_kinds(sentences: Sequence[Sentence], lang: str) -> tuple[Sentence, ...]:
    """Tell what each sentence is in its document, paragraph by paragraph."""
    result: list[Sentence] = []
    for _, paragraph in itertools.groupby(sentences, key=lambda sentence: sentence.block):
        members = list(paragraph)
        kinds = segment_kinds([s.text for s in members], lang)
        result += [replace(s, kind=kind) if kind != s.kind else s for s, kind in zip(members, kinds, strict=True)]
    return tuple(result)


def _vectors(source: Sequence[Sentence], target: Sequence[Sentence], encode: Encode | None) -> tuple[Floats, Floats]:
    """Additive vectors of both sides."""
    texts = [s.text for s in source], [s.text for s in target]
    if encode is None:
        encoder = embedded_encoder()
        return encoder.sums(texts[0]), encoder.sums(texts[1])
    sides = [_encoded(side, encode) for side in texts]
    widths = {rows.shape[1] for rows in sides if len(rows)}
    if len(widths) > 1:
        raise InputError(
            "encode must return rows of one length", found=f"{sides[0].shape[1]} and {sides[1].shape[1]} numbers a row"
        )
    width = widths.pop() if widths else 1
    first, second = (rows if len(rows) else np.zeros((0, width), np.float32) for rows in sides)
    return first, second


def _encoded(texts: list[str], encode: Encode) -> Floats:
    """Rows of the caller's encoder, each as long as its text has characters."""
    if not texts:
        return np.zeros((0, 0), np.float32)
    problem, todo = "encode must return finite numbers of shape (n, d)", "return one row for each text"
    try:
        rows = np.asarray(encode(texts), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(problem, found=f"{type(error).__name__}: {error}", todo=todo) from error
    if rows.ndim != 2 or len(rows) != len(texts) or not np.isfinite(rows).all():
        raise InputError(problem, found=f"shape {rows.shape} for {len(texts)} texts", todo=todo)
    # Divided by the largest number first, so that no square overflows.
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0)
    unit = unit_rows((rows / np.where(largest > 0, largest, 1)).astype(np.float32))
    # A sentence's share in a run of sentences is about its share of the characters; unit rows would weigh all alike.
    return unit * np.array([[max(len(t), 1)] for t in texts], np.float32)


def _signature(config: AlignConfig, encode: Encode | None, n: int, m: int, n_beads: int) -> str:
    """Version, model, configuration and counts on one line."""
    encoder = (
        shipped_digest("encoder.npz") if encode is None else getattr(encode, "__qualname__", type(encode).__name__)
    )
    return (
        f"envi-aligner|v:{VERSION}|encoder:{encoder}|weights:{shipped_digest('alignment.json')}"
        f"|decoding:{config.decoding}|null_bias:{config.null_bias:g}"
        f"|threshold:{config.threshold:g}|sentences:{n}x{m}|beads:{n_beads}"
    )
