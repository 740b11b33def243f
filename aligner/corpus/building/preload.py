"""Imported by the server that workers are forked from: models are loaded once, and their memory is shared.

The collector of garbage rests while this is read, and never looks at it afterwards: it would find nothing, write into
memory that workers share, and take a fifth of a second when the server ends.
"""

import gc

from aligner.collector import paused_collector

with paused_collector():
    from aligner.alignment import align_article
    from aligner.corpus.building.building import build_shard  # noqa: F401  # what workers run, with all that it imports
    from aligner.corpus.building.configuration import normalise_article
    from aligner.documents.articles import parse_article

    _read = parse_article("Ms Mai paid 20 dollars on Monday.", "Thứ Hai, cô Mai trả 20 đô la.", markup="strip")
    _aligned = align_article(normalise_article(_read, "", "keep"))
    _aligned.judgements(_aligned.beads)

gc.freeze()
