"""Options that several commands have."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, get_args

from aligner.bitext import PURPOSES, Markup, Threshold
from aligner.commands.telling import following, losses
from aligner.corpus.jobs.workers import connect_dask
from aligner.documents.formats import document_suffixes
from aligner.encoders.embedded import encode
from aligner.encoders.joining import joined
from aligner.encoders.neural import E5, neural_encoder
from aligner.errors import FilePath, InputError, check_number
from aligner.files.streams import decoder_of
from aligner.names.glossaries import GLOSSARY_FORMATS, read_glossary
from aligner.names.rewriting import NAME_STYLES
from aligner.names.table import NameTable
from aligner.pairs.chunks import PAIR_ID, READ, Columns
from aligner.pairs.files import check_writing, read_pairs
from aligner.pairs.formats import input_formats, output_formats, suffixes_of
from aligner.pairs.frames import fractions_of, join_frames
from aligner.pairs.locales import read_locales
from aligner.pairs.sides import read_columns
from aligner.text.legacy import ENCODINGS
from aligner.text.normalisation import Tone

if TYPE_CHECKING:
    import pandas as pd


class _EitherAction(argparse.BooleanOptionalAction):
    """A switch with --name and --no-name, of which only one may be given: the last one must not win in silence."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        before = getattr(namespace, self.dest)
        super().__call__(parser, namespace, None, option)
        if before is not None and before != getattr(namespace, self.dest):
            parser.error(f"{' and '.join(self.option_strings)} exclude each other")


def add_article(verb: argparse.ArgumentParser) -> None:
    """Describe how a bilingual article is given."""
    verb.add_argument(
        "file",
        help=f"the bilingual file, or the English one: {' '.join(document_suffixes())}, "
        "or any text; - for standard input",
    )
    verb.add_argument("other", nargs="?", help="the Vietnamese file, where there are two")


def add_encoding(verb: argparse.ArgumentParser, *, by_side: bool = False) -> None:
    """Describe how an encoding is named, where there are two files also one for each."""
    told = f"a name that Python knows, or {', '.join(ENCODINGS)}" if by_side else ""
    verb.add_argument(
        "--encoding",
        metavar="NAME",
        help="encoding of the input, where it is not UTF-8 or UTF-16" + (f": {told}" if told else ""),
    )
    if by_side:
        verb.add_argument("--encoding-en", type=_encoding, metavar="NAME", help="that of the English files alone")
        verb.add_argument("--encoding-vi", type=_encoding, metavar="NAME", help="that of the Vietnamese files alone")


def _encoding(text: str) -> str:
    """Read the name of an encoding."""
    if text not in ENCODINGS:
        try:
            decoder_of(text)
        except InputError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
    return text


def add_main_text(verb: argparse.ArgumentParser) -> None:
    """Describe how the main text of pages is asked for."""
    verb.add_argument(
        "--main-text",
        action="store_true",
        help="of web pages the main text alone, without menus and footers (extra web)",
    )


def encodings_of(chosen: argparse.Namespace) -> str | tuple[str | None, str | None] | None:
    """Give the encoding that was named, or those of the two sides."""
    en, vi = chosen.encoding_en or chosen.encoding, chosen.encoding_vi or chosen.encoding
    return en if en == vi else (en, vi)


def add_text(verb: argparse.ArgumentParser) -> None:
    """Describe how a text in one language is given, and where what becomes of it goes."""
    verb.add_argument("file", help="the text; - for standard input")
    verb.add_argument("--lang", choices=("en", "vi"), required=True, help="its language")
    verb.add_argument("-o", "--output", default="-", help="the file to write; - for standard output")
    add_encoding(verb)


def add_pairs(verb: argparse.ArgumentParser, *also: str) -> None:
    """Describe how a file of pairs is given; `also` names --format in another way."""
    known = input_formats()
    told = suffixes_of(known.values(), is_read=True)
    verb.add_argument("file", help=f"the pairs ({told}), or the English file; - for TSV on standard input")
    joined = "line by line with the English one; texts of programs by their keys"
    verb.add_argument("other", nargs="?", help=f"the Vietnamese file, {joined}")
    verb.add_argument(
        "--format",
        *also,
        choices=list(known),
        metavar="FORMAT",
        help=f"format of the pairs, where the suffix does not tell: {', '.join(known)}",
    )
    add_encoding(verb)
    add_columns(verb)


