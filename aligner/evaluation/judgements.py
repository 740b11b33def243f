"""Alignments against gold, bead by bead: what is right, wrong and missed, with the texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from aligner.bitext import AlignedDocument, Bead
from aligner.doors import checked
from aligner.errors import InputError
from aligner.evaluation.beads import Beads, bead_ids, pair_documents

if TYPE_CHECKING:
    import pandas as pd


@checked
def judge_beads(
    predicted: AlignedDocument | Mapping[str, AlignedDocument], gold: Beads | Mapping[str, Beads]
) -> pd.DataFrame:
    """Hold alignments against gold, bead by bead: to read the errors, and to see what a probability is worth.

    Parameters
    ----------
    predicted : Alignment, or mapping of document name to Alignment
        What `align` gave.
    gold : sequence of beads, or mapping of document name to these
        As for `evaluate`.

    Returns
    -------
    pandas.DataFrame
        One row a bead of either, in document order: ``src_text``, ``trg_text``, ``quality`` and ``probability``
        (missing where only gold has it), ``judgement`` (``right``: both have it; ``wrong``: only the alignment;
        ``missed``: only gold), ``bead_type``, ``src_ids``, ``trg_ids``, ``doc_id``. The right
        and the wrong ones are all beads of the alignment, null beads too; the share of these that is right is strict
        precision with nulls.

    Raises
    ------
    InputError
        As `evaluate` does; and if `predicted` has no texts, or gold names a sentence that the alignment has not.

    Examples
    --------
    >>> from aligner.alignment import align
    >>> a = align(["It rained.", "We stayed at home."], ["Trời mưa.", "Chúng tôi ở nhà."])
    >>> found = judge_beads(a, [((0,), (0,)), ((1,), ()), ((), (1,))])
    >>> list(zip(found["judgement"], found["bead_type"]))
    [('right', '1:1'), ('wrong', '1:1'), ('missed', '1:0'), ('missed', '0:1')]
    """
    import pandas as pd

    rows = [row for name, a, right in pair_documents(predicted, gold) for row in _judge_document(name, a, right)]
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = ["src_text", "trg_text", "quality", "probability", "judgement",
            "bead_type", "src_ids", "trg_ids", "doc_id"]  # fmt: skip


def _judge_document(name: str, document: object, right: Beads) -> Iterable[tuple[object, ...]]:
    """Rows of one document: its beads, and each missed one before the first that lies behind it."""
    if not isinstance(document, AlignedDocument):
        todo = "give what align returns"
        raise InputError("predicted is no alignment", found=type(document).__name__, todo=todo)
    n, m = len(document.source), len(document.target)
    known = set(bead_ids(right))
    found = {(bead.source, bead.target) for bead in document.beads}
    for source, target in sorted(known):
        inside = all(0 <= i < n for i in source) and all(0 <= j < m for j in target)
        if not inside or not (source or target):
            what = f"gold bead {list(source)}:{list(target)} has no such sentences"
            todo = "give gold of the same sentences"
            raise InputError(f"{name}: {what}" if name else what, found=f"{n} and {m} sentences", todo=todo)
    # A missed bead stands where its first sentence is, behind the bead of the alignment that has it.
    first: dict[str, dict[int, int]] = {"source": {}, "target": {}}
    for k, bead in enumerate(document.beads):
        first["source"].update(dict.fromkeys(bead.source, k))
        first["target"].update(dict.fromkeys(bead.target, k))
    places = [(float(k), bead) for k, bead in enumerate(document.beads)]
    places += [
        ((first["source"][ids[0][0]] if ids[0] else first["target"][ids[1][0]]) + 0.5, Bead(*ids))
        for ids in sorted(known - found, key=lambda ids: (not ids[0], ids))
    ]
    for place, bead in sorted(places, key=lambda item: item[0]):
        is_missed = place % 1 > 0
        judgement = "missed" if is_missed else "right" if (bead.source, bead.target) in known else "wrong"
        numbers = (None, None) if is_missed else (document.quality(bead), bead.probability)
        ids = (",".join(map(str, side)) for side in (bead.source, bead.target))
        yield (*document.texts(bead), *numbers, judgement, bead.type, *ids, name or document.doc_id)
