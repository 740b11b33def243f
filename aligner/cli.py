"""The command `aligner`: one verb for each job, `-` for standard input and output."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

from aligner.alignment import align_article
from aligner.bitext import AlignConfig
from aligner.errors import AlignerError, InputError
from aligner.exchange.articles import read_article
from aligner.exchange.files import read_text, write_text
from aligner.report import pairs_text, printable, summary_lines
from aligner.text.normalisation import normalise_report
from aligner.text.sentences import split_sentences
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
    _tell(f"aligner: {printable(message)}")
    return BAD_INPUT


def _tell(message: str) -> None:
    """Print to standard error where there is one: without it, print would turn to standard output, among the data."""
    if sys.stderr is not None:
        print(message, file=sys.stderr)


def _discard_output() -> None:
    """Give Python nothing to flush at exit, where it would complain once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _use_utf8() -> None:
    """Vietnamese must come out whole whatever the locale says (a bare container has LANG=C)."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


class _Help(argparse.ArgumentDefaultsHelpFormatter):
    """Help that gives a default where there is one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help if action.default in (None, False) else super()._get_help_string(action)


def _parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="aligner",
        description="Turn English-Vietnamese bilingual text into translation data.",
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"aligner {VERSION}")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verb = verbs.add_parser(
        "align",
        help="split a bilingual article into aligned sentence pairs",
        description="Split a bilingual article (one file, or an English and a Vietnamese one) into aligned pairs.",
        formatter_class=_Help,
    )
    default = AlignConfig()
    verb.add_argument("file", help="the bilingual file, or the English one; - for standard input")
    verb.add_argument("other", nargs="?", help="the Vietnamese file, where there are two")
    verb.add_argument(
        "-o", "--output", metavar="OUT.tsv", help="TSV file, - for standard output; without it the pairs are shown"
    )
    verb.add_argument("--nulls", action="store_true", help="also write sentences without counterpart to the TSV")
    verb.add_argument("--encoding", help="encoding of the input, where it is not UTF-8 or UTF-16")
    verb.add_argument(
        "--decoding", choices=("expected", "viterbi"), default=default.decoding, help="how the path is chosen"
    )
    verb.add_argument(
        "--null-bias", type=float, default=default.null_bias, help="nats for leaving a sentence unaligned"
    )
    verb.add_argument("--threshold", type=float, default=default.threshold, help="quality from which a pair is kept")
    verb.set_defaults(job=_align)
    verb = _text_verb(verbs, "split", "split text into sentences, one a line", _split)
    verb.add_argument("--max-chars", type=int, help="also cut sentences longer than this at clause boundaries")
    verb = _text_verb(verbs, "normalise", "repair Unicode, Vietnamese spelling and spaces", _normalise)
    verb.add_argument("--tone", choices=("keep", "old", "new"), default="keep", help="old: hòa; new: hoà")
    return parser


def _text_verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    what: str,
    job: Callable[[argparse.Namespace], None],
) -> argparse.ArgumentParser:
    """Describe a verb that turns a text in one language into text."""
    verb = verbs.add_parser(name, help=what, description=what.capitalize() + ".", formatter_class=_Help)
    verb.add_argument("file", help="the text; - for standard input")
    verb.add_argument("--lang", choices=("en", "vi"), required=True, help="its language")
    verb.add_argument("-o", "--output", default="-", help="the file to write; - for standard output")
    verb.add_argument("--encoding", help="encoding of the input, where it is not UTF-8 or UTF-16")
    verb.set_defaults(job=job)
    return verb


def _split(chosen: argparse.Namespace) -> None:
    """`aligner split`: sentences, one a line; a count to standard error."""
    text = read_text(chosen.file, encoding=chosen.encoding)
    sentences = split_sentences(text, chosen.lang, max_chars=chosen.max_chars)
    write_text(chosen.output, "".join(f"{sentence.text}\n" for sentence in sentences))
    _tell(f"sentences: {len(sentences)}")


def _normalise(chosen: argparse.Namespace) -> None:
    """`aligner normalise`: the text repaired; the number of changes by rule to standard error."""
    text = read_text(chosen.file, encoding=chosen.encoding)
    report = normalise_report(text, lang=chosen.lang, tone=chosen.tone)
    write_text(chosen.output, report.text)
    rules = Counter(change.rule for change in report.changes)
    counts = ", ".join(f"{n} {rule}" for rule, n in sorted(rules.items(), key=lambda item: (-item[1], item[0])))
    _tell(f"changes: {len(report.changes)}" + (f" ({counts})" if counts else ""))


def _align(chosen: argparse.Namespace) -> None:
    """`aligner align`: pairs to the output, a summary to standard error."""
    if chosen.nulls and chosen.output is None:
        raise InputError("--nulls is about the TSV; the pairs shown have them anyway", todo="leave it out, or add -o")
    if chosen.output not in (None, "-") and not chosen.output.lower().endswith(".tsv"):
        raise InputError(
            "unknown output format", path=chosen.output, todo="name the file OUT.tsv, or give - for standard output"
        )
    begun = time.perf_counter()
    config = AlignConfig(decoding=chosen.decoding, null_bias=chosen.null_bias, threshold=chosen.threshold)
    article = read_article(chosen.file, chosen.other, encoding=chosen.encoding)
    alignment = align_article(article, config=config)
    replaced = 0
    if chosen.output is None:
        write_text("-", pairs_text(alignment) + "\n")
    else:
        replaced = alignment.to_tsv(chosen.output, nulls=chosen.nulls)
    lines = summary_lines(alignment, article)
    if replaced:
        lines.append(f"replaced in the TSV: {replaced} tabs, line breaks and controls inside texts")
    lines.append(f"signature: {alignment.signature}")
    lines.append(f"time: {time.perf_counter() - begun:.2f} s")
    _tell("\n".join(lines))
