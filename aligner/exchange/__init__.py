"""Formats: the only floor that knows paths.

files     bytes and text, in and out
blocks    a text of some format -> its blocks, with offsets
layout    blocks -> article: which language, which side, which blocks belong together
articles  one door: `read_article`, `parse_article`
"""
