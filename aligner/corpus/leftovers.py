"""What becomes of documents that translate nothing as they were paired: other partners, or the sentences that do."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from aligner.bitext import Sentence
from aligner.corpus.documents import Listed
from aligner.corpus.heaps import Entry, match_entries
from aligner.corpus.mining import THRESHOLD, MiningConfig, mine
from aligner.corpus.shards import refuse_writing
from aligner.documents.articles import Encodings
from aligner.files.whole import replace_file
from aligner.pairs.files import read_pairs
from aligner.pairs.tables import COLUMNS, fit_field

SHARD_PAIRS: Final = 10_000
"""Mined pairs from which a shard is full: some megabytes."""

FOLDER: Final = "mining"
"""Where the sentences of leftovers lie while they are mined, in the corpus's folder."""


def find_partners(
    root: str, en: Iterable[str], vi: Iterable[str], known: Iterable[tuple[str, str]], encoding: Encodings, jobs: int
) -> list[tuple[str, str, float]]:
    """Find files that translate each other among those whose names misled, or had no counterpart.

    Parameters
    ----------
    root : str
        The folder that paths are relative to.
    en, vi : iterable of str
        Paths of the files.
    known : iterable of (str, str)
        Pairs that were aligned already and are none.
    encoding : Encodings
        As for `read_article`.
    jobs : int
        Processes.

    Returns
    -------
    list of (str, str, float)
        English file, Vietnamese file, and the probability that they are a pair; those that `match_documents` keeps, by
        the English one. No file is in two.
    """
    entries = [Entry(path, os.path.join(root, path), None, path, "en") for path in sorted(set(en))]
    entries += [Entry(path, os.path.join(root, path), None, path, "vi") for path in sorted(set(vi))]
    found = match_entries(entries, encoding, jobs).pairs
    rows = zip(found["en"], found["vi"], found["probability"], strict=True)
    left_out = set(known)
    return sorted((a, b, round(p, 4)) for a, b, p in rows if (a, b) not in left_out)


@dataclass(frozen=True, slots=True)
class Leftover:
    """One side of a document that is no translation of the other, or has no other.

    Attributes
    ----------
    listed : Listed
        The document.
    lang : {"en", "vi"}
    sentences : sequence of Sentence
        Normalised.
    """

    listed: Listed
    lang: str
    sentences: Sequence[Sentence]

    @property
    def path(self) -> str:
        """Its file; empty where the text was given."""
        return self.listed.vi if self.lang == "vi" and self.listed.vi else self.listed.en

    @property
    def name(self) -> str:
        """Its file, or the document's id where the text was given."""
        return self.path or self.listed.id


@dataclass(frozen=True, slots=True)
class Mined:
    """Mined pairs of one English and one Vietnamese document: what a corpus records of them, and their rows.

    Attributes
    ----------
    row : dict
        As documents.tsv has it, but for what is counted.
    rows : list of tuple
        Of `COLUMNS`.
    """

    row: dict[str, Any]
    rows: list[tuple[object, ...]]


