"""What becomes of documents that translate nothing as they were paired: other partners, or the sentences that do."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from aligner.bitext import LIKELY, Sentence
from aligner.corpus.building.configuration import BuildConfig, normalise_article, normalised, read_document
from aligner.corpus.documents import Listed, Listing
from aligner.corpus.finding.heaps import Entry, match_entries
from aligner.corpus.finding.mining import THRESHOLD, MiningConfig, mine
from aligner.corpus.shards import (
    Shard,
    as_lines,
    bin_qualities,
    cut_shards,
    describe_shard,
    dump_record,
    is_sealed,
    join_digests,
    read_finished,
    read_record,
    refuse_writing,
    seal,
    write_bytes,
    write_shard,
)
from aligner.documents.articles import Encodings, read_sentences, split_encodings
from aligner.errors import AlignerError, FilePath
from aligner.files.whole import replace_file
from aligner.pairs.files import read_pairs
from aligner.pairs.tables import COLUMNS, fit_field, reason_codes
from aligner.quality.model import shipped_model

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
        The folder of the corpus; `FOLDER` in it is made.
    key : str
        Digest of what they are: the work of a killed run over others is taken away.
    leftovers : iterable of Leftover
    """

    def __init__(self, corpus: Path, key: str, leftovers: Iterable[Leftover]) -> None:
        self.folder = corpus / FOLDER
        self._work = self.folder / key[:12]
        self.documents: dict[str, list[dict[str, str]]] = {"en": [], "vi": []}
        places: dict[str, list[tuple[int, int, int, int]]] = {"en": [], "vi": []}
        self.kinds: dict[str, list[str]] = {"en": [], "vi": []}
        try:
            self.folder.mkdir(exist_ok=True)
            for path in self.folder.iterdir():
                if path.is_dir() and path != self._work:
                    shutil.rmtree(path)
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
            self._path("en"), self._path("vi"), self.folder / "pairs.jsonl", config=config, work=self._work,
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


_LANGUAGES: Final = {"src": "en", "trg": "vi"}


@dataclass(frozen=True, slots=True)
class Look:
    """What the shards say of documents that are no translations, or have no partner.

    Attributes
    ----------
    key : str
        Digest of what was looked at.
    doubted : list of (str, str)
        Pairs of files that are no translations by what they say.
    alone : dict of set of str
        By language, files that were set aside for want of a partner.
    ids : set of str
        Documents that are no translations.
    n_shards : int
        How many shards were looked at.
    """

    key: str
    doubted: list[tuple[str, str]]
    alone: dict[str, set[str]]
    ids: set[str]
    n_shards: int


def look_back(folder: Path, config: BuildConfig, n_shards: int) -> Look | None:
    """Go through what all shards record; None where some are not there yet."""
    digests, doubted, ids = [], [], set()
    alone: dict[str, set[str]] = {"en": set(), "vi": set()}
    for number in range(n_shards):
        record = read_record(folder, number)
        if record is None or record["config"] != config.digest():
            return None
        digests.append(record["digest"])
        for row in record["documents"]:
            if row["layout"] != "mined" and row["parallel_probability"] < LIKELY:
                ids.add(row["id"])
                if row["vi"]:
                    doubted.append((row["en"], row["vi"]))
        for row in record["set_aside"]:
            if row["kind"] == "unpaired":
                alone["en" if row["en"] else "vi"].add(row["en"] or row["vi"])
    return Look(join_digests(digests), doubted, alone, ids, n_shards)


PARTNERS: Final = "partners.json"
"""Of a folder in whose names some lie: the pairs by name that are none, and those that were built instead."""


def read_partners(folder: FilePath) -> dict[str, Any]:
    """Read which pairs by name are none (``doubted``) and which were built instead (``found``); both may be empty.

    Examples
    --------
    >>> read_partners("no/such")
    {'doubted': [], 'found': []}
    """
    try:
        stored = json.loads(Path(folder, PARTNERS).read_bytes())
    except (OSError, ValueError, RecursionError):
        stored = None
    return stored if isinstance(stored, dict) and is_sealed(stored) else {"doubted": [], "found": []}


