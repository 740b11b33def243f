"""Matching: which documents of a heap translate each other, by what they say and, where that leaves it open, their names."""
