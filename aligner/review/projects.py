"""Projects: files read into documents of beads, whatever they are, and the beads as pairs and gold again."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aligner.alignment import Alignment, align, align_article, bead_probabilities
from aligner.bitext import Bead
from aligner.corpus.documents import JSON_LINES, name_existing, open_listing
from aligner.corpus.exports.export import read_shards
from aligner.documents.articles import parse_article, read_article
from aligner.errors import AlignerError, FilePath, InputError, Progress
from aligner.pairs.files import read_pairs
from aligner.pairs.formats import pairs_kind
from aligner.pairs.frames import make_frame
from aligner.quality.model import shipped_model
from aligner.quality.model_files import write_quality
from aligner.quality.scores import fit_quality, read_probabilities, score_pairs
from aligner.review.beads import ReviewBead, numbered, single_nulls, storable
from aligner.review.editing import Review, differing
from aligner.review.store import FILE, Repair, Store
from aligner.text.sentences import split_sentences
from aligner.version import SIGNED, join_signatures

if TYPE_CHECKING:
    import pandas as pd

ALIGNED: Final = 20_000
"""Sentences of a side up to which pairs that were given are aligned anew, to offer repairs and to tell how probable
each bead is: half a minute. Longer documents are judged by their texts alone, which is said."""

MODEL: Final = "quality.json"
"""Name in the project's folder of the model of quality that its decisions were refitted into."""

REMARKS: Final = "remarks"
"""Name under which a store keeps what was remarked in reading."""

PARAGRAPHS: Final = 1 / 3
"""Share of pairs that hold several pairs of the model's, above which a file is taken to be one of paragraphs: of
sentences aligned by other tools a tenth at most are so (test_review.py)."""


class ReadDocument(NamedTuple):
    """A document as it was read: its beads, its files with their digests, what made it, what a model would change."""

    name: str
    beads: list[ReviewBead]
    files: list[tuple[str, str]]
    signature: str
    repairs: list[Repair]


def read_documents(
    path: FilePath, other: FilePath | None = None, *, follow: Progress | None = None, remarks: list[str] | None = None
) -> Iterator[ReadDocument]:
    """Read what is to be reviewed: a bilingual file, two files, pairs, a folder of documents or a manifest, a corpus.

    Parameters
    ----------
    path, other : str or path
        As `aligner align`, `convert` and `build` take them.
    follow : callable, optional
        Is told how far it is: a step, how much is done, of how much (0 where nobody knows).
    remarks : list of str, optional
        Is given in words what is to be known of the reading: documents of a folder or manifest that could not be read,
        what of a file of pairs was none, documents that were judged by their texts alone.

    Yields
    ------
    ReadDocument

    Raises
    ------
    InputError
        As `read_article`, `read_pairs` and `open_listing` do; and if nothing is there to review.
    """
    name = os.fspath(path)
    for file in (name, *([] if other is None else [os.fspath(other)])):
        if not os.path.isfile(file) and not os.path.isdir(file):  # a pipe would be read twice
            raise InputError("neither a file nor a folder", path=file, todo="write it into a file first")
    if other is not None and os.path.isdir(name):
        todo = "give the folder alone, or two files"
        raise InputError("a folder of documents and a file", found=os.fspath(other), todo=todo)
    told = [] if remarks is None else remarks
    if os.path.isfile(os.path.join(name, "corpus.json")):
        files = [(name, digest_of(Path(name, "corpus.json")))]
        yield from _of_pairs((frame for frame, _ in read_shards(name)), files, follow, told)
    elif os.path.isdir(name) or (other is None and _is_manifest(name)):
        yield from _of_listing(name, follow, told)
    elif _pairs_kind(name):
        files = [(os.fspath(file), digest_of(file)) for file in (path, other) if file is not None]
        yield from _of_pairs(read_pairs(path, other), files, follow, told)
    else:
        files = [(os.fspath(file), digest_of(file)) for file in (path, other) if file is not None]
        yield _of_alignment(align_article(read_article(path, other)), files)


def digest_of(path: FilePath) -> str:
    """SHA-256 of a file, in hexadecimal; empty where it cannot be read.

    Examples
    --------
    >>> digest_of("no/such/file")
    ''
    """
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


