"""Encoders: text in, vectors out; ours, neural ones, files of vectors."""
