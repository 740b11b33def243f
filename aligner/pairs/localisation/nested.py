"""Bundles of texts under keys within keys: JSON, ARB, String Catalogs, YAML, property lists."""

from __future__ import annotations

import json
import plistlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple
from xml.parsers.expat import ExpatError

from aligner.errors import FilePath, InputError, MissingExtraError
from aligner.pairs.chunks import Source, Tally, json_fault
from aligner.pairs.headings import language_of, read_heading
from aligner.pairs.localisation.catalogues import (
    Catalogue,
    Entry,
    check_number,
    joined_key,
    once,
    read_small,
    read_small_text,
)

_MESSAGE: Final = ("message", "defaultMessage", "string", "translation")
"""Keys of the text of an object that describes one text."""

_BESIDE: Final = frozenset({"description", "placeholders", "developer_comment", "comment", "context", "id", "file",
                            "character_limit", "notes", "meaning", "hash", "key", "note"})  # fmt: skip
"""What else such an object has (WebExtensions messages.json, FormatJS, Transifex)."""

_CODE: Final = re.compile(
    r"[a-z]{2,3}(?:[-_](?:[A-Z][a-z]{3}|[A-Z]{2}|[0-9]{3})){0,2}|english|vietnamese", re.IGNORECASE
)
"""A code of a language as a key."""

_UNFINISHED: Final = {
    "new": "untranslated texts",
    "needs_review": "texts that need review",
    "stale": "texts out of use",
}
"""States of texts in a String Catalog (Xcode) that are no translation."""


class Leaf(NamedTuple):
    """A value and the keys that it stands under."""

    path: tuple[str, ...]
    value: object
    line: int = 0


_MOST_LEVELS: Final = 100
"""Keys within keys: real ones have 10."""


def leaves_of(value: object, path: FilePath = "") -> Iterator[Leaf]:
    """Give the values of objects within objects, in order, without recursion; `path` is only named in errors.

    Raises
    ------
    InputError
        If there are more than 100 levels, or more values than a program has.

    Examples
    --------
    >>> [leaf[:2] for leaf in leaves_of({"a": {"b": "x", "c": ["y", "z"]}})]
    [(('a', 'b'), 'x'), (('a', 'c', '0'), 'y'), (('a', 'c', '1'), 'z')]
    """
    stack: list[tuple[tuple[str, ...], Iterator[tuple[str, object]]]] = [((), _items(value))]
    n = 0
    while stack:
        keys, items = stack[-1]
        found = next(items, None)
        if found is None:
            stack.pop()
            continue
        n += 1
        check_number(n, path)
        if isinstance(found[1], (dict, list)):
            stack.append(((*keys, found[0]), _items(found[1])))
            if len(stack) > _MOST_LEVELS:
                found_levels, todo = f"more than {_MOST_LEVELS} levels", "give texts of a program"
                raise InputError("keys within too many keys", path=path, found=found_levels, todo=todo)
        else:
            yield Leaf((*keys, found[0]), found[1])


def _items(value: object) -> Iterator[tuple[str, object]]:
    """The values right below, with their keys; of an object that describes a text the text alone."""
    if isinstance(value, dict):
        told = next((name for name in _MESSAGE if isinstance(value.get(name), str)), "")
        if told and value.keys() & _BESIDE and value.keys() <= {told, *_BESIDE}:
            return iter([("", value[told])])
        return ((str(key), inner) for key, inner in value.items())
    return ((str(k), inner) for k, inner in enumerate(value)) if isinstance(value, list) else iter([("", value)])


def _json(source: Source, tally: Tally) -> Any:
    """The value of a file of JSON; keys given twice are counted, the last one stands."""
    text = read_small_text(source)

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(found)
        tally.count("keys given twice", len(found) - len(value))
        return value

    try:
        return json.loads(text, object_pairs_hook=pairs)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        found = f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else json_fault(error)
        todo = "save it as JSON again, without comments"
        raise InputError("not JSON", path=source.path, line=line, found=found, todo=todo) from None


def _refuse_shape(source: Source, found: object, what: str, todo: str) -> None:
    """Raise an InputError for a value that is no object."""
    kind = {dict: "an object", list: "a list", str: "a text", type(None): "null"}.get(type(found), "a number")
    raise InputError(what, path=source.path, found=kind, todo=todo)


def read_json(source: Source, tally: Tally) -> Catalogue:
    """Read texts under keys, nested in any way, in one language or both.

    Both languages may stand below keys of their codes: right at the top, or for each text. A list of records that have
    both is read as `jsonl` reads its lines.

    Raises
    ------
    InputError
        If it is no JSON, or neither an object nor a list of records.
    """
    value = _json(source, tally)
    if not isinstance(value, (dict, list)):
        todo = "give an object of keys and texts, or JSON Lines"
        _refuse_shape(source, value, "no texts under keys", todo)
    if isinstance(value, dict) and isinstance(value.get("strings"), dict) and "sourceLanguage" in value:
        return _string_catalog(source, value, tally)
    return catalogue_of(leaves_of(value, source.path), source, tally)


