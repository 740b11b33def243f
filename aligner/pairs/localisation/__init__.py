"""Texts of programs, in the files of translators: catalogues of both languages, and bundles that a key joins."""
