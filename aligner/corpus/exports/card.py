"""What goes along with a corpus: its card, and the digests of its files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aligner.corpus.exports.licences import OTHER, UNKNOWN, each_licence, hub_licence, hub_licences
from aligner.errors import FilePath, printable
from aligner.files.whole import file_digest
from aligner.pairs.huggingface import front_matter
from aligner.pairs.markdown import escape_markdown
from aligner.version import TOOL

MANIFEST: Final = "MANIFEST.tsv"

NOT_STATED: Final = "not stated"
"""What cards and commands say of a source or licence that nobody has named."""

_SPLITS: Final = {"pairs": "train"}
"""What Hugging Face calls a corpus that is not split, as all who load it do."""

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_WIDTH: Final = 40
"""Characters of the longest bar of a histogram."""


@dataclass
class Tallies:
    """What is counted of exported pairs, for the card.

    Attributes
    ----------
    pairs, en_words, vi_words, en_characters, vi_characters : dict of str to int
        By split; words are what white space divides, so Vietnamese ones are syllables.
    documents : dict of str to int
        Documents with a pair, by split.
    origins : dict
        Pairs and documents by source and licence.
    bins : list of int
        Pairs by quality, each bin a tenth wide.
    has_free_dates : bool
        Whether any date that is stated is none of the form 2024-05-01.
    """

    pairs: Counter[str] = field(default_factory=Counter)
    en_words: Counter[str] = field(default_factory=Counter)
    vi_words: Counter[str] = field(default_factory=Counter)
    en_characters: Counter[str] = field(default_factory=Counter)
    vi_characters: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    origins: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    bins: list[int] = field(default_factory=lambda: [0] * 10)
    has_free_dates: bool = False

    def add(self, split: str, source: Sequence[str], target: Sequence[str], quality: Iterable[float]) -> None:
        """Count pairs of one document."""
        self.pairs[split] += len(source)
        for texts, words, characters in (
            (source, self.en_words, self.en_characters),
            (target, self.vi_words, self.vi_characters),
        ):
            words[split] += sum(len(text.split()) for text in texts)
            characters[split] += sum(map(len, texts))
        for value in quality:
            self.bins[min(int(value * 10), 9)] += 1

    def add_document(self, split: str, source: str, licence: str, n_pairs: int, date: str = "") -> None:
        """Count one document with the pairs of it that are exported."""
        self.has_free_dates |= bool(date) and not _DATE.fullmatch(date)
        self.documents[split] += 1
        origin = self.origins.setdefault((source, licence), [0, 0])
        origin[0] += n_pairs
        origin[1] += 1

    def licences(self) -> dict[str, int]:
        """Give the pairs by licence, as it is stated, in order of the alphabet; "" is none."""
        counts: Counter[str] = Counter()
        for (_, licence), (pairs, _) in self.origins.items():
            counts[licence] += pairs
        return dict(sorted(counts.items()))


def dataset_card(
    tallies: Tallies,
    *,
    title: str,
    files: Mapping[str, Sequence[str]],
    columns: Sequence[str],
    steps: Sequence[str],
    left_out: Mapping[str, int],
    signature: str,
    locales: Sequence[str] = ("en", "vi"),
    is_loaded: bool = False,
    has_nulls: bool = False,
) -> str:
    """Write the card of an exported corpus: the sections of Hugging Face's template of which anything is known.

    What nobody has said (curators, funders, uses, citation, contact) has no section: whoever publishes adds it.

    Parameters
    ----------
    tallies : Tallies
        What was counted.
    title : str
        The corpus's name.
    files : dict of str to sequence of str
        Names of the files by split.
    columns : sequence of str
        Columns of the files, none where the format has none.
    steps : sequence of str
        What was done to the texts, in order.
    left_out : dict of str to int
        What was not exported, by reason.
    signature : str
        What made it.
    locales : sequence of str
        Codes of both languages.
    is_loaded : bool
        Whether Hugging Face's ``datasets`` loads the files, so that the front matter names them.
    has_nulls : bool
        Whether the files have sentences without counterpart, too.

    Returns
    -------
    str

    Examples
    --------
    >>> card = dataset_card(Tallies(), title="t", files={}, columns=[], steps=[], left_out={}, signature="s")
    >>> card.splitlines()[:4]
    ['---', 'language:', '- en', '- vi']
    """
    total = sum(tallies.pairs.values())
    data = [(_SPLITS.get(split, split), name) for split, names in files.items() for name in names if is_loaded]
    body = [f"# {_escape(title)}: English–Vietnamese pairs", ""]
    body += [f"{total:,} pairs of {sum(tallies.documents.values()):,} documents, English and Vietnamese.", ""]
    told = ", ".join(_escape(licence) or NOT_STATED for licence in tallies.licences())
    body += ["## Dataset Details", "", "### Dataset Description", "", "- **Language(s) (NLP):** English, Vietnamese"]
    body += [*([f"- **License:** {told}"] if told else []), ""]
    body += ["## Dataset Structure", "", "| split | files | documents | pairs | English words | Vietnamese syllables |"]
    body += ["|---|---|---|---|---|---|"]
    for split, names in files.items():
        shown = ", ".join(map(_code, names))
        numbers = (tallies.documents, tallies.pairs, tallies.en_words, tallies.vi_words)
        body.append(f"| {_escape(split)} | {shown} | " + " | ".join(f"{count[split]:,}" for count in numbers) + " |")
    characters = sum(tallies.en_characters.values()), sum(tallies.vi_characters.values())
    body += ["", f"Characters: {characters[0]:,} English, {characters[1]:,} Vietnamese."]
    if columns:
        body += ["", "Columns: " + ", ".join(map(_code, columns)) + "."]
    body += ["", "## Dataset Creation", "", "### Source Data", "", "| source | licence | documents | pairs |"]
    body += ["|---|---|---|---|"]
    for (source, licence), (pairs, documents) in sorted(tallies.origins.items()):
        stated = _escape(source) or NOT_STATED, _escape(licence) or NOT_STATED
        body.append(f"| {stated[0]} | {stated[1]} | {documents:,} | {pairs:,} |")
    body += ["", *_tell_licences(tallies.licences(), "licence" in columns)]
    body += ["#### Data Collection and Processing", "", *(f"{k}. {step}" for k, step in enumerate(steps, 1))]
    body += ["", "### Annotations", ""]
    body += ["All by program: which sentences belong together, and how good each pair is.", ""]
    body += ["Pairs by `quality`, the probability that a pair belongs together and translates well:", ""]
    body += ["```text", *_draw_bars(tallies.bins), "```", "", "Not exported, by reason (a pair may have several):", ""]
    body += [f"* {count:,} {_code(reason)}" for reason, count in left_out.items()] or ["* nothing"]
    body += [
        "", "### Personal and Sensitive Information", "",
        "Nothing was taken out: names of people, addresses and numbers of the sources are in the texts.",
        "", "## Bias, Risks, and Limitations", "",
        "* Sentences were split, paired and judged by program; nobody has read them all.",
        "* A wrong sense that is near in meaning, a negation left out or one wrong word of many is not seen.",
        "* `quality` was calibrated on manuals, messages and short sentences where half of the pairs are bad; on other "
        "text its scale may differ.",
        "* Pairs of one document follow each other in order; sentences without counterpart are "
        + ("in the documents, too, with a link that has one side." if has_nulls else "left out."),
        "", "## More Information", "", "`croissant.json` says the same to programs.",
        "", f"Signature: {_code(signature)}",
    ]  # fmt: skip
    licences = hub_licences(tallies.licences())
    named = next(iter(tallies.licences()), "") if licences == [OTHER] and len(tallies.licences()) == 1 else ""
    matter = front_matter(
        total,
        data,
        locales=locales,
        licences=licences,
        licence_name=named,
        title=title,
        columns=columns,
        has_dates=not tallies.has_free_dates,
        is_judged=True,
    )
    return matter + "\n".join(body) + "\n"


def _tell_licences(licences: Iterable[str], has_column: bool) -> list[str]:
    """What has to be known before the corpus is passed on: several licences, or none."""
    where = "the column `licence` says which a pair has" if has_column else "`documents.tsv` says which a document has"
    each = {known if (known := hub_licence(licence)) != OTHER else licence for licence in each_licence(licences)}
    told = []
    if len(each) > 1:
        told += [f"The sources are under different licences; {where}. Keep to all of them.", ""]
    if UNKNOWN in each:
        which = "No licence was stated" if len(each) == 1 else "For some sources no licence was stated"
        told += [f"{which} when the corpus was built: ask before you pass it on.", ""]
    return told


def _draw_bars(bins: Sequence[int]) -> list[str]:
    """A histogram in text."""
    most = max([*bins, 1])
    return [
        f"{k / 10:.1f}-{(k + 1) / 10:.1f}  {count:>10,}  {'#' * round(_WIDTH * count / most)}".rstrip()
        for k, count in enumerate(bins)
    ]


def _escape(text: str) -> str:
    """Text that stays text in Markdown and its tables: no link, no picture, no markup, one line."""
    return escape_markdown(" ".join(printable(text).replace("|", "/").replace("<", "‹").replace(">", "›").split()))


def _code(text: str) -> str:
    """Text as code, in which nothing but a backtick means something."""
    return f"`{' '.join(printable(text).split()).replace('`', chr(39))}`"


def manifest(folder: FilePath, names: Iterable[str]) -> str:
    """List files of a folder with their digests, as TSV.

    Parameters
    ----------
    folder : str or path
        Where they are.
    names : iterable of str
        Their paths below it, with slashes.

    Returns
    -------
    str
        A header, ``file``, ``sha256``, ``bytes``, and a line for each, in order of the names.
    """
    rows = ["file\tsha256\tbytes"]
    for name in sorted(names):
        path = Path(folder, name)
        rows.append(f"{name}\t{file_digest(path).hex()}\t{path.stat().st_size}")
    return "\n".join(rows) + "\n"


def build_steps(head: Mapping[str, Any]) -> list[str]:
    """Say in words what `build_corpus` did to the texts, from what corpus.json records.

    Examples
    --------
    >>> config = {"tone": "keep", "threshold": "balanced", "version": "1"}
    >>> len(build_steps({"config": config})), len(build_steps({"config": config, "partners": {"found": 2}}))
    (4, 5)
    """
    config, partners, mined = head["config"], head.get("partners", {}), head.get("mined")
    tone = "" if config["tone"] == "keep" else f", tones in the {config['tone']} style"
    glossary = ", with a glossary of names" if config.get("glossary") else ""
    steps = [
        f"Documents were read and split into sentences by {TOOL} {config['version']}.",
        f"Sentences were normalised: Unicode NFC, Vietnamese spelling and spaces repaired{tone}.",
        f"Sentences of the two sides were aligned into beads, in order{glossary}.",
    ]
    if partners.get("found"):
        steps.append(f"Files whose names misled were paired by what they say: {partners['found']} documents.")
    if mined:
        texts = f"{mined['documents']['en']} English and {mined['documents']['vi']} Vietnamese texts"
        steps.append(f"Sentences of {texts} without a translation as a whole were mined: {mined['pairs']} pairs.")
    threshold = config["threshold"]
    return [
        *steps,
        f"Pairs were judged; kept from the quality “{threshold}” on, where no hard rule speaks against them.",
    ]
