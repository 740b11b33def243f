"""`aligner align`: a bilingual article into aligned sentence pairs."""

from __future__ import annotations

import argparse
import contextlib
import os
from typing import Any

from aligner.alignment import align_article
from aligner.bitext import AlignConfig, Article
from aligner.commands.options import (
    add_article,
    add_encoder,
    add_encoding,
    add_lines,
    add_main_text,
    add_markup,
    add_names,
    add_output,
    add_threshold,
    add_writing,
    check_encoder,
    encoder_of,
    encodings_of,
    glossary_of,
    writing_of,
)
from aligner.commands.telling import losses, tell
from aligner.documents.articles import read_article
from aligner.documents.formats import format_of
from aligner.encoders.adaptation import Encode
from aligner.encoders.vectors import read_vectors
from aligner.errors import InputError
from aligner.files.whole import write_text
from aligner.pairs.cues import check_cues, srt_text
from aligner.pairs.files import write_pairs
from aligner.pairs.formats import pairs_kind, wanted_command
from aligner.showing import boundary_lines, moved_lines, pairs_text, summary_lines


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = "Split a bilingual article (one file, or an English and a Vietnamese one) into aligned pairs."
    default = AlignConfig()
    add_article(verb)
    add_output(verb, "; without it the pairs are shown")
    verb.add_argument(
        "--cues",
        metavar="SRT",
        help="of subtitles, also write the English file's cues with both languages there, as a bilingual .srt",
    )
    add_writing(verb, "; with -o")
    verb.add_argument("--nulls", action="store_true", help="also write sentences without counterpart")
    verb.add_argument("--moved", action="store_true", help="also pair sentences that the other side has elsewhere")
    verb.add_argument(
        "--boundaries",
        choices=("propose", "apply"),
        help="list sentence boundaries that the other side speaks for or against; or change them and align again",
    )
    add_encoding(verb, by_side=True)
    add_main_text(verb)
    add_markup(verb)
    verb.add_argument(
        "--decoding", choices=("expected", "viterbi"), default=default.decoding, help="how the path is chosen"
    )
    verb.add_argument(
        "--null-bias", type=float, default=default.null_bias, help="nats for leaving a sentence unaligned"
    )
    verb.add_argument(
        "--no-borrow",
        action="store_false",
        dest="borrow",
        help="leave text without stops as it is: do not cut it where the other side's sentences end",
    )
    add_names(verb)
    _add_encoders(verb)
    add_threshold(verb, "kept", default.threshold)
    verb.set_defaults(job=_align, is_timed=True)


def _add_encoders(verb: argparse.ArgumentParser) -> None:
    """Describe how `align` takes sentences and vectors from elsewhere."""
    add_lines(verb)
    add_encoder(verb)
    verb.add_argument("--vectors", nargs=2, metavar=("EN", "VI"), help="with --lines: their vectors (.npy)")
    verb.add_argument(
        "--overlaps", nargs=2, metavar=("EN", "VI"), help="with --vectors as vecalign has them: its overlaps"
    )


def _check_encoders(chosen: argparse.Namespace) -> None:
    """Refuse options that would do nothing."""
    check_encoder(chosen)
    for option, needed in (
        ("vectors", "lines"),  # vectors belong to sentences, and only lines say which these are
        ("overlaps", "vectors"),
    ):
        if getattr(chosen, option) and not getattr(chosen, needed):
            raise InputError(f"--{option} needs --{needed}", todo=f"give --{needed}, too")
    if chosen.vectors and chosen.encoder:
        raise InputError("--vectors and --encoder exclude each other", todo="leave one of them out")


def _encoder(chosen: argparse.Namespace, article: Article) -> Encode | None:
    """The encoder or the vectors that were named."""
    if chosen.vectors is None:
        return encoder_of(chosen)
    en, vi = (
        read_vectors(path, texts=[sentence.text for sentence in side], overlaps=overlaps)
        for path, overlaps, side in zip(
            chosen.vectors, chosen.overlaps or (None, None), (article.source, article.target), strict=True
        )
    )
    return en, vi


