"""Bundles of texts that are XML: Android's resources, .NET's RESX, Qt's TS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from aligner.errors import InputError
from aligner.files.streams import read_blocks
from aligner.pairs.chunks import Source, Tally
from aligner.pairs.headings import language_of
from aligner.pairs.localisation.catalogues import MOST_BYTES, Catalogue, Entry, check_number, joined_key, once
from aligner.pairs.localisation.nested import read_plist
from aligner.pairs.xml import Node, read_nodes, root_of

_ANDROID: Final = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|(.))|("|[ \t\n]+)', re.DOTALL)
_REFERENCE: Final = re.compile(r"\s*[@?](?:\+|[\w.]{1,80}:)?\w{1,40}/[\w.]{1,200}\s*")
_BREAKS: Final = ("br", "p", "li", "div")
"""Elements in a text of Android's that part words."""


def head_of(source: Source) -> str:
    """Return the first characters of a file of XML."""
    head = next(read_blocks(source.path), b"")[:40_000]
    wide = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le" if b"\0" in head[:4] else ""
    return head.decode(wide or "utf-8", "ignore")


def read_xml(source: Source, tally: Tally) -> Catalogue:
    """Read a bundle in the format that its root tells.

    Raises
    ------
    InputError
        If it is another one, and as `xml.read_nodes` does.
    """
    found = root_of(head_of(source))
    if found not in ROOTS:
        if found in ("tmx", "xliff"):
            todo = (
                f"name it .{'tmx' if found == 'tmx' else 'xlf'}, or give its format: --format {found} (--from {found})"
            )
            raise InputError(f"{found.upper()} under another name", path=source.path, found=f"<{found}>", todo=todo)
        shown = f"the root <{found}>" if found else "no root element"
        todo = f"give a file with the root {' or '.join(f'<{root}>' for root in ROOTS)}, or TMX or XLIFF"
        raise InputError("no texts of a program", path=source.path, found=shown, todo=todo)
    return ROOTS[found](source, tally)


def _small_nodes(source: Source, tally: Tally, root: str, *records: str) -> Iterator[Node]:
    """The records of a file, of which there are no more than a program has."""
    n = 0
    n_letters = 0
    for node in read_nodes(source, tally, [root], records):
        n += 1 + len(node.parts) // 2
        check_number(n, source.path, node.line)
        n_letters += sum(len(part) for part in node.parts if isinstance(part, str))
        if n_letters > MOST_BYTES:
            found, todo = f"more than {MOST_BYTES:,} characters", "cut it into files of fewer texts"
            raise InputError(
                "too large for texts of a program", path=source.path, line=node.line, found=found, todo=todo
            )
        if node.name in records:  # not the root
            yield node


def read_android(source: Source, tally: Tally) -> Catalogue:
    r"""Read ``strings.xml``: strings, arrays and plurals; ``\'``, ``\n``, ``\u00e0`` and quotes as Android reads them.

    References to other texts, and texts that are not to be translated, are counted.

    Notes
    -----
    https://developer.android.com/guide/topics/resources/string-resource, "Formatting and styling"
    """
    return Catalogue(once(_single(_android(source, tally), tally), tally))


def _android(source: Source, tally: Tally) -> Iterator[Entry]:
    for node in _small_nodes(source, tally, "resources", "string", "string-array", "plurals", "item", "array"):
        name = node.attributes.get("name", "")
        items = [(name, node)]
        if node.name in ("string-array", "plurals", "array"):
            items = [
                (f"{name}.{item.attributes.get('quantity', str(k))}", item)
                for k, item in enumerate(node.children("item"))
            ]
        elif node.name == "item" and node.attributes.get("type") != "string":
            continue
        for key, item in items:
            key = joined_key((key,), source.path, item.line)
            raw = item.text(*_BREAKS)
            if node.attributes.get("translatable") == "false":
                tally.skip("texts not to be translated", item.line)
            elif _REFERENCE.fullmatch(raw):
                tally.skip("references to other texts", item.line)
            else:
                yield Entry(key, _android_text(raw), item.line)


def _android_text(raw: str) -> str:
    """A text as Android shows it: white space is one space but within quotes, which are left out."""
    is_quoted = False

    def character(found: re.Match[str]) -> str:
        nonlocal is_quoted
        if found[1]:
            return chr(int(found[1], 16))
        if found[2]:
            return {"n": "\n", "t": "\t"}.get(found[2], found[2])
        if found[3] == '"':
            is_quoted = not is_quoted
            return ""
        return found[3] if is_quoted else " "

    text = _ANDROID.sub(character, raw.strip())
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if "\\u" in raw else text


