"""`aligner normalise`: text in one language, its Unicode, spelling, spaces and names repaired."""

from __future__ import annotations

import argparse
from collections import Counter

from aligner.commands.options import add_names, add_text, add_tone, names_glossary_of, sided
from aligner.commands.telling import counted, tell
from aligner.files.whole import read_text, write_text
from aligner.names.learning import join_tables, learn_names
from aligner.names.rewriting import normalise_names
from aligner.text.normalisation import normalise_report


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    add_text(verb)
    add_tone(verb)
    add_names(verb)
    verb.set_defaults(job=_normalise)


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
