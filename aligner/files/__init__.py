"""Whole files and streams: the only room that opens files."""