def read_resx(source: Source, tally: Tally) -> Catalogue:
    """Read RESX or RESW: the values of ``data``; what has a type is no text, and counted."""

    def entries() -> Iterator[Entry]:
        for node in _small_nodes(source, tally, "root", "data"):
            key = joined_key((node.attributes.get("name", ""),), source.path, node.line)
            kind = node.attributes.get("type", "")
            if "mimetype" in node.attributes or (kind and "System.String" not in kind) or key.startswith(">>"):
                tally.count("values that are no text")
                continue
            tally.count("notes", sum(1 for _ in node.children("comment")))
            yield Entry(key, "".join(value.text() for value in node.children("value")), node.line)

    return Catalogue(once(_single(entries(), tally), tally))


def read_ts(source: Source, tally: Tally) -> Catalogue:
    """Read a translation file of Qt's: both languages; unfinished, vanished and obsolete ones are counted.

    Notes
    -----
    https://doc.qt.io/qt-6/linguist-ts-file-format.html
    """
    if root_of(head_of(source)) != "TS":
        todo = "give a .ts of Qt Linguist; of TypeScript write the texts as JSON"
        raise InputError("not a translation file of Qt's", path=source.path, found="no root <TS>", todo=todo)
    nodes = read_nodes(source, tally, ["TS"], ["name", "message"])
    first = next(nodes, None)
    attributes = {} if first is None else first.attributes
    while first is not None and first.name != "TS":
        first = next(nodes, None)
        attributes = {} if first is None else first.attributes
    language, source_language = (language_of(attributes.get(name, "")) for name in ("language", "sourcelanguage"))
    return Catalogue(_messages(nodes, tally), language, source_language, is_bilingual=True)


_UNFINISHED: Final = {
    "unfinished": "unfinished translations",
    "vanished": "obsolete entries",
    "obsolete": "obsolete entries",
}


def _messages(nodes: Iterator[Node], tally: Tally) -> Iterator[Entry]:
    context = ""
    for node in nodes:
        if node.name == "name":
            context = node.text()
            continue
        source, translation = (next(node.children(name), None) for name in ("source", "translation"))
        if source is None:
            continue
        tally.count("notes", sum(1 for _ in node.children("comment", "extracomment", "translatorcomment")))
        kind = _UNFINISHED.get(translation.attributes.get("type", ""), "") if translation is not None else ""
        forms = [] if translation is None else list(translation.children("numerusform"))
        text = "" if translation is None else _qt_text(forms[-1] if forms else translation)
        if not text.strip() or translation is None:
            tally.skip(kind if kind.startswith("obsolete") else "untranslated entries", node.line)
        elif kind:
            tally.skip(kind, node.line)
        else:
            tally.count("further plural forms", max(len(forms) - 1, 0))
            message = _qt_text(source)
            comment = next((child.text() for child in node.children("comment")), "")
            key = " | ".join(filter(None, (context, comment, node.attributes.get("id", ""), message)))
            yield Entry(key, text, node.line, message, node.attributes.get("id") or context)


def _qt_text(node: Node) -> str:
    """A text with the characters that Qt writes as elements."""
    told: list[str] = []
    for part in node.parts:
        if isinstance(part, str):
            told.append(part)
        elif part.name == "byte":
            value = part.attributes.get("value", "")
            number = value.removeprefix("x")
            is_number = re.fullmatch(r"x[0-9A-Fa-f]{1,5}|[0-9]{1,6}", value)
            told.append(chr(int(number, 16 if value != number else 10)) if is_number else "")
        elif part.name == "lengthvariant" and told:
            break
        else:
            told.append(part.text())
    return "".join(told)


def _single(entries: Iterator[Entry], tally: Tally) -> Iterator[Entry]:
    """Entries of which the last one of a key stands, the others are counted."""
    found: dict[str, Entry] = {}
    for entry in entries:
        tally.count("keys given twice", entry.key in found)
        found[entry.key] = entry
    yield from found.values()


ROOTS: Final[dict[str, Callable[[Source, Tally], Catalogue]]] = {
    "resources": read_android,
    "root": read_resx,
    "TS": read_ts,
    "plist": read_plist,
}
"""What reads a file of XML, by its root."""