def other_partners(
    folder: Path, listing: Listing, config: BuildConfig, look: Look, jobs: int
) -> tuple[list[Shard], dict[str, int]]:
    """Shards of files that were paired by what they say since their names misled; how many there are of both."""
    stored = read_partners(folder)
    made_of = {"input": look.key, "config": config.digest()}
    is_folder = os.path.isdir(listing.path)
    if not is_folder or not (look.doubted or all(look.alone.values())):
        (folder / PARTNERS).unlink(missing_ok=True)
        return [], {"doubted": 0, "found": 0}
    if any(stored.get(name) != value for name, value in made_of.items()):
        en, vi = ({pair[k] for pair in look.doubted} | look.alone[lang] for k, lang in enumerate(("en", "vi")))
        found = find_partners(listing.root, en, vi, look.doubted, config.encoding, jobs)
        stored = {**made_of, "doubted": look.doubted, "found": found}
        write_bytes(folder / PARTNERS, dump_record(seal(stored)))
    documents = [_partners(en, vi, listing.root) for en, vi, _ in stored["found"]]
    cut = cut_shards(documents, shard_bytes=config.shard_bytes)
    shards = [replace(shard, number=shard.number + look.n_shards) for shard in cut]
    return shards, {"doubted": len(stored["doubted"]), "found": len(documents)}


def _partners(en: str, vi: str, root: str) -> Listed:
    """The document of two files that were found for each other."""
    size = 0
    for path in (en, vi):
        with contextlib.suppress(OSError):  # one that has just gone is said when it is read
            size += os.path.getsize(os.path.join(root, path))
    return Listed(fit_field(f"{en} + {vi}")[0], en, vi, size=size)


def mine_leftovers(
    folder: Path, listing: Listing, config: BuildConfig, look: Look, first: int, jobs: int | None, executor: Executor
) -> tuple[dict[str, Any], int]:
    """Mine the sentences of what has no partner into shards from a number on; what is counted, and how many."""
    taken = {path for en, vi, _ in read_partners(folder)["found"] for path in (en, vi)}
    key = join_digests([look.key, json.dumps(sorted(taken))])  # ASCII, and escapes lone surrogates

    def done(number: int) -> dict[str, Any] | None:
        return read_finished(folder, number, config=config.digest(), inputs=key, compress=config.compress)

    before = done(first)
    if before is not None and all(done(first + k) for k in range(1, before["of"])):
        return before["mined"], before["of"]
    pool = Pool(folder, key, _leftovers(listing, config, look, taken))
    counts = pool.mine(shipped_model().threshold(config.threshold), jobs, executor)
    held: list[Mined] = []
    waiting: list[tuple[str, dict[str, Any]]] = []
    n = 0

    def write() -> None:
        """Write a shard; the first waits for the number of all, by which it is known that they are done."""
        nonlocal n
        text, record = _shard_of_mined(first + n, held, config, key)
        if n:
            write_shard(folder, first + n, text, record, compress=config.compress)
        else:
            waiting.append((text, record))
        held.clear()
        n += 1

    for couple in pool.pairs():
        held.append(couple)
        if sum(len(mined.rows) for mined in held) >= SHARD_PAIRS:
            write()
    if held or not n:
        write()
    ((text, record),) = waiting
    write_shard(folder, first, text, {**record, "mined": counts, "of": n}, compress=config.compress)
    return counts, n


def _leftovers(listing: Listing, config: BuildConfig, look: Look, taken: set[str]) -> Iterator[Leftover]:
    """Go through both sides of what is no translation, and what has no other side; not files with a new partner."""
    encodings = dict(zip(("en", "vi"), split_encodings(config.encoding), strict=True))
    for listed in listing.documents():
        if listed.id in look.ids and not listed.fault:
            article = normalise_article(read_document(listed, listing.root, config), listed.id, config.tone)
            sides = (Leftover(listed, "en", article.source), Leftover(listed, "vi", article.target))
            yield from (side for side in sides if side.path not in taken)
        elif listed.fault == "unpaired" and not taken & {listed.en, listed.vi}:
            lang: Literal["en", "vi"] = "en" if listed.en else "vi"
            with contextlib.suppress(AlignerError):  # it is set aside in any case
                found, _ = read_sentences(os.path.join(listing.root, listed.en or listed.vi), encoding=encodings[lang])
                yield Leftover(listed, lang, normalised(found, lang, config.tone))


def _shard_of_mined(number: int, held: Sequence[Mined], config: BuildConfig, key: str) -> tuple[str, dict[str, Any]]:
    """A shard's TSV and its record."""
    lines, documents = ["\t".join(COLUMNS)], []
    at = {name: COLUMNS.index(name) for name in ("quality", "decision", "reasons")}
    for mined in held:
        found, replaced = as_lines(mined.rows)
        lines += found
        kept = sum(row[at["decision"]] == "keep" for row in mined.rows)
        documents.append({**mined.row, "kept": kept, "replaced": replaced})
    rows = [row for mined in held for row in mined.rows]
    codes = Counter(code for row in rows for code in reason_codes(str(row[at["reasons"]] or "")))
    return "\n".join(lines) + "\n", describe_shard(
        number, config.digest(), key, documents=documents, set_aside=[], reasons=dict(sorted(codes.items())),
        histogram=bin_qualities([float(str(row[at["quality"]])) for row in rows]),
    )  # fmt: skip
