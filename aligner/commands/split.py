"""`aligner split`: text in one language into sentences."""

from __future__ import annotations

import argparse

from aligner.commands.options import add_text
from aligner.commands.telling import tell
from aligner.files.whole import read_text, write_text
from aligner.text.language import detect_language
from aligner.text.sentences import split_sentences


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    add_text(verb)
    verb.add_argument("--max-chars", type=int, help="also cut sentences longer than this at clause boundaries")
    verb.set_defaults(job=_split)


def _split(chosen: argparse.Namespace) -> None:
    """`aligner split`: sentences, one a line; a count to standard error."""
    text = read_text(chosen.file, encoding=chosen.encoding)
    sentences = split_sentences(text, chosen.lang, max_chars=chosen.max_chars)
    write_text(chosen.output, "".join(f"{sentence.text}\n" for sentence in sentences))
    tell(f"sentences: {len(sentences)}")
    found = "vi" if (looks := detect_language(text)) == "vi-unaccented" else looks
    if chosen.lang in ("en", "vi") and found not in (chosen.lang, "und"):
        tell(f"note: the text looks like {found}, and was split by the rules of --lang {chosen.lang}")
