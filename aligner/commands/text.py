"""`aligner split` and `aligner normalise`: text in one language into text."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable

from aligner.commands.options import Verbs, add_encoding, add_names, add_tone, add_verb, names_glossary_of, sided
from aligner.commands.telling import counted, tell
from aligner.files.whole import read_text, write_text
from aligner.names.learning import join_tables, learn_names
from aligner.names.rewriting import normalise_names
from aligner.text.normalisation import normalise_report
from aligner.text.sentences import split_sentences


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Describe the two verbs."""
    verb = _text_verb(verbs, "split", "split text into sentences, one a line", _split)
    verb.add_argument("--max-chars", type=int, help="also cut sentences longer than this at clause boundaries")
    verb = _text_verb(verbs, "normalise", "repair Unicode, Vietnamese spelling and spaces", _normalise)
    add_tone(verb)
    add_names(verb)


def _text_verb(
    verbs: Verbs[argparse.ArgumentParser], name: str, what: str, job: Callable[[argparse.Namespace], None]
) -> argparse.ArgumentParser:
    """Describe a verb that turns a text in one language into text."""
    verb = add_verb(verbs, name, what, what.capitalize() + ".")
    verb.add_argument("file", help="the text; - for standard input")
    verb.add_argument("--lang", choices=("en", "vi"), required=True, help="its language")
    verb.add_argument("-o", "--output", default="-", help="the file to write; - for standard output")
    add_encoding(verb)
    verb.set_defaults(job=job)
    return verb


def _split(chosen: argparse.Namespace) -> None:
    """`aligner split`: sentences, one a line; a count to standard error."""
    text = read_text(chosen.file, encoding=chosen.encoding)
    sentences = split_sentences(text, chosen.lang, max_chars=chosen.max_chars)
    write_text(chosen.output, "".join(f"{sentence.text}\n" for sentence in sentences))
    tell(f"sentences: {len(sentences)}")


def _normalise(chosen: argparse.Namespace) -> None:
    """`aligner normalise`: the text repaired; the number of changes by rule to standard error."""
    glossary = names_glossary_of(chosen)
    text = read_text(chosen.file, encoding=chosen.encoding)
    report = normalise_report(text, lang=chosen.lang, tone=chosen.tone)
    changes = list(report.changes)
    if chosen.names != "keep":
        table = join_tables([table for table in (glossary, learn_names([sided(report.text, chosen.lang)])) if table])
        (named,) = normalise_names([report.text], table, lang=chosen.lang, names=chosen.names)
        changes += named.changes
        report = named
    write_text(chosen.output, report.text)
    rules = counted(Counter(change.rule for change in changes))
    tell(f"changes: {len(changes)}" + (f" ({rules})" if changes else ""))