def changed_files(store: Store) -> list[str]:
    """Name the files that are no longer what was read: changed, or gone.

    Nothing is read again by itself: what a person decided is about the texts that were there.
    """
    files = dict.fromkeys(row for document in store.documents() for row in document.files)
    return [path for path, digest in files if _now(path) != digest]


def _now(path: str) -> str:
    inner = os.path.join(path, "corpus.json")
    return digest_of(inner if os.path.isfile(inner) else path)


def _pairs_kind(path: str) -> str:
    """What shows that a file holds pairs; empty where nothing does."""
    head = ""
    if os.path.isfile(path):
        with open(path, "rb") as file:
            head = file.read(4096).decode("utf-8", "ignore")
    return pairs_kind(path, head)


def _is_manifest(path: str) -> bool:
    """Whether a table names documents, and holds no texts of pairs."""
    if not path.lower().endswith((".tsv", *JSON_LINES)) or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        head = file.readline(1 << 16).decode("utf-8", "replace").removeprefix("\ufeff").strip()
    if path.lower().endswith(".tsv"):
        names = set(head.split("\t"))
        return "id" in names and bool(names & {"en", "en_text"}) and "src_text" not in names
    return '"id"' in head and ('"en_text"' in head or '"vi_text"' in head)


def _of_listing(path: str, follow: Progress | None, remarks: list[str]) -> Iterator[ReadDocument]:
    """Documents of a folder or manifest, each aligned; the errors of those that cannot be."""
    listing = open_listing(path)
    n = 0
    for k, listed in enumerate(listing.documents()):
        if follow is not None:
            follow("reading documents", k, 0)
        if listed.fault:
            remarks.append(f"set aside: {listed.error}")
            continue
        try:
            if listed.en_text is not None:
                article = parse_article(listed.en_text, listed.vi_text)
                files = [(path, digest_of(path))]
            else:
                names = [os.path.join(listing.root, name) for name in (listed.en, listed.vi) if name]
                article = read_article(*names)
                files = [(name, digest_of(name)) for name in names]
            alignment = align_article(replace(article, name=listed.id))
        except AlignerError as error:
            # Of a text that a manifest holds the error names no file.
            where = "" if listed.en_text is None else f"{path}: {listed.id}: "
            remarks.append(f"set aside: {where}{error}")
            continue
        n += 1
        yield _of_alignment(alignment, files)
    if not n:
        found = remarks[-1] if remarks else "no documents"
        raise InputError("nothing to review", path=path, found=found, todo="give documents that can be aligned")


def _of_alignment(alignment: Alignment, files: list[tuple[str, str]]) -> ReadDocument:
    """The beads of an alignment; what is out of order or repeated says so."""
    told: dict[tuple[str, int], str] = {}
    place = {}
    for k, bead in enumerate(alignment.beads):
        place.update({("en", i): k for i in bead.source} | {("vi", j): k for j in bead.target})
    for bead in alignment.moved:
        for side, ids, others in (("en", bead.source, ("vi", bead.target)), ("vi", bead.target, ("en", bead.source))):
            for i in ids:
                told[side, i] = f"moved: its translation stands at {place[others[0], others[1][0]] + 1}"
    for side, copies in (("en", alignment.duplicates["source"]), ("vi", alignment.duplicates["target"])):
        told |= {(side, i): f"repeats what stands at {place[side, of] + 1}" for i, of in copies.items()}
    judged = alignment.judgements(alignment.beads)
    beads = [
        ReviewBead(
            k,
            tuple(storable(alignment.source[i].text) for i in bead.source),
            tuple(storable(alignment.target[j].text) for j in bead.target),
            probability=bead.probability,
            quality=None if bead.is_null or said.quality != said.quality else said.quality,
            kept=said.is_kept,
            reasons=storable(";".join(said.reasons)),
            told="; ".join(
                dict.fromkeys(
                    told[key]
                    for key in [*(("en", i) for i in bead.source), *(("vi", j) for j in bead.target)]
                    if key in told
                )
            ),
        )
        for k, (bead, said) in enumerate(zip(alignment.beads, judged, strict=True))
    ]
    return ReadDocument(storable(alignment.doc_id) or "document", beads, files, alignment.signature, [])


