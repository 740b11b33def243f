"""The command `aligner`: one verb for each job, `-` for standard input and output."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from aligner.commands import align, build, convert, deduplicate, describe, evaluate, export, names, report, score, text
from aligner.commands.options import Help
from aligner.commands.telling import tell
from aligner.errors import AlignerError
from aligner.fragments import printable
from aligner.version import VERSION

BAD_INPUT = 2
"""Exit status for bad input, as argparse has for bad arguments."""

INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 and the number of the signal, as shells have it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words behind the command's name; by default the process's own.

    Returns
    -------
    int
        0; 2 for bad input, after one line on standard error; 130 after Ctrl-C.
    """
    _use_utf8()
    chosen = _parser().parse_args(arguments)
    job: Callable[[argparse.Namespace], None] = chosen.job
    try:
        job(chosen)
        if sys.stdout is not None:
            sys.stdout.flush()
    except AlignerError as error:
        return _refuse(str(error))
    except BrokenPipeError:
        _discard_output()  # the reader (head, less) has seen enough
    except OSError as error:
        _discard_output()
        return _refuse(f"standard output: {error.strerror}; free some space or write to another file")
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _refuse(message: str) -> int:
    """Say what was wrong."""
    tell(f"aligner: {printable(message)}")
    return BAD_INPUT


def _discard_output() -> None:
    """Give Python nothing to flush at exit, where it would complain once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _use_utf8() -> None:
    """Vietnamese must come out whole whatever the locale says (a bare container has LANG=C)."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="aligner",
        description="Turn English-Vietnamese bilingual text into translation data.",
        formatter_class=Help,
    )
    parser.add_argument("--version", action="version", version=f"aligner {VERSION}")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for verb in (align, names, score, convert, deduplicate, build, export, evaluate, describe, report, text):
        verb.add(verbs)
    return parser
