"""Glossaries as TBX (ISO 30042): versions 2 and 3 are read, version 3 is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from aligner.errors import FilePath, InputError
from aligner.files.whole import open_atomic, read_bytes
from aligner.names.entries import merge_entries, shown, tidy
from aligner.names.table import NameEntry, NameKind, NameTable

if TYPE_CHECKING:
    from lxml.etree import _Element

# What termbases call a kind in a subject field. The first of each is what we write; it is the kind's own name.
_SUBJECTS: Final[dict[NameKind, tuple[str, ...]]] = {
    "person": ("person", "persons", "people", "personal name", "person name", "tên người", "nhân danh"),
    "place": ("place", "places", "place name", "location", "geographical name", "toponym", "địa danh"),
    "organisation": ("organisation", "organization", "organisations", "organizations", "company", "tổ chức", "cơ quan"),
    "title": ("title", "titles", "office", "position", "job title", "chức danh", "chức vụ"),
}
_KIND_OF: Final = {subject: kind for kind, subjects in _SUBJECTS.items() for subject in subjects}

_CHUNK: Final = 1 << 16  # bytes parsed at once: the tree then holds little more than an entry; more is no faster

# Data categories that say whether a term is to be used: the second is that of TBX version 2's default dialect.
_STATUS: Final = ("administrativeStatus", "normativeAuthorization")

_HEAD: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<tbx xmlns="urn:iso:std:iso:30042:ed-2" type="TBX-Basic" style="dca" xml:lang="en">
  <tbxHeader>
    <fileDesc>
      <sourceDesc>
        <p>{source}</p>
      </sourceDesc>
    </fileDesc>
  </tbxHeader>
  <text>
    <body>
"""
_TAIL: Final = """\
    </body>
  </text>
</tbx>
"""


def write_tbx(table: NameTable, path: FilePath) -> None:
    """Write a name table as TBX-Basic, version 3, style DCA."""
    with open_atomic(path) as handle:
        handle.write(_HEAD.format(source=escape(table.signature or "Names in English and Vietnamese", quote=False)))
        for number, entry in enumerate(table.entries, start=1):
            handle.write("".join(f"      {line}\n" for line in _concept(entry, number)))
        handle.write(_TAIL)


def _concept(entry: NameEntry, number: int) -> Iterator[str]:
    """Lines of a concept entry; the form that stands for a side comes first."""
    yield f'<conceptEntry id="c{number}">'
    if entry.kind != "other":
        yield f'  <descrip type="subjectField">{_SUBJECTS[entry.kind][0]}</descrip>'
    first_example = entry.examples[0] if entry.examples else ("", "")
    sides = (("en", entry.en, entry.en_forms), ("vi", entry.vi, entry.vi_forms))
    for (language, stands, forms), example in zip(sides, first_example, strict=True):
        if not stands:
            continue
        yield f'  <langSec xml:lang="{language}">'
        for form in (stands, *(form for form, _ in forms if form != stands)):
            yield "    <termSec>"
            yield f"      <term>{escape(form, quote=False)}</term>"
            yield '      <termNote type="partOfSpeech">noun</termNote>'  # version 3 has no proper noun
            if example and form == stands:
                yield f'      <descrip type="context">{escape(example, quote=False)}</descrip>'
            yield "    </termSec>"
        yield "  </langSec>"
    yield "</conceptEntry>"


def read_tbx(path: FilePath) -> NameTable:
    """Read the English and Vietnamese terms of a termbase; one without either language is refused."""
    entries: list[NameEntry] = []
    languages: dict[str, None] = {}
    n_others = 0
    for element in _concepts(read_bytes(path), path):
        terms = _terms(element, path)
        languages |= dict.fromkeys(terms)
        en, vi = terms.get("en", []), terms.get("vi", [])
        if en or vi:
            entries.append(_entry_in_tbx(en, vi, _kind(element)))
        else:
            n_others += 1
    for code, name in (("en", "English"), ("vi", "Vietnamese")):
        if code not in languages:
            found = f"terms in {', '.join(map(shown, list(languages)[:8]))}" if languages else "no terms"
            todo = f"they must stand in a langSet or langSec with xml:lang='{code}'"
            raise InputError(f"no {name} terms", path=path, found=found, todo=todo)
    note = f"entries without English and Vietnamese terms left out: {n_others}" if n_others else ""
    return NameTable(merge_entries(entries), note)


def _entry_in_tbx(en: Sequence[str], vi: Sequence[str], kind: NameKind) -> NameEntry:
    en_forms, vi_forms = (tuple((form, 0) for form in forms) for forms in (en, vi))
    confidence = 1.0 if en and vi else 0.0
    return NameEntry("".join(en[:1]), "".join(vi[:1]), kind, en_forms, vi_forms, confidence=confidence)


