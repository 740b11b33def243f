"""Files of texts of programs as pairs: one that holds both languages, or two whose keys join them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from aligner.errors import FilePath, InputError
from aligner.files.streams import bare_name
from aligner.pairs.chunks import CHUNK, TEXTS, Chunk, Source, Tally
from aligner.pairs.headings import file_labels
from aligner.pairs.localisation.catalogues import Catalogue, Entry, Opener
from aligner.pairs.localisation.elements import head_of, read_resx, read_ts, read_xml
from aligner.pairs.localisation.lines import read_properties, read_strings
from aligner.pairs.localisation.nested import read_arb, read_json, read_plist, read_xcstrings, read_yaml
from aligner.pairs.localisation.po import read_mo, read_po
from aligner.pairs.xliff import KEY, ROOT, read_xliff
from aligner.pairs.xml import root_of
from aligner.text.columns import look_at


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of files of texts.

    Attributes
    ----------
    name : str
        What people call it.
    suffixes : tuple of str
        Those that tell it.
    read : Opener
        What reads one file.
    has_both : bool
        Whether a file has both languages, as a rule.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Opener
    has_both: bool = False


KINDS: Final = (
    Kind("PO", (".po",), read_po, has_both=True),
    Kind("MO", (".mo", ".gmo"), read_mo, has_both=True),
    Kind("Qt", (".ts",), read_ts, has_both=True),
    Kind("String Catalog", (".xcstrings",), read_xcstrings, has_both=True),
    Kind("JSON", (".json",), read_json),
    Kind("ARB", (".arb",), read_arb),
    Kind("YAML", (".yml", ".yaml"), read_yaml),
    Kind("Java properties", (".properties",), read_properties),
    Kind("Apple strings", (".strings",), read_strings),
    Kind("Apple stringsdict", (".stringsdict",), read_plist),
    Kind("Android or RESX", (".xml",), read_xml),
    Kind("RESX", (".resx", ".resw"), read_resx),
)
"""All kinds; a new one is a row here (docs/formats.md has them all)."""

_AS_JSON: Final = "write its texts as JSON, an object of keys and texts for each language"

REFUSED: Final = {
    ".pot": ("a template, which has no translations", "give the .po of the language"),
    ".php": ("texts in program code", "as JSON: php -r 'echo json_encode(include $argv[1]);' FILE.php > FILE.json"),
    ".js": ("texts in program code", _AS_JSON),
    ".mjs": ("texts in program code", _AS_JSON),
    ".tsx": ("texts in program code", _AS_JSON),
    ".ftl": ("Fluent, which is not read", _AS_JSON),
    ".toml": ("TOML, which is not read", _AS_JSON),
    ".ini": ("INI, which is not read", "name it .properties where its lines are key=value"),
    ".dtd": ("entities of a DTD, which are not read", _AS_JSON),
    ".rc": ("resources of Windows, which are not read", "write them as RESX"),
    ".qm": ("a compiled translation of Qt's", "give the .ts that it was made of"),
    ".nib": ("a compiled interface", "give its .strings"),
    ".xlz": ("XLIFF in an archive", "unpack it, and give the .xlf"),
    ".sdlppx": ("an archive of SDL Trados", "unpack it, and give the .sdlxliff"),
    ".tbx": ("a glossary", "give it as --glossary"),
}
"""Suffixes of files of texts that are not read, each with the reason and the way out."""


def kind_of(path: FilePath) -> Kind | None:
    """Tell what a file of texts is by its suffix.

    Examples
    --------
    >>> kind_of("locale/vi.PO.gz").name, kind_of("a.tmx")
    ('PO', None)
    """
    suffix = os.path.splitext(bare_name(path))[1]
    return next((kind for kind in KINDS if suffix in kind.suffixes), None)


def looks_like(head: str) -> str:
    r"""Tell what kind of files of texts begins so, whatever it is called; nothing for other files.

    Examples
    --------
    >>> looks_like('msgid ""\nmsgstr ""\n'), looks_like("<resources>\n<string"), looks_like("Hello.")
    ('PO', 'Android', '')
    """
    start = head.lstrip("\ufeff \t\r\n")
    lines = [line for line in start[:2000].split("\n") if line.strip() and not line.startswith("#")]
    if lines and lines[0].startswith(("msgid ", "msgctxt ")):
        return "PO"
    root = root_of(start)
    return {"resources": "Android", "TS": "Qt", "xliff": "XLIFF"}.get(root, "") or (
        "RESX" if root == "root" and "<resheader" in start else ""
    )


def read_localised(source: Source, tally: Tally) -> Iterator[Chunk]:
    """Read the texts of a program, of one file with both languages or of two, as pairs.

    Columns: the texts and ``key``. Two files are joined by their keys; keys of one alone are counted, and texts that
    are the same in both: no file says whether such a one is translated. Of a file of one language whose keys are
    English texts, the keys are the other side.

    Raises
    ------
    InputError
        If a file is of another kind or broken, is in another language, has no translations, or one language alone.
    """
    path, other = source.path, source.other
    for name in (path,) if other is None else (path, other):
        if kind_of(name) is None:
            todo = "give two files of texts under keys, or two of lines"
            raise InputError("not a file of texts under keys", path=name, found=_suffix(name), todo=todo)
    if other is not None:
        yield from _chunks(_joined(source, other, tally))
        return
    kind = kind_of(path)
    assert kind is not None  # looked at above
    if _suffix(path) == ".xml" and root_of(head_of(source)) == ROOT:
        yield from read_xliff(source, tally)
        return
    catalogue = kind.read(source, tally)
    pairs = _of_two(catalogue, source, tally) if catalogue.is_bilingual else _of_keys(catalogue, source, kind, tally)
    empty = True
    for chunk in _chunks(pairs):
        empty = False
        yield chunk
    if empty:
        raise InputError("no translations", path=path, found=_counts(tally), todo="give a file that is translated")


def _suffix(path: FilePath) -> str:
    return os.path.splitext(bare_name(path))[1]


def _chunks(pairs: Iterator[tuple[str, str, str]]) -> Iterator[Chunk]:
    """Pairs as columns: two texts, and what they are called."""
    while batch := list(itertools.islice(pairs, CHUNK)):
        first, second, keys = map(list, zip(*batch, strict=True))
        yield {TEXTS[0]: first, TEXTS[1]: second, KEY: keys}


def _counts(tally: Tally) -> str:
    """What was set aside, for errors."""
    told = sorted(((n, kind) for kind, n in tally.skipped.items() if n), reverse=True)
    return ", ".join(f"{n} {kind}" for n, kind in told[:4]) or "nothing"


def _of_two(catalogue: Catalogue, source: Source, tally: Tally) -> Iterator[tuple[str, str, str]]:
    """The pairs of a catalogue of both languages."""
    languages = catalogue.source_language, catalogue.language
    _check_languages(languages, source.path)
    tally.labels = dict(zip(TEXTS, zip(("the source", "the translation"), languages, strict=True), strict=True))
    return ((entry.source or "", entry.text, entry.shown) for entry in catalogue.entries)


def _check_languages(languages: tuple[str, str], path: FilePath) -> None:
    """Refuse a file that says that it is in a language that is neither of ours, or in one for both."""
    for language in languages:
        if language and language not in ("en", "vi"):
            todo = "give one in English and Vietnamese"
            raise InputError("another language", path=path, found=repr(language[:20]), todo=todo)
    if languages[0] and languages[0] == languages[1]:
        todo = "give the file of the other language"
        raise InputError("one language on both sides", path=path, found=repr(languages[0]), todo=todo)


_KEYS_LIKE_TEXT: Final = 0.3
"""Share of keys with a space, from which on keys in English are the texts themselves: ``"Log out" = "Đăng xuất";``. Of
names of keys none has one. Held by tests/test_localisation.py."""


def _of_keys(catalogue: Catalogue, source: Source, kind: Kind, tally: Tally) -> Iterator[tuple[str, str, str]]:
    """The pairs of a catalogue of one language whose keys are the English texts; without such keys it is refused."""
    entries = [entry for entry in catalogue.entries if entry.key != entry.text]
    if not entries:
        raise InputError("no translations", path=source.path, found=_counts(tally), todo="give files that have texts")
    n_like = sum(" " in entry.key.strip() for entry in entries)
    looks = [look_at(column[:400]) for column in zip(*(entry[:2] for entry in entries), strict=True)]
    if n_like < _KEYS_LIKE_TEXT * len(entries) or looks[0].language != "en" or looks[1].language == "en":
        told = {"en": "English", "vi": "Vietnamese"}.get(catalogue.language or looks[1].language, "one language")
        found, todo = f"{len(entries)} texts of {kind.name}, {told}", "give the English file and the Vietnamese one"
        raise InputError("texts of one language alone", path=source.path, found=found, todo=todo)
    tally.notices.append("the keys are the English texts")
    tally.labels = dict(zip(TEXTS, (("the key", "en"), ("the text", "vi")), strict=True))
    return ((entry.key, entry.text, "") for entry in entries)


def _joined(source: Source, other: FilePath, tally: Tally) -> Iterator[tuple[str, str, str]]:
    """The pairs of two files, in order of the first one."""
    paths = source.path, other
    names = file_labels(os.fspath(source.path), os.fspath(other))
    sides: list[dict[str, Entry]] = []
    languages = []
    for path, (name, language) in zip(paths, names, strict=True):
        kind = kind_of(path)
        assert kind is not None  # read_localised has looked
        own = Tally()
        # Each is told that there is another, so that it holds one language.
        catalogue = kind.read(replace(source, path=path, other=other), own)
        entries = {entry.key: entry for entry in catalogue.entries}
        tally.skipped.update({f"{what} in {name}": n for what, n in own.skipped.items()})
        tally.first.update({f"{what} in {name}": line for what, line in own.first.items()})
        tally.notices += own.notices
        if not entries:
            found, todo = _counts(own), "give a file that has texts, or the other one alone"
            raise InputError("no texts", path=path, found=found, todo=todo)
        sides.append(entries)
        languages.append(catalogue.language or language)
    _check_languages((languages[0], "" if languages[0] == languages[1] else languages[1]), source.path)
    tally.labels = {
        text: (name, "" if languages[0] == languages[1] else language)
        for text, (name, _), language in zip(TEXTS, names, languages, strict=True)
    }
    for k, (name, _) in enumerate(names):
        tally.count(f"keys only in {name}", len(sides[k].keys() - sides[1 - k].keys()))
    shared = [key for key in sides[0] if key in sides[1]]
    if not shared:
        found = ", ".join(f"{next(iter(side))[:40]!r} in {name}" for side, (name, _) in zip(sides, names, strict=True))
        todo = "give two files of one program, with the same keys"
        raise InputError(f"no key of {os.fspath(other)} is there", path=source.path, found=found, todo=todo)
    same = {key for key in shared if sides[0][key].text == sides[1][key].text}
    tally.count("texts that are the same in both files", len(same))
    if len(same) == len(shared):
        todo = "give one that is translated"
        raise InputError("the same texts in both files", path=other, found=f"{len(same)} texts", todo=todo)
    return ((sides[0][key].text, sides[1][key].text, key) for key in shared if key not in same)
