"""Take the pairs worth keeping out of a corpus: any format, splits, a card, the digests of the files."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from aligner.bitext import Threshold
from aligner.corpus.building.building import read_corpus
from aligner.corpus.exports.card import MANIFEST, Tallies, build_steps, dataset_card, manifest
from aligner.corpus.exports.croissant import CROISSANT, describe_files
from aligner.corpus.exports.opus import cut_documents, write_opus
from aligner.corpus.exports.splits import SPLITS, check_shares, exclusions, place_pairs
from aligner.corpus.repeats.duplicates import find_on_shelf
from aligner.corpus.repeats.scratch import Scratch
from aligner.corpus.repeats.search import KINDS
from aligner.corpus.repeats.shelf import Shelf
from aligner.corpus.shards import FOLDER, join_digests, name_paths, read_record, refuse_writing, write_bytes
from aligner.doors import checked
from aligner.errors import FilePath, InputError, Progress
from aligner.files.streams import PACKED
from aligner.files.whole import sync_folder
from aligner.names.learning import learn_names
from aligner.names.rewriting import NAME_STYLES, NameStyle, normalise_names
from aligner.names.table import NameTable
from aligner.pairs.chunks import NUMBERS, OFFSETS, PAIR_ID, cell_text, out_of_quotes
from aligner.pairs.files import check_writing, write_pairs
from aligner.pairs.formats import Format, output_formats
from aligner.pairs.frames import put_texts
from aligner.pairs.locales import read_locales
from aligner.pairs.sidecars import SIDECAR
from aligner.pairs.tables import reason_codes
from aligner.quality.model import shipped_model
from aligner.quality.reasons import BARRING
from aligner.text.normalisation import Tone, normalise

if TYPE_CHECKING:
    import pandas as pd

Repeats = Literal["keep", "exact", "near"]
"""What happens to pairs that repeat others: nothing, or the best of them alone is exported."""


OPUS: Final = Format("opus", (), streams=False, is_text=False)
"""Whole documents, with links between sentences: pairs alone do not have them, so it is no format of pairs."""

LOADED: Final = ("", ".gz")
"""How files may be packed that are loaded elsewhere as they stand."""


def export_formats() -> list[str]:
    """List the formats that `export_corpus` writes; .gz and .zst behind one pack its files.

    Examples
    --------
    >>> [name for name in export_formats() if name.startswith(("tsv", "xlsx"))]
    ['tsv', 'tsv.gz', 'tsv.zst', 'xlsx']
    """
    return [name + packed for name, row in _rows().items() for packed in ("", *PACKED) if row.is_text or not packed]


def _rows() -> dict[str, Format]:
    """All formats, by name."""
    return {**output_formats(), OPUS.name: OPUS}


@checked
def read_shards(corpus: FilePath) -> Iterator[tuple[pd.DataFrame, dict[str, Any]]]:
    """Go through a corpus shard by shard: its beads, all of them, and its record.

    Parameters
    ----------
    corpus : str or path
        A folder that `build_corpus` has completed.

    Yields
    ------
    tuple of DataFrame and dict
        Beads with the columns that docs/corpora.md lists, and the corpus's ``attrs["signature"]``; the shard's record.

    Raises
    ------
    InputError
        If it is no corpus, not complete, or a shard is not what was written.

    Examples
    --------
    >>> next(read_shards("no/such"))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such: no corpus (found no corpus.json); build one: aligner build INPUT -o CORPUS
    """
    head = _complete(corpus)
    digests = []
    for number in range(head["shards"]):
        path, _ = name_paths(corpus, number, compress=head["config"]["compress"])
        record = read_record(corpus, number)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError("a shard is not there", path=path, found=error.strerror, todo=_AGAIN) from None
        if record is None or hashlib.sha256(content).hexdigest() != record.get("output"):
            raise InputError("a shard is not what was written", path=path, found="another digest", todo=_AGAIN)
        frame = _frame(gzip.decompress(content) if path.suffix == ".gz" else content)
        frame.attrs["signature"] = head["signature"]
        digests.append(record["digest"])
        yield frame, record
    if join_digests(digests) != head["records"]:
        raise InputError("shards are not those that corpus.json was written of", path=corpus, todo=_AGAIN)


_AGAIN: Final = "run aligner build again: it does what is missing"


def _complete(corpus: FilePath) -> dict[str, Any]:
    """The head of a corpus that is complete."""
    head = read_corpus(corpus)
    if not head.get("complete"):
        raise InputError("a corpus that is not complete", path=corpus, todo=_AGAIN)
    there = sum(1 for _ in Path(corpus, FOLDER).glob("*.json"))
    if there != head["shards"]:
        found = f"{there}, and {head['shards']} in corpus.json"
        raise InputError("another number of shards than corpus.json names", path=corpus, found=found, todo=_AGAIN)
    return head


def _frame(content: bytes) -> pd.DataFrame:
    """A shard's beads as a frame with numbers where they belong."""
    import pandas as pd

    header, *lines = content.decode("utf-8").split("\n")[:-1]
    columns = header.split("\t")
    frame = pd.DataFrame(
        [[out_of_quotes(cell) for cell in line.split("\t")] for line in lines], columns=columns, dtype=object
    )
    for name in NUMBERS:
        frame[name] = frame[name].replace("", "nan").astype(float)  # mined pairs have no bead's probability
    for name in OFFSETS:
        frame[name] = frame[name].map(lambda cell: int(cell) if cell else None).astype("Int64")
    return frame