def _of_pairs(
    frames: Iterable[pd.DataFrame], files: list[tuple[str, str]], follow: Progress | None, remarks: list[str]
) -> Iterator[ReadDocument]:
    """Documents of pairs: rows of one ``doc_id`` that follow each other; without that column one document."""
    n = 0
    skipped: dict[str, int] = {}

    def told() -> Iterator[pd.DataFrame]:
        for frame in frames:
            skipped.update(frame.attrs.get("skipped", {}))
            yield frame

    for name, rows in _grouped(told()):
        n += 1
        if follow is not None:
            follow("judging documents", n, 0)
        yield _of_rows(name or os.path.basename(files[0][0]), rows, files, remarks)
    if not n:
        raise InputError("nothing to review", path=files[0][0], found="no pairs", todo="give a file with pairs")
    remarks += [f"not read of {files[0][0]}: {number} {kind}" for kind, number in skipped.items() if number]


def _grouped(frames: Iterable[pd.DataFrame]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows by document, in order; a document may reach over several frames."""
    import pandas as pd

    held: list[pd.DataFrame] = []
    name = ""
    for frame in frames:
        if not len(frame):
            continue
        own = frame["doc_id"].fillna("").astype(str).tolist() if "doc_id" in frame else [""] * len(frame)
        start = 0
        for key, group in itertools.groupby(own):
            size = len(list(group))
            part = frame.iloc[start : start + size]
            start += size
            if held and key != name:
                yield name, pd.concat(held, ignore_index=True)
                held = []
            name = key
            held.append(part)
    if held:
        yield name, pd.concat(held, ignore_index=True)


def _of_rows(name: str, rows: pd.DataFrame, files: list[tuple[str, str]], remarks: list[str]) -> ReadDocument:
    """The pairs of a document as beads: judged where nobody did, and aligned anew where that is quick."""
    if "moved" in rows:  # pairs out of order stand behind all others; their sentences have null rows of their own
        rows = rows[rows["moved"].astype(str) != "True"].reset_index(drop=True)
    sides = [
        [_segments(storable(text) if isinstance(text, str) else "", lang) for text in rows[column].tolist()]
        for column, lang in (("src_text", "en"), ("trg_text", "vi"))
    ]
    found = [(k, pair) for k in range(len(rows)) for pair in single_nulls((sides[0][k], sides[1][k]))]
    pairs = [pair for _, pair in found]
    rows = rows.iloc[[k for k, _ in found]].reset_index(drop=True)
    ours = numbered(pairs)
    n, m = sum(len(s) for s, _ in pairs), sum(len(t) for _, t in pairs)
    signature = str(rows.attrs.get("signature", ""))
    model: Alignment | None = None
    if max(n, m) > ALIGNED:
        remarks.append(f"judged by its texts alone, since it has more than {ALIGNED:,} sentences: {name}")
    elif n and m:
        texts = [s for pair in pairs for s in pair[0]], [t for pair in pairs for t in pair[1]]
        try:
            model = align(*texts)
        except InputError as error:  # a side in a third language
            remarks.append(f"judged by its texts alone: {name}: {error}")
    probability = _probabilities(rows, ours, texts if model is not None else None)
    repairs: list[Repair] = []
    if model is not None:
        runs = differing(ours, model.beads)
        # A pair that holds several of the model's pairs and nothing else is a wrong cut among right ones; where most
        # are so, the file is one of paragraphs, and they are taken as such.
        coarse = {i for (i, j), (a, b) in runs if j == i + 1 and not any(bead.is_null for bead in model.beads[a:b])}
        is_of_paragraphs = len(coarse) > PARAGRAPHS * len(pairs)
        for (i, j), (a, b) in runs:
            if is_of_paragraphs and i in coarse:
                probability[i] = min(bead.probability for bead in model.beads[a:b])
                continue
            offered = tuple(
                (tuple(texts[0][s] for s in bead.source), tuple(texts[1][t] for t in bead.target))
                for bead in model.beads[a:b]
            )
            repairs.append(Repair(tuple(range(i, j)), offered))
    scored = _scored(rows, probability)
    decided = [str(cell) for cell in rows["decision"].tolist()] if "decision" in rows else scored["decision"]
    beads = [
        ReviewBead(
            k,
            *pair,
            probability=probability[k],
            quality=None if not all(pair) else scored["quality"][k],
            kept=all(pair) and decided[k] == "keep",
            reasons=storable(scored["reasons"][k]) if all(pair) else "null",
        )
        for k, pair in enumerate(pairs)
    ]
    made = model.signature if model is not None else shipped_model().signature
    return ReadDocument(storable(name), beads, files, join_signatures(signature, made) if signature else made, repairs)


def _probabilities(
    rows: pd.DataFrame, ours: Sequence[Bead], texts: tuple[list[str], list[str]] | None
) -> list[float | None]:
    """How probable each bead is: as the model of alignment has it, or as the file says; None where neither does."""
    if texts is not None:
        return list(bead_probabilities(*texts, ours))
    if "probability" in rows:
        return [float(p) for p in read_probabilities(rows)["probability"]]
    return [None] * len(ours)


def _scored(rows: pd.DataFrame, probability: Sequence[float | None]) -> dict[str, list[Any]]:
    """Quality with what is known of the beads; decision and reasons by the texts alone."""
    scored = score_pairs(make_frame({name: rows[name].tolist() for name in ("src_text", "trg_text")}))
    known = [1.0 if p is None else p for p in probability]
    quality = [float(q) * p for q, p in zip(scored["quality"], known, strict=True)]
    return {"quality": quality, "decision": scored["decision"].tolist(), "reasons": scored["reasons"].tolist()}


def _segments(text: str, lang: str) -> tuple[str, ...]:
    """The sentences of one side of a pair; all of it where cutting would change it."""
    if not text.strip():
        return ()
    found = tuple(sentence.text for sentence in split_sentences(text, lang))
    return found if " ".join(found).split() == text.split() else (" ".join(text.split()),)


def open_project(
    folder: FilePath, inputs: Sequence[FilePath] = (), *, follow: Progress | None = None
) -> tuple[Store, list[str]]:
    """Open a project's folder, made where it is not there, with these inputs read into it where they are new.

    Parameters
    ----------
    folder : str or path
        The project's.
    inputs : sequence of str or path
        One file or folder, or the English and the Vietnamese file, as `read_documents` takes them. Those that the
        project has already are not read again, also where they changed since.

    Returns
    -------
    store : Store
    changed : list of str
        Files that are no longer what was read.

    Raises
    ------
    InputError
        If neither the project nor an input is there, or an input cannot be read; then nothing is kept of it.
    """
    for path in inputs:
        name_existing(path)
    if not os.fspath(folder):  # the folder one is in, which nobody named
        raise InputError("no name of a folder", found="nothing", todo="name the project's")
    place = Path(folder)
    if not inputs and not os.path.exists(os.path.join(place, FILE)):
        raise InputError("no review there", path=folder, todo="give the files to review, too")
    is_new_folder, is_new = not os.path.isdir(place), not os.path.exists(os.path.join(place, FILE))
    try:
        place.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero
        found = getattr(error, "strerror", None) or str(error)
        raise InputError("cannot be made", path=folder, found=found, todo="check the path") from None
    store: Store | None = None
    try:
        store = Store(place)
        _read_new(store, [os.path.abspath(path) for path in inputs], follow)
        return store, changed_files(store)
    except BaseException:
        if store is not None:
            store.close()
        if is_new:  # nothing was read into it
            for suffix in ("", "-wal", "-shm"):
                Path(place, FILE + suffix).unlink(missing_ok=True)
            if is_new_folder:
                with contextlib.suppress(OSError):
                    place.rmdir()
        raise


def _read_new(store: Store, inputs: list[str], follow: Progress | None) -> None:
    """Read into a project what it has not, as a whole or not at all."""
    read = f"input {inputs!a}"  # a file's name may hold what is no character
    known = {path for document in store.documents() for path, _ in document.files}
    if not inputs or store.told(read) is not None or set(inputs) <= known:
        return
    remarks = remarks_of(store)
    if known:
        remarks.append(f"read into a review of other files: {', '.join(inputs)}")
    with store.transaction():
        for document in read_documents(*inputs, follow=follow, remarks=remarks):
            store.add_document(
                document.name,
                document.beads,
                files=document.files,
                signature=document.signature,
                repairs=document.repairs,
            )
        store.tell(read, "read")
        store.tell(REMARKS, json.dumps(remarks))


def remarks_of(store: Store) -> list[str]:
    """What was remarked when the files of a project were read."""
    told: list[str] = json.loads(store.told(REMARKS) or "[]")
    return told


def reviewed_pairs(review: Review, *, nulls: bool = False) -> Iterator[pd.DataFrame]:
    """The pairs as a reviewer left them, a frame a document, for every format that `write_pairs` writes.

    ``decision`` is the person's where there is one, else by quality; ``reviewed`` says which: accepted, rejected or
    nothing. ``note`` is what was flagged. ``src_ids`` and ``trg_ids`` count the sentences as they now are.
    """
    import pandas as pd

    edits = review.store.count_edits(review.reviewer)
    for document in review.store.documents():
        beads = review.open(document.document).beads
        rows = []
        for bead, own in zip(beads, numbered([(b.source, b.target) for b in beads]), strict=True):
            if bead.is_null and not nulls:
                continue
            is_kept = not bead.is_null and (bead.status == "accepted" or (not bead.status and bead.kept))
            decision = "keep" if is_kept else "drop"
            rows.append(
                (*bead.texts, bead.quality or 0.0, decision, bead.reasons, own.type, _ids(own.source), _ids(own.target),
                 document.name, bead.status, bead.note)
            )  # fmt: skip
        frame = pd.DataFrame(rows, columns=list(REVIEWED))
        said = f"{SIGNED}|review:{review.reviewer}|edits:{edits}|beads:{len(beads)}"
        frame.attrs["signature"] = join_signatures(document.signature, said)
        yield frame


REVIEWED: Final = (
    "src_text", "trg_text", "quality", "decision", "reasons", "bead_type", "src_ids", "trg_ids", "doc_id", "reviewed",
    "note",
)  # fmt: skip
"""Columns of `reviewed_pairs`."""


def _ids(ids: Sequence[int]) -> str:
    return ",".join(map(str, ids))


def fit_on_review(review: Review) -> tuple[int, list[str]]:
    """What the decisions say of quality: the labels, and in lines the thresholds that fit them, refitted or not.

    Accepted pairs as they were read are good and rejected ones are not; what a person wrote is none of either.
    """
    import numpy as np
    import pandas as pd

    from aligner.quality.measures import auc, threshold_table

    rows = [
        (*bead.texts, bead.status == "accepted", bead.quality or 0.0)
        for document in review.store.documents()
        for bead in review.open(document.document).beads
        if bead.status and not bead.is_null and not bead.touched
    ]
    frame = pd.DataFrame(rows, columns=["src_text", "trg_text", "label", "quality"])
    good, bad = int(frame["label"].sum()), int((~frame["label"].astype(bool)).sum())
    lines = [f"labels: {good} accepted, {bad} rejected"]
    if not good or not bad:
        return len(frame), [*lines, "thresholds need pairs of both kinds: reject what is wrong, too"]
    quality, label = frame["quality"].to_numpy(), frame["label"].to_numpy(bool)
    lines.append(f"quality as it ships: AUC {auc(quality[label], quality[~label]):.3f}")
    table = threshold_table(quality, label)
    f1 = 2 * table["precision"] * table["recall"] / (table["precision"] + table["recall"])
    best = table.iloc[int(f1.fillna(0).to_numpy().argmax())]
    lines.append(
        f"best threshold by F1 on these: {best['threshold']:.2f} "
        f"(precision {best['precision']:.3f}, recall {best['recall']:.3f})"
    )
    try:
        model = fit_quality(frame[["src_text", "trg_text"]], np.asarray(label).tolist())
    except InputError as error:
        return len(frame), [*lines, f"not refitted: {error}"]
    write_quality(model, os.path.join(os.path.dirname(review.store.path), MODEL))
    thresholds = ", ".join(f"{name} {value:g}" for name, value in model.thresholds.items())
    return len(frame), [
        *lines,
        f"refitted: {model.signature}",
        f"thresholds of the refit: {thresholds}",
        f"model: {MODEL} in the project's folder, for aligner score --model",
    ]
