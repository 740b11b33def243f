"""Judge pairs: the one place where the evidence of texts, bead and document becomes quality, decision and reasons."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import LIKELY, NO_PAIR, AlignedDocument, Bead, Judgement, Threshold
from aligner.collector import paused_collector
from aligner.names.table import NameTable
from aligner.pairs.chunks import CHUNK
from aligner.quality.additive import Doubles
from aligner.quality.company import cut_groups, number_groups
from aligner.quality.features import Witness
from aligner.quality.links import WordSpan, uncovered_words
from aligner.quality.model import QualityModel, shipped_model, shipped_witness
from aligner.quality.reasons import tell_reasons
from aligner.quality.rules import RULES
from aligner.text.unicode import nfc

MAX_SPANS: Final = 6
"""Runs of words without counterpart that a reason names."""

TOGETHER: Final = 256
"""Pairs whose words without counterpart are looked for at a time: the words take some megabytes, and more pairs are no
faster (one at a time takes three times as long)."""

DECIMALS: Final = 4
"""Decimals of the probabilities that are looked at: those that files hold, so that a pair that was written and is read
again is judged as it was (test_judging.py: scoring what align wrote)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Judgements of n pairs, as columns.

    Attributes
    ----------
    quality, pair_quality : float64 arrays, shape (n,)
        As in `Judgement`.
    is_kept : bool array, shape (n,)
    reasons : list of list of str
    broken : bool array, shape (n, rules)
        Which of the rules asked for each pair breaks.
    table : float32 array, shape (n, features)
        The evidence (`FEATURES`).
    """

    quality: Doubles
    pair_quality: Doubles
    is_kept: NDArray[np.bool_]
    reasons: list[list[str]]
    broken: NDArray[np.bool_]
    table: NDArray[np.float32]


def judge_pairs(
    source: Sequence[str],
    target: Sequence[str],
    *,
    probability: Sequence[float] | Doubles | None = None,
    document_probability: Sequence[float] | Doubles | None = None,
    is_null: Sequence[bool] | None = None,
    documents: Sequence[object] | None = None,
    threshold: Threshold = "balanced",
    rules: Sequence[str] = tuple(RULES),
    glossary: NameTable | None = None,
    model: QualityModel | None = None,
) -> Iterator[Judged]:
    """Judge n pairs of texts by all that is known of them and of the pairs beside them, at most `CHUNK` at a time.

    Parameters
    ----------
    source, target : sequence of str
        English and Vietnamese, in any normal form.
    probability, document_probability : sequence of float, optional
        Of the beads and of their documents, 0..1; four decimals are looked at. Without them: 1, nothing is known
        against any.
    is_null : sequence of bool, optional
        Whether each is a null bead: an empty side of one is told as ``null``, of another pair as ``empty``.
    documents : sequence, optional
        What document each is of: pairs of one that follow each other are compared with each other, `CHUNK` of them at
        most. Without them all are of one.
    threshold : {"strict", "balanced", "recall"} or float
        Quality in 0..1 from which a pair is kept.
    rules : sequence of str
        Hard rules to use, of `RULES`.
    glossary : NameTable, optional
        Names that are known to belong together.
    model : QualityModel, optional
        The one that ships by default.

    Yields
    ------
    Judged
        In order, of `CHUNK` pairs at most, those of a document together where they fit; one without pairs where there
        are none.

    Notes
    -----
    quality = pair_quality × probability × document_probability: that the sentences belong together, and that they
    translate each other well (docs/decisions/0023 has what else was measured). A pair is kept where that reaches the
    threshold, no rule is broken, and both probabilities are `LIKELY`; ``low_quality`` is the reason where it does not
    reach it and nothing else is told.

    Examples
    --------
    >>> (judged,) = judge_pairs(["It rained."], ["Trời mưa."], probability=[0.5])
    >>> judged.quality.tolist() == (judged.pair_quality / 2).tolist()
    True
    """
    model = model if model is not None else shipped_model()
    limit, witness = model.threshold(threshold), shipped_witness()
    of_bead, of_document = (
        np.ones(len(source)) if known is None else np.round(np.asarray(known, np.float64), DECIMALS)
        for known in (probability, document_probability)
    )
    documents = [0] * len(source) if documents is None else documents
    for rows in cut_groups(documents, CHUNK):
        with paused_collector():
            bead, document = of_bead[rows], of_document[rows]
            evidence = witness.examine(
                [nfc(t) for t in source[rows]],
                [nfc(t) for t in target[rows]],
                groups=number_groups(documents[rows]),
                glossary=glossary,
            )
            nats = model.additive.contributions(evidence.table, evidence.words)
            pair_quality = evidence.turned(model.additive.probability(nats, evidence.words))
            pair_quality[RULES["empty"].breaks(evidence)] = 0.0
            is_blank = np.array(
                [not (s.strip() and t.strip()) for s, t in zip(source[rows], target[rows], strict=True)], bool
            )
            quality = pair_quality * bead * document
            broken = np.zeros((len(quality), len(rules)), bool)
            for k, rule in enumerate(rules):
                broken[:, k] = RULES[rule].breaks(evidence)
            uncovered = functools.partial(_uncovered, witness, source[rows], target[rows])
            reasons = tell_reasons(evidence, nats, broken, rules, uncovered)
            doubts = {"document_not_parallel": document < LIKELY, "uncertain_bead": bead < LIKELY}
            for code, is_doubtful in doubts.items():
                for i in np.flatnonzero(is_doubtful).tolist():
                    reasons[i].insert(0, code)
            for i in np.flatnonzero(is_blank).tolist():
                # What has no counterpart is no pair to have doubts about.
                reasons[i] = ["null" if is_null is not None and is_null[rows.start + i] else "empty"]
            for i in np.flatnonzero(quality < limit).tolist():
                reasons[i] = reasons[i] or [f"low_quality: {quality[i]:.2f}"]
            is_kept = (quality >= limit) & ~is_blank & ~broken.any(axis=1) & (bead >= LIKELY) & (document >= LIKELY)
            judged = Judged(quality, pair_quality, is_kept, reasons, broken, evidence.table)
        yield judged


def _uncovered(
    witness: Witness, source: Sequence[str], target: Sequence[str], rows: Sequence[int]
) -> list[tuple[str, str]]:
    """The words of some pairs that have no counterpart, of both sides, as a reason tells them."""
    told: list[tuple[str, str]] = []
    for first in range(0, len(rows), TOGETHER):
        en, vi = ([nfc(side[i]) for i in rows[first : first + TOGETHER]] for side in (source, target))
        found = uncovered_words(en, vi, witness.encoder, witness.lexicon)
        told += [(_told(of_source), _told(of_target)) for of_source, of_target in found]
    return told


def _told(spans: Sequence[WordSpan]) -> str:
    """The first of some runs of words."""
    return " … ".join(span.text for span in spans[:MAX_SPANS])


def judge_documents(
    beads: Sequence[tuple[AlignedDocument, Bead]], threshold: Threshold, *, glossary: NameTable | None = None
) -> list[Judgement]:
    """Judge beads of one document or of many in one batch: a document at a time takes twice as long.

    Notes
    -----
    What texts in a third language are worth as translations nothing here can tell: ``pair_quality`` is nan, `quality`
    the bead's probability times the document's, and ``language_unjudged`` the first reason.

    Examples
    --------
    >>> from aligner.bitext import Sentence
    >>> document = AlignedDocument((Sentence("Hi.", 0, 3),), (), (Bead((0,), ()),), 0.0)
    >>> judge_documents([(document, document.beads[0])], "strict")[0].reasons
    ('null',)
    """
    pairs = [(document, bead) for document, bead in beads if not bead.is_null and document.languages.are_known]
    texts = [document.texts(bead) for document, bead in pairs]
    found = judge_pairs(
        [en for en, _ in texts],
        [vi for _, vi in texts],
        probability=[bead.probability for _, bead in pairs],
        document_probability=[document.parallel_probability for document, _ in pairs],
        documents=[id(document) for document, _ in pairs],
        threshold=threshold,
        glossary=glossary,
    )
    judgements = (
        Judgement(quality, pair_quality, is_kept, tuple(reasons))
        for part in found
        for quality, pair_quality, is_kept, reasons in zip(
            part.quality.tolist(), part.pair_quality.tolist(), part.is_kept.tolist(), part.reasons, strict=True
        )
    )
    return [
        NO_PAIR
        if bead.is_null
        else next(judgements)
        if document.languages.are_known
        else _judge_by_beads(document, bead, threshold)
        for document, bead in beads
    ]


def _judge_by_beads(document: AlignedDocument, bead: Bead, threshold: Threshold) -> Judgement:
    """Judge a pair of texts that nothing here can read, by the probabilities of its bead and its document."""
    of_bead, of_document = round(bead.probability, DECIMALS), round(document.parallel_probability, DECIMALS)
    doubts = {
        "document_not_parallel": of_document < LIKELY,
        "uncertain_bead": of_bead < LIKELY,
        "empty": not all(text.strip() for text in document.texts(bead)),
    }
    found = [code for code, is_doubtful in doubts.items() if is_doubtful]
    quality = 0.0 if doubts["empty"] else of_bead * of_document
    is_good = quality >= shipped_model().threshold(threshold)
    if not (is_good or found):
        found = [f"low_quality: {quality:.2f}"]
    return Judgement(quality, math.nan, is_good and not found, ("language_unjudged", *found))
