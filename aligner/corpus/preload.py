"""Imported by the server that workers are forked from: models are loaded once, and their memory is shared."""

from aligner.alignment import align

_aligned = align(["Ms Mai paid 20 dollars on Monday."], ["Thứ Hai, cô Mai trả 20 đô la."])
_aligned.judgements(_aligned.beads)
