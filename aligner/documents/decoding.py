"""Vietnamese from before Unicode inside documents: told, decoded line by line, and said."""

from __future__ import annotations

import itertools
from dataclasses import replace

from aligner.bitext import Cue
from aligner.documents.blocks import Document
from aligner.text.legacy import Legacy, decode_legacy, decode_lines, tell_legacy

Aside = tuple[tuple[str, str], ...]
"""What was done and what may be: by its kind, with the text, as in `Document.set_aside`."""


OFFER = "text that may be in "
"""How a kind begins that is an offer."""


def decode_text(text: str, encoding: str | None, whole: str | None = None) -> tuple[str, Aside]:
    r"""Decode the lines of a text that are in a legacy encoding: one that was named, or one that is sure.

    Parameters
    ----------
    text : str
    encoding : str, optional
        The encoding of what is not Unicode; without it, one that is sure (`tell_legacy`).
    whole : str, optional
        The encoding that all of the text is in.

    Returns
    -------
    tuple of str and tuple
        The text, and what was done, as `Document.set_aside` has it: each line with what it was taken for.

    Examples
    --------
    >>> decode_text("ViÖt Nam", "tcvn3")
    ('Việt Nam', (('line in TCVN3, decoded', 'Việt Nam'),))
    """
    if whole is not None:
        said = ((f"file in {whole.upper()}, decoded", ""),) if encoding is None else ()
        return decode_legacy(text, whole), said
    told = None if encoding else tell_legacy(text)
    legacy = encoding or _sure(told)
    if legacy is None:
        return text, _offer(told)
    decoded, done = decode_lines(text, legacy)
    lines = decoded.split("\n")
    return decoded, tuple((_said(legacy), " ".join(lines[i].split())) for i in done)


def decode_document(document: Document, encoding: str | None) -> Document:
    """Decode the lines of a document whose text was taken out of its file; its spans move along.

    Examples
    --------
    >>> from aligner.documents.html import html_document
    >>> document = decode_document(html_document("<p>Vieät Nam</p><p>Haø Noäi</p>"), "vni")
    >>> [document.text[block.start : block.end] for block in document.blocks]
    ['Việt Nam', 'Hà Nội']
    """
    if document.tracks is not None:
        tracks = decode_document(document.tracks[0], encoding), decode_document(document.tracks[1], encoding)
        document = replace(document, tracks=tracks)
    told = None if encoding else tell_legacy(document.plain)
    legacy = encoding or _sure(told)
    if legacy is None:
        offer = () if document.tracks is not None else _offer(told)
        return replace(document, set_aside=(*document.set_aside, *offer)) if offer else document
    decoded, done = decode_lines(document.plain, legacy)
    if not done:
        return document
    lines, fresh = document.plain.split("\n"), decoded.split("\n")
    marks = sorted(_marks(document))
    texts: list[str] = []
    moved: dict[int, int] = {}
    start = n = first = 0
    is_done = set(done)
    for i, line in enumerate(lines):
        end = start + len(line)
        while first < len(marks) and marks[first] < start:
            first += 1
        last = first
        while last < len(marks) and marks[last] <= end:
            last += 1
        cuts = [start, *(mark for mark in marks[first:last] if start < mark < end), end]
        first = last
        for a, b in itertools.pairwise(cuts):
            moved[a] = n
            piece = document.plain[a:b]
            if i in is_done:
                piece = decode_legacy(piece, legacy)
            texts.append(piece)
            n += len(piece)
        moved[end] = n
        texts.append("\n")
        start, n = end + 1, n + 1
    plain = "".join(texts)[:-1]
    said = tuple((_said(legacy), " ".join(fresh[i].split())) for i in done)
    return replace(_moved(document, moved), text=plain, plain=plain, set_aside=(*document.set_aside, *said))


def _marks(document: Document) -> set[int]:
    """Every offset that a document names."""
    spans = [(b.start, b.end) for b in document.blocks] + [(cue.start, cue.end) for cue in document.cues]
    spans += [(a, b) for a, b, _ in document.edits]
    return {at for span in spans for at in span}


def _moved(document: Document, moved: dict[int, int]) -> Document:
    """The document with its spans where they are now."""
    return replace(
        document,
        blocks=tuple(replace(b, start=moved[b.start], end=moved[b.end]) for b in document.blocks),
        cues=tuple(Cue(moved[c.start], moved[c.end], c.start_ms, c.end_ms) for c in document.cues),
        edits=tuple((moved[a], moved[b], shown) for a, b, shown in document.edits),
    )


def _sure(told: Legacy | None) -> str | None:
    return told.encoding if told is not None and told.is_sure else None


def _offer(told: Legacy | None) -> Aside:
    """What may be in an encoding, with the way to have it decoded."""
    if told is None:
        return ()
    return ((f"{OFFER}{told.encoding.upper()} (--encoding {told.encoding} decodes it)", ""),)


def _said(encoding: str) -> str:
    return f"line in {encoding.upper()}, decoded"