def _concepts(data: bytes, path: FilePath) -> Iterator[_Element]:
    """Each entry when it has been read; everything else is forgotten, so that the tree never grows."""
    depth, seen_root = 0, False  # of entries
    for event, element in _events(data, path):
        if not seen_root:
            seen_root = True
            _check_root(element, path)
        is_entry = _name(element) in ("termEntry", "conceptEntry")
        if event == "start":
            depth += is_entry
            continue
        depth -= is_entry
        if depth:
            continue
        if is_entry:
            yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _events(data: bytes, path: FilePath) -> Iterator[tuple[str, _Element]]:
    """Start and end of each element, as the file is read; no entity is resolved, no DTD loaded."""
    from lxml import etree

    # No huge_tree: libxml2's limits (256 levels, 10 MB a text, how far entities in attributes may grow) then hold.
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    fault: tuple[str, int] | None = None
    for at in [*range(0, len(data), _CHUNK), len(data)]:
        try:
            if at < len(data):
                parser.feed(data[at : at + _CHUNK])
            else:
                parser.close()
        except etree.XMLSyntaxError as error:
            fault = str(error.args[0]), error.lineno or 0
        # An entity that nobody declared ends the parser, but feed() does not say so and would begin anew.
        for entry in parser.feed_error_log.filter_from_fatals():
            fault = fault or (entry.message, entry.line)
        # What stood before the fault first: that the root is no TBX says more than that a tag is not closed.
        yield from parser.read_events()
        if fault:
            # lxml ends what libxml2 says by the place, which our message has in front.
            found = re.sub(", line [0-9]+, column [0-9]+$", "", fault[0].strip())[:200]
            todo = "save it as XML again"
            raise InputError("not well-formed XML", path=path, line=fault[1] or None, found=found, todo=todo)


def _check_root(root: _Element, path: FilePath) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        todo = "write the characters themselves and remove the declarations"
        raise InputError("entities declared in the DOCTYPE", path=path, found="<!ENTITY", todo=todo)
    if _name(root) not in ("martif", "tbx"):
        todo = "a TBX file has <tbx> (version 3) or <martif> (version 2)"
        raise InputError("XML, but not TBX", path=path, found=f"the root <{_name(root)[:60]}>", todo=todo)


def _name(element: _Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _category(element: _Element) -> str:
    """The data category: the type of <descrip type="subjectField">, the name of <min:subjectField>."""
    return str(element.get("type") or _name(element))


def _kind(entry: _Element) -> NameKind:
    fields = [tidy("".join(e.itertext())).lower() for e in entry.iter("{*}*") if _category(e) == "subjectField"]
    return next((_KIND_OF[field] for field in fields if field in _KIND_OF), "other")


def _terms(entry: _Element, path: FilePath) -> dict[str, list[str]]:
    """Terms by language, 'en' for 'en-US', each once: preferred ones first, those not to be used last."""
    from lxml import etree

    ranks: dict[_Element | None, int] = {}
    for element in entry.iter("{*}*"):
        if _category(element) in _STATUS:
            group = _around(element, "tig", "ntig", "termSec")
            ranks[group] = min(ranks.get(group, 2), _rank(tidy("".join(element.itertext()))))
    found: dict[str, list[tuple[int, str]]] = {}
    for term in entry.iter("{*}term"):
        for entity in term.iter(etree.Entity):
            name, todo = shown(entity.text or ""), "write the character itself"
            raise InputError("an entity in a term", path=path, line=term.sourceline, found=name, todo=todo)
        section = _around(term, "langSet", "langSec")
        text = tidy("".join(term.itertext()))
        if section is not None and text:
            language = section.get("{http://www.w3.org/XML/1998/namespace}lang") or section.get("lang") or ""
            main = re.split("[-_]", language.strip().lower(), maxsplit=1)[0]
            rank = ranks.get(_around(term, "tig", "ntig", "termSec"), 1)
            found.setdefault(main, []).append((rank, text))
    return {
        language: list(dict.fromkeys(text for _, text in sorted(ranked, key=lambda pair: pair[0])))
        for language, ranked in found.items()
    }


def _around(element: _Element, *names: str) -> _Element | None:
    """The nearest element of one of these names around this one."""
    return next(element.iterancestors(*(f"{{*}}{name}" for name in names)), None)


def _rank(status: str) -> int:
    """0 for a preferred term, 2 for one not to be used, 1 for any other."""
    if status.startswith("preferred"):
        return 0
    return 2 if status.startswith(("deprecated", "superseded")) else 1
