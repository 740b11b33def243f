"""Glossaries: name tables read and written as TSV and as TBX (ISO 30042)."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal, cast
from xml.sax.saxutils import escape

from aligner.errors import InputError
from aligner.files.whole import open_atomic, read_bytes, read_text
from aligner.names.table import NameEntry, NameKind, NameTable
from aligner.pairs.tables import fit_field, write_tsv

if TYPE_CHECKING:
    import pandas as pd
    from lxml.etree import _Element

_Path = str | os.PathLike[str]
_Forms = tuple[tuple[str, int], ...]

NAME_COLUMNS: Final = (
    "en",
    "vi",
    "kind",
    "n_pairs",
    "confidence",
    "en_forms",
    "vi_forms",
    "conflicts",
    "example_en",
    "example_vi",
    "entity",
    "signature",
)
"""Columns of a name table's frame and of its TSV; docs/glossaries.md says what each holds."""

_HEADER: Final = f"the first line must name the columns, between tabs: en, vi and any of {', '.join(NAME_COLUMNS[2:])}"

# No more digits than an int64 or a float64 can tell apart; longer ones are no count and no probability.
_COUNT: Final = re.compile("[0-9]{1,18}")
_PROBABILITY: Final = re.compile(r"0(?:\.[0-9]{1,17})?|1(?:\.0{1,17})?")

_ESCAPE: Final = re.compile(r"\\(.?)", re.DOTALL)
_SPECIAL: Final = r"\|:"
_NOT_XML: Final = re.compile("[\ufffe\uffff]")  # the only two that fit_field leaves and XML 1.0 does not have

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


def read_glossary(path: _Path) -> NameTable:
    """Read a glossary: TSV from .tsv and standard input ('-'), TBX from .tbx and .xml.

    Parameters
    ----------
    path : str or path
        docs/glossaries.md says what either format may hold.

    Returns
    -------
    NameTable
        Entries in the file's order, texts in NFC, with single spaces. Its signature is that of the file's rows; for
        TBX it is empty, or says how many entries were left out because no term of theirs is English or Vietnamese.

    Raises
    ------
    InputError
        If the file cannot be read, its suffix is another one, or it is malformed: says in which line. For TBX also if
        it declares entities, or has no English or no Vietnamese terms at all.

    Examples
    --------
    >>> read_glossary("names.csv")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: names.csv: unknown format of a glossary (found the suffix '.csv'); use .tsv, .tbx or .xml
    """
    return _read_tsv(path) if check_format(path) == "tsv" else _read_tbx(path)


def write_glossary(table: NameTable, path: _Path) -> int:
    r"""Write a name table as TSV (.tsv, '-' for standard output) or as TBX version 3 (.tbx, .xml).

    Parameters
    ----------
    table : NameTable
        Entries that are the same in English, Vietnamese, kind and entity are written as one.
    path : str or path
        The file appears whole or not at all.

    Returns
    -------
    int
        Number of characters replaced: tabs, line breaks and other controls by a space, what is no character
        (lone surrogates, U+FFFE, U+FFFF) by U+FFFD.

    Raises
    ------
    InputError
        If the file cannot be written, its suffix is another one, or an entry has no visible character on either side.

    Examples
    --------
    >>> write_glossary(NameTable(), "-")  # doctest: +NORMALIZE_WHITESPACE
    en vi kind n_pairs confidence en_forms vi_forms conflicts example_en example_vi entity signature
    0
    """
    form = check_format(path)
    table, replaced = _fitted(table)
    if form == "tsv":
        write_tsv(names_frame(table), path)
    else:
        with open_atomic(path) as handle:
            _write_tbx(table, handle)
    return replaced


def names_frame(table: NameTable) -> pd.DataFrame:
    """Put a name table into a frame, one row an entry.

    Parameters
    ----------
    table : NameTable
        The names.

    Returns
    -------
    pandas.DataFrame
        With `NAME_COLUMNS`; `n_pairs` is int64, `confidence` float64, all others are text. Forms, conflicts and
        examples are joined as in TSV.

    Examples
    --------
    >>> table = NameTable((NameEntry("To Lam", "Tô Lâm", "person", vi_forms=(("Tô Lâm", 2), ("Ông Lâm", 1))),))
    >>> names_frame(table)["vi_forms"].tolist()
    ['Tô Lâm:2|Ông Lâm:1']
    """
    import pandas as pd

    # An empty frame would have no types of its own; texts stay objects, since Arrow's strings hold no lone surrogates.
    types = {"n_pairs": "int64", "confidence": "float64"}
    rows = [_row(entry, table.signature) for entry in table.entries]
    return pd.DataFrame(rows, columns=list(NAME_COLUMNS), dtype=object).astype(types)


