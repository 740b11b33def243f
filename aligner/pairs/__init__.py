"""Formats of pairs: readers and writers, one a format."""
