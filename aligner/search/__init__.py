"""Search: which beads two sequences of sentence vectors fall into, how sure that is, and whether they are parallel."""
