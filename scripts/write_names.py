"""Write aligner/data/names.tsv and name_words.tsv from CLDR, iso-codes and the tables in scripts/names.

The hand-made forms of an entity come first, then CLDR's, then those of iso-codes. From iso-codes only the English
names are taken: its Vietnamese ones are unfinished and have errors ('Ao' for Áo, 'Ba Tư' as the only Iran).

usage: write_names.py [FOLDER]      (from the root of the project; FOLDER is aligner/data where it is left out)

Other versions of CLDR or iso-codes are refused: a newer CLDR changes hundreds of rows, which a person must look at. To
move on, change the pins of the extra `tables` in pyproject.toml and CLDR, PYCOUNTRY and ISO_CODES here.
"""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import json
import pathlib
import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

NAMES = pathlib.Path(__file__).parent / "names"
CLDR = "47"  # that of Babel 2.18.0
PYCOUNTRY, ISO_CODES = "23.12.11", "4.15"  # pycountry carries Debian's iso-codes, byte for byte
HEADER = ("entity", "kind", "en", "en_adjective", "vi", "part_of", "source")
WORDS_HEADER = ("word", "role", "source")
KINDS = ("place", "organisation", "person", "title", "other")

CLDR_ONLY = ("AC", "CP", "DG", "EA", "IC", "TA", "XK")
"""Territories that CLDR has and ISO 3166-1 has not; its groups and test locales are left out."""


@dataclass
class Entity:
    """One row; each list holds forms in order, the usual one first."""

    entity: str
    kind: str
    en: list[str] = field(default_factory=list)
    en_adjective: list[str] = field(default_factory=list)
    vi: list[str] = field(default_factory=list)
    part_of: str = ""
    source: list[str] = field(default_factory=list)

    def row(self) -> str:
        """Join the fields into a line."""
        fields = (self.en, self.en_adjective, self.vi)
        en, adjective, vi = ("|".join(distinct(forms)) for forms in fields)
        return "\t".join((self.entity, self.kind, en, adjective, vi, self.part_of, "; ".join(distinct(self.source))))


def form_key(form: str) -> str:
    """Case, dashes and spaces folded: two forms with one key are one form."""
    return re.sub(r"[\s\-–—]+", " ", form).strip().casefold()


def distinct(forms: Iterable[str]) -> list[str]:
    """Keep the first of the forms with one key."""
    kept: dict[str, str] = {}
    for form in forms:
        kept.setdefault(form_key(form), form)
    return list(kept.values())


def read_hand(path: pathlib.Path) -> list[Entity]:
    """Read one hand-made table."""
    entities = []
    lines = path.read_text(encoding="utf-8").splitlines()
    if tuple(lines[0].split("\t")) != HEADER:
        sys.exit(f"write_names.py: {path} line 1: the header must be {' '.join(HEADER)}")
    for number, line in enumerate(lines[1:], 2):
        fields = line.split("\t")
        if len(fields) != len(HEADER) or fields[1] not in KINDS or not fields[6]:
            sys.exit(f"write_names.py: {path} line {number}: needs {len(HEADER)} fields, a kind of {KINDS}, a source")
        en, adjective, vi = ([form for form in fields[k].split("|") if form] for k in (2, 3, 4))
        entities.append(Entity(fields[0], fields[1], en, adjective, vi, fields[5], fields[6].split("; ")))
    return entities


def cldr_forms(name: str, conjunction: str) -> list[str]:
    """Write a CLDR name as text does; none where CLDR's form is one for lists ('Congo - Kinshasa')."""
    if " - " in name or "(" in name or "SAR China" in name or "," in name:
        return []
    name = unicodedata.normalize("NFC", name.replace("’", "'").replace(" & ", f" {conjunction} "))
    return [re.sub(r"^St\. ", "Saint ", name), name] if name.startswith("St. ") else [name]


def iso_forms(record: dict[str, str]) -> list[str]:
    """Write the English names of iso-codes in reading order ('Moldova, Republic of')."""
    forms = []
    for field_name in ("common_name", "name", "official_name"):
        name = unicodedata.normalize("NFC", record.get(field_name, ""))
        name = re.sub(r" \([^()]*\)$", "", name)
        if re.search(r", .*\b(of|of the)$", name):
            head, tail = name.rsplit(", ", 1)
            name = f"{tail} {head}"
        name = re.sub(r"^[Tt]he ", "", name)
        if name and (", " not in name or " and " in name):
            forms.append(name)
    return forms


def check_version(what: str, found: str, needed: str) -> None:
    """Refuse a builder of another version."""
    if found != needed:
        sys.exit(f"write_names.py: {what} {found} is here, {needed} is needed; run: pip install -e '.[tables]'")


def add_territories(entities: dict[str, Entity]) -> None:
    """Add the names of CLDR and iso-codes to the countries, and the countries that the hand-made tables lack."""
    from babel import Locale
    from babel.core import get_cldr_version

    check_version("CLDR", get_cldr_version(), CLDR)
    check_version("pycountry", importlib.metadata.version("pycountry"), PYCOUNTRY)
    iso_source, cldr_source = f"iso-codes {ISO_CODES}", f"CLDR {CLDR}"
    stored = importlib.resources.files("pycountry").joinpath("databases", "iso3166-1.json")
    records = json.loads(stored.read_text(encoding="utf-8"))["3166-1"]
    english, vietnamese = Locale("en").territories, Locale("vi").territories
    for record in [*records, *({"alpha_2": code} for code in CLDR_ONLY)]:
        code = record["alpha_2"]
        entity = entities.setdefault(code, Entity(code, "place"))
        for forms, names, conjunction in ((entity.en, english, "and"), (entity.vi, vietnamese, "và")):
            new = cldr_forms(names.get(code, ""), conjunction)
            forms += new
            entity.source += [cldr_source] * bool(new)
        new = iso_forms(record)
        entity.en += new
        entity.source += [iso_source] * bool(new)


def names_table() -> str:
    """Build names.tsv."""
    entities: dict[str, Entity] = {}
    for path in sorted(NAMES.glob("*.tsv")):
        if path.stem == "name_words":
            continue
        for entity in read_hand(path):
            if entity.entity in entities:
                sys.exit(f"write_names.py: {path}: {entity.entity} stands in two rows")
            entities[entity.entity] = entity
    add_territories(entities)
    for entity in entities.values():
        if not entity.en or not entity.vi:
            sys.exit(f"write_names.py: {entity.entity} lacks a language")
        if entity.part_of and entity.part_of not in entities:
            sys.exit(f"write_names.py: {entity.entity} lies in {entity.part_of}, which has no row")
    ordered = sorted(entities.values(), key=lambda entity: (KINDS.index(entity.kind), entity.entity))
    return "\n".join(["\t".join(HEADER), *(entity.row() for entity in ordered)]) + "\n"


def words_table() -> str:
    """Build name_words.tsv: the hand-made rows, sorted, each once."""
    lines = (NAMES / "name_words.tsv").read_text(encoding="utf-8").splitlines()
    if tuple(lines[0].split("\t")) != WORDS_HEADER:
        sys.exit(f"write_names.py: {NAMES / 'name_words.tsv'}: the header must be {' '.join(WORDS_HEADER)}")
    rows = sorted(set(lines[1:]), key=lambda line: (line.split("\t")[1], line))
    return "\n".join([lines[0], *rows]) + "\n"


def main() -> None:
    """Write both tables."""
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "aligner/data")
    (folder / "names.tsv").write_text(names_table(), encoding="utf-8", newline="\n")
    (folder / "name_words.tsv").write_text(words_table(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
