"""Options that several commands have, and how help shows them."""

from __future__ import annotations

import argparse

from aligner.evidence.names.rewriting import NAME_STYLES
from aligner.evidence.names.table import NameTable
from aligner.exchange.glossaries import read_glossary

Verbs = argparse._SubParsersAction  # argparse has no public name for what add_subparsers returns


class Help(argparse.ArgumentDefaultsHelpFormatter):
    """Help that gives a default where there is one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help if action.default in (None, False) else super()._get_help_string(action)


def add_verb(verbs: Verbs[argparse.ArgumentParser], name: str, what: str, description: str) -> argparse.ArgumentParser:
    """Begin to describe a verb."""
    return verbs.add_parser(name, help=what, description=description, formatter_class=Help)


def add_article(verb: argparse.ArgumentParser) -> None:
    """Describe how a bilingual article is given."""
    verb.add_argument("file", help="the bilingual file, or the English one; - for standard input")
    verb.add_argument("other", nargs="?", help="the Vietnamese file, where there are two")


def add_encoding(verb: argparse.ArgumentParser) -> None:
    """Describe how an encoding is named."""
    verb.add_argument("--encoding", help="encoding of the input, where it is not UTF-8 or UTF-16")


def add_glossary(verb: argparse.ArgumentParser) -> None:
    """Describe how a glossary is given."""
    verb.add_argument("--glossary", metavar="FILE", help="names that are known to belong together (TSV or TBX)")


def add_names(verb: argparse.ArgumentParser) -> None:
    """Describe how names are written."""
    verb.add_argument(
        "--names",
        choices=NAME_STYLES,
        default="keep",
        help="write every name in one way: with its Vietnamese marks, without them, or as it stands first",
    )
    add_glossary(verb)


def glossary_of(chosen: argparse.Namespace) -> NameTable | None:
    """Read the glossary that was named."""
    return None if chosen.glossary is None else read_glossary(chosen.glossary)


def sided(text: str, lang: str) -> tuple[str, str]:
    """Make a text a pair with one side.

    Examples
    --------
    >>> sided("Hà Nội", "vi")
    ('', 'Hà Nội')
    """
    return (text, "") if lang == "en" else ("", text)
