"""One self-contained page with many pairs: documents, pairs side by side, filters, search and histograms, offline.

The page is the template `data/report.html` with the pairs as JSON in script tags that nothing runs. Its script makes
text of them, never markup; a content security policy with the digests of script and style forbids everything else.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import os
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from aligner.errors import InputError
from aligner.exchange.files import open_atomic
from aligner.version import VERSION, shipped_digest

if TYPE_CHECKING:
    import pandas as pd

MAX_SIGNATURES: Final = 20
"""Signatures of the pairs that are printed on the page, one for each document that was aligned; others are counted."""

_MARK: Final = re.compile("<!--(TITLE|POLICY|DATA)-->")
_SCRIPT_UNSAFE: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_UNSAFE: Final = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_DECISIONS: Final = {"keep": 1, "drop": 0}


def write_report(
    pairs: pd.DataFrame | Iterable[pd.DataFrame], path: str | os.PathLike[str], *, title: str = "Pairs"
) -> dict[str, Any]:
    """Write pairs as one HTML page that works offline.

    Parameters
    ----------
    pairs : pandas.DataFrame or iterable of them
        With ``src_text`` and ``trg_text``, and of ``quality``, ``decision``, ``reasons``, ``bead_type``, ``doc_id``,
        ``moved`` and ``signature`` what there is. Chunks, as `read_pairs` gives them, take constant memory.
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
        If a text column is missing, something is no frame, or the file cannot be written.

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
        for part in page.parts(_frames(pairs)):
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


def _frames(pairs: pd.DataFrame | Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Give the frames, each with its text columns."""
    import pandas as pd

    given: Any = [pairs] if isinstance(pairs, pd.DataFrame) else pairs
    todo = "give a frame with src_text and trg_text, or chunks as read_pairs gives them"
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise InputError("pairs are no frame", found=type(given).__name__, todo=todo)
    for k, chunk in enumerate(given):
        if not isinstance(chunk, pd.DataFrame):
            raise InputError(f"chunk {k} is no frame", found=type(chunk).__name__, todo=todo)
        for column in ("src_text", "trg_text"):
            if list(chunk.columns).count(column) != 1:
                found = ", ".join(map(str, list(chunk.columns)[:20])) or "none"
                what = f"no column {column}" if column not in chunk.columns else f"more than one column {column}"
                raise InputError(what, found=found, todo="name the columns src_text and trg_text")
        yield chunk


@functools.cache
def _template() -> tuple[str, ...]:
    """The template, cut at its marks: text, name of a mark, text, name of a mark, …, text."""
    return tuple(_MARK.split((resources.files("aligner") / "data" / "report.html").read_text("utf-8")))


@functools.cache
def _policy() -> str:
    """What the page may do: run its own script and wear its own style, both told by their digests."""
    whole = "".join(_template()[::2])
    digests = {}
    for tag in ("script", "style"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", whole, re.DOTALL)
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
        return f"aligner {VERSION}|page:{shipped_digest('report.html')}|pairs:{self.n}|documents:{len(self.documents)}"

    def parts(self, chunks: Iterable[pd.DataFrame]) -> Iterator[str]:
        """The page, part by part."""
        template = _template()
        yield template[0]
        for name, text in zip(template[1::2], template[2::2], strict=True):
            if name == "TITLE":
                yield html.escape(_printed(self.title))
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
            "title": _printed(self.title),
            "documents": list(self.documents),
            "types": list(self.types),
            "columns": list(self.columns),
            "signature": self.signature(),
            "signatures": signatures[:MAX_SIGNATURES],
            "more_signatures": max(len(signatures) - MAX_SIGNATURES, 0),
        }

    def _columns(self, chunk: pd.DataFrame) -> dict[str, list[Any]]:
        """A chunk as columns; names that come often are numbers."""
        import pandas as pd

        self.n += len(chunk)
        self.columns.update(dict.fromkeys(name for name in _OPTIONAL if name in chunk))
        cells = {name: [_text(cell) for cell in chunk[name].tolist()] for name in _TEXTUAL if name in chunk}
        nothing = [""] * len(chunk)
        quality: list[int | None] = [None] * len(chunk)
        if "quality" in chunk:
            numbers = pd.to_numeric(chunk["quality"], errors="coerce").tolist()  # a TSV file has them as text
            quality = [round(1000 * q) if 0 <= q <= 1 else None for q in numbers]
        # A dictionary, since there may be one for each document, but no more than are told and one to count.
        for signature in dict.fromkeys(cells.get("signature", ())):
            if signature:
                self.signatures.setdefault(signature)
        return {
            "s": cells["src_text"],
            "t": cells["trg_text"],
            "q": quality,
            "k": [_DECISIONS.get(cell) for cell in cells.get("decision", nothing)],
            "r": cells.get("reasons", nothing),
            "b": [self.types.setdefault(cell, len(self.types)) for cell in cells.get("bead_type", nothing)],
            "d": [self.documents.setdefault(cell, len(self.documents)) for cell in cells.get("doc_id", nothing)],
            "m": [int(cell == "True") for cell in cells.get("moved", nothing)],
        }


_TEXTUAL: Final = ("src_text", "trg_text", "decision", "reasons", "bead_type", "doc_id", "moved", "signature")
_OPTIONAL: Final = ("quality", "decision", "reasons", "bead_type", "doc_id", "moved")


def _text(cell: object) -> str:
    """A cell as text; a missing one is empty."""
    return cell if isinstance(cell, str) else "" if cell is None or cell != cell else str(cell)


def _printed(text: str) -> str:
    """Text that UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
