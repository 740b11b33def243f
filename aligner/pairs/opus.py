"""Documents as OPUS has them: XML of sentences with ids for each language, and links between the ids."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from aligner.files.streams import open_packed
from aligner.files.whole import open_atomic_bytes
from aligner.pairs.chunks import UNFIT, Tally, as_attribute, as_xml, fitted

LANGUAGES: Final = ("en", "vi")

_LONGEST: Final = 200
"""Characters of a document's name, from which on a digest stands for it: file systems have 255 bytes."""

_LINKS_HEAD: Final = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE cesAlign PUBLIC "-//CES//DTD XML cesAlign//EN" "">\n<cesAlign version="1.0">\n'
)


@dataclass(frozen=True, slots=True)
class Link:
    """Sentences that belong together, by their numbers; one side may have none.

    Attributes
    ----------
    sentences : pair of tuple of int
        From 0 on, English and Vietnamese.
    scores : dict of str to float
        Attributes of the link.
    is_taken : bool
        Whether the files of pairs have it, too.
    """

    sentences: tuple[tuple[int, ...], tuple[int, ...]]
    scores: Mapping[str, float]
    is_taken: bool


@dataclass(frozen=True, slots=True)
class OpusDocument:
    """A document in both languages.

    Attributes
    ----------
    name : str
        What it is called.
    origin : dict of str to str
        What is known of it: licence, source, date.
    texts : pair of dict of int to str
        Sentences by number, English and Vietnamese.
    links : sequence of Link
        In order.
    """

    name: str
    origin: Mapping[str, str]
    texts: tuple[Mapping[int, str], Mapping[int, str]]
    links: Sequence[Link]


def document_file(name: str) -> str:
    """Name a document's file: ASCII, below its folder, another one for each name.

    Examples
    --------
    >>> document_file("news/Tin mới.md"), document_file("../../etc/passwd")
    ('news/Tin%20m%E1%BB%9Bi.md', '%2E%2E%2F%2E%2E%2Fetc%2Fpasswd')
    """
    parts = name.split("/")
    is_plain = all(part.strip(".") for part in parts)
    written = quote(name, safe="/") if is_plain else quote(name, safe="").replace(".", "%2E")
    return written if len(written) <= _LONGEST else hashlib.sha256(written.encode()).hexdigest()


@contextlib.contextmanager
def open_opus(folder: Path, corpus: str, tally: Tally) -> Iterator[Callable[[OpusDocument], None]]:
    r"""Open a folder laid out as a release of OPUS, and give what takes its documents, one by one.

    ``raw/en.zip`` and ``raw/vi.zip`` have the documents, ``xml/en-vi.xml.gz`` the links, ``moses/en-vi.en``, ``.vi``
    and ``.ids`` the pairs that were taken, a line each. OPUS's own tools find the documents in the archives under the
    corpus's name.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with open_opus(folder, "c", Tally()) as add:
    ...     add(OpusDocument("d", {}, ({0: "Hi."}, {0: "Chào."}), [Link(((0,), (0,)), {}, True)]))
    >>> (folder / "moses" / "en-vi.ids").read_text()
    'en/d.xml.gz\tvi/d.xml.gz\t1\t1\n'
    """
    for part in ("raw", "xml", "moses"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        archives = []
        for lang in LANGUAGES:
            file = stack.enter_context(open_atomic_bytes(folder / "raw" / f"{lang}.zip"))
            archives.append(stack.enter_context(zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)))
        links = stack.enter_context(open_packed(folder / "xml" / "en-vi.xml.gz"))
        sides = [stack.enter_context(open_packed(folder / "moses" / f"en-vi.{lang}")) for lang in LANGUAGES]
        ids = stack.enter_context(open_packed(folder / "moses" / "en-vi.ids"))
        links.write(_LINKS_HEAD)

        def add(document: OpusDocument) -> None:
            file = document_file(document.name)
            for lang, archive, texts in zip(LANGUAGES, archives, document.texts, strict=True):
                entry = zipfile.ZipInfo(
                    f"{corpus}/raw/{lang}/{file}.xml"
                )  # of 1980: the same documents, the same bytes
                entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
                archive.writestr(entry, _document(document, lang, texts, tally))
            links.write(_group(document, file, tally))
            for link in document.links:
                if link.is_taken:
                    for side, texts, chosen in zip(sides, document.texts, link.sentences, strict=True):
                        side.write(fitted(" ".join(texts[k] for k in chosen), UNFIT, tally) + "\n")
                    told = (" ".join(str(k + 1) for k in chosen) for chosen in link.sentences)
                    ids.write("\t".join([*(f"{lang}/{file}.xml.gz" for lang in LANGUAGES), *told]) + "\n")

        yield add
        links.write("</cesAlign>\n")


def _document(document: OpusDocument, lang: str, texts: Mapping[int, str], tally: Tally) -> str:
    """A side of a document; a line each sentence, as OPUS's own reader goes through it."""
    head = {"id": document.name, "lang": lang, **{name: told for name, told in document.origin.items() if told}}
    attributes = " ".join(f"{name}={as_attribute(told, tally)}" for name, told in head.items())
    numbers = sorted(texts)
    lines = (
        f'<s id="{number + 1}">{text}</s>\n'
        for number, text in zip(numbers, as_xml([texts[number] for number in numbers], tally), strict=True)
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<text {attributes}>\n{"".join(lines)}</text>\n'


def _group(document: OpusDocument, file: str, tally: Tally) -> str:
    """The links of a document."""
    licence = document.origin.get("licence", "")
    told = f" licence={as_attribute(licence, tally)}" if licence else ""
    lines = [f'<linkGrp targType="s" fromDoc="en/{file}.xml.gz" toDoc="vi/{file}.xml.gz"{told}>\n']
    for number, link in enumerate(document.links, 1):
        targets = ";".join(" ".join(str(k + 1) for k in chosen) for chosen in link.sentences)
        scores = "".join(f' {name}="{score:.4f}"' for name, score in link.scores.items() if score == score)
        lines.append(f'<link xtargets="{targets}" id="SL{number}"{scores} />\n')
    return "".join([*lines, "</linkGrp>\n"])
