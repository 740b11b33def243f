"""What decides the bytes of a corpus, and documents as they are read and normalised by it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from aligner.bitext import Article, Markup, Sentence, Threshold, check_markup, check_threshold
from aligner.corpus.documents import Listed
from aligner.corpus.shards import SHARD_BYTES
from aligner.documents.articles import Encodings, parse_article, read_article, split_encodings
from aligner.documents.formats import format_of
from aligner.doors import check_fields
from aligner.errors import InputError, check_whole
from aligner.files.streams import decoder_of
from aligner.names.table import NameTable
from aligner.text.legacy import ENCODINGS
from aligner.text.normalisation import Tone, normalise
from aligner.version import VERSION, data_digest


@dataclass(frozen=True, slots=True)
class BuildConfig:
    """What decides the bytes of a corpus, beside its input and the version.

    Attributes
    ----------
    threshold : {"strict", "balanced", "recall"} or float
        Quality from which a pair is kept (docs/quality.md).
    tone : {"keep", "old", "new"}
        Where the tone stands in hòa and hoà; see `normalise`.
    encoding : str, pair of str or None
        Of files that are neither UTF-8 nor UTF-16; a pair for English and Vietnamese files.
    lines : bool or None
        Whether each line of two files is a sentence, or of running text; None: as they tell (`read_article`).
    main_text : bool
        Whether of pages, as their suffix tells them, the main text alone is read.
    markup : {"strip", "keep"}
        Whether the markup of Markdown and HTML is taken out of the texts (`read_article`).
    glossary : NameTable or None
        Names that are known to belong together.
    shard_bytes : int
        Bytes of input from which a shard is full.
    compress : bool
        Whether shards are gzipped.
    mine : bool
        Whether the sentences of documents that are no translations, and of those without a partner, are mined.
    """

    threshold: Threshold = "balanced"
    tone: Tone = "keep"
    encoding: Encodings = None
    lines: bool | None = None
    main_text: bool = False
    markup: Markup = "strip"
    glossary: NameTable | None = None
    shard_bytes: int = SHARD_BYTES
    compress: bool = True
    mine: bool = False

    def __post_init__(self) -> None:
        check_threshold(self.threshold)
        check_markup(self.markup)
        normalise("", lang="vi", tone=self.tone)
        check_fields(self)
        for name in split_encodings(self.encoding):
            if name is not None and name not in ENCODINGS:
                decoder_of(name)  # said at once: else every document would be set aside for it
        if not isinstance(cast("object", self.mine), bool):
            raise InputError("mine is neither True nor False", found=repr(self.mine), todo="give one of the two")
        check_whole(self.shard_bytes, "shard_bytes out of range", 1, todo="give a number above 0")

    def describe(self) -> dict[str, Any]:
        """Describe it as corpus.json has it: with the version and the digests of the data that judge."""
        names = None if self.glossary is None else hashlib.sha256(repr(self.glossary.entries).encode()).hexdigest()
        return {
            "version": VERSION,
            "data": data_digest(),
            "threshold": self.threshold,
            "tone": self.tone,
            "encoding": list(self.encoding) if isinstance(self.encoding, tuple) else self.encoding,
            "lines": self.lines,
            **({"main_text": True} if self.main_text else {}),  # a corpus of whole pages is what it was before
            "markup": self.markup,
            "glossary": names and names[:12],
            "shard_bytes": self.shard_bytes,
            "compress": self.compress,
            **({"mine": True} if self.mine else {}),
        }

    def digest(self) -> str:
        """First 12 hex digits of the SHA-256 of the description."""
        return hashlib.sha256(json.dumps(self.describe(), sort_keys=True).encode()).hexdigest()[:12]


def read_document(listed: Listed, root: str, config: BuildConfig) -> Article:
    """A document, read."""
    if listed.en_text is not None:
        return parse_article(listed.en_text, listed.vi_text, lines=config.lines, markup=config.markup)
    other = os.path.join(root, listed.vi) if listed.vi else None
    row = format_of(listed.en)
    return read_article(
        os.path.join(root, listed.en), other, encoding=config.encoding, lines=config.lines, markup=config.markup,
        main_text=config.main_text and row is not None and row.read_main is not None,
    )  # fmt: skip


def normalise_article(article: Article, name: str, tone: Tone) -> Article:
    """The article under the document's id, every sentence normalised; spans go on to count in the text as it was."""
    source, target = normalised(article.source, "en", tone), normalised(article.target, "vi", tone)
    return replace(article, source=source, target=target, name=name)


def normalised(sentences: Iterable[Sentence], lang: Literal["en", "vi"], tone: Tone) -> tuple[Sentence, ...]:
    """Sentences, each with its text normalised."""
    texts = ((s, normalise(s.text, lang=lang, tone=tone)) for s in sentences)
    return tuple(s if text == s.text else replace(s, text=text) for s, text in texts)
