"""`aligner completion`: what has a shell complete verbs, options and files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Final

from aligner.errors import MissingExtraError

SHELLS: Final = ("bash", "zsh", "fish")


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = (
        "Print a script with which a shell completes verbs, options, their words and names of files, without running "
        "aligner for it. docs/command.md says where each shell looks for it."
    )
    verb.add_argument("shell", choices=SHELLS, help="the shell that is to read it")
    verb.set_defaults(job=_complete)


def _complete(chosen: argparse.Namespace) -> None:
    """`aligner completion`: the script to standard output."""
    try:
        import shtab
    except ImportError:
        raise MissingExtraError("completion", package="shtab", extra="completion") from None
    parser: argparse.ArgumentParser = chosen.whole()
    for action in _actions(parser):
        if action.dest in chosen.paths:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks for it
    print(shtab.complete(parser, chosen.shell), end="")


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every argument of a parser and of its verbs."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for row in action._choices_actions:
                verb: argparse.ArgumentParser = action.choices[row.dest]
                verb.description = row.help  # a line in a list of verbs, not a paragraph
                yield from _actions(verb)
        else:
            yield action
