"""`aligner names`: which English form stands for which Vietnamese one."""

from __future__ import annotations

import argparse

from aligner.alignment import align_article
from aligner.commands.options import add_article, add_encoding, add_glossary, glossary_of, sided
from aligner.commands.telling import tell
from aligner.documents.articles import read_article
from aligner.errors import InputError
from aligner.files.whole import read_text, write_text
from aligner.names.glossaries import GLOSSARY_FORMATS, glossary_format, write_glossary
from aligner.names.learning import learn_names
from aligner.showing import names_text
from aligner.text.sentences import split_sentences


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = (
        "List the names of a bilingual article (one file, or an English and a Vietnamese one), or a text."
    )
    add_article(verb)
    outputs = "|".join(f"OUT{form.suffixes[0]}" for form in GLOSSARY_FORMATS)
    verb.add_argument("-o", "--output", metavar=outputs, help="glossary to write; without it the names are shown")
    verb.add_argument("--lang", choices=("en", "vi"), help="the file holds this language alone: list its names")
    add_glossary(verb)
    add_encoding(verb)
    verb.set_defaults(job=_names)


def _names(chosen: argparse.Namespace) -> None:
    """`aligner names`: the name table to the output, its size to standard error."""
    if chosen.output is not None:
        glossary_format(chosen.output)
    if chosen.lang is None:
        article = read_article(chosen.file, chosen.other, encoding=chosen.encoding, markup="strip")
        table = align_article(article, glossary=glossary_of(chosen)).name_table
    elif chosen.other is not None:
        raise InputError("--lang is for a file in one language", found="two files", todo="leave --lang or OTHER out")
    else:
        sentences = split_sentences(read_text(chosen.file, encoding=chosen.encoding), chosen.lang)
        table = learn_names([sided(s.text, chosen.lang) for s in sentences], glossary=glossary_of(chosen))
    if chosen.output is None:
        write_text("-", names_text(table) + "\n")
    else:
        write_glossary(table, chosen.output)
    both = sum(bool(entry.en and entry.vi) for entry in table.entries)
    conflicts = sum(bool(entry.conflicts) for entry in table.entries)
    tell(f"names: {len(table.entries)}, {both} of them in both languages; spelled in more than one way: {conflicts}")
    if table.signature:
        tell(f"signature: {table.signature}")
