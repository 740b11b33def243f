"""Pairs that repeat others: keys and shingles of texts, links between pairs, the search, duplicates in frames."""