def add_columns(verb: argparse.ArgumentParser) -> None:
    """Describe how the columns of pairs, or the order of two files, are named."""
    verb.add_argument(
        "--columns",
        type=parse_columns,
        metavar="en=N,vi=N",
        help="which column is English and which Vietnamese, by number or by name; without it names and words tell",
    )
    verb.add_argument(
        "--swap",
        action=_EitherAction,
        help="the first text (file, column) is Vietnamese; --no-swap: read the texts as they are named or stand, "
        "without a look at their words",
    )


def parse_columns(text: str) -> Columns:
    """Read which column is which, as argparse wants it said.

    Examples
    --------
    >>> parse_columns("en=2,vi=Tiếng Việt")
    {'en': '2', 'vi': 'Tiếng Việt'}
    """
    try:
        return read_columns(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def reading_of(chosen: argparse.Namespace) -> dict[str, Any]:
    """What was said of the reading of pairs, as `read_pairs` takes it; a verb need not have all of these options."""
    return {name: getattr(chosen, name, None) for name in ("other", "format", "encoding", "columns", "swap")}


def add_output(
    verb: argparse.ArgumentParser, what: str = "", *, default: str | None = None, required: bool = False
) -> None:
    """Describe how a file of pairs is named that is written."""
    told = f"file to write, its format by suffix ({suffixes_of(output_formats().values())}), - for standard output"
    verb.add_argument("-o", "--output", metavar="OUT", default=default, required=required, help=f"{told}{what}")


def add_writing(verb: argparse.ArgumentParser, what: str = "") -> None:
    """Describe which pairs are written and how, whatever the format; `what` they are about."""
    known = output_formats()
    verb.add_argument(
        "--to", choices=list(known), metavar="FORMAT",
        help=f"format to write, where the suffix does not tell: {', '.join(known)}; moses: OUT.en, OUT.vi, OUT.ids"
        + what,
    )  # fmt: skip
    memories = ", ".join(name for name, row in known.items() if row.is_memory)
    group = verb.add_mutually_exclusive_group()
    group.add_argument(
        "--kept-only", action="store_true", default=None,
        help=f"write only pairs with both texts whose decision is not drop; so it is for {memories}{what}",
    )  # fmt: skip
    group.add_argument(
        "--all", action="store_false", dest="kept_only", default=None,
        help=f"write pairs to drop to {memories}, too (without counterpart none goes there)",
    )  # fmt: skip
    add_locales(verb, what)


def add_locales(verb: argparse.ArgumentParser, what: str = "") -> None:
    """Describe how the languages are named, and what becomes of columns, where the format is a memory."""
    known = output_formats()
    memories = ", ".join(name for name, row in known.items() if row.is_memory)
    verb.add_argument(
        "--locales",
        type=_locales,
        metavar="EN,VI",
        help=f"codes of the languages (BCP 47) in {memories}, as en-US,vi-VN{what}",
    )
    noting = ", ".join(name for name, row in known.items() if row.has_notes)
    verb.add_argument("--notes", action="store_true", help=f"in {noting}: write all other columns as notes{what}")


def _locales(text: str) -> tuple[str, str]:
    """Read the codes of the languages."""
    try:
        return read_locales(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def writing_of(chosen: argparse.Namespace, *, ids: bool) -> dict[str, Any]:
    """Check what was said of the writing, and give it as `write_pairs` takes it.

    Ids are written also where the format comes back from people.
    """
    row = check_writing(chosen.output, format=chosen.to, locales=chosen.locales, notes=chosen.notes)
    is_kept = row.is_memory if chosen.kept_only is None else chosen.kept_only
    can_hold = row.columns is None or PAIR_ID in row.columns
    return {
        "ids": can_hold and (ids or row.is_memory or row.is_reviewed),
        "wanted": "kept" if is_kept else "whole" if row.is_memory else "all",
        "locales": chosen.locales,
        "notes": chosen.notes,
    }


def add_threshold(verb: argparse.ArgumentParser, what: str, default: Threshold | None) -> None:
    """Describe how the quality is given from which a pair is `what`; None for a default that lies elsewhere."""
    verb.add_argument(
        "--threshold",
        type=_threshold,
        metavar="QUALITY",
        default=default,
        help=f"quality from which a pair is {what}: {', '.join(PURPOSES)} or a number",
    )


def _threshold(text: str) -> Threshold:
    """Read a threshold: a number, or a purpose, which `check_threshold` knows or refuses."""
    try:
        return float(text)
    except ValueError:
        return text  # type: ignore[return-value]


def add_tone(verb: argparse.ArgumentParser) -> None:
    """Describe where Vietnamese tones are put."""
    verb.add_argument("--tone", choices=get_args(Tone), default="keep", help="old: hòa; new: hoà")


def add_jobs(verb: argparse.ArgumentParser, what: str, default: int | None) -> None:
    """Describe how many processes may run; None for all cores."""
    told = "; all cores by default" if default is None else ""
    verb.add_argument("-j", "--jobs", type=int, metavar="N", default=default, help=f"{what}{told}")


def add_part(verb: argparse.ArgumentParser, what: str) -> None:
    """Describe which part of the work is to be done."""
    verb.add_argument(
        "--shard",
        metavar="i/n",
        type=_part,
        default="1/1",
        help=f"{what} the i-th of n parts only, for n machines that share the folder, as a Slurm array",
    )


def _part(text: str) -> tuple[int, int]:
    """Read i/n."""
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"not a part: {text!r}; give i/n, as 1/8")
    return int(found[1]), int(found[2])


def add_engine(verb: argparse.ArgumentParser, what: str) -> None:
    """Describe where the work is done."""
    verb.add_argument("--engine", choices=("processes", "dask"), default="processes", help=what)
    verb.add_argument("--scheduler", metavar="ADDRESS", help="with --engine dask: the scheduler's, as tcp://host:8786")


@contextlib.contextmanager
def executor_of(chosen: argparse.Namespace) -> Iterator[Executor | None]:
    """Connect to the cluster that was named; None for processes of this machine."""
    if (chosen.engine == "dask") != (chosen.scheduler is not None):
        raise InputError("--engine dask and --scheduler go together", todo="give both or neither")
    with contextlib.nullcontext() if chosen.scheduler is None else connect_dask(chosen.scheduler) as executor:
        yield executor


def add_encoder(verb: argparse.ArgumentParser) -> None:
    """Describe how an encoder is named that takes the embedded one's place, or stands beside it."""
    verb.add_argument(
        "--encoder",
        metavar="NAME|FOLDER",
        help=f"in place of the embedded encoder: {E5} (extra e5), or a sentence-transformers model (extra neural)",
    )
    verb.add_argument(
        "--encoder-weight",
        type=float,
        metavar="WEIGHT",
        help="what it weighs beside the embedded encoder, 0..1; without it, it stands alone",
    )
    verb.add_argument("--encoder-prompt", metavar="TEXT", help="put before every text, as some models want: 'query: '")
    verb.add_argument("--encoder-cache", metavar="FOLDER", help="keep the encoder's vectors there, to be found again")


def check_encoder(chosen: argparse.Namespace) -> None:
    """Refuse options of an encoder that would do nothing, and a weight that is none, before gigabytes are loaded."""
    for option in ("weight", "prompt", "cache"):
        if getattr(chosen, f"encoder_{option}") is not None and chosen.encoder is None:
            raise InputError(f"--encoder-{option} needs --encoder", todo="give --encoder, too")
    if chosen.encoder_weight is not None:
        check_number(chosen.encoder_weight, "--encoder-weight is no share", 0, 1, todo="give a number from 0 to 1")


def encoder_of(chosen: argparse.Namespace) -> Callable[[list[str]], Any] | None:
    """Load the encoder that was named, joined to ours where a weight was; None for ours."""
    check_encoder(chosen)
    if chosen.encoder is None:
        return None
    found = neural_encoder(chosen.encoder, prompt=chosen.encoder_prompt, cache=chosen.encoder_cache)
    return found if chosen.encoder_weight is None else joined(encode, found, chosen.encoder_weight)


def add_glossary(verb: argparse.ArgumentParser) -> None:
    """Describe how a glossary is given."""
    formats = " or ".join(form.name for form in GLOSSARY_FORMATS)
    verb.add_argument("--glossary", metavar="FILE", help=f"names that are known to belong together ({formats})")


def add_names(verb: argparse.ArgumentParser) -> None:
    """Describe how names are written."""
    verb.add_argument(
        "--names",
        choices=NAME_STYLES,
        default="keep",
        help="write every name in one way: with its Vietnamese marks, without them, or as it stands first",
    )
    add_glossary(verb)


def names_glossary_of(chosen: argparse.Namespace) -> NameTable | None:
    """Read the glossary of a command that needs one for nothing but --names."""
    if chosen.glossary is not None and chosen.names == "keep":
        raise InputError("--glossary needs --names", todo="say how names are to be written, or leave it out")
    return glossary_of(chosen)


def glossary_of(chosen: argparse.Namespace) -> NameTable | None:
    """Read the glossary that was named."""
    return None if chosen.glossary is None else read_glossary(chosen.glossary)


def _check_qualities(chunk: pd.DataFrame, *, path: FilePath, first: int) -> None:
    """Refuse what is no quality."""
    if "quality" in chunk:
        fractions_of(chunk, "quality", path=path, first=first)


def pairs_of(
    chosen: argparse.Namespace, told: dict[str, Any], check: Callable[..., object] = _check_qualities
) -> Iterator[pd.DataFrame]:
    """Read the pairs that were named, chunk by chunk; what `losses` tells of the reading is put into `told`.

    Each chunk is checked here, where errors can name the file and the pair's number in it.
    """
    n = 0
    with following(" pairs") as follow:
        for chunk in read_pairs(chosen.file, **reading_of(chosen)):
            check(chunk, path=chosen.file, first=n)
            n += len(chunk)
            told.update({key: chunk.attrs[key] for key in READ if key in chunk.attrs})
            if follow is not None:
                follow("read", n, 0)
            yield chunk


def read_tests(paths: Iterable[str]) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Read files of pairs that must not be shared, by their names without the folder where these differ.

    The lines say of each file what was decided and set aside, to be told when all is done: a fault is told alone.
    """
    lines: list[str] = []
    return {name: join_frames(chunks) for name, chunks in chunks_of_tests(paths, lines).items()}, lines


def chunks_of_tests(paths: Iterable[str], lines: list[str]) -> dict[str, Iterator[pd.DataFrame]]:
    """Give what `read_tests` reads chunk by chunk; what it says of a file is put into `lines` behind its last one."""
    named: dict[str, str] = {}
    for path in paths:
        named[path if os.path.basename(path) in named else os.path.basename(path)] = path
    return {name: _told_chunks(path, lines) for name, path in named.items()}


def _told_chunks(path: str, lines: list[str]) -> Iterator[pd.DataFrame]:
    """The pairs of a file; what was decided or set aside in reading them."""
    told: dict[str, Any] = {}
    for chunk in read_pairs(path):
        told = {str(key): value for key, value in chunk.attrs.items()}
        yield chunk
    lines += [f"{path}: {line}" for line in losses(told)]


def sided(text: str, lang: str) -> tuple[str, str]:
    """Make a text a pair with one side.

    Examples
    --------
    >>> sided("Hà Nội", "vi")
    ('', 'Hà Nội')
    """
    return (text, "") if lang == "en" else ("", text)


def add_lines(verb: argparse.ArgumentParser) -> None:
    """Describe what line breaks mean."""
    verb.add_argument(
        "--lines",
        action=_EitherAction,
        help="each line of the two files is one sentence: split nothing; --no-lines: line breaks are those of running "
        "text; without either, both languages tell",
    )


def add_markup(verb: argparse.ArgumentParser) -> None:
    """Describe what becomes of markup."""
    verb.add_argument(
        "--markup",
        choices=get_args(Markup),
        default="strip",
        help="of Markdown and HTML, strip: the text as it is read, code and comments set aside; keep: as the file has "
        "it (default: %(default)s)",
    )