@checked
def export_corpus(
    corpus: FilePath,
    out: FilePath,
    *,
    format: str = "tsv",
    threshold: Threshold | None = None,
    repeats: Repeats = "keep",
    against: Mapping[str, pd.DataFrame] | None = None,
    split: Mapping[str, float] | None = None,
    names: NameStyle = "keep",
    tone: Tone = "keep",
    glossary: NameTable | None = None,
    locales: str | Sequence[str] | None = None,
    notes: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Export the pairs worth keeping into a new folder, with a card and the digests of all files.

    Parameters
    ----------
    corpus : str or path
        A folder that `build_corpus` has completed.
    out : str or path
        The folder to make. It appears whole or not at all.
    format : str
        One of `export_formats`; docs/formats.md.
    threshold : {"strict", "balanced", "recall"} or float, optional
        Quality from which a pair is exported; by default what the corpus was built with. Pairs that a hard rule drops,
        uncertain beads and documents that are not parallel never are.
    repeats : {"keep", "exact", "near"}
        Of pairs that repeat each other, exactly or also nearly, export that of the best quality (docs/duplicates.md).
    against : dict of str to DataFrame, optional
        Test sets by name: pairs that repeat one of theirs, as `repeats` says or exactly, or share a side with it, are
        left out.
    split : dict of str to float, optional
        Shares of the documents for ``dev`` and ``test``, as `split_corpus` takes them: pairs of other splits that
        repeat one of these are left out (``excluded``). Without it there is one file.
    names : {"keep", "vietnamese", "ascii", "first"}
        Write every name of a document in one way (docs/names.md).
    tone : {"keep", "old", "new"}
        Where the tone stands in hòa and hoà.
    glossary : NameTable, optional
        Names that are known to belong together.
    locales, notes
        As for `write_pairs`, for TMX and XLIFF. Ids are written wherever the format holds them.
    progress : callable, optional
        Called with ``"exported"``, the number of shards that are through, and of how many.

    Returns
    -------
    dict
        ``pairs``, ``documents`` (by split), ``left_out`` (beads by reason), ``licences`` (pairs by what is stated, ""
        where nothing is), ``files``, ``replaced``, ``signature``.

    Raises
    ------
    InputError
        If the corpus is none or not complete, an option is unknown, or the folder is there already or cannot be
        written.
    MissingExtraError
        For Parquet without pyarrow, XLSX without openpyxl, .zst without zstandard, splits and near repeats without
        rapidfuzz.

    Examples
    --------
    >>> export_corpus("no/such", "out")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such: no corpus (found no corpus.json); build one: aligner build INPUT -o CORPUS
    """
    head = _complete(corpus)
    row, packed = _format(format)
    if row is OPUS and (locales is not None or notes):
        raise InputError("no place for locales and notes in this format", found=row.name, todo="leave them out")
    if locales is not None or notes:
        check_writing(f"pairs{row.suffix}", format=row.name, locales=locales, notes=notes)
    has_ids = row.columns is None or PAIR_ID in row.columns
    is_loaded = row.is_loaded and packed in LOADED
    if names not in NAME_STYLES:
        raise InputError("unknown style of names", found=repr(names), todo=f"styles are {', '.join(NAME_STYLES)}")
    normalise("", lang="vi", tone=tone)
    chosen = head["config"]["threshold"] if threshold is None else threshold
    limit = shipped_model().threshold(chosen)
    shares = None if split is None else _shares(split)
    if repeats not in get_args(Repeats):
        todo = f"repeats must be {', '.join(get_args(Repeats))}"
        raise InputError("unknown repeats", found=repr(repeats), todo=todo)
    final = Path(os.path.abspath(out))
    if final.exists() and (not final.is_dir() or any(final.iterdir())):
        raise InputError("the folder is there already", path=out, todo="give a new one, or remove it first")
    tallies, left_out = Tallies(), Counter[str]()

    def chunks() -> Iterator[pd.DataFrame]:
        for k, (frame, record) in enumerate(read_shards(corpus), 1):
            yield _chosen(frame, record, limit, names, tone, glossary, left_out)
            if progress is not None:
                progress("exported", k, head["shards"])

    work = final.with_name(f".{final.name[:40]}.{os.urandom(4).hex()}.tmp")
    try:
        work.mkdir(parents=True)
        parts = _parts(chunks(), repeats, against, shares, left_out, final.parent)
        signature = (
            f"{head['signature']}|export:{format}|from:{limit:g}|names:{names}|tone:{tone}|repeats:{repeats}"
            f"|against:{','.join(against or {}) or 'none'}|split:{_told(shares)}"
        )
        files: dict[str, list[str]] = {}
        columns: list[str] = []
        replaced = 0
        opus_counts = Counter[str]()
        for name, frames in parts:
            before = _files(work)
            counted = _counted(frames, name, tallies, columns)
            if row is OPUS:
                whole = cut_documents(read_shards(corpus), corpus, names=names, tone=tone, glossary=glossary)
                replaced += write_opus(counted, whole, work / name, final.name, signature, opus_counts)
            else:
                target = work / f"{name}{row.suffix}{packed}"
                replaced += write_pairs(
                    counted, target, format=row.name, signature=signature, ids=has_ids, locales=locales, notes=notes
                )["replaced"]
            files[name] = sorted(file for file in _files(work) - before if not file.endswith(SIDECAR))
        steps = [*build_steps(head), *_steps(chosen, limit, names, tone, repeats, against, shares)]
        if row is OPUS:
            steps.append(
                f"Documents with a pair were written whole: {opus_counts['linked']:,} pairs are linked, "
                f"{opus_counts['alone']:,} sentences have links of one side, and {opus_counts['unlinked']:,} pairs "
                "that are left out have no link."
            )
        card = dataset_card(
            tallies,
            title=final.name,
            files=files,
            columns=[] if row is OPUS else row.held([*columns, PAIR_ID]),
            steps=steps,
            left_out=dict(sorted(left_out.items(), key=lambda item: (-item[1], item[0]))),
            signature=signature,
            locales=read_locales(locales),
            is_loaded=is_loaded,
            has_nulls=row is OPUS,
        )
        write_bytes(work / "README.md", card.encode("utf-8", "replace"))
        documents = Path(corpus, "documents.tsv").read_bytes()
        if hashlib.sha256(documents).hexdigest() != head["tables"]["documents.tsv"]:
            what = "a table is not what was written"
            raise InputError(what, path=Path(corpus, "documents.tsv"), found="another digest", todo=_AGAIN)
        write_bytes(work / "documents.tsv", documents)
        metadata = describe_files(
            work,
            _files(work),
            title=final.name,
            description=f"{sum(tallies.pairs.values()):,} pairs of sentences, English and Vietnamese.",
            licences=tallies.licences(),
            records={name: files[name][0] for name in files} if is_loaded else {},
            columns=row.held([*columns, PAIR_ID]),
            signature=signature,
            has_dates=not tallies.has_free_dates,
        )
        write_bytes(work / CROISSANT, metadata.encode("utf-8", "replace"))
        write_bytes(work / MANIFEST, manifest(work, _files(work)).encode("utf-8", "replace"))
        if final.exists():
            final.rmdir()
        work.rename(final)
        sync_folder(final.parent)
    except OSError as error:
        refuse_writing(error, out)
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(work)
    return {
        "pairs": {name: tallies.pairs[name] for name in files},
        "documents": {name: tallies.documents[name] for name in files},
        "left_out": dict(left_out),
        "licences": tallies.licences(),
        "files": files,
        "replaced": replaced,
        "signature": signature,
    }


def _format(name: str) -> tuple[Format, str]:
    """A format and how its files are packed."""
    known = _rows()
    if name not in export_formats():
        todo = f"formats are {', '.join(known)}; {' or '.join(PACKED)} behind those that are text"
        raise InputError("unknown format", found=repr(name), todo=todo)
    kind, dot, packed = name.partition(".")
    return known[kind], dot + packed


def _shares(split: Mapping[str, float]) -> dict[str, float]:
    """Shares of both small splits, before any work."""
    unknown = sorted(set(split) - {"dev", "test"})
    if unknown or not split:
        todo = "give shares for dev and test, as dev=0.01,test=0.01; train is the rest"
        raise InputError("unknown split", found=", ".join(unknown) or "none", todo=todo)
    shares = {"dev": 0.0, "test": 0.0, **split}
    check_shares(shares["dev"], shares["test"])
    return shares


def _chosen(
    frame: pd.DataFrame,
    record: dict[str, Any],
    limit: float,
    names: NameStyle,
    tone: Tone,
    glossary: NameTable | None,
    left_out: Counter[str],
) -> pd.DataFrame:
    """The pairs of a shard to export, their names and tones written as asked for, with where they come from."""
    codes = [reason_codes(cell) for cell in frame["reasons"]]
    barred = np.array([not found.isdisjoint(BARRING) for found in map(set, codes)], bool)
    is_chosen = ~barred & (frame["quality"] >= limit).to_numpy()
    for found, chosen in zip(codes, is_chosen, strict=True):
        left_out.update([] if chosen else found or ["low_quality"])
    if names != "keep":
        frame = _renamed(frame, names, glossary)
    frame = frame[is_chosen].reset_index(drop=True)
    if tone != "keep":
        for column, lang in (("src_text", "en"), ("trg_text", "vi")):
            put_texts(frame, column, [normalise(text, lang=lang, tone=tone) for text in frame[column]])
    origin = {row["id"]: row for row in record["documents"]}
    for name in ("licence", "source", "date"):
        put_texts(frame, name, [origin[id_][name] for id_ in frame["doc_id"]])
    put_texts(frame, "date", [date or None for date in frame["date"]])  # one that is not stated is no text
    return frame


def _files(folder: Path) -> set[str]:
    """All files below a folder, with slashes."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _renamed(frame: pd.DataFrame, names: NameStyle, glossary: NameTable | None) -> pd.DataFrame:
    """A shard with its names written in one way, document by document; null beads tell names, too."""
    import pandas as pd

    documents = []
    for _, part in frame.groupby("doc_id", sort=False):
        table = learn_names(zip(part["src_text"], part["trg_text"], strict=True), glossary=glossary)
        written = {
            column: [report.text for report in normalise_names(part[column].tolist(), table, lang=lang, names=names)]
            for column, lang in (("src_text", "en"), ("trg_text", "vi"))
        }
        documents.append(part.assign(**written))
    return pd.concat(documents) if documents else frame


def _parts(
    chunks: Iterator[pd.DataFrame],
    repeats: Repeats,
    against: Mapping[str, pd.DataFrame] | None,
    split: Mapping[str, float] | None,
    left_out: Counter[str],
    folder: Path,
) -> Iterator[tuple[str, Iterable[pd.DataFrame]]]:
    """Splits, or all pairs, without pairs that repeat a better one, or a test set's; a shard at a time in memory."""
    if repeats == "keep" and not against and split is None:
        yield "pairs", chunks
        return
    with Scratch(folder) as scratch:
        shelf = Shelf(scratch, near=repeats == "near" or split is not None, once=split is None)
        for name, test in (against or {}).items():
            shelf.add_test(name, [test])
        shelf.add(chunks)
        n = shelf.starts[-1]
        is_kept = np.ones(shelf.n_pairs, bool)
        if repeats != "keep" or against:
            found = find_on_shelf(shelf, near=repeats == "near")
            kinds, is_dropped = found.kinds(), found.dropped()
            if repeats == "keep":
                # What repeats a pair of a test set is told as repeating a pair that is dropped: it goes, too.
                is_dropped = found.search.roots()[n:] < n
                kinds[is_dropped] = KINDS.index("against")
            is_kept = ~is_dropped
            left_out.update({f"repeats_{k}": int((kinds[is_dropped] == i).sum()) for i, k in enumerate(KINDS)})
        if split is None:
            yield "pairs", shelf.frames(is_kept)
            return
        rows = n + np.flatnonzero(is_kept)
        which, _ = place_pairs(shelf.prints, shelf.documents, dev=split["dev"], test=split["test"], begin=n)
        excluded = np.zeros(len(which), bool)
        for k, search, _ in exclusions(shelf.prints, rows, which):
            excluded |= (which == k) & (search.said >= 0)
        left_out.update({"excluded": int(excluded.sum())})
        for k, name in reversed(list(enumerate(SPLITS))):
            is_of_split = is_kept & ((which == k) & ~excluded)[n:]
            if is_of_split.any():
                yield name, shelf.frames(is_of_split)


def _counted(frames: Iterable[pd.DataFrame], name: str, tallies: Tallies, columns: list[str]) -> Iterator[pd.DataFrame]:
    """Frames on their way to the file, counted."""
    for frame in frames:
        columns[:] = map(str, frame.columns)
        tallies.add(name, frame["src_text"].tolist(), frame["trg_text"].tolist(), frame["quality"])
        for _, part in frame.groupby("doc_id", sort=False):
            source, licence, date = (cell_text(part[column].iloc[0]) for column in ("source", "licence", "date"))
            tallies.add_document(name, source, licence, len(part), date)
        yield frame


def _told(shares: Mapping[str, float] | None) -> str:
    """Shares in a few words."""
    return "none" if shares is None else ",".join(f"{name}={share:g}" for name, share in shares.items())


def _steps(
    chosen: str | float,
    limit: float,
    names: NameStyle,
    tone: Tone,
    repeats: Repeats,
    against: Mapping[str, object] | None,
    shares: Mapping[str, float] | None,
) -> list[str]:
    """What exporting did, in words."""
    steps = [f"Exported: pairs from the quality {limit:g} on ({chosen})."]
    if names != "keep":
        steps.append(f"Every name was written in one way within its document: {names}.")
    if tone != "keep":
        steps.append(f"Tones were written in the {tone} style.")
    if repeats != "keep":
        steps.append(f"Of pairs that repeat each other ({repeats}), only the one of the best quality was kept.")
    if against:
        steps.append(
            f"Pairs that repeat a pair of these test sets, or a side of one, were left out: {', '.join(against)}."
        )
    if shares is not None:
        steps.append(
            f"Split by document ({_told(shares)}, the rest train); pairs that repeat one of a smaller split, exactly, "
            "nearly or on one side, were left out of the others."
        )
    return steps
