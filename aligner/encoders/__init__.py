"""Encoders: text in, vectors out; ours, neural ones, those of others adapted; a cache, files of vectors."""