def read_arb(source: Source, tally: Tally) -> Catalogue:
    """Read a bundle of Flutter's: keys with ``@`` describe others and are no texts.

    Notes
    -----
    Application Resource Bundle, https://github.com/google/app-resource-bundle/wiki/ApplicationResourceBundleSpecification
    """
    value = _json(source, tally)
    if not isinstance(value, dict):
        _refuse_shape(source, value, "not an ARB file", "give an object of keys and texts")
    texts = {key: text for key, text in value.items() if not str(key).startswith("@")}
    tally.count("descriptions of texts", sum(key.startswith("@") and not key.startswith("@@") for key in value))
    found = catalogue_of(leaves_of(texts, source.path), source, tally)
    language = language_of(str(value.get("@@locale", "")))
    return Catalogue(found.entries, language or found.language, is_bilingual=found.is_bilingual)


def read_xcstrings(source: Source, tally: Tally) -> Catalogue:
    """Read a String Catalog of Xcode's: all languages in one file, a state for each text."""
    value = _json(source, tally)
    if not isinstance(value, dict) or not isinstance(value.get("strings"), dict):
        _refuse_shape(source, value, "not a String Catalog", "give a file with 'strings'")
    return _string_catalog(source, value, tally)


def _string_catalog(source: Source, value: dict[str, Any], tally: Tally) -> Catalogue:
    main = str(value.get("sourceLanguage", "en"))
    languages = [main, *dict.fromkeys(
        str(code) for item in value["strings"].values() for code in _dict(_dict(item).get("localizations"))
    )]  # fmt: skip
    en, vi = (next((code for code in languages if language_of(code) == side), None) for side in ("en", "vi"))
    if en is None or vi is None:
        found, todo = ", ".join(languages[:8]), "give a catalogue of both"
        raise InputError("no texts in English and Vietnamese", path=source.path, found=found, todo=todo)

    def entries() -> Iterator[Entry]:
        for number, (key, item) in enumerate(value["strings"].items()):
            check_number(number, source.path)
            item = _dict(item)
            if item.get("shouldTranslate") is False:
                tally.count("texts not to be translated")
                continue
            sides = []
            for code in (en, vi):
                units = dict(_units(_dict(item.get("localizations")).get(code)))
                if not units and code == main:
                    units = {"": {"state": "translated", "value": key}}
                sides.append(units)
            for name in sides[0].keys() & sides[1].keys() if len(sides[0]) > 1 else sides[0]:
                unit = sides[1].get(name)
                kind = "texts of one language alone" if unit is None else _UNFINISHED.get(str(unit.get("state")), "")
                if unit is None or kind:
                    tally.count(kind)
                    continue
                shown = joined_key((key, name) if name else (key,), source.path) if len(key) < 1_000 else key
                yield Entry(shown, str(unit.get("value", "")), 0, str(sides[0][name].get("value", "")), shown)

    return Catalogue(once(entries(), tally), "vi", "en", is_bilingual=True)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _units(value: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """The units of one text in one language: one, or one for each number and device."""
    stack: list[tuple[str, object]] = [("", value)]
    while stack:
        name, found = stack.pop()
        for key, inner in _dict(found).items():
            if key == "stringUnit" and isinstance(inner, dict):
                yield name, inner
            elif key != "substitutions" or name == "":
                step = key not in ("variations", "plural", "device", "substitutions")
                stack.append((f"{name}.{key}".strip(".") if step and len(name) < 500 else name, inner))


def catalogue_of(leaves: Iterable[Leaf], source: Source, tally: Tally) -> Catalogue:
    """Make a catalogue of values under keys; the codes of languages among the keys are told from the others.

    Values that are no texts are counted.
    """
    texts: list[Leaf] = []
    for leaf in leaves:
        joined_key(leaf.path, source.path, leaf.line)
        if isinstance(leaf.value, str):
            texts.append(Leaf(tuple(filter(None, leaf.path)), leaf.value, leaf.line))
        else:
            tally.count("empty texts" if leaf.value is None else "values that are no text")
    for place in (0, -1):
        codes = Counter(leaf.path[place] if leaf.path else "" for leaf in texts)
        if not texts or not all(map(_CODE.fullmatch, codes)) or any(len(leaf.path) < 2 for leaf in texts):
            continue
        if source.other is None and {"en", "vi"} <= {_code(code) for code in codes}:
            return Catalogue(once(_both(texts, place, source, tally), tally), "vi", "en", is_bilingual=True)
        if place == 0 and len(codes) == 1:
            (code,) = codes  # of Rails and of i18next
            stripped = [Leaf(leaf.path[1:], leaf.value, leaf.line) for leaf in texts]
            if _code(code) in ("en", "vi") or "-" in code or "_" in code or source.other is None:
                return Catalogue(once(_one(stripped, source), tally), _code(code))
    return Catalogue(once(_one(texts, source), tally))


def _code(key: str) -> str:
    """The language of a key: 'vi-VN', 'vietnamese'."""
    return read_heading(key).language or language_of(key)


def _one(texts: Iterable[Leaf], source: Source) -> Iterator[Entry]:
    return (Entry(joined_key(leaf.path, source.path), str(leaf.value), leaf.line) for leaf in texts)


def _both(texts: list[Leaf], place: int, source: Source, tally: Tally) -> Iterator[Entry]:
    """Texts of both languages, joined by the keys that they share but for that of the language."""
    sides: dict[str, dict[str, Leaf]] = {"en": {}, "vi": {}}
    for leaf in texts:
        path = leaf.path[1:] if place == 0 else leaf.path[:-1]
        side = sides.get(_code(leaf.path[place]))
        if side is None:
            tally.count("texts in other languages")
        else:
            side.setdefault(joined_key(path, source.path), leaf)
    alone = sides["en"].keys() ^ sides["vi"].keys()
    tally.count("texts of one language alone", len(alone))
    for key, leaf in sides["en"].items():
        if key in sides["vi"]:
            yield Entry(key, str(sides["vi"][key].value), leaf.line, str(leaf.value), key)


def read_yaml(source: Source, tally: Tally) -> Catalogue:
    """Read a bundle as Rails has it: a language at the top, texts under keys within keys.

    Only the events of the parser are taken: an alias stands for one text, and no object is made of a tag.

    Raises
    ------
    InputError
        If it is no YAML.
    MissingExtraError
        Without PyYAML.
    """
    try:
        import yaml
    except ImportError:
        raise MissingExtraError("reading YAML", package="PyYAML", extra="localisation") from None
    text = read_small_text(source)
    try:
        leaves = list(_yaml_leaves(yaml, text, source, tally))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        found = str(getattr(error, "problem", None) or error)[:100]
        raise InputError("not YAML", path=source.path, line=line, found=found, todo="save it as YAML again") from None
    return catalogue_of(leaves, source, tally)


def _yaml_leaves(yaml: Any, text: str, source: Source, tally: Tally) -> Iterator[Leaf]:
    """The scalars of the first document, with their keys."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    resolver = yaml.resolver.Resolver()
    anchors: dict[str, object] = {}
    stack: list[list[Any]] = []  # of [is a mapping, key or number of what comes next]
    seen: set[tuple[str, ...]] = set()
    for number, event in enumerate(yaml.parse(text, Loader=loader)):
        check_number(number // 2, source.path, event.start_mark.line + 1)  # a key and a value
        kind, line = type(event).__name__, event.start_mark.line + 1
        if kind == "DocumentEndEvent":
            return
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            stack.pop()
        elif kind not in ("MappingStartEvent", "SequenceStartEvent", "ScalarEvent", "AliasEvent"):
            continue
        elif kind == "ScalarEvent" and stack and stack[-1][0] and stack[-1][1] is None:
            stack[-1][1] = event.value
            continue
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(stack) > _MOST_LEVELS:
                raise ValueError(f"more than {_MOST_LEVELS} levels")
            stack.append([kind == "MappingStartEvent", None if kind == "MappingStartEvent" else 0])
            continue
        elif kind == "AliasEvent" and event.anchor not in anchors:
            tally.skip("aliases of several texts", line)
        else:
            if kind == "AliasEvent":
                value = anchors[event.anchor]
            else:
                plain = event.implicit[0]
                tag = resolver.resolve(yaml.ScalarNode, event.value, (True, False)) if plain else ""
                value = None if tag.endswith(":null") else event.value if not plain or tag.endswith(":str") else 0
                if event.anchor:
                    anchors[event.anchor] = value
            path = tuple(str(level[1]) for level in stack)
            joined_key(path, source.path, line)
            if path in seen:
                tally.count("keys given twice")
            else:
                seen.add(path)
                yield Leaf(path, value, line)
        if stack:  # a value has ended
            stack[-1][1] = None if stack[-1][0] else stack[-1][1] + 1


def read_plist(source: Source, tally: Tally) -> Catalogue:
    """Read a property list of Apple's: ``.stringsdict`` with plural forms, or ``.strings`` saved as XML.

    Raises
    ------
    InputError
        If it is none, or a binary one.
    """
    data = read_small(source)
    if data.startswith(b"bplist"):
        todo = "turn it into text: plutil -convert xml1 FILE"
        raise InputError("a compiled property list", path=source.path, found="bplist, by its first bytes", todo=todo)
    try:
        value = plistlib.loads(data, fmt=plistlib.FMT_XML)
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError, ExpatError) as error:
        found, todo = str(error)[:100], "save it again: plutil -convert xml1 FILE"
        raise InputError("not a property list", path=source.path, found=found, todo=todo) from None
    if not isinstance(value, dict):
        _refuse_shape(source, value, "no texts under keys", "give a dictionary of keys and texts")
    leaves = [leaf for leaf in leaves_of(value, source.path) if not _is_format(leaf)]
    return catalogue_of(leaves, source, tally)


def _is_format(leaf: Leaf) -> bool:
    """Whether a value says how numbers are put into a text, and is none."""
    name = leaf.path[-1] if leaf.path else ""
    if name == "NSStringLocalizedFormatKey":
        return isinstance(leaf.value, str) and re.fullmatch(r"\s*%#@[^@]{1,100}@\s*", leaf.value) is not None
    return name.startswith("NSString")
