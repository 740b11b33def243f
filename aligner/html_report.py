"""One self-contained page with many pairs: documents, pairs side by side, filters, search and histograms, offline.

The page is the template `data/report.html` with `data/marking.js` at the head of its script, which the page of
`aligner review` has too, and with the pairs as JSON in script tags that nothing runs. The script makes text of them,
never markup; a content security policy with the digests of script and style forbids everything else.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import math
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from aligner.doors import checked
from aligner.errors import FilePath, printable
from aligner.files.whole import open_atomic
from aligner.pairs.files import chunk_of
from aligner.pairs.frames import fractions_of, frames_of, texts_of
from aligner.pairs.identity import ids_of
from aligner.version import SIGNED, shipped_digest

if TYPE_CHECKING:
    import pandas as pd

MAX_SIGNATURES: Final = 20
"""Signatures of the pairs that are printed on the page, one for each frame; others are counted."""

_FILES: Final = ("report.html", "marking.js")
"""What the page is made of: the template and the part of its script that marks words."""

_MARK: Final = re.compile("<!--(TITLE|POLICY|DATA)-->")
_SCRIPT_UNSAFE: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_UNSAFE: Final = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
"""What could end a script tag, a comment in it or a line of its text, and what UTF-8 does not have."""

_DECISIONS: Final = {"keep": 1, "drop": 0}


@checked
def write_report(
    pairs: pd.DataFrame | Iterable[pd.DataFrame], path: FilePath, *, title: str = "Pairs"
) -> dict[str, Any]:
    """Write pairs as one HTML page that works offline.

    Parameters
    ----------
    pairs : pandas.DataFrame or iterable of them
        With ``src_text`` and ``trg_text``, and of ``quality``, ``decision``, ``reasons``, ``bead_type``, ``doc_id`` and
        ``moved`` what there is; ``attrs["signature"]`` says what made them. Chunks, as `read_pairs` gives them, take
        constant memory.
    path : str or path
        The page; "-" is standard output. It appears whole or not at all.
    title : str
        What it is called.

    Returns
    -------
    dict
        ``pairs``, ``documents``, ``bytes``, ``signature``.

    Raises
    ------
    InputError
        If a text column is missing, something is no frame, a quality is no number in 0..1, or the file
        cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import pandas as pd
    >>> frame = pd.DataFrame([("It rained.", "Trời mưa.")], columns=["src_text", "trg_text"])
    >>> write_report(frame, pathlib.Path(tempfile.mkdtemp()) / "page.html")["pairs"]
    1
    """
    page = _Page(title)
    size = 0
    with open_atomic(path) as file:
        for part in page.parts(frames_of(pairs)):
            size += len(part.encode("utf-8"))
            file.write(part)
    return {"pairs": page.n, "documents": len(page.documents), "bytes": size, "signature": page.signature()}


def script_json(value: object) -> str:
    r"""Give JSON that can stand in a script tag whatever the text holds.

    Examples
    --------
    >>> script_json(["</script>", "\ud800"])
    '["\\u003c/script\\u003e","\\ud800"]'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda match: _SCRIPT_UNSAFE.get(match[0]) or f"\\u{ord(match[0]):04x}", text)


@functools.cache
def _template() -> tuple[str, ...]:
    """The template, cut at its marks: text, name of a mark, text, name of a mark, …, text."""
    page, marking = ((resources.files("aligner") / "data" / name).read_text("utf-8") for name in _FILES)
    return tuple(_MARK.split(page.replace("<!--MARKING-->", marking)))


@functools.cache
def _policy() -> str:
    """What the page may do: run its own script and wear its own style, both told by their digests."""
    whole = "".join(_template()[::2])
    digests = {}
    for tag, opened in (("script", '<script type="module">'), ("style", "<style>")):
        (content,) = re.findall(f"{opened}(.*?)</{tag}>", whole, re.DOTALL)
        digests[tag] = base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digests['script']}'; style-src 'sha256-{digests['style']}'; "
        "base-uri 'none'; form-action 'none'"
    )


class _Page:
    """What the page knows of the pairs written so far."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.n = 0
        self.documents: dict[str, int] = {}
        self.types: dict[str, int] = {}
        self.signatures: dict[str, None] = {}
        self.columns: dict[str, None] = {}

    def signature(self) -> str:
        """What made the page."""
        page = f"{SIGNED}|page:{'-'.join(map(shipped_digest, _FILES))}"
        return f"{page}|pairs:{self.n}|documents:{len(self.documents)}"

    def parts(self, chunks: Iterable[pd.DataFrame]) -> Iterator[str]:
        """The page, part by part."""
        template = _template()
        yield template[0]
        for name, text in zip(template[1::2], template[2::2], strict=True):
            if name == "TITLE":
                yield html.escape(printable(self.title))
            elif name == "POLICY":
                yield _policy()
            else:
                for chunk in chunks:
                    columns = script_json(self._columns(chunk))
                    yield f'<script type="application/json" class="pairs">{columns}</script>\n'
                yield f'<script type="application/json" id="about">{script_json(self._about())}</script>\n'
            yield text

    def _about(self) -> dict[str, object]:
        """What stands once for the whole page."""
        signatures = list(self.signatures)
        return {
            "documents": list(self.documents),
            "types": list(self.types),
            "columns": list(self.columns),
            "signature": self.signature(),
            "signatures": signatures[:MAX_SIGNATURES],
            "more_signatures": max(len(signatures) - MAX_SIGNATURES, 0),
        }

    def _columns(self, chunk: pd.DataFrame) -> dict[str, list[Any]]:
        """A chunk as columns; names that come often are numbers."""
        self.n += len(chunk)
        self.columns.update(dict.fromkeys(name for name in _OPTIONAL if name in chunk))
        cells = {name: texts_of(chunk[name]) for name in _TEXTUAL if name in chunk}
        nothing = [""] * len(chunk)
        quality: list[int | None] = [None] * len(chunk)
        if "quality" in chunk:
            numbers = fractions_of(chunk, "quality", first=self.n - len(chunk)).tolist()
            quality = [None if math.isnan(q) else round(1000 * q) for q in numbers]
        if signature := chunk.attrs.get("signature"):
            self.signatures.setdefault(str(signature))
        return {
            "p": ids_of(chunk_of(chunk), self.n - len(chunk)),
            "s": cells["src_text"],
            "t": cells["trg_text"],
            "q": quality,
            "k": [_DECISIONS.get(cell) for cell in cells.get("decision", nothing)],
            "r": cells.get("reasons", nothing),
            "b": [self.types.setdefault(cell, len(self.types)) for cell in cells.get("bead_type", nothing)],
            "d": [self.documents.setdefault(cell, len(self.documents)) for cell in cells.get("doc_id", nothing)],
            "m": [int(cell == "True") for cell in cells.get("moved", nothing)],
        }


_TEXTUAL: Final = ("src_text", "trg_text", "decision", "reasons", "bead_type", "doc_id", "moved")
_OPTIONAL: Final = ("quality", "decision", "reasons", "bead_type", "doc_id", "moved")
