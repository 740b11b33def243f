"""How good it is: beads, sentence boundaries, retrieval, translations, and whether a difference is more than chance."""