def check_format(path: _Path) -> Literal["tsv", "tbx"]:
    """Tell the format of a glossary by its suffix, before any work is done; InputError for another one.

    Examples
    --------
    >>> check_format("names.xml")
    'tbx'
    """
    if os.fspath(path) == "-":
        return "tsv"
    suffix = Path(path).suffix.lower()
    if suffix not in (".tsv", ".tbx", ".xml"):
        found = f"the suffix {_shown(suffix)}" if suffix else "no suffix"
        raise InputError("unknown format of a glossary", path=path, found=found, todo="use .tsv, .tbx or .xml")
    return "tsv" if suffix == ".tsv" else "tbx"


def _shown(text: str) -> str:
    """The text as a message can quote it."""
    return repr(text if len(text) <= 60 else text[:60] + "…")


def _tidy(text: str) -> str:
    """NFC, white space of any kind and controls made single spaces and none at the ends."""
    return " ".join(fit_field(text)[0].split())


def _completed(form: str, forms: Iterable[tuple[str, int]]) -> tuple[str, _Forms]:
    """The form that stands for a side and all its forms, either told from the other where it is missing."""
    ordered = sorted(forms, key=lambda pair: -pair[1])
    form = form or (ordered[0][0] if ordered else "")
    if form and form not in dict(ordered):
        ordered = sorted([(form, 0), *ordered], key=lambda pair: -pair[1])
    return form, tuple(ordered)


# TSV: lists in a field -----------------------------------------------------------------------------------------------


def _row(entry: NameEntry, signature: str) -> tuple[object, ...]:
    return (
        entry.en,
        entry.vi,
        entry.kind,
        entry.n_pairs,
        entry.confidence,
        _join_forms(entry.en_forms),
        _join_forms(entry.vi_forms),
        _join(entry.conflicts),
        _join(en for en, _ in entry.examples),
        _join(vi for _, vi in entry.examples),
        entry.entity,
        signature,
    )


def _join(texts: Iterable[str]) -> str:
    return "|".join(re.sub(r"[\\|]", r"\\\g<0>", text) for text in texts)


def _join_forms(forms: _Forms) -> str:
    escaped = [(re.sub(r"[\\|:]", r"\\\g<0>", form), count) for form, count in forms]
    return "|".join(f"{form}:{count}" if count else form for form, count in escaped)


def _split(text: str, mark: str) -> list[str]:
    """Cut at every mark that no backslash escapes; escapes stay."""
    cuts = [m.start() for m in re.finditer(r"\\.|" + re.escape(mark), text, re.DOTALL) if m[0] == mark]
    return [text[a + 1 : b] for a, b in itertools.pairwise([-1, *cuts, len(text)])]


