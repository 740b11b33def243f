"""The command `aligner`: one verb for each job, `-` for standard input and output.

A verb is a module of its name in `aligner.commands`, imported when it is asked for and not before: `aligner --version`
and `aligner --help` import no numpy.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

from aligner.commands.telling import quiet, tell
from aligner.errors import AlignerError, printable
from aligner.version import VERSION

VERBS: Final = {
    "align": "split a bilingual article into aligned sentence pairs",
    "names": "list the names of a bilingual article: which English form stands for which Vietnamese one",
    "score": "judge pairs of sentences from anywhere: quality, decision, reasons",
    "convert": "turn pairs of one format into another",
    "apply": "apply to pairs what a person changed in a copy of them",
    "deduplicate": "keep one pair of each group of duplicates, and nothing of a test set",
    "match": "find which documents of a heap translate each other, whatever they are called",
    "build": "build a corpus out of many documents",
    "mine": "find the translations among the sentences of two collections, wherever they stand",
    "export": "export the pairs of a corpus worth keeping",
    "evaluate": "score beads, sentence boundaries, an encoder or translations; compare two runs",
    "describe": "tell what a file of pairs holds: sizes, lengths, quality, languages, repetitions, reasons",
    "review": "open a page on which a person makes an alignment right, doubtful beads first",
    "report": "write pairs as one page to look at, search and filter offline",
    "split": "split text into sentences, one a line",
    "normalise": "repair Unicode, Vietnamese spelling and spaces",
    "completion": "print what has a shell complete verbs, options and files",
}
"""What each verb does, in the order of the help. The rest of its help stands in its module."""

ALIASES: Final = {"normalize": "normalise"}
"""Verbs as others spell them, which no help lists. In Python there is one spelling, and the error names it."""

INPUTS: Final = (
    *("original", "edited", "file", "other", "gold", "compare", "against", "input", "corpus", "glossary"),
    *("vectors", "overlaps", "en", "vi", "model"),
)
OUTPUTS: Final = ("output", "json", "report", "cues", "work", "project")
"""Arguments of the verbs that name what is read and what is written (test_cli.py holds that none is forgotten)."""

FILES: Final = ("json", "report", "cues")
"""Of the outputs, those that are a file whatever the verb."""

BAD_INPUT = 2
"""Exit status for bad input, as argparse has for bad arguments."""

INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 and the number of the signal, as shells have it."""

_STOPPING: Final = ("SIGTERM", "SIGHUP")
"""What asks a command to end, as a cluster does whose time is up: it takes away what it has half written, and ends."""

_WANTING: Final = {
    "memory": "out of memory; give it more, fewer --jobs or less at a time",
    "disk": "no space, or a disk that fails; free some or write elsewhere",
    "system": "the system has no more processes, threads or open files; try again later, with fewer --jobs",
}
"""What is said where the machine's means do not suffice, by kind."""


_MISTAKES: Final = (
    (r"the following arguments are required: (?P<name>.*)", "missing: {name}"),
    (r"one of the arguments (?P<name>.*) is required", "one of {name} is needed"),
    (r"argument VERB: invalid choice: '(?P<found>[^']*)'.*", "there is no verb {found}{near}"),
    (r"argument (?P<name>\S+): invalid choice: (?P<found>.*) \(choose from (?P<known>.*)\)",
     "{name} takes one of {known} (found {found})"),
    (r"argument (?P<name>\S+): invalid int value: (?P<found>.*)", "{name} takes a whole number (found {found})"),
    (r"argument (?P<name>\S+): invalid float value: (?P<found>.*)", "{name} takes a number (found {found})"),
    (r"argument (?P<name>\S+): expected (one|at least one) argument", "{name} has no value"),
    (r"argument (?P<name>\S+): expected (?P<known>\d+) arguments", "{name} takes {known} values, and has fewer"),
    (r"argument (?P<name>\S+): ignored explicit argument (?P<found>.*)", "{name} takes nothing (found {found})"),
    (r"argument (?P<name>\S+): not allowed with argument (?P<known>.*)", "{name} and {known} exclude each other"),
    (r"unrecognized arguments: (?P<found>-.*)", "there is no option {found}{near}"),
    (r"unrecognized arguments: (?P<found>.*)", "too much was given: {found}"),
    (r"ambiguous option: (?P<found>\S+) could match (?P<known>.*)", "{found} may be {known}"),
    (r"argument (?P<name>\S+): (?P<found>.*)", "{name}: {found}"),
)  # fmt: skip
"""What argparse says of a mistake, and our words for it. What no row knows is said as argparse says it."""


