"""Matching: which documents of a heap translate each other, by what they say and, last, by their names."""