def _unescape(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[1] and match[1] in _SPECIAL:
            return match[1]
        raise InputError("a backslash that escapes nothing", found=_shown(match[0]), todo=r"write \\ for a backslash")

    return _tidy(_ESCAPE.sub(character, text))


def _split_forms(text: str, column: str) -> _Forms:
    forms: dict[str, int] = {}
    for item in _split(text, "|") if text else []:
        written, *counts = _split(item, ":")
        form = _unescape(written)
        if not form:
            raise InputError(f"an empty form in {column}", found=_shown(item), todo="write form|form, or form:2|form:1")
        if len(counts) > 1 or not all(map(_COUNT.fullmatch, counts)):
            todo = r"write form:count with a whole number, and \: for a colon of the form"
            raise InputError(f"a bad count in {column}", found=_shown(item), todo=todo)
        if form in forms:
            raise InputError(f"a form twice in {column}", found=_shown(form), todo="give each form once")
        forms[form] = int(*counts)
    return tuple(forms.items())


def _split_examples(en: str, vi: str) -> tuple[tuple[str, str], ...]:
    if not en and not vi:
        return ()
    sides = [list(map(_unescape, _split(text, "|"))) for text in (en, vi)]
    if len(sides[0]) != len(sides[1]):
        found = f"{len(sides[0])} in example_en, {len(sides[1])} in example_vi"
        raise InputError("examples that are no pairs", found=found, todo=r"write \| for a bar inside an example")
    examples = tuple(zip(*sides, strict=True))
    if not all(map(any, examples)):
        raise InputError("an example empty on both sides", todo="remove its bar from both columns")
    return examples


def _split_conflicts(text: str) -> tuple[str, ...]:
    conflicts = tuple(map(_unescape, _split(text, "|"))) if text else ()
    if not all(conflicts):
        raise InputError("an empty text in conflicts", found=_shown(text), todo="write text|text")
    return conflicts


# TSV: reading ----------------------------------------------------------------------------------------------------


def _read_tsv(path: _Path) -> NameTable:
    columns: list[str] = []
    entries: list[NameEntry] = []
    signatures: dict[str, None] = {}
    seen: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if number > 1 and not line:
            continue
        try:
            if number == 1:
                columns = _columns(line)
                continue
            cells = _cells(line, columns)
            entry = _entry_of(cells)
            key = (entry.en, entry.vi, entry.kind, entry.entity)
            if key in seen:
                todo = "keep one of them, all forms in it"
                raise InputError("the same name twice", found=f"it in line {seen[key]} too", todo=todo)
        except InputError as error:
            raise InputError(error.what, path=path, line=number, found=error.found, todo=error.todo) from None
        seen[key] = number
        entries.append(entry)
        signatures[cells["signature"]] = None
    # Tables put one behind the other keep the signature of each; rows added by hand have none.
    return NameTable(tuple(entries), " + ".join(filter(None, signatures)))


def _columns(line: str) -> list[str]:
    # At most one piece more than there are columns: a line of 50 MB is not cut into millions of pieces.
    columns = [_tidy(name).lower() for name in line.split("\t", len(NAME_COLUMNS))]
    if not {"en", "vi"} & set(columns):
        raise InputError("no header", found=_shown(line), todo=_HEADER)
    if unknown := [name for name in columns if name not in NAME_COLUMNS]:
        found = ", ".join(map(_shown, unknown[:5]))
        raise InputError("unknown columns", found=found, todo=f"known are {', '.join(NAME_COLUMNS)}")
    if len(set(columns)) < len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        raise InputError("a column twice", found=repr(twice), todo="give each column once")
    for name in ("en", "vi"):
        if name not in columns:
            raise InputError(f"no column '{name}'", found=", ".join(columns), todo=_HEADER)
    return columns


def _cells(line: str, columns: Sequence[str]) -> dict[str, str]:
    """The row's cells by column; those of columns that the file does not have are empty."""
    cells = line.split("\t", len(columns))
    if len(cells) != len(columns):
        found = f"{line.count(chr(9))} tabs where the header has {len(columns) - 1}"
        raise InputError("a wrong number of fields", found=found, todo="give every row all fields, empty ones too")
    return dict.fromkeys(NAME_COLUMNS, "") | dict(zip(columns, map(_tidy, cells), strict=True))


def _entry_of(cells: dict[str, str]) -> NameEntry:
    en, en_forms = _completed(cells["en"], _split_forms(cells["en_forms"], "en_forms"))
    vi, vi_forms = _completed(cells["vi"], _split_forms(cells["vi_forms"], "vi_forms"))
    if not en and not vi:
        raise InputError("a name without a form", found="en and vi empty", todo="fill one of them or delete the line")
    if not _COUNT.fullmatch(cells["n_pairs"] or "0"):
        raise InputError("n_pairs is no count", found=_shown(cells["n_pairs"]), todo="write a whole number")
    if not _PROBABILITY.fullmatch(cells["confidence"] or "0"):
        todo = "write a number from 0 to 1, such as 0.95"
        raise InputError("confidence is no probability", found=_shown(cells["confidence"]), todo=todo)
    return NameEntry(
        en,
        vi,
        cast("NameKind", cells["kind"].lower() or "other"),  # NameEntry refuses any other
        en_forms,
        vi_forms,
        int(cells["n_pairs"] or 0),
        float(cells["confidence"] or (1 if en and vi else 0)),
        _split_conflicts(cells["conflicts"]),
        _split_examples(cells["example_en"], cells["example_vi"]),
        cells["entity"],
    )


# What is written ---------------------------------------------------------------------------------------------------


def _fitted(table: NameTable) -> tuple[NameTable, int]:
    """The table as both formats can hold it and give it back, and the number of characters replaced."""
    replaced = 0

    def fit(text: str) -> str:
        nonlocal replaced
        text, n_controls = fit_field(text)
        text, n_others = _NOT_XML.subn("\ufffd", text)
        replaced += n_controls + n_others
        return _tidy(text)

    def fit_forms(form: str, forms: _Forms) -> tuple[str, _Forms]:
        written = [(fit(text), count) for text, count in forms]
        known = {text: fitted for (text, _), (fitted, _) in zip(forms, written, strict=True)}
        return _completed(known[form] if form in known else fit(form), _summed(pair for pair in written if pair[0]))

    entries = []
    for number, entry in enumerate(table.entries, start=1):
        en, en_forms = fit_forms(entry.en, entry.en_forms)
        vi, vi_forms = fit_forms(entry.vi, entry.vi_forms)
        if not en and not vi:
            found = f"{entry.en!r} and {entry.vi!r}"
            raise InputError(f"entry {number} has no name that can be written", found=found, todo="leave it out")
        examples = [(fit(english), fit(vietnamese)) for english, vietnamese in entry.examples]
        fitted = replace(
            entry,
            en=en,
            vi=vi,
            en_forms=en_forms,
            vi_forms=vi_forms,
            conflicts=tuple(filter(None, map(fit, entry.conflicts))),
            examples=tuple(pair for pair in examples if any(pair)),
            entity=fit(entry.entity),
        )
        entries.append(fitted)
    return NameTable(_merged(entries), fit(table.signature)), replaced


def _summed(forms: Iterable[tuple[str, int]]) -> _Forms:
    counts: dict[str, int] = {}
    for form, count in forms:
        counts[form] = counts.get(form, 0) + count
    return tuple(sorted(counts.items(), key=lambda pair: -pair[1]))


def _merged(entries: Iterable[NameEntry]) -> tuple[NameEntry, ...]:
    """Entries that are the same in names, kind and entity put together, where the first of them stood."""
    groups: dict[tuple[str, ...], list[NameEntry]] = {}
    for entry in entries:
        groups.setdefault((entry.en, entry.vi, entry.kind, entry.entity), []).append(entry)
    chain = itertools.chain.from_iterable
    return tuple(
        replace(
            group[0],
            en_forms=_summed(chain(entry.en_forms for entry in group)),
            vi_forms=_summed(chain(entry.vi_forms for entry in group)),
            n_pairs=sum(entry.n_pairs for entry in group),
            confidence=max(entry.confidence for entry in group),
            conflicts=tuple(dict.fromkeys(chain(entry.conflicts for entry in group))),
            examples=tuple(chain(entry.examples for entry in group)),
        )
        if len(group) > 1
        else group[0]
        for group in groups.values()
    )


# TBX -----------------------------------------------------------------------------------------------------------------

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


def _write_tbx(table: NameTable, handle: IO[str]) -> None:
    handle.write(_HEAD.format(source=escape(table.signature or "Names in English and Vietnamese")))
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
            yield f"      <term>{escape(form)}</term>"
            yield '      <termNote type="partOfSpeech">noun</termNote>'  # version 3 has no proper noun
            if example and form == stands:
                yield f'      <descrip type="context">{escape(example)}</descrip>'
            yield "    </termSec>"
        yield "  </langSec>"
    yield "</conceptEntry>"


def _read_tbx(path: _Path) -> NameTable:
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
            found = f"terms in {', '.join(map(_shown, list(languages)[:8]))}" if languages else "no terms"
            todo = f"they must stand in a langSet or langSec with xml:lang='{code}'"
            raise InputError(f"no {name} terms", path=path, found=found, todo=todo)
    note = f"entries without English and Vietnamese terms left out: {n_others}" if n_others else ""
    return NameTable(_merged(entries), note)


def _entry_in_tbx(en: Sequence[str], vi: Sequence[str], kind: NameKind) -> NameEntry:
    en_forms, vi_forms = (tuple((form, 0) for form in forms) for forms in (en, vi))
    confidence = 1.0 if en and vi else 0.0
    return NameEntry("".join(en[:1]), "".join(vi[:1]), kind, en_forms, vi_forms, confidence=confidence)


def _concepts(data: bytes, path: _Path) -> Iterator[_Element]:
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


def _events(data: bytes, path: _Path) -> Iterator[tuple[str, _Element]]:
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


def _check_root(root: _Element, path: _Path) -> None:
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
    fields = [_tidy("".join(e.itertext())).lower() for e in entry.iter("{*}*") if _category(e) == "subjectField"]
    return next((_KIND_OF[field] for field in fields if field in _KIND_OF), "other")


def _terms(entry: _Element, path: _Path) -> dict[str, list[str]]:
    """Terms by language, 'en' for 'en-US', each once: preferred ones first, those not to be used last."""
    from lxml import etree

    ranks: dict[_Element | None, int] = {}
    for element in entry.iter("{*}*"):
        if _category(element) in _STATUS:
            group = _around(element, "tig", "ntig", "termSec")
            ranks[group] = min(ranks.get(group, 2), _rank(_tidy("".join(element.itertext()))))
    found: dict[str, list[tuple[int, str]]] = {}
    for term in entry.iter("{*}term"):
        for entity in term.iter(etree.Entity):
            name, todo = _shown(entity.text or ""), "write the character itself"
            raise InputError("an entity in a term", path=path, line=term.sourceline, found=name, todo=todo)
        section = _around(term, "langSet", "langSec")
        text = _tidy("".join(term.itertext()))
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
