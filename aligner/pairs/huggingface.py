"""Pairs as data sets on Hugging Face have them: both texts as one translation, and the card of a folder."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from aligner.errors import InputError, printable
from aligner.files.streams import bare_name, open_packed
from aligner.pairs.chunks import NUMBERS, OFFSETS, SURROGATES, TEXTS, Chunk, Tally, Target, fitted
from aligner.pairs.jsonl import write_jsonl
from aligner.pairs.parquet import write_parquet
from aligner.version import TOOL

_SIZES: Final = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"), (10_000_000_000, "1B<n<10B"),
)  # fmt: skip
"""Classes of size as Hugging Face names them, by what they are below."""


_TABLES: Final = (".csv", ".tsv")


def write_huggingface(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """Write pairs as translations: a file, or for a name without a suffix a folder with a file and its card.

    Examples
    --------
    >>> write_huggingface(iter([{"src_text": ["a"], "trg_text": ["b"]}]), Target("-"), Tally())
    {"translation": {"en": "a", "vi": "b"}}
    """
    path = target.path
    names: list[str] = []

    def nested() -> Iterator[Chunk]:
        for chunk in chunks:
            pairs = [{"en": en, "vi": vi} for en, vi in zip(chunk[TEXTS[0]], chunk[TEXTS[1]], strict=True)]
            rest = {name: column for name, column in chunk.items() if name not in TEXTS}
            names.extend(name for name in ("translation", *rest) if name not in names)
            yield {"translation": pairs, **rest}

    suffix = Path(bare_name(path)).suffix
    if suffix == ".parquet":
        write_parquet(nested(), target, tally)
    elif suffix or os.fspath(path) == "-":
        write_jsonl(nested(), target, tally)
    else:
        folder = Path(path)
        try:
            is_new = not folder.exists()
            folder.mkdir(exist_ok=True)
        except (OSError, ValueError) as error:
            raise InputError("no folder can be made", path=path, found=str(error), todo="give another path") from None
        try:
            write_jsonl(nested(), replace(target, path=folder / "train.jsonl"), tally)
            write_dataset_card(replace(target, path=folder / "README.md"), names, tally)
        except BaseException:
            if is_new:
                shutil.rmtree(folder, ignore_errors=True)
            raise


def write_dataset_card(target: Target, columns: list[str], tally: Tally) -> None:
    """Write the card of a Hugging Face data set: languages, task, files, columns, what made it.

    Examples
    --------
    >>> write_dataset_card(Target("-"), ["translation"], Tally(pairs=3))  # doctest: +ELLIPSIS
    ---
    language:
    - en
    - vi
    ...
    """
    names = ", ".join(f"`{printable(name).replace('`', chr(39))}`" for name in columns)
    signature = f"\n\nSignature: `{printable(target.signature).replace('`', chr(39))}`" if target.signature else ""
    matter = front_matter(tally.pairs, [("train", "train.jsonl")], locales=target.locales)
    text = (
        f"{matter}# English–Vietnamese pairs\n\n"
        f"{tally.pairs:,} pairs, written by {TOOL} {target.version}. Columns: {names}.{signature}\n"
    )
    with open_packed(target.path) as file:
        file.write(fitted(text, SURROGATES, tally))


def front_matter(
    n_pairs: int,
    files: Sequence[tuple[str, str]],
    *,
    locales: Sequence[str] = ("en", "vi"),
    licences: Sequence[str] = (),
    licence_name: str = "",
    title: str = "",
    columns: Sequence[str] = (),
    has_dates: bool = False,
    is_judged: bool = False,
) -> str:
    """Write what Hugging Face reads of a card, in the order of its template; what is not known is left out.

    Parameters
    ----------
    n_pairs : int
        For the class of size.
    files : sequence of (str, str)
        Splits and names of the data files that ``datasets`` loads.
    locales : sequence of str
        Codes of both languages.
    licences : sequence of str
        Identifiers as Hugging Face has them.
    licence_name : str
        What the licence is called, where its identifier is ``other``.
    title : str
        The corpus's name.
    columns : sequence of str
        Those of the data files, where they are columns of a corpus, whose types are known.
    has_dates : bool
        Whether the column ``date`` has dates or nothing, no other text.
    is_judged : bool
        Whether the pairs were aligned and judged by program.

    Examples
    --------
    >>> print(front_matter(5_000, [("dev", "dev.jsonl")], licences=["cc-by-4.0"]))  # doctest: +ELLIPSIS
    ---
    language:
    - en
    - vi
    license: cc-by-4.0
    ...
    size_categories:
    - 1K<n<10K
    task_categories:
    - translation
    configs:
    - config_name: default
      data_files:
      - split: validation
        path: "dev.jsonl"
    ---
    <BLANKLINE>
    <BLANKLINE>
    """
    size = next((name for limit, name in _SIZES if n_pairs < limit), "10B<n<100B")
    lines = ["language:", "- en", "- vi"]
    if licences:
        lines += [f"license: {licences[0]}"] if len(licences) == 1 else ["license:", *(f"- {one}" for one in licences)]
    if licence_name:
        lines += [f"license_name: {_quiet(licence_name)}"]
    lines += ["annotations_creators:", "- machine-generated"] if is_judged else []
    lines += ["language_details:", *(f"- {_in_yaml(locale)}" for locale in locales)]
    lines += [f"pretty_name: {_quiet(title)}"] if title else []
    lines += ["multilinguality:", "- translation", "size_categories:", f"- {size}", "task_categories:", "- translation"]
    if files:
        lines += ["configs:", "- config_name: default", "  data_files:"]
    for split, name in files:
        lines += [f"  - split: {'validation' if split == 'dev' else split}", f"    path: {_in_yaml(name)}"]
    # TSV and CSV are read by pandas, whose defaults take the words "NA" and "null" for nothing.
    if any(Path(bare_name(name)).suffix in _TABLES for _, name in files):
        lines += ["  keep_default_na: false", '  na_values: [""]']
    if files and columns:
        lines += ["dataset_info:", "  features:"]
        is_json = any(Path(bare_name(name)).suffix == ".jsonl" for _, name in files)
        for column in columns:
            lines += [f"  - name: {_in_yaml(column)}", *_type_of(column, has_dates=has_dates and is_json)]
    return "\n".join(["---", *lines, "---", "", ""])


def _type_of(column: str, *, has_dates: bool) -> list[str]:
    """The lines of a column's type; else each file's is guessed from its cells, and splits of two types do not load.

    In JSON Lines dates are read as such in any case, and made text again they would have a time.
    """
    if column == "translation":
        return ["    dtype:", "      translation:", "        languages:", "        - en", "        - vi"]
    kinds = {**dict.fromkeys(NUMBERS, "float64"), **dict.fromkeys(OFFSETS, "int64")}
    return [f"    dtype: {'date32' if column == 'date' and has_dates else kinds.get(column, 'string')}"]


def _in_yaml(text: str) -> str:
    """A text as a string of YAML, which has those of JSON."""
    return json.dumps(printable(text), ensure_ascii=False)


def _quiet(text: str) -> str:
    """A text from outside as a string of YAML that is no link or picture where front matter is shown as Markdown."""
    return '"' + re.sub(r"[!-,./:-@\[-`{-~]", lambda found: f"\\u{ord(found[0]):04x}", printable(text)) + '"'