class Pool:
    """Sentences of leftovers, on disk by language, and where each comes from.

    Parameters
    ----------
    corpus : Path
        The folder of the corpus; `FOLDER` in it is made, and taken away by `close`.
    """

    def __init__(self, corpus: Path, leftovers: Iterable[Leftover]) -> None:
        self.folder = corpus / FOLDER
        self.documents: dict[str, list[dict[str, str]]] = {"en": [], "vi": []}
        places: dict[str, list[tuple[int, int, int, int]]] = {"en": [], "vi": []}
        self.kinds: dict[str, list[str]] = {"en": [], "vi": []}
        try:
            self.folder.mkdir(exist_ok=True)
            with (
                replace_file(self._path("en"), "wb") as en,
                replace_file(self._path("vi"), "wb") as vi,
            ):
                files = {"en": en, "vi": vi}
                for left in leftovers:
                    lang, listed = left.lang, left.listed
                    number = len(self.documents[lang])
                    self.documents[lang].append(
                        {"name": left.name, "path": left.path, "licence": listed.licence, "source": listed.source,
                         "date": listed.date}
                    )  # fmt: skip
                    for k, sentence in enumerate(left.sentences):
                        line = json.dumps({"text": sentence.text}) + "\n"
                        files[lang].write(line.encode())
                        places[lang].append((number, k, sentence.start, sentence.end))
                        self.kinds[lang].append(sentence.kind)
        except OSError as error:
            refuse_writing(error, self.folder)
        self.n_pairs = 0
        self.places = {lang: np.array(of, np.int64).reshape(-1, 4) for lang, of in places.items()}

    def _path(self, lang: str) -> Path:
        return self.folder / f"{lang}.jsonl"

    def mine(self, threshold: float, jobs: int | None, executor: Executor | None) -> dict[str, Any]:
        """Mine all of them; what is counted. Nothing where a side has no sentence.

        The threshold of a corpus is for pairs that stand side by side: `THRESHOLD` is the least for mined ones.
        """
        told = {
            "documents": {lang: len(of) for lang, of in self.documents.items()},
            "sentences": {lang: len(of) for lang, of in self.places.items()},
        }
        if not all(told["sentences"].values()):
            return {**told, "judged": 0, "pairs": 0, "kept": 0}
        config = MiningConfig(max(threshold, THRESHOLD))
        found = mine(
            self._path("en"), self._path("vi"), self.folder / "pairs.jsonl", config=config, work=self.folder / "work",
            jobs=jobs, executor=executor,
        )  # fmt: skip
        self.n_pairs = found["pairs"]
        return {**told, **{name: found[name] for name in ("left_out", "judged", "share", "pairs", "kept")}}

    def pairs(self) -> Iterator[Mined]:
        """Go through what was mined, by couples of documents: in the order of the English, then the Vietnamese."""
        if not self.n_pairs:
            return
        rows = (row for chunk in read_pairs(self.folder / "pairs.jsonl") for row in chunk.to_dict("records"))
        for en, of in itertools.groupby(rows, key=lambda row: self._place(row, "src")[0]):
            held = sorted(of, key=lambda row: (self._place(row, "trg")[0], self._place(row, "src")))
            for vi, couple in itertools.groupby(held, key=lambda row: self._place(row, "trg")[0]):
                yield self._mined(self.documents["en"][en], self.documents["vi"][vi], list(couple))

    def _place(self, row: Mapping[Any, Any], side: str) -> tuple[int, int, int, int]:
        """Document, number in it, start and end of a mined sentence."""
        number, k, start, end = self.places[_LANGUAGES[side]][int(row[f"{side}_line"]) - 1].tolist()
        return number, k, start, end

    def _mined(self, en: dict[str, str], vi: dict[str, str], couple: Sequence[Mapping[Any, Any]]) -> Mined:
        """The pairs of two documents."""
        name = fit_field(f"{en['name']} + {vi['name']}")[0]
        both = {
            column: "; ".join(dict.fromkeys(filter(None, (en[column], vi[column]))))
            for column in ("licence", "source", "date")
        }
        counts = dict.fromkeys(("en_sentences", "vi_sentences", "en_alone", "vi_alone"), 0)
        told = {"layout": "mined", "verdict": "", "parallel_probability": "", "left_out": ""}
        row = {"id": name, "en": en["path"], "vi": vi["path"], **both, **told, **counts, "pairs": len(couple)}
        return Mined(row, [self._cells(pair, name) for pair in couple])

    def _cells(self, pair: Mapping[Any, Any], name: str) -> tuple[object, ...]:
        """A mined pair as a row of a corpus; nothing is known of a bead and of a document's translation."""
        cells: dict[str, object] = {column: pair.get(column) for column in COLUMNS}
        for side, lang in _LANGUAGES.items():
            _, k, start, end = self._place(pair, side)
            kind = self.kinds[lang][int(pair[f"{side}_line"]) - 1]
            cells |= {f"{side}_ids": str(k), f"{side}_start": start, f"{side}_end": end, f"{side}_kind": kind}
        return tuple({**cells, "bead_type": "1:1", "doc_id": name}.values())

    def close(self) -> None:
        """Take the sentences away."""
        shutil.rmtree(self.folder, ignore_errors=True)


_LANGUAGES: Final = {"src": "en", "trg": "vi"}