class _StoppedError(BaseException):
    """A signal has asked to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words behind the command's name; by default the process's own.

    Returns
    -------
    int
        0; 2 for bad input, after one line on standard error; 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP.
    """
    try:
        with _stoppable():
            return _run(arguments)
    except _StoppedError as stopped:
        return 128 + stopped.number


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Have signals that ask to end raise, once: what is behind `finally` is done, as after Ctrl-C."""
    before: dict[int, Any] = {}

    def stop(number: int, _: object) -> None:
        for other in before:
            signal.signal(other, signal.SIG_IGN)
        raise _StoppedError(number)

    if threading.current_thread() is threading.main_thread():
        for name in _STOPPING:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup ignores it: so it stays
                before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run(arguments: Sequence[str] | None) -> int:
    """Run the command; the exit status."""
    _use_utf8()
    words = [*(sys.argv[1:] if arguments is None else arguments)]
    words[:1] = [ALIASES.get(word, word) for word in words[:1]]
    asked = [word for word in words if word in VERBS][:1]
    chosen, unknown = _parser(asked).parse_known_args(words)
    if unknown:  # of these an option is the mistake: what is behind it may be its value, which some Pythons take in
        options = [word for word in unknown if word.startswith("-")]
        chosen.refuse(f"unrecognized arguments: {' '.join(options or unknown)}")
    with quiet(chosen.quiet):
        return _do(chosen, words)


def _do(chosen: argparse.Namespace, words: Sequence[str]) -> int:
    """Do what was asked for in these words; the exit status."""
    job: Callable[[argparse.Namespace], None] = chosen.job
    begun = time.perf_counter()
    try:
        _check_files(chosen)
        job(chosen)
        if chosen.is_timed:
            tell(f"time: {time.perf_counter() - begun:.2f} s")
        if sys.stdout is not None:
            sys.stdout.flush()
    except AlignerError as error:
        return _refuse(_as_option(str(error), words))
    except BrokenPipeError:
        _discard_output()  # the reader (head, less) has seen enough
    except OSError as error:
        if error.filename is not None:
            return _refuse(f"{os.fsdecode(error.filename)}: {error.strerror}")
        _discard_output()
        return _refuse(f"standard output: {error.strerror}; free some space or write to another file")
    except KeyboardInterrupt:
        return INTERRUPTED
    except MemoryError:  # nothing can be imported to tell it
        return _refuse(_WANTING["memory"])
    except Exception as error:
        from aligner.corpus.jobs.faults import tell_passing

        if wanting := tell_passing(error):
            return _refuse(_WANTING[wanting])
        raise
    return 0


def _check_files(chosen: argparse.Namespace) -> None:
    """Refuse, before any work, an output that is an input or another output, or has no folder to be written to."""
    from aligner.files.whole import check_apart, check_place  # not for --help

    check_apart(_named(chosen, OUTPUTS), _named(chosen, INPUTS))
    for option in FILES:
        if (path := getattr(chosen, option, None)) is not None:
            check_place(path)


def _named(chosen: argparse.Namespace, options: Sequence[str]) -> list[str]:
    """The files and folders that options name, one or several each."""
    given = [getattr(chosen, option, None) or [] for option in options]
    return [path for paths in given for path in ([paths] if isinstance(paths, str) else paths)]


def _as_option(message: str, words: Sequence[str]) -> str:
    """Call what a function calls null_bias what it was called on the command line; what is None there is left out here.

    Examples
    --------
    >>> _as_option("max_chars out of range (found 0); give 1 or more, or None for no limit", ["--max-chars=0"])
    '--max-chars out of range (found 0); give 1 or more'
    >>> _as_option("no such file", ["--encoding", "tcvn3"])
    'no such file'
    """
    name, _, rest = message.partition(" ")
    option = f"--{name.replace('_', '-')}"
    if option not in {word.partition("=")[0] for word in words}:
        return message
    return f"{option} {re.sub(', or None [^;]*$', '', rest)}"


def _refuse(message: str) -> int:
    """Say what was wrong."""
    tell(f"aligner: {printable(message)}", always=True)
    return BAD_INPUT


def _discard_output() -> None:
    """Give Python nothing to flush at exit, where it would complain once more."""
    with contextlib.suppress(OSError):  # the streams of a notebook have no number
        number = sys.stdout.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def _use_utf8() -> None:
    """Vietnamese must come out whole whatever the locale says (a bare container has LANG=C)."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


class _Help(argparse.ArgumentDefaultsHelpFormatter):
    """Help that gives a default where there is one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help if action.default in (None, False, []) else super()._get_help_string(action)


class _Parser(argparse.ArgumentParser):
    """A parser that says a mistake on one line: the whole usage would hide it."""

    def error(self, message: str) -> NoReturn:
        known = VERBS if message.startswith("argument VERB") else re.findall(r"--[\w-]+", self.format_help())
        self.exit(_refuse(f"{_in_our_words(message, known)}; see {self.prog} --help"))


def _in_our_words(message: str, known: Iterable[str]) -> str:
    """Say what argparse found wrong; of the verbs or options that are known, name one that is nearly what was given.

    Examples
    --------
    >>> _in_our_words("argument -j/--jobs: invalid int value: 'two'", [])
    "--jobs takes a whole number (found 'two')"
    >>> _in_our_words("unrecognized arguments: --outptu", ["--output", "--format"])
    'there is no option --outptu (did you mean --output?)'
    """
    for pattern, said in _MISTAKES:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            of = {"name": "", "found": "", **match.groupdict()}
            near = difflib.get_close_matches(re.split("[= ]", of["found"])[0], known, 1)
            of["name"] = ", ".join(name.rpartition("/")[2] for name in of["name"].split(", "))  # -j/--jobs
            of["known"] = of.get("known", "").replace("'", "")  # quoted by some versions of Python
            return said.format(**of, near="".join(f" (did you mean {word}?)" for word in near))
    return message


def _parser(asked: Container[str] = VERBS) -> argparse.ArgumentParser:
    """Describe the command line: all verbs in a line each, those asked for with their options."""
    parser = _Parser(
        prog="aligner",
        description="Turn English-Vietnamese bilingual text into translation data.",
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"aligner {VERSION}")
    parser.set_defaults(whole=_parser, paths=(*INPUTS, *OUTPUTS))  # for the verb that describes all verbs
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for name, what in VERBS.items():
        verb = verbs.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.", formatter_class=_Help)
        verb.set_defaults(is_timed=False, refuse=verb.error)
        if name in asked:
            import_module(f"aligner.commands.{name}").add(verb)
        verb.add_argument("-q", "--quiet", action="store_true", help="tell nothing beside the output; errors are told")
    return parser
