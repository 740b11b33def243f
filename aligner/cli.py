"""The command `aligner`: one verb for each job, `-` for standard input and output."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

from aligner.alignment import Encode, align_article
from aligner.bitext import AlignConfig, Article
from aligner.errors import AlignerError, InputError
from aligner.evidence.names.learning import join_tables, learn_names
from aligner.evidence.names.rewriting import NAME_STYLES, normalise_names
from aligner.evidence.names.table import NameTable
from aligner.exchange.articles import read_article, read_lines
from aligner.exchange.encoders import neural_encoder
from aligner.exchange.files import read_text, write_text
from aligner.exchange.glossaries import check_format, read_glossary, write_glossary
from aligner.exchange.pairs import FORMATS, score_file
from aligner.exchange.vectors import read_vectors
from aligner.report import boundary_lines, moved_lines, names_text, pairs_text, printable, summary_lines
from aligner.scoring.model import PURPOSES
from aligner.scoring.rules import RULES
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
    verb.add_argument("--moved", action="store_true", help="also pair sentences that the other side has elsewhere")
    verb.add_argument(
        "--boundaries",
        choices=("propose", "apply"),
        help="list sentence boundaries that the other side speaks for or against; or change them and align again",
    )
    verb.add_argument("--encoding", help="encoding of the input, where it is not UTF-8 or UTF-16")
    verb.add_argument(
        "--decoding", choices=("expected", "viterbi"), default=default.decoding, help="how the path is chosen"
    )
    verb.add_argument(
        "--null-bias", type=float, default=default.null_bias, help="nats for leaving a sentence unaligned"
    )
    _add_names(verb)
    _add_encoders(verb)
    verb.add_argument("--threshold", type=float, default=default.threshold, help="quality from which a pair is kept")
    verb.set_defaults(job=_align)
    verb = verbs.add_parser(
        "names",
        help="list the names of a bilingual article: which English form stands for which Vietnamese one",
        description="List the names of a bilingual article (one file, or an English and a Vietnamese one), or a text.",
        formatter_class=_Help,
    )
    verb.add_argument("file", help="the bilingual file, or the English one; - for standard input")
    verb.add_argument("other", nargs="?", help="the Vietnamese file, where there are two")
    verb.add_argument(
        "-o", "--output", metavar="OUT.tsv|OUT.tbx", help="glossary to write; without it the names are shown"
    )
    verb.add_argument("--lang", choices=("en", "vi"), help="the file holds this language alone: list its names")
    verb.add_argument("--glossary", metavar="FILE", help="names that are known to belong together (TSV or TBX)")
    verb.add_argument("--encoding", help="encoding of the input, where it is not UTF-8 or UTF-16")
    verb.set_defaults(job=_names)
    verb = verbs.add_parser(
        "score",
        help="judge pairs of sentences from anywhere: quality, decision, reasons",
        description="Judge pairs of sentences (TSV, JSON Lines, TMX, or two plain files): quality, decision, reasons.",
        formatter_class=_Help,
    )
    verb.add_argument("file", help="the pairs, or the English file; - for TSV on standard input")
    verb.add_argument("other", nargs="?", help="the Vietnamese file, line by line with the English one")
    verb.add_argument("-o", "--output", metavar="OUT", default="-", help="OUT.tsv or OUT.jsonl; - for standard output")
    verb.add_argument("--format", choices=FORMATS, help="format of the pairs, where the suffix does not tell")
    verb.add_argument(
        "--threshold", default="balanced", help=f"quality from which a pair is kept: {', '.join(PURPOSES)} or a number"
    )
    verb.add_argument("--features", action="store_true", help="also write the evidence, a column a feature")
    verb.add_argument("--kept-only", action="store_true", help="write only the pairs that are kept")
    verb.add_argument(
        "--without-rule",
        action="append",
        choices=list(RULES),
        metavar="RULE",
        help=f"switch a hard rule off, once for each: {', '.join(RULES)}",
    )
    verb.add_argument("--glossary", metavar="FILE", help="names that are known to belong together (TSV or TBX)")
    verb.set_defaults(job=_score)
    verb = _text_verb(verbs, "split", "split text into sentences, one a line", _split)
    verb.add_argument("--max-chars", type=int, help="also cut sentences longer than this at clause boundaries")
    verb = _text_verb(verbs, "normalise", "repair Unicode, Vietnamese spelling and spaces", _normalise)
    verb.add_argument("--tone", choices=("keep", "old", "new"), default="keep", help="old: hòa; new: hoà")
    _add_names(verb)
    return parser


def _add_encoders(verb: argparse.ArgumentParser) -> None:
    """Describe how `align` takes sentences and vectors from elsewhere."""
    verb.add_argument("--lines", action="store_true", help="each line of the two files is one sentence: split nothing")
    verb.add_argument(
        "--encoder", metavar="NAME|FOLDER", help="a sentence-transformers model in place of the embedded encoder"
    )
    verb.add_argument("--encoder-prompt", metavar="TEXT", help="put before every text, as E5 models want: 'query: '")
    verb.add_argument("--encoder-cache", metavar="FOLDER", help="keep the encoder's vectors there, to be found again")
    verb.add_argument("--vectors", nargs=2, metavar=("EN", "VI"), help="with --lines: their vectors (.npy)")
    verb.add_argument(
        "--overlaps", nargs=2, metavar=("EN", "VI"), help="with --vectors as vecalign has them: its overlaps"
    )


def _add_names(verb: argparse.ArgumentParser) -> None:
    """Describe what `align` and `normalise` do with names."""
    verb.add_argument(
        "--names",
        choices=NAME_STYLES,
        default="keep",
        help="write every name in one way: with its Vietnamese marks, without them, or as it stands first",
    )
    verb.add_argument("--glossary", metavar="FILE", help="names that are known to belong together (TSV or TBX)")


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
    changes = list(report.changes)
    if chosen.names != "keep":
        glossary = _glossary(chosen)
        table = join_tables([table for table in (glossary, learn_names([_sided(report.text, chosen.lang)])) if table])
        (named,) = normalise_names([report.text], table, lang=chosen.lang, names=chosen.names)
        changes += named.changes
        report = named
    write_text(chosen.output, report.text)
    rules = Counter(change.rule for change in changes)
    counts = ", ".join(f"{n} {rule}" for rule, n in sorted(rules.items(), key=lambda item: (-item[1], item[0])))
    _tell(f"changes: {len(changes)}" + (f" ({counts})" if counts else ""))


def _glossary(chosen: argparse.Namespace) -> NameTable | None:
    """The glossary that was named."""
    return None if chosen.glossary is None else read_glossary(chosen.glossary)


def _sided(text: str, lang: str) -> tuple[str, str]:
    """A text as a pair with one side."""
    return (text, "") if lang == "en" else ("", text)


def _names(chosen: argparse.Namespace) -> None:
    """`aligner names`: the name table to the output, its size to standard error."""
    if chosen.output is not None:
        check_format(chosen.output)
    if chosen.lang is None:
        article = read_article(chosen.file, chosen.other, encoding=chosen.encoding)
        table = align_article(article, glossary=_glossary(chosen)).name_table
    elif chosen.other is not None:
        raise InputError("--lang is for a file in one language", found="two files", todo="leave --lang or OTHER out")
    else:
        sentences = split_sentences(read_text(chosen.file, encoding=chosen.encoding), chosen.lang)
        table = learn_names([_sided(s.text, chosen.lang) for s in sentences], glossary=_glossary(chosen))
    if chosen.output is None:
        write_text("-", names_text(table) + "\n")
    else:
        write_glossary(table, chosen.output)
    both = sum(bool(entry.en and entry.vi) for entry in table.entries)
    conflicts = sum(bool(entry.conflicts) for entry in table.entries)
    _tell(f"names: {len(table.entries)}, {both} of them in both languages; spelled in more than one way: {conflicts}")
    if table.signature:
        _tell(f"signature: {table.signature}")


def _check_encoders(chosen: argparse.Namespace) -> None:
    """Refuse options that would do nothing."""
    for option, needed in (
        ("encoder_prompt", "encoder"),
        ("encoder_cache", "encoder"),
        ("vectors", "lines"),  # vectors belong to sentences, and only lines say which these are
        ("overlaps", "vectors"),
    ):
        if getattr(chosen, option) and not getattr(chosen, needed):
            raise InputError(f"--{option.replace('_', '-')} needs --{needed}", todo=f"give --{needed}, too")
    if chosen.vectors and chosen.encoder:
        raise InputError("--vectors and --encoder exclude each other", todo="leave one of them out")


def _encoder(chosen: argparse.Namespace, article: Article) -> Encode | None:
    """The encoder or the vectors that were named."""
    if chosen.encoder is not None:
        return neural_encoder(chosen.encoder, prompt=chosen.encoder_prompt, cache=chosen.encoder_cache)
    if chosen.vectors is None:
        return None
    en, vi = (
        read_vectors(path, texts=[sentence.text for sentence in side], overlaps=overlaps)
        for path, overlaps, side in zip(
            chosen.vectors, chosen.overlaps or (None, None), (article.source, article.target), strict=True
        )
    )
    return en, vi


def _score(chosen: argparse.Namespace) -> None:
    """`aligner score`: the pairs with their scores to the output, counts to standard error."""
    begun = time.perf_counter()
    try:
        threshold: str | float = float(chosen.threshold)
    except ValueError:
        threshold = chosen.threshold
    off = chosen.without_rule or []
    total = score_file(
        chosen.file,
        chosen.output,
        other=chosen.other,
        format=chosen.format,
        threshold=threshold,
        features=chosen.features,
        rules=[rule for rule in RULES if rule not in off],
        kept_only=chosen.kept_only,
        glossary=_glossary(chosen),
    )
    lines = [f"pairs: {total['pairs']}, {total['kept']} of them to keep (quality from {total['threshold']:g} on)"]
    for what in ("rules", "reasons"):
        counts = sorted(((n, name) for name, n in total[what].items() if n), key=lambda item: (-item[0], item[1]))
        lines.append(f"{what}: " + (", ".join(f"{n} {name}" for n, name in counts) or "none"))
    if total["replaced"]:
        lines.append(f"replaced in the TSV: {total['replaced']} tabs, line breaks and controls inside texts")
    lines.append(f"signature: {total['signature']}")
    lines.append(f"time: {time.perf_counter() - begun:.2f} s")
    _tell("\n".join(lines))


def _align(chosen: argparse.Namespace) -> None:
    """`aligner align`: pairs to the output, a summary to standard error."""
    if chosen.nulls and chosen.output is None:
        raise InputError("--nulls is about the TSV; the pairs shown have them anyway", todo="leave it out, or add -o")
    if chosen.names != "keep" and chosen.output is None:
        raise InputError("--names is about the TSV; the pairs are shown as they are", todo="leave it out, or add -o")
    if chosen.output not in (None, "-") and not chosen.output.lower().endswith(".tsv"):
        raise InputError(
            "unknown output format", path=chosen.output, todo="name the file OUT.tsv, or give - for standard output"
        )
    _check_encoders(chosen)
    begun = time.perf_counter()
    config = AlignConfig(decoding=chosen.decoding, null_bias=chosen.null_bias, threshold=chosen.threshold)
    read = read_lines if chosen.lines else read_article
    article = read(chosen.file, chosen.other, encoding=chosen.encoding)
    alignment = align_article(article, config=config, encode=_encoder(chosen, article), glossary=_glossary(chosen))
    boundaries = alignment.boundaries() if chosen.boundaries else ()
    if chosen.boundaries == "apply":
        alignment = alignment.with_boundaries(boundaries)
    moved = alignment.moved if chosen.moved else ()
    replaced = 0
    if chosen.output is None:
        write_text("-", pairs_text(alignment, moved) + "\n")
    else:
        replaced = alignment.to_tsv(chosen.output, nulls=chosen.nulls, names=chosen.names, moved=chosen.moved)
    lines = summary_lines(alignment, article)
    if chosen.moved:
        lines += moved_lines(alignment, moved, sum(map(len, alignment.duplicates.values())))
    if chosen.boundaries:
        lines += boundary_lines(boundaries)
    if replaced:
        lines.append(f"replaced in the TSV: {replaced} tabs, line breaks and controls inside texts")
    if chosen.names != "keep":
        changes = [
            len(report.changes)
            for side in alignment.name_reports(chosen.names, nulls=chosen.nulls, moved=chosen.moved)
            for report in side
        ]
        lines.append(f"names written in one way ({chosen.names}): {sum(changes)} in {sum(map(bool, changes))} texts")
    lines.append(f"signature: {alignment.signature}")
    lines.append(f"time: {time.perf_counter() - begun:.2f} s")
    _tell("\n".join(lines))