def _refuse_pairs(chosen: argparse.Namespace) -> None:
    """Say which command a file of pairs wants: as an article its columns would be read as prose."""
    for path in filter(None, (chosen.file, chosen.other)):
        row = format_of(path)
        if chosen.other is not None and row is not None and row.is_binary:
            continue  # of two workbooks each is a text
        head = ""
        if os.path.isfile(path):
            with contextlib.suppress(OSError), open(path, "rb") as file:  # which its reader tells
                head = file.read(4096).decode("utf-8", "ignore")
        if kind := pairs_kind(path, head):
            what, todo = wanted_command(kind)
            raise InputError(what, path=path, found=kind, todo=todo)


def _asked_of_writing(chosen: argparse.Namespace) -> list[str]:
    """Options of `add_writing` that were given."""
    given = {
        "--to": chosen.to is not None,
        "--kept-only": chosen.kept_only is True,
        "--all": chosen.kept_only is False,
        "--locales": chosen.locales is not None,
        "--notes": chosen.notes,
    }
    return [option for option, is_given in given.items() if is_given]


def _align(chosen: argparse.Namespace) -> None:
    """`aligner align`: pairs to the output, a summary to standard error."""
    if chosen.nulls and chosen.output is None:
        raise InputError("--nulls is about the file; the pairs shown have them anyway", todo="leave it out, or add -o")
    if chosen.names != "keep" and chosen.output is None:
        raise InputError("--names is about the file; the pairs are shown as they are", todo="leave it out, or add -o")
    if chosen.output is None and chosen.cues == "-":
        raise InputError("standard output has the pairs", path=chosen.cues, todo="name a file, or add -o")
    writing: dict[str, Any] = {}
    if chosen.output is not None:
        writing = writing_of(chosen, ids=True)
    elif asked := _asked_of_writing(chosen):
        raise InputError(f"{asked[0]} is about the file", todo="leave it out, or add -o")
    _check_encoders(chosen)
    _refuse_pairs(chosen)
    config = AlignConfig(chosen.decoding, chosen.null_bias, chosen.threshold, borrow=chosen.borrow)
    article = read_article(
        chosen.file,
        chosen.other,
        encoding=encodings_of(chosen),
        lines=chosen.lines,
        main_text=chosen.main_text,
        markup=chosen.markup,
    )
    if chosen.cues is not None:
        check_cues(article.cues[0], article.name)
    alignment = align_article(article, config=config, encode=_encoder(chosen, article), glossary=glossary_of(chosen))
    boundaries = alignment.boundaries() if chosen.boundaries else ()
    if chosen.boundaries == "apply":
        alignment = alignment.with_boundaries(boundaries)
    moved = alignment.moved if chosen.moved else ()
    written: dict[str, Any] = {}
    if chosen.output is None:
        write_text("-", pairs_text(alignment, moved) + "\n")
    else:
        frame = alignment.to_frame(nulls=chosen.nulls, names=chosen.names, moved=chosen.moved)
        written = write_pairs(frame, chosen.output, format=chosen.to, **writing)
    if chosen.cues is not None:
        write_text(chosen.cues, srt_text(alignment.to_cues()))
    lines = summary_lines(alignment, article)
    if chosen.moved:
        lines += moved_lines(alignment, moved, sum(map(len, alignment.duplicates.values())))
    if chosen.boundaries:
        lines += boundary_lines(boundaries)
    lines += losses(written)
    if chosen.names != "keep":
        changes = [
            len(report.changes)
            for side in alignment.name_reports(chosen.names, nulls=chosen.nulls, moved=chosen.moved)
            for report in side
        ]
        lines.append(f"names written in one way ({chosen.names}): {sum(changes)} in {sum(map(bool, changes))} texts")
    lines.append(f"signature: {alignment.signature}")
    tell("\n".join(lines))
